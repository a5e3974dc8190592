"""``python -m tools.npm_packages LIST FOLDER``: packages of npm, into ``FOLDER/node_modules``.

The list has the version of each and the digest of its archive; a package whose digest is another
is not unpacked. No lock of npm's own: that would record where they came from.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

KEPT = ".integrity"
"""Beside a package that was unpacked: the digest of what it was unpacked from."""


def integrity(archive: Path) -> str:
    """The digest of a file, as npm writes it."""
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def unpack(archive: Path, expected: str, package: Path) -> None:
    """Put the files of an archive where a package belongs.

    Raises:
        SystemExit: the archive is not the one that the list names.
    """
    actual = integrity(archive)
    if actual != expected:
        raise SystemExit(f"{archive.name}: {actual} instead of {expected}")
    shutil.rmtree(package, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=package.parent) as scratch:
        with tarfile.open(archive) as content:
            # From Python 3.11.4 on; before, the digest of what we chose has to do.
            content.extraction_filter = getattr(tarfile, "data_filter", None)
            content.extractall(scratch)  # noqa: S202
        (Path(scratch) / "package" / KEPT).write_text(expected, encoding="utf-8")
        (Path(scratch) / "package").rename(package)


def fetch(packages: dict[str, dict[str, str]], folder: Path) -> None:
    """Fetch what is not in the folder already."""
    modules = folder / "node_modules"
    modules.mkdir(parents=True, exist_ok=True)
    missing = {
        f"{name}@{entry['version']}": (modules / name, entry["integrity"])
        for name, entry in packages.items()
        if not _is_there(modules / name, entry["integrity"])
    }
    if not missing:
        return
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", scratch]
        ran = subprocess.run(  # noqa: S603  # of our own list
            [*command, *missing], cwd=scratch, check=True, stdout=subprocess.PIPE, encoding="utf-8"
        )
        # The names of the archives, one a line and in the order in which they were asked for.
        for archive, (package, expected) in zip(ran.stdout.split(), missing.values(), strict=True):
            unpack(Path(scratch) / archive, expected, package)


def _is_there(package: Path, expected: str) -> bool:
    kept = package / KEPT
    return kept.is_file() and kept.read_text(encoding="utf-8") == expected


if __name__ == "__main__":
    fetch(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
