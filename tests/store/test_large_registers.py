"""A large register lets go of what its targets were read from, and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdstrack.store.yaml.register_file import RegisterFile
from tests.corpus.files import BAD, GOOD, name

ROOT = Path(__file__).parent.parent.parent
SHIPPED = [ROOT / "targets.yaml", ROOT / "examples" / "provinces" / "targets.yaml"]


class LargeFile(RegisterFile):
    """A register that is taken for a large one, whatever its size."""

    large = 0


@pytest.mark.parametrize("path", [*GOOD, *BAD, *SHIPPED], ids=name)
def test_a_large_register_is_read_as_a_small_one(path: Path):
    data = path.read_bytes()
    small, large = RegisterFile(data, "targets.yaml"), LargeFile(data, "targets.yaml")
    assert large.problems == small.problems
    assert repr(large.register) == repr(small.register)
    assert large.tree.root == small.tree.root
    assert large.tree.place(("targets", 0)) == small.tree.place(("targets", 0))


def test_targets_of_a_large_register_share_what_they_have_in_common():
    register = LargeFile(SHIPPED[0].read_bytes(), "targets.yaml").register
    assert register is not None
    units = {}
    for target in register.targets.values():
        if target.unit is not None:
            assert units.setdefault((target.unit.vi, target.unit.en), target.unit) is target.unit
    assert len(units) < len(register.targets)
