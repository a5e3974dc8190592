"""Words for one verdict: a pace on its side of a cut, periods counted, lengths of time."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.structs import dataclass
from cdstrack.core.verdict.rules import Decision
from cdstrack.i18n import Words
from cdstrack.render.phrases import duration_words, explain, pace_words, value_words
from tests.cases import every_case
from tests.cli.build import REACH, TRAINED, target

VI, EN = Words("vi"), Words("en")
D = Decimal


@dataclass
class OfPace:
    """As much of a verdict as its pace."""

    decision: Decision
    pace: Decimal | None = None


def judged(pace: str, state: str = "at_risk", why: str = "pace_risk", **cuts: Decimal) -> OfPace:
    facts = {"pace": D(pace), "date": "June", "start": "May", "method": "straight_line", **cuts}
    return OfPace(Decision(state, "11", why, facts), D(pace))


@every_case(
    "pace, shown",
    [
        ("0.95", "0.95"),
        ("0.9496", "0.9496"),
        ("0.949", "0.949"),
        ("0.94999999", "0.94999999"),
        ("0.9512", "0.951"),
        ("0.599", "0.599"),
        ("0.6", "0.6"),
        ("0.31421", "0.31"),
        ("-0.001", "-0.001"),
        ("-0.00000001", "-0.00000001"),
        ("0.004", "0.004"),
        ("12", "12"),
    ],
)
def test_a_pace_is_shown_on_its_side_of_the_cuts(pace, shown):
    assert pace_words(judged(pace, cut=D("0.60")), EN) == shown


@given(st.decimals(-1, 2, places=9), st.decimals(0, 1, places=3), st.decimals(0, 1, places=3))
def test_no_rounding_carries_a_pace_over_a_cut(pace, low, high):
    shown = D(pace_words(judged(str(pace), cut=low, upper=high), EN))
    for cut in (low, high, D("0.95"), D("0.60"), D(0)):
        assert (shown >= cut) == (pace >= cut)


def test_at_risk_names_the_cut_that_was_missed():
    verdict = judged("0.9496", cut=D("0.60"), upper=D("0.95"))
    assert "pace 0.9496 ≥ 0.6 and < 0.95 as of June" in explain(verdict, EN)
    assert "nhịp độ 0,9496 ≥ 0,6 và < 0,95 tính đến June" in explain(verdict, VI)


def counted(*results: str) -> SimpleNamespace:
    return SimpleNamespace(spans=[SimpleNamespace(result=result) for result in results])


@pytest.mark.parametrize(
    ("results", "en", "vi"),
    [
        (["kept", "future", "future"], "1 period kept, 2 to come", "1 kỳ đạt, 2 kỳ chưa đến"),
        (["open", "future"], "1 period running, 1 to come", "1 kỳ đang diễn ra, 1 kỳ chưa đến"),
        (
            ["unreported", "kept", "missed", "kept"],
            "2 periods kept, 1 missed, 1 not reported",
            "2 kỳ đạt, 1 kỳ không đạt, 1 kỳ chưa báo cáo",
        ),
    ],
)
def test_periods_are_counted_by_how_they_went(results, en, vi):
    assert value_words(counted(*results), EN) == en
    assert value_words(counted(*results), VI) == vi


@pytest.mark.parametrize(
    ("typed", "en", "vi"),
    [
        ("90d", "90 days", "90 ngày"),
        ("1w", "1 week", "1 tuần"),
        ("3m", "3 months", "3 tháng"),
        ("1y", "1 year", "1 năm"),
        (" 45 ", "45 days", "45 ngày"),
    ],
)
def test_a_length_of_time_as_it_was_typed(typed, en, vi):
    assert (duration_words(typed, EN), duration_words(typed, VI)) == (en, vi)


def test_what_is_due_on_the_day_itself(cli):
    cli.write(TRAINED)
    for lang, said in (("en", "end of 2026; due today"), ("vi", "cuối năm 2026; hết hạn hôm nay")):
        for form in ("table", "md"):
            args = ["status", "--as-of", "2026-12-31", "--lang", lang, "--format", form]
            assert said in cli(*args).out


def test_percent_of_something_is_said_in_full_where_there_is_room(cli):
    unit = 'unit: {vi: "%/năm", en: "% per year"}'
    cli.write(target("grows", REACH.replace("unit: {vi: người, en: persons}", unit)))
    assert "≥ 1,000% per year\n" in cli("show", "grows").out
    assert "≥ 1.000 %/năm\n" in cli("show", "grows", "--lang", "vi").out
    assert "/ ≥ 1,000% " in cli("status").out


def test_a_milestone_is_to_be_done(cli):
    cli.write(target("law", "kind: milestone"))
    assert "to be done" in cli("show", "law").out
    assert "phải hoàn thành" in cli("show", "law", "--lang", "vi").out


def test_markdown_keeps_what_is_outside_the_count_apart(cli):
    cli.write(TRAINED, target("open", REACH))
    out = cli("status", "--format", "md").out
    inside, outside = out.split("\n### Outside the count: ")
    assert "`trained`" in inside
    assert "`open`" in outside
    assert inside.count("| STATE |") == outside.count("| STATE |") == 1
    grouped = cli("status", "--format", "md", "--group-by", "state").out
    assert grouped.count("\n### ") == 1
