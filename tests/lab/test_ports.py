from __future__ import annotations

import re

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.lab.ports import FIXED, FIXED_FLAWLESS, FREE, Ports, listen
from vendor_audit.resources import shipped


def test_nobody_needs_to_be_root_and_no_client_port_is_taken() -> None:
    for port in (*FIXED.items().values(), *FIXED_FLAWLESS.items().values()):
        assert 1024 < port < 32768


def test_the_two_vendors_can_be_served_side_by_side() -> None:
    assert not set(FIXED.items().values()) & set(FIXED_FLAWLESS.items().values())


@pytest.mark.parametrize(("name", "fixed"), [("acme", FIXED), ("flawless", FIXED_FLAWLESS)])
def test_the_committed_vendor_file_names_the_fixed_ports(name: str, fixed: Ports) -> None:
    text = (shipped("examples") / name / "acme.yaml").read_text(encoding="utf-8")
    # The port of the media is told in session descriptions.
    assert {int(port) for port in re.findall(r":(\d{5})\b", text)} == set(fixed.items().values()) - {fixed.media}


def test_a_port_that_is_taken_is_named_in_one_clear_sentence() -> None:
    taken = listen("meet", 0)
    try:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"needs 127.0.0.1:{port} for 'meet'"):
            listen("meet", port)
    finally:
        taken.close()


def test_free_ports_are_asked_for_with_zero() -> None:
    assert set(FREE.items().values()) == {0}
