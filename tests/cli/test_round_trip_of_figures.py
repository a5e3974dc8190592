"""Figures of periods and conditions, and cycles of several years, out to a workbook and back."""

from __future__ import annotations

REGISTER = """cdstrack: 1
title: Register
sources: {plan: {title: Plan, date: 2020, publisher: Government}}
bodies: {ministry: {name: Ministry}}
indicators:
  index: {title: Index, unit: points, report_every: 2 years, baseline: {value: 1, date: 2020}}
targets:
  - id: index-2030
    indicator: index
    kind: reach
    owner: ministry
    target: {at_least: 5}
    deadline: 2030
    stated: {source: plan}
  - id: growth
    title: Growth
    kind: sustain
    owner: ministry
    unit: "%"
    report_every: week
    periods: [{2025-W01: 7}, 2025-W02, {2025-W03: {between: [8, 9]}}]
    conditions: {inflation: {title: {vi: Lạm phát, en: Inflation}, target: {at_most: 4}}}
    stated: {source: plan}
    revisions:
      - on: 2025-01-01
        field: target
        period: 2025-W01
        old: {at_least: 8}
        new: {at_least: 7}
"""


def test_what_went_out_comes_back_and_is_judged_the_same(cli):
    register = cli.folder / "targets.yaml"
    register.write_text(REGISTER, encoding="utf-8")
    cli.report("growth", "7.5", "--date", "tuần 1/2025")
    cli.report("growth", "3", "--part", "inflation", "--date", "2025-W01")
    cli.report("index", "2", "--date", "2022")
    before = cli("status", "--format", "json").json["targets"]
    assert cli("export", "-o", "all.xlsx").code == 0
    register.unlink()
    assert cli("draft", "all.xlsx", "-o", "targets.yaml").code == 0
    assert cli("validate").code == 0
    assert cli("status", "--format", "json").json["targets"] == before
    text = register.read_text(encoding="utf-8")
    assert "2025-W03: {between: [8, 9]}" in text
    assert "period: 2025-W01" in text.replace('"', "")
