"""``validate``: forms that invite a wrong verdict are named there, and nowhere else."""

from __future__ import annotations

import re

import pytest

from tests.cli.build import DATED, ROOT, target


def test_validate_names_pitfalls_with_their_places_and_exits_0(cli):
    cli.write(target("spent", DATED.replace("at_least", "at_most") + "accumulate: sum\n"))
    ran = cli("validate")
    assert ran.code == 0
    assert re.search(r"targets\.yaml:\d+:11: warning: at_most with accumulate: sum", ran.err)
    assert "cảnh báo: at_most cùng accumulate: sum" in cli("validate", "--lang", "vi").err
    assert cli("status").err == ""


def test_an_increment_that_may_be_a_running_total_is_said_once(cli):
    cli.write(target("spent", DATED + "accumulate: sum\n"))
    cli.report("spent", "400", "--date", "2026-Q1", "--source", "plan")
    later = cli.report("spent", "700", "--date", "2026-H1", "--source", "plan")
    err = cli("validate").err
    assert "progress.jsonl:2:2: warning: The increment of first half of 2026, 700" in err
    assert (
        f"correct it to what came on top, 300 (add-progress spent --corrects {later['id']})" in err
    )
    assert err.count("warning") == 1


@pytest.mark.parametrize("path", ["targets.yaml", "examples/provinces/targets.yaml"])
def test_the_registers_that_ship_fall_into_no_pitfall(cli, path):
    assert "warning" not in cli("validate", "--file", str(ROOT / path)).err


def test_a_new_register_falls_into_no_pitfall(cli):
    assert cli("init", "new").code == 0
    assert cli("validate", "--file", "new/targets.yaml").err == ""


def test_the_waivers_are_read_too_and_a_file_that_is_not_there_hides_no_other(cli):
    cli.write(target("t", DATED) + "check: {waivers: w.yaml}\ndesks: d.yaml\n")
    (cli.folder / "d.yaml").write_text("cdstrack: 1\ndesks: {}\nx: 1\n", encoding="utf-8")
    ran = cli("validate")
    assert (ran.code, "w.yaml" in ran.err, "d.yaml:" in ran.err) == (3, True, True)
    wrong = "cdstrack: 1\nwaivers:\n  - {target: nobody, code: overdue}\n"
    (cli.folder / "w.yaml").write_text(wrong, encoding="utf-8")
    ran = cli("validate")
    assert (ran.code, "w.yaml:3:" in ran.err, "d.yaml:" in ran.err) == (3, True, True)
