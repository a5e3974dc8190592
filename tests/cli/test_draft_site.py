"""An Open SDG site folder: what it measures and promises, and everything that is wrong with it."""

from __future__ import annotations

import csv
import re
from datetime import date
from typing import Any

import pytest

from cdstrack.app.catalogue.draft_entries import DraftTerms
from cdstrack.app.catalogue.site_draft import read_site
from cdstrack.store.yaml.site_folder import SiteFolder
from tests.cli.build import read_yaml
from tests.work_steps import Steps

SAID = ("--title", "Plan", "--date", "2016-01-01", "--by", "PM")
POVERTY = """\
---
indicator_number: 1.2.1
indicator_name: Population below the national poverty line
goal_name: No poverty
target_name: By 2030, halve poverty
computation_units: Percent
national_geographical_coverage: Viet Nam
national_indicator_description: <p>Share of people who are <b>poor</b></p>
source_organisation_1: General Statistics Office
source_periodicity_1: Annual
graph_title: Poverty
data_non_statistical: false
progress_calculation_options:
- direction: negative
  base_year: 2016
  target_year: 2030
  target: 4
- direction: negative
  target_year: 2030
  target: 5
  disaggregation:
  - field: Sex
    value: Female
---
More about it.
"""
FIGURES = """\
Year,Sex,Region,GeoCode,Value
2016,,,,9.2
2016,Female,,,9.4
2016,Male,,,9.1
2022,,,,4.3
2022,Female,,,4.6
2022,,North,VN01,7.5
2022,Female,North,VN01,7.9
"""


@pytest.fixture
def site(cli):
    """Draft a site of these files: what was read, the run, and the rows of its reports."""

    def give(files: dict[str, str | bytes], *args: str, lang: str = "en"):
        for name, content in files.items():
            path = cli.folder / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        ran = cli(
            "draft", "site", "-o", "targets.yaml", "--reports", "r.csv", *args, "--lang", lang
        )
        rows: list[dict[str, str]] = []
        draft: Any = {}
        if (cli.folder / "targets.yaml").exists():
            draft = read_yaml((cli.folder / "targets.yaml").read_text("utf-8"))
            text = (cli.folder / "r.csv").read_text("utf-8-sig")
            names = ("target", "slice", "date", "value", "of", "source", "note")
            rows = list(csv.DictReader(text.splitlines()[1:], names))
            assert all(row["value"].endswith("%") for row in rows if "1-2-1" in row["target"])
            rows = [{**row, "value": row["value"].rstrip("%")} for row in rows]
        return ran, draft, rows

    return give


def two(**more: str | bytes) -> dict[str, str | bytes]:
    return {"meta/1-2-1.md": POVERTY, "data/indicator_1-2-1.csv": FIGURES, **more}


def comments(cli) -> str:
    text = (cli.folder / "targets.yaml").read_text("utf-8")
    return " ".join(re.findall(r"^ *# (.*)$", text, re.MULTILINE))


def test_a_site_is_a_tree_with_an_indicator_a_target_and_slices(cli, site):
    ran, draft, _ = site(two(), *SAID)
    assert ran.code == 0, ran.err
    goal, target, promise = draft["targets"]
    assert (goal["title"], target["title"]) == ("1. No poverty", "1.2. By 2030, halve poverty")
    assert (target["part_of"], promise["part_of"]) == (goal["id"], target["id"])
    indicator = draft["indicators"]["indicator-1-2-1"]
    assert indicator["title"] == "Population below the national poverty line"
    assert (indicator["unit"], indicator["report_every"]) == ("%", "year")
    assert indicator["definition"] == "Share of people who are poor"
    assert indicator["breakdown"] == {
        "sex": {"female": "Female", "male": "Male"},
        "region": {"north": "North"},
    }
    assert indicator["crosses"] == [["sex", "region"]]
    assert (promise["target"], promise["deadline"]) == ({"at_most": 4}, 2030)
    assert promise["baseline"] == {"value": 9.2, "date": 2016}
    assert promise["slices"] == [
        {"slice": {"sex": "female"}, "target": {"at_most": 5}, "figure": "5"}
    ]
    assert cli("validate").code == 0


