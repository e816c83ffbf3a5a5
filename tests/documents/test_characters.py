"""What cannot be seen goes; what only looks different becomes equal."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.documents.characters import clean, one_line


def test_ligatures_are_spelt_out_and_quotes_stay() -> None:
    assert clean("e\ufb03cient \ufb01les, “noti\ufb01ed” \u2013 1½ m²") == "efficient files, “notified” \u2013 1½ m²"


def test_controls_zero_width_and_overrides_are_removed() -> None:
    assert clean("no\u200bti\u00adfy\u202e \u2066with\u0000in\ufeff") == "notify within"


def test_no_letter_hides_behind_a_combining_joiner_or_tag() -> None:
    assert clean("24\u034f hours\U000e0041") == "24 hours"


def test_accents_are_composed() -> None:
    assert clean("U\u0308bermittlung de\u0301le\u0301gue\u0301") == "Übermittlung délégué"


def test_spaces_of_all_kinds_fold_to_one() -> None:
    assert one_line(" a\u00a0\u2009b\r\n\tc\u3000 ") == "a b c"


def test_a_long_run_of_accents_costs_no_more_than_its_length() -> None:
    begin = time.process_time()
    clean("e" + "\u0301\u0323" * 500_000)
    assert time.process_time() - begin < 2


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
