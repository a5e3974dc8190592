"""The lists of the model, each in files of any length, for ``bench.growth``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from math import isqrt
from typing import NamedTuple

DAY = timedelta(days=1)
START = date(2000, 1, 1)


class Files(NamedTuple):
    """The files of a folder as they are, as they were committed last, and before that."""

    now: Mapping[str, str]
    earlier: Mapping[str, str]
    history: Sequence[Mapping[str, str]] = ()


Commands = Callable[[int], Mapping[str, list[str]]]
"""The arguments of the commands that read a list, by what they are called; some hold the list."""

READERS = {
    "validate": ["validate"],
    "check --against": ["check", "--against", "HEAD"],
}
ALL_READERS = READERS | {
    "status": ["status", "--format", "csv"],
    "status, a table": ["status"],
    "show": ["show", "one"],
    "history": ["history", "one"],
    "due": ["due", "--format", "csv"],
    "due, a table": ["due"],
    "scoreboard": ["scoreboard", "--format", "csv"],
    "scoreboard TARGET": ["scoreboard", "one", "--format", "csv"],
    "scoreboard, a table": ["scoreboard"],
    "export": ["export", "--format", "json"],
    "export xlsx": ["export", "-o", "out.xlsx"],
    "calendar": ["export", "--format", "ics"],
    "export reports": ["export", "--what", "reports", "--format", "csv"],
    "template": ["template", "-o", "out.csv", "--all"],
}


def few(_: int) -> Mapping[str, list[str]]:
    """The commands that look at everything there is."""
    return READERS


def drawn(_: int) -> Mapping[str, list[str]]:
    """What looks at one target and all that is known of it, too."""
    return READERS | {name: ALL_READERS[name] for name in ("show", "history", "export")}


def every(_: int) -> Mapping[str, list[str]]:
    """All that read a register."""
    return ALL_READERS


class Case(NamedTuple):
    """A list of any length in files, with the least of the sizes that it is measured at."""

    name: str
    size: int
    files: Callable[[int], Files]
    commands: Commands = few
    setup: Sequence[Sequence[str]] = ()
    """Commands that are run before, and whose time does not count."""


def files(register: str, ledger: str = "", earlier: str | None = None, **more: str) -> Files:
    """A folder whose register may have been another when it was committed."""
    now = {"targets.yaml": register, "progress.jsonl": ledger}
    now |= {name.replace("_", "."): text for name, text in more.items()}
    return Files(now, {**now, "targets.yaml": earlier or register})


def register(
    targets: Iterable[str] = (),
    *,
    sources: Iterable[str] = (),
    bodies: Iterable[str] = (),
    groups: Iterable[str] = (),
    top: str = "",
) -> str:
    """A register of some entries, with a source, a body and a target ``one`` at least."""
    entries = list(targets) or [target("one")]
    return "".join(
        [
            "cdstrack: 1\ntitle: {vi: Sổ thử, en: Trial}\n" + top,
            "sources:\n  plan: {title: {vi: Kế hoạch, en: Plan}, date: 2000-01-01}\n",
            *sources,
            "bodies:\n  dept: {name: {vi: Sở, en: Department}}\n",
            *bodies,
            *(["groups:\n"] if groups else []),
            *groups,
            "targets:\n",
            *entries,
        ]
    )


def target(name: str, *lines: str, **keys: str) -> str:
    """A target that is reached, with some keys of its own and further lines."""
    usual = {
        "title": f"{{vi: Bồi dưỡng {name}, en: Training {name}}}",
        "kind": "reach",
        "owner": "dept",
        "unit": "{vi: người, en: people}",
        "baseline": "{value: 0, date: 2000-01-01}",
        "target": "{at_least: 1000000}",
        "deadline": "2030",
        "report_every": "month",
        "stated": "{on: 2000-01-01, by: Minister, source: plan}",
    }
    entries = {key: value for key, value in (usual | keys).items() if value}
    return "".join(
        [
            f"  - id: {name}\n",
            *(f"    {key}: {value}\n" for key, value in entries.items()),
            *(f"    {line}\n" for line in lines),
        ]
    )


def report(number: int, **fields: object) -> str:
    """A line of the ledger."""
    moment = f"2026-01-{1 + number // 86400 % 28:02}T{number // 3600 % 24:02}"
    moment += f":{number // 60 % 60:02}:{number % 60:02}.{number // 2419200:06}Z"
    usual = {"id": f"r{number:019}", "target": "one", "date": "2020-01-01", "value": str(number)}
    if "n" in fields or "done" in fields or ("value" in fields and fields["value"] is None):
        del usual["value"]
    record = usual | {key: value for key, value in fields.items() if value is not None}
    return json.dumps(record | {"recorded": moment}, ensure_ascii=False) + "\n"


def day(number: int) -> str:
    """Days one after the other; there are 9,000 of them until today."""
    return str(START + DAY * (number % 9000))


def old_day(number: int) -> str:
    """Days since the year 1, for lists of many times."""
    return str(date(1, 1, 2) + DAY * number)


def body(number: int, **keys: str) -> str:
    entries = {"name": f"{{vi: Xã {number}, en: Commune {number}}}"} | keys
    text = ", ".join(f"{key}: {value}" for key, value in entries.items())
    return f"  b{number}: {{{text}}}\n"


def group(n: int, members: int, *, sizes: str | None = None) -> list[str]:
    size = sizes or f"      - {{from: 2000-01-01, n: {n}}}\n"
    names = "".join(f"      - b{number}\n" for number in range(members))
    listed = f"    members:\n{names}" if members else ""
    return [f"  communes:\n    name: {{vi: Xã, en: Communes}}\n    size:\n{size}{listed}"]


SHARED = {"reporters": "communes", "across": "sum", "unit": "{vi: người, en: people}"}


# The register


def heading(name: str, above: str) -> str:
    """A heading, below another one if it is named."""
    part = f", part_of: {above}" if above else ""
    return f"  - {{id: {name}, kind: heading, title: Pillar {name}{part}, roll_up: mean}}\n"


def targets(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}") for at in range(n))]
    return files(register(entries), "".join(report(at, target=f"t{at}") for at in range(n)))


def targets_that_moved(n: int) -> Files:
    before = register([target("one"), *(target(f"t{at}") for at in range(n))])
    after = [target("one"), *(target(f"t{at}", deadline="2031") for at in range(n))]
    return files(register(after), earlier=before)


def targets_that_went(n: int) -> Files:
    return files(
        register(), earlier=register([target("one"), *(target(f"t{a}") for a in range(n))])
    )


def broken_targets(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}", kind="reech") for at in range(n))]
    return files(register(entries), earlier=register())


def equal_targets(n: int) -> Files:
    return files(register([target("one")] * n), earlier=register())


def classes(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}", part_of="one") for at in range(n))]
    ledger = "".join(report(at, target=f"t{at}") for at in range(n))
    return files(register(entries), ledger, register([target("one")]))


def parents(n: int) -> Files:
    names = [*(target(f"t{at}") for at in range(n)), target("one")]
    entries = [*names, *(target(f"c{at}", part_of=f"t{at}") for at in range(n))]
    return files(register(entries), earlier=register(names))


def classes_of_classes(n: int) -> Files:
    entries = [target("t0"), *(target(f"t{at + 1}", part_of=f"t{at}") for at in range(n))]
    return files(register([target("one"), *entries]), earlier=register([target("one")]))


def headings(n: int) -> Files:
    titles = [heading(f"h{at}", f"h{at // 2}" if at else "") for at in range(n)]
    entries = [*titles, *(target(f"t{at}", part_of=f"h{at}") for at in range(n))]
    return files(register([target("one"), *entries]), earlier=register([target("one")]))


def headings_below_one_another(n: int) -> Files:
    titles = [heading(f"h{at}", f"h{at - 1}" if at else "") for at in range(n)]
    leaf = target("leaf", part_of=f"h{n - 1}")
    return files(register([target("one"), *titles, leaf]), earlier=register())


def bodies(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}", owner=f"b{at}") for at in range(n // 4))]
    return files(register(entries, bodies=map(body, range(n))))


def unknown_owners(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}", owner=f"x{at}") for at in range(n))]
    return files(register(entries, bodies=map(body, range(n))), earlier=register())


def unknown_words(n: int) -> Files:
    keys = {f"undated{at}": "{value: 1}" for at in range(n)}
    return files(register([target("one", **keys)]), earlier=register())


def chain_of_successors(n: int) -> Files:
    links = (body(at, ended=day(at), successor=f"b{at + 1}", how="renamed") for at in range(n))
    entries = [target("one", owner="b0"), *(target(f"t{a}", owner=f"b{a}") for a in range(n // 4))]
    return files(register(entries, bodies=[*links, body(n)]))


def many_that_merge(n: int) -> Files:
    merged = (body(at, ended="2020-01-01", successor=f"b{n}", how="merged") for at in range(n))
    shared = [target("one", **SHARED), target("two", **SHARED | {"across": "share"})]
    text = register(shared, bodies=[*merged, body(n)], groups=group(n + 1, n + 1))
    reports = [report(at, body=f"b{at}", date="2019-01-01") for at in range(n)]
    return files(text, "".join(reports))


def mergers_one_by_one(n: int) -> Files:
    merged = (body(at, ended=day(at + 1), successor=f"b{n}", how="merged") for at in range(n))
    shared = [target("one", **SHARED), target("two", **SHARED | {"accumulate": "sum"})]
    text = register(shared, bodies=[*merged, body(n)], groups=group(n + 1, n + 1))
    reports = [
        report(2 * at + two, target="two" if two else "one", body=f"b{at}", date="2000-01-01")
        for at in range(n)
        for two in (0, 1)
    ]
    return files(text, "".join(reports))


def successors(n: int) -> Files:
    names = ", ".join(f"b{at}" for at in range(n))
    parted = f"  old: {{name: Old, ended: 2010-01-01, how: split, successors: [{names}]}}\n"
    shared = target("one", "succession: {old: b0}", owner="old")
    return files(register([shared], bodies=[*map(body, range(n)), parted]))


def succession(n: int) -> Files:
    parted = [
        f"  old{at}: {{name: Old, ended: 2010-01-01, how: split, successors: [b{at}, dept]}}\n"
        for at in range(n)
    ]
    choices = [f"  old{at}: b{at}" for at in range(n)]
    text = register(
        [target("one", "succession:", *choices)], bodies=[*map(body, range(n)), *parted]
    )
    return files(text)


def members(n: int) -> Files:
    shared = target("one", **SHARED)
    text = register([shared], bodies=map(body, range(n)), groups=group(n, n))
    reports = (report(at, body=f"b{at}", date=day(at)) for at in range(n))
    return files(text, "".join(reports))


def lost_members(n: int) -> Files:
    shared, everyone = [target("one", **SHARED)], [body(at) for at in range(n)]
    before = register(shared, bodies=everyone, groups=group(n, n))
    return files(register(shared, bodies=everyone, groups=group(n, n // 2)), earlier=before)


def members_of_other_days(n: int) -> Files:
    entries = [body(at, started=day(at)) for at in range(n)]
    shared = target("one", **SHARED)
    text = register([shared], bodies=entries, groups=group(n, n))
    reports = (report(at, body=f"b{at}", date="2026-01-01") for at in range(n))
    return files(text, "".join(reports))


def members_that_end(n: int) -> Files:
    entries = [body(at, ended=day(at + 1), how="dissolved") for at in range(n)]
    shared = target("one", **SHARED)
    text = register([shared], bodies=entries, groups=group(n, n))
    reports = (report(at, body=f"b{at}", date="2000-01-01") for at in range(n))
    return files(text, "".join(reports))


def sizes(n: int) -> Files:
    lines = "".join(f"      - {{from: {old_day(at)}, n: {n + at}}}\n" for at in range(n))
    shared = target("one", **SHARED)
    reports = (report(at, body=f"b{at % 10}", date=day(at)) for at in range(n))
    text = register([shared], bodies=map(body, range(10)), groups=group(0, 10, sizes=lines))
    return files(text, "".join(reports))


def members_and_sizes(n: int) -> Files:
    lines = "".join(f"      - {{from: {day(at)}, n: {at + 1}}}\n" for at in range(n))
    entries = [body(at, started=day(at)) for at in range(n)]
    shared = target("one", **SHARED)
    return files(register([shared], bodies=entries, groups=group(0, n, sizes=lines)))


def groups(n: int) -> Files:
    lines = [
        f"  g{at}: {{name: {{vi: Nhóm, en: Group}}, size: [{{from: 2000-01-01, n: 1}}]}}\n"
        for at in range(n)
    ]
    entries = [
        target("one"),
        *(target(f"t{a}", **SHARED | {"reporters": f"g{a}"}) for a in range(n)),
    ]
    return files(register(entries, groups=lines))


def sources(n: int) -> Files:
    lines = [f"  s{at}: {{title: Document {at}, date: 2000-01-01}}\n" for at in range(n)]
    reports = (report(at, date=day(at), source=f"s{at}") for at in range(n))
    return files(register(sources=lines), "".join(reports))


def nearly_sources(n: int) -> Files:
    lines = [f"  s{at}: {{title: Document {at}, date: 2000-01-01}}\n" for at in range(n)]
    reports = (report(at, date=day(at), source=f"S {at}") for at in range(n))
    return files(register(sources=lines), "".join(reports))


def conditions(n: int) -> Files:
    keys = [f"  c{at}: Condition {at}" for at in range(n)]
    reports = (report(at, part=f"c{at}", date=day(at)) for at in range(n))
    return files(register([target("one", "conditions:", *keys)]), "".join(reports))


def conditions_over_time(n: int) -> Files:
    keys = [f"  c{at}: Condition {at}" for at in range(n)]
    one = target("one", "conditions:", *keys, accumulate="max")
    reports = (report(at, part=f"c{at}", date=day(at), qualifier="about") for at in range(n))
    return files(register([one]), "".join(reports))


def unknown_conditions(n: int) -> Files:
    keys = [f"  c{at}: Condition {at}" for at in range(n)]
    reports = (report(at, part=f"x{at}", date=day(at)) for at in range(n))
    return files(register([target("one", "conditions:", *keys)]), "".join(reports))


def revisions(n: int) -> Files:
    moves = [
        f"  - {{on: {day(at)}, field: target, old: {{at_least: {at + 5}}}, "
        f"new: {{at_least: {at + 6}}}}}"
        for at in range(n)
    ]
    one = target("one", "revisions:", *moves, target=f"{{at_least: {n + 5}}}")
    reports = (report(at, date=day(at)) for at in range(n))
    return files(register([one]), "".join(reports), earlier=register())


def revisions_of_a_deadline(n: int) -> Files:
    moves = [
        f"  - {{on: {day(at)}, field: deadline, old: {day(at)}, new: {day(at + 1)}}}"
        for at in range(n)
    ]
    one = target("one", "revisions:", *moves, deadline=day(n), start="1999")
    return files(register([one]), report(1, date="2000-01-02"), earlier=register())


def revisions_of_a_limit(n: int) -> Files:
    moves = [
        f"  - {{on: {day(at)}, field: target, old: {{at_most: {at + n * n}}}, "
        f"new: {{at_most: {at + n * n + 1}}}}}"
        for at in range(n)
    ]
    goal = f"{{at_most: {n + n * n}}}"
    one = target("one", "revisions:", *moves, kind="limit", target=goal, accumulate="sum")
    reports = (report(at, date=day(at), value="1") for at in range(10))
    return files(register([one]), "".join(reports), earlier=register())


def kept_revisions(n: int) -> Files:
    now = revisions(n).now
    return Files(now, now)


def restatements(n: int) -> Files:
    lines = [f"  - {{on: {day(at)}, source: plan}}" for at in range(n)]
    before = register([target("one", "restated:", *lines[: n // 2])])
    return files(register([target("one", "restated:", *lines)]), earlier=before)


def plan(n: int) -> Files:
    lines = [f"  - {{date: {day(at + 1)}, value: {at + 1}}}" for at in range(n)]
    reports = (report(at, date=day(at)) for at in range(n))
    return files(register([target("one", "plan:", *lines)]), "".join(reports))


def plan_with_revisions(n: int) -> Files:
    moves = [
        f"  - {{on: {day(at + 1)}, field: target, old: {{at_least: {at + 5}}}, "
        f"new: {{at_least: {at + 6}}}}}"
        for at in range(n)
    ]
    lines = [f"  - {{date: {day(at + 1)}, value: {at + 1}}}" for at in range(10)]
    goal = f"{{at_least: {n + 5}}}"
    return files(register([target("one", "plan:", *lines, "revisions:", *moves, target=goal)]))


def periods(n: int) -> Files:
    lines = [f"  - {day(at + 1)}" for at in range(n)]
    one = target("one", "periods:", *lines, kind="sustain", deadline="", target="{at_least: 0}")
    reports = (report(at, date=day(at)) for at in range(n))
    return files(register([one]), "".join(reports))


def periods_of_sums(n: int) -> Files:
    lines = [f"  - {day(at + 1)}" for at in range(n)]
    keys = {"kind": "sustain", "deadline": "", "accumulate": "sum", "target": "{at_least: 0}"}
    reports = (report(at, date=day(at)) for at in range(n))
    return files(register([target("one", "periods:", *lines, **keys)]), "".join(reports))


def periods_of_running_totals(n: int) -> Files:
    lines = [f"  - {day(at + 1)}" for at in range(n)]
    keys = {"kind": "sustain", "deadline": "", "accumulate": "year_to_date"}
    one = target("one", "periods:", *lines, **keys, target="{at_least: 0}")
    reports = (report(at, date=day(at)) for at in range(n))
    return files(register([one]), "".join(reports))


def periods_of_revisions(n: int) -> Files:
    lines = [f"  - {day(at + 1)}" for at in range(n)]
    moves = [
        f"  - {{on: {day(at + 1)}, field: target, old: {{at_least: {at + 5}}}, "
        f"new: {{at_least: {at + 6}}}}}"
        for at in range(n)
    ]
    keys = {"kind": "sustain", "deadline": "", "target": f"{{at_least: {n + 5}}}"}
    one = target("one", "periods:", *lines, "revisions:", *moves, **keys)
    return files(register([one]), "".join(report(at, date=day(at)) for at in range(n)))


def unreported_periods(n: int) -> Files:
    lines = [f"  - {day(at + 1)}" for at in range(n)]
    one = target("one", "periods:", *lines, kind="sustain", deadline="", report_every="")
    return files(register([one]))


def conversions(n: int) -> Files:
    lines = [f"  - {{unit: unit {at}, factor: 2}}" for at in range(n)]
    return files(register([target("one", "convert:", *lines)]))


def factors(n: int) -> Files:
    lines = [f"  - {{unit: unit, factor: 2, from: {old_day(at)}}}" for at in range(n)]
    return files(register([target("one", "convert:", *lines)]))


def notes(n: int) -> Files:
    lines = [f"  - {{vi: Ghi chú {at}, en: Note {at}}}" for at in range(n)]
    return files(register([target("one", "notes:", *lines)]))


def tags(n: int) -> Files:
    lines = [f"  - tag-{at}" for at in range(n)]
    return files(register([target("one", "tags:", *lines)]))


def codes(n: int) -> Files:
    return files(register(top=f"check: {{fail_on: [{', '.join(['overdue'] * n)}]}}\n"))


def waivers(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}", deadline="2010") for at in range(n))]
    granted = "".join(
        f"  - {{target: t{at}, code: overdue, until: 2030-01-01, reason: r, by: b}}\n"
        for at in range(n)
    )
    text = register(entries, top="check: {waivers: waivers.yaml}\n")
    return files(text, waivers_yaml="cdstrack: 1\nwaivers:\n" + granted)


def waivers_of_one(n: int) -> Files:
    granted = "".join(
        f"  - {{target: one, code: overdue, until: {day(at)}, reason: r, by: b}}\n"
        for at in range(n)
    )
    text = register([target("one", deadline="2010")], top="check: {waivers: waivers.yaml}\n")
    return files(text, waivers_yaml="cdstrack: 1\nwaivers:\n" + granted)


# Texts


def blanks_in_a_title(n: int) -> Files:
    title = f'"Training{" " * n}x"'
    return files(register([target("one", title=title)]), report(1, note=f"a{' ' * n}b"))


def tabs_in_a_note(n: int) -> Files:
    tabs, mixed = "\t" * n, " \t" * (n // 2)
    reports = [report(1, note=f"a{tabs}b", source=f"x{mixed}y"), report(2, note=f"a{mixed}b")]
    return files(register(), "".join(reports))


def lines_in_a_note(n: int) -> Files:
    reports = [report(1, note="a" + "\n" * n + "b"), report(2, note="a" + " \n" * n + "b")]
    return files(register(), "".join(reports))


def letters_in_a_text(n: int) -> Files:
    entries = [target("one", title="a" * n), target("two", title="ầ" * n, unit="é" * n)]
    return files(register(entries), report(1, note="ầ" * n, source="a" * n, by="b" * n))


def signs_in_a_text(n: int) -> Files:
    title = "'" + "[*_`<:##[" * (n // 9) + "'"
    return files(register([target("one", title=title, unit=title)]), report(1, note=title))


def words_in_a_text(n: int) -> Files:
    title = "'" + "tăng 5 keep it at, " * (n // 20) + "'"
    one = target("one", title=title, unit=title)
    return files(register([one]), report(1, note=title, source=title))


def digits_in_a_text(n: int) -> Files:
    figure = "'" + "1," * (n // 2) + "'"
    one = target("one", target="{at_least: " + figure + "}", title=figure)
    return files(register([one]), report(1, value="1" * n), register())


def long_date(n: int) -> Files:
    entries = [target("one", deadline="'" + "2030-" * (n // 5) + "'")]
    return files(register(entries), report(1, date="2" * n), register())


def blanks_in_a_register(n: int) -> Files:
    return files(register() + " " * n + "\n" + "\n" * n + "#" + " " * n + "x\n")


def blanks_before_a_comment(n: int) -> Files:
    return files(register([target("one", deadline="2030" + " " * n + "# a" + " " * n + "#b")]))


def dashes(n: int) -> Files:
    return files(register([target("one", "notes: " + "- " * n + "x")]), earlier=register())


def brackets(n: int) -> Files:
    return files(register([target("one", "notes: " + "[" * n)]), earlier=register())


def flow_commas(n: int) -> Files:
    text = ", ".join(f"a{at} b" for at in range(n))
    return files(register([target("one", f"notes: [{text}]")]), earlier=register())


def commas_in_a_mapping(n: int) -> Files:
    title = "{vi: " + "a, b " * n + ", en: x}"
    return files(register([target("one", title=title)]), earlier=register())


def colons(n: int) -> Files:
    return files(register([target("one", title="a: " * n)]), earlier=register())


def quotes(n: int) -> Files:
    return files(register([target("one", title="'" + "''" * n + "'")]))


def open_quote(n: int) -> Files:
    lines = "\n".join(f"      it's {at}" for at in range(n))
    return files(register([target("one", title="'a\n" + lines)]), earlier=register())


def odd_blanks(n: int) -> Files:
    return files(register([target("one", title="a\u00a0" * n)]))


def control_characters(n: int) -> Files:
    text = register([target("one", title="a\u202e" * n)])
    return files(text, report(1, note="\x1b" * n), register())


def tabs_in_a_register(n: int) -> Files:
    return files(register() + "\t- x\n" * n, earlier=register())


def duplicate_keys(n: int) -> Files:
    return files(register([target("one", *["lag_days: 1"] * n)]), earlier=register())


# The ledger


def reports(n: int) -> Files:
    return files(register(), "".join(report(at, date=day(at)) for at in range(n)))


def reports_of_one_day(n: int) -> Files:
    return files(register(), "".join(report(at) for at in range(n)))


def reports_of_one_body(n: int) -> Files:
    text = register([target("one", **SHARED)], bodies=[body(0)], groups=group(1, 1))
    return files(text, "".join(report(at, body="b0", date=day(at)) for at in range(n)))


def reports_for_all(n: int) -> Files:
    text = register([target("one", **SHARED)], bodies=map(body, range(10)), groups=group(10, 10))
    return files(
        text,
        "".join(
            report(at, body=None if at % 2 else f"b{at % 10}", date=day(at)) for at in range(n)
        ),
    )


SINCE_1900 = {
    "start": "1900",
    "baseline": "",
    "stated": "{on: 1900-01-01, by: Minister, source: plan}",
}


def shared(n: int, accumulate: str, across: str, qualifier: str | None = None) -> Files:
    """Bodies that report by turns, over a span."""
    keys = SHARED | {"accumulate": accumulate, "across": across, "report_every": "year"}
    text = register([target("one", **keys)], bodies=map(body, range(50)), groups=group(50, 50))
    return files(
        text,
        "".join(
            report(at, body=f"b{at % 50}", date=day(at), qualifier=qualifier) for at in range(n)
        ),
    )


def bodies_over_time(
    n: int, accumulate: str, across: str, qualifier: str | None = None, **keys: str
) -> Files:
    """Ever more bodies of which each reports once, over a span, on a day of its own."""
    keys = SHARED | {"accumulate": accumulate, "across": across, "report_every": "year"} | keys
    text = register([target("one", **keys)], bodies=map(body, range(n)), groups=group(n, n))
    reports = (report(at, body=f"b{at}", date=day(at), qualifier=qualifier) for at in range(n))
    return files(text, "".join(reports))


def bodies_and_rounds(
    n: int, accumulate: str, across: str, qualifier: str | None = None, **keys: str
) -> Files:
    """Ever more bodies that report ever more often, each time on a day of its own, with gaps."""
    n_bodies = isqrt(n)
    keys = SHARED | SINCE_1900 | {"accumulate": accumulate, "across": across} | keys
    text = register(
        [target("one", **keys)], bodies=map(body, range(n_bodies)), groups=group(n_bodies, n_bodies)
    )
    reports = (
        report(at, body=f"b{at % n_bodies}", date=far(at), qualifier=qualifier) for at in range(n)
    )
    return files(text, "".join(reports))


def bodies_beside_all(n: int) -> Files:
    """Increments of ever more bodies and of all of them together by turns, with gaps."""
    keys = SHARED | {"accumulate": "sum", "report_every": "month"}
    text = register([target("one", **keys)], bodies=map(body, range(n)), groups=group(n, n))
    reports = (report(at, body=None if at % 2 else f"b{at}", date=day(3 * at)) for at in range(n))
    return files(text, "".join(reports))


def bodies_that_come_and_go(n: int) -> Files:
    """Ever more bodies that come, report a mean and merge, each on a day of its own."""
    lives = (
        body(at, started=day(at), ended=day(n + at), successor=f"b{n + at}", how="renamed")
        for at in range(n)
    )
    heirs = (body(n + at, started=day(n + at)) for at in range(n))
    keys = SHARED | {"accumulate": "mean", "across": "mean", "report_every": "month"}
    text = register([target("one", **keys)], bodies=[*lives, *heirs], groups=group(2 * n, 2 * n))
    reports = (report(at, body=f"b{at}", date=day(at)) for at in range(1, 2 * n, 2))
    return files(text, "".join(reports))


def of_one(n: int, accumulate: str, dates: Callable[[int], str], **keys: str) -> Files:
    """Reports of a target that are combined over time."""
    one = target("one", accumulate=accumulate, **keys)
    return files(register([one]), "".join(report(at, date=dates(at)) for at in range(n)))


def far(number: int) -> str:
    """Days with a gap between any two."""
    return str(date(1900, 1, 1) + 2 * number * DAY)


def crossing(number: int) -> str:
    first = date(2000, 1, 1) + number % 9000 * DAY
    return f"{first}/{first + 40 * DAY}"


def nesting(number: int) -> str:
    first = date(1900, 1, 1) + number * DAY
    return f"{first}/{date(2026, 1, 1) - number * DAY}"


def growing(number: int) -> str:
    """Times that all begin on one day: each holds those before it."""
    return f"2000-01-01/{date(2000, 1, 2) + number * DAY}"


def straddling(number: int) -> str:
    first = date(1999, 1, 1) - number * DAY
    return f"{first}/{date(2000, 6, 1) + number * DAY}"


def vague(n: int) -> Files:
    ways = ("about", "over", "nearly")
    one = target("one", accumulate="max")
    lines = (report(at, date=day(at), qualifier=ways[at % 3]) for at in range(n))
    return files(register([one]), "".join(lines))


def corrections(n: int) -> Files:
    lines = [report(0)]
    lines += [report(at, corrects=f"r{at - 1:019}") for at in range(1, n)]
    return files(register(), "".join(lines))


def rival_corrections(n: int) -> Files:
    return files(
        register(), report(0) + "".join(report(a, corrects=f"r{0:019}") for a in range(1, n))
    )


def unknown_corrections(n: int) -> Files:
    return files(register(), "".join(report(at, corrects=f"x{at:019}") for at in range(n)))


def circle_of_corrections(n: int) -> Files:
    return files(
        register(), "".join(report(at, corrects=f"r{(at + 1) % n:019}") for at in range(n))
    )


def voids(n: int) -> Files:
    lines = [report(at, date=day(at)) for at in range(n)]
    for at in range(n):
        fields = {"id": f"v{at:019}", "target": "one", "date": day(at), "corrects": f"r{at:019}"}
        lines.append(json.dumps(fields | {"recorded": "2026-02-02T00:00:00.000000Z"}) + "\n")
    return files(register(), "".join(lines))


def unknown_targets(n: int) -> Files:
    entries = [target("one"), *(target(f"t{at}") for at in range(n // 8))]
    return files(register(entries), "".join(report(at, target=f"x{at}") for at in range(n)))


def unknown_bodies(n: int) -> Files:
    text = register([target("one", **SHARED)], bodies=map(body, range(n // 8)), groups=group(n, 0))
    return files(text, "".join(report(at, body=f"x{at}") for at in range(n)))


def bodies_that_ended(n: int) -> Files:
    links = (body(at, ended=day(at), successor=f"b{at + 1}", how="renamed") for at in range(n))
    text = register([target("one", **SHARED)], bodies=[*links, body(n)], groups=group(n + 1, n + 1))
    return files(text, "".join(report(at, body=f"b{at}", date="2026-01-01") for at in range(n)))


def equal_lines(n: int) -> Files:
    return files(register(), report(1) * n)


def damaged_lines(n: int) -> Files:
    return files(register(), '{"id": "a", "value"\n' * n, earlier=register())


def fields_of_a_line(n: int) -> Files:
    fields = {f"f{at}": 1 for at in range(n)}
    twice = json.dumps(fields)[:-1] + f', "f{n - 1}": 2}}\n'
    return files(register(), twice)


def brackets_of_a_line(n: int) -> Files:
    return files(register(), '{"id": ' + "[" * n + "\n")


def escapes_of_a_line(n: int) -> Files:
    return files(register(), '{"id": "' + "\\\\" * n + '", "id\n')


def conflict_markers(n: int) -> Files:
    return files(register(), "<<<<<<< a\n=======\n>>>>>>> b\n" * n)


# Bodies that owe reports


def owing(n: int) -> Files:
    entries = [target("one", **SHARED), *(target(f"t{at}", **SHARED) for at in range(9))]
    return files(register(entries, bodies=map(body, range(n)), groups=group(n, n)))


# Sheets


def sheet(rows: Iterable[str], heading: str = "target,body,part,date,value,of,source,note") -> str:
    return "\n".join([heading, *rows]) + "\n"


def rows_of_one_target(n: int) -> Files:
    rows = [f"one,,,{day(at)},{at + 7},,, " for at in range(n)]
    ledger = "".join(report(at, date=day(at)) for at in range(n))
    return files(register(), ledger, form_csv=sheet(rows))


def rows_that_are_known(n: int) -> Files:
    rows = [f"one,,,{day(at)},{at},,, " for at in range(n)]
    ledger = "".join(report(at, date=day(at)) for at in range(n))
    return files(register(), ledger, form_csv=sheet(rows))


def rows_of_increments(n: int) -> Files:
    rows = [f"t{at},,,2026-01,{at + 7},,, " for at in range(n)]
    entries = [target("one"), *(target(f"t{at}", accumulate="sum") for at in range(n))]
    return files(register(entries), form_csv=sheet(rows))


def rows_of_one_period(n: int) -> Files:
    rows = [f"one,,,2026-01,{at + 7},,, " for at in range(n)]
    return files(register([target("one", accumulate="sum")]), form_csv=sheet(rows))


def rows_of_known_increments(n: int) -> Files:
    rows = [f"one,,,2026-01,{at + 7},,, " for at in range(n)]
    ledger = "".join(report(at, date="2026-01", value=str(at + 7)) for at in range(n))
    return files(register([target("one", accumulate="sum")]), ledger, form_csv=sheet(rows))


def rows_of_another_version(n: int) -> Files:
    """Increments of one period, other ones than the form had when it was imported before."""
    rows = [f"one,,,2026-01,{at + 7},,, " for at in range(n)]
    form = sha256(b"form.csv").hexdigest()[:12]
    lines = (
        report(at, date="2026-01", value=str(at + n + 7), key=f"{form}.{'d' * 32}:{at + 2}")
        for at in range(n)
    )
    one = target("one", accumulate="sum")
    return files(register([one]), "".join(lines), form_csv=sheet(rows))


def rows_of_daily_increments(n: int) -> Files:
    rows = [f"one,,,{day(at)},{at % 7 + 1},,, " for at in range(n)]
    return files(register([target("one", accumulate="sum")]), form_csv=sheet(rows))


def rows_of_rising_increments(n: int) -> Files:
    """Increments that look like running totals, beside as many in the ledger."""
    rows = [f"one,,,{day(n + at)},{n + at + 1},,, " for at in range(n)]
    ledger = "".join(report(at, date=day(at), value=str(at + 1)) for at in range(n))
    return files(register([target("one", accumulate="sum")]), ledger, form_csv=sheet(rows))


def rows_of_earlier_increments(n: int) -> Files:
    """Increments, the last one first, before as many in the ledger."""
    rows = [f"one,,,{day(n - at)},{at % 7 + 1},,, " for at in range(n)]
    ledger = "".join(report(at, date=day(n + 1 + at), value="5") for at in range(n))
    return files(register([target("one", accumulate="sum")]), ledger, form_csv=sheet(rows))


def rows_of_increments_beside_all(n: int) -> Files:
    """Increments of bodies for times of which there are as many for all of them."""
    rows = [f"one,b{at},,2026-01,{at % 7 + 1},,, " for at in range(n)]
    keys = SHARED | {"accumulate": "sum"}
    text = register([target("one", **keys)], bodies=map(body, range(n)), groups=group(n, n))
    ledger = "".join(report(at, date="2026-01", value=str(at + 1)) for at in range(n))
    return files(text, ledger, form_csv=sheet(rows))


def rows_of_means(n: int) -> Files:
    rows = [f"one,,,{day(at)},{at + 7},,, " for at in range(n)]
    ledger = "".join(report(at, date=day(at + 5)) for at in range(n))
    return files(register([target("one", accumulate="mean")]), ledger, form_csv=sheet(rows))


def rows_of_one_day(n: int) -> Files:
    rows = [f"one,,,2026-01-01,{at},,, " for at in range(n)]
    return files(register(), form_csv=sheet(rows))


def rows_of_targets(n: int) -> Files:
    rows = [f"t{at},,,2026-01-01,{at},,, " for at in range(n)]
    entries = [target("one"), *(target(f"t{at}") for at in range(n))]
    return files(register(entries), form_csv=sheet(rows))


def rows_by_title(n: int) -> Files:
    rows = [f"Training t{at},2026-01-01,{at}" for at in range(n)]
    entries = [target("one"), *(target(f"t{at}") for at in range(n))]
    return files(register(entries), form_csv=sheet(rows, "title,date,value"))


def rows_of_unknown_targets(n: int) -> Files:
    rows = [f"x{at},,,2026-01-01,{at},,, " for at in range(n)]
    entries = [target("one"), *(target(f"t{at}") for at in range(n))]
    return files(register(entries), form_csv=sheet(rows))


def rows_of_bodies(n: int) -> Files:
    rows = [f"one,b{at},,2026-01-01,{at},,, " for at in range(n)]
    text = register([target("one", **SHARED)], bodies=map(body, range(n)), groups=group(n, n))
    ledger = "".join(report(at, body=f"b{at}", date="2025-01-01") for at in range(n))
    return files(text, ledger, form_csv=sheet(rows))


def rows_of_named_bodies(n: int) -> Files:
    rows = [f"one,Commune {at},,2026-01-01,{at},,, " for at in range(n)]
    text = register([target("one", **SHARED)], bodies=map(body, range(n)), groups=group(n, n))
    return files(text, form_csv=sheet(rows))


def rows_of_unknown_bodies(n: int) -> Files:
    rows = [f"one,Hamlet {at},,2026-01-01,{at},,, " for at in range(n)]
    text = register([target("one", **SHARED)], bodies=map(body, range(n)), groups=group(n, n))
    return files(text, form_csv=sheet(rows))


def rows_of_conditions(n: int) -> Files:
    keys = [f"  c{at}: Condition {at}" for at in range(n)]
    rows = [f"one,,c{at},2026-01-01,{at},,, " for at in range(n)]
    return files(register([target("one", "conditions:", *keys)]), form_csv=sheet(rows))


def rows_of_wrong_figures(n: int) -> Files:
    rows = [f"one,,,{day(at)},abc,,, " for at in range(n)]
    return files(register(), form_csv=sheet(rows))


def empty_rows(n: int) -> Files:
    return files(register(), form_csv=sheet([",,,,,,,"] * n))


def columns(n: int) -> Files:
    heading = "target,date,value," + ",".join(f"x{at}" for at in range(n))
    rows = ["one,2026-01-01,5," + ",".join("a" * n)] * 3
    return files(register(), form_csv=sheet(rows, heading))


def blanks_in_a_cell(n: int) -> Files:
    gap = " " * n
    return files(
        register(),
        form_csv=sheet([f"one,,,2026{gap}-01-01,5{gap}x,,{gap}s{gap}x,n{gap}n", f"{gap}x,,,,,,,"]),
    )


def letters_in_a_cell(n: int) -> Files:
    word, digits, commas = "a" * n, "1" * n, "'" + "1." * n + "'"
    rows = [
        f"one,,,{text},{text},{text},{text},{text}"
        for text in (word, digits, commas, "a-" * n, "(" * n, "a b " * n, "1 - " * n, "tu den " * n)
    ]
    return files(register(), form_csv=sheet(rows))


def targets_of_a_group(n: int) -> Files:
    entries = [target("one", **SHARED), *(target(f"t{at}", **SHARED) for at in range(n))]
    text = register(entries, bodies=map(body, range(100)), groups=group(100, 100))
    return files(text, "".join(report(at, body=f"b{at % 100}") for at in range(n)))


# Desks, seals, commits, documents

DESKS = "desks: desks.yaml\ncheck: {fail_on: [report-unauthorised, report-unsigned]}\n"


def desks(n: int) -> Files:
    """As many desks as commits, each of which brings ten lines."""
    lines = [
        f"  - {{member: m{at}@example.org, body: b{at % 100}, may: [report]}}\n" for at in range(n)
    ]
    everyone = [*lines, "  - {member: n@example.org, all: true}\n"]
    text = register([target("one", **SHARED)], bodies=map(body, range(100)), top=DESKS)
    return files(text, desks_yaml="cdstrack: 1\ndesks:\n" + "".join(everyone))


def desks_of_one(n: int) -> Files:
    """Desks of one member, and lines that each of them may allow."""
    lines = [f"  - {{member: n@example.org, body: b{at}}}\n" for at in range(n)]
    text = register(
        [target("one", **SHARED)], bodies=map(body, range(n)), groups=group(n, n), top=DESKS
    )
    found = {"targets.yaml": text, "desks.yaml": "cdstrack: 1\ndesks:\n" + "".join(lines)}
    ledger = "".join(report(at, body=f"b{at}", date=day(at)) for at in range(n))
    before = {**found, "progress.jsonl": ""}
    return Files({**found, "progress.jsonl": ledger}, {**found, "progress.jsonl": ledger}, [before])


def commits(n: int) -> Files:
    """Commits that bring ten lines each to a ledger, the newest of which are kept."""
    lines = [report(at, date=day(at)) for at in range(n + 10)]
    versions = [
        {"targets.yaml": register(), "progress.jsonl": "".join(lines[at : at + 10])}
        for at in range(n)
    ]
    return Files(versions[-1], versions[-1], versions[:-1])


def commits_of_waivers(n: int) -> Files:
    """Commits that each prolong a waiver."""
    text = register([target("one", deadline="2010")], top="check: {waivers: waivers.yaml}\n")
    granted = "cdstrack: 1\nwaivers:\n  - {target: one, code: overdue, reason: r, by: b, until: "
    versions = [
        {"targets.yaml": text, "progress.jsonl": "", "waivers.yaml": f"{granted}{day(at)}}}\n"}
        for at in range(n)
    ]
    return Files(versions[-1], versions[-1], versions[:-1])


def documents(n: int) -> Files:
    """Reports with a document each, and as many documents that nobody names."""
    texts = {f"{'a' * 40}{at:024}.txt": "x" for at in range(n)}
    names = {}
    for at in range(n):
        text = f"document {at}"
        names[f"{sha256(text.encode()).hexdigest()}.txt"] = text
    lines = [report(at, date=day(at), evidence=name) for at, name in enumerate(names)]
    usual = files(register(), "".join(lines))
    kept = {f"evidence/{name}": text for name, text in (texts | names).items()}
    return Files({**usual.now, **kept}, usual.earlier)


def batches(n: int) -> Files:
    lines = [report(at, date=day(at // 2), batch=f"batch{at // 2:015}:2") for at in range(2 * n)]
    return files(register(), "".join([*lines[::2], *lines[1::2]]))


def half_batches(n: int) -> Files:
    lines = (report(at, date=day(at), batch=f"batch{at:015}:2") for at in range(n))
    return files(register(), "".join(lines))


def lines_of_a_batch(n: int) -> Files:
    lines = (report(at, date=day(at), batch=f"batch{0:015}:{n}") for at in range(n))
    return files(register(), "".join(lines))


def import_copies(n: int) -> Files:
    """Rows of one file in two clones."""
    digest = "d" * 32
    lines = [
        report(n * clone + at, date=day(at), value=str(at), key=f"form{clone}.{digest}:{at + 2}")
        for clone in (0, 1)
        for at in range(n)
    ]
    return files(register([target("one", accumulate="sum")]), "".join(lines))


def copies_of_a_row(n: int) -> Files:
    lines = [report(at, value="5", key=f"form{at}.{'d' * 32}:2") for at in range(n)]
    return files(register([target("one", accumulate="sum")]), "".join(lines))


def equal_increments(n: int) -> Files:
    lines = [report(at, value="5") for at in range(n)]
    return files(register([target("one", accumulate="sum")]), "".join(lines))


def conflict_copies(n: int) -> Files:
    usual = files(register(), report(1))
    copies = {f"progress ({at}).jsonl": report(1) for at in range(n)}
    torn = {f"progress.sync-conflict-2026{at:08}.jsonl": report(1) for at in range(n)}
    return Files({**usual.now, **copies, **torn}, usual.earlier)


def sealing(_: int) -> Mapping[str, list[str]]:
    return {"seal": ["seal"], "verify": ["verify", "seal.txt"]}


def auditing(n: int) -> Mapping[str, list[str]]:
    return {
        "audit": ["audit"],
        "audit, json": ["audit", "--format", "json"],
        "check --against": ["check", "--against", f"HEAD~{n - 1}" if n > 1 else "HEAD"],
    }


def auditing_all(_: int) -> Mapping[str, list[str]]:
    return READERS | {"audit": ["audit"]}


# The command line

REPORT = ["add-progress", "one", "--dry-run", "--no-input", "--by", "n", "--lang", "vi"]
DATED = [*REPORT, "--date", "2020"]


def shown(_: int) -> Mapping[str, list[str]]:
    """What shows one target: its texts and what was reported on it."""
    return READERS | {"show": ["show", "one"], "history": ["history", "one"]}


def imports(_: int) -> Mapping[str, list[str]]:
    return {"import": ["import", "form.csv", "--yes", "--dry-run"]}


def imports_of_both(_: int) -> Mapping[str, list[str]]:
    """The same where a period may have several increments."""
    return {"import": ["import", "form.csv", "--yes", "--dry-run", "--both"]}


def named(_: int) -> Mapping[str, list[str]]:
    """What is looked up by name among many."""
    return {"show": ["show", "Training t"], "status": ["status", "--owner", "Commune x"]}


def ten(_: int) -> Files:
    """Files as they mostly are, for a long command line."""
    return targets(10)


def line(name: str, size: int, arguments: Callable[[int], list[str]]) -> Case:
    """A command line that holds a list, or a long text."""
    return Case(name, size, ten, lambda n: {(words := arguments(n))[0]: words})


LINES: tuple[Case, ...] = (
    line("blanks in a figure", 7000, lambda n: [*DATED, "5" + " " * n + "x"]),
    line("digits of a figure", 7000, lambda n: [*DATED, "1" * n]),
    line("groups of a figure", 7000, lambda n: [*DATED, "1" + ".000" * n]),
    line("words before a figure", 7000, lambda n: [*DATED, "gần " * n + "5"]),
    line("words after a figure", 7000, lambda n: [*DATED, "5 " + "người " * n]),
    line("slashes of a figure", 7000, lambda n: [*DATED, "5/" * n]),
    line("dashes of a figure", 7000, lambda n: [*DATED, "5-" * n]),
    line("blanks in a date", 7000, lambda n: [*REPORT, "5", "--date", "quý" + " " * n + "I 2020"]),
    line("words of a date", 7000, lambda n: [*REPORT, "5", "--date", "từ " * n + "2020"]),
    line("dashes of a date", 7000, lambda n: [*REPORT, "5", "--date", "2020-" * n]),
    line("brackets of a date", 7000, lambda n: [*REPORT, "5", "--date", "(" * n + "2020"]),
    line("words of a span", 7000, lambda n: [*REPORT, "5", "--date", "a den " * n]),
    line("blanks in a note", 7000, lambda n: [*DATED, "5", "--note", "a" + " " * n + "b"]),
    line("letters of a name", 7000, lambda n: ["show", "o" * n]),
    line("words of a name", 7000, lambda n: ["show", "on " * n]),
    line("options", 2000, lambda n: ["export", *["--tag", "x"] * n]),
    line("arguments", 2000, lambda n: ["show", *["one"] * n]),
    line("codes", 5000, lambda n: ["check", "--fail-on", ",".join(["overdue"] * n)]),
    line("codes that nobody knows", 5000, lambda n: ["check", "--fail-on", "x," * n]),
    line("letters of an option", 7000, lambda n: ["status", "--" + "a" * n]),
)

CASES: tuple[Case, ...] = (
    Case("targets", 500, targets, every),
    Case("targets that moved", 500, targets_that_moved),
    Case("targets that went", 500, targets_that_went),
    Case("broken targets", 300, broken_targets),
    Case("targets of one id", 500, equal_targets),
    Case("classes of a target", 500, classes, drawn),
    Case("targets with classes", 250, parents),
    Case("classes of classes", 250, classes_of_classes, every),
    Case("headings", 250, headings, every),
    Case("headings below one another", 500, headings_below_one_another, every),
    Case("targets looked up", 1000, targets, named),
    Case("bodies", 1500, bodies),
    Case("bodies looked up", 2000, bodies, named),
    Case("owners that nobody knows", 300, unknown_owners),
    Case("keys that nobody knows", 1500, unknown_words),
    Case("a chain of successors", 1000, chain_of_successors),
    Case("bodies that merge at once", 1000, many_that_merge),
    Case("bodies that merge one by one", 1000, mergers_one_by_one),
    Case("successors of a body", 2000, successors),
    Case("choices of successors", 1000, succession),
    Case("members", 2000, members, every),
    Case("targets of a group", 100, targets_of_a_group, every),
    Case("members that a group lost", 2000, lost_members),
    Case("members of other days", 1500, members_of_other_days),
    Case("members that end", 1500, members_that_end),
    Case("sizes of a group", 2000, sizes),
    Case("members and sizes", 1500, members_and_sizes),
    Case("groups", 500, groups),
    Case("sources", 1500, sources),
    Case("sources that are nearly named", 1500, nearly_sources),
    Case("conditions", 1500, conditions, drawn),
    Case("conditions over time", 1000, conditions_over_time),
    Case("conditions that nobody knows", 1000, unknown_conditions),
    Case("revisions of a figure", 1000, revisions, drawn),
    Case("revisions of a deadline", 1000, revisions_of_a_deadline),
    Case("revisions of a ceiling", 1000, revisions_of_a_limit),
    Case("revisions that stay", 1000, kept_revisions),
    Case("restatements", 1500, restatements),
    Case("points of a plan", 2000, plan),
    Case("points of a plan that bends", 1000, plan_with_revisions),
    Case("periods", 1500, periods, drawn),
    Case("periods of sums", 1000, periods_of_sums),
    Case("periods of running totals", 1000, periods_of_running_totals),
    Case("periods of revisions", 1000, periods_of_revisions),
    Case("periods not reported", 2000, unreported_periods),
    Case("conversions", 2000, conversions),
    Case("factors of a unit", 2000, factors),
    Case("notes", 2000, notes, shown),
    Case("tags", 4000, tags),
    Case("codes of the gate", 4000, codes),
    Case("waivers", 500, waivers),
    Case("waivers of one target", 1500, waivers_of_one),
    Case("blanks in a title", 20_000, blanks_in_a_title, shown),
    Case("tabs in a note", 15_000, tabs_in_a_note, shown),
    Case("lines in a note", 15_000, lines_in_a_note, shown),
    Case("letters in a text", 15_000, letters_in_a_text, shown),
    Case("signs in a text", 15_000, signs_in_a_text, shown),
    Case("words in a text", 15_000, words_in_a_text, shown),
    Case("digits in a text", 15_000, digits_in_a_text),
    Case("letters of a date in a file", 15_000, long_date),
    Case("blanks in a register", 20_000, blanks_in_a_register),
    Case("blanks before a comment", 20_000, blanks_before_a_comment),
    Case("dashes", 2_000, dashes),
    Case("brackets", 20_000, brackets),
    Case("entries in brackets", 3_000, flow_commas),
    Case("commas in braces", 5_000, commas_in_a_mapping),
    Case("colons", 20_000, colons),
    Case("quotation marks", 20_000, quotes),
    Case("lines of an open quotation", 5_000, open_quote),
    Case("odd blanks", 20_000, odd_blanks),
    Case("control characters", 10_000, control_characters),
    Case("tabs in a register", 5_000, tabs_in_a_register),
    Case("keys that stand twice", 2_000, duplicate_keys),
    Case("reports", 5000, reports, every),
    Case("reports of one day", 5000, reports_of_one_day),
    Case("reports of one body", 5000, reports_of_one_body, drawn),
    Case("reports for all bodies", 2000, reports_for_all),
    Case("sums of bodies", 2000, lambda n: shared(n, "sum", "sum")),
    Case("means of bodies", 1000, lambda n: shared(n, "mean", "mean")),
    Case("extremes of bodies", 1000, lambda n: shared(n, "latest", "min", "about")),
    Case("bodies over time, summed", 1000, lambda n: bodies_over_time(n, "sum", "sum")),
    Case("bodies over time, shares", 1000, lambda n: bodies_over_time(n, "sum", "share")),
    Case("bodies over time, means", 1000, lambda n: bodies_over_time(n, "mean", "mean")),
    Case("bodies over time, highest", 1000, lambda n: bodies_over_time(n, "max", "max")),
    Case("bodies over time, vague", 1000, lambda n: bodies_over_time(n, "max", "max", "about")),
    Case("bodies, highest", 1000, lambda n: bodies_over_time(n, "latest", "max")),
    Case("bodies, lowest and vague", 1000, lambda n: bodies_over_time(n, "latest", "min", "about")),
    Case(
        "bodies after a deadline, summed",
        1000,
        lambda n: bodies_over_time(n, "sum", "sum", deadline="2000"),
    ),
    Case(
        "bodies after a deadline, vague",
        1000,
        lambda n: bodies_over_time(n, "max", "max", "over", deadline="2000"),
    ),
    Case("bodies beside all of them", 1000, bodies_beside_all),
    Case("bodies and rounds, summed", 2000, lambda n: bodies_and_rounds(n, "sum", "sum")),
    Case("bodies and rounds, means", 2000, lambda n: bodies_and_rounds(n, "mean", "mean")),
    Case("bodies and rounds, highest", 2000, lambda n: bodies_and_rounds(n, "max", "max", "over")),
    Case(
        "bodies and rounds, running totals",
        2000,
        lambda n: bodies_and_rounds(n, "year_to_date", "sum"),
    ),
    Case("bodies that come and go", 1000, bodies_that_come_and_go),
    Case("increments", 2000, lambda n: of_one(n, "sum", day, report_every="")),
    Case(
        "increments with gaps", 2000, lambda n: of_one(n, "sum", far, report_every="", **SINCE_1900)
    ),
    Case("increments that cross", 2000, lambda n: of_one(n, "sum", crossing)),
    Case("increments that straddle", 2000, lambda n: of_one(n, "sum", straddling)),
    Case("increments that nest", 2000, lambda n: of_one(n, "sum", nesting, **SINCE_1900)),
    Case("running totals", 2000, lambda n: of_one(n, "year_to_date", day)),
    Case("highest figures", 2000, lambda n: of_one(n, "max", day)),
    Case(
        "highest figures with gaps",
        2000,
        lambda n: of_one(n, "max", far, report_every="", **SINCE_1900),
    ),
    Case("vague figures", 2000, vague),
    Case("means", 1000, lambda n: of_one(n, "mean", day, report_every=""), drawn),
    Case("means for whole months", 1000, lambda n: of_one(n, "mean", day)),
    Case("means with gaps", 1000, lambda n: of_one(n, "mean", far, report_every="", **SINCE_1900)),
    Case("means that cross", 1000, lambda n: of_one(n, "mean", crossing)),
    Case("means that nest", 1000, lambda n: of_one(n, "mean", nesting, **SINCE_1900)),
    Case("means that grow", 1000, lambda n: of_one(n, "mean", growing)),
    Case("means that straddle", 1000, lambda n: of_one(n, "mean", straddling)),
    Case("growth that crosses", 500, lambda n: of_one(n, "growth", crossing)),
    Case("growth", 500, lambda n: of_one(n, "growth", day)),
    Case("corrections, one of the other", 5000, corrections),
    Case("corrections of one report", 5000, rival_corrections),
    Case("corrections of nothing", 3000, unknown_corrections),
    Case("corrections in a circle", 3000, circle_of_corrections),
    Case("voids", 3000, voids),
    Case("reports on unknown targets", 2000, unknown_targets),
    Case("reports of unknown bodies", 2000, unknown_bodies),
    Case("reports of bodies that ended", 1000, bodies_that_ended),
    Case("lines that are equal", 5000, equal_lines),
    Case("lines that are damaged", 2000, damaged_lines),
    Case("fields of a line", 4000, fields_of_a_line),
    Case("brackets of a line", 15_000, brackets_of_a_line),
    Case("escapes of a line", 15_000, escapes_of_a_line),
    Case("marks of a conflict", 3000, conflict_markers),
    Case("bodies that owe reports", 300, owing, every),
    Case("rows of one target", 750, rows_of_one_target, imports),
    Case("rows that are known", 750, rows_that_are_known, imports),
    Case("rows of increments", 300, rows_of_increments, imports),
    Case("rows of one period", 750, rows_of_one_period, imports_of_both),
    Case("rows of known increments", 750, rows_of_known_increments, imports_of_both),
    Case("rows of another version", 750, rows_of_another_version, imports_of_both),
    Case("rows of daily increments", 750, rows_of_daily_increments, imports),
    Case("rows of rising increments", 750, rows_of_rising_increments, imports),
    Case("rows of earlier increments", 750, rows_of_earlier_increments, imports),
    Case("rows of increments beside all", 750, rows_of_increments_beside_all, imports),
    Case("rows of means", 750, rows_of_means, imports),
    Case("rows of one day", 500, rows_of_one_day, imports),
    Case("rows of targets", 300, rows_of_targets, imports),
    Case("rows by title", 300, rows_by_title, imports),
    Case("rows of unknown targets", 300, rows_of_unknown_targets, imports),
    Case("rows of bodies", 500, rows_of_bodies, imports),
    Case("rows of bodies by name", 500, rows_of_named_bodies, imports),
    Case("rows of unknown bodies", 300, rows_of_unknown_bodies, imports),
    Case("rows of conditions", 500, rows_of_conditions, imports),
    Case("rows with wrong figures", 500, rows_of_wrong_figures, imports),
    Case("rows that are empty", 3000, empty_rows, imports),
    Case("columns", 1000, columns, imports),
    Case("desks", 2000, desks, auditing_all),
    Case("desks of one member", 500, desks_of_one, auditing_all),
    Case("commits", 100, commits, auditing),
    Case("commits of waivers", 100, commits_of_waivers, auditing),
    Case("lines that are sealed", 5000, reports, sealing, [["seal", "-o", "seal.txt"]]),
    Case("documents", 1000, documents),
    Case("batches", 2000, batches),
    Case("batches of which half is there", 2000, half_batches),
    Case("lines of a batch", 4000, lines_of_a_batch),
    Case("rows in two clones", 2000, import_copies),
    Case("copies of a row", 3000, copies_of_a_row),
    Case("equal increments", 3000, equal_increments),
    Case("copies of a conflict", 1000, conflict_copies),
    Case("blanks in a cell", 5000, blanks_in_a_cell, imports),
    Case("letters in a cell", 3000, letters_in_a_cell, imports),
    *LINES,
)
