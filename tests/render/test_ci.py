"""The gate as CI services read it: official schemas, and texts that mean harm."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from lxml import etree, html
from markdown_it import MarkdownIt

from cdstrack.core.checks import gate
from cdstrack.core.model.structs import replace
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.ci import sarif
from cdstrack.render.ci.formats import ANNOTATIONS, FORMATS, SUMMARY_BYTES
from cdstrack.render.ci.items import GateReport, Item
from cdstrack.render.ci.parts import in_repository
from tests.cases import every_case
from tests.steps import steps

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_bytes()))
JENKINS = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
EN = Words("en")
DAY = date(2026, 11, 21)

HARM = {
    "line break": "a\n::error::b",
    "return": "a\r::error::b",
    "both": "a\r\n::error::b",
    "encoded": "100%0A::error::b%0D%25",
    "stop": "::stop-commands::x",
    "old command": "##[error]x ##vso[task.complete result=Failed]",
    "cdata": "]]></failure><x>&amp;",
    "nul": "a\x00b",
    "escape": "\x1b[31mred\x1b[0m \x9b",
    "bidi": "abc\u202egpj\u2066",
    "separators": "a\x0b\x0c\x1c\x85\u2028\u2029b",
    "surrogate": "a\ud800b\udc80",
    "no character": "a\ufffe\uffffb",
    "markup": "a|b <script>alert(1)</script> ![x](http://y.example) `c` \\| \\",
    "link": "[x](javascript:y) {0} {{1}}",
    "property": "a,line=1,title=b::c",
    "quotes": "\"'=<>&",
    "Vietnamese": "Cải cách thủ tục",
    "empty": "",
}
PATHS = {
    "plain": "targets.yaml",
    "blank": "my targets.yaml",
    "hash": "a#b.yaml",
    "percent": "a%20b%.yaml",
    "comma": "a,b.yaml",
    "colon": "http:a.yaml",
    "question": "a?b.yaml",
    "Vietnamese": "sổ/cam kết.yaml",
    "line break": "a\nb.yaml",
    "undecodable": "a\udcff.yaml",
    "dots": "./x/../y//targets.yaml",
    "above": "../targets.yaml",
}


def item(code="overdue", level="fail", target="trained", **changes) -> Item:
    made = Item(
        code=code,
        level=level,
        target=target,
        title="Officials trained",
        message="Officials trained: 12 days overdue; 5 of 10",
        remedy="Passes when a report shows the target met.",
        file="targets.yaml",
        line=7,
        column=5,
        fingerprint=hashlib.md5(repr((code, target)).encode(), usedforsecurity=False).hexdigest(),
    )
    return replace(made, **changes)


def report(*items: Item, complete=True) -> GateReport:
    passed = complete and not any(each.fails for each in items)
    return GateReport(DAY, "targets.yaml", passed, complete, items)


PROBLEM = item("problem", target="", title="", message="The key x is unknown.", line=3)
WARNING = item("stale", "warn", "late")
WAIVED = item(target="law", waived="waived until 31 December 2026 by An: under appeal")
MIXED = report(WAIVED, WARNING, PROBLEM, item(), complete=False)
HOSTILE = {
    **{name: item(title=text, message=f"{text}: late", target=text) for name, text in HARM.items()},
    **{f"path {name}": item(file=path) for name, path in PATHS.items()},
    **{f"waived {name}": item(waived=text or "-", remedy=text) for name, text in HARM.items()},
}
REPORTS = {
    "none": report(),
    "mixed": MIXED,
    "waived": report(WAIVED),
    "warned": report(WARNING),
    "many": report(*[item(target=f"t{n}", line=n + 1) for n in range(30)]),
    "every code": report(*[item(code, "warn") for code in gate.CODES]),
    "hostile": report(*HOSTILE.values()),
    **{name: report(each) for name, each in HOSTILE.items()},
}

every_report = every_case("shown", REPORTS.values())


def unseen(text: str) -> set[str]:
    bad = {c for c in set(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    return bad - {"\n"} | {c for c in "\ufffe\uffff" if c in text}


@every_report
def test_nothing_unseen_is_written(shown):
    for form, lang in product(FORMATS, LANGUAGES):
        said = FORMATS[form](shown, Words(lang))
        assert unseen(said) == set(), (form, lang)
        assert said == "" or said.endswith("\n"), (form, lang)
        said.encode()


@pytest.mark.parametrize("form", FORMATS)
def test_codes_stay_and_sentences_are_translated(form):
    shown = report(PROBLEM, *[item(target=f"t{n}") for n in range(30)])
    said = {lang: FORMATS[form](shown, Words(lang)) for lang in LANGUAGES}
    assert all("overdue" in text and "problem" in text for text in said.values())
    assert (said["vi"] == said["en"]) == (form in {"gitlab", "junit"})  # no words but the items'


@pytest.mark.parametrize("form", FORMATS)
def test_work_is_linear(form):
    def work(n: int) -> int:
        shown = report(*[item(target=f"t{k}", fingerprint="same") for k in range(n)])
        return steps(lambda: FORMATS[form](shown, EN))

    assert work(800) < 5 * work(200)


# github

COMMAND = re.compile(r"::(error|warning|notice) ([^\n]*?)::(.*)")


def unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def annotations(shown: GateReport) -> list[tuple[str, dict[str, str], str]]:
    """What the runner makes of the output: a command a line, its properties, its message."""
    found = []
    for line in re.split("\r\n|\r|\n", FORMATS["github"](shown, EN))[:-1]:
        level, properties, message = COMMAND.fullmatch(line).groups()
        pairs = [pair.split("=", 1) for pair in properties.split(",")]
        known = {
            key: unescaped(value.replace("%3A", ":").replace("%2C", ",")) for key, value in pairs
        }
        found.append((level, known, unescaped(message)))
    return found


def written_out(text: str) -> str:
    """The text as it may be read: all but line breaks is visible."""
    keep = {"\r", "\n"}
    return "".join(
        c if c in keep or not unseen(c) else f"\\x{ord(c):02x}" if ord(c) < 256 else
        f"\\u{ord(c):04x}" for c in text
    )  # fmt: skip


@pytest.mark.promise("one-annotation")
@every_case("text", HARM.values())
def test_github_keeps_a_message_whole_and_makes_it_one_annotation(text):
    each = item(message=text)
    [(level, properties, message)] = annotations(report(each))
    assert (level, set(properties)) == ("error", {"file", "line", "col", "title"})
    assert message == f"{written_out(text)}\n→ {each.remedy}"


@pytest.mark.promise("paths")
@every_case("name", ["blank", "hash", "percent", "comma", "colon", "line break"])
def test_github_keeps_a_path_whole(name):
    [(_, properties, _)] = annotations(report(item(file=PATHS[name])))
    assert properties["file"] == PATHS[name]


def test_github_line_as_it_is_written():
    said = FORMATS["github"](report(item(file="a,b:c.yaml", message="50% gone")), EN)
    assert said == (
        "::error file=a%2Cb%3Ac.yaml,line=7,col=5,title=cdstrack overdue%3A trained"
        "::50%25 gone%0A→ Passes when a report shows the target met.\n"
    )


@pytest.mark.promise("annotation-limit")
def test_github_says_the_worst_first_ten_times_and_then_how_many_more():
    warnings = [item("stale", "warn", f"w{n}") for n in range(9)]
    fails = [item(target=f"f{n}") for n in range(4)]
    told = annotations(report(*warnings, WAIVED, *fails))
    levels = [level for level, _, _ in told]
    assert levels == ["error"] * 4 + ["warning"] * 6 + ["notice"]
    assert told[-1][2].startswith("3 more findings are not shown here (4 failures, 9 warnings, ")


def test_github_ten_findings_need_no_notice():
    assert len(annotations(report(*[item(target=f"t{n}") for n in range(10)]))) == ANNOTATIONS


def test_github_says_nothing_of_what_is_waived():
    assert annotations(report(WAIVED)) == []


def test_github_cuts_what_it_would_refuse():
    [(_, properties, message)] = annotations(report(item(target="t" * 999, message="x" * 99_999)))
    assert len(properties["title"]) < 255
    assert len(message) < 5_000


# summary

CELL_END = re.compile(r"(?<!\\)(?:\\\\)*\|")


def rows(shown: GateReport) -> list[list[str]]:
    said = FORMATS["summary"](shown, EN)
    return [CELL_END.split(line)[1:-1] for line in said.splitlines() if line.startswith("|")]


@pytest.mark.promise("summary")
@every_report
def test_summary_has_six_cells_a_finding_whatever_it_holds(shown):
    table = rows(shown)
    assert len(table) == (len(shown.items) + 2 if shown.items else 0)
    assert {len(row) for row in table} <= {6}


@every_report
def test_summary_as_a_page_shows_it(shown):
    """A table of text: no picture, no link, no element but ours, and the words as they were."""
    page = MarkdownIt("commonmark").enable("table").render(FORMATS["summary"](shown, EN))
    tags = {element.tag for element in html.fromstring(f"<div>{page}</div>").iter()}
    table_tags = {"table", "thead", "tbody", "tr", "th", "td"}
    assert tags <= {"div", "h2", "p", "strong", "code", "br", *table_tags}
    table = html.fromstring(f"<div>{page}</div>").xpath("//tbody/tr")
    assert [len(row) for row in table] == [6] * len(shown.items)


@every_case("name", ["stop", "old command", "cdata", "property", "quotes", "encoded"])
def test_summary_keeps_words_as_they_were(name):
    shown = report(item(title=HARM[name], target=""))
    page = MarkdownIt("commonmark").enable("table").render(FORMATS["summary"](shown, EN))
    assert html.fromstring(page).xpath("//tbody/tr")[0][2].text_content() == HARM[name]


def test_summary_cell_is_text():
    title = "a|b <script> ![x](y)"
    [_, _, row] = rows(report(item(title=title)))
    assert row[2] == r" a\|b &lt;script&gt; \!\[x\]\(y\)<br><code>trained</code> "


def test_summary_counts_and_says_what_could_not_be_judged():
    said = FORMATS["summary"](MIXED, EN)
    head = "2 failures, 1 warning, 1 waived; as of 21 Nov 2026"
    assert said.startswith(f"## Check of commitments: failed\n\n{head}\n\n")
    assert "**Not everything could be judged" in said
    assert [row[0].strip() for row in rows(MIXED)[2:]] == [
        "✗ fails", "✗ fails", "! warns", "· waived"
    ]  # fmt: skip


def test_summary_of_a_clean_run():
    said = FORMATS["summary"](report(), EN)
    assert said.splitlines()[0] == "## Check of commitments: passed"
    assert said.endswith("\nNo finding.\n")


@pytest.mark.promise("summary")
@pytest.mark.parametrize("message", ["ấ" * 500, "x" * 5_000_000, "<" * 900])
def test_summary_stays_below_a_mebibyte_and_says_what_it_left_out(message):
    shown = report(*[item(target=f"t{n}", message=message) for n in range(3000)])
    said = FORMATS["summary"](shown, Words("vi"))
    left = re.search("\n\nCòn ([0-9.]+) phát hiện không ghi ở đây", said)
    table = [line for line in said.splitlines() if line.startswith("|")]
    assert len(said.encode()) < SUMMARY_BYTES
    assert int(left[1].replace(".", "")) + len(table) - 2 == 3000
    assert len(table) > 100


# SARIF


def log(shown: GateReport) -> dict:
    return json.loads(FORMATS["sarif"](shown, EN))


@pytest.mark.promise("sarif")
@every_report
def test_sarif_is_valid(shown):
    SARIF.validate(log(shown))


@pytest.mark.promise("sarif")
@every_report
def test_sarif_is_as_code_scanning_wants_it(shown):
    """The multitool's rules for GitHub, and the limits that GitHub states."""
    made = log(shown)
    assert made["$schema"].endswith("/sarif-2.1.0.json")  # GH1011, GH1013
    [run] = made["runs"]  # at most 20
    driver = run["tool"]["driver"]
    assert driver["name"]  # GH1018
    assert driver["semanticVersion"]
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for rule in driver["rules"]:
        assert "name" not in rule  # SARIF1001: not the id said twice
        assert rule["help"]["text"]
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
    marks = set()
    for result in run["results"]:  # GH1014; at most 25,000
        assert rules[result["ruleIndex"]] == result["ruleId"]  # GH1015
        assert result["message"]["text"].strip()  # GH1007
        [location] = result["locations"]  # GH1001, GH1016; at most 1,000
        uri = location["physicalLocation"]["artifactLocation"]["uri"]  # GH1017
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)  # GH1005, SARIF1002
        assert not uri.startswith("/")
        region = location["physicalLocation"]["region"]  # GH1003
        assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert region["endColumn"] > region["startColumn"] > 0 < region["startLine"]
        marks.add(result["partialFingerprints"]["cdstrack/v1"])
    assert len(marks) == len(shown.items)