def test_its_reports_are_imported_and_judged(cli, site):
    _, _, rows = site(two(), *SAID)
    assert [(row["slice"], row["date"], row["value"]) for row in rows] == [
        ("", "2016", "9.2"), ("sex=female", "2016", "9.4"), ("sex=male", "2016", "9.1"),
        ("", "2022", "4.3"), ("sex=female", "2022", "4.6"), ("region=north", "2022", "7.5"),
        ("region=north,sex=female", "2022", "7.9"),
    ]  # fmt: skip
    cli("draft", "site", "--reports", "vi.csv", "--lang", "vi")
    for sheet, lang in (("r.csv", "en"), ("vi.csv", "vi"), ("vi.csv", "en")):
        ran = cli("import", sheet, "--yes", "--lang", lang)
        assert ran.code == 0, ran.err
    assert len(cli.ledger.read_text("utf-8").splitlines()) == len(rows)
    standing = cli.state("indicator-1-2-1-2030")
    assert standing["value"] == 4.3
    women = next(one for one in standing["slices"] if one["slice"] == {"sex": "female"})
    assert (women["value"], women["state"]) == (4.6, "achieved")


def test_an_indicator_without_a_goal_is_watched_and_says_so(cli, site):
    meta = re.sub(r"progress_calculation(.*\n)+?---", "---", POVERTY)
    _, draft, rows = site(two(**{"meta/1-2-1.md": meta}), *SAID)
    assert (draft["targets"][-1].get("kind", "unquantified"), len(rows)) == ("unquantified", 7)
    assert "the site names no goal, so this is only watched" in comments(cli)
    assert cli("validate").code == 0
    assert cli("import", "r.csv", "--yes").code == 0


def test_the_limit_of_a_scale_is_no_goal(cli, site):
    meta = POVERTY.replace("  target: 4\n", "  limit: 100\n").replace("  target: 5\n", "")
    _, draft, _ = site(two(**{"meta/1-2-1.md": meta}), *SAID)
    assert "target" not in draft["targets"][-1]
    assert "limit 100 is the end of the scale, not a goal" in comments(cli)


def test_a_target_line_asks_which_way_it_is_meant(cli, site):
    meta = re.sub(
        r"progress_calculation(.*\n)+?---",
        "graph_target_lines:\n- value: 3\n  label_content: 2026 target\n---",
        POVERTY,
    )
    _, draft, _ = site(two(**{"meta/1-2-1.md": meta}), *SAID)
    promise = draft["targets"][-1]
    assert (promise["target"], promise["deadline"]) == ({"at_most": 3}, 2026)
    assert "“3” does not say at least or at most" in comments(cli)


def test_series_and_units_are_indicators_of_their_own(cli, site):
    rows = (
        "Year,Series,Units,Sex,Value\n2020,Schools,Number,,10\n2020,Schools,Percent,,50\n"
        "2020,Pupils,Number,Female,7\n"
    )
    config = "indicator_name: Education\nindicator_number: 4.1.1\nprogress_calculation_options:\n"
    config += "- {series: Schools, unit: Percent, direction: positive, target: 80}\n- {target: 9}\n"
    files = {"indicator-config/4-1-1.yml": config, "data/indicator_4-1-1.csv": rows}
    _, draft, _ = site(files, *SAID)
    assert [one["unit"] for one in draft["indicators"].values()] == ["Number", "%", "Number"]
    goals = [one["target"] for one in draft["targets"] if "target" in one]
    assert goals == [{"at_least": 80}]
    assert "the goal “9” does not say of which series it is" in comments(cli)
    assert cli("validate").code == 0


def test_names_come_from_translations_in_both_languages(site):
    meta = POVERTY.replace("Population below the national poverty line", "global_indicators.1-2-1")
    _, draft, _ = site(
        two(**{
            "meta/1-2-1.md": meta,
            "translations/en/global_indicators.yml": "1-2-1: Poor people\n",
            "translations/vi/global_indicators.yml": "1-2-1: Người nghèo\n",
            "translations/vi/data.yml": "Female: Nữ\n",
            "meta/vi/1-2-1.md": "---\ncomputation_units: phần trăm\n---\n",
        }),
        *SAID,
    )  # fmt: skip
    indicator = draft["indicators"]["indicator-1-2-1"]
    assert indicator["title"] == {"vi": "Người nghèo", "en": "Poor people"}
    assert indicator["breakdown"]["sex"]["female"] == {"en": "Female", "vi": "Nữ"}


