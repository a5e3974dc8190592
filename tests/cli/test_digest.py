"""``digest``: what has changed between two days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree, html

from cdstrack.app.digest import digest
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.digest_text import FORMATS
from cdstrack.render.text import Look
from cdstrack.store.files import FileStore
from tests.cli.boards import PROVINCES, asked
from tests.cli.build import DATED, NOW, REACH, target
from tools.export_schema import build

EXAMPLE = Path(__file__).parents[2] / "examples" / "provinces" / "targets.yaml"
VALIDATOR = Draft202012Validator({"$ref": "#/$defs/Digest", "$defs": build()["$defs"]})
DUE = target("due", DATED.replace("deadline: 2026", "deadline: 2026-06-30"))
MOVED = target(
    "moved",
    DATED.replace("deadline: 2026", "deadline: 2027")
    + "revisions: [{on: 2026-05-01, field: deadline, old: 2026-12, new: 2027}]\n",
)
SECTIONS = ("overdue", "moved", "rewritten", "met", "others", "silent", "resumed", "coming")


def record(cli: Any, name: str, day: str, recorded: str, value: int, **more: str) -> None:
    """Write a line of the ledger as another clone would have."""
    fields = {"id": f"{name}-{day}-{recorded}", "target": name, "date": day, "value": str(value)}
    fields |= {"recorded": f"{recorded}T00:00:00.000000Z", **more}
    text = ", ".join(f'"{key}": "{text}"' for key, text in fields.items())
    with cli.ledger.open("a", encoding="utf-8") as file:
        file.write(f"{{{text}}}\n")


def told(cli: Any, since: str, day: str, *args: str) -> dict[str, Any]:
    """What a digest says, section by section: the ids of targets, or of bodies."""
    ran = cli("--as-of", day, "digest", "--since", since, "--format", "json", *args)
    assert (ran.code, ran.err) == (0, "")
    found = ran.json
    return {
        name: [item["target"] if isinstance(item, dict) else item for item in found[name]]
        for name in SECTIONS
        if found[name]
    }


def test_what_passed_its_deadline_unmet_is_newly_overdue_once(cli):
    cli.write(DUE)
    assert told(cli, "2026-06-29", "2026-07-02") == {"overdue": ["due"]}
    assert told(cli, "2026-07-01", "2026-07-02") == {}
    assert told(cli, "2026-06-01", "2026-06-10") == {"coming": ["due"]}


def test_what_was_met_is_newly_met(cli):
    cli.write(DUE)
    record(cli, "due", "2026-04", "2026-05-02", 1000)
    assert told(cli, "2026-05-01", "2026-05-03") == {"met": ["due"]}


def test_a_decision_between_the_days_moved_the_terms(cli):
    cli.write(MOVED)
    assert told(cli, "2026-04-30", "2026-05-02") == {"moved": ["moved"]}
    assert told(cli, "2026-05-01", "2026-05-02") == {}


def test_a_correction_rewrites_what_was_said_then(cli):
    cli.write(DUE)
    record(cli, "due", "2026-06-30", "2026-06-30", 1000)
    first = "due-2026-06-30-2026-06-30"
    assert told(cli, "2026-07-05", "2026-07-20") == {}
    record(cli, "due", "2026-06-30", "2026-07-10", 400, corrects=first, by="Minh")
    changes = told(cli, "2026-07-05", "2026-07-20")
    assert changes == {"overdue": ["due"], "rewritten": ["due"]}
    out = cli("--as-of", "2026-07-20", "--lang", "en", "digest", "--since", "2026-07-05").out
    assert "achieved then, overdue by what is known now" in " ".join(out.split())
    assert "1 correction, the last of 10 Jul 2026 by Minh" in " ".join(out.split())


def test_a_correction_of_a_correction_and_a_void_rewrite_too(cli):
    cli.write(DUE)
    record(cli, "due", "2026-06-30", "2026-06-30", 1000)
    record(cli, "due", "2026-06-30", "2026-07-10", 999, corrects="due-2026-06-30-2026-06-30")
    record(cli, "due", "2026-06-30", "2026-07-11", 1001, corrects="due-2026-06-30-2026-07-10")
    assert told(cli, "2026-07-05", "2026-07-10") == {"overdue": ["due"], "rewritten": ["due"]}
    assert told(cli, "2026-07-05", "2026-07-20") == {}
    assert told(cli, "2026-07-10", "2026-07-20") == {"met": ["due"], "rewritten": ["due"]}


def test_a_report_that_came_late_rewrites_nothing_even_beside_a_correction(cli):
    cli.write(DUE)
    record(cli, "due", "2026-03", "2026-04-02", 200)
    record(cli, "due", "2026-06-30", "2026-07-10", 1000)
    assert told(cli, "2026-07-05", "2026-07-20") == {"met": ["due"]}
    record(cli, "due", "2026-03", "2026-07-11", 201, corrects="due-2026-03-2026-04-02")
    assert told(cli, "2026-07-05", "2026-07-20") == {"met": ["due"]}


def test_a_body_that_owes_reports_is_named_while_it_exists(cli):
    cli.write(asked("portal", "ratio", "report_every: month"), head=PROVINCES)
    for body in ("north", "south"):
        figures = ("--n", "1", "--of", "2", "--date", "2026-10")
        cli.report("portal", "--body", body, *figures)
    changes = told(cli, "2026-11-30", "2026-12-02")
    assert set(changes.get("silent", ())) >= {"north", "south"}


def test_nothing_is_one_sentence_and_quietly_nothing(cli):
    cli.write(target("far", REACH + "deadline: 2030\n"))
    ran = cli("--as-of", "2026-07-02", "--lang", "en", "digest", "--since", "30d")
    assert (ran.code, ran.out) == (0, "Nothing changed from 2 Jun 2026 to 2 Jul 2026.\n")
    vi = cli("--as-of", "2026-07-02", "--lang", "vi", "digest", "--since", "30d").out
    assert vi == "Không có thay đổi nào từ 02/06/2026 đến 02/07/2026.\n"
    assert cli("--as-of", "2026-07-02", "digest", "--since", "1m", "--quiet").out == ""


def test_the_ledger_may_begin_after_the_first_day(cli):
    cli.write(DUE)
    record(cli, "due", "2026-04", "2026-05-02", 1000)
    ran = cli("--as-of", "2026-05-03", "digest", "--since", "2026-04-01", "--format", "json")
    assert ran.json["first_record"] == "2026-05-02"
    shown = cli("--as-of", "2026-05-03", "--lang", "en", "digest", "--since", "2026-04-01").out
    assert "The first record here is of 2 May 2026" in shown


def test_an_owner_or_a_body_sees_what_is_theirs(cli):
    cli.write(DUE, target("other", DATED.replace("deadline: 2026", "deadline: 2026-06-30")))
    ran = cli("--as-of", "2026-07-02", "digest", "--since", "7d", "--owner", "office")
    assert ran.code == 0
    assert "due" in ran.out
    assert cli("--as-of", "2026-07-02", "digest", "--since", "7d", "--owner", "nobody").code == 2
    assert cli("--as-of", "2026-07-02", "digest", "--since", "7d", "--body", "office").code == 0


@pytest.mark.parametrize("since", ["2026-07-02", "2026-08-01", "soon", "0d"])
def test_a_day_that_is_no_earlier_one_is_refused(cli, since):
    cli.write(DUE)
    assert cli("--as-of", "2026-07-02", "digest", "--since", since).code == 2


@pytest.mark.parametrize(
    ("since", "day", "sections"),
    [
        ("2026-08-06", "2026-09-06", {"rewritten": ["spending-2026"]}),
        ("2025-11-15", "2025-12-15", {"moved": ["service-points"]}),
        ("2026-10-21", "2026-11-21", {}),
    ],
)
def test_the_provinces_in_three_months(cli, since, day, sections):
    ran = cli(
        "--file", str(EXAMPLE), "--as-of", day, "digest", "--since", since, "--format", "json"
    )
    VALIDATOR.validate(ran.json)
    states = ("overdue", "moved", "rewritten", "met", "others")
    found = {name: [item["target"] for item in ran.json[name]] for name in states}
    assert {name: items for name, items in found.items() if items} == sections


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_days_give_the_same_text(cli, form):
    due, coming = (
        target(name, DATED.replace("deadline: 2026", f"deadline: {day}"))
        for name, day in (("due", "2026-11-25"), ("coming", "2026-12-10"))
    )
    moved = MOVED.replace("on: 2026-05-01", "on: 2026-11-25")
    portal = asked("portal", "ratio", "report_every: month")
    cli.write(due, moved, coming, target("met", DATED), portal, head=PROVINCES)
    record(cli, "due", "2026-04-30", "2026-05-01", 1000)
    record(cli, "due", "2026-04-30", "2026-11-25", 400, corrects="due-2026-04-30-2026-05-01")
    record(cli, "met", "2026-11-25", "2026-11-26", 1000)
    cli.report("portal", "--body", "north", "--n", "1", "--of", "2", "--date", "2026-10")
    cli.clock = lambda: datetime(2026, 12, 2, tzinfo=UTC)
    args = ("--as-of", "2026-12-02", "--lang", "vi", "digest", "--since", "2026-11-22", "--format")
    changes = cli(*args, "json").json
    assert [name for name in SECTIONS if not changes[name]] == ["others", "resumed"]
    assert cli(*args, form).out == cli(*args, form).out


def test_the_first_line_is_short_enough_for_a_chat():
    july = digest(FileStore(EXAMPLE), date(2025, 6, 15), now=NOW, as_of=date(2025, 7, 15))
    for lang in LANGUAGES:
        text = "".join(FORMATS["text"](july, Words(lang), Look()))
        assert 0 < len(text.splitlines()[0]) <= 200


HOSTILE = "<script>x</script> & \\u202e]]> \\u0007"


def test_pages_and_feeds_hold_no_markup_of_the_register(cli):
    due = DATED.replace("deadline: 2026", "deadline: 2026-06-30")
    cli.write(target("due", due, en=f'"{HOSTILE}"', vi=f'"{HOSTILE}"'))
    runs = {
        form: cli("--as-of", "2026-07-02", "digest", "--since", "7d", "--format", form).out
        for form in ("html", "atom")
    }
    page = html.document_fromstring(runs["html"].encode())
    assert page.xpath("//script") == []
    assert "<script>x</script> &" in page.xpath("//li")[0].text_content()
    for text in runs.values():
        assert not {"\x07", "\u202e"} & set(text)
    feed = etree.fromstring(runs["atom"].encode())
    names = {"a": "http://www.w3.org/2005/Atom"}
    [entry] = feed.xpath("a:entry", namespaces=names)
    [name] = entry.xpath("a:id/text()", namespaces=names)
    assert name.endswith("/due/2026-07-02/overdue")


def test_every_entry_of_a_feed_has_an_id_of_its_own(cli):
    twice = DATED.replace("deadline: 2026", "deadline: 2028") + (
        "revisions: [{on: 2026-05-01, field: deadline, old: 2026-12, new: 2027},"
        " {on: 2026-05-02, field: deadline, old: 2027, new: 2028}]\n"
    )
    cli.write(target("twice", twice))
    out = cli("--as-of", "2026-05-03", "digest", "--since", "7d", "--format", "atom").out
    ids = etree.fromstring(out.encode()).xpath("//*[local-name()='entry']/*[local-name()='id']")
    assert len({node.text for node in ids}) == len(ids) == 2


def test_markdown_has_no_table_and_no_markup_of_the_register(cli):
    cli.write(target("due", DATED.replace("deadline: 2026", "deadline: 2026-06-30"), en="a *b*"))
    run = cli("--as-of", "2026-07-02", "--lang", "en", "digest", "--since", "7d", "--format", "md")
    assert not any(line.startswith("|") for line in run.out.splitlines())
    assert "- a \\*b\\* " in run.out
