"""Several series of reports from the command line and sheets into the ledger, and out again."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.build import target

MEASURED = target(
    "share",
    "kind: reach\nunit: '%'\ntarget: {at_least: 20}\ndeadline: 2026-06\nreport_every: half\n"
    "baseline: {value: 8, date: 2025-12}\n"
    "series: {mic: {vi: Bộ ước tính, en: Estimate}, gso: {vi: Tổng cục Thống kê, en: Statistics}}\n"
    "judged_by: gso\n",
)
PLAIN = target("plain", "kind: unquantified")
WHEN = ("--date", "2026-06", "--source", "plan")


def ledger(cli):
    text = (cli.folder / "progress.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def stands(cli):
    share = cli.state("share")
    return share["state"], share["value"]


@pytest.fixture
def measured(cli):
    cli.write(MEASURED, PLAIN)
    return cli


@pytest.mark.parametrize("name", ["mic", "Estimate", "Bộ ước tính", "bộ ước tính"])
def test_a_series_is_named_by_its_id_or_its_name_in_either_language(measured, name):
    assert measured.report("share", "22", "--series", name, *WHEN)["series"] == "mic"
    assert stands(measured) == ("overdue", None)


def test_what_names_no_series_is_written_as_of_the_one_that_judges(measured):
    assert measured.report("share", "21", *WHEN)["series"] == "gso"
    assert stands(measured) == ("achieved", 21)


def test_the_same_figure_of_another_series_is_no_repetition(measured):
    for more in ((), ("--series", "mic"), ("--series", "gso"), ("--series", "mic")):
        measured("add-progress", "share", "21", *more, *WHEN, "--yes")
    assert [line["series"] for line in ledger(measured)] == ["gso", "mic"]


def test_a_line_without_a_series_is_of_the_one_that_judges_and_can_be_corrected(measured):
    line = {"id": "a", "target": "share", "date": "2026-06", "value": "15",
            "recorded": "2026-07-01T00:00:00Z"}  # fmt: skip
    (measured.folder / "progress.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert stands(measured) == ("overdue", 15)
    measured.report("share", "21", "--corrects", "a", "--source", "plan")
    assert stands(measured) == ("achieved", 21)


def test_a_correction_stays_in_its_series_unless_it_says_otherwise(measured):
    name = measured.report("share", "25", "--series", "mic", *WHEN)["id"]
    first = measured.report("share", "23", "--corrects", name, "--source", "plan")
    assert (first["series"], stands(measured)) == ("mic", ("overdue", None))
    moved = measured.report("share", "--series", "gso", "23", "--corrects", first["id"], *WHEN)
    assert (moved["series"], stands(measured)) == ("gso", ("achieved", 23))
    [gso, mic] = sorted(measured.state("share")["strands"], key=lambda series: series["series"])
    assert (len(gso["values"]), mic["values"]) == (1, [])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("share", "1", "--series", "gos"), "Did you mean gso?"),
        (("share", "1", "--series", "wb"), "It is one of"),
        (("plain", "1", "--series", "gso"), "judged_by"),
        (("share", "1", "--series", "mic", "--body", "office"), "figures of the whole"),
    ],
)
def test_a_series_that_cannot_be_meant_is_refused_with_what_to_write(measured, args, said):
    ran = measured("add-progress", *args, *WHEN, "--yes", "--lang", "en")
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


@pytest.fixture
def apart(measured):
    measured.report("share", "15", *WHEN)
    measured.report("share", "22", "--series", "mic", *WHEN)
    return measured


def test_the_page_has_both_and_says_which_judges(apart):
    page = apart("show", "share", "--lang", "en").out
    for text in ("Statistics (judges)", "Estimate (not judged)", "22%", "15%", "○"):
        assert text in page
    assert "For June 2026 Estimate says 22%" in " ".join(page.split())


def test_lists_counts_and_duties_know_the_one_that_judges(apart):
    apart.write(MEASURED.replace("2026-06", "2027-06"), PLAIN)
    row = next(csv.DictReader(io.StringIO(apart("status", "--format", "csv").out.lstrip("\ufeff"))))
    assert row["value"] == "15"
    (apart.folder / "progress.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in ledger(apart) if line["series"] == "mic"),
        "utf-8",
    )
    assert "share" in apart("due", "--lang", "en").out  # a figure of the other is no report for it


def test_history_and_exports_name_the_series(apart):
    assert "· mic ·" in apart("history", "share").out
    exported = json.loads(apart("export", "--format", "json").out)
    assert {report["series"] for report in exported["reports"]} == {"mic", "gso"}
    text = apart("export", "--what", "reports", "--format", "csv").out
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert {row["series"]: row["value"] for row in rows} == {"gso": "15", "mic": "22"}


def test_lines_of_a_series_that_there_is_not_are_warned_of(apart):
    path = apart.folder / "progress.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"mic"', '"mci"'), "utf-8")
    ran = apart("validate", "--lang", "en")
    assert "the series mci" in ran.err
    assert "Did you mean mic?" in ran.err


def test_a_line_whose_series_is_no_id_is_damaged(apart):
    path = apart.folder / "progress.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"mic"', '"Bộ"'), "utf-8")
    assert "ledger_series" not in apart("validate", "--lang", "en").err
    assert "is the id of a series" in apart("validate", "--lang", "en").err


def sheet(cli, *lines):
    (cli.folder / "back.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return cli("import", "back.csv", "--yes", "--lang", "en")


def test_a_sheet_has_a_column_of_series(measured):
    head = "target,series,date,value,source"
    ran = sheet(measured, head, "share,mic,2026-06,22 %,plan", "share,,2026-06,21 %,plan")
    assert ran.code == 0
    assert "changes no verdict" in ran.out
    assert [line["series"] for line in ledger(measured)] == ["mic", "gso"]
    assert stands(measured) == ("achieved", 21)
    wrong = sheet(measured, head, "share,mcc,2026-06,22 %,plan")
    assert (wrong.code, "back.csv!B2" in wrong.err) == (3, True)


def test_a_form_asks_for_the_one_that_judges_and_with_all_for_the_others_too(measured):
    for more, series in (((), ["gso"]), (("--all",), ["gso", "mic"])):
        measured("template", "--owner", "office", *more, "-o", f"{len(more)}.csv", "--lang", "en")
        text = (measured.folder / f"{len(more)}.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["Series"] for row in rows] == series


def test_a_correction_that_leaves_the_judging_series_shows_what_that_does_to_the_verdict(measured):
    name = measured.report("share", "22", *WHEN)["id"]
    away = ("share", "22", "--series", "mic", "--corrects", name, "--dry-run", "--lang", "en")
    preview = measured("add-progress", *away).out
    assert "mic (only shown; the report leaves the series that judges)" in preview
    assert "achieved → overdue  share" in preview
    measured.report("share", "30", "--series", "mic", *WHEN)
    shown = ("share", "31", "--series", "mic", *WHEN, "--dry-run", "--lang", "en")
    assert "mic (only shown: it changes no verdict)" in measured("add-progress", *shown).out


def test_a_condition_with_a_figure_of_its_own_is_of_the_series_that_judges(cli):
    price = "conditions: {price: {title: Price, target: {at_most: 4}}}\n"
    keys = "kind: reach\nunit: '%'\ntarget: {at_least: 20}\ndeadline: 2026-06\n"
    cli.write(target("t", keys + price + "series: {mic: Estimate, gso: Count}\njudged_by: gso\n"))
    assert cli.report("t", "3", "--part", "price", *WHEN)["series"] == "gso"
    ran = cli("add-progress", "t", "3", "--part", "price", "--series", "mic", *WHEN, "--lang", "en")
    assert (ran.code, "price has a figure of its own" in ran.err) == (2, True)
