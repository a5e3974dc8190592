"""A YAML document of ours: from a tree of texts to models, with every problem in its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from math import inf
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cdstrack.core.model.entries import CONDITION_FORMS, PERIOD_FORMS
from cdstrack.core.model.fields import Model
from cdstrack.core.model.problems import Path as ValuePath
from cdstrack.core.model.problems import Problem, Suggestions, did_you_mean, is_near
from cdstrack.core.model.structs import replace
from cdstrack.store.yaml.tree import Mapping, Tree, parse_yaml

if TYPE_CHECKING:  # most files hold no slip
    from cdstrack.store.yaml.expectations import Edit, Surroundings
    from cdstrack.store.yaml.mending import Repair

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


class YamlDocument:
    """What is common to the files that people write: a version, known keys, their problems.

    A kind of file names its ``keys`` and says in ``_read`` what it takes from them.
    """

    keys: ClassVar[Collection[str]]
    required: ClassVar[Collection[str]]
    shape: ClassVar[object]
    """The type of the whole, by which hints are given."""

    large: ClassVar[float] = inf
    """From so many bytes on it is tried whether a file can be read in one go."""

    def __init__(self, data: bytes, file: str, tree: Tree | None = None) -> None:
        """Read a file, of which there may be a ``tree`` already."""
        if tree is None and len(data) > self.large and self._read_in_one_go(data, file):
            return
        self.file = file
        self.data = data
        self._tree = tree
        self.problems: list[Problem] = list(self.tree.problems)
        # Mappings of which a key could not be read: what seems to be missing may be there.
        self._spoilt = {
            path
            for problem in self.tree.problems
            if problem.code in _KEY_CODES
            for path in (problem.path, problem.path[:-1])
        }
        self._cut: set[str] = set()
        """The ids of targets with a text that was cut off."""
        self._hidden = 0
        self._misnamed: set[str] = set()
        """Sections that stand there under another name."""
        self._surroundings: Surroundings | None = None
        self._edits: list[tuple[Problem, list[Edit]]] = []
        self._near = Suggestions()
        repair: Repair | None = None
        if self.problems and not self.tree.root:
            repair = self._repair()
        if isinstance(self.tree.root, Mapping):
            if self.problems:
                self._add_lines()
            if "#" in self.tree.text:
                self._find_cuts()
            if self._head(self._root):
                self._read(self._root)
            if self._edits:
                self._write_lines()
        if repair is not None:
            self._forget()
            self._put_back(repair)
        self.problems.sort(
            key=lambda problem: problem.place.sort_key if problem.place else ("", 0, 0)
        )
        if self._hidden:
            last = self.problems[-1].place
            self.problems.append(Problem("yaml_more", {"count": self._hidden}, place=last))

    @property
    def tree(self) -> Tree:
        """What the file says, and where everything stands; made anew if it was let go."""
        if self._tree is None:
            self._tree = parse_yaml(self.data, file=self.file)
        return self._tree

    @property
    def _root(self) -> Mapping:
        return cast(Mapping, self.tree.root)

    def _add_lines(self) -> None:
        """Say what to write in the lines that could be read, but hold what must not be there."""
        from cdstrack.store.yaml.mending import with_quotes

        self.problems = [
            problem if "lines" in problem.facts else with_quotes(problem, self.tree)
            for problem in self.problems
        ]

    def _repair(self) -> Repair:
        """Take a guess for the lines that are no YAML, to name also what is wrong behind them."""
        from cdstrack.store.yaml.mending import mend  # most files are YAML

        repair = mend(self.data, self.tree)
        self.problems = [*repair.problems]
        if repair.tree is not None:
            self._tree = repair.tree
        return repair

    def _put_back(self, repair: Repair) -> None:
        """Leave of what was found by guessed lines only the problems of other lines."""
        first = len(repair.problems)
        further, self.problems = self.problems[first:], self.problems[:first]
        for problem in further:
            line = problem.place.line if problem.place else 0
            if line not in repair.lines:
                self.problems.append(problem)
            elif lines := problem.facts.get("lines"):  # the line as it has to be in the end
                index = repair.lines[line]
                stop = self.problems[index]
                self.problems[index] = replace(stop, facts={**stop.facts, "lines": lines})

    def _read_in_one_go(self, data: bytes, file: str) -> bool:
        """Read a large file without holding it as a whole; whether it was so plain that it could
        be."""
        return False

    def _forget(self) -> None:
        """Drop what was taken from a file of which a line was only guessed."""

    def _read(self, root: Mapping) -> None:
        """Take what the file says, and note every problem with ``_add``."""
        raise NotImplementedError

    def _target_at(self, path: ValuePath) -> str | None:
        """The id of the target that cannot be judged when something is wrong at a path."""
        return None

    def _find_cuts(self) -> None:
        """Name the texts that go on behind a #, which YAML takes for a comment."""
        from cdstrack.store.yaml.slips import cut_texts

        for path, at, may_be_comment in cut_texts(self.tree):
            from cdstrack.store.yaml.mending import with_quotes  # few files hold one

            level: Literal["error", "warning"] = "warning" if may_be_comment else "error"
            place, target = self.tree.spot(at), self._target_at(path)
            problem = Problem("yaml_hash", {}, path, place, level, target)
            self.problems.append(with_quotes(problem, self.tree))
            if target is not None and level == "error":
                self._cut.add(target)

    def _add(
        self,
        problem: Problem,
        *,
        prefix: ValuePath = (),
        key: bool = False,
        known_keys: Collection[str] = (),
    ) -> None:
        """Note a problem with its place; ``known_keys`` are those that may stand there."""
        path = (*prefix, *problem.path)
        if self._is_echo(problem, path):
            return
        if len(self.problems) >= MAX_PROBLEMS:
            self._hidden += 1
            return
        edits: list[Edit] = []
        if problem.level == "error":
            from cdstrack.store.yaml.expectations import (  # most files hold no slip
                Slip,
                Surroundings,
            )
            from cdstrack.store.yaml.slips import facts_of

            value = path[-1] if key and problem.code == "bad_id" else self.tree.value_at(path)[0]
            facts = dict(problem.facts)
            more = facts_of(problem.code, facts, value, path, self.tree, known_keys)
            if more is None:
                return
            if problem.code == "unknown_key" and not {"hint", "write"} & more.keys():
                more |= self._where_it_belongs(str(facts["key"]), path, facts.get("suggestion"))
            facts |= more
            if self._surroundings is None or self._surroundings.tree is not self.tree:
                self._surroundings = Surroundings(self.tree, self.shape, self._near)
            edits = Slip(problem.code, facts, path, self._surroundings).edits(key=key)
            problem = replace(problem, facts=facts)
        place = self.tree.place(path, key=key)
        target = self._target_at(path) or problem.target
        self.problems.append(replace(problem, path=path, place=place, target=target))
        if edits:
            self._edits.append((self.problems[-1], edits))

    def _write_lines(self) -> None:
        """Say what to write: a whole line, with what is to be written for all slips in it."""
        from cdstrack.store.yaml.expectations import line_with

        text = self.tree.text
        by_line: dict[int, list[list[Edit]]] = {}
        for _, edits in self._edits:
            by_line.setdefault(text.rfind("\n", 0, edits[0].begin), []).append(edits)
        lines = {}
        for problem, edits in self._edits:
            others = by_line[text.rfind("\n", 0, edits[0].begin)]
            rest = [other[0] for other in others if other is not edits][:MAX_PROBLEMS]
            lines[id(problem)] = [line_with([edit, *rest], text) for edit in edits]
        self.problems = [
            replace(problem, facts={**problem.facts, "lines": lines[id(problem)]})
            if id(problem) in lines
            else problem
            for problem in self.problems
        ]

    def _where_it_belongs(self, key: str, path: ValuePath, suggestion: object) -> dict[str, object]:
        """Of a key that is known elsewhere in the file, the place: beside what it stands under, or
        the sections that have it. What it is nearly spelt like comes first."""
        model = self.shape
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return {}
        if suggestion and is_near(key, str(suggestion)):
            return {}
        for at in range(len(path) - 2, -1, -1):
            if isinstance(path[at], str) and key in _keys_at(model, path[:at]):
                is_field = path[at] in _keys_at(model, path[:at])
                facts = {"hint": "beside", "beside": path[at]}
                return {**facts, "suggestion": None, "allowed": None} if is_field else {}
        sections = _sections_with(model, key, _types_at(model, path[:-1])[0])
        if 0 < len(sections) <= MOST_SECTIONS:
            return {"hint": "belongs", "where": sections, "suggestion": None, "allowed": None}
        return {"suggestion": None} if sections else {}

    def _is_echo(self, problem: Problem, path: ValuePath) -> bool:
        """Whether a problem only follows from one that was found already."""
        match problem.code:
            case "missing_key":
                return path in self._spoilt
            case "unknown_key":
                return path[:-1] in self._spoilt
            case _:
                return False

    def _head(self, root: Mapping) -> bool:
        """Whether this is a file that this version can read."""
        near = {name: self._key_meant(name) for name in root if name not in self.keys}
        self._misnamed = {name for name in near.values() if name is not None and name not in root}
        for name, suggestion in near.items():
            facts = {"key": name, "suggestion": suggestion}
            self._add(Problem("unknown_key", facts, (name,)), key=True, known_keys=self.keys)
        for name in self.required:
            if name not in root and name not in near.values():
                self._add(Problem("missing_key", {"key": name}))
        version = self._single(root, "cdstrack", FORMAT_VERSION)
        if version is not None and version != FORMAT_VERSION:
            self._add(Problem("wrong_version", {"version": version}, ("cdstrack",)))
        return version == FORMAT_VERSION

    def _key_meant(self, name: str) -> str | None:
        from cdstrack.i18n.choice_words import choice_of  # most files hold no slip

        meant = choice_of(name, self.keys)
        return meant[0] if len(meant) == 1 else did_you_mean(name, self.keys)

    def _single(self, root: Mapping, name: str, default: str) -> str | None:
        """The text of a key that stands for itself; None, and a problem, if it is not one."""
        value = root.get(name, default)
        if isinstance(value, str) and value.strip():
            return value
        code = "text_empty" if isinstance(value, str) else "not_a_scalar"
        self._add(Problem(code, {}, (name,)))
        return None

    def _choose(self, value: object, choices: Collection[str], path: ValuePath) -> bool:
        """Whether a text is one of some words; what is no text, the model refuses."""
        if not isinstance(value, str) or value in choices:
            return True
        facts = {"text": value, "allowed": [*choices], "suggestion": did_you_mean(value, choices)}
        self._add(Problem("not_one_of", facts, path))
        return False

    def _validate(self, model: type[M], value: object, path: ValuePath) -> M | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            misspellings = _misspelt(model, errors)
            for details in errors:
                if details["type"] == "missing" and details["loc"] in misspellings:
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
        if path[:1] == ("periods",) and len(path) > 3:
            figure = self.tree.value_at((*prefix, *path[:3]))[0]
            path = path[:3] if isinstance(figure, str) else path  # its comparator is understood
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
                if key.isdigit() and value == "":  # {at_least: 10,000} has a second key, 000
                    self._add(
                        Problem("comma_in_number", {"key": key}, path), prefix=prefix, key=True
                    )
                    return
                keys = _keys_at(model, path[:-1])
                facts = {"key": key, "suggestion": did_you_mean(key, keys)}
                problem = Problem("unknown_key", facts, path)
                self._add(problem, prefix=prefix, key=True, known_keys=keys)
            case "literal_error" | "union_tag_invalid":
                choices = context.get("expected", context.get("expected_tags", ""))
                words = re.findall(r"'([^']*)'", choices)
                self._choose(value, words, (*prefix, *path))
            case "string_pattern_mismatch":
                code = _PATTERN_CODES.get(context["pattern"], "bad_id") if value else "text_empty"
                facts = {"id": value} if value else {}
                self._add(Problem(code, facts, path), prefix=prefix, key=is_key)
            case _:
                code = _PYDANTIC_CODES.get(kind, kind)
                facts = context
                if kind in _PYDANTIC_CODES:
                    facts = {"text": value} if isinstance(value, str) else {}
                keys = _known_at(model, path) if kind in _SHAPES else []
                self._add(Problem(code, facts, path), prefix=prefix, key=is_key, known_keys=keys)


