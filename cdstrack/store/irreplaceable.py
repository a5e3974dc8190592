"""Which files cannot be had again, told by how they begin: ledgers, registers, seals, signatures.

A name says little: sync programs call a conflict copy as they like, and a seal is called as
whoever made it chose to call it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from cdstrack.core.checks.seals import SHORT_HASH
from cdstrack.store.safe_open import open_regular

_BEGINNING = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_FORMS = (
    # A ledger, also one of which no line is whole.
    re.compile(rb'[\0\s]*\{\s*"id"\s*:'),
    # One whose first lines are damaged, or whose fields another program put in order.
    re.compile(
        rb'(?s:.*^)(?=\{[^\n]*"id"\s*:)(?=[^\n]*"target"\s*:)[^\n]*"recorded"\s*:', re.MULTILINE
    ),
    # A register, waivers or desks; our own JSON has the key too, and a day behind it.
    re.compile(rb"""[^{]*^[ \t]*["']?cdstrack["']?[ \t]*:[ \t]""", re.MULTILINE),
    re.compile(
        rb"""(?!\s*\{\s*"cdstrack": [0-9]+,\s*"as_of")\s*(?=\{)[^\0]{0,4096}?"""
        rb"""[{,]\s*["']?cdstrack["']?\s*:\s*["']?1"""
    ),
    # A seal, the list of one, signatures as text and in DER.
    re.compile(rb"\s*cdstrack seal "),
    re.compile(rb"\s*[0-9a-f]{%d} [0-9a-z-]{1,40}\r?\n" % (2 * SHORT_HASH)),
    re.compile(rb"\s*-----BEGIN (?:SSH SIGNATURE|PGP SIGN|CMS|PKCS ?#?7)"),
    re.compile(rb"0[\x80-\x84]"),
)
_SIGNATURE = re.compile(r"\.(?:sig|asc|p7[smb]|ts[rqt])$")
_EVIDENCE = re.compile(r"[0-9a-f]{64}(?:\.[0-9a-z]{1,10})?")


def is_irreplaceable(path: Path) -> bool:
    """Whether there is a file at the path that no output may take the place of."""
    name = path.name.casefold()
    try:
        descriptor = open_regular(path, links=True)
    except (OSError, ValueError):  # where nothing can be read, nothing is replaced either
        return False
    with os.fdopen(descriptor, "rb") as file:
        beginning = file.read(_BEGINNING).removeprefix(_BOM)
    is_evidence = path.parent.name.casefold() == "evidence" and _EVIDENCE.fullmatch(name)
    return bool(
        is_evidence or _SIGNATURE.search(name) or any(form.match(beginning) for form in _FORMS)
    )
