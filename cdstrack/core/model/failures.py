"""What stops a run, one family. Apart from the problems, because Tab is in a hurry."""

from __future__ import annotations


class Failure(Exception):
    """Cannot go on. Carries the code and facts of a :class:`~cdstrack.core.model.problems.Problem`.

    No ValueError: whoever guards against those of Python would swallow ours.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Fault(Failure):
    """What a person wrote cannot be read, or what was asked cannot be done (exit code 2)."""


class Refusal(Fault):
    """What was asked cannot be done as asked; nothing has been changed."""


class Defect(Refusal):
    """What was asked cannot be done because of an error in the files (exit code 3)."""


class StoreError(Failure):
    """The store cannot go on: no file, no lock, disk full (exit code 3)."""