_FORMS = {
    *((("periods",), (form,)) for form in PERIOD_FORMS),
    *((("conditions",), (form,)) for form in CONDITION_FORMS),
}
_SHAPES = {"model_type", "model_attributes_type", "list_type"}
"""Errors of pydantic where a mapping or a list is missing."""
_KEY_CODES = {"yaml_no_blank", "yaml_key_not_text", "yaml_merge"}
_KEY_MARK = "[key]"
"""The last step of pydantic's path when it is a key that is wrong."""
_PATTERN_CODES = {"^[0-9a-f]{64}$": "bad_sha256", "^https?://[^ ]+$": "bad_url"}


MOST_SECTIONS = 3
"""A key that more sections have belongs nowhere in particular."""


def _sections_with(
    model: type[BaseModel], key: str, here: Collection[type[BaseModel]]
) -> list[str]:
    """The names under which models stand that have a key, the commonest first; not those here."""
    sections = dict.fromkeys(
        section
        for section, owner, keys in _sections_below(model)
        if section and key in keys and owner not in here
    )
    return sorted(sections, key=lambda section: section != "targets")


@cache  # there may be a thousand such keys
def _sections_below(
    model: type[BaseModel],
) -> Sequence[tuple[str, type[BaseModel], Collection[str]]]:
    """All models of a file with the names under which they stand, and the keys that each has."""
    sections: list[tuple[str, type[BaseModel], Collection[str]]] = []
    queue: list[tuple[str, type[BaseModel]]] = [("", model)]
    for section, owner in queue:
        fields = {info.alias or name: info for name, info in owner.model_fields.items()}
        sections.append((section, owner, fields.keys()))
        for name, info in fields.items():
            entries = [(name, nested) for nested in _models_in(info.annotation)]
            if name not in ("old", "new"):
                queue += [entry for entry in entries if entry not in queue]
    return sections


