"""``add-progress``: a clerk reports a figure, and cannot do harm by a slip."""

from __future__ import annotations

import json

import pytest
from python_calamine import CalamineWorkbook

from tests.cases import every_case
from tests.cli.build import DATED, FAMILY, HEAD, LAW, REACH, SIGNED, SPENT, TRAINED, target


def refused(cli, *args: str, lang: str = "en") -> str:
    """What is said to a report that is not taken; nothing is written."""
    before = cli.records
    ran = cli("add-progress", *args, "--yes", "--lang", lang)
    assert (ran.code, ran.out) == (2, ""), ran
    assert cli.records == before
    return ran.err


def test_a_report_is_shown_with_what_it_changes_and_then_written(cli):
    cli.write(TRAINED)
    cli.report("trained", "100", "--date", "2026-06-30", "--source", "plan")
    ran = cli("add-progress", "trained", "900", "--source", "plan", "--yes", "--lang", "en")
    assert ran.code == 0
    assert "Report              900 persons · 21 Nov 2026" in ran.out
    assert "Value in force      100 · 30 Jun 2026" in ran.out
    assert "Change              +800" in ran.out
    assert "State               off track → on track" in ran.out
    assert "rule 11: pace 1.01" in ran.out
    record = cli.records[-1]
    assert f"Recorded as {record['id']}." in ran.out
    assert record["value"] == "900"
    assert record["date"] == "2026-11-21"
    assert record["by"] == "An"
    assert record["recorded"].startswith("2026-11-21T05:00:")


def test_the_value_is_the_total(cli):
    cli.write(TRAINED)
    cli.report("trained", "100")
    cli.report("trained", "150")
    assert cli.state("trained")["value"] == 150


def test_add_counts_on_from_the_value_in_force(cli):
    cli.write(TRAINED)
    cli.report("trained", "100", "--date", "2026-10-31")
    assert cli.report("trained", "--add", "50")["value"] == "150"
    assert cli.report("trained", "--add", "-20")["value"] == "130"


def test_with_sum_the_value_is_the_increment_and_says_so(cli):
    cli.write(SPENT)
    cli.report("spent", "100", "--date", "2026-10")
    ran = cli("add-progress", "spent", "50", "--yes", "--lang", "en")
    assert "Increment           50 persons" in ran.out
    assert cli.state("spent")["value"] == 150


def test_a_share_of_a_whole(cli):
    cli.write(SIGNED)
    record = cli.report("signed", "--n", "40", "--of", "63")
    assert (record["n"], record["of"]) == (40, 63)
    assert "40/63 (63.49%)" in cli("status").out


