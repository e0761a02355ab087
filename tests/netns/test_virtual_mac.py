"""Virtual MACs (use_vmac and its kin): the macvlan the kernel really has, who answers neighbours, and what
happens to it when an agent dies, stops, or somebody meddles."""

from __future__ import annotations

import re
import time

import pytest

from lab.config import VIP, Instance, config
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.virtual_mac import LINK, VIRTUAL_MAC, VIRTUAL_MAC6, link, setting, wait_for
from lab.waiting import stays_true, wait_until

VIP6 = "2001:db8::50"


def instance(priority: int, *extra: str, ipv6: bool = False) -> Instance:
    addresses = ("fe80::51/64", f"{VIP6}/64") if ipv6 else (f"{VIP}/24",)
    return Instance(priority=priority, version=3, addresses=addresses, extra=extra or ("use_vmac",))


def neighbour(lab: Lab, address: str) -> str:
    """The MAC that the client learns of an address, asked anew."""
    lab.client.try_run("ip", "neigh", "flush", "all")
    assert lab.client.try_run("ping", "-q", "-c", "1", "-W", "2", address).returncode == 0
    match = re.search(r"lladdr (\S+)", lab.client.run("ip", "neigh", "show", address))
    return match.group(1) if match else ""


def test_use_vmac_makes_a_private_macvlan_with_the_virtual_mac(lab: Lab, start: StartAgent) -> None:
    """use_vmac"""
    host = lab.hosts[0]
    start(host, config(instance(150)))
    wait_for(host, LINK, VIP)
    made = link(host)
    assert made["address"] == VIRTUAL_MAC
    assert made["link"] == "eth0"
    assert made["linkinfo"]["info_kind"] == "macvlan"
    assert made["linkinfo"]["info_data"]["mode"] == "private"
    assert made["inet6_addr_gen_mode"] == "none"
    assert "UP" in made["flags"]
    assert not host.holds(VIP)
    for path, value in {f"ipv4/conf/{LINK}/arp_ignore": "1", f"ipv4/conf/{LINK}/accept_local": "1",
                        f"ipv4/conf/{LINK}/rp_filter": "0", f"ipv6/conf/{LINK}/disable_ipv6": "1",
                        "ipv4/conf/eth0/arp_ignore": "1", "ipv4/conf/eth0/arp_filter": "1",
                        "ipv4/conf/eth0/arp_announce": "2"}.items():
        assert setting(host, path) == value, path


def test_adverts_come_from_the_virtual_mac_and_the_hosts_own_address(lab: Lab, start: StartAgent) -> None:
    """use_vmac on the wire"""
    capture = lab.capture()
    start(lab.hosts[0], config(instance(150)))
    heard = capture.wait_for_advert(lambda advert: advert.priority == 150, 10, "an advert")
    assert heard.mac == VIRTUAL_MAC
    assert heard.source == lab.hosts[0].address


def test_vmac_xmit_base_sends_adverts_from_the_interface_itself(lab: Lab, start: StartAgent) -> None:
    """vmac_xmit_base"""
    capture = lab.capture()
    start(lab.hosts[0], config(instance(150, "use_vmac", "vmac_xmit_base")))
    heard = capture.wait_for_advert(lambda advert: advert.priority == 150, 10, "an advert")
    assert heard.mac == lab.hosts[0].mac()
    wait_for(lab.hosts[0], LINK, VIP)
    assert neighbour(lab, VIP) == VIRTUAL_MAC


def test_neighbours_see_the_same_mac_before_and_after_a_failover(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(instance(150)))
    start(lab.hosts[1], config(instance(100)))
    wait_for(lab.hosts[0], LINK, VIP)
    assert neighbour(lab, VIP) == VIRTUAL_MAC
    lab.crash(lab.hosts[0])
    wait_for(lab.hosts[1], LINK, VIP)
    assert neighbour(lab, VIP) == VIRTUAL_MAC
    assert neighbour(lab, lab.hosts[1].address) == lab.hosts[1].mac()


