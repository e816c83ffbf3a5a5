"""The record of an audit: everything that was known before anything was judged. The judge needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from vendor_audit.observation import Json, Observation

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class MethodLine:
    """What one probe did: a line of the report's method section."""

    probe: str
    title: str
    probe_class: str

    def to_json(self) -> dict[str, Json]:
        """Return the line as JSON."""
        return {"probe": self.probe, "title": self.title, "class": self.probe_class}

    @classmethod
    def from_json(cls, shape: dict[str, Json]) -> Self:
        """Return the line that `to_json` wrote."""
        return cls(shape["probe"], shape["title"], shape["class"])


@dataclass(frozen=True, slots=True)
class Record:
    """Vendor file, settings, observations: what was gathered, and from where."""

    id: str
    """The vendor's slug and the start, such as ``acme-video-20261123T192600Z``."""
    tool: dict[str, Json]
    """Name and version of the program that gathered."""
    started: str
    """UTC, ISO 8601 with milliseconds and Z."""
    duration: float
    """Seconds."""
    stopped: str
    """Why the audit is not complete; empty: it is."""
    vendor_name: str
    """The vendor file's name, without its folder."""
    vendor_sha256: str
    vendor: dict[str, Json]
    """The vendor file's data. Secrets are placeholders in it."""
    settings: dict[str, Json]
    """Thresholds by topic, gate, deadline in seconds, connections a host."""
    method: tuple[MethodLine, ...]
    observations: tuple[Observation, ...]

    @property
    def day(self) -> date:
        """The UTC day on which the audit started: what exceptions and ``$audit.date`` are held against."""
        return date.fromisoformat(self.started[:10])

    @property
    def reached(self) -> bool:
        """Whether a look at the service itself succeeded, or none was planned.

        What only reads about the vendor (``passive``: its own words, the DNS) does not reach it.
        """
        passive = {line.probe for line in self.method if line.probe_class == "passive"}
        looks = [each for each in self.observations if each.probe not in passive]
        return not looks or any(each.error is None for each in looks)

    def header(self) -> dict[str, Json]:
        """Return everything but the observations as JSON."""
        return {
            "tool": self.tool,
            "id": self.id,
            "started": self.started,
            "duration": self.duration,
            "complete": not self.stopped,
            **({"stopped": self.stopped} if self.stopped else {}),
            "vendor_file": {"name": self.vendor_name, "sha256": self.vendor_sha256, "data": self.vendor},
            "settings": self.settings,
            "method": [
                {
                    **line.to_json(),
                    "targets": sum(each.probe == line.probe for each in self.observations),
                    "observed": sum(each.probe == line.probe and each.error is None for each in self.observations),
                }
                for line in self.method
            ],
        }

    @classmethod
    def from_json(cls, shape: Mapping[str, Json]) -> Self:
        """Return the record that stands in an audit document."""
        return cls(
            id=shape["id"],
            tool=shape["tool"],
            started=shape["started"],
            duration=shape["duration"],
            stopped=shape.get("stopped", ""),
            vendor_name=shape["vendor_file"]["name"],
            vendor_sha256=shape["vendor_file"]["sha256"],
            vendor=shape["vendor_file"]["data"],
            settings=shape["settings"],
            method=tuple(MethodLine.from_json(each) for each in shape["method"]),
            observations=tuple(Observation.from_json(each) for each in shape["observations"]),
        )
