"""--single-process: supervisor, vrrp and hooks as threads of one process, and what that costs.

What holds for the daemon however it runs is tested here a second time: such tests are taken from their own
files, with a daemon that runs so.
"""

from __future__ import annotations

import os
import pathlib
import re
import signal
import socket
import time

import pytest

from lab.agent import Agent, understudy
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.mail import MailServer
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.scheduling import ORDINARY, ROUND_ROBIN, SHOW_SELF, Scheduling, scheduling
from lab.waiting import wait_until
# ruff: noqa: F401
from test_control import test_hostile_clients_neither_stop_adverts_nor_keep_others_out
from test_drain import test_a_drained_master_hands_over_without_resigning_first
from test_failover import (test_a_crash_moves_the_address_after_three_adverts_and_the_skew,
                           test_an_orderly_stop_resigns_and_the_other_waits_its_skew_alone)
from test_notify import (test_a_script_of_the_daemon_that_hangs_is_killed, test_a_slow_hook_delays_no_advert,
                         test_hooks_of_one_instance_run_one_after_the_other,
                         test_the_daemon_has_scripts_for_before_and_after)
from test_process import (test_a_process_at_work_on_its_stop_is_given_time,
                          test_a_second_daemon_on_the_same_pid_file_goes_quietly,
                          test_a_stop_signal_takes_the_address_away,
                          test_the_pid_files_live_as_long_as_the_daemon)
from test_reload import test_signals_in_quick_succession_end_with_the_last_file
from test_trackers import test_track_process_that_dies_costs_its_weight_and_returns_it
from test_tracking import (test_a_hung_script_is_killed_with_its_children_and_counts_as_failed,
                           test_no_script_survives_the_stop)

pytestmark = pytest.mark.beyond_keepalived

OPTION = "--single-process"
WARNING = "what reads packets keeps all rights that the daemon was started with"
NICE = os.getpriority(os.PRIO_PROCESS, 0)  # ours, which an agent is started with
THREADS = ["understudy-hook", "understudy-vrrp", "understudyd"]
# A tracer, which ends with the thread.
HOLD = """import ctypes, os, sys
thread, attach, any_thread = int(sys.argv[1]), 16, 0x40000000
assert ctypes.CDLL(None).ptrace(attach, thread, None, None) == 0
while os.WIFSTOPPED(os.waitpid(thread, any_thread)[1]):
    pass
"""
CHECK = ("track_script {", "chk", "}")


@pytest.fixture
def start() -> StartAgent:
    def start_agent(host: LabHost, text: str, *options: str, name: str = "agent") -> Agent:
        return Agent(host, understudy(), text, name).start(OPTION, *options)
    return start_agent


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def threads(agent: Agent) -> dict[str, int]:
    """By name: the number of each thread."""
    rows = agent.host.run("grep", "", "-r", "--include=comm", f"/proc/{agent.pid()}/task").splitlines()
    return {name: int(path.split("/")[4]) for path, _, name in (row.partition(":") for row in rows)}


def children(agent: Agent) -> list[str]:
    return agent.host.try_run("pgrep", "-P", str(agent.pid())).stdout.split()


def processes(host: LabHost, pattern: str = "understudy") -> list[int]:
    """What runs on the host under this name."""
    return [int(pid) for pid in host.try_run("pgrep", pattern).stdout.split()]


def master(host: LabHost, start: StartAgent, text: str, *options: str) -> Agent:
    agent = start(host, text, *options)
    wait_until(lambda: host.holds(VIP), 10, "a master")
    return agent


