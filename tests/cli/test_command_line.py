"""Finding the register, starting one, global options, languages, help and slips of the finger."""

from __future__ import annotations

import pytest

from cdstrack.cli import COMMANDS
from cdstrack.complete.command_table import read_table
from cdstrack.store.files import FileStore
from tests.cases import every_case
from tests.cli.build import LATE, TRAINED, target
from tests.trust.runs import NEEDED, SEAL, SHEET

# discovery


def test_without_a_register_the_way_out_is_named(cli):
    ran = cli("status", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert "No targets.yaml in" in ran.err
    assert "--file" in ran.err
    assert "cdstrack init" in ran.err


def test_the_register_is_found_in_a_folder_above(cli, monkeypatch):
    cli.write(TRAINED)
    below = cli.folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert cli("status").code == 0
    cli("add-progress", "trained", "5", "--yes")
    assert len(cli.records) == 1


def test_file_comes_before_the_environment_and_that_before_the_folder(cli, monkeypatch, tmp_path):
    cli.write(TRAINED)
    for name in ("named", "asked"):
        (tmp_path / f"{name}.yaml").write_text(
            (cli.folder / "targets.yaml").read_text("utf-8").replace("trained", name), "utf-8"
        )
    monkeypatch.setenv("CDSTRACK_FILE", str(tmp_path / "named.yaml"))
    assert "named " in cli("status").out
    assert "asked " in cli("status", "--file", str(tmp_path / "asked.yaml")).out


@pytest.mark.parametrize(
    ("name", "said"), [("missing.yaml", "There is no file"), (".", "is a folder")]
)
def test_a_file_that_is_none(cli, name, said):
    ran = cli("status", "-f", name, "--lang", "en")
    assert ran.code == 3
    assert said in ran.err


def test_a_folder_that_was_removed_under_us(cli, monkeypatch):
    gone = cli.folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ran = cli("status")
    assert ran.code == 3
    assert "No targets.yaml in ." in ran.err


# init


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_starter_register_is_sound_and_gives_a_status(cli, lang):
    ran = cli("init", "--lang", lang)
    assert ran.code == 0
    assert "targets.yaml" in ran.out
    assert cli("validate").code == 0
    assert cli("status").code == 0
    cli.report("example", "5")
    assert cli.state("example-services-online")["value"] == 5


def test_init_never_overwrites(cli):
    cli.write(TRAINED)
    before = (cli.folder / "targets.yaml").read_bytes()
    ran = cli("init", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert "exists already; nothing was written" in ran.err
    assert (cli.folder / "targets.yaml").read_bytes() == before


def test_init_elsewhere(cli):
    assert cli("init", "new/folder").code == 0
    assert (cli.folder / "new" / "folder" / "targets.yaml").exists()
    assert cli("init", "--file", "my.yaml").code == 0
    assert (cli.folder / "my.yaml").exists()


def test_init_where_nothing_can_be_written(cli):
    (cli.folder / "file").write_text("")
    ran = cli("init", "file/folder", "--lang", "vi")
    assert ran.code == 3
    assert "Không ghi được" in ran.err
    assert "một phần đường dẫn không phải thư mục" in ran.err


# options and languages


@every_case(
    "args",
    [["show"], ["show", "--format", "json"], ["history"], ["add-progress", "--yes"]],
)
def test_a_commitment_with_errors_is_bad_data_and_one_that_is_not_there_wrong_use(cli, args):
    cli.write(TRAINED, target("broken", "kind: rech"))
    name, *options = args
    ran = cli(name, "broken", *options, "--lang", "en")
    assert ran.code == 3
    assert "The target broken, in line" in ran.err
    assert cli(name, "nowhere", *options).code == 2


@every_case(
    "args",
    [
        ["status", "--state", "-5"],
        ["status", "--owner", "-5", "--owner", "-6"],
        ["status", "--tag", "office", "--tag", "-5"],
        ["status", "--format", "-5"],
        ["check", "--output", "-5"],
        ["show", "-5"],
        ["show", "trained", "-5"],
        ["due", "--within", "-5"],
    ],
)
def test_a_refusal_repeats_a_number_below_zero_as_it_was_typed(cli, args):
    cli.write(TRAINED)
    ran = cli(*args)
    assert ran.code == 2
    assert "-5" in ran.err or "office" in ran.err
    assert "\u2212" not in ran.err


def test_global_options_stand_before_or_after_the_command(cli):
    cli.write(LATE)
    before = cli("--as-of", "2026-06-30", "--lang", "vi", "status")
    after = cli("status", "--as-of", "2026-06-30", "--lang", "vi")
    assert before == after
    assert "30/06/2026" in before.out


def test_the_one_after_the_command_counts(cli):
    cli.write(LATE)
    assert "1 Jun 2026" in cli("--as-of", "2026-06-30", "status", "--as-of", "2026-06-01").out


def test_the_day_may_come_from_the_environment(cli, monkeypatch):
    cli.write(LATE)
    monkeypatch.setenv("CDSTRACK_AS_OF", "2026-05-01")
    assert "as of 1 May 2026" in cli("status").out
    assert "as of 2 May 2026" in cli("status", "--as-of", "2026-05-02").out
    monkeypatch.setenv("CDSTRACK_AS_OF", "31/12/2026")
    assert "as of 31 Dec 2026" in cli("status").out
    monkeypatch.setenv("CDSTRACK_AS_OF", "12/31/2026")
    ran = cli("status")
    assert ran.code == 2
    assert "Write 31/12/2026." in ran.err


def test_the_day_may_be_said_as_people_say_it(cli):
    cli.write(LATE)
    assert "as of 20 Nov 2026" in cli("status", "--as-of", "yesterday").out
    assert (
        "tính đến ngày 30/09/2026" in cli("status", "--as-of", "quý III/2026", "--lang", "vi").out
    )


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "as of"),
        ({"LANG": "vi_VN.UTF-8"}, "tính đến"),
        ({"LANG": "fr_FR.UTF-8"}, "as of"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "vi_VN"}, "as of"),
        ({"LC_MESSAGES": "vi", "LANG": "en_US"}, "tính đến"),
        ({"LC_ALL": "C"}, "as of"),
    ],
)
def test_the_language_is_that_of_the_locale(cli, monkeypatch, variables, expected):
    cli.write(TRAINED)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected in cli("overdue").out


