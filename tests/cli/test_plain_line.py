"""What is read without typer is what typer reads, or it is left to typer."""

import itertools

import pytest

from cdstrack.cli import COMMANDS
from cdstrack.cli.options import GLOBAL
from cdstrack.cli.parser import build
from cdstrack.cli.plain_line import HOT, plain_line
from cdstrack.complete.command_table import read_table
from tests.cases import every_case

TABLE = read_table()


def by_typer(args):
    """What typer reads: the command, the global options before and behind it, its own values."""
    cli = build(*HOT)
    context = cli.make_context("cdstrack", list(args), obj=None)
    name, command, rest = cli.resolve_command(context, context._protected_args + context.args)
    below = command.make_context(name, rest, parent=context)
    # An empty list is None before it comes to a command.
    own = {k: None if v == [] else v for k, v in below.params.items() if k not in GLOBAL}
    return name, context.params, below.params, own


def check_alike(*args):
    """Both ways read the same; returns whether the plain one read it at all."""
    line = plain_line(args)
    if line is None:
        return False
    name, *common, own = by_typer(args)
    assert line.run.__module__ == COMMANDS[name]
    for options, params in zip((line.before, line.behind), common, strict=True):
        for option in ("--file", "--as-of", "--known-on"):
            assert options.get(option) == params[option[2:].replace("-", "_")]
    assert {**line.run.__kwdefaults__, **line.values} == own
    return True


def some_value(option):
    return option.value.choices[-1] if option.value.choices else "2024-06-30"


def words_of(name):
    return ["dx"] * len(TABLE.commands[name].arguments)


def test_a_bare_command():
    for name in sorted(HOT):
        assert check_alike(name, *words_of(name)), name


@pytest.mark.parametrize(
    ("name", "words"), [("history", []), ("add-progress", []), ("add-progress", ["dx"])]
)
def test_a_command_without_what_it_does_not_have_to_be_told(name, words):
    assert check_alike(name, *words)


@every_case("name", sorted(HOT))
def test_each_option_in_each_form(name):
    words = words_of(name)
    for option in TABLE.commands[name].options:
        for spelt in option.names:
            if option.value is None:
                forms = [[spelt], [spelt, spelt]]
            else:
                value = some_value(option)
                forms = [[spelt, value], [f"{spelt}={value}"], [spelt, value, spelt, value]]
            for form in forms:
                check_alike(name, *words, *form)
                check_alike(name, *form, *words)


GLOBALS = [["--file", "a.yaml"], ["-f", "b"], ["--as-of", "2024"], ["--known-on", "2025-01-01"],
           ["--lang", "vi"], ["--color", "never"]]  # fmt: skip


def test_any_two_global_options_before_and_behind():
    for one, other in itertools.product(GLOBALS, repeat=2):
        assert check_alike(*one, "show", "dx", *other)
        assert check_alike("show", *one, "dx", *other)


@every_case("name", sorted(HOT))
def test_a_global_option_before_and_behind(name):
    for option in GLOBALS:
        assert check_alike(*option, name, *words_of(name), *option)


SURPRISES = [
    "", "--version", "-h status", "status -x -h", "nothing -h", "status show -h", "-- status",
    "status --", "status -h --lang vi", "--version -h",
    "status extra", "show", "show a b", "status --form json", "status --format nothing",
    "status --format=", "status --format", "status --summary=yes", "status --depth 2",
    "status --depth x", "status -fpath", "status -f=path", "status -x", "status --within -5d",
    "overdue --within -90d", "show -5", "nothing", "nothing status", "--as-of status",
    "--file= status", "status --lang fr", "--format json status", "--version status",
    "check --output json=x", "add-progress dx -5", "import x.csv", "status --state nothing",
]  # fmt: skip


def test_what_is_no_plain_line_is_left_to_typer():
    assert [line for line in SURPRISES if plain_line(line.split()) is not None] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_is_what_typer_would_have_printed(cli, lang):
    for name in ("", *COMMANDS):
        args = ["--lang", lang, *name.split()]
        assert plain_line([*args, "--help"]) is not None, name
        assert plain_line([*args, "-h", "-h"]) is None, name
        assert cli(*args, "--help") == cli(*args, "-h", "-h"), name


def test_an_empty_word_is_left_to_typer():
    assert plain_line(["show", ""]) is None
    assert plain_line(["status", "--owner", ""]) is None


@pytest.mark.parametrize("line", ["show \u22125", "status --owner=\u22125", "show dx -f \u22125"])
def test_the_sign_of_mathematics_is_left_to_typer(line):
    assert plain_line(line.split()) is None


def test_the_value_of_an_option_may_be_the_name_of_a_command():
    assert plain_line(["--file", "status", "overdue"]) is None
    assert check_alike("show", "status")


def test_most_lines_are_plain():
    for line in ("status --state overdue --state missed --owner mic --format json --all",
                 "show dx --format=json", "history dx --body mic", "overdue --within 90d",
                 "--lang vi --as-of 2024-06-30 check --within 30d"):  # fmt: skip
        assert check_alike(*line.split())
