"""Which diagnostics a schema's refusal comes to: one for each mistake that a person made, at the place to mend."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from vendor_audit.source.sentences import SENTENCES, wrong_type
from vendor_audit.source.words import did_you_mean, nearest, one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.refusal import Refusal
    from vendor_audit.source.strict_yaml import SourceDocument

_LOOKED_AT = 100
"""Unknown keys of one mapping that are held against the missing ones."""


def explain(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    """Yield the diagnostics that a refusal comes to; none where another refusal tells the same mistake."""
    path = refusal.path
    if refusal.of_key and isinstance(refusal.instance, str):
        yield _bad_key(refusal, document)
    elif refusal.keyword in _SEVERAL:
        yield from _SEVERAL[refusal.keyword](refusal, document)
    elif refusal.keyword in SENTENCES:
        yield document.diagnostic(path, SENTENCES[refusal.keyword](refusal, document))
    elif not refusal.keyword:  # the schema is just `false`; jsonschema gives the place of what holds the value
        yield document.diagnostic(path, f"{quoted(refusal.instance)} is not allowed here", at_key=True)
    else:
        yield document.diagnostic(path, refusal.own_message or refusal.message)


def _bad_key(refusal: Refusal, document: SourceDocument) -> Diagnostic:
    sentence = SENTENCES.get(refusal.keyword)
    path = (*refusal.path, refusal.instance)
    message = sentence(refusal, document) if sentence else f"the key {quoted(refusal.instance)} may not be called so"
    return document.diagnostic(path, message, at_key=True)


def _unknown_keys(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    known = list(refusal.schema.get("properties", {}))
    free = [each for each in known if each not in refusal.instance]
    for key in refusal.instance:
        if key in known:
            continue
        hint = did_you_mean(key, free) or did_you_mean(key, known)
        if not hint and known:
            hint = f"; known here: {', '.join(known)}"
        yield document.diagnostic((*refusal.path, key), f"unknown key {quoted(key)}{hint}", at_key=True)


def _missing_keys(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    known = refusal.schema.get("properties", {})
    free = [each for each in known if each not in refusal.instance]
    # A misspelt key is one mistake, not two: the sentence about the unknown key names the right one.
    unknown = islice((key for key in refusal.instance if known and key not in known), _LOOKED_AT)
    misspelt = {nearest(key, free) for key in unknown}
    missing = [key for key in refusal.value if key not in refusal.instance and key not in misspelt]
    # jsonschema refuses once for each missing key; the first refusal tells of all of them.
    if not missing or refusal.message != f"{missing[0]!r} is a required property":
        return
    if len(missing) > 1:
        message = f"these keys are missing: {', '.join(missing)}"
    else:
        schema = known.get(missing[0])
        description = str(schema.get("description", "")) if isinstance(schema, dict) else ""
        message = f"the key '{missing[0]}' is missing" + (f": {description.split('. ')[0]}" if description else "")
    yield document.diagnostic(refusal.path, message.rstrip("."), at_key=True)


def _branches(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    """Tell `oneOf` and `anyOf` for the branch that was probably meant."""
    path = refusal.path
    if refusal.own_message:
        yield document.diagnostic(path, refusal.own_message)
        return
    if all(isinstance(branch, dict) and set(branch) == {"required"} for branch in refusal.value):
        yield from _alternatives(refusal, document)
        return
    if not refusal.context:
        yield document.diagnostic(path, "this can be understood in two ways, and only one may be meant")
        return
    branches: dict[int, list[Refusal]] = {}
    for each in refusal.context:
        branches.setdefault(each.branch, []).append(each)
    fitting = [branch for branch in branches.values() if not any(each.wrong_type_at(path) for each in branch)]
    if not fitting:
        types = dict.fromkeys(name for each in refusal.context if each.path == path for name in each.types)
        yield document.diagnostic(path, wrong_type(list(types), refusal.instance, document.written(path)))
        return
    # The branch whose mistakes lie deepest is the one that fits furthest; among equals the one with the fewest.
    best = min(fitting, key=lambda branch: (-max(len(each.path) for each in branch), len(branch)))
    for each in best:
        yield from explain(each, document)


def _alternatives(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    """Tell a choice between keys: none of them is there, or more than one."""
    keys = [key for branch in refusal.value for key in branch["required"]]
    present = [key for key in refusal.instance if key in keys]
    for key in present[1:]:
        message = f"'{key}' cannot stand beside '{present[0]}': only one of {one_of(keys)} may"
        yield document.diagnostic((*refusal.path, key), message, at_key=True)
    if not present and not any(nearest(key, keys) for key in refusal.instance):
        message = f"one of these keys is missing: {one_of(keys)}"
        yield document.diagnostic(refusal.path, message, at_key=True)


def _not(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    branches = refusal.value.get("anyOf", [refusal.value]) if isinstance(refusal.value, dict) else []
    keys = [key for branch in branches for key in branch.get("required", ())]
    present = [key for key in dict.fromkeys(keys) if isinstance(refusal.instance, dict) and key in refusal.instance]
    for key in present if not refusal.own_message else ():
        yield document.diagnostic((*refusal.path, key), f"the key '{key}' is not allowed here", at_key=True)
    if refusal.own_message or not present:
        message = refusal.own_message or f"{quoted(refusal.instance)} is not allowed here"
        yield document.diagnostic(refusal.path, message)


def _dependent(refusal: Refusal, document: SourceDocument) -> Iterator[Diagnostic]:
    for key, needed in refusal.value.items():
        for each in needed if key in refusal.instance else ():
            if each not in refusal.instance:
                message = f"'{key}' needs the key '{each}' beside it"
                yield document.diagnostic((*refusal.path, key), message, at_key=True)


_SEVERAL: dict[str, Callable[[Refusal, SourceDocument], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "oneOf": _branches,
    "anyOf": _branches,
    "not": _not,
    "dependentRequired": _dependent,
}
"""Keyword of JSON Schema -> what tells the mistakes, however many, behind its refusal."""
