"""What becomes of a daemon whose system calls fail: once, for a while, and for ever.

It never dies of it, loses no role and no address by what is not about them, says once where and what, and
goes on as before when the failure ends. tests/faults has each adapter by itself.
"""

from __future__ import annotations

import errno
import json
import os
import signal

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config, script
from lab.control import RawClient, asked, socket_of, understudyctl
from lab.faults import ADVERTS, HOOKS, NETLINK, SUPERVISOR, VRRP, Fault, Faults
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

SENDING = (errno.ENOBUFS, errno.EPERM, errno.ENETDOWN, errno.ENOMEM)
NAMES = [errno.errorcode[code] for code in SENDING]


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def prepared(host: LabHost, text: str) -> tuple[Agent, Faults]:
    faults = Faults(host)
    return Agent(host, faults.program, text), faults


def master(host: LabHost, *extra: str, blocks: tuple[str, ...] = ()) -> tuple[Agent, Faults]:
    agent, faults = prepared(host, config(Instance(priority=150, extra=extra), blocks=blocks))
    agent.start()
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.wait_for_log("Entering MASTER STATE")
    return agent, faults


def pair(lab: Lab, start: StartAgent) -> tuple[Agent, Faults, Agent]:
    """A master whose calls may fail, and its backup."""
    agent, faults = master(lab.hosts[0])
    other = start(lab.hosts[1], config(Instance(priority=100)))
    other.wait_for_log("Entering BACKUP STATE")
    return agent, faults, other


def processes(agent: Agent) -> tuple[int | None, int | None]:
    return agent.pid(), agent.vrrp_pid()


def count(agent: Agent, words: str) -> int:
    return agent.log().count(words)


def strikes(fault: Fault, times: int = 1) -> None:
    wait_until(lambda: fault.struck() >= times, 15, f"{times} calls that fail")


@pytest.mark.parametrize("error", SENDING, ids=NAMES)
def test_an_advert_that_cannot_be_sent_changes_nothing(lab: Lab, start: StartAgent, error: int) -> None:
    agent, faults, other = pair(lab, start)
    before = processes(agent)
    strikes(faults.fail("sendmmsg", error, times=1, process=VRRP, about=ADVERTS))
    agent.wait_for_log(f"cannot send an advert: {os.strerror(error)}")
    stays_true(lambda: lab.holders(VIP) == [lab.hosts[0].name], 1, "one owner, the same")
    assert processes(agent) == before
    assert "Entering MASTER STATE" not in other.log()


@pytest.mark.parametrize("error", SENDING, ids=NAMES)
def test_adverts_that_cannot_be_sent_for_a_while_leave_one_owner_afterwards(lab: Lab, start: StartAgent,
                                                                            error: int) -> None:
    agent, faults, other = pair(lab, start)
    before = processes(agent)
    strikes(faults.fail("sendmmsg", error, times=10, process=VRRP, about=ADVERTS), 10)
    other.wait_for_log("Entering MASTER STATE")
    agent.wait_for_log("adverts can be sent again, after")
    wait_until(lambda: lab.holders(VIP) == [lab.hosts[0].name], 10, "one owner")
    assert processes(agent) == before
    assert count(agent, "cannot send an advert") == 1
    assert count(agent, "Entering MASTER STATE") == 1


def test_a_master_that_is_never_heard_explains_that_there_are_two(lab: Lab, start: StartAgent) -> None:
    """It keeps the role: the election is by adverts, and nobody's outranks its own."""
    agent, faults, other = pair(lab, start)
    fault = faults.fail("sendmmsg", errno.ENOBUFS, process=VRRP, about=ADVERTS)
    agent.wait_for_log("no advert could be sent for .* No buffer space available")
    other.wait_for_log("Entering MASTER STATE")
    strikes(fault, 20)
    assert count(agent, "no advert could be sent") == 1
    assert "none of its adverts could be sent for" in understudyctl(agent, "why", "VI_1").stdout
    assert lab.hosts[0].holds(VIP)
    fault.end()
    wait_until(lambda: lab.holders(VIP) == [lab.hosts[0].name], 10, "one owner")
    wait_until(lambda: "advertises priority 150" in understudyctl(agent, "why", "VI_1").stdout, 10,
               "its adverts count as sent")


