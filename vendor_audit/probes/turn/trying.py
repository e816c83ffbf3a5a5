"""What goes beyond an ordinary client, and only where it is permitted: a wrong password, and peers inside the network.

Both are tried once, at the first listener that gave the vendor's own credentials an allocation. Of peers only
permission is asked for (RFC 8656, 9): no data is ever sent to one, and no channel is bound.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.interface import ProbeClass
from vendor_audit.probes.turn.answers import error_facts
from vendor_audit.probes.turn.dialogue import UNAUTHENTICATED
from vendor_audit.probes.turn.login import Login
from vendor_audit.probes.turn.looking import bounded, tenancy
from vendor_audit.secret import Secret
from vendor_audit.wire import registry
from vendor_audit.wire.stun_attributes import Endpoint

if TYPE_CHECKING:
    from vendor_audit.probes.turn.findings import Findings, Setting

WRONG_CREDENTIALS: Final = 441
_NO_SUCH_FAMILY: Final = frozenset({420, 440})
"""How a server says that it relays nothing of a family: 420 where it does not know the attribute that asks for one."""
_NO_POLICY: Final = frozenset({401, 437, 438, 486, 500, 508})
"""Errors that speak of the allocation or of the server, not of the peer."""
_ANY_PORT: Final = 9
"""A permission is for an address; RFC 8656, 9.1 ignores the port (9 is "discard")."""
_MOST_LISTENERS: Final = 2
"""Listeners at which the same is tried, if the first gives no answer."""


@cache
def special_addresses() -> tuple[dict[str, str], ...]:
    """Return the addresses that are tried, each with its block and what it is for."""
    text = resources.files(registry).joinpath("special_purpose_addresses.json").read_text(encoding="utf-8")
    values: list[dict[str, str]] = json.loads(text)["values"]
    return tuple(values)


async def try_wrong_password(listeners: list[Findings], setting: Setting, unknown: dict[str, str]) -> str | None:
    """Return ``rejected`` or ``accepted``: what became of the right user name with a wrong password; None: unknown."""
    willing = [each for each in listeners if _allocated(each, 4)]
    reason = _not_tried(setting, willing, ProbeClass.ACTIVE)
    for found in [] if reason else willing[:_MOST_LISTENERS]:
        outcome: list[str] = []
        failure = await bounded(found, setting, _one_wrong_password(found, setting, outcome))
        reason = str(failure or "the server answered with another error")
        if outcome:
            return outcome[0]
    unknown["wrong_password"] = reason
    return None


async def _one_wrong_password(found: Findings, setting: Setting, outcome: list[str]) -> None:
    if setting.login is None:
        return
    wrong = Login(setting.login.username, Secret(secrets.token_hex(16)), answers_prove=False)
    async with tenancy(found, setting) as held:
        await held.ask()
        if held.dialogue.challenge is None:
            return
        reply = await held.ask(4, wrong)
        if reply.error is None:
            outcome.append("accepted")
        elif reply.code in {UNAUTHENTICATED, WRONG_CREDENTIALS}:
            outcome.append("rejected")


async def try_peers(listeners: list[Findings], setting: Setting, unknown: dict[str, str]) -> dict[str, Any] | None:
    """Return the facts `peer_policy`: which special-purpose addresses the server would relay to; None: unknown."""
    willing = [each for each in listeners if _allocated(each, 4) or _allocated(each, 6)]
    reason = _not_tried(setting, willing, ProbeClass.INTRUSIVE)
    if reason:
        unknown["peer_policy"] = reason
        return None
    policy: dict[str, Any] = {"allowed": [], "refused": []}
    for version in (4, 6):
        of_family = [each for each in listeners if _allocated(each, version)]
        if not of_family:
            if not _all_without(listeners, version):
                unknown["peer_policy.allowed"] = f"no allocation for IPv{version} was to be had"
            continue
        reason = await _peers_of_family(of_family, version, setting, policy)
        if reason:
            unknown["peer_policy.allowed"] = reason
    return policy


async def _peers_of_family(of_family: list[Findings], version: int, setting: Setting, policy: dict[str, Any]) -> str:
    """Fill in the policy for a family; return why it is incomplete, or nothing."""
    left = [each for each in special_addresses() if ipaddress.ip_address(each["address"]).version == version]
    reason = ""
    for found in of_family[:_MOST_LISTENERS]:
        failure = await bounded(found, setting, _ask_for_permissions(found, version, setting, left, policy))
        reason = str(failure or "the server did not say of all of them")
        if not left:
            return ""
    return reason


async def _ask_for_permissions(
    found: Findings, version: int, setting: Setting, left: list[dict[str, str]], policy: dict[str, Any]
) -> None:
    async with tenancy(found, setting) as held:
        await held.ask(version)
        reply = await held.ask(version, setting.login)
        while left and reply.error is None:
            each = left[0]
            peer = Endpoint(ipaddress.ip_address(each["address"]), _ANY_PORT)
            answer = await held.permission(peer)
            if answer.code in _NO_POLICY:
                return
            entry: dict[str, Any] = {"address": each["address"], "name": each["name"]}
            if answer.error is None:
                policy["allowed"].append(entry)
            else:
                policy["refused"].append(entry | {"error": error_facts(answer.error, setting.login)})
            left.pop(0)


def _not_tried(setting: Setting, willing: list[Findings], needed: ProbeClass) -> str:
    if not setting.context.permitted.allows(needed):
        permission = " and the vendor's written permission" if needed is ProbeClass.INTRUSIVE else ""
        return f"not tried: it needs --{needed}{permission}"
    if setting.login is None:
        return "not tried: there are no credentials"
    return "" if willing else "not tried: no listener gave an allocation to the credentials"


def _allocated(found: Findings, version: int) -> bool:
    outcome = found.allocation(version)
    return outcome is not None and outcome["outcome"] == "allocated"


def _all_without(listeners: list[Findings], version: int) -> bool:
    """Return whether every listener that was asked said that it relays nothing of a family."""
    asked = [outcome for each in listeners if (outcome := each.allocation(version))]
    return bool(asked) and all(each.get("error", {}).get("code") in _NO_SUCH_FAMILY for each in asked)
