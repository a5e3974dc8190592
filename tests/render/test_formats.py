"""Every format on a register that means harm, and the shape that programs rely on."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from xml.etree import ElementTree

import pytest

from cdstrack.render.board import FORMATS
from tests.cli.build import DATED, LAW, REACH, TRAINED, target

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "over\rwritten",
    "nul\x00",
    "abc\u202egpj",
    "[bold]x[/bold] [/foo] :skull: \\",
    "a|b `code` <script>alert(1)</script> ![x](javascript:x)",
    "=1+1",
    "::stop-commands::x",
]
UNSEEN = {"Cc", "Cf", "Zl", "Zp"}


def unseen(text: str) -> set[str]:
    return {c for c in set(text) if unicodedata.category(c) in UNSEEN and c != "\n"}


@pytest.fixture
def hostile(cli):
    """A ledger whose notes, sources and names mean harm; the register itself refuses them."""
    visible_harm = [text for text in HOSTILE if not unseen(text)]
    cli.write(
        TRAINED,
        *[
            target(f"t{n}", REACH, vi=json.dumps(text), en=json.dumps(text))
            for n, text in enumerate(visible_harm)
        ],
    )
    lines = []
    for n, text in enumerate(HOSTILE):
        record = {"id": f"r{n}", "target": "trained", "date": f"2026-01-{n + 2:02}", "value": "5"}
        record |= {"source": text, "note": text, "by": text}
        lines.append(json.dumps({**record, "recorded": f"2026-02-01T00:00:{n:02}Z"}) + "\n")
    cli.ledger.write_text("".join(lines), encoding="utf-8")
    return cli


@pytest.mark.parametrize(("lang", "width"), [("vi", None), ("en", 80)])
@pytest.mark.parametrize(
    "command",
    [
        *[["status", "--format", form] for form in FORMATS],
        ["show", "trained"],
        ["show", "trained", "--format", "json"],
        ["history"],
        ["history", "--format", "json"],
        ["overdue", "--within", "90d"],
        ["check"],
        ["check", "--format", "json"],
    ],
)
def test_nothing_unseen_reaches_the_reader(hostile, command, lang, width):
    if width:
        hostile.in_terminal(width)
    ran = hostile(*command, "--lang", lang)
    assert ran.code == 0, ran.err
    said = ran.out.replace("\r\n", "\n") + ran.err  # CSV ends its lines so
    assert unseen(said) - ({"\t"} if "plain" in command else set()) == set()


@pytest.mark.parametrize("text", HOSTILE)
def test_arguments_and_file_names_cannot_harm_either(cli, text):
    cli.write(TRAINED)
    for args in (
        ["show", text],
        ["status", "--state", text],
        ["status", "--owner", text],
        ["status", "--as-of", text],
        ["status", f"--{text}"],
        ["status", "--lang", text],
        ["status", "--file", text],
        [text],
        ["show", "trained", text],
        ["check", "--fail-on", text],
        ["add-progress", "trained", text, "--yes"],
        ["add-progress", "trained", "5", "--unit", text, "--yes"],
        ["add-progress", "trained", "5", "--corrects", text, "--yes"],
        ["add-progress", "trained", "5", "--note", text, "--source", text, "--dry-run"],
    ):
        ran = cli(*args)
        assert ran.code in (0, 2, 3)
        assert "fault of the program" not in ran.err, args
        assert unseen(ran.out + ran.err) == set(), args


def test_a_hostile_key_in_the_register_is_shown_escaped(cli):
    cli.write(target("t", REACH + '"a\\u202eb\\e[31m": 1'))
    ran = cli("validate")
    assert ran.code == 3
    assert unseen(ran.err) == set()


@pytest.mark.promise("json-text")
def test_data_keeps_the_true_text(hostile):
    told = hostile("history", "--format", "json").json["records"]
    assert [record["note"] for record in reversed(told)] == HOSTILE
    found = hostile("show", "trained", "--format", "json").json
    assert [point["source"] for point in found["series"]] == HOSTILE


@pytest.mark.promise("markup")
def test_markup_is_printed_as_it_is(hostile):
    out = hostile("status").out
    assert "[bold]x[/bold] [/foo] :skull: \\" in out
    assert "<script>alert(1)</script>" in out


@pytest.mark.promise("formulas")
def test_csv_is_defused(hostile):
    text = hostile("status", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert "'=1+1" in {row["title_en"] for row in rows}


def test_markdown_rows_keep_their_cells(hostile):
    out = hostile("status", "--format", "md").out
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}
    assert "<script" not in out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_picture_is_valid_and_carries_nothing_active(hostile, lang):
    text = hostile("status", "--format", "svg", "--lang", lang).out
    root = ElementTree.fromstring(text)  # noqa: S314
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert not tags & {"script", "a", "image", "use", "foreignObject"}
    names = {name for each in root.iter() for name in each.attrib}
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert "@import" not in text
    assert all(name.startswith("#cdstrack-") for name in re.findall(r"url\(([^)]*)\)", text))


# The documented shape

TARGET_KEYS = [
    "id", "title", "kind", "parent", "indicator", "owner", "with", "state", "cell", "rule",
    "method", "flags", "value", "qualifier", "target", "unit", "progress", "planned", "elapsed",
    "pace", "gap_share",
    "buffer_days", "required_rate", "average_rate", "required_average", "forecast", "deadline",
    "original", "announced", "days_left", "days_overdue", "days_late", "days_late_exact",
    "evidence", "not_reported", "first_met", "bodies", "conditions", "breakdown", "slices",
    "strands", "notes",
]  # fmt: skip
REVISED = target(
    "revised",
    DATED.replace("deadline: 2026", "deadline: 2027")
    + "revisions: [{on: 2026-05-01, field: deadline, old: 2026-06, new: 2027}]",
)


def test_every_key_is_there_and_what_does_not_apply_is_null(cli):
    cli.write(TRAINED, LAW, REVISED, target("talk", "kind: unquantified"))
    cli.report("trained", "96.50", "--date", "2026-06-30")
    found = cli("status", "--format", "json").json
    assert list(found) == [
        "cdstrack", "as_of", "register", "counts", "headings", "targets", "seal", "problems",
    ]  # fmt: skip
    assert found["cdstrack"] == 2
    assert found["as_of"] == "2026-11-21"
    assert found["register"] == {
        "title": {"vi": "Sổ thử", "en": "Trial register"},
        "file": "targets.yaml",
    }
    assert list(found["counts"]) == [
        "on_time", "late", "in_time", "overdue", "outside", "never_reported", "due",
        "completion_rate", "on_time_rate", "overdue_rate",
    ]  # fmt: skip
    assert found["counts"]["completion_rate"] is None
    for each in found["targets"]:
        assert list(each) == TARGET_KEYS
    trained, law, revised, talk = found["targets"]
    assert trained["target"] == {"comparator": "at_least", "value": 1000, "value_max": None}
    assert trained["deadline"] == {"as_said": "2026", "precision": "year", "date": "2026-12-31"}
    assert trained["original"] is None
    assert law["value"] is None
    assert law["target"] is None
    assert talk["deadline"] is None
    assert revised["original"]["state"] == "overdue"
    assert revised["original"]["deadline"]["as_said"] == "2026-06"


def test_numbers_are_exact_and_quotients_have_six_places(cli):
    cli.write(TRAINED)
    cli.report("trained", "0.1", "--date", "2026-03-31")
    cli.report("trained", "99.99999999999999999", "--date", "2026-06-30")
    out = cli("status", "--format", "json").out
    assert '"progress": 0.1,' in out
    cli.report("trained", "12345678901234567890", "--date", "2026-07-31")
    assert '"value": 12345678901234567890,' in cli("status", "--format", "json").out
    assert re.search(r'"pace": [0-9]+\.[0-9]{1,6},', cli("status", "--format", "json").out)


def test_a_figure_keeps_all_its_decimals_where_programs_read_it(cli):
    cli.write(target("range", REACH.replace("at_least: 1000", "between: [5, 7]")))
    cli.report("range", "7.0000001", "--date", "2026-06-30")
    assert cli("status", "--format", "json").json["targets"][0]["value"] == 7.0000001
    assert ",7.0000001," in cli("status", "--format", "csv").out
    assert "\t7.0000001\t" in cli("status", "--format", "plain").out
    assert cli("show", "range", "--format", "json").json["series"][-1]["value"] == 7.0000001


def test_codes_and_keys_are_the_same_in_both_languages(cli):
    cli.write(TRAINED, LAW)
    for form in ("json", "csv", "plain"):
        in_vi, in_en = (
            cli("status", "--format", form, "--lang", lang).out for lang in ("vi", "en")
        )
        assert in_vi == in_en


def test_problems_are_part_of_the_data(cli):
    cli.write(TRAINED, target("bad", REACH + "deadlin: 1"))
    ran = cli("status", "--format", "json")
    assert ran.code == 3
    [problem] = ran.json["problems"]
    assert problem["code"] == "unknown_key"
    assert problem["message"].keys() == {"vi", "en"}
    assert (problem["file"], problem["level"]) == ("targets.yaml", "error")
    assert [each["id"] for each in ran.json["targets"]] == ["trained"]


def test_every_format_gives_something(cli):
    cli.write(TRAINED)
    for form in FORMATS:
        assert cli("status", "--format", form).out.strip()
