"""What has happened, and why: kept over restarts, crashes and a file that cannot be written."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import asked, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived


def entries(agent: Agent, *words: str) -> list[dict[str, Any]]:
    return asked(agent, "history", *words)["entries"]


def roles(agent: Agent) -> list[tuple[str, str]]:
    return [(one["before"], one["after"]) for one in entries(agent) if one["kind"] == "role"]


def reasons(agent: Agent, kind: str) -> list[str]:
    return [one["reason"] for one in entries(agent) if one["kind"] == kind]


def file_of(agent: Agent) -> pathlib.Path:
    """Beside the pid file that the laboratory gives each agent."""
    return pathlib.Path(asked(agent, "history")["file"])


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    agent.wait_for_log("Entering MASTER STATE")  # else a crash could meet it half way there
    return agent


def test_a_failover_is_told_on_both_sides_with_its_reason(lab: Lab, start: StartAgent) -> None:
    strong = start(lab.hosts[0], config(Instance(priority=150)))
    weak = start(lab.hosts[1], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    strong.stop()
    lab.wait_for_holder(lab.hosts[1], VIP)
    wait_until(lambda: roles(weak)[-1] == ("BACKUP", "MASTER"), 10, "the takeover in the history")
    last = [one for one in entries(weak, "VI_1") if one["kind"] == "role"][-1]
    assert last["reason"].startswith(f"{lab.hosts[0].address} (priority 150) resigned (priority 0)")
    assert last["seconds_before"] > 0
    text = understudyctl(weak, "history", "VI_1").stdout
    date = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"
    assert re.search(f"^{date}  VI_1  BACKUP -> MASTER after .* resigned", text, re.M)
    gone = understudyctl(strong, "history")
    assert gone.returncode == 0 and "The daemon does not answer; this is what" in gone.stderr
    assert "MASTER -> INIT" in gone.stdout and "the daemon is told to stop" in gone.stdout
    assert "has stopped in an orderly way" in gone.stdout


def test_it_goes_on_after_a_restart(host: LabHost, master: Agent, start: StartAgent) -> None:
    before = entries(master)
    master.stop()
    again = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master again")
    after = entries(again)
    assert after[:len(before)] == before
    assert sum("understudyd" in one["reason"] for one in after) == 2


def test_a_crash_of_the_vrrp_process_is_remembered(host: LabHost, master: Agent) -> None:
    first = master.vrrp_pid()
    host.run("kill", "-KILL", str(first))
    wait_until(lambda: f"the vrrp process {first} was killed by signal 9" in reasons(master, "process"), 10,
               "the crash in the history")
    wait_until(lambda: [reason.split(" (")[0] for reason in reasons(master, "process")[-2:]] ==
               ["the vrrp process starts",
                "another vrrp process goes on where the one before it has stopped, as master of 1 of 1 "
                "instance"], 10, "its successor")


def test_repairs_orders_priorities_and_reloads_are_told(host: LabHost, master: Agent) -> None:
    host.run("ip", "addr", "del", f"{VIP}/24", "dev", "eth0")
    wait_until(lambda: reasons(master, "repair") ==
               [f"somebody had removed {VIP}/24 dev eth0: put back"], 10, "the repair")
    assert understudyctl(master, "set", "VI_1", "priority", "50").returncode == 0
    wait_until(lambda: [(one["before"], one["after"], one["reason"]) for one in entries(master)
                        if one["kind"] == "priority"] ==
               [("100", "50", "set by the operator; otherwise 100 configured")], 10, "the priority")
    assert understudyctl(master, "drain", "VI_1", "--no-wait").returncode == 0
    wait_until(lambda: any("drained by the operator" in one for one in reasons(master, "order")), 10,
               "the drain")
    assert understudyctl(master, "reload").returncode == 0
    wait_until(lambda: any(one.startswith("configuration reloaded: 1 instances unchanged") for one in
                           reasons(master, "reload")), 10, "the reload")
    master.config.write_text(config(Instance()).replace("priority", "prioritty"))
    assert understudyctl(master, "reload").returncode == 1
    assert reasons(master, "reload")[-1].startswith("refused: the configuration has errors")


def test_it_can_be_asked_for_one_instance_and_from_a_time_on(master: Agent) -> None:
    assert entries(master, "VI_1")
    assert entries(master, "--since", "1h") == entries(master)
    assert entries(master, "--since", "2199-01-01") == []
    unknown = understudyctl(master, "history", "VI_9")
    assert unknown.returncode == 1 and "there is no instance 'VI_9'; did you mean 'VI_1'?" in unknown.stderr
    soon = understudyctl(master, "history", "--since", "soon")
    assert soon.returncode == 2 and "'soon' is no time" in soon.stderr


def test_a_torn_line_costs_only_itself(host: LabHost, master: Agent, start: StartAgent) -> None:
    path = file_of(master)
    before = entries(master)
    master.stop()
    with path.open("a") as file:
        file.write('{"at":"2026-')
    again = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master again")
    answer = asked(again, "history")
    assert answer["entries"][:len(before)] == before
    assert (answer["unreadable_lines"], answer["problem"]) == (1, None)
    assert "1 lines could not be read" in understudyctl(again, "history").stderr


def test_a_file_of_somebody_else_is_left_alone_and_said(host: LabHost, start: StartAgent) -> None:
    diary = host.write("diary", "dear diary\n")
    other = start(host, config(Instance()), "--history", str(diary))
    wait_until(lambda: host.holds(VIP), 10, "master")
    other.wait_for_log("history is not kept: .*holds something else than a history")
    assert diary.read_text() == "dear diary\n"
    wait_until(lambda: ("BACKUP", "MASTER") in roles(other), 10, "it is remembered all the same")
    assert "the daemon cannot keep its history" in understudyctl(other, "history").stderr


def test_a_full_disk_costs_nothing_but_history(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    disk = host.folder / "disk"
    disk.mkdir()
    host.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk))
    host.run("dd", "if=/dev/zero", f"of={disk}/filler", "bs=1k", "count=48", "status=none")
    agent = start(host, config(Instance(priority=150)), "--history", str(disk / "history.jsonl"))
    lab.wait_for_holder(host, VIP)
    host.run("sh", "-c", f"cat /dev/zero > {disk}/rest || true")
    start(lab.hosts[1], config(Instance(priority=100)))
    for number in range(2, 60):
        assert understudyctl(agent, "set", "VI_1", "priority", str(100 + number)).returncode == 0
    agent.wait_for_log("history is not kept: cannot write .*No space left on device")
    assert lab.holders(VIP) == [host.name]
    last = entries(agent)[-1]
    assert (last["kind"], last["after"]) == ("priority", "159")
    kept = host.run("cat", str(disk / "history.jsonl"))
    assert all(json.loads(line) for line in kept.splitlines()), "no line is torn"


def test_none_is_kept_where_none_is_wanted(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()), "--history", "none")
    wait_until(lambda: host.holds(VIP), 10, "master")
    answer = asked(agent, "history")
    assert (answer["file"], answer["problem"]) == (None, None)
    wait_until(lambda: ("BACKUP", "MASTER") in roles(agent), 10, "remembered while it runs")
