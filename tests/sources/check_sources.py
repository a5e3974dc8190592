"""Check the register against the documents it was made from.

    python tests/sources/check_sources.py DIR

DIR is the folder that holds the documents (or set CDSTRACK_SOURCES). They are not part of the
project: without a folder the check is skipped. With one, it looks whether

- every document is there and has the digest recorded in targets.yaml;
- every target, and every report, taken from a document points at a paragraph that exists and
  in which its figure stands;
- docs/register.md has a table row for every paragraph of every document, and the row of a
  target's paragraph names that target.

A paragraph is a non-empty line, counted from 1. Text is compared in Unicode NFC with no-break
spaces as spaces. Exit code: 0 all right or skipped, 1 something does not agree.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ENVIRONMENT = "CDSTRACK_SOURCES"
SKIPPED = (
    "skipped: the documents are not part of the project; "
    f"to check the register against them, name their folder or set {ENVIRONMENT}"
)
ROOT = Path(__file__).resolve().parents[2]

NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
HEADING = re.compile(r"#{1,6} ")
DOCUMENT_HEADING = re.compile(r"#{2,6} .*?([\w.-]+\.txt)\b")
PARAGRAPH_ROW = re.compile(r"\|\s*(\d+)\s*\|")
PARAGRAPH_IN_NOTE = re.compile(r"\bparagraph (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """One thing that was looked at: `problem` is empty when it agrees."""

    subject: str
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"WRONG  {self.subject}: {self.problem}"
        return f"ok     {self.subject}"


@dataclass(frozen=True)
class Document:
    """A document on disk: its digest and its paragraphs, folded for comparison."""

    sha256: str
    paragraphs: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Document:
        raw = path.read_bytes()
        lines = fold(raw.decode("utf-8-sig")).split("\n")
        return cls(hashlib.sha256(raw).hexdigest(), tuple(line for line in lines if line.strip()))

    def problem_with(self, paragraph: object, figures: Sequence[str]) -> str:
        """Why `paragraph` does not exist or has none of `figures` in it; empty when it has."""
        if not isinstance(paragraph, int) or not 1 <= paragraph <= len(self.paragraphs):
            return f"no paragraph {paragraph}, the document has {len(self.paragraphs)}"
        text = self.paragraphs[paragraph - 1]
        if figures and not any(stands_in(fold(figure), text) for figure in figures):
            return f"{' or '.join(map(repr, figures))} does not stand in paragraph {paragraph}"
        return ""


def fold(text: str) -> str:
    """The same text for the same reading: NFC, plain spaces, one kind of line end."""
    text = unicodedata.normalize("NFC", text).translate(NO_BREAK_SPACES)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def stands_in(figure: str, text: str) -> bool:
    """Whether `figure` stands in `text` as whole words: 10 does not stand in 2010 or 10.5."""
    pattern = rf"(?<!\w)(?<!\d[.,]){re.escape(figure)}(?!\w)(?![.,]\d)"
    return bool(figure) and re.search(pattern, text) is not None


def vietnamese(value: str) -> list[str]:
    """How a plain decimal may be printed in Vietnamese: 1000 as 1000 or 1.000, 96.73 as 96,73."""
    whole, point, fraction = value.partition(".")
    if not whole.isascii() or not whole.isdigit():
        return [value]
    tail = f",{fraction}" if point else ""
    return [f"{whole}{tail}", f"{int(whole):,}".replace(",", ".") + tail]


def table_rows(markdown: str) -> dict[str, dict[int, list[str]]]:
    """The numbered table rows under each heading that names a document: {file: {number: rows}}."""
    documents: dict[str, dict[int, list[str]]] = {}
    current: dict[int, list[str]] | None = None
    for line in markdown.splitlines():
        if HEADING.match(line):
            named = DOCUMENT_HEADING.match(line)
            current = documents.setdefault(named[1], {}) if named else None
        elif current is not None and (row := PARAGRAPH_ROW.match(line)):
            current.setdefault(int(row[1]), []).append(line)
    return documents


def read_documents(
    folder: Path, sources: dict[str, Any]
) -> tuple[dict[str, Document], list[Result]]:
    """Read the documents that the register cites, by source id, and compare their digests."""
    documents: dict[str, Document] = {}
    results: list[Result] = []
    for source_id, source in sources.items():
        name = source.get("file")
        if name is None:
            continue
        subject = f"document {source_id} ({name})"
        try:
            document = Document.read(folder / name)
        except (OSError, UnicodeDecodeError) as error:
            results.append(Result(subject, f"cannot be read ({type(error).__name__})"))
            continue
        documents[source_id] = document
        same = document.sha256 == source.get("sha256")
        results.append(Result(subject, "" if same else f"its sha256 is {document.sha256}"))
    return documents, results


def check_targets(targets: Sequence[Any], documents: dict[str, Document]) -> Iterator[Result]:
    """Each target taken from a document: the paragraph exists and the figure stands in it."""
    for target in targets:
        stated = target["stated"]
        if (document := documents.get(stated["source"])) is not None:
            problem = document.problem_with(stated.get("paragraph"), [str(stated.get("figure"))])
            yield Result(f"target {target['id']}", problem)


def check_reports(ledger: Path, documents: dict[str, Document]) -> Iterator[Result]:
    """Each report taken from a document: its note names a paragraph, its value stands there."""
    for line in ledger.read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        if (document := documents.get(report.get("source", ""))) is None:
            continue
        subject = f"report {report['id']} on {report['target']}"
        named = PARAGRAPH_IN_NOTE.search(report.get("note", ""))
        if named is None:
            yield Result(subject, "its note does not name the paragraph ('paragraph 8')")
            continue
        values = [vietnamese(str(report[key])) for key in ("value", "n", "of") if key in report]
        problems = [document.problem_with(int(named[1]), figures) for figures in values or [[]]]
        yield Result(subject, "; ".join(filter(None, problems)))


def check_tables(
    markdown: str, sources: dict[str, Any], targets: Sequence[Any], documents: dict[str, Document]
) -> Iterator[Result]:
    """One row for every paragraph of every document; the row of a target's paragraph names it."""
    tables = table_rows(markdown)
    for source_id, document in documents.items():
        name = sources[source_id]["file"]
        rows = tables.get(name, {})
        expected = range(1, len(document.paragraphs) + 1)
        problems = [f"no row for paragraph {n}" for n in expected if n not in rows]
        problems += [f"row {n}, but no such paragraph" for n in rows if n not in expected]
        problems += [
            f"{len(found)} rows for paragraph {n}" for n, found in rows.items() if found[1:]
        ]
        for target in targets:
            stated = target["stated"]
            row = " ".join(rows.get(stated.get("paragraph"), ()))
            if stated["source"] == source_id and f"`{target['id']}`" not in row:
                problems.append(f"row {stated.get('paragraph')} does not name {target['id']}")
        yield Result(f"table of {name}, {len(document.paragraphs)} paragraphs", "; ".join(problems))


