from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.location.jurisdictions import jurisdictions
from vendor_audit.location.model import Basis, Claim, ClaimKind, Statement, Word
from vendor_audit.location.weighing import Question, shipped_rules, weigh

TODAY = date(2026, 11, 24)
WHERE = jurisdictions(TODAY)
EEA = WHERE.eea
COUNTRIES = ("DE", "FR", "NO", "CH", "GB", "US", "TR", "RS")


@dataclass(frozen=True)
class Left:
    """What a round-trip time leaves, as `discs.Possible` says it."""

    countries: frozenset[str]
    contradiction: bool = False
    speed: str = "vacuum"

    def may_be(self, code: str) -> bool:
        return code in self.countries


def declared(country: str | None, source: str = "aws", days: int = 1) -> Claim:
    text = f"{source} declares region x, which is in {country}"
    return Claim(source, ClaimKind.OPERATOR_DECLARED, text, country, checked=TODAY - timedelta(days))


def database(country: str, publisher: str = "DB-IP", days: int = 30) -> Claim:
    text = f"{publisher} says {country}"
    edition = TODAY - timedelta(days)
    return Claim(publisher.lower(), ClaimKind.DATABASE, text, country, edition=edition, publisher=publisher)


def edge(kind: ClaimKind = ClaimKind.ANYCAST) -> Claim:
    return Claim("cloudflare", kind, "announced from many places")


def weighed(*claims: Claim, version: int = 4, claimed: Any = None, left: Any = None) -> Statement:
    countries = frozenset(claimed) if claimed is not None else None
    possible: Any = left if isinstance(left, Left) or left is None else Left(frozenset(left))
    return weigh(Question(claims, version, TODAY, WHERE, countries, possible))


def short(statement: Statement) -> tuple[str, str, str | None]:
    return (statement.word.value, statement.basis.value, statement.country)


