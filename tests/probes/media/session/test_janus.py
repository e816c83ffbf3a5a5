"""Janus over HTTP: the secret goes to its own origin, and what was created is destroyed, also half-way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.session.fake_vendor import NOW, SETTINGS, Request, Vendor, reply, vendor
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.media.session.providers.interface import Place
from vendor_audit.probes.media.session.providers.janus import JanusProvider
from vendor_audit.probes.network import Network
from vendor_audit.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "canary-secret"  # noqa: S105 # asserted to go where it may
JSON = "Content-Type: application/json\r\n"


class Side:
    offer = "v=0\r\n"

    def answer(self, offer: str) -> str:
        raise AssertionError(offer)


class Janus:
    """Counts what is there; answers each command as Janus does, or as the test says."""

    def __init__(self, said: Mapping[str, object] | None = None, events: list[object] | None = None) -> None:
        self.said = said or {}
        self.events = events or [
            {"janus": "ack"},
            {"janus": "keepalive"},
            {"janus": "event", "plugindata": {"data": {"result": "ok"}}, "jsep": {"type": "answer", "sdp": "v=0\r\n"}},
        ]
        self.commands: list[str] = []

    def __call__(self, request: Request) -> bytes:
        if request.method == "GET":
            return reply("200 OK", JSON, json.dumps(self.events.pop(0) if self.events else {"janus": "keepalive"}))
        command = json.loads(request.body)
        name = command["janus"]
        self.commands.append(name)
        if command.get("apisecret") != SECRET:
            return reply("200 OK", JSON, json.dumps({"janus": "error", "error": {"code": 403, "reason": "no"}}))
        usual = {
            "create": {"janus": "success", "data": {"id": 11}},
            "attach": {"janus": "success", "data": {"id": 22}},
        }
        acknowledged = "ack" if name in {"message", "trickle"} else "success"
        answer = self.said.get(name, usual.get(name, {"janus": acknowledged}))
        return reply("200 OK", JSON, answer if isinstance(answer, str) else json.dumps(answer))


def janus(running: Vendor, secret: str = SECRET) -> JanusProvider:
    context = ProbeContext(Network(SETTINGS), lambda: NOW, 1.0)
    url = f"http://sfu.acme.example:{running.port}/janus"
    return JanusProvider(Place(url, Secret(secret) if secret else None, context))


async def test_a_session_is_created_and_destroyed() -> None:
    server = Janus()
    async with vendor(server) as running:
        provider = janus(running)
        async with provider.session(Side()) as signalled:
            assert (signalled.type, signalled.description, signalled.ice_servers) == ("answer", "v=0\r\n", None)
        paths = [each.path for each in running.requests]
    assert server.commands == ["create", "attach", "message", "trickle", "detach", "destroy"]
    assert paths[:3] == ["/janus", "/janus/11", "/janus/11/22"]
    assert paths[-2:] == ["/janus/11/22", "/janus/11"]
    assert provider.signalling.facts["deleted"] is True
    assert SECRET not in json.dumps(provider.signalling.transcript)


@pytest.mark.parametrize(
    ("failing", "says", "left"),
    [
        ("attach", {"janus": "error", "error": {"code": 460}}, ["create", "attach", "destroy"]),
        ("attach", "<html>", ["create", "attach", "destroy"]),
        ("attach", {"janus": "success", "data": {"id": "../admin"}}, ["create", "attach", "destroy"]),
        ("message", {"janus": "error"}, ["create", "attach", "message", "detach", "destroy"]),
        ("message", [], ["create", "attach", "message", "detach", "destroy"]),
        ("trickle", {"janus": "error"}, ["create", "attach", "message", "trickle", "detach", "destroy"]),
    ],
)
async def test_what_fails_half_way_is_taken_back(failing: str, says: object, left: list[str]) -> None:
    server = Janus({failing: says})
    async with vendor(server) as running:
        with pytest.raises(ProbeError):
            async with janus(running).session(Side()):
                pytest.fail("it must not come this far")
    assert server.commands == left


async def test_events_without_end_come_to_an_end() -> None:
    server = Janus(events=[{"janus": "keepalive"}] * 1000)
    async with vendor(server) as running:
        with pytest.raises(ProbeError, match="none of them was an answer"):
            async with janus(running).session(Side()):
                pytest.fail("it must not come this far")
    assert server.commands[-2:] == ["detach", "destroy"]


@pytest.mark.parametrize(
    "event",
    [
        {"janus": "error", "error": {"code": 1}},
        {"janus": "event", "plugindata": {"data": {"error_code": 412, "error": "x"}}},
    ],
)
async def test_an_offer_that_is_refused_is_said_to_be(event: object) -> None:
    async with vendor(Janus(events=[event])) as running:
        with pytest.raises(ProbeError, match="refuses the offer"):
            async with janus(running).session(Side()):
                pytest.fail("it must not come this far")


async def test_janus_is_asked_once_without_the_secret() -> None:
    server = Janus()
    async with vendor(server) as running:
        provider = janus(running)
        await provider.look_around(Side())
        assert SECRET not in running.requests[0].body
    assert server.commands == ["create"]
    assert provider.signalling.facts["token_required"] is True


async def test_without_a_secret_a_refusal_says_that_one_is_needed() -> None:
    async with vendor(Janus()) as running:
        provider = janus(running, "")
        await provider.look_around(Side())
        with pytest.raises(ProbeError, match="asks for an API secret"):
            async with provider.session(Side()):
                pytest.fail("it must not come this far")
        assert len(running.requests) == 1
    assert provider.signalling.facts["token_required"] is True
