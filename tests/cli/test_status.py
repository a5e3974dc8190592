"""``status``, ``overdue`` and ``show``: what an analyst, a minister or a script gets to read."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cases import every_case
from tests.cli.build import DATED, FAMILY, LATE, LAW, OPEN, REACH, SIGNED, SPENT, TRAINED, target


def test_status_puts_the_four_cells_on_top_and_a_row_for_every_target(cli):
    cli.write(TRAINED, LATE, LAW, OPEN)
    cli.report("trained", "1000")
    ran = cli("status", "--lang", "en")
    assert ran.code == 0
    assert ran.err == ""
    assert "1 completed on time · 0 completed late · 1 not completed, in time" in ran.out
    assert "1 not completed, overdue, of them 1 never reported · 1 outside the count" in ran.out
    assert "completion rate 50% · on-time rate 50% · overdue rate 50%" in ran.out
    for name in ("trained", "late", "law", "open"):
        assert sum(line.startswith(name + " ") for line in ran.out.splitlines()) == 1


def test_status_speaks_vietnamese_in_the_words_of_the_government_office(cli):
    cli.write(TRAINED, LATE)
    out = cli("status", "--lang", "vi").out
    assert "chưa hoàn thành, quá hạn" in out
    assert "quá hạn 144 ngày" in out
    assert "≥ 1.000" in out


def test_nothing_due_has_no_rates(cli):
    cli.write(TRAINED)
    assert "completion rate – · on-time rate –" in cli("status").out


def test_status_of_an_empty_selection_says_so(cli):
    cli.write(TRAINED)
    ran = cli("status", "--state", "overdue")
    assert ran.code == 0
    assert "No commitment matches." in ran.out
    assert cli("status", "--state", "overdue", "--format", "json").json["targets"] == []
    assert cli("status", "--state", "overdue", "--format", "csv").out.startswith("id,state,cell")
    assert cli("status", "--state", "overdue", "--format", "plain").out == ""
    assert "No commitment matches." in cli("status", "--state", "overdue", "--format", "md").out


def ids(cli, *args: str) -> list[str]:
    return [each["id"] for each in cli("status", "--format", "json", *args).json["targets"]]


def test_a_selection_by_state_owner_tag_and_time_left(cli):
    cli.write(
        TRAINED,
        LATE,
        target("moved", REACH + "tags: [people]", owner="old"),
    )
    assert ids(cli, "--state", "overdue") == ["late"]
    assert ids(cli, "--state", "overdue", "--state", "no_data") == ["trained", "late", "moved"]
    assert ids(cli, "--owner", "old") == ["moved"]
    assert ids(cli, "--owner", "office") == ["trained", "late", "moved"]  # as its successor
    assert ids(cli, "--tag", "people") == ["moved"]
    assert ids(cli, "--due-within", "40d") == ["trained"]
    assert ids(cli, "--due-within", "39") == []
    assert ids(cli, "--due-within", "6w") == ["trained"]


def test_sorting(cli):
    cli.write(
        target("b", DATED, vi="An", en="An"),
        target("a", DATED.replace("deadline: 2026", "deadline: 2026-06"), vi="Ẩn", en="Ẩn"),
        target("c", REACH, vi="Đê", en="Đê"),
        target("d", DATED.replace("deadline: 2026", "deadline: 2026-03"), vi="Dế", en="Dế"),
    )
    assert ids(cli) == ["b", "a", "c", "d"]
    assert ids(cli, "--sort", "deadline") == ["d", "a", "b", "c"]
    assert ids(cli, "--sort", "overdue") == ["d", "a", "b", "c"]
    assert ids(cli, "--sort", "state") == ["a", "d", "b", "c"]
    assert ids(cli, "--sort", "title")[:2] == ["b", "a"]


def test_titles_are_sorted_by_the_alphabet_of_the_session(cli):
    titles = {"b": ("Đào tạo", "Audit"), "a": ("Dự án", "Training"), "d": ("Ưu tiên", "Éclair"),
              "c": ("Uỷ ban", "Edict")}  # fmt: skip
    cli.write(*(target(name, DATED, vi=vi, en=en) for name, (vi, en) in titles.items()))
    for lang, order in (("vi", ["a", "b", "c", "d"]), ("en", ["b", "d", "c", "a"])):
        for form, key in (("json", "targets"), ("csv", "")):
            told = cli("status", "--sort", "title", "--format", form, "--lang", lang).out
            rows = json.loads(told)[key] if key else csv.DictReader(io.StringIO(told))
            assert [row["id"] for row in rows] == order


@pytest.mark.parametrize(
    ("key", "headings"),
    [
        ("owner", ["The Office  1 in time, 1 overdue"]),
        ("state", ["overdue  1 overdue", "no data  1 in time"]),
        ("tag", ["no tag  1 in time, 1 overdue"]),
    ],
)
def test_groups_have_headings(cli, key, headings):
    cli.write(LATE, TRAINED)
    lines = cli("status", "--group-by", key, "--lang", "en").out.splitlines()
    assert [line for line in lines if line in headings] == headings


def test_what_was_not_yet_promised_is_left_out_and_listed_on_demand(cli):
    cli.write(TRAINED)
    assert ids(cli, "--as-of", "2025-12-31") == []
    assert "Not yet promised" in cli("status", "--as-of", "2025-12-31", "--all").out
    ran = cli("show", "trained", "--as-of", "2025-12-31")
    assert ran.code == 2
    assert "was stated on 1 Jan 2026" in ran.err


@every_case(
    "args, said",
    [
        (["--state", "overdeu"], "There is no state overdeu. Did you mean overdue?"),
        (["--owner", "ofice"], "There is no body ofice in the register. Did you mean office?"),
        (["--tag", "x"], "No target has the tag x."),
        (["--sort", "size"], "It is one of register, deadline, state, overdue or title."),
        (["--format", "xml"], "It is one of table, plain, json, csv, md or svg."),
        (["--group-by", "age"], "It is one of owner, body, group, tag or state."),
        (["--due-within", "soon"], "soon is no length of time. Write 90d, 12w, 3m or 1y."),
    ],
)
def test_a_selection_that_cannot_be_is_refused_with_the_way_out(cli, args, said):
    cli.write(TRAINED)
    ran = cli("status", *args, "--lang", "en")
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_plain_is_one_line_a_target_with_tabs_and_codes(cli):
    cli.write(TRAINED, LATE)
    rows = [line.split("\t") for line in cli("status", "--format", "plain").out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["trained", "no_data", "in_time"],
        ["late", "overdue", "overdue"],
    ]
    assert cli("status", "--format", "plain", "--lang", "vi").out.count("overdue") == 2


def test_csv_has_the_same_fields_with_a_heading(cli):
    cli.write(TRAINED, LATE)
    cli.report("trained", "96.5")
    rows = list(csv.DictReader(io.StringIO(cli("status", "--format", "csv").out)))
    assert rows[0]["value"] == "96.5"
    assert rows[0]["target"] == "1000"
    assert rows[0]["title_vi"] == "Tập huấn cán bộ"
    assert rows[1]["days_overdue"] == "144"


def test_markdown_is_a_table(cli):
    cli.write(LATE)
    out = cli("status", "--format", "md", "--lang", "en").out
    assert out.startswith("## Trial register\n")
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert len(rows) == 3
    assert {row.count(" | ") for row in (rows[0], rows[2])} == {5}


def test_classes_stand_below_their_parent(cli):
    cli.write(FAMILY)
    lines = cli("status").out.splitlines()
    names = [line.split()[0] for line in lines if " 2026; " in line]
    assert names == ["all-heads", "ministers", "chairs"]
    assert sum("└ " in line for line in lines) == 2


def test_the_longest_figures_are_shown_and_not_stumbled_over(cli):
    cli.write(SPENT)
    for day, value in (("2026-02-01", "9" * 30), ("2026-03-01", "0.123456")):
        cli.report("spent", value, "--date", day)
    for command in (["status"], ["show", "spent"], ["overdue"], ["scoreboard"]):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, ran.err) == (0, "")
    assert "999,999,999,999,999,999,999,999,999,999.12" in cli("status", "--lang", "en").out


# overdue


def test_nothing_overdue_is_good_news(cli):
    cli.write(TRAINED)
    ran = cli("overdue")
    assert ran.code == 0
    assert "Nothing is overdue." in ran.out
    assert "Không có cam kết nào quá hạn." in cli("overdue", "--lang", "vi").out


def test_overdue_is_longest_first_and_says_why(cli):
    cli.write(LATE, target("worse", DATED.replace("deadline: 2026", "deadline: 2026-03")), TRAINED)
    out = cli("overdue").out
    assert "2 commitments overdue, of them 2 never reported; longest first" in out
    assert out.index("worse") < out.index("late ")
    assert "rule 4: the deadline, March 2026, has passed and nothing was ever reported" in out
    assert "trained" not in out


def test_three_months_from_the_end_of_september_are_those_to_the_end_of_december(cli):
    """TRAINED is to be done by the end of 2026."""
    cli.write(TRAINED)
    day = ("--as-of", "2026-09-30")
    for args in (
        ["overdue", "--within", "3m"],
        ["overdue", "--within", "1y"],
        ["status", "--due-within", "3m"],
        ["check", "--within", "3m"],
    ):
        assert "trained" in cli(*day, *args).out, args
        assert "trained" not in cli(*day, *args[:-1], "2m").out, args
    assert "trained" in cli(*day, "export", "--due-within", "3m", "--format", "csv").out


def test_overdue_within_also_names_what_comes_next(cli):
    cli.write(TRAINED)
    assert "1 commitment falls due within 60 days" in cli("overdue", "--within", "60d").out
    assert "Nothing falls due within 10 days." in cli("overdue", "--within", "10d").out
    found = cli("overdue", "--within", "60d", "--format", "json").json
    assert [each["id"] for each in found["coming"]] == ["trained"]
    assert found["overdue"] == []
    assert found["as_of"] == "2026-11-21"


def test_a_parent_is_not_overdue_beside_its_classes(cli):
    cli.write(FAMILY.replace("deadline: 2026", "deadline: 2026-06"))
    found = cli("overdue", "--format", "json").json["overdue"]
    assert [each["id"] for each in found] == ["ministers", "chairs"]


# show


def test_show_takes_the_beginning_of_an_id(cli):
    cli.write(TRAINED, LATE)
    cli.report("trained", "250", "--source", "plan", "--note", "Đợt 1", "--date", "2026-03-31")
    out = cli("show", "tr", "--lang", "en").out
    for said in ("Officials trained", "≥ 1,000 persons", "31 Mar 2026: 250", "Đợt 1"):
        assert said in out
    assert "[plan] The plan, 1 Jan 2026" in out


def test_an_ambiguous_beginning_names_the_choices(cli):
    cli.write(target("sign-a", REACH), target("sign-b", REACH))
    ran = cli("show", "sign")
    assert ran.code == 2
    assert "sign may mean sign-a or sign-b." in ran.err


def test_an_unknown_target_suggests_the_nearest(cli):
    cli.write(TRAINED)
    ran = cli("show", "traned", "--lang", "vi")
    assert (ran.code, ran.out) == (2, "")
    assert "Không có cam kết traned. Có phải ý là trained?" in ran.err


def test_a_part_of_a_title_is_searched_for_people_only(cli, monkeypatch):
    cli.write(TRAINED, LATE)
    assert cli("show", "tap huan").code == 2
    monkeypatch.setattr("cdstrack.cli.show.by_title", lambda: True)
    ran = cli("show", "tap huan", "--lang", "vi")
    assert ran.code == 0
    assert ran.out.startswith("Tập huấn cán bộ\ntrained\n")


def test_show_as_data_has_series_revisions_and_sources(cli):
    cli.write(SIGNED)
    cli.report("signed", "--n", "22", "--of", "63", "--date", "2026-Q1", "--source", "plan")
    found = cli("show", "signed", "--format", "json").json
    [point] = found["series"]
    assert point["date"] == "2026-Q1"
    assert (point["n"], point["of"]) == (22, 63)
    assert found["value"] == 34.920635
    assert found["revisions"] == []
    assert list(found["sources"]) == ["plan"]


def test_a_text_broken_into_lines_is_shown_on_one(cli):
    cli.write(target("t", REACH, en='"a title\\nof two lines\\n"'))
    for command in (["status"], ["show", "t"], ["status", "--format", "md"]):
        assert "a title of two lines" in cli(*command, "--lang", "en").out
    assert cli.state("t")["title"]["en"] == "a title\nof two lines\n"
