"""Which reports an earlier version of a form has left: what a corrected form corrects.

A form is known by a mark that ``cdstrack template`` sets in a workbook: whose form it is. A file
without one is known by its name. The import key of a record holds the form, the file and the row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report, import_row
from cdstrack.store.sheet.grid import Book

_COPY = re.compile(
    r"^(?:copy of|bản sao của) |"
    r"(?: ?\([0-9]{1,3}\)| - (?:copy|bản sao|sao chép)| copy(?: [0-9]{1,3})?)+$"
)
"""What a system, a browser or a mail program adds to the name of a file that is there already."""


class FormVersions:
    """The reports in force that came with this form, in this file or in earlier ones."""

    def __init__(self, book: Book, ledger: Ledger) -> None:
        self._is_marked = book.form is not None
        self._form = sha256((book.form or _name_of(book.path)).encode()).hexdigest()[:12]
        self._digest = book.digest[:32]
        keyed = [record for record in ledger.records() if record.key is not None]
        self._by_row = {import_row(str(record.key)): record for record in reversed(keyed)}
        """By file and row; of copies, the earliest, which counts."""
        self._by_slot: dict[object, list[Report]] = {}
        of_form = {
            record.id: record for record in keyed if str(record.key).startswith(f"{self._form}.")
        }
        if of_form:
            self._file(ledger, of_form)

    def _file(self, ledger: Ledger, of_form: dict[str, Report]) -> None:
        """File the reports in force that are of the form, or correct one that is."""
        replaced = {record.id: record.corrects for record in ledger.dropped}
        for series in {record.series for record in of_form.values()}:
            for report in ledger.reports.get(series, ()):
                chain: set[str] = set()
                name: str | None = report.id
                corrected = report.corrects
                while name is not None and name not in chain and name not in of_form:
                    chain.add(name)
                    name, corrected = corrected, replaced.get(corrected or "")
                if name in of_form:
                    self._by_slot.setdefault(_slot(report), []).append(report)

    def key(self, row: int) -> str:
        """The import key of a row, counted from 1."""
        return f"{self._form}.{self._digest}:{row}"

    def record(self, row: int) -> Report | None:
        """What was recorded of a row when this very file was imported before."""
        return self._by_row.get(f"{self._digest}:{row}")

    def earlier(self, report: Report) -> Sequence[Report]:
        """What the form has said before about the same target, body, condition and period.

        Only what is of the same ``office`` as well was said by it for sure.
        """
        return self._by_slot.get(_slot(report), ())

    def office(self, report: Report) -> object:
        """What tells two offices apart that give their files the same name: the source.

        All that a marked form says is of one office.
        """
        if self._is_marked or report.source is None:
            return None
        return unicodedata.normalize("NFC", report.source)


def _slot(report: Report) -> object:
    return report.series, report.body, report.part, report.date.first, report.date.last


def _name_of(path: str) -> str:
    stem, suffix = Path(path).stem, Path(path).suffix
    stem, suffix = (unicodedata.normalize("NFC", part).casefold() for part in (stem, suffix))
    return _COPY.sub("", stem) + suffix
