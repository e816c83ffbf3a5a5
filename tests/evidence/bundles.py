"""A small audit with evidence, and bundles of it, for every test of bundles."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vendor_audit.audit.document import conclude, to_bytes
from vendor_audit.audit.gate import GateRule
from vendor_audit.audit.record import MethodLine, Record
from vendor_audit.checklist.load import load_catalogue
from vendor_audit.evidence.archive import write_archive
from vendor_audit.evidence.bundle import write_bundle
from vendor_audit.evidence.store import EvidenceStore
from vendor_audit.observation import Evidence, Observation, Strength, Target

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.observation import Json

STARTED = "2026-11-23T12:00:00.000Z"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
EVIDENCE = (
    Evidence("answer of meet.acme.example", "text/plain; charset=utf-8", b"HTTP/1.1 200 OK\r\n\r\nhello"),
    Evidence("nothing", "text/plain; charset=utf-8", b""),
    # What looks like an archive must not confuse the reader of the archive that it lies in.
    Evidence("a picture of an archive", "application/zip", b"PK\x03\x04PK\x01\x02audit.jsonPK\x05\x06" + bytes(18)),
)


@cache
def audit_bytes() -> bytes:
    """Return an audit document, judged by the shipped checklists."""
    catalogue = load_catalogue()
    seen = Observation(
        probe="http",
        target=Target("endpoint", "https://meet.acme.example", "meet.acme.example", 443, ("join_page",)),
        strength=Strength.OBSERVED,
        facts={"nosniff": True},
        unknown={},
        evidence=tuple(each.reference() for each in EVIDENCE),
        started=STARTED,
        duration=0.1,
    )
    record = Record(
        id="acme-video-20261123T120000Z",
        tool={"name": "vendor-audit", "version": "0.1.0", "python": "3.11.0"},
        started=STARTED,
        duration=1.0,
        stopped="",
        vendor_name="acme.yaml",
        vendor_sha256="0" * 64,
        vendor={"vendor": {"name": "Acme Vidéo"}},
        settings={
            "thresholds": catalogue.data.selection(),
            "gate": GateRule().to_json(),
            "deadline": 300.0,
            "timeout": 5.0,
            "connections_per_host": 10,
            "permitted": "normal",
        },
        method=(MethodLine("http", "Gets.", "normal"),),
        observations=(seen,),
    )
    return to_bytes(conclude(record, catalogue))


def document() -> dict[str, Json]:
    """Return the same, parsed."""
    parsed: dict[str, Json] = json.loads(audit_bytes())
    return parsed


def audit_folder(folder: Path) -> Path:
    """Write the audit and its evidence, and evidence that it does not name, as an audit does; return its path."""
    store = EvidenceStore(folder / "evidence")
    for each in (*EVIDENCE, Evidence("of a failed look", "text/plain", b"not named")):
        store.put(each)
    (folder / "audit.json").write_bytes(audit_bytes())
    return folder / "audit.json"


def bundle_of(
    folder: Path, key: Ed25519PrivateKey | None = KEY, shape: dict[str, Json] | None = None, name: str = "a.bundle.zip"
) -> Path:
    """Write a bundle of the audit, or of another document, whatever it says, and return its path."""
    audit = audit_bytes() if shape is None else to_bytes(shape)
    contents = {each.sha256: each.content for each in EVIDENCE}
    write_bundle(folder / name, audit, shape or document(), contents.get, key)
    return folder / name


def raw_bundle(folder: Path, members: dict[str, bytes]) -> Path:
    """Write an archive that is laid out as a bundle is, whatever its files say, and return its path."""
    path = folder / "raw.bundle.zip"
    with path.open("wb") as file:
        write_archive(file, sorted(members.items()))
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
