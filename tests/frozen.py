"""What every command prints, frozen before the code is rearranged and compared afterwards.

    python tests/frozen.py record FOLDER                  # in a checkout: run all and keep it
    python tests/frozen.py compare FOLDER [--only TEXT]   # in another: run again, show what differs

The command is found as ``python -m cdstrack`` finds it, in the current folder; nothing else of the
package is imported here. Each run is a fork with a clock that stands still and random numbers that
are not random, so the same code gives the same bytes. The registers that it runs on are kept in
FOLDER as well: what differs is the code. pytest does not collect this file.
"""

from __future__ import annotations

import argparse
import base64
import csv
import ctypes
import datetime as clock
import difflib
import fcntl
import gc
import gzip
import hashlib
import importlib
import io
import itertools
import json
import os
import pickle
import pty
import random
import re
import resource
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOON = clock.datetime(2026, 11, 21, 5, tzinfo=clock.UTC)
"""When everything happens: noon in Hà Nội. Each step of a scene is a second later."""


def words(text: str, between: str = " ") -> list[str]:
    """The parts of a text that is too long for a line."""
    return text.strip("\n").replace("\n", between).split(between)


LANGUAGES = ("en", "vi")
INPUTS = (
    "targets.yaml",
    "progress.jsonl",
    "examples/provinces/targets.yaml",
    "examples/provinces/progress.jsonl",
    "tests/corpus/good",
    "tests/corpus/bad",
    "tests/fuzz/ledgers",
)

DAYS = words(
    """
2022-01-01 2022-04-26 2022-04-27 2022-04-28 2022-06-30 2022-09-15 2022-12-31 2023-01-01 2023-06-30
2024-02-29 2024-07-18 2024-07-19 2024-09-21 2024-10-12 2024-10-15 2024-11-01 2024-12-31 2025-01-01
2025-01-16 2025-02-28 2025-03-01 2025-04-16 2025-06-30 2025-07-01 2025-07-20 2025-07-21 2025-10-31
2025-11-20 2025-12-20 2025-12-31 2026-01-01 2026-03-15 2026-06-30 2026-07-01 2026-09-30 2026-11-21
2026-12-31 2027-01-01 2027-06-30 2031-06-30
"""
)
FULL_DAYS = {"shipped": ("2024-12-31", "2026-11-21"), "provinces": ("2026-11-21",)}
"""On which all commands are run; a run on the provinces takes five times as long."""

SHIPPED = words(
    """
dx-training-10000-officials-2022 essential-online-services-100 heads-work-online-and-sign-2024
ministers-work-online-and-sign-2024 provincial-chairs-work-online-and-sign-2024
officials-work-online-and-sign-2025-06 central-officials-work-online-and-sign-2025-06
provincial-officials-work-online-and-sign-2025-06 district-officials-work-online-and-sign-2025-06
commune-officials-work-online-and-sign-2025-06 semiconductor-strategy-submitted
5g-commercial-major-cities all-public-services-on-digital-platforms gdp-double-digit-2026-2030
"""
)
PROVINCES = words(
    """
online-files digital-skills service-points heads-sign heads-sign-ministries heads-sign-provinces
signed-documents data-platform spending-2026 district-desks commune-desks open-datasets data-law
"""
)

STATES = words(
    """
achieved achieved_late overdue breached lapsed off_track at_risk on_track in_progress undated
no_data awaiting_data unverifiable withdrawn superseded dissolved missed kept not_started
"""
)
CODES = words(
    """
overdue breached orphaned-owner goalposts-moved ledger-changed stale awaiting-data regressing
off-track lapsed undated-past-review eased report-missing due-soon waiver-unused
"""
)
COMMANDS = words(
    """
status overdue show scoreboard due add-progress template import history export check validate init
completion
"""
)
CHECK_FORMATS = ("text", "json", "github", "summary", "sarif", "gitlab", "junit")
WIDTHS = (40, 80, 120, 200)


# What is run


@dataclass(frozen=True)
class Step:
    """One run of the command. ``{last}`` in an argument is the id of the last record."""

    args: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    tty: int | None = None
    """The width of the terminal that all three streams are; None: a file each."""
    typed: tuple[str, ...] | None = None
    """What is answered to the questions, then Ctrl-D."""
    stdin: bytes = b""
    out: str = "file"
    """Or ``closed``, ``full``, ``none``: ways in which output fails."""
    encoding: str = "utf-8"
    before: Callable[[Path], None] | None = None
    """What is done to the folder first."""

    @property
    def label(self) -> str:
        env = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.env.items())
        notes = [f"terminal of {self.tty}"] if self.tty else []
        notes += [f"typed {list(self.typed)}"] if self.typed is not None else []
        notes += [f"stdin {self.stdin!r}"] if self.stdin else []
        notes += [f"stdout {self.out}"] if self.out != "file" else []
        notes += [self.encoding] if self.encoding != "utf-8" else []
        told = " ".join(part for part in (env, "cdstrack", shlex.join(self.args)) if part)
        return told + (f"   [{', '.join(notes)}]" if notes else "")

    @property
    def command(self) -> str:
        if "_CDSTRACK_COMPLETE" in self.env:
            return "(completion)"
        return next((each for each in self.args if each in COMMANDS), "(none)")


@dataclass(frozen=True)
class Scene:
    """A folder and what is run in it, one step after the other."""

    name: str
    files: Mapping[str, Path | bytes | str]
    steps: Sequence[Step]


def step(line: str, *more: str, **options: Any) -> Step:
    return Step((*shlex.split(line), *more), **options)


def both(line: str, *more: str, **options: Any) -> Iterator[Step]:
    """The line in both languages; what is done to the folder first is done once."""
    for lang in LANGUAGES:
        yield step(f"--lang {lang} {line}", *more, **options)
        options.pop("before", None)


def scenes(inputs: Path) -> list[Scene]:
    """Everything, the longest scenes first."""
    shipped: dict[str, Path | bytes | str] = {
        name: inputs / name for name in ("targets.yaml", "progress.jsonl")
    }
    provinces: dict[str, Path | bytes | str] = {
        name: inputs / "examples/provinces" / name for name in ("targets.yaml", "progress.jsonl")
    }
    found: list[Scene] = []
    for name, files, targets in (
        ("provinces", provinces, PROVINCES),
        ("shipped", shipped, SHIPPED),
    ):
        for day in FULL_DAYS[name]:
            for part, steps in full(name, day, targets).items():
                found.append(Scene(f"{name} {day} {part}", files, list(steps)))
        for number, day in enumerate(DAYS):
            lang = LANGUAGES[number % 2]
            every = 2 if name == "shipped" else 4  # days on which a target is shown
            shown = targets[number % every :: every]
            found.append(Scene(f"{name} {day}", files, list(daily(day, lang, shown))))
        found.append(Scene(f"{name} known on", files, list(known_on())))
        found.append(Scene(f"{name} terminals", files, list(terminals(targets))))
    found.append(Scene("shipped surroundings", shipped, list(surroundings("status", "check"))))
    found.append(Scene("provinces surroundings", provinces, list(surroundings("scoreboard"))))
    for number, day in enumerate(DAYS):
        files = {"targets.yaml": RULES, "progress.jsonl": rules_ledger()}
        steps = [*every_verdict(day), step(f"--as-of {day} scoreboard --format csv")]
        steps += [  # each target every fourth day
            step(f"--as-of {day} --lang {LANGUAGES[number // 4 % 2]} show", name)
            for name in RULE_IDS[number % 4 :: 4]
        ]
        found.append(Scene(f"rules {day}", files, steps))
    found.append(Scene("shipped figures", shipped, list(figures(SHIPPED[0]))))
    found.append(Scene("shipped dates", shipped, list(dates(SHIPPED[0]))))
    found.append(Scene("shipped reports", shipped, list(shipped_reports())))
    found.append(Scene("provinces reports", provinces, list(provinces_reports())))
    found.append(Scene("shipped writes", shipped, list(shipped_writes())))
    found.append(Scene("provinces writes", provinces, list(provinces_writes())))
    found.append(Scene("shipped guide", shipped, list(shipped_guide())))
    found.append(Scene("provinces guide", provinces, list(provinces_guide())))
    for lang in LANGUAGES:
        steps = list(forms("mic", "government-office", lang))
        found.append(Scene(f"shipped forms {lang}", shipped, steps))
        steps = list(forms("ministry-06", "province-07", lang))
        found.append(Scene(f"provinces forms {lang}", provinces, steps))
    found.append(Scene("shipped waivers", shipped, list(waivers(SHIPPED, BAD_WAIVERS))))
    found.append(Scene("provinces waivers", provinces, list(waivers(PROVINCES, ()))))
    found.append(Scene("shipped versions", shipped, list(versions())))
    found.append(Scene("provinces versions", provinces, list(versions())))
    found.append(Scene("help", {}, list(helps())))
    found.append(Scene("usage", shipped, list(usage())))
    found.append(Scene("shipped tab", shipped, list(tabs(SHIPPED))))
    found.append(Scene("provinces tab", provinces, list(tabs(PROVINCES))))
    found.append(Scene("init", {}, list(init())))
    found += corpus(inputs)
    found += ledgers(inputs, shipped)
    return found


def every_verdict(day: str) -> Iterator[Step]:
    yield from both(f"--as-of {day} status --all --format json")
    yield step(f"--as-of {day} status")
    yield step(f"--as-of {day} check --within 30d --format json")
    yield step(f"--as-of {day} overdue --format json")
    yield step(f"--as-of {day} due --format json")


def daily(day: str, lang: str, shown: Sequence[str]) -> Iterator[Step]:
    """What bears verdicts, on any day."""
    at = f"--as-of {day} --lang {lang}"
    yield from every_verdict(day)
    yield step(f"{at} check")
    yield step(f"{at} overdue --within 90d")
    yield step(f"{at} scoreboard")
    yield step(f"{at} export --format {'csv' if lang == 'en' else 'ics'}")
    for name in shown:
        yield step(f"{at} show {name}")


def full(register: str, day: str, targets: Sequence[str]) -> dict[str, Iterator[Step]]:
    """All commands, formats and languages on one day, by what they are about."""
    at = f"--as-of {day}"
    return {
        "status": full_status(at, register),
        "show": full_show(at, targets),
        "boards": full_boards(at, register, targets),
        "due": full_due(at, register),
        "history": full_history(at, register, targets),
        "check": full_check(at, CODES if register == "shipped" else ("overdue", "report-missing")),
        "export": full_export(at, register),
    }


