"""The daemon as a process: its command line, exit status, pid files and background mode."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import time

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


def run(host: LabHost, program: pathlib.Path, *words: str | pathlib.Path) -> subprocess.CompletedProcess[str]:
    return host.try_run(program, *words)


def test_the_config_test_accepts_a_good_file(host: LabHost, program: pathlib.Path) -> None:
    assert run(host, program, "-t", "-f", host.write("good.conf", config(Instance()))).returncode == 0


@pytest.mark.parametrize("spoil, status", [
    (("priority 100", "priority 1o0"), 5), (("priority", "prioritty"), 5), (("eth0", "nowhere0"), 5),
    (("priority 100", "priority"), 2)], ids=["bad_value", "unknown_keyword", "missing_interface",
                                             "no_argument"])
def test_the_config_test_tells_a_fault_by_its_status(host: LabHost, program: pathlib.Path,
                                                     spoil: tuple[str, str], status: int) -> None:
    bad = host.write("bad.conf", config(Instance(priority=100)).replace(*spoil))
    done = run(host, program, "-t", "-f", bad)
    assert done.returncode == status
    assert done.stderr + done.stdout != ""


@pytest.mark.beyond_keepalived
def test_a_complaint_names_file_line_and_column_and_the_nearest_word(host: LabHost,
                                                                     program: pathlib.Path) -> None:
    text = config(Instance()).replace("virtual_router_id", "virtual_router_idd")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "virtual_router_idd" in row)
    done = run(host, program, "-t", "-f", host.write("bad.conf", text))
    assert f"bad.conf:{line}:5: " in done.stderr
    assert "did you mean" in done.stderr


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("word, told", [("", True), ("no_virtual_ipaddress", False)])
def test_an_instance_may_be_without_an_address(host: LabHost, program: pathlib.Path, word: str,
                                               told: bool) -> None:
    """no_virtual_ipaddress: nobody complains of it"""
    text = config(Instance(version=2, advert_int=1, addresses=(), extra=(word,) if word else ()))
    done = run(host, program, "-t", "-f", host.write("bare.conf", text))
    assert ("no-virtual-address" in done.stderr + done.stdout) == told


@pytest.mark.parametrize("words, status", [(["-v"], 0), (["-h"], 0), (["--no-such-option"], 1),
                                           (["--signum", "X"], 1)])
def test_the_command_line_has_its_statuses(host: LabHost, program: pathlib.Path, words: list[str],
                                           status: int) -> None:
    assert run(host, program, *words).returncode == status


@pytest.mark.parametrize("name, number", [("STOP", "15"), ("RELOAD", "1"), ("DATA", "10"), ("STATS", "12")])
def test_signum_prints_the_number_of_a_signal(host: LabHost, program: pathlib.Path, name: str,
                                              number: str) -> None:
    done = run(host, program, f"--signum={name}")
    assert (done.returncode, done.stdout.strip()) == (0, number)


def test_a_missing_file_ends_the_start(host: LabHost, program: pathlib.Path) -> None:
    assert run(host, program, "-n", "-l", "-f", host.folder / "missing.conf", "-p", host.folder / "x.pid",
               "-r", host.folder / "y.pid").returncode == 6


def test_a_missing_interface_ends_the_start(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance(interface="nowhere0")))
    # keepalived tells 2 here and 5 by -t; understudy tells what -t tells.
    assert agent.wait() == (2 if agent.program.name == "keepalived" else 5)


@pytest.mark.beyond_keepalived
def test_a_file_with_an_error_is_refused_unless_lenient(host: LabHost, start: StartAgent) -> None:
    spoilt = config(Instance(extra=("no_such_keyword 1",)))
    assert start(host, spoilt).wait() == 5
    lenient = start(host, spoilt, "--lenient", name="lenient")
    wait_until(lambda: host.holds(VIP), 10, "the lenient one takes over")
    assert lenient.stop() == 0


def test_a_second_daemon_on_the_same_pid_file_goes_quietly(host: LabHost, start: StartAgent) -> None:
    first = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "the first is master")
    pid = first.pid()
    second = subprocess.run(first.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=15,
                            check=False)
    assert second.returncode == 0
    assert first.is_running() and first.pid() == pid and host.holds(VIP)


def test_a_leftover_pid_file_is_no_obstacle(host: LabHost, start: StartAgent) -> None:
    (host.folder / "agent.pid").write_text("99999\n")
    start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "the agent started")


def test_the_pid_files_live_as_long_as_the_daemon(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: agent.pid() and agent.vrrp_pid(), 10, "both pid files")
    assert host.is_alive(agent.pid() or 0) and host.is_alive(agent.vrrp_pid() or 0)
    assert agent.pid_path.stat().st_mode & 0o777 == 0o644
    assert agent.pid_path.read_text().endswith("\n")
    assert agent.stop() == 0
    assert not agent.pid_path.exists() and not agent.vrrp_pid_path.exists()


def names(agent: Agent) -> tuple[str, str]:
    """What ps shows of the daemon and of its vrrp process."""
    wait_until(lambda: agent.pid() and agent.vrrp_pid(), 10, "both processes")
    return tuple(agent.host.run("cat", f"/proc/{pid}/comm").strip()  # type: ignore[return-value]
                 for pid in (agent.pid(), agent.vrrp_pid()))


@pytest.mark.parametrize("settings, shown", [
    (("process_names",), ("keepalived", "keepalived_vrrp")),
    (("process_name parent", "vrrp_process_name child"), ("parent", "child")),
    (("process_names", "vrrp_process_name a_name_too_long_"), ("keepalived", "a_name_too_long"))],
    ids=["process_names", "own_names", "both"])
def test_the_processes_have_the_names_that_are_asked_for(host: LabHost, start: StartAgent,
                                                         settings: tuple[str, ...],
                                                         shown: tuple[str, str]) -> None:
    """process_names, process_name, vrrp_process_name."""
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: names(agent) == shown, 10, f"the names {shown}")


@pytest.mark.beyond_keepalived
def test_a_reload_changes_the_names_and_takes_them_back(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: names(agent) == ("understudyd", "understudy-vrrp"), 10, "our own names")
    agent.reload(config(Instance(), globals=("process_name one", "vrrp_process_name two")))
    wait_until(lambda: names(agent) == ("one", "two"), 10, "the new names")
    agent.reload(config(Instance()))
    wait_until(lambda: names(agent) == ("understudyd", "understudy-vrrp"), 10, "our own names again")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_stop_signal_takes_the_address_away(host: LabHost, start: StartAgent,
                                              number: signal.Signals) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    agent.signal(number)
    assert agent.wait() == 0
    assert not host.holds(VIP)


def test_without_foreground_it_goes_on_in_the_background(host: LabHost, program: pathlib.Path) -> None:
    pid_path = host.folder / "background.pid"
    done = run(host, program, "-f", host.write("x.conf", config(Instance())), "-p", pid_path,
               "-r", host.folder / "vrrp.pid", "-c", host.folder / "checkers.pid")
    assert done.returncode == 0
    wait_until(lambda: host.holds(VIP), 10, "the daemon in the background is master")
    pid = pid_path.read_text().strip()
    host.run("kill", "-TERM", pid)
    wait_until(lambda: not host.is_alive(int(pid)), 15, "it stops")
    assert not host.holds(VIP)


def test_the_log_goes_to_syslog_too(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(Instance()))
    lab.wait_for_holder(lab.hosts[0], VIP)
    syslog = lab.folder / "h1.syslog"
    wait_until(lambda: syslog.exists() and "VI_1" in syslog.read_text(errors="replace"), 10,
               "a line in syslog")


def test_the_death_of_the_parent_takes_the_address_away(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    host.run("kill", "-KILL", str(agent.pid()))
    wait_until(lambda: not host.holds(VIP), 10, "the children clean up and go")


@pytest.mark.parametrize("delay_ms", range(0, 40, 4))
def test_a_parent_that_dies_early_leaves_no_process_behind(host: LabHost, start: StartAgent,
                                                           delay_ms: int) -> None:
    """The kernel tells a process of the death of its parent only from when it has asked to be told."""
    agent = start(host, config(Instance()))
    wait_until(lambda: agent.pid(), 10, "the daemon")
    time.sleep(delay_ms / 1000)
    host.run("kill", "-KILL", str(agent.pid()))
    wait_until(lambda: host.try_run("pgrep", agent.program.name[:10]).returncode == 1, 10,
               "no process is left")
    assert not host.holds(VIP)


@pytest.mark.beyond_keepalived
def test_the_death_of_the_worker_is_healed(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP) and agent.vrrp_pid(), 10, "master")
    if agent.vrrp_pid() == agent.pid():
        pytest.skip("this daemon is one process")
    first = agent.vrrp_pid()
    host.run("kill", "-KILL", str(first))
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another worker")
    wait_until(lambda: host.holds(VIP), 10, "master again")
    assert agent.stop() == 0


@pytest.mark.beyond_keepalived
def test_a_process_at_work_on_its_stop_is_given_time(host: LabHost, start: StartAgent) -> None:
    """child_wait_time is for silence: hooks of 1.4 s are run to their end though it is 1 s."""
    record = host.folder / "record"
    slow = host.write("slow.sh", f'#!/bin/sh\nsleep 0.7\necho "$1" >> {record}\n', executable=True)
    hooks = (f'notify_stop "{slow} first"', f'notify "{slow} second"')
    agent = start(host, config(Instance(extra=hooks), blocks=("child_wait_time 1",)))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    wait_until(lambda: record.exists() and record.read_text().count("second") == 2, 10, "the first hooks")
    assert agent.stop() == 0
    assert record.read_text().splitlines()[2:] == ["first", "second"]
    assert "killing it" not in agent.log()


def test_a_process_that_hangs_in_its_stop_is_killed(host: LabHost, start: StartAgent) -> None:
    """child_wait_time: longer than the default of 5 s"""
    agent = start(host, config(Instance(), blocks=("child_wait_time 7",)))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    hanging = agent.vrrp_pid()
    assert hanging is not None
    host.run("kill", "-STOP", str(hanging))
    stopped = time.monotonic()
    assert agent.stop(30) == 0
    assert time.monotonic() - stopped > 6.5
    assert not host.is_alive(hanging)
