"""What facts hold of a vendor's text: plain strings, capped."""

from __future__ import annotations

LONGEST = 2000


def cap(text: str, most: int = LONGEST) -> str:
    """Return the text with at most ``most`` characters, the last an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def visible(text: str) -> str:
    r"""Return the text on one line, control characters written as ``\xNN``, for evidence that a person reads."""
    return "".join(each if each.isprintable() or each == "\t" else f"\\x{ord(each):02x}" for each in text)
