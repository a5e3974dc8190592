"""Sites that the command made, each with the object of the same register and day."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lxml import html

from cdstrack.cli.main import run
from tests.cli.build import HEAD, target
from tests.cli.starts import environment

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-21"

SHIPPED = "targets.yaml"
PROVINCES = "examples/provinces/targets.yaml"
PROGRAMME = "examples/national-programme/targets.yaml"
EXAMPLES = {"shipped": SHIPPED, "provinces": PROVINCES, "programme": PROGRAMME}

IN_ONE_FILE = ("one", "few")

FOLDERS = {"vi": "", "en": "en/"}
"""Where the pages of a language stand."""


@dataclass(frozen=True)
class Site:
    """A folder that was written."""

    folder: Path

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """What the JSON says, which lies beside the pages."""
        return json.loads(self.text("data/register.json"), parse_float=Decimal)

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Every file by its address."""
        return {
            path.relative_to(self.folder).as_posix(): path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    @cached_property
    def pages(self) -> Mapping[str, html.HtmlElement]:
        """Every page by its address."""
        parser = html.HTMLParser(encoding="utf-8")
        return {
            address: html.fromstring(path.read_bytes(), parser=parser)
            for address, path in self.files.items()
            if address.endswith(".html")
        }

    def text(self, address: str) -> str:
        return self.files[address].read_text(encoding="utf-8")

    @cached_property
    def targets(self) -> Mapping[str, Any]:
        return {item["id"]: item for item in self.document["targets"]}

    @cached_property
    def leaves(self) -> list[Any]:
        """The targets that are counted: those without classes of their own."""
        return [item for item in self.document["targets"] if not item["classes"]]


def command(register: Path, output: Path, *, lang: str = "en") -> list[str]:
    """What writes the site of a register into a folder, or into one file."""
    place = output if output.suffix == ".html" else f"{output}/"
    return [f"--file={register}", f"--as-of={AS_OF}", f"--lang={lang}", "page",
            f"--output={place}"]  # fmt: skip


def write(register: Path, output: Path, *, lang: str = "en") -> None:
    """Let the command write a site, here, where it compiles its templates for the first alone."""
    with patch.dict(os.environ, environment(output.parent), clear=True):
        assert run(command(register, output, lang=lang)) == 0


def sites_in(base: Path) -> Callable[[str], Site]:
    """Sites by their names, each written once below a folder, whoever else asks for it there;
    ``one`` and ``few`` in one file."""

    @cache
    def site(name: str) -> Site:
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / name).exists():
                _make(name, base / f"{name}-parts").rename(base / name)
        return Site(base / name)

    return site


def _make(name: str, parts: Path) -> Path:
    """The folder of a new site, and beside it what it is made of."""
    parts.mkdir()
    register = parts / "targets.yaml"
    if name in MADE_UP:
        text, ledger = MADE_UP[name]()
        register.write_text(text, encoding="utf-8")
        register.with_name("progress.jsonl").write_text(ledger, encoding="utf-8")
    folder = parts / "site"
    if name in IN_ONE_FILE:
        folder.mkdir()
        write(ROOT / SHIPPED if name == "one" else register, folder / "index.html", lang="vi")
    else:
        write(ROOT / EXAMPLES[name] if name in EXAMPLES else register, folder)
    return folder


# A register of many commitments, so that the list has several pages

NUMBER = 160


def many(number: int = NUMBER, reports: int = 1) -> tuple[str, str]:
    """A register of so many commitments of eight bodies, and its ledger: two in three report."""
    bodies = "".join(
        f"  office-{n}: {{name: {{vi: Văn phòng số {n}, en: Office no. {n}}}}}\n" for n in range(8)
    )
    entries = "".join(
        target(
            f"job-{n:03}",
            f"kind: reach\nunit: '%'\ntarget: {{at_least: {50 + n % 50}}}\n"
            f"baseline: {{value: 0, date: 2026-01-01}}\ndeadline: {2026 + n % 6}-{2 + n % 11:02}\n"
            f"tags: [part-{n % 5}]",
            vi=f"Việc số {n} về dữ liệu của cơ quan",
            en=f"Job no. {n} on the data of an office",
            owner=f"office-{n % 8}",
        )
        for n in range(number)
    )
    ledger = "".join(
        json.dumps(
            {
                "id": f"{n * reports + m:020}", "target": f"job-{n:03}",
                "date": f"2026-{6 - m:02}-30",
                "value": str(n * 7 % 101 - m), "source": "plan", "by": "An",
                "recorded": f"2026-07-01T00:{n // 60:02}:{n % 60:02}.000000Z",
            }
        )
        + "\n"
        for n in range(number)
        if n % 3
        for m in range(reports)
    )  # fmt: skip
    return f"{HEAD}{bodies}targets:\n{entries}", ledger


