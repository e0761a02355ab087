"""no_accept and strict mode: a master that is not the owner keeps packets from its virtual addresses, and its
neighbours are still answered."""

from __future__ import annotations

import json

import pytest

from lab.config import VIP, VIP6, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until


def is_answered(lab: Lab, address: str) -> bool:
    return lab.client.try_run("ping", "-q", "-c", "2", "-i", "0.2", "-W", "1", address).returncode == 0


def resolves(lab: Lab, address: str) -> bool:
    return "lladdr" in lab.client.run("ip", "neigh", "show", address)


def ruleset(host: LabHost) -> str:
    return host.run("nft", "list", "ruleset")


def tables(host: LabHost) -> list[tuple[str, str]]:
    listed = json.loads(host.run("nft", "-j", "list", "tables"))["nftables"]
    return sorted((entry["table"]["family"], entry["table"]["name"]) for entry in listed if "table" in entry)


@pytest.mark.parametrize("word, answered", [("no_accept", False), ("accept", True)])
def test_no_accept_refuses_what_accept_answers(lab: Lab, start: StartAgent, word: str,
                                               answered: bool) -> None:
    """accept, no_accept"""
    start(lab.hosts[0], config(Instance(priority=150, extra=(word,))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert is_answered(lab, VIP) == answered
    assert resolves(lab, VIP)
    assert is_answered(lab, lab.hosts[0].address)


def test_no_accept_of_ipv6_still_answers_neighbours(make_lab: MakeLab, start: StartAgent) -> None:
    """no_accept: neighbour discovery is exempt, link-local addresses are refused on their link alone"""
    lab = make_lab(ipv6=True)
    host = lab.hosts[0]
    start(host, config(Instance(priority=150, addresses=("fe80::51/64", f"{VIP6}/64"), extra=("no_accept",))))
    lab.wait_for_holder(host, VIP6)
    for address in (VIP6, "fe80::51%eth0"):
        assert not is_answered(lab, address)
        assert resolves(lab, address.split("%")[0])
    assert is_answered(lab, host.address6)


@pytest.mark.parametrize("extra, settings", [(("strict_mode on",), ()), ((), ("vrrp_strict",))],
                         ids=["strict_mode", "vrrp_strict"])
def test_strict_mode_refuses_unless_the_router_is_the_owner(lab: Lab, start: StartAgent,
                                                            extra: tuple[str, ...],
                                                            settings: tuple[str, ...]) -> None:
    """strict_mode, vrrp_strict: accept is off"""
    agent = start(lab.hosts[0], config(Instance(priority=150, extra=extra), globals=settings))
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert not is_answered(lab, VIP)
    assert agent.stop() == 0
    start(lab.hosts[0], config(Instance(priority=255, extra=extra), globals=settings), name="owner")
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert is_answered(lab, VIP)


def test_the_table_goes_with_the_role_and_with_the_agent(lab: Lab, start: StartAgent) -> None:
    """no_accept: made by a master, removed by a backup and at the end"""
    weak = start(lab.hosts[1], config(Instance(priority=100, extra=("no_accept",))))
    lab.wait_for_holder(lab.hosts[1], VIP)
    assert tables(lab.hosts[1]) == [("ip", "keepalived")]
    strong = start(lab.hosts[0], config(Instance(priority=150, extra=("no_accept",))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    wait_until(lambda: tables(lab.hosts[1]) == [], 10, "the backup removes its table")
    assert strong.stop() == 0
    assert weak.stop() == 0
    assert tables(lab.hosts[0]) == tables(lab.hosts[1]) == []


def test_the_table_of_a_dead_predecessor_is_replaced_and_removed(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    first = start(host, config(Instance(priority=150, extra=("no_accept",))))
    lab.wait_for_holder(host, VIP)
    first.kill()
    assert tables(host) == [("ip", "keepalived")]
    second = start(host, config(Instance(priority=150, extra=("no_accept",))))
    # Both write into one log; the address and the table alone may be the first one's still.
    wait_until(lambda: second.log().count("Entering MASTER STATE") == 2, 10, "the second is master")
    wait_until(lambda: ruleset(host).count("192.0.2.50") == 1, 10, "the second refuses it, once")
    assert second.stop() == 0
    assert tables(host) == []


def test_the_table_of_a_dead_predecessor_goes_when_all_is_accepted_again(lab: Lab, start: StartAgent) -> None:
    """no_accept, taken out of the file while no daemon runs"""
    host = lab.hosts[0]
    first = start(host, config(Instance(priority=150, extra=("no_accept",))))
    lab.wait_for_holder(host, VIP)
    first.kill()
    assert tables(host) == [("ip", "keepalived")]
    start(host, config(Instance(priority=150)))
    wait_until(lambda: tables(host) == [], 10, "the table has gone")
    lab.wait_for_holder(host, VIP)
    assert is_answered(lab, VIP)


def test_nftables_names_its_table_its_priority_and_counts(lab: Lab, start: StartAgent) -> None:
    """nftables, nftables_priority, nftables_counters"""
    host = lab.hosts[0]
    settings = ("nftables mine", "nftables_priority -7", "nftables_counters")
    start(host, config(Instance(priority=150, extra=("no_accept",)), globals=settings))
    lab.wait_for_holder(host, VIP)
    assert not is_answered(lab, VIP)
    assert tables(host) == [("ip", "mine")]
    rules = ruleset(host)
    assert "priority filter - 7" in rules
    assert "ip daddr @vips counter packets 2 bytes 168 drop" in rules


def test_a_reload_renames_the_table_and_accepts(lab: Lab, start: StartAgent) -> None:
    """nftables across a reload"""
    host = lab.hosts[0]
    refusing = Instance(priority=150, extra=("no_accept",))
    agent = start(host, config(refusing))
    lab.wait_for_holder(host, VIP)
    agent.reload(config(refusing, globals=("nftables other",)))
    wait_until(lambda: tables(host) == [("ip", "other")], 10, "the table has its new name")
    agent.reload(config(Instance(priority=150), globals=("nftables other",)))
    wait_until(lambda: tables(host) == [], 10, "nothing is refused any more")
    assert is_answered(lab, VIP)


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("word", ["vrrp_iptables", "vrrp_ipsets", "nftables_ifindex"])
def test_older_ways_of_refusing_come_to_the_same(make_lab: MakeLab, start: StartAgent, word: str) -> None:
    """vrrp_iptables, vrrp_ipsets: nftables is used; nftables_ifindex: link-local sets always are by index"""
    lab = make_lab(ipv6=True)
    host = lab.hosts[0]
    start(host, config(Instance(priority=150, addresses=("fe80::51/64",), extra=("no_accept",)),
                       globals=(word,)))
    lab.wait_for_holder(host, "fe80::51")
    assert not is_answered(lab, "fe80::51%eth0")
    assert tables(host) == [("ip6", "keepalived")]
