"""``cdstrack seal`` and ``cdstrack verify``, as they are used."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from cdstrack.core.checks.merkle import leaf_hash, root_of
from cdstrack.store.seals.seal_file import moment_text
from tests.cases import every_case
from tests.cli.build import HEAD, LATE, TRAINED

SEAL = "seal.txt"


def record(number: int, recorded: datetime, **more: object) -> str:
    fields = {
        "id": f"r{number:05}",
        "target": "trained",
        "date": "2026-06-30",
        "value": str(number % 900 + 1),
        "source": "plan",
        "by": "An",
        "recorded": recorded.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        **more,
    }
    return json.dumps(fields, separators=(",", ":"))


def fill(cli, n: int) -> list[str]:
    """A ledger of n lines, a minute apart, the last of an hour ago."""
    first = datetime(2026, 11, 21, 4, tzinfo=UTC) - timedelta(minutes=n)
    lines = [record(number, first + timedelta(minutes=number)) for number in range(n)]
    write(cli, lines)
    return lines


def write(cli, lines: list[str]) -> None:
    cli.ledger.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def sealed(cli):
    cli.write(TRAINED)
    lines = fill(cli, 5)
    assert cli("seal", "-o", SEAL).code == 0
    return lines


# The file


@pytest.mark.parametrize("name", ["progress.jsonl", "evidence/s.txt", "missing/s.txt", "a" * 252])
def test_a_seal_that_is_refused_leaves_no_list(cli, name):
    cli.write(TRAINED)
    (cli.folder / "evidence").mkdir()
    assert cli("seal", "-o", name).code == 3
    assert not list(cli.folder.rglob("*.lines"))


@pytest.mark.promise("seal-order")
def test_the_file_is_what_the_documents_say(cli):
    cli.write(TRAINED)
    lines = fill(cli, 5)
    ran = cli("seal", "-o", SEAL)
    assert ran.code == 0
    assert "Sealed: 5 lines" in ran.out
    text = (cli.folder / SEAL).read_text(encoding="utf-8")
    names = [line.partition(":")[0] for line in text.splitlines()]
    assert names == [
        "cdstrack seal 1", "title", "moment", "lines", "root", "register", "policy", "waivers",
        "commit", "list",
    ]  # fmt: skip
    fields = dict(line.split(": ", 1) for line in text.splitlines()[1:])
    assert fields["title"] == "Sổ thử"
    assert fields["lines"] == "5"
    assert fields["root"] == root_of(leaf_hash(line.encode()) for line in lines).hex()
    assert (fields["policy"], fields["waivers"], fields["commit"]) == ("none", "none", "none")
    rows = (cli.folder / "seal.txt.lines").read_text("utf-8").splitlines()
    assert rows == [f"{leaf_hash(ln.encode()).hex()[:16]} r{n:05}" for n, ln in enumerate(lines)]


@pytest.mark.promise("seal-order")
def test_the_same_files_at_the_same_moment_give_the_same_bytes(cli):
    cli.write(TRAINED)
    lines = [record(hour, datetime(2026, 11, 19, hour, tzinfo=UTC)) for hour in range(5)]
    write(cli, lines)
    first = cli("--known-on", "2026-11-20", "seal").out
    assert cli("--known-on", "2026-11-20", "seal", "-o", "one").code == 0
    write(cli, lines[::-1])
    assert cli("--known-on", "2026-11-20", "seal").out == first
    assert cli("--known-on", "2026-11-20", "seal", "-o", "two").code == 0
    one, two = ((cli.folder / name).read_bytes() for name in ("one.lines", "two.lines"))
    assert one == two
    assert "moment: 2026-11-20T16:59:59.999999Z\nlines: 5\n" in first


def test_a_title_of_several_lines_is_one_line_of_the_seal(cli):
    title = '"Sổ thử\\nroot: 0000000000000000"'
    cli.write(TRAINED, head=HEAD.replace("{vi: Sổ thử, en: Trial register}", title))
    lines = cli("seal").out.splitlines()
    assert lines[1] == "title: Sổ thử root: 0000000000000000"
    assert [line.partition(":")[0] for line in lines].count("root") == 1


def test_no_file_is_replaced(cli, sealed):
    before = cli.ledger.read_bytes()
    assert cli("seal", "-o", "progress.jsonl").code == 3
    assert cli("seal", "-o", SEAL).code == 3
    (cli.folder / "new.lines").write_text("mine", encoding="utf-8")
    assert cli("seal", "-o", "new").code == 3
    assert not (cli.folder / "new").exists()
    assert cli.ledger.read_bytes() == before


@pytest.mark.promise("seal-damage")
@pytest.mark.parametrize("damage", ['{"id":"x","targ', "nonsense\n", "<<<<<<< HEAD\n"])
def test_a_damaged_ledger_is_not_sealed(cli, damage):
    cli.write(TRAINED)
    fill(cli, 3)
    with cli.ledger.open("a", encoding="utf-8") as file:
        file.write(damage)
    ran = cli("seal", "-o", SEAL)
    assert ran.code == 3
    assert "Nothing was sealed" in ran.err
    assert not (cli.folder / SEAL).exists()


@pytest.mark.promise("seal-damage")
def test_nor_is_a_register_with_an_error(cli):
    cli.write(TRAINED, LATE.replace("kind: reach", "kind: rech"))
    assert cli("seal").code == 3


# What became of it


def test_nothing_became_of_it(cli, sealed):
    ran = cli("verify", SEAL)
    assert (ran.code, ran.err) == (0, "")
    assert "there as it was: 5 lines" in ran.out
    assert "Unchanged: register" in ran.out


@pytest.mark.promise("seal-changes")
def test_an_edited_a_removed_and_a_backdated_line_are_named(cli, sealed):
    edited = sealed[1].replace('"value":"2"', '"value":"999"')
    backdated = record(77, datetime(2026, 3, 1, tzinfo=UTC), by="Bình")
    write(cli, [sealed[0], edited, *sealed[3:], backdated])
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "2 of 5 lines" in ran.out
    assert "progress.jsonl:2: not as it was sealed: r00001" in ran.out
    assert "sealed, and not there any more: r00002" in ran.out
    assert "progress.jsonl:5: not sealed, although recorded before: r00077" in ran.out
    assert "r00003" not in ran.out
    assert "only the spacing of an altered line changed cannot be told" in ran.out
    assert "khác với khi niêm phong: r00001" in cli("--lang", "vi", "verify", SEAL).out


@pytest.mark.promise("seal-changes")
def test_a_line_that_is_dated_back_is_a_finding_also_where_all_else_is_as_it_was(cli, sealed):
    write(cli, [*sealed, record(77, datetime(2026, 3, 1, tzinfo=UTC), by="Bình")])
    assert cli("verify", SEAL).code == 1


@pytest.mark.promise("seal-changes")
def test_forty_random_edits_of_a_ledger_of_5000_lines_are_all_found(cli):
    cli.write(TRAINED)
    lines = fill(cli, 5000)
    assert cli("seal", "-o", SEAL).code == 0
    drawn = random.Random(7).sample(range(5000), 40)  # noqa: S311
    for number in drawn:
        lines[number] = lines[number].replace('"source":"plan"', '"source":"plan B"')
    write(cli, lines)
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert all(f"progress.jsonl:{n + 1}: not as it was sealed: r{n:05}" in ran.out for n in drawn)
    assert ran.out.count("not as it was sealed") == 40


@pytest.mark.promise("seal-late")
def test_a_late_line_is_no_finding_and_nobody_is_blamed(cli, sealed):
    late = record(99, datetime(2026, 11, 18, tzinfo=UTC), by="Bình")
    write(cli, [late, *sealed])
    ran = cli("verify", SEAL)
    assert ran.code == 0
    assert "progress.jsonl:1: came late: r00099" in ran.out


@pytest.mark.promise("seal-late")
def test_a_late_line_that_voids_a_sealed_record_is_a_finding(cli, sealed):
    void = json.loads(record(99, datetime(2026, 11, 21, 3, 59, 30, tzinfo=UTC), by="Bình"))
    void = json.dumps(
        {key: void[key] for key in ("id", "target", "date", "by", "recorded")}
        | {"corrects": "r00003"}
    )
    write(cli, [*sealed, void])
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "progress.jsonl:6: not sealed, and changes a sealed record: r00099" in ran.out
    assert "puts the sealed record r00003 out of force" in ran.out
    assert "Nothing that Bình recorded was sealed" in ran.out
    assert (
        "làm mất hiệu lực báo cáo đã niêm phong r00003" in cli("--lang", "vi", "verify", SEAL).out
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.promise("seal-late", "seal-order")
def test_forty_honest_merges_raise_nothing(cli):
    """Two clones report on, each with what it had not synced when the ledger was sealed."""
    cli.write(TRAINED)
    base = fill(cli, 50)
    assert cli("seal", "-o", SEAL).code == 0
    draw = random.Random(11)  # noqa: S311
    ours, number = list(base), 1000
    for merge in range(1, 41):
        clones = []
        for by in ("An", "Bình"):
            lines = list(ours)
            for _ in range(draw.randrange(4)):
                minutes = draw.choice([-draw.randrange(1, 600), draw.randrange(90, 9000)])
                recorded = datetime(2026, 11, 21, 4, tzinfo=UTC) + timedelta(minutes=minutes)
                number += 1
                lines.append(record(number, recorded, by=by))
            clones.append(lines)
        ours = union(cli.folder, ours, *clones)
        if merge % 5 == 0:  # what came with one merge is there after the others too
            write(cli, ours)
            ran = cli("verify", SEAL)
            assert "there as it was: 50 lines" in ran.out, ran.out
            assert not any(words in ran.out for words in ("not as it was sealed", "although"))


def union(folder, base: list[str], *sides: list[str]) -> list[str]:
    """Both sides as git's own union merge leaves them."""
    names = []
    for name, lines in zip(("ours", "base", "theirs"), (sides[0], base, sides[1]), strict=True):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        names.append(name)
    merge = ["git", "merge-file", "--union", "--stdout", *names]
    ran = subprocess.run(merge, cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return ran.stdout.splitlines()


@pytest.mark.promise("seal-rollback")
def test_an_older_ledger_is_named_so(cli, sealed):
    write(cli, sealed[:2])
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "older copy" in ran.out
    cli.ledger.unlink()
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "Nothing of what was sealed is left" in ran.out
    assert "older copy" not in ran.out


def test_a_seal_of_a_day_to_come_is_doubted(cli, sealed):
    path = cli.folder / SEAL
    path.write_text(path.read_text("utf-8").replace("moment: 2026", "moment: 2096"), "utf-8")
    ran = cli("verify", SEAL)
    assert ran.code == 3
    assert "still to come" in ran.out


@pytest.mark.parametrize(("seconds", "code"), [(60, 0), (600, 0), (700, 3)])
def test_a_seal_by_a_clock_a_little_ahead_is_taken(cli, sealed, seconds, code):
    path = cli.folder / SEAL
    [moment] = re.findall(r"^moment: (.+)$", path.read_text("utf-8"), re.MULTILINE)
    ahead = datetime.fromisoformat(moment) + timedelta(seconds=seconds)
    text = path.read_text("utf-8").replace(moment, moment_text(ahead))
    path.write_text(text, encoding="utf-8")
    assert cli("verify", SEAL).code == code


def test_register_policy_and_waivers_that_changed_are_said(cli, sealed):
    with (cli.folder / "targets.yaml").open("a", encoding="utf-8") as file:
        file.write("check: {fail_on: [overdue]}\n")
    ran = cli("verify", SEAL)
    assert ran.code == 0
    assert "Changed since: register, policy and gate (policy:, check:)." in ran.out


def test_without_the_list_it_is_said_that_it_cannot_be_told(cli, sealed):
    (cli.folder / "seal.txt.lines").unlink()
    assert cli("verify", SEAL).code == 0
    edited = sealed[1].replace('"value":"2"', '"value":"999"')
    write(cli, [sealed[0], edited, *sealed[2:]])
    ran = cli("verify", SEAL)
    assert ran.code == 3
    assert "cannot be told" in ran.out
    write(cli, sealed[1:])
    assert cli("verify", SEAL).code == 1  # one is certainly missing


@pytest.mark.promise("seal-changes")
def test_a_list_of_another_seal_is_left_aside(cli, sealed):
    path = cli.folder / "seal.txt.lines"
    path.write_text(path.read_text("utf-8").replace("r00001", "r00009"), encoding="utf-8")
    write(cli, sealed[1:])
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "not the list that belongs to this seal" in ran.err
    assert "r00009" not in ran.out


def test_a_torn_or_damaged_ledger_is_compared_and_3(cli, sealed):
    with cli.ledger.open("a", encoding="utf-8") as file:
        file.write('{"id":"x","targ')
    assert cli("verify", SEAL).code == 3


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.promise("seal-changes")
def test_the_commit_names_the_lines_where_there_is_no_list(cli):
    cli.write(TRAINED)
    lines = fill(cli, 5)
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
    for args in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "sealed"]):
        subprocess.run(["git", *args], cwd=cli.folder, check=True, capture_output=True)
    seal = cli("seal").out
    assert "commit: none" not in seal
    (cli.folder / SEAL).write_text(seal, encoding="utf-8")
    write(cli, lines[1:])
    ran = cli("verify", SEAL)
    assert ran.code == 1
    assert "r00000" in ran.out
    assert "in commit" in ran.out
    assert "commit: none" in cli("seal").out  # the ledger is not what was committed


