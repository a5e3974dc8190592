"""``cdstrack completion``: the script that teaches a shell to complete commands and ids."""

from importlib.resources import files
from typing import Annotated

import typer

from cdstrack.cli.session import EXIT_OK, Session
from cdstrack.cli.status import one_of

SHELLS = ("bash", "zsh", "fish")


def run(
    session: Session,
    *,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="arg_shell")],
) -> int:
    one_of("SHELL", shell, SHELLS)
    script = files("cdstrack.complete").joinpath(f"completion.{shell}")
    session.write([script.read_text(encoding="utf-8")])
    return EXIT_OK
