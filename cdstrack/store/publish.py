"""A folder that is published: swapped in whole or not at all, and nothing of others' is lost.

The new folder is built beside the old one. What stands in the old one and is not ours (it is not in
the manifest, or not as we wrote it) goes along, unless it stands where a file of ours belongs.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cdstrack.core.model.problems import StoreError
from cdstrack.store.outputs import OF_FOLDER, mode_of, refuse_own
from cdstrack.store.safe_open import system_error

MANIFEST = "manifest.json"
"""The list of what we wrote: address → SHA-256."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2): two names are exchanged in one step."""
_HERE = -100
"""AT_FDCWD: paths are meant from the working folder."""


def write_folder(
    folder: Path, files: Iterable[tuple[str, bytes]], *, originals: Collection[Path] = ()
) -> int:
    """Write a folder of files by their addresses; how many they are. The manifest is one of them.

    ``originals`` are the files of the register; no folder that holds one is replaced. Raises
    StoreError ``folder_own``, ``folder_mounted``, ``folder_taken``, ``output_unwritable`` and those
    of ``refuse_own``.
    """
    import tempfile  # loads slowly, and most runs write no file

    refuse_own(folder, originals)
    real = Path(os.path.realpath(folder))
    for file in originals:
        if real == real_parent(file) or real in real_parent(file).parents:
            raise StoreError("folder_own", path=str(folder), file=str(file))
    if mount := _mount_in(real):
        raise StoreError("folder_mounted", path=str(folder), mount=mount)
    fresh: Path | None = None
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        if real.exists() and not real.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        try:
            fresh = Path(tempfile.mkdtemp(dir=real.parent, prefix=_prefix(real)))
        except PermissionError as error:  # it is the folder above that has to be open to us
            raise system_error("output_unwritable", real.parent, error) from error
        fresh.chmod(mode_of(real, OF_FOLDER))
        number = 0
        for address, data in files:
            path = fresh / address
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            number += 1
        if real.exists():
            _refuse_taken(real, fresh, folder)
            _carry(real, fresh, _link)
            _exchange(real, fresh)
            _carry(fresh, real, _move)  # what came while the new one was built
        else:
            fresh.rename(real)
    except OSError as error:
        raise system_error("output_unwritable", folder, error) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
    return number


def leftovers(folder: Path) -> list[Path]:
    """Folders beside one, in which a run was writing it that was killed, or is writing it now."""
    real = Path(os.path.realpath(folder))
    name = re.compile(re.escape(_prefix(real)) + "[a-z0-9_]{8}")
    with suppress(OSError):
        return sorted(path for path in real.parent.iterdir() if name.fullmatch(path.name))
    return []


def _prefix(folder: Path) -> str:
    """How the name of the folder begins that another is built in."""
    return f".{folder.name[:80]}."


def real_parent(file: Path) -> Path:
    """The folder that a file is in, whatever links lead there."""
    return Path(os.path.realpath(file)).parent


def _mount_in(folder: Path) -> str:
    """A disk or volume that is mounted at a folder or inside; empty without one.

    One at it cannot be exchanged, and what one inside holds would go with the old folder.
    """
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:  # other systems have no such list
        return str(folder) if os.path.ismount(folder) else ""
    for line in lines:
        text = re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4])
        place = Path(os.fsdecode(text))
        if place == folder or folder in place.parents:
            return str(place)
    return ""


def _refuse_taken(old: Path, new: Path, name: Path) -> None:
    """Refuse a folder in which what is not ours stands where a file of ours belongs. Raises
    StoreError ``folder_taken``."""
    taken = sorted(str(path) for path in _foreign(old) if _is_taken(old / path, new / path))
    if taken:
        files = ", ".join(taken[:5]) + " …" * (len(taken) > 5)
        raise StoreError("folder_taken", path=str(name), files=files, n=len(taken))


def _carry(old: Path, new: Path, put: Callable[[Path, Path], None]) -> None:
    """Put what is not ours in one folder into another."""
    for path in [*_foreign(old)]:
        if not os.path.lexists(new / path):
            _make_folder(old, new, path.parent)
            if _is_folder(old / path):
                _make_folder(old, new, path)
            else:
                put(old / path, new / path)


def _is_taken(old: Path, new: Path) -> bool:
    return os.path.lexists(new) and not (_is_folder(old) and _is_folder(new))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _make_folder(old: Path, new: Path, path: Path) -> None:
    """Make a folder, and those above it, with the permissions that they have in the old one."""
    if not (new / path).is_dir():
        _make_folder(old, new, path.parent)
        (new / path).mkdir()
        (new / path).chmod(mode_of(old / path, OF_FOLDER))


def _foreign(folder: Path) -> Iterator[Path]:
    """The files in a folder that we did not write, or not as they are, and its empty folders:
    without those of its own git knows no repository."""
    digests = _manifest(folder)
    for place, folders, names in os.walk(folder):
        here = Path(place).relative_to(folder)
        if not (folders or names):
            yield here
        links = [entry for entry in folders if (Path(place) / entry).is_symlink()]
        for entry in (*names, *links):
            path = here / entry
            if path.as_posix() != MANIFEST or not digests:
                digest = digests.get(path.as_posix())
                if digest is None or digest != _digest(folder / path):
                    yield path


def _manifest(folder: Path) -> Mapping[str, str]:
    """What we wrote there last; nothing where no manifest of ours can be read."""
    try:
        entries = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _digest(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _link(old: Path, new: Path) -> None:
    """The same file under a second name; a copy where the disk knows no such names."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _move(old: Path, new: Path) -> None:
    old.rename(new)


def _exchange(old: Path, new: Path) -> None:
    """Give two folders each other's name: in one step where the system can. Raises OSError."""
    with suppress(OSError, AttributeError, ImportError):
        import ctypes  # only here

        rename = ctypes.CDLL(None, use_errno=True).renameat2
        if rename(_HERE, os.fsencode(old), _HERE, os.fsencode(new), _EXCHANGE) == 0:
            return
    aside = new.with_name(f"{new.name}.old")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)
