"""``cdstrack seal``: what the ledger and the register are now, in a few lines that can be kept."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app import notary
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import StoreError
from cdstrack.render.seal_lines import sealed_lines
from cdstrack.store.outputs import refuse_own, write_whole
from cdstrack.store.seals.seal_file import list_path, seal_text


def run(
    session: Session,
    *,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="opt_output_seal")
    ] = None,
) -> int:
    store = session.store()
    document = notary.seal_files(store, now=session.now, known_on=session.known_on(store))
    session.problems(document.problems)
    if document.seal is None:
        session.remark([[(session.words("seal_refused"), "error")]])
        return EXIT_DATA
    text = seal_text(document.seal)
    if output is None:
        session.write([text], "seal")
        return EXIT_OK
    path = Path(output)
    with outcome(session) as receipt:
        originals = store.own_files()
        # A seal is evidence: neither it nor anything else is ever replaced by another.
        for file in (path, list_path(path)):
            if os.path.lexists(file):
                raise StoreError("output_exists", path=str(file))
            refuse_own(file, originals)
        write_whole(list_path(path), document.list, originals=originals, new=True)
        try:
            write_whole(path, text, originals=originals, new=True)
        except BaseException:  # a list without its seal would only be in the way of the next
            list_path(path).unlink(missing_ok=True)
            raise
        names = str(path), str(list_path(path))
        receipt += sealed_lines(document.seal, *names, store.zone, session.words)
        session.say(receipt)
    return EXIT_OK
