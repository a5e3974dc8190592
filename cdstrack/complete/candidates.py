"""What may stand under the cursor, with a word on each: the answer to Tab, for any shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cdstrack.complete.command_table import Table, Value
from cdstrack.complete.cursor import Cursor, cursor_at
from cdstrack.core.model.naming import has_words
from cdstrack.i18n import LANGUAGES, Language, Words

if TYPE_CHECKING:  # commands and options need no register
    from cdstrack.store.yaml.names import Names, Target, Title

Candidate = tuple[str, str]
"""A value for the whole word under the cursor, and what it is."""


class Answer(NamedTuple):
    """What may stand under the cursor.

    ``by_title``: the word is no beginning of the values, it stands in their titles. ``paths``:
    ``files`` or ``folders``, if the shell is to complete the names of those instead. ``goes_on``:
    no blank follows, for the word has a second part.
    """

    candidates: list[Candidate]
    by_title: bool = False
    paths: str = ""
    goes_on: bool = False


class Surroundings(NamedTuple):
    """What completion has to ask for.

    ``names`` opens the register that ``--file`` names, or the one that is found without; ``today``
    is the day in a time zone, as registers write it.
    """

    lang: Language
    names: Callable[[str | None], Names]
    today: Callable[[str], str]


def complete(words: list[str], position: int, table: Table, surroundings: Surroundings) -> Answer:
    """What may stand at a position of the words behind ``cdstrack``."""
    cursor = cursor_at(words, position, table)
    option = cursor.values.get("--lang")
    lang = next((lang for lang in LANGUAGES if lang == option), surroundings.lang)
    return _Completion(cursor, table, lang, surroundings).answer()


class _Completion:
    def __init__(
        self, cursor: Cursor, table: Table, lang: Language, surroundings: Surroundings
    ) -> None:
        self.cursor = cursor
        self.table = table
        self.lang = lang
        self.surroundings = surroundings

    @cached_property
    def words(self) -> Words:
        """What the program says; titles are the register's own."""
        return Words(self.lang)

    def answer(self) -> Answer:
        cursor = self.cursor
        if cursor.word.startswith("-") and cursor.options:
            return Answer(list(self._options()))
        if cursor.value is None or cursor.value.kind == "text":
            return Answer([] if cursor.word else list(self._options()))
        match cursor.value.kind:
            case "files" | "folders" as paths:
                return Answer([], paths=paths)
            case "choice=file" if "=" in cursor.word:
                return Answer([], paths="files")
            case "targets" | "leaves" | "parents" as kind:
                return self._targets(kind)
            case _:
                return self._among(self._values(cursor.value))

    def _values(self, value: Value) -> Iterable[Candidate]:
        match value.kind:
            case "commands":
                commands = self.table.commands.items()
                return [(name, self.words(command.help)) for name, command in commands]
            case "choice":
                return self._choices(value)
            case "list":
                return self._list(value)
            case "choice=file":
                return [(name + "=", text) for name, text in self._choices(value)]
            case "bodies":
                return self._bodies()
            case "reporters":
                return self._reporters()
            case "owners":
                return self._owners()
            case "groups" | "sources" as section:
                return self._section(section)
            case "tags":
                return self._tags()
            case "parts":
                return self._parts()
            case "series":
                return self._series()
            case "slices":
                return self._slices()
            case "reports":
                return self._reports()
            case _:
                return ()

    def _among(self, candidates: Iterable[Candidate]) -> Answer:
        """Those that begin with the word under the cursor."""
        prefix, word = self.cursor.prefix, self.cursor.word
        matches = [(prefix + value, text) for value, text in candidates if value.startswith(word)]
        return Answer(matches, goes_on=any(value.endswith("=") for value, _ in matches))

    # Options

    def _options(self) -> Iterator[Candidate]:
        """Options that are not on the line yet; short names only behind nothing but a dash."""
        word = self.cursor.word
        for option in self.cursor.options:
            if option.names[0] in self.cursor.values and not option.repeats:
                continue
            for name in option.names:
                short = len(name) == 2
                if name.startswith(word) and (not short or word == "-"):
                    yield name, self.words(option.help)

    def _choices(self, value: Value) -> Iterator[Candidate]:
        for name in value.choices:
            key = f"{value.key}_{name.replace('-', '_')}"
            yield name, self.words(key) if self.words.has(key) else ""

    def _list(self, value: Value) -> Iterator[Candidate]:
        """One more of a list with commas."""
        names, comma, _ = self.cursor.word.rpartition(",")
        for name, text in self._choices(value):
            if name not in names.split(","):
                yield names + comma + name, text

    # What the register names

    @cached_property
    def _names(self) -> Names:
        return self.surroundings.names(self.cursor.values.get("--file"))

    def _title(self, title: Title | None) -> str:
        title = title or {}
        return title.get(self.lang) or next(iter(title.values()), "")

    def _targets(self, kind: str) -> Answer:
        """By the beginning of the id, else by any part of id and titles, as commands find them.

        ``leaves`` have no classes and are no headings, ``parents`` have something below them.
        """
        names, prefix, word = self._names, self.cursor.prefix, self.cursor.word
        indicators = names.indicators
        targets = [name for name in indicators.values() if name.id.startswith(word)]
        targets += names.starting(word) if word else names.targets("title", "indicator")
        by_title = not targets and bool(word.strip())
        if by_title:
            all_targets = names.targets("title", "indicator")
            targets = [item for item in (*indicators.values(), *all_targets) if _has(item, word)]
        if kind == "parents":
            targets = [item for item in targets if item.id in names.parents]
        elif kind == "leaves":
            leaves = (item for item in targets if item.id not in names.parents)
            targets = [item for item in leaves if not item.indicator]
        candidates = []
        for target in targets:
            measure = indicators.get(target.indicator)
            title = target.title or (measure.title if measure is not None else {})
            candidates.append((prefix + target.id, self._title(title)))
        return Answer(candidates, by_title=bool(by_title and candidates))

    def _target(self) -> Target | None:
        """The target that the line names already, by its id or an unambiguous beginning of it."""
        text = next(iter(self.cursor.arguments), "")
        if text in self._names.indicators:
            return self._names.indicators[text]
        targets = self._names.starting(text) if text else []
        targets = [target for target in targets if target.id == text] or targets
        return targets[0] if len(targets) == 1 else None

    def _measure(self) -> Target | None:
        """What is measured for the target on the line: its indicator, else the target itself."""
        target = self._target()
        return self._names.indicators.get(target.indicator, target) if target is not None else None

    def _parts(self) -> Iterator[Candidate]:
        target = self._measure()
        for name, title in target.conditions.items() if target else ():
            yield name, self._title(title)

    def _series(self) -> Iterator[Candidate]:
        """The series of the target, or of its indicator."""
        target = self._measure()
        for name, title in target.series.items() if target else ():
            yield name, self._title(title)

    def _slices(self) -> Iterator[Candidate]:
        """A dimension, then its categories; behind a comma another one that may be crossed."""
        target = self._measure()
        breakdown = target.breakdown if target is not None else {}
        pieces, comma, piece = self.cursor.word.rpartition(",")
        dimension, sign, _ = piece.partition("=")
        names = [text.partition("=")[0] for text in pieces.split(",") if text]
        crosses = target.crosses if target is not None else []
        free = [
            name
            for name in breakdown
            if not names
            or (name not in names and any({*names, name} <= {*cross} for cross in crosses))
        ]
        if not sign and len(free) != 1:
            titles = target.dimensions if target is not None else {}
            for name in free:
                yield f"{pieces}{comma}{name}=", self._title(titles.get(name))
            return
        for name in free:
            if name == dimension or not sign:
                for category, label in breakdown[name].items():
                    yield f"{pieces}{comma}{name}={category}", self._title(label)

    def _reports(self) -> Iterator[Candidate]:
        target, words, values = self._target(), self.words, self.cursor.values
        for record in self._names.records(target.id) if target else ():
            if values.get("--body", record.body) != record.body:
                continue
            done = words("done") if record.done else words("not_done")
            facts = (record.date, record.body, record.part, record.figure or done)
            yield record.id, " · ".join(fact for fact in facts if fact)

    def _reporters(self) -> Iterator[Candidate]:
        """The bodies that report on the target and exist today; without a target, all of these."""
        target, names = self._target(), self._names
        if target is not None and not target.reporters:
            return
        members = names.members(target.reporters) if target else []
        today = self.surroundings.today(names.timezone)
        for name, body in names.bodies.items():
            if (not members or name in members) and body.exists_on(today):
                yield name, self._title(body.name)

    def _bodies(self) -> Iterator[Candidate]:
        """All bodies, those that exist today first."""
        bodies = self._names.bodies
        today = self.surroundings.today(self._names.timezone)
        for name in sorted(bodies, key=lambda name: not bodies[name].exists_on(today)):
            yield name, self._title(bodies[name].name)

    def _owners(self) -> Iterator[Candidate]:
        """The bodies that own a target, and those that have followed them."""
        bodies = self._names.bodies
        names = (target.owner for target in self._names.targets("owner"))
        queue = list(dict.fromkeys(name for name in names if name in bodies))
        owners = set(queue)
        for name in queue:
            yield name, self._title(bodies[name].name)
            for heir in bodies[name].successors:
                if heir in bodies and heir not in owners:
                    owners.add(heir)
                    queue.append(heir)

    def _section(self, section: str) -> Iterator[Candidate]:
        for name, title in self._names.titles(section).items():
            yield name, self._title(title)

    def _tags(self) -> Iterator[Candidate]:
        tags = (tag for target in self._names.targets("tags") for tag in target.tags)
        return ((tag, "") for tag in dict.fromkeys(tags))


def _has(target: Target, text: str) -> bool:
    """Whether all words of a text stand in the id or the titles."""
    title = target.title
    return has_words(text, f"{title.get('vi', '')} {title.get('en', '')} {target.id}")
