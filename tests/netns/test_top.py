"""understudyctl top in a terminal of its own, and status --watch."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from typing import Iterator

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import socket_of, tool, understudyctl
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])")
REDRAW = "\x0c"
LEAVES_THE_SCREEN = "\x1b[?1049l"


class Terminal:
    """A pseudo terminal with a program in it, and all that the program has written there."""

    def __init__(self, command: list[str], rows: int = 24, columns: int = 120) -> None:
        self._ours, self._theirs = pty.openpty()
        self.resize(rows, columns)
        self.settings = termios.tcgetattr(self._theirs)
        self.process = subprocess.Popen(command, stdin=self._theirs, stdout=self._theirs, stderr=self._theirs,
                                        start_new_session=True, preexec_fn=self._own,
                                        env={**os.environ, "TERM": "xterm", "TZ": "UTC"})
        self.written = ""

    @staticmethod
    def _own() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def read(self) -> str:
        """What has been written since the last time, without the movements of the cursor."""
        fresh = b""
        while select.select([self._ours], [], [], 0)[0]:
            with contextlib.suppress(OSError):
                part = os.read(self._ours, 65536)
                fresh += part
                if part:
                    continue
            break
        self.written += fresh.decode(errors="replace")
        return ESCAPE.sub("\n", fresh.decode(errors="replace"))

    def wait_for(self, words: str, timeout: float = 15) -> None:
        seen = ""

        def has_come() -> bool:
            nonlocal seen
            seen += self.read()
            return words in seen
        wait_until(has_come, timeout, f"{words!r} on the screen")

    def wait_to_show(self, words: str) -> None:
        self.wait_to_match(re.escape(words))

    def wait_to_match(self, pattern: str, timeout: float = 15) -> None:
        """Of a program that only writes what has changed: it is asked to draw everything again."""
        def is_shown() -> bool:
            self.press(REDRAW)
            return bool(re.search(pattern, self.read()))
        wait_until(is_shown, timeout, f"{pattern!r} on the screen")

    def ends(self, timeout: float = 15) -> int:
        end = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < end:
            self.read()
            time.sleep(0.02)
        self.read()
        assert self.process.returncode is not None, "it goes on"
        return self.process.returncode

    def is_restored(self) -> bool:
        return LEAVES_THE_SCREEN in self.written and termios.tcgetattr(self._theirs) == self.settings

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    return agent


@pytest.fixture
def top(master: Agent) -> Iterator[Terminal]:
    terminal = Terminal([str(tool()), "top", "-s", str(socket_of(master))])
    yield terminal
    terminal.close()


def test_it_shows_roles_and_the_timeline_as_they_change(master: Agent, top: Terminal) -> None:
    top.wait_to_show("this host")
    top.wait_to_match(r"this host\s+[3-7]\.\d")  # adverts a second, at one in 0.2 s
    assert understudyctl(master, "set", "VI_1", "priority", "42").returncode == 0
    top.wait_to_show("the operator orders priority 42")
    top.press("q")
    assert top.ends() == 0
    assert top.is_restored()


def test_it_follows_the_size_of_the_terminal(top: Terminal) -> None:
    top.wait_to_show("TIMELINE")
    top.resize(3, 30)
    top.process.send_signal(signal.SIGWINCH)
    top.wait_to_show("understudy")
    top.resize(30, 100)
    top.process.send_signal(signal.SIGWINCH)
    top.wait_to_show("TIMELINE")
    top.press("q")
    assert top.ends() == 0


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_a_signal_gives_the_terminal_back(top: Terminal, number: signal.Signals) -> None:
    top.wait_to_show("TIMELINE")
    assert not top.is_restored()
    top.process.send_signal(number)
    top.ends()
    assert top.is_restored()


def test_it_goes_on_without_the_daemon_and_says_so(host: LabHost, master: Agent, top: Terminal,
                                                  start: StartAgent) -> None:
    top.wait_to_show("MASTER")
    master.stop()
    top.wait_to_show("cannot reach the daemon")
    start(host, config(Instance()))
    top.wait_to_show("understudyd")  # the start of another, in the timeline
    top.press("q")
    assert top.ends() == 0


def test_it_needs_a_terminal(master: Agent) -> None:
    done = understudyctl(master, "top")
    assert done.returncode == 1 and "this needs a terminal" in done.stderr


def test_watch_shows_the_status_again_and_again(master: Agent) -> None:
    with subprocess.Popen([tool(), "status", "--watch", "-s", socket_of(master)], stdout=subprocess.PIPE,
                          text=True) as watching:
        assert watching.stdout is not None
        pictures = 0
        for line in watching.stdout:
            pictures += line.startswith("VI_1: MASTER for ")
            if pictures == 3:
                break
        watching.send_signal(signal.SIGINT)
    assert watching.returncode == -signal.SIGINT


def test_watch_clears_a_terminal(master: Agent) -> None:
    terminal = Terminal([str(tool()), "status", "--watch", "-s", str(socket_of(master))])
    try:
        terminal.wait_for("VI_1: MASTER for ")
        terminal.wait_for("VI_1: MASTER for ")
        assert terminal.written.count("\x1b[H\x1b[2J") >= 2
        terminal.press("\x03")
        assert terminal.ends() == -signal.SIGINT
    finally:
        terminal.close()
