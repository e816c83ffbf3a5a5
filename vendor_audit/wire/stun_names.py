"""What the registry of IANA calls methods, attributes and errors of STUN."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from vendor_audit.wire import registry


@cache
def _values() -> dict[str, Any]:
    text = resources.files(registry).joinpath("stun.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)["values"]
    return values


def method_name(number: int) -> str:
    """Return the name of a method, or its number where it has none: ``Allocate``, ``0x0FF``."""
    code = f"0x{number:03X}"
    return str(_values()["methods"].get(code, code))


def attribute_name(number: int) -> str:
    """Return the name of an attribute, or its number where it has none: ``XOR-MAPPED-ADDRESS``, ``0xC0DE``."""
    code = f"0x{number:04X}"
    return str(_values()["attributes"].get(code, code))


def error_name(code: int) -> str:
    """Return what RFC 8489 and RFC 8656 call an error code; empty: they do not know it."""
    return str(_values()["errors"].get(str(code), ""))
