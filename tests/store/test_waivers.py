"""Waivers: who lets a finding pass, until which day, and what becomes of the gate.

A file of waivers is read like a register: every fault has its place, its line and a sentence.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.app import gate_check, standing
from cdstrack.core.checks.gate import FAIL, Finding
from cdstrack.core.model.problems import Problem, StoreError, Suggestions
from cdstrack.core.model.register import Granted
from cdstrack.i18n import Words
from cdstrack.render.ci.items import finding_sentence
from cdstrack.render.messages import problem_sentence, sentence
from cdstrack.render.waiver_text import draft
from cdstrack.store.files import FileStore
from cdstrack.store.yaml import document
from cdstrack.store.yaml.waiver_file import WaiversFile, read_waivers
from tests.cases import every_case
from tests.corpus.files import marked, spot
from tests.draws import examples
from tests.trust.limits import at_most

WORDS = (Words("vi"), Words("en"))
TARGETS = ("bridges", "roads", "schools")

SOUND = """\
cdstrack: 1
waivers:
  - target: roads
    code: overdue
    until: 2024-09-30
    reason: "Flood of August: the ministry's letter #12"
    by: Chủ tịch
"""


def read(text: str) -> WaiversFile:
    return WaiversFile(dedent(text).encode(), "waivers.yaml", TARGETS)


def entry(**said: str | None) -> str:
    """A file with one waiver on one line, sound unless something else is said; None leaves out."""
    known = {"target": "roads", "code": "overdue", "until": "2024-09-30"}
    known |= {"reason": "Flood", "by": "Chair"}
    kept = {key: value for key, value in (known | said).items() if value is not None}
    return f"cdstrack: 1\nwaivers:\n  - {{{', '.join(f'{k}: {v}' for k, v in kept.items())}}}\n"


def said(problem: Problem) -> str:
    return problem_sentence(problem, WORDS[1])


# Reading


def test_a_waiver_says_what_until_when_why_and_who():
    file = read(SOUND)
    assert file.problems == []
    [granted] = file.granted
    waiver = granted.waiver
    assert (waiver.target, waiver.code, waiver.until) == ("roads", "overdue", date(2024, 9, 30))
    assert (waiver.reason, waiver.by) == ("Flood of August: the ministry's letter #12", "Chủ tịch")


def test_it_stands_where_its_target_is_named():
    [granted] = read(SOUND).granted
    assert granted.place is not None
    place = granted.place
    assert (place.file, place.line, place.column) == ("waivers.yaml", 3, 13)
    assert (place.excerpt, place.width) == ("  - target: roads", len("roads"))


@pytest.mark.parametrize("none", ["waivers: []", "waivers:", "waivers: # to come"])
def test_a_file_may_hold_no_waivers(none):
    file = read(f"cdstrack: 1\n{none}\n")
    assert (file.granted, file.problems) == ([], [])


FAULTS = {
    # of an entry
    "unknown target": (entry(target="rods"), ["3:14 unknown_target"]),
    "target with capitals": (entry(target="Roads"), ["3:14 bad_id"]),
    "unknown code": (entry(code="overdeu"), ["3:27 not_one_of"]),
    "code with an underscore": (entry(code="off_track"), ["3:27 not_one_of"]),
    "a warning of waivers themselves": (entry(code="waiver-unused"), ["3:27 not_one_of"]),
    "what no target answers for": (entry(code="ledger-changed"), ["3:27 not_one_of"]),
    "no such day": (entry(until="2024-02-30"), ["3:43 date_no_such_day"]),
    "not a day": (entry(until="2024-Q3"), ["3:43 date_not_a_day"]),
    "a day as spoken": (entry(until="30/9/2024"), ["3:43 date_form"]),
    "for ever": (entry(until="never"), ["3:43 date_unreadable"]),
    "no end": (entry(until=None), ["3:5 missing_key"]),
    "an empty end": (entry(until="''"), ["3:43 date_unreadable"]),
    "no reason": (entry(reason=None), ["3:5 missing_key"]),
    "an empty reason": (entry(reason="'  '"), ["3:63 text_empty"]),
    "nobody": (entry(by=None), ["3:5 missing_key"]),
    "misspelt": (entry(reason=None, raeson="Flood"), ["3:66 unknown_key"]),
    "a key too many": (entry(owner="roads"), ["3:81 unknown_key"]),
    "an entry as text": ("cdstrack: 1\nwaivers: [roads]\n", ["2:11 not_a_mapping"]),
    "a list in a text": (entry(reason="[a, b]"), ["3:63 not_a_scalar"]),
    # of the file
    "empty": ("", ["1:1 waivers_empty"]),
    "only comments": ("# to come\n", ["1:1 waivers_empty"]),
    "a list at the top": ("- target: roads\n", ["1:1 waivers_not_mapping"]),
    "no version": ("waivers: []\n", ["1:1 missing_key"]),
    "no waivers": ("cdstrack: 1\n", ["1:1 missing_key"]),
    "version 2": ("cdstrack: 2\nwaivers: []\n", ["1:11 wrong_version"]),
    "a misspelt section": ("cdstrack: 1\nwavers: []\n", ["2:1 unknown_key"]),
    "waivers by target": ("cdstrack: 1\nwaivers: {roads: x}\n", ["2:10 not_a_list"]),
    "an anchor": ("cdstrack: 1\nwaivers: &a []\n", ["2:10 yaml_anchor"]),
    "a tag": ("cdstrack: 1\nwaivers: !!python/name:os.system []\n", ["2:10 yaml_tag"]),
    "a key twice": ("cdstrack: 1\nwaivers: []\nwaivers: []\n", ["3:1 yaml_duplicate_key"]),
    "a second file": ("cdstrack: 1\nwaivers: []\n---\n", ["3:1 yaml_second_document"]),
    "a hidden character": (entry(reason="Flood\u202e"), ["3:68 yaml_invisible"]),
    "a merge left open": (SOUND + "<<<<<<< mine\n", ["8:1 yaml_conflict"]),
}


@pytest.mark.promise("waiver-fields")
@every_case("fault", FAULTS)
def test_a_fault_has_its_code_its_place_and_a_sentence_in_both_languages(fault):
    text, found = FAULTS[fault]
    file = read(text)
    assert [spot(problem) for problem in file.problems] == found
    assert file.granted == [] or found[0].partition(" ")[2].startswith("yaml_")
    for problem in file.problems:
        vietnamese, english = (problem_sentence(problem, words) for words in WORDS)
        assert vietnamese != english
        assert not {"None", "pydantic", "register", "Input"} & set(english.split())
        assert problem.level == "error"


@every_case(
    "text, way_out",
    [
        (entry(target="rods"), "There is no target rods. Did you mean roads?"),
        (entry(code="overdeu"), "Did you mean overdue?"),
        (entry(code="off_track"), "Did you mean off-track?"),
        (entry(reason=None, raeson="Flood"), "There is no key raeson here. Did you mean reason?"),
        (entry(reason=None), "The key reason is missing."),
        (entry(until="30/9/2024"), "Write 2024-09-30."),
        ("cdstrack: 1\nwavers: []\n", "Did you mean waivers?"),
        ("", "cdstrack check --write-waivers writes some."),
    ],
)
def test_a_fault_shows_the_way_out(text, way_out):
    [problem] = read(text).problems
    assert way_out in said(problem)


def test_the_carets_stand_under_what_is_wrong():
    assert [marked(each) for each in read(entry(target="rods", until="soon")).problems] == [
        "rods", "soon",
    ]  # fmt: skip


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    file = read("""\
        cdstrack: 1
        waivers:
          - {target: rods, code: overdue, until: 2024-09-30, by: Chair}
          - {target: roads, code: late, until: soon, reason: Flood, by: Chair}
          - {target: roads, code: overdue, until: 2024-09-30, reason: Flood, by: Chair}
        """)
    assert [spot(problem) for problem in file.problems] == [
        "3:5 missing_key", "3:14 unknown_target", "4:27 not_one_of", "4:40 date_unreadable",
    ]  # fmt: skip
    assert [granted.place.line for granted in file.granted] == [5]


def test_a_second_waiver_of_a_target_and_code_is_refused_and_the_first_one_shown():
    """Which day and which reason hold must not depend on how somebody counts."""
    again = "  - {target: roads, code: overdue, until: 2025-09-30, reason: Again, by: Chair}\n"
    file = read(SOUND + again)
    assert [spot(problem) for problem in file.problems] == ["8:14 waiver_twice"]
    assert "roads has a waiver of overdue already, in line 3." in said(file.problems[0])
    assert [granted.waiver.until.year for granted in file.granted] == [2024]


def test_a_second_waiver_is_noticed_also_beside_one_that_cannot_be_read():
    again = "  - {target: roads, code: overdue, until: 2025-09-30, reason: Again, by: Chair}\n"
    file = read(entry(until="soon") + again)
    assert [spot(each) for each in file.problems] == ["3:43 date_unreadable", "4:14 waiver_twice"]


def test_one_target_may_have_a_waiver_of_each_code():
    more = "  - {target: roads, code: stale, until: 2025-09-30, reason: Again, by: Chair}\n"
    file = read(SOUND + more)
    assert file.problems == []
    assert [granted.waiver.code for granted in file.granted] == ["overdue", "stale"]


def test_two_thousand_misspelt_targets_are_refused_in_no_time(monkeypatch):
    assert Suggestions().comparisons == 200_000
    monkeypatch.setattr(document, "Suggestions", partial(Suggestions, 40_000))
    names = [f"t{n}" for n in range(2_000)]
    entries = "".join(
        f"  - {{target: {name}x, code: overdue, until: 2024-09-30, reason: R, by: B}}\n"
        for name in names
    )
    with at_most(30):
        file = WaiversFile(f"cdstrack: 1\nwaivers:\n{entries}".encode(), "waivers.yaml", set(names))
    assert len(file.problems) == 1001
    assert file.problems[-1].code == "yaml_more"
    assert file.granted == []


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"- " * 1000)
def test_any_bytes_are_waivers_or_problems(data):
    for text in (data, b"cdstrack: 1\nwaivers:\n" + data):
        for problem in WaiversFile(text, "waivers.yaml", TARGETS).problems:
            assert all(problem_sentence(problem, words) for words in WORDS)
            assert problem.place is not None


# The file itself


def refusal(path: Path) -> StoreError:
    with at_most(10), pytest.raises(StoreError) as caught:
        read_waivers(path, TARGETS)
    error = caught.value
    assert error.facts["path"] == str(path)
    assert all(sentence(error.code, error.facts, words) for words in WORDS)
    return error


def test_what_a_file_says_stands_in_that_file(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text(SOUND + entry(target="rods").partition("waivers:\n")[2], encoding="utf-8")
    granted, problems = read_waivers(path, TARGETS)
    assert [each.place.file for each in (*granted, *problems)] == [str(path)] * 2


@pytest.mark.promise("waiver-file")
def test_a_file_that_was_named_and_is_missing_stops_the_gate(tmp_path):
    error = refusal(tmp_path / "none.yaml")
    assert error.code == "waivers_missing"
    assert str(tmp_path / "none.yaml") in sentence(error.code, error.facts, WORDS[0])


def test_a_folder_a_pipe_a_dead_link_or_an_endless_file_never_hang_it(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "none.yaml")
    assert refusal(tmp_path).code == "file_is_directory"
    assert refusal(tmp_path / "link").code == "waivers_missing"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert refusal(tmp_path / "pipe").code == "file_not_regular"
        assert refusal(Path("/dev/zero")).code == "file_not_regular"
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 33)
    assert refusal(tmp_path / "huge").code == "file_too_large"


# The gate

REGISTER = """\
cdstrack: 1
title: Register
timezone: ZONE
sources: {speech: {title: Speech}}
bodies: {ministry: {name: Ministry}}
targets:
"""


def promise(name: str, deadline: str = "2024-06-30", title: str = "A promise") -> str:
    return (
        f"  - id: {name}\n    title: {title}\n    kind: milestone\n    owner: ministry\n"
        f"    deadline: {deadline}\n    stated: {{on: 2022-04-27, by: PM, source: speech}}\n"
    )


class Gate:
    """A register in a folder with its waivers, and the gate that is run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zone = "Asia/Ho_Chi_Minh"
        self.promises(promise("roads"))

    def promises(self, *targets: str) -> None:
        text = REGISTER.replace("ZONE", self.zone) + "".join(targets)
        (self.folder / "targets.yaml").write_text(text, encoding="utf-8")

    def waivers(self, text: str) -> Path:
        path = self.folder / "waivers.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self, day: str | None = None, *, now: datetime | None = None, **asked
    ) -> gate_check.Check:
        path = self.folder / "waivers.yaml"
        store = FileStore(self.folder / "targets.yaml")
        status = standing.status(
            store,
            now=now or datetime(2024, 9, 1, tzinfo=UTC),
            as_of=date.fromisoformat(day) if day else None,
        )
        return gate_check.check(
            status,
            store,
            waivers=path if path.exists() else None,
            **asked,
        )


