"""Register, ledger and waivers as they were at a version in git, and what came of them since.

Files are looked for by the names that they have today, in the repository in which those names
stand: a link that was put in place of a file does not lead the comparison elsewhere. Of the
commits in between, the first parents of ``HEAD``, each is looked at once.
"""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path, PurePath
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Granted, Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import replace
from cdstrack.store.base import Arrival, Loss, Move, Step, Version
from cdstrack.store.commits import Commit, Commits
from cdstrack.store.day_seals import SEALS, DaySeal, days_unlike, seals_in
from cdstrack.store.git import Repository, same_text
from cdstrack.store.git_process import top_of
from cdstrack.store.ledger.load import (
    LedgerReader,
    content_lines,
    end_of,
    numbered_lines,
    open_ledger,
    read_line,
    without_loose_end,
)
from cdstrack.store.ledger.record import Damage, Reader
from cdstrack.store.ledger.reduction import Batch, Records, in_force
from cdstrack.store.mirror import MIRROR, canonical
from cdstrack.store.safe_open import REGISTER, read_bytes
from cdstrack.store.yaml.desk_file import DesksFile
from cdstrack.store.yaml.register_file import TIMEZONE, RegisterFile
from cdstrack.store.yaml.tree import LIMIT_BYTES
from cdstrack.store.yaml.waiver_file import WaiversFile

_LINKS = 20
_REWRITING = ("working-tree-encoding", "ident", "filter")
"""The attributes by which git changes more of a file than its line ends."""
_ID = re.compile(rb'"id"\s*:\s*("[0-9a-z-]+")?')
_RECORDED = re.compile(rb'"recorded"\s*:\s*"([0-9]{4}-[0-9]{2}-[0-9]{2})')
_FULL_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_GRACE = timedelta(days=1)
_BEGINNING = datetime.fromtimestamp(0, UTC)
"""No clock of a commit was set earlier in earnest."""


class Shared(NamedTuple):
    """A ledger on a server, as it is today."""

    address: str
    content: bytes
    """All its records as lines."""
    late: Callable[[datetime], Collection[str]]
    """The ids of records that say to be older than a moment and came in after it."""
    until: Callable[[date], bytes]
    """What of it came in by the end of a day."""
    day_seals: Callable[[date], Mapping[date, DaySeal]]
    """What of it came in on each day, up to a day."""


def version_at(
    path: Path,
    rev: str,
    ledger: Path,
    waivers: Path | None = None,
    *,
    is_named: bool = False,
    now: datetime | None = None,
    shared: Shared | None = None,
) -> Version:
    """The register at ``path`` at a revision of git, and what has happened since to its files.

    ``ledger`` and ``waivers`` are today's; ``is_named`` says that the waivers were named by whoever
    asks and not by the register. A ledger that did not exist was empty. No commit counts as later
    than ``now``, the present moment. Of a ledger that is ``shared`` on a server ``ledger`` is the
    mirror, whose earlier lines have to be on the server. Raises StoreError
    ``version_*``: no git, no repository, no such commit, commits left out, nothing that can be
    read as a file; ``ledger_*`` for today's ledger.
    """
    return _Comparison(path, rev, ledger, waivers, is_named, now, shared).version()


class _Spot(NamedTuple):
    """A repository, and the name in it at which a path stands, links not followed."""

    top: Path
    name: PurePath
    path: Path


