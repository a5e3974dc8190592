"""Signatures under a seal, made and verified by real OpenSSH and OpenSSL.

docs/seals.md shows how each is made; its blocks are run here as they stand.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.cli.main import run
from cdstrack.core.model.problems import StoreError
from cdstrack.store.seals.der import bare, signed_data, signing_moments, stamp_moment
from cdstrack.store.seals.signatures import Signature, verify_signatures
from cdstrack.store.seals.tools import required_program
from tests.cli.build import ROOT, TRAINED, environment, register

TOOLS = ("ssh-keygen", "openssl", "sh")
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell"),
    pytest.mark.skipif(
        not all(map(shutil.which, TOOLS)), reason=f"not all of {', '.join(TOOLS)} are installed"
    ),
]

SIGNING = (ROOT / "docs" / "seals.md").read_text("utf-8").partition("## Signing")[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", SIGNING, re.MULTILINE | re.DOTALL)
NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
"""What tests make keys with that are in no document: RSA takes many times as long."""


@pytest.fixture(scope="module")
def office(tmp_path_factory, forking) -> Path:
    """A folder with a register, its seal, and what the blocks of the documents make."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    command = programs / "cdstrack"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(forking)} --lang en "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    shell("cdstrack seal -o seal.txt", folder)
    for number, block in enumerate(BLOCKS):
        (folder / f"said-{number}").write_text(shell(block, folder), encoding="utf-8")
    return folder


