"""Documents that are attached: kept under their digest, named by their record, checked."""

from __future__ import annotations

from hashlib import sha256

import pytest

from cdstrack.store.evidence import MAX_DOCUMENT
from tests.cli.build import HEAD, SPENT, TRAINED

REPORT = ("trained", "5", "--date", "2026-06-30", "--source", "BC 12")


@pytest.fixture
def paper(cli):
    """A document to attach."""
    cli.write(TRAINED, SPENT)
    path = cli.folder / "Báo cáo.PDF"
    path.write_bytes(b"%PDF-1.7 \x00\xff figures")
    return path


def name_of(path) -> str:
    return sha256(path.read_bytes()).hexdigest() + ".pdf"


def kept(cli) -> list[str]:
    folder = cli.folder / "evidence"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.promise("evidence")
def test_a_document_is_kept_and_named(cli, paper):
    record = cli.report(*REPORT, "--attach", paper.name)
    assert record["evidence"] == name_of(paper)
    assert kept(cli) == [name_of(paper)]
    assert (cli.folder / "evidence" / name_of(paper)).read_bytes() == paper.read_bytes()
    paper.unlink()  # the link is dead, the verdict is not
    assert cli("validate").code == 0
    assert f"document: evidence/{record['evidence']}" in cli("show", "trained", "--lang", "en").out
    assert f"văn bản: evidence/{record['evidence']}" in cli("history", "--lang", "vi").out
    assert cli("history", "--format", "json").json["records"][0]["evidence"] == record["evidence"]
    assert cli("export", "--format", "json").json["reports"][0]["evidence"] == record["evidence"]
    series = cli("show", "trained", "--format", "json").json["series"]
    assert series[0]["evidence"] == record["evidence"]


def test_what_comes_with_a_document_is_no_mere_self_report(cli, paper):
    report = ("trained", "5", "--date", "2026-06-30")
    bare = cli("add-progress", *report, "--yes", "--dry-run", "--lang", "en")
    assert "self-reported" in bare.out + bare.err
    ran = cli("add-progress", *report, "--attach", paper.name, "--yes", "--lang", "en")
    assert (ran.code, "self-report" in ran.out + ran.err) == (0, False)
    assert "self_reported" not in cli.state("trained")["flags"]
    page = cli("show", "trained", "--lang", "en").out
    assert (page.count("evidence/"), "no source" in page) == (1, False)


def test_an_empty_name_is_no_document(cli):
    """As where a script has left a variable empty: nothing is recorded without its document."""
    ran = cli("add-progress", *REPORT, "--attach", "", "--yes", "--lang", "en")
    assert (ran.code, "is a folder" in ran.err, cli.records) == (3, True, []), ran.err


def test_nothing_is_kept_for_what_is_not_recorded(cli, paper):
    assert cli(*("add-progress", *REPORT, "--attach", paper.name, "--dry-run")).code == 0
    assert cli("add-progress", "nowhere", "5", "--attach", paper.name, "--yes").code == 2
    assert kept(cli) == []
    cli.report(*REPORT, "--attach", paper.name)
    cli.report(*REPORT, "--attach", paper.name)
    assert len(cli.records) == len(kept(cli)) == 1


def test_a_document_makes_the_same_figure_another_report_but_never_another_increment(cli, paper):
    for name, count in (("trained", 2), ("spent", 1)):
        cli.ledger.unlink(missing_ok=True)
        cli.report(name, *REPORT[1:])
        cli.report(name, *REPORT[1:], "--attach", paper.name)
        cli.report(name, *REPORT[1:])
        assert len(cli.records) == count


@pytest.mark.promise("evidence")
def test_the_same_document_is_kept_once_and_another_one_never_overwritten(cli, paper):
    cli.report(*REPORT, "--attach", paper.name)
    cli.report("spent", "5", "--date", "2026-06-30", "--attach", paper.name)
    assert len(kept(cli)) == 1
    place = cli.folder / "evidence" / name_of(paper)
    place.write_bytes(b"forged")
    ran = cli("add-progress", "trained", "7", "--date", "2026-07-31", "--attach", paper.name,
              "--yes", "--lang", "en")  # fmt: skip
    assert ran.code == 3
    assert "holds something else than its name says. Nothing was recorded" in ran.err
    assert place.read_bytes() == b"forged"
    assert len(cli.records) == 2


