"""What every test of faults begins with."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":  # POSIX alone has fork, and Linux alone the rest
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.faults import tools

    @pytest.fixture(autouse=True, scope="session")
    def warm(tmp_path_factory):
        """Whatever an append loads or makes only once is there before writers are forked."""
        assert tools.append(tmp_path_factory.mktemp("warm") / "progress.jsonl").startswith("saved")

    @pytest.fixture(autouse=True)
    def reaped():
        """No writer outlives its test."""
        yield
        for writer in list(tools.ALIVE):
            writer.kill()
            writer.finish()

    @pytest.fixture
    def path(tmp_path):
        return tmp_path / "progress.jsonl"
