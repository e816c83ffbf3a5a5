from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.evidence.store import EvidenceStore
from vendor_audit.observation import Evidence

if TYPE_CHECKING:
    from pathlib import Path

SAID = Evidence("what it said", "text/plain; charset=utf-8", b"hello")


def test_evidence_stands_under_its_sha256(tmp_path: Path) -> None:
    EvidenceStore(tmp_path / "evidence").put(SAID)
    name = hashlib.sha256(b"hello").hexdigest()
    assert [each.name for each in (tmp_path / "evidence").iterdir()] == [name]
    assert EvidenceStore(tmp_path / "evidence").get(name) == b"hello"


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    store.put(SAID)
    store.put(Evidence("again", "text/plain", b"hello"))
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert EvidenceStore(tmp_path).get("0" * 64) is None


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    store.put(SAID)
    (tmp_path / SAID.sha256).write_bytes(b"hallo")
    with pytest.raises(UsageError, match="has been changed"):
        store.get(SAID.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64, "/" + "a" * 63])
def test_a_name_that_is_no_digest_reads_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not the SHA-256"):
        EvidenceStore(tmp_path).get(name)


def test_a_proof_is_stored_as_the_file_that_it_is(tmp_path: Path) -> None:
    proof = tmp_path / "roles.pdf"
    proof.write_bytes(b"hello")
    store = EvidenceStore(tmp_path / "evidence")
    store.copy(proof, SAID.sha256)
    assert store.get(SAID.sha256) == b"hello"
    proof.write_bytes(b"other")
    with pytest.raises(UsageError, match="has changed"):
        store.copy(proof, SAID.sha256)
