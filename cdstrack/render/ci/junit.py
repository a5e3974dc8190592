"""JUnit's XML, in the part that the schemas in use (Ant's, Jenkins') have in common."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from cdstrack import __version__
from cdstrack.i18n import Words
from cdstrack.render.ci.items import GateReport, Item
from cdstrack.render.ci.parts import path, plain, worst_first
from cdstrack.render.text import one_line


def junit(report: GateReport, words: Words) -> str:
    """A case a finding: one that fails, is skipped (waived) or passes (a warning).

    What warns is told once, in the output of the suite: Ant's schema has none for a case.
    """
    items = worst_first(report.items)
    failing = sum(item.fails for item in items)
    root = Xml.Element("testsuites")
    suite = Xml.SubElement(
        root,
        "testsuite",
        {
            "name": "cdstrack check",
            "package": "cdstrack",
            "id": "0",
            "timestamp": f"{report.as_of.isoformat()}T00:00:00",
            "hostname": "localhost",
            "tests": str(len(items) or 1),
            "failures": str(failing if items else int(not report.passed)),
            "errors": "0",
            "skipped": str(sum(bool(item.waived) for item in items)),
            "time": "0",
        },
    )
    properties = Xml.SubElement(suite, "properties")
    facts = {"as_of": report.as_of.isoformat(), "file": report.file, "version": __version__}
    for name, value in facts.items():
        Xml.SubElement(properties, "property", {"name": name, "value": plain(value)})
    names: dict[tuple[str, str], int] = {}
    for item in items:
        _case(suite, item, names)
    if not items:
        _no_finding(suite, report, words)
    warnings = [
        _case_text(item, words) for item in items if item.level == "warn" and not item.waived
    ]
    Xml.SubElement(suite, "system-out").text = "\n".join(warnings)
    Xml.SubElement(suite, "system-err").text = ""
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(suite: Xml.Element, item: Item, names: dict[tuple[str, str], int]) -> None:
    name = one_line(item.target or f"{path(item.file)}:{item.line}:{item.column}")
    times = names[item.code, name] = names.get((item.code, name), 0) + 1
    if times > 1:
        name = f"{name} ({times})"
    about = {"name": plain(name), "classname": plain(f"cdstrack.{item.code}"), "time": "0"}
    case = Xml.SubElement(suite, "testcase", about)
    text = f"{path(item.file)}:{item.line}:{item.column}\n{item.message}\n→ {item.remedy}"
    if item.waived:
        Xml.SubElement(case, "skipped", {"message": plain(one_line(item.waived))})
    elif item.fails:
        message = {"message": plain(one_line(item.message)), "type": plain(item.code)}
        Xml.SubElement(case, "failure", message).text = plain(text)


def _no_finding(suite: Xml.Element, report: GateReport, words: Words) -> None:
    about = {"name": "check", "classname": "cdstrack", "time": "0"}
    case = Xml.SubElement(suite, "testcase", about)
    if not report.passed:
        text = words("gate_incomplete")
        Xml.SubElement(case, "failure", {"message": text, "type": "incomplete"}).text = text


def _case_text(item: Item, words: Words) -> str:
    place = f"{path(item.file)}:{item.line}:{item.column}"
    level = words(f"level_{item.level}")
    return plain(f"{place}: {level} [{item.code}] {item.message}\n    → {item.remedy}")
