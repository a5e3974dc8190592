"""desks.yaml: every problem in its place, and an entry with one gives no right."""

from __future__ import annotations

import pytest

from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.messages import problem_sentence
from tests.cases import every_case
from tests.cli.boards import PROVINCES, TRAINED

HEAD = "desks: desks.yaml\n" + PROVINCES + "indicators: {fibre: {title: Fibre, unit: km}}\n"
ON_FIBRE = """\
  - {id: fibre-2030, indicator: fibre, kind: reach, owner: office, target: {at_least: 9},
     stated: {on: 2026-01-01, by: PM, source: plan}}
"""
SSH = "SHA256:uNiVztksCsDhcc0u9e8BrrQXVUpKhtIwuQ2p0w3Ye6c"


@every_case(
    "entry, problem",
    [
        ("{member: a@b.vn, body: north}", None),
        (f"{{member: '{SSH}', group: provinces, target: trained}}", None),
        ("{member: 0123456789ABCDEF0123456789ABCDEF01234567, all: true, may: [void]}", None),
        ("{member: a@b.vn, all: true, target: fibre}", None),
        ("{member: a@b.vn, all: true, target: fibre-2030}", "3:41 unknown_target fibre"),
        ("{member: a@b.vn, body: nort}", "3:28 unknown_body north"),
        ("{member: a@b.vn, group: province}", "3:29 unknown_group provinces"),
        ("{member: a@b.vn, all: true, target: traind}", "3:41 unknown_target trained"),
        ("{member: lan, body: north}", "3:14 desk_member"),
        ("{member: SHA256:abc, body: north}", "3:14 desk_member"),
        ("{member: a@b.vn}", "3:5 desk_scope"),
        ("{member: a@b.vn, body: north, all: true}", "3:5 desk_scope"),
        ("{body: north}", "3:5 missing_key"),
        ("{member: a@b.vn, body: north, may: []}", "3:40 list_too_short"),
        ("{member: a@b.vn, body: north, may: [correkt]}", "3:41 not_one_of"),
        ("{member: a@b.vn, body: north, form: 2026-01-01}", "3:35 unknown_key from"),
        ("{member: a@b.vn, body: north, from: 2026-02-01, until: 2026-01-01}", "3:60 desk_days"),
        ("{member: a@b.vn, body: north, until: 31/12/2026}", "3:42 date_form"),
    ],
)
def test_a_desk_and_what_is_wrong_with_it(store_of, entry, problem):
    desks, problems = store_of(f"cdstrack: 1\ndesks:\n  - {entry}\n")
    assert len(desks) == (problem is None)
    if problem is None:
        assert problems == []
        return
    place, code, *near = problem.split()
    [found] = problems
    assert (f"{found.place.line}:{found.place.column}", found.code) == (place, code)
    if near:
        assert found.facts["suggestion"] == near[0]
    assert all(problem_sentence(found, Words(lang)) for lang in LANGUAGES)


@pytest.fixture
def store_of(tmp_path):
    from cdstrack.store.files import FileStore

    def read(text: str):
        (tmp_path / "targets.yaml").write_text(
            HEAD + "targets:\n" + TRAINED + ON_FIBRE, encoding="utf-8"
        )
        (tmp_path / "desks.yaml").write_text(text, encoding="utf-8")
        return FileStore(tmp_path / "targets.yaml").desks()

    return read


def test_validate_names_what_is_wrong_with_the_desks(cli):
    cli.write(TRAINED, ON_FIBRE, head=HEAD)
    ran = cli("validate")
    assert ran.code == 3
    assert "There is no file of desks" in ran.err
    (cli.folder / "desks.yaml").write_text("cdstrack: 1\ndesks: []\n", encoding="utf-8")
    assert cli("validate").code == 0
    (cli.folder / "desks.yaml").write_text("", encoding="utf-8")
    ran = cli("validate")
    assert ran.code == 3
    assert "Desks begin with cdstrack: 1 and desks." in ran.err
    assert cli("status").code == 0  # reads no desks


@pytest.mark.parametrize("path", ["../desks.yaml", "/etc/passwd", "a/../../b"])
def test_desks_lie_beside_the_register(cli, path):
    cli.write(TRAINED, head=HEAD.replace("desks.yaml", path, 1))
    ran = cli("validate")
    assert ran.code == 3
    assert "must lie beside the register or below it" in ran.err
    assert "root:" not in ran.err
