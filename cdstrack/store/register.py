"""targets.yaml: from a tree of texts to a register, with every problem in its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cdstrack.core import checks
from cdstrack.core.fields import ID_PATTERN, Bilingual, Model
from cdstrack.core.model import Body, Document, Group, Policy, Source, Target
from cdstrack.core.problems import Path as ValuePath
from cdstrack.core.problems import Place, Problem, Suggestions, did_you_mean
from cdstrack.store.base import Register
from cdstrack.store.yaml_text import Mapping, Sequence, Tree, parse_yaml

M = TypeVar("M", bound=Model)

FORMAT_VERSION = "1"
MAX_PROBLEMS = 1000

_PYDANTIC_CODES = {
    "dict_type": "not_a_mapping",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "list_type": "not_a_list",
    "string_type": "not_a_scalar",
    "too_short": "list_too_short",
    "too_long": "list_too_long",
    "string_too_long": "text_too_long",
}


class RegisterFile:
    """What targets.yaml says: the register, where its ledger is, and the problems found."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.tree: Tree = parse_yaml(data, file=file)
        self.problems: list[Problem] = list(self.tree.problems)
        # Mappings of which a key could not be read: what seems to be missing may be there.
        self._spoilt = {
            path
            for problem in self.tree.problems
            if problem.code in _KEY_CODES
            for path in (problem.path, problem.path[:-1])
        }
        self._hidden = 0
        self._near = Suggestions()
        self.ledger = "progress.jsonl"
        self.register: Register | None = None
        if isinstance(self.tree.root, Mapping):
            self._root = self.tree.root
            if self._head(self._root):
                self.register = self._register(self._root)
        self.problems.sort(
            key=lambda problem: problem.place.sort_key if problem.place else ("", 0, 0)
        )
        if self._hidden:
            last = self.problems[-1].place
            self.problems.append(Problem("yaml_more", {"count": self._hidden}, place=last))

    def _add(self, problem: Problem, *, prefix: ValuePath = (), key: bool = False) -> None:
        path = (*prefix, *problem.path)
        if self._is_echo(problem, path):
            return
        if len(self.problems) >= MAX_PROBLEMS:
            self._hidden += 1
            return
        place = self.tree.place(path, key=key)
        target = problem.target
        if path[:1] == ("targets",) and len(path) > 1:
            target = _id_of(self._root["targets"][path[1]])
        self.problems.append(replace(problem, path=path, place=place, target=target))

    def _is_echo(self, problem: Problem, path: ValuePath) -> bool:
        """Whether a problem only follows from one that was found already."""
        match problem.code:
            case "missing_key":
                return path in self._spoilt
            case "unknown_key":
                return path[:-1] in self._spoilt
            case "unknown_source" | "unknown_body" | "unknown_group" as code:
                name = _SECTIONS[code]
                section = self._root.get(name, "")
                is_readable = isinstance(section, Mapping) or section == ""
                return not is_readable or (name,) in self._spoilt or problem.facts["id"] in section
            case _:
                return False

    def _head(self, root: Mapping) -> bool:
        """Whether this is a register that this version can read."""
        for name in root:
            if name not in Document.model_fields:
                facts = {"key": name, "suggestion": did_you_mean(name, Document.model_fields)}
                self._add(Problem("unknown_key", facts, (name,)), key=True)
        near = {
            did_you_mean(n, Document.model_fields) for n in root if n not in Document.model_fields
        }
        for name in ("cdstrack", "title", "targets"):
            if name not in root and name not in near:
                self._add(Problem("missing_key", {"key": name}))
        version = self._single(root, "cdstrack", FORMAT_VERSION)
        if version is not None and version != FORMAT_VERSION:
            self._add(Problem("wrong_version", {"version": version}, ("cdstrack",)))
        return version == FORMAT_VERSION

    def _single(self, root: Mapping, name: str, default: str) -> str | None:
        """The text of a key that stands for itself; None, and a problem, if it is not one."""
        value = root.get(name, default)
        if isinstance(value, str) and value.strip():
            return value
        code = "text_empty" if isinstance(value, str) else "not_a_scalar"
        self._add(Problem(code, {}, (name,)))
        return None

    def _register(self, root: Mapping) -> Register:
        title = self._part(root, "title", Bilingual) or Bilingual(vi=self.file, en=self.file)
        sources = self._named(root, "sources", Source)
        bodies = self._named(root, "bodies", Body)
        groups = self._named(root, "groups", Group)
        named = {name: _keys(root, name) for name in ("sources", "bodies", "groups")}
        for problem in checks.check_bodies(bodies, sources, self._near):
            self._add(problem)
        known = named["bodies"], named["sources"]
        for problem in checks.check_groups(groups, bodies, *known, self._near):
            self._add(problem)
        self._find_ledger(root)
        targets, broken, places = self._targets(root)
        ids = {*targets, *broken}
        self._check_broken(root, broken, {**named, "targets": ids})
        for name, (index, target) in list(targets.items()):
            problems = [problem for check in checks.CHECKS for problem in check(target)]
            problems += checks.check_references(target, targets=ids, near=self._near, **named)
            problems += checks.check_succession(target, bodies, groups, named["bodies"])
            for problem in problems:
                self._add(problem, prefix=("targets", index))
            if any(problem.level == "error" for problem in problems):
                broken.add(name)
        sound = {name: target for name, (_, target) in targets.items() if name not in broken}
        for name, problem in checks.check_parents(sound):
            self._add(problem, prefix=("targets", targets[name][0]))
            broken.add(name)
        return Register(
            title=title,
            timezone=self._timezone(root),
            file=self.file,
            policy=self._policy(root),
            sources=sources,
            bodies=bodies,
            groups=groups,
            targets={name: target for name, target in sound.items() if name not in broken},
            places=places,
            broken=frozenset(broken),
        )

    def _check_broken(
        self, root: Mapping, broken: Collection[str], known: dict[str, Collection[str]]
    ) -> None:
        """What a target names exists, also where other parts of it could not be read."""
        for index, entry in enumerate(root.get("targets", ())):
            if _id_of(entry) not in broken:
                continue
            for path, code, section in _NAMED_BY_TARGETS:
                name: object = entry
                for step in path:
                    name = name.get(step) if isinstance(name, Mapping) else None
                here = ("targets", index, *path)
                if any(problem.path == here for problem in self.problems):
                    continue
                if isinstance(name, str) and name and name not in known[section]:
                    facts = {"id": name, "suggestion": did_you_mean(name, known[section])}
                    self._add(Problem(code, facts, path), prefix=("targets", index))

    def _policy(self, root: Mapping) -> Policy:
        policy = self._part(root, "policy", Policy) or Policy()
        if policy.at_risk > policy.on_track:
            facts = {"at_risk": policy.at_risk, "on_track": policy.on_track}
            self._add(Problem("policy_order", facts, ("policy", "at_risk")))
        return policy

    def _find_ledger(self, root: Mapping) -> None:
        ledger = self._single(root, "ledger", self.ledger)
        if ledger is None:
            return
        # The register itself must never be taken for the ledger: reports would be added to it.
        if _is_below(ledger) and Path(ledger) != Path(Path(self.file).name):
            self.ledger = ledger
        else:
            self._add(Problem("ledger_path", {"path": ledger}, ("ledger",)))

    def _timezone(self, root: Mapping) -> str:
        default: str = Document.model_fields["timezone"].default
        name = self._single(root, "timezone", default)
        try:
            return ZoneInfo(name or default).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._add(Problem("unknown_timezone", {"name": name}, ("timezone",)))
            return default

    def _part(self, root: Mapping, name: str, model: type[M]) -> M | None:
        if name not in root:
            return None
        value = root[name]
        if model is Bilingual and isinstance(value, str):
            value = {"vi": value, "en": value}
        return self._validate(model, value, (name,))

    def _named(self, root: Mapping, name: str, model: type[M]) -> dict[str, M]:
        section = root.get(name, {})
        if not isinstance(section, Mapping):
            if name in root and section != "":
                self._add(Problem("not_a_mapping", {}, (name,)))
            return {}
        found = {}
        for key, value in section.items():
            if not _ID.fullmatch(key):
                self._add(Problem("bad_id", {"id": key}, (name, key)), key=True)
            elif len(key) > _ID_LENGTH:
                self._add(Problem("text_too_long", {"text": key}, (name, key)), key=True)
            entry = self._validate(model, value, (name, key))
            if entry is not None:
                found[key] = entry
        return found

    def _targets(
        self, root: Mapping
    ) -> tuple[dict[str, tuple[int, Target]], set[str], dict[str, Place]]:
        listed = root.get("targets", ())
        if not isinstance(listed, Sequence):
            if "targets" in root and listed != "":
                self._add(Problem("not_a_list", {}, ("targets",)))
            listed = Sequence()
        targets: dict[str, tuple[int, Target]] = {}
        broken: set[str] = set()
        places: dict[str, Place] = {}
        for index, entry in enumerate(listed):
            path = ("targets", index)
            name = _id_of(entry)
            if name in places:
                facts = {"id": name, "line": places[name].line}
                self._add(Problem("duplicate_target", facts, (*path, "id")))
                continue
            target = self._validate(Target, entry, path)
            if name is not None:
                places[name] = self.tree.place((*path, "id"))
                if target is None:
                    broken.add(name)
            if target is not None:
                targets[target.id] = (index, target)
        return targets, broken, places

    def _validate(self, model: type[M], value: object, path: ValuePath) -> M | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            found = error.errors(include_url=False)
            meant = _misspelt(model, found)
            for details in found:
                if details["type"] == "missing" and details["loc"] in meant:
                    continue
                self._add_error(model, details, path)
                # A plain text that serves both languages is looked at twice.
                if len(self.problems) > 1 and _say_the_same(*self.problems[-2:]):
                    self.problems.pop()
            return None

    def _add_error(self, model: type[Model], details: ErrorDetails, prefix: ValuePath) -> None:
        """One of pydantic's errors in our words: only its type, place and figures are used."""
        path = _path_of(details["loc"])
        context: dict[str, Any] = dict(details.get("ctx") or {})
        kind, value = details["type"], details["input"]
        is_key = path[-1:] == (_KEY_MARK,) and kind != "extra_forbidden"
        if is_key:
            path = path[:-1]
        if kind in ("union_tag_not_found", "union_tag_invalid"):
            if isinstance(value, Mapping):
                path = (*path, "field")
                value = value.get("field")
            else:
                kind = "dict_type"
        if kind in ("literal_error", "union_tag_invalid") and not isinstance(value, str):
            kind = "string_type"
        facts: dict[str, object]
        match kind:
            case "missing" | "union_tag_not_found":
                self._add(Problem("missing_key", {"key": str(path[-1])}, path[:-1]), prefix=prefix)
            case "extra_forbidden":
                key = str(path[-1])
                if key.isdigit():  # {at_least: 10,000} has a second key, 000
                    self._add(
                        Problem("comma_in_number", {"key": key}, path), prefix=prefix, key=True
                    )
                    return
                facts = {"key": key, "suggestion": did_you_mean(key, _keys_at(model, path[:-1]))}
                self._add(Problem("unknown_key", facts, path), prefix=prefix, key=True)
            case "literal_error" | "union_tag_invalid":
                expected = context.get("expected", context.get("expected_tags", ""))
                words = re.findall(r"'([^']*)'", expected)
                facts = {"text": value, "allowed": words, "suggestion": did_you_mean(value, words)}
                self._add(Problem("not_one_of", facts, path), prefix=prefix)
            case "string_pattern_mismatch":
                code = _PATTERN_CODES.get(context["pattern"], "bad_id") if value else "text_empty"
                facts = {"id": value} if value else {}
                self._add(Problem(code, facts, path), prefix=prefix, key=is_key)
            case _:
                code = _PYDANTIC_CODES.get(kind, kind)
                facts = context
                if kind in _PYDANTIC_CODES:
                    facts = {"text": value} if isinstance(value, str) else {}
                self._add(Problem(code, facts, path), prefix=prefix, key=is_key)


