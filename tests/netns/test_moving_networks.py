"""A network that moves under the agent: links that are renamed, moved, made anew and flap, hosts whose own
address changes, and managers that flush whatever they did not make.

Whatever happens, no instance stays stuck, and when it is over one host holds the address, on one interface.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from typing import Callable

import pytest

from lab.agent import Agent
from lab.capture import Capture
from lab.config import VIP, VIP6, VIP6_LINK_LOCAL, Instance, config
from lab.namespaces import Namespaces
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

STRONG, WEAK = 150, 100
DYNAMIC = ("dynamic_interfaces",)


def places(host: LabHost, address: str) -> list[str]:
    """The interfaces of a host that hold the address."""
    shown = json.loads(host.run("ip", "-j", "addr", "show"))
    return [link["ifname"] for link in shown for entry in link.get("addr_info", [])
            if entry.get("local") == address]


def start_pair(lab: Lab, start: StartAgent, settings: tuple[str, ...] = (), vip: str = VIP,
               **instance: object) -> tuple[Agent, Agent]:
    """The stronger one on the first host is master."""
    agents = tuple(start(host, config(Instance(priority=priority, **instance),  # type: ignore[arg-type]
                                      globals=settings))
                   for host, priority in zip(lab.hosts, (STRONG, WEAK)))
    lab.wait_for_holder(lab.hosts[0], vip)
    return agents[0], agents[1]


def wait_for_places(lab: Lab, expected: list[list[str]], vip: str = VIP) -> None:
    wait_until(lambda: [places(host, vip) for host in lab.hosts] == expected, 20,
               f"{vip} on {expected}; it is on {[places(host, vip) for host in lab.hosts]}")


def assert_calm(lab: Lab, capture: Capture, vip: str = VIP) -> None:
    """The first host is master, alone, and its adverts come."""
    wait_for_places(lab, [["eth0"], []], vip)
    since = time.time()
    capture.wait_for_advert(lambda advert: (advert.port, advert.priority) == ("p1", STRONG), 10,
                            "adverts of the stronger", since)
    stays_true(lambda: [places(host, vip) for host in lab.hosts] == [["eth0"], []], 0.8, "it stays so")


def move(host: Namespaces, name: str, to: Namespaces) -> None:
    subprocess.run(["nsenter", "-t", str(host.pid), "-n", "ip", "link", "set", name, "netns", str(to.pid)],
                   check=True, timeout=20)


def give_addresses(host: LabHost) -> None:
    host.ip("link set eth0 up")
    host.ip(f"addr add {host.address}/24 dev eth0")
    host.ip(f"addr add {host.address6}/64 dev eth0 nodad")


@pytest.mark.parametrize("settings", [(), DYNAMIC], ids=["fixed", "dynamic_interfaces"])
def test_a_renamed_interface_is_gone_until_it_has_its_name_back(lab: Lab, start: StartAgent,
                                                                settings: tuple[str, ...]) -> None:
    host = lab.hosts[0]
    agent, _ = start_pair(lab, start, settings)
    host.ip("link set eth0 down")
    host.ip("link set eth0 name lan0")
    host.ip("link set lan0 up")
    wait_for_places(lab, [[], ["eth0"]])
    stays_true(lambda: [places(each, VIP) for each in lab.hosts] == [[], ["eth0"]], 0.8, "it stays so")
    host.ip("link set lan0 down")
    host.ip("link set lan0 name eth0")
    host.ip("link set eth0 up")
    assert_calm(lab, lab.capture())
    assert agent.stop() == 0


def test_another_interface_may_take_the_name(lab: Lab, start: StartAgent) -> None:
    """The name is what was configured: adverts and addresses go to whoever bears it."""
    host = lab.hosts[0]
    start_pair(lab, start, DYNAMIC)
    lab.switch.plug("p1b", host, "new0")
    lab.switch.run("ip", "link", "set", "p1b", "master", "br0", "up")
    host.ip("link set eth0 down")
    host.ip("link set eth0 name old0")
    host.ip("link set new0 name eth0")
    give_addresses(host)
    capture = lab.capture("p1b")
    capture.wait_for_advert(lambda advert: (advert.port, advert.priority) == ("p1b", STRONG), 15,
                            "adverts by the new interface")
    wait_for_places(lab, [["eth0"], []])


@pytest.mark.parametrize("settings", [(), DYNAMIC], ids=["fixed", "dynamic_interfaces"])
def test_an_interface_that_leaves_the_namespace_may_come_back(lab: Lab, start: StartAgent,
                                                              settings: tuple[str, ...]) -> None:
    host = lab.hosts[0]
    agent, _ = start_pair(lab, start, settings)
    elsewhere = Namespaces("elsewhere")
    try:
        move(host, "eth0", elsewhere)
        wait_for_places(lab, [[], ["eth0"]])
        assert agent.is_running()
        move(elsewhere, "eth0", host)
        give_addresses(host)
        assert_calm(lab, lab.capture())
    finally:
        elsewhere.close()


@pytest.mark.parametrize("settings", [(), DYNAMIC], ids=["fixed", "dynamic_interfaces"])
def test_an_interface_is_deleted_and_made_again_and_again(lab: Lab, start: StartAgent,
                                                          settings: tuple[str, ...]) -> None:
    host = lab.hosts[0]
    agent, _ = start_pair(lab, start, settings)
    for _ in range(3):
        host.ip("link del eth0")
        lab.connect(host)
    host.ip("link del eth0")
    wait_for_places(lab, [[], ["eth0"]])
    lab.connect(host)
    assert_calm(lab, lab.capture())
    assert agent.stop() == 0


def test_links_that_flap_leave_one_master(lab: Lab, start: StartAgent) -> None:
    agents = start_pair(lab, start)
    for _ in range(15):
        lab.hosts[0].ip("link set eth0 down")
        lab.hosts[0].ip("link set eth0 up")
        lab.switch.run("ip", "link", "set", "p2", "down")
        lab.switch.run("ip", "link", "set", "p2", "up")
    assert_calm(lab, lab.capture())
    assert all(agent.stop() == 0 for agent in agents)


@pytest.mark.parametrize("promote", ["0", "1"], ids=["secondaries_go", "secondaries_stay"])
def test_another_own_address_is_the_next_source(lab: Lab, start: StartAgent, promote: str) -> None:
    """Without promote_secondaries the kernel removes the virtual address with the first of its network."""
    host = lab.hosts[0]
    host.run("sysctl", "-qw", f"net.ipv4.conf.all.promote_secondaries={promote}",
             f"net.ipv4.conf.eth0.promote_secondaries={promote}")
    start_pair(lab, start)
    capture = lab.capture()
    host.ip(f"addr del {host.address}/24 dev eth0")
    wait_for_places(lab, [[], ["eth0"]])  # without an address of its own it is in FAULT
    changed = time.time()
    host.ip("addr add 192.0.2.11/24 dev eth0")
    capture.wait_for_advert(lambda advert: advert.source == "192.0.2.11", 10, "adverts from the new address",
                            changed)
    assert_calm(lab, capture)


def test_a_host_whose_address_goes_and_comes_back_later(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    start_pair(lab, start)
    host.ip("addr flush dev eth0 scope global")
    time.sleep(1)
    assert len([each for each in lab.hosts if places(each, VIP)]) == 1
    host.ip("addr add 192.0.2.12/24 dev eth0")
    assert_calm(lab, lab.capture())


@pytest.mark.parametrize("mtu", ["576", "1400", "9000"])
def test_another_mtu_costs_nothing(lab: Lab, start: StartAgent, mtu: str) -> None:
    start_pair(lab, start)
    capture = lab.capture()
    changed = time.time()
    lab.hosts[0].ip(f"link set eth0 mtu {mtu}")
    lab.switch.run("ip", "link", "set", "p1", "mtu", mtu)
    assert_calm(lab, capture)
    assert capture.adverts("p2", since=changed) == []


@pytest.mark.parametrize("without, with_again", [
    (("link", "set", "eth0", "mtu", "1000"), ("link", "set", "eth0", "mtu", "1500")),
    (None, None)], ids=["mtu", "disable_ipv6"])
def test_a_link_without_ipv6_is_a_fault_until_it_has_it_again(make_lab: MakeLab, start: StartAgent,
                                                              without: tuple[str, ...] | None,
                                                              with_again: tuple[str, ...] | None) -> None:
    """The kernel takes IPv6 away from a link with an MTU below 1280, as it does on request."""
    lab = make_lab(ipv6=True)
    host = lab.hosts[0]
    start_pair(lab, start, vip=VIP6, addresses=(f"{VIP6_LINK_LOCAL}/64", f"{VIP6}/64"))

    def switch_ipv6(words: tuple[str, ...] | None, off: int) -> None:
        if words is None:
            host.run("sysctl", "-qw", f"net.ipv6.conf.eth0.disable_ipv6={off}")
        else:
            host.run("ip", *words)

    switch_ipv6(without, 1)
    wait_for_places(lab, [[], ["eth0"]], VIP6)
    switch_ipv6(with_again, 0)
    assert_calm(lab, lab.capture(), VIP6)


class Manager(threading.Thread):
    """Puts a host into the state it believes in, again and again, as a network manager would."""

    def __init__(self, act: Callable[[], None], rounds: int, pause: float) -> None:
        super().__init__()
        self._act, self._rounds, self._pause = act, rounds, pause
        self.start()

    def run(self) -> None:
        for _ in range(self._rounds):
            self._act()
            time.sleep(self._pause)


def test_a_manager_that_flushes_virtual_addresses_moves_no_role(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    start_pair(lab, start)
    capture = lab.capture()
    begun = time.time()
    Manager(lambda: host.try_run("ip", "addr", "flush", "dev", "eth0", "to", VIP) and None, 6, 1).join()
    assert_calm(lab, capture)
    assert capture.adverts("p2", since=begun) == []
    assert {advert.priority for advert in capture.adverts("p1", since=begun)} == {STRONG}


def test_a_manager_that_flushes_all_is_survived(lab: Lab, start: StartAgent) -> None:
    """Addresses, routes and rules of the host, every second, and what the manager knows of made again."""
    host = lab.hosts[0]
    extra = ("virtual_routes {", "203.0.113.0/24 via 192.0.2.100 dev eth0", "}",
             "virtual_rules {", f"from {VIP} table 100 priority 100", "}")
    agents = start_pair(lab, start, extra=extra)

    def flush_all() -> None:
        for words in ("addr flush dev eth0 scope global", "route flush table main", "rule flush",
                      "rule add priority 32766 lookup main", f"addr add {host.address}/24 dev eth0"):
            host.try_run("ip", *words.split())  # a flush gives up where the agent was quicker to remove

    Manager(flush_all, 6, 1).join()
    assert_calm(lab, lab.capture())
    wait_until(lambda: "via 192.0.2.100" in host.ip("route show 203.0.113.0/24"), 15, "its route is back")
    wait_until(lambda: "lookup 100" in host.ip("rule show"), 15, "its rule is back")
    assert all(agent.stop() == 0 for agent in agents)
    assert [places(each, VIP) for each in lab.hosts] == [[], []]


def test_news_that_are_lost_while_a_link_is_made_anew_are_made_up_for(lab: Lab, start: StartAgent) -> None:
    """An overrun of the netlink socket hides the end of the interface and the begin of the next."""
    host = lab.hosts[0]
    host.ip("link add aux0 type veth peer name aux1")
    agent, _ = start_pair(lab, start, DYNAMIC, advert_int=1)
    stopped = (str(agent.pid()), str(agent.vrrp_pid()))
    host.run("kill", "-STOP", *stopped)
    try:
        host.ip("link del eth0")
        wait_until(lambda: flood_until_dropped(host), 60, "an overrun")
        lab.connect(host)
    finally:
        host.run("kill", "-CONT", *stopped)
    assert_calm(lab, lab.capture())


def flood_until_dropped(host: LabHost) -> bool:
    batch = []
    for _ in range(4):
        batch += [f"addr add 198.51.{100 + n // 250}.{n % 250 + 1}/32 dev aux0" for n in range(500)]
        batch += ["addr flush dev aux0"]
    host.run("ip", "-batch", "-", stdin="\n".join(batch))
    rows = host.run("cat", "/proc/net/netlink").splitlines()
    column = rows[0].split().index("Drops")
    return sum(int(row.split()[column]) for row in rows[1:]) > 0