@pytest.mark.promise("sarif")
def test_sarif_holds_no_more_results_than_are_taken_and_says_so(monkeypatch):
    assert sarif.MOST_RESULTS == 25_000
    monkeypatch.setattr(sarif, "MOST_RESULTS", 40)
    warnings = [item("stale", "warn", f"t{number}") for number in range(41)]
    [run] = log(report(*warnings, item()))["runs"]
    assert len(run["results"]) == 40
    assert run["results"][0]["ruleId"] == "overdue"
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("2 more results are left out here")
    assert "toolExecutionNotifications" not in log(MIXED)["runs"][0]["invocations"][0]


@pytest.mark.promise("sarif")
@every_case("name", sorted(set(PATHS) - {"dots", "undecodable"}))
def test_sarif_address_is_the_path(name):
    [result] = log(report(item(file=PATHS[name])))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == PATHS[name]


@pytest.mark.promise("paths")
def test_sarif_addresses_as_they_are_written():
    named = ["./x/../y//a b.yaml", "sổ.yaml", "a\udcff.yaml", "/home/a b.yaml", "c:d.yaml"]
    results = log(report(*[item(file=name) for name in named]))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "y/a%20b.yaml", "s%E1%BB%95.yaml", "a%FF.yaml", "file:///home/a%20b.yaml", "c%3Ad.yaml"
    ]  # fmt: skip


