"""targets.yaml: from a tree of texts to a register, with every problem in its place."""

from __future__ import annotations

import re
import unicodedata
from collections import abc
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cdstrack.core.checks.register_checks import check_register
from cdstrack.core.model.entries import (
    Activity,
    Body,
    CheckPolicy,
    Defaults,
    Document,
    Group,
    Heading,
    Indicator,
    Policy,
    Source,
    Target,
)
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.naming import ID_LENGTH, ID_PATTERN, fold
from cdstrack.core.model.problems import Fault, Place, Problem
from cdstrack.core.model.problems import Path as ValuePath
from cdstrack.core.model.register import Reference, Register, Section
from cdstrack.core.model.structs import replace
from cdstrack.store.safe_open import is_below, is_hidden
from cdstrack.store.yaml.document import M, YamlDocument
from cdstrack.store.yaml.tree import Mapping, Sequence, Tree, growth

if TYPE_CHECKING:  # most registers say everything, and most ledgers are files
    from cdstrack.core.model.server_address import ServerAddress
    from cdstrack.store.yaml.short_forms import ShortForms
    from cdstrack.store.yaml.slips import Hash

LEDGER = "progress.jsonl"
"""What a ledger is called unless a register says otherwise."""
POLICY = ("check", "policy")
"""The sections of a register that say how it is judged and what fails its gate."""
TIMEZONE: str = Document.model_fields["timezone"].default


