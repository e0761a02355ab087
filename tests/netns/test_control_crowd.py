"""A thousand clients at the control socket: the agent stays answerable, and small."""

from __future__ import annotations

import json

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import asked, socket_of, understudyctl
from lab.crowd import Crowd
from lab.network import Lab
from lab.plugin import StartAgent
from lab.processes import descriptors, outside_pid, resident_kilobytes
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

MOST_CLIENTS = 32
MOST_SUBSCRIBERS = 32


@pytest.fixture
def master(lab: Lab, start: StartAgent) -> Agent:
    agent = start(lab.hosts[0], config(Instance(priority=150, advert_int=0.1)))
    start(lab.hosts[1], config(Instance(priority=100, advert_int=0.1)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agent


def test_a_thousand_clients_leave_the_agent_answerable_and_small(lab: Lab, master: Agent) -> None:
    supervisor, worker = (outside_pid(master.host, pid) for pid in (master.pid(), master.vrrp_pid()))
    assert asked(master, "status")["instances"][0]["state"] == "MASTER"
    before = {pid: resident_kilobytes(pid) for pid in (supervisor, worker)}
    capture = lab.capture()
    with Crowd(socket_of(master), clients=1000) as crowd:
        wait_until(lambda: crowd.rounds() >= 3, 60, "every kind of client has come three times")
        for number in range(10):
            assert asked(master, "status")["instances"][0]["state"] == "MASTER"
            # All who have subscribed are told of it, whether they listen or not.
            assert understudyctl(master, "set", "VI_1", "priority", str(200 + number)).returncode == 0
        assert descriptors(supervisor) <= MOST_CLIENTS + MOST_SUBSCRIBERS + 32
    assert lab.holders(VIP) == [lab.hosts[0].name]
    assert {advert.port for advert in capture.adverts()} == {lab.hosts[0].port}
    for pid in (supervisor, worker):
        assert resident_kilobytes(pid) - before[pid] < 48 * 1024
    assert understudyctl(master, "status").returncode == 0
    assert asked(master, "status")["instances"][0]["priority"] == 209


def test_questions_whose_askers_have_left_do_not_pile_up(master: Agent) -> None:
    supervisor, worker = (outside_pid(master.host, pid) for pid in (master.pid(), master.vrrp_pid()))
    before = {pid: resident_kilobytes(pid) for pid in (supervisor, worker)}
    question = json.dumps({"version": 1, "command": "status"}).encode() + b"\n"
    master.host.run("kill", "-STOP", str(master.vrrp_pid()))
    with Crowd(socket_of(master), clients=1, line=question) as crowd:
        wait_until(lambda: crowd.count() > 2 * MOST_CLIENTS, 30, "more have asked and gone than fit")
        assert descriptors(supervisor) <= MOST_CLIENTS + 32
        master.host.run("kill", "-CONT", str(master.vrrp_pid()))
        wait_until(lambda: crowd.count() >= 500, 30, "they go on")
    wait_until(lambda: understudyctl(master, "status").returncode == 0, 20, "it answers again")
    for pid in (supervisor, worker):
        assert resident_kilobytes(pid) - before[pid] < 48 * 1024
