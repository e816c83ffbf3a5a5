from __future__ import annotations

import asyncio
import errno
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from vendor_audit.audit.collect import Collector, utc_now
from vendor_audit.audit.plan import Look
from vendor_audit.audit.progress import Finished, Planned, Started
from vendor_audit.observation import Evidence, Lead, Sight, Strength, Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.audit.progress import Event
    from vendor_audit.observation import Observation

FIRST, SECOND = Target("host", "a.example", "a.example"), Target("host", "b.example", "b.example")


class StubProbe:
    name = "stub"
    title = "Sees what the test lets it see."
    probe_class = ProbeClass.PASSIVE
    strength = Strength.DOCUMENTED
    per_service = False

    def __init__(self, see: Callable[[Target], Sight | float | Exception]) -> None:
        self.see = see

    def accepts(self, target: Target) -> bool:
        return target.kind == "host"

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        seen = self.see(target)
        if isinstance(seen, Exception):
            raise seen
        if isinstance(seen, float):
            await asyncio.sleep(seen)
            return Sight({})
        return seen


def gather(see: Callable[[Target], Sight | float | Exception], deadline: float = 5.0) -> tuple[Collector, list[Event]]:
    events: list[Event] = []
    kept: list[Evidence] = []
    collector = Collector(
        ProbeContext(Network(NetworkSettings()), utc_now, 1.0), deadline, kept.append, lambda _: None, events.append
    )
    probe = StubProbe(see)
    asyncio.run(collector.collect([Look(probe, FIRST), Look(probe, SECOND)]))
    return collector, events


def seen_of(collector: Collector, target: Target) -> Observation:
    return collector.observations[f"stub:{target.name}"]


def test_each_look_becomes_an_observation_with_who_what_and_when() -> None:
    collector, events = gather(lambda target: Sight({"name": target.name}, {"more": "not asked"}))
    observation = seen_of(collector, FIRST)
    assert (observation.probe, observation.facts) == ("stub", {"name": "a.example"})
    assert observation.unknown == {"more": "not asked"}
    assert observation.started.endswith("Z")
    assert events[0] == Planned(2)
    assert {type(each) for each in events[1:]} == {Started, Finished}
    assert collector.stopped == ""


def test_a_probe_that_could_not_look_leaves_its_reason_and_sinks_nobody_else() -> None:
    refused = ProbeError("connection_refused", "192.0.2.1:443 refused the connection")
    collector, _ = gather(lambda target: refused if target is FIRST else Sight({"seen": True}))
    failure = seen_of(collector, FIRST).error
    assert failure is not None
    assert failure.kind == "connection_refused"
    assert seen_of(collector, SECOND).facts == {"seen": True}


def test_what_shows_that_nothing_can_be_seen_is_kept_with_the_reason() -> None:
    paper = Evidence("document dpa: dpa.pdf", "application/pdf", b"%PDF-1.7")
    locked = ProbeError("encrypted", "dpa.pdf: it has a password", (paper,))
    collector, _ = gather(lambda target: locked if target is FIRST else Sight({}))
    observation = seen_of(collector, FIRST)
    assert observation.error is not None
    assert observation.error.kind == "encrypted"
    assert observation.facts == {}
    assert observation.evidence == (paper.reference(),)


def test_an_observation_is_as_strong_as_its_probe() -> None:
    collector, _ = gather(lambda target: Sight({}) if target is FIRST else ProbeError("unreachable", "no way"))
    assert {each.strength for each in collector.observations.values()} == {Strength.DOCUMENTED}


def test_our_own_fault_in_a_probe_is_an_observation_too() -> None:
    collector, _ = gather(lambda target: ZeroDivisionError("oops") if target is FIRST else Sight({}))
    failure = seen_of(collector, FIRST).error
    assert failure is not None
    assert failure.kind == "internal"
    assert "ZeroDivisionError" in failure.message


