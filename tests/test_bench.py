"""What the benchmark makes of times, goals and plans; no time is taken."""

from __future__ import annotations

import json

import pytest

from bench.measure import Goal, Row, Sample, Yardstick, exponent, measure
from bench.scale import COMMANDS, plans


@pytest.mark.parametrize(
    ("seconds", "power"),
    [
        ([0.2, 1.2, 4.2, 16.2], 1),
        ([0.2, 1.2, 16.2, 256.2], 2),
        ([0.2, 0.21, 0.22, 0.25], None),  # too short to say
        ([3.0], None),  # no other size was measured
    ],
)
def test_growth_is_the_power_of_the_size_without_start_up(seconds, power):
    found = exponent(seconds)
    assert found == (None if power is None else pytest.approx(power))


@pytest.mark.parametrize(
    ("figure", "verdict"), [(0.5, "aim"), (0.9, "must"), (1.0, "must"), (1.1, "missed")]
)
def test_a_goal_has_what_must_be_and_what_is_aimed_at(figure, verdict):
    assert Goal(1.0, 0.5).verdict(figure) == verdict


def test_a_ratio_is_the_median_of_pairs_and_a_missed_goal_fails_nothing(capsys):
    ours = iter([9.0, 4.0, 6.0, 5.0])  # the first warms up only what is short
    theirs = Yardstick("bare json loop", lambda: Sample(2.0, 10.0), Goal(2.0, 1.0))
    measure(Row("1 report", "status", lambda: Sample(next(ours), 300.0), [theirs], pairs=3))
    line = capsys.readouterr().out
    assert line.split()[-7:] == ["3.00", "2.00–4.50", "≤", "2", "≤", "1", "missed"]


def test_a_plan_tells_the_rows_that_were_read_and_the_partitions():
    scan = {"Node Type": "Index Scan", "Index Name": "reports_7_pkey", "Alias": "r",
            "Relation Name": "reports_7", "Actual Rows": 12, "Actual Loops": 2}  # fmt: skip
    never = {**scan, "Relation Name": "reports_8", "Actual Loops": 0}
    names = {"Node Type": "Seq Scan", "Relation Name": "targets", "Alias": "t"}
    original = {**scan, "Node Type": "Seq Scan", "Alias": "old_3", "Actual Rows": 0}
    original.pop("Index Name")
    root = {"Node Type": "Append", "Plans": [scan, never, names, original],
            "Shared Hit Blocks": 1_000, "Shared Read Blocks": 0}  # fmt: skip
    log = f"LOG:  duration: 3 ms  plan:\n\t{json.dumps({'Plan': root})}\nLOG:  done\n"
    [plan] = plans(log)
    scans = "Index Scan reports_pkey, Seq Scan of originals"
    assert plan == (scans, 1, 24, pytest.approx(8.192))


def test_what_a_command_has_to_read_grows_with_its_dimensions():
    sizes = {"communes": 10_599, "targets": 300, "months": 120}
    rows = {command.name: command.rows(sizes) for command in COMMANDS}
    assert rows["add-progress"] == 120
    assert rows["show"] == 1_271_880
    assert rows["status"] == 381_564_000
