"""SIGHUP: what did not change goes on untouched, what changed shows, and a bad file changes nothing."""

from __future__ import annotations

import time

import pytest

from lab.addresses import AddressMonitor
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.network import Lab
from lab.plugin import StartAgent
from lab.waiting import stays_true, wait_until

SECOND_VIP = "192.0.2.51"


def adverts_after(capture: Capture, count: int, since: float) -> list:
    """At least `count` adverts of the first host since then."""
    wait_until(lambda: len(capture.adverts("p1", since=since)) >= count, 15,
               f"{count} adverts after the reload")
    return capture.adverts("p1", since=since)


def longest_pause(capture: Capture) -> float:
    times = [advert.time for advert in capture.adverts("p1")]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def test_an_unchanged_instance_stays_master_without_a_gap(lab: Lab, start: StartAgent) -> None:
    instance = Instance(priority=150)
    start(lab.hosts[1], config(Instance(priority=100)))
    agent = start(lab.hosts[0], config(instance))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture, monitor = lab.capture(), AddressMonitor(lab.hosts[0])
    adverts_after(capture, 3, 0)
    reloaded = time.time()
    agent.reload(config(instance))
    heard = adverts_after(capture, 8, reloaded)
    assert {advert.priority for advert in heard} == {150}
    assert longest_pause(capture) < instance.down_interval()
    assert capture.adverts("p2") == []
    assert [change for change in monitor.changes() if change.address == VIP and not change.appeared] == []
    monitor.close()


def test_a_changed_priority_shows_on_the_wire_without_a_transition(lab: Lab, start: StartAgent) -> None:
    agent = start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    reloaded = time.time()
    agent.reload(config(Instance(priority=160)))
    capture.wait_for_advert(lambda advert: advert.priority == 160, 10, "the new priority", reloaded)
    assert {advert.priority for advert in capture.adverts("p1")} <= {100, 160}
    assert lab.hosts[0].holds(VIP)


def test_added_and_removed_addresses_follow_the_file(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    both = Instance(addresses=(f"{VIP}/24", f"{SECOND_VIP}/24"))
    agent = start(host, config(Instance()))
    lab.wait_for_holder(host, VIP)
    agent.reload(config(both))
    wait_until(lambda: host.holds(SECOND_VIP) and host.holds(VIP), 10, "the added address")
    agent.reload(config(Instance()))
    wait_until(lambda: not host.holds(SECOND_VIP), 10, "the removed address is gone")
    assert host.holds(VIP)


def test_a_removed_instance_resigns_and_an_added_one_starts(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    other = Instance(vrid=52, name="VI_2", addresses=(f"{SECOND_VIP}/24",))
    agent = start(host, config(Instance()))
    lab.wait_for_holder(host, VIP)
    capture = lab.capture()
    agent.reload(config(other))
    wait_until(lambda: host.holds(SECOND_VIP) and not host.holds(VIP), 10, "the other instance alone")
    assert [advert for advert in capture.adverts("p1", vrid=51) if advert.priority == 0]


UNCLOSED = "vrrp_instance VI_1 {\n priority 1o0\n"


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("broken, settings", [
    (UNCLOSED, ()), (UNCLOSED, ("reload_check_config",)),
    (config(Instance(priority=160)).replace("priority", "prioritty"), ()),
    (config(Instance(priority=160, interface="nowhere0")), ()), ("", ())],
    ids=["unclosed", "reload_check_config", "misspelt", "missing_interface", "empty"])
def test_a_file_with_an_error_changes_nothing(lab: Lab, start: StartAgent, broken: str,
                                              settings: tuple[str, ...]) -> None:
    """A file is always checked first, whether reload_check_config asks for it or not."""
    instance = Instance(priority=150)
    agent = start(lab.hosts[0], config(instance, globals=settings))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    reloaded = time.time()
    agent.reload(broken)
    heard = adverts_after(capture, 8, reloaded)
    assert {advert.priority for advert in heard} == {150}
    assert longest_pause(capture) < instance.down_interval()
    assert agent.is_running() and lab.hosts[0].holds(VIP)
    agent.reload(config(Instance(priority=170)))
    capture.wait_for_advert(lambda advert: advert.priority == 170, 10, "a good file is taken again")


def test_signals_in_quick_succession_end_with_the_last_file(lab: Lab, start: StartAgent) -> None:
    agent = start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    for priority in range(101, 111):
        agent.reload(config(Instance(priority=priority)))
    capture.wait_for_advert(lambda advert: advert.priority == 110, 10, "the priority of the last file")
    settled = time.time()
    stays_true(lambda: lab.hosts[0].holds(VIP), 1, "still master")
    assert {advert.priority for advert in capture.adverts("p1", since=settled)} == {110}
