"""What is handed out: the same bytes wherever it is built, nothing that is not committed, and a
list of what it needs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hatchling.build import build_sdist, build_wheel

from tests.test_docs import ROOT, text_of
from tests.test_requirements import locked
from tools.sbom import bill

STRAY = [
    "notes.txt", "cdstrack/draft.py", "tests/[a] b*?.txt", "#x", "!y", "private/key.pem", "z ",
    "docs/tệp.md", "build/x", ".env",
]  # fmt: skip


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org", "-c", "core.autocrlf=false",
           "-c", "core.compression=0"]  # fmt: skip
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    ran = subprocess.run(
        ["git", *who, *words], cwd=folder, env=os.environ | alone, capture_output=True, check=True
    )
    return ran.stdout.decode()


@pytest.fixture(scope="module")
def clones(tmp_path_factory) -> list[Path]:
    """Two clones of what is tracked here as it stands: one as it comes, one with other rights,
    times and line of folders, and with files that git does not know."""
    if not (ROOT / ".git").exists():
        pytest.skip("no clone")
    folder = tmp_path_factory.mktemp("release")
    plain, odd = folder / "plain", folder / "odd place" / "clone"
    for name in git(ROOT, "ls-files", "-z").split("\0"):
        if name and (ROOT / name).is_file():
            (plain / name).parent.mkdir(parents=True, exist_ok=True)
            (plain / name).write_bytes((ROOT / name).read_bytes())
            (plain / name).chmod((ROOT / name).stat().st_mode)
    git(plain, "init", "-q")
    git(plain, "add", "--all")
    git(plain, "commit", "-qm", "release")
    odd.parent.mkdir()
    mask = os.umask(0o077)
    try:
        git(folder, "clone", "-q", str(plain), str(odd))
        for name in STRAY:
            (odd / name).parent.mkdir(parents=True, exist_ok=True)
            (odd / name).write_text("stray", encoding="utf-8")
    finally:
        os.umask(mask)
    for path in odd.rglob("*"):
        if ".git" not in path.parts:
            os.utime(path, (1e9, 1e9))
    return [plain, odd]


def lightly(level: int, *how: int, packer: Callable[..., Any] = zlib.compressobj) -> Any:
    """Pack what is compared in a third of the time; how hard is for zlib to know."""
    return packer(1, *how)


def built(clone: Path, target: str) -> bytes:
    """What the build backend makes of a clone."""
    build = {"sdist": build_sdist, "wheel": build_wheel}[target]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(clone)
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        patch.setattr(zlib, "compressobj", lightly)
        path = clone / "out" / build("out")
    data = path.read_bytes()
    path.unlink()
    return data


@pytest.fixture(scope="module")
def sdists(clones) -> list[bytes]:
    return [built(clone, "sdist") for clone in clones]


def digest(data: bytes) -> str:
    """What to compare: megabytes that differ would be shown for minutes."""
    return hashlib.sha256(data).hexdigest()


def unpacked(sdist: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        archive.extractall(folder)  # noqa: S202, our own; older Pythons know no filter
    [root] = folder.iterdir()
    return root


@pytest.mark.promise("same-release")
def test_two_clones_give_the_same_sdist_and_the_same_wheel(clones, sdists, tmp_path):
    assert digest(sdists[0]) == digest(sdists[1])
    wheel = built(clones[0], "wheel")
    # A wheel is made from the sdist, as `make dist` does.
    assert digest(built(unpacked(sdists[1], tmp_path), "wheel")) == digest(wheel)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = archive.namelist()
    assert "cdstrack/__main__.py" in names
    assert not [name for name in names if not name.startswith(("cdstrack/", "cdstrack-"))]


@pytest.mark.promise("same-release")
def test_the_sdist_is_what_is_tracked_and_nothing_else(clones, sdists):
    with tarfile.open(fileobj=io.BytesIO(sdists[1])) as archive:
        content = {each.name.partition("/")[2] for each in archive if not each.isdir()}
    tracked = set(git(clones[0], "ls-files", "-z").split("\0")) - {""}
    assert content - {"PKG-INFO"} == tracked
    assert {"requirements.lock", "hatch_build.py"} < content


# What a release needs

PROJECT = tomllib.loads(text_of("pyproject.toml"))["project"]
LOCK = text_of("requirements.lock")


@pytest.fixture
def sbom() -> dict:
    return json.loads(bill(LOCK, PROJECT))


@pytest.mark.promise("packages-of-a-release")
def test_the_list_has_every_package_of_the_lock_with_its_hashes(sbom):
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    versions = {each["name"]: each["version"] for each in sbom["components"]}
    assert versions == {name: str(version) for name, version in locked("runtime").items()}
    digests = [h["content"] for each in sbom["components"] for h in each["hashes"]]
    assert digests == re.findall(r"sha256:(\w+)", LOCK)


@pytest.mark.promise("packages-of-a-release")
def test_each_package_is_reached_from_the_release_or_builds_it(sbom):
    needs = {each["ref"]: each["dependsOn"] for each in sbom["dependencies"]}
    reached, left = set(), [sbom["metadata"]["component"]["purl"]]
    while left:
        ref = left.pop()
        reached.add(ref)
        left += set(needs[ref]) - reached
    scopes = {each["purl"]: each["scope"] for each in sbom["components"]}
    assert set(scopes) - reached == {ref for ref, scope in scopes.items() if scope == "excluded"}
    optional = {ref.split("@")[0] for ref, scope in scopes.items() if scope == "optional"}
    assert optional == {"pkg:pypi/python-calamine", "pkg:pypi/xlsxwriter"}
    assert "pkg:pypi/hatchling" in {ref.split("@")[0] for ref in set(scopes) - reached}


@pytest.mark.promise("packages-of-a-release")
def test_the_list_is_the_same_each_time_and_names_no_place(tmp_path):
    texts = []
    for number in "12":
        command = [sys.executable, "-m", "tools.sbom", str(tmp_path / number)]
        subprocess.run(command, cwd=ROOT, check=True)
        [path] = (tmp_path / number).iterdir()
        texts.append(path.read_bytes())
    assert digest(texts[0]) == digest(texts[1])
    assert b"://" not in texts[0]
    assert str(ROOT).encode() not in texts[0]
