"""docs/publish.md and its Vietnamese twin docs/cong-bo.md: what they show is what happens."""

from __future__ import annotations

import email
import json
import os
import re
import shlex
import shutil
import subprocess
import unicodedata
from email import policy
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from cdstrack.cli.main import run
from cdstrack.i18n import Language
from tests.cli.build import NOW, ROOT, TRAINED
from tests.cli.starts import environment
from tests.test_ci_pieces import SHA, refused
from tests.test_docs import FENCE
from tests.test_huong_dan import screen
from tests.test_quy_tac import slug

TEXTS: dict[Language, str] = {
    "en": (ROOT / "docs" / "publish.md").read_text(encoding="utf-8"),
    "vi": (ROOT / "docs" / "cong-bo.md").read_text(encoding="utf-8"),
}
COMMITMENT = "dx-training-10000-officials-2022"
LANGS = pytest.mark.parametrize("lang", TEXTS)


def blocks(lang: Language, kind: str) -> list[str]:
    return [body for name, body in FENCE.findall(TEXTS[lang]) if name == kind]


def spans(text: str) -> set[str]:
    """What stands between backticks; addresses of the English pages as those of the others."""
    return {span.removeprefix("en/") for span in re.findall(r"`([^`\n]+)`", FENCE.sub("", text))}


def test_both_have_the_same_sections_codes_and_blocks():
    heads = [re.findall(r"^(#+) ", text, re.MULTILINE) for text in TEXTS.values()]
    assert heads[0] == heads[1]
    assert spans(TEXTS["en"]) == spans(TEXTS["vi"])
    for kind in ("yaml", "nginx", "xml", ""):
        assert blocks("en", kind) == blocks("vi", kind) != []
    assert unicodedata.is_normalized("NFC", TEXTS["vi"])
    assert "(cong-bo.md)" in TEXTS["en"]
    assert "(publish.md)" in TEXTS["vi"]


@LANGS
def test_every_link_leads_somewhere(lang):
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXTS[lang]):
        name, _, anchor = link.partition("#")
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        anchors = [slug(head) for head in re.findall(r"^#+ .*", text, re.MULTILINE)]
        assert not anchor or anchor in anchors, link


