"""What is kept up to date of many bodies is what a look at all of them would find."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.decimals import Interval
from cdstrack.core.values.coverage import Coverage, Gap, common, joint_coverage
from cdstrack.core.values.joint import Extreme, JointCoverage
from cdstrack.core.values.measures import furthest
from tests.draws import examples

law = examples(100)

days = st.integers(0, 9).map(lambda number: date(2022, 1, 1) + timedelta(days=number))
times = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))
names = st.sampled_from("abc")
LAST = date(2022, 2, 1)


def covered(reports: Sequence[Gap]) -> Coverage:
    """What reports for some times cover, in the order of their last days."""
    coverage = Coverage(date(2021, 12, 31))
    for first, last in sorted(reports, key=lambda time: time[1]):
        coverage = coverage.extended(first, last)
    return coverage


def spread(reports: Sequence[Gap], *, straddles: bool) -> Coverage:
    ends = (Decimal(-len(reports)), Decimal(2)) if straddles else (None, None)
    return covered(reports)._replace(straddles=straddles, low=ends[0], high=ends[1])


coverages = st.builds(spread, st.lists(times, max_size=4), straddles=st.booleans())
moves = st.lists(st.tuples(names, st.none() | coverages), max_size=12)


@law
@given(moves)
def test_what_one_body_misses_all_of_them_miss(moves: list[tuple[str, Coverage | None]]):
    kept, bodies = JointCoverage(), dict[str, Coverage]()
    for name, coverage in moves:
        kept.change(bodies.pop(name, None), coverage)
        if coverage is not None:
            bodies[name] = coverage
        unclear = [each for each in bodies.values() if each.is_open]
        found = kept.up_to(LAST, None, None)
        expected = joint_coverage(Coverage(LAST), unclear)
        assert (kept.unclear, kept.clear) == (len(unclear), len(bodies) - len(unclear))
        assert (found.gaps, bool(found.gaps)) == (expected.gaps, bool(expected.gaps))
        assert found.straddles == expected.straddles
        off = [each for each in unclear if each.low is not None]
        assert found.low == (sum(each.low or 0 for each in off) if off else None)
        assert found.high == (2 * len(off) if off else None)


@law
@given(moves)
def test_what_nobody_has_reported_up_to_a_day_is_missing_too(
    moves: list[tuple[str, Coverage | None]],
):
    kept, bodies = JointCoverage(), dict[str, Coverage]()
    for name, coverage in moves:
        kept.change(bodies.pop(name, None), coverage)
        if coverage is not None:
            bodies[name] = coverage
    since = min((each.until for each in bodies.values()), default=date.max)
    expected = joint_coverage(Coverage(LAST), [each.through(LAST) for each in bodies.values()])
    found = kept.up_to(LAST, since, None)
    assert (found.gaps, bool(found.gaps)) == (expected.gaps, bool(expected.gaps))


@law
@given(st.lists(st.tuples(st.sampled_from("abc*"), times), min_size=1, max_size=14))
def test_what_was_reported_for_all_was_reported_for_each(reports: list[tuple[str, Gap]]):
    kept, of = JointCoverage(), dict[str, Coverage]()
    for name, (first, last) in sorted(reports, key=lambda report: report[1][1]):
        before = of.get(name)
        of[name] = (before or covered(())).extended(first, last)
        if name == "*":
            kept.change_for_all(before, of[name])
        else:
            kept.change(before, of[name])
        bodies = [each.through(last) for other, each in of.items() if other != "*"]
        if "*" in of and bodies:
            for_all = of["*"]
            since = min(each.until for other, each in of.items() if other != "*")
            found = kept.up_to(last, since, for_all)
            gaps = {gap for each in bodies for gap in each.gaps}
            expected = common([*gaps], for_all.through(last).gaps)
            assert (found.gaps, bool(found.gaps)) == (expected, bool(expected))


def test_gaps_stay_those_of_their_moment():
    kept, early = JointCoverage(), covered([(date(2022, 1, 5), date(2022, 1, 9))])
    kept.change(None, early)
    found = kept.up_to(LAST, None, None).gaps
    kept.change(early, early.extended(date(2022, 1, 1), date(2022, 1, 10)))
    assert found == ((date(2022, 1, 1), date(2022, 1, 4)),)
    assert len(found) == 1
    assert found[0] == found[-1]
    assert kept.up_to(LAST, None, None).gaps == ()


ends = st.none() | st.integers(0, 4).map(Decimal)
figures = st.builds(Interval, ends, ends, st.booleans(), st.booleans())


@law
@given(st.sampled_from(["min", "max"]), st.lists(st.tuples(names, st.none() | figures)))
def test_the_furthest_of_figures_that_change(which, moves):
    extreme, standing = Extreme(which), dict[str, Interval]()
    for name, figure in moves:
        extreme.change(name, figure)
        standing.pop(name, None)
        if figure is not None:
            standing[name] = figure
        if standing:
            found, expected = extreme.value(), furthest(which, standing.values())
            assert (found.low, found.high) == (expected.low, expected.high)
            if found.low is not None:
                assert found.low_open == expected.low_open
            if found.high is not None:
                assert found.high_open == expected.high_open