@pytest.mark.promise("evidence")
def test_validate_names_what_is_altered_missing_or_nobodys(cli, paper):
    cli.report(*REPORT, "--attach", paper.name)
    other = cli.folder / "other.txt"
    other.write_text("x", encoding="utf-8")
    cli.report("spent", "5", "--date", "2026-06-30", "--attach", other.name)
    folder = cli.folder / "evidence"
    (folder / name_of(paper)).write_bytes(b"forged")
    (folder / (sha256(b"x").hexdigest() + ".txt")).rename(folder / ("0" * 64))
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    lines = [line for line in ran.err.splitlines() if "document" in line]
    assert [line.partition(" The document")[0].partition(" No report")[0] for line in lines] == [
        "progress.jsonl:1:2: error:",
        "progress.jsonl:2:2: error:",
        "warning:",
    ]
    assert "is not what it was" in lines[0]
    assert "is not there" in lines[1]
    assert ("0" * 64) in lines[2]
    assert cli("status").code == 0  # figures count as they did


@pytest.mark.promise("evidence")
def test_documents_in_a_folder_that_became_a_link_are_not_kept_here(cli, paper):
    cli.report(*REPORT, "--attach", paper.name)
    (cli.folder / "evidence").rename(cli.folder / "elsewhere")
    (cli.folder / "evidence").symlink_to("elsewhere")
    ran = cli("validate", "--lang", "en")
    assert (ran.code, "which this report names, is not there" in ran.err) == (3, True)


def test_a_source_is_compared_with_its_digest_if_its_file_is_there(cli, paper):
    digest = sha256(paper.read_bytes()).hexdigest()
    plan = "plan: {title: {vi: Kế hoạch, en: The plan}, "
    cli.write(TRAINED, head=HEAD.replace(plan, f"{plan}file: {paper.name}, sha256: {digest}, "))
    assert cli("validate").code == 0
    paper.write_bytes(b"forged")
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    assert "targets.yaml:4:" in ran.err
    assert "is not the one that this digest was taken of" in ran.err
    paper.unlink()
    assert cli("validate").code == 0


@pytest.mark.parametrize("text", ["abc", "0" * 64 + ".PDF", "../x", "0" * 64 + "/x", ""])
def test_a_record_names_no_other_file(cli, paper, text):
    record = cli.report(*REPORT, "--attach", paper.name)
    line = cli.ledger.read_text("utf-8").replace(record["evidence"], text)
    cli.ledger.write_text(line, encoding="utf-8")
    ran = cli("validate", "--lang", "en")
    assert ran.code == 3
    assert "names no document" in ran.err


def test_what_cannot_be_attached(cli, paper):
    (cli.folder / "empty").touch()
    with (cli.folder / "huge").open("wb") as file:
        file.truncate(MAX_DOCUMENT + 1)
    for name in ("empty", "huge", "nowhere", "."):
        assert cli("add-progress", *REPORT, "--attach", name, "--yes").code == 3, name
    (cli.folder / "away").mkdir()
    (cli.folder / "evidence").symlink_to("away")
    ran = cli("add-progress", *REPORT, "--attach", paper.name, "--yes", "--lang", "en")
    assert ran.code == 3
    assert "is no folder, so no document can be kept there" in ran.err
    assert list((cli.folder / "away").iterdir()) == []
    assert cli.records == []


def test_a_large_ledger_with_documents_is_read_fast_and_strictly_alike(cli, paper):
    name = "0" * 64
    line = ('{"id":"%s","target":"trained","date":"2026-06-30","value":"5",'
            '"recorded":"2026-07-01T00:00:00.%06dZ"%s}\n')  # fmt: skip
    more = ["", f',"evidence":"{name}.pdf"', f',"evidence":"{name}"']
    text = "".join(line % (f"r{n}", n, more[n % 3]) for n in range(4000))
    cli.ledger.write_text(text, encoding="utf-8")
    records = cli("history", "--format", "json").json["records"]
    assert [record["evidence"] for record in reversed(records)][:3] == [
        None, f"{name}.pdf", name,
    ]  # fmt: skip
    cli.ledger.write_text(text.replace(f'"{name}"', '""', 1), encoding="utf-8")
    assert "names no document" in cli("validate", "--lang", "en").err
