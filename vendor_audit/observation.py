"""The nouns that travel from the vendor file through the probes to the judge: target, evidence, observation.

No opinion lives here. Every object is frozen and goes to and from plain JSON values without loss, because an audit can
be judged again from its file years later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from vendor_audit.secret import Credentials

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with string keys."""


class Strength(StrEnum):
    """How the evidence was obtained, strongest first: seen ourselves, read in a document, said by the vendor."""

    OBSERVED = "observed"
    DOCUMENTED = "documented"
    ATTESTED = "attested"

    @property
    def rank(self) -> int:
        """0 for the strongest: smaller is stronger."""
        return list(Strength).index(self)

    def satisfies(self, weakest: Strength) -> bool:
        """Return whether evidence of this strength is enough where ``weakest`` is the weakest accepted."""
        return self.rank <= weakest.rank


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to look at."""

    kind: str
    """``endpoint`` (a URL), ``host`` (a DNS name or address), ``turn`` (a STUN or TURN URI), ``session`` (where a
    WebRTC client publishes or plays), ``capture`` (a file of one call), ``document``, ``check`` (of a statement),
    ``vendor_file``."""
    name: str
    """What a person calls it, unique within its kind: the URL as written, the host name, the key of the document in
    the vendor file, the check's id."""
    host: str = ""
    """DNS name (A-label, lower case) or address literal without brackets; empty where there is none."""
    port: int = 0
    """TCP or UDP port; 0 where there is none."""
    roles: tuple[str, ...] = ()
    """The roles that the vendor file gives it: join_page, signalling, api, recordings, ...; of a document its key."""
    location: str = ""
    """Of a document or a capture: its URL, or its path as the vendor file has it, which begins in that file's
    folder."""
    language: str = ""
    """Of a document: ``en``, ``de``, ``fr`` or ``nl``, where the vendor file says it; empty: it is to be found out."""

    @property
    def service(self) -> str:
        """``host:port``, an IPv6 address in brackets: what all endpoints at one host and port are together."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def to_json(self) -> dict[str, Json]:
        """Return the target as JSON; what is empty is left out."""
        shape: dict[str, Json] = {"kind": self.kind, "name": self.name}
        if self.host:
            shape["host"] = self.host
        if self.port:
            shape["port"] = self.port
        if self.roles:
            shape["roles"] = list(self.roles)
        if self.location:
            shape["location"] = self.location
        if self.language:
            shape["language"] = self.language
        return shape

    @classmethod
    def from_json(cls, shape: dict[str, Json]) -> Self:
        """Return the target that `to_json` wrote."""
        return cls(
            shape["kind"],
            shape["name"],
            shape.get("host", ""),
            shape.get("port", 0),
            tuple(shape.get("roles", ())),
            shape.get("location", ""),
            shape.get("language", ""),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes that show what was seen. They are stored once, under their SHA-256."""

    title: str
    """What it is, in the words of the report: "certificate chain of meet.acme.example:443"."""
    media_type: str
    """``text/plain; charset=utf-8``, ``application/pem-certificate-chain``, ``application/json``, ..."""
    content: bytes
    """The bytes. The probe has bounded them and removed secrets."""

    @property
    def sha256(self) -> str:
        """The lower-case hexadecimal SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def reference(self) -> EvidenceReference:
        """Return what the audit keeps of it."""
        return EvidenceReference(self.title, self.media_type, self.sha256, len(self.content))


@dataclass(frozen=True, slots=True)
class EvidenceReference:
    """Where a piece of evidence stands in the store, without its bytes."""

    title: str
    media_type: str
    sha256: str
    size: int
    """Bytes."""

    def to_json(self) -> dict[str, Json]:
        """Return the reference as JSON."""
        return {"title": self.title, "media_type": self.media_type, "sha256": self.sha256, "size": self.size}

    @classmethod
    def from_json(cls, shape: dict[str, Json]) -> Self:
        """Return the reference that `to_json` wrote."""
        return cls(shape["title"], shape["media_type"], shape["sha256"], shape["size"])


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a probe could not observe its target at all."""

    kind: str
    """``dns_nxdomain``, ``dns_timeout``, ``dns_failure``, ``address_not_allowed``, ``connection_refused``,
    ``connection_timeout``, ``connection_reset``, ``unreachable``, ``not_tls``, ``protocol``, ``deadline``,
    ``interrupted`` or ``internal`` (our own fault).

    Of documents besides: ``file_missing``; ``not_a_file`` (a folder, a pipe, or out of the vendor file's folder);
    ``file_unreadable`` (the system does not let us); ``http_status``; ``login_page``; ``error_page`` (a page that only
    says that something else is not there); ``empty``; ``too_large`` (its bytes, its pages, what unpacks out of it, the
    memory that it takes); ``too_slow`` (to come, or to be read); ``unsupported`` (no format that we read);
    ``encrypted``; ``damaged``; ``no_text`` (pages that are pictures); ``crashed`` (it made the reader end)."""
    message: str
    """The sentence that the user reads."""

    def to_json(self) -> dict[str, Json]:
        """Return the failure as JSON."""
        return {"kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class Lead:
    """A further target that a probe came upon: what the service itself told a client to use."""

    target: Target
    credentials: Credentials | None = None
    """What came with it. In memory only: a lead is acted on and not written down."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a probe returns for a target; the runner adds who, what and when to make an `Observation` of it."""

    facts: dict[str, Json]
    """JSON in the shape of the probe's facts schema. What could not be established is absent, never null."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Dotted path of a fact -> why it could not be established. A path that names a list which is in ``facts`` says
    that the list is incomplete: what is in it is so, what is not in it is not known."""
    evidence: tuple[Evidence, ...] = ()
    leads: tuple[Lead, ...] = ()
    """What the service named that another probe can look at; bounded by the probe."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a probe saw of a target. Facts, no opinion."""

    probe: str
    target: Target
    strength: Strength
    facts: dict[str, Json]
    """As in `Sight`; empty when `error` is set."""
    unknown: dict[str, str]
    """As in `Sight`."""
    evidence: tuple[EvidenceReference, ...]
    started: str
    """UTC, ISO 8601 with milliseconds and Z."""
    duration: float
    """Seconds, rounded to the millisecond."""
    error: Failure | None = None
    """None: the target was observed."""

    @property
    def id(self) -> str:
        """``probe:target name``: unique within an audit."""
        return f"{self.probe}:{self.target.name}"

    def to_json(self) -> dict[str, Json]:
        """Return the observation as JSON; ``unknown``, ``evidence`` and ``error`` only where they say something."""
        shape: dict[str, Json] = {
            "id": self.id,
            "probe": self.probe,
            "target": self.target.to_json(),
            "strength": self.strength.value,
            "started": self.started,
            "duration": self.duration,
            "facts": self.facts,
        }
        if self.unknown:
            shape["unknown"] = self.unknown
        if self.evidence:
            shape["evidence"] = [reference.to_json() for reference in self.evidence]
        if self.error:
            shape["error"] = self.error.to_json()
        return shape

    @classmethod
    def from_json(cls, shape: dict[str, Json]) -> Self:
        """Return the observation that `to_json` wrote."""
        error = shape.get("error")
        return cls(
            probe=shape["probe"],
            target=Target.from_json(shape["target"]),
            strength=Strength(shape["strength"]),
            facts=shape["facts"],
            unknown=shape.get("unknown", {}),
            evidence=tuple(EvidenceReference.from_json(each) for each in shape.get("evidence", ())),
            started=shape["started"],
            duration=shape["duration"],
            error=Failure(error["kind"], error["message"]) if error else None,
        )
