"""A capture in a folder of its own, read as the probe reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeContext
from vendor_audit.probes.media.capture import read_capture
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from vendor_audit.observation import Json

FIXTURES = Path(__file__).parent / "fixtures"


class Reader(Protocol):
    async def __call__(self, content: bytes | str | Json) -> Sight: ...


@pytest.fixture
def look(tmp_path: Path) -> Reader:
    """Return a function that gives the sight of a file with some bytes, a text, or a JSON value."""

    async def read(content: bytes | str | Json) -> Sight:
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        (tmp_path / "capture").write_bytes(content)
        context = ProbeContext(
            Network(NetworkSettings()), lambda: datetime(2026, 11, 24, tzinfo=UTC), timeout=5.0, folder=tmp_path
        )
        sight = await read_capture(Target("capture", "capture", roles=("capture",), location="capture"), context)
        assert not check_against(SourceDocument("facts", "", sight.facts), load_schema("facts/media"))
        return sight

    return read


@pytest.fixture
def internals() -> bytes:
    """Return a dump that Chromium 156 made of the call in chromium.py, without the media statistics."""
    return (FIXTURES / "chromium156.webrtc-internals.gz").read_bytes()


@pytest.fixture
def rtcstats() -> bytes:
    """Return the same call as Chromium 156 writes it for rtcstats."""
    return (FIXTURES / "chromium156.rtcstats.gz").read_bytes()
