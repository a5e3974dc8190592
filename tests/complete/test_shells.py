"""The scripts in the shells themselves: what is put into the line, what is listed, what is run."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.build import ROOT, TRAINED, environment, process, register, target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells of POSIX")

SECONDS = 30

PROGRAM = """\
#!/bin/sh
if [ -n "$_CDSTRACK_COMPLETE" ]; then
    exec {command} "$@"
elif [ "$1" = completion ]; then
    exec cat "{scripts}/$2"
fi
printf RAN
printf ' <%s>' "$@"
echo
"""
"""Completes as ever, from scripts that were printed once, but shows with which words it is run."""

SET_UP = {
    "bash": "PS1='READY> '; bind 'set bell-style none'; source <(cdstrack completion bash)",
    "zsh": "PS1='READY> '; unsetopt beep; autoload -Uz compinit; compinit -u -d $SCRIPTS/dump;"
    " source <(cdstrack completion zsh)",
}
START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}

EVIL = (
    "$(touch pwned-a) `touch pwned-b` '; touch pwned-c; ' \\\" %F{red}%n ${x} : ! * ~ \\\\ "
    "tab\\t line\\n esc\\u001b]0;x\\u0007 bidi\\u202e"
)
SEEN = (
    "$(touch pwned-a) `touch pwned-b` '; touch pwned-c; ' \" %F{red}%n ${x} : ! * ~ \\ "
    "tab line esc\\x1b]0;x\\x07 bidi\\u202e"
)
"""A title as the register writes it and as everybody sees it."""

HOSTILE = (
    target("evil-one", "kind: unquantified", vi=f'"{EVIL}"', en=f'"{EVIL}"')
    + target("evil-two", "kind: unquantified\ntags: ['$(touch pwned-d)', fine]")
    + "  - {id: '$(touch pwned-e)', title: Not an id}\n"
)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory) -> Path:
    """What ``cdstrack completion`` prints for each shell, and zsh's list of its own functions."""
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        ran = process("completion", shell, folder=folder)
        assert (ran.returncode, ran.stderr) == (0, b"")
        (folder / shell).write_bytes(ran.stdout)
    return folder


@pytest.fixture
def folder(tmp_path, scripts, forking, monkeypatch) -> Path:
    """A folder with a register, and the command in a folder of programs beside it."""
    programs, work = tmp_path / "bin", tmp_path / "work"
    programs.mkdir()
    work.mkdir()
    program = programs / "cdstrack"
    text = PROGRAM.format(command=shlex.join(forking), scripts=scripts)
    program.write_text(text, encoding="utf-8")
    monkeypatch.setenv("SCRIPTS", str(scripts))
    program.chmod(0o755)
    (work / "targets.yaml").write_text(register(TRAINED, HOSTILE), encoding="utf-8")
    return work


def around(folder: Path, **variables: str) -> dict[str, str]:
    path = f"{folder.parent / 'bin'}:{os.environ['PATH']}"
    env = environment(folder.parent, PATH=path, PYTHONPATH=str(ROOT), TERM="xterm", **variables)
    return {**env, "PYTHONDONTWRITEBYTECODE": "", "SCRIPTS": os.environ["SCRIPTS"]}


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


def untouched(folder: Path) -> bool:
    return sorted(each.name for each in folder.iterdir()) == ["targets.yaml"]


