"""Results frameworks with breakdowns: each slice and each whole is judged as its document meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE = str(Path(__file__).parent / "results" / "targets.yaml")
DAY = ("--as-of", "2026-11-27")

WHOLES = {
    "ida18-farmers": ("achieved", "on_time"),
    "ida19-farmers": ("overdue", "overdue"),
    "ida20-renewable": ("overdue", "overdue"),
    "ida18-strategies": ("overdue", "overdue"),
    "ida18-operations": ("achieved", "on_time"),
    "ida-poverty": ("unquantified", "outside"),
    "iati-grants": ("achieved", "on_time"),
    "ca-exec": ("overdue", "overdue"),
    "ca-staff": ("achieved", "on_time"),
}
SLICES = {
    ("iati-grants", "women"): ("achieved", 1848),
    ("iati-grants", "men"): ("achieved", 844),
    ("ca-exec", "minority"): ("achieved", 10.1),
    ("ca-exec", "women"): ("achieved", 49.1),
    ("ca-exec", "indigenous"): ("overdue", 3.7),
    ("ca-exec", "disability"): ("achieved", 4.8),
    ("ida18-farmers", "fcs"): ("unquantified", 0.05),
    ("ida18-farmers", "women"): ("unquantified", 0.97),
    ("ida18-strategies", "fcs"): ("unquantified", 30),
    ("ida-poverty", "fcs"): ("unquantified", 40.9),
}


@pytest.fixture
def judged(cli):
    ran = cli("--file", FILE, "status", "--format", "json", *DAY)
    assert ran.code == 0, ran.err
    return {each["id"]: each for each in ran.json["targets"]}


def test_the_register_is_sound(cli):
    assert cli("--file", FILE, "validate").code == 0


def test_every_whole_stands_as_it_did_with_a_target_for_each_class(judged):
    assert {name: (each["state"], each["cell"]) for name, each in judged.items()} == WHOLES


def test_every_slice_is_judged_by_its_own_target_or_watched(judged):
    stands = {
        (name, category): (part["state"], part["value"])
        for name, each in judged.items()
        for part in each["slices"]
        for category in part["slice"].values()
    }
    assert SLICES.items() <= stands.items()


def test_the_total_that_nobody_published_is_the_sum_of_women_and_men(judged):
    assert judged["iati-grants"]["value"] == 1848 + 844


@pytest.mark.parametrize(
    ("lang", "row"),
    [
        ("en", "Indigenous people         3.7% · 31 Mar 2018   ≥ 5.2%   ✗ overdue"),
        ("vi", "Người bản địa     3,7 % · 31/03/2018   ≥ 5,2 %   ✗ quá hạn"),
    ],
)
def test_show_has_a_row_for_each_slice(cli, lang, row):
    ran = cli("--file", FILE, "show", "ca-exec", "--lang", lang, *DAY)
    assert row in ran.out


HEAD = """\
cdstrack: 1
title: Vocational training
sources:
  plan: {title: The plan, date: 2024-01-01}
bodies:
  centre: {name: The centre}
"""


def test_the_example_of_the_catalogue_says_what_it_says_of_itself(cli):
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    section = text.partition("\n## Breakdowns\n")[2].partition("\n## ")[0]
    [block] = re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    (cli.folder / "targets.yaml").write_text(HEAD + block, encoding="utf-8")
    assert cli("validate").code == 0
    cli.report("training", "700", "--slice", "sex=women", "--date", "2024")
    cli.report("training", "650", "--slice", "Nữ", "--date", "2025")
    whole = cli.state("training")
    assert (whole["slices"][0]["state"], whole["value"]) == ("achieved", None)
    for year, figure in (("2024", "600"), ("2025", "500")):
        cli.report("training", figure, "--slice", "men", "--date", year)
    assert cli.state("training")["value"] == 700 + 650 + 600 + 500
