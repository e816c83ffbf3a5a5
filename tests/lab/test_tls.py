from __future__ import annotations

import asyncio
import ssl
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.lab.site import WEB_HOSTS

if TYPE_CHECKING:
    from vendor_audit.lab.vendor import LabVendor

OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


async def handshake(
    lab: LabVendor, host: str, *, version: ssl.TLSVersion | None = None, ciphers: str = "", name: str = ""
) -> tuple[str, str, x509.Certificate]:
    """Return version, suite and certificate of a handshake; raises ssl.SSLError where the server refuses."""
    context = ssl.create_default_context(cadata=lab.ca_pem)
    if ciphers or version:
        # The client must be willing, so that a refusal is the server's.
        context.set_ciphers(f"{ciphers or 'ALL'}:@SECLEVEL=0")
    if version:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
    port = lab.ports.items()[host]
    _, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=f"{name or host}.acme.example"
    )
    seen = writer.get_extra_info("ssl_object")
    result = seen.version(), seen.cipher()[0], x509.load_der_x509_certificate(seen.getpeercert(binary_form=True))
    writer.close()
    await writer.wait_closed()
    return result


@pytest.mark.parametrize("version", OLD)
async def test_the_signalling_host_accepts_the_old_versions(acme: LabVendor, version: ssl.TLSVersion) -> None:
    accepted, _, _ = await handshake(acme, "signal", version=version)
    assert accepted == {ssl.TLSVersion.TLSv1: "TLSv1", ssl.TLSVersion.TLSv1_1: "TLSv1.1"}[version]


async def test_the_signalling_host_does_not_know_the_newest_version_and_takes_short_primes(acme: LabVendor) -> None:
    with pytest.raises(ssl.SSLError):
        await handshake(acme, "signal", version=ssl.TLSVersion.TLSv1_3)
    assert (await handshake(acme, "signal", ciphers="DHE-RSA-AES256-SHA"))[1] == "DHE-RSA-AES256-SHA"


@pytest.mark.parametrize("suite", ["ECDHE-RSA-AES128-SHA", "AES128-GCM-SHA256", "AES256-SHA"])
async def test_the_api_accepts_cbc_suites_and_rsa_key_exchange(acme: LabVendor, suite: str) -> None:
    assert (await handshake(acme, "api", ciphers=suite, version=ssl.TLSVersion.TLSv1_2))[1] == suite
    with pytest.raises(ssl.SSLError):
        await handshake(acme, "api", version=ssl.TLSVersion.TLSv1_1)


async def test_the_recordings_host_s_certificate_ends_in_nine_days(acme: LabVendor) -> None:
    certificate = (await handshake(acme, "recordings"))[2]
    assert (certificate.not_valid_after_utc - datetime.now(UTC)).days == 9


async def test_the_files_host_shows_the_certificate_of_another_host(acme: LabVendor) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        await handshake(acme, "files")
    assert (await handshake(acme, "files", name="meet"))[0] == "TLSv1.3"


@pytest.mark.parametrize("host", WEB_HOSTS)
async def test_each_flawless_host_speaks_modern_tls_only(flawless: LabVendor, host: str) -> None:
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        seen, suite, certificate = await handshake(flawless, host, version=version)
        assert seen == name
        assert "GCM" in suite
        left, lifetime = (
            certificate.not_valid_after_utc - datetime.now(UTC),
            (certificate.not_valid_after_utc - certificate.not_valid_before_utc),
        )
        assert (left.days, lifetime.days) == (80, 90)
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp256r1"
    for version in OLD:
        with pytest.raises(ssl.SSLError):
            await handshake(flawless, host, version=version)
    for suite in ("ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"):
        with pytest.raises(ssl.SSLError):
            await handshake(flawless, host, ciphers=suite, version=ssl.TLSVersion.TLSv1_2)


@pytest.mark.parametrize("host", ["meet", "www"])
async def test_what_is_not_planted_is_sound_at_the_flawed_vendor_too(acme: LabVendor, host: str) -> None:
    seen, _, certificate = await handshake(acme, host)
    assert seen == "TLSv1.3"
    assert (certificate.not_valid_after_utc - datetime.now(UTC)).days == 80
    with pytest.raises(ssl.SSLError):
        await handshake(acme, host, version=ssl.TLSVersion.TLSv1_1)
