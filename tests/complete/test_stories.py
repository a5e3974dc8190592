"""What is told at Tab, as stories: a line, and what may follow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cdstrack.cli import COMMANDS
from cdstrack.complete import shells
from cdstrack.i18n import Words
from tests.cases import every_case
from tests.cli.boards import OF_TODAY, PORTAL, PROVINCES
from tests.cli.build import (
    FAMILY,
    HEAD,
    LAW,
    SIGNED,
    TRAINED,
    environment,
    process,
    register,
    target,
)
from tests.complete.tabs import tab, tab_in_bash


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(shells, "_today", lambda zone: "2026-11-21")


@pytest.fixture
def shared(cli):
    """A register with whole targets, classes, conditions, and provinces that merged in July."""
    tagged = target("roads", "kind: unquantified\ntags: [works, north]\n", vi="Đường", en="Roads")
    cli.write(TRAINED, SIGNED, LAW, PORTAL, FAMILY, tagged, head=PROVINCES)
    return cli


# indicators


def test_where_reports_are_made_the_indicator_is_offered_in_place_of_the_targets_on_it(cli):
    measured = (
        "indicators: {fibre: {title: {vi: Cáp quang, en: Fibre}, unit: km,"
        " series: {gso: {vi: Thống kê, en: Statistics}, mic: Ministry}, judged_by: gso}}\n"
        "defaults: {owner: office, kind: reach}\n"
    )
    on_it = (
        "  - {id: fibre-2030, indicator: fibre, target: {at_least: 9}, stated: {source: plan}}\n"
    )
    cli.write(TRAINED, on_it, head=HEAD + measured)
    assert tab("cdstrack add-progress ").said == {
        "fibre": "Fibre", "trained": "Officials trained",
    }  # fmt: skip
    assert tab("cdstrack show fib").said == {"fibre": "Fibre", "fibre-2030": "Fibre"}
    series = {"gso": "Statistics", "mic": "Ministry"}
    assert tab("cdstrack add-progress fibre --series ").said == series
    assert tab("cdstrack add-progress fibre-2030 --series ").said == series
    assert tab("cdstrack add-progress trained --series ").said == {}


# commands and options


def test_commands_come_with_what_they_do():
    told = tab("cdstrack ")
    assert told.values == list(COMMANDS)
    assert told.said["overdue"] == "What is overdue, worst first, and why."


@every_case(
    "line, key, environ",
    [
        ("cdstrack ov", "cmd_overdue", {"LANG": "vi_VN.UTF-8"}),
        ("cdstrack ov", "cmd_overdue", {"LC_ALL": "vi_VN"}),
        ("cdstrack --lang vi ov", "cmd_overdue", {}),
        ("cdstrack --lang=vi ov", "cmd_overdue", {}),
        ("cdstrack overdue --wi", "opt_within_overdue", {"LANG": "vi_VN.UTF-8"}),
        ("cdstrack overdue --wi^ --lang vi", "opt_within_overdue", {}),
    ],
)
def test_descriptions_are_in_the_readers_language(line, key, environ):
    assert list(tab(line, **environ).said.values()) == [Words("vi")(key)]


def test_a_language_that_does_not_exist_is_the_locales():
    assert "What is overdue" in tab("cdstrack --lang fr ov").said["overdue"]


@every_case(
    "line, values",
    [
        ("cdstrack st", ["status", "store"]),
        ("cdstrack --file x st", ["status", "store"]),
        ("cdstrack --vers", ["--version"]),
        ("cdstrack --la", ["--lang"]),
        ("cdstrack -", ["--version", "--file", "-f", "--as-of", "--known-on", "--offline", "--lang",
                        "--color", "--help", "-h"]),
        ("cdstrack overdue ", ["--within", "--format", "--file", "--as-of", "--known-on",
                               "--offline", "--lang", "--color", "--help"]),
        ("cdstrack overdue --f", ["--format", "--file"]),
        ("cdstrack overdue --format json --f", ["--file"]),
        ("cdstrack overdue -fx --f", ["--format"]),
        ("cdstrack overdue -f x --f", ["--format"]),
        ("cdstrack overdue --f^ --format json", ["--file"]),
        ("cdstrack --file=x overdue --f", ["--format"]),
        ("cdstrack overdue --version", []),
        ("cdstrack status --sta", ["--state"]),
        ("cdstrack status --state overdue --sta", ["--state"]),
        ("cdstrack overdue --format ", ["table", "json"]),
        ("cdstrack overdue --format=", ["--format=table", "--format=json"]),
        ("cdstrack status --format c", ["csv"]),
        ("cdstrack status --sort=re", ["--sort=register"]),
        ("cdstrack status --group-by ", ["owner", "body", "group", "tag", "state"]),
        ("cdstrack status --state ac", ["achieved_late", "achieved"]),
        ("cdstrack --color a", ["auto", "always"]),
        ("cdstrack --lang ", ["vi", "en"]),
        ("cdstrack check --fail-on over", ["overdue", "overdue-by-first-terms"]),
        ("cdstrack check --fail-on overdue,or", ["overdue,orphaned-owner"]),
        ("cdstrack check --fail-on=overdue,or", ["--fail-on=overdue,orphaned-owner"]),
        ("cdstrack check --warn-on no", ["no-data", "none"]),
        ("cdstrack check --output s", ["summary=", "sarif="]),
        ("cdstrack completion ", ["bash", "zsh", "fish"]),
        ("cdstrack nonsense ", []),
        ("cdstrack nonsense --", []),
        ("cdstrack status --due-within ", []),
        ("cdstrack status --nonsense --st", ["--state"]),
        ("cdstrack overdue --within ", []),
        ("cdstrack overdue --within 9 --wi", []),
        ("cdstrack overdue -- --f", []),
        ("cdstrack overdue x", []),
        ("cdstrack validate x y z", []),
        ("cdstrack overdue --format=json=", []),
        ("cdstrack overdue --nonsense=", []),
    ],
)  # fmt: skip
def test_what_may_follow(line, values):
    assert tab(line).values == values


def test_words_of_the_program_are_explained():
    assert tab("cdstrack status --lang vi --state ov").said == {"overdue": "quá hạn"}
    assert tab("cdstrack check --fail-on eas").said["eased"] != ""


@every_case(
    "line, way",
    [
        ("cdstrack --file ", ":files"),
        ("cdstrack --file=ta", ":files"),
        ("cdstrack -f ", ":files"),
        ("cdstrack check --waivers ", ":files"),
        ("cdstrack check --output sarif=x", ":files"),
        ("cdstrack check --output=sarif=x", ":files"),
        ("cdstrack init ", ":folders"),
        ("cdstrack check --output s", ":goes-on"),
    ],
)
def test_files_are_left_to_the_shell(line, way):
    assert tab(line).ways == [way]


# what the register names


def test_targets_come_with_their_titles(shared):
    assert tab("cdstrack show ").said["trained"] == "Officials trained"
    assert tab("cdstrack show tr", LANG="vi_VN.UTF-8").said == {"trained": "Tập huấn cán bộ"}
    assert tab("cdstrack history l").values == ["law"]


def test_a_title_is_found_without_its_marks(shared):
    told = tab("cdstrack show huan")
    assert (told.values, told.ways) == (["trained"], [":by-title"])
    assert tab('cdstrack show "TAP can').values == ["trained"]
    assert tab("cdstrack show sign").values == ["signed"]  # by its id
    assert tab("cdstrack show nothing").values == []


@pytest.mark.parametrize(("typed", "values"), [("huấn", ["trained"]), ("hùan", []), ("huân", [])])
def test_marks_that_were_typed_are_looked_for(shared, typed, values):
    assert tab(f"cdstrack show {typed}").values == values


def test_what_takes_no_reports_is_not_offered_to_who_reports(shared):
    assert {"all-heads", "ministers"} <= set(tab("cdstrack show ").values)
    assert "all-heads" not in tab("cdstrack add-progress ").values
    assert tab("cdstrack add-progress all").values == []
    assert "ministers" in tab("cdstrack add-progress ").values


def test_a_target_is_asked_for_once(shared):
    assert tab("cdstrack show trained x").values == []
    assert "--n" in tab("cdstrack add-progress trained ").values
    assert tab("cdstrack add-progress trained -5").values == []
    assert tab("cdstrack add-progress trained -5 --sou").values == ["--source"]


@every_case(
    "line, values",
    [
        ("cdstrack add-progress portal --body ", OF_TODAY),
        ("cdstrack add-progress por --body ", OF_TODAY),
        ("cdstrack add-progress --body ^ portal", OF_TODAY),
        ("cdstrack add-progress portal --body=no", ["--body=north"]),
        ("cdstrack add-progress trained --body ", []),
        ("cdstrack add-progress --body ", ["office", *OF_TODAY]),
        ("cdstrack history --body ", ["office", *OF_TODAY, "hill", "vale"]),
        ("cdstrack status --owner ", ["office"]),
        ("cdstrack due --group ", ["provinces", "communes"]),
        ("cdstrack status --tag ", ["works", "north"]),
        ("cdstrack add-progress signed --part ", ["online", "sign"]),
        ("cdstrack add-progress trained --part ", []),
        ("cdstrack add-progress --part ", []),
        ("cdstrack add-progress trained 5 --source p", ["plan"]),
    ],
)
def test_names_of_the_register(shared, line, values):
    assert tab(line).values == values


SEX = "    breakdown:\n      sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}}\n"
REGION = "      region: {north: North, south: South}\n      age: {old: Old}\n"
NAMED = "    dimensions: {sex: {vi: Giới tính, en: Sex}}\n    crosses: [[sex, region]]\n"


@pytest.fixture
def sliced(cli):
    """What is broken down by three dimensions, by one, and by an indicator's."""
    measured = "indicators:\n  jobs:\n    title: Jobs\n    unit: x\n" + SEX
    on_it = "  - {id: jobs-2030, indicator: jobs, kind: unquantified, stated: {source: plan}}\n"
    taught = target("taught", "kind: unquantified") + SEX + REGION + NAMED
    one = target("one", "kind: unquantified") + SEX
    cli.write(taught, one, TRAINED, on_it, head=HEAD + measured)
    return cli