def test_neighbours_see_the_ipv6_virtual_mac_before_and_after_a_failover(make_lab: MakeLab,
                                                                         start: StartAgent) -> None:
    """use_vmac of an IPv6 instance"""
    lab = make_lab(ipv6=True)
    capture = lab.capture()
    start(lab.hosts[0], config(instance(150, ipv6=True)))
    start(lab.hosts[1], config(instance(100, ipv6=True)))
    wait_for(lab.hosts[0], LINK, VIP6)
    assert link(lab.hosts[0])["address"] == VIRTUAL_MAC6
    assert capture.adverts("p1")[-1].mac == VIRTUAL_MAC6
    assert neighbour(lab, VIP6) == VIRTUAL_MAC6
    lab.crash(lab.hosts[0])
    wait_for(lab.hosts[1], LINK, VIP6)
    assert neighbour(lab, VIP6) == VIRTUAL_MAC6


def test_a_stop_removes_the_interface_and_gives_the_one_below_its_settings_back(lab: Lab,
                                                                               start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = start(host, config(instance(150)))
    wait_for(host, LINK, VIP)
    assert agent.stop() == 0
    assert link(host) == {}
    for name in ("arp_ignore", "arp_filter", "arp_announce"):
        assert setting(host, f"ipv4/conf/eth0/{name}") == "0", name
    assert host.run("nft", "list", "ruleset") == ""


def test_a_successor_takes_the_interface_over_and_still_restores_the_settings(lab: Lab,
                                                                              start: StartAgent) -> None:
    host = lab.hosts[0]
    first = start(host, config(instance(150)))
    wait_for(host, LINK, VIP)
    before = link(host)["ifindex"]
    host.kill_all()
    first.bury()
    assert host.holds(VIP, LINK)
    second = start(host, config(instance(150)))
    wait_until(lambda: "took over the interface" in second.log(), 10, "the interface is taken over")
    wait_for(host, LINK, VIP)
    assert link(host)["ifindex"] == before
    assert second.stop() == 0
    assert link(host) == {}
    assert setting(host, "ipv4/conf/eth0/arp_ignore") == "0"
    assert host.run("nft", "list", "ruleset") == ""


def test_an_interface_of_a_dead_predecessor_that_nobody_needs_goes(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    first = start(host, config(instance(150, "use_vmac old")))
    wait_for(host, "old", VIP)
    host.kill_all()
    first.bury()
    start(host, config(instance(150, "use_vmac new")))
    wait_for(host, "new", VIP)
    assert link(host, "old") == {}


def test_a_deleted_interface_comes_back_without_a_failover(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = start(host, config(instance(150)))
    wait_for(host, LINK, VIP)
    before = link(host)["ifindex"]
    time.sleep(1.1)  # a second one within a second would wait
    host.ip(f"link del {LINK}")
    wait_until(lambda: link(host) and link(host)["ifindex"] != before, 10, "it is made again")
    wait_for(host, LINK, VIP)
    assert link(host)["address"] == VIRTUAL_MAC
    assert neighbour(lab, VIP) == VIRTUAL_MAC
    assert "Entering FAULT STATE" not in agent.log()


def test_an_interface_that_is_put_down_comes_up_again(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    start(host, config(instance(150)))
    wait_for(host, LINK, VIP)
    time.sleep(1.1)
    host.ip(f"link set {LINK} down")
    wait_until(lambda: "UP" in link(host)["flags"], 10, "it is up again")
    wait_for(host, LINK, VIP)


def test_a_failing_interface_below_is_a_fault_and_all_returns_with_it(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(instance(150)))
    start(lab.hosts[1], config(instance(100)))
    wait_for(lab.hosts[0], LINK, VIP)
    lab.switch.run("ip", "link", "set", lab.hosts[0].port, "down")
    wait_for(lab.hosts[1], LINK, VIP)
    lab.switch.run("ip", "link", "set", lab.hosts[0].port, "up")
    wait_for(lab.hosts[0], LINK, VIP)
    wait_until(lambda: not lab.hosts[1].holds(VIP, LINK), 10, "the weaker lets go")


def test_the_interface_is_made_when_the_one_below_appears(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    host.ip("link del eth0")
    agent = start(host, config(instance(150), globals=("dynamic_interfaces",)))
    agent.wait_until_started()
    stays_true(lambda: link(host) == {}, 0.5, "there is nothing to put it on")
    lab.connect(host)
    wait_for(host, LINK, VIP)
    host.ip("link del eth0")
    wait_until(lambda: link(host) == {}, 10, "it goes with the one below")
    assert agent.is_running()
    lab.connect(host)
    wait_for(host, LINK, VIP)


@pytest.mark.parametrize("words, name, mac", [
    ("use_vmac outer", "outer", VIRTUAL_MAC),
    ("use_vmac outer 02:00:5e:10:20:30", "outer", "02:00:5e:10:20:30"),
    ("use_vmac outer 02:00:5e:10:20", "outer", "02:00:5e:10:20:33"),
])
def test_use_vmac_takes_a_name_and_a_mac(lab: Lab, start: StartAgent, words: str, name: str,
                                         mac: str) -> None:
    """use_vmac NAME MAC"""
    start(lab.hosts[0], config(instance(150, words)))
    wait_for(lab.hosts[0], name, VIP)
    assert link(lab.hosts[0], name)["address"] == mac
    assert neighbour(lab, VIP) == mac


def test_vmac_prefix_and_vmac_addr_prefix_name_the_interfaces(lab: Lab, start: StartAgent) -> None:
    """vmac_prefix, vmac_addr_prefix, use_vmac_addr: the other family has its own MAC"""
    host = lab.hosts[0]
    extra = ("use_vmac", "use_vmac_addr", "virtual_ipaddress_excluded {", f"    {VIP6}/64", "}")
    start(host, config(instance(150, *extra), globals=("vmac_prefix mine", "vmac_addr_prefix other")))
    wait_for(host, "mine.51", VIP)
    wait_for(host, "other.51", VIP6)
    assert link(host, "mine.51")["address"] == VIRTUAL_MAC
    assert link(host, "other.51")["address"] == VIRTUAL_MAC6


def test_use_vmac_of_an_address_gives_it_a_virtual_mac_alone(lab: Lab, start: StartAgent) -> None:
    """use_vmac in virtual_ipaddress"""
    host = lab.hosts[0]
    start(host, config(Instance(priority=150, version=3, addresses=(f"{VIP}/24", "192.0.2.51/24 use_vmac"))))
    wait_for(host, LINK, "192.0.2.51")
    assert host.holds(VIP)
    assert neighbour(lab, "192.0.2.51") == VIRTUAL_MAC
    assert neighbour(lab, VIP) == host.mac()


def test_a_name_that_is_taken_is_said_and_never_touched(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    host.ip("link add mine type veth peer name mine1")
    agent = start(host, config(instance(150, "use_vmac mine")))
    wait_until(lambda: "or give another name after use_vmac" in agent.log(), 10, "the operator is told")
    stays_true(lambda: link(host, "mine")["linkinfo"]["info_kind"] == "veth", 1, "it is left alone")
    host.ip("link del mine")
    wait_for(host, "mine", VIP)


def test_group_reports_never_leave_with_the_virtual_mac(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    capture = lab.capture()
    six = Instance(name="VI_6", priority=150, addresses=("fe80::51/64", f"{VIP6}/64"), extra=("use_vmac",))
    start(lab.hosts[0], config(instance(150), six))
    wait_for(lab.hosts[0], LINK, VIP)
    wait_for(lab.hosts[0], "vrrp6.51", VIP6)

    def both_kinds() -> bool:
        return {report.kind for report in capture.group_reports("p1")} == {"igmp", "mld"}

    wait_until(both_kinds, 10, "the kernel reports the groups of both families")
    time.sleep(2)  # it repeats its reports for a while
    assert {report.mac for report in capture.group_reports("p1")} == {lab.hosts[0].mac()}
