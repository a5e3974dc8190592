"""The options that every command takes, before it or after it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from cdstrack.cli.session import Session

# The help of an option is a key of the catalogues; cli.help says it in the reader's language.
File = Annotated[
    str | None, typer.Option("--file", "-f", metavar="PATH", help="opt_file", show_default=False)
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="opt_as_of")]
KnownOn = Annotated[str | None, typer.Option("--known-on", metavar="DATE", help="opt_known_on")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="vi|en", help="opt_lang")]
Color = Annotated[
    str | None, typer.Option("--color", metavar="auto|always|never", help="opt_color")
]

GLOBAL: dict[str, Any] = {
    "file": File,
    "as_of": AsOf,
    "known_on": KnownOn,
    "lang": Lang,
    "color": Color,
}

Run = Callable[..., int]


def with_globals(run: Run) -> Run:
    """Give a command the global options, and its session with them applied.

    ``run(session, …own options)`` becomes ``command(context, …own options, …global options)``.
    """
    own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in GLOBAL.items()
    ]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    @wraps(run)
    def command(context: typer.Context, **values: Any) -> None:
        asked = {name: values.pop(name) for name in GLOBAL}
        session: Session = context.obj
        code = run(session.with_options(asked["file"], asked["as_of"], asked["known_on"]), **values)
        raise typer.Exit(code)

    keyword_only = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    parameters = [context, *keyword_only, *extra]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command  # type: ignore[return-value]
