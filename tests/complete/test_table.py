"""The table that completion reads says what the commands say."""

from cdstrack.cli import COMMANDS
from cdstrack.complete.command_table import read_table
from cdstrack.i18n import LANGUAGES, Words
from tools.completion_table import FILE, as_text, build_table

TABLE = read_table()


def test_the_table_is_that_of_the_commands():
    assert FILE.read_text("utf-8") == as_text(build_table()), "run `make table`"


def test_every_command_and_option_has_words():
    assert list(TABLE.commands) == list(COMMANDS)
    for lang in LANGUAGES:
        words = Words(lang)
        for command in TABLE.commands.values():
            for each in (command, *command.options, *TABLE.common, *TABLE.top):
                assert words(each.help)


def test_a_shell_is_named_or_refused_with_those_there_are(cli):
    for shell in ("bash", "zsh", "fish"):
        ran = cli("completion", shell)
        assert (ran.code, ran.err) == (0, "")
        assert f"_CDSTRACK_COMPLETE={shell}" in ran.out
    ran = cli("completion", "tcsh", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "bash, zsh or fish" in ran.err
    assert cli("completion").code == 2


def test_every_value_with_a_few_choices_has_them():
    formats = {
        name: [option.value.choices for option in command.options if "--format" in option.names]
        for name, command in TABLE.commands.items()
    }
    assert all(choices for listed in formats.values() for choices in listed)
    assert formats["status"] == [["table", "plain", "json", "csv", "md", "svg"]]
    assert "sarif" in formats["check"][0]
