"""``page``: the register as a site or as one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree, html

from tests.cli.build import FAMILY, OPEN, REACH, TRAINED, target

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
