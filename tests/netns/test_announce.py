"""How often a new master announces its addresses."""

from __future__ import annotations

import time

from lab.config import VIP, VIP6, Instance, config
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until


def test_five_gratuitous_arps_now_and_five_after_the_delay(lab: Lab, start: StartAgent) -> None:
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(extra=("garp_master_delay 2",))))
    wait_until(lambda: len(capture.announcements("p1", VIP)) >= 10, 15, "two bursts")
    time.sleep(0.5)
    times = [heard.time for heard in capture.announcements("p1", VIP)]
    assert len(times) == 10
    assert times[4] - times[0] < 1.5
    assert 1.5 < times[5] - times[4] < 5
    assert {heard.mac for heard in capture.announcements("p1", VIP)} == {lab.hosts[0].mac()}


def test_the_first_advert_precedes_the_first_announcement(lab: Lab, start: StartAgent) -> None:
    capture = lab.capture()
    start(lab.hosts[0], config(Instance()))
    wait_until(lambda: capture.announcements("p1", VIP), 10, "an announcement")
    assert capture.adverts("p1")[0].time < capture.announcements("p1", VIP)[0].time


def test_the_configured_counts_and_the_refresh_are_kept(lab: Lab, start: StartAgent) -> None:
    capture = lab.capture()
    counts = ("garp_master_repeat 2", "garp_master_delay 0", "garp_master_refresh 1",
              "garp_master_refresh_repeat 3")
    start(lab.hosts[0], config(Instance(extra=counts)))
    wait_until(lambda: len(capture.announcements("p1", VIP)) >= 8, 15, "the burst and two refreshes")
    times = [heard.time for heard in capture.announcements("p1", VIP)]
    assert times[1] - times[0] < 0.7
    assert times[2] - times[1] > 0.7
    assert times[5] - times[2] > 0.7


def test_every_address_is_announced_once_before_any_is_announced_twice(lab: Lab, start: StartAgent) -> None:
    addresses = [f"192.0.2.{n}" for n in range(50, 54)]
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(addresses=tuple(f"{address}/24" for address in addresses))))
    wait_until(lambda: len(capture.announcements("p1")) >= 20, 10, "a whole burst")
    order = [heard.address for heard in capture.announcements("p1") if heard.address in addresses]
    assert order[:20] == addresses * 5


def test_neighbour_adverts_are_sent_five_times_twice(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(addresses=("fe80::50/64", f"{VIP6}/64"),
                                        extra=("garp_master_delay 1",))))
    wait_until(lambda: len(capture.announcements("p1", VIP6)) >= 10, 15, "two bursts")
    time.sleep(0.5)
    assert len(capture.announcements("p1", VIP6)) == 10


def test_a_lower_priority_master_makes_the_master_announce_again(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(Instance(priority=150, extra=("garp_master_delay 0",))))
    start(lab.hosts[1], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.drop_adverts_from(lab.hosts[0])
    capture = lab.capture()
    wait_until(lambda: capture.announcements("p2", VIP), 10, "the lower one announces itself")
    usurped = capture.announcements("p2", VIP)[0].time
    wait_until(lambda: capture.announcements("p1", VIP, since=usurped), 10, "the master announces again")
