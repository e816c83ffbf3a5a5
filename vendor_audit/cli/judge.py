"""``vendor-audit judge``: judge recorded observations again, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def judge(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="AUDIT.JSON", help="An audit, or the journal (audit.partial.jsonl) of one that was cut off."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the new audit. Default: audit.judged.json beside the old one.")
    ] = None,
    thresholds: Annotated[
        list[str] | None, typer.Option(help="Another set of thresholds to judge by.", show_default=False)
    ] = None,
    new_only: Annotated[
        Path | None,
        typer.Option(
            metavar="AUDIT.JSON", help="An older audit of this vendor: what it found already does not refuse again."
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the new audit on stdout and write no file.")] = False,
) -> int:
    """Judge recorded observations again, without any network, by today's checklists. Ends with the gate's exit code."""
    from dataclasses import replace

    from vendor_audit.audit.document import conclude, read_baseline, read_document, record_of, to_bytes
    from vendor_audit.audit.journal import read_journal
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import print_bytes, shown, standard_error, standard_output
    from vendor_audit.errors import UsageError
    from vendor_audit.reports.terminal import print_audit

    record = read_journal(file) if file.suffix == ".jsonl" else record_of(read_document(file))
    catalogue = load_catalogue(selection=record.settings["thresholds"])
    if thresholds:
        selection = {**record.settings["thresholds"], **catalogue.data.topics_of(thresholds)}
        catalogue = load_catalogue(selection=selection)
        record = replace(record, settings={**record.settings, "thresholds": selection})
    if new_only:
        baseline = read_baseline(new_only, record.vendor.get("vendor", {}).get("name", ""))
        record = replace(record, settings={**record.settings, "baseline": baseline.to_json()})
    document = conclude(record, catalogue)
    code: int = document["gate"]["exit_code"]
    if json_:
        print_bytes(to_bytes(document))
        return code
    path = out or file.parent / "audit.judged.json"
    try:
        path.write_bytes(to_bytes(document))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    print_audit(document, standard_output())
    standard_error().print(f"wrote {shown(path)}", markup=False, soft_wrap=True)
    return code
