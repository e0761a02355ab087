"""Notify pipes: what is written into them, for whom, and that nobody waits for a reader."""

from __future__ import annotations

import os
import pathlib
import stat

import pytest

from lab.config import Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import wait_until


class Reader:
    """Reads a pipe without ever waiting for it."""

    def __init__(self, path: pathlib.Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._text = ""

    def lines(self) -> list[str]:
        try:
            while chunk := os.read(self._descriptor, 65536):
                self._text += chunk.decode()
        except BlockingIOError:
            pass
        return self._text.splitlines()

    def close(self) -> None:
        os.close(self._descriptor)


def existing_pipe(host: LabHost) -> pathlib.Path:
    path = host.folder / "pipe"
    os.mkfifo(path, 0o600)
    return path


@pytest.mark.parametrize("keyword", ["notify_fifo", "vrrp_notify_fifo"])
def test_every_role_is_one_line(lab: Lab, start: StartAgent, keyword: str) -> None:
    host = lab.hosts[0]
    path = existing_pipe(host)
    reader = Reader(path)
    agent = start(host, config(Instance(priority=120), globals=(f"{keyword} {path}",)))
    wait_until(lambda: len(reader.lines()) >= 2, 10, "two transitions")
    host.ip("link set eth0 down")
    wait_until(lambda: len(reader.lines()) >= 3, 10, "the fault")
    host.ip("link set eth0 up")
    wait_until(lambda: len(reader.lines()) >= 5, 10, "the recovery")
    agent.stop()
    assert reader.lines() == [f'INSTANCE "VI_1" {role} 120'
                              for role in ("BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP")]
    reader.close()
    assert path.exists(), "it was there before"


def test_a_missing_pipe_is_made_for_its_user_and_removed_at_the_end(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path = host.folder / "pipe"
    agent = start(host, config(Instance(), globals=(f"vrrp_notify_fifo {path} daemon",)))
    wait_until(path.exists, 10, "the pipe")
    wait_until(lambda: path.stat().st_uid == 1, 5, "its owner")
    facts = path.stat()
    assert stat.S_ISFIFO(facts.st_mode) and stat.S_IMODE(facts.st_mode) == 0o600 and facts.st_gid == 1
    agent.stop()
    assert not path.exists()


def test_the_reader_gets_the_path_reads_every_line_and_ends_with_the_daemon(
        lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path, record = host.folder / "pipe", host.folder / "record"
    script = host.write("reader.sh", f"#!/bin/sh\ntrap 'echo TERM >> {record}; exit' TERM\n"
                        f'echo "$@" >> {record}\n'
                        f'exec 3<"$2"\nwhile read -r line <&3; do echo "$line" >> {record}; done\n',
                        executable=True)
    agent = start(host, config(Instance(), globals=(f"vrrp_notify_fifo {path}",
                                                    f'vrrp_notify_fifo_script "{script} first" root')))

    def lines() -> list[str]:
        return record.read_text().splitlines() if record.exists() else []

    wait_until(lambda: len(lines()) >= 3, 10, "two transitions")
    assert lines() == [f"first {path}", 'INSTANCE "VI_1" BACKUP 100', 'INSTANCE "VI_1" MASTER 100']
    agent.stop()
    wait_until(lambda: "TERM" in lines(), 10, "the reader's end")


def test_a_full_pipe_delays_nothing_and_is_told_once(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path = existing_pipe(host)
    stuffed = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        while os.write(stuffed, b"x" * 4096):
            pass
    except BlockingIOError:
        pass
    agent = start(host, config(Instance(), globals=(f"vrrp_notify_fifo {path}",)))
    wait_until(lambda: "MASTER STATE" in agent.log(), 10, "it becomes master")
    agent.stop()
    os.close(stuffed)
    assert agent.log().count("lines are lost until somebody reads them") == 1


def test_what_is_no_pipe_is_not_written_into(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path = host.write("pipe", "mine")
    agent = start(host, config(Instance(), globals=(f"vrrp_notify_fifo {path}",)))
    agent.wait_for_log("MASTER STATE")
    agent.stop()
    assert path.read_text() == "mine"
    assert "no line is written into it" in agent.log()


@pytest.mark.beyond_keepalived
def test_a_reload_keeps_the_pipe_and_whoever_reads_it(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    path = host.folder / "pipe"
    text = config(Instance(), globals=(f"vrrp_notify_fifo {path}", "fifo_write_vrrp_states_on_reload"))
    agent = start(host, text)
    wait_until(path.exists, 10, "the pipe")
    reader = Reader(path)
    wait_until(lambda: len(reader.lines()) >= 2, 10, "two transitions")
    agent.reload(text)
    wait_until(lambda: len(reader.lines()) >= 3, 10, "the states after the reload")
    agent.stop()
    assert [line.split()[2] for line in reader.lines()] == ["BACKUP", "MASTER", "MASTER", "STOP"]
    reader.close()
