"""Bundles that somebody changed, or made to hurt who verifies them."""

from __future__ import annotations

import io
import json
import os
import random
import re
import stat
import struct
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.evidence.bundles import EVIDENCE, KEY, OTHER_KEY, audit_bytes, bundle_of, document, raw_bundle, sha256
from vendor_audit.cli.main import _exit_code
from vendor_audit.evidence import archive
from vendor_audit.evidence.dsse import Envelope, sign
from vendor_audit.evidence.keys import PublicKey
from vendor_audit.evidence.statement import PAYLOAD_TYPE, statement_of

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_HEADERS = re.compile(rb"PK\x03\x04\x0a\x00")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENDOR_AUDIT_DEBUG", raising=False)


def verify(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = _exit_code(["verify", str(path), *options])
    said = capsys.readouterr()
    return code, said.out + said.err


def positions(content: bytes) -> list[int]:
    """Return where bytes are changed: all through the archive's structure, a header and its end whole, and the rest."""
    chosen = random.Random(1)  # noqa: S311 # no secret
    found = set(chosen.sample(range(len(content)), 60))
    for index, each in enumerate(_HEADERS.finditer(content)):
        found |= set(range(each.start(), each.start() + 110, 1 if index == 1 else 5))
    directory = int.from_bytes(content[-6:-2], "little")
    return sorted(found | set(range(directory - 100, len(content), 3)) | set(range(len(content) - 120, len(content))))


def owner(content: bytes, position: int) -> set[str]:
    """Return the names of the file to which a byte of the archive belongs; of its end record, of the last file."""
    at = 0
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        infos = opened.infolist()
    for each in infos:
        at = each.header_offset + 30 + len(each.filename) + each.file_size
        if position < at:
            return {each.filename}
    for each in infos:
        at += 46 + len(each.filename)
        if position < at:
            return {each.filename}
    return {infos[-1].filename}


@pytest.mark.parametrize("key", [KEY, None], ids=["signed", "unsigned"])
def test_a_changed_byte_anywhere_is_refused_and_its_file_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: Ed25519PrivateKey | None
) -> None:
    path = bundle_of(tmp_path, key)
    content = path.read_bytes()
    assert verify(path, capsys)[0] == 0
    changed = tmp_path / "changed.zip"
    chosen = random.Random(2)  # noqa: S311 # no secret
    wrong = []
    for position in positions(content):
        other = bytearray(content)
        other[position] ^= chosen.randrange(1, 256)
        changed.write_bytes(other)
        code, said = verify(changed, capsys)
        if code != 1 or not any(f"  {name}: " in said for name in owner(content, position)):
            wrong.append((position, code, said))
    assert wrong == []