def full_status(at: str, register: str) -> Iterator[Step]:
    for form in ("table", "plain", "json", "csv", "md", "svg"):
        yield from both(f"{at} status --format {form}")
        yield step(f"{at} status --all --format {form}")
        for key in ("owner", "body", "group", "tag", "state"):
            lang = "vi" if form in ("table", "md", "svg") else "en"
            yield step(f"{at} --lang {lang} status --group-by {key} --format {form}")
    for key in ("register", "deadline", "state", "overdue", "title"):
        yield from both(f"{at} status --sort {key}")
    for state in STATES:
        yield step(f"{at} status --state {state} --format csv")
    yield step(f"{at} status --state overdue --state no_data --format csv")
    for tag in tags(register):
        yield step(f"{at} status --tag {tag}")
    yield step(f"{at} status --tag {tags(register)[0]} --tag {tags(register)[1]} --format csv")
    for owner in owners(register):
        yield step(f"{at} status --owner {owner} --format csv")
    for span in ("1d", "30d", "12w", "3m", "1000d", "0d"):
        yield step(f"{at} status --due-within {span}")
        yield step(f"{at} --lang vi overdue --within {span}")
    for lang in LANGUAGES:
        yield step(f"{at} --lang {lang} overdue")
        yield step(f"{at} --lang {lang} overdue --format json")


def tags(register: str) -> Sequence[str]:
    if register == "shipped":
        return ("digital-signature", "online-work", "5g", "economy", "training")
    return ("provinces", "services", "signing", "data", "money")


def owners(register: str) -> Sequence[str]:
    if register == "shipped":
        return ("mic", "mst", "government", "heads-of-bodies", "provincial-chairs", "ministers")
    return ("ministry-01", "ministry-22", "ministry-06", "ministry-24", "province-07")


def full_show(at: str, targets: Sequence[str]) -> Iterator[Step]:
    for name in targets:
        yield from both(f"{at} show {name}")
        yield step(f"{at} show {name} --format json")
        yield step(f"{at} --color always show {name}")


def full_boards(at: str, register: str, targets: Sequence[str]) -> Iterator[Step]:
    for form in ("table", "json", "csv", "md"):
        yield from both(f"{at} scoreboard --format {form}")
        for name in targets:
            lang = "vi" if form in ("table", "csv") else "en"
            yield step(f"{at} --lang {lang} scoreboard {name} --format {form}")
    for group in ("provinces", "ministries", "communes", "districts"):
        yield step(f"{at} scoreboard --group {group}")
        yield step(f"{at} scoreboard {targets[-1]} --group {group}")
        yield step(f"{at} scoreboard {targets[0]} --group {group}")
    for owner in owners(register):
        yield step(f"{at} scoreboard --owner {owner}")
    yield step(f"{at} --color always scoreboard")


def full_due(at: str, register: str) -> Iterator[Step]:
    for form in ("table", "json", "csv", "md"):
        yield from both(f"{at} due --format {form}")
        yield from both(f"{at} due --within 90d --format {form}")
    for group in ("provinces", "ministries", "communes"):
        yield from both(f"{at} due --group {group}")
    for body in (*owners(register), "province-33", "province-35", "ministry-22"):
        yield from both(f"{at} due --body {body}")
        yield step(f"{at} due --owner {body} --within 3m")


def full_history(at: str, register: str, targets: Sequence[str]) -> Iterator[Step]:
    few = ("province-07", "province-33", "ministry-06", "ministry-24")
    yield from both(f"{at} history")
    yield step(f"{at} history --format json")
    for name in targets:
        yield step(f"{at} --lang vi history {name}")
        yield step(f"{at} history {name} --format json")
    for body in few if register == "provinces" else owners(register):
        yield from both(f"{at} history --body {body}")
        yield step(f"{at} history {targets[0]} --body {body} --format json")


def full_check(at: str, codes: Sequence[str]) -> Iterator[Step]:
    for form in CHECK_FORMATS:
        yield from both(f"{at} check --format {form}")
        yield step(f"{at} check --within 90d --output {form}={form}-90.out --exit-zero")
    yield step(f"{at} check --output json=a.json --output sarif=a.sarif --output junit=a.xml")
    for code in codes:
        yield step(f"{at} check --fail-on {code}")
        yield step(f"{at} check --fail-on none --warn-on {code}")
    yield step(f"{at} check --fail-on none --warn-on none --format json")
    yield step(f"{at} check --fail-on overdue,due-soon --warn-on stale --within 12w --format json")
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"}
    yield from both(f"{at} check", env=actions)
    yield step(f"{at} check --format json", env=actions)
    yield step(f"{at} check --format sarif", env={"GITHUB_WORKSPACE": "/"})
    yield step(f"{at} --color always check")


def full_export(at: str, register: str) -> Iterator[Step]:
    for form in ("csv", "json", "ics"):
        yield from both(f"{at} export --format {form}")
        for lang in LANGUAGES:
            yield step(f"{at} --lang {lang} export -o out-{lang}.{form}")
    for lang in LANGUAGES:
        yield step(f"{at} --lang {lang} export -o out-{lang}.xlsx")
        yield step(f"{at} --lang {lang} export --what reports -o reports-{lang}.csv")
    yield from both(f"{at} export --what reports --format csv")
    yield step(f"{at} export --what targets --format csv --state overdue")
    yield step(f"{at} export --what reports --format csv --tag {tags(register)[1]}")
    yield step(f"{at} export --format csv --owner {owners(register)[0]}")
    yield step(f"{at} export --format ics --due-within 90d")
    yield step(f"{at} export --what reports --format json")
    yield step(f"{at} export -o out.pdf")
    yield step(f"{at} export --format xlsx")
    yield step(f"{at} export -o missing/out.csv")
    yield step(f"{at} export")


def known_on() -> Iterator[Step]:
    for day, known in (
        ("2024-12-31", "2024-12-31"),
        ("2025-06-30", "2025-06-30"),
        ("2026-06-30", "2026-03-31"),
        ("2026-11-21", "2025-07-01"),
        ("2026-11-21", "2026-11-20"),
        ("2026-11-21", "2026-11-21"),
    ):
        at = f"--as-of {day} --known-on {known}"
        yield from both(f"{at} status --all")
        yield step(f"{at} status --format json")
        yield step(f"{at} --lang vi scoreboard")
        yield step(f"{at} due --format json")
        yield step(f"{at} check --format json")
        yield step(f"{at} export --format csv")
    yield from both("--known-on 2026-01-01 history --format json")
    yield from both("--known-on 2026-01-01 status")
    yield from both("status")  # as of the clock
    yield from both("check")
    yield from both("export --format ics")
    yield step("due", env={"CDSTRACK_AS_OF": "2025-03-01"})
    for text in ("30/6/2025", "6/2025", "Q2 2025", "hôm qua", "end of 2024", "2025"):
        yield from both("--as-of", text, "status", "--format", "csv")


def terminals(targets: Sequence[str]) -> Iterator[Step]:
    """What depends on the width: in a terminal."""
    names = (targets[0], targets[6], targets[-1])
    lines = [
        "status --all",
        "status --group-by owner",
        "status --format md",
        "overdue --within 90d",
        *(f"show {name}" for name in names),
        "scoreboard",
        f"scoreboard {names[0]}",
        "due --within 30d",
        f"history {names[0]}",
        "check --within 90d",
        "status --state nonsense",
        "-h",
        "status -h",
        "add-progress -h",
    ]
    for width, (number, line) in itertools.product(WIDTHS, enumerate(lines)):
        lang = LANGUAGES[(WIDTHS.index(width) + number) % 2]
        yield step(f"--as-of 2026-11-21 --lang {lang} {line}", tty=width)
    quiet = {"NO_COLOR": "1"}
    for width in (40, 100):
        yield from both("--as-of 2025-03-01 status", tty=width, env=quiet)
        yield step("--as-of 2025-03-01 --color always status", tty=width, env=quiet)
        yield step("--as-of 2025-03-01 --color never status", tty=width)
    yield step("--as-of 2026-11-21 status", tty=100, env={"COLUMNS": "60"})
    yield step("--as-of 2026-11-21 status", tty=20)
    yield step("--as-of 2026-11-21 status", tty=80, env={"TERM": "dumb"})
    yield step("--as-of 2026-11-21 status", tty=80, env={"CLICOLOR": "0"})
    yield step("--as-of 2026-11-21 status", tty=80, env={"LC_ALL": "C"})
    for text in ("tập huấn", "tap huan", "train", "ky so", "sign", "online"):
        yield from both("--as-of", "2026-11-21", "show", text, tty=80)
        yield step("--as-of 2026-11-21 history", text, tty=80)
        yield step("--as-of 2026-11-21 scoreboard", text, tty=80)


def surroundings(*lines: str) -> Iterator[Step]:
    """The environment, the streams, where the register is."""
    day = "--as-of 2026-11-21"
    for line in lines:
        for env in (
            {"LC_ALL": "C"},
            {"LC_ALL": "POSIX"},
            {"LC_ALL": "vi_VN.UTF-8"},
            {"LC_ALL": "", "LC_MESSAGES": "vi", "LANG": "en_US.UTF-8"},
            {"LC_ALL": "", "LANG": "vi_VN"},
            {"LC_ALL": "", "LANG": "de_DE.UTF-8"},
            {"FORCE_COLOR": "1"},
            {"CLICOLOR_FORCE": "1"},
            {"CLICOLOR_FORCE": "0"},
            {"NO_COLOR": "1", "FORCE_COLOR": "1"},
            {"COLUMNS": "40"},
        ):
            yield step(f"{day} {line}", env=env)
        yield from both(f"{day} --color always {line}")
        yield from both(f"{day} {line}", env={"LC_ALL": "C"})
        for encoding in ("ascii", "latin-1", "cp1258"):
            yield from both(f"{day} {line}", encoding=encoding)
        for out in ("closed", "full", "none"):
            yield from both(f"{day} {line}", out=out)
    for name in ("targets.yaml", "./targets.yaml", "nowhere.yaml", ".", "progress.jsonl"):
        yield from both(f"{day} -f {name} status")
        yield step(f"{day} check --format json", env={"CDSTRACK_FILE": name})
        yield step(f"{day} -f {name} check --format github")
        yield step(f"{day} -f {name} validate")
    yield from both("validate")
    yield step("--version")
    yield step("-f nowhere.yaml history")
    yield step("-f nowhere.yaml export -o out.csv")


# Figures, dates and reports

FIGURES = words(
    """
5000|10,000|10.000|10 000|10000|6,64|6.64|1.000.000,5|1,000,000.5|96,73%|96.73 %|96,73 %|12 nghìn
12 ngàn|12 thousand|1,5 triệu lượt|1.5 million visits|118 tỷ|118 tỉ|118 billion|1,2 nghìn tỷ
2 triệu tỷ|1.2 trillion|2 quadrillion|22/63|22 trên 63|22 trên tổng số 63 tỉnh|22 of 63
22 out of 63|gần 1.000|nearly 1,000|almost 1,000|hơn 1.000|trên 1.000|over 1,000|more than 1,000
khoảng 53 tỷ|xấp xỉ 53|chừng 50|about 50|around 50|roughly 50|approximately 50|-5|−5|gan 1,5 trieu
GẦN 1000|1.500|1,500|0.640|0,640|10.00|1,500.5|1.500,5|1.500 triệu|010|1_000|1'000|1.000 000
1.50.000|5k|5tr|5 m|5 trăm triệu|2 vạn|1 triệu rưỡi|5 dozen|mười nghìn|½|1e3|10-12|10 người, 5 tổ
~5|>5|≥5|<5|22,5/63|22/63%|1/2 triệu|30/6/2025|5 người|5 persons|5 people|5 lượt|5 km|5%|abc||  |0
-0|0.0|1|123456789012345678901234567890|1234567890123456789012345678901|nan|inf|0x10|5.|.5|,5|5,|+5
５０００|٥٠٠|hơn|nearly|done|xong|đã hoàn thành|22/0|0/0|23/22|nearly 22/63|10,000 persons trained
""",
    "|",
)

