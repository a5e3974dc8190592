"""Other people's programs, run so that nothing but what they are told has a say.

They are looked for in the folders of PATH that are whole paths, never in the folder one stands in;
they run without a shell, in a folder of their own, with an environment of a few names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from cdstrack.core.model.problems import StoreError

SECONDS = 60
KEPT = ("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a program may need of the environment in order to start at all."""


def find_program(name: str, strange: Iterable[Path] = ()) -> Path:
    """The program of that name on PATH. Raises StoreError ``program_missing``.

    What lies in the current folder or in a ``strange`` one does not count, whatever PATH says.
    """
    ending = ".exe" if sys.platform == "win32" else ""
    folders = [Path(os.path.realpath(folder)) for folder in (Path(), *strange)]
    for text in os.environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(text)
        if not text or not folder.is_absolute():
            continue
        program = folder / f"{name}{ending}"
        real = Path(os.path.realpath(program))
        if any(
            strange_folder in (real.parent, Path(os.path.realpath(folder)))
            for strange_folder in folders
        ):
            continue
        if program.is_file() and os.access(program, os.X_OK):
            return program
    raise StoreError("program_missing", name=name)


def run_program(
    program: Path,
    *args: str,
    folder: Path,
    content: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a folder with some bytes as its input; its answer, whatever it is.

    Raises StoreError ``program_timeout``, ``program_failed``.
    """
    inheritance = {name: os.environ[name] for name in KEPT if name in os.environ}
    basis = {"LC_ALL": "C", "LANGUAGE": "C", "HOME": str(folder), "PATH": os.defpath, "TZ": "UTC"}
    try:
        return subprocess.run(  # noqa: S603
            [str(program), *args],
            input=content,
            capture_output=True,
            check=False,
            cwd=folder,
            timeout=SECONDS,
            env={**inheritance, **basis, **(environment or {})},
        )
    except subprocess.TimeoutExpired:
        raise StoreError("program_timeout", name=program.name, seconds=SECONDS) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError("program_failed", name=program.name, reason=reason) from None
