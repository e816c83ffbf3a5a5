"""``vendor-audit init``: a first vendor file from what a vendor publishes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import httpx
    from rich.console import Console

    from vendor_audit.audit.first_file import Operator, Question
    from vendor_audit.probes.network import NetworkSettings
    from vendor_audit.probes.site.discoveries import SiteSurvey
    from vendor_audit.vendor.file import VendorFile


def init(
    url: Annotated[
        str | None,
        typer.Argument(metavar="URL", help="The vendor's site. Without it, questions are asked.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; one that is there is kept. Default: <domain>.yaml.")
    ] = None,
    vendor_file: Annotated[
        Path | None, typer.Option(help="Take network settings (pins, nameservers, trust) from this vendor file.")
    ] = None,
    resolve: Annotated[list[str] | None, typer.Option(metavar="NAME=ADDRESS", help="Pin a name to an address.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(metavar="PEM", help="File of certificates to trust besides the public.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one exchange with a server.")] = 5,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds for everything.")] = 60,
) -> int:
    """Write a first vendor file from what the vendor's site and DNS publish, with where each line came from.

    Asks for a handful of pages, none twice. Ends with 0, or 3 if the site does not answer.
    """
    import asyncio
    from datetime import UTC, datetime

    from vendor_audit.audit.first_file import first_vendor_file
    from vendor_audit.cli.output import standard_error
    from vendor_audit.errors import NotEstablishedError
    from vendor_audit.probes.network import Network
    from vendor_audit.probes.site.survey import UnreachableSiteError, survey_site
    from vendor_audit.vendor.file import read_vendor_file

    url, customer, eu_hosting = (url, "", None) if url is not None else _asked()
    start = _start(url)
    path = out or Path(f"{_called(start)}.yaml")
    _refuse_existing(path)
    vendor = read_vendor_file(vendor_file) if vendor_file else None
    settings = _settings(start, vendor, resolve or [], trust or [], timeout)
    now = datetime.now(UTC)
    errors = standard_error()
    try:
        with errors.status(f"Looking at {start.host}") as status:
            survey = asyncio.run(
                survey_site(
                    start,
                    Network(settings),
                    now=now.isoformat(),
                    timeout=timeout,
                    seconds=deadline,
                    watch=lambda address: _show(status, address),
                )
            )
    except UnreachableSiteError as error:
        hint = "; --trust PEM names who else vouches for it" if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""
        raise NotEstablishedError(f"{error}{hint}; no file was written") from error
    operator = _operator(path, vendor, settings, f"{now:%Y-%m-%d}", trust or [], resolve or [])
    operator = _answered(operator, customer, eu_hosting)
    _write(path, first_vendor_file(survey, operator, _questions()))
    _tell(survey, path, errors)
    return 0


def _asked() -> tuple[str, str, bool | None]:
    """Ask for the URL, the customer's name, and whether hosting in the EU is required.

    Raises:
        UsageError: nobody is there to answer.
    """
    import sys

    from vendor_audit.errors import UsageError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("init needs the URL of the vendor's site: vendor-audit init URL [--out FILE]")
    url = typer.prompt("The vendor's site (URL)")
    customer = typer.prompt("Your organisation (empty: leave open)", default="", show_default=False)
    known = {"y": True, "yes": True, "n": False, "no": False, "": None}
    answer = ""
    while True:
        answer = typer.prompt("Must the data stay in the EU? [y/n, empty: leave open]", default="", show_default=False)
        if answer.strip().lower() in known:
            return str(url).strip(), str(customer).strip()[:200], known[answer.strip().lower()]
        typer.echo("Please answer y or n, or nothing.")


def _start(text: str) -> httpx.URL:
    """Return the URL that was typed; without a scheme it is an https one.

    Raises:
        UsageError: it is none.
    """
    from vendor_audit.errors import UsageError
    from vendor_audit.probes.http.follow import parse_url
    from vendor_audit.vendor.hosts import BadHostError, host_and_port

    written = text if "://" in text else f"https://{text}"
    try:
        host_and_port(written)
    except BadHostError as error:
        raise UsageError(f"'{text}' is no URL of a site: {error}") from error
    url = parse_url(written)
    if url is None:
        raise UsageError(f"'{text}' is no http or https URL")
    return url.copy_with(fragment=None)


def _called(start: httpx.URL) -> str:
    """Return what the file is called: the first label of the domain."""
    from vendor_audit.probes.http.domains import registrable
    from vendor_audit.probes.http.follow import host_of
    from vendor_audit.probes.network import literal

    domain = registrable(host_of(start))
    return "vendor" if literal(domain) is not None else domain.partition(".")[0]


def _refuse_existing(path: Path) -> None:
    """Stop before the network is touched.

    Raises:
        UsageError: the file is there, or its folder is not.
    """
    from vendor_audit.errors import UsageError

    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already and is kept: name another file with --out")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")


def _settings(
    start: httpx.URL, vendor: VendorFile | None, resolve: list[str], trust: list[Path], timeout: float
) -> NetworkSettings:
    from dataclasses import replace

    from vendor_audit.audit.plan import network_settings, read_trust_anchor
    from vendor_audit.cli.pins import pins
    from vendor_audit.probes.http.follow import host_of
    from vendor_audit.probes.network import NetworkSettings, names_of_this_machine

    settings = NetworkSettings(connections_per_host=2, timeout=timeout)
    if vendor:
        settings = network_settings(vendor, connections_per_host=2, timeout=timeout)
    anchors = [settings.trust_anchors] if settings.trust_anchors else []
    anchors += map(read_trust_anchor, trust)
    names: dict[str, Any] = {**names_of_this_machine([host_of(start)]), **settings.resolve, **pins(resolve)}
    return replace(settings, resolve=names, trust_anchors="\n".join(anchors))


def _operator(
    path: Path, vendor: VendorFile | None, settings: NetworkSettings, day: str, trust: list[Path], resolve: list[str]
) -> Operator:
    """Return what the new file keeps of the command line, so that the next command reaches the vendor too."""
    from vendor_audit.audit.first_file import Operator
    from vendor_audit.cli.pins import pins

    network = vendor.data.get("network", {}) if vendor else {}
    names = {*map(str, network.get("resolve", {})), *pins(resolve)}
    files = [*trust, *(vendor.path.parent / each for each in network.get("trust", []) if vendor)]
    folder = path.parent.resolve()
    inside = [each.resolve().relative_to(folder) for each in files if each.resolve().is_relative_to(folder)]
    return Operator(
        day=day,
        pins={name: [str(each) for each in settings.resolve[name]] for name in sorted(names & {*settings.resolve})},
        nameservers=list(network.get("nameservers", [])),
        allow=list(network.get("allow", [])),
        trust=[each.as_posix() for each in inside],
    )


def _answered(operator: Operator, customer: str, eu_hosting: bool | None) -> Operator:
    from dataclasses import replace

    return replace(operator, customer=customer, eu_hosting=eu_hosting)


def _questions() -> list[Question]:
    """Return what only a statement can answer, the weighty ones."""
    from vendor_audit.audit.first_file import Question
    from vendor_audit.checklist.load import load_catalogue
    from vendor_audit.checklist.model import Severity

    weighty = (Severity.CRITICAL, Severity.HIGH)
    return [
        Question(each.id, each.question)
        for each in load_catalogue().checks.values()
        if each.judges == ("statement",) and each.question and each.severity in weighty
    ]


def _write(path: Path, text: str) -> None:
    """Write the file, never over another one, and hold it to the vendor file's own reader.

    Raises:
        UsageError: it cannot be written.
    """
    from vendor_audit.errors import UsageError
    from vendor_audit.source.diagnostic import InvalidFileError
    from vendor_audit.vendor.file import read_vendor_file

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already and is kept: name another file with --out") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        read_vendor_file(path)
    except InvalidFileError as error:
        path.unlink()
        raise RuntimeError(f"the file that init made is not valid: {error}") from error


def _tell(survey: SiteSurvey, path: Path, errors: Console) -> None:
    """Say what was found, what is a guess, and what is missing."""
    from vendor_audit.audit.first_file import DOCUMENTS, missing
    from vendor_audit.audit.first_file_lines import inert
    from vendor_audit.cli.output import shown, standard_output

    def say(text: str) -> None:
        errors.print(inert(text), markup=False, soft_wrap=True)

    for name, called in DOCUMENTS.items():
        found = survey.found.get(name)
        if found:
            say(f"{'guess' if found.doubt else 'found'}: {called}, {found.url}")
    if lost := missing(survey):
        say(f"not found: {', '.join(lost)}")
    for note in survey.notes:
        say(f"note: {note}")
    say(f"{survey.visited} URLs of {survey.domain} were asked for. Go through the TODO lines of the file.")
    standard_output().print(f"wrote {shown(path)}", markup=False, soft_wrap=True)


def _show(status: Any, address: str) -> None:  # noqa: ANN401 # rich's status
    from rich.markup import escape

    from vendor_audit.audit.first_file_lines import inert

    status.update(f"Reading {escape(inert(address[:100]))}")
