"""An earlier version of a register and its ledger, as git keeps it.

Nothing that git is asked here runs a program, writes or follows what the repository configures:
objects are read as they were committed. What cannot be seen is an error, never an empty version.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import NamedTuple

from cdstrack.core.model.problems import StoreError

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
