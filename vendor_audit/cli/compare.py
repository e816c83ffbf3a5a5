"""``vendor-audit compare``: what changed from one audit to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    older: Annotated[Path, typer.Argument(metavar="OLD.JSON", help="The older audit.", show_default=False)],
    newer: Annotated[Path, typer.Argument(metavar="NEW.JSON", help="The newer audit.", show_default=False)],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document, with every change in it.")] = False,
) -> None:
    """Say what is new, worse, mended or unknown now. Ends with 0, whatever changed: 'run --new-only' is the gate."""
    from vendor_audit.audit.compare import compare_audits
    from vendor_audit.audit.document import read_document
    from vendor_audit.cli.compare_view import lines_of
    from vendor_audit.cli.output import print_json, standard_output

    comparison = compare_audits(read_document(older), read_document(newer))
    if json_:
        print_json(comparison.to_json())
        return
    output = standard_output()
    for line in lines_of(comparison):
        output.print(line, markup=False, soft_wrap=True)
