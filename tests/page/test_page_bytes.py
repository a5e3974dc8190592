"""A site is the same wherever and whenever it is made, and small."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest
from lxml import etree

from tests.cli.starts import environment
from tests.page.sites import AS_OF, EXAMPLES, ROOT, SHIPPED, Site, command

NAMES = [*EXAMPLES, "many"]
ELSEWHERE = {
    "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "COLUMNS": "20",
    "LANG": "vi_VN.UTF-8", "NO_COLOR": "1",
}  # fmt: skip


def contents(site: Site) -> dict[str, bytes]:
    return {address: path.read_bytes() for address, path in site.files.items()}


def test_two_places_give_the_same_bytes(site, tmp_path):
    """Written one after the other by one process, whose surroundings are other ones."""
    there = tmp_path / "moved" / "Sổ của tôi"
    runs, names = [], ("shipped", "provinces")
    for name in names:
        shutil.copytree((ROOT / EXAMPLES[name]).parent, there / name, ignore=all_but_the_register)
        runs.append(command(there / name / "targets.yaml", tmp_path / name, lang="vi"))
    runs.append(command(ROOT / SHIPPED, tmp_path / "one.html", lang="vi"))
    code = f"from cdstrack.cli.main import run\nexit(any([run(each) for each in {runs!r}]))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(tmp_path, **ELSEWHERE),
        capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode()
    for name in names:
        assert contents(site(name)) == contents(Site(tmp_path / name)), name
    assert (tmp_path / "one.html").read_bytes() == site("one").files["index.html"].read_bytes()


def all_but_the_register(_: str, names: list[str]) -> set[str]:
    return {*names} - {"targets.yaml", "progress.jsonl", "cdstrack.desks.yaml"}


@pytest.mark.parametrize("name", NAMES)
def test_no_folder_of_the_machine_is_named(site, name):
    here = site(name)
    for address, data in contents(here).items():
        for folder in (str(ROOT), str(here.folder), str(here.folder.parent)):
            assert folder.encode() not in data, (address, folder)


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_has_every_file(site, name):
    files = contents(site(name))
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest == {
        address: hashlib.sha256(data).hexdigest() for address, data in files.items()
    }


def test_the_data_beside_the_pages_are_those_of_export(site, cli):
    here = site("shipped")
    for address, options in (
        ("register.json", ["--format=json"]),
        ("targets.csv", ["--format=csv"]),
        ("reports.csv", ["--format=csv", "--what=reports"]),
    ):
        command = [f"--file={ROOT / SHIPPED}", f"--as-of={AS_OF}", "--lang=en", "export", *options]
        ran = cli(*command)
        assert ran.code == 0, ran.err
        data = (here.folder / "data" / address).read_text("utf-8-sig")
        assert data.split() == ran.out.split(), address


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_small(site, name):
    here = site(name)
    sizes = {address: path.stat().st_size for address, path in here.files.items()}
    assert sizes["style.css"] <= 12_000
    assert sizes["filter.js"] <= 1_500
    for address, size in sizes.items():
        if re.fullmatch(r"(en/)?t/.*\.html", address):
            assert size <= 45_000, address
    if len(here.leaves) <= 20:
        assert max(sizes["index.html"], sizes["en/index.html"]) <= 30_000
    # Of more commitments the list is part of it: then it counts what is sent.
    packed = gzip.compress(here.files["index.html"].read_bytes())
    assert len(packed) <= 12_000


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_three_files_at_most(site, name):
    for address, page in site(name).pages.items():
        parts = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        parts += page.xpath("//img/@src")
        # What many are searched in is no part of a page, but what it shows.
        assert len([part for part in parts if part != "commitments.js"]) <= 3, address


@pytest.mark.parametrize("name", [*NAMES, "hostile"])
def test_drawings_and_feeds_are_sound_xml(site, name):
    here = site(name)
    number = 0
    for address, path in here.files.items():
        if address.endswith((".svg", ".atom")):
            etree.fromstring(path.read_bytes())
            number += 1
    assert number >= 4
    for address, page in here.pages.items():
        for drawing in re.findall(r"<svg.*?</svg>", here.text(address), re.DOTALL):
            etree.fromstring(drawing.replace("&nbsp;", " ").encode())
        assert all(chart.find("title").text for chart in page.xpath("//svg[@role='img']")), address
