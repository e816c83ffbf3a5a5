"""What the claims about an address come to. Pure: claims, rules, a day and what physics leaves go in.

The rules are dated data (location-weighing). Their `order` says which evidence is asked first; the first that decides
ends it. Nothing here can make a database decide against a claim, or a registration or a name decide at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from vendor_audit.location.dated import dated
from vendor_audit.location.model import Basis, Claim, ClaimKind, Statement, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vendor_audit.location.discs import Possible
    from vendor_audit.location.jurisdictions import Jurisdictions

_NO_PLACE = (ClaimKind.SPECIAL_PURPOSE, ClaimKind.ANYCAST, ClaimKind.CDN)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the weighing, as the dated data have them."""

    id: str
    order: tuple[str, ...]
    """Names of the steps."""
    operator_days: int
    """Days after which an operator's data are too old to decide; 0: never."""
    database_days: int
    agreeing: int
    """Databases of different publishers that must agree to count as more than one."""
    enough_alone: frozenset[int]
    """IP versions for which one database is enough to be consistent with a claim."""
    refuting: frozenset[str]
    """The evidence that may refute a claim."""


@cache
def shipped_rules() -> Rules:
    """Return the rules of the dated data."""
    data = dated("location-weighing")
    alone = {version for version in (4, 6) if data.at(f"databases.enough_alone_ipv{version}")}
    return Rules(
        data.id,
        tuple(data.at("order")),
        data.at("stale_days.operator"),
        data.at("stale_days.database"),
        data.at("databases.agreeing"),
        frozenset(alone),
        frozenset(data.at("refuting")),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that is weighed."""

    claims: tuple[Claim, ...]
    version: int
    """Of IP: 4 or 6."""
    on: date
    """The day of the audit: data are old or fresh by it."""
    where: Jurisdictions
    claimed: frozenset[str] | None = None
    """Countries in which the address is claimed to be, ISO 3166-1 alpha-2. None: nothing is claimed."""
    possible: Possible | None = None
    """What the round-trip time leaves at the speed of light in vacuum. None: none was measured."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    word: Word
    basis: Basis
    country: str | None
    reasons: tuple[str, ...]


def weigh(question: Question, rules: Rules | None = None) -> Statement:
    """Return the statement that the claims come to."""
    rules = rules or shipped_rules()
    asides: list[str] = []
    outcome = None
    for name in rules.order:
        outcome = _STEPS[name](question, rules, asides)
        if outcome is not None:
            break
    proof = _proof(question)
    if outcome is None:
        outcome = _undetermined("no source says where it is" if not asides else "")
    if proof is Word.PROVEN_EEA_OR_ADEQUATE and _may_be_proven(question, rules, outcome):
        outcome = _Outcome(proof, Basis.ROUND_TRIP_TIME, _only(question), (_proof_text(question),))
    reasons = tuple(dict.fromkeys(each for each in (*outcome.reasons, *asides) if each))
    possible = question.possible
    return Statement(
        outcome.word,
        outcome.basis,
        outcome.country,
        reasons,
        question.claims,
        () if outcome.country else _suggested(question.claims),
        tuple(sorted(possible.countries)) if possible is not None and not possible.contradiction else None,
    )


def _special_purpose(question: Question, _rules: Rules, _asides: list[str]) -> _Outcome | None:
    found = _of(question.claims, ClaimKind.SPECIAL_PURPOSE)
    return _undetermined(found[0].text) if found else None


def _edge(question: Question, _rules: Rules, _asides: list[str]) -> _Outcome | None:
    found = _of(question.claims, ClaimKind.ANYCAST, ClaimKind.CDN)
    if found:
        return _undetermined(found[0].text)
    if question.possible is not None and question.possible.contradiction:
        return _undetermined(
            "the round-trip times from the vantages fit no one place: several machines answer (anycast), or a vantage "
            "is not where it is said to be"
        )
    return None


def _round_trip_time(question: Question, rules: Rules, asides: list[str]) -> _Outcome | None:
    possible = question.possible
    if possible is None:
        return None
    claimed = question.claimed
    if claimed is not None and not any(possible.may_be(each) for each in claimed):
        text = (
            f"light cannot have come from where it is claimed to be: only {_listed(possible.countries)} is near enough"
        )
        if "round_trip_time" in rules.refuting:
            return _Outcome(Word.REFUTED, Basis.ROUND_TRIP_TIME, _only(question), (text,))
        return _undetermined(text)
    impossible = sorted({each for each in _declared(question, rules, []) if not possible.may_be(each)})
    if impossible:
        return _undetermined(
            f"the operator declares {_listed(impossible)}, which the round-trip time excludes: another machine "
            "answered, or the vantage is not where it is said to be"
        )
    if _proof(question) is Word.PROVEN_EEA:
        return _Outcome(Word.PROVEN_EEA, Basis.ROUND_TRIP_TIME, _only(question), (_proof_text(question),))
    asides.append(f"the round-trip time leaves {_listed(possible.countries)}")
    return None


def _operator(question: Question, rules: Rules, asides: list[str]) -> _Outcome | None:
    declared = _declared(question, rules, asides)
    if not declared:
        return None
    if len(declared) > 1:
        return _undetermined(f"operators declare different countries: {_listed(declared)}")
    ((country, text),) = declared.items()
    others = {each.country for each in _of(question.claims, ClaimKind.DATABASE) if each.country} - {country}
    if others:
        asides.append(f"databases say {_listed(others)}; the operator's own declaration weighs more")
    if question.claimed is not None and country not in question.claimed:
        if "operator" in rules.refuting:
            return _Outcome(Word.REFUTED, Basis.OPERATOR, country, (f"{text}, which is not where it is claimed to be",))
        return _undetermined(f"{text}, which is not where it is claimed to be")
    return _Outcome(Word.DECLARED, Basis.OPERATOR, country, (text,))


def _databases(question: Question, rules: Rules, asides: list[str]) -> _Outcome | None:
    found = _of(question.claims, ClaimKind.DATABASE)
    trouble = {each: _trouble(each, question.on, rules.database_days) for each in found}
    fresh = [each for each in found if not trouble[each]]
    asides += [f"{each.source} says {each.country}, {said}" for each, said in trouble.items() if said]
    if not fresh:
        return None
    countries = {each.country for each in fresh if each.country}
    said = "; ".join(dict.fromkeys(each.text for each in fresh))
    if len(countries) > 1:
        return _undetermined(f"databases disagree: {said}")
    (country,) = countries
    possible = question.possible
    if possible is not None and not possible.may_be(country):
        return _undetermined(f"{said}, which the round-trip time excludes")
    # Files of unknown publishers count as one: they may be copies of each other.
    publishers = {each.publisher for each in fresh}
    if len(publishers) < rules.agreeing and question.version not in rules.enough_alone:
        return _undetermined(f"{said}; one database is not enough for an IPv{question.version} address")
    if question.claimed is not None and country not in question.claimed:
        return _undetermined(
            f"{said}, which is not where it is claimed to be; a database alone neither proves nor refutes"
        )
    basis = Basis.DATABASES if len(publishers) >= rules.agreeing else Basis.ONE_DATABASE
    aside = "databases are right for 70 to 74 % of colocated servers: consistent is not proven"
    return _Outcome(Word.CONSISTENT, basis, country, (said, aside))


_STEPS: dict[str, Callable[[Question, Rules, list[str]], _Outcome | None]] = {
    "special_purpose": _special_purpose,
    "edge": _edge,
    "round_trip_time": _round_trip_time,
    "operator": _operator,
    "databases": _databases,
}


def _declared(question: Question, rules: Rules, asides: list[str]) -> dict[str, str]:
    """Return country -> sentence of what operators declare and is fresh; why the rest does not count is an aside."""
    declared: dict[str, str] = {}
    for each in _of(question.claims, ClaimKind.OPERATOR_DECLARED):
        if each.country is None:
            asides.append(f"{each.text}: no country")
        elif trouble := _trouble(each, question.on, rules.operator_days):
            asides.append(f"{each.text}, {trouble}; 'vendor-audit data update' fetches what is current")
        else:
            declared.setdefault(each.country, each.text)
    return declared


def _proof(question: Question) -> Word | None:
    """Return what physics alone proves; None: nothing."""
    possible = question.possible
    if possible is None or possible.contradiction or possible.speed != "vacuum" or not possible.countries:
        return None
    if possible.countries <= question.where.eea:
        return Word.PROVEN_EEA
    return Word.PROVEN_EEA_OR_ADEQUATE if possible.countries <= question.where.eea_or_adequate else None


def _may_be_proven(question: Question, rules: Rules, outcome: _Outcome) -> bool:
    """Return whether "EEA or adequate", which physics proves, says more than what the other evidence came to.

    The operator's word for a country of the EEA says more, a refuted claim stays refuted, and no proof stands against
    a declaration that it excludes or against an address that is in many places.
    """
    if outcome.word is Word.REFUTED or _of(
        question.claims, ClaimKind.SPECIAL_PURPOSE, ClaimKind.ANYCAST, ClaimKind.CDN
    ):
        return False
    declared = _declared(question, rules, [])
    if any(question.possible is not None and not question.possible.may_be(each) for each in declared):
        return False
    return not (outcome.word is Word.DECLARED and outcome.country in question.where.eea)


def _proof_text(question: Question) -> str:
    countries = question.possible.countries if question.possible else ()
    return f"no place outside of {_listed(countries)} is near enough for light to have come from there in that time"


def _only(question: Question) -> str | None:
    countries = question.possible.countries if question.possible else frozenset[str]()
    return next(iter(countries)) if len(countries) == 1 else None


def _undetermined(reason: str) -> _Outcome:
    return _Outcome(Word.UNDETERMINED, Basis.NONE, None, (reason,))


def _trouble(claim: Claim, on: date, days: int) -> str:
    """Return why a claim cannot decide by its day; empty: it can."""
    if days == 0:
        return ""
    if claim.as_of is None:
        return "as of an unknown day: it cannot decide"
    if claim.as_of > on + timedelta(days=1):  # one day, for time zones
        return f"as of {claim.as_of}, a day to come: it cannot decide"
    return f"as of {claim.as_of}: too old to decide" if (on - claim.as_of).days > days else ""


def _of(claims: Sequence[Claim], *kinds: ClaimKind) -> list[Claim]:
    return [each for each in claims if each.kind in kinds]


def _suggested(claims: Iterable[Claim]) -> tuple[str, ...]:
    kinds = {ClaimKind.OPERATOR_DECLARED, ClaimKind.DATABASE, ClaimKind.NAME}
    return tuple(sorted({each.country for each in claims if each.country and each.kind in kinds}))


_MOST_LISTED = 12


def _listed(countries: Iterable[str]) -> str:
    codes = sorted(countries)
    if len(codes) > _MOST_LISTED:
        return f"{', '.join(codes[:_MOST_LISTED])} and {len(codes) - _MOST_LISTED} more countries"
    return " or ".join((", ".join(codes[:-1]), codes[-1])) if len(codes) > 1 else "".join(codes) or "no country"
