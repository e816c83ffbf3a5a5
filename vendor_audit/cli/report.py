"""``vendor-audit report``: any format, from a finished audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    file: Annotated[Path, typer.Argument(metavar="AUDIT.JSON", help="A finished audit.")],
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="pdf, html, sarif, ...; may be repeated. Default: pdf.", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the reports. Default: beside the audit.")] = None,
) -> None:
    """Write a report of a finished audit. The same audit gives the same bytes."""
    from vendor_audit.audit.document import read_document
    from vendor_audit.audit.run import EVIDENCE_FOLDER
    from vendor_audit.cli.output import print_bytes, shown, standard_error, standard_output
    from vendor_audit.errors import UsageError
    from vendor_audit.evidence.store import EvidenceStore
    from vendor_audit.reports.registry import find_report

    reports = {name: find_report(name) for name in formats or ["pdf"]}
    for each in reports.values():
        each.check_available()
    document = read_document(file)
    store = EvidenceStore(file.parent / EVIDENCE_FOLDER)
    for name, each in reports.items():
        if name == "terminal":
            from vendor_audit.reports.terminal import print_audit

            print_audit(document, standard_output())
            continue
        content = each.render(document, store.get)
        if name == "json" and out is None:
            print_bytes(content)
            continue
        folder = out or file.parent
        path = folder / f"report{each.suffix}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
        standard_error().print(f"wrote {shown(path)}", markup=False, soft_wrap=True)
