"""The vrrp process dies or hangs: another goes on in its place, and nobody else notices."""

from __future__ import annotations

import time

import pytest

from lab.addresses import AddressMonitor
from lab.agent import Agent
from lab.capture import Capture
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.prober import EchoProbe
from lab.processes import AGENTS
from lab.recording import recording_of
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

GOES_ON = "another vrrp process goes on where the one before it has stopped"
SECOND = 1.0  # the interval at which no backup may notice


def pair(lab: Lab, start: StartAgent, *extra: str, advert_int: float = SECOND) -> tuple[Agent, Agent]:
    """The stronger one first, and master."""
    agents = tuple(start(host, config(Instance(priority=priority, advert_int=advert_int, extra=extra)))
                   for host, priority in zip(lab.hosts, (150, 100)))
    lab.wait_for_holder(lab.hosts[0], VIP, 20)
    return agents


def kill(agent: Agent, number: str = "KILL") -> None:
    """The vrrp process, and waits for the one after it."""
    first = agent.vrrp_pid()
    agent.host.run("kill", f"-{number}", str(first))
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")


def instance_of(agent: Agent) -> dict[str, object]:
    return asked(agent, "status")["instances"][0]


def nobody_but_the_first_speaks(capture: Capture, since: float) -> bool:
    adverts = capture.adverts(since=since)
    return {advert.port for advert in adverts} <= {"p1"} and all(advert.priority > 0 for advert in adverts)


def test_a_killed_master_stays_master_and_a_client_loses_nothing(lab: Lab, start: StartAgent) -> None:
    strong, _ = pair(lab, start)
    time.sleep(SECOND)
    since, history = instance_of(strong)["seconds_in_state"], asked(strong, "history")["entries"]
    capture, monitor = lab.capture(), AddressMonitor(lab.hosts[0])
    probe = EchoProbe(lab.client, VIP)
    began = time.time()
    for _ in range(2):
        kill(strong)
        strong.wait_for_log(GOES_ON)
        stays_true(lambda: lab.holders(VIP) == ["h1"], 3 * SECOND, "the first host has the address")
    report = probe.report()
    monitor.close()
    assert monitor.changes() == []
    assert nobody_but_the_first_speaks(capture, began)
    heard = [advert.time for advert in capture.adverts("p1", since=began)]
    assert max(later - earlier for earlier, later in zip(heard, heard[1:])) < 2 * SECOND
    assert report.longest is None or report.longest.outage_ms < 100 + report.worst_lateness_ms
    assert instance_of(strong)["seconds_in_state"] > since + 5 * SECOND
    told = asked(strong, "history")["entries"][len(history):]
    assert [entry["kind"] for entry in told if entry["kind"] != "process"] == []
    assert sum(GOES_ON in entry["reason"] for entry in told) == 2


def test_a_hanging_master_is_replaced_before_its_backup_takes_over(lab: Lab, start: StartAgent) -> None:
    strong, _ = pair(lab, start)
    capture = lab.capture()
    began = time.time()
    kill(strong, "STOP")
    strong.wait_for_log("the vrrp process has not answered for 1.0 s: killing it")
    strong.wait_for_log(GOES_ON)
    stays_true(lambda: lab.holders(VIP) == ["h1"], 4 * SECOND, "the first host has the address")
    assert nobody_but_the_first_speaks(capture, began)


def test_a_hanging_process_that_had_nothing_to_do_is_replaced(host: LabHost, start: StartAgent) -> None:
    """Rest is no hang, and a hang is none the less one."""
    host.run("ip", "link", "set", "eth0", "down")
    agent = start(host, config(Instance()))
    agent.wait_for_log("startup complete")
    first = agent.vrrp_pid()
    stays_true(lambda: agent.vrrp_pid() == first, 4 * SECOND, "it is let alone")
    kill(agent, "STOP")
    agent.wait_for_log("the vrrp process has not answered for 1.0 s: killing it")
    agent.wait_for_log(GOES_ON)
    assert instance_of(agent)["state"] == "FAULT"


