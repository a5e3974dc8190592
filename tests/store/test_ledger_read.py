"""Reading progress.jsonl: what counts, what is damaged and where, and that fast is not lax."""

from __future__ import annotations

import gc
import json
import os
from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.report import Report, Share, Wording
from cdstrack.store.ledger import load as ledger_read
from cdstrack.store.ledger.fast import FastReader
from cdstrack.store.ledger.load import end_of, read_ledger, read_line
from cdstrack.store.ledger.record import Damage, Reader, serialize
from cdstrack.store.ledger.reduction import Batch
from tests.cases import every_case
from tests.draws import among, examples

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def line(id_: str = "r1", **fields: object) -> str:
    """A sound record; a field given as ``...`` is left out."""
    record = {"id": id_, "target": "t", "date": "2024", "value": "5"}
    record |= {"recorded": "2024-01-01T00:00:00.000000Z"} | fields
    return json.dumps({k: v for k, v in record.items() if v is not ...}, ensure_ascii=False)


@pytest.fixture
def load(tmp_path):
    def read(content: str | bytes, known_on: date | None = None):
        path = tmp_path / "progress.jsonl"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_ledger(path, end_of(known_on, HANOI) if known_on is not None else None)

    return read


def ids(ledger) -> list[str]:
    return [r.id for reports in ledger.reports.values() for r in reports]


def test_no_file_is_an_empty_ledger(tmp_path):
    missing = tmp_path / "none.jsonl"
    ledger, problems = read_ledger(missing)
    assert (ledger.reports, ledger.records(), problems) == ({}, [], [])


def test_a_report_is_read_with_all_its_fields(load):
    text = line(
        "r1", body="mic", part="online", date="2022-Q1", value="-1.50", qualifier="nearly",
        source="s", note="ghi chú", by="An", recorded="2024-01-01T07:00:00.5+07:00", key="k:1", x=1,
    )  # fmt: skip
    ledger, problems = load(text + "\n")
    [report] = ledger.reports["t"]
    assert problems == []
    assert report[1:4] == ("t", "mic", "online")
    assert (str(report.date), report.date.last) == ("2022-Q1", date(2022, 3, 31))
    assert report.figure == Decimal("-1.50")
    assert report[6:10] == ("nearly", "s", "ghi chú", "An")
    assert report.recorded.isoformat() == "2024-01-01T00:00:00.500000+00:00"
    assert report.recorded.tzinfo is UTC
    assert (report.corrects, report.key) == (None, "k:1")


@every_case(
    "fields, figure",
    [
        ({"value": 12}, Decimal(12)),
        ({"value": ..., "n": 40, "of": 63}, Share(40, 63)),
        ({"value": ..., "n": 0, "of": 0}, Share(0, 0)),
        ({"value": ..., "n": 64, "of": 63}, Share(64, 63)),
        ({"value": ..., "done": False}, False),
        ({"value": ..., "corrects": "gone"}, None),
    ],
)
def test_figures_of_every_kind(fields, figure):
    assert read_line(Reader(), line(**fields).encode()).figure == figure


