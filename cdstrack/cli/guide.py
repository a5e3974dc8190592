"""The questions of ``add-progress`` in a terminal: what is missing is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cdstrack.app.lookup import condition_meant
from cdstrack.app.record import desk
from cdstrack.app.record import draft as reporting
from cdstrack.app.record.draft import Draft
from cdstrack.app.record.entry import Entry
from cdstrack.cli.prompt import BackError, ask
from cdstrack.cli.session import Session
from cdstrack.core.model.entries import Target
from cdstrack.core.model.problems import Fault, Refusal
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.points import accumulates
from cdstrack.render.figures import repeatable_words, unit_words
from cdstrack.render.messages import sentence
from cdstrack.render.question_lines import (
    MOST,
    body_choices,
    chosen,
    chosen_body,
    part_choices,
    target_choices,
)
from cdstrack.store.base import Store

QUESTIONS = ("target", "body", "part", "date", "value", "source", "note")
"""In the order in which they are asked."""

OF_TARGET = ("body", "part", "date", "value")
"""Those whose answers mean nothing for another target."""

FIGURES = ("value", "add", "n", "of", "done")
"""The parts of an entry that hold a figure, in one form or another."""

BLAMED: tuple[tuple[str, str | None], ...] = (
    ("body_wants", "value"), ("body", "body"), ("date", "date"), ("period", "date"),
    ("when", "date"), ("unknown_part", "part"), ("source", "source"), ("text", "note"),
    ("unknown_report", None), ("report_not", None), ("parent", "target"),
)  # fmt: skip
"""Which question a refusal of the whole report leads back to, by the beginning of its code; none
where no question can put it right. Any other is about the figure."""

NOTHING = "-"
"""What empties an answer that would else be kept."""


@dataclass(slots=True)
class _Choices:
    """What is listed above a question, by number; ``search`` are the words it was picked by."""

    question: str = ""
    search: str = ""
    ids: list[str] = field(default_factory=list)


class Guide:
    """Asks for whatever an entry lacks. What the command line said already is not asked again."""

    def __init__(self, session: Session, store: Store, asked: str | None, entry: Entry) -> None:
        self.session = session
        self.words = session.words
        self.store = store
        self.desk = desk.desk(store, now=session.now)
        self._options = entry
        self.entry = replace(entry, **_empty(FIGURES))
        self._target: Target | None = None
        self._given: dict[str, str | None] = {"target": asked}
        self._give(QUESTIONS[1:])
        self._settled: set[str] = set()
        """What the command line said and was taken; it is not asked."""
        self._said: dict[str, str] = {}
        """What was answered; offered again when a question comes back."""
        self._asked: list[int] = []
        """The questions that were asked, for going back."""
        self._choices = _Choices()
        self._search = ""
        self._write: str | None = None
        """How to write what was refused just now, where that is known."""

    @property
    def target(self) -> Target:
        if self._target is None:  # no question comes before this one
            raise LookupError("target")
        return self._target

    def draft(self) -> Draft:
        """Ask until a report can be drafted. Raises LeftError; Refusal for what is not asked."""
        if not self.desk.targets():
            raise Refusal("nothing_to_report_on")
        return self._from(0)

    def back(self) -> Draft:
        """Return from the draft to the last question, and ask on from there."""
        return self._from(self._back(len(QUESTIONS)))

    def _from(self, position: int) -> Draft:
        while True:
            while position < len(QUESTIONS):
                position = self._step(position)
            now = self.session.now
            try:
                return reporting.draft(
                    self.store, self.target.id, self.entry, now=now, by_title=False
                )
            except Fault as fault:
                position = self._blamed(fault)
                self._refused(fault)

    def _step(self, position: int) -> int:
        """Take what was given or ask for it; the position of the next question."""
        name = QUESTIONS[position]
        if name in self._settled:
            return position + 1
        text = self._given.pop(name, None)
        if not self._applies(name):
            if text is not None and name in ("body", "part") and not self._replaces:
                self._take(name, text)  # says why it does not apply
            return position + 1
        try:
            if text is not None:
                self._take(name, text)
                self._settled.add(name)
            else:
                if not self._asked:
                    self.session.say([[(self.words("ask_intro"), "dim")]])
                self._asked = [*(each for each in self._asked if each < position), position]
                text = self._prompt(name)
                self._take(name, text)
                self._said[name] = text
        except BackError:
            self._write, self._search = None, ""
            return self._back(position)
        except Fault as fault:
            if fault.code in ("target_ambiguous", "body_ambiguous"):
                self._search = text or ""  # those that match are listed next
            else:
                self._refused(fault)
            return position
        self._write, self._search = None, ""
        return position + 1

    def _back(self, position: int) -> int:
        """The question asked before a position; where there was none, it stays."""
        earlier = [each for each in self._asked if each < position]
        return earlier[-1] if earlier else position

    def _blamed(self, fault: Fault) -> int:
        """The question that a refusal of the whole report leads back to."""
        code = fault.code
        name = next((name for begin, name in BLAMED if code.startswith(begin)), "value")
        if name is None or not self._applies(name):
            raise fault
        self._settled.discard(name)
        return QUESTIONS.index(name)

    def _refused(self, fault: Fault) -> None:
        said = sentence(fault.code, fault.facts, self.words)
        self.session.say([[(self.words("level_error"), "error"), (": ", ""), (said, "")]])
        write = fault.facts.get("write")
        self._write = str(write) if write else None

    @property
    def _replaces(self) -> str | None:
        """The report that this one corrects or voids: it is about the same body and date."""
        return self.entry.corrects or self.entry.void

    def _applies(self, name: str) -> bool:
        """Whether a question makes sense for this target and this report."""
        if self._replaces:
            asked = ("value", "source", "note") if self.entry.corrects else ()
            return name == "target" or name in asked
        match name:
            case "body":
                return bool(self.desk.bodies(self.target)) or not self.desk.takes_whole(self.target)
            case "part":
                return bool(self.target.conditions)
            case _:
                return True

    def _give(self, names: tuple[str, ...]) -> None:
        """Let what the command line said about these questions be taken when they come."""
        figures = {name: getattr(self._options, name) for name in FIGURES}
        for name in names:
            if name != "value":
                self._given[name] = getattr(self._options, name)
            elif any(each is not None for each in figures.values()):
                self._given[name] = ""  # its text may be spread over several options

    # Answers

    def _take(self, name: str, text: str) -> None:
        """Read an answer into the entry. Raises Refusal."""
        match name:
            case "target":
                self._take_target(self.desk.target(self._numbered(name, text)))
            case "body":
                whole = text in ("", "0") and self.desk.takes_whole(self.target)
                body = None if whole else self.desk.body(self.target, self._numbered(name, text))
                self.entry = replace(self.entry, body=body)
                if body is not None:
                    self.session.say(chosen_body(body, self.desk.found.register.bodies, self.words))
            case "part":
                all_of_them = text in ("", "0")
                named = self._numbered(name, text)
                part = None if all_of_them else condition_meant(self.target, named)
                self.entry = replace(self.entry, part=part)
            case "date":
                self.desk.date(text, self.words.lang)
                self.entry = replace(self.entry, date=text)
            case "value":
                figures = {each: getattr(self._options, each) for each in FIGURES}
                given = figures if not text else {**_empty(FIGURES), "value": text}
                entry = replace(self.entry, **given)
                self.desk.check_figure(self.target, entry)
                self.entry = entry
            case "source":
                source = None if text in ("", NOTHING) else text
                self.desk.check_source(source)
                self.entry = replace(self.entry, source=source)
            case _:
                self.entry = replace(self.entry, note=None if text in ("", NOTHING) else text)

    def _take_target(self, target: Target) -> None:
        if self._target is not None and target is not self._target:
            for name in OF_TARGET:
                self._said.pop(name, None)
            self._settled -= set(OF_TARGET)
            self._give(OF_TARGET)
        self._target = target
        self.entry = replace(self.entry, **_empty((*FIGURES, "body", "part", "date")))
        if self._replaces:  # what these options say holds for the correction
            said = self._options
            self.entry = replace(self.entry, body=said.body, part=said.part, date=said.date)
        verdict = self.desk.verdict(target)
        if verdict is not None:
            self.session.say(chosen(verdict, self.words))

    def _numbered(self, name: str, text: str) -> str:
        """What a number stands for in the choices above; any other text is itself."""
        ids = self._choices.ids if self._choices.question == name else []
        if not ids or not (text.isascii() and text.isdigit()) or text in ids:
            return text
        if not 0 < int(text) <= len(ids):
            raise Refusal("choice_range", text=text, n=len(ids))
        return ids[int(text) - 1]

    # Questions

    def _prompt(self, name: str) -> str:
        """Ask one question, with its choices and its default."""
        words, entry = self.words, self.entry
        question, default = words(f"ask_{name}") if name != "value" else "", None
        match name:
            case "target":
                self._list_targets()
            case "body":
                whole = self.desk.takes_whole(self.target)
                default = self.desk.usual_body(self.target, entry.by) or ("0" if whole else None)
                self._list_bodies(whole)
            case "part":
                default = "0"
                self._choices = _Choices(name, "", list(self.target.conditions))
                self.session.say(part_choices(self.target, words, self.session.out))
            case "date":
                default = words.period(self.desk.usual_date(self.target, entry.body))
            case "value":
                question, default = self._ask_value()
            case "source":
                if self.desk.wants_source:
                    question = words("ask_source_wanted")
                default = self._replaced.source if self._replaced is not None else None
            case _:
                default = self._replaced.note if self._replaced is not None else None
        offered = self._write or self._said.get(name) or default
        if name in ("source", "note") and offered:
            question = words("ask_source_again" if name == "source" else "ask_note_again")
        return ask(self.session, question, offered)

    @property
    def _replaced(self) -> Report | None:
        """The report in force that this one corrects."""
        corrects = self.entry.corrects
        return self.desk.recorded(self.target, corrects) if corrects else None

    def _list_targets(self) -> None:
        if self._is_new("target"):
            verdicts = self.desk.targets(self._search)
            self._choices.ids = [each.target.id for each in verdicts[:MOST]]
            self.session.say(target_choices(verdicts, self.words, self.session.out))

    def _list_bodies(self, whole: bool) -> None:
        if self._is_new("body"):
            names = self.desk.bodies(self.target, self._search)
            self._choices.ids = names[:MOST]
            known, look = self.desk.found.register.bodies, self.session.out
            self.session.say(body_choices(names, known, self.words, look, whole=whole))

    def _is_new(self, name: str) -> bool:
        """Whether choices are to be listed: they do not stand above already."""
        before = (self._choices.question, self._choices.search)
        if before == (name, self._search):
            return False
        self._choices = _Choices(name, self._search)
        return True

    def _ask_value(self) -> tuple[str, str | None]:
        """The question for the figure, and the last report, which an empty answer repeats."""
        target, entry, words = self.target, self.entry, self.words
        forms = self.desk.takes(target, entry.body)
        last = self._replaced or self.desk.last(target, entry.body, entry.part)
        when = self.desk.date(entry.date, words.lang) if entry.date else None
        if when is None and self._replaced is not None:
            when = self._replaced.date
        date = words.period(when) if when is not None else words.day(self.desk.today)
        facts = {"date": date, "unit": unit_words(target, words)}
        default = repeatable_words(last, target, words) if last is not None else None
        if accumulates(target):
            return words("ask_increment", **facts), default if self._replaced else None
        if forms == {bool}:
            return words("ask_done", **facts), default
        if bool in forms:
            return words("ask_done_or_share", **facts), default
        if forms == {Share}:
            return words("ask_share", **facts), default
        if target.accumulate == "ratio":
            return words("ask_percent", **facts), default
        is_total = target.accumulate == "latest" and not target.in_percent
        return words("ask_total" if is_total else "ask_figure", **facts), default


def _empty(names: tuple[str, ...]) -> dict[str, Any]:
    return dict.fromkeys(names)