@pytest.mark.parametrize("key", [KEY, None], ids=["signed", "unsigned"])
def test_a_changed_byte_in_a_file_is_refused_although_the_archive_is_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: Ed25519PrivateKey | None
) -> None:
    with zipfile.ZipFile(bundle_of(tmp_path, key)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    chosen = random.Random(3)  # noqa: S311 # no secret
    survivors = []
    for name, content in files.items():
        every = range(0, len(content), max(1, len(content) // 60))
        for position in every:
            other = bytearray(content)
            other[position] ^= chosen.randrange(1, 256)
            code, said = verify(raw_bundle(tmp_path, {**files, name: bytes(other)}), capsys)
            # Without a signature nobody can say whether a file was changed or the digest of it.
            if code != 1 or (f"  {name}: " not in said and name != "statement.json"):
                survivors.append((name, position, code, said))
    assert survivors == []


def test_a_bundle_that_was_cut_or_added_to_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = bundle_of(tmp_path).read_bytes()
    path = tmp_path / "cut.zip"
    for length in [*range(0, len(content), 9_973), *range(len(content) - 30, len(content))]:
        path.write_bytes(content[:length])
        code, said = verify(path, capsys)
        assert code == (2 if length < 30 + len("audit.json") else 1), (length, said)
    for other in (content + b"\0", b"\0" + content, content + content, content[:-2] + b"\x01\0!"):
        path.write_bytes(other)
        code, said = verify(path, capsys)
        assert code in {1, 2}
        assert len(said.splitlines()) <= 3


def zipped(path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names",
    [
        ["../../canary"],
        ["/tmp/canary"],  # noqa: S108 # the name is never opened
        ["audit.json", "../../canary"],
        ["audit.json", "/canary"],
        ["audit.json", "evidence/../../canary"],
        ["audit.json", "evidence\\..\\canary"],
        ["audit.json", "evidence/" + "A" * 64],
        ["audit.json", "evidence/" + "a" * 64 + "\n"],
        ["audit.json", "audit.json"],
        ["audit.json", "statement.json", "statement.json"],
        ["statement.json", "audit.json"],
        ["audit.json", "a\x1b[2Jb"],
        ["audit.json", "a" * 60_000],
        ["audit.json", "evidence/"],
        ["audit.json", "\u202enosj.tidua"],
        ["word/document.xml", "[Content_Types].xml"],
    ],
)
def test_names_that_no_bundle_has_are_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "in" / "here")
    path = zipped(tmp_path / "hostile.zip", *((name, b"{}") for name in names))
    code, said = verify(path, capsys)
    assert code == (1 if names[0] == "audit.json" else 2)
    assert len(said.splitlines()) <= 2
    assert len(said) < 500
    assert "our own fault" not in said
    assert said.replace("\n", "").isprintable()
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["here", "hostile.zip", "in"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb = zipped(tmp_path / "bomb.zip", ("audit.json", bytes(200_000_000)), method=zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    code, said = verify(bomb, capsys)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code == 1
    assert "audit.json: its content, or its header in the archive, has been changed" in said
    assert peak < 20_000_000


def test_sizes_that_lie_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = bundle_of(tmp_path).read_bytes()
    path = tmp_path / "lies.zip"
    directory = int.from_bytes(content[-6:-2], "little")
    for size in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
        other = bytearray(content)
        for at in (18, 22, directory + 20, directory + 24):
            other[at : at + 4] = struct.pack("<I", size)
        path.write_bytes(other)
        code, said = verify(path, capsys)
        assert code == 1
        assert "audit.json: " in said
        assert len(said.splitlines()) == 2


def test_a_huge_file_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "huge.zip"
    with path.open("wb") as file:
        file.truncate(archive.SIZE_LIMIT + 1)
    code, said = verify(path, capsys)
    assert code == 2
    assert said.endswith("huge.zip: larger than 500 MB, so no bundle of ours\n")


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    assert stat.S_ISFIFO((tmp_path / "pipe.zip").stat().st_mode)
    assert verify(tmp_path / "pipe.zip", capsys) == (2, f"vendor-audit: {tmp_path / 'pipe.zip'}: is no file\n")


def test_more_files_than_a_bundle_may_have_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle_of(tmp_path)
    monkeypatch.setattr(archive, "FILES_LIMIT", 3)
    code, said = verify(path, capsys)
    assert code == 1
    assert "behind it stand more files than the 3 that a bundle may have" in said


@pytest.mark.parametrize(
    "statement",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"_type": "https://in-toto.io/Statement/v1"}',
        json.dumps({"_type": [], "predicateType": {}, "subject": 1}).encode(),
    ],
)
@pytest.mark.parametrize("key", [KEY, None], ids=["signed", "unsigned"])
def test_a_statement_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: bytes, key: Ed25519PrivateKey | None
) -> None:
    files = {"audit.json": audit_bytes()}
    if key:
        files["signer.pem"] = PublicKey(key.public_key()).to_pem()
        files["statement.dsse.json"] = sign(PAYLOAD_TYPE, statement, key).to_bytes()
    else:
        files["statement.json"] = statement
    code, said = verify(raw_bundle(tmp_path, files), capsys)
    assert code == 1
    assert "  statement." in said
    assert len(said.splitlines()) == 2


def test_subjects_that_are_named_to_hurt_are_told_inertly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digests = {"audit.json": sha256(audit_bytes()), "\x1b[2J../../etc/passwd": "0" * 64}
    statement = statement_of(document(), digests)
    code, said = verify(raw_bundle(tmp_path, {"audit.json": audit_bytes(), "statement.json": statement}), capsys)
    assert code == 1
    assert "  \\x1b[2J../../etc/passwd: is missing" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "audit",
    [b"", b"{}", b"[" * 200_000, b"null", json.dumps({"format": "vendor-audit/audit/1"}).encode(), b"\xff"],
)
def test_an_audit_that_is_none_is_refused_although_all_digests_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], audit: bytes
) -> None:
    files = {"audit.json": audit, "statement.json": statement_of(document(), {"audit.json": sha256(audit)})}
    code, said = verify(raw_bundle(tmp_path, files), capsys)
    assert code == 1
    assert "  audit.json: " in said
    assert len(said.splitlines()) == 2


def test_an_audit_that_only_looks_like_one_is_no_fault_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases: list[tuple[tuple[Any, ...], Any, int]] = [
        (("started",), "9999-99-99T99:99:99.999Z", 1),
        (("settings", "gate"), {"fail_on": []}, 1),
        (("observations", 0, "facts"), {"nosniff": {"a": [None] * 10}}, 1),
        (("method",), [{}], 1),
        (("vendor_file", "data"), {"vendor": {}, "exceptions": [1]}, 1),
        # Nonsense, but what it says of itself is what comes out of it.
        (("vendor_file", "data"), {"vendor": None}, 0),
    ]
    for path, value, expected in cases:
        shape = document()
        inner: Any = shape
        for each in path[:-1]:
            inner = inner[each]
        inner[path[-1]] = value
        code, said = verify(bundle_of(tmp_path, shape=shape), capsys)
        assert code == expected, (path, said)
        assert ("  audit.json: " in said) is (expected == 1)


def test_who_signs_what_was_changed_needs_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All digests fit, the signature of another key is right: the given public key finds it out, nothing else does."""
    given = tmp_path / "given.pem"
    given.write_bytes(PublicKey(KEY.public_key()).to_pem())
    path = bundle_of(tmp_path, OTHER_KEY)
    assert verify(path, capsys, "--public-key", str(given))[0] == 1
    code, said = verify(path, capsys)
    assert code == 0
    assert "signed by an unknown key" in said


def test_a_signature_for_another_type_is_no_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"audit.json": audit_bytes(), "signer.pem": PublicKey(KEY.public_key()).to_pem()}
    files |= {f"evidence/{each.sha256}": each.content for each in EVIDENCE}
    payload = statement_of(document(), {name: sha256(content) for name, content in files.items()})
    right = sign(PAYLOAD_TYPE, payload, KEY)
    assert verify(raw_bundle(tmp_path, {**files, "statement.dsse.json": right.to_bytes()}), capsys)[0] == 0
    other = sign("application/json", payload, KEY)
    for envelope in (other, Envelope(PAYLOAD_TYPE, payload, other.key_id, other.signature)):
        path = raw_bundle(tmp_path, {**files, "statement.dsse.json": envelope.to_bytes()})
        assert verify(path, capsys)[0] == 1