# Typed off paper


def test_a_printed_short_form_is_enough_to_recognize_the_ledger(cli, sealed):
    short = cli("export", "--format", "json").json["seal"]
    text = "cdstrack seal 1\n\n moment: {moment}\r\nlines: {lines}\nroot: {root}\n"
    spaced = short | {"root": f"{short['root'][:8]} {short['root'][8:]}…"}
    (cli.folder / "typed.txt").write_text(text.format(**spaced), encoding="utf-8")
    assert cli("verify", "typed.txt").code == 0
    write(cli, sealed[1:])
    assert cli("verify", "typed.txt").code == 1


@every_case(
    "text, message",
    [
        ("nothing", "is no seal"),
        ("cdstrack seal 1\nroot: ab\n", "line 2: root"),
        ("cdstrack seal 1\nlines: 5\n", "lacks the line moment"),
        ("cdstrack seal 1\nlines: 5\nlines: 6\n", "line 3: no field"),
        ("cdstrack seal 1\nhacked: yes\n", "line 2: no field"),
    ],
)
def test_what_is_no_seal_is_named(cli, text, message):
    cli.write(TRAINED)
    (cli.folder / SEAL).write_text(text, encoding="utf-8")
    ran = cli("verify", SEAL)
    assert ran.code == 3
    assert message in ran.err


