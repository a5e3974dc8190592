"""The command as a process: pipes, full disks, signals, and terminals of every size."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdstrack.cli.session import MANY_LINES, open_session
from tests.cases import every_case
from tests.cli.build import LATE, ROOT, TRAINED, environment, process, register
from tests.cli.terminal import Terminal, interrupt, seen
from tests.trust.runs import Here

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and terminals of POSIX")

AS_OF = "--as-of=2026-11-21"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("targets.yaml", "progress.jsonl"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


REPORT = (
    '{"id":"a","target":"trained","date":"2026-03-31","value":"2",'
    '"recorded":"2026-04-01T00:00:00.000000Z"}\n'
)


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder for what is started anew, which would read the shipped register anew as well."""
    (tmp_path / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
    (tmp_path / "progress.jsonl").write_text(REPORT, encoding="utf-8")
    return tmp_path


# streams


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_3_with_a_message(folder):
    with Path("/dev/full").open("wb") as full:
        ran = process("show", "dx", folder=folder, stdout=full)
    assert ran.returncode == 3
    assert ran.stderr.decode() == "cdstrack: the output could not be written: the disk is full.\n"


def test_a_closed_output_is_3_with_a_message(folder):
    ran = process("status", "--lang", "vi", folder=folder, closed=[1])
    assert ran.returncode == 3
    assert "không ghi được kết quả" in ran.stderr.decode()


@pytest.mark.promise("departed-reader")
@pytest.mark.parametrize("args", [["status"], ["status", "--format", "json"], ["show", "dx"]])
def test_a_reader_who_has_seen_enough(folder, args):
    with subprocess.Popen("true", stdin=subprocess.PIPE) as reader:
        ran = process(*args, folder=folder, stdout=reader.stdin)
    assert ran.returncode in (0, 141)
    assert ran.stderr == b""


@pytest.mark.promise("ascii")
@every_case(
    "command",
    [
        ["status"],
        ["show", "dx"],
        ["overdue"],
        ["check"],
        ["history"],
        ["show", "không-có"],
        ["-h"],
        ["add-progress", "dx", "2000", "--dry-run"],
    ],
)
def test_ascii_alone_is_readable(folder, monkeypatch, command):
    ran = Here(folder, monkeypatch)(*command, "--lang", "vi", AS_OF, encoding="ascii")
    assert ran.code in (0, 1, 2)
    said = (ran.out + ran.err).decode("ascii")
    assert "?" not in said.replace("y la", "").replace("Ghi bao cao nay?", "")
    assert "Traceback" not in said


@pytest.mark.promise("ascii")
@pytest.mark.parametrize("variables", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_ascii_alone_is_what_the_environment_asks_for(small, variables):
    ran = process("-h", "--lang", "vi", folder=small, env=variables)
    assert ran.returncode == 0
    said = (ran.stdout + ran.stderr).decode("ascii")
    assert "?" not in said


LOCALES = [
    {"PYTHONIOENCODING": "utf-16"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "", "LANG": "C"},
]


def test_a_line_that_a_screen_cannot_show_leaves_the_others_alone(monkeypatch):
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(screen, encoding="latin-1"))
    open_session("en", None).write(["café\n", "Hồ sơ\n", "già\n"] * MANY_LINES)
    assert screen.getvalue() == "café\nHo so\ngià\n".encode("latin-1") * MANY_LINES


@pytest.mark.promise("utf-8")
def test_what_programs_read_is_utf8_whatever_the_locale(small, monkeypatch):
    args = ["status", "--format", "csv", AS_OF, "--lang", "vi"]
    usual = process(*args, folder=small).stdout
    run = Here(small, monkeypatch)
    for code in ("ascii", "cp1258"):
        ran = run(*args, encoding=code)
        assert (ran.code, ran.out) == (0, usual), code
    for variables in LOCALES:
        ran = process(*args, folder=small, env=variables)
        assert (ran.returncode, ran.stdout) == (0, usual), variables


@every_case("form", ["md", "plain", "json", "svg"])
def test_every_format_of_programs_is_utf8(folder, monkeypatch, form):
    run = Here(folder, monkeypatch)
    ran = run("status", "--lang", "vi", "--format", form, encoding="ascii")
    assert ran.code == 0
    assert ran.out == run("status", "--lang", "vi", "--format", form, encoding="utf-8").out


def test_a_pipe_gets_whole_lines_without_colour(folder):
    said = process("status", AS_OF, "--lang", "vi", folder=folder).stdout.decode()
    assert "\x1b" not in said
    line = next(line for line in said.splitlines() if line.startswith("gdp-double-digit"))
    assert "GDP tăng bình quân từ 10%/năm trở lên giai đoạn 2026-2030" in line
    assert line.endswith("Chính phủ")


@pytest.mark.parametrize(
    ("args", "variables", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_in_a_pipe(folder, monkeypatch, args, variables, colored):
    here = Here(folder, monkeypatch)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (b"\x1b[" in here("status", *args).out) is colored


# signals


@pytest.mark.promise("interrupt")
def test_an_interrupt_is_130_and_changes_nothing(small):
    report = ("trained", "5", "--date", "2026-06-30", "--source", "plan", "--note", "n")
    with Terminal("add-progress", *report, folder=small, cold=True) as terminal:
        terminal.read_until("[y/N]")
        assert interrupt(terminal.process) == 130
    assert (small / "progress.jsonl").read_text(encoding="utf-8") == REPORT


# terminals


def too_wide(said: str, width: int) -> Iterator[str]:
    """Lines wider than the terminal, but for single words that cannot be broken."""
    for line in ANSI.sub("", said).splitlines():
        if len(line) > width and len(line.split()) > 1 and "http" not in line:
            yield line


COMMANDS = [
    ["status"],
    ["status", "--group-by", "tag", "--all"],
    ["overdue"],
    ["show", "dx"],
    ["show", "officials-work"],
    ["show", "gdp"],
    ["check"],
    ["history"],
    ["validate"],
    ["-h"],
    ["add-progress", "-h"],
    ["add-progress", "dx", "10.000"],
    ["add-progress", "officials-work", "5"],
    ["add-progress", "dx", "2000", "--dry-run"],
    ["show", "work-online"],
]


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_line_is_wider_than_the_screen(cli, width, lang):
    cli.ship()
    cli.in_terminal(width, color=True)
    for command in COMMANDS:
        ran = cli(*command, AS_OF, "--lang", lang)
        assert list(too_wide(ran.out + ran.err, width)) == [], command


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(folder, width):
    for command in (["status"], ["check"], ["show", "dx"]):
        said = seen(*command, AS_OF, "--lang", "vi", folder=folder, width=width)
        assert list(too_wide(said, width)) == []


def test_problems_fit_the_terminal_too(folder):
    text = (folder / "targets.yaml").read_text("utf-8")
    (folder / "targets.yaml").write_text(text.replace("kind: reach", "kind: rech, or reach"))
    (folder / "progress.jsonl").write_text('{"id": "a", "x": "' + "đ" * 300 + '\n{"id":"b",\n')
    said = seen("validate", "--lang", "vi", folder=folder, width=80)
    assert list(too_wide(said, 80)) == []
    assert said.count("^") >= 10


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_and_ids_are_never_cut(cli, width, lang):
    cli.ship()
    cli.in_terminal(width)
    said = cli("status", AS_OF, "--lang", lang).out
    text = (cli.folder / "targets.yaml").read_text("utf-8")
    for name in re.findall("^  - id: (.*)$", text, re.MULTILINE):
        assert name in said
    parts = ["≥ 10.000", "1.421", "1.501"] if lang == "vi" else ["≥ 10,000", "1,421", "1,501"]
    assert all(part in said for part in parts)
    headings = {"vi": ["TRẠNG THÁI", "CAM KẾT", "MỤC TIÊU", "THỜI HẠN"]}
    headings["en"] = ["STATE", "COMMITMENT", "VALUE / TARGET", "DEADLINE"]
    assert all(heading in said for heading in headings[lang])


def test_the_least_important_columns_go_first(cli):
    cli.ship()
    widths = {}
    for width in (80, 120, 200):
        cli.in_terminal(width)
        widths[width] = cli("status", AS_OF).out
    assert "OWNER" in widths[200]
    assert "OWNER" not in widths[80]
    assert "LAST REPORT" in widths[120]


@pytest.mark.promise("colour-and-width")
@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"CLICOLOR": "0"}, False),
    ],
)
def test_colour_in_a_terminal(folder, variables, colored):
    assert bool(ANSI.search(seen("status", folder=folder, **variables))) is colored


