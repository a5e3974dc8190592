"""``export``: the register in a spreadsheet, a calendar, another program; read back by others."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from tests.cases import every_case
from tests.cli.boards import PORTAL, PROVINCES
from tests.cli.build import (
    DATED,
    FAMILY,
    LATE,
    LAW,
    OPEN,
    REACH,
    SIGNED,
    SPENT,
    TRAINED,
    target,
)

TRIAL = "Trial register"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(text: str | bytes) -> dict[str, Any]:
    """The events of a calendar by the id of their target."""
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(each["UID"]).partition("@")[0]: each for each in found}


def ics(cli, *args: str) -> dict[str, Any]:
    ran = cli("export", "--format", "ics", *args)
    assert ran.code == 0, ran.err
    return events(ran.out)


def workbook(cli, *args: str, lang: str = "en") -> dict[str, list[dict[str, Any]]]:
    """The sheets of a workbook: the rows of each by their headings."""
    ran = cli("export", "-o", "out.xlsx", *args, "--lang", lang)
    assert ran.code == 0, ran.err
    book = CalamineWorkbook.from_path(str(cli.folder / "out.xlsx"))
    sheets = {}
    for name in book.sheet_names:
        heading, *lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheets[name] = [dict(zip(heading, line, strict=True)) for line in lines]
    return sheets


# What is asked for


@pytest.mark.parametrize("note", ["một\nhai", "một\r\nhai", "một \t\n  hai"])
def test_a_note_of_several_lines_keeps_them_in_csv_and_is_one_line_elsewhere(cli, note):
    cli.write(TRAINED)
    cli.report("trained", "5", "--note", note, "--date", "2026-06-30")
    ran = cli("export", "--format", "csv", "--what", "reports")
    [record] = csv.DictReader(io.StringIO(ran.out, newline=""))
    assert [line.strip() for line in record["note"].replace("\\x09", "").split("\n")] == [
        "một",
        "hai",
    ]
    for args in (["history"], ["show", "trained"]):
        said = cli(*args).out
        assert "một hai" in said
        assert "\\x0" not in said


def test_the_format_follows_the_name_of_the_file(cli):
    cli.write(TRAINED)
    begins = {"csv": b"\xef\xbb\xbfid,state", "xlsx": b"PK", "json": b"{\n", "ics": b"BEGIN:VCAL"}
    for form, begin in begins.items():
        for name in (f"out.{form}", f"OUT.{form.upper()}"):
            ran = cli("export", "-o", name)
            assert (ran.code, ran.out) == (0, "")
            assert (cli.folder / name).read_bytes().startswith(begin)
    assert cli("export", "--output", "calendar", "--format", "ics").code == 0
    assert (cli.folder / "calendar").read_bytes().startswith(b"BEGIN:VCAL")


@every_case(
    "args, said",
    [
        ([], "--format csv, xlsx, json, ics or iati, or -o and a name with such"),
        (["--format", "pdf"], "It is one of csv, xlsx, json, ics or iati."),
        (["-o", "out.pdf"], "not that of a format. Change it, or add --format. It is one of"),
        (["-o", "xlsx"], "The ending of the name xlsx is not that of a format."),
        (["--format", "xlsx"], "such as -o commitments.xlsx"),
        (["--format", "csv", "--what", "all"], "It is one of targets or reports."),
        (["--format", "ics", "--what", "reports"], "--what chooses what a csv file holds, not ics"),
        (["-o", "out.json", "--what", "targets"], "not json"),
        (["--format", "csv", "--state", "overdeu"], "Did you mean overdue?"),
        (["--format", "csv", "--owner", "ofice"], "Did you mean office?"),
        (["--format", "csv", "--tag", "x"], "No target has the tag x."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(cli, args, said):
    cli.write(TRAINED)
    ran = cli("export", *args, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert [each.name for each in cli.folder.iterdir()] == ["targets.yaml"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_without_the_package_a_workbook_is_refused_with_what_to_install(cli, monkeypatch, lang):
    cli.write(TRAINED)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ran = cli("export", "-o", "out.xlsx", "--lang", lang)
    assert ran.code == 2
    assert "pip install xlsxwriter python-calamine" in ran.err
    assert not (cli.folder / "out.xlsx").exists()
    assert cli("export", "-o", "out.csv").code == 0  # nothing else wants it


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("out.csv", "Đã ghi 2 cam kết vào out.csv.", "2 commitments written to out.csv."),
        (
            "out.xlsx",
            "Đã ghi 2 cam kết và 1 báo cáo vào out.xlsx.",
            "2 commitments and 1 report written to out.xlsx.",
        ),
        ("out.ics", "Đã ghi 1 thời hạn vào out.ics.", "1 deadline written to out.ics."),
    ],
)
def test_what_was_written_is_said_beside_the_answer(cli, name, vi, en):
    cli.write(TRAINED, OPEN)
    cli.report("trained", "5", "--date", "2026-03")
    for lang, said in (("vi", vi), ("en", en)):
        ran = cli("export", "-o", name, "--lang", lang)
        assert (ran.out, ran.err.splitlines()[0]) == ("", said)


# Files


@pytest.mark.promise("output-file")
def test_a_register_with_errors_is_printed_as_far_as_it_goes_and_replaces_no_file(cli):
    cli.write(TRAINED, target("bad", REACH + "deadlin: 1"))
    for form in ("csv", "json", "ics", "xlsx"):
        old = cli.folder / f"out.{form}"
        old.write_text("old", encoding="utf-8")
        ran = cli("export", "-o", old.name, "--lang", "en")
        assert ran.code == 3
        assert f"out.{form} was not written: correct what is named above first." in ran.err
        assert old.read_text("utf-8") == "old"
    ran = cli("export", "--format", "csv")
    assert ran.code == 3
    assert [row["id"] for row in rows(ran.out)] == ["trained"]
    assert "deadlin" in ran.err
    assert "export" not in str(cli("export", "--format", "json").json["problems"])


@pytest.mark.parametrize("form", ["csv", "json", "ics", "xlsx"])
def test_a_file_that_cannot_be_written_is_3_and_leaves_nothing_behind(cli, form):
    cli.write(TRAINED)
    ran = cli("export", "--format", form, "-o", f"no/such/out.{form}", "--lang", "en")
    assert (ran.code, "could not be written" in ran.err) == (3, True)
    (cli.folder / "folder").mkdir()
    assert cli("export", "--format", form, "-o", "folder").code == 3
    assert sorted(each.name for each in cli.folder.iterdir()) == ["folder", "targets.yaml"]


def test_no_register_is_3(cli):
    assert cli("export", "-o", "out.ics").code == 3
    assert not (cli.folder / "out.ics").exists()


@pytest.mark.parametrize("form", ["csv", "json", "ics", "xlsx"])
def test_the_same_register_as_of_the_same_day_gives_the_same_bytes(cli, form):
    cli.write(TRAINED, LATE, LAW)
    cli.report("trained", "250", "--date", "2026-03-31")
    written = set()
    for _ in range(2):
        assert cli("export", "-o", f"out.{form}", "--as-of", "2026-11-21").code == 0
        written.add((cli.folder / f"out.{form}").read_bytes())
    assert len(written) == 1


# csv


def test_csv_has_the_columns_of_status(cli):
    cli.write(TRAINED, LATE, LAW, FAMILY)
    for args in ([], ["--state", "overdue"], ["--due-within", "60d"], ["--as-of", "2026-02-01"]):
        assert cli("export", "--format", "csv", *args).out == (
            cli("status", "--format", "csv", *args).out
        )


def test_a_file_of_csv_is_marked_as_utf_8_for_excel_and_the_printed_one_is_not(cli):
    cli.write(TRAINED)
    for what in ("targets", "reports"):
        printed = cli("export", "--format", "csv", "--what", what).out
        cli("export", "--what", what, "-o", "out.csv")
        written = (cli.folder / "out.csv").read_bytes()
        assert not printed.startswith("\ufeff")
        assert written.startswith(b"\xef\xbb\xbfid,")
        assert written.decode("utf-8-sig") == printed


def test_reports_are_one_row_each_in_the_order_recorded(cli):
    cli.write(TRAINED, SIGNED, LAW)
    first = cli.report("trained", "96.50", "--nearly", "--date", "2026-Q1", "--source", "plan")
    share = cli.report(
        "signed", "--n", "22", "--of", "63", "--date", "2026-03-31", "--note", "x, y"
    )
    part = cli.report("signed", "--n", "1", "--of", "63", "--date", "2026-04", "--part", "sign")
    done = cli.report("law", "--done", "--date", "2026-05-01")
    second = cli.report("trained", "97", "--date", "2026-Q1", "--corrects", first["id"])
    void = cli.report("law", "--void", done["id"])
    found = rows(cli("export", "--format", "csv", "--what", "reports").out)
    kept = [first, share, part, done, second, void]
    assert [row["id"] for row in found] == [record["id"] for record in kept]
    assert found[0] == {
        "id": first["id"], "target": "trained", "body": "", "part": "", "date": "2026-Q1",
        "value": "96.5", "n": "", "of": "", "done": "", "void": "false", "qualifier": "nearly",
        "source": "plan", "note": "", "by": "An", "recorded": first["recorded"], "corrects": "",
        "corrected_by": second["id"], "key": "", "said_figure": "", "said_unit": "", "slice": "",
        "series": "",
    }  # fmt: skip
    assert (found[1]["n"], found[1]["of"], found[1]["value"]) == ("22", "63", "")
    assert found[1]["note"] == "x, y"
    assert found[2]["part"] == "sign"
    assert (found[3]["done"], found[3]["corrected_by"]) == ("true", void["id"])
    assert (found[5]["void"], found[5]["corrects"]) == ("true", done["id"])


def test_of_two_corrections_the_later_one_is_named(cli):
    cli.write(TRAINED)
    lines = [
        {"id": name, "target": "trained", "date": "2026-03", "value": "5", **more,
         "recorded": f"2026-04-0{day}T00:00:00Z"}
        for day, (name, more) in enumerate(
            [("a", {}), ("b", {"corrects": "a"}), ("c", {"corrects": "a"})], start=1
        )
    ]  # fmt: skip
    for order in (lines, lines[::-1]):  # a merge may leave them in any order
        text = "".join(json.dumps(line) + "\n" for line in order)
        cli.ledger.write_text(text, encoding="utf-8")
        found = rows(cli("export", "--format", "csv", "--what", "reports").out)
        assert [(row["id"], row["corrected_by"]) for row in found] == [
            ("a", "c"), ("b", ""), ("c", ""),
        ]  # fmt: skip
        told = cli("history", "--format", "json").json["records"]
        assert [record["corrected_by"] for record in told] == [None, None, "c"]


def test_reports_of_a_selection_are_those_of_its_targets(cli):
    cli.write(TRAINED, LATE)
    cli.report("trained", "5", "--date", "2026-03")
    cli.report("late", "5", "--date", "2026-03")
    for form, told in (("csv", "reports"), ("json", None)):
        args = ["--what", told] if told else []
        out = cli("export", "--format", form, *args, "--state", "overdue").out
        records = rows(out) if told else json.loads(out)["reports"]
        assert [record["target"] for record in records] == ["late"]
    ran = cli("export", "--format", "csv", "--what", "reports", "--tag", "none")
    assert ran.code == 2


def test_reports_are_those_known_on_a_day_about_days_until_another(cli):
    cli.write(TRAINED)
    old = cli.report("trained", "5", "--date", "2026-03-31")
    cli.report("trained", "9", "--date", "2026-06-30", "--corrects", old["id"])
    told = ["export", "--format", "csv", "--what", "reports"]
    assert [row["value"] for row in rows(cli(*told).out)] == ["5", "9"]
    [row] = rows(cli(*told, "--as-of", "2026-05-01").out)
    assert (row["value"], row["corrected_by"]) == ("5", "")
    assert rows(cli(*told, "--known-on", "2026-11-20").out) == []


def test_without_reports_the_heading_remains(cli):
    cli.write(TRAINED)
    out = cli("export", "--format", "csv", "--what", "reports").out
    assert out.startswith("id,target,body,part,date,")
    assert out.count("\r\n") == 1


@pytest.mark.promise("formulas")
def test_no_cell_of_a_report_is_a_formula(cli):
    cli.write(TRAINED)
    cli.report("trained", "5", "--note", '=HYPERLINK("http://x")', "--source", "@x", "--by", "+1")
    [row] = rows(cli("export", "--format", "csv", "--what", "reports").out)
    assert (row["note"], row["source"]) == ('\'=HYPERLINK("http://x")', "'@x")


# json


def test_status_history_and_show_are_slices_of_the_json(cli):
    cli.write(TRAINED, LATE, PORTAL.replace("portal", "web"), head=PROVINCES)
    first = cli.report("trained", "5", "--date", "2026-03-31", "--source", "plan")
    cli.report("trained", "6", "--date", "2026-03-31", "--corrects", first["id"])
    whole = cli("export", "--format", "json").json
    assert whole["reports"] == cli("history", "--format", "json").json["records"]
    assert whole["scoreboard"] == cli("scoreboard", "--format", "json").json["bodies"]
    assert whole["due"] == cli("due", "--format", "json").json["due"]
    assert whole["seal"]["lines"] == 2
    status = cli("status", "--format", "json").json
    for name in status.keys() - {"targets"}:
        assert whole[name] == status[name]
    for entry, full in zip(status["targets"], whole["targets"], strict=True):
        if entry["bodies"] is None:
            assert {
                name: full[name] for name in entry.keys() - {"evidence"}
            }.items() <= entry.items()
        show = cli("show", entry["id"], "--format", "json").json
        assert whole["sources"].items() >= show.pop("sources").items()
        assert show == {"cdstrack": 2, "as_of": "2026-11-21", **full}


# ics


def test_a_deadline_is_one_day_the_last_that_is_still_in_time(cli):
    cli.write(
        TRAINED,
        LAW,
        target("quarter", DATED.replace("deadline: 2026", "deadline: 2027-Q1")),
        target("day", DATED.replace("deadline: 2026", "deadline: 2028-02-29")),
        target(
            "kept", "kind: sustain\nunit: x\ntarget: {at_least: 5}\nperiods: [2026-Q1, 2027-H1]\n"
        ),
    )
    found = ics(cli)
    assert {name: each["DTSTART"].dt for name, each in found.items()} == {
        "trained": date(2026, 12, 31), "law": date(2026, 12, 31), "quarter": date(2027, 3, 31),
        "day": date(2028, 2, 29), "kept": date(2027, 6, 30),
    }  # fmt: skip
    for each in found.values():
        assert each["DTEND"].dt - each["DTSTART"].dt == timedelta(days=1)
        assert each["DTSTART"].params["VALUE"] == "DATE"
        assert each["TRANSP"] == "TRANSPARENT"


def test_a_revised_deadline_is_the_one_in_force(cli):
    moved = DATED.replace("deadline: 2026", "deadline: 2027")
    moved += "revisions: [{on: 2026-05-01, field: deadline, old: 2026-06, new: 2027}]"
    too_late = moved.replace("on: 2026-05-01", "on: 2026-08-01")
    cli.write(target("moved", moved), target("missed", too_late))
    found = ics(cli)
    assert found["moved"]["DTSTART"].dt == date(2027, 12, 31)
    assert found["missed"]["DTSTART"].dt == date(2026, 6, 30)  # moved after it was missed
    assert ics(cli, "--as-of", "2026-04-01")["moved"]["DTSTART"].dt == date(2026, 6, 30)


def test_an_event_says_what_is_to_be_reached_by_whom_and_who_said_so(cli):
    more = DATED + "tags: [people, law]\n"
    said = target("trained", more, vi="'Tập huấn; cán bộ, công chức'", en="Train", owner="old")
    cli.write(said.replace("source: plan}", "source: plan, paragraph: 8}"))
    cli.report("trained", "250", "--nearly", "--date", "2026-03-31", "--source", "plan")
    [event] = ics(cli, "--lang", "vi").values()
    assert event["SUMMARY"] == "Tập huấn; cán bộ, công chức"
    assert str(event["DESCRIPTION"]).splitlines() == [
        "Trạng thái: đúng tiến độ; còn 40 ngày; tính đến ngày 21/11/2026",
        "Mục tiêu: ≥ 1.000 người",
        "Số liệu: gần 250",
        "Báo cáo gần nhất: 31/03/2026",
        "Thời hạn: cuối năm 2026",
        "Cơ quan chịu trách nhiệm: Văn phòng",
        "Người nêu: Thủ tướng, ngày 01/01/2026",
        "Nguồn: Kế hoạch, đoạn 8",
        "Mã cam kết: trained",
    ]
    assert event["CATEGORIES"].cats == ["people", "law"]
    [event] = ics(cli, "--lang", "en").values()
    assert event["SUMMARY"] == "Train"
    assert "Deadline: end of 2026\nOwner: The Office\n" in event["DESCRIPTION"]
    assert "Source: The plan, paragraph 8\n" in event["DESCRIPTION"]


def test_an_owner_without_a_successor_is_said_to_have_none(cli):
    cli.write(target("t", DATED, owner="gone"))
    [event] = ics(cli, "--lang", "en").values()
    assert "Owner: Gone Bureau (no successor named)" in event["DESCRIPTION"]


def test_alarms_ring_30_7_and_1_days_before_what_is_still_open(cli):
    ended = "closed: {on: 2026-06-01, how: withdrawn, source: plan}\n"
    cli.write(TRAINED, LATE, LAW, target("off", DATED + ended), target("met", DATED))
    cli.report("law", "--done", "--date", "2026-05-01")
    cli.report("met", "1000", "--date", "2026-05-01")
    found = ics(cli, "--lang", "en")
    alarms = {
        name: [alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")]
        for name, event in found.items()
    }
    assert alarms == {"trained": [-30, -7, -1], "late": [], "law": [], "off": [], "met": []}
    first = found["trained"].walk("VALARM")[0]
    assert first["ACTION"] == "DISPLAY"
    assert first["DESCRIPTION"] == "Officials trained: 30 days left"


def test_what_was_withdrawn_is_cancelled_so_that_calendars_that_have_it_learn_of_it(cli):
    ended = "closed: {on: 2026-06-01, how: withdrawn, source: plan}\n"
    cli.write(TRAINED, target("off", DATED + ended))
    assert {name: each["STATUS"] for name, each in ics(cli).items()} == {
        "trained": "CONFIRMED", "off": "CANCELLED",
    }  # fmt: skip
    assert ics(cli, "--as-of", "2026-05-01")["off"]["STATUS"] == "CONFIRMED"


def test_a_parent_stands_aside_for_its_classes_but_not_for_those_left_out(cli):
    family = FAMILY.replace("id: all-heads", "id: all-heads\n    tags: [whole]")
    cli.write(family)
    assert list(ics(cli)) == ["ministers", "chairs"]
    assert list(ics(cli, "--tag", "whole")) == ["all-heads"]


def test_what_names_no_day_is_left_out_and_listed(cli):
    cli.write(TRAINED, OPEN, target("talk", "kind: unquantified", en="Talk"))
    for args in (["--format", "ics"], ["-o", "out.ics"]):
        ran = cli("export", *args, "--lang", "en")
        *_, heading, first, second = ran.err.splitlines()
        assert heading == "Not in the calendar, because no deadline was stated: 2 commitments"
        assert (first, second) == ("  open  Undated task", "  talk  Talk")
    assert list(events((cli.folder / "out.ics").read_bytes())) == ["trained"]
    assert "2 cam kết" in cli("export", "--format", "ics", "--lang", "vi").err


def test_a_long_list_of_what_is_left_out_is_cut(cli):
    cli.write(*[target(f"t{n}", REACH) for n in range(103)])
    lines = cli("export", "--format", "ics", "--lang", "en").err.splitlines()
    assert len(lines) == 102
    assert lines[-1] == "… and 3 more."


def uids(cli, *args: str) -> dict[str, str]:
    return {name: str(each["UID"]) for name, each in ics(cli, *args).items()}


def test_an_event_keeps_its_name_over_days_languages_wording_and_places(cli):
    cli.write(TRAINED, LATE)
    before = uids(cli, "--lang", "vi")
    cli.report("trained", "250", "--date", "2026-03-31")
    assert uids(cli, "--lang", "en", "--as-of", "2026-08-01") == before
    new = DATED.replace("deadline: 2026", "deadline: 2028")
    cli.write(target("new", REACH), target("trained", new, vi="Khác", en="Other"), LATE)
    (cli.folder / "targets.yaml").rename(cli.folder / "moved.yaml")
    assert uids(cli, "--file", "moved.yaml") == before
    assert len(set(before.values())) == 2


def test_registers_of_different_names_do_not_share_events(cli):
    cli.write(TRAINED)
    first = uids(cli)["trained"]
    head = (
        "cdstrack: 1\ntitle: {vi: '%s', en: Trial register}\nsources:\n"
        "  plan: {title: x}\nbodies:\n  office: {name: x}\n"
    )
    cli.write(TRAINED, head=head % "sổ  Thử")  # the same but for blanks and capitals
    assert uids(cli)["trained"] == first
    cli.write(TRAINED, head=head % "Sổ của tỉnh")
    assert uids(cli)["trained"] != first


def test_the_stamp_is_the_day_that_was_asked_for_or_now(cli):
    cli.write(TRAINED)
    [event] = ics(cli, "--as-of", "2026-05-31").values()
    assert event["DTSTAMP"].dt.isoformat() == "2026-05-31T00:00:00+00:00"
    [event] = ics(cli).values()
    assert event["DTSTAMP"].dt.isoformat().startswith("2026-11-21T05:00:")


def test_the_calendar_is_named_after_the_register_and_asks_nobody_to_come(cli):
    cli.write(TRAINED)
    for lang, name in (("vi", "Sổ thử"), ("en", TRIAL)):
        found = Calendar.from_ical(cli("export", "--format", "ics", "--lang", lang).out)
        assert (found["NAME"], found["X-WR-CALNAME"]) == (name, name)
        assert found["PRODID"] == f"-//cdstrack//cdstrack//{lang.upper()}"
        assert found["VERSION"] == "2.0"
        assert "METHOD" not in found
        assert all("ORGANIZER" not in each for each in found.walk("VEVENT"))


def test_an_empty_selection_is_an_empty_calendar(cli):
    cli.write(TRAINED)
    ran = cli("export", "--format", "ics", "--state", "overdue")
    assert (ran.code, ran.err) == (0, "")
    assert events(ran.out) == {}


def test_the_calendar_of_the_shipped_register(cli):
    cli.ship()
    ran = cli("export", "--format", "ics", "--lang", "vi")
    found = events(ran.out)
    assert len(found) == 8
    assert "heads-work-online-and-sign-2024" not in found  # its two classes are there
    event = found["dx-training-10000-officials-2022"]
    assert event["DTSTART"].dt == date(2022, 12, 31)
    assert "Số liệu: gần 1.000\n" in event["DESCRIPTION"]
    assert "Bộ Khoa học và Công nghệ" in event["DESCRIPTION"]
    assert sum(line.startswith("  ") for line in ran.err.splitlines()) == 4


# xlsx


def test_a_workbook_has_its_sheets_in_the_language_of_the_reader(cli):
    cli.write(TRAINED)
    assert list(workbook(cli)) == ["Commitments", "Reports", "cdstrack"]
    sheets = workbook(cli, lang="vi")
    assert list(sheets) == ["Cam kết", "Báo cáo", "cdstrack"]
    [row] = sheets["Cam kết"]
    assert row["Cam kết"] == "Tập huấn cán bộ"
    assert row["Trạng thái, tính đến ngày 21/11/2026"] == "chưa có số liệu"
    assert row["Mức phải đạt"] == "≥ 1.000"


def test_days_are_dates_numbers_are_numbers_and_what_was_said_otherwise_is_text(cli):
    cli.write(TRAINED, SIGNED, LAW)
    cli.report("trained", "96.5", "--nearly", "--date", "2026-03-31", "--source", "plan")
    cli.report("signed", "--n", "22", "--of", "63", "--date", "2026-Q1", "--note", "Đợt 1\nđủ")
    cli.report("law", "--done", "--date", "2026-05-01")
    sheets = workbook(cli)
    trained, signed, law = sheets["Commitments"]
    assert trained["Value"] == 96.5
    assert trained["As reported"] == "nearly 96.5"
    assert (trained["Target"], trained["To be reached"], trained["Unit"]) == (
        1000, "≥ 1,000", "persons",
    )  # fmt: skip
    assert trained["Progress, %"] == 9.65  # of a hundred, not of one
    assert (trained["Deadline"], trained["Last day in time"]) == ("end of 2026", date(2026, 12, 31))
    assert trained["Days left"] == 40
    assert trained["Last report"] == date(2026, 3, 31)
    assert (trained["Owner"], trained["Source"]) == ("The Office", "The plan")
    assert (signed["Value"], signed["Unit"]) == (34.920635, "%")
    assert signed["As reported"] == "22/63 (34.92%)"
    assert signed["Last report"] == "Q1 2026"
    assert (law["Value"], law["As reported"], law["To be reached"]) == ("", "done", "to be done")
    first, second, third = sheets["Reports"]
    assert (first["Figure for"], first["Value"]) == (date(2026, 3, 31), 96.5)
    assert first["As reported"] == "nearly 96.5 persons"
    assert first["Source"] == "The plan"
    assert isinstance(first["Recorded"], datetime)
    assert first["Recorded"].isoformat() == "2026-11-21T12:00:00"  # noon in Hà Nội
    assert (second["Figure for"], second["n"], second["of N"]) == ("Q1 2026", 22, 63)
    assert second["Note"] == "Đợt 1 đủ"
    assert (third["As reported"], third["Value"]) == ("done", "")


def test_a_corrected_report_stays_and_names_its_correction(cli):
    cli.write(TRAINED)
    old = cli.report("trained", "5", "--date", "2026-03-31")
    new = cli.report("trained", "6", "--date", "2026-03-31", "--corrects", old["id"])
    first, second = workbook(cli)["Reports"]
    assert (first["Report id"], first["Corrected by"]) == (old["id"], new["id"])
    assert (second["Report id"], second["Corrects"]) == (new["id"], old["id"])


def test_reports_of_bodies_and_of_what_the_register_does_not_know(cli):
    cli.write(PORTAL, head=PROVINCES)
    stray = {"id": "s", "target": "lost", "date": "2025", "value": "1.5", "body": "x", "part": "y",
             "recorded": "2026-01-01T00:00:00Z"}  # fmt: skip
    void = {"id": "v", "target": "lost", "date": "2025", "void": True, "corrects": "s",
            "recorded": "2026-01-02T00:00:00Z"}  # fmt: skip
    cli.ledger.write_text(f"{json.dumps(stray)}\n{json.dumps(void)}\n", encoding="utf-8")
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2", "--date", "2026-03")
    lost, undone, portal = workbook(cli)["Reports"]
    assert (lost["Commitment id"], lost["Commitment"]) == ("lost", "")
    assert (lost["Body"], lost["Condition"], lost["As reported"]) == ("x", "y", "1.5")
    assert (undone["As reported"], undone["Value"]) == ("void", "")
    assert (portal["Body"], portal["Commitment"]) == ("North", "Files online")


def test_a_figure_with_more_digits_than_excel_keeps_is_text(cli):
    cli.write(SPENT)
    exact = {"2026-01": "123456789012345", "2026-02": "0.1", "2026-03": "-2.50"}
    long = {"2026-04": "1234567890123456", "2026-05": "0.1234567890123456", "2026-06": "9" * 30}
    for month, value in (exact | long).items():
        cli.report("spent", value, "--date", month)
    told = [row["Value"] for row in workbook(cli)["Reports"]]
    assert told == [123456789012345.0, 0.1, -2.5, *long.values()]


def test_a_day_before_excel_counts_days_is_text(cli):
    cli.write(target("old", DATED.replace("baseline: {value: 0, date: 2026-01-01}\n", "")))
    record = {"id": "a", "target": "old", "date": "1899-12-31", "value": "5",
              "recorded": "1970-01-01T00:00:00Z"}  # fmt: skip
    cli.ledger.write_text(json.dumps(record) + "\n", encoding="utf-8")
    sheets = workbook(cli)
    assert sheets["Commitments"][0]["Last report"] == "1899-12-31"
    assert sheets["Reports"][0]["Figure for"] == "1899-12-31"
    assert sheets["Reports"][0]["Recorded"].isoformat() == "1970-01-01T08:00:00"  # local time


def test_a_selection_and_a_day_hold_for_the_workbook(cli):
    cli.write(TRAINED, LATE)
    cli.report("trained", "5", "--date", "2026-03")
    cli.report("late", "5", "--date", "2026-03")
    sheets = workbook(cli, "--state", "overdue", "--as-of", "2026-08-01")
    assert [row["Commitment id"] for row in sheets["Commitments"]] == ["late"]
    assert [row["Commitment id"] for row in sheets["Reports"]] == ["late"]
    assert "State, as of 1 Aug 2026" in sheets["Commitments"][0]
    assert {row["id"] for row in sheets["cdstrack"] if row["section"] == "targets"} == {"late"}
    sheets = workbook(cli, "--as-of", "2025-01-01")
    assert (sheets["Commitments"], sheets["Reports"]) == ([], [])


def test_the_workbook_of_the_shipped_register(cli):
    cli.ship()
    sheets = workbook(cli, lang="vi")
    assert (len(sheets["Cam kết"]), len(sheets["Báo cáo"])) == (14, 3)
    states = cli("status", "--format", "json").json["targets"]
    assert {row["Mã cam kết"] for row in sheets["Cam kết"]} == {each["id"] for each in states}
    for row in sheets["Cam kết"]:
        [known] = [each for each in states if each["id"] == row["Mã cam kết"]]
        assert (row["Số ngày quá hạn"] or None) == known["days_overdue"]
        assert row["Cam kết"] == known["title"]["vi"]
