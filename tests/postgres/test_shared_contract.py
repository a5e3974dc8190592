"""A ledger on a server keeps the contract of every store, and refuses what would be damage."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdstrack.core.model.problems import Fault, StoreError
from cdstrack.core.model.report import Report, Share, Wording
from cdstrack.core.model.server_address import parse_address
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.load import LedgerReader
from cdstrack.store.postgres.connection import at_one_moment, failure
from cdstrack.store.postgres.server_lines import ServerRows
from tests.draws import examples
from tests.store import test_contract
from tests.store.test_contract import REGISTER, START, add, codes, counting, in_memory, report

pytestmark = pytest.mark.every_version

OTHERWISE = {
    "test_also_if_the_one_that_is_there_was_written_in_another_form",  # nobody else writes here
    "test_corrections_that_lead_nowhere_or_rival_are_problems",
    "test_both_stores_do_the_same",
    # A server has no need to look at what nobody wants.
    "test_what_is_wanted_of_a_ledger_has_at_least_the_reports_on_it",
    "test_what_is_wrong_is_named_whatever_is_wanted",
}
globals().update(
    (name, test)
    for name, test in vars(test_contract).items()
    if name.startswith("test_") and name not in OTHERWISE
)


@pytest.fixture
def store(empty_ledger, tmp_path) -> FileStore:
    return shared_store(empty_ledger, tmp_path)


def shared_store(address: str, folder: Path, text: str = REGISTER) -> FileStore:
    """A register whose ledger is on a server; the reports keep the moments that they come with."""
    (folder / "targets.yaml").write_text(f"{text}ledger: {address}\n", encoding="utf-8")
    store = FileStore(folder / "targets.yaml")
    store.server.as_recorded = True
    return store


def test_corrections_that_rival_are_a_problem(store):
    wrong = add(store, report(50))
    add(store, report(6, corrects=wrong.id))
    add(store, report(7, corrects=wrong.id))
    assert codes(store) == ["correction_superseded"]
    assert counting(store) == [7]


def test_what_would_be_damage_is_refused(store):
    add(store, report(1))
    for code, fields in {
        "store_no_target": {"target": "bridges"},
        "store_no_body": {"body": "nobody"},
        "store_no_original": {"corrects": "nowhere"},
        "store_form": {"target": "roods", "figure": True},
    }.items():
        damage = report(2)._replace(**fields)
        with pytest.raises(StoreError, match=code):
            store.append(lambda _, damage=damage: [damage])
    assert counting(store) == [1]


@pytest.mark.parametrize("fields", [{"note": "a\0b"}, {"note": "a\0b", "corrects": "x"}])
def test_what_the_server_has_no_place_for_is_refused(store, fields):
    with pytest.raises(Fault, match="store_cannot_hold"):
        store.append(lambda _: [report(2, **fields)])


def test_a_correction_stays_with_its_target(store):
    other = add(store, report(5, "courses"))
    with pytest.raises(StoreError, match="store_no_original"):
        store.append(lambda _: [report(6, corrects=other.id)])


def test_of_the_ledger_only_what_is_wanted_is_read(store):
    first, other = add(store, report(5)), add(store, report(6, "courses"))
    ledger, _ = store.ledger(Wanted(frozenset({"courses"})))
    assert (list(ledger.reports), ledger.known) == (["courses"], {other.id})
    ledger, _ = store.ledger(Wanted(frozenset({"roads", "courses"}), START.date()))
    assert ledger.known == {first.id, other.id}


def test_without_a_steward_the_clock_is_that_of_the_server(store):
    store.server.as_recorded = False
    first = store.append(lambda _: [report(5)])[0].report
    second = store.append(lambda _: [report(6)])[0].report
    assert START + timedelta(days=365) < first.recorded < second.recorded
    assert [each.recorded for each in store.load().ledger.records()] == [
        first.recorded,
        second.recorded,
    ]


def test_to_a_slow_clock_what_was_just_recorded_is_not_of_the_future(store):
    store.server.as_recorded, store.server.present = False, datetime.now(UTC) - timedelta(days=3)
    [receipt] = store.append(lambda _: [report(5)])
    ledger, problems = store.ledger()
    assert [entry.id for entry in ledger.records()] == [receipt.report.id]
    assert problems == []


@pytest.mark.parametrize("name", ["ConnectionFailure", "AdminShutdown", "CrashShutdown"])
def test_what_may_have_been_written_when_a_server_was_lost_is_looked_for(store, name):
    import psycopg

    original, answers = store.server._record, [getattr(psycopg.errors, name)()]

    def record_and_lose(link, rows):
        original(link, rows)
        if answers:
            raise answers.pop()

    store.server._record = record_and_lose
    [receipt] = store.append(lambda _: [report(3, "courses")], again=True)
    assert receipt.new
    assert [record.id for record in store.load().ledger.records()] == [receipt.report.id]


def test_who_was_slower_tries_again_on_the_connection_that_is_there(store, monkeypatch):
    import psycopg

    connect, connections, tries = psycopg.connect, [], []
    original = store.server._record

    def count(**where):
        connections.append(connect(**where))
        return connections[-1]

    def record_at_last(link, rows):
        tries.append(link)
        if len(tries) < 3:
            raise psycopg.errors.UniqueViolation
        original(link, rows)

    monkeypatch.setattr(psycopg, "connect", count)
    store.server._record = record_at_last
    [receipt] = store.append(lambda _: [report(3, "courses")])
    assert (receipt.new, len(tries), len(connections)) == (True, 3, 1)


def test_who_was_slower_connects_again_where_the_connection_ended_meanwhile(server, store):
    import psycopg

    original, links = store.server._record, []

    def record_at_last(link, rows):
        links.append(link)
        if len(links) == 1:
            server.sql(f"select pg_terminate_backend({link.info.backend_pid}, 5000)")
            raise psycopg.errors.UniqueViolation
        original(link, rows)

    store.server._record = record_at_last
    [receipt] = store.append(lambda _: [report(3, "courses")])
    assert receipt.new
    assert links[0] is not links[-1]
    assert [record.id for record in store.load().ledger.records()] == [receipt.report.id]


def test_a_server_that_ends_a_connection_cannot_be_reached(server, store):
    def ask():
        with store.server._reading() as link:
            server.sql(f"select pg_terminate_backend({link.info.backend_pid}, 5000)")
            link.execute("select 1")

    with pytest.raises(StoreError, match="store_unreachable"):
        ask()


def test_of_a_lost_connection_nothing_is_told_in_other_words_than_ours(store, caplog):
    import psycopg

    def lose():
        with store.server._reading() as link, at_one_moment(link):
            with socket.socket(fileno=os.dup(link.fileno())) as way:
                way.shutdown(socket.SHUT_RDWR)
            raise psycopg.errors.AdminShutdown

    with pytest.raises(StoreError, match="store_unreachable"):
        lose()
    assert caplog.text == ""


def test_an_answer_that_nobody_understands_is_no_refusal():
    import psycopg

    address = parse_address("postgresql:///register")
    error = failure(address, psycopg.DatabaseError("lost synchronization with server"))
    assert (error.code, error.facts["reason"]) == (
        "store_unreachable",
        "lost synchronization with server",
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        *((state, "store_unreachable") for state in ("08006", "08P01", "57P01", "57P02", "57P03")),
        *((state, "store_unreachable") for state in ("57P05", "25P03")),
        *((state, "store_failed") for state in ("57014", "53100", "40001")),
    ],
)
def test_an_end_of_the_connection_is_told_from_a_refusal(state, code):
    import psycopg

    address = parse_address("postgresql:///register")
    assert failure(address, psycopg.errors.lookup(state)()).code == code


texts = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
                            min_size=1, max_size=20)  # fmt: skip
figures = st.decimals(allow_nan=False, allow_infinity=False, places=6,
                      min_value=-(10**20), max_value=10**20)  # fmt: skip


@settings(examples(30), suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.builds(
            lambda figure, note, by, source, said: report(
                figure, note=note, by=by, source=source,
                wording=Wording(figure, said) if said else None,
            ),
            figures, texts, texts, texts, texts,
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_whatever_is_written_comes_back(store, reports):
    receipts = store.append(lambda _: reports)
    for size in (ServerRows.small, 0):  # one by one, and as a large ledger is read
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ServerRows, "small", size)
            there = {each.id: each for each in store.load().ledger.records()}
        for receipt in receipts:
            assert there[receipt.report.id] == receipt.report


@pytest.mark.parametrize(
    "figures",
    [
        [Share(3, 4), Share(0, 5)],
        [Decimal("0.5"), Share(3, 4), True, False],
        [False, None],
        [Decimal(0), Share(0, 0)],
    ],
    ids=["shares", "all kinds", "done and void", "nothing"],
)
def test_of_many_reports_every_kind_of_figure_comes_back(store, monkeypatch, figures):
    first = add(store, report(1, "courses"))
    new = [
        add(store, report(1, id=f"r-{place}", when=f"20{place + 10}",
                          corrects=first.id if figure is None else None,
                          target="courses" if figure is None else "roads")._replace(figure=figure))
        for place, figure in enumerate(figures)
    ]  # fmt: skip
    few = store.ledger()
    monkeypatch.setattr(ServerRows, "small", 0)
    monkeypatch.setattr(LedgerReader, "_line_by_line", None)  # nothing asks for that
    ledger, problems = store.ledger()
    assert (ledger.reports, problems) == (few[0].reports, few[1])
    there = {each.id: each for each in ledger.records()}
    assert all(there.get(each.id, each) == each for each in new)


def test_backslashes_come_back_from_a_large_ledger(store, monkeypatch):
    notes = ["C:\\tep", "\\N", "a\\", None, "không có"]
    new = [report(str(n + 1), note=note, source=note) for n, note in enumerate(notes)]
    receipts = store.append(lambda _: new, again=True)
    monkeypatch.setattr(ServerRows, "small", 0)
    monkeypatch.setattr(LedgerReader, "_line_by_line", None)  # nothing asks for that
    there = {each.id: each for each in store.load().ledger.records()}
    assert [there[receipt.report.id] for receipt in receipts] == [r.report for r in receipts]
    assert [there[receipt.report.id].note for receipt in receipts] == notes


steps = st.lists(
    st.tuples(
        st.sampled_from(["roads", "courses"]),
        st.sampled_from([1, 2, None]),
        st.sampled_from(["2023", "2024"]),
        st.none() | st.integers(0, 5),  # which report of its target it corrects
        st.booleans(),  # again
        st.sampled_from([None, "a", "b"]),  # its import key
    ),
    max_size=8,
)


@settings(examples(20), suppress_health_check=list(HealthCheck))
@given(steps, st.integers(0, 8))
def test_a_server_does_what_memory_does(server, store, steps, days):
    server.sql("truncate cdstrack.reports", database=store.server.address.database)
    stores = [store, in_memory(None)]
    there: list[Report] = []
    for number, (target, value, when, place, again, key) in enumerate(steps):
        own = [each for each in there if each.target == target]
        corrects = own[place % len(own)].id if own and place is not None else None
        if value is None and corrects is None:
            continue
        moment = START + timedelta(days=number)
        new = report(value, target, when, corrects=corrects, key=key, recorded=moment)
        receipts = [each.append(lambda _, new=new: [new], again=again) for each in stores]
        assert receipts[0] == receipts[1]
        there += [receipt.report for receipt in receipts[0] if receipt.new]
    known_on = START.date() + timedelta(days=days)
    for day in (None, known_on):
        one, other = (each.load(known_on=day) for each in stores)
        assert one.ledger.reports == other.ledger.reports
        assert one.ledger.records() == other.ledger.records()
        assert sorted(map(str, (p.code for p in one.problems))) == sorted(
            map(str, (p.code for p in other.problems))
        )


def test_a_figure_keeps_its_digits(store):
    value = Decimal(-123456789012345678901234567890)
    assert add(store, report(value)).figure == value
    assert counting(store) == [value]