@every_case(
    "line, values",
    [
        ("taught --slice ", ["sex=", "region=", "age="]),
        ("taught --slice re", ["region="]),
        ("taught --slice sex=", ["sex=women", "sex=men"]),
        ("taught --slice=sex=w", ["--slice=sex=women"]),
        ("taught --slice sex=women,", ["sex=women,region=north", "sex=women,region=south"]),
        ("taught --slice sex=women,region=s", ["sex=women,region=south"]),
        ("taught --slice age=old,", []),
        ("taught --slice sex=women,sex=", []),
        ("taught --slice colour=", []),
        ("one --slice ", ["sex=women", "sex=men"]),
        ("jobs --slice ", ["sex=women", "sex=men"]),
        ("jobs-2030 --slice sex=m", ["sex=men"]),
        ("trained --slice ", []),
        ("--slice ", []),
    ],
)
def test_slices_are_offered_dimension_by_dimension(sliced, line, values):
    assert tab(f"cdstrack add-progress {line}").values == values


def test_slices_are_said_in_the_readers_language_and_go_on_behind_a_dimension(sliced):
    line = "cdstrack add-progress taught --slice "
    assert tab(line + "s", LANG="vi_VN").said == {"sex=": "Giới tính"}
    assert tab(line + "sex=w", LANG="vi_VN").said == {"sex=women": "Nữ"}
    assert tab_in_bash(line + "s") == [":goes-on", "sex="]
    assert tab_in_bash(line + "sex=w") == ["women"]
    assert tab_in_bash(line + "sex=women,region=n") == ["north"]


