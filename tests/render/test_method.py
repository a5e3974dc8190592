"""The method in words: whole in both languages, with nothing in it that is written elsewhere."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from cdstrack.core.model.entries import Policy
from cdstrack.core.verdict import rules, verdict
from cdstrack.core.verdict.rules import RULES, WORST_FIRST
from cdstrack.core.verdict.verdict import CELL_OF, CELLS
from cdstrack.i18n import LANGUAGES, en, vi
from cdstrack.render.method_shape import METHOD, NOTIONS, RULE_NAMES
from tests.cases import every_case

ROOT = Path(__file__).parents[2]
EXAMPLES = [ROOT, ROOT / "examples" / "provinces", ROOT / "examples" / "national-programme"]
TEXTS = {
    f"{key} {lang}": text
    for lang, catalogue in (("en", en.TEXTS), ("vi", vi.TEXTS))
    for key, text in catalogue.items()
    if re.match("ruling_|state_says_|method_says_|notion_", key)
}


def method(**cuts: str | int) -> dict:
    return METHOD.of(Policy.model_validate(cuts))


def test_every_rule_that_a_decision_can_carry_is_explained_in_both_languages():
    carried = {number for number, _, _ in RULES}
    for module in (rules, verdict):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decision":
                rule = node.args[1]
                carried |= {rule.value} if isinstance(rule, ast.Constant) else set()
    assert "parent" in carried
    entries = {entry["code"]: entry for entry in method()["rules"]}
    assert carried == entries.keys() == set(RULE_NAMES)
    for entry in entries.values():
        for part in ("title", "says", "check"):
            assert all(entry[part][lang] for lang in LANGUAGES), entry


@every_case("key", TEXTS)
def test_no_text_of_the_method_has_a_number_or_the_name_of_a_state_in_it(key):
    text = TEXTS[key]
    assert not re.search(r"\d", text)
    catalogue = vi.TEXTS if key.endswith("vi") else en.TEXTS
    states = {catalogue[f"state_{state}"] for state in WORST_FIRST}
    assert states & set(re.findall("“(.*?)”", text)) == set()


@every_case("key", [key for key in TEXTS if "_says_" in key or "_check_" in key])
def test_a_text_of_the_method_is_one_to_three_sentences(key):
    sentences = re.findall(r"[.?](?: |$)", TEXTS[key])
    assert 1 <= len(sentences) <= (4 if "questions" in key else 3)


def test_the_limits_are_those_of_the_register():
    strict = method(on_track="0.97", at_risk="0.7", early="0.25", about="0.02", stale_after=100)
    pace = next(entry for entry in strict["rules"] if entry["code"] == "11")["says"]
    assert ("0.97" in pace["en"], "0.7 " in pace["en"]) == (True, True)
    assert ("0,97" in pace["vi"], "0,7 " in pace["vi"]) == (True, True)
    old = next(entry for entry in strict["rules"] if entry["code"] == "9")["says"]
    assert "100 days" in old["en"]
    early = next(entry for entry in strict["rules"] if entry["code"] == "10")["says"]
    assert "25 %" in early["vi"]
    about = next(entry for entry in strict["notions"] if entry["code"] == "qualifiers")["says"]
    assert "2% of it" in about["en"]
    trend = next(entry for entry in strict["methods"] if entry["code"] == "five_year_trend")
    assert str(Decimal(100) * rules.TREND_ON_TRACK).rstrip("0.") in trend["says"]["en"]
    assert len(strict["notions"]) == len(NOTIONS)


def test_every_state_counts_in_one_cell():
    cells = method()["cells"]
    assert [entry["cell"] for entry in cells] == list(CELLS)
    states = [state for entry in cells for state in entry["states"]]
    assert sorted(states) == sorted(WORST_FIRST)
    assert [entry["code"] for entry in method()["states"]] == list(WORST_FIRST)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_what_is_said_of_the_cells_is_how_the_registers_are_counted(cli, folder):
    arguments = ("--file", str(folder / "targets.yaml"), "--as-of", "2026-11-21")
    targets = cli(*arguments, "status", "--format", "json").json["targets"]
    dated = [target for target in targets if target["deadline"] and target["state"] != "lapsed"]
    assert dated
    assert {target["id"]: CELL_OF[target["state"]] for target in dated} == {
        target["id"]: target["cell"] for target in dated
    }
