"""What is written at once is read whole or not at all; what a kill leaves of it is set aside."""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import re
import subprocess

import pytest

from cdstrack.store.ledger.append import append_reports
from cdstrack.store.ledger.load import read_ledger
from tests.cli.build import SPENT, TRAINED
from tests.cli.terminal import is_asleep
from tests.faults.tools import Writer, has_open, need_tools, records, report, size, until

pytestmark = pytest.mark.faults

N = 4


def append_many(path, n=N, **fields):
    """One write of so many reports."""
    new = [report(number, **fields) for number in range(n)]
    return append_reports(path, lambda _: new, competition=lambda _: "none", again=True)


def counts(path) -> tuple[int, list[str]]:
    """How many reports count, and the codes of what is wrong."""
    ledger, problems = read_ledger(path)
    return sum(map(len, ledger.reports.values())), [problem.code for problem in problems]


@pytest.mark.promise("whole-batches")
def test_only_what_is_written_together_is_marked(path):
    append_many(path, 1)
    receipts = append_many(path, 3)
    marks = [record.get("batch") for record in records(path)]
    assert marks[0] is None
    assert re.fullmatch(r"[0-9a-z]{20}:3", marks[1])
    assert len(set(marks[1:])) == 1
    assert [receipt.report.batch for receipt in receipts] == marks[1:]


@pytest.mark.promise("whole-batches")
def test_a_batch_cut_anywhere_counts_not_at_all_and_is_set_aside(path):
    append_many(path, 1)
    before = path.read_bytes()
    append_many(path)
    whole = path.read_bytes()
    dice = random.Random(9)  # noqa: S311
    breaks = [m.end() for m in re.finditer(b"\n", whole) if len(before) < m.end()]
    cuts = {
        *breaks[:-1],
        *(at - 1 for at in breaks[:-1]),
        *(dice.randrange(len(before) + 1, len(whole) - 1) for _ in range(20)),
    }
    for cut in sorted(cuts):
        path.write_bytes(whole[:cut])
        n, codes = counts(path)
        assert n == 1, cut
        assert set(codes) <= {"ledger_half_batch", "ledger_torn_tail"}
        assert codes
        append_many(path, 2)
        assert counts(path) == (3, [])
        assert path.read_bytes().startswith(before)
        [aside] = path.parent.glob("*.torn-*")
        assert before + aside.read_bytes() == whole[:cut]
        aside.unlink()
    path.write_bytes(whole[:-1])  # all of it but the last line break
    assert counts(path) == (1 + N, [])


@pytest.mark.promise("whole-batches")
def test_the_first_import_of_a_ledger_that_was_cut(path):
    append_many(path)
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    assert counts(path) == (0, ["ledger_half_batch"])
    append_many(path, 1)
    assert counts(path) == (1, [])


@pytest.mark.promise("whole-batches")
@pytest.mark.parametrize("large", [False, True])
def test_batches_in_any_order_and_between_each_other_are_whole(path, large):
    append_many(path)
    append_many(path, 2)
    append_many(path, 1)
    if large:
        append_many(path, 2000)  # beyond what is read line by line
    lines = path.read_bytes().splitlines(keepends=True)
    n = len(lines)
    for seed in range(4):
        random.Random(seed).shuffle(lines)  # noqa: S311
        path.write_bytes(b"".join(lines))
        assert counts(path) == (n, [])
    path.write_bytes(b"".join([*lines, *lines[:3]]))  # a line twice is one record
    assert counts(path) == (n, [])


@pytest.mark.promise("whole-batches")
@pytest.mark.parametrize("large", [False, True])
def test_part_of_a_batch_between_other_lines_is_an_error_and_left_alone(path, large):
    append_many(path)
    append_many(path, 2000 if large else 1)
    lines = path.read_bytes().splitlines(keepends=True)
    n = len(lines) - N
    for gone in range(N):
        left = lines[:gone] + lines[gone + 1 :]
        orders = itertools.islice(itertools.permutations(range(3)), 3)
        for order in [[]] if large else orders:
            data = b"".join([*(left[at] for at in order), *left[len(order) :]])
            path.write_bytes(data)
            assert counts(path) == (n, ["ledger_part_of_batch"])
            append_many(path, 1)
            assert path.read_bytes().startswith(data)
            assert list(path.parent.glob("*.torn-*")) == []


def test_half_an_import_is_settled_once_each_of_its_rows_is_there_again(path):
    def sheet(name: str, rows: range):
        new = [report(n, key=f"{name}.{'0a' * 16}:{n}") for n in rows]
        return append_reports(path, lambda _: new, competition=lambda _: "none", again=True)

    sheet("a", range(N))
    append_many(path, 1)
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    assert counts(path) == (1, ["ledger_part_of_batch"])
    sheet("b", range(N - 1))
    assert counts(path) == (N, ["ledger_part_of_batch"])
    sheet("b", range(N))
    assert counts(path) == (N + 1, [])


