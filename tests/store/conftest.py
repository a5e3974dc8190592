"""What the tests of the store share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cdstrack.store.ledger import append, load


@pytest.fixture(scope="module")
def early_large() -> Iterator[None]:
    """A ledger counts as large from 8 KiB on, so that one of 175 lines does.

    It is read in pieces of 2 KiB: of the first one nothing is passed over.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "_CHUNK", 2 * 1024)
        for module in (append, load):
            patch.setattr(module, "SMALL", 8 * 1024)
        yield
