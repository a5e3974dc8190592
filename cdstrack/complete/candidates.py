"""What may stand under the cursor, with a word on each: the answer to Tab, for any shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from cdstrack.complete.command_table import Table, Value
from cdstrack.complete.typed import Typed, understand
from cdstrack.core.model.naming import fold
from cdstrack.i18n import LANGUAGES, Language, Words

if TYPE_CHECKING:  # commands and options are told without a register
    from cdstrack.store.yaml.names import Names, Target, Title

Candidate = tuple[str, str]
"""A value for the whole word under the cursor, and what it is."""


class Answer(NamedTuple):
    """What may stand under the cursor.

    ``by_title``: the values do not begin with what was typed, their titles hold it. ``paths``:
    ``files`` or ``folders``, if the shell is to complete the names of those instead. ``goes_on``:
    no blank follows, for the word has a second part.
    """

    candidates: list[Candidate]
    by_title: bool = False
    paths: str = ""
    goes_on: bool = False


class Around(NamedTuple):
    """What completion asks of its surroundings.

    ``names`` opens the register that ``--file`` names, or the one that is found without; ``today``
    is the day in a time zone, as registers write it.
    """

    lang: Language
    names: Callable[[str | None], Names]
    today: Callable[[str], str]


def complete(words: list[str], position: int, table: Table, around: Around) -> Answer:
    """What may stand at a position of the words behind ``cdstrack``."""
    typed = understand(words, position, table)
    asked = typed.given.get("--lang", "")
    lang = next((each for each in LANGUAGES if each == asked), around.lang)
    return _Completion(typed, table, Words(lang), around).answer()


class _Completion:
    def __init__(self, typed: Typed, table: Table, words: Words, around: Around) -> None:
        self.typed = typed
        self.table = table
        self.words = words
        self.around = around

    def answer(self) -> Answer:
        typed = self.typed
        if typed.current.startswith("-") and typed.options:
            return Answer(list(self._options()))
        if typed.wanted is None or typed.wanted.kind == "text":
            return Answer([] if typed.current else list(self._options()))
        match typed.wanted.kind:
            case "files" | "folders" as paths:
                return Answer([], paths=paths)
            case "choice=file" if "=" in typed.current:
                return Answer([], paths="files")
            case "targets" | "leaves" as kind:
                return self._targets(leaves=kind == "leaves")
            case _:
                return self._among(self._values(typed.wanted))

    def _values(self, value: Value) -> Iterable[Candidate]:
        match value.kind:
            case "commands":
                return [(name, self.words(each.help)) for name, each in self.table.commands.items()]
            case "choice":
                return self._choices(value)
            case "list":
                return self._several(value)
            case "choice=file":
                return [(name + "=", said) for name, said in self._choices(value)]
            case "bodies":
                return self._bodies()
            case "reporters":
                return self._reporters()
            case "owners":
                return self._owners()
            case "groups" | "sources" as section:
                return self._called(section)
            case "tags":
                return self._tags()
            case "parts":
                return self._parts()
            case "reports":
                return self._reports()
            case _:
                return ()

    def _among(self, listed: Iterable[Candidate]) -> Answer:
        """Those that begin with what was typed."""
        typed = self.typed
        found = [
            (typed.before + value, said)
            for value, said in listed
            if value.startswith(typed.current)
        ]
        return Answer(found, goes_on=any(value.endswith("=") for value, _ in found))

    # Options

    def _options(self) -> Iterator[Candidate]:
        """Options not yet given; short names only where nothing but a dash has been typed."""
        for option in self.typed.options:
            if option.names[0] in self.typed.given and not option.repeats:
                continue
            for name in option.names:
                short = len(name) == 2
                if name.startswith(self.typed.current) and (not short or self.typed.current == "-"):
                    yield name, self.words(option.help)

    def _choices(self, value: Value) -> Iterator[Candidate]:
        for name in value.choices:
            key = f"{value.said}_{name.replace('-', '_')}"
            yield name, self.words(key) if self.words.has(key) else ""

    def _several(self, value: Value) -> Iterator[Candidate]:
        """One more of a list with commas."""
        listed, comma, _ = self.typed.current.rpartition(",")
        for name, said in self._choices(value):
            if name not in listed.split(","):
                yield listed + comma + name, said

    # What the register names

    @property
    def _names(self) -> Names:
        if self._opened is None:
            self._opened = self.around.names(self.typed.given.get("--file"))
        return self._opened

    _opened: Names | None = None

    def _title(self, title: Title | None) -> str:
        title = title or {}
        return title.get(self.words.lang) or next(iter(title.values()), "")

    def _targets(self, *, leaves: bool) -> Answer:
        """By the beginning of the id, else by any part of id and titles, as commands find them."""
        names, before, current = self._names, self.typed.before, self.typed.current
        found = names.starting(current) if current else names.targets("title")
        wanted = [] if found else fold(current).split()
        if wanted:
            found = [each for each in names.targets("title") if _holds(each, wanted)]
        if leaves:
            found = [each for each in found if each.id not in names.parents]
        listed = [(before + each.id, self._title(each.title)) for each in found]
        return Answer(listed, by_title=bool(wanted and listed))

    def _named(self) -> Target | None:
        """The target that the line names already, by its id or an unambiguous beginning of it."""
        asked = next(iter(self.typed.arguments), "")
        found = self._names.starting(asked) if asked else []
        exact = [target for target in found if target.id == asked]
        return next(iter(exact or found), None) if len(exact or found) == 1 else None

    def _parts(self) -> Iterator[Candidate]:
        target = self._named()
        for name, title in target.conditions.items() if target else ():
            yield name, self._title(title)

    def _reports(self) -> Iterator[Candidate]:
        target, words, given = self._named(), self.words, self.typed.given
        for record in self._names.records(target.id) if target else ():
            if given.get("--body", record.body) != record.body:
                continue
            done = words("done") if record.done else words("not_done")
            told = (record.date, record.body, record.part, record.figure or done)
            yield record.id, " · ".join(each for each in told if each)

    def _reporters(self) -> Iterator[Candidate]:
        """The bodies that report on the target and exist today; without a target, all of these."""
        target, names = self._named(), self._names
        if target is not None and not target.reporters:
            return
        members = names.members(target.reporters) if target else []
        today = self.around.today(names.timezone)
        for name, body in names.bodies.items():
            if (not members or name in members) and body.exists_on(today):
                yield name, self._title(body.name)

    def _bodies(self) -> Iterator[Candidate]:
        """All bodies, those that exist today first."""
        today = self.around.today(self._names.timezone)
        listed = self._names.bodies.items()
        for name, body in sorted(listed, key=lambda each: not each[1].exists_on(today)):
            yield name, self._title(body.name)

    def _owners(self) -> Iterator[Candidate]:
        """The bodies that own a target, and those that have followed them."""
        bodies = self._names.bodies
        listed = (target.owner for target in self._names.targets("owner"))
        owners = dict.fromkeys(owner for owner in listed if owner in bodies)
        waiting = list(owners)
        for name in waiting:
            new = [
                each for each in bodies[name].successors if each in bodies and each not in owners
            ]
            waiting += new
            owners |= dict.fromkeys(new)
        for name in owners:
            yield name, self._title(bodies[name].name)

    def _called(self, section: str) -> Iterator[Candidate]:
        for name, title in self._names.titles(section).items():
            yield name, self._title(title)

    def _tags(self) -> Iterator[Candidate]:
        listed = (tag for target in self._names.targets("tags") for tag in target.tags)
        return ((tag, "") for tag in dict.fromkeys(listed))


def _holds(target: Target, wanted: list[str]) -> bool:
    searched = fold(f"{target.title.get('vi', '')} {target.title.get('en', '')} {target.id}")
    return all(word in searched for word in wanted)
