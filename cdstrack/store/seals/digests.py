"""The digests of the files beside a ledger: register, policy and waivers."""

from __future__ import annotations

import json
from pathlib import Path

from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.seals.seal_file import digest
from cdstrack.store.yaml.register_file import RegisterFile
from cdstrack.store.yaml.tree import LIMIT_BYTES

NAMES = ("register", "policy", "waivers")
"""What a seal has a digest of, besides the ledger."""


def digests_of(file: RegisterFile, folder: Path) -> dict[str, str]:
    """The digests by name; an empty text for what is not there, nothing for what cannot be read.

    The policy is what stands in the register, not what the program makes of it: a default that
    changes with the program changes no seal.
    """
    digests = {"register": digest(file.data)}
    if file.register is None:
        return digests
    policy = file.policy
    text = json.dumps(policy, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digests["policy"] = digest(text.encode("utf-8", "surrogatepass")) if policy else ""
    waivers = file.register.check.waivers
    if waivers is None:
        digests["waivers"] = ""
    elif not any(problem.level == "error" for problem in file.problems):
        try:
            digests["waivers"] = digest(read_bytes(folder / waivers, limit=LIMIT_BYTES))
        except StoreError:
            digests["waivers"] = ""
    return digests
