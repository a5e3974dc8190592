"""Signatures that others put under a seal: OpenSSH's, CMS, RFC 3161, each verified offline.

cdstrack holds no keys and signs nothing. It asks ``ssh-keygen`` and ``openssl`` of the system,
which see copies of the files in a folder of their own and trust only what the caller names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.seals.der import Value, bare, signed_data, signing_moments, stamp_moment
from cdstrack.store.seals.tools import required_program, run_program

NAMESPACE = "cdstrack-seal"
"""What ``ssh-keygen -Y sign -n`` is told, so that no other signature can pass for one of a seal."""
LIMIT = 1024 * 1024
SSH = b"-----BEGIN SSH SIGNATURE-----"

CERTIFICATE = re.compile(
    rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----.*?-----END \1-----",
    re.DOTALL,
)

Kind = Literal["ssh", "cms", "stamp"]
Fault = Literal["key_expired", "timeless", "nameless"]
"""Why a signature does not hold, where it is said in words of ours: the allowed signer's time is
over; the certificate's is, and no time of signing is at hand; a certificate names nobody."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature under a seal comes to.

    ``signer`` is the name in the file of allowed signers, or the subject of the certificate;
    ``issuer`` who issued that, ``key`` the fingerprint of a key of OpenSSH's. ``moment`` is when:
    in a time stamp the service's word, in CMS the signer's own, of ssh there is none. ``reason`` is
    why it does not hold, in the words of the program that looked, ``fault`` the same in ours.
    ``is_expired``: the certificate was valid at that moment, or at that of a time stamp over the
    signature, and is not any more. ``is_pattern``: the signer is a pattern of names.
    ``has_new_ends``: it holds over the seal with other line ends than those of the file. ``over``
    is the file of the signature that a time stamp is over, empty where it is over the seal.
    """

    kind: Kind
    valid: bool
    signer: str = ""
    issuer: str = ""
    key: str = ""
    moment: datetime | None = None
    is_expired: bool = False
    is_pattern: bool = False
    has_new_ends: bool = False
    reason: str = ""
    fault: Fault | None = None
    over: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Trial:
    """What was signed and a signature as bytes, to be tried.

    ``content`` is the file of the signature as it stands, ``structure`` that of CMS, None of
    OpenSSH. ``strange`` folders hold no programs.
    """

    path: str
    seal: bytes
    content: bytes
    structure: Value | None
    trust: bytes
    strange: Sequence[Path]

    @property
    def signature(self) -> bytes:
        return self.content if self.structure is None else self.structure.whole


def verify_signatures(
    seal: bytes,
    paths: Sequence[Path],
    *,
    allowed_signers: Path | None,
    chain: Path | None,
    strange: Sequence[Path] = (),
) -> list[Signature]:
    """Try signatures over the bytes of a seal, by those who may sign or by certificates.

    A time stamp may be over another of the signatures instead: then that was there at its moment.
    One for each signer, in the order of the files. Raises StoreError ``signature_unknown`` for what
    is none, ``chain_unknown``, ``program_*``, ``file_*``; Refusal where what it is tried by is
    missing.
    """
    trials = [_trial(seal, path, allowed_signers, chain, strange) for path in paths]
    stamps: dict[str, Signature] = {}
    for trial in trials:
        moment = stamp_moment(trial.structure) if trial.structure is not None else None
        if moment is not None:
            stamps[trial.path] = _by_stamp(trial, moment, trials)
    signatures = []
    for trial in trials:
        if trial.path in stamps:
            answers = [stamps[trial.path]]
        elif trial.structure is None:
            answers = _with_any_ends(trial, lambda each: [_by_ssh(each)])
        else:
            moments = [
                stamp.moment
                for stamp in stamps.values()
                if stamp.valid and stamp.over == trial.path and stamp.moment is not None
            ]
            answers = _with_any_ends(trial, partial(_by_cms, stamps=moments))
        signatures += [replace(answer, path=trial.path) for answer in answers]
    return signatures


def _trial(
    seal: bytes,
    path: Path,
    allowed_signers: Path | None,
    chain: Path | None,
    strange: Sequence[Path],
) -> _Trial:
    content = read_bytes(path, limit=LIMIT)
    if content.lstrip().startswith(SSH):
        if allowed_signers is None:
            raise Refusal("signature_wants", path=str(path), option="--allowed-signers")
        trust = read_bytes(allowed_signers, limit=LIMIT)
        return _Trial(str(path), seal, content, None, trust, strange)
    structure = signed_data(bare(content))
    if structure is None:
        raise StoreError("signature_unknown", path=str(path))
    if chain is None:
        raise Refusal("signature_wants", path=str(path), option="--chain")
    trust = read_bytes(chain, limit=LIMIT)
    if CERTIFICATE.search(trust) is None:
        raise StoreError("chain_unknown", path=str(chain))
    return _Trial(str(path), seal, content, structure, trust, strange)


def _with_any_ends(trial: _Trial, verdict: Callable[[_Trial], list[Signature]]) -> list[Signature]:
    """Over the seal as it stands, else with the other line ends: programs that sign mail change
    them, and so do some that carry files."""
    answers = verdict(trial)
    bare_ends = trial.seal.replace(b"\r\n", b"\n")
    for seal in (bare_ends, bare_ends.replace(b"\n", b"\r\n")):
        if seal != trial.seal and not all(answer.valid for answer in answers):
            others = verdict(replace(trial, seal=seal))
            if all(answer.valid for answer in others):
                return [replace(answer, has_new_ends=True) for answer in others]
    return answers


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
        complaints = _text(search.stderr)
        for name in names if search.returncode == 0 else ():
            if name.startswith("!"):
                continue  # whom a pattern leaves out
            args = ("-Y", "verify", *files, "-n", NAMESPACE, "-I", name)
            ran = run_program(program, *args, folder=folder, content=trial.seal)
            if ran.returncode == 0:
                match = re.search(r"SHA256:[A-Za-z0-9+/=]+", _text(ran.stdout))
                key = match[0] if match else ""
                is_pattern = any(sign in name for sign in "*?")
                return Signature("ssh", True, name, key=key, is_pattern=is_pattern)
            complaints = _text(ran.stdout + b"\n" + ran.stderr)
    fault: Fault | None = "key_expired" if "key has expired" in complaints else None
    return Signature("ssh", False, reason=_last_line(complaints.encode()), fault=fault)


def _by_cms(trial: _Trial, stamps: Sequence[datetime]) -> list[Signature]:
    times = signing_moments(trial.structure) if trial.structure is not None else []
    args = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "seal",
            "-CAfile", "trust", "-certfile", "trust", "-no-CApath", "-purpose", "any",
            "-signer", "signer", "-out", "content")  # fmt: skip
    return _by_openssl("cms", trial, args, times, stamps[:1] or times)


def _by_stamp(trial: _Trial, moment: datetime, others: Sequence[_Trial]) -> Signature:
    """A time stamp over the seal, else over one of the other files."""
    args = ("ts", "-verify", "-data", "seal", "-in", "signature", "-token_in",
            "-CAfile", "trust", "-untrusted", "trust")  # fmt: skip

    def verdict(each: _Trial) -> list[Signature]:
        return _by_openssl("stamp", each, args, [moment], [moment])

    [answer] = _with_any_ends(trial, verdict)
    for other in others:
        if not answer.valid and other.path != trial.path:
            [attempt] = verdict(replace(trial, seal=other.content))
            answer = replace(attempt, over=other.path) if attempt.valid else answer
    return answer


def _by_openssl(
    kind: Kind,
    trial: _Trial,
    args: Sequence[str],
    times: Sequence[datetime | None],
    moments: Sequence[datetime | None],
) -> list[Signature]:
    """Verify today, and where certificates have run out as of each of the moments.

    ``times`` are what the signers say. One answer for each signer, or one that says why not.
    """
    program = required_program("openssl", trial.strange)
    time = times[0] if len(times) == 1 else None
    with _folder(trial) as folder:
        # Where it would look for authorities of its own there are none.
        nowhere = {name: str(folder / "none") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}

        def succeeds(*more: str) -> tuple[bool, str]:
            ran = run_program(program, *more, folder=folder, environment=nowhere)
            return ran.returncode == 0, _reason(ran.stderr + ran.stdout)

        valid, reason = succeeds(*args)
        is_expired = False
        if not valid and "expired" in reason:
            ends = {moment for moment in moments if moment is not None}
            if not ends or None in moments:
                return [Signature(kind, False, reason=reason, fault="timeless")]
            is_expired = valid = all(
                succeeds(*args, "-attime", str(int(end.timestamp())))[0] for end in ends
            )
        if not valid:
            return [Signature(kind, False, moment=time, reason=reason)]
        if kind == "stamp":
            succeeds("cms", "-verify", "-noverify", "-inform", "DER", "-in", "signature",
                     "-certfile", "trust", "-signer", "signer", "-out", "content")  # fmt: skip
        signer_file = folder / "signer"
        certificates = CERTIFICATE.finditer(
            signer_file.read_bytes() if signer_file.exists() else b""
        )
        names = []
        for certificate in certificates:
            signer_file.write_bytes(certificate[0] + b"\n")
            show = ("x509", "-in", "signer", "-noout", "-subject", "-issuer")
            ran = run_program(program, *show, "-nameopt", "RFC2253,utf8,-esc_msb", folder=folder)
            lines = dict(line.partition("=")[::2] for line in _text(ran.stdout).splitlines())
            names.append((lines.get("subject", "").strip(), lines.get("issuer", "").strip()))
    if len(names) != len(times) or not names or not all(all(pair) for pair in names):
        return [Signature(kind, False, moment=time, fault="nameless")]
    return [
        Signature(kind, True, signer, issuer, moment=when, is_expired=is_expired)
        for (signer, issuer), when in zip(names, times, strict=True)
    ]


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
