"""Another program takes the place of the one that runs, in the same process, and nobody else notices."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

import pytest

from lab.addresses import AddressMonitor
from lab.agent import Agent, understudy
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.control import asked, socket_of, tool, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.processes import descriptors, outside_pid
from lab.prober import EchoProbe
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

GOES_ON = "another vrrp process goes on where the one before it has stopped"
SECOND = 1.0


def installed(host: LabHost) -> pathlib.Path:
    path = host.folder / "sbin/understudyd"
    path.parent.mkdir(exist_ok=True)
    shutil.copy2(understudy(), path)
    return path


def install(agent: Agent, content: bytes | None = None) -> None:
    """As a package manager does it: another file under the same name. None: the same program again."""
    fresh = agent.program.with_suffix(".new")
    fresh.write_bytes(understudy().read_bytes() if content is None else content)
    fresh.chmod(0o755)
    os.rename(fresh, agent.program)


def start_installed(host: LabHost, text: str, *options: str) -> Agent:
    return Agent(host, installed(host), text).start(*options)


def are_others(before: dict[int, str], after: dict[int, str]) -> bool:
    """The hooks process first ends what it was ordered."""
    return set(before.values()) == set(after.values()) and not set(before) & set(after)


def children_of(agent: Agent) -> dict[int, str]:
    """By process, because for a moment the old one and the new one of a kind may both be there."""
    rows = agent.host.try_run("ps", "-o", "pid=,comm=", "--ppid", str(agent.pid())).stdout.splitlines()
    return {int(pid): name for pid, name in (row.split(None, 1) for row in rows)}


def upgrade(agent: Agent, *options: str) -> None:
    done = understudyctl(agent, "upgrade", *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("upgraded: understudyd ")
    wait_until(lambda: len(children_of(agent)) in (0, 2), 10, "no process of the old program is left")


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def master(host: LabHost, *extra: str, options: tuple[str, ...] = (), advert_int: float = 0.2) -> Agent:
    instance = Instance(priority=150, advert_int=advert_int, extra=extra)
    agent = start_installed(host, config(instance), *options)
    wait_until(lambda: host.holds(VIP), 15, "master")
    return agent


@dataclass(frozen=True)
class Pair:
    lab: Lab
    strong: Agent
    capture: Capture


def pair(lab: Lab, start: StartAgent, advert_int: float) -> Pair:
    strong = start_installed(lab.hosts[0], config(Instance(priority=150, advert_int=advert_int)))
    start(lab.hosts[1], config(Instance(priority=100, advert_int=advert_int)))
    lab.wait_for_holder(lab.hosts[0], VIP, 20)
    time.sleep(2 * advert_int)
    return Pair(lab, strong, lab.capture())


@pytest.mark.parametrize("advert_int", [SECOND, 0.2])
def test_a_master_stays_master_and_a_client_loses_nothing(lab: Lab, start: StartAgent,
                                                          advert_int: float) -> None:
    two = pair(lab, start, advert_int)
    agent, monitor, probe = two.strong, AddressMonitor(lab.hosts[0]), EchoProbe(lab.client, VIP)
    began, process, history = time.time(), agent.pid(), asked(agent, "history")["entries"]
    since = asked(agent, "status")["instances"][0]["seconds_in_state"]
    for count in (1, 2, 3):
        before = children_of(agent)
        install(agent)
        upgrade(agent)
        assert agent.pid() == process
        wait_until(lambda: are_others(before, children_of(agent)), 10, "another process in the place of each")
        assert agent.log().count(GOES_ON) == count
        stays_true(lambda: lab.holders(VIP) == ["h1"], 2 * advert_int, "the first host has the address")
    report = probe.report()
    monitor.close()
    assert [change for change in monitor.changes() if change.address == VIP] == []
    adverts = two.capture.adverts(since=began)
    assert {advert.port for advert in adverts} == {"p1"} and all(advert.priority > 0 for advert in adverts)
    assert report.longest is None or report.longest.outage_ms < 100 + report.worst_lateness_ms
    times = [advert.time for advert in adverts]
    assert max(later - earlier for earlier, later in zip(times, times[1:])) < 3 * advert_int
    assert asked(agent, "status")["instances"][0]["seconds_in_state"] > since
    told = asked(agent, "history")["entries"][len(history):]
    assert [entry["kind"] for entry in told if entry["kind"] != "process"] == []
    assert sum(" takes the place of " in entry["reason"] for entry in told) == 3
    assert asked(agent, "status")["instances"][0]["state"] == "MASTER"


def test_where_no_file_holds_the_recording_it_goes_on_from_memory(host: LabHost) -> None:
    agent = master(host, options=("--recording", "none"))
    for count in (1, 2):
        install(agent)
        upgrade(agent)
        wait_until(lambda: agent.log().count(GOES_ON) == count, 10, "the successor")
    assert host.holds(VIP) and agent.log().count("Entering MASTER") == 1


def test_no_descriptor_is_left_behind(host: LabHost) -> None:
    agent = master(host)
    daemon = outside_pid(host, agent.pid())
    install(agent)
    upgrade(agent)
    once = descriptors(daemon)
    for _ in range(3):
        install(agent)
        upgrade(agent)
    wait_until(lambda: descriptors(daemon) <= once, 5, "no more descriptors than after the first upgrade")
    assert agent.stop() == 0
    assert not agent.pid_path.exists() and not host.holds(VIP)


def test_a_running_script_is_neither_ended_nor_run_again(host: LabHost) -> None:
    lines = host.folder / "lines"
    hook = host.write("hook.sh", f'#!/bin/sh\necho "begin $3" >> {lines}\n[ "$3" = MASTER ] && sleep 4\n'
                                 f'echo "end $3" >> {lines}\nenv | grep -c UNDERSTUDY_TAKES >> {lines}\n',
                      executable=True)
    agent = master(host, f"notify {hook}")
    wait_until(lambda: "begin MASTER" in lines.read_text(), 10, "the script runs")
    install(agent)
    upgrade(agent)
    assert "end MASTER" not in lines.read_text()
    wait_until(lambda: "end MASTER\n0\n" in lines.read_text(), 10, "the script ends by itself")
    assert lines.read_text().count("begin MASTER") == 1
    assert agent.stop() == 0
    assert lines.read_text().split("\n")[-4:] == ["begin STOP", "end STOP", "0", ""]


def test_a_notify_pipe_stays_for_its_reader(host: LabHost) -> None:
    path = host.folder / "pipe"
    agent = start_installed(host, config(Instance(advert_int=0.2), globals=(f"vrrp_notify_fifo {path}",)))
    wait_until(lambda: host.holds(VIP), 10, "master")
    reader, before = os.open(path, os.O_RDWR | os.O_NONBLOCK), path.stat().st_ino
    install(agent)
    upgrade(agent)
    assert path.stat().st_ino == before
    assert agent.stop() == 0
    told = [line.split()[2] for line in os.read(reader, 65536).decode().splitlines()]
    os.close(reader)
    assert told == ["BACKUP", "MASTER", "STOP"]


def test_what_the_operator_ordered_stays(host: LabHost) -> None:
    agent = master(host)
    assert understudyctl(agent, "set", "VI_1", "priority", "33").returncode == 0
    assert understudyctl(agent, "log-level", "warning").returncode == 0
    install(agent)
    upgrade(agent)
    assert asked(agent, "status")["instances"][0]["priority"] == 33
    assert "startup complete" in agent.log() and agent.log().count("startup complete") == 1


def elf_of_another_machine() -> bytes:
    octets = bytearray(understudy().read_bytes()[:4096])
    octets[18:20] = b"\xf3\x00"  # RISC-V
    return bytes(octets)


@pytest.mark.parametrize("content, why", [
    (b"no program at all\n", "Exec format error"),
    (b"#!/bin/sh\nexit 1\n", "the program ended with status 1; it said nothing"),
    (b"#!/bin/sh\nexit 0\n", "the program is no understudyd"),
    (b"#!/bin/sh\nkill -SEGV $$\n", "the program was killed by signal 11"),
    (elf_of_another_machine, "Exec format error")])
def test_a_program_that_will_not_do_is_refused(host: LabHost, content: object, why: str) -> None:
    agent = master(host)
    before = children_of(agent)
    install(agent, content() if callable(content) else content)
    done = understudyctl(agent, "upgrade")
    assert done.returncode == 1 and done.stderr.startswith("refused: ") and why in done.stderr
    assert children_of(agent) == before and host.holds(VIP)
    agent.wait_for_log("upgrade refused: ")
    assert any("an upgrade is refused" in entry["reason"] for entry in asked(agent, "history")["entries"])
    install(agent)
    upgrade(agent)


def test_files_with_an_error_are_refused(host: LabHost) -> None:
    agent = master(host)
    before, text = children_of(agent), agent.config.read_text()
    agent.config.write_text(text.replace("priority 150", "priority 15o"))
    done = understudyctl(agent, "upgrade")
    assert done.returncode == 1 and "'15o' is not a" in done.stderr
    agent.config.write_text("global_defs {\n}\n")
    assert "holds no vrrp_instance" in understudyctl(agent, "upgrade").stderr
    assert children_of(agent) == before
    agent.config.write_text(text.replace("priority 150", "priority 77"))
    upgrade(agent)
    wait_until(lambda: asked(agent, "status")["instances"][0]["priority"] == 77, 5, "the new files")
    assert agent.log().count("Entering MASTER") == 1


# What the running program says of itself, but for what it could go on with.
OTHER_FORMAT = """#!/bin/sh
{program} "$@" > {said} || exit
case $* in *check-upgrade*) sed -E 's/"recording_format":[0-9]+/"recording_format":7/' {said};; esac
"""


def test_a_program_that_could_not_go_on_is_refused_unless_the_instances_may_begin_anew(host: LabHost) -> None:
    agent = master(host)
    text = OTHER_FORMAT.format(program=understudy(), said=host.folder / "said")
    install(agent, text.encode())
    done = understudyctl(agent, "upgrade")
    assert done.returncode == 1 and "restart the daemon instead" in done.stderr
    install(agent)
    upgrade(agent, "--anew")
    assert GOES_ON not in agent.log()
    wait_until(lambda: host.holds(VIP), 10, "master again")
    wait_until(lambda: agent.log().count("Entering MASTER") == 2, 10, "elected again")


def test_what_another_version_recorded_is_not_read(host: LabHost) -> None:
    recording = host.folder / "recording"
    agent = master(host, options=("--recording", str(recording)))
    install(agent)
    with open(recording, "r+b") as file:
        file.seek(8)
        file.write((99).to_bytes(8, "little"))
    upgrade(agent)
    agent.wait_for_log("begins anew, because what the one before it knew is lost")
    wait_until(lambda: host.holds(VIP), 10, "master again")
    recording.unlink()  # the one that was begun is not to be replayed


def test_a_reload_stays_one_and_tells_of_the_other_program(host: LabHost) -> None:
    agent = master(host)
    before = children_of(agent)
    assert understudyctl(agent, "upgrade", "--if-changed").returncode == 0
    assert children_of(agent) == before and "upgrade" not in agent.log()
    install(agent)
    agent.signal(signal.SIGHUP)
    agent.wait_for_log("is another program than the one that runs: `understudyctl upgrade` lets it take over")
    assert children_of(agent) == before
    upgrade(agent, "--if-changed")
    agent.signal(signal.SIGHUP)
    wait_until(lambda: asked(agent, "reload")["verdict"] == "applied", 10, "a reload")
    assert agent.log().count("is another program than the one that runs") == 1


def test_a_daemon_in_the_background_keeps_the_meaning_of_file_names(host: LabHost) -> None:
    program = installed(host)
    (host.folder / "relative.conf").write_text(config(Instance(advert_int=0.2)))
    host.run("sh", "-c", f"cd {host.folder} && sbin/understudyd -f relative.conf -p agent.pid "
                         "-r agent-vrrp.pid -g agent.log --flush-log-file -G -D")
    agent = Agent(host, program, config(Instance(advert_int=0.2)))
    wait_until(lambda: host.holds(VIP), 10, "master")
    process = agent.pid()
    for count in (1, 2):
        install(agent)
        upgrade(agent)
        wait_until(lambda count=count: agent.log().count(GOES_ON) == count, 10, "it goes on")
    assert agent.pid() == process
    agent.signal(signal.SIGTERM)
    wait_until(lambda: not agent.pid_path.exists(), 10, "the end")


def test_the_service_manager_hears_of_it_from_the_same_process(host: LabHost) -> None:
    path = host.folder / "notify"
    program = installed(host)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(10)

        def next_told(*wanted: str) -> str:
            while True:
                lines = manager.recv(4096).decode().splitlines()
                for line in lines:
                    if line in wanted:
                        return line

        wrapper = host.write("start.sh", f'#!/bin/sh\nexec env NOTIFY_SOCKET={path} {program} "$@"\n',
                             executable=True)
        agent = Agent(host, wrapper, config(Instance(advert_int=0.2))).start()
        assert next_told("READY=1") == "READY=1"
        wait_until(lambda: host.holds(VIP), 10, "master")
        assert understudyctl(agent, "upgrade").returncode == 0
        assert next_told("READY=1", "RELOADING=1") == "RELOADING=1"
        assert next_told("READY=1", "RELOADING=1", f"MAINPID={agent.pid()}") == "READY=1"


def test_a_stop_at_the_same_time_takes_the_addresses_away(host: LabHost) -> None:
    agent = master(host)
    install(agent)
    host.spawn("sh", "-c", f"while ! grep -q 'takes the place of this' {agent.log_path}; do :; done; "
                           f"kill -TERM {agent.pid()}")
    with subprocess.Popen([tool(), "upgrade", "-s", socket_of(agent)]) as client:
        assert agent.wait() == 0
        client.kill()
    agent.wait_for_log(GOES_ON)
    assert not host.holds(VIP)


def test_without_anything_to_run_it_is_upgraded_too(host: LabHost) -> None:
    agent = start_installed(host, "global_defs {\n}\n")
    agent.wait_for_log("waiting for a reload")
    install(agent)
    upgrade(agent)
    assert agent.log().count("waiting for a reload") == 2
