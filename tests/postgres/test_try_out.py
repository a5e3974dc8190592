"""What the example of a shared ledger sets up with Docker works, command by command, without it."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, datetime

import pytest
import yaml

from tests.cli.build import ROOT
from tests.postgres.server import Server

FOLDER = ROOT / "examples" / "shared"
PLAN = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
CLERK = re.compile(r"^\$ (?:CLERK=(\w+) )?docker compose run --rm clerk ?(.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def new_server(programs, first_server):
    """A server on which nobody has been, as the container's."""
    server = Server(programs, seed=first_server.seed)
    try:
        server.make()
        yield server
    finally:
        server.end()


def test_the_plan_is_what_docker_takes():
    from tests.schema.test_schema import check_jsonschema  # whose program takes long to load

    options = ["--builtin-schema", "vendor.compose-spec"]
    done = check_jsonschema(*options, str(FOLDER / "compose.yaml"))
    assert done.exit_code == 0, done.output


def test_what_is_fetched_is_of_one_version():
    text = (FOLDER / "compose.yaml").read_text("utf-8")
    images = re.findall(r"(?:FROM|image:) (\S+:\S+)", text)
    assert len(images) == 2
    assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_what_is_copied_into_a_container_is_there():
    build = PLAN["x-cdstrack"]["build"]
    for line in re.findall(r"^COPY (.*) \S+$", build["dockerfile_inline"], re.MULTILINE):
        for name in line.split():
            assert (FOLDER / build["context"] / name).exists(), name
    mounts = [mount for service in PLAN["services"].values() for mount in service["volumes"]]
    for mount in mounts:
        source = mount.partition(":")[0]
        assert source in PLAN["volumes"] or (FOLDER / source).exists(), mount


def test_every_command_of_the_example_does_what_it_says(new_server, cli, monkeypatch):
    settings = PLAN["services"]["server"]["environment"]
    new_server.sql(
        f"create database {settings['POSTGRES_DB']}", "create role postgres superuser login"
    )
    logins = (FOLDER / "logins.sql").read_text("utf-8")
    new_server.sql(*filter(str.strip, logins.split(";\n")), database=settings["POSTGRES_DB"])
    shutil.copy(FOLDER / "targets.yaml", cli.folder)
    cli.clock = lambda: datetime.now(UTC)  # as the server's

    def run(service: str, words: str, login: str | None = None):
        for name, value in PLAN["services"][service]["environment"].items():
            monkeypatch.setenv(name, re.sub(r"\$\{CLERK:-(\w+)\}", login or r"\1", value))
        monkeypatch.setenv("PGHOST", str(new_server.folder))
        return cli(*shlex.split(words), "--lang", "en")

    shell, flags, script = PLAN["services"]["steward"]["command"]
    assert (shell, flags) == ("sh", "-euc")
    for line in script.splitlines():
        program, _, words = line.partition(" ")
        ran = run("steward", words)
        assert (program, ran.code, ran.err) == ("cdstrack", 0, "")
        assert "warning" not in ran.out
    assert PLAN["services"]["clerk"]["entrypoint"] == ["cdstrack"]
    commands = CLERK.findall((FOLDER / "README.md").read_text("utf-8"))
    assert len(commands) == 6
    codes = []
    for login, words in commands:
        ran = run("clerk", words or " ".join(PLAN["services"]["clerk"]["command"]), login)
        codes.append(ran.code)
    assert codes == [0, 0, 0, 0, 3, 0]  # the last report is for somebody else's province
    rows = new_server.sql("select entered_by, value::int from cdstrack.reports order by 1",
                          database=settings["POSTGRES_DB"])  # fmt: skip
    assert rows == [("clerk07", 12), ("clerk08", 30)]
