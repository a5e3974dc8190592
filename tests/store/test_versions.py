"""Earlier versions in git: what they held, what was lost since, and what cannot be seen."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.app.changes import changes_since
from cdstrack.cli.reporter import who
from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.ci.items import finding_sentence
from cdstrack.render.messages import sentence
from cdstrack.store import comparison
from cdstrack.store import git as versions
from cdstrack.store.comparison import compare_lines
from cdstrack.store.files import FileStore
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cases import every_case
from tests.cli.build import DATED, HEAD, LAW, TRAINED, register, target
from tests.commits import head_of, run_git, write_commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PATH = os.environ["PATH"]

BARE = "--template="
"""A repository without the samples of hooks, which would be copied for every test."""

RECORDS = ['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']
MOVED = TRAINED.replace("deadline: 2026", "deadline: 2028")
REVISED = MOVED + (
    "    revisions:\n"
    "      - {on: 2026-06-01, source: plan, field: deadline, old: 2026, new: 2028}\n"
)


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Git as it comes, whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


class Repository:
    """A register in git: written, committed, written again."""

    def __init__(self, folder: Path, sub: str = ".") -> None:
        self.folder = folder
        self.path = folder / sub / "targets.yaml"
        self.ledger = folder / sub / "progress.jsonl"

    def git(self, *args: str, **environ: str) -> str:
        who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
        allowed = ["-c", "protocol.file.allow=always", "-c", "maintenance.auto=false"]
        return run_git(self.folder, *who, *allowed, *args, environ=os.environ | environ)

    def write(self, *targets: str, head: str = HEAD) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(register(*targets, head=head), encoding="utf-8")

    def record(self, *lines: str, end: str = "\n") -> None:
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        self.ledger.write_bytes("".join(line + end for line in lines).encode())

    def commit(self, on: str = "2026-01-01") -> str:
        """Commit everything as if it were noon of a day, in universal time."""
        moment = datetime.fromisoformat(f"{on}T12:00:00Z")
        return write_commit(self.folder, "a version", "An <an@example.org>", moment)

    def head(self) -> str:
        """The commit that is checked out."""
        return head_of(self.folder) or ""

    def refer(self, name: str, commit: str) -> None:
        """Let a reference name a commit, as ``git update-ref`` does."""
        path = self.folder / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{commit}\n", encoding="ascii")

    def configure(self, settings: Mapping[str, str]) -> None:
        """Write what a hostile archive would bring in ``.git/config``."""
        with (self.folder / ".git/config").open("a", encoding="utf-8") as file:
            for name, value in settings.items():
                section, _, key = name.rpartition(".")
                section, _, below = section.partition(".")
                heading = f'{section} "{below}"' if below else section
                file.write(f'[{heading}]\n{key} = "{value}"\n')

    @contextmanager
    def configured(self, settings: Mapping[str, str]) -> Iterator[None]:
        """The same for a while."""
        config = self.folder / ".git/config"
        before = config.read_bytes()
        self.configure(settings)
        yield
        config.write_bytes(before)

    def since(self, rev: str = "HEAD") -> tuple[list[Finding], list[Problem]]:
        store = FileStore(self.path)
        register, _ = store.register()
        assert register is not None
        version = store.earlier(rev)
        return changes_since(version, rev, register), list(version.problems)

    def found(self, rev: str = "HEAD") -> list[tuple[str, str | None, Any]]:
        findings, problems = self.since(rev)
        assert problems == []
        return [(each.code, each.target, each.facts.get("field", each.facts.get("n")))
                for each in findings]  # fmt: skip

    def stands_for(self, rev: str) -> str:
        """The commit with which a name is compared; what that holds is not looked at."""
        return versions.Repository(self.folder, rev).commit()

    def refused(self, rev: str = "HEAD") -> str:
        with pytest.raises(StoreError) as error:
            self.since(rev)
        for lang in LANGUAGES:
            assert sentence(error.value.code, error.value.facts, Words(lang))
        return error.value.code


@pytest.fixture
def repo(tmp_path, once) -> Repository:
    made = Repository(tmp_path / "register")

    def begin() -> None:
        made.write(TRAINED, LAW)
        made.record(*RECORDS)
        made.git("init", "-q", "-b", "main", BARE)
        made.commit()

    once("register", made.folder, begin)
    return made


# The ledger


def test_a_ledger_that_only_grew_is_fine(repo):
    assert repo.found() == []
    repo.record(*RECORDS, '{"id":"d"}')
    assert repo.found() == []


@pytest.mark.promise("edited-lines")
@every_case(
    "lines, lost",
    [
        (['{"id":"a"}', '{"id":"B"}', '{"id":"c"}'], 1),
        (['{"id":"a"}', '{"id":"c"}', '{"id":"d"}', '{"id":"e"}'], 1),
        (['{"id":"x"}', *RECORDS[::-1]], 0),
        (['{"id":"a"} ', '{"id":"b"}', '{"id":"c"}'], 1),
        ([], 3),
    ],
)
def test_lines_edited_or_deleted_are_counted_and_order_is_free(repo, lines, lost):
    repo.record(*lines)
    assert repo.found() == ([("ledger-changed", None, lost)] if lost else [])


def test_the_finding_names_version_and_file(repo):
    repo.record(*RECORDS[:1])
    [found], _ = repo.since("main")
    assert (found.level, found.target) == ("fail", None)
    assert found.facts == {"n": 2, "rev": "main"}
    assert found.place is not None
    assert (found.place.file, found.place.line) == (str(repo.ledger), 1)
    said = finding_sentence(found, {}, Words("en"))
    assert said == "2 lines that the ledger had at main are gone or altered"


def test_a_ledger_that_is_gone_has_lost_everything(repo):
    repo.ledger.unlink()
    assert repo.found() == [("ledger-changed", None, 3)]


def test_duplicates_are_counted(repo):
    repo.record(*RECORDS, RECORDS[0])
    repo.commit()
    repo.record(*RECORDS)
    assert repo.found() == [("ledger-changed", None, 1)]


@pytest.mark.promise("edited-lines")
def test_a_compensated_deletion_is_found(repo):
    """As many lines came as went: a diff that only counts them sees nothing."""
    repo.record(RECORDS[0], '{"id":"x"}', RECORDS[2])
    assert repo.found() == [("ledger-changed", None, 1)]


def test_line_ends_blank_lines_and_the_last_line_break_do_not_count(repo):
    repo.record(*RECORDS, end="\r\n")
    assert repo.found() == []
    repo.commit()
    repo.ledger.write_bytes(b"\n" + "\n\n".join(RECORDS).encode())
    assert repo.found() == []


def test_a_line_that_grew_is_altered(repo):
    """What was there is the beginning of what is there, and yet a line is gone."""
    repo.ledger.write_bytes("\n".join(RECORDS).encode())
    repo.commit()
    repo.ledger.write_bytes(("\n".join(RECORDS) + " \n").encode())
    assert repo.found() == [("ledger-changed", None, 1)]


def test_a_torn_tail_may_be_set_aside(repo):
    repo.ledger.write_bytes(("\n".join(RECORDS) + '\n{"id":"d","tar').encode())
    repo.commit()
    repo.record(*RECORDS, '{"id":"e"}')
    assert repo.found() == []
    repo.record(*RECORDS[:2])
    assert repo.found() == [("ledger-changed", None, 1)]


@pytest.mark.promise("edited-lines")
def test_a_union_merge_loses_nothing(repo):
    (repo.folder / ".gitattributes").write_text("progress.jsonl merge=union text eol=lf\n")
    repo.commit()
    for branch in ("north", "south"):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.record(*RECORDS, f'{{"id":"{branch}"}}')
        repo.commit()
    repo.git("merge", "-q", "--no-edit", "north")
    assert repo.ledger.read_text("utf-8").splitlines()[-1] == '{"id":"north"}'
    assert repo.found("north") == repo.found("south") == repo.found("main") == []
    assert repo.found("main~1") == []


def test_random_histories_lose_nothing_until_a_line_is_dropped(repo):
    chance = random.Random(7)  # noqa: S311
    lines = list(RECORDS)
    for step in range(5):
        lines += [f'{{"id":"{step}-{number}"}}' for number in range(chance.randrange(3))]
        lines += chance.sample(lines, chance.randrange(2))
        chance.shuffle(lines)
        repo.record(*lines, end=chance.choice(["\n", "\r\n"]))
        assert repo.found() == []
        repo.commit()
    assert repo.found("main~0") == []
    root = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert repo.found(root) == []
    lines.remove(RECORDS[1])
    repo.record(*(line for line in lines if line != RECORDS[1]))
    assert repo.found(root) == [("ledger-changed", None, 1)]


def test_each_version_names_its_own_ledger(repo):
    repo.write(TRAINED, LAW, head=HEAD + "ledger: reports/all.jsonl\n")
    (repo.folder / "reports").mkdir()
    repo.ledger.rename(repo.folder / "reports/all.jsonl")
    other = ("gate-loosened", None, "file")
    assert repo.found() == [other]
    repo.commit()
    assert repo.found() == []
    (repo.folder / "reports/all.jsonl").write_text(RECORDS[0])
    assert repo.found() == [("ledger-changed", None, 2)]
    assert repo.found("HEAD~1") == [other, ("ledger-changed", None, 2)]
    # The folder of the old ledger need not exist any more.
    shutil.rmtree(repo.folder / "reports")
    repo.write(TRAINED, LAW)
    repo.record(*RECORDS)
    assert repo.found() == [other]


LINES = st.lists(st.binary(max_size=4).filter(lambda line: b"\n" not in line), max_size=12)


def ended(lines: list[bytes], end: bytes = b"\n") -> list[bytes]:
    return [line + end for line in lines]


@given(before=LINES, added=LINES, data=st.data())
def test_growing_and_reordering_lose_nothing(before, added, data):
    after = data.draw(st.permutations(before + added))
    # A byte order mark means something at the beginning only.
    assert compare_lines(ended([b"{}", *before]), ended([b"{}", *after], b"\r\n"))[0] == 0


@given(before=LINES, data=st.data())
def test_any_line_that_is_dropped_or_altered_is_missed(before, data):
    real = [b"{%d}" % index for index, _ in enumerate(before)] + [b"{}", b"{}"]
    index = data.draw(st.integers(0, len(real) - 1))
    rest = data.draw(st.permutations(real[:index] + real[index + 1 :]))
    assert compare_lines(ended(real), ended(rest))[0] == 1
    assert compare_lines(ended(real), ended([*rest, real[index] + b" "]))[0] == 1


@every_case(
    "before, after, lost",
    [
        ([], [], 0),
        ([b"a\n"], [], 1),
        ([b"a\n", b"b"], [b"b\r\n", b"\n", b"a"], 0),
        ([b"\n", b"  \n", b"\t\r\n"], [], 0),
        ([b"a\n", b"a\n"], [b"a\n"], 1),
        ([b"a\n", b"a\n"], [b"a\n", b"a\n", b"a\n"], 0),
        ([b"\xef\xbb\xbfa\n"], [b"a\n"], 0),
        ([b"a\n"], [b"\xef\xbb\xbfa\n"], 0),
        ([b"a \n"], [b"a\n"], 1),
    ],
)
def test_what_counts_as_a_line(before, after, lost):
    assert compare_lines(before, after)[0] == lost


# Goalposts


@every_case(
    "targets, found",
    [
        ((TRAINED, LAW), []),
        ((LAW, TRAINED), []),
        ((TRAINED + "    tags: [new]  # why\n", LAW), []),
        ((MOVED, LAW), [("trained", "deadline")]),
        ((REVISED, LAW), []),
        ((REVISED.replace("old: 2026", "old: 2027"), LAW), [("trained", "deadline")]),
        ((TRAINED,), [("law", "commitment")]),
        ((TRAINED, LAW.replace("id: law", "id: laws")), [("law", "commitment")]),
        ((TRAINED, LAW + "    closed: {on: 2026-06-01, how: withdrawn, source: plan}\n"), []),
    ],
)
def test_what_moved_since_a_version(repo, targets, found):
    repo.write(*targets)
    assert repo.found() == [("goalposts-moved", *each) for each in found]


CLOSED = "    closed: {on: 2026-06-01, how: withdrawn, source: plan}\n"


@pytest.mark.parametrize(
    ("on", "codes"),
    [("2026-05-31", []), ("2026-06-01", []), ("2026-06-02", ["backdated-decision"])],
)
def test_a_decision_dated_before_the_version_that_does_not_hold_it(repo, on, codes):
    repo.commit(on)
    repo.write(TRAINED, LAW + CLOSED)
    assert [code for code, *_ in repo.found()] == codes
    repo.commit("2026-06-03")
    assert repo.found() == []


def test_the_day_of_a_version_is_one_of_the_register(repo):
    repo.git("commit", "-q", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE="2026-06-01T18:00:00Z")
    repo.write(TRAINED, LAW + CLOSED)
    [(code, *_)] = repo.found()
    assert code == "backdated-decision"  # it was 2 June in Ha Noi already


def test_a_revision_once_made_stays(repo):
    repo.write(REVISED, LAW)
    repo.commit()
    assert repo.found("HEAD~1") == []
    repo.write(REVISED.replace("on: 2026-06-01", "on: 2026-01-02"), LAW)
    assert repo.found() == [("goalposts-moved", "trained", "revisions")]
    repo.write(MOVED, LAW)
    assert repo.found() == [("goalposts-moved", "trained", "revisions")]


def test_cuts_may_not_be_loosened(repo):
    repo.write(TRAINED, LAW, head=HEAD + "policy: {on_track: 0.7}\n")
    assert repo.found() == [("goalposts-moved", None, "on_track")]
    [found], _ = repo.since()
    said = finding_sentence(found, {}, Words("en"))
    assert said.startswith("The register: changed without a recorded decision: cut for on track")


def test_findings_stand_at_their_target_and_are_sentences(repo):
    repo.write(LAW, MOVED.replace("at_least: 1000", "at_least: 10"))
    findings, _ = repo.since()
    now = RegisterFile(repo.path.read_bytes(), str(repo.path)).register
    assert {each.place for each in findings} == {now.places["trained"]}
    said = {
        lang: [finding_sentence(each, now.targets, Words(lang)) for each in findings]
        for lang in LANGUAGES
    }
    head = "Officials trained: changed without a recorded decision"
    assert said["en"] == [
        f"{head}: target, ≥ 1,000 → ≥ 10",
        f"{head}: deadline, end of 2026 → end of 2028",
    ]
    head = "Tập huấn cán bộ: thay đổi mà không ghi quyết định"
    assert said["vi"] == [
        f"{head}: mục tiêu, ≥ 1.000 → ≥ 10",
        f"{head}: thời hạn, cuối năm 2026 → cuối năm 2028",
    ]


def test_what_is_gone_stands_at_the_top_of_the_register(repo):
    repo.write(LAW)
    [found], _ = repo.since()
    assert (found.place.file, found.place.line) == (str(repo.path), 1)
    said = finding_sentence(found, {}, Words("vi"))
    assert said == (
        "trained: thay đổi mà không ghi quyết định: cam kết, Tập huấn cán bộ → không có"
    )


def test_what_is_broken_now_was_not_removed(repo):
    repo.write(TRAINED.replace("at_least: 1000", "at_least: x"), LAW)
    assert repo.found() == []


# Which version


def test_a_version_has_many_names(repo):
    first = repo.head()
    repo.git("tag", "plain")
    repo.git("tag", "-a", "told", "-m", "annotated")
    repo.git("checkout", "-q", "-b", "proposal/new")
    repo.write(MOVED, LAW)
    repo.commit()
    old = [first, first[:10], "plain", "told", "main", "HEAD~1", "HEAD^", "refs/heads/main", "@~"]
    for rev in [*old, "main^{commit}", "main@{0}"]:
        assert repo.found(rev) == [("goalposts-moved", "trained", "deadline")], rev
    assert repo.found("proposal/new") == repo.found("@") == repo.found(":/a version") == []


@every_case(
    "rev",
    ["nope", " ", "-x", "--all", "--output=/tmp/x", "-", "HEAD~9", "main..HEAD", "^HEAD", "HEAD:no",
     "0" * 39 + "1", "a b", "main\nmain", "HEAD -- x", "$(touch x)", "\0", "HEAD^@", "main...HEAD"],
)  # fmt: skip
def test_an_unknown_version_is_an_error(repo, rev):
    assert repo.refused(rev) == "version_unknown"
    assert sorted(entry.name for entry in repo.folder.iterdir()) == [
        ".git", "progress.jsonl", "targets.yaml",
    ]  # fmt: skip


@pytest.mark.promise("empty-version")
@every_case(
    "rev, code",
    [("", "version_empty"), ("0" * 40, "version_zeros"), ("0" * 64, "version_zeros")],
)
def test_a_name_that_ci_left_empty_is_said_to_be_so(repo, rev, code):
    assert repo.refused(rev) == code


def test_a_folder_or_file_is_no_version(repo):
    tree = repo.git("rev-parse", "HEAD^{tree}")
    for rev in ("HEAD:targets.yaml", "HEAD:", "HEAD^{tree}", tree):
        assert repo.refused(rev) == "version_no_commit"


@pytest.mark.promise("missing-version")
def test_a_shallow_clone_without_the_version_is_an_error(repo, tmp_path):
    first = repo.head()
    repo.write(MOVED, LAW)
    repo.commit()
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    shallow = Repository(tmp_path / "shallow")
    assert shallow.found("HEAD") == []
    for rev in (first, "HEAD~1", "nope"):
        assert shallow.refused(rev) == "version_unknown_shallow"
    shallow.git("fetch", "-q", "--unshallow")
    assert shallow.found(first) == [("goalposts-moved", "trained", "deadline")]


def test_before_the_first_commit_no_version_is_known(tmp_path):
    fresh = Repository(tmp_path / "register")
    fresh.write(TRAINED)
    fresh.git("init", "-q")
    assert fresh.refused("HEAD") == "version_unknown"


def test_without_a_repository_nothing_can_be_compared(tmp_path):
    plain = Repository(tmp_path / "register")
    plain.write(TRAINED)
    assert plain.refused() == "version_no_repository"


def test_without_git_nothing_can_be_compared(repo, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert repo.refused() == "version_no_git"


def test_a_git_that_may_not_be_run_or_hangs_or_fails_is_an_error(repo, monkeypatch, tmp_path):
    git = tmp_path / "git"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    git.write_text("#!/bin/sh\necho 'fatal: something else' >&2\nexit 128\n")
    git.chmod(0o755)
    assert repo.refused() == "version_failed"
    starts = tmp_path / "starts"
    git.write_text(f"#!/bin/sh\necho >> {starts}\nexec sleep 9\n")
    monkeypatch.setattr(versions, "_SECONDS", 0.2)
    assert repo.refused() == repo.refused() == "version_timeout"
    assert starts.read_text("utf-8") == "\n"  # it is waited for once


def test_what_was_read_of_a_version_is_not_asked_for_again(repo, monkeypatch, tmp_path):
    git, starts = tmp_path / "git", tmp_path / "starts"
    git.write_text(f'#!/bin/sh\necho >> {starts}\nexec {shutil.which("git")} "$@"\n')
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert repo.found() == []
    assert len(starts.read_text("utf-8")) <= 3


@pytest.fixture
def talk(repo, monkeypatch, tmp_path) -> Callable[[str], Path]:
    """Lets the first ``git cat-file --batch`` run a shell script; the file with its process id."""
    pid = tmp_path / "pid"

    def tell(script: str) -> Path:
        pid.unlink(missing_ok=True)
        git = tmp_path / "git"
        git.write_text(
            f'#!/bin/sh\ncase "$* " in *"cat-file --batch ")\n[ -e {pid} ] || {{ echo $$ > {pid}; '
            f'{script}; exit; }} ;; esac\nexec {shutil.which("git", path=PATH)} "$@"\n',
            encoding="utf-8",
        )
        git.chmod(0o755)
        return pid

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{PATH}")
    return tell


def blob_of(path: Path) -> str:
    """The hash of a file as an object of git."""
    data = path.read_bytes()
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()  # noqa: S324


def is_there(pid: Path) -> bool:
    """Whether the process is still there whose id a file holds."""
    try:
        os.kill(int(pid.read_text("ascii")), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.promise("object-hashes")
@pytest.mark.parametrize("script", ["exit 1", "read name; echo ${name%^*} commit 3; echo abc; cat"])
def test_a_conversation_that_goes_wrong_makes_no_difference(repo, talk, script):
    repo.write(MOVED, LAW)
    repo.record(RECORDS[0])
    before = repo.found("main")
    assert [each[2] for each in before] == ["deadline", 2]
    pid = talk(script)
    assert repo.found("main") == before
    assert not is_there(pid)


@pytest.mark.promise("object-hashes")
def test_another_object_than_the_one_that_was_asked_for_is_not_taken(repo, talk):
    before = blob_of(repo.ledger)
    repo.record(RECORDS[0])
    repo.commit()
    swap = f"sed -u s/{before}/{blob_of(repo.ledger)}/"
    pid = talk(f'{swap} | {shutil.which("git", path=PATH)} "$@"')
    assert repo.found("HEAD~1") == [("ledger-changed", None, 2)]
    assert pid.exists()


def test_a_conversation_in_which_git_hangs_is_an_error_and_leaves_no_process(
    repo, talk, monkeypatch
):
    monkeypatch.setattr(versions, "_SECONDS", 0.2)
    pid = talk("exec sleep 9")
    assert repo.refused() == "version_timeout"
    assert not is_there(pid)
    pid.unlink()
    assert repo.refused() == "version_timeout"
    assert not pid.exists()  # it is waited for once


def test_a_repository_of_somebody_else_is_an_error(repo, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert repo.refused() == "version_untrusted"
    assert "safe.directory" in sentence("version_untrusted", {"folder": "x"}, Words("en"))


def test_a_damaged_repository_is_an_error(repo):
    lose(repo, "progress.jsonl")
    assert repo.refused() == "version_failed"


# What the version holds


def test_without_a_register_nothing_was_promised(repo):
    repo.path = repo.folder / "register.yaml"
    repo.write(target("fresh"))
    findings, [problem] = repo.since()
    assert findings == []
    assert (problem.code, problem.level) == ("version_no_register", "warning")
    assert FileStore(repo.path).earlier("HEAD").register is None
    repo.record(*RECORDS[1:])
    assert [each.code for each in repo.since()[0]] == ["ledger-changed"]


def test_without_a_ledger_nothing_was_reported(repo):
    repo.ledger.unlink()
    repo.commit()
    repo.record(*RECORDS)
    assert repo.found() == []


@pytest.mark.parametrize("damage", ["cdstrack: 2\n", "\0", "", "a: [", HEAD + "targets: 1\n"])
def test_a_version_that_cannot_be_read_is_an_error(repo, damage):
    good = repo.path.read_text("utf-8")
    repo.path.write_text(damage)
    repo.commit()
    repo.path.write_text(good, "utf-8")
    repo.record(*RECORDS[1:])
    findings, [problem] = repo.since()
    assert [each.code for each in findings] == ["ledger-changed"]
    assert (problem.code, problem.level) == ("version_register_damaged", "error")
    for lang in LANGUAGES:
        assert sentence(problem.code, problem.facts, Words(lang))


def test_what_can_be_read_of_a_damaged_version_is_compared(repo):
    repo.write(TRAINED, LAW, target("odd", DATED.replace("2026\n", "soon\n")))
    repo.commit()
    repo.write(MOVED, LAW)
    findings, [problem] = repo.since()
    assert [each.key for each in findings] == ["deadline"]
    assert problem.code == "version_register_damaged"
    assert problem.facts["n"] >= 1


def test_the_register_may_lie_deep_in_its_repository(tmp_path):
    deep = Repository(tmp_path / "all", "a/[b] *?/:c")
    deep.write(TRAINED, LAW)
    deep.record(*RECORDS)
    deep.git("init", "-q")
    deep.commit()
    assert deep.found() == []
    deep.write(MOVED, LAW)
    deep.record(*RECORDS[1:])
    assert [each[2] for each in deep.found()] == ["deadline", 1]


def test_where_the_command_is_called_makes_no_difference(repo, monkeypatch, tmp_path):
    repo.write(MOVED, LAW)
    monkeypatch.chdir(repo.folder)
    repo.path = Path("targets.yaml")
    assert repo.found() == [("goalposts-moved", "trained", "deadline")]


def test_a_register_may_be_a_link_with_its_ledger_beside_the_link(repo, tmp_path):
    link = Repository(repo.folder, "here")
    link.record(*RECORDS)
    link.path.symlink_to("../targets.yaml")
    repo.commit()
    repo.write(MOVED, LAW)
    link.record(*RECORDS[1:])
    assert [each[2] for each in link.found()] == ["deadline", 1]
    outside = Repository(tmp_path / "outside")
    outside.record(*RECORDS)
    outside.path.symlink_to(repo.path)
    assert outside.refused() == "version_no_repository"


def test_a_link_or_submodule_is_not_taken_for_nothing(repo, tmp_path):
    repo.write(TRAINED, LAW, head=HEAD + "ledger: reports/all.jsonl\n")
    (repo.folder / "reports").symlink_to(tmp_path)
    repo.commit()
    assert repo.refused() == "path_behind_link"
    (repo.folder / "reports").unlink()
    (repo.folder / "reports/all.jsonl").mkdir(parents=True)
    (repo.folder / "reports/all.jsonl/x").touch()
    repo.commit()
    assert repo.refused() == "version_not_a_file"
    shutil.rmtree(repo.folder / "reports")
    repo.commit()
    other = Repository(tmp_path / "other")
    other.folder.mkdir()
    other.git("init", "-q")
    other.commit()
    repo.git("submodule", "add", "-q", str(other.folder), "reports")
    repo.commit()
    assert repo.refused() == "version_not_a_file"


def test_a_register_that_was_a_link_is_an_error(repo, tmp_path):
    repo.path.rename(repo.folder / "real.yaml")
    repo.path.symlink_to("real.yaml")
    repo.commit()
    repo.path.unlink()
    repo.write(TRAINED, LAW)
    assert repo.refused() == "version_not_a_file"


def test_a_register_above_the_limit_is_not_read(repo, monkeypatch):
    monkeypatch.setattr(comparison, "LIMIT_BYTES", 100)
    assert repo.refused() == "file_too_large"


# Whom git listens to


def test_a_hook_or_shell_does_not_lead_git_elsewhere(repo, monkeypatch, tmp_path):
    other = Repository(tmp_path / "other")
    other.write(MOVED)
    other.git("init", "-q")
    other.commit()
    repo.write(MOVED, LAW)
    for name, value in {
        "GIT_DIR": other.folder / ".git",
        "GIT_WORK_TREE": other.folder,
        "GIT_INDEX_FILE": tmp_path / "index",
        "GIT_OBJECT_DIRECTORY": tmp_path,
        "GIT_NAMESPACE": "other",
        "GIT_PREFIX": "x/",
        "GIT_ICASE_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    [found], _ = repo.since()
    assert found.target == "trained"


def test_what_a_repository_replaces_or_converts_changes_nothing(repo, tmp_path):
    first = repo.head()
    repo.write(MOVED, LAW)
    second = repo.commit()
    repo.git("replace", first, second)
    ran = tmp_path / "ran"
    (repo.folder / ".gitattributes").write_text("* diff=odd filter=odd\n")
    names = ("diff.odd.textconv", "filter.odd.smudge", "core.fsmonitor", "core.pager")
    repo.configure(dict.fromkeys(names, f"touch {ran}; cat"))
    ran.unlink(missing_ok=True)
    assert repo.found(first) == [("goalposts-moved", "trained", "deadline")]
    assert not ran.exists()


# What a hostile clone would have git do

LOUD = """\
#!/bin/sh
touch {canary}
exit 1
"""


@pytest.fixture
def canary(tmp_path) -> Path:
    """A file that only a program of the attacker's makes, and beside it that program, ``loud``."""
    loud = tmp_path / "loud"
    loud.write_text(LOUD.format(canary=tmp_path / "canary"), encoding="utf-8")
    loud.chmod(0o755)
    return tmp_path / "canary"


