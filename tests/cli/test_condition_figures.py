"""Conditions with figures of their own, on their way through prompt, form, sheet and export."""

from __future__ import annotations

import csv

import pytest

REGISTER = """cdstrack: 1
title: Register
sources: {plan: {title: Plan, date: 2020, publisher: Government}}
bodies: {ministry: {name: Ministry}}
targets:
  - id: growth
    title: {vi: Tăng trưởng, en: Growth}
    kind: reach
    owner: ministry
    unit: {vi: tỷ đồng, en: billion}
    accumulate: sum
    target: {at_least: 800}
    deadline: 2030
    start: 2021
    conditions:
      inflation: {title: {vi: Lạm phát, en: Inflation}, target: {at_most: 4}, unit: "%"}
      jobs:
        title: {vi: Việc làm, en: Jobs}
        target: {at_least: 1000}
        unit: {vi: người, en: people}
    stated: {source: plan}
"""


@pytest.fixture
def growing(cli):
    (cli.folder / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    return cli


def test_a_report_on_a_condition_is_read_in_its_own_unit(growing):
    growing.report("growth", "3,5%", "--part", "Lạm phát", "--date", "2025", "--lang", "vi")
    growing.report("growth", "900", "--part", "jobs", "--date", "2025")
    growing.report("growth", "300", "--date", "2025")
    growing.report("growth", "200", "--date", "2024")
    growth = growing.state("growth")
    assert growth["value"] == 500  # the conditions add nothing to it
    values = {
        part["condition"]: (part["value"], part["unit"]["en"]) for part in growth["conditions"]
    }
    assert values == {"inflation": (3.5, "%"), "jobs": (900, "people")}


def test_a_report_shows_how_the_condition_and_the_whole_stand(growing):
    shown = growing(
        "--lang", "en", "add-progress", "growth", "4.5", "--part", "inflation", "--date", "2025",
        "--dry-run",
    )  # fmt: skip
    assert "growth · inflation" in shown.out
    assert "4.5%" in shown.out


def test_a_form_has_a_row_for_each_and_for_the_target_and_comes_back(growing):
    growing("template", "--owner", "ministry", "-o", "form.csv", "--lang", "en")
    path = growing.folder / "form.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    assert [(row[3], row[4].partition(",")[0]) for row in rows] == [
        ("", "billion"),
        ("inflation", "%"),
        ("jobs", "people"),
    ]
    for row, figure in zip(rows, ("700", "3", "1200"), strict=True):
        row[6:8] = ["2025", figure]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    ran = growing("import", "form.csv", "--yes")
    assert ran.code == 0, ran.err
    growth = growing.state("growth")
    assert [part["state"] for part in growth["conditions"]] == ["achieved", "achieved"]
    assert growth["value"] == 700


def test_a_register_with_conditions_is_sound_in_every_list_and_book(growing):
    growing.report("growth", "3.5", "--part", "inflation", "--date", "2025")
    for command in (
        ["validate"], ["status"], ["show", "growth"], ["due"], ["scoreboard"], ["check"],
        ["export", "--format", "csv"], ["export", "-o", "all.xlsx"], ["history", "growth"],
        ["status", "--format", "csv"], ["status", "--summary"],
    ):  # fmt: skip
        for lang in ("vi", "en"):
            assert growing("--lang", lang, *command).code in (0, 1), command
