"""Where a register is, and the one way in which files are opened: regular ones, never waiting."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from cdstrack.core.model.failures import StoreError
from cdstrack.core.model.late_pattern import late_pattern

REGISTER = "targets.yaml"

# Without O_NONBLOCK, opening a pipe would wait for a writer. Windows has none of these.
_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_TERMINAL = getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NOT_A_FILE = {errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}
"""Besides folders: pipes and sockets without a partner, absent devices."""


_WINDOWS = late_pattern(
    # D:x lies on another drive, and a:b is a second stream of a.
    r":"
    # Windows drops these, and "targets.yaml." is the register.
    r"|[. ](?:/|$)"
    # Devices, whatever follows the point.
    r"|(?:^|/)(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:[./]|$)"
    # TARGET~1.YAM is the register too.
    r"|(?:^|/)[^./]{1,6}~[0-9]{1,6}(?:\.[^./]{0,3})?(?:/|$)",
    re.IGNORECASE,
)
"""What in a path means something else to Windows than the names of folders and a file."""


class NotAFile(OSError):
    """What stands at a path is no regular file."""


def system_error(code: str, path: Path, error: OSError) -> StoreError:
    """What the system said, as a code and facts."""
    name = errno.errorcode.get(error.errno or 0, "")
    return StoreError(code, path=str(path), reason=error.strerror or str(error), errno=name)


def open_regular(path: Path, flags: int = os.O_RDONLY, *, links: bool = False) -> int:
    """A descriptor of a regular file; a link is one only if ``links`` are followed.

    Raises NotAFile for a folder, pipe, device, socket or link, else OSError. Never hangs.
    """
    flags |= _FLAGS | _NO_TERMINAL
    if not links:
        if path.is_symlink():
            raise NotAFile(errno.ELOOP, os.strerror(errno.ELOOP))
        flags |= _NO_LINK
    try:
        descriptor = os.open(path, flags, 0o644)
    except OSError as error:
        if error.errno in _NOT_A_FILE or (error.errno == errno.ELOOP and not links):
            raise NotAFile(error.errno, error.strerror) from error
        raise
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
            raise NotAFile(number, os.strerror(number))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_bytes(path: Path, *, limit: int) -> bytes:
    """The content of a regular file, or of one that a link leads to, of at most ``limit`` bytes.

    Raises StoreError: file_missing, file_is_directory, file_not_regular, file_denied,
    file_too_large, file_unreadable. Never hangs on a pipe or a device.
    """
    name = str(path)
    try:
        with os.fdopen(open_regular(path, links=True), "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(limit + 1) if size <= limit else b""
    except NotAFile as error:
        is_folder = error.errno == errno.EISDIR
        raise StoreError(
            "file_is_directory" if is_folder else "file_not_regular", path=name
        ) from None
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError("file_missing", path=name) from None
    except PermissionError:
        # Windows says so of a folder.
        code = "file_is_directory" if os.path.isdir(path) else "file_denied"  # noqa: PTH112
        raise StoreError(code, path=name) from None
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        raise StoreError(
            "file_unreadable", path=name, reason=errno.errorcode.get(number or 0, "")
        ) from None
    if max(size, len(data)) > limit:
        raise StoreError("file_too_large", path=name, limit=limit)
    return data


def find_register(path: str | None) -> Path:
    """The register at ``path``, else the one in this folder or one above. Raises StoreError.

    Whether there is a file at ``path`` is not checked.
    """
    if path:
        return Path(path)
    try:
        current = Path.cwd()
    except OSError:  # the folder was removed under us
        raise StoreError("no_register", folder=".") from None
    for folder in (current, *current.parents):
        if (folder / REGISTER).exists():
            register = folder / REGISTER
            return Path(os.path.relpath(register)) if folder == current else register
    raise StoreError("no_register", folder=str(current))


def is_below(path: str) -> bool:
    """Whether the path of a ledger or of waivers stays beside or below the register.

    On every system by the rules of Windows too: a register goes from one to the other.
    """
    parts = Path(path).parts
    is_relative = bool(parts) and not Path(path).is_absolute() and ".." not in parts
    is_plain = _WINDOWS.search("/".join(parts)) is None
    return is_relative and is_plain and "\\" not in path and path.isprintable()


def is_hidden(path: str) -> bool:
    """Whether a part of a path below the register is hidden, as ``.git`` is."""
    return any(part.startswith(".") for part in Path(path).parts)


def refuse_links(folder: Path, path: str, *, end: bool) -> None:
    """Refuse a path below a folder if a link is on the way, or, if that is asked, at its ``end``.

    The folder itself may be reached by one. Raises StoreError ``path_behind_link``.
    """
    current = folder
    parts = Path(path).parts
    for part in parts if end else parts[:-1]:
        current = current / part
        # A junction of Windows is a link in all but name.
        if current.is_symlink() or getattr(current, "is_junction", bool)():
            raise StoreError("path_behind_link", path=str(folder / path), link=str(current))
