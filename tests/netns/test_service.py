"""As a service manager starts it: the watchdog is fed, and all of it works without root."""

from __future__ import annotations

import socket
import time

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import tool, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab
from lab.virtual_mac import LINK, link, setting, wait_for
from lab.waiting import wait_until
from lab.without_root import AS_UNDERSTUDY, open_to_everybody, start_by

pytestmark = pytest.mark.beyond_keepalived

GOES_ON = "another vrrp process goes on where the one before it has stopped"


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def kill_vrrp_process(agent: Agent, how: str = "KILL") -> None:
    first = agent.vrrp_pid()
    agent.host.run("kill", f"-{how}", str(first))
    agent.wait_for_log(GOES_ON)
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")


def test_the_watchdog_is_fed_as_long_as_a_vrrp_process_is_at_work(host: LabHost) -> None:
    path = host.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(10)

        def wait_for(told: str, times: int = 1) -> None:
            until = time.monotonic() + 30
            while times > 0:
                assert time.monotonic() < until, f"{told} is not told"
                times -= told in manager.recv(4096).decode().splitlines()

        agent = start_by(f"env NOTIFY_SOCKET={path} WATCHDOG_USEC=2000000", host, config(Instance()))
        wait_for("READY=1")
        wait_for("WATCHDOG=1", 5)
        kill_vrrp_process(agent, "STOP")
        wait_for("READY=1")
        wait_for("WATCHDOG=1", 5)


def test_without_a_service_manager_nobody_is_told(host: LabHost) -> None:
    agent = start_by("env -u NOTIFY_SOCKET WATCHDOG_USEC=400000", host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    assert agent.stop() == 0
    assert "service manager" not in agent.log()


def test_who_has_died_is_awaited_for_a_while(host: LabHost) -> None:
    def await_end(*words: str) -> int:
        return host.try_run(tool(), "await-end", *words).returncode

    assert await_end() == 0
    left = host.spawn("bash", "-c", "exec -a /usr/sbin/understudyd sleep 60")
    wait_until(lambda: "understudyd" in host.run("cat", f"/proc/{left}/cmdline"), 10, "what is left")
    assert await_end("--wait=1s") == 1
    host.spawn("sh", "-c", f"sleep 0.3; kill {left}")
    assert await_end("--wait=1m") == 0 and not host.is_alive(left)
    assert await_end("--wait=soon") == await_end("--kill") == 2


def test_a_pair_without_root_fails_over_reloads_and_goes_on(lab: Lab) -> None:
    """use_vmac: interfaces and settings of the kernel need no root."""
    agents = []
    extra = ("use_vmac", "promote_secondaries")
    for host, priority in zip(lab.hosts, (150, 100)):
        open_to_everybody(host)
        agents.append(start_by(AS_UNDERSTUDY, host, config(Instance(priority=priority, extra=extra))))
    strong = agents[0]
    wait_for(lab.hosts[0], LINK, VIP)
    time.sleep(2)  # younger, it could be given up
    kill_vrrp_process(strong)
    assert lab.hosts[0].holds(VIP, LINK)
    upgraded = understudyctl(strong, "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert lab.hosts[0].holds(VIP, LINK) and strong.log().count("Entering MASTER") == 1
    strong.reload(config(Instance(priority=150, extra=extra, addresses=(f"{VIP}/24", "192.0.2.51/24"))))
    wait_for(lab.hosts[0], LINK, "192.0.2.51")
    for agent in agents:
        for pid in (agent.pid(), agent.vrrp_pid()):
            told = agent.host.run("grep", "^Uid:", f"/proc/{pid}/status").split()
            assert told[1] == agent.host.run("id", "-u", "understudy").strip()
        assert "does not run as user" not in agent.log() and "cannot" not in agent.log()
    assert strong.stop() == 0
    assert not link(lab.hosts[0])
    assert setting(lab.hosts[0], "ipv4/conf/eth0/arp_ignore") == "0"
    wait_for(lab.hosts[1], LINK, VIP)
