"""Write the synthetic register of this folder: targets.yaml and progress.jsonl.

``python examples/provinces/make.py [FOLDER]``; the same bytes on every run and every machine,
because each draw is a digest of what it is for. Nothing in it is real.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import NamedTuple

SEED = "provinces 1"
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

# Time: months from 0 (November 2024) to 23 (October 2026).

MONTHS = [(2024 + (10 + k) // 12, (10 + k) % 12 + 1) for k in range(24)]
MINISTRIES_CHANGE = 4
PROVINCES_CHANGE = 8


class Turn(NamedTuple):
    """A period that is reported on, as it is written, with its first and last month."""

    said: str
    first: int
    last: int


MONTHLY = [Turn(f"{year}-{month:02}", k, k) for k, (year, month) in enumerate(MONTHS)]
QUARTERLY = [
    Turn(f"{year}-Q{month // 3}", max(k - 2, 0), k)
    for k, (year, month) in enumerate(MONTHS)
    if month % 3 == 0
]

# Bodies: provinces 35-63 merge into 01-23, the first six of which take two; 24-34 go on alone.
# Of the ministries, 16-18 are absorbed, 19 is renamed, 20 and 21 become a new one, 22 is split.

PROVINCE_HEIRS = {number: (number - 35) % 23 + 1 for number in range(35, 64)}
MINISTRY_HEIRS = {16: 3, 17: 4, 18: 5, 19: 23, 20: 24, 21: 24}
RENAMED, SPLIT, SPLIT_INTO = 19, 22, (6, 7)


class Habits(NamedTuple):
    """Who does not report as asked: by number, with the month from or until which it does."""

    never: set[int]
    late: dict[int, int]
    until: dict[int, int]
    patchy: set[int]


class Class(NamedTuple):
    """Bodies of one kind: their numbers, who follows whom, and when that happens."""

    word: str
    numbers: range
    heirs: dict[int, int]
    change: int
    habits: Habits

    def exists(self, number: int, month: int) -> bool:
        if month < self.change:
            return number in self.numbers
        return number in self.bodies() and number not in self.heirs

    def made_of(self, number: int, month: int) -> list[int]:
        """The bodies of before the change that one stands for."""
        own = [number] if number in self.numbers else []
        if month < self.change:
            return own
        return own + [each for each, heir in self.heirs.items() if heir == number]

    def bodies(self) -> list[int]:
        return sorted({*self.numbers, *self.heirs.values()})

    def reports(self, number: int, turn: Turn, target: str, gaps: bool) -> bool:
        habits, month = self.habits, turn.last
        if not self.exists(number, month) or number in habits.never:
            return False
        if self.change <= month < habits.late.get(number, 0):
            return False
        if month > habits.until.get(number, month):
            return False
        patchy = gaps and number in habits.patchy and month != self.change - 1 and month < 22
        return not (patchy and draw("gap", target, number, month) < 0.3)


PROVINCES = Class(
    "province",
    range(1, 64),
    PROVINCE_HEIRS,
    PROVINCES_CHANGE,
    Habits(
        never={27, 33, 58},
        late={1: 10, 8: 10, 15: 10},
        until={12: 7, 5: 13, 20: 16, 31: 14},  # 12 has been silent since it absorbed 46
        patchy={10, 17, 24, 39, 50},
    ),
)
PLATFORM = PROVINCES._replace(habits=PROVINCES.habits._replace(until={}, patchy=set()))
"""The provinces, where a platform counts for whoever is on it."""


def ministries(*, follower: int) -> Class:
    """The ministries, seen from a target that says who follows the one that was split."""
    heirs = MINISTRY_HEIRS | {SPLIT: follower}
    habits = Habits(never=set(), late={24: 6}, until={}, patchy={9, 14})
    return Class("ministry", range(1, 23), heirs, MINISTRIES_CHANGE, habits)


# Chance: every draw is a function of what it is for, so that to change one changes no other.


def digest(*words: object) -> int:
    text = "/".join(map(str, (SEED, *words)))
    return int.from_bytes(sha256(text.encode()).digest(), "big")


def draw(*words: object) -> float:
    """A number from 0 to 1."""
    return (digest(*words) >> 208) / 2**48


def between(low: float, high: float, *words: object) -> float:
    return low + (high - low) * draw(*words)


# The ledger

Figure = Mapping[str, object]
Span = tuple[float, float]


class Ledger:
    """Collects lines; they are written in the order recorded."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def add(
        self, moment: datetime, target: str, date: str, figure: Figure, **more: str | None
    ) -> str:
        """Record something, and return its id. Fields stand in cdstrack's own order."""
        recorded = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        number = digest("id", target, date, figure, sorted(more.items()), recorded)
        name = "".join(LETTERS[number // 36**place % 36] for place in range(20))
        said = {
            "id": name,
            "target": target,
            "body": more.get("body"),
            "part": more.get("part"),
            "date": date,
            **figure,
            "qualifier": more.get("qualifier"),
            "source": more.get("source"),
            "note": more.get("note"),
            "by": more.get("by"),
            "recorded": recorded,
            "corrects": more.get("corrects"),
        }
        kept = {field: value for field, value in said.items() if value is not None}
        line = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        self.lines.append((recorded, line))
        return name

    def text(self) -> str:
        return "".join(line + "\n" for _, line in sorted(self.lines))


def moment_after(month: int, *words: object) -> datetime:
    """A few days after the end of a month, in the working hours of Hà Nội."""
    year, number = MONTHS[month]
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    seconds = int(between(0, 8 * 3600, "second", *words))
    return end + timedelta(
        days=int(between(1, 10, "day", *words)),
        hours=1,
        seconds=seconds,
        microseconds=digest("microsecond", *words) % 1_000_000,
    )


SWAPPED = "Nhập nhầm số. / A wrong figure had been entered."
RUNNING = "Đã nhập nhầm số lũy kế. / The running total had been entered."
TWICE = "Ghi hai lần, xóa một. / Recorded twice, one taken back."


class Desk:
    """Where the bodies of one class report on one target, with the slips that people make."""

    def __init__(self, ledger: Ledger, target: str, who: Class, turns: list[Turn]) -> None:
        self.ledger = ledger
        self.target = target
        self.who = who
        self.turns = turns

    def due(self, *, gaps: bool) -> Iterator[tuple[int, Turn]]:
        for number in self.who.bodies():
            for turn in self.turns:
                if self.who.reports(number, turn, self.target, gaps):
                    yield number, turn

    def _fields(self, number: int, turn: Turn) -> dict[str, str | None]:
        label = f"{self.who.word[0].upper()}{number:02}"
        clerk = "AB"[digest("clerk", number, turn.last // 6) % 2]
        sourced = draw("source", self.target, number, turn.said) < 0.85
        return {
            "body": f"{self.who.word}-{number:02}",
            "source": f"Báo cáo giả định {label}/{turn.said}" if sourced else None,
            "by": f"Cán bộ {label}-{clerk}",
        }

    def levels(self, figure: Callable[[int, Turn, float], Figure], *, about: float = 0) -> None:
        """A level for each turn. The float is the slip: 1 for what is right."""
        for number, turn in self.due(gaps=True):
            key = (self.target, number, turn.said)
            moment, fields = moment_after(turn.last, *key), self._fields(number, turn)
            right, chance = figure(number, turn, 1), draw("slip", *key)
            if chance < 0.03:
                wrong = figure(number, turn, 0.8)
                first = self.ledger.add(moment, self.target, turn.said, wrong, **fields)
                moment += timedelta(days=1 + digest("wait", *key) % 8, minutes=7)
                if chance < 0.01:
                    fields |= {"corrects": first, "note": SWAPPED}
            elif draw("about", *key) < about and turn.last < 18:
                fields["qualifier"] = ("about", "nearly", "over")[digest("word", *key) % 3]
            self.ledger.add(moment, self.target, turn.said, right, **fields)

    def increments(self, amount: Callable[[int, int], int], scale: int = 1) -> None:
        """What was added in each turn; who missed turns reports for several at once."""
        open_since: dict[int, int] = {}
        for number, turn in product(self.who.bodies(), self.turns):
            if not self.who.exists(number, turn.last):
                continue
            first = open_since.setdefault(number, turn.first)
            if not self.who.reports(number, turn, self.target, gaps=True):
                continue
            del open_since[number]
            if first < turn.first:
                since = next(each for each in self.turns if each.first == first)
                turn = Turn(f"{since.said}/{turn.said}", first, turn.last)
            self._increment(number, turn, amount, scale)

    def _increment(
        self, number: int, turn: Turn, amount: Callable[[int, int], int], scale: int
    ) -> None:
        key = (self.target, number, turn.said)
        moment, fields = moment_after(turn.last, *key), self._fields(number, turn)
        total = sum(
            amount(each, month)
            for month in range(turn.first, turn.last + 1)
            for each in self.who.made_of(number, turn.last)
        )
        chance = draw("slip", *key)
        right = {"value": written(total, scale)}
        later = moment + timedelta(days=1 + digest("wait", *key) % 8, minutes=7)
        if chance < 0.010:
            wrong = {"value": written(total * (turn.last + 1), scale)}
            first = self.ledger.add(moment, self.target, turn.said, wrong, **fields)
            fields |= {"corrects": first, "note": RUNNING}
            self.ledger.add(later, self.target, turn.said, right, **fields)
        else:
            self.ledger.add(moment, self.target, turn.said, right, **fields)
        if chance > 0.992:
            moment += timedelta(minutes=3)
            second = self.ledger.add(moment, self.target, turn.said, right, **fields)
            fields |= {"source": None, "corrects": second, "note": TWICE}
            self.ledger.add(later, self.target, turn.said, {}, **fields)

    def conditions(self, done: Callable[[str, int, Turn], bool]) -> None:
        """Done or not, for each of the two conditions."""
        for number, turn in self.due(gaps=False):
            fields, key = self._fields(number, turn), (self.target, number, turn.said)
            for part, minute in (("online", 0), ("sign", 2)):
                moment = moment_after(turn.last, *key) + timedelta(minutes=minute)
                figure: Figure = {"done": done(part, number, turn)}
                if draw("slip", part, *key) < 0.01:
                    wrong: Figure = {"done": not figure["done"]}
                    first = self.ledger.add(
                        moment, self.target, turn.said, wrong, part=part, **fields
                    )
                    fields |= {"corrects": first, "note": SWAPPED}
                    moment += timedelta(days=2)
                self.ledger.add(moment, self.target, turn.said, figure, part=part, **fields)
                fields |= {"corrects": None, "note": None}


def written(amount: int, scale: int) -> str:
    """A whole number of tenths (scale 10) or ones as a decimal, without needless zeros."""
    whole, rest = divmod(amount, scale)
    return f"{whole}.{rest}" if rest else str(whole)


# What there is to report


def online_files(ledger: Ledger) -> None:
    """Files handled online: fast growth, a standstill while provinces merge, then slower."""
    name = "online-files"

    def grown(month: int) -> float:
        if month < PROVINCES_CHANGE:
            return (month + 1) / 17
        if month < PROVINCES_CHANGE + 3:
            return 8 / 17
        return 8 / 17 + (month - 10) / 13 * 9 / 17

    def figure(number: int, turn: Turn, slip: float) -> Figure:
        n = of = 0
        for each in PROVINCES.made_of(number, turn.last):
            size = between(2000, 9000, name, each)
            files = int(size * between(0.9, 1.1, name, each, turn.said))
            low, high = between(0.14, 0.26, name, "low", each), between(0.5, 0.82, name, each, "h")
            share = low + (high - low) * grown(turn.last)
            share += between(-0.01, 0.01, name, "noise", each, turn.said)
            n, of = n + int(files * share * slip), of + files
        return {"n": n, "of": of}

    Desk(ledger, name, PROVINCES, MONTHLY).levels(figure)


def digital_skills(ledger: Ledger) -> None:
    """People trained in each month; once they were entered for a province that had ended."""
    name = "digital-skills"

    def amount(number: int, month: int) -> int:
        pace = between(400, 1000, name, number)
        return int(pace * between(0.75, 1.25, name, number, month))

    Desk(ledger, name, PROVINCES, MONTHLY).increments(amount)
    fields = {"body": "province-41", "by": "Cán bộ P07-A", "source": "Báo cáo giả định P07/bổ sung"}
    moment = datetime(2025, 9, 4, 3, 15, tzinfo=UTC)
    first = ledger.add(moment, name, "2025-08", {"value": "120"}, **fields)
    note = "Tỉnh 41 đã nhập vào Tỉnh 07. / Province 41 is part of Province 07 now."
    fields |= {"body": "province-07", "corrects": first, "note": note}
    ledger.add(moment + timedelta(days=1), name, "2025-08", {"value": "120"}, **fields)


def service_points(ledger: Ledger) -> None:
    """Service points opened in each quarter, fewer and fewer."""
    name = "service-points"

    def amount(number: int, month: int) -> int:
        pace = between(1.0, 6.0, name, number) * (1.7 if month < 2 else 0.9 if month < 11 else 0.6)
        return int(pace * between(0.7, 1.3, name, number, month))

    Desk(ledger, name, PROVINCES, QUARTERLY).increments(amount)


ONLINE = {9: 1, 10: 2, 14: 1, 21: 2}
SIGN = {4: 1, 5: 1, 7: 1, 9: 2, 10: 1, 11: 3, 12: 1, 14: 2, 15: 1, 16: 1, 17: 1, 18: 2, 19: 2,
        20: 1, 21: 4, 22: 1}  # fmt: skip
"""From which quarter on (0 is the end of 2024) the head of a ministry does it; 0 if not named."""


def heads_sign(ledger: Ledger) -> None:
    """Heads who work online and sign digitally: of ministries all in the end, of provinces not."""

    who = ministries(follower=6)

    def ministers(part: str, number: int, turn: Turn) -> bool:
        since, members = ONLINE if part == "online" else SIGN, who.made_of(number, turn.last)
        return all(since.get(each, 0) <= QUARTERLY.index(turn) for each in members)

    Desk(ledger, "heads-sign-ministries", who, QUARTERLY).conditions(ministers)

    def chairs(part: str, number: int, turn: Turn) -> bool:
        gone, members = QUARTERLY.index(turn) + 0.9, PROVINCES.made_of(number, turn.last)
        wait = 0 if part == "online" else 1
        return all(
            between(0, 5, "online", each) + wait * draw("sign", each) < gone for each in members
        )

    Desk(ledger, "heads-sign-provinces", PROVINCES, QUARTERLY).conditions(chairs)


def percentages(ledger: Ledger) -> None:
    """Two percentages; a body that took over others reports their mean.

    Documents that are signed: all ministries are there by May 2026. Databases on the platform: the
    slowest province is there by June 2026.
    """

    def report(name: str, who: Class, low: Span, high: Span, grown: Callable[[int], float]) -> None:
        def figure(number: int, turn: Turn, slip: float) -> Figure:
            members, tenths = who.made_of(number, turn.last), 0
            for each in members:
                start, end = between(*low, name, "low", each), between(*high, name, "high", each)
                tenths += int(10 * (start + (end - start) * grown(turn.last)) * slip)
            return {"value": written(tenths // len(members), 10)}

        Desk(ledger, name, who, MONTHLY).levels(figure, about=0.02)

    def steady(month: int) -> float:
        return min((month + 1) / 19, 1)

    def slow(month: int) -> float:
        gone = min((month + 1) / 20, 1)
        return gone * (0.4 + 0.6 * gone)

    report("signed-documents", ministries(follower=7), (38, 46), (96.5, 99.6), steady)
    report("data-platform", PLATFORM, (11, 20), (63, 95), slow)


def spending(ledger: Ledger) -> None:
    """Spending in 2026, in billion đồng; one figure was entered in million at first."""
    name, who = "spending-2026", ministries(follower=6)
    turns = [turn for turn in MONTHLY if turn.said >= "2026"]

    def amount(number: int, month: int) -> int:
        size = between(55, 100, name, number)
        return int(size * between(0.8, 1.2, name, number, month))

    Desk(ledger, name, who, turns).increments(amount, scale=10)
    fields = {"body": "ministry-08", "by": "Cán bộ M08-B", "source": "Báo cáo giả định M08/bổ sung"}
    note = "Đơn vị là triệu đồng, đổi ra tỷ đồng. / It was in million đồng."
    moment = datetime(2026, 8, 6, 2, 30, tzinfo=UTC)
    for value, days in [("4200", 0), ("42", 1), ("4.2", 5)]:
        moment += timedelta(days=days)
        first = ledger.add(moment, name, "2026-07", {"value": value}, **fields)
        fields |= {"corrects": first, "note": note}


def whole(ledger: Ledger) -> None:
    """Figures for a whole population, reported by whoever answers for the target."""

    def report(target: str, said: str, month: int, figure: Figure, **more: str) -> None:
        fields = {"source": f"Báo cáo giả định {target}/{said}", "by": "Cán bộ tổng hợp", **more}
        ledger.add(moment_after(month, target, said), target, said, figure, **fields)

    for turn in MONTHLY[:PROVINCES_CHANGE]:
        report("district-desks", turn.said, turn.last, {"n": 70 + 54 * turn.last, "of": 696})
    communes = [(980, 10_599), (2310, 10_599), (3870, 10_599), (1560, 3321), (1730, 3321)]
    for turn, (n, of) in zip(QUARTERLY, communes, strict=False):
        report("commune-desks", turn.said, turn.last, {"n": n, "of": of})
    datasets = ["110", "150", "200", "240", "330", "400", "470", "540"]
    for turn, value in zip(QUARTERLY, datasets, strict=True):
        more = {"qualifier": "over"} if value.endswith("00") else {}
        report("open-datasets", turn.said, turn.last, {"value": value}, **more)
    for said, month, note in [
        ("2025-12", 13, "Đã lập ban soạn thảo. / The drafting group has been set up."),
        ("2026-06", 19, "Đã có dự thảo lần một. / There is a first draft."),
    ]:
        report("data-law", said, month, {"done": False}, note=note)


def progress() -> str:
    ledger = Ledger()
    online_files(ledger)
    digital_skills(ledger)
    service_points(ledger)
    heads_sign(ledger)
    percentages(ledger)
    spending(ledger)
    whole(ledger)
    return ledger.text()


# The register

HEAD = """\
# Dữ liệu giả lập, không có gì là thật. / Synthetic data, nothing in it is real.
# yaml-language-server: $schema=../../cdstrack/schema/targets.schema.json
#
# Do make.py viết ra; sửa ở đó. / Written by make.py; change it there.

cdstrack: 1
title: {vi: Sổ giả lập 63 tỉnh và 22 bộ, en: Synthetic register of 63 provinces and 22 ministries}
timezone: Asia/Ho_Chi_Minh
ledger: progress.jsonl

sources:
  directive:
    title: {vi: Chỉ thị số 1 (hư cấu), en: Directive No. 1 (invented)}
    date: 2024-11-01
  ministries-2025:
    title: {vi: Quyết định sắp xếp các bộ (hư cấu), en: Decision on the ministries (invented)}
    date: 2025-02-18
  provinces-2025:
    title: {vi: Quyết định sắp xếp các tỉnh (hư cấu), en: Decision on the provinces (invented)}
    date: 2025-06-12
  second-chance:
    title: {vi: Công văn lùi hạn ký số (hư cấu), en: Letter that moved the signing (invented)}
    date: 2025-07-20
  extension:
    title: {vi: Quyết định gia hạn (hư cấu), en: Decision on an extension (invented)}
    date: 2025-11-20
  budget-2026:
    title: {vi: Dự toán năm 2026 (hư cấu), en: Budget for 2026 (invented)}
    date: 2025-12-20

bodies:
"""

GROUPS = """
groups:
  provinces:
    name: {vi: Các tỉnh, en: Provinces}
    size:
      - {from: 2024-01-01, n: 63}
      - {from: 2025-07-01, n: 34, source: provinces-2025}
    members:
<provinces>
  ministries:
    name: {vi: Các bộ, en: Ministries}
    size:
      - {from: 2024-01-01, n: 22}
      - {from: 2025-03-01, n: 17, source: ministries-2025}
    members:
<ministries>
  communes:                                    # only counted
    name: {vi: Các xã, en: Communes}
    size:
      - {from: 2024-01-01, n: 10599}
      - {from: 2025-07-01, n: 3321, source: provinces-2025}

"""

TARGETS = """\
targets:
  # Each province reports n of N. The owner was merged into a new ministry.
  - id: online-files
    title:
      vi: 80% hồ sơ ở các tỉnh được giải quyết trực tuyến vào cuối năm 2026
      en: 80% of the files in the provinces are handled online by the end of 2026
    kind: reach
    owner: ministry-20
    unit: {vi: "% hồ sơ", en: "% of files"}
    baseline: {value: 20, date: 2024-10-31, source: directive}
    target: {at_least: 80}
    deadline: 2026
    accumulate: ratio
    report_every: month
    lag_days: 15
    reporters: provinces
    across: ratio
    stated: <1 ensure "80%">
    tags: [provinces, services]

  # Each province reports what it added; who merged keeps what its predecessors delivered.
  - id: digital-skills
    title:
      vi: Tập huấn kỹ năng số cho 1.000.000 người vào cuối năm 2026
      en: Train 1,000,000 people in digital skills by the end of 2026
    kind: reach
    owner: ministry-19
    unit: {vi: người, en: persons}
    baseline: {value: 0, date: 2024-10-31}
    target: {at_least: 1000000}
    deadline: 2026
    accumulate: sum
    report_every: month
    lag_days: 15
    reporters: provinces
    across: sum
    stated: <2 ensure "1.000.000">
    restated:
      - {on: 2025-12-20, source: budget-2026, figure: "1.000.000"}
    tags: [provinces, skills]

  # A total, and what each province has to reach. The deadline was moved before it came.
  - id: service-points
    title:
      vi: Mở 5.000 điểm hỗ trợ dịch vụ công, mỗi tỉnh ít nhất 60
      en: Open 5,000 points that help with public services, at least 60 in each province
    kind: reach
    owner: ministry-22
    unit: {vi: điểm, en: points}
    baseline: {value: 0, date: 2024-09-30}
    target: {at_least: 5000}
    each: {at_least: 60}
    deadline: 2026
    accumulate: sum
    report_every: quarter
    lag_days: 30
    reporters: provinces
    across: sum
    succession: {ministry-22: ministry-06}
    stated: <3 assign "5.000">
    revisions:
      - {on: 2025-11-20, source: extension, field: deadline, old: 2025, new: 2026}
    tags: [provinces, services]

  # One sentence, two classes of bodies, two conditions: a parent and a class each.
  - id: heads-sign
    title:
      vi: Người đứng đầu bộ, tỉnh đều làm việc trực tuyến và ký số
      en: All heads of ministries and provinces work online and sign digitally
    kind: reach
    owner: ministry-01
    unit: {vi: "%", en: "%"}
    target: {at_least: 100}
    deadline: 2025
    stated: <4 demand "tất cả">
    tags: [signing]
  - id: heads-sign-ministries                  # revised after it was missed
    title:
      vi: Mọi bộ trưởng làm việc trực tuyến và ký số
      en: All ministers work online and sign digitally
    part_of: heads-sign
    kind: reach
    owner: ministry-01
    unit: {vi: "% số bộ", en: "% of ministries"}
    baseline: {value: 0, date: 2024-10-31, inferred: true}
    target: {at_least: 100}
    deadline: 2025
    report_every: quarter
    lag_days: 15
    conditions:
      online: {vi: Làm việc trực tuyến, en: Works online}
      sign: {vi: Ký số, en: Signs digitally}
    reporters: ministries
    across: share
    succession: {ministry-22: ministry-06}
    stated: <4 demand "tất cả">
    revisions:
      - {on: 2025-07-20, source: second-chance, field: deadline, old: 2025-06, new: 2025}
    tags: [signing]
  - id: heads-sign-provinces
    title:
      vi: Mọi chủ tịch tỉnh làm việc trực tuyến và ký số
      en: All heads of provinces work online and sign digitally
    part_of: heads-sign
    kind: reach
    owner: ministry-01
    unit: {vi: "% số tỉnh", en: "% of provinces"}
    baseline: {value: 0, date: 2024-10-31, inferred: true}
    target: {at_least: 100}
    deadline: 2025
    report_every: quarter
    lag_days: 15
    conditions:
      online: {vi: Làm việc trực tuyến, en: Works online}
      sign: {vi: Ký số, en: Signs digitally}
    reporters: provinces
    across: share
    stated: <4 demand "tất cả">
    tags: [provinces, signing]

  # The mean over all ministries.
  - id: signed-documents
    title:
      vi: Bình quân các bộ, 95% văn bản được ký số vào giữa năm 2026
      en: On average over the ministries, 95% of documents are signed digitally by mid-2026
    kind: reach
    owner: ministry-16
    unit: {vi: "% văn bản", en: "% of documents"}
    baseline: {value: 40, date: 2024-10-31}
    target: {at_least: 95}
    deadline: 2026-06
    report_every: month
    lag_days: 15
    reporters: ministries
    across: mean
    succession: {ministry-22: ministry-07}
    stated: <5 ensure "95%">
    tags: [signing]

  # The lowest province counts, and two were never heard of: nobody can say that it is met.
  - id: data-platform
    title:
      vi: Không tỉnh nào kết nối dưới 60% cơ sở dữ liệu vào nền tảng chung
      en: No province has less than 60% of its databases on the shared platform
    kind: reach
    owner: ministry-12
    unit: {vi: "% cơ sở dữ liệu", en: "% of databases"}
    baseline: {value: 10, date: 2024-10-31}
    target: {at_least: 60}
    deadline: 2026-06
    report_every: month
    lag_days: 15
    reporters: provinces
    across: min
    stated: <6 demand "60%">
    tags: [provinces]
    notes:
      - vi: Tỉnh 33 gửi số bảng dữ liệu, không phải số cơ sở dữ liệu; không quy đổi được.
        en: Province 33 sent a number of tables, not of databases; there is no way to convert it.
        date: 2026-07-08
        evidence: true

  # A ceiling. Without two corrections it would have been passed.
  - id: spending-2026
    title:
      vi: Các bộ chi không quá 1.850 tỷ đồng cho công nghệ thông tin trong năm 2026
      en: The ministries spend at most 1,850 billion đồng on IT in 2026
    kind: limit
    owner: ministry-02
    unit: {vi: tỷ đồng, en: billion đồng}
    start: 2026-01-01
    target: {at_most: 1850}
    deadline: 2026
    accumulate: sum
    report_every: month
    lag_days: 15
    reporters: ministries
    across: sum
    succession: {ministry-22: ministry-06}
    stated: <3 demand "1.850 tỷ đồng" budget-2026 2025-12-20>
    tags: [money]

  # The population ceased to exist before the deadline.
  - id: district-desks
    title:
      vi: 100% huyện có bộ phận một cửa điện tử vào cuối năm 2025
      en: All districts have an electronic one-stop desk by the end of 2025
    kind: reach
    owner: ministry-12
    unit: {vi: "% số huyện", en: "% of districts"}
    baseline: {value: 0, date: 2024-10-31}
    target: {at_least: 100}
    deadline: 2025
    accumulate: ratio
    report_every: month
    lag_days: 15
    stated: <7 assign "100%">
    closed: {on: 2025-07-01, how: dissolved, source: provinces-2025}
    tags: [services]

  # Reported as a whole over a population that is only counted; then silence.
  - id: commune-desks
    title:
      vi: 90% xã có bộ phận một cửa điện tử vào giữa năm 2027
      en: 90% of communes have an electronic one-stop desk by mid-2027
    kind: reach
    owner: ministry-18
    unit: {vi: "% số xã", en: "% of communes"}
    baseline: {value: 5, date: 2024-10-31}
    target: {at_least: 90}
    deadline: 2027-06
    accumulate: ratio
    report_every: quarter
    lag_days: 30
    reporters: communes
    across: ratio
    stated: <7 assign "90%">
    tags: [services]

  - id: open-datasets
    title:
      vi: Mở 1.000 bộ dữ liệu (không nêu hạn)
      en: Open 1,000 datasets (no deadline was given)
    kind: reach
    owner: ministry-21
    unit: {vi: bộ dữ liệu, en: datasets}
    baseline: {value: 90, date: 2024-10-31}
    target: {at_least: 1000}
    report_every: quarter
    lag_days: 30
    review_by: 2027-01-01
    stated: <8 try "1.000">
    tags: [data]

  # The same owner as of service-points; after the split another ministry answers for this one.
  - id: data-law
    title:
      vi: Trình dự án luật về dữ liệu vào giữa năm 2027
      en: Submit a law on data by mid-2027
    kind: milestone
    owner: ministry-22
    deadline: 2027-06
    report_every: half
    lag_days: 30
    succession: {ministry-22: ministry-07}
    stated: <9 assign>
    tags: [data]
"""

STATED = """stated:
      on: {on}
      by: {{vi: Thủ tướng (hư cấu), en: The Prime Minister (invented)}}
      source: {source}
      paragraph: {paragraph}{figure}
      strength: {strength}"""


def stated(short: re.Match[str]) -> str:
    """Spell out ``stated: <paragraph verb "figure" source day>``; what is left out is usual."""
    paragraph, strength, figure, source, day = short.groups()
    return STATED.format(
        on=day or "2024-11-01",
        source=source or "directive",
        paragraph=paragraph,
        figure=f"\n      figure: {figure}" if figure else "",
        strength=strength,
    )


def bodies() -> Iterator[str]:
    """One line a body."""
    for kind, vi, en, source in [
        (PROVINCES, "Tỉnh", "Province", "provinces-2025"),
        (ministries(follower=SPLIT_INTO[0]), "Bộ", "Ministry", "ministries-2025"),
    ]:
        year, month = MONTHS[kind.change]
        day = f"{year}-{month:02}-01"
        for number in kind.bodies():
            more = [f"name: {{vi: {vi} {number:02}, en: {en} {number:02}}}"]
            if number not in kind.numbers:
                more.append(f"started: {day}")
            if number in kind.heirs:
                more += [f"ended: {day}", *succession(kind, number)]
            if len(more) > 1:
                more.append(f"source: {source}")
            yield f"  {kind.word}-{number:02}: {{{', '.join(more)}}}\n"


def succession(kind: Class, number: int) -> list[str]:
    if kind.word == "ministry" and number == SPLIT:
        heirs = ", ".join(f"ministry-{each:02}" for each in SPLIT_INTO)
        return [f"successors: [{heirs}]", "how: split"]
    renamed = kind.word == "ministry" and number == RENAMED
    heir = f"successor: {kind.word}-{kind.heirs[number]:02}"
    return [heir, f"how: {'renamed' if renamed else 'merged'}"]


def members(kind: Class) -> str:
    names = [f"{kind.word}-{number:02}" for number in kind.bodies()]
    rows = [", ".join(names[start : start + 7]) for start in range(0, len(names), 7)]
    return "      [" + ",\n       ".join(rows) + "]"


def register() -> str:
    groups = GROUPS.replace("<provinces>", members(PROVINCES))
    groups = groups.replace("<ministries>", members(ministries(follower=SPLIT_INTO[0])))
    pattern = r'stated: <(\d+) (\w+)(?: (".*?"))?(?: ([\w-]+) ([\d-]+))?>'
    return HEAD + "".join(bodies()) + groups + re.sub(pattern, stated, TARGETS)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in [("targets.yaml", register()), ("progress.jsonl", progress())]:
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
