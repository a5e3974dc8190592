"""``scoreboard``: who has delivered, who is late, and who does not even report."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.cli.boards import OF_JUNE, OF_TODAY, PORTAL, PROVINCES, SIGN, TRAINED, asked
from tests.cli.build import DATED, FAMILY, HEAD, LATER, LAW, target, ticking

JUNE = DATED.replace("deadline: 2026", "deadline: 2026-06")
TASKS = "".join(
    f"  {name}: {{name: {{vi: Sở {vi}, en: Department of {en}}}}}\n"
    for name, vi, en in (
        ("punctual", "Đúng", "Punctuality"), ("tardy", "Trễ", "Tardiness"),
        ("busy", "Bận", "Business"), ("failing", "Hỏng", "Failure"), ("mute", "Câm", "Silence"),
    )
)  # fmt: skip
DEPARTMENTS = HEAD + TASKS


def board(cli: Any, *args: str) -> list[dict[str, Any]]:
    """The bodies of a board, first first."""
    ran = cli("scoreboard", *args, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    return ran.json["bodies"]


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["body"] for row in rows]


def row_of(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["body"] == name)


def cells(row: dict[str, Any]) -> dict[str, int]:
    """The cells of a body that are not empty."""
    known = ("on_time", "late", "in_time", "overdue", "outside")
    return {cell: row[cell] for cell in known if row[cell]}


def lines_of(cli: Any, *args: str) -> list[str]:
    """The rows of a table in a pipe, without heading."""
    return cli("scoreboard", *args, "--lang", "en").out.split("\n\n")[1].splitlines()[1:]


# Every body that answers for a target or reports on one


def test_who_owes_reports_comes_first_then_who_is_overdue_late_or_still_on_the_way(cli):
    tasks = ["punctual", "tardy", "busy", "failing", "mute"]
    dated = [DATED if name in ("busy", "mute") else JUNE for name in tasks]
    cli.write(
        *[target(f"of-{who}", said, owner=who) for who, said in zip(tasks, dated, strict=True)],
        head=DEPARTMENTS,
    )
    cli.report("of-punctual", "1000", "--date", "2026-06-30")
    cli.report("of-tardy", "1000", "--date", "2026-07-31")
    cli.report("of-busy", "500", "--date", "2026-10-31")
    cli.report("of-failing", "999", "--date", "2026-10-31")
    rows = board(cli)
    assert names(rows) == ["mute", "failing", "tardy", "busy", "punctual"]
    assert [cells(row) for row in rows] == [
        {"in_time": 1}, {"overdue": 1}, {"late": 1}, {"in_time": 1}, {"on_time": 1},
    ]  # fmt: skip
    assert [row["missing"] for row in rows] == [1, 0, 0, 0, 0]


def test_of_two_that_stand_alike_the_longer_silence_comes_first(cli):
    cli.write(target("a", DATED, owner="tardy"), target("b", DATED, owner="busy"), head=DEPARTMENTS)
    cli.report("a", "500", "--date", "2026-10-31")
    cli.report("b", "500", "--date", "2026-09-30")
    assert names(board(cli)) == ["busy", "tardy"]


def test_a_body_answers_for_what_it_took_over(cli):
    cli.write(target("a", DATED), target("b", JUNE, owner="old"))
    [row] = board(cli)
    assert (row["body"], row["targets"], cells(row)) == ("office", 2, {"in_time": 1, "overdue": 1})
    assert names(board(cli, "--as-of", "2026-02-28")) == ["office", "old"]


def test_a_body_without_a_successor_is_named_all_the_same(cli):
    cli.write(target("a", DATED, owner="gone"))
    assert names(board(cli)) == ["gone"]


def test_classes_count_and_their_parent_does_not(cli):
    cli.write(FAMILY)
    [row] = board(cli)
    assert (row["targets"], row["missing"]) == (2, 2)


def test_a_body_has_its_own_cell_on_what_all_report_on(cli):
    cli.write(asked("portal", "ratio", "deadline: 2026-08\n"), SIGN, head=PROVINCES)
    for who, n, when in (
        ("north", 80, "2026-08"), ("south", 80, "2026-09"), ("highland", 79, "2026-09"),
    ):  # fmt: skip
        cli.report("portal", "--body", who, "--n", str(n), "--of", "100", "--date", when)
    cli.report("sign", "--body", "north", "--done", "--date", "2026-09")
    rows = board(cli)
    assert {row["body"]: cells(row) for row in rows} == {
        "highland": {"overdue": 1, "in_time": 1},
        "south": {"late": 1, "in_time": 1},
        "north": {"on_time": 2},
    }
    assert names(rows) == ["highland", "south", "north"]
    assert row_of(rows, "north")["last"] == "2026-09"
    assert row_of(rows, "north")["age_days"] == 52


def test_the_owner_of_what_others_report_on_is_not_on_the_board_for_it(cli):
    cli.write(PORTAL, head=PROVINCES)
    assert sorted(names(board(cli))) == sorted(OF_TODAY)


def test_a_province_that_was_merged_stands_for_those_before_it(cli):
    cli.write(PORTAL, head=PROVINCES)
    for who, n in (("hill", "60"), ("vale", "90")):
        cli.report("portal", "--body", who, "--n", n, "--of", "100", "--date", "2026-06")
    assert sorted(names(board(cli, "--as-of", "2026-06-30"))) == sorted(OF_JUNE)
    before = board(cli, "--as-of", "2026-06-30")
    assert cells(row_of(before, "vale")) == {"on_time": 1}
    assert cells(row_of(before, "hill")) == {"in_time": 1}
    after = board(cli, "--as-of", "2026-07-01")
    assert sorted(names(after)) == sorted(OF_TODAY)
    joint = row_of(after, "highland")
    assert (cells(joint), joint["missing"], joint["last"]) == ({"in_time": 1}, 0, "2026-06")


def test_what_bodies_only_add_up_is_outside_the_cells(cli):
    cli.write(TRAINED, head=PROVINCES)
    cli.report("trained", "5000", "--body", "north", "--date", "2026-06")
    assert all(cells(row) == {"outside": 1} for row in board(cli))


def test_what_each_body_has_to_reach_decides_its_cell(cli):
    cli.write(asked("heads", "sum", "each: {at_least: 10}\n"), head=PROVINCES)
    cli.report("heads", "10", "--body", "north", "--date", "2026-10")
    cli.report("heads", "9", "--body", "south", "--date", "2026-10")
    rows = board(cli)
    assert cells(row_of(rows, "north")) == {"on_time": 1}
    assert cells(row_of(rows, "south")) == {"in_time": 1}


def test_of_bodies_that_are_only_counted_those_that_reported_are_listed(cli):
    cli.write(asked("desks", "share", group="communes"), head=PROVINCES)
    assert board(cli) == []
    cli.report("desks", "--body", "north", "--done", "--date", "2026-10")
    assert names(board(cli)) == ["north"]


def test_who_owes_a_late_report_is_missing_though_it_reported_before(cli):
    cli.write(asked("portal", "ratio", "report_every: quarter\n"), head=PROVINCES)
    for who, when in (("north", "2026-Q3"), ("south", "2026-Q2"), ("highland", "2026-Q3")):
        cli.report("portal", "--body", who, "--n", "1", "--of", "2", "--date", when)
    assert {row["body"]: row["missing"] for row in board(cli)} == {
        "south": 1, "north": 0, "highland": 0,
    }  # fmt: skip
    assert all(row["missing"] == 0 for row in board(cli, "--as-of", "2026-09-30"))


def test_an_owner_owes_a_report_once_its_period_is_over(cli):
    cli.write(target("a", DATED.replace("date: 2026-01-01", "date: 2025-12-31")
                     + "report_every: quarter\n"))  # fmt: skip
    missing = {on: board(cli, "--as-of", on)[0]["missing"] for on in (
        "2026-03-30", "2026-03-31", "2026-04-01",
    )}  # fmt: skip
    assert missing == {"2026-03-30": 0, "2026-03-31": 0, "2026-04-01": 1}


def test_nobody_is_missing_before_it_begins(cli):
    cli.write(target("own", DATED.replace("date: 2026-01-01", "date: 2026-12-01")
                     + "start: 2026-12-01\n"),
              asked("portal", "ratio", "start: 2026-12-01\n"), head=PROVINCES)  # fmt: skip
    assert {row["missing"] for row in board(cli)} == {0}
    assert {row["missing"] for row in board(cli, "--as-of", "2026-12-01")} == {1}


def test_nobody_is_missing_where_nothing_is_asked_any_more(cli):
    closed = "closed: {on: 2026-03-01, how: withdrawn, source: decree}\n"
    decree = "sources:\n  decree: {title: The decree, date: 2026-03-01}\n"
    head = PROVINCES.replace("sources:\n", decree)
    cli.write(asked("portal", "ratio", closed), head=head)
    rows = board(cli)
    assert {(row["missing"], row["outside"]) for row in rows} == {(0, 1)}


# Which bodies


def test_only_the_members_of_a_group(cli):
    cli.write(PORTAL, LAW, head=PROVINCES)
    assert "office" in names(board(cli))
    assert sorted(names(board(cli, "--group", "provinces"))) == sorted(OF_TODAY)
    june = board(cli, "--group", "provinces", "--as-of", "2026-06-30")
    assert sorted(names(june)) == sorted(OF_JUNE)


def test_only_by_the_targets_of_an_owner(cli):
    cli.write(PORTAL, target("law", "kind: milestone", owner="north"), head=PROVINCES)
    assert names(board(cli, "--owner", "north")) == ["north"]
    assert sorted(names(board(cli, "--owner", "office"))) == sorted(OF_TODAY)


@pytest.mark.parametrize(
    ("args", "en", "vi"),
    [
        (
            ["--group", "provnces"],
            "There is no group provnces in the register. Did you mean provinces?",
            "provnces trong sổ. Có phải ý là provinces?",
        ),
        (
            ["--group", "communes"],
            "The members of communes are only counted, not listed by name.",
            "communes chỉ ghi số lượng, không liệt kê",
        ),
        (
            ["--owner", "ofice"],
            "There is no body ofice in the register. Did you mean office?",
            "ofice. Có phải ý là office?",
        ),
        (
            ["portal", "--owner", "office"],
            "Only one of TARGET, --owner can be given.",
            "Chỉ được dùng một trong TARGET, --owner.",
        ),
        (
            ["law"],
            "law is not reported body by body.",
            "law không do từng",
        ),
        (
            ["portl"],
            "There is no target portl. Did you mean portal?",
            "Không có cam kết portl. Có phải ý là portal?",
        ),
        (
            ["portal", "--as-of", "2025-12-31"],
            "The target portal was stated on 1 Jan 2026, after the day asked for.",
            "Cam kết portal được nêu ngày 01/01/2026, sau ngày đang xét.",
        ),
        (
            ["--format", "svg"],
            "--format cannot be svg. It is one of table, json, csv or md.",
            "--format không thể là svg. Chọn một trong: table, json, csv hoặc md.",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(cli, args, en, vi):
    cli.write(PORTAL, LAW, head=PROVINCES)
    for lang, said in (("en", en), ("vi", vi)):
        ran = cli("scoreboard", *args, "--lang", lang)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_a_parent_has_no_board_of_bodies(cli):
    classes = "".join(asked(name, "ratio", "part_of: all\n") for name in ("provincial", "local"))
    cli.write(asked("all", "ratio"), classes, head=PROVINCES)
    ran = cli("scoreboard", "all", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "all is not reported body by body." in ran.err


# Seen on a day, known on a day


def test_as_it_was_on_a_day(cli):
    cli.write(asked("portal", "ratio", "deadline: 2026-08\n"), head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "9", "--of", "10", "--date", "2026-08")
    for on, cell in (
        ("2026-08-30", "in_time"),
        ("2026-08-31", "on_time"),
        ("2026-09-01", "on_time"),
    ):
        rows = board(cli, "--as-of", on)
        assert cells(row_of(rows, "north")) == {cell: 1}, on
    assert cells(row_of(rows, "south")) == {"overdue": 1}
    assert cells(row_of(board(cli, "--as-of", "2026-08-31"), "south")) == {"in_time": 1}


def test_who_reports_only_later_is_not_seen_before_it_does(cli):
    cli.write(asked("desks", "share", group="communes"), head=PROVINCES)
    cli.report("desks", "--body", "north", "--done", "--date", "2026-10")
    assert names(board(cli, "desks")) == ["north"]
    assert names(board(cli, "desks", "--as-of", "2026-09-30")) == []


def test_by_what_was_known_on_a_day(cli):
    cli.write(PORTAL, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "9", "--of", "10", "--date", "2026-08")
    assert row_of(board(cli), "north")["missing"] == 0
    assert row_of(board(cli, "--known-on", "2026-11-20"), "north")["missing"] == 1
    out = cli("scoreboard", "--known-on", "2026-11-20", "--lang", "en").out
    assert "as of 21 Nov 2026, by what was recorded until 20 Nov 2026" in out


def test_before_anything_was_promised_the_board_is_empty(cli):
    cli.write(PORTAL, head=PROVINCES)
    early = ("--as-of", "2025-12-31")
    assert board(cli, *early) == []
    assert cli("scoreboard", *early, "--lang", "en").out.endswith(
        "\n\nNo body answers for a target or reports on one here.\n"
    )
    out = cli("scoreboard", *early, "--lang", "vi").out
    assert "nào chịu trách nhiệm hoặc báo cáo ở đây.\n" in out
    assert "No body answers" in cli("scoreboard", *early, "--format", "md", "--lang", "en").out


# One target: all its bodies


@pytest.fixture
def portal(cli, once):
    """North has done it, South has said nothing, Hill and Vale reported and became Highland."""

    def make() -> None:
        baseline = "baseline: {value: 0, date: 2026-01-01}\n"
        cli.write(asked("portal", "ratio", baseline, en="Files online"), head=PROVINCES)
        for who, n, when in (
            ("hill", 20, "2026-05"), ("vale", 20, "2026-06"), ("north", 85, "2026-10"),
        ):  # fmt: skip
            cli.report("portal", "--body", who, "--n", str(n), "--of", "100", "--date", when)

    once("a portal of the provinces", cli.folder, make)
    cli.clock = ticking(LATER)
    return cli


def test_silent_bodies_first_then_the_worst_state(portal):
    rows = board(portal, "portal")
    assert names(rows) == ["south", "highland", "north"]
    assert [row["state"] for row in rows] == ["no_data", "off_track", "achieved"]
    assert [row["cell"] for row in rows] == ["in_time", "in_time", "on_time"]
    assert (row_of(rows, "highland")["n"], row_of(rows, "highland")["of"]) == (40, 200)
    june = board(portal, "portal", "--as-of", "2026-06-30")
    assert names(june) == ["north", "south", "vale", "hill"]


def test_of_two_in_one_state_the_slower_comes_first(portal):
    portal.report("portal", "--body", "south", "--n", "1", "--of", "100", "--date", "2026-06")
    assert names(board(portal, "portal")) == ["south", "highland", "north"]


def test_the_head_says_how_many_have_reported_and_what_each_has_to_reach(portal):
    en = portal("scoreboard", "portal", "--lang", "en").out.split("\n\n")[0]
    assert en.splitlines() == [
        "Files online", "as of 21 Nov 2026", "2 of 3 have reported",
        "Each beside the goal for all, ≥ 80%",
    ]  # fmt: skip
    vi = portal("scoreboard", "portal", "--lang", "vi").out.split("\n\n")[0]
    assert vi.splitlines()[2:] == [
        "2/3 đơn vị đã báo cáo",
        "Từng đơn vị so với mục tiêu chung ≥ 80 %",
    ]


def test_each_body_with_its_value_pace_and_last_report(portal):
    south, highland, north = lines_of(portal, "portal")
    assert south.split("  ")[0] == "south"
    assert "○ no data" in south
    assert "– / ≥ 80%" in south
    assert "40/200 (20%) / ≥ 80%" in highland
    assert "June 2026; 144 days old" in highland
    assert "85/100 (85%) / ≥ 80%" in north
    assert "October 2026; 21 days old" in north


def test_of_what_is_only_added_up_a_body_has_reported_or_is_silent(cli):
    cli.write(TRAINED, head=PROVINCES)
    cli.report("trained", "700", "--body", "north", "--date", "2026-10")
    south, highland, north = lines_of(cli, "trained")
    assert "○ silent" in south
    assert "○ silent" in highland
    assert "● reported" in north
    assert "≥" not in north
    vi = cli("scoreboard", "trained", "--lang", "vi").out
    assert vi.count("○ chưa báo cáo") == 2
    assert vi.count("● đã báo cáo") == 1


def test_who_took_over_from_a_silent_body_has_reported_in_part(cli):
    cli.write(TRAINED, head=PROVINCES)
    cli.report("trained", "700", "--body", "hill", "--date", "2026-05")
    cli.report("trained", "700", "--body", "north", "--date", "2026-10")
    _, north, highland = lines_of(cli, "trained")
    assert "Highland • reported in part" in highland
    assert "in part" not in north
    vi = cli("scoreboard", "trained", "--lang", "vi").out
    assert "Tỉnh Cao nguyên • mới báo cáo một phần" in vi
    assert "1/3 đơn vị đã báo cáo" in vi


def test_where_it_is_done_or_not_done_the_head_says_so(cli):
    cli.write(SIGN, head=PROVINCES)
    cli.report("sign", "--body", "north", "--done", "--date", "2026-10")
    cli.report("sign", "--body", "south", "--not-done", "--date", "2026-10")
    out = cli("scoreboard", "sign", "--lang", "en").out
    assert "Each reports done or not done" in out
    assert (
        "Mỗi đơn vị báo cáo đã hoàn thành hay chưa" in cli("scoreboard", "sign", "--lang", "vi").out
    )
    _, south, north = lines_of(cli, "sign")
    assert "not done" in south
    assert "not done" not in north
    assert [row["value"] for row in board(cli, "sign")] == [None, False, True]


def test_one_group_of_those_who_report(cli):
    more = "groups:\n  coast: {name: {vi: Ven biển, en: Coast}, size: [{from: 2026, n: 1}],"
    head = PROVINCES.replace("groups:", more + " members: [south]}")
    cli.write(PORTAL, head=head)
    assert names(board(cli, "portal", "--group", "coast")) == ["south"]
    assert names(board(cli, "--group", "coast")) == ["south"]


def test_the_beginning_of_an_id_names_the_target(portal):
    assert board(portal, "por") == board(portal, "portal")


# As data


BODY = [
    "body", "name", "targets", "missing", "on_time", "late", "in_time", "overdue", "outside",
    "never_reported", "last", "age_days", "with",
]  # fmt: skip
OF_TARGET = [
    "body", "name", "state", "cell", "rule", "value", "qualifier", "n", "of", "progress", "pace",
    "days_overdue", "last", "age_days", "flags",
]  # fmt: skip


def test_what_does_not_apply_is_null_and_never_missing(portal):
    found = portal("scoreboard", "--format", "json").json
    assert list(found) == ["cdstrack", "as_of", "target", "bodies", "seal", "problems"]
    assert (found["cdstrack"], found["as_of"], found["target"]) == (2, "2026-11-21", None)
    assert [list(row) for row in found["bodies"]] == [BODY] * 3
    south = row_of(found["bodies"], "south")
    assert south["name"] == {"vi": "Tỉnh Nam", "en": "South"}
    assert (south["last"], south["age_days"]) == (None, None)
    assert sum(south[cell] for cell in BODY[4:9]) == south["targets"] == 1


def test_the_board_of_a_target_holds_the_target_too(portal):
    found = portal("scoreboard", "portal", "--format", "json").json
    assert found["target"]["id"] == "portal"
    assert found["target"]["bodies"]["reported"] == 2
    assert found["target"] == portal.state("portal")
    assert [list(row) for row in found["bodies"]] == [OF_TARGET] * 3
    north = row_of(found["bodies"], "north")
    assert (north["value"], north["n"], north["of"]) == (85, 85, 100)
    assert north["progress"] == 1.0625
    assert north["flags"] == ["early", "over_achieved", "self_reported"]
    south = row_of(found["bodies"], "south")
    nulls = ["value", "qualifier", "n", "of", "progress", "pace", "days_overdue", "last"]
    assert all(south[key] is None for key in nulls)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_data_is_the_same_in_both_languages(portal, form):
    for args in ([], ["portal"]):
        en, vi = (
            portal("scoreboard", *args, "--format", form, "--lang", lang).out
            for lang in ("en", "vi")
        )
        assert en == vi


def test_csv_has_a_line_a_body_and_names_in_both_languages(portal):
    text = portal("scoreboard", "--format", "csv").out
    assert text.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["body", "name_vi", "name_en", *BODY[2:]]
    assert [row["body"] for row in rows] == names(board(portal))
    south = row_of(rows, "south")
    assert (south["name_vi"], south["missing"], south["last"]) == ("Tỉnh Nam", "1", "")
    of_target = list(
        csv.DictReader(io.StringIO(portal("scoreboard", "por", "--format", "csv").out))
    )
    assert list(of_target[0]) == ["body", "name_vi", "name_en", *OF_TARGET[2:]]
    assert row_of(of_target, "north")["flags"] == "early over_achieved self_reported"


def test_an_empty_board_has_its_heading_in_csv(cli):
    cli.write(PORTAL, asked("desks", "share", group="communes"), head=PROVINCES)
    for full, empty in (([], ["--as-of", "2025-12-31"]), (["portal"], ["desks"])):
        heading = cli("scoreboard", *full, "--format", "csv").out.splitlines()[0]
        assert cli("scoreboard", *empty, "--format", "csv").out == heading + "\r\n"


def test_a_fault_elsewhere_is_named_and_the_rest_is_ranked(cli):
    cli.write(PORTAL, target("broken", "kind: rech"), head=PROVINCES)
    ran = cli("scoreboard", "--format", "json")
    assert ran.code == 3
    assert "Did you mean reach?" in ran.err
    assert len(ran.json["bodies"]) == 3
    assert [each["code"] for each in ran.json["problems"]] == ["not_one_of"]


def test_a_body_is_said_to_be_one(cli):
    cli.write(target("a", DATED))
    out = cli("scoreboard", "--lang", "en").out
    assert "\n1 body, 1 with reports missing; missing reports first, then what is overdue\n" in out
    cli.report("a", "5")
    assert "21 Nov 2026; the same day" in cli("scoreboard", "--lang", "en").out


def test_no_register_is_3(cli):
    assert cli("scoreboard").code == 3


def test_who_works_with_the_owner_is_listed_as_such(cli):
    cli.write(target("shared", DATED + "with: [gone]"))
    rows = list(csv.DictReader(io.StringIO(cli("scoreboard", "--format", "csv").out)))
    assert {row["body"]: (row["targets"], row["with"]) for row in rows} == {
        "office": ("1", "0"), "gone": ("0", "1"),
    }  # fmt: skip
    assert "works with the owner on 1 more" in cli("scoreboard", "--lang", "en").out
