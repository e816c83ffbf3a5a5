"""A call of a real Chromium on loopback, and the dumps that it gives of it.

Three connections: a page with itself (DTLS 1.3), the page over a TURN server with an agent that plays a vendor's lite
server (DTLS 1.2), and one that never connects.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from unittest.mock import patch

from aiortc import RTCPeerConnection, RTCSessionDescription
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from pathlib import Path

CANARIES = ("canary-user", "canary-password", "canary-token", "canary-fragment", "canary-room")
PAGE = "https://meet.acme.example/canary-room?token=canary-token#canary-fragment"
_ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
_CALL = """async ([turn]) => {
  const connected = connection => new Promise(resolve => {
    connection.onconnectionstatechange = () => connection.connectionState === 'connected' && resolve();
  });
  const gathered = connection => new Promise(resolve => {
    connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
  });
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  const one = new RTCPeerConnection(), other = new RTCPeerConnection({encodedInsertableStreams: true});
  one.onicecandidate = event => other.addIceCandidate(event.candidate);
  other.onicecandidate = event => one.addIceCandidate(event.candidate);
  one.addTrack(stream.getTracks()[0], stream);
  const together = connected(one);
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
  await together;

  const servers = [{urls: [turn], username: 'canary-user', credential: 'canary-password'}];
  const relayed = new RTCPeerConnection({iceServers: servers, iceTransportPolicy: 'relay'});
  relayed.addTrack(stream.getTracks()[0], stream);
  const all = gathered(relayed), reached = connected(relayed);
  await relayed.setLocalDescription();
  await all;
  await relayed.setRemoteDescription({type: 'answer', sdp: await window.answer(relayed.localDescription.sdp)});
  await reached;

  const alone = new RTCPeerConnection();
  alone.createDataChannel('data');
  await alone.setLocalDescription();
  window.connections = [one, other, relayed, alone];
}"""


async def dumps_of_a_call(chromium: str, turn: str, folder: Path) -> tuple[bytes, bytes]:
    """Return the dump of webrtc-internals and that of rtcstats, as Chromium saves them."""
    server = RTCPeerConnection()

    async def answer(offer: str) -> str:
        await server.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await server.setLocalDescription(await server.createAnswer())
        # A media server is a lite agent; this one only says so.
        return server.localDescription.sdp.replace("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n", 1)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(_ARGUMENTS))
        try:
            context = await browser.new_context(accept_downloads=True)
            await context.route("https://meet.acme.example/**", lambda route: route.fulfill(body="<title>call</title>"))
            internals = await context.new_page()
            await internals.goto("chrome://webrtc-internals")
            page = await context.new_page()
            await page.expose_function("answer", answer)
            await page.goto(PAGE)
            with patch("aioice.ice.get_host_addresses", return_value=["127.0.0.1"]):
                await asyncio.wait_for(page.evaluate(_CALL, [turn]), 30)
            # The statistics are asked for once a second.
            await asyncio.sleep(2.5)
            await internals.bring_to_front()
            await internals.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            found = []
            for button in ("dump-click-target", "dump-click-target-rtcstats"):
                async with internals.expect_download() as download:
                    await internals.evaluate(f"document.getElementById('{button}').click()")
                path = folder / button
                await (await download.value).save_as(path)
                found.append(await asyncio.to_thread(path.read_bytes))
            return found[0], found[1]
        finally:
            await browser.close()
            await server.close()
