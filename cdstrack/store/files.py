"""A register in files: targets.yaml, which people write, and progress.jsonl, which we write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from cdstrack.core.checks.ledger_checks import check_ledger, days_of_plain_reports
from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Granted, Ledger, MirrorState, Origin, Register
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.model.work import Work
from cdstrack.core.values.points import competition
from cdstrack.store.base import (
    ALL,
    Belief,
    EntryMark,
    LedgerStore,
    Loaded,
    LocalLedger,
    Prepare,
    Receipt,
    Sealable,
    Version,
    Visit,
    Wanted,
    in_places,
)
from cdstrack.store.ledger.append import append_reports
from cdstrack.store.ledger.load import Choice, end_of, garbage_kept, places_of, read_ledger
from cdstrack.store.ledger.reduction import Part, Starts
from cdstrack.store.safe_open import read_bytes, refuse_links
from cdstrack.store.yaml.register_file import LEDGER, TIMEZONE, RegisterFile
from cdstrack.store.yaml.tree import LIMIT_BYTES

if TYPE_CHECKING:
    from cdstrack.core.checks.seals import Leaf
    from cdstrack.core.model.periods import Duration
    from cdstrack.core.model.report import Report
    from cdstrack.core.model.server_address import ServerAddress
    from cdstrack.store.ledger.leaves import Hashes
    from cdstrack.store.postgres.shared_ledger import SharedLedger


@dataclass(eq=False)
class FileStore:
    """The store behind the command line.

    ``waiting`` is called once when another writer has held the ledger for a second; without the
    ``present`` moment no record is of the future. ``visit`` is shown every line that is loaded.
    What takes long is counted in ``work``. ``replacement`` is where the ledger is, whatever the
    register says; ``indexes`` says where those of large ledgers are kept, None for nowhere.
    """

    path: Path
    waiting: Callable[[], None] = lambda: None
    present: datetime | None = None
    visit: Visit | None = None
    work: Work | None = None
    replacement: ServerAddress | None = None
    indexes: Choice = lambda: None
    offline: bool = False
    """Whether a ledger on a server is read from its mirror."""
    sees_part: bool = False
    """Whether a server sent only a part of its ledger, of which no seal can be made."""
    limit: Duration | None = None
    """How old that mirror may be for a gate."""

    @cached_property
    def _file(self) -> RegisterFile:
        """targets.yaml, read once. Raises StoreError ``file_*``."""
        data = read_bytes(self.path, limit=LIMIT_BYTES)
        with garbage_kept():  # many targets are no garbage either
            if self.work is None:
                file = RegisterFile(data, str(self.path))
            else:
                with self.work.at("work_register"):
                    file = RegisterFile(data, str(self.path))
        if self.replacement is not None:
            file.replace_ledger(self.replacement)
        if file.server is not None and file.register is not None:
            file.register = replace(file.register, origin=self._origin(file.server))
        return file

    def _origin(self, address: ServerAddress) -> Origin:
        """Where the ledger is, for who reads what was made of it: of a mirror, of when."""
        if not self.offline:
            return Origin(str(address))
        from cdstrack.store.mirror import Mirror  # only on a train

        position = Mirror(self.path.parent).position()
        if position is None:  # who reads it is told so
            return Origin(str(address))
        state = MirrorState(position.time.astimezone(UTC), position.records, position.sha256)
        return Origin(str(address), state)

    @cached_property
    def _ledger(self) -> LedgerStore:
        """Where the reports are: in a file, or on the server that the register names."""
        file, folder, name = self._file, self.path.parent, self._file.ledger
        if file.server is not None and self.offline:
            return self._offline(file.server)
        if file.server is not None:
            from cdstrack.store.postgres.shared_ledger import SharedLedger  # most are files

            return SharedLedger(
                file.server,
                self.zone,
                file.register,
                present=self.present,
                waiting=self.waiting,
            )
        if "/" in name:  # that the ledger is no link itself is seen when it is opened
            refuse_links(folder, name, end=False)
        return FileLedger(
            folder / name, file, self.path, self.waiting, self.present, self.work, self.indexes
        )

    def _offline(self, address: ServerAddress) -> LedgerStore:
        from cdstrack.store.mirror import Mirror, OfflineLedger  # only on a train

        return OfflineLedger(
            address,
            Mirror(self.path.parent),
            self.zone,
            self._file.register,
            present=self.present,
            waiting=self.waiting,
            limit=self.limit,
        )

    @property
    def server(self) -> SharedLedger | None:
        """The ledger on the server that the register names, None where it is a file.

        Raises StoreError where it is to be done without."""
        if self._file.server is None:
            return None
        if self.offline:
            raise StoreError("offline_not_this", server=self._file.server.server)
        return cast("SharedLedger", self._ledger)

    @property
    def zone(self) -> ZoneInfo:
        register = self._file.register
        return ZoneInfo(register.timezone if register else TIMEZONE)

    def register(self) -> tuple[Register | None, Sequence[Problem]]:
        return self._file.register, self._file.problems

    def ledger(self, wanted: Wanted = ALL) -> tuple[Ledger, Sequence[Problem]]:
        return self._ledger.read(wanted, self._visit_of(wanted))

    def _visit_of(self, wanted: Wanted) -> Visit | None:
        """Who is shown what is read; nobody where that is less than everything."""
        has_less = self._file.server is not None and not self.offline and not wanted.is_whole
        self.sees_part = self.sees_part or has_less
        return None if has_less else self.visit

    def in_batches(self, wanted: Wanted, problems: list[Problem]) -> Iterator[Ledger]:
        if self._file.server is None or self.offline:
            ledger, damage = self._ledger.read(wanted, self._visit_of(wanted))
            problems += damage
            yield ledger
        else:
            shared, visit = cast("SharedLedger", self._ledger), self._visit_of(wanted)
            ledgers = shared.in_batches(wanted, problems, visit)
            with (self.work or Work()).at("work_ledger"):  # until the server has sorted them
                first = next(ledgers)
            yield first
            yield from ledgers

    def load(self, *, known_on: date | None = None, lean: bool = False) -> Loaded:
        wanted = Wanted(known_on=known_on)
        if lean and self._file.server is not None:
            remarks = [*self._file.problems]
            ledgers = self.in_batches(wanted, remarks)
            return Loaded(self._file.register, next(ledgers), remarks, ledgers)
        ledger, problems = self._ledger.read(wanted, self.visit)
        return Loaded(self._file.register, ledger, [*self._file.problems, *problems])

    def surroundings(self, ledgers: Iterator[Ledger]) -> list[Problem]:
        """What is worth a look, but never in the way: copies beside the files, texts that only
        look alike, forms that invite a wrong verdict. A ledger may come in batches."""
        first = next(ledgers)
        pitfalls = self._pitfalls(chain([first], ledgers))
        return [*pitfalls, *self._ledger.surroundings(first)]

    def _pitfalls(self, ledgers: Iterable[Ledger]) -> list[Problem]:
        from cdstrack.core.checks.pitfalls import check_pitfalls

        register = self._file.register
        pitfalls = [
            problem
            for ledger in (ledgers if register is not None else ())
            for problem in check_pitfalls(cast(Register, register), ledger)
        ]
        of_targets = [problem for problem in pitfalls if "report" not in problem.facts]
        of_reports = [problem for problem in pitfalls if "report" in problem.facts]
        return [*map(self._file.placed, of_targets), *in_places(of_reports, self._ledger.places)]

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        return self._ledger.torn_pieces(ledger)

    def own_files(self) -> list[Path]:
        """What no command may write over: register, ledger, waivers, desks, there or to come."""
        folder, register = self.path.parent, self._file.register
        beside = [register.check.waivers, register.desks] if register is not None else []
        names = [self._file.ledger, *(name for name in beside if name is not None)]
        return [self.path, *(folder / name for name in names)]

    def waivers(self, path: Path | None) -> tuple[Sequence[Granted], Sequence[Problem]]:
        register = self._file.register
        if path is None and register is not None and register.check.waivers is not None:
            refuse_links(self.path.parent, register.check.waivers, end=True)
            path = self._waivers
        if path is None:
            return (), ()
        from cdstrack.store.yaml.waiver_file import read_waivers  # most registers have none

        targets = {*register.targets, *register.broken} if register else set()
        return read_waivers(path, targets)

    @property
    def _waivers(self) -> Path | None:
        register = self._file.register
        name = register.check.waivers if register is not None else None
        return self.path.parent / name if name is not None else None

    def keep_evidence(self, name: str, data: bytes) -> Path | None:
        """Keep a document beside the ledger, or beside the register of one on a server; where it
        is, if it does not go where the reports go. Raises StoreError ``evidence_*``, ``output_*``.
        """
        from cdstrack.store.evidence import FOLDER, keep  # few reports come with a document

        is_shared = self._file.server is not None
        neighbour = self.path if is_shared else self._ledger.path
        keep(neighbour, name, data)
        return neighbour.parent / FOLDER / name if is_shared else None

    def evidence_problems(self, records: Iterable[Report]) -> list[Problem]:
        """What is wrong with the documents of records and sources, each in its place."""
        from cdstrack.store.evidence import (  # only validate asks
            check_evidence,
            check_shared_evidence,
            check_sources,
        )

        register = self._file.register
        sources = register.sources if register is not None else {}
        of_sources = [
            replace(problem, place=self._file.tree.place(problem.path))
            for problem in check_sources(self.path, sources)
        ]
        if self._file.server is not None:
            documents = [*check_shared_evidence(self.path, records)]
        else:
            documents = [*check_evidence(self._ledger.path, records)]
        of_reports = [problem for problem in documents if "report" in problem.facts]
        unnamed = [problem for problem in documents if "report" not in problem.facts]
        in_order = in_places(of_reports, self._ledger.places) if of_reports else ()
        return [*of_sources, *in_order, *unnamed]

    def desks(self) -> tuple[Sequence[Desk] | None, Sequence[Problem]]:
        register = self._file.register
        if register is None or register.desks is None:
            return None, ()
        from cdstrack.store.yaml.desk_file import read_desks  # only who asks for them

        refuse_links(self.path.parent, register.desks, end=True)
        return read_desks(self.path.parent / register.desks, register)

    def desks_at(
        self, rev: str
    ) -> tuple[Register | None, Sequence[Desk] | None, Sequence[Problem]]:
        from cdstrack.store.ledger_trail import FilesAtVersion  # few gates ask for them
        from cdstrack.store.yaml.desk_file import DesksFile

        today = self._file.register
        files = FilesAtVersion(self.path, rev)
        data = files.file(self.path.name)
        register = RegisterFile(data, str(self.path)).register if data is not None else None
        if today is None or today.desks is None or register is None:
            return register, *self.desks()
        # Who may write is decided by the bodies and groups of then; for a target that is new since,
        # by its owner's place among them.
        register = replace(register, targets={**today.targets, **register.targets})
        if register.desks is None:
            return register, *self.desks()
        data = files.file(register.desks)
        if data is None:
            return register, *self.desks()
        return register, DesksFile(data, f"{rev}:{register.desks}", register).desks, ()

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        return self._ledger.places(ids)

    def earlier(
        self, rev: str, waivers: Path | None = None, now: datetime | None = None
    ) -> Version:
        from cdstrack.store.comparison import version_at  # only who asks for it needs git

        file, is_named = waivers or self._waivers, waivers is not None
        if self._file.server is None:
            return version_at(self.path, rev, self._ledger.path, file, is_named=is_named, now=now)
        from cdstrack.store.comparison import Shared
        from cdstrack.store.mirror import MIRROR
        from cdstrack.store.postgres.witness import content_of, day_seals, late_since

        address = self._file.server
        if self.offline:
            raise StoreError("offline_not_this", server=address.server)
        ledger = self.path.parent / MIRROR
        shared = Shared(
            str(address),
            content_of(address),
            partial(late_since, address),
            partial(content_of, address),
            lambda last: day_seals(address, last=last),
        )
        return version_at(self.path, rev, ledger, file, is_named=is_named, now=now, shared=shared)

    def place(self, *path: str) -> Place:
        return self._file.tree.place(path)

    def sealable(self) -> Sealable:
        """All that a seal is made of. Raises StoreError."""
        from cdstrack.store.ledger.leaves import Leaves  # few commands seal or verify
        from cdstrack.store.seals.digests import digests_of

        leaves = Leaves()
        self.visit = leaves.visit
        files = self.load()
        title = files.register.title.vi if files.register is not None else ""
        digests = digests_of(self._file, self.path.parent)
        return Sealable(files, leaves.all, title, digests)

    def hashes(self, moment: datetime) -> Hashes:
        """What a short seal of a moment is made of, which fills when the ledger is loaded."""
        from cdstrack.store.ledger.leaves import Hashes  # few commands publish

        self.visit = hashes = Hashes(moment)
        return hashes

    def sealed_commit(self) -> str | None:
        """The commit that holds register, ledger and waivers as they stand; None if none does."""
        if self.server is not None:  # a commit holds no more than its mirror
            return None
        from cdstrack.store.git import head_with

        register = self._file.register
        waivers = register.check.waivers if register is not None else None
        beside = [self.path.parent / waivers] if waivers is not None else []
        path = self._ledger.path
        ledger = [path] if path.exists() else []
        return head_with([self.path, *ledger, *beside])

    def leaves_at(self, commit: str) -> Sequence[Leaf] | None:
        """The lines of the ledger in a commit, None if they cannot be had."""
        from cdstrack.store.git import file_at
        from cdstrack.store.ledger.leaves import leaves_in

        server = self._file.server  # which has its mirror in git
        path = self._ledger.path if server is None else self.path.parent / "progress.jsonl"
        content = file_at(path, commit)
        return leaves_in(content) if content is not None else None

    @property
    def has_clock(self) -> bool:
        return self._ledger.has_clock

    @property
    def login(self) -> str | None:
        return self._ledger.login

    @property
    def clock(self) -> datetime | None:
        return self._ledger.clock

    def entries(self, request: Wanted) -> Mapping[str, EntryMark]:
        return self._ledger.entries(request)

    @property
    def sees_all(self) -> bool:
        return self._ledger.sees_all

    @property
    def stewards(self) -> str | None:
        return self._ledger.stewards

    @property
    def ledger_name(self) -> str:
        """The path of the ledger, for a reader."""
        return str(self._ledger.path)

    @contextmanager
    def on_trust(self) -> Iterator[Belief]:
        belief, ledger, register = Belief(), self._ledger, self._file.register
        # Where several series are judged, all of a ledger is read to append to it.
        if not isinstance(ledger, FileLedger) or register is None or register.judges:
            yield belief
            return
        ledger.belief = belief
        try:
            yield belief
        finally:
            ledger.belief = None

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> Sequence[Receipt]:
        if not self._file.takes_reports:
            raise StoreError("not_saved_no_ledger", path=str(self.path))
        return self._ledger.append(prepare, wanted, again=again)


@dataclass(eq=False)
class FileLedger(LocalLedger):
    """A ledger in a file beside its register.

    ``file`` is the register's, read, and ``register_path`` where that is; the rest is as for
    ``FileStore``.
    """

    path: Path
    file: RegisterFile
    register_path: Path
    waiting: Callable[[], None] = lambda: None
    present: datetime | None = None
    work: Work | None = None
    indexes: Choice = lambda: None
    belief: Belief | None = None
    """As for ``Store.on_trust``."""

    def read(
        self, wanted: Wanted = ALL, visit: Visit | None = None
    ) -> tuple[Ledger, Sequence[Problem]]:
        register, path = self.file.register, self.path
        if register is None:
            return Ledger({}), ()
        zone = register.timezone
        before = end_of(wanted.known_on, ZoneInfo(zone)) if wanted.known_on is not None else None
        ledger, damage = read_ledger(
            path,
            before,
            visit,
            present=self.present,
            work=self.work,
            judges=register.judges,
            part=(self._part(register, wanted.targets) if wanted.targets is not None else None),
            indexes=self.indexes,
            belief=self.belief,
        )
        to_check = ledger if type(ledger.reports) is dict else _to_check(register, ledger)
        problems = list(check_ledger(register, to_check))
        if problems:
            problems = in_places(problems, self.places)
        absent = self._absence(register) if not path.exists() else []
        return ledger, [*absent, *damage, *problems]

    def _part(self, register: Register, targets: Set[str]) -> Part | None:
        """What has to be kept of the ledger where some targets are wanted; None for all of it."""
        if self.present is None:
            return None
        days = days_of_plain_reports(register)
        starts = Starts((name, days[name]) for name in days.keys() - targets)
        return Part(starts, self.present)

    def _absence(self, register: Register) -> list[Problem]:
        """Of a ledger that is not there: a name that was mistyped must not be judged as a ledger
        without reports in silence. One of the usual name is made by the first report, unless it
        lies beside under another name.
        """
        from cdstrack.store.ledger.surroundings import likely_ledger  # few ledgers are absent

        ledger = self.path
        code = "no_ledger" if ledger.parent.exists() else "no_ledger_folder"
        facts = {"path": str(ledger), "folder": str(ledger.parent)}
        near = likely_ledger(ledger, LEDGER, register.targets)
        if near is not None:
            code, name = "no_ledger_near", near.relative_to(self.register_path.parent).as_posix()
            facts |= {"near": str(near), "name": name}
        elif self.file.ledger == LEDGER:
            return []
        place = self.file.tree.place(("ledger",))
        return [Problem(code, facts, ("ledger",), place, "warning")]

    def surroundings(self, ledger: Ledger) -> list[Problem]:
        from cdstrack.store.ledger.surroundings import copies_beside, lookalikes

        dropped_ids = {report.id for report in ledger.dropped}
        register = self.file.register
        targets = {*register.targets_of, *register.broken} if register is not None else set()
        copies = copies_beside(self.register_path, self.path, ledger, targets)
        return [*lookalikes(self.path, dropped_ids), *copies]

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        from cdstrack.store.ledger.surroundings import torn_pieces  # only the gate asks

        return list(torn_pieces(self.path, ledger))

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        return places_of(self.path, ids)

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> Sequence[Receipt]:
        register = self.file.register
        return append_reports(
            self.path,
            prepare,
            competition=lambda name: competition(register.subject(name) if register else None),
            targets=wanted.targets,
            judges=register.judges if register is not None else {},
            again=again,
            present=self.present,
            waiting=self.waiting,
            work=self.work,
            indexes=self.indexes,
            belief=self.belief,
        )


def _to_check(register: Register, ledger: Ledger) -> Ledger:
    """What has to be looked at for problems of a ledger in an index: not its plain reports."""
    from cdstrack.store.ledger.joined import JoinedReports  # only large ledgers have an index

    closings = [target.closed.how for target in register.targets.values() if target.closed]
    if "missed" in closings or not isinstance(ledger.reports, JoinedReports):
        return ledger  # a closing is checked by a verdict
    starts = Starts(days_of_plain_reports(register))
    return replace(ledger, reports=ledger.reports.passing_over(starts))
