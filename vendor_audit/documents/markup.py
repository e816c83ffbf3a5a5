"""HTML cut into tags and text, in time that grows with its length and no faster, whatever is in it.

The standard library's parser takes quadratic time on input made for it, and a tree builder takes memory for every tag.
This one goes over the text once, as the tokenizer of the HTML standard (13.2.5) does in what matters here: comments,
quoted attributes, elements whose content is no markup. It builds nothing.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,60}+)[^\s/>]*+")
_ATTRIBUTE = re.compile(r"[\s/]*+(?:(>)|([^\s/>][^\s/>=]*+)(\s*+=\s*+)?+)")
_UNQUOTED = re.compile(r"[^\s>]*+")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_MOST_ATTRIBUTES = 50
_LONGEST_VALUE = 10_000


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag."""

    name: str
    """Lower case."""
    attributes: dict[str, str]
    """Lower-case names; of one that is there twice the first counts. Values with character references resolved."""
    end: bool = False
    content: str = ""
    """Of a start tag: what stands up to its end tag, where the element's content is no markup (script, style, title).
    Character references are as written."""


def tokens(text: str) -> Iterator[Tag | str]:
    """Yield tags and the text between them, in order. Comments and declarations are left out.

    What follows a construct that is not closed is lost, as in a browser.
    """
    place = 0
    while place < len(text):
        begin = text.find("<", place)
        if begin < 0:
            yield unescape(text[place:])
            return
        if begin > place:
            yield unescape(text[place:begin])
        match = _TAG.match(text, begin)
        if match:
            attributes, place = _attributes(text, match.end())
            if place < 0:
                return
            name = match[2].lower()
            content = ""
            if name in _RAW and not match[1]:
                close = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, place)
                content = text[place : close.start() if close else len(text)]
                place = close.start() if close else len(text)
            yield Tag(name, attributes, end=bool(match[1]), content=content)
            continue
        closing, length = _CLOSINGS.get(text[begin + 1 : begin + 2], ("", 0))
        if text.startswith("<!--", begin):
            closing, length = "-->", 3
            # <!--> and <!---> are whole comments.
            begin += 2
        if not closing:
            yield "<"
            place = begin + 1
            continue
        place = text.find(closing, begin)
        if place < 0:
            return
        place += length


def unescape(text: str) -> str:
    """Return the text with its character references resolved."""
    try:
        return html.unescape(text)
    except ValueError:
        # A reference with thousands of digits, which Python refuses to read as a number: it names no character.
        return text


_CLOSINGS = {"!": (">", 1), "?": (">", 1), "/": (">", 1)}


def _attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Return the attributes from a place on, and the place behind the tag; -1: the tag is not closed."""
    found: dict[str, str] = {}
    while True:
        match = _ATTRIBUTE.match(text, place)
        if match is None:
            return found, -1
        place = match.end()
        if match[1]:
            return found, place
        value = ""
        if match[3]:
            quote = text[place : place + 1]
            if quote and quote in "\"'":
                end = text.find(quote, place + 1)
                if end < 0:
                    return found, -1
                value = text[place + 1 : end]
                place = end + 1
            else:
                unquoted = _UNQUOTED.match(text, place)
                value = unquoted[0] if unquoted else ""
                place += len(value)
        name = match[2][:100].lower()
        if len(found) < _MOST_ATTRIBUTES and name not in found:
            found[name] = unescape(value[:_LONGEST_VALUE])