@every_case(
    "args, said",
    [
        (["--n", "40"], "--n and --of go together: --n 40 --of 63."),
        (["--n", "64", "--of", "63"], "64 of 63 cannot be"),
        (["--n", "1.5", "--of", "63"], "both are whole"),
        (["--n", "-1", "--of", "63"], "cannot be"),
        (["--n", "1", "--of", "0"], "cannot be"),
        (["--n", "0", "--of", "-1"], "cannot be"),
        (["5", "--n", "1", "--of", "2"], "exactly one figure"),
        ([], "exactly one figure"),
        (["--done"], "wants a figure, not --done"),
        (["5", "--nearly", "--over"], "Only one of --nearly, --over, --about"),
        (["5", "--part", "onlin"], "Did you mean online?"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(cli, args, said):
    cli.write(SIGNED)
    assert said in refused(cli, "signed", *args)


def test_a_milestone_is_done_or_not(cli):
    cli.write(LAW)
    assert cli.report("law", "--not-done")["done"] is False
    assert cli.report("law", "--done")["done"] is True
    assert cli.state("law")["state"] == "achieved"
    assert "answer yes or no (--done, --not-done), not with a figure" in refused(cli, "law", "5")
    assert "Only one of --done, --not-done" in refused(cli, "law", "--done", "--not-done")


@pytest.mark.parametrize("word", ["nearly", "over", "about"])
def test_a_qualifier_is_kept(cli, word):
    cli.write(TRAINED)
    assert cli.report("trained", "1000", f"--{word}")["qualifier"] == word
    assert f"{word} 1,000" in cli("status").out


def test_nearly_the_target_is_not_the_target(cli):
    cli.write(TRAINED)
    cli.report("trained", "1000", "--nearly")
    assert cli.state("trained")["state"] != "achieved"


@pytest.mark.promise("doubtful-reports")
@every_case(
    "date, said",
    [
        ("2026", "2026 is not over yet. Give the day that the figure describes."),
        ("2026-Q4", "Q4 2026 is not over yet"),
        ("2026-11-22", "22 Nov 2026 lies in the future; today is 21 Nov 2026."),
        ("2027-Q1", "lies in the future"),
        ("6/30/2026", "Write 30/6/2026."),
        ("30/6", "names no year"),
        ("2026-02-30", "no such day"),
        ("hôm kia", "is no date"),
    ],
)
def test_a_date_that_cannot_be_is_refused(cli, date, said):
    cli.write(TRAINED)
    assert said in refused(cli, "trained", "5", "--date", date)


def test_as_of_does_not_open_the_future(cli):
    cli.write(TRAINED)
    report = ("trained", "5", "--date", "2026-12-01")
    assert "only changes what is shown" in refused(cli, *report, "--as-of", "2027-01-01")
    assert "lies in the future" in refused(cli, *report)


def test_a_period_that_is_over_is_kept_as_it_was_given(cli):
    cli.write(TRAINED)
    assert cli.report("trained", "5", "--date", "2026-Q3")["date"] == "2026-Q3"


@every_case(
    "value, said",
    [
        ("6,64", "Write 6.64."),
        ("10.000,5", "Write 10,000.5."),
        ("1_000", "Write 1,000."),
        ("010", "Write 10."),
        ("nhiều", "no digits"),
        ("1e3", "Write 1,000."),
        ("5k", "Write 5 thousand."),
        ("", "A figure is missing"),
        ("9" * 5000, "more than 30 digits"),
    ],
)
def test_a_value_that_could_be_misread_is_refused_with_the_way_out(cli, value, said):
    cli.write(TRAINED)
    error = refused(cli, "trained", value)
    assert said in error
    assert error.count("Write ") <= 1


@every_case(
    "lang, value, written",
    [
        ("vi", "1.500", "1500"),
        ("en", "1.500", "1.5"),
        ("vi", "1,5", "1.5"),
        ("en", "1,500", "1500"),
        ("vi", "12 nghìn", "12000"),
        ("vi", "1,5 triệu người", "1500000"),
        ("en", "1.5 million persons", "1500000"),
        ("en", "10 000", "10000"),
        ("en", "96.73", "96.73"),
        ("vi", "-5", "-5"),
        ("en", "−5", "-5"),
        ("en", "900 người", "900"),
    ],
)
def test_a_figure_is_read_in_the_language_of_the_session(cli, lang, value, written):
    cli.begin(TRAINED)
    assert cli.report("trained", value, "--lang", lang)["value"] == written


RANKED = target("ranked", "kind: reach\nunit: {vi: hạng, en: rank}\ntarget: {at_most: 50}\n")
RANKS = ["65", "thứ 65", "top 65", "hạng 65", "Thứ hạng 65", "đứng thứ 65", "xếp hạng 65/193",
         "thứ 65 trên 193 nước", "vị trí 65", "65th", "rank 65", "No. 65", "#65",
         "65 hạng"]  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_rank_is_read_with_the_words_of_ranks(cli, lang):
    cli.write(RANKED)
    for value in RANKS:
        assert cli.report("ranked", value, "--lang", lang)["value"] == "65", value
    said = cli("history", "--lang", lang).out
    assert said.startswith("hạng 65," if lang == "vi" else "rank 65,")


def test_words_of_ranks_mean_nothing_where_none_is_counted(cli):
    cli.write(TRAINED)
    assert "has words before its digits" in cli("add-progress", "trained", "top 65", "-y").err


def test_percentages_move_by_points(cli):
    cli.write(
        SIGNED.replace("conditions", "baseline: {value: 0, date: 2026-01-01}\n    conditions")
    )
    cli.report("signed", "30%", "--date", "2026-06-30")
    assert "percentage points per" in cli("show", "signed", "--lang", "en").out
    assert "điểm phần trăm mỗi" in cli("show", "signed", "--lang", "vi").out


def test_a_word_that_counts_may_stand_by_the_figure(cli):
    cli.write(TRAINED)
    record = cli.report("trained", "hơn 10.000", "--lang", "vi")
    assert (record["value"], record["qualifier"]) == ("10000", "over")
    assert "already says how exact it is" in refused(cli, "trained", "nearly 5", "--over")
    assert cli.report("trained", "nearly 7", "--nearly")["qualifier"] == "nearly"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_unit_of_the_other_language_gives_a_wrong_notation_away(cli, lang):
    cli.write(TRAINED)
    value = {"en": "1.500 người", "vi": "1.500 persons"}[lang]
    assert "1500" in refused(cli, "trained", value, lang=lang).replace(".", "").replace(",", "")


def test_a_share_may_be_written_in_one(cli):
    cli.write(SIGNED)
    record = cli.report("signed", "40/63")
    assert (record["n"], record["of"]) == (40, 63)
    assert cli.report("signed", "22 trên tổng số 63", "--lang", "vi")["n"] == 22


PERSONS = "{vi: người, en: persons}"
BILLIONS = target("grant", DATED.replace(PERSONS, "{vi: tỷ đồng, en: billion VND}"))


@every_case(
    "value, written",
    [
        ("53", "53"),
        ("53 tỷ đồng", "53"),
        ("53.000 triệu đồng", "53"),
        ("0,5 nghìn tỷ đồng", "500"),
        ("1.500.000.000 đồng", "1.5"),
    ],
)
def test_a_unit_that_counts_in_billions_takes_millions_too(cli, value, written):
    cli.begin(BILLIONS)
    assert cli.report("grant", value, "--lang", "vi")["value"] == written


def test_a_scale_that_may_be_part_of_the_unit_is_not_guessed_at(cli):
    cli.write(BILLIONS)
    assert "can be read in two ways" in refused(cli, "grant", "53 tỷ")


def test_per_cent_may_be_said_in_words(cli):
    cli.write(SIGNED)
    assert cli.report("signed", "12,5 phần trăm", "--lang", "vi")["value"] == "12.5"


# What looks odd


def warned(cli, *args: str) -> str:
    """What is said to a report that is taken all the same."""
    ran = cli("add-progress", *args, "--source", "plan", "--yes", "--lang", "en")
    assert ran.code == 0, ran.err
    return ran.out


def test_a_figure_that_falls(cli):
    cli.write(TRAINED)
    cli.report("trained", "500", "--date", "2026-06-30")
    assert "lower than the one before" in warned(cli, "trained", "400")


def test_a_running_total_falls_only_within_its_year(cli):
    cli.write(target("trained", DATED.replace("2026-01-01", "2024") + "accumulate: year_to_date\n"))
    cli.report("trained", "500", "--date", "2025")
    cli.report("trained", "300", "--date", "2026-06")
    assert "lower" not in warned(cli, "trained", "310", "--date", "2026-07")
    assert "the total since the year began was" in warned(
        cli, "trained", "290", "--date", "2026-08"
    )


def test_a_rate_may_go_up_and_down(cli):
    cli.write(target("trained", DATED + "accumulate: mean\n"))
    cli.report("trained", "500", "--date", "2026-06")
    assert "lower" not in warned(cli, "trained", "400", "--date", "2026-07")


@every_case(
    "value, said",
    [("50000", "more than 100 times"), ("5", "less than 1/100"), ("499", ""), ("49999", "")],
)
def test_a_leap_by_two_zeros(cli, value, said):
    cli.begin(TRAINED)
    cli.report("trained", "500", "--date", "2026-06-30")
    out = warned(cli, "trained", value)
    assert ("check its zeros" in out) is bool(said)
    assert said in out


def test_more_than_everything(cli):
    cli.write(target("grown", DATED.replace(PERSONS, "'%'")))
    assert "the share is beyond 100%" in warned(cli, "grown", "101")
    assert "beyond" not in warned(cli, "grown", "100")


def test_an_old_date(cli):
    cli.write(target("t", DATED.replace("2026-01-01", "2020-01-01")))
    old = warned(cli, "t", "5", "--date", "2024-12-31")
    assert "this is an old date: 31 Dec 2024, 690 days ago" in old
    assert "old date" not in warned(cli, "t", "5", "--date", "2025-12-31")


def test_an_increment_before_the_start_or_for_a_period_that_has_one(cli):
    cli.write(SPENT.replace("    baseline: {value: 0, date: 2026-01-01}\n", ""))
    assert "before the start, 1 Jan 2026" in warned(cli, "spent", "5", "--date", "2025-12")
    cli.report("spent", "40", "--date", "2026-10")
    out = warned(cli, "spent", "7", "--date", "2026-10")
    assert "October 2026 has an increment already, 40; this one adds to it" in out


def test_what_is_in_no_period_is_doubted_once(cli):
    keys = "kind: sustain\nunit: people\ntarget: {at_least: 5}\naccumulate: sum\nperiods: [2026]\n"
    cli.write(target("kept", keys))
    out = warned(cli, "kept", "5", "--date", "2025-12")
    assert "in none of the commitment's periods" in out
    assert "before the start" not in out


def test_a_text_keeps_its_leading_minus(cli):
    cli.write(TRAINED)
    record = cli.report("trained", "-5", "--note", "-5 so với tháng trước", "--source", "-1")
    assert record["value"] == "-5"
    assert record["note"] == "-5 so với tháng trước"
    assert record["source"] == "-1"


def test_another_unit_is_refused(cli):
    cli.write(TRAINED)
    assert "The target counts persons, not lượt." in refused(cli, "trained", "5 lượt")
    assert "not %" in refused(cli, "trained", "12%")
    said = refused(cli, "trained", "5", "--unit", "lượt", lang="vi")
    assert "Cam kết này tính theo người, không theo lượt." in said


def test_percent_is_taken_where_percent_is_counted(cli):
    cli.write(SIGNED)
    assert cli.report("signed", "12%", "--date", "2026-06-30")["value"] == "12"


def test_another_unit_is_converted_where_the_target_says_how(cli):
    factor = "convert: [{unit: {vi: nghìn người, en: thousands}, factor: 1000}]"
    cli.write(target("t", DATED + factor))
    assert cli.report("t", "1,5 nghìn người", "--lang", "vi")["value"] == "1500"
    assert cli.report("t", "2", "--unit", "thousands")["value"] == "2000"


DOLLARS = target(
    "exports",
    "kind: reach\nunit: {vi: triệu đồng, en: million dong}\ntarget: {at_least: 1000000}\n"
    "deadline: 2026\nconvert:\n"
    "  - {unit: {vi: nghìn USD, en: thousand USD}, factor: 24, from: 2026-01-15}\n"
    "  - {unit: {vi: nghìn USD, en: thousand USD}, factor: 26, from: 2026-Q2}\n",
)


@every_case(
    "date, value",
    [("2026-01-15", "2400"), ("2026-03-31", "2400"), ("2026-04-01", "2600"), ("2026-H1", "2600")],
)
def test_the_factor_is_the_one_that_held_when_the_figure_was_true(cli, date, value):
    cli.begin(DOLLARS)
    record = cli.report("exports", "100 thousand USD", "--date", date, "--lang", "en")
    assert record["value"] == value
    assert record["said"] == {"figure": "100", "unit": "thousand USD"}


def test_for_a_day_before_the_first_factor_nothing_is_converted(cli):
    cli.write(DOLLARS)
    text = refused(cli, "exports", "100 thousand USD", "--date", "2026-01-14")
    assert "converts thousand USD only from 15 Jan 2026 on, not for 14 Jan 2026" in text
    text = refused(cli, "exports", "100 nghìn USD", "--date", "2026-01-14", lang="vi")
    assert "Sổ chỉ quy đổi nghìn USD từ 15/01/2026, không quy đổi cho ngày 14/01/2026." in text


def test_what_was_said_in_another_unit_stands_beside_the_value_everywhere(cli):
    cli.write(DOLLARS)
    record = cli.report("exports", "gần 1.500,5 nghìn USD", "--date", "2026-05-31", "--lang", "vi")
    assert (record["value"], record["qualifier"]) == ("39013", "nearly")
    beside = "nearly 39,013 million dong (reported as 1,500.5 thousand USD)"
    beside = beside.replace("thousand USD", "nghìn USD")  # as it was typed
    assert beside in cli("history").out
    assert beside.replace(" million dong", "") in cli("show", "exports").out
    text = "gần 39.013 triệu đồng (số liệu gốc: 1.500,5 nghìn USD)"
    assert text in cli("history", "--lang", "vi").out
    written = {"figure": 1500.5, "unit": "nghìn USD"}
    assert cli("history", "--format", "json").json["records"][0]["said"] == written
    assert cli("show", "exports", "--format", "json").json["series"][0]["said"] == written
    head, row = cli("export", "--what", "reports", "--format", "csv").out.splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert (cells["said_figure"], cells["said_unit"]) == ("1500.5", "nghìn USD")
    cli("export", "-o", "out.xlsx")
    sheet = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(1).to_python()
    named = dict(zip(sheet[0], sheet[1], strict=True))
    assert (named["As said"], named["Unit as said"]) == (1500.5, "nghìn USD")


def test_a_figure_in_steps_of_the_unit_keeps_what_was_said_as_well(cli):
    cli.write(BILLIONS)
    record = cli.report("grant", "53.000 triệu đồng", "--lang", "vi")
    assert record["said"] == {"figure": "53000", "unit": "triệu đồng"}
    assert "said" not in cli.report("grant", "53 tỷ đồng", "--lang", "vi", "--date", "2026-06")


def test_what_is_added_to_the_last_figure_was_not_said_as_a_whole(cli):
    cli.write(DOLLARS)
    cli.report("exports", "1000", "--date", "2026-05-31")
    record = cli.report("exports", "--add", "10 thousand USD", "--date", "2026-06-30")
    assert record["value"] == "1260"
    assert "said" not in record


def test_a_correction_converts_by_the_date_that_it_corrects(cli):
    cli.write(DOLLARS)
    wrong = cli.report("exports", "100 thousand USD", "--date", "2026-02-28")
    right = cli.report("exports", "110 thousand USD", "--corrects", wrong["id"])
    assert right["value"] == "2640"


def test_a_correction_takes_the_place_of_the_report(cli):
    cli.write(TRAINED)
    wrong = cli.report("trained", "500", "--date", "2026-06-30")
    right = cli.report("trained", "50", "--corrects", wrong["id"][:8])
    assert right["corrects"] == wrong["id"]
    assert right["date"] == "2026-06-30"
    assert cli.state("trained")["value"] == 50


def test_a_void_only_removes(cli):
    cli.write(TRAINED)
    wrong = cli.report("trained", "500")
    ran = cli("add-progress", "trained", "--void", wrong["id"], "--yes", "--lang", "en")
    assert ran.code == 0
    assert "Void                500 persons · 21 Nov 2026" in ran.out
    assert cli.state("trained")["value"] is None
    again = cli("add-progress", "trained", "--void", wrong["id"], "--yes", "--lang", "en")
    assert "Already recorded" in again.out
    assert len(cli.records) == 2


def test_a_correction_of_nothing_is_refused(cli):
    cli.write(TRAINED)
    assert "see cdstrack history" in refused(cli, "trained", "5", "--corrects", "zzz")
    assert "Only one of --corrects, --void" in refused(
        cli, "trained", "--void", "a", "--corrects", "a"
    )


def test_a_repeated_command_is_one_record(cli):
    cli.write(TRAINED)
    first = cli.report("trained", "5")
    ran = cli("add-progress", "trained", "5", "--yes", "--lang", "en")
    assert ran.code == 0
    assert f"Already recorded as {first['id']}; nothing was written." in ran.out
    assert len(cli.records) == 1


def test_4200_then_4300_then_4200_again_are_three(cli):
    cli.write(TRAINED)
    for value in ("4200", "4300", "4200"):
        cli.report("trained", value)
    assert [record["value"] for record in cli.records] == ["4200", "4300", "4200"]


def test_a_second_equal_increment_needs_again(cli):
    cli.write(SPENT)
    cli.report("spent", "5", "--source", "plan")
    assert len(cli.records) == 1
    cli("add-progress", "spent", "5", "--source", "plan", "--yes")
    assert len(cli.records) == 1
    cli.report("spent", "5", "--source", "plan", "--again")
    assert len(cli.records) == 2


def test_a_dry_run_writes_nothing(cli):
    cli.write(TRAINED)
    ran = cli("add-progress", "trained", "5", "--dry-run")
    assert ran.code == 0
    assert "Dry run: nothing was written." in ran.out
    assert not cli.ledger.exists()


@pytest.mark.parametrize("option", [[], ["--no-input"]])
def test_without_a_terminal_and_without_yes_nothing_is_written(cli, option):
    cli.write(TRAINED)
    ran = cli("add-progress", "trained", "5", *option)
    assert ran.code == 2
    assert "Add --yes to record it, or --dry-run just to look." in ran.err
    assert not cli.ledger.exists()


def test_a_parent_takes_no_reports_and_names_its_classes(cli):
    cli.write(FAMILY)
    assert "Report on ministers or chairs." in refused(cli, "all-heads", "5")


def test_a_fault_elsewhere_does_not_stop_a_report(cli):
    cli.write(TRAINED, target("broken", REACH + "deadlin: 2026"))
    ran = cli("add-progress", "trained", "5", "--yes")
    assert ran.code == 0
    assert "There is no key deadlin here. Did you mean deadline?" in ran.err
    assert len(cli.records) == 1
    assert (
        "The target broken, in line 19, has problems in the register"
        in cli("add-progress", "broken", "5").err
    )


def test_a_damaged_line_does_not_stop_a_report(cli):
    cli.write(TRAINED)
    record = json.dumps(cli.report("trained", "4"))
    cli.ledger.write_text(f"no record\n{record}\n", encoding="utf-8")
    ran = cli("add-progress", "trained", "5", "--yes")
    assert ran.code == 0
    assert "progress.jsonl:1:1: error: This line is not a record" in ran.err
    assert cli.ledger.read_text("utf-8").splitlines()[0] == "no record"


def test_a_register_may_want_a_source(cli):
    cli.write(TRAINED, head=HEAD + "policy: {require_source: true}\n")
    assert "This register wants a source: a document" in refused(cli, "trained", "5")
    cli.report("trained", "5", "--source", "plan")


def test_without_a_source_it_is_a_self_report_and_marked_so(cli):
    cli.write(TRAINED)
    ran = cli("add-progress", "trained", "5", "--yes")
    assert "no source given, so this is marked as self-reported" in ran.out + ran.err
    assert "• self-reported" in cli("status").out


def test_who_reports(cli, monkeypatch):
    cli.write(TRAINED)
    assert cli.report("trained", "1", "--by", "Bình")["by"] == "Bình"
    assert cli.report("trained", "2")["by"] == "An"
    monkeypatch.delenv("CDSTRACK_BY")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Chi")
    assert cli.report("trained", "3")["by"] == "Chi"
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("LOGNAME", "dung")
    assert cli.report("trained", "4")["by"] == "dung"


def test_text_is_stored_composed(cli):
    cli.write(TRAINED)
    record = cli.report("trained", "1", "--note", "Ha\u0300 No\u0323\u0302i")
    assert record["note"] == "Hà Nội"


def test_bytes_that_are_no_text_are_refused(cli):
    cli.write(TRAINED)
    ran = cli("add-progress", "trained", "1", "--note", "\udcff", "--yes")
    assert ran.code == 2
    assert "note holds bytes that are no text in UTF-8." in ran.err
    assert cli.records == []


def test_done_and_then_not_done(cli):
    cli.write(LAW)
    cli.report("law", "--done", "--date", "2026-06-30")
    assert "the report before said that it was done" in warned(cli, "law", "--not-done")
    assert "said that it was done" not in warned(cli, "law", "--done")


def test_a_figure_outside_the_periods_of_a_target(cli):
    kept = "kind: sustain\nunit: x\ntarget: {at_least: 5}\nperiods: [2026-Q1, 2026-Q2]\n"
    cli.write(target("kept", kept))
    assert "does not count" in warned(cli, "kept", "7", "--date", "2025-Q4")
    assert "does not count" not in warned(cli, "kept", "7", "--date", "2026-Q1")


def test_a_correction_for_the_same_date_is_not_called_old(cli):
    cli.write(target("t", DATED.replace("2026-01-01", "2020-01-01")))
    wrong = cli.report("t", "5", "--date", "2023-06-30")
    out = warned(cli, "t", "6", "--corrects", wrong["id"])
    assert "old date" not in out


def test_a_share_changes_by_percentage_points(cli):
    cli.write(SIGNED)
    cli.report("signed", "10%", "--date", "2026-06-30")
    assert "+20 percentage points" in warned(cli, "signed", "30%", "--date", "2026-09-30")


def test_a_unit_that_looks_like_a_scale_is_a_unit_where_it_is_counted(cli):
    metres = DATED.replace(PERSONS, "km") + "convert: [{unit: m, factor: 0.001}]"
    cli.write(target("road", metres))
    assert cli.report("road", "5.000 m", "--lang", "vi")["value"] == "5"


def test_a_scale_is_offered_with_its_whole_unit(cli):
    cli.write(BILLIONS)
    assert "Hãy viết 3 tỷ đồng." in refused(cli, "grant", "3 tỷ", lang="vi")


def test_what_is_there_already_changes_nothing_and_again_is_named(cli):
    cli.write(SPENT)
    cli.report("spent", "5", "--source", "plan")
    out = warned(cli, "spent", "5")
    assert "Already recorded" in out
    assert "add --again" in out
    assert "State" not in out


# history


def test_history_is_newest_first_with_corrections_marked(cli):
    cli.write(TRAINED, LAW)
    wrong = cli.report("trained", "500", "--note", "nhầm")
    right = cli.report("trained", "50", "--corrects", wrong["id"], "--source", "plan")
    cli.report("law", "--done")
    out = cli("history", "--lang", "en").out
    assert f"corrected by {right['id']}" in out
    assert f"corrects {wrong['id']}" in out
    assert "nhầm" in out
    assert "21 Nov 2026 12:00" in out  # in the register's time zone
    records = cli("history", "--format", "json").json["records"]
    assert {record["id"] for record in records} == {record["id"] for record in cli.records}
    assert next(r for r in records if r["id"] == wrong["id"])["corrected_by"] == right["id"]
    assert [r["target"] for r in cli("history", "law", "--format", "json").json["records"]] == [
        "law"
    ]


def test_history_of_nothing(cli):
    cli.write(TRAINED)
    assert cli("history", "--lang", "en").out == "The ledger has no such record.\n"
    assert cli("history", "--format", "json").json["records"] == []


def test_history_as_it_was_known_and_as_it_was(cli):
    cli.write(TRAINED)
    cli.report("trained", "1", "--date", "2026-06-30")
    assert cli("history", "--format", "json", "--known-on", "2026-11-20").json["records"] == []
    assert cli("history", "--format", "json", "--as-of", "2026-06-29").json["records"] == []
    assert len(cli("history", "--format", "json", "--known-on", "2026-11-21").json["records"]) == 1
    assert cli.state("trained", "--known-on", "2026-11-20")["value"] is None
