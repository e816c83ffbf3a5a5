"""Where the shipped data stands: checklists, schemas, report templates, examples.

In a checkout these folders stand beside the package, where people edit them; in an installed wheel they stand inside
it, under ``_data``. Nothing else in the project knows the difference.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def shipped(folder: str) -> Path:
    """Return the path of a shipped folder: ``checklists``, ``schemas``, ``report_templates`` or ``examples``.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / folder).is_dir():
            return root / folder
    raise FileNotFoundError(f"the shipped folder '{folder}' is missing: the installation is incomplete")
