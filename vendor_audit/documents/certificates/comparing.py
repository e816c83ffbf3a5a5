"""Compares a certificate with what the vendor file says: pure functions over texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.documents.certificates.model import SCOPE
from vendor_audit.documents.values.words import CELL, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def scope_names(scope: str, product_words: Iterable[str]) -> tuple[str, ...]:
    """Return which of the words or phrases stand in a scope statement, whatever their case and punctuation.

    Args:
        scope: as printed.
        product_words: names of the product and words for it: "Acme Meet", "video conferencing".
    """
    said = keys_of(scope[:SCOPE])
    return tuple(each for each in product_words if _stands_in(keys_of(each[:CELL]), said))


def _stands_in(phrase: tuple[str, ...], said: tuple[str, ...]) -> bool:
    width = len(phrase)
    return bool(width) and any(said[at : at + width] == phrase for at in range(len(said) - width + 1))
