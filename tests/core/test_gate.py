"""The gate: what it finds, how grave that is, what was waived, and in which order it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cdstrack.app import gate_check, standing
from cdstrack.core.checks.gate import (
    AUTHORSHIP,
    CODES,
    COMPARED,
    FAIL,
    WAIVABLE,
    WARN,
    Finding,
    Levels,
    findings,
    ranked,
    waive,
)
from cdstrack.core.model.entries import CheckPolicy, Waiver
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.problems import Place
from cdstrack.core.model.register import Granted, Register
from cdstrack.core.model.structs import replace
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import asked, assess, bodies_of, body, day, report, target
from tests.store.memory import MemoryStore

A_YEAR = {"baseline": {"value": "0", "date": "2021-12-31"}, "deadline": "2022"}


def verdict(name: str = "t", *reports: Any, on: str = "2022-07-01", **said: Any) -> Verdict:
    return assess(target(id=name, **A_YEAR | said), reports, on=on)


def told(*verdicts: Verdict, **levels: Any) -> list[tuple[str, str, str | None]]:
    found = ranked(findings(verdicts, Levels(**levels)))
    return [(each.code, each.level, each.target) for each in found]


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


@every_case("code", FOUND)
def test_every_code_has_its_usual_level(code: str):
    found, level = FOUND[code]
    assert told(found) == ([(code, level, "t")] if level else [])


@every_case("code", FOUND)
def test_every_code_can_fail_or_be_left_out(code: str):
    found, _ = FOUND[code]
    assert told(found, fail_on=frozenset({code})) == [(code, "fail", "t")]
    assert told(found, fail_on=frozenset(), warn_on=frozenset({code})) == [(code, "warn", "t")]
    assert told(found, fail_on=frozenset(), warn_on=frozenset()) == []


FIRST = "overdue-by-first-terms"
FOUND_BY_OTHERS = set(COMPARED)
"""Codes that compare with an earlier version: no verdict tells them."""


def test_every_code_is_tried_here():
    assert {*FOUND, FIRST, "due-soon", "waiver-unused"} | FOUND_BY_OTHERS | AUTHORSHIP == set(CODES)
    assert set(CODES) > FAIL | WARN
    assert not FAIL & WARN
    assert set(CODES) - FAIL - WARN == {"at-risk", "no-data"} | AUTHORSHIP
    assert set(CODES) - set(WAIVABLE) == {
        "gate-loosened", "ledger-changed", "waiver-unused",
    }  # fmt: skip


def test_what_is_open_only_because_its_deadline_moved_is_found():
    ahead, past = verdict(on="2022-12-31", **EASED), verdict(on="2023-01-01", **EASED)
    assert FIRST not in [code for code, *_ in told(ahead)]
    assert (FIRST, "warn", "t") in told(past)
    assert told(past, fail_on=frozenset({FIRST}), warn_on=frozenset()) == [(FIRST, "fail", "t")]


@every_case(
    "changes, reports, on",
    [
        ({}, [report("2022-12-31", "100")], "2023-01-01"),
        ({}, [report("2023-02-28", "100")], "2023-03-01"),
        ({}, [], "2024-01-01"),
        ({"lag_days": "30"}, [], "2023-01-30"),
        ({"closed": {"on": "2023-03-01", "how": "withdrawn", "source": "x"}}, [], "2023-03-01"),
        ({"revisions": [EASED["revisions"][0] | {"on": "2023-01-01"}]}, [], "2023-06-01"),
        ({"revisions": [EASED["revisions"][0] | {"old": None}]}, [], "2023-06-01"),
    ],
)
def test_what_is_not_open_or_would_be_so_by_its_first_deadline_is_not(changes, reports, on):
    found = verdict("t", *reports, on=on, **EASED | changes)
    assert FIRST not in [code for code, *_ in told(found)]


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


def test_what_is_waived_comes_last_of_all():
    waived, warned, failed = (
        replace(finding, waived=granted().waiver if name == "a" else None)
        for name in ("a", "b", "c")
        for finding in found(name)
    )
    order = ranked([waived, replace(warned, level="warn"), failed])
    assert [each.target for each in order] == ["c", "b", "a"]


def test_a_fingerprint_belongs_to_code_and_target():
    [today], [later] = (findings([verdict(on=on)], Levels()) for on in ("2023-01-01", "2024-01-01"))
    assert today.fingerprint == later.fingerprint == "527ff4969643c8551951988bb37d80a6"
    [other] = found("u")
    [stale] = findings([FOUND["stale"][0]], Levels())
    assert len({today.fingerprint, other.fingerprint, stale.fingerprint}) == 3


def test_a_fingerprint_knows_neither_lines_nor_levels_nor_waivers():
    [finding] = found()
    elsewhere = replace(finding, place=Place("other.yaml", 99, 1), level="warn")
    assert elsewhere.fingerprint == finding.fingerprint
    assert replace(finding, waived=granted().waiver).fingerprint == finding.fingerprint


def test_a_key_tells_findings_of_one_code_and_target_apart():
    moved = [Finding("goalposts-moved", "fail", "t", key=key) for key in ("", "deadline", "target")]
    assert len({each.fingerprint for each in moved}) == 3


# Waivers


def found(name: str = "t") -> list[Finding]:
    """A target that is overdue on 2023-01-01."""
    return findings([verdict(name, on="2023-01-01")], Levels())


def granted(target: str = "t", code: str = "overdue", until: str = "2023-01-31") -> Granted:
    said = {"target": target, "code": code, "until": until, "reason": "Flood", "by": "Chair"}
    return Granted(Waiver.model_validate(said), Place("waivers.yaml", 3, 13))


def waived(*waivers: Granted, on: str = "2023-01-01", **levels: Any) -> list[Finding]:
    return waive(found(), waivers, day(on), Levels(**levels))


@pytest.mark.parametrize(
    ("on", "fails"), [("2023-01-01", False), ("2023-01-31", False), ("2023-02-01", True)]
)
def test_a_waiver_holds_through_its_last_day(on: str, fails: bool):
    [finding] = waived(granted(), on=on)
    assert finding.fails == fails
    assert finding.level == "fail"
    assert (finding.waived is None, finding.expired is None) == (fails, not fails)


def test_an_expired_waiver_was_used_and_is_named():
    [finding] = waived(granted(), on="2024-01-01")
    assert finding.expired == granted().waiver


@pytest.mark.parametrize("wrong", [{"target": "u"}, {"code": "stale"}])
def test_a_waiver_lets_only_its_target_and_its_code_pass(wrong: dict):
    finding, unused = waived(granted(**wrong))
    assert finding.fails
    assert finding.waived is finding.expired is None
    assert (unused.code, unused.level) == ("waiver-unused", "warn")
    assert unused.target == wrong.get("target", "t")
    assert unused.facts == {"code": wrong.get("code", "overdue"), "until": day("2023-01-31")}
    assert unused.place == Place("waivers.yaml", 3, 13)


def test_an_unused_waiver_warns_fails_or_is_left_unsaid_as_asked():
    unused = granted("u")
    assert [each.fails for each in waived(unused)] == [True, False]
    assert [each.fails for each in waived(unused, fail_on=frozenset({"waiver-unused"}))] == [
        True, True,
    ]  # fmt: skip
    assert len(waived(unused, warn_on=frozenset())) == 1


def test_nothing_waives_an_unused_waiver_or_what_has_no_target():
    changed = Finding("goalposts-moved", "fail", None)
    moved = [granted(code="goalposts-moved")]
    [finding, unused] = waive([changed], moved, day("2023-01-01"), Levels())
    assert finding.fails
    assert unused.code == "waiver-unused"
    for code in ("waiver-unused", "ledger-changed"):
        assert not replace(finding, target="t", code=code).can_be_waived


def test_a_waiver_of_a_warning_takes_it_off_the_warnings():
    [finding] = waive(
        findings([FOUND["stale"][0]], Levels()),
        [granted(code="stale")],
        day("2022-07-01"),
        Levels(),
    )
    assert (finding.level, finding.waived) == ("warn", granted(code="stale").waiver)


def test_of_two_waivers_the_longer_holds():
    [finding] = waived(granted(until="2022-12-31"), granted(until="2023-01-02"))
    assert finding.waived == granted(until="2023-01-02").waiver


def test_a_waiver_serves_every_finding_of_its_target_and_code():
    moved = [Finding("goalposts-moved", "fail", "t", key=key) for key in ("deadline", "target")]
    both = waive(moved, [granted(code="goalposts-moved")], day("2023-01-01"), Levels())
    assert [each.fails for each in both] == [False, False]


# What a register says of its gate


def run(
    check: CheckPolicy | None = None, on: str = "2022-12-31", **options: Any
) -> gate_check.Check:
    """The gate of a register with one target in time until the end of 2022, and one off track."""
    targets = {name: target(id=name, **A_YEAR) for name in ("due", "slow")}
    register = Register(
        title=Bilingual(vi="Sổ", en="Register"),
        timezone="UTC",
        file="targets.yaml",
        check=check or CheckPolicy(),
        bodies={"mic": body()},
        targets=targets,
        places={"slow": Place("targets.yaml", 9, 9)},
    )
    reports = [
        report("2022-06-30", figure, target=name, id=name, recorded="2022-07-01")
        for name, figure in (("due", "60"), ("slow", "10"))
    ]
    now = datetime(2025, 1, 1, tzinfo=UTC)
    store = MemoryStore(register, reports)
    return gate_check.check(standing.status(store, now=now, as_of=day(on)), store, **options)


def codes(check: gate_check.Check) -> list[tuple[str, str, str | None]]:
    return [(each.code, each.level, each.target) for each in check.findings]


def policy(**said: Any) -> CheckPolicy:
    return CheckPolicy.model_validate(said)


SLOW = ("off-track", "warn", "slow")


def test_a_register_that_says_nothing_has_the_usual_gate():
    check = run()
    assert codes(check) == [SLOW]
    assert check.passed
    assert check.findings[0].place == Place("targets.yaml", 9, 9)
    assert codes(run(on="2023-01-01")) == [("overdue", "fail", "due"), ("overdue", "fail", "slow")]


def test_a_register_says_what_its_gate_fails_on():
    check = run(policy(fail_on=["off-track"]))
    assert codes(check) == [("off-track", "fail", "slow")]
    assert not check.passed
    assert run(policy(fail_on=["off-track"]), on="2023-01-01").passed


def test_a_register_says_what_its_gate_warns_of():
    assert codes(run(policy(warn_on=[]))) == []
    both = policy(fail_on=["off-track"], warn_on=["off-track"])
    assert codes(run(both)) == [("off-track", "fail", "slow")]


def test_a_register_says_how_far_ahead_its_gate_looks():
    ahead = run(policy(within="0"))
    assert codes(ahead) == [("due-soon", "warn", "due"), SLOW, ("due-soon", "warn", "slow")]
    earlier = (day("2022-12-31") - timedelta(days=1)).isoformat()
    assert codes(run(policy(within="0"), on=earlier)) == [SLOW]
    assert len(codes(run(policy(within="1"), on=earlier))) == 3


def test_an_option_overrides_what_the_register_says_and_only_that():
    said = policy(fail_on=["off-track"], warn_on=["due-soon"], within="0")
    assert codes(run(said, fail_on=frozenset({"overdue"}))) == [
        ("due-soon", "warn", "due"), ("due-soon", "warn", "slow"),
    ]  # fmt: skip
    assert codes(run(said, warn_on=frozenset())) == [("off-track", "fail", "slow")]
    assert codes(run(said, within=30, on="2022-12-02"))[0] == ("off-track", "fail", "slow")
    assert len(codes(run(said, within=30, on="2022-12-02"))) == 3
    assert len(codes(run(said, on="2022-12-02"))) == 1


def test_an_option_that_asks_for_nothing_overrides_too():
    assert codes(run(policy(fail_on=["off-track"]), fail_on=frozenset())) == [SLOW]
    assert codes(run(policy(fail_on=["off-track"]), fail_on=frozenset(), warn_on=frozenset())) == []
