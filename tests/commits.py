"""Commits as git writes them, without git: it would be started twice for each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

_OF_INDEX = {"status", "add", "checkout", "commit", "merge", "mv", "submodule"}


def write_commit(
    folder: Path, message: str, who: str, moment: datetime, without: Sequence[str] = ()
) -> str:
    """Commit what a folder holds, but for some names, as ``git add -A`` and ``git commit`` do.

    ``who`` is a name and an address, ``An <an@example.org>``. There is no index then: ``run_git``
    makes one where git wants it. What git may be told to ignore or convert is as it is.
    """
    store = _store(folder)
    reference = _reference(store)
    parent = head_of(folder)
    tree = _write_tree(store, folder, (".git", *without)) or _write(store, "tree", b"")
    day = f"{int(moment.timestamp())} +0000"
    lines = [
        f"tree {tree}",
        *([f"parent {parent}"] if parent is not None else []),
        f"author {who} {day}",
        f"committer {who} {day}",
        f"\n{message}\n",
    ]
    commit = _write(store, "commit", "\n".join(lines).encode())
    path = store / reference
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{commit}\n", encoding="ascii")
    for name in {"HEAD", reference}:
        log = store / "logs" / name
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{parent or '0' * len(commit)} {commit} {who} {day}\tcommit: {message}\n")
    (store / "index").unlink(missing_ok=True)
    return commit


def head_of(folder: Path) -> str | None:
    """The commit that is checked out, None before the first."""
    store = _store(folder)
    reference = _reference(store)
    path = store / reference
    return path.read_text("ascii").strip() if path.exists() else None


def run_git(folder: Path, *args: str, environ: dict[str, str]) -> str:
    """What git prints. Raises CalledProcessError."""
    is_after_writing = not (folder / ".git/index").exists() and (folder / ".git").is_dir()
    if is_after_writing and not _OF_INDEX.isdisjoint(args) and head_of(folder) is not None:
        _run(folder, "read-tree", "HEAD", environ=environ)
    return _run(folder, *args, environ=environ)


def _run(folder: Path, *args: str, environ: dict[str, str]) -> str:
    ran = subprocess.run(["git", *args], cwd=folder, env=environ, check=False, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode().strip()


def _store(folder: Path) -> Path:
    """Where a repository keeps what it knows: in ``.git``, or where that says."""
    store = folder / ".git"
    if store.is_file():
        return folder / store.read_text("utf-8").removeprefix("gitdir: ").strip()
    return store


def _reference(store: Path) -> str:
    """The reference that a commit moves."""
    text = (store / "HEAD").read_text("ascii").strip()
    return text.removeprefix("ref: ") if text.startswith("ref: ") else "HEAD"


def _write_tree(store: Path, folder: Path, without: Sequence[str] = (".git",)) -> str | None:
    """Write a folder as an object; None for one without files, which git does not keep."""
    entries: list[tuple[bytes, bytes, str]] = []
    for path in folder.iterdir():
        if path.name in without:
            continue
        name = os.fsencode(path.name)
        if path.is_symlink():
            entries.append((name, b"120000", _write(store, "blob", os.fsencode(path.readlink()))))
        elif path.is_file():
            mode = b"100755" if path.stat().st_mode & 0o100 else b"100644"
            entries.append((name, mode, _write(store, "blob", path.read_bytes())))
        elif (path / ".git").exists():
            entries.append((name, b"160000", head_of(path) or ""))
        elif (tree := _write_tree(store, path)) is not None:
            entries.append((name, b"40000", tree))
    entries.sort(key=lambda entry: entry[0] + (b"/" if entry[1] == b"40000" else b""))
    lines = [mode + b" " + name + b"\0" + bytes.fromhex(hash_) for name, mode, hash_ in entries]
    return _write(store, "tree", b"".join(lines)) if lines else None


def _write(store: Path, kind: str, data: bytes) -> str:
    """Write a loose object, unless it is there; its hash."""
    is_long = "objectformat = sha256" in (store / "config").read_text("utf-8").lower()
    whole = f"{kind} {len(data)}\0".encode() + data
    name = (hashlib.sha256 if is_long else hashlib.sha1)(whole).hexdigest()
    path = store / "objects" / name[:2] / name[2:]
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(whole, 1))
        path.chmod(0o444)
    return name
