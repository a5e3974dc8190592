"""docs/catalogue.md: what it says of indicators, short forms, who works on a target, and drafts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[1] / "docs" / "catalogue.md"
PARTS = {
    "sources": "{plan: {title: Plan, date: 2020-06-03, publisher: The ministry}}",
    "bodies": "{ministry: {name: Ministry}}",
    "defaults": "{owner: ministry, kind: reach}",
}
"""What the examples leave out."""


@pytest.fixture
def example(cli):
    """Put the example of a section here, with what it leaves out."""

    def write(heading: str) -> None:
        _, _, text = CATALOGUE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
        [block] = re.findall(r"```yaml\n(.*?)```", text.partition("\n## ")[0], re.DOTALL)
        keys = re.findall(r"^(\w+):", block, re.MULTILINE)
        rest = [f"{key}: {part}" for key, part in PARTS.items() if key not in keys]
        register = "\n".join(["cdstrack: 1", "title: Register", *rest, block])
        (cli.folder / "targets.yaml").write_text(register, encoding="utf-8")
        assert cli("validate").code == 0

    return write


def test_one_report_serves_both_targets_on_the_indicator(cli, example):
    example("Indicators")
    cli.report("digital-economy", "16.5", "--date", "2023")
    values = {name: cli.state(name)["value"] for name in ("economy-2025", "economy-2030")}
    assert values == {"economy-2025": 16.5, "economy-2030": 16.5}
    assert cli("show", "digital-economy").code == 0


def test_a_line_that_names_a_target_of_an_indicator_is_told_what_to_write(cli, example):
    example("Indicators")
    cli.report("economy-2025", "16.5", "--date", "2023")
    text = cli.ledger.read_text(encoding="utf-8")
    assert '"digital-economy"' in text  # understood at the prompt
    cli.ledger.write_text(text.replace('"digital-economy"', '"economy-2025"'), encoding="utf-8")
    ran = cli("--lang", "en", "validate")
    assert (ran.code, "Write digital-economy there" in ran.err) == (3, True)


def test_each_year_is_judged_by_its_own_figure_and_one_without_is_watched(cli, example):
    example("A figure for each period")
    for year, figure in (("2022", "7"), ("2023", "8"), ("2024", "1")):
        cli.report("growth", figure, "--date", year)
    page = cli("--lang", "en", "--as-of", "2025-06-01", "show", "growth").out
    assert "2022: 7% / ≥ 7%, kept" in page
    assert "2023: 8% / ≥ 8.5%, missed" in page
    assert "2024: 1%, only watched" in page
    assert "2025: – / 9–10%, running" in page


def test_a_biennial_index_and_a_weekly_count_are_asked_for_when_they_are_over(cli, example):
    example("Weeks, and cycles of several years")
    cli.report("e-government", "0.7", "--date", "2022")
    due = cli("--lang", "en", "--as-of", "2025-01-08", "due").out
    assert "2023–2024" in due
    assert "2021–2022" not in due
    cli.report("files", "700", "--date", "tuần 1/2025")
    assert cli.state("files-2026")["value"] == 700
    assert '"2025-W01"' in cli.ledger.read_text(encoding="utf-8")


def test_growth_is_kept_only_when_its_conditions_are(cli, example):
    example("Conditions with figures")
    cli.report("growth", "8.2", "--date", "2025")
    cli.report("growth", "3.5", "--part", "inflation", "--date", "2025")
    cli.report("growth", "900", "--part", "Việc làm mới", "--date", "2025")
    growth = cli.state("growth")
    assert (growth["state"], growth["value"]) == ("breached", 8.2)
    states = {part["condition"]: part["state"] for part in growth["conditions"]}
    assert states == {"inflation": "achieved", "jobs": "breached"}
    page = cli("--lang", "en", "show", "growth").out
    assert "Inflation: ≤ 4%; 3.5%, 2025; ✓ achieved" in page
    cli.report("growth", "1,000", "--part", "jobs", "--date", "2025")
    assert cli.state("growth")["state"] == "achieved"


def test_a_statement_was_made_on_the_date_of_its_source_by_who_published_it(cli, example):
    example("Less to write")
    page = cli("--lang", "en", "show", "households-2025").out
    assert "The Prime Minister, 3 Jun 2020" in page
    assert "aim" in page
    target = cli.state("households-2025")
    assert (target["owner"]["stated"], target["kind"]) == ("ministry", "reach")
    assert "households-2025" in cli("status", "--tag", "digital", "--format", "csv").out


def test_who_works_on_a_target_finds_it_and_its_own_word_moves_no_verdict(cli, example):
    example("Who works on it")
    assert "registers-2025" in cli("status", "--owner", "justice", "--format", "csv").out
    page = cli("--lang", "en", "show", "registers-2025").out
    for text in ("Ministry of Justice", "II.1.a", "On track", "x-budget-line: 0417"):
        assert text in page
    assert cli.state("registers-2025")["state"] == "overdue"
    assert "MST" in cli("--lang", "en", "status").out


def test_the_draft_that_is_shown_is_the_one_that_comes(cli):
    text = CATALOGUE.read_text(encoding="utf-8").partition("\n## Bringing it in\n")[2]
    [block] = re.findall(r"```yaml\ntargets:\n(.*?)```", text, re.DOTALL)
    [row] = re.findall(r"From the row `(.*?)`", text)
    headings = "TT,Chỉ tiêu,Đơn vị,Kết quả 2025,Cơ quan chủ trì"
    rows = [headings, "I,Kinh tế số,,,", row.replace(" | ", ",")]
    (cli.folder / "annex.csv").write_text("\n".join(rows), encoding="utf-8")
    options = ("--source", "plan", "--title", "Plan", "--date", "2020-06-03", "--by", "PM")
    assert block in cli("--lang", "en", "draft", "annex.csv", *options).out


def test_the_draft_of_a_column_for_each_year_is_the_one_that_comes(cli):
    text = CATALOGUE.read_text(encoding="utf-8").partition("**A column for each year**")[2]
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    row = re.search(r"From `(.*?)`", text)
    assert block
    assert row
    rows = ["TT,Chỉ tiêu,Đơn vị,2023,2024,2025", row[1].replace(" | ", ",")]
    (cli.folder / "annex.csv").write_text("\n".join(rows), encoding="utf-8")
    assert block[1] in cli("--lang", "en", "draft", "annex.csv").out


def test_the_slice_that_is_shown_is_the_one_that_comes(cli):
    text = CATALOGUE.read_text(encoding="utf-8").partition("**Slices**")[2]
    [block] = re.findall(r"```yaml\n(.*?)```", text.partition("**The document**")[0], re.DOTALL)
    rows = [
        "TT,Chỉ tiêu,Đơn vị,Mục tiêu 2025,Cơ quan chủ trì",
        "1,Lao động có nghề,người,1000,Bộ Y tế",
    ]
    rows.append(",Trong đó: nữ,người,400,")
    (cli.folder / "annex.csv").write_text("\n".join(rows), encoding="utf-8")
    assert block in cli("--lang", "vi", "draft", "annex.csv").out


def test_the_site_that_is_shown_becomes_the_draft_that_is_shown(cli):
    text = CATALOGUE.read_text(encoding="utf-8").partition("\n## An Open SDG site\n")[2]
    text = text.partition("\n## ")[0]
    meta, data = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    [block] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for name, content in (("meta/1-2-1.md", meta), ("data/indicator_1-2-1.csv", data)):
        path = cli.folder / "sdg-data" / name
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
    said = ("--source", "agenda", "--title", "Agenda", "--date", "2015-09-25", "--by", "UN")
    options = ("-o", "targets.yaml", "--reports", "reports.csv", *said)
    assert cli("--lang", "en", "draft", "sdg-data", *options).code == 0
    assert block in (cli.folder / "targets.yaml").read_text("utf-8")
    assert cli("--lang", "en", "import", "reports.csv", "--yes").code == 0
    assert cli.state("indicator-1-2-1-2030")["value"] == 4.3


def test_the_activity_that_is_shown_becomes_the_draft_that_is_shown(cli):
    text = CATALOGUE.read_text(encoding="utf-8").partition("\n## IATI activities\n")[2]
    [indicator] = re.findall(r"```xml\n(.*?)```", text, re.DOTALL)
    draft, key = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (cli.folder / "activity.xml").write_text(
        '<iati-activities version="2.03"><iati-activity xml:lang="en">\n'
        "<iati-identifier>XM-EXAMPLE-7</iati-identifier>"
        '<reporting-org ref="XM-EXAMPLE" type="22"><narrative>Valley Centre</narrative>'
        "</reporting-org><title><narrative>Valley</narrative></title>\n"
        '<participating-org role="2"><narrative>Valley Centre</narrative></participating-org>\n'
        '<result type="2"><title><narrative>Livelihoods</narrative></title>\n'
        f"{indicator}</result></iati-activity></iati-activities>",
        encoding="utf-8",
    )
    options = ("-o", "targets.yaml", "--reports", "reports.csv")
    assert cli("--lang", "en", "draft", "activity.xml", *options).code == 0
    register = (cli.folder / "targets.yaml").read_text(encoding="utf-8")
    assert draft in register
    assert key in register
    assert cli("import", "reports.csv", "--yes").code == 0
    assert cli.state("weavers-with-an-order-2023")["value"] == 106
    assert cli("export", "-o", "results.xml").code == 0
