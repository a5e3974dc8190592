"""Keys that stand twice, and words where a figure belongs: what to write instead."""

from __future__ import annotations

import pytest

from tests.cli.build import HEAD

TARGET = """\
  - id: a
    title: A
    kind: reach
    unit: "%"
    owner: office
    target: {at_least: 5}
    deadline: 2025
    stated: {source: plan, by: X}
"""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("    title: A\n", "Both lines are the same: delete this one."),
        ("    deadline: 2026\n", "Line 12 says: 2025"),
        ("    id: b\n", "If this is a new entry, the hyphen before its first key is missing."),
        ("targets:\n", "To keep both, move the entries below this line to those below line 5."),
    ],
)
def test_a_key_that_stands_twice_is_told_what_to_do_about_it(cli, line, sentence):
    cli.write(TARGET + line)
    text = (cli.folder / "targets.yaml").read_text("utf-8")
    at = text[: text.index("    deadline")].count("\n") + 1
    first = text[: text.index("targets:")].count("\n") + 1
    ran = cli("--lang", "en", "validate")
    expected = sentence.replace("Line 12", f"Line {at}").replace("line 5", f"line {first}")
    assert (ran.code, expected in ran.err) == (3, True), ran.err


def test_a_new_entry_without_its_hyphen_is_shown_with_it(cli):
    cli.write(TARGET + "    id: b\n")
    assert "→   - id: b\n" in cli("--lang", "vi", "validate").err


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_for_a_target_are_no_figure(cli, lang):
    cli.write(TARGET.replace("{at_least: 5}", "cao"), head=HEAD)
    ran = cli("--lang", lang, "validate")
    assert ran.code == 3
    assert "“cao”" in ran.err
    assert "kind: unquantified" in ran.err
