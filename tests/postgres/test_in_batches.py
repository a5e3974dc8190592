"""A ledger on a server that is read a batch of targets at a time, by whoever keeps no reports."""

from __future__ import annotations

import gc
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cdstrack.app import standing
from cdstrack.core.model.problems import Problem
from cdstrack.core.verdict.referee import Extract
from cdstrack.store.base import ALL, Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.ledger import load
from cdstrack.store.ledger.record import serialize
from cdstrack.store.postgres.server_lines import ServerRows
from cdstrack.store.postgres.shared_ledger import SharedLedger
from cdstrack.store.postgres.steward import set_up
from cdstrack.store.postgres.witness import content_of
from tests.postgres.conftest import fill_for
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import add, report
from tests.work_steps import Steps

STATED = "stated: {on: 2022-01-01, by: A, source: speech}"
REGISTER = f"""\
cdstrack: 1
title: Register
sources: {{speech: {{title: Speech}}}}
bodies: {{p07: {{name: Province 07}}, p08: {{name: Province 08, ended: 2023-01-01}}}}
groups: {{provinces: {{name: Provinces, size: [{{from: 2022, n: 2}}], members: [p07, p08]}}}}
targets:
  - {{id: roads, title: A, kind: reach, owner: p07, unit: km, target: {{at_least: 9}},
     reporters: provinces, across: sum, {STATED}}}
  - {{id: late, title: B, kind: reach, owner: p07, unit: km, target: {{at_least: 9}},
     deadline: 2023, {STATED}, closed: {{on: 2025-02-01, how: missed, source: speech}}}}
  - {{id: early, title: C, kind: reach, owner: p07, unit: km, target: {{at_least: 9}},
     deadline: 2029, {STATED}, closed: {{on: 2025-02-01, how: missed, source: speech}}}}
  - {{id: courses, title: D, kind: reach, owner: p07, unit: courses, target: {{at_least: 9}},
     accumulate: sum, {STATED}}}
  - {{id: women, title: E, kind: reach, owner: p07, unit: people, target: {{at_least: 9}},
     breakdown: {{sex: {{women: W, men: M}}}}, {STATED}}}
"""
BEFORE = (
    REGISTER.replace("title: Register", "title: Before")
    + f"""\
  - {{id: bridge, title: F, kind: reach, owner: p07, unit: km, target: {{at_least: 9}}, {STATED}}}
"""
)
"""The register as it was when the server learned its targets; one of them is gone since."""


@pytest.fixture
def store(copied, tmp_path) -> FileStore:
    """A register on a server, with reports on most of its targets in which much is wrong."""
    store = shared_store(copied("batches", partial(fill, tmp_path)), tmp_path, REGISTER)
    store.present = store.server.present = datetime.now(UTC)
    return store


def fill(folder: Path, address: str) -> None:
    fill_for(BEFORE, address)
    store = shared_store(address, folder, REGISTER)
    for new in (
        report(1, body="p07", id="of-p07"),
        report(2, body="p08", id="of-one-that-has-ended", when="2025"),
        report(3, body="p07", part="online", id="of-no-condition"),
        report(4, "bridge", id="of-no-target"),
        report(5, "courses", id="first", when="2024-03"),
        report(6, "courses", id="overlapping", when="2024-03-31"),
        report(7, "courses", id="whole", when="2024"),
        report(8, "courses", id="second", when="2025-03"),
        report(9, "courses", id="rival-1", when="2025-03", corrects="second"),
        report(10, "courses", id="rival-2", when="2025-03", corrects="second"),
        report(1, "women", id="of-all"),
        report(1, "women", id="of-women", slice="sex=women"),
        report(1, "women", id="of-no-slice", slice="sex=none"),
    ):
        add(store, new)


def in_batches(store: FileStore, wanted: Wanted = ALL) -> tuple[dict, list[list], list[Problem]]:
    """The reports by series, what each batch has, and what is wrong."""
    problems: list[Problem] = []
    reports: dict = {}
    batches = []
    for ledger in store.in_batches(wanted, problems):
        batches.append(sorted(ledger.names or ()))
        reports |= {name: [*series] for name, series in ledger.reports.items()}
    return reports, batches, problems


@pytest.mark.every_version
@pytest.mark.parametrize("most", [1, 3, 6, 1000])
def test_batches_have_the_same_reports_and_problems_as_the_whole(store, monkeypatch, most):
    ledger, problems = store.ledger()
    assert {problem.code for problem in problems} == {
        "correction_superseded", "report_unknown_part", "report_after_end", "report_overlap",
        "report_unknown_target", "report_unknown_slice", "closing_too_early",
        "report_of_future",
    }  # fmt: skip
    monkeypatch.setattr(SharedLedger, "most", most)
    reports, _, same = in_batches(store)
    assert reports == {name: [*series] for name, series in ledger.reports.items()}
    assert same == problems


