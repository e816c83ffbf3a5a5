from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from vendor_audit.audit.plan import names_of, network_settings, permitted, plan_looks, services_of
from vendor_audit.errors import UsageError
from vendor_audit.observation import Target
from vendor_audit.probes.interface import Names, ProbeClass
from vendor_audit.probes.registry import all_probes
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.vendor.file import VendorFile

FILE = """
vendor: {name: Acme Video}
product: {name: Acme Meet}
customer: {name: Stadtwerke}
endpoints:
  - {url: "https://meet.acme.example/join", role: join_page}
  - {url: "https://meet.acme.example/api", role: api}
  - {url: "wss://meet.acme.example/ws", role: signalling}
  - {url: "http://old.acme.example/", role: web}
network:
  allow: [10.1.0.0/16]
  resolve: {MEET.acme.example: 127.0.0.1, "münchen.example": ["192.0.2.1", "2001:db8::1"]}
  nameservers: ["127.0.0.1:5353", "[2001:db8::53]:53", 192.0.2.53]
"""


def test_what_shares_a_host_and_port_is_one_service_with_all_roles() -> None:
    endpoints = [
        Target("endpoint", "https://a.example/x", "a.example", 443, ("web",)),
        Target("endpoint", "wss://a.example/y", "a.example", 443, ("signalling", "web")),
        Target("endpoint", "https://[::1]:8443/", "::1", 8443),
    ]
    assert services_of(endpoints) == [
        Target("endpoint", "a.example:443", "a.example", 443, ("web", "signalling")),
        Target("endpoint", "[::1]:8443", "::1", 8443),
    ]


def test_each_probe_looks_at_what_it_accepts_and_at_a_service_once(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(FILE, encoding="utf-8")
    looks = [(each.probe.name, each.target.name) for each in plan_looks(read_vendor_file(path), all_probes())]
    assert [name for probe, name in looks if probe == "tls"] == ["meet.acme.example:443"]
    assert [name for probe, name in looks if probe == "http"] == [
        "https://meet.acme.example/join",
        "https://meet.acme.example/api",
        "http://old.acme.example/",
    ]
    assert [name for probe, name in looks if probe == "dns"] == ["meet.acme.example", "old.acme.example"]


def test_each_document_is_looked_at_by_its_own_probe_alone(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    (tmp_path / "dpa.pdf").write_bytes(b"%PDF-1.7")
    documents = 'documents: {dpa: dpa.pdf, privacy_notice: {at: "https://www.acme.example/privacy"}}\n'
    path.write_text(FILE + documents, encoding="utf-8")
    looks = plan_looks(read_vendor_file(path), all_probes())
    assert [(each.probe.name, each.target.name) for each in looks if each.target.kind == "document"] == [
        ("document", "dpa"),
        ("document", "privacy_notice"),
    ]
    assert all(each.target.kind == "document" for each in looks if each.probe.name == "document")


def test_the_parties_are_called_as_the_vendor_file_calls_them(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(
        "vendor: {name: Acme, legal_entity: Acme B.V., parent: {name: Acme, country: US}}\nproduct: {name: Meet}\n",
        encoding="utf-8",
    )
    assert names_of(read_vendor_file(path)) == Names(("Acme", "Acme B.V."), (), ("Meet",))
    path.write_text(FILE, encoding="utf-8")
    assert names_of(read_vendor_file(path)) == Names(("Acme Video",), ("Stadtwerke",), ("Acme Meet",))


def test_the_operators_network_settings_are_read_as_meant(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(FILE, encoding="utf-8")
    settings = network_settings(read_vendor_file(path), connections_per_host=3, timeout=2.5)
    assert settings.allow == (ip_network("10.1.0.0/16"),)
    assert settings.resolve == {
        "meet.acme.example": (ip_address("127.0.0.1"),),
        "xn--mnchen-3ya.example": (ip_address("192.0.2.1"), ip_address("2001:db8::1")),
    }
    assert settings.nameservers == (
        (ip_address("127.0.0.1"), 5353),
        (ip_address("2001:db8::53"), 53),
        (ip_address("192.0.2.53"), 53),
    )
    assert (settings.connections_per_host, settings.timeout) == (3, 2.5)


MEDIA = """
vendor: {name: Acme Video}
product: {name: Acme Meet}
endpoints: [{url: "https://meet.acme.example/join", role: join_page}]
media:
  turn:
    - {uri: "turns:turn.acme.example:5349?transport=tcp"}
    - {uri: "turns:turn.acme.example:5349?transport=udp"}
    - {uri: "turn:turn.acme.example"}
  whip: {url: "https://sfu.acme.example/whip"}
  sessions: [{provider: janus, url: "https://sfu.acme.example/janus"}]
permission: {document: consent.pdf, valid_until: 2026-12-31}
"""


def read_media(folder: Path) -> VendorFile:
    (folder / "consent.pdf").write_bytes(b"%PDF-1.7")
    (folder / "acme.yaml").write_text(MEDIA, encoding="utf-8")
    return read_vendor_file(folder / "acme.yaml")


def test_media_are_looked_at_by_the_probes_that_they_are_for(tmp_path: Path) -> None:
    looks = plan_looks(read_media(tmp_path), all_probes())
    by_probe: dict[str, list[str]] = {}
    for look in looks:
        by_probe.setdefault(look.probe.name, []).append(look.target.name)
    assert by_probe["dtls"] == ["turns:turn.acme.example:5349?transport=udp"]
    assert by_probe["tls"] == ["meet.acme.example:443", "turn.acme.example:5349", "sfu.acme.example:443"]


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [((False, False), ProbeClass.NORMAL), ((True, False), ProbeClass.ACTIVE), ((False, True), ProbeClass.INTRUSIVE)],
)
def test_a_probe_goes_as_far_as_the_operator_says(
    tmp_path: Path, flags: tuple[bool, bool], allowed: ProbeClass
) -> None:
    active, intrusive = flags
    found = permitted(read_media(tmp_path), date(2026, 12, 31), active=active, intrusive=intrusive)
    assert found is allowed
    assert found.allows(ProbeClass.ACTIVE) is any(flags)


def test_what_is_intrusive_needs_a_permission_that_holds_today(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="permission ended on 2026-12-31"):
        permitted(read_media(tmp_path), date(2027, 1, 1), active=False, intrusive=True)
    with pytest.raises(UsageError, match="needs the vendor's written permission"):
        permitted(None, date(2026, 1, 1), active=True, intrusive=True)
