"""``cdstrack completion``: the script that teaches a shell to complete commands and ids."""

from importlib.resources import files
from typing import Annotated

import typer

from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_OK, Session


def run(
    session: Session,
    *,
    shell: Annotated[
        str,
        typer.Argument(metavar="SHELL", help="arg_shell"),
        OneOf(("bash", "zsh", "fish")),
    ],
) -> int:
    script = files("cdstrack.complete").joinpath(f"completion.{shell}")
    session.write([script.read_text(encoding="utf-8")], shell)
    return EXIT_OK
