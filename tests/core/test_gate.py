"""The gate: what it finds, how grave that is, and in which order it says so."""

from __future__ import annotations

from typing import Any

import pytest

from cdstrack.core.gate import CODES, FAIL, WARN, findings
from cdstrack.core.verdict import Verdict
from tests.core.build import asked, assess, bodies_of, body, report, target

A_YEAR = {"baseline": {"value": "0", "date": "2021-12-31"}, "deadline": "2022"}


def verdict(name: str = "t", *reports: Any, on: str = "2022-07-01", **said: Any) -> Verdict:
    return assess(target(id=name, **A_YEAR | said), reports, on=on)


def told(*verdicts: Verdict, **options: Any) -> list[tuple[str, str, str]]:
    return [(each.code, each.level, each.target) for each in findings(verdicts, **options)]


HALF_YEAR = "2022-06-30"
EASED = {
    "deadline": "2023",
    "revisions": [{"on": "2022-06-01", "field": "deadline", "old": "2022", "new": "2023"}],
}
FOUND: dict[str, tuple[Verdict, str | None]] = {
    "overdue": (verdict(on="2023-01-01"), "fail"),
    "breached": (
        verdict("t", report(HALF_YEAR, "11"), kind="limit", target={"at_most": "10"}),
        "fail",
    ),
    "orphaned-owner": (
        assess(
            target(**A_YEAR),
            [report(HALF_YEAR, "60")],
            on="2022-07-01",
            bodies={"mic": body(ended="2022-07-01")},
        ),
        "fail",
    ),
    "stale": (verdict("t", report("2022-03-31", "60"), stale_after=30), "warn"),
    "awaiting-data": (verdict(on="2023-01-01", lag_days=30), "warn"),
    "regressing": (verdict("t", report(HALF_YEAR, "-1")), "warn"),
    "off-track": (verdict("t", report(HALF_YEAR, "10")), "warn"),
    "lapsed": (
        verdict("t", report("2022-12", "100"), report("2023-01", "90"), on="2023-02-01"),
        "warn",
    ),
    "undated-past-review": (
        verdict("t", report(HALF_YEAR, "10"), deadline=None, review_by=HALF_YEAR),
        "warn",
    ),
    "eased": (verdict("t", report(HALF_YEAR, "60"), **EASED), "warn"),
    "report-missing": (
        assess(
            asked("sum", **A_YEAR),
            [report(HALF_YEAR, "60", body="hanoi")],
            on="2022-07-01",
            bodies=bodies_of("hanoi", "hue"),
        ),
        "warn",
    ),
    "at-risk": (verdict("t", report(HALF_YEAR, "40")), None),
    "no-data": (verdict(), None),
}


@pytest.mark.parametrize("code", FOUND)
def test_every_code_has_its_usual_level(code: str):
    found, level = FOUND[code]
    assert told(found) == ([(code, level, "t")] if level else [])


@pytest.mark.parametrize("code", FOUND)
def test_every_code_can_fail_or_be_left_out(code: str):
    found, _ = FOUND[code]
    assert told(found, fail_on=frozenset({code})) == [(code, "fail", "t")]
    assert told(found, fail_on=frozenset(), warn_on=frozenset({code})) == [(code, "warn", "t")]
    assert told(found, fail_on=frozenset(), warn_on=frozenset()) == []


def test_every_code_is_tried_here():
    assert {*FOUND, "due-soon"} == set(CODES)
    assert set(CODES) > FAIL | WARN
    assert not FAIL & WARN


@pytest.mark.parametrize("good", ["60", "100"])
def test_what_goes_well_is_not_found(good: str):
    assert told(verdict("t", report(HALF_YEAR, good))) == []


def test_one_target_may_have_several_findings():
    both = verdict("t", report(HALF_YEAR, "1"), **EASED)
    assert told(both) == [("off-track", "warn", "t"), ("eased", "warn", "t")]


def test_a_code_that_both_fails_and_warns_fails():
    assert told(FOUND["stale"][0], fail_on=frozenset({"stale"}), warn_on=frozenset({"stale"})) == [
        ("stale", "fail", "t")
    ]


# Review


@pytest.mark.parametrize("reports", [[], [report(HALF_YEAR, "10")]])
def test_a_review_is_past_on_the_day_after(reports: list):
    said = {"deadline": None, "review_by": "2022-07-01"}
    assert told(verdict("t", *reports, on="2022-07-01", **said)) == []
    assert told(verdict("t", *reports, on="2022-07-02", **said)) == [
        ("undated-past-review", "warn", "t")
    ]


def test_only_a_promise_without_a_date_and_not_kept_is_past_its_review():
    review = {"review_by": "2022-01-01"}
    assert told(verdict(**review)) == []
    assert told(verdict("t", report(HALF_YEAR, "100"), deadline=None, **review)) == []


# Due soon


def test_within_so_many_days_what_is_due_is_found():
    due = verdict("t", report(HALF_YEAR, "60"), on="2022-12-01")  # 30 days left
    assert told(due, within=30) == [("due-soon", "warn", "t")]
    assert told(due, within=29) == []
    assert told(due, within=30, fail_on=frozenset({"due-soon"})) == [("due-soon", "fail", "t")]


def test_what_is_done_or_past_is_not_due_soon():
    done = verdict("t", report(HALF_YEAR, "100"), on="2022-12-31")
    undated = verdict("t", report(HALF_YEAR, "1"), deadline=None)
    assert told(done, undated, within=365) == []
    assert told(verdict(on="2023-01-01"), within=365) == [("overdue", "fail", "t")]


# Order and fingerprints


def test_the_gravest_come_first_then_the_longest_overdue_then_the_order_of_the_register():
    slow = [verdict(name, report(HALF_YEAR, "10"), on="2023-01-10", deadline="2023")
            for name in ("b", "a")]  # fmt: skip
    recent, old = (
        verdict(name, on="2023-01-10", deadline=deadline)
        for name, deadline in (("recent", "2022-12"), ("old", "2022-11"))
    )
    assert told(slow[0], recent, slow[1], old) == [
        ("overdue", "fail", "old"),
        ("overdue", "fail", "recent"),
        ("off-track", "warn", "b"),
        ("off-track", "warn", "a"),
    ]


def test_a_fingerprint_belongs_to_code_and_target():
    [today], [later] = findings([verdict(on="2023-01-01")]), findings([verdict(on="2024-01-01")])
    assert today.fingerprint == later.fingerprint == "527ff4969643c8551951988bb37d80a6"
    [other] = findings([verdict("u", on="2023-01-01")])
    [stale] = findings([FOUND["stale"][0]])
    assert len({today.fingerprint, other.fingerprint, stale.fingerprint}) == 3
