"""Appending to progress.jsonl: once, whole, durable, and never over somebody else's work."""

from __future__ import annotations

import errno
import fcntl
import itertools
import json
import multiprocessing
import os
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault, StoreError
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.in_force import same_figure
from cdstrack.store.ledger.append import append_reports, new_id
from cdstrack.store.ledger.record import Reader, nfc, serialize

START = datetime(2024, 1, 1, tzinfo=UTC)
seconds = itertools.count()


def report(value: object = 5, **fields: object) -> Report:
    figure = Decimal(value) if type(value) in (int, str) else value
    plain = Report(
        new_id(), "t", None, None, parse_period("2024"), figure, None, None, None, None,
        START + timedelta(seconds=next(seconds)),
    )  # fmt: skip
    return plain._replace(**fields)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.jsonl"


def add(path, new: Report, *, adds: bool = False, **options):
    [receipt] = append_reports(
        path, lambda _: [new], competition=lambda _: "none" if adds else "date", **options
    )
    return receipt


def lines(path) -> list[str]:
    return path.read_bytes().decode().splitlines()


def test_a_report_is_one_line_in_a_fixed_order(path):
    receipt = add(path, report("4200.50", body="mic", qualifier="over", note="Đã xong"))
    assert receipt.new
    [line] = lines(path)
    assert list(json.loads(line)) == [
        "id", "target", "body", "date", "value", "qualifier", "note", "recorded",
    ]  # fmt: skip
    assert '"value":"4200.5","qualifier":"over","note":"Đã xong"' in line
    assert path.stat().st_mode & 0o777 == 0o644 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.promise("one-line-records")
def test_what_cannot_be_seen_is_escaped():
    line = serialize(report(note="\x1b[31m\u202e\u2028\ue000😀\x7f é"))
    assert r'"note":"\u001b[31m\u202e\u2028\ue000\ud83d\ude00\u007f é"' in line


def test_a_lone_surrogate_is_refused_before_anything_is_written(path):
    with pytest.raises(Fault, match="text_not_unicode"):
        add(path, report(note="\udcff"))
    assert not path.exists()


texts = st.none() | st.text()
figures = st.one_of(
    st.decimals(-(10**9), 10**9, places=3),
    st.builds(Share, st.integers(0, 10**9), st.integers(1, 10**9)),
    st.booleans(),
)


@pytest.mark.promise("one-line-records")
@given(figures, st.text(), texts, texts, texts, st.datetimes(timezones=st.just(UTC)))
def test_any_text_survives_writing_and_reading(figure, target, body, note, key, recorded):
    original = report(figure, target=target, body=body, note=note, key=key, recorded=recorded)
    line = serialize(original)
    back = Reader().read(line)
    assert len(line.splitlines()) == 1
    assert same_figure(back.figure, figure)
    assert (back.target, back.recorded) == (nfc(target), recorded)
    for one, other in ((back.body, body), (back.note, note), (back.key, key)):
        assert one == (None if other is None else nfc(other))


@pytest.mark.promise("same-report")
def test_the_same_report_again_is_already_recorded(path):
    first = add(path, report(5, note="Đa\u0303", by="An")).report
    again = add(path, report("5.0", note="Đã", by="Bình", date=parse_period("2024-12-31")))
    assert (again.new, again.report.id) == (False, first.id)
    assert len(lines(path)) == 1


def test_a_value_that_comes_back_is_a_new_report(path):
    assert [add(path, report(v)).new for v in (4200, 4300, 4200)] == [True, True, True]


@pytest.mark.parametrize(
    "change", [{"source": "s"}, {"note": "n"}, {"qualifier": "about"}, {"body": "b"}, {"part": "p"}]
)
def test_other_content_is_a_new_report(path, change):
    add(path, report())
    assert add(path, report(**change)).new


def test_of_a_sum_any_equal_report_counts_as_the_same_unless_again(path):
    assert add(path, report(5), adds=True).new
    assert add(path, report(6), adds=True).new
    assert not add(path, report(5, note="x"), adds=True).new
    assert add(path, report(5), adds=True, again=True).new


def test_a_correction_or_void_is_made_once(path):
    first = add(path, report(5)).report
    correction = add(path, report(6, corrects=first.id)).report
    assert not add(path, report(6, corrects=first.id)).new
    assert add(path, report(None, corrects=correction.id)).new
    assert not add(path, report(None, corrects=correction.id)).new
    assert add(path, report(6)).new