@pytest.mark.promise("damaged-lines")
@every_case(
    "text, code, at",
    [
        ('{"id": r1}', "ledger_not_json", "r1"),
        ("[" * 100_000, "ledger_line_too_long", ""),
        ("[" * 60_000, "ledger_not_json", ""),
        ('["r1"]', "ledger_not_object", ""),
        (line()[:-1] + ', "by": "a", "by": "a"}', "ledger_duplicate_key", '"by"'),
        (line(target=...), "ledger_missing", ""),
        (line(body=7), "ledger_type", '"body"'),
        (line(done=1, value=...), "ledger_type", '"done"'),
        (line(n="4", of=5, value=...), "ledger_type", '"n"'),
        (line(note=None), "ledger_null", '"note"'),
        (line(value=1.5), "ledger_number", '"value"'),
        (line(value=float("nan")), "ledger_number", '"value"'),
        (line(value="1e3"), "number_exponent", '"value"'),
        (line(value="1.000.000"), "number_grouped", '"value"'),
        (line(value=int("9" * 31)), "number_too_long", '"value"'),
        (line(n=-1, of=5, value=...), "number_negative", '"n"'),
        (line(n=1, of=0, value=...), "ledger_of_zero", '"of"'),
        (line(n=0, of=-1, value=...), "number_negative", '"of"'),
        (line(n=1, value=...), "ledger_missing", '"n"'),
        (line(date="31/12/2024"), "date_form", '"date"'),
        (line(done=True), "ledger_two_figures", '"done"'),
        (line(value=...), "ledger_no_figure", ""),
        (line(qualifier="almost"), "ledger_qualifier", '"qualifier"'),
        (line(recorded="2024-01-01T00:00:00"), "ledger_recorded", '"recorded"'),
        (line(recorded="2024-01-01"), "ledger_recorded", '"recorded"'),
        (line("R1"), "ledger_id", '"id"'),
        (line("r" * 41), "ledger_id", '"id"'),
        (line(corrects=""), "ledger_id", '"corrects"'),
        (line(note="N").replace('"N"', r'"\ud800"'), "ledger_surrogate", '"note"'),
        ("<<<<<<< HEAD", "ledger_conflict", ""),
        ("=======", "ledger_conflict", ""),
        (">>>>>>> other", "ledger_conflict", ""),
        (line(note="a\tb").replace("\\t", "\t"), "ledger_not_json", "\t"),
    ],
)
def test_a_damaged_line_is_named_and_the_rest_counts(load, text, code, at):
    ledger, [problem] = load("\n".join([line("r0"), text, line("r2"), ""]))
    assert ids(ledger) == ["r0", "r2"]
    assert (problem.code, problem.level) == (code, "error")
    assert problem.place.file.endswith("progress.jsonl")
    assert (problem.place.line, problem.place.column) == (2, text.index(at) + 1)
    assert problem.place.excerpt.startswith(text[:20])


def test_bytes_that_are_not_utf8_are_named(load):
    _, [problem] = load(line(note="é").encode("latin-1") + b"\n")
    assert (problem.code, problem.facts) == ("ledger_not_utf8", {"byte": "0xe9"})
    assert problem.place.column == line(note="é").index("é") + 1


@pytest.mark.promise("torn-tail")
@pytest.mark.parametrize("tail", [line("r2")[:-5].encode(), b"\0" * 5000, b"{" * 200_000])
def test_a_torn_tail_is_a_warning(load, tail):
    ledger, [problem] = load(line().encode() + b"\n" + tail)
    assert ids(ledger) == ["r1"]
    assert (problem.code, problem.level, problem.place.line) == ("ledger_torn_tail", "warning", 2)


@pytest.mark.promise("missing-line-break")
def test_a_complete_last_record_without_a_line_break_counts(load):
    ledger, problems = load(line("r1") + "\n" + line("r2", date="2025"))
    assert (ids(ledger), problems) == (["r1", "r2"], [])


def test_a_byte_order_mark_crlf_and_blank_lines_are_tolerated(load):
    ledger, problems = load("\ufeff" + line("r1") + "\r\n\r\n" + line("r2") + "\r\n")
    assert (ids(ledger), problems) == (["r1", "r2"], [])


def test_identical_lines_are_one_record(load):
    ledger, problems = load(line() + "\n" + line() + "\n")
    assert (ids(ledger), problems) == (["r1"], [])


@pytest.mark.promise("record-ids")
def test_one_id_with_two_contents_is_an_error_naming_both_lines(load):
    ledger, [problem] = load("\n".join([line(), line("r2"), line(value="6"), ""]))
    assert (problem.code, problem.facts) == ("ledger_same_id", {"id": "r1", "first_line": 1})
    assert problem.place.line == 3
    assert sorted(ids(ledger)) == ["r1", "r2"]


