"""Where the demonstration vendor listens. Only loopback; no port below 1024, so that nobody needs to be root."""

from __future__ import annotations

import socket
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "127.0.0.1"
"""The one address on which the lab listens."""

ATTEMPTS = 5
"""A port that the system gives for TCP may be taken for UDP; then another one is asked for."""

_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Ports:
    """One port for each host and what it serves, because TLS versions cannot differ behind one; 0 asks for a free one.

    TCP, unless it is said otherwise.
    """

    meet: int = 0
    api: int = 0
    signal: int = 0
    recordings: int = 0
    www: int = 0
    files: int = 0
    plain: int = 0
    """Plain HTTP of www."""
    sfu: int = 0
    """WHIP."""
    media: int = 0
    """UDP: ICE, DTLS and media of all sessions."""
    turn: int = 0
    """UDP and TCP."""
    turns: int = 0
    """DTLS over UDP and TLS over TCP."""
    dns: int = 0
    """UDP and TCP."""

    @classmethod
    def from_base(cls, base: int) -> Self:
        """Return the layout of the committed vendor files, by the last digits of the ports that these services have."""
        return cls(
            meet=base + 43,
            api=base + 44,
            signal=base + 45,
            recordings=base + 46,
            www=base + 47,
            files=base + 48,
            plain=base + 80,
            sfu=base + 51,
            media=base + 52,
            turn=base + 78,
            turns=base + 49,
            dns=base + 53,
        )

    def items(self) -> dict[str, int]:
        """Return the ports by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def taken(self, found: Mapping[str, int]) -> Ports:
        """Return these ports with the numbers that the system gave."""
        return replace(self, **found)


FIXED = Ports.from_base(28400)
"""The ports in examples/acme/acme.yaml. Below 32768, where systems begin to give out ports to clients."""

FIXED_FLAWLESS = Ports.from_base(28500)
"""The ports in examples/flawless/acme.yaml: the two vendors can be served side by side."""

FREE = Ports()
"""Any free ports: for tests and for the one-shot demonstration."""


def listen(name: str, port: int) -> socket.socket:
    """Return a listening, non-blocking TCP socket on loopback.

    Args:
        name: what listens there, for the error: "meet".
        port: the port; 0 for any free one.

    Raises:
        UsageError: the port is taken or may not be used.
    """
    try:
        found = socket.create_server((ADDRESS, port), backlog=_BACKLOG)
    except OSError as error:
        raise port_error(name, port, error) from error
    found.setblocking(False)
    return found


def bind_datagrams(name: str, port: int) -> socket.socket:
    """Return a bound, non-blocking UDP socket on loopback.

    Args:
        name: what is to be had there, for the error: "media".
        port: the port; 0 for any free one.

    Raises:
        UsageError: the port is taken or may not be used.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        found.bind((ADDRESS, port))
    except OSError as error:
        found.close()
        raise port_error(name, port, error) from error
    found.setblocking(False)
    return found


def listen_on_both(name: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Return a listening TCP socket and a bound UDP one with the same port; as `listen` and `bind_datagrams`.

    Raises:
        UsageError: the port is taken, for either, or may not be used.
    """
    for attempt in range(1, ATTEMPTS + 1):
        stream = listen(name, port)
        try:
            return stream, bind_datagrams(name, stream.getsockname()[1])
        except UsageError:
            stream.close()
            if port or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def port_error(name: str, port: int, error: OSError) -> UsageError:
    """Return the sentence that the user reads when a port cannot be had."""
    return UsageError(
        f"the demonstration vendor needs {ADDRESS}:{port} for '{name}', but the system refuses it: "
        f"{error.strerror or error}. Is another demonstration running?"
    )
