"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

from urllib.parse import quote

from cdstrack import __version__
from cdstrack.core.checks import gate
from cdstrack.i18n import Words
from cdstrack.render.ci.items import GateReport, Item
from cdstrack.render.ci.parts import fingerprints, is_absolute, path, plain, worst_first
from cdstrack.render.data import Json, dumps

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES = ("problem", *gate.CODES)
MOST_RESULTS = 25_000
"""GitHub refuses a run with more."""
LEVELS = {"fail": "error", "warn": "warning"}
"""What is waived is a ``note``: a service that does not read suppressions stays calm."""


def sarif(report: GateReport, words: Words) -> str:
    """One run: every rule, a result a finding; the files' own problems are results as well.

    Of more results than a service takes the gravest stay, and a notification says how many do not.
    """
    everything = worst_first(report.items)
    items, spare = everything[:MOST_RESULTS], len(everything) - MOST_RESULTS
    suppresses = any(item.waived for item in items)
    results = [
        _result(item, mark, suppresses)
        for item, mark in zip(items, fingerprints(items), strict=True)
    ]
    invocation: dict[str, Json] = {"executionSuccessful": report.complete}
    if spare > 0:
        text = words("gate_cut_sarif", n=spare, most=MOST_RESULTS)
        note: Json = {"level": "warning", "message": {"text": text}}
        invocation["toolExecutionNotifications"] = [note]
    run: Json = {
        "tool": {
            "driver": {
                "name": "cdstrack",
                "semanticVersion": __version__,
                "language": words.lang,
                "rules": [_rule(code, words) for code in RULES],
            }
        },
        "automationDetails": {"id": "cdstrack/check"},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(code: str, words: Words) -> Json:
    word = code.replace("-", "_")
    text = words(f"rule_{word}")
    fails = code == "problem" or code in gate.FAIL
    return {
        "id": code,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": words(f"remedy_{word}")},
        "defaultConfiguration": {"level": "error" if fails else "warning"},
    }


_INDEX = {code: index for index, code in enumerate(RULES)}


def _result(item: Item, mark: str, suppresses: bool) -> Json:
    result: dict[str, Json] = {"ruleId": item.code}
    if item.code in _INDEX:
        result["ruleIndex"] = _INDEX[item.code]
    line, column = max(item.line, 1), max(item.column, 1)
    result |= {
        "level": "note" if item.waived else LEVELS[item.level],
        "message": {"text": _message(f"{item.message}\n→ {item.remedy}")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(path(item.file))},
                    "region": {
                        "startLine": line,
                        "startColumn": column,
                        "endLine": line,
                        "endColumn": column + 1,
                    },
                }
            }
        ],
        "partialFingerprints": {"cdstrack/v1": mark},
    }
    if suppresses:  # all results of a run have the list, or none
        result["suppressions"] = [_suppression(item)] if item.waived else []
    return result


def _suppression(item: Item) -> Json:
    return {"kind": "external", "status": "accepted", "justification": plain(item.waived)}


def _message(text: str) -> str:
    """Text in which no link stands: ``[words](address)`` would be one."""
    return plain(text).replace("](", "\\](")


def _uri(name: str) -> str:
    """A relative reference in percent-encoding; a file elsewhere has its full address."""
    try:
        octets = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        octets = name.encode("utf-8", "surrogatepass")
    text = quote(octets, safe="/")
    if not is_absolute(name):
        return text
    return "file:///" + text.lstrip("/")