def test_a_line_that_is_damaged_leaves_the_others_of_its_batch(path):
    append_many(path)
    path.write_bytes(path.read_bytes().replace(b'"2024"', b'"2O24"', 1))
    n, codes = counts(path)
    assert (n, len(codes), "batch" in codes[0]) == (N - 1, 1, False)


def test_what_others_call_a_batch_is_not_ours(path):
    append_many(path, 1)
    line = path.read_bytes()
    for more in (
        b'"batch":5',
        b'"batch":"7"',
        b'"batch":null',
        b'"batch":"a:0"',
        b'"batch":{"n":2}',
    ):
        path.write_bytes(line.replace(b"}\n", b"," + more + b"}\n"))
        assert counts(path) == (1, []), more


@pytest.mark.promise("whole-batches")
def test_a_reader_waits_for_a_writer_that_is_about_to_finish(path):
    append_many(path)
    whole = path.read_bytes()
    half = whole[: whole.index(b"\n") + 1]
    path.write_bytes(half)

    reader = os.getpid()

    def finish() -> str:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            (path.parent / "locked").touch()
            until(lambda: has_open(reader, path) and is_asleep(reader))
            file.write(whole[len(half) :])
        return "done"

    writer = Writer(finish).go()
    until((path.parent / "locked").exists)
    assert counts(path) == (N, [])
    assert writer.finish() == "done"


@pytest.mark.promise("whole-batches")
def test_readers_beside_a_writer_that_is_killed_never_count_half_a_batch(path):
    many = 150

    def write() -> str:
        while True:
            append_many(path, many, note="x" * 500)

    def read() -> str:
        for _ in range(10):
            n, codes = counts(path)
            if n % many or not set(codes) <= {"ledger_half_batch", "ledger_torn_tail"}:
                return f"{n} {codes}"
        return "whole"

    for _ in range(2):
        path.unlink(missing_ok=True)
        writer, readers = Writer(write).go(), [Writer(read) for _ in range(2)]
        until(lambda: size(path) > 0)
        for reader in readers:
            reader.go()
        assert [reader.finish() for reader in readers] == ["whole", "whole"]
        writer.kill()
        writer.finish()
        append_many(path, many)
        n, codes = counts(path)
        assert (n % many, codes) == (0, [])


@pytest.mark.promise("whole-batches")
def test_an_import_that_was_killed_is_said_and_imported_again(cli):
    cli.write(SPENT, TRAINED)
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    rows = "target,date,value,source\nspent,2026-01,60,plan\nspent,2026-02,5,plan\n"
    (cli.folder / "form.csv").write_text(rows, encoding="utf-8")
    assert cli("import", "form.csv", "--yes").code == 0
    lines = cli.ledger.read_bytes().splitlines(keepends=True)
    cli.ledger.write_bytes(b"".join(lines[:2]))
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    assert "progress.jsonl:2:" in ran.err
    assert "1 of its 2 lines are there. They are not counted" in ran.err
    assert "mới có 1 trong 2 dòng" in cli("validate", "--lang", "vi").err
    assert cli.state("spent")["value"] is None
    assert cli("check").code == 3  # a gate does not pass what it could not see
    assert cli("import", "form.csv", "--yes").code == 0
    assert cli.state("spent")["value"] == 65
    [aside] = cli.folder.glob("*.torn-*")
    assert aside.read_bytes() == lines[1]
    assert cli("validate").err == ""


@pytest.mark.promise("whole-batches")
def test_half_an_import_that_was_committed_and_then_healed_is_no_lost_line(cli):
    need_tools("git")
    cli.write(SPENT)
    cli.report("spent", "5", "--date", "2026-06-30", "--source", "plan")
    rows = "target,date,value,source\nspent,2026-01,60,plan\nspent,2026-02,5,plan\n"
    (cli.folder / "form.csv").write_text(rows, encoding="utf-8")
    assert cli("import", "form.csv", "--yes").code == 0
    lines = cli.ledger.read_bytes().splitlines(keepends=True)
    cli.ledger.write_bytes(b"".join(lines[:2]))
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
    for args in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "half"]):
        subprocess.run(["git", *args], cwd=cli.folder, check=True)
    assert cli("import", "form.csv", "--yes").code == 0
    ran = cli("check", "--against", "HEAD", "--lang", "en")
    assert (ran.code, "ledger-changed" in ran.out) == (0, False)
