"""Whole ledgers on their way to a server and back, and the days that the server reckons itself."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.store.ledger.record import serialize
from cdstrack.store.postgres import copies
from tests.cli.build import ROOT
from tests.store.test_contract import REGISTER, START, report


@pytest.fixture
def prepared(cli, ledger):
    """The command in a folder whose register names a server on which there are no reports yet."""
    (cli.folder / "targets.yaml").write_text(f"{REGISTER}ledger: {ledger}\n", encoding="utf-8")
    return cli, ledger


PROVINCES = ROOT / "examples/provinces"
FIRST = START - timedelta(days=1)
"""Before any other report."""


def lines_of(*reports) -> str:
    return "".join(serialize(each) + "\n" for each in reports)


def chain():
    """A report, what corrects it, and what corrects that, of three bodies."""
    first = report(1, body="ministry")
    second = report(2, corrects=first.id)
    return first, second, report(None, corrects=second.id, body="ministry")


def test_corrections_arrive_whatever_the_order_of_the_lines(prepared):
    cli, database = prepared
    first, second, third = chain()
    late = [each._replace(recorded=START) for each in (third, second, first)]
    (cli.folder / "a.jsonl").write_text(lines_of(*late), encoding="utf-8")
    assert cli("store", "copy", "a.jsonl", database).code == 0
    assert cli("store", "copy", database, "b.jsonl").code == 0
    back = (cli.folder / "b.jsonl").read_text("utf-8")
    assert sorted(back.splitlines()) == sorted(lines_of(*late).splitlines())


def test_a_list_of_some_targets_carries_no_seal(prepared):
    cli, database = prepared
    (cli.folder / "a.jsonl").write_text(lines_of(report(1), report(2, "courses")), encoding="utf-8")
    assert cli("store", "copy", "a.jsonl", database).code == 0
    seals = [json.loads(cli("status", *some, "--format", "json").out)["seal"]
             for some in ([], ["--owner", "ministry"])]  # fmt: skip
    assert (seals[0]["lines"], seals[1]) == (2, None)


def test_a_ledger_of_thousands_of_lines_goes_there_and_back(cli, database):
    cli.monkeypatch.setattr(copies, "_AT_ONCE", 1_000)
    file, back = cli.folder / "file/progress.jsonl", cli.folder / "back.jsonl"
    file.parent.mkdir()
    lines = (PROVINCES / file.name).read_bytes().splitlines(keepends=True)[:2_500]
    file.write_bytes(b"".join(lines))
    text = (PROVINCES / "targets.yaml").read_text("utf-8")
    file.with_name("targets.yaml").write_text(text, "utf-8")
    text = text.replace("ledger: progress.jsonl", f"ledger: {database}")
    (cli.folder / "targets.yaml").write_text(text, "utf-8")
    assert cli("store", "init").code == 0
    assert cli("store", "copy", str(file), database).code == 0
    assert cli("store", "copy", database, str(back)).code == 0
    assert sorted(back.read_bytes().splitlines(keepends=True)) == sorted(lines)
    from_server = cli("status").out
    cli.monkeypatch.delenv("CDSTRACK_LEDGER")
    assert cli("--file", str(file.with_name("targets.yaml")), "status").out == from_server


def test_lines_that_were_written_otherwise_are_counted(prepared):
    cli, database = prepared
    text = lines_of(report("12.5", note="Hà Nội")).replace('"12.5"', ' "12.50"')
    (cli.folder / "a.jsonl").write_text(text, encoding="utf-8")
    ran = cli("store", "copy", "a.jsonl", database, "--lang", "en")
    assert (ran.code, "1 line will come back in another spelling" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("<<<<<<< HEAD\n", "Unresolved merge"),
        (lines_of(report(2, target="bridges")), "knows no target bridges"),
        (lines_of(report(2, body="nobody")), "knows no body nobody"),
        (lines_of(report(2, corrects="nowhere")), "there is no report nowhere"),
        (lines_of(report(2, note="a\0b")), "has no place for what note holds"),
        ('{"id":"half","tar', ""),
    ],
)
def test_all_of_a_ledger_goes_or_nothing(prepared, server, monkeypatch, broken, text):
    cli, database = prepared
    monkeypatch.setattr(copies, "_AT_ONCE", 1)  # each line is sent by itself
    good = [each._replace(recorded=FIRST) for each in (report(1), report(3, when="2023"))]
    content = lines_of(*good) + broken
    (cli.folder / "a.jsonl").write_text(content, encoding="utf-8")
    ran = cli("store", "copy", "a.jsonl", database, "--lang", "en")
    assert ran.code in (2, 3)
    assert text in ran.err
    name = database.rpartition("/")[2]
    assert server.sql("select count(*) from cdstrack.reports", database=name) == [(0,)]


def test_a_ledger_is_copied_to_an_empty_server_and_to_a_new_file_only(prepared):
    cli, database = prepared
    (cli.folder / "a.jsonl").write_text(lines_of(report(1)), encoding="utf-8")
    assert cli("store", "copy", "a.jsonl", database).code == 0
    ran = cli("store", "copy", "a.jsonl", database, "--lang", "en")
    assert (ran.code, "there are reports on" in ran.err) == (3, True)
    assert cli("store", "copy", database, "a.jsonl").code == 3
    assert cli("store", "copy", "a.jsonl", "b.jsonl").code == 2


def periods(dice: random.Random) -> str:
    year = dice.choice([dice.randrange(1, 9999), 2024, 2020, 2026, 0, 9999])
    forms = [
        "{:04}", "{:04}-Q{}", "{:04}-H{}", "{:04}-{:02}", "{:04}-W{:02}", "{:04}-{:02}-{:02}",
        "{:04}-Q{:02}", "{:04}-{}", " {:04}", "{:04}\n",
    ]  # fmt: skip
    return dice.choice(forms).format(year, dice.randrange(60 if dice.random() < 0.3 else 14),
                                     dice.randrange(33))  # fmt: skip


@pytest.mark.every_version
def test_the_server_reckons_the_days_of_a_period_as_we_do(server, common):
    dice, texts = random.Random(16), []  # noqa: S311
    for _ in range(3000):
        one = periods(dice)
        texts.append(f"{one}/{periods(dice)}" if dice.random() < 0.4 else one)
    import psycopg

    where = {"host": str(server.folder), "user": "root", "dbname": common}
    with psycopg.connect(**where) as link:
        link.execute(
            "create function pg_temp.reckon(said text, out one date, out other date)"
            " language plpgsql as $$"
            " begin one := cdstrack.first_day(said); other := cdstrack.last_day(said);"
            " if not (one <= other and other < '9999-01-01') or one is null or other is null then"
            " one := null; other := null; end if;"
            " exception when others then one := null; other := null; end $$"
        )
        rows = link.execute(
            "select said, days.* from unnest(%s::text[]) said, pg_temp.reckon(said) days", [texts]
        ).fetchall()
    assert len(rows) == len(texts)
    for said, first, last in rows:
        try:
            period = parse_period(said)
        except Fault:
            assert (said, first, last) == (said, None, None)
        else:
            assert (said, first, last) == (said, period.first, period.last)
