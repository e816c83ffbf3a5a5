"""What the commands share in speaking: consoles, JSON on stdout, names that cannot play tricks with a terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console


def standard_output() -> Console:
    """Return the console of results: colours only for a terminal, never with NO_COLOR; wide where nobody looks."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120, color_system=None)
    return console


def standard_error() -> Console:
    """Return the console of everything that is no result: progress, warnings, where files were written."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:  # noqa: ANN401 # any JSON value
    """Print one JSON document on stdout and nothing else. Control characters stand as JSON escapes in it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False) + "\n")


def shown(path: Path) -> str:
    """Return a path as a person would type it from here."""
    from pathlib import Path as _Path

    try:
        return str(path.resolve().relative_to(_Path.cwd()))
    except ValueError:
        return str(path)


def print_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
