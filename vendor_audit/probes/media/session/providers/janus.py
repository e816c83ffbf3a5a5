"""Janus over its HTTP interface: a session, a handle at the EchoTest plugin, one offer, one answer.

https://janus.conf.meetecho.com/docs/rest.html (Janus 1.1).
"""

from __future__ import annotations

import contextlib
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.ending import kept
from vendor_audit.probes.media.session.providers.http import Ask, SignallingHttp
from vendor_audit.probes.media.session.providers.interface import Signalled, Signalling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from vendor_audit.probes.media.session.providers.interface import LocalSide, Place

Json = Any
_PLUGIN: Final = "janus.plugin.echotest"
_MOST_EVENTS: Final = 20
"""Events that may come before the answer: acknowledgements, keep-alives, what the plugin has to tell."""
_UNAUTHORIZED: Final = frozenset({403, 405})
"""JANUS_ERROR_UNAUTHORIZED and JANUS_ERROR_UNAUTHORIZED_PLUGIN, in the body: the status of HTTP is 200."""
_WAITS: Final = 4
"""Timeouts that ending a session may take: it may have to wait for the session first, and there are two requests."""
_OK: Final = 200
_MOST_ID: Final = 1 << 64


class JanusProvider:
    """Sessions at the EchoTest of a Janus server. The token is its API secret, or one of its stored tokens."""

    def __init__(self, place: Place) -> None:
        """Take the place.

        Raises:
            ProbeError: the place's URL is none of http or https.
        """
        self.signalling = Signalling()
        self._http = SignallingHttp(place, self.signalling, bearer=False)
        self._token = place.token
        self._seconds = _WAITS * place.context.timeout

    async def look_around(self, client: LocalSide) -> None:
        """Ask for a session once without the token, where there is one."""
        del client
        if self._token is None:
            return
        try:
            answer = await self._ask(self._http.url, {"janus": "create"}, with_token=False)
            if answer.get("janus") == "success":
                self.signalling.facts["token_required"] = False
                await self._ask(self._path(_id_of(answer)), {"janus": "destroy"}, with_token=False)
                return
        except ProbeError as error:
            self.signalling.unknown["token_required"] = str(error)
            return
        if _code(answer) in _UNAUTHORIZED:
            self.signalling.facts["token_required"] = True
        else:
            self.signalling.unknown["token_required"] = f"without the token Janus answered with error {_code(answer)}"

    @contextlib.asynccontextmanager
    async def session(self, client: LocalSide) -> AsyncIterator[Signalled]:
        """Create a session and a handle, send the offer, give the answer; detach and destroy them."""
        async with (
            kept(self._create(), self._destroy, seconds=self._seconds) as session,
            kept(self._attach(session), self._detach, seconds=self._seconds) as handle,
        ):
            await self._message(handle, client.offer)
            jsep = await self._answer(session)
            # Nothing trickles: all candidates stand in the offer. Janus is told so.
            await self._command(handle, {"janus": "trickle", "candidate": {"completed": True}}, "ack")
            yield Signalled("answer", jsep)

    async def _create(self) -> httpx.URL:
        answer = await self._ask(self._http.url, {"janus": "create"})
        if answer.get("janus") != "success":
            if _code(answer) in _UNAUTHORIZED:
                if self._token is None:
                    self.signalling.facts["token_required"] = True
                raise ProbeError("protocol", "Janus asks for an API secret or a token, or refuses the one given")
            raise ProbeError("protocol", f"Janus gave no session: error {_code(answer)}")
        return self._path(_id_of(answer))

    async def _attach(self, session: httpx.URL) -> httpx.URL:
        answer = await self._command(session, {"janus": "attach", "plugin": _PLUGIN}, "success")
        return session.copy_with(path=f"{session.path}/{_id_of(answer)}")

    async def _message(self, handle: httpx.URL, offer: str) -> None:
        message = {"janus": "message", "body": {"audio": True}, "jsep": {"type": "offer", "sdp": offer}}
        await self._command(handle, message, "ack")

    async def _answer(self, session: httpx.URL) -> str:
        """Return the session description that comes as an event."""
        for _ in range(_MOST_EVENTS):
            query = {"maxev": "1"}
            if self._token is not None and self._http.is_home(session):
                # Janus reads them only from the query here. The transcript shows no query.
                query |= {"apisecret": self._token.reveal(), "token": self._token.reveal()}
            event = await self._read(Ask("GET", session.copy_merge_params(query)))
            if event.get("janus") == "error" or "error" in _within(event, "plugindata", "data"):
                raise ProbeError("protocol", "the EchoTest of Janus refuses the offer")
            jsep = event.get("jsep")
            if isinstance(jsep, dict) and jsep.get("type") == "answer" and isinstance(jsep.get("sdp"), str):
                description: str = jsep["sdp"]
                return description
        raise ProbeError("protocol", f"Janus sent {_MOST_EVENTS} events and none of them was an answer")

    async def _detach(self, handle: httpx.URL) -> None:
        await self._ask(handle, {"janus": "detach"})

    async def _destroy(self, session: httpx.URL) -> None:
        try:
            answer = await self._ask(session, {"janus": "destroy"})
        except ProbeError as error:
            self.signalling.unknown.setdefault("deleted", f"a session could not be destroyed: {error}")
            return
        if answer.get("janus") == "success":
            self.signalling.facts.setdefault("deleted", True)
        else:
            self.signalling.facts["deleted"] = False

    async def _command(self, url: httpx.URL, command: dict[str, Json], expected: str) -> dict[str, Json]:
        """Return the answer of the kind expected.

        Raises:
            ProbeError: there was none.
        """
        answer = await self._ask(url, command)
        if answer.get("janus") != expected:
            raise ProbeError("protocol", f"Janus refuses '{command['janus']}': error {_code(answer)}")
        return answer

    async def _ask(self, url: httpx.URL, command: dict[str, Json], *, with_token: bool = True) -> dict[str, Json]:
        message = {**command, "transaction": secrets.token_hex(8)}
        if self._token is not None and with_token and self._http.is_home(url):
            message |= {"apisecret": self._token.reveal(), "token": self._token.reveal()}
        return await self._read(Ask("POST", url, json.dumps(message).encode(), "application/json", "application/json"))

    async def _read(self, wanted: Ask) -> dict[str, Json]:
        """Return the JSON object that a request is answered with.

        Raises:
            ProbeError: it is answered with something else.
        """
        answer = await self._http.ask(wanted)
        http: dict[str, Json] = {
            "status": answer.status,
            "version": answer.version,
            "https": wanted.url.scheme == "https",
        }
        if answer.media_type:
            http["content_type"] = cap(answer.media_type, 200)
        self.signalling.facts["http"] = http
        if answer.status != _OK or answer.cut:
            raise ProbeError("protocol", f"Janus does not answer with JSON: {answer.cut or f'status {answer.status}'}")
        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise ProbeError("protocol", "Janus does not answer with JSON") from error
        if not isinstance(content, dict):
            raise ProbeError("protocol", "Janus does not answer with a JSON object")
        return content

    def _path(self, session: int) -> httpx.URL:
        return self._http.url.copy_with(path=f"{self._http.url.path.rstrip('/')}/{session}", query=None)


def _id_of(answer: dict[str, Json]) -> int:
    """Return the number of a session or handle.

    Raises:
        ProbeError: there is none.
    """
    number = _within(answer, "data").get("id")
    if not isinstance(number, int) or not 0 < number < _MOST_ID:
        raise ProbeError("protocol", "Janus named no session")
    return number


def _code(answer: dict[str, Json]) -> int:
    """Return the code of an error; 0: it has none."""
    code = _within(answer, "error").get("code")
    return code if isinstance(code, int) and abs(code) < 1 << 31 else 0


def _within(content: dict[str, Json], *path: str) -> dict[str, Json]:
    """Return the object at a path of names; empty: there is none."""
    for name in path:
        inner = content.get(name)
        if not isinstance(inner, dict):
            return {}
        content = inner
    return content
