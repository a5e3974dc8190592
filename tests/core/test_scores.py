"""The scoreboard: every body ranked, by a quick way that finds what judging each by itself does."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import in_order
from cdstrack.core.verdict.scores import Score, cells_of_bodies, deliveries, owing, scores
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    body,
    gone,
    group_of,
    population,
    referee_of,
    report,
    said,
    share,
    target,
)
from tests.draws import among, examples

NAMES = ("hanoi", "hue", "danang", "mae", "mof")
DAYS = ["2024-03-01", "2024-07-01", "2025-01-01", "2025-03-01", "2025-07-01"]
TURNS = ["2024-06-30", "2024-12-31", "2025-01-30", "2025-01-31", "2025-02-28", "2025-03-31"]
"""Last days of deadlines and of the time allowed after them, and of bodies."""
days = st.dates(date(2024, 1, 1), date(2025, 12, 31)).map(date.isoformat) | st.sampled_from(
    [*DAYS, *TURNS]
)
counts = st.integers(0, 130).map(str)
qualifiers = st.sampled_from([None, None, None, "nearly", "over", "about"])


ends_of_bodies = st.none() | st.sampled_from(DAYS)


@st.composite
def successions(draw: st.DrawFn) -> dict[str, Body]:
    """Some bodies, of which some end and pass on to one that comes after them, or to nobody."""
    ends = {name: draw(ends_of_bodies) for name in NAMES[:-1]}
    found: dict[str, dict[str, Any]] = {name: {} for name in NAMES}
    for at, name in enumerate(NAMES):
        ended = ends.get(name)
        if ended is not None:
            heirs = [heir for heir in NAMES[at + 1 :] if (ends.get(heir) or "9999") > ended]
            successor = draw(among(None, *heirs))
            how = "merged" if successor else "dissolved"
            found[name] |= {"ended": ended, "successor": successor, "how": how}
    for heir in NAMES:
        before = [each["ended"] for each in found.values() if each.get("successor") == heir]
        if before and draw(st.booleans()):
            found[heir]["started"] = min(before)
    return {name: body(**each) for name, each in found.items()}


@st.composite
def goals(draw: st.DrawFn) -> dict[str, Any]:
    comparator = draw(among("at_least", "more_than", "at_most", "less_than", "between"))
    if comparator == "between":
        return {"between": sorted([draw(counts), draw(counts)], key=int)}
    return {comparator: draw(counts)}


# Made once.
deadlines = st.none() | days | st.sampled_from(["2024", "2025-Q1", "2025-02-28"])
baselines = st.none() | st.fixed_dictionaries({"value": counts}, optional={"date": days})
conditions = st.sampled_from([{}, {}, {"online": "Online", "sign": "Signs"}])
goals_of_each = st.none() | goals()
shares = st.tuples(st.integers(0, 9), st.just(9)).map(lambda pair: share(*pair))


@st.composite
def stories(draw: st.DrawFn) -> tuple[Target, list[Report], dict[str, Body], str]:
    """A target to reach, what bodies reported on it, the bodies, and the day it is seen on."""
    across = draw(among("ratio", "share", "mean", "min", "max", "sum"))
    percent = across in ("ratio", "share") or (across != "sum" and draw(st.booleans()))
    kinds = ["latest", "max"] if across == "ratio" else ["latest", "max", "mean", "sum"]
    of = target(
        **{"with": ["mof"]},
        reporters="all",
        across=across,
        unit="%" if percent else "persons",
        target=draw(goals()),
        each=draw(goals_of_each),
        accumulate=draw(among(*kinds)),
        deadline=draw(deadlines),
        lag_days=draw(among(0, 30, 200)),
        baseline=draw(baselines),
        conditions=draw(conditions),
        report_every=draw(among(None, "year", "quarter")),
    )
    figures = {"ratio": shares}.get(across, counts)
    exact = across == "share" and draw(st.booleans())
    if exact:
        figures = st.booleans()
    told = [
        report(
            draw(days),
            draw(figures),
            None if exact else draw(qualifiers),
            body=draw(among(*NAMES, None)),
            part=draw(among(None, *of.conditions)),
            at=at,
        )
        for at in range(draw(st.integers(0, 8)))
    ]
    return of, told, draw(successions()), draw(days)


@examples(150)
@given(stories())
def test_the_quick_ways_find_what_judging_each_body_finds(story: Any):
    of, told, bodies, on = story
    group = group_of(bodies)
    slow = assess_bodies(of, told, on=on, bodies=bodies, group=group)
    asked_for = population(of, bodies, group)
    assert asked_for is not None
    verdict = assess(of, told, on=on, bodies=bodies, group=group)
    referee = referee_of(of, on, bodies, group)
    quick = cells_of_bodies(verdict, in_order(told), referee, asked_for)
    assert quick == {name: each.cell for name, each in slow.items()}
    if of.report_every is not None:
        ledger = Ledger({of.id: in_order(told)})
        silent = referee.judge(of.model_copy(update={"id": "silent"}), ())
        for verdicts in ([verdict], [silent, verdict]):
            parts = [(each, deliveries(referee, each, ledger)) for each in verdicts]
            missing = {score.body: score.missing > 0 for score in scores(parts, referee)}
            assert owing(verdicts, referee, ledger) == missing


# One story at a time


THREE = bodies_of("hanoi", "hue", "danang")


def cells(
    of: Target, told: list[Report], on: str, bodies: dict[str, Body] | None = None
) -> dict[str, str]:
    bodies = bodies or THREE
    asked_for = population(of, bodies)
    assert asked_for is not None
    verdict = assess(of, told, on=on, bodies=bodies)
    reports = in_order(told)
    return cells_of_bodies(verdict, reports, referee_of(of, on, bodies), asked_for)


def test_on_time_late_and_overdue():
    of = asked("mean", deadline="2024", target={"at_least": "10"})
    told = said("2024", hanoi="10", hue="9", danang="9") + said("2025-01", hue="10")
    assert cells(of, told, "2025-02-01") == {
        "hanoi": "on_time", "hue": "late", "danang": "overdue",
    }  # fmt: skip


def test_who_passed_in_time_and_fell_back_was_in_time():
    of = asked("mean", deadline="2024", target={"at_least": "10"})
    told = said("2024", hanoi="10") + said("2025-01", hanoi="1")
    assert cells(of, told, "2025-02-01")["hanoi"] == "on_time"


def test_while_figures_for_the_deadline_may_still_come_nobody_is_overdue():
    of = asked("mean", deadline="2024", lag_days=30, target={"at_least": "10"})
    told = said("2024-12-30", hanoi="9") + said("2024-12-31", hue="9")
    assert cells(of, told, "2025-01-30") == {
        "hanoi": "in_time", "hue": "overdue", "danang": "in_time",
    }  # fmt: skip
    assert set(cells(of, told, "2025-01-31").values()) == {"overdue"}


def test_without_a_deadline_or_a_figure_of_its_own_a_body_is_outside():
    told = said("2024", hanoi="10")
    assert set(cells(asked("mean"), told, "2025-01-01").values()) == {"outside"}
    assert set(cells(asked("sum", deadline="2024"), told, "2025-01-01").values()) == {"outside"}


MERGED = bodies_of("hue", mae={"started": "2025-07-01"}, mard=gone("2025-07-01", "mae"),
                   monre=gone("2025-07-01", "mae"))  # fmt: skip


def test_a_successor_passed_in_time_only_with_all_that_it_follows():
    of = asked("share", deadline="2025-06", each={"at_least": "10"})
    both = said("2025-06", mard="10", monre="10")
    assert cells(of, both, "2025-08-01", MERGED)["mae"] == "on_time"
    one = said("2025-06", mard="10", monre="9")
    assert cells(of, one, "2025-08-01", MERGED)["mae"] == "overdue"
    assert cells(of, said("2025-06", mard="10"), "2025-08-01", MERGED)["mae"] == "overdue"
    later = one + said("2025-07", mae="10")
    assert cells(of, later, "2025-08-01", MERGED)["mae"] == "late"


def test_where_goalposts_moved_or_it_was_closed_each_body_is_judged_in_full():
    moved = {
        "deadline": "2025",
        "revisions": [{"on": "2024-06-01", "field": "deadline", "old": "2024", "new": "2025"}],
    }
    of = asked("mean", target={"at_least": "10"}, **moved)
    told = said("2025-03", hanoi="10")
    assert cells(of, told, "2025-02-01")["hanoi"] == "in_time"
    assert cells(of, told, "2025-04-01")["hanoi"] == "on_time"
    shut = {"closed": {"on": "2024-06-01", "how": "withdrawn", "source": "decision"}}
    of = asked("mean", deadline="2024", target={"at_least": "10"}, **shut)
    assert set(cells(of, told, "2025-04-01").values()) == {"outside"}


def test_the_board_ranks_by_what_is_missing_overdue_late_and_by_silence():
    def score(name: str, last: str | None = None, missing: int = 0, **cell: int) -> Score:
        made = Score(name, missing=missing, last=parse_period(last) if last else None)
        made.cells |= cell
        return made

    ranked = [
        score("two-missing", missing=2),
        score("missing-and-overdue", missing=1, overdue=1),
        score("missing", missing=1, on_time=5),
        score("two-overdue", "2025", overdue=2),
        score("overdue", "2025", overdue=1, late=1),
        score("late", "2025", late=1),
        score("never", in_time=1),
        score("long-silent", "2024-01-01", in_time=1),
        score("silent", "2024-06", in_time=1),
        score("done", "2024-06", on_time=1),
    ]
    ranks = [each.rank for each in ranked]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
