"""What ``validate`` names beside errors: copies of the files, texts that only look alike."""

from __future__ import annotations

import json

import pytest

from tests.cases import naming
from tests.cli.build import TRAINED

COPIES = [
    "progress (1).jsonl",
    "progress - Copy.jsonl",
    "progress - Bản sao.jsonl",
    "progress copy.jsonl",
    "progress (conflicted copy 2026-11-21).jsonl",
    "progress-DESKTOP-AB12.jsonl",
    "progress.sync-conflict-20261121.jsonl",
    "Copy of progress.jsonl",
    "progress.jsonl.bak",
    "progress.jsonl~",
    "PROGRESS (2).JSONL",
    "progress-DESKTOP-7.jsonl",
    "progress-Máy-Kế-Toán.jsonl",
    "progress (Ann's conflicted copy 2026-11-21).jsonl",
    "progress (bản sao xung đột của An 2026-11-21).jsonl",
    "progress.sync-conflict-20261121-101010-ABCDEFG.jsonl",
    "progress(1).jsonl",
    "progress 2.jsonl",
    "progress (conflicted copy 2026-11-21 101010).jsonl",
    "progress_conflict-20261121-101010.jsonl",
    "progress_LOCAL_123.jsonl",
    "Bản sao của progress.jsonl",
    "progress - Sao chép.jsonl",
    "progress.jsonl.orig",
    "progress.jsonl (1)",
    "progress.jsonl.crdownload",
    ".progress.jsonl.icloud",
    ".~progress.jsonl",
]


def test_a_copy_of_the_ledger_is_named_with_what_it_holds_besides(cli):
    cli.write(TRAINED)
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    record = {**cli.records[0], "id": "of-another-computer"}
    text = cli.ledger.read_text("utf-8") + json.dumps(record) + "\nno record\n"
    for name in COPIES:
        with naming(name):
            (cli.folder / name).write_text(text, encoding="utf-8")
            ran = cli("validate", "--lang", "en")
            assert ran.code == 0
            assert f"{name} looks like a copy of the ledger" in ran.err
            assert "1 record in it is not in the ledger" in ran.err
            assert "looks like" not in ran.err.replace(f"{name} looks like", "")
            (cli.folder / name).unlink()
    for name in COPIES:
        (cli.folder / name).write_text(text, encoding="utf-8")
    said = cli("validate", "--lang", "vi").err
    assert [name for name in COPIES if f"{name} có vẻ là bản sao của sổ báo cáo" not in said] == []


@pytest.mark.parametrize("name", ["other.jsonl", "progress.txt", "So lieu", "p.bin"])
def test_a_file_with_records_that_are_missing_is_a_copy_whatever_its_name(cli, name):
    cli.write(TRAINED)
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    lines = [{**cli.records[0], "id": "a"}, {**cli.records[0], "id": "b", "target": "strange"}]
    text = cli.ledger.read_text("utf-8") + "".join(f"{json.dumps(line)}\n" for line in lines)
    (cli.folder / name).write_text(text, encoding="utf-8")
    ran = cli("validate", "--lang", "en")
    assert f"{name} looks like a copy of the ledger" in ran.err
    assert "1 record in it is not in the ledger" in ran.err


@pytest.mark.parametrize(
    "name", ["progress.jsonl.torn-20261121T050000.000000Z", "other.jsonl", "progress.txt"]
)
def test_what_is_no_copy_is_not_named(cli, name):
    cli.write(TRAINED)
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    (cli.folder / name).write_bytes(cli.ledger.read_bytes())
    assert cli("validate").err == ""


def test_a_folder_or_a_pipe_of_such_a_name_does_no_harm(cli):
    cli.write(TRAINED)
    (cli.folder / "progress (1).jsonl").mkdir()
    assert "0 records in it are not" in cli("validate", "--lang", "en").err


REGISTERS = [
    "targets (1).yaml", "targets - Copy.yaml", "targets.yaml.orig", "targets-DESKTOP-7.yaml",
    "targets (Ann's conflicted copy 2026-11-21).yaml", "targets 2.yaml", "targets_conflict-1.yaml",
    "targets.sync-conflict-20261121-101010-ABCDEFG.yaml", "targets - Bản sao.yaml",
    "Bản sao của targets.yaml", "targets-LAPTOP-AB12CD.yaml", "TARGETS (3).YAML",
    ".targets.yaml.swp",
]  # fmt: skip


def test_a_copy_of_the_register_is_named(cli):
    cli.write(TRAINED)
    (cli.folder / "targets-2025.yaml").write_text("cdstrack: 1", encoding="utf-8")
    for name in REGISTERS:
        (cli.folder / name).write_text("cdstrack: 1", encoding="utf-8")
        said = cli("validate", "--lang", "en").err
        assert said == f"warning: {name} looks like a copy of the register. It is not read.\n"
        (cli.folder / name).unlink()


@pytest.mark.parametrize("name", ["targets-Vp-An.yaml", "old targets.yaml", "targets-2025.yaml"])
def test_a_file_with_targets_of_the_register_is_a_copy_whatever_its_name_says(cli, name):
    cli.write(TRAINED)
    (cli.folder / name).write_bytes((cli.folder / "targets.yaml").read_bytes())
    assert f"{name} looks like a copy of the register" in cli("validate", "--lang", "en").err


