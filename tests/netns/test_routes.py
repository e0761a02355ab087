"""virtual_routes and virtual_rules: there while master, gone otherwise, put back when somebody meddles."""

from __future__ import annotations

import pathlib
import signal

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.routing import managed_routes, routes, rule_priorities
from lab.waiting import stays_true, wait_until

TO_GATEWAY = "203.0.113.0/24 via 192.0.2.100 dev eth0 metric 5"
FROM_VIP = f"src {VIP} 198.51.100.0/24 via 192.0.2.100 dev eth0 no_track"
NOWHERE = "blackhole 203.0.113.64/26 no_track"
TO_GATEWAY6 = "2001:db8:1::/48 via 2001:db8::100 dev eth0"
DESTINATIONS = ["198.51.100.0/24", "2001:db8:1::/48", "203.0.113.0/24", "203.0.113.64/26"]
ROUTES = (TO_GATEWAY, FROM_VIP, NOWHERE, TO_GATEWAY6)
RULES = (f"from {VIP} table 100 priority 100", "from 2001:db8::50 table 100 priority 101",
         "to 203.0.113.9 prohibit priority 102 no_track")


def block(name: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{name} {{", *entries, "}")


def router(priority: int = 150, routes: tuple[str, ...] = ROUTES,
           rules: tuple[str, ...] = RULES) -> Instance:
    extra = (*block("virtual_routes", routes), *block("virtual_rules", rules))
    return Instance(priority=priority, extra=extra)


def add_second_link(host: LabHost) -> None:
    host.ip("link add aux0 type veth peer name aux1")
    host.ip("link set aux1 up")
    host.ip("link set aux0 up")


def wait_for_routes(host: LabHost, expected: list[str]) -> None:
    wait_until(lambda: managed_routes(host) == expected, 10, f"the routes {expected} on {host.name}")


def wait_for_rules(host: LabHost, expected: list[int]) -> None:
    wait_until(lambda: rule_priorities(host) == expected, 10, f"the rules {expected} on {host.name}")


@pytest.fixture
def lab(make_lab) -> Lab:
    return make_lab(ipv6=True)


@pytest.fixture
def master(lab: Lab, start: StartAgent) -> Agent:
    """A master on the first host, with all its routes and rules."""
    agent = start(lab.hosts[0], config(router()))
    wait_for_routes(lab.hosts[0], DESTINATIONS)
    wait_for_rules(lab.hosts[0], [100, 101, 102])
    return agent


def test_virtual_routes_and_virtual_rules_follow_the_role(lab: Lab, master: Agent, start: StartAgent) -> None:
    start(lab.hosts[1], config(router(200)))
    wait_for_routes(lab.hosts[1], DESTINATIONS)
    wait_for_rules(lab.hosts[1], [100, 101, 102])
    wait_for_routes(lab.hosts[0], [])
    wait_for_rules(lab.hosts[0], [])


def test_a_stop_takes_virtual_routes_and_rules_away(lab: Lab, master: Agent) -> None:
    assert master.stop() == 0
    assert managed_routes(lab.hosts[0]) == []
    assert rule_priorities(lab.hosts[0]) == []


def test_a_deleted_route_or_rule_is_back_and_the_role_is_kept(lab: Lab, master: Agent) -> None:
    host = lab.hosts[0]
    host.ip("route del 203.0.113.0/24 metric 5")
    host.ip("-6 route del 2001:db8:1::/48")
    host.ip("rule del priority 100")
    wait_for_routes(host, DESTINATIONS)
    wait_for_rules(host, [100, 101, 102])
    master.wait_for_log(r"route 203\.0\.113\.0/24 via 192\.0\.2\.100 dev eth0 metric 5 is back in place")
    assert "Entering BACKUP STATE" not in master.log().split("Entering MASTER STATE")[1]


def test_a_route_or_rule_of_no_track_stays_deleted(lab: Lab, master: Agent) -> None:
    host = lab.hosts[0]
    host.ip("route del blackhole 203.0.113.64/26")
    host.ip("rule del priority 102")
    left = [destination for destination in DESTINATIONS if destination != "203.0.113.64/26"]
    stays_true(lambda: managed_routes(host) == left and rule_priorities(host) == [100, 101], 1,
               "nobody puts them back")


def test_a_route_that_somebody_replaced_is_back_beside_his(lab: Lab, master: Agent) -> None:
    lab.hosts[0].ip("route replace 203.0.113.0/24 via 192.0.2.99 dev eth0 metric 5")
    master.wait_for_log(r"route 203\.0\.113\.0/24 .* is back in place")
    wait_for_routes(lab.hosts[0], DESTINATIONS)


def test_an_address_taken_away_takes_its_routes_and_all_come_back(lab: Lab, master: Agent,
                                                                  start: StartAgent) -> None:
    """The kernel removes an IPv4 route with its preferred source, and tells nobody."""
    host = lab.hosts[0]
    master.stop()
    tracked = config(router(routes=(f"src {VIP} 198.51.100.0/24 via 192.0.2.100 dev eth0",)))
    agent = start(host, tracked)
    wait_for_routes(host, ["198.51.100.0/24"])
    host.ip(f"addr del {VIP}/24 dev eth0")
    agent.wait_for_log(r"route 198\.51\.100\.0/24 .* is back in place")
    assert host.holds(VIP) and managed_routes(host) == ["198.51.100.0/24"]


def hears(host: LabHost, changes: pathlib.Path) -> bool:
    host.ip("route add unreachable 198.51.100.77/32")
    host.ip("route del unreachable 198.51.100.77/32")
    return "198.51.100.77" in changes.read_text()


def test_a_reload_changes_only_what_differs(lab: Lab, master: Agent) -> None:
    host = lab.hosts[0]
    changes = host.folder / "changes"
    with open(changes, "wb") as heard:
        monitor = host.attach(["ip", "monitor", "route", "rule"], stdout=heard)
        wait_until(lambda: hears(host, changes), 10, "the monitor listens")
        fresh = "203.0.113.128/25 via 192.0.2.100 dev eth0"
        master.reload(config(router(routes=(TO_GATEWAY6, NOWHERE, FROM_VIP, fresh), rules=RULES[:2])))
        kept = [destination for destination in DESTINATIONS if destination != "203.0.113.0/24"]
        wait_for_routes(host, sorted([*kept, "203.0.113.128/25"]))
        wait_for_rules(host, [100, 101])
        monitor.terminate()
        monitor.wait()
    told = [line for line in changes.read_text().splitlines() if "keepalived" in line]
    assert sorted(" ".join(line.split()[:2]) for line in told) == [
        "203.0.113.128/25 via", "Deleted 102:", "Deleted 203.0.113.0/24"]


def test_what_a_crash_left_is_removed_at_the_next_start(lab: Lab, master: Agent, start: StartAgent) -> None:
    host = lab.hosts[0]
    lab.crash(host)
    master.bury()
    assert managed_routes(host) == DESTINATIONS
    lab.unblock(host)
    start(lab.hosts[1], config(router(200)))
    wait_for_routes(lab.hosts[1], DESTINATIONS)
    agent = start(host, config(router()), name="second")
    wait_for_routes(host, [])
    wait_for_rules(host, [])
    agent.wait_for_log(r"removing route 203\.0\.113\.0/24 .*, left by an earlier run")


def test_a_tracked_routes_interface_that_goes_down_is_a_fault(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    add_second_link(host)
    agent = start(host, config(router(routes=("203.0.113.0/24 dev aux0",), rules=())))
    wait_for_routes(host, ["203.0.113.0/24"])
    host.ip("link set aux0 down")
    agent.wait_for_log("Entering FAULT STATE")
    wait_until(lambda: not host.holds(VIP), 5, "the fault takes the address away")
    host.ip("link set aux0 up")
    wait_for_routes(host, ["203.0.113.0/24"])
    assert host.holds(VIP)


def test_the_interface_of_a_rule_is_tracked_too(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    add_second_link(host)
    agent = start(host, config(router(routes=(), rules=("iif aux0 table 100 priority 100",))))
    wait_for_rules(host, [100])
    host.ip("link set aux0 down")
    agent.wait_for_log("Entering FAULT STATE")
    wait_for_rules(host, [])


def test_no_track_keeps_the_role_and_the_route_comes_back_with_its_interface(lab: Lab,
                                                                             start: StartAgent) -> None:
    host = lab.hosts[0]
    add_second_link(host)
    agent = start(host, config(router(routes=("203.0.113.0/24 dev aux0 no_track",), rules=())))
    wait_for_routes(host, ["203.0.113.0/24"])
    host.ip("link set aux0 down")
    wait_for_routes(host, [])
    host.ip("link set aux0 up")
    wait_for_routes(host, ["203.0.113.0/24"])
    assert "FAULT" not in agent.log() and host.holds(VIP)


def test_a_route_the_kernel_refuses_is_told_once_and_made_as_soon_as_it_can_be(lab: Lab,
                                                                               start: StartAgent) -> None:
    host = lab.hosts[0]
    add_second_link(host)
    wanted = ("203.0.113.0/24 via 198.51.100.2 dev aux0", TO_GATEWAY6)
    agent = start(host, config(router(routes=wanted)))
    agent.wait_for_log(r"the kernel refused to add route 203\.0\.113\.0/24 via 198\.51\.100\.2 dev aux0: "
                       r"Network is unreachable \(")
    wait_for_routes(host, ["2001:db8:1::/48"])
    assert host.holds(VIP), "it costs nothing else"
    stays_true(lambda: agent.log().count("refused to add route") == 1, 1.5, "it is told once")
    host.ip("addr add 198.51.100.1/24 dev aux0")
    wait_for_routes(host, ["2001:db8:1::/48", "203.0.113.0/24"])


def test_routes_of_others_are_left_alone(lab: Lab, master: Agent) -> None:
    host = lab.hosts[0]
    host.ip("route add 203.0.113.192/26 dev eth0")
    master.signal(signal.SIGHUP)
    master.wait_for_log("reloaded|unchanged")
    master.stop()
    assert any("203.0.113.192/26" in route for route in routes(host))
