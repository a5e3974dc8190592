"""Forms that are sound and invite a wrong verdict: each is a warning that names the right form.

Only ``validate`` looks for them. They are told by what the keys say together, and by words of the
title and of the figure that is quoted; what a text leaves open is not guessed at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from operator import attrgetter

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import RELATIVE, Goal, Target
from cdstrack.core.model.problems import Path, Problem
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import repeats_of
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.points import figure_fits

CEILING = ("at_most", "less_than")
FLOOR = ("at_least", "more_than")


def check_pitfalls(register: Register, ledger: Ledger) -> Iterator[Problem]:
    """The pitfalls of every target, with paths that begin at it, and of its reports, whose fact
    ``report`` is the id of the record. Of several batches only the last has those of targets."""
    for name, target in register.targets.items():
        if target.target is not None and ledger.names is None:
            for pitfall in PITFALLS:
                for code, path, facts in pitfall(target, target.target):
                    yield Problem(code, facts, path, level="warning", target=name)
        if target.accumulates:
            reports = [report for report in ledger.of(target) if figure_fits(report, target)]
            for code, facts in (*_repeated(reports), *_cumulative(reports)):
                yield Problem(code, {"id": name, **facts}, level="warning", target=name)


Pitfall = tuple[str, Path, dict[str, object]]


def _ceiling(target: Target, goal: Goal) -> Iterator[Pitfall]:
    """A running total below a ceiling is a limit; one that falls from its baseline is none."""
    begins = target.baseline.value if target.baseline is not None else Decimal(0)
    if target.kind != "reach" or target.accumulate not in ("sum", "year_to_date"):
        return
    if goal.comparator in CEILING and begins <= goal.value:
        facts: dict[str, object] = {"comparator": goal.comparator, "accumulate": target.accumulate}
        yield "pitfall_ceiling", ("kind",), facts
    if goal.comparator == "exactly" and goal.value == begins == 0:
        yield "pitfall_never", ("target",), {}


def _extreme(target: Target, goal: Goal) -> Iterator[Pitfall]:
    """The highest so far never falls, the lowest never rises: what is lost cannot be won back."""
    facts: dict[str, object] = {"comparator": goal.comparator}
    if target.kind == "reach" and target.accumulate == "max" and goal.comparator in CEILING:
        yield "pitfall_max", ("accumulate",), facts
    if target.kind == "reach" and target.accumulate == "min" and goal.comparator in FLOOR:
        yield "pitfall_min", ("accumulate",), facts


def _no_percent(target: Target, goal: Goal) -> Iterator[Pitfall]:
    if target.accumulate == "ratio" and target.unit is not None and not target.in_percent:
        yield "pitfall_no_percent", ("unit",), {"unit": target.unit}


def _level(target: Target, goal: Goal) -> Iterator[Pitfall]:
    """A level to be kept is settled too early when it is to be reached."""
    if target.kind != "reach" or target.accumulate in ("sum", "year_to_date", "growth"):
        return
    facts: dict[str, object] = {"periods": _years(target)}
    word = _word(_KEEP, target)
    if word is not None:
        yield "pitfall_kept", ("kind",), {**facts, "word": word}
        return
    goals = [goal, *(old for old in _older_goals(target))]
    base = target.baseline
    if base is not None and all(aim.interval().contains(base.value) for aim in goals):
        yield "pitfall_met_before", ("baseline",), {**facts, "value": base.value}


def _older_goals(target: Target) -> Iterator[Goal]:
    for revision in target.revisions:
        if revision.field == "target" and revision.old is not None:
            yield revision.old


def _years(target: Target) -> str:
    """The years of a target as periods, for an example."""
    first = target.begins.year
    last = target.deadline.last.year if target.deadline is not None else first + 1
    return ", ".join(str(year) for year in range(max(first, last - 4), last + 1))


def _yearly_rate(target: Target, goal: Goal) -> Iterator[Pitfall]:
    """The rate of a year belongs to that year: a later one does not reach it late."""
    due = target.deadline
    if target.kind != "reach" or target.accumulate != "latest" or due is None:
        return
    if goal.comparator in RELATIVE:  # it says itself from where it rises
        return
    if not target.in_percent or target.unit is None or _word(_SINCE, target) is not None:
        return
    if (due.last.month, due.last.day) != (12, 31):
        return
    units = (target.unit.vi.lower(), target.unit.en.lower())
    is_yearly = any(map(_PER_YEAR.search, units))
    rises = _word(_RISE, target) is not None and _word(_BY_THEN, target) is None
    if is_yearly or rises or _word(_GROWTH, target) is not None:
        year = due.last.year
        yield "pitfall_yearly_rate", ("kind",), {"year": str(year), "next": str(year + 1)}


def _range(target: Target, goal: Goal) -> Iterator[Pitfall]:
    """A range of which the document wants at least the lower end, and more is better."""
    if goal.between is None or _word(_CAPPED, target) is not None:
        return
    word = _word(_MORE, target)
    if word is not None:
        low, high = goal.between
        facts = {"word": word, "low": format(low, "f"), "high": format(high, "f")}
        yield "pitfall_range", ("target",), {**facts}


PITFALLS: Sequence[Callable[[Target, Goal], Iterator[Pitfall]]] = (
    _ceiling,
    _extreme,
    _no_percent,
    _level,
    _yearly_rate,
    _range,
)


# Words of titles and figures


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


_KEEP = _words(
    r"duy trì", r"giữ (?:vững|ổn định|nguyên|mức|ở mức|tỷ lệ|tỉ lệ|trên|dưới)",
    r"(?<!nắm )(?<!chiếm )giữ (?:độ|tốc độ|diện tích|hạng|thứ hạng|vị trí|[0-9]\S*)",
    r"ổn định ở mức", r"không để (?:giảm|thấp hơn|xuống dưới|dưới)",
    r"(?:tiếp tục|luôn|luôn luôn) (?:giữ|đạt|bảo đảm|đảm bảo)",
    r"maintain(?:s|ed|ing)?", r"sustain(?:s|ed)?",
    r"(?:keeps?|kept|holds?|held)(?: \w+){0,6}? (?:at|above|below|under|over|within|steady)",
    r"(?:keeps?|holds?) [0-9]\S*",
    r"(?:remain|remains|stay|stays) (?:at|above|below|under|over|within)",
)  # fmt: skip
_GROWTH = _words(
    r"tăng trưởng", r"tốc độ tăng", r"(?:grdp|gdp) tăng", r"growth", r"grows? by",
    r"(?:grdp|gdp) (?:grows?|rises?)",
)  # fmt: skip
_RISE = _words(
    r"tăng (?:(?:trên|thêm|tối thiểu|ít nhất|khoảng|từ) )?[0-9]\S*",
    r"(?:rise|increase|grow)s? (?:by )?(?:(?:at least|over|about) )?[0-9]\S*",
)  # fmt: skip
_BY_THEN = _words(r"(?:đến|vào) (?:hết |cuối )?(?:năm )?[0-9]{4}", r"by (?:the end of )?[0-9]{4}")
_SINCE = _words(
    r"so với (?!cùng kỳ|năm trước)\S+", r"từ năm [0-9]{4}", r"giai đoạn", r"bình quân",
    r"(?:from|since|over) [0-9]{4}", r"compared (?:to|with)", r"average",
)  # fmt: skip
_MORE = _words(
    r"tăng trưởng", r"tăng", r"vượt", r"tối thiểu", r"ít nhất", r"trở lên", r"growth", r"grows?",
    r"increases?", r"rises?", r"at least", r"exceeds?", r"more than", r"or more",
)  # fmt: skip
_CAPPED = _words(
    r"lạm phát", r"cpi", r"giá (?:cả|tiêu dùng)", r"không quá", r"tối đa", r"trong khoảng",
    r"kiểm soát", r"inflation", r"prices?", r"at most", r"(?:no|not) more than", r"within",
    r"controls?", r"controlled",
)  # fmt: skip
_PER_YEAR = re.compile(
    r"/ ?năm|(?:mỗi|một|hằng|hàng) năm|per (?:year|annum)|a year|/ ?year|p\.a\.|yearly|annual"
)


def _word(words: re.Pattern[str], target: Target) -> str | None:
    """The first of these words in a title or in the figure that is quoted."""
    for text in (target.title.vi, target.title.en, target.stated.figure or ""):
        match = words.search(text.lower())
        if match:
            return match[0]
    return None


# Reports that add up


def _repeated(reports: Sequence[Report]) -> Iterator[tuple[str, dict[str, object]]]:
    """The same increment of the same time twice; what says the same in all is named anyway."""
    equal = {report.id for report, _ in repeats_of(reports)}
    rivals: set[tuple[object, ...]] = set()
    for report in reports:
        key = (report.body, report.part, report.date.first, report.date.last, report.figure)
        if key in rivals and report.id not in equal:
            facts: dict[str, object] = {"report": report.id, "date": report.date}
            yield "pitfall_repeated", facts | {"value": figure_value(report.figure)}
        rivals.add(key)


def _cumulative(reports: Sequence[Report]) -> Iterator[tuple[str, dict[str, object]]]:
    """Increments that cover the time of others and are no less than their sum: running totals?"""
    by_author: dict[tuple[str | None, str | None], list[Report]] = {}
    for report in reports:
        by_author.setdefault((report.body, report.part), []).append(report)
    for series in by_author.values():
        series.sort(key=_first)
        inside = _sums_inside(series)
        for report in series:
            n, total = inside[report.date.first, report.date.last]
            value = figure_value(report.figure)
            if report.date.first < report.date.last and n and value >= total > 0:
                facts: dict[str, object] = {"report": report.id, "date": report.date}
                facts |= {"value": value, "sum": total, "n": n}
                yield "pitfall_cumulative", facts | {"rest": EXACT.subtract(value, total)}


def _sums_inside(series: Sequence[Report]) -> dict[tuple[date, date], tuple[int, Decimal]]:
    """Of each period in a series how many reports are for a part of it, and their sum.

    From the latest beginning to the earliest, in a tree over the last days (Fenwick): what has
    been put in begins no earlier, so that only the ends are left to compare.
    """
    same: dict[tuple[date, date], list[Decimal]] = {}
    for report in series:
        period = (report.date.first, report.date.last)
        same.setdefault(period, []).append(figure_value(report.figure))
    days = sorted({last for _, last in same})
    counts, sums = [0] * (len(days) + 1), [Decimal(0)] * (len(days) + 1)
    inside: dict[tuple[date, date], tuple[int, Decimal]] = {}
    with localcontext(EXACT):
        for first, last in sorted(same, key=lambda period: (-period[0].toordinal(), period[1])):
            at, n, total = bisect_right(days, last), 0, Decimal(0)
            while at:
                n, total, at = n + counts[at], total + sums[at], at & (at - 1)
            inside[first, last] = n, total
            figures, at = same[first, last], bisect_right(days, last)
            amount = sum(figures, Decimal(0))
            while at <= len(days):
                counts[at] += len(figures)
                sums[at] += amount
                at += at & -at
    return inside


_first = attrgetter("date.first")
