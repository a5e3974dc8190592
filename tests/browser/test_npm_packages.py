"""What the tests in a browser bring from npm: pinned, and believed by its digest alone."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from tools.npm_packages import KEPT, integrity, unpack

LIST = json.loads(Path(__file__).with_name("packages.json").read_text(encoding="utf-8"))


@pytest.fixture
def archive(tmp_path) -> Path:
    """An archive as npm packs one."""
    path = tmp_path / "thing-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as content:
        entry = tarfile.TarInfo("package/lib/index.js")
        entry.size = 2
        content.addfile(entry, io.BytesIO(b"1;"))
    (tmp_path / "node_modules").mkdir()
    return path


def test_every_package_has_one_version_and_its_digest():
    assert {"axe-core", "playwright-core"} <= LIST.keys()
    for entry in LIST.values():
        assert entry.keys() == {"version", "integrity"}
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert re.fullmatch(r"sha512-[\w+/]{86}==", entry["integrity"])


def test_a_package_is_put_where_it_is_looked_for(archive):
    package = archive.parent / "node_modules" / "thing"
    unpack(archive, integrity(archive), package)
    assert (package / "lib/index.js").read_text() == "1;"
    assert (package / KEPT).read_text() == integrity(archive)
    unpack(archive, integrity(archive), package)  # once more changes nothing
    assert sorted(each.name for each in package.iterdir()) == [KEPT, "lib"]


def test_another_archive_is_not_unpacked(archive):
    package = archive.parent / "node_modules" / "thing"
    expected = integrity(archive)
    archive.write_bytes(archive.read_bytes() + b" ")
    with pytest.raises(SystemExit, match=r"thing-1\.0\.0\.tgz: sha512-.* instead of sha512-"):
        unpack(archive, expected, package)
    assert not package.exists()
