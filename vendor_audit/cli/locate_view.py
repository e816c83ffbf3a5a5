"""What `locate` found, for the terminal: the word first, then why, then each source's answer and its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vendor_audit.cli.output import standard_output
from vendor_audit.reports.text import visible

if TYPE_CHECKING:
    from rich.console import Console

_WORDS = {
    "proven_eea": "proven: in the EEA",
    "proven_eea_or_adequate": "proven: in the EEA or a country with an adequacy decision",
    "declared": "declared by the operator",
    "consistent": "consistent",
    "refuted": "refuted",
    "undetermined": "undetermined",
}
_BASES = {"one_database": "one database only", "databases": "databases agree"}
_PLACES = {
    "eea": "EEA",
    "adequate": "adequacy decision",
    "adequate_in_part": "adequacy decision for some recipients",
    "third_country": "third country",
}
_STYLES = {"refuted": "red", "undetermined": "yellow", "consistent": "yellow"}


def print_locations(document: dict[str, Any]) -> None:
    """Print the document that ``locate --json`` prints."""
    console = standard_output()
    for each in document["addresses"]:
        _print_address(each, console)
    if measured := document.get("round_trip_time"):
        _print_times(measured, console)
    if document["not_asked"]:
        console.print(Text("not asked", style="dim"))
        reasons: dict[str, list[str]] = {}
        for name, reason in document["not_asked"].items():
            reasons.setdefault(reason, []).append(name)
        for reason, names in reasons.items():
            said = Text(visible(f"{', '.join(names)}: {reason}"))
            console.print(Padding(said, (0, 0, 0, 2), expand=False))
    for warning in document.get("warnings", ()):
        console.print(Text(f"warning: {warning}", style="yellow"))
    for attribution in document.get("attributions", ()):
        console.print(Text(attribution, style="dim"))


def _print_address(shape: dict[str, Any], console: Console) -> None:
    word = shape["word"]
    line = Text(shape["address"], style="bold")
    if "carries" in shape:
        line.append(f" carries {shape['carries']}, {shape['form']}", style="not bold")
    line.append(": ").append(_WORDS[word], style=_STYLES.get(word, "green"))
    if basis := _BASES.get(shape["basis"]):
        line.append(f" ({basis})")
    if country := shape.get("country"):
        line.append(f", {country} ({_PLACES[shape['jurisdiction']]})")
    console.print(line)
    for reason in shape["reasons"]:
        console.print(Padding(Text(visible(reason)), (0, 0, 0, 2), expand=False))
    if suggested := shape.get("suggested"):
        said = Text(f"named by sources, without enough behind it: {', '.join(suggested)}")
        console.print(Padding(said, (0, 0, 0, 2), expand=False))
    if shape["claims"]:
        table = Table(box=None, pad_edge=False)
        for heading in ("source", "kind", "country", "edition", "asked", "says"):
            table.add_column(heading, header_style="dim", overflow="fold", ratio=1 if heading == "says" else None)
        for claim in shape["claims"]:
            days = (claim.get("edition", ""), claim.get("checked", ""))
            cells = (claim["source"], claim["kind"].replace("_", " "), claim.get("country", ""), *days, claim["text"])
            table.add_row(*(Text(visible(each)) for each in cells))
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
    console.print()


def _print_times(shape: dict[str, Any], console: Console) -> None:
    for each in shape["measured"]:
        text = f"{each['rtt_ms']:g} ms from {each['vantage']}: within {each['radius_km']:,} km, by the speed of light"
        console.print(Text(visible(text)))
    if shape["contradiction"]:
        console.print(Text("the discs have no place in common"))
    else:
        console.print(Text(f"possible: {', '.join(shape['possible'])}"), soft_wrap=True)
        fibre = shape.get("possible_if_all_fibre")
        if fibre and fibre != shape["possible"]:
            console.print(Text(f"if the whole path is ordinary fibre: {', '.join(fibre)}"), soft_wrap=True)
    console.print(Text(f"assumed: {shape['assumes']}"), soft_wrap=True)
    console.print()