class _Comparison:
    def __init__(
        self,
        path: Path,
        rev: str,
        ledger: Path,
        waivers: Path | None,
        is_named: bool,
        now: datetime | None,
        shared: Shared | None,
    ) -> None:
        self.shared = shared
        self.path, self.rev, self.ledger, self.waivers = path, rev, ledger, waivers
        self.is_named = is_named
        self.now = now if now is not None else datetime.max.replace(tzinfo=UTC)
        spot = _spot(path)
        if spot is None:
            raise StoreError("version_not_a_file", path=str(path), rev=rev)
        self.spot = spot
        self._check_nesting()
        # Asked from where the register lies, which must not be taken for a repository itself.
        inner = Repository(Path(os.path.realpath(path.parent)), rev)
        self.hash = inner.commit()
        self.repository = inner.at(rev, self.spot.top)
        self.commits = Commits(self.repository)
        self.commit = self.commits.commit(self.hash)
        self.moves: list[Move] = []
        self.problems: list[Problem] = []
        """Grows while the steps are gone through."""
        self.ledgers: list[str] = []
        """The ledger that the register of each commit named, as far as they were gone through."""
        self.waiver_files: dict[str, dict[str, bytes]] = {}
        """What stood at each commit in the files of waivers that were named, by name."""
        self.ledger_name = os.path.relpath(ledger, path.parent)

    def version(self) -> Version:
        name = self._place(self.spot.name)
        data = self.repository.file(self.hash, name, limit=LIMIT_BYTES)
        if data is not None:
            self._look_for_links("register", self.spot, name)
        self._look_for_other_registers(is_new=data is None)
        file = RegisterFile(data, str(self.path)) if data is not None else None
        register = file.register if file is not None else None
        before = self._ledger_then(file)
        absence = _problems(file, str(self.path), self.rev, self._register_elsewhere)
        self.problems += [*absence, *self._doubts()]
        self._check_attributes(register)
        grants = self._waivers_then(register)
        desks = self._desks_then(register)
        changed_days = self._changed_days(self.shared) if self.shared is not None else []
        steps = self._steps(name, file)
        lost, fresh = self._comparison(before)
        arrivals = list(self._arrivals(fresh, before)) if register is not None else []
        backdated = {arrival.place.line for arrival in arrivals}
        if self.shared is not None:
            arrivals = self._late(arrivals, self.shared)
        zone = ZoneInfo(register.timezone if register is not None else TIMEZONE)
        records = cache(lambda: LedgerReader(BytesIO(before), "").read())
        honest = cache(lambda: list(_reports(line for line in fresh if line[0] not in backdated)))
        return Version(
            register=register,
            ledger=str(self.ledger),
            lost=lost,
            problems=self.problems,
            moment=self.moment,
            waivers=grants,
            desks=desks,
            moves=self.moves,
            arrivals=arrivals,
            steps=steps,
            losses=lambda: self._losses(steps, before),
            changed_days=changed_days,
            reports=_Reports(
                records,
                honest,
                self.moment.astimezone(zone).date(),
                zone,
                [arrival.report for arrival in arrivals],
                register.judges if register is not None else {},
            ),
        )

    def _check_nesting(self) -> None:
        """Raise StoreError ``version_nested`` where another repository around this one holds the
        register too: by a name alone one cannot tell whose version is meant.

        A folder is made a repository, or a submodule, by whoever sends a change.
        """
        inner = self.spot.top
        outer = top_of(inner.parent) if top_of(inner) == inner else None
        if outer is None or _FULL_HASH.fullmatch(self.rev):
            return
        if self.rev == "HEAD" and Path.cwd().is_relative_to(inner):
            return  # as a hook in a submodule asks: what is not committed yet, against what is
        name = PurePath((inner / self.spot.name).relative_to(outer))
        repository = Repository(outer, "HEAD")
        commits = Commits(repository)
        hashes = []
        try:
            hashes = [repository.commit(), repository.resolve(f"{self.rev}^{{commit}}")]
        except StoreError as error:
            if error.code not in {"version_unknown", "version_unknown_shallow"}:
                raise
        versions = [commits.commit(hash_) for hash_ in hashes if hash_ is not None]
        if _is_tracked(repository, commits, versions, name):
            facts = {"folder": str(inner), "top": str(outer), "path": str(name), "rev": self.rev}
            raise StoreError("version_nested", **facts)

    @cached_property
    def line(self) -> list[datetime]:
        """The dates of the version and of its first parents, as they say themselves."""
        return [commit.moment for commit in self.commits.line(self.hash)]

    @cached_property
    def moment(self) -> datetime:
        """When the version was committed.

        Its own date is what whoever committed it wrote: it is not older than those before it, and
        not in the future.
        """
        return min(max(_BEGINNING, *self.line), self.now)

    def _doubts(self) -> Iterator[Problem]:
        """What is strange about the date of the version."""
        date_ = self.commit.moment
        facts = {"rev": self.rev, "moment": date_.date()}
        if date_ - self.now > _GRACE:
            yield Problem("version_date_ahead", facts, level="warning")
        elif self.moment - date_ > _GRACE:
            facts |= {"latest": self.moment.date()}
            yield Problem("version_date_old", facts, level="warning")

    def _check_attributes(self, register: Register | None) -> None:
        """Raise StoreError where git may have written a file otherwise than it was committed.

        It has an attribute for that, and differs from what the commit of today holds; line ends
        do not count. What stands in the folder would be judged, and what was committed be compared.
        """
        names = [self.ledger_name]
        names += [register.desks] if register is not None and register.desks else []
        spots = [self.spot, *map(self._beside, names)]
        waivers = _spot(self.waivers) if self.waivers is not None else None
        if waivers is not None and waivers.top == self.spot.top:
            spots.append(waivers)
        files = [spot.name.as_posix() for spot in spots]
        answer = self.repository.ask("check-attr", "-z", *_REWRITING, "--", *files)
        if answer.returncode:
            raise self.repository.failure(answer)
        words = os.fsdecode(answer.stdout).split("\0")
        for path, name, value in zip(words[::3], words[1::3], words[2::3], strict=False):
            if value not in ("unspecified", "unset") and not self._is_as_committed(path):
                raise StoreError("version_attribute", path=path, attribute=f"{name}: {value}")

    def _is_as_committed(self, path: str) -> bool:
        head = self.repository.head()
        try:
            content = self.repository.file(head, PurePath(path)) if head is not None else None
            return content is not None and same_text(content, (self.spot.top / path).read_bytes())
        except (StoreError, OSError):
            return False

    # Where files were

    def _place(self, name: PurePath) -> PurePath:
        """The name at which the version holds what is called so today.

        A link is followed as it stood then, if it stands today as it did. Raises StoreError.
        """
        refusal = StoreError("version_not_a_file", path=name.as_posix(), rev=self.rev)
        for _ in range(_LINKS):
            for part in (*reversed(name.parents[:-1]), name):
                entry = self.commits.entry(self.commit, part)
                if entry is None:
                    return name
                if entry.is_link:
                    break
            else:
                return name
            aim = os.fsdecode(dict(self.commits.blobs([entry.hash]))[entry.hash])
            if not _leads_to(self.spot.top / part, aim):
                raise refusal
            rest = name.parts[len(part.parts) :]
            name = PurePath(os.path.normpath(PurePath(part.parent, aim, *rest)))
            if name.is_absolute() or ".." in name.parts:
                raise refusal
        raise refusal

    def _look_for_links(
        self, file: Literal["register", "ledger", "waivers"], spot: _Spot, place: PurePath
    ) -> None:
        """Note that a file stands behind a link today, or behind another than it did."""
        real = _below(os.path.realpath(spot.top / spot.name), spot.top)
        if real != place.as_posix():
            self.moves.append(Move(file, place.as_posix(), real, is_link=True))

    def _look_for_other_registers(self, *, is_new: bool) -> None:
        """Note that another register would have been found from the folder of whoever asks.

        It stood nearer and is gone, or farther and is hidden by one that is new.
        """
        try:
            here = Path.cwd()
        except OSError:
            return
        home = Path(os.path.realpath(self.path.parent))
        if not here.is_relative_to(home):
            return
        for folder in (here, *here.parents):
            if not folder.is_relative_to(self.spot.top) or (folder == home and not is_new):
                return
            name = PurePath(folder.relative_to(self.spot.top), REGISTER)
            is_there = (folder / REGISTER).exists() and folder.is_relative_to(home)
            if not is_there and self.commits.entry(self.commit, name) is not None:
                old, new = name.as_posix(), self.spot.name.as_posix()
                self.moves.append(Move("register", old, new))
                return

    def _register_elsewhere(self) -> str | None:
        """Where the version holds commitments of today's register, if it was moved since.

        A register that this one hides, but that stands where it did, is a finding and no more.
        """
        if any(m.file == "register" and (self.spot.top / m.old).exists() for m in self.moves):
            return None
        today = RegisterFile(read_bytes(self.path, limit=LIMIT_BYTES), str(self.path)).register
        if today is None:
            return None
        targets = {*today.targets, *today.broken}
        names = {
            hash_: name
            for name, hash_, size in self.commits.listing(self.commit)
            if name.suffix.lower() in {".yaml", ".yml", self.path.suffix} and size <= LIMIT_BYTES
        }
        for hash_, data in self.commits.blobs(names):
            if b"targets" not in data:
                continue  # most other files are told by that, without being read as YAML
            register = RegisterFile(data, str(names[hash_])).register
            if register is not None and not targets.isdisjoint(
                {*register.targets, *register.broken}
            ):
                return names[hash_].as_posix()
        return None

    def _ledger_then(self, file: RegisterFile | None) -> bytes:
        """The ledger of the version, which its own register names."""
        today = self.ledger_name
        old = _ledger_of(file) if file is not None else today
        spot = self._beside(old)
        name = self._place(spot.name)
        server = str(file.server) if file is not None and file.server is not None else None
        if server is not None and (self.shared is None or self.shared.address != server):
            new = PurePath(today).as_posix() if self.shared is None else self.shared.address
            self.moves.append(Move("ledger", server, new))
        elif PurePath(old) != PurePath(today):
            self.moves.append(Move("ledger", PurePath(old).as_posix(), PurePath(today).as_posix()))
        else:
            self._look_for_links("ledger", spot, name)
        data = self.repository.file(self.hash, name)
        seals = self.seals.get(self.hash) if data is None and self.shared is not None else None
        if self.shared is not None and seals:
            return self.shared.until(seals[-1].day)  # whether it is that, the seals say
        if data is None and server is not None:  # then nobody can say what was on the server
            facts = {"path": old, "rev": self.rev}
            self.problems.append(Problem("version_no_ledger", facts))
        return self._spelling(without_loose_end(data or b""))

    @cached_property
    def seals(self) -> Mapping[str, Sequence[DaySeal]]:
        """The seals of days that the version and the commits since hold, by commit.

        Damage is a problem: it could hide anything.
        """
        name = self._place(self._beside(SEALS).name)
        commits = [self.commit, *self.trail]
        hashes = self.commits.files(commits, name)
        contents = dict(self.commits.blobs(hashes))
        seals: dict[str, Sequence[DaySeal]] = {}
        for commit, hash_ in zip(commits, hashes, strict=True):
            path = f"{commit.hash[:12]}:{name.as_posix()}"
            try:
                seals[commit.hash] = seals_in(contents[hash_], path) if hash_ is not None else []
            except StoreError as error:
                self.problems.append(Problem(error.code, error.facts))
        return seals

    def _changed_days(self, shared: Shared) -> list[date]:
        """The days on which something else came to the server than was sealed."""
        versions = {tuple(seals) for seals in self.seals.values() if seals}
        if not versions:
            return []
        today = shared.day_seals(max(seals[-1].day for seals in versions))
        return sorted({day for seals in versions for day in days_unlike(seals, today)})

    def _spelling(self, data: bytes) -> bytes:
        """The lines of a version; spelt as those of a server if they are compared with it."""
        if self.shared is None:
            return data
        return b"".join(canonical(line + b"\n") for line in content_lines(BytesIO(data)))

    @staticmethod
    def _late(arrivals: Sequence[Arrival], shared: Shared) -> list[Arrival]:
        """Those that the server says came in after the moment before which they claim to be: the
        mirror of a version may have been older than the version."""
        moments = {arrival.moment for arrival in arrivals}
        late = {moment: shared.late(moment) for moment in moments}
        return [
            replace(arrival, place=Place(f"{shared.address}#{arrival.report.id}", 1, 1))
            for arrival in arrivals
            if arrival.report.id in late[arrival.moment]
        ]

    def _beside(self, name: str) -> _Spot:
        """Where a file stands that a register names. Raises StoreError."""
        spot = _spot(self.path.parent / name)
        if spot is None or spot.top != self.spot.top:
            raise StoreError("version_not_a_file", path=name, rev=self.rev)
        return spot

    def _waivers_then(self, register: Register | None) -> Sequence[Granted] | None:
        """The waivers that counted at the version; None where those of today do.

        Those named by whoever asks count as they are, unless git holds them: then the same
        commit could have changed them.
        """
        if self.is_named and self.waivers is not None:
            spot = _spot(self.waivers)
            if spot is None or spot.top != self.spot.top:
                way = _name_below(self.waivers, self.spot.top)
                if way is not None and self._is_tracked(way):
                    path = str(self.waivers)
                    raise StoreError("version_waivers_elsewhere", path=path, rev=self.rev)
                return None
            name = self._place(spot.name)
            if not self._is_tracked(name):
                return None
        elif register is None:
            return None
        elif register.check.waivers is None:
            return ()
        else:
            spot = self._beside(register.check.waivers)
            name = self._place(spot.name)
        if self.waivers is not None and Path(self.waivers) == spot.path:
            self._look_for_links("waivers", spot, name)
        return self._grants(name, register, str(spot.path))

    def _desks_then(self, register: Register | None) -> Sequence[Desk] | None:
        """The desks that the version had; None where it named no file, or one that was not there.

        What was wrong with an entry then gave no right.
        """
        if register is None or register.desks is None:
            return None
        spot = self._beside(register.desks)
        data = self.repository.file(self.hash, self._place(spot.name), limit=LIMIT_BYTES)
        if data is None:
            return None
        return DesksFile(data, str(spot.path), register).desks

    def _is_tracked(self, name: PurePath) -> bool:
        """Whether the version, the commit of today or the next one holds a file."""
        versions = [self.commit, *self.trail[-1:]]
        return _is_tracked(self.repository, self.commits, versions, name)

    def _grants(self, name: PurePath, register: Register | None, path: str) -> Sequence[Granted]:
        data = self.repository.file(self.hash, name, limit=LIMIT_BYTES)
        if data is None:
            return ()
        targets = {*register.targets, *register.broken} if register is not None else set()
        # What was wrong with an entry then grants nothing; today's file is checked elsewhere.
        return WaiversFile(data, path, targets).granted

    # The commits in between

    @cached_property
    def trail(self) -> list[Commit]:
        """The commits to look at; before them the one from which they went another way than the
        version, if they did."""
        is_head = self.rev == "HEAD"
        head = self.hash if is_head else self.repository.head()
        if head is None:
            raise StoreError("version_no_head", folder=str(self.spot.top))
        trail = self.commits.trail(head, self.hash)
        if trail and trail[0].parents and trail[0].parents[0] != self.hash:
            trail.insert(0, self.commits.commit(trail[0].parents[0]))
        return trail

    def _steps(self, name: PurePath, file: RegisterFile | None) -> Iterator[Step]:
        """What each commit since held. Of the registers only those are content that come again."""
        if any(move.is_link for move in self.moves):
            return  # behind a link nothing can be followed, and that it is one is found
        hashes = self.commits.files(self.trail, name)
        contents = self.commits.blobs(hashes)
        mentions = Counter(hashes)
        files: dict[str | None, RegisterFile] = {}
        previous = self.hash
        for commit, hash_ in zip(self.trail, hashes, strict=True):
            if hash_ is not None and hash_ not in files:
                files = {key: content for key, content in files.items() if mentions[key]}
                _, data = next(contents)
                if len(data) > LIMIT_BYTES:
                    path = f"{commit.hash[:12]}:{name}"
                    raise StoreError("file_too_large", path=path, limit=LIMIT_BYTES)
                files[hash_] = RegisterFile(data, str(self.path))
            mentions[hash_] -= 1
            version = files.get(hash_)
            register = version.register if version is not None else None
            if version is not None and register is not None:
                file = version
            elif version is not None:
                facts = {"commit": commit.hash[:12]}
                self.problems.append(Problem("version_step_damaged", facts, level="warning"))
            self.ledgers.append(_ledger_of(file) if file is not None else self.ledger_name)
            waivers = self._waivers_at(commit, register)
            follows = previous in commit.parents[:1]
            previous = commit.hash
            yield Step(commit.hash, commit.moment, register, waivers, follows)

    def _waivers_at(self, commit: Commit, register: Register | None) -> Sequence[Granted]:
        """The waivers that the register of a commit named."""
        waivers = register.check.waivers if register is not None else None
        if waivers is None or register is None:
            return ()
        if waivers not in self.waiver_files:
            try:
                files = self.commits.files(self.trail, self._place(self._beside(waivers).name))
            except StoreError as error:
                if error.code != "version_not_a_file":
                    raise
                files = []  # a link or a folder grants nothing here, and is looked at as of today
            contents = dict(self.commits.blobs(files))
            self.waiver_files[waivers] = {
                commit.hash: contents[hash_]
                for commit, hash_ in zip(self.trail, files, strict=False)
                if hash_ is not None
            }
        data = self.waiver_files[waivers].get(commit.hash)
        if data is None:
            return ()
        return WaiversFile(data, waivers, {*register.targets, *register.broken}).granted

    def _losses(self, steps: Iterator[Step], before: bytes) -> list[Loss]:
        """The lines that came in since the version and do not stand today as they came.

        Of lines with one id the first counts: what an edit put in its place may go again.
        """
        deque(steps, maxlen=0)  # they say where the ledger was
        ledgers = self.ledgers
        if not ledgers:
            return []
        hashes: list[str | None] = [None] * len(ledgers)
        for ledger in dict.fromkeys(ledgers):
            name = self._place(self._beside(ledger).name)
            files = self.commits.files(self.trail, name)
            hashes = [
                file if at == ledger else hash_
                for file, hash_, at in zip(files, hashes, ledgers, strict=True)
            ]
        first: dict[bytes, tuple[bytes, str, int]] = {}
        previous = before
        commits: dict[str | None, str] = {}
        for hash_, step in zip(hashes, self.trail, strict=True):
            commits.setdefault(hash_, step.hash)
        for hash_, content in self.commits.blobs(hashes):
            data = self._spelling(without_loose_end(content))
            for number, line in _difference(previous, data)[1]:
                first.setdefault(_id_of(line) or line, (line, commits[hash_], number))
            previous = data
        if not first:
            return []
        lines = {line for line, _, _ in first.values()}
        lines.difference_update(content_lines(BytesIO(self._today())))
        if not lines:
            return []
        old = set(content_lines(BytesIO(before)))
        ids = set(map(_id_of, old))
        return [
            Loss(commit, number)
            for id_, (line, commit, number) in first.items()
            if line in lines and id_ not in ids and line not in old
        ]

    # The ledger of today

    def _comparison(self, before: bytes) -> tuple[int, list[tuple[int, bytes]]]:
        """How many records of the version are gone, and the lines that came since.

        A torn tail was never a record: the next append sets it aside.
        """
        return _difference(before, self._today())

    def _today(self) -> bytes:
        if self.shared is not None:
            return self.shared.content
        with open_ledger(self.ledger) as file:
            return file.read() if file is not None else b""

    def _arrivals(self, fresh: Sequence[tuple[int, bytes]], before: bytes) -> Iterator[Arrival]:
        """The lines that say to be older than the commit after which they came."""
        file = str(self.ledger)
        latest = max([self.moment, *(min(commit.moment, self.now) for commit in self.trail)])
        suspects = {arrival.place.line for arrival in _arrivals(fresh, latest, None, file)}
        lines = {number: line for number, line in fresh if number in suspects}
        groups: dict[tuple[datetime, str | None], list[tuple[int, bytes]]] = {}
        predecessors = self._predecessors(set(lines.values()), before) if lines else {}
        for number, line in lines.items():
            groups.setdefault(predecessors[line], []).append((number, line))
        for (moment, commit), members in groups.items():
            yield from _arrivals(members, moment, commit, file)

    def _predecessors(
        self, lines: set[bytes], before: bytes
    ) -> dict[bytes, tuple[datetime, str | None]]:
        """For each line the commit after which it came, None for the version, and its moment."""
        outcome: dict[bytes, tuple[datetime, str | None]] = {}
        state: tuple[datetime, str | None] = (self.moment, None)
        name = self._place(self._beside(self.ledger_name).name)
        is_linked = any(move.is_link for move in self.moves)
        hashes: list[str | None] = [] if is_linked else self.commits.files(self.trail, name)
        contents = self.commits.blobs(hashes)
        seen: set[str] = set()
        previous = before
        for hash_, commit in zip(hashes, self.trail, strict=False):
            if hash_ is not None and hash_ not in seen:
                seen.add(hash_)
                _, data = next(contents)
                data = self._spelling(without_loose_end(data))
                for line in {line for _, line in _difference(previous, data)[1]} & lines:
                    outcome.setdefault(line, state)
                previous = data
            moment = max(state[0], min(commit.moment, self.now))
            state = (moment, commit.hash)
        return {line: outcome.get(line, state) for line in lines}


