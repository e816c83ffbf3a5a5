from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.documents.clauses.library import load_library
from vendor_audit.documents.clauses.reading import Reading, read_clauses
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from collections.abc import Callable

Read = "Callable[..., dict[str, Reading]]"


@pytest.fixture
def read() -> Callable[..., dict[str, Reading]]:
    """Reads Markdown as an agreement in English."""

    def reading(text: str, **names: tuple[str, ...]) -> dict[str, Reading]:
        document = read_document(text.encode(), name="dpa.md")
        found = read_clauses(document, load_library("dpa", "en"), **names)
        return {each.requirement.id: each for each in found}

    return reading
