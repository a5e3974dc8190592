"""Options and fixtures for every test."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, settings

from cdstrack.store import files
from tests.cli.build import NOW, Cli, read_once, ticking
from tests.cli.starts import forking_command
from tests.draws import CI, examples

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

# Thousands of small tests: to look for garbage as often as Python does by itself takes a sixth of
# their time.
gc.set_threshold(200_000, 20, 1_000)

# No test asserts a time, and hypothesis shall not either. What fails is printed so that it can be
# put above the test and tried again anywhere; in CI every run draws the same, elsewhere new ones.
settings.register_profile(
    "here",
    examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile("ci" if CI else "here")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew, then read them"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """One worker looks for tests before the others do: in a new clone it compiles them all, and
    hypothesis reads all that we wrote, which both keep for who comes next."""
    with ExitStack() as stack:
        if fcntl and hasattr(session.config, "workerinput"):
            lock = stack.enter_context((session.config.rootpath / "pyproject.toml").open("rb"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(lock, fcntl.LOCK_SH)
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Of a test that passes, a worker tells its call and not that it began, was set up, torn down
    and over: nobody counts these, and to tell them takes as long as many a test."""
    if not hasattr(item.config, "workerinput") or item.config.getoption("durations") is not None:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look for garbage once: pytest is about to do so five times, through all that tests left."""
    gc.collect()
    gc.freeze()


OURS = ("CDSTRACK_", "LC_", "CLICOLOR")
ALSO = ("LANG", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR")  # fmt: skip


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path) -> Cli:
    """The command, in this process, in an empty folder, at noon of 21 November 2026 in Hà Nội."""
    for name in list(os.environ):
        if name.startswith(OURS) or name in ALSO:
            monkeypatch.delenv(name)
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CDSTRACK_BY", "An")
    monkeypatch.chdir(work)

    monkeypatch.setattr(files, "RegisterFile", read_once)
    # It would silence pytest itself.
    monkeypatch.setattr(import_module("cdstrack.cli.main"), "_drop_output", lambda: None)
    return Cli(work, capsys, monkeypatch, ticking(NOW))


@pytest.fixture(scope="module")
def forking() -> Iterator[list[str]]:
    """The command for scripts to run, where how it starts is not what matters."""
    if not hasattr(socket, "send_fds"):
        pytest.skip("descriptors cannot be sent")
    with forking_command() as command:
        yield command


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Path, Callable[[], object]], None]:
    """``once(name, folder, make)`` fills a folder by ``make``, later ones with copies of that.

    A repository that many tests begin with takes ten processes of git to make.
    """
    originals: dict[str, Path] = {}

    def fill(name: str, folder: Path, make: Callable[[], object]) -> None:
        if name in originals:
            shutil.copytree(originals[name], folder, symlinks=True, dirs_exist_ok=True)
        else:
            make()
            originals[name] = tmp_path_factory.mktemp("original") / "copy"
            shutil.copytree(folder, originals[name], symlinks=True)

    return fill