_NAMED_BY_TARGETS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("owner",), "unknown_body", "bodies"),
    (("reporters",), "unknown_group", "groups"),
    (("part_of",), "unknown_parent", "targets"),
    (("stated", "source"), "unknown_source", "sources"),
)
_KEY_CODES = {"yaml_no_blank", "yaml_key_not_text", "yaml_merge"}
_SECTIONS = {"unknown_source": "sources", "unknown_body": "bodies", "unknown_group": "groups"}
_ID = re.compile(ID_PATTERN)
_ID_LENGTH = 100
_KEY_MARK = "[key]"
"""The last step of pydantic's path when it is a key that is wrong."""
_PATTERN_CODES = {"^[0-9a-f]{64}$": "bad_sha256", "^https?://[^ ]+$": "bad_url"}


def _misspelt(model: type[Model], found: list[ErrorDetails]) -> set[tuple[int | str, ...]]:
    """The places of keys that are there, but misspelt: they are not missing as well."""
    unknown = [_path_of(each["loc"]) for each in found if each["type"] == "extra_forbidden"]
    meant = {
        (*path[:-1], did_you_mean(str(path[-1]), _keys_at(model, path[:-1]))) for path in unknown
    }
    return {path for path in meant if path[-1] is not None}  # type: ignore[misc]