def few() -> tuple[str, str]:
    """A register with a page of every kind, and with charts."""
    return many(3, reports=3)


# What somebody writes who wants the page to do something else

SCRIPT = "<script>document.title='owned'</script>"
BREAK = "\"'><img src=x onerror=\"document.title='owned'\"><svg onload=alert(1)>"
LINK = "https://example.org/\"'><img/src=x>&lt;b&gt;"
LONG = "Nghiêng" * 60
MARKUP = f"{SCRIPT}{BREAK}</title></style></textarea>{{{{ 7 * 7 }}}}&lt;b&gt;]]>"
UNSEEN = "".join(map(chr, (0x7, 0x1B, 0x7F, 0x9B, 0x200E, 0x202E, 0x2066, 0x2028, 0xFEFF)))
"""BEL, ESC, DEL, a C1 control, marks of direction, a separator of lines and a byte order mark."""


def hostile() -> tuple[str, str]:
    """A register that can be judged, whose texts are full of markup and of words without end."""
    text = json.dumps(f"{MARKUP} {LONG}", ensure_ascii=False)
    both = f"{{vi: {text}, en: {text}}}"
    entries = (
        "  - id: markup\n"
        f"    title: {both}\n    owner: office\n"
        f"    stated: {{on: 2026-01-01, by: {both}, source: web, figure: {text}, paragraph: 4}}\n"
        "    kind: reach\n"
        f"    unit: {both}\n    target: {{at_least: 1000}}\n"
        "    baseline: {value: 0, date: 2026-01-01}\n    deadline: 2026-12\n"
        f"    tags: [{'a' * 60}]\n    definition: {both}\n    contact: {both}\n"
        f"    notes:\n      - {{vi: {text}, en: {text}, source: web}}\n"
        f"      - {{vi: {text}, en: {text}, source: script, evidence: true}}\n"
    ) + target("plain", "kind: milestone\ndeadline: 2026-06\n", owner="long")
    head = (
        f"cdstrack: 1\ntitle: {both}\n"
        "sources:\n"
        "  plan: {title: {vi: Kế hoạch, en: The plan}, date: 2026-01-01}\n"
        f"  web: {{title: {both}, url: {json.dumps(LINK)}}}\n"
        f"  script: {{title: {both}, url: 'https://example.org/{'a' * 300}'}}\n"
        f"bodies:\n  office: {{name: {both}}}\n"
        f"  long: {{name: {{vi: {LONG}, en: {LONG}}}}}\n"
    )
    reports = [
        {
            "value": str(10 * n),
            "date": f"2026-{n:02}-28",
            "source": f"{UNSEEN}{MARKUP} {n}",
            "note": f"{UNSEEN}{MARKUP}",
        }
        for n in range(1, 6)
    ]
    reports[1]["source"] = "javascript:document.title='owned'"
    reports[2]["source"] = LINK
    reports[3]["source"] = "data:text/html," + SCRIPT
    ledger = "".join(
        json.dumps(
            {
                "id": f"{n:020}", "target": "markup", **report, "by": f"{MARKUP}{UNSEEN}",
                "recorded": f"2026-07-01T00:00:{n:02}.000000Z",
            },
            ensure_ascii=False,
        )
        + "\n"
        for n, report in enumerate(reports)
    )  # fmt: skip
    return f"{head}targets:\n{entries}", ledger


MADE_UP = {"many": many, "few": few, "hostile": hostile}


def texts_of(value: Any) -> Iterator[str]:
    """Every text inside a value of JSON."""
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from texts_of(part)
        case list():
            for part in value:
                yield from texts_of(part)
