"""The locked versions: of everything that pyproject.toml names, hashed, and from nowhere in
particular."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.cli.build import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKED = re.compile(
    r"^([\w.-]+)==([\w.]+)((?: ;.*?)?)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)


def wanted(*extras: str) -> Iterator[Requirement]:
    """What the project needs with these extras, which name each other as cdstrack[extra]."""
    for text in (*PROJECT["dependencies"], *(each for name in extras for each in EXTRAS[name])):
        requirement = Requirement(text)
        if requirement.name == PROJECT["name"]:
            yield from wanted(*requirement.extras)
        else:
            yield requirement


def text_of(name: str) -> str:
    path = {"runtime": "requirements.lock"}.get(name, f"requirements/{name}.txt")
    return (ROOT / path).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, Version]:
    return {canonicalize_name(m[1]): Version(m[2]) for m in LOCKED.finditer(text_of(name))}


@pytest.mark.parametrize(
    ("name", "extra"), [("dev", "dev"), ("lowest", "test"), ("runtime", "excel")]
)
def test_every_dependency_is_locked_to_a_version_that_is_allowed(name, extra):
    versions = locked(name)
    needed = list(wanted(extra))
    assert len(needed) >= 8
    assert [str(each) for each in needed
            if versions[canonicalize_name(each.name)] not in each.specifier] == []  # fmt: skip


def test_the_lowest_versions_are_those_that_pyproject_allows():
    versions = locked("lowest")
    for each in wanted("test"):
        [lowest] = [Version(s.version) for s in each.specifier if s.operator == ">="]
        # On another system alone what the tests need may want more than we do.
        assert versions[canonicalize_name(each.name)] == lowest or each.marker, each


def test_what_is_shipped_is_what_was_tested_and_what_builds_it():
    assert locked("runtime").items() < locked("dev").items()
    [builder] = map(Requirement, PYPROJECT["build-system"]["requires"])
    assert locked("runtime")[builder.name] in builder.specifier
    assert PYPROJECT["dependency-groups"]["build"] == [str(builder)]
    assert "pytest" not in locked("runtime")


def test_what_installs_the_rest_is_locked_as_it_is_there():
    assert set(locked("uv")) == {"uv"}
    assert text_of("uv") in text_of("dev")


@pytest.mark.parametrize("name", ["dev", "lowest", "runtime", "uv"])
def test_a_lock_has_hashes_and_no_address(name):
    text = text_of(name)
    rest = [line for line in LOCKED.sub("", text).splitlines() if line.strip()]
    assert [line for line in rest if not line.lstrip().startswith("#")] == []
    assert [line for line in text.splitlines() if "/" in line or "@" in line] == []
