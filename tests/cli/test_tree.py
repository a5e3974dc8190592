"""A programme with pillars: the tree in every list, and what stands below a heading."""

from __future__ import annotations

import csv
import io

import pytest

from tests.cases import every_case
from tests.cli.build import DATED, HEAD, LATE, ROOT, target
from tests.cli.terminal import seen
from tests.cli.test_export import workbook
from tests.test_docs import FENCE


def heading(name: str, more: str = "", title: str = "") -> str:
    lines = [f"  - id: {name}", "    kind: heading", f"    title: {title or 'Heading ' + name}"]
    return "\n".join([*lines, *(f"    {line}" for line in more.splitlines())]) + "\n"


PROGRAMME = (
    heading("programme", "roll_up: mean", "{vi: Chương trình, en: The programme}"),
    heading("economy", "part_of: programme\nweight: 3"),
    heading("society", "part_of: programme"),
    target("growth", DATED + "part_of: economy\ntags: [money, growth]"),
    target("exports", DATED + "part_of: economy\ntags: [money, trade]"),
    target("schools", DATED + "part_of: society\ntags: [people]"),
    LATE.replace("    title:", "    part_of: society\n    title:", 1),
    target("free", DATED),
)


@pytest.fixture
def tree(cli):
    cli.write(*PROGRAMME)
    cli.report("growth", "400", "--source", "plan")
    cli.report("schools", "1000", "--source", "plan")
    return cli


def lines(cli, *options: str) -> list[str]:
    return cli("status", "--lang", "en", *options).out.splitlines()


def ids(cli, *options: str) -> list[str]:
    return [row["id"] for row in cli("status", "--format", "json", *options).json["targets"]]


def test_status_draws_the_tree_with_counts_in_every_heading(tree):
    shown = lines(tree)
    titles = [line for line in shown if "eading" in line or "programme" in line]
    assert titles == [
        "✗ The programme  1 on time, 2 in time, 1 overdue · score 55% (2 of 4)",
        "  ▼ Heading economy  2 in time",
        "  ✗ Heading society  1 on time, 1 overdue",
    ]
    rows = [line.split()[0] for line in shown if line.partition(" ")[0] in IDS]
    assert rows == ["free", "growth", "exports", "schools", "late"]


IDS = {"free", "growth", "exports", "schools", "late"}


def test_a_heading_is_said_in_vietnamese(tree):
    shown = tree("status", "--lang", "vi").out
    assert "✗ Chương trình  1 đúng hạn, 2 trong hạn, 1 quá hạn · điểm 55 % (2/4)" in shown


def test_leaves_alone_are_counted(tree):
    counts = tree("status", "--format", "json").json["counts"]
    assert (counts["on_time"], counts["in_time"], counts["overdue"]) == (1, 3, 1)


def test_under_a_heading_is_that_and_everything_below(tree):
    assert ids(tree, "--under", "economy") == ["growth", "exports"]
    assert ids(tree, "--under", "the programme") == ["growth", "exports", "schools", "late"]
    shown = "\n".join(lines(tree, "--under", "economy"))
    assert "Heading economy" in shown
    assert "The programme" not in shown
    assert "0 completed on time · 0 completed late · 2 not completed, in time" in shown


def test_under_what_is_not_there(tree):
    ran = tree("status", "--under", "econmy")
    assert ran.code == 2
    assert "economy" in ran.err


def test_so_many_levels(tree):
    one = lines(tree, "--depth", "1")
    assert any("The programme  1 on time" in line for line in one)
    assert not any("economy" in line for line in one)
    two = "\n".join(lines(tree, "--depth", "2"))
    assert "Heading economy" in two
    assert "growth" not in two


def test_a_selection_keeps_the_headings_above_it_and_the_score_of_all(tree):
    shown = "\n".join(lines(tree, "--state", "overdue"))
    assert "✗ The programme  1 overdue · score 55% (2 of 4)" in shown
    assert "economy" not in shown


def test_a_summary_has_a_line_a_heading(tree):
    shown = lines(tree, "--summary")
    (programme,) = [line.split() for line in shown if "The programme" in line]
    assert programme == [
        "The",
        "programme",
        "✗",
        "███░░░░░××",
        "1",
        "0",
        "2",
        "1",
        "0",
        "50%",
        "55%",
    ]
    assert [line.split("  ")[0] for line in shown if line.startswith("Under")] == [
        "Under no heading"
    ]


