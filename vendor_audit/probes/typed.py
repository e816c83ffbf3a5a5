"""From what a person types on the command line to a target that a probe accepts."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import idna

from vendor_audit.errors import UsageError
from vendor_audit.observation import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.probes.interface import Probe

_DEFAULT_PORTS = {
    "https": 443,
    "wss": 443,
    "http": 80,
    "ws": 80,
    "turns": 5349,
    "stuns": 5349,
    "turn": 3478,
    "stun": 3478,
}
_TURN_SCHEMES = ("turn", "turns", "stun", "stuns")


def typed_target(probe: Probe, text: str) -> Target:
    """Return the target that the text means to the probe: a URL, ``host:port``, ``[v6]:port`` or a bare name.

    Raises:
        UsageError: the text names no host, or nothing that this probe looks at.
    """
    try:
        for candidate in _readings(text.strip()):
            if probe.accepts(candidate):
                return candidate
    except (ValueError, idna.IDNAError) as error:
        raise UsageError(f"'{text}' is no target: {error}") from error
    raise UsageError(f"'{text}' is nothing that the {probe.name} probe looks at: try HOST:PORT, a URL or a name")


def typed_document(text: str, kind: str) -> Target:
    """Return the document that the text means: a URL, or a path from the current folder on.

    Raises:
        UsageError: the text is neither.
    """
    if "://" not in text:
        if not text:
            raise UsageError("'' is no document: give a file or a URL")
        return Target("document", kind, roles=(kind,), location=text)
    try:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"}:
            raise ValueError("a document is fetched with http or https")  # noqa: TRY301 # as those of the parser
        if "@" in parts.netloc:
            raise ValueError("the URL holds a user name or password: take it out")  # noqa: TRY301 # as above
        host = _host(parts.hostname or "")
        return Target("document", kind, host, parts.port or _DEFAULT_PORTS[parts.scheme], (kind,), location=text)
    except (ValueError, idna.IDNAError) as error:
        raise UsageError(f"'{text}' is no document: {error}") from error


def typed_media(text: str, name: str) -> Target:
    """Return what the text means to the media probe: a file of one call, or the URL of a session.

    Args:
        text: as typed.
        name: ``capture``, or the provider of the session's signalling: ``whip``, ``whep``, ``janus``, ...

    Raises:
        UsageError: the text is none.
    """
    if name == "capture":
        if not text or "://" in text:
            raise UsageError(f"'{text}' is no capture: give a file that was saved in one call")
        return Target("capture", text, roles=("capture",), location=text)
    try:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"}:
            raise ValueError("a session is asked for with http or https")  # noqa: TRY301 # as those of the parser
        if "@" in parts.netloc:
            raise ValueError("the URL holds a user name or password: take it out")  # noqa: TRY301 # as above
        host = _host(parts.hostname or "")
        return Target("session", text, host, parts.port or _DEFAULT_PORTS[parts.scheme], ("session", name))
    except (ValueError, idna.IDNAError) as error:
        raise UsageError(f"'{text}' is no {name} session: {error}") from error


def _readings(text: str) -> Iterator[Target]:
    """Give every target that the text may mean, the most literal first."""
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in _TURN_SCHEMES and not rest.startswith("//"):
        # RFC 7064, RFC 7065: no slashes.
        parts = urlsplit(f"//{rest}")
        host, port = _host(parts.hostname or ""), parts.port or _DEFAULT_PORTS[scheme.lower()]
        yield Target("turn", text, host, port, (scheme.lower()[:4],))
        yield Target("endpoint", f"{host}:{port}", host, port)
        return
    if "://" in text:
        parts = urlsplit(text)
        yield Target("endpoint", text, _host(parts.hostname or ""), parts.port or _DEFAULT_PORTS.get(parts.scheme, 0))
        return
    parts = urlsplit(f"//{text}")
    host = _host(parts.hostname or "")
    if parts.port:
        yield Target("endpoint", text, host, parts.port)
        yield Target("endpoint", f"https://{text}", host, parts.port)
        yield Target("turn", f"turn:{text}", host, parts.port, ("turn",))
        return
    yield Target("host", host, host)
    yield Target("endpoint", f"https://{text}", host, _DEFAULT_PORTS["https"])


def _host(text: str) -> str:
    if not text:
        raise ValueError("it names no host")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return idna.encode(text.rstrip("."), uts46=True).decode()