def test_names_are_said_in_the_readers_language(shared):
    assert tab("cdstrack history --body nor", LANG="vi_VN").said == {"north": "Tỉnh Bắc"}
    assert tab("cdstrack add-progress signed --part o").said == {"online": "Online"}
    assert tab("cdstrack due --group c").said == {"communes": "Communes"}


def test_owners_of_old_lead_to_those_of_today(cli):
    cli.write(target("a", "kind: unquantified", owner="old"))
    assert tab("cdstrack status --owner ").values == ["old", "office"]


def test_a_report_to_correct_comes_with_its_date_and_figure(shared):
    first = shared.report("trained", "100", "--date", "2026-03")
    second = shared.report("trained", "200", "--date", "2026-06")
    third = shared.report("trained", "300", "--date", "2026-06", "--corrects", second["id"])
    told = tab("cdstrack add-progress trained --corrects ")
    assert told.said == {third["id"]: "2026-06 · 300", first["id"]: "2026-03 · 100"}
    assert tab("cdstrack add-progress law --void ").values == []


def test_reports_of_one_body_alone(shared):
    for body in ("north", "south"):
        shared.report("portal", "--body", body, "--n", "1", "--of", "2", "--date", "2026-08")
    told = tab("cdstrack add-progress portal --body north --corrects ")
    assert list(told.said.values()) == ["2026-08 · north · 1/2"]
    done = shared.report("law", "--done", "--date", "2026-08-01")
    assert tab("cdstrack add-progress law --void ").said == {done["id"]: "2026-08-01 · done"}


