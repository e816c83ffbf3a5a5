"""The demonstration vendor's names: its zone, signed for the flawless vendor, and the server that answers for it."""

from __future__ import annotations

from vendor_audit.lab.dns_server import LabDnsServer, read_zone, sign_zone
from vendor_audit.lab.ports import ADDRESS, ATTEMPTS, port_error
from vendor_audit.lab.site import DOMAIN, HOSTS

_HEAD = """\
$TTL 3600
@ IN SOA ns1 hostmaster 2026112301 7200 3600 1209600 3600
@ IN NS ns1
@ IN NS ns2
ns1 IN A 127.0.0.1
ns2 IN A 127.0.0.1
"""
_MAIL = """\
@ IN A 127.0.0.1
@ IN MX 10 mail
@ IN TXT "v=spf1 mx -all"
mail IN A 127.0.0.1
"""
_CAA = """\
@ IN CAA 0 issue "lab-ca.example"
@ IN CAA 0 issuewild ";"
@ IN CAA 0 iodef "mailto:security@acme.example"
"""
_DANGLING = "old-status IN CNAME acme-status.cloudhost.example.\n"
_ALIAS_TARGET = "cloudhost.example"
"""Where the forgotten alias leads: the zone exists, the name in it does not any more."""


def zone_text(*, flawless: bool) -> str:
    """Return the zone file of acme.example: with CAA records, or with none and a forgotten alias."""
    hosts = "".join(f"{name} IN A {ADDRESS}\n" for name in HOSTS)
    return _HEAD + _MAIL + hosts + (_CAA if flawless else _DANGLING)


async def start_names(port: int, *, flawless: bool) -> LabDnsServer:
    """Return a running server for the zones; the caller stops it.

    Args:
        port: UDP and TCP; 0 for any free one.
        flawless: whether the zone is signed, with a DS record in its parent, and has CAA records.

    Raises:
        UsageError: the port is taken.
    """
    for attempt in range(1, ATTEMPTS + 1):
        server = _server(port, flawless=flawless)
        try:
            return await server.start()
        except OSError as error:
            await server.stop()
            if port or attempt == ATTEMPTS:
                raise port_error("dns", port, error) from error
    raise AssertionError("unreachable")


def _server(port: int, *, flawless: bool) -> LabDnsServer:
    parent = read_zone("example", _HEAD)
    zone = read_zone(DOMAIN, zone_text(flawless=flawless))
    if flawless:
        sign_zone(zone, parent)
        sign_zone(parent)
    return LabDnsServer(
        {"example": parent, DOMAIN: zone, _ALIAS_TARGET: read_zone(_ALIAS_TARGET, _HEAD)},
        validated=("example", DOMAIN) if flawless else (),
        address=ADDRESS,
        port=port,
    )
