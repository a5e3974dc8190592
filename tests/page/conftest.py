"""Sites for the tests of pages, written once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.page.sites import Site, sites_in


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Callable[[str], Site]:
    """``site(name)`` is the site of the register of that name."""
    return sites_in(tmp_path_factory.mktemp("sites"))
