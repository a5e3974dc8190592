"""Fuzz the reader of progress.jsonl, the fast one against the strict one, with atheris."""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["cdstrack"]):
    from tests.fuzz.judging import judge_ledger

if __name__ == "__main__":
    atheris.Setup(sys.argv, judge_ledger)
    atheris.Fuzz()
