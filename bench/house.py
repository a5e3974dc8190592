"""``python -m bench.house``: what the house looks like in figures.

How many files and functions the status of one target enters, how many names are participles or
pronouns instead of nouns, how many lines there are. tests/test_house.py holds what must stay.
"""

from __future__ import annotations

import ast
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType

PACKAGE = Path(__file__).resolve().parent.parent / "cdstrack"
REGISTER = """\
cdstrack: 1
title: {vi: Sổ thử, en: Trial}
sources: {plan: {title: {vi: Kế hoạch, en: Plan}, date: 2025-01-01}}
bodies: {dept: {name: {vi: Sở, en: Department}}}
targets:
  - id: training
    title: {vi: Bồi dưỡng, en: Training}
    kind: reach
    owner: dept
    unit: {vi: người, en: people}
    baseline: {value: 0, date: 2025-01-01}
    target: {at_least: 1000}
    deadline: 2030
    stated: {on: 2025-01-01, by: Minister, source: plan}
"""
REPORT = (
    '{"id":"a","target":"training","date":"2025","value":"5",'
    '"recorded":"2026-01-01T00:00:00.000000Z"}\n'
)

PARTICIPLES = frozenset(
    """found said told known made given shown held kept seen written drawn taken gone begun broken
    chosen bent sent built sorted grown worn stood bought brought felt hidden lost meant paid spent
    spoken thrown understood""".split()
)
PRONOUNS = frozenset(
    """each one other others both some these those it its own mine their theirs them they this that
    what which whose who whom something anything nothing now then was were is are here there
    makes""".split()
)
NOUNS = frozenset("need speed seed feed shed".split())
WORDS_OF_THE_FORMAT = frozenset(
    "stated started ended closed restated inferred recorded planned reported".split()
)
"""Keys of the files, and the field's word for a plan's value: they are what they are called."""


def is_no_noun(name: str) -> bool:
    """Whether a name is a participle or a pronoun, and nothing more."""
    word = name.strip("_").rstrip("0123456789")
    if word in NOUNS or word in WORDS_OF_THE_FORMAT:
        return False
    return word in PARTICIPLES or word in PRONOUNS or (word.endswith("ed") and "_" not in word)


NAME_OF: dict[type[ast.AST], str] = {
    ast.Name: "id", ast.arg: "arg", ast.FunctionDef: "name", ast.ClassDef: "name",
    ast.ExceptHandler: "name", ast.alias: "asname", ast.MatchAs: "name",
}  # fmt: skip
"""Where the nodes that bind a name have it."""


def bindings(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something.

    A package has half a million nodes, so they are gone through faster than ``ast.walk`` does.
    """
    nodes = [tree]
    for node in nodes:
        attributes = vars(node)
        name = attributes.get(NAME_OF.get(type(node), ""))
        if name is not None and (type(node) is not ast.Name or type(node.ctx) is ast.Store):
            yield name
        for value in attributes.values():
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif isinstance(value, list):
                nodes += [entry for entry in value if isinstance(entry, ast.AST)]


def names() -> tuple[Counter[str], int]:
    """The names that are no nouns, and how many names there are."""
    bound = [
        name
        for path in sorted(PACKAGE.rglob("*.py"))
        for name in bindings(ast.parse(path.read_text(encoding="utf-8")))
        if name not in ("self", "cls", "_")
    ]
    return Counter(filter(is_no_noun, bound)), len(bound)


def functions_entered(*arguments: str) -> dict[CodeType, str]:
    """The functions that a command enters, with their files; what loading modules runs is not
    counted."""
    run = import_module("cdstrack.cli.main").run
    entered: dict[CodeType, str] = {}
    home = f"{PACKAGE}{os.sep}"

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code in entered or not code.co_filename.startswith(home):
            return
        is_function = code.co_flags & CO_OPTIMIZED and not code.co_name.startswith("<")
        is_loading = frame.f_back is not None and frame.f_back.f_code.co_name == "<module>"
        if is_function and not is_loading:
            entered[code] = code.co_filename.removeprefix(home)

    with redirect_stdout(io.StringIO()):
        sys.setprofile(note)
        try:
            run(list(arguments))
        finally:
            sys.setprofile(None)
    return entered


def status_of_one_target() -> dict[CodeType, str]:
    """What ``cdstrack status`` enters for one target with one report."""
    with tempfile.TemporaryDirectory() as folder:
        register = Path(folder, "targets.yaml")
        register.write_text(REGISTER, encoding="utf-8")
        Path(folder, "progress.jsonl").write_text(REPORT, encoding="utf-8")
        return functions_entered("status", "--file", str(register), "--lang", "en")


def main() -> None:
    entered = status_of_one_target()
    print(f"status of one target: {len(set(entered.values()))} files, {len(entered)} functions")
    for file, count in sorted(Counter(entered.values()).items()):
        print(f"  {count:3} {file}")
    odd, total = names()
    share = 100 * odd.total() / total
    print(f"names that are participles or pronouns: {odd.total()} of {total}, {share:.1f} %")
    print("  " + ", ".join(f"{name} {count}" for name, count in odd.most_common(20)))
    files = list(PACKAGE.rglob("*.py"))
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    print(f"lines: {lines} in {len(files)} files")


if __name__ == "__main__":
    main()
