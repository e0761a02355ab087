"""How the vrrp process and its scripts run, beside keepalived.

Not compared: keepalived's scripts are kept to the processors of vrrp_cpu_affinity, too, and its process is
warned at half of vrrp_rlimit_rttime and killed at the whole.
"""

from __future__ import annotations

import os
import pathlib
from typing import Callable

import pytest

from lab.agent import Agent, keepalived, understudy
from lab.config import VIP, Instance, config
from lab.plugin import MakeLab
from lab.scheduling import SHOW_SELF, scheduling
from lab.waiting import wait_until

LAST = str(sorted(os.sched_getaffinity(0))[-1])
SETTINGS = {
    "priority": ("vrrp_priority -7",),
    "real time": ("vrrp_rt_priority 12",),
    "processors": (f"vrrp_cpu_affinity {LAST}",),
    "memory": ("vrrp_no_swap",),
}


def run(make_lab: MakeLab, program: Callable[[], pathlib.Path], settings: tuple[str, ...]) -> list[object]:
    """The properties of the vrrp process, and the nice value and policy of a notify script of it."""
    host = make_lab(hosts=1).hosts[0]
    show = host.write("show.sh", SHOW_SELF, executable=True)
    shown = host.folder / "shown"
    hook = (f'notify_master "{show} {shown}"',)
    text = config(Instance(extra=hook), globals=("script_user root", *settings))
    agent = Agent(host, program(), text).start()
    wait_until(lambda: host.holds(VIP) and agent.vrrp_pid() and shown.exists(), 15, "the master's script")
    runs = scheduling(host, agent.vrrp_pid() or 0)
    assert agent.stop() == 0
    return [runs.policy, runs.priority, runs.nice, runs.cpus, runs.locked_kilobytes > 0,
            shown.read_text().split()[:2]]


@pytest.mark.parametrize("name", SETTINGS)
def test_it_runs_as_keepalived_does(make_lab: MakeLab, name: str) -> None:
    """vrrp_priority, vrrp_rt_priority, vrrp_cpu_affinity, vrrp_no_swap; policy and nice value of scripts."""
    assert run(make_lab, understudy, SETTINGS[name]) == run(make_lab, keepalived, SETTINGS[name])
