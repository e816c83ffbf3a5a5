"""The contract of a probe.

A probe looks at targets of one kind and returns what it saw. It never says what is good or bad, never logs, never
prints, and knows neither the vendor file nor the checks. What it needs of the world it gets from a `ProbeContext`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from vendor_audit.observation import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from vendor_audit.observation import Evidence, Sight, Strength, Target
    from vendor_audit.probes.network import Network
    from vendor_audit.secret import Credentials


class ProbeClass(StrEnum):
    """How far a probe goes beyond what an ordinary client does, mildest first."""

    PASSIVE = "passive"
    """Reads what is published about the vendor; does not touch its service."""
    NORMAL = "normal"
    """Does what ordinary clients of the service do between them: connects, shakes hands, asks for pages."""
    ACTIVE = "active"
    """Sends what no ordinary client sends, but nothing that reaches beyond the front door."""
    INTRUSIVE = "intrusive"
    """Tries a door that should be shut: only with the vendor's written permission."""

    def allows(self, other: ProbeClass) -> bool:
        """Return whether who may go as far as this may go as far as the other."""
        order = list(ProbeClass)
        return order.index(other) <= order.index(self)


class ProbeError(Exception):
    """A target could not be observed at all. The runner turns it into an observation with an error."""

    def __init__(self, kind: str, message: str, evidence: tuple[Evidence, ...] = ()) -> None:
        """Take one of the kinds of `Failure`, the sentence that the user reads, and what shows it."""
        super().__init__(message)
        self.failure = Failure(kind, message)
        self.evidence = evidence
        """What there is although it could not be observed: the bytes of a document that nobody can read."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the parties and the service are called: a document may speak of them by these names."""

    vendor: tuple[str, ...] = ()
    """The vendor and its legal entity, but not its parent: that is another company."""
    customer: tuple[str, ...] = ()
    product: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """What a probe is given of the world."""

    network: Network
    """The only way to a socket or a resolver: it enforces the address policy, the pins and the limits per host."""
    now: Callable[[], datetime]
    """The clock, UTC and aware. Facts that depend on time (days left) are computed from it, once."""
    timeout: float
    """Seconds that a single exchange with a peer may take before it counts as unknown."""
    names: Names = field(default_factory=Names)
    """As the vendor file has them; empty: there is none."""
    folder: Path | None = None
    """The vendor file's folder: the paths of targets begin in it and lead nowhere else, links resolved. None: the
    operator typed them, so they begin in the current folder and may lead anywhere."""
    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    """Of targets that ask for some, by the target's name. They stay in memory: no fact, no evidence, no error holds
    one."""
    permitted: ProbeClass = ProbeClass.NORMAL
    """How far a probe may go: what is beyond it is left out, and the facts that it would have given are unknown."""


class Probe(Protocol):
    """A family of small objects without state; `vendor_audit.probes.registry` names them all."""

    name: str
    """As checks name it in ``judges``; also the name of its facts schema, ``schemas/facts/<name>.schema.json``."""
    title: str
    """What it does, for the report's method section: one sentence."""
    probe_class: ProbeClass
    strength: Strength
    """How its evidence is obtained."""
    per_service: bool
    """Whether all endpoints at one host and port are one thing to this probe, looked at once."""

    def accepts(self, target: Target) -> bool:
        """Return whether this probe looks at such a target."""
        ...

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what was seen of the target.

        Raises:
            ProbeError: the target could not be observed at all.
        """
        ...