def test_a_report_is_asked_back_and_taken(tmp_path):
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    told = ("tap huan", "5", "--date", "30/6/2026", "--source", "plan", "--note", "x")
    with Terminal("add-progress", *told, "--lang", "vi", folder=tmp_path, cold=True) as terminal:
        terminal.read_until("[c = có, K = không]")
        assert not (tmp_path / "progress.jsonl").exists()
        terminal.type("c\n")
        said = terminal.read_all()
    assert terminal.process.returncode == 0
    assert "Đã ghi, mã " in said
    assert len((tmp_path / "progress.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("answer", ["\n", "n\n", "x\nn\n", "\x04"])
def test_anything_but_yes_writes_nothing(tmp_path, answer):
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    told = ("trained", "5", "--date", "30/6/2026", "--source", "plan", "--note", "x")
    with Terminal("add-progress", *told, folder=tmp_path) as terminal:
        terminal.read_until("[y/N]")
        terminal.type(answer)
        assert "Nothing was written." in terminal.read_all()
    assert terminal.process.returncode == 0
    assert not (tmp_path / "progress.jsonl").exists()


def test_as_a_module_and_as_a_script_it_is_the_same_and_loads_what_it_needs(small):
    script = Path(sys.executable).with_name("cdstrack")
    if not script.exists():
        pytest.skip("the console script is not installed")
    env = environment(small, PYTHONVERBOSE="1")
    ran = subprocess.run(
        [script, "check", AS_OF], cwd=small, env=env, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 1
    assert ran.stdout.encode() == process("check", AS_OF, folder=small).stdout
    modules = set(re.findall(r"^import '([\w.]+)' # ", ran.stderr, re.MULTILINE))
    assert {"cdstrack.cli.check", "cdstrack.core.checks.gate"} <= modules
    # A gate without waivers or versions loads neither.
    assert modules.isdisjoint({"cdstrack.store.git", "cdstrack.render.ci.formats"})


IDLE = {
    "--version": ("re", "json", "typing", "pathlib", "contextlib", "cdstrack.cli", "cdstrack.core"),
    "-h": (
        "typer", "pydantic", "yaml", "rich", "shutil", "difflib", "cdstrack.app",
        "cdstrack.cli.status", "cdstrack.cli.parser",
    ),
    "show -h": (
        "typer", "pydantic", "yaml", "rich", "shutil", "difflib", "cdstrack.app",
        "cdstrack.cli.show", "cdstrack.cli.parser",
    ),
    "1 show ": (
        "typer", "pydantic", "msgspec", "rich", "inspect", "dataclasses", "difflib", "shutil",
        "cdstrack.app", "cdstrack.cli", "cdstrack.core.model.problems", "cdstrack.i18n.vi",
    ),
    "status": (
        "typer", "statistics", "traceback", "subprocess", "getpass", "difflib",
        "psycopg", "rich.console", "jinja2", "cdstrack.cli.parser", "cdstrack.cli.watch",
        "cdstrack.core.model.conditions", "cdstrack.core.model.server_address",
        "cdstrack.core.checks.gate", "cdstrack.core.checks.pitfalls", "cdstrack.core.checks.seals",
        "cdstrack.i18n.read_dates", "cdstrack.i18n.vi", "cdstrack.store.git",
        "cdstrack.store.mirror", "cdstrack.store.postgres", "cdstrack.store.ledger.fast",
        "cdstrack.store.ledger.index", "cdstrack.store.ledger.index_file",
        "cdstrack.store.ledger.joined", "cdstrack.store.yaml.expectations",
        "cdstrack.store.yaml.mending",
    ),
}  # fmt: skip
"""What a plain run must not import, by its words: each took a part of its time once."""


@pytest.mark.parametrize("words", IDLE)
def test_nothing_is_imported_that_a_plain_run_has_no_use_for(folder, words):
    is_tab = words.startswith("1 ")
    env = environment(folder, **({"_CDSTRACK_COMPLETE": "zsh"} if is_tab else {}))
    script = "from cdstrack.__main__ import main; main()"
    command = [sys.executable, "-X", "importtime", "-c", script, *words.split(" ")]
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0
    assert ran.stdout
    imports = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "cdstrack.cli.main" in imports or words == "--version" or is_tab
    assert imports.isdisjoint(IDLE[words]), sorted(imports & {*IDLE[words]})
