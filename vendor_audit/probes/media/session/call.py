"""Sessions of one place, one after the other or a few at a time: signalled, connected by ICE, and ended.

How many there may be is counted here: each is work for the vendor, and each leaves a handshake half-way.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.answering import audio_answer, chosen_section
from vendor_audit.probes.media.session.candidates import sort_candidates
from vendor_audit.probes.media.session.ending import to_the_end
from vendor_audit.probes.media.session.ice import IceAgent, IceChannel
from vendor_audit.secret import Secret
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import Candidate, parse_candidate
from vendor_audit.wire.sdp import audio_offer, parse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from vendor_audit.observation import Json
    from vendor_audit.probes.media.session.candidates import AddressPolicy, Sorted
    from vendor_audit.probes.media.session.providers.interface import IceServer, SessionProvider, Signalled
    from vendor_audit.wire.sdp import Description, Fingerprint, Section, Transport

MOST_SESSIONS: Final = 20
"""Of one look, those that fail included."""
_AT_ONCE: Final = 4
_MOST_FAILURES: Final = 3
"""Sessions that fail one after the other before no other is asked for."""
_LOOK_SECONDS: Final = 75.0
"""After which no further session is begun."""
_ICE_WAITS: Final = 2
"""Timeouts that ICE may take: it sends its checks again after 0.5, 1, 2 and 4 seconds."""
_CLOSING: Final = 3.0
_UFRAG: Final = re.compile(r"[!-~]{4,256}")
_PWD: Final = re.compile(r"[!-~]{22,256}")
"""RFC 8839, 5.4; of the characters, more than it allows are in use."""


@dataclass(frozen=True, slots=True)
class Said:
    """A session description, and who said it."""

    by: str
    """``vendor`` or ``client``."""
    type: str
    """``offer`` or ``answer``."""
    text: str
    description: Description


@dataclass(slots=True)
class Seen:
    """What sessions told on the way, whether they came to be or not."""

    said: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    """By what we wished for ``setup``, of the first session of each wish."""
    candidates: Sorted | None = None
    """Of the first session."""
    unread_candidates: int = 0
    ice_servers: tuple[IceServer, ...] | None = None
    """Of the first session. None: the protocol tells of none."""
    pairs: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    """By type and address of the vendor's side, the first nominated pair: only the port differs in the others."""
    fingerprints: set[Fingerprint] = field(default_factory=set)
    """That the vendor's descriptions gave, of all sessions: some services make a certificate for each."""
    secrets: list[Secret] = field(default_factory=list)
    """That must not stand in anything that is kept."""


@dataclass(frozen=True, slots=True)
class Call:
    """A session whose media path works."""

    channel: IceChannel
    vendor_is_client: bool
    """Whether it is the vendor that says hello in DTLS (RFC 8842, 5)."""


class OurSide:
    """What we say of ourselves: `LocalSide` of the providers."""

    def __init__(self, agent: IceAgent, setup: str, direction: str) -> None:
        """Take an agent that has gathered, and our wish for the DTLS role: ``actpass``, ``active`` or ``passive``."""
        self._agent = agent
        self._setup = setup
        # Nobody gets to see this certificate: every handshake ends before the client shows its own.
        digest = secrets.token_bytes(32).hex(":").upper()
        self.offer = audio_offer(
            ufrag=agent.local_username,
            pwd=agent.local_password,
            candidates=_encodable(agent),
            fingerprint=("sha-256", digest),
            setup=setup,
            direction=direction,
        )
        self._digest = digest
        self.answered = ""
        """Our answer; empty: none was asked for."""

    @property
    def setup_in_answer(self) -> str:
        """The role that we take where the vendor offers: who would leave it to the other waits for its hello."""
        return "active" if self._setup == "active" else "passive"

    def answer(self, offer: str) -> str:
        """Return the answer to the vendor's offer."""
        own = [f"a=ice-ufrag:{self._agent.local_username}", f"a=ice-pwd:{self._agent.local_password}"]
        own += [f"a=fingerprint:sha-256 {self._digest}"]
        own += [f"a={each.encode()}" for each in _encodable(self._agent)] + ["a=end-of-candidates"]
        self.answered = audio_answer(offer, read_description(offer), own, self.setup_in_answer)
        # The one who offers controls ICE (RFC 8445, 6.1.1).
        self._agent.ice_controlling = False
        return self.answered


