"""How the vrrp process runs: its priority, its processors, its memory, and that its scripts run without."""

from __future__ import annotations

import os
import signal
import time

import pytest

from lab.agent import Agent, understudy
from lab.config import VIP, Instance, config, script
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.scheduling import ORDINARY, ROUND_ROBIN, SHOW_SELF, Scheduling, scheduling
from lab.waiting import wait_until

ALL = sorted(os.sched_getaffinity(0))
LAST = str(ALL[-1])
NICE = os.getpriority(os.PRIO_PROCESS, 0)  # ours, which an agent is started with
SETTINGS = ("vrrp_priority -7", "vrrp_rt_priority 12", f"vrrp_cpu_affinity {LAST}", "vrrp_no_swap",
            "vrrp_rlimit_rttime 50000")


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def worker(agent: Agent) -> Scheduling:
    """How the vrrp process runs now that it is master."""
    wait_until(lambda: agent.host.holds(VIP) and agent.vrrp_pid(), 10, "the master")
    return scheduling(agent.host, agent.vrrp_pid() or 0)


def wait_for_priority(agent: Agent, policy: int, priority: int) -> None:
    def runs_so() -> bool:
        now = scheduling(agent.host, agent.vrrp_pid() or 0)
        return (now.policy, now.priority) == (policy, priority)
    wait_until(runs_so, 10, f"policy {policy} with priority {priority}")


def test_the_vrrp_process_runs_as_configured(host: LabHost, start: StartAgent) -> None:
    """vrrp_priority, vrrp_rt_priority, vrrp_cpu_affinity, vrrp_no_swap, vrrp_rlimit_rttime."""
    agent = start(host, config(Instance(), globals=SETTINGS))
    runs = worker(agent)
    assert (runs.policy, runs.priority, runs.nice) == (ROUND_ROBIN, 12, -7)
    assert (runs.cpus, runs.realtime_limit) == (LAST, "50000")
    assert runs.locked_kilobytes > 1000
    parent = scheduling(host, agent.pid() or 0)
    assert (parent.policy, parent.nice, parent.locked_kilobytes) == (ORDINARY, NICE, 0)


def test_it_runs_as_any_process_when_nothing_is_asked_for(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    runs = worker(agent)
    assert runs == scheduling(host, agent.pid() or 0)
    assert (runs.policy, runs.nice, runs.locked_kilobytes) == (ORDINARY, NICE, 0)


@pytest.mark.parametrize("limit", ["vrrp_rlimit_rtime 30000", "vrrp_rlimit_rttime 30000", ""])
def test_the_limit_of_real_time_has_two_spellings_and_a_default(host: LabHost, start: StartAgent,
                                                                limit: str) -> None:
    """vrrp_rlimit_rtime is the old name of vrrp_rlimit_rttime."""
    agent = start(host, config(Instance(), globals=("vrrp_rt_priority 1", limit)))
    assert worker(agent).realtime_limit == ("30000" if limit else "10000")


def test_a_reload_changes_how_it_runs_and_takes_it_back(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance(), globals=SETTINGS))
    assert worker(agent).priority == 12
    agent.reload(config(Instance(), globals=("vrrp_rt_priority 30",)))
    wait_for_priority(agent, ROUND_ROBIN, 30)
    runs = worker(agent)
    assert (runs.nice, runs.cpus, runs.locked_kilobytes) == (NICE, scheduling(host, agent.pid() or 0).cpus, 0)
    agent.reload(config(Instance()))
    wait_for_priority(agent, ORDINARY, 0)
    assert worker(agent) == scheduling(host, agent.pid() or 0)


def test_scripts_run_as_any_process(host: LabHost, start: StartAgent) -> None:
    """A script that competed with its daemon in real time would make its adverts late."""
    show = host.write("show.sh", SHOW_SELF, executable=True)
    checked, notified = host.folder / "checked", host.folder / "notified"
    block = script("check", f"{show} {checked}", "interval 1")
    extra = ("track_script {", "check", "}", f'notify_master "{show} {notified}"')
    agent = start(host, config(Instance(extra=extra), globals=SETTINGS, blocks=(block,)))
    assert worker(agent).policy == ROUND_ROBIN
    parent = scheduling(host, agent.pid() or 0)
    for path in (checked, notified):
        wait_until(path.exists, 10, "the script ran")
        assert path.read_text().split() == [str(NICE), str(ORDINARY), parent.cpus, "unlimited"]


@pytest.mark.beyond_keepalived
def test_a_container_that_refuses_costs_one_warning(host: LabHost) -> None:
    """Without CAP_SYS_NICE, CAP_IPC_LOCK and CAP_SYS_RESOURCE: the address is held all the same."""
    bare = host.write("bare.sh", "#!/bin/sh\nexec setpriv --bounding-set -sys_nice,-ipc_lock,-sys_resource "
                                 f'{understudy()} "$@"\n', executable=True)
    agent = Agent(host, bare, config(Instance(), globals=SETTINGS)).start()
    runs = worker(agent)
    assert (runs.policy, runs.nice, runs.locked_kilobytes) == (ORDINARY, NICE, 0)
    assert runs.cpus == LAST, "what is granted is taken"
    refusals = [line for line in agent.log().splitlines() if "the kernel refuses" in line]
    assert len(refusals) == 1
    for part in ("priority -7", "real-time priority 12", "swapped out", "CAP_SYS_NICE", "CAP_IPC_LOCK"):
        assert part in refusals[0]


def test_a_process_that_is_woken_too_late_raises_its_priority(host: LabHost, start: StartAgent) -> None:
    """max_auto_priority, min_auto_priority_delay: one step for each delay, up to the limit."""
    agent = start(host, config(Instance(), globals=("max_auto_priority 2", "min_auto_priority_delay 300000")))
    assert worker(agent).policy == ORDINARY
    for priority in (1, 2, 2):
        agent.host.run("kill", f"-{signal.SIGSTOP.value}", str(agent.vrrp_pid()))
        time.sleep(0.7)  # after a second it would be killed
        agent.host.run("kill", f"-{signal.SIGCONT.value}", str(agent.vrrp_pid()))
        wait_for_priority(agent, ROUND_ROBIN, priority)
        wait_until(lambda: host.holds(VIP), 10, "the master again")
    assert worker(agent).priority == 2


@pytest.mark.beyond_keepalived
def test_a_process_at_its_limit_of_real_time_goes_on(host: LabHost, start: StartAgent) -> None:
    """The kernel says by SIGXCPU that vrrp_rlimit_rttime is reached, which is the end of most processes."""
    agent = start(host, config(Instance(), globals=("vrrp_rt_priority 5",)))
    assert worker(agent).priority == 5
    pid = agent.vrrp_pid()
    host.run("kill", f"-{signal.SIGXCPU.value}", str(pid))
    agent.wait_for_log("used too much CPU time")
    wait_for_priority(agent, ROUND_ROBIN, 5)
    assert agent.vrrp_pid() == pid and host.holds(VIP)