@pytest.mark.parametrize("error", [errno.ENOBUFS, errno.ENOMEM, errno.EPERM],
                         ids=["ENOBUFS", "ENOMEM", "EPERM"])
def test_addresses_that_the_kernel_refuses_are_asked_for_until_it_does_not(host: LabHost, error: int) -> None:
    agent, faults = master(host)
    before = processes(agent)
    fault = faults.fail("sendto", error, process=VRRP, about=NETLINK)
    host.ip(f"addr del {VIP}/24 dev eth0")
    strikes(fault, 2)
    agent.wait_for_log(os.strerror(error))
    assert not host.holds(VIP)
    fault.end()
    wait_until(lambda: host.holds(VIP), 20, "the address")
    assert processes(agent) == before
    assert "Entering FAULT STATE" not in agent.log()


@pytest.mark.parametrize("error", [errno.ENOBUFS, errno.ENOMEM], ids=["ENOBUFS", "ENOMEM"])
def test_news_of_the_kernel_that_are_lost_are_read_again(host: LabHost, error: int) -> None:
    agent, faults = master(host)
    before = processes(agent)
    fault = faults.fail("recvmmsg", error, times=1, process=VRRP, about=NETLINK)
    host.ip(f"addr del {VIP}/24 dev eth0")
    strikes(fault)
    wait_until(lambda: host.holds(VIP), 10, "the address")
    assert processes(agent) == before
    assert "Entering FAULT STATE" not in agent.log()


def test_a_script_that_cannot_be_started_takes_no_role_away(host: LabHost) -> None:
    check = host.write("check.sh", "#!/bin/sh\nexit 0\n", executable=True)
    tracks = ("track_script {", "chk", "}")
    agent, faults = master(host, *tracks, blocks=(script("chk", str(check), "interval 1"),))
    before = processes(agent)
    fault = faults.fail("clone", errno.EAGAIN, process=HOOKS)
    strikes(fault, 3)
    agent.wait_for_log(r"VRRP_Script\(chk\) cannot be run for now: Resource temporarily unavailable")
    assert host.holds(VIP)
    assert count(agent, "cannot be run for now") == 1
    fault.end()
    check.write_text("#!/bin/sh\nexit 1\n")
    agent.wait_for_log("Entering FAULT STATE")  # it is looked at again
    assert processes(agent) == before


def test_a_notify_script_that_cannot_be_started_is_told(host: LabHost) -> None:
    notify = host.write("notify.sh", "#!/bin/sh\n", executable=True)
    agent, faults = prepared(host, config(Instance(extra=(f"notify_master {notify}",))))
    faults.fail("clone", errno.ENOMEM, process=HOOKS)
    agent.start()
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.wait_for_log("notify_master of VI_1.*Cannot allocate memory")
    stays_true(lambda: host.holds(VIP), 1, "the master")


def test_a_disk_that_is_full_costs_no_role_and_no_history(host: LabHost) -> None:
    agent, faults = master(host)
    history = host.folder / "agent.history.jsonl"
    wait_until(lambda: "MASTER" in history.read_text(), 10, "the history")
    before = processes(agent)
    fault = faults.fail("write", errno.ENOSPC, process=SUPERVISOR, about=history.name)
    assert understudyctl(agent, "set", "VI_1", "priority", "140").returncode == 0
    agent.wait_for_log("history is not kept: cannot write .*No space left on device")
    assert host.holds(VIP) and processes(agent) == before
    assert "priority 140" in understudyctl(agent, "history", "VI_1").stdout  # it is remembered meanwhile
    fault.end()
    agent.stop()
    for line in history.read_text().splitlines():
        json.loads(line)  # no line is cut
    assert count(agent, "history is not kept") == 1


def test_a_dump_to_a_full_disk_says_where_and_changes_nothing(host: LabHost) -> None:
    agent, faults = master(host)
    before = processes(agent)
    fault = faults.fail("mkostemp", errno.ENOSPC, process=SUPERVISOR)
    agent.signal(signal.SIGUSR1)
    agent.wait_for_log(f"cannot create a file beside {host.folder}/keepalived.data: No space left on device")
    fault.end()
    agent.signal(signal.SIGUSR1)
    agent.wait_for_log(f"wrote {host.folder}/keepalived.data")
    assert host.holds(VIP) and processes(agent) == before


