"""A ledger on a server in words: where it is, what is in it, what this login may do there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from cdstrack.core.model.register import Register
from cdstrack.i18n import Words
from cdstrack.render.messages import sentence
from cdstrack.render.text import Line
from cdstrack.store.mirror import Mirror
from cdstrack.store.postgres.pull import Pull
from cdstrack.store.postgres.push import Push
from cdstrack.store.postgres.seal_days import Sealing
from cdstrack.store.postgres.steward import Desk, Names, Standing
from cdstrack.store.postgres.verification import Verification

_LATE = 60
"""So many seconds a server may be behind before it is worth a word."""
_FAR = timedelta(minutes=5)
"""So far two clocks may differ before it is worth a word."""


def standing_lines(
    standing: Standing, register: Register, now: datetime, zone: tzinfo, words: Words
) -> Iterator[Line]:
    """A line for each thing that whoever looks for a fault would ask first."""
    facts = {"server": standing.server, "engine": standing.engine, "schema": standing.schema}
    yield [(words("standing_server", **facts), "")]
    yield [(words("standing_records", n=standing.records), "")]
    if standing.is_standby:
        yield [(words("standing_standby"), "warn")]
    if standing.standbys:
        yield [(words("standing_standbys", n=standing.standbys), "")]
    if standing.lag is not None and (standing.standbys or standing.is_standby):
        lag = words("standing_lag", seconds=words.number(Decimal(f"{standing.lag:.1f}")))
        yield [(lag, "warn" if standing.lag > _LATE else "")]
    missing = len(register.targets_of) - standing.targets
    if missing > 0:
        yield [(words("standing_missing", n=missing), "warn")]
    yield [(words("standing_login", login=standing.login), "")]
    if standing.is_superuser:
        yield [(words("standing_superuser"), "warn")]
    elif "cdstrack_steward" in standing.roles:
        yield [(words("standing_steward"), "")]
    elif "cdstrack_clerk" not in standing.roles:
        yield [(words("standing_reader"), "")]
    elif not standing.desks:
        yield [(words("standing_no_desk"), "warn")]
    for body, target in standing.desks:
        entry = register.bodies.get(body)
        name = entry.name.to(words.lang) if entry is not None else body
        code = "standing_desk" if target == "" else "standing_desk_target"
        yield [(words(code, body=name or words("standing_whole"), target=target), "")]
    if abs(standing.clock - now) > _FAR:
        clocks = {
            "there": standing.clock.astimezone(zone).strftime("%H:%M"),
            "here": now.astimezone(zone).strftime("%H:%M"),
        }
        yield [(words("standing_clock", **clocks), "warn")]


def sync_lines(names: Names, words: Words, **facts: object) -> list[Line]:
    """What a server was told of a register."""
    counts = {
        "sync_targets": names.targets, "sync_changes": names.changes, "sync_bodies": names.bodies,
    }  # fmt: skip
    lines: list[Line] = [[(words(key, n=n), "")] for key, n in counts.items() if n]
    code = "store_synced" if lines else "store_in_sync"
    lines.insert(0, [(words(code, **facts), "good")])
    if names.absent:
        lines.append([(words("sync_absent", n=names.absent), "dim")])
    return lines


def desk_lines(desks: Sequence[Desk], register: Register, words: Words) -> Iterator[Line]:
    """Who may report for whom, a line each."""
    if not desks:
        yield [(words("desks_none"), "")]
    for member, body, target in desks:
        entry = register.bodies.get(body)
        name = entry.name.to(words.lang) if entry is not None else body
        code = "desk_line" if target == "" else "desk_line_target"
        facts = {"member": member, "body": name or words("standing_whole"), "target": target}
        yield [(words(code, **facts), "")]


def verification_lines(verification: Verification, words: Words, **facts: object) -> Iterator[Line]:
    """What was looked at on a server, and all that is not as it was set up."""
    yield [(words("verify_streams", n=verification.records, m=verification.streams, **facts), "")]
    for code, details in verification.flaws:
        yield [(words(code, **details), "error")]
    if not verification.flaws:
        yield [(words("verify_sound"), "good")]
    else:
        yield [(words("verify_flaws", n=len(verification.flaws)), "error")]


def day_seal_lines(sealing: Sealing, words: Words) -> list[Line]:
    """What became of the seals of days."""
    facts = {"path": str(sealing.path), "n": len(sealing.new), "last": sealing.last}
    code = "days_sealed" if sealing.new else "days_sealed_same"
    return [[(words(code, **facts), "good")]]


def pull_lines(pull: Pull, mirror: Mirror, server: str, words: Words) -> list[Line]:
    """What became of a mirror."""
    facts = {"path": str(mirror.file), "server": server, "n": pull.new}
    lines: list[Line] = []
    if pull.spare is not None:
        path, n = pull.spare
        lines.append([(words("pull_kept", path=str(mirror.file), kept=str(path), n=n), "error")])
    code = "pull_anew" if pull.is_anew else "pull_new" if pull.new else "pull_same"
    lines.append([(words(code, **facts, m=pull.position.records), "good")])
    if pull.rest:
        lines.append([(words("pull_rest", n=pull.rest), "warning")])
    return lines


def push_lines(push: Push, server: str, outbox: str, words: Words) -> list[Line]:
    """What became of each report of an outbox."""
    lines: list[Line] = []
    if push.recorded:
        lines.append([(words("push_recorded", n=len(push.recorded), server=server), "good")])
    if push.old:
        lines.append([(words("push_known", n=push.old, server=server), "")])
    if push.ahead:
        lines.append([(words("push_ahead", n=push.ahead), "warning")])
    for report, other in push.equal:
        facts = {"id": report.id, "target": report.target, "date": report.date}
        lines.append([(words("push_equal", **facts, other=other.id), "")])
    for report, other in push.beaten:
        facts = {"id": report.id, "target": report.target, "date": report.date}
        lines.append([(words("push_beaten", **facts, other=other.id), "warning")])
    for report, failure in push.refusals:
        reason = sentence(failure.code, failure.facts, words)
        facts = {"id": report.id, "target": report.target, "date": report.date}
        lines.append([(words("push_refused", **facts, path=outbox, reason=reason), "error")])
    if not lines and not push.problems:
        lines.append([(words("push_nothing", path=outbox), "")])
    return lines
