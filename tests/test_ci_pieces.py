"""What others put into their pipelines: the action, the hooks, the component, and their pages."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cdstrack.core.checks.gate import CODES, FAIL, WARN
from tests.cli.build import LATE, TRAINED, register
from tests.test_docs import FENCE, OPTIONS, ROOT, text_of

ACTION = yaml.safe_load(text_of("action.yml"))
HOOKS = yaml.safe_load(text_of(".pre-commit-hooks.yaml"))
SPEC, PIPELINE = yaml.safe_load_all(text_of("templates/cdstrack.yml"))
(JOB,) = PIPELINE.values()
INPUTS = SPEC["spec"]["inputs"]
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCRIPTS = {
    "action": "\n".join(step["run"] for step in STEPS.values()),
    "component": "\n".join(JOB["script"]),
}
SHOWN = [body for kind, body in FENCE.findall(text_of("docs/ci.md")) if kind == "yaml"]
SHA = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")


def refused(schema: str, *texts: str, folder: Path) -> str:
    """What check-jsonschema says against files; nothing if it accepts them."""
    paths = [folder / f"{number}.yml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *paths]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def shown(key: str) -> list[str]:
    """The examples of docs/ci.md that have a key on top."""
    return [body for body in SHOWN if key in yaml.safe_load(body)]


# Their shapes


def test_the_action_is_one(tmp_path):
    assert refused("vendor.github-actions", text_of("action.yml"), folder=tmp_path) == ""


def test_the_component_is_one(tmp_path):
    parts = text_of("templates/cdstrack.yml").split("\n---\n")
    assert len(parts) == 2
    assert refused("vendor.gitlab-ci", *parts, folder=tmp_path) == ""


def test_the_workflows_and_pipelines_that_are_shown_are_some(tmp_path):
    assert len(shown("jobs")) == 2
    assert len(shown("include")) == len(shown("repos")) == 1
    assert len(SHOWN) == 4
    assert refused("vendor.github-workflows", *shown("jobs"), folder=tmp_path) == ""
    assert refused("vendor.gitlab-ci", *shown("include"), folder=tmp_path) == ""


def test_the_hooks_have_what_a_manifest_wants():
    assert [hook["id"] for hook in HOOKS] == ["cdstrack-validate", "cdstrack-check"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
        files = re.compile(hook["files"])
        assert all(map(files.search, ("targets.yaml", "progress.jsonl", "a/b/targets.yaml")))
        assert not files.search("other-targets.yaml")


# What they name


def test_every_input_of_the_action_is_used_and_described():
    text = text_of("action.yml").partition("\nruns:\n")[2]
    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text)) == set(ACTION["inputs"])
    assert all(each["description"] for each in ACTION["inputs"].values())


def test_every_input_of_the_component_is_used_and_described():
    text = text_of("templates/cdstrack.yml").partition("\n---\n")[2]
    assert set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", text)) == set(INPUTS)
    assert all(each["description"] for each in INPUTS.values())


def test_both_take_the_same_options():
    assert set(INPUTS) - set(ACTION["inputs"]) == {"package", "image", "job", "stage"}
    assert set(ACTION["inputs"]) - set(INPUTS) == {"sarif", "python"}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_every_option_in_a_script_exists(script):
    before, _, after = script.partition("cdstrack validate")
    option = re.compile(r"(--[a-z][a-z-]+)=")
    assert {"--file", "--lang"} == set(option.findall(before)) <= OPTIONS["validate"]
    assert {"--as-of", "--waivers", "--output"} < set(option.findall(after)) <= OPTIONS["check"]


def test_no_input_is_written_into_a_script():
    for script in SCRIPTS.values():
        assert "${{" not in script
        assert "$[[" not in script
    values = [*STEPS["Judge the register"]["env"].values(), *JOB["variables"].values()]
    whole = re.compile(r"\$\{\{ inputs\.[\w-]+ \}\}|\$\[\[ inputs\.[\w-]+ \]\]|[01]")
    assert all(whole.fullmatch(value) for value in values)


def test_nothing_of_others_is_used_but_by_its_full_commit():
    assert not any("uses" in step for step in STEPS.values())
    used = re.findall(r"uses: (\S+)", "".join(shown("jobs")))
    assert len(used) == 5
    assert all(SHA.fullmatch(each) for each in used if each != "OWNER/cdstrack@COMMIT")


def test_what_the_examples_set_exists():
    for workflow in map(yaml.safe_load, shown("jobs")):
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if step["uses"].startswith("OWNER/"):
                    assert set(step["with"]) <= set(ACTION["inputs"])
    for pipeline in map(yaml.safe_load, shown("include")):
        for each in pipeline["include"]:
            assert set(each["inputs"]) <= set(INPUTS)
    for config in map(yaml.safe_load, shown("repos")):
        entries = {hook["id"]: hook["entry"] for hook in HOOKS}
        for hook in config["repos"][0]["hooks"]:
            command = entries[hook["id"]].split()[1]
            said = {arg for arg in hook.get("args", ()) if arg.startswith("--")}
            assert said <= OPTIONS[command]


def test_every_input_of_the_action_is_on_the_page():
    page = text_of("docs/ci.md")
    assert [name for name in ACTION["inputs"] if f"`{name}`" not in page] == []


# What they do: their scripts, run as they stand, with a Python that installs nothing

INSTALLER = """\
#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
  printf '#!/bin/sh\\nexec %s "$@"\\n' {command} > "$3/bin/cdstrack"
  chmod +x "$3/bin/cdstrack"
