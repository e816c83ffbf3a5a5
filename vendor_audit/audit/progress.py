"""What the audit tells while it runs. The core emits these events; who shows them, and how, is not its matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_audit.observation import Observation, Target


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan stands: so many looks will be taken."""

    looks: int


@dataclass(frozen=True, slots=True)
class Started:
    """A probe begins to look at a target."""

    probe: str
    target: Target


@dataclass(frozen=True, slots=True)
class Finished:
    """A probe is done with a target, for better or worse."""

    observation: Observation


Event = Planned | Started | Finished
Observer = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Take an event and do nothing: the observer of those who do not watch."""