def lose(repo: Repository, name: str) -> None:
    """Take the blob of a committed file out of a repository."""
    blob = blob_of(repo.folder / name)
    (repo.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()


PROMISES = [
    {"extensions.partialClone": "origin"},
    {"remote.origin.promisor": "true"},
    {"remote.origin.partialCloneFilter": "blob:none"},
]
FETCHES = [
    {"remote.origin.url": ".", "remote.origin.uploadpack": "{loud};"},
    {"remote.origin.url": "ext::{loud}", "protocol.ext.allow": "always"},
    {"remote.origin.url": "ssh://nobody.invalid/x", "core.sshCommand": "{loud}"},
    {"remote.origin.url": "git://nobody.invalid/x", "core.gitProxy": "{loud}"},
    {"remote.origin.url": "loud::x", "protocol.loud.allow": "always"},
    {"remote.origin.vcs": "loud", "protocol.allow": "always"},
    {"remote.origin.url": "file:///nowhere", "fetch.bundleURI": "{loud}", "alias.fetch": "!{loud}"},
]


NEWER = {"core.repositoryformatversion": "1"}
"""A repository in which extensions count."""


@pytest.mark.promise("hostile-clone")
@pytest.mark.parametrize(
    ("promise", "fetch"),
    [(PROMISES[number % 3], fetch) for number, fetch in enumerate(FETCHES)]
    + [(PROMISES[number], FETCHES[0]) for number in (1, 2)],
    ids=lambda settings: " ".join(settings.values()),
)
def test_what_is_missing_is_not_fetched(repo, canary, monkeypatch, tmp_path, promise, fetch):
    tools = tmp_path / "tools"
    tools.mkdir()
    for helper in ("git-remote-loud", "git-remote-https", "ssh"):
        shutil.copy(tmp_path / "loud", tools / helper)
    lose(repo, "progress.jsonl")
    fetch = {name: value.format(loud=tmp_path / "loud") for name, value in fetch.items()}
    repo.configure(NEWER | promise | fetch)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:file:loud:ssh:git")
    assert repo.refused() == "version_failed"
    assert not canary.exists()


@pytest.mark.promise("hostile-clone")
@every_case(
    "version, code",
    [
        ("2.25.1", "version_partial"),
        ("2.39.3", "version_partial"),
        ("2.39.5 (Apple Git-154)", None),
        ("2.43.0", "version_partial"),
        ("2.43.4", None),
        ("2.44.0.windows.1", "version_partial"),
        ("2.45.0", None),
        ("2.51.2.windows.1", None),
        ("3.0.0", None),
        ("1.9.5", "version_partial"),
        ("odd", "version_partial"),
    ],
)
def test_a_partial_clone_is_read_where_git_can_be_kept_from_fetching(
    repo, monkeypatch, tmp_path, version, code
):
    real = shutil.which("git", path=PATH)
    git = tmp_path / "git"
    git.write_text(
        "#!/bin/sh\n"
        f'for word; do [ "$word" != version ] || exec echo "git version {version}"; done\n'
        f'exec {real} "$@"\n',
        encoding="utf-8",
    )
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{PATH}")
    if version == "odd":  # without a partial clone nobody asks
        assert repo.found() == []
    with repo.configured(NEWER | PROMISES[1]):
        if code is None:
            assert repo.found() == []
        else:
            assert repo.refused() == code


PROGRAMS = [
    "core.fsmonitor", "core.pager", "pager.rev-parse", "pager.cat-file", "pager.config",
    "alias.rev-parse", "alias.cat-file", "alias.config", "core.editor", "core.askPass",
    "core.alternateRefsCommand", "credential.helper", "diff.external", "diff.odd.textconv",
    "diff.odd.command", "filter.odd.smudge", "filter.odd.clean", "filter.odd.process",
    "merge.odd.driver", "gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand",
    "uploadpack.packObjectsHook", "sequence.editor", "core.gitProxy", "core.sshCommand",
    "trace2.eventTarget", "trace2.normalTarget",
]  # fmt: skip


HOOKS = [
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-index-change",
    "post-update", "pre-applypatch", "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push",
    "pre-rebase", "pre-receive", "prepare-commit-msg", "push-to-checkout", "reference-transaction",
    "sendemail-validate", "update",
]  # fmt: skip


@pytest.mark.promise("hostile-clone")
@every_case("rev", ["HEAD", "main", ":/a version", "HEAD^0", "@{0}", "nope"])
def test_no_setting_hook_or_attribute_of_a_clone_runs_anything(repo, canary, rev):
    loud = canary.with_name("loud")
    (repo.folder / ".gitattributes").write_text(
        "* diff=odd filter=odd merge=odd\n", encoding="utf-8"
    )
    repo.configure(
        {name: f"!{loud}" if name.startswith("alias.") else str(loud) for name in PROGRAMS}
    )
    repo.configure({"log.showSignature": "true", "core.hooksPath": "hooks"})
    for folder in (repo.folder / ".git/hooks", repo.folder / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            shutil.copy(loud, folder / hook)
    canary.unlink(missing_ok=True)
    if rev == "nope":
        assert repo.refused(rev) == "version_unknown"
    else:
        assert repo.found(rev) == []
    assert not canary.exists()


@pytest.mark.promise("hostile-clone")
@pytest.mark.parametrize("entry", ["", ".", "./", "folder", "sub/..", "bin", "bin/../bin", "link"])
def test_git_is_not_looked_for_beside_the_register(repo, canary, monkeypatch, tmp_path, entry):
    for name in ("git", "git.exe", "git-rev-parse", "git-cat-file", "ssh"):
        shutil.copy(canary.with_name("loud"), repo.folder / name)
        (repo.folder / "bin").mkdir(exist_ok=True)
        shutil.copy(canary.with_name("loud"), repo.folder / "bin" / name)
    (repo.folder / "sub").mkdir()
    (tmp_path / "link").symlink_to(repo.folder / "bin")
    monkeypatch.chdir(repo.folder)
    places = {"folder": repo.folder, "link": tmp_path / "link"}
    entry = str(places.get(entry, repo.folder / entry if "bin" in entry else entry))
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
    assert repo.found() == []
    monkeypatch.delenv("CDSTRACK_BY", raising=False)
    assert who()
    assert not canary.exists()


@pytest.mark.promise("hostile-clone")
def test_what_a_shell_or_hook_has_set_reaches_git_only_where_it_says_whom_to_trust(
    repo, canary, monkeypatch, tmp_path
):
    loud = canary.with_name("loud")
    for name in ("GIT_EXEC_PATH", "GIT_SSH", "GIT_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PAGER"):
        monkeypatch.setenv(name, str(loud))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare'='true'")
    assert repo.found() == []
    assert not canary.exists()
    assert not (tmp_path / "trace").exists()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert repo.refused() == "version_untrusted"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repo.folder))
    assert repo.found() == []


