"""What is long costs no more than its length: steps are counted, no time is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bench import growth_cases
from bench.growth import NOW
from bench.growth_cases import Files
from cdstrack.app.record.sheet_import import read_import
from cdstrack.core.checks.desks import Desks, Member
from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.checks.pitfalls import check_pitfalls
from cdstrack.core.checks.register_checks import check_register
from cdstrack.core.model.entries import Desk
from cdstrack.core.values.coverage import Coverage, Window, common
from cdstrack.core.values.over_time import _Average, _Figure
from cdstrack.core.verdict.referee import Referee
from cdstrack.render.text import one_line
from cdstrack.store.files import FileStore
from cdstrack.store.sheet.grid import read_book
from tests.steps import steps

LINEAR = 2.2
"""At most so many times the steps: of short lists the squares hide unless this is close to 2."""


def day(number: int) -> date:
    return date(2000, 1, 1) + timedelta(days=number)


LISTS: dict[str, Callable[[int], Files]] = {
    "members that begin on as many days": growth_cases.members_of_other_days,
    "members that end on as many days": growth_cases.members_that_end,
    "members and sizes": growth_cases.members_and_sizes,
    "sizes": growth_cases.sizes,
    "conditions that are all reported": growth_cases.conditions,
    "revisions of a deadline": growth_cases.revisions_of_a_deadline,
    "periods of sums": growth_cases.periods_of_sums,
    "bodies by days, summed": lambda n: growth_cases.bodies_over_time(n, "sum", "sum"),
    "bodies by days after a deadline": lambda n: growth_cases.bodies_over_time(
        n, "max", "max", "over", deadline="2000"
    ),
    "bodies by days, beside all of them": growth_cases.bodies_beside_all,
    "bodies by rounds with gaps": lambda n: growth_cases.bodies_and_rounds(n, "mean", "mean"),
    "bodies that come and go": growth_cases.bodies_that_come_and_go,
    "highest of bodies": lambda n: growth_cases.bodies_over_time(n, "latest", "max"),
    "means that cross": lambda n: growth_cases.of_one(n, "mean", growth_cases.crossing),
    "increments that nest": lambda n: growth_cases.of_one(
        n, "sum", growth_cases.nesting, **growth_cases.SINCE_1900
    ),
}


@pytest.mark.promise("growth")
@pytest.mark.parametrize("files", LISTS.values(), ids=LISTS.keys())
def test_twice_as_long_a_list_takes_about_twice_the_steps(files: Callable[[int], Files], tmp_path):
    def judgement(n: int) -> int:
        folder = tmp_path / str(n)
        folder.mkdir()
        for name, content in files(n).now.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        loaded = FileStore(folder / "targets.yaml").load()
        register, ledger = loaded.register, loaded.ledger
        assert register is not None

        def work() -> None:
            for problems in (
                check_register(register),
                check_ledger(register, ledger),
                check_pitfalls(register, ledger),
            ):
                list(problems)
            for verdict in Referee(register, date(2026, 6, 30)).judge_all(ledger):
                assert verdict.state

        return steps(work)

    base, shorter, longer = judgement(1), judgement(40), judgement(80)
    assert longer - base < LINEAR * (shorter - base)


@pytest.mark.promise("growth")
@pytest.mark.parametrize(
    "files",
    [
        growth_cases.rows_of_rising_increments,
        growth_cases.rows_of_earlier_increments,
        growth_cases.rows_of_increments_beside_all,
        growth_cases.rows_of_known_increments,
        growth_cases.rows_of_another_version,
    ],
)
def test_twice_as_many_rows_of_increments_take_about_twice_the_steps(files, tmp_path):
    def reading(n: int) -> int:
        folder = tmp_path / str(n)
        folder.mkdir(exist_ok=True)
        for name, content in files(n).now.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        store, book = FileStore(folder / "targets.yaml"), read_book(folder / "form.csv")
        return steps(lambda: read_import(store, book, lang="en", now=NOW, both=True))

    reading(1)  # what is made once
    base, shorter, longer = reading(1), reading(20), reading(40)
    assert longer - base < LINEAR * (shorter - base)


@pytest.mark.promise("growth")
def test_long_gaps_in_a_text_are_looked_at_once():
    gap = " " * 200_000
    assert one_line(f"a{gap}b") == f"a{gap}b"
    assert one_line(f"a{gap}\nb\t{gap}c") == "a b c"


@pytest.mark.promise("growth")
def test_coverages_share_the_gaps_that_they_have_in_common():
    coverage = Coverage(day(0))
    for number in range(1, 2000):
        coverage = coverage.extended(day(3 * number), day(3 * number))
    assert len(coverage.gaps) == 1999
    assert coverage.gaps[-1] == (day(5995), day(5996))
    filled = coverage.extended(day(4), day(6000))
    assert filled.gaps == ((day(1), day(2)),)
    assert steps(lambda: coverage.extended(day(7000), day(7000))) < 30


@pytest.mark.promise("growth")
def test_of_the_many_desks_of_a_member_those_for_a_report_are_looked_at(tmp_path):
    for name, content in growth_cases.members(3).now.items():
        (tmp_path / name).write_text(content, encoding="utf-8", newline="\n")
    loaded = FileStore(tmp_path / "targets.yaml").load()
    assert loaded.register is not None
    names = [f"b{number}" for number in range(2000)]
    desks = Desks([Desk(member="a@b.example", body=name) for name in names], loaded.register)
    member, other = Member("a@b.example"), Member("c@d.example")
    for report in loaded.ledger.records():
        assert desks.allow(member, report, "report", day(1))
        assert not desks.allow(other, report, "report", day(1))
        assert steps(lambda report=report: desks.allow(member, report, "report", day(1))) < 60
    assert desks.know(member)
    assert not desks.know(other)


def test_the_times_common_to_two_lists_of_gaps():
    left = [(day(0), day(4)), (day(8), day(9))]
    right = [(day(1), day(2)), (day(4), day(8)), (day(20), day(21))]
    expected = ((day(1), day(2)), (day(4), day(4)), (day(8), day(8)))
    assert common(left, right) == common(right, left) == expected


def test_a_mean_takes_each_day_from_the_longest_time_that_holds_it():
    average = _Average(Window(day(0), None, day(0)), grows=False)
    for first, last, value in ((0, 9, 10), (5, 12, 20), (2, 3, 99), (14, 15, 40)):
        average.add(_Figure(day(first), day(last), Decimal(value), None))
    assert average.value() == (10 * Decimal(10) + 3 * Decimal(20) + 2 * Decimal(40)) / 15
    assert average.coverage.gaps == ((day(13), day(13)),)
