"""``vendor-audit data``: what operators publish about their networks, fetched into the user's cache and shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from vendor_audit.location.cache import Cache
    from vendor_audit.location.published import Published
    from vendor_audit.probes.location_files import Update
    from vendor_audit.probes.network import NetworkSettings

app = typer.Typer(
    help="What operators publish about their networks: fetch it, show it.", no_args_is_help=True, rich_markup_mode=None
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
NOT_ESTABLISHED = 3


@app.command("update")
def update(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME…]", help="aws, azure, ...; default: all that there are."),
    ] = None,
    taken_from: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="NAME=WHERE",
            help="Take the file from this https URL, or from a file on this machine; may be repeated.",
        ),
    ] = None,
    resolve: Annotated[list[str] | None, typer.Option(metavar="NAME=ADDRESS", help="Pin a name to an address.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(help="PEM file of certificates to trust besides the public.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for a connection or a DNS answer.")] = 10,
    json_: Json = False,
) -> int:
    """Fetch the current files of operators. Ends with 0, or 3 if one could not be had; what there was then stays.

    vendor-audit data update

    vendor-audit data update aws --from aws=ip-ranges.json
    """
    import asyncio

    from vendor_audit.audit.collect import utc_now
    from vendor_audit.cli.output import print_json
    from vendor_audit.location.cache import Cache, cache_folder
    from vendor_audit.probes.location_files import update as fetch
    from vendor_audit.probes.network import Network

    urls, files = _elsewhere(taken_from or [])
    chosen = _chosen(names or sorted({*urls, *files}))
    cache, now = Cache(cache_folder()), utc_now()
    results = [_from_files(each, files[each.name], cache, now) for each in chosen if each.name in files]
    network = Network(_settings(chosen, urls, resolve or [], trust or [], timeout))
    remote = [each for each in chosen if each.name not in files]
    results += asyncio.run(fetch(remote, cache, network, now, urls))
    results.sort(key=lambda each: [one.name for one in chosen].index(each.name))
    if json_:
        print_json([_shape(each) for each in results])
    else:
        _print(results)
    return NOT_ESTABLISHED if any(each.result == "failed" for each in results) else 0


@app.command("show")
def show(json_: Json = False) -> None:
    """Show what there is to locate addresses with, and how old it is."""
    from vendor_audit.audit.collect import utc_now
    from vendor_audit.cli.output import print_json, standard_output
    from vendor_audit.location.cache import Cache, cache_folder

    cache = Cache(cache_folder())
    rows = _inventory(cache, utc_now().date())
    if json_:
        print_json({"folder": str(cache.folder), "data": rows})
        return
    from rich.table import Table
    from rich.text import Text

    console = standard_output()
    table = Table(box=None, pad_edge=False)
    for heading in ("data", "of", "edition", "asked", "age", "networks", ""):
        table.add_column(heading, header_style="dim", overflow="fold")
    for each in rows:
        age = f"{each['age_days']} days" if "age_days" in each else ""
        cells = (each["name"], each["operator"], each.get("edition", ""), each.get("checked", "")[:10], age)
        networks = f"{each['networks']:,}" if each.get("networks") else ""
        table.add_row(*map(Text, (*cells, networks, each.get("trouble", ""))))
    console.print(table)
    console.print()
    console.print(Text(f"copies are in {cache.folder}"), soft_wrap=True)


def _chosen(names: Sequence[str]) -> list[Published]:
    """Return what is published under these names; all, if there are none.

    Raises:
        UsageError: nothing is published under a name.
    """
    from vendor_audit.errors import UsageError
    from vendor_audit.location.published import published
    from vendor_audit.source.words import did_you_mean

    known = published()
    for each in names:
        if each not in known:
            raise UsageError(f"there are no data '{each}'{did_you_mean(each, known) or ': ' + ', '.join(known)}")
    return [each for name, each in known.items() if not names or name in names]


def _elsewhere(options: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, list[Path]]]:
    """Return name -> URLs and name -> files that take the place of the published addresses.

    Raises:
        UsageError: an option is not NAME=WHERE, is no https URL, or one name is given both.
    """
    from vendor_audit.errors import UsageError

    urls: dict[str, list[str]] = {}
    files: dict[str, list[Path]] = {}
    for option in options:
        name, equals, where = option.partition("=")
        if not equals or not where:
            raise UsageError(f"--from takes NAME=URL or NAME=FILE, not '{option}'")
        if "://" in where:
            if not where.lower().startswith("https://"):
                raise UsageError(f"--from takes https only, not '{where}'")
            urls.setdefault(name, []).append(where)
        else:
            files.setdefault(name, []).append(Path(where))
        if name in urls and name in files:
            raise UsageError(f"--from {name} names a URL and a file: give one of them")
    return urls, files


def _from_files(what: Published, paths: Sequence[Path], cache: Cache, now: datetime) -> Update:
    """Keep files of this machine in the place of those to fetch.

    They count as asked for on the day on which they were written: whoever copied them asked then.

    Raises:
        UsageError: a file cannot be read.
    """
    from datetime import UTC, datetime

    from vendor_audit.errors import UsageError
    from vendor_audit.location.operators.declared import InvalidOperatorFileError
    from vendor_audit.probes.location_files import MOST_UNPACKED, Update, checked_file

    parts, written = [], now
    for path in paths:
        try:
            with path.open("rb") as stream:
                content = stream.read(MOST_UNPACKED + 1)
            written = min(written, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        except OSError as error:
            raise UsageError(f"{path}: the file cannot be read: {error.strerror or error}") from error
        if len(content) > MOST_UNPACKED:
            raise UsageError(f"{path}: the file has more than {MOST_UNPACKED:,} bytes")
        try:
            parts.append(checked_file(what, content, str(path)))
        except InvalidOperatorFileError as error:
            raise UsageError(f"{path}: {error}") from error
    try:
        return Update(what.name, "new", cache.store(what, parts, written))
    except InvalidOperatorFileError as error:
        raise UsageError(f"{', '.join(map(str, paths))}: {error}") from error
    except OSError as error:
        raise UsageError(f"{cache.folder}: cannot be written: {error.strerror or error}") from error


def _settings(
    chosen: Sequence[Published],
    urls: dict[str, list[str]],
    resolve: Sequence[str],
    trust: Sequence[Path],
    timeout: float,
) -> NetworkSettings:
    """Return the network settings: pins, certificates to trust.

    Raises:
        UsageError: a pin or a certificate cannot be read.
    """
    from urllib.parse import urlsplit

    from vendor_audit.audit.plan import read_trust_anchor
    from vendor_audit.cli.pins import pins
    from vendor_audit.probes.network import NetworkSettings, names_of_this_machine

    hosts = [urlsplit(url).hostname or "" for each in chosen for url in urls.get(each.name, each.urls)]
    return NetworkSettings(
        resolve={**names_of_this_machine(hosts), **pins(resolve)},
        trust_anchors="\n".join(map(read_trust_anchor, trust)),
        timeout=timeout,
    )


def _shape(update: Update) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": update.name, "result": update.result}
    if update.reason:
        shape["reason"] = update.reason
    if update.note:
        shape["copy"] = update.note.to_json()
    return shape


def _print(results: Sequence[Update]) -> None:
    from rich.table import Table
    from rich.text import Text

    from vendor_audit.cli.output import standard_error, standard_output

    table = Table(box=None, pad_edge=False)
    for heading in ("data", "", "edition", "networks", "left out", "SHA-256"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for each in results:
        note = each.note
        hashes = " ".join(part["sha256"][:16] for part in note.parts) if note else ""
        networks = f"{note.networks:,}" if note and note.networks else ""
        edition, skipped = (note.edition, str(note.skipped or "")) if note else ("", "")
        table.add_row(*map(Text, (each.name, each.result, edition, networks, skipped, hashes)))
    standard_output().print(table)
    for each in results:
        if each.reason:
            kept = "; the copy of before stays" if each.note else ""
            standard_error().print(f"{each.name}: {each.reason}{kept}", markup=False, soft_wrap=True)


def _inventory(cache: Cache, today: date) -> list[dict[str, Any]]:
    """Return one row for everything that is there or could be: fetched copies, embedded data, dated data."""
    from vendor_audit.location.cache import BrokenCopyError
    from vendor_audit.location.country_table import ATTRIBUTION, EmbeddedCountries
    from vendor_audit.location.dated import dated
    from vendor_audit.location.jurisdictions import jurisdictions
    from vendor_audit.location.published import published

    rows: list[dict[str, Any]] = []
    for each in published().values():
        row: dict[str, Any] = {"name": each.name, "operator": each.operator}
        try:
            note = cache.note(each.name)
        except BrokenCopyError as error:
            note, row["trouble"] = None, str(error)
        if note:
            row |= {**note.to_json(), "age_days": (today - note.checked.date()).days}
            row.pop("format")
        elif "trouble" not in row:
            row["trouble"] = "no copy: run 'vendor-audit data update'"
        rows.append(row)
    embedded = EmbeddedCountries()
    rows.append(
        {
            "name": f"{embedded.name} (embedded)",
            "operator": "DB-IP",
            "edition": embedded.edition.isoformat(),
            "age_days": (today - embedded.edition).days,
            "attribution": ATTRIBUTION,
        }
    )
    for name in ("operator-regions", "location-edges", "location-names", "location-weighing"):
        data = dated(name)
        rows.append(
            {
                "name": data.id,
                "operator": "dated data",
                "edition": data.as_of.isoformat(),
                "age_days": (today - data.as_of).days,
            }
        )
    law = jurisdictions(today)
    row = {"name": law.id, "operator": "dated data", "edition": law.as_of.isoformat()}
    row["age_days"] = (today - law.as_of).days
    if law.warning:
        row["trouble"] = law.warning
    rows.append(row)
    return rows
