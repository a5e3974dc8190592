"""Calendars: whatever a text holds it stays the value of one property; lines fit and fold."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import example, given
from icalendar import Calendar

from cdstrack.app.standing import judge
from cdstrack.core.model.entries import Source
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.register import Ledger
from cdstrack.i18n import Words
from cdstrack.render.ics import calendar as calendar_of
from cdstrack.render.ics import dated
from cdstrack.render.text import one_line, visible
from tests.cli.build import DATED, target
from tests.core.build import body, day, register_of
from tests.core.build import target as promise
from tests.trust.runs import TITLES

STAMP = datetime(2026, 11, 21, 5, tzinfo=UTC)
EN = Words("en")


def calendar(title: str, tag: str = "law") -> str:
    """The calendar of one target, everything in it called by one title."""
    said = Bilingual.model_construct(vi=title, en=title)
    asked = promise(deadline="2026").model_copy(update={"title": said, "tags": [tag]})
    asked = asked.model_copy(update={"stated": asked.stated.model_copy(update={"by": said})})
    register = register_of(
        asked,
        title=said,
        bodies={"mic": body().model_copy(update={"name": said})},
        sources={"speech": Source.model_construct(title=said)},
    )
    status = judge(register, Ledger({}), day("2026-11-21"))
    events, undated = dated(status.verdicts)
    assert undated == []
    return calendar_of(status, events, EN, STAMP)


HARM = "BEGIN:VALARM\r\nEND:VEVENT\n\\n; ,\x1b[31m\u202e\x00 ]]> 🙂" + "ổ" * 300


@given(TITLES)
@example(HARM)
@example("\\")
@example("\x1b[35m\tlaw")
@example("a" * 66 + "ổ" * 30)
def test_any_title_comes_back_as_it_is_shown_elsewhere(title):
    found = Calendar.from_ical(calendar(title))
    [event] = found.walk("VEVENT")
    shown = visible(one_line(title))
    assert event["SUMMARY"] == shown
    for name in ("NAME", "X-WR-CALNAME"):  # icalendar hands these on as they are written
        assert found[name] == re.sub(r"([\\;,])", r"\\\1", shown)
    lines = str(event["DESCRIPTION"]).split("\n")
    assert [line.partition(": ")[0] for line in lines] == [
        "State", "Target", "Value", "Last report", "Deadline", "Owner", "Said by", "Source",
        "Commitment id",
    ]  # fmt: skip
    assert lines[5] == f"Owner: {shown}"
    assert lines[7] == f"Source: {shown}"
    assert [alarm["DESCRIPTION"] for alarm in event.walk("VALARM")] == [
        f"{shown}: 30 days left", f"{shown}: 7 days left", f"{shown}: 1 day left",
    ]  # fmt: skip


@given(TITLES)
@example(HARM)
@example("\u0301" * 200)
@example("ab" + "🙂" * 40)
def test_lines_have_at_most_75_octets_and_no_character_is_cut(title):
    text = calendar(title)
    assert text.endswith("\r\n")
    lines = text.encode("utf-8").removesuffix(b"\r\n").split(b"\r\n")
    for line, after in pairwise([*lines, b""]):
        assert 0 < len(line) <= 75
        assert len(line) > 75 - 4 or not after.startswith(b" ")  # folded only where it must be
        said = line.decode("utf-8")
        assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    unfolded = text.replace("\r\n ", "")
    assert all(re.match(r"[A-Z-]+[:;]", line) for line in unfolded.splitlines())


def test_a_register_of_hostile_titles_gives_as_many_events_as_deadlines(cli):
    titles = ["END:VEVENT", "a;b,c\\n", "x" * 3000, "=1+1", "BEGIN:VEVENT\\nUID:stolen"]
    cli.write(
        *[
            target(f"t{n}", DATED, vi=json.dumps(title), en=json.dumps(title))
            for n, title in enumerate(titles)
        ]
    )
    found = Calendar.from_ical(cli("export", "--format", "ics").out).walk("VEVENT")
    assert [event["SUMMARY"] for event in found] == titles
    assert len({event["UID"] for event in found}) == len(titles)
