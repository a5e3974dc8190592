"""``page``: the register as a site or as one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree, html

from cdstrack.render.page.edition import Edition
from tests.cli.build import DATED, FAMILY, HEAD, LAW, OPEN, REACH, SIGNED, SPENT, TRAINED, target

DAY = ("--as-of", "2026-03-01")


def files(folder: Path) -> Mapping[str, bytes]:
    """The files of a site by their addresses."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def text(data: bytes) -> str:
    """What a reader of a page sees, on one line."""
    return " ".join(html.fromstring(data.decode()).text_content().split())


@pytest.fixture
def trained(cli):
    """A register with a report."""
    cli.write(TRAINED, OPEN)
    assert cli("add-progress", "trained", "400", "--date", "2026-02-20", "--yes").code == 0
    return cli


def test_a_site_stands_in_a_folder_in_both_languages(trained):
    ran = trained(*DAY, "--lang", "en", "page", "-o", "public/")
    assert (ran.code, ran.err) == (0, "")
    site = files(trained.folder / "public")
    assert f"{len(site)} files written into public/" in ran.out
    pages = {name for name in site if name.endswith(".html")}
    vietnamese = {name for name in pages if not name.startswith("en/")}
    assert pages == vietnamese | {f"en/{name}" for name in vietnamese}
    assert {"index.html", "t/trained.html", "b/office.html", "method.html"} <= vietnamese
    assert "1 Mar 2026" in text(site["en/index.html"])
    assert "01/03/2026" in text(site["index.html"])


def test_the_manifest_names_every_file(trained):
    assert trained(*DAY, "page", "-o", "public/").code == 0
    site = files(trained.folder / "public")
    assert json.loads(site["manifest.json"]).keys() == site.keys() - {"manifest.json"}


def test_the_data_are_those_that_export_prints(trained):
    assert trained(*DAY, "page", "-o", "public/").code == 0
    site = files(trained.folder / "public")
    for name, args in {
        "data/register.json": ("json",),
        "data/targets.csv": ("csv",),
        "data/reports.csv": ("csv", "--what", "reports"),
        "data/deadlines.ics": ("ics", "--lang", "vi"),
    }.items():
        ran = trained(*DAY, "export", "-o", Path(name).name, "--format", *args)
        assert ran.code == 0
        assert site[name] == (trained.folder / Path(name).name).read_bytes(), name


def test_the_foot_has_the_seal_that_an_export_has(trained):
    printed = trained("--lang", "en", "export", "-o", "t.csv").err.splitlines()[-1]
    assert printed.startswith("Seal of the ledger: ")
    assert trained("page", "-o", "public/").code == 0
    assert printed in text(files(trained.folder / "public")["en/index.html"])


def test_one_file_has_every_page_and_asks_for_no_other(trained):
    ran = trained(*DAY, "--lang", "en", "page", "-o", "page.html")
    assert ran.code == 0
    page = html.fromstring((trained.folder / "page.html").read_text(encoding="utf-8"))
    ids = set(page.xpath("//article/@id"))
    assert {"index", "t.trained", "t.open", "b.office", "changes", "method"} <= ids
    assert not page.xpath("//@src | //link/@href")
    for link in page.xpath("//a/@href"):
        assert link.startswith(("#", "https://", "http://"))
    anchors = {*page.xpath("//@id")}
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= anchors


def test_the_same_day_gives_the_same_bytes(trained, monkeypatch):
    assert trained(*DAY, "page", "-o", "one/", "--badges").code == 0
    monkeypatch.setenv("TZ", "America/New_York")
    assert trained(*DAY, "--lang", "vi", "page", "-o", "two/", "--badges").code == 0
    assert files(trained.folder / "one") == files(trained.folder / "two")


def test_a_register_with_errors_leaves_the_old_site_as_it_is(trained):
    assert trained(*DAY, "page", "-o", "public/").code == 0
    before = files(trained.folder / "public")
    trained.write(TRAINED.replace("owner: office", "owner: nobody"))
    ran = trained(*DAY, "--lang", "en", "page", "-o", "public/")
    assert ran.code == 3
    assert "public/ was not written" in ran.err
    assert files(trained.folder / "public") == before