def _is_below(path: str) -> bool:
    """Whether a ledger's path stays beside or below its register."""
    parts = Path(path).parts
    is_relative = bool(parts) and not Path(path).is_absolute() and ".." not in parts
    return is_relative and "\\" not in path and path.isprintable()


def _id_of(entry: object) -> str | None:
    """The id that an entry under targets gives itself."""
    name = entry.get("id") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) and name else None


def _keys(root: Mapping, name: str) -> Collection[str]:
    section = root.get(name)
    return section if isinstance(section, Mapping) else ()


def _path_of(loc: tuple[int | str, ...]) -> ValuePath:
    """Pydantic's path without the step that the document has not: the form of a revision."""
    return (*loc[:2], *loc[3:]) if loc[:1] == ("revisions",) else loc


def _say_the_same(one: Problem, other: Problem) -> bool:
    return (one.code, one.facts, one.place) == (other.code, other.facts, other.place)


def _keys_at(model: type[BaseModel], path: ValuePath) -> list[str]:
    """The keys that a model allows at a path below it, for did-you-mean."""
    models: list[type[BaseModel]] = [model]
    for step in path:
        if isinstance(step, int):
            continue
        fields = [
            info.annotation
            for each in models
            for name, info in each.model_fields.items()
            if step in (name, info.alias)
        ]
        # A step that is no field is the key of a mapping: the models stay the same.
        models = [found for annotation in fields for found in _models_in(annotation)] or models
    return [info.alias or name for each in models for name, info in each.model_fields.items()]


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models_in(get_args(annotation)[0])
    elif get_origin(annotation) is Union or get_args(annotation):
        for part in get_args(annotation):
            yield from _models_in(part)
