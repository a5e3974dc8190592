"""Seals in words: what was sealed, what became of it, who signed. The words accuse nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from cdstrack.app.notary import Verification
from cdstrack.core.checks.seals import SHORT_ROOT, Change, Seal, ShortSeal
from cdstrack.i18n import Words
from cdstrack.render.text import Line, one_line
from cdstrack.store.seals.signatures import Signature

MOST_CHANGES = 1000
"""So many lines are named one by one."""
STYLES = {
    "edited": "error",
    "removed": "error",
    "backdated": "warn",
    "override": "warn",
    "late": "info",
    "respelled": "dim",
}


def sealed_lines(
    seal: Seal, path: str, list_name: str, zone: tzinfo, words: Words
) -> Iterator[Line]:
    """What was sealed and written."""
    facts = {"n": seal.lines, "when": _when(seal.moment, zone, words)}
    yield [(words("sealed", **facts), "good")]
    yield [(words("sealed_root", root=seal.root[:SHORT_ROOT]), "")]
    yield [(words("sealed_files", path=path, list=list_name), "")]
    if not seal.commit:
        yield [(words("sealed_no_commit"), "dim")]


def short_words(short: ShortSeal, words: Words) -> str:
    """A short form for people."""
    return words("seal_short", seal=str(short))


def verification_lines(check: Verification, zone: tzinfo, words: Words) -> Iterator[Line]:
    """The answer, then line by line what is another, then what else changed and who signed."""
    if check.is_early:
        yield [(words("seal_early", when=_when(check.seal.moment, zone, words)), "error")]
    yield _answer(check, zone, words)
    changes = check.comparison.changes
    for change in changes[:MOST_CHANGES]:
        yield from _change(change, check, zone, words)
    if len(changes) > MOST_CHANGES:
        yield [(words("more_lines", n=len(changes) - MOST_CHANGES), "dim")]
    if check.comparison.empty:
        yield [(words("seal_empty"), "warn")]
    elif check.comparison.cut:
        yield [(words("seal_cut"), "warn")]
    if check.basis == "list" and any(change.kind == "edited" for change in changes):
        yield [(words("seal_spacing"), "dim")]
    if check.basis is not None and changes:
        yield [(words(f"basis_{check.basis}", commit=(check.seal.commit or "")[:12]), "dim")]
    if check.comparison.newer:
        yield [(words("seal_added", n=check.comparison.newer), "dim")]
    yield from _differences(check, words)
    for signature in check.signatures:
        yield _signature(signature, zone, words)


def _answer(check: Verification, zone: tzinfo, words: Words) -> Line:
    comparison, seal = check.comparison, check.seal
    when = _when(seal.moment, zone, words)
    if comparison.whole:
        return [(words("seal_whole", n=seal.lines, when=when), "good")]
    if comparison.whole is None:
        return [(words("seal_unclear", when=when), "warn")]
    altered_ids = {
        change.id for change in comparison.changes if change.kind in ("edited", "removed")
    }
    if not altered_ids:
        key = "seal_altered_unnamed" if check.basis is None else "seal_altered_hidden"
        return [(words(key, n=seal.lines, when=when), "error")]
    return [(words("seal_altered", n=len(altered_ids), of=seal.lines, when=when), "error")]


def _change(change: Change, check: Verification, zone: tzinfo, words: Words) -> Iterator[Line]:
    """Which line it is, what became of it, and what stands there now."""
    leaf = change.leaf
    place = f"{check.ledger}:{leaf.line}" if leaf is not None else check.ledger
    kind = words(f"alteration_{change.kind}")
    yield [(place, "bold"), (": ", ""), (kind, STYLES[change.kind]), (f": {change.id}", "")]
    if leaf is None:
        return
    report = leaf.report
    details = [report.target, words.period(report.date)]
    details.append(words("recorded_at", when=_when(report.recorded, zone, words)))
    if report.by:
        details.append(words("by_whom", name=one_line(report.by)))
    yield [("    " + " · ".join(details), "dim")]
    if change.kind in ("late", "backdated", "override"):
        days = (check.seal.moment - report.recorded).days
        yield [("    " + words(f"seal_{change.kind}", days=days), "")]
    if change.loser:
        key = "seal_corrects" if report.corrects == change.loser else "seal_outdoes"
        yield [("    " + words(key, id=change.loser), "")]
    if change.is_stranger:
        key = "seal_stranger" if report.by else "seal_nobody"
        yield [("    " + words(key, name=one_line(report.by or "")), "")]


def _differences(check: Verification, words: Words) -> Iterator[Line]:
    for key, outcome in (("seal_same", True), ("seal_other", False), ("seal_unknown", None)):
        names = [words(f"sealed_{name}") for name, same in check.differences if same is outcome]
        if names:
            style = "dim" if outcome else "warn"
            yield [(words(key, names=", ".join(names)), style)]


def _signature(signature: Signature, zone: tzinfo, words: Words) -> Line:
    kind = words(f"signature_{signature.kind}")
    if not signature.valid:
        why = words(f"signature_{signature.fault}") if signature.fault else signature.reason
        facts = {"path": signature.path, "kind": kind, "why": why or "–"}
        return [(words("signature_invalid", **facts), "error")]
    moment = signature.moment
    when = _when(moment, zone, words) if moment is not None else words("no_time")
    signer = signature.signer
    if signature.is_pattern:
        signer = words("signer_like", pattern=signer)
    facts = {"signer": signer, "issuer": signature.issuer, "key": signature.key, "when": when}
    key = f"signature_by_{signature.kind}"
    if signature.over:
        key, facts["path"] = "signature_stamp_over", signature.over
    elif signature.kind == "cms" and moment is None:
        key = "signature_no_time"
    text = words(key, **facts)
    if signature.is_expired:
        text += " " + words("signature_expired")
    if signature.has_new_ends:
        text += " " + words("signature_ends")
    return [(text, "good")]


def _when(moment: datetime, zone: tzinfo, words: Words) -> str:
    """A moment as the clocks of the register show it, with their distance to UTC."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{words.day(local.date())} {local:%H:%M:%S} ({offset[:3]}:{offset[3:5]})"
