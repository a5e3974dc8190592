"""Objects of a repository, one after the other, from one git: to start it takes longer than to ask.

Only what git says without more ado is taken from here. Whatever else it has to say, it says when
it is asked for that alone, as ``Repository`` in ``store/git.py`` does then.
"""

from __future__ import annotations

import os
import select
import subprocess
import weakref
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from cdstrack.store.git_process import start_git

_PIECE = 64 * 1024
"""So many bytes a pipe holds."""


class Object(NamedTuple):
    """The object that a name stands for, as git says: its hash has yet to prove the data."""

    hash: str
    kind: str
    data: bytes


class Conversation:
    """``git cat-file --batch`` in a folder, from the first question until nobody holds it any more.

    It ends at once with an answer that was not expected, an error, an interrupt or the program.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Conversation] | None = None
        # Elsewhere no limit can be set to the time that a pipe is waited for.
        self._is_over = os.name != "posix"

    def object(
        self, name: str, kind: str | None = None, *, limit: int | None = None, seconds: float
    ) -> Object | None:
        """The object that a name without line breaks stands for, if it is of a kind and no larger.

        None where git says anything else. Raises subprocess.TimeoutExpired after so many seconds.
        """
        answer = None
        if not self._is_over:
            try:
                answer = self._ask(name, kind, limit, seconds)
            except (OSError, EOFError):
                pass  # it is gone, or there is none
            finally:  # whatever is left of an answer would be taken for the next
                if answer is None:
                    self._stop()
        return answer

    def _ask(self, name: str, kind: str | None, limit: int | None, seconds: float) -> Object | None:
        process = self._started()
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(f"{name}\n".encode("ascii"))
        deadline = monotonic() + seconds
        text = b""
        while b"\n" not in text:
            text += self._more(process, deadline)
        head, _, rest = text.partition(b"\n")
        words = head.decode("ascii", "replace").split()
        if len(words) != 3 or not words[2].isdecimal() or kind not in (None, words[1]):
            return None
        size = int(words[2])
        if limit is not None and size > limit:
            return None
        pieces = [rest]
        missing = size + 1 - len(rest)
        while missing > 0:
            pieces.append(self._more(process, deadline))
            missing -= len(pieces[-1])
        if missing or not pieces[-1].endswith(b"\n"):
            return None
        pieces[-1] = pieces[-1][:-1]
        return Object(words[0], words[1], b"".join(pieces))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = start_git(self._folder, "cat-file", "--batch")
            self._end = weakref.finalize(self, _kill, self._process)
        return self._process

    @staticmethod
    def _more(process: subprocess.Popen[bytes], deadline: float) -> bytes:
        """What git says next. Raises EOFError where it says nothing any more."""
        assert process.stdout is not None  # noqa: S101
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN)
        left = deadline - monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise subprocess.TimeoutExpired(process.args, left)
        data = os.read(process.stdout.fileno(), _PIECE)
        if not data:
            raise EOFError
        return data

    def _stop(self) -> None:
        self._is_over = True
        if self._end is not None:
            self._end()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process, whatever it is at; it only reads."""
    process.kill()
    with process:  # closes the pipes, which ends what it started itself, and waits for it
        pass
