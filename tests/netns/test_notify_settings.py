"""Hooks and pipes that other tests do not show: of groups, of removed instances, of weaker masters, of
priorities, and readers of each pipe.
"""

from __future__ import annotations

import os
import pathlib

import pytest

from lab import forge
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import wait_until

ROLES = ("master", "backup", "fault", "stop")


def recorder(host: LabHost) -> tuple[pathlib.Path, pathlib.Path]:
    """A script that writes its words as one line of a file; the script and the file."""
    record = host.folder / "record"
    return host.write("notify.sh", f'#!/bin/sh\necho "$@" >> {record}\n', executable=True), record


def lines(record: pathlib.Path) -> list[str]:
    return record.read_text().splitlines() if record.exists() else []


def block(kind: str, *inside: str) -> str:
    return "\n".join([f"{kind} {{", *(f"    {line}" for line in inside), "}"])


def test_a_sync_group_has_hooks_of_its_own(lab: Lab, start: StartAgent) -> None:
    """vrrp_sync_group, group; notify, notify_master, notify_backup, notify_fault, notify_stop of a group"""
    host = lab.hosts[0]
    notify, record = recorder(host)
    group = block("vrrp_sync_group G", "group {", "VI_1", "VI_2", "}",
                  *(f'notify_{role} "{notify} {role}"' for role in ROLES), f'notify "{notify} any"')
    second = Instance(name="VI_2", vrid=52, addresses=("192.0.2.60/24",))
    agent = start(host, config(Instance(), second, globals=("script_user root",), blocks=(group,)))
    wait_until(lambda: len(lines(record)) >= 4, 15, "two transitions")
    host.ip("link set eth0 down")
    wait_until(lambda: len(lines(record)) >= 6, 15, "the fault")
    agent.stop()
    wait_until(lambda: len(lines(record)) >= 8, 15, "the stop")
    assert lines(record) == [text for role in ("backup", "master", "fault", "stop")
                             for text in (role, f"any GROUP G {role.upper()} 0")]


def test_an_instance_that_a_reload_removes_is_told_of(lab: Lab, start: StartAgent) -> None:
    """notify_deleted"""
    host = lab.hosts[0]
    notify, record = recorder(host)
    kept = Instance(name="VI_2", vrid=52, addresses=("192.0.2.60/24",))
    agent = start(host, config(Instance(extra=(f'notify_deleted "{notify} gone"',)), kept,
                               globals=("script_user root",)))
    wait_until(lambda: host.holds(VIP) and host.holds("192.0.2.60"), 10, "both are masters")
    agent.reload(config(kept, globals=("script_user root",)))
    wait_until(lambda: lines(record), 10, "the hook")
    assert lines(record) == ["gone"]
    assert not host.holds(VIP) and host.holds("192.0.2.60")


def test_a_master_that_hears_a_weaker_one_says_so(lab: Lab, start: StartAgent) -> None:
    """notify_master_rx_lower_pri, and its line in vrrp_notify_fifo"""
    host = lab.hosts[0]
    notify, record = recorder(host)
    pipe = host.folder / "pipe"
    os.mkfifo(pipe, 0o600)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    start(host, config(Instance(extra=(f'notify_master_rx_lower_pri "{notify} weaker"',)),
                       globals=("script_user root", f"vrrp_notify_fifo {pipe}")))
    lab.wait_for_holder(host, VIP)
    forge.send(lab.client, forge.advert(VIP, "192.0.2.200", priority=50))
    wait_until(lambda: lines(record), 10, "the hook")
    assert lines(record) == ["weaker"]
    told = os.read(reader, 65536).decode().splitlines()
    os.close(reader)
    assert 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 100' in told


def test_changes_of_priority_are_told_by_whoever_is_to_tell_them(lab: Lab, start: StartAgent) -> None:
    """vrrp_notify_priority_changes, notify_priority_changes of a group and of an instance"""
    host = lab.hosts[0]
    pipe = host.folder / "pipe"
    os.mkfifo(pipe, 0o600)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    path = host.write("number", "0\n")
    track = ("track_file {", "number", "}")

    def router(vrid: int, *extra: str) -> Instance:
        return Instance(name=f"VI_{vrid}", vrid=vrid, addresses=(f"203.0.113.{vrid}/32",),
                        extra=(*track, *extra))

    groups = (block("vrrp_sync_group G", "group {", "VI_3", "}", "sync_group_tracking_weight",
                    "notify_priority_changes false"),
              block("vrrp_sync_group H", "group {", "VI_4", "}", "sync_group_tracking_weight",
                    "notify_priority_changes false"))
    start(host, config(router(1), router(2, "notify_priority_changes false"), router(3),
                       router(4, "notify_priority_changes true"),
                       globals=(f"vrrp_notify_fifo {pipe}", "vrrp_notify_priority_changes true"),
                       blocks=(block("track_file number", f"file {path}"), *groups)))
    text = ""

    def told() -> list[str]:
        nonlocal text
        try:
            text += os.read(reader, 65536).decode()
        except BlockingIOError:
            pass
        return text.splitlines()

    wait_until(lambda: sum(" MASTER " in line for line in told()) >= 6, 15, "four masters, two groups")
    path.write_text("7\n")
    wait_until(lambda: sum("MASTER_PRIORITY" in line for line in told()) >= 2, 10, "the priorities")
    wait_until(lambda: host.holds("203.0.113.4"), 5, "they are masters")
    priorities = sorted(line for line in told() if "PRIORITY" in line)
    os.close(reader)
    assert priorities == ['INSTANCE "VI_1" MASTER_PRIORITY 107', 'INSTANCE "VI_4" MASTER_PRIORITY 107']


@pytest.mark.parametrize("keyword", ["notify_fifo", "vrrp_notify_fifo"])
def test_each_pipe_may_have_a_reader(lab: Lab, start: StartAgent, keyword: str) -> None:
    """notify_fifo_script, vrrp_notify_fifo_script"""
    host = lab.hosts[0]
    path, record = host.folder / "pipe", host.folder / "record"
    script = host.write("reader.sh", f'#!/bin/sh\nexec 3<"$1"\nread -r line <&3\necho "$line" > {record}\n',
                        executable=True)
    start(host, config(Instance(), globals=(f"{keyword} {path}", f'{keyword}_script "{script}" root')))
    wait_until(lambda: lines(record), 10, "the first line")
    assert lines(record) == ['INSTANCE "VI_1" BACKUP 100']
