"""The documents: what they name exists, and what exists they name."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from cdstrack.app import ledger_audit
from cdstrack.cli import COMMANDS
from cdstrack.cli.parser import build
from cdstrack.core.checks.gate import CODES
from cdstrack.core.model import entries
from cdstrack.core.model.entries import Desk, Document, Target, Waiver
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.form_columns import COLUMNS
from cdstrack.core.model.periods import Unit
from cdstrack.core.values import measures
from cdstrack.core.verdict import case
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.read_dates import read_period
from cdstrack.i18n.read_figures import read_figure
from cdstrack.i18n.reading import Misread
from cdstrack.render import audit_lines
from cdstrack.render.data import REPORT_FIELDS, TARGET_FIELDS
from cdstrack.render.register_shape import DEFINITIONS
from cdstrack.store import commit_signatures, ledger_trail
from cdstrack.store.ledger.fast import _Record
from cdstrack.store.sheet import archive
from cdstrack.store.sheet.grid import MAX_FILE
from cdstrack.store.yaml.document import _models_in
from tests.cases import every_case
from tests.cli.boards import PROVINCES, asked
from tests.cli.build import DATED, LATE, LAW, TRAINED, target
from tools.export_schema import TABLE

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """What stands between backticks outside of code blocks, also where a line ends in it."""
    text = re.sub(r"(?<!\n)\n(?![\n|#])", " ", FENCE.sub("", text))
    return SPAN.findall(text.replace("\\|", "|"))


WORD = re.compile(r"(?<![\w./-])[a-z][a-z0-9_]*(?![\w/.(-])")


def words(said: list[str]) -> set[str]:
    return {word for each in said for word in WORD.findall(each)}


# trust.md

PROMISES = re.findall(r"^\| `([a-z0-9-]+)` \| .+ \|$", text_of("docs/trust.md"), re.MULTILINE)

MARK = re.compile(r"^ *@pytest\.mark\.promise\(([^)]*)\)$", re.MULTILINE)


def promises(path: Path) -> Iterator[str]:
    """The names in the markers of the tests in a file, which is not imported."""
    for names in MARK.findall(path.read_text(encoding="utf-8")):
        yield from re.findall('"([^"]+)"', names)


def test_every_promise_has_a_test_and_every_marker_a_promise():
    marked = {name for path in (ROOT / "tests").rglob("test_*.py") for name in promises(path)}
    assert set(PROMISES) == marked
    assert len(set(PROMISES)) == len(PROMISES) > 100


# CONTRIBUTING.md, how-it-flows.md, decisions.md: the house

HOUSE = ["CONTRIBUTING.md", "docs/how-it-flows.md", "docs/decisions.md"]
PACKAGE = ROOT / "cdstrack"
FILE = re.compile(r"[\w./-]+\.(?:py|md|toml|txt|yaml|jsonl)|[a-z][\w-]*(?:/[\w-]+)+/?")


@pytest.mark.parametrize("name", HOUSE)
def test_every_file_of_the_house_that_is_named_exists(name):
    named = [span for span in spans(text_of(name)) if FILE.fullmatch(span)]
    assert len(named) > 5
    names = {path.name for path in PACKAGE.rglob("*")}
    missing = [
        each
        for each in named
        if not (ROOT / each).exists() and not (PACKAGE / each).exists() and each not in names
    ]
    assert missing == []


def test_what_contributing_md_says_of_a_file_is_in_it():
    rows = re.findall(r"`([\w/]+\.py)`, `([\w.]+)…?`", text_of("CONTRIBUTING.md"))
    assert len(rows) > 10
    assert [row for row in rows if row[1].split(".")[-1] not in text_of(f"cdstrack/{row[0]}")] == []


def functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


REVISED = DATED.replace("deadline: 2026", "deadline: 2027") + (
    "revisions: [{on: 2026-05-01, field: deadline, old: 2026-06, new: 2027}]\n"
)


@contextmanager
def passed() -> Iterator[set[str]]:
    """The files in which a function is called meanwhile."""
    files: set[str] = set()

    def enter(frame: Any, event: str, _: object) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(enter)
    try:
        yield files
    finally:
        sys.setprofile(None)


def test_what_flows_passes_every_file_that_is_named(cli):
    """A report is recorded, and judged from a small ledger and from a large one."""
    portal = asked("portal", "ratio")
    cli.write(portal, head=PROVINCES)
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2")
    cli.write(TRAINED, target("moved", REVISED), portal, head=PROVINCES)  # read for the first time
    import_module("cdstrack.store.ledger.index")  # to be loaded is not to be passed
    with passed() as files:
        cli.report("trained", "5", "--date", "30/6/2026", "--source", "plan")
        cli("status")
        cli.ledger.write_text(cli.ledger.read_text(encoding="utf-8") * 1000, encoding="utf-8")
        cli("check")
        cli("page", "-o", "public/")
    named = set(re.findall(r"`([a-z0-9_]+/[\w/]+\.py)`", text_of("docs/how-it-flows.md")))
    entered = {
        name for name in named if str(PACKAGE / name) in files or not functions(PACKAGE / name)
    }
    assert len(named) > 35
    with_git = {"app/changes.py", "core/checks/goalposts.py", "store/comparison.py"}
    of_larger_ledgers = {"store/ledger/index.py"}
    assert named - entered == {"cli/guide.py", *with_git, *of_larger_ledgers}


# Commands and options

TREE = build(*COMMANDS)
GLOBAL = {opt for p in TREE.params for opt in p.opts} | {"-h", "--help"}
OPTIONS = {
    name: {opt for p in command.params for opt in p.opts} | GLOBAL
    for name, command in TREE.commands.items()
}
VALUED = {opt for p in TREE.params if not p.is_flag for opt in p.opts}


def command_lines(text: str) -> Iterator[str]:
    for line in FENCE.findall(text):
        yield from re.findall(r"(?:^|[$&|] |/)(cdstrack .*)$", line[1], re.MULTILINE)
    yield from (span for span in spans(text) if span.startswith("cdstrack "))


LINES = [(doc.name, line) for doc in DOCS for line in command_lines(doc.read_text("utf-8"))]


@every_case("doc", sorted({doc for doc, _ in LINES}))
def test_every_command_line_can_be_typed(doc):
    for line in (line for name, line in LINES if name == doc):
        check_line(line)


def check_line(line: str) -> None:
    line = re.split(r" (?:>|\||&&) ", line)[0].replace("`", "")
    said = shlex.split(line, comments=True)[1:]
    while said and said[0].startswith("-"):
        assert said[0].split("=")[0] in GLOBAL, line
        said = said[2:] if said[0] in VALUED else said[1:]
    if not said or said[0] == "COMMAND":
        return
    assert said[0] in COMMANDS, line
    options = {word.split("=")[0] for word in said[1:] if re.match("--?[a-z]", word)}
    assert options <= OPTIONS[said[0]], line


def test_command_lines_are_found():
    assert len(LINES) > 15
    assert {name for name in COMMANDS if any(f" {name}" in line for _, line in LINES)} == {
        *COMMANDS
    }


# The tour of the README

TOUR = text_of("README.md").partition("## A tour\n")[2].partition("\n## ")[0]
STEPS = [
    line.removeprefix("$ ") for kind, block in FENCE.findall(TOUR) for line in block.splitlines()
    if kind == "console"
]  # fmt: skip
FOR_PEOPLE = ["cdstrack add-progress --dry-run", 'cdstrack --lang vi show "tập huấn"']
"""What asks, or guesses, only where somebody sits at a terminal."""


def test_the_tour_works_as_it_stands_and_leaves_the_clone_clean(cli, monkeypatch):
    for name in (".gitignore", "targets.yaml", "progress.jsonl"):
        shutil.copy(ROOT / name, cli.folder)
    shutil.copytree(ROOT / "examples", cli.folder / "examples")
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
    for args in (["init"], ["add", "."], [*who, "commit", "-m", "The clone"]):
        subprocess.run(["git", *args], check=True, capture_output=True)

    assert STEPS[0].startswith("source .venv/bin/activate")
    for step in STEPS[1:]:
        words, _, file = step.partition("  # ")[0].partition(" > ")
        first, *args = shlex.split(words)
        if first == "mkdir":
            (cli.folder / args[-1]).mkdir()
        elif first == "cd":
            monkeypatch.chdir(args[0])
        else:
            ran = cli(*args)
            wanted = 2 if words.strip() in FOR_PEOPLE else 1 if args[0] == "check" else 0
            assert ran.code == wanted, f"{step}\n{ran.err}"
            if file:
                Path(file.strip()).write_text(ran.out, encoding="utf-8")

    left = subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True)
    assert left.stdout == b""
    assert len(list((cli.folder / "tour").iterdir())) == len(re.findall(r"tour/[\w.]+", TOUR)) - 1


def test_every_option_named_in_a_sentence_exists():
    known = set().union(*OPTIONS.values())
    for doc in DOCS:
        named = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", " ".join(spans(doc.read_text("utf-8")))))
        assert named <= known, doc.name


# formats.md

FORMATS = text_of("docs/formats.md")
LEDGER_FIELDS = _Record.__struct_fields__
REGISTER, _, LEDGER = FORMATS.partition("## progress.jsonl")


def models(kind: object) -> Iterator[type[BaseModel]]:
    """A model and all that are in its fields."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation)
    for part in get_args(kind):
        yield from models(part)