@pytest.mark.promise("hostile-clone")
def test_a_repository_that_was_committed_as_files_is_none(repo, tmp_path):
    """``reg/HEAD``, ``reg/objects`` … beside a register would be its repository to git."""
    deep = Repository(repo.folder, "reg")
    deep.write(MOVED, LAW)
    repo.git("init", "-q", "--bare", str(repo.folder / "reg"))
    repo.git("config", "-f", "reg/config", "core.worktree", ".")
    repo.git("config", "-f", "reg/config", "core.bare", "false")
    assert deep.refused() == "version_bare"
    shutil.rmtree(repo.folder / "reg/objects")
    (repo.folder / "reg/commondir").write_text("../.git", encoding="utf-8")
    assert deep.refused() == "version_bare"


@pytest.mark.promise("hostile-clone")
@pytest.mark.parametrize("place", ["..", "/", "sub"])
def test_a_repository_does_not_say_where_its_files_lie(repo, place):
    """With ``core.worktree`` set, the register would stand under a name that no version has."""
    repo.write(MOVED, LAW)
    repo.record(RECORDS[0])
    before = repo.found()
    repo.configure({"core.worktree": place})
    assert repo.found() == before
    assert ("goalposts-moved", "trained", "deadline") in before


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize("place", ["old.yaml", "a/b/targets.yaml", "Targets.YML"])
def test_a_register_that_was_moved_is_said_to_have_stood_elsewhere(repo, place):
    (repo.folder / place).parent.mkdir(parents=True, exist_ok=True)
    repo.git("mv", "targets.yaml", place)
    (repo.folder / "other.yaml").write_text("targets: [x]\n", encoding="utf-8")
    repo.commit()
    repo.write(MOVED, target("fresh"))
    [problem] = repo.since()[1]
    assert (problem.code, problem.level) == ("version_register_elsewhere", "error")
    assert problem.facts["old"] == place
    repo.write(target("fresh"))
    assert repo.since()[1][0].code == "version_no_register"


