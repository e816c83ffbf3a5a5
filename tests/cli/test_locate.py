"""``locate`` and ``data``, as a person and as a program use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.location.mmdb_writer import mmdb
from vendor_audit.location.country_table import EmbeddedCountries

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "import sys; from vendor_audit.cli.main import run_program; run_program(sys.argv[1:])"
AWS = {
    "createDate": "2026-11-20-00-00-00",
    "prefixes": [
        {
            "ip_prefix": network,
            "region": "eu-central-1",
            "service": "EC2",
            "network_border_group": group,
        }
        for network, group in (("52.59.0.0/16", "eu-central-1"), ("83.119.128.0/18", "eu-central-1-ist-1"))
    ],
}


class Home:
    """A machine with an empty cache, and the program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        root = str(__import__("vendor_audit").__path__[0]).rsplit("/", 1)[0]
        environment = {key: value for key, value in os.environ.items() if key != "VENDOR_AUDIT_DEBUG"}
        environment |= {"PYTHONPATH": root, "COLUMNS": "120", "XDG_CACHE_HOME": str(self.folder / "cache")}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=environment,
            check=False,
            timeout=60,
        )

    def locates(self, *arguments: str) -> dict[str, Any]:
        done = self.runs("locate", *arguments, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def knows_aws(self) -> None:
        (self.folder / "aws.json").write_text(json.dumps(AWS), encoding="utf-8")
        assert self.runs("data", "update", "--from", "aws=aws.json").returncode == 0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_address_is_located_by_embedded_data_and_what_was_not_asked_is_named(home: Home) -> None:
    found = home.locates("213.133.100.1", "2a01:4f8::1", "1.1.1.1", "::ffff:10.0.0.1")
    words = [(each["word"], each.get("country"), each.get("jurisdiction")) for each in found["addresses"]]
    # The embedded database grows old: then it decides nothing any more.
    is_fresh = date.fromisoformat(found["on"]) - EmbeddedCountries().edition <= timedelta(days=180)
    nothing = ("undetermined", None, None)
    assert words == [("consistent", "DE", "eea") if is_fresh else nothing, nothing, nothing, nothing]
    assert found["addresses"][0]["claims"][0]["country"] == "DE"
    assert found["addresses"][1]["suggested"] == ["DE"]
    assert found["addresses"][3]["carries"] == "10.0.0.1"
    assert "aws" in found["not_asked"]
    assert found["attributions"] == ["IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"]
    assert {each["name"] for each in found["sources"]} >= {"dbip-country-lite", "location-edges"}


def test_the_border_group_of_aws_is_the_place(home: Home) -> None:
    home.knows_aws()
    found = home.locates("52.59.186.1", "83.119.128.7", "--claimed", "EEA")
    frankfurt, istanbul = found["addresses"]
    assert (frankfurt["word"], frankfurt["country"], frankfurt["basis"]) == ("declared", "DE", "operator")
    assert (istanbul["word"], istanbul["country"], istanbul["jurisdiction"]) == ("refuted", "TR", "third_country")
    claim = next(each for each in istanbul["claims"] if each["source"] == "aws")
    assert (claim["region"], claim["edition"]) == ("eu-central-1-ist-1", "2026-11-20")
    assert "aws" not in found["not_asked"]


def test_a_round_trip_time_proves_the_eea_or_refutes_it(home: Home) -> None:
    near = home.locates("213.133.100.1", "--vantage", "Frankfurt, DE", "--rtt-ms", "1.2")
    assert near["addresses"][0]["word"] == "proven_eea"
    assert near["round_trip_time"]["possible"] == ["BE", "DE", "FR", "LU", "NL"]
    far = home.locates("213.133.100.1", "--vantage", "40.71,-74.01", "--rtt-ms", "5", "--claimed", "EU")
    assert far["addresses"][0]["word"] == "refuted"
    two = home.locates(
        "213.133.100.1", "--vantage", "Frankfurt, DE", "--rtt-ms", "1", "--vantage", "40.71,-74.01", "--rtt-ms", "1"
    )
    assert two["addresses"][0]["word"] == "undetermined"
    assert two["round_trip_time"]["contradiction"] is True


def test_a_database_of_the_user_is_a_second_witness(home: Home) -> None:
    content = mmdb(
        {"2a01:4f8::/32": {"country": {"iso_code": "DE"}}}, database_type="GeoLite2-Country", built=1_793_000_000
    )
    (home.folder / "geo.mmdb").write_bytes(content)
    (found,) = home.locates("2a01:4f8::1", "--mmdb", "geo.mmdb")["addresses"]
    assert found["basis"] in {"databases", "one_database", "none"}  # by the day, one of them may be too old
    assert [each["publisher"] for each in found["claims"]] == ["DB-IP", "MaxMind"]


def test_a_name_is_looked_up_and_its_region_told(home: Home) -> None:
    pin = "s3.eu-west-1.amazonaws.com=52.218.0.1"
    (found,) = home.locates("s3.eu-west-1.amazonaws.com", "--resolve", pin)["addresses"]
    assert found["address"] == "52.218.0.1"
    assert [each["region"] for each in found["claims"] if each["kind"] == "name"] == ["eu-west-1"]


def test_a_person_reads_the_word_then_why_then_each_source_with_its_day(home: Home) -> None:
    home.knows_aws()
    done = home.runs("locate", "83.119.128.7", "--claimed", "EEA")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "83.119.128.7: refuted, TR (third country)"
    assert lines[1].startswith("  Amazon Web Services declares region eu-central-1-ist-1, which is in TR")
    assert lines[2].split() == ["source", "kind", "country", "edition", "asked", "says"]
    assert lines[3].split()[:5] == ["aws", "operator", "declared", "TR", "2026-11-20"]
    assert any(line.startswith("  dbip-country-lite  database") for line in lines)
    assert "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0" in lines
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["locate", "999.1.1.1"], "'999.1.1.1' is neither an address nor a host name"),
        (["locate", "1.1.1.1/24"], "neither an address nor a host name"),
        (["locate"], "Missing argument"),
        (["locate", "1.1.1.1", "--rtt-ms", "3"], "--vantage and --rtt-ms belong together"),
        (["locate", "1.1.1.1", "--vantage", "Frankfurt, DE"], "--vantage and --rtt-ms belong together"),
        (["locate", "1.1.1.1", "9.9.9.9", "--vantage", "Frankfurt, DE", "--rtt-ms", "3"], "ask for one at a time"),
        (["locate", "1.1.1.1", "--vantage", "Atlantis", "--rtt-ms", "3"], "Atlantis"),
        (["locate", "1.1.1.1", "--vantage", "Frankfurt, DE", "--rtt-ms", "nan"], "--rtt-ms"),
        (["locate", "1.1.1.1", "--claimed", "Europe"], "--claimed takes EU, EEA"),
        (["locate", "1.1.1.1", "--claimed", "UK"], "write GB"),
        (["locate", "1.1.1.1", "--mmdb", "none.mmdb"], "none.mmdb: there is no such file"),
        (["locate", "1.1.1.1", "--geofeed", "none.csv"], "none.csv: the file cannot be read"),
        (["locate", "1.1.1.1", "--census", "none.csv"], "none.csv: there is no such file"),
        (["data", "update", "amazon"], "there are no data 'amazon'"),
        (["data", "update", "--from", "aws"], "--from takes NAME=URL or NAME=FILE"),
        (["data", "update", "--from", "aws=http://a.example/x"], "--from takes https only"),
        (["data", "update", "--from", "aws=none.json"], "none.json: the file cannot be read"),
        (["data", "update", "aws", "--resolve", "x"], "--resolve takes NAME=ADDRESS"),
    ],
)
def test_a_wrong_use_gets_one_sentence_and_exit_code_2(home: Home, arguments: list[str], said: str) -> None:
    done = home.runs(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_files_that_are_none_are_refused_and_leave_no_copy(home: Home) -> None:
    (home.folder / "bad").write_bytes(b"<html>\x1b[2J</html>")
    for name in ("aws", "linode", "cloudflare", "dbip-country-lite"):
        done = home.runs("data", "update", "--from", f"{name}=bad")
        assert done.returncode == 2
        assert done.stderr.startswith("vendor-audit: bad: ")
        assert done.stderr.rstrip("\n").isprintable()
    assert not list((home.folder / "cache").rglob("*.json"))


def test_what_an_operator_writes_cannot_play_with_the_terminal(home: Home) -> None:
    (home.folder / "feed.csv").write_text("213.133.96.0/19,DE,,\x1b[2J\u202eevil,\n", encoding="utf-8")
    done = home.runs("locate", "213.133.100.1", "--geofeed", "feed.csv")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_show_says_what_there_is_and_how_old(home: Home) -> None:
    home.knows_aws()
    rows = {each["name"]: each for each in json.loads(home.runs("data", "show", "--json").stdout)["data"]}
    assert (rows["aws"]["edition"], rows["aws"]["networks"], rows["aws"]["age_days"]) == ("2026-11-20", 2, 0)
    assert len(rows["aws"]["parts"][0]["sha256"]) == 64
    assert "no copy" in rows["azure"]["trouble"]
    assert rows["dbip-country-lite (embedded)"]["edition"] == "2026-06-01"
    text = home.runs("data", "show").stdout
    assert "dbip-country-lite" in text
    assert "copies are in" in text


def test_an_update_that_cannot_be_had_is_told_and_ends_with_3(home: Home) -> None:
    home.knows_aws()
    done = home.runs(
        "data",
        "update",
        "aws",
        "--from",
        "aws=https://ip-ranges.amazonaws.com:1/x",
        "--resolve",
        "ip-ranges.amazonaws.com=127.0.0.1",
        "--json",
    )
    assert done.returncode == 3
    (result,) = json.loads(done.stdout)
    assert result["result"] == "failed"
    assert "refused the connection" in result["reason"]
    assert result["copy"]["networks"] == 2
    assert home.locates("52.59.186.1")["addresses"][0]["word"] == "declared"