class _Reports:
    """The reports of a ledger by what was known on a day; read when first asked for.

    What the version held was known on its ``day``, whatever a clock said; what came later without
    being dated back was known from the day on which it was recorded.
    """

    def __init__(
        self,
        records: Callable[[], Records],
        later: Callable[[], Sequence[Report]],
        day: date,
        zone: ZoneInfo,
        additions: Sequence[Report],
        judges: Mapping[str, str],
    ) -> None:
        self._records, self._later, self._day = records, later, day
        self._zone, self._additions = zone, additions
        self._judges = judges
        self._by_target: dict[tuple[str, bool], Records] = {}

    @cached_property
    def _of_target(self) -> Mapping[str, list[Report]]:
        """The reports of the version by target, those of its slices among them."""
        reports: dict[str, list[Report]] = {}
        for series, records in self._records().by_target.items():
            name = series if isinstance(series, str) else series[0]
            reports.setdefault(name, []).extend(records)
        return reports

    def __call__(self, target: str, day: date, with_additions: bool) -> Ledger:
        end = end_of(day, self._zone)
        if day > self._day:
            records = Records()
            additions = self._additions if with_additions else ()
            later = [
                report
                for report in (*self._later(), *additions)
                if report.target == target and (end is None or report.recorded < end)
            ]
            records.add([Batch.of([*self._of_target.get(target, ()), *later])])
            return in_force(records, judges=self._judges)[0]
        known = self._by_target.get((target, with_additions))
        if known is None:
            known = self._by_target[target, with_additions] = Records()
            additions = self._additions if with_additions else ()
            reports = [report for report in additions if report.target == target]
            known.add([Batch.of([*self._of_target.get(target, ()), *reports])])
        before = end if day < self._day else None
        return in_force(known, before, self._judges)[0]