def _misspelt(model: type[Model], errors: list[ErrorDetails]) -> set[tuple[int | str, ...]]:
    """The places of keys that are there, but misspelt: they are not missing as well."""
    from cdstrack.i18n.choice_words import choice_of  # most files hold no slip

    unknown = [_path_of(error["loc"]) for error in errors if error["type"] == "extra_forbidden"]
    corrections = set()
    for path in unknown:
        keys, name = _keys_at(model, path[:-1]), str(path[-1])
        meant = choice_of(name, keys)
        corrections.add((*path[:-1], meant[0] if len(meant) == 1 else did_you_mean(name, keys)))
    return {path for path in corrections if path[-1] is not None}  # type: ignore[misc]


def _path_of(loc: tuple[int | str, ...]) -> ValuePath:
    """Pydantic's path without the step that the document has not: the form of a revision, a period
    or a condition."""
    has_form = loc[:1] == ("revisions",) or (loc[:1], loc[2:3]) in _FORMS
    return (*loc[:2], *loc[3:]) if has_form else loc


def _say_the_same(first: Problem, second: Problem) -> bool:
    return (first.code, first.facts, first.place) == (second.code, second.facts, second.place)


def _keys_at(model: type[BaseModel], path: ValuePath) -> list[str]:
    """The keys that a model allows at a path below it, for did-you-mean."""
    models, _ = _types_at(model, path)
    return [info.alias or name for owner in models for name, info in owner.model_fields.items()]


