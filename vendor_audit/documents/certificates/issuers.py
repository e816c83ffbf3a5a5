"""Who certifies whom: the certification body and the holder, from sentences, labels and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.certificates.labels import pieces_of
from vendor_audit.documents.certificates.patterns import as_written, says
from vendor_audit.documents.certificates.standards import standards_in
from vendor_audit.documents.subprocessors.cells import split_name
from vendor_audit.documents.values.companies import Likeness, find_form, has_legal_form, names_match
from vendor_audit.documents.values.places import read_places
from vendor_audit.documents.values.words import CELL, cut, keys_of, vocabulary, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.fields import Fields
    from vendor_audit.documents.certificates.lines import Line

_LONGEST = 120
_MOST_ADDRESS = 3
"""Lines of an address below a name."""
_MOST_ABOVE = 5
_TOP = 60
"""Lines in which a certificate names who it is about."""
_NO_BODY = re2.compile(
    r"(?i)^\W*(?:this|we|hereby|it|the undersigned|wir|hiermit|dieses|nous|ce|la présente|"
    r"wij|hierbij|dit|herewith|which|that)\b"
)
_STANDS_ALONE = re2.compile(r"(?i)^\W*(?:herewith|hereby|hiermit|hierbij)\W*$")


@dataclass(frozen=True, slots=True)
class Named:
    """A company with the line that names it, and its address if it stands below."""

    name: str
    line: Line
    address: str = ""


def holder_of(lines: Sequence[Line], fields: Fields, body: Named | None) -> Named | None:
    """Return whose certificate it is; None: nothing says so.

    Args:
        lines: of the certificate.
        fields: what its labels say.
        body: the certification body; if it is known, the only other company on the paper is the holder.
    """
    labelled = fields.first("holder")
    if labelled:
        name, beside = split_name(labelled.text, may_have_address=True)
        if _is_company(name):
            return Named(cut(_bare(name), _LONGEST), labelled.line, cut(beside) or _below(lines, labelled.line))
    for index, line in enumerate(lines):
        found = _in_sentence(lines, index)
        if found:
            return found
        if says(line, "holder_above"):
            above = [each for each in lines[max(0, index - _MOST_ABOVE) : index] if _is_only_company(each.text)]
            if above:
                return Named(cut(above[-1].text, _LONGEST), above[-1], _below(lines, above[-1]))
    return _only_other(lines, body) if body else None


def _in_sentence(lines: Sequence[Line], index: int) -> Named | None:
    """Return the holder that a sentence names: in the line, or in the one below where the sentence goes on there."""
    line = lines[index]
    for each in as_written("holder_sentences"):
        match = each.search(line.text)
        if not match:
            continue
        said = (match[1] or "").strip()
        if not said:
            return _next_name(lines, index)
        name, beside = split_name(_without_rest(said), may_have_address=True)
        if _is_company(name):
            return Named(cut(_bare(name), _LONGEST), line, cut(beside))
    return None


def _only_other(lines: Sequence[Line], body: Named) -> Named | None:
    """Return the only company, besides the certification body, that has a line to itself."""
    found: dict[tuple[str, ...], Line] = {}
    for line in lines[:_TOP]:
        if _is_only_company(line.text) and names_match(line.text, body.name) is Likeness.DIFFERENT:
            found.setdefault(keys_of(line.text), line)
    if len(found) != 1:
        return None
    line = next(iter(found.values()))
    return Named(cut(line.text, _LONGEST), line, _below(lines, line))


def _is_only_company(text: str) -> bool:
    form = find_form(text)
    return form is not None and has_legal_form(text) and len(text) <= _LONGEST and not words_of(text[form.end :])


def _next_name(lines: Sequence[Line], index: int) -> Named | None:
    """Take the name from the lines below a sentence that ends with "the management system of"."""
    for line in lines[index + 1 : index + 4]:
        if _STANDS_ALONE.search(line.text) or not words_of(line.text):
            continue
        name, beside = split_name(_without_rest(line.text), may_have_address=True)
        if not _is_company(name):
            return None
        return Named(cut(_bare(name), _LONGEST), line, cut(beside) or _below(lines, line))
    return None


def _below(lines: Sequence[Line], line: Line) -> str:
    """Return the address in the lines below a name: they have digits, no label and no standard."""
    start = next((index for index, each in enumerate(lines) if each is line), len(lines))
    found: list[str] = []
    for each in lines[start + 1 : start + 1 + _MOST_ADDRESS]:
        has_digit = any(letter.isdigit() for letter in each.text)
        is_address = len(each.text) <= _LONGEST and (has_digit or (bool(found) and read_places(each.text).is_pure))
        if (
            each.is_heading
            or not is_address
            or any(piece.fields for piece in pieces_of(each.text))
            or standards_in([each])
        ):
            break
        found.append(each.text)
    return cut(", ".join(found))


def _without_rest(text: str) -> str:
    """Cut a sentence behind the name, or behind the address that follows it."""
    kept = text[:CELL]
    form = find_form(kept)
    end = form.end if form and form.start else 0
    name, behind = kept[:end], kept[end:]
    for each in as_written("after_holder"):
        behind = each.sub("", behind, 1)
    if name and not (behind[:1] in {",", ";"} and any(each.isdigit() for each in behind)):
        return name
    return (name + behind).strip(' ,;:\u201c\u201d"') if name else behind.strip(' ,;:.\u201c\u201d"')


def _bare(name: str) -> str:
    return name.strip(' ,;:.\u201c\u201d\u201e"') + (
        "." if name.rstrip().endswith(".") and has_legal_form(name) else ""
    )


def _is_company(name: str) -> bool:
    words = words_of(name[:CELL])
    return bool(words) and len(name) <= _LONGEST and not says_label(name) and not name[:1].islower()


def says_label(text: str) -> bool:
    """Return whether a text is a label and nothing else."""
    pieces = pieces_of(text)
    return len(pieces) == 1 and bool(pieces[0].fields) and not pieces[0].value


def body_of(lines: Sequence[Line], fields: Fields) -> Named | None:
    """Return the certification body: from its sentence, its label, what stands beside it, or our list of names."""
    for line in lines:
        for each in as_written("body_sentences"):
            match = each.search(line.text)
            name = match[1].strip() if match else ""
            if match and name and not _NO_BODY.search(name) and not name[:1].islower() and words_of(name):
                return Named(_body_name(name), line)
    labelled = fields.first("certification_body")
    if labelled:
        name, _ = split_name(labelled.text, may_have_address=True)
        return Named(_body_name(name), labelled.line)
    for before, line in pairwise(lines):
        if says(line, "body_beside") and len(before.text) <= _LONGEST and has_legal_form(before.text):
            return Named(_body_name(before.text), before)
    for line in lines:
        known = _known_bodies().search(line.text)
        if known:
            form = find_form(line.text)
            whole = line.text if form and len(line.text) <= _LONGEST and line.text.startswith(known[1]) else known[1]
            return Named(_body_name(whole[: form.end] if form and whole is line.text else whole), line)
    return None


def _body_name(name: str) -> str:
    form = find_form(name)
    kept = name[: form.end] if form and form.start else name
    return cut(kept.strip(" ,;:"), _LONGEST)


@cache
def _known_bodies() -> re2._Regexp:
    names = sorted(vocabulary("certificates")["certification_bodies"], key=len, reverse=True)
    return re2.compile(rf"(?:^|\W)({'|'.join(re2.escape(each) for each in names)})(?:$|\W)")
