"""What a vendor wrote, made fit to be seen: nothing invisible, nothing that turns the line around, nothing endless.

Every report shows strings that a hostile party chose. Escaping for HTML is the template's matter and for the terminal
rich's; here the characters themselves are dealt with, so that a host name cannot be made to look like another.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_audit.observation import Json

LONGEST = 600
"""Characters of one string that a report shows; audit.json has the whole of it."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode general categories without a picture of their own: controls, bidi and other format characters, surrogates,
private use, unassigned, line and paragraph separators."""
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 3
"""No living orthography stacks more; beyond it the marks climb over the neighbouring lines."""


def visible(text: str, limit: int = LONGEST) -> str:
    r"""Return the text on one line, with what is invisible shown as an escape (``\x1b``, ``\u202e``), and bounded.

    White space of any kind becomes one space, as it would in any paragraph.
    """
    cut = text[:limit]
    shown = cut if cut.isascii() and cut.isprintable() else _escaped(cut)
    shown = " ".join(shown.split())
    more = len(text) - limit
    return f"{shown} … ({more:,} more characters in audit.json)" if more > 0 else shown


def _escaped(text: str) -> str:
    parts: list[str] = []
    marks = 0
    for each in text:
        category = unicodedata.category(each)
        marks = marks + 1 if category in _MARKS else 0
        if each in "\n\r\t":
            parts.append(" ")
        elif category in _HIDDEN or marks > _MARKS_IN_A_ROW:
            parts.append(_escape(ord(each)))
        else:
            parts.append(each)
    return "".join(parts)


def _escape(code: int) -> str:
    if code <= 0xFF:  # noqa: PLR2004 # two hexadecimal digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 # four


def visible_all(value: Json) -> Json:
    """Return the JSON value with every string and key in it made visible: the one gate into the view and the terminal.

    The facts of observations are left out: reports show what decided, which stands in the findings.
    """
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): visible_all(each) for key, each in value.items() if key != "facts"}
    if isinstance(value, list):
        return [visible_all(each) for each in value]
    return value


def compact(value: Json, limit: int = 160) -> str:
    """Return a JSON value as one short line, as the evidence box shows it."""
    return visible(json.dumps(value, ensure_ascii=False), limit)


def shorten(text: str, limit: int) -> str:
    """Return the text, cut between two words where it is longer than the limit; for tables that only point."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rpartition(' ')[0] or text[:limit]} …"


def plural(count: int, one: str, many: str = "") -> str:
    """Return "1 host" or "3 hosts"; ``many`` where an s does not do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def capital(text: str) -> str:
    """Return the sentence with its first letter in upper case; a host name or a path that leads it stays as it is."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text
