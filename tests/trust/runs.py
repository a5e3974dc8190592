"""The command in this process, with what it prints as bytes; and what no reader must ever get."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, TextIO

import pytest
from hypothesis import strategies as st

from cdstrack.cli.main import run
from cdstrack.render.text import STYLES
from cdstrack.store import files
from tests.cli.build import NOW, read_once

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ISOLATED = re.compile("\u2068([^\u2066-\u2069\n]+)\u2069")
"""What is set apart because it is written from the right: the only marks of ours in a text."""
OURS = re.compile("|".join(rf"\x1b\[{code or 0}m" for code in STYLES.values()))
"""The colours that we print ourselves; the fragments below use others."""
FAULTS = (b"fault of the program", "lỗi của chương trình".encode(), b"Traceback")


NEEDED = {
    "show": ["trained"],
    "add-progress": ["trained", "5", "--dry-run"],
    "template": ["--owner", "office", "--all", "-o", "form.csv"],
    "import": ["sheet.csv", "--dry-run"],
    "draft": ["sheet.csv"],
    "export": ["--format", "json"],
    "page": ["-o", "page.html"],
    "verify": ["seal.txt"],
    "store": ["init", "--print"],
    "init": ["new"],
    "completion": ["bash"],
}
"""What each command cannot do without."""
SHEET = "target,date,value\ntrained,2026-06-30,5\n"
"""A sheet for ``import``."""
SEAL = (
    "cdstrack seal 1\nmoment: 2000-01-01T00:00:00Z\nlines: 0\n"
    "root: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
)
"""A seal for ``verify``: over nothing, from before there was anything."""


def commit(folder: Path) -> None:
    """Put a folder under git, for ``audit``; only once where many tests look at the same files."""
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "all"]):
        subprocess.run(["git", *who, *args], cwd=folder, check=True)


class Ran(NamedTuple):
    code: int
    out: bytes
    err: bytes

    @property
    def faulty(self) -> bool:
        """Whether the program, not its input, was at fault."""
        return any(fault in self.out + self.err for fault in FAULTS)


class Here:
    """A folder, a quiet environment and a fixed moment to run commands in."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        for name in list(os.environ):
            if name.startswith(("CDSTRACK_", "LC_", "CLICOLOR")) or name in ("LANG", "COLUMNS"):
                patch.delenv(name)
        patch.setenv("CDSTRACK_BY", "An")
        patch.chdir(folder)
        patch.setattr(import_module("cdstrack.cli.main"), "_drop", lambda descriptor: None)
        patch.setattr(files, "RegisterFile", read_once)

    def __call__(self, *args: str, encoding: str = "utf-8") -> Ran:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding, "strict", "\n")
        code, err = self.printing_to(out, *args, encoding=encoding)
        out.flush()
        return Ran(code, raw.getvalue(), err)

    def printing_to(
        self, out: TextIO | None, *args: str, encoding: str = "utf-8"
    ) -> tuple[int, bytes]:
        """The exit code, and what is said on stderr, where the output goes to a stream.

        None is what Python makes of an output that was closed before it began.
        """
        kept = sys.stdout, sys.stderr, sys.stdin
        raw = io.BytesIO()
        err = io.TextIOWrapper(raw, encoding, "strict", "\n")
        sys.stdout, sys.stderr, sys.stdin = out, err, None
        try:
            code = run(list(args), clock=lambda: NOW)
        finally:
            sys.stdout, sys.stderr, sys.stdin = kept
        err.flush()
        return code, raw.getvalue()

    def write(self, register: str | bytes, ledger: str | bytes = b"") -> None:
        if not (self.folder / "data").exists():
            (self.folder / "data").mkdir()
            (self.folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
            (self.folder / "seal.txt").write_text(SEAL, encoding="utf-8")
        for name, text in (
            ("targets.yaml", register),
            ("progress.jsonl", ledger),
            ("data/progress.jsonl", ledger),
        ):
            data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
            (self.folder / name).write_bytes(data)


def unseen(said: bytes, *, allowed: str = "") -> set[str]:
    """What a reader could not see, or a terminal would obey, in what should be plain UTF-8."""
    text = ISOLATED.sub(r"\1", said.decode("utf-8"))
    return {c for c in set(text) - {"\n", *allowed} if unicodedata.category(c) in UNSEEN}


FRAGMENTS = st.sampled_from(
    ["\x1b[35m", "\x1b]8;;http://x\x1b\\", "\x1b]52;c;eA==\x07", "\x9b2J", "\r", "\b\b", "\x7f",
     "\x00", "\t", "\n", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\x85", "\xad",
     "\U000e0041", "\u3164", "[bold]", "[/]", "[/foo]", ":skull:", "\\", "=1+1", "+1", "-1", "@x",
     "=HYPERLINK(\"x\")", "::stop-commands::x", "##[error]", "a|b", "`", "<script>", "![x](y)",
     "&amp;", "%0A", "{", "}", "{error}", "%s", "'", '"', ",", ";", "#", "e\u0301", "ổ", "🙂",
     "\ufffd", "\uffff", "none", "1", "-5", "2024-06-30", "x" * 80]
)  # fmt: skip
"""What is known to do harm somewhere, and a little of what does none."""

_IMPOSSIBLE = re.compile("[\x00\ud800-\udc7f\udd00-\udfff]")
LOST_BYTES = st.binary(max_size=3).map(os.fsdecode)
"""Bytes that are no UTF-8, as arguments and file names carry them."""

HOSTILE = st.lists(st.one_of(FRAGMENTS, st.characters()), min_size=1, max_size=4).map("".join)
"""Any text that YAML or JSON may be made to carry, lone surrogates included."""

TITLES = HOSTILE.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))
"""Any text that a register or ledger holds once it was read: no surrogate comes so far."""


def _typed(parts: list[str]) -> str:
    """As an argument can be: no NUL, and no surrogates but those that stand for bytes."""
    return _IMPOSSIBLE.sub("", "".join(parts))


ARGUMENT = st.lists(st.one_of(FRAGMENTS, st.characters(), LOST_BYTES), max_size=4).map(_typed)
