"""Disks that are full, read-only or out of reach, files that are no files, and a power cut."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.store.outputs import write_whole
from tests.cli.build import TRAINED, process, register
from tests.faults.tools import (
    Writer,
    append,
    as_nobody,
    content,
    mounted,
    need_root,
    need_tools,
    records,
    report,
    write_ledger,
)
from tests.trust.limits import at_most

pytestmark = pytest.mark.faults

REPORT = ["add-progress", "trained", "5", "--yes", "--lang", "en"]


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    return tmp_path


# full


def fill(disk: Path) -> None:
    """Leave not one free page on a disk."""
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(b"\0" * 4096):
            pass


@pytest.mark.promise("full-disk-ledger")
@pytest.mark.parametrize("room", [0, 40])
def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path, room):
    with mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", at=tmp_path / "disk") as disk:
        path = disk / "progress.jsonl"
        length = len(write_ledger(path, report(1, note="x" * 3000)))
        write_ledger(path, report(1, note="x" * (3000 + 4096 - room - length)))
        assert path.stat().st_size == 4096 - room
        before = path.read_bytes()
        fill(disk)
        assert append(path, 2) == "not_saved ENOSPC"
        assert path.read_bytes() == before
        (disk / "ballast").unlink()
        assert append(path, 2).startswith("saved")
        assert [record["value"] for record in records(path)] == ["1", "2"]


def test_a_full_disk_is_said_by_the_command_and_leaves_no_ledger_behind(tmp_path):
    with mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", at=tmp_path / "disk") as disk:
        (disk / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
        fill(disk)
        ran = process(*REPORT, folder=disk)
        assert ran.returncode == 3
        assert b"Not saved. progress.jsonl is as it was: the disk is full." in ran.stderr
        assert b"Recorded" not in ran.stdout
        assert not (disk / "progress.jsonl").exists()


def test_a_full_disk_keeps_a_torn_tail_where_it_is(tmp_path):
    with mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", at=tmp_path / "disk") as disk:
        path = disk / "progress.jsonl"
        before = write_ledger(path, 1, more=b'{"id":"half')
        fill(disk)
        assert append(path, 2) == "not_saved ENOSPC"
        assert path.read_bytes() == before
        assert list(disk.glob("*.torn-*")) == []


@pytest.mark.promise("full-disk-ledger")
@pytest.mark.parametrize(("room", "said"), [(0, "EFBIG"), (1, "ENOSPC"), (100, "ENOSPC")])
def test_a_limit_on_the_size_of_files_leaves_the_ledger_as_it_was(path, room, said):
    before = write_ledger(path, 1)

    def limited() -> str:
        limit = len(before) + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return append(path, 2)

    assert Writer(limited).go().finish() == f"not_saved {said}"
    assert path.read_bytes() == before


@pytest.mark.promise("output-file")
def test_an_output_that_does_not_fit_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    out = tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")

    def limited() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            write_whole(out, "x" * 100)
        except StoreError as error:
            return f"{error.code} {error.facts['errno']}"
        return "written"

    assert Writer(limited).go().finish() == "output_unwritable EFBIG"
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [
        ("out.json", "old")
    ]


# out of reach


@pytest.fixture
def anywhere():
    """A folder that a user without rights can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.mark.promise("read-only")
def test_a_read_only_file_is_not_saved_to(anywhere):
    path = anywhere / "progress.jsonl"
    before = write_ledger(path, 1)
    path.chmod(0o444)
    assert Writer(as_nobody(lambda: append(path, 2))).go().finish() == "not_saved EACCES"
    assert path.read_bytes() == before


def test_a_read_only_folder_takes_no_new_ledger_but_reports_in_an_old_one(anywhere):
    path = anywhere / "progress.jsonl"
    anywhere.chmod(0o555)
    assert Writer(as_nobody(lambda: append(path, 2))).go().finish() == "not_saved EACCES"
    assert not path.exists()
    write_ledger(path, 1) if os.geteuid() == 0 else pytest.skip("only root may do the rest")
    path.chmod(0o666)
    assert Writer(as_nobody(lambda: append(path, 2))).go().finish().startswith("saved")


