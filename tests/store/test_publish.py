"""A published folder: swapped in whole or not at all; nothing that is not ours is lost."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.store.publish import MANIFEST, write_folder

VOLUME = Path("/dev/shm")  # noqa: S108
"""Memory that Linux mounts as a folder."""


def site(**files: str) -> Iterator[tuple[str, bytes]]:
    """Files of a site and their manifest; ``_`` stands for a dot, ``__`` for a slash."""
    contents = {
        name.replace("__", "/").replace("_", "."): text.encode() for name, text in files.items()
    }
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    yield from contents.items()
    yield MANIFEST, json.dumps(digests).encode()


def tree(folder: Path) -> Mapping[str, str]:
    """The files of a folder but for the manifest."""
    paths = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in paths}
    texts.pop(MANIFEST, None)
    return texts


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "public"


def alone(folder: Path) -> bool:
    """Whether nothing was left beside a folder."""
    return [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_is_made_with_those_above_it(public):
    n = write_folder(public / "deep" / "site", site(index_html="one", t__a_html="a"))
    assert n == 3
    assert tree(public / "deep" / "site") == {"index.html": "one", "t/a.html": "a"}


def test_what_we_wrote_before_and_do_not_write_now_goes(public):
    write_folder(public, site(index_html="one", t__old_html="old"))
    write_folder(public, site(index_html="two", t__new_html="new"))
    assert tree(public) == {"index.html": "two", "t/new.html": "new"}
    assert alone(public)


def test_what_others_put_there_stays(public):
    write_folder(public, site(index_html="one"))
    (public / "CNAME").write_text("example.vn")
    (public / "t").mkdir()
    (public / "t" / "note.txt").write_text("mine")
    (public / "latest").symlink_to("index.html")
    write_folder(public, site(index_html="two", t__a_html="a"))
    assert tree(public) == {
        "index.html": "two",
        "t/a.html": "a",
        "CNAME": "example.vn",
        "t/note.txt": "mine",
        "latest": "two",
    }
    assert (public / "latest").is_symlink()


def test_a_repository_stays_one(public):
    """Of what ``git init`` makes, most are empty folders."""
    public.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=public, check=True)
    (public / ".git").chmod(0o700)
    for text in ("one", "two"):
        write_folder(public, site(index_html=text))
    subprocess.run(["git", "status"], cwd=public, check=True, capture_output=True)
    assert (public / ".git" / "refs" / "tags").is_dir()
    assert (public / ".git").stat().st_mode & 0o777 == 0o700


def test_a_page_that_was_changed_by_hand_is_not_thrown_away(public):
    write_folder(public, site(index_html="one", about_html="ours"))
    (public / "about.html").write_text("edited")
    write_folder(public, site(index_html="two"))
    assert tree(public) == {"index.html": "two", "about.html": "edited"}


@pytest.mark.parametrize("name", ["index.html", MANIFEST])
def test_a_file_of_others_where_a_page_belongs_is_not_written_over(public, name):
    public.mkdir()
    (public / name).write_text("theirs")
    with pytest.raises(StoreError) as refusal:
        write_folder(public, site(index_html="ours"))
    assert refusal.value.code == "folder_taken"
    assert refusal.value.facts["files"] == name
    assert (public / name).read_text() == "theirs"
    assert alone(public)


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"../outside.txt": "0"}', "[" * 100_000])
def test_a_manifest_that_is_not_ours_deletes_nothing(public, manifest):
    write_folder(public, site(index_html="one"))
    outside = public.parent / "outside.txt"
    outside.write_text("theirs")
    (public / MANIFEST).write_text(manifest)
    with pytest.raises(StoreError, match="folder_taken"):
        write_folder(public, site(index_html="two"))
    assert tree(public)["index.html"] == "one"
    assert outside.read_text() == "theirs"


def test_nothing_has_changed_where_a_file_cannot_be_made(public):
    write_folder(public, site(index_html="one"))

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"two"
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError) as refusal:
        write_folder(public, failing())
    assert refusal.value.code == "output_unwritable"
    assert tree(public) == {"index.html": "one"}
    assert alone(public)


def test_a_run_that_is_stopped_leaves_the_old_folder_whole(public):
    write_folder(public, site(index_html="one"))

    def stopping() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"two"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(public, stopping())
    assert tree(public) == {"index.html": "one"}
    assert alone(public)


@pytest.mark.parametrize("place", [".", "records"])
def test_no_folder_with_a_file_of_the_register_is_replaced(public, place):
    own = public / place / "targets.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("cdstrack: 1")
    with pytest.raises(StoreError) as refusal:
        write_folder(public, site(index_html="one"), originals=[own])
    assert refusal.value.code == "folder_own"
    assert tree(public) == {f"{place}/targets.yaml".removeprefix("./"): "cdstrack: 1"}


def test_a_file_is_no_folder(public):
    public.write_text("theirs")
    with pytest.raises(StoreError) as refusal:
        write_folder(public, site(index_html="one"))
    assert refusal.value.code == "output_unwritable"
    assert public.read_text() == "theirs"


@pytest.mark.skipif(not os.path.ismount(VOLUME), reason="no volume is mounted there")
def test_a_volume_is_not_exchanged():
    with pytest.raises(StoreError) as refusal:
        write_folder(VOLUME, site(index_html="one"))
    assert refusal.value.code == "folder_mounted"
    assert not (VOLUME / "index.html").exists()


def test_a_link_outside_a_repository_leads_to_the_folder_that_is_replaced(public):
    real = public.parent / "releases"
    write_folder(real, site(index_html="one"))
    public.symlink_to(real, target_is_directory=True)
    write_folder(public, site(index_html="two"))
    assert public.is_symlink()
    assert tree(real) == {"index.html": "two"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_it_names_the_folder_above_where_that_is_closed(public):
    write_folder(public, site(index_html="one"))
    public.parent.chmod(0o555)
    try:
        with pytest.raises(StoreError) as refusal:
            write_folder(public, site(index_html="two"))
    finally:
        public.parent.chmod(0o755)
    assert refusal.value.facts["path"] == str(public.parent)
    assert tree(public) == {"index.html": "one"}


def test_the_folder_keeps_its_permissions(public):
    write_folder(public, site(index_html="one"))
    public.chmod(0o2750)
    write_folder(public, site(index_html="two"))
    assert public.stat().st_mode & 0o7777 == 0o2750


def test_a_reader_never_finds_a_part(public):
    """While a folder takes the place of another, who looks finds all of one or the other."""
    write_folder(public, site(index_html="1", page_html="1"))
    reader = os.fork()
    if reader == 0:
        code = 0
        while not (public / "end.html").exists():
            try:
                folder = os.open(public, os.O_RDONLY)
                texts = {_text(folder, name) for name in ("index.html", "page.html")}
                os.close(folder)
            except FileNotFoundError:
                code = 1
                break
            if len(texts) != 1:
                code = 2
                break
        os._exit(code)
    for number in range(2, 20):
        write_folder(public, site(index_html=f"{number}", page_html=f"{number}"))
    write_folder(public, site(index_html="20", page_html="20", end_html=""))
    _, status = os.waitpid(reader, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1)


def _text(folder: int, name: str) -> bytes:
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(file, 10)
    finally:
        os.close(file)
