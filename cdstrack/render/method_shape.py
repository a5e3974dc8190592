"""How a verdict is reached, in words: rules, states, ways to measure pace, and notions.

The texts stand in the catalogues. States and cells in them are named by their own words, limits by
the policy of the register, so that no text can say other than what is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, get_args

from cdstrack.core.model.entries import Policy
from cdstrack.core.values.measures import Method
from cdstrack.core.verdict.rules import RULES, TREND_AT_RISK, TREND_ON_TRACK, WORST_FIRST
from cdstrack.core.verdict.verdict import CELL_OF, CELLS, Cell
from cdstrack.i18n import LANGUAGES, Language, Words
from cdstrack.render.data import Json
from cdstrack.render.shape import BILINGUAL, TEXT, Shape, list_of, one_of, or_null

RULE_NAMES: tuple[str, ...] = (*dict.fromkeys(number for number, _, _ in RULES), "parent")
"""What ``rule`` of a verdict may be, in the order of the page."""
NOTIONS: Sequence[str] = (
    "questions", "order", "cells", "rates", "cuts", "dates", "silence", "lag", "qualifiers",
    "goalposts", "corrections", "voids", "nothing_due", "periods", "relative", "conditions",
    "slices", "series", "indicators", "bodies", "owners", "headings",
)  # fmt: skip
_WORDS: Mapping[Language, Words] = {lang: Words(lang) for lang in LANGUAGES}


def method_words(key: str, policy: Policy, words: Words) -> str:
    """A text of the method, with states and cells by their words and the limits of a policy."""
    return words(key, **_facts_in(words.lang, policy))


@cache
def _facts_in(lang: Language, policy: Policy) -> Mapping[str, object]:
    """What states and cells are called, and the limits, by what the texts of the method call them.

    A page of the method has hundreds of texts.
    """
    words = _WORDS[lang]
    states = {f"state_{state}": words(f"state_{state}") for state in WORST_FIRST}
    cells = {f"cell_{cell}": words(f"cell_{cell}") for cell in CELLS}
    limits = {
        "cut_on_track": words.number(policy.on_track),
        "cut_at_risk": words.number(policy.at_risk),
        "cut_early": words.percent(policy.early, places=6),
        "cut_about": words.percent(policy.about, places=6),
        "cut_stale_after": policy.stale_after,
        "cut_small": words.percent(TREND_ON_TRACK, places=6),
        "cut_large": words.percent(TREND_AT_RISK, places=6),
    }
    return {**states, **cells, **limits}


class Entry(NamedTuple):
    """One thing that the method explains."""

    code: str
    policy: Policy
    title: str
    says: str
    check: str | None = None

    def text(self, key: str) -> Json:
        """The text of a key in both languages."""
        return {lang: method_words(key, self.policy, _WORDS[lang]) for lang in LANGUAGES}


EXPLANATION = Shape[Entry](
    "Explanation",
    "One thing that the method explains.",
    (
        ("code", TEXT, "", lambda entry: entry.code),
        ("title", BILINGUAL, "", lambda entry: entry.text(entry.title)),
        ("says", BILINGUAL, "", lambda entry: entry.text(entry.says)),
        (
            "check",
            or_null(BILINGUAL),
            "of a rule: what a reader can look at to see whether it is so",
            lambda entry: entry.text(entry.check) if entry.check is not None else None,
        ),
    ),
)
CELL_STATES = Shape[Cell](
    "CellStates",
    "The states that count in one cell, of targets with a deadline.",
    (
        ("cell", one_of(CELLS), "", lambda cell: cell),
        (
            "states",
            list_of(one_of(WORST_FIRST)),
            "worst first",
            lambda cell: [state for state in WORST_FIRST if CELL_OF[state] == cell],
        ),
    ),
)


def _entries(
    codes: Sequence[str], title: str, says: str, check: str | None = None
) -> Callable[[Policy], Json]:
    """Explanations of codes, by how the keys of their texts begin."""
    return lambda policy: [
        EXPLANATION.of(
            Entry(code, policy, title + code, says + code, check + code if check else None)
        )
        for code in codes
    ]


METHOD = Shape[Policy](
    "Explanations",
    "How a verdict is reached, in words, with the limits of the register.",
    (
        (
            "rules",
            list_of(EXPLANATION.ref),
            "by `rule` of a verdict, in order",
            _entries(RULE_NAMES, "ruling_", "ruling_says_", "ruling_check_"),
        ),
        (
            "states",
            list_of(EXPLANATION.ref),
            "worst first",
            _entries(WORST_FIRST, "state_", "state_says_"),
        ),
        (
            "methods",
            list_of(EXPLANATION.ref),
            "by `method` of a verdict",
            _entries(get_args(Method), "method_", "method_says_"),
        ),
        (
            "cells",
            list_of(CELL_STATES.ref),
            "which states count where",
            lambda policy: [CELL_STATES.of(cell) for cell in CELLS],
        ),
        (
            "notions",
            list_of(EXPLANATION.ref),
            "silence, lag, qualifiers, corrections and the like",
            _entries(NOTIONS, "notion_", "notion_says_"),
        ),
    ),
)
