"""``vendor-audit probe``: one probe on one target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vendor_audit.observation import Target
    from vendor_audit.probes.interface import Probe
    from vendor_audit.probes.network import NetworkSettings
    from vendor_audit.vendor.file import VendorFile


def probe(
    name: Annotated[str, typer.Argument(metavar="NAME", help="tls, http, dns or document.")],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="HOST:PORT, a URL or a name; of a document its file or URL.")
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
        typer.Option(help="Take network settings (pins, nameservers, trust) and names from this vendor file."),
    ] = None,
    resolve: Annotated[list[str] | None, typer.Option(metavar="NAME=ADDRESS", help="Pin a name to an address.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(help="PEM file of certificates to trust besides the public.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one exchange with a peer.")] = 5,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds for everything.")] = 120,
    connections: Annotated[int, typer.Option(min=1, max=100, help="Connections to one address at the same time.")] = 10,
) -> int:
    """Look once, and print what was seen: facts, no verdict. Ends with 0, or 3 if nothing could be observed.

    vendor-audit probe tls meet.acme.example:443

    vendor-audit probe document dpa.pdf --kind dpa --json
    """
    import asyncio

    from vendor_audit.audit.collect import Collector, utc_now
    from vendor_audit.audit.plan import Look, names_of
    from vendor_audit.cli.output import print_json, standard_output
    from vendor_audit.probes.interface import Names, ProbeContext
    from vendor_audit.probes.network import Network
    from vendor_audit.probes.registry import probe_named
    from vendor_audit.vendor.file import read_vendor_file

    chosen = probe_named(name)
    look = Look(chosen, _target(chosen, target, kind))
    vendor = read_vendor_file(vendor_file) if vendor_file else None
    settings = _settings(look.target.host, vendor, resolve or [], trust or [], connections, timeout)
    names = names_of(vendor) if vendor else Names()
    collector = Collector(
        context=ProbeContext(Network(settings), utc_now, timeout, names),
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


def _target(probe: Probe, text: str, kind: str | None) -> Target:
    """Return the target that was typed.

    Raises:
        UsageError: it is none, or its kind is missing, unknown or out of place.
    """
    from vendor_audit.errors import UsageError
    from vendor_audit.probes.typed import typed_document, typed_target
    from vendor_audit.source.words import did_you_mean
    from vendor_audit.vendor.targets import document_kinds

    if probe.name != "document":
        if kind is not None:
            raise UsageError(f"--kind says what a document is; the {probe.name} probe looks at none")
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
