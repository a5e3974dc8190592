"""What a register may name: no hidden file, nothing behind a link, no file that is no ledger."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.cases import every_case
from tests.cli.build import TRAINED

REPORT = ["add-progress", "trained", "5", "--date", "2026-06-30", "--yes", "--lang", "en"]
HIDDEN = [
    ".git/config", ".GIT/config", ".Git/hooks/x", "git~1/config", "GIT~1/config", ".git./config",
    "'.git /config'", "sub/.hidden", ".bashrc", "sub/./.env", "progress.jsonl.", "'p.jsonl '",
    "BASHRC~1", "PROGRE~1.JSO",
]  # fmt: skip
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
NO_LEDGERS = [POINTER, "# Read me\n", "read me", '{"name":"x"}\n', '{"id":"x"}', "a: b", "[1]\n"]


@pytest.mark.promise("named-paths")
@every_case("path", HIDDEN)
@every_case("key", ["ledger", "waivers"])
def test_a_hidden_name_is_refused_not_read_and_not_written(cli, path, key):
    name = path.strip("'")
    file = cli.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("root:x:0:0\n", encoding="utf-8")
    line = f"ledger: {path}\n" if key == "ledger" else f"check: {{waivers: {path}}}\n"
    cli.write(TRAINED + line)
    for command in (["validate"], ["check"], ["status"]):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, "root" in ran.err + ran.out) == (3, False)
    assert any(words in ran.err for words in ("a hidden name", "must lie beside the register"))
    if key == "ledger":
        ran = cli(*REPORT)
        assert (ran.code, cli.ledger.exists()) == (3, False)
        assert "Not saved. targets.yaml names a ledger that is refused" in ran.err
    assert file.read_text("utf-8") == "root:x:0:0\n"


@pytest.mark.promise("named-paths")
@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "../../secret"])
def test_waivers_outside_are_refused_and_not_read(cli, path):
    (cli.folder.parent / "secret").write_text("root:x:0:0\n", encoding="utf-8")
    cli.write(TRAINED + f"check: {{waivers: '{path}'}}\n")
    ran = cli("check", "--lang", "en")
    assert (ran.code, "root" in ran.err) == (3, False)
    assert "must lie beside the register" in ran.err


@pytest.mark.promise("named-paths")
@pytest.mark.parametrize("name", ["h/progress.jsonl", "a/h/progress.jsonl"])
def test_a_ledger_behind_a_link_is_neither_read_nor_written(cli, name):
    home = cli.folder.parent / "elsewhere"
    home.mkdir()
    (home / "progress.jsonl").write_text("root:x:0:0\n", encoding="utf-8")
    (cli.folder / "a").mkdir()
    (cli.folder / name).parent.symlink_to(home)
    cli.write(TRAINED + f"ledger: {name}\n")
    for command in (REPORT, ["status"], ["validate"], ["check", "--lang", "en"]):
        ran = cli(*command)
        assert (ran.code, "root" in ran.err) == (3, False)
    assert f"{name} is not read" in ran.err
    assert (home / "progress.jsonl").read_text("utf-8") == "root:x:0:0\n"


@pytest.mark.promise("named-paths")
@pytest.mark.parametrize("name", ["w.yaml", "h/w.yaml"])
def test_waivers_behind_a_link_are_not_read(cli, name):
    secret = cli.folder.parent / "secret"
    secret.mkdir()
    (secret / "w.yaml").write_text("root:x:0:0\n", encoding="utf-8")
    (cli.folder / "h").symlink_to(secret)
    (cli.folder / "w.yaml").symlink_to(secret / "w.yaml")
    cli.write(TRAINED + f"check: {{waivers: {name}}}\n")
    ran = cli("check", "--lang", "en")
    assert (ran.code, "root" in ran.err, "is a link" in ran.err) == (3, False, True)


def test_the_folder_of_the_register_may_be_reached_by_a_link(cli):
    link = cli.folder.parent / "link"
    link.symlink_to(cli.folder)
    (cli.folder / "data").mkdir()
    cli.write(TRAINED + "ledger: data/p.jsonl\n")
    ran = cli(*REPORT, "--file", str(link / "targets.yaml"))
    assert (ran.code, (cli.folder / "data/p.jsonl").exists()) == (0, True)


def test_a_ledger_in_a_folder_that_is_not_there(cli):
    cli.write(TRAINED + "ledger: data/p.jsonl\n")
    ran = cli("validate", "--lang", "en")
    assert (ran.code, "data/p.jsonl is not there, nor is its folder data" in ran.err) == (0, True)
    ran = cli(*REPORT)
    assert (ran.code, "There is no folder data for the ledger" in ran.err) == (3, True)
    (cli.folder / "data").mkdir()
    assert cli(*REPORT).code == 0
    assert cli("validate", "--lang", "en").err == ""


@pytest.mark.promise("named-paths")
@pytest.mark.parametrize(
    ("command", "text"),
    [
        (name, "progres.jsonl is not there, so no report counts")
        for name in ("validate", "status", "check", "seal")
    ],
)
def test_a_ledger_that_is_named_and_missing_is_said(cli, command, text):
    cli.write(TRAINED + "ledger: progres.jsonl\n")
    assert text in cli(command, "--lang", "en").err
    cli.write(TRAINED)
    assert cli(command, "--lang", "en").err == ""


@pytest.mark.parametrize(
    ("name", "beside", "near"),
    [
        ("progres.jsonl", "progress.jsonl", True),
        ("reports-2026.jsonl", "progress.jsonl", True),
        ("reports.jsonl", "report.jsonl", True),
        ("reports.jsonl", "zones.jsonl", False),
        ("progress.jsonl", "progres.jsonl", False),
    ],
)
def test_what_lies_beside_a_ledger_that_is_missing_is_named(cli, name, beside, near):
    cli.write(TRAINED + f"ledger: {name}\n")
    (cli.folder / beside).write_text("\n", encoding="utf-8")
    ran = cli("check", "--lang", "en")
    assert (f"Beside it lies {beside}" in ran.err) is near


ADDRESSES = [
    "mysql://clerk:hush@db.example/register",
    "postgres:clerk:hush@db",
    "sqlite:hush.db",
    "http://clerk:hush@db",
    "clerk:hush@db",
    "//clerk:hush@db/register",
    "host=db user=clerk password=hush",
    "'postgres://clerk:hu sh@db/hush.jsonl'",
]
SECRETS = [
    "postgresql://clerk:hush@db.example/register",
    "postgresql://hush@db/register",
    "'postgresql://clerk:hu sh@db/hush.jsonl'",
    "postgresql://db/register?password=hush",
    "postgresql://db/register?user=hush",
    "postgresql://db/register?sslmode=require&sslkey=hush",
    "postgresql://db/register?passfile=hush",
    "postgresql://db/register?options=hush",
    "postgresql://db/register?service=hush",
    "postgresql:///register?host=/hush",
]
NO_ADDRESSES = [
    "postgresql:hush", "postgresql:/db/hush", "postgresql://db", "postgresql://db/a/hush",
    "postgresql://db/register?sslmode=hush", "postgresql://db/register?sslmode=disable&hush=1",
    "postgresql://db:hush/register", "postgresql://d b/hush", "postgresql://db/hush.jsonl",
]  # fmt: skip
FORMS = ["text", "json", "github", "junit", "sarif", "summary"]


@pytest.mark.promise("named-paths")
@every_case("address", ADDRESSES)
def test_the_address_of_a_database_is_no_ledger_and_its_password_is_not_shown(cli, address):
    cli.write(TRAINED + f"ledger: {address}\n")
    commands = [["validate"], ["status"], ["status", "--format", "json"], ["due"], ["history"]]
    commands += [["check", "--format", form] for form in FORMS]
    for command, lang in zip([*commands, REPORT[:-2]], cycle(["vi", "en"])):
        ran = cli(*command, "--lang", lang)
        assert (ran.code, "hush" in ran.err + ran.out) == (3, False), command
    ran = cli("validate", "--lang", "en")
    assert "The ledger is a file here, or a PostgreSQL database" in ran.err
    assert not cli.ledger.exists()


@pytest.mark.promise("named-paths")
@every_case(
    "address, text",
    [(address, "says who connects") for address in SECRETS]
    + [(address, "not the address of a database") for address in NO_ADDRESSES],
)
def test_an_address_that_says_too_much_or_nothing_is_refused_and_not_shown(cli, address, text):
    cli.write(TRAINED + f"ledger: {address}\n")
    commands = [["validate"], ["status"], ["check", "--format", "github"], REPORT[:-2]]
    for command, lang in zip(commands, cycle(["vi", "en"])):
        ran = cli(*command, "--lang", lang)
        assert (ran.code, "hush" in ran.err + ran.out) == (3, False), command
    assert text in cli("validate", "--lang", "en").err


def test_a_server_that_nobody_agreed_to_is_not_connected_to(cli):
    cli.write(TRAINED + "ledger: postgresql://db.invalid/register\n")
    for command in (["validate"], ["status"], ["check"], REPORT[:-2]):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, "you have not agreed yet" in ran.err) == (3, True), command


@pytest.mark.promise("named-paths")
@every_case(
    "line",
    [
        "ledger: {url: postgresql://db, password: hush}", "ledger: [postgresql://me:hush@db]",
        "ledgr: postgresql://me:hush@db", "check: {waivers: postgresql://me:hush@db}",
        "desks: https://me:hush@host/desks.yaml", "ledger: postgresql://me:hush@db\nledger: x",
        "ledger: \"postgresql://me:hush@db", "timezone: me:hush@host",
    ],
)  # fmt: skip
def test_a_password_is_not_shown_wherever_it_was_written(cli, line):
    cli.write(TRAINED + f"{line}\n")
    for command in (["validate"], ["check", "--format", "github"], ["status", "--format", "json"]):
        ran = cli(*command)
        assert (ran.code, "hush" in ran.err + ran.out) == (3, False), command


@every_case("line", ["ledger: {file: a.jsonl}", "ledger: ''", "ledgr: a.jsonl"])
def test_nothing_is_recorded_where_the_name_of_the_ledger_cannot_be_read(cli, line):
    cli.write(TRAINED + f"{line}\n")
    ran = cli(*REPORT)
    assert (ran.code, cli.ledger.exists()) == (3, False)
    assert "Not saved. targets.yaml names a ledger that is refused" in ran.err


@pytest.mark.promise("foreign-files")
@every_case("text", NO_LEDGERS)
def test_nothing_is_added_to_a_file_in_which_no_line_is_a_record(cli, text):
    cli.write(TRAINED)
    cli.ledger.write_text(text, encoding="utf-8")
    ran = cli(*REPORT)
    assert (ran.code, cli.ledger.read_text("utf-8")) == (3, text)
    assert "none of its lines is a record" in ran.err
    assert [path.name for path in cli.folder.glob("*.torn-*")] == []


@pytest.mark.parametrize("text", ["", "\n", " \r\n", "\ufeff", '{"id":"abc","tar', '{"i', "\0\0\0"])
def test_the_beginning_of_a_ledger_takes_a_report(cli, text):
    cli.write(TRAINED)
    cli.ledger.write_text(text, encoding="utf-8")
    ran = cli(*REPORT)
    assert ran.code == 0, ran.err
    assert cli.state("trained")["value"] == 5


@pytest.mark.parametrize("name", ["TARGETS.YAML", "./targets.yaml", "Targets.yaml"])
def test_the_register_is_not_its_own_ledger_in_any_spelling(cli, name):
    cli.write(TRAINED + f"ledger: {name}\n")
    assert "must lie beside" in cli("validate", "--lang", "en").err


def test_a_hidden_name_is_refused_in_both_languages(cli):
    cli.write(TRAINED + "ledger: .git/config\ncheck: {waivers: .w.yaml}\n")
    said = cli("validate", "--lang", "en").err
    assert "The ledger .git/config has a hidden name" in said
    assert "The waivers .w.yaml have a hidden name" in said
    assert cli("validate", "--lang", "vi").err.count("là tên của tệp ẩn") == 2
