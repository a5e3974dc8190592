"""The questions of ``add-progress`` in a terminal: what is missing is asked."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cdstrack.app import guiding, reporting
from cdstrack.app.asking import Refusal
from cdstrack.app.entry import Entry
from cdstrack.app.reporting import Draft
from cdstrack.cli.context import Session
from cdstrack.core.model import Target
from cdstrack.core.points import accumulates
from cdstrack.core.report import Share
from cdstrack.render.figures import unit_words
from cdstrack.render.guide import MOST, body_choices, chosen, part_choices, target_choices
from cdstrack.render.messages import sentence
from cdstrack.render.report import repeatable_words
from cdstrack.render.text import paint
from cdstrack.store.base import Store

BLAMED = {"date": "date", "period": "date", "when": "date", "body": "body", "source": "source",
          "unknown_part": "part", "text": "note"}  # fmt: skip
"""Which question a refusal of the whole report goes back to, by the beginning of its code."""


class LeftError(Exception):
    """The person left (Ctrl-D): nothing is to be written."""


class BackError(Exception):
    """The person wants to go back to the question before (<)."""


def is_interactive() -> bool:
    """Whether somebody sits at a terminal, to be asked and to see the question."""
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams)


def ask(session: Session, prompt: str, default: str | None = None) -> str:
    """One line from the person; an empty one is the default. Raises LeftError, BackError.

    Control and format characters are dropped, text is composed: an input method, or a line that
    was pasted, may bring either along.
    """
    shown = f"{prompt} [{default}]: " if default else f"{prompt}: "
    [line] = paint([[(shown, "")]], session.out)
    try:
        typed = _read(line.rstrip("\n") + " ")
    except EOFError:
        session.write(["\n"])
        raise LeftError from None
    if "\x04" in typed:  # Windows hands Ctrl-D on
        raise LeftError
    kept = "".join(c for c in typed if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    said = unicodedata.normalize("NFC", kept).strip()
    if said == "<":
        raise BackError
    return said or default or ""


def _read(prompt: str) -> str:
    """A line with the editing that terminals are known for, and Vietnamese input methods need."""
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401  # input() edits by it as soon as it is there
    try:
        return input(prompt)
    except UnicodeDecodeError:
        return ""


NAMES = ("target", "body", "part", "date", "value", "source", "note")
"""The questions, in their order."""

NO_FIGURE: dict[str, Any] = dict.fromkeys(("value", "add", "n", "of", "done"))
"""The parts of an entry that hold a figure, empty."""


class Guide:
    """Asks for whatever an entry lacks. What the command line said already is not asked again."""

    def __init__(self, session: Session, store: Store, asked: str | None, entry: Entry) -> None:
        self.session = session
        self.words = session.words
        self.store = store
        self.desk = guiding.desk(store, now=session.now)
        self.entry = replace(entry, **NO_FIGURE)
        self._target: Target | None = None
        figures = {name: getattr(entry, name) for name in NO_FIGURE}
        self._figure = figures if any(each is not None for each in figures.values()) else None
        """The figure that the command line gave, in whatever form."""
        self._given = {
            "target": asked, "body": entry.body, "part": entry.part, "date": entry.date,
            "source": entry.source, "note": entry.note,
        }  # fmt: skip
        self._settled: set[str] = set()
        """What the command line said and was taken; it is not asked."""
        self._asked: list[int] = []
        """The questions that were asked, for going back."""
        self._answered: set[str] = set()
        """What was answered for this target, and means nothing for another one."""
        self._choices: list[str] = []
        """What the numbers mean that were shown last."""
        self._search = ""
        self._listed: tuple[str, str] = ("", "")
        """The question whose choices stand above, and the words that they were picked by."""
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
        return self._from(self._back(len(NAMES)))

    def _from(self, position: int) -> Draft:
        while True:
            while position < len(NAMES):
                position = self._step(position)
            now = self.session.now
            try:
                return reporting.draft(
                    self.store, self.target.id, self.entry, now=now, by_title=False
                )
            except Refusal as refusal:
                position = self._blamed(refusal)
                self._refused(refusal)

    def _step(self, position: int) -> int:
        """Take what was given or ask for it; the position of the next question."""
        name = NAMES[position]
        if name in self._settled or not self._applies(name):
            return position + 1
        text = self._given.pop(name, None)
        try:
            if name == "value" and self._figure is not None:
                self._take_figure()
                self._settled.add(name)
            elif text is not None:
                self._take(name, text)
                self._settled.add(name)
            else:
                if not self._asked:
                    self.session.say([[(self.words("ask_intro"), "dim")]])
                self._asked = [*(each for each in self._asked if each < position), position]
                text = self._prompt(name)
                self._take(name, text)
                if name in ("body", "part", "date"):
                    self._answered.add(name)
        except BackError:
            self._write = None
            return self._back(position)
        except Refusal as refusal:
            if refusal.code in ("target_ambiguous", "body_ambiguous"):
                self._search = text or ""  # those that match are listed next
            else:
                self._refused(refusal)
            return position
        self._write, self._search = None, ""
        return position + 1

    def _back(self, position: int) -> int:
        """The question asked before a position; the first one stays where it is."""
        earlier = [each for each in self._asked if each < position]
        return earlier[-1] if earlier else min(position, *self._asked)

    def _blamed(self, refusal: Refusal) -> int:
        """The question that a refusal of the whole report goes back to, if it was asked."""
        part = next((p for begin, p in BLAMED.items() if refusal.code.startswith(begin)), "value")
        position = NAMES.index(part)
        if position not in self._asked:
            raise refusal
        return position

    def _refused(self, refusal: Refusal) -> None:
        said = sentence(refusal.code, refusal.facts, self.words)
        self.session.say([[(self.words("level_error"), "error"), (": ", ""), (said, "")]])
        write = refusal.facts.get("write")
        self._write = str(write) if write else None

    def _applies(self, name: str) -> bool:
        """Whether a question makes sense for this target and this report."""
        entry = self.entry
        if entry.void or entry.corrects:  # is about the same as the report that it replaces
            return name == "target" or (name in ("value", "source") and entry.void is None)
        match name:
            case "body":
                return bool(self.desk.bodies(self.target)) or not self.desk.takes_whole(self.target)
            case "part":
                return bool(self.target.conditions)
            case _:
                return True

    def _take_figure(self) -> None:
        """Take the figure of the command line, once. Raises Refusal; then it is asked."""
        figure, self._figure = self._figure or {}, None
        entry = replace(self.entry, **figure)
        self.desk.check_figure(self.target, entry)
        self.entry = entry

    def _take(self, name: str, text: str) -> None:
        """Read an answer into the entry. Raises Refusal."""
        empty: dict[str, Any] = dict.fromkeys(self._answered)
        if name in ("target", "body", "part"):
            text = self._chosen(name, text)
        match name:
            case "target":
                self._target = self.desk.target(text)
                self.entry = replace(self.entry, **empty)
                verdict = self.desk.verdict(self._target)
                if verdict is not None:
                    self.session.say(chosen(verdict, self.words))
            case "body":
                whole = text in ("", "0") and self.desk.takes_whole(self.target)
                body = None if whole else self.desk.body(self.target, text)
                self.entry = replace(self.entry, body=body)
            case "part":
                all_of_them = text in ("", "0")
                part = None if all_of_them else guiding.condition_meant(self.target, text)
                self.entry = replace(self.entry, part=part)
            case "date":
                self.desk.date(text, self.words.lang)
                self.entry = replace(self.entry, date=text)
            case "value":
                entry = replace(self.entry, value=text)
                self.desk.check_figure(self.target, entry)
                self.entry = entry
            case "source":
                self.entry = replace(self.entry, source=text or None)
            case _:
                self.entry = replace(self.entry, note=text or None)

    def _chosen(self, name: str, text: str) -> str:
        """What a number stands for in the choices above; any other text is itself."""
        is_number = text.isascii() and text.isdigit()
        if is_number and self._listed[0] == name and 0 < int(text) <= len(self._choices):
            return self._choices[int(text) - 1]
        return text

    def _prompt(self, name: str) -> str:
        """Ask one question, with its choices and its default."""
        words, entry, look = self.words, self.entry, self.session.out
        default: str | None = None
        match name:
            case "target":
                question = words("ask_target")
                if self._is_new(name):
                    verdicts = self.desk.targets(self._search)
                    self._choices = [each.target.id for each in verdicts[:MOST]]
                    self.session.say(target_choices(verdicts, words, look))
            case "body":
                question, whole = words("ask_body"), self.desk.takes_whole(self.target)
                default = self.desk.usual_body(self.target, entry.by) or ("0" if whole else None)
                if self._is_new(name):
                    bodies = self.desk.bodies(self.target, self._search)
                    self._choices = bodies[:MOST]
                    known = self.desk.found.register.bodies
                    self.session.say(body_choices(bodies, known, words, look, whole=whole))
            case "part":
                self._choices, self._listed = list(self.target.conditions), (name, "")
                self.session.say(part_choices(self.target, words, look))
                question, default = words("ask_part"), "0"
            case "date":
                usual = self.desk.usual_date(self.target, entry.body)
                question, default = words("ask_date"), words.period(usual)
            case "value":
                question, default = self._ask_value()
            case "source":
                replaced = self.desk.recorded(self.target, entry.corrects or "")
                default = replaced.source if entry.corrects and replaced is not None else None
                question = words("ask_source")
            case _:
                question, default = words("ask_note"), None
        return ask(self.session, question, self._write or default)

    def _is_new(self, name: str) -> bool:
        """Whether the choices of a question are to be listed: they do not stand above already."""
        listed, self._listed = self._listed, (name, self._search)
        return listed != self._listed

    def _ask_value(self) -> tuple[str, str | None]:
        """The question for the figure, and the last report, which an empty answer repeats."""
        target, entry, words = self.target, self.entry, self.words
        forms = self.desk.takes(target, entry.body)
        last = self.desk.last(target, entry.body, entry.part)
        if entry.corrects:
            last = self.desk.recorded(target, entry.corrects)
        when = self.desk.date(entry.date, words.lang) if entry.date else last and last.date
        date = words.period(when) if when is not None else words.day(self.desk.today)
        facts = {"date": date, "unit": unit_words(target, words)}
        if accumulates(target):
            return words("ask_increment", **facts), None
        default = repeatable_words(last, target, words) if last is not None else None
        if forms == {bool}:
            return words("ask_done", **facts), default
        if forms == {Share}:
            return words("ask_share", **facts), default
        return words("ask_percent" if target.in_percent else "ask_total", **facts), default
