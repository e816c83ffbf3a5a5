"""``vendor-audit probe``: one probe on one target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vendor_audit.observation import Target
    from vendor_audit.probes.interface import Probe
    from vendor_audit.probes.network import NetworkSettings
    from vendor_audit.secret import Credentials
    from vendor_audit.vendor.file import VendorFile


def probe(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="tls, http, dns, document, turn, dtls, whip, whep, janus or capture."),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="HOST:PORT, a URL, a TURN URI or a name; of a document or capture its file."
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            help="What the document is: dpa, privacy_notice, subprocessors, iso27001, soc2, ...", show_default=False
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the observation as one JSON document.")] = False,
    vendor_file: Annotated[
        Path | None,
        typer.Option(help="Take network settings (pins, nameservers, trust), names and secrets from this vendor file."),
    ] = None,
    resolve: Annotated[list[str] | None, typer.Option(metavar="NAME=ADDRESS", help="Pin a name to an address.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(help="PEM file of certificates to trust besides the public.")
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="A network that the vendor's own data may lead to, such as 10.1.0.0/16."),
    ] = None,
    username_from: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the TURN user name.")
    ] = None,
    password_from: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the TURN password.")
    ] = None,
    token_from: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the session's token.")
    ] = None,
    ordinary: Annotated[
        bool, typer.Option("--ordinary", help="Do only what ordinary clients do, as 'run' does without --active.")
    ] = False,
    intrusive: Annotated[
        bool,
        typer.Option("--intrusive", help="Try doors that should be shut; needs a vendor file with 'permission'."),
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one exchange with a peer.")] = 5,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds for everything.")] = 120,
    connections: Annotated[int, typer.Option(min=1, max=100, help="Connections to one address at the same time.")] = 10,
) -> int:
    """Look once, and print what was seen: facts, no verdict. Ends with 0, or 3 if nothing could be observed.

    vendor-audit probe tls meet.acme.example:443

    vendor-audit probe document dpa.pdf --kind dpa --json

    vendor-audit probe turn turns:turn.acme.example:5349 --username-from TURN_USER --password-from TURN_PASSWORD
    """
    import asyncio

    from vendor_audit.audit.collect import Collector, utc_now
    from vendor_audit.audit.plan import Look, names_of, permitted
    from vendor_audit.cli.output import print_json, standard_output
    from vendor_audit.errors import UsageError
    from vendor_audit.probes.interface import Names, ProbeContext
    from vendor_audit.probes.network import Network
    from vendor_audit.probes.registry import probe_named, probe_names
    from vendor_audit.vendor.file import read_vendor_file
    from vendor_audit.vendor.targets import targets_of

    chosen = probe_named("media" if name not in probe_names() and name in _media_names() else name)
    look = Look(chosen, _target(chosen, name, target, kind))
    vendor = read_vendor_file(vendor_file) if vendor_file else None
    if intrusive and vendor and look.target.host not in {each.host for each in targets_of(vendor)}:
        raise UsageError(f"--intrusive: the permission in {vendor_file} is for what it names, not for {target}")
    settings = _settings(look.target.host, vendor, resolve or [], trust or [], connections, timeout)
    context = ProbeContext(
        Network(_allowing(settings, allow or [])),
        utc_now,
        timeout,
        names_of(vendor) if vendor else Names(),
        credentials=_credentials(look.target, vendor, username_from, password_from, token_from),
        permitted=permitted(vendor, utc_now().date(), active=not ordinary, intrusive=intrusive),
    )
    collector = Collector(
        context=context,
        deadline=deadline,
        keep_evidence=lambda _evidence: None,
        keep_observation=lambda _observation: None,
    )
    (observation,) = asyncio.run(collector.collect([look]))
    if json_:
        print_json(observation.to_json())
    else:
        from vendor_audit.reports.observation import print_observation

        print_observation(observation.to_json(), standard_output())
    return 3 if observation.error else 0


def _media_names() -> tuple[str, ...]:
    """Return the names by which the media probe is asked for: how the session is signalled, or that it is a file."""
    from vendor_audit.probes.media.session.providers import provider_names

    return (*provider_names(), "capture")


def _credentials(
    target: Target, vendor: VendorFile | None, username: str | None, password: str | None, token: str | None
) -> dict[str, Credentials]:
    """Return the target's credentials: from the variables that the command line names, else as the vendor file has it.

    Raises:
        UsageError: one of user name and password is missing, or a variable is not set.
    """
    import os

    from vendor_audit.errors import UsageError
    from vendor_audit.secret import Credentials
    from vendor_audit.vendor.credentials import credentials_of
    from vendor_audit.vendor.secrets import resolve_secret

    if not (username or password or token):
        return credentials_of(vendor, os.environ) if vendor else {}
    if bool(username) != bool(password):
        raise UsageError("--username-from and --password-from belong together")
    secrets = [resolve_secret(f"${{{each}}}", os.environ) if each else None for each in (username, password, token)]
    return {target.name: Credentials(*secrets)}


def _allowing(settings: NetworkSettings, networks: list[str]) -> NetworkSettings:
    """Return the settings with these networks allowed.

    Raises:
        UsageError: a text is no network.
    """
    import ipaddress
    from dataclasses import replace

    from vendor_audit.errors import UsageError

    try:
        return replace(settings, allow=(*settings.allow, *map(ipaddress.ip_network, networks)))
    except ValueError as error:
        raise UsageError(f"--allow takes a network such as 10.1.0.0/16: {error}") from error


def _target(probe: Probe, name: str, text: str, kind: str | None) -> Target:
    """Return the target that was typed.

    Raises:
        UsageError: it is none, or its kind is missing, unknown or out of place.
    """
    from vendor_audit.errors import UsageError
    from vendor_audit.probes.typed import typed_document, typed_media, typed_target
    from vendor_audit.source.words import did_you_mean
    from vendor_audit.vendor.targets import document_kinds

    if probe.name != "document":
        if kind is not None:
            raise UsageError(f"--kind says what a document is; the {name} probe looks at none")
        if probe.name == "media":
            if name == probe.name:
                raise UsageError(f"say how the session is signalled, or that it is a file: {', '.join(_media_names())}")
            return typed_media(text, name)
        return typed_target(probe, text)
    kinds = document_kinds()
    if kind is None:
        raise UsageError(f"the document probe needs --kind, what the document is: {', '.join(kinds)}")
    if kind not in kinds:
        raise UsageError(f"there is no kind of document '{kind}'{did_you_mean(kind, kinds) or ': ' + ', '.join(kinds)}")
    return typed_document(text, kind)


def _settings(
    host: str, vendor: VendorFile | None, resolve: list[str], trust: list[Path], connections: int, timeout: float
) -> NetworkSettings:
    import ipaddress
    from dataclasses import replace

    from vendor_audit.audit.plan import network_settings, read_trust_anchor
    from vendor_audit.errors import UsageError
    from vendor_audit.probes.network import NetworkSettings, names_of_this_machine

    settings = NetworkSettings(connections_per_host=connections, timeout=timeout)
    if vendor:
        settings = network_settings(vendor, connections_per_host=connections, timeout=timeout)
    pins: dict[str, Any] = {**names_of_this_machine([host]), **settings.resolve}
    for each in resolve:
        name, _, address = each.partition("=")
        try:
            pins[name.lower()] = (ipaddress.ip_address(address),)
        except ValueError as error:
            raise UsageError(f"--resolve takes NAME=ADDRESS, not '{each}' ({error})") from error
    anchors = [settings.trust_anchors] if settings.trust_anchors else []
    anchors += map(read_trust_anchor, trust)
    return replace(settings, resolve=pins, trust_anchors="\n".join(anchors))
