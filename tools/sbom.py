"""``python -m tools.sbom FOLDER`` writes there what a release consists of, as CycloneDX JSON.

Made from requirements.lock and pyproject.toml alone, so that the same commit always gives the same
bytes: no time, no chance, nothing of the machine.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cdstrack import __version__

ROOT = Path(__file__).parents[1]

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.*?))? \\\n"
    r"(?P<hashes>(?:    --hash=.*\n)+)(?P<notes>(?:    #.*\n)*)",
    re.MULTILINE,
)
_NOTE = re.compile(r"^    #(?: via|  ) ([\w.-]+)$", re.MULTILINE)
"""Who needs a package: below ``# via``, or behind it where it is only one."""


@dataclass(frozen=True, slots=True)
class Package:
    """A locked package, the SHA-256 of its files, and the packages that need it."""

    name: str
    version: str
    marker: str | None
    digests: list[str]
    dependents: list[str]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def bill(lock: str, project: Mapping[str, Any]) -> str:
    """The list of a release's packages, from its lock and the ``[project]`` of pyproject.toml.

    Of a package, ``scope`` says whether it is needed (``required``), needed for workbooks alone
    (``optional``), or only builds the release (``excluded``).
    """
    packages = {package.name: package for package in _packages(lock)}
    required = _closure(project["dependencies"], packages)
    optional = _closure(project["optional-dependencies"]["excel"], packages)
    direct = _names([*project["dependencies"], *project["optional-dependencies"]["excel"]])
    scopes = dict.fromkeys(packages, "excluded")
    scopes |= dict.fromkeys(optional, "optional") | dict.fromkeys(required, "required")
    release = f"pkg:pypi/{project['name']}@{__version__}"
    needs = {package.purl: _needs(package.name, packages) for package in packages.values()}
    needs[release] = sorted(packages[name].purl for name in direct)
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, __version__ + lock)}",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": release,
                "name": project["name"],
                "version": __version__,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": release,
            },
        },
        "components": [_component(package, scopes[package.name]) for package in packages.values()],
        "dependencies": [{"ref": ref, "dependsOn": needs[ref]} for ref in sorted(needs)],
    }
    return json.dumps(document, indent=2) + "\n"


def _packages(lock: str) -> Iterable[Package]:
    for match in _ENTRY.finditer(lock):
        digests = re.findall(r"sha256:([0-9a-f]{64})", match["hashes"])
        name = canonicalize_name(match["name"])
        dependents = _NOTE.findall(match["notes"])
        yield Package(name, match["version"], match["marker"], digests, dependents)


def _component(package: Package, scope: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "scope": scope,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.digests],
        "purl": package.purl,
    }
    if package.marker:
        fields["properties"] = [{"name": "marker", "value": package.marker}]
    return fields


def _needs(name: str, packages: Mapping[str, Package]) -> list[str]:
    return sorted(package.purl for package in packages.values() if name in package.dependents)


def _names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def _closure(requirements: Iterable[str], packages: Mapping[str, Package]) -> set[str]:
    """The packages that requirements name, and all that those need."""
    names = _names(requirements)
    while True:
        more = {p.name for p in packages.values() if names & set(p.dependents)}
        if more <= names:
            return names
        names |= more


def main() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{project['name']}-{__version__}.cdx.json"
    path.write_text(bill(lock, project), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
