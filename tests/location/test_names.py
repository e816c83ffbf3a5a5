from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.location.model import ClaimKind
from vendor_audit.location.names import claims_of_name


@pytest.mark.parametrize(
    ("name", "region", "country"),
    [
        ("s3.eu-central-1.amazonaws.com", "eu-central-1", "DE"),
        ("acme.recordings.s3.eu-west-1.amazonaws.com", "eu-west-1", "IE"),
        ("acme.s3-us-west-2.amazonaws.com.", "us-west-2", "US"),
        ("ec2-3-120-0-1.eu-central-1.compute.amazonaws.com", "eu-central-1", "DE"),
        ("Acme-123.EU-West-2.elb.amazonaws.com", "eu-west-2", "GB"),
        ("meet-4711.europe-west3.run.app", "europe-west3", "DE"),
        ("turn.westeurope.cloudapp.azure.com", "westeurope", "NL"),
        ("objectstorage.eu-jovanovac-1.oraclecloud.com", "eu-jovanovac-1", "RS"),
        ("acme.fra1.digitaloceanspaces.com", "fra1", "DE"),
        ("acme.fsn1.your-objectstorage.com", "fsn1", "DE"),
        ("s3.eu-central-1.wasabisys.com", "eu-central-1", "NL"),
        ("s3.fr-par.scw.cloud", "fr-par", "FR"),
    ],
)
def test_a_name_with_a_region_in_it_declares_the_region(name: str, region: str, country: str) -> None:
    (claim,) = claims_of_name(name)
    assert (claim.kind, claim.region, claim.country) == (ClaimKind.NAME, region, country)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "meet.acme.example",
        "s3.amazonaws.com",
        "s3.eu-moon-1.amazonaws.com",
        "s3.eu-central-1.amazonaws.com.evil.example",
        "evil-s3.eu-central-1.amazonaws.com/x",
        "eu-central-1",
        "a" * 300 + ".s3.eu-central-1.amazonaws.com",
    ],
)
def test_a_name_without_a_region_that_we_know_declares_nothing(name: str) -> None:
    assert claims_of_name(name) == ()


@given(st.text(max_size=300))
def test_any_text_is_answered(name: str) -> None:
    claims_of_name(name)


def test_a_name_made_to_be_slow_is_not() -> None:
    name = ".".join(["s3"] * 80) + ".amazonaws.com"
    claims_of_name(name)
    began = time.perf_counter()
    for _ in range(100):
        claims_of_name(name)
    assert time.perf_counter() - began < 1
