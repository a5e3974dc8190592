"""The command line: parse, call the application, render, exit code. The only place with typer."""

from cdstrack.cli.main import main

__all__ = ["main"]
