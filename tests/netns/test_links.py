"""Interfaces that go down, vanish and come back."""

from __future__ import annotations

import time

import pytest

from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import stays_true, wait_until

STRONG, WEAK = Instance(priority=150), Instance(priority=100)


def add_second_link(host: LabHost) -> None:
    """An interface `aux0` whose carrier follows `aux1`."""
    host.ip("link add aux0 type veth peer name aux1")
    host.ip("link set aux1 up")
    host.ip("link set aux0 up")


def test_a_link_taken_down_is_a_fault_and_its_return_heals_it(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(STRONG))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.hosts[0].ip("link set eth0 down")
    lab.wait_for_holder(lab.hosts[1], VIP)
    lab.hosts[0].ip("link set eth0 up")
    lab.wait_for_holder(lab.hosts[0], VIP)


def test_a_lost_carrier_is_a_fault_and_its_return_heals_it(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(STRONG))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.switch.run("ip", "link", "set", "p1", "down")
    lab.wait_for_holder(lab.hosts[1], VIP)
    lab.switch.run("ip", "link", "set", "p1", "up")
    lab.wait_for_holder(lab.hosts[0], VIP)


def test_an_interface_made_anew_is_used_again(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(STRONG, globals=("dynamic_interfaces",)))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.hosts[0].ip("link del eth0")
    lab.wait_for_holder(lab.hosts[1], VIP)
    lab.connect(lab.hosts[0])
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    capture.wait_for_advert(lambda advert: advert.port == "p1", 10, "adverts by the new interface")


def test_an_interface_that_comes_later_is_waited_for(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    host.ip("link del eth0")
    agent = start(host, config(STRONG, globals=("dynamic_interfaces",)))
    agent.wait_until_started()
    stays_true(agent.is_running, 1, "the agent waits for its interface")
    lab.connect(host)
    lab.wait_for_holder(host, VIP)


def test_a_host_without_an_address_on_the_link_waits_for_one(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    host.ip(f"addr del {host.address}/24 dev eth0")
    agent = start(host, config(STRONG))
    agent.wait_until_started()
    stays_true(lambda: not host.holds(VIP), 1.5, "no master without a source address")
    host.ip(f"addr add {host.address}/24 dev eth0")
    lab.wait_for_holder(host, VIP)


def test_a_tracked_interface_that_fails_is_a_fault(lab: Lab, start: StartAgent) -> None:
    add_second_link(lab.hosts[0])
    start(lab.hosts[0], config(Instance(priority=150, extra=("track_interface {", "aux0", "}"))))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.hosts[0].ip("link set aux1 down")
    lab.wait_for_holder(lab.hosts[1], VIP)
    lab.hosts[0].ip("link set aux1 up")
    lab.wait_for_holder(lab.hosts[0], VIP)


@pytest.mark.parametrize("weight, good, bad", [(-60, 150, 90), (40, 190, 150)])
def test_a_tracked_interface_with_weight_changes_the_advertised_priority(
        lab: Lab, start: StartAgent, weight: int, good: int, bad: int) -> None:
    add_second_link(lab.hosts[0])
    track = ("track_interface {", f"aux0 weight {weight}", "}")
    start(lab.hosts[0], config(Instance(priority=150, extra=track)))
    capture = lab.capture()
    capture.wait_for_advert(lambda advert: advert.priority == good, 10, f"priority {good} while aux0 is up")
    failed = time.time()
    lab.hosts[0].ip("link set aux1 down")
    capture.wait_for_advert(lambda advert: advert.priority == bad, 10, f"priority {bad} while it is down",
                            failed)
    healed = time.time()
    lab.hosts[0].ip("link set aux1 up")
    capture.wait_for_advert(lambda advert: advert.priority == good, 10, f"priority {good} again", healed)
    wait_until(lambda: lab.hosts[0].holds(VIP), 10, "still master")