@pytest.mark.promise("hostile-clone")
def test_a_repository_above_does_not_stand_in_for_a_broken_one(repo):
    repo.path.rename(repo.folder / "old.yaml")
    deep = Repository(repo.folder, "deep")
    deep.write(MOVED, LAW)
    (deep.path.parent / ".git").mkdir()
    assert deep.refused() == "version_no_repository"


FOUND_MOVED = [("goalposts-moved", "trained", "deadline")]


@pytest.mark.promise("same-commit")
def test_a_name_that_tags_and_branches_share_is_refused(repo):
    first = repo.head()
    repo.refer("refs/remotes/origin/main", first)
    repo.write(MOVED, LAW)
    second = repo.commit()
    assert repo.found("origin/main") == FOUND_MOVED
    for other in ("refs/tags/origin/main", "refs/heads/origin/main"):
        repo.refer(other, second)
        for rev in ("origin/main", "origin/main~0", "origin/main^{commit}", "origin/main@{0}"):
            assert repo.refused(rev) == "version_ambiguous"
        assert repo.stands_for("refs/remotes/origin/main") == first
        (repo.folder / ".git" / other).unlink()
    repo.refer("refs/tags/refs/remotes/origin/gone", second)
    assert repo.refused("refs/remotes/origin/gone") == "version_ambiguous"


