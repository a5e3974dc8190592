"""Goals as they are written: the examples of docs/catalogue.md, read and judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[1] / "docs" / "catalogue.md"
HEAD = """cdstrack: 1
title: Register
sources: {plan: {title: Plan, date: 2024-01-01}}
bodies: {ministry: {name: Ministry}}
"""


def example(number: int) -> str:
    """One of the registers under the heading, with what it cites."""
    _, _, text = CATALOGUE.read_text(encoding="utf-8").partition("## Goals as they are written\n")
    section = text.partition("\n## ")[0]
    return HEAD + re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[number]


@pytest.fixture
def register(cli):
    def write(number: int):
        (cli.folder / "targets.yaml").write_text(example(number), encoding="utf-8")
        assert cli("validate").code == 0
        return cli

    return write


def shown(cli, name: str, day: str = "2026-11-21"):
    return cli("--as-of", day, "show", name, "--format", "json").json


def test_a_range_meant_as_a_minimum_and_a_figure_that_is_about_right(register):
    cli = register(0)
    cli.report("exports", "19", "--date", "2025-06-30")
    cli.report("schools", "86", "--date", "2025")
    exports, schools = shown(cli, "exports"), shown(cli, "schools")
    assert (exports["state"], "over_achieved" in exports["flags"]) == ("achieved", True)
    assert exports["target"] == {"comparator": "at_least", "value": 16, "value_max": 18}
    assert (schools["state"], schools["progress"]) == ("achieved", 0.95)
    page = cli("--lang", "vi", "show", "exports").out
    assert "≥ 16–18 %; đạt từ mức 16 trở lên" in page


def test_a_goal_told_from_where_it_stood_is_judged_once_that_is_known(register):
    cli = register(1)
    cli.report("output", "590", "--date", "2024")
    cli.report("output", "600", "--date", "2025")
    early, late = shown(cli, "output", "2023-08-01"), shown(cli, "output", "2025-06-30")
    assert (early["state"], early["target"], early["planned"]) == ("no_data", None, None)
    assert late["target"] == {"comparator": "at_least", "value": 600, "value_max": None}
    assert (late["value"], late["progress"]) == (590, 0.9)
    assert shown(cli, "output")["state"] == "achieved"
    assert "tăng 20 % so với mức gốc" in cli("--lang", "vi", "show", "output").out
    early_page = cli("--as-of", "2023-08-01", "show", "output").out
    assert "undecided until" in " ".join(early_page.split())


def test_each_period_has_to_bring_more_than_the_one_before(register):
    cli = register(1)
    cli.report("rank", "31", "--date", "2024")
    assert shown(cli, "rank", "2025-06-01")["state"] == "on_track"
    cli.report("rank", "31", "--date", "2025")
    assert shown(cli, "rank")["state"] == "breached"
