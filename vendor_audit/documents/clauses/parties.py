"""Who is who, and what a document calls things: every drafter's names become the same few words.

Without this no wording carries over from one drafter to the next: "Customer", "you" and "Stadtwerke GmbH" are the
controller; "Provider", "we" and "Acme B.V." the processor; "Security Event" is a personal data breach if the document
defines it so. Names that every drafter of a language uses stand in the clause library; names that a document gives
itself are read from its definitions; the vendor file adds its own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.terms import defined_terms, names_of_parties
from vendor_audit.documents.values.words import folded, unaccented

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vendor_audit.documents.clauses.model import Library
    from vendor_audit.documents.model import Document

CONTROLLER, PROCESSOR, SUBPROCESSOR = "controller", "processor", "subprocessor"
VENDOR = "vendor"
"""What a privacy notice's library calls the one who writes it; the other is the ``reader``."""

_NAME = r"[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}"
"""A name as definitions give it: one to four capitalised words."""
_NAMES_KEPT = 12
_SENTENCES_READ = 600
"""Definitions stand at the beginning or in a chapter of their own; the rest repeats nothing that matters here."""
_IN_QUOTES = re.compile(r"\(([^()]{3,160})\)")
_QUOTED = re.compile(r"[\"']([^\"']{2,40})[\"']")
_UNITED_STATES = re.compile(r"\bU\.?S\.?(?![\w.])")
"""Folded, it would read as "us", the processor."""
_GENDERED = re.compile(r"(?<=\w)[*:_/](?:innen|in)\b")
"""Auftragnehmer*in, Auftragnehmer:innen."""
_SUBJECT = re.compile(r"\b(?P<name>[A-Z][\w&-]*(?: [A-Z][\w&-]*){0,2}) (?P<verb>[a-z']+(?: [a-z]+)?)")
_ARTICLES = frozenset(("the", "der", "die", "das", "den", "dem", "des", "le", "la", "les", "de", "het"))
_ARTICLE = re.compile(rf"^(?:{'|'.join(sorted(_ARTICLES))}) ")
_BRAND_ACTS = 4
"""How often a name has to be the subject of a duty to be the processor's."""
_SHORTEST = 3
"""Letters of a name that is counted to see which side a document speaks of more."""
_OFTEN = 3
"""How often an everyday word has to be written as a name to be one."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Replaces names in folded text."""

    pattern: re.Pattern[str]
    roles: Mapping[str, str]
    """Folded name -> what stands for it."""
    capitalised: Mapping[str, str]
    """Name -> role, of everyday words that are names only when they are written large: Company, Principal."""

    def canonical(self, text: str) -> str:
        """Return a text folded, with each party called by its role and each defined term by what it means."""
        text = _GENDERED.sub("", _UNITED_STATES.sub("USA", text))
        for name, role in self.capitalised.items():
            if name in text:
                text = re.sub(rf"\b{name}\b", role, text)
        return self.pattern.sub(lambda match: self.roles[match[0]], folded(text))


def parties_of(
    document: Document,
    library: Library,
    *,
    vendor_names: Iterable[str] = (),
    customer_names: Iterable[str] = (),
) -> Parties:
    """Return who is who in a document.

    Args:
        document: as it was read.
        library: says what drafters of its language call the parties; a name with a ``?`` before it may be either
            side's, so that the document itself has to say whose.
        vendor_names: the vendor's own, from the vendor file.
        customer_names: the customer's.
    """
    names = library.parties
    sentences = [each.text for section in document.sections for block in section.blocks for each in block.sentences]
    roles: dict[str, str] = {}
    doubtful: set[str] = set()
    for role, called in names.items():
        for name in called:
            if name.startswith("?"):
                doubtful.add(folded(name[1:]))
            else:
                roles[folded(name)] = role
    votes = _votes(sentences[:_SENTENCES_READ])
    roles = {name: counts.most_common(1)[0][0] for name, counts in votes.items()} | roles
    text = unaccented(" ".join(sentences))
    others = {name.capitalize(): _other_role(name.capitalize(), text, names) for name in doubtful - roles.keys()}
    capitalised = {name: role for name, role in sorted(others.items()) if role is not None}
    roles |= dict.fromkeys(_brands(sentences, library, roles), PROCESSOR)
    roles |= {folded(name): PROCESSOR if PROCESSOR in names else VENDOR for name in vendor_names if name}
    roles |= {folded(name): CONTROLLER for name in customer_names if name and CONTROLLER in names}
    plain = _replacing(roles, capitalised)
    terms = defined_terms(document, library, plain)
    return _replacing({**terms, **roles}, capitalised)


