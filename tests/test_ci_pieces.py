"""What others put into their pipelines: the action, the hooks, the component, and their pages."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import check_jsonschema
import pytest
import yaml
from click.testing import CliRunner

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
    ran = CliRunner().invoke(check_jsonschema.main, ["--builtin-schema", schema, *map(str, paths)])
    return "" if ran.exit_code == 0 else ran.output or repr(ran.exception)


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
        # Of files that a commit removes, or puts a link for, pre-commit speaks to no hook.
        assert hook["always_run"] is True
        assert not {"files", "types", "exclude"} & set(hook)
        assert hook["entry"].startswith("python -I -m cdstrack ")


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
    before, _, after = script.partition("-m cdstrack validate")
    option = re.compile(r"(--[a-z][a-z-]+)=(?!:)")
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
            command = entries[hook["id"]].split()[-1]
            said = {arg for arg in hook.get("args", ()) if arg.startswith("--")}
            assert said <= OPTIONS[command]


def test_every_input_of_the_action_is_on_the_page():
    page = text_of("docs/ci.md")
    assert [name for name in ACTION["inputs"] if f"`{name}`" not in page] == []


# What they do: their scripts, run as they stand, with a Python that installs nothing

INSTALLER = """\
#!/bin/sh
case "$1 $2 $3" in
  "-I -m venv")
    for folder; do :; done
    mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" ;;
  "-I -m pip") shift 3; echo "$@" >> {log} ;;
  "-I -m cdstrack") shift 3; exec {command} "$@" ;;
  *) echo "not isolated: $*" >&2; exit 97 ;;
esac
"""

LENDER = """\
#!/bin/sh
if [ "$1 $2 $3" = "-I -m venv" ]; then
  "{python}" "$@" --without-pip
  for folder; do :; done
  cd "$folder"
  bin/python -m ensurepip --version
  ln -s "{pip}" lib/python*/site-packages/
else
  exec "{python}" "$@"
