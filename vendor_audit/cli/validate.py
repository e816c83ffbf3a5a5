"""``vendor-audit validate``: vendor files and checklists, without touching the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Vendor files; checklists; data files.")],
) -> int:
    """Say every mistake in the files, with line and column. Ends with 0, or 2 if there is one."""
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import standard_error, standard_output
    from vendor_audit.source.diagnostic import InvalidFileError
    from vendor_audit.source.strict_yaml import read_yaml
    from vendor_audit.vendor.file import read_vendor_file

    catalogue = load_catalogue()
    output, errors = standard_output(), standard_error()
    mistakes = 0
    for file in files:
        try:
            source = read_yaml(file)
            if isinstance(source.data, dict) and "checks" in source.data and "vendor" not in source.data:
                load_catalogue([file])
            else:
                read_vendor_file(file, known_checks=catalogue.checks.keys())
        except InvalidFileError as error:
            mistakes += len(error.diagnostics)
            errors.print(str(error), markup=False, soft_wrap=True)
        else:
            output.print(f"{file}: valid", markup=False, soft_wrap=True)
    if mistakes:
        errors.print(f"{mistakes} {'mistake' if mistakes == 1 else 'mistakes'}")
        return 2
    return 0