@pytest.fixture
def moved_since(repo) -> str:
    """A commit since which a deadline was moved; its hash."""
    first = repo.head()
    repo.write(MOVED, LAW)
    repo.commit("2026-02-02")
    return first


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize(
    ("kind", "names", "words"),
    [
        ("tags", [("", 4), ("v1-2-g", 7)], ["2026", "v1.0"]),
        ("heads", [("v1-2-g", 4), ("", 39)], ["face", "release/2026"]),
    ],
)
def test_a_name_that_looks_like_the_hash_of_a_commit_is_none(repo, moved_since, kind, names, words):
    second = repo.head()
    for prefix, digits in names:
        rev = prefix + moved_since[:digits]
        assert repo.stands_for(rev) == moved_since
        repo.refer(f"refs/{kind}/{rev}", second)
        assert {repo.refused(each) for each in (rev, f"{rev}~0")} == {"version_like_hash"}
        assert repo.stands_for(f"refs/{kind}/{rev}") == second
    # Git goes by a whole hash, whatever is called so.
    repo.refer(f"refs/{kind}/{moved_since}", second)
    assert repo.stands_for(moved_since) == moved_since
    repo.refer(f"refs/{kind}/{'5' * 64}", moved_since)
    assert repo.refused("5" * 64) == "version_like_hash"
    for word in words:  # words and years are no hashes
        repo.refer(f"refs/{kind}/{word}", moved_since)
        assert repo.stands_for(word) == moved_since


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize("kind", ["tags", "heads"])
def test_a_tag_is_not_taken_for_the_branch_of_a_remote(repo, moved_since, kind):
    repo.configure({"remote.hub.url": "nowhere"})
    for name in ("origin/main", "hub/main"):
        repo.refer(f"refs/{kind}/{name}", repo.head())
        assert repo.refused(name) == "version_ambiguous"
        assert repo.refused(f"refs/remotes/{name}") == "version_unknown"
        repo.refer(f"refs/remotes/{name}", moved_since)
        assert repo.stands_for(f"refs/remotes/{name}") == moved_since
    repo.refer("refs/remotes/hub/stable", moved_since)
    repo.refer(f"refs/{kind}/stable", repo.head())
    if kind == "tags":
        assert repo.refused("stable") == "version_ambiguous"
    else:  # a branch of one's own is mostly called like the one that it follows
        assert repo.stands_for("stable") == repo.head()