PEOPLE_DATES = words(
    """
30/6/2025|30-6-2025|30.6.2025|ngày 30 tháng 6 năm 2025|30 June 2025|June 30, 2025|6/2025
tháng 6/2025|tháng 6 năm 2025|T6/2025|June 2025|quý I/2022|quý 1 năm 2022|Q1 2022
first quarter of 2022|6 tháng đầu năm 2024|6 tháng cuối năm 2024|first half of 2024|H2 2024
9 tháng đầu năm 2024|9 tháng năm 2024|first nine months of 2024|2024|năm 2024|cuối năm 2024
đến hết năm 2024|end of 2024|giai đoạn 2026–2030|2026-2030|2022-2024|tháng 1/2024 – tháng 9/2024
từ tháng 1/2024 đến tháng 9/2024|January 2024 – September 2024|Jan 2024 to Sep 2024|hôm nay|hôm qua
tháng trước|quý trước|năm ngoái|today|yesterday|last month|last quarter|last year|2024-06-30|2024-06
2024-Q2|2024-H1|2024-01/2024-09|30/6|tháng 6|quý I|30/6/25|6/30/2025|6/5/2025|31/2/2025|13/2025
2030–2026|2025/6/30|20250630|30/6/2025 8:30|giữa năm 2024|early 2024|trước 30/6/2025|45838|abc||0
2027|2027-01-01|tomorrow|ngày mai|9999|0000-01-01|1/1/1|29/2/2023|29/2/2024|2022-04-27|2022-04-26
2026-11-21|2026-11-22|Q5 2024|2024-Q5|năm nay|this year|tháng này|this month
""",
    "|",
)


def figures(target: str) -> Iterator[Step]:
    for text in FIGURES:
        for lang in LANGUAGES:
            # A figure may begin with a minus, as it does on a real command line.
            yield step(
                f"--lang {lang} add-progress {target}", text, "--date", "2022-12-31", "--dry-run"
            )


def dates(target: str) -> Iterator[Step]:
    for text in PEOPLE_DATES:
        yield from both(f"add-progress {target} 5000 --dry-run --date", text)


def shipped_reports() -> Iterator[Step]:
    """One dry run for each way to say or to mistake something."""
    training, services, growth = SHIPPED[0], SHIPPED[1], SHIPPED[-1]
    lines = [
        f"{training} 5000",
        "dx-training 5000 --date 2022-12-31",
        f"{training} 5000 --date 2022-12-31 --nearly",
        f"{training} 5000 --date 2022-12-31 --over --source 'Báo cáo 12' --note 'ghi chú'",
        f"{training} 5000 --date 2022-12-31 --about --by Bình",
        f"{training} 5000 --nearly --over",
        f"{training} 'nearly 5000' --over --date 2022-12-31",
        f"{training} --add 500 --date 2022-12-31",
        f"{training} 5 --add 500",
        f"{training} --done",
        f"{training} --n 5 --of 6 --date 2022-12-31",
        f"{training} 5000 --unit persons --date 2022-12-31",
        f"{training} 5000 --unit người --date 2022-12-31",
        f"{training} 5000 --unit km --date 2022-12-31",
        f"{training} 5000 --part online",
        f"{training} 5000 --body mic",
        f"{training} 500 --date 2022-12-31",
        f"{training} 50000000 --date 2022-12-31",
        f"{training} 1000 --date 2022-04-27 --nearly",
        f"{training} 2000 --corrects a1sq5gc1mhji3iqofb2w",
        f"{training} 2000 --corrects a1sq",
        f"{training} 2000 --corrects zzzz",
        f"{training} --void a1sq5gc1mhji3iqofb2w",
        f"{training} --void a1sq5gc1mhji3iqofb2w --corrects a1sq5gc1mhji3iqofb2w",
        f"{training} 5 --void a1sq5gc1mhji3iqofb2w",
        f"{training}",
        "",
        "nothing 5",
        "dx-trainning 5",
        "tập 5",
        f"{services} 80 --date 2025-12-31",
        f"{services} 80% --date 2025-12-31",
        f"{services} 0.8 --date 2025-12-31",
        f"{services} 8/10 --date 2025-12-31",
        f"{services} 101 --date 2025-12-31",
        f"{services} -1 --date 2025-12-31",
        f"{growth} 8.02 --date 2026",
        f"{growth} 10 --date 2026",
        f"{growth} 10.5 --date 2025",
        f"{growth} 10.5 --date 2025-12-31",
        "semiconductor --done --date 2024-09-20",
        "semiconductor --not-done --date 2024-09-20",
        "semiconductor done --date 2024-09-20",
        "semiconductor 5 --date 2024-09-20",
        "semiconductor --done --not-done",
        "5g --done --date 2024-10-01 --again",
        "heads-work 5 --date 2024-11-30",
        "ministers-work --n 20 --of 22 --date 2024-11-30",
        "ministers-work 20/22 --date 2024-11-30 --part online",
        "ministers-work 20/22 --date 2024-11-30 --part nothing",
        "ministers-work --done --body mic --date 2024-11-30",
        "ministers-work --done --body mic --date 2024-11-30 --part sign",
        "ministers-work --done --body nobody --date 2024-11-30",
        "ministers-work --n 23 --of 22 --date 2024-11-30",
        "ministers-work --n 20 --date 2024-11-30",
        "ministers-work --of 22 --date 2024-11-30",
        "ministers-work --n abc --of 22",
        "provincial-chairs 60/63 --date 2024-12-31",
        "district 700/705 --date 2025-06-30",
        "commune 10000/10598 --date 2025-06-30",
        f"{training} 5000 --date 2022-12-31 --source ''",
        f"{training} 5000 --date 2022-12-31 --note 'a\nb\x1b[31mc'",
        f"{training} 5000 --date 2022-12-31 --source committee-2022-04-27",
        f"{training} 5000 --date 2022-12-31 --source committee-2022-04-28",
    ]
    for line in lines:
        yield from both(f"add-progress {line} --dry-run")
    yield step(f"add-progress {training} 5000 --date 2022-12-31")
    yield step(f"add-progress {training} 5000 --date 2022-12-31 --no-input")
    yield step(f"--as-of 2024-01-01 add-progress {training} 5000 --date 2022-12-31 --dry-run")
    yield step(f"--known-on 2024-01-01 add-progress {training} 5000 --dry-run")
    yield step(f"add-progress {training} 5000 --dry-run", stdin=b"y\n")
    yield step(f"add-progress {training} 5000 --dry-run", env={"CDSTRACK_BY": ""})


def provinces_reports() -> Iterator[Step]:
    lines = [
        "online-files --body province-07 --n 7310 --of 9200 --date 2026-10",
        "online-files --body province-07 --n 7310 --of 9200 --date 2026-11",
        "online-files --body province-07 7310/9200 --date 2026-10-31",
        "online-files --body province-07 95 --date 2026-10",
        "online-files --body province-35 50/90 --date 2026-10",
        "online-files --body province-35 50/90 --date 2025-05",
        "online-files --body province-99 50/90 --date 2026-10",
        "online-files --body ministry-01 50/90 --date 2026-10",
        "online-files 50/90 --date 2026-10",
        "digital-skills --body province-07 1342 --date 2026-10",
        "digital-skills --body province-07 1342 --date 2026-10 --again",
        "digital-skills --body province-07 1500 --date 2026-11",
        "digital-skills --body province-07 --add 5 --date 2026-10",
        "digital-skills 5000 --date 2026-10",
        "service-points --body province-33 12 --date 2026-Q3",
        "service-points --body 'Tỉnh 07' 12 --date 2026-Q3",
        "service-points --body 'Province 07' 12 --date 2026-Q3",
        "heads-sign 5 --date 2025-Q4",
        "heads-sign-ministries --body ministry-06 --done --part sign --date 2025-Q4",
        "heads-sign-ministries --body ministry-06 --not-done --part sign --date 2025-Q4",
        "heads-sign-ministries --body ministry-22 --done --part online --date 2025-01",
        "heads-sign-ministries --body ministry-06 --done --date 2025-Q4",
        "heads-sign-provinces --body province-01 5 --part sign --date 2025-Q4",
        "signed-documents --body ministry-24 88.5 --date 2026-06",
        "signed-documents --body ministry-24 101 --date 2026-06",
        "signed-documents --body ministry-21 50 --date 2025-01",
        "data-platform --body province-33 40 --date 2026-10",
        "data-platform --body province-33 40 --unit tables --date 2026-10",
        "spending-2026 --body ministry-06 500 --date 2026-10",
        "spending-2026 --body ministry-06 nearly 500",
        "spending-2026 --body ministry-06 'nearly 500' --date 2026-10",
        "district-desks 600/700 --date 2025-05",
        "district-desks 600/700 --date 2025-08",
        "commune-desks 2000/3321 --date 2026-Q3",
        "commune-desks --body province-07 20/33 --date 2026-Q3",
        "open-datasets 300 --date 2026-Q3",
        "open-datasets 30 --date 2026-Q3",
        "data-law --done --date 2026-11-01",
        "data-law --not-done --date 2026-H1",
    ]
    for line in lines:
        yield from both(f"add-progress {line} --dry-run")


# What is written


def shipped_writes() -> Iterator[Step]:
    """A ledger that grows, is corrected, voided and torn."""
    training = SHIPPED[0]
    lines = [
        f"{training} 3000 --date 2022-06-30 --source '12/BC'",
        f"{training} 3000 --date 2022-06-30 --source '12/BC'",
        f"{training} 4500 --date 2022-09-30 --nearly --note 'ghi chú: \"x\"'",
        f"{training} 4600 --corrects {{last}}",
        f"{training} --void {{last}}",
        f"{training} --void {{last}}",
        f"{training} --add 700 --date 2022-12-31",
        f"{training} 'hơn 10.000' --date 31/12/2022 --by Bình",
        "ministers-work --n 20 --of 22 --date 2024-11-30",
        "ministers-work --done --body mic --part sign --date 2024-11-30",
        "ministers-work --done --body mic --part online --date 2024-11-30",
        "semiconductor --not-done --date 2024-09-20",
        f"{SHIPPED[1]} 81.5 --date 2025",
        f"{SHIPPED[-1]} 8.02 --date 2026",
        "nothing 5",
        f"{training} 5 --date 2030",
    ]
    for number, line in enumerate(lines):
        yield step(f"--lang {LANGUAGES[number % 2]} add-progress {line} --yes")
    yield from after_writing(training)
    yield step(f"add-progress {training} 11000 --date 2023-01-31 --yes", before=tear)
    yield step("validate")
    yield step(f"add-progress {training} 12000 --date 2023-02-28 --yes", before=no_line_break)
    yield step(f"add-progress {training} 13000 --date 2023-03-31 --yes", before=windows)
    yield step("--lang vi validate")
    yield step(f"add-progress {training} 14000 --date 2023-04-30 --yes", before=read_only_folder)
    yield step(f"add-progress {training} 15000 --date 2023-05-31 --yes", before=no_ledger)
    yield from after_writing(training)


