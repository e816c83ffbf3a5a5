"""A whole audit, from the vendor file to the document on disk."""

from __future__ import annotations

import asyncio
import platform
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vendor_audit import __version__
from vendor_audit.audit.collect import Collector, timestamp, utc_now
from vendor_audit.audit.comparison import COMPARISON, compared
from vendor_audit.audit.document import conclude, to_bytes
from vendor_audit.audit.gate import GateRule
from vendor_audit.audit.journal import Journal
from vendor_audit.audit.locating import LOCATION, TITLE, locate_all, sources_shape
from vendor_audit.audit.plan import looks_at, names_of, network_settings, plan_looks
from vendor_audit.audit.progress import Observer, ignore
from vendor_audit.audit.record import MethodLine, Record
from vendor_audit.errors import UsageError
from vendor_audit.evidence.store import EvidenceStore
from vendor_audit.location.cache import Cache, cache_folder
from vendor_audit.location.local import UserFiles, load_sources
from vendor_audit.probes.interface import ProbeClass, ProbeContext
from vendor_audit.probes.network import Network
from vendor_audit.probes.registry import all_probes
from vendor_audit.vendor.statements import declare, observe_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from vendor_audit.audit.baseline import Baseline
    from vendor_audit.audit.plan import Look
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.location.vantages import Vantage
    from vendor_audit.observation import Json
    from vendor_audit.secret import Credentials
    from vendor_audit.vendor.file import VendorFile

DOCUMENT_NAME = "audit.json"
EVIDENCE_FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What the operator may set beside the vendor file."""

    deadline: float = 300.0
    """Seconds for everything that touches the network."""
    timeout: float = 5.0
    """Seconds for one exchange with a peer."""
    connections_per_host: int = 10
    permitted: ProbeClass = ProbeClass.NORMAL
    """How far the probes may go; `vendor_audit.audit.plan.permitted` says what the operator may ask for."""
    vantage: Vantage | None = None
    """From where the audit is made: then round trips to it are physics. None: not known."""
    databases: tuple[Path, ...] = ()
    """Databases of places in MaxMind DB format, beside those that are there."""
    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    """By the target's name, resolved from the environment. They stay in memory."""
    gate: GateRule = field(default_factory=GateRule)
    baseline: Baseline | None = None
    """The older audit whose findings do not block again; None: every finding counts."""


def run_audit(
    vendor: VendorFile, catalogue: Catalogue, settings: RunSettings, folder: Path, observer: Observer = ignore
) -> dict[str, Json]:
    """Audit the vendor, write ``audit.json`` and the evidence into the folder, and return the audit document.

    Ctrl-C and the deadline end the gathering, not the audit: what was gathered is judged and written.

    Raises:
        UsageError: the folder cannot be written, or a trust anchor cannot be read.
    """
    network = network_settings(vendor, connections_per_host=settings.connections_per_host, timeout=settings.timeout)
    probes = all_probes()
    looks = plan_looks(vendor, probes)
    sources = load_sources(Cache(cache_folder()), UserFiles(databases=settings.databases))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        record = _begin(vendor, catalogue, settings, looks)
        store = EvidenceStore(folder / EVIDENCE_FOLDER)
        for said in record.observations:
            if "proof" in said.facts:
                store.copy(vendor.path.parent / said.facts["proof"]["path"], said.facts["proof"]["sha256"])
        clock = time.perf_counter()
        with Journal(folder, record, looks) as journal:
            collector = Collector(
                context=ProbeContext(
                    Network(network),
                    utc_now,
                    settings.timeout,
                    names_of(vendor),
                    vendor.path.parent,
                    settings.credentials,
                    settings.permitted,
                ),
                deadline=settings.deadline,
                keep_evidence=store.put,
                keep_observation=journal.add,
                observer=observer,
                follow=lambda lead: looks_at([lead.target], probes),
            )
            observations = asyncio.run(collector.collect(looks))
            located = locate_all(observations, sources, record.day, timestamp(utc_now()), settings.vantage)
            for each in located:
                journal.add(each)
            record = replace(
                record,
                observations=record.observations + observations + located,
                settings={**record.settings, "location": sources_shape(sources)},
                method=_method((*looks, *collector.followed)),
                stopped=collector.stopped,
                duration=round(time.perf_counter() - clock, 3),
            )
            record = compared(record)
            document = conclude(record, catalogue)
            (folder / DOCUMENT_NAME).write_bytes(to_bytes(document))
            journal.remove()
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from error
    return document


def _begin(vendor: VendorFile, catalogue: Catalogue, settings: RunSettings, looks: tuple[Look, ...]) -> Record:
    """Return the record as it stands before the first look: the vendor's own words are in it."""
    now = utc_now()
    started = timestamp(now)
    return Record(
        id=f"{vendor.slug}-{now:%Y%m%dT%H%M%SZ}",
        tool={"name": "vendor-audit", "version": __version__, "python": platform.python_version()},
        started=started,
        duration=0.0,
        stopped="",
        vendor_name=vendor.path.name,
        vendor_sha256=vendor.sha256,
        vendor=vendor.data,
        settings={
            "thresholds": catalogue.data.selection(),
            "gate": settings.gate.to_json(),
            "deadline": settings.deadline,
            "timeout": settings.timeout,
            "connections_per_host": settings.connections_per_host,
            "permitted": settings.permitted.value,
            **({"vantage": settings.vantage.name} if settings.vantage else {}),
            **({"baseline": settings.baseline.to_json()} if settings.baseline else {}),
        },
        method=_method(looks),
        observations=(declare(vendor, started), *observe_statements(vendor, started)),
    )


def _method(looks: Iterable[Look]) -> tuple[MethodLine, ...]:
    """Return a line for each probe that looks, between what is only read and what is derived."""
    probes = {look.probe.name: look.probe for look in looks}
    spoken = (
        MethodLine("vendor_file", "Reads what the vendor file declares of vendor, product and customer.", "passive"),
        MethodLine(
            "statement", "Reads what the vendor attests in the vendor file, and the proofs beside it.", "passive"
        ),
    )
    derived = MethodLine(COMPARISON, "Lays what the vendor's papers say of the same thing side by side.", "passive")
    return (
        *spoken,
        *(MethodLine(each.name, each.title, each.probe_class.value) for each in probes.values()),
        MethodLine(LOCATION, TITLE, "passive"),
        derived,
    )
