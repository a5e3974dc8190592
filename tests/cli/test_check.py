"""``check`` and ``validate``: what a pipeline hangs on. The exit code is the answer."""

from __future__ import annotations

import pytest

from cdstrack.cli.check import FORMS
from cdstrack.render.ci.formats import FORMATS
from tests.cases import every_case
from tests.cli.build import HEAD, LATE, REACH, TRAINED, target

KEPT, FINDINGS, USAGE, DATA = 0, 1, 2, 3
ORPHAN = target("orphan", REACH, owner="gone")
PAST_REVIEW = target("old", REACH + "review_by: 2026-06-30")
EASED = target(
    "eased",
    REACH + "deadline: 2027\nrevisions: [{on: 2026-05-01, field: deadline, old: 2026, new: 2027}]",
)
BROKEN = target("broken", "kind: rech")


@every_case(
    "targets, args, code",
    [
        ([TRAINED], [], KEPT),
        ([LATE], [], FINDINGS),
        ([LATE], ["--as-of", "2026-06-30"], KEPT),
        ([LATE], ["--exit-zero"], KEPT),
        ([LATE], ["--fail-on", "none"], KEPT),
        ([LATE], ["--fail-on", "stale,lapsed"], KEPT),
        ([ORPHAN], [], FINDINGS),
        ([PAST_REVIEW], [], KEPT),
        ([PAST_REVIEW], ["--fail-on", "undated-past-review"], FINDINGS),
        ([PAST_REVIEW], ["--fail-on", "undated_past_review"], FINDINGS),
        ([EASED], [], KEPT),
        ([EASED], ["--fail-on", "eased"], FINDINGS),
        ([TRAINED], ["--fail-on", "no-data"], FINDINGS),
        ([TRAINED], ["--within", "60d"], KEPT),
        ([TRAINED], ["--within", "60d", "--fail-on", "due-soon"], FINDINGS),
        ([TRAINED], ["--fail-on", "overdeu"], USAGE),
        ([TRAINED], ["--within", "soon"], USAGE),
        ([TRAINED], ["--as-of", "some day"], USAGE),
        ([TRAINED], ["extra"], USAGE),
        ([TRAINED, BROKEN], [], DATA),
        ([LATE, BROKEN], [], DATA),
        ([LATE, BROKEN], ["--exit-zero"], DATA),
        ([TRAINED, BROKEN], ["--format", "json", "--exit-zero"], DATA),
    ],
)
def test_exit_codes(cli, targets, args, code):
    cli.write(*targets)
    assert cli("check", *args).code == code


@pytest.mark.promise("gate-without-register")
def test_no_register_is_3_even_with_exit_zero(cli):
    assert cli("check", "--exit-zero").code == DATA


def test_findings_point_at_the_line_and_say_why(cli):
    cli.write(TRAINED, LATE)
    ran = cli("check", "--lang", "en")
    line = (cli.folder / "targets.yaml").read_text("utf-8").splitlines().index("  - id: late") + 1
    assert f"targets.yaml:{line}:9: fails [overdue] late\n" in ran.out
    assert "Late task: 144 days overdue; rule 4: the deadline, June 2026, has passed" in ran.out
    assert ran.out.endswith("1 finding fails the check (0 warnings).\n")


def test_warnings_do_not_fail(cli):
    cli.write(PAST_REVIEW, EASED)
    ran = cli("check", "--lang", "en")
    assert ran.code == KEPT
    assert "warns [undated-past-review] old" in ran.out
    assert "warns [eased] eased" in ran.out
    assert "Kept: no finding fails the check (2 warnings)." in ran.out
    assert "warns" not in cli("check", "--warn-on", "none", "--lang", "en").out


def test_an_unknown_finding_suggests_the_nearest(cli):
    cli.write(TRAINED)
    ran = cli("check", "--warn-on", "overdeu", "--lang", "en")
    assert "--warn-on knows no finding overdeu. Did you mean overdue?" in ran.err


def test_as_data(cli):
    cli.write(LATE)
    found = cli("check", "--format", "json").json
    assert (found["cdstrack"], found["as_of"], found["verdict"]) == (2, "2026-11-21", "fail")
    [finding] = found["findings"]
    assert list(finding) == [
        "code", "level", "target", "file", "line", "column", "message", "waived", "expired",
        "fingerprint",
    ]  # fmt: skip
    assert (finding["code"], finding["level"], finding["target"]) == ("overdue", "fail", "late")
    assert finding["message"].keys() == {"vi", "en"}
    assert finding["waived"] is None
    cli.write(TRAINED, LATE)
    moved = cli("check", "--format", "json").json["findings"][0]
    assert moved["line"] > finding["line"]
    assert moved["fingerprint"] == finding["fingerprint"]
    cli.write(TRAINED)
    assert cli("check", "--format", "json").json["verdict"] == "pass"


# validate


def test_a_sound_register(cli):
    cli.write(TRAINED)
    ran = cli("validate", "--lang", "vi")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "Sổ không có lỗi: 1 cam kết, 0 báo cáo hiện hành.\n"


def test_every_problem_at_once_with_its_place_and_the_way_out(cli):
    cli.write(target("a", REACH + "deadlin: 2026"), target("b", REACH, owner="ofice"), BROKEN)
    ran = cli("validate", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.count(": error: ") == 3
    assert "There is no key deadlin here. Did you mean deadline?" in ran.err
    assert "There is no body ofice under bodies. Did you mean office?" in ran.err
    assert "“rech” is not known here. Did you mean reach?" in ran.err
    lines = ran.err.splitlines()
    at = next(n for n, line in enumerate(lines) if line.endswith("│     deadlin: 2026"))
    assert lines[at + 1] == "      │     ^^^^^^^"


def test_the_caret_stands_below_the_word_in_a_long_line_too(cli):
    cli.write(target("a", f"kind: reach\nnotes: [{{vi: {'đ' * 300}, en: b, sorce: c}}]"))
    lines = cli("validate").err.splitlines()
    at = next(n for n, line in enumerate(lines) if "sorce" in line and "│" in line)
    assert lines[at + 1].index("^") == lines[at].index("sorce")
    cli.in_terminal(80)
    lines = cli("validate").err.splitlines()
    at = next(n for n, line in enumerate(lines) if "sorce" in line and "│" in line)
    assert lines[at + 1].index("^") == lines[at].index("sorce")
    assert max(map(len, lines)) <= 80


@pytest.mark.promise("damaged-lines")
def test_a_damaged_ledger_is_3(cli):
    cli.write(TRAINED)
    cli.ledger.write_text('{"id": 5}\n', encoding="utf-8")
    assert cli("validate").code == 3
    assert cli("status").code == 3
    cli.ledger.write_text('{"id": "a', encoding="utf-8")  # torn: a warning, and still 3 here
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    assert "warning: The last line was not written to its end (9 bytes)" in ran.err
    assert cli("status").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"- a\n", "not a list"),
        (b"\xff\xfe", "not UTF-8"),
        (HEAD.replace("cdstrack: 1", "cdstrack: 2").encode() + b"targets: []\n", "of version 2"),
        (b"<<<<<<< HEAD\n", "Unresolved merge"),
    ],
)
def test_a_file_that_is_no_register(cli, content, said):
    (cli.folder / "targets.yaml").write_bytes(content)
    for command in ("validate", "status", "check"):
        ran = cli(command, "--lang", "en")
        assert (ran.code, ran.out) == (3, "")
        assert said in ran.err


def test_every_format_of_a_pipeline_can_be_asked_for():
    """They are named where options are declared: to look there would cost every run an import."""
    assert ("text", "json", *FORMATS) == FORMS
