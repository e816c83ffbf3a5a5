"""JSON from a file that may hold anything: bounded in depth, in objects and in the digits of its numbers."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NoReturn

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.model import CaptureError

if TYPE_CHECKING:
    from vendor_audit.observation import Json


class NotJsonError(Exception):
    """The text is no JSON."""


def load(text: str, most: int = limits.CONTAINERS) -> Json:
    """Return the value that a text holds.

    Every object passes through Python code of ours, so that the threads beside this one get their turns.

    Raises:
        NotJsonError: it holds none: malformed, cut off, more than one value, NaN or infinite.
        CaptureError: it is nested too deep, or holds more objects than we do.
    """
    counted = 0

    def count(found: dict[str, Json]) -> dict[str, Json]:
        nonlocal counted
        counted += 1
        if counted > most:
            raise CaptureError("too_large", f"it holds more than {most:,} objects")
        return found

    # Arrays do not pass by the hook; more brackets than this cannot be in a dump.
    if text.count("[") > most:
        raise CaptureError("too_large", f"it holds more than {most:,} lists")
    try:
        return json.loads(text, object_hook=count, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise CaptureError("damaged", "its JSON is nested too deep") from error
    except ValueError as error:  # also a number of more digits than Python converts
        raise NotJsonError(str(error)) from error


def load_or_none(text: str) -> Json:
    """Return the value that a small text holds, or None."""
    try:
        return load(text, 10_000)
    except (NotJsonError, CaptureError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


def as_object(value: Json) -> dict[str, Json]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Json) -> str:
    """Return the value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def as_number(value: Json) -> float | None:
    """Return the value if it is a number that can be one of a moment, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None  # noqa: PLR2004 # milliseconds beyond the year 30000
