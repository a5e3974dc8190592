"""Sites for the tests of pages, written once."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.page.sites import Site, sites_in


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Callable[[str], Site]:
    """``site(name)`` is the site of the register of that name, the same for all workers."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "sites"
    folder.mkdir(exist_ok=True)
    return sites_in(folder)
