"""Other people's programs, run so that nothing but what they are told has a say.

They run without a shell, in a folder of their own, with an environment of a few names.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from cdstrack.core.model.problems import StoreError
from cdstrack.store.programs import find_program

SECONDS = 60
KEPT = ("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a program may need of the environment in order to start at all."""


def required_program(name: str, strange: Iterable[Path] = ()) -> Path:
    """The program of that name, not one in a ``strange`` folder. Raises StoreError."""
    program = find_program(name, strange)
    if program is None:
        raise StoreError("program_missing", name=name)
    return program


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
