"""Host names in any script become A-labels; what programs would read in two ways is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.vendor.hosts import BadHostError, HostPort, host_and_port, host_name


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Meet.Acme.example", "meet.acme.example"),
        ("meet.acme.example.", "meet.acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("会議.example", "xn--6oqw48l.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("r3---sn-4g5e6nez.example", "r3---sn-4g5e6nez.example"),
        ("under_score.example", "under_score.example"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8:0::1", "2001:db8::1"),
    ],
)  # fmt: skip
def test_a_host_has_one_form(text: str, host: str) -> None:
    assert host_name(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..example",
        "-a.example",
        "a-.example",
        "a b.example",
        "a\u200d.example",
        "a/b",
        "a%41.example",
        "127.1",
        "2130706433",
        "0x7f.1",
        "a.0x7f",
        "256.1.1.1",
        "010.0.0.1",
        "1.2.3.4.",
        "[::1",
        "[fe80::1%25eth0",
        "1::2::3",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "ü" * 70 + ".example",
        "\u202egnp.example",
        "a\x00b.example",
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(BadHostError):
        host_name(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://meet.acme.example", HostPort("https", "meet.acme.example", 443)),
        ("HTTPS://Meet.acme.example:8443/a?b=c#d", HostPort("https", "meet.acme.example", 8443, "/a?b=c")),
        ("http://meet.acme.example", HostPort("http", "meet.acme.example", 80)),
        ("wss://signal.acme.example/ws", HostPort("wss", "signal.acme.example", 443, "/ws")),
        ("https://[2001:db8::1]:8443/", HostPort("https", "2001:db8::1", 8443, "/")),
        ("turns:turn.acme.example?transport=tcp", HostPort("turns", "turn.acme.example", 5349, "?transport=tcp")),
        ("turn:[2001:db8::1]:3479", HostPort("turn", "2001:db8::1", 3479)),
        ("stun:stun.acme.example", HostPort("stun", "stun.acme.example", 3478)),
        ("turns://turn.acme.example", HostPort("turns", "turn.acme.example", 5349)),
    ],
)
def test_a_url_says_where_it_leads(url: str, expected: HostPort) -> None:
    assert host_and_port(url) == expected


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://user:geheim@acme.example", "user name or password"),
        ("https://@acme.example", "user name or password"),
        ("https://", "no host"),
        ("https://:443", "no host"),
        ("https://acme.example:0", "the port is missing"),
        ("https://acme.example:", "the port is missing"),
        ("https://acme.example:99999", "cannot be read"),
        ("https://acme.example:４４３", "cannot be read"),  # noqa: RUF001 (full-width digits are no port)
        ("https://[::1", "cannot be read"),
        ("https://a.example\\@b.example", "backslash"),
        ("https://a.example\n.b.example", "invisible"),
        ("https://a\u202eb.example", "invisible"),
        ("gopher://acme.example", "schemes"),
        ("acme.example", "schemes"),
    ],
)
def test_a_url_that_leads_nowhere_says_why(url: str, part: str) -> None:
    with pytest.raises(BadHostError, match=part) as error:
        host_and_port(url)
    assert "geheim" not in str(error.value)


@given(st.text())
def test_any_text_is_a_host_in_ascii_or_refused(text: str) -> None:
    try:
        host = host_name(text)
    except BadHostError:
        return
    assert host.isascii()
    assert host == host_name(host)


@given(st.text(st.characters(codec="utf-8")).map(lambda text: f"https://{text}"))
def test_any_url_leads_to_a_host_and_a_port_or_is_refused(url: str) -> None:
    try:
        found = host_and_port(url)
    except BadHostError:
        return
    assert found.host.isascii()
    assert 0 < found.port < 65_536
