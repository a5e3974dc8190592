"""The two catalogues: the same keys, the same facts, and nothing said past them."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import cdstrack
from cdstrack.app import notary
from cdstrack.app.record.layout import RowKind
from cdstrack.cli import COMMANDS
from cdstrack.cli.guide import QUESTIONS
from cdstrack.core.checks import gate, goalposts, loosening, seals, wording
from cdstrack.core.checks.register_checks import _UNKNOWN
from cdstrack.core.model import entries, periods
from cdstrack.core.model.form_columns import COLUMNS
from cdstrack.core.values import measures
from cdstrack.core.verdict import case, rules
from cdstrack.i18n import LANGUAGES, Words, en, page_en, page_vi, vi
from cdstrack.render import iati
from cdstrack.render.excel import annex_book
from cdstrack.render.messages import REASONS, sentence
from cdstrack.render.method_shape import NOTIONS, RULE_NAMES
from cdstrack.render.phrases import CELLS, MARKED
from cdstrack.render.register_shape import FLAGS
from cdstrack.store import commit_signatures, ledger_trail
from cdstrack.store.ledger.record import _WORDS as EXPECTED
from cdstrack.store.seals import digests, signatures
from cdstrack.store.yaml.document import _PYDANTIC_CODES
from cdstrack.store.yaml.slips import HINTS
from tests.cases import every_case
from tests.cli.build import FAMILY, LATE, LAW, REACH, TRAINED, target
from tests.i18n import test_read_dates, test_read_figures

SOURCES = sorted(Path(cdstrack.__file__).parent.rglob("*.py"))
CATALOGUES = {"en.py", "vi.py", "page_en.py", "page_vi.py"}


TYPED = [key.removeprefix("typed_") for key in en.TEXTS if key.startswith("typed_")]
"""Problems whose sentence names a command, but for a page."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_have_the_same_keys_in_the_same_order():
    assert list(en.TEXTS) == list(vi.TEXTS)


def test_both_use_the_same_facts():
    facts = {key: (placeholders(en.TEXTS[key]), placeholders(vi.TEXTS[key])) for key in en.TEXTS}
    assert {key: sides for key, sides in facts.items() if sides[0] != sides[1]} == {}


@pytest.mark.parametrize("path", [Path(en.__file__), Path(vi.__file__)], ids=lambda p: p.name)
def test_no_key_stands_twice(path):
    [table] = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_table(node)]
    keys = [key.value for key in table.keys]
    assert len(keys) == len(set(keys))


def _is_table(node: ast.AST) -> bool:
    return isinstance(node, ast.Dict) and len(node.keys) > 100


@every_case("path", SOURCES)
def test_texts_are_composed(path):
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_the_starter_registers_are_composed():
    for path in Path(en.__file__).parent.glob("*.yaml"):
        assert unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))


# What the sources say

