"""Settings of instances and of the daemon that show in the kernel, on the wire and in the log."""

from __future__ import annotations

import re
import socket

import pytest

from lab.addresses import AddressMonitor
from lab.agent import Agent
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.frames import GroupReport
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.sockets import OpenSocket, sockets_of
from lab.waiting import stays_true, wait_until

PROMOTE = "/proc/sys/net/ipv4/conf/eth0/promote_secondaries"
LOCAL_IGMP = "/proc/sys/net/ipv4/igmp_link_local_mcast_reports"
VRRP = 112
NETLINK_CONNECTOR = 11


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


def setting(host: LabHost, path: str) -> str:
    return host.run("cat", path).strip()


def two_of_one_network(*extra: str) -> str:
    """The second address is a secondary one of the first."""
    first = Instance(addresses=("198.51.100.1/24",), extra=extra)
    second = Instance(name="VI_2", vrid=52, addresses=("198.51.100.2/24",), extra=extra)
    return config(first, second)


def test_promote_secondaries_keeps_the_addresses_of_others(host: LabHost, start: StartAgent) -> None:
    agent = start(host, two_of_one_network("promote_secondaries"))
    wait_until(lambda: host.holds("198.51.100.1") and host.holds("198.51.100.2"), 10, "both addresses")
    assert setting(host, PROMOTE) == "1"
    first, second = ("198.51.100.1", "198.51.100.2")
    primary = next(entry["local"] for entry in host.addresses() if entry["local"] in (first, second))
    kept = Instance(name="VI_2", vrid=52, addresses=(f"{second}/24",), extra=("promote_secondaries",))
    if primary == second:
        kept = Instance(addresses=(f"{first}/24",), extra=("promote_secondaries",))
    monitor = AddressMonitor(host)
    agent.reload(config(kept))
    wait_until(lambda: not host.holds(primary), 10, "the primary address goes")
    stays = first if primary == second else second
    stays_true(lambda: host.holds(stays), 0.5, "the other one stays")
    gone = [change.address for change in monitor.changes() if not change.appeared]
    monitor.close()
    assert gone == [primary]
    assert agent.stop() == 0
    assert setting(host, PROMOTE) == "0"


@pytest.mark.beyond_keepalived
def test_promote_secondaries_that_somebody_else_had_set_stays(host: LabHost, start: StartAgent) -> None:
    host.run("sh", "-c", f"echo 1 > {PROMOTE}")
    agent = start(host, config(Instance(extra=("promote_secondaries",))))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    agent.stop()
    assert setting(host, PROMOTE) == "1"


def igmp_reports(capture: Capture, port: str) -> list[GroupReport]:
    return [report for report in capture.group_reports(port) if report.kind == "igmp"]


def test_disable_local_igmp_silences_reports_of_local_groups(lab: Lab, start: StartAgent) -> None:
    noisy, silent = lab.hosts
    capture = lab.capture()
    agent = start(silent, config(Instance(priority=200), globals=("disable_local_igmp",)))
    lab.wait_for_holder(silent, VIP)
    start(noisy, config(Instance()))
    wait_until(lambda: igmp_reports(capture, "p1"), 10, "a report of the other host")
    assert setting(silent, LOCAL_IGMP) == "0"
    assert not igmp_reports(capture, "p2")
    assert agent.stop() == 0
    assert setting(silent, LOCAL_IGMP) == "1"


def test_log_unknown_vrids_tells_of_a_stranger_once(lab: Lab, start: StartAgent) -> None:
    stranger = start(lab.hosts[1], config(Instance(vrid=77, addresses=("192.0.2.77/24",))))
    agent = start(lab.hosts[0], config(Instance(), globals=("log_unknown_vrids",)))
    agent.wait_for_log(r"Unknown VRID\(77\) received on interface\(eth0\)")
    capture = lab.capture()
    wait_until(lambda: len(capture.adverts("p2", 77)) >= 5, 10, "more adverts of the stranger")
    assert stranger.is_running()
    if agent.program.name != "keepalived":
        assert agent.log().count("Unknown VRID(77)") == 1
        assert lab.hosts[1].address in agent.log()


def test_strangers_are_not_told_of_unless_asked_for(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[1], config(Instance(vrid=77, addresses=("192.0.2.77/24",))))
    agent = start(lab.hosts[0], config(Instance()))
    lab.wait_for_holder(lab.hosts[1], "192.0.2.77")
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert "Unknown VRID" not in agent.log()


