"""The probe tells what a TURN server says apart from what it means, and gives back what it was given."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from typing import Any

import pytest

from tests.probes.turn.fake_server import LOOPBACK, NOW, PASSWORD, USER, FakeTurn, Habits, fake_turn, observe
from vendor_audit.observation import Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.turn.probe import TurnProbe
from vendor_audit.probes.turn.trying import special_addresses
from vendor_audit.wire.stun import AttributeType, Method


def only(facts: dict[str, Any]) -> dict[str, Any]:
    (listener,) = facts["listeners"]
    found: dict[str, Any] = listener
    return found


def nothing_is_left(server: FakeTurn) -> None:
    assert server.allocations == {}


async def test_a_well_run_server_is_told_whole() -> None:
    async with fake_turn() as (server, port):
        sight = await observe("turn:localhost", port)
        facts = sight.facts
        assert facts["transports"] == {"answering": ["udp", "tcp"], "closed": [], "undetermined": []}
        assert (facts["open_relay"], facts["credentials_accepted"]) == (False, True)
        assert facts["relayed_addresses"] == ["2620:fe::fe", "9.9.9.9"]
        assert facts["allocations"] == {"made": 4, "deleted": 4}
        assert server.made == 4
        nothing_is_left(server)
        udp = facts["listeners"][0]
        assert udp["binding"] == {"outcome": "success", "mapped_address_family": "ipv4", "software": "Fake 1.0"}
        assert udp["unauthenticated_allocate"] == {"outcome": "challenged", "error": {"code": 401, "reason": "no"}}
        assert udp["realm"] == "example.org"
        assert udp["nonce"] == {"length": 6, "security_features": [], "changes": True}
        assert udp["rtt_ms"]["samples"] == 5
        assert udp["rtt_ms"]["authenticated"] is True
        assert udp["allocations"][1] == {
            "family": "ipv6",
            "outcome": "allocated",
            "authenticated": True,
            "relayed_address": "2620:fe::fe",
            "relayed_port": 50_000,
            "relayed_family": "ipv6",
            "relayed_public": True,
            "lifetime_seconds": 600,
            "deleted": True,
        }
        assert set(sight.unknown) == {"wrong_password", "peer_policy"}


async def test_our_own_address_is_not_kept() -> None:
    async with fake_turn() as (_, port):
        sight = await observe("turn:localhost?transport=udp", port)
    assert "192.0.2.7" not in json.dumps(sight.facts) + sight.evidence[0].content.decode()


async def test_without_credentials_the_challenge_is_all_that_is_asked_for() -> None:
    async with fake_turn() as (server, port):
        sight = await observe("turn:localhost?transport=udp", port, login=None)
        assert server.made == 0
    found = only(sight.facts)
    assert found["unauthenticated_allocate"]["outcome"] == "challenged"
    assert found["rtt_ms"]["authenticated"] is False
    assert sight.facts["credentials"] == {"given": False}
    assert sight.unknown["credentials_accepted"] == "there are no credentials"
    assert sight.unknown["relayed_addresses"] == f"udp 127.0.0.1:{port}: no allocation"


async def test_a_stun_uri_is_asked_for_a_binding_and_for_nothing_else() -> None:
    async with fake_turn() as (server, port):
        sight = await observe("stun:localhost", port, roles=("stun",))
        assert {each.method for each in server.requests} == {Method.BINDING}
    assert only(sight.facts)["transport"] == "udp"
    assert not sight.facts["relays"]
    assert sight.unknown == {}


async def test_an_open_relay_is_told_and_what_it_gave_is_given_back() -> None:
    async with fake_turn(Habits(open=True)) as (server, port):
        sight = await observe("turn:localhost?transport=udp", port, login=None)
        assert server.made > 0
        nothing_is_left(server)
    assert sight.facts["open_relay"] is True
    assert only(sight.facts)["unauthenticated_allocate"]["relayed_address"] == "9.9.9.9"
    assert sight.facts["allocations"]["made"] == sight.facts["allocations"]["deleted"]


@pytest.mark.parametrize(("code", "outcome"), [(403, "refused"), (508, "refused"), (486, "refused")])
async def test_another_error_than_the_challenge_is_told_as_it_is(code: int, outcome: str) -> None:
    async with fake_turn(Habits(refuses_all=code)) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port)
    found = only(sight.facts)
    assert found["unauthenticated_allocate"] == {"outcome": outcome, "error": {"code": code, "reason": "no"}}
    assert sight.facts["open_relay"] is False
    assert "credentials_accepted" not in sight.facts
    assert sight.unknown["credentials_accepted"] == "no listener asked for them"


async def test_a_redirection_is_told_and_not_followed() -> None:
    async with fake_turn(Habits(redirects=True)) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port)
    found = only(sight.facts)["unauthenticated_allocate"]
    assert (found["outcome"], found["alternate_server"]) == ("redirected", "192.0.2.9:3478")
    assert "open_relay" in sight.unknown


async def test_credentials_that_are_wrong_are_told_apart_from_the_challenge() -> None:
    async with fake_turn() as (server, port):
        sight = await observe("turn:localhost?transport=udp", port, login=(USER, "not-it"))
        assert server.made == 0
    found = only(sight.facts)
    assert found["unauthenticated_allocate"]["outcome"] == "challenged"
    assert [each["outcome"] for each in found["allocations"]] == ["credentials_rejected"]
    assert sight.facts["credentials_accepted"] is False


async def test_a_full_server_does_not_make_the_credentials_wrong() -> None:
    async with fake_turn(Habits(quota=True)) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port)
    assert [each["error"]["code"] for each in only(sight.facts)["allocations"]] == [486, 486]
    assert sight.facts["credentials_accepted"] is True


async def test_a_server_without_ipv6_says_so() -> None:
    async with fake_turn(Habits(ipv6=False)) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port, permitted=ProbeClass.INTRUSIVE)
    second = only(sight.facts)["allocations"][1]
    assert (second["family"], second["outcome"], second["error"]["code"]) == ("ipv6", "refused", 440)
    assert "peer_policy.allowed" not in sight.unknown
    assert all(":" not in each["address"] for each in sight.facts["peer_policy"]["refused"])


async def test_a_stale_nonce_is_answered_with_the_new_one() -> None:
    async with fake_turn(Habits(stale_first=2)) as (server, port):
        sight = await observe("turn:localhost?transport=udp", port)
        nothing_is_left(server)
    assert sight.facts["credentials_accepted"] is True


async def test_a_nonce_that_is_always_stale_ends() -> None:
    async with fake_turn(Habits(ever_stale=True)) as (server, port):
        sight = await observe("turn:localhost?transport=udp", port)
        assert len(server.requests) < 30
    assert only(sight.facts)["allocations"][0]["error"]["code"] == 438


async def test_sha_256_and_a_hashed_user_name_are_used_where_the_nonce_vouches_for_them() -> None:
    async with fake_turn(Habits(modern=True)) as (server, port):
        sight = await observe("turn:localhost?transport=udp", port)
        nothing_is_left(server)
        types = {each.type for request in server.requests for each in request.attributes}
    assert AttributeType.USERNAME not in types
    assert AttributeType.MESSAGE_INTEGRITY not in types
    found = only(sight.facts)
    assert found["allocations"][0]["authenticated"] is True
    assert found["nonce"]["security_features"] == ["password_algorithms", "username_anonymity"]


async def test_an_answer_that_somebody_else_signed_does_not_count() -> None:
    async with fake_turn(Habits(signs_with="another")) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port, seconds=0.4)
    assert "credentials_accepted" not in sight.facts
    assert "does not show that the server knows the password" in sight.unknown["listeners.allocations"]


async def test_an_allocation_that_the_server_keeps_is_told() -> None:
    async with fake_turn(Habits(keeps=True)) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port)
    assert "deleted" not in only(sight.facts)["allocations"][0]
    assert sight.facts["allocations"] == {"made": 2, "deleted": 0}
    assert "did not confirm" in sight.unknown["listeners.allocations.deleted"]


@pytest.mark.parametrize(("takes_any", "expected"), [(False, "rejected"), (True, "accepted")])
async def test_a_wrong_password_is_tried_once_and_only_where_it_is_permitted(takes_any: bool, expected: str) -> None:  # noqa: FBT001
    async with fake_turn(Habits(takes_any_password=takes_any)) as (server, port):
        sight = await observe("turn:localhost", port, permitted=ProbeClass.ACTIVE)
        nothing_is_left(server)
    assert sight.facts["wrong_password"] == expected
    assert "--intrusive" in sight.unknown["peer_policy"]


async def test_peers_are_asked_for_by_permission_alone() -> None:
    habits = Habits(forbids=lambda peer: 0 if peer in {"10.0.0.1", "fc00::1"} else 403)
    async with fake_turn(habits) as (server, port):
        sight = await observe("turn:localhost", port, permitted=ProbeClass.INTRUSIVE)
        nothing_is_left(server)
        methods = {each.method for each in server.requests}
    assert methods == {Method.BINDING, Method.ALLOCATE, Method.REFRESH, Method.CREATE_PERMISSION}
    policy = sight.facts["peer_policy"]
    assert [each["address"] for each in policy["allowed"]] == ["10.0.0.1", "fc00::1"]
    assert {each["error"]["code"] for each in policy["refused"]} == {403}
    assert {"169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"} <= {each["address"] for each in policy["refused"]}
    assert not {"wrong_password", "peer_policy", "peer_policy.allowed"} & set(sight.unknown)


async def test_an_error_of_the_server_itself_is_no_policy() -> None:
    habits = Habits(forbids=lambda peer: 500 if peer == "10.0.0.1" else 403)
    async with fake_turn(habits) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port, permitted=ProbeClass.INTRUSIVE)
    first = special_addresses()[0]["address"]
    refused = [each["address"] for each in sight.facts["peer_policy"]["refused"]]
    assert [each for each in refused if ipaddress.ip_address(each).version == 4] == [first]
    assert "did not say of all" in sight.unknown["peer_policy.allowed"]


async def test_lost_datagrams_are_sent_again() -> None:
    async with fake_turn(Habits(lost=lambda number: number % 3 == 1)) as (server, port):
        sight = await observe("turn:localhost?transport=udp", port, seconds=3)
        nothing_is_left(server)
    assert sight.facts["credentials_accepted"] is True
    assert only(sight.facts)["rtt_ms"]["samples"] == 5


async def test_credentials_that_a_server_echoes_do_not_leave_the_probe() -> None:
    async with fake_turn(Habits(echoes=True, realm=USER.encode())) as (_, port):
        sight = await observe("turn:localhost?transport=udp", port, permitted=ProbeClass.INTRUSIVE)
    assert only(sight.facts)["binding"]["software"] == "***/***"
    assert only(sight.facts)["realm"] == "***"


async def test_no_error_of_the_probe_holds_a_secret() -> None:
    with pytest.raises(ProbeError) as caught:
        await observe(f"turn:{USER}:{PASSWORD}@localhost", 1)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("after", [0.002, 0.003, 0.004, 0.006, 0.008])
async def test_whatever_it_was_doing_when_it_is_cancelled_nothing_is_left(after: float) -> None:
    async with fake_turn() as (server, port):
        task = asyncio.ensure_future(observe("turn:localhost", port, permitted=ProbeClass.INTRUSIVE))
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.05)
        nothing_is_left(server)


async def test_an_allocation_whose_answer_was_lost_is_given_back() -> None:
    def every_answer_to_a_signed_allocate(number: int) -> bool:
        request = served[0].requests[number - 1]
        signed = request.first(AttributeType.MESSAGE_INTEGRITY) is not None
        if signed and request.method == Method.ALLOCATE:
            served[0].allocations["udp", "ghost"] = 4
            return True
        if signed and request.method == Method.REFRESH:
            served[0].allocations.clear()
        return False

    served: list[FakeTurn] = []
    async with fake_turn(Habits(lost=every_answer_to_a_signed_allocate)) as (server, port):
        served.append(server)
        sight = await observe("turn:localhost?transport=udp", port, seconds=0.4)
        nothing_is_left(server)
    assert "credentials_accepted" not in sight.facts


async def test_a_closed_listener_beside_an_open_one_is_told() -> None:
    async with fake_turn() as (_, port):
        there, not_there = LOOPBACK, ipaddress.ip_address("127.0.0.77")
        sight = await observe("turn:localhost?transport=tcp", port, addresses=(there, not_there))
    assert [each["state"] for each in sight.facts["listeners"]] == ["open", "closed"]
    assert sight.facts["transports"]["answering"] == ["tcp"]
    assert not {"listeners.binding", "relayed_addresses", "transports.answering"} & set(sight.unknown)


async def test_a_transport_that_is_silent_is_undetermined_and_takes_nothing_from_the_others() -> None:
    async with fake_turn() as (server, port):
        server.deaf_to = "udp"
        sight = await observe("turn:localhost", port, seconds=0.4)
    udp, tcp = sight.facts["listeners"]
    assert (udp["state"], tcp["state"]) == ("silent", "open")
    assert sight.facts["transports"] == {"answering": ["tcp"], "closed": [], "undetermined": ["udp"]}
    assert "no answer within 0.4 s" in sight.unknown["transports.answering"]
    assert sight.unknown["listeners.binding"] == sight.unknown["transports.answering"]
    assert not {"relayed_addresses", "open_relay", "credentials_accepted"} & set(sight.unknown)


async def test_an_address_that_is_silent_leaves_the_relayed_addresses_incomplete() -> None:
    async with fake_turn() as (server, port):
        server.deaf_to = "127.0.0.5"
        there, silent = LOOPBACK, ipaddress.ip_address("127.0.0.5")
        sight = await observe("turn:localhost?transport=udp", port, addresses=(there, silent), seconds=0.4)
    assert sight.facts["relayed_addresses"] == ["2620:fe::fe", "9.9.9.9"]
    assert "127.0.0.5" in sight.unknown["relayed_addresses"]
    assert "transports.answering" not in sight.unknown


async def test_a_server_without_tls_is_no_turns_server() -> None:
    async with fake_turn() as (_, port):
        with pytest.raises(ProbeError) as caught:
            await observe("turns:localhost", port, seconds=0.4)
    assert caught.value.failure.kind in {"not_tls", "connection_timeout", "connection_reset"}
    assert caught.value.evidence


async def test_a_host_where_nothing_listens_is_refused() -> None:
    async with fake_turn() as (_, port):
        pass
    with pytest.raises(ProbeError) as caught:
        await observe("turn:localhost", port, seconds=0.5)
    assert caught.value.failure.kind == "connection_refused"
    assert "no listener answers" in caught.value.failure.message


async def test_a_server_that_the_vendor_named_is_held_to_the_address_policy() -> None:
    context = ProbeContext(Network(NetworkSettings()), lambda: None, 1.0)  # type: ignore[arg-type,return-value]
    target = Target("turn", "turn:127.0.0.1:3478", "127.0.0.1", 3478, ("turn", "named_by_vendor"))
    with pytest.raises(ProbeError) as caught:
        await TurnProbe().observe(target, context)
    assert caught.value.failure.kind == "address_not_allowed"


@pytest.mark.parametrize(
    ("kind", "host", "expected"), [("turn", "h", True), ("endpoint", "h", False), ("turn", "", False)]
)
def test_only_stun_and_turn_uris_are_taken(kind: str, host: str, expected: bool) -> None:  # noqa: FBT001
    assert TurnProbe().accepts(Target(kind, "turn:h", host, 3478)) is expected


async def test_a_host_in_another_script_is_asked_by_its_a_labels() -> None:
    async with fake_turn() as (_, port):
        network = Network(NetworkSettings(resolve={"xn--mnchen-3ya.example": (LOOPBACK,)}, timeout=1))
        context = ProbeContext(network, lambda: NOW, 1.0)
        name = "turn:m\u00fcnchen.example?transport=tcp"
        sight = await TurnProbe().observe(Target("turn", name, "xn--mnchen-3ya.example", port, ("turn",)), context)
    assert sight.facts["host"] == "xn--mnchen-3ya.example"
    assert only(sight.facts)["transport"] == "tcp"


async def test_slashes_are_an_error_that_says_what_to_write() -> None:
    with pytest.raises(ProbeError, match="write turn:host, not turn://host") as caught:
        await observe("turn://localhost", 1)
    assert caught.value.failure.kind == "protocol"
