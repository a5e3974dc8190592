"""Files that the program writes for others: whole or not at all, and never over its own.

Every writer but the ledger goes through here. A path is resolved before anything is written: a link
is written through to what it leads to, while a terminal, pipe, device or open descriptor
(``/dev/stdout``, ``/dev/fd/1``) is no name to put a new file under and gets the bytes as a stream.
In a repository no link is followed: whoever sends a change can commit one, to any file of ours.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cdstrack.core.model.problems import StoreError
from cdstrack.store.git_process import way_up
from cdstrack.store.irreplaceable import is_irreplaceable
from cdstrack.store.safe_open import system_error

STDOUT = "-"
_MOST_LINKS = 40
"""More than any system follows."""
_DESCRIPTOR = re.compile(r"(?:/dev/fd|/proc/([0-9]+)(?:/task/[0-9]+)?/fd)/([0-9]+)")
_KEPT = re.compile(r"\.torn-|\.kept-|^desks\.ya?ml$|\.seal(?:\.|$)")
"""Names beside a register or ledger that hold what cannot be had again."""
_EVIDENCE = "evidence"
"""So does every file in a folder of this name."""
_GIT = ".git"
_GIT_NAMES = re.compile(r"\.git|git~[0-9]")
"""How the names begin by which git knows a repository and its rules."""
_OF_SYSTEM = re.compile(r"/dev|/proc(?:/.*)?")
"""Folders whose links are those of the system, also if the root is a repository. Below ``/dev`` may
be files of anybody, as in ``/dev/shm``."""


def write_whole(
    path: Path,
    content: str | bytes | Iterable[str | bytes],
    *,
    originals: Collection[Path] = (),
    new: bool = False,
) -> None:
    """Write a file, in one piece or in several, so that a reader finds the old one or the new one,
    never a part.

    ``originals`` are the files of the register, which are never written over; ``new``: only if
    there is none yet. Raises StoreError ``output_own``, ``output_link``, ``output_git``,
    ``output_exists``, ``output_unwritable``.
    """
    pieces = [content] if isinstance(content, str | bytes) else content
    data = (piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
    try:
        refuse_own(path, originals)
        with _stream(path, originals) as stream:
            if stream is not None:
                for piece in data:
                    _write_all(stream, piece)
                return
        if new and os.path.lexists(path):
            raise StoreError("output_exists", path=str(path))
        _replace(Path(os.path.realpath(path)), data, new=new)
    except FileExistsError:
        raise StoreError("output_exists", path=str(path)) from None
    except StoreError as error:
        if new and error.code == "output_irreplaceable":  # whatever it holds: it is there
            raise StoreError("output_exists", path=str(path)) from None
        raise
    except OSError as error:
        raise system_error("output_unwritable", path, error) from error


def append_to(path: Path, text: str, *, originals: Collection[Path] = ()) -> None:
    """Add to a file that others add to as well. Raises StoreError ``output_own``, ``output_link``,
    ``output_git``, ``output_unwritable``."""
    try:
        refuse_own(path, originals)
        with _stream(path, originals) as stream:
            if stream is not None:
                _write_all(stream, text.encode("utf-8"))
                return
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise system_error("output_unwritable", path, error) from error


def refuse_own(path: Path, originals: Collection[Path]) -> None:
    """Refuse a path that is one of our own files under whatever name, also one that is not there
    yet, a place of evidence or git, one that leads through a link of a repository, and a file that
    cannot be had again, whosever it is.

    Raises StoreError ``output_own``, ``output_link``, ``output_git``, ``output_reserved``,
    ``output_irreplaceable``, ``output_unwritable`` where the path cannot be looked at.
    """
    if str(path) == STDOUT:
        return
    try:
        _refuse_own(path, originals)
    except OSError as error:
        raise system_error("output_unwritable", path, error) from error


def _refuse_own(path: Path, originals: Collection[Path]) -> None:
    _refuse_links(path)
    if any(_fold(part) == _GIT for part in Path(os.path.realpath(path)).parts):
        raise StoreError("output_git", path=str(path))
    if not originals:
        return
    real = Path(os.path.realpath(path))
    for file in (*originals, *_beside(originals)):
        if _same_file(real, file) or _same_name(real, Path(os.path.realpath(file))):
            raise StoreError("output_own", path=str(path), file=str(file))
    reserved = _reserved(real, originals)
    if reserved is not None:
        raise StoreError("output_reserved", path=str(path), name=reserved)
    if is_irreplaceable(real):
        raise StoreError("output_irreplaceable", path=str(path))


def _refuse_links(path: Path) -> None:
    """Go the way of a path, link by link. Raises StoreError ``output_link`` for one that stands in
    a repository."""
    full = Path.cwd() / path
    current, rest = Path(full.anchor), [*full.parts[1:]]
    links = 0
    while rest:
        part = rest.pop(0)
        step = current / part
        if part == "..":
            current = current.parent
        elif not step.is_symlink():
            current = step
        elif not _OF_SYSTEM.fullmatch(str(current)) and any(
            os.path.lexists(folder / _GIT) for folder in way_up(current)
        ):
            raise StoreError("output_link", path=str(path), link=str(step))
        else:
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            aim = current / step.readlink()
            current, rest = Path(aim.anchor), [*aim.parts[1:], *rest]


def _beside(originals: Collection[Path]) -> Iterator[Path]:
    for folder in _folders(originals):
        with suppress(OSError):
            names = sorted(os.listdir(folder))  # noqa: PTH208
            yield from (Path(folder, name) for name in names if _KEPT.search(name.casefold()))
            yield from Path(folder, _EVIDENCE).iterdir()


def _folders(originals: Collection[Path]) -> set[str]:
    return {os.path.realpath(file.parent) for file in originals}


def _reserved(path: Path, originals: Collection[Path]) -> str | None:
    """The name on a path, beside our own files, below which only evidence or git has files."""
    if ".git" in map(_fold, path.parts):
        return ".git"
    folders = [Path(folder) for folder in _folders(originals)]
    for place in (path, *path.parents):
        name = _fold(place.name)
        if (name == _EVIDENCE or _GIT_NAMES.match(name)) and any(
            _same_file(place.parent, folder) for folder in folders
        ):
            return place.name
    return None


def _same_file(path: Path, file: Path) -> bool:
    try:
        return path.samefile(file)
    except OSError:
        return False


def _same_name(path: Path, file: Path) -> bool:
    """Whether two paths may be one where case, trailing dots or the encoding tell nothing apart."""
    return _fold(path.name) == _fold(file.name) and (
        path.parent == file.parent or _same_file(path.parent, file.parent)
    )


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().rstrip(". ")


# Streams


@contextmanager
def _stream(path: Path, originals: Collection[Path]) -> Iterator[int | None]:
    """A descriptor to write to in order, or None where a path is for a file. Raises OSError for a
    folder, a socket, a whole disk, and a pipe that nobody reads."""
    number = 1 if str(path) == STDOUT else _descriptor(path)
    if number is None:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            mode = stat.S_IFREG
        if stat.S_ISREG(mode):
            yield None
            return
        if not (stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)):
            number_of_error = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
            raise OSError(number_of_error, os.strerror(number_of_error))
        # Without O_NONBLOCK, opening a pipe would wait for a reader.
        flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        try:
            descriptor = os.open(path, flags)
        except OSError as error:
            if error.errno == errno.ENXIO and stat.S_ISFIFO(mode):
                raise StoreError("output_no_reader", path=str(path)) from None
            raise
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)
    else:
        if number == 1 and sys.stdout is not None:
            sys.stdout.flush()  # what was said before comes first
        descriptor = os.dup(number)
    try:
        status = os.fstat(descriptor)
        for file in originals:
            if file.exists() and os.path.samestat(status, file.stat()):
                raise StoreError("output_own", path=str(path), file=str(file))
        yield descriptor
    finally:
        os.close(descriptor)


def _descriptor(path: Path) -> int | None:
    """The number of a descriptor of this process that a path leads to, through any links."""
    current = os.path.abspath(path)  # noqa: PTH100
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(current)
        current = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
        match = _DESCRIPTOR.fullmatch(current)
        if match is not None and (match[1] is None or int(match[1]) == os.getpid()):
            return int(match[2])
        try:
            target = os.readlink(current)  # noqa: PTH115
        except OSError:
            return None
        current = os.path.normpath(os.path.join(os.path.dirname(current), target))  # noqa: PTH118, PTH120
    return None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


# Files


def _replace(path: Path, data: Iterable[bytes], *, new: bool) -> None:
    """Put a new file in the place of another, or where there is none. Raises OSError."""
    import tempfile  # loads slowly, and most runs write no file

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
    temporary, placeholder = Path(name), False
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode_of(path, OF_FILE))
        if new:  # whoever makes a file of that name meanwhile keeps it
            path.touch(exist_ok=False)
            placeholder = True
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        if placeholder:
            path.unlink(missing_ok=True)
        raise


class Modes(NamedTuple):
    """Permissions: those that are kept of what is replaced, and those of what is new."""

    kept: int
    fresh: int


OF_FILE, OF_FOLDER = Modes(0o777, 0o666), Modes(0o7777, 0o777)


def mode_of(path: Path, modes: Modes) -> int:
    """The permissions of what is replaced, else those that the umask leaves."""
    try:
        return path.stat().st_mode & modes.kept
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return modes.fresh & ~mask