@pytest.mark.promise("same-commit")
def test_a_file_in_git_s_own_folder_is_no_name_of_a_version(repo, moved_since):
    (repo.folder / ".git/release").write_text(repo.head() + "\n", "utf-8")
    assert repo.refused("release") == "version_unknown"
    repo.refer("refs/heads/release", moved_since)
    assert repo.refused("release") == "version_ambiguous"
    assert repo.stands_for("refs/heads/release") == moved_since
    repo.refer("ORIG_HEAD", moved_since)
    assert repo.found("ORIG_HEAD") == FOUND_MOVED


@pytest.mark.promise("missing-version")
@pytest.mark.parametrize("rev", ["HEAD@{1.month.ago}", "@{yesterday}", "main@{2020-01-01}"])
def test_a_day_of_which_git_noted_nothing_is_no_version(repo, moved_since, tmp_path, rev):
    # In a fresh clone the oldest note is of that very moment, and nothing would have changed.
    clone = Repository(tmp_path / "clone")
    clone.folder.mkdir()
    clone.git("clone", "-q", str(repo.folder), ".")
    assert clone.refused(rev) == "version_log"
    assert repo.found("HEAD@{1}") == FOUND_MOVED


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("heads/main-of-old", "refs/tags/heads/main-of-old"),
        ("tags/v1", "refs/heads/tags/v1"),
        ("remotes/origin/main", "refs/tags/remotes/origin/main"),
        ("heads/old", "refs/remotes/heads/old"),
    ],
)
def test_a_reference_that_is_not_here_is_not_taken_from_another_place(repo, name, reference):
    first = repo.head()
    repo.write(MOVED, LAW)
    second = repo.commit()
    repo.refer(reference, second)
    for rev in (name, f"{name}^{{commit}}"):
        assert repo.refused(rev) == "version_ambiguous"
    assert repo.stands_for(reference) == second
    (repo.folder / ".git" / reference).unlink()
    repo.refer(f"refs/{name}", first)
    assert repo.stands_for(name) == first


