"""The register reader: YAML in, ``line:column code`` out, and a sentence for each.

Most stories are files of their own: ``tests/corpus/bad``, shared with the published schema. Here
stands what a place and a code do not say, and what happens around a fault.
"""

from __future__ import annotations

import ast
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.problems import Suggestions
from cdstrack.core.values.bodies import owner_on
from cdstrack.i18n import Words
from cdstrack.render.messages import problem_sentence
from cdstrack.store.files import FileStore
from cdstrack.store.yaml import document, mending
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cases import every_case
from tests.corpus.files import BAD, GOOD, bad, expected, marked, spot
from tests.draws import examples
from tests.trust.limits import at_most

ROOT = Path(__file__).parents[2]
WORDS = (Words("vi"), Words("en"))


def read(text: str | bytes, file: str = "targets.yaml") -> RegisterFile:
    return RegisterFile(text if isinstance(text, bytes) else dedent(text).encode(), file)


def problems(text: str | bytes) -> list[str]:
    return [spot(problem) for problem in read(text).problems]


def target(id_: str = "roads", **said: str) -> str:
    """A sound target on one line, unless something else is said."""
    fields = {
        "title": "Roads",
        "kind": "reach",
        "owner": "ministry",
        "unit": "km",
        "target": "{at_least: 100}",
        "stated": "{on: 2022-04-27, by: Minister, source: speech}",
    }
    inside = ", ".join(f"{key}: {value}" for key, value in (fields | said).items())
    return f"  - {{id: {id_}, {inside}}}\n"


HEAD = """\
cdstrack: 1
title: Register
sources: {speech: {title: Speech}}
bodies: {ministry: {name: Ministry}}
targets:
"""


# The corpus


@pytest.mark.promise("leap-days")
@every_case("path", GOOD)
def test_a_good_register_has_no_problem(path):
    file = RegisterFile(path.read_bytes(), "targets.yaml")
    assert file.problems == []
    assert file.register is not None
    assert not file.register.broken


@pytest.mark.promise(
    "duplicate-targets",
    "true-and-false",
    "number-bases",
    "sexagesimals",
    "infinity",
    "booleans",
    "exponents",
    "impossible-days",
    "date-notations",
    "times",
    "missing-keys",
    "missing-blank",
    "plain-language",
)
@every_case("path", BAD)
def test_a_fault_has_its_code_its_place_and_a_sentence_in_both_languages(path):
    found = bad(path.stem).problems
    assert [spot(problem) for problem in found] == expected(path)
    text = path.read_text(encoding="utf-8")
    for problem in found:
        line = text.split("\n")[problem.place.line - 1]
        assert problem.place.excerpt == line.replace("\t", " ")[:500]
        assert marked(problem)
        said = [problem_sentence(problem, words) for words in WORDS]
        assert all(said)
        assert said[0] != said[1]
        assert not any(word in line for line in said for word in ("None", "pydantic", "Input"))


@pytest.mark.promise("windows-line-ends")
def test_windows_line_ends_change_nothing():
    for path in BAD:
        crlf = RegisterFile(path.read_bytes().replace(b"\n", b"\r\n"), "targets.yaml")
        assert crlf.problems == bad(path.stem).problems, path


@every_case(
    "fault, word",
    [
        ("owner-unknown", "ministri"),
        ("owner-missing", "i"),  # where the target begins
        ("owner-empty", "owner"),
        ("kind-misspelt", "reech"),
        ("key-misspelt-in-stated", "strenght"),
        ("number-with-commas", "'1,000'"),
        ("date-as-spoken", "31/12/2026"),
        ("condition-with-capitals", "Online"),
        ("id-of-source-with-blank", "the"),
        ("stated-as-list", "["),
        ("comparators-two", "{"),
        ("duplicate-target", "roads"),
        ("tag", "!!str"),
        ("ratio-of-kilometres", "km"),
        ("sum-of-percentages", "sum"),
        ("reporters-without-across", "provinces"),
        ("split-of-owner-without-choice", "ministry"),
        ("split-of-member-without-choice", "provinces"),
        ("succession-to-another-body", "west"),
        ("successors-unknown", "sout"),
        ("successor-gone-already", "south"),
        ("group-smaller-than-its-members", "{"),
    ],
)
def test_the_carets_stand_under_what_is_wrong(fault, word):
    assert marked(bad(fault).problems[0]) == word