fi
"""
"""A Python that makes true environments, but lends them a pip, which takes seconds to install."""

RECORDER = """\
#!/bin/sh
for word; do printf '%s\\n' "$word" >> {words}; done
exit 3
"""
"""A command that writes down what it is called with, and fails."""


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org", "-c", "maintenance.auto=false"]
    ran = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> tuple[Path, str]:
    """A repository with a lock and nothing else, where cdstrack would be; and its commit."""
    folder = tmp_path_factory.mktemp("there") / "source"
    folder.mkdir()
    (folder / "requirements.lock").touch()
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x")
    return folder, git(folder, "rev-parse", "HEAD")


class Runner:
    """A machine that runs the action or the job of the component, with a command for cdstrack."""

    def __init__(
        self, folder: Path, source: tuple[Path, str], command: Sequence[str] | None = None
    ) -> None:
        self.work, self.temp = folder / "work tree", folder / "temp"
        self.words = folder / "words"
        self.log, tools = folder / "installed", folder / "tools"
        for each in (self.work, self.temp, tools):
            each.mkdir()
        self.python = tools / "python3"
        recorder = tools / "recorder"
        recorder.write_text(RECORDER.format(words=shlex.quote(str(self.words))))
        log = shlex.quote(str(self.log))
        self.python.write_text(
            INSTALLER.format(command=shlex.join(command or [str(recorder)]), log=log),
            encoding="utf-8",
        )
        for each in (self.python, recorder):
            each.chmod(0o755)
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.env = kept | {
            "LC_ALL": "C.UTF-8",
            "PATH": f"{tools}{os.pathsep}{kept['PATH']}",
            "TMPDIR": str(self.temp),
        }
        self.action_path = "/action path"
        self.source, self.commit = source

    def sh(self, script: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        bash = [
            shutil.which("bash") or "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            script,
        ]
        return subprocess.run(
            bash, cwd=self.work, env=self.env | env, capture_output=True, text=True, check=False
        )

    def action(
        self, first: str = "Install cdstrack", **given: str
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        """Run the action with inputs, from a step on; the last step, and what it put out."""
        output = self.temp / "output"
        output.write_text("")
        runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": self.action_path,
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "RUNNER_TEMP": str(self.temp),
        }
        inputs = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        inputs |= {"python": str(self.python)}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        for step in list(STEPS.values())[[*STEPS].index(first) :]:
            ran = self.sh(step["run"], runner | _filled(step["env"], inputs))
            if ran.returncode != 0:
                break
        lines = output.read_text().splitlines()
        return ran, dict(line.split("=", 1) for line in lines)

    def component(self, **given: str) -> subprocess.CompletedProcess[str]:
        """Run the script of the component with inputs."""
        inputs = {name: each.get("default", "") for name, each in INPUTS.items()}
        inputs |= {"package": f"git+file://{self.source}@{self.commit}"}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        return self.sh(SCRIPTS["component"], _filled(JOB["variables"], inputs))


def _filled(env: dict[str, str], inputs: dict[str, Any]) -> dict[str, str]:
    place = re.compile(r"\$(?:\{\{|\[\[) inputs\.([\w-]+) (?:\}\}|\]\])")
    return {name: place.sub(lambda found: inputs[found[1]], value) for name, value in env.items()}


@pytest.fixture
def runner(tmp_path, source, forking) -> Runner:
    runner = Runner(tmp_path, source, forking)
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
    assert runner.log.read_text(encoding="utf-8").splitlines() == [
        "install --quiet --require-hashes --only-binary=:all: --requirement "
        "/action path/requirements.lock",
        "install --quiet --no-deps --no-build-isolation /action path",
    ]


def test_the_action_remarks_sums_up_and_writes_sarif(runner):
    ran, _ = runner.action(as_of="2026-11-21", sarif="the findings.sarif")
    assert "\n::error " in ran.stdout
    assert "Late task" in (runner.temp / "summary").read_text("utf-8")
    assert '"2.1.0"' in (runner.work / "the findings.sarif").read_text("utf-8")


HOSTILE = ["$(touch owned); touch owned; `touch owned`", "\" ' && touch owned #", "--exit-zero"]


@pytest.mark.skipif(os.name != "posix", reason="the scripts need bash")
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("piece", ["action", "component"])
def test_an_input_is_a_value_and_nothing_else(tmp_path, source, piece, value):
    runner = Runner(tmp_path, source)
    names = ["file", "as-of", "waivers", "against", "fail-on", "warn-on", "within", "lang"]
    given = dict.fromkeys(names, value)
    ran = runner.action(**given)[0] if piece == "action" else runner.component(**given)
    assert ran.returncode == 3
    words = set(runner.words.read_text().splitlines())
    outputs = {word for word in words if word.startswith("--output=")}
    assert words - outputs == {"validate", "check", *(f"--{name}={value}" for name in names)}
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
    locked, built = runner.log.read_text(encoding="utf-8").splitlines()[:2]
    assert re.search(r" --require-hashes .* --requirement \S+/source/requirements\.lock$", locked)
    assert re.search(r" --no-deps --no-build-isolation \S+/source$", built)


@pytest.mark.parametrize(
    "package",
    ["cdstrack", "git+file://{source}", "git+file://{source}@main", "git+file://{source}@{short}",
     "file://{source}@{commit}", "{source}@{commit}", "", "git+x@y@{short}"],
)  # fmt: skip
def test_the_component_takes_cdstrack_by_its_full_commit_alone(runner, package):
    facts = {"source": runner.source, "commit": runner.commit, "short": runner.commit[:12]}
    ran = runner.component(package=package.format(**facts))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("package: ")


def test_a_commit_that_is_not_there_is_not_judged_with(runner):
    ran = runner.component(package=f"git+file://{runner.source}@{'1' * 40}")
    assert ran.returncode not in {0, 1, 2}
    assert not runner.log.exists()


# What is compared


@pytest.mark.promise("empty-version")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 0),  # which is "none"
        ({"against": ""}, 3),
        ({"against": "HEAD"}, 1),
    ],
)
@pytest.mark.parametrize("piece", ["action", "component"])
def test_what_was_to_be_compared_is_compared_or_said(runner, piece, given, code):
    git(runner.work, "init", "-q")
    git(runner.work, "add", ".")
    git(runner.work, "commit", "-qm", "x")
    eased = register(TRAINED.replace("at_least: 1000", "at_least: 10"), LATE)
    (runner.work / "targets.yaml").write_text(eased, encoding="utf-8")
    given = {"as_of": "2026-06-30", **given}
    ran = runner.action(**given)[0] if piece == "action" else runner.component(**given)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert (code == 3) is ("compare with is empty" in ran.stderr)


def test_each_workflow_that_is_shown_compares(tmp_path):
    uses = [
        step
        for workflow in map(yaml.safe_load, shown("jobs"))
        for job in workflow["jobs"].values()
        for step in job["steps"]
    ]
    assert all(step["with"]["against"] for step in uses if step["uses"].startswith("OWNER/"))
    # Without the history there is nothing to compare with.
    checkouts = [step for step in uses if step["uses"].startswith("actions/checkout@")]
    assert [step["with"]["fetch-depth"] for step in checkouts] == [0, 0]
    [pipeline] = map(yaml.safe_load, shown("include"))
    assert all(each["inputs"]["against"] for each in pipeline["include"])
    sources = [each["rules"][0]["if"] for each in pipeline["include"]]
    assert [re.findall(r'"(\w+)"', each) for each in sources] == [
        ["merge_request_event"], ["push"], ["schedule"],
    ]  # fmt: skip


# What lies in the folder that is judged, and would like to be run

CANARY = "open({path!r}, 'a').write(__file__ + '\\n')\n"
MODULES = [
    "venv.py", "runpy.py", "os.py", "startup.py", "evil.py", "sitecustomize.py", "usercustomize.py",
    "setup.py", "hatch_build.py", "lib/python3.11/site.py",
    *(f"{name}/__{part}__.py"
      for name in ("pip", "ensurepip", "cdstrack", "typer", "yaml", "hatchling", "json")
      for part in ("init", "main")),
]  # fmt: skip
PROGRAMS = [
    "git", "git.exe", "python", "python3", "python3.exe", "mktemp", "bash", "sh", "cat", "uname",
    "git-clone", "git-rev-parse", "bin/python", "bin/pip", "bin/cdstrack",
]  # fmt: skip


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """A virtual environment as the scripts make it, in which cdstrack can be imported."""
    folder = tmp_path_factory.mktemp("venv") / "cdstrack"
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    paths = [ROOT, *(path for path in sys.path if path.endswith("-packages"))]
    (packages / "cdstrack.pth").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return folder


class Trap:
    """A machine with real Python and pip, and a folder full of canaries."""

    def lend(self) -> None:
        """Give whoever makes a virtual environment our pip in it; all that runs there is real."""
        pip = Path(pytest.importorskip("pip").__file__).parent
        self.runner.python.write_text(
            LENDER.format(python=sys.executable, pip=pip), encoding="utf-8"
        )
        self.runner.env["PATH"] = os.pathsep.join(
            [".", "", str(self.runner.python.parent), os.environ["PATH"]]
        )

    def __init__(self, folder: Path, source: tuple[Path, str]) -> None:
        self.runner = Runner(folder, source)
        self.work = self.runner.work
        self.canary = folder / "canary"
        (self.work / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
        for name in MODULES:
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(CANARY.format(path=str(self.canary)), encoding="utf-8")
        (self.work / "evil.pth").write_text(
            f"import sys; {CANARY.format(path=str(self.canary))}", encoding="utf-8"
        )
        for name in PROGRAMS:
            path = self.work / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                f"#!/bin/bash\necho {name} >> {shlex.quote(str(self.canary))}\n", encoding="utf-8"
            )
            path.chmod(0o755)
        for name in ("pip.conf", "pip.ini", "pyvenv.cfg", "setup.cfg", "pyproject.toml", "a.cfg"):
            python = self.work / "bin/python"
            text = f"[global]\npython = {python}\n[install]\nhome = {self.work}\n"
            (self.work / name).write_text(text, encoding="utf-8")
        self.runner.env |= {
            "PATH": f".{os.pathsep}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{self.work}{os.pathsep}.{os.pathsep}",
            "PYTHONSTARTUP": str(self.work / "startup.py"),
            "PYTHONUSERBASE": str(self.work),
            "PYTHONWARNINGS": "ignore::evil.Evil",
            "PYTHONBREAKPOINT": "evil.evil",
            "PIP_CONFIG_FILE": "pip.conf",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": "",
        }

    def heard(self) -> str:
        return self.canary.read_text(encoding="utf-8") if self.canary.exists() else ""


@pytest.fixture
def trap(tmp_path, source) -> Trap:
    if os.name != "posix":
        pytest.skip("the scripts need bash")
    return Trap(tmp_path, source)


@pytest.mark.promise("foreign-code")
def test_the_action_runs_nothing_of_the_folder_that_it_judges(trap, environment):
    git(trap.work, "init", "-q")
    git(trap.work, "add", "targets.yaml")
    git(trap.work, "commit", "-qm", "x")
    # The true Python and pip get as far as they get without a network, and meet no canary.
    trap.lend()
    trap.runner.action_path = str(ROOT)
    ran, _ = trap.runner.action(python="python3")
    assert "No matching distribution" in ran.stderr
    assert trap.heard() == ""
    shutil.rmtree(trap.runner.temp / "cdstrack")
    (trap.runner.temp / "cdstrack").symlink_to(environment)
    ran, put = trap.runner.action(as_of="2026-11-21", against="HEAD", first="Judge the register")
    assert (ran.returncode, put) == (1, {"verdict": "fail"}), ran.stderr
    assert trap.heard() == ""


@pytest.mark.promise("foreign-code")
def test_the_component_runs_nothing_of_the_folder_that_it_judges(trap):
    trap.lend()
    ran = trap.runner.component()
    # Python and pip were run; the lock is empty here, and what is to be built is not there.
    assert "source' is not installable" in ran.stderr
    assert trap.heard() == ""


@pytest.mark.promise("foreign-code")
def test_the_hooks_run_nothing_of_the_folder_that_they_judge(trap, environment):
    for hook in HOOKS:
        program, *words = hook["entry"].split()
        command = shlex.join([str(environment / "bin" / program), *words, "--as-of=2026-11-21"])
        ran = trap.runner.sh(command, {})
        assert ran.returncode in {0, 1}, ran.stderr
    assert trap.heard() == ""


@pytest.mark.promise("foreign-code")
def test_the_command_does_not_look_into_the_folder_either(trap):
    """As long as ``PYTHONPATH`` does not send it there."""
    command = Path(sys.executable).with_name("cdstrack")
    if not command.is_file():
        pytest.skip("cdstrack is not installed")
    del trap.runner.env["PYTHONPATH"]
    ran = trap.runner.sh(f"{shlex.quote(str(command))} check --as-of=2026-11-21", {})
    assert ran.returncode == 1, ran.stderr
    assert trap.heard() == ""


def test_the_canaries_sing(trap):
    """Each way that is avoided above would have been heard."""
    for script in (
        f"{sys.executable} -m venv ../v",
        f"{sys.executable} -m cdstrack check",
        "python3 -c 1",
        "git status",
        "mktemp -d",
    ):
        trap.runner.sh(script, {})
        assert trap.heard(), script
        trap.canary.unlink()


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
