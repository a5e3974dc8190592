"""Two clones report, git puts their lines together: what one clone would not have taken twice."""

from __future__ import annotations

import itertools
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cdstrack.core.model.report import Report, import_row
from cdstrack.store.ledger.load import read_ledger
from cdstrack.store.ledger.record import serialize
from tests.cli.build import SPENT, TRAINED, Cli, register
from tests.faults.tools import report

START = datetime(2026, 1, 1, tzinfo=UTC)

HEADINGS = "target,date,value,source"
SHEETS = {
    "one.csv": ["spent,2026-01,60,Report 1", "spent,2026-02,5,Report 1"],
    "two.csv": ["spent,2026-03,7,Report 2", "trained,2026-03-31,400,Report 2"],
    "three.csv": ["spent,2026-04,11,Report 3"],
}


class Clone:
    """A folder of its own with the register and the sheets."""

    def __init__(self, cli: Cli, name: str) -> None:
        self.cli = cli
        self.folder = cli.folder / name
        self.folder.mkdir()
        self.ledger = self.folder / "progress.jsonl"
        (self.folder / "targets.yaml").write_text(register(SPENT, TRAINED), encoding="utf-8")
        for sheet, rows in SHEETS.items():
            text = "\n".join([HEADINGS, *rows, ""])
            (self.folder / sheet).write_text(text, encoding="utf-8")

    def __call__(self, *args: str, code: int = 0) -> Any:
        ran = self.cli(*args, "--file", str(self.folder / "targets.yaml"), "--lang", "en")
        assert ran.code == code, ran.err
        return ran

    def take(self, sheet: str) -> list[dict[str, Any]]:
        """Import a sheet; its records."""
        before = len(self.records)
        self("import", str(self.folder / sheet), "--yes")
        return self.records[before:]

    def report(self, *args: str) -> dict[str, Any]:
        self("add-progress", *args, "--yes")
        return self.records[-1]

    @property
    def lines(self) -> list[str]:
        return self.ledger.read_text("utf-8").splitlines() if self.ledger.exists() else []

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def values(self) -> dict[str, Any]:
        targets = self("status", "--format", "json").json["targets"]
        return {target["id"]: (target["value"], target["state"]) for target in targets}


@pytest.fixture
def clones(cli):
    return Clone(cli, "north"), Clone(cli, "south"), Clone(cli, "merged")


def merge(dice: random.Random, north: Clone, south: Clone, merged: Clone) -> None:
    """The union of two ledgers, in any order."""
    lines = [*dict.fromkeys([*north.lines, *south.lines])]
    dice.shuffle(lines)
    merged.ledger.write_text("\n".join([*lines, ""]), encoding="utf-8")


@pytest.mark.promise("import-once")
# Voided by one that imported it alone, left as it was; corrected and voided where both had it.
@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_sheets_that_both_clones_imported_count_as_in_one_clone(cli, seed):
    """With one row corrected or voided in the clone that imported it first or last."""
    dice = random.Random(seed)  # noqa: S311
    north, south, merged, single = (Clone(cli, name) for name in ("n", "s", "m", "o"))
    ids: dict[tuple[str, int], list[str]] = {}
    for clone in (north, south, single):
        names = list(SHEETS) if clone is single else dice.sample(sorted(SHEETS), dice.randint(1, 3))
        dice.shuffle(names)
        for sheet in names:
            for row, record in enumerate(clone.take(sheet)):
                ids.setdefault((sheet, row), []).append(record["id"])
    there = {(s, r) for (s, r), known in ids.items() if len(known) > 1}
    for sheet, row in set(ids) - there:  # in one clone: only what was imported anywhere
        single.report(SHEETS[sheet][row].split(",")[0], "--void", ids[sheet, row][-1])
    sheet, row = dice.choice(sorted(there))
    editor = north if any(r["id"] == ids[sheet, row][0] for r in north.records) else south
    target = SHEETS[sheet][row].split(",")[0]
    change = dice.choice([["--void"], ["9", "--corrects"], []])
    if change:
        editor.report(target, *change, ids[sheet, row][0 if editor is north else -2])
        single.report(target, *change, ids[sheet, row][-1])
    merge(dice, north, south, merged)
    assert merged.values() == single.values()
    twice = sum(len(known) == 3 for known in ids.values())
    ran = merged("validate")
    assert ran.err.count("is in the ledger twice") == twice
    export = merged("export", "--format", "json").json
    assert len(export["reports"]) == len(merged.records)