def test_a_summary_by_group_has_a_line_a_group(tree):
    shown = lines(tree, "--summary", "--group-by", "state")
    assert any(line.startswith("overdue  ") for line in shown)
    rows = list(csv.DictReader(io.StringIO(tree(*SUMMARY, "--group-by", "owner").out)))
    assert [(row["title"], row["in_time"], row["due"]) for row in rows] == [
        ("The Office", "3", "2")
    ]


SUMMARY = ("status", "--summary", "--lang", "en", "--format", "csv")


def test_a_summary_stays_on_one_screen(cli):
    pillars = [
        (heading(f"p{n}-{m}", f"part_of: p{n}"), target(f"t{n}-{m}", DATED + f"part_of: p{n}-{m}"))
        for n in range(8)
        for m in range(8)
    ]
    cli.write(*(heading(f"p{n}") for n in range(8)), *(text for pair in pillars for text in pair))
    shown = lines(cli, "--summary")
    assert len(shown) < 40
    folds = [line for line in shown if line.startswith("+ ")]
    assert len(folds) == 6
    note = "48 headings folded (+): p0 +8, p1 +8, p2 +8, …. All: --summary --depth 2; one branch:"
    assert any(line.startswith(note) for line in shown)
    assert len(lines(cli, "--summary", "--under", "p0")) > 9
    rows = list(csv.DictReader(io.StringIO(cli(*SUMMARY).out)))
    assert len(rows) == 72  # programs get all of it
    assert len(lines(cli, "--summary", "--depth", "2")) > 70


@pytest.mark.parametrize(("lang", "of"), [("en", ()), ("vi", ("--group-by", "owner"))])
def test_lines_beside_each_other_do_too_and_those_stay_of_which_most_is_overdue(cli, lang, of):
    bodies = "".join(f"  b{n}: {{name: Body {n} with a name of some length}}\n" for n in range(60))
    tasks = []
    for n in range(60):
        due = "2026-06" if n == 57 else "2027"
        keys = f"kind: milestone\ndeadline: {due}\npart_of: p{n}"
        tasks += [heading(f"p{n}"), target(f"t{n}", keys, owner=f"b{n}")]
    cli.write(*tasks, head=HEAD + bodies)
    page = seen("status", "--summary", *of, "--lang", lang, folder=cli.folder, width=80)
    assert len(page.splitlines()) < 40
    assert ("Body 57" if of else "p57") in page
    note = " ".join(page.splitlines()[-2:])
    assert "35" in note
    assert "--depth 1" in note
    whole = seen("status", "--summary", *of, "--depth", "1", folder=cli.folder, width=80)
    assert len(whole.splitlines()) > 60


def test_a_register_without_headings_has_one_line(cli):
    cli.write(LATE)
    assert any(line.startswith("All commitments") for line in lines(cli, "--summary"))


def test_data_says_where_each_stands(tree):
    rows = {
        row["id"]: (row["parent"], row["depth"], row["top"])
        for row in csv.DictReader(io.StringIO(tree("status", "--format", "csv").out))
    }
    assert rows["growth"] == ("economy", "2", "programme")
    assert rows["free"] == ("", "0", "")
    headings = tree("status", "--format", "json").json["headings"]
    assert [(entry["id"], entry["depth"], entry["parent"]) for entry in headings] == [
        ("programme", 0, None),
        ("economy", 1, "programme"),
        ("society", 1, "programme"),
    ]
    assert headings[0]["worst"] == {"state": "overdue", "target": "late"}
    assert headings[0]["score"] == {"value": 0.55, "n": 2, "of": 4}
    assert "### ✗ The programme › Heading society: 1 on time, 1 overdue" in (
        tree("status", "--format", "md", "--lang", "en").out
    )