FAMILIES = {
    "goal_above": ["baseline", "previous"],
    "goal_below": ["baseline", "previous"],
    "goal_increase_by": ["share"],
    "goal_reduce_by": ["share"],
    "state": get_args(rules.State),
    "cell": CELLS,
    "ruling": RULE_NAMES,
    "ruling_says": RULE_NAMES,
    "ruling_check": RULE_NAMES,
    "state_says": rules.WORST_FIRST,
    "method_says": get_args(measures.Method),
    "notion": NOTIONS,
    "notion_says": NOTIONS,
    "short": CELLS,
    "sum": CELLS,
    "mark": MARKED,
    "strength": get_args(entries.Strength),
    "annex": [name for name, _ in annex_book.COLUMNS],
    "reading": get_args(entries.Reading),
    "part": get_args(get_args(entries.Stated.model_fields["inferred"].annotation)[0]),
    "how": get_args(entries.Succession),
    "qualifier": get_args(entries.Qualifier),
    "method": [*get_args(measures.Method), *get_args(measures.ForecastMethod)],
    "finding": [code.replace("-", "_") for code in gate.CODES],
    "field": [
        *(*goalposts.FIELDS, *loosening.SETTINGS, *wording.FIELDS),
        *("waiver", "desks", "desk", "nothing"),
    ],
    "iati_lost": get_args(iati.Loss),
    "finding_file": ["moved", "linked"],
    "finding_decision": ["entered_late", "unproven"],
    "finding_waiver": ["granted", "prolonged", "unused"],
    "finding_ledger_changed": ["since", "days"],
    "finding_report": ["unauthorised_signer", "unsigned_signer"],
    "finding_desk": ["granted"],
    "file": ["register", "ledger", "waivers"],
    "finding_closed_as": ["missed"],
    "remedy_closed_as": ["missed"],
    "finding_draft": ["moved"],
    "remedy_draft": ["moved"],
    "remedy_ledger_changed": ["since", "days"],
    "decision": goalposts.DECISIONS,
    "mark_late": ["report", "record"],
    "flag_late": ["report", "record"],
    "rule": ["problem", *[code.replace("-", "_") for code in gate.CODES]],
    "remedy": ["problem", *[code.replace("-", "_") for code in gate.CODES]],
    "gate_col": ["level", "finding", "target", "why", "pass", "place"],
    "reason": REASONS,
    "expected": [*EXPECTED.values(), "object"],
    "found": ["list", "text", "mapping"],
    "hint": [*HINTS, "stewards", "far"],
    "typed": TYPED,
    "every": get_args(periods.Unit),
    "every_n": ("week", "month", "year"),
    "level": ["error", "warning", "fail", "warn", "waived"],
    "form": COLUMNS,
    "row": get_args(RowKind),
    "ask": [name for name in QUESTIONS if name != "value"],
    "across": get_args(entries.Across),
    "total": get_args(entries.WholeOf),
    "cmd": [name.replace("-", "_") for name in COMMANDS],
    "more": ["add_progress", "check", "draft", "export", "template", "import"],
    "sealed": digests.NAMES,
    "alteration": get_args(seals.Alteration),
    "seal": ["late", "backdated", "override"],
    "basis": get_args(notary.Basis),
    "signature": [*get_args(signatures.Kind), *get_args(signatures.Fault)],
    "signature_by": get_args(signatures.Kind),
    "per": ["year", "quarter", "month", "week"],
    "col": ["state", "target", "value", "deadline", "report", "owner"],
    "revised": ["deadline", "target", "baseline"],
    "filled": ["deadline", "target", "baseline"],
    "audit": [
        *[f"{subject}_changed" for subject in get_args(ledger_trail.Subject)],
        *[f"{unit}_after" for unit in ("days", "hours", "minutes")],
        *[f"{unit}_before" for unit in ("days", "hours", "minutes")],
        *["altered", "gone", "foreign_correct", "foreign_void"],
    ],
    "audit_n": ["altered", "gone", "late", "foreign", "unauthorised", "unsigned", "settings"],
    "commit_signature": get_args(commit_signatures.State),
    "act": [*get_args(entries.Act), "alter"],
    "span": get_args(case.PeriodResult),
    "forecast": ["met", "no_trend", "wrong_way", "too_far", "evidence_too_old"],
    "flag": [*FLAGS, "late_record"],
}  # fmt: skip
"""Keys made of a prefix and a word that the program computes."""

BY_PACE = [f"{pace}_{cut}" for pace in ("pace", "limit_pace") for cut in ("on", "risk", "off")]

SAYS = {"words", "sentence", "section", "field"}
RAISES = {
    "Refusal", "Fault", "Misread", "Problem", "StoreError", "Damage", "Finding",
    "PydanticCustomError", "system_error", "_report",
}  # fmt: skip
COMPUTED = {f"unknown_{what}" for what in ("state", "owner", "tag")} | {
    *_PYDANTIC_CODES.values(), *_UNKNOWN.values(), "bad_id", "bad_sha256", "bad_url",
    "not_saved_no_lock", "file_denied", "yaml_bom", "yaml_control", "yaml_invisible",
    "yaml_line_break", "usage_option_takes_none", "usage_option_wants_value",
    "store_no_original", "store_form",  # of the server
}  # fmt: skip
"""Codes that reach their call as a variable."""