@pytest.mark.promise("keys-as-text", "unknown-keys")
@every_case(
    "fault, suggestion",
    [
        ("unknown-key-at-the-top", "timezone"),
        ("policy-key-misspelt", "on_track"),
        ("key-misspelt-in-stated", "strength"),
        ("key-misspelt-in-target", "at_least"),
        ("key-misspelt-in-baseline", "date"),
        ("key-misspelt-in-revisions", "source"),
        ("key-misspelt-in-note", "source"),
        ("key-misspelt-in-body", "successor"),
        ("owner-unknown", "ministry"),
        ("source-unknown", "speech"),
        ("source-unknown-in-note", "speech"),
        ("group-unknown", "provinces"),
        ("parent-unknown", "roads"),
        ("successor-unknown", "agency"),
        ("successors-unknown", "south"),
        ("kind-misspelt", "reach"),
        ("revision-of-unknown-field", None),
    ],
)
def test_did_you_mean(fault, suggestion):
    assert bad(fault).problems[0].facts["suggestion"] == suggestion


@pytest.mark.promise("true-and-false")
@every_case(
    "fault, write",
    [
        ("number-leading-zero", "10"),
        ("number-with-underscores", "1000"),
        ("number-with-commas", "1000"),
        ("number-with-comma", "1.5"),
        ("date-without-zeros", "2026-01-01"),
        ("date-as-spoken", "2026-12-31"),
        ("date-with-time", "2026-12-31"),
    ],
)
def test_what_to_write_instead(fault, write):
    [problem] = bad(fault).problems
    assert problem.facts["write"] == write
    assert all(problem_sentence(problem, words).endswith(f" {write}.") for words in WORDS)


@every_case(
    "fault, facts",
    [
        ("duplicate-target", {"id": "roads", "line": 7}),
        (
            "duplicate-key",
            {
                "key": "owner",
                "first_line": 10,
                "first_column": 5,
                "hint": "twice_same",
                "value": "ministry",
            },
        ),
        ("version-of-the-future", {"version": "2"}),
        ("kind-as-list", {}),
        ("version-in-a-list", {}),
        ("owner-in-a-list", {}),
        ("reach-without-unit", {"kind": "reach", "key": "unit"}),
        ("milestone-with-reporters", {"kind": "milestone", "key": "reporters"}),
        ("each-without-reporters", {"key": "each", "needs": "reporters"}),
        ("reporters-without-across", {"key": "reporters", "needs": "across"}),
        ("split-of-member-without-choice", {"id": "old", "successors": ["north", "south"]}),
        ("successor-not-begun", {"id": "agency", "date": date(2025, 3, 1)}),
        (
            "group-after-a-merger-not-counted-anew",
            {"date": date(2025, 7, 1), "members": 1, "n": 2},
        ),
    ],
)
def test_the_facts_of_a_problem(fault, facts):
    rest = {key: fact for key, fact in bad(fault).problems[0].facts.items() if key != "lines"}
    assert rest == facts