@pytest.mark.parametrize("output", [".", "./", "evidence/"])
def test_no_folder_of_the_register_is_replaced(trained, output):
    ran = trained(*DAY, "page", "-o", output)
    assert ran.code == 3
    assert trained("validate").code == 0


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("-o", "page.pdf"), 2, "neither a folder nor a page"),
        (("-o", "-"), 2, "neither a folder nor a page"),
        (("-o", "p/", "--base-url", "example.vn"), 2, "is no address"),
        (("-o", "p/", "--base-url", "https://"), 2, "is no address"),
        (("-o", "p/", "--base-url", "https:///cds"), 2, "is no address"),
        (("-o", "p/", "--base-url", 'https://a.vn/"><script>'), 2, "is no address"),
        (("-o", "p/", "--base-url", "https://a.vn/?day=1"), 2, "is no address"),
        (("-o", "p/", "--base-url", "https://a.vn/cds#top"), 2, "is no address"),
        (("-o", "p/", "--base-url", "https://me:word@a.vn/"), 2, "is no address"),
        (("-o", "p/", "--base-url", "https://a.vn/a\nb/"), 2, "is no address"),
        (("-o", "p/", "--since", "2026-04-01"), 2, "is not before 1 Mar 2026"),
        ((), 2, "--output / -o is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused(trained, args, code, says):
    ran = trained(*DAY, "--lang", "en", "page", *args)
    assert ran.code == code
    assert says in ran.err
    assert not (trained.folder / "p").exists()


def test_a_part_of_the_register_says_so(trained):
    assert trained(*DAY, "page", "-o", "public/", "--state", "no_data").code == 0
    site = files(trained.folder / "public")
    assert "t/open.html" in site
    assert "t/trained.html" not in site
    assert "a part of the register" in text(site["en/index.html"])


def test_an_address_makes_links_of_both_languages(trained):
    assert trained(*DAY, "page", "-o", "public/", "--base-url", "https://example.vn/cds").code == 0
    page = html.fromstring((trained.folder / "public/en/t/open.html").read_text(encoding="utf-8"))
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://example.vn/cds/en/t/open.html"]
    assert page.xpath("//link[@hreflang='vi']/@href") == ["https://example.vn/cds/t/open.html"]


def test_badges_are_drawings(trained):
    assert trained(*DAY, "page", "-o", "public/", "--badges").code == 0
    site = files(trained.folder / "public")
    for name in ("badge.svg", "en/badge.svg", "en/badge/trained.svg"):
        assert etree.fromstring(site[name]).tag == "{http://www.w3.org/2000/svg}svg"
    assert trained(*DAY, "page", "-o", "public/").code == 0
    assert "badge/open.svg" not in files(trained.folder / "public")


def test_changes_are_those_since_a_day(trained):
    assert (
        trained("--as-of", "2027-01-02", "page", "-o", "public/", "--since", "2026-12-30").code == 0
    )
    page = text(files(trained.folder / "public")["en/changes.html"])
    assert "From the end of 30 Dec 2026 to 2 Jan 2027" in page
    assert "Newly overdue" in page


def test_classes_and_their_parent_link_to_each_other(cli):
    cli.write(FAMILY)
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    parent = html.fromstring(site["en/t/all-heads.html"].decode())
    classes = parent.xpath("//table//th[@scope='row']/a/@href")
    assert len(classes) > 1
    for address in classes:
        page = html.fromstring(site[f"en/t/{address.rpartition('/')[2]}"].decode())
        assert "../t/all-heads.html" in page.xpath("//main//a/@href")


def test_many_commitments_are_lists_by_owner_with_a_search(cli):
    cli.write(*(target(f"t-{number}", REACH) for number in range(160)))
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    assert {"list/2.html", "list/3.html", "find.html", "commitments.js"} <= site.keys()
    rows = [
        len(html.fromstring(site[f"list/{n}.html"].decode()).xpath("//tbody/tr")) for n in (2, 3)
    ]
    assert rows == [150, 10]
    assert site["commitments.js"].count(b'["t-') == 160


def test_without_the_package_it_says_what_to_install(trained, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    ran = trained(*DAY, "--lang", "en", "page", "-o", "public/")
    assert ran.code == 2
    assert "pip install jinja2" in ran.err


def test_a_past_day_knows_only_what_was_known(trained):
    ran = trained("--as-of", "2026-03-01", "--known-on", "2026-02-01", "page", "-o", "public/")
    assert ran.code == 0
    assert "400" not in text(files(trained.folder / "public")["en/t/trained.html"])


def test_a_goal_told_from_where_it_stood_that_was_revised_is_told_as_it_was_written(cli):
    keys = "kind: reach\nunit: '%'\nbaseline: {{value: 40, date: 2025}}\ndeadline: 2026\n"
    keys += "revisions: [{{on: 2026-03-01, field: target, old: {}, new: {}}}]\ntarget: {}\n"
    goals = (("{increase_by: 20%}", "{increase_by: 5}"), ("{above: previous}", "{at_least: 41}"))
    cli.write(*(target(f"t{old[1]}", keys.format(old, new, new)) for old, new in goals))
    ran = cli("page", "-o", "site", "--lang", "en")
    assert ran.code == 0, ran.err
    pages = " ".join(text(data) for name, data in files(Path("site")).items() if "/t" in name)
    assert "+20% of the baseline" in pages
    assert "+5 percentage points" in pages


def test_days_of_records_are_those_of_the_register(cli):
    """At 01:00 in Hà Nội it is still the day before in UTC."""
    cli.write(TRAINED)
    cli.clock = lambda: datetime(2026, 3, 1, 18, tzinfo=UTC)
    assert cli.report("trained", "400", "--date", "2026-02-20")["recorded"].startswith(
        "2026-03-01T18"
    )
    assert cli("page", "-o", "public/", "--since", "2026-02-20").code == 0
    page = html.fromstring(files(cli.folder / "public")["en/changes.html"].decode())
    assert page.xpath("//main//tbody/tr/td[1]/text()") == ["2 Mar 2026"]


def test_what_was_rewritten_names_who_corrected_it(cli):
    cli.write(TRAINED)
    cli.clock = lambda: datetime(2026, 3, 1, tzinfo=UTC)
    wrong = cli.report("trained", "1000", "--date", "2026-02-20", "--by", "Lan")["id"]
    cli.clock = lambda: datetime(2026, 3, 20, tzinfo=UTC)
    cli.report("trained", "10", "--corrects", wrong, "--by", "Minh")
    assert cli("page", "-o", "public/", "--since", "2026-03-05").code == 0
    page = text(files(cli.folder / "public")["en/changes.html"])
    assert "achieved → off track Corrections: 20 Mar 2026, Minh" in page


EVERYTHING = target(
    "spread",
    REACH
    + "baseline: {value: 500, date: 2026-01-01}\ndeadline: 2026\nreview_by: 2026-12-01\n"
    + "report_every: quarter\nlag_days: 15\nplan: [{date: 2026-06, value: 700}]\n"
    + "x-budget: 12 tỷ đồng\n",
)
RELATIVE = target(
    "more",
    "kind: reach\nunit: {vi: trạm, en: stations}\ntarget: {increase_by: 20%}\n"
    "baseline: {value: 500, date: 2025}\ndeadline: 2027\n",
)


def pairs(data: bytes) -> Mapping[str, str]:
    """What stands in the lists of names with values on a page."""
    terms = html.fromstring(data.decode()).xpath("//dt")
    return {term.text_content(): term.getnext().text_content() for term in terms}


def test_the_page_of_a_target_says_what_its_object_does(cli):
    cli.write(EVERYTHING, RELATIVE, SIGNED)
    report = cli("add-progress", "spread", "600", "--date", "2026-02-20", "--yes")
    assert report.code == 0
    assert cli("add-progress", "signed", "8/10", "--part", "online", "--date", "2026-02-20",
               "--yes").code == 0  # fmt: skip
    assert cli("--as-of", "2026-03-02", "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    facts = pairs(site["en/t/spread.html"])
    assert facts["Pace (1 is on plan)"].endswith("(planned line with bends)")
    assert facts["Buffer"].endswith("ahead of the plan")
    assert facts["Required rate"].endswith("persons per quarter")
    assert facts["On this trend"].startswith("met on ")
    assert facts["Planned on the way"] == "June 2026: 700"
    assert facts["To be looked at again by"] == "1 Dec 2026"
    assert facts["Reported"] == "every quarter; published within 15 days"
    assert facts["x-budget"] == "12 tỷ đồng"
    assert pairs(site["en/t/more.html"])["As it was written"] == "+20% of the baseline"
    assert "20 Feb 2026, Online: 8/10" in text(site["en/t/signed.html"])


def test_a_correction_names_who_had_reported_and_says_where_that_was_another(cli):
    cli.write(TRAINED)
    moment = "2026-02-21T20:00:00.000000Z"  # the 22nd in Vietnam
    old = {"id": "a" * 20, "target": "trained", "date": "2026-02-20", "value": "400", "by": "Lan",
           "recorded": moment}  # fmt: skip
    new = {**old, "id": "b" * 20, "value": "410", "by": "Minh", "corrects": "a" * 20,
           "note": "đếm trùng"}  # fmt: skip
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (old, new))
    cli.ledger.write_text(lines, encoding="utf-8")
    assert cli(*DAY, "page", "-o", "public/", "--since", "2026-02-01").code == 0
    site = files(cli.folder / "public")
    page = text(site["en/t/trained.html"])
    assert "20 Feb 2026: 400 Lan → 410 Minh, 22 Feb 2026 Not by who had reported it." in page
    assert "22 Feb 2026" in text(site["en/changes.html"])


def test_what_is_promised_later_and_what_the_check_remarks_is_said(cli):
    cli.write(OPEN, LAW.replace("on: 2026-01-01", "on: 2026-05-01"))
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    assert "1 more was stated only after this day." in text(site["en/index.html"])
    problems = json.loads(site["data/register.json"])["problems"]
    for problem in problems:
        assert problem["message"]["en"] in text(site["en/data.html"])


@pytest.mark.parametrize(
    "address",
    [
        "https://real.vn/a/b@c",
        "https://real.vn\\@good.vn/a",
        "https://real.vn?x@good.vn",
        "https://real.vn#@good.vn",
        "https://user:word@real.vn:443/",
        "https:///\\real.vn/",
    ],
)
def test_the_host_beside_a_link_is_the_one_that_a_browser_asks(address):
    assert Edition.host(address) in ("real.vn", "real.vn:443")


def test_long_figures_beside_a_chart_are_told_in_a_power_of_ten(cli):
    cli.write(
        target(
            "paid",
            "kind: reach\nunit: {vi: đồng, en: dong}\ntarget: {at_least: 1200000000000}\n"
            "baseline: {value: 0, date: 2026-01-01}\ndeadline: 2026\n",
        )
    )
    paid = cli("add-progress", "paid", "300000000000", "--date", "2026-02-20", "--yes")
    assert paid.code == 0
    assert cli(*DAY, "page", "-o", "public/").code == 0
    page = html.fromstring(files(cli.folder / "public")["en/t/paid.html"].decode())
    ticks = page.xpath("//*[name()='svg'][@role='img']//*[contains(@class, 'tick')]/text()")
    assert ticks[:4] == ["× 10⁹", "0", "250", "500"]
    assert not page.xpath("//*[@textlength]")


def test_a_page_of_many_values_has_the_newest_and_one_of_many_bodies_the_worst(cli):
    names = [f"b{number:03}" for number in range(125)]
    bodies = "".join(f"  {name}: {{name: {{vi: Xã {name}, en: {name}}}}}\n" for name in names)
    group = (
        "groups:\n  all:\n    name: {vi: Xã, en: Communes}\n"
        f"    members: [{', '.join(names)}]\n    size: [{{from: 2026-01-01, n: 125}}]\n"
    )
    lines = [{"target": "many", "date": "2026-02-01", "n": 1, "of": 2, "body": names[0]}]
    lines += [
        {"target": "trained", "date": f"2026-0{1 + day // 31}-{1 + day % 31:02}", "value": f"{day}"}
        for day in range(59)
    ]
    lines += [{"target": "trained", "date": f"2026-03-{day:02}", "value": "60"} for day in (1, 2)]
    cli.write(
        TRAINED,
        target("many", "kind: reach\nunit: '%'\ntarget: {at_least: 80}\ndeadline: 2026\n"
               "accumulate: ratio\nacross: ratio\nreporters: all\n"),
        head=HEAD + bodies + group,
    )  # fmt: skip
    cli.ledger.write_text(
        "".join(
            json.dumps({"id": f"{n:020}", **line, "by": "Lan",
                        "recorded": "2026-03-02T00:00:00.000000Z"}) + "\n"
            for n, line in enumerate(lines)
        ),
        encoding="utf-8",
    )  # fmt: skip
    assert cli("--as-of", "2026-03-02", "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    page = html.fromstring(site["en/t/trained.html"].decode())
    assert len(page.xpath("//details//tbody/tr")) == 60
    assert "The newest 60 of 61 values" in text(site["en/t/trained.html"])
    page = html.fromstring(site["en/t/many.html"].decode())
    assert len(page.xpath("//ul[@class='many']/li")) == 120
    assert page.xpath("//a[@href='../g/all.html'][text()='and 5 more']")


def test_the_goal_of_a_period_told_from_what_is_not_known_is_a_dash(cli):
    keys = "kind: sustain\nunit: km\ntarget: {at_most: 5}\n"
    cli.write(target("road", keys + "periods: [2022, {2024: {below: previous}}]\n"))
    ran = cli("page", "-o", "site", "--lang", "en")
    assert ran.code == 0, ran.err
    page = html.fromstring(files(Path("site"))["en/t/road.html"].decode())
    assert page.xpath("//tr[th='2024']/td[last()]/text()") == ["–"]


def test_a_chart_below_nought_has_its_deadline_and_nothing_outside_its_frame(cli):
    below = "kind: reach\nunit: {vi: điểm, en: points}\ntarget: {at_most: -50}\n"
    above = "kind: reach\nunit: {vi: điểm, en: points}\ntarget: {at_least: 100}\n"
    since = "baseline: {value: BASE, date: 2026-01-01}\ndeadline: 2026\n"
    cli.write(
        target("down", below + since.replace("BASE", "-30")),
        target("up", above + since.replace("BASE", "90")),
    )
    assert cli("add-progress", "down", "-40", "--date", "2026-02-20", "--yes").code == 0
    assert cli("add-progress", "up", "9.5", "--date", "2026-02-20", "--yes").code == 0
    name = cli.records[-1]["id"]
    fixed = cli("add-progress", "up", "95", "--date", "2026-02-20", "--yes", "--corrects", name)
    assert fixed.code == 0
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    for name in ("down", "up"):
        page = html.fromstring(site[f"en/t/{name}.html"].decode())
        drawing = page.xpath("//*[name()='svg'][@role='img']")[0]
        assert len(drawing.xpath(".//*[@class='due']")) == 1
        assert len(drawing.xpath(".//*[@class='today']")) == 1
        assert not drawing.xpath(".//*[@class='wrong']")  # 9.5 lies far below the frame


def test_a_site_has_no_name_that_windows_keeps_for_a_device(cli):
    cli.write(target("con", REACH), target("console", REACH))
    assert cli(*DAY, "page", "-o", "public/", "--badges").code == 0
    site = files(cli.folder / "public")
    assert {"t/con-.html", "en/t/con-.html", "badge/con-.svg", "t/console.html"} <= site.keys()
    assert not [name for name in site if name.rpartition("/")[2].startswith("con.")]
    page = html.fromstring(site["index.html"].decode())
    assert "t/con-.html" in page.xpath("//tbody//a/@href")
    page = html.fromstring(site["t/con-.html"].decode())
    assert page.xpath("//a[@hreflang='en']/@href") == ["../en/t/con-.html"]


def test_what_is_decided_later_is_not_said_of_a_day_before(cli):
    later = (
        "official: [{on: 2026-06-01, status: {vi: Xong, en: Finished}, source: plan}]\n"
        "restated: [{on: 2026-06-02, source: plan}]\n"
        "closed: {on: 2026-06-03, how: withdrawn, source: plan}\n"
    )
    cli.write(target("open", REACH + later))
    for day, is_said in (("2026-02-01", False), ("2026-07-01", True)):
        assert cli("--as-of", day, "page", "-o", "public/").code == 0
        site = files(cli.folder / "public")
        page = text(site["en/t/open.html"])
        for words in ("Finished", "said again, unchanged", "3 Jun 2026"):
            assert (words in page) is is_said, (day, words)
        for address, words in (
            ("bodies", "Old Bureau until 1 Mar 2026"),
            ("b/old", "until 1 Mar 2026, merged"),
            ("b/old", "Followed by: The Office"),
            ("b/office", "Took over from: Old Bureau"),
        ):
            assert (words in text(site[f"en/{address}.html"])) is is_said, (day, words)


def test_the_page_of_an_indicator_has_its_values_as_a_table(cli):
    head = HEAD + (
        "indicators:\n  share:\n    title: {vi: Tỷ trọng, en: Share}\n    unit: '%'\n"
        "    series: {gso: {vi: Thống kê, en: Statistics}, mic: {vi: Bộ, en: Ministry}}\n"
        "    judged_by: gso\n"
    )
    goal = "indicator: share\nkind: reach\ntarget: {at_least: 20}\ndeadline: 2026\n"
    cli.write(target("share-2026", goal), head=head)
    for series, figure in (("gso", "12"), ("mic", "13")):
        assert cli("add-progress", "share", figure, "--series", series, "--date", "2026-02-20",
                   "--yes").code == 0  # fmt: skip
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    page = html.fromstring(site["en/i/share.html"].decode())
    assert page.xpath("//details//tbody//td[@class='num']/text()") == ["12%"]
    assert "Ministry: 13% (20 Feb 2026)" in text(site["en/i/share.html"])


def test_a_corrected_increment_is_listed_and_stands_on_no_chart_of_sums(cli):
    cli.write(TRAINED, SPENT)
    for name in ("trained", "spent"):
        for day, figure in (("2026-01-20", "5"), ("2026-02-20", "300")):
            wrong = cli("add-progress", name, figure, "--date", day, "--yes")
            assert wrong.code == 0
        last = cli.records[-1]["id"]
        assert cli("add-progress", name, "30", "--date", "2026-02-20", "--yes",
                   "--corrects", last).code == 0  # fmt: skip
    assert cli(*DAY, "page", "-o", "public/").code == 0
    site = files(cli.folder / "public")
    for name, marks in (("trained", 1), ("spent", 0)):
        page = html.fromstring(site[f"en/t/{name}.html"].decode())
        assert len(page.xpath("//li/s[text()='300']")) == 1
        drawing = page.xpath("//*[name()='svg'][@role='img']")[0]
        assert len(drawing.xpath(".//*[@class='wrong']")) == marks


def test_commitments_of_one_title_are_told_apart_where_they_are_linked(cli):
    cli.write(
        target("a", DATED, en="Share"),
        target("b", DATED.replace("deadline: 2026", "deadline: 2030"), en="Share"),
        target("c", REACH, en="Other"),
        target("d", REACH, en="Other"),
    )
    assert cli(*DAY, "page", "-o", "public/").code == 0
    page = html.fromstring(files(cli.folder / "public")["en/index.html"].decode())
    names = page.xpath("//tbody//th/a/text()")
    assert names == ["Share (end of 2026)", "Share (end of 2030)", "Other (c)", "Other (d)"]


def test_what_a_killed_run_left_is_named(trained):
    left = trained.folder / ".public.ab12_xyz"
    left.mkdir()
    (trained.folder / ".public.old").mkdir()
    ran = trained(*DAY, "--lang", "en", "page", "-o", "public/")
    assert ran.code == 0
    assert f"{left} is of a run that was stopped." in " ".join(ran.out.split())
    assert "public.old" not in ran.out
    assert left.is_dir()
