"""Goalposts: which changes of a register are silent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.checks.goalposts import DECISIONS, FIELDS, backdated, moved
from cdstrack.core.model.entries import Group, Heading, Policy, Target
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.register import Register
from cdstrack.i18n import Words
from cdstrack.render.ci.items import finding_sentence
from cdstrack.render.phrases import relative_words
from tests.cases import every_case
from tests.core.build import asked, bodies_of, goal, gone, register_of, stated, target

DATED: dict[str, Any] = {"deadline": "2022", "baseline": {"value": "0", "date": "2021-12-31"}}


def promised(*targets: Target, broken: str = "", **said: Any) -> Register:
    return register_of(*targets, broken=frozenset(broken.split()), **said)


def changes(was: Target, now: Target) -> list[str]:
    """The fields that were silently changed."""
    found = moved(promised(was), promised(now))
    for each in found:
        assert (each.code, each.level, each.target) == ("goalposts-moved", "fail", was.id)
        assert each.key == each.facts["field"]
        assert each.facts["field"] in FIELDS
    return [each.key for each in found]


def silent(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return changes(target(**DATED | was), target(**DATED | now))


def revision(old: Any, new: Any, on: str = "2022-06-01", **said: Any) -> dict[str, Any]:
    name = "target" if isinstance(old, dict) else "deadline"
    return {"on": on, "field": name, "old": old, "new": new, **said}


A, B, C = {"at_least": "100"}, {"at_least": "80"}, {"at_least": "60"}
TO_2023 = revision("2022", "2023")
CLOSED = {"on": "2022-06-01", "how": "withdrawn", "source": "decree"}


# What must stay


@every_case(
    "was, now, fields",
    [
        ({}, {"deadline": "2023"}, ["deadline"]),
        ({}, {"deadline": "2022-06"}, ["deadline"]),
        ({}, {"deadline": None}, ["deadline"]),
        ({"deadline": None}, {}, ["deadline"]),
        ({}, {"target": B}, ["target"]),
        ({}, {"target": {"more_than": "100"}}, ["target"]),
        ({}, {"target": {"at_most": "100"}}, ["target"]),
        ({}, {"target": B, "deadline": "2023"}, ["target", "deadline"]),
        ({}, {"kind": "sustain"}, ["kind"]),
        ({}, {"owner": "moj"}, ["owner"]),
        ({}, {"unit": "attendances"}, ["unit"]),
        ({}, {"baseline": None}, ["baseline", "baseline_date"]),
        ({}, {"baseline": {"value": "50", "date": "2021-12-31"}}, ["baseline"]),
        ({}, {"baseline": {"value": "0", "date": "2022-01-31"}}, ["baseline_date"]),
        ({}, {"start": "2022-06"}, ["start"]),
        ({}, {"stated": stated("2022-01-01")}, ["stated"]),
        ({}, {"accumulate": "sum"}, ["accumulate"]),
        ({"method": "cagr"}, {}, ["method"]),
        ({}, {"plan": [{"date": "2022-11", "value": "1"}]}, ["plan"]),
        ({}, {"report_every": "year"}, ["report_every"]),
        ({}, {"lag_days": "30"}, ["lag_days"]),
        ({}, {"stale_after": "900"}, ["stale_after"]),
        ({}, {"periods": ["2022", "2023"]}, ["periods"]),
        ({}, {"allowed_misses": "1"}, ["allowed_misses"]),
        ({"conditions": {"a": "A", "b": "B"}}, {"conditions": {"a": "A"}}, ["conditions"]),
        ({}, {"part_of": "all"}, ["part_of"]),
        ({"succession": {"a": "b"}}, {"succession": {"a": "c"}}, ["succession"]),
        ({"succession": {"a": "b"}}, {}, ["succession"]),
        (
            {"convert": [{"unit": "thousand", "factor": "1000"}]},
            {"convert": [{"unit": "thousand", "factor": "2000"}]},
            ["convert"],
        ),
        ({"closed": CLOSED}, {}, ["closed"]),
        ({"closed": CLOSED}, {"closed": CLOSED | {"how": "superseded"}}, ["closed"]),
        ({"closed": CLOSED}, {"closed": CLOSED | {"on": "2021-06-01"}}, ["closed"]),
    ],
)  # fmt: skip
def test_a_silent_change_is_found_by_its_field(was, now, fields):
    assert silent(was, now) == fields


def test_how_bodies_report_stays():
    was = asked("sum")
    assert changes(was, asked("max")) == ["across"]
    assert changes(was, asked("sum", each={"at_least": "1"})) == ["each"]
    assert changes(was, target(reporters="some", across="sum")) == ["reporters"]


def test_a_removed_or_renamed_target_is_found():
    found = moved(promised(target(), target(id="u")), promised(target(id="t-new"), target(id="u")))
    [gone] = found
    assert (gone.target, gone.key, gone.facts["new"]) == ("t", "commitment", None)
    assert gone.facts["old"] == target().title


def test_what_cannot_be_read_now_is_not_called_removed():
    assert moved(promised(target()), promised(broken="t")) == []


def test_facts_are_what_a_reader_knows():
    was = target(**DATED)
    now = target(
        **DATED
        | {"deadline": "2023-Q1", "target": B, "lag_days": "30", "stated": stated("2020-02-01")}
        | {"periods": ["2026", "2027"], "plan": [{"date": "2022-06", "value": "10"}]}
        | {"baseline": {"value": "5.50", "date": "2021-12-31"}}
    )
    facts = {
        each.key: (each.facts["old"], each.facts["new"])
        for each in moved(promised(was), promised(now))
    }
    assert facts == {
        "target": (goal(**A), goal(**B)),
        "deadline": (parse_period("2022"), parse_period("2023-Q1")),
        "lag_days": (0, 30),
        "stated": (date(2020, 1, 1), date(2020, 2, 1)),
        "periods": (None, "2026, 2027"),
        "plan": (None, "2022-06: 10"),
        "baseline": (Decimal(0), Decimal("5.50")),
    }


# What may change


@every_case(
    "now",
    [
        {},
        {"title": "Other words"},
        {"notes": [{"vi": "a", "en": "b"}], "tags": ["new"]},
        {"restated": [{"on": "2022-01-01", "source": "speech"}]},
        {"review_by": "2030-01-01"},
        {"stated": stated("2020-01-01", by="Deputy", source="other", strength="try")},
        {"stated": stated("2020-01-01", inferred=["owner"], reading="implied", figure="100")},
        {"deadline": "2022-12-31"},
        {"deadline": "2022-Q4"},
        {"target": {"at_least": "100.0"}},
        {"unit": {"vi": "persons", "en": " persons "}},
        {"baseline": {"value": "0.0", "date": "2021-12", "inferred": "true", "source": "other"}},
        {"closed": CLOSED},
        {"succession": {"a": "b"}},
        {"convert": [{"unit": "thousand", "factor": "1000"}]},
    ],
)  # fmt: skip
def test_wording_evidence_and_recorded_decisions_are_free(now):
    assert silent({}, now) == []


def test_the_wording_of_conditions_is_free_and_their_order():
    was = {"conditions": {"a": "A", "b": "B"}}
    assert silent(was, {"conditions": {"b": "Better", "a": "A"}}) == []


def test_new_targets_are_free():
    assert moved(promised(target()), promised(target(id="u"), target())) == []


# Revisions


@every_case(
    "was, now",
    [
        ({}, {"deadline": "2023", "revisions": [TO_2023]}),
        ({}, {"deadline": "2023", "revisions": [revision("2022-12", "2023-12-31")]}),
        ({}, {"target": B, "revisions": [revision(A, B)]}),
        (
            {},
            {"deadline": "2024", "target": B}
            | {"revisions": [TO_2023, revision(A, B), revision("2023", "2024")]},
        ),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2022", "revisions": [TO_2023, revision("2023", "2022")]},
        ),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2023", "target": B, "revisions": [revision(A, B, "2022-01-01"), TO_2023]},
        ),
        # The same decision twice: there and back, and there again.
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2023", "revisions": [TO_2023, revision("2023", "2022"), TO_2023]},
        ),
    ],
)  # fmt: skip
def test_a_change_with_a_new_revision_is_not_silent(was, now):
    assert silent(was, now) == []


@every_case(
    "was, now, fields",
    [
        # Another field, another old or new value, or one that was there before
        ({}, {"deadline": "2023", "revisions": [revision(A, A)]}, ["deadline"]),
        ({}, {"deadline": "2024", "revisions": [TO_2023]}, ["deadline"]),
        ({}, {"deadline": "2024", "revisions": [revision("2023", "2024")]}, ["deadline"]),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2024", "revisions": [TO_2023]},
            ["deadline"],
        ),
        ({}, {"deadline": "2023", "closed": CLOSED}, ["deadline"]),
        # An entry edited, removed, replaced, or put before another
        ({"deadline": "2023", "revisions": [TO_2023]}, {"deadline": "2023"}, ["revisions"]),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2023", "revisions": [revision("2022", "2023", "2021-01-01")]},
            ["revisions"],
        ),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2023", "revisions": [TO_2023 | {"source": "other"}]},
            ["revisions"],
        ),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2024", "revisions": [revision("2022", "2024")]},
            ["deadline", "revisions"],
        ),
        (
            {"deadline": "2023", "revisions": [TO_2023]},
            {"deadline": "2023", "revisions": [revision("2030", "2022", "2020-06-01"), TO_2023]},
            ["revisions"],
        ),
        # A first promise made up afterwards
        ({}, {"revisions": [revision("2030", "2022")]}, ["revisions"]),
    ],
)  # fmt: skip
def test_a_revision_that_does_not_tell_the_change_does_not_excuse_it(was, now, fields):
    found = silent(was, now)
    assert [name for name in found if name != "revisions"] + [
        name for name in found if name == "revisions"
    ] == fields


def test_a_rewritten_revision_is_shown():
    was = target(**DATED | {"target": B, "revisions": [revision(A, B)]})
    now = target(**DATED | {"target": B, "revisions": [revision(C, B)]})
    [found] = [each for each in moved(promised(was), promised(now)) if each.key == "revisions"]
    assert found.facts["old"] == "2022-06-01: target at_least 100 → at_least 80"
    assert found.facts["new"] == "2022-06-01: target at_least 60 → at_least 80"


# Classes


def test_a_target_that_gets_its_first_classes_is_not_judged_by_reports_any_more():
    parent, one, two = target(), target(id="a", part_of="t"), target(id="b", part_of="t")
    [found] = moved(promised(parent), promised(parent, one, two))
    assert (found.target, found.key, found.facts["new"]) == ("t", "classes", "a, b")
    assert moved(promised(parent, one), promised(parent, one, two)) == []
    assert moved(promised(), promised(parent, one)) == []


def test_headings_come_go_and_change_without_a_finding():
    heading = Heading.model_validate({"id": "pillar", "title": "A pillar", "kind": "heading"})
    under = register_of(target(part_of="pillar"), headings={"pillar": heading})
    assert moved(promised(target()), under) == []
    assert moved(under, promised(target())) == []
    parent = target(id="all")
    sentence = register_of(parent, target(part_of="all"), headings={"pillar": heading})
    headed = register_of(parent, target(part_of="pillar"), headings={"pillar": heading})
    assert [found.key for found in moved(sentence, headed)] == ["part_of"]


# The register as a whole


@pytest.mark.parametrize(
    ("name", "looser", "tighter"),
    [
        ("on_track", "0.9", "0.99"),
        ("at_risk", "0.5", "0.7"),
        ("early", "0.5", "0.05"),
        ("about", "0.01", "0.1"),
        ("stale_after", "900", "100"),
    ],
)
def test_cuts_may_be_tightened_not_loosened(name, looser, tighter):
    now = Policy.model_validate({name: looser})
    [found] = moved(promised(), promised(policy=now))
    assert (found.target, found.key) == (None, name)
    assert found.facts["old"] == getattr(Policy(), name)
    assert found.facts["new"] == getattr(now, name)
    assert moved(promised(), promised(policy=Policy.model_validate({name: tighter}))) == []


def test_a_demand_for_sources_may_not_be_dropped():
    strict = Policy.model_validate({"require_source": "true"})
    assert [each.key for each in moved(promised(policy=strict), promised())] == ["require_source"]
    assert moved(promised(), promised(policy=strict)) == []


def group(sizes: dict[str, str], *members: str) -> dict[str, Group]:
    size = [{"from": since, "n": n} for since, n in sizes.items()]
    return {"all": Group.model_validate({"name": "All", "size": size, "members": members})}


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        (group({"2008": "63"}, "a", "b"), []),
        (group({"2008-01-01": "63", "2025-07-01": "34"}, "b", "a", "c"), []),
        (group({"2008": "62"}, "a", "b"), ["all size"]),
        (group({"2000": "10", "2008": "63"}, "a", "b"), ["all size"]),
        (group({"2008": "63"}, "a"), ["all members"]),
    ],
)
def test_a_group_that_reports_may_grow_but_not_be_rewritten(now, keys):
    was = group({"2008": "63"}, "a", "b")
    found = moved(promised(asked("sum"), groups=was), promised(asked("sum"), groups=now))
    assert [(each.key, each.target) for each in found] == [(key, None) for key in keys]
    assert moved(promised(target(), groups=was), promised(target(), groups=now)) == []


def test_the_time_zone_stays():
    [finding] = moved(promised(), promised(timezone="UTC"))
    assert (finding.key, finding.target) == ("timezone", None)
    assert (finding.facts["old"], finding.facts["new"]) == ("Asia/Ho_Chi_Minh", "UTC")


# Decisions that were dated back

DECIDED: dict[str, dict[str, Any]] = {
    "revision": {"deadline": "2023", "revisions": [TO_2023]},
    "restatement": {"restated": [{"on": "2022-06-01", "source": "decree"}]},
    "closing": {"closed": CLOSED},
}


def dated_back(was: Register, now: Register, on: str = "2022-07-01") -> list[str]:
    findings = backdated(was, now, date.fromisoformat(on))
    for finding in findings:
        assert (finding.code, finding.level) == ("backdated-decision", "warn")
        assert finding.facts["decision"] in DECISIONS
    return [finding.key for finding in findings]


@pytest.mark.parametrize("decision", DECIDED)
def test_a_decision_that_was_not_there_when_it_was_made_is_named(decision):
    was, now = promised(target(**DATED)), promised(target(**DATED | DECIDED[decision]))
    assert dated_back(was, now) == [f"{decision} 2022-06-01"]
    assert dated_back(was, now, on="2022-06-02") == [f"{decision} 2022-06-01"]
    assert dated_back(was, now, on="2022-06-01") == []
    assert dated_back(now, now) == []


@pytest.mark.parametrize("decision", DECIDED)
def test_so_is_that_of_a_target_that_was_not_there(decision):
    now = promised(target(**DATED | DECIDED[decision]))
    assert dated_back(promised(), now) == [f"{decision} 2022-06-01"]


def test_a_decision_that_got_an_earlier_date_is_a_new_one():
    was = promised(target(**DATED, closed=CLOSED))
    now = promised(target(**DATED, closed=CLOSED | {"on": "2022-03-01"}))
    assert dated_back(was, now) == ["closing 2022-03-01"]


def test_what_was_filled_in_is_named_like_what_was_moved():
    was = promised(target(**DATED | {"baseline": None}))
    filled = {"on": "2022-06-01", "field": "baseline", "old": None, "new": DATED["baseline"]}
    assert dated_back(was, promised(target(**DATED, revisions=[filled]))) == ["revision 2022-06-01"]


def test_the_end_of_a_body_is_named_by_its_name():
    was, now = bodies_of("a", "b"), bodies_of("b", a=gone("2022-06-01", "b"))
    [finding] = backdated(promised(bodies=was), promised(bodies=now), date(2022, 7, 1))
    assert (finding.key, finding.target) == ("a end 2022-06-01", None)
    assert finding.facts["title"] == now["a"].name
    assert dated_back(promised(bodies=was), promised(bodies=now), on="2022-06-01") == []
    assert dated_back(promised(bodies=now), promised(bodies=now)) == []


def test_of_two_equal_revisions_the_second_is_a_new_one():
    once = promised(target(**DATED, revisions=[revision(A, B), revision(B, A)]))
    twice = promised(
        target(**DATED, revisions=[revision(A, B), revision(B, A), revision(A, B), revision(B, A)])
    )
    assert dated_back(once, twice) == ["revision 2022-06-01"] * 2
    assert dated_back(twice, once) == []


def test_a_body_that_came_in_after_its_end_ended_by_a_decision_of_the_past():
    ended = bodies_of("b", a=gone("2022-06-01", "b"))
    assert dated_back(promised(), promised(bodies=ended)) == ["a end 2022-06-01"]


def test_a_size_that_a_group_did_not_have_is_dated_back_and_one_of_a_new_group_is_not():
    was, now = group({"2008": "63"}), group({"2008": "63", "2022-06": "34"})
    assert dated_back(promised(groups=was), promised(groups=now)) == ["all size 2022-06-01"]
    assert dated_back(promised(groups=was), promised(groups=now), on="2022-06-01") == []
    assert dated_back(promised(), promised(groups=now)) == []


def test_every_finding_has_its_own_fingerprint():
    was = promised(target(**DATED), asked("sum", id="u"), groups=group({"2008": "63"}, "a"))
    now = promised(
        target(deadline="2030", target=C), groups=group({"2008": "3"}),
        policy=Policy.model_validate({"on_track": "0.1", "at_risk": "0.1"}),
    )  # fmt: skip
    found = moved(was, now)
    assert len({each.fingerprint for each in found}) == len(found) > 6


BY_SEX = {"sex": {"women": "Women", "men": "Men"}, "region": {"north": "North"}}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("breakdown", {"breakdown": {"sex": {"women": "Women"}, "region": {"north": "North"}}}),
        ("breakdown", {"breakdown": {**BY_SEX, "region": {"south": "South"}}}),
        ("total_by", {"total_by": "region"}),
        ("total", {"total": "ratio"}),
        ("crosses", {"crosses": [["sex", "region"]]}),
    ],
)
def test_what_the_whole_is_made_of_stays(field, change):
    terms = {"breakdown": BY_SEX, "total": "sum", "total_by": "sex", "unit": "%"}
    was, now = promised(target(**terms)), promised(target(**terms | change))
    assert [finding.facts["field"] for finding in moved(was, now)] == [field]


def test_a_name_that_another_category_had_is_no_mere_wording():
    of_sex = {"women": {"vi": "Nữ", "en": "Women"}, "men": {"vi": "Nam", "en": "Men"}}
    swapped = {"women": of_sex["men"], "men": of_sex["women"]}
    taken = {"women": {"vi": "Phụ nữ", "en": "Women"}, "men": {"vi": "nữ", "en": "Men"}}
    better = {"women": {"vi": "Phụ nữ", "en": "Women"}, "men": {"vi": "Đàn ông", "en": "Men"}}
    was = target(breakdown={"sex": of_sex})
    assert changes(was, target(breakdown={"sex": swapped})) == ["labels"]
    assert changes(was, target(breakdown={"sex": taken})) == ["labels"]
    assert changes(was, target(breakdown={"sex": better})) == []
    assert changes(was, target(breakdown={"sex": dict(reversed(of_sex.items()))})) == []


def test_a_name_that_another_condition_had_is_no_mere_wording():
    was, now = {"a": "Online", "b": "Signed"}, {"a": "Signed", "b": "Online"}
    assert silent({"conditions": was}, {"conditions": now}) == ["labels"]


def test_how_a_promise_of_a_slice_is_written_is_free():
    def of(promise, **more):
        slices = [{"slice": {"sex": "women"}, **promise}]
        return target(breakdown={"sex": BY_SEX["sex"]}, slices=slices, **more)

    was = of({"target": {"at_least": "100"}, "baseline": {"value": "1", "date": "2022"}})
    same = of({"target": {"at_least": "100.0"}, "baseline": {"value": "1", "date": "2022-12-31"}})
    assert changes(was, same) == []
    assert changes(was, of({"target": {"at_least": "100"}})) == ["slices"]
    assert changes(of({}, total="sum"), of({"figure": "5"}, total="sum", total_by="sex")) == []


def test_the_order_of_crossed_dimensions_is_free():
    was = target(breakdown=BY_SEX, crosses=[["sex", "region"]])
    assert changes(was, target(breakdown=BY_SEX, crosses=[["region", "sex"]])) == []


def test_a_decision_that_measures_the_whole_does_not_move_what_was_promised_of_slices():
    def of(figure, **more):
        promise = {"slice": {"sex": "women"}, "target": {"at_least": figure}}
        return target(unit="persons", breakdown=BY_SEX, slices=[promise], **more)

    was = of("10", kind="unquantified", target=None)
    decision = {"on": "2022-06-01", "field": "target", "old": None, "new": A}
    assert changes(was, of("10", target=A, revisions=[decision])) == []
    assert changes(was, of("9", target=A, revisions=[decision])) == ["slices"]


@pytest.mark.parametrize("about", ["0.01", "0.3"])
def test_how_far_off_about_right_may_be_stays_where_a_goal_is_about_right(about):
    policy = Policy.model_validate({"about": about})
    was = promised(target(target={"about": "20"}))
    now = promised(target(target={"about": "20"}), policy=policy)
    assert [finding.facts["field"] for finding in moved(was, now)] == ["about"]


def test_a_condition_that_is_about_right_holds_the_policy_too():
    of = target(conditions={"price": {"title": "Price", "target": {"about": "20"}}})
    now = promised(of, policy=Policy.model_validate({"about": "0.3"}))
    assert [finding.facts["field"] for finding in moved(promised(of), now)] == ["about"]


@every_case("lang", ["vi", "en"])
@every_case(
    "before, after",
    [
        ({"above": "previous"}, {"below": "previous"}),
        ({"above": "baseline"}, {"above": "previous"}),
        ({"increase_by": "30%"}, {"increase_by": "3"}),
        ({"increase_by": "30%"}, {"at_least": "3"}),
        ({"reduce_by": "30%"}, {"reduce_by": "3%"}),
    ],
)
def test_a_goal_told_from_where_it_stood_is_named_as_it_was_written(before, after, lang):
    was, now = target(target=before), target(target=after)
    [finding] = moved(promised(was), promised(now))
    words = Words(lang)
    sentence = finding_sentence(finding, {now.id: now}, words)
    assert relative_words(was.target, was, words) in sentence


def test_goals_of_slices_told_from_where_they_stood_are_compared():
    def of(goal):
        return target(breakdown=BY_SEX, slices=[{"slice": {"sex": "women"}, "target": goal}])

    was, now = of({"increase_by": "20%"}), of({"increase_by": "2%"})
    [finding] = moved(promised(was), promised(now))
    assert (finding.facts["old"], finding.facts["new"]) == (
        "sex=women (increase_by 20%)", "sex=women (increase_by 2%)",
    )  # fmt: skip
