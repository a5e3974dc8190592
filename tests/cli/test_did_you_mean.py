"""Whatever has a name has a suggestion: ids, bodies by id or name, tags, states, choices."""

from __future__ import annotations

from tests.cases import every_case
from tests.cli.boards import PROVINCES, asked
from tests.cli.build import DATED, HEAD, LATE, TRAINED, target

TAGGED = target("tagged", "kind: unquantified\ntags: [signing, training]\n", owner="north")


@every_case(
    "args, meant",
    [
        (["show", "trianed"], "trained"),
        (["show", "officials trainde"], "trained"),
        (["add-progress", "tagegd", "5", "--yes"], "tagged"),
        (["scoreboard", "portla"], "portal"),
        (["status", "--owner", "nroth"], "north"),
        (["status", "--owner", "Tịnh Bắc"], "north"),
        (["due", "--body", "nort"], "north"),
        (["history", "--body", "Norths"], "north"),
        (["scoreboard", "--owner", "nor th"], "north"),
        (["add-progress", "portal", "5", "--body", "Tỉnh Bậc", "--yes"], "north"),
        (["template", "--body", "nroth", "-o", "x.csv"], "north"),
        (["export", "--owner", "nroth", "--format", "csv"], "north"),
        (["scoreboard", "--group", "provnces"], "provinces"),
        (["status", "--tag", "traning"], "training"),
        (["status", "--tag", "Training"], "training"),
        (["status", "--state", "overdeu"], "overdue"),
        (["status", "--state", "on track"], "on_track"),
        (["status", "--state", "quá hạn"], "overdue"),
        (["status", "--state", "dung tien do"], "on_track"),
        (["check", "--fail-on", "overdeu"], "overdue"),
        (["statsu"], "status"),
        (["status", "--sate", "x"], "--state"),
    ],
)
def test_a_slip_is_met_with_what_was_meant(cli, args, meant):
    cli.write(TRAINED, LATE, TAGGED, asked("portal", "ratio"), head=PROVINCES)
    ran = cli(*args, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert f"Did you mean {meant}?" in ran.err
    assert f"Có phải ý là {meant}?" in cli(*args, "--lang", "vi").err


@every_case(
    "args", [["show", "zzz"], ["status", "--owner", "zzz"], ["status", "--state", "zzz"],
             ["status", "--tag", "zzz"], ["due", "--body", ""], ["due", "--group", "zzz"]]
)  # fmt: skip
def test_nothing_near_is_not_guessed_at(cli, args):
    cli.write(TRAINED, TAGGED, head=PROVINCES)
    ran = cli(*args, "--lang", "en")
    assert "Did you mean" not in ran.err


MARKS = """\
  to-hat: {name: {vi: Xã Ba Tô, en: Ba To}}
  to-mu: {name: {vi: Xã Ba Tơ, en: Ba To Town}}
groups:
  xa:
    name: {vi: Các xã, en: Communes}
    size: [{from: 2026-01-01, n: 2}]
    members: [to-hat, to-mu]
"""
TAUGHT = target(
    "taught",
    DATED + "reporters: xa\nacross: sum\n"
    "conditions: {science: {vi: Khoa học, en: Science}, key: {vi: Khóa học, en: Course}}\n",
)


@every_case(
    "option, text, meant",
    [
        ("--body", "Ba Tơ", "to-mu"),
        ("--body", "ba tơ", "to-mu"),
        ("--body", "UBND xã Ba Tơ", "to-mu"),
        ("--body", "Xã Ba Tơ (mới)", "to-mu"),
        ("--body", "xa ba tu", "to-hat hoặc to-mu"),
        ("--body", "xã", "to-hat hoặc to-mu"),
        ("--part", "khoá hoc", "key"),
        ("--part", "khóa", "key"),
        ("--part", "“Khóa học”", "key"),
        ("--part", "1. Khoa học", "science"),
        ("--part", "khoa hocc", "science hoặc key"),
    ],
)
def test_what_was_meant_is_told_by_its_marks(cli, option, text, meant):
    cli.write(TAUGHT, head=HEAD + MARKS)
    ran = cli("add-progress", "taught", "5", option, text, "--yes", "--lang", "vi")
    assert ran.code == 2
    assert f"Có phải ý là {meant}?" in ran.err


def test_titles_with_other_marks_are_not_near(cli):
    cli.write(target("spent", DATED, vi="Chi không quá", en="Spend"))
    assert "Có phải ý là" not in cli("show", "Hỏng", "--lang", "vi").err
    assert "Có phải ý là spent" in cli("show", "không quáx", "--lang", "vi").err