def check(folder: Path, register: Path, page: Path) -> list[Result]:
    """Everything there is to check, in the order of the register."""
    data = yaml.safe_load(register.read_text(encoding="utf-8"))
    sources, targets = data["sources"], data["targets"]
    documents, results = read_documents(folder, sources)
    results += check_targets(targets, documents)
    results += check_reports(register.parent / data.get("ledger", "progress.jsonl"), documents)
    results += check_tables(page.read_text(encoding="utf-8"), sources, targets, documents)
    cited = {source["file"] for source in sources.values() if "file" in source}
    strangers = sorted(path.name for path in folder.glob("*.txt") if path.name not in cited)
    results += [Result(f"file {name}", "is not among the sources") for name in strangers]
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check the register against its documents.")
    parser.add_argument("folder", nargs="?", help=f"folder of the documents (or {ENVIRONMENT})")
    parser.add_argument("--register", type=Path, default=ROOT / "targets.yaml")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "register.md")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")

    folder = options.folder or os.environ.get(ENVIRONMENT)
    if not folder:
        print(SKIPPED)
        return 0
    if not Path(folder).is_dir():
        print(f"WRONG  {folder} is not a folder")
        return 1
    results = check(Path(folder), options.register, options.page)
    for result in results:
        print(result)
    wrong = sum(bool(result.problem) for result in results)
    print(f"{len(results)} checks, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
