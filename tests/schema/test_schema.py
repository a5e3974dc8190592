"""The published schema: current, right about what we ship, and of one mind with the validator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema.cli import main
from click.testing import CliRunner, Result

from cdstrack.i18n import LANGUAGES
from cdstrack.store.yaml.register_file import RegisterFile
from tests.corpus.files import BAD, FOLDER, GOOD
from tools.schema import FILE, as_text, build

ROOT = Path(__file__).parents[2]

ACROSS = "a schema cannot look from one place of a file at another"
ORDER = "a schema cannot compare two values"
FOLDED = "YAML turns it into an ordinary number before a schema sees it"
YAML = "YAML allows it, and only the value is left of it when a schema sees it"

ACCEPTED_BY_FILE_ONLY = {
    ACROSS: {
        "duplicate-target", "group-unknown", "owner-unknown", "parent-is-itself",
        "part-of-circle", "heading-in-a-class",
        "heading-below-one-that-is-not-there", "parent-unknown", "revision-not-applied",
        "revisions-with-a-gap",
        "baseline-revision-with-a-gap", "decision-of-another-day",
        "source-unknown", "source-unknown-in-baseline", "source-unknown-in-body",
        "source-unknown-in-group", "source-unknown-in-size", "member-of-group-unknown",
        "source-unknown-in-closed", "source-unknown-in-note", "successor-unknown",
        "successors-in-a-circle", "successors-too-many", "successors-unknown",
        "successor-not-begun", "successor-gone-already", "split-of-owner-without-choice",
        "split-of-member-without-choice", "succession-of-a-body-that-was-not-split",
        "succession-of-an-unknown-body", "succession-to-another-body",
        "group-smaller-than-its-members", "group-after-a-merger-not-counted-anew",
        "member-listed-twice", "convert-twice", "indicator-unknown",
        "series-judged-by-another",
        "indicator-without-a-target", "indicator-of-the-name-of-a-target",
        "limit-on-an-indicator-of-levels", "condition-with-a-figure-of-many-bodies",
        "revision-of-a-period-that-is-not-there",
    },
    ORDER: {
        "baseline-after-deadline", "between-backwards", "up-to-backwards", "date-span-backwards",
        "deadline-before-start", "ended-before-start", "periods-not-in-order",
        "plan-after-deadline", "plan-not-in-order", "policy-upside-down",
        "period-after-the-deadline", "period-before-the-start", "period-twice",
        "periods-in-falling-order", "periods-that-overlap", "periods-whose-figures-fall",
        "revisions-not-in-order", "sizes-of-group-not-in-order", "convert-out-of-order",
    },
    FOLDED: {
        "number-binary", "number-hexadecimal", "number-leading-zero", "number-octal",
        "number-with-exponent", "number-with-plus", "number-with-underscores",
        "number-with-three-decimals", "number-without-zero",
    },
    YAML: {"anchor", "merge-key", "tag"},
    "What stood before belongs to the whole, and to a level": {
        "each-above-the-baseline", "previous-of-a-sum", "relative-without-a-baseline",
    },
    "True with a capital is true in YAML; we have one way to write it": {"boolean-with-capital"},
    "JSON Schema has no NaN, and it is on no side of a bound": {"number-nan"},
    "formats are for whole texts, not for the ends of a span": {
        "date-that-does-not-exist-in-a-span", "week-that-is-not-there"
    },
    "the names of time zones change every year": {"time-zone-unknown"},
    "a schema does not compare the names of files": {"waivers-are-the-ledger"},
    "a schema does not count months": {
        "frequency-of-the-calendar-with-a-start", "frequency-uneven",
    },
    "weights are numbers like any other": {"heading-that-weighs-nothing"},
    "a schema can refuse, not warn": {"method-beside-a-plan", "method-of-years-by-month"},
}  # fmt: skip
REFUSED_BY_FILE_ONLY = {
    "~ is nothing at all in YAML, and a text of one character to us": {"text-of-a-tilde"},
    "the version is a number; we do not see its quotes": {"version-in-quotes"},
}


def check_jsonschema(*args: str) -> Result:
    """The tool, in this process: to start it takes longer than most of what it is asked."""
    return CliRunner().invoke(main, args)


def check(*paths: Path, schema: Path = FILE) -> set[Path]:
    """Which of the files check-jsonschema refuses."""
    options = ["--schemafile", str(schema), "--output-format", "JSON", "--no-cache"]
    done = check_jsonschema(*options, *map(str, paths))
    assert done.exit_code in (0, 1), done.output
    said = json.loads(done.stdout)
    refused = [
        entry["filename"] for entry in (*said.get("errors", ()), *said.get("parse_errors", ()))
    ]
    assert bool(refused) == bool(done.exit_code)
    return {Path(name) for name in refused}


def shipped() -> dict[str, Any]:
    """The schema that we publish."""
    return json.loads(FILE.read_text("utf-8"))


def test_the_shipped_schema_is_current():
    assert FILE.read_text("utf-8") == as_text(build()), "run `make schema`"


def test_it_is_a_schema_of_the_latest_draft():
    assert check_jsonschema("--check-metaschema", str(FILE)).exit_code == 0
    assert shipped()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_key_says_what_it_is_for_and_none_may_be_empty_but_what_was_left_open():
    schema = shipped()
    target = schema["$defs"]["Target"]["properties"]
    for key, value in target.items():
        kind = schema["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else {}
        assert "description" in value or "description" in kind, key
    empty = [name for name, kind in schema["$defs"].items() if '"null"' in json.dumps(kind)]
    assert empty == ["BaselineRevision", "DeadlineRevision", "GoalRevision"]


def test_the_shipped_register_names_its_schema():
    first = (ROOT / "targets.yaml").read_text(encoding="utf-8").partition("\n")[0]
    assert ROOT / first.partition("$schema=")[2] == FILE


def test_starter_registers_are_sound_for_both(tmp_path):
    paths = [tmp_path / f"starter.{lang}.yaml" for lang in LANGUAGES]
    for path in paths:
        text = (ROOT / "cdstrack" / "i18n" / path.name).read_text(encoding="utf-8")
        text = text.replace("@TODAY@", "2026-11-21").replace("@IN_A_YEAR@", "2027-11-21")
        path.write_text(text, encoding="utf-8")
        assert RegisterFile(path.read_bytes(), "targets.yaml").problems == []
    assert check(*paths) == set()


@pytest.mark.promise("exponents", "schema-agreement")
def test_schema_and_validator_agree_on_the_corpus_but_for_what_is_declared():
    register = ROOT / "targets.yaml"  # the shipped one, looked at on the way
    paths = check(*BAD, *GOOD, register)
    assert register not in paths
    refused = {path.stem for path in paths}
    accepted_only = {path.stem for path in BAD} - refused
    refused_only = {path.stem for path in GOOD} & refused
    assert accepted_only == set().union(*ACCEPTED_BY_FILE_ONLY.values())
    assert refused_only == set().union(*REFUSED_BY_FILE_ONLY.values())


def test_good_and_bad_have_different_names():
    assert len({path.stem for path in (*GOOD, *BAD)}) == len(GOOD) + len(BAD) > 100


def test_a_schema_that_allows_more_is_found_out(tmp_path):
    lax = shipped()
    del lax["$defs"]["Stated"]["additionalProperties"]
    path = tmp_path / "lax.json"
    path.write_text(as_text(lax), encoding="utf-8")
    misspelt = FOLDER / "bad" / "key-misspelt-in-stated.yaml"
    assert misspelt in BAD  # where the right one refuses it
    assert check(misspelt, schema=path) == set()
