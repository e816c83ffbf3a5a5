"""Markdown inside a line: marks taken off, links kept apart, in time that grows with the text."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from vendor_audit.documents.characters import one_line

_SHELTER = 0xE000
"""Where escaped characters wait while marks are taken off: private use, which cleaning takes out of any input."""

_FIRST = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|!?\[(?P<label>[^\[\]\n]{0,2000}+)\](?:\((?P<target>[^()\s]{0,2000}+(?:\([^()\s]{0,500}+\)[^()\s]{0,500}+)?)"
    r"(?:\s+[\"'(][^\"\n]{0,500}?[\"')])?\s*\)|\[(?P<reference>[^\[\]\n]{0,200}+)\])"
    r"|<(?P<address>(?:https?://|mailto:)[^\s<>]{1,2000}+|[^\s<>@]{1,100}+@[^\s<>@]{1,200}+)>"
    r"|<(?P<break>br)\s*/?>"
    r"|</?[A-Za-z][^<>]{0,2000}+>"
)
_STARS = re.compile(r"(?<!\S)\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?!\S)|(?<=\S)\*{1,3}(?=\S)|~~")
_STROKES = re.compile(r"(?<![\w_])_{1,2}(?=[^\s_])|(?<=[^\s_])_{1,2}(?![\w_])")
_STRONG = re.compile(r"(?:\*\*[^*]{1,300}\*\*|__[^_]{1,300}__)[:.]?")
_LONGEST_ADDRESS = 2_000
_SHELTERED = re.compile("[\ue021-\ue07e]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,60}\]")


@dataclass(frozen=True, slots=True)
class Inline:
    """What a line of Markdown says."""

    text: str
    """Cleaned, in one line. Where ``breaks`` were asked for, with a line feed where the document sets one."""
    links: tuple[str, ...]
    strong: bool
    """All of it is bold."""
    whole_link: bool
    """All of it is one link to a place in the same document."""


def read(text: str, references: dict[str, str], *, breaks: bool = False) -> Inline:
    """Return the text without marks. ``references``: addresses by the lower-case label that the document gives them."""
    links: list[str] = []

    def first(match: re.Match[str]) -> str:
        shown = ""
        if match["escaped"]:
            shown = chr(_SHELTER + ord(match["escaped"]))
        elif match["address"]:
            links.append(match["address"] if ":" in match["address"] else f"mailto:{match['address']}")
            shown = match["address"].removeprefix("mailto:")
        elif match["break"]:
            shown = "\n" if breaks else " "
        elif match["label"] is not None and not match[0].startswith("!"):
            if target := _target(match, references):
                links.append(_unescaped(target.strip("<>"))[:_LONGEST_ADDRESS])
            shown = match["label"]
        return shown

    stripped = text.strip()
    strong = bool(_STRONG.fullmatch(stripped)) if len(stripped) < 320 else False  # noqa: PLR2004 - as in _STRONG
    plain = _FIRST.sub(first, _FOOTNOTE.sub("", text))
    plain = _STROKES.sub("", _STARS.sub("", plain))
    plain = _SHELTERED.sub(lambda match: chr(ord(match[0]) - _SHELTER), plain)
    if "&" in plain:
        plain = _unescaped(plain)
    whole = _FIRST.fullmatch(stripped) if links else None
    inner = bool(whole and whole["label"] is not None and links[0].startswith("#"))
    if breaks:
        return Inline("\n".join(filter(None, map(one_line, plain.split("\n")))), tuple(links), strong, inner)
    return Inline(one_line(plain), tuple(links), strong, inner)


def _target(match: re.Match[str], references: dict[str, str]) -> str:
    """Return where a link leads; empty: nowhere, it is text in brackets."""
    if match["target"] is not None:
        return match["target"]
    return references.get((match["reference"] or match["label"]).lower().strip(), "")


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:
        # A reference with thousands of digits, which Python refuses to read as a number: it names no character.
        return text
