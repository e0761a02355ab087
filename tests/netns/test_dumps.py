"""keepalived's dumps: what the signals write, where, with which permissions, and what is never in it."""

from __future__ import annotations

import json
import pathlib
import signal
import stat

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import wait_until

JSON = signal.SIGRTMIN + 2
STATISTICS_RESET = signal.SIGRTMAX - 1

PROCESS = "vrrp_track_process some {\n    process no-such-program\n    weight 3\n}\n"


def master(host: LabHost, start: StartAgent, *options: str, extra: tuple[str, ...] = (),
           globals: tuple[str, ...] = (), blocks: tuple[str, ...] = ()) -> Agent:
    agent = start(host, config(Instance(extra=extra), globals=globals, blocks=blocks), *options)
    wait_until(lambda: host.holds(VIP), 10, "a master")
    return agent


def mode(path: pathlib.Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def dumped(agent: Agent, number: int, path: pathlib.Path) -> str:
    """What is in the file once the signal has made it anew."""
    path.unlink(missing_ok=True)
    agent.signal(number)
    wait_until(path.exists, 10, f"{path}")
    return path.read_text()


def test_usr1_writes_the_state_of_both_processes(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    secret = ("authentication {", "    auth_type PASS", "    auth_pass secret42", "}")
    agent = start(host, config(Instance(version=2, advert_int=1, extra=secret)))
    wait_until(lambda: host.holds(VIP), 15, "a master")
    text = dumped(agent, signal.SIGUSR1, host.folder / "keepalived.data")
    lines = text.splitlines()
    assert "   State = MASTER" in lines[lines.index(" VRRP Instance = VI_1"):]
    assert f"     {VIP}/24 dev eth0 scope global set" in lines
    assert "secret42" not in text and "   Password = ********" in lines
    parent = host.folder / "keepalived_parent.data"
    assert " Router ID = LAB" in parent.read_text().splitlines()
    assert mode(parent) == mode(host.folder / "keepalived.data") == 0o600


def test_usr2_writes_statistics_and_another_signal_resets_them(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = master(host, start)
    path = host.folder / "keepalived.stats"
    assert "  Became master: 1\n" in dumped(agent, signal.SIGUSR2, path)
    assert "  Became master: 1\n" in dumped(agent, STATISTICS_RESET, path), "told before it is reset"
    assert "  Became master: 0\n" in dumped(agent, signal.SIGUSR2, path)
    assert mode(path) == 0o600


def test_json_version_decides_the_layout(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path = host.folder / "keepalived.json"
    agent = master(host, start, blocks=(PROCESS,))
    instances = json.loads(dumped(agent, JSON, path))
    assert [one["data"]["iname"] for one in instances] == ["VI_1"]
    assert instances[0]["data"]["state"] == 2 and instances[0]["stats"]["become_master"] == 1
    agent.reload(config(Instance(), globals=("json_version 2",), blocks=(PROCESS,)))
    agent.wait_for_log("reload")
    wait_until(lambda: isinstance(json.loads(dumped(agent, JSON, path)), dict), 10, "the other layout")
    whole = json.loads(path.read_text())
    assert whole["vrrp"][0]["data"]["iname"] == "VI_1"
    assert [process["process"] for process in whole["track_process"]] == ["some"]
    assert whole["track_process"][0]["have_quorum"] is False


@pytest.mark.parametrize("keyword, number", [("state_dump_file", signal.SIGUSR1),
                                             ("stats_dump_file", signal.SIGUSR2), ("json_dump_file", JSON)])
def test_a_file_of_ones_own_with_a_umask(lab: Lab, start: StartAgent, keyword: str,
                                         number: int) -> None:
    """state_dump_file, stats_dump_file, json_dump_file and umask."""
    host = lab.hosts[0]
    path = host.folder / "own.dump"
    agent = master(host, start, globals=(f"{keyword} {path}", "umask 0027"))
    assert "VI_1" in dumped(agent, number, path)
    assert mode(path) == 0o640
    assert not list(host.folder.glob("keepalived.*"))


def test_the_umask_of_the_command_line_beats_the_keyword(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = master(host, start, "-u", "022", globals=("umask 0177",))
    path = host.folder / "keepalived.json"
    dumped(agent, JSON, path)
    assert mode(path) == 0o644


def test_data_use_instance_names_the_state_dump(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = master(host, start, globals=("data_use_instance",), blocks=("instance one",))
    assert "VI_1" in dumped(agent, signal.SIGUSR1, host.folder / "keepalived.one.data")
    assert (host.folder / "keepalived_parent.one.data").exists()


def test_a_planted_link_is_replaced_and_not_followed(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    treasure = host.write("treasure", "untouched")
    for name in ("keepalived.data", "keepalived_parent.data", "keepalived.stats", "keepalived.json"):
        (host.folder / name).symlink_to(treasure)
    agent = master(host, start)
    for number, name in ((signal.SIGUSR1, "data"), (signal.SIGUSR2, "stats"), (JSON, "json")):
        path = host.folder / f"keepalived.{name}"
        agent.signal(number)
        wait_until(lambda path=path: not path.is_symlink(), 10, f"{path}")
        assert "VI_1" in path.read_text()
    assert treasure.read_text() == "untouched"


def test_a_signal_to_the_vrrp_process_does_the_same(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = master(host, start)
    host.run("kill", f"-{JSON}", str(agent.vrrp_pid()))
    path = host.folder / "keepalived.json"
    wait_until(path.exists, 10, "the dump")
    assert json.loads(path.read_text())[0]["data"]["iname"] == "VI_1"


def test_a_place_that_cannot_be_written_costs_nothing_but_a_line(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = master(host, start, globals=(f"json_dump_file {host.folder}/missing/own.json",))
    agent.signal(JSON)
    agent.wait_for_log("no dump: cannot create a file beside .*missing/own.json: No such file or directory")
    assert host.holds(VIP) and agent.is_running()
