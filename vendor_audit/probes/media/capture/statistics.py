"""Statistics of WebRTC in all their generations, brought to the names of today (W3C webrtc-stats).

A browser's id of an object says nothing reliable of what it is: its ``type`` does, and where the file has none, the
properties that only such objects have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture.json_text import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json

_KINDS: Final = {
    "transport": "transport",
    "googComponent": "transport",
    "candidate-pair": "pair",
    "candidatepair": "pair",
    "googCandidatePair": "pair",
    "local-candidate": "candidate",
    "remote-candidate": "candidate",
    "localcandidate": "candidate",
    "remotecandidate": "candidate",
    "certificate": "certificate",
    "googCertificate": "certificate",
}
_TELLING: Final = (
    ("pair", {"localCandidateId", "remoteCandidateId"}),
    ("pair", {"googLocalAddress", "googRemoteAddress"}),
    ("transport", {"dtlsCipher"}),
    ("transport", {"dtlsState"}),
    ("transport", {"selectedCandidatePairId"}),
    ("certificate", {"fingerprint", "fingerprintAlgorithm"}),
    ("certificate", {"googFingerprint", "googFingerprintAlgorithm"}),
    ("candidate", {"candidateType"}),
)
"""Kind -> properties that together only such objects have: for dumps older than the statsType."""
_CANDIDATE_TYPES: Final = {
    "host": "host",
    "local": "host",
    "srflx": "srflx",
    "stun": "srflx",
    "serverreflexive": "srflx",
    "prflx": "prflx",
    "peerreflexive": "prflx",
    "relay": "relay",
    "relayed": "relay",
}
_PROTOCOLS: Final = frozenset({"udp", "tcp", "tls"})

PROPERTIES: Final = frozenset(
    {
        *("type", "tlsVersion", "dtlsCipher", "srtpCipher", "dtlsState", "dtlsRole", "remoteCertificateId"),
        *("selectedCandidatePairId", "localCandidateId", "remoteCandidateId", "selected", "nominated", "state"),
        *("googActiveConnection", "googLocalAddress", "googRemoteAddress", "googTransportType"),
        *("googLocalCandidateType", "googRemoteCandidateType"),
        *("address", "ip", "ipAddress", "port", "portNumber", "protocol", "transport", "candidateType"),
        *("relayProtocol", "isRemote", "fingerprint", "fingerprintAlgorithm"),
        *("googFingerprint", "googFingerprintAlgorithm", "base64Certificate", "googDerBase64"),
    }
)
"""All that we look at: what a reader need not keep is the rest."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One side of a candidate pair."""

    type: str = ""
    """``host``, ``srflx``, ``prflx``, ``relay``; empty: not told."""
    address: str = ""
    port: int = 0
    protocol: str = ""
    relay_protocol: str = ""


@dataclass(frozen=True, slots=True)
class Transport:
    """A DTLS transport and the pair that it runs over."""

    values: Mapping[str, Json]
    """Its own properties."""
    local: Endpoint | None = None
    remote: Endpoint | None = None
    fingerprint: tuple[str, str] | None = None
    """Algorithm and digest of the certificate that the other side showed."""
    certificate: str = ""
    """The certificate itself, DER in base64; empty: not told."""


@dataclass(slots=True)
class Statistics:
    """The objects of one connection, by kind."""

    by_kind: dict[str, dict[str, dict[str, Json]]] = field(default_factory=dict)

    @classmethod
    def of(cls, objects: Mapping[str, dict[str, Json]]) -> Statistics:
        """Sort the objects of a connection by what they are."""
        found = cls()
        for name, values in objects.items():
            kind = _KINDS.get(as_text(values.get("type"))) or _guess(values)
            if kind:
                found.by_kind.setdefault(kind, {})[name] = values
        return found

    def transports(self) -> list[Transport]:
        """Return every transport, with its selected pair where there is one."""
        return [self._transport(name, values) for name, values in self._of("transport").items()]

    def selected_pairs(self) -> list[tuple[Endpoint, Endpoint]]:
        """Return both sides of every pair that is in use."""
        names = [as_text(each.get("selectedCandidatePairId")) for each in self._of("transport").values()]
        pairs = self._of("pair")
        chosen = [pairs[name] for name in dict.fromkeys(names) if name in pairs]
        chosen = chosen or [
            each for each in pairs.values() if _true(each.get("selected")) or _true(each.get("googActiveConnection"))
        ]
        if not chosen:
            # Browsers that mark no pair as selected nominate the one that they use.
            chosen = [each for each in pairs.values() if _true(each.get("nominated")) and _succeeded(each)][:1]
        return [self._sides(each) for each in chosen]

    def _of(self, kind: str) -> dict[str, dict[str, Json]]:
        return self.by_kind.get(kind, {})

    def _transport(self, name: str, values: dict[str, Json]) -> Transport:
        pair = self._of("pair").get(as_text(values.get("selectedCandidatePairId")))
        if pair is None:
            # The pairs of a googComponent are named after it: Channel-audio-1 has Conn-audio-1-0.
            stem = name.replace("Channel-", "Conn-", 1) + "-"
            of_it = (each for key, each in self._of("pair").items() if key.startswith(stem))
            pair = next((each for each in of_it if _true(each.get("googActiveConnection"))), None)
        local, remote = self._sides(pair) if pair is not None else (None, None)
        certificate = self._of("certificate").get(as_text(values.get("remoteCertificateId")), {})
        algorithm = certificate.get("fingerprintAlgorithm", certificate.get("googFingerprintAlgorithm"))
        digest = certificate.get("fingerprint", certificate.get("googFingerprint"))
        shown = (as_text(algorithm).lower(), as_text(digest).upper())
        content = as_text(certificate.get("base64Certificate", certificate.get("googDerBase64")))
        return Transport(values, local, remote, shown if all(shown) else None, content)

    def _sides(self, pair: dict[str, Json]) -> tuple[Endpoint, Endpoint]:
        return self._side(pair, "local"), self._side(pair, "remote")

    def _side(self, pair: dict[str, Json], side: str) -> Endpoint:
        values = self._of("candidate").get(as_text(pair.get(f"{side}CandidateId")), {})
        old = f"goog{side.capitalize()}"
        old_address, _, old_port = as_text(pair.get(f"{old}Address")).rpartition(":")
        kind = as_text(values.get("candidateType")) or as_text(pair.get(f"{old}CandidateType"))
        protocol = as_text(values.get("protocol", values.get("transport", pair.get("googTransportType")))).lower()
        relay = as_text(values.get("relayProtocol")).lower()
        address = _first_text(values, "address", "ip", "ipAddress") or old_address
        return Endpoint(
            type=_CANDIDATE_TYPES.get(kind, ""),
            address=address.removeprefix("[").removesuffix("]"),
            port=_port(values.get("port", values.get("portNumber", old_port))),
            protocol=protocol if protocol in _PROTOCOLS else "",
            relay_protocol=relay if relay in _PROTOCOLS else "",
        )


def _guess(values: dict[str, Json]) -> str:
    return next((kind for kind, properties in _TELLING if properties <= values.keys()), "")


def _first_text(values: dict[str, Json], *names: str) -> str:
    return next((as_text(values[each]) for each in names if as_text(values.get(each))), "")


def _true(value: Json) -> bool:
    return value is True or value == "true"


def _succeeded(pair: dict[str, Json]) -> bool:
    return pair.get("state") == "succeeded"


def _port(value: Json) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= len("65535")):
        return 0
    return int(text) if int(text) < 1 << 16 else 0
