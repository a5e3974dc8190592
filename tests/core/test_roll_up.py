"""Headings and classes of classes, and what is shown of all that stands below them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.entries import Heading, Target
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.roll_up import RollUp, ids_below, roll_ups, tree_of
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.verdict import CELLS, Verdict
from tests.core.build import day, register_of, report, target

DAY = day("2023-06-30")
BASE = {"baseline": {"value": "0", "date": "2020"}}


def heading(name: str, above: str | None = None, **keys: str) -> Heading:
    facts = {"id": name, "title": name, "kind": "heading", "part_of": above} | keys
    return Heading.model_validate({key: value for key, value in facts.items() if value})


def leaf(name: str, above: str | None = None, **keys: object) -> Target:
    return target(**{"id": name, "part_of": above, "deadline": "2024"} | BASE | keys)


def register(*entries: Heading | Target) -> Register:
    headings = {entry.id: entry for entry in entries if isinstance(entry, Heading)}
    return register_of(
        *[entry for entry in entries if isinstance(entry, Target)], headings=headings
    )


def judged(promises: Register, *reports: Report) -> list[Verdict]:
    series: dict[str, list[Report]] = {}
    for line in reports:
        series.setdefault(line.target, []).append(line)
    return Referee(promises, DAY).judge_all(Ledger(series))


def drawn(promises: Register, verdicts: list[Verdict], top: str | None = None) -> list[str]:
    return ["  " * branch.depth + branch.said.id for branch in tree_of(promises, verdicts, top)]


def rolled(promises: Register, *reports: Report) -> dict[str, RollUp]:
    return dict(roll_ups(tree_of(promises, judged(promises, *reports))))


PROGRAMME = register(
    heading("programme", roll_up="mean"),
    leaf("alone"),
    heading("economy", "programme", weight="3"),
    heading("society", "programme"),
    leaf("late", "economy", deadline="2022"),
    leaf("slow", "economy"),
    leaf("done", "society", kind="milestone", unit=None, target=None, baseline=None),
    leaf("silent", "programme"),
)
REPORTS = (
    report("2022", "100", target="late"),
    report("2022", "20", target="slow"),
    report("2022", False, target="done"),
)


def test_the_tree_has_targets_before_the_headings_beside_them():
    assert drawn(PROGRAMME, judged(PROGRAMME)) == [
        "alone",
        "programme",
        "  silent",
        "  economy",
        "    late",
        "    slow",
        "  society",
        "    done",
    ]


def test_a_heading_counts_the_leaves_below_it_at_any_depth():
    counts = rolled(PROGRAMME, *REPORTS)["programme"].counts
    assert (counts.on_time, counts.in_time, counts.overdue) == (1, 3, 0)
    assert rolled(PROGRAMME, *REPORTS)["economy"].worst.target.id == "slow"


def test_a_score_is_the_weighted_mean_of_what_stands_right_below():
    score = rolled(PROGRAMME, *REPORTS)["programme"].score
    # economy (1 + 0.2) / 2 weighs 3, society 0 weighs 1; who is silent has no progress.
    assert (score.value, score.n, score.of) == (Decimal("0.45"), 3, 4)


def test_only_what_declares_a_score_has_one():
    assert rolled(PROGRAMME, *REPORTS)["economy"].score is None


def test_where_nothing_has_progress_there_is_no_score():
    score = rolled(PROGRAMME)["programme"].score
    assert (score.value, score.n) == (None, 0)


def test_progress_beyond_the_target_counts_as_all_of_it_and_loss_as_none():
    promises = register(heading("h", roll_up="mean"), leaf("a", "h"), leaf("b", "h"))
    reports = [report("2022", "250", target="a"), report("2022", "-50", target="b")]
    assert rolled(promises, *reports)["h"].score.value == Decimal("0.5")


def test_a_sentence_without_a_score_brings_the_progress_of_its_worst_class():
    promises = register(
        heading("h", roll_up="mean"),
        leaf("sentence", "h"),
        leaf("women", "sentence"),
        leaf("men", "sentence"),
    )
    reports = [report("2022", "10", target="women"), report("2022", "100", target="men")]
    assert rolled(promises, *reports)["h"].score.value == Decimal("0.1")
    assert rolled(promises, *reports)["sentence"].score is None


def test_a_heading_without_a_leaf_is_not_there():
    promises = register(heading("h"), heading("empty", "h"), leaf("a", "h"))
    assert drawn(promises, judged(promises)) == ["h", "  a"]


def test_a_tree_begins_where_it_is_asked_to():
    below = ids_below(PROGRAMME, "economy")
    verdicts = [verdict for verdict in judged(PROGRAMME) if verdict.target.id in below]
    assert drawn(PROGRAMME, verdicts, "economy") == ["economy", "  late", "  slow"]


def test_a_class_whose_parent_is_not_listed_stands_below_the_heading_of_that():
    promises = register(heading("h"), leaf("sentence", "h"), leaf("class", "sentence"))
    verdicts = [verdict for verdict in judged(promises) if verdict.target.id == "class"]
    assert drawn(promises, verdicts) == ["h", "  class"]


def test_a_class_of_a_class_decides_over_both():
    promises = register(leaf("nation"), leaf("province", "nation"), leaf("district", "province"))
    verdicts = judged(promises, report("2022", "10", target="district"))
    assert {verdict.state for verdict in verdicts} == {"off_track"}
    assert [verdict.cell for verdict in verdicts] == ["in_time"] * 3
    nation = roll_ups(tree_of(promises, verdicts))["nation"]
    assert nation.counts.in_time == 1


def test_of_three_thousand_levels_of_classes_the_last_decides():
    names = [f"t{number}" for number in range(3_000)]
    promises = register(*(leaf(n, above) for n, above in zip(names, [None, *names], strict=False)))
    verdicts = judged(promises, report("2022", "10", target=names[-1]))
    assert verdicts[0].state == "off_track"
    assert verdicts[0].worst.target.id == names[-1]


def test_three_thousand_levels_are_a_tree_like_any_other():
    names = [f"h{number}" for number in range(3_000)]
    headings = [heading(name, above) for name, above in zip(names, [None, *names], strict=False)]
    promises = register(*headings, leaf("a", names[-1]))
    assert rolled(promises)["h0"].counts.in_time == 1


# Against a reference that looks at everything below, each time anew

TREES = st.lists(
    st.tuples(st.booleans(), st.integers(-1, 30), st.sampled_from(["", "10", "60", "100"])),
    min_size=1,
    max_size=14,
)


def forest(shape: list[tuple[bool, int, str]]) -> tuple[Register, list[Report]]:
    """Headings below headings, targets below either; an entry stands below an earlier one."""
    entries: list[Heading | Target] = []
    reports = []
    for number, (is_heading, above, figure) in enumerate(shape):
        choice = [entry.id for entry in entries if not is_heading or isinstance(entry, Heading)]
        parent = choice[above % len(choice)] if choice and above >= 0 else None
        name = f"e{number}"
        entries.append(heading(name, parent) if is_heading else leaf(name, parent))
        if figure and not is_heading:
            reports.append(report("2022", figure, target=name))
    parents = {entry.part_of for entry in entries}
    return register(*entries), [line for line in reports if line.target not in parents]


def leaves_of(promises: Register, name: str) -> list[str]:
    """The targets below an entry that have nothing below themselves; slowly."""
    below = [
        entry.id
        for entry in (*promises.headings.values(), *promises.targets.values())
        if entry.part_of == name
    ]
    if not below:
        return [name] if name in promises.targets else []
    return [leaf for entry in below for leaf in leaves_of(promises, entry)]


@given(TREES)
def test_roll_up_and_worst_class_agree_with_the_reference(shape):
    promises, reports = forest(shape)
    verdicts = {verdict.target.id: verdict for verdict in judged(promises, *reports)}
    tree = tree_of(promises, list(verdicts.values()))
    rolls = roll_ups(tree)
    placed = [branch.said.id for branch in tree if isinstance(branch.entry, Verdict)]
    assert sorted(placed) == sorted(promises.targets)
    for name in (*promises.headings, *promises.targets):
        leaves = [verdicts[leaf] for leaf in leaves_of(promises, name)]
        if not leaves or [verdict.target.id for verdict in leaves] == [name]:
            assert name not in rolls
            continue
        cells = Counter(verdict.cell for verdict in leaves)
        assert [getattr(rolls[name].counts, cell) for cell in CELLS] == [cells[c] for c in CELLS]
        worst = min((verdict.state for verdict in leaves), key=WORST_FIRST.index)
        assert rolls[name].worst.state == worst
        if name in verdicts:
            assert verdicts[name].state == worst
