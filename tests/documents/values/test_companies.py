from __future__ import annotations

import pytest

from vendor_audit.documents.values.companies import Likeness, find_form, has_legal_form, names_match


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Brightline, Inc.", "Inc."),
        ("brightline inc", "Inc."),
        ("Kestrel Pay Europe, Limited", "Ltd."),
        ("Polder Cloud B.V.", "B.V."),
        ("Polder Cloud BV (NL)", "B.V."),
        ("Muster GmbH & Co. KG", "GmbH & Co. KG"),
        ("Nordlicht Gesellschaft mit beschränkter Haftung", "GmbH"),
        ("SAS Quillmark", "S.A.S."),
        ("Quillmark S.à r.l.", "S.à r.l."),
        ("Kestrel LLC", "LLC"),
        ("Hafen AG", "AG"),
        ("Hafen SE", "SE"),
        ("Foo a.s.", "a.s."),
        ("Foo sp. z o.o.", "Sp. z o.o."),
        ("Fjord AS", "AS"),
        ("Fjord A/S", "A/S"),
    ],
)
def test_a_legal_form_is_found(name: str, form: str) -> None:
    found = find_form(name)
    assert found is not None
    assert found.name == form
    assert has_legal_form(name)


@pytest.mark.parametrize("name", ["Stripewell", "Software as a Service", "Inc", "Sea of data", "Kestrel Co", ""])
def test_a_brand_has_none(name: str) -> None:
    assert not has_legal_form(name)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Acme Video B.V.", "ACME VIDEO BV", Likeness.SAME),
        ("Acme Video", "Acme Video B.V.", Likeness.SAME),
        ("Nordlicht GmbH", "Nordlicht Gesellschaft mit beschränkter Haftung", Likeness.SAME),
        ("Müller und Söhne GmbH", "Mueller & Soehne GmbH", Likeness.SAME),
        ("Acme Video B.V. (the Netherlands)", "Acme Video B.V.", Likeness.SAME),
        ("Acme Video Inc.", "Acme Video B.V.", Likeness.SIMILAR),
        ("Acme Group", "Acme Video B.V.", Likeness.SIMILAR),
        ("Acme Holding Inc.", "Acme Video B.V.", Likeness.SIMILAR),
        ("Acme Video Deutschland GmbH", "Acme Video B.V.", Likeness.SIMILAR),
        ("Polder Cloud B.V.", "Acme Video B.V.", Likeness.DIFFERENT),
        ("Video Cloud GmbH", "Video Data GmbH", Likeness.DIFFERENT),
        ("", "Acme Video B.V.", Likeness.DIFFERENT),
    ],
)
def test_names_are_compared_whatever_their_form(one: str, other: str, likeness: Likeness) -> None:
    assert names_match(one, other) is likeness
    assert names_match(other, one) is likeness