def provinces_writes() -> Iterator[Step]:
    lines = [
        "online-files --body province-07 --n 7310 --of 9200 --date 2026-10",
        "digital-skills --body province-07 1342 --date 2026-10",
        "digital-skills --body province-07 1342 --date 2026-10 --again",
        "digital-skills --body province-07 1500 --date 2026-11-20",
        "service-points --body province-33 12 --date 2026-Q3",
        "heads-sign-ministries --body ministry-06 --not-done --part sign --date 2025-Q4",
        "signed-documents --body ministry-24 88.5 --date 2026-06",
        "spending-2026 --body ministry-06 900 --date 2026-10",
        "spending-2026 --body ministry-06 --void {last}",
        "data-law --done --date 2026-11-01",
    ]
    for number, line in enumerate(lines):
        yield step(f"--lang {LANGUAGES[number % 2]} add-progress {line} --yes")
    yield from after_writing("spending-2026")


def after_writing(target: str) -> Iterator[Step]:
    yield from both("status --all --format json")
    yield from both(f"show {target}")
    yield from both(f"history {target}")
    yield step(f"history {target} --format json")
    yield step("scoreboard --format csv")
    yield step("export --what reports --format csv")
    yield step("validate")


def tear(folder: Path) -> None:
    ledger = folder / "progress.jsonl"
    ledger.write_bytes(ledger.read_bytes() + b'{"id":"torn1","target":"dx-tr')


def no_line_break(folder: Path) -> None:
    ledger = folder / "progress.jsonl"
    ledger.write_bytes(ledger.read_bytes().rstrip(b"\n"))


def windows(folder: Path) -> None:
    ledger = folder / "progress.jsonl"
    text = ledger.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    ledger.write_bytes(text)


def read_only_folder(folder: Path) -> None:
    """The ledger is a folder: it can be neither read nor written."""
    (folder / "progress.jsonl").unlink()
    (folder / "progress.jsonl").mkdir()


def no_ledger(folder: Path) -> None:
    (folder / "progress.jsonl").rmdir()


QUIET = {"NO_COLOR": "1", "TERM": "dumb"}


def asked(line: str, *typed: str, width: int = 100) -> Step:
    return step(line, tty=width, typed=typed, env=QUIET)


def shipped_guide() -> Iterator[Step]:
    yield asked("--lang vi add-progress", "1", "31/12/2022", "hơn 10.000", "", "", "k")
    yield asked("--lang vi add-progress", "tập huấn", "31/12/2022", "gần 9.000", "12/BC", "", "c")
    yield asked("--lang en add-progress", "digital training", "31 Dec 2022", "over 10,000", "",
                "a note", "maybe", "y")  # fmt: skip
    yield asked("--lang en add-progress", "nothing like it", "sign", "2", "<", "1")
    yield asked("--lang en add-progress dx-training", "31/2/2022", "2030", "2022-12-31", "1.500",
                "abc", "<", "Q4 2022", "12000", "-", "-", "n")  # fmt: skip
    yield asked("--lang vi add-progress dx-training", "30/6", "6/30/2022", "30/6/2022", "6.64",
                "6k", "5000", "", "<", "Nguồn", "", "c", width=40)  # fmt: skip
    yield asked("--lang en add-progress semiconductor", "", "maybe", "yes", "", "", "y")
    yield asked("--lang en add-progress ministers", "", "", "", "", "", "", "")
    yield asked("--lang vi add-progress ministers", "y tế", "1", "30/11/2024", "xong", "", "", "c")
    yield asked("--lang en add-progress 5g --dry-run", "", "", "", "")
    yield asked("--lang en add-progress dx-training 5000", "2022-12-31", "", "", "y")
    yield asked("--lang en add-progress dx-training abc", "2022-12-31", "7,000", "", "", "")
    yield asked("--lang en add-progress gdp", "2026", "10", "", "", "y")
    yield asked("--lang en add-progress heads-work", "1", "")
    yield asked("--lang vi add-progress")
    yield asked("--lang vi add-progress", "", "99", "0", "-1", width=40)
    yield from both("history")
    yield step("status --format json")


def provinces_guide() -> Iterator[Step]:
    yield asked("--lang vi add-progress online-files", "07", "", "7310/9200", "", "", "c")
    yield asked("--lang en add-progress online-files", "province 0", "3", "October 2026",
                "50%", "50 of 60", "", "", "n")  # fmt: skip
    yield asked("--lang en add-progress digital-skills --body province-33", "", "500", "", "", "y")
    yield asked("--lang vi add-progress heads-sign-m", "1", "1", "", "c", "", "", "c")
    yield asked("--lang en add-progress commune-desks", "", "", "2000 of 3321", "", "", "n")
    yield asked("--lang en add-progress spending --dry-run", "24", "", "1,500.5", "", "")
    yield asked("--lang vi add-progress data-platform --unit bảng", "33", "", "40", "", "")
    yield asked("--lang en add-progress heads-sign --dry-run", "", "2", "1")
    yield step("history --body province-07 --format json")


# Forms


def forms(owner: str, body: str, lang: str) -> Iterator[Step]:
    for who, name in itertools.product(("owner", "body"), (owner, body)):
        for kind in ("csv", "xlsx"):
            for more in ("", "--all", "--within 90d") if who == "body" else ("--all",):
                path = f"{lang}-{who}-{name}{more.replace(' ', '')}.{kind}"
                line = f"--lang {lang} template --{who} {name} {more} -o {path}"
                yield step(line)
    source = f"{lang}-body-{body}" if body.startswith("province") else f"{lang}-owner-{owner}"
    yield step(f"template --owner {owner} -o {source}--all.csv")  # is there already
    for line in (
        "-o x.csv", f"--owner {owner}", f"--owner {owner} -o x.pdf", "--owner nobody -o x.csv",
        f"--owner {owner} --body {body} -o x.csv", f"--owner {owner} -o missing/x.csv",
        f"--body {body} --within abc -o x.csv", f"--body {body} --all -o 'a b.csv'",
    ):  # fmt: skip
        yield from both(f"template {line}")
    yield step(f"--as-of 2025-01-01 template --owner {owner} -o y.csv")
    made = FilledForm(f"{source}--all.csv", lang)
    yield step(f"--lang {lang} import {source}--all.csv --dry-run", before=made)
    yield step(f"--lang {lang} import {source}--all.xlsx --dry-run")
    for kind, name in itertools.product(("csv", "xlsx"), made.ways):
        yield step(f"--lang {lang} import {lang}-{name}.{kind} --dry-run")
    other = "vi" if lang == "en" else "en"
    yield step(f"--lang {other} import {lang}-good.xlsx --dry-run")
    yield step(f"--lang {lang} import {lang}-good.csv --dry-run --source '12/BC' --by Bình")
    for way in ("percent", "as-is", "maybe"):
        yield step(f"--lang {lang} import {lang}-shares.xlsx --dry-run --fractions {way}")
    yield asked(f"--lang {lang} import {lang}-shares.xlsx --dry-run", "", "maybe", "y", "n")
    yield step(f"--lang {lang} import {lang}-good.csv")
    yield asked(f"--lang {lang} import {lang}-good.csv", "n")
    yield step(f"--lang {lang} import {lang}-good.csv --yes")
    yield step(f"--lang {lang} import {lang}-good.csv --yes")
    yield step(f"--lang {lang} import {lang}-good.xlsx --yes")
    yield asked(f"--lang {lang} import {lang}-late.xlsx", "y")
    for name in ("nowhere.csv", "targets.yaml", ".", "empty.csv", "noise.xlsx", "noise.csv"):
        yield step(f"--lang {lang} import {name} --dry-run")
    yield step("history --format json")
    yield step("status --format json")


class FilledForm:
    """Fills in a form, as clerks do, in several ways, and saves each as csv and xlsx."""

    def __init__(self, path: str, lang: str) -> None:
        self.path = path
        self.lang = lang
        vi = lang == "vi"
        done, not_done = ("đã hoàn thành", "chưa") if vi else ("done", "not done")
        # By the beginning of the target; p is a cell that is formatted as a percentage.
        sound: dict[str, tuple[Any, Any]] = {
            "online-files": ("7310", "9200"), "digital-skills": ("1.500" if vi else "1,500", ""),
            "service-points": ("12", ""), "data-platform": ("76,5 %" if vi else "76.5%", ""),
            "dx-training": ("hơn 10.000" if vi else "over 10,000", ""),
            "semiconductor": (done, ""), "5g": (not_done, ""), "heads-sign": (not_done, ""),
        }  # fmt: skip
        typed = {"online-files": (7310, 9200), "digital-skills": (1500, ""), "5g": (True, ""),
                 "service-points": (12.0, ""), "data-platform": ("p0.765", "")}  # fmt: skip
        late = {"online-files": ("7400/9200", ""), "digital-skills": ("9", ""),
                "dx-training": ("11000", "")}  # fmt: skip
        wrong = [("abc", ""), ("6.64" if vi else "6,64", ""), ("5k", ""), ("5", "4"), ("", "7"),
                 ("-1", ""), ("22/63%", "")]  # fmt: skip
        self.ways: dict[str, Callable[[str, int], tuple[Any, Any]]] = {
            "good": lambda target, _: find(sound, target),
            "typed": lambda target, _: find(typed, target),
            "late": lambda target, _: find(late, target),
            "shares": lambda target, _: find({"data-platform": (0.635, "")}, target),
            "bad": lambda _, row: wrong[row % len(wrong)],
            "worse": lambda _, row: wrong[(row + 3) % len(wrong)],
            "dates": lambda target, _: find(sound, target),
        }
        self.dates = ["31/2/2026", "2030", "30/6", "45838", "", "last month", "tháng trước"]

    def __call__(self, folder: Path) -> None:
        (folder / "empty.csv").write_bytes(b"")
        (folder / "noise.xlsx").write_bytes(b"PK\x03\x04 no workbook")
        (folder / "noise.csv").write_bytes(b"\xff\xfe\x00a,b\r\n1,2")
        head, *rows = list(csv.reader(io.StringIO((folder / self.path).read_text("utf-8-sig"))))
        for name, figure in self.ways.items():
            filled: list[list[Any]] = [list(row) for row in rows]
            for number, row in enumerate(filled):
                row[7], row[8] = figure(row[0], number)
                if row[7] or name in ("bad", "worse"):
                    row[9], row[10] = ("12/BC", "") if number % 2 else ("", "ghi chú")
                if name == "dates":
                    row[6] = self.dates[number % len(self.dates)]
                elif name == "late":
                    row[6] = "2026-11-20"
            self._csv(folder / f"{self.lang}-{name}.csv", head, filled)
            self._xlsx(folder / f"{self.lang}-{name}.xlsx", head, filled)

    @staticmethod
    def _csv(path: Path, head: list[str], rows: list[list[Any]]) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([head, *rows])

    @staticmethod
    def _xlsx(path: Path, head: list[str], rows: list[list[Any]]) -> None:
        import xlsxwriter

        book = xlsxwriter.Workbook(str(path))
        percent = book.add_format({"num_format": "0.00%"})
        page = book.add_worksheet()
        page.write_row(0, 0, head)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, bool):
                    page.write_boolean(at, column, cell)
                elif isinstance(cell, int | float):
                    page.write_number(at, column, cell)
                elif re.fullmatch(r"p[0-9.]+", cell):
                    page.write_number(at, column, float(cell[1:]), percent)
                elif cell:
                    page.write_string(at, column, cell)
        book.close()


