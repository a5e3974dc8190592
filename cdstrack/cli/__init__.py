"""The command line: parse, call the application, render, exit code. The only place with typer."""

import os

# Plugins that happen to be installed have no say in how a register is read, and looking for them
# takes longer than reading one. pydantic asks when it is first imported.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from cdstrack.cli.main import main

__all__ = ["main"]