@pytest.mark.promise("import-once")
def test_the_copy_is_named_with_its_line_and_the_earlier_one_counts_in_any_order(clones):
    north, south, merged = clones
    [first, *_], [copy, *_] = north.take("one.csv"), south.take("one.csv")
    assert first["recorded"] < copy["recorded"]
    for order in range(6):
        merge(random.Random(order), north, south, merged)  # noqa: S311
        lines = [record["id"] for record in merged.records]
        line, first_line = lines.index(copy["id"]) + 1, lines.index(first["id"]) + 1
        ran = merged("validate")
        assert f"progress.jsonl:{line}:" in ran.err
        assert f"{first['id']}, in line {first_line}, was recorded earlier and counts" in ran.err
        assert merged.values()["spent"][0] == 65
    said = merged.cli("validate", "--file", str(merged.folder / "targets.yaml"), "--lang", "vi").err
    assert "có hai lần trong sổ" in said


@pytest.mark.promise("import-once")
def test_equal_moments_are_told_apart_by_id(clones):
    north, south, merged = clones
    [one], [other] = north.take("three.csv"), south.take("three.csv")
    other = {**other, "recorded": one["recorded"]}
    for pair in ([one, other], [other, one]):
        text = "".join(json.dumps(record) + "\n" for record in pair)
        merged.ledger.write_text(text, encoding="utf-8")
        first = min(record["id"] for record in pair)
        assert f"{first}, in line" in merged("validate").err
        assert merged.values()["spent"][0] == 11


@pytest.mark.promise("import-once")
@pytest.mark.parametrize(
    "forged",
    [{"target": "trained"}, {"value": "1"}, {"date": "2026-05"}],
    ids=lambda each: str(each),
)
def test_what_only_claims_a_row_puts_nobodys_report_out_of_force(clones, forged):
    """A key can be copied by hand: with an earlier moment it would void without correcting."""
    north, _, merged = clones
    [record] = north.take("three.csv")
    false = {**record, "id": "false-claim", "recorded": "2026-01-01T00:00:00Z", **forged}
    for pair in ([record, false], [false, record]):
        text = "".join(json.dumps(line) + "\n" for line in pair)
        merged.ledger.write_text(text, encoding="utf-8")
        ledger, _ = read_ledger(merged.ledger)
        ids = {report.id for series in ledger.reports.values() for report in series}
        assert ids == {record["id"], "false-claim"}
        assert "false-claim, in line" in merged("validate").err


@pytest.mark.promise("import-once")
def test_the_same_file_under_another_name_is_the_same_row(clones):
    north, south, merged = clones
    north.take("one.csv")
    (south.folder / "other.csv").write_bytes((south.folder / "one.csv").read_bytes())
    south.take("other.csv")
    merge(random.Random(1), north, south, merged)  # noqa: S311
    assert merged.values()["spent"][0] == 65
    assert merged.take("one.csv") == []


@pytest.mark.promise("import-once")
def test_a_corrected_form_that_one_clone_took_for_new(clones):
    """South had the first version and corrects it; north knows only the second."""
    north, south, merged = clones
    south.take("one.csv")
    for clone in (north, south):
        text = (clone.folder / "one.csv").read_text("utf-8").replace(",60,", ",61,")
        (clone.folder / "one.csv").write_text(text, encoding="utf-8")
        clone.take("one.csv")
    merge(random.Random(2), north, south, merged)  # noqa: S311
    # The row that was corrected is one; of the one that stayed as it was, each clone has another
    # version, which nobody could compare: both count, and that is said.
    assert (south.values()["spent"][0], merged.values()["spent"][0]) == (66, 71)
    assert "says the same as" in merged("validate").err


def test_keys_of_others_are_the_same_only_if_all_of_them_is(clones):
    north, _, merged = clones
    [record] = north.take("three.csv")
    pair = [{**record, "id": f"r{n}", "key": f"{n}.row"} for n in range(2)]
    text = "".join(json.dumps(record) + "\n" for record in pair)
    merged.ledger.write_text(text, encoding="utf-8")
    assert merged.values()["spent"][0] == 22


@pytest.mark.promise("import-once")
def test_the_history_and_an_export_say_that_a_copy_does_not_count(clones):
    north, south, merged = clones
    [first], [copy] = north.take("three.csv"), south.take("three.csv")
    merge(random.Random(3), north, south, merged)  # noqa: S311
    assert f"the same row of a sheet as {first['id']}, which counts" in merged("history").out
    reports = merged("export", "--format", "json").json["reports"]
    assert {r["id"]: r["corrected_by"] for r in reports} == {
        first["id"]: None,
        copy["id"]: first["id"],
    }


