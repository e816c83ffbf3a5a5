r"""A stranger's text in Markdown that shows it and does nothing else: no HTML, no link, no mention, no table's end.

Backslashes are not enough: GitHub and GitLab look for addresses, ``@names``, ``#numbers`` and ``:emoji:`` in the text
that Markdown leaves. A word joiner (U+2060, no width) behind the sign keeps them from finding any. What should be
copied as it is, such as the name of a target, goes into a code span, where nobody looks.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_{}\[\]#!|~^]")
"""Punctuation that may mean something anywhere; a backslash takes that away (CommonMark 0.31, section 2.4)."""
_BEGINS = re.compile(r"^(?:\d{1,9}(?=[.)])|(?=[-+=]))")
"""Before what means something only where a line or an item of a list begins: a list, a rule, a heading's line."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
"""By name, because these are looked at before Markdown is: HTML, and GitHub's mathematics."""
_JOINER = "\u2060"
_CALLING = re.compile(r"[@#!%&~$](?=\S)|:(?=//|[\w+-]+:)|(?<=[wW]{2})[wW](?=\.)|(?<=[gG][hH])-(?=\d)")
"""Signs behind which a forge looks for a person, an issue, an address, an emoji, a merge request, a label."""
_TICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """Return a text of one line as Markdown that shows it as it is."""
    parts = []
    for position, each in enumerate(text):
        shown = _ENTITIES.get(each) or (f"\\{each}" if _MARKS.match(each) else each)
        parts.append(shown + _JOINER if _CALLING.match(text, position) else shown)
    return _BEGINS.sub(lambda found: f"{found[0]}\\", "".join(parts))


def code(text: str) -> str:
    """Return a text of one line as a code span, also in a cell of a table; empty for an empty text.

    In a table a bar ends the cell even in code, unless a backslash stands before it, which is then not shown. Outside
    of a table it would be; so a text with a bar or a backslash becomes plain text instead.
    """
    if not text:
        return ""
    if "|" in text or "\\" in text or "$" in text:
        return plain(text)
    fence = "`" * (max((len(each) for each in _TICKS.findall(text)), default=0) + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"