def shell(block: str, folder: Path) -> str:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = environment(folder, PATH=path, NEW_KEY=NEW_KEY)
    ran = subprocess.run(
        ["sh", "-e", "-c", block], cwd=folder, env=env, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


def test_the_blocks_of_the_documents_work(office):
    ssh, cms, stamp = ((office / f"said-{n}").read_text("utf-8") for n in range(3))
    assert "Signed by an@example.org, key SHA256:" in ssh
    assert "the signature gives no time" in ssh
    assert "Signed by CN=Nguyen Van An,O=Trial Office,C=VN" in cms
    assert "certificate of CN=Trial Authority,O=Trial,C=VN" in cms
    assert "says that the seal was there at" in stamp
    assert "CN=Trial Time Stamps" in stamp


def tried(office: Path, name: str, seal: bytes | None = None, **trust: str) -> Signature:
    [signature] = tried_all(office, [name], seal, **trust)
    return signature


def tried_all(
    office: Path, names: list[str], seal: bytes | None = None, **trust: str
) -> list[Signature]:
    paths = {"allowed_signers": "allowed-signers", "chain": "chain.pem", **trust}
    return verify_signatures(
        (office / "seal.txt").read_bytes() if seal is None else seal,
        [office / name for name in names],
        allowed_signers=office / paths["allowed_signers"],
        chain=office / paths["chain"],
        strange=[office],
    )


SIGNATURES = ["seal.txt.sig", "seal.p7s", "seal.tsr"]


@pytest.mark.promise("seal-signature")
@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_holds_over_the_bytes_of_this_seal_only(office, name):
    seal = (office / "seal.txt").read_bytes()
    assert tried(office, name).valid
    for other in (seal + b"\n", seal.replace(b"lines: 0", b"lines: 1"), b""):
        signature = tried(office, name, other)
        assert not signature.valid
        assert signature.reason


def test_a_key_that_several_names_share_is_found(office):
    key = (office / "an-key.pub").read_text("utf-8")
    (office / "shared").write_text(f"binh@example.org,an@example.org {key}", encoding="utf-8")
    assert tried(office, "seal.txt.sig", allowed_signers="shared").valid


@pytest.mark.promise("seal-signature")
def test_a_pattern_of_names_is_no_name_and_a_time_that_is_over_is_said(office):
    key = (office / "an-key.pub").read_text("utf-8")
    (office / "pattern").write_text(f"!x@example.org,*@example.org {key}", encoding="utf-8")
    signature = tried(office, "seal.txt.sig", allowed_signers="pattern")
    assert (signature.valid, signature.signer) == (True, "*@example.org")
    assert signature.is_pattern
    (office / "over").write_text(f'an@example.org valid-before="20200101" {key}', "utf-8")
    signature = tried(office, "seal.txt.sig", allowed_signers="over")
    assert (signature.valid, signature.fault) == (False, "key_expired")


@pytest.mark.promise("seal-signature")
def test_each_of_two_signers_is_named(office):
    shell(
        "openssl req $NEW_KEY -subj '/CN=Tran Thi Binh' -keyout binh.key"
        " -out binh.csr\n"
        "openssl x509 -req -in binh.csr -CA chain.pem -CAkey authority.key -CAcreateserial"
        " -out binh.pem\n"
        "openssl cms -sign -binary -in seal.txt -signer an.pem -inkey an.key -signer binh.pem"
        " -inkey binh.key -outform DER -out two.p7s",
        office,
    )
    signatures = tried_all(office, ["two.p7s"])
    assert all(signature.valid for signature in signatures)
    signers = sorted(signature.signer for signature in signatures)
    assert signers == ["CN=Nguyen Van An,O=Trial Office,C=VN", "CN=Tran Thi Binh"]


@pytest.mark.promise("seal-signature")
def test_a_certificate_that_names_nobody_signs_nothing(office):
    shell(
        "openssl req $NEW_KEY -subj / -keyout no.key -out no.csr\n"
        "openssl x509 -req -in no.csr -CA chain.pem -CAkey authority.key -CAcreateserial"
        " -out no.pem\n"
        "openssl cms -sign -binary -in seal.txt -signer no.pem -inkey no.key -outform DER"
        " -out no.p7s",
        office,
    )
    signature = tried(office, "no.p7s")
    assert (signature.valid, signature.fault) == (False, "nameless")


def test_a_certificate_that_has_run_out_needs_a_time(office):
    """Signed when it was valid, years ago: only a stamp over the signature or a time says so."""
    shell(
        "mkdir -p ca; : > ca/index; echo 77 > ca/serial\n"
        "printf '%s\\n' '[ca]' 'default_ca = d' '[d]' 'database = ca/index' 'serial = ca/serial'"
        " 'new_certs_dir = ca' 'default_md = sha256' 'policy = p' '[p]' 'CN = supplied' > ca.cnf\n"
        "openssl req $NEW_KEY -subj '/CN=Old Office' -keyout old.key -out old.csr\n"
        "openssl ca -batch -config ca.cnf -cert chain.pem -keyfile authority.key -in old.csr"
        " -startdate 20200101000000Z -enddate 20200201000000Z -out old.pem -notext\n"
        "openssl cms -sign -binary -noattr -in seal.txt -signer old.pem -inkey old.key"
        " -outform DER -out old.p7s",
        office,
    )
    signature = tried(office, "old.p7s")
    assert (signature.valid, signature.fault) == (False, "timeless")


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
@pytest.mark.promise("seal-signature")
def test_a_time_stamp_over_its_signature_outlives_a_certificate(office):
    """Signed and stamped in January 2020, with a certificate that ran out in February."""
    shell(
        "mkdir -p ca2; : > ca2/index; echo 88 > ca2/serial\n"
        "printf '%s\\n' '[ca]' 'default_ca = d' '[d]' 'database = ca2/index' 'serial = ca2/serial'"
        " 'new_certs_dir = ca2' 'default_md = sha256' 'policy = p' '[p]' 'CN = supplied'"
        " > ca2.cnf\n"
        "faketime '2019-01-01 00:00:00' openssl req -x509 $NEW_KEY -days 7300"
        " -subj '/CN=Long Authority' -keyout long.key -out long.pem\n"
        "for name in signer stamper; do\n"
        "openssl req $NEW_KEY -subj /CN=$name -keyout $name.key -out $name.csr\n"
        "done\n"
        "openssl ca -batch -config ca2.cnf -cert long.pem -keyfile long.key -in signer.csr"
        " -startdate 20200101000000Z -enddate 20200201000000Z -out signer.pem -notext\n"
        "openssl ca -batch -config ca2.cnf -cert long.pem -keyfile long.key -in stamper.csr"
        " -startdate 20200101000000Z -enddate 20350101000000Z -out stamper.pem -notext"
        " -extfile tsa.cnf -extensions stamping\n"
        "openssl cms -sign -binary -noattr -in seal.txt -signer signer.pem -inkey signer.key"
        " -outform DER -out kept.p7s\n"
        "openssl ts -query -data kept.p7s -sha256 -cert -out kept.tsq\n"
        "for day in 2020-01-15 2020-03-15; do\n"
        'faketime "$day 00:00:00" openssl ts -reply -queryfile kept.tsq -signer stamper.pem'
        " -inkey stamper.key -config tsa.cnf -out kept-$day.tsr; done",
        office,
    )
    stamp, signature = tried_all(office, ["kept-2020-01-15.tsr", "kept.p7s"], chain="long.pem")
    assert (stamp.valid, stamp.over) == (True, str(office / "kept.p7s"))
    assert (signature.valid, signature.is_expired) == (True, True)
    assert signature.signer == "CN=signer"
    # Stamped when it had run out, or over something else, or not at all: it does not hold.
    _, late = tried_all(office, ["kept-2020-03-15.tsr", "kept.p7s"], chain="long.pem")
    assert not late.valid
    assert tried(office, "kept.p7s", chain="long.pem").fault == "timeless"
    shell(
        "openssl req -x509 $NEW_KEY -days 7300 -subj /CN=Nobody -keyout nobody.key"
        " -addext keyUsage=critical,digitalSignature"
        " -addext extendedKeyUsage=critical,timeStamping -out nobody.pem\n"
        "openssl ts -query -data seal.txt -sha256 -cert -out early.tsq\n"
        "faketime '2020-01-15 00:00:00' openssl ts -reply -queryfile early.tsq -signer stamper.pem"
        " -inkey stamper.key -config tsa.cnf -out early.tsr\n"
        "faketime '2020-01-15 00:00:00' openssl ts -reply -queryfile kept.tsq -signer nobody.pem"
        " -inkey nobody.key -config tsa.cnf -out nobody.tsr",
        office,
    )
    for name, is_valid in (("early.tsr", True), ("nobody.tsr", False)):
        stamp, signature = tried_all(office, [name, "kept.p7s"], chain="long.pem")
        assert (stamp.valid, signature.fault) == (is_valid, "timeless")


@pytest.mark.promise("seal-signature")
def test_a_time_stamp_may_be_over_a_signature_that_is_named_too(office):
    shell(
        "openssl ts -query -data seal.p7s -sha256 -cert -out sig.tsq\n"
        "openssl ts -reply -queryfile sig.tsq -signer tsa.pem -inkey tsa.key -config tsa.cnf"
        " -out sig.tsr",
        office,
    )
    assert not tried(office, "sig.tsr").valid
    stamp, signature = tried_all(office, ["sig.tsr", "seal.p7s"])
    assert (stamp.valid, stamp.over) == (True, str(office / "seal.p7s"))
    assert (signature.valid, signature.over) == (True, "")


def test_a_signature_in_letters_is_read_with_and_without_a_heading(office):
    shell(
        "openssl base64 -in seal.p7s -out letters.p7s\n"
        'printf \'Content-Type: multipart/signed; boundary="--b"\\n\\n----b\\nx\\n----b\\n'
        'Content-Type: application/x-pkcs7-signature; name="smime.p7s"\\n'
        "Content-Transfer-Encoding: base64\\n\\n' > mail.p7s\n"
        "cat letters.p7s >> mail.p7s; printf '\\n----b--\\n' >> mail.p7s",
        office,
    )
    assert tried(office, "letters.p7s").valid
    assert tried(office, "mail.p7s").valid


@pytest.mark.promise("seal-signature")
@pytest.mark.parametrize("name", SIGNATURES)
def test_a_seal_whose_line_ends_changed_is_signed_and_it_is_said(office, name):
    seal = (office / "seal.txt").read_bytes().replace(b"\n", b"\r\n")
    signature = tried(office, name, seal)
    assert signature.valid
    assert signature.has_new_ends
    assert not tried(office, name).has_new_ends


def test_a_chain_that_is_not_in_pem_is_said(office):
    shell("openssl x509 -in chain.pem -outform DER -out chain.der", office)
    with pytest.raises(StoreError) as error:
        tried(office, "seal.p7s", chain="chain.der")
    assert error.value.code == "chain_unknown"


@given(st.sampled_from(["seal.p7s", "seal.tsr"]), st.data())
def test_any_bytes_are_a_signature_or_none(office, name, data):
    whole = (office / name).read_bytes()
    start, size = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 9))
    piece = data.draw(st.one_of(st.binary(max_size=9), st.just(b"0\x84" * 9000)))
    structure = signed_data(bare(whole[:start] + piece + whole[start + size :]))
    if structure is not None:
        for moment in (stamp_moment(structure), *signing_moments(structure)):
            assert moment is None or moment.tzinfo is UTC


