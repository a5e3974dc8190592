"""The command line: parse, call the application, render, exit code. The only place with typer."""

import os
from keyword import iskeyword

# Plugins that happen to be installed have no say in how a register is read, and looking for them
# takes longer than reading one. pydantic asks when it is first imported.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from cdstrack.cli.main import main
from cdstrack.i18n.en import TEXTS

__all__ = ["COMMANDS", "main"]

_TAKEN = frozenset({"digest", "draft"})
"""Names of other files of the package: no two are called the same."""


def _module(name: str) -> str:
    """The module beside this one that is called like a command: ``-`` is ``_`` there, and what is
    a word of Python's own, or a file elsewhere, has a ``_`` behind it."""
    stem = name.replace("-", "_")
    is_taken = iskeyword(stem) or stem in _TAKEN
    return f"cdstrack.cli.{stem}_" if is_taken else f"cdstrack.cli.{stem}"


COMMANDS = {
    name: _module(name)
    for name in (
        key.removeprefix("cmd_").replace("_", "-") for key in TEXTS if key.startswith("cmd_")
    )
}
"""Every command that the catalogues describe, in their order, with the module whose ``run`` it is.

A new command is such a module and its line ``cmd_…`` in both catalogues. Only the module of the
command that is named is imported.
"""
