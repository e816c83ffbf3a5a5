"""One observation for a person at a terminal: the facts as an outline, and what could not be established.

What a document says to each requirement (the fact ``requirements``) is a table with the quotes under its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from vendor_audit.reports.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from vendor_audit.observation import Json

_WIDEST = 100
"""Characters that a list of scalars may take on one line."""
_REQUIREMENTS = "requirements"
_SECTION = 60
"""Characters of a section's name in the table of requirements."""
_STYLES = {"present": "green", "partial": "yellow", "absent": "red", "unclear": "magenta"}


def print_observation(observation: dict[str, Json], console: Console) -> None:
    """Print the observation as it stands in JSON. Everything that a vendor wrote is shown inert."""
    target = visible(observation["target"]["name"])
    about = f"{observation['started']}, {observation['duration']:g} s"
    console.print(Text.assemble((f"{observation['probe']} {target}", "bold"), (f"  {about}", "dim")), soft_wrap=True)
    if "error" in observation:
        console.print(Text(f"could not be observed: {visible(observation['error']['message'])}"), soft_wrap=True)
    facts = dict(observation["facts"])
    requirements = facts.pop(_REQUIREMENTS, None)
    for line in _outline(facts, 0):
        console.print(line, soft_wrap=True)
    if isinstance(requirements, dict):
        _print_requirements(requirements, console)
    unknown = observation.get("unknown", {})
    if unknown:
        console.print(Text("not established", style="bold"))
        for path, reason in unknown.items():
            console.print(Text.assemble(("  " + visible(path), "dim"), f": {visible(reason)}"), soft_wrap=True)


def _print_requirements(requirements: dict[str, Json], console: Console) -> None:
    """Print a row for each requirement: id, status, page, section; under it the quote, the elements and the note."""
    console.print(Text(_REQUIREMENTS, style="bold"))
    rows = {visible(str(name)): each for name, each in requirements.items() if isinstance(each, dict)}
    width = max(map(len, rows), default=0)
    for name, each in rows.items():
        status = visible(str(each.get("status", "")))
        where = f"page {each['page']}" if each.get("page") else ""
        section = visible(str(each.get("section", "")), _SECTION) if each.get("section") else ""
        line = Text.assemble(f"  {name.ljust(width)}  ", (status.ljust(7), _STYLES.get(status, "")))
        line.append(f"  {where.ljust(8)}  {section}".rstrip(), style="dim")
        console.print(line, soft_wrap=True)
        for text, style in _remarks(each):
            console.print(Padding(Text(text, style=style), (0, 0, 0, 6)))


def _remarks(requirement: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Give what stands under the row of a requirement, each with its style."""
    if requirement.get("quote"):
        yield f"\u201c{visible(str(requirement['quote']))}\u201d", ""
    elements = requirement.get("elements")
    found: dict[bool, list[str]] = {True: [], False: []}
    for name, each in elements.items() if isinstance(elements, dict) else ():
        found[bool(each.get("found")) if isinstance(each, dict) else bool(each)].append(visible(str(name)))
    words = {"found": found[True], "not found": found[False]}
    said = [f"{word}: {', '.join(names)}" for word, names in words.items() if names]
    if said:
        yield "; ".join(said), "dim"
    if requirement.get("note"):
        yield visible(str(requirement["note"])), "italic"


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
            yield from _element(each, depth)


def _element(value: Json, depth: int) -> Iterator[Text]:
    """Give an element of a list behind its dash: on one line where it fits, else as an outline."""
    pad = "  " * depth
    inline = _inline(value)
    row = inline if inline is not None else _row(value)
    if not isinstance(value, dict) or len(row) <= _WIDEST:
        yield Text(f"{pad}- {row}")
        return
    first, *others = _outline(value, depth + 1)
    yield Text.assemble(pad, "- ", first[len(pad) + 2 :])
    yield from others


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
