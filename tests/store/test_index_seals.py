"""The short seal of a ledger with an index: of the very lines that its reports are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.checks.seals import sealed_leaves, short_of
from cdstrack.core.model.work import Work
from cdstrack.store.ledger.leaves import Hashes, leaves_in
from cdstrack.store.ledger.load import BOM, Choice, read_ledger
from tests.draws import examples
from tests.store.test_index import EDITS, PORTIONS, SOUND, edited, index_of, kept, with_lines
from tests.store.test_wanted import MANY, NOW, line

pytestmark = pytest.mark.usefixtures("early_large")

COPIES = [SOUND[0], SOUND[1].replace('":', '": '), "", " \t"]
"""Lines that may stand beside sound ones and are sound: copies, also with other spaces, blanks."""


@pytest.fixture
def path(tmp_path) -> Path:
    """A ledger with an index, and a line after it."""
    path = tmp_path / "progress.jsonl"
    path.write_text(with_lines(*enumerate([*SOUND, *COPIES])), encoding="utf-8")
    read_ledger(path, present=NOW, indexes=lambda: kept(tmp_path))
    assert index_of(path).exists()
    add(path, "late1")
    return path


def add(path: Path, id_: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line(id_)}\n")


def sealed(path: Path, indexes: Choice, moment: datetime = NOW, work: Work | None = None):
    """The ledger, and the short seal of a moment that was made while it was read."""
    hashes = Hashes(moment)
    ledger, _ = read_ledger(path, visit=hashes, present=NOW, indexes=indexes, work=work)
    return ledger, hashes.short_seal()


def slow_seal(content: bytes, moment: datetime = NOW):
    """The short seal of a moment, line by line."""
    leaves = sealed_leaves(leaves_in(content), moment)
    last = max((leaf.report.recorded for leaf in leaves), default=None)
    return short_of([leaf.hash for leaf in leaves], last)


@examples(10)
@given(
    st.lists(st.sampled_from([*SOUND, *COPIES]), max_size=8),
    st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=3),
    st.sampled_from(["\n", "\r\n", "\r\r\n"]),
    st.sampled_from([b"", b"", BOM]),
    st.sampled_from([NOW, datetime(2024, 1, 20, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)]),
    st.sampled_from(PORTIONS),
)
def test_it_is_the_same_with_an_index_and_without_whatever_happened_to_the_ledger(
    tmp_path_factory, sound, rounds, line_end, mark, moment, portion
):
    folder = tmp_path_factory.mktemp("ledger")
    path = folder / "progress.jsonl"
    text = with_lines(*((number * MANY // 8, text) for number, text in enumerate(sound)))
    content = first = mark + text.replace("\n", line_end).encode()
    for edits in [[], *rounds]:
        for edit in edits:
            content = edited(content, first, edit)
        path.write_bytes(content)
        expected = slow_seal(content, moment)
        for _ in range(2):  # the first writes the index
            assert sealed(path, lambda: kept(folder, portion), moment)[1] == expected
        assert sealed(path, lambda: None, moment)[1] == expected


def test_it_is_made_by_the_index(path):
    ledger, seal = sealed(path, lambda: kept(path.parent))
    assert type(ledger.reports) is not dict
    assert seal == slow_seal(path.read_bytes())


def test_of_an_earlier_moment_it_is_made_line_by_line(path):
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(microseconds=1500)
    index = index_of(path).read_bytes()
    ledger, seal = sealed(path, lambda: kept(path.parent), moment)
    assert type(ledger.reports) is dict
    assert seal == slow_seal(path.read_bytes(), moment)
    assert index_of(path).read_bytes() == index


@pytest.mark.parametrize("has_index", [True, False])
def test_what_is_written_meanwhile_is_in_both_or_in_neither(path, has_index):
    if not has_index:
        index_of(path).unlink()
    late = ["late2", "late3"]

    class Growing(Work):
        def __setattr__(self, name, value):
            if name in ("done", "step") and late:
                add(path, late.pop(0))
            super().__setattr__(name, value)

    ledger, seal = sealed(path, lambda: kept(path.parent), work=Growing())
    assert not late
    lines = path.read_bytes().splitlines(keepends=True)
    content = b"".join(
        lines[:-2] + [text for text in lines[-2:] if text[7:12].decode() in ledger.known]
    )
    assert seal == slow_seal(content)


def test_where_an_index_turns_out_to_be_damaged_what_came_meanwhile_is_left_out(path):
    ledger, seal = sealed(path, lambda: kept(path.parent))
    add(path, "late2")
    with index_of(path).open("r+b") as index:
        index.write(b"x" * 100_000)
    records = [report for series in ledger.reports.values() for report in series]
    assert not index_of(path).exists()
    assert "late1" in {report.id for report in records}
    assert "late2" not in {report.id for report in records}
    assert {*(report.id for report in records), *(report.id for report in ledger.dropped)} == {
        leaf.report.id for leaf in leaves_in(path.read_bytes()) if leaf.report.id != "late2"
    }
    assert seal.lines == len({leaf.hash for leaf in leaves_in(path.read_bytes())}) - 1
