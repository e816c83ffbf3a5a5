"""Terms that a document defines itself: "Security Event means ..." lets its duties be read by what they mean."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from vendor_audit.documents.values.words import folded, unaccented, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_audit.documents.clauses.model import Library
    from vendor_audit.documents.model import Document

_TERMS_KEPT = 60
_SENTENCE = 900
"""Characters of a sentence in which a definition is sought."""
_MEANING = 300
_SHORTEST = 4
_WORDS = r"[A-Z][\w/-]+(?: [\w/-]+){0,3}"
"""A term: one to four words, the first with a capital."""


class Names(Protocol):
    """What calls parties by their roles."""

    def canonical(self, text: str) -> str:
        """Return a text with each party called by its role."""
        ...


def names_of_parties() -> Mapping[str, Any]:
    """Return how contracts say who is who: ``checklists/documents/names.yaml``."""
    return vocabulary("names")


def defined_terms(document: Document, library: Library, parties: Names) -> dict[str, str]:
    """Return what the document's own terms stand for: folded term -> words that the library's patterns use.

    A term is taken only if its definition shows which of the library's concepts it is.
    """
    terms: dict[str, str] = {}
    for section in document.sections:
        defines = library.other_chapters.found(folded(section.name))
        for block in section.blocks:
            for sentence in block.sentences:
                for term, meaning in _definitions(sentence.text, defines=defines):
                    if len(terms) < _TERMS_KEPT and _is_a_term(term, terms, parties):
                        concept = _concept_of(parties.canonical(meaning), library)
                        terms |= {term: concept} if concept else {}
    return terms


def _concept_of(meaning: str, library: Library) -> str:
    return next((name for name, pattern in library.concepts.items() if pattern.found(meaning)), "")


def _definitions(sentence: str, *, defines: bool) -> Iterator[tuple[str, str]]:
    """Yield each term that a sentence defines, folded, with its meaning.

    Args:
        sentence: as it stands.
        defines: whether it stands in a chapter of definitions, where a colon is enough.
    """
    text = unaccented(sentence[:_SENTENCE])
    match = _term().match(text)
    if match and (match["quote"] or match["means"] or (defines and match["may"] == ":")):
        yield folded(match["term"]).strip(), match["meaning"]
    for match in _short_name().finditer(text):
        yield folded(match["term"]).strip(), match["meaning"][-_MEANING:]


def _is_a_term(term: str, terms: Mapping[str, str], parties: Names) -> bool:
    """Return whether a term can be replaced: it is not known, and is no name of a party or a sentence's beginning."""
    return (
        term not in terms
        and len(term) >= _SHORTEST
        and term.split(maxsplit=1)[0] not in names_of_parties()["no_terms"]
        and parties.canonical(term) == term
    )


@cache
def _term() -> re.Pattern[str]:
    before, means, may = (_any_of(key) for key in ("before_term", "means", "may_mean"))
    return re.compile(
        rf"^\W*(?:\(?[a-z0-9.]{{1,4}}\)? )?(?i:(?:{before}) )?(?P<quote>[\"'*]{{0,3}})(?:an? )?"
        rf"(?P<term>{_WORDS}?)(?P=quote)"
        rf"(?: \([^)]{{1,60}}\))? ?(?:(?P<means>{means})|(?P<may>{may})(?= )) ?(?P<meaning>.{{10,600}})"
    )


@cache
def _short_name() -> re.Pattern[str]:
    before = _any_of("before_short_name")
    return re.compile(rf"(?P<meaning>.{{10,300}}?) ?\((?:(?:{before}|:|,| )* )?[\"'](?P<term>{_WORDS})[\"']\)")


def _any_of(key: str) -> str:
    return "|".join(map(re.escape, names_of_parties()[key]))