@pytest.mark.promise("same-report", "record-ids")
def test_a_known_import_key_or_record_adds_nothing(path):
    first = report(5, key="file:1")
    add(path, first)
    assert not add(path, report(6, key="file:1")).new
    add(path, report(7))
    assert not add(path, first).new
    with pytest.raises(Fault, match="report_same_id"):
        add(path, first._replace(note="x"))


def test_the_report_is_prepared_from_the_ledger_under_the_lock(path):
    add(path, report(5))

    def more(ledger) -> list[Report]:
        return [report(ledger.reports["t"][-1].figure + 1)]

    [receipt] = append_reports(path, more, competition=lambda _: "date")
    assert receipt.report.figure == 6


def test_a_refusal_leaves_no_trace(path):
    def refuse(_):
        raise Fault("not_over_yet")

    with pytest.raises(Fault):
        append_reports(path, refuse, competition=lambda _: "date")
    assert not path.exists()


def test_a_report_that_no_reader_would_accept_is_refused(path):
    with pytest.raises(Fault, match="ledger_id"):
        add(path, report(id="NO"))
    with pytest.raises(Fault, match="report_too_long"):
        add(path, report(note="n" * 70_000))


@pytest.mark.promise("torn-tail")
@pytest.mark.parametrize("tail", [b'{"id":"x","tar', b"\0" * 100_000])
def test_a_torn_tail_is_kept_aside_and_healed(path, tail):
    add(path, report(5))
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    add(path, report(6))
    assert path.read_bytes().startswith(whole + b'{"id"')
    [aside] = path.parent.glob("progress.jsonl.torn-*Z")
    assert aside.read_bytes() == tail


@pytest.mark.promise("missing-line-break")
def test_a_complete_record_without_a_line_break_gets_one(path):
    path.write_text(serialize(report(5)), encoding="utf-8")
    add(path, report(6))
    assert [json.loads(line)["value"] for line in lines(path)] == ["5", "6"]


@pytest.mark.promise("ledger-line-ends")
def test_a_ledger_with_crlf_keeps_it(path):
    path.write_bytes(serialize(report(5)).encode() + b"\r\n")
    add(path, report(6))
    assert path.read_bytes().count(b"\r\n") == 2


def test_half_of_a_crlf_is_made_whole(path):
    path.write_bytes(
        serialize(report(5)).encode() + b"\r\n" + serialize(report(6)).encode() + b"\r"
    )
    add(path, report(7))
    assert path.read_bytes().count(b"}\r\n") == 3
    assert b"\r\r" not in path.read_bytes()


def test_a_tail_of_any_length_is_set_aside(path):
    path.write_bytes(b"")
    os.truncate(path, 16 << 20)
    assert add(path, report(5)).new
    [aside] = path.parent.glob("progress.jsonl.torn-*Z")
    assert aside.stat().st_size == 16 << 20
    assert len(lines(path)) == 1


@pytest.mark.promise("ledger-file")
@pytest.mark.parametrize("kind", ["symlink", "pipe", "folder", "device"])
def test_only_a_regular_file_is_written_to(path, kind):
    if kind == "symlink":
        path.symlink_to(path.parent / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    target = Path("/dev/full") if kind == "device" else path
    with pytest.raises(StoreError, match="not_saved_not_a_file"):
        add(target, report())


def test_a_missing_folder_is_not_saved_with_the_folder_to_make(path):
    with pytest.raises(StoreError, match="not_saved_no_folder") as caught:
        add(path.parent / "none" / "p.jsonl", report())
    assert caught.value.facts["folder"] == str(path.parent / "none")


def failing(number: int):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    return fail


def test_a_full_disk_leaves_the_ledger_as_it_was(path, monkeypatch):
    add(path, report(5))
    before = path.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", failing(errno.ENOSPC))
    with pytest.raises(StoreError, match=r"^not_saved$"):
        add(path, report(6))
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:10]))
    with pytest.raises(StoreError, match=r"^not_saved$") as caught:
        add(path, report(6))
    assert caught.value.facts["errno"] == "ENOSPC"
    assert path.read_bytes() == before
    monkeypatch.setattr(os, "ftruncate", failing(errno.EIO))
    with pytest.raises(StoreError, match=r"^not_saved_torn$"):
        add(path, report(6))


