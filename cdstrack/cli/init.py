"""``cdstrack init``: a commented starter register; nothing is ever overwritten."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_OK, Session
from cdstrack.core.model.entries import Document
from cdstrack.core.model.problems import StoreError
from cdstrack.store.outputs import refuse_own, write_whole
from cdstrack.store.safe_open import REGISTER

_OWN_WORDS = {"output_exists": "init_exists", "output_unwritable": "not_written"}


def run(
    session: Session,
    *,
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="arg_folder")] = ".",
) -> int:
    path = Path(session.file) if session.file else Path(folder) / REGISTER
    starter = files("cdstrack.i18n").joinpath(f"starter.{session.words.lang}.yaml")
    text = starter.read_text(encoding="utf-8")
    # The starter keeps the time zone that registers have unless they say another.
    today = session.now.astimezone(ZoneInfo(Document.model_fields["timezone"].default)).date()
    for name, day in (("@TODAY@", today), ("@IN_A_YEAR@", today + timedelta(days=365))):
        text = text.replace(name, day.isoformat())
    try:
        refuse_own(path, ())  # before a folder is made
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text, new=True)
    except OSError as error:
        raise StoreError("not_written", path=str(path), reason=error.strerror or "") from None
    except StoreError as error:
        code = _OWN_WORDS.get(error.code, error.code)
        raise StoreError(code, **error.facts) from None
    with outcome(session) as receipt:
        receipt.append([(session.words("init_done", path=str(path)), "")])
        session.say(receipt)
    return EXIT_OK
