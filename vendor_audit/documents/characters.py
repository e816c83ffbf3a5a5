"""Characters made fit to be read and compared: what cannot be seen goes, what only looks different becomes equal."""

from __future__ import annotations

import re
import unicodedata

_LONGEST_WORD = 200
"""Characters. Composing takes time that grows with the square of a run of accents, so longer words stay as they are."""

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_INVISIBLE = (
    (0x00, 0x08),
    (0x0E, 0x1B),
    (0x7F, 0x84),
    (0x86, 0x9F),
    (0xAD, 0xAD),  # soft hyphen
    (0x034F, 0x034F),
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),  # zero width, and marks of direction
    (0x202A, 0x202E),  # embeddings and overrides of direction
    (0x2060, 0x206F),  # word joiner, isolates, deprecated controls
    (0x3164, 0x3164),
    (0xD800, 0xDFFF),  # halves of surrogate pairs
    (0xE000, 0xF8FF),  # private use: means something in its own font only
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFC),
    (0xFFFE, 0xFFFF),
    (0xE0000, 0xE0FFF),
    (0xF0000, 0x10FFFF),
)
_SAME = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\u0132": "IJ",
    "\u0133": "ij",
    "\u2010": "-",
    "\u2011": "-",
    "\u2022": "•",
    "\uf0b7": "•",  # bullets of Symbol and Wingdings, as Word writes them
    "\uf0a7": "•",
    "\uf0d8": "•",
    "\uf0fc": "•",
    "\uf076": "•",
    "\uf02d": "-",
    "\uf06f": "•",
}
_WORD = re.compile(r"\S+")
_ODD = re.compile(
    "["
    + "".join(f"{chr(low)}-{chr(high)}" for low, high in _INVISIBLE)
    + re.escape("".join(_SAME) + _SPACES.replace("\n", ""))
    + "]"
)
_ACCENT = re.compile("[\u0300-\u036f\u0653-\u0655\u3099\u309a\u212a\u212b\u2126]")
"""What composes with the character before it, or is another one in disguise."""
_ONE_BY_ONE = dict.fromkeys(_SPACES, " ") | _SAME


def clean(text: str) -> str:
    """Return the text without controls and what has no width, ligatures spelt out, letters composed; lines are kept."""
    if _ODD.search(text):
        text = _ODD.sub(lambda match: _ONE_BY_ONE.get(match[0], ""), text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isascii() or not _ACCENT.search(text):
        return text
    return _WORD.sub(_compose, text)


def one_line(text: str) -> str:
    """Return the text, cleaned, in one line with single spaces."""
    return " ".join(clean(text).split())


def _compose(match: re.Match[str]) -> str:
    word = match[0]
    return word if len(word) > _LONGEST_WORD or word.isascii() else unicodedata.normalize("NFC", word)
