"""Which reports are owed on a day, by whom, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from cdstrack.core.model.entries import Body, Group, Target
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import Series, in_order
from cdstrack.core.verdict.dues import dues, first_due
from tests.core.build import asked, bodies_of, day, group_of, referee_of, report, said, target

MONTHLY = {"report_every": "month", "start": "2020-01", "deadline": "2021", "lag_days": 10}
TWO = bodies_of("hue", "hanoi")


def owed(
    of: Target,
    reports: Sequence[Report] = (),
    *,
    on: str,
    within: int = 0,
    bodies: Mapping[str, Body] | None = None,
    group: Group | None = None,
) -> list[tuple[str | None, str, str, int, int]]:
    """Who owes reports, from which period to which, how many, and for how many days."""
    referee = referee_of(of, on, bodies or {}, group)
    series = in_order(Series(reports))
    found = dues(referee.judge(of, series), referee.populations.of(of), series, within)
    return [
        (due.body, str(due.first), str(due.newest), due.periods, due.days_overdue) for due in found
    ]


def test_a_period_is_owed_when_it_is_over_and_late_after_the_lag():
    of, march = target(**MONTHLY), report("2020-03", "5")
    assert owed(of, [march], on="2020-04-30", within=0) == []
    assert owed(of, [march], on="2020-05-01") == [("mic", "2020-04", "2020-04", 1, -9)]
    assert owed(of, [march], on="2020-05-11") == [("mic", "2020-04", "2020-04", 1, 1)]


def test_looking_ahead_shows_the_period_that_falls_due_within_the_days():
    of = target(**MONTHLY)
    assert owed(of, on="2020-01-20", within=20) == []
    assert owed(of, on="2020-01-20", within=21) == [("mic", "2020-01", "2020-01", 1, -21)]


def test_a_later_level_makes_up_for_those_before_and_an_increment_does_not():
    reports = [report("2020-01", "5"), report("2020-03", "5")]
    on = "2020-05-01"
    assert owed(target(**MONTHLY), reports, on=on)[0][1:4] == ("2020-04", "2020-04", 1)
    summed = target(accumulate="sum", **MONTHLY)
    assert owed(summed, reports, on=on)[0][1:4] == ("2020-02", "2020-04", 2)
    assert owed(summed, [report("2020-Q1", "5")], on=on)[0][1:4] == ("2020-04", "2020-04", 1)


def test_what_a_dated_baseline_covers_is_not_owed():
    of = target(**MONTHLY, baseline={"value": "0", "date": "2020-03"})
    assert owed(of, on="2020-05-01")[0][1:4] == ("2020-04", "2020-04", 1)


@pytest.mark.parametrize(
    ("changes", "reports"),
    [
        ({"report_every": None}, []),
        ({"start": "2022-08"}, []),
        ({"kind": "unquantified", "target": None}, []),
        ({"closed": {"on": "2022-01-01", "how": "withdrawn", "source": "x"}}, []),
        ({}, [report("2021-12", "100")]),
    ],
    ids=["no interval", "not begun", "no figure", "closed", "achieved"],
)
def test_nothing_is_owed_on_what_nobody_waits_for(changes: dict[str, Any], reports: list[Report]):
    assert owed(target(**MONTHLY), on="2022-07-01") != []
    assert owed(target(**MONTHLY | changes), reports, on="2022-07-01") == []


def test_each_member_owes_its_own_from_its_own_beginning():
    bodies = TWO | bodies_of(hue={"started": "2020-03-01"})
    reports = said("2020-02", hanoi="5")
    assert owed(asked("sum", **MONTHLY), reports, on="2020-05-01", bodies=bodies) == [
        ("hue", "2020-03", "2020-04", 2, 21),
        ("hanoi", "2020-03", "2020-04", 2, 21),
    ]


def test_of_a_group_that_is_only_counted_those_who_never_reported_owe_together():
    group = group_of(TWO, ("2020-01-01", 5), listed=False)
    reports = said("2020-03", hue="5")
    rows = owed(asked("sum", **MONTHLY), reports, on="2020-05-01", bodies=TWO, group=group)
    assert rows == [(None, "2020-01", "2020-04", 4, 81), ("hue", "2020-04", "2020-04", 1, -9)]


def test_a_figure_for_all_counts_for_everybody():
    reports = [report("2020-03", "9"), *said("2020-01", hue="1")]
    rows = owed(asked("sum", **MONTHLY), reports, on="2020-05-01", bodies=TWO)
    assert [(name, first) for name, first, *_ in rows] == [("hue", "2020-04"), ("hanoi", "2020-04")]


def test_the_increments_of_a_body_count_for_its_successor():
    bodies = bodies_of("hue", hanoi={"ended": "2020-04-01", "successor": "hue", "how": "merged"})
    reports = said("2020-01", hanoi="5") + said("2020-02", hue="5")
    of = asked("sum", accumulate="sum", **MONTHLY)
    assert owed(of, reports, on="2020-05-01", bodies=bodies) == [
        ("hue", "2020-03", "2020-04", 2, 21)
    ]


def test_a_first_report_is_in_time_until_the_lag_of_the_first_period_ends():
    assert first_due(target(**MONTHLY)) == day("2020-02-10")
    assert first_due(target(start="2020-03")) == day("2020-03-01")