def test_sarif_levels_suppressions_and_success():
    [run] = log(MIXED)["runs"]
    told = [(each["ruleId"], each["level"], each["suppressions"]) for each in run["results"]]
    waiver = {"kind": "external", "status": "accepted", "justification": WAIVED.waived}
    assert told == [
        ("problem", "error", []),
        ("overdue", "error", []),
        ("stale", "warning", []),
        ("overdue", "note", [waiver]),
    ]
    assert run["invocations"] == [{"executionSuccessful": False}]


def test_sarif_without_waivers_has_no_suppressions():
    [run] = log(report(item()))["runs"]
    assert "suppressions" not in run["results"][0]
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_message_holds_no_link():
    [result] = log(report(item(message=HARM["link"])))["runs"][0]["results"]
    assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])


# GitLab


def issues(shown: GateReport) -> list[dict]:
    return json.loads(FORMATS["gitlab"](shown, EN))


@pytest.mark.promise("gitlab")
@every_report
def test_gitlab_has_every_field_it_needs(shown):
    told = issues(shown)
    assert len(told) == sum(not each.waived for each in shown.items)
    for issue in told:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["description"]
        assert "\n" not in issue["description"]
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(issue["location"]["lines"]["begin"], int)
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert not [text for text in issue.values() if isinstance(text, str) and unseen(text)]
    assert len({issue["fingerprint"] for issue in told}) == len(told)