def test_every_code_has_a_sample():
    """Also one that is added tomorrow: codes are what has a sentence, or is raised as one."""
    sources = ["store/yaml/register_file.py", "store/yaml/document.py", "core/model/entries.py"]
    codes: set[str] = set()
    checks = ["core/checks/register_checks.py"]
    for source in [*sources, *checks, "core/model/periods.py", "core/model/decimals.py"]:
        for node in ast.walk(ast.parse((ROOT / "cdstrack" / source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                codes |= {node.value} if WORDS[0].has(f"problem_{node.value}") else set()
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                raises = node.func.id in ("Problem", "Fault", "PydanticCustomError")
                first = node.args[0]
                codes |= {first.value} if raises and isinstance(first, ast.Constant) else set()
    of_the_register = {code for code in codes if not code.startswith(("report_", "yaml_"))}
    assert len(of_the_register) > 50
    sampled = {line.partition(" ")[2] for path in BAD for line in expected(path)}
    elsewhere = {"bad_duration", "store_replaced"}  # options and the environment bring these
    assert of_the_register - sampled == elsewhere


# What is read


@pytest.mark.promise("words-as-text")
def test_words_that_yaml_1_1_would_turn_into_something_else_stay_words():
    file = read(HEAD + target(unit="NO", title="1:30", tags="[yes, 010, 1e3]"))
    assert file.problems == []
    roads = file.register.targets["roads"]
    assert (roads.unit.vi, roads.title.en, roads.tags) == ("NO", "1:30", ["yes", "010", "1e3"])


def test_a_title_in_one_word_serves_both_languages():
    assert read(HEAD).register.title.vi == read(HEAD).register.title.en == "Register"


def test_what_is_left_out_has_its_default():
    file = read(HEAD)
    assert (file.register.timezone, file.ledger) == ("Asia/Ho_Chi_Minh", "progress.jsonl")
    assert file.register.policy.stale_after == 365


def test_sections_may_be_empty():
    file = read("cdstrack: 1\ntitle: T\nsources:\nbodies:\ngroups:\ntargets:\n")
    assert file.problems == []
    assert file.register.targets == {}


def test_a_byte_order_mark_moves_nothing():
    assert problems("\ufeffcdstrack: 2\n".encode())[-1] == "1:11 wrong_version"


def test_the_place_of_a_target_is_its_id():
    place = read(HEAD + target()).register.places["roads"]
    assert (place.file, place.line, place.column) == ("targets.yaml", 6, 10)


@pytest.mark.parametrize("ledger", ["data/p.jsonl", "./p.NDJSON", "a..b.json", "sổ.jsonl"])
def test_a_ledger_beside_or_below(ledger):
    file = read(f"cdstrack: 1\ntitle: T\nledger: {ledger}\ntargets: []\n")
    assert (file.problems, file.ledger) == ([], ledger)


@every_case(
    "ledger", ["..", "a/../../b", "/a", ".", "a\\\\b", "targets.yaml", "./targets.yaml", "a\\0b"]
)
def test_a_ledger_that_leaves_the_folder_or_is_the_register_itself(ledger):
    file = read(f'cdstrack: 1\ntitle: T\nledger: "{ledger}"\ntargets: []\n')
    assert spot(file.problems[-1]) == "3:9 ledger_path"
    assert file.ledger == "progress.jsonl"


@every_case(
    "ledger",
    ["p.csv", "p", "p.yaml", "evidence/p.jsonl", "a/Evidence/p.jsonl", "p.jsonl.torn-1.jsonl",
     "p (1).jsonl", "p (conflicted copy).jsonl", "sổ - Bản sao.jsonl"],
)  # fmt: skip
def test_a_ledger_with_the_name_of_something_else(ledger):
    file = read(f'cdstrack: 1\ntitle: T\nledger: "{ledger}"\ntargets: []\n')
    assert spot(file.problems[-1]) == "3:9 ledger_name"
    assert (file.ledger, file.takes_reports) == ("progress.jsonl", False)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("check: {waivers: progress.jsonl}", "3:18 path_of_two"),
        ("ledger: a.jsonl\ncheck: {waivers: ./A.jsonl}", "4:18 path_of_two"),
        ("desks: progress.jsonl", "3:8 path_of_two"),
        ("check: {waivers: w.yaml}\ndesks: W.yaml", "4:8 path_of_two"),
        ("desks: targets.yaml", "3:8 path_of_two"),
    ],
)
def test_a_path_has_one_role(lines, expected):
    file = read(f"cdstrack: 1\ntitle: T\n{lines}\ntargets: []\n")
    assert [spot(problem) for problem in file.problems] == [expected]
    register = file.register
    assert None in (register.desks, register.check.waivers)


# What happens around a fault


def test_a_version_of_the_future_is_not_read_further():
    file = read("cdstrack: 2\ntitle: T\ntargets: {}\n")
    assert [problem.code for problem in file.problems] == ["wrong_version"]
    assert file.register is None


def test_one_bad_target_does_not_hide_the_rest():
    bad_ones = target("b", kind="reech") + target("d", lag="1") + target("e", owner="nobody")
    file = read(HEAD + target("a") + bad_ones + target("c"))
    assert list(file.register.targets) == ["a", "c"]
    assert file.register.broken == {"b", "d", "e"}
    assert [(problem.code, problem.target) for problem in file.problems] == [
        ("not_one_of", "b"),
        ("unknown_key", "d"),
        ("unknown_body", "e"),
    ]


@pytest.mark.promise("duplicate-targets")
def test_of_two_targets_with_one_id_the_first_counts():
    file = read(HEAD + target(title="One") + target(title="Two", kind="reech"))
    assert [spot(problem) for problem in file.problems] == ["7:10 duplicate_target"]
    assert file.register.targets["roads"].title.en == "One"


def test_two_targets_without_an_id_are_not_duplicates():
    codes = [problem.code for problem in read(HEAD + target("''") + target("''")).problems]
    assert codes == ["text_empty", "text_empty"]


def test_all_problems_of_all_targets_at_once_sorted_by_place():
    text = HEAD + target("a", unit="''", owner="ministri", deadline="soon") + target("B")
    found = problems(text.replace("Register\n", "{vi: Sổ}\ntimezone: Hanoi\n"))
    assert found == [
        "2:8 missing_key",
        "3:11 unknown_timezone",
        "7:47 unknown_body",
        "7:57 text_empty",
        "7:158 date_unreadable",
        "8:10 bad_id",
    ]


def test_the_references_of_a_broken_target_are_looked_at_too():
    found = problems(HEAD + target(kind="reech", owner="nobody"))
    assert found == ["6:37 not_one_of", "6:51 unknown_body"]


@every_case(
    "before, after, code",
    [
        ("{ministry: {name: Ministry}}", "{ministry: {nam: Ministry}}", "unknown_key"),
        ("{ministry: {name: Ministry}}", "[Ministry]", "not_a_mapping"),
        ("{ministry: {name: Ministry}}", "{<<: {ministry: {name: M}}}", "yaml_merge"),
        ("{speech: {title: Speech}}", "{speech: {title: ''}}", "text_empty"),
        ("{speech: {title: Speech}}", "Speech", "not_a_mapping"),
        ("title: Register", "title: {vi:Sổ, en: Register}", "yaml_no_blank"),
        ("source: speech}", "<<: {source: speech}}", "yaml_merge"),
        (
            "{ministry: {name: Ministry}}",
            "{ministry: {name: M, ended: 2025-01-01, successor: b}, b: {nam: B}}",
            "unknown_key",
        ),
        (
            "{ministry: {name: Ministry}}",
            "{ministry: {name: M, ended: 2025-01-01, successor: b}, b: {name: ''}}",
            "text_empty",
        ),
    ],
)
def test_one_fault_is_told_once_not_wherever_it_is_felt(before, after, code):
    text = HEAD + target()
    assert before in text
    codes = [problem.code for problem in read(text.replace(before, after)).problems]
    assert codes == [code]


def test_a_class_whose_parent_is_broken_is_judged_all_the_same():
    file = read(HEAD + target("a", kind="reech") + target("b", part_of="a"))
    assert list(file.register.targets) == ["b"]
    assert len(file.problems) == 1


def test_bodies_that_succeed_each_other_in_a_circle_leave_the_targets_alone():
    circle = "{ministry: {name: M, ended: 2024-01-01, successor: ministry}}"
    file = read(HEAD.replace("{ministry: {name: Ministry}}", circle) + target())
    assert [problem.code for problem in file.problems] == ["succession_cycle"]
    assert list(file.register.targets) == ["roads"]


@pytest.mark.parametrize(
    ("fault", "level"),
    [
        ("group-smaller-than-its-members", "error"),
        ("group-after-a-merger-not-counted-anew", "warning"),
    ],
)
def test_a_size_below_the_members_is_wrong_and_one_above_a_list_once_whole_looks_wrong(
    fault, level
):
    file = bad(fault)
    assert [problem.level for problem in file.problems] == [level]
    assert list(file.register.targets) == ["roads"]


def test_only_the_targets_that_a_split_concerns_have_to_choose():
    bodies = (
        "{ministry: {name: M, ended: 2024-01-01, successor: agency}, north: {name: N}, "
        "agency: {name: A, ended: 2025-01-01, successors: [north, south], how: split}, "
        "south: {name: S}}"
    )
    head = HEAD.replace("{ministry: {name: Ministry}}", bodies)
    choice = "{agency: south}"
    file = read(head + target("a") + target("b", succession=choice) + target("c", owner="north"))
    assert [(each.code, each.target) for each in file.problems] == [("split_needs_choice", "a")]
    assert list(file.register.targets) == ["b", "c"]
    chosen = file.register.targets["b"].succession
    owner = owner_on("ministry", file.register.bodies, date(2026, 1, 1), chosen)
    assert owner.path == ("ministry", "agency", "south")


def test_who_cannot_report_is_named_in_the_line_of_the_ledger(tmp_path):
    bodies = (
        "{ministry: {name: M}, north: {name: N}, west: {name: W, started: 2025-07-01}, "
        "south: {name: S, ended: 2025-07-01, successor: north, how: merged}}\n"
        "groups: {g: {name: G, size: [{from: 2022, n: 2}], members: [north, south, west]}}"
    )
    head = HEAD.replace("{ministry: {name: Ministry}}", bodies)
    asked = target("asked", reporters="g", across="sum")
    (tmp_path / "targets.yaml").write_text(head + target("whole") + asked, encoding="utf-8")
    rows = [
        ("asked", "norht", "2024"),
        ("asked", "ministry", "2024"),
        ("asked", "south", "2025"),
        ("asked", "south", "2024"),
        ("asked", "west", "2024"),
        ("whole", "north", "2024"),
    ]
    line = '{{"id":"{}","target":"{}","body":"{}","date":"{}","value":"1","recorded":"{}"}}\n'
    ledger = [line.format(f"r{n}", *row, "2026-01-01T00:00:00Z") for n, row in enumerate(rows)]
    (tmp_path / "progress.jsonl").write_text("".join(ledger), encoding="utf-8")
    found = FileStore(tmp_path / "targets.yaml").load().problems
    assert [(each.place.line, each.code, each.level) for each in found] == [
        (1, "report_unknown_body", "error"),
        (2, "report_body_outside", "warning"),
        (3, "report_after_end", "warning"),
        (5, "report_before_start", "warning"),
        (6, "report_body_unasked", "warning"),
    ]
    for words in WORDS:
        assert all(
            row[1] in problem_sentence(each, words)
            for each, row in zip(found, [*rows[:3], *rows[4:]], strict=True)
        )
        assert "north" in problem_sentence(found[2], words)


@pytest.mark.parametrize("key", ["[key]", "target", "field"])
def test_keys_that_look_like_steps_of_a_path_are_found_in_their_place(key):
    revision = f"[{{on: 2023-01-01, field: target, old: {{at_least: 1}}, new: {{'{key}': 1}}}}]"
    [problem] = read(HEAD + target(revisions=revision)).problems
    assert (problem.code, problem.facts["key"]) == ("unknown_key", key)
    assert marked(problem) == f"'{key}'"
    assert problem.path == ("targets", 0, "revisions", 0, "new", key)


def test_a_thousand_faults_are_all_found():
    tags = ", ".join(["A", "[b]"] * 500)
    assert len(problems(HEAD + target(tags=f"[{tags}]"))) == 1000


@pytest.mark.promise("all-problems")
@pytest.mark.parametrize(
    ("sections", "line", "code", "most"),
    [
        ("", "k{}: 1", "unknown_key", 1_000),
        ("groups:\n", "  g{}: {{nam: G}}", "unknown_key", 100),
        ("groups:\n", "  G{}: {{name: G}}", "bad_id", 100),
    ],
    ids=["keys", "entries", "ids"],
)
def test_of_many_faults_a_thousand_are_named_and_the_rest_counted_in_no_time(
    monkeypatch, sections, line, code, most
):
    assert document.MAX_PROBLEMS == 1_000
    monkeypatch.setattr(document, "MAX_PROBLEMS", most)
    sections += "".join(f"{line.format(n)}\n" for n in range(most + most // 2))
    with at_most(20):
        found = read(HEAD.replace("targets:", sections + "targets:") + target()).problems
    assert {problem.code for problem in found[:-1]} <= {code, "missing_key"}
    assert len(found) == most + 1
    assert (found[-1].code, found[-1].facts["count"] >= most // 2) == ("yaml_more", True)


@pytest.mark.promise("large-registers")
def test_two_thousand_unknown_owners_are_not_each_compared_with_two_thousand_bodies(monkeypatch):
    assert Suggestions().comparisons == 200_000
    monkeypatch.setattr(document, "Suggestions", partial(Suggestions, 40_000))
    bodies = "".join(f"  b{n}: {{name: B}}\n" for n in range(2_000))
    text = HEAD.replace("bodies: {", f"bodies:\n{bodies}").replace("Ministry}}", "")
    text = text.replace("ministry: {name: ", "")
    targets = "".join(target(f"t{n}", owner=f"b{n}x") for n in range(2_000))
    with at_most(20):
        found = read(text + targets).problems
    assert found[0].facts["suggestion"].startswith("b")
    assert found[999].facts["suggestion"] is None


@pytest.mark.promise("large-registers")
def test_a_chain_of_three_thousand_successors_is_a_problem_not_a_walk():
    bodies = "".join(
        f"  b{n}: {{name: B, ended: 2020-01-01, successor: b{n + 1}}}\n" for n in range(3_000)
    )
    text = HEAD.replace("bodies: {ministry: {name: Ministry}}", f"bodies:\n{bodies}")
    text = text.replace("targets:", "  b3000: {name: B}\ntargets:")
    targets = "".join(target(f"t{n}", owner=f"b{n}") for n in range(500))
    with at_most(20):
        file = read(text + targets)
        owners = [
            owner_on(each.owner, file.register.bodies, date(2026, 1, 1))
            for each in file.register.targets.values()
        ]
    assert [problem.code for problem in file.problems] == ["succession_too_long"]
    assert all(owner.orphaned and len(owner.path) == 21 for owner in owners)


# Any bytes


def check_any(data: bytes) -> None:
    file = read(data)
    assert file.problems or file.register
    assert file.problems == sorted(file.problems, key=lambda problem: problem.place.sort_key)
    for problem in file.problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert all(problem_sentence(problem, words) for words in WORDS)


SHIPPED = (ROOT / "targets.yaml").read_text(encoding="utf-8")
EVERYTHING = next(path for path in GOOD if path.stem == "everything").read_text(encoding="utf-8")
PIECES = st.sampled_from(
    ["- ", ": ", ", ", "{}", "[]", "{", "}", "[", "]", "'", '"', "\n", "\n  ", "#", "|\n", "~",
     "on", "deadline", "target", "between", "[1, 2]", "1e3", "2024-02-30", "-1", "''", "\t", "\x00",
     "\u202e", "\ud800", "yes", "id: a", "revisions: [{field: target}]", "x" * 101, "9" * 40]
)  # fmt: skip
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=5)


def damaged(text: str, damage: list[tuple[float, int, str]]) -> bytes:
    """A text with pieces put in the place of some of its characters."""
    for where, cut, piece in damage:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + cut :]
    return text.encode("utf-8", "surrogatepass")


@given(st.binary(max_size=300))
@example(b"cdstrack: 1\ntitle: \xff\ntargets: []\n")
def test_any_bytes_are_a_register_or_problems(data):
    check_any(data)
    check_any(HEAD.encode() + data)


@examples(150)
@given(DAMAGE)
def test_a_damaged_register_is_a_register_or_problems(damage):
    check_any(damaged(EVERYTHING, damage))


@examples(30)
@given(DAMAGE)
def test_the_shipped_register_damaged_is_a_register_or_problems(damage):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mending, "LIMIT_BYTES", 10 * len(SHIPPED))
        check_any(damaged(SHIPPED, damage))


KEYS = st.sampled_from(
    ["cdstrack", "title", "vi", "en", "sources", "bodies", "groups", "targets", "policy", "ledger",
     "timezone", "id", "kind", "owner", "stated", "on", "by", "source", "target", "revisions",
     "field", "old", "new", "conditions", "notes", "periods", "plan", "size", "from", "n", "name",
     "successor", "successors", "succession", "how", "ended", "members", "reporters", "across",
     "each"]
)  # fmt: skip
SIGNS = ["", *"aB1-[]ổ", *map("".join, product("aB1-[]ổ", repeat=2)), "-1-1", "[a]ổ"]
words = st.sampled_from(SIGNS)
values = st.recursive(
    words | st.sampled_from(["2024", "2024-06-30", "10", "roads", "ministry", "target"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | KEYS, inner, max_size=3),
    max_leaves=6,
)


def flow(tree: object) -> str:
    """A tree as YAML, everything quoted."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return "'" + str(tree).replace("'", "''") + "'"


@examples(150)
@given(st.dictionaries(KEYS, values, max_size=5), st.dictionaries(KEYS, values, max_size=5))
def test_any_shape_is_a_register_or_problems(top, entry):
    fields = {"id": "roads", "title": "T", "kind": "reach", "owner": "ministry"} | entry
    tree = {"cdstrack": "1", "title": "T", "targets": [fields]} | top
    check_any(flow(tree).encode())


RECORDS = "".join(
    f'{{"id":"{id_}","target":"roads","date":"2024","value":"1",{more}"recorded":"{day}T00:00:00Z"}}\n'
    for id_, day, more in [("a", "2024-01-01", ""), ("b", "2024-01-02", '"corrects":"a",')]
)


def check_any_ledger(folder: Path, data: bytes) -> None:
    (folder / "targets.yaml").write_text(HEAD + target(), encoding="utf-8")
    (folder / "progress.jsonl").write_bytes(data)
    store = FileStore(folder / "targets.yaml")
    for problem in store.load().problems:
        assert problem.place is not None
        assert all(problem_sentence(problem, words) for words in WORDS)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_ledger_or_problems(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    check_any_ledger(folder, data)
    check_any_ledger(folder, RECORDS.encode() + data)


@given(DAMAGE)
def test_a_damaged_ledger_is_a_ledger_or_problems(tmp_path_factory, damage):
    data = damaged(RECORDS, damage)
    check_any_ledger(tmp_path_factory.mktemp("damaged"), data)
