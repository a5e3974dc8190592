"""The shipped register, judged on the days that matter."""

from __future__ import annotations

import pytest

TRAINING = "dx-training-10000-officials-2022"
HEADS = ["ministers-work-online-and-sign-2024", "provincial-chairs-work-online-and-sign-2024"]
OFFICIALS = [
    f"{level}-officials-work-online-and-sign-2025-06"
    for level in ("central", "provincial", "district", "commune")
]


@pytest.fixture
def shipped(cli):
    cli.ship()
    return cli


def test_the_shipped_register_is_sound(shipped):
    ran = shipped("validate", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The register is sound: 14 targets, 3 reports in force.")


def test_training_was_off_track_in_the_middle_of_its_year(shipped):
    found = shipped.state(TRAINING, "--as-of", "2022-06-30")
    assert found["state"] == "off_track"
    assert found["rule"] == "11"
    assert found["method"] == "straight_line"
    assert round(found["pace"], 2) == 0.31
    assert (found["value"], found["qualifier"]) == (1000, "nearly")


@pytest.mark.promise("deadline-day")
def test_the_day_of_the_deadline_is_still_in_time(shipped):
    last_day = shipped.state(TRAINING, "--as-of", "2022-12-31")
    assert last_day["cell"] == "in_time"
    assert (last_day["days_left"], last_day["days_overdue"]) == (0, None)
    next_day = shipped.state(TRAINING, "--as-of", "2023-01-01")
    assert next_day["state"] == "overdue"
    assert (next_day["days_left"], next_day["days_overdue"]) == (None, 1)


def test_today_training_is_overdue_on_evidence_of_2022(shipped):
    found = shipped.state(TRAINING)
    assert found["state"] == "overdue"
    assert found["days_overdue"] == 1421
    assert found["evidence"]["date"] == "2022-04-27"
    assert found["evidence"]["freshness"] == "stale"
    assert "uncounted_evidence" in found["flags"]
    assert found["owner"] == {"stated": "mic", "current": "mst"}


@pytest.mark.parametrize(
    ("names", "eve", "morrow"),
    [(HEADS, "2024-12-31", "2025-01-01"), (OFFICIALS, "2025-06-30", "2025-07-01")],
)
def test_signing_is_overdue_without_evidence_from_the_day_after(shipped, names, eve, morrow):
    for name in names:
        assert shipped.state(name, "--as-of", eve)["state"] == "no_data"
        found = shipped.state(name, "--as-of", morrow)
        assert found["state"] == "overdue"
        assert found["days_overdue"] == 1
        assert found["evidence"] == {
            "date": None,
            "age_days": None,
            "freshness": "none",
            "report": None,
        }


def test_the_districts_ended_after_their_deadline(shipped):
    found = shipped.state(OFFICIALS[2], "--as-of", "2025-07-01")
    assert found["state"] == "overdue"
    assert "dissolved" in found["flags"]
    assert not any(
        "dissolved" in shipped.state(name)["flags"] for name in OFFICIALS if "district" not in name
    )


def test_the_semiconductor_strategy_was_achieved_without_a_deadline(shipped):
    found = shipped.state("semiconductor-strategy-submitted")
    assert (found["state"], found["cell"]) == ("achieved", "outside")
    assert found["first_met"] == "2024-09-21"
    assert found["deadline"] is None


@pytest.mark.parametrize("day", ["2024-12-31", "2026-11-21", "2099-12-31"])
def test_what_has_no_deadline_is_never_late(shipped, day):
    found = shipped("status", "--format", "json", "--as-of", day).json["targets"]
    undated = [each for each in found if each["deadline"] is None]
    assert undated
    for each in undated:
        assert each["cell"] == "outside"
        assert each["days_overdue"] is None


def test_the_gate_is_open_in_may_2022_and_closed_today(shipped):
    assert shipped("check", "--as-of", "2022-05-01").code == 0
    assert shipped("check").code == 1
