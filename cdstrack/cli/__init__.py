"""The command line: parse, call the application, render, exit code. The only place with typer."""

import os

# Plugins that happen to be installed have no say in how a register is read, and looking for them
# takes longer than reading one. pydantic asks when it is first imported.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from cdstrack.cli.main import main

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "status": "cdstrack.cli.status",
    "overdue": "cdstrack.cli.overdue",
    "show": "cdstrack.cli.show",
    "scoreboard": "cdstrack.cli.scoreboard",
    "due": "cdstrack.cli.due",
    "add-progress": "cdstrack.cli.add_progress",
    "template": "cdstrack.cli.template",
    "import": "cdstrack.cli.import_sheet",
    "history": "cdstrack.cli.history",
    "export": "cdstrack.cli.export",
    "check": "cdstrack.cli.check",
    "validate": "cdstrack.cli.validate",
    "init": "cdstrack.cli.init",
    "completion": "cdstrack.cli.completion",
}
"""Every command, with the module whose ``run`` it is; only the one that is named is imported.

A new command is such a module, a line here, and its words in both catalogues.
"""
