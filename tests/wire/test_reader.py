"""The cursor never reads past the end, and what is written can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader, numbers, vector


@given(st.binary(max_size=300), st.sampled_from([2, 3]))
def test_a_vector_comes_back(content: bytes, size: int) -> None:
    reader = Reader(vector(size, content) + b"x")
    assert reader.vector(size) == content
    assert reader.left == 1
    with pytest.raises(WireError, match="1 bytes too many"):
        reader.end()


@given(st.binary(max_size=40), st.integers(1, 3))
def test_reading_never_raises_anything_else(data: bytes, size: int) -> None:
    reader = Reader(data)
    before = reader.left
    try:
        found = reader.vector(size)
    except WireError:
        return
    assert len(found) == before - size - reader.left


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(WireError, match="256 bytes do not fit"):
        vector(1, bytes(256))
    with pytest.raises(WireError, match="a number does not fit 2 bytes"):
        numbers(2, (65_536,))
    with pytest.raises(WireError, match="2 bytes announced, 1 left"):
        Reader(b"x").take(2)
