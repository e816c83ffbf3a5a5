"""A mistake in a file that a person wrote, and how it is shown: ``acme.yaml:13:7: ...``, the line, a caret.

Nothing of the file reaches the terminal as it stands: control characters, escape sequences and characters that turn
the direction of writing are shown by their number, so that a file cannot forge what its reader sees.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from vendor_audit.errors import VendorAuditError

_WIDTH = 100
"""Terminal columns that a line of the file may take in a diagnostic; longer ones are cut around the caret."""
_BEFORE_CARET = 60
"""Terminal columns that stay in front of the caret when a line is cut."""
_MESSAGE = 1000
"""Characters of a message that are shown."""
_SHOWN = 100
"""Diagnostics of one error that are printed; a person does not read more in one go."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. Line and column count from 1; (0, 0) means the file as a whole."""

    file: str
    """As the user named it."""
    line: int = 0
    column: int = 0
    """In characters (code points), as editors count."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake."""

    place: Place
    message: str
    """What is wrong and, where it can be said, what to do: "unknown key 'presnt', did you mean 'present'?"."""
    source_line: str = ""
    """The text of the line, for the caret; empty for the file as a whole."""
    length: int = 1
    """Characters of the line that are meant, from the place's column; the caret is repeated under all of them."""

    def render(self) -> str:
        """Return one line, or three with the source line and the caret below it. Safe to print."""
        headline = visible(f"{self.place}: {self.message}"[:_MESSAGE])
        if not self.source_line or not self.place.column:
            return headline
        start = min(self.place.column - 1, len(self.source_line))
        end = min(start + max(self.length, 1), len(self.source_line))
        line, before, under = _window(self.source_line, start, end)
        gutter = f"{self.place.line:>5} | "
        return f"{headline}\n{gutter}{line}\n{' ' * (len(gutter) - 2)}| {before}{'^' * under}"


class InvalidFileError(VendorAuditError):
    """A file that a person wrote is wrong; all its mistakes at once, in the order of their places."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        """Take at least one diagnostic."""
        self.diagnostics = sorted(set(diagnostics))
        shown = [each.render() for each in self.diagnostics[:_SHOWN]]
        if len(self.diagnostics) > _SHOWN:
            shown.append(f"... and {len(self.diagnostics) - _SHOWN} more mistakes; mend these first")
        super().__init__("\n".join(shown))


def visible(text: str) -> str:
    r"""Return the text with every character that a terminal would act upon, or not show, as its number.

    That is: control characters (a line break too), the characters that turn or isolate the direction of writing
    (Unicode UAX #9), other invisible format characters, lone surrogates. ``\x1b`` for ESC, ``\u202e`` for RLO.
    """
    return "".join(_visible(each) for each in text)


def _visible(character: str) -> str:
    if character.isprintable():  # false for categories Cc, Cf, Cs, Co, Cn, Zl, Zp, and for Zs but the space
        return character
    number = ord(character)
    if number <= 0xFF:  # noqa: PLR2004 (the two digits of \x)
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 (the four digits of \u)


def _columns(shown: str) -> int:
    """Return how many terminal columns a printable text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in shown
    )


def _window(line: str, start: int, end: int) -> tuple[str, str, int]:
    """Return the part of a line to show, the white space in front of the caret, and how many carets.

    Only the neighbourhood of the caret is looked at: a line may be as long as the file.
    """
    first, last = 0, len(line)
    if last > _WIDTH or _columns("".join(_visible(each) for each in line)) > _WIDTH:
        first = start - _fitting(line[max(start - _BEFORE_CARET, 0) : start][::-1], _BEFORE_CARET)
        last = start + _fitting(line[start : start + _WIDTH], _WIDTH - _BEFORE_CARET)
    # Tabs are kept as they are, in the line and in front of the caret, so that it stands right in any terminal.
    left = "…" if first else ""
    right = "…" if last < len(line) else ""
    shown = "".join("\t" if each == "\t" else _visible(each) for each in line[first:last])
    padding = "".join("\t" if each == "\t" else " " * _columns(_visible(each)) for each in line[first:start])
    under = _columns("".join(" " if each == "\t" else _visible(each) for each in line[start : min(end, last)]))
    return f"{left}{shown}{right}", f"{' ' * len(left)}{padding}", max(under, 1)


def _fitting(characters: str, columns: int) -> int:
    """Return how many of the characters fit into so many terminal columns."""
    used = 0
    for count, each in enumerate(characters):
        used += _columns(_visible(each))
        if used > columns:
            return count
    return len(characters)
