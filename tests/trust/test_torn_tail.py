"""A torn last line: commands go on without it and name it; validate does not pass the file."""

from __future__ import annotations

from tests.cli.build import TRAINED


def test_a_torn_tail_is_named_everywhere_and_validate_does_not_pass_it(cli):
    cli.write(TRAINED)
    cli.ledger.write_text('{"id": "a', encoding="utf-8")
    status, validate = cli("status", "--lang", "en"), cli("validate", "--lang", "en")
    assert (status.code, validate.code) == (0, 3)
    for ran in (status, validate):
        assert "progress.jsonl:1:1: warning: The last line was not written to its end" in ran.err