class Caller:
    """Asks one place for sessions, within the limits."""

    def __init__(
        self,
        provider: SessionProvider,
        policy: AddressPolicy,
        addresses: list[str],
        *,
        timeout: float,
        direction: str = "sendonly",
    ) -> None:
        """Take whom to ask, what may be contacted and from where, seconds for an exchange, and the media's way."""
        self.seen = Seen()
        self.begun = 0
        """Sessions that were asked for."""
        self._provider = provider
        self._policy = policy
        self._addresses = addresses
        self._timeout = timeout
        self._direction = direction
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._failures = 0
        self._until = asyncio.get_running_loop().time() + _LOOK_SECONDS

    async def look_around(self) -> None:
        """Let the provider learn what there is besides a session."""
        async with self._agent() as agent:
            await self._provider.look_around(OurSide(agent, "actpass", self._direction))
        if self._provider.signalling.facts.get("token_required") is False:
            self.begun += 1  # it was given a session although it had shown no token

    @contextlib.asynccontextmanager
    async def call(self, setup: str) -> AsyncIterator[Call]:
        """Open a session in which we wish for a DTLS role; it is ended with the block.

        Where the first one gets no answer in time, a second one is tried: packets get lost.

        Raises:
            ProbeError: there is no session, no way to its media, or there were too many.
        """
        async with contextlib.AsyncExitStack() as stack:
            try:
                call = await stack.enter_async_context(self._call(setup))
            except ProbeError as error:
                if error.failure.kind != "connection_timeout":
                    raise
                call = await stack.enter_async_context(self._call(setup))
            yield call

    @contextlib.asynccontextmanager
    async def _call(self, setup: str) -> AsyncIterator[Call]:
        async with self._slots, self._agent() as agent:
            self._count()
            side = OurSide(agent, setup, self._direction)
            async with contextlib.AsyncExitStack() as stack:
                try:
                    signalled = await stack.enter_async_context(self._provider.session(side))
                    call = await self._connect(agent, side, signalled, setup)
                except ProbeError:
                    self._failures += 1
                    raise
                self._failures = 0
                yield call

    def _count(self) -> None:
        if self.begun >= MOST_SESSIONS:
            raise ProbeError(
                "deadline", f"not asked, because {MOST_SESSIONS} sessions are the most that one look begins"
            )
        if self._failures >= _MOST_FAILURES:
            raise ProbeError("deadline", "not asked, because one session after the other failed")
        if asyncio.get_running_loop().time() > self._until:
            raise ProbeError("deadline", f"not asked, because {_LOOK_SECONDS:g} s are the most for all sessions")
        self.begun += 1

    @contextlib.asynccontextmanager
    async def _agent(self) -> AsyncIterator[IceAgent]:
        agent = IceAgent(self._addresses, self._policy)
        try:
            await agent.gather_candidates()
            self.seen.secrets.append(Secret(agent.local_password))
            yield agent
        finally:
            await to_the_end(agent.end(), _CLOSING)

    async def _connect(self, agent: IceAgent, side: OurSide, signalled: Signalled, setup: str) -> Call:
        description = read_description(signalled.description)
        self._note(side, signalled, description, setup)
        section = chosen_section(description)
        if section is None:
            raise ProbeError("protocol", f"the vendor's {signalled.type} has no audio section, or refuses it")
        vendor_is_client = _role(section, signalled, side, setup)
        transport = section.transport
        if not _are_credentials(transport):
            raise ProbeError("protocol", f"the vendor's {signalled.type} has no ICE credentials, or malformed ones")
        found = sort_candidates(transport.candidates, self._policy)
        if not found.contacted:
            reason = found.not_contacted or found.left_out or "it has none over UDP"
            kind = "address_not_allowed" if found.not_contacted else "protocol"
            raise ProbeError(kind, f"the vendor's {signalled.type} has no candidate to contact: {reason}")
        agent.remote_username = transport.ice_ufrag
        agent.remote_password = transport.ice_pwd.reveal() if transport.ice_pwd else None
        agent.remote_is_lite = description.ice_lite
        if description.ice_lite:
            agent.ice_controlling = True  # RFC 8445, 6.1.1: the full agent controls
        for each in found.contacted:
            await agent.add_remote_candidate(each)
        await agent.add_remote_candidate(None)
        await agent.connect_within(_ICE_WAITS * self._timeout)
        if agent.selected_pair is not None:
            remote = agent.selected_pair["remote"]
            self.seen.pairs.setdefault((remote["type"], remote["address"]), agent.selected_pair)
        return Call(IceChannel(agent), vendor_is_client)

    def _note(self, side: OurSide, signalled: Signalled, description: Description, setup: str) -> None:
        seen = self.seen
        theirs = Said("vendor", signalled.type, signalled.description, description)
        our_text = side.offer if signalled.type == "answer" else side.answered
        our_type = "offer" if signalled.type == "answer" else "answer"
        if setup not in seen.said:
            ours = Said("client", our_type, our_text, read_description(our_text))
            seen.said[setup] = (ours, theirs) if our_type == "offer" else (theirs, ours)
        candidates: Sequence[Candidate] = [
            candidate for section in description.sections for candidate in section.transport.candidates
        ]
        if seen.candidates is None:
            seen.candidates = sort_candidates(candidates, self._policy)
            seen.unread_candidates = description.unread
            seen.ice_servers = signalled.ice_servers
        for section in description.sections:
            seen.fingerprints.update(section.transport.fingerprints)
            if section.transport.ice_pwd is not None:
                seen.secrets.append(section.transport.ice_pwd)
            seen.secrets.extend(each.keys for each in section.cryptos)
        for server in signalled.ice_servers or ():
            seen.secrets.extend(each for each in (server.username, server.credential) if each is not None)


