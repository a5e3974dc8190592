"""What was written becomes a figure of the target: its form, its unit, its qualifier."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from cdstrack.app.record.entry import Entry
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Qualifier, Target
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Figure, Share
from cdstrack.core.values.points import forms_of
from cdstrack.i18n.answers import answer
from cdstrack.i18n.numbers import Language, number
from cdstrack.i18n.read_figures import Written, read_figure
from cdstrack.i18n.reading import Misread

PERCENT = {"%", "phan tram", "per cent", "percent"}


def figure_of(target: Target, entry: Entry) -> tuple[Figure, Qualifier | None]:
    """What is reported, in a form that the target takes, and how exact it is said to be.

    Of ``entry.add`` it is what is to be added. Raises Refusal.
    """
    if entry.done is not None and entry.qualifier is not None:
        raise Refusal("done_not_qualified", qualifier=f"--{entry.qualifier}")
    given = [entry.value, entry.add, entry.n or entry.of]
    single = entry.body is not None
    may_be_done = single and bool in forms_of(target, single=True)
    done = _done(entry) if target.kind == "milestone" or may_be_done else entry.done
    if may_be_done and done is not None and not any(part is not None for part in given[1:]):
        return done, None
    if target.kind == "milestone":
        if done is None or (entry.done is not None and any(part is not None for part in given)):
            raise Refusal("milestone_wants_done", id=target.id)
        return done, None
    if entry.done is not None:
        raise Refusal("not_a_milestone", id=target.id)
    wants_share = single and target.across == "ratio"
    if sum(part is not None for part in given) != 1:
        if wants_share:
            raise Refusal("body_wants_share", id=target.id)
        raise Refusal("body_wants_done" if may_be_done else "one_figure", id=target.id)
    if entry.n is not None or entry.of is not None:
        if entry.n is None or entry.of is None:
            raise Refusal("n_with_of")
        n, of = _written(entry.n, entry.lang), _written(entry.of, entry.lang)
        if n.of not in (None, of.amount) or of.of is not None or "%" in (n.unit + of.unit)[:1]:
            raise Refusal("figure_share", text=f"{entry.n}/{entry.of}")
        return _share(target, n, of.amount, entry), _qualifier(n, entry)
    text = entry.add if entry.add is not None else entry.value or ""
    written = _written(text, entry.lang, target)
    if written.of is not None:
        return _share(target, written, written.of, entry), _qualifier(written, entry)
    if wants_share:
        raise Refusal("body_wants_share", id=target.id)
    _check_language(target, written, text, entry.lang)
    value = _in_unit(target, written, text, entry.unit, entry.lang)
    if target.accumulate == "ratio" and entry.add is None and not 0 <= value <= 100:
        raise Refusal("percent_bounds", value=value)
    return value, _qualifier(written, entry)


def _done(entry: Entry) -> bool | None:
    """Done or not, by its option or in words."""
    return answer(entry.value) if entry.done is None and entry.value else entry.done


def _written(text: str, lang: Language, target: Target | None = None) -> Written:
    """A figure as it was written; a unit of the target's is one even if it looks like a scale."""
    try:
        return read_figure(text, lang)
    except Misread as misread:
        if misread.code == "figure_short" and target is not None:
            units = [target.unit, *(other.unit for other in target.convert)]
            for unit in (name for both in units if both for name in (both.vi, both.en)):
                if fold(text).endswith(fold(" " + unit)):
                    short = read_figure(text.strip()[: -len(unit)], lang)
                    return replace(short, words=unit, unit=unit)
        raise


def _check_language(target: Target, written: Written, text: str, lang: Language) -> None:
    """Refuse 1.500 người in English: its unit is Vietnamese, and so perhaps its point."""
    if target.unit is None or not written.unit:
        return
    theirs: Language = "vi" if lang == "en" else "en"
    own, other = fold(target.unit.to(lang)), fold(target.unit.to(theirs))
    if fold(written.unit) != other or own == other:
        return
    with suppress(Misread):
        meant = read_figure(text, theirs).amount
        if meant != written.amount:
            write, instead = (number(each, lang) for each in (written.amount, meant))
            raise Refusal("figure_mixed", text=text, write=write, other=instead)


def _qualifier(written: Written, entry: Entry) -> Qualifier | None:
    """How exact it is, said beside the figure or by an option; not both ways at once."""
    said, asked = written.qualifier, entry.qualifier
    if said is not None and asked is not None and said != asked:
        raise Refusal("qualified_twice", text=entry.value or entry.n, qualifier=f"--{asked}")
    return said or asked


def _share(target: Target, part: Written, of: Decimal, entry: Entry) -> Share:
    """n of N, both whole numbers, for a target that counts in percent."""
    if target.accumulate != "ratio" and not target.in_percent:
        raise Refusal("n_of_not_percent", counts=target.unit)
    n = part.amount
    if n != n.to_integral_value() or of != of.to_integral_value() or n < 0 or of <= 0 or n > of:
        raise Refusal("n_of_bounds", n=n, of=of)
    if entry.add is not None:
        raise Refusal("add_to_share", id=target.id)
    return Share(int(n), int(of))


def _in_unit(
    target: Target, written: Written, text: str, option: str | None, lang: Language
) -> Decimal:
    """The value in the target's unit; a unit that it does not count in is refused."""
    if target.unit is None:
        return written.amount
    unit = option or written.unit
    own = {fold(target.unit.vi), fold(target.unit.en)}
    for asked, amount in ((written.words, written.value), (unit, written.amount)):
        name = fold(asked)
        if name in own or (name in PERCENT and any(each.startswith("%") for each in own)):
            return amount
        for other in target.convert:
            if name in {fold(other.unit.vi), fold(other.unit.en)}:
                return EXACT.multiply(amount, other.factor)
    scaled = _scaled_units(target)
    if unit and fold(unit) in scaled:  # 53,000 million đồng, where billions of đồng are counted
        return EXACT.divide(written.amount, scaled[fold(unit)])
    if unit:
        raise Refusal("wrong_unit", unit=option or written.words, counts=target.unit)
    if scaled and written.scale != 1:
        counts = target.unit.to(lang)
        whole = counts if fold(counts).startswith(fold(written.words) + " ") else None
        write = f"{text.strip().removesuffix(written.words)}{whole}" if whole else None
        raise Refusal("scale_in_unit", text=text.strip(), counts=target.unit, write=write)
    return written.amount


def _scaled_units(target: Target) -> dict[str, Decimal]:
    """What a unit such as “tỷ đồng” counts, and in what steps: đồng, by the billion."""
    found = {}
    if target.unit is not None:
        for lang, name in (("vi", target.unit.vi), ("en", target.unit.en)):
            try:
                one = read_figure(f"1 {name}", "vi" if lang == "vi" else "en")
            except Misread:
                continue
            if one.scale != 1 and one.unit:
                found[fold(one.unit)] = one.scale
    return found