else
  echo "$@" >> {log}
fi
"""

RECORDER = """\
#!/bin/sh
for word; do printf '%s\\n' "$word" >> {words}; done
exit 3
"""
"""A command that writes down what it is called with, and fails."""


class Runner:
    """A machine that runs the action or the job of the component."""

    def __init__(self, folder: Path, *, recording: bool = False) -> None:
        self.work, self.temp = folder / "work tree", folder / "temp"
        self.words = folder / "words"
        self.log, tools = folder / "installed", folder / "tools"
        for each in (self.work, self.temp, tools):
            each.mkdir()
        self.python = tools / "python3"
        recorder = tools / "recorder"
        recorder.write_text(RECORDER.format(words=shlex.quote(str(self.words))))
        command = [str(recorder)] if recording else [sys.executable, "-m", "cdstrack"]
        quoted = shlex.quote(shlex.join(command)), shlex.quote(str(self.log))
        self.python.write_text(INSTALLER.format(command=quoted[0], log=quoted[1]))
        for each in (self.python, recorder):
            each.chmod(0o755)
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.env = kept | {
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "PATH": f"{tools}{os.pathsep}{kept['PATH']}",
            "TMPDIR": str(self.temp),
        }

    def sh(self, script: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            bash, cwd=self.work, env=self.env | env, capture_output=True, text=True, check=False
        )

    def action(self, **given: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        """Run the action with inputs; the last step, and what it put out."""
        output = self.temp / "output"
        output.write_text("")
        runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": "/action path",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "RUNNER_TEMP": str(self.temp),
        }
        inputs = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        inputs |= {"python": str(self.python)}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        for step in STEPS.values():
            ran = self.sh(step["run"], runner | _filled(step["env"], inputs))
            if ran.returncode != 0:
                break
        lines = output.read_text().splitlines()
        return ran, dict(line.split("=", 1) for line in lines)

    def component(self, **given: str) -> subprocess.CompletedProcess[str]:
        """Run the script of the component with inputs."""
        inputs = {name: each.get("default", "") for name, each in INPUTS.items()}
        inputs |= {"package": "cdstrack@commit"}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        return self.sh(SCRIPTS["component"], _filled(JOB["variables"], inputs))


def _filled(env: dict[str, str], inputs: dict[str, Any]) -> dict[str, str]:
    place = re.compile(r"\$(?:\{\{|\[\[) inputs\.([\w-]+) (?:\}\}|\]\])")
    return {name: place.sub(lambda found: inputs[found[1]], value) for name, value in env.items()}


@pytest.fixture
def runner(tmp_path) -> Runner:
    if os.name != "posix":
        pytest.skip("the scripts need bash")
    runner = Runner(tmp_path)
    (runner.work / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
    return runner


@pytest.mark.parametrize(
    ("given", "code", "verdict"),
    [
        ({"as_of": "2026-11-21"}, 1, "fail"),
        ({"as_of": "2026-06-30"}, 0, "pass"),
        ({"as_of": "2026-06-30", "fail_on": "due-soon", "within": "30d"}, 1, "fail"),
        ({"fail_on": "--exit-zero"}, 2, "error"),
        ({"waivers": "missing.yaml"}, 3, "error"),
    ],
)
def test_the_action_ends_as_the_gate_does(runner, given, code, verdict):
    ran, put = runner.action(**given)
    assert (ran.returncode, put) == (code, {"verdict": verdict}), ran.stderr
    assert runner.log.read_text() == "-m pip install --quiet /action path\n"


def test_the_action_remarks_sums_up_and_writes_sarif(runner):
    ran, _ = runner.action(as_of="2026-11-21", sarif="the findings.sarif")
    assert "\n::error " in ran.stdout
    assert "Late task" in (runner.temp / "summary").read_text("utf-8")
    assert '"2.1.0"' in (runner.work / "the findings.sarif").read_text("utf-8")


HOSTILE = ["$(touch owned); touch owned; `touch owned`", "\" ' && touch owned #", "--exit-zero"]


@pytest.mark.skipif(os.name != "posix", reason="the scripts need bash")
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "name", ["file", "as-of", "waivers", "against", "fail-on", "warn-on", "within", "lang"]
)
def test_an_input_is_a_value_and_nothing_else(tmp_path, name, value):
    runner = Runner(tmp_path, recording=True)
    assert runner.action(**{name: value})[0].returncode == 3
    assert runner.component(**{name: value}).returncode == 3
    words = set(runner.words.read_text().splitlines())
    outputs = {word for word in words if word.startswith("--output=")}
    assert words - outputs == {"validate", "check", f"--{name}={value}"}
    assert not list(runner.work.glob("owned*"))


def test_the_action_fails_on_a_damaged_ledger_that_the_gate_lives_with(runner):
    (runner.work / "progress.jsonl").write_text('{"id": "torn')
    ran, put = runner.action(as_of="2026-06-30")
    assert (ran.returncode, put) == (3, {"verdict": "error"}), ran.stdout


def test_the_component_writes_its_reports_whether_it_passes_or_not(runner):
    reports = JOB["artifacts"]["reports"]
    for day, code in (("2026-11-21", 1), ("2026-06-30", 0)):
        ran = runner.component(as_of=day)
        assert ran.returncode == code, ran.stderr
        for name in reports.values():
            written = runner.work / name
            assert ("overdue" in written.read_text("utf-8")) is (code == 1)
            written.unlink()
    assert runner.log.read_text().splitlines() == ["-m pip install --quiet cdstrack@commit"] * 2


# The page of the findings

FINDINGS = text_of("docs/findings.md")


def anchors(page: str) -> set[str]:
    """Where the headings of a page can be pointed at."""
    headings = re.findall(r"^#+ (.+)$", text_of(f"docs/{page}"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_code_has_its_heading():
    assert set(re.findall(r"^## (.+)$", FINDINGS, re.MULTILINE)) == set(CODES)


def test_every_heading_gives_the_level():
    said = dict(re.findall(r"^## (.+)\n\n\*(\w+) · .+\*$", FINDINGS, re.MULTILINE))
    levels = {code: "fails" if code in FAIL else "warns" for code in FAIL | WARN}
    assert said == dict.fromkeys(CODES, "off") | levels


def test_every_link_of_both_pages_leads_somewhere():
    for page in ("ci.md", "findings.md"):
        for target in re.findall(r"\]\(([^)]+)\)", text_of(f"docs/{page}")):
            name, _, anchor = target.partition("#")
            assert (ROOT / "docs" / (name or page)).is_file()
            assert not anchor or anchor in anchors(name or page), target
