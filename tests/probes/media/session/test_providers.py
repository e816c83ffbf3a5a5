"""Other packages bring providers of their own; they cannot take the place of ours."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.session.fake_vendor import NOW, SETTINGS
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.media.session import providers
from vendor_audit.probes.media.session.providers import GROUP, provider_at, provider_names
from vendor_audit.probes.media.session.providers.interface import Place
from vendor_audit.probes.media.session.providers.whip import WhipProvider
from vendor_audit.probes.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.fixture
def place() -> Place:
    return Place("https://sfu.acme.example/x", None, ProbeContext(Network(SETTINGS), lambda: NOW, 1.0))


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*, group: str) -> Iterable[EntryPoint]:
        assert group == GROUP
        module = "vendor_audit.probes.media.session.providers"
        return [
            EntryPoint("acme", f"{module}.whip:whep", group),
            EntryPoint("whip", f"{module}.janus:JanusProvider", group),
        ]

    monkeypatch.setattr(providers, "entry_points", found)


def test_a_plug_in_is_found_by_its_entry_point(plug_ins: None, place: Place) -> None:
    assert provider_names() == ("whip", "whep", "janus", "acme")
    assert isinstance(provider_at("acme", place), WhipProvider)


def test_our_own_names_cannot_be_taken(plug_ins: None, place: Place) -> None:
    assert isinstance(provider_at("whip", place), WhipProvider)


def test_an_unknown_provider_is_an_error_that_names_those_there_are(place: Place) -> None:
    with pytest.raises(ProbeError, match="no session provider 'jitsi'; there are: whip, whep, janus"):
        provider_at("jitsi", place)


def test_a_place_that_is_no_url_is_refused() -> None:
    context = ProbeContext(Network(SETTINGS), lambda: NOW, 1.0)
    with pytest.raises(ProbeError, match="no http or https URL"):
        provider_at("whip", Place("ftp://sfu.acme.example", None, context))
