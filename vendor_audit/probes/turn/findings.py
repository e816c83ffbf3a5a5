"""What a look at one listener found, and what it could not find."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vendor_audit.probes.interface import ProbeContext, ProbeError
    from vendor_audit.probes.turn.dialogue import Transcript
    from vendor_audit.probes.turn.listeners import Listener
    from vendor_audit.probes.turn.login import Login
    from vendor_audit.wire.turn_uri import TurnUri


class State(StrEnum):
    """How a listener met us."""

    OPEN = "open"
    """It answers in STUN."""
    CLOSED = "closed"
    """The host refused: TCP reset or ICMP port unreachable."""
    SILENT = "silent"
    """Nothing came back."""
    UNREACHABLE = "unreachable"
    """There is no way there from here."""
    FAILED = "failed"
    """Something is there, but STUN could not be spoken with it."""


_STATES = {
    "connection_refused": State.CLOSED,
    "connection_timeout": State.SILENT,
    "unreachable": State.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What every look at a server shares."""

    context: ProbeContext
    uri: TurnUri
    server_name: str
    """For SNI; empty: the host is an address."""
    login: Login | None
    transcript: Transcript


@dataclass(slots=True)
class Findings:
    """What is known of one listener."""

    listener: Listener
    facts: dict[str, Any] = field(default_factory=dict)
    """In the shape of an element of ``listeners``, without what the listener itself says."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Name of a fact in ``facts`` -> why it is not there."""
    heard: bool = False
    failure: ProbeError | None = None
    """What ended the look before its end."""
    first_nonce: bytes = b""
    """Of the first challenge; empty: there was none."""
    made: int = 0
    """Allocations that the server made."""
    deleted: int = 0
    """Allocations that the server confirmed to be gone."""

    @property
    def state(self) -> State:
        """How the listener met us."""
        if self.heard:
            return State.OPEN
        return _STATES.get(self.failure.failure.kind, State.FAILED) if self.failure else State.FAILED

    def allocation(self, version: int) -> dict[str, Any] | None:
        """Return what came of asking for a relayed address of a family with credentials."""
        found: list[dict[str, Any]] = self.facts.get("allocations", [])
        return next((each for each in found if each["family"] == f"ipv{version}"), None)
