"""A list of verdicts needs no reports: what it shows is the same once they are gone."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.app.boards import bodies_in_short, dues_within
from cdstrack.app.standing import status
from cdstrack.core.checks.gate import CODES, Levels, findings
from cdstrack.core.model.periods import Duration, add_days, parse_period
from cdstrack.core.model.register import GONE, Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import replace
from cdstrack.core.verdict.referee import FEW, Extract, Referee
from cdstrack.core.verdict.scores import deliveries
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.data import TARGET_COLUMNS, dump_object, status_object, target_text
from cdstrack.render.phrases import (
    days_words,
    evidence_words,
    explain,
    mark_words,
    pace_words,
    value_cell,
)
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.index_file import Indexes
from cdstrack.store.ledger.joined import JoinedReports
from tests.cases import every_case
from tests.cli.build import ROOT
from tests.core.build import day, register_of, target
from tests.store.test_contract import START

REGISTERS = [".", "examples/provinces", "examples/national-programme"]
DAYS = ["2022-06-30", "2024-12-31", "2026-11-21"]
EVERY_CODE = Levels(frozenset(CODES), frozenset(), 90)


@cache
def loaded(folder: str) -> tuple[Register, Ledger]:
    files = FileStore(ROOT / folder / "targets.yaml").load()
    assert files.register is not None
    return files.register, files.ledger


def shown(verdict: Verdict, words: Words) -> list[object]:
    """All that lists and the gate say of a target."""
    return [
        *(value(verdict) for _, value in TARGET_COLUMNS),
        *(write(verdict, words) for write in (explain, value_cell, days_words, evidence_words)),
        mark_words(verdict, words),
        pace_words(verdict, words),
        [finding.code for finding in findings([verdict], EVERY_CODE)],
        [span.value for span in verdict.spans],
        verdict.never_reported,
    ]


def without_order(ledger: Ledger, size: int, register: Register) -> Iterator[Ledger]:
    """A ledger in batches of so many names, the last named first; the rest has no reports."""
    names = [*dict.fromkeys(n if isinstance(n, str) else n[0] for n in ledger.reports)][::-1]
    for start in range(0, len(names), size):
        batch = frozenset(names[start : start + size])
        reports = {
            name: series
            for name, series in ledger.reports.items()
            if (name if isinstance(name, str) else name[0]) in batch
        }
        yield replace(ledger, reports=reports, names=batch)
        reports.clear()
    yield Ledger({})


@every_case("on", DAYS)
@every_case("folder", REGISTERS)
def test_a_verdict_without_reports_shows_what_it_did(folder, on):
    register, ledger = loaded(folder)
    words = Words("en")
    for verdict in Referee(register, day(on)).judge_all(ledger):
        before = shown(verdict.without_reports(), words)
        assert before == shown(verdict, words)


EXTRACTS = [deliveries, dues_within(Duration(90)), bodies_in_short, target_text]


def everything(referee: Referee, verdict: Verdict, ledger: Ledger) -> list[object]:
    """All that any list keeps of a target."""
    return [make(referee, verdict, ledger) for make in EXTRACTS]


@cache
def of_the_whole(folder: str) -> Mapping[str, tuple[list[object], list[object]]]:
    """What is shown of each target whose verdict has its reports; and kept, but of parents."""
    register, ledger = loaded(folder)
    referee = Referee(register, day("2026-06-30"))
    return {
        verdict.target.id: (
            shown(verdict, Words("vi")),
            []
            if verdict.target.id in referee.parents
            else [*map(told, everything(referee, verdict, ledger))],
        )
        for verdict in referee.judge_all(ledger)
    }


@every_case(
    "folder, size, make",
    [
        *product(REGISTERS, [3], [everything]),
        ("examples/national-programme", 3, None),
        (".", 1, everything),
        ("examples/national-programme", 1000, everything),
    ],
)
def test_verdicts_of_batches_are_those_of_the_whole(folder, size, make):
    register, ledger = loaded(folder)
    referee, words = Referee(register, day("2026-06-30")), Words("vi")
    extract = Extract(make)
    batches = without_order(ledger, size, register)
    verdicts = referee.judge_all(next(batches), extract=extract, more=batches)
    assert [verdict.target.id for verdict in verdicts] == [*of_the_whole(folder)]
    for verdict, (text, parts) in zip(verdicts, of_the_whole(folder).values(), strict=True):
        assert shown(verdict, words) == text
        if make is not None and verdict.target.id not in referee.parents:
            assert [*map(told, extract.parts[verdict.target.id])] == parts


def test_verdicts_of_a_ledger_with_an_index_are_the_same(tmp_path):
    folder, words = ROOT / "examples/provinces", Words("en")
    now = datetime(2027, 1, 1, tzinfo=UTC)
    whole = status(FileStore(folder / "targets.yaml", present=now), now=now)
    indexes = Indexes(tmp_path, 0)
    for _ in ("writes the index", "reads it"):
        store = FileStore(folder / "targets.yaml", present=now, indexes=lambda: indexes)
        lean = status(store, now=now, extract=Extract())
        assert lean.counts == whole.counts
        for verdict, other in zip(lean.verdicts, whole.verdicts, strict=True):
            assert shown(verdict, words) == shown(other, words)
    assert [*tmp_path.iterdir()]
    assert isinstance(lean.ledger.reports, JoinedReports)


@pytest.mark.parametrize("folder", REGISTERS)
def test_a_status_is_the_same_object_once_the_reports_are_gone(folder):
    store, now = FileStore(ROOT / folder / "targets.yaml"), datetime(2026, 11, 21, tzinfo=UTC)
    whole = status(store, now=now)
    lean = status(store, now=now, extract=Extract(target_text))
    assert any(verdict.points is GONE for verdict in lean.verdicts)
    texts = ["".join(dump_object(status_object(each).items())) for each in (whole, lean)]
    assert texts[0] == texts[1]


def told(part: object) -> object:
    """What is kept of a target, in words where it is verdicts."""
    if isinstance(part, Mapping):
        return {name: shown(verdict, Words("en")) for name, verdict in part.items()}
    return part


def test_who_asks_for_reports_that_are_gone_is_not_told_that_there_are_none():
    register, ledger = loaded(".")
    verdicts = Referee(register, day("2026-06-30")).judge_all(ledger)
    verdict = next(verdict for verdict in verdicts if verdict.points).without_reports()
    assert verdict.last is not None
    for look in (len, bool, list, lambda points: points[-1], lambda points: None in points):
        with pytest.raises(LookupError):
            look(verdict.points)
    gone = Ledger(GONE)
    for ask in (lambda: gone.of(verdict.target), lambda: gone.reports["t"], gone.records):
        with pytest.raises(LookupError):
            ask()


class Stream(Mapping[str, Sequence[Report]]):
    """Reports that are made when they are asked for, as a store makes them."""

    def __init__(self, names: Sequence[str], n: int) -> None:
        self.names, self.n = names, n

    def __getitem__(self, name: str) -> Sequence[Report]:
        days = [add_days(date(2020, 1, 1), number) for number in range(self.n)]
        return [
            Report(
                f"{name}-{number}", name, None, None, parse_period(on.isoformat()),
                Decimal(number), None, "letter", None, None, START + timedelta(seconds=number),
            )
            for number, on in enumerate(days)
        ]  # fmt: skip

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def peak(n_targets: int, extract: Extract | None) -> int:
    """The most memory that judging so many targets with three hundred reports each takes."""
    names = [f"t{number}" for number in range(n_targets)]
    deadline = {"deadline": "2030", "baseline": {"value": "0", "date": "2019"}}
    register = register_of(*[target(id=name, **deadline) for name in names])
    referee = Referee(register, day("2026-06-30"))
    gc.collect()
    tracemalloc.start()
    verdicts = referee.judge_all(Ledger(Stream(names, 300)), extract=extract)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(verdicts) == n_targets
    return most


def test_twice_the_targets_take_hardly_more_memory_once_reports_are_gone():
    peak(1, None)  # what is made once
    assert peak(6, None) > 1.7 * peak(3, None)
    assert peak(6, Extract()) < 1.3 * peak(3, Extract())


@given(st.integers(0, 3 * FEW))
def test_what_has_next_to_no_reports_keeps_them(n):
    register = register_of(target(id="t", deadline="2030"))
    referee = Referee(register, day("2026-06-30"))
    [verdict] = referee.judge_all(Ledger(Stream(["t"], n)), extract=Extract())
    assert (verdict.points is GONE) == (n > FEW)
