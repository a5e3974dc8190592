"""A register of provinces: two merged into a third in July 2026, communes are only counted."""

from __future__ import annotations

from tests.cli.build import target

PROVINCES = """\
cdstrack: 1
title: {vi: Sổ của các tỉnh, en: Register of the provinces}
sources:
  plan: {title: {vi: Kế hoạch, en: The plan}, date: 2026-01-01}
bodies:
  office: {name: {vi: Văn phòng, en: The Office}}
  north: {name: {vi: Tỉnh Bắc, en: North}}
  south: {name: {vi: Tỉnh Nam, en: South}}
  hill: {name: {vi: Tỉnh Đồi, en: Hill}, ended: 2026-07-01, successor: highland, how: merged}
  vale: {name: {vi: Tỉnh Trũng, en: Vale}, ended: 2026-07-01, successor: highland, how: merged}
  highland: {name: {vi: Tỉnh Cao nguyên, en: Highland}, started: 2026-07-01}
groups:
  provinces:
    name: {vi: Các tỉnh, en: Provinces}
    size: [{from: 2026-01-01, n: 4}, {from: 2026-07-01, n: 3}]
    members: [north, south, hill, vale, highland]
  communes: {name: {vi: Các xã, en: Communes}, size: [{from: 2026-01-01, n: 100}]}
"""
OF_TODAY = ["north", "south", "highland"]
OF_JUNE = ["north", "south", "hill", "vale"]


def asked(
    name: str,
    across: str,
    more: str = "",
    *,
    goal: str = "at_least: 80",
    group: str = "provinces",
    vi: str = "",
    en: str = "",
) -> str:
    """A target on which the bodies of a group report one by one, due at the end of 2026."""
    unit = "'%'" if across in ("ratio", "share") else "{vi: người, en: persons}"
    lines = f"kind: reach\nunit: {unit}\ntarget: {{{goal}}}\nreporters: {group}\nacross: {across}\n"
    lines += "" if "deadline" in more else "deadline: 2026\n"
    lines += "accumulate: ratio\n" if across == "ratio" else ""
    return target(name, lines + more, vi=vi, en=en)


PORTAL = asked("portal", "ratio", vi="Hồ sơ trực tuyến", en="Files online")
SIGN = asked("sign", "share", goal="at_least: 100", vi="Chủ tịch ký số", en="Chairs sign")
TRAINED = asked(
    "trained", "sum", "accumulate: sum\n", goal="at_least: 1000", vi="Tập huấn", en="Trained"
)
