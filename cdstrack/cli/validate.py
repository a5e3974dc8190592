"""``cdstrack validate``: everything that is wrong in the files, at once."""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from operator import attrgetter

from cdstrack.app import standing
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report


def run(session: Session) -> int:
    store = session.store()
    files = standing.validate(store)
    register, words = files.register, session.words
    reports, documents = 0, list[Report]()
    """Reports that count, and those that name a document: a batch is gone when the next is read."""

    def ledgers() -> Iterator[Ledger]:
        nonlocal reports
        for ledger in chain([files.ledger], files.more):
            reports += sum(map(len, ledger.reports.values()))
            documents.extend(report for report in ledger.records() if report.evidence is not None)
            yield ledger

    batches = ledgers()
    remarks = store.surroundings(batches) if register is not None else []
    for _ in batches:  # without a register nothing else looks at them
        pass
    for read in (partial(store.waivers, None), store.desks):
        try:
            remarks += read()[1]
        except StoreError as error:  # one file that cannot be had hides nothing of the others
            remarks.append(Problem(error.code, error.facts))
    remarks += store.evidence_problems(sorted(documents, key=attrgetter("order")))
    totals = {remark.facts["report"] for remark in remarks if remark.code == "pitfall_cumulative"}
    problems = [
        problem  # what is said more exactly below is not said twice
        for problem in files.problems
        if problem.code != "report_overlap" or problem.facts["report"] not in totals
    ]
    errors = session.problems([*problems, *remarks], warnings=True)
    damage = any(problem.code.startswith("ledger_") for problem in files.problems)
    if register is None or errors or damage:
        return EXIT_DATA
    session.say([[(words("valid", targets=len(register.targets), reports=reports), "good")]])
    return EXIT_OK