# Objects are what their hashes say


@contextmanager
def overwritten(repo: Repository, name: str, other: str) -> Iterator[None]:
    """Another object's bytes in the place of a loose object, for a while."""
    kept = repo.folder / ".git/objects"
    path = kept / name[:2] / name[2:]
    before = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes((kept / other[:2] / other[2:]).read_bytes())
    yield
    path.write_bytes(before)


@pytest.fixture(params=["sha1", "sha256"])
def deep(tmp_path, once, request) -> Repository:
    """A register two folders down, with a second version that the attacker prefers."""
    repo = Repository(tmp_path / "register", "a/b")

    def begin() -> None:
        repo.write(TRAINED, LAW)
        repo.record(*RECORDS)
        repo.git("init", "-q", "-b", "main", BARE, f"--object-format={request.param}")
        repo.commit()
        repo.write(MOVED, LAW)
        repo.record(RECORDS[0])
        repo.commit("2026-02-02")

    once(request.param, repo.folder, begin)
    return repo


@pytest.mark.promise("object-hashes")
def test_an_object_that_was_overwritten_is_found(deep):
    places = ["", "^{tree}", ":a", ":a/b", ":a/b/targets.yaml", ":a/b/progress.jsonl"]
    first, second = (
        deep.git("rev-parse", *(f"{rev}{place}" for place in places)).splitlines()
        for rev in ("main~", "main")
    )
    root = first[0]
    for place, name, other in zip(places, first, second, strict=True):
        with overwritten(deep, name, other):
            assert deep.refused(root) == "version_object", place
    assert [each[2] for each in deep.found(root)] == ["deadline", 2]