@cache
def said() -> tuple[list[tuple[str, str]], set[str]]:
    """What the program says but for its catalogues: the name of every call with each text that its
    first argument may be, and every text."""
    calls, texts = [], set()
    for path in SOURCES:
        if path.name not in CATALOGUES:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    if node.args:
                        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                        calls += [(name, text) for text in literals(node.args[0])]
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts.add(node.value)
    return calls, texts


def given_to(*names: str) -> set[str]:
    """What is given to calls of these names first."""
    return {text for name, text in said()[0] if name in names}


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from literals(one)
            yield from literals(other)


def strings() -> set[str]:
    return said()[1]


def doubts() -> set[str]:
    return given_to("Doubt")


def test_every_doubt_has_a_sentence():
    assert len(doubts()) > 10
    assert {code for code in doubts() if f"doubt_{code}" not in en.TEXTS} == set()


def codes() -> set[str]:
    return {code for code in given_to(*RAISES) if code.replace("_", "").isalnum()} | COMPUTED


def test_every_key_that_is_said_exists():
    helps = {text for text in strings() if re.fullmatch("(opt|arg|lbl|sec)_[a-z_]+", text)}
    keys = {text for text in given_to(*SAYS) | helps if re.fullmatch("[a-z_]+", text)}
    known = en.TEXTS.keys() | page_en.TEXTS
    assert {key for key in keys if key not in known and f"problem_{key}" not in known} == set()


def test_every_code_has_a_sentence():
    assert {code for code in codes() if f"problem_{code}" not in en.TEXTS} == set()


@every_case("family", FAMILIES)
def test_every_word_of_a_family_has_a_text(family):
    assert {f"{family}_{name}" for name in FAMILIES[family]} - set(en.TEXTS) == set()


def test_every_text_is_used():
    used = strings() | {"opt_help"}  # of the help itself, which only the table of completion has
    used |= {f"problem_{code}" for code in strings() | codes()}
    used |= {f"why_{reason}" for reason in strings()} | {f"why_{reason}" for reason in BY_PACE}
    used |= {f"doubt_{code}" for code in doubts()}
    used |= {f"{family}_{name}" for family, names in FAMILIES.items() for name in names}
    assert set(en.TEXTS) - used == set()


TEMPLATES = sorted(Path(cdstrack.__file__).parent.glob("render/page/templates/*.html"))


def test_pages_have_the_same_texts_with_the_same_facts_in_both_languages():
    assert list(page_en.TEXTS) == list(page_vi.TEXTS)
    for key, text in page_en.TEXTS.items():
        assert placeholders(text) == placeholders(page_vi.TEXTS[key]), key


def test_every_text_of_pages_is_used():
    used = strings() - {"page_"} | {"page_silent", "page_reported"}
    for template in TEMPLATES:
        used |= {*re.findall(r"'(page_\w+)'", template.read_text(encoding="utf-8"))}
    families = tuple(key for key in used if key.startswith("page_") and key.endswith("_"))
    unused = {key for key in page_en.TEXTS if key not in used and not key.startswith(families)}
    assert unused == set()


def test_every_command_of_a_problem_has_the_problem_that_it_mends():
    wanted = {key for key, text in en.TEXTS.items() if "{typed}" in text} & problem_keys()
    assert wanted == {f"problem_{code}" for code in TYPED}


def problem_keys() -> set[str]:
    return {key for key in en.TEXTS if key.startswith("problem_")}


def test_every_code_of_a_text_that_is_not_read_has_a_sample_in_both_languages():
    misread = given_to("Misread")
    assert len(misread) > 30
    sampled = {(code, lang) for code, lang, *_ in test_read_figures.REFUSALS}
    sampled |= {(code, lang) for code, *_ in test_read_dates.REFUSED for lang in LANGUAGES}
    assert {(code, lang) for code in misread for lang in LANGUAGES} == sampled


def test_every_reason_of_the_rules_has_a_sentence():
    reasons = {text.removeprefix("why_") for text in en.TEXTS if text.startswith("why_")}
    path = Path(rules.__file__)
    given = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
            given |= set(literals(node.args[1]))
    assert given - reasons == set()
    assert len(given) > 15


