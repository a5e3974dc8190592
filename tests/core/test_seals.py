"""Seals: laws that hold for any ledger, order and merge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.checks.merkle import leaf_hash, root_of
from cdstrack.core.checks.seals import (
    SHORT_HASH,
    Leaf,
    Row,
    Seal,
    compare,
    root_text,
    rows_of,
    sealed_leaves,
)
from cdstrack.store.ledger.leaves import leaves_in, respelling
from tests.cases import every_case

SEALED = datetime(2026, 11, 21, tzinfo=UTC)


def line(
    number: int,
    *,
    value: int = 1,
    by: str = "An",
    before: timedelta | None = None,
    corrects: int | None = None,
) -> bytes:
    """A record; every one is a minute younger than the one before it."""
    moment = SEALED - (before if before is not None else timedelta(minutes=1000 - number))
    return (
        f'{{"id":"r{number}","target":"t","date":"2026-06","value":"{value}","by":"{by}",'
        f'"recorded":"{moment.isoformat(timespec="microseconds").replace("+00:00", "Z")}"'
        + (f',"corrects":"r{corrects}"}}' if corrects is not None else "}")
    ).encode()


def leaves(lines: list[bytes]) -> list[Leaf]:
    return leaves_in(b"".join(each + b"\n" for each in lines))


def seal_of(lines: list[bytes]) -> tuple[Seal, list[Row]]:
    """A seal and the rows of its list."""
    sealed = sealed_leaves(leaves(lines), SEALED)
    return Seal(SEALED, len(sealed), root_text(sealed)), [
        Row(leaf.hash[:SHORT_HASH], leaf.report.id) for leaf in sealed
    ]


def kinds(before: list[bytes], after: list[bytes]) -> dict[str, str]:
    """What became of each record, by id."""
    seal, rows = seal_of(before)
    comparison = compare(seal, leaves(after), rows, respelling)
    return {change.id: change.kind for change in comparison.changes}


LEDGERS = st.lists(st.integers(0, 60), min_size=1, max_size=25, unique=True).map(
    lambda numbers: [line(number) for number in numbers]
)


# The tree


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def test_the_leaf_of_nothing_is_that_of_certificate_transparency():
    root = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"").hex() == root
    assert root_of([leaf_hash(b"")]).hex() == root


@every_case("size", [*range(20), 31, 32, 33])
def test_the_tree_is_that_of_rfc_6962(size):
    hashes = sorted(leaf_hash(b"%d" % number) for number in range(size))
    assert root_of(hashes) == mth(hashes)


# What keeps a seal


@pytest.mark.promise("seal-order")
@given(LEDGERS, st.data())
def test_order_merges_and_line_ends_keep_it(lines, data):
    seal, _ = seal_of(lines)
    shuffled = data.draw(st.permutations(lines)) + data.draw(st.lists(st.sampled_from(lines)))
    ledger = leaves_in(b"\xef\xbb\xbf\r\n" + b"".join(each + b"\r\n" for each in shuffled))
    assert compare(seal, ledger, None, respelling).whole
    assert seal_of(shuffled)[0] == seal


@pytest.mark.promise("seal-order")
@given(LEDGERS, st.lists(st.integers(100, 160), max_size=9, unique=True))
def test_what_is_recorded_later_keeps_it(lines, numbers):
    seal, _ = seal_of(lines)
    later = [line(number, before=timedelta(minutes=-number)) for number in numbers]
    comparison = compare(seal, leaves(later + lines), None, respelling)
    assert (comparison.whole, comparison.newer) == (True, len(numbers))


# What does not


@pytest.mark.promise("seal-changes")
@given(LEDGERS, st.data())
def test_every_edited_and_removed_line_is_named_and_no_other(lines, data):
    victims = data.draw(st.sets(st.sampled_from(lines), min_size=1))
    fates = {
        each: data.draw(st.sampled_from([b"", each.replace(b'"1"', b'"2"')])) for each in victims
    }
    after = [fates.get(each, each) for each in lines]
    wanted = {
        each.split(b'"')[3].decode(): "edited" if fate else "removed"
        for each, fate in fates.items()
    }
    assert kinds(lines, after) == wanted
    # Without a list, it is only known that something is another.
    assert compare(seal_of(lines)[0], leaves(after), None, respelling).whole is not True


@pytest.mark.promise("seal-changes")
@given(LEDGERS, st.integers(2, 4000))
def test_a_line_that_is_dated_back_is_named(lines, days):
    forged = line(99, before=timedelta(days=days))
    assert kinds(lines, [*lines, forged]) == {"r99": "backdated"}


@pytest.mark.promise("seal-changes")
def test_an_edit_that_moves_a_line_behind_the_seal_is_found():
    lines = [line(1), line(2)]
    moved = line(2, before=timedelta(days=-3))
    assert kinds(lines, [lines[0], moved]) == {"r2": "edited"}


@pytest.mark.promise("seal-changes")
def test_a_line_under_another_id_is_removed_and_new():
    lines = [line(1), line(2)]
    renamed = lines[1].replace(b"r2", b"x9")
    assert kinds(lines, [lines[0], renamed]) == {"r2": "removed", "x9": "late"}


def test_a_line_that_was_spaced_anew_is_known_again():
    lines = [line(1), line(2)]
    spaced = lines[1].replace(b'","', b'" , "')
    seal, rows = seal_of(lines)
    comparison = compare(seal, leaves([lines[0], spaced]), rows, respelling)
    assert comparison.whole
    assert kinds(lines, [lines[0], spaced]) == {"r2": "respelled"}


def spaced(line: bytes) -> bytes:
    return line.replace(b'","', b'" , "')


@pytest.mark.promise("seal-changes")
def test_a_list_that_names_another_line_as_sealed_is_not_believed():
    lines = [line(1), line(2), line(3)]
    forged = line(2, value=999)
    seal, rows = seal_of(lines)
    rows[1] = Row(leaf_hash(forged)[:SHORT_HASH], "r2")
    comparison = compare(seal, leaves([lines[0], spaced(forged), lines[2]]), rows, respelling)
    assert (comparison.whole, comparison.changes) == (False, [])


@pytest.mark.promise("seal-changes")
def test_a_line_that_only_begins_like_a_sealed_one_is_none_also_beside_a_line_spaced_anew():
    lines = [line(1), line(2), line(3)]
    seal, rows = seal_of(lines)
    today = leaves([line(1, value=999), spaced(lines[1]), lines[2]])
    today[0] = today[0]._replace(hash=rows[0].hash + today[0].hash[SHORT_HASH:])
    comparison = compare(seal, today, rows, respelling)
    assert (comparison.whole, comparison.changes) == (False, [])


@pytest.mark.promise("seal-changes")
def test_the_root_alone_knows_lines_again_that_were_spaced_anew():
    lines = [line(1), line(2)]
    comparison = compare(seal_of(lines)[0], leaves([lines[0], spaced(lines[1])]), None, respelling)
    assert comparison.whole
    assert [(change.id, change.kind) for change in comparison.changes] == [("r2", "respelled")]
    edited = spaced(line(2, value=999))
    assert compare(seal_of(lines)[0], leaves([lines[0], edited]), None, respelling).whole is None


def test_a_line_that_was_sealed_with_blanks_is_known_again_by_the_ledger_of_the_commit():
    before, after = [line(1), spaced(line(2))], [line(1), line(2)]
    rows = rows_of(sealed_leaves(leaves(before), SEALED))
    comparison = compare(seal_of(before)[0], leaves(after), rows, respelling)
    assert comparison.whole
    assert [change.kind for change in comparison.changes] == ["respelled"]
    edited = compare(seal_of(before)[0], leaves([line(1), line(2, value=9)]), rows, respelling)
    assert [change.kind for change in edited.changes] == ["edited"]


def test_a_sealed_line_that_also_stands_there_with_blanks_is_not_late():
    lines = [line(1), line(2)]
    assert kinds(lines, [*lines, spaced(lines[1])]) == {}


def test_missing_lines_are_named_in_the_order_they_were_recorded():
    lines = [line(9), line(10), line(11), line(100)]
    seal, rows = seal_of(lines)
    changes = compare(seal, leaves(lines[-1:]), rows, respelling).changes
    assert [change.id for change in changes] == ["r9", "r10", "r11"]


# Late, or dated back


@pytest.mark.promise("seal-late")
@pytest.mark.parametrize(
    ("by", "days", "kind"),
    [
        ("Bình", 3, "late"),  # of whom nothing was sealed: it may have waited
        ("Bình", 31, "late"),
        ("Bình", 32, "backdated"),  # nothing waits so long
        ("An", 3, "backdated"),  # of whom later lines were sealed
        ("An", 1, "late"),  # who has two machines
    ],
)
def test_what_fits_a_late_sync_is_told_from_what_does_not(by, days, kind):
    lines = [line(number) for number in range(900, 905)]
    late = line(1, by=by, before=timedelta(days=days))
    assert kinds(lines, [*lines, late]) == {"r1": kind}


@pytest.mark.promise("seal-late")
@pytest.mark.parametrize(
    ("by", "days", "kind", "is_stranger"),
    [
        ("Bình", 1, "override", True),  # of whom nothing was sealed
        ("Bình", 99, "override", True),
        ("An", 3, "override", False),  # of whom later lines were sealed
        ("An", 0, "late", False),  # who has two machines
    ],
)
def test_a_correction_of_a_sealed_record_needs_a_writer_who_was_sealed(by, days, kind, is_stranger):
    lines = [line(number) for number in range(900, 905)]
    late = line(1, by=by, before=timedelta(days=days, minutes=1), corrects=902)
    seal, rows = seal_of(lines)
    [change] = compare(seal, leaves([*lines, late]), rows, respelling).changes
    assert (change.kind, change.loser, change.is_stranger) == (kind, "r902", is_stranger)
    assert change.is_finding is (kind == "override")


def test_a_late_line_that_outdoes_a_sealed_one_says_which():
    lines = [line(number) for number in range(900, 905)]
    seal, rows = seal_of(lines)
    late = line(1, by="Bình", before=timedelta(minutes=1))
    [change] = compare(seal, leaves([*lines, late]), rows, respelling).changes
    assert (change.kind, change.loser) == ("late", "r904")


# An older copy


@pytest.mark.promise("seal-rollback")
@given(LEDGERS, st.data())
def test_an_older_ledger_is_found_and_named_so(lines, data):
    in_order = sorted(lines, key=lambda each: int(each.split(b'"')[3][1:]))
    kept = data.draw(st.integers(0, len(lines) - 1))
    seal, rows = seal_of(lines)
    comparison = compare(seal, leaves(in_order[:kept]), rows, respelling)
    assert (comparison.whole, comparison.cut) == (False, True)
    assert len(comparison.changes) == len(lines) - kept
    assert compare(seal, leaves(in_order[:kept]), None, respelling).whole is False


def test_a_line_removed_from_the_middle_is_no_older_copy():
    lines = [line(1), line(2), line(3)]
    seal, rows = seal_of(lines)
    assert not compare(seal, leaves([lines[0], lines[2]]), rows, respelling).cut
