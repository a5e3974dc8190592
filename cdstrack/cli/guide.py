"""The questions of ``add-progress`` in a terminal: what is missing is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from cdstrack.app.lookup import find_condition
from cdstrack.app.record.choices import Choices
from cdstrack.app.record.compose import check_source, check_whole, reference_date
from cdstrack.app.record.draft import Draft, draft_of
from cdstrack.app.record.entry import Entry, figure_of
from cdstrack.app.record.running_total import RunningTotal
from cdstrack.app.standing import status
from cdstrack.cli.prompt import BackError, ask
from cdstrack.cli.session import Session
from cdstrack.core.model.breakdown import slice_names
from cdstrack.core.model.conditions import subject_of
from cdstrack.core.model.entries import Target
from cdstrack.core.model.problems import Fault, Refusal
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.points import forms_of
from cdstrack.i18n.answers import means_all
from cdstrack.render.messages import sentence
from cdstrack.render.phrases import repeatable_words, unit_words
from cdstrack.render.question_lines import (
    MOST,
    body_choices,
    body_lines,
    part_choices,
    series_choices,
    slice_choices,
    target_choices,
    target_lines,
)
from cdstrack.store.base import Store

QUESTIONS = ("target", "series", "slice", "body", "part", "date", "value", "source", "note")
"""In the order in which they are asked."""

OF_TARGET = ("series", "slice", "body", "part", "date", "value")
"""Those whose answers mean nothing for another target."""

MAY_BE_MISSING = ("series", "slice", "body", "part")
"""What a target may not have; an option for it is refused then."""

FIGURES = ("value", "add", "n", "of", "done")
"""The parts of an entry that hold a figure, in one form or another."""

BLAMED: tuple[tuple[str, str | None], ...] = (
    ("body_wants", "value"), ("body", "body"), ("date", "date"), ("period", "date"),
    ("when", "date"), ("unknown_part", "part"), ("part_", "part"),
    ("unknown_slice", "slice"), ("slice", "slice"), ("no_breakdown", "slice"), ("source", "source"),
    ("unknown_series", "series"), ("series", "series"), ("no_series", "series"),
    ("text", "note"), ("unknown_report", None), ("report_not", None), ("parent", "target"),
)  # fmt: skip
"""Which question a refusal of the whole report leads back to, by the beginning of its code; none
where no question can put it right. Any other is about the figure."""

ANSWER_CODES = {
    "one_figure": "answer_wants_figure",
    "not_a_milestone": "answer_wants_figure",
    "milestone_wants_done": "answer_wants_done",
    "body_wants_done": "answer_wants_done_or_figure",
    "body_wants_share": "answer_wants_share",
    "body_wanted": "answer_wants_body",
    "body_not_begun": "cell_body_not_begun",
    "source_required": "answer_wants_source",
}
"""Refusals that speak of options on the command line, and what is said to who answers questions."""

WHOLE = "0"
"""All bodies together."""

NOTHING = "-"
"""Empties an answer that would otherwise be kept."""


@dataclass(slots=True)
class _Listing:
    """What stands above a question, by number; ``search`` the words that picked it."""

    question: str = ""
    search: str = ""
    ids: list[str] = field(default_factory=list)


class Guide:
    """Asks for whatever an entry lacks, not for what the command line says already."""

    def __init__(self, session: Session, store: Store, target: str | None, entry: Entry) -> None:
        self.session = session
        self.words = session.words
        self.store = store
        self.status = status(store, now=session.now, in_part=True)
        self._sees_all = store.sees_all
        self.choices = Choices(self.status)
        self._options = entry
        self.entry = replace(entry, **_empty(FIGURES))
        self._target: Target | None = None
        self._strand: Target | None = None
        """The series of it that the report is of, where that is not the one that judges."""
        self._slice: Target | None = None
        """The slice of it that the report is of."""
        self._pending: dict[str, str | None] = {"target": target}
        """What the command line says and has not been taken yet."""
        self._await(QUESTIONS[1:])
        self._settled: set[str] = set()
        """Questions that the command line answered; they are not asked."""
        self._answers: dict[str, str] = {}
        """Offered again when a question comes back."""
        self._trail: list[int] = []
        """The questions that were asked, for going back."""
        self._listing = _Listing()
        self._search = ""
        self._correction: str | None = None
        """How to write what was refused just now, where there is a way."""

    @property
    def target(self) -> Target:
        if self._target is None:  # no question comes before this one
            raise LookupError("target")
        return self._slice or self._strand or self._target

    def draft(self) -> Draft:
        """Ask until a report can be drafted. Raises LeftError; Refusal for what is not asked."""
        if not self.choices.targets():
            raise Refusal("nothing_to_report_on")
        return self._from(0)

    def back(self) -> Draft:
        """Return from the draft to the last question, and ask on from there."""
        return self._from(self._before(len(QUESTIONS)))

    def as_rest_of(self, running: RunningTotal) -> Draft:
        """The draft of the increment that is left of a running total."""
        text = self.words.number(running.rest or 0)
        qualifier = figure_of(self.target, self.entry, self._day).qualifier
        figure = {**_empty((*FIGURES, "unit")), "value": text, "qualifier": qualifier}
        when = str(running.date)
        self.entry = replace(self.entry, **figure, date=when, is_increment=True)
        return self._from(len(QUESTIONS))

    def _from(self, position: int) -> Draft:
        while True:
            while position < len(QUESTIONS):
                position = self._step(position)
            try:  # reads the ledger again: the questions may have taken a while
                return draft_of(self.store, self.target.id, self.entry, now=self.session.now)
            except Fault as fault:
                position = self._to_blame(fault)
                self._refuse(fault)

    def _step(self, position: int) -> int:
        """Take what is pending or ask for it; the position of the next question."""
        name = QUESTIONS[position]
        if name in self._settled:
            return position + 1
        text = self._pending.pop(name, None)
        is_option = text is not None
        if not self._applies(name):
            if text is not None and name in MAY_BE_MISSING and not self._replaces:
                self._take(name, text)  # says why it does not apply
            return position + 1
        try:
            if text is not None:
                self._take(name, text)
                self._settled.add(name)
            else:
                if not self._trail:
                    self.session.say([[(self.words("ask_intro"), "dim")]])
                self._trail = [*(number for number in self._trail if number < position), position]
                text = self._prompt(name)
                self._take(name, text)
                self._answers[name] = text
        except BackError:
            self._correction, self._search = None, ""
            return self._before(position)
        except Fault as fault:
            if fault.code in ("target_ambiguous", "body_ambiguous"):
                self._search = text or ""  # those that match are listed next
            else:
                self._refuse(fault, of_option=is_option)
            return position
        self._correction, self._search = None, ""
        return position + 1

    def _before(self, position: int) -> int:
        """The question asked before a position; where there was none, it stays."""
        return max((number for number in self._trail if number < position), default=position)

    def _to_blame(self, fault: Fault) -> int:
        """The question that a refusal of the whole report leads back to."""
        code = fault.code
        name = next((name for begin, name in BLAMED if code.startswith(begin)), "value")
        if name is None or not self._applies(name):
            raise fault
        self._settled.discard(name)
        return QUESTIONS.index(name)

    def _refuse(self, fault: Fault, *, of_option: bool = False) -> None:
        """Say why an answer is not taken, or the value of an option."""
        code = fault.code if of_option else ANSWER_CODES.get(fault.code, fault.code)
        text = sentence(code, fault.facts, self.words)
        self.session.say([[(self.words("level_error"), "error"), (": ", ""), (text, "")]])
        write = fault.facts.get("write")
        self._correction = str(write) if write else None

    @property
    def _replaces(self) -> str | None:
        """The report that this one corrects or voids: it is about the same body and date."""
        return self.entry.corrects or self.entry.void

    def _applies(self, name: str) -> bool:
        """Whether a question makes sense for this target and this report."""
        if self._replaces:
            questions = ("value", "source", "note") if self.entry.corrects else ()
            return name == "target" or name in questions
        match name:
            case "body":
                choices, target = self.choices, self.target
                return bool(choices.bodies(target)) or target.reporters is not None
            case "series":
                return self._target is not None and bool(self._target.strands)
            case "slice":
                whole = self._strand or self._target
                return whole is not None and bool(whole.breakdown)
            case "part":
                return bool(self.target.conditions)
            case _:
                return True

    def _await(self, names: tuple[str, ...]) -> None:
        """Let what the command line says about these questions be taken when they come."""
        figures = [getattr(self._options, name) for name in FIGURES]
        for name in names:
            if name == "body" and self._options.for_all:
                self._pending[name] = WHOLE
            elif name != "value":
                self._pending[name] = getattr(self._options, name)
            elif any(figure is not None for figure in figures):
                self._pending[name] = ""  # its text may be spread over several options

    # Answers

    def _take(self, name: str, text: str) -> None:
        """Read an answer into the entry. Raises Refusal."""
        register = self.status.register
        match name:
            case "target":
                self._take_target(self.choices.target(self._picked(name, text)))
            case "body":
                whole = text == WHOLE or (means_all(text) and text not in register.bodies)
                body = None if whole else self.choices.body(self.target, self._picked(name, text))
                if whole and self.target.reporters is not None:
                    check_whole(self.target, self.status.ledger.of(self.target))
                self.entry = replace(self.entry, body=body, for_all=whole)
                if body is not None:
                    self.session.say(body_lines(body, register.bodies, self.words))
            case "series":
                self._take_strand(self._picked(name, text))
            case "slice":
                self._take_slice(self._picked(name, text))
            case "part":
                whole = text in ("", "0")
                part = None
                if not whole:
                    part = find_condition(self.target, self._picked(name, text), parts=True)
                self.entry = replace(self.entry, part=part)
            case "date":
                reference_date(text, self.words.lang, self.status.as_of)
                self.entry = replace(self.entry, date=text)
            case "value":
                options = {name: getattr(self._options, name) for name in FIGURES}
                figure = {**_empty(FIGURES), "value": text} if text else options
                entry = replace(self.entry, **figure)
                figure_of(subject_of(self.target, entry.part), entry, self._day)
                self.entry = replace(entry, is_increment=False)
            case "source":
                source = None if text in ("", NOTHING) else text
                check_source(register, source)
                self.entry = replace(self.entry, source=source)
            case _:
                self.entry = replace(self.entry, note=None if text in ("", NOTHING) else text)

    def _take_strand(self, text: str) -> None:
        """The series that is meant."""
        from cdstrack.app.several_series import strand_named  # few targets have several

        self._slice = self._strand = None
        whole = self.target
        strand = strand_named(whole, text)
        self._strand = strand if strand is not whole else None
        self.entry = replace(self.entry, series=strand.judged_by)

    def _take_slice(self, text: str) -> None:
        """The slice that is meant; 0 for the whole, and nothing where it is reported by itself."""
        from cdstrack.app.slices import slice_named  # few targets are broken down

        self._slice, whole = None, self.target
        if not text and not self._takes_whole:
            raise Refusal("choose_one")
        self._slice = slice_named(whole, text) if text not in ("", WHOLE) else None
        self.entry = replace(self.entry, slice=self._slice.of_slice if self._slice else None)

    @property
    def _takes_whole(self) -> bool:
        """Whether the whole is what is reported unless a slice is named."""
        return self.target.total == "reported" and self.target.kind != "unquantified"

    def _take_target(self, target: Target) -> None:
        if self._target is not None and target is not self._target:
            for name in OF_TARGET:
                self._answers.pop(name, None)
            self._settled -= set(OF_TARGET)
            self._await(OF_TARGET)
        self._target, self._strand, self._slice = target, None, None
        self.entry = replace(self.entry, **_empty((*FIGURES, *OF_TARGET)))
        if self._replaces:  # what these options say holds for the correction
            options = self._options
            self.entry = replace(
                self.entry,
                series=options.series,
                slice=options.slice,
                body=options.body,
                part=options.part,
                date=options.date,
            )
        verdict = self.choices.verdict(target)
        if verdict is not None:
            stands = self._sees_all or target.reporters is None
            self.session.say(target_lines(verdict, self.words, stands=stands))

    def _picked(self, name: str, text: str) -> str:
        """What a number stands for in the choices above; any other text is itself."""
        ids = self._listing.ids if self._listing.question == name else []
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
                whole = self.choices.takes_whole(self.target)
                default = self.choices.usual_body(self.target, entry.by)
                self._list_bodies(whole)
            case "series":
                self._slice = self._strand = None
                default = self.target.judged_by
                self._listing = _Listing(name, "", list(self.target.strands))
                self.session.say(series_choices(self.target, words, self.session.out))
            case "slice":
                self._slice = None
                names = list(slice_names(self.target))
                default = WHOLE if self._takes_whole else None
                self._listing = _Listing(name, "", names)
                self.session.say(slice_choices(self.target, names, words, self.session.out))
            case "part":
                default = "0"
                self._listing = _Listing(name, "", list(self.target.conditions))
                self.session.say(part_choices(self.target, words, self.session.out))
            case "date":
                default = words.period(self.choices.usual_date(self.target, entry.body))
            case "value":
                question, default = self._figure_question()
            case "source":
                if self.status.register.policy.require_source:
                    question = words("ask_source_wanted")
                default = self._original.source if self._original is not None else None
            case _:
                default = self._original.note if self._original is not None else None
        offer = self._correction or self._answers.get(name) or default
        if name in ("source", "note") and offer:
            question = words("ask_source_again" if name == "source" else "ask_note_again")
        return ask(self.session, question, offer)

    @property
    def _original(self) -> Report | None:
        """The report in force that this one corrects."""
        corrects = self.entry.corrects
        if not corrects:
            return None
        reports = self.status.ledger.around(self.target)
        return next((report for report in reports if report.id.startswith(corrects)), None)

    @property
    def _day(self) -> date:
        """The day that the figure describes, or the last of its period."""
        if self.entry.date:
            return reference_date(self.entry.date, self.words.lang, self.status.as_of).last
        return self._original.date.last if self._original is not None else self.status.as_of

    def _list_targets(self) -> None:
        if self._is_new("target"):
            verdicts = self.choices.targets(self._search)
            self._listing.ids = [verdict.target.id for verdict in verdicts[:MOST]]
            look = self.session.out
            lines = target_choices(verdicts, self.words, look, sees_all=self._sees_all)
            self.session.say(lines)

    def _list_bodies(self, whole: bool) -> None:
        if self._is_new("body"):
            names = self.choices.bodies(self.target, self._search)
            self._listing.ids = names[:MOST]
            bodies, look = self.status.register.bodies, self.session.out
            self.session.say(body_choices(names, bodies, self.words, look, whole=whole))

    def _is_new(self, name: str) -> bool:
        """Whether choices are to be listed: they do not stand above already."""
        before = (self._listing.question, self._listing.search)
        if before == (name, self._search):
            return False
        self._listing = _Listing(name, self._search)
        return True

    def _figure_question(self) -> tuple[str, str | None]:
        """The question for the figure, and the last report, which an empty answer repeats."""
        target, entry, words = self.target, self.entry, self.words
        forms = forms_of(target, single=entry.body is not None)
        today = self.status.as_of
        last = self._original or self.choices.last(target, entry.body, entry.part)
        when = reference_date(entry.date, words.lang, today) if entry.date else None
        if when is None and self._original is not None:
            when = self._original.date
        date = words.period(when) if when is not None else words.day(today)
        facts = {"date": date, "unit": unit_words(target, words)}
        default = repeatable_words(last, target, words) if last is not None else None
        if target.accumulates:
            return words("ask_increment", **facts), default if self._original else None
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