@pytest.mark.promise("read-only")
def test_a_read_only_disk_is_said(tmp_path):
    with mounted("-t", "tmpfs", "tmpfs", at=tmp_path / "disk") as disk:
        (disk / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
        before = write_ledger(disk / "progress.jsonl", 1)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert append(disk / "progress.jsonl", 2) == "not_saved EROFS"
        assert append(disk / "new.jsonl", 2) == "not_saved EROFS"
        ran = process(*REPORT, folder=disk)
        assert ran.returncode == 3
        assert b"Not saved." in ran.stderr
        assert (disk / "progress.jsonl").read_bytes() == before


@pytest.mark.promise("read-only")
@pytest.mark.parametrize("free", [0, 1])
def test_too_many_open_files_leave_everything_as_it_was(path, free):
    """With one descriptor free the ledger can be opened, but not its folder."""

    def crowded() -> str:
        lowest = os.dup(0)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + free, lowest + free))
        return append(path, 2)

    assert Writer(crowded).go().finish() == "not_saved EMFILE"
    assert not path.exists()


# files that are no files


def make(kind: str, path: Path) -> None:
    match kind:
        case "link":
            write_ledger(path.with_name("elsewhere.jsonl"), 1)
            path.symlink_to("elsewhere.jsonl")
        case "dangling link":
            path.symlink_to("nowhere.jsonl")
        case "link to /dev/full":
            path.symlink_to("/dev/full")
        case "/dev/full":
            need_root()
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(path))


@pytest.mark.promise("ledger-file")
@pytest.mark.parametrize(
    "kind",
    ["link", "dangling link", "link to /dev/full", "/dev/full", "pipe", "folder", "socket"],
)
def test_what_is_not_an_ordinary_file_is_refused_at_once(cli, kind):
    cli.write(TRAINED)
    path = Path("progress.jsonl")  # the path of a socket must be short
    make(kind, path)
    with at_most(20):
        assert append(path) == "not_saved_not_a_file"
        for command in (["status"], ["validate"], REPORT):
            ran = cli(*command, "--lang", "en")
            assert ran.code == 3
            assert "The ledger progress.jsonl is not an ordinary file." in ran.err
            assert "Recorded" not in ran.out


# a power cut


@pytest.fixture
def disk(tmp_path):
    """An ext4 disk in a file, which writes by itself only after five minutes."""
    need_root()
    need_tools("mkfs.ext4", "losetup")
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(8 << 20)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    with mounted("-o", "loop,commit=300", str(image), at=tmp_path / "disk") as mount_point:
        (mount_point / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
        os.sync()
        yield mount_point


def after_a_power_cut(disk: Path, number: int) -> Path:
    """What the disk holds at this moment, were the machine to stop, as another disk."""
    copy = disk.parent / f"copy-{number}"
    shutil.copy(disk.parent / "image", copy)
    return copy


@pytest.mark.promise("power-cut")
def test_what_was_acknowledged_is_there_after_a_power_cut(disk):
    (disk / "unsynced").write_bytes(b"this is lost")
    for number in (1, 2, 3):
        if number == 3:  # as a killed writer leaves it
            with (disk / "progress.jsonl").open("ab") as file:
                file.write(b'{"id":"half')
        ran = process("add-progress", "trained", str(number), "--yes", folder=disk)
        copy = after_a_power_cut(disk, number)
        assert b"Recorded as" in ran.stdout
        with mounted("-o", "loop", str(copy), at=disk.parent / f"disk-{number}") as found:
            values = [record["value"] for record in records(found / "progress.jsonl")]
            assert values == [str(value + 1) for value in range(number)]
            assert process("validate", folder=found).returncode == 0
            if number == 1:
                assert content(found / "unsynced") == b"", "the power was not cut"
