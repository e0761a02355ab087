"""Processes that come and go on a host to be tracked, and the connector that tells of them."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
from dataclasses import dataclass

from lab.connector import Connector
from lab.network import LabHost
from lab.waiting import wait_until

PROGRAMS = ("us-web", "us-database-server")  # the kernel keeps 15 characters of a name
SHELL = pathlib.Path("/bin/sh").resolve()

# A worker is forked by a process between that ends at once, as those of daemons are, so that nobody has to
# wait for it. It does nothing, in a process that looks like its maker.
SERVICE = r"""
while read -r word name < "$0.$$"; do
    case $word in
        fork) (read -r between rest < /proc/self/stat
               (read -r word < "$0.never") &
               echo "$between $!" > "$0.forked") ;;
        rename) echo "$name" > /proc/self/comm ;;
        become) exec "$name" "$0" "$@" ;;
    esac
done
"""


@dataclass
class Service:
    """One that runs. A worker of another takes no orders."""

    pid: int
    program: str
    words: tuple[str, ...]
    is_worker: bool = False


class Services:
    """All that are tracked on one host: copies of the shell with names of their own."""

    def __init__(self, host: LabHost) -> None:
        self.host = host
        self.connector = Connector(host)
        self.running: list[Service] = []
        self.script = host.write("serve.sh", SERVICE)
        for program in PROGRAMS:
            shutil.copy(SHELL, host.folder / program)
        for name in ("go", "serve.sh.never"):
            os.mkfifo(host.folder / name)

    def close(self) -> None:
        self.connector.close()

    def go(self, program: str, what: str, *words: str) -> None:
        """Whatever there is nobody for does not happen."""
        mine = [one for one in self.running if one.program == program]
        masters = [one for one in mine if not one.is_worker]
        if what == "starts":
            self.start(program, words)
        elif what == "blinks":
            self.end(self.start(program, words))
        elif what == "crashes":
            for one in mine:
                self.end(one)
        elif what == "ends" and mine:
            self.end(mine[-1])
        elif what == "loses-its-master" and masters:
            self.end(masters[0])
        elif what == "restarts" and masters:
            self.end(masters[-1])
            self.start(program, masters[-1].words)
        elif what == "forks" and masters:
            self.forks(masters[-1])
        elif what in ("renames-itself", "becomes") and masters:
            getattr(self, what.split("-")[0])(masters[-1], *words)

    def start(self, program: str, words: tuple[str, ...]) -> Service:
        """As the kernel does: first a process that is still its maker's copy, then the program in it."""
        go = self.host.folder / "go"
        pid = self.host.spawn("sh", "-c", 'read -r word < "$0"; exec "$@"', go, self.host.folder / program,
                              self.script, *words)
        os.mkfifo(f"{self.script}.{pid}")
        self.connector.forked(1, pid)
        order(go, "go")
        self.await_name(pid, program)
        self.connector.executed(pid)
        self.running.append(Service(pid, program, words))
        return self.running[-1]

    def end(self, one: Service) -> None:
        self.host.run("kill", "-KILL", str(one.pid))
        wait_until(lambda: not self.folder(one.pid).exists(), 10, f"the end of {one.program}")
        self.connector.ended(one.pid)
        self.running.remove(one)

    def forks(self, one: Service) -> None:
        told = self.host.folder / "serve.sh.forked"
        order(pathlib.Path(f"{self.script}.{one.pid}"), "fork")
        wait_until(lambda: told.exists() and told.read_text().endswith("\n"), 10, "a worker")
        between, worker = (int(word) for word in told.read_text().split())
        told.unlink()
        self.connector.forked(one.pid, between)
        self.connector.forked(between, worker)
        self.connector.ended(between)
        self.running.append(Service(worker, one.program, one.words, is_worker=True))

    def renames(self, one: Service, name: str) -> None:
        order(pathlib.Path(f"{self.script}.{one.pid}"), f"rename {name}")
        self.await_name(one.pid, name)
        self.connector.renamed(one.pid, name)
        one.program = name

    def becomes(self, one: Service, program: str) -> None:
        order(pathlib.Path(f"{self.script}.{one.pid}"), f"become {self.host.folder / program}")
        self.await_name(one.pid, program)
        self.connector.executed(one.pid)
        one.program = program

    def folder(self, pid: int) -> pathlib.Path:
        return self.host.root / "proc" / str(pid)

    def await_name(self, pid: int, name: str) -> None:
        wait_until(lambda: (self.folder(pid) / "comm").read_text().strip() == name[:15], 10,
                   f"a process of the name {name}")


def order(pipe: pathlib.Path, words: str) -> None:
    """Waits for whoever reads, but not for ever."""
    def opened() -> int:
        with contextlib.suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        return 0
    writer = wait_until(opened, 10, f"a reader of {pipe}")
    with os.fdopen(writer, "w") as stream:
        stream.write(words + "\n")
