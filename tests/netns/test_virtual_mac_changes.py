"""Virtual MACs while things change around them: reloads, a killed vrrp process, settings of the host, routes
by their interface, and switches that forget a MAC."""

from __future__ import annotations

import pytest

from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.virtual_mac import LINK, VIRTUAL_MAC, link, setting, wait_for
from lab.waiting import stays_true, wait_until

BASE_SETTINGS = ("arp_ignore", "arp_filter", "arp_announce")
QUIET = ("vrrp_garp_master_delay 0", "vrrp_garp_master_repeat 1")


def instance(priority: int, *extra: str) -> Instance:
    return Instance(priority=priority, extra=extra)


def base_settings(host: LabHost) -> list[str]:
    return [setting(host, f"ipv4/conf/eth0/{name}") for name in BASE_SETTINGS]


def filter_of(host: LabHost, name: str) -> str:
    return setting(host, f"ipv4/conf/{name}/rp_filter")


def test_a_reload_gives_a_virtual_mac_and_takes_it_away(lab: Lab, start: StartAgent) -> None:
    """use_vmac across reloads"""
    host = lab.hosts[0]
    agent = start(host, config(instance(150)))
    wait_for(host, "eth0", VIP)
    agent.reload(config(instance(150, "use_vmac")))
    wait_for(host, LINK, VIP)
    wait_until(lambda: not host.holds(VIP), 10, "the address has left the interface below")
    agent.reload(config(instance(150)))
    wait_for(host, "eth0", VIP)
    wait_until(lambda: link(host) == {}, 10, "nobody needs the interface")
    assert base_settings(host) == ["0", "0", "0"]


def test_a_reload_renames_the_interface(lab: Lab, start: StartAgent) -> None:
    """use_vmac NAME across a reload"""
    host = lab.hosts[0]
    agent = start(host, config(instance(150, "use_vmac before")))
    wait_for(host, "before", VIP)
    agent.reload(config(instance(150, "use_vmac after")))
    wait_for(host, "after", VIP)
    assert link(host, "before") == {}
    assert link(host, "after")["address"] == VIRTUAL_MAC


