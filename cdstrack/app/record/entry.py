"""One report as a clerk typed it, and the figure that this is for a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Conversion, Qualifier, Target
from cdstrack.core.model.naming import RANKS, fold, fold_each, look_up, same_name
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Figure, Share, Wording
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.values.points import forms_of
from cdstrack.i18n.answers import answer
from cdstrack.i18n.figure_words import RANK_WORDS
from cdstrack.i18n.notation import Language, number
from cdstrack.i18n.read_figures import Quantity, read_figure
from cdstrack.i18n.reading import Misread

PERCENT = {"%", "phan tram", "per cent", "percent"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, on the command line, at the prompts or in a row of a sheet: still text.

    Figures and dates are read in the language ``lang``.
    """

    lang: Language
    value: str | None = None
    add: str | None = None
    n: str | None = None
    of: str | None = None
    done: bool | None = None
    date: str | None = None
    qualifier: Qualifier | None = None
    slice: str | None = None
    series: str | None = None
    unit: str | None = None
    source: str | None = None
    note: str | None = None
    by: str | None = None
    part: str | None = None
    body: str | None = None
    corrects: str | None = None
    void: str | None = None
    again: bool = False
    for_all: bool = False
    """Whether it was said that the figure is for all bodies together."""
    is_increment: bool = False
    """Whether it was said that the figure is an increment, not a running total."""
    key: str | None = None
    """Of an import: what tells its row from every other."""
    evidence: str | None = None
    """The name under which the document that shows it is kept."""


class Reading(NamedTuple):
    """What is reported in a form that the target takes, how exact it is, and how it was said in
    another unit."""

    figure: Figure
    qualifier: Qualifier | None
    wording: Wording | None = None


def figure_of(target: Target, entry: Entry, day: date) -> Reading:
    """What is reported as of a day; of ``entry.add`` it is what is to be added. Raises Refusal."""
    if entry.done is not None and entry.qualifier is not None:
        raise Refusal("done_not_qualified", qualifier=f"--{entry.qualifier}")
    numbers = [entry.value, entry.add, entry.n or entry.of]
    by_body = entry.body is not None
    takes_done = by_body and bool in forms_of(target, single=True)
    done = _done(entry) if target.kind == "milestone" or takes_done else entry.done
    if takes_done and done is not None and not any(text is not None for text in numbers[1:]):
        return Reading(done, None)
    if target.kind == "milestone":
        if done is None or (entry.done is not None and any(text is not None for text in numbers)):
            raise Refusal("milestone_wants_done", id=target.id)
        return Reading(done, None)
    if entry.done is not None:
        raise Refusal("not_a_milestone", id=target.id)
    shares_only = by_body and target.across == "ratio"
    if sum(text is not None for text in numbers) != 1:
        if shares_only:
            raise Refusal("body_wants_share", id=target.id)
        raise Refusal("body_wants_done" if takes_done else "one_figure", id=target.id)
    if entry.n is not None or entry.of is not None:
        if entry.n is None or entry.of is None:
            raise Refusal("n_with_of")
        n, of = _read(entry.n, entry.lang), _read(entry.of, entry.lang)
        if n.of not in (None, of.amount) or of.of is not None or "%" in (n.unit + of.unit)[:1]:
            raise Refusal("figure_share", text=f"{entry.n}/{entry.of}")
        return Reading(_share(target, n, of.amount, entry), _qualifier(n, entry))
    text = entry.add if entry.add is not None else entry.value or ""
    quantity = _read(text, entry.lang, target)
    if quantity.of is not None:
        return Reading(_share(target, quantity, quantity.of, entry), _qualifier(quantity, entry))
    if shares_only:
        raise Refusal("body_wants_share", id=target.id)
    _check_language(target, quantity, text, entry.lang)
    value, wording = _in_unit(target, quantity, text, entry, day)
    if target.accumulate == "ratio" and entry.add is None and not 0 <= value <= 100:
        raise Refusal("percent_bounds", value=value)
    return Reading(value, _qualifier(quantity, entry), wording)


def _done(entry: Entry) -> bool | None:
    """Done or not, by its option or in words."""
    return answer(entry.value) if entry.done is None and entry.value else entry.done


def _read(text: str, lang: Language, target: Target | None = None) -> Quantity:
    """A figure as it was typed; a unit of the target's is one even if it looks like a scale."""
    if target is not None:
        text = _without_rank(text, target)
    try:
        return read_figure(text, lang)
    except Misread as misread:
        if misread.code == "figure_short" and target is not None:
            units = [target.unit, *(conversion.unit for conversion in target.convert)]
            for name in (name for unit in units if unit for name in (unit.vi, unit.en)):
                rest, last = text.strip()[: -len(name)], text.strip()[-len(name) :]
                if rest.endswith(" ") and same_name(last, (name,)):
                    short = read_figure(rest, lang)
                    return replace(short, words=name, unit=name)
        raise


_RANK_WORD = "|".join(map(re.escape, sorted(RANK_WORDS, key=len, reverse=True)))
_RANK = re.compile(
    rf"(?:(?:{_RANK_WORD})\s*)+([0-9][0-9.,]*)"
    r"(?:\s*(?:/|tren|trong|of|out of)\s*[^0-9]*[0-9.,]+.*)?"
    r"|([0-9]+)(?:st|nd|rd|th)(?: (?:place|rank))?"
)


