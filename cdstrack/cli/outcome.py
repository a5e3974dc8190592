"""Whether something was written, said even where the answer cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cdstrack.cli.session import OutputError, PipeClosedError, Session
from cdstrack.render.text import Line


@contextmanager
def outcome(session: Session) -> Iterator[list[Line]]:
    """Around a command that writes: when its output fails, standard error says what it wrote.

    The command puts into the list what it has written, in words; an empty list is nothing. Inside
    it writes first and shows afterwards, so that no reader can keep it from its work; of one who
    went away, only what was not written is said.
    """
    receipt: list[Line] = []
    try:
        yield receipt
    except (PipeClosedError, OutputError) as error:
        if not receipt or isinstance(error, OutputError):
            with suppress(PipeClosedError, OutputError):  # there is nobody left to tell
                session.remark(receipt or [[(session.words("not_recorded"), "")]])
        raise