def test_that_all_processes_stood_still_is_nobody_s_hang(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    first = agent.vrrp_pid()
    processes = host.run("pgrep", "-f", AGENTS).split()
    host.run("kill", "-STOP", *processes)
    time.sleep(4 * SECOND)
    host.run("kill", "-CONT", *processes)
    stays_true(lambda: agent.vrrp_pid() == first, 3 * SECOND, "the same vrrp process")
    wait_until(lambda: host.holds(VIP), 10, "master again")
    assert "killing it" not in agent.log()


def test_a_killed_backup_takes_over_when_its_master_goes(lab: Lab, start: StartAgent) -> None:
    _, weak = pair(lab, start, advert_int=0.2)
    wait_until(lambda: instance_of(weak)["master"], 10, "it has heard the master")
    kill(weak)
    weak.wait_for_log(GOES_ON)
    assert instance_of(weak)["state"] == "BACKUP"
    lab.crash(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(VIP), 10, "the backup has taken over")


def test_what_scripts_said_and_the_operator_ordered_stays(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(
        Instance(priority=100, extra=("track_script {", "chk", "}")),
        blocks=(script("chk", "/bin/false", "interval 1", "weight -20", "fall 2", "init_fail"),)))
    wait_until(lambda: host.holds(VIP), 15, "master")
    wait_until(lambda: instance_of(agent)["priority"] == 80, 15, "the weight of the script")
    kill(agent)
    agent.wait_for_log(GOES_ON)
    assert instance_of(agent)["priority"] == 80
    assert understudyctl(agent, "set", "VI_1", "priority", "33").returncode == 0
    kill(agent)
    wait_until(lambda: agent.log().count(GOES_ON) == 2, 10, "the second succession")
    assert instance_of(agent)["priority"] == 33
    assert agent.log().count("Entering MASTER") == 1


def test_hooks_are_not_run_again(host: LabHost, start: StartAgent) -> None:
    lines = host.folder / "hooks"
    hook = host.folder / "hook.sh"
    hook.write_text(f'#!/bin/sh\necho "$3" >> {lines}\n')
    hook.chmod(0o755)
    agent = start(host, config(Instance(extra=(f"notify {hook}",))))
    wait_until(lambda: lines.exists() and lines.read_text().split() == ["BACKUP", "MASTER"], 10, "the hooks")
    kill(agent)
    agent.wait_for_log(GOES_ON)
    stays_true(lambda: lines.read_text().split() == ["BACKUP", "MASTER"], 1, "no hook has run again")
    agent.stop()
    assert lines.read_text().split() == ["BACKUP", "MASTER", "STOP"]


@pytest.mark.parametrize("recording", ["none", "/nowhere/at/all"])
def test_where_no_file_holds_the_recording_it_goes_on_from_memory(host: LabHost, start: StartAgent,
                                                                  recording: str) -> None:
    agent = start(host, config(Instance()), "--recording", recording)
    wait_until(lambda: host.holds(VIP), 10, "master")
    for times in (1, 2):
        kill(agent)
        wait_until(lambda: agent.log().count(GOES_ON) == times, 10, "the successor")
        wait_until(lambda: agent.log().count("startup complete") == times + 1, 10, "it has begun")
    assert host.holds(VIP)
    assert agent.log().count("Entering MASTER") == 1


def test_what_was_not_recorded_whole_begins_anew(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    host.run("kill", "-STOP", str(agent.vrrp_pid()))
    with recording_of(agent).open("r+b") as recording:
        recording.write(bytes(recording_of(agent).stat().st_size))
    kill(agent)
    agent.wait_for_log("begins anew, because what the one before it knew is lost: .*")
    wait_until(lambda: host.holds(VIP), 10, "master again")


def test_a_process_that_dies_again_and_again_gives_the_addresses_up(lab: Lab, start: StartAgent) -> None:
    strong, _ = pair(lab, start, advert_int=0.2)
    time.sleep(2)
    script_text = f"""
        last=
        while :; do
            now=$(cat {strong.vrrp_pid_path} 2>/dev/null)
            if [ -n "$now" ] && [ "$now" != "$last" ]; then kill -KILL "$now" && last=$now; fi
            grep -q 'its addresses are removed' {strong.log_path} && exit 0
            sleep 0.02
        done"""
    strong.host.run("timeout", "20", "sh", "-c", script_text)
    wait_until(lambda: lab.holders(VIP) == ["h2"], 10, "the other router has the address alone")
    strong.wait_for_log("starting the vrrp process again in 1 s")
    wait_until(lambda: lab.holders(VIP) == ["h1"], 20, "the first is started again, and preempts")


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]
