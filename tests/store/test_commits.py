"""Many commits read at once: what each held, and what a copy of the repository leaves out."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.messages import sentence
from cdstrack.store import git
from cdstrack.store.commits import Commits
from tests.commits import head_of, run_git, write_commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str) -> str:
        who = ["-c", "user.name=Nguyễn An", "-c", "user.email=an@example.org"]
        ran = subprocess.run(["git", *who, *args], cwd=self.folder, capture_output=True, check=True)
        return ran.stdout.decode().strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            path = self.folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def commits(self, sub: str = ".") -> Commits:
        return Commits(git.Repository(self.folder / sub, "HEAD"))

    def texts(self, name: str, base: str | None = None, sub: str = ".") -> list[str | None]:
        commits = self.commits(sub)
        trail = commits.trail(self.git("rev-parse", "HEAD"), base)
        files = commits.files(trail, PurePath(name))
        contents = dict(commits.blobs(files))
        return [contents[each].decode() if each is not None else None for each in files]


@pytest.fixture
def repo(tmp_path) -> Repository:
    return Repository(tmp_path / "kho")


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(StoreError) as error:
        call(*args)
    for lang in LANGUAGES:
        assert sentence(error.value.code, error.value.facts, Words(lang))
    return error.value.code


def test_a_file_at_every_commit(repo):
    first = repo.commit(other="x")
    repo.commit(sổ="một")
    repo.commit(other="y")
    repo.commit(sổ="hai")
    assert repo.texts("sổ") == [None, "một", "một", "hai"]
    assert repo.texts("sổ", first) == ["một", "một", "hai"]
    assert repo.texts("sổ", repo.git("rev-parse", "HEAD")) == []


def test_names_start_from_the_folder(repo):
    repo.commit(a__a__a="deep")
    assert repo.texts("a/a/a") == repo.texts("a/a", sub="a") == ["deep"]
    assert repo.texts("a/a/b") == repo.texts("b/a/a") == [None]


def test_a_merge_is_one_step_of_its_first_parent(repo):
    base = repo.commit(f="0")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(f="1")
    repo.commit(f="2")
    repo.git("checkout", "-q", "main")
    repo.commit(g="")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "side")
    assert repo.texts("f", base) == ["0", "2"]
    assert repo.texts("f", repo.git("rev-parse", "side")) == ["0", "2"]


def test_a_commit_says_who_and_when(repo):
    repo.commit(f="0")
    [commit] = repo.commits().trail(repo.git("rev-parse", "HEAD"))
    assert (commit.author.name, commit.author.email) == ("Nguyễn An", "an@example.org")
    assert commit.moment.timestamp() == int(repo.git("log", "-1", "--format=%ct"))
    assert commit == repo.commits().commit(commit.hash)


class Counter(git.Repository):
    """Counts how often git is run."""

    runs = 0

    def ask(self, *args: str, **options: Any) -> Any:
        self.runs += 1
        return super().ask(*args, **options)


def test_the_number_of_processes_does_not_grow(repo):
    counts = []
    for total in (6, 12):
        for number in range(6):
            repo.commit(f=f"{number} {total}")
        counter = Counter(repo.folder, "HEAD")
        commits = Commits(counter)
        trail = commits.trail("HEAD")
        assert len(list(commits.blobs(commits.files(trail, PurePath("f"))))) == total
        counts.append(counter.runs)
    assert counts[0] == counts[1]


def test_a_folder_a_link_or_a_submodule_is_not_taken_for_nothing(repo):
    repo.commit(f__g="")
    assert refused(repo.texts, "f") == "version_not_a_file"
    repo.commit(f__h="")
    (repo.folder / "link").symlink_to("f")
    repo.commit()
    assert refused(repo.texts, "link") == refused(repo.texts, "link/g") == "version_not_a_file"


def test_what_a_shallow_copy_leaves_out_is_an_error(repo, tmp_path):
    base = repo.commit(f="0")
    for number in range(3):
        repo.commit(f=f"{number}")
    url = repo.folder.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=2", url, tmp_path / "part"], check=True)
    part = Repository(tmp_path / "part")
    part.git("fetch", "-q", "--depth=1", "origin", base)
    assert refused(part.texts, "f", base) == "version_gap"
    assert part.texts("f", part.git("rev-parse", "HEAD^")) == ["2"]


@pytest.mark.promise("object-hashes")
def test_a_content_is_held_to_its_hash(repo):
    repo.commit(f="0")
    blob = repo.git("rev-parse", "HEAD:f")
    repo.commit(f="1")
    path = repo.folder / ".git/objects"
    good, evil = (path / each[:2] / each[2:] for each in (blob, repo.git("rev-parse", "HEAD:f")))
    good.chmod(0o644)
    good.write_bytes(evil.read_bytes())
    assert refused(repo.texts, "f") == "version_object"
    good.unlink()
    assert refused(repo.texts, "f") == "version_object"


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_commits_that_tests_write_are_as_git_writes_them(tmp_path, format_):
    """As ``tests/commits.py`` does, so that git is not started for each."""
    folder, moment = tmp_path / "kho", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    for name, text in {"a": "", "a.b/c": "sổ\r\n", "a-b": "x", "d/e/f": "y", "g/h": "z"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "d/run").touch(mode=0o755)
    (folder / "link").symlink_to("d/e")
    (folder / "void").mkdir()
    who = {"NAME": "Nguyễn An", "EMAIL": "an@example.org", "DATE": moment.isoformat()}
    environ = os.environ | {
        f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()
    }
    run_git(folder, "init", "-q", f"--object-format={format_}", environ=environ)
    run_git(folder / "g", "init", "-q", f"--object-format={format_}", environ=environ)
    write_commit(folder / "g", "within", "An <an@example.org>", moment)
    written = []
    for line in ("x", "y"):
        (folder / "a").write_text(line, encoding="utf-8")
        written.append(write_commit(folder, line, "Nguyễn An <an@example.org>", moment))
    for place in (folder / "g", folder):
        assert run_git(place, "status", "--porcelain", environ=environ) == ""
    assert run_git(folder, "fsck", "--strict", environ=environ) == ""
    assert run_git(folder, "rev-list", "--reverse", "HEAD", environ=environ).split() == written
    assert run_git(folder, "rev-parse", "HEAD@{1}", environ=environ) == written[0]
    run_git(folder, "update-ref", "HEAD", "HEAD~1", environ=environ)
    run_git(folder, "commit", "-q", "-am", "y", environ=environ)
    assert head_of(folder) == written[1]