def find(figures: Mapping[str, tuple[Any, Any]], target: str) -> tuple[Any, Any]:
    return next((cell for name, cell in figures.items() if target.startswith(name)), ("", ""))


# The gate


def waivers(targets: Sequence[str], bad: Sequence[str]) -> Iterator[Step]:
    draft = "check --write-waivers waivers.yaml"
    yield step(f"--as-of 2026-11-21 {draft} --until 2027-03-31 --reason Known --by Office")
    yield step(f"--as-of 2026-11-21 {draft} --until 2027-03-31 --reason Known --by Office")
    vi = "check --write-waivers vi.yaml --until 31/3/2027 --reason 'Đã biết: #1' --by 'Văn phòng'"
    yield step(f"--as-of 2026-11-21 --lang vi {vi}")
    for line in ("", "--until 2027-03-31", "--reason x", "--until 2020 --reason x", "--until soon"):
        yield from both(f"--as-of 2026-11-21 check --write-waivers w.yaml {line}")
    days = itertools.cycle(("2026-11-21", "2027-03-31", "2027-04-01"))
    for form, lang in itertools.product(CHECK_FORMATS, LANGUAGES):
        yield step(
            f"--as-of {next(days)} --lang {lang} check --waivers waivers.yaml --format {form}"
        )
    yield step("--as-of 2023-01-01 check --waivers waivers.yaml")
    for number, text in enumerate(bad):
        text = text.replace("TARGET", targets[0])
        made = Written(f"w{number}.yaml", text)
        yield step(f"--as-of 2026-11-21 check --waivers w{number}.yaml", before=made)
        yield step(f"--as-of 2026-11-21 --lang vi check --waivers w{number}.yaml --format json")
    yield from both("--as-of 2026-11-21 check --waivers nowhere.yaml")
    yield from both("--as-of 2026-11-21 check --waivers /etc")


GOOD_WAIVER = "target: TARGET, code: overdue, until: 2027-01-01, reason: R, by: B"
BAD_WAIVERS = [
    f"cdstrack: 1\nwaivers:\n  - {{{line}}}\n"
    for line in (
        GOOD_WAIVER,
        GOOD_WAIVER.replace("TARGET", "nothing"),
        GOOD_WAIVER.replace("overdue", "ledger-changed"),
        GOOD_WAIVER.replace("overdue", "overdu"),
        GOOD_WAIVER.replace("2027-01-01", "2027-02-30"),
        GOOD_WAIVER.replace("2027-01-01", "2026-01-01"),
        GOOD_WAIVER.replace(", by: B", ""),
        GOOD_WAIVER.replace("reason: R", "reason: ''"),
        GOOD_WAIVER + ", extra: 1",
        "",
    )
] + ["", "cdstrack: 2\nwaivers: []\n", "cdstrack: 1\nwaivers: {a: b}\n", "[", "waivers: []\n"]


@dataclass(frozen=True)
class Written:
    """Writes a file before a step."""

    path: str
    text: str

    def __call__(self, folder: Path) -> None:
        (folder / self.path).write_text(self.text, encoding="utf-8")


def versions() -> Iterator[Step]:
    """The register and the ledger, compared with what they were in git."""
    yield step("--as-of 2026-11-21 check --against HEAD", before=committed)
    for form in CHECK_FORMATS:
        made = eased if form == "text" else None
        yield from both(f"--as-of 2026-11-21 check --against HEAD --format {form}", before=made)
    yield step("--as-of 2026-11-21 check --against HEAD --fail-on goalposts-moved,ledger-changed")
    for line in ("HEAD~5", "nothing", "--help", "v1", "-x", ""):
        yield from both("--as-of", "2026-11-21", "check", f"--against={line}")
    yield step("--as-of 2026-11-21 check --against v1", before=unreadable)


