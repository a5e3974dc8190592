"""Certificates for the tests: an authority, and what it says of servers and clerks."""

from __future__ import annotations

import subprocess
from pathlib import Path

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def make_authority(folder: Path, name: str) -> None:
    """``NAME.crt`` and ``NAME.key`` of an authority. Raises CalledProcessError."""
    _openssl(folder, "req", "-x509", *_KEY, "-keyout", f"{name}.key", "-out", f"{name}.crt",
             "-subj", f"/CN={name}", "-days", "9")  # fmt: skip


def certify(
    folder: Path, authority: str, subject: str, file: str, *, is_expired: bool = False
) -> None:
    """``FILE.crt`` and ``FILE.key`` of a computer or a person. Raises CalledProcessError."""
    _openssl(folder, "req", *_KEY, "-keyout", f"{file}.key", "-out", f"{file}.csr",
             "-subj", f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject}")  # fmt: skip
    _openssl(folder, "x509", "-req", "-in", f"{file}.csr", "-CA", f"{authority}.crt",
             "-CAkey", f"{authority}.key", "-copy_extensions", "copy",
             "-days", "-1" if is_expired else "9", "-out", f"{file}.crt")  # fmt: skip
    (folder / f"{file}.key").chmod(0o600)


def _openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)
