"""How git is run: found where the machine keeps it, and deaf to what a repository would have it do.

A repository that came in an archive or from a shared drive brings a configuration of its own, and
git runs programs that such a configuration names, or fetches what is missing from where it says.
Every call of git goes through here, so that it reads what is there and does nothing else.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from cdstrack.store.programs import find_program, search_path

_VARIABLES = frozenset(
    {"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"}
    # What the owner of the machine configured counts: it says whose repositories are trusted.
    | {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT"}
    | {"GIT_TEST_ASSUME_DIFFERENT_OWNER"}  # makes git stricter
)
_VARIABLE_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
"""Of git's own variables these reach it. A hook or a shell may have set others, and they lead git
to another repository than the register's, to other programs or to files that it would write."""

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # outranks every protocol.*.allow
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "NoDefaultCurrentDirectoryInExePath": "1",  # for what git starts on Windows
    "LC_ALL": "C",
    "LANGUAGE": "C",
}

_SETTINGS = {
    "core.alternateRefsCommand": "",
    "core.commitGraph": "false",  # a copy of what the commits say
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "gpg.openpgp.program": "gpg",
    "gpg.program": "gpg",
    "gpg.ssh.defaultKeyCommand": "",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.x509.program": "gpgsm",
    "log.mailmap": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
}
"""What outranks the configuration of a repository: the settings that name programs, as by default.
Commands may not be taken from it by aliases, and a pipe gets no pager."""


def run_git(
    folder: Path, *args: str, stdin: bytes = b"", seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """What git answers when it is asked in ``folder``.

    Raises FileNotFoundError if there is no git, OSError if it may not be run,
    subprocess.TimeoutExpired after so many seconds.
    """
    command, environment = _call(folder, args)
    return subprocess.run(  # noqa: S603
        command, input=stdin, capture_output=True, check=False, timeout=seconds, env=environment
    )


def start_git(folder: Path, *args: str) -> subprocess.Popen[bytes]:
    """A git in ``folder`` that is asked by and by; whoever starts it ends it. Raises OSError.

    What it has to say of errors is lost.
    """
    command, environment = _call(folder, args)
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: S603
        command, bufsize=0, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
    )


def _call(folder: Path, args: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """How git is called in a folder, and its environment."""
    top = top_of(folder)
    checkout = [top or folder]
    program = find_program("git", checkout)
    if program is None:
        raise FileNotFoundError("git")
    settings = [word for item in _SETTINGS.items() for word in ("-c", "=".join(item))]
    # The repository may say that its files lie elsewhere, or be no repository after all.
    tree = (f"--work-tree={top}",) if top is not None else ()
    command = [str(program), "--no-pager", *settings, "-C", str(folder), *tree, *args]
    environment = {name: value for name, value in os.environ.items() if _reaches_git(name)}
    if top is not None:
        ceilings = (str(top.parent), environment.get("GIT_CEILING_DIRECTORIES"))
        environment["GIT_CEILING_DIRECTORIES"] = os.pathsep.join(filter(None, ceilings))
    path = os.pathsep.join(search_path(checkout))
    return command, environment | _ENVIRONMENT | {"PATH": path}


def way_up(folder: Path) -> Iterator[Path]:
    """A folder and those above it, up to the top of the repository."""
    real = Path(os.path.realpath(folder))
    for above in (real, *real.parents):
        yield above
        if os.path.lexists(above / ".git"):
            return


def top_of(folder: Path) -> Path | None:
    """The top of the repository around a folder; git itself would go by what that configures."""
    *_, top = way_up(folder)
    return top if os.path.lexists(top / ".git") else None


def _reaches_git(name: str) -> bool:
    return not name.startswith("GIT_") or name in _VARIABLES or name.startswith(_VARIABLE_PREFIXES)
