"""static_ipaddress, static_routes and static_rules: there as long as the daemon runs, whatever the role."""

from __future__ import annotations

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.routing import managed_routes, rule_priorities
from lab.waiting import wait_until

ADDRESS, ADDRESS6 = "198.51.100.1", "2001:db8:9::1"
DESTINATIONS = ["203.0.113.0/25", "203.0.113.128/25"]


def blocks(addresses: tuple[str, ...] = (f"{ADDRESS}/24 dev aux0", f"{ADDRESS6}/64 dev aux0"),
           routes: tuple[str, ...] = ("203.0.113.0/25 via 198.51.100.2 dev aux0",
                                      "203.0.113.128/25 dev aux0"),
           rules: tuple[str, ...] = ("from 192.0.2.77 table 77 priority 777",)) -> tuple[str, ...]:
    """The three static blocks of a configuration."""
    named = {"static_ipaddress": addresses, "static_routes": routes, "static_rules": rules}
    return tuple("\n".join([f"{name} {{", *entries, "}"]) for name, entries in named.items() if entries)


TRACKED = ("track_group TG { group { VI_1 } }",)


def wait_for_statics(host: LabHost) -> None:
    wait_until(lambda: host.holds(ADDRESS, "aux0") and host.holds(ADDRESS6, "aux0"), 10, "static addresses")
    wait_until(lambda: managed_routes(host) == DESTINATIONS, 10, "static routes")
    wait_until(lambda: rule_priorities(host) == [777], 10, "static rules")


def has_statics(host: LabHost) -> bool:
    return bool(managed_routes(host) or rule_priorities(host) or host.holds(ADDRESS, "aux0"))


@pytest.fixture
def host(lab: Lab) -> LabHost:
    """One with a second interface."""
    lab.hosts[0].ip("link add aux0 type veth peer name aux1")
    lab.hosts[0].ip("link set aux1 up")
    lab.hosts[0].ip("link set aux0 up")
    return lab.hosts[0]


@pytest.fixture
def agent(host: LabHost, start: StartAgent) -> Agent:
    running = start(host, config(Instance(), blocks=blocks()))
    wait_for_statics(host)
    return running


def test_static_ipaddress_static_routes_and_static_rules_are_there_in_every_role(
        lab: Lab, host: LabHost, agent: Agent, start: StartAgent) -> None:
    lab.wait_for_holder(host, VIP)
    start(lab.hosts[1], config(Instance(priority=200)))
    lab.wait_for_holder(lab.hosts[1], VIP)
    wait_for_statics(host)


def test_a_stop_removes_what_is_static(host: LabHost, agent: Agent) -> None:
    assert agent.stop() == 0
    assert not has_statics(host)


def test_what_is_static_is_put_back(host: LabHost, agent: Agent) -> None:
    host.ip("route del 203.0.113.128/25")
    host.ip("rule del priority 777")
    wait_for_statics(host)


def test_the_last_address_of_an_interface_brings_its_routes_back_with_it(host: LabHost, agent: Agent) -> None:
    """The kernel drops all IPv4 routes of an interface that has no IPv4 address left, and tells nobody."""
    host.ip(f"addr del {ADDRESS}/24 dev aux0")
    agent.wait_for_log(r"route 203\.0\.113\.128/25 dev aux0 is back in place")
    wait_for_statics(host)


def test_what_is_static_comes_back_with_its_interface(host: LabHost, agent: Agent) -> None:
    host.ip("link set aux0 down")
    wait_until(lambda: managed_routes(host) == [], 5, "the kernel drops the routes")
    host.ip("link set aux0 up")
    wait_for_statics(host)
    assert "FAULT" not in agent.log(), "nobody tracks it"


def test_a_reload_reconciles_what_is_static(host: LabHost, agent: Agent) -> None:
    agent.reload(config(Instance(), blocks=blocks(addresses=(f"{ADDRESS}/24 dev aux0",),
                                                  routes=("203.0.113.0/25 via 198.51.100.2 dev aux0",),
                                                  rules=("from 192.0.2.78 table 77 priority 778",))))
    wait_until(lambda: managed_routes(host) == DESTINATIONS[:1], 10, "one route left")
    wait_until(lambda: rule_priorities(host) == [778], 10, "another rule")
    wait_until(lambda: not host.holds(ADDRESS6, "aux0"), 10, "one address left")
    assert host.holds(ADDRESS, "aux0")


def test_what_a_crash_left_is_taken_over(lab: Lab, host: LabHost, agent: Agent, start: StartAgent) -> None:
    lab.crash(host)
    agent.bury()
    lab.unblock(host)
    second = start(host, config(Instance(), blocks=blocks()), name="second")
    second.wait_for_log("startup complete")
    wait_for_statics(host)
    assert second.stop() == 0
    assert not has_statics(host)


@pytest.mark.parametrize("tracked", [
    blocks((f"{ADDRESS}/24 dev aux0 track_group TG",), (), ()),
    blocks((), ("203.0.113.0/25 dev aux0 track_group TG",), ()),
    blocks((), (), ("iif aux0 table 77 priority 777 track_group TG",))],
    ids=["static_ipaddress", "static_routes", "static_rules"])
def test_a_track_group_faults_its_instances_while_the_interface_is_down(
        lab: Lab, host: LabHost, start: StartAgent, tracked: tuple[str, ...]) -> None:
    agent = start(host, config(Instance(), blocks=(*TRACKED, *tracked)))
    lab.wait_for_holder(host, VIP)
    host.ip("link set aux0 down")
    agent.wait_for_log("FAULT because interface aux0 of track group TG is down")
    wait_until(lambda: not host.holds(VIP), 5, "the fault takes the virtual address away")
    host.ip("link set aux0 up")
    lab.wait_for_holder(host, VIP)


def test_a_static_address_may_be_the_source_of_adverts(lab: Lab, host: LabHost, start: StartAgent) -> None:
    host.ip(f"addr del {host.address}/24 dev eth0")
    start(host, config(Instance(), blocks=("static_ipaddress { 192.0.2.7/24 dev eth0 }",)))
    capture = lab.capture()
    heard = capture.wait_for_advert(lambda advert: advert.port == "p1", 10, "adverts from the static address")
    assert heard.source == "192.0.2.7"


def test_default_interface_carries_static_addresses_without_dev(host: LabHost, start: StartAgent) -> None:
    start(host, config(Instance(), globals=("default_interface aux0",),
                       blocks=(f"static_ipaddress {{ {ADDRESS}/24 }}",)))
    wait_until(lambda: host.holds(ADDRESS, "aux0"), 10, "the address on default_interface")