@pytest.mark.parametrize("piece", [b'{"id":"zzz","target":"trained","da', b"\0\0\0", b'{"i', None])
def test_a_piece_that_was_set_aside_is_named_until_it_is_back(cli, piece):
    cli.write(TRAINED)
    record = cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    whole = json.dumps({**record, "id": "lost"}).encode() + b"\n"
    name = "progress.jsonl.torn-20261121T050000.000000Z"
    (cli.folder / name).write_bytes(piece or whole)
    assert f"{name} was set aside" in cli("validate", "--lang", "en").err
    assert f"{name} được để riêng" in cli("validate", "--lang", "vi").err
    if piece is None:
        with cli.ledger.open("ab") as ledger:
            ledger.write(whole)
        assert "set aside" not in cli("validate", "--lang", "en").err


def test_an_append_says_what_it_set_aside_and_check_until_it_is_back(cli):
    cli.write(TRAINED)
    record = cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    lines = [json.dumps({**record, "id": f"lost{n}", "batch": "a:3"}) + "\n" for n in range(2)]
    with cli.ledger.open("a", encoding="utf-8") as ledger:
        ledger.writelines(lines)
    options = ["--date", "2026-07-31", "--source", "plan", "--yes", "--lang", "en"]
    ran = cli("add-progress", "trained", "6", *options)
    [piece] = cli.folder.glob("*.torn-*")
    assert f"2 lines of it are now in {piece.name}." in ran.out
    check = cli("check", "--lang", "en")
    assert check.code == 0
    assert f"{piece.name} was set aside and holds 2 records that are not" in check.err
    with cli.ledger.open("a", encoding="utf-8") as ledger:
        ledger.writelines(line.replace(', "batch": "a:3"', "") for line in lines)
    assert "set aside" not in cli("check", "--lang", "en").err


def test_two_records_of_one_id_are_named_and_the_first_counts(cli):
    cli.write(TRAINED)
    first = cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    second = {**first, "value": "9"}
    cli.ledger.write_text(f"{json.dumps(first)}\n{json.dumps(second)}\n", encoding="utf-8")
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    assert f"The id {first['id']} belongs to another record, in line 1." in ran.err
    assert cli.state("trained")["value"] == 5


# Texts that only look alike

ZERO_WIDTH = ["\u200b", "\u200c", "\u2060", "\ufeff", "\xad", "\u3164"]


@pytest.mark.parametrize("char", ZERO_WIDTH)
def test_what_nobody_sees_is_left_out_of_a_source(cli, char):
    cli.write(TRAINED)
    record = cli.report("trained", "5", "--source", f" BC{char}  12{char} ", "--by", f"Lê{char} An")
    assert (record["source"], record["by"]) == ("BC 12", "Lê An")
    again = cli("add-progress", "trained", "5", "--source", "BC 12", "--by", "Lê An", "--yes")
    assert again.code == 0
    assert len(cli.records) == 1


@pytest.mark.parametrize("text", ["BC\u200b 12", "BC\xa012", "BC  12", "Bo\u0302\u0323 12"])
@pytest.mark.parametrize("escaped", [True, False])
def test_a_record_with_what_nobody_sees_is_named_until_it_is_corrected(cli, text, escaped):
    cli.write(TRAINED)
    record = cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    line = json.dumps({**record, "source": text}, ensure_ascii=escaped)
    cli.ledger.write_text(line + "\n", encoding="utf-8")
    ran = cli("validate", "--lang", "en")
    assert ran.code == 0
    assert "progress.jsonl:1:" in ran.err
    assert "holds a character that nobody sees" in ran.err
    cli.report("trained", "5", "--corrects", record["id"], "--source", "plan", "--date", "2026-06")
    assert cli("validate").err == ""


def test_a_ledger_that_is_not_there_is_said_unless_the_first_report_makes_it(cli):
    cli.write(TRAINED)
    assert "is not there" not in cli("validate").err
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    cli.ledger.rename(cli.folder / "progres.jsonl")  # records on these targets, and no ledger
    ran = cli("validate")
    assert ran.code == 0
    for command in ("validate", "check"):
        ran = cli(command)
        assert "The ledger progress.jsonl is not there, so no report counts" in ran.err
        assert "if that is the ledger, write ledger: progres.jsonl in the register" in ran.err


@pytest.mark.parametrize("place", ["register/other.jsonl", "other.jsonl"])
def test_a_ledger_is_looked_for_beside_the_register_wherever_one_calls(cli, place):
    cli.write(TRAINED)
    cli.report("trained", "5", "--date", "2026-06-30", "--source", "plan")
    inside = cli.folder / "register"
    inside.mkdir()
    (cli.folder / "targets.yaml").rename(inside / "targets.yaml")
    cli.ledger.rename(cli.folder / place)
    for name in ("register/targets.yaml", str(inside / "targets.yaml")):
        ran = cli("validate", "-f", name, "--lang", "en")
        assert ran.code == 0
        assert ("write ledger: other.jsonl in the register" in ran.err) == ("/" in place)


def test_a_ledger_of_another_name_that_is_not_there_is_said(cli):
    cli.write(TRAINED + "ledger: progres.jsonl\n")
    ran = cli("validate", "--lang", "vi")
    assert (ran.code, "Chưa có sổ báo cáo progres.jsonl" in ran.err) == (0, True)
    cli.write(TRAINED + "ledger: no/progress.jsonl\n")
    assert "nor is its folder no" in cli("validate").err