@LANGS
def test_what_is_shown_is_what_happens(cli, lang):
    cli.ship()
    (cli.folder / "seal.txt").write_text(blocks(lang, "")[0], encoding="utf-8")
    steps = [step for block in blocks(lang, "console") for step in block.split("$ cdstrack ")[1:]]
    assert len(steps) == 5
    for step in steps:
        line, _, shown = step.partition("\n")
        ran = cli("--lang", lang, *line.split())
        assert ran.code == 0, ran.err
        assert screen(shown).fullmatch((ran.out + ran.err).strip("\n")), ran.err
    trees = [
        {path.relative_to(top): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (cli.folder / "public", cli.folder / "again")
    ]
    assert trees[0] == trees[1]


def test_the_readme_shows_a_small_picture_of_the_page():
    picture = (ROOT / "docs" / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= 120_000
    assert "](docs/page.png)](docs/publish.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def deep(data: Any, path: str) -> Any:
    return reduce(lambda part, key: part[key], path.split("."), data)


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Path:
    """The site of the shipped register, to look at."""
    folder = tmp_path_factory.mktemp("site") / "public"
    args = ["--file", str(ROOT / "targets.yaml"), "page", "-o", str(folder), "--badges"]
    assert run(args, clock=lambda: NOW) == 0
    return folder


@LANGS
def test_the_verdict_that_is_checked_by_hand_is_that_of_the_page(public, lang):
    register = json.loads((public / "data" / "register.json").read_text(encoding="utf-8"))
    [target] = [each for each in register["targets"] if each["id"] == COMMITMENT]
    rows = re.findall(r"^\| `([\w.]+)` \| `([^`]+)` \|", TEXTS[lang], re.MULTILINE)
    assert len(rows) == 8
    assert rows == [(key, str(deep(target, key))) for key, _ in rows]
    assert target["state"] == "overdue"
    address = f"{'en/' if lang == 'en' else ''}t/{COMMITMENT}.html"
    assert f"`{address}`" in TEXTS[lang]
    page = (public / address).read_text(encoding="utf-8")
    seal = register["seal"]
    for text in ("“10.000 cán bộ”", "method.html#r6", f"{seal['root']}/3/{seal['moment']}"):
        assert text in page
        assert text.removeprefix("en/") in TEXTS[lang]


def test_the_addresses_that_stay_are_those_of_a_site(public):
    for address in (
        f"t/{COMMITMENT}.html", "b/mst.html", "method.html", "en/method.html", "index.html",
        "bodies.html", "changes.html", "data.html", "changes.atom", "badge.svg", "data",
        f"badge/{COMMITMENT}.svg", f"en/badge/{COMMITMENT}.svg",
    ):  # fmt: skip
        assert (public / address).exists(), address


def test_the_workflow_and_the_pipeline_are_some_and_pinned(tmp_path):
    workflow, pipeline = blocks("en", "yaml")
    assert refused("vendor.github-workflows", workflow, folder=tmp_path) == ""
    assert refused("vendor.gitlab-ci", pipeline, folder=tmp_path) == ""
    used = re.findall(r"uses: (\S+)", workflow)
    assert len(used) == 4
    assert all(SHA.fullmatch(each) for each in used if each != "OWNER/cdstrack@COMMIT")
    job = yaml.safe_load(pipeline)["pages"]
    assert job["artifacts"]["paths"] == ["public"]
    images = {job["image"], yaml.safe_load(pipeline)["include"][0]["inputs"]["image"]}
    assert images == {"python:3.12@sha256:DIGEST"}


def test_the_workflow_publishes_whatever_the_gate_says(tmp_path):
    jobs = yaml.safe_load(blocks("en", "yaml")[0])["jobs"]
    gate = next(step for step in jobs["page"]["steps"] if step.get("id") == "gate")
    assert gate["continue-on-error"] is True
    assert jobs["deploy"]["needs"] == "page"
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["gate"]["needs"] == ["page", "deploy"]
    assert "verdict != 'pass'" in jobs["gate"]["if"]


def commands(script: str) -> list[str]:
    return re.findall(r'(?:"\$\{cdstrack\[@\]\}"|-m cdstrack) (.*)', script)


@pytest.mark.parametrize("place", [0, 1])
def test_the_commands_of_both_run(cli, place):
    cli.ship()
    script = blocks("en", "yaml")[place]
    lines = [line.split(" >> ")[0].replace('"', "") for line in commands(script)]
    assert len(lines) == 2
    for line in lines:
        args = line.replace("$RUNNER_TEMP/", "").replace("$CI_PAGES_URL", "https://x.example/y")
        ran = cli(*args.split())
        assert ran.code == 0, ran.err


def test_the_web_config_knows_every_ending_of_a_site(public):
    endings = {path.suffix for path in public.rglob("*") if path.is_file()}
    tree = etree.fromstring(blocks("en", "xml")[0].encode())
    assert {each.get("fileExtension") for each in tree.iter("mimeMap")} == endings
    assert {each.get("fileExtension") for each in tree.iter("remove")} == endings


def test_nginx_takes_its_block(tmp_path):
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    conf = tmp_path / "nginx.conf"
    [block] = blocks("en", "nginx")
    head = f"pid {tmp_path}/pid;\nevents {{}}\n"
    conf.write_text(f"{head}http {{\naccess_log off;\n{block}}}\n", encoding="utf-8")
    ran = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-e", tmp_path / "log", "-c", conf],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "[warn]" not in ran.stderr


@pytest.fixture
def machine(cli, tmp_path: Path, forking) -> dict[str, str]:
    """A machine with a command cdstrack of its own day, and a mail program that keeps the mail.

    Its register has one report, of nine days ago.
    """
    cli.write(TRAINED)
    cli.report("trained", "5", "--date", "2026-10", "--source", "plan")
    text = cli.ledger.read_text(encoding="utf-8")
    cli.ledger.write_text(re.sub('"recorded":"[^T]*', '"recorded":"2026-11-12', text), "utf-8")
    for name, lines in {
        "cdstrack": f'exec {shlex.join(forking)} --as-of {NOW.date()} "$@"',
        "sendmail": f'[ "$1" = -t ] && cat > {tmp_path}/mail',
    }.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        program.chmod(0o755)
    env = environment(tmp_path)
    return env | {
        "PATH": f"{tmp_path}/bin:{env['PATH']}",
        "SENDMAIL": f"{tmp_path}/bin/sendmail",
        "REGISTER": str(cli.folder),
        "TO": "an@example.org",
    }


@pytest.mark.skipif(os.name != "posix", reason="a script for sh")
@LANGS
def test_the_script_sends_the_digest_and_is_silent_when_nothing_changed(machine, tmp_path, lang):
    [script] = blocks(lang, "sh")

    def sent(script: str) -> Any:
        ran = subprocess.run(["sh", "-c", script], env=machine, check=False, capture_output=True)
        assert ran.returncode == 0, ran.stderr.decode()
        path = tmp_path / "mail"
        return (
            email.message_from_bytes(path.read_bytes(), policy=policy.default)
            if path.exists()
            else None
        )

    mail = sent(script.replace("--since 1w", "--since 2w"))
    assert mail["To"] == "an@example.org"
    assert mail["Subject"] == (
        "Commitments this week" if lang == "en" else "Cam kết: thay đổi trong tuần"
    )
    content = mail.get_content()
    assert f'<html lang="{lang}">' in content
    assert ("Recorded since" if lang == "en" else "Đã ghi từ") in content
    (tmp_path / "mail").unlink()
    assert sent(script.replace("--since 1w", "--since 1d")) is None
