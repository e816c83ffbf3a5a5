"""One listener, asked what an ordinary client asks: Binding, Allocate without and with credentials, Refresh.

Two visits, each over its own connection, for one 5-tuple holds one allocation: the first asks for an IPv4 relay, the
second for an IPv6 one. What they hold they give back before they leave.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.turn.allocation import Tenancy
from vendor_audit.probes.turn.answers import (
    allocated_facts,
    binding_facts,
    challenge_facts,
    error_facts,
    refusal_facts,
)
from vendor_audit.probes.turn.channels import open_channel
from vendor_audit.probes.turn.dialogue import UNAUTHENTICATED, Dialogue
from vendor_audit.probes.turn.findings import Findings
from vendor_audit.wire.stun import Method

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from vendor_audit.probes.turn.dialogue import Reply
    from vendor_audit.probes.turn.findings import Setting
    from vendor_audit.probes.turn.listeners import Listener
    from vendor_audit.probes.turn.login import Login

TIMEOUTS_IN_ALL: Final = 6
"""A listener gets this many times the time of a single exchange."""
_SAMPLES: Final = 5
"""Round trips that are measured."""
_TRIES: Final = 10
"""Requests that are made for them: one that had to be sent twice gives none."""
_IPV6: Final = 6


async def look_at(listener: Listener, setting: Setting) -> Findings:
    """Return what a listener says. Never raises but for cancellation: what goes wrong stands in the findings."""
    found = Findings(listener)
    found.failure = await bounded(found, setting, _first_visit(found, setting))
    if found.failure is None and setting.uri.relays:
        found.failure = await bounded(found, setting, _second_visit(found, setting))
    _name_what_is_missing(found, setting)
    return found


async def bounded(found: Findings, setting: Setting, visit: Awaitable[None]) -> ProbeError | None:
    """Let a visit take its time and no more; return what ended it early, or nothing."""
    seconds = TIMEOUTS_IN_ALL * setting.context.timeout
    try:
        async with asyncio.timeout(seconds):
            await visit
    except TimeoutError:
        return ProbeError("connection_timeout", f"{found.listener.label}: not done within {seconds:g} s")
    except ProbeError as failure:
        return failure
    return None


@contextlib.asynccontextmanager
async def tenancy(found: Findings, setting: Setting) -> AsyncIterator[Tenancy]:
    """Open a connection of its own to a listener; in the end what it holds is given back and counted.

    Raises:
        ProbeError: as `open_channel`.
    """
    listener = found.listener
    async with open_channel(listener, setting.context, setting.server_name) as channel:
        dialogue = Dialogue(channel, listener.label, setting.context.timeout, setting.transcript, setting.login)
        held = Tenancy(dialogue)
        try:
            async with held:
                yield held
        finally:
            found.heard = found.heard or dialogue.heard
            found.made += held.made
            found.deleted += held.deleted


async def _first_visit(found: Findings, setting: Setting) -> None:
    async with tenancy(found, setting) as held:
        if held.dialogue.protocol:
            found.facts["protocol"] = held.dialogue.protocol
        binding = await held.dialogue.ask(Method.BINDING)
        found.facts["binding"] = binding_facts(binding, setting.login)
        if not setting.uri.relays:
            await _measure(found, lambda: held.dialogue.ask(Method.BINDING))
            return
        reply = await held.ask()
        found.facts["unauthenticated_allocate"] = refusal_facts(reply, setting.login)
        if reply.error is None:
            await _give_back(held)
        challenge = held.dialogue.challenge
        if challenge:
            found.first_nonce = challenge.nonce
            found.facts |= challenge_facts(challenge, reply, setting.login)
        if challenge and setting.login:
            await _allocate(found, held, 4, setting.login)
        if "rtt_ms" not in found.facts:
            await _measure(found, lambda: held.dialogue.ask(Method.BINDING))


async def _second_visit(found: Findings, setting: Setting) -> None:
    async with tenancy(found, setting) as held:
        await held.ask()
        challenge = held.dialogue.challenge
        nonce = found.facts.get("nonce")
        if challenge and nonce is not None:
            nonce["changes"] = challenge.nonce != found.first_nonce
        first = found.allocation(4)
        if challenge and setting.login and first and first["outcome"] != "credentials_rejected":
            await _allocate(found, held, _IPV6, setting.login)


async def _allocate(found: Findings, held: Tenancy, version: int, login: Login) -> None:
    """Ask for a relayed address of a family with credentials, measure with it, and give it back."""
    reply = await held.ask(version, login)
    facts: dict[str, Any] = {"family": f"ipv{version}"}
    found.facts.setdefault("allocations", []).append(facts)
    if reply.error is not None:
        rejected = reply.code == UNAUTHENTICATED
        facts["outcome"] = "credentials_rejected" if rejected else "refused"
        facts["error"] = error_facts(reply.error, login)
        return
    facts |= {"outcome": "allocated", "authenticated": reply.authenticated} | allocated_facts(reply)
    if "rtt_ms" not in found.facts:
        await _measure(found, held.refresh)
    await _give_back(held)
    if held.deleted:
        facts["deleted"] = True
    else:
        found.unknown["allocations.deleted"] = "the server did not confirm that the allocation is gone"


async def _give_back(held: Tenancy) -> None:
    """Give it back now, so that what came of it can be told."""
    with contextlib.suppress(ProbeError):
        await held.give_back()


async def _measure(found: Findings, ask: Callable[[], Awaitable[Reply]]) -> None:
    """Measure round trips; only answers to requests that were sent once count (Karn's rule, RFC 6298, 3)."""
    samples: list[float] = []
    authenticated = True
    for _ in range(_TRIES):
        reply = await ask()
        if reply.error is not None:
            found.unknown["rtt_ms"] = f"the server answered with error {reply.code}"
            return
        if reply.seconds is not None:
            samples.append(reply.seconds)
            authenticated = authenticated and reply.authenticated
        if len(samples) == _SAMPLES:
            break
    if samples:
        least = round(min(samples) * 1000, 3)
        found.facts["rtt_ms"] = {"samples": len(samples), "least": least, "authenticated": authenticated}
    else:
        found.unknown["rtt_ms"] = "every request had to be sent more than once"


def _name_what_is_missing(found: Findings, setting: Setting) -> None:
    """Give a reason for what a look of this kind would have found."""
    if not found.heard:
        return  # then nothing is known, and the state says why
    expected = ["binding", "rtt_ms"]
    if setting.uri.relays:
        expected.append("unauthenticated_allocate")
        if found.facts.get("unauthenticated_allocate", {}).get("outcome", "challenged") == "challenged":
            expected += ["realm", "nonce"] + (["allocations"] if setting.login else [])
    reason = str(found.failure) if found.failure else "the server did not say"
    for name in expected:
        if name not in found.facts:
            found.unknown.setdefault(name, reason)
    if "nonce" in found.facts and "changes" not in found.facts["nonce"]:
        found.unknown["nonce.changes"] = reason
    if setting.login and "allocations" in found.facts and found.failure is not None:
        found.unknown.setdefault("allocations", reason)
