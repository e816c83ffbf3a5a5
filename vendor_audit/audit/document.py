"""The audit document: the one result. Written as canonical bytes, read back with its shape checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema

from vendor_audit import __version__
from vendor_audit.audit.baseline import Baseline, require_same_vendor
from vendor_audit.audit.gate import GateRule, apply_gate
from vendor_audit.audit.judge import judge
from vendor_audit.audit.record import Record
from vendor_audit.audit.score import score_findings
from vendor_audit.errors import UsageError
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.checklist.model import Check
    from vendor_audit.observation import Json

FORMAT = "vendor-audit/audit/1"
_LIMIT = 200_000_000
"""Bytes of an audit document that is read back."""


def conclude(record: Record, catalogue: Catalogue) -> dict[str, Json]:
    """Return the audit document: the record, judged by the catalogue, scored and gated.

    Pure: the same record and the same checklists give the same document.
    """
    findings, warnings = judge(record, catalogue)
    score = score_findings(findings, [each.id for each in catalogue.checklists])
    older = record.settings.get("baseline")
    gate = apply_gate(
        GateRule.from_json(record.settings["gate"]),
        findings,
        score,
        reached=record.reached,
        baseline=Baseline.from_json(older) if older else None,
    )
    return {
        "format": FORMAT,
        **record.header(),
        "judged_with": __version__,
        "warnings": [*_warnings(record), *warnings],
        "checklists": [each.to_json() for each in catalogue.checklists],
        "data": [each.to_json() for each in catalogue.data.used()],
        "checks": [_described(each) for each in catalogue.checks.values()],
        "observations": [each.to_json() for each in record.observations],
        "findings": [each.to_json() for each in findings],
        "score": score,
        "gate": gate,
    }


def _warnings(record: Record) -> list[str]:
    """Return what the reader must know of how it was gathered: cut short, or spoilt by a fault of ours."""
    faults = [each for each in record.observations if each.error and each.error.kind == "internal"]
    return [
        *([f"not complete: {record.stopped}"] if record.stopped else []),
        *(
            f"our own fault, nothing is known of {each.target.name}: {each.error.message}"
            for each in faults
            if each.error
        ),
    ]


def to_bytes(document: dict[str, Json]) -> bytes:
    """Return the canonical bytes of an audit document: UTF-8, two spaces, the document's own order, a final newline."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # A vendor's text may hold half of a surrogate pair, which UTF-8 has no bytes for and JSON has an escape for.
    return text.encode("utf-8", "backslashreplace")


def read_document(path: Path) -> dict[str, Json]:
    """Return the audit document in a file.

    Raises:
        UsageError: it cannot be read, or is no audit document.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    return parse_document(content, str(path))


def parse_document(content: bytes, path: str) -> dict[str, Json]:
    """Return the audit document in bytes that stand, or stood, at a path.

    Raises:
        UsageError: they are no audit document.
    """
    if len(content) > _LIMIT:
        raise UsageError(f"{path}: larger than {_LIMIT // 1_000_000} MB, so no audit document of ours")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError(f'{path}: is no audit document of this version ("format": "{FORMAT}" is missing)')
    schema = json.loads((shipped("schemas") / "audit.schema.json").read_bytes())
    mistake = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(document))
    if mistake is not None:
        raise UsageError(f"{path}: {mistake.json_path}: {mistake.message[:300]}")
    return document


def read_baseline(path: Path, vendor: str) -> Baseline:
    """Return the audit in a file as the baseline of another audit of the vendor of that name.

    Raises:
        UsageError: it cannot be read, is no audit document, is of another vendor, or was not finished.
    """
    document = read_document(path)
    require_same_vendor(document, str(path), vendor)
    return Baseline.of_document(document, to_bytes(document))


def record_of(document: dict[str, Json]) -> Record:
    """Return what was recorded, without what was made of it: the input of another judgement."""
    return Record.from_json(document)


def _described(check: Check) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "id": check.id,
        "checklist": check.checklist,
        "title": check.title,
        "clause": list(check.clause),
        "status": check.status.value,
        "severity": check.severity.value,
        "strength": check.strength.value,
        "judges": list(check.judges),
        "why": check.why,
        "remedy": check.remedy,
        "repair": check.repair.value,
    }
    for name in ("question", "proof"):
        if text := getattr(check, name):
            shape[name] = text
    return shape
