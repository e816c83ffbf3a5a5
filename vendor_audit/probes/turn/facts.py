"""The facts of the turn probe: what its listeners say, apart and together, and what stays unknown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_audit.observation import Evidence
from vendor_audit.probes.turn.findings import State
from vendor_audit.probes.turn.login import form_facts

if TYPE_CHECKING:
    from vendor_audit.probes.turn.findings import Findings, Setting

_MOST_REASONS = 6
_AFTER_LOGIN = frozenset({403, 440, 442, 486, 508})
"""Errors with which a server refuses a user whom it knows (RFC 8656, 7.2: who it is comes first)."""
_REASON = 2_000
"""Characters of a reason."""


def server_facts(listeners: list[Findings], setting: Setting, unknown: dict[str, str]) -> dict[str, Any]:
    """Return the facts of a server; what is undetermined goes to ``unknown``."""
    uri = setting.uri
    facts: dict[str, Any] = {"scheme": uri.scheme, "host": uri.host, "port": uri.port, "relays": uri.relays}
    if uri.transport:
        facts["transport"] = uri.transport
    facts["listeners"] = [_listener(each) for each in listeners]
    facts["transports"] = _transports(listeners)
    facts["software"] = _software(listeners)
    if uri.relays:
        facts["credentials"] = form_facts(setting.login, setting.context.now())
        _put(facts, "open_relay", _open_relay(listeners))
        _put(facts, "credentials_accepted", _accepted(listeners))
        facts["relayed_addresses"] = sorted({each["relayed_address"] for each in _relayed(listeners)})
        facts["allocations"] = {
            "made": sum(each.made for each in listeners),
            "deleted": sum(each.deleted for each in listeners),
        }
    _unknown(listeners, setting, facts, unknown)
    return facts


def evidence_of(setting: Setting, where: str) -> Evidence:
    """Return the transcript of all exchanges in JSON."""
    shown = {"server": where, "exchanges": setting.transcript.exchanges}
    return Evidence(f"STUN and TURN exchanges with {where}", "application/json", json.dumps(shown, indent=1).encode())


def _listener(found: Findings) -> dict[str, Any]:
    listener = found.listener
    return {
        "transport": listener.transport.value,
        "address": str(listener.address),
        "family": f"ipv{listener.address.version}",
        "port": listener.port,
        "explicit": listener.explicit,
        "state": found.state.value,
    } | found.facts


def _transports(listeners: list[Findings]) -> dict[str, list[str]]:
    """Return the transports by how they met us: open at one address is open."""
    states: dict[str, list[State]] = {}
    for each in listeners:
        states.setdefault(each.listener.transport.value, []).append(each.state)
    answering = [name for name, found in states.items() if State.OPEN in found]
    closed = [name for name, found in states.items() if set(found) == {State.CLOSED}]
    return {
        "answering": answering,
        "closed": closed,
        "undetermined": [name for name in states if name not in answering and name not in closed],
    }


def _software(listeners: list[Findings]) -> list[str]:
    """Return everything that the server calls itself, in answer to any request."""
    answers = [part for each in listeners for part in (each.facts, each.facts.get("binding", {}))]
    return sorted({part["software"] for part in answers if "software" in part})


def _open_relay(listeners: list[Findings]) -> bool | None:
    """Return whether one of the listeners relays for everybody; None: not known of all that answer."""
    answering = [each for each in listeners if each.heard]
    outcomes = [each.facts.get("unauthenticated_allocate", {}).get("outcome") for each in answering]
    if "allocated" in outcomes:
        return True
    return False if outcomes and all(each in {"challenged", "refused"} for each in outcomes) else None


def _accepted(listeners: list[Findings]) -> bool | None:
    """Return whether the credentials were good wherever they were tried; None: nobody said."""
    outcomes = [outcome for each in listeners if (outcome := each.allocation(4))]
    if any(each["outcome"] == "credentials_rejected" for each in outcomes):
        return False
    passed = [each["outcome"] == "allocated" or each.get("error", {}).get("code") in _AFTER_LOGIN for each in outcomes]
    return True if any(passed) else None


def _relayed(listeners: list[Findings]) -> list[dict[str, Any]]:
    """Return every success that names a relayed address."""
    found = [outcome for each in listeners for outcome in each.facts.get("allocations", [])]
    found += [each.facts.get("unauthenticated_allocate", {}) for each in listeners]
    return [each for each in found if "relayed_address" in each]


def _unknown(listeners: list[Findings], setting: Setting, facts: dict[str, Any], unknown: dict[str, str]) -> None:
    """Give the reason of everything that is not known, with the listener before it."""
    reasons: dict[str, list[str]] = {}
    for each in listeners:
        for name, reason in each.unknown.items():
            reasons.setdefault(f"listeners.{name}", []).append(_said(each, reason))
    doubtful = [each for each in listeners if each.state not in {State.OPEN, State.CLOSED}]
    if doubtful:
        reasons.setdefault("listeners.binding", []).extend(_said(each) for each in doubtful)
    if not any("binding" in each.facts or "unauthenticated_allocate" in each.facts for each in listeners):
        reasons["software"] = ["nothing that it could stand in was answered"]
    undetermined = facts["transports"]["undetermined"]
    if undetermined:
        of_these = [each for each in doubtful if each.listener.transport in undetermined]
        reasons["transports.answering"] = [_said(each) for each in of_these]
    if setting.uri.relays:
        reasons |= _unknown_of_relays(listeners, setting, facts, reasons)
    for path, found in reasons.items():
        unknown[path] = "; ".join(dict.fromkeys(found[:_MOST_REASONS]))[:_REASON]


def _unknown_of_relays(
    listeners: list[Findings], setting: Setting, facts: dict[str, Any], reasons: dict[str, list[str]]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if "open_relay" not in facts:
        why = "the server sends clients to another one (300), which is not followed"
        found["open_relay"] = reasons.get("listeners.unauthenticated_allocate", [why])
    if "credentials_accepted" not in facts:
        refused = any(each.allocation(4) for each in listeners)
        why = "the server answered with an error that does not say" if refused else "no listener asked for them"
        why = why if setting.login else "there are no credentials"
        found["credentials_accepted"] = reasons.get("listeners.allocations", [why])
    told = {each.listener.address for each in listeners if _relayed([each])}
    silent = [each for each in listeners if each.listener.address not in told and each.state is not State.CLOSED]
    if silent:
        found["relayed_addresses"] = [_said(each, "no allocation") for each in silent]
    elif not told:
        found["relayed_addresses"] = ["no listener gave an allocation"]
    return found


def _said(found: Findings, reason: str = "nothing came back") -> str:
    """Return why something of a listener is not known: what ended the look at it, or else the reason given."""
    reason = str(found.failure) if found.failure else reason
    return reason if found.listener.label in reason else f"{found.listener.label}: {reason}"


def _put(facts: dict[str, Any], name: str, value: bool | None) -> None:  # noqa: FBT001 # the fact itself
    if value is not None:
        facts[name] = value
