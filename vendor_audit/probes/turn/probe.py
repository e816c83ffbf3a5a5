"""The probe `turn`: every listener that a STUN or TURN URI means, asked what ordinary clients ask."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vendor_audit.observation import Sight, Strength, Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import literal
from vendor_audit.probes.turn.dialogue import Transcript
from vendor_audit.probes.turn.facts import evidence_of, server_facts
from vendor_audit.probes.turn.findings import Setting, State
from vendor_audit.probes.turn.listeners import listeners_of
from vendor_audit.probes.turn.login import Login
from vendor_audit.probes.turn.looking import look_at
from vendor_audit.probes.turn.trying import try_peers, try_wrong_password
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.turn_uri import parse_turn_uri

if TYPE_CHECKING:
    from vendor_audit.probes.turn.findings import Findings
    from vendor_audit.wire.turn_uri import TurnUri

NAMED_BY_VENDOR: Final = "named_by_vendor"
"""The role of a target that the vendor's data named: its address is held to the address policy."""


class TurnProbe:
    """Asks STUN and TURN servers whom they serve, with what credentials, and from which addresses they relay."""

    name = "turn"
    title = (
        "Asks every STUN and TURN server for its own address and for a relay, without and with the credentials given, "
        "over each transport and address family, measures round trips, and gives every allocation back. With "
        "--active it tries one wrong password; with --intrusive it asks for permission, but never sends data, to "
        "addresses that a relay should not reach."
    )
    probe_class = ProbeClass.NORMAL
    strength = Strength.OBSERVED
    per_service = False

    def accepts(self, target: Target) -> bool:
        """Return whether it is a STUN or TURN URI."""
        return target.kind == "turn" and bool(target.host)

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what the listeners of the URI say.

        Raises:
            ProbeError: the URI is none, its host has no address, or nothing answers on any listener.
        """
        uri = _uri(target)
        network = context.network
        addresses = await network.addresses(uri.host, named_by_vendor=NAMED_BY_VENDOR in target.roles)
        server_name = "" if literal(uri.host) else uri.host
        setting = Setting(context, uri, server_name, _login(target, context), Transcript())
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(look_at(each, setting)) for each in listeners_of(uri, addresses)]
        listeners = [each.result() for each in looks]
        where = target.service
        if not any(each.heard for each in listeners):
            raise _nothing_answers(listeners, setting, where)
        unknown: dict[str, str] = {}
        beyond = {}
        if uri.relays:
            wrong = await try_wrong_password(listeners, setting, unknown)
            policy = await try_peers(listeners, setting, unknown)
            beyond = {name: each for name, each in (("wrong_password", wrong), ("peer_policy", policy)) if each}
        facts = server_facts(listeners, setting, unknown) | beyond
        return Sight(facts, unknown, (evidence_of(setting, where),))


def _uri(target: Target) -> TurnUri:
    """Return the URI; host and port as the vendor file's own reading of it has them."""
    text = target.name
    if not text.isascii():  # a name in another script, which the operator may write; the target has its A-labels
        head, _, query = text.partition("?")
        text = f"{head.partition(':')[0]}:{target.service}" + (f"?{query}" if query else "")
    try:
        uri = parse_turn_uri(text)
    except WireError as error:
        raise ProbeError("protocol", f"the URI cannot be used: {error}") from error
    return replace(uri, host=target.host, port=target.port or uri.port)


def _login(target: Target, context: ProbeContext) -> Login | None:
    given = context.credentials.get(target.name)
    if given is None or given.username is None or given.password is None:
        return None
    return Login(given.username, given.password)


def _nothing_answers(listeners: list[Findings], setting: Setting, where: str) -> ProbeError:
    """Return the failure that says most: something else is there, silence, refusal, no way there."""
    order = (State.FAILED, State.SILENT, State.CLOSED, State.UNREACHABLE)
    worst = min(listeners, key=lambda each: order.index(each.state))
    kind = worst.failure.failure.kind if worst.failure else "protocol"
    reasons = "; ".join(dict.fromkeys(str(each.failure) for each in listeners if each.failure))
    return ProbeError(kind, f"no listener answers: {reasons}"[:1_000], (evidence_of(setting, where),))
