"""The national programme: nothing of the longer register that it comes from is lost in it."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest

from cdstrack.core.model.entries import Target
from cdstrack.store.files import FileStore
from cdstrack.store.ledger.record import Reader, serialize
from tests.cases import every_case

FOLDER = Path(__file__).parents[2] / "examples" / "national-programme"
FILE = FOLDER / "targets.yaml"
LINES = (FOLDER / "progress.jsonl").read_text(encoding="utf-8").splitlines()

LONG = 50_509
"""The characters of the same commitments before there were indicators, defaults and headings."""

COMMITMENTS = {
    # The source and the strength of its verb: what is to be reached, when, and who answers for it.
    "qd749 aim": """
        at_least 80 2025 mic; at_least 100 2030 mic; at_least 60 2025 mic; at_least 90 2025 mic;
        at_least 90 2025 mic; at_least 80 2025 mic; at_least 60 2025 mic; at_least 100 2030 mic;
        at_least 90 2030 mic; at_least 70 2030 mic; at_least 100 2025 oog; at_least 100 2025 mic;
        at_most 70 2025 mic; at_most 50 2030 mic; at_least 20 2025 mic; at_least 30 2030 mic;
        at_least 10 2025 mic; at_least 7 2021-2025 gov; at_most 50 2025 mic; at_most 50 2025 gov;
        at_most 35 2025 gov; more_than 80 2025 mic; at_least 100 2025 mic; more_than 50 2025 sbv;
        more_than 80 2030 sbv; at_most 40 2025 mic; at_most 30 2030 mic; unquantified 2025 mic;
        unquantified 2030 mic; unquantified 2030 mic""",
    "qd942 aim": """
        at_least 80 2025 oog; at_least 100 2025 mic; at_least 100 2025 mic; at_least 20 2025 oog;
        at_least 100 2025 mps; at_most 50 2025 mic; at_most 30 2030 mic""",
    "qd411 aim": """
        more_than 10 2025 moit; more_than 20 2030 moit; at_least 80 2025 mic;
        at_least 80 2025 sbv; more_than 70 2025 mic; at_least 90 2025 moh""",
    "qd146 aim": "at_least 70 2025 mic; at_least 50 2025 moet; milestone 2025 moet",
    "qd06 assign": "milestone 2022 mps; at_least 100 2022 mps; at_least 25 2022 gov",
    "bca aim": "at_least 50000000 2021-06-30 mps",
    "qd27 aim": """
        at_least 85 2022 mic; at_least 75 2022 mic; at_least 80 2022 mic; at_least 50 2022 oog;
        at_least 100 2022 oog; at_least 50 2022 oog; at_least 50 2022 mic; at_least 30 2022 mic;
        at_least 100 2022 gov; at_least 50 2022 moit; at_least 7 2022 moit;
        at_least 65 2022 sbv""",
    "kh23 strive": """
        at_least 48000 2023 mic; at_least 60 2023 mic; at_least 40 2023 oog; at_least 53 2023 gov;
        at_least 100 2023 mic; at_least 100 2023 mic; more_than 16 2023 mic;
        more_than 8.5 2023 moit; more_than 90 2023 mic; more_than 30 2023 mic;
        more_than 80 2023 mic; more_than 85 2023 mic; more_than 30 2023 mps;
        more_than 75 2023 sbv; more_than 30 2023 moh; more_than 80 2023 moh;
        more_than 80 2023 mic; more_than 30 2023 mic; at_least 100 2023 mic;
        at_least 50 2023 oog""",
    "qd1437 aim": "at_least 20.5 2025 mic; at_least 52 2025 mic; at_least 50 2025 mic",
    "nq57 aim": """
        at_most 3 2030 mst; at_most 50 2030 mst; at_most 3 2030 mst; at_least 50 2045 gov;
        at_most 30 2045 gov""",
    "bcd5 towards": "at_least 90 2025 mst; at_least 68457 2025 mst",
}
CLASSES_OF_A_SENTENCE = {"57-world-egdi", "57-world-digital"}
"""What was two conditions of one commitment: one of them is measured by an indicator."""


@pytest.fixture(scope="module")
def register():
    register, problems = FileStore(FILE).register()
    assert problems == []
    return register


@pytest.fixture
def judged(cli):
    """``judged(day)`` is the status on that day, by target."""

    def status(day):
        ran = cli("--file", str(FILE), "status", "--format", "json", "--as-of", day)
        assert ran.code == 0, ran.err
        return {target["id"]: target for target in ran.json["targets"]}

    return status


# What it says


def test_it_is_sound_and_warns_of_nothing(cli):
    ran = cli("--file", str(FILE), "validate", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The register is sound: 94 targets, 16 reports in force.")


def test_it_says_the_same_in_half_the_characters():
    assert len(FILE.read_text(encoding="utf-8")) <= LONG / 2


def row(target: Target) -> str:
    goal = target.target
    due = f"{target.periods[0]}-{target.periods[-1]}" if target.periods else target.deadline
    return f"{f'{goal.comparator} {goal.value}' if goal else target.kind} {due} {target.owner}"


def test_every_commitment_keeps_its_figure_deadline_owner_source_and_strength(register):
    rows = Counter(
        (f"{target.stated.source} {target.stated.strength}", row(target))
        for target in register.targets.values()
        if target.id not in CLASSES_OF_A_SENTENCE
    )
    expected = Counter(
        (source, " ".join(commitment.split()))
        for source, commitments in COMMITMENTS.items()
        for commitment in commitments.split(";")
    )
    assert expected.total() == 92
    assert rows == expected


def test_every_statement_is_of_the_day_and_by_the_speaker_of_its_document(register):
    speakers = {
        (target.stated.source, str(target.stated.on), target.stated.by.en)
        for target in register.targets.values()
    }
    assert len(speakers) == len(COMMITMENTS)
    assert ("qd749", "2020-06-03", "The Prime Minister") in speakers
    assert ("nq57", "2024-12-22", "Politburo") in speakers
    assert ("bca", "2021-05-04", "Ministry of Public Security") in speakers


def test_what_was_said_again_and_what_is_read_into_it_is_kept(register):
    restated = {target.id for target in register.targets.values() if target.restated}
    assert restated == {"749-gdp-2025", "749-gdp-2030", "749-fibre"}
    assert register.targets["942-egdi-2025"].stated.reading == "inferred"
    assert register.targets["5g-2025"].stated.inferred == ["target"]
    assert register.targets["749-egdi-2025"].baseline.inferred
    assert register.targets["2022-accounts"].target.value_max == 70


def test_every_source_has_its_page(register):
    assert all(source.url for source in register.sources.values())


def test_a_figure_is_reported_once_however_many_targets_it_serves(register):
    reader = Reader()
    assert [serialize(reader.read(line)) for line in LINES] == LINES
    records = [json.loads(line) for line in LINES]
    figures = {(record["target"], record["date"]) for record in records}
    assert len(records) == len(figures) == 16
    assert Counter(record["target"] for record in records)["egdi"] == 3
    served = Counter(target.series for target in register.targets.values())
    assert sum(served[record["target"]] for record in records) > 30
    assert {record["source"] for record in records} <= set(register.sources)


README = (FOLDER / "README.md").read_text(encoding="utf-8")


@every_case("command", re.findall(r"`cdstrack (.+?)` \|", README))
def test_what_its_page_says_to_try_works(cli, command):
    ran = cli("--file", str(FILE), *shlex.split(command))
    assert ran.code == 0, ran.err
    assert ran.out or ran.err


# Programme, pillar, target


def test_every_target_stands_below_a_programme(register):
    headings = register.headings
    for target in register.targets.values():
        above = target.part_of
        while above not in headings:
            above = register.targets[above].part_of
        top = headings[above].part_of or above
        assert headings[top].part_of is None, target.id


def test_programmes_and_pillars_fit_on_one_screen(cli):
    for language in ("en", "vi"):
        ran = cli("--file", str(FILE), "--lang", language, "status", "--summary")
        assert ran.code == 0, ran.err
        assert len(ran.out.splitlines()) < 40


# How it is judged

DAYS = ("2023-03-01", "2024-06-30", "2025-03-15", "2026-11-27")
STATES = {
    # As the longer register is judged, where every target had lines of its own in the ledger.
    "749-egdi-2025": ("off_track", "stale", "on_track", "overdue"),
    "749-egdi-2030": ("off_track", "stale", "at_risk", "stale"),
    "942-egdi-2025": ("off_track", "stale", "off_track", "overdue"),
    "942-egdi-2030": ("off_track", "stale", "at_risk", "stale"),
    "749-gdp-2025": ("in_progress", "on_track", "on_track", "overdue"),
    "749-gdp-2030": ("in_progress", "on_track", "on_track", "stale"),
    "2023-gdp": (None, "achieved", "achieved", "achieved"),
    "57-gdp": (None, None, "in_progress", "stale"),
    "749-gii": ("in_progress", "off_track", "stale", "overdue"),
    "942-dossiers": ("no_data", "no_data", "in_progress", "overdue"),
    "cccd-50m": ("overdue", "overdue", "overdue", "overdue"),
    "2023-villages": (None, "overdue", "overdue", "overdue"),
    "1437-platform": (None, None, "in_progress", "overdue"),
    "1437-signature": (None, None, "no_data", "overdue"),
    "5g-2025": (None, None, None, "overdue"),
    "5g-stations": (None, None, None, "overdue"),
    "749-productivity": ("stale", "stale", "stale", "overdue"),
    "749-files": ("no_data", "no_data", "no_data", "overdue"),
    "749-mobile": ("unquantified", "unquantified", "unquantified", "unquantified"),
    "2022-accounts": ("overdue", "overdue", "overdue", "overdue"),
}
COUNTS = (
    {"no_data": 35, "overdue": 16, "off_track": 4, "in_progress": 3, "unquantified": 3, "stale": 1},
    {"no_data": 35, "overdue": 35, "stale": 5, "unquantified": 3, "on_track": 2, "off_track": 1}
    | {"achieved": 1},
    {"no_data": 39, "overdue": 35, "in_progress": 4, "on_track": 3, "unquantified": 3, "stale": 2}
    | {"at_risk": 2, "off_track": 1, "achieved": 1},
    {"overdue": 73, "no_data": 11, "stale": 4, "unquantified": 3, "achieved": 1},
)


@every_case("day", DAYS)
def test_it_is_judged_as_the_longer_register_was(judged, day):
    states = {name: target["state"] for name, target in judged(day).items()}
    column = {name: row[DAYS.index(day)] for name, row in STATES.items()}
    assert {name: states.get(name) for name in STATES} == column
    counts = Counter(state for name, state in states.items() if name not in CLASSES_OF_A_SENTENCE)
    assert counts - Counter(MORE.get(day, {})) == Counter(COUNTS[DAYS.index(day)]) - Counter(
        FEWER.get(day, {})
    )


MORE = {"2025-03-15": {"on_track": 1}, "2026-11-27": {"stale": 1}}
FEWER = {"2025-03-15": {"in_progress": 1}, "2026-11-27": {"no_data": 1}}
"""What one series adds: 1437-gdp has the years before it to be measured from, and the worst of the
two ranks of 57-rank-world is known to be old."""


def test_what_one_series_adds(judged):
    assert judged("2025-03-15")["1437-gdp"]["state"] == "on_track"
    last = judged("2026-11-27")
    assert last["57-rank-world"]["state"] == last["57-world-egdi"]["state"] == "stale"
    assert last["57-world-digital"]["state"] == "no_data"


def test_the_paces_are_those_of_the_longer_register(judged):
    paces = {name: target["pace"] for name, target in judged("2025-03-15").items()}
    assert paces["749-egdi-2025"] == pytest.approx(1.149974)
    assert paces["942-egdi-2030"] == pytest.approx(0.669643)
    assert paces["749-gdp-2030"] == pytest.approx(1.025981)
