"""``cdstrack validate``: everything that is wrong in the files, at once."""

from cdstrack.app import standing
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session


def run(session: Session) -> int:
    loaded = standing.validate(session.store())
    if loaded.problems:
        failed = session.problems(loaded.problems, warnings=True)
        damaged = any(problem.code.startswith("ledger_") for problem in loaded.problems)
        if failed or damaged or loaded.register is None:
            return EXIT_DATA
    register = loaded.register
    if register is None:
        return EXIT_DATA
    reports = sum(len(series) for series in loaded.ledger.reports.values())
    words = session.words
    session.say([[(words("valid", targets=len(register.targets), reports=reports), "good")]])
    return EXIT_OK
