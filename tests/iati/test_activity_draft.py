"""IATI activities brought in: what becomes of them, what is doubted, what is refused and where."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cdstrack.app.catalogue.activity_draft import read_activities
from cdstrack.app.catalogue.draft_entries import DraftTerms
from cdstrack.store.xml_file import read_xml
from tests.cli.build import read_yaml
from tests.work_steps import Steps

LANTERN = Path(__file__).with_name("lantern.xml")
"""Results as an organisation might publish them, by sex and in two languages."""


@pytest.fixture
def drafts(cli):
    """Draft from an activity: what was read, as the run and as YAML."""

    def give(text: str | bytes, *args: str, lang: str = "en"):
        data = text.encode("utf-8") if isinstance(text, str) else text
        (cli.folder / "activity.xml").write_bytes(data)
        ran = cli("draft", "activity.xml", *args, "--lang", lang)
        return ran, read_yaml(ran.out) if ran.out else None

    return give


DECLARATION = "document type declaration"


def activity(indicators: str, *, head: str = "") -> str:
    """An activity with one result of these indicators."""
    return (
        '<iati-activities version="2.03"><iati-activity xml:lang="en">'
        "<iati-identifier>XM-EX-1</iati-identifier>"
        '<reporting-org ref="XM-EX" type="21"><narrative>Lantern</narrative></reporting-org>'
        f"<title><narrative>Work</narrative></title>{head}"
        f'<result type="1"><title><narrative>Output</narrative></title>{indicators}</result>'
        "</iati-activity></iati-activities>"
    )


def indicator(parts: str, *, measure: str = "1", more: str = "") -> str:
    return (
        f'<indicator measure="{measure}" {more}><title><narrative>Wells</narrative></title>'
        f"{parts}</indicator>"
    )


def period(parts: str, first: str = "2023-01-01", last: str = "2023-12-31") -> str:
    return (
        f'<period><period-start iso-date="{first}"/><period-end iso-date="{last}"/>{parts}</period>'
    )


def target_of(drafts, value: str, **more: str) -> dict[str, Any]:
    """The one target of an indicator with a period for this value."""
    _, draft = drafts(activity(indicator(period(f'<target value="{value}"/>'), **more)))
    return draft["targets"][-1]


def comments(text: str) -> str:
    lines = [line.strip().removeprefix("# ") for line in text.splitlines() if "# " in line]
    return " ".join(lines)


# What becomes of what


def test_an_activity_and_its_results_are_headings_above_its_targets(drafts):
    _, draft = drafts(LANTERN.read_bytes())
    headings = {
        one["id"]: one.get("part_of") for one in draft["targets"] if one["kind"] == "heading"
    }
    assert headings == {
        "work-for-the-valley": None, "people-earn-a-living": "work-for-the-valley",
    }  # fmt: skip
    first = draft["targets"][2]
    assert (first["indicator"], first["part_of"]) == (
        "workers-who-learn-a-trade", "people-earn-a-living",
    )  # fmt: skip
    assert first["tags"] == ["outcome"]


def test_every_period_with_a_target_is_a_target_on_the_indicator(drafts):
    _, draft = drafts(LANTERN.read_bytes())
    of_trade = [
        one for one in draft["targets"] if one.get("indicator") == "workers-who-learn-a-trade"
    ]
    assert [(one["target"], one["start"], one["deadline"]) for one in of_trade] == [
        ({"at_least": 500}, 2023, 2023), ({"at_least": 600}, 2024, 2024),
    ]  # fmt: skip
    assert draft["indicators"]["workers-who-learn-a-trade"]["title"] == {
        "vi": "Người lao động được học nghề", "en": "Workers who learn a trade",
    }  # fmt: skip


def test_what_carries_a_dimension_is_a_slice_and_what_adds_up_is_a_sum(drafts):
    ran, draft = drafts(LANTERN.read_bytes())
    trade = draft["indicators"]["workers-who-learn-a-trade"]
    assert trade["breakdown"] == {"sex": {"women": "Women", "men": "Men"}}
    assert (trade["total"], trade["total_by"]) == ("sum", "sex")
    assert draft["targets"][2]["slices"] == [
        {"slice": {"sex": "women"}, "target": {"at_least": 300},
         "baseline": {"value": 0, "date": 2022}},
        {"slice": {"sex": "men"}, "target": {"at_least": 200}},
    ]  # fmt: skip
    assert "make that of the whole" in comments(ran.out)


def test_a_descending_indicator_is_a_ceiling(drafts):
    _, draft = drafts(LANTERN.read_bytes())
    water = draft["targets"][4]
    assert water["target"] == {"at_most": 12.5}
    assert water["x-iati-reference"] == ["9 6.1.1"]


def test_a_qualitative_indicator_is_listed_with_its_words_as_evidence(drafts):
    _, draft = drafts(LANTERN.read_bytes())
    trust = draft["targets"][5]
    assert (trust["kind"], trust["stated"]["figure"]) == (
        "unquantified", "People ask it for advice",
    )  # fmt: skip
    assert [note["en"] for note in trust["notes"] if note.get("evidence")] == ["Some do"]


def test_whoever_implements_is_the_owner_and_whoever_pays_is_not_named(drafts):
    _, draft = drafts(LANTERN.read_bytes())
    assert draft["targets"][2]["owner"] == "valley-centre"
    assert [body["name"] for body in draft["bodies"].values()] == ["Valley Centre", "Lantern Trust"]
    assert draft["iati"] == {
        "activity": "XM-EXAMPLE-77", "org": "XM-EXAMPLE", "type": 21, "reporter": "lantern-trust",
    }  # fmt: skip


def test_women_men_and_total_are_judged_as_the_file_meant_them(cli):
    ran = cli("draft", str(LANTERN), "-o", "targets.yaml", "--reports", "reports.csv")
    assert ran.code == 0, ran.err
    assert cli("validate").code == 0
    assert cli("import", "reports.csv", "--yes").code == 0
    whole = cli.state("workers-who-learn-a-trade-2023")
    assert (whole["value"], whole["state"]) == (460, "overdue")
    page = cli("--lang", "en", "show", "workers-who-learn-a-trade-2023").out
    assert "310" in page
    assert "150" in page


def test_a_source_is_the_document_where_an_actual_value_names_one(cli):
    cli("draft", str(LANTERN), "-o", "targets.yaml", "--reports", "reports.csv")
    with (cli.folder / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["slice"], row["date"], row["value"], row["source"]) for row in rows] == [
        ("sex=women", "2023", "310", "xm-example-77"),
        ("sex=men", "2023", "150", "xm-example-77"),
        ("", "2023-01-01/2025-06-30", "33.1250%", "water-survey"),
    ]
    draft = read_yaml((cli.folder / "targets.yaml").read_text(encoding="utf-8"))
    assert draft["sources"]["water-survey"]["url"] == "https://lantern.example/water.pdf"


def test_figures_that_are_not_asked_for_are_said_to_be_left(drafts):
    ran, _ = drafts(LANTERN.read_bytes())
    assert "3 figures were reported and not written: --reports reports.csv" in ran.err


def test_beside_a_register_its_bodies_are_found_again(cli, drafts):
    cli("draft", str(LANTERN), "-o", "targets.yaml")
    _, part = drafts(LANTERN.read_bytes())
    assert "bodies" not in part
    assert part["targets"][2]["owner"] == "valley-centre"
    assert "cdstrack" not in part


# Figures as publishers write them


@pytest.mark.parametrize(
    ("value", "goal"),
    [
        ("100", {"at_least": 100}),
        (" 100.50 ", {"at_least": 100.5}),
        ("-3", {"at_least": -3}),
        ("12,5", {"at_least": 12.5}),
        ("1,000", {"at_least": 1000}),
        ("80%", {"at_least": 80}),
        ("&lt; 5", {"less_than": 5}),
        ("≥ 80", {"at_least": 80}),
        ("5-10", {"at_least": 5, "up_to": 10}),
    ],
)
def test_a_figure_is_read(drafts, value, goal):
    assert target_of(drafts, value)["target"] == goal


def test_a_figure_that_is_no_number_of_iati_is_doubted(drafts):
    ran, _ = drafts(activity(indicator(period('<target value="12,5"/>'))))
    assert "“12,5” is no number as IATI writes them" in comments(ran.out)


@pytest.mark.parametrize("value", ["many", "TBC", "NaN", "1" * 40, "increase by 10%"])
def test_what_is_no_figure_is_refused_by_its_place(drafts, value):
    ran, draft = drafts(activity(indicator(period(f'<target value="{value}"/>'))))
    assert ran.code == 3
    assert "activity.xml:1 result[1]/indicator[1]/period[1]/target[1]: error: " in ran.err
    assert draft["targets"][-1]["kind"] == "unquantified"


@pytest.mark.parametrize("value", ["", "n/a", "-"])
def test_no_figure_is_no_target(drafts, value):
    ran, draft = drafts(activity(indicator(period(f'<target value="{value}"/>'))))
    assert ran.code == 0
    assert draft["targets"][-1]["kind"] == "unquantified"


@pytest.mark.parametrize("measure", ["3", "5"])
def test_a_scale_of_words_is_not_judged(drafts, measure):
    assert target_of(drafts, "4", measure=measure)["kind"] == "unquantified"


def test_percent_and_places_in_an_order_have_their_unit(drafts):
    for measure, unit in (("2", "%"), ("4", {"vi": "bậc", "en": "rank"})):
        _, draft = drafts(activity(indicator(period('<target value="4"/>'), measure=measure)))
        assert draft["indicators"]["wells"]["unit"] == unit


def test_a_percentage_up_to_1_is_doubted_and_asked_about_when_it_is_imported(cli, drafts):
    parts = period('<target value="0.8"/><actual value="0.5"/>')
    text = activity(indicator(parts, measure="2"))
    ran, _ = drafts(text)
    assert "a percentage of 0.8: is 80% meant?" in comments(ran.out)
    drafts(text, "-o", "targets.yaml", "--reports", "reports.csv")
    ran = cli("--lang", "en", "import", "reports.csv", "--yes")
    assert (ran.code, "--fractions percent" in ran.err) == (3, True)


# What does not fit together


@pytest.mark.parametrize(
    ("parts", "place", "sentence"),
    [
        (period("", "2024-12-31", "2024-01-01"), "period[1]", "ends before it begins"),
        (period('<target value="5"/><target value="6"/>'), "period[1]/target[2]", "second target"),
        (period('<actual value="5"/><actual value="6"/>'), "period[1]/actual[2]", "second actual"),
        (period('<actual value="5"/>', last="2026-12-31"), "period[1]/actual[1]", "is not over"),
        (period('<target value="5"><dimension name="Sex"/></target>'), "period[1]/target[1]",
         "name and a value"),
        (period("", "2024-02-30"), "period[1]", "no day as IATI writes them"),
        ('<baseline year="2020" value="1"/><baseline year="2020" value="2"/>', "baseline[2]",
         "second baseline"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_by_its_place(drafts, parts, place, sentence):
    ran, _ = drafts(activity(indicator(parts)))
    assert ran.code == 3
    assert f"activity.xml:1 result[1]/indicator[1]/{place}: error: " in ran.err
    assert sentence in " ".join(ran.err.split())


def test_the_same_target_twice_is_one(drafts):
    ran, draft = drafts(activity(indicator(period('<target value="5"/><target value="5.0"/>'))))
    assert (ran.code, draft["targets"][-1]["target"]) == (0, {"at_least": 5})


def test_a_direction_that_is_none_is_refused_and_one_that_contradicts_the_baseline_doubted(drafts):
    ran, _ = drafts(activity(indicator("", more='ascending="yes"')))
    assert 'ascending="yes" is neither true nor false' in ran.err
    falling = '<baseline year="2020" value="9"/>' + period('<target value="5"/>')
    ran, _ = drafts(activity(indicator(falling)))
    assert "the target lies below the baseline 9" in comments(ran.out)


def test_a_baseline_of_the_year_of_the_deadline_has_no_date(cli, drafts):
    parts = '<baseline year="2023" value="1"/>' + period('<target value="5"/>')
    ran, draft = drafts(activity(indicator(parts)))
    assert draft["indicators"]["wells"]["baseline"] == {"value": 1}
    assert "not before the deadline" in comments(ran.out)


def test_several_baselines_stand_in_order(drafts):
    parts = '<baseline year="2021" value="2"/><baseline year="2020" value="1"/>'
    _, draft = drafts(activity(indicator(parts + period('<target value="5"/>'))))
    assert draft["indicators"]["wells"]["baselines"] == [
        {"value": 1, "date": 2020}, {"value": 2, "date": 2021},
    ]  # fmt: skip


def test_targets_of_categories_alone_leave_the_whole_to_them(cli, drafts):
    parts = period(
        '<target value="5"><dimension name="Sex" value="Female"/></target>'
        '<target value="4"><dimension name="sex" value="Male"/></target>'
    )
    drafts(activity(indicator(parts)), "-o", "targets.yaml")
    assert cli("validate").code == 0
    draft = read_yaml((cli.folder / "targets.yaml").read_text(encoding="utf-8"))
    assert draft["targets"][-1]["kind"] == "unquantified"
    assert draft["indicators"]["wells"]["breakdown"] == {
        "sex": {"female": "Female", "male": "Male"}
    }


def test_two_dimensions_of_one_figure_are_crossed_and_one_location_for_all_is_none(drafts):
    parts = period(
        '<target value="5"><location ref="L1"/><dimension name="Sex" value="F"/>'
        '<dimension name="Age" value="Child"/></target>'
        '<target value="9"><location ref="L1"/></target>'
    )
    _, draft = drafts(activity(indicator(parts)))
    assert draft["indicators"]["wells"]["crosses"] == [["age", "sex"]]
    assert list(draft["indicators"]["wells"]["breakdown"]) == ["sex", "age"]


def test_a_language_that_is_neither_gives_way(drafts):
    title = (
        '<narrative xml:lang="fr">Puits</narrative><narrative xml:lang="en-GB">Wells</narrative>'
    )
    text = activity(indicator(period('<target value="5"/>'))).replace(
        "<narrative>Wells</narrative>", title
    )
    _, draft = drafts(text)
    assert draft["indicators"]["wells"]["title"] == "Wells"


def test_a_title_without_a_narrative_is_read(drafts):
    text = activity(indicator(period('<target value="5"/>')))
    _, draft = drafts(text.replace("<narrative>Wells</narrative>", "Wells"))
    assert draft["indicators"]["wells"]["title"] == "Wells"


def test_what_is_said_of_the_document_stands_in_its_source(drafts):
    options = ("--source", "plan", "--title", "Plan", "--date", "3 June 2020", "--by", "The board")
    _, draft = drafts(LANTERN.read_bytes(), *options)
    source = draft["sources"]["plan"]
    assert (source["title"], source["publisher"]) == ("Plan", "The board")
    assert source["date"].isoformat() == "2020-06-03"


def test_a_kind_of_organisation_that_the_standard_has_not_is_left_out(cli, drafts):
    text = activity(indicator(period('<target value="5"/>'))).replace('type="21"', 'type="99"')
    drafts(text, "-o", "targets.yaml")
    assert cli("validate").code == 0


def test_a_result_called_as_its_activity_is_no_heading_of_its_own(drafts):
    text = activity(indicator(period('<target value="5"/>'))).replace(">Output<", ">Work<")
    _, draft = drafts(text)
    assert [one["id"] for one in draft["targets"]] == ["work", "wells-2023"]


def test_several_activities_are_several_trees(cli, drafts):
    one = activity(indicator(period('<target value="5"/>')))
    body = one.removeprefix('<iati-activities version="2.03">').removesuffix("</iati-activities>")
    _, draft = drafts(f'<iati-activities version="2.03">{body}{body}</iati-activities>')
    assert [entry["id"] for entry in draft["targets"] if "part_of" not in entry] == [
        "work",
        "work-2",
    ]
    assert "iati" not in draft


def test_older_versions_of_the_standard_are_read(drafts):
    text = activity(indicator(period('<target value="5"/>')))
    for version in ("2.01", "2.02"):
        _, draft = drafts(text.replace("2.03", version))
        assert draft["targets"][-1]["target"] == {"at_least": 5}


def test_2_000_indicators_are_read(cli, drafts):
    many = "".join(indicator(period(f'<target value="{n}"/>')) for n in range(1, 2_001))
    ran, _ = drafts(activity(many), "-o", "targets.yaml")
    assert ran.code == 0
    assert "Drafted 2,000 commitments on 2,000 indicators" in ran.err


# What is no such file


@pytest.mark.promise("doctype")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', DECLARATION),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', DECLARATION),
        ('<!DOCTYPE a SYSTEM "http://a.example/a.dtd"><a/>', DECLARATION),
        ("<a>" * 5000, "too large"),
        ("<a>&b;</a>", "undefined entity"),
        ("", "no element found"),
        (b"\x00\xff\xfe", "not well-formed"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>', "not well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "unknown encoding"),
        ("<iati-organisations/>", "begins with <iati-organisations>"),
        ('<iati-activities xmlns="urn:x"/>', "begins with <{urn:x}iati-activities>"),
        ('<iati-activities version="1.05"/>', "version 1.05"),
        ('<iati-activities version="2.03"><iati-activity/></iati-activities>', "no activity with"),
    ],
)  # fmt: skip
def test_what_is_hostile_or_another_file_is_answered_by_a_sentence(drafts, text, sentence):
    ran, _ = drafts(text)
    assert (ran.code, ran.out) == (3, "")
    assert sentence in ran.err


def test_other_encodings_are_read(drafts):
    text = activity(indicator(period('<target value="5"/>'))).replace("Wells", "Giếng")
    for encoding, lead in (("utf-16", "UTF-16"), ("cp1258", "windows-1258")):
        named = f'<?xml version="1.0" encoding="{lead}"?>{text}'
        data = (
            named.replace("Giếng", "Gi\u00ea\u0301ng").encode(encoding)
            if lead != "UTF-16"
            else named.encode(encoding)
        )
        _, draft = drafts(data)
        assert draft["indicators"]["gieng"]["title"] == "Giếng"


def test_extensions_of_others_are_passed_over(drafts):
    text = activity(indicator(period('<target value="5"/>') + '<x:y xmlns:x="urn:x">z</x:y>'))
    _, draft = drafts(text)
    assert draft["targets"][-1]["target"] == {"at_least": 5}


def test_options_for_sheets_are_refused_for_xml_and_the_other_way_round(cli, drafts):
    ran, _ = drafts(LANTERN.read_bytes(), "--deadline", "2025")
    assert (ran.code, "--deadline is for sheets" in ran.err) == (2, True)
    (cli.folder / "table.csv").write_text("Title,Goal\nA,5\n", encoding="utf-8")
    assert cli("draft", "table.csv", "--reports", "r.csv").code == 2
    assert cli("draft", "table.csv", "activity.xml").code == 2


def test_no_file_that_is_there_is_written_over(cli, drafts):
    (cli.folder / "reports.csv").write_text("mine", encoding="utf-8")
    ran, _ = drafts(LANTERN.read_bytes(), "--reports", "reports.csv")
    assert ran.code == 3
    assert (cli.folder / "reports.csv").read_text(encoding="utf-8") == "mine"


def test_whoever_waits_sees_how_many_indicators_are_done(cli):
    indicator = f'<indicator measure="1"><title>{"<narrative>A</narrative>"}</title></indicator>'
    (cli.folder / "a.xml").write_text(
        '<iati-activities version="2.03"><iati-activity><title><narrative>T</narrative></title>'
        f"<result><title><narrative>R</narrative></title>{indicator * 3}</result>"
        "</iati-activity></iati-activities>",
        encoding="utf-8",
    )
    steps = Steps()
    terms = DraftTerms(lang="en", today=date(2026, 1, 1))
    read_activities([("a.xml", read_xml(cli.folder / "a.xml"))], None, terms, steps)
    assert steps.over_with == [("work_indicators", 3, 3)]
