"""A ledger whose reports are parted by target is the same ledger, and looks into one part."""

from __future__ import annotations

import re

import pytest

from cdstrack.store.base import Wanted
from cdstrack.store.postgres.server_lines import statement
from cdstrack.store.postgres.verification import verify
from tests.postgres import test_shared_contract
from tests.postgres.conftest import create, fill, trust

PARTS = 4

globals().update(
    (name, test) for name, test in vars(test_shared_contract).items() if name.startswith("test_")
)
store = test_shared_contract.store  # its fixture


@pytest.fixture(scope="session")
def common(server) -> str:
    """The name of a database with such a ledger, which the tests share."""
    name = create(server, "parted")
    with pytest.MonkeyPatch.context() as patch:
        fill(server, trust(server, name, patch), PARTS)
    return name


def test_reports_go_into_the_part_of_their_target(server, store):
    parts = server.sql(
        "select count(*) from pg_inherits where inhparent = 'cdstrack.reports'::regclass",
        database=store.server.address.database,
    )
    assert parts == [(PARTS,)]


def test_nothing_of_it_is_found_to_be_otherwise_than_set_up(store):
    assert verify(store.server.address).flaws == []


@pytest.mark.parametrize("wanted", [Wanted(frozenset({"roads"})), Wanted()])
def test_of_a_target_one_part_is_looked_into_also_for_what_was_corrected(store, wanted):
    ledger = store.server
    with ledger._reading() as link:
        text, values = statement(ledger._scope(link, wanted))
        plan = link.execute(f"explain (costs off) {text}", values or None).fetchall()
    text = "\n".join(line for (line,) in plan)
    scans = re.findall(r"\bon reports_(\d+) (r|old)(?:_\d+)?\b", text)
    assert {name for _, name in scans} == {"r", "old"}
    assert len({part for part, _ in scans}) == (1 if wanted.targets else PARTS)
