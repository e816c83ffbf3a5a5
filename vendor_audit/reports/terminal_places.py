"""The terminal's table of where the addresses are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vendor_audit.reports.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from vendor_audit.reports.places import PlaceRow, Places

_ROWS = 12
"""Addresses on the screen; the reports have them all."""


def places_table(places: Places, *, unicode: bool) -> Iterator[RenderableType]:
    """Yield nothing where no address was located, else a heading, the table, and how many addresses it leaves out.

    Which sources could not be asked, and what has to be said where a source's answer is shown, comes last.
    """
    if not places.rows:
        return
    yield Padding(Text("Where the addresses are", "bold"), (1, 1))
    table = Table(
        box=box.SIMPLE_HEAD if unicode else box.ASCII2,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="dim",
        expand=True,
    )
    for name, ratio in (("Address", 5), ("Seen as", 4), ("Place", 4), ("How known", 6)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for row in places.rows[:_ROWS]:
        table.add_row(*(Text(each) for each in (row.address, row.seen_as, _place(row), row.known)))
    yield Padding(table, (0, 1))
    more = len(places.rows) - _ROWS
    if more > 0:
        yield Padding(
            Text(f"and {plural(more, 'more address', 'more addresses')}, in the other reports", "dim"), (0, 1)
        )
    for sources, reason in places.not_asked:
        yield Padding(Text(f"Could not be asked: {sources} ({reason})", "dim"), (0, 1))
    for credit in places.credits:
        yield Padding(Text(credit.text, "dim"), (0, 1))


def _place(row: PlaceRow) -> str:
    return f"{row.place}; suggested: {row.suggested}" if row.suggested else row.place
