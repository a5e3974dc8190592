"""What the tests of trust have in common."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from cdstrack.store import files


@pytest.fixture(autouse=True, scope="module")
def _registers() -> Iterator[None]:
    """Read and check a register once for all commands that look at the same bytes: many are tried
    on each, and what they make of it is what matters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "RegisterFile", lru_cache(4)(files.RegisterFile))
        yield
