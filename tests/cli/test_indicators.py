"""An indicator: one series of reports, and every target on it."""

from __future__ import annotations

import json

import pytest

from cdstrack.core.checks.goalposts import moved
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cli.build import HEAD

REGISTER = (
    HEAD.replace("date: 2026-01-01}", "date: 2026-01-01, publisher: {vi: Thủ tướng, en: PM}}")
    + """\
defaults: {owner: office, kind: reach, strength: aim}
indicators:
  economy:
    title: {vi: Tỷ trọng kinh tế số, en: Share of the digital economy}
    unit: "% GDP"
    baselines: [{value: 5, date: 2018}, {value: 8, date: 2019}]
    report_every: quarter
targets:
  - id: share-2026
    indicator: economy
    target: {at_least: 20}
    deadline: 2026-09
    stated: {source: plan}
  - id: share-2030
    indicator: economy
    target: {at_least: 30}
    deadline: 2030
    with: [gone]
    stated: {source: plan}
    x-code: "0417"
"""
)
REPORT = ("add-progress", "economy", "21", "--date", "2026-09", "--source", "plan", "--yes")


@pytest.fixture
def programme(cli):
    (cli.folder / "targets.yaml").write_text(REGISTER, encoding="utf-8")
    return cli


def states(cli) -> dict[str, str]:
    run = cli("status", "--format", "json")
    return {one["id"]: one["state"] for one in json.loads(run.out)["targets"]}


def test_a_report_serves_every_target_on_the_indicator(programme):
    assert programme(*REPORT).code == 0
    assert states(programme) == {"share-2026": "achieved", "share-2030": "on_track"}


def test_each_target_is_judged_by_its_own_goal_as_if_the_reports_were_its_own(programme):
    run = programme("--lang", "en", *REPORT)
    assert "share-2026" in run.out
    assert "share-2030" in run.out
    [line] = programme.ledger.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["target"] == "economy"


def test_a_target_of_an_indicator_is_understood_where_a_person_reports(programme):
    named = ["add-progress", "share-2030", "21", "--date", "2026-09", "--yes"]
    assert programme(*named).code == 0
    [line] = programme.ledger.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["target"] == "economy"


def test_a_line_that_names_the_target_is_an_error_that_says_what_to_write(programme):
    assert programme(*REPORT).code == 0
    text = programme.ledger.read_text(encoding="utf-8")
    programme.ledger.write_text(text.replace('"economy"', '"share-2026"'), encoding="utf-8")
    run = programme("--lang", "en", "validate")
    assert run.code == 3
    assert "Write economy there" in run.err
    assert states(programme)["share-2026"] == "overdue"


def test_it_is_asked_for_once(programme):
    due = json.loads(programme("due", "--format", "json").out)["due"]
    assert [one["target"] for one in due] == ["economy"]
    assert programme("template", "--owner", "office", "-o", "form.csv").code == 0
    form = (programme.folder / "form.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in form.splitlines()[1:]] == ["economy"]


def test_a_filled_form_shows_every_target_that_moves(programme):
    programme("--lang", "en", "template", "--owner", "office", "-o", "form.csv")
    form = programme.folder / "form.csv"
    lines = form.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("Figure")] = "21"
    form.write_text("\n".join([lines[0], ",".join(cells)]), encoding="utf-8")
    run = programme("--lang", "en", "import", "form.csv", "--yes")
    assert run.code == 0, run.err
    assert "share-2026" in run.out
    assert "share-2030" in run.out


def test_show_draws_one_series_with_every_target_on_it(programme):
    programme(*REPORT)
    page = programme("--lang", "en", "show", "economy").out
    assert "8 (2019)" in page
    assert "share-2026: ≥ 20% GDP" in page
    assert "share-2030: ≥ 30% GDP" in page
    assert page.count("21%") == 1 + page.count("21% ┤")
    document = json.loads(programme("show", "economy", "--format", "json").out)
    assert [one["id"] for one in document["targets"]] == ["share-2026", "share-2030"]


def test_a_target_starts_from_the_last_baseline_before_its_time(programme):
    programme(*REPORT)
    [one, _] = json.loads(programme("show", "economy", "--format", "json").out)["targets"]
    assert one["progress"] == pytest.approx((21 - 8) / (20 - 8), abs=1e-6)


