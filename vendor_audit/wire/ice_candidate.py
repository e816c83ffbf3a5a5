"""The candidate attribute of ICE: an address at which a peer may be reached (RFC 8839, 5.1)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from vendor_audit.wire.errors import WireError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST: Final = 1_024
"""Characters of a candidate line; the grammar itself sets no bound, as extensions may follow without end."""
_COMPONENTS: Final = 256
_PRIORITIES: Final = (1 << 32) - 1
"""RFC 8445, 5.1.2 allows up to 2^31 - 1; browsers are seen to read what is more, up to 32 bits."""
_PORTS: Final = 65_535
_FIELDS: Final = 8
"""Fields that every candidate has: foundation, component, transport, priority, address, port, "typ", type."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as one line has it."""

    foundation: str
    component: int
    """1: RTP, and RTCP with it where they are multiplexed; 2: RTCP."""
    transport: str
    """``udp``, ``tcp``; lower case."""
    priority: int
    address: str
    """An address literal without brackets, or a name: see `ip` and `is_mdns`."""
    port: int
    type: str
    """``host``, ``srflx``, ``prflx``, ``relay``, or what an extension of ICE calls it; lower case."""
    related_address: str | None = None
    """The base of a server-reflexive candidate, the mapped address of a relayed one. None: it was not told."""
    related_port: int | None = None
    tcptype: str | None = None
    """``active``, ``passive`` or ``so`` (RFC 6544, 4.5); None: none is given, as for UDP."""

    @property
    def ip(self) -> Address | None:
        """The address, or None where a name stands for it."""
        try:
            return ipaddress.ip_address(self.address)
        except ValueError:
            return None

    @property
    def is_mdns(self) -> bool:
        """Whether a name of multicast DNS hides the address (draft-ietf-mmusic-mdns-ice-candidates, 3.1)."""
        return self.address.lower().rstrip(".").endswith(".local")

    def encode(self) -> str:
        """Return the candidate as the attribute has it, from ``candidate:`` on, without ``a=`` and end of line.

        Raises:
            WireError: a field is not what the grammar allows.
        """
        words = [f"candidate:{self.foundation}", str(self.component), self.transport, str(self.priority)]
        words += [self.address, str(self.port), "typ", self.type]
        if self.related_address is not None and self.related_port is not None:
            words += ["raddr", self.related_address, "rport", str(self.related_port)]
        if self.tcptype is not None:
            words += ["tcptype", self.tcptype]
        text = " ".join(words)
        # What is read back differently had white space or a wrong number in a field, and would forge other fields.
        if parse_candidate(text) != self:
            raise WireError("a field of the candidate is not what its grammar allows")
        return text


def parse_candidate(text: str) -> Candidate:
    """Return the candidate of a line, with or without ``a=`` before it; unknown extensions are left out.

    Raises:
        WireError: the line is no candidate, or longer than we hold.
    """
    if len(text) > _LONGEST:
        raise WireError(f"a candidate has more than {_LONGEST} characters")
    name, found, value = text.strip().removeprefix("a=").partition(":")
    if not found or name != "candidate":
        raise WireError("the line is no candidate")
    fields = value.split()
    if len(fields) < _FIELDS or fields[6].lower() != "typ":
        raise WireError("a candidate has too few fields")
    extensions = _extensions(fields[_FIELDS:])
    related_port = extensions.get("rport")
    return Candidate(
        foundation=fields[0],
        component=number(fields[1], 1, _COMPONENTS),
        transport=fields[2].lower(),
        priority=number(fields[3], 0, _PRIORITIES),
        address=fields[4],
        port=number(fields[5], 0, _PORTS),
        type=fields[7].lower(),
        related_address=extensions.get("raddr"),
        related_port=None if related_port is None else number(related_port, 0, _PORTS),
        tcptype=extensions.get("tcptype"),
    )


def number(text: str, least: int, most: int) -> int:
    """Return the decimal number of a text.

    Raises:
        WireError: it is none, or out of the bounds.
    """
    # isdecimal alone also takes the digits of other scripts; without the bound int() takes its time.
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        raise WireError("a number is not what its grammar allows")
    value = int(text)
    if not least <= value <= most:
        raise WireError(f"{value} is out of {least} to {most}")
    return value


def _extensions(words: list[str]) -> dict[str, str]:
    """Return names and values; a name that is given twice has the first."""
    found: dict[str, str] = {}
    for name, value in zip(words[::2], words[1::2], strict=False):
        found.setdefault(name.lower(), value)
    return found
