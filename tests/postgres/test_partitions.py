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

CONTRACT = [
    "what_was_added_is_loaded_as_it_was", "batches_of_targets_have_together_what_the_whole_has",
    "what_is_wanted_of_what_was_known_on_a_day", "of_the_ledger_only_what_is_wanted_is_read",
    "an_append_sees_at_least_the_target_that_it_wants", "increments_count_once_unless_again",
    "a_known_import_key_adds_nothing", "the_same_again_is_already_recorded",
    "the_same_record_twice_is_one_and_its_id_is_for_it_alone",
    "a_void_removes_a_report_and_nothing_comes_back", "corrections_that_rival_are_a_problem",
    "a_correction_stays_with_its_target", "history_holds_everything_in_the_order_recorded",
    "many_reports_are_added_at_once_or_none", "writers_at_once_do_not_overlook_each_other",
    "what_would_be_damage_is_refused", "of_many_reports_every_kind_of_figure_comes_back",
    "whatever_is_written_comes_back", "a_server_does_what_memory_does",
]  # fmt: skip
"""What is asked in SQL of the table that is parted, or written to it."""
globals().update({f"test_{name}": getattr(test_shared_contract, f"test_{name}")
                  for name in CONTRACT})  # fmt: skip
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
