"""What one run knows: the reader's language and screen, the register asked for, the moment.

The only clock is here, and all that is asked of the environment, but for CDSTRACK_DEBUG (``main``),
CDSTRACK_BY (``reporter.who``), what git is run with and libpq is told (``postgres.connection``),
where indexes are kept (``index_file``), and completion, which has no time for sessions.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cdstrack.core.model.problems import Fault, Problem, Refusal, StoreError
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.i18n import LANGUAGES, Words, language_of
from cdstrack.render.messages import problem_lines
from cdstrack.render.text import Line, Look, ascii_only, fit, paint
from cdstrack.store.safe_open import find_register

if TYPE_CHECKING:
    from cdstrack.app.standing import About, Selection, Status
    from cdstrack.cli.watch import Watch
    from cdstrack.core.model.server_address import ServerAddress
    from cdstrack.core.model.work import Work
    from cdstrack.core.verdict.referee import Extract
    from cdstrack.store.base import Store
    from cdstrack.store.files import FileStore
    from cdstrack.store.ledger.index_file import Indexes

EXIT_OK, EXIT_FINDINGS, EXIT_USAGE, EXIT_DATA = 0, 1, 2, 3
EXIT_INTERRUPTED, EXIT_PIPE = 130, 141
NARROWEST = 40
MANY_LINES = 1 << 9
"""So many lines are handed over at once: to write costs the system as much for one."""
COLORS = ("auto", "always", "never")
PROSE = ("table", "text")
"""The formats for people; programs read all others."""


class PipeClosedError(Exception):
    """The reader of our output went away (``| head``). No OSError: typer would exit 1 on it."""


class OutputError(Exception):
    """The output could not be written (disk full, closed). Carries the system's reason."""


