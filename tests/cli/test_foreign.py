"""``show`` says when a figure stands by another's correction: who, when, what stood before."""

from __future__ import annotations

import pytest

from tests.cli.build import TRAINED

pytestmark = pytest.mark.promise("foreign-corrections")


def shown(cli) -> list[tuple[str, str, object]]:
    pairs = cli("show", "trained", "--format", "json").json["foreign_corrections"]
    return [(pair["by"], pair["corrects_by"], pair["before"]["value"]) for pair in pairs]


def test_a_figure_that_somebody_else_corrected(cli):
    cli.write(TRAINED)
    first = cli.report("trained", "500", "--date", "2026-06-30", "--by", "Lan")["id"]
    second = cli.report("trained", "600", "--corrects", first, "--by", "Lan")["id"]
    assert shown(cli) == []
    third = cli.report("trained", "700", "--corrects", second, "--by", "Minh")["id"]
    assert shown(cli) == [("Minh", "Lan", 600)]
    assert (
        "30 June 2026: 700 persons is a correction by Minh on 21 Nov 2026; "
        "Lan had reported 600 persons"
    ) in " ".join(cli("show", "trained", "--lang", "en").out.split()).replace("30 Jun ", "30 June ")
    cli.report("trained", "800", "--corrects", third, "--by", "Minh")
    assert shown(cli) == [("Minh", "Lan", 600)]  # what stood before any of his
    assert cli("--as-of", "2026-01-31", "show", "trained", "--format", "json").json[
        "foreign_corrections"
    ] == []  # fmt: skip


def test_a_report_that_somebody_else_took_back(cli):
    cli.write(TRAINED)
    first = cli.report("trained", "500", "--date", "2026-06-30", "--by", "Lan")["id"]
    cli.report("trained", "--void", first, "--by", "Minh")
    assert shown(cli) == [("Minh", "Lan", 500)]
    out = cli("show", "trained", "--lang", "en").out
    assert "on 21 Nov 2026, Minh took back the 500 persons that Lan had reported" in out
