"""The same events beside keepalived: the lines in the notify pipes are the same."""

from __future__ import annotations

import os
import pathlib

from lab.agent import Agent, keepalived, understudy
from lab.config import Instance, config, script
from lab.network import LabHost
from lab.plugin import MakeLab
from lab.waiting import wait_until

GROUP = "vrrp_sync_group both {\n    group {\n        A\n        B\n    }\n}\n"


def pipe_text(host: LabHost, pipe: pathlib.Path) -> str:
    members = (Instance(name="A", vrid=51, priority=110, extra=("track_interface {", "    eth0", "}")),
               Instance(name="B", vrid=52, priority=100, addresses=("192.0.2.51/24",)),
               Instance(name="C", vrid=53, priority=90, addresses=("192.0.2.52/24",),
                        extra=("track_script {", "    check", "}")))
    check = script("check", f"/usr/bin/test -e {host.folder / 'present'}", "interval 1", "weight 20")
    return config(*members, globals=(f"vrrp_notify_fifo {pipe}", "vrrp_notify_priority_changes",
                                     "script_user root"), blocks=(GROUP, check))


def told(program: pathlib.Path, make_lab: MakeLab) -> dict[str, list[str]]:
    """The lines of each instance and group while it starts, loses its interface, finds it again, stops."""
    host = make_lab(hosts=1).hosts[0]
    pipe = host.folder / "pipe"
    os.mkfifo(pipe, 0o600)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    text = ""

    def count() -> int:
        nonlocal text
        try:
            text += os.read(reader, 65536).decode()
        except BlockingIOError:
            pass
        return len(text.splitlines())

    agent = Agent(host, program, pipe_text(host, pipe))
    agent.start()
    wait_until(lambda: count() >= 8, 15, "three masters and their group")
    (host.folder / "present").touch()
    wait_until(lambda: count() >= 9, 15, "a line of a priority")
    host.ip("link set eth0 down")
    wait_until(lambda: count() >= 13, 15, "the faults")
    host.ip("link set eth0 up")
    wait_until(lambda: count() >= 21, 15, "the recovery")
    agent.stop()
    count()
    os.close(reader)
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        lines.setdefault(line.split()[1], []).append(line)
    return lines


def test_the_same_events_give_the_same_lines(make_lab: MakeLab) -> None:
    theirs, ours = told(keepalived(), make_lab), told(understudy(), make_lab)
    assert ours == theirs
    assert 'GROUP "both" STOP 0' in ours['"both"']
