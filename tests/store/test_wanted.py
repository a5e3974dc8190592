"""What is wanted of a large ledger: the same reports on it, however little of the rest is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report
from cdstrack.store.ledger.append import append_reports, new_id
from cdstrack.store.ledger.load import SMALL
from cdstrack.store.ledger.sieve import Sieve
from tests.draws import examples

START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OTHERS = "".join(
    f'{{"id":"o{number}","target":"other","date":"2024","value":"{number}",'
    f'"recorded":"2024-01-01T00:00:00.{number:06}Z"}}\n'
    for number in range(3000)
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


@examples(150)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(ODD)), max_size=6),
    st.sampled_from([{"value": 5, "date": parse_period("2024")}, {}, {"corrects": "a1"}]),
    st.booleans(),
    st.booleans(),
)
def test_an_append_that_reads_only_what_is_wanted_does_what_it_would(
    tmp_path_factory, places, fields, adds, is_torn
):
    path = tmp_path_factory.mktemp("ledger") / "progress.jsonl"
    lines = OTHERS.splitlines(keepends=True)
    for at, text in sorted(places, key=lambda place: place[0], reverse=True):
        lines.insert(at, text + "\n")
    content = "".join(lines) + ('{"id":"z","tar' if is_torn else "")
    assert len(content) > SMALL
    new = report(**fields)
    few = append(path, content, new, {"t"}, adds=adds)
    assert few == append(path, content, new, None, adds=adds)


@pytest.mark.parametrize("taken", ["o2999", "t1"])
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
