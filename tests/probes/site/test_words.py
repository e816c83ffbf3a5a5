"""What a link is taken for, by its text and its address."""

from __future__ import annotations

import pytest

from vendor_audit.probes.site.words import likely_labels, purposes, serves

SITE = "https://www.acme.example"


def best(text: str, path: str) -> str:
    ranks = {name: rank for name, rank in serves(text, f"{SITE}{path}").items() if rank >= 4}
    return max(ranks, key=lambda name: ranks[name]) if ranks else ""


@pytest.mark.parametrize(
    ("text", "path", "purpose"),
    [
        ("Privacy", "/p", "privacy_notice"),
        ("Privacy Policy", "/legal/privacy", "privacy_notice"),
        ("Data Processing Agreement", "/legal/dpa", "dpa"),
        ("Data protection agreement (DPA)", "/x", "dpa"),
        ("DPA", "/files/dpa.pdf", "dpa"),
        ("Sub-processors", "/x", "subprocessors"),
        ("Subprocessor list", "/x", "subprocessors"),
        ("Trust Center", "/x", "trust_page"),
        ("Security", "/security", "trust_page"),
        ("Terms of Service", "/tos", "terms"),
        ("Imprint", "/x", "legal_notice"),
        ("Legal", "/legal", "hub"),
        ("Status", "https://x", "status"),
        ("Datenschutzerklärung", "/x", "privacy_notice"),
        ("Datenschutz", "/x", "privacy_notice"),
        ("Vertrag zur Auftragsverarbeitung", "/x", "dpa"),
        ("AVV", "/x", "dpa"),
        ("Unterauftragsverarbeiter", "/x", "subprocessors"),
        ("Impressum", "/x", "legal_notice"),
        ("AGB", "/x", "terms"),
        ("Sicherheit & Datenschutz", "/sicherheit", "trust_page"),
        ("Politique de confidentialité", "/x", "privacy_notice"),
        ("Accord de sous-traitance", "/x", "dpa"),
        ("Sous-traitants ultérieurs", "/x", "subprocessors"),
        ("Mentions légales", "/x", "legal_notice"),
        ("CGU", "/x", "terms"),
        ("État des services", "/x", "status"),
        ("Privacyverklaring", "/x", "privacy_notice"),
        ("Verwerkersovereenkomst", "/x", "dpa"),
        ("Subverwerkers", "/x", "subprocessors"),
        ("Algemene voorwaarden", "/x", "terms"),
        ("Colofon", "/x", "legal_notice"),
    ],
)
def test_a_link_of_a_footer_is_known_by_its_text(text: str, path: str, purpose: str) -> None:
    assert best(text, path) == purpose


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Contact",
        "Trusted by 4,000 teams",
        "Cookie settings",
        "Your privacy choices",
        "Datenschutz für Bewerber",
        "Privacy Shield",
        "How we think about privacy when we build video calls for hospitals and schools",
        "Pricing terms explained",
        "Order status of your delivery",
        "Secure video",
    ],
)
def test_a_link_that_only_sounds_like_one_is_not_clear(text: str) -> None:
    assert best(text, "/somewhere") == ""


def test_an_address_counts_from_the_beginning_of_a_part_of_it() -> None:
    assert serves("", f"{SITE}/agb.html") == {"terms": 1}
    assert serves("", f"{SITE}/flagboard") == {}
    assert serves("", "https://trust.acme.example/") == {"trust_page": 1}
    assert serves("", "https://[broken/") == {}


def test_an_agreement_on_data_protection_is_no_privacy_notice() -> None:
    assert "privacy_notice" not in serves("Data protection agreement", f"{SITE}/x")
    assert {"privacy_notice", "legal_notice"} <= serves("Impressum & Datenschutz", f"{SITE}/x").keys()


def test_the_words_cover_four_languages_and_the_labels_are_few() -> None:
    for purpose in ("subprocessors", "dpa", "status", "trust_page", "terms"):
        assert len(purposes()[purpose].text) >= 4
    assert {"meet", "app", "signal", "api", "turn", "stun", "relay", "sfu", "status"} <= {
        each.label for each in likely_labels()
    }
    assert len(likely_labels()) <= 12
