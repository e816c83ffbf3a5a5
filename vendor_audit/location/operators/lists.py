"""Operators all of whose networks are in no one place: Cloudflare's lists of prefixes, Fastly's JSON."""

from __future__ import annotations

from vendor_audit.location.operators.declared import (
    Declared,
    InvalidOperatorFileError,
    OperatorFile,
    network_of,
    read_json,
)


def parse_anycast_list(content: bytes) -> OperatorFile:
    """Return what a text with one prefix a line declares, as Cloudflare's ips-v4 and ips-v6.

    Raises:
        InvalidOperatorFileError: it is no text, or has a line that is no prefix.
    """
    try:
        lines = [each.strip() for each in content.decode("utf-8").splitlines()]
    except UnicodeDecodeError as error:
        raise InvalidOperatorFileError("it is no UTF-8 text") from error
    written = [each for each in lines if each and not each.startswith("#")]
    networks = [network_of(each) for each in written]
    if not networks or None in networks:
        # Half a list is no gate: who is missing in it would pass for an ordinary address.
        raise InvalidOperatorFileError("it is no list of prefixes, one a line")
    return OperatorFile(tuple(Declared(each, edge="anycast") for each in networks if each is not None))


def parse_fastly(content: bytes) -> OperatorFile:
    """Return what Fastly's public-ip-list declares.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    shape = read_json(content)
    lists = [shape.get("addresses"), shape.get("ipv6_addresses")]
    if not all(isinstance(each, list) for each in lists):
        raise InvalidOperatorFileError("it has no lists 'addresses' and 'ipv6_addresses'")
    networks = [network_of(each) for one in lists for each in one or ()]
    if not networks or None in networks:
        raise InvalidOperatorFileError("it has an entry that is no prefix")
    return OperatorFile(tuple(Declared(each, edge="cdn") for each in networks if each is not None))
