"""Seals: what a ledger and its register are at a moment, and what became of them since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from cdstrack.core.checks.seals import (
    Comparison,
    Row,
    Seal,
    compare,
    root_text,
    rows_of,
    sealed_leaves,
)
from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.core.model.structs import dataclass
from cdstrack.store.base import Sealable
from cdstrack.store.files import FileStore
from cdstrack.store.git_process import top_of
from cdstrack.store.ledger.leaves import Hashes, respelling
from cdstrack.store.ledger.load import end_of
from cdstrack.store.seals.digests import NAMES
from cdstrack.store.seals.seal_file import digest, list_path, list_text, read_list, read_seal
from cdstrack.store.seals.signatures import Signature, verify_signatures

SKEW = timedelta(minutes=10)
"""So far ahead of ours the clock of who sealed may have been: two clocks are seldom the same."""

Basis = Literal["list", "commit"]
"""What names the lines of a seal: the list beside it, or the ledger in its commit."""


@dataclass(frozen=True, slots=True)
class Document:
    """A seal with the list of its lines; None where the files are not fit for one."""

    seal: Seal | None
    list: str = ""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """A seal beside the files of today."""

    seal: Seal
    comparison: Comparison
    ledger: str
    """The path of today's ledger."""
    basis: Basis | None
    """What named the lines; None where neither could be had."""
    differences: Sequence[tuple[str, bool | None]]
    """Of register, policy and waivers: whether it is the same; None if that cannot be told."""
    signatures: Sequence[Signature]
    problems: Sequence[Problem]
    """What is wrong with the register and its ledger."""
    doubts: Sequence[Problem] = ()
    """What is wrong with the list of the seal."""
    is_early: bool = False
    """Whether the seal's moment lies in the future, by more than clocks differ."""

    @property
    def complete(self) -> bool:
        """Whether everything could be looked at."""
        is_clear = self.comparison.whole is not None and not self.is_early
        return is_clear and not _unfit(self.problems)

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the ledger being what it was."""
        is_signed = all(signature.valid for signature in self.signatures)
        is_sound = not any(change.is_finding for change in self.comparison.changes)
        return self.comparison.whole is not False and is_sound and is_signed


def seal_files(store: FileStore, *, now: datetime, known_on: date | None = None) -> Document:
    """A seal over what was recorded up to now, or up to the end of a day. Raises StoreError."""
    sealable = store.sealable()
    problems = sealable.files.problems
    if sealable.files.register is None or _unfit(problems):
        return Document(None, problems=problems)
    moment = _moment(store, now, known_on)
    leaves = sealed_leaves(sealable.leaves, moment)
    text = list_text(leaves)
    digests = sealable.digests
    seal = Seal(
        moment=moment,
        lines=len(leaves),
        root=root_text(leaves),
        title=sealable.title,
        register=digests.get("register"),
        policy=digests.get("policy"),
        waivers=digests.get("waivers"),
        commit=store.sealed_commit() or "",
        list=digest(text.encode("ascii")),
    )
    return Document(seal, text, problems)


def hashes_of(store: FileStore, *, now: datetime, known_on: date | None = None) -> Hashes:
    """What the short form over the same lines is made of, for what is published, once the ledger
    of the store was loaded."""
    return store.hashes(_moment(store, now, known_on))


def verify(
    store: FileStore,
    path: Path,
    *,
    now: datetime,
    signatures: Sequence[Path] = (),
    allowed_signers: Path | None = None,
    chain: Path | None = None,
) -> Verification:
    """The seal in a file beside the files of today, and the signatures under it.

    Raises StoreError, Refusal.
    """
    seal, data = read_seal(path)
    trials = verify_signatures(
        data,
        signatures,
        allowed_signers=allowed_signers,
        chain=chain,
        strange=[top_of(file.parent) or file.parent for file in (store.path, path)],
    )
    sealable = store.sealable()
    comparison = compare(seal, sealable.leaves, None, respelling)
    basis: Basis | None = None
    doubts: Sequence[Problem] = ()
    if not comparison.whole:
        basis, rows, doubts = _rows(store, seal, path)
        if rows is not None:
            comparison = compare(seal, sealable.leaves, rows, respelling)
    return Verification(
        seal=seal,
        comparison=comparison,
        ledger=store.server.name if store.server is not None else store.ledger_name,
        basis=basis,
        differences=_differences(seal, sealable),
        signatures=trials,
        problems=sealable.files.problems,
        doubts=doubts,
        is_early=seal.moment - now > SKEW,
    )


def _rows(
    store: FileStore, seal: Seal, path: Path
) -> tuple[Basis | None, Sequence[Row] | None, list[Problem]]:
    """What names the lines of a seal: the ledger in its commit, which has the records as well,
    else the list beside the seal."""
    if seal.commit:
        leaves = store.leaves_at(seal.commit)
        if leaves is not None:
            early = sealed_leaves(leaves, seal.moment)
            if len(early) == seal.lines and root_text(early).startswith(seal.root):
                return "commit", rows_of(early), []
    try:
        rows = read_list(list_path(path), seal)
    except StoreError as error:
        return None, None, [Problem(error.code, error.facts, level="warning")]
    return ("list", rows, []) if rows is not None else (None, None, [])


def _differences(seal: Seal, sealable: Sealable) -> list[tuple[str, bool | None]]:
    """Whether register, policy and waivers are what they were; not of what never was there."""
    differences: list[tuple[str, bool | None]] = []
    for name in NAMES:
        before, after = getattr(seal, name), sealable.digests.get(name)
        if before or (before is not None and after):
            differences.append((name, None if after is None else before == after))
    return differences


def _moment(store: FileStore, now: datetime, known_on: date | None) -> datetime:
    """Now, or the last moment of a day that is over."""
    end = end_of(known_on, store.zone) if known_on is not None else None
    if end is None:
        return now.astimezone(UTC)
    return min(now, end - timedelta(microseconds=1)).astimezone(UTC)


def _unfit(problems: Sequence[Problem]) -> bool:
    """Whether files are damaged or wrong: a torn tail is no record, but it may have been one."""
    return any(
        problem.level == "error" or problem.code == "ledger_torn_tail" for problem in problems
    )