class RegisterFile(YamlDocument):
    """What targets.yaml says: the register, where its ledger is, and the problems found."""

    keys = tuple(Document.model_fields)
    required = ("cdstrack", "title", "targets")
    shape = Document
    ledger = LEDGER
    takes_reports = True
    """Whether the ledger is the one that was meant: one that is refused leaves the usual name, and
    so does a key that is misspelt."""
    server: ServerAddress | None = None
    """The database that the ledger is in; None where it is a file."""
    register: Register | None = None
    large = 1 << 25
    """From so many bytes on each target becomes a model while the file is read, and what it was
    read from is let go. With the first problem all is read anew, as a small file is; one that is
    met later has the file read again."""
    _growth: Iterator[None] | None = None
    """What is still to be read of a large file."""
    _hashes: Iterator[Hash] = iter(())
    """Every # that may cut off a text of it."""

    def _read_in_one_go(self, data: bytes, file: str) -> bool:
        tree = Tree(file)
        rest = growth(tree, data)
        for _ in rest:  # as far as the first target
            self._growth = rest
            with suppress(_DoubtError):
                super().__init__(data, file, tree)
                return True
            break
        self._growth = None
        self._forget()
        return False

    def _forget(self) -> None:
        self.register, self.ledger, self.takes_reports = None, LEDGER, True
        self.server = None

    def _find_cuts(self) -> None:
        if self._growth is None:
            super()._find_cuts()
            return
        from cdstrack.store.yaml.slips import hashes  # few registers are large

        self._hashes = hashes(self.tree.text)

    def _add(
        self,
        problem: Problem,
        *,
        prefix: ValuePath = (),
        key: bool = False,
        known_keys: Collection[str] = (),
    ) -> None:
        if self._growth is not None:
            raise _DoubtError
        super()._add(problem, prefix=prefix, key=key, known_keys=known_keys)

    def _target_at(self, path: ValuePath) -> str | None:
        if path[:1] == ("targets",) and len(path) > 1:
            return _id_of(self._root["targets"][path[1]])
        return None

    def _is_echo(self, problem: Problem, path: ValuePath) -> bool:
        match problem.code:
            case "unknown_source" | "unknown_body" | "unknown_group" | "unknown_indicator" as code:
                name = _SECTIONS[code]
                section = self._root.get(name, "")
                is_readable = isinstance(section, Mapping) or section == ""
                is_lost = name in self._misnamed or (name,) in self._spoilt
                return not is_readable or is_lost or self._is_in(section, str(problem.facts["id"]))
            case "missing_key" if self._lacks_what_is_unread(problem, path):
                return True
            case _:
                return super()._is_echo(problem, path)

    def _is_in(self, section: Collection[str], name: str) -> bool:
        """Whether something has this id in a section, or will have it once its id is one."""
        if name in section:
            return True
        if id(section) not in self._slugs:
            from cdstrack.store.yaml.expectations import slug  # most files name what there is

            wrong = [key for key in section if not _ID.fullmatch(key)]
            self._slugs[id(section)] = frozenset(map(slug, wrong))
        return name in self._slugs[id(section)]

    def _lacks_what_is_unread(self, problem: Problem, path: ValuePath) -> bool:
        """Whether a target lacks only what its source would say, or its indicator; or defaults
        that are there and cannot be read."""
        if path[:1] != ("targets",) or self._short is None or len(path) < 2:
            return False
        defaults = self._root.get("defaults")
        if isinstance(defaults, Mapping) and problem.facts["key"] in defaults:
            return True
        entry = self._root["targets"][path[1]]
        if path[2:] == ("stated",):
            return entry["stated"].get("source") not in self._short.sources
        name = entry.get("indicator") if isinstance(entry, Mapping) else None
        return name is not None and name not in self._short.indicators

    def _read(self, root: Mapping) -> None:
        self.policy: dict[str, object] = {name: root[name] for name in POLICY if name in root}
        """The sections that say how it is judged and what fails its gate, as they stand there."""
        self._slugs: dict[int, frozenset[str]] = {}
        title = self._part(root, "title", Bilingual) or Bilingual(vi=self.file, en=self.file)
        sources = self._section(root, "sources", Source)
        bodies = self._section(root, "bodies", Body)
        groups = self._section(root, "groups", Group)
        indicators = self._section(root, "indicators", Indicator) if "indicators" in root else {}
        if "ledger" in root:
            self._find_ledger(root)
        elif "ledger" in self._misnamed:
            self.takes_reports = False
        self._short: ShortForms | None = None
        self._extensions: dict[str, dict[str, object]] = {}
        if indicators or "defaults" in root:
            self._short = self._short_forms(root, sources, indicators)
        targets, positions, places = self._targets(root, sources)
        self._positions = positions
        self._roles = {_fold(Path(self.file).name): "targets", _fold(self.ledger): "ledger"}
        register = Register(
            title=title,
            timezone=self._timezone(root),
            file=self.file,
            policy=self._policy(root) if "policy" in root else Policy.model_construct(),
            check=self._check(root) if "check" in root else CheckPolicy.model_construct(),
            desks=self._desks(root) if "desks" in root else None,
            iati=self._activity(root, bodies) if "iati" in root else None,
            sources=sources,
            bodies=bodies,
            groups=groups,
            indicators=indicators,
            targets=targets,
            extensions=self._extensions,
            judges={
                target.indicator or target.id: target.judged_by
                for target in targets.values()
                if target.judged_by is not None
            },
            headings=self._headings,
            places=places,
            broken=frozenset(positions.keys() - targets.keys() - self._headings.keys()),
            named={
                **{name: root[name] for name in _NAMED if isinstance(root.get(name), Mapping)},
                "targets": positions.keys(),
            },
            unread={
                name: list(self._references(root["targets"][index], index))
                for name, index in positions.items()
                if name not in targets and name not in self._headings
            },
        )
        broken = {*register.broken, *self._cut}
        for problem in check_register(register, self._near):
            name = problem.target
            if name is None:
                self._add(problem)
            elif self._short is None or not self._add_of_indicator(problem, self._short, name):
                self._add(problem, prefix=("targets", positions[name]))
            if name is not None and problem.level == "error":
                broken.add(name)
        sound = {name: target for name, target in targets.items() if name not in broken}
        headings = {name: entry for name, entry in self._headings.items() if name not in broken}
        self.register = replace(
            register, targets=sound, headings=headings, broken=frozenset(broken)
        )

    def _without_extensions(self, entry: Mapping, others: Collection[str]) -> Mapping:
        """A target without the keys of the register's own, which are kept beside it."""
        own = {key: entry[key] for key in entry if key in others and _EXTENSION.fullmatch(key)}
        if not own:
            return entry
        self._extensions[str(_id_of(entry))] = own
        rest = Mapping((key, value) for key, value in entry.items() if key not in own)
        rest.spots = entry.spots
        return rest

    def _short_forms(
        self, root: Mapping, sources: dict[str, Source], indicators: dict[str, Indicator]
    ) -> ShortForms:
        """What the targets may leave out."""
        from cdstrack.store.yaml.short_forms import ShortForms

        defaults = self._part(root, "defaults", Defaults) or Defaults.model_construct()
        return ShortForms(defaults, indicators, sources)

    def _add_of_indicator(self, problem: Problem, short: ShortForms, name: str) -> bool:
        """Note a problem of a target where its indicator has it, once for all targets on it."""
        path = short.origin(self._root["targets"][self._positions[name]], problem.path)
        if path is None:
            return False
        if (path, problem.code) not in {(known.path, known.code) for known in self.problems}:
            self._add(replace(problem, path=path, target=None))
        return True

    def placed(self, problem: Problem) -> Problem:
        """A problem of a target with its place in the file."""
        path = ("targets", self._positions[problem.target or ""], *problem.path)
        return replace(problem, path=path, place=self.tree.place(path))

    def _references(self, entry: Mapping, index: int) -> Iterator[Reference]:
        """What a target names that cannot be read as a whole."""
        paths = {problem.path for problem in self.problems}
        for section, path in _REFERENCES:
            value: object = entry
            for step in path:
                value = value.get(step) if isinstance(value, Mapping) else None
            if isinstance(value, str) and value and ("targets", index, *path) not in paths:
                yield Reference(section, value, path)

    def _policy(self, root: Mapping) -> Policy:
        policy = self._part(root, "policy", Policy) or Policy()
        if policy.at_risk > policy.on_track:
            facts = {"at_risk": policy.at_risk, "on_track": policy.on_track}
            self._add(Problem("policy_order", facts, ("policy", "at_risk")))
        return policy

    def _check(self, root: Mapping) -> CheckPolicy:
        from cdstrack.core.checks.gate import CODES  # most registers leave the gate as it is

        check = self._part(root, "check", CheckPolicy) or CheckPolicy()
        section = root["check"]
        lists = {key: section.get(key) for key in _CODES} if isinstance(section, Mapping) else {}
        for key, codes in lists.items():
            for index, code in enumerate(codes if isinstance(codes, Sequence) else ()):
                if not self._choose(code, CODES, ("check", key, index)):
                    check = CheckPolicy()
        if check.waivers is not None and not self._may_name("waivers", check.waivers):
            return check.model_copy(update={"waivers": None})  # what is refused is not read either
        return check

    def _may_name(self, key: Literal["ledger", "waivers", "desks"], path: str) -> bool:
        """Whether a register may name a file by this path; else a problem."""
        outside, hidden = _REFUSED_PATHS[key]
        # The register itself must never be taken for the ledger: reports would be added to it.
        is_register = key == "ledger" and _fold(path) == _fold(Path(self.file).name)
        facts = {"path": path}
        if not is_below(path) or is_register:
            code = outside
        elif is_hidden(path):
            code = hidden
        elif key == "ledger" and not _LEDGER.fullmatch(fold(Path(path).as_posix())):
            code = "ledger_name"
        elif key != "ledger" and _fold(path) in self._roles:
            code = "path_of_two"
            facts["role"] = self._roles[_fold(path)]
        else:
            if key != "ledger":
                self._roles[_fold(path)] = key
            return True
        problem = Problem(code, facts, ("check", key) if key == "waivers" else (key,))
        from cdstrack.core.model.masking import is_address  # most names are those of files

        if is_address(path):
            code = "ledger_url" if key == "ledger" else "address_for_file"
            problem = replace(problem, code=code, facts={})  # it may hold a password
        self._add(problem)
        return False

    def _activity(self, root: Mapping, bodies: Collection[str]) -> Activity | None:
        activity = self._part(root, "iati", Activity)
        if activity is None or self._choose(activity.reporter, bodies, ("iati", "reporter")):
            return activity
        return None

    def _desks(self, root: Mapping) -> str | None:
        name = self._single(root, "desks", "")
        return name if name and self._may_name("desks", name) else None

    def _find_ledger(self, root: Mapping) -> None:
        ledger = self._single(root, "ledger", self.ledger)
        if ledger is not None and ledger.startswith(("postgresql:", "service:")):
            self._find_server(ledger)
        elif ledger is not None and self._may_name("ledger", ledger):
            self.ledger = ledger
        else:
            self.takes_reports = False

    def _find_server(self, address: str) -> None:
        from cdstrack.core.model.server_address import parse_address  # most ledgers are files

        try:
            self.server = parse_address(address)
        except Fault as fault:
            self.takes_reports = False
            self._add(Problem(fault.code, fault.facts, ("ledger",)))

    def replace_ledger(self, address: ServerAddress) -> None:
        """Keep the ledger elsewhere than the file says, and say so where that differs."""
        if self.server != address:
            facts = {"server": address.server}
            place = self.tree.place(("ledger",))
            self.problems.append(Problem("store_replaced", facts, ("ledger",), place, "warning"))
            self.server = address

    def _timezone(self, root: Mapping) -> str:
        name = self._single(root, "timezone", TIMEZONE)
        try:
            return ZoneInfo(name or TIMEZONE).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._add(Problem("unknown_timezone", {"name": name}, ("timezone",)))
            return TIMEZONE

    def _part(self, root: Mapping, name: str, model: type[M]) -> M | None:
        if name not in root:
            return None
        value = root[name]
        if model is Bilingual and isinstance(value, str):
            value = {"vi": value, "en": value}
        return self._validate(model, value, (name,))

    def _section(self, root: Mapping, name: str, model: type[M]) -> dict[str, M]:
        section = root.get(name, {})
        if not isinstance(section, Mapping):
            if name in root and section != "":
                self._add(Problem("not_a_mapping", {}, (name,)))
            return {}
        entries = {}
        for key, value in section.items():
            if not _ID.fullmatch(key):
                self._add(Problem("bad_id", {"id": key}, (name, key)), key=True)
            elif len(key) > ID_LENGTH:
                self._add(Problem("text_too_long", {"text": key}, (name, key)), key=True)
            entry = self._validate(model, value, (name, key))
            if entry is not None:
                entries[key] = entry
        return entries

    def _targets(
        self, root: Mapping, sources: dict[str, Source]
    ) -> tuple[dict[str, Target], dict[str, int], abc.Mapping[str, Place]]:
        """The targets that can be read, where in the list each id stands, and its place."""
        entries = root.get("targets", ())
        if not isinstance(entries, Sequence):
            if "targets" in root and entries != "":
                self._add(Problem("not_a_list", {}, ("targets",)))
            entries = Sequence()
        targets: dict[str, Target] = {}
        has_cycles = False
        self._headings: dict[str, Heading] = {}
        positions: dict[str, int] = {}
        places: dict[str, Place] = {}
        tree, parts = self.tree, None
        if self._growth is not None:
            from cdstrack.store.yaml.common_parts import CommonParts  # few registers are large

            parts = CommonParts()
            entries = self._rest(entries, self._growth)
        for index, entry in enumerate(entries):
            path = ("targets", index)
            name = _id_of(entry)
            if name in positions:
                first = tree.place(("targets", positions[name], "id"))
                facts = {"id": name, "line": first.line}
                self._add(Problem("duplicate_target", facts, (*path, "id")))
                continue
            stated = entry.get("stated") if isinstance(entry, Mapping) else None
            if isinstance(entry, Mapping) and (others := entry.keys() - _TARGET_KEYS):
                entry = self._without_extensions(entry, others)
            target: Target | None = None
            if isinstance(entry, Mapping) and entry.get("kind") == "heading":
                heading = self._validate(Heading, entry, path)
                if heading is not None:
                    self._headings[heading.id] = heading
            else:
                leaves_out = isinstance(stated, Mapping) and not stated.keys() >= _STATEMENT
                if isinstance(entry, Mapping) and "periods" in entry:  # with figures of their own?
                    leaves_out = True
                if leaves_out and self._short is None:
                    self._short = self._short_forms(root, sources, {})
                if self._short is not None and isinstance(entry, Mapping):
                    for problem in self._short.problems(entry):
                        self._add(problem, prefix=path)
                    entry = self._short.whole(entry)
                target = self._validate(Target, entry, path)
            if name is not None:
                positions[name] = index
                if parts is not None:
                    places[name] = tree.place((*path, "id"))
            if target is not None:
                if parts is not None:
                    target = parts.within(target)
                targets[target.id] = target
                if target.report_every is not None and target.report_every[0].isdigit():
                    has_cycles = True
        if has_cycles:
            from cdstrack.store.yaml.short_forms import with_starts

            targets = with_starts(targets)
        return targets, positions, places if parts is not None else _Places(tree, positions)

    def _rest(self, entries: Sequence, rest: Iterator[None]) -> Iterator[object]:
        """The entries of a large file as they are read, each let go when the next one is taken.

        Then all must have been sound, and no section may follow that they should have known.
        """
        n_sections, index = len(self._root), 0
        ahead = next(self._hashes, None)
        for is_end in chain((False,), (False for _ in rest), (True,)):
            while index + 1 < len(entries) or (is_end and index < len(entries)):
                # Where the next one begins is known, and so is what stands behind this one.
                end = len(self.tree.text) if is_end else entries.spots[index + 1]
                while ahead is not None and ahead.match.start() < end:
                    self._refuse_cut(ahead)
                    ahead = next(self._hashes, None)
                yield entries[index]
                entries[index] = None
                index += 1
        if self.tree.problems or len(self._root) > n_sections:
            raise _DoubtError
        self._growth = self._tree = None
        import zlib  # few registers are large

        self._packed = zlib.compress(self.data, 1)
        del self.data

    @cached_property
    def data(self) -> bytes:  # type: ignore[override]
        """The bytes of a large file that was read in one go; hardly anybody asks again."""
        import zlib

        return zlib.decompress(self._packed)

    def _refuse_cut(self, ahead: Hash) -> None:
        from cdstrack.store.yaml.slips import path_of_cut  # few texts hold a #

        if path_of_cut(self.tree, ahead) is not None:
            raise _DoubtError


