"""``cdstrack verify``: what became of a ledger since it was sealed, and who signed the seal."""

from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app import notary
from cdstrack.cli.session import EXIT_DATA, EXIT_FINDINGS, EXIT_OK, Session
from cdstrack.render.seal_lines import verification_lines


def run(
    session: Session,
    *,
    seal: Annotated[str, typer.Argument(metavar="FILE", help="arg_seal")],
    signature: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="opt_signature")
    ] = None,
    allowed_signers: Annotated[
        str | None, typer.Option("--allowed-signers", metavar="PATH", help="opt_allowed_signers")
    ] = None,
    chain: Annotated[str | None, typer.Option(metavar="PATH", help="opt_chain")] = None,
) -> int:
    store = session.store()
    verification = notary.verify(
        store,
        Path(seal),
        now=session.now,
        signatures=list(map(Path, signature or ())),
        allowed_signers=Path(allowed_signers) if allowed_signers else None,
        chain=Path(chain) if chain else None,
    )
    session.problems(verification.problems)
    session.problems(verification.doubts, warnings=True)
    session.say(verification_lines(verification, store.zone, session.words))
    if not verification.complete:
        return EXIT_DATA
    return EXIT_OK if verification.passed else EXIT_FINDINGS