@pytest.mark.promise("equal-increments")
def test_equal_increments_of_two_clones_count_and_are_named_at_every_read(clones):
    north, south, merged = clones
    said = ["spent", "60", "--date", "2026-06", "--source", "Report 5"]
    north.report(*said)
    second = south.report(*said, "--note", "from the south")
    for order in range(3):
        merge(random.Random(order), north, south, merged)  # noqa: S311
        assert merged.values()["spent"][0] == 120
        for command in ("validate", "status", "check", "show spent"):
            ran = merged(*command.split())
            assert "says the same as" in ran.err or "1 warning in the files" in ran.err, command
        line = [record["id"] for record in merged.records].index(second["id"]) + 1
        assert f"progress.jsonl:{line}:" in merged("validate").err
    merged.report("spent", "--void", second["id"])
    assert merged.values()["spent"][0] == 60
    assert merged("validate").err == ""


@pytest.mark.promise("equal-increments")
def test_of_two_versions_of_a_form_from_two_clones_the_same_row_is_named(clones):
    north, south, merged = clones
    north.take("three.csv")
    text = (south.folder / "three.csv").read_text("utf-8").replace(",11,", ",12,")
    (south.folder / "three.csv").write_text(text, encoding="utf-8")
    south.take("three.csv")
    merge(random.Random(4), north, south, merged)  # noqa: S311
    assert merged.values()["spent"][0] == 23
    assert "the same row of two versions of one form" in merged("validate").err


def test_two_equal_rows_of_one_sheet_that_were_meant_are_not_named(clones):
    _, _, merged = clones
    row = "spent,2026-05,3,Report 9\n"
    (merged.folder / "both.csv").write_text(HEADINGS + "\n" + row * 2, encoding="utf-8")
    merged("import", str(merged.folder / "both.csv"), "--yes", "--both")
    assert merged.values()["spent"][0] == 6
    assert "is there twice" in merged("validate").err  # a look is worth it, and only there
    assert merged("status").err == ""


# Many pairs, without the command


def write(path: Path, reports: list[Report]) -> None:
    with path.open("ab") as file:
        file.writelines(f"{serialize(report)}\n".encode() for report in reports)


def pair_of_ledgers(dice: random.Random, folder: Path) -> tuple[list[Path], dict[str, int | None]]:
    """Two ledgers that imported rows of the same sheets and changed some of them; and what each row
    comes to: what was recorded last of it, else what was imported first."""
    paths, values, moments = [folder / "one", folder / "other"], {}, itertools.count()
    imports: dict[tuple[Path, str], Report] = {}
    for path in paths:
        for sheet in dice.sample("abcde", dice.randint(1, 5)):
            rows = [
                report(100 + at)._replace(
                    target="u" if (sheet, at) == ("a", 1) else "t",
                    key=f"{dice.choice('fg') * 12}.{sheet * 32}:{at}",
                    recorded=START + timedelta(seconds=next(moments)),
                )
                for at in range(dice.randint(2, 3))
            ]
            batch = f"b{next(moments)}"
            write(path, [row._replace(batch=f"{batch}:{len(rows)}") for row in rows])
            for row in rows:
                name = import_row(row.key or "")
                imports[path, name] = row
                values.setdefault(name, int(row.key.rpartition(":")[2]) + 100)
    for path, name in dice.sample(sorted(imports), min(len(imports), 3)):
        value = dice.choice([None, 7, 8])
        change = report(value or 0)._replace(
            target=imports[path, name].target,
            corrects=imports[path, name].id,
            recorded=START + timedelta(seconds=next(moments)),
        )
        change = change if value is not None else change._replace(figure=None)
        write(path, [change])
        values[name] = value
    return paths, values


@pytest.mark.promise("import-once")
@pytest.mark.promise("whole-batches")
@pytest.mark.parametrize("start", range(0, 80, 20))
def test_eighty_pairs_of_ledgers_come_to_what_their_rows_do(tmp_path, start):
    for seed in range(start, start + 20):
        dice = random.Random(seed)  # noqa: S311
        folder = tmp_path / str(seed)
        folder.mkdir()
        paths, values = pair_of_ledgers(dice, folder)
        lines = [line for path in paths for line in path.read_bytes().splitlines(keepends=True)]
        outcomes = []
        for _ in range(2):
            dice.shuffle(lines)
            (folder / "merged").write_bytes(b"".join(lines))
            ledger, problems = read_ledger(folder / "merged")
            reports = [report for series in ledger.reports.values() for report in series]
            outcomes.append(sorted(report.id for report in reports))
            assert sorted(int(report.figure) for report in reports) == sorted(
                value for value in values.values() if value is not None
            ), seed
            assert {p.code for p in problems} <= {"import_twice", "correction_superseded"}
        assert outcomes[0] == outcomes[1]
        keyed = [json.loads(line)["key"] for line in lines if b'"key"' in line]
        copies = len(keyed) - len(set(map(import_row, keyed)))
        assert sum(problem.code == "import_twice" for problem in problems) == copies