@pytest.fixture
def gate(tmp_path) -> Gate:
    return Gate(tmp_path)


def codes(check: gate_check.Check) -> list[tuple[str, str]]:
    return [(each.code, "waived" if each.waived else each.level) for each in check.findings]


def test_a_deadline_of_today_is_not_overdue_tomorrow_it_is_by_one_day(gate):
    assert gate.run("2024-06-30").passed
    tomorrow = gate.run("2024-07-01")
    assert not tomorrow.passed
    assert [finding.days_overdue for finding in tomorrow.findings] == [1]


@pytest.mark.promise("waiver-last-day")
def test_a_waiver_holds_through_its_last_day_and_not_on_the_day_after(gate):
    gate.waivers(entry(until="2024-09-30"))
    assert codes(gate.run("2024-09-30")) == [("overdue", "waived")]
    assert gate.run("2024-09-30").passed
    assert codes(gate.run("2024-10-01")) == [("overdue", "fail")]
    assert not gate.run("2024-10-01").passed


@pytest.fixture(params=["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def computer(request, monkeypatch) -> Iterator[str]:
    """A computer whose own clock is set to some zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.promise("waiver-last-day")
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed")
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_days_of_a_waiver_are_those_of_the_register_on_every_computer(gate, computer, zone):
    gate.zone = zone
    gate.promises(promise("roads"))
    gate.waivers(entry(until="2024-09-30"))
    midnight = datetime(2024, 10, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert gate.run(now=midnight - timedelta(seconds=1)).passed
    assert not gate.run(now=midnight).passed


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed")
def test_as_of_a_day_is_that_day_on_every_computer(gate, computer):
    gate.waivers(entry(until="2024-09-30"))
    assert gate.run("2024-09-30").passed
    assert not gate.run("2024-10-01").passed


def test_what_is_waived_is_still_shown_last_and_by_whom(gate):
    gate.promises(promise("roads"), promise("schools"))
    gate.waivers(entry())
    check = gate.run()
    assert [finding.target for finding in check.findings] == ["schools", "roads"]
    assert check.findings[1].waived is not None
    assert check.findings[1].waived.by == "Chair"
    assert not check.passed


@pytest.mark.promise("waiver-expiry")
def test_an_expired_waiver_is_a_finding_again_and_says_so(gate):
    gate.waivers(entry(until="2024-08-31"))
    [finding] = gate.run("2024-09-01").findings
    assert finding.fails
    targets = gate.run().status.register.targets
    english, vietnamese = (finding_sentence(finding, targets, Words(lang)) for lang in ("en", "vi"))
    assert english.endswith(" (the waiver granted by Chair expired on 31 Aug 2024)")
    assert "31/08/2024" in vietnamese
    assert "đã hết hạn" in vietnamese


def test_an_unused_waiver_warns_and_points_at_its_line(gate):
    gate.promises(promise("roads", deadline="2030"))
    gate.waivers(entry())
    check = gate.run()
    assert codes(check) == [("waiver-unused", "warn")]
    assert check.passed
    place = check.findings[0].place
    assert place is not None
    assert (Path(place.file).name, place.line, place.column) == ("waivers.yaml", 3, 14)


@pytest.mark.promise("unused-waiver")
def test_an_unused_waiver_fails_where_that_is_asked_for_and_can_be_left_unsaid(gate):
    gate.promises(promise("roads", deadline="2030"))
    gate.waivers(entry())
    assert not gate.run(fail_on=FAIL | {"waiver-unused"}).passed
    assert gate.run(warn_on=frozenset()).findings == []


def test_a_waiver_of_another_code_waives_nothing(gate):
    gate.waivers(entry(code="stale"))
    assert codes(gate.run()) == [("overdue", "fail"), ("waiver-unused", "warn")]


@pytest.mark.promise("fingerprint")
def test_a_target_that_moves_to_other_lines_keeps_its_fingerprint_and_its_waiver(gate):
    gate.waivers(entry())
    [before] = gate.run().findings
    gate.promises(promise("schools", "2030"), "  # a remark\n", promise("roads", title="Renamed"))
    [after] = gate.run().findings
    assert before.place is not None
    assert after.place is not None
    assert after.place.line > before.place.line
    assert after.fingerprint == before.fingerprint
    assert after.waived == before.waived is not None


@pytest.mark.promise("waiver-fields")
@pytest.mark.parametrize(
    "broken", [entry(until="soon"), entry(target="rods"), entry(reason=None), ""]
)
def test_a_gate_does_not_pass_waivers_that_it_cannot_read(gate, broken):
    gate.waivers(broken)
    check = gate.run("2024-01-01")
    assert not check.complete
    assert not check.passed
    assert [problem.level for problem in check.problems] == ["error"]


def test_a_waiver_of_a_target_with_faults_of_its_own_is_no_second_fault(gate):
    gate.promises(promise("roads", deadline="soon"))
    gate.waivers(entry())
    assert [problem.code for problem in gate.run().problems] == ["date_unreadable"]


def test_a_register_names_its_waivers_beside_it_and_an_option_another_file(gate):
    gate.waivers(entry())
    (gate.folder / "waivers.yaml").rename(gate.folder / "granted.yaml")
    gate.promises(promise("roads"))
    register = gate.folder / "targets.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text + "check: {waivers: granted.yaml}\n", encoding="utf-8")
    assert gate.run().passed
    gate.waivers(entry(until="2024-07-31"))
    assert not gate.run().passed


def test_waivers_that_a_register_names_and_nobody_wrote_stop_the_gate(gate):
    register = gate.folder / "targets.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text + "check: {waivers: granted.yaml}\n", encoding="utf-8")
    with pytest.raises(StoreError, match="waivers_missing"):
        gate.run()


# The draft


def drafted(findings, **said) -> str:
    known = {"until": date(2024, 12, 31), "reason": "Begun red", "by": "Chair"}
    return draft(findings, words=WORDS[1], **known | said)


def read_back(text: str) -> list[Granted]:
    file = read(text)
    assert file.problems == []
    return file.granted


def test_a_team_begins_with_a_red_register_and_a_gate_that_is_green(gate):
    gate.promises(promise("roads"), promise("schools"), promise("bridges", deadline="2030"))
    red = gate.run()
    assert not red.passed
    gate.waivers(drafted(red.findings))
    green = gate.run()
    assert green.passed
    assert codes(green) == [("overdue", "waived")] * 2
    assert not gate.run("2025-01-01").passed


def test_the_draft_says_above_every_entry_what_it_lets_pass(gate):
    text = drafted(gate.run("2024-07-01").findings)
    assert text.startswith("# Waivers for cdstrack check.")
    head, entry = text.split("waivers:\n")
    assert "cdstrack: 1\n" in head
    assert entry.splitlines() == [
        "  # A promise: 1 day overdue; rule 4: the deadline, 30 Jun 2024, has passed"
        " and nothing was ever reported",
        "  - target: roads",
        "    code: overdue",
        "    until: 2024-12-31",
        '    reason: "Begun red"',
        '    by: "Chair"',
    ]


def test_the_draft_speaks_the_readers_language(gate):
    text = draft(gate.run().findings, until=date(2024, 12, 31), reason="R", by="B", words=WORDS[0])
    assert text.startswith("# Miễn trừ cho cdstrack check.")
    assert "quá hạn" in text


def test_only_what_fails_and_is_not_waived_already_is_drafted(gate):
    gate.promises(promise("roads"), promise("schools"))
    gate.waivers(entry())
    assert [each.waiver.target for each in read_back(drafted(gate.run().findings))] == ["schools"]
    nothing = drafted(gate.run("2024-01-01").findings)
    assert nothing.endswith("waivers: []\n")
    assert read_back(nothing) == []


def moved(target: str | None, field: str, old: object = None) -> Finding:
    facts = {"field": field, "old": old, "new": None}
    return Finding("goalposts-moved", "fail", target, None, facts, key=field)


def test_one_entry_serves_all_findings_of_a_target_and_code():
    text = drafted([moved("roads", "deadline"), moved("roads", "unit")])
    assert len(read_back(text)) == 1
    assert text.count("  # roads: ") == 2


@pytest.mark.parametrize(
    "finding",
    [
        Finding("ledger-changed", "fail", None, None, {"n": 1, "rev": "v1"}),
        moved(None, "on_track"),
        moved("gone", "commitment", "A promise"),
    ],
)
def test_what_concerns_no_target_of_the_register_is_said_not_to_be_waived(finding):
    text = drafted([finding, moved("roads", "unit")])
    assert [granted.waiver.target for granted in read_back(text)] == ["roads"]
    last = text.splitlines()[-1]
    assert last.startswith("# Not waived, because it concerns no target of the register: ")


SIGNS = "\n\r\t\x85\u2028\u202e\u200b\x00\ufffe\ufeff:#\"'\\-{}[]&*!|>%@`~<"
HOSTILE = st.text(st.characters() | st.sampled_from(SIGNS))


@examples(200)
@given(reason=HOSTILE, by=HOSTILE, title=HOSTILE)
@example(reason='a: "b" # c', by="d\\", title='x"\n  - target: schools')
@example(reason="'", by="|", title="\r\n\n- a: [")
@example(reason="a\x85b", by="\ufffe\u17b4", title="\u2028waivers: {}\u202e")
@example(reason="\ud800", by="e\u200e\u0301", title="\udcff<<<<<<< mine")
def test_whatever_is_said_the_draft_reads_back_to_the_same_waivers(reason, by, title):
    text = drafted([moved("roads", "unit", title)], reason=f"R {reason}", by=f"B {by}")
    text.encode()
    [granted] = read_back(text)
    waiver = granted.waiver
    assert (waiver.target, waiver.code) == ("roads", "goalposts-moved")
    assert waiver.until == date(2024, 12, 31)
    [again] = read_back(drafted([moved("roads", "deadline")], reason=waiver.reason, by=waiver.by))
    assert again.waiver == waiver


@every_case(
    "plain",
    ["Flood", 'He said "wait": it\'s #1', "- no list", "a\\nb", "null", "Lũ lụt tháng 8", "C:\\x"],
)
def test_a_reason_on_one_line_is_kept_to_the_letter(plain):
    [granted] = read_back(drafted([moved("roads", "deadline")], reason=plain, by=plain))
    assert (granted.waiver.reason, granted.waiver.by) == (plain, plain)


def test_a_reason_on_several_lines_becomes_one_line():
    [granted] = read_back(drafted([moved("roads", "deadline")], reason=" a\n\tb\r\nc\n"))
    assert granted.waiver.reason == "a b c"
