"""An earlier version of a register and its ledger, as git keeps it.

Nothing that git is asked here runs a program, writes or follows what the repository configures:
objects are read as they were committed. What cannot be seen is an error, never an empty version.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePath
from typing import NamedTuple

from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.store.base import Version
from cdstrack.store.ledger.load import is_torn, open_ledger
from cdstrack.store.yaml.register_file import RegisterFile
from cdstrack.store.yaml.tree import LIMIT_BYTES

_SECONDS = 120
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

_ELSEWHERE = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}
    | {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_GRAFT_FILE"}
    | {"GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE", "GIT_CONFIG", "GIT_GLOB_PATHSPECS"}
    | {"GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"}
)
"""What a hook or a shell may have set, and leads git to another repository than the register's."""

_OURS = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}


def version_at(path: Path, rev: str, ledger: Path) -> Version:
    """The register at ``path`` at a revision of git, and what ``ledger`` lost since.

    A ledger that did not exist was empty. Raises StoreError ``version_*``: no git, no repository,
    no such commit, nothing that can be read as a file; ``ledger_*`` for today's ledger.
    """
    real = Path(os.path.realpath(path))
    repository = _Repository(real.parent, rev)
    commit = repository.commit()
    data = repository.file(commit, PurePath(real.name), limit=LIMIT_BYTES)
    file = RegisterFile(data, str(path)) if data is not None else None
    name = file.ledger if file is not None else os.path.relpath(ledger, path.parent)
    # The ledger lies beside the name of the register, which may be a link to it.
    beside = _Repository(Path(os.path.realpath(path.parent)), rev)
    there = commit if beside.folder == real.parent else beside.commit()
    records = beside.file(there, PurePath(name)) or b""
    register = file.register if file is not None else None
    lost = _count_missing(records, ledger)
    problems = list(_problems(file, str(path), rev))
    return Version(register, str(ledger), lost, problems, repository.moment(commit))


def _problems(file: RegisterFile | None, path: str, rev: str) -> Iterator[Problem]:
    if file is None:
        yield Problem("version_no_register", {"path": path, "rev": rev}, level="warning")
        return
    errors = [problem for problem in file.problems if problem.level == "error"]
    if errors or file.register is None:
        line = errors[0].place.line if errors and errors[0].place else 1
        facts = {"path": path, "rev": rev, "n": len(errors), "line": line}
        yield Problem("version_register_damaged", facts)


def _count_missing(before: bytes, path: Path) -> int:
    """How many records of an earlier ledger the ledger at ``path`` does not hold any more.

    A torn tail was never a record: the next append sets it aside.
    """
    tail = before.rpartition(b"\n")[2]
    if tail and is_torn(tail):
        before = before[: len(before) - len(tail)]
    with open_ledger(path) as file:
        if file is None:
            return lines_lost(BytesIO(before), ())
        # Nearly always it has only grown.
        if before.endswith(b"\n") and file.read(len(before)) == before:
            return 0
        file.seek(0)
        return lines_lost(BytesIO(before), file)


def lines_lost(before: Iterable[bytes], after: Iterable[bytes]) -> int:
    """How many lines of a ledger are gone or altered, whatever their order.

    A line that stood there twice must stand there twice. Line ends, a byte order mark at the
    beginning and blank lines do not count.
    """
    left = Counter(_lines(before))
    missing = left.total()
    for line in _lines(after):
        if left.get(line):
            left[line] -= 1
            missing -= 1
    return missing


def _lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    mark = b"\xef\xbb\xbf"
    for line in lines:
        content = line.rstrip(b"\r\n").removeprefix(mark)
        mark = b""
        if content and not content.isspace():
            yield content


class _Entry(NamedTuple):
    """What a commit holds at a path."""

    mode: str
    type: str
    hash: str
    size: str

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")