@pytest.mark.promise("object-hashes")
def test_neither_grafts_nor_a_graph_of_commits_stand_for_what_commits_say(deep):
    first = deep.git("rev-parse", "main~")
    deep.git("commit-graph", "write", "--reachable")
    (deep.folder / ".git/info").mkdir(exist_ok=True)
    (deep.folder / ".git/info/grafts").write_text(deep.head() + "\n", encoding="utf-8")
    assert [each[2] for each in deep.found("main~")] == ["deadline", 2]
    assert deep.found(first) == deep.found("main~")


def tree_of(repo: Repository, *entries: tuple[str, str, str]) -> str:
    """A tree with these entries (mode, name, hash), whether git would make it or not."""
    data = b"".join(
        f"{mode} {name}".encode() + b"\0" + bytes.fromhex(hash_) for mode, name, hash_ in entries
    )
    file = repo.folder.parent / "tree"
    file.write_bytes(data)
    return repo.git("hash-object", "-t", "tree", "-w", "--literally", str(file))


@pytest.mark.promise("object-hashes")
@pytest.mark.parametrize("path", ["b", "b/targets.yaml"])
def test_a_folder_that_names_a_file_twice_is_no_version(tmp_path, path):
    # One of them is checked out and judged, the other would be what the next change starts from.
    repo = Repository(tmp_path / "register", "b")
    repo.write(MOVED, LAW)
    repo.git("init", "-q", "-b", "main")
    easy = repo.commit()
    repo.write(TRAINED, LAW)
    plain = repo.commit()
    here, there = (repo.git("rev-parse", f"{rev}:{path}") for rev in (plain, easy))
    mode = "100644" if "." in path else "40000"
    folder = ("40000", "b", repo.git("rev-parse", f"{easy}:b"))
    twin = (
        [folder, (mode, path, here)] if "/" in path else [(mode, path, there), (mode, path, here)]
    )
    forged = repo.git("commit-tree", tree_of(repo, *twin), "-p", plain, "-m", "both")
    repo.git("update-ref", "HEAD", forged)
    for rev in (plain, forged):
        assert repo.refused(rev) == "version_tree"
