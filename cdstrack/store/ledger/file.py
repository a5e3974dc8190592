"""The ledger as a file of the operating system: opened safely, locked, appended to durably.

The order in which an append keeps its promise (``append_reports`` goes through it):

1. lock the file, waiting for others; is the path still that file? Else open what is there now
2. set a torn tail aside, in a file of its own that is on disk before the tail is cut off
3. is the same report in force? Then nothing is written, but what is there is synced
4. an empty file: sync its folder, so that every ledger with a record in it has its name on disk,
   whoever wrote the record and however that writer ended
5. one write; what went in only partly is taken back
6. sync the file, once: after an error the system may call pages clean that never reached the disk,
   so a second try would lie. The record is taken back, for the next try to write it anew
7. is the path still that file? Only then is the report saved

What was not acknowledged is taken back also when Ctrl-C comes in between.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import NotAFile, open_regular, system_error

TIMEOUT = 20.0
_PATIENCE = 1.0
_POLL = 0.05
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int, *, shared: bool = False) -> bool:
        # Locks are mandatory there; a byte that no ledger reaches leaves readers alone.
        os.lseek(descriptor, 0x7FFFFFF0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0x7FFFFFF0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _sync_folder(path: Path) -> None:
        """Windows has no such thing."""

else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool = False) -> bool:
        try:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _sync_folder(path: Path) -> None:
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _sync(folder)
        finally:
            os.close(folder)


def _sync(descriptor: int) -> None:
    """Onto the disk itself: macOS's own fsync leaves the data in the drive's cache."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
        else:
            return
    os.fsync(descriptor)


class LockedFile:
    """A ledger that is open and ours alone. Its methods raise StoreError."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    @property
    def size(self) -> int:
        return os.fstat(self.descriptor).st_size

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """The same file, to be read."""
        try:
            with open(self.descriptor, "rb", closefd=False) as file:
                yield file
        except OSError as error:
            raise system_error("not_saved", self.path, error) from error

    def still_named(self) -> bool:
        """Whether the path leads to this very file: git replaces files, it does not edit them."""
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(status, os.fstat(self.descriptor))

    def set_aside(self, tail: bytes) -> Path:
        """Move the bytes of a torn tail into a file of their own, which is returned."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        aside = self.path.with_name(f"{self.path.name}.torn-{moment}")
        try:
            with aside.open("xb") as file:
                try:
                    file.write(tail)
                    file.flush()
                    _sync(file.fileno())
                except BaseException:
                    with suppress(OSError):
                        aside.unlink()
                    raise
            _sync_folder(self.path)
            os.ftruncate(self.descriptor, self.size - len(tail))
        except OSError as error:
            raise system_error("not_saved", self.path, error) from error
        return aside

    def append(self, data: bytes) -> None:
        """Add bytes durably in one write; what is not whole or not on disk is taken back."""
        try:
            before = self.size
            if not before:
                _sync_folder(self.path)
        except OSError as error:
            raise system_error("not_saved", self.path, error) from error
        code = "not_saved"
        try:
            if os.write(self.descriptor, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            code = "may_not_be_saved"
            _sync(self.descriptor)
            is_named = self.still_named()
        except OSError as error:
            if not self._take_back(before, data) and code == "not_saved":
                code = "not_saved_torn"
            raise system_error(code, self.path, error) from error
        except BaseException:
            self._take_back(before, data)
            raise
        if not is_named:
            raise StoreError("not_saved_replaced", path=str(self.path))

    def confirm(self) -> None:
        """Make sure that what stands in the file, whoever wrote it, is on disk at this path."""
        try:
            _sync(self.descriptor)
            is_named = self.still_named()
        except OSError as error:
            raise system_error("may_not_be_saved", self.path, error) from error
        if not is_named:
            raise StoreError("not_saved_replaced", path=str(self.path))

    def _take_back(self, size: int, data: bytes) -> bool:
        """Cut off what was written of ``data`` behind ``size``; whether nothing of it is left.

        Nothing else is cut off: a program that takes no lock may have added to the file.
        """
        try:
            os.lseek(self.descriptor, size, os.SEEK_SET)
            left = os.read(self.descriptor, len(data) + 1)
            if left and data.startswith(left):
                os.ftruncate(self.descriptor, size)
                left = b""
        except OSError:
            return False
        return not left


@contextmanager
def locked(
    path: Path, waiting: Callable[[], None] = lambda: None, timeout: float = TIMEOUT
) -> Iterator[LockedFile]:
    """The ledger, made if need be, locked against other writers.

    ``waiting`` is called once if that takes longer than a second. A file made here that is still
    empty at the end is removed. Raises StoreError.
    """
    start = time.monotonic()
    has_warned = False
    while True:
        descriptor, is_new = _open_to_append(path)
        file = LockedFile(path, descriptor)
        try:
            while not _lock(file):
                delay = time.monotonic() - start
                if delay > timeout:
                    raise StoreError("not_saved_locked", path=str(path), seconds=int(timeout))
                if delay > _PATIENCE and not has_warned:
                    has_warned = True
                    waiting()
                time.sleep(_POLL)
            try:
                is_named = file.still_named()
            except OSError as error:
                raise system_error("not_saved", path, error) from error
            if not is_named:
                if time.monotonic() - start > timeout:
                    raise StoreError("not_saved_replaced", path=str(path))
                continue
            try:
                yield file
            finally:
                with suppress(OSError):
                    if is_new and not file.size and file.still_named():
                        path.unlink()
                    _unlock(descriptor)
            return
        finally:
            with suppress(OSError):
                os.close(descriptor)


@contextmanager
def in_quiet(descriptor: int, patience: float = _PATIENCE) -> Iterator[None]:
    """A time in which nobody appends to an open ledger, if writers let us have one within a second.

    Where there are no locks, there are no writers either.
    """
    limit = time.monotonic() + patience
    is_ours = False
    with suppress(OSError):
        while not (is_ours := _try_lock(descriptor, shared=True)) and time.monotonic() < limit:
            time.sleep(_POLL)
    try:
        yield
    finally:
        if is_ours:
            with suppress(OSError):
                _unlock(descriptor)


def _lock(file: LockedFile) -> bool:
    try:
        return _try_lock(file.descriptor)
    except OSError as error:
        code = "not_saved_no_lock" if error.errno in _NO_LOCKS else "not_saved"
        raise system_error(code, file.path, error) from error


def _open_to_append(path: Path) -> tuple[int, bool]:
    """A descriptor of a regular file that is no link, and whether it was made just now."""
    flags = os.O_RDWR | os.O_APPEND
    try:
        try:
            return open_regular(path, flags), False
        except FileNotFoundError:
            return open_regular(path, flags | os.O_CREAT), True
    except NotAFile as error:
        raise StoreError("not_saved_not_a_file", path=str(path)) from error
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.parent.exists():
            facts = {"path": str(path), "folder": str(path.parent)}
            raise StoreError("not_saved_no_folder", **facts) from error
        raise system_error("not_saved", path, error) from error
