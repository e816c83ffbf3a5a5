"""``vendor-audit checks``: the catalogue, one check in full, the examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vendor_audit.checklist.model import Check

app = typer.Typer(help="The catalogue of checks.", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("list")
def list_checks(json_: Json = False) -> None:
    """List every check: id, checklist, severity, status, what it judges, the weakest evidence that it accepts."""
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import print_json, standard_output

    catalogue = load_catalogue()
    if json_:
        print_json([_line(each) for each in catalogue.checks.values()])
        return
    from rich.table import Table
    from rich.text import Text

    console = standard_output()
    for checklist in catalogue.checklists:
        table = Table(title=Text(checklist.title), title_justify="left", title_style="bold", box=None, pad_edge=False)
        for heading in ("check", "severity", "status", "judges", "title"):
            table.add_column(heading, header_style="dim", overflow="fold", ratio=1 if heading == "title" else None)
        for each in catalogue.checks.values():
            if each.checklist == checklist.id:
                cells = (each.id, each.severity.value, each.status.value, ", ".join(each.judges), each.title)
                table.add_row(*map(Text, cells))
        console.print(table)
        console.print()
    table = Table(title="Dated data", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("set", "topic", "as of", ""):
        table.add_column(heading, header_style="dim")
    for data in catalogue.data.sets:
        used = "judges" if catalogue.data.selection()[data.topic] == data.id else f"with --thresholds {data.id}"
        table.add_row(*map(Text, (data.id, data.topic, data.as_of, used)))
    console.print(table)
    console.print()
    console.print(f"{len(catalogue.checks)} checks in {len(catalogue.checklists)} checklists")


@app.command("show")
def show_check(check_id: Annotated[str, typer.Argument(metavar="CHECK")], json_: Json = False) -> None:
    """Show one check in full: the clause, why it matters, how it is judged, the remedy, its examples."""
    from difflib import get_close_matches

    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import print_json, standard_output
    from vendor_audit.errors import UsageError

    catalogue = load_catalogue()
    check = catalogue.checks.get(check_id)
    if check is None:
        near = get_close_matches(check_id, catalogue.checks, n=1)
        raise UsageError(f"there is no check '{check_id}'" + (f", did you mean '{near[0]}'?" if near else ""))
    shape = {**_line(check), **_details(check)}
    if json_:
        print_json(shape)
        return
    from rich.padding import Padding
    from rich.text import Text

    console = standard_output()
    console.print(Text(check.title, style="bold"))
    for name, value in shape.items():
        if name != "title":
            console.print(Text(name.replace("_", " "), style="dim"))
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            console.print(Padding(Text(text.strip()), (0, 0, 0, 2)))


@app.command("test")
def run_the_examples(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Checklists; default: all shipped.")
    ] = None,
) -> int:
    """Run the examples of the checks. Ends with 0, or 1 if an example has another verdict than it says."""
    from vendor_audit.checklist.examples import run_examples
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.cli.output import standard_error, standard_output

    results = run_examples(load_catalogue(files) if files else load_catalogue())
    wrong = [each for each in results if not each.passed]
    for each in wrong:
        standard_error().print(each.message, markup=False, soft_wrap=True)
    console = standard_output()
    console.print(f"{len(results) - len(wrong)} of {len(results)} examples have the verdict that they say")
    return 1 if wrong else 0


def _line(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "checklist": check.checklist,
        "title": check.title,
        "clause": list(check.clause),
        "severity": check.severity.value,
        "status": check.status.value,
        "judges": list(check.judges),
        "strength": check.strength.value,
    }


def _details(check: Check) -> dict[str, Any]:
    details: dict[str, Any] = {
        "class": _probe_class(check),
        "why": check.why,
        "remedy": check.remedy,
        "repair": check.repair.value,
    }
    if check.question:
        details["question"] = check.question
    if check.proof:
        details["proof"] = check.proof
    if check.asked_by:
        details["asked_by"] = list(check.asked_by)
    details["file"] = str(check.place)
    details["definition"] = check.definition
    return details


def _probe_class(check: Check) -> str:
    """Return how far the probes go for what is judged: passive, normal, active or intrusive."""
    from vendor_audit.probes.interface import ProbeClass
    from vendor_audit.probes.registry import probe_named, probe_names

    judged = [probe_named(each).probe_class for each in check.judges if each in probe_names()]
    own = max(judged, key=list(ProbeClass).index, default=ProbeClass.PASSIVE)
    return check.needs or own.value
