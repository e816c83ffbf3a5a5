"""Whether a page is the document that was asked for, or stands in its place: a login, an error, an empty shell.

A server that has no document often says so with status 200. Taken for the document, such a page would make every
clause "missing". Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from vendor_audit.documents.markup import Tag, tokens
from vendor_audit.probes.document.original import SAVE_IT
from vendor_audit.probes.http.page import decode_page
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.probes.http.exchange import Answer

_SAMPLE = 1_000_000
"""Bytes that are looked at."""
_HEAD = 2_000
"""Bytes within which a page shows that it is one."""
_MOST_TOKENS = 100_000
_FEW_WORDS = 150
"""A page with more is no login and no error, whatever else stands on it."""
_NO_WORDS = 15
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LOGIN_URL = re.compile(
    r"(?:^|[/._-])(?:log[-_]?in|sign[-_]?in|anmeld\w*|connexion|inloggen|sso|saml2?|oauth2?|authorize)(?:[/._?-]|$)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:40[134]|410|50[023])\b|not found|doesn.t exist|does not exist|no longer available|access denied|forbidden"
    r"|just a moment|attention required|are you (?:a )?(?:human|robot)|verify you are human|temporarily unavailable"
    r"|nicht gefunden|existiert nicht|zugriff verweigert|introuvable|n.existe (?:pas|plus)|accès refusé"
    r"|niet gevonden|bestaat niet|toegang geweigerd",
    re.IGNORECASE,
)
_SAID_IN = frozenset({"h1", "h2"})
_INVISIBLE = frozenset({"noscript", "template"})


@dataclass(slots=True)
class _Look:
    """What a page shows at first sight."""

    title: str = ""
    words: int = 0
    asks_for_password: bool = False
    scripts: int = 0


def wrong_page(answer: Answer, *, redirected: bool) -> ProbeError | None:
    """Return why an answer is not the document that was asked for; None: it may be.

    Args:
        answer: a whole answer with a status of success.
        redirected: whether a redirect led to it.
    """
    if not _HTML.search(answer.body[:_HEAD]):
        return None
    look = _look(decode_page(answer.body[:_SAMPLE], "".join(answer.values("content-type")[:1])))
    source = cap(answer.url, 200)
    if look.words <= _FEW_WORDS:
        if look.asks_for_password or (redirected and _LOGIN_URL.search(answer.url)):
            return ProbeError("login_page", f"{source} shows a login, not the document: {SAVE_IT}")
        if _ERROR.search(look.title):
            said = cap(" ".join(look.title.split()), 80)
            return ProbeError("error_page", f"{source} shows an error, not the document: '{said}'")
    if look.words < _NO_WORDS and look.scripts:
        reason = f"{source} has no text as delivered, its scripts build it in a browser: {SAVE_IT}"
        return ProbeError("empty", reason)
    return None


def _look(text: str) -> _Look:
    look = _Look()
    inside = ""
    for token in islice(tokens(text), _MOST_TOKENS):
        if isinstance(token, Tag):
            inside = _step(look, token, inside)
        elif inside not in _INVISIBLE:
            look.words += len(token.split())
            if inside in _SAID_IN:
                look.title += f" {token[:_HEAD]}"
    return look


def _step(look: _Look, tag: Tag, inside: str) -> str:
    """Take a tag into account and return the element, of those that matter, in which the next text stands."""
    if tag.end:
        return "" if tag.name == inside else inside
    if tag.name == "title":
        look.title += f" {tag.content[:_HEAD]}"
    elif tag.name == "script":
        look.scripts += 1
    elif tag.name == "input" and tag.attributes.get("type", "").strip().lower() == "password":
        look.asks_for_password = True
    return tag.name if tag.name in _SAID_IN | _INVISIBLE else inside
