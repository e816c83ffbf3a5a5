"""The first reading of what a document has to state: subject matter, duration, kinds of data, kinds of people.

Such points stand in annexes more often than in sentences: under a heading, in a table row, after "Label:". What stands
there is the content; an empty one, a blank to fill in, a reference to a paper that is not there, or words that name
nothing do not state the point.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.annexes import BLANKS
from vendor_audit.documents.clauses.elements import read_duty
from vendor_audit.documents.clauses.labelled import Content, Finder
from vendor_audit.documents.clauses.model import Found, Status

if TYPE_CHECKING:
    from vendor_audit.documents.clauses.elements import Text
    from vendor_audit.documents.clauses.model import Requirement
    from vendor_audit.documents.clauses.parties import Parties
    from vendor_audit.documents.model import Document

_ORDER = (Status.PRESENT, Status.PARTIAL, Status.ABSENT)
_COMPARED = 1_000
"""Characters of content that are compared with wordings."""


def read_description(requirement: Requirement, document: Document, text: Text, parties: Parties) -> Found:
    """Return whether a document states a point. The status is never ``unclear``."""
    contents = Finder(requirement, text.library, parties).find(document)
    found = [_judge(each, requirement, text) for each in contents]
    running = read_duty(requirement, text)
    if running.quote and running.status is not Status.ABSENT:
        said = _judge(Content(parties.canonical(running.quote.text), running.quote), requirement, text)
        found.append(said if said.status is Status.PARTIAL else running)
    if not found:
        return Found(Status.ABSENT)
    return min(found, key=lambda each: (_ORDER.index(each.status), -each.likeness))


def _judge(content: Content, requirement: Requirement, text: Text) -> Found:
    """Return what content under a label is worth."""
    library = text.library
    words = BLANKS.sub(" ", content.text)
    blank = words != content.text or library.placeholder.found(content.text)
    vocabulary = requirement.vocabulary
    is_named = vocabulary is not None and vocabulary.count(words, requirement.fewest) >= requirement.fewest
    status, note = Status.PRESENT, ""
    if not re.search(r"\w{2}", content.text):
        status, note = Status.ABSENT, "a heading without content"
    elif blank and not is_named:
        status, note = Status.PARTIAL, "a blank is not filled in"
    elif library.elsewhere.found(words) and not is_named:
        status, note = Status.PARTIAL, "left to another paper or annex that does not say it"
    elif vocabulary and not is_named:
        open_list = library.open_list.found(words)
        status, note = Status.PARTIAL, "open: it names nothing" if open_list else "it names nothing in particular"
    labelled = f"{content.label} {words}".strip()
    for void in requirement.voids:
        if void.pattern.found(labelled):
            return Found(Status.ABSENT, content.quote, {}, {void.name: content.quote}, void.title)
    likeness = text.wordings.likeness(labelled[:_COMPARED]).get(requirement.id, 0.0)
    return Found(status, content.quote, {"content": content.quote}, {}, note, likeness=likeness)
