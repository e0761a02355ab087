"""Virtual MACs and the packet filter beside Debian's keepalived: the same interface, the same rules, and
pairs of one of each in both roles."""

from __future__ import annotations

import json
import pathlib
import re

import pytest

from lab.agent import Agent, keepalived, understudy
from lab.config import VIP, VIP6, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab
from lab.waiting import wait_until

LINKS = {False: "vrrp.51", True: "vrrp.51"}
MACS = {False: "00:00:5e:00:01:33", True: "00:00:5e:00:02:33"}
SETTINGS = ("ipv4/conf/eth0/arp_ignore", "ipv4/conf/eth0/arp_filter", "ipv4/conf/vrrp.51/arp_ignore",
            "ipv4/conf/vrrp.51/accept_local", "ipv4/conf/vrrp.51/rp_filter",
            "ipv4/conf/vrrp.51/promote_secondaries", "ipv6/conf/vrrp.51/disable_ipv6",
            "ipv6/conf/vrrp.51/addr_gen_mode")


def instance(priority: int, ipv6: bool = False, extra: tuple[str, ...] = ("use_vmac",)) -> Instance:
    addresses = ("fe80::51/64", f"{VIP6}/64") if ipv6 else (f"{VIP}/24",)
    return Instance(priority=priority, addresses=addresses, extra=extra)


def vip(ipv6: bool) -> str:
    return VIP6 if ipv6 else VIP


def described(host: LabHost, name: str) -> dict:
    """What `ip -d -j link` says of a link, without what no two links have in common, and without the alias in
    which understudy notes the settings it has found."""
    link = json.loads(host.run("ip", "-d", "-j", "link", "show", "dev", name))[0]
    return {key: value for key, value in link.items() if key not in ("ifindex", "ifalias")}


def rules(host: LabHost) -> str:
    """The rule set without what differs from run to run."""
    return re.sub(r"packets \d+ bytes \d+", "packets N bytes N", host.run("nft", "list", "ruleset"))


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
def test_both_make_the_same_interface(make_lab: MakeLab, ipv6: bool) -> None:
    """use_vmac"""
    lab = make_lab(ipv6=ipv6)
    capture = lab.capture()
    seen = []
    for host, program in zip(lab.hosts, (understudy(), keepalived())):
        agent = Agent(host, program, config(instance(150, ipv6))).start()
        wait_until(lambda host=host: host.holds(vip(ipv6), LINKS[ipv6]), 10, f"{program.name} is master")
        advert = capture.wait_for_advert(lambda heard, port=host.port: heard.port == port, 10, "an advert")
        settings = [host.run("cat", f"/proc/sys/net/{path}").strip() for path in SETTINGS] if not ipv6 else []
        seen.append((described(host, LINKS[ipv6]), advert.mac, settings))
        assert agent.stop() == 0
    assert seen[0] == seen[1]
    assert seen[0][1] == MACS[ipv6]


@pytest.mark.parametrize("extra", [("use_vmac",), ("no_accept",), ("use_vmac", "no_accept")],
                         ids=["vmac", "no_accept", "vmac_no_accept"])
@pytest.mark.parametrize("globals", [(), ("nftables mine", "nftables_priority 5", "nftables_counters")],
                         ids=["plain", "configured"])
@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
def test_both_set_the_same_rules(make_lab: MakeLab, extra: tuple[str, ...], globals: tuple[str, ...],
                                 ipv6: bool) -> None:
    """use_vmac, no_accept, nftables, nftables_priority, nftables_counters"""
    lab = make_lab(ipv6=ipv6)
    seen = []
    for host, program in zip(lab.hosts, (understudy(), keepalived())):
        agent = Agent(host, program, config(instance(150, ipv6, extra), globals=globals)).start()
        device = LINKS[ipv6] if "use_vmac" in extra else "eth0"
        wait_until(lambda host=host: host.holds(vip(ipv6), device), 10, f"{program.name} is master")
        seen.append(rules(host))
        assert agent.stop() == 0
    assert seen[0] == seen[1]
    assert "keepalived" in seen[0] or "mine" in seen[0]


@pytest.mark.parametrize("extra", [("use_vmac",), ("use_vmac", "vmac_xmit_base")],
                         ids=["adverts_by_it", "adverts_by_base"])
def test_both_remind_switches_of_the_same_interfaces(make_lab: MakeLab, extra: tuple[str, ...]) -> None:
    """vrrp_garp_extra_if: one address of each interface that no adverts leave by"""
    lab = make_lab()
    capture = lab.capture()
    quiet = ("vrrp_garp_master_delay 0", "vrrp_garp_master_repeat 1", "vrrp_garp_extra_if all 1")
    addresses = (f"{VIP}/24", "192.0.2.51/24")
    everywhere = (*addresses, "198.51.100.50/24 dev eth1")  # without one keepalived never begins
    seen = []
    for host, program in zip(lab.hosts, (understudy(), keepalived())):
        host.ip("link add eth1 up type veth peer name eth1p")
        host.ip("link set eth1p up")
        agent = Agent(host, program, config(Instance(priority=150, addresses=everywhere, extra=extra),
                                            globals=quiet)).start()
        wait_until(lambda host=host: host.holds("192.0.2.51", "vrrp.51"), 10, f"{program.name} is master")
        since = capture.wait_for_advert(lambda heard, port=host.port: heard.port == port, 10, "master").time
        wait_until(lambda host=host: any(heard.time > since + 3.5 for heard in capture.adverts(host.port)),
                   10, "three seconds of adverts")
        told = capture.announcements(host.port, since=since)[len(addresses):]
        seen.append({(announcement.address, announcement.mac) for announcement in told})
        assert agent.stop() == 0
    assert seen[0] == seen[1]
    assert seen[0] == ({(VIP, MACS[False])} if "vmac_xmit_base" in extra else set())


@pytest.mark.parametrize("ours_strong", [True, False], ids=["ours_strong", "ours_weak"])
@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
def test_a_pair_on_virtual_macs_elects_and_fails_over(make_lab: MakeLab, ipv6: bool,
                                                      ours_strong: bool) -> None:
    lab = make_lab(ipv6=ipv6)
    programs: tuple[pathlib.Path, ...] = (understudy(), keepalived())
    strong, weak = programs if ours_strong else programs[::-1]
    first = Agent(lab.hosts[0], strong, config(instance(150, ipv6))).start()
    Agent(lab.hosts[1], weak, config(instance(100, ipv6))).start()
    _wait_for_holder(lab, 0, ipv6)
    assert first.stop() == 0
    _wait_for_holder(lab, 1, ipv6)
    first.start()
    _wait_for_holder(lab, 0, ipv6)
    lab.crash(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(vip(ipv6), LINKS[ipv6]), 10, "the weaker takes over")


def _wait_for_holder(lab: Lab, number: int, ipv6: bool) -> None:
    def holders() -> list[int]:
        return [n for n, host in enumerate(lab.hosts) if host.holds(vip(ipv6), LINKS[ipv6])]

    wait_until(lambda: holders() == [number], 10, f"host {number + 1} alone holds the address")