def read_description(text: str) -> Description:
    """Return what a session description says.

    Raises:
        ProbeError: it is none.
    """
    try:
        return parse(text)
    except WireError as error:
        raise ProbeError("protocol", f"the vendor's session description cannot be read: {error}") from error


def _are_credentials(transport: Transport) -> bool:
    """Return whether user name and password are there and not longer than may be: every check carries the name."""
    if transport.ice_ufrag is None or transport.ice_pwd is None:
        return False
    return bool(_UFRAG.fullmatch(transport.ice_ufrag) and _PWD.fullmatch(transport.ice_pwd.reveal()))


def _role(section: Section, signalled: Signalled, side: OurSide, setup: str) -> bool:
    """Return whether the vendor is the DTLS client (RFC 8842, 5.3)."""
    theirs = section.transport.setup
    if signalled.type == "offer":
        ours = side.setup_in_answer
        if theirs not in {"actpass", "passive" if ours == "active" else "active"}:
            raise ProbeError("protocol", f"the vendor's offer leaves us no role in DTLS as we wish: setup '{theirs}'")
        return ours == "passive"
    if theirs not in {"active", "passive"} or theirs == setup:
        raise ProbeError(
            "protocol", f"the vendor's answer takes no role in DTLS that fits our offer '{setup}': setup '{theirs}'"
        )
    return theirs == "active"


def _encodable(agent: IceAgent) -> list[Candidate]:
    return [parse_candidate(f"candidate:{each.to_sdp()}") for each in agent.local_candidates]
