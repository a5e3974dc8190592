"""What is written for others: never over our own files, through links, into streams."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path

import pytest

from cdstrack.core.checks.seals import SHORT_HASH
from cdstrack.core.model.problems import Refusal
from cdstrack.store.outputs import write_whole
from tests.cli.build import TRAINED, process

WAIVERS = "cdstrack: 1\nwaivers: []\n"
TORN = "progress.jsonl.torn-20261121T050000.000000Z"
OWN = ["targets.yaml", "progress.jsonl", "w.yaml", TORN, "desks.yaml", "2026.seal"]


@pytest.fixture
def folder(cli):
    """A register with a ledger, waivers and a piece that was set aside."""
    cli.write(TRAINED + "check: {waivers: w.yaml}\n")
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    (cli.folder / "w.yaml").write_text(WAIVERS, encoding="utf-8")
    for name in OWN[3:]:
        (cli.folder / name).write_text("not to be lost", encoding="utf-8")
    (cli.folder / "sub").mkdir()
    return cli.folder


def writers(path: str) -> list[list[str]]:
    """Every way in which a command is told to write to a path."""
    return [
        ["check", "--output", f"text={path}"],
        ["check", "--output", "json=fine.json", "--output", f"sarif={path}"],
        ["export", "--format", "csv", "-o", path],
        ["export", "--format", "json", "-o", path],
        ["export", "--format", "xlsx", "-o", path],
        ["check", "--write-waivers", path, "--until", "2026-12-31", "--reason", "r"],
    ]


def two_writers(path: str, turn: int) -> list[list[str]]:
    """Two of them; of three turns that follow each other each way has one."""
    ways = writers(path)
    return [ways[turn % 6], ways[(turn + 3) % 6]]


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


NAMES = ["{}", "./{}", "sub/../{}", "{absolute}", "sub/link", "sub/hard", "folder/{}", "{upper}"]


@pytest.mark.promise("own-files")
@pytest.mark.parametrize("own", OWN)
def test_no_command_writes_over_our_own_files_under_any_name(cli, folder, own):
    (folder / "sub" / "link").symlink_to(folder / own)
    os.link(folder / own, folder / "sub" / "hard")
    (folder / "folder").symlink_to(folder)
    before = content(folder)
    at = OWN.index(own)
    # Every other one: how a name is followed does not depend on what it names.
    for turn, name in enumerate(NAMES[at % 2 :: 2], start=at):
        path = name.format(own, absolute=folder / own, upper=own.upper())
        for command in two_writers(path, turn):
            ran = cli(*command, "--lang", "en")
            assert ran.code == 3, command
            assert "is not written over" in ran.err or "exists already" in ran.err, ran.err
            assert content(folder) == before, command


@pytest.mark.promise("own-files")
def test_the_name_of_a_ledger_to_come_and_of_waivers_that_were_named_is_kept_free(cli):
    cli.write(TRAINED)
    (cli.folder / "mine.yaml").write_text(WAIVERS, encoding="utf-8")
    assert cli("export", "--format", "json", "-o", "progress.jsonl").code == 3
    assert not cli.ledger.exists()
    ran = cli("check", "--waivers", "mine.yaml", "--output", "text=mine.yaml")
    assert (ran.code, (cli.folder / "mine.yaml").read_text("utf-8")) == (3, WAIVERS)


@pytest.mark.promise("own-files")
def test_evidence_is_not_written_over(cli, folder):
    (folder / "evidence").mkdir()
    kept = folder / "evidence" / "1f3a"
    kept.write_text("a document", encoding="utf-8")
    assert cli("export", "--format", "json", "-o", "evidence/1f3a").code == 3
    assert kept.read_text("utf-8") == "a document"


IRREPLACEABLE = {
    "progress (1).jsonl": '{"id":"a","target":"trained","date":"2026-06-30","value":"5"}\n',
    "torn.txt": '\0\0{"id":"a","tar',
    "sorted.txt": '<<<<<<< a\n{"by":"An","id":"a","recorded":"2026-06-30","target":"t"}\n',
    "other.yaml": "# Sổ\n\ncdstrack: 1\ntitle: x\n",
    "other.json": '{"title": "x", "cdstrack": 1, "targets": []}',
    "s.txt": "cdstrack seal 1\ntitle: x\n",
    "s.txt.lines": f"{'0a' * SHORT_HASH} r00001\n",
    "s.txt.sig": "a signature",
    "s.p7s": "a signature",
    "s.TSR": "a stamp",
    "ssh": "-----BEGIN SSH SIGNATURE-----\n",
}


@pytest.mark.promise("own-files")
@pytest.mark.parametrize("name", IRREPLACEABLE)
def test_what_cannot_be_had_again_is_not_written_over_whosever_it_is(cli, folder, tmp_path, name):
    other = tmp_path / "elsewhere"
    other.mkdir()
    for place in (folder / name, other / name):
        place.write_text(IRREPLACEABLE[name], encoding="utf-8")
    (folder / "link").symlink_to(other / name)
    turn = list(IRREPLACEABLE).index(name)
    for number, path in enumerate((name, str(other / name), "link")):
        command = writers(path)[(turn + number) % 6]
        assert cli(*command, "--lang", "en").code == 3, command
    for place in (folder / name, other / name):
        assert place.read_text("utf-8") == IRREPLACEABLE[name]


@pytest.mark.promise("own-files")
def test_an_output_of_every_format_is_written_over_by_the_next(cli, folder):
    for form in ("text", "json", "github", "summary", "sarif", "gitlab", "junit"):
        for _ in range(2):
            assert cli("check", "--output", f"{form}=out.{form}").code == 0, form
    for form in ("csv", "xlsx", "json", "ics"):
        for _ in range(2):
            assert cli("export", "-o", f"out.{form}").code == 0, form


@pytest.mark.promise("own-files")
@pytest.mark.parametrize(
    ("turn", "name"),
    [*enumerate(["evidence/new", "Evidence/new", ".gitattributes", ".git/config", ".GITIGNORE"])],
)
def test_nothing_is_written_where_evidence_and_git_have_their_files(cli, folder, turn, name):
    (folder / name).parent.mkdir(exist_ok=True)
    for command in two_writers(name, turn):
        ran = cli(*command, "--lang", "en")
        assert ran.code == 3
        assert "only evidence or git" in ran.err or "which belongs to git" in ran.err
    assert not (folder / name).exists()


@pytest.mark.promise("own-files")
def test_the_summary_of_a_step_is_not_added_to_the_ledger(cli, folder, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(cli.ledger))
    before = cli.ledger.read_bytes()
    assert (cli("check").code, cli.ledger.read_bytes()) == (3, before)


@pytest.mark.promise("output-streams")
def test_a_link_is_written_through_and_stays_a_link(cli, folder):
    (folder / "real.json").write_text("old", encoding="utf-8")
    (folder / "link.json").symlink_to("real.json")
    (folder / "new.json").symlink_to("sub/fresh.json")
    for name in ("link.json", "new.json"):
        assert cli("export", "-o", name).code == 0
        assert (folder / name).is_symlink()
        assert json.loads((folder / name).read_text("utf-8"))["targets"]


@pytest.mark.promise("output-streams")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-", "out-link"])
def test_an_open_descriptor_is_written_to_in_order(folder, name):
    """Also where it leads to a file: that file is not replaced under whoever opened it."""
    if name.startswith("/") and not os.path.lexists(name):
        pytest.skip(f"no {name} here")
    (folder / "out-link").symlink_to("/dev/stdout")
    with (folder / "out").open("wb") as out:
        number = os.fstat(out.fileno()).st_ino
        ran = process(
            "--lang", "en", "check", "--output", f"json={name}", folder=folder, stdout=out
        )
    assert (ran.returncode, ran.stderr) == (0, b"")
    text = (folder / "out").read_text("utf-8")
    report, end = json.JSONDecoder().raw_decode(text)
    assert report["verdict"] == "pass"
    assert "Kept" in text[end:] or "finding" in text[end:]
    assert (folder / "out").stat().st_ino == number
    assert (folder / "out-link").is_symlink()


@pytest.mark.promise("output-streams")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_gets_the_text_if_somebody_reads_it_and_stays_a_pipe(cli, folder):
    pipe = folder / "pipe.json"
    os.mkfifo(pipe)
    ran = cli("export", "-o", "pipe.json", "--lang", "en")  # it does not wait for a reader
    assert (ran.code, "nobody reads from it" in ran.err) == (3, True)
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    chunks: list[bytes] = []

    def read() -> None:
        while chunk := os.read(descriptor, 65536):
            chunks.append(chunk)

    thread = threading.Thread(target=read)
    writer = os.open(pipe, os.O_WRONLY)  # keeps the reader from leaving too early
    thread.start()
    assert cli("export", "-o", "pipe.json").code == 0
    os.close(writer)
    thread.join()
    os.close(descriptor)
    assert json.loads(b"".join(chunks))["targets"]
    assert pipe.is_fifo()


@pytest.mark.promise("output-streams")
def test_a_device_is_never_replaced(cli, folder):
    before = Path("/dev/null").stat()
    assert cli("check", "--output", "json=/dev/null").code == 0
    assert os.path.samestat(before, Path("/dev/null").stat())


@pytest.mark.promise("output-streams")
@pytest.mark.parametrize(
    ("turn", "aim"),
    [*enumerate(["victim/.bashrc", "repo/.git/config", "repo/.git/hooks/pre-push"])],
)
def test_in_a_repository_nothing_is_written_through_a_link(cli, folder, turn, aim):
    """Whoever sends a change can commit a link, also in place of a folder."""
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".git" / "config").write_text("mine", encoding="utf-8")
    victim = folder.parent / "victim"
    victim.mkdir()
    (victim / ".bashrc").write_text("mine", encoding="utf-8")
    target = victim / ".bashrc" if aim.startswith("victim") else folder / aim[5:]
    before = target.read_bytes() if target.exists() else None
    (folder / "out.json").symlink_to(os.path.relpath(target, folder))
    (folder / "out").symlink_to(os.path.relpath(target.parent, folder))
    (folder.parent / "in").symlink_to(folder)
    paths = ("out.json", f"out/{target.name}", str(folder / "out.json"), "../in/out.json")
    for number, path in enumerate(paths):
        for command in two_writers(path, turn + number):
            ran = cli(*command, "--lang", "en")
            assert (ran.code, "a link inside a git repository" in ran.err) == (3, True), ran.err
    assert (target.read_bytes() if target.exists() else None) == before


@pytest.mark.promise("output-streams")
def test_a_repository_in_shared_memory_is_one_like_others(cli, folder):
    """Of what is below ``/dev`` only the links of the system are followed unasked."""
    memory = Path("/dev/shm")  # noqa: S108  it is what is tested
    if not os.access(memory, os.W_OK):
        pytest.skip("there is no shared memory")
    with tempfile.TemporaryDirectory(dir=memory) as name:
        (Path(name) / ".git").mkdir()
        (Path(name) / "victim").write_text("mine", encoding="utf-8")
        (Path(name) / "out.json").symlink_to("victim")
        ran = cli("export", "-o", f"{name}/out.json", "--lang", "en")
        assert (ran.code, "a link inside a git repository" in ran.err) == (3, True)
        assert (Path(name) / "victim").read_text("utf-8") == "mine"


@pytest.mark.promise("output-streams")
def test_links_that_lead_to_a_repository_are_followed(cli, folder):
    (folder / ".git").mkdir()
    (folder.parent / "way").symlink_to(folder)
    assert cli("export", "-o", "../way/sub/fresh.json").code == 0
    assert json.loads((folder / "sub" / "fresh.json").read_text("utf-8"))["targets"]


@pytest.mark.promise("output-streams")
@pytest.mark.parametrize(
    ("turn", "path"), [*enumerate([".git/hooks/x", ".GIT/config", "sub/../.git/config"])]
)
def test_nothing_is_written_into_the_folder_of_git(cli, folder, turn, path):
    (folder / ".git" / "hooks").mkdir(parents=True)
    for command in two_writers(path, turn):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, "belongs to git" in ran.err) == (3, True), ran.err
    assert list((folder / ".git").rglob("*")) == [folder / ".git" / "hooks"]


@pytest.mark.promise("output-streams")
def test_the_summary_of_a_step_is_not_written_through_a_link(cli, folder, monkeypatch):
    (folder / ".git").mkdir()
    (folder / "link.md").symlink_to("sub/summary.md")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "link.md"))
    assert (cli("check").code, (folder / "sub" / "summary.md").exists()) == (3, False)


@pytest.mark.promise("any-bytes")
@pytest.mark.parametrize("command", [("seal", "-o"), ("check", "--output"), ("export", "-o")])
def test_a_name_that_is_too_long_is_no_fault_of_the_program(cli, command):
    cli.write(TRAINED)
    name = "x" * 256 + ".csv"
    ran = cli(*command, f"text={name}" if command[0] == "check" else name, "--lang", "en")
    assert (ran.code, "fault" in ran.err) == (3, False)


@pytest.mark.promise("own-files")
def test_init_makes_no_folder_where_it_is_refused(cli):
    assert cli("init", ".git/hooks/pre-commit").code == 3
    assert not (cli.folder / ".git").exists()


def test_what_comes_in_pieces_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.txt"
    write_whole(path, iter(["hai ", b"ba\n"]))
    assert path.read_text(encoding="utf-8") == "hai ba\n"

    def pieces():
        yield "half"
        raise Refusal("nobody")

    with pytest.raises(Refusal):
        write_whole(path, pieces())
    assert [file.name for file in tmp_path.iterdir()] == ["out.txt"]
    assert path.read_text(encoding="utf-8") == "hai ba\n"
