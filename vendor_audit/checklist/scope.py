"""What a check is judged in: facts, why others are missing, the vendor file, the target, the day.

Looking a fact up is where unknown is born, so its rules stand here together:

- a key that is missing, or null, is unknown; so is everything below it;
- a single value that is also named in ``unknown`` is unknown: the probe does not vouch for it;
- a list that is named in ``unknown``, or stands in a group that is, is incomplete: what is in it is so, what is not in
  it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_audit.checklist.data import DatedData
    from vendor_audit.observation import Json, Target


@dataclass(frozen=True, slots=True)
class Scope:
    """What a check is judged in. Nothing of it is changed or copied."""

    facts: Mapping[str, Json]
    """Of one observation; or, for a check that judges several probes, probe -> list of facts with a key ``target``."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Dotted path of a fact -> why it is not known, or not completely: ``versions.accepted``, ``cookies[2].secure``,
    ``tls[0]``; the empty path stands for all facts."""
    vendor: Mapping[str, Json] = field(default_factory=dict)
    """The vendor file."""
    target: Target | None = None
    """None: no single target is judged."""
    data: DatedData | None = None
    """For dated data in ``says``; expressions were compiled with theirs."""
    audit_date: str = ""
    """The day of the audit, YYYY-MM-DD."""


class _Missing:
    """The one value that no fact can have."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


FACT, VENDOR, TARGET = "fact", "vendor", "target"
"""Where a value comes from."""


class Frame(NamedTuple):
    """Where paths start: the facts, the vendor file, or an element of a list in one of them."""

    root: Json
    origin: str = FACT
    prefix: str = ""
    """What stands in front of a path from here: ``cookies[2].``."""
    trail: tuple[tuple[str, Json], ...] = ()
    """The elements that it lies in, outermost first, each with its path: ``("cookies[2]", {...})``."""


class Found(NamedTuple):
    """What was looked up."""

    value: Json
    """`MISSING`: there is none."""
    reason: str = ""
    """Why it is missing; of a list that is there: why it is incomplete. Empty: nothing was said about it."""
    is_incomplete: bool = False
    """Whether it is a list of which more may exist."""


def look_up(frame: Frame, keys: Sequence[str], path: str, unknown: Mapping[str, str]) -> Found:
    """Return the value of a path.

    Args:
        frame: where the path starts.
        keys: the path.
        path: the same from the very beginning, as `unknown` writes it.
        unknown: why facts are not known; empty for the vendor file.
    """
    value = frame.root
    for key in keys:
        if not isinstance(value, dict):
            return Found(MISSING, reason_for(path, unknown))
        value = value.get(key, MISSING)
        if value is MISSING or value is None:
            return Found(MISSING, reason_for(path, unknown))
    if not unknown:
        return Found(value)
    if not isinstance(value, list):
        return Found(MISSING, unknown[path]) if path in unknown else Found(value)
    inside = frame.prefix[:-1]
    for place in (path, *_groups(inside, keys)):
        if place in unknown:
            return Found(value, unknown[place], is_incomplete=True)
    return Found(value)


def reason_for(path: str, unknown: Mapping[str, str]) -> str:
    """Return why a path is not known: what is said about it or, failing that, about what it stands in.

    That a list is incomplete is no reason for what is missing in one of its elements.
    """
    place = path
    is_list = False
    while place:
        if place in unknown and not is_list:
            return unknown[place]
        cut = max(place.rfind("."), place.rfind("["))
        if cut < 0:
            break
        is_list = place[cut] == "["
        place = place[:cut]
    return unknown.get("", "")


def _groups(inside: str, keys: Sequence[str]) -> list[str]:
    """Return the paths of the groups that a fact stands in, down from the element, or the root, that holds them."""
    groups = [inside]
    for key in keys[:-1]:
        groups.append(f"{groups[-1]}.{key}" if groups[-1] else key)
    return groups
