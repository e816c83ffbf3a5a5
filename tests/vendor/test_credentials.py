from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.vendor.credentials import credentials_of
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.vendor.file import VendorFile

FILE = """\
vendor: {name: Acme, established_in: NL}
product: {name: Meet}
endpoints: [{url: "https://meet.acme.example", role: join_page}]
media:
  turn:
    - {uri: "turns:turn.acme.example:5349", username: "${USER_OF_TURN}", password: "${PASSWORD_OF_TURN}"}
    - {uri: "stun:stun.acme.example"}
  whip: {url: "https://sfu.acme.example/whip", token: "${TOKEN}"}
  sessions:
    - {provider: janus, url: "https://sfu.acme.example/janus"}
    - {provider: whep, url: "https://sfu.acme.example/whep", token: "${OTHER}"}
"""
ENVIRONMENT = {"USER_OF_TURN": "1793500000:u", "PASSWORD_OF_TURN": "hush", "TOKEN": "t1", "OTHER": "t2"}


def read(folder: Path) -> VendorFile:
    path = folder / "acme.yaml"
    path.write_text(FILE, encoding="utf-8")
    return read_vendor_file(path)


def test_each_target_gets_what_the_environment_has_for_it(tmp_path: Path) -> None:
    found = credentials_of(read(tmp_path), ENVIRONMENT)
    shown = {
        name: [each.reveal() if each else None for each in (given.username, given.password, given.token)]
        for name, given in found.items()
    }
    assert shown == {
        "turns:turn.acme.example:5349": ["1793500000:u", "hush", None],
        "https://sfu.acme.example/whip": [None, None, "t1"],
        "https://sfu.acme.example/whep": [None, None, "t2"],
    }
    assert "hush" not in repr(found)


def test_a_variable_that_is_not_set_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"acme\.yaml:6:.*PASSWORD_OF_TURN is not set"):
        credentials_of(read(tmp_path), {"USER_OF_TURN": "u"})
