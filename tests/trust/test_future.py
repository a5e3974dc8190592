"""A line that claims to be recorded in the future: named, not counted, and in nobody's way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import GRACE
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.load import SMALL, read_ledger
from tests.cli.build import NOW, SPENT, TRAINED, register, target

HONEST, BAD, OTHER = "a" * 20, "z" * 20, "y" * 20
DAY = "2026-06-30"
FAR = ["2026-11-23T05:01:00Z", "2027-01-01T00:00:00+14:00", "9998-12-31T00:00:00Z",
       "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-00:00"]  # fmt: skip
"""More than a day after noon of 21 November 2026."""


def record(name: str, value: int | None, recorded: str, **more: object) -> str:
    figure = {} if value is None else {"value": str(value)}
    fields = {"id": name, "target": "trained", "date": DAY, **figure, "recorded": recorded, **more}
    return json.dumps(fields) + "\n"


FIRST = record(HONEST, 100, "2026-07-01T00:00:00Z")


def ledger(cli, *lines: str) -> None:
    cli.write(TRAINED)
    cli.ledger.write_text("".join(lines), encoding="utf-8")


@pytest.mark.promise("future-records")
@pytest.mark.parametrize("recorded", FAR)
def test_it_is_an_error_at_its_line_and_its_figure_is_nowhere(cli, recorded):
    ledger(cli, FIRST, record(BAD, 5000, recorded))
    commands = [
        ["status"], ["show", "trained"], ["history"], ["history", "trained"], ["check"],
        ["overdue"], ["export", "--format", "json"], ["export", "--what", "reports", "--format",
        "csv"], ["validate"], ["check", "--format", "json"],
    ]  # fmt: skip
    for command in commands:
        for days in ([], ["--as-of", "2026-07-05"], ["--known-on", "2026-11-21"]):
            ran = cli("--lang", "en", *days, *command)
            assert ran.code == 3, (command, days)
            assert "progress.jsonl:2:" in ran.err
            assert "was recorded at" in ran.err
            assert "5000" not in ran.out
            assert "5,000" not in ran.out


def test_an_asked_day_makes_no_honest_line_one_of_the_future(cli):
    ledger(cli, FIRST, record(BAD, 500, "2026-11-22T05:00:00Z"))
    for day in ("2026-06-30", "2025-01-01", "9998-12-31"):
        assert cli("--as-of", day, "status").code == 0
        assert cli("--known-on", day, "history").code == 0


@pytest.mark.promise("future-records")
@pytest.mark.parametrize("recorded", FAR)
def test_the_honest_report_is_stamped_now_and_wins(cli, recorded):
    ledger(cli, FIRST, record(BAD, 5000, recorded))
    ran = cli("--lang", "en", "add-progress", "trained", "120", "--date", DAY, "--yes")
    assert ran.code == 0
    assert "In force for 30 Jun 2026: 120 persons." in ran.out
    assert cli.records[-1]["recorded"].startswith("2026-11-21T05:00:")
    assert cli.state("trained")["value"] == 120
    assert cli.state("trained", "--known-on", "2026-11-21")["value"] == 120


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_report_by_a_clock_hours_ahead_stays_in_force_and_the_receipt_says_so(cli, lang):
    ledger(cli, record(OTHER, 500, "2026-11-21T20:00:00Z"))
    args = ["add-progress", "trained", "120", "--date", DAY, "--yes", "--no-input"]
    ran = cli("--lang", lang, *args)
    assert ran.code == 0
    assert {"vi": "vẫn là 500 người", "en": "is still 500 persons"}[lang] in ran.out
    assert f"--corrects {OTHER}" in ran.out
    assert cli.records[-1]["recorded"].startswith("2026-11-21T05:00:")
    assert cli.state("trained")["value"] == 500
    again = cli("--lang", lang, *args)
    assert {"vi": "vẫn là 500 người", "en": "is still 500 persons"}[lang] in again.out
    assert len(cli.records) == 2  # the same report again is one record
    ran = cli("--lang", "en", *args, "--corrects", OTHER)
    assert "In force for 30 Jun 2026: 120 persons." in ran.out
    assert cli.state("trained")["value"] == 120


@pytest.mark.promise("future-records")
@pytest.mark.parametrize("value", [6000, None])
def test_a_correction_of_the_future_replaces_nothing(cli, value):
    ledger(cli, FIRST, record(BAD, value, FAR[0], corrects=HONEST))
    assert cli.state("trained")["value"] == 100
    assert cli.report("trained", "90", "--date", DAY, "--corrects", HONEST)["corrects"] == HONEST
    assert cli.state("trained")["value"] == 90


@pytest.mark.promise("future-records")
@pytest.mark.parametrize("corrects", [{}, {"corrects": HONEST}])
def test_a_void_takes_it_back_for_good(cli, corrects):
    ledger(cli, FIRST, record(BAD, 5000, FAR[0], **corrects))
    assert cli("add-progress", "trained", "--void", BAD, "--yes").code == 0
    assert cli("validate").code == 0
    assert cli.state("trained")["value"] == 100
    assert "set back" not in cli("--lang", "en", "add-progress", "trained", "--dry-run").out
    cli.clock = lambda: NOW + timedelta(days=30)  # its time has come
    assert cli("validate").code == 0
    assert cli.state("trained")["value"] == 100


def test_a_correction_of_it_stands_where_it_would_have_stood(cli):
    """In a sum, where the report that it names would count beside it otherwise."""
    cli.write(SPENT)
    first, bad = FIRST.replace("trained", "spent"), record(BAD, 5000, FAR[0], corrects=HONEST)
    cli.ledger.write_text(first + bad.replace("trained", "spent"), encoding="utf-8")
    ran = cli("--lang", "en", "add-progress", "spent", "130", "--corrects", BAD, "--yes")
    assert (ran.code, cli.state("spent")["value"]) == (0, 130)
    assert "+30" in ran.out
    assert cli("validate").code == 0


def test_a_form_is_imported_whatever_a_line_of_the_future_says(cli):
    cli.write(SPENT)
    (cli.folder / "form.csv").write_text("target,date,value\nspent,2026-06,60\n", "utf-8")
    assert cli("import", "form.csv", "--yes").code == 0
    [line] = cli.records
    cli.ledger.write_text(json.dumps(line | {"recorded": FAR[0]}) + "\n", encoding="utf-8")
    assert cli("import", "form.csv", "--yes").code == 0
    assert cli.state("spent")["value"] == 60
    assert cli.records[-1]["key"] == line["key"]


def test_an_import_says_what_stays_in_force(cli):
    ledger(cli, record(OTHER, 500, "2026-11-21T20:00:00Z"))
    (cli.folder / "form.csv").write_text(f"target,date,value\ntrained,{DAY},60\n", "utf-8")
    ran = cli("--lang", "en", "import", "form.csv", "--yes")
    assert f"add-progress --corrects {OTHER}" in ran.out
    receipt = ran.out.partition("Recorded")[2]
    assert "C2: in force for 30 Jun 2026 is still 500 persons" in receipt
    assert f"add-progress trained --corrects {OTHER}" in receipt
    assert cli.state("trained")["value"] == 500


def test_an_import_that_is_in_force_says_nothing_more(cli):
    ledger(cli, FIRST)
    (cli.folder / "form.csv").write_text(f"target,date,value\ntrained,{DAY},60\n", "utf-8")
    assert "in force" not in cli("--lang", "en", "import", "form.csv", "--yes").out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_draft_blames_the_line_and_no_clock(cli, lang):
    ledger(cli, FIRST, record(BAD, 5000, FAR[0]))
    words = {"vi": "dòng 2 của sổ báo cáo", "en": "line 2 of the ledger claims"}[lang]
    clock = {"vi": "bị lùi", "en": "set back"}[lang]
    options = ["--date", "2026-07-31", "--dry-run", "--lang", lang]
    said = cli("add-progress", "trained", "120", *options).out
    assert (words in said, clock in said) == (True, False)
    for deal in (["120", "--corrects", BAD], ["--void", BAD]):
        ran = cli("add-progress", "trained", *deal, "--dry-run", "--lang", lang)
        assert (ran.code, words in ran.out, clock in ran.out) == (0, False, False)


def test_a_line_of_the_future_with_the_id_of_another_is_named_for_that(cli):
    ledger(cli, FIRST, record(HONEST, 5000, FAR[0]))
    assert cli("validate").code == 3
    assert cli.state("trained")["value"] == 100


@pytest.mark.promise("future-records")
def test_a_large_ledger_is_read_as_a_small_one_is(tmp_path):
    """The fast reader takes whole chunks, the strict one single lines."""
    plain = [
        record(f"r{n}", n, f"2026-07-01T00:00:{n % 60:02}Z").replace("trained", f"t{n % 7}")
        for n in range(3000)
    ]
    for at in (0, 1499, 2999):
        plain[at] = plain[at].replace("2026-07-01", "2026-11-23")
    path = tmp_path / "progress.jsonl"
    path.write_text("".join(plain), encoding="utf-8")
    assert path.stat().st_size > SMALL
    large, problems = read_ledger(path, present=NOW)
    assert [problem.place.line for problem in problems] == [1, 1500, 3000]
    rest: dict[str, list[Report]] = {}
    for first in range(0, 3000, 1000):
        path.write_text("".join(plain[first : first + 1000]), encoding="utf-8")
        small, _ = read_ledger(path, present=NOW)
        for name, reports in small.reports.items():
            rest.setdefault(name, []).extend(reports)
    assert {name: set(series) for name, series in large.reports.items()} == {
        name: set(series) for name, series in rest.items()
    }


def test_a_day_ahead_is_grace_and_a_moment_more_is_not(tmp_path):
    (tmp_path / "targets.yaml").write_text("", encoding="utf-8")
    for lead, n in ((timedelta(), 0), (timedelta(microseconds=1), 1)):
        moment = (NOW + GRACE + lead).isoformat()
        path = tmp_path / "progress.jsonl"
        path.write_text(record(BAD, 1, moment), encoding="utf-8")
        ledger, problems = read_ledger(path, present=NOW)
        assert len(problems) == n == len(ledger.future)


def test_without_a_clock_no_line_is_of_the_future(tmp_path):
    (tmp_path / "targets.yaml").write_text(
        register(target("trained", "kind: unquantified")), "utf-8"
    )
    (tmp_path / "progress.jsonl").write_text(record(BAD, 1, FAR[3]), encoding="utf-8")
    codes = [problem.code for problem in FileStore(tmp_path / "targets.yaml").load().problems]
    assert "ledger_future" not in codes