# which register


def test_the_register_is_found_as_commands_find_it(cli, monkeypatch, tmp_path):
    cli.write(TRAINED)
    below = cli.folder / "below"
    below.mkdir()
    other = tmp_path / "other.yaml"
    other.write_text(register(LAW), encoding="utf-8")
    monkeypatch.chdir(below)
    assert tab("cdstrack show ").values == ["trained"]
    assert tab(f"cdstrack show --file {other} ").values == ["law"]
    assert tab(f"cdstrack -f{other} show ").values == ["law"]
    assert tab("cdstrack show ", CDSTRACK_FILE=str(other)).values == ["law"]


def test_without_a_register_there_is_a_fault_that_nobody_sees(cli):
    with pytest.raises(Exception, match="no_register"):
        tab("cdstrack show ")
    assert "status" in tab("cdstrack ").values


def test_a_register_with_problems_names_what_is_sound(cli):
    cli.write(TRAINED, target("typo", "kind: rech\ndeadlin: x"), LAW)
    cli.ledger.write_text("damage\n", encoding="utf-8")
    assert tab("cdstrack show t").values == ["trained", "typo"]
    assert tab("cdstrack add-progress trained --void ").values == []


NO_REGISTER = ["1", "show", ""]
NO_TEXT = ["1", "show", "\udcff"]
FAULTS = [NO_REGISTER, NO_TEXT, [*NO_REGISTER, "--file", "/dev/null"], [], ["x"], ["9", "show"],
          ["-3", "show", ""]]  # fmt: skip


