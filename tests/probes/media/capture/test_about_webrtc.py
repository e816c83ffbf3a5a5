"""What Firefox copies and saves is read as its own page writes it."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.test_webrtc_internals import sdp
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from tests.probes.media.capture.conftest import Reader
    from vendor_audit.observation import Json

OFFER = sdp("actpass")
ANSWER = sdp("active", "a=candidate:1 1 udp 1 8.8.8.8 443 typ host\r\n", "a=ice-lite\r\n")
NAME = "1700000000000000 (id=93 url=https://meet.acme.example/canary-room?t=canary)"
REPORT: dict[str, Json] = {
    "pcid": NAME,
    "timestamp": 1_600_000_000_000,
    "offerer": True,
    "configuration": {"iceServers": [{"urls": ["turn:turn.acme.example"], "credentialProvided": True}]},
    "iceCandidateStats": [
        {"id": "L", "type": "local-candidate", "candidateType": "relay", "address": "9.9.9.9", "relayProtocol": "tls"},
        {"id": "R", "type": "remote-candidate", "candidateType": "host", "address": "8.8.8.8", "port": 443,
         "protocol": "udp"},
        {"id": "X", "type": "local-candidate", "candidateType": "host", "address": "192.0.2.44"},
    ],
    "iceCandidatePairStats": [
        {"id": "P", "type": "candidate-pair", "selected": True, "localCandidateId": "L", "remoteCandidateId": "R"},
        {"id": "Q", "type": "candidate-pair", "selected": False, "localCandidateId": "X", "remoteCandidateId": "R"},
    ],
    "sdpHistory": [
        {"isLocal": True, "timestamp": 1, "sdp": OFFER, "errors": []},
        {"isLocal": False, "timestamp": 2, "sdp": ANSWER, "errors": []},
    ],
    "rawLocalCandidates": ["candidate:5 1 UDP 1 192.0.2.44 5 typ host"],
    "rawRemoteCandidates": [],
}  # fmt: skip
EXPECTED_PAIR = {
    "local": {"type": "relay", "relay_protocol": "tls"},
    "remote": {"type": "host", "address": "8.8.8.8", "port": 443, "protocol": "udp"},
}


@pytest.mark.parametrize(
    "document",
    [
        REPORT,
        {"reports": [REPORT, REPORT], "sdpHistories": [{"pcid": NAME, "sdpHistory": REPORT["sdpHistory"]}]},
        {**REPORT, "sdpHistory": [], "localSdp": OFFER, "remoteSdp": ANSWER},
    ],
    ids=["report", "history", "older"],
)
async def test_a_copied_report_tells_pairs_servers_and_descriptions(look: Reader, document: Json) -> None:
    sight = await look(document)
    facts = sight.facts
    assert facts["source"]["format"] == "about:webrtc"
    assert facts["source"]["captured"] == "2020-09-13T12:26:40Z"
    assert facts["selected_pairs"] == [EXPECTED_PAIR]
    assert facts["ice_servers"] == [{"uri": "turn:turn.acme.example"}]
    assert facts["relayed_addresses"] == ["9.9.9.9"]
    told = [(each["by"], each["type"]) for each in facts["descriptions"]]
    assert told == [("client", "offer"), ("vendor", "answer")]
    assert sight.unknown["negotiated"] == "about:webrtc does not tell it"
    assert "frame_encryption" not in facts
    kept = json.dumps(facts) + sight.evidence[0].content.decode()
    assert "canary" not in kept
    assert "192.0.2.44" not in kept


def page(*, tabs: bool) -> str:
    """A saved page: with tabs as Firefox writes it today, without them as it did before."""
    heading = '<button data-l10n-id="about-webrtc-{}-sdp-heading-{}">any language</button>'
    offer, answer = html.escape(OFFER), html.escape(ANSWER)
    if tabs:
        texts = (
            heading.format("remote", "answer")
            + heading.format("local", "offer")
            + f'<div class="tab-pane active-tab-pane" id="tab_pane_answer_{NAME}"><pre>{answer}</pre></div>'
            + f'<div class="tab-pane" id="tab_pane_offer_{NAME}"><pre>{offer}</pre></div>'
            + f'<div class="tab-pane" id="tab_pane_history_{NAME}"><pre>{answer}</pre></div>'
        )
    else:
        texts = f"{heading.format('local', 'offer')}<pre>{offer}</pre>"
        texts += f"{heading.format('remote', 'answer')}<pre>{answer}</pre>"
    row = "".join(
        f"<td>{each}</td>"
        for each in (
            *("succeeded", "true", "true", "9.9.9.9:5000/udp(relay-tls) [non-proxied]", "8.8.8.8:443/udp(host)"),
            *("1", "99", "1", "1"),
        )
    )
    lost = row.replace("true", "").replace("8.8.8.8", "1.1.1.1")
    servers = 'iceServers: <div>urls: ["turn:turn.acme.example"]<br>credential(provided)</div>'
    return f'<div id="content">{servers}{texts}<table><tr><th>ICE</th></tr><tr>{lost}</tr><tr>{row}</tr></table></div>'


@pytest.mark.parametrize("tabs", [True, False])
async def test_a_saved_page_tells_the_same(look: Reader, *, tabs: bool) -> None:
    facts = (await look(page(tabs=tabs))).facts
    assert facts["source"]["format"] == "about:webrtc"
    assert facts["selected_pairs"] == [EXPECTED_PAIR]
    assert facts["ice_servers"] == [{"uri": "turn:turn.acme.example"}]
    by = {(each["by"], each["type"]) for each in facts["descriptions"]}
    assert by == {("client", "offer"), ("vendor", "answer")}
    assert len(facts["descriptions"]) == 2


async def test_any_other_page_is_none(look: Reader) -> None:
    with pytest.raises(ProbeError) as error:
        await look(f"<!doctype html><html><body><pre>{OFFER}</pre></body></html>")
    assert error.value.failure.kind == "unsupported"
