"""Secrets are taken out of everything that is kept, and stay with the leads that need them."""

from __future__ import annotations

import json

from vendor_audit.observation import Evidence, Lead, Sight, Target
from vendor_audit.probes.media.session.scrubbing import scrubbed
from vendor_audit.secret import Credentials, Secret


def test_a_secret_is_taken_out_of_facts_reasons_and_evidence_and_left_in_leads() -> None:
    lead = Lead(Target("turn", "turn:t.example"), Credentials(Secret("hunter22"), Secret("hunter22")))
    sight = Sight(
        {"a": ["x hunter22 y", {"b": "hunter22"}], "n": 1, "t": True},
        {"a.b": "because hunter22"},
        (Evidence("of hunter22", "text/plain", b"hunter22 \xff"),),
        (lead,),
    )
    clean = scrubbed(sight, [Secret("hunter22")])
    kept = json.dumps([clean.facts, clean.unknown]) + clean.evidence[0].title + clean.evidence[0].content.decode()
    assert "hunter22" not in kept
    assert clean.facts["a"][0] == "x (removed) y"
    assert (clean.facts["n"], clean.facts["t"]) == (1, True)
    assert clean.leads == (lead,)


def test_a_secret_that_holds_another_leaves_no_rest() -> None:
    clean = scrubbed(Sight({"a": "password-and-more"}), [Secret("password"), Secret("password-and-more")])
    assert clean.facts == {"a": "(removed)"}


def test_what_is_too_short_to_be_a_secret_does_not_tear_words_apart() -> None:
    assert scrubbed(Sight({"a": "status"}), [Secret("a")]).facts == {"a": "status"}
