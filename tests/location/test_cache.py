from __future__ import annotations

import hashlib
import ipaddress
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from vendor_audit.location.cache import BrokenCopyError, Cache, Part, cache_folder
from vendor_audit.location.operators.declared import InvalidOperatorFileError
from vendor_audit.location.published import published

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = b"# 2026-11-20\n192.0.2.0/24,DE,DE-HE,Frankfurt,\n"
LINODE = published()["linode"]
CLOUDFLARE = published()["cloudflare"]


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"HOME": "/home/a"}, "linux", "/home/a/.cache/vendor-audit/location"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "/var/c"}, "linux", "/var/c/vendor-audit/location"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "relative"}, "linux", "/home/a/.cache/vendor-audit/location"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": ""}, "freebsd14", "/home/a/.cache/vendor-audit/location"),
        ({"HOME": "/Users/a"}, "darwin", "/Users/a/Library/Caches/vendor-audit/location"),
    ],
)
def test_copies_lie_where_the_platform_keeps_what_can_be_fetched_again(
    environment: dict[str, str], platform: str, folder: str
) -> None:
    assert cache_folder(environment, platform) == Path(folder)


def test_a_copy_is_kept_with_its_hash_and_its_day(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    cache.store(LINODE, [Part("https://linode.example/", FEED, '"etag"', "Fri, 20 Nov 2026 00:00:00 GMT")], NOW)
    note = cache.note("linode")
    assert note is not None
    assert (note.fetched, note.checked, note.edition, note.networks, note.skipped) == (NOW, NOW, "2026-11-20", 1, 0)
    (part,) = note.parts
    assert part["sha256"] == hashlib.sha256(FEED).hexdigest()
    assert (part["etag"], part["bytes"]) == ('"etag"', len(FEED))
    source = cache.ranges(LINODE)
    assert source is not None
    (claim,) = source.claims(ipaddress.ip_address("192.0.2.1"))
    assert (claim.country, claim.edition, claim.checked) == ("DE", date(2026, 11, 20), date(2026, 11, 24))


def test_what_was_asked_for_again_and_did_not_change_is_of_today(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    note = cache.store(LINODE, [Part("https://linode.example/", FEED)], NOW)
    cache.confirm(note, NOW + timedelta(days=30))
    again = cache.note("linode")
    assert again is not None
    assert (again.fetched, again.checked) == (NOW, NOW + timedelta(days=30))


def test_a_file_of_several_parts_is_one_source(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.store(CLOUDFLARE, [Part("a", b"104.16.0.0/13\n"), Part("b", b"2606:4700::/32\n")], NOW)
    source = cache.ranges(CLOUDFLARE)
    assert source is not None
    for address in ("104.16.0.1", "2606:4700::1"):
        assert source.claims(ipaddress.ip_address(address))[0].kind.value == "anycast"


def test_what_is_not_in_the_format_does_not_replace_what_was_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.store(LINODE, [Part("a", FEED)], NOW)
    before = sorted((each.name, each.read_bytes()) for each in tmp_path.iterdir())
    for content in (b"<html>maintenance</html>", b"", b"\xff\xff"):
        with pytest.raises(InvalidOperatorFileError):
            cache.store(LINODE, [Part("a", content)], NOW)
    assert sorted((each.name, each.read_bytes()) for each in tmp_path.iterdir()) == before


def test_without_copies_nothing_is_known(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none")
    assert cache.note("linode") is None
    assert cache.ranges(LINODE) is None


@pytest.mark.parametrize("name", ["linode.json", "linode.ranges"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x00\xff", b"[" * 10_000, b"VAR1\x02\x00\x00\x00{}"])
def test_a_broken_copy_says_what_to_do(tmp_path: Path, name: str, content: bytes) -> None:
    cache = Cache(tmp_path)
    cache.store(LINODE, [Part("a", FEED)], NOW)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenCopyError, match="run 'vendor-audit data update linode'"):
        cache.ranges(LINODE)


def test_a_note_with_a_wrong_value_is_broken(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    note = cache.store(LINODE, [Part("a", FEED)], NOW).to_json()
    for key, value in {"checked": "yesterday", "parts": [7], "networks": "many", "format": "x"}.items():
        (tmp_path / "linode.json").write_text(json.dumps({**note, key: value}), encoding="utf-8")
        with pytest.raises(BrokenCopyError):
            cache.note("linode")


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name of a copy"):
        Cache(tmp_path).note("../../etc/passwd")
