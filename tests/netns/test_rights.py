"""What the vrrp process may do: who it is, what it keeps, and that everything works without the rest."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import stat

import pytest

from lab.agent import Agent, understudy
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.processes import outside_pid
from lab.scheduling import ROUND_ROBIN, scheduling
from lab.virtual_mac import LINK, link, setting, wait_for
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

NET_ADMIN, NET_RAW, SYS_NICE, IPC_LOCK, SYS_RESOURCE = (1 << number for number in (12, 13, 23, 14, 24))
OWN = int(re.search(r"^CapEff:\s*(\w+)", pathlib.Path("/proc/self/status").read_text(), re.MULTILINE)[1], 16)
GOES_ON = "another vrrp process goes on where the one before it has stopped"
WARNING = "does not run as user understudy"
SECRET = "a-secret-that-is-long-enough-for-this"


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def status(host: LabHost, pid: int | None) -> dict[str, str]:
    lines = host.run("cat", f"/proc/{pid}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def user_number(host: LabHost) -> str:
    return host.run("id", "-u", "understudy").strip()


def is_confined(agent: Agent, user: str | None = None, capabilities: int = NET_ADMIN | NET_RAW) -> None:
    """All that the kernel says of the vrrp process that runs now."""
    told = status(agent.host, agent.vrrp_pid())
    user = user_number(agent.host) if user is None else user
    assert told["Uid"].split() == [user] * 4
    for kind in ("CapEff", "CapPrm"):
        assert int(told[kind], 16) == capabilities, kind
    for kind in ("CapInh", "CapAmb", "CapBnd"):
        assert int(told[kind], 16) == 0, kind
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")
    assert "the system call" not in agent.log()


def wait_for_master(agent: Agent) -> None:
    wait_until(lambda: agent.host.holds(VIP) and agent.vrrp_pid(), 15, "the master")
    agent.wait_for_log("Entering MASTER STATE")  # else a crash could meet it half way there


def kill_vrrp_process(agent: Agent) -> None:
    first, before = agent.vrrp_pid(), agent.log().count(GOES_ON)
    agent.host.run("kill", "-KILL", str(first))
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")
    wait_until(lambda: agent.log().count(GOES_ON) > before, 10, "it goes on")


def test_the_vrrp_process_is_nobody_special_nor_is_its_successor(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    is_confined(agent)
    assert status(host, agent.vrrp_pid())["Groups"] == ""
    kill_vrrp_process(agent)
    is_confined(agent)
    assert status(host, agent.pid())["Uid"].split()[0] == "0"
    assert WARNING not in agent.log()
    assert agent.stop() == 0
    assert not host.holds(VIP)
    assert not list(host.folder.glob("*.settings"))


def test_it_ends_with_its_supervisor(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    worker = agent.vrrp_pid()
    host.run("kill", "-KILL", str(agent.pid()))
    wait_until(lambda: worker and not host.is_alive(worker), 10, "the vrrp process has ended")
    assert not host.holds(VIP)


def test_a_pair_with_virtual_macs_fails_over_reloads_and_goes_on(lab: Lab, start: StartAgent) -> None:
    """use_vmac: interfaces and settings of the kernel are made, kept and taken back without root."""
    extra = ("use_vmac", "promote_secondaries")
    strong, weak = (start(host, config(Instance(priority=priority, extra=extra)))
                    for host, priority in zip(lab.hosts, (150, 100)))
    wait_for(lab.hosts[0], LINK, VIP)
    kill_vrrp_process(strong)
    is_confined(strong)
    assert lab.hosts[0].holds(VIP, LINK)
    assert setting(lab.hosts[0], f"ipv4/conf/{LINK}/arp_ignore") == "1"
    more = Instance(priority=150, extra=extra, addresses=(f"{VIP}/24", "192.0.2.51/24"))
    strong.reload(config(more))
    wait_for(lab.hosts[0], LINK, "192.0.2.51")
    assert strong.stop() == 0
    assert not link(lab.hosts[0])
    assert setting(lab.hosts[0], "ipv4/conf/eth0/arp_ignore") == "0"
    wait_for(lab.hosts[1], LINK, VIP)
    is_confined(weak)


def test_signals_to_it_reach_the_supervisor(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    agent.config.write_text(config(Instance(addresses=(f"{VIP}/24", "192.0.2.51/24"))))
    host.run("kill", "-HUP", str(agent.vrrp_pid()))
    wait_until(lambda: host.holds("192.0.2.51"), 10, "the reload")


def test_a_reload_brings_what_only_root_may_see(host: LabHost, start: StartAgent) -> None:
    """auth_hmac with a key file, and a script in a folder that is closed to everybody else."""
    closed = host.folder / "closed"
    closed.mkdir(mode=0o700)
    key, check = closed / "key", closed / "check"
    key.write_text(SECRET + "\n")
    key.chmod(0o600)
    check.write_text("#!/bin/sh\nexit 0\n")
    check.chmod(0o700)
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    extra = ("auth_hmac {", f"key 1 file:{key}", "active_key 1", "}", "track_script {", "chk", "}")
    agent.reload(config(Instance(extra=extra), blocks=(script("chk", str(check), "interval 1"),),
                        globals=("script_user root",)))
    agent.wait_for_log("configuration reloaded")
    wait_until(lambda: asked(agent, "status")["instances"][0].get("auth_hmac"), 10, "the key")
    wait_until(lambda: host.holds(VIP), 10, "the script is well")
    key.write_text("another-secret-that-is-long-enough\n")
    reloads = agent.log().count("configuration reloaded")
    agent.reload(agent.config.read_text())
    wait_until(lambda: agent.log().count("configuration reloaded") > reloads, 10, "the other key")
    assert "reload refused" not in agent.log() and "going on with the old" not in agent.log()
    is_confined(agent)


@pytest.mark.skipif(not OWN & SYS_RESOURCE, reason="this machine raises no limits")
def test_a_reload_raises_it_to_real_time(host: LabHost, start: StartAgent) -> None:
    """vrrp_rt_priority, vrrp_priority and vrrp_no_swap in a process that has no right to any of them."""
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    agent.reload(config(Instance(), globals=("vrrp_rt_priority 12", "vrrp_priority -7", "vrrp_no_swap")))
    wait_until(lambda: scheduling(host, agent.vrrp_pid() or 0).policy == ROUND_ROBIN, 10, "real time")
    runs = scheduling(host, agent.vrrp_pid() or 0)
    assert (runs.priority, runs.nice) == (12, -7) and runs.locked_kilobytes > 1000
    is_confined(agent)
    assert "the kernel refuses" not in agent.log()


def tracked_results(agent: Agent) -> list[str]:
    return [tracker.get("last_result", "") for tracker in asked(agent, "status")["instances"][0]["trackers"]]


def test_processes_that_proc_hides_from_it_are_counted(host: LabHost, start: StartAgent) -> None:
    """track_process where /proc is mounted hidepid=2: from a reload, a succession and the start on."""
    host.run("mount", "-o", "remount,hidepid=2", "/proc")
    program = host.folder / "us-service"
    program.symlink_to("/usr/bin/sleep")
    service = host.spawn(program, "1000")
    as_the_user = ("setpriv", "--reuid=understudy", "--regid=understudy", "--clear-groups")
    assert host.try_run(*as_the_user, "test", "-e", f"/proc/{service}").returncode != 0
    tracked = Instance(extra=("track_process {", "service", "}"))
    block = "vrrp_track_process service {\n    process us-service\n}"
    text = config(tracked, blocks=(block,))
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    agent.reload(text)
    wait_until(lambda: tracked_results(agent) == ["1 running"], 10, "it is counted")
    assert host.holds(VIP)
    kill_vrrp_process(agent)
    is_confined(agent)
    host.run("kill", "-KILL", str(service))
    wait_until(lambda: not host.holds(VIP), 10, "it is missed")
    assert agent.stop() == 0
    host.spawn(program, "1000")
    again = start(host, text, name="again")
    wait_for_master(again)
    is_confined(again)


def test_it_writes_nowhere(host: LabHost, start: StartAgent) -> None:
    """What it has open for writing are two files that it has brought along."""
    agent = start(host, config(Instance()))
    wait_for_master(agent)
    folder = pathlib.Path(f"/proc/{outside_pid(host, agent.vrrp_pid())}")
    written = set()
    for descriptor in (folder / "fd").iterdir():
        with contextlib.suppress(OSError):
            flags = int(re.search(r"flags:\s*(\d+)", (folder / "fdinfo" / descriptor.name).read_text())[1], 8)
            if stat.S_ISREG(descriptor.stat().st_mode) and flags & os.O_ACCMODE != os.O_RDONLY:
                written.add(pathlib.Path(os.readlink(descriptor)).suffix.split(" ")[0])
    assert written <= {".recording", ".settings", ".log", ""}, "\"\": the texts of a reload, in memory"


def start_with_less(host: LabHost, command: str, *options: str, settings: tuple[str, ...] = ()) -> Agent:
    bare = host.write("bare.sh", f'#!/bin/sh\nexec {command} {understudy()} "$@"\n', executable=True)
    agent = Agent(host, bare, config(Instance(), globals=settings)).start(*options)
    wait_for_master(agent)
    return agent


def test_without_its_user_it_stays_root_with_two_rights(host: LabHost) -> None:
    host.run("sh", "-c", "grep -v ^understudy: /etc/passwd > /run/less; cat /run/less > /etc/passwd")
    agent = start_with_less(host, "env")
    assert agent.log().count(f"{WARNING}: there is no user understudy") == 1
    is_confined(agent, user="0")


def test_without_the_right_to_stop_it_it_stays_root(host: LabHost) -> None:
    agent = start_with_less(host, "setpriv --bounding-set -kill")
    assert f"{WARNING}: without CAP_KILL" in agent.log()
    is_confined(agent, user="0")


def test_a_reload_asks_in_vain_where_no_limits_are_raised(host: LabHost) -> None:
    agent = start_with_less(host, "setpriv --bounding-set -sys_resource")
    agent.reload(config(Instance(), globals=("vrrp_rt_priority 12",)))
    agent.wait_for_log("the kernel refuses the vrrp process real-time priority 12")
    is_confined(agent)


def test_where_no_limits_are_raised_it_keeps_what_it_was_told_to_use(host: LabHost) -> None:
    agent = start_with_less(host, "setpriv --bounding-set -sys_resource",
                            settings=("vrrp_rt_priority 5", "vrrp_no_swap"))
    assert scheduling(host, agent.vrrp_pid() or 0).priority == 5
    is_confined(agent, capabilities=NET_ADMIN | NET_RAW | SYS_NICE | IPC_LOCK)


def test_one_that_root_did_not_start_gives_up_what_it_has_beyond_two(host: LabHost) -> None:
    host.folder.chmod(0o777)
    host.folder.parent.chmod(0o755)
    agent = start_with_less(host, "setpriv --reuid 64112 --regid 64112 --clear-groups --inh-caps "
                                  "+net_admin,+net_raw,+net_bind_service --ambient-caps "
                                  "+net_admin,+net_raw,+net_bind_service")
    assert f"{WARNING}: the daemon was not started by root" in agent.log()
    told = status(host, agent.vrrp_pid())
    assert told["Uid"].split()[0] == "64112"
    assert int(told["CapEff"], 16) == NET_ADMIN | NET_RAW
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")


def test_the_operator_may_leave_it_all_its_rights(host: LabHost) -> None:
    agent = start_with_less(host, "env", "--no-sandbox")
    told = status(host, agent.vrrp_pid())
    assert told["Uid"].split()[0] == "0" and (told["NoNewPrivs"], told["Seccomp"]) == ("0", "0")
    assert int(told["CapEff"], 16) == int(status(host, agent.pid())["CapEff"], 16)
    assert agent.log().count("keeps all rights of the daemon: --no-sandbox says so") == 1
    assert understudyctl(agent, "status").returncode == 0
