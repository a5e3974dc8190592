"""Sheets that come back: what a cell holds, and files that are odd, broken or meant to harm."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.problems import StoreError
from cdstrack.render.text import csv_cell
from cdstrack.store.sheet import archive as archives
from cdstrack.store.sheet import grid as grids
from cdstrack.store.sheet.grid import cell_name, read_book
from tests.cases import every_case
from tests.draws import examples
from tests.sheets.books import DATE, DECLARED, MAIN, book, packed, parts, shared, sheet, texts
from tests.trust.limits import at_most

D = Decimal


@pytest.fixture
def rows_of(tmp_path):
    """What the only sheet of a file holds."""

    def read(data: bytes, name: str = "a.xlsx"):
        (tmp_path / name).write_bytes(data)
        [grid] = read_book(tmp_path / name).grids
        return [list(row) for row in grid.rows]

    return read


@pytest.fixture
def faults_of(tmp_path):
    """The cells without a value in the first sheet, by their names."""

    def read(data: bytes, name: str = "a.xlsx"):
        (tmp_path / name).write_bytes(data)
        grid = read_book(tmp_path / name).grids[0]
        return {cell_name(*place): held for place, held in grid.faults.items()}

    return read


@pytest.fixture
def refused(tmp_path):
    """The code with which a file is refused, in a moment and without a word of its own."""

    def read(data: bytes, name: str = "a.xlsx") -> str:
        (tmp_path / name).write_bytes(data)
        with at_most(20), pytest.raises(StoreError) as caught:
            read_book(tmp_path / name)
        assert caught.value.facts["path"] == str(tmp_path / name)
        return caught.value.code

    return read


def read_or_refused(path: Path) -> None:
    """Nothing but rows or a refusal of the sheet may come of a file."""
    try:
        read_book(path)
    except StoreError as error:
        if not error.code.startswith("sheet_"):
            raise


# What a cell holds


@every_case(
    "cell, value",
    [
        ("<c><v>5</v></c>", D(5)),
        ("<c><v>0.1</v></c>", D("0.1")),
        ("<c><v>0.30000000000000004</v></c>", D("0.3")),
        ("<c><v>99.960000000000008</v></c>", D("99.96")),
        ("<c><v>123456789012345</v></c>", D("123456789012345")),
        ("<c><v>-1.5E-3</v></c>", D("-0.0015")),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="b"><v>0</v></c>', False),
        (f'<c s="{DATE}"><v>46203</v></c>', date(2026, 6, 30)),
        (f'<c s="{DATE}"><v>46203.5</v></c>', "2026-06-30 12:00:00"),
        ('<c t="d"><v>2026-06-30</v></c>', date(2026, 6, 30)),
        ('<c t="str"><f>A1</f><v>gần 10</v></c>', "gần 10"),
        (
            '<c t="inlineStr"><is><r><t xml:space="preserve">gần </t></r><r><t>10</t></r></is></c>',
            "gần 10",
        ),
        ('<c t="inlineStr"><is><t xml:space="preserve">  10 \n</t></is></c>', "10"),
        ('<c t="s"><v>1</v></c>', "hai"),
        ('<c t="s"><v>2</v></c>', "gần 20"),
        ('<c t="str"><f>""</f><v></v></c>', None),
        ('<c s="1"/>', None),
    ],
)
def test_a_cell_holds_what_its_writer_saw(rows_of, cell, value):
    rich = '<si><r><t xml:space="preserve">gần </t></r><r><rPr><b/></rPr><t>20</t></r></si>'
    strings = shared("một", "hai").replace("</sst>", rich + "</sst>")
    rows = rows_of(book(f'<row>{cell}<c r="B1"><v>1</v></c></row>', shared=strings))
    assert rows == [[value, D(1)]]
    assert type(rows[0][0]) is type(value)


def test_days_that_are_counted_from_1904(rows_of):
    rows = f'<row><c s="{DATE}"><v>44741</v></c></row>'
    assert rows_of(book(rows, pr='<workbookPr date1904="1"/>')) == [[date(2026, 6, 30)]]


def test_cells_and_rows_without_a_place_follow_each_other(rows_of, faults_of):
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row><row/>"
        '<row><c r="C3"><v>3</v></c><c t="e"><v>#N/A</v></c></row>'
        '<row r="6"><c><f>A1</f></c><c><v>4</v></c></row>'
    )
    assert rows_of(book(rows)) == [
        [D(1), D(2), None, None],
        [None] * 4,
        [None, None, D(3), None],
        [None] * 4,
        [None] * 4,
        [None, D(4), None, None],
    ]
    assert faults_of(book(rows)) == {"D3": "#N/A", "A6": "=A1"}


@pytest.mark.promise("unread-cells")
@every_case(
    "cell",
    [
        "<c><v><![CDATA[5]]></v></c>",
        "<c><v>1<![CDATA[5]]></v></c>",
        '<c s="1"><v>4<![CDATA[6203]]></v></c>',
        '<c t="str"><f>A1</f><v>a<![CDATA[b]]></v></c>',
        "<c><v>1<!-- -->5</v></c>",
        "<c><v>1&#53;</v></c>",
        "<c><v>1</v><v>5</v></c>",
        '<c t="str"><v>a</v><v>b</v></c>',
        '<c t="inlineStr"><is><t>5</t></is><v>7</v></c>',
        '<c t="inlineStr"><v>7</v></c>',
    ],
)
def test_a_cell_that_two_readers_take_for_different_things_is_named(tmp_path, cell):
    (tmp_path / "a.xlsx").write_bytes(book(f"<row><c><v>1</v></c>{cell}</row>"))
    [grid] = read_book(tmp_path / "a.xlsx").grids
    assert grid.unread == [(0, 1)]


def test_what_all_readers_take_for_the_same_is_read(tmp_path):
    rows = (
        '<row><c s="1"><v>46203</v></c><c s="1"><v>46203.75</v></c><c s="1"><v>0.5</v></c>'
        '<c s="2"><v>0.635</v></c><c><v>1E2</v></c><c t="b"><v>1</v></c><c t="s"><v>0</v></c>'
        '<c t="str"><f>A1</f><v> a&amp;b &#10; c</v></c><c s="1"><v>59</v></c><c><v> 5 </v></c>'
        '<c t="inlineStr"><is><r><t>Hà </t></r><r><t>Nội_x000D_</t></r></is></c></row>'
    )
    phonetic = shared("dong").replace("</t>", "</t><rPh><t>don</t></rPh>")
    (tmp_path / "a.xlsx").write_bytes(book(rows, shared=phonetic))
    [grid] = read_book(tmp_path / "a.xlsx").grids
    assert grid.unread == []


def test_only_the_first_cell_of_merged_ones_holds_their_value(rows_of):
    after = '<mergeCells count="1"><mergeCell ref="A1:A2"/></mergeCells>'
    merged = sheet("<row><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>", after=after)
    assert rows_of(packed(parts({"S": merged}))) == [[D(1), None], [None, D(2)]]


def test_hidden_rows_are_read_and_hidden_sheets_are_not(tmp_path):
    hidden = sheet('<row hidden="1"><c><v>1</v></c></row>')
    (tmp_path / "a.xlsx").write_bytes(packed(parts({"Old": hidden, "New": hidden}, hidden=["Old"])))
    [grid] = read_book(tmp_path / "a.xlsx").grids
    assert (grid.name, grid.rows) == ("New", [[D(1)]])


# Cells without a value: a reader takes them for empty


@every_case(
    "cell, held",
    [
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="e"/>', None),
        ('<c t="e"><v/></c>', "#"),
        ("<c><f>SUM(A1:A9)</f></c>", "=SUM(A1:A9)"),
        ("<c><f>SUM(A1:A9)</f><v></v></c>", "=SUM(A1:A9)"),
        ('<c><f t="shared" si="0"/></c>', "="),
        ("<c><f>1+1</f><v>2</v></c>", None),
        ('<c t="str"><f>""</f><v></v></c>', None),
    ],
)
def test_errors_and_formulas_without_a_value_are_named(faults_of, cell, held):
    rows = f"<row><c><v>1</v></c></row><row><c/>{cell}</row>"
    assert faults_of(book(rows)) == ({} if held is None else {"B2": held})


def test_faults_are_found_wherever_the_workbook_says_its_sheet_is(faults_of):
    rows = '<row><c t="e"><v>#REF!</v></c></row>'
    for told, lies in (
        ("/xl/worksheets/s1.xml", "xl/worksheets/s1.xml"),
        ("Worksheets/S1.xml", "xl/worksheets/s1.xml"),
        ("xl/worksheets/s1.xml", "xl/xl/worksheets/s1.xml"),
        ("other/s1.xml", "xl/other/s1.xml"),
    ):
        content = parts({"S": sheet(rows)})
        links = content["xl/_rels/workbook.xml.rels"].replace("worksheets/s1.xml", told)
        content["xl/_rels/workbook.xml.rels"] = links
        content[lies] = content.pop("xl/worksheets/s1.xml")
        assert faults_of(packed(content)) == {"A1": "#REF!"}


# Large and hostile


def test_formatted_cells_and_rows_without_content_do_not_count(rows_of):
    blank = "".join(f'<row r="{n}" s="1" customFormat="1" ht="15"/>' for n in range(2, 25_000))
    far = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    with at_most(20):
        assert rows_of(book(f"<row><c><v>1</v></c></row>{blank}{far}")) == [[D(1)]]


@pytest.mark.promise("size-limit")
@every_case("held", ["<v>1</v>", "<v></v>", "<f>A1</f>", "<is><t>x</t></is>"])
@every_case("place", ["XFD1048576", "A20001", "GS1", "xfd1", "A1048577", "A0"])
def test_a_cell_too_far_out_is_refused_before_it_is_read(refused, place, held):
    cell = f'<c r="{place}" t="str">{held}</c>'
    assert refused(book(f"<row><c><v>1</v></c></row><row>{cell}</row>")) == "sheet_too_wide"


def test_rows_without_a_place_cannot_walk_out_of_bounds(refused):
    rows = '<row r="20000"/><row><c><v>1</v></c></row>'
    assert refused(book(rows)) == "sheet_too_wide"
    assert refused(book("<row>" + "<c/>" * 200 + "<c><v>1</v></c></row>")) == "sheet_too_wide"


@every_case("place", ["A", "1", "$A$1", "A1:B2", "AAAA1", "A-1", "", "Ａ1"])
def test_a_place_that_is_none_is_a_damaged_file(refused, place):
    assert refused(book(f'<row><c r="{place}"><v>1</v></c></row>')) == "sheet_damaged"
    assert refused(book(f'<row r="{place}x"><c><v>1</v></c></row>')) == "sheet_damaged"


def test_a_long_text_in_many_cells_is_refused(refused):
    cells = '<row><c t="s"><v>0</v></c></row>' * 2000
    assert refused(book(cells, shared=shared("x" * 32_767))) == "sheet_too_large"


def test_shared_texts_in_two_places_are_refused(refused):
    content = parts({"S": sheet('<row><c t="s"><v>0</v></c></row>')})
    content["xl/sharedStrings.xml"] = shared("short")
    content["xl/other.xml"] = shared("x" * 30_000)
    assert refused(packed(content)) == "sheet_damaged"


def bomb(size: int) -> bytes:
    return packed(parts({"S": sheet("<row><c><v>1</v></c></row>" + "0" * size)}))


@pytest.mark.promise("size-limit")
def test_a_zip_bomb_is_stopped_on_the_way(refused, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 4 << 20)
    data = bomb(archives.MAX_UNPACKED + 1)
    assert len(data) < 128 << 10
    assert refused(data) == "sheet_too_large"


@pytest.mark.promise("size-limit")
@pytest.mark.parametrize("long", ["<!--%s-->", '<c a="%s"/>', "<%s/>", "<?x %s?>"])
def test_one_endless_tag_does_not_stop_the_reader(refused, long):
    """The parser reads a tag from its beginning with every piece that it is given."""
    endless = long % ("x" * (2 << 20))
    assert refused(packed(parts({"S": sheet(endless)}))) == "sheet_damaged"


def test_a_bomb_may_lie_about_its_size(refused):
    """The size in the directory is 100; what is there is a thousand times more."""
    data = bomb(100_000)
    directory = data.index(b"PK\x01\x02")
    at = data.index(b"xl/worksheets/s1.xml", directory) - 46
    lying = data[: at + 24] + struct.pack("<I", 100) + data[at + 28 :]
    assert refused(lying) == "sheet_damaged"


def test_many_entries_are_refused_before_they_are_read(refused):
    content = parts({"S": sheet("")}) | {f"xl/p{n}.xml": "<a/>" for n in range(2_000)}
    assert refused(packed(content)) == "sheet_too_large"


def test_entries_that_overlap_or_share_a_name_are_refused(refused):
    content = parts({"S": sheet("<row><c><v>1</v></c></row>")})
    twice = dict(content) | {"xl/WORKBOOK.xml": content["xl/workbook.xml"]}
    assert refused(packed(twice)) == "sheet_damaged"
    data = packed(content)
    directory = data.index(b"PK\x01\x02")
    entries = data[directory:].split(b"PK\x01\x02")
    offset = entries[2][38:42]
    moved = b"PK\x01\x02".join(
        each[:38] + offset + each[42:] if number > 2 and len(each) > 60 else each
        for number, each in enumerate(entries)
    )
    assert refused(data[:directory] + moved) == "sheet_damaged"


@pytest.mark.promise("macros")
def test_a_workbook_in_a_workbook_is_left_alone(rows_of):
    content = parts({"S": sheet("<row><c><v>1</v></c></row>")})
    content["xl/embeddings/inner.xlsx"] = bomb(1000).decode("latin-1")
    content["xl/vbaProject.bin"] = "macro"
    content["customXml/item1.xml"] = "<!DOCTYPE a []><a/>"
    assert rows_of(packed(content), "a.xlsm") == [[D(1)]]


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@every_case("part", ["xl/workbook.xml", "xl/worksheets/s1.xml", "xl/sharedStrings.xml",
                     "xl/styles.xml", "xl/_rels/workbook.xml.rels"])  # fmt: skip
def test_a_part_that_declares_entities_is_refused(refused, part):
    content = parts({"S": sheet('<row><c t="s"><v>0</v></c></row>')})
    content["xl/sharedStrings.xml"] = shared("a")
    content[part] = content[part].replace(DECLARED, DECLARED + DOCTYPE)
    assert refused(packed(content)) == "sheet_damaged"


@every_case("encoding", ["utf-16", "utf-16-le", "utf-7", "utf-32"])
def test_a_part_in_another_encoding_is_refused(refused, encoding):
    content: dict[str, str | bytes] = {**parts({"S": sheet("<row><c><v>1</v></c></row>")})}
    text = str(content["xl/worksheets/s1.xml"]).replace("UTF-8", encoding.upper())
    content["xl/worksheets/s1.xml"] = text.encode(encoding)
    assert refused(packed(content)) == "sheet_damaged"


def test_a_reader_is_told_where_we_looked(rows_of):
    """The archive may name another workbook; it is not the one that was looked through."""
    content = parts({"S": sheet("<row><c><v>1</v></c></row>")})
    content["_rels/.rels"] = content["_rels/.rels"].replace("xl/workbook.xml", "xl/evil.xml")
    content["xl/evil.xml"] = content["xl/workbook.xml"].replace('"S"', '"Evil"')
    assert rows_of(packed(content)) == [[D(1)]]


# What is no workbook of ours


def test_other_kinds_of_files_are_named(refused):
    ods = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""})
    assert refused(ods, "a.ods") == "sheet_unknown"
    assert refused(ods, "a.xlsx") == "sheet_unknown"
    assert refused(packed({"xl/workbook.bin": ""}), "a.xlsb") == "sheet_unknown"
    assert refused(packed({"word/document.xml": ""}), "a.docx") == "sheet_unknown"
    assert refused(b"%PDF-1.7", "a.pdf") == "sheet_unknown"
    assert refused(b"a,b", "a.xlsx") == "sheet_unknown"
    assert refused(b"") == "sheet_unknown"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "sheet_old_excel"


def test_an_archive_behind_a_password_is_named(refused):
    data = bytearray(packed(parts({"S": sheet("")})))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            data[start + at] |= 1
    assert refused(bytes(data)) == "sheet_old_excel"


@every_case("left", [4, 30, 300, -30, -1])
def test_a_file_that_broke_off_is_damaged(refused, left):
    data = packed(parts({"S": sheet("<row><c><v>1</v></c></row>")}))
    assert refused(data[:left]) == "sheet_damaged"


@every_case(
    "changed",
    [
        {"xl/worksheets/s1.xml": "<worksheet"},
        {"xl/worksheets/s1.xml": ""},
        {"xl/_rels/workbook.xml.rels": "<Relationships/>"},
        {"xl/workbook.xml": "<workbook><sheets><sheet/></sheets></workbook>"},
        {"xl/styles.xml": "<styleSheet"},
        {"xl/worksheets/s1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="s"><v>9</v></c>'
                                 "</row></sheetData></worksheet>"},
        {"xl/worksheets/s1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="s"><v>x</v></c>'
                                 "</row></sheetData></worksheet>"},
    ],
)  # fmt: skip
def test_a_broken_part_is_a_damaged_file(refused, changed):
    assert refused(packed(parts({"S": sheet("")}) | changed)) == "sheet_damaged"


def test_a_compression_that_spreadsheets_do_not_use_is_refused(refused):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, text in parts({"S": sheet("")}).items():
            archive.writestr(name, text)
    assert refused(buffer.getvalue()) == "sheet_damaged"


@pytest.mark.promise("special-files")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "gone.xlsx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.xlsx").mkdir()
    for name, code in (
        ("pipe.csv", "file_not_regular"),
        ("gone.xlsx", "file_missing"),
        ("folder.xlsx", "file_is_directory"),
        ("none.xlsx", "file_missing"),
        ("a\0b.xlsx", "file_unreadable"),
    ):
        with at_most(5), pytest.raises(StoreError, match=code):
            read_book(tmp_path / name)


@pytest.mark.promise("size-limit")
def test_a_file_of_the_limit_is_read_and_no_byte_more(tmp_path, refused, monkeypatch):
    assert grids.MAX_FILE == 10 << 20
    monkeypatch.setattr(grids, "MAX_FILE", 1 << 20)
    line = b"x" * 999 + b"\n"
    limit = line * (grids.MAX_FILE // 1000)
    limit += b"y" * (grids.MAX_FILE - len(limit))
    (tmp_path / "a.csv").write_bytes(limit)
    assert len(read_book(tmp_path / "a.csv").grids[0].rows) > 1_000
    assert refused(limit + b"z", "a.csv") == "file_too_large"


def test_without_the_package_a_workbook_is_refused_and_csv_is_read(tmp_path, monkeypatch, rows_of):
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    (tmp_path / "a.xlsx").write_bytes(book(""))
    with pytest.raises(StoreError, match="excel_missing"):
        read_book(tmp_path / "a.xlsx")
    assert rows_of(b"a,b\n", "a.csv") == [["a", "b"]]


# CSV


@every_case("mark", [",", ";", "\t"])
@every_case("lead", ["", "\ufeff"])
@every_case("end", ["\n", "\r\n", "\r"])
def test_csv_with_any_mark_and_line_end(rows_of, mark, lead, end):
    text = lead + end.join([mark.join("abc"), mark.join("123"), ""])
    assert rows_of(text.encode(), "a.csv") == [["a", "b", "c"], ["1", "2", "3"]]


def test_the_mark_is_told_from_other_signs_in_the_cells(rows_of):
    text = 'Mã;Số;Ghi chú\nx;1,5;"một, hai, ba; bốn, năm"\ny;2,5;a, b, c, d, e, f\n'
    assert rows_of(text.encode(), "a.csv") == [
        ["Mã", "Số", "Ghi chú"],
        ["x", "1,5", "một, hai, ba; bốn, năm"],
        ["y", "2,5", "a, b, c, d, e, f"],
    ]


def test_the_mark_that_excel_names_on_the_first_line(rows_of):
    """The line counts, so that cells keep the names that Excel shows."""
    assert rows_of(b"sep=;\r\na;b,c,d\r\n1;2\r\n", "a.csv") == [[], ["a", "b,c,d"], ["1", "2"]]
    assert rows_of(b"\xef\xbb\xbfSEP=,\na,b\n", "a.csv") == [[], ["a", "b"]]


def test_cells_with_quotes_line_breaks_and_blanks(rows_of):
    text = 'a,"b ""c""\nd",  e \n,"",\n1,2,3\n,,\n'
    assert rows_of(text.encode(), "a.csv") == [["a", 'b "c"\nd', "e"], [], ["1", "2", "3"]]


@every_case("text", ["=1+1", "+1", "-x", "@x", "|x", "＝1", "= 1", "-5,2 %"])
def test_a_quote_that_keeps_a_text_from_being_a_formula_is_taken_off(rows_of, text):
    assert csv_cell(text) == "'" + text
    assert rows_of(f'a,b\n"{csv_cell(text)}",x\n'.encode(), "a.csv")[1] == [text, "x"]
    within = f"Report 12; {text}"
    assert rows_of(f'a,b\n"{csv_cell(within)}",x\n'.encode(), "a.csv")[1] == [within, "x"]


def test_other_quotes_stay(rows_of):
    assert rows_of(b"'a,'5,-5,it;'s\n", "a.csv") == [["'a", "'5", "-5", "it;'s"]]


def test_errors_in_csv_are_named(faults_of):
    text = "#REF!,#N/A,#DIV/0!,#NAME?,Err:502,#1,# x,a #REF!\n"
    assert list(faults_of(text.encode(), "a.csv")) == ["A1", "B1", "C1", "D1", "E1"]


@every_case(
    "data, code",
    [
        ("Số liệu".encode("utf-16"), "sheet_not_utf8"),
        ("Số liệu".encode("utf-16-be"), "sheet_not_utf8"),
        ("Sô liêu,é".encode("latin-1", "replace"), "sheet_not_utf8"),
        (b'a,"b', "sheet_lone_quote"),
        (b'a,"b"c', "sheet_lone_quote"),
        (b"x" * 200_000, "sheet_damaged"),
        (b"\n" * 20_000 + b"x", "sheet_too_wide"),
        (b"," * 200 + b"x", "sheet_too_wide"),
    ],
)
def test_csv_that_cannot_be_read_is_refused(refused, data, code):
    if code == "sheet_not_utf8" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        data += b"\xff"
    assert refused(data, "a.csv") == code


def test_empty_lines_and_columns_behind_the_last_cell_do_not_count(rows_of):
    with at_most(20):
        assert rows_of(b"a,b\n" + b",,,,,\n" * 50_000, "a.csv") == [["a", "b", *[]]]
    assert rows_of(b"a" + b"," * 400, "a.csv")[0][0] == "a"


@examples(100)
@given(st.lists(st.lists(st.text(max_size=6), min_size=2, max_size=4), min_size=1, max_size=5))
@example([["'=1", "x"]])
def test_csv_of_any_cells_is_read_or_refused(tmp_path_factory, grid):
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows([csv_cell(cell) for cell in row] for row in grid)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(buffer.getvalue().encode("utf-8", "surrogatepass"))
    read_or_refused(path)


@pytest.mark.promise("any-bytes")
@examples(100)
@given(st.data())
def test_a_workbook_with_any_bytes_in_it_is_read_or_refused(tmp_path_factory, data):
    content = packed(
        parts({"S": sheet(texts("a", "b") + "<row><c><v>1</v></c></row>")})
        | {"xl/sharedStrings.xml": shared("a")}
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(st.binary(max_size=4))
        content = content[:at] + piece + content[at + data.draw(st.integers(0, 20)) :]
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    path.write_bytes(content)
    read_or_refused(path)


@pytest.mark.promise("any-bytes")
@examples(100)
@given(st.data())
def test_a_workbook_with_any_xml_in_it_is_read_or_refused(tmp_path_factory, data):
    """The archive is sound, its parts are not."""
    content = parts({"S": sheet(texts("a", None, "b") + '<row><c t="s"><v>0</v></c></row>')})
    content["xl/sharedStrings.xml"] = shared("a")
    name = data.draw(st.sampled_from(sorted(content)))
    text = content[name]
    pieces = st.sampled_from(
        ['"', "<", ">", "/", "<c>", "<v>", "</v>", '<c r="B7">', '<c t="e">', "<f>", "&#1;", "&lt;",
         "</row>", "<row>", "9", "-1", "1e999", "nan", "r:id", "_x0000_", "\x00", "", 't="s"',
         't="d"', 's="9"', 's="1"', "</sheetData>", "<sheetData>", "9" * 400]
    )  # fmt: skip
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(pieces) + text[at + data.draw(st.integers(0, 6)) :]
    path = tmp_path_factory.mktemp("xml") / "a.xlsx"
    path.write_bytes(packed(content | {name: text}))
    read_or_refused(path)
