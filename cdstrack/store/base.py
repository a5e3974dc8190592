"""What every store promises: a register, the reports that are wanted of its ledger, an append."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.register import Granted, Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, replace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from cdstrack.core.checks.seals import Leaf


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a ledger somebody wants to see. A store may give more, never less; and whatever is
    wrong with a ledger it names, whether wanted or not, if it has to look at it all the same.

    ``targets`` are what reports name (``Target.ledger_id``), None for all there are; with one come
    its slices and other series. ``known_on`` leaves out what was recorded after a day. ``bodies``
    are those whose reports are wanted (None is among them for those on a target as a whole), but
    for ``entire`` targets. ``as_of`` leaves out reports on later days, but for what tells whether
    the others count. Only a store that has to fetch what it reads looks at these three.
    """

    targets: frozenset[str] | None = None
    known_on: date | None = None
    bodies: frozenset[str | None] | None = None
    entire: frozenset[str] = frozenset()
    as_of: date | None = None
    in_part: bool = False
    """Whether it is enough to see what this login may see, because nothing is judged by it."""

    @property
    def is_whole(self) -> bool:
        """Whether that is everything that was known on a day."""
        return self.targets is None and self.bodies is None and self.as_of is None


ALL = Wanted()
Places = Callable[[Collection[str]], Mapping[str, Place]]
"""Where the records with some ids stand, in that order."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A register, its ledger and everything that is wrong with their files.

    Of a ledger that comes in batches it has the first, and ``more`` gives the others; all problems
    are there when the last was taken.
    """

    register: Register | None
    ledger: Ledger
    problems: Sequence[Problem] = ()
    more: Iterable[Ledger] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A file that the gate reads stands elsewhere than it did, by another name or behind a link."""

    file: Literal["register", "ledger", "waivers"]
    old: str
    new: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that came in since a version and says that it was recorded before it.

    Or before the ``commit`` after which it came; ``moment`` is that of the one or the other.
    """

    report: Report
    place: Place
    moment: datetime
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """A line that came in since a version and does not stand as it came: where it stood."""

    commit: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a commit held between a version and today; no register where none could be read.

    ``follows`` says whether the commit came directly after the one before it, or the version.
    """

    commit: str
    moment: datetime
    register: Register | None
    waivers: Sequence[Granted] = ()
    follows: bool = True


Knowledge = Callable[[str, date, bool], Ledger]
"""The reports on a target and on its slices that were known at the end of a day; with the arrivals
or without."""


@dataclass(frozen=True, slots=True)
class Version:
    """A register as it once was, and what has happened since to its files.

    ``register`` is None where there was none, or none that can be read. A problem is an error where
    not all of it can be compared, and a warning where nothing was promised yet. ``lost`` counts the
    records that are not in ``ledger``, the path of today's, any more. ``moment`` is when it was
    committed at the earliest: the latest date on the line of first parents up to it. ``waivers``
    are those that counted then, None where today's do, ``desks`` those that it had, None where it
    named none. ``steps`` are the commits since, oldest first, to be gone through once; ``losses``
    finds the lines that came with them and went or changed again. ``reports`` gives those on a
    target and its slices that were known at the end of a day, with the ``arrivals`` or without.
    """

    register: Register | None
    ledger: str
    lost: int
    problems: Sequence[Problem] = ()
    moment: datetime | None = None
    waivers: Sequence[Granted] | None = None
    desks: Sequence[Desk] | None = None
    moves: Sequence[Move] = ()
    arrivals: Sequence[Arrival] = ()
    steps: Iterable[Step] = ()
    losses: Callable[[], Sequence[Loss]] = lambda: ()
    changed_days: Sequence[date] = ()
    """Days on which something else came to a server than was sealed."""
    reports: Knowledge = lambda target, day, with_arrivals: Ledger({})


@dataclass(frozen=True, slots=True)
class Sealable:
    """What a seal is made of: every line of the ledger, and what the files beside it come to.

    ``digests`` has those of ``register``, ``policy`` and ``waivers``, an empty text for what is
    not there; what cannot be read is left out. ``title`` is the register's.
    """

    files: Loaded
    leaves: Sequence[Leaf]
    title: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append did: the report that stands in the ledger, and whether it is new.

    ``in_force`` is what counts for the date of a clerk's report, if anything does.
    """

    report: Report
    new: bool
    in_force: Report | None = None
    aside: tuple[str, int] | None = None
    """The file into which the end of the ledger was moved first, and how many lines that was."""
    outbox: str | None = None
    """The file in which the report waits until the server of its ledger can be had."""


class EntryMark(NamedTuple):
    """When a record came to a server, and who was signed in."""

    moment: datetime
    login: str


Prepare = Callable[[Ledger], Sequence[Report]]
"""Makes the reports from the ledger as it stands under the lock (``--add`` needs that), as far as
it was wanted."""


