"""Of a target on which many bodies report a server is asked for what somebody looks at."""

from __future__ import annotations

from datetime import date

import pytest

from cdstrack.app.record.draft import wanted_of
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from tests.postgres.conftest import fill_for
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import add, report

REGISTER = """\
cdstrack: 1
title: Register
sources: {speech: {title: Speech}}
bodies:
  p07: {name: Province 07}
  p08: {name: Province 08}
  p06: {name: Province 06, ended: 2025-07-01, successor: p07, how: merged, source: speech}
groups: {provinces: {name: Provinces, size: [{from: 2022, n: 3}], members: [p06, p07, p08]}}
targets:
  - {id: roads, title: A, kind: reach, owner: p07, unit: km, target: {at_least: 9},
     reporters: provinces, across: sum, stated: {on: 2022-01-01, by: A, source: speech}}
  - {id: bridges, title: B, kind: reach, owner: p07, unit: km, target: {at_least: 9},
     deadline: 2026, stated: {on: 2022-01-01, by: A, source: speech},
     closed: {on: 2025-02-01, how: missed, source: speech}}
"""
ROADS = frozenset({"roads"})


@pytest.fixture
def store(copied, tmp_path) -> FileStore:
    """A register on a server, with a report of each of three provinces and one for all of them."""

    def fill(address: str) -> None:
        fill_for(REGISTER, address)
        for name in (None, "p06", "p07", "p08"):
            add(shared_store(address, tmp_path, REGISTER), report(1, body=name, id=name or "all"))

    return shared_store(copied("streams", fill), tmp_path, REGISTER)


def ids(store: FileStore, wanted: Wanted) -> list[str]:
    return sorted(record.id for record in store.ledger(wanted)[0].records())


@pytest.mark.every_version
def test_to_report_for_a_body_its_own_line_is_read_and_what_stands_for_all(store):
    wanted = wanted_of({("roads", "p07")}, store.register()[0])
    assert ids(store, wanted) == ["all", "p06", "p07"]
    assert ids(store, wanted_of({("roads", None)}, store.register()[0])) == [
        "all", "p06", "p07", "p08",
    ]  # fmt: skip
    assert ids(store, Wanted(bodies=frozenset({"p08"}))) == ["p08"]


@pytest.mark.every_version
def test_where_a_correction_leads_to_another_body_all_of_it_is_read(store):
    add(store, report(2, body="p08", corrects="p07", id="moved"))
    ledger, problems = store.ledger(Wanted(ROADS, bodies=frozenset({"p07"})))
    assert [record.id for record in ledger.dropped] == ["p07"]
    assert ids(store, Wanted(ROADS, bodies=frozenset({"p07"}))) == [
        "all", "moved", "p06", "p07", "p08",
    ]  # fmt: skip
    assert problems == []


@pytest.mark.every_version
def test_a_day_cuts_off_what_is_later_but_not_what_it_corrects(store):
    add(store, report(3, when="2026", body="p07", corrects="p07", id="later"))
    add(store, report(3, when="2027", body="p07", id="much-later"))
    ledger, problems = store.ledger(Wanted(ROADS, as_of=date(2025, 12, 31)))
    assert sorted(record.id for record in ledger.dropped) == ["p07"]
    assert "much-later" not in ledger.known
    assert [problem.code for problem in problems] == ["report_of_future"]  # not an unknown id


def test_an_append_recognizes_what_is_there_without_reading_the_rest(store):
    wanted = wanted_of({("roads", "p07")}, store.register()[0])
    seen: list[str] = []

    def prepare(ledger):
        seen.extend(sorted(ledger.known))
        return [report(1, body="p07"), report(7, body="p07", id="fresh")]

    [same, fresh] = store.append(prepare, wanted)
    assert (same.new, same.report.id) == (False, "p07")
    assert (fresh.new, fresh.report.id) == (True, "fresh")
    assert seen == ["all", "p06", "p07"]


def test_what_was_closed_is_not_judged_by_what_was_not_read(store):
    codes = [problem.code for problem in store.ledger(Wanted(ROADS))[1]]
    assert codes == []
    assert [problem.code for problem in store.ledger()[1]] == ["closing_too_early"]


def test_the_history_of_a_body_has_its_line(cli, store):
    text = (store.path).read_text("utf-8")
    (cli.folder / "targets.yaml").write_text(text, "utf-8")
    out = cli("history", "--body", "p07", "--format", "json").out
    assert ['"p06"' in out, '"p07"' in out, '"p08"' in out] == [True, True, False]
