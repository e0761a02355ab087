"""How often a new master announces its addresses."""

from __future__ import annotations

import time

import pytest

from lab import forge
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


def bursts(times: list[float]) -> list[int]:
    """How many announcements came together; between two bursts there is more than half a second."""
    sizes: list[int] = []
    for before, moment in zip([0.0, *times], times):
        if moment - before > 0.5:
            sizes.append(0)
        sizes[-1] += 1
    return sizes


def test_global_defs_say_how_often_a_master_announces(lab: Lab, start: StartAgent) -> None:
    """vrrp_garp_master_delay, vrrp_garp_master_repeat, vrrp_garp_master_refresh,
    vrrp_garp_master_refresh_repeat"""
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(), globals=(
        "vrrp_garp_master_delay 1", "vrrp_garp_master_repeat 2", "vrrp_garp_master_refresh 2",
        "vrrp_garp_master_refresh_repeat 3")))
    wait_until(lambda: len(capture.announcements("p1", VIP)) >= 10, 20, "two bursts and two refreshes")
    times = [heard.time for heard in capture.announcements("p1", VIP)][:10]
    assert bursts(times) == [2, 2, 3, 3]
    assert times[2] - times[0] > 0.9 and times[7] - times[4] > 1.9


def test_vrrp_min_garp_is_one_announcement(lab: Lab, start: StartAgent) -> None:
    """vrrp_min_garp: none of the settings that were not given stays at its default"""
    capture = lab.capture()
    few = Instance(name="VI_2", vrid=52, addresses=("192.0.2.60/24",), extra=("garp_master_delay 1",))
    start(lab.hosts[0], config(Instance(), few, globals=("vrrp_min_garp", "vrrp_garp_master_repeat 2")))
    wait_until(lambda: len(capture.announcements("p1", "192.0.2.60")) >= 4, 15, "the second burst")
    assert len(capture.announcements("p1", "192.0.2.60")) == 4
    assert len(capture.announcements("p1", VIP)) == 2


def test_a_weaker_advert_is_answered_by_as_many_announcements_as_configured(lab: Lab,
                                                                           start: StartAgent) -> None:
    """vrrp_garp_lower_prio_repeat, vrrp_garp_lower_prio_delay, garp_lower_prio_repeat,
    garp_lower_prio_delay"""
    capture = lab.capture()
    own = Instance(name="VI_2", vrid=52, addresses=("192.0.2.60/24",),
                   extra=("garp_lower_prio_repeat 3", "garp_lower_prio_delay 2"))
    start(lab.hosts[0], config(Instance(), own, globals=(
        "vrrp_garp_master_repeat 1", "vrrp_garp_master_delay 0", "vrrp_garp_lower_prio_repeat 2",
        "vrrp_garp_lower_prio_delay 1")))
    for address in (VIP, "192.0.2.60"):
        wait_until(lambda address=address: len(capture.announcements("p1", address)) == 1, 15, "a master")
    sent = time.time()
    forge.send(lab.client, forge.advert(VIP, "192.0.2.200", priority=50),
               forge.advert("192.0.2.60", "192.0.2.200", priority=50, vrid=52))

    def times(address: str) -> list[float]:
        return [heard.time for heard in capture.announcements("p1", address, since=sent)]

    wait_until(lambda: len(times(VIP)) >= 4 and len(times("192.0.2.60")) >= 6, 15, "both bursts of both")
    assert bursts(times(VIP)) == [2, 2] and bursts(times("192.0.2.60")) == [3, 3]
    assert times(VIP)[2] - times(VIP)[0] > 0.9
    assert times("192.0.2.60")[3] - times("192.0.2.60")[0] > 1.9


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in zip(times, times[1:])]


def test_vrrp_garp_interval_and_vrrp_gna_interval_keep_announcements_apart(make_lab: MakeLab,
                                                                           start: StartAgent) -> None:
    addresses = ("192.0.2.50", "192.0.2.51", VIP6)
    lab = make_lab(ipv6=True)
    capture = lab.capture()
    instance = Instance(addresses=("192.0.2.50/24", "192.0.2.51/24"), excluded=(f"{VIP6}/64",),
                        extra=("garp_master_delay 0", "garp_master_repeat 2"))
    start(lab.hosts[0], config(instance, globals=("vrrp_garp_interval 0.4", "vrrp_gna_interval 0.7")))
    wait_until(lambda: all(len(capture.announcements("p1", address)) >= 2 for address in addresses), 15,
               "a whole burst")
    arps = [heard.time for heard in capture.announcements("p1") if heard.address in addresses[:2]]
    # A delay of the process between two frames can only make the gap after it a little shorter.
    assert len(arps) == 4 and min(gaps(arps)) > 0.3, gaps(arps)
    adverts = [heard.time for heard in capture.announcements("p1", VIP6)]
    assert len(adverts) == 2 and min(gaps(adverts)) > 0.6, gaps(adverts)


@pytest.mark.parametrize("members", ["interface eth0", "interfaces {\n        eth0\n    }"])
def test_a_garp_group_shares_its_intervals_between_instances(make_lab: MakeLab, start: StartAgent,
                                                             members: str) -> None:
    """garp_interval for gratuitous ARPs, gna_interval for neighbour adverts."""
    capture = (lab := make_lab(ipv6=True)).capture()
    short = ("garp_master_delay 0", "garp_master_repeat 2")
    first = Instance(addresses=("192.0.2.50/24",), excluded=("2001:db8::50/64",), extra=short)
    second = Instance(name="VI_2", vrid=52, addresses=("192.0.2.51/24",), excluded=("2001:db8::51/64",),
                      extra=short)
    group = f"garp_group {{\n    garp_interval 0.4\n    gna_interval 0.5\n    {members}\n}}"
    start(lab.hosts[0], config(first, second, blocks=(group,)))
    for ours, least in ((("192.0.2.50", "192.0.2.51"), 0.3), (("2001:db8::50", "2001:db8::51"), 0.4)):
        def heard() -> list[float]:
            return [one.time for one in capture.announcements("p1") if one.address in ours]
        wait_until(lambda: len(heard()) >= 4, 15, "both bursts")
        assert min(gaps(heard())) > least, gaps(heard())
