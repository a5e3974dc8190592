"""What the tests of the store share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cdstrack.store.ledger import append, load


@pytest.fixture(scope="module")
def early_large() -> Iterator[None]:
    """A ledger counts as large from 32 KiB on, so that one of seven hundred lines does."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (append, load):
            patch.setattr(module, "SMALL", 32 * 1024)
        yield