def test_version(cli):
    ran = cli("--version")
    assert ran.code == 0
    assert ran.out.startswith("cdstrack 0.")


# help


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help(cli, lang):
    for command in ("", *COMMANDS):
        args = command.split()
        ran = cli(*args, "-h", "--lang", lang)
        assert (ran.code, ran.err) == (0, ""), command
        assert ran.out == cli(*args, "--help", "--lang", lang).out
        assert "--file PATH" in ran.out
        assert max(map(len, ran.out.splitlines())) <= 100
        if not command:
            assert all(f"  {name} " in ran.out for name in COMMANDS)
            assert ran.out == cli("--lang", lang).out


# slips


@every_case(
    "args, said",
    [
        (["statsu"], "There is no command statsu. Did you mean status?"),
        (["frobnicate"], "There is no command frobnicate. See cdstrack --help."),
        (["status", "--sate", "x"], "There is no option --sate. Did you mean --state?"),
        (["--sate", "status"], "There is no option --sate."),
        (["status", "--state"], "The option --state wants a value."),
        (["show"], "TARGET is missing."),
        (["add-progress"], "TARGET is missing."),
        (["show", "a", "b"], "Too many words: b."),
        (["status", "--all=1"], "The option --all takes no value."),
        (["status", "--lang", "fr"], "--lang cannot be fr. It is one of vi or en."),
        (["status", "--color", "red"], "It is one of auto, always or never."),
        (["--as-of", "2026-13-01", "status"], "There is no such day as 2026-13-01."),
    ],
)
def test_wrong_use_is_2_with_the_way_out(cli, args, said):
    cli.write(TRAINED)
    ran = cli(*args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.replace("\n", " ")


CHOICES = [
    (name, option.names[0], option.value.choices)
    for name, command in read_table().commands.items()
    for option in command.options
    if option.value and option.value.kind.startswith("choice") and not option.value.key
]
"""Every option of a command that knows a few values only, apart from words of the judgement."""


@every_case("command, option, values", CHOICES)
def test_an_option_with_a_few_values_refuses_another_and_names_them(cli, command, option, values):
    cli.write(TRAINED)
    (cli.folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (cli.folder / "seal.txt").write_text(SEAL, encoding="utf-8")
    before = sorted(cli.folder.iterdir())
    *most, last = values
    names = f"{', '.join(most)} or {last}"
    for value in ("?", "", values[0].upper(), f"{values[0]} "):
        ran = cli(command, *NEEDED.get(command, []), option, value, "--lang", "en")
        assert (ran.code, ran.out) == (2, ""), value
        assert ran.err == f"error: {option} cannot be {value}. It is one of {names}.\n"
    assert sorted(cli.folder.iterdir()) == before


def test_options_with_a_few_values_are_found():
    options = {(name, option) for name, option, _ in CHOICES}
    assert options >= {
        ("status", "--sort"), ("status", "--group-by"), ("check", "--format"),
        ("check", "--output"), ("import", "--fractions"), ("export", "--what"),
    }  # fmt: skip


def test_wrong_use_is_told_in_vietnamese(cli):
    cli.write(TRAINED)
    assert (
        "Không có tùy chọn --sate. Có phải ý là --state?"
        in cli("status", "--sate", "x", "--lang", "vi").err
    )


def test_a_bug_is_3_and_asks_to_be_reported(cli, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("oops \x1b[31m")

    cli.write(TRAINED)
    monkeypatch.setattr(FileStore, "load", broken)
    for command in ("status", "check"):
        ran = cli(command, "--lang", "en")
        assert (ran.code, ran.out) == (3, "")
        assert "Please report it" in ran.err
        assert "\\x1b[31m" in ran.err
        assert "Traceback" not in ran.err
