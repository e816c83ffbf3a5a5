"""Which of the purposes in site_words.yaml a link serves, and how well. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml

from vendor_audit.probes.http.links import link_words

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT = 7
"""Words of a link's text that names where it leads; a longer one tells a story in which the words may only occur."""
ELSEWHERE = ("hub", "join_page")
"""Purposes that are no documents."""


@dataclass(frozen=True, slots=True)
class LikelyLabel:
    """A label that video services often have below their domain."""

    label: str
    role: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link may be for, and the words by which it is known."""

    name: str
    text: tuple[str, ...]
    exact: tuple[str, ...]
    address: tuple[str, ...]
    host: tuple[str, ...]
    unless_earlier: bool

    def named_by(self, text: str) -> int:
        """Return how well a link's text, or a page's title, names the purpose: 2 clearly, 1 somehow, 0 not."""
        plain = folded(text)
        if plain in self.exact:
            return 2
        if not any(word in plain for word in self.text):
            return 0
        return 2 if len(plain.split()) <= SHORT and not any(word in plain for word in _beside()) else 1

    def addressed_by(self, href: str) -> bool:
        """Return whether an absolute URL has a word of the purpose in its path, or as the first label of its host."""
        try:
            parts = urlsplit(href)
            path, host = unquote(parts.path).lower(), parts.hostname or ""
        except ValueError:
            return False
        return host.partition(".")[0] in self.host or any(_stands_in(word, path) for word in self.address)


def serves(text: str, href: str) -> Mapping[str, int]:
    """Return purpose -> rank for a link, higher is better, 3 and more are sure of their text; without rank 0."""
    found: dict[str, int] = {}
    claimed = False
    for purpose in purposes().values():
        named = purpose.named_by(text)
        if purpose.unless_earlier and claimed:
            continue
        rank = 2 * named + purpose.addressed_by(href)
        if rank:
            found[purpose.name] = rank
        claimed = claimed or (named > 0 and purpose.name in _CLAIMING)
    return found


_CLAIMING = frozenset({"subprocessors", "dpa", "status"})


@cache
def purposes() -> Mapping[str, Purpose]:
    """Return every purpose by its name, in order of precedence."""
    return {name: _purpose(name, entry) for name, entry in _data()["purposes"].items()}


@cache
def likely_labels() -> tuple[LikelyLabel, ...]:
    """Return the labels that are worth asking the DNS for."""
    return tuple(LikelyLabel(**each) for each in _data()["names"])


def folded(text: str) -> str:
    """Return a text in the form in which words are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold().split())


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("site_words.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def _beside() -> tuple[str, ...]:
    return tuple(folded(word) for language in _data()["beside"].values() for word in language)


def _purpose(name: str, entry: dict[str, Any]) -> Purpose:
    text = tuple(folded(word) for language in entry["text"].values() for word in language)
    address = tuple(entry["address"])
    if "also" in entry:
        more = link_words(entry["also"])
        text, address = (*text, *more.text), (*address, *more.address)
    return Purpose(
        name=name,
        text=text,
        exact=tuple(map(folded, entry["exact"])),
        address=address,
        host=tuple(entry["host"]),
        unless_earlier=entry.get("unless_earlier", False),
    )


def _stands_in(word: str, path: str) -> bool:
    """Return whether a word begins a part of the path: ``agb`` in ``/agb.html``, not in ``/flagboard``."""
    place = path.find(word)
    while place >= 0:
        if place == 0 or not path[place - 1].isalnum():
            return True
        place = path.find(word, place + 1)
    return False
