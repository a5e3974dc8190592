"""Reports of single bodies: a province reports its own figure, and cannot do harm by a slip."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.cases import every_case
from tests.cli.boards import PORTAL, PROVINCES, SIGN, TRAINED, asked
from tests.cli.build import LAW, target

HEADS = asked("heads", "sum", "report_every: month\n", goal="at_least: 1000", en="Heads trained")
BOTH = "conditions: {online: {vi: Qua mạng, en: Online}, sign: {vi: Ký số, en: Signs}}\n"


def refused(cli: Any, *args: str, lang: str = "en") -> str:
    """What is said to a report that is not taken; nothing is written."""
    before = cli.records
    ran = cli("add-progress", *args, "--yes", "--lang", lang)
    assert (ran.code, ran.out) == (2, ""), ran
    assert cli.records == before
    return ran.err


def said(cli: Any, *args: str, lang: str = "en") -> str:
    """What is said to a report that is taken."""
    ran = cli("add-progress", *args, "--yes", "--lang", lang)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def fields(out: str) -> dict[str, str]:
    """A draft as it is shown: label and text."""
    pairs = [line[2:].split("  ", 1) for line in out.splitlines() if line.startswith("  ")]
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2 and pair[0]}


def held(cli: Any, name: str) -> dict[str, Any]:
    """What each body stands at, as data."""
    return {each["body"]: each for each in cli.state(name)["bodies"]["list"]}


def state_of(cli: Any, name: str, body: str) -> str:
    rows = cli("scoreboard", name, "--format", "json").json["bodies"]
    return next(row["state"] for row in rows if row["body"] == body)


# add-progress --body


def test_a_body_reports_its_own_figure_and_sees_what_it_does_to_the_whole(cli):
    cli.write(PORTAL, head=PROVINCES)
    cli.report("portal", "--body", "south", "--n", "20", "--of", "100", "--date", "2026-09")
    cli.report("portal", "--body", "north", "--n", "30", "--of", "100", "--date", "2026-09")
    out = said(cli, "portal", "--body", "north", "--n", "80", "--of", "100", "--source", "plan")
    shown = fields(out)
    assert shown["Report"] == "80/100 · 21 Nov 2026"
    assert shown["Body"] == "North"
    assert shown["Value in force"] == "30/100 · September 2026"
    assert shown["All together"] == "50/200 (25%) → 100/200 (50%)"
    assert shown["Bodies"] == "2 of 3 have reported"
    assert cli.records[-1]["body"] == "north"


def test_the_same_in_vietnamese(cli):
    cli.write(PORTAL, head=PROVINCES)
    args = ("portal", "--body", "north", "--n", "80", "--of", "100", "--source", "plan")
    shown = fields(said(cli, *args, lang="vi"))
    assert shown["Đơn vị báo cáo"] == "Tỉnh Bắc"
    assert shown["Số liệu hiện hành"] == "–"
    assert shown["Toàn bộ"] == "– → 80/100 (80 %)"
    assert shown["Đơn vị"] == "1/3 đơn vị đã báo cáo"


@every_case(
    "args, en, vi",
    [
        (
            ["portal", "--body", "nroth", "--n", "1", "--of", "2"],
            "There is no body nroth in the group Provinces. Did you mean north?",
            "nroth trong nhóm Các tỉnh. Có phải ý là north?",
        ),
        (
            ["portal", "--body", "office", "--n", "1", "--of", "2"],
            "There is no body office in the group Provinces.",
            "office trong nhóm Các tỉnh.",
        ),
        (
            ["portal", "--body", "hill", "--n", "1", "--of", "2"],
            "From 1 Jul 2026 on there is no hill any more. Successor: highland.",
            "Từ ngày 01/07/2026 không còn hill.",
        ),
        (
            ["portal", "--body", "highland", "--n", "1", "--of", "2", "--date", "2026-06-30"],
            "highland exists only from 1 Jul 2026 on. Give a later date (--date), or the body",
            "highland chỉ có từ ngày 01/07/2026. Hãy ghi ngày muộn hơn (--date)",
        ),
        (
            ["portal", "--body", "all", "--n", "1", "--of", "2"],
            "leave it out and add --for-all, not --body all.",
            "thì bỏ --body all và thêm --for-all.",
        ),
        (
            ["portal", "--body", "Tất cả", "--n", "1", "--of", "2"],
            "leave it out and add --for-all",
            "thêm --for-all.",
        ),
        (
            ["law", "--body", "north", "--done"],
            "law is not reported body by body. Leave out the body (--body).",
            "Hãy bỏ đơn vị báo cáo (--body).",
        ),
        (
            ["portal", "--body", "north", "50"],
            "For portal each body reports n of N: write it like 40/63, or give --n and --of.",
            "báo cáo n trên N: viết như 40/63, hoặc ghi --n và --of.",
        ),
        (
            ["portal", "--body", "north", "--done"],
            "portal wants a figure, not --done.",
            "portal cần một con số, không phải đã hoàn thành hay chưa (--done).",
        ),
        (
            ["trained", "--body", "north", "--n", "1", "--of", "2"],
            "The target counts persons, so n of N says nothing about it.",
            "Cam kết này tính theo người, không theo tỷ lệ.",
        ),
        (
            ["sign", "--done"],
            "sign wants a figure, not --done.",
            "sign cần một con số, không phải đã hoàn thành hay chưa (--done).",
        ),
        (
            ["both", "--body", "north", "--part", "onlin", "--n", "1", "--of", "2"],
            "The target has no condition onlin. Did you mean online?",
            "Cam kết này không có điều kiện onlin. Có phải ý là online?",
        ),
    ],
)
def test_what_a_body_cannot_report_is_refused_with_the_way_out(cli, args, en, vi):
    cli.write(PORTAL, SIGN, TRAINED, LAW, asked("both", "ratio", BOTH), head=PROVINCES)
    assert en in refused(cli, *args)
    assert vi in refused(cli, *args, lang="vi")


def test_a_body_reports_for_the_time_in_which_it_existed(cli):
    cli.write(PORTAL, head=PROVINCES)
    figure = ("--n", "1", "--of", "2", "--date")
    cli.report("portal", "--body", "hill", *figure, "2026-06-30")
    assert "there is no hill any more" in refused(cli, "portal", "--body", "hill", *figure,
                                                  "2026-07-01")  # fmt: skip
    cli.report("portal", "--body", "highland", *figure, "2026-07-01")


def test_of_a_group_that_is_only_counted_any_body_of_the_register_may_report(cli):
    cli.write(asked("desks", "share", group="communes"), head=PROVINCES)
    cli.report("desks", "--body", "north", "--done")
    assert "There is no body nrth in the group Communes. Did you mean north?" in refused(
        cli, "desks", "--body", "nrth", "--done"
    )


def test_what_only_has_to_be_done_is_done_or_not_done(cli):
    cli.write(SIGN, head=PROVINCES)
    assert cli.report("sign", "--body", "north", "--done")["done"] is True
    assert cli.report("sign", "--body", "south", "--not-done")["done"] is False
    assert cli.state("sign")["value"] == 33.333333
    assert held(cli, "sign")["south"]["done"] is False
    assert state_of(cli, "sign", "north") == "achieved"


def test_what_is_done_is_not_nearly_done(cli):
    cli.write(SIGN, LAW, head=PROVINCES)
    assert cli("add-progress", "law", "--done", "--nearly", "--yes").code == 2
    assert cli("add-progress", "sign", "--body", "north", "--done", "--about", "--yes").code == 2


def test_a_figure_for_the_whole_is_taken_and_warned_of(cli):
    cli.write(PORTAL, head=PROVINCES)
    whole = ("portal", "--for-all", "--n", "150", "--of", "300", "--source", "plan")
    out = said(cli, *whole)
    assert "warning: this figure stands for all bodies together" in out
    cli.report("portal", "--void", cli.records[-1]["id"])
    out = said(cli, *whole, "--again", lang="vi")
    assert "cảnh báo: số liệu này được hiểu là của tất cả các đơn vị cộng lại" in out
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2", "--date", "2026-10")
    assert cli.state("portal")["value"] == 50


@pytest.mark.parametrize("name", ["heads", "adding", "sign", "counted"])
def test_a_figure_of_nobody_is_refused_unless_it_is_said_to_be_for_all(cli, name):
    """Whether the bodies are listed or only counted, and however figures combine."""
    adding = asked("adding", "sum", "accumulate: sum\n", goal="at_least: 1000")
    counted = asked("counted", "sum", group="communes", goal="at_least: 1000")
    cli.write(HEADS, adding, SIGN, counted, head=PROVINCES)
    en = f"{name} is reported body by body, and no body is named. Name the body whose figure it is"
    assert en + " (--body), or add --for-all if it is" in refused(cli, name, "40")
    said_vi = refused(cli, name, "40", lang="vi")
    assert "Hãy ghi rõ đơn vị nào báo cáo (--body); nếu là số liệu chung của tất cả" in said_vi
    assert cli.report(name, "40", "--for-all").get("body") is None
    assert cli.state(name)["value"] == 40


def test_for_all_is_refused_where_bodies_report_levels_for_themselves(cli):
    cli.write(HEADS, TRAINED, head=PROVINCES)
    for name in ("heads", "trained"):
        cli.report(name, "40", "--body", "north", "--date", "2026-09")
    out = refused(cli, "heads", "90", "--for-all")
    assert "1 body reports on heads one by one; a figure for all together would hide theirs" in out
    cli.report("trained", "90", "--for-all")  # increments only add
    assert cli.state("trained")["value"] == 130


def test_an_increment_is_of_a_body_where_bodies_are_not_added_up(cli):
    cli.write(asked("each", "mean", "accumulate: sum\n"), head=PROVINCES)
    for options in ((), ("--for-all",)):
        out = refused(cli, "each", "40", *options)
        assert "The bodies that report on each are not added up" in out
    form = "Commitment id,Day or period,Body id,Figure,Source id\neach,6/2026,all,40,plan\n"
    (cli.folder / "form.csv").write_text(form, encoding="utf-8")
    ran = cli("import", "form.csv", "--yes")
    assert (ran.code, cli.records) == (3, [])
    assert "an increment has to be that of one body" in ran.err
    cli.report("each", "40", "--body", "north")


def test_a_figure_is_of_one_body_or_of_all(cli):
    cli.write(HEADS, head=PROVINCES)
    assert "Only one of --body, --for-all" in refused(
        cli, "heads", "40", "--body", "north", "--for-all"
    )


def test_a_correction_is_for_all_where_its_original_was(cli):
    cli.write(HEADS, head=PROVINCES)
    wrong = cli.report("heads", "40", "--for-all")["id"]
    assert cli.report("heads", "50", "--corrects", wrong).get("body") is None
    assert cli.state("heads")["value"] == 50


def test_where_a_body_is_named_nothing_is_said_of_the_whole(cli):
    cli.write(PORTAL, head=PROVINCES)
    args = ("portal", "--body", "north", "--n", "1", "--of", "2", "--source", "plan")
    assert "warning" not in said(cli, *args)


def test_add_counts_on_from_what_this_body_reported_last(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "north", "100", "--date", "2026-09")
    cli.report("heads", "--body", "south", "7", "--date", "2026-10")
    assert cli.report("heads", "--body", "north", "--add", "50")["value"] == "150"
    assert cli.report("heads", "--body", "south", "--add", "-2")["value"] == "5"
    assert cli.report("heads", "--body", "highland", "--add", "3")["value"] == "3"
    assert cli.state("heads")["value"] == 158


def test_add_counts_on_from_what_was_taken_over(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "hill", "100", "--date", "2026-05")
    cli.report("heads", "--body", "vale", "50", "--date", "2026-06")
    assert cli.report("heads", "--body", "highland", "--add", "10")["value"] == "160"


def test_an_increment_of_a_body_adds_to_its_own(cli):
    cli.write(TRAINED, head=PROVINCES)
    cli.report("trained", "--body", "north", "100", "--date", "2026-09")
    shown = fields(said(cli, "trained", "--body", "north", "20", "--source", "plan"))
    assert shown["Increment"] == "20 persons · 21 Nov 2026"
    assert shown["Value in force"] == "100 persons · September 2026"
    assert shown["All together"] == "100 → 120"


def test_the_value_in_force_is_that_of_the_body(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "south", "900", "--date", "2026-10")
    shown = fields(said(cli, "heads", "--body", "north", "5"))
    assert (shown["Value in force"], shown["All together"]) == ("–", "900 → 905")
    shown = fields(said(cli, "heads", "--body", "north", "6"))
    assert shown["Value in force"] == "5 persons · 21 Nov 2026"


def test_a_successor_is_shown_what_it_took_over(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "hill", "100", "--date", "2026-05")
    cli.report("heads", "--body", "vale", "50", "--date", "2026-06")
    shown = fields(said(cli, "heads", "--body", "highland", "170"))
    assert shown["Value in force"] == "150 persons · June 2026"
    assert shown["All together"] == "150 → 170"


def test_a_body_that_is_gone_is_shown_what_it_reported(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "hill", "100", "--date", "2026-05")
    shown = fields(said(cli, "heads", "--body", "hill", "120", "--date", "2026-06"))
    assert shown["Value in force"] == "100 persons · May 2026"


def test_a_figure_that_falls_is_doubted_by_the_bodys_own_last(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "south", "900", "--date", "2026-10")
    doubt = "the figure is lower than the one before it"
    assert doubt not in said(cli, "heads", "--body", "north", "50", "--source", "plan")
    assert doubt in said(cli, "heads", "--body", "north", "49", "--source", "plan")


def test_a_correction_of_a_bodys_report(cli):
    cli.write(HEADS, head=PROVINCES)
    wrong = cli.report("heads", "--body", "north", "500", "--date", "2026-10")
    out = said(cli, "heads", "50", "--body", "north", "--corrects", wrong["id"], "--source", "plan")
    assert fields(out)["Corrects"] == "500 persons · October 2026"
    assert fields(out)["All together"] == "500 → 50"
    assert (cli.records[-1]["body"], cli.records[-1]["date"]) == ("north", "2026-10")
    assert cli.state("heads")["value"] == 50


def test_a_correction_may_name_another_body(cli):
    cli.write(HEADS, head=PROVINCES)
    wrong = cli.report("heads", "--body", "north", "500", "--date", "2026-10")
    cli.report("heads", "500", "--body", "south", "--corrects", wrong["id"])
    assert held(cli, "heads")["south"]["value"] == 500
    assert held(cli, "heads")["north"]["value"] is None


def test_a_void_takes_a_bodys_report_back(cli):
    cli.write(HEADS, head=PROVINCES)
    wrong = cli.report("heads", "--body", "north", "500", "--date", "2026-10")
    out = said(cli, "heads", "--void", wrong["id"])
    assert fields(out)["Body"] == "North"
    assert fields(out)["All together"] == "500 → –"
    assert fields(out)["Bodies"] == "0 of 3 have reported"
    assert cli.records[-1]["body"] == "north"


def test_the_report_of_a_body_that_is_gone_can_still_be_taken_back(cli):
    cli.write(HEADS, head=PROVINCES)
    wrong = cli.report("heads", "--body", "hill", "500", "--date", "2026-05")
    assert fields(said(cli, "heads", "--void", wrong["id"]))["All together"] == "500 → –"


def test_a_repeated_command_is_one_record_a_body(cli):
    cli.write(PORTAL, head=PROVINCES)
    figure = ("--n", "40", "--of", "63")
    first = cli.report("portal", "--body", "north", *figure)
    ran = cli("add-progress", "portal", "--body", "north", *figure, "--yes", "--lang", "en")
    assert f"Already recorded as {first['id']}; nothing was written." in ran.out
    cli.report("portal", "--body", "south", *figure)
    assert [record["body"] for record in cli.records] == ["north", "south"]


def test_one_condition_and_then_the_other(cli):
    cli.write(asked("both", "ratio", BOTH), head=PROVINCES)
    figure = ("--n", "90", "--of", "100", "--date", "2026-10", "--source", "plan")
    shown = fields(said(cli, "both", "--body", "north", "--part", "online", *figure))
    assert shown["About"] == "Online (online)"
    assert (shown["All together"], shown["Bodies"]) == ("– → –", "0 of 3 have reported")
    assert state_of(cli, "both", "north") == "no_data"
    figure = ("--n", "80", "--of", "100", "--date", "2026-10", "--source", "plan")
    shown = fields(said(cli, "both", "--body", "north", "--part", "sign", *figure))
    assert shown["All together"] == "– → 80/100 (80%)"
    assert shown["Bodies"] == "1 of 3 have reported"
    assert state_of(cli, "both", "north") == "achieved"


def test_a_dry_run_shows_the_same_and_writes_nothing(cli):
    cli.write(PORTAL, head=PROVINCES)
    ran = cli("add-progress", "portal", "--body", "north", "--n", "1", "--of", "2", "--dry-run",
              "--lang", "en")  # fmt: skip
    assert ran.code == 0
    assert fields(ran.out)["All together"] == "– → 1/2 (50%)"
    assert cli.records == []


# history --body


def test_the_history_of_a_body_holds_what_those_reported_that_it_follows(cli):
    cli.write(HEADS, TRAINED, head=PROVINCES)
    cli.report("heads", "20", "--date", "2026-04", "--for-all")
    for who, name in (("hill", "heads"), ("vale", "trained"), ("north", "heads")):
        cli.report(name, "5", "--body", who, "--date", "2026-05")
    cli.report("heads", "9", "--body", "highland", "--date", "2026-10")

    def found(*args: str) -> list[str | None]:
        return [each["body"] for each in cli("history", *args, "--format", "json").json["records"]]

    assert found() == ["highland", "north", "vale", "hill", None]
    assert found("--body", "highland") == ["highland", "vale", "hill"]
    assert found("--body", "hill") == ["hill"]
    assert found("heads", "--body", "highland") == ["highland", "hill"]
    assert found("--body", "south") == []
    assert found("--body", "highland", "--as-of", "2026-06-30") == ["vale", "hill"]
    assert "The ledger has no such record." in cli("history", "--body", "south").out


def test_the_history_names_the_body_and_the_condition(cli):
    cli.write(asked("both", "ratio", BOTH), head=PROVINCES)
    cli.report("both", "--body", "north", "--part", "sign", "--n", "1", "--of", "2")
    assert "· both · north · sign · by An" in cli("history", "--body", "north", "--lang", "en").out


def test_the_history_of_an_unknown_body_suggests_the_nearest(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "north", "5")
    ran = cli("history", "--body", "hihland", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no body hihland in the register. Did you mean highland?" in ran.err
    vi = cli("history", "--body", "hihland", "--lang", "vi").err
    assert "hihland. Có phải ý là highland?" in vi


def test_an_unknown_body_is_refused_in_an_empty_ledger_too(cli):
    cli.write(HEADS, head=PROVINCES)
    assert cli("history", "--body", "hihland").code == 2


# status, grouped


def headings(cli: Any, key: str, lang: str = "en") -> dict[str, list[str]]:
    """The headings of a table with the ids below each."""
    out = cli("status", "--group-by", key, "--lang", lang).out
    below: dict[str, list[str]] = {}
    for block in out.split("\n\n")[3:]:
        heading, *rows = block.splitlines()
        if heading.startswith("█"):  # the legend
            break
        title, _, _counts = heading.partition("  ")
        below[title] = [row.split()[0] for row in rows]
    return below


def test_under_each_body_its_own_part_of_a_target(cli):
    cli.write(PORTAL, LAW, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "90", "--of", "100", "--date", "2026-10")
    assert headings(cli, "body") == {
        "North": ["portal"], "South": ["portal"], "Highland": ["portal"], "The Office": ["law"],
    }  # fmt: skip
    out = cli("status", "--group-by", "body", "--lang", "en").out
    assert "90/100 (90%)" in out.partition("\nNorth  ")[2].partition("\n\n")[0]
    assert "– / ≥ 80%" in out.partition("\nSouth  ")[2].partition("\n\n")[0]
    assert set(headings(cli, "body", "vi")) == {
        "Tỉnh Bắc", "Tỉnh Nam", "Tỉnh Cao nguyên", "Văn phòng",
    }  # fmt: skip


def test_under_each_group_what_its_bodies_report_on(cli):
    cli.write(PORTAL, asked("desks", "share", group="communes"), LAW, head=PROVINCES)
    assert headings(cli, "group") == {
        "Provinces": ["portal"], "Communes": ["desks"], "Not reported body by body": ["law"],
    }  # fmt: skip
    assert "Không do từng đơn vị báo cáo riêng" in headings(cli, "group", "vi")


@pytest.mark.parametrize("key", ["body", "group"])
def test_classes_stand_where_they_belong_and_not_under_their_parent(cli, key):
    of_provinces = asked("provincial", "ratio", "part_of: all\n")
    of_communes = asked("local", "share", "part_of: all\n", group="communes")
    cli.write(asked("all", "ratio"), of_provinces, of_communes, head=PROVINCES)
    cli.report("local", "--body", "south", "--done")
    listed = [name for names in headings(cli, key).values() for name in names]
    assert "all" not in listed
    assert {"provincial", "local"} == set(listed)
    assert "└" not in cli("status", "--group-by", key).out


def test_what_a_body_adds_is_not_held_against_what_all_have_to_reach(cli):
    cli.write(TRAINED, head=PROVINCES)
    cli.report("trained", "700", "--body", "north", "--date", "2026-10")
    shown = cli("status", "--group-by", "body", "--lang", "en").out.partition("\nNorth  ")[2]
    assert "700" in shown
    assert "≥ 1,000" not in shown
    assert "70%" not in shown


def test_the_four_cells_on_top_count_targets_and_not_bodies(cli):
    cli.write(PORTAL, head=PROVINCES)
    out = cli("status", "--group-by", "body", "--lang", "en").out
    assert "1 not completed, in time" in out


def test_groups_in_markdown(cli):
    cli.write(PORTAL, LAW, head=PROVINCES)
    out = cli("status", "--group-by", "body", "--format", "md", "--lang", "en").out
    assert [line for line in out.splitlines() if line.startswith("### ")] == [
        "### North: 1 in time", "### South: 1 in time", "### Highland: 1 in time",
        "### The Office: 1 in time",
    ]  # fmt: skip


# Marks, sections and data


def test_a_table_marks_how_many_have_reported(cli):
    cli.write(PORTAL, head=PROVINCES)
    assert "• 0 of 3 have reported" in cli("status", "--lang", "en").out
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2")
    cli.report("portal", "--body", "south", "--n", "1", "--of", "2")
    assert "• 2 of 3 have reported" in cli("status", "--lang", "en").out
    assert "• 2/3 đơn vị đã báo cáo" in cli("status", "--lang", "vi").out


def test_show_names_the_silent_and_how_figures_combine(cli):
    cli.write(PORTAL, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2")
    shown = cli("show", "portal", "--lang", "en").out.partition("\nBODIES\n")[2]
    assert "Combined as         n of N, added over all bodies" in shown
    assert "Silent              South, Highland" in shown
    assert "• Each body: cdstrack scoreboard portal" in shown
    vi = cli("show", "portal", "--lang", "vi").out
    assert "Chưa báo cáo        Tỉnh Nam, Tỉnh Cao nguyên" in vi


def test_show_names_eight_silent_bodies_and_counts_the_rest(cli):
    names = [f"p{number}" for number in range(12)]
    bodies = "".join(f"  {name}: {{name: Province {name}}}\n" for name in names)
    group = f"groups:\n  many: {{name: Many, size: [{{from: 2026, n: 12}}], members: {names}}}\n"
    head = PROVINCES.replace("groups:\n", bodies + group.replace("'", ""))
    cli.write(asked("portal", "ratio", group="many"), head=head)
    out = cli("show", "portal", "--lang", "en").out
    assert "Province p7 and 4 more" in " ".join(out.split())
    assert "Province p8" not in out


def test_the_data_lists_every_body_with_what_it_stands_at(cli):
    cli.write(PORTAL, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "30", "--of", "40", "--date", "2026-Q3")
    bodies = cli.state("portal")["bodies"]
    assert (bodies["reported"], bodies["of"]) == (1, 3)
    by_name = {each["body"]: each for each in bodies["list"]}
    assert set(by_name) == {"north", "south", "highland"}
    assert by_name["north"] == {
        "body": "north", "reported": True, "date": "2026-Q3", "value": None, "n": 30, "of": 40,
        "done": None, "qualifier": None,
    }  # fmt: skip
    assert by_name["south"] == {
        "body": "south", "reported": False, "date": None, "value": None, "n": None, "of": None,
        "done": None, "qualifier": None,
    }  # fmt: skip
    row = next(csv.DictReader(io.StringIO(cli("status", "--format", "csv").out)))
    assert (row["bodies_reported"], row["bodies"]) == ("1", "3")


def test_a_successor_has_not_reported_in_full_while_a_predecessor_was_silent(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "--body", "hill", "100", "--date", "2026-05")
    highland = held(cli, "heads")["highland"]
    assert (highland["reported"], highland["value"]) == (False, 100)
    assert cli.state("heads")["bodies"]["reported"] == 0


def test_where_no_bodies_report_the_data_says_null(cli):
    cli.write(LAW, head=PROVINCES)
    assert cli.state("law")["bodies"] is None
    row = next(csv.DictReader(io.StringIO(cli("status", "--format", "csv").out)))
    assert (row["bodies_reported"], row["bodies"]) == ("", "")


REVISED = target(
    "revised",
    "kind: reach\nunit: {vi: người, en: persons}\ntarget: {at_least: 900}\ndeadline: 2027\n"
    "revisions:\n"
    "  - {on: 2026-05-01, field: target, old: {at_least: 1000}, new: {at_least: 900}}\n"
    "  - {on: 2026-08-01, field: deadline, old: 2026-06, new: 2027}\n",
)


def test_a_change_after_the_deadline_was_missed_is_told_and_does_not_count(cli):
    cli.write(REVISED, head=PROVINCES)
    found = cli.state("revised")
    assert found["state"] == "overdue"
    assert found["deadline"]["as_said"] == "2026-06"
    assert found["target"]["value"] == 900
    assert found["announced"] == {
        "target": {"comparator": "at_least", "value": 900, "value_max": None},
        "deadline": {"as_said": "2027", "precision": "year", "date": "2027-12-31"},
    }
    assert found["original"]["target"]["value"] == 1000
    assert cli.state("revised", "--as-of", "2026-07-31")["announced"] is None
    en, vi = (cli("status", "--lang", lang).out for lang in ("en", "vi"))
    assert "end of 2027 after it was missed; that does not count" in en
    assert "cuối năm 2027 sau khi đã quá hạn nên không được tính" in vi


def test_only_what_came_too_late_is_said_not_to_count(cli):
    cli.write(REVISED, head=PROVINCES)
    assert "≥ 900, end of 2027 after it was missed" not in cli("status", "--lang", "en").out


# check


def missing(cli: Any, *args: str) -> list[tuple[str, str]]:
    found = cli("check", "--format", "json", *args).json["findings"]
    return [(each["target"], each["level"]) for each in found if each["code"] == "report-missing"]


def test_bodies_that_have_never_reported_are_a_warning_with_their_number(cli):
    cli.write(PORTAL, LAW, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2")
    ran = cli("check", "--lang", "en")
    assert ran.code == 0
    assert "warns [report-missing] portal" in ran.out
    assert "Files online: 2 of 3 bodies have never reported" in ran.out
    assert "Hồ sơ trực tuyến: 2/3 đơn vị chưa báo cáo lần nào" in cli("check", "--lang", "vi").out
    assert missing(cli) == [("portal", "warn")]


def test_the_check_fails_on_a_missing_report_if_told_to(cli):
    cli.write(PORTAL, head=PROVINCES)
    assert cli("check", "--fail-on", "report-missing").code == 1
    assert cli("check", "--fail-on", "report_missing").code == 1
    assert missing(cli, "--fail-on", "report-missing") == [("portal", "fail")]
    assert missing(cli, "--warn-on", "none") == []


def test_no_finding_when_all_have_reported(cli):
    cli.write(PORTAL, head=PROVINCES)
    for who in ("north", "south", "highland"):
        assert missing(cli) == [("portal", "warn")]
        cli.report("portal", "--body", who, "--n", "1", "--of", "2")
    assert missing(cli) == []


def test_no_finding_once_nothing_is_asked_any_more(cli):
    closed = "closed: {on: 2026-03-01, how: withdrawn, source: decree}\n"
    decree = "sources:\n  decree: {title: The decree, date: 2026-03-01}\n"
    head = PROVINCES.replace("sources:\n", decree)
    cli.write(asked("portal", "ratio", closed), head=head)
    assert missing(cli) == []
    assert missing(cli, "--as-of", "2026-02-28") == [("portal", "warn")]


def test_bodies_that_are_only_counted_are_missing_too(cli):
    cli.write(asked("desks", "share", group="communes"), head=PROVINCES)
    cli.report("desks", "--body", "north", "--done")
    assert "99 of 100 bodies have never reported" in cli("check", "--lang", "en").out


def test_a_figure_for_all_is_refused_where_bodies_report_for_themselves(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "5", "--body", "hill", "--date", "2026-05")
    ran = cli("add-progress", "heads", "20", "--date", "2026-10", "--lang", "en", "--yes")
    assert (ran.code, "1 body reports on heads one by one" in ran.err) == (2, True)


def test_nothing_is_added_to_n_of_n(cli):
    cli.write(asked("files", "share"), head=PROVINCES)
    cli.report("files", "--body", "north", "--n", "40", "--of", "63", "--date", "2026-05")
    ran = cli("add-progress", "files", "--add", "1", "--body", "north", "--lang", "en", "--yes")
    assert (ran.code, "Write the new --n and --of" in ran.err) == (2, True)