@pytest.mark.parametrize(
    ("claims", "options", "expected"),
    [
        ((), {}, ("undetermined", "none", None)),
        ((declared("DE"),), {}, ("declared", "operator", "DE")),
        ((declared("DE"), database("US")), {}, ("declared", "operator", "DE")),
        ((declared("DE"), declared("US", "feed")), {}, ("undetermined", "none", None)),
        ((declared("DE", days=91),), {}, ("undetermined", "none", None)),
        ((declared(None), database("DE")), {}, ("consistent", "one_database", "DE")),
        ((declared("US"),), {"claimed": EEA}, ("refuted", "operator", "US")),
        ((declared("DE"),), {"claimed": EEA}, ("declared", "operator", "DE")),
        ((declared("DE"),), {"claimed": {"FR"}}, ("refuted", "operator", "DE")),
        ((declared("DE", days=91), database("US")), {"claimed": EEA}, ("undetermined", "none", None)),
        ((database("DE"),), {}, ("consistent", "one_database", "DE")),
        ((database("DE"),), {"version": 6}, ("undetermined", "none", None)),
        ((database("DE"), database("DE", "MaxMind")), {}, ("consistent", "databases", "DE")),
        ((database("DE"), database("DE", "MaxMind")), {"version": 6}, ("consistent", "databases", "DE")),
        ((database("DE"), database("DE", "DB-IP")), {"version": 6}, ("undetermined", "none", None)),
        ((database("DE"), database("US", "MaxMind")), {}, ("undetermined", "none", None)),
        ((database("DE", days=181),), {}, ("undetermined", "none", None)),
        ((database("DE", days=-5),), {}, ("undetermined", "none", None)),
        ((declared("DE", days=-5),), {}, ("undetermined", "none", None)),
        ((Claim("feed", ClaimKind.OPERATOR_DECLARED, "x", "DE"),), {}, ("undetermined", "none", None)),
        ((database("DE"), database("DE", "MaxMind", 181)), {}, ("consistent", "one_database", "DE")),
        ((database("US"), database("US", "MaxMind")), {"claimed": EEA}, ("undetermined", "none", None)),
        ((edge(), declared("DE"), database("DE")), {}, ("undetermined", "none", None)),
        ((edge(ClaimKind.CDN), declared("DE")), {"left": {"DE"}}, ("undetermined", "none", None)),
        ((Claim("iana", ClaimKind.SPECIAL_PURPOSE, "private use"), declared("DE")), {}, ("undetermined", "none", None)),
        ((Claim("rdap", ClaimKind.REGISTRATION, "registered in DE"),), {}, ("undetermined", "none", None)),
        ((Claim("names", ClaimKind.NAME, "the name says DE", "DE"),), {}, ("undetermined", "none", None)),
        ((), {"left": {"DE", "FR"}}, ("proven_eea", "round_trip_time", None)),
        ((), {"left": {"DE"}}, ("proven_eea", "round_trip_time", "DE")),
        ((database("US"),), {"left": {"DE"}}, ("proven_eea", "round_trip_time", "DE")),
        ((), {"left": {"DE", "CH"}}, ("proven_eea_or_adequate", "round_trip_time", None)),
        ((declared("DE"),), {"left": {"DE", "CH"}}, ("declared", "operator", "DE")),
        ((declared("CH"),), {"left": {"DE", "CH"}}, ("proven_eea_or_adequate", "round_trip_time", None)),
        ((declared("US"),), {"left": {"DE", "CH"}}, ("undetermined", "none", None)),
        ((declared("US"),), {"left": {"DE"}}, ("undetermined", "none", None)),
        ((), {"left": {"DE", "RS"}}, ("undetermined", "none", None)),
        ((database("DE"),), {"left": {"RS", "BA"}}, ("undetermined", "none", None)),
        ((), {"left": {"US", "CA"}, "claimed": EEA}, ("refuted", "round_trip_time", None)),
        ((declared("DE"),), {"left": {"US"}, "claimed": {"DE"}}, ("refuted", "round_trip_time", "US")),
        ((), {"left": Left(frozenset({"DE"}), contradiction=True)}, ("undetermined", "none", None)),
        ((), {"left": Left(frozenset({"DE"}), speed="fibre")}, ("undetermined", "none", None)),
        ((declared("CH"),), {"claimed": EEA, "left": {"CH", "DE"}}, ("refuted", "operator", "CH")),
    ],
)
def test_evidence_weighs_as_the_rules_say(
    claims: tuple[Claim, ...], options: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert short(weighed(*claims, **options)) == expected


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (weighed(edge()), "announced from many places"),
        (weighed(database("DE"), version=6), "one database is not enough for an IPv6 address"),
        (weighed(database("DE"), database("US", "MaxMind")), "databases disagree: DB-IP says DE; MaxMind says US"),
        (weighed(declared("DE", days=91)), "too old to decide; 'vendor-audit data update'"),
        (weighed(database("US"), claimed=EEA), "a database alone neither proves nor refutes"),
        (weighed(declared("DE"), database("US")), "databases say US; the operator's own declaration weighs more"),
        (weighed(declared("US"), left={"DE"}), "or the vantage is not where it is said to be"),
        (weighed(left=Left(frozenset(), contradiction=True)), "several machines answer (anycast)"),
        (weighed(), "no source says where it is"),
        (weighed(database("DE")), "consistent is not proven"),
    ],
)
def test_a_statement_says_why(statement: Statement, reason: str) -> None:
    assert reason in " | ".join(statement.reasons)


def test_what_is_not_enough_is_still_told() -> None:
    statement = weighed(database("DE"), database("US", "MaxMind"))
    assert statement.suggested == ("DE", "US")
    assert weighed(declared("DE")).suggested == ()


def test_the_rules_are_data_and_may_be_others() -> None:
    careless = replace(shipped_rules(), refuting=frozenset(), enough_alone=frozenset({4, 6}))
    question = Question((declared("US"),), 4, TODAY, WHERE, EEA)
    assert weigh(question).word is Word.REFUTED
    assert weigh(question, careless).word is Word.UNDETERMINED
    assert weigh(Question((database("DE"),), 6, TODAY, WHERE), careless).word is Word.CONSISTENT