def _replacing(roles: dict[str, str], capitalised: dict[str, str]) -> Parties:
    longest_first = sorted(roles, key=len, reverse=True)
    pattern = (
        re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if roles else re.compile("$^")
    )
    return Parties(pattern, roles, capitalised)


def _brands(sentences: Sequence[str], library: Library, roles: Mapping[str, str]) -> list[str]:
    """Return the proper names that act as the processor does: most often the subject of duties beside a controller."""
    if library.subject_verbs is None or PROCESSOR not in library.parties:
        return []
    no_names = set(names_of_parties()["no_names"])
    counts: Counter[str] = Counter()
    for sentence in sentences:
        for match in _SUBJECT.finditer(unaccented(sentence)):
            if library.subject_verbs.match(match["verb"]):
                counts[_ARTICLE.sub("", folded(match["name"]))] += 1
    by_role: Counter[str] = Counter()
    for name, count in counts.items():
        if (role := roles.get(name)) is not None:
            by_role[role] += count
    if not by_role[CONTROLLER]:
        return []
    return [
        name
        for name, count in counts.most_common(20)
        if count >= _BRAND_ACTS
        and count > by_role[PROCESSOR]
        and roles.get(name) in {None, CONTROLLER}
        and not any(name == folded(each) for each in library.parties[CONTROLLER])
        and name.split()[-1] not in no_names
    ]


def _votes(sentences: Iterable[str]) -> dict[str, Counter[str]]:
    """Return what the document's own definitions say: folded name -> role -> how often."""
    votes: dict[str, Counter[str]] = {}
    for sentence in sentences:
        text = unaccented(sentence)
        for match in _defining().finditer(text):
            _vote(votes, match["before"], match["role"])
        for match in _IN_QUOTES.finditer(text):
            quoted = _QUOTED.findall(match[1])
            roles = [each for each in quoted if _role().search(each.lower())]
            for name in quoted if roles else ():
                if name not in roles:
                    _vote(votes, name, roles[0])
    kept = sorted(votes, key=lambda name: -votes[name].total())[:_NAMES_KEPT]
    return {name: votes[name] for name in kept}


def _vote(votes: dict[str, Counter[str]], name: str, role: str) -> None:
    name = folded(name).strip(" .,'")
    found = _role().search(role.lower())
    words = name.split()
    no_names = set(names_of_parties()["no_names"])
    if not found or not name or words[-1] in no_names or words[0] in no_names - _ARTICLES or _role().search(name):
        return
    name = _ARTICLE.sub("", name)
    votes.setdefault(name, Counter())[CONTROLLER if found["controller"] else PROCESSOR] += 1


def _other_role(name: str, text: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the role of a name that either side may bear: the one whose usual names the document uses least."""
    if len(re.findall(rf"\b{re.escape(name)}\b", text)) < _OFTEN:
        return None
    lowered = text.lower()
    counts = {
        role: sum(lowered.count(folded(each)) for each in called if not each.startswith("?") and len(each) > _SHORTEST)
        for role, called in names.items()
        if role != SUBPROCESSOR
    }
    return min(counts, key=lambda role: counts[role]) if counts else None


@cache
def _defining() -> re.Pattern[str]:
    """Return what finds "NAME is the processor"."""
    data = names_of_parties()
    between = "|".join(map(re.escape, data["before_role"]))
    verbs = "|".join(map(re.escape, data["acts_as"]))
    roles = "|".join(data["roles"].values())
    return re.compile(
        rf"(?P<before>{_NAME})[\"')]*,? (?:{verbs}) (?:(?:{between}) ){{0,3}}[\"'(]*(?P<role>(?i:{roles}))\b"
    )


@cache
def _role() -> re.Pattern[str]:
    roles = names_of_parties()["roles"]
    return re.compile(rf"(?P<controller>{roles['controller']})|(?P<processor>{roles['processor']})")
