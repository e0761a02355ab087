"""One host: network, process, mount and name space of its own, held by a process that sleeps.

The first process of the process namespace ends when its maker does, however that one ends, and the kernel
ends everything in the namespace with it. So a test that is killed leaves no process, interface or mount
behind, and two runs never meet. Inside, /run, /sys and /dev are private: an agent finds an empty /run, sees
only its own links, and writes to a /dev/log that the laboratory drains. There is a user `understudy`, whether
the machine has one or not: as on every host where understudy is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import socket
import subprocess
from typing import Any, Iterator, Sequence

from lab.waiting import wait_until

CLONE_NEWNET = 0x40000000
COMMAND_TIMEOUT = 20

# SIGCHLD stays ignored across the exec, so that the kernel reaps orphans at once: no zombie looks alive.
SETUP = r"""
set -e
hostname "$1"
mount -t tmpfs run /run
mkdir /run/dev
mount -t tmpfs dev /run/dev
mkdir -p /run/dev/pts /run/dev/shm /run/dev/net /run/netns
for node in null zero full random urandom tty; do
    : > /run/dev/$node
    mount --bind /dev/$node /run/dev/$node
done
ln -s /proc/self/fd /run/dev/fd
ln -s pts/ptmx /run/dev/ptmx
mount --bind /dev/pts /run/dev/pts
mount --move /run/dev /dev
mount -t sysfs sys /sys
mkdir /run/accounts
for file in passwd group; do cp /etc/$file /run/accounts/$file; done
cd /run/accounts
grep -q ^understudy: passwd || echo understudy:x:64111:64111::/:/usr/sbin/nologin >> passwd
grep -q ^understudy: group || echo understudy:x:64111: >> group
for file in passwd group; do mount --bind $file /etc/$file; done
cd /
ip link set lo up
: > /run/ready
exec env --ignore-signal=CHLD sleep infinity
"""


class CommandFailed(Exception):
    """A command inside a host ended with a status other than zero."""


class Namespaces:
    """A running set of namespaces, with the means to act inside."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._attached: list[subprocess.Popen] = []
        self._keeper = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self._beginning()], text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.pid = wait_until(self._first_process, 10, f"the first process of {name}")
        self.root = pathlib.Path(f"/proc/{self.pid}/root")
        wait_until(self._is_ready, 10, f"the mounts of {name}")
        self._enter = ["nsenter", "-t", str(self.pid), "-m", "-n", "-p", "-u"]

    def _beginning(self) -> list[str]:
        """What becomes the parent of the first process."""
        return ["unshare", "-mnpuf", "--kill-child", "--propagation", "private", "--mount-proc", "sh", "-c",
                SETUP, "init", self.name]

    def _first_process(self) -> int:
        self._fail_when_dead()
        children = pathlib.Path(f"/proc/{self._keeper.pid}/task/{self._keeper.pid}/children")
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(children.read_text().split()[0])
        return 0

    def _is_ready(self) -> bool:
        self._fail_when_dead()
        return (self.root / "run/ready").exists()

    def _fail_when_dead(self) -> None:
        if self._keeper.poll() is not None:
            error = self._keeper.stderr.read() if self._keeper.stderr else ""
            raise CommandFailed(f"cannot make the host {self.name} (this needs root): {error.strip()}")

    def command(self, words: Sequence[str | pathlib.Path]) -> list[str]:
        """The words that run a command inside."""
        return [*self._enter, *map(str, words)]

    def attach(self, words: Sequence[str | pathlib.Path], **streams: Any) -> subprocess.Popen:
        """Starts a command inside that stays the maker's child; it ends with the host at the latest."""
        # nsenter stops itself when its child is stopped, and would wait for ever: so it is killed at the end.
        self._attached.append(subprocess.Popen(self.command(words), **streams))
        return self._attached[-1]

    def try_run(self, *words: str | pathlib.Path, stdin: str | None = None,
                timeout: float = COMMAND_TIMEOUT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(words), input=stdin, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def run(self, *words: str | pathlib.Path, stdin: str | None = None,
            timeout: float = COMMAND_TIMEOUT) -> str:
        """Runs a command inside to its end and returns what it printed."""
        done = self.try_run(*words, stdin=stdin, timeout=timeout)
        if done.returncode != 0:
            raise CommandFailed(f"{self.name}: {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def spawn(self, *words: str | pathlib.Path) -> int:
        """Starts a command that goes on by itself, and returns its pid as the host counts."""
        return int(self.run("sh", "-c", '"$@" </dev/null >/dev/null 2>&1 & echo $!', "sh", *words))

    def is_alive(self, pid: int) -> bool:
        return self.try_run("kill", "-0", str(pid)).returncode == 0

    def plug(self, port: str, other: "Namespaces", interface: str) -> None:
        """Lays a cable from a new interface of this host to a new one of the other."""
        # Only the network is entered: the other host's pid means something in the maker's namespace alone.
        subprocess.run(["nsenter", "-t", str(self.pid), "-n", "ip", "link", "add", port, "type", "veth",
                        "peer", "name", interface, "netns", str(other.pid)],
                       check=True, timeout=COMMAND_TIMEOUT)

    def kill_all(self) -> None:
        """Kills every process inside but the sleeping first one, in one system call."""
        self.try_run("sh", "-c", "kill -KILL -1")

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """Sockets opened by this thread within the context belong to this host."""
        libc = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        there = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _set_namespace(libc, there)
            yield
        finally:
            _set_namespace(libc, home)
            os.close(there)
            os.close(home)

    def log_socket(self) -> socket.socket:
        """The receiving end of this host's /dev/log."""
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        receiver.bind(str(self.root / "dev/log"))
        (self.root / "dev/log").chmod(0o666)  # as every log daemon does
        return receiver

    def close(self) -> None:
        for process in self._attached:
            process.kill()
            process.wait()
        self._keeper.kill()
        self._keeper.communicate()


def _set_namespace(libc: ctypes.CDLL, descriptor: int) -> None:
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