@every_case(
    "args, shell",
    [
        *((args, "zsh") for args in FAULTS),
        *((args, shell) for args in FAULTS[:4] for shell in ("bash", "fish", "", "tcsh")),
    ],
)
def test_nothing_is_said_of_a_fault(cli, args, shell):
    ran = process(*args, folder=cli.folder, env={"_CDSTRACK_COMPLETE": shell})
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Error" not in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_nothing_is_said_where_nothing_can_be_written(cli):
    with Path("/dev/full").open("wb") as full:
        ran = process(
            "0",
            "",
            folder=cli.folder,
            env={"_CDSTRACK_COMPLETE": "zsh"},
            stdout=full,
        )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize("variables", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_ascii_alone_is_told_where_no_more_is_known(cli, variables):
    asked = ["2", "--lang", "vi", "ov"]
    ran = process(*asked, folder=cli.folder, env={"_CDSTRACK_COMPLETE": "zsh", **variables})
    assert ran.stdout.decode("ascii").startswith("overdue\tCac cam ket")


def test_a_program_that_knows_nothing_of_this_does_nothing(shared):
    before = shared.ledger.exists()
    ran = shared("2", "add-progress", "trained", "5", "--yes")
    assert (ran.code, ran.out, shared.ledger.exists()) == (2, "", before)


def test_neither_typer_nor_models_are_loaded(shared):
    script = (
        "import sys; from cdstrack.complete.shells import answer;"
        "sys.argv[1:] = ['1', 'show', '']; answer();"
        "sys.exit({'typer', 'pydantic', 'rich'} & set(sys.modules) != set())"
    )
    environ = environment(shared.folder, _CDSTRACK_COMPLETE="zsh")
    ran = subprocess.run([sys.executable, "-c", script], cwd=shared.folder, env=environ)
    assert ran.returncode == 0


# what is said of hostile text


def test_descriptions_are_one_line_in_which_everything_is_seen(cli):
    title = '"a\\tb\\nc\\u001b[31m\\u202e $(x)"'
    cli.write(f"  - id: evil\n    title: {title}\n")
    assert tab("cdstrack show ").said == {"evil": "a b c\\x1b[31m\\u202e $(x)"}


# bash


def test_bash_is_told_the_id_alone_when_one_remains(shared):
    assert tab_in_bash("cdstrack show tr") == ["trained"]
    assert tab_in_bash("cdstrack show huan") == [":by-title", "trained"]


def test_bash_lists_titles_behind_several_ids(shared):
    assert tab_in_bash("cdstrack show m") == ["ministers"]
    assert tab_in_bash("cdstrack history --body so") == ["south"]
    assert tab_in_bash("cdstrack completion ") == ["bash", "zsh", "fish"]
    assert tab_in_bash("cdstrack add-progress signed --part ") == [
        "online  (Online)",
        "sign    (Signs)",
    ]


@pytest.mark.parametrize("kind", shells.ONE_BY_ONE)
def test_bash_is_told_ids_alone_when_it_inserts_them_in_turn(shared, kind):
    line = "cdstrack add-progress signed --part "
    assert tab_in_bash(line, kind) == ["online", "sign"]


def test_bash_keeps_what_was_typed_while_several_titles_hold_it(shared):
    told = tab_in_bash("cdstrack show so")
    assert [each.split()[0] for each in told[:-1]] == [":by-title", "signed", "portal"]
    assert told[-1] == " "


def test_bash_has_broken_a_word_at_an_equals_sign():
    assert tab_in_bash("cdstrack status --format=js") == ["json"]
    assert tab_in_bash("cdstrack status --lang=vi --state=ov") == ["overdue"]
    assert tab_in_bash("cdstrack check --output=sar") == [":goes-on", "sarif="]


def test_titles_fit_the_screen(shared):
    told = tab_in_bash("cdstrack --lang vi ", COLUMNS="60")
    assert max(map(len, told)) == 60 - 1
    assert any(each.endswith("…)") for each in told)


def test_what_bash_lists_begins_with_different_words(shared):
    for line in ("cdstrack ", "cdstrack show ", "cdstrack status --", "cdstrack history --body "):
        firsts = [each.split()[0] for each in tab_in_bash(line)]
        assert len(set(firsts)) == len(firsts) > 3


# fish


def test_fish_hands_over_the_last_word_with_its_quotes(shared):
    asked = {"_CDSTRACK_COMPLETE": "fish", "LANG": "en_GB"}
    assert list(shells.lines(["1", "show", '"tr'], asked)) == ["trained\tOfficials trained"]
    assert "status\tWhere every commitment stands." in list(shells.lines(["0", ""], asked))