def git(folder: Path, *args: str) -> None:
    moment = "2026-11-20T00:00:00+0000"
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    env |= {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    names = ("-c", "user.name=An", "-c", "user.email=an@example.org")
    subprocess.run(["git", *names, *args], cwd=folder, env=env, check=True, capture_output=True)


def committed(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "targets.yaml", "progress.jsonl")
    git(folder, "commit", "-q", "-m", "The register")
    git(folder, "tag", "v1")


def eased(folder: Path) -> None:
    """Some goalposts moved without a revision, a target gone, and a report lost and changed."""
    register, ledger = folder / "targets.yaml", folder / "progress.jsonl"
    text = register.read_text("utf-8")
    for old, new in (
        ("deadline: 2024\n", "deadline: 2028\n"),
        ("deadline: 2026-06\n", "deadline: 2027-06\n"),
        ("target: {at_least: 10000}", "target: {at_least: 9000}"),
        ("target: {at_least: 80}", "target: {at_least: 70}"),
        ("  - id: gdp-double-digit-2026-2030\n", "  - id: gdp-2026-2030\n"),
        ("strength: ensure", "strength: try"),
    ):
        text = text.replace(old, new)
    register.write_text(text, "utf-8")
    lines = ledger.read_bytes().splitlines(keepends=True)
    lines[0] = lines[0].replace(b'"by":"', b'"by":"X')
    ledger.write_bytes(b"".join(lines[:1] + lines[2:]))


def unreadable(folder: Path) -> None:
    (folder / "targets.yaml").write_text("cdstrack: [", encoding="utf-8")


# Help, wrong use, completion, init


def helps() -> Iterator[Step]:
    for command in ("", *COMMANDS):
        yield from both(f"{command} -h")
        yield from both(f"{command} --help", tty=50)
        yield from both(f"{command} -h", tty=80)
        yield step(f"--color always {command} -h")
        yield step(f"{command} -h", env={"LC_ALL": "C"})
        yield step(f"{command} -h", encoding="ascii")
    yield from both("")
    yield from both("--version")
    yield from both("status")  # no register here
    yield from both("check --format json")


def usage() -> Iterator[Step]:
    lines = [
        "statsu", "stat", "nothing", "Status", "status extra", "--nothing", "status --nothing",
        "status --formt json", "status --format", "status --format yaml", "status --format JSON",
        "status --sort name", "status --group-by nobody", "status --state overdu",
        "status --state achived", "status --owner mci", "status --owner nobody",
        "status --tag econmy", "status --due-within 90", "status --due-within abc",
        "status --due-within -5d", "status --due-within 1y", "status --due-within 999999999d",
        "--as-of 2024-13-01 status", "--as-of abc status", "--as-of '' status",
        "--as-of 30/6 status",
        "--as-of 2026-02-30 status", "--as-of 1999 status", "--as-of 9998-12-31 status",
        "--as-of 0001-01-01 status", "--as-of 9999-12-31 status", "--known-on abc status",
        "--lang fr status", "--color sometimes status", "--lang", "status --lang", "--color",
        "overdue --within x", "overdue --format csv", "show", "show nothing", "show dx-trainning",
        "show heads", "show ministers-work-online-and-sign", "show 5", "show ''", "show a b",
        "show 5g --format csv", "--as-of 2022-01-01 show 5g", "scoreboard nothing",
        "scoreboard ministers --owner mic", "scoreboard --group nothing", "scoreboard --format svg",
        "scoreboard 5g", "due --within", "due --body nobody", "due --group ministrie",
        "due --format svg", "history nothing", "history --body nobody", "history --format csv",
        "export --format pdf", "export --what all --format csv",
        "export --what reports --format ics",
        "check --format xml", "check --fail-on overdu", "check --fail-on ''", "check --warn-on a,b",
        "check --output json", "check --output json=", "check --output xml=a", "check --within x",
        "check --output json=missing/a.json", "check --fail-on due_soon --within 30d", "completion",
        "completion tcsh", "completion bash extra", "init a b", "validate extra", "import",
        "import nowhere.xlsx", "import targets.yaml", "template", "add-progress --done --not-done",
        "add-progress a b c", "add-progress --void x --corrects y", "-f", "-f '' status",
        "--file=nowhere.yaml status", "status --help extra", "-x", "status -x", "--version status",
        "-h status", "--as-of=2024-12-31 status --format=csv",
        "status --as-of 2024-12-31 --lang vi",
        "status --all=yes", "status -- --all", "-- status",
    ]  # fmt: skip
    for line in lines:
        yield from both(line)
        yield step(line)
    yield step("show dx-trainning", env={"CDSTRACK_DEBUG": "1"})


BREAKS = " \t\n\"'><=;|&(:"


def tabs(targets: Sequence[str]) -> Iterator[Step]:
    for shell in ("bash", "zsh", "fish"):
        yield from both(f"completion {shell}")
    first = targets[0]
    lines = [
        "", "s", "st", "status ", "status --", "status --f", "status --format ",
        "status --format j",
        "status --format=", "status --format=c", "status --state ", "status --state over",
        "status --owner ", "status --owner m", "status --tag ", "status --tag d", "status --sort ",
        "status --group-by ", "status --due-within ", "--lang ", "--lang v", "--as-of ",
        "--as-of 2",
        "-f ", "-f tar", "--file=", "--color ", "show ", "show d", "show huan", "show tập",
        "show 'tập h", "show ky so", "show nothing", f"show {first}", f"show {first} --",
        "scoreboard ", "scoreboard --group ", "scoreboard --owner ", "due --body ", "due --body p",
        "history ", "history --body ", "export --format ", "export -o ", "export --what ",
        "check --fail-on ", "check --fail-on overdue,", "check --fail-on overdue,st",
        "check --output ",
        "check --output js", "check --output json=", "check --waivers ", "check --against ",
        "check --warn-on=", "add-progress ", "add-progress d", f"add-progress {first} ",
        f"add-progress {first} --", f"add-progress {first} --part ",
        f"add-progress {first} --corrects ",
        f"add-progress {targets[5]} --body ", f"add-progress {targets[4]} --part ",
        f"add-progress {first} --unit ", f"add-progress {first} --date ",
        f"add-progress {first} --source ",
        "add-progress --by ", f"add-progress {targets[3]} --body m",
        f"add-progress {first} --void ",
        "template --owner ", "template --body ", "template -o ", "import ", "import --fractions ",
        "completion ", "completion b", "init ", "validate ", "nothing ",
        "status --lang vi --state ",
        "--lang vi show ", "-f nowhere.yaml show ", "status -", "--", "status --all --a",
    ]  # fmt: skip
    for line in lines:
        yield from tab(line)
    for line in ("show ", "status --state ", "status --owner ", "", "history --body "):
        yield from tab(line, LC_ALL="vi_VN.UTF-8")
        yield from tab(line, LC_ALL="C")
        yield from tab(line, COLUMNS="40")
        for kind in ("63", "33", "37", "42", "64"):
            yield in_bash(line, kind=kind)
    yield in_bash("status  --all", point=8)
    yield in_bash('show "d')
    yield in_bash("show dx\\-")
    for shell in ("bash", "zsh", "fish", "tcsh"):
        yield Step((), env={"_CDSTRACK_COMPLETE": shell})
        yield Step(("abc",), env={"_CDSTRACK_COMPLETE": shell})
        yield Step(("9", "status"), env={"_CDSTRACK_COMPLETE": shell})


def tab(line: str, **env: str) -> Iterator[Step]:
    """What the three shells ask when Tab is pressed at the end of the line."""
    yield in_bash(line, **env)
    words = line.split(" ")
    place = (str(len(words) - 1), *words)
    yield Step(place, env={**env, "_CDSTRACK_COMPLETE": "zsh"})
    yield Step(place, env={**env, "_CDSTRACK_COMPLETE": "fish"})


def in_bash(line: str, kind: str = "9", point: int | None = None, **env: str) -> Step:
    whole = f"cdstrack {line}"
    at = len(whole) if point is None else len("cdstrack ") + point
    return Step((str(at), whole, BREAKS, kind), env={**env, "_CDSTRACK_COMPLETE": "bash"})


def init() -> Iterator[Step]:
    for lang in LANGUAGES:
        yield step(f"--lang {lang} init {lang}")
        yield step(f"--lang {lang} init {lang}")
        yield step(f"--lang {lang} -f {lang}/targets.yaml validate")
        for day in ("2026-11-21", "2027-11-21", "2027-11-22"):
            yield step(f"--lang {lang} -f {lang}/targets.yaml --as-of {day} status --format json")
            yield step(f"--lang {lang} -f {lang}/targets.yaml --as-of {day} check")
    yield from both("init")
    yield step("-f sub/own.yaml init")
    yield step("init en/targets.yaml")
    yield step("init /proc/nothing")


# Small registers and damaged ledgers


def corpus(inputs: Path) -> list[Scene]:
    found = []
    for path in sorted((inputs / "tests/corpus/good").glob("*.yaml")):
        steps = [*both("validate")]
        for day in ("2022-06-30", "2024-07-01", "2024-12-31", "2026-11-21"):
            steps += every_verdict(day)
        steps += both("--as-of 2026-11-21 check --within 90d")
        steps += both("--as-of 2026-11-21 scoreboard")
        steps += both("--as-of 2026-11-21 export --format ics")
        steps.append(step("--as-of 2026-11-21 export --format csv"))
        steps.append(step("--as-of 2026-11-21 export -o out.xlsx"))
        found.append(Scene(f"good/{path.stem}", {"targets.yaml": path}, steps))
    bad = sorted((inputs / "tests/corpus/bad").glob("*.yaml"))
    steps = []
    for path in bad:
        steps += both(f"-f {path.name} validate")
    for path in bad[::4]:
        steps.append(step(f"-f {path.name} validate", tty=60))
        steps.append(step(f"-f {path.name} status --format json"))
    for path in bad[::8]:
        for form in CHECK_FORMATS:
            steps.append(step(f"-f {path.name} --as-of 2026-11-21 check --format {form}"))
        steps.append(step(f"-f {path.name} add-progress roads 5 --dry-run"))
        steps.append(step(f"-f {path.name} export -o out.csv"))
    found.append(Scene("bad", {path.name: path for path in bad}, steps))
    return found


LEDGER_REGISTER = """\
cdstrack: 1
title: {vi: Sổ thử, en: Trial}
sources: {plan: {title: {vi: Kế hoạch, en: Plan}}}
bodies: {o: {name: {vi: Văn phòng, en: Office}}}
targets:
  - {id: t, title: T, kind: reach, owner: o, unit: km, target: {at_least: 10}, deadline: 2025,
     stated: {on: 2022-01-01, by: M, source: plan}}
  - {id: done, title: D, kind: milestone, owner: o, deadline: 2025,
     stated: {on: 2022-01-01, by: M, source: plan}}
"""


def ledgers(inputs: Path, shipped: Mapping[str, Path | bytes | str]) -> list[Scene]:
    """Ledgers that were damaged, each as read by every command and written to once."""
    sound = (inputs / "progress.jsonl").read_bytes()
    lines = sound.splitlines(keepends=True)
    damaged = {
        "torn": sound[:-40],
        "no line break": sound[:-1],
        "crlf": sound.replace(b"\n", b"\r\n"),
        "mark": b"\xef\xbb\xbf" + sound,
        "twice": sound + lines[0],
        "same id": sound + lines[0].replace(b'"value":"1000"', b'"value":"2000"'),
        "conflict": b"<<<<<<< HEAD\n"
        + lines[0]
        + b"=======\n"
        + lines[1]
        + b">>>>>>> x\n"
        + lines[2],
        "latin": sound.replace("Ngày".encode(), b"Ng\xe0y"),
        "nuls": sound + b"\0" * 300,
        "text": b"this is no ledger\n" * 5,
        "flood": b"{}\n" * 2000,
        "unknown target": sound.replace(b"5g-commercial", b"6g-commercial"),
        "unit": sound.replace(b'"value":"1000"', b'"value":"1000","unit":"km"'),
        "void": sound + b'{"id":"v1","target":"5g-commercial-major-cities","date":"2024-10-15",'
        b'"recorded":"2026-11-21T04:00:00.000000Z","corrects":"sayzpokhg06lnli6eayo"}\n',
        "corrects": sound + b'{"id":"v1","target":"5g-commercial-major-cities","date":"2024-11-01",'
        b'"done":true,"recorded":"2026-11-21T04:00:00.000000Z","corrects":"sayzpokhg06lnli6eayo"}\n',
        "corrects nothing": sound
        + b'{"id":"v2","target":"5g-commercial-major-cities","date":"2025"'
        b',"done":true,"recorded":"2026-11-21T04:00:00.000000Z","corrects":"nothing"}\n',
        "empty": b"",
        "future": sound.replace(b'"date":"2024-10-15"', b'"date":"2030-10-15"'),
        "no recorded": sound.replace(b',"recorded":"2026-11-21T03:00:02.000000Z"', b""),
        "wrong date": sound.replace(b'"date":"2024-09-21"', b'"date":"2024-09-31"'),
    }
    of_shipped = shipped["targets.yaml"]
    cases = [(f"ledger {name}", of_shipped, data, SHIPPED[0]) for name, data in damaged.items()]
    cases += [
        (f"ledger file {path.stem}", LEDGER_REGISTER, path.read_bytes(), "t")
        for path in sorted((inputs / "tests/fuzz/ledgers").glob("*.jsonl"))
    ]
    found = []
    for name, register, data, target in cases:
        steps = [*both("validate"), *both("--as-of 2026-11-21 status")]
        steps += [
            step("--as-of 2026-11-21 status --format json"),
            *both("history"),
            step("history --format json"),
            *both("--as-of 2026-11-21 check"),
            *(step(f"--as-of 2026-11-21 check --format {form}") for form in CHECK_FORMATS),
            step(f"--as-of 2026-11-21 show {target}"),
            step("--as-of 2026-11-21 export --what reports --format csv"),
            step("--as-of 2026-11-21 export -o out.csv"),
            step(f"add-progress {target} 9 --date 2024-06-30 --dry-run"),
            step(f"add-progress {target} 9 --date 2024-06-30 --yes"),
            step("validate"),
        ]
        found.append(Scene(name, {"targets.yaml": register, "progress.jsonl": data}, steps))
    return found


# A register in which each kind of promise is kept, missed and in between

STATED = "stated: {on: 2022-01-01, by: M, source: plan}"
BASE = "baseline: {value: 0, date: 2022-01-01}"
RULE_TARGETS = {
    "reach": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2024-12-31",
    "reach-fast": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2024",
    "reach-late": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2023-06",
    "reach-back": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025",
    "reach-more": f"kind: reach, unit: km, {BASE}, target: {{more_than: 100}}, deadline: 2024",
    "reach-less": "kind: reach, unit: '%', baseline: {value: 40, date: 2022-01-01}, "
    "target: {at_most: 10}, deadline: 2025",
    "reach-under": "kind: reach, unit: '%', baseline: {value: 40, date: 2022-01-01}, "
    "target: {less_than: 10}, deadline: 2025",
    "reach-between": f"kind: reach, unit: km, {BASE}, target: {{between: [90, 110]}}, "
    "deadline: 2025",
    "reach-undated": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, "
    "review_by: 2025-01-01",
    "reach-bare": "kind: reach, unit: km, target: {at_least: 100}, deadline: 2025",
    "reach-plan": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "plan: [{date: 2022, value: 10}, {date: 2023, value: 30}, {date: 2024-H1, value: 80}]",
    "reach-moved": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "revisions: [{on: 2024-02-01, source: plan, field: deadline, old: 2023, new: 2025}]",
    "reach-eased": f"kind: reach, unit: km, {BASE}, target: {{at_least: 60}}, deadline: 2024, "
    "revisions: [{on: 2023-06-01, source: plan, field: target, old: {at_least: 100}, "
    "new: {at_least: 60}}]",
    "reach-sum": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "accumulate: sum",
    "reach-max": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "accumulate: max",
    "reach-ratio": "kind: reach, unit: '%', target: {at_least: 90}, deadline: 2025, "
    "accumulate: ratio",
    "reach-parts": "kind: reach, unit: '%', target: {at_least: 90}, deadline: 2025, "
    "conditions: {a: A, b: B}",
    "reach-monthly": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "report_every: month, lag_days: 15, stale_after: 60",
    "reach-miles": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "convert: [{unit: miles, factor: 1.609}]",
    "reach-closed": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025, "
    "closed: {on: 2024-01-01, how: withdrawn, source: plan}",
    "sustain": "kind: sustain, unit: km, target: {between: [10, 20]}, periods: [2022, 2023, 2024]",
    "sustain-lenient": "kind: sustain, unit: km, target: {at_least: 10}, "
    "periods: [2022, 2023, 2024], allowed_misses: 1",
    "limit": "kind: limit, unit: km, target: {at_most: 100}, start: 2022-01-01, deadline: 2025",
    "limit-sum": "kind: limit, unit: km, target: {at_most: 100}, start: 2022-01-01, "
    "deadline: 2025, accumulate: sum",
    "limit-open": "kind: limit, unit: km, target: {less_than: 100}",
    "milestone": "kind: milestone, deadline: 2024-06",
    "milestone-late": "kind: milestone, deadline: 2023",
    "milestone-not": "kind: milestone, deadline: 2024",
    "milestone-undated": "kind: milestone",
    "unquantified": "kind: unquantified",
    "orphan": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025",
    "silent": f"kind: reach, unit: km, {BASE}, target: {{at_least: 100}}, deadline: 2025",
}
RULE_IDS = list(RULE_TARGETS)
RULES = """\
cdstrack: 1
title: {vi: Sổ các quy tắc, en: Register of the rules}
sources: {plan: {title: {vi: Kế hoạch, en: Plan}, date: 2022-01-01}}
bodies:
  o: {name: {vi: Văn phòng, en: Office}}
  gone: {name: {vi: Sở đã hết, en: Gone}, ended: 2024-03-01, how: dissolved}
targets:
""" + "".join(
    f"  - {{id: {name}, title: {{vi: Việc {name}, en: Task {name}}}, "
    f"owner: {'gone' if name == 'orphan' else 'o'}, {more}, {STATED}}}\n"
    for name, more in RULE_TARGETS.items()
)


def rules_ledger() -> str:
    """Reports on each of them, about one in five months, some with a qualifier or a unit."""
    days = ("2022-04-30", "2022-09-30", "2022-12-31", "2023-06-30", "2023-12-31", "2024-06-30",
            "2024-12-31", "2025-06-30")  # fmt: skip
    steady: tuple[float, ...] = (8, 20, 31, 47, 65, 82, 99.96, 104)
    values: dict[str, tuple[float, ...]] = {
        "reach-fast": (20, 60, 100, 100, 100, 100, 120, 120),
        "reach-late": (5, 9, 15, 40, 60, 80, 100, 100),
        "reach-back": (10, 40, 60, 55, 50, 40, 30, 20),
        "reach-more": (10, 40, 60, 80, 90, 100, 100, 100.01),
        "reach-less": (38, 35, 30, 22, 18, 14, 10.04, 9),
        "reach-under": (38, 35, 30, 22, 18, 14, 10, 9.9),
        "reach-sum": (8, 12, 11, 16, 18, 17, 17.96, 4),
        "reach-max": (8, 30, 20, 47, 40, 82, 60, 104),
        "sustain": (12, 15, 11, 9, 21, 15, 20, 10),
        "sustain-lenient": (12, 15, 11, 9, 9.99, 15, 20, 10),
        "limit": (10, 20, 50, 70, 90, 99, 100, 100),
        "limit-sum": (10, 20, 20, 20, 20, 9, 0.5, 1),
        "limit-open": (10, 20, 50, 70, 90, 99.99, 100, 90),
    }
    milestones = {"milestone": 5, "milestone-late": 5, "milestone-not": 99, "milestone-undated": 3}
    qualifiers: dict[tuple[str, int], str] = {
        ("reach", 6): "nearly", ("reach-fast", 2): "nearly", ("reach-late", 2): "over",
        ("reach-between", 3): "about", ("limit", 6): "over", ("reach-more", 5): "over",
    }  # fmt: skip
    lines = []
    for name in RULE_IDS:
        for number, day in enumerate(days):
            figure: dict[str, Any] = {"value": str(values.get(name, steady)[number])}
            parts: tuple[str | None, ...] = (None,)
            if name in ("silent", "unquantified"):
                continue
            if name in milestones:
                figure = {"done": number >= milestones[name]}
            elif name == "reach-ratio":
                figure = {"n": int(steady[number] * 10), "of": 1100}
            elif name == "reach-parts":
                parts = ("a", "b") if number % 2 else ("a",)
            elif name == "reach-miles" and number % 2:
                figure["unit"] = "miles"
            elif name == "reach-miles" and number == 4:
                figure["unit"] = "leagues"
            date = day[:4] if name.startswith("sustain") and day.endswith("12-31") else day
            for part in parts:
                record: dict[str, Any] = {"id": f"{name}-{number}{part or ''}", "target": name}
                record |= {"part": part} if part else {}
                record |= {"date": date, **figure}
                if (name, number) in qualifiers:
                    record["qualifier"] = qualifiers[name, number]
                record |= {"source": "plan"} if number % 3 == 0 else {}
                record |= {"by": "An", "recorded": f"{day}T23:00:00.000000Z"}
                lines.append((day, json.dumps(record, ensure_ascii=False)))
    lines.sort(key=lambda pair: pair[0])
    return "".join(line + "\n" for _, line in lines)


# How it is run


@dataclass(frozen=True)
class Ran:
    """What a run did: exit code, the bytes of both streams, the files that it wrote or removed."""

    code: int
    out: bytes
    err: bytes
    files: Mapping[str, bytes | None]


class Still:
    """The clock and the random numbers of this process."""

    moment = NOON
    numbers = random.Random(0)  # noqa: S311

    @classmethod
    def now(cls, tz: clock.tzinfo | None = None) -> clock.datetime:
        return cls.moment.astimezone(tz) if tz else cls.moment.replace(tzinfo=None)

    @classmethod
    def stand(cls) -> None:
        """Stop them for all of Python, wherever the code asks."""

        def now(_: type, tz: clock.tzinfo | None = None) -> clock.datetime:
            return cls.now(tz)

        def today(kind: type) -> clock.date:
            return cls.now() if issubclass(kind, clock.datetime) else cls.now().date()

        for kind, name, made in (
            (clock.datetime, "now", now),
            (clock.datetime, "utcnow", now),
            (clock.datetime, "today", today),
            (clock.date, "today", today),
        ):
            # The types of datetime cannot be written to but by their own dictionary.
            names: Any = gc.get_referents(kind.__dict__)[0]
            names[name] = classmethod(made)
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
        random.SystemRandom.getrandbits = lambda _, k: cls.numbers.getrandbits(k)  # type: ignore


class Stage:
    """Plays scenes, each in a folder of its own below ``folder``; the command is imported once."""

    def __init__(self, folder: Path, main: Callable[[], None]) -> None:
        self.folder = folder
        self.main = main
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.home / ".gitconfig").write_text("[user]\nname = Chị Bảy\n", encoding="utf-8")

    def play(self, scene: Scene) -> Iterator[tuple[Step, Ran]]:
        place = self.folder / "work"
        place.mkdir()
        for name, content in scene.files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            for number, each in enumerate(scene.steps):
                yield each, self._run(place, scene.name, number, each)
        finally:
            shutil.rmtree(place)

    def _run(self, place: Path, name: str, number: int, each: Step) -> Ran:
        if each.before is not None:
            each.before(place)
        seen = snapshot(place)
        Still.moment = NOON + clock.timedelta(seconds=number)
        Still.numbers = random.Random(f"{name} {number}")  # noqa: S311
        run = self._in_terminal if each.tty else self._in_files
        code, out, err = run(place, each)
        now = snapshot(place)
        changed = sorted(path for path in now if seen.get(path) != now[path])
        files: dict[str, bytes | None] = {path: (place / path).read_bytes() for path in changed}
        files |= dict.fromkeys(sorted(seen.keys() - now.keys()))
        masked = {path: self._masked(data) for path, data in files.items()}
        return Ran(code, self._masked(out) or b"", self._masked(err) or b"", masked)

    def _masked(self, data: bytes | None) -> bytes | None:
        path = str(self.folder).encode()
        return data and data.replace(path, b"<folder>").replace(path[1:], b"<folder>")

    def _in_files(self, place: Path, each: Step) -> tuple[int, bytes, bytes]:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                stdin = os.open(os.devnull, os.O_RDONLY)
                if each.stdin:
                    stdin, feed = os.pipe()
                    os.write(feed, each.stdin)
                    os.close(feed)
                stdout: int | None = out.fileno()
                if each.out == "full":
                    stdout = os.open("/dev/full", os.O_WRONLY)
                elif each.out == "closed":
                    reader, stdout = os.pipe()
                    os.close(reader)
                elif each.out == "none":
                    stdout = None
                self._child(place, each, (stdin, stdout, err.fileno()))
            _, status = os.waitpid(pid, 0)
            out.seek(0)
            err.seek(0)
            return exit_code(status), out.read(), err.read()

    def _in_terminal(self, place: Path, each: Step) -> tuple[int, bytes, bytes]:
        pid, master = pty.fork()
        if pid == 0:
            size = struct.pack("HHHH", 50, each.tty or 80, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            self._child(place, each, None)
        try:
            said = converse(master, pid, each.typed or ())
        finally:
            os.close(master)
        _, status = os.waitpid(pid, 0)
        return exit_code(status), said, b""

    def _child(self, place: Path, each: Step, streams: tuple[int, int | None, int] | None) -> None:
        """Become the command. Does not return."""
        code = 70
        try:
            if streams is not None:
                for number, stream in enumerate(streams):
                    if stream is not None:
                        os.dup2(stream, number)
                    else:
                        os.close(number)
            os.chdir(place)
            base = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TZ": "UTC"}
            base |= {"CDSTRACK_BY": "An", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
            base |= {
                "INPUTRC": "/dev/null",
                "LINES": "50",
                "GIT_CEILING_DIRECTORIES": str(self.folder),
            }
            os.environ.clear()
            os.environ.update({k: v for k, v in (base | dict(each.env)).items() if v})
            last = ""
            if any("{last}" in arg for arg in each.args):
                lines = (place / "progress.jsonl").read_text("utf-8").splitlines()
                last = json.loads(lines[-1])["id"]
            sys.argv = ["cdstrack", *(arg.replace("{last}", last) for arg in each.args)]
            kept = sys.stdin, sys.stdout, sys.stderr  # closing them would close our new ones
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stdout = None  # type: ignore[assignment]
            if each.out != "none":
                sys.stdout = open(1, "w", encoding=each.encoding, closefd=False)  # noqa: SIM115
            sys.stderr = open(  # noqa: SIM115
                2, "w", encoding=each.encoding, errors="backslashreplace", closefd=False
            )
            code = self._code()
            del kept
        except BaseException:  # a fault of this script
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)

    def _code(self) -> int:
        try:
            self.main()
            code: object = 0
        except SystemExit as leaving:
            code = leaving.code
        except BaseException:  # a fault of the program
            traceback.print_exc()
            code = 1
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError:
            code = 120  # as Python does
        sys.stderr.flush()
        return code if isinstance(code, int) else 0 if code is None else 1


def exit_code(status: int) -> int:
    return os.waitstatus_to_exitcode(status)


def converse(master: int, pid: int, typed: Sequence[str]) -> bytes:
    """All that a terminal shows while each question is answered in turn, and then with Ctrl-D."""
    said, answered = b"", -1
    answers = [*typed]
    while True:
        waits = said.endswith(b": ") and len(said) > answered
        ready, _, _ = select.select([master], [], [], 0.03 if waits else 30)
        if ready:
            try:
                data = os.read(master, 65536)
            except OSError:  # the other side is gone
                return said
            if not data:
                return said
            said += data
        elif waits:
            answered = len(said)
            os.write(master, f"{answers.pop(0)}\n".encode() if answers else b"\x04")
        else:
            os.kill(pid, signal.SIGKILL)
            return said + b"<stuck>"


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(root, name)
            state = path.stat()
            found[str(path.relative_to(folder))] = (state.st_size, state.st_mtime_ns)
    return found


def command() -> Callable[[], None]:
    """The command of the current folder, with all that it imports, so that forks have it."""
    here = Path.cwd()
    scripts = str(Path(__file__).resolve().parent)
    sys.path[:] = [str(here), *(path for path in sys.path if path != scripts)]
    entry = importlib.import_module("cdstrack.__main__")
    if not Path(entry.__file__ or "").is_relative_to(here):
        sys.exit(f"cdstrack is not here but in {entry.__file__}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("targets.yaml", "progress.jsonl"):
            shutil.copyfile(here / name, Path(folder) / name)
        lines = [
            "status", "status --format svg", "status --group-by body", "show 5g", "overdue", "due",
            "scoreboard", "history", "check --format sarif", "check --format junit",
            "check --format github --against HEAD", "check --format gitlab", "validate",
            "export -o a.xlsx", "export -o a.json", "export -o a.csv", "export -o a.ics",
            "template --owner mic --all -o b.xlsx", "import b.xlsx --dry-run", "status --statee",
            "add-progress 5g 'nearly 5' --date 'Q3 2025' --dry-run", "-h", "completion bash",
            "add-progress 5g --done --date 2024-10-01 --yes", "import nowhere.csv",
            "init sub", "check --write-waivers w.yaml --until 2030 --reason x",
        ]  # fmt: skip
        for line in [*lines, None]:
            for name in imported(entry.main, folder, line):
                importlib.import_module(name)
    complete_models()
    gc.collect()
    gc.freeze()
    gc.disable()  # a fork is soon over
    return entry.main


def complete_models() -> None:
    """Build what pydantic else builds in each fork, when a model is first used."""
    from pydantic import BaseModel

    for each in gc.get_objects():
        if isinstance(each, type) and issubclass(each, BaseModel) and each is not BaseModel:
            each.model_rebuild()


def imported(main: Callable[[], None], folder: str, line: str | None) -> list[str]:
    """The modules that the command imports for a line, in order; it runs in a fork."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        seen = set(sys.modules)
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        os.dup2(sys.stdout.fileno(), 1)
        os.chdir(folder)
        sys.argv = ["cdstrack", *shlex.split(line or "13")]
        if line is None:
            os.environ["_CDSTRACK_COMPLETE"] = "bash"
            sys.argv = ["cdstrack", "13", "cdstrack show ", BREAKS, "9"]
        with suppress(BaseException):
            main()
        new = [name for name in sys.modules if name not in seen and name != "readline"]
        with os.fdopen(writer, "w") as pipe:
            pipe.write("\n".join(new))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        names = pipe.read().splitlines()
    os.waitpid(pid, 0)
    return [name for name in names if name.partition(".")[0] in OTHERS or "cdstrack" in name]


OTHERS = ("msgspec", "xlsxwriter", "python_calamine", "typer", "rich", "yaml", "pydantic",
         "pydantic_core", "dateutil", "zoneinfo", "secrets", "hashlib", "hmac", "csv", "json",
         "unicodedata", "getpass", "subprocess", "zipfile", "difflib", "textwrap",
          "xml")  # fmt: skip


# What is kept, and the comparison

Results = dict[str, tuple[str, Ran]]
"""By scene and command line: the name of the command, and what it did."""


def perform(chosen: Sequence[Scene], workers: int) -> Results:
    """Play all scenes, divided among some processes."""
    Still.stand()
    main = command()
    queue, feed = os.pipe()
    root = Path(tempfile.mkdtemp(prefix="frozen-", dir="/tmp"))  # as long for all
    pids: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # timeout's, to leave nothing behind
    try:
        if len(chosen) * 4 > 60000:
            raise ValueError("more scenes than fit into a pipe")
        for number in range(len(chosen)):
            os.write(feed, struct.pack("I", number))
        os.close(feed)
        for worker in range(workers):
            pid = os.fork()
            if pid == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                code = 1
                try:
                    work(root, worker, queue, chosen, main)
                    code = 0
                except BaseException:
                    traceback.print_exc()
                finally:
                    sys.stderr.flush()
                    os._exit(code)
            pids.append(pid)
        failed = False
        while pids:
            failed |= os.waitpid(pids[0], 0)[1] != 0
            pids.pop(0)
        if failed:
            sys.exit("A worker failed.")
        by_number: dict[int, Results] = {}
        for worker in range(workers):
            with (root / f"results{worker}").open("rb") as file:
                while True:
                    try:
                        number, found = pickle.load(file)  # noqa: S301  # our own
                    except EOFError:
                        break
                    by_number[number] = found
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
        shutil.rmtree(root, ignore_errors=True)
    return {key: each for number in sorted(by_number) for key, each in by_number[number].items()}


def work(
    root: Path, worker: int, queue: int, chosen: Sequence[Scene], main: Callable[[], None]
) -> None:
    stage = Stage(root / f"w{worker}", main)
    with (root / f"results{worker}").open("wb") as file:
        while data := os.read(queue, 4):
            [number] = struct.unpack("I", data)
            found: Results = {}
            begun = busy()
            for each, ran in stage.play(chosen[number]):
                key = f"{chosen[number].name} $ {each.label}"
                found[unused(key, found)] = (each.command, ran)
            if "FROZEN_TIMES" in os.environ:
                print(f"{busy() - begun:6.2f} {chosen[number].name}", file=sys.stderr, flush=True)
            pickle.dump((number, found), file)


def busy() -> float:
    """The seconds that processors worked for what this process started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def unused(key: str, found: Results) -> str:
    """The key, with a number where the same line is run again."""
    if key not in found:
        return key
    return next(f"{key} #{n}" for n in itertools.count(2) if f"{key} #{n}" not in found)


def keep(results: Results, path: Path) -> None:
    """Write the results as JSON lines; of equal texts only the first is written out."""
    seen: set[str] = set()

    def content(data: bytes | None) -> Any:
        if data is None or len(data) < 80:
            return plain(data)
        digest = hashlib.sha256(data).hexdigest()
        if digest in seen:
            return {"same": digest}
        seen.add(digest)
        return plain(data)

    def plain(data: bytes | None) -> Any:
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(data or b"").decode()}

    with gzip.open(path, "wt", encoding="utf-8", compresslevel=5) as file:
        for key, (name, ran) in results.items():
            line = {"key": key, "command": name, "code": ran.code}
            line |= {"out": content(ran.out), "err": content(ran.err)}
            line |= {"files": {name: content(data) for name, data in ran.files.items()}}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def kept(path: Path) -> Results:
    texts: dict[str, bytes] = {}

    def content(value: Any) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, dict) and "same" in value:
            return texts[value["same"]]
        data = base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()
        if len(data) >= 80:
            texts[hashlib.sha256(data).hexdigest()] = data
        return data

    found: Results = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            each = json.loads(line)
            out, err = content(each["out"]) or b"", content(each["err"]) or b""
            files = {name: content(data) for name, data in each["files"].items()}
            found[each["key"]] = (each["command"], Ran(each["code"], out, err, files))
    return found