def _known_at(model: type[BaseModel], path: ValuePath) -> list[str]:
    """What may stand at a path: the keys of a mapping, or the words that a list takes."""
    _, fields = _types_at(model, path)
    words = [word for annotation in fields for word in _words_in(annotation)]
    is_model = any(True for annotation in fields for _ in _models_in(annotation))
    return words or (_keys_at(model, path) if is_model or not path else [])


def _types_at(
    model: type[BaseModel], path: ValuePath
) -> tuple[list[type[BaseModel]], list[object]]:
    """The models at a path below another, and the types of the last key that is a field."""
    models: list[type[BaseModel]] = [model]
    fields: list[object] = []
    for step in path:
        if isinstance(step, int):
            continue
        fields = [
            info.annotation
            for owner in models
            for name, info in owner.model_fields.items()
            if step in (name, info.alias)
        ]
        # A step that is no field is the key of a mapping: the models stay the same.
        models = [nested for annotation in fields for nested in _models_in(annotation)] or models
    return models, fields


def _words_in(annotation: object) -> Iterator[str]:
    """The words of which a type takes one."""
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from _words_in(part)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models_in(get_args(annotation)[0])
    elif get_origin(annotation) is Union or get_args(annotation):
        for part in get_args(annotation):
            yield from _models_in(part)
