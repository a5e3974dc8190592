"""``python -m cdstrack.schema`` writes the schema anew beside this file."""

from pathlib import Path

from cdstrack.schema import NAME, as_text, build

Path(__file__).with_name(NAME).write_text(as_text(build()), encoding="utf-8", newline="\n")
