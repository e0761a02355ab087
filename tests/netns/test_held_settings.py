"""Kernel settings that the daemon holds are given back, whoever of it dies."""

from __future__ import annotations

import signal

import pytest

from lab.config import VIP, Instance, config
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

PROMOTE = "/proc/sys/net/ipv4/conf/eth0/promote_secondaries"
PROMOTING = config(Instance(extra=("promote_secondaries",)))


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


def value(host: LabHost) -> str:
    return host.run("cat", PROMOTE).strip()


def wait_for_value(host: LabHost, wanted: str) -> None:
    wait_until(lambda: value(host) == wanted, 10, f"promote_secondaries is {wanted}")


def test_a_setting_is_given_back_after_the_vrrp_process_has_died(host: LabHost, start: StartAgent) -> None:
    assert value(host) == "0"
    agent = start(host, PROMOTING)
    wait_until(lambda: host.holds(VIP), 10, "the address")
    first = agent.vrrp_pid()
    host.run("kill", f"-{int(signal.SIGKILL)}", str(first))
    wait_until(lambda: agent.vrrp_pid() not in (first, None), 10, "another vrrp process")
    wait_until(lambda: agent.log().count("startup complete") > 1, 10, "it is at work")
    assert value(host) == "1"
    assert agent.stop() == 0
    assert value(host) == "0"


def test_a_setting_is_given_back_by_a_successor_that_does_not_need_it(host: LabHost,
                                                                      start: StartAgent) -> None:
    first = start(host, PROMOTING)
    wait_for_value(host, "1")
    host.kill_all()
    first.bury()
    assert value(host) == "1"
    second = start(host, config(Instance()))
    wait_for_value(host, "0")
    assert second.stop() == 0
    assert not list(host.folder.glob("*.settings"))


def test_a_setting_that_was_there_before_stays(host: LabHost, start: StartAgent) -> None:
    host.run("sysctl", "-qw", "net.ipv4.conf.eth0.promote_secondaries=1")
    agent = start(host, PROMOTING)
    wait_until(lambda: host.holds(VIP), 10, "the address")
    assert agent.stop() == 0
    assert value(host) == "1"
