"""Documents of reports on a server: beside the register, under the digest that the report names."""

from __future__ import annotations

import hashlib

import pytest

from cdstrack.store.postgres.shared_ledger import SharedLedger
from tests.postgres.test_partial_view import clerk  # noqa: F401  a fixture

PAPER = b"%PDF Decision"
NAME = hashlib.sha256(PAPER).hexdigest() + ".pdf"
REPORT = ["add-progress", "roads", "5", "--body", "p07", "--date", "2025", "--yes"]


@pytest.fixture
def office(clerk):  # noqa: F811
    (clerk.folder / "paper.pdf").write_bytes(PAPER)
    return clerk


def attach(office):
    return office(*REPORT, "--attach", "paper.pdf", "--lang", "en")


def test_a_document_stays_here_and_its_digest_goes_to_the_server(office, server):
    ran = attach(office)
    assert (ran.code, f"evidence/{NAME}: commit it" in ran.err) == (0, True), ran.err
    assert (office.folder / "evidence" / NAME).read_bytes() == PAPER
    rows = "select evidence from cdstrack.reports where evidence is not null"
    assert server.sql(rows, database=office.database) == [(NAME,)]
    assert NAME in office("history", "roads").out


@pytest.mark.parametrize("most", [1, 10_000])  # so many records go into a batch
def test_what_is_with_somebody_else_closes_nobodys_gate(office, server, monkeypatch, most):
    monkeypatch.setattr(SharedLedger, "most", most)
    attach(office)
    server.sql(f"grant cdstrack_reader to {office.login}")
    assert "evidence" not in office("validate", "--lang", "en").err
    file = office.folder / "evidence" / NAME
    file.unlink()
    ran = office("validate", "--lang", "en")
    assert (ran.code, "is not here. Whoever attached it" in ran.err) == (0, True), ran.err
    file.write_bytes(b"forged")
    ran = office("validate", "--lang", "en")
    assert (ran.code, "is not what it was" in ran.err) == (3, True), ran.err


def test_what_is_refused_on_the_server_names_nothing(office, server):
    ran = office(*REPORT, "--body", "p08", "--attach", "paper.pdf", "--lang", "en")
    assert (ran.code, "commit it" in ran.err) == (3, False), ran.err
    rows = "select count(*) from cdstrack.reports where evidence is not null"
    assert server.sql(rows, database=office.database) == [(0,)]


def test_a_folder_that_is_a_link_keeps_nothing(office):
    (office.folder / "evidence").symlink_to(office.folder)
    assert attach(office).code == 3
    assert not (office.folder / NAME).exists()


def test_a_document_waits_with_its_report(office, server):
    server.sql(f"grant cdstrack_reader to {office.login}")
    assert office("store", "pull").code == 0
    ran = office(*REPORT, "--attach", "paper.pdf", "--offline", "--lang", "en")
    assert (ran.code, "commit it" in ran.err) == (0, True), ran.err
    assert "is not here" not in office("validate", "--offline", "--lang", "en").err
    assert office("store", "push").code == 0
    assert NAME in office("history", "roads").out


@pytest.mark.parametrize("most", [1, 10_000])  # so many records go into a batch
def test_a_document_is_named_once_where_a_clock_was_ahead(office, server, monkeypatch, most):
    monkeypatch.setattr(SharedLedger, "most", most)
    attach(office)
    server.sql(
        f"grant cdstrack_reader to {office.login}",
        "update cdstrack.reports set recorded = now() + interval '9 days',"
        " entered = now() + interval '9 days' where id = 'p08'",
        database=office.database,
    )
    (office.folder / "evidence" / NAME).unlink()
    assert office("validate", "--lang", "en").err.count("is not here") == 1