def test_a_key_without_a_translation_is_no_title(cli, site):
    meta = POVERTY.replace("Population below the national poverty line", "global_indicators.1-2-1")
    _, draft, _ = site(two(**{"meta/1-2-1.md": meta.replace("graph_title: Poverty\n", "")}), *SAID)
    assert draft["indicators"]["indicator-1-2-1"]["title"] == "Indicator 1.2.1"
    assert "the site gives no title" in comments(cli)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffYear;Sex;Value\r\n2020;;4,5\r\n2021;Female;5,5\r\n",
        "Year\tSex\tValue\n2020\t\t4.5\n2021\tFemale\t5.5\n",
        "Year,Sex,Value\n2020,Total,4.5\n2021,Female,5.5\n2022,Female,\n2022,Female,..\n",
        "Year,Sex,Value\n2020.0,,4.5\n2020,,4.50\n2021,Female,5.5\n",
    ],
)
def test_figures_in_other_forms_are_read(site, text):
    ran, _, rows = site(two(**{"data/indicator_1-2-1.csv": text}), *SAID)
    assert ran.code == 0, ran.err
    assert [(row["slice"], row["value"]) for row in rows] == [("", "4.5"), ("sex=female", "5.5")]


def test_everything_wrong_is_said_at_once_by_file_and_line(cli, site):
    ran, draft, rows = site(
        two(**{
            "data/indicator_1-2-1.csv": "Year,Sex,Value\n2016,,9.2\n2016,,9.3\nsoon,,1\n,,2\n"
            "2017,,many\n2018,,1,2\n2019,,8\n",
            "data/indicator_1-3-1.csv": "Time,Amount\n2016,1\n",
            "data/indicator_1-4-1.csv": "Year,Value\n2016,é\n".encode("latin-1"),
            "meta/1-3-1.md": "indicator_number: 1.3.1\n",
            "meta/1-4-1.yml": "indicator_name: A\nb: [1\n",
            "meta/1-5-1.yml": "a: &x [1]\nb: *x\n",
            "meta/1-6-1.yml": "a: " + "[" * 50 + "]" * 50 + "\n",
            "meta/1-7-1.yml": b"a: \xff\n",
            "meta/1-8-1.yml": "indicator_name: A\nindicator_name: B\n",
        }),
        *SAID,
    )  # fmt: skip
    assert ran.code == 3
    lines = [line.partition(": ") for line in ran.err.splitlines() if ": error: " in line]
    assert {place for place, _, _ in lines} == {
        "data/indicator_1-2-1.csv:3", "data/indicator_1-2-1.csv:4", "data/indicator_1-2-1.csv:5",
        "data/indicator_1-2-1.csv:6", "data/indicator_1-2-1.csv:7", "data/indicator_1-3-1.csv:1",
        "data/indicator_1-4-1.csv", "meta/1-3-1.md:1", "meta/1-4-1.yml:3", "meta/1-5-1.yml:2",
        "meta/1-6-1.yml:1", "meta/1-7-1.yml:1", "meta/1-8-1.yml:2",
    }  # fmt: skip
    assert [row["value"] for row in rows if row["target"] == "indicator-1-2-1"] == ["9.2", "8"]
    assert draft["indicators"]["indicator-1-8-1"]["title"] == "A"
    assert cli("validate").code == 0


def test_many_alike_problems_do_not_hide_others(site):
    rows = "Year,Value\n" + "".join(f"soon,{n}\n" for n in range(500)) + "2020,many\n"
    ran, _, _ = site(two(**{"data/indicator_1-2-1.csv": rows}), *SAID)
    assert "data/indicator_1-2-1.csv:502: error: “many” is no number" in ran.err
    assert "data/indicator_1-2-1.csv: error: 490 more of the same" in ran.err


def test_a_column_of_very_many_categories_is_no_dimension(cli, site):
    rows = "Year,Person,Value\n2020,,1\n" + "".join(f"2020,p{n},{n}\n" for n in range(400))
    _, draft, reports = site(two(**{"data/indicator_1-2-1.csv": rows}), *SAID)
    assert "breakdown" not in draft["indicators"]["indicator-1-2-1"]
    assert [row["value"] for row in reports] == ["1"]
    assert "the column Person has 400 categories" in comments(cli)


