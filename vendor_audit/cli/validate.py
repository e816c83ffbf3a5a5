"""``vendor-audit validate``: vendor files and checklists, without touching the network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vendor_audit.source.diagnostic import Diagnostic

_DATA = re.compile(r"^topic:", re.MULTILINE)
_CHECKLIST = re.compile(r"^checklist:", re.MULTILINE)
"""What begins a line in a data file, or in a checklist, and in no vendor file."""


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Vendor files; checklists; data files.")],
) -> int:
    """Say every mistake in the files, with line and column. Ends with 0, or 2 if there is one."""
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import standard_error, standard_output
    from vendor_audit.source.diagnostic import InvalidFileError

    catalogue = load_catalogue()
    output, errors = standard_output(), standard_error()
    mistakes = 0
    for file in files:
        try:
            warnings = _read(file, catalogue.checks)
        except InvalidFileError as error:
            mistakes += len(error.diagnostics)
            errors.print(str(error), markup=False, soft_wrap=True)
        else:
            for each in warnings:
                errors.print(f"warning: {each.render()}", markup=False, soft_wrap=True)
            output.print(f"{file}: valid", markup=False, soft_wrap=True)
    if mistakes:
        errors.print(f"{mistakes} {'mistake' if mistakes == 1 else 'mistakes'}")
        return 2
    return 0


def _read(file: Path, known_checks: Collection[str]) -> Sequence[Diagnostic]:
    """Read a file as what it is and return its warnings.

    Raises:
        InvalidFileError: with all its mistakes.
    """
    from vendor_audit.checklist.data import read_sets
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.source.diagnostic import InvalidFileError
    from vendor_audit.source.strict_yaml import read_text
    from vendor_audit.vendor.file import read_vendor_file

    text = read_text(file)
    if _CHECKLIST.search(text):
        load_catalogue([file])
    elif _DATA.search(text):
        mistakes: list[Diagnostic] = []
        read_sets([(file, str(file))], mistakes)
        if mistakes:
            raise InvalidFileError(mistakes)
    else:
        # Only the vendor file's own reader knows which texts are secrets that no message may repeat.
        return read_vendor_file(file, known_checks=known_checks).warnings
    return ()
