"""``vendor-audit run``: audit a vendor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.audit.gate import GateRule
    from vendor_audit.audit.run import RunSettings
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.reports.interface import Report
    from vendor_audit.vendor.file import VendorFile

INTERRUPTED_CODE = 130


def run(
    file: Annotated[Path, typer.Argument(metavar="ACME.YAML", help="The vendor file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results. Default: audits/<vendor>/<time>/.", show_default=False)
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="A report to write beside audit.json; may be repeated. Default: pdf.", show_default=False
        ),
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option(help="The mildest severity whose failure refuses: critical, high, medium, low, never.")
    ] = None,
    fail_on_unknown: Annotated[
        str | None, typer.Option(help="The mildest severity whose unknown refuses: critical, high, medium, low, never.")
    ] = None,
    min_proven: Annotated[
        float | None, typer.Option(min=0, max=100, help="Refuse below this percentage proven.")
    ] = None,
    min_coverage: Annotated[
        float | None, typer.Option(min=0, max=100, help="Refuse below this percentage judged.")
    ] = None,
    new_only: Annotated[
        Path | None,
        typer.Option(
            metavar="AUDIT.JSON", help="An older audit of this vendor: what it found already does not refuse again."
        ),
    ] = None,
    thresholds: Annotated[
        list[str] | None,
        typer.Option(help="The set of thresholds to judge by, such as bsi-tr-02102-2-2026-01.", show_default=False),
    ] = None,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds for everything that touches the network.")] = 300,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one exchange with a peer.")] = 5,
    connections: Annotated[int, typer.Option(min=1, max=100, help="Connections to one address at the same time.")] = 10,
    vantage: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help="From where this is run, 'Frankfurt, DE' or '50.11,8.68': round trips then prove places.",
        ),
    ] = None,
    mmdb: Annotated[
        list[Path] | None, typer.Option(help="A database of places in MaxMind DB format; may be repeated.")
    ] = None,
    active: Annotated[
        bool, typer.Option("--active", help="Send also what no ordinary client sends: each DTLS offer apart.")
    ] = False,
    intrusive: Annotated[
        bool,
        typer.Option("--intrusive", help="Try doors that should be shut; needs 'permission' in the vendor file."),
    ] = False,
) -> int:
    """Audit the vendor: probe, judge, score, report. Ends with the gate's exit code."""
    import os

    from vendor_audit.audit.collect import utc_now
    from vendor_audit.audit.document import read_baseline
    from vendor_audit.audit.plan import permitted
    from vendor_audit.audit.run import RunSettings
    from vendor_audit.cli.output import standard_error
    from vendor_audit.location.vantages import vantage as place
    from vendor_audit.reports.registry import find_report
    from vendor_audit.vendor.credentials import credentials_of

    reports = [find_report(name) for name in dict.fromkeys(formats or ["pdf"]) if name != "json"]
    for each in reports:
        each.check_available()
    vendor, catalogue = load_vendor(file, thresholds or ())
    for warning in vendor.warnings:
        standard_error().print(f"warning: {warning.render()}", markup=False, soft_wrap=True)
    gate = gate_rule(
        vendor,
        {
            "fail_on": fail_on,
            "fail_on_unknown": fail_on_unknown,
            "min_proven": min_proven,
            "min_coverage": min_coverage,
        },
    )
    settings = RunSettings(
        deadline=deadline,
        timeout=timeout,
        connections_per_host=connections,
        permitted=permitted(vendor, utc_now().date(), active=active, intrusive=intrusive),
        vantage=place(vantage) if vantage else None,
        databases=tuple(mmdb or ()),
        credentials=credentials_of(vendor, os.environ),
        gate=gate,
        baseline=read_baseline(new_only, vendor.name) if new_only else None,
    )
    return audit_and_report(vendor, catalogue, settings, out, reports)


def audit_and_report(
    vendor: VendorFile,
    catalogue: Catalogue,
    settings: RunSettings,
    out: Path | None,
    reports: Sequence[Report],
) -> int:
    """Audit, write the reports, print the audit, and return the exit code."""
    from vendor_audit.audit.collect import INTERRUPTED, utc_now
    from vendor_audit.audit.run import DOCUMENT_NAME, EVIDENCE_FOLDER, run_audit
    from vendor_audit.cli.live import live_progress
    from vendor_audit.cli.output import shown, standard_error, standard_output
    from vendor_audit.evidence.store import EvidenceStore
    from vendor_audit.reports.terminal import print_audit

    folder = out or Path("audits") / vendor.slug / f"{utc_now():%Y%m%dT%H%M%SZ}"
    with live_progress(standard_error(), vendor.name) as observer:
        document = run_audit(vendor, catalogue, settings, folder, observer)
    written = [folder / DOCUMENT_NAME, *write_reports(document, reports, folder)]
    output = standard_output()
    print_audit(document, output, EvidenceStore(folder / EVIDENCE_FOLDER).get)
    errors = standard_error()
    for path in written:
        errors.print(f"wrote {shown(path)}", markup=False, soft_wrap=True)
    if document.get("stopped") == INTERRUPTED:
        return INTERRUPTED_CODE
    code: int = document["gate"]["exit_code"]
    return code


def write_reports(document: dict[str, Any], reports: Sequence[Report], folder: Path) -> list[Path]:
    """Write each report as ``report.<suffix>`` into the audit's folder and return the paths."""
    from vendor_audit.audit.run import EVIDENCE_FOLDER
    from vendor_audit.cli.output import standard_error
    from vendor_audit.errors import UsageError
    from vendor_audit.evidence.store import EvidenceStore

    store = EvidenceStore(folder / EVIDENCE_FOLDER)
    paths = []
    for each in reports:
        path = folder / f"report{each.suffix}"
        try:
            with standard_error().status(f"Writing {path.name}"):
                path.write_bytes(each.render(document, store.get))
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
        paths.append(path)
    return paths


def load_vendor(file: Path, thresholds: Sequence[str] = ()) -> tuple[VendorFile, Catalogue]:
    """Return the vendor file and the catalogue with the thresholds that it, or the command line, selects.

    Raises:
        UsageError, InvalidFileError: one of the files is missing or wrong.
    """
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.vendor.file import read_vendor_file

    catalogue = load_catalogue()
    vendor = read_vendor_file(file, known_checks=catalogue.checks.keys())
    selection = {**vendor.data.get("thresholds", {}), **catalogue.data.topics_of(thresholds)}
    if selection and selection != catalogue.data.selection():
        catalogue = load_catalogue(selection=selection)
    return vendor, catalogue


def gate_rule(vendor: VendorFile, options: dict[str, Any]) -> GateRule:
    """Return the gate of the vendor file, with what the command line says instead.

    Raises:
        UsageError: a severity that is none.
    """
    from vendor_audit.audit.gate import NEVER, GateRule
    from vendor_audit.checklist.model import Severity
    from vendor_audit.errors import UsageError

    words = [*(each.value for each in Severity), NEVER]
    for name in ("fail_on", "fail_on_unknown"):
        if options.get(name) is not None and options[name] not in words:
            raise UsageError(f"--{name.replace('_', '-')} takes {', '.join(words)}, not '{options[name]}'")
    given = {key: value for key, value in options.items() if value is not None}
    return GateRule.from_json({**vendor.data.get("gate", {}), **given})
