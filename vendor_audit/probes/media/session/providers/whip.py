"""WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): one POST with an offer, one answer, one DELETE.

All candidates stand in the offer: not every server takes them later by PATCH, and every one has to take them so.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.ending import kept
from vendor_audit.probes.media.session.providers.http import Ask, SignallingHttp, joined
from vendor_audit.probes.media.session.providers.interface import Signalled, Signalling
from vendor_audit.probes.media.session.providers.link import ice_servers_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from vendor_audit.observation import Json
    from vendor_audit.probes.http.exchange import Answer
    from vendor_audit.probes.media.session.providers.interface import IceServer, LocalSide, Place

_SDP: Final = "application/sdp"
_MOST_REDIRECTS: Final = 3
_KEEPS_METHOD: Final = frozenset({307, 308})
"""The redirects that repeat a POST (RFC 9110, 15.4.8 and 15.4.9; RFC 9725, 4.5)."""
_REDIRECTS: Final = frozenset({301, 302, 303}) | _KEEPS_METHOD
_SUCCESS: Final = range(200, 300)
"""RFC 9110, 15.3."""
_CREATED: Final = 201
_WANT_A_TOKEN: Final = frozenset({401, 403})
_NOT_ACCEPTABLE: Final = 406
_WAITS: Final = 3
"""Timeouts that ending a session may take: it may have to wait for the session first."""


def whip(place: Place) -> WhipProvider:
    """Return the provider for a place to publish."""
    return WhipProvider(place, "WHIP")


def whep(place: Place) -> WhipProvider:
    """Return the provider for a place to play."""
    return WhipProvider(place, "WHEP")


@dataclass(slots=True)
class _Posted:
    """What came of a POST."""

    url: httpx.URL
    """Where the redirects ended."""
    answer: Answer
    ice_servers: tuple[IceServer, ...] = ()
    resource: httpx.URL | None = None
    """What is deleted to end the session; None: the answer names none."""
    broken: str = ""
    """Why the redirects did not come to an end; empty: they did."""
    redirects: list[dict[str, Json]] = field(default_factory=list)


class WhipProvider:
    """Sessions at a WHIP or WHEP endpoint."""

    def __init__(self, place: Place, protocol: str) -> None:
        """Take the place, and what sentences call the protocol.

        Raises:
            ProbeError: the place's URL is none of http or https.
        """
        self.signalling = Signalling()
        self._protocol = protocol
        self._http = SignallingHttp(place, self.signalling)
        self._has_token = place.token is not None
        self._seconds = _WAITS * place.context.timeout

    async def look_around(self, client: LocalSide) -> None:
        """Ask with OPTIONS, and once without the token, as a client does that was not given one."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._options())
            if self._has_token:
                group.create_task(self._without_token(client.offer))

    @contextlib.asynccontextmanager
    async def session(self, client: LocalSide) -> AsyncIterator[Signalled]:
        """POST the offer, give the answer, DELETE the session."""
        async with kept(self._post(client.offer), self._delete, seconds=self._seconds) as posted:
            self._note(posted)
            if reason := self._refusal(posted):
                raise ProbeError("protocol", reason)
            yield Signalled("answer", posted.answer.body.decode("utf-8", "replace"), posted.ice_servers)

    async def _post(self, offer: str, *, with_token: bool = True) -> _Posted:
        """Return what came of it, wherever redirects led; never more than half a session is lost on the way."""
        url = self._http.url
        redirects: list[dict[str, Json]] = []
        while True:
            wanted = Ask("POST", url, offer.encode("utf-8"), _SDP, _SDP, with_token=with_token)
            answer = await self._http.ask(wanted)
            if answer.status not in _REDIRECTS:
                return self._posted(url, answer, redirects)
            following = joined(url, "".join(answer.values("location")[:1]))
            hop: dict[str, Json] = {"status": answer.status}
            redirects.append(hop)
            if following is not None:
                hop["same_origin"] = self._http.is_home(following)
                hop["https"] = following.scheme == "https"
            broken = _not_followed(answer.status, following, len(redirects))
            if broken or following is None:
                return _Posted(url, answer, broken=broken, redirects=redirects)
            url = following

    def _posted(self, url: httpx.URL, answer: Answer, redirects: list[dict[str, Json]]) -> _Posted:
        servers, reason = ice_servers_of(answer.values("link"))
        if reason:
            self.signalling.unknown["ice_servers"] = reason
        location = "".join(answer.values("location")[:1])
        # Some answer 200: what they began is to be ended too.
        resource = joined(url, location) if location and answer.status in _SUCCESS else None
        return _Posted(url, answer, servers, resource, redirects=redirects)

    def _note(self, posted: _Posted) -> None:
        answer = posted.answer
        http: dict[str, Json] = {
            "status": answer.status,
            "version": answer.version,
            "https": posted.url.scheme == "https",
            "location": bool(answer.values("location")),
            "etag": bool(answer.values("etag")),
        }
        if answer.media_type:
            http["content_type"] = cap(answer.media_type, 200)
        if posted.resource is not None:
            http["resource_same_origin"] = self._http.is_home(posted.resource)
        self.signalling.facts["http"] = http
        self.signalling.facts["redirects"] = posted.redirects
        if answer.status in _WANT_A_TOKEN and not self._has_token:
            self.signalling.facts["token_required"] = True

    def _refusal(self, posted: _Posted) -> str:
        """Return why there is no session; empty: there is one."""
        answer, name = posted.answer, self._protocol
        if posted.broken:
            return f"no {name} session: {posted.broken}"
        if answer.status in _WANT_A_TOKEN:
            return self._refusal_of_token(posted)
        if answer.status == _NOT_ACCEPTABLE:
            return (
                f"the {name} endpoint does not take the offer (status {answer.status}): where it makes an offer of its "
                "own instead, that is not taken up"
            )
        if answer.status != _CREATED:
            return f"the {name} endpoint gave no session: status {answer.status}, not {_CREATED}"
        if answer.media_type != _SDP:
            return f"the {name} answer is no {_SDP}: its media type is '{cap(answer.media_type, 100)}'"
        return f"the {name} answer is not whole: {answer.cut}" if answer.cut else ""

    def _refusal_of_token(self, posted: _Posted) -> str:
        status, name = posted.answer.status, self._protocol
        if not self._has_token:
            return f"the {name} endpoint asks for a token (status {status}), and none is given"
        if not self._http.is_home(posted.url):
            return (
                f"the {name} request was redirected to another origin, to which the token is not sent (status {status})"
            )
        return f"the {name} endpoint refuses the token (status {status})"

    async def _options(self) -> None:
        """Ask what the endpoint takes (RFC 9725, 4.2: it has to answer, for web pages of other origins)."""
        try:
            answer = await self._http.ask(Ask("OPTIONS", self._http.url, with_token=False))
        except ProbeError as error:
            self.signalling.unknown["options"] = str(error)
            return
        accepted = [each.strip().lower() for value in answer.values("accept-post") for each in value.split(",")]
        self.signalling.facts["options"] = {
            "status": answer.status,
            "accept_post": [cap(each, 100) for each in accepted if each][:20],
        }

    async def _without_token(self, offer: str) -> None:
        try:
            posting = self._post(offer, with_token=False)
            async with kept(posting, self._delete, seconds=self._seconds) as posted:
                status = posted.answer.status
        except ProbeError as error:
            self.signalling.unknown["token_required"] = str(error)
            return
        if posted.broken or not (status == _CREATED or status in _WANT_A_TOKEN):
            self.signalling.unknown["token_required"] = posted.broken or (
                f"without the token the endpoint answered with status {status}, which is neither a session nor 401"
            )
            return
        self.signalling.facts["token_required"] = status in _WANT_A_TOKEN

    async def _delete(self, posted: _Posted) -> None:
        """End the session (RFC 9725, 4.2), with the token where it may go."""
        if posted.answer.status not in _SUCCESS:
            return
        if posted.resource is None:
            self.signalling.unknown["deleted"] = "the endpoint named no session to delete: no Location that can be used"
            return
        try:
            answer = await self._http.ask(Ask("DELETE", posted.resource))
        except ProbeError as error:
            self.signalling.unknown.setdefault("deleted", f"a session could not be deleted: {error}")
            return
        if answer.status in _SUCCESS:
            self.signalling.facts.setdefault("deleted", True)
            return
        self.signalling.facts["deleted"] = False


def _not_followed(status: int, following: httpx.URL | None, count: int) -> str:
    """Return why a redirect is not followed; empty: it is."""
    if status not in _KEEPS_METHOD:
        return f"it is redirected with status {status}, which RFC 9725 does not allow: only 307 and 308 repeat a POST"
    if following is None:
        return "it is redirected to what is no http or https URL"
    if count > _MOST_REDIRECTS:
        return f"more than {_MOST_REDIRECTS} redirects"
    return ""