def _spot(path: Path) -> _Spot | None:
    """The repository in which the name of a path stands, and that name from its top.

    Links above the repository are followed, those in it are not. None where one of these leads
    out of it.
    """
    parts = (Path.cwd() / path).parts
    current = Path(parts[0])
    rest = parts[-1:]
    for index, part in enumerate(parts[1:-1], start=1):
        step = current / part
        if part == "..":
            current = current.parent
        elif not step.is_symlink():
            current = step
        elif top_of(current) is None:
            current = Path(os.path.realpath(step))
        else:
            rest = parts[index:]
            break
    top = top_of(current)
    folder = Path(os.path.realpath(path.parent))
    if top is None:
        return _Spot(folder, PurePath(path.name), path)
    name = PurePath(current.relative_to(top), *rest)
    return _Spot(top, name, path) if top_of(folder) == top and ".." not in name.parts else None


def _name_below(path: Path, top: Path) -> PurePath | None:
    """What a path is called from the top of a repository, links in it not followed, or None for
    one that does not lead there."""
    parts = (Path.cwd() / path).parts
    current = Path(parts[0])
    for index, part in enumerate(parts[1:], start=1):
        if current.is_relative_to(top):
            name = os.path.normpath(PurePath(current.relative_to(top), *parts[index:]))
            return None if name.startswith("..") else PurePath(name)
        current = current.parent if part == ".." else Path(os.path.realpath(current / part))
    return None


