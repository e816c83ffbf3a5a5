from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.evidence.bundles import EVIDENCE, KEY, OTHER_KEY, audit_bytes, bundle_of, document, raw_bundle, sha256
from vendor_audit.errors import UsageError
from vendor_audit.evidence.archive import NoBundleError, write_archive
from vendor_audit.evidence.bundle import read_bundle, write_bundle
from vendor_audit.evidence.dsse import Envelope, pre_authentication_encoding, sign
from vendor_audit.evidence.keys import PublicKey, make_key_pair, parse_public_key, read_private_key, read_public_key
from vendor_audit.evidence.statement import PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE, statement_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PUBLIC = PublicKey(KEY.public_key())


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def damage(path: Path) -> dict[str, str]:
    bundle = read_bundle(path)
    if not bundle.damage:
        bundle.hold_against(json.loads(bundle.audit))
    return bundle.damage


def test_the_encoding_is_that_of_the_specifications_test_vector() -> None:
    said = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    assert said == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_encoding_counts_bytes_and_not_characters() -> None:
    assert pre_authentication_encoding("é", "é ".encode()) == "DSSEv1 2 é 3 é ".encode()


def test_a_signature_covers_the_type_and_the_payload() -> None:
    envelope = sign("a/b", b"payload", KEY)
    assert envelope.is_signed_by(PUBLIC)
    assert not envelope.is_signed_by(PublicKey(OTHER_KEY.public_key()))
    assert not Envelope("a/c", b"payload", envelope.key_id, envelope.signature).is_signed_by(PUBLIC)
    assert not Envelope("a/b", b"payloae", envelope.key_id, envelope.signature).is_signed_by(PUBLIC)


def test_an_envelope_is_read_only_as_it_was_written() -> None:
    written = sign("a/b", b"payload", KEY).to_bytes()
    assert Envelope.from_bytes(written) == sign("a/b", b"payload", KEY)
    shape = json.loads(written)
    others = [
        json.dumps(shape).encode(),
        written + b"\n",
        json.dumps({**shape, "more": 1}, indent=2).encode() + b"\n",
        json.dumps({**shape, "signatures": shape["signatures"] * 2}, indent=2).encode() + b"\n",
        json.dumps({**shape, "signatures": []}, indent=2).encode() + b"\n",
        b"[]",
        b"null",
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"\xff",
    ]
    assert [Envelope.from_bytes(each) for each in others] == [None] * len(others)


