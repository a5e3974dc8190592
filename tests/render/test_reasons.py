"""The sentence of a reason, with the number of its rule and without."""

from __future__ import annotations

from tests.cli.build import DATED, REACH, target


def test_a_limit_of_half_a_day_is_said_in_whole_days(cli):
    said = DATED.replace("deadline: 2026", "deadline: 2030") + "report_every: quarter\n"
    cli.write(target("old", said))
    cli.report("old", "5", "--date", "2026-03-31")
    out = cli("--as-of", "2027-01-01", "--lang", "en", "show", "old").out
    assert "rule 9: the last report, of 31 Mar 2026, is older than the 136 days allowed" in out
    found = cli("--as-of", "2027-01-01", "show", "old", "--format", "json").json["reason"]
    assert found["code"] == "stale"
    assert found["facts"]["limit"] == 136.5
    assert found["sentence"]["en"].startswith(
        "the last report, of 31 Mar 2026, is older than the 136"
    )
    assert "cũ hơn mức 136 ngày cho phép" in found["sentence"]["vi"]


def test_the_sentence_of_the_document_is_shown(cli):
    quoted = target("law", REACH + "deadline: 2027\n").replace(
        "source: plan", "source: plan, quote: Đến năm 2027 đạt 1.000 người."
    )
    cli.write(quoted)
    assert "“Đến năm 2027 đạt 1.000 người.”" in cli("show", "law").out
    found = cli("show", "law", "--format", "json").json["stated"]
    assert found["quote"] == "Đến năm 2027 đạt 1.000 người."
