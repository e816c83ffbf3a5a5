"""Names of companies: the legal form that makes a name an entity's, the name without it, and whether two are one.

A brand ("Stripe") is nobody's legal name; "Stripe Payments Europe, Limited" is. The forms and the words of groups stand
in ``checklists/documents/companies.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.values.words import CELL, DASHES, cut, folded, keys_of, vocabulary

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_IN_CAPITALS = 3
"""Letters of a form up to which it counts only as written: "AS" is one, "as" is a word."""
_AND = frozenset({"and", "und", "et", "en", "y"})
_BRACKETS = re2.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ALIAS = re2.compile(r"(?i)\b(?:d/?b/?a|a/?k/?a|formerly|vormals|trading as|anciennement|voorheen)\b.*$")


class Likeness(StrEnum):
    """How alike two names of companies are."""

    SAME = "same"
    SIMILAR = "similar"
    """One group, as it seems: they share the name that tells them apart, or only their legal forms differ."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form found in a name."""

    name: str
    """In its first spelling of the list: ``Ltd.`` for "Limited"."""
    start: int
    end: int


def find_form(name: str) -> LegalForm | None:
    """Return the legal form of a name; None: it has none, so that it may be only a brand."""
    return next(_forms_in(name[:CELL]), None)


def has_legal_form(name: str) -> bool:
    """Return whether a name has a legal form behind or before at least one word of its own."""
    form = find_form(name)
    return form is not None and bool(keys_of(name[: form.start] + name[form.end : CELL]))


def names_several(text: str) -> bool:
    """Return whether a text, of which the first 500 characters are read, has the legal forms of two companies."""
    return len(list(_forms_in(text[:CELL]))) > 1


def names_match(one: str, other: str) -> Likeness:
    """Return how alike two names are, whatever their punctuation, and however their legal forms are spelt."""
    left, right = _Name.of(one), _Name.of(other)
    if not left.words or not right.words:
        return Likeness.DIFFERENT
    if left.words == right.words:
        differs = left.form and right.form and left.form != right.form
        return Likeness.SIMILAR if differs else Likeness.SAME
    data = vocabulary("companies")
    group = {folded(each) for each in data["group_words"]}
    common = {folded(each) for each in data["common_words"]}
    kept_left = [each for each in left.words if each not in group] or list(left.words)
    kept_right = [each for each in right.words if each not in group] or list(right.words)
    if kept_left == kept_right:
        return Likeness.SIMILAR
    shared = set(kept_left) & set(kept_right) - common
    is_part = set(kept_left) <= set(kept_right) or set(kept_right) <= set(kept_left)
    is_first = kept_left[0] == kept_right[0] and kept_left[0] in shared
    return Likeness.SIMILAR if is_first or (is_part and shared) else Likeness.DIFFERENT


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    """Without legal forms, brackets and aliases."""
    form: str

    @classmethod
    def of(cls, name: str) -> _Name:
        plain = _ALIAS.sub("", _BRACKETS.sub(" ", cut(name)))
        first = ""
        # A name may end with two forms ("Holding B.V. & Co. KG"): each search takes one away.
        for _ in range(3):
            form = find_form(plain)
            if form is None or not keys_of(plain[: form.start] + plain[form.end :]):
                break
            first = first or form.name
            plain = f"{plain[: form.start]} {plain[form.end :]}"
        words = (each for each in keys_of(plain) if each not in _AND)
        return cls(tuple(_without_umlauts(each) for each in words), first)


def _forms_in(name: str) -> Iterator[LegalForm]:
    spelt, pattern = _spellings()
    behind = 0
    while match := pattern.search(name, behind):
        written = match[1]
        name_of_form = spelt.get(_bare(written)) or spelt[_bare(written).lower()]
        yield LegalForm(name_of_form, match.start(1), match.end(1))
        behind = match.end(1)


@cache
def _spellings() -> tuple[dict[str, str], re.Pattern[str]]:
    """Return bare spelling -> form, and the pattern of them all, longest first."""
    forms = [(each, alike[0]) for alike in vocabulary("companies")["legal_forms"] for each in alike]
    spelt: dict[str, str] = {}
    for bare, form in [(_bare(each), form) for each, form in forms] + [
        (_bare(each).lower(), form) for each, form in forms
    ]:
        spelt.setdefault(bare, form)  # as written before in lower case: "AS" is not "a.s."
    written = {each for each, _ in forms}
    alternatives = "|".join(_alternative(each) for each in sorted(written, key=lambda each: (-len(_bare(each)), each)))
    return spelt, re2.compile(rf"(?:^|[\s,(/.])({alternatives})(?:$|[\s,;:.)(/|{DASHES}])")


def _alternative(form: str) -> str:
    r"""Return the pattern of a form: ``GmbH`` in any case, ``B\.?V\.?`` in capitals, ``a\.s`` with its dots."""
    letters = sum(each.isalpha() for each in form)
    is_word = letters > _IN_CAPITALS or form.rstrip(".").istitle()
    dot = r"\." if form.islower() and letters <= _IN_CAPITALS else r"\.?"
    pieces = {".": dot, ",": ",?", " ": r"\s?"}
    whole = "".join(pieces.get(each) or re2.escape(each) for each in form.removesuffix("."))
    whole += r"\.?" if form[-1].isalpha() or form.endswith(".") else ""
    return f"(?i:{whole})" if is_word else whole


def _bare(form: str) -> str:
    kept = "".join(each for each in form if each.isalnum() or each == "/")
    return folded(kept) if len(kept) > _IN_CAPITALS else kept


def _without_umlauts(word: str) -> str:
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