class _Repository:
    """The repository around a folder, asked for what one revision of it holds."""

    def __init__(self, folder: Path, rev: str) -> None:
        self.folder = folder
        self.rev = rev

    def commit(self) -> str:
        """The hash of the commit that the revision names. Raises StoreError."""
        answer = self._git("rev-parse", "--is-shallow-repository")
        if answer.returncode:
            message = answer.stderr.decode("utf-8", "backslashreplace")
            if "dubious ownership" in message:
                raise StoreError("version_untrusted", folder=str(self.folder))
            if "not a git repository" in message:
                raise StoreError("version_no_repository", folder=str(self.folder))
            raise self._failed(answer)
        shallow = answer.stdout.strip() == b"true"
        unknown = StoreError(
            "version_unknown_shallow" if shallow else "version_unknown", rev=self.rev
        )
        if not self.rev or self.rev.startswith("-") or "\0" in self.rev:
            raise unknown
        # In two steps: what is put behind a name may be read as a part of it.
        name = self._hash(self.rev)
        if name is None:
            raise unknown
        commit = self._hash(f"{name}^{{commit}}")
        if commit is not None:
            return commit
        # A whole hash is a name for git, whether there is such an object or not.
        missing = self._git("cat-file", "-e", name).returncode
        raise unknown if missing else StoreError("version_no_commit", rev=self.rev)

    def _hash(self, name: str) -> str | None:
        options = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        text = self._git(*options, name).stdout.decode("ascii", "replace").strip()
        return text if _HASH.fullmatch(text) else None

    def moment(self, commit: str) -> datetime | None:
        """When a commit was made, as it says itself."""
        head = self._git("cat-file", "commit", commit).stdout.partition(b"\n\n")[0]
        match = re.search(rb"^committer .*> ([0-9]{1,11}) [+-][0-9]{4}$", head, re.MULTILINE)
        return datetime.fromtimestamp(int(match[1]), UTC) if match is not None else None

    def file(self, commit: str, name: PurePath, *, limit: int | None = None) -> bytes | None:
        """The bytes of a file as they were committed, None if it was not there.

        Raises StoreError ``version_not_a_file`` for a folder or link, or what lies behind a link
        or in a submodule: what cannot be seen is not taken for nothing.
        """
        refusal = StoreError("version_not_a_file", path=name.as_posix(), rev=self.rev)
        for part in (*list(reversed(name.parents))[1:], name):
            entry = self._entry(commit, part)
            if entry is None:
                return None
            if part != name and entry.type == "tree":
                continue
            if part != name or not entry.is_file:
                raise refusal
            if limit is not None and int(entry.size) > limit:
                raise StoreError("file_too_large", path=f"{self.rev}:{name}", limit=limit)
            read = self._git("cat-file", "blob", entry.hash)
            if read.returncode:
                raise self._failed(read)
            return read.stdout
        raise refusal

    def _entry(self, commit: str, name: PurePath) -> _Entry | None:
        listing = self._git("ls-tree", "-z", "-l", commit, f"./{name.as_posix()}")
        if listing.returncode:
            raise self._failed(listing)
        if not listing.stdout:
            return None
        head = listing.stdout.partition(b"\t")[0].decode("ascii", "replace")
        return _Entry(*head.split())

    def _git(self, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        try:
            return subprocess.run(  # noqa: S603
                ["git", "-C", str(self.folder), *args],  # noqa: S607
                input=stdin,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env=environment | _OURS,
            )
        except FileNotFoundError:
            raise StoreError("version_no_git") from None
        except subprocess.TimeoutExpired:
            raise StoreError("version_timeout", seconds=_SECONDS) from None
        except OSError as error:
            raise StoreError("version_failed", reason=error.strerror or str(error)) from None

    def _failed(self, ran: subprocess.CompletedProcess[bytes]) -> StoreError:
        """An error that we do not know, in git's own words."""
        lines = ran.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        return StoreError("version_failed", reason=lines[-1] if lines else str(ran.returncode))
