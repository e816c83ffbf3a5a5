"""An allocation that is always given back: when its use ends, fails or is cancelled (RFC 8656, 7 to 8)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.turn.dialogue import ALLOCATION_MISMATCH, UNAUTHENTICATED
from vendor_audit.wire.stun import Attribute, AttributeType, Method
from vendor_audit.wire.stun_attributes import (
    number_value,
    requested_address_family_value,
    requested_transport_value,
)

if TYPE_CHECKING:
    from types import TracebackType

    from vendor_audit.probes.turn.dialogue import Dialogue, Reply
    from vendor_audit.probes.turn.login import Login
    from vendor_audit.wire.stun_attributes import Endpoint

FAREWELL: Final = 1.0
"""Seconds for giving an allocation back when there is no time left for anything."""
_LATE: Final = 3
"""How often it is asked again where the server says that there is no allocation, but has not answered the Allocate."""
_PAUSE: Final = 0.15
"""Seconds in between."""
_IPV6: Final = 6


class Tenancy:
    """What one 5-tuple may have allocated; leaving the context gives it back."""

    def __init__(self, dialogue: Dialogue) -> None:
        """Take the dialogue over that 5-tuple; nothing is asked for yet."""
        self.dialogue = dialogue
        self.made = False
        """Whether the server said that there is an allocation."""
        self.deleted = False
        """Whether the server confirmed that it is gone."""
        self._may_exist = False
        self._in_flight = False
        """Whether the last Allocate was not answered."""
        self._login: Login | None = None

    async def ask(self, version: int = 4, login: Login | None = None) -> Reply:
        """Return the answer to an Allocate request for UDP.

        Args:
            version: 4 or 6, of the relayed address. IPv4 is what a request without a family means.
            login: who asks; None: nobody says.

        Raises:
            ProbeError: as `Dialogue.ask`.
        """
        attributes = [Attribute(AttributeType.REQUESTED_TRANSPORT, requested_transport_value())]
        if version == _IPV6:
            family = requested_address_family_value(version)
            attributes.append(Attribute(AttributeType.REQUESTED_ADDRESS_FAMILY, family))
        # From here on there may be one, whether we hear of it or not.
        self._may_exist, self._in_flight, self._login = True, True, login
        reply = await self.dialogue.ask(Method.ALLOCATE, tuple(attributes), login)
        self._in_flight = False
        if reply.error is None:
            self.made = True
        elif reply.code != ALLOCATION_MISMATCH:
            self._may_exist = False
        return reply

    async def refresh(self) -> Reply:
        """Return the answer to a Refresh request that asks for the server's usual lifetime.

        Raises:
            ProbeError: as `Dialogue.ask`.
        """
        return await self.dialogue.ask(Method.REFRESH, (), self._login)

    async def permission(self, peer: Endpoint) -> Reply:
        """Return the answer to a CreatePermission request for a peer (RFC 8656, 10); nothing is sent to the peer.

        Raises:
            ProbeError: as `Dialogue.ask`.
        """
        # The address is covered with the id of the request, which the dialogue draws.
        return await self.dialogue.ask(Method.CREATE_PERMISSION, (), self._login, peer=peer)

    async def give_back(self) -> None:
        """Ask for lifetime 0 (RFC 8656, 8.1); what comes of it stands in `deleted`.

        Raises:
            ProbeError: as `Dialogue.ask`.
        """
        zero = (Attribute(AttributeType.LIFETIME, number_value(0)),)
        reply = await self.dialogue.ask(Method.REFRESH, zero, self._login)
        for _ in range(_LATE if self._in_flight else 0):
            if reply.code != ALLOCATION_MISMATCH:
                break
            # The server may still be making what we did not wait for: coturn looks the user up meanwhile.
            await asyncio.sleep(_PAUSE)
            reply = await self.dialogue.ask(Method.REFRESH, zero, self._login)
        # 437: there is none. 401 to a request that nobody signed: the server never made one for nobody.
        never = reply.code == UNAUTHENTICATED and self._login is None and not self.made
        if reply.error is None or reply.code == ALLOCATION_MISMATCH or never:
            self._may_exist = False
            self.deleted = self.made

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._may_exist:
            return
        try:
            await self._give_back_within(self.dialogue.timeout if kind is None else FAREWELL)
        except asyncio.CancelledError:
            # The look's time ended during this very request: it is made once more, and then no more.
            await self._give_back_within(FAREWELL)
            raise

    async def _give_back_within(self, seconds: float) -> None:
        """Try to give it back; whoever hears nothing must be content with that."""
        try:
            async with asyncio.timeout(seconds):
                await self.give_back()
        except (TimeoutError, ProbeError):
            return