def test_one_id_with_two_contents_is_named_where_it_cannot_be_found_again(load, tmp_path):
    """It is written with escapes, as the program does not; or the ledger was emptied meanwhile."""
    ledger, [problem] = load(
        "".join(f"{text}\n".replace("r1", "\\u00721") for text in (line(), line(value="6")))
    )
    assert (ids(ledger), problem.code, problem.place.line) == (["r1"], "ledger_same_id", 2)
    path = tmp_path / "progress.jsonl"
    path.write_text(f"{line()}\n{line(value='6')}\n", encoding="utf-8")
    ledger, [problem] = read_ledger(path, visit=lambda *_: path.write_bytes(b""))
    assert (ids(ledger), problem.code) == (["r1"], "ledger_same_id")


@pytest.mark.parametrize("text", ["x:2", "batch"])
def test_half_a_batch_is_named_however_it_is_written(load, text):
    written = line(batch="x:2").replace(text, f"\\u00{ord(text[0]):x}{text[1:]}")
    ledger, [problem] = load(f"{written}\n")
    assert (ids(ledger), problem.code, problem.place.line) == ([], "ledger_part_of_batch", 1)


def test_done_and_the_number_one_are_different_contents(load):
    _, [problem] = load("\n".join([line(value=..., done=True), line(value=1), ""]))
    assert problem.code == "ledger_same_id"


def test_corrections_take_effect_and_their_problems_have_a_place(load):
    ledger, [problem] = load(
        "\n".join([line("r1"), line("r2", corrects="r1"), line("r3", corrects="nowhere"), ""])
    )
    assert ids(ledger) == ["r2"]
    assert ledger.known == {"r1", "r2", "r3"}
    assert (problem.code, problem.place.line) == ("correction_unknown", 3)


def test_a_correction_may_move_a_report_to_another_target(load):
    ledger, _ = load(line("r1") + "\n" + line("r2", corrects="r1", target="u") + "\n")
    assert {target: len(reports) for target, reports in ledger.reports.items()} == {"u": 1}


def test_known_on_leaves_out_what_was_recorded_after_that_day_here(load):
    evening = line("r1", recorded="2024-01-01T16:59:59.999999Z")
    midnight = line("r2", recorded="2024-01-01T17:00:00Z", corrects="r1")
    ledger, problems = load(evening + "\n" + midnight + "\n", known_on=date(2024, 1, 1))
    assert (ids(ledger), problems) == (["r1"], [])


def test_the_records_are_in_the_order_recorded_with_everything_in_them(load):
    void = line("r2", value=..., corrects="r1", recorded="2024-01-02T00:00:00Z")
    late = line("r4", corrects="nowhere", recorded="2024-01-04T00:00:00Z")
    ledger, problems = load("\n".join([late, void, "{", line("r3"), line("r1"), late, ""]))
    assert [record.id for record in ledger.records()] == ["r1", "r3", "r2", "r4"]
    assert [problem.code for problem in problems] == ["ledger_not_json", "correction_unknown"]


def test_the_records_known_on_a_day_are_those_recorded_until_then(load):
    void = line("r2", value=..., corrects="r1", recorded="2024-01-02T00:00:00Z")
    text = void + "\n" + line("r1") + "\n"
    for day, known in [("2023-12-31", []), ("2024-01-01", ["r1"]), ("2024-01-02", ["r1", "r2"])]:
        ledger, _ = load(text, known_on=date.fromisoformat(day))
        assert [record.id for record in ledger.records()] == known
        assert len(ledger.dropped) == len(known) // 2 * 2


def test_a_folder_or_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(StoreError) as caught:
            read_ledger(path)
        assert caught.value.code == "ledger_not_a_file"


def test_a_flood_of_problems_is_capped_and_counted(load):
    _, problems = load("x\n" * 1500)
    assert len(problems) == 1001
    assert (problems[-1].code, problems[-1].facts) == ("ledger_more_problems", {"count": 500})


