"""Seals of days: the witness of a ledger on a server that is too large for a mirror in git."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.store.day_seals import EMPTY, DaySeal, days_unlike, read_seals, seals_in, seals_text
from cdstrack.store.ledger.record import serialize
from tests.postgres.test_copies import prepared  # noqa: F401  a fixture
from tests.postgres.test_offline import train  # noqa: F401  a fixture
from tests.postgres.test_shared_against import office  # noqa: F401  a fixture
from tests.store.test_contract import add, report

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
SEALS = [DaySeal(date(2026, 1, 3), 2, "a" * 64), DaySeal(date(2026, 1, 5), 0, "b" * 64)]


@pytest.fixture
def sealed(office):  # noqa: F811
    """Two reports on days that are over, sealed and committed; no mirror."""
    assert office.clerk("store", "seals").code == 0
    office.git("add", "targets.yaml", "progress.seals")
    office.git("commit", "-q", "-m", "Seals")
    return office


@pytest.mark.every_version
def test_a_line_is_a_digest_of_what_came_in_on_a_day(sealed):
    lines = {}
    for entry in (sealed.first, sealed.second):
        lines.setdefault(entry.recorded.date(), {})[entry.id] = serialize(entry) + "\n"
    seals = {seal.day: seal for seal in read_seals(sealed.folder)}
    for day, texts in lines.items():
        text = "".join(texts[name] for name in sorted(texts))
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert seals[day] == DaySeal(day, len(texts), digest)


@pytest.mark.promise("day-seals")
def test_without_a_mirror_the_seals_are_the_witness(sealed):
    add(sealed.clerk.store, report(3, when="2022")._replace(recorded=datetime.now(UTC)))
    ran = sealed.check()
    assert (ran.code, "ledger-changed" in ran.out) == (0, False), ran.out + ran.err


@pytest.mark.promise("day-seals")
@pytest.mark.parametrize(
    "statement",
    [
        "delete from cdstrack.reports where value = 2",
        "update cdstrack.reports set value = 9 where value = 2",
        "update cdstrack.reports set note = 'x' where value = 2",
        "truncate cdstrack.reports",
        "update cdstrack.reports set entered = entered + interval '3 days' where value = 2",
    ],
)
def test_what_was_changed_is_found(sealed, statement):
    sealed.clerk.sql(statement)
    ran = sealed.check()
    assert (ran.code, "is not as it was sealed at HEAD" in ran.out) == (1, True), ran.out + ran.err
    ran = sealed.clerk("store", "verify")
    assert (ran.code, "is not as progress.seals has it" in ran.out) == (3, True)


@pytest.mark.promise("day-seals")
@pytest.mark.parametrize("days", [0, 1, 400])
def test_what_is_slipped_into_a_day_that_is_over_is_found(sealed, days):
    moment = sealed.first.recorded - timedelta(days=days)
    fields = {
        "id": "slipped", "target": "roads", "date": "2022", "value": "7", "seq": 3,
        "recorded": moment.isoformat(), "entered": moment.isoformat(),
    }  # fmt: skip
    sealed.clerk.sql(f"select cdstrack.record('{json.dumps([fields])}')")
    assert sealed.check().code == 1


def test_seals_of_a_commit_since_then_count_too(sealed):
    moment = sealed.second.recorded + timedelta(days=1)
    add(sealed.clerk.store, report(3, when="2022")._replace(recorded=moment))
    seals = read_seals(sealed.folder)
    kept = [seal for seal in seals if seal.day < moment.date()]
    (sealed.folder / "progress.seals").write_text(seals_text(kept), "utf-8")
    sealed.git("commit", "-q", "-am", "As it was")
    assert sealed.clerk("store", "seals").code == 0
    sealed.git("commit", "-q", "-am", "A day more")
    sealed.clerk.sql("delete from cdstrack.reports where value = 3")
    ran = sealed.clerk("check", "--against", "HEAD~1", "--fail-on", "ledger-changed")
    assert (ran.code, "sealed at HEAD~1 or since" in ran.out) == (1, True), ran.out


def test_what_is_sealed_stays_and_only_days_are_added(sealed):
    before = (sealed.folder / "progress.seals").read_text("utf-8")
    ran = sealed.clerk("store", "seals")
    assert (ran.code, "has every day that is over" in ran.out) == (0, True)
    sealed.clerk.sql("update cdstrack.reports set value = 9 where value = 2")
    cut = "".join(before.splitlines(keepends=True)[:-1])
    (sealed.folder / "progress.seals").write_text(cut, "utf-8")
    ran = sealed.clerk("store", "seals")
    assert (ran.code, "1 day is sealed" in ran.out) == (0, True), ran.out
    assert (sealed.folder / "progress.seals").read_text("utf-8") == before


def test_what_was_sent_late_belongs_to_the_day_on_which_it_came(sealed):
    late = report(5, when="2021")._replace(recorded=sealed.first.recorded)
    sealed.clerk.mirror.outbox.write_text(serialize(late) + "\n", "utf-8")
    assert sealed.clerk("store", "push").code == 0
    assert sealed.clerk("store", "verify").code == 0
    assert "ledger-changed" not in sealed.check().out


def test_damage_is_no_pass(sealed):
    file = sealed.folder / "progress.seals"
    file.write_text(file.read_text("utf-8").replace("-", "/", 1), "utf-8")
    sealed.git("commit", "-q", "-am", "Damage")
    ran = sealed.check()
    assert (ran.code, "cannot be read at line 2" in ran.err) == (3, True), ran.err
    for command in ("seals", "verify"):
        assert sealed.clerk("store", command).code == 3


@pytest.mark.parametrize("day", [datetime.now(UTC).date() + timedelta(days=30), date.max])
def test_a_day_to_come_is_no_seal(sealed, day):
    file = sealed.folder / "progress.seals"
    seals = read_seals(sealed.folder)
    file.write_text(seals_text([*seals, DaySeal(day, 0, EMPTY)]), "utf-8")
    sealed.git("commit", "-q", "-am", "A seal of what is to come")
    for ran in (
        sealed.check(),
        *(sealed.clerk("store", command) for command in ("seals", "verify")),
    ):
        assert (ran.code, "that day is not over" in ran.err) == (3, True), ran.err


def test_a_link_is_no_file_of_seals(sealed):
    file = sealed.folder / "progress.seals"
    file.unlink()
    file.symlink_to("nowhere")
    for command in ("seals", "verify"):
        assert sealed.clerk("store", command).code == 3
    assert file.is_symlink()


def test_what_is_written_is_read():
    assert seals_in(seals_text(SEALS).encode(), "x") == SEALS
    assert seals_in(seals_text(SEALS).replace("\n", "\r\n").encode(), "x") == SEALS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("cdstrack seals 2\n", 1),
        ("cdstrack seals 1", 1),
        (f"cdstrack seals 1\n2026-02-30 1 {'a' * 64}\n", 2),
        (f"cdstrack seals 1\n2026-02-03 1 {'a' * 63}\n", 2),
        (f"cdstrack seals 1\n2026-02-03 1 {'a' * 64}", 2),
        (f"cdstrack seals 1\n\n2026-02-03 1 {'a' * 64}\n", 2),
        (seals_text([SEALS[1], SEALS[0]]), 3),
        (seals_text([SEALS[0], SEALS[0]]), 3),
        ("<<<<<<< HEAD\ncdstrack seals 1\n", 1),
    ],
)
def test_damage_is_named_with_its_line(text, line):
    with pytest.raises(StoreError) as refusal:
        seals_in(text.encode(), "progress.seals")
    assert (refusal.value.code, refusal.value.facts["line"]) == ("seals_damaged", line)


def test_days_without_a_line_had_no_records():
    today = {seal.day: seal for seal in SEALS}
    other = date(2026, 1, 4)
    assert days_unlike(SEALS[:1], today) == []
    assert days_unlike(SEALS, today | {other: DaySeal(other, 1, "c" * 64)}) == [other]
    assert days_unlike(SEALS, {}) == [date(2026, 1, 3), date(2026, 1, 5)]
