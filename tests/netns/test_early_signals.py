"""A signal that comes the moment the pid file is there is answered as at any other time."""

from __future__ import annotations

import json
import pathlib
import signal

from lab.agent import understudy
from lab.config import Instance, config
from lab.plugin import MakeLab

SENDER = pathlib.Path(__file__).resolve().parents[1] / "lab/early_signal.py"
ROUNDS = 20


def test_a_stop_that_comes_with_the_pid_file_is_orderly(make_lab: MakeLab) -> None:
    host = make_lab(hosts=1).hosts[0]
    file = host.write("early.conf", config(Instance()))
    for number in range(ROUNDS):
        folder = host.folder / f"round{number}"
        folder.mkdir()
        pid_file = folder / "agent.pid"
        ended = json.loads(host.run(
            "/usr/bin/python3", SENDER, pid_file, str(int(signal.SIGTERM)), understudy(), "-n", "-l",
            "-f", file, "-p", pid_file, "-r", folder / "vrrp.pid"))
        assert (ended["status"], ended["pid_file_left"]) == (0, False), ended["said"]
