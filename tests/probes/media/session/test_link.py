"""ICE servers in Link headers are read as RFC 8288 writes them, and nothing in one makes the reader fail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.probes.media.session.providers.link import MOST_SERVERS, ice_servers_of
from vendor_audit.secret import Secret


def test_the_example_of_rfc_9725_gives_four_servers() -> None:
    known = 'rel="ice-server"; username="user"; credential="myPassword"; credential-type="password"'
    servers, reason = ice_servers_of(
        (
            '<stun:stun.example.net>; rel="ice-server"',
            f"<turn:turn.example.net?transport=udp>; {known}",
            f"<turn:turn.example.net?transport=tcp>; {known}, <turns:turn.example.net?transport=tcp>; {known}",
        )
    )
    assert not reason
    assert [each.uri for each in servers] == [
        "stun:stun.example.net",
        "turn:turn.example.net?transport=udp",
        "turn:turn.example.net?transport=tcp",
        "turns:turn.example.net?transport=tcp",
    ]
    assert servers[0].username is None
    assert all(each.username == Secret("user") and each.credential == Secret("myPassword") for each in servers[1:])


def test_a_quoted_password_may_hold_every_separator() -> None:
    (server,), _ = ice_servers_of((r'<turn:t.example>;rel=ice-server;username=u;credential="a,b;c=\"<d>\\"',))
    assert server.credential == Secret(r'a,b;c="<d>\ '.strip())


def test_links_that_are_no_ice_servers_are_passed_over() -> None:
    servers, reason = ice_servers_of(
        (
            '</style.css>; rel="preload"',
            '<https://sfu.example/session/ext>; rel="urn:ietf:params:whip:ext:core:server-sent-events"',
            '<https://ice.example>; rel="ice-server"',
            '<stun:stun.example>; rel="next ice-server"',
        )
    )
    assert [each.uri for each in servers] == ["stun:stun.example"]
    assert not reason


def test_no_more_servers_are_kept_than_the_limit_and_it_is_said() -> None:
    servers, reason = ice_servers_of(('<stun:a.example>; rel="ice-server"',) * (MOST_SERVERS + 1))
    assert len(servers) == MOST_SERVERS
    assert str(MOST_SERVERS) in reason


def test_a_header_that_is_too_long_is_cut_and_it_is_said() -> None:
    servers, reason = ice_servers_of(('<stun:a.example>; rel="ice-server"', "x" * 30_000))
    assert len(servers) == 1
    assert "characters" in reason


@given(st.lists(st.text(alphabet='<>;,="\\ \tstun:rel-ic', max_size=200), max_size=5))
def test_no_header_makes_the_reader_fail(values: list[str]) -> None:
    servers, _ = ice_servers_of(tuple(values))
    assert len(servers) <= MOST_SERVERS
