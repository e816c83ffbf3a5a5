"""Host names and addresses as the operator may write them, and the one form in which the project keeps them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "stun": 3478,
    "turn": 3478,
    "stuns": 5349,
    "turns": 5349,
}
"""Scheme -> port where the URL names none (RFC 9110, 4.2; RFC 6455, 3; RFC 7064, 3.2; RFC 7065, 3.2)."""

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
"""A label of a host name (RFC 1123, 2.1); with underscores, which services use although hosts should not."""
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_NAME = 253
"""Characters of a name (RFC 1035, 2.3.4, without the final dot)."""
_PORTS = 65_535


class BadHostError(ValueError):
    """A host, port or URL that cannot be contacted; its text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class HostPort:
    """Where a URL leads."""

    scheme: str
    """Lower case."""
    host: str
    """A-labels in lower case, or an address without brackets."""
    port: int
    """As written, or the scheme's own."""
    rest: str = ""
    """Path and query; the part after ``#`` never reaches a server."""

    @property
    def is_name(self) -> bool:
        """Whether the host is a DNS name, not an address."""
        return not _is_address(self.host)


def host_name(text: str) -> str:
    """Return a host as A-labels in lower case without a final dot (UTS #46), or an address in its shortest form.

    Args:
        text: a name in any script, an IPv4 address, or an IPv6 address with or without brackets.

    Raises:
        BadHostError: it is neither a name nor an address.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if ":" in bare or _is_address(bare):
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError as error:
            raise BadHostError(f"'{bare}' is not an IPv6 address") from error
    name = _ascii(bare).removesuffix(".")
    labels = name.split(".")
    if not name:
        raise BadHostError("the host is missing")
    if len(name) > _NAME:
        raise BadHostError(f"the host name has {len(name)} characters: {_NAME} is the most")
    if _NUMBER.fullmatch(labels[-1]):
        # Many programs would read 127.1 or 2130706433 as an address.
        raise BadHostError(f"'{bare}' is neither a host name nor an IPv4 address: its last part is a number")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise BadHostError(_bad_label(bare, label))
    return name


def host_and_port(url: str) -> HostPort:
    """Return where a URL leads: ``https://host:port/path``, ``turns:host:port?transport=tcp``, ``turns://host``.

    Raises:
        BadHostError: the URL has a user or password, no host, a bad host or port, or a scheme that is not known.
    """
    if any(each.isspace() or not each.isprintable() for each in url):
        raise BadHostError("the URL has a space or an invisible character")
    if "\\" in url:
        raise BadHostError("the URL has a backslash: programs do not agree on what that means; write '/'")
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in DEFAULT_PORTS:
        raise BadHostError(f"the URL needs one of the schemes {', '.join(DEFAULT_PORTS)}")
    if scheme in {"stun", "turn", "stuns", "turns"} and not rest.startswith("//"):
        rest = f"//{rest}"
    try:
        parts = urlsplit(f"{scheme}:{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadHostError("the URL's host or port cannot be read: look at its brackets and its port") from error
    if "@" in parts.netloc:
        raise BadHostError("the URL holds a user name or password: take it out, secrets do not stand in a file")
    if not host:
        raise BadHostError("the URL has no host: write it like https://meet.acme.example")
    if parts.netloc.endswith(":") or port == 0:
        raise BadHostError(f"the port is missing: 1 to {_PORTS}")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return HostPort(scheme, host_name(host), port or DEFAULT_PORTS[scheme], path)


def _ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    except idna.IDNAError as error:
        raise BadHostError(f"'{name}' cannot be a host name: {error}") from error
    except UnicodeError as error:
        raise BadHostError(f"'{name}' cannot be a host name") from error


def _bad_label(name: str, label: str) -> str:
    if not label:
        return f"'{name}' is not a host name: two dots follow each other"
    if len(label) > 63:  # noqa: PLR2004 (RFC 1035, 2.3.4)
        return f"'{label}' is not a part of a host name: it has {len(label)} characters, 63 is the most"
    return f"'{label}' is not a part of a host name: letters, digits and '-' inside"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
