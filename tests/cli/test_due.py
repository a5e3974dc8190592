"""``due``: which reports are due, from whom, since when."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.cases import every_case
from tests.cli.boards import PROVINCES, asked
from tests.cli.build import DATED, FAMILY, HEAD, REACH, target


def decided(on: str) -> str:
    """The head of a register with a decree of a day."""
    decree = f"sources:\n  decree: {{title: The decree, date: {on}}}\n"
    return HEAD.replace("sources:\n", decree)


UNDATED = REACH + "baseline: {value: 0}\n"


def owed(cli: Any, *args: str) -> list[dict[str, Any]]:
    """What is due, first first."""
    ran = cli("due", "--format", "json", *args)
    assert (ran.code, ran.err) == (0, "")
    return ran.json["due"]


def periods(cli: Any, *args: str) -> list[tuple[str, str, str, int]]:
    """Who owes which periods on which target, and for how many days."""
    return [
        (each["body"], each["first"], each["newest"], each["days_overdue"])
        for each in owed(cli, *args)
    ]


def every(frequency: str, more: str = "", *, said: str = UNDATED) -> str:
    return target("t", said + f"report_every: {frequency}\n" + more)


# Which periods


@every_case(
    "frequency, on, first, newest, overdue",
    [
        ("month", "2026-11-21", "2026-01", "2026-10", 294),
        ("quarter", "2026-11-21", "2026-Q1", "2026-Q3", 235),
        ("half", "2026-11-21", "2026-H1", "2026-H1", 144),
        ("year", "2027-01-01", "2026", "2026", 1),
    ],
)
def test_every_period_that_is_over_and_was_not_reported(cli, frequency, on, first, newest, overdue):
    cli.write(every(frequency))
    assert periods(cli, "--as-of", on) == [("office", first, newest, overdue)]


@every_case("frequency", ["month", "quarter", "half", "year"])
def test_before_the_first_period_is_over_nothing_is_due(cli, frequency):
    cli.write(every(frequency))
    assert owed(cli, "--as-of", "2026-01-30") == []


def test_on_the_last_day_of_a_period_its_report_is_due_and_not_yet_late(cli):
    cli.write(every("month"))
    for on, days, said in (
        ("2026-01-31", 0, "due today"), ("2026-02-01", 1, "1 day overdue"),
    ):  # fmt: skip
        assert periods(cli, "--as-of", on) == [("office", "2026-01", "2026-01", days)]
        assert f"31 Jan 2026; {said}" in cli("due", "--as-of", on, "--lang", "en").out
    assert "hết hạn hôm nay" in cli("due", "--as-of", "2026-01-31", "--lang", "vi").out


def test_february_has_29_days_in_a_leap_year(cli):
    cli.write(every("month", "start: 2028-02-01"))
    assert owed(cli, "--as-of", "2028-02-28") == []
    [report] = owed(cli, "--as-of", "2028-02-29")
    assert (report["first"], report["due_on"]) == ("2028-02", "2028-02-29")
    assert periods(cli, "--as-of", "2028-03-01") == [("office", "2028-02", "2028-02", 1)]


def test_the_days_allowed_for_publication_are_added(cli):
    cli.write(every("quarter", "lag_days: 30"))
    [report] = owed(cli, "--as-of", "2026-05-01")
    assert (report["due_on"], report["days_overdue"]) == ("2026-04-30", 1)
    for on in ("2026-04-01", "2026-04-30"):  # over, and still in time
        [report] = owed(cli, "--as-of", on)
        assert (report["first"], report["days_overdue"]) == ("2026-Q1", 0)
    assert owed(cli, "--as-of", "2026-03-31") == []
    assert "29 days left" in cli("due", "--as-of", "2026-04-01", "--lang", "en").out


def test_the_first_period_is_that_in_which_its_time_begins(cli):
    cli.write(every("quarter", "start: 2026-05-15"))
    assert owed(cli, "--as-of", "2026-05-14") == []
    assert periods(cli, "--as-of", "2026-07-01") == [("office", "2026-Q2", "2026-Q2", 1)]


def test_what_stood_at_the_start_need_not_be_reported(cli):
    cli.write(every("quarter", said=REACH + "baseline: {value: 0, date: 2026-Q2}\n"))
    assert owed(cli, "--as-of", "2026-07-01") == []
    assert periods(cli, "--as-of", "2026-10-01") == [("office", "2026-Q3", "2026-Q3", 1)]


def test_within_adds_what_falls_due_in_the_next_days(cli):
    cli.write(every("month"))
    cli.report("t", "5", "--date", "2026-10")
    assert owed(cli) == []
    assert owed(cli, "--within", "8d") == []
    [report] = owed(cli, "--within", "9d")
    assert (report["first"], report["periods"], report["due_on"]) == ("2026-11", 1, "2026-11-30")
    assert "9 days left" in cli("due", "--within", "9d", "--lang", "en").out
    assert "còn 9 ngày" in cli("due", "--within", "9d", "--lang", "vi").out
    for lang, said in (
        ("en", "with those that fall due within 1 week"), ("vi", "đến hạn gửi trong 1 tuần tới"),
    ):  # fmt: skip
        assert said in cli("due", "--within", "1w", "--lang", lang).out
    [report] = owed(cli, "--within", "2m")
    assert (report["newest"], report["periods"]) == ("2026-12", 2)


def test_within_counts_the_days_allowed_for_publication(cli):
    cli.write(every("quarter", "lag_days: 30"))
    cli.report("t", "5", "--date", "2026-Q3")
    assert owed(cli, "--within", "69d") == []
    assert [each["due_on"] for each in owed(cli, "--within", "70d")] == ["2027-01-30"]


# What counts as a report for it


def test_a_later_report_makes_up_for_those_before_it(cli):
    cli.write(every("quarter"))
    cli.report("t", "5", "--date", "2026-08-15")
    assert owed(cli) == []
    cli.report("t", "5", "--date", "2026-11-01")
    assert owed(cli, "--within", "60d") == []


def test_a_report_before_the_last_period_leaves_the_rest_due(cli):
    cli.write(every("month"))
    cli.report("t", "5", "--date", "2026-07-01")
    assert periods(cli) == [("office", "2026-08", "2026-10", 82)]
    [report] = owed(cli)
    assert (report["periods"], report["last"]) == (3, "2026-07-01")


def test_a_report_for_a_whole_year_covers_its_months(cli):
    cli.write(every("month", said=UNDATED))
    cli.report("t", "5", "--date", "2026-H1")
    assert periods(cli) == [("office", "2026-07", "2026-10", 113)]


def test_a_voided_report_is_due_again(cli):
    cli.write(every("quarter"))
    wrong = cli.report("t", "5", "--date", "2026-Q3")
    assert owed(cli) == []
    cli.report("t", "--void", wrong["id"])
    assert periods(cli) == [("office", "2026-Q1", "2026-Q3", 235)]


def test_by_what_was_known(cli):
    cli.write(every("quarter"))
    cli.report("t", "5", "--date", "2026-Q3")
    assert len(owed(cli, "--known-on", "2026-11-20")) == 1


# Who still has to


def test_who_has_achieved_it_is_asked_until_the_deadline_and_not_after_it(cli):
    cli.write(every("quarter", said=DATED.replace("deadline: 2026", "deadline: 2026-09")))
    cli.report("t", "1000", "--date", "2026-Q1")
    assert periods(cli, "--as-of", "2026-09-30")[0][1] == "2026-Q2"
    assert owed(cli, "--as-of", "2026-10-01") == []


def test_what_is_overdue_is_asked_until_it_is_achieved(cli):
    cli.write(every("quarter", said=DATED.replace("deadline: 2026", "deadline: 2026-03")))
    cli.report("t", "999", "--date", "2026-Q1")
    assert periods(cli) == [("office", "2026-Q2", "2026-Q3", 144)]
    cli.report("t", "1000", "--date", "2026-Q2")
    assert cli.state("t")["state"] == "achieved_late"
    assert owed(cli) == []


def test_nothing_is_asked_once_it_is_closed(cli):
    closed = "closed: {on: 2026-06-15, how: withdrawn, source: decree}"
    cli.write(every("quarter", closed), head=decided("2026-06-15"))
    assert len(owed(cli, "--as-of", "2026-06-14")) == 1
    assert owed(cli, "--as-of", "2026-06-15") == []


def test_a_decision_that_came_after_the_deadline_ends_the_reports_though_not_the_verdict(cli):
    closed = "closed: {on: 2026-08-15, how: withdrawn, source: decree}"
    said = DATED.replace("deadline: 2026", "deadline: 2026-03")
    cli.write(every("quarter", closed, said=said), head=decided("2026-08-15"))
    assert cli.state("t")["state"] == "overdue"
    assert owed(cli) == []
    assert len(owed(cli, "--as-of", "2026-08-14")) == 1


def test_nothing_is_asked_of_what_is_not_quantified(cli):
    cli.write(target("t", "kind: unquantified\nreport_every: month"))
    assert owed(cli) == []


def test_a_milestone_is_reported_on_as_well(cli):
    cli.write(every("month", said="kind: milestone\ndeadline: 2026-12\n"))
    cli.report("t", "--not-done", "--date", "2026-09-30")
    assert periods(cli) == [("office", "2026-10", "2026-10", 21)]


def test_classes_are_asked_and_their_parent_is_not(cli):
    family = FAMILY.replace("kind: reach", "report_every: half\n    kind: reach")
    cli.write(family)
    assert [each["target"] for each in owed(cli)] == ["ministers", "chairs"]


def test_the_body_that_answers_today_owes_the_report(cli):
    cli.write(target("t", UNDATED + "report_every: month\n", owner="old"))
    assert [each["body"] for each in owed(cli, "--as-of", "2026-02-10")] == ["old"]
    assert [each["body"] for each in owed(cli)] == ["office"]


# Bodies that report one by one


def portal(more: str = "", **said: Any) -> str:
    return asked("portal", "ratio", "report_every: quarter\n" + more, en="Files online", **said)


def tell(cli: Any, who: str, when: str) -> None:
    cli.report("portal", "--body", who, "--n", "1", "--of", "2", "--date", when)


def test_every_body_owes_its_own_and_the_longest_overdue_comes_first(cli):
    cli.write(portal(), head=PROVINCES)
    tell(cli, "north", "2026-Q2")
    assert periods(cli) == [
        ("south", "2026-Q1", "2026-Q3", 235),
        ("north", "2026-Q3", "2026-Q3", 52),
        ("highland", "2026-Q3", "2026-Q3", 52),
    ]


def test_a_body_that_is_new_owes_nothing_from_before_its_time(cli):
    cli.write(portal(), head=PROVINCES)
    before = periods(cli, "--as-of", "2026-06-30")
    assert [who for who, *_ in before] == ["north", "south", "hill", "vale"]
    after = {who: first for who, first, *_ in periods(cli, "--as-of", "2026-10-01")}
    assert after == {"north": "2026-Q1", "south": "2026-Q1", "highland": "2026-Q3"}


def test_what_bodies_reported_that_were_merged_counts_for_their_successor(cli):
    cli.write(portal(), head=PROVINCES)
    tell(cli, "hill", "2026-Q1")
    tell(cli, "vale", "2026-Q2")
    highland = next(each for each in owed(cli) if each["body"] == "highland")
    assert (highland["first"], highland["last"]) == ("2026-Q3", "2026-Q2")
    tell(cli, "highland", "2026-Q3")
    assert "highland" not in [each["body"] for each in owed(cli)]


def test_of_bodies_that_are_only_counted_it_is_said_how_many_are_silent(cli):
    cli.write(portal(group="communes"), head=PROVINCES)
    tell(cli, "north", "2026-Q1")
    tell(cli, "south", "2026-Q3")
    north, rest = sorted(owed(cli), key=lambda each: each["bodies"])
    assert (north["body"], north["first"], north["bodies"]) == ("north", "2026-Q2", 1)
    assert (rest["body"], rest["name"], rest["bodies"]) == (None, None, 98)
    out = cli("due", "--lang", "en").out
    assert "\nBodies not listed by name\n" in out
    assert "98 bodies have never reported" in out
    vi = cli("due", "--lang", "vi").out
    assert "\nCác đơn vị không liệt kê tên\n" in vi
    assert "98 đơn vị chưa báo cáo lần nào" in vi


def test_of_a_hundred_one_is_silent(cli):
    head = PROVINCES.replace("n: 100", "n: 2")
    cli.write(portal(group="communes"), head=head)
    tell(cli, "north", "2026-Q3")
    assert "1 body has never reported" in cli("due", "--lang", "en").out


def test_a_figure_for_all_of_them_is_no_report_of_any_later_period(cli):
    cli.write(portal(), head=PROVINCES)
    cli.report("portal", "--for-all", "--n", "1", "--of", "2", "--date", "2026-Q2")
    assert {first for _, first, *_ in periods(cli)} == {"2026-Q3"}


# Which of them


def test_only_a_group_and_only_an_owner(cli):
    own = target("own", UNDATED + "report_every: half\n", owner="north")
    other = target("other", UNDATED + "report_every: half\n")
    cli.write(portal(), own, other, head=PROVINCES)
    assert len(owed(cli)) == 5
    assert {each["target"] for each in owed(cli, "--owner", "office")} == {"portal", "other"}
    assert {each["target"] for each in owed(cli, "--owner", "north")} == {"own"}
    grouped = owed(cli, "--group", "provinces")
    assert [each["body"] for each in grouped].count("north") == 2
    assert "office" not in [each["body"] for each in grouped]


@every_case(
    "args, said",
    [
        (["--group", "provnces"], "There is no group provnces in the register. Did you mean prov"),
        (["--group", "communes"], "only counted, not listed by name"),
        (["--owner", "ofice"], "There is no body ofice in the register. Did you mean office?"),
        (["--within", "soon"], "soon is no length of time. Write 90d, 12w, 3m or 1y."),
        (["--format", "plain"], "It is one of table, json, csv or md."),
        (["--as-of", "hôm kia"], "is no date"),
        (
            ["portal"],
            "due lists them all and takes no name. One commitment, indicator or heading: "
            "cdstrack show portal",
        ),
    ],
)
def test_what_cannot_be_is_refused(cli, args, said):
    cli.write(portal(), head=PROVINCES)
    ran = cli("due", *args, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


# How it is said


def test_nothing_asked_is_not_nothing_due(cli):
    cli.write(target("t", UNDATED))
    assert cli("due", "--lang", "en").out.endswith(
        "\n\nNo report is due: no target here says how often it is to be reported (report_every).\n"
    )
    assert "chưa cam kết nào ở đây ghi chu kỳ báo cáo" in cli("due", "--lang", "vi").out
    cli.write(every("month"))
    cli.report("t", "5", "--date", "2026-10")
    assert cli("due", "--lang", "en").out.endswith("\n\nNo report is due.\n")
    assert cli("due", "--lang", "vi").out.endswith("\n\nKhông có báo cáo nào đến hạn gửi.\n")
    assert "No report is due." in cli("due", "--format", "md", "--lang", "en").out
    assert owed(cli) == []


def test_the_head_counts_reports_and_bodies(cli):
    cli.write(portal(), target("own", UNDATED + "report_every: half\n", owner="north"),
              head=PROVINCES)  # fmt: skip
    tell(cli, "south", "2026-Q3")
    tell(cli, "highland", "2026-Q3")
    en = cli("due", "--lang", "en").out.splitlines()
    assert en[:3] == [
        "Register of the provinces",
        "as of 21 Nov 2026",
        "4 reports due from 1 body, longest overdue first",
    ]
    vi = cli("due", "--lang", "vi").out.splitlines()
    assert vi[2] == "4 báo cáo phải gửi của 1 cơ quan, đơn vị; quá hạn lâu nhất xếp trước"


def test_how_many_they_are_is_not_said_where_some_are_only_counted(cli):
    cli.write(portal(group="communes"), asked("desks", "share", "report_every: half\n",
              group="communes"), head=PROVINCES)  # fmt: skip
    tell(cli, "north", "2026-Q3")
    en = cli("due", "--lang", "en").out.splitlines()
    assert en[2] == "397 reports due, longest overdue first"  # 99 × 3 on one, 100 on the other
    vi = cli("due", "--lang", "vi").out.splitlines()
    assert vi[2] == "397 báo cáo phải gửi; quá hạn lâu nhất xếp trước"


def test_each_body_has_its_heading_with_its_targets_below(cli):
    own = target("own", UNDATED + "report_every: half\n", owner="north", en="Own task")
    cli.write(portal(), own, head=PROVINCES)
    tell(cli, "south", "2026-Q3")
    tell(cli, "highland", "2026-Q3")
    lines = cli("due", "--lang", "en").out.splitlines()
    at = lines.index("North")
    assert [line.split()[0] for line in lines[at + 1 : at + 3]] == ["portal", "own"]
    assert "Q1 2026 – Q3 2026; 3 reports" in lines[at + 1]
    assert "31 Mar 2026; 235 days overdue" in lines[at + 1]
    assert "first half of 2026" in lines[at + 2]
    vi = cli("due", "--lang", "vi").out
    assert "quý I/2026 – quý III/2026; 3 kỳ" in vi
    assert "31/03/2026; quá hạn 235 ngày" in vi


DUE = [
    "body", "name", "bodies", "target", "first", "newest", "periods", "due_on", "days_overdue",
    "last",
]  # fmt: skip


def test_as_data(cli):
    cli.write(portal(), head=PROVINCES)
    tell(cli, "north", "2026-Q2")
    found = cli("due", "--format", "json").json
    assert list(found) == ["cdstrack", "as_of", "due", "seal", "problems"]
    assert (found["cdstrack"], found["as_of"]) == (2, "2026-11-21")
    assert [list(each) for each in found["due"]] == [DUE] * 3
    assert found["due"][1] == {
        "body": "north", "name": {"vi": "Tỉnh Bắc", "en": "North"}, "bodies": 1,
        "target": "portal", "first": "2026-Q3", "newest": "2026-Q3", "periods": 1,
        "due_on": "2026-09-30", "days_overdue": 52, "last": "2026-Q2",
    }  # fmt: skip
    assert cli("due", "--format", "json", "--lang", "vi").json == found


def test_csv_keeps_its_columns_for_bodies_without_a_name(cli):
    cli.write(portal(group="communes"), head=PROVINCES)
    tell(cli, "north", "2026-Q1")
    text = cli("due", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["body", "name_vi", "name_en", *DUE[2:]]
    assert {len(row) for row in rows} == {len(rows[0])}
    by_body = {row["body"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (by_body[""]["bodies"], by_body[""]["name_en"]) == ("99", "")
    assert (by_body["north"]["name_vi"], by_body["north"]["first"]) == ("Tỉnh Bắc", "2026-Q2")
    assert cli("due", "--format", "csv", "--lang", "vi").out == text


def test_csv_of_nothing_is_its_heading(cli):
    cli.write(target("t", UNDATED))
    rows = list(csv.reader(io.StringIO(cli("due", "--format", "csv").out)))
    assert rows == [["body", "name_vi", "name_en", *DUE[2:]]]


def test_markdown_has_a_table_a_body(cli):
    cli.write(portal(), head=PROVINCES)
    out = cli("due", "--format", "md", "--lang", "en").out
    assert out.startswith("## Register of the provinces\n")
    assert [line for line in out.splitlines() if line.startswith("### ")] == [
        "### North", "### South", "### Highland",
    ]  # fmt: skip
    assert out.count("| COMMITMENT |") == 3


def test_a_fault_elsewhere_is_named_and_the_rest_is_told(cli):
    cli.write(every("month"), target("broken", "kind: rech"))
    ran = cli("due", "--format", "json")
    assert ran.code == 3
    assert "Did you mean reach?" in ran.err
    assert len(ran.json["due"]) == 1
    assert [each["code"] for each in ran.json["problems"]] == ["not_one_of"]


def test_as_of_a_day_to_come(cli):
    cli.write(every("year"))
    assert periods(cli, "--as-of", "2028-06-01") == [("office", "2026", "2027", 518)]


def test_however_far_within_reaches_it_stays_inside_the_calendar(cli):
    cli.write(every("month"))
    for on in ("2026-11-21", "9998-12-31"):
        [report] = owed(cli, "--as-of", on, "--within", "99999y")
        assert report["newest"] == "9998-12"


def test_of_increments_every_month_is_wanted_and_a_span_covers_several(cli):
    cli.write(asked("money", "sum", "accumulate: sum\nreport_every: month\n"), head=PROVINCES)
    for month in ("2026-01", "2026-03", "2026-06/2026-10"):
        cli.report("money", "5", "--body", "north", "--date", month)
    [owed] = [
        each for each in cli("due", "--format", "json").json["due"] if each["body"] == "north"
    ]
    assert (owed["first"], owed["newest"], owed["periods"]) == ("2026-02", "2026-05", 3)


@pytest.mark.parametrize(
    ("frequency", "said"),
    [
        ("2 weeks from 2026-W01", "29 Dec 2025 – 15 Nov 2026"),
        ("2 months", "January 2026 – October 2026"),
    ],
)
def test_periods_that_are_spans_are_one_span_from_the_first_to_the_last(cli, frequency, said):
    cli.write(every(frequency))
    assert said in cli("due", "--lang", "en").out
