"""What the fuzzers call, on their seeds: so it works on the day that they are run."""

from __future__ import annotations

from unittest.mock import ANY

import pytest

from cdstrack.core.model.problems import Problem
from cdstrack.store.ledger import fast as ledger_fast
from cdstrack.store.yaml import register_file, tree
from tests.fuzz import judging
from tests.fuzz.judging import judge_ledger, judge_register, seeds_of_ledgers, seeds_of_registers


def judge_all(seeds, judge):
    for seed in seeds:
        judge(seed)


@pytest.mark.promise("any-bytes")
def test_the_seeds_of_registers_stand():
    seeds = seeds_of_registers()
    assert len(seeds) > 100
    for seed in seeds[::6]:  # each is judged, cut somewhere, by the tests of the parsers
        judge_register(seed)


def test_the_seeds_of_ledgers_stand():
    seeds = seeds_of_ledgers()
    assert len(seeds) >= 10
    for seed in seeds:
        judge_ledger(seed)
        judge_ledger(seed.replace(b"\n", b"\r\n"))
        judge_ledger(seed * 50)


def test_a_parser_that_drops_something_is_found_out(monkeypatch):
    pure_events = tree.pure_events
    monkeypatch.setattr(
        tree, "pure_events", lambda text: pure_events(text.replace("Roads", "Rods"))
    )
    with pytest.raises(AssertionError, match="the parsers differ"):
        judge_all(seeds_of_registers(), judge_register)


def test_a_fast_reader_that_is_lax_is_found_out(monkeypatch):
    monkeypatch.setattr(ledger_fast, "_encode", lambda _: ANY)
    with pytest.raises(AssertionError, match="the fast reader and the strict one differ"):
        judge_all(seeds_of_ledgers(), judge_ledger)


def test_a_register_that_vanishes_without_a_word_is_found_out(monkeypatch):
    monkeypatch.setattr(register_file.RegisterFile, "_head", lambda *_: False)
    with pytest.raises(AssertionError):
        judge_register(seeds_of_registers()[-1])


def test_a_control_character_in_a_message_is_found_out(monkeypatch):
    monkeypatch.setattr(judging, "problem_lines", lambda *_: [[("\x1b[31m", "")]])
    monkeypatch.setattr(judging, "paint", lambda lines, _: [line[0][0] for line in lines])
    with pytest.raises(AssertionError):
        judging._show([Problem("x", place=judge_register and None)])
