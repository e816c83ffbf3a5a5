"""STUN and TURN URIs (RFC 7064, RFC 7065): ``turns:turn.acme.example:5349?transport=tcp``."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from vendor_audit.wire.errors import WireError

DEFAULT_PORTS: Final = {"stun": 3478, "turn": 3478, "stuns": 5349, "turns": 5349}
"""Scheme -> port where the URI names none (RFC 7064, 3.2; RFC 7065, 3.2)."""
_MOST: Final = 500
"""Characters of a URI."""
_PORTS: Final = 65_535
_NAME: Final = 253
"""Characters of a name (RFC 1035, 2.3.4, without the final dot)."""
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TurnUri:
    """Where a STUN or TURN server is, and how it is to be spoken to."""

    scheme: str
    """``stun``, ``stuns``, ``turn`` or ``turns``."""
    host: str
    """A name in lower case, or an address without brackets in its shortest form."""
    port: int
    """As written, or the scheme's own."""
    transport: str = ""
    """``udp`` or ``tcp``; empty: the URI does not say."""

    @property
    def relays(self) -> bool:
        """Whether it names a TURN server, not only a STUN server."""
        return self.scheme.startswith("turn")

    @property
    def secure(self) -> bool:
        """Whether TLS or DTLS is asked for."""
        return self.scheme.endswith("s")


def parse_turn_uri(text: str) -> TurnUri:
    """Return what a URI says.

    Raises:
        WireError: it is no STUN or TURN URI; the text says what is wrong, and never repeats a user name or password.
    """
    if len(text) > _MOST:
        raise WireError(f"a URI of {len(text)} characters: {_MOST} are the most")
    if not text.isascii() or any(each.isspace() or not each.isprintable() for each in text):
        raise WireError("a STUN or TURN URI is plain ASCII without spaces; a name in another script is written xn--...")
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in DEFAULT_PORTS:
        raise WireError("a STUN or TURN URI begins with stun:, stuns:, turn: or turns:")
    if "@" in rest:
        raise WireError("a STUN or TURN URI has no user name or password in it")
    if rest.startswith("/"):
        raise WireError(f"a STUN or TURN URI has no slashes: write {scheme}:host, not {scheme}://host")
    if "#" in rest or "/" in rest:
        raise WireError("a STUN or TURN URI has neither a path nor a fragment")
    where, question, query = rest.partition("?")
    if question and scheme.startswith("stun"):
        raise WireError("a STUN URI has no query: the transport follows from the scheme")
    host, port = _host_and_port(where, DEFAULT_PORTS[scheme])
    return TurnUri(scheme, host, port, _transport(query) if question else "")


def _host_and_port(where: str, default: int) -> tuple[str, int]:
    if where.startswith("["):
        inside, closed, rest = where[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise WireError("the brackets of the IPv6 address are not closed, or something follows them")
        return _ipv6(inside), _port(rest[1:]) if rest else default
    name, colon, port = where.partition(":")
    if ":" in port:
        raise WireError("an IPv6 address stands in brackets: turn:[2001:db8::1]:3478")
    return _name(name), _port(port) if colon else default


def _ipv6(text: str) -> str:
    try:
        # A zone has no meaning to anybody else (RFC 6874): ipaddress would take it.
        if "%" in text:
            raise ipaddress.AddressValueError("zone")
        return str(ipaddress.IPv6Address(text))
    except ValueError as error:
        raise WireError("what stands in the brackets is no IPv6 address") from error


def _name(text: str) -> str:
    name = text.lower().removesuffix(".")
    if not name:
        raise WireError("the URI names no host")
    if len(name) > _NAME:
        raise WireError(f"a host name of {len(name)} characters: {_NAME} are the most")
    labels = name.split(".")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError as error:
            raise WireError("the host is neither a name nor an IPv4 address: its last part is a number") from error
    if not all(_LABEL.fullmatch(each) for each in labels):
        raise WireError("the host is no host name: letters, digits and '-' inside of its parts")
    return name


def _port(text: str) -> int:
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= _PORTS:
        raise WireError(f"the port is missing or none: 1 to {_PORTS}")
    return int(text)


def _transport(query: str) -> str:
    key, _, value = query.partition("=")
    if key.lower() != "transport":
        raise WireError("the only parameter of a TURN URI is ?transport=udp or ?transport=tcp")
    if value.lower() not in {"udp", "tcp"}:
        raise WireError("the transport is neither udp nor tcp")
    return value.lower()