def _is_tracked(
    repository: Repository, commits: Commits, versions: Iterable[Commit], name: PurePath
) -> bool:
    """Whether one of these versions, or what the next commit will hold, has a file at a path, or
    a link or submodule on the way to it."""
    parts = [*reversed(name.parents[:-1]), name]
    for version in versions:
        for part in parts:
            entry = commits.entry(version, part)
            if entry is not None and (part == name or not entry.is_folder):
                return True
    index = repository.ask("ls-files", "-z", "--", *(part.as_posix() for part in parts))
    if index.returncode:
        raise repository.failure(index)
    names = set(index.stdout.split(b"\0"))
    return any(os.fsencode(part.as_posix()) in names for part in parts)


def _leads_to(link: Path, aim: str) -> bool:
    try:
        return link.readlink() == Path(aim)
    except OSError:
        return False


def _below(real: str, top: Path) -> str:
    """A path as it is named from the top of a repository, or in full where it lies elsewhere."""
    path = Path(real)
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else path.as_posix()


def _problems(
    file: RegisterFile | None, path: str, rev: str, elsewhere: Callable[[], str | None]
) -> Iterator[Problem]:
    if file is None:
        place = elsewhere()
        if place is not None:
            yield Problem("version_register_elsewhere", {"path": path, "rev": rev, "old": place})
            return
        yield Problem("version_no_register", {"path": path, "rev": rev}, level="warning")
        return
    errors = [problem for problem in file.problems if problem.level == "error"]
    if errors or file.register is None:
        line = errors[0].place.line if errors and errors[0].place else 1
        facts = {"path": path, "rev": rev, "n": len(errors), "line": line}
        yield Problem("version_register_damaged", facts)


