"""A report that nobody is asked about again: the index of a large ledger is looked at once, and
whatever became of the ledger meanwhile, what is shown and written is as without an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdstrack.app.record.draft import record, record_at_once
from cdstrack.app.record.entry import Entry
from cdstrack.core.model.problems import Refusal
from cdstrack.store.files import FileStore
from cdstrack.store.ledger import index
from cdstrack.store.ledger.index_file import Indexes
from tests.store.test_wanted import NOW, OTHERS, REGISTER, line

OTHERS_TOO = OTHERS.replace('"id":"o', '"id":"p')
BEFORE = line("a1", value="40", date="2024-03-01")
pytestmark = pytest.mark.usefixtures("early_large")
ENTRY = Entry(lang="en", value="45", date="2024-06-30", source="BC 1", by="Lê An")


@pytest.fixture
def store(tmp_path) -> FileStore:
    """A register with a large ledger, which has an index."""
    (tmp_path / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    ledger_of(tmp_path).write_text(f"{OTHERS}{BEFORE}\n{OTHERS_TOO}", encoding="utf-8")
    store = store_of(tmp_path)
    store.ledger()
    return store


def ledger_of(folder: Path) -> Path:
    return folder / "progress.jsonl"


def store_of(folder: Path, *, indexed: bool = True) -> FileStore:
    indexes = Indexes(folder / "indexes", 0)
    return FileStore(
        folder / "targets.yaml", present=NOW, indexes=lambda: indexes if indexed else None
    )


def at_once(store: FileStore, entry: Entry = ENTRY, target: str = "t"):
    """What was the last value before, and whether the report is new; None if it was there."""

    def write(draft):
        return record(store, draft, now=NOW, as_shown=False)

    draft, receipt = record_at_once(store, target, entry, write, now=NOW)
    last = draft.before.last
    return last.value if last is not None else None, receipt.new if receipt is not None else None


def test_the_bytes_of_the_ledger_are_looked_at_once(store, monkeypatch):
    looks = []
    is_beginning = index._is_beginning

    def look(*arguments):
        looks.append(arguments)
        return is_beginning(*arguments)

    monkeypatch.setattr(index, "_is_beginning", look)
    assert at_once(store) == (40, True)
    assert len(looks) == 1
    assert at_once(store) == (45, None)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace('"value":"40"', '"value":"41"'),
        lambda text: text.replace(BEFORE + "\n", ""),
        lambda text: "\n".join(reversed(text.splitlines())) + "\n",
        lambda text: text + line("a2", value="42", date="2024-04-01") + "\n",
        lambda text: text + line("a2", value="43", corrects="a1") + "\n",
        lambda text: text.replace('"id":"o7"', '"id":"o8"'),
        lambda text: text.replace('"id":"a1"', '"id":"aa"') + '{"id":"torn',
        lambda text: text.replace(OTHERS_TOO, "") + line("a3", value="45", date="2024-06-30"),
    ],
)
def test_whatever_became_of_the_ledger_it_is_as_without_an_index(store, tmp_path, edit):
    ledger = ledger_of(tmp_path)
    content = edit(ledger.read_text(encoding="utf-8"))
    outcomes = []
    for indexed in (True, False):
        ledger.write_text(content, encoding="utf-8")
        outcome = at_once(store_of(tmp_path, indexed=indexed))
        outcomes.append((outcome, len(ledger.read_bytes().splitlines())))
    assert outcomes[0] == outcomes[1]


def test_a_ledger_that_is_replaced_before_it_is_locked_is_drafted_on_anew(store, tmp_path):
    ledger = ledger_of(tmp_path)
    drafts = []

    def write(draft):
        if not drafts:
            content = ledger.read_text(encoding="utf-8")
            ledger.write_text(content.replace('"value":"40"', '"value":"41"'), encoding="utf-8")
        drafts.append(draft.before.last.value)
        return record(store, draft, now=NOW, as_shown=False)

    draft, receipt = record_at_once(store, "t", ENTRY, write, now=NOW)
    assert drafts == [40, 41]
    assert draft.before.last.value == 41
    assert receipt.new
    assert ledger.read_text(encoding="utf-8").count('"date":"2024-06-30"') == 1


def test_what_is_refused_is_refused_of_the_ledger_as_it_is(store, tmp_path):
    ledger = ledger_of(tmp_path)
    content = ledger.read_text(encoding="utf-8")
    ledger.write_text(content.replace('"id":"a1"', '"id":"b1"'), encoding="utf-8")
    entry = Entry(lang="en", value="45", date="2024-03-01", source="BC 1", by="An", corrects="a1")
    with pytest.raises(Refusal) as refusal:
        at_once(store, entry)
    assert refusal.value.code == "unknown_report"
    new = Entry(lang="en", value="45", date="2024-03-01", source="BC 1", by="An", corrects="b1")
    assert at_once(store, new) == (40, True)
