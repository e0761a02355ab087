"""The process that runs the programs, and what becomes of them when it dies."""

from __future__ import annotations

import pathlib
import signal
import socket
import subprocess

import pytest

from lab.agent import Agent, understudy
from lab.config import VIP, Instance, config, script
from lab.control import asked
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until
from lab.without_root import AS_UNDERSTUDY, open_to_everybody, serve_hooks, start_by, start_without_root
from test_upgrade import install, start_installed, upgrade

NAME = "understudy-hook"
TRACK_CHECK = ("track_script {", "chk", "}")

pytestmark = pytest.mark.beyond_keepalived


@pytest.fixture(params=["our own", "root's"])
def start(request: pytest.FixtureRequest) -> StartAgent:
    """The programs are run by a process of a daemon of root, or by one of root for a daemon that is not."""
    def start_agent(host: LabHost, config: str, *options: str) -> Agent:
        if request.param == "root's":
            return start_without_root(host, config, *options)
        return Agent(host, understudy(), config).start(*options)
    return start_agent


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


def lines(path: pathlib.Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def hooks_pid(host: LabHost) -> int | None:
    found = host.try_run("pgrep", "-x", NAME).stdout.split()
    return int(found[0]) if found else None


def kill_hooks(host: LabHost) -> int:
    """Returns the number of the process that died."""
    wait_until(lambda: hooks_pid(host), 10, "the hooks process")
    pid = hooks_pid(host) or 0
    host.run("kill", "-KILL", str(pid))
    return pid


def wait_for_successor(host: LabHost, dead: int) -> None:
    wait_until(lambda: hooks_pid(host) not in (None, dead), 10, "another hooks process")


def recording(host: LabHost, name: str = "notify.sh") -> tuple[str, pathlib.Path]:
    """A script that notes the role it is told, and the record."""
    record = host.folder / f"{name}.record"
    return str(host.write(name, f"#!/bin/sh\necho $3 >> {record}\n", executable=True)), record


def test_scripts_are_children_of_the_hooks_process_alone(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    record = host.folder / "parents"
    shown = host.write("parent.sh", f"#!/bin/sh\ncat /proc/$PPID/comm >> {record}\n", executable=True)
    agent = start(host, config(Instance(extra=(*TRACK_CHECK, f"notify_master {shown}")),
                               blocks=(script("chk", str(shown), "interval 1"),)))
    lab.wait_for_holder(host, VIP)
    wait_until(lambda: len(lines(record)) >= 2, 10, "both scripts")
    assert set(lines(record)) == {NAME}
    assert host.try_run("pgrep", "-P", str(agent.vrrp_pid())).stdout == ""


def test_signals_to_all_processes_of_the_daemon_do_not_end_the_hooks_process(host: LabHost,
                                                                              start: StartAgent) -> None:
    notify, record = recording(host)
    agent = start(host, config(Instance(extra=(f"notify {notify}",))))
    wait_until(lambda: lines(record)[-1:] == ["MASTER"], 10, "the notify script of the master")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        host.run("kill", f"-{int(number)}", str(hooks_pid(host)))
    agent.stop()
    wait_until(lambda: lines(record)[-1:] == ["STOP"], 10, "the notify script of the stop")
    wait_until(lambda: hooks_pid(host) is None, 10, "the end of the hooks process")
    assert "the hooks process" not in agent.log()


def test_another_hooks_process_takes_the_place_of_one_that_died(host: LabHost, start: StartAgent) -> None:
    notify, record = recording(host)
    agent = start(host, config(Instance(extra=(f"notify {notify}",))))
    wait_until(lambda: lines(record)[-1:] == ["MASTER"], 10, "the notify script of the master")
    wait_for_successor(host, kill_hooks(host))
    host.run("ip", "link", "set", "eth0", "down")
    wait_until(lambda: lines(record)[-1:] == ["FAULT"], 10, "the notify script of the fault")
    assert agent.stop() == 0
    wait_until(lambda: hooks_pid(host) is None, 10, "the end of the hooks process")


def test_what_was_under_way_to_one_that_dies_is_run_by_the_next(host: LabHost, start: StartAgent) -> None:
    notify, record = recording(host)
    start(host, config(Instance(extra=(f"notify {notify}",))))
    wait_until(lambda: lines(record)[-1:] == ["MASTER"], 10, "the notify script of the master")
    host.run("kill", "-STOP", str(hooks_pid(host)))
    host.run("ip", "link", "set", "eth0", "down")
    wait_until(lambda: not host.holds(VIP), 10, "the fault")
    dead = kill_hooks(host)
    wait_for_successor(host, dead)
    wait_until(lambda: lines(record)[-1:] == ["FAULT"], 10, "the notify script of the fault")


def start_slow_check(host: LabHost, start: StartAgent) -> tuple[Agent, pathlib.Path, pathlib.Path]:
    """A check that takes long while `slow` exists; the pids of its runs."""
    slow, runs = host.folder / "slow", host.folder / "runs"
    slow.touch()
    check = host.write("check.sh", f"#!/bin/sh\necho $$ >> {runs}\n[ ! -e {slow} ] || exec sleep 600\n",
                       executable=True)
    block = script("chk", str(check), "interval 1", "timeout 500", "weight -20", "init_fail")
    return start(host, config(Instance(extra=TRACK_CHECK), blocks=(block,))), slow, runs


def test_a_script_whose_end_nobody_can_tell_has_failed_and_runs_again(host: LabHost,
                                                                      start: StartAgent) -> None:
    agent, slow, runs = start_slow_check(host, start)
    wait_until(lambda: lines(runs), 10, "the check runs")
    slow.unlink()
    wait_for_successor(host, kill_hooks(host))
    agent.wait_for_log(r"the hooks process (was killed by signal 9|ended with status 1): starting another")
    agent.wait_for_log(r"the hooks process has died: how the program that it ran will end is unknown")
    agent.wait_for_log(r"VRRP_Script\(chk\) cannot run .*: Owner died")
    wait_until(lambda: len(lines(runs)) >= 2, 10, "the check runs again")
    agent.wait_for_log(r"VRRP_Script\(chk\) succeeded")


def test_the_pipe_of_a_hooks_process_that_died_takes_lines_again(host: LabHost, start: StartAgent) -> None:
    pipe, record = host.folder / "pipe", host.folder / "lines"
    reader = host.write("reader.sh", f"#!/bin/sh\ncat $1 >> {record}\n", executable=True)
    settings = (f"vrrp_notify_fifo {pipe}", f"vrrp_notify_fifo_script {reader}")
    start(host, config(Instance(), globals=settings))
    wait_until(lambda: any("MASTER" in line for line in lines(record)), 10, "the line of the master")
    wait_for_successor(host, kill_hooks(host))
    host.run("ip", "link", "set", "eth0", "down")
    wait_until(lambda: any("FAULT" in line for line in lines(record)), 10, "the line of the fault")


def test_a_tracked_file_is_read_by_the_successor_and_not_made_anew(host: LabHost,
                                                                   start: StartAgent) -> None:
    tracked = host.folder / "tracked"
    block = "\n".join(("track_file health {", f"file {tracked}", "weight 1", "init_file -30 overwrite", "}"))
    agent = start(host, config(Instance(extra=("track_file {", "health", "}")), blocks=(block,)))
    agent.wait_for_log(r"effective priority .*70")
    tracked.write_text("-40\n")
    agent.wait_for_log(r"effective priority .*60")
    wait_for_successor(host, kill_hooks(host))
    assert tracked.read_text() == "-40\n"
    tracked.write_text("-50\n")
    agent.wait_for_log(r"effective priority .*50")


def run_service(host: LabHost) -> int:
    """A process us-service, which the block below counts."""
    program = host.folder / "us-service"
    if not program.exists():
        program.symlink_to("/usr/bin/sleep")
    return host.spawn(program, "1000")


SERVICE = "\n".join(("vrrp_track_process service {", "process us-service", "weight 5", "}"))
TRACK_SERVICE = ("track_process {", "service", "}")


def running(agent: Agent) -> str:
    """What the agent knows of the processes us-service."""
    return asked(agent, "status")["instances"][0]["trackers"][0].get("last_result", "nothing")


def test_a_successor_counts_the_processes_that_run_now(host: LabHost, start: StartAgent) -> None:
    """vrrp_track_process: what ends while nobody looks is noticed, and until then the last count stands."""
    services = [run_service(host) for _ in range(3)]
    agent = start(host, config(Instance(extra=TRACK_SERVICE), blocks=(SERVICE,)))
    wait_until(lambda: agent.vrrp_pid() and running(agent) == "3 running", 10, "all three are counted")
    stopped = hooks_pid(host)
    host.run("kill", "-STOP", str(stopped))
    host.run("kill", "-KILL", *map(str, services[:2]))
    assert running(agent) == "3 running"
    dead = kill_hooks(host)
    assert dead == stopped
    wait_for_successor(host, dead)
    wait_until(lambda: running(agent) == "1 running", 10, "the one that is left")
    host.run("kill", "-KILL", str(services[2]))
    wait_until(lambda: running(agent) == "0 running", 10, "none is left")
    run_service(host)
    wait_until(lambda: running(agent) == "1 running", 10, "another one")
    agent.wait_for_log("effective priority .*105")


def test_a_worker_that_goes_on_has_its_processes_counted(host: LabHost, start: StartAgent) -> None:
    service = run_service(host)
    agent = start(host, config(Instance(extra=TRACK_SERVICE), blocks=(SERVICE,)))
    wait_until(lambda: agent.vrrp_pid() and running(agent) == "1 running", 10, "it is counted")
    host.run("kill", "-KILL", str(agent.vrrp_pid()))
    agent.wait_for_log("another vrrp process goes on")
    host.run("kill", "-KILL", str(service))
    wait_until(lambda: running(agent) == "0 running", 10, "its end is noticed")


def test_another_program_counts_the_processes_that_run_now(host: LabHost) -> None:
    """An upgrade has another hooks process count for another vrrp process."""
    services = [run_service(host) for _ in range(2)]
    agent = start_installed(host, config(Instance(extra=TRACK_SERVICE), blocks=(SERVICE,)))
    wait_until(lambda: agent.vrrp_pid() and running(agent) == "2 running", 10, "both are counted")
    install(agent)
    upgrade(agent)
    host.run("kill", "-KILL", str(services[0]))
    wait_until(lambda: running(agent) == "1 running", 10, "its end is noticed")


def test_a_reload_counts_what_the_block_means_now(host: LabHost, start: StartAgent) -> None:
    """The name of the block stays, and stands for other processes."""
    for _ in range(2):
        run_service(host)
    agent = start(host, config(Instance(extra=TRACK_SERVICE), blocks=(SERVICE,)))
    wait_until(lambda: agent.vrrp_pid() and running(agent) == "2 running", 10, "both are counted")
    other = SERVICE.replace("us-service", "us-nothing")
    agent.reload(config(Instance(extra=TRACK_SERVICE), blocks=(other,)))
    wait_until(lambda: running(agent) == "0 running", 10, "the others")
    agent.reload(config(Instance(extra=TRACK_SERVICE), blocks=(SERVICE,)))
    wait_until(lambda: running(agent) == "2 running", 10, "both again")


def test_the_programs_of_a_worker_that_died_belong_to_nobody(host: LabHost, start: StartAgent) -> None:
    notify, record = recording(host)
    agent = start(host, config(Instance(extra=(f"notify {notify}",))))
    wait_until(lambda: lines(record)[-1:] == ["MASTER"], 10, "the notify script of the master")
    hooks, worker = hooks_pid(host), agent.vrrp_pid()
    host.run("kill", "-KILL", str(worker))
    agent.wait_for_log("another vrrp process goes on")
    assert hooks_pid(host) == hooks and agent.vrrp_pid() != worker
    agent.stop()
    assert lines(record).count("MASTER") == 1 and lines(record)[-1] == "STOP"


def test_scripts_of_the_daemon_itself_are_run_by_the_same_process(host: LabHost, start: StartAgent) -> None:
    record = host.folder / "own.record"
    own = host.write("own.sh", f"#!/bin/sh\necho $1 $(id -u) >> {record}\ncat /proc/$PPID/comm >> {record}\n",
                     executable=True)
    settings = (f'startup_script "{own} start"', f'shutdown_script "{own} end"')
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.stop()
    told = lines(record)
    assert [told[0], told[2]] == ["start 0", "end 0"]
    assert set((told[1], told[3])) <= {NAME, "understudyd"}
    assert "could not be run" not in agent.log()


def test_a_script_of_the_daemon_itself_that_hangs_is_ended(host: LabHost, start: StartAgent) -> None:
    hangs = host.write("hangs.sh", "#!/bin/sh\ntrap : TERM\nwhile :; do sleep 1234; done\n", executable=True)
    settings = (f"startup_script {hangs}", "startup_script_timeout 1")
    agent = start(host, config(Instance(), globals=settings))
    agent.wait_for_log("the startup_script has not ended after 1 s: killing it")
    wait_until(lambda: host.holds(VIP), 10, "the master")
    assert not host.try_run("pgrep", "-f", "^sleep 1234").stdout


def test_hooks_that_nobody_serves_are_told_and_run_when_somebody_does(host: LabHost) -> None:
    open_to_everybody(host)
    notify, record = recording(host)
    path = host.folder / "hooks.sock"
    agent = start_by(AS_UNDERSTUDY, host, config(Instance(extra=(f"notify {notify}",))),
                     "--hooks-socket", str(path))
    agent.wait_for_log(f"connect to {path}: No such file or directory: no script runs and no tracked file")
    wait_until(lambda: host.holds(VIP), 10, "the master")
    serve_hooks(host)
    wait_until(lambda: lines(record)[-1:] == ["MASTER"], 20, "the notify script of the master")
    assert agent.log().count("no script runs") == 1


def test_a_script_of_the_daemon_that_nobody_runs_keeps_nothing_from_beginning(host: LabHost) -> None:
    open_to_everybody(host)
    settings = ("startup_script /bin/true", "startup_script_timeout 1",
                "shutdown_script /bin/true", "shutdown_script_timeout 1")
    agent = start_by(AS_UNDERSTUDY, host, config(Instance(), globals=settings),
                     "--hooks-socket", str(host.folder / "hooks.sock"))
    agent.wait_for_log("the startup_script could not be run: cannot hear of its end: Connection timed out")
    wait_until(lambda: host.holds(VIP), 10, "the master")
    assert agent.stop() == 0
    assert not host.holds(VIP)


def test_hooks_that_are_refused_are_told_with_the_reason(host: LabHost) -> None:
    open_to_everybody(host)
    refuses = host.write("refuses.py", "#!/usr/bin/python3\nimport socket\n"
                         "line = socket.socket(fileno=3)\nline.recv(99)\nline.send(b'\\x01not today')\n",
                         executable=True)
    path, _ = serve_hooks(host, refuses)
    agent = start_by(AS_UNDERSTUDY, host, config(Instance()), "--hooks-socket", str(path))
    agent.wait_for_log("not today: no script runs and no tracked file is read until somebody serves")
    wait_until(lambda: host.holds(VIP), 10, "the master")
    assert agent.stop() == 0


@pytest.mark.parametrize("asked", [b"", b"\xffunderstudy-hook", b"\x01" + b"n" * 100])
def test_who_asks_for_hooks_in_another_version_is_refused(asked: bytes, host: LabHost) -> None:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(30)
    with ours, its:
        serving = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{its.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --serve-hooks',
             understudy()],
            pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if asked:
            ours.send(asked)
            assert b"of different versions" in ours.recv(1000)
        else:
            ours.shutdown(socket.SHUT_WR)
        assert b"version" in serving.communicate(timeout=30)[1]
        assert serving.returncode == 1


def test_nobody_serves_hooks_by_hand() -> None:
    done = subprocess.run([understudy(), "--serve-hooks"], capture_output=True, check=False, timeout=30)
    assert done.returncode == 1 and b"is for a service manager" in done.stderr
