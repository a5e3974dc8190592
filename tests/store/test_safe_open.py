"""Opening files: whatever stands at a path, it is read or refused, and never waited for."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import NotAFile, is_below, open_regular, read_bytes
from tests.cases import every_case
from tests.trust.limits import at_most


def code_of(path: Path, limit: int = 100) -> str:
    with at_most(5), pytest.raises(StoreError) as caught:
        read_bytes(path, limit=limit)
    assert caught.value.facts["path"] == str(path)
    return caught.value.code


@pytest.mark.promise("size-limit")
def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"12345")
    assert read_bytes(path, limit=5) == b"12345"
    assert code_of(path, limit=4) == "file_too_large"


def test_a_file_that_is_not_there_or_a_link_to_nothing_is_missing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    (tmp_path / "file").touch()
    assert code_of(tmp_path / "a.yaml") == "file_missing"
    assert code_of(tmp_path / "link") == "file_missing"
    assert code_of(tmp_path / "file" / "a.yaml") == "file_missing"


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "file_is_directory"


@pytest.mark.promise("special-files")
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_pipes_sockets_and_devices_are_refused_at_once() -> None:
    # A socket's path is short by force, so tmp_path will not do.
    folder = Path(os.path.realpath("/tmp")) / f"cdstrack-{os.getpid()}"  # noqa: S108
    folder.mkdir()
    try:
        os.mkfifo(folder / "pipe")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(folder / "socket"))
            assert code_of(folder / "socket") == "file_not_regular"
        assert code_of(folder / "pipe") == "file_not_regular"
        assert code_of(Path("/dev/zero")) == "file_not_regular"
    finally:
        for name in ("pipe", "socket"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def test_a_file_without_permission_is_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1")
    path.chmod(stat.S_IWUSR)
    if os.geteuid() == 0:  # root may read it all the same

        def refuse(*_: object) -> int:
            raise PermissionError

        monkeypatch.setattr(os, "open", refuse)
    assert code_of(path) == "file_denied"


def test_any_other_fault_is_named_by_the_system(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(StoreError) as caught:
        read_bytes(loop, limit=9)
    assert (caught.value.code, caught.value.facts["reason"]) == ("file_unreadable", "ELOOP")
    assert code_of(tmp_path / "\0") == "file_unreadable"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(20):
        code_of(tmp_path)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_link_is_a_file_only_where_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    os.close(open_regular(link, links=True))
    with pytest.raises(NotAFile):
        open_regular(link)


@pytest.mark.promise("windows-paths")
@every_case(
    "path",
    [
        "D:x.jsonl", "d:", "C:/x.jsonl", "C:\\x.jsonl", "\\\\host\\share\\x", "//host/share/x",
        "targets.yaml:x", "x.jsonl::$DATA", "reports:x/all.jsonl",
        "targets.yaml.", "targets.yaml ", "targets.yaml. .", "reports./all.jsonl", "reports /x",
        ". ", ".../targets.yaml", "NUL", "nul.jsonl", "Con", "aux.x.jsonl", "reports/PRN", "COM1",
        "lpt9.txt", "com²", "COM0.jsonl", "CONIN$", "conout$.jsonl", "nul .jsonl", "con/all.jsonl",
        "clock$",
        "TARGET~1.YAM", "target~1.yam", "REPOR~1/x.jsonl", "GIT~1/config", "A~10",
        "", "..", "../x", "a/../../x", "/x", "a\nb", "a\u202eb", "reports\\x.jsonl", "a\0b",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_on_any_system_is_refused(path: str) -> None:
    assert not is_below(path)


@every_case(
    "path",
    [
        "progress.jsonl", "reports/2026/all.jsonl", "./x.jsonl", "sổ báo cáo.jsonl", " x",
        "a b.jsonl", ".x.jsonl", "null.jsonl", "console.jsonl", "company/com10.jsonl", "compact",
        "con số.jsonl", "a.con", "x.nul", "auxiliary/prn-2026.jsonl", "bao-cao~1.jsonl",
        "progress.jsonl~", "x~.jsonl", "a~b~1.jsonl",
    ],
)  # fmt: skip
def test_an_ordinary_path_is_allowed(path: str) -> None:
    assert is_below(path)