def _ledger_of(file: RegisterFile) -> str:
    """The file beside a register in which its ledger is, or the mirror of one on a server."""
    return file.ledger if file.server is None else MIRROR


def _grew(before: bytes, after: bytes) -> bool:
    """Whether a ledger has only grown, as nearly always."""
    return (before.endswith(b"\n") or not before) and after.startswith(before)


def _difference(before: bytes, after: bytes) -> tuple[int, list[tuple[int, bytes]]]:
    """How many lines are gone or altered, and which are new."""
    if _grew(before, after):
        start = before.count(b"\n")
        return 0, list(numbered_lines(BytesIO(after[len(before) :]), start))
    return compare_lines(BytesIO(before), BytesIO(after))


def compare_lines(
    before: Iterable[bytes], after: Iterable[bytes]
) -> tuple[int, list[tuple[int, bytes]]]:
    """How many lines of a ledger are gone or altered, whatever their order, and which are new,
    each with its number.

    A line that stood there twice must stand there twice. Line ends, a byte order mark at the
    beginning and blank lines do not count.
    """
    left = Counter(content_lines(before))
    missing = left.total()
    fresh: list[tuple[int, bytes]] = []
    for number, line in numbered_lines(after):
        if left.get(line):
            left[line] -= 1
            missing -= 1
        else:
            fresh.append((number, line))
    return missing, fresh


