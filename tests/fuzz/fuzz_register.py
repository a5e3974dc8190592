"""Fuzz the reader of targets.yaml, and the judging of what it reads, with atheris."""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["cdstrack", "yaml"]):
    from tests.fuzz.judging import judge_register

if __name__ == "__main__":
    atheris.Setup(sys.argv, judge_register)
    atheris.Fuzz()
