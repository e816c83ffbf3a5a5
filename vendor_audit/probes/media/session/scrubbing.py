"""The last look at what leaves: a secret that a vendor echoes somewhere does not get out with the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.secret import Secret

Json = Any
_REMOVED: Final = "(removed)"
_SHORTEST: Final = 6
"""Characters: what is shorter is a word like any other, and not worth keeping secret."""


def scrubbed(sight: Sight, secrets: Iterable[Secret]) -> Sight:
    """Return the sight with every secret replaced, in facts, reasons and evidence. Leads keep theirs, in memory."""
    values = _values(secrets)

    def clean_json(value: Json) -> Json:
        if isinstance(value, str):
            return _clean(value, values)
        if isinstance(value, list):
            return [clean_json(each) for each in value]
        if isinstance(value, dict):
            return {name: clean_json(each) for name, each in value.items()}
        return value

    evidence = tuple(
        replace(
            each,
            title=_clean(each.title, values),
            content=_clean(each.content.decode("utf-8", "replace"), values).encode(),
        )
        for each in sight.evidence
    )
    return Sight(clean_json(sight.facts), clean_json(sight.unknown), evidence, sight.leads)


def scrubbed_text(text: str, secrets: Iterable[Secret]) -> str:
    """Return a sentence with every secret replaced."""
    return _clean(text, _values(secrets))


def _values(secrets: Iterable[Secret]) -> list[str]:
    """Return what is to be replaced, the longest first: one secret may hold another."""
    values = {each.reveal() for each in secrets}
    return sorted((each for each in values if len(each) >= _SHORTEST), key=len, reverse=True)


def _clean(text: str, values: list[str]) -> str:
    for value in values:
        text = text.replace(value, _REMOVED)
    return text
