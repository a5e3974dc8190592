"""What is wanted of a large ledger: the same reports on it, however little of the rest is read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.ledger import load
from cdstrack.store.ledger.append import append_reports, new_id
from cdstrack.store.ledger.sieve import Sieve
from tests.cases import every_case
from tests.draws import examples

pytestmark = pytest.mark.usefixtures("early_large")

START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 175
OTHERS = "".join(
    f'{{"id":"o{number}","target":"other","date":"2024","value":"{number}",'
    f'"recorded":"2024-01-01T00:00:00.{number:06}Z"}}\n'
    for number in range(MANY)
)
"""Records of another target, so many that the ledger is a large one."""


def line(id_: str, target: str = "t", **fields: object) -> str:
    record: dict[str, object] = {"id": id_, "target": target, "date": "2024", "value": "5"}
    record |= {"recorded": "2024-02-01T00:00:00.000000Z"} | fields
    members = {key: value for key, value in record.items() if value is not ...}
    return json.dumps(members, separators=(",", ":"))


def report(value: int = 7, **fields: object) -> Report:
    plain = Report(
        new_id(), "t", None, None, parse_period("2025"), Decimal(value), None, None, None, None,
        START + timedelta(days=400),
    )  # fmt: skip
    return plain._replace(**fields)


def append(path, content: str, new: Report, targets, *, adds: bool = False):
    """What ``prepare`` was shown of the target, what came of it, and the file afterwards."""
    path.write_text(content, encoding="utf-8")
    shown: list[object] = []

    def prepare(ledger):
        about = [record for record in (*ledger.dropped, *ledger.future) if record.target == "t"]
        shown.extend([ledger.reports.get("t", ()), sorted(record.id for record in about)])
        return [new]

    try:
        [receipt] = append_reports(
            path,
            prepare,
            competition=lambda _: "none" if adds else "date",
            targets=targets,
            present=NOW,
        )
    except Fault as fault:
        return shown, fault.code, path.read_bytes()
    return shown, (receipt.report, receipt.new), path.read_bytes()


ODD = [
    line("a1"), line("a2", value="6", recorded="2024-03-01T00:00:00Z"),
    line("a3", corrects="a1", value="8"), line("a4", corrects="a2", value=...),
    line("a5", corrects="o7", value="1"), line("a6", corrects="nobody", value="1"),
    line("b1", "other", corrects="a1", value="9"), line("b2", "other", corrects="a3", value=...),
    line("b3", "other", corrects="o9", value="2"), line("b4", "other", corrects="b3", value=...),
    line("a7", recorded="2031-01-01T00:00:00Z"), line("a8", corrects="a7", value="4"),
    line("a9", batch="x:2"), line("b5", "other", batch="x:2"), line("b6", "other", batch="y:2"),
    line("c1").replace('"target"', '"t\\u0061rget"'), line("c2").replace('"t"', '"\\u0074"'),
    line("c3").replace('"target":', '"target" :'), line("c4").replace(":", ": "),
    line("c5", note="target"), line("c6", "other", note='"target":"t"'), line("c7", key="k:1"),
    line("d1").replace('"t"', '"other", "target": "t"'), '{"id":"d2","target":"t"', "", "<<<<<<< a",
    line("d3", "other", said={"figure": "1", "unit": "x", "target": "t"}), line("a1"),
]  # fmt: skip
"""Lines that bear upon the target, or look as if they did."""


@examples(90)
@given(
    st.lists(st.tuples(st.integers(0, MANY), st.sampled_from(ODD)), max_size=6),
    st.sampled_from([{"value": 5, "date": parse_period("2024")}, {}, {"corrects": "a1"}]),
    st.booleans(),
    st.booleans(),
)
@example(
    [(10, line("a9", batch="x:2")), (MANY, line("b5", "other", batch="x:2"))], {}, False, False
)
def test_an_append_that_reads_only_what_is_wanted_does_what_it_would(
    tmp_path_factory, places, fields, adds, is_torn
):
    path = tmp_path_factory.mktemp("ledger") / "progress.jsonl"
    lines = OTHERS.splitlines(keepends=True)
    for at, text in sorted(places, key=lambda place: place[0], reverse=True):
        lines.insert(at, text + "\n")
    content = "".join(lines) + ('{"id":"z","tar' if is_torn else "")
    assert len(content) > load.SMALL
    new = report(**fields)
    few = append(path, content, new, {"t"}, adds=adds)
    assert few == append(path, content, new, None, adds=adds)


REACH = "kind: reach, unit: km, target: {at_least: 9}"
TARGETS = {
    "t": REACH,
    "other": f"{REACH}, baseline: {{value: 1, date: 2023}}",
    "base": f"{REACH}, baseline: {{value: 1, date: 2024-06-30}}",
    "late": f"{REACH}, deadline: 2025, closed: {{how: missed, on: 2026-01-01, source: speech}}",
    "sum": f"{REACH}, accumulate: sum",
    "many": f"{REACH}, reporters: offices, across: sum",
    "span": "kind: sustain, unit: km, target: {at_least: 9}, periods: [2024, 2025]",
    "done": "kind: milestone, deadline: 2025",
    "parts": f"{REACH}, conditions: {{online: Online}}",
    "whole": "kind: unquantified",
    "class": f"{REACH}, part_of: whole",
}
REGISTER = """\
cdstrack: 1
title: Register
sources: {speech: {title: Speech}}
bodies: {office: {name: Office}, old: {name: Old, ended: 2024-06-30, successor: office}}
groups: {offices: {name: Offices, size: [{from: 2022, n: 1}], members: [office]}}
defaults: {owner: office, by: Minister}
targets:
""" + "".join(
    f"  - {{id: {name}, title: A, {text}, stated: {{on: 2022-01-01, source: speech}}}}\n"
    for name, text in TARGETS.items()
)
FIELDS: list[dict[str, object]] = [
    {}, {"date": "2023"}, {"date": "2024-01"}, {"date": "2027"}, {"body": "office"},
    {"body": "old"}, {"body": "nobody"}, {"part": "online"}, {"part": "off"},
    {"value": ..., "n": 1, "of": 2}, {"value": ..., "done": True}, {"value": "1.50"},
    {"value": "01"}, {"value": "1e5"}, {"date": "2024-13"}, {"key": "k:1"},
    {"recorded": "2031-01-01T00:00:00Z"}, {"slice": {"a": "b"}},
    {"recorded": "2024-02-01T05:00:00+07:00"}, {"corrects": "o5"}, {"corrects": "nobody"},
    {"corrects": "o6", "value": ...}, {"series": "s"}, {"said": {"figure": "1", "unit": "m"}},
    {"said": {"figure": "x", "unit": "m"}}, {"value": "1" * 60}, {"date": "2025-12-31"},
    {"recorded": "2026-01-01T12:00:00Z"}, {"date": "2024-02-02"}, {"note": 'a "b"'},
]  # fmt: skip


@examples(90)
@given(
    st.lists(
        st.tuples(
            st.integers(0, MANY),
            st.one_of(
                st.sampled_from(ODD),
                st.builds(
                    lambda number, target, fields: line(f"x{number}", target, **fields),
                    st.integers(1, 12), st.sampled_from([*TARGETS, "unknown"]),
                    st.sampled_from(FIELDS),
                ),
            ),
        ),
        max_size=8,
    ),
    st.sets(st.sampled_from([*TARGETS]), max_size=3),
    st.sampled_from([None, date(2024, 1, 1), date(2025, 1, 1)]),
)  # fmt: skip
def test_what_is_wanted_comes_with_the_reports_and_problems_of_everything(
    tmp_path_factory, places, names, known_on
):
    compare(tmp_path_factory.mktemp("register"), places, names, known_on)


@every_case("fields", FIELDS)
def test_whatever_is_odd_about_a_report_is_seen_on_every_target(tmp_path, fields):
    targets = enumerate([*TARGETS, "unknown"])
    places = [(at * MANY // 13, line(f"x{at}", name, **fields)) for at, name in targets]
    compare(tmp_path, places, {"t"}, None)


def compare(folder, places, names, known_on):
    """See that what is wanted is what it is where everything is read."""
    (folder / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    lines = OTHERS.splitlines(keepends=True)
    for at, text in sorted(places, key=lambda place: place[0], reverse=True):
        lines.insert(at, text + "\n")
    (folder / "progress.jsonl").write_text("".join(lines), encoding="utf-8")
    store = FileStore(folder / "targets.yaml", present=NOW)
    assert store.register()[1] == []
    everything, problems = store.ledger(Wanted(known_on=known_on))
    ledger, same_problems = store.ledger(Wanted(frozenset(names), known_on))
    assert same_problems == problems
    assert ledger.known == everything.known
    for name in names:
        assert ledger.reports.get(name) == everything.reports.get(name)
    for records, others in (
        (everything.dropped, ledger.dropped),
        (everything.future, ledger.future),
    ):
        assert sorted(record for record in records if record.target in names) == sorted(
            record for record in others if record.target in names
        )


def test_of_reports_that_nobody_wants_only_the_ids_are_kept(tmp_path):
    (tmp_path / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "progress.jsonl").write_text(OTHERS + line("t1") + "\n", encoding="utf-8")
    store = FileStore(tmp_path / "targets.yaml", present=NOW)
    ledger, _ = store.ledger(Wanted(frozenset({"t"})))
    assert (len(ledger.known), [record.id for record in ledger.records()]) == (MANY + 1, ["t1"])


@pytest.mark.parametrize(
    "there",
    [line("a1").replace('"target":', '"target" :'), line("a1", corrects="o150")],
    ids=["written with other spaces", "in the place of one on another target"],
)
def test_what_is_there_already_is_seen_far_behind_however_it_stands_there(tmp_path, there):
    new = report(5, date=parse_period("2024"))
    _, (existing, is_new), _ = append(tmp_path / "p.jsonl", f"{OTHERS}{there}\n", new, {"t"})
    assert (existing.id, is_new) == ("a1", False)


@pytest.mark.parametrize("taken", [f"o{MANY - 1}", "t1"])
def test_an_id_that_is_there_on_another_target_is_seen(tmp_path, taken):
    content = OTHERS + line("t1") + "\n"
    _, code, after = append(tmp_path / "p.jsonl", content, report(id=taken), {"t"})
    assert (code, after.decode()) == ("report_same_id", content)


def test_a_row_of_a_sheet_that_is_there_on_another_target_is_seen(tmp_path):
    content = OTHERS + line("b1", "other", key="k:1") + "\n"
    _, (existing, is_new), _ = append(tmp_path / "p.jsonl", content, report(key="k:1"), {"t"})
    assert (existing.id, is_new) == ("b1", False)


def test_lines_of_other_targets_are_not_read():
    sieve = Sieve({"t"})
    first = line("a1", "other") + "\n"
    assert sieve.take(first.encode()) == first.encode(), "in which there is some record"
    lines = [line(f"a{n}", "t" if n == 3 else "other") + "\n" for n in range(6)]
    assert sieve.take("".join(lines).encode()) == lines[3].encode()
