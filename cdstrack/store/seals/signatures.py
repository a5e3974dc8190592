"""Signatures that others put under a seal: OpenSSH's, CMS, RFC 3161, each verified offline.

cdstrack holds no keys and signs nothing. It asks ``ssh-keygen`` and ``openssl`` of the system,
which see copies of the files in a folder of their own and trust only what the caller names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.seals.der import bare, signed_data, signing_moment, stamp_moment
from cdstrack.store.seals.tools import required_program, run_program

NAMESPACE = "cdstrack-seal"
"""What ``ssh-keygen -Y sign -n`` is told, so that no other signature can pass for one of a seal."""
LIMIT = 1024 * 1024
SSH = b"-----BEGIN SSH SIGNATURE-----"

Kind = Literal["ssh", "cms", "stamp"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature under a seal comes to.

    ``signer`` is the name in the file of allowed signers, or the subject of the certificate;
    ``issuer`` who issued that, ``key`` the fingerprint of a key of OpenSSH's. ``moment`` is when:
    in a time stamp the service's word, in CMS the signer's own, of ssh there is none. ``reason`` is
    why it does not hold, in the words of the program that looked. ``is_expired``: the certificate
    was valid at that moment, or at the seal's, and is not any more.
    """

    kind: Kind
    valid: bool
    signer: str = ""
    issuer: str = ""
    key: str = ""
    moment: datetime | None = None
    is_expired: bool = False
    reason: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Trial:
    """A seal and a signature as bytes, to be tried; ``strange`` folders hold no programs."""

    seal: bytes
    signature: bytes
    trust: bytes
    moment: datetime
    strange: Sequence[Path]


def verify_signature(
    seal: bytes,
    path: Path,
    *,
    allowed_signers: Path | None,
    chain: Path | None,
    moment: datetime,
    strange: Sequence[Path] = (),
) -> Signature:
    """Try a signature over the bytes of a seal, by those who may sign or by certificates.

    ``moment`` is the seal's. Raises StoreError ``signature_unknown`` for what is none,
    ``program_*``, ``file_*``; Refusal where what it is tried by is missing.
    """
    signature = read_bytes(path, limit=LIMIT)
    if signature.lstrip().startswith(SSH):
        if allowed_signers is None:
            raise Refusal("signature_wants", path=str(path), option="--allowed-signers")
        trust = read_bytes(allowed_signers, limit=LIMIT)
        return _by_ssh(_Trial(seal, signature, trust, moment, strange))
    structure = signed_data(bare(signature))
    if structure is None:
        raise StoreError("signature_unknown", path=str(path))
    if chain is None:
        raise Refusal("signature_wants", path=str(path), option="--chain")
    trust = read_bytes(chain, limit=LIMIT)
    trial = _Trial(seal, structure.whole, trust, moment, strange)
    stamp = stamp_moment(structure)
    if stamp is not None:
        return _by_stamp(trial, stamp)
    return _by_cms(trial, signing_moment(structure))


@contextmanager
def _folder(trial: _Trial) -> Iterator[Path]:
    """A folder with the three files under names of ours."""
    from tempfile import TemporaryDirectory  # loads slowly

    with TemporaryDirectory(prefix="cdstrack-") as name:
        folder = Path(name)
        for file, content in (
            ("seal", trial.seal),
            ("signature", trial.signature),
            ("trust", trial.trust),
        ):
            (folder / file).write_bytes(content)
        yield folder


def _by_ssh(trial: _Trial) -> Signature:
    program = required_program("ssh-keygen", trial.strange)
    files = ("-s", "signature", "-f", "trust")
    with _folder(trial) as folder:
        search = run_program(program, "-Y", "find-principals", *files, folder=folder)
        lists = [line.split(",") for line in _text(search.stdout).splitlines()]
        names = [name.strip() for line in lists for name in line if name.strip()]
        reason = _last_line(search.stderr)
        for name in names if search.returncode == 0 else ():
            args = ("-Y", "verify", *files, "-n", NAMESPACE, "-I", name)
            ran = run_program(program, *args, folder=folder, content=trial.seal)
            if ran.returncode == 0:
                match = re.search(r"SHA256:[A-Za-z0-9+/=]+", _text(ran.stdout))
                return Signature("ssh", True, name, key=match[0] if match else "")
            reason = _last_line(ran.stdout + b"\n" + ran.stderr)
    return Signature("ssh", False, reason=reason)


def _by_cms(trial: _Trial, moment: datetime | None) -> Signature:
    args = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "seal",
            "-CAfile", "trust", "-certfile", "trust", "-no-CApath", "-purpose", "any",
            "-signer", "signer", "-out", "content")  # fmt: skip
    return _by_openssl("cms", trial, args, moment)


def _by_stamp(trial: _Trial, moment: datetime) -> Signature:
    args = ("ts", "-verify", "-data", "seal", "-in", "signature", "-token_in",
            "-CAfile", "trust", "-untrusted", "trust")  # fmt: skip
    return _by_openssl("stamp", trial, args, moment)


def _by_openssl(
    kind: Kind, trial: _Trial, args: Sequence[str], moment: datetime | None
) -> Signature:
    """Verify today, and where that fails as of the moment of the signature, else of the seal."""
    program = required_program("openssl", trial.strange)
    moment_or_seal = moment or trial.moment
    with _folder(trial) as folder:
        # Where it would look for authorities of its own there are none.
        nowhere = {name: str(folder / "none") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}

        def succeeds(*more: str) -> tuple[bool, str]:
            ran = run_program(program, *more, folder=folder, environment=nowhere)
            return ran.returncode == 0, _reason(ran.stderr + ran.stdout)

        valid, reason = succeeds(*args)
        is_expired = False
        if not valid and "expired" in reason:
            valid, _ = succeeds(*args, "-attime", str(int(moment_or_seal.timestamp())))
            is_expired = valid
        if not valid:
            return Signature(kind, False, moment=moment, reason=reason)
        if kind == "stamp":
            succeeds("cms", "-verify", "-noverify", "-inform", "DER", "-in", "signature",
                     "-certfile", "trust", "-signer", "signer", "-out", "content")  # fmt: skip
        show = ("x509", "-in", "signer", "-noout", "-subject", "-issuer")
        ran = run_program(program, *show, "-nameopt", "RFC2253,utf8,-esc_msb", folder=folder)
        lines = dict(line.partition("=")[::2] for line in _text(ran.stdout).splitlines())
        signer, issuer = lines.get("subject", "").strip(), lines.get("issuer", "").strip()
        return Signature(kind, True, signer, issuer, moment=moment, is_expired=is_expired)


def _reason(answer: bytes) -> str:
    """What openssl says of a failure: the reason for a certificate, else its last complaint."""
    text = _text(answer)
    match = re.search(r"Verify error: ?([^\n]+)", text)
    if match is not None:
        return match[1].strip()
    complaints = [line.split(":") for line in text.splitlines() if ":error:" in line]
    reasons = [parts[5] for parts in complaints if len(parts) > 5 and parts[5].strip()]
    return reasons[0].strip() if reasons else _last_line(answer)


def _last_line(answer: bytes) -> str:
    lines = _text(answer).strip().splitlines()
    return lines[-1].strip() if lines else ""


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "backslashreplace")