def test_of_many_reports_the_same_is_read_and_told(store, monkeypatch):
    ledger, problems = store.ledger()
    monkeypatch.setattr(ServerRows, "small", 0)
    large, same = store.ledger()
    assert large.reports == ledger.reports
    assert same == problems


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("slice = 'sex=men,sex=women'", "ledger_duplicate_key"),
        ("recorded = '-infinity'", "ledger_recorded"),
        # of which a line has six bytes each, and a row one or seven
        ("note = repeat(chr(1), 12000)", "ledger_line_too_long"),
        ("key = repeat(chr(1), 65000)", "ledger_line_too_long"),
    ],
)
def test_what_others_wrote_by_hand_is_damage_among_many_reports_and_few(
    store, server, monkeypatch, change, code
):
    server.sql(f"update cdstrack.reports set {change} where id = 'of-women'",  # noqa: S608
               database=store.server.address.database)  # fmt: skip
    ledger, problems = store.ledger()
    assert code in {problem.code for problem in problems}
    monkeypatch.setattr(ServerRows, "small", 0)
    monkeypatch.setattr(load, "_CHUNK", 64)
    large, same = store.ledger()
    assert large.reports == ledger.reports
    assert same == problems


@pytest.mark.parametrize("field", ["note", "key"])
@pytest.mark.parametrize("text", ["x", "\\"])
def test_the_longest_line_that_can_be_written_is_read(store, monkeypatch, field, text):
    new = report(1, "courses", when="2022")
    room = load.MAX_LINE - len(serialize(new._replace(**{field: ""})))
    new = add(store, new._replace(**{field: text * (room // len(json.dumps(text)[1:-1]))}))
    for size in (ServerRows.small, 0):
        monkeypatch.setattr(ServerRows, "small", size)
        monkeypatch.setattr(load, "_CHUNK", 64 if not size else load._CHUNK)
        assert new in store.ledger()[0].reports["courses"]


def test_problems_stand_in_the_order_that_they_have_in_a_file(store, tmp_path):
    for number in range(9):
        add(store, report(number + 20, "courses", id=f"{9 - number}", when="2024-03"))
        if number % 2:
            add(store, report(number + 40, "courses", id=f"for-{9 - number}", when="2025-03",
                              corrects="second"))  # fmt: skip
    file = tmp_path / "file.yaml"
    file.write_text(f"{REGISTER}ledger: all.jsonl\n", encoding="utf-8")
    file.with_name("all.jsonl").write_bytes(content_of(store.server.address))
    problems = FileStore(file, present=store.present).ledger()[1]
    told = [(problem.code, problem.facts.get("report")) for problem in problems]
    assert {"correction_superseded", "report_overlap"} <= {code for code, _ in told}
    assert [(each.code, each.facts.get("report")) for each in store.ledger()[1]] == told


def test_a_batch_has_whole_targets_until_it_has_enough(store, monkeypatch):
    monkeypatch.setattr(SharedLedger, "most", 3)
    _, batches, _ = in_batches(store)
    assert batches == [["roads"], ["courses"], ["women"], ["bridge"], []]
    monkeypatch.setattr(SharedLedger, "most", 4)
    assert in_batches(store)[1] == [["courses", "roads"], ["bridge", "women"], []]


def test_what_nobody_wants_is_in_no_batch(store, monkeypatch):
    monkeypatch.setattr(SharedLedger, "most", 1)
    wanted = Wanted(frozenset({"courses", "late", "early"}))
    reports, batches, problems = in_batches(store, wanted)
    assert batches == [["courses"], []]
    assert problems == store.ledger(wanted)[1]
    assert set(reports) == {"courses"}


@pytest.mark.parametrize(
    "change",
    [
        # two targets with a report of the same name
        "update cdstrack.reports set id = 'of-p07' where id = 'of-all'",
        # a row of a sheet that was recorded twice
        "update cdstrack.reports set key = repeat('0', 32) || ':2'"
        " where id in ('of-p07', 'of-all')",
        # a clock that is ahead
        "update cdstrack.reports set recorded = now() + interval '9 days',"
        " entered = now() + interval '9 days' where id = 'of-all'",
    ],
    ids=["id", "row", "future"],
)
def test_what_is_told_of_all_of_them_alone_is_told(store, server, monkeypatch, change):
    server.sql(change, database=store.server.address.database)
    reports, problems = store.ledger()
    monkeypatch.setattr(SharedLedger, "most", 1)
    same, _, remarks = in_batches(store)
    monkeypatch.setattr(ServerRows, "small", 0)
    assert store.ledger()[1] == remarks == problems
    assert same == {name: [*series] for name, series in reports.reports.items()}


def test_reports_that_were_written_at_once_count_on_each_of_their_targets(store, monkeypatch):
    for new in (report(3, "courses", id="a", when="2022", batch="sheet:2"),
                report(3, "late", id="b", when="2022", batch="sheet:2")):  # fmt: skip
        add(store, new)
    assert [r.id for r in store.ledger(Wanted(frozenset({"late"})))[0].reports["late"]] == ["b"]
    monkeypatch.setattr(SharedLedger, "most", 1)
    reports, _, problems = in_batches(store)
    assert [record.id for record in reports["late"]] == ["b"]
    assert problems == store.ledger()[1]


def test_a_register_that_cannot_be_read_asks_no_server(tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text("cdstrack: 2\nledger: postgresql://nowhere.invalid/db\n", encoding="utf-8")
    assert in_batches(FileStore(path)) == ({}, [[]], [])


def test_a_seal_of_batches_is_that_of_the_whole(store, monkeypatch):
    moment = datetime.now(UTC)
    seals = []
    for most in (1, 3, 10_000):
        monkeypatch.setattr(SharedLedger, "most", most)
        hashes = store.hashes(moment)
        in_batches(store)
        seals.append(hashes.short_seal())
    hashes = store.hashes(moment)
    ledger, _ = store.ledger()
    assert {*seals} == {hashes.short_seal()}
    assert seals[0].lines == len(ledger.known)


def test_of_a_part_there_is_no_seal(store):
    store.hashes(datetime.now(UTC))
    store.ledger()
    assert not store.sees_part
    hashes = store.hashes(datetime.now(UTC))
    store.ledger(Wanted(frozenset({"courses"})))
    assert store.sees_part
    assert hashes.short_seal().lines == 0


def peak(store: FileStore, extract: Extract | None) -> int:
    """The most memory that the status of a register takes."""
    gc.collect()
    tracemalloc.start()
    standing.status(store, now=datetime.now(UTC), extract=extract)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


REPORTS = """
insert into cdstrack.reports (target, body, seq, id, said, value, recorded, entered, entered_by)
select t.no, 0, n, t.id || '-' || n, (date '2023-06-01' + n)::text, n,
  timestamptz '2024-02-01' + n * interval '1 second', now(), 'test'
from cdstrack.targets t, generate_series(1, 100) n where t.no between {} and {}"""


def test_twice_the_reports_take_no_more_memory_in_batches(server, database, tmp_path, monkeypatch):
    monkeypatch.setattr(SharedLedger, "most", 200)
    path, name = tmp_path / "targets.yaml", database.rpartition("/")[2]
    head, _, _ = REGISTER.partition("  - ")
    targets = [
        f"  - {{id: t{n}, title: T, kind: reach, owner: p07, unit: km, target: {{at_least: 9}},"
        f" deadline: 2030, {STATED}}}\n"
        for n in range(12)
    ]
    path.write_text(f"{head}{''.join(targets)}ledger: {database}\n", encoding="utf-8")
    store = FileStore(path)
    set_up(store.server.address, store.register()[0])
    [(first,)] = server.sql("select min(no) from cdstrack.targets", database=name)
    server.sql(REPORTS.format(first, first + 5), database=name)
    standing.status(store, now=datetime.now(UTC), extract=Extract())  # what is made once
    few = peak(store, Extract())
    server.sql(REPORTS.format(first + 6, first + 11), database=name)
    assert peak(store, Extract()) < 1.25 * few < peak(store, None)


def test_moments_of_one_batch_do_not_hide_those_of_another(store, monkeypatch):
    """What was recorded later may be on a target that comes first."""
    add(store, report(9, body="p07", id="newest")._replace(
        recorded=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=1)))  # fmt: skip
    monkeypatch.setattr(SharedLedger, "most", 1)
    reports, _, _ = in_batches(store)
    assert reports["roads"] == [*store.ledger()[0].reports["roads"]]


def test_a_long_run_says_that_it_reads_and_then_how_much_is_judged(store, monkeypatch):
    monkeypatch.setattr(SharedLedger, "most", 1)
    store.work = work = Steps()
    standing.status(store, now=datetime.now(UTC), extract=Extract(), work=work)
    assert [step for step in work.over_with if step[0] != "work_register"] == [
        ("work_ledger", 0, 0),
        ("work_judging", 5, 5),
    ]
