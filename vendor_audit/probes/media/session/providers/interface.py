"""The contract of a session provider: who asks a service for a session, and ends it whatever happens.

A provider speaks the service's signalling and nothing else: it carries one session description each way and tells what
else the service said. ICE and DTLS are not its business. One object is made for each look at a place; it may be asked
for up to twenty sessions, of which up to four are open at the same time.

A provider of your own::

    class AcmeProvider:
        def __init__(self, place: Place) -> None:
            self.signalling = Signalling()
            self._http = SignallingHttp(place, self.signalling)

        async def look_around(self, client: LocalSide) -> None:
            pass

        @contextlib.asynccontextmanager
        async def session(self, client: LocalSide) -> AsyncIterator[Signalled]:
            async with kept(self._join(client.offer), self._leave) as joined:
                yield Signalled("answer", joined.sdp)

    [project.entry-points."vendor_audit.session_providers"]
    acme = "acme_audit:AcmeProvider"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from vendor_audit.observation import Json
    from vendor_audit.probes.interface import ProbeContext
    from vendor_audit.secret import Secret


@dataclass(frozen=True, slots=True)
class Place:
    """Where sessions are asked for, and with what."""

    url: str
    """As the operator wrote it."""
    token: Secret | None
    """A bearer token, an API secret: what the protocol has for it. It goes to the URL's own origin and nowhere else."""
    context: ProbeContext
    """Its network is the only way out, its ``timeout`` bounds each exchange."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server that the service told its client to use."""

    uri: str
    """RFC 7064, RFC 7065; as the service wrote it."""
    username: Secret | None = None
    credential: Secret | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """What a service said when it gave a session."""

    type: Literal["answer", "offer"]
    """Whether the description answers `LocalSide.offer`, or is the service's own offer that `LocalSide.answer`
    answered."""
    description: str
    """SDP."""
    ice_servers: tuple[IceServer, ...] | None = None
    """None: the protocol has no way to tell a client of any."""


class LocalSide(Protocol):
    """The auditor's side of a session that is to be."""

    @property
    def offer(self) -> str:
        """The offer (SDP): all candidates stand in it, nothing trickles in later."""
        ...

    def answer(self, offer: str) -> str:
        """Return the answer to an offer of the service (SDP), for protocols in which the service offers.

        Raises:
            ProbeError: the offer has no section that can be answered.
        """
        ...


@dataclass(slots=True)
class Signalling:
    """What was seen of the signalling, filled as it is seen; it stays when a session fails."""

    facts: dict[str, Json] = field(default_factory=dict)
    """As ``signalling`` in the facts of `media`. No secret."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Path below ``signalling`` -> why it could not be established."""
    transcript: list[dict[str, Json]] = field(default_factory=list)
    """Exchanges in their order, for the evidence: method, URL without its query, status, harmless headers. No
    secret."""


class SessionProvider(Protocol):
    """One place of a service, and how to get a session there."""

    signalling: Signalling

    async def look_around(self, client: LocalSide) -> None:
        """Learn what can be learnt of the place besides a session, as ordinary clients do: is a token needed?

        Raises nothing for what the service does: it stands in `signalling`. A session that the service gives
        although it should not is ended at once.
        """
        ...

    def session(self, client: LocalSide) -> AbstractAsyncContextManager[Signalled]:
        """Open a session; at the end of the block it is ended at the service, whatever happened.

        That includes an exception, a cancellation, and a session of which only half came to be. Ending takes no longer
        than a few times the context's ``timeout``.

        Raises:
            ProbeError: the service gave no session: in the sentence is what it did instead.
        """
        ...


class ProviderFactory(Protocol):
    """What an entry point leads to: a class or a function."""

    def __call__(self, place: Place, /) -> SessionProvider:
        """Return the provider for a place. Nothing is asked for yet."""
        ...
