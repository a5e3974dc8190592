"""Seeded inputs for the benchmark: registers and ledgers of any size, the same on every machine."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

SEED = 20221231
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

HEAD = """\
cdstrack: 1
title: {vi: Sổ thử nghiệm, en: Synthetic register}
timezone: Asia/Ho_Chi_Minh
sources:
  plan: {title: {vi: Kế hoạch tổng thể, en: Master plan}, date: 2023-12-01}
bodies:
"""

TARGET = """\
  - id: target-number-{number:05}
    title:
      vi: Bảo đảm {share} % thủ tục nhóm {number} được giải quyết trực tuyến toàn trình
      en: Bring {share} % of the procedures of group {number} wholly online
    kind: reach
    owner: body-{body:03}
    unit: {{vi: thủ tục, en: procedures}}
    baseline: {{value: {base}, date: 2024-01-01}}
    target: {{at_least: {goal}}}
    deadline: {deadline}
    report_every: quarter
    stated:
      on: 2023-12-{day:02}
      by: {{vi: Thủ tướng Chính phủ, en: Prime Minister}}
      source: plan
      paragraph: {number}
      figure: "{goal}"
      strength: demand
      reading: explicit
    tags: [online-services, group-{body:03}]
"""


def register(path: Path, targets: int) -> None:
    """A register of so many targets, about 560 bytes each."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        for body in range(100):
            out.write(f"  body-{body:03}: {{name: {{vi: Cơ quan số {body}, en: Body {body}}}}}\n")
        out.write("targets:\n")
        for number in range(targets):
            base = rng.randrange(100)
            out.write(
                TARGET.format(
                    number=number,
                    share=rng.randrange(50, 101),
                    body=rng.randrange(100),
                    base=base,
                    goal=base + rng.randrange(100, 10_000),
                    deadline=rng.choice(["2025", "2026-06", "2026-Q3", "2027-12-31", "2026"]),
                    day=rng.randrange(1, 29),
                )
            )


def ledger(path: Path, reports: int, targets: int, *, used: bool) -> None:
    """So many reports spread over so many targets, in the order recorded, within 1,000 days.

    One in two has a source, one in ten a note. ``used`` is what it looks like after years: one in
    two hundred repeats a reference date with a new figure, one in a thousand corrects an earlier
    report of its target.
    """
    rng = random.Random(SEED)
    start = datetime(2024, 1, 2, tzinfo=UTC)
    step = 86_400_003_000_000 // reports  # microseconds
    ids: dict[int, str] = {}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(reports):
            target, turn = number % targets, number // targets
            if used and rng.random() < 0.005:
                turn = max(turn - 1, 0)
            record: dict[str, object] = {
                "id": "".join(rng.choices(LETTERS, k=20)),
                "target": f"target-number-{target:05}",
                "date": (date(2024, 1, 1) + timedelta(days=turn % 1000)).isoformat(),
                "value": str(turn * 10 + rng.randrange(10)),
            }
            if rng.random() < 0.5:
                record["source"] = f"report-{turn % 50}"
            if rng.random() < 0.1:
                record["note"] = "số liệu do đơn vị cung cấp"
            record["by"] = f"clerk-{target % 100}"
            moment = start + timedelta(microseconds=number * step)
            record["recorded"] = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
            if used and target in ids and rng.random() < 0.001:
                record["corrects"] = ids.pop(target)
            else:
                ids[target] = str(record["id"])
            out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


SHARED_TARGET = """\
  - id: target-{number:02}
    title: {{vi: Hồ sơ trực tuyến nhóm {number}, en: Files of group {number} handled online}}
    kind: reach
    owner: office
    unit: "%"
    baseline: {{value: 0, date: 2025-07-01}}
    target: {{at_least: 90}}
    deadline: 2026-06
    report_every: month
    accumulate: ratio
    reporters: communes
    across: ratio
    stated: {{on: 2025-06-15, by: {{vi: Thủ tướng, en: Prime Minister}}, source: plan}}
"""


def communes(folder: Path, bodies: int, targets: int, months: int) -> None:
    """A register of targets on which each of many bodies reports every month, with the ledger."""
    rng = random.Random(SEED)
    names = [f"commune-{number:04}" for number in range(bodies)]
    with (folder / "targets.yaml").open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        out.write("  office: {name: {vi: Văn phòng, en: Office}}\n")
        out.writelines(f"  {each}: {{name: {{vi: Xã {each}, en: {each}}}}}\n" for each in names)
        out.write("groups:\n  communes:\n    name: {vi: Xã, en: Communes}\n")
        out.write(f"    size: [{{from: 2025-07-01, n: {bodies}}}]\n    members:\n")
        out.writelines(f"      - {each}\n" for each in names)
        out.write("targets:\n")
        out.writelines(SHARED_TARGET.format(number=number) for number in range(targets))
    with (folder / "progress.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for month in range(months):
            year, part = divmod(2025 * 12 + 6 + month, 12)
            recorded = datetime(year + (part == 11), (part + 1) % 12 + 1, 2, tzinfo=UTC)
            for number, body in enumerate(names):
                of = 50 + number % 100
                for target in range(targets):
                    recorded += timedelta(seconds=1)
                    record = {
                        "id": "".join(rng.choices(LETTERS, k=20)),
                        "target": f"target-{target:02}",
                        "body": body,
                        "date": f"{year}-{part + 1:02}",
                        "n": min(of, of * (month + 1) // months + rng.randrange(5)),
                        "of": of,
                        "by": f"clerk-{number % 100}",
                        "recorded": recorded.isoformat(timespec="microseconds")[:-6] + "Z",
                    }
                    out.write(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    register(folder / "targets.yaml", int(sys.argv[2]))
    ledger(folder / "progress.jsonl", int(sys.argv[3]), int(sys.argv[2]), used=True)