@pytest.mark.promise("seal-signature")
def test_who_is_not_trusted_does_not_sign(office):
    shell(
        "ssh-keygen -q -t ed25519 -N '' -f other-key; cp seal.txt other.txt\n"
        "ssh-keygen -q -Y sign -f other-key -n cdstrack-seal other.txt\n"
        "cp seal.txt file.txt; ssh-keygen -q -Y sign -f an-key -n file file.txt\n"
        "openssl req -x509 $NEW_KEY -subj '/CN=Trial Authority' -keyout evil.key"
        " -out evil.pem\n"
        "openssl cms -sign -binary -in seal.txt -signer evil.pem -inkey evil.key -outform DER"
        " -out evil.p7s\n"
        "echo other > attached.txt; openssl cms -sign -binary -nodetach -in attached.txt"
        " -signer an.pem -inkey an.key -outform DER -out attached.p7s",
        office,
    )
    assert not tried(office, "other.txt.sig").valid  # a key that is not listed
    assert not tried(office, "file.txt.sig").valid  # signed for another purpose
    assert not tried(office, "evil.p7s").valid
    assert not tried(office, "attached.p7s").valid  # it holds over what it brings along
    assert not tried(office, "seal.p7s", chain="evil.pem").valid
    assert not tried(office, "seal.tsr", chain="evil.pem").valid


