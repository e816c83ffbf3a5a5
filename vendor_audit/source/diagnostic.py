"""A mistake in a file that a person wrote, and how it is shown: ``acme.yaml:13:7: ...``, the line, a caret."""

from __future__ import annotations

from dataclasses import dataclass

from vendor_audit.errors import VendorAuditError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. Line and column count from 1; (0, 0) means the file as a whole."""

    file: str
    """As the user named it."""
    line: int = 0
    column: int = 0

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

    def render(self) -> str:
        """Return one line, or three with the source line and the caret below it."""
        if not self.source_line or not self.place.column:
            return f"{self.place}: {self.message}"
        gutter = f"{self.place.line:>5} | "
        # Tabs are kept in front of the caret so that it stands under the right character in any terminal.
        before = "".join("\t" if each == "\t" else " " for each in self.source_line[: self.place.column - 1])
        return f"{self.place}: {self.message}\n{gutter}{self.source_line}\n{' ' * (len(gutter) - 2)}| {before}^"


class InvalidFileError(VendorAuditError):
    """A file that a person wrote is wrong; all its mistakes at once, in the order of their places."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        """Take at least one diagnostic."""
        self.diagnostics = sorted(diagnostics)
        super().__init__("\n".join(each.render() for each in self.diagnostics))