class Shell:
    """A shell in a terminal of its own, in which somebody types."""

    def __init__(self, shell: str, folder: Path, **variables: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        needs(shell)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
        self.process = subprocess.Popen(
            START[shell],
            cwd=folder,
            env=around(folder, **variables),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.said = ""
        self.type(SET_UP[shell] + "; echo SET UP | tr ' ' '-'\r")
        self.wait_for("SET-UP")
        self.wait_for("READY> ")

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait_for(self, text: str) -> str:
        """What was said until a text appears; after that it is forgotten."""
        until = time.monotonic() + SECONDS
        while text not in self.said:
            ready, _, _ = select.select([self.master], [], [], max(until - time.monotonic(), 0))
            assert ready, f"waited for {text!r}, saw {self.said!r}"
            self.said += os.read(self.master, 65536).decode(errors="replace")
        before, _, self.said = self.said.partition(text)
        return before

    def runs(self, line: str, words: str) -> None:
        """Type a line and Enter, and see with which words the program is run."""
        self.type(line + "\r")
        self.wait_for(f"RAN {words}\r\n")
        self.wait_for("READY> ")


@pytest.fixture(params=list(START))
def shell(request, folder) -> Iterator[Shell]:
    with Shell(request.param, folder) as opened:
        yield opened


LINES = [
    ("cdstrack stat\t", "<status>"),
    ("cdstrack show tr\t", "<show> <trained>"),
    ("cdstrack show huan\t", "<show> <trained>"),
    ('cdstrack show "tap hu\t', "<show> <trained>"),
    ("cdstrack show evil-t\t", "<show> <evil-two>"),
    ("cdstrack show e\to\t", "<show> <evil-one>"),
    ("cdstrack status --format=js\t", "<status> <--format=json>"),
    ("cdstrack status --tag \t", "<status> <--tag> <fine>"),
    ("cdstrack check --output sar\tta\t", "<check> <--output> <sarif=targets.yaml>"),
    ("cdstrack --file ta\t", "<--file> <targets.yaml>"),
    ("cdstrack --file=ta\tstat\t", "<--file=targets.yaml> <status>"),
    ("cdstrack check --fail-on stale,ov\t", "<check> <--fail-on> <stale,overdue>"),
    ("../bin/cdstrack show tr\t", "<show> <trained>"),
]


def test_what_is_put_into_the_line_is_what_is_run(shell, folder):
    for line, words in LINES:
        shell.runs(line, words)
    assert untouched(folder)


def test_a_hostile_title_is_listed_as_text(shell, folder):
    shell.type("cdstrack show evil-\t\t")
    shell.wait_for(SEEN)
    shell.runs("\x15cdstrack show pwned\t", "<show> <evil-one>")
    assert untouched(folder)


def test_descriptions_are_in_the_language_typed(shell):
    shell.type("cdstrack --lang vi \t\t")
    shell.wait_for("Mọi thông tin về một cam kết")


def test_what_was_typed_stays_while_several_titles_hold_it(shell):
    shell.type("cdstrack --lang vi show o\t\t")
    shell.wait_for("trained")
    shell.runs("oo", "<--lang> <vi> <show> <ooo>")


def test_without_a_register_there_is_silence(shell, folder):
    (folder / "targets.yaml").unlink()
    shell.runs("cdstrack show tr\t --lang e\t", "<show> <tr> <--lang> <en>")


def test_with_a_broken_register_commands_are_completed(shell, folder):
    (folder / "targets.yaml").write_bytes(b"\xff\x00 a: &b [")
    shell.runs("cdstrack show tr\t --lang e\t", "<show> <tr> <--lang> <en>")


def test_the_file_for_zsh_may_lie_in_fpath(folder):
    needs("zsh")
    functions = folder.parent / "functions"
    functions.mkdir()
    script = subprocess.run(
        ["cdstrack", "completion", "zsh"], env=around(folder), capture_output=True, check=True
    )
    (functions / "_cdstrack").write_bytes(script.stdout)
    set_up = f"fpath=({functions} $fpath); autoload -Uz compinit; compinit -u -D; "
    with Shell("zsh", folder) as shell:
        shell.type(f"compdef -d cdstrack; unfunction _cdstrack; {set_up}echo SET UP | tr ' ' '-'\r")
        shell.wait_for("SET-UP")
        shell.wait_for("READY> ")
        for _ in range(2):  # zsh calls the file the first time, the function in it after that
            shell.runs("cdstrack show tr\t", "<show> <trained>")


# bash without a terminal


def test_bash_with_unset_variables_forbidden(folder):
    needs("bash")
    script = """
        set -u
        source <(cdstrack completion bash)
        COMP_LINE='cdstrack show tr' COMP_POINT=16 COMP_TYPE=9
        unset COLUMNS
        _cdstrack cdstrack tr show
        printf '<%s>' "${COMPREPLY[@]}"
    """
    ran = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=around(folder), capture_output=True, check=True
    )
    assert (ran.stdout, ran.stderr) == (b"<trained>", b"")


# fish


def fish(folder: Path, *lines: str) -> list[list[tuple[str, str]]]:
    """What fish offers for each line, each value with its description."""
    needs("fish")
    script = (
        "cdstrack completion fish | source; for line in $argv; complete -C $line; printf '\\0'; end"
    )
    ran = subprocess.run(
        ["fish", "--no-config", "-c", script, *lines],
        cwd=folder,
        env=around(folder),
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    offers = ran.stdout.decode().split("\0")[:-1]
    return [
        [(value, said) for value, _, said in (each.partition("\t") for each in offer.splitlines())]
        for offer in offers
    ]


OFFERED_BY_FISH = {
    "cdstrack stat": ["status"],
    "cdstrack show tr": ["trained"],
    "cdstrack show 'tr": ["trained"],
    "cdstrack status --format=js": ["--format=json"],
    "cdstrack status --tag ": ["fine"],
    "cdstrack check --output sar": ["sarif="],
    "cdstrack check --output sarif=ta": ["sarif=targets.yaml"],
    "cdstrack --file ta": ["targets.yaml"],
    "cdstrack --file=ta": ["--file=targets.yaml"],
    "cdstrack check --fail-on stale,ov": ["stale,overdue", "stale,overdue-by-first-terms"],
    "../bin/cdstrack show tr": ["trained"],
}


def test_what_fish_offers(folder):
    offers = fish(folder, *OFFERED_BY_FISH)
    values = [[value for value, _ in offer] for offer in offers]
    assert dict(zip(OFFERED_BY_FISH, values, strict=True)) == OFFERED_BY_FISH
    assert untouched(folder)


def test_fish_shows_a_hostile_title_as_text(folder):
    assert ("evil-one", SEEN) in fish(folder, "cdstrack show evil-")[0]
    assert untouched(folder)


def test_fish_speaks_the_language_typed(folder):
    vietnamese, english = fish(folder, "cdstrack --lang vi ", "cdstrack ")
    assert ("show", "Mọi thông tin về một cam kết.") in vietnamese
    assert ("show", "Everything on one commitment.") in english


def test_fish_is_silent_without_a_register(folder):
    (folder / "targets.yaml").unlink()
    assert fish(folder, "cdstrack show ") == [[]]
