"""A failover agent on a host: started with a configuration, private pid files and a captured log.

understudy and keepalived take the same command line, so one class runs both; which program it is decides only
the path.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import signal
import subprocess
from typing import IO

from lab.account import Account
from lab.network import LabHost
from lab.waiting import wait_until

KEEPALIVED = pathlib.Path("/usr/sbin/keepalived")
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def build_folder() -> pathlib.Path:
    """Where the build under test lies: UNDERSTUDY_BUILD, relative to the repository."""
    return REPOSITORY / os.environ.get("UNDERSTUDY_BUILD", "build/gcc")


def understudy() -> pathlib.Path:
    """The daemon under test. UNDERSTUDY_AGENT names another program, to see what that one does."""
    override = os.environ.get("UNDERSTUDY_AGENT")
    return pathlib.Path(override) if override else build_folder() / "src/daemon/understudyd"


def keepalived() -> pathlib.Path:
    return KEEPALIVED


class Agent:
    """One agent on one host. A second one of another name may run beside it.

    A quiet one logs as little as it can, so that a measurement does not measure the log. What one with an
    account uses is told there.
    """

    def __init__(self, host: LabHost, program: pathlib.Path, config: str, name: str = "agent",
                 quiet: bool = False, account: Account | None = None) -> None:
        self.host = host
        self.program = program
        self.name = name
        self.quiet = quiet
        self._account = account
        self.config = host.write(f"{name}.conf", config)
        self.log_path = host.folder / f"{name}.log"
        self.pid_path = host.folder / f"{name}.pid"
        self.vrrp_pid_path = host.folder / f"{name}-vrrp.pid"
        self.environment: dict[str, str | pathlib.Path] = {"TMPDIR": host.folder}
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def words(self, *extra: str) -> list[str | pathlib.Path]:
        """Its command line, as its host would type it."""
        verbosity = [] if self.quiet else ["-l", "-D"]
        return [
            self.program, "-n", *verbosity, "-f", self.config, "-p", self.pid_path, "-r", self.vrrp_pid_path,
            "-c", self.host.folder / f"{self.name}-checkers.pid",
            "-b", self.host.folder / f"{self.name}-bfd.pid", *extra]

    def command(self, *extra: str) -> list[str]:
        """What to run outside to run it inside."""
        return self.host.command(self.words(*extra))

    def start(self, *extra: str) -> "Agent":
        assert self.program.exists(), f"{self.program} does not exist: build it first"
        self._log = open(self.log_path, "ab")
        environment = {**os.environ, **self.environment}
        # In a session of its own, as a service is: the kernel gives each session its share of the processor,
        # however busy that of the tests is.
        self._process = self.host.attach(self.words(*extra), stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=self._log, env=environment, start_new_session=True,
                                         preexec_fn=self._account.join if self._account else None)
        return self

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_until_started(self, timeout: float = 10) -> None:
        wait_until(lambda: self.pid() is not None, timeout, f"a pid file of {self.name} on {self.host.name}")

    def pid(self) -> int | None:
        """The agent's own pid, as its host counts."""
        return _read_pid(self.pid_path)

    def vrrp_pid(self) -> int | None:
        return _read_pid(self.vrrp_pid_path)

    def signal(self, number: int) -> None:
        self.wait_until_started()
        self.host.run("kill", f"-{int(number)}", str(self.pid()))

    def reload(self, config: str) -> None:
        self.config.write_text(config)
        self.signal(signal.SIGHUP)

    def stop(self, timeout: float = 15) -> int:
        """Asks for an orderly end and returns the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout: float = 15) -> int:
        assert self._process is not None
        status = self._process.wait(timeout)
        self._close_log()
        return status

    def kill(self) -> None:
        """Ends every process of the host at once, as a power cut would; the network stays as it is."""
        self.host.kill_all()
        self.bury()

    def wake(self) -> None:
        """Who starts a command inside stops with it, and does not notice when it is continued there."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def bury(self) -> None:
        """After a crash: waits for the end. What keepalived finds in its pid files may be others by now."""
        self.wait()
        if self.program != KEEPALIVED:
            return
        for left in (self.pid_path, self.vrrp_pid_path):
            left.unlink(missing_ok=True)

    def log(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self.log_path.read_text(errors="replace")
        return ""

    def wait_for_log(self, pattern: str, timeout: float = 10) -> None:
        wait_until(lambda: re.search(pattern, self.log()), timeout,
                   f"a log line like {pattern!r} on {self.host.name}")

    def _close_log(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None


def _read_pid(path: pathlib.Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int(path.read_text())
    return None