def test_a_pair_of_one_process_each_fails_over_and_stops(lab: Lab, start: StartAgent) -> None:
    strong, weak = (start(host, config(Instance(priority=priority)))
                    for host, priority in zip(lab.hosts, (150, 100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    for agent in (strong, weak):
        wait_until(lambda agent=agent: sorted(threads(agent)) == THREADS, 10, "three threads")
        assert processes(agent.host) == [agent.pid()] == [agent.vrrp_pid()]
        assert children(agent) == []
        assert agent.log().count(WARNING) == 1
        assert "does not run as user" not in agent.log()
    strong.kill()
    wait_until(lambda: lab.hosts[1].holds(VIP), 10, "the other takes over")
    assert weak.stop() == 0
    assert not lab.hosts[1].holds(VIP)
    assert not weak.pid_path.exists() and not weak.vrrp_pid_path.exists()
    assert processes(lab.hosts[1]) == []


def test_a_resignation_is_taken_at_once(lab: Lab, start: StartAgent) -> None:
    slow = Instance(priority=150, advert_int=5)
    strong = start(lab.hosts[0], config(slow))
    wait_until(lambda: lab.hosts[0].holds(VIP), 30, "the master")
    weak = start(lab.hosts[1], config(Instance(priority=100, advert_int=5)))
    weak.wait_for_log("Entering BACKUP")
    time.sleep(1)  # it hears the master; even if not, nothing here would hold by accident
    assert strong.stop() == 0
    wait_until(lambda: lab.hosts[1].holds(VIP), 9, "the other long before three intervals have gone by")


def test_a_reload_takes_effect_and_a_wrong_file_does_not(host: LabHost, start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    agent.reload(config(Instance(addresses=(f"{VIP}/24", "192.0.2.51/24")),
                        globals=("process_name one", "vrrp_process_name two")))
    wait_until(lambda: host.holds("192.0.2.51"), 10, "the new address")
    wait_until(lambda: sorted(threads(agent)) == ["one", "two", "understudy-hook"], 10, "the new names")
    agent.reload(config(Instance()).replace("priority", "prioritty"))
    agent.wait_for_log("reload refused")
    agent.reload(config(Instance(), Instance(name="VI_2", vrid=52, addresses=("192.0.2.52/24",))))
    wait_until(lambda: host.holds("192.0.2.52") and not host.holds("192.0.2.51"), 10, "the next reload")
    assert agent.log().count("Entering MASTER") == 2
    assert agent.stop() == 0
    assert not host.holds(VIP) and not host.holds("192.0.2.52")


def test_scripts_are_the_only_children(host: LabHost, start: StartAgent) -> None:
    record = host.folder / "record"
    shown = host.write("show.sh", f'#!/bin/sh\necho "$3 $PPID $(id -u)" >> {record}\n', executable=True)
    state = host.write("state", "0\n")
    check = host.write("check.sh", f'#!/bin/sh\nexit $(cat {state})\n', executable=True)
    agent = master(host, start, config(Instance(extra=(*CHECK, f"notify {shown}")),
                                       blocks=(script("chk", str(check), "interval 1", "fall 1", "rise 1"),)))
    state.write_text("1\n")
    agent.wait_for_log("Entering FAULT")
    state.write_text("0\n")
    wait_until(lambda: record.exists() and len(record.read_text().splitlines()) >= 4, 20, "four runs")
    lines = [line.split() for line in record.read_text().splitlines()]
    assert [line[0] for line in lines[:4]] == ["BACKUP", "MASTER", "FAULT", "BACKUP"]
    assert {line[1] for line in lines} == {str(agent.pid())}
    assert agent.stop() == 0


def test_a_stop_leaves_no_script_behind(host: LabHost, start: StartAgent) -> None:
    slow = host.write("slow.sh", "#!/bin/sh\nsleep 987\n", executable=True)
    agent = start(host, config(Instance(extra=CHECK), blocks=(script("chk", str(slow)),)))
    wait_until(lambda: processes(host, "slow.sh"), 10, "the script runs")
    assert agent.stop() == 0
    wait_until(lambda: host.try_run("pgrep", "-f", "slow.sh|sleep 987").returncode == 1, 10, "nothing left")


def test_no_ended_child_stays_behind(host: LabHost, start: StartAgent) -> None:
    """Neither scripts nor, as the first process of a container, what they leave to us."""
    quick = host.write("quick.sh", "#!/bin/sh\nexit 0\n", executable=True)
    agent = master(host, start, config(Instance(extra=CHECK), blocks=(script("chk", str(quick)),)))
    time.sleep(3)
    assert "defunct" not in host.run("ps", "-ef")
    assert agent.stop() == 0


def test_the_control_socket_answers_for_all_parts(host: LabHost, start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    wait_until(lambda: asked(agent, "status")["instances"][0]["state"] == "MASTER", 10, "a status")
    assert "MASTER" in understudyctl(agent, "why", "VI_1").stdout
    history = understudyctl(agent, "history").stdout
    assert f"the vrrp process starts (process {agent.pid()})" in history and "MASTER" in history
    assert understudyctl(agent, "log-level", "debug").returncode == 0
    assert understudyctl(agent, "reload").returncode == 0
    assert agent.stop() == 0


def test_an_upgrade_is_refused_with_the_reason(host: LabHost, start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    refused = understudyctl(agent, "upgrade")
    assert refused.returncode != 0
    assert re.search(r"--single-process.*restart it", refused.stdout + refused.stderr, re.DOTALL)
    assert agent.is_running() and host.holds(VIP)
    assert host.try_run(understudy(), OPTION, "--check-upgrade").returncode == 1


def test_mail_is_sent_by_no_other_process(lab: Lab, start: StartAgent) -> None:
    server = MailServer(lab.client)
    agent = start(lab.hosts[0], config(Instance(extra=("smtp_alert",)), globals=(
        f"smtp_server {lab.client.address}", "notification_email {\n        ops@example.org\n    }",
        "notification_email_from ha@example.org")))
    wait_until(lambda: len(server.mails()) == 2, 15, "two mails")
    assert agent.stop() == 0
    assert len(server.subjects()) == 3


def test_a_mail_server_that_is_silent_does_not_keep_it_from_stopping(lab: Lab, start: StartAgent) -> None:
    # Nobody answers: a connection is tried for as long as it may take.
    agent = start(lab.hosts[0], config(Instance(extra=("smtp_alert",)), globals=(
        "smtp_server 192.0.2.99", "notification_email {\n        ops@example.org\n    }",
        "notification_email_from ha@example.org", "smtp_connect_timeout 60")))
    wait_until(lambda: lab.hosts[0].holds(VIP), 10, "the master")
    wait_until(lambda: "understudy-mail" in threads(agent), 10, "the mail is under way")
    assert agent.stop(30) == 0
    assert not lab.hosts[0].holds(VIP) and not agent.pid_path.exists()


def test_dumps_are_written(host: LabHost, start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    for number, name in ((signal.SIGUSR1, "keepalived.data"), (signal.SIGUSR2, "keepalived.stats"),
                         (signal.SIGRTMIN + 2, "keepalived.json")):
        agent.signal(number)
        wait_until((host.folder / name).exists, 10, name)


def test_the_service_manager_and_its_watchdog_are_told(host: LabHost) -> None:
    path = host.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(10)
        agent = Agent(host, understudy(), config(Instance()))
        agent.environment |= {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "2000000"}
        agent.start(OPTION)
        told: list[str] = []
        while told.count("WATCHDOG=1") < 5 or "READY=1" not in told:
            told += manager.recv(4096).decode().splitlines()
        assert f"MAINPID={agent.pid()}" in told
        assert agent.stop() == 0


def test_only_the_vrrp_thread_runs_in_real_time(host: LabHost, start: StartAgent) -> None:
    """And it is the one that goes on with ordinary priority at its limit."""
    record = host.folder / "record"
    show = host.write("show.sh", SHOW_SELF, executable=True)
    agent = master(host, start, config(Instance(extra=(f'notify_master "{show} {record}"',)),
                                       globals=("vrrp_rt_priority 12", "vrrp_priority -7")))
    wait_until(lambda: sorted(threads(agent)) == THREADS and record.exists(), 10, "three threads, a script")

    def of(name: str) -> Scheduling:
        return scheduling(host, threads(agent)[name])
    vrrp, supervisor = of("understudy-vrrp"), of("understudyd")
    assert (vrrp.policy, vrrp.priority, vrrp.nice) == (ROUND_ROBIN, 12, -7)
    assert (supervisor.policy, supervisor.nice) == (ORDINARY, NICE) == (of("understudy-hook").policy, NICE)
    assert record.read_text().split() == [str(NICE), str(ORDINARY), supervisor.cpus, "unlimited"]
    agent.signal(signal.SIGXCPU)
    agent.wait_for_log("used too much CPU time")
    wait_until(lambda: of("understudy-vrrp").policy == ROUND_ROBIN, 10, "real time again")
    assert of("understudyd").policy == ORDINARY and host.holds(VIP)


def hold(agent: Agent, thread: str) -> None:
    """From now on this thread does nothing, as if it waited for something that never comes."""
    number = threads(agent)[thread]
    agent.host.attach(["/usr/bin/python3", "-c", HOLD, str(number)])
    status = f"/proc/{agent.pid()}/task/{number}/status"
    wait_until(lambda: "tracing stop" in agent.host.run("cat", status), 10, f"{thread} is held")


def test_a_vrrp_thread_that_hangs_is_the_end_of_the_daemon(host: LabHost, start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    hold(agent, "understudy-vrrp")
    agent.wait_for_log("has not answered for .* s: killing it, and with it the daemon", 20)
    assert agent.wait(30) == 1
    assert not agent.pid_path.exists() and host.holds(VIP)


def test_a_vrrp_thread_that_hangs_does_not_keep_the_daemon_from_stopping(host: LabHost,
                                                                         start: StartAgent) -> None:
    agent = master(host, start, config(Instance(), globals=("graceful_handover 50",)))
    agent.signal(signal.SIGTERM)  # it waits for another master
    wait_until(lambda: "the daemon is told to stop" in understudyctl(agent, "history").stdout, 10, "the stop")
    hold(agent, "understudy-vrrp")
    assert agent.wait(40) == 0
    assert not agent.pid_path.exists() and "the next start takes its addresses away" in agent.log()


def test_a_crash_leaves_the_addresses_and_the_next_start_takes_them_over(host: LabHost,
                                                                        start: StartAgent) -> None:
    agent = master(host, start, config(Instance()))
    host.run("kill", "-KILL", str(agent.pid()))
    agent.wait()
    assert processes(host) == [] and host.holds(VIP)
    again = start(host, config(Instance(), Instance(name="VI_2", vrid=52, addresses=("192.0.2.52/24",))))
    wait_until(lambda: host.holds("192.0.2.52") and host.holds(VIP), 10, "master again")
    assert again.stop() == 0
    assert not host.holds(VIP)


def test_what_cannot_be_started_ends_it_with_a_status(host: LabHost, start: StartAgent,
                                                      program: pathlib.Path) -> None:
    done = host.try_run(program, OPTION, "-n", "-f", host.folder / "missing.conf")
    assert done.returncode == 6