def literals(kind: object) -> set[str]:
    if get_origin(kind) is not None and all(isinstance(arg, str) for arg in get_args(kind)):
        return set(get_args(kind))
    return set().union(*map(literals, get_args(kind)))


FOUND = {*models(Document), Waiver, Desk}
KEYS = {info.alias or name for kind in FOUND for name, info in kind.model_fields.items()}
CHOICES = set().union(*(literals(f.annotation) for m in FOUND for f in m.model_fields.values()))
CHOICES |= {*get_args(Unit), "weeks", "months", "years", "from", "W07"}


def test_every_key_of_targets_yaml_is_documented():
    assert KEYS - words(spans(REGISTER)) == {"vi", "en"} - words(spans(REGISTER))


def test_every_key_that_formats_md_names_is_in_the_models():
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", REGISTER, re.MULTILINE)
    first = words([span for row in rows for span in spans(row[0])])
    assert first <= KEYS
    second = words([span for row in rows for span in spans(row[1])])
    assert second - KEYS - CHOICES <= {"true", "false", "null", "or", "a", "b"}


def required(model: type[BaseModel]) -> set[str]:
    fields = model.model_fields.items()
    return {info.alias or name for name, info in fields if info.is_required()}


def marks(cell: str) -> set[str]:
    """The keys that a cell of a table has in bold."""
    return {*re.findall(r"\*\*`([a-z_]+)`\*\*", cell)}