system_clock = partial(datetime.now, UTC)
"""The present moment, in UTC."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command; ``now`` is the moment at which it began."""

    words: Words
    out: Look
    err: Look
    now: datetime
    clock: Callable[[], datetime] = system_clock
    file: str | None = None
    as_of_text: str | None = None
    known_on_text: str | None = None
    offline: bool = False
    """Whether a ledger on a server is read from its mirror."""
    watch: Watch | None = None
    """Shows how far a long run has come; None where nobody would see it, or wants to."""

    @property
    def work(self) -> Work | None:
        """What the run is at, for whoever counts it; None where nobody looks."""
        return self.watch.start() if self.watch is not None else None

    def without_watch(self) -> Session:
        """The same for somebody who wants to see nothing but the answer."""
        return replace(self, watch=None)

    def with_options(
        self,
        file: str | None,
        as_of: str | None,
        known_on: str | None,
        *,
        offline: bool | None = None,
    ) -> Session:
        """The same with the global options of a command, where they were given."""
        return replace(
            self,
            file=file or self.file,
            as_of_text=as_of or self.as_of_text,
            known_on_text=known_on or self.known_on_text,
            offline=offline or self.offline,
        )

    def moment(self) -> datetime:
        """The present moment, in UTC; ``now`` may be long ago where somebody was asked."""
        return self.clock()

    def as_of(self, store: Store) -> date | None:
        """The day to judge by, if one was asked for. Raises Fault."""
        text = self.as_of_text or os.environ.get("CDSTRACK_AS_OF")
        return self._day(text, store) if text else None

    def known_on(self, store: Store) -> date | None:
        """The last day whose records count, if one was asked for. Raises Fault."""
        return self._day(self.known_on_text, store) if self.known_on_text else None

    def day_before(self, text: str, store: Store) -> date:
        """A day, or as long before the day asked for as a text says: ``30d``. Raises Fault."""
        from cdstrack.core.model.periods import parse_duration  # most runs look at one day
        from cdstrack.i18n.read_dates import read_period

        today = self.now.astimezone(store.zone).date()
        if not text.strip()[:-1].isdigit() or text.strip().isdigit():
            return read_period(text, self.words.lang, today).first
        back = parse_duration(text)
        day = self.as_of(store) or today
        return replace(back, months=-back.months, days=-back.days).after(day)

    def _day(self, text: str, store: Store) -> date:
        """The last day of what a person wrote, with today as the register has it."""
        from cdstrack.core.model.periods import parse_day  # most runs ask for no day

        with suppress(Fault):  # as files have it; whatever else it may be is told below
            return parse_day(text)
        from cdstrack.i18n.read_dates import read_period

        return read_period(text, self.words.lang, self.now.astimezone(store.zone).date()).last

    def status(
        self,
        select: Selection | None = None,
        store: FileStore | None = None,
        *,
        sealed: bool = False,
        about: About | None = None,
        reporter: str | None = None,
        extract: Extract | None = None,
    ) -> Status:
        """The register as of the day asked for, ``sealed`` where it is to be published; of the
        targets alone that the answer is ``about``, if that is known, and of one ``reporter``;
        an ``extract`` of the reports behind them where they themselves are not shown.

        Raises NoRegister, StoreError, Fault.
        """
        from cdstrack.app import standing

        store = store or self.store()
        as_of, known_on = self.as_of(store), self.known_on(store)
        hashes = None
        if sealed:
            from cdstrack.app.notary import hashes_of  # only what programs read carries a seal

            hashes = hashes_of(store, now=self.now, known_on=known_on)
        status = standing.status(
            store,
            now=self.now,
            as_of=as_of,
            known_on=known_on,
            select=select,
            about=about,
            work=store.work,
            reporter=reporter,
            extract=extract,
        )
        if hashes is None or store.sees_part:
            return status
        return replace(status, seal=hashes.short_seal())

    @property
    def in_actions(self) -> bool:
        """Whether this runs in GitHub Actions, which reads commands from the output."""
        return os.environ.get("GITHUB_ACTIONS") == "true"

    @property
    def repository(self) -> Path:
        """The folder that the paths in reports for CI are relative to."""
        folder = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
        return Path(folder) if folder else Path.cwd()

    @property
    def step_summary(self) -> Path | None:
        """Where GitHub Actions takes the summary of a step from."""
        file = os.environ.get("GITHUB_STEP_SUMMARY")
        return Path(file) if self.in_actions and file else None

    def store(self) -> FileStore:
        """The register: asked for, or here, or in a folder above. Raises StoreError."""
        from cdstrack.store.files import FileStore

        path = find_register(self.file or os.environ.get("CDSTRACK_FILE"))
        work = self.work if self.watch is not None else None
        ledger = os.environ.get("CDSTRACK_LEDGER")
        return FileStore(
            path,
            waiting=self._waiting,
            present=self.now,
            work=work,
            replacement=_server_of(ledger) if ledger else None,
            indexes=_indexes,
            offline=self.offline,
        )

    def _waiting(self) -> None:
        self.remark([[(self.words("waiting_for_lock"), "dim")]])

    def say(self, lines: Iterable[Line]) -> None:
        """The answer, on standard output."""
        self.write(paint(fit(lines, self.out), self.out))

    def write(self, chunks: Iterable[str], form: str = "text") -> None:
        """Text in a format on standard output. Raises PipeClosedError, OutputError.

        What programs read is UTF-8 whatever the locale says; what people read is for their screen.
        """
        if self.watch is not None and self.out.width is not None:
            self.watch.hide()
        _write(sys.stdout, chunks, as_utf8=form not in PROSE)
        if self.watch is not None:  # which watched a file grow
            self.watch.hide()

    def remark(self, lines: Iterable[Line]) -> None:
        """A remark, on standard error; it goes past ``write``, for a fault there is remarked on.

        Whoever has closed standard error wants to hear none.
        """
        if self.watch is not None:
            self.watch.hide()
        if sys.stderr is not None:
            _write(sys.stderr, paint(fit(lines, self.err), self.err))

    def problems(self, problems: Iterable[Problem], *, warnings: bool = False) -> bool:
        """Show problems on standard error; whether any of them is an error.

        Damage is always shown, and that the ledger is not there; other warnings are counted, unless
        all ``warnings`` are asked for.
        """
        problems = list(problems)
        if not problems:
            return False
        damage = ("ledger_", "version_", "no_ledger", "store_")
        grave = [p for p in problems if warnings or p.level == "error" or p.code.startswith(damage)]
        self.remark(problem_lines(grave, self.words, self.err))
        rest = len(problems) - len(grave)
        if rest:
            self.remark([[(self.words("warnings_left", n=rest), "dim")]])
        return any(problem.level == "error" for problem in problems)