def lines_of(data: bytes | None) -> list[str]:
    """A text, or what is in a workbook, in lines to be compared."""
    if data is None:
        return ["(is not there)"]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [(name, book.read(name)) for name in book.namelist()]
        lines = []
        for name, part in parts:
            lines += [f"== {name}", *part.decode(errors="replace").replace(">", ">\n").splitlines()]
        return lines
    return data.decode(errors="backslashreplace").splitlines()


def difference(old: Ran, new: Ran) -> Iterator[str]:
    if old.code != new.code:
        yield f"exit code {old.code} → {new.code}"
    texts = [("stdout", old.out, new.out), ("stderr", old.err, new.err)]
    names = sorted(old.files.keys() | new.files.keys())
    texts += [(name, old.files.get(name), new.files.get(name)) for name in names]
    for name, before, after in texts:
        if before == after:
            continue
        found = list(
            difflib.unified_diff(lines_of(before), lines_of(after), name, name, "", "", 1, "")
        )
        yield from found or [
            f"{name}: other bytes, the same lines ({before!r:.80} → {after!r:.80})"
        ]


def compare(before: Results, after: Results, first: int, most: int) -> int:
    """Print what differs; how many runs do."""
    counts: Counter[str] = Counter()
    for key in [*before, *(key for key in after if key not in before)]:
        if key in before and key in after and before[key][1] == after[key][1]:
            continue
        name = (before.get(key) or after[key])[0]
        counts[name] += 1
        if counts.total() > first:
            continue
        print(f"\n$ {key}")
        if key not in after or key not in before:
            print("only in what was recorded" if key in before else "not in what was recorded")
            continue
        shown = list(difference(before[key][1], after[key][1]))
        for line in shown[:most]:
            print(f"    {line[:300]}")
        if len(shown) > most:
            print(f"    … {len(shown) - most} lines more")
    if counts.total() > first:
        print(
            f"\n… {counts.total() - first} differences more; --first N shows more, --only TEXT some"
        )
    ran = Counter(name for name, _ in after.values())
    for name, number in counts.most_common():
        print(f"{name}: {number} of {ran[name]} differ")
    print(f"{counts.total()} differences in {len(before.keys() | after.keys())} runs")
    return counts.total()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("record", "compare"))
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", metavar="TEXT", help="the runs with this in scene or command line"
    )
    parser.add_argument("--first", type=int, default=20, help="how many differences are shown")
    parser.add_argument("--lines", type=int, default=30, help="how many lines are shown of each")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    folder: Path = asked.folder.resolve()
    inputs = folder / "inputs"
    if asked.what == "record":
        if asked.only:
            parser.error("record takes everything")
        for name in INPUTS:
            path = inputs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if Path(name).is_dir():
                shutil.rmtree(path, ignore_errors=True)
                shutil.copytree(name, path, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(name, path)
    begun = time.monotonic()
    chosen = [
        scene
        for scene in scenes(inputs)
        if not asked.only
        or any(asked.only in f"{scene.name} $ {each.label}" for each in scene.steps)
    ]
    results = perform(chosen, asked.workers)
    took = time.monotonic() - begun
    print(
        f"{len(results)} runs in {len(chosen)} scenes, {took:.0f} s, {busy():.0f} s of a processor"
    )
    if asked.what == "record":
        keep(results, folder / "runs.jsonl.gz")
        print(
            "\n".join(
                f"{n:6} {name}" for name, n in Counter(n for n, _ in results.values()).most_common()
            )
        )
        return 0
    before = kept(folder / "runs.jsonl.gz")
    if asked.only:
        before, results = (
            {key: each for key, each in found.items() if asked.only in key}
            for found in (before, results)
        )
    return 1 if compare(before, results, asked.first, asked.lines) else 0


if __name__ == "__main__":
    sys.exit(main())