@pytest.mark.promise("seal-programs")
def test_authorities_of_the_environment_are_not_trusted(office, monkeypatch):
    evil = office / "evil.pem"
    if not evil.exists():
        test_who_is_not_trusted_does_not_sign(office)
    shell("mkdir -p authorities; cp evil.pem authorities; openssl rehash authorities", office)
    monkeypatch.setenv("SSL_CERT_FILE", str(evil))
    monkeypatch.setenv("SSL_CERT_DIR", str(office / "authorities"))
    monkeypatch.setenv("OPENSSL_CONF", str(office / "tsa.cnf"))
    assert not tried(office, "evil.p7s").valid
    assert tried(office, "seal.p7s").valid


@pytest.mark.promise("seal-programs")
def test_programs_in_the_judged_folder_are_not_run(office, monkeypatch, tmp_path):
    canary = tmp_path / "canary"
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("openssl", "ssh-keygen"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {canary}\n", encoding="utf-8")
        (trap / name).chmod(stat.S_IRWXU)
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PATH", f"{os.pathsep}.{os.pathsep}{trap}{os.pathsep}{os.environ['PATH']}")
    for name in SIGNATURES:
        assert tried(office, name).valid
    assert not canary.exists()


@pytest.mark.promise("seal-programs")
def test_programs_below_a_strange_folder_are_not_run(monkeypatch, tmp_path):
    trap = tmp_path / "trap" / "tools" / "bin"
    trap.mkdir(parents=True)
    (trap / "openssl").write_text("#!/bin/sh\n", encoding="utf-8")
    (trap / "openssl").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(trap))
    assert required_program("openssl") == trap / "openssl"
    with pytest.raises(StoreError):
        required_program("openssl", [tmp_path / "trap"])


@pytest.mark.promise("seal-programs")
def test_a_program_that_is_missing_is_said(office, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError) as error:
        required_program("openssl")
    assert error.value.code == "program_missing"


@pytest.mark.promise("seal-signature")
def test_a_signature_that_does_not_hold_exits_1_and_what_cannot_be_looked_at_3(
    office, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(office)
    forged = office / "forged.txt"
    forged.write_text((office / "seal.txt").read_text("utf-8") + "\n", encoding="utf-8")
    signed = ["--signature", "seal.p7s", "--chain", "chain.pem", "--lang", "en"]
    assert run(["verify", "seal.txt", *signed]) == 0
    assert run(["verify", "forged.txt", *signed]) == 1
    assert "does not hold" in capsys.readouterr().out
    assert run(["verify", "seal.txt", "--signature", "seal.p7s", "--lang", "en"]) == 2
    assert "--chain" in capsys.readouterr().err
    assert run(["verify", "seal.txt", "--signature", "targets.yaml", "--lang", "en"]) == 3
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["verify", "seal.txt", *signed]) == 3
    assert "openssl is not installed" in capsys.readouterr().err
