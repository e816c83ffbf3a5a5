"""The in-toto Statement v1 of a bundle: which files are in it, and what the audit in it says.

Predicate type ``https://vendor-audit.example/attestation/audit/v1``. The predicate is derived from ``audit.json`` and
nothing else, so that `verify` derives it again and holds the two against each other:

``tool``        name, version and interpreter of the program that gathered
``judgedWith``  the version that judged
``audit``       ``id``, ``started`` (UTC), ``duration`` (seconds), ``complete``
``vendorFile``  name and SHA-256 of the vendor file
``checklists``  the checklists: id, file, SHA-256, and those of their parts
``data``        the dated data that checks compared with: id, topic, SHA-256
``gate``        ``passed``, ``exitCode``, the rule, and the reasons of a refusal
``score``       ``proven``, ``possible`` and ``coverage`` in percent, and the light
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.observation import Json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://vendor-audit.example/attestation/audit/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def statement_of(document: Mapping[str, Json], digests: Mapping[str, str]) -> bytes:
    """Return the statement's canonical bytes: ASCII, two spaces, this order, subjects by name, a final newline.

    Args:
        document: the audit document.
        digests: name -> lower-case hexadecimal SHA-256 of every file in the bundle but the statement itself.
    """
    gate, score = document["gate"], document["score"]
    shape = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "tool": document["tool"],
            "judgedWith": document["judged_with"],
            "audit": {name: document[name] for name in ("id", "started", "duration", "complete")},
            "vendorFile": {name: document["vendor_file"][name] for name in ("name", "sha256")},
            "checklists": [_part(each, ("id", "file", "sha256", "parts")) for each in document["checklists"]],
            "data": [_part(each, ("id", "topic", "sha256")) for each in document["data"]],
            "gate": {
                "passed": gate["passed"],
                "exitCode": gate["exit_code"],
                "rule": gate["rule"],
                "reasons": gate["reasons"],
            },
            "score": _part(score, ("proven", "possible", "coverage", "light")),
        },
    }
    return json.dumps(shape, indent=2).encode() + b"\n"


def subjects_of(statement: bytes) -> dict[str, str] | None:
    """Return name -> SHA-256 of the files that a statement names; None: it is no statement of ours."""
    try:
        shape = json.loads(statement)
        if shape["_type"] != STATEMENT_TYPE or shape["predicateType"] != PREDICATE_TYPE:
            return None
        subjects = {str(each["name"]): str(each["digest"]["sha256"]) for each in shape["subject"]}
        return subjects if len(subjects) == len(shape["subject"]) else None
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def evidence_named(document: Mapping[str, Json]) -> set[str]:
    """Return the SHA-256 of every piece of evidence that the audit refers to."""
    return {each["sha256"] for seen in document["observations"] for each in seen.get("evidence", ())}


def _part(shape: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    return {name: shape[name] for name in names if name in shape}