def _id_of(line: bytes) -> bytes | None:
    """The id of a record, None where it is not plain to see: an unknown field may hold others."""
    ids = _ID.findall(line)
    return ids[0] or None if len(ids) == 1 and b"\\u" not in line else None


def _arrivals(
    lines: Iterable[tuple[int, bytes]], moment: datetime, commit: str | None, file: str
) -> Iterator[Arrival]:
    """The records among lines that say to be older than a moment, but for a day of grace."""
    limit = moment - _GRACE
    for number, line in lines:
        if _may_be_older(line, limit):
            for report in _reports([(number, line)]):
                if report.recorded < limit:
                    yield Arrival(report, Place(file, number, 1), moment, commit)


def _reports(lines: Iterable[tuple[int, bytes]]) -> Iterator[Report]:
    strict = Reader()
    for _, line in lines:
        try:
            report = read_line(strict, line)
        except Damage:
            continue  # said already, with the ledger
        if report is not None:
            yield report


def _may_be_older(line: bytes, limit: datetime) -> bool:
    """Whether a line is worth reading: that takes a hundred times as long as a look at its day."""
    days = _RECORDED.findall(line)
    if len(days) != 1 or b"\\u" in line:
        return True
    return str(days[0], "ascii") <= (limit + _GRACE).astimezone(UTC).date().isoformat()