def test_bodies_that_work_with_the_owner_find_it_and_do_not_answer_for_it(programme):
    listed = json.loads(programme("status", "--owner", "gone", "--format", "json").out)["targets"]
    assert [(one["id"], one["owner"]["stated"], one["with"]) for one in listed] == [
        ("share-2030", "office", ["gone"])
    ]


def test_keys_of_the_register_s_own_are_kept_and_shown(programme):
    assert "x-code: 0417" in programme("show", "share-2030").out
    document = json.loads(programme("show", "share-2030", "--format", "json").out)
    assert document["extensions"] == {"x-code": "0417"}


def test_a_target_that_moves_to_another_indicator_moves_its_goalposts():
    other = REGISTER.replace("targets:\n", '  other: {title: Other, unit: "% GDP"}\ntargets:\n')
    on_other = other.replace(
        "id: share-2030\n    indicator: economy", "id: share-2030\n    indicator: other"
    )
    before, after = (
        RegisterFile(text.encode(), "targets.yaml").register for text in (REGISTER, on_other)
    )
    assert before is not None
    assert after is not None
    assert "indicator" in {finding.facts["field"] for finding in moved(before, after)}


def test_it_is_asked_for_once_although_its_targets_have_two_owners(programme):
    register = programme.folder / "targets.yaml"
    text = register.read_text(encoding="utf-8")
    other = text.replace("    with: [gone]\n", "    owner: old\n    lag_days: 90\n")
    register.write_text(other, encoding="utf-8")
    due = json.loads(programme("due", "--format", "json").out)["due"]
    assert [one["target"] for one in due] == ["economy"]


def test_a_report_of_a_slice_shows_the_slice_and_every_whole(programme):
    register = programme.folder / "targets.yaml"
    text = register.read_text(encoding="utf-8")
    broken_down = text.replace(
        "    report_every: quarter\n",
        "    breakdown: {area: {city: City, land: Land}}\n",
    )
    register.write_text(broken_down, encoding="utf-8")
    named = ["add-progress", "economy", "21", "--date", "2026-09", "--slice", "area=city"]
    out = programme("--lang", "en", *named, "--yes").out
    page = programme("--lang", "en", "show", "economy").out
    assert "Broken down by      City, Land" in page
    assert "21%" in page.partition("BREAKDOWN")[2].partition("REPORTS")[0]
    assert [word in out for word in ("share-2026 · area=city", "share-2026\n", "share-2030\n")] == [
        True, True, True,
    ]  # fmt: skip


SEVERAL = """\
cdstrack: 1
title: Register
sources: {p: {title: Plan, date: 2020-06-03, publisher: The ministry}}
bodies: {office: {name: Office}}
defaults: {owner: office, kind: reach}
indicators:
  fibre: {title: Fibre, unit: km, baseline: {value: 0, date: 2020}}
targets:
  - {id: fibre-2025, indicator: fibre, deadline: 2025, target: {at_least: 20}, stated: {source: p}}
  - {id: fibre-2030, indicator: fibre, target: {at_least: 90}, deadline: 2030, stated: {source: p}}
"""


@pytest.fixture
def fibre(cli):
    (cli.folder / "targets.yaml").write_text(SEVERAL, encoding="utf-8")
    cli.report("fibre", "16", "--date", "2024", "--source", "plan")
    return cli


def test_the_series_is_drawn_with_every_target_on_it(fibre):
    page = fibre("show", "fibre", "--lang", "en").out
    drawn = [line for line in page.splitlines() if "─" * 10 in line and "┤" in line]
    assert [line.split("┤")[0].strip() for line in drawn] == ["90", "20"]
    assert drawn[0].count("│") == 2  # a deadline each
    assert "fibre-2030: ≥ 90, end of 2030, planned by now" in page


def test_before_the_first_promise_a_sentence_says_when_it_came(fibre):
    page = fibre("--as-of", "2020-01-01", "show", "fibre", "--lang", "en").out
    assert "fibre-2025, was stated on 3 Jun 2020" in " ".join(page.split())


@pytest.mark.parametrize("args", [("scoreboard", "fibre"), ("status", "--under", "fibre")])
def test_where_one_target_is_wanted_an_indicator_is_answered_with_those_on_it(fibre, args):
    ran = fibre(*args, "--lang", "en")
    assert ran.code == 2
    assert "fibre-2025 or fibre-2030" in ran.err


def test_an_indicator_with_one_target_stands_for_it(fibre):
    path = fibre.folder / "targets.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert "Fibre" in fibre("status", "--under", "fibre", "--lang", "en").out
