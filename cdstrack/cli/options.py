"""The options that several commands take, and what an option may be asked to be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, NamedTuple

import typer

from cdstrack.cli.session import COLORS
from cdstrack.i18n import LANGUAGES


class OneOf(NamedTuple):
    """Beside an option in a signature: the values that it may have.

    ``with_path``: each has a path behind it, as in ``json=gate.json``.
    """

    values: Collection[str]
    with_path: bool = False


# The help of an option is a key of the catalogues; cli.help says it in the reader's language.
File = Annotated[
    str | None, typer.Option("--file", "-f", metavar="PATH", help="opt_file", show_default=False)
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="opt_as_of")]
KnownOn = Annotated[str | None, typer.Option("--known-on", metavar="DATE", help="opt_known_on")]
Offline = Annotated[bool | None, typer.Option("--offline", help="opt_offline")]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="vi|en", help="opt_lang"), OneOf(LANGUAGES)
]
Color = Annotated[
    str | None,
    typer.Option("--color", metavar="auto|always|never", help="opt_color"),
    OneOf(COLORS),
]

GLOBAL: dict[str, Any] = {
    "file": File,
    "as_of": AsOf,
    "known_on": KnownOn,
    "offline": Offline,
    "lang": Lang,
    "color": Color,
}
"""The options that every command takes, before it or after it."""

TableOrJson = Annotated[
    str,
    typer.Option("--format", metavar="table|json", help="opt_format_short"),
    OneOf(("table", "json")),
]
