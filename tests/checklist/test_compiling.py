from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("{fact: bits, equal: 1}", "1:14: unknown matcher 'equal', did you mean 'equals'?"),
        ("{fact: bits}", "1:1: the test is missing: one of equals, in"),
        ("{equals: 1}", "1:1: what is judged is missing: one of fact, vendor"),
        ("{fact: bits, vendor: customer.name, equals: 1}", "1:14: 'vendor' cannot stand beside 'fact'"),
        ("{fact: bits, equals: 1, at_least: 1}", "1:25: 'at_least' cannot stand beside 'equals'"),
        ("{fact: bits, where: {fact: on, equals: true}}", "1:14: 'where' cannot stand beside 'fact'"),
        ("{all: [{fact: on, equals: true}], equals: 1}", "1:35: 'equals' cannot stand beside 'all'"),
        ("{all: []}", "1:7: 'all' needs a list of expressions"),
        ("{any: {fact: on, equals: true}}", "1:7: 'any' needs a list of expressions"),
        ("[]", "1:1: an expression is needed here"),
        ("{not: yes}", "1:7: an expression is needed here"),
        ("{each: versions.accepted, of: facts, equals: one}", "1:31: only 'vendor' may stand here"),
        ("{fact: bit, equals: 1}", "1:8: there is no 'bit' in the facts of toy, did you mean 'bits'?"),
        ("{fact: versions.acepted, not_empty: true}", "did you mean 'accepted'?"),
        ("{fact: versions..accepted, not_empty: true}", "is no path: keys joined by dots"),
        ("{fact: processors.name, equals: x}", "'processors' is a list: its elements are judged with 'each' or 'some'"),
        ("{fact: 'processors[0].name', equals: x}", "is no path"),
        ("{vendor: customer.strikt, equals: true}", "1:10: there is no 'strikt' in 'customer' in the vendor file"),
        ("{target: roles, equals: web}", "1:10: 'roles' is not name, role, host or port, did you mean 'role'?"),
        ("{each: processors, where: {fact: contry, equals: NL}}", "did you mean 'country'?"),
        ("{each: bits, at_least: 1}", "1:8: 'bits' is a number, not a list: write 'fact' for 'each'"),
        (
            "{fact: versions.accepted, equals: one}",
            "1:27: the value is a list; 'equals' judges a text here: write each",
        ),
        ("{fact: word, at_least: 5}", "the value is a text; 'at_least' judges a number here"),
        ("{fact: bits, equals: many}", "the value is a number; 'equals' judges a text here"),
        ("{fact: bits, at_least: many}", "1:24: a number is needed here"),
        ("{fact: bits, at_least: true}", "1:24: a number is needed here"),
        ("{fact: word, equals: [a]}", "1:22: one text, number, true or false is needed here; for a list write in"),
        ("{fact: word, in: a}", "1:18: a list is needed here: [a]"),
        ("{fact: word, in: []}", "1:18: the list must not be empty"),
        ("{fact: word, in: [a, a]}", "an item stands in this list twice"),
        ("{fact: word, in: [$toy.eea]}", "'$toy.eea' cannot stand in a list: write it in the list's place"),
        ("{fact: word, in: [[a]]}", "every item must be a text"),
        ("{fact: day, before: 2026-02-30}", "1:21: a day or moment that the calendar has is needed here"),
        ("{fact: word, equals: $audit.date}", "$audit.date stands with before or after"),
        ("{fact: word, not_empty: false}", "1:25: only 'true' may stand here; for the opposite write not"),
        ("{fact: word, matches: '('}", "1:23: RE2 does not take the pattern: missing ): ("),
        ("{fact: word, matches: '(?=a)'}", "RE2 does not take the pattern: invalid perl operator"),
        ("{fact: word, in: $toy.eee}", "1:18: the data toy-2026 have no '$toy.eee', did you mean 'toy.eea'?"),
        ("{fact: word, in: $toys.eea}", "there are no data '$toys', did you mean 'toy'?"),
        (
            "{fact: word, in: $toy.versions}",
            "'$toy.versions' is not a value, but a group of them: $toy.versions.allowed",
        ),
        ("{fact: word, equals: $toy.eea}", "$toy.eea is no operand for 'equals': one text, number"),
        (
            "{fact: word, in: $toy.versions.newest}",
            "$toy.versions.newest is no operand for 'in': a list is needed here",
        ),
        ("{fact: word, equals: $5}", "'$5' names no dated data: write it as $topic.path"),
        (
            "{fact: versions.preferred, equals: tow}",
            "the value is never 'tow': it is one, two or three, did you mean 'two'?",
        ),
        ("{each: versions.accepted, in: [one, fuor]}", "1:37: the value is never 'fuor'"),
        ("{fact: versions.accepted, contains: four}", "the value is never 'four'"),
    ],
)
def test_a_mistake_is_told_at_its_place(toy: Any, node: str, message: str) -> None:
    mistakes = toy.mistakes(node)
    assert len(mistakes) == 1
    assert message in mistakes[0]


def test_all_mistakes_of_an_expression_are_told_at_once(toy: Any) -> None:
    node = """\
        all:
          - {fact: bit, equals: 1}
          - any:
              - {fact: word, machtes: x}
              - {not: {fact: word, matches: "["}}
          - each: processors
            where: {fact: nme, equals: $toy.nothing}
        """
    places = [each.split(": ")[0] for each in toy.mistakes(node)]
    assert places == ["toy.yaml:2:12", "toy.yaml:4:22", "toy.yaml:5:37", "toy.yaml:7:19", "toy.yaml:7:32"]


def test_what_several_probes_saw_is_a_list_for_each_with_the_targets_name(toy: Any) -> None:
    probes = ("toy", "other")
    assert toy.mistakes("{each: toy, where: {fact: target, not_empty: true}}", probes) == []
    assert toy.mistakes("{each: other, where: {each: versions.accepted, equals: one}}", probes) == []
    assert toy.mistakes("{each: other, where: {fact: versions.preferred, equals: one}}", probes) == []
    assert "there is no 'bits' in the facts of toy and other" in toy.mistakes("{fact: bits, equals: 1}", probes)[0]
    assert "does not judge one target at a time" in toy.mistakes("{target: role, equals: web}", probes)[0]


def test_a_fact_whose_keys_are_open_may_have_any(toy: Any) -> None:
    assert toy.mistakes("{fact: open.anything, equals: true}") == []
    assert "judges a text here" in toy.mistakes("{fact: open.anything, equals: x}")[0]


def test_a_pattern_may_begin_with_the_anchor_of_the_end(toy: Any) -> None:
    assert toy.truth({"fact": "word", "matches": "$"}, {"word": "a"}) is True
    assert toy.truth({"fact": "word", "matches": "$toy.pattern"}, {"word": "aaa"}) is True


def test_a_pattern_that_is_too_long_or_too_large_is_refused(toy: Any) -> None:
    assert "1000 is the most" in toy.mistakes({"fact": "word", "matches": "a" * 1001})[0]
    assert "RE2 does not take the pattern" in toy.mistakes({"fact": "word", "matches": "(x{500}[\\pL]{400}){9}"})[0]