def opened(host: LabHost, agent: Agent, family: int, protocol: int) -> list[OpenSocket]:
    """The vrrp process's sockets of that kind once the instance is at work."""
    wait_until(lambda: host.holds(VIP), 10, "the address")
    return [entry for entry in sockets_of(host, agent.vrrp_pid())
            if (entry.family, entry.protocol) == (family, protocol)]


# As keepalived counts: the sum over the instances of a socket, which the kernel doubles. Adverts of version 3
# with one address have 32 octets, and the interface's MTU is 1500.
@pytest.mark.parametrize("settings, own, expected", [
    (("vrrp_rx_bufs_policy MTU",), "", 2 * (2 * 1500 * 3)),
    (("vrrp_rx_bufs_policy MTU", "vrrp_rx_bufs_multiplier 5"), "kernel_rx_buf_size 20000",
     2 * (1500 * 5 + 20000)),
    (("vrrp_rx_bufs_policy ADVERT", "vrrp_rx_bufs_multiplier 200"), "", 2 * (2 * 32 * 200)),
    (("vrrp_rx_bufs_policy 30000",), "", 2 * (2 * 30000)),
    ((), "kernel_rx_buf_size 20000", 2 * 20000)])
def test_vrrp_rx_bufs_policy_and_kernel_rx_buf_size_set_the_buffer(
        host: LabHost, start: StartAgent, settings: tuple[str, ...], own: str, expected: int) -> None:
    second = Instance(name="VI_2", vrid=52, addresses=("192.0.2.52/24",), extra=(own,) if own else ())
    agent = start(host, config(Instance(), second, globals=settings))
    assert expected in {entry.receive_buffer for entry in opened(host, agent, socket.AF_INET, VRRP)}


def test_netlink_buffers_have_the_sizes_asked_for(host: LabHost, start: StartAgent) -> None:
    sizes = ("vrrp_netlink_cmd_rcv_bufs 500000", "vrrp_netlink_monitor_rcv_bufs 60000")
    agent = start(host, config(Instance(), globals=sizes))
    found = {entry.receive_buffer
             for entry in opened(host, agent, socket.AF_NETLINK, socket.NETLINK_ROUTE)}
    assert {2 * 500000, 2 * 60000} <= found


@pytest.mark.parametrize("kind", ["cmd", "monitor"])
def test_only_a_forced_netlink_buffer_exceeds_the_systems_limit(host: LabHost, start: StartAgent,
                                                                kind: str) -> None:
    """vrrp_netlink_cmd_rcv_bufs_force and vrrp_netlink_monitor_rcv_bufs_force."""
    asked = int(setting(host, "/proc/sys/net/core/rmem_max")) + 100000
    sizes = (f"vrrp_netlink_{kind}_rcv_bufs {asked}",)
    for forced, there in (((), False), ((f"vrrp_netlink_{kind}_rcv_bufs_force true",), True)):
        agent = start(host, config(Instance(), globals=(*sizes, *forced)))
        found = {entry.receive_buffer
                 for entry in opened(host, agent, socket.AF_NETLINK, socket.NETLINK_ROUTE)}
        assert (2 * asked in found) is there
        agent.stop()


@pytest.mark.parametrize("forced", [False, True])
def test_process_monitor_rcv_bufs_sets_the_connectors_buffer(host: LabHost, start: StartAgent,
                                                             forced: bool) -> None:
    limit = int(setting(host, "/proc/sys/net/core/rmem_max"))
    asked = limit + 100000 if forced else 300000
    sizes = (f"process_monitor_rcv_bufs {asked}",
             f"process_monitor_rcv_bufs_force {'true' if forced else 'false'}")
    watch = "vrrp_track_process keeper {\n    process sleep\n}"
    agent = start(host, config(Instance(extra=("track_process {\n        keeper\n    }",)), globals=sizes,
                               blocks=(watch,)))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    keepers = host.try_run("pgrep", "-x", "understudy-hook").stdout.split() or [str(agent.vrrp_pid())]
    found = [entry for entry in sockets_of(host, int(keepers[0]))
             if (entry.family, entry.protocol) == (socket.AF_NETLINK, NETLINK_CONNECTOR)]
    if not found:
        pytest.skip("this kernel has no process connector")
    assert {entry.receive_buffer for entry in found} == {2 * asked}