claims = st.lists(
    st.one_of(
        st.builds(declared, st.sampled_from([*COUNTRIES, None]), st.sampled_from(["aws", "feed"]), st.integers(0, 200)),
        st.builds(database, st.sampled_from(COUNTRIES), st.sampled_from(["DB-IP", "MaxMind", ""]), st.integers(0, 400)),
        st.builds(edge, st.sampled_from([ClaimKind.ANYCAST, ClaimKind.CDN])),
        st.just(Claim("rdap", ClaimKind.REGISTRATION, "registered to somebody in DE")),
        st.builds(lambda code: Claim("names", ClaimKind.NAME, "a name", code), st.sampled_from(COUNTRIES)),
    ),
    max_size=6,
)
possibles = st.one_of(st.none(), st.builds(Left, st.frozensets(st.sampled_from(COUNTRIES), min_size=1), st.booleans()))
claimeds = st.one_of(st.none(), st.just(EEA), st.frozensets(st.sampled_from(COUNTRIES), min_size=1))
PROVEN = {Word.PROVEN_EEA, Word.PROVEN_EEA_OR_ADEQUATE}


@given(st.sampled_from(["US", "TR", "RS", "CH", "GB"]), st.data())
def test_no_address_outside_of_the_eea_is_called_declared_or_proven_inside(truth: str, data: st.DataObject) -> None:
    """Operators and physics are truthful, everybody else may err: the words that count are then never wrong."""
    others = data.draw(claims)
    honest = [
        replace(each, country=truth) if each.kind is ClaimKind.OPERATOR_DECLARED and each.country else each
        for each in others
    ]
    left = data.draw(possibles)
    if left is not None:
        left = replace(left, countries=left.countries | {truth})
    for claimed in (None, EEA):
        statement = weighed(*honest, version=data.draw(st.sampled_from([4, 6])), claimed=claimed, left=left)
        assert statement.word is not Word.PROVEN_EEA
        assert not (statement.word is Word.DECLARED and statement.country in EEA)
        if statement.word is Word.PROVEN_EEA_OR_ADEQUATE:
            assert truth in WHERE.eea_or_adequate


@given(st.sampled_from(["DE", "FR", "NO"]), st.data())
def test_no_address_inside_of_the_eea_is_refuted(truth: str, data: st.DataObject) -> None:
    others = data.draw(claims)
    honest = [
        replace(each, country=truth) if each.kind is ClaimKind.OPERATOR_DECLARED and each.country else each
        for each in others
    ]
    left = data.draw(possibles)
    if left is not None:
        left = replace(left, countries=left.countries | {truth})
    assert weighed(*honest, claimed=EEA, left=left).word is not Word.REFUTED


@given(claims, claimeds, st.sampled_from([4, 6]))
def test_databases_names_and_registrations_neither_refute_nor_declare_nor_prove(
    some: list[Claim], claimed: Any, version: int
) -> None:
    weak = [each for each in some if each.kind is not ClaimKind.OPERATOR_DECLARED]
    assert weighed(*weak, claimed=claimed, version=version).word in {Word.CONSISTENT, Word.UNDETERMINED}


@given(claims, claimeds, possibles, st.sampled_from([4, 6]))
def test_an_edge_is_never_anything_but_undetermined(some: list[Claim], claimed: Any, left: Any, version: int) -> None:
    statement = weighed(*some, edge(), claimed=claimed, left=left, version=version)
    assert (statement.word, statement.country) == (Word.UNDETERMINED, None)


@given(claims, claimeds, possibles, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(some: list[Claim], claimed: Any, left: Any, random: Any) -> None:
    shuffled = random.sample(some, len(some))
    assert short(weighed(*some, claimed=claimed, left=left)) == short(weighed(*shuffled, claimed=claimed, left=left))


@given(claims, claimeds, possibles)
def test_a_statement_fits_its_own_claim(some: list[Claim], claimed: Any, left: Any) -> None:
    statement = weighed(*some, claimed=claimed, left=left)
    assert statement.reasons
    assert all(statement.reasons)
    assert statement.claims == tuple(some)
    if claimed is not None and statement.word in {Word.DECLARED, Word.CONSISTENT}:
        assert statement.country in claimed
    if statement.word is Word.UNDETERMINED:
        assert (statement.basis, statement.country) == (Basis.NONE, None)
    if statement.word in PROVEN:
        assert statement.basis is Basis.ROUND_TRIP_TIME
    if statement.country and left is not None and not left.contradiction and statement.word is not Word.REFUTED:
        assert left.may_be(statement.country)
