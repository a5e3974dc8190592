"""Workbooks part by part, as other programs write them and as somebody would who means harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'

STYLES = f"""{DECLARED}<styleSheet xmlns="{MAIN}"><cellXfs count="3">
<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="10"/></cellXfs>
</styleSheet>"""
DATE, PERCENT = 1, 2
"""Styles of cells."""


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet whose rows are written as XML."""
    data = f"<sheetData>{rows}</sheetData>"
    return f'{DECLARED}<worksheet xmlns="{MAIN}">{before}{data}{after}</worksheet>'


def texts(*cells: str | None) -> str:
    """A row of texts in their cells; None leaves one out."""
    inline = "".join(
        "<c/>" if cell is None else f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for cell in cells
    )
    return f"<row>{inline}</row>"


def shared(*strings: str) -> str:
    items = "".join(f"<si><t>{escape(each)}</t></si>" for each in strings)
    return f'{DECLARED}<sst xmlns="{MAIN}">{items}</sst>'


def parts(sheets: Mapping[str, str], *, hidden: Sequence[str] = (), pr: str = "") -> dict[str, str]:
    """The parts of a workbook with these sheets."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
        f"{' state=' + quoteattr('hidden') if name in hidden else ''}/>"
        for number, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{REL}/worksheet" Target="worksheets/s{number}.xml"/>'
        for number, _ in enumerate(sheets, start=1)
    )
    links += f'<Relationship Id="t" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
    links += f'<Relationship Id="y" Type="{REL}/styles" Target="styles.xml"/>'
    found = {
        "_rels/.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{REL}">{pr}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}">{links}'
        "</Relationships>",
        "xl/styles.xml": STYLES,
    }
    for number, content in enumerate(sheets.values(), start=1):
        found[f"xl/worksheets/s{number}.xml"] = content
    return found


def packed(content: Mapping[str, str | bytes]) -> bytes:
    """Parts as an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            part = zipfile.ZipInfo(name)  # of a fixed date: the same cells are the same file
            archive.writestr(part, text, zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def book(rows: str, **more: str) -> bytes:
    """A workbook with one sheet of these rows; ``shared`` holds its shared texts as XML."""
    content = parts({"Sheet": sheet(rows)}, pr=more.get("pr", ""))
    if "shared" in more:
        content["xl/sharedStrings.xml"] = more["shared"]
    return packed(content)