@pytest.mark.promise("gitlab")
def test_gitlab_of_a_clean_run_is_an_empty_list():
    assert FORMATS["gitlab"](report(), EN) == "[]\n"


def test_gitlab_says_the_worst_first_without_what_is_waived():
    told = [(each["check_name"], each["severity"]) for each in issues(MIXED)]
    assert told == [("problem", "blocker"), ("overdue", "critical"), ("stale", "minor")]


@pytest.mark.promise("gitlab")
def test_gitlab_keeps_fingerprints_over_moves_and_makes_equal_ones_different():
    twice = [item(line=1), item(line=2)]
    first, second = [each["fingerprint"] for each in issues(report(*twice))]
    moved = [each["fingerprint"] for each in issues(report(item(line=90), item(line=99)))]
    assert first == item().fingerprint
    assert [first, second] == moved
    assert first != second


# JUnit

ANT_TEXT = {"name", "classname", "package", "hostname"}


def suite(shown: GateReport):
    said = FORMATS["junit"](shown, EN).encode()
    root = etree.fromstring(said)
    JENKINS.assertValid(root)
    [only] = root
    return only


@pytest.mark.promise("junit")
@every_report
def test_junit_is_valid(shown):
    suite(shown)


@pytest.mark.promise("junit")
@every_report
def test_junit_is_as_the_schema_of_ant_wants_it(shown):
    """What the windyroad schema asks over the other one."""
    made = suite(shown)
    assert made.getparent().tag == "testsuites"
    assert not made.getparent().attrib
    assert set(made.attrib) == {
        "name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped",
        "time",
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", made.get("timestamp"))
    tags = [child.tag for child in made]
    cases = len(shown.items) or 1
    assert tags == ["properties", *["testcase"] * cases, "system-out", "system-err"]
    assert all(set(each.attrib) == {"name", "value"} for each in made[0])
    for case in made.iter("testcase"):
        assert set(case.attrib) == {"name", "classname", "time"}
        assert [child.tag for child in case] in ([], ["skipped"], ["failure"])
        assert all(set(child.attrib) == {"message", "type"} for child in case.iter("failure"))
    assert not list(made.find("system-out"))
    for name, tag in {"tests": "testcase", "failures": "failure", "skipped": "skipped"}.items():
        assert int(made.get(name)) == len(list(made.iter(tag)))
    names = Counter((case.get("classname"), case.get("name")) for case in made.iter("testcase"))
    assert set(names.values()) == {1}


@pytest.mark.promise("junit")
def test_junit_cases():
    made = suite(MIXED)
    told = {(case.get("classname"), case.get("name")): case for case in made.iter("testcase")}
    results = {key: [child.tag for child in case] for key, case in told.items()}
    assert results == {
        ("cdstrack.problem", "targets.yaml:3:5"): ["failure"],
        ("cdstrack.overdue", "trained"): ["failure"],
        ("cdstrack.stale", "late"): [],
        ("cdstrack.overdue", "law"): ["skipped"],
    }
    assert told["cdstrack.overdue", "law"][0].get("message") == WAIVED.waived
    assert told["cdstrack.overdue", "trained"][0].get("type") == "overdue"
    assert "targets.yaml:7:5: warns [stale]" in made.findtext("system-out")


@pytest.mark.parametrize("name", ["cdata", "markup", "quotes", "line break", "Vietnamese"])
def test_junit_keeps_texts(name):
    [failure] = suite(report(item(message=HARM[name]))).iter("failure")
    assert HARM[name] in failure.text
    assert failure.get("message") == HARM[name].replace("\n", " ")


def test_junit_of_a_clean_run_is_one_case_that_passes():
    [case] = suite(report()).iter("testcase")
    assert (case.get("classname"), case.get("name"), len(case)) == ("cdstrack", "check", 0)


def test_junit_never_passes_what_could_not_be_judged():
    made = suite(report(complete=False))
    assert made.get("failures") == "1"
    assert len(list(made.iter("failure"))) == 1


# Files and where they are


@pytest.mark.promise("paths")
def test_files_are_named_from_the_repository(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    named = ["targets.yaml", "./a/b.yaml", "../up.yaml", str(tmp_path / "x.yaml"), "/elsewhere/y"]
    shown = in_repository(report(*[item(file=name) for name in named]), str(tmp_path))
    assert [each.file.replace("\\", "/") for each in shown.items] == [
        "data/targets.yaml", "data/a/b.yaml", "up.yaml", "x.yaml", "/elsewhere/y"
    ]  # fmt: skip
