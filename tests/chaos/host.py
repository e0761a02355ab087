"""One host of a bad day: its agent, its processes, and what can be done to them."""

from __future__ import annotations

import contextlib
import json
import pathlib
import signal
from typing import Any

from lab.agent import Agent, build_folder, understudy
from lab.control import RawClient, socket_of, tool, understudyctl
from lab.network import LabHost
from lab.processes import descriptors, outside_pid, private_kilobytes

SUPERVISOR, VRRP, HOOKS = "supervisor", "vrrp", "hooks"


class ChaosHost:
    """An agent on a host. Its processes are told apart by who started whom."""

    def __init__(self, host: LabHost, config: str) -> None:
        self.host = host
        self.name = host.name
        self.agent = Agent(host, understudy(), config)
        self.deaths = {SUPERVISOR: 0, VRRP: 0, HOOKS: 0}  # that we caused
        self._client: RawClient | None = None

        self.date_file = host.folder / "date"
        self.date_file.write_bytes(bytes(8))
        self.has_date = date_library().exists()
        if self.has_date:
            self.agent.environment |= {"LD_PRELOAD": date_library(), "UNDERSTUDY_TEST_DATE": self.date_file}

    def start(self) -> None:
        self.agent.start()
        self.agent.wait_until_started(20)

    # Processes, by the numbers of the host.

    def pids(self) -> dict[str, int]:
        """What runs of its agent; empty when nothing does."""
        supervisor, vrrp = self.agent.pid(), self.agent.vrrp_pid()
        if supervisor is None:
            return {}
        found = {SUPERVISOR: supervisor}
        if vrrp is not None:
            found[VRRP] = vrrp
        children = self._read(f"{supervisor}/task/{supervisor}/children").split()
        others = [int(child) for child in children if int(child) != vrrp]
        if others:
            found[HOOKS] = min(others)
        return {role: pid for role, pid in found.items() if "understudyd" in self._read(f"{pid}/cmdline")}

    def _read(self, path: str) -> str:
        with contextlib.suppress(OSError):
            return (self.host.root / "proc" / path).read_text()
        return ""

    def kill(self, role: str, number: int) -> None:
        pid = self.pids().get(role)
        if pid is None:
            return
        if number not in (signal.SIGSTOP, signal.SIGCONT):
            self.deaths[role] += 1
        self.host.try_run("kill", f"-{number}", str(pid))

    def freeze(self) -> None:
        """Every process stands still, in one system call."""
        self.host.try_run("sh", "-c", "kill -STOP -1")

    def thaw(self) -> None:
        self.host.try_run("sh", "-c", "kill -CONT -1")
        self.agent.wake()

    def is_up(self) -> bool:
        return self.agent.is_running()

    def power_off(self) -> None:
        """All is lost: processes, the addresses, the interfaces with virtual MACs."""
        self.agent.kill()
        for link in self.links():
            if link.startswith("vrrp."):
                self.host.try_run("ip", "link", "del", link)
        self.host.try_run("ip", "addr", "flush", "dev", "eth0", "scope", "global")
        self.host.try_run("ip", "addr", "flush", "dev", "eth0", "to", "fe80::52/128")
        self.restore_addresses()

    def restore_addresses(self) -> None:
        """Its own."""
        self.host.ip(f"addr replace {self.host.address}/24 dev eth0")
        self.host.ip(f"addr replace {self.host.address6}/64 dev eth0 nodad")

    def links(self) -> list[str]:
        return [path.name for path in (self.host.root / "sys/class/net").iterdir()]

    # What it says.

    def ask(self, command: str) -> dict[str, Any] | None:
        """None: nobody answers."""
        try:
            if self._client is None:
                self._client = RawClient(socket_of(self.agent))
            answer = self._client.ask(command=command)
            if answer is not None and "result" in answer:
                return answer["result"]
        except (OSError, TimeoutError):
            pass
        self.hang_up()
        return None

    def hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def tell(self, *words: str) -> str:
        """understudyctl, and what it answered."""
        done = understudyctl(self.agent, *words)
        return (done.stdout + done.stderr).strip()

    def history(self) -> str:
        return self.tell("history")

    def complaints(self) -> list[str]:
        """What understudyctl doctor finds wrong on it."""
        said = self.host.try_run(tool(), "doctor", "--json", "-f", self.agent.config,
                                 "-s", socket_of(self.agent))
        findings = json.loads(said.stdout)["findings"]
        return [finding["what"] for finding in findings if finding["severity"] != "note"]

    # What it costs.

    def costs(self) -> dict[str, tuple[int, int]]:
        """Of each process: open descriptors, and private memory in KiB."""
        outside = {role: outside_pid(self.host, pid) for role, pid in self.pids().items()}
        return {role: (descriptors(pid), private_kilobytes(pid)) for role, pid in outside.items()}

    def strangers(self) -> list[str]:
        """Processes that are none of its agent's three."""
        known = {1, *self.pids().values()}
        listed = self.host.run("ps", "-e", "-o", "pid=,ppid=,stat=,args=").splitlines()
        rows = [line.split(None, 3) for line in listed]
        return [" ".join(row) for row in rows
                if int(row[0]) not in known and row[1] != "0" or row[2].startswith("Z")]

    def set_date(self, seconds: int) -> None:
        """So many seconds from the true one, for its agent."""
        with open(self.date_file, "r+b") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))


def date_library() -> pathlib.Path:
    return build_folder() / "tests/chaos/libdate.so"
