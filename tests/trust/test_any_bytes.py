"""Any bytes as targets.yaml or progress.jsonl, through the real command: exit 0 or 3, and no more.

(``check`` may also exit 1: that is a finding.) What is deep, huge or endless runs as a process, so
that a signal would be seen.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.store.yaml.tree import LIMIT_BYTES
from tests.cli.build import TRAINED, process, register
from tests.corpus.files import BAD, GOOD
from tests.draws import examples
from tests.trust.limits import at_most
from tests.trust.runs import FRAGMENTS, Here

COMMANDS = [["status"], ["validate"], ["check"], ["history"], ["status", "--format", "json"]]
SEEDS = [path.read_bytes() for path in (*GOOD, *BAD)]
RECORD = (
    b'{"id":"a","target":"trained","date":"2026-03","value":"5",'
    b'"recorded":"2026-04-01T00:00:00Z"}\n'
)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield Here(tmp_path_factory.mktemp("bytes"), patch)


def check(here: Here, args: list[str]) -> None:
    with at_most(20):
        ran = here(*args)
    assert ran.code in ((0, 1, 3) if args == ["check"] else (0, 3)), ran
    assert not ran.faulty, ran
    assert ran.code == 0 or ran.out or ran.err


@st.composite
def damaged(draw, seeds):
    """A file with some of its bytes replaced, cut off or doubled."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        piece = draw(FRAGMENTS).encode("utf-8", "surrogatepass")
        piece = draw(st.sampled_from([b"", piece, data[at : at + 40], b"\xff", b"\xc0\x80"]))
        data = data[:at] + piece + data[at + draw(st.integers(0, 30)) :]
    return data


@pytest.mark.promise("any-bytes")
@examples(100)
@given(st.one_of(st.binary(max_size=200), damaged(SEEDS)), st.sampled_from(COMMANDS))
@example(b"", ["check"])
@example(b"\x00", ["status"])
@example(b"\xff\xfe", ["history"])
def test_any_bytes_as_a_register_exit_0_or_3(here, data, args):
    here.write(data, RECORD)
    check(here, args)


@pytest.mark.promise("any-bytes")
@examples(100)
@given(
    st.one_of(st.binary(max_size=200), damaged([RECORD, RECORD * 2])),
    st.sampled_from([*COMMANDS, ["show", "trained"]]),
)
@example(b"\x00" * 100, ["status"])
@example(b"\xef\xbb\xbf\r\n", ["history"])
def test_any_bytes_as_a_ledger_exit_0_or_3(here, data, args):
    here.write(register(TRAINED), data)
    check(here, args)


# As processes

LAUGHS = "a0: &a0 [lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60)
)
MERGES = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 60)
)
REGISTERS = {
    "lists in lists": b"[" * 100_000,
    "a million dashes": b"- " * 1_000_000,
    "maps in maps": b"{a: " * 100_000,
    "questions": b"? " * 100_000,
    "laughs": LAUGHS.encode(),
    "merges": MERGES.encode(),
    "a number of many digits": register(TRAINED).replace("1000}", "9" * 10**5 + "}").encode(),
    "a key of a million letters": b"k" * 10**6 + b": 1\n",
    "a million quotes": b"'" * 10**6,
    "ten thousand lines": b"a: 1\n" * 10**4,
    "nothing but NUL": b"\x00" * 10**6,
}
LEDGERS = {
    "lists in lists": b'{"id":' + b"[" * 60_000,
    "a line without end": b'{"id":"' + b"x" * 10**6,
    "many lists in lists": (b"[" * 60_000 + b"\n") * 20,
    "nothing but NUL": b"\x00" * 10**6,
    "a number of many digits": RECORD.replace(b'"5"', b"9" * 60_000),
    "ten thousand braces": b"{}\n" * 10_000,
}


@pytest.mark.promise("long-numbers", "nesting")
@pytest.mark.parametrize("name", REGISTERS)
def test_a_deep_or_huge_register_is_3_and_no_signal(tmp_path, name):
    (tmp_path / "targets.yaml").write_bytes(REGISTERS[name])
    ran = process("validate", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert b"targets.yaml:" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("name", LEDGERS)
def test_a_deep_or_huge_ledger_is_3_and_no_signal(tmp_path, name):
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    (tmp_path / "progress.jsonl").write_bytes(LEDGERS[name])
    ran = process("validate", folder=tmp_path)
    assert ran.returncode == 3
    assert b"progress.jsonl:" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.promise("size-limit")
def test_a_register_above_the_limit_is_refused_unread(tmp_path):
    with (tmp_path / "targets.yaml").open("wb") as file:
        file.truncate(64 * LIMIT_BYTES)  # 4 GB of nothing: reading it would be noticed
    ran = process("status", folder=tmp_path)
    assert ran.returncode == 3
    assert b"64" in ran.stderr


@pytest.mark.promise("size-limit")
def test_a_register_that_grows_while_it_is_read_is_held_to_the_limit(tmp_path):
    # The size says nothing, as it does of a file in /proc.
    code = (
        "import os; from pathlib import Path; from types import SimpleNamespace as N\n"
        "from cdstrack.store.safe_open import read_bytes\n"
        "from cdstrack.core.model.problems import StoreError\n"
        "true = os.fstat\n"
        "os.fstat = lambda fd: N(st_mode=true(fd).st_mode, st_size=0)\n"
        "try: read_bytes(Path('targets.yaml'), limit=1000)\n"
        "except StoreError as error: raise SystemExit(error.code)\n"
    )
    (tmp_path / "targets.yaml").write_bytes(b"a" * 10_000)
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True)
    assert ran.stderr.strip() == b"file_too_large"


@pytest.mark.promise("special-files")
@pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")
@pytest.mark.parametrize("kind", ["/dev/zero", "pipe", "folder", "socket", "link", "loop"])
@pytest.mark.parametrize("name", ["targets.yaml", "progress.jsonl"])
def test_what_is_no_file_is_3_at_once(monkeypatch, kind, name):
    with tempfile.TemporaryDirectory() as short:  # the path of a socket must be short
        folder = Path(short)
        (folder / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
        path = folder / name
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as server:
            match kind:
                case "/dev/zero":
                    path.symlink_to(kind)
                case "pipe":
                    os.mkfifo(path)
                case "folder":
                    path.mkdir()
                case "socket":
                    server.bind(str(path))
                case "link":
                    path.symlink_to(folder / "nowhere")
                case "loop":
                    path.symlink_to(path)
            here = Here(folder, monkeypatch)
            with at_most(3):
                ran = here("status", "--file", "targets.yaml")
    assert ran.code == 3, ran
    assert not ran.faulty
    assert name.encode() in ran.err
