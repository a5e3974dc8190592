"""1 is a finding of ``check`` or ``verify`` and nothing else, whatever breaks; that is said."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from unittest.mock import Mock

import pytest
import typer

from cdstrack.cli import COMMANDS, session
from cdstrack.cli.plain_line import plain_line
from tests.cli.build import COMMAND, LATE, LAW, TRAINED, environment, process, register
from tests.trust.runs import NEEDED, SEAL, SHEET, Here, commit

posix = pytest.mark.skipif(sys.platform == "win32", reason="streams and signals of POSIX")
EVERY = [[name, *NEEDED.get(name, [])] for name in COMMANDS]
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED, LAW), encoding="utf-8")
    (tmp_path / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (tmp_path / "seal.txt").write_text(SEAL, encoding="utf-8")
    return tmp_path


# Bugs

BUGS = [
    RuntimeError("a bug \x1b[31m with \u202e"),
    KeyError("key"),
    RecursionError("deep"),
    MemoryError(),
    UnicodeEncodeError("ascii", "\udc80", 0, 1, "surrogates"),
    BrokenPipeError(errno.EPIPE, "of another pipe"),  # typer would exit 1 on it
    SystemExit(1),
    EOFError(),  # typer takes it for an interrupt
    typer.TyperException("unforeseen"),
]


@pytest.mark.promise("program-faults")
@pytest.mark.parametrize("args", EVERY, ids=lambda args: args[0])
def test_a_bug_in_any_command_is_never_a_finding(cli, monkeypatch, args):
    cli.write(TRAINED, LATE)
    (cli.folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (cli.folder / "seal.txt").write_text(SEAL, encoding="utf-8")
    if args[0] == "audit":
        commit(cli.folder)
    of_old = {*cli.folder.iterdir()}
    for bug in BUGS:
        with monkeypatch.context() as patch:
            patch.setattr(session.Session, "write", Mock(side_effect=bug))
            patch.setattr(sys, "stdout", sys.stdout)  # typer wraps it when a pipe is broken
            ran = cli(*args)
        # typer, where it is in the way, has outcomes of its own.
        of_typer = {} if plain_line(args) is not None else {typer.TyperException: 2, EOFError: 130}
        assert ran.code == of_typer.get(type(bug), 3), bug
        assert ran.out == "", bug
        assert "\x1b" not in ran.err, bug
        if isinstance(bug, MemoryError):  # of this computer, not a bug
            assert "not enough memory on this computer" in ran.err
        elif ran.code == 3:
            assert "Please report it" in ran.err, bug
            assert re.search(f"{type(bug).__name__}|SystemExit", ran.err), bug
        for path in {*cli.folder.iterdir()} - of_old:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.promise("program-faults")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (RuntimeError("a bug"), "Please report it"),
        (MemoryError(), "not enough memory on this computer"),
        (session.OutputError("gone"), "the output could not be written"),
    ],
)
def test_what_breaks_before_the_language_is_known_is_said_in_english(cli, monkeypatch, fault, said):
    opened = Mock(side_effect=[fault, session.open_session(None, "never")])
    monkeypatch.setattr(import_module("cdstrack.cli.main"), "open_session", opened)
    ran = cli("status", "--lang", "vi")
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err


@pytest.mark.promise("program-faults")
@posix
def test_a_bug_in_a_process_shows_no_traceback_unless_asked(folder):
    bug = "from cdstrack.cli.session import Session; Session.write = lambda *_: 1 / 0"
    for debug in ({}, {"CDSTRACK_DEBUG": "1"}):
        ran = process("check", folder=folder, env=debug, before=bug)
        assert ran.returncode == 3
        assert b"Please report it" in ran.stderr
        assert (b"Traceback" in ran.stderr) is bool(debug)


@pytest.mark.promise("program-faults")
def test_only_check_and_verify_exit_1_and_only_on_findings(cli):
    cli.write(LATE)
    seal = cli.folder / "seal.txt"
    seal.write_text(SEAL, encoding="utf-8")
    codes = {args[0]: cli(*args).code for args in EVERY}
    assert {name for name, code in codes.items() if code == 1} == {"check"}
    seal.write_text(SEAL.replace("lines: 0", "lines: 1"), encoding="utf-8")
    codes = {args[0]: cli(*args).code for args in EVERY}
    assert {name for name, code in codes.items() if code == 1} == {"check", "verify"}
    cli.write(LATE, head="cdstrack: 1\ntitle: x\ntypo: 1\n")
    assert cli("check").code == 3
    assert cli("check", "--exit-zero").code == 3


# Streams


@pytest.fixture
def here(folder, monkeypatch) -> Here:
    return Here(folder, monkeypatch)


@pytest.mark.promise("full-disk-output")
@posix
@FULL
def test_a_full_disk_under_any_command_is_3(here):
    commit(here.folder)
    for args in [*EVERY, ["-h"], ["--version"]]:
        full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115
        code, err = here.printing_to(full, *args)
        assert code == 3, args
        assert b"the disk is full" in err, args
        assert b"Traceback" not in err, args
        with suppress(OSError):  # what is left in it cannot be written either
            full.close()


@pytest.mark.promise("closed-output")
@posix
def test_a_closed_output_under_any_command_is_3(here):
    commit(here.folder)
    for args in [*EVERY, ["-h"]]:
        code, err = here.printing_to(None, *args)
        assert code == 3, args
        assert b"Traceback" not in err, args


@pytest.mark.promise("closed-output", "full-disk-output")
@posix
@FULL
@pytest.mark.parametrize("args", ["status", "--version"])
@pytest.mark.parametrize("is_closed", [True, False])
def test_in_a_process_it_is_3_too(folder, args, is_closed):
    with Path("/dev/full").open("wb") as full:
        ran = process(args, folder=folder, stdout=full, closed=[1] if is_closed else [])
    assert ran.returncode == 3
    assert b"could not be written" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.promise("full-disk-output")
@posix
@FULL
@pytest.mark.parametrize(
    ("args", "is_closed", "streams"),
    [  # any two of them together
        (["statsu"], True, ["stderr"]),
        (["statsu"], False, ["stdout", "stderr"]),
        (["check", "--file", "x"], True, ["stdout", "stderr"]),
        (["check", "--file", "x"], False, ["stderr"]),
    ],
)
def test_when_not_even_the_error_can_be_said_it_is_3(folder, args, is_closed, streams):
    closed = [("stdout", "stderr").index(name) + 1 for name in streams] if is_closed else []
    with Path("/dev/full").open("wb") as full:
        ran = process(*args, folder=folder, closed=closed, **dict.fromkeys(streams, full))
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, b"", b"")


@pytest.mark.promise("departed-reader")
@posix
def test_a_reader_who_is_gone_is_141(here):
    commit(here.folder)
    for args in [*EVERY, ["-h"]]:
        read, write = os.pipe()
        os.close(read)
        pipe = os.fdopen(write, "w", encoding="utf-8")
        assert here.printing_to(pipe, *args) == (141, b""), args
        with suppress(OSError):
            pipe.close()


@pytest.mark.promise("departed-reader")
@posix
def test_in_a_process_it_is_141_too(folder):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        ran = process("check", folder=folder, stdout=pipe)
    assert (ran.returncode, ran.stderr) == (141, b"")


# Signals


@pytest.mark.promise("interrupt")
@posix
@pytest.mark.parametrize("args", [["status"], ["add-progress", "trained", "5", "--yes"]])
def test_ctrl_c_at_any_moment_is_130_and_the_ledger_whole(folder, args):
    """Interrupted as it waits for its register, which comes through a slow disk."""
    slowly = (
        "import os, signal; from cdstrack.store import files\n"
        "files.read_bytes = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
    )
    before = json.dumps({"id": "a"}) + "\n"
    (folder / "progress.jsonl").write_text(before, encoding="utf-8")
    ran = process(*args, folder=folder, before=slowly)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")
    assert (folder / "progress.jsonl").read_text(encoding="utf-8") == before


@pytest.mark.promise("interrupt")
@posix
def test_an_interrupt_never_looks_like_a_finding(folder):
    for tenths in (0, 1, 2, 4):
        with subprocess.Popen(
            [*COMMAND, "check"],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as running:
            try:
                running.wait(tenths / 10)
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGINT)
            _, err = running.communicate()
        # Before Python is ready, or after it is done, the signal itself ends the process; between
        # the two Python gives up by itself, and says so.
        is_ours = b"Fatal Python error" not in err and b"Could not import runpy" not in err
        assert running.returncode in (0, 130, -signal.SIGINT) or not is_ours, err


# Screens


FILES = ("seal", "draft", "store")
"""What these print is a file, in UTF-8 and as wide as it is, wherever it goes."""
FOR_PROGRAMS = ("completion", "export", *FILES)
FOR_PEOPLE = [args for args in EVERY if args[0] not in FOR_PROGRAMS]


@pytest.mark.promise("colour-and-width")
@posix
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_width_40_and_the_c_locale_serve_every_command(cli, lang):
    cli.write(TRAINED, LATE, LAW)
    (cli.folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (cli.folder / "seal.txt").write_text(SEAL, encoding="utf-8")
    commit(cli.folder)
    cli.report("trained", "250", "--date", "2026-03-31", "--source", "plan")
    cli.in_terminal(40)
    for args in FOR_PEOPLE:
        ran = cli(*args, "--lang", lang)
        assert ran.code == (1 if args == ["check"] else 0), (args, ran.err)
        for line in (ran.out + ran.err).splitlines():
            assert len(line) <= 40 or " " not in line.strip(), args


@pytest.mark.promise("ascii")
def test_an_ascii_stream_serves_every_command(here):
    commit(here.folder)
    for args in (each for each in EVERY if each[0] not in FILES):
        ran = here(*args, "--lang", "vi", encoding="ascii")
        assert ran.code == 0, args
        assert (ran.out + ran.err).isascii(), args
        assert not re.search(rb"[?]\w|[?]{2}", ran.out), args  # no letter that was lost


@pytest.mark.promise("ascii")
def test_the_c_locale_has_ascii_streams(folder):
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "NO_COLOR": "1"}
    ran = process("status", "--lang", "vi", folder=folder, env={**variables, "TERM": "dumb"})
    assert ran.returncode == 0
    assert (ran.stdout + ran.stderr).isascii()
    assert b"?" not in ran.stdout
