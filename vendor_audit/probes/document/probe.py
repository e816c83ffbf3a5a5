"""The probe `document`: what a vendor's paper is, and what it says, read in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from vendor_audit.observation import Evidence, Sight, Strength
from vendor_audit.probes.document.fetching import fetch
from vendor_audit.probes.document.files import read_file
from vendor_audit.probes.document.isolation import Isolation
from vendor_audit.probes.document.mailboxes import look_up_mail
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from vendor_audit.observation import Json, Target
    from vendor_audit.probes.document.answer import Answer
    from vendor_audit.probes.document.original import Original
    from vendor_audit.probes.interface import ProbeContext

_SIDE_BY_SIDE = 4
"""Documents that are held in memory at the same time."""
_UNKNOWN_TYPE = "application/octet-stream"


class DocumentProbe:
    """The papers of a vendor: agreement, notice, lists, certificates, reports."""

    name = "document"
    title = "Reads the vendor's documents, from files or the web: what each is, and what it says on which page."
    probe_class = ProbeClass.PASSIVE
    strength = Strength.DOCUMENTED
    per_service = False

    def __init__(self, isolation: Isolation | None = None) -> None:
        """Take how documents are read apart from us; None: as usual."""
        self._isolation = isolation or Isolation()
        self._slots = asyncio.Semaphore(_SIDE_BY_SIDE)

    def accepts(self, target: Target) -> bool:
        """Return whether the target is a document whose place is known."""
        return target.kind == "document" and bool(target.location)

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what the document is and what it says.

        Raises:
            ProbeError: it could not be had, or not be read; in the latter case with the bytes as evidence.
        """
        async with self._slots:
            original = await _original(target, context)
            try:
                answer = await self._isolation.read(_header(target, original, context), original.content)
            except ProbeError as error:
                raise _unread(target, original, error.failure.kind, str(error)) from error
        if answer.kind:
            raise _unread(target, original, answer.kind, answer.message, answer.media_type)
        facts = _facts(target, original, answer)
        if check_against(SourceDocument("facts", "", facts), load_schema("facts/document")):
            raise _unread(target, original, "crashed", "reading the document gave facts that cannot be")
        if not facts["words"]:
            raise _unread(target, original, "empty", "there is no text in it", answer.media_type)
        unknown = {**answer.unknown, **await look_up_mail(facts.get("contacts", []), context.network)}
        return Sight(facts, unknown, (_evidence(target, original, answer.media_type),))


async def _original(target: Target, context: ProbeContext) -> Original:
    if "://" in target.location:
        return await fetch(target.location, context)
    return await asyncio.to_thread(read_file, target.location, context.folder)


def _header(target: Target, original: Original, context: ProbeContext) -> dict[str, Json]:
    return {
        "kind": target.name,
        "name": original.name,
        "language": target.language,
        "context": {
            "vendor_names": context.names.vendor,
            "customer_names": context.names.customer,
            "product_names": context.names.product,
            "audit_date": context.now().date().isoformat(),
        },
    }


def _facts(target: Target, original: Original, answer: Answer) -> dict[str, Json]:
    """Return what was read, with what we know ourselves of the document: of that the reader has no say."""
    identity = {
        "kind": target.name,
        "source": original.source,
        "sha256": hashlib.sha256(original.content).hexdigest(),
        "size": len(original.content),
        "media_type": answer.media_type,
    }
    return {**identity, **answer.facts, **identity}


def _unread(target: Target, original: Original, kind: str, message: str, media_type: str = _UNKNOWN_TYPE) -> ProbeError:
    return ProbeError(kind, f"{original.source}: {message}", (_evidence(target, original, media_type),))


def _evidence(target: Target, original: Original, media_type: str) -> Evidence:
    return Evidence(f"document {target.name}: {original.source}", media_type, original.content)
