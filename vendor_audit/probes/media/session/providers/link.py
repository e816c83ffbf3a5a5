"""ICE servers in Link headers (RFC 9725, 4.6; the header itself: RFC 8288, 3). Pure, and bounded: it is vendor data."""

from __future__ import annotations

from typing import Final

from vendor_audit.probes.media.session.providers.interface import IceServer
from vendor_audit.secret import Secret

MOST_SERVERS: Final = 20
_LONGEST: Final = 20_000
"""Characters of all Link headers together that are read."""
_SCHEMES: Final = ("stun:", "stuns:", "turn:", "turns:")
_SPACE: Final = " \t"


def ice_servers_of(values: tuple[str, ...]) -> tuple[tuple[IceServer, ...], str]:
    """Return the ICE servers of all Link headers in their order, and why there may be more; empty: there are no more.

    A link that is no ICE server, or cannot be read, is passed over.
    """
    text = ", ".join(values)
    reason = "" if len(text) <= _LONGEST else f"the Link headers have more than {_LONGEST:,} characters"
    found: list[IceServer] = []
    for target, parameters in _links(text[:_LONGEST]):
        if "ice-server" not in parameters.get("rel", "").lower().split() or not target.lower().startswith(_SCHEMES):
            continue
        if len(found) == MOST_SERVERS:
            return tuple(found), f"only the first {MOST_SERVERS} ICE servers are kept"
        found.append(IceServer(target, _secret(parameters.get("username")), _secret(parameters.get("credential"))))
    return tuple(found), reason


def _secret(value: str | None) -> Secret | None:
    return None if value is None else Secret(value)


def _links(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return target and parameters of each link (RFC 8288, appendix B.2); reading stops where that is not possible."""
    links: list[tuple[str, dict[str, str]]] = []
    at = 0
    while (start := text.find("<", at)) >= 0 and (end := text.find(">", start)) >= 0:
        parameters, at = _parameters(text, end + 1)
        links.append((text[start + 1 : end].strip(), parameters))
    return links


def _parameters(text: str, at: int) -> tuple[dict[str, str], int]:
    """Return the parameters from a place on, first of each name (RFC 8288, appendix B.3), and where they end."""
    parameters: dict[str, str] = {}
    while True:
        at = _skip(text, at)
        if at >= len(text) or text[at] != ";":
            return parameters, at
        at = _skip(text, at + 1)
        start = at
        while at < len(text) and text[at] not in "=;,":
            at += 1
        name = text[start:at].strip(_SPACE).lower()
        value = ""
        if at < len(text) and text[at] == "=":
            value, at = _value(text, _skip(text, at + 1))
        parameters.setdefault(name, value)


def _value(text: str, at: int) -> tuple[str, int]:
    if at < len(text) and text[at] == '"':
        return _quoted(text, at + 1)
    start = at
    while at < len(text) and text[at] not in ";,":
        at += 1
    return text[start:at].strip(_SPACE), at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """Return a quoted string from behind its first quote on (RFC 9110, 5.6.4), and the place behind its last."""
    characters: list[str] = []
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        characters.append(text[at])
        at += 1
    return "".join(characters), at + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
