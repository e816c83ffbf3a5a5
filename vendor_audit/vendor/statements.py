"""What the vendor file itself says, as observations: the weakest evidence, stronger where a document shows it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from vendor_audit.observation import EvidenceReference, Observation, Strength, Target
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.vendor.hosts import host_and_port
from vendor_audit.vendor.rules import PROOF_LIMIT, file_trouble

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.source.strict_yaml import Path
    from vendor_audit.vendor.file import VendorFile

_SAID = ("answer", "by", "on", "note")
_CHUNK = 1 << 20
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
}
"""By the name's end, not by the machine's own table: the same file gives the same audit everywhere."""


def observe_statements(vendor: VendorFile, started: str) -> tuple[Observation, ...]:
    """Return an observation for each statement: documented where it names a proof, attested otherwise.

    Args:
        vendor: the vendor file.
        started: the moment of the audit, as in `Observation`.

    Raises:
        InvalidFileError: a proof has vanished, or grown too large, since the file was validated.
    """
    return tuple(_observe(vendor, index, each, started) for index, each in enumerate(vendor.data["statements"]))


def declare(vendor: VendorFile, started: str) -> Observation:
    """Return what the vendor file declares as one observation, attested, for checks that judge `vendor_file`.

    Facts: ``vendor``, ``product`` and ``customer`` as in the file; ``endpoints`` with scheme, host and port; in
    ``documents`` those that the file gives, with who verified them.
    """
    facts: dict[str, Json] = {key: vendor.data[key] for key in ("vendor", "product", "customer") if key in vendor.data}
    facts["endpoints"] = [_endpoint(each) for each in vendor.data["endpoints"]]
    facts["documents"] = {name: _declared(entry) for name, entry in vendor.data.get("documents", {}).items()}
    target = Target("vendor_file", vendor.name)
    return Observation("vendor_file", target, Strength.ATTESTED, facts, {}, (), started, 0.0)


def _declared(document: Json) -> dict[str, Json]:
    verified = document.get("verified") if isinstance(document, dict) else None
    return {"given": True, **({"verified": verified} if verified else {})}


def _endpoint(entry: dict[str, Json]) -> dict[str, Json]:
    address = host_and_port(entry["url"])
    return {
        "url": entry["url"],
        "role": entry["role"],
        "host": address.host,
        "port": address.port,
        "scheme": address.scheme,
    }


def _observe(vendor: VendorFile, index: int, statement: dict[str, Json], started: str) -> Observation:
    facts = {key: statement[key] for key in _SAID if key in statement}
    evidence: tuple[EvidenceReference, ...] = ()
    proof = statement.get("proof")
    if proof:
        digest, size = _hash(vendor, ("statements", index, "proof"), proof)
        facts["proof"] = {"path": proof, "sha256": digest}
        suffix = f".{proof.rpartition('.')[2].lower()}"
        media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
        evidence = (EvidenceReference(f"proof of {statement['check']}: {proof}", media_type, digest, size),)
    strength = Strength.DOCUMENTED if proof else Strength.ATTESTED
    target = Target("check", statement["check"])
    return Observation("statement", target, strength, facts, {}, evidence, started, 0.0)


def _hash(vendor: VendorFile, path: Path, name: str) -> tuple[str, int]:
    """Return the SHA-256 and the size of a proof, read in pieces and never beyond the limit."""
    trouble = file_trouble(vendor.path.parent, name)
    digest, size = hashlib.sha256(), 0
    if not trouble:
        try:
            with (vendor.path.parent / name).open("rb") as stream:
                while size <= PROOF_LIMIT and (piece := stream.read(_CHUNK)):
                    digest.update(piece)
                    size += len(piece)
        except OSError as error:
            trouble = f"the proof cannot be read: {error.strerror}"
    if size > PROOF_LIMIT:
        trouble = f"the proof is larger than {PROOF_LIMIT:,} bytes"
    if trouble:
        raise InvalidFileError([vendor.source.diagnostic(path, trouble)])
    return digest.hexdigest(), size