def test_the_deadline_ends_what_is_slow_and_keeps_what_is_done() -> None:
    began = time.perf_counter()
    collector, _ = gather(lambda target: 30.0 if target is FIRST else Sight({"seen": True}), deadline=0.2)
    assert time.perf_counter() - began < 5
    failure = seen_of(collector, FIRST).error
    assert failure is not None
    assert failure.kind == "deadline"
    assert seen_of(collector, SECOND).facts == {"seen": True}
    assert "deadline" in collector.stopped


def test_ctrl_c_ends_the_gathering_and_keeps_what_is_done() -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    collector, _ = gather(lambda target: 30.0 if target is FIRST else Sight({"seen": True}), deadline=60)
    failure = seen_of(collector, FIRST).error
    assert failure is not None
    assert failure.kind == "interrupted"
    assert seen_of(collector, SECOND).facts == {"seen": True}
    assert collector.stopped == "the audit was interrupted"


@pytest.mark.parametrize("see", [lambda _: Sight({}), lambda _: ProbeError("unreachable", "no way")])
def test_every_look_has_exactly_one_observation(see: Callable[[Target], Sight | float | Exception]) -> None:
    collector, _ = gather(see)
    assert sorted(collector.observations) == ["stub:a.example", "stub:b.example"]


def test_a_full_disk_ends_the_gathering_with_its_own_reason() -> None:
    def full(_: Evidence) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    collector = Collector(ProbeContext(Network(NetworkSettings()), utc_now, 1.0), 5.0, full, lambda _: None)
    seen = StubProbe(lambda _: Sight({}, evidence=(Evidence("page", "text/html", b"x"),)))
    with pytest.raises(OSError, match="No space left"):
        asyncio.run(collector.collect([Look(seen, FIRST), Look(seen, SECOND)]))


def test_what_the_service_names_is_looked_at_once_with_the_credentials_that_came_with_it() -> None:
    named = Target("host", "relay.example", "relay.example", roles=("named_by_vendor",))
    lead = Lead(named, Credentials(password=Secret("hush")))
    given: list[str] = []

    class Telling(StubProbe):
        async def observe(self, target: Target, context: ProbeContext) -> Sight:
            if target is named:
                password = context.credentials[named.name].password
                given.append(password.reveal() if password else "")
                given.append(f"{context.permitted} {sorted(context.credentials)}")
                return Sight({"seen": True}, leads=(Lead(FIRST),))
            return Sight({}, leads=(lead, lead))

    probe = Telling(lambda _: Sight({}))
    kept: list[Observation] = []
    own = {FIRST.name: Credentials(password=Secret("of another"))}
    far = ProbeContext(Network(NetworkSettings()), utc_now, 1.0, credentials=own, permitted=ProbeClass.INTRUSIVE)
    collector = Collector(
        far,
        5.0,
        lambda _: None,
        kept.append,
        follow=lambda each: [Look(probe, each.target)],
    )
    observations = asyncio.run(collector.collect([Look(probe, FIRST), Look(probe, SECOND)]))
    assert [each.target.name for each in observations] == ["a.example", "b.example", "relay.example"]
    assert [each.target for each in collector.followed] == [named]
    # Nobody permitted anything there, and no other target's secret is at hand.
    assert given == ["hush", "normal ['relay.example']"]
    assert "hush" not in repr(kept)


def test_a_service_that_names_no_end_of_servers_is_followed_to_a_bound() -> None:
    class Endless(StubProbe):
        async def observe(self, target: Target, context: ProbeContext) -> Sight:
            names = (f"{target.name}-{number}" for number in range(30))
            return Sight({}, leads=tuple(Lead(Target("host", name, name)) for name in names))

    probe = Endless(lambda _: Sight({}))
    collector = Collector(
        ProbeContext(Network(NetworkSettings()), utc_now, 1.0),
        5.0,
        lambda _: None,
        lambda _: None,
        follow=lambda each: [Look(probe, each.target)],
    )
    observations = asyncio.run(collector.collect([Look(probe, FIRST)]))
    assert len(observations) == 61