def test_a_failed_fsync_is_not_tried_again(path, monkeypatch):
    add(path, report(5))
    calls = []
    monkeypatch.setattr(os, "fsync", lambda fd: calls.append(fd) or failing(errno.EIO)())
    new = report(6)
    with pytest.raises(StoreError, match=r"^may_not_be_saved$"):
        add(path, new)
    assert len(calls) == 1
    monkeypatch.undo()
    assert [add(path, new).new, add(path, new).new] == [True, False]
    assert [json.loads(line)["value"] for line in lines(path)] == ["5", "6"]


def test_what_a_failed_fsync_leaves_is_written_anew_by_the_next_try(path, monkeypatch):
    """Its pages may count as clean and never reach the disk, whatever a second fsync says."""
    add(path, report(5))
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(StoreError, match=r"^may_not_be_saved$"):
        add(path, report(6))
    assert path.read_bytes() == before


def test_what_is_already_recorded_is_on_disk_too(path, monkeypatch):
    add(path, report(5))
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    assert not add(path, report(5)).new
    assert len(synced) == 1
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(StoreError, match=r"^may_not_be_saved$"):
        add(path, report(5))


def test_what_is_already_recorded_in_a_store_replaced_meanwhile_is_not_saved(path):
    add(path, report(5))

    def replaced(_) -> list[Report]:
        path.with_suffix(".new").touch()
        path.with_suffix(".new").replace(path)
        return [report(5)]

    with pytest.raises(StoreError, match=r"^not_saved_replaced$"):
        append_reports(path, replaced, competition=lambda _: "date")


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_an_interrupt_before_it_is_on_disk_takes_the_report_back(path, monkeypatch, call):
    add(path, report(5))
    before = path.read_bytes()
    done = getattr(os, call)

    def interrupted(*arguments):
        done(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        add(path, report(6))
    assert path.read_bytes() == before


def test_only_our_own_bytes_are_taken_back(path, monkeypatch):
    add(path, report(5))
    write = os.write

    def also_somebody_without_a_lock(descriptor, data):
        written = write(descriptor, data[:10])
        write(descriptor, b"\nnot ours\n")
        return written

    monkeypatch.setattr(os, "write", also_somebody_without_a_lock)
    with pytest.raises(StoreError, match=r"^not_saved_torn$"):
        add(path, report(6))
    assert path.read_bytes().endswith(b"\nnot ours\n")


def test_the_folder_is_synced_before_a_ledger_gets_its_first_record(path, monkeypatch):
    synced = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
    )
    add(path, report(5))
    add(path, report(6))
    assert synced == [str(path.parent), str(path), str(path)]


def test_a_held_lock_is_waited_for_told_of_and_given_up(path):
    path.touch()
    told = []
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="not_saved_locked"):
            add(path, report(), waiting=lambda: told.append(1), timeout=1.2)
    assert told == [1]
    assert path.read_bytes() == b""


def test_no_locks_no_writing(path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", failing(errno.ENOLCK))
    with pytest.raises(StoreError, match="not_saved_no_lock"):
        add(path, report())


def test_a_store_replaced_while_waiting_is_opened_anew(path):
    path.touch()
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        writer = threading.Thread(target=add, args=(path, report(6)))
        writer.start()
        replacement = path.with_suffix(".new")
        replacement.write_text(serialize(report(5)) + "\n", encoding="utf-8")
        threading.Event().wait(0.1)
        replacement.replace(path)
    writer.join()
    assert [json.loads(line)["value"] for line in lines(path)] == ["5", "6"]


def test_a_store_replaced_during_the_write_is_said(path, monkeypatch):
    add(path, report(5))
    fsync = os.fsync

    def replaced(descriptor):
        fsync(descriptor)
        path.with_suffix(".new").touch()
        path.with_suffix(".new").replace(path)

    monkeypatch.setattr(os, "fsync", replaced)
    with pytest.raises(StoreError, match="not_saved_replaced"):
        add(path, report(6))


def write_many(path, writer: int) -> None:
    for value in range(10):
        add(path, report(value, body=f"b{writer}"))


def test_eight_writers_at_once_lose_nothing(path):
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    writers = [context.Process(target=write_many, args=(path, n)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    written = [(r["body"], r["value"]) for r in map(json.loads, lines(path))]
    assert sorted(written) == sorted((f"b{n}", str(v)) for n in range(8) for v in range(10))


def test_ids_are_random():
    assert len({new_id() for _ in range(1000)}) == 1000
    assert len(new_id()) == 20