def _without_rank(text: str, target: Target) -> str:
    """The number of a rank, where ranks are counted: 65 of ``thứ 65``, ``top 65``, ``65th``."""
    unit = target.unit
    if unit is None or not {fold(unit.vi), fold(unit.en)} & RANKS:
        return text
    match = _RANK.fullmatch(fold_each(text.strip()))
    return (match[1] or match[2]) if match else text


def _check_language(target: Target, quantity: Quantity, text: str, lang: Language) -> None:
    """Refuse 1.500 người in English: its unit is Vietnamese, and so perhaps its point."""
    if target.unit is None or not quantity.unit:
        return
    other_lang: Language = "vi" if lang == "en" else "en"
    unit, other_unit = target.unit.to(lang), target.unit.to(other_lang)
    if same_name(unit, (other_unit,)) or not same_name(quantity.unit, (other_unit,)):
        return
    with suppress(Misread):
        amount = read_figure(text, other_lang).amount
        if amount != quantity.amount:
            write, other = number(quantity.amount, lang), number(amount, lang)
            raise Refusal("figure_mixed", text=text, write=write, other=other)


def _qualifier(quantity: Quantity, entry: Entry) -> Qualifier | None:
    """How exact it is, by a word beside the figure or by an option; not both ways at once."""
    word, option = quantity.qualifier, entry.qualifier
    if word is not None and option is not None and word != option:
        raise Refusal("qualified_twice", text=entry.value or entry.n, qualifier=f"--{option}")
    return word or option


def _share(target: Target, part: Quantity, of: Decimal, entry: Entry) -> Share:
    """n of N, both whole numbers, for a target that counts in percent."""
    if target.accumulate != "ratio" and not target.in_percent:
        raise Refusal("n_of_not_percent", counts=target.unit)
    n = part.amount
    if n != n.to_integral_value() or of != of.to_integral_value() or n < 0 or n > of:
        raise Refusal("n_of_bounds", n=n, of=of)
    if entry.add is not None:
        raise Refusal("add_to_share", id=target.id)
    return Share(int(n), int(of))


def _in_unit(
    target: Target, quantity: Quantity, text: str, entry: Entry, day: date
) -> tuple[Decimal, Wording | None]:
    """The value in the target's unit, and how it was said in another one.

    A unit that the target does not count in is refused, and one without a factor on that day.
    """
    if target.unit is None:
        return quantity.amount, None
    option, lang = entry.unit, entry.lang
    unit = option or quantity.unit
    series: dict[tuple[str, str], list[Conversion]] = {}
    for conversion in target.convert:
        series.setdefault(conversion.names, []).append(conversion)
    entries = [[], *series.values()]
    units = [target.unit, *(dated[0].unit for dated in series.values())]
    names = [(str(at), (name.vi, name.en)) for at, name in enumerate(units)]
    in_percent = target.unit.vi.startswith("%") or target.in_percent
    for words, amount in ((quantity.words, quantity.value), (unit, quantity.amount)):
        if in_percent and fold(words) in PERCENT:
            return amount, None
        if len(matches := look_up(words, names)) > 1:
            raise Refusal(
                "unit_ambiguous", unit=words, units=[units[int(at)].to(lang) for at in matches]
            )
        if matches and (at := int(matches[0])):
            return EXACT.multiply(amount, _factor(entries[at], day)), Wording(amount, words)
        if matches:
            return amount, None
    steps = _steps(target)
    for name, scale in steps.items():  # 53,000 million đồng, where billions of đồng are counted
        if unit and same_name(unit, (name,)):
            wording = Wording(quantity.value, quantity.words)
            if option:
                wording = Wording(quantity.amount, option)
            return EXACT.divide(quantity.amount, scale), wording
    if unit:
        raise Refusal("wrong_unit", unit=option or quantity.words, counts=target.unit)
    if steps and quantity.scale != 1:
        counts = target.unit.to(lang)
        whole = counts if fold(counts).startswith(fold(quantity.words) + " ") else None
        write = f"{text.strip().removesuffix(quantity.words)}{whole}" if whole else None
        raise Refusal("scale_in_unit", text=text.strip(), counts=target.unit, write=write)
    return quantity.amount, None


def _factor(entries: Sequence[Conversion], day: date) -> Decimal:
    """What converts a unit on a day, by its entries in order. Raises Refusal."""
    in_force = [entry for entry in entries if entry.since is None or entry.since.first <= day]
    if not in_force:
        unit, since = entries[0].unit, entries[0].since
        raise Refusal("conversion_later", unit=unit, since=since, day=day)
    return in_force[-1].factor


def _steps(target: Target) -> dict[str, Decimal]:
    """What a unit such as “tỷ đồng” counts, and in what steps: đồng, by the billion."""
    steps: dict[str, Decimal] = {}
    if target.unit is None:
        return steps
    names: tuple[tuple[Language, str], ...] = (("vi", target.unit.vi), ("en", target.unit.en))
    for lang, name in names:
        with suppress(Misread):
            step = read_figure(f"1 {name}", lang)
            if step.scale != 1 and step.unit:
                steps[step.unit] = step.scale
    return steps