def test_a_run_directory_that_cannot_be_written_keeps_nobody_from_being_master(host: LabHost) -> None:
    """No recording, no history, no settings file, no control socket: each is named, and the rest works."""
    agent, faults = prepared(host, config(Instance()))
    for suffix in ("history", "recording", "settings"):
        faults.fail("open", errno.EROFS, about=f"agent.{suffix}")
    agent.start()
    wait_until(lambda: host.holds(VIP), 10, "the master")
    for suffix in ("history", "recording"):
        agent.wait_for_log(f"agent.{suffix}.*: Read-only file system")
    assert "No such file" not in agent.log()


def test_directories_that_are_mounted_read_only_keep_nobody_from_being_master(host: LabHost,
                                                                             start: StartAgent) -> None:
    locked = host.folder / "locked"
    locked.mkdir()
    host.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(locked))
    agent = start(host, config(Instance()), "--history", str(locked / "history.jsonl"),
                  "--recording", str(locked / "recording"), "--control-socket", str(locked / "control"))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    for name in ("history", "recording", "control"):
        agent.wait_for_log(f"{locked}/{name}.*: Read-only file system")
    agent.signal(signal.SIGUSR1)
    agent.wait_for_log(f"wrote {host.folder}/keepalived.data")
    host.run("kill", "-KILL", str(agent.vrrp_pid()))
    agent.wait_for_log("another vrrp process goes on where the one before it has stopped, as master of 1 of")
    assert agent.log().count("Entering MASTER STATE") == 1
    assert agent.stop() == 0
    assert not host.holds(VIP)


def test_a_client_waits_while_descriptors_have_run_out(host: LabHost) -> None:
    agent, faults = master(host)
    before = processes(agent)
    fault = faults.fail("accept4", errno.EMFILE, times=2, process=SUPERVISOR)
    assert asked(agent, "status")["instances"][0]["state"] == "MASTER"
    assert fault.struck() == 2
    assert processes(agent) == before


def test_a_client_that_cannot_be_watched_is_answered_when_it_can(host: LabHost) -> None:
    """epoll_ctl(2) has limits and needs memory; the supervisor lives on."""
    agent, faults = master(host)
    before = processes(agent)
    fault = faults.fail("epoll_ctl", errno.ENOSPC, times=3, process=SUPERVISOR)
    client = RawClient(socket_of(agent))  # and says nothing yet: what is there at once is read unwatched
    strikes(fault, 3)
    answer = client.ask(id=7, command="status")
    assert answer is not None and answer["result"]["instances"][0]["state"] == "MASTER"
    client.close()
    assert fault.struck() == 3
    assert processes(agent) == before


def test_sockets_that_cannot_be_opened_are_opened_later(host: LabHost) -> None:
    agent, faults = prepared(host, config(Instance()))
    fault = faults.fail("socket", errno.EMFILE, process=VRRP, about="socket 2 3 112")
    agent.start()
    agent.wait_for_log("cannot open the IPv4 VRRP socket on eth0: Too many open files")
    strikes(fault)
    assert not host.holds(VIP)
    fault.end()
    wait_until(lambda: host.holds(VIP), 20, "the master")
    assert count(agent, "cannot open the IPv4 VRRP socket") == 1


def test_neighbours_are_watched_as_soon_as_there_is_a_descriptor(host: LabHost) -> None:
    agent, faults = master(host)
    listens = "0806"  # of /proc/net/packet, a socket that hears ARP
    wait_until(lambda: listens in host.run("cat", "/proc/net/packet"), 10, "the watch")
    host.ip("link set eth0 down")
    agent.wait_for_log("Entering FAULT STATE")
    wait_until(lambda: listens not in host.run("cat", "/proc/net/packet"), 10, "no watch")
    fault = faults.fail("socket", errno.EMFILE, times=2, process=VRRP, about="socket 17 3 0")
    host.ip("link set eth0 up")
    agent.wait_for_log("cannot open a socket that hears ARP: Too many open files")
    strikes(fault, 2)
    wait_until(lambda: listens in host.run("cat", "/proc/net/packet"), 10, "the watch")
    assert count(agent, "cannot open a socket that hears ARP") == 1
