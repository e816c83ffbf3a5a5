"""What checks may refer to: the facts of each probe and the entries of the vendor file, as their schemas have them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from vendor_audit.checklist.compiling import Surroundings
from vendor_audit.checklist.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vendor_audit.checklist.data import DatedData

_MEDIA = ("turn", "stun", "session", "capture", "whip", "whep", "janus", "room", "relay", "media_server")
"""Roles of targets that the vendor file names under ``media``."""
_DECLARED = ("statement", "vendor_file")
"""Observations of what the vendor file says: of no host and no URL."""


@cache
def probes_of(schemas: Path) -> tuple[str, ...]:
    """Return what a check can judge: whatever publishes a facts schema, ``facts/<probe>.schema.json``."""
    published = (each.name.removesuffix(".schema.json") for each in (schemas / "facts").glob("*.schema.json"))
    return tuple(sorted(published))


@cache
def _schema(file: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return schema


@cache
def _facts(schemas: Path, probes: tuple[str, ...]) -> Shape:
    files = {probe: schemas / "facts" / f"{probe}.schema.json" for probe in probes}
    if len(probes) == 1:
        schema = _schema(files[probes[0]])
        return Shape.of(schema) if schema else Shape()
    lists = {probe: {"type": "array", "items": _with_target(_schema(file))} for probe, file in files.items()}
    return Shape.of({"type": "object", "additionalProperties": False, "properties": lists})


def _with_target(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the facts schema of one observation among several: each is given its target's name."""
    name = {"type": "string", "description": "The name of the target."}
    if not schema:
        return {"type": "object"}
    return {**schema, "$schema": "", "properties": {"target": name, **schema.get("properties", {})}}


@cache
def _vendor(schemas: Path) -> Shape:
    schema = _schema(schemas / "vendor.schema.json")
    return Shape.of(schema) if schema else Shape()


@cache
def _roles(schemas: Path) -> tuple[str, ...]:
    """Return the roles that endpoints, media and documents give to targets; none: the vendor's schema names none."""
    vendor = _vendor(schemas)
    endpoints, documents = vendor.key("endpoints"), vendor.key("documents")
    role = endpoints.items.key("role") if endpoints else None
    named = tuple(map(str, role.literals)) if role else ()
    roles = (*named, *_MEDIA, *(documents.keys if documents else ())) if named else ()
    return tuple(dict.fromkeys(roles))


def surroundings_of(probes: Sequence[str], schemas: Path, data: DatedData) -> Surroundings:
    """Return what a check that judges these probes may refer to.

    Args:
        probes: one or several; none: the check names no probe that is known, and no path of facts is refused.
        schemas: the folder of schemas. What has no schema there may have any entries.
        data: the dated data.
    """
    return Surroundings(
        facts=_facts(schemas, tuple(probes)) if probes else Shape(),
        facts_of=f"the facts of {' and '.join(probes)}",
        vendor=_vendor(schemas),
        data=data,
        roles=_roles(schemas),
        has_target=len(probes) == 1 and probes[0] not in _DECLARED,
    )