# What a Vietnamese reader sees

ENGLISH = re.compile(
    r"\b(the|and|with|not|is|are|was|of|to|for|from|this|that|no|be|cannot|must|file|error|"
    r"warning|missing|usage|options|command|show|value|invalid|unknown|expected|found)\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    r"--?[a-z-]+|https?://\S+|\[[^\]]*\]|\b[a-z0-9]+(-[a-z0-9]+)+\b|cdstrack \w+|\b[A-Z_]{2,}\b|"
    r"targets\.yaml|progress\.jsonl|\bshow\b|^ +[0-9]+ │.*$|: error$",
    re.MULTILINE,
)


def english(said: str) -> list[str]:
    """Lines that still speak English once ids, options, file names and codes are left out."""
    return [line for line in ALLOWED.sub("", said).splitlines() if ENGLISH.search(line)]


def test_help_is_all_vietnamese(cli):
    for command in [[name] for name in COMMANDS] + [[]]:
        assert english(cli(*command, "-h", "--lang", "vi").out) == []


@pytest.mark.parametrize(
    "args",
    [
        ["status"],
        ["status", "--format", "md"],
        ["overdue", "--within", "90d"],
        ["show", "trained"],
        ["show", "late"],
        ["show", "law"],
        ["check"],
        ["history"],
        ["validate"],
        ["statsu"],
        ["status", "--sate"],
        ["status", "--state"],
        ["status", "--all=1"],
        ["status", "extra"],
        ["show"],
        ["show", "x"],
        ["status", "--as-of", "1/2/2026"],
        ["status", "--file", "x"],
        ["status", "--file", "."],
        ["init"],
        ["add-progress", "trained", "10.000"],
        ["add-progress", "trained", "1_000"],
        ["add-progress", "trained", "x"],
        ["add-progress", "trained", "5 kg"],
        ["add-progress", "trained", "5", "--date", "2027"],
        ["add-progress", "trained", "5", "--date", "2026"],
        ["add-progress", "trained", "5", "--corrects", "x"],
        ["add-progress", "trained", "5", "--about", "--dry-run"],
        ["add-progress", "trained", "5"],
        ["add-progress", "law", "5"],
        ["add-progress", "all-heads", "5"],
        ["add-progress", "law", "--done", "--dry-run"],
        ["check", "--fail-on", "x"],
    ],
)
def test_no_english_reaches_a_vietnamese_reader(cli, args):
    cli.write(TRAINED, LATE, LAW, FAMILY)
    cli.report("trained", "250", "--date", "2026-03-31", "--source", "plan", "--nearly")
    ran = cli(*args, "--lang", "vi")
    assert english(ran.out + ran.err) == []
    assert "fault" not in ran.err


def test_what_is_not_read_is_told_in_vietnamese():
    misreads = [test_read_dates.refusal(text) for _, text, _ in test_read_dates.REFUSED]
    for _, lang, text, _ in test_read_figures.REFUSALS:
        if lang == "vi":
            misreads.append(test_read_figures.refusal(text, lang))
    for misread in misreads:
        facts = misread.facts | dict.fromkeys(("text", "write", "other", "example", "word"), "x")
        assert english(sentence(misread.code, facts, Words("vi"))) == []


def test_problems_in_files_are_told_in_vietnamese(cli):
    cli.write(target("t", REACH + "deadlin: 1\nlag_days: x\nstart: 1/2/2026"), LAW)
    cli.ledger.write_text('{"id":"a"}\nx\n{"id":"b","target":"law","date":"2026","value":1.5,')
    ran = cli("validate", "--lang", "vi")
    assert ran.code == 3
    assert english(ran.err) == []


def test_a_sentence_can_be_made_of_every_text():
    class Anything:
        def __format__(self, spec: str) -> str:
            return spec.rpartition("|")[2] or "x"

    for lang in LANGUAGES:
        words = Words(lang)
        for key, text in en.TEXTS.items():
            said = words(key, **dict.fromkeys(placeholders(text), Anything()))
            assert "{" not in said or "at_least" in said or "women" in said or "iati:" in said
