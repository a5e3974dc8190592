"""A sustained target with figures of its own for single periods (rules of judgement §5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cdstrack.core.checks.goalposts import moved
from cdstrack.core.model.entries import Target, own_goal
from tests.cases import every_case
from tests.core.build import asked, assess, assess_bodies, bodies_of, register_of, report, target

GROWTH = [{"2022": "7"}, {"2023": "8.5"}, "2024", {"2025": {"between": ["9", "10"]}}]


def growth(**said: object) -> Target:
    return target(**{"kind": "sustain", "target": None, "periods": GROWTH, **said})


def results(of: Target, *figures: str, on: str) -> list[str]:
    """How the periods went by figures for 2022, 2023 and so on."""
    years = enumerate(figures, start=2022)
    reports = [report(str(year), figure) for year, figure in years if figure]
    return [span.result for span in assess(of, reports, on=on).spans]


def test_each_period_is_judged_by_its_own_figure():
    assert results(growth(), "7", "8.5", "3", "9", on="2026-06-01") == [
        "kept", "kept", "watched", "kept",
    ]  # fmt: skip
    assert results(growth(), "8.4", "8.4", on="2024-06-01")[:2] == ["kept", "missed"]
    assert results(growth(), "7", "8.5", "9", "10.1", on="2026-06-01")[3] == "missed"


def test_a_period_without_a_figure_is_only_watched():
    all_kept = [report(year, "9") for year in ("2022", "2023", "2025")]
    verdict = assess(growth(), all_kept, on="2026-06-01")
    assert (verdict.state, verdict.decision.facts) == ("achieved", {"n": 3, "of": 3})
    one_by_one = assess(growth(), all_kept[:2], on="2025-06-01")
    assert one_by_one.state == "on_track"  # nobody waits for 2024


def test_with_a_figure_of_all_a_period_without_its_own_takes_that():
    of = growth(target={"at_least": "5"})
    assert results(of, "7", "8.5", "4.9", on="2025-06-01")[2] == "missed"
    assert results(of, "7", "8.5", "5", on="2025-06-01")[2] == "kept"


def test_the_deadline_is_the_last_period_in_which_something_is_to_be_met():
    of = growth(periods=[{"2022": "7"}, "2023"])
    verdict = assess(of, [report("2022", "7")], on="2023-06-01")
    assert (verdict.state, verdict.due.year) == ("achieved", 2022)


@pytest.mark.parametrize(
    ("on", "value"),
    [("2021-06-01", "7"), ("2022-06-01", "7"), ("2023-01-01", "8.5"), ("2024-06-01", "8.5")],
)
def test_the_figure_in_force_is_that_of_the_period_that_has_begun_last(on: str, value: str):
    goal = assess(growth(), on=on).terms.goal
    assert goal is not None
    assert str(goal.value) == value


def test_a_period_may_ask_for_more_than_the_one_before_or_than_the_baseline():
    of = growth(
        periods=[{"2022": "7"}, {"2023": {"above": "previous"}}, {"2024": {"increase_by": "50%"}}],
        baseline={"value": "6", "date": "2021"},
    )
    assert results(of, "7", "7.1", "9", on="2025-06-01") == ["kept", "kept", "kept"]
    assert results(of, "8", "8", "8.9", on="2025-06-01") == ["kept", "missed", "missed"]
    assert results(of, "", "8", on="2024-06-01")[:2] == ["unreported", "kept"]


def test_bodies_are_judged_by_the_figures_of_periods_and_not_if_each_has_one():
    bodies, reports = bodies_of("ha-noi", "hue"), [report("2022", "6", body="hue")]
    of = {"kind": "sustain", "target": None, "periods": [{"2022": "7"}]}
    by_period = assess_bodies(
        asked("min", **of), reports, on="2023-06-01", bodies=bodies, group=None
    )
    assert by_period["hue"].state == "breached"
    each = asked("min", **of, each={"at_least": "5"})
    by_each = assess_bodies(each, reports, on="2023-06-01", bodies=bodies, group=None)
    assert by_each["hue"].state == "achieved"


# Figures that move


def revised(on: str, old: str | None, new: str) -> dict[str, object]:
    ends = {"old": old and {"at_least": old}, "new": {"at_least": new}}
    return {"on": on, "source": "decision", "field": "target", "period": "2023", **ends}


def with_2023(figure: str | None, *revisions: dict[str, object]) -> Target:
    year = {"2023": figure} if figure else "2023"
    return growth(periods=[{"2022": "7"}, year], revisions=[*revisions])


def test_a_figure_that_moved_in_time_counts_and_is_eased():
    of = with_2023("8", revised("2023-06-01", "8.5", "8"))
    verdict = assess(of, [report("2022", "7"), report("2023", "8.2")], on="2024-06-01")
    assert verdict.state == "achieved"
    assert verdict.original is not None
    assert verdict.original.state == "breached"
    assert {"revised", "eased"} <= {*verdict.flags}


@pytest.mark.parametrize(
    ("old", "new", "state"), [("8.5", "8", "breached"), ("8", "9", "achieved")]
)
def test_a_figure_that_moved_after_its_period_moves_nothing(old: str, new: str, state: str):
    of = with_2023(new, revised("2024-01-15", old, new))
    reports = [report("2022", "7"), report("2023", "8.2")]
    assert assess(of, reports, on="2024-06-01").state == state


def test_by_the_first_terms_a_period_without_a_figure_is_watched_as_well():
    late = {**revised("2026-06-01", "9", "8"), "period": "2025"}
    of = growth(periods=[{"2022": "7"}, "2024", {"2025": "8"}], revisions=[late])
    reports = [report("2022", "7"), report("2024", "1"), report("2025", "8.5")]
    verdict = assess(of, reports, on="2026-12-01")
    assert [span.result for span in verdict.spans] == ["kept", "watched", "missed"]
    assert verdict.original is not None
    assert verdict.original.spans == verdict.spans
    assert verdict.announced is not None
    assert verdict.announced.goal is not None
    assert verdict.announced.goal.at_least == 8


def test_nothing_was_missed_while_a_period_had_no_figure():
    late = with_2023("8", revised("2024-01-15", None, "8"))
    assert results(late, "7", "1", on="2024-06-01") == ["kept", "watched"]
    in_time = with_2023("8", revised("2023-01-15", None, "8"))
    assert results(in_time, "7", "1", on="2024-06-01") == ["kept", "missed"]


def test_to_lead_a_figure_back_is_no_easing():
    there_and_back = [revised("2023-02-01", "8", "7"), revised("2023-03-01", "7", "8")]
    assert "eased" not in assess(with_2023("8", *there_and_back), on="2023-06-01").flags


def fields_moved(before: Target, after: Target) -> list[object]:
    return [finding.facts["field"] for finding in moved(register_of(before), register_of(after))]


def test_a_figure_that_moves_without_a_decision_is_a_goalpost_moved():
    assert fields_moved(with_2023("8.5"), with_2023("8")) == ["periods"]
    assert fields_moved(with_2023("8.5"), with_2023(None)) == ["periods"]
    assert fields_moved(with_2023(None), with_2023("8")) == ["periods"]
    decided = with_2023("8", revised("2023-06-01", "8.5", "8"))
    assert fields_moved(with_2023("8.5"), decided) == []
    of_another = with_2023("8", revised("2023-06-01", "9", "8"))
    assert fields_moved(with_2023("8.5"), of_another) == ["periods"]
    assert fields_moved(decided, with_2023("8")) == ["revisions"]
    untold = with_2023("8.5", revised("2023-06-01", "9", "8.5"))
    assert fields_moved(with_2023("8.5"), untold) == ["revisions"]


def test_the_same_figure_written_otherwise_has_not_moved():
    plain = target(kind="sustain", periods=["2022", "2023"], target={"at_least": "7"})
    own = plain.model_copy(update={"periods": growth(periods=[{"2022": "7.0"}, "2023"]).periods})
    assert fields_moved(plain, own) == fields_moved(own, plain) == []


# As laws

FIGURES = st.lists(st.sampled_from(["", "6", "7", "8", "9"]), min_size=3, max_size=3)
DAYS = st.sampled_from(["2021-06-01", "2022-12-31", "2023-01-01", "2024-07-01", "2025-02-01"])


@given(
    FIGURES, st.sampled_from(["6", "7.5", "9"]), DAYS, st.sampled_from(["latest", "max", "mean"])
)
def test_one_figure_for_every_period_is_the_figure_of_all(
    figures: list[str], figure: str, on: str, accumulate: str
):
    years = ("2022", "2023", "2024")
    plain = target(
        kind="sustain", periods=[*years], target={"at_least": figure}, accumulate=accumulate
    )
    own = growth(periods=[{year: figure} for year in years], accumulate=accumulate)
    reports = [report(year, value) for year, value in zip(years, figures, strict=True) if value]
    first, second = (assess(of, reports, on=on) for of in (plain, own))
    assert (first.state, first.decision.rule, first.flags, first.cell) == (
        second.state, second.decision.rule, second.flags, second.cell,
    )  # fmt: skip
    assert [span.result for span in first.spans] == [span.result for span in second.spans]


@given(FIGURES, st.lists(st.sampled_from(["6", "7.5", "9"]), min_size=3, max_size=3), DAYS)
def test_each_period_goes_as_it_would_alone(figures: list[str], goals: list[str], on: str):
    years = ("2022", "2023", "2024")
    reports = [report(year, value) for year, value in zip(years, figures, strict=True) if value]
    together = growth(periods=[{year: goal} for year, goal in zip(years, goals, strict=True)])
    alone = [
        target(kind="sustain", periods=[year], target={"at_least": goal})
        for year, goal in zip(years, goals, strict=True)
    ]
    assert [span.result for span in assess(together, reports, on=on).spans] == [
        assess(of, reports, on=on).spans[0].result for of in alone
    ]


# How they are written


@pytest.mark.parametrize("period", ["2022", "2022-Q1", "2022-01", "2022-H1", "2022-01-31"])
def test_a_period_of_any_form_may_have_a_figure(period: str):
    (only,) = growth(periods=[{period: "7"}]).periods
    goal = own_goal(only)
    assert (str(only), goal and goal.at_least) == (period, 7)


@every_case(
    "periods",
    [
        [{}],
        [{"2022": "7", "2023": "8"}],
        [{"2022": "7.000.000"}],
        [{"2022": None}],
        [{"2022": ["7"]}],
        [{"the year": "7"}],
        [{"2022": {"at_lest": "7"}}],
        [{"2022": {"at_least": "7", "at_most": "8"}}],
        [["2022"]],
        {"2022": "7"},
    ],
)
def test_what_is_no_figure_of_a_period_is_refused(periods: object):
    with pytest.raises(ValidationError):
        growth(periods=periods)