@pytest.mark.parametrize(
    ("heading", "model"),
    [("### Top level", Document), ("### One target", Target), ("## Waivers", Waiver)],
)
def test_a_key_is_in_bold_where_it_is_required_and_nowhere_else(heading, model):
    section = REGISTER.partition(f"{heading}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    rows = re.findall(r"^\| (?!---|key)(.*?) \| (.*) \|$", section, re.MULTILINE)
    assert {name for row in rows for name in marks(row[0])} == required(model)
    kinds = {name: {*_models_in(info.annotation)} for name, info in model.model_fields.items()}
    for first, second in rows:
        nested: set[str] = set()
        for name in words(spans(first)) & kinds.keys() - {"targets"}:
            elsewhere = set().union(*(kinds[other] for other in kinds if other != name))
            inner = {*models(model.model_fields[name].annotation)} - (elsewhere - kinds[name])
            nested |= {key for kind in inner - {Bilingual} for key in required(kind)}
        assert marks(second) == nested, first


def test_every_field_of_the_ledger_is_documented_and_no_other():
    rows = re.findall(r"^\| (.*?) \| .* \|$", LEDGER, re.MULTILINE)
    assert words([span for row in rows for span in spans(row)]) == set(LEDGER_FIELDS)


# figures.md

FIGURES, _, DATES = text_of("docs/figures.md").partition("## Dates and periods")
DAY = date(2026, 11, 21)


def cells(text: str, columns: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table with these columns."""
    _, _, table = text.partition(f"| {columns} |\n")
    for row in re.findall(r"^\| (?!---)(.*) \|$", table.partition("\n\n")[0], re.MULTILINE):
        yield tuple(row.split(" | "))


def unread(texts: list[str], read: Callable[..., object], *how: object) -> list[str]:
    """Those of the texts that are not read."""
    refused = []
    for text in texts:
        try:
            read(text, *how)
        except Misread:
            refused.append(text)
    return refused


WAYS = "Vietnamese | English | what it means"


def test_every_figure_in_the_table_is_read_as_its_column_says():
    for column, lang in enumerate(LANGUAGES):
        said = [each for row in cells(FIGURES, WAYS) for each in SPAN.findall(row[column])]
        assert len(said) > 20
        assert unread(said, read_figure, lang) == []


def test_every_date_in_the_table_is_read_in_both_languages():
    said = [each for row in cells(DATES, WAYS) for cell in row[:2] for each in SPAN.findall(cell)]
    said = [each for each in said if "…" not in each]
    assert len(said) > 30
    for lang in LANGUAGES:
        assert unread(said, read_period, lang, DAY) == []


def test_excel_md_names_every_column_as_the_form_does():
    text = text_of("docs/excel.md")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `(\w+)` \|", text, re.MULTILINE)
    said = [(Words("vi")(f"form_{c}"), Words("en")(f"form_{c}"), c) for c in COLUMNS]
    assert rows == said
    limits = (MAX_FILE >> 20, archive.MAX_UNPACKED >> 20, archive.MAX_ROWS, archive.MAX_COLUMNS)
    assert "of {} MB that unpacks to {} MB, {:,} rows and {} columns".format(*limits) in text


def test_what_figures_md_calls_refused_is():
    figures = [each for row in cells(FIGURES, "written | why") for each in SPAN.findall(row[0])]
    dates = [each for row in cells(DATES, "written | why") for each in SPAN.findall(row[0])]
    assert min(len(figures), len(dates)) > 10
    for lang in LANGUAGES:
        assert unread(figures, read_figure, lang) == figures
        assert unread(dates, read_period, lang, DAY) == dates


# json.md

JSON = text_of("docs/json.md")
NAMED = words([*spans(JSON), *(block for _, block in FENCE.findall(JSON))])
BY_HAND = words(spans(TABLE.sub("", JSON)))
"""What is named outside the tables that are written from the schema."""
DESCRIBED = {key for shape in DEFINITIONS.values() for key in shape["properties"]}
PRINTING = ["status", "overdue", "check", "history", "scoreboard", "due"]


def keys_of(node: Any, parent: str = "") -> Iterator[str]:
    """Every key of a piece of data, but for ids that stand as keys."""
    if isinstance(node, dict):
        for key, value in node.items():
            if parent not in ("sources", "slice", "breakdown", "categories"):
                yield key
            yield from keys_of(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from keys_of(item, parent)


@pytest.fixture
def printed(cli) -> set[str]:
    """The keys of all that the commands print, from a register that has something of everything."""
    moved = REVISED + "notes: [{vi: Ghi chú, en: Note}]\npart_of: all"
    heading = "  - {id: all, kind: heading, title: All, roll_up: mean}\n"
    kept = "kind: sustain\nunit: x\ntarget: {at_least: 5}\nperiods: [2026-Q1, 2026-Q2]\n"
    portal = asked("portal", "ratio", "report_every: month")
    split = "breakdown: {sex: {women: Women}}\nseries: {gso: Statistics}\njudged_by: gso"
    broken_down = target("broken-down", f"kind: unquantified\n{split}")
    cli.write(
        heading,
        *(TRAINED, LATE, LAW, target("moved", moved), target("kept", kept), portal, broken_down),
        head=PROVINCES,
    )
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2")
    for day, value in (("2026-03-31", "100"), ("2026-06-30", "300"), ("2026-09-30", "500")):
        cli.report("trained", value, "--date", day, "--source", "plan")
        cli.report("moved", value, "--date", day, "--source", "plan")
    cli.report("broken-down", "7", "--date", "2026-06")
    foreign = cli.report("trained", "5", "--date", "2026-02", "--by", "Lan")["id"]
    cli.report("trained", "6", "--corrects", foreign, "--by", "Minh")
    with (cli.folder / "targets.yaml").open("a", encoding="utf-8") as file:
        file.write("typo: 1\n")
    (cli.folder / "waivers.yaml").write_text(
        "cdstrack: 1\nwaivers:\n"
        "  - {target: late, code: overdue, until: 2027-01-01, reason: Cut, by: An}",
        encoding="utf-8",
    )
    shown = [cli(name, "--format", "json").json for name in PRINTING]
    shown.append(cli("check", "--waivers", "waivers.yaml", "--format", "json").json)
    shown.append(cli("scoreboard", "portal", "--format", "json").json)
    shown.append(dict.fromkeys((*audit_lines.FIELDS, "lines", "changes", "subject")))
    shown.append(dict.fromkeys(("entries", "entered", "entered_by")))  # of a ledger on a server
    return {key for each in shown for key in keys_of(each)}


CODED = {
    *get_args(entries.Comparator), *get_args(entries.Qualifier), *get_args(measures.Method),
    *get_args(entries.Accumulate),
    *(code for code in CODES if "-" not in code), "met", "no_trend", "wrong_way", "too_far",
    "evidence_too_old", "none", "fresh", "stale", *get_args(case.PeriodResult),
    "error", "warning", "pass", "fail", "warn", "true", "false", "null", "year", "quarter",
    "month", "week", "condition", "sustain", "json", "csv", "plain", "status", "per",
    *TARGET_FIELDS, "name_vi", "name_en", "said_figure", "said_unit", "report_every", "scoreboard",
    "cdstrack", "progress", "longest", "first", "soonest", "id", "history", "export", "encoding",
    *get_args(ledger_trail.Subject), *get_args(commit_signatures.State),
    *get_args(ledger_audit.Event), *get_args(entries.Act), "audit", "check_changed",
    "make", "schema", "show", "silent", "digest",
}  # fmt: skip
"""Words of json.md that are values, or English."""


OF_SERVERS = {"entries", "entered", "entered_by", "position", "copied", "doubtful",
              "foreign_login", "gaps", "gap"}  # fmt: skip
"""What only a ledger on a server has; tests/postgres has it printed."""


def test_every_key_that_is_printed_is_documented_and_the_other_way_round(printed):
    fields = set(LEDGER_FIELDS)  # of history, which refers to formats.md
    assert printed - NAMED - fields == set()
    assert BY_HAND - printed - DESCRIBED - CODED - OF_SERVERS == set()


def test_every_column_of_csv_is_documented():
    tables = re.findall(r"^\| (`.*?`) \| .* \|$", JSON.partition("# Columns")[2], re.MULTILINE)
    assert {*TARGET_FIELDS, *REPORT_FIELDS} - words(
        [span for row in tables for span in spans(row)]
    ) == set()
