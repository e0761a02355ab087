"""Packets that a stranger on the link might send under our virtual router id: no bad one has any effect."""

from __future__ import annotations

import time

import pytest
from scapy.packet import Packet

from lab import forge
from lab.addresses import AddressMonitor
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.network import Lab
from lab.plugin import StartAgent
from lab.waiting import wait_until

STRANGER = "192.0.2.200"


@pytest.fixture
def master(lab: Lab, start: StartAgent) -> Capture:
    """A master of priority 100 on the first host; what the switch hears of it."""
    start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return lab.capture()


def good(**changes: object) -> Packet:
    return forge.advert(VIP, STRANGER, **changes)  # type: ignore[arg-type]


BAD_PACKETS = {
    "hop_limit_254": good(ttl=254),
    "wrong_checksum": good(chksum=0x1234),
    "version_1": good(version=1),
    "version_2_in_a_version_3_group": good(version=2),
    "unknown_type": good(type=2),
    "another_router_id": good(vrid=52),
    "too_few_addresses_for_its_count": good(ipcount=3),
    "header_only": forge.truncated(good(), 8),
    "half_a_header": forge.truncated(good(), 4),
    "no_payload": forge.truncated(good(), 0),
    "bytes_beyond_its_count": forge.lengthened(good(), 40),
}


@pytest.mark.parametrize("packet", BAD_PACKETS.values(), ids=BAD_PACKETS.keys())
def test_a_bad_advert_of_higher_priority_changes_nothing(lab: Lab, master: Capture, packet: Packet) -> None:
    monitor = AddressMonitor(lab.hosts[0])
    sent = time.time()
    forge.send(lab.client, *[packet] * 3)
    wait_until(lambda: len(master.adverts("p1", since=sent)) >= 5, 10, "the master advertises on")
    monitor.close()
    assert {advert.priority for advert in master.adverts("p1", since=sent)} == {100}
    assert [change for change in monitor.changes() if not change.appeared] == []


def test_a_good_advert_of_higher_priority_makes_it_step_down(lab: Lab, master: Capture) -> None:
    forge.send(lab.client, good())
    wait_until(lambda: not lab.hosts[0].holds(VIP), 10, "the master steps down")
    lab.wait_for_holder(lab.hosts[0], VIP)


def test_a_lower_priority_is_answered_at_once(lab: Lab, master: Capture) -> None:
    forge.send(lab.client, good(priority=50))
    heard = master.wait_for_advert(lambda advert: advert.port == "pc", 5, "the forged advert")
    answer = master.wait_for_advert(lambda advert: advert.port == "p1", 5, "the answer", since=heard.time)
    assert answer.priority == 100
    assert lab.hosts[0].holds(VIP)


def test_a_resignation_of_a_stranger_is_answered_by_the_master(lab: Lab, master: Capture) -> None:
    forge.send(lab.client, good(priority=0))
    heard = master.wait_for_advert(lambda advert: advert.port == "pc", 5, "the forged resignation")
    master.wait_for_advert(lambda advert: advert.port == "p1" and advert.priority == 100, 5, "the answer",
                           since=heard.time)
    assert lab.hosts[0].holds(VIP)


def test_a_flood_of_foreign_adverts_delays_nothing(lab: Lab, master: Capture) -> None:
    foreign = [good(vrid=vrid) for vrid in range(60, 160)]
    sent = time.time()
    forge.send(lab.client, *foreign, rounds=20)
    wait_until(lambda: len(master.adverts("p1", since=sent)) >= 5, 10, "the master advertises on")
    times = [advert.time for advert in master.adverts("p1")]
    longest = max(later - earlier for earlier, later in zip(times, times[1:]))
    assert longest < Instance(priority=100).down_interval()
    assert lab.hosts[0].holds(VIP)
