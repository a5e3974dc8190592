"""Breakdowns: slices judged by themselves, and the whole that they make (rules §6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.checks.register_checks import check_register
from cdstrack.core.model.entries import Target
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report, Share, slice_name, slice_parts
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.whole import whole_of
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import bodies_of, day, gone, referee_of, register_of, report, share, target

SEX = {"sex": {"women": "Women", "men": "Men"}}
REGION = {"region": {"north": "North", "south": "South"}}
WOMEN, MEN = "sex=women", "sex=men"


def sliced(name: str, when: str, figure: Any, **said: Any) -> Report:
    given = report(when, figure, **said)
    return given._replace(slice=name, id=f"{given.id}-{name}")


def ledger_of(*reports: Report) -> Ledger:
    filed: dict[Any, list[Report]] = {}
    for one in reports:
        filed.setdefault(one.series, []).append(one)
    return Ledger({name: in_order(series) for name, series in filed.items()})


def judged(of: Target, *reports: Report, on: str = "2026-01-01") -> Verdict:
    return referee_of(of, on, {}).judge_whole(of, ledger_of(*reports))


def broken_down(**said: Any) -> Target:
    known = {"breakdown": SEX, "total": "sum", "deadline": "2025"}
    return target(**known | said)


OWN = [
    {"slice": {"sex": "women"}, "target": {"at_least": "60"}},
    {"slice": {"sex": "men"}, "target": {"at_least": "50"}},
]


def test_women_men_and_their_sum_are_judged_each_by_its_own_target():
    verdict = judged(
        broken_down(slices=OWN), sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40")
    )
    assert (verdict.state, verdict.last.value) == ("achieved", 110)
    assert verdict.slices[WOMEN].state == "achieved"
    assert verdict.slices[MEN].state == "overdue"
    assert "slices_behind" in verdict.flags


def test_a_slice_without_a_target_is_only_watched():
    verdict = judged(broken_down(), sliced(MEN, "2025", "40"))
    assert verdict.slices[MEN].state == "unquantified"
    assert verdict.slices[MEN].last.value == 40
    assert "slices_behind" not in verdict.flags


def test_half_a_sum_is_no_sum():
    assert judged(broken_down(), sliced(WOMEN, "2025", "150")).state == "overdue"
    assert not judged(broken_down(), sliced(WOMEN, "2025", "150")).points


def test_slices_of_other_times_do_not_make_a_whole():
    verdict = judged(broken_down(), sliced(WOMEN, "2025", "70"), sliced(MEN, "2024", "40"))
    assert not verdict.points


def test_what_is_reported_of_the_whole_stands_before_its_slices():
    parts = sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40")
    verdict = judged(broken_down(), *parts, report("2025", "90"))
    assert (verdict.last.value, verdict.state) == (90, "overdue")
    assert "parts_disagree" in verdict.flags
    assert "parts_disagree" not in judged(broken_down(), *parts, report("2025", "110")).flags


def test_slices_agree_at_the_precision_of_the_whole():
    parts = sliced(WOMEN, "2025", "70.3"), sliced(MEN, "2025", "40.1")
    assert "parts_disagree" not in judged(broken_down(), *parts, report("2025", "110")).flags
    assert "parts_disagree" in judged(broken_down(), *parts, report("2025", "110.0")).flags


def test_slices_that_are_reported_say_nothing_of_a_whole_that_is_reported_by_itself():
    of = broken_down(total="reported")
    parts = sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40")
    assert not judged(of, *parts).points
    assert "parts_disagree" not in judged(of, *parts, report("2025", "7")).flags


def test_shares_of_slices_are_all_of_theirs():
    of = broken_down(total="ratio", accumulate="ratio", unit="%", target={"at_least": "50"})
    verdict = judged(of, sliced(WOMEN, "2025", share(1, 4)), sliced(MEN, "2025", share(5, 6)))
    assert verdict.last.share == Share(6, 10)
    assert verdict.state == "achieved"


def test_percentages_of_slices_are_never_added():
    of = broken_down(total="ratio", accumulate="ratio", unit="%", target={"at_least": "50"})
    assert not judged(of, sliced(WOMEN, "2025", "60"), sliced(MEN, "2025", "70")).points


def test_increments_of_each_slice_add_up_to_increments_of_the_whole():
    of = broken_down(accumulate="sum", start="2024")
    parts = [
        sliced(name, when, figure, at=at)
        for name in (WOMEN, MEN)
        for when, figure, at in (("2024", "20", 0), ("2025", "15", 0), ("2025", "16", 1))
    ]
    verdict = judged(of, *parts)
    assert [point.value for point in verdict.points] == [40, 102]
    assert verdict.state == "achieved"


def test_a_silent_slice_leaves_its_year_uncovered():
    of = broken_down(accumulate="sum", start="2024", slices=[])
    reports = sliced(WOMEN, "2024", "40"), sliced(MEN, "2024", "40"), sliced(WOMEN, "2025", "90")
    verdict = judged(of, *reports)
    assert verdict.state == "overdue"
    assert "partly_reported" in verdict.flags


def test_the_later_report_of_a_slice_wins_over_that_of_the_same_slice_alone():
    first, later = sliced(WOMEN, "2025", "10"), sliced(WOMEN, "2025", "70", at=5)
    verdict = judged(broken_down(), first, later, sliced(MEN, "2025", "40", at=9))
    assert verdict.slices[WOMEN].last.value == 70
    assert verdict.last.value == 110


def test_a_sum_is_as_vague_as_its_slices_and_as_proven():
    nearly = sliced(WOMEN, "2025", "70", qualifier="nearly", source=None)
    verdict = judged(broken_down(), nearly, sliced(MEN, "2025", "40"))
    assert verdict.last.qualifier == "nearly"
    assert "self_reported" in verdict.flags


def test_of_several_dimensions_one_makes_the_whole():
    of = broken_down(breakdown=SEX | REGION, total_by="region")
    parts = sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40")
    assert not judged(of, *parts).points
    both = sliced("region=north", "2025", "1"), sliced("region=south", "2025", "2")
    assert judged(of, *parts, *both).last.value == 3


def test_crosses_are_slices_only_where_they_are_declared():
    name = slice_name({"sex": "women", "region": "north"})
    assert name == "region=north,sex=women"
    assert slice_parts(name) == {"sex": "women", "region": "north"}
    of = broken_down(breakdown=SEX | REGION, total="reported")
    assert name not in judged(of).slices
    crossed = of.model_copy(update={"crosses": [["sex", "region"]]})
    assert judged(crossed, sliced(name, "2025", "5")).slices[name].last.value == 5


def test_slices_of_what_is_not_quantified_may_have_targets():
    share_of = [{"slice": {"sex": "women"}, "target": {"at_least": "40"}}]
    of = target(kind="unquantified", unit="%", breakdown=SEX, slices=share_of, deadline="2025")
    verdict = judged(of, sliced(WOMEN, "2025", "41"))
    assert verdict.slices[WOMEN].state == "achieved"


def test_a_whole_without_a_target_stands_as_the_worst_of_its_slices_that_have_one():
    of = target(kind="unquantified", breakdown=SEX | REGION, slices=OWN, deadline="2025", unit="x")
    verdict = judged(of, sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40"))
    assert (verdict.state, verdict.cell) == ("overdue", "overdue")
    assert verdict.decision.facts == {"slice": MEN}
    assert judged(of, sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "50")).cell == "on_time"
    assert judged(of.model_copy(update={"slices": []})).state == "unquantified"


@pytest.mark.parametrize("ledger", [(), (report("2025", "101"),)])
def test_a_target_without_a_breakdown_is_judged_as_before(ledger):
    of = target(deadline="2025")
    verdict = judged(of, *ledger)
    assert verdict == referee_of(of, "2026-01-01", {}).judge(of, in_order(list(ledger)))
    assert not verdict.slices


# Where bodies report one by one


def by(body: str | None, name: str | None, figure: Any, when: str = "2025", **said: Any) -> Report:
    told = report(when, figure, body=body, **said)
    return told._replace(slice=name, id=f"{told.id}-{name}")


def of_bodies(*reports: Report, across: str = "sum", **said: Any) -> Verdict:
    of = broken_down(reporters="all", across=across, **said)
    return referee_of(of, "2026-01-01", bodies_of("a", "b")).judge_whole(of, ledger_of(*reports))


PARTS = [
    by("a", WOMEN, "30"), by("a", MEN, "20"), by("b", WOMEN, "25"), by("b", MEN, "15"),
]  # fmt: skip


@every_case(
    "reports, is_disputed",
    [
        ([by("a", None, "50"), by("b", None, "40")], False),
        ([by("a", None, "50"), by("b", None, "41")], True),
        ([by("a", None, "50")], False),
        ([by("a", None, "40"), by("b", None, "50")], True),  # together they agree, alone neither
        ([by(None, None, "90")], False),
        ([by(None, None, "95")], True),
        ([by(None, None, "95", "2024")], False),
        ([by(None, None, "95", "2024"), by("a", None, "50")], False),
    ],
)
def test_the_parts_of_each_body_and_of_all_are_compared_with_the_whole(reports, is_disputed):
    assert ("parts_disagree" in of_bodies(*PARTS, *reports).flags) == is_disputed


def test_slices_of_all_are_compared_with_what_all_bodies_report():
    slices = by(None, WOMEN, "55"), by(None, MEN, "35")
    wholes = by("a", None, "50"), by("b", None, "40")
    assert "parts_disagree" not in of_bodies(*slices, *wholes).flags
    assert "parts_disagree" in of_bodies(*slices, by("a", None, "51"), wholes[1]).flags
    assert "parts_disagree" not in of_bodies(*slices, by("a", None, "51")).flags  # one is silent


def test_what_a_stranger_reports_disputes_nothing():
    assert "parts_disagree" not in of_bodies(*PARTS, by("c", None, "9")).flags
    assert "parts_disagree" not in judged(broken_down(), *PARTS[:2], by("a", None, "9")).flags


def test_increments_of_bodies_are_compared_one_by_one():
    told = by("a", None, "51"), by("b", None, "40")
    assert "parts_disagree" in of_bodies(*PARTS, *told, accumulate="sum", start="2025").flags


def test_the_mean_of_bodies_is_compared_at_the_precision_of_the_whole():
    thirds = [by("a", WOMEN, "1"), by("a", MEN, "2"), by("b", WOMEN, "2"), by("b", MEN, "2")]
    assert "parts_disagree" not in of_bodies(*thirds, by(None, None, "3.5"), across="mean").flags
    assert (
        "parts_disagree" not in of_bodies(*thirds, by(None, None, "4"), across="mean").flags
    )  # rounded
    assert "parts_disagree" in of_bodies(*thirds, by(None, None, "3.6"), across="mean").flags


def test_a_mean_of_what_bodies_report_is_no_more_precise_than_they_are():
    slices = by(None, WOMEN, "1.2"), by(None, MEN, "1.2")
    for figures, is_disputed in ((("2.3", "2.4"), False), (("2.5", "2.6"), True)):
        wholes = [by(name, None, figure) for name, figure in zip("ab", figures, strict=True)]
        flags = of_bodies(*slices, *wholes, across="mean").flags
        assert ("parts_disagree" in flags) == is_disputed


def test_a_percentage_is_compared_at_its_precision_with_n_of_n():
    of = broken_down(total="ratio", accumulate="ratio", unit="%")
    parts = sliced(WOMEN, "2025", share(1, 4)), sliced(MEN, "2025", share(1, 2))
    assert "parts_disagree" not in judged(of, *parts, report("2025", "33.3")).flags
    assert "parts_disagree" not in judged(of, *parts, report("2025", share(2, 6))).flags
    assert "parts_disagree" in judged(of, *parts, report("2025", "33.4")).flags


@every_case(
    "figure, qualifier, is_disputed",
    [("112", "about", False), ("130", "about", True), ("111", "nearly", False),
     ("110", "nearly", True), ("100", "over", False), ("120", "over", True)],
)  # fmt: skip
def test_a_vague_whole_is_disputed_only_by_what_it_cannot_mean(figure, qualifier, is_disputed):
    parts = sliced(WOMEN, "2025", "70"), sliced(MEN, "2025", "40")
    verdict = judged(broken_down(), *parts, report("2025", figure, qualifier))
    assert ("parts_disagree" in verdict.flags) == is_disputed


# What validate says


def codes(of: Target) -> list[tuple[str, tuple[int | str, ...]]]:
    return [
        (problem.code, problem.path)
        for problem in check_register(register_of(of))
        if problem.code not in ("unknown_source", "unknown_body")
    ]


@every_case(
    "said, code, path",
    [
        ({"breakdown": {}, "total": "sum"}, "needs_beside", ("total",)),
        ({"breakdown": {}, "total": "reported", "slices": OWN}, "needs_beside", ("slices",)),
        ({"breakdown": SEX | REGION}, "needs_beside", ("total",)),
        ({"total_by": "sx"}, "unknown_dimension", ("total_by",)),
        ({"dimensions": {"sx": "Sex"}}, "unknown_dimension", ("dimensions", "sx")),
        (
            {"breakdown": {}, "total": "reported", "dimensions": {"sex": "Sex"}},
            "needs_beside",
            ("dimensions",),
        ),
        ({"crosses": [["sex", "regio"]]}, "unknown_dimension", ("crosses", 0, 1)),
        ({"unit": "%"}, "total_sum_percent", ("total",)),
        ({"total": "ratio"}, "total_ratio_unit", ("total",)),
        (
            {"slices": [{"slice": {"sex": "womn"}}]},
            "unknown_category",
            ("slices", 0, "slice", "sex"),
        ),
        ({"slices": [OWN[0], OWN[0]]}, "listed_twice", ("slices", 1, "slice")),
        (
            {
                "breakdown": SEX | REGION,
                "total_by": "sex",
                "slices": [{"slice": {"sex": "women", "region": "north"}}],
            },
            "slice_not_crossed",
            ("slices", 0, "slice"),
        ),
        (
            {"kind": "limit", "target": {"at_most": "9"}, "slices": OWN[:1]},
            "limit_comparator",
            ("slices", 0, "target"),
        ),
    ],
)
def test_what_does_not_agree_is_named_at_its_place(said, code, path):
    assert codes(broken_down(**said)) == [(code, path)]


def test_a_sound_breakdown_has_no_problems():
    assert codes(broken_down(slices=OWN)) == []


@pytest.mark.parametrize(
    ("of", "code", "suggestion"),
    [
        (broken_down(), "report_unknown_slice", ["sex=women"]),
        (target(), "report_slice_unasked", None),
    ],
)
def test_a_report_of_a_slice_that_there_is_not_is_named(of, code, suggestion):
    ledger = ledger_of(sliced("sex=womn", "2025", "1"))
    [problem] = check_ledger(register_of(of), ledger)
    assert (problem.code, problem.level) == (code, "warning")
    assert problem.facts.get("suggestion") == suggestion
    assert not referee_of(of, "2026-01-01", {}).judge_whole(of, ledger).points


# The whole, read from the rules word by word

TIMES = ("2023", "2024", "2024-12", "2025-H1", "2025")
WAYS = ("latest", "sum", "year_to_date", "mean", "max")


def whole_slowly(of: Target, reports: Sequence[Report]) -> list[tuple[str, Decimal, str | None]]:
    """Every time with what the whole of it is, and how exact that is."""

    def same(one: Report, other: Report) -> bool:
        begins = of.accumulate in ("latest", "year_to_date") or one.date.first == other.date.first
        return begins and one.date.last == other.date.last

    def stands(name: str | None, like: Report) -> list[Report]:
        rivals = [r for r in reports if r.slice == name and same(r, like)]
        rivals.sort(key=lambda one: (one.recorded, one.id))
        return rivals if of.accumulate == "sum" else rivals[-1:]

    wholes: dict[tuple[Any, ...], tuple[str, Decimal, str | None]] = {}
    for one in reports:
        if one.slice is None:
            wholes[one.id,] = (str(one.date.last), Decimal(one.figure), one.qualifier)
            continue
        parts = [stands(name, one) for name in (WOMEN, MEN)]
        if stands(None, one) or not all(parts):
            continue
        figures = [part for rivals in parts for part in rivals]
        vague = {part.qualifier for part in figures} - {None}
        qualifier = vague.pop() if len(vague) == 1 else "about" if vague else None
        first = min(part.date.first for part in figures)
        key = (
            (one.date.last,)
            if of.accumulate in ("latest", "year_to_date")
            else (
                first,
                one.date.last,
            )
        )
        total = sum((Decimal(part.figure) for part in figures), Decimal(0))
        wholes[key] = (str(one.date.last), total, qualifier)
    return sorted(wholes.values(), key=str)


@st.composite
def histories(draw: st.DrawFn) -> list[Report]:
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from((WOMEN, MEN, None)),
                st.sampled_from(TIMES),
                st.integers(0, 9).map(str),
                st.sampled_from((None, "nearly", "over", "about")),
            ),
            max_size=12,
        )
    )
    return [
        report(when, figure, qualifier, recorded="2026-01-01", at=at)._replace(slice=name)
        for at, (name, when, figure, qualifier) in enumerate(entries)
    ]


@given(histories(), st.sampled_from(WAYS))
def test_the_whole_is_what_the_rules_say_word_by_word(reports, accumulate):
    of = broken_down(accumulate=accumulate)
    whole = whole_of(of, ledger_of(*reports).reports)
    swift = [(str(r.date.last), r.figure, r.qualifier) for r in whole.reports]
    assert sorted(swift, key=str) == whole_slowly(of, reports)


NORTH, SOUTH = "region=north", "region=south"
WHEN = ("2023", "2024", "2024-H1", "2024-H2", "2024-12", "2025-H1", "2025", "2025-06-30")
VAGUE = (None, None, "nearly", "over", "about")
FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"report_every": "half", "lag_days": "60"},
    {"kind": "limit", "target": {"at_most": "30"}, "start": "2023", "accumulate": "sum"},
    {"kind": "sustain", "target": {"at_least": "5"}, "periods": ["2023", "2024", "2025"],
     "deadline": None},
    {"conditions": {"x": "X", "y": "Y"}},
    {"kind": "unquantified", "target": None},
    {"reporters": "all", "across": "sum"},
    {"reporters": "all", "across": "mean"},
    {"reporters": "all", "across": "max"},
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> list[Report]:
    """Reports of two dimensions and of the whole, by nobody and by bodies of which one ends."""
    rows = st.tuples(
        st.sampled_from((WOMEN, MEN, WOMEN, MEN, None, NORTH, SOUTH)),
        st.sampled_from(WHEN),
        st.integers(0, 9),
        st.sampled_from(VAGUE),
        st.sampled_from((None, "a", "b")),
        st.sampled_from((None, "x", "y")),
    )
    reports = []
    for at, (name, when, figure, *more) in enumerate(draw(st.lists(rows, max_size=14))):
        vague, body, part = more
        one = report(when, str(figure), vague, recorded="2026-01-01", at=at, body=body, part=part)
        reports.append(one._replace(slice=name, id=f"r-{at}"))
    return reports


def sums_slowly(of: Target, reports: Sequence[Report], names: Sequence[str]) -> list[Report]:
    """The reports of the whole, and what these slices come to where nothing was said of it."""
    adds = of.kind == "limit" or of.accumulate == "sum"
    by_last_day = not adds and of.accumulate in ("latest", "ratio", "year_to_date")

    def slot(one: Report) -> tuple[object, ...]:
        begins = None if by_last_day else one.date.first
        return one.body, one.part, begins, one.date.last

    whole = [one for one in reports if one.slice is None]
    for place in {slot(one) for one in reports if one.slice in names} - set(map(slot, whole)):
        parts = [[one for one in reports if one.slice == n and slot(one) == place] for n in names]
        if not all(parts):
            continue
        parts = parts if adds else [[max(rivals, key=lambda one: one.order)] for rivals in parts]
        terms = [one for rivals in parts for one in rivals]
        last = max(terms, key=lambda one: one.order)
        figures = [one.figure for one in terms]
        vague = {one.qualifier for one in terms if one.qualifier}
        total: Any = (
            Share(sum(f.n for f in figures), sum(f.of for f in figures))  # type: ignore[union-attr]
            if of.total == "ratio"
            else sum(figures, Decimal(0))  # type: ignore[arg-type]
        )
        qualifier: Any = vague.pop() if len(vague) == 1 else "about" if vague else None
        whole.append(last._replace(figure=total, qualifier=qualifier, slice=None))
    return whole


@given(
    tables(),
    st.sampled_from((*WAYS, "min", "growth")),
    st.sampled_from(FORMS),
    st.sampled_from(("sum", "ratio")),
    st.sampled_from(("sex", "region")),
    st.sampled_from(("2024-07-01", "2025-06-30", "2026-01-01", "2027-01-01")),
)
def test_a_whole_is_judged_as_if_its_sums_had_been_reported(reports, way, form, total, by_, on):
    said = {"breakdown": SEX | REGION, "total_by": by_, "accumulate": way} | form
    if total == "ratio" and "limit" not in form.values() and form.get("across") != "max":
        said |= {"total": "ratio", "unit": "%", "accumulate": "ratio"}
        said |= {"across": "ratio"} if "across" in form else {}
        reports = [one._replace(figure=Share(int(one.figure), 10)) for one in reports]
    of = broken_down(**said)
    alone = of.model_copy(update={"breakdown": {}, "total": "reported", "total_by": None})
    bodies = bodies_of("b", a=gone("2025-01-01", "b"))
    referee = referee_of(of, on, bodies)
    names = [WOMEN, MEN] if by_ == "sex" else [NORTH, SOUTH]
    swift = referee.judge_whole(of, ledger_of(*reports))
    slow = referee.judge(alone, in_order(sums_slowly(of, reports, names)))
    assert (swift.state, swift.cell, swift.points) == (slow.state, slow.cell, slow.points)
    assert set(swift.flags) - {"parts_disagree"} == set(slow.flags) - {"parts_disagree"}


@given(histories())
def test_the_order_of_lines_and_other_slices_never_matter_to_a_slice(reports):
    of = broken_down()
    alone = [one for one in reports if one.slice == WOMEN]
    everything = judged(of, *reports).slices[WOMEN]
    assert everything.points == judged(of, *alone).slices[WOMEN].points
    assert everything.points == judged(of, *reversed(reports)).slices[WOMEN].points
    assert day("2026-01-01") == everything.as_of