def test_another_program_agrees_with_the_signature(tmp_path: Path, need_program: Callable[[str], str]) -> None:
    envelope = json.loads(members(bundle_of(tmp_path))["statement.dsse.json"])
    payload = base64.b64decode(envelope["payload"])
    (tmp_path / "key.pem").write_bytes(members(tmp_path / "a.bundle.zip")["signer.pem"])
    (tmp_path / "signed").write_bytes(b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload)
    (tmp_path / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    command = [need_program("openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "signed"]
    done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "signed").write_bytes(b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload + b" ")
    done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1


def test_a_bundle_is_the_same_bytes_whenever_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bundle_of(tmp_path, name="first.zip").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    old = os.umask(0o077)
    try:
        second = bundle_of(tmp_path, name="second.zip").read_bytes()
    finally:
        os.umask(old)
    assert first == second


def test_any_program_opens_a_bundle(tmp_path: Path) -> None:
    path = bundle_of(tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {stat.filemode(each.external_attr >> 16) for each in archive.infolist()} == {"-rw-r--r--"}
        assert archive.namelist() == sorted(archive.namelist())
    names = ["audit.json", *(f"evidence/{each.sha256}" for each in EVIDENCE), "signer.pem", "statement.dsse.json"]
    assert sorted(members(path)) == sorted(names)
    assert members(path)["audit.json"] == audit_bytes()
    assert damage(path) == {}


def test_the_statement_names_every_file_and_what_the_audit_says(tmp_path: Path) -> None:
    files = members(bundle_of(tmp_path, key=None))
    statement = json.loads(files["statement.json"])
    assert (statement["_type"], statement["predicateType"]) == (STATEMENT_TYPE, PREDICATE_TYPE)
    named = {each["name"]: each["digest"]["sha256"] for each in statement["subject"]}
    assert named == {name: sha256(content) for name, content in files.items() if name != "statement.json"}
    predicate, audit = statement["predicate"], document()
    assert predicate["tool"] == audit["tool"]
    assert predicate["audit"]["started"] == "2026-11-23T12:00:00.000Z"
    assert predicate["gate"]["exitCode"] == audit["gate"]["exit_code"]
    assert [each["sha256"] for each in predicate["checklists"]] == [each["sha256"] for each in audit["checklists"]]
    assert [each["sha256"] for each in predicate["data"]] == [each["sha256"] for each in audit["data"]]


def test_a_signed_and_a_bare_statement_differ_in_the_key_alone(tmp_path: Path) -> None:
    envelope = Envelope.from_bytes(members(bundle_of(tmp_path))["statement.dsse.json"])
    assert envelope is not None
    signed, bare = json.loads(envelope.payload), json.loads(members(bundle_of(tmp_path, None))["statement.json"])
    assert envelope.payload_type == PAYLOAD_TYPE
    assert [each for each in signed["subject"] if each["name"] != "signer.pem"] == bare["subject"]
    assert signed["predicate"] == bare["predicate"]


def test_missing_evidence_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"evidence/[0-9a-f]{64}: the audit names this piece of evidence"):
        write_bundle(tmp_path / "a.zip", audit_bytes(), document(), lambda _: None, KEY)
    assert list(tmp_path.iterdir()) == []


def test_more_than_a_bundle_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vendor_audit.evidence.archive.SIZE_LIMIT", 1_000)
    with pytest.raises(UsageError, match="does not fit into a bundle"):
        bundle_of(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_writer_takes_only_names_of_a_bundle_in_order(tmp_path: Path) -> None:
    for names in (["../x"], ["evidence/x"], ["signer.pem", "audit.json"], ["audit.json", "audit.json"]):
        with (tmp_path / "a.zip").open("wb") as file, pytest.raises(ValueError, match="cannot follow"):
            write_archive(file, [(name, b"") for name in names])


def test_what_is_named_but_missing_and_what_is_there_but_not_named_are_told(tmp_path: Path) -> None:
    files = members(bundle_of(tmp_path, None))
    gone, extra = f"evidence/{EVIDENCE[0].sha256}", f"evidence/{sha256(b'extra')}"
    del files[gone]
    assert damage(raw_bundle(tmp_path, {**files, extra: b"extra"})) == {
        gone: "is missing, though the statement names it",
        extra: "is additional: the statement does not name it",
    }


def test_a_statement_made_to_fit_is_held_against_the_audit(tmp_path: Path) -> None:
    gone, extra = f"evidence/{EVIDENCE[0].sha256}", f"evidence/{sha256(b'extra')}"
    files = {"audit.json": audit_bytes(), extra: b"extra"}
    files |= {f"evidence/{each.sha256}": each.content for each in EVIDENCE[1:]}
    digests = {name: sha256(content) for name, content in files.items()}
    path = raw_bundle(tmp_path, {**files, "statement.json": statement_of(document(), digests)})
    assert damage(path) == {
        gone: "is missing, though the audit names it",
        extra: "is additional: the audit does not name it",
    }


def test_a_signed_statement_that_says_more_than_the_audit_is_told(tmp_path: Path) -> None:
    files = members(bundle_of(tmp_path))
    envelope = Envelope.from_bytes(files["statement.dsse.json"])
    assert envelope is not None
    shape = json.loads(envelope.payload)
    shape["predicate"]["gate"]["passed"] = True
    files["statement.dsse.json"] = sign(PAYLOAD_TYPE, json.dumps(shape, indent=2).encode() + b"\n", KEY).to_bytes()
    assert damage(raw_bundle(tmp_path, files)) == {
        "statement.dsse.json": "does not say of the audit what audit.json says"
    }


def test_who_signs_anew_with_another_key_is_found_out_by_the_key(tmp_path: Path) -> None:
    bundle = read_bundle(bundle_of(tmp_path, OTHER_KEY))
    assert bundle.damage == {}
    bundle.hold_against_key(PUBLIC)
    assert "is signed by another key" in bundle.damage["statement.dsse.json"]


def test_a_key_that_was_swapped_in_the_bundle_is_told(tmp_path: Path) -> None:
    files = members(bundle_of(tmp_path))
    files["signer.pem"] = PublicKey(OTHER_KEY.public_key()).to_pem()
    found = damage(raw_bundle(tmp_path, files))
    assert "is not that of the key in signer.pem" in found["statement.dsse.json"]
    assert "has been changed" in found["signer.pem"]


def test_a_signature_that_was_taken_off_is_told_where_a_key_is_given(tmp_path: Path) -> None:
    bundle = read_bundle(bundle_of(tmp_path, None))
    bundle.hold_against_key(PUBLIC)
    assert "is not signed" in bundle.damage["statement.json"]


def test_a_pair_of_keys_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    private, public = tmp_path / "keys" / "k.pem", tmp_path / "keys" / "k.pub.pem"
    old = os.umask(0)
    try:
        made = make_key_pair(private, public, None)
    finally:
        os.umask(old)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert private.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert read_public_key(public) == PublicKey(made.key)
    assert PublicKey(read_private_key(private, None).public_key()).fingerprint == made.fingerprint
    before = private.read_bytes()
    for taken in (private, public):
        taken.rename(tmp_path / "aside")
        with pytest.raises(UsageError, match="never overwritten"):
            make_key_pair(private, public, None)
        (tmp_path / "aside").rename(taken)
    assert private.read_bytes() == before


def test_a_link_is_not_followed_to_where_a_key_would_land(tmp_path: Path) -> None:
    (tmp_path / "k.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="never overwritten"):
        make_key_pair(tmp_path / "k.pem", tmp_path / "k.pub.pem", None)
    assert not (tmp_path / "elsewhere").exists()


def test_a_passphrase_protects_a_key(tmp_path: Path) -> None:
    private = tmp_path / "k.pem"
    make_key_pair(private, tmp_path / "k.pub.pem", b"correct horse")
    assert private.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    read_private_key(private, b"correct horse")
    with pytest.raises(UsageError, match="is protected by a passphrase"):
        read_private_key(private, None)
    with pytest.raises(UsageError, match="the passphrase is wrong") as caught:
        read_private_key(private, b"battery staple")
    assert "battery" not in str(caught.value)


def test_what_is_no_key_of_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    make_key_pair(path, tmp_path / "k.pub.pem", None)
    with pytest.raises(UsageError, match="is a private key"):
        read_public_key(path)
    with pytest.raises(UsageError, match="holds no private key"):
        read_private_key(tmp_path / "k.pub.pem", None)
    with pytest.raises(UsageError, match="but one was given"):
        read_private_key(path, b"x")
    for content in (b"", b"x" * 20_000, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        path.write_bytes(content)
        with pytest.raises(UsageError, match=r"k\.pem: "):
            read_public_key(path)
    assert parse_public_key(b"\xff") is None


def test_what_is_no_file_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(NoBundleError, match="No such file"):
        read_bundle(tmp_path / "nothing.zip")
    with pytest.raises(NoBundleError, match="is no file"):
        read_bundle(tmp_path)


def test_an_envelope_that_names_another_key_is_told(tmp_path: Path) -> None:
    files = members(bundle_of(tmp_path))
    envelope = Envelope.from_bytes(files["statement.dsse.json"])
    assert envelope is not None
    files["statement.dsse.json"] = Envelope(PAYLOAD_TYPE, envelope.payload, "x", envelope.signature).to_bytes()
    assert "names another key" in damage(raw_bundle(tmp_path, files))["statement.dsse.json"]


def test_what_fits_the_statement_but_belongs_to_no_bundle_is_told(tmp_path: Path) -> None:
    signed, bare = members(bundle_of(tmp_path)), members(bundle_of(tmp_path, None))
    both = raw_bundle(tmp_path, {**signed, "statement.json": bare["statement.json"]})
    assert damage(both) == {"statement.json": "is additional: statement.dsse.json is there"}
    files = {name: content for name, content in signed.items() if not name.startswith("statement.")}

    def stated() -> Path:
        digests = {name: sha256(content) for name, content in files.items()}
        return raw_bundle(tmp_path, {**files, "statement.json": statement_of(document(), digests)})

    assert damage(stated()) == {"signer.pem": "is additional: nothing is signed by it"}
    del files["signer.pem"]
    changed = f"evidence/{EVIDENCE[0].sha256}"
    files[changed] = b"changed"
    assert damage(stated()) == {changed: "has been changed: its content no longer matches its name"}
