"""The index of a large ledger: never a different answer, whatever happened to either file."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.work import Work
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.append import append_reports
from cdstrack.store.ledger.columns import Columns
from cdstrack.store.ledger.index_file import Indexes, place_of, usual
from cdstrack.store.ledger.load import SMALL, read_ledger
from tests.draws import examples
from tests.store.test_wanted import FIELDS, MANY, NOW, ODD, OTHERS, REGISTER, TARGETS, line, report

pytestmark = pytest.mark.usefixtures("early_large")

SOUND = [
    line("s1"), line("s2", body="a", n=2, of=3, value=...),
    line("s3", part="p", done=True, value=...),
    line("s4", corrects="s1", value="8"), line("s5", "other", corrects="s4", value=...),
    line("s6", "new", value="-12.50", date="2023-Q4", note='"x"\n', qualifier="about", source="é"),
    line("s7", slice={"sex": "women"}), line("s8", series="x"), line("s9", "new", key="a.b:1"),
    line("t1", said={"figure": "1.0", "unit": "km"}, by="clerk"), line("t2", key="a.b:2"),
    line("t3", batch="w:2"), line("t4", batch="w:2"), line("t5", date="2031", value="1000.00"),
    line("t6", "other", corrects="o9", value="3"), line("t7", recorded="2024-02-01T07:00:00+07:00"),
    line("t8", evidence="a" * 64 + ".pdf"), line("t9", "new", corrects="s9", value="1"),
]  # fmt: skip
"""Lines in which nothing is wrong, if each stands once."""

OURS = [text.replace('"id":"', '"id":"u-').replace(':2"', ':1"') for text in SOUND[:3]]
"""The same under ids of their own."""


PORTIONS = [Indexes._field_defaults["portion"], MANY // 4]
"""So many reports are in memory: all of them, or a quarter."""


def kept(folder: Path, portion: int = PORTIONS[0]) -> Indexes:
    return Indexes(folder / "indexes", 0, portion)


def index_of(path: Path) -> Path:
    return place_of(path, path.parent / "indexes")


def read(path: Path, *, indexed: bool, before: datetime | None = None, portion: int = PORTIONS[0]):
    """Everything that a reader gets to know of a ledger."""
    indexes = kept(path.parent, portion) if indexed else None
    ledger, problems = read_ledger(path, before, present=NOW, indexes=lambda: indexes)
    series = [(name, list(reports)) for name, reports in ledger.reports.items()]
    repeats = [list(reports.repeats or ()) for reports in ledger.reports.values()]
    exponents = [str(each.figure) for _, reports in series for each in reports]
    dropped = sorted(ledger.dropped, key=lambda each: (each.order, repr(each)))
    known = sorted(ledger.known)
    asked = [
        name in ledger.known for name in ("s1", "u-s1", "o1", f"o{MANY - 1}", "nobody", "a1", "")
    ]
    rest = ledger.bodies, ledger.parts, ledger.ahead, ledger.future, len(ledger.known)
    return series, repeats, exponents, dropped, known, asked, rest, problems


def with_lines(*places: tuple[int, str]) -> str:
    lines = OTHERS.splitlines(keepends=True)
    for at, text in sorted(places, key=lambda place: place[0], reverse=True):
        lines.insert(at, text + "\n")
    return "".join(lines)


@pytest.fixture
def path(tmp_path) -> Path:
    """A ledger with an index."""
    path = tmp_path / "progress.jsonl"
    path.write_text(with_lines(*enumerate(SOUND)), encoding="utf-8")
    read(path, indexed=True)
    assert index_of(path).exists()
    return path


EDITS = st.one_of(
    st.tuples(st.just("append"), st.sampled_from([*SOUND, *ODD, *OURS])),
    st.tuples(st.just("append"), st.sampled_from(OURS)),
    st.tuples(st.just("write"), st.sampled_from(["1", "2"])),
    st.tuples(st.just("insert"), st.sampled_from([*SOUND, *ODD])),
    st.tuples(st.just("cut"), st.integers(1, 200)),
    st.tuples(st.just("remove"), st.integers(0, MANY)),
    st.tuples(st.just("swap"), st.integers(0, MANY - 1)),
    st.tuples(st.just("alter"), st.integers(0, MANY)),
    st.tuples(st.just("checkout"), st.just(0)),
    st.tuples(st.just("tear"), st.integers(1, 40)),
)


def edited(content: bytes, first: bytes, edit: tuple[str, object]) -> bytes:
    what, how = edit
    if what == "append":
        return content + f"{how}\n".encode()
    if what == "write":
        text = line(f"w{how}{len(content)}", corrects="s4", value=str(how))
        return content + f"{text}\n".encode()
    if what == "checkout":
        return first
    if what == "cut":
        return content[: -int(str(how))]
    if what == "tear":
        return content + b'{"id":"torn","target":"t","date":"2024"'[: int(str(how))]
    lines = content.splitlines(keepends=True)
    at = int(str(how)) % len(lines) if what != "insert" else 7
    if what == "insert":
        lines.insert(at, f"{how}\n".encode())
    elif what == "remove":
        del lines[at]
    elif what == "swap":
        lines[at - 1], lines[at] = lines[at], lines[at - 1]
    else:
        lines[at] = lines[at].replace(b'"value":"', b'"value":"7')
    return b"".join(lines)


@examples(10)
@given(
    st.lists(st.sampled_from(SOUND), unique=True, max_size=8),
    st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=4),
    st.booleans(),
    st.sampled_from(
        [None, datetime(2024, 1, 20, tzinfo=UTC), datetime(2024, 2, 1, 0, 0, 1, tzinfo=UTC)]
    ),
    st.sampled_from(PORTIONS),
)
def test_an_index_changes_nothing_whatever_happens_to_the_ledger(
    tmp_path_factory, sound, rounds, has_crlf, before, portion
):
    folder = tmp_path_factory.mktemp("ledger")
    path = folder / "progress.jsonl"
    first = with_lines(*((number * MANY // 8, text) for number, text in enumerate(sound))).encode()
    if has_crlf:
        first = first.replace(b"\n", b"\r\n")
    content = first
    for edits in [[], *rounds]:
        for edit in edits:
            content = edited(content, first, edit)
        path.write_bytes(content)
        expected = read(path, indexed=False, before=before)
        assert read(path, indexed=True, before=before, portion=portion) == expected
        assert read(path, indexed=True, portion=portion) == read(path, indexed=False)


@examples(10)
@given(
    st.lists(st.tuples(st.integers(0, MANY), st.sampled_from(SOUND)), unique=True, max_size=6),
    st.lists(st.sampled_from([*SOUND, *ODD, *OURS]), max_size=3),
    st.sampled_from(
        [{"value": 5, "date": parse_period("2024")}, {}, {"corrects": "s1"}, {"id": "o7"},
         {"id": "s1"}, {"key": "a.b:1"}, {"key": "a.b:9"}, {"key": "c.b:2"}]
    ),
    st.booleans(),
    st.sampled_from(PORTIONS),
)  # fmt: skip
def test_an_append_by_the_index_does_what_it_would_without(
    tmp_path_factory, places, after, fields, adds, portion
):
    """Also where what is appended is there already, on whatever target, in either part."""
    once = {text: at for at, text in places}
    content = with_lines(*((at, text) for text, at in once.items()))
    outcomes = []
    new = report(**fields)
    for indexed in (True, False):
        folder = tmp_path_factory.mktemp("ledger")
        path = folder / "progress.jsonl"
        path.write_text(content, encoding="utf-8")
        read(path, indexed=True, portion=portion)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for text in after)
        shown: list[object] = []

        def prepare(ledger, shown=shown):
            shown.append(list(ledger.reports.get("t", ())))
            shown.append(sorted(each.id for each in ledger.dropped if each.target == "t"))
            return [new]

        try:
            receipts = append_reports(
                path,
                prepare,
                competition=lambda _: "none" if adds else "date",
                targets={"t"},
                present=NOW,
                indexes=partial(kept, folder) if indexed else lambda: None,
            )
            outcomes.append((shown, [(each.report, each.new) for each in receipts]))
        except Exception as error:
            outcomes.append((shown, getattr(error, "code", repr(error))))
        outcomes[-1] += (path.read_bytes(),)
        assert read(path, indexed=True) == read(path, indexed=False)
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    "last",
    [line("s1"), line("s4", corrects="s1", value="7"), line("again", key="a.b:1"), "{", line("z"),
     line("late", recorded="2099-01-01T00:00:00Z"), line("half", batch="w:3"),
     line("s7", slice={"sex": "men"}), line("end", corrects="o5", value="1"),
     line("none", corrects="nobody", value="1"), line("cross", "other", corrects="s2", value=...)],
)  # fmt: skip
def test_a_ledger_too_large_for_memory_is_indexed_in_portions_or_read_as_ever(tmp_path, last):
    """What bears upon a portion that has been written may come at the very end."""
    path = tmp_path / "progress.jsonl"
    path.write_text(with_lines(*enumerate(SOUND[:12])) + last + "\n", encoding="utf-8")
    expected = read(path, indexed=False)
    for _ in range(2):
        assert read(path, indexed=True, portion=PORTIONS[1]) == expected


def test_in_portions_there_is_room_for_no_more_than_one(path, monkeypatch):
    rooms = []
    monkeypatch.setattr(Columns, "expect", lambda _, n: rooms.append(n))
    index_of(path).unlink()
    read(path, indexed=True, portion=PORTIONS[1])
    assert rooms
    assert max(rooms) <= PORTIONS[1]


def test_in_portions_an_index_holds_the_same(path):
    whole = index_of(path).read_bytes()
    expected = read(path, indexed=True)
    index_of(path).unlink()
    ledger, _ = read_ledger(path, present=NOW, indexes=lambda: kept(path.parent, PORTIONS[1]))
    assert type(ledger.reports) is not dict  # the portions are gone, and read from the index
    assert index_of(path).read_bytes() != whole
    assert read(path, indexed=True, portion=PORTIONS[1]) == expected


def test_what_is_appended_leaves_the_index_as_it_is_until_much_has_come(path):
    before = index_of(path).read_bytes()
    for number in range(3):
        append_reports(
            path, lambda _, n=number: [report(n)], competition=lambda _: "none", targets={"t"},
            again=True, present=NOW, indexes=lambda: kept(path.parent),
        )  # fmt: skip
        assert read(path, indexed=True) == read(path, indexed=False)
    assert index_of(path).read_bytes() == before
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line(f'many{number}')}\n" for number in range(150))
    assert read(path, indexed=True) == read(path, indexed=False)
    assert index_of(path).read_bytes() != before


def test_an_index_is_read_and_not_the_ledger(path):
    """Its own bytes count, which is why nobody else may write them."""
    reports, _ = read_ledger(path, present=NOW, indexes=lambda: kept(path.parent))
    assert type(reports.reports) is not dict
    work = Work()
    read_ledger(path, present=NOW, indexes=lambda: kept(path.parent), work=work)
    assert work.step == ""


def test_a_damaged_byte_anywhere_in_an_index_is_noticed(path):
    """Where it is noticed only when a block is asked for, the ledger is read after all."""
    sound = index_of(path).read_bytes()
    expected = read(path, indexed=False)
    for at in [*range(0, len(sound), len(sound) // 40), len(sound) - 17, len(sound) - 1]:
        damaged = bytearray(sound)
        damaged[at] ^= 0x20
        index_of(path).write_bytes(damaged)
        assert read(path, indexed=True) == expected
    for length in (0, 1, 15, 16, 100, len(sound) // 2, len(sound) - 1):
        index_of(path).write_bytes(sound[:length])
        assert read(path, indexed=True) == expected


def test_an_index_of_another_version_is_written_anew(path):
    sound = index_of(path).read_bytes()
    other = sound.replace(b"ledger index 2,", b"ledger index 1,")
    assert other != sound
    index_of(path).write_bytes(other)
    assert read(path, indexed=True) == read(path, indexed=False)
    assert index_of(path).read_bytes() == sound


def test_two_ledgers_with_one_place_do_not_take_each_other_s_answer(path, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text(with_lines((5, line("only"))), encoding="utf-8")
    shutil.copyfile(index_of(path), index_of(other))
    index_of(other).chmod(0o600)
    assert read(other, indexed=True) == read(other, indexed=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_an_index_that_others_may_touch_is_not_believed(path, mode):
    forged = forge(path)
    index_of(path).write_bytes(forged)
    index_of(path).chmod(mode)
    assert read(path, indexed=True) == read(path, indexed=False)


def forge(path: Path) -> bytes:
    """An index that fits the ledger and says something else."""
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"value":"1"', b'"value":"9"'))
    read(path, indexed=True)
    other = index_of(path).read_bytes()
    path.write_bytes(content)
    read(path, indexed=True)
    return other


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_folder_that_others_may_write_to_holds_no_index(path):
    index_of(path).unlink()
    index_of(path).parent.chmod(0o777)
    assert read(path, indexed=True) == read(path, indexed=False)
    assert not index_of(path).exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_an_index_of_somebody_else_is_not_believed(path):
    os.chown(index_of(path), 12345, -1)
    assert read(path, indexed=True) == read(path, indexed=False)
    assert index_of(path).stat().st_uid == os.geteuid()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_its_place_is_neither_followed_nor_written_through(path, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.move(index_of(path), elsewhere)
    before = elsewhere.read_bytes()
    index_of(path).symlink_to(elsewhere)
    assert read(path, indexed=True) == read(path, indexed=False)
    assert elsewhere.read_bytes() == before
    assert not index_of(path).is_symlink()


def test_where_no_index_can_be_written_the_ledger_is_read(path):
    folder = index_of(path).parent
    shutil.rmtree(folder)
    folder.write_text("in the way", encoding="utf-8")
    assert read(path, indexed=True) == read(path, indexed=False)
    assert folder.read_text(encoding="utf-8") == "in the way"


def test_a_crash_while_an_index_is_written_leaves_the_old_one(path, monkeypatch):
    """The next one removes what is left, once it is a day old."""
    old = index_of(path).read_bytes()
    part = index_of(path).with_name("x.part")
    part.write_bytes(old[:1000])
    assert read(path, indexed=True) == read(path, indexed=False)
    assert index_of(path).read_bytes() == old
    two_days_ago = datetime.now(UTC).timestamp() - 2 * 86_400
    os.utime(part, (two_days_ago, two_days_ago))
    index_of(path).unlink()
    read(path, indexed=True)
    assert index_of(path).read_bytes() == old
    assert not part.exists()


def test_an_interrupted_writing_leaves_nothing(path):
    index_of(path).unlink()

    class Interrupted(Work):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "done" and value and self.step == "work_index":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_ledger(path, present=NOW, indexes=lambda: kept(path.parent), work=Interrupted())
    assert list(index_of(path).parent.iterdir()) == []


def test_its_writing_is_counted(path):
    index_of(path).unlink()
    steps = set()

    class Watched(Work):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            steps.add((self.step, self.total) if hasattr(self, "total") else None)

    read_ledger(path, present=NOW, indexes=lambda: kept(path.parent), work=Watched())
    assert ("work_index", len(path.read_bytes().splitlines())) in steps


def test_a_small_ledger_has_none(tmp_path):
    path = tmp_path / "progress.jsonl"
    path.write_text(line("a1") + "\n", encoding="utf-8")
    assert path.stat().st_size < SMALL
    read(path, indexed=True)
    assert not index_of(path).exists()


def test_a_ledger_that_is_read_while_it_grows_has_an_index_of_what_was_read(path):
    """The digest is of the very bytes that were read, so later lines are later lines."""
    index_of(path).unlink()
    late = [line("late1"), line("late2")]

    class Growing(Work):
        def __setattr__(self, name, value):
            if name == "done" and value and self.step == "work_ledger" and late:
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"{late.pop()}\n")
            super().__setattr__(name, value)

    read_ledger(path, present=NOW, indexes=lambda: kept(path.parent), work=Growing())
    assert read(path, indexed=True) == read(path, indexed=False)


def test_it_is_off_where_that_is_wanted(monkeypatch):
    monkeypatch.setenv("CDSTRACK_INDEX", "off")
    assert usual() is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has a folder of its own")
def test_it_lies_in_the_folder_for_caches(monkeypatch, tmp_path):
    monkeypatch.delenv("CDSTRACK_INDEX", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert usual() == Indexes(tmp_path / "cdstrack")


A_REPORT = st.builds(
    lambda number, target, fields: line(f"x{number}", target, **fields),
    st.integers(1, 30),
    st.sampled_from([*TARGETS, "unknown"]),
    st.sampled_from(FIELDS),
)


@examples(10)
@given(
    st.lists(st.tuples(st.integers(0, MANY), A_REPORT), max_size=5),
    st.lists(A_REPORT, max_size=3),
    st.sets(st.sampled_from([*TARGETS]), max_size=3),
    st.booleans(),
    st.sampled_from([None, date(2024, 1, 1), date(2025, 1, 1)]),
    st.sampled_from(PORTIONS),
)
def test_by_an_index_all_that_is_wrong_is_named_whatever_is_wanted(
    tmp_path_factory, places, after, names, is_all, known_on, portion
):
    folder = tmp_path_factory.mktemp("register")
    path = folder / "progress.jsonl"
    (folder / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    path.write_text(with_lines(*places), encoding="utf-8")
    read(path, indexed=True, portion=portion)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text in after)
    fast = FileStore(folder / "targets.yaml", present=NOW, indexes=lambda: kept(folder))
    slow = FileStore(folder / "targets.yaml", present=NOW)
    everything, expected = slow.ledger(Wanted(known_on=known_on))
    ledger, problems = fast.ledger(Wanted(None if is_all else frozenset(names), known_on))
    assert problems == expected
    for name in everything.reports if is_all else names:
        assert list(ledger.reports.get(name, ())) == list(everything.reports.get(name, ()))
