"""What every store does, in files or in memory, told once for both."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.in_force import latest_per_slot
from cdstrack.store.base import ALL, Store, Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.append import new_id
from cdstrack.store.ledger.record import serialize
from cdstrack.store.yaml.register_file import RegisterFile
from tests.draws import examples
from tests.store.memory import MemoryStore

# Midnight in Hà Nội is 17:00 in UTC.
REGISTER = """\
cdstrack: 1
title: Register
timezone: Asia/Ho_Chi_Minh
sources: {speech: {title: Speech}}
bodies: {ministry: {name: Ministry}}
groups: {ministries: {name: Ministries, size: [{from: 2022, n: 1}]}}
targets:
  - id: roads
    title: Kilometres of road
    kind: reach
    owner: ministry
    unit: km
    target: {at_least: 100}
    conditions: {online: Reported online}
    reporters: ministries
    across: sum
    stated: {on: 2022-04-27, by: Minister, source: speech}
  - id: courses
    title: Courses held, reported one by one
    kind: reach
    owner: ministry
    unit: courses
    target: {at_least: 10}
    accumulate: sum
    stated: {on: 2022-04-27, by: Minister, source: speech}
"""
START = datetime(2024, 1, 1, tzinfo=UTC)
seconds = itertools.count()


def in_files(folder, *records: Report) -> Store:
    (folder / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    # As somebody else's program may write them, who does not compose letters and accents.
    lines = [unicodedata.normalize("NFD", serialize(record)) + "\n" for record in records]
    if records:
        (folder / "progress.jsonl").write_text("".join(lines), encoding="utf-8")
    return FileStore(folder / "targets.yaml")


def in_memory(_, *records: Report) -> Store:
    register = RegisterFile(REGISTER.encode(), "targets.yaml").register
    assert register is not None
    return MemoryStore(register, records)


@pytest.fixture(params=[in_files, in_memory])
def store(request, tmp_path) -> Store:
    return request.param(tmp_path)


def report(
    value: object = 5, target: str = "roads", when: str = "2024", **fields: object
) -> Report:
    """A report, recorded a second after the one before; without a value, a void."""
    figure = Decimal(value) if type(value) in (int, str) else value
    moment = START + timedelta(seconds=next(seconds))
    plain = Report(
        new_id(), target, None, None, parse_period(when), figure, None, None, None, None, moment
    )
    return plain._replace(**fields)


def add(store: Store, new: Report, *, again: bool = False) -> Report:
    """Append a report that is new."""
    [receipt] = store.append(lambda _: [new], again=again)
    assert receipt.new
    return receipt.report


def repeated(store: Store, new: Report, *, again: bool = False) -> Report:
    """The report that is there already and says the same."""
    before = records(store)
    [receipt] = store.append(lambda _: [new], again=again)
    assert not receipt.new
    assert records(store) == before
    return receipt.report


def counting(store: Store, target: str = "roads", known_on: date | None = None) -> list[object]:
    """The figures that count, in order."""
    ledger = store.load(known_on=known_on).ledger
    return [each.figure for each in ledger.reports.get(target, ())]


def records(store: Store) -> list[Report]:
    """All that was ever recorded, in that order."""
    return store.load().ledger.records()


def codes(store: Store) -> list[str]:
    return [problem.code for problem in store.load().problems]


# Load


def test_batches_of_targets_have_together_what_the_whole_has(store):
    for new in (report(1), report(2, "courses"), report(4, part="offline")):
        add(store, new)
    whole = store.load()
    problems = [*store.register()[1]]
    reports = {
        name: [*series]
        for ledger in store.in_batches(ALL, problems)
        for name, series in ledger.reports.items()
    }
    assert reports == {name: [*series] for name, series in whole.ledger.reports.items()}
    assert problems == whole.problems


def test_a_new_register_has_targets_and_no_reports(store):
    loaded = store.load()
    assert list(loaded.register.targets) == ["roads", "courses"]
    assert (loaded.ledger.reports, loaded.problems) == ({}, [])
    assert records(store) == []


def test_what_was_added_is_loaded_as_it_was(store):
    new = report(
        "12.50", when="2024-Q1", body="ministry", part="online", qualifier="nearly",
        source="speech", note="ghi chú", by="An", key="file:1",
    )  # fmt: skip
    assert add(store, new) == new
    assert store.load().ledger.reports == {"roads": (new,)}
    assert store.load().ledger.known == {new.id}
    assert store.load().problems == []


def test_figures_of_every_kind_keep_their_kind(store):
    figures = [Decimal("-0.5"), Share(40, 63), True, False]
    for year, figure in enumerate(figures, 2021):
        add(store, report(figure, when=str(year)))
    kept = counting(store)
    assert (kept, [*map(type, kept)]) == (figures, [*map(type, figures)])


def test_reports_are_ordered_by_what_they_describe_then_by_when_they_were_recorded(store):
    for value, when in [(3, "2024-06"), (1, "2023"), (4, "2024-06"), (2, "2024-Q1")]:
        add(store, report(value, when=when))
    assert counting(store) == [1, 2, 3, 4]
    assert [each.figure for each in latest_per_slot(store.load().ledger.reports["roads"])] == [
        1,
        2,
        4,
    ]


def test_reports_on_what_is_not_in_the_register_are_a_problem(store):
    add(store, report(target="roods"))
    [problem] = store.load().problems
    assert (problem.code, problem.facts["suggestion"]) == ("report_unknown_target", "roads")


# What is wanted


def test_what_is_wanted_of_a_ledger_has_at_least_the_reports_on_it(store):
    for target, value in [("roads", 1), ("courses", 2), ("roads", 3)]:
        add(store, report(value, target=target, when=f"202{value}"))
    everything, problems = store.ledger()
    assert (everything.reports, problems) == (store.load().ledger.reports, [])
    ledger, _ = store.ledger(Wanted(frozenset({"roads"})))
    assert ledger.reports["roads"] == everything.reports["roads"]
    nothing, _ = store.ledger(Wanted(frozenset()))
    assert nothing.known == everything.known


def test_what_is_wrong_is_named_whatever_is_wanted(store):
    add(store, report(target="roods"))
    add(store, report())
    _, problems = store.ledger(Wanted(frozenset({"roads"})))
    assert [problem.code for problem in problems] == ["report_unknown_target"]


def test_what_is_wanted_of_what_was_known_on_a_day(store):
    add(store, report(1, when="2023"))
    add(store, report(2, recorded=START + timedelta(days=40)))
    ledger, _ = store.ledger(Wanted(frozenset({"roads"}), date(2024, 1, 20)))
    assert [record.figure for record in ledger.reports["roads"]] == [1]


def test_an_append_sees_at_least_the_target_that_it_wants(store):
    add(store, report(1))
    first = add(store, report(2, target="courses"))
    shown = []

    def prepare(ledger):
        shown.extend(ledger.reports["courses"])
        return [report(2, target="courses")]

    [receipt] = store.append(prepare, Wanted(frozenset({"courses"})))
    assert (shown, receipt.report, receipt.new) == ([first], first, False)


# The same again


def test_the_same_again_is_already_recorded(store):
    first = add(store, report(5))
    assert repeated(store, report(5)) == first
    assert repeated(store, report("5.00", by="another")) == first


def test_back_to_a_figure_of_before_is_new(store):
    for value in (4200, 4300, 4200):
        add(store, report(value))
    assert counting(store) == [4200, 4300, 4200]


def test_whatever_differs_is_new(store):
    add(store, report(1))
    for other in (
        {"when": "2025"},
        {"body": "ministry"},
        {"part": "online"},
        {"qualifier": "about"},
        {"source": "speech"},
        {"note": "a remark"},
        {"figure": True},
    ):
        add(store, report(1, **other))


def test_texts_that_look_the_same_are_the_same(store):
    first = add(store, report(note="Hà Nội"))
    assert repeated(store, report(note="Ha\u0300 No\u0323\u0302i")) == first


@pytest.mark.parametrize("kind", [in_files, in_memory])
def test_also_if_the_one_that_is_there_was_written_in_another_form(kind, tmp_path):
    there = report(note="Ha\u0300 No\u0323\u0302i")
    assert repeated(kind(tmp_path, there), report(note="Hà Nội")).id == there.id


def test_again_makes_no_second_report_of_a_total(store):
    add(store, report(5))
    repeated(store, report(5), again=True)


def test_increments_count_once_unless_again(store):
    first = add(store, report(3, "courses"))
    add(store, report(4, "courses"))
    assert repeated(store, report(3, "courses", note="another remark")) == first
    add(store, report(3, "courses"), again=True)
    assert counting(store, "courses") == [3, 4, 3]


def test_a_known_import_key_adds_nothing(store):
    first = add(store, report(5, key="file:1"))
    assert repeated(store, report(6, when="2025", key="file:1")) == first
    add(store, report(6, when="2025", key="file:2"))


@pytest.mark.promise("record-ids")
def test_the_same_record_twice_is_one_and_its_id_is_for_it_alone(store):
    first = add(store, report(5))
    assert repeated(store, first) == first
    with pytest.raises(Fault, match="report_same_id"):
        store.append(lambda _: [first._replace(figure=Decimal(6))])
    assert counting(store) == [5]


# Corrections


def test_a_correction_takes_the_place_of_a_report(store):
    wrong = add(store, report(50))
    add(store, report(5, corrects=wrong.id))
    assert counting(store) == [5]
    assert store.load().problems == []


def test_a_void_removes_a_report_and_nothing_comes_back(store):
    wrong = add(store, report(50))
    better = add(store, report(5, corrects=wrong.id))
    add(store, report(None, corrects=better.id))
    assert counting(store) == []
    assert len(store.load().ledger.known) == 3


def test_the_same_correction_or_void_again_is_already_recorded(store):
    wrong = add(store, report(50))
    better = add(store, report(5, corrects=wrong.id))
    assert repeated(store, report(5, corrects=wrong.id)) == better
    void = add(store, report(None, corrects=better.id))
    assert repeated(store, report(None, corrects=better.id)) == void


def test_a_correction_that_says_what_another_report_says_is_new(store):
    wrong = add(store, report(50))
    add(store, report(5))
    add(store, report(5, corrects=wrong.id))
    assert counting(store) == [5, 5]


def test_an_increment_that_was_voided_can_be_reported_again(store):
    wrong = add(store, report(3, "courses"))
    add(store, report(None, "courses", corrects=wrong.id))
    add(store, report(3, "courses"))
    assert counting(store, "courses") == [3]


def test_corrections_that_lead_nowhere_or_rival_are_problems(store):
    wrong = add(store, report(50))
    add(store, report(5, corrects="nowhere"))
    add(store, report(6, corrects=wrong.id))
    add(store, report(7, corrects=wrong.id))
    assert sorted(codes(store)) == ["correction_superseded", "correction_unknown"]
    assert counting(store) == [7]


# History and what was known


def test_history_holds_everything_in_the_order_recorded(store):
    late, early = report(2, when="2020"), report(1, recorded=START - timedelta(days=1))
    void = report(None, corrects=late.id)
    for each in (late, early, void):
        add(store, each)
    assert records(store) == [early, late, void]


def test_known_on_a_day_is_what_was_recorded_until_its_midnight_here(store):
    evening = datetime(2024, 1, 1, 16, 59, 59, 999999, tzinfo=UTC)
    wrong = add(store, report(50, recorded=evening))
    better = report(5, recorded=evening + timedelta(microseconds=1), corrects=wrong.id)
    add(store, better)
    assert counting(store, known_on=date(2024, 1, 1)) == [50]
    assert counting(store, known_on=date(2024, 1, 2)) == [5]
    assert counting(store, known_on=date(2023, 12, 31)) == []
    assert counting(store, known_on=date.max) == [5]


# Append


def plus(value: int) -> Callable[[Ledger], list[Report]]:
    """Adds to the value in force."""

    def prepare(ledger: Ledger) -> list[Report]:
        reports = latest_per_slot(ledger.reports.get("roads", ()))
        before = reports[-1].figure if reports else Decimal(0)
        assert isinstance(before, Decimal)
        return [report(str(before + value))]

    return prepare


def test_a_report_is_made_from_the_ledger_as_it_stands(store):
    assert [store.append(plus(value))[0].report.figure for value in (5, 7)] == [5, 12]


def test_many_reports_are_added_at_once_or_none(store):
    first = add(store, report(5, key="sheet:1"))
    several = [report(5, key="sheet:1"), report(6, when="2025"), report(7, when="2023")]
    receipts = store.append(lambda _: several)
    assert [receipt.new for receipt in receipts] == [False, True, True]
    assert receipts[0].report == first
    assert [receipt.new for receipt in store.append(lambda _: several)] == [False] * 3
    before = records(store)
    with pytest.raises(Fault, match="text_not_unicode"):
        store.append(lambda _: [report(8, when="2022"), report(9, note="\ud800")])
    assert records(store) == before
    assert store.append(lambda _: []) == []
    assert records(store) == before


def test_writers_at_once_do_not_overlook_each_other(store):
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(store.append, [plus(1)] * 12))
    assert sorted(receipt.report.figure for [receipt] in receipts) == list(range(1, 13))
    assert len(records(store)) == 12


def refuse(_: Ledger) -> list[Report]:
    raise Fault("unknown_part", name="x")


REFUSED: list[tuple[Callable[[Ledger], list[Report]], str]] = [
    (refuse, "unknown_part"),
    (lambda _: [report(note="\ud800")], "text_not_unicode"),
    (lambda _: [report(note="x" * 70_000)], "report_too_long"),
    (lambda _: [report(id="Not an id")], "ledger_id"),
    (lambda _: [report(None)], "ledger_no_figure"),
]


def test_what_is_refused_changes_nothing(store):
    add(store, report(1))
    before = records(store)
    for prepare, code in REFUSED:
        with pytest.raises(Fault, match=code):
            store.append(prepare)
        assert records(store) == before
    add(store, report(2))


# Both alike


steps = st.lists(
    st.tuples(
        st.sampled_from(["roads", "courses"]),
        st.sampled_from([1, 2, None]),
        st.sampled_from(["2023", "2024"]),
        st.none() | st.integers(0, 5),  # which report it corrects
        st.booleans(),  # again
        st.sampled_from([None, "a", "b"]),  # its import key
    ),
    max_size=8,
)


@examples(40)
@given(steps, st.integers(0, 8))
def test_both_stores_do_the_same(tmp_path_factory, steps, days):
    stores = [in_files(tmp_path_factory.mktemp("store")), in_memory(None)]
    made: list[Report] = []
    for number, (target, value, when, corrected, again, key) in enumerate(steps):
        corrects = made[corrected % len(made)].id if made and corrected is not None else None
        if value is None and corrects is None:
            continue
        moment = START + timedelta(days=number)
        new = report(value, target, when, corrects=corrects, key=key, recorded=moment)
        made.append(new)
        receipts = [store.append(lambda _, new=new: [new], again=again) for store in stores]
        assert receipts[0] == receipts[1]
    known_on = START.date() + timedelta(days=days)
    for day in (None, known_on):
        one, other = (store.load(known_on=day) for store in stores)
        assert one.ledger.reports == other.ledger.reports
        assert one.ledger.known == other.ledger.known
        assert one.ledger.records() == other.ledger.records()
        assert _told(one.problems) == _told(other.problems)


def _told(problems) -> list[str]:
    return sorted(f"{problem.code} {dict(problem.facts)}" for problem in problems)