def test_a_large_ledger_gives_what_the_strict_reader_gives(load, monkeypatch):
    lines = [
        line("a", value="7"),
        line("a", value="7"),
        line("f1", value="8"),
        line("b", corrects="a", note='nói "đúng": \\ 😀', extra={"id": 1}),
        line("c", value=..., n=3, of=4, recorded="2023-01-01T07:00:00+07:00"),
        line("d", value=1.5),
        line("e", note="n" * 70_000),
        "",
    ]
    for name in ("SMALL", "_CHUNK"):  # so that the fast reader is used, for more pieces than one
        monkeypatch.setattr(ledger_read, name, 64 * 1024)
    filler = [line(f"f{n}", target=f"t{n % 7}", date=f"{2000 + n // 7}") for n in range(1400)]
    text = "\n".join([*filler[:700], *lines, *filler[700:], ""])
    fast = load(text + '{"id":')
    assert gc.isenabled()
    monkeypatch.setattr(ledger_read, "SMALL", len(text) * 2)
    assert fast == load(text + '{"id":')
    codes = [problem.code for problem in fast[1]]
    expected = ["ledger_same_id", "ledger_number", "ledger_line_too_long", "ledger_torn_tail"]
    assert sorted(codes) == sorted(expected)


def quickly(chunk: bytes, reader: Reader | None = None) -> list[Report] | None:
    """The reports of the fast reader, whose columns must hold what the reports do, also when it
    has learnt the texts of the lines."""
    fast = FastReader(reader or Reader())
    batch = fast.read(chunk)
    again = [fast.read(chunk) for _ in range(2)]
    if batch is None:
        assert again == [None, None]
        return None
    assert [list(other.reports) for other in again if other] == [list(batch.reports)] * 2
    reports = list(batch.reports)
    for column, told in zip(batch, Batch.of(reports), strict=True):
        if isinstance(column, bool):
            assert column is told
            continue
        in_order = set if isinstance(column, (set, frozenset)) else list
        assert in_order(column) == in_order(told)
    return reports


def test_texts_that_come_again_are_shared_and_new_ones_are_read():
    fast, strict = FastReader(Reader()), Reader()
    authors = ["An", "An", "An", "An", "Bình", "Bình", "Bình", "An", "Bình", "", "Chi"]
    reports = []
    for number, author in enumerate(authors):
        fields = {"by": author, "body": "hue" if number % 3 else ...}
        moment = "2024-01-01T00:00:00.5Z"
        rows = [line(f"r{number}-{row}", recorded=moment, **fields) for row in (1, 2)]
        lines = [serialize(strict.read(row)) for row in rows]
        batch = fast.read("".join(f"{row}\n" for row in lines).encode())
        assert list(batch.reports) == [strict.read(row) for row in lines]
        reports += batch.reports
    assert len({id(report.by) for report in reports}) == len(set(authors))
    assert len({id(report.target) for report in reports}) == 1


def test_copies_and_clashes_are_named_wherever_the_first_one_stands(load, monkeypatch):
    monkeypatch.setattr(ledger_read, "_CHUNK", 4 * 1024)
    note = "n" * 200  # so many pieces are filed in four portions
    fillers = [line(f"f{n}", target=f"t{n % 7}", note=note) for n in range(1400)]
    for place, name in ((10, "f5"), (1390, "f900")):
        fillers[place : place + 1] = [line(name, value="8"), fillers[3]]
    text = "\n".join([*fillers, ""])
    fast = load(text)
    assert [problem.place.line for problem in fast[1]] == [11, 1391]
    assert {problem.code for problem in fast[1]} == {"ledger_same_id"}
    monkeypatch.setattr(ledger_read, "SMALL", len(text) * 2)
    assert fast == load(text)


@pytest.mark.parametrize(
    "last", ["2024-Q1", "2024-H1", "2024-W01", "2024-12-15/2024-12-31", "2024"]
)
def test_what_is_ahead_is_seen_whatever_else_is_reported(last):
    moment = "2024-11-01T00:00:00.5Z"
    rows = [line("a", date="2024-12-15", recorded=moment), line("b", date=last, recorded=moment)]
    assert len(quickly("\n".join([*rows, ""]).encode())) == 2


