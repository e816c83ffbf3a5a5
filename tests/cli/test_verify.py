from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.evidence.bundles import OTHER_KEY, audit_folder, bundle_of, document
from vendor_audit import __version__
from vendor_audit.evidence.keys import PublicKey, read_public_key

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "import sys; from vendor_audit.cli.main import run_program; run_program(sys.argv[1:])"


def program(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(__import__("vendor_audit").__path__[0]).rsplit("/", 1)[0]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root, **environment},
        check=False,
        timeout=60,
    )


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """Return a folder in which a key was made and an audit bundled by the commands alone."""
    audit_folder(tmp_path)
    assert program(tmp_path, "keygen", "--out", "keys/").returncode == 0
    made = program(tmp_path, "bundle", "audit.json", "--key", "keys/signing-key.pem")
    assert made.returncode == 0, made.stderr
    assert made.stderr == "wrote audit.bundle.zip\n"
    return tmp_path


def test_what_was_bundled_is_verified_by_the_key_and_judged_to_the_same_bytes(signed: Path) -> None:
    done = program(signed, "verify", "audit.bundle.zip", "--public-key", "keys/signing-key.pub.pem")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[0] == "audit.bundle.zip: verified"
    assert lines[1] == ("  files      6, 3 of them evidence: each as the statement says, none missing, none additional")
    assert lines[2].startswith("  signature  by the given key, sha256:")
    assert lines[3].startswith("  judgement  judged again by the same checklists: the same bytes (")
    assert done.stderr == ""


def test_an_unknown_key_proves_integrity_and_not_origin(signed: Path) -> None:
    fingerprint = read_public_key(signed / "keys" / "signing-key.pub.pem").fingerprint
    done = program(signed, "verify", "audit.bundle.zip")
    assert done.returncode == 0
    assert f"signed by an unknown key, fingerprint {fingerprint}." in done.stdout
    assert "This proves integrity, not origin" in done.stdout


def test_another_key_is_refused(signed: Path) -> None:
    (signed / "other.pem").write_bytes(PublicKey(OTHER_KEY.public_key()).to_pem())
    done = program(signed, "verify", "audit.bundle.zip", "--public-key", "other.pem")
    assert done.returncode == 1
    assert "NOT VERIFIED\n  statement.dsse.json: is signed by another key" in done.stdout


def test_without_a_key_the_bundle_says_that_it_is_not_signed(tmp_path: Path) -> None:
    audit_folder(tmp_path)
    made = program(tmp_path, "bundle", "audit.json", "--out", "b.zip")
    assert "not signed" in made.stdout
    done = program(tmp_path, "verify", "b.zip")
    assert done.returncode == 0
    assert "signature  none: the bundle is not signed" in done.stdout


def test_a_passphrase_comes_from_the_environment_alone(tmp_path: Path) -> None:
    audit_folder(tmp_path)
    unset = program(tmp_path, "keygen", "--out", "k.pem", "--passphrase-env", "CANARY_PASS")
    assert unset.returncode == 2
    assert not (tmp_path / "k.pem").exists()
    secret = "canary-passphrase-1138"  # noqa: S105 # it protects nothing
    made = program(tmp_path, "keygen", "--out", "k.pem", "--passphrase-env", "CANARY_PASS", CANARY_PASS=secret)
    assert made.returncode == 0
    assert stat.S_IMODE((tmp_path / "k.pem").stat().st_mode) == 0o600
    with_key = ("bundle", "audit.json", "--key", "k.pem")
    without = program(tmp_path, *with_key)
    wrong = program(tmp_path, *with_key, "--passphrase-env", "CANARY_PASS", CANARY_PASS=f"{secret}x")
    right = program(tmp_path, *with_key, "--passphrase-env", "CANARY_PASS", CANARY_PASS=secret)
    assert [without.returncode, wrong.returncode, right.returncode] == [2, 2, 0]
    private = (tmp_path / "k.pem").read_text(encoding="ascii").splitlines()[1]
    content = (tmp_path / "audit.bundle.zip").read_bytes().decode("latin-1")
    for said in (made.stdout, made.stderr, without.stderr, wrong.stderr, right.stdout, right.stderr, content):
        assert secret not in said
        assert private not in said


def test_a_key_is_never_overwritten(signed: Path) -> None:
    before = (signed / "keys" / "signing-key.pem").read_bytes()
    done = program(signed, "keygen", "--out", "keys")
    assert done.returncode == 2
    assert "a key is never overwritten" in done.stderr
    assert (signed / "keys" / "signing-key.pem").read_bytes() == before


def test_changed_evidence_beside_the_audit_is_not_bundled(tmp_path: Path) -> None:
    audit_folder(tmp_path)
    for each in (tmp_path / "evidence").iterdir():
        each.write_bytes(b"changed")
    done = program(tmp_path, "bundle", "audit.json")
    assert done.returncode == 2
    assert "has been changed" in done.stderr
    assert not (tmp_path / "audit.bundle.zip").exists()


def test_a_verdict_that_its_observations_do_not_give_is_found_out_although_all_digests_fit(tmp_path: Path) -> None:
    shape = document()
    changed = next(each for each in shape["findings"] if each["verdict"] == "inconclusive")
    changed["verdict"] = "pass"
    done = program(tmp_path, "verify", bundle_of(tmp_path, shape=shape).name)
    assert done.returncode == 1
    assert "  audit.json: has been changed: its observations, judged by the same checklists, give other bytes" in (
        done.stdout
    )


def test_other_checklists_are_named_and_the_verdicts_counted(tmp_path: Path) -> None:
    shape = document()
    shape["checklists"][0]["sha256"] = "0" * 64
    shape["findings"][0]["verdict"] = "accepted"
    done = program(tmp_path, "verify", bundle_of(tmp_path, shape=shape).name)
    assert done.returncode == 0
    assert f"the checklists here are not those of the audit ({shape['checklists'][0]['id']})" in done.stdout
    assert "the audit says 1 accepted, " in done.stdout


def test_data_that_there_are_no_more_are_named(tmp_path: Path) -> None:
    shape = document()
    tls = next(each for each in shape["data"] if each["topic"] == "tls")
    tls["id"] = shape["settings"]["thresholds"]["tls"] = "ncsc-nl-1999"
    done = program(tmp_path, "verify", bundle_of(tmp_path, shape=shape).name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "data ncsc-nl-1999" in done.stdout


def test_an_audit_of_another_version_may_be_judged_otherwise(tmp_path: Path) -> None:
    shape = {**document(), "judged_with": "0.0.1"}
    same = program(tmp_path, "verify", bundle_of(tmp_path, shape=shape).name)
    assert same.returncode == 0
    assert "by version 0.0.1 then and by this one now: the same bytes" in same.stdout
    shape["findings"][0]["reason"] = "Said otherwise once."
    other = program(tmp_path, "verify", bundle_of(tmp_path, shape=shape).name)
    assert other.returncode == 0
    assert "the audit was judged by version 0.0.1, so verdicts may differ" in other.stdout
    assert document()["judged_with"] == __version__


def test_no_bundle_at_all_is_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text(json.dumps({}), encoding="utf-8")
    for name in ("nothing.zip", "text.zip", "."):
        done = program(tmp_path, "verify", name)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""


def test_help_loads_no_cryptography(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom vendor_audit.cli.main import _exit_code\n_exit_code(['verify', '--help'])\n"
        "sys.exit(any(each.split('.')[0] == 'cryptography' for each in sys.modules))"
    )
    root = str(__import__("vendor_audit").__path__[0]).rsplit("/", 1)[0]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, check=False, timeout=60
    )
    assert done.returncode == 0
