"""Addresses of signalling, TURN and STUN that stand literally in a page, a script or a header. Pure.

What a script puts together when it runs (``"wss://" + host``) is not seen, and half of such an address is not taken.
"""

from __future__ import annotations

import re
from itertools import islice

_MOST = 200
"""Matches that are looked at in one text."""
_HOST = r"[A-Za-z0-9][A-Za-z0-9.-]{1,252}"
_END = r"(?=[\"'`\s<>,;)\]}|\\]|\Z)"
_WEB_SOCKET = re.compile(rf"\b(wss?://{_HOST}(?::\d{{1,5}})?(?:/[A-Za-z0-9._~%/?=&+-]{{0,500}})?){_END}", re.ASCII)
_TURN = re.compile(
    rf"\b((?:turns?|stuns?):{_HOST}(?::\d{{1,5}})?(?:\?transport=(?:udp|tcp))?){_END}", re.ASCII | re.IGNORECASE
)


def media_addresses(text: str) -> tuple[str, ...]:
    """Return WebSocket URLs and STUN and TURN URIs (RFC 7064, RFC 7065) in a text, each once, in order."""
    # JSON inside of a page escapes the slash.
    text = text.replace("\\/", "/")
    found = [match[1] for match in islice(_WEB_SOCKET.finditer(text), _MOST)]
    found += [match[1] for match in islice(_TURN.finditer(text), _MOST)]
    return tuple(dict.fromkeys(each for each in found if _has_a_domain(each)))


def _has_a_domain(address: str) -> bool:
    """Return whether the host is a name with a domain: ``turn:left`` is none, nor is ``wss://signal.`` cut short."""
    host = re.split(r"[:/?]", address.partition(":")[2].removeprefix("//"), maxsplit=1)[0]
    labels = host.split(".")
    return len(labels) > 1 and all(labels) and not labels[-1].isdigit()