def test_a_large_ledger_with_crlf_is_read_fast_too():
    chunk = (line("a") + "\r\n" + line("b") + "\r\n").encode()
    assert [r.id for r in quickly(chunk)] == ["a", "b"]


texts = st.text(st.sampled_from('ab":\\ {}\n\x01\x7fé😀\u2028\u0301'), max_size=6)
values = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["5", "-0", "0.50", "1e3", 10**20, 10**31, 1.5, {}, [], {"id": "x"}]),
    st.sampled_from(["2024", "2024-Q1", "2024-02-30", "nearly", "about", "a", "B"]),
    st.sampled_from(
        ["2024-01-01T00:00:00Z", "2024-01-01t00:00:00.1234565z", "2024-01-01 00:00:00+0700",
         "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00", "2024-01-01",
         "0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59.9999999Z", "2024-01-01T00:00:00-23:59"]
    ),
)  # fmt: skip
keys = st.sampled_from(
    ["id", "target", "body", "part", "date", "value", "n", "of", "done", "qualifier", "source",
     "note", "by", "recorded", "corrects", "key", "said", "figure", "unit", "extra", ""]
)  # fmt: skip
sound = {"id": "a", "target": "t", "date": "2024", "recorded": "2024-01-01T00:00:00Z"}
figures = st.sampled_from([{"value": "5"}, {"value": 5}, {"n": 1, "of": 2}, {"done": True}, {}])
wordings = st.fixed_dictionaries({"figure": st.sampled_from(["5", "0.5", "1e3", 7]), "unit": texts})
slices = st.dictionaries(
    st.sampled_from(["sex", "age", "Sex", ""]), st.sampled_from(["women", "a" * 41, 'm"n', 5])
)
optional = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("body", "note", "by", "key"), texts)
    | {"said": wordings, "slice": slices},
)


AS_WRITTEN = (
    " id target body part date value n of done qualifier source note by recorded corrects key "
    "said batch evidence slice series "
)
"""The fields in their order."""


splices = st.sampled_from(
    [b"", b"\n", b"\r", b"\0", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\udc00", b"\\u0022",
     b'"', b" ", b',"unit":"x"', b"{}", b"}{", b",", b"\\", b'"note":"x",', b'\\"',
     b"null", b"NaN"]
)  # fmt: skip
more = st.lists(st.tuples(keys, values), max_size=2)


@st.composite
def raw_lines(draw) -> bytes:
    """A record with at most a few things wrong: fields, repeated keys, blanks, bytes."""
    members = list((sound | draw(figures) | draw(optional)).items())
    members += draw(more)
    ascii_ = draw(st.booleans())
    colon = draw(among(":", ": ", " :", "\t: "))
    comma = draw(among(",", ", "))
    if draw(st.booleans()):  # nearly as the program writes it
        members.sort(key=lambda member: AS_WRITTEN.find(f" {member[0]} "))
        ascii_, colon, comma = False, ":", ","
    text = comma.join(
        json.dumps(k) + colon + json.dumps(v, ensure_ascii=ascii_) for k, v in members
    )
    raw = f"{{{text}}}".encode()
    if draw(st.booleans()):
        return raw
    at = draw(st.integers(0, len(raw)))
    return raw[:at] + draw(splices) + raw[at + draw(st.integers(0, 2)) :]


def strictly(chunk: bytes) -> list[object]:
    found: list[object] = []
    for raw in chunk.removesuffix(b"\n").split(b"\n"):
        try:
            found.append(read_line(Reader(), raw))
        except Damage as damage:
            found.append(damage.code)
    return found


@examples(500)
@given(st.lists(raw_lines(), min_size=1, max_size=3))
@example([b'{"id":"a","target":"t","date":"2024","value":"1","note":"x","note" :"y",'
          b'"recorded":"2024-01-01T00:00:00Z"}'])  # fmt: skip
def test_what_the_fast_reader_takes_the_strict_reader_reads_the_same(raws):
    chunk = b"\n".join(raws) + b"\n"
    fast = quickly(chunk)
    if fast is not None:
        assert strictly(chunk) == fast
        assert [type(r.figure) for r in strictly(chunk)] == [type(r.figure) for r in fast]