def test_a_workbook_has_a_sheet_of_headings(tree):
    sheets = workbook(tree)
    assert list(sheets) == ["Commitments", "Headings", "Reports", "cdstrack"]
    assert [row["Commitment id"] for row in sheets["Commitments"]] == [
        "free", "growth", "exports", "schools", "late",
    ]  # fmt: skip
    rows = [(row["Heading id"], row["Level"], row["Score, %"]) for row in sheets["Headings"]]
    assert rows == [("programme", 1, 55), ("economy", 2, ""), ("society", 2, "")]


def test_show_of_a_heading(tree):
    shown = tree("show", "society", "--lang", "en").out
    assert "The programme (programme)" in shown
    assert "1 completed on time" in shown
    assert "completion rate 50%" in shown
    assert "✗ overdue: Late task (late)" in shown
    data = tree("show", "programme", "--format", "json").json
    assert (data["id"], data["counts"]["in_time"]) == ("programme", 2)
    assert [entry["id"] for entry in data["targets"]] == ["growth", "exports", "schools", "late"]


def test_a_heading_is_there_from_the_first_of_its_leaves_on(tree):
    ran = tree("show", "programme", "--as-of", "2025-12-31")
    assert ran.code == 2
    assert "programme" in ran.err
    shown = tree("status", "--lang", "en", "--as-of", "2025-12-31").out
    assert "The programme" not in shown


def test_nobody_reports_on_a_heading(tree):
    ran = tree("add-progress", "economy", "5", "--lang", "en")
    assert ran.code == 2
    assert "economy is a heading" in ran.err
    line = '{"id": "x", "target": "economy", "date": "2026-01", "value": "5", '
    line += '"recorded": "2026-02-01T00:00:00.000000Z"}\n'
    with (tree.folder / "progress.jsonl").open("a", encoding="utf-8") as ledger:
        ledger.write(line)
    ran = tree("validate", "--lang", "en")
    assert ran.code == 3
    assert "economy, which is a heading" in ran.out + ran.err


@every_case("command", ["overdue", "due", "scoreboard", "check", "validate"])
def test_other_commands_look_at_the_commitments_alone(tree, command):
    ran = tree(command, "--lang", "en")
    assert ran.code == (1 if command == "check" else 0)
    assert "The programme" not in ran.out


def test_tags_with_a_comma_are_any_and_repeated_ones_all(tree):
    assert ids(tree, "--tag", "trade,people") == ["exports", "schools"]
    assert ids(tree, "--tag", "money", "--tag", "growth") == ["growth"]
    assert ids(tree, "--tag", "money, people", "--tag", "trade,people") == ["exports", "schools"]
    assert "grwth" in tree("status", "--tag", "money,grwth").err


def test_the_example_of_the_catalogue_comes_to_what_it_says(cli):
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    section = text.partition("## Headings")[2].partition("\n## ")[0]
    ((_, block),) = [pair for pair in FENCE.findall(section) if pair[0] == "yaml"]
    head = (
        "cdstrack: 1\ntitle: T\nsources: {decision: {title: D, date: 2020-06-03}}\n"
        "bodies: {ministry: {name: M}}\n"
    )
    (cli.folder / "targets.yaml").write_text(head + block, encoding="utf-8")
    cli.report("economy-of-gdp", "15", "--date", "2024", "--source", "decision")
    cli.report("accounts", "50", "--date", "2024", "--source", "decision")
    assert cli("validate").code == 0
    (programme, *_) = cli("status", "--format", "json").json["headings"]
    assert programme["score"]["value"] == 0.416667


def test_levels_are_counted_from_1(tree):
    ran = tree("status", "--depth", "0", "--lang", "en")
    assert (ran.code, "Write --depth 1" in ran.err) == (2, True)


def test_a_heading_alone_has_no_table_below_it_but_says_what_is_further_down(cli):
    cli.write(heading("p0"), target("t0", DATED + "part_of: p0"))
    out = cli("status", "--under", "p0", "--depth", "1", "--lang", "en").out
    assert "COMMITMENT" not in out
    assert "1 commitment further down: --depth 2" in out


def test_a_heading_before_its_first_promise_is_said_to_be_a_heading(cli):
    cli.write(heading("p0"), target("t0", DATED + "part_of: p0"))
    ran = cli("--as-of", "2020-01-01", "show", "p0", "--lang", "en")
    assert "Nothing below the heading p0" in ran.err