def test_contradictory_totals_stay_a_category_of_their_own(site):
    rows = "Year,Sex,Value\n2020,Total,4\n2020,,5\n"
    ran, _, reports = site(two(**{"data/indicator_1-2-1.csv": rows}), *SAID)
    assert ran.code == 0
    assert [(row["slice"], row["value"]) for row in reports] == [("sex=total", "4"), ("", "5")]


def test_a_goal_of_a_year_that_is_none_is_refused_and_not_guessed(site):
    meta = POVERTY.replace("target_year: 2030\n  target: 4", "target_year: soon\n  target: 4")
    ran, draft, _ = site(two(**{"meta/1-2-1.md": meta}), *SAID)
    assert (ran.code, "“soon” is no date" in ran.err) == (3, True)
    assert "target" not in draft["targets"][-1]


def test_no_link_leads_out_and_no_huge_file_is_read(cli, site):
    (cli.folder / "secret.yml").write_text("indicator_name: Secret\n", encoding="utf-8")
    (cli.folder / "site" / "meta").mkdir(parents=True)
    (cli.folder / "site" / "meta" / "1-1-1.yml").symlink_to(cli.folder / "secret.yml")
    (cli.folder / "site" / "meta" / "1-1-2.yml").write_bytes(b"a: " + b"x" * (1 << 20))
    ran, _, _ = site(two(), *SAID)
    assert ran.code == 3
    assert "meta/1-1-1.yml: error: This file is a link that leads out" in ran.err
    assert "meta/1-1-2.yml: error: " in ran.err
    assert "Secret" not in (cli.folder / "targets.yaml").read_text("utf-8")


def test_what_is_not_over_is_no_report(cli, site):
    _, _, rows = site(two(**{"data/indicator_1-2-1.csv": "Year,Value\n2025,1\n2031,2\n"}), *SAID)
    assert [row["date"] for row in rows] == ["2025"]
    assert "1 figure of periods that are not over" in comments(cli)


def test_what_a_site_does_not_show_or_has_not_begun_is_left_out(cli, site):
    _, draft, _ = site(
        two(**{
            "meta/1-3-1.yml": "reporting_status: notstarted\nindicator_name: A\n",
            "meta/1-4-1.yml": "published: false\nindicator_name: B\n",
            "data/archived-1-1-1.csv": "Year,Value\n2020,1\n",
        }),
        *SAID,
    )  # fmt: skip
    assert list(draft["indicators"]) == ["indicator-1-2-1"]
    for text in ("1 indicator not started", "does not publish", "1 archived file"):
        assert text in comments(cli)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_folder_that_is_no_site_is_refused(cli, site, lang):
    ran, _, _ = site({"readme.txt": "x"}, lang=lang)
    assert ran.code == 3
    assert "indicator-config" in ran.err


def test_options_of_sheets_are_refused_for_a_folder_and_reports_for_a_sheet(cli, site):
    ran, _, _ = site(two(), "--sheet", "A")
    assert (ran.code, "--sheet is for sheets" in ran.err) == (2, True)
    (cli.folder / "a.csv").write_text("TT,Nhiệm vụ,Đơn vị,Kết quả\n", encoding="utf-8")
    ran = cli("draft", "a.csv", "--reports", "x.csv", "--lang", "en")
    assert (ran.code, "not for sheets" in ran.err) == (2, True)


def test_beside_a_register_its_owners_and_ids_are_used(cli, site):
    cli.ship()
    (cli.folder / "part").mkdir()
    site_files = two()
    for name, content in site_files.items():
        path = cli.folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(content), encoding="utf-8")
    ran = cli("draft", "site", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "cdstrack:" not in read_yaml(ran.out)
    assert "7 figures were reported and not written: --reports" in ran.err


def test_whoever_waits_sees_how_many_files_and_indicators_are_done(tmp_path):
    for folder in ("meta", "data"):
        (tmp_path / folder).mkdir()
    for name in ("1-1-1", "1-1-2"):
        text = f"---\nindicator_number: {name}\nindicator_name: A\n---\n"
        (tmp_path / "meta" / f"{name}.md").write_text(text, encoding="utf-8")
        data = "Year,Value\n2020,5\n"
        (tmp_path / "data" / f"indicator_{name}.csv").write_text(data, encoding="utf-8")
    steps = Steps()
    terms = DraftTerms(lang="en", today=date(2026, 1, 1))
    read_site(SiteFolder(tmp_path), None, terms, steps)
    assert steps.over_with == [("work_files", 2, 2), ("work_indicators", 2, 2)]