@pytest.mark.parametrize(
    ("parts", "name"),
    [({"sex": "women"}, "sex=women"), ({"sex": "men", "age": "old"}, "age=old,sex=men")],
)
def test_a_slice_is_read_by_both_and_written_by_its_dimensions_in_order(parts, name):
    [report] = strictly((line("a", slice=parts) + "\n").encode())
    assert report.slice == name
    chunk = (line("a", slice=parts) + "\n" + line("b") + "\n").encode()
    chunk += (serialize(report._replace(id="c")) + "\n").encode()
    assert quickly(chunk) == strictly(chunk)
    assert quickly(chunk) is not None
    assert '"slice":{"' in serialize(report)


@every_case("parts", [{}, {"sex": ""}, {"Sex": "women"}, {"sex": 5}, ["sex"], "sex"])
def test_a_slice_that_names_no_category_is_damage(parts):
    chunk = (line("a", slice=parts) + "\n").encode()
    assert quickly(chunk) is None
    with pytest.raises(Damage, match=r"ledger_(slice|type)"):
        read_line(Reader(), chunk.rstrip())


@pytest.mark.parametrize("unit", ["triệu đồng", 'a "unit"', "\\", ""])
def test_what_was_said_in_another_unit_is_read_by_both(unit):
    text = line("a", said={"figure": "1500.5", "unit": unit})
    [report] = strictly((text + "\n").encode())
    assert report.wording == Wording(Decimal("1500.5"), unit)
    chunk = (text + "\n" + line("b") + "\n" + serialize(report._replace(id="c")) + "\n").encode()
    assert quickly(chunk) == strictly(chunk)
    assert quickly(chunk) is not None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("1500 triệu", "ledger_type"),
        (None, "ledger_null"),
        ({"figure": "1500"}, "ledger_missing"),
        ({"figure": "1.500.000", "unit": "x"}, "number_grouped"),
        ({"figure": 1.5, "unit": "x"}, "ledger_number"),
        ({"figure": "1500", "unit": 7}, "ledger_type"),
    ],
)
def test_what_was_said_and_cannot_be_read_is_named(load, said, code):
    text = line("a", said=said) + "\n"
    assert quickly(text.encode()) is None
    _, [problem] = load(text)
    assert problem.code == code


def test_a_key_of_tomorrow_beside_what_was_said_is_ignored():
    text = line("a", said={"figure": "1500", "unit": "x", "day": "2024"}) + "\n"
    assert quickly(text.encode()) is None
    [report] = strictly(text.encode())
    assert report.wording == Wording(Decimal(1500), "x")


def test_the_fast_reader_takes_ordinary_lines():
    notes = ["", 'a "quote": here', "tiếng Việt", "\\", "\n", "😀", " x"]
    lines = [line(f"r{n}", note=note) for n, note in enumerate(notes)]
    chunk = ("\n".join(lines) + "\n").encode()
    assert quickly(chunk) == strictly(chunk)
    canonical = "".join(serialize(r) + "\n" for r in strictly(chunk)).encode()
    assert quickly(canonical) == strictly(chunk)


@every_case(
    "fields",
    [{"note": None}, {"extra": 1}, {"value": 1.5}, {"corrects": "A"}, {"done": True}, {"by": 1}],
)
def test_the_fast_reader_leaves_odd_lines_to_the_strict_one(fields):
    assert quickly((line(**fields) + "\n").encode()) is None


@every_case(
    "value", ["5", "0", "05", "0.50", "-7.25", "٥", "²", "5\n", "5\n6", "", "1e3", "9" * 31]
)
def test_values_that_are_not_remembered_are_read_the_same(value):
    reader = Reader()
    reader.values_vary = True
    chunk = (line("a") + "\n" + line("b", value=value) + "\n").encode()
    strict = strictly(chunk)
    damaged = any(isinstance(found, str) for found in strict)
    assert quickly(chunk, reader) == (None if damaged else strict)
