"""What the signatures of commits are worth, as git and the tools behind it say.

The programs that check are the usual ones, and the signers that are believed those of the person's
own settings: what a repository configures has no say, for whoever sends it wrote that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from cdstrack.core.model.structs import dataclass
from cdstrack.store.commits import Commit
from cdstrack.store.git import Repository

State = Literal[
    "none", "good", "unknown", "bad", "expired", "expired_key", "revoked", "unchecked"
]  # fmt: skip
"""``unknown``: sound, by a key that nobody vouches for here. ``unchecked``: it could not be."""
_STATES: Mapping[str, State] = {
    "G": "good", "U": "unknown", "B": "bad", "X": "expired", "Y": "expired_key", "R": "revoked",
}  # fmt: skip
_SIGNED = re.compile(rb"^gpgsig(?:-sha256)? ", re.MULTILINE)
_AT_ONCE = 200
"""So many commits are asked for at a time: each takes a program of its own."""
_SIGNERS = "gpg.ssh.allowedSignersFile"


@dataclass(frozen=True, slots=True)
class Signature:
    """The state of a commit's signature, the fingerprint of its key, and whose it is said to be."""

    state: State = "none"
    key: str | None = None
    signer: str | None = None


def signatures(repository: Repository, commits: Sequence[Commit]) -> dict[str, Signature]:
    """The signatures of commits by their hashes; those that carry none are not asked about."""
    states = {commit.hash: Signature() for commit in commits}
    hashes = [commit.hash for commit in commits if _is_signed(commit)]
    if not hashes:
        return states
    options = ("-c", f"{_SIGNERS}={_signers(repository)}")
    log = ("log", "--no-walk=unsorted", "--no-show-signature", "--format=%H%x09%G?%x09%GF%x09%GS")
    for start in range(0, len(hashes), _AT_ONCE):
        names = hashes[start : start + _AT_ONCE]
        stdin = "".join(f"{name}\n" for name in names).encode("ascii")
        answer = repository.ask(*options, *log, "--stdin", stdin=stdin)
        if answer.returncode:
            raise repository.failure(answer)
        for line in answer.stdout.decode("utf-8", "backslashreplace").splitlines():
            name, letter, key, signer = [*line.split("\t", 3), "", "", ""][:4]
            state = _STATES.get(letter, "unchecked")
            states[name] = Signature(state, key or None, signer or None)
    return states


def _is_signed(commit: Commit) -> bool:
    return _SIGNED.search(commit.data.partition(b"\n\n")[0]) is not None


def _signers(repository: Repository) -> str:
    """The person's own file of allowed signers; a file of none, where there is no such."""
    for scope in ("--global", "--system"):
        answer = repository.ask("config", scope, "--type=path", "--get", _SIGNERS)
        name = os.fsdecode(answer.stdout.rstrip(b"\n"))
        if not answer.returncode and name:
            return name
    return os.devnull
