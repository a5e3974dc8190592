"""The published shape of the JSON: current, what is printed, and nothing of a register left out."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cdstrack.core.model import entries
from cdstrack.render.data import dump_object, dumps
from cdstrack.render.register_shape import EXPORT, SHAPES, record_texts, records_of
from cdstrack.render.shape import TEXT, Shape
from cdstrack.store.files import FileStore
from tests.cases import every_case
from tests.cli.build import DATED, LATE, LAW, TRAINED, target
from tools.export_schema import DEFINITIONS, FILE, PAGE, as_text, build, page

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(build())
EXAMPLES = [ROOT, ROOT / "examples" / "provinces", ROOT / "examples" / "national-programme"]
GROWN = DATED.replace("deadline: 2026", "deadline: 2027").replace(
    "{at_least: 1000}", "{increase_by: 20%}"
)
EVERYTHING = (
    "revisions: [{on: 2026-05-01, field: deadline, old: 2026-06, new: 2027, source: plan},"
    " {on: 2099-05-01, field: target, old: {at_least: 1000}, new: {increase_by: 20%}}]\n"
    "restated: [{on: 2026-05-01, source: plan}]\nplan: [{date: 2026-03, value: 10}]\n"
    "closed: {on: 2026-08-01, how: withdrawn, source: plan}\nnotes: [{vi: Ghi, en: Note}]\n"
)


def test_schema_and_tables_are_current():
    assert FILE.read_text("utf-8") == as_text(build()), "run `make schema`"
    text = PAGE.read_text("utf-8")
    assert text == page(text), "run `make schema`"


def test_it_is_a_schema_in_which_every_reference_leads_somewhere():
    Draft202012Validator.check_schema(build())
    names = {part.partition('"')[0] for part in as_text(build()).split('"#/$defs/')[1:]}
    assert names <= DEFINITIONS.keys()
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_what_is_printed_of_the_registers_that_we_ship_fits(cli, folder):
    ledger = (folder / "progress.jsonl").read_bytes().splitlines(keepends=True)
    cli.ledger.write_bytes(b"".join(ledger[:600]))  # of every field there are some
    shutil.copy(folder / "targets.yaml", cli.folder)
    ran = cli("export", "--format", "json")
    assert ran.code == 0
    VALIDATOR.validate(ran.json)


def test_what_is_printed_of_a_register_of_many_kinds_fits(cli):
    moved = target("moved", GROWN + EVERYTHING)
    kept = "kind: sustain\nunit: x\ntarget: {at_least: 5}\nperiods: [2026-Q1, 2026-Q2]\n"
    limit = "kind: limit\nunit: x\ntarget: {at_most: 5}\nstart: 2026\ndeadline: 2026\n"
    slices = (
        "unit: x\nbreakdown: {sex: {women: Women, men: Men}}\ndeadline: 2027\n"
        "kind: reach\ntarget: {at_least: 9}\nslices: [{slice: {sex: women}, target: {at_least: 5}}]"
    )
    cli.write(
        *(TRAINED, LATE, LAW, moved, target("kept", kept), target("limit", limit)),
        target("slices", slices),
    )
    cli.report("slices", "3", "--slice", "sex=women", "--date", "2026-03")
    cli.report("limit", "3", "--date", "2026-03")
    first = cli.report("trained", "5", "--date", "2026-03-31", "--source", "plan", "--by", "Lan")
    cli.report("trained", "6", "--corrects", first["id"], "--by", "Minh")
    whole = cli("export", "--format", "json").json
    VALIDATOR.validate(whole)
    by_id = {entry["id"]: entry for entry in whole["targets"]}
    assert by_id["limit"]["plan"]["anchors"] == [
        {"date": "2026-01-01", "value": 0}, {"date": "2026-12-31", "value": 5}
    ]  # fmt: skip
    assert [move["counts"] for move in by_id["moved"]["revisions"]] == [True, None]
    assert by_id["trained"]["corrections"][0]["report"] == first["id"]
    assert by_id["trained"]["foreign_corrections"][0]["by"] == "Minh"


def test_a_key_that_is_missing_or_unknown_does_not_fit(cli):
    cli.write(TRAINED)
    whole = cli("export", "--format", "json").json
    reason = whole["targets"][0].pop("reason")
    assert not VALIDATOR.is_valid(whole)
    whole["targets"][0] |= {"reason": reason}
    VALIDATOR.validate(whole)
    assert not VALIDATOR.is_valid(whole | {"extra": 1})


ELSEWHERE = {
    "Target": {"part_of": "parent", "partners": "with", "dimensions": "breakdown"},
    "Indicator": {"dimensions": "breakdown"},
    "Heading": {"part_of": "parent", "roll_up": "score"},
    "Body": {"successor": "successors"},
    "Size": {"since": "from"},
    "Group": {"size": "sizes"},
    "PlanPoint": {},
}
"""Fields of the register that the JSON calls something else."""
MODELS = {
    "Target": "FullTarget", "Heading": "Heading", "Indicator": "Indicator", "Body": "Body",
    "Group": "Group", "Size": "Size", "Source": "Source", "Policy": "Policy", "Stated": "Stated",
    "Baseline": "Baseline", "Closed": "Closing", "Restated": "Restatement",
    "Official": "Official", "PlanPoint": "Interim",
}  # fmt: skip


@every_case("model", MODELS)
def test_every_field_of_the_register_is_in_the_json(model):
    names = {ELSEWHERE.get(model, {}).get(name, name) for name in
             getattr(entries, model).model_fields}  # fmt: skip
    assert names - DEFINITIONS[MODELS[model]]["properties"].keys() == set()


@pytest.mark.parametrize("folder", EXAMPLES)
def test_records_are_written_one_by_one_as_in_one_piece(folder):
    reports = FileStore(folder / "targets.yaml").load().ledger.records()
    corrections = {reports[0].id: reports[-1].id}
    whole = dumps({"records": [*records_of(reports, corrections)], "n": []}) + "\n"
    parts = {"records": record_texts(reports, corrections), "n": iter([])}
    assert "".join(dump_object(parts.items())) == whole


def test_the_object_and_its_text_are_the_same():
    shape = Shape[str]("Word", "", (("word", TEXT, "", str), ("n", TEXT, "", lambda w: [len(w)])))
    text = "".join(shape.text("hai"))
    assert text == dumps(shape.of("hai")) + "\n"
    assert json.loads(text, parse_float=Decimal) == {"word": "hai", "n": [3]}
    stream = Shape[str]("Word", "", shape.keys, {"n": lambda w: iter([len(w)])})
    assert "".join(stream.text("hai")) == text
    empty = Shape[str]("Word", "", shape.keys, {"n": lambda w: iter([])})
    assert json.loads("".join(empty.text("hai"))) == {"word": "hai", "n": []}
    assert EXPORT.streams.keys() <= {key[0] for key in EXPORT.keys}