class LedgerAccess(Protocol):
    """What can be asked of a ledger, and done to it, wherever it is."""

    @property
    def has_clock(self) -> bool:
        """Whether the store says when a report was recorded, and no clock of its writer."""

    @property
    def login(self) -> str | None:
        """As whom one is signed in where the ledger is; None where nobody is. Raises StoreError."""

    @property
    def clock(self) -> datetime | None:
        """The time where the ledger is; None where the machine's own counts. Raises StoreError."""

    def entries(self, request: Wanted) -> Mapping[str, EntryMark]:
        """Of the records that are wanted, by id, those that somebody else brought in than they
        say, or at another time. None in a file, which anybody may write. Raises StoreError."""

    @property
    def sees_all(self) -> bool:
        """Whether the reports of every body may be read, or those of the own alone.

        Raises StoreError.
        """

    @property
    def stewards(self) -> str | None:
        """Whom to ask where only some reports may be read or written. Raises StoreError."""

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        """What was set aside and holds whole records that are not in the ledger."""

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        """Where the records with some ids stand, as far as they do, and in that order."""

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> Sequence[Receipt]:
        """Add reports durably, all of them or none; what is in force already is only found.

        ``wanted`` holds whatever ``prepare`` looks at, and all targets that its reports are on.
        Raises StoreError when nothing could be saved, Fault when ``prepare`` refuses.
        """


class Store(LedgerAccess, Protocol):
    """A register and its ledger, wherever they live."""

    def register(self) -> tuple[Register | None, Sequence[Problem]]:
        """The register alone, with its problems: the ledger is not read."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the register's days; the usual one where it cannot be read."""

    def ledger(self, wanted: Wanted = ALL) -> tuple[Ledger, Sequence[Problem]]:
        """What is wanted of the ledger of a register that can be read, and what is wrong with it.

        Nothing of a register that cannot. Raises StoreError.
        """

    def in_batches(self, wanted: Wanted, problems: list[Problem]) -> Iterator[Ledger]:
        """The same for who keeps no reports: those of one batch of targets are gone when the next
        one is asked for. Where reading few costs as much as reading all there is one batch.

        What is wrong is added to ``problems``; all of it is there when the last one was taken.
        """

    def load(self, *, known_on: date | None = None, lean: bool = False) -> Loaded:
        """Both in one: the register and all of its ledger, with all problems; the ledger
        ``in_batches`` for who is ``lean``."""

    def waivers(self, path: Path | None) -> tuple[Sequence[Granted], Sequence[Problem]]:
        """The waivers of a file, else of the one that the register names; none if none is named.

        Raises StoreError: ``waivers_missing``, else ``file_*``.
        """

    def earlier(
        self, rev: str, waivers: Path | None = None, now: datetime | None = None
    ) -> Version:
        """Register, ledger and waivers as they once were, and what has happened to them since.

        ``waivers`` names their file, as for ``waivers``; ``now`` is the present moment.
        Raises StoreError when they cannot be had.
        """

    def place(self, *path: str) -> Place:
        """Where a key of the register stands, or where it would."""

    def desks(self) -> tuple[Sequence[Desk] | None, Sequence[Problem]]:
        """The desks of the register with what is wrong with them, None where it names no file.

        Raises StoreError: ``desks_missing``, else ``file_*``.
        """

    def desks_at(
        self, rev: str
    ) -> tuple[Register | None, Sequence[Desk] | None, Sequence[Problem]]:
        """The same at a version, and the register of then with the targets that are new since.

        Today's desks, if there were none then; no register, if none can be read. Raises StoreError
        ``version_*`` too.
        """

    def on_trust(self) -> AbstractContextManager[Belief]:
        """Meanwhile an index is believed to belong to the ledger until something is appended, for
        to look is most of the work: ``append`` raises BeliefError where it does not."""

    @property
    def ledger_name(self) -> str:
        """The path of the ledger, for a reader."""


@dataclass(eq=False)
class Belief:
    """What is read on the understanding that whoever appends will look whether it is true."""

    digest: bytes | None = None
    """Of the beginning of a ledger, as its index has it; None while nothing was believed."""


class BeliefError(Exception):
    """What was believed is not true. Nothing was written."""


Visit = Callable[[int, Sequence[bytes], Sequence[Report]], None]
"""Is shown whole lines that hold records: the number of the first, the lines, the records."""


class LedgerStore(LedgerAccess, Protocol):
    """Where the reports of a register are: the ledger in a file, or one on a server."""

    @property
    def path(self) -> Path:
        """The file of its lines. Raises StoreError ``store_file_only`` where there is none."""

    def read(
        self, wanted: Wanted = ALL, visit: Visit | None = None
    ) -> tuple[Ledger, Sequence[Problem]]:
        """As ``Store.ledger``; ``visit`` is shown every line that is read."""

    def surroundings(self, ledger: Ledger) -> Sequence[Problem]:
        """What beside it is worth a look, but never in the way."""


class LocalLedger:
    """A ledger on this computer: nobody signs in, and its clock is the computer's."""

    has_clock = False
    login = None
    clock = None
    sees_all = True
    stewards = None

    def entries(self, request: Wanted) -> Mapping[str, EntryMark]:
        return {}


def in_places(problems: Sequence[Problem], places: Places, fact: str = "report") -> list[Problem]:
    """Problems of reports, each where the record stands that a fact names, in that order."""
    stand = places({str(problem.facts[fact]) for problem in problems if fact in problem.facts})
    copies = [
        replace(problem, place=stand.get(str(problem.facts.get(fact)), problem.place))
        for problem in problems
    ]
    ranks = {name: rank for rank, name in enumerate(stand)}
    return sorted(copies, key=lambda problem: ranks.get(str(problem.facts.get(fact)), -1))