@pytest.mark.beyond_keepalived
def test_debug_tells_every_advert(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[1], config(Instance(priority=200)))
    agent = start(lab.hosts[0], config(Instance(extra=("debug 3",))))
    wait_until(lambda: agent.log().count("heard an advert from 192.0.2.2 with priority 200") >= 3, 10,
               "adverts that are told")


@pytest.mark.beyond_keepalived
def test_timer_expired_backup_makes_a_late_master_wait(make_lab: MakeLab, start: StartAgent) -> None:
    """A peer of priority 254 waits 3 s and 1/128 after an advert; so long the process stands still."""
    lab = make_lab(hosts=1)
    host = lab.hosts[0]
    agent = start(host, config(Instance(advert_int=1, extra=("nopreempt", "timer_expired_backup"))))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    seen = len(agent.log())
    lab.capture().next_advert("p1", 5)
    both = f"{agent.pid()} {agent.vrrp_pid()}"
    host.run("sh", "-c", f"kill -STOP {both}; sleep 3.2; kill -CONT {both}")
    wait_until(lambda: re.search("Entering BACKUP STATE", agent.log()[seen:]), 5, "it becomes backup")
    wait_until(lambda: host.holds(VIP), 10, "it takes over again when nobody else does")


def test_vrf_binds_the_adverts_of_an_instance_without_interface(lab: Lab, start: StartAgent) -> None:
    """No kernel is without any interface, but many are without VRFs: one of the former shows the binding."""
    first, second = lab.hosts
    for one, other in ((first, second), (second, first)):
        one.ip("link add eth1 type veth peer name eth1p")
        one.ip("link set eth1 up")
        one.ip("link set eth1p up")
        one.ip(f"route add {other.address}/32 dev eth1")  # whither unbound adverts would go

    def bound(one: LabHost, other: LabHost, priority: int) -> str:
        lines = [f"unicast_src_ip {one.address}", "unicast_peer {", f"{other.address}", "}", "vrf eth0"]
        text = config(Instance(priority=priority, extra=tuple(lines),
                               addresses=(f"{VIP}/24 dev eth0",)))
        return text.replace("    interface eth0\n", "")

    capture = lab.capture()
    agents = [start(first, bound(first, second, 150)), start(second, bound(second, first, 100))]
    lab.wait_for_holder(first, VIP)
    assert capture.wait_for_advert(lambda advert: advert.destination == second.address, 10, "an advert")
    stays_true(lambda: not second.holds(VIP), 1, "the other one hears it")
    assert "eth0 is not a VRF" in agents[0].log().replace("'", "")


def test_iproute_etc_dir_and_iproute_usr_dir_name_routing_tables(host: LabHost, start: StartAgent) -> None:
    for folder, line in (("etc", "77 uplink"), ("usr", "78 backdoor\n79 uplink")):
        (host.folder / folder).mkdir()
        (host.folder / folder / "rt_tables").write_text(line + "\n")
    routes = ("virtual_routes {", "198.51.100.0/24 dev eth0 table uplink",
              "203.0.113.0/24 dev eth0 table backdoor", "}")
    folders = (f"iproute_etc_dir {host.folder}/etc", f"iproute_usr_dir {host.folder}/usr")
    start(host, config(Instance(extra=routes), globals=folders))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    for table, network in (("77", "198.51.100.0/24"), ("78", "203.0.113.0/24")):
        wait_until(lambda: network in host.run("ip", "route", "show", "table", table), 5, f"table {table}")


def has_ipvlan(host: LabHost) -> bool:
    host.ip("link add base0 type veth peer name base1")
    made = host.try_run("ip", "link", "add", "trial0", "link", "base0", "type", "ipvlan", "mode", "l2")
    host.ip("link del base0")
    return made.returncode == 0


def test_use_ipvlan_carries_the_addresses_or_says_why_it_cannot(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance(extra=("use_ipvlan 192.0.2.55/24",))))
    if has_ipvlan(host):
        wait_until(lambda: host.holds(VIP, "vrrp.51") and host.holds("192.0.2.55", "vrrp.51"), 10,
                   "the addresses on the ipvlan")
        assert agent.stop() == 0
        assert host.try_run("ip", "link", "show", "vrrp.51").returncode != 0
        return
    agent.wait_for_log(r"ntering FAULT")
    if agent.program.name != "keepalived":
        agent.wait_for_log("no ipvlan")
    stays_true(lambda: not host.holds(VIP), 1, "nothing is held without it")
    assert agent.is_running()