class _Places(abc.Mapping[str, Place]):
    """Where each target stands; hardly anybody asks, so it is looked up then."""

    def __init__(self, tree: Tree, positions: abc.Mapping[str, int]) -> None:
        self._tree = tree
        self._positions = positions

    def __getitem__(self, name: str) -> Place:
        return self._tree.place(("targets", self._positions[name], "id"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def __repr__(self) -> str:
        return repr(dict(self))


class _DoubtError(Exception):
    """A large file is not as plain as it has to be to be read in one go."""


_TARGET_KEYS = frozenset(info.alias or name for name, info in Target.model_fields.items())
_EXTENSION = late_pattern(r"x-[a-z0-9][a-z0-9_-]*")
"""How a key of a register's own is called."""
_STATEMENT = {"on", "by"}
"""What a statement may leave to its source."""
_LEDGER = late_pattern(
    r"(?!(?:.*/)?evidence/)(?!.*\.torn-)(?!.*\([0-9]+\))"
    r"(?!.*(?:conflict|\bcopy\b|ban sao|sao chep|xung dot)).+\.(?:jsonl|ndjson|json)"
)
"""How a ledger may be called: as nothing that we set aside or keep, and as no copy."""
_CODES = ("fail_on", "warn_on")
"""The keys of ``check`` that list codes of findings."""
_REFUSED_PATHS = {
    "ledger": ("ledger_path", "ledger_hidden"),
    "waivers": ("waivers_path", "waivers_hidden"),
    "desks": ("desks_path", "desks_hidden"),
}
_NAMED: tuple[Section, ...] = ("sources", "bodies", "groups", "indicators")
_REFERENCES: tuple[tuple[Section, tuple[str, ...]], ...] = (
    ("bodies", ("owner",)),
    ("groups", ("reporters",)),
    ("targets", ("part_of",)),
    ("indicators", ("indicator",)),
    ("sources", ("stated", "source")),
)
_SECTIONS = {
    "unknown_source": "sources",
    "unknown_body": "bodies",
    "unknown_group": "groups",
    "unknown_indicator": "indicators",
}
_ID = re.compile(ID_PATTERN)


def _fold(path: str) -> str:
    """A path as a file system may see it that tells neither case nor encoding apart."""
    return unicodedata.normalize("NFC", Path(path).as_posix()).casefold()


def _id_of(entry: object) -> str | None:
    """The id that an entry under targets gives itself."""
    name = entry.get("id") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) and name else None