@pytest.mark.beyond_keepalived
def test_another_vrrp_process_takes_the_interface_over(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = start(host, config(instance(150, "use_vmac")))
    wait_for(host, LINK, VIP)
    before, first, held = link(host)["ifindex"], agent.vrrp_pid(), base_settings(host)
    host.run("kill", "-KILL", str(first))
    agent.wait_for_log("another vrrp process goes on")
    wait_for(host, LINK, VIP)
    stays_true(lambda: base_settings(host) == held, 1, "the settings of the interface below are still held")
    assert link(host)["ifindex"] == before
    assert agent.stop() == 0
    assert link(host) == {}
    assert base_settings(host) == ["0", "0", "0"]


def test_a_host_that_checks_sources_hears_adverts_on_the_virtual_mac(lab: Lab, start: StartAgent) -> None:
    """use_vmac beside net.ipv4.conf.all.rp_filter"""
    for host in lab.hosts:
        host.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1")
    start(lab.hosts[0], config(instance(150, "use_vmac")))
    wait_for(lab.hosts[0], LINK, VIP)
    weaker = start(lab.hosts[1], config(instance(100, "use_vmac")))
    weaker.wait_until_started()
    wait_until(lambda: "UP" in link(lab.hosts[1]).get("flags", ()), 10, "the weaker has its interface")
    stays_true(lambda: not lab.hosts[1].holds(VIP, LINK), 2, "the weaker hears the master")
    assert [filter_of(lab.hosts[1], name) for name in (LINK, "all", "eth0", "default")] == list("0011")
    assert weaker.stop() == 0
    assert [filter_of(lab.hosts[1], name) for name in ("all", "eth0", "default")] == list("100")


def test_settings_that_the_operator_has_made_return(lab: Lab, start: StartAgent) -> None:
    """use_vmac: a stricter value stays, another one comes back"""
    host = lab.hosts[0]
    host.run("sysctl", "-qw", "net.ipv4.conf.eth0.arp_ignore=2", "net.ipv4.conf.eth0.arp_announce=1")
    agent = start(host, config(instance(150, "use_vmac")))
    wait_for(host, LINK, VIP)
    assert base_settings(host) == ["2", "1", "2"]
    assert agent.stop() == 0
    assert base_settings(host) == ["2", "0", "1"]


def test_an_ipv6_virtual_mac_listens_to_no_router_and_leaves_ipv4_alone(make_lab: MakeLab,
                                                                        start: StartAgent) -> None:
    """use_vmac of an IPv6 instance: the settings of its interface"""
    host = make_lab(ipv6=True).hosts[0]
    start(host, config(Instance(priority=150, addresses=("fe80::51/64", "2001:db8::50/64"),
                                extra=("use_vmac",))))
    wait_for(host, LINK, "2001:db8::50")
    for name, value in {"disable_ipv6": "0", "accept_ra": "0", "autoconf": "0"}.items():
        assert setting(host, f"ipv6/conf/{LINK}/{name}") == value, name
    assert base_settings(host) == ["0", "0", "0"]
    held = {entry["local"] for entry in host.addresses(LINK)}
    assert held == {"fe80::51", "2001:db8::50"}, "nothing is made of the MAC"


def test_routes_may_go_by_the_interface_with_the_virtual_mac(lab: Lab, start: StartAgent) -> None:
    """virtual_routes with dev vrrp.51"""
    host = lab.hosts[0]
    routes = ("virtual_routes {", f"    203.0.113.0/24 via 192.0.2.100 dev {LINK}", "}")
    agent = start(host, config(instance(150, "use_vmac", *routes), globals=("dynamic_interfaces",)))
    wait_for(host, LINK, VIP)
    wait_until(lambda: f"dev {LINK}" in host.ip("route show 203.0.113.0/24"), 10, "the route is there")
    assert agent.stop() == 0
    assert host.ip("route show 203.0.113.0/24") == ""


@pytest.mark.parametrize("word", ["garp_extra_if", "vmac_garp_intvl"])
def test_switches_are_reminded_of_a_virtual_mac_that_sends_no_adverts(lab: Lab, start: StartAgent,
                                                                      word: str) -> None:
    """garp_extra_if, vmac_garp_intvl"""
    capture = lab.capture()
    extra = ("use_vmac", "vmac_xmit_base", f"{word} 1")
    start(lab.hosts[0], config(instance(150, *extra), globals=QUIET))
    wait_until(lambda: len(capture.announcements("p1", VIP)) > 3, 15, "it is announced again and again")
    assert {told.mac for told in capture.announcements("p1", VIP)} == {VIRTUAL_MAC}


@pytest.mark.parametrize("word, reminded", [("", False), ("all ", True)], ids=["virtual_macs", "all"])
def test_switches_are_reminded_of_other_interfaces_when_all_are_asked_for(
        lab: Lab, start: StartAgent, word: str, reminded: bool) -> None:
    """vrrp_garp_extra_if [all]: one address is announced by an interface that no adverts leave by"""
    host = lab.hosts[0]
    lab.switch.plug("p1b", host, "eth1")
    lab.switch.run("ip", "link", "set", "p1b", "up")
    host.ip("link set eth1 up")
    capture = lab.capture("p1b")
    elsewhere = ("198.51.100.50/24 dev eth1", "198.51.100.51/24 dev eth1")
    start(host, config(Instance(priority=150, addresses=(f"{VIP}/24", *elsewhere)),
                       globals=(*QUIET, f"vrrp_garp_extra_if {word}1")))
    wait_for(host, "eth1", "198.51.100.50")

    def reminders() -> list[str]:
        return [told.address for told in capture.announcements("p1b")][len(elsewhere):]

    if reminded:
        wait_until(lambda: len(reminders()) > 2, 15, "it is announced again and again")
        assert set(reminders()) == {"198.51.100.50"}
    else:
        stays_true(lambda: not reminders(), 3, "an interface without a virtual MAC is not meant")
    assert [told.address for told in capture.announcements("p1")] == [VIP], "adverts leave by this one"


def test_the_interface_is_in_the_group_that_was_asked_for(lab: Lab, start: StartAgent) -> None:
    """use_vmac ... group"""
    start(lab.hosts[0], config(instance(150, "use_vmac outer group 7")))
    wait_for(lab.hosts[0], "outer", VIP)
    assert link(lab.hosts[0], "outer")["group"] == "7"
