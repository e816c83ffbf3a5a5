"""One observation for a person at a terminal: the facts as an outline, and what could not be established."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from vendor_audit.reports.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from vendor_audit.observation import Json

_WIDEST = 100
"""Characters that a list of scalars may take on one line."""


def print_observation(observation: dict[str, Json], console: Console) -> None:
    """Print the observation as it stands in JSON. Everything that a vendor wrote is shown inert."""
    target = visible(observation["target"]["name"])
    about = f"{observation['started']}, {observation['duration']:g} s"
    console.print(Text.assemble((f"{observation['probe']} {target}", "bold"), (f"  {about}", "dim")), soft_wrap=True)
    if "error" in observation:
        console.print(Text(f"could not be observed: {visible(observation['error']['message'])}"), soft_wrap=True)
    for line in _outline(observation["facts"], 0):
        console.print(line, soft_wrap=True)
    unknown = observation.get("unknown", {})
    if unknown:
        console.print(Text("not established", style="bold"))
        for path, reason in unknown.items():
            console.print(Text.assemble(("  " + visible(path), "dim"), f": {visible(reason)}"), soft_wrap=True)


def _outline(value: Json, depth: int) -> Iterator[Text]:
    """Give the lines of a mapping, or of a list of mappings, each level two blanks further in."""
    pad = "  " * depth
    if isinstance(value, dict):
        for key, each in value.items():
            inline = _inline(each)
            if inline is not None:
                yield Text.assemble(pad, (visible(str(key)), "dim"), f": {inline}")
            else:
                yield Text.assemble(pad, (visible(str(key)), "dim"), ":")
                yield from _outline(each, depth + 1)
    elif isinstance(value, list) and _is_table(value):
        yield from _table(value, pad)
    elif isinstance(value, list):
        for each in value:
            inline = _inline(each)
            yield Text(f"{pad}- {inline if inline is not None else _row(each)}")


def _is_table(value: list[Json]) -> bool:
    """Return whether these are several mappings with the same keys and only scalars in them."""
    return (
        len(value) > 1
        and all(isinstance(each, dict) and each.keys() == value[0].keys() for each in value)
        and not any(isinstance(cell, dict | list) for each in value for cell in each.values())
    )


def _table(rows: list[dict[str, Json]], pad: str) -> Iterator[Text]:
    """Give the lines of a table: the keys, then the values below them."""
    cells = [[visible(str(key)) for key in rows[0]], *([_scalar(each) for each in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield Text(pad + line, style="" if number else "dim")


def _inline(value: Json) -> str | None:
    """Return a scalar, or a list of scalars that fits a line; None for what needs lines of its own."""
    if isinstance(value, dict):
        return None if value else "(none)"
    if not isinstance(value, list):
        return _scalar(value)
    if any(isinstance(each, dict | list) for each in value):
        return None
    line = ", ".join(map(_scalar, value)) or "(none)"
    return line if len(line) <= _WIDEST else None


def _row(value: Json) -> str:
    """Return an element of a list on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{visible(str(key))} {_row(each)}" for key, each in value.items())
    if isinstance(value, list):
        return " ".join(map(_row, value)) or "(none)"
    return _scalar(value)


def _scalar(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))