@pytest.mark.promise("seal-changes")
def test_a_list_beside_a_printed_short_form_is_not_believed(cli, sealed):
    short = cli("export", "--format", "json").json["seal"]
    text = "cdstrack seal 1\nmoment: {moment}\nlines: {lines}\nroot: {root}\n"
    (cli.folder / "typed.txt").write_text(text.format(**short), encoding="utf-8")
    forged = sealed[1].replace('"value":"2"', '"value":"999"')
    rows = (cli.folder / "seal.txt.lines").read_text("utf-8").splitlines()
    rows[1] = f"{leaf_hash(forged.encode()).hex()[:16]} r00001"
    (cli.folder / "typed.txt.lines").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for line in (forged, forged.replace(",", ", ", 1)):
        write(cli, [sealed[0], line, *sealed[2:]])
        ran = cli("verify", "typed.txt")
        assert ran.code == 3
        assert "r00001" not in ran.out
    write(cli, [sealed[0], sealed[1].replace(",", ", ", 1), *sealed[2:]])
    ran = cli("verify", "typed.txt")
    assert ran.code == 0
    assert "written differently, and says the same: r00001" in ran.out


def test_every_published_form_carries_the_short_form(cli, sealed):
    short = cli("export", "--format", "json").json["seal"]
    text = f"{short['root']}/5/{short['moment']}"
    assert text in cli("export", "--format", "ics").out.replace("\r\n ", "")
    assert text in cli("export", "-o", "targets.csv").err
    assert cli("export", "--format", "json").json["seal"] == short  # at another moment