def _server_of(ledger: str) -> ServerAddress:
    """The server that a variable of the environment names. Raises StoreError."""
    from cdstrack.core.model.server_address import parse_address  # most ledgers are files

    try:
        return parse_address(ledger)
    except Fault:
        raise StoreError("ledger_variable") from None


def _indexes() -> Indexes | None:
    from cdstrack.store.ledger.index_file import usual  # only large ledgers have an index

    return usual()


def _write(stream: TextIO | None, chunks: Iterable[str], *, as_utf8: bool = False) -> None:
    if stream is None:
        raise OutputError("EBADF")
    data = getattr(stream, "buffer", None) if as_utf8 else None
    try:
        if data is not None:
            for chunk in chunks:  # \udc80, as JSON writes it too, for a byte of a file's name
                data.write(chunk.encode("utf-8", "backslashreplace"))
        lines = iter(chunks if data is None else ())
        while block := [*islice(lines, MANY_LINES)]:
            try:
                stream.write("".join(block))
                continue
            except UnicodeEncodeError:  # a stream that knows ASCII alone, or Latin-1
                pass
            for line in block:
                try:
                    stream.write(line)
                except UnicodeEncodeError:
                    stream.write(ascii_only(line))
        stream.flush()
    except BrokenPipeError:
        raise PipeClosedError from None
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from None
    except ValueError:  # Python's own word for a closed stream
        raise OutputError("EBADF") from None


def by_title() -> bool:
    """Whether titles are searched too: for people only, a script names ids."""
    return sys.stdin is not None and sys.stdin.isatty()


def open_session(
    lang: str | None, color: str | None, clock: Callable[[], datetime] = system_clock
) -> Session:
    """The session for this environment; raises Refusal for an unknown language or colour mode."""
    for option, value, allowed in (("--lang", lang, LANGUAGES), ("--color", color, COLORS)):
        if value is not None and value not in allowed:
            raise Refusal("bad_choice", option=option, text=value, allowed=list(allowed))
    locale = language_of(os.environ)
    words = Words(next((language for language in LANGUAGES if language == lang), locale))
    err, watch = _look(sys.stderr, color), None
    if err.width is not None and os.environ.get("TERM") != "dumb":
        from cdstrack.cli.watch import Watch  # nobody sees it in a pipe

        watch = Watch(words, err)
    out = _look(sys.stdout, color)
    return Session(words=words, out=out, err=err, now=clock(), clock=clock, watch=watch)


def _look(stream: TextIO | None, color: str | None) -> Look:
    environ = os.environ
    is_terminal = stream is not None and stream.isatty()
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    knows_unicode = "utf" in encoding and environ.get("LC_ALL") not in ("C", "POSIX")
    width = None
    if is_terminal:
        from shutil import get_terminal_size  # loads much for a pipe that has no size

        width = max(get_terminal_size().columns, NARROWEST)
    in_actions = environ.get("GITHUB_ACTIONS") == "true"
    return Look(width, _wants_color(color, is_terminal), knows_unicode, in_actions)


def _wants_color(color: str | None, is_terminal: bool) -> bool:
    """``--color``, then NO_COLOR, FORCE_COLOR and CLICOLOR (no-color.org, bixense.com)."""
    environ = os.environ
    if color in ("always", "never"):
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return is_terminal and environ.get("CLICOLOR") != "0" and environ.get("TERM") != "dumb"
