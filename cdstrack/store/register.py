"""targets.yaml: from a tree of texts to a register, with every problem in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cdstrack.core import checks
from cdstrack.core.model import (
    Bilingual,
    Body,
    Document,
    Group,
    Model,
    Policy,
    Source,
    Target,
)
from cdstrack.core.problems import Path as ValuePath
from cdstrack.core.problems import Place, Problem, did_you_mean
from cdstrack.store.base import Register
from cdstrack.store.yaml_text import Mapping, Sequence, Tree, parse_yaml

M = TypeVar("M", bound=Model)

FORMAT_VERSION = "1"
MAX_PROBLEMS = 100

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
        self.ledger = "progress.jsonl"
        self.register: Register | None = None
        root = self.tree.root
        if isinstance(root, Mapping) and self._head(root):
            self.register = self._register(root)
        self.problems.sort(
            key=lambda problem: problem.place.sort_key if problem.place else ("", 0, 0)
        )

    def _add(self, problem: Problem, *, prefix: ValuePath = (), key: bool = False) -> None:
        path = (*prefix, *problem.path)
        self.problems.append(problem.at(self.tree.place(path, key=key)))

    def _head(self, root: Mapping) -> bool:
        """Whether this is a register that this version can read."""
        for name in root:
            if name not in Document.model_fields:
                facts = {"key": name, "suggestion": did_you_mean(name, Document.model_fields)}
                self._add(Problem("unknown_key", facts, (name,)), key=True)
        for name in ("cdstrack", "title", "targets"):
            if name not in root:
                self._add(Problem("missing_key", {"key": name}))
        version = root.get("cdstrack", FORMAT_VERSION)
        if version != FORMAT_VERSION:
            self._add(Problem("wrong_version", {"version": str(version)}, ("cdstrack",)))
            return False
        return True

    def _register(self, root: Mapping) -> Register:
        title = self._part(root, "title", Bilingual) or Bilingual(vi=self.file, en=self.file)
        sources = self._named(root, "sources", Source)
        bodies = self._named(root, "bodies", Body)
        groups = self._named(root, "groups", Group)
        for problem in checks.check_bodies(bodies, sources):
            self._add(problem)
        targets, broken, places = self._targets(root)
        # An entry that is itself broken is reported once, not again wherever it is named.
        named = {name: _keys(root, name) for name in ("sources", "bodies", "groups")}
        ids = {*targets, *broken}
        for name, (index, target) in list(targets.items()):
            problems = [problem for check in checks.CHECKS for problem in check(target)]
            problems += checks.check_references(target, targets=ids, **named)
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
            policy=self._part(root, "policy", Policy) or Policy(),
            sources=sources,
            bodies=bodies,
            groups=groups,
            targets={name: target for name, target in sound.items() if name not in broken},
            places=places,
            broken=frozenset(broken),
        )

    def _timezone(self, root: Mapping) -> str:
        default: str = Document.model_fields["timezone"].default
        ledger = root.get("ledger", self.ledger)
        if isinstance(ledger, str) and _is_below(ledger):
            self.ledger = ledger
        else:
            self._add(Problem("ledger_path", {"path": str(ledger)}, ("ledger",)))
        name = root.get("timezone", default)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            self._add(Problem("unknown_timezone", {"name": str(name)}, ("timezone",)))
            return default
        return str(name)

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
            name = entry.get("id") if isinstance(entry, Mapping) else None
            if isinstance(name, str) and name in places:
                facts = {"id": name, "line": places[name].line}
                self._add(Problem("duplicate_target", facts, (*path, "id"), target=name))
                continue
            target = self._validate(Target, entry, path)
            if isinstance(name, str):
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
            for details in error.errors(include_url=False):
                self._add_error(model, value, details, path)
            return None

    def _add_error(
        self, model: type[Model], value: object, details: ErrorDetails, prefix: ValuePath
    ) -> None:
        """One of pydantic's errors in our words: only its type, place and figures are used."""
        path = _without_tags(value, details["loc"])
        context: dict[str, Any] = dict(details.get("ctx") or {})
        kind = details["type"]
        match kind:
            case "missing" | "union_tag_not_found":
                key = str(path[-1]) if kind == "missing" else "field"
                parent = path[:-1] if kind == "missing" else path
                self._add(Problem("missing_key", {"key": key}, parent), prefix=prefix)
            case "extra_forbidden":
                key = str(path[-1])
                suggestion = did_you_mean(key, _keys_at(model, path[:-1]))
                facts: dict[str, object] = {"key": key, "suggestion": suggestion}
                self._add(Problem("unknown_key", facts, path), prefix=prefix, key=True)
            case "literal_error" | "union_tag_invalid":
                if kind == "union_tag_invalid":
                    path = (*path, "field")
                words = re.findall(
                    r"'([^']*)'", context.get("expected", context.get("expected_tags", ""))
                )
                written = str(context.get("tag", details["input"]))
                suggestion = did_you_mean(written, words)
                facts = {"text": written, "allowed": words}
                facts["suggestion"] = suggestion
                self._add(Problem("not_one_of", facts, path), prefix=prefix)
            case "string_pattern_mismatch":
                code = _PATTERN_CODES.get(context["pattern"], "bad_id")
                self._add(Problem(code, {"id": str(details["input"])}, path), prefix=prefix)
            case _:
                facts = {"text": str(details["input"])} if kind in _PYDANTIC_CODES else context
                facts.pop("error", None)
                code = _PYDANTIC_CODES.get(kind, kind)
                self._add(Problem(code, facts, path), prefix=prefix)


_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PATTERN_CODES = {"^[0-9a-f]{64}$": "bad_sha256", "^https?://[^ ]+$": "bad_url"}


def _is_below(path: str) -> bool:
    """Whether a ledger's path stays beside or below its register."""
    parts = Path(path).parts
    return bool(parts) and not Path(path).is_absolute() and ".." not in parts and "\\" not in path


def _keys(root: Mapping, name: str) -> list[str]:
    section = root.get(name)
    return list(section) if isinstance(section, Mapping) else []


def _without_tags(value: object, loc: tuple[int | str, ...]) -> ValuePath:
    """Pydantic puts the tag of a union into the path; the document has no such step."""
    path: list[int | str] = []
    node = value
    for index, step in enumerate(loc):
        is_last = index == len(loc) - 1
        if isinstance(node, Mapping) and step not in node and not is_last:
            continue
        path.append(step)
        try:
            node = node[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            node = None
    return tuple(path)


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
