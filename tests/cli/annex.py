"""An annex of targets as an office writes it: 57 rows of five columns, in the shapes that occur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | float | date | None
HEADINGS: list[Cell] = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Cơ quan chủ trì"]
ABOVE: list[list[Cell]] = [
    ["ỦY BAN QUỐC GIA", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["PHỤ LỤC: CHỈ TIÊU CHUYỂN ĐỔI SỐ ĐẾN NĂM 2025"],
    ["(Kèm theo Quyết định số 99/QĐ-TTg ngày 15 tháng 3 năm 2022 của Thủ tướng Chính phủ)"],
    [],
]
BELOW: list[list[Cell]] = [
    [None, "Tổng cộng"],
    [None, None, None, "Hà Nội, ngày 15 tháng 3 năm 2022"],
    [None, None, None, "KT. THỦ TƯỚNG"],
]
GOALS: list[tuple[str, str | None, Cell]] = [
    ("Tỷ lệ hồ sơ trực tuyến", "%", "trên 10 %"),
    ("Tỷ lệ tăng năng suất lao động", "%", "≥ 3 % và tăng dần"),
    ("Tỷ trọng kinh tế số trong GDP", "%", "16 - 18 %"),
    ("Xếp hạng Chính phủ điện tử", "Thứ hạng", "≤ 50"),
    ("Số doanh nghiệp công nghệ số", "doanh nghiệp", "50.000"),
    ("Bộ, ngành có nền tảng dữ liệu", "%", "100%"),
    ("Người dân có chữ ký số", "%", "tối thiểu 80%"),
    ("Thời gian trả kết quả", "ngày", "không quá 5 ngày"),
    ("Cơ sở dữ liệu quốc gia về đất đai", None, "Hoàn thành Quý IV/2025"),
    ("Hộ gia đình có cáp quang", "%", 0.8),
    ("Lượt tập huấn", None, "khoảng 1,5 triệu lượt"),
    ("Nền tảng số quốc gia", "nền tảng", "01"),
]
OWNERS: list[Cell] = [
    "Bộ Thông tin và Truyền thông", "Bộ TT&TT", "Bộ Công an; Bộ Nội vụ", "BTTTT",
    "Bộ Văn hóa, Thể thao và Du lịch", "UBND các tỉnh, thành phố trực thuộc Trung ương",
]  # fmt: skip
PARTS: list[Cell] = ["Chính phủ số", "Kinh tế số", "Xã hội số"]


def annex(rows: int = 57, *, number: bool = True) -> list[list[Cell]]:
    """The rows of an annex, with what stands above and below them."""
    lines: list[list[Cell]] = [*ABOVE, HEADINGS]
    if number:
        lines.append(["(1)", "(2)", "(3)", "(4)", "(5)"])
    for at in range(rows):
        if at % 19 == 0:
            lines.append([("I", "II", "III", "IV", "V", "VI")[at // 19 % 6], PARTS[at // 19 % 3]])
        title, unit, goal = GOALS[at % len(GOALS)]
        field = "" if at < len(GOALS) else f" lĩnh vực {at // len(GOALS) + 1}"
        lines.append([at + 1, title + field, unit, goal, OWNERS[at % len(OWNERS)]])
    return [*lines, *BELOW]


def book(
    path: Path, rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (),
    name: str = "Phụ lục", formats: Mapping[str, str] | None = None,
    hidden: str | None = None,
) -> Path:  # fmt: skip
    """A workbook of one sheet with these rows, some cells of it merged: ``A1:B2``.

    ``formats`` are the number formats of some cells, ``hidden`` is another sheet that is.
    """
    content = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "in_memory": True})
    page = content.add_worksheet(name)
    day = content.add_format({"num_format": "dd/mm/yyyy"})
    for cells in merged:
        page.merge_range(cells, "")
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(number, at, cell, day)
            elif cell is not None:
                page.write(number, at, cell)
    for place, form in (formats or {}).items():
        number, at = int(place[1:]) - 1, ord(place[0]) - ord("A")
        page.write(place, rows[number][at], content.add_format({"num_format": form}))
    if hidden is not None:
        content.add_worksheet(hidden).hide()
    content.close()
    return path
