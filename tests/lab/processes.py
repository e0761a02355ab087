"""What a process of a host costs, as seen from outside."""

from __future__ import annotations

import contextlib
import os
import pathlib
from dataclasses import dataclass

from lab.namespaces import Namespaces

AGENTS = "(understudyd|understudy-vrrp|keepalived) .*-f"  # the command lines of all their processes


def outside_pid(host: Namespaces, inside: int | None) -> int:
    """The number outside of the process that the host knows by the number `inside`."""
    namespace = os.stat(f"/proc/{host.pid}/ns/pid").st_ino
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (os.stat(folder / "ns/pid").st_ino == namespace
                    and int(_field(int(folder.name), "NSpid").split()[-1]) == inside):
                return int(folder.name)
    raise AssertionError(f"no process {inside} on {host.name}")


def descriptors(pid: int) -> int:
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def resident_kilobytes(pid: int) -> int:
    return int(_field(pid, "VmRSS").split()[0])


def private_kilobytes(pid: int) -> int:
    """What is its own alone: no program text, no mapped file."""
    return int(_field(pid, "RssAnon").split()[0])


def processor_ms(host: Namespaces) -> float:
    """What all threads of the agents of a host have used so far."""
    script = 'for f in /proc/[0-9]*/task/[0-9]*/schedstat; do read -r ran _ < "$f" && echo "$f $ran"; done'
    rows = (line.split() for line in host.run("bash", "-c", script + " 2>/dev/null").splitlines())
    agents = host.run("pgrep", "-f", AGENTS).split()
    return sum(int(ran) for path, ran in rows if path.split("/")[2] in agents) / 1e6


@dataclass(frozen=True)
class Usage:
    """What the agents of a host have used so far, and the memory they have now (PSS)."""

    processor_ms: float
    wakeups: int
    memory_kib: int


def usage(host: Namespaces) -> Usage:
    script = 'for p in $(pgrep -f "$1"); do cat /proc/$p/task/*/status /proc/$p/smaps_rollup; done'
    rows = [line.split() for line in host.try_run("bash", "-c", script, "bash", AGENTS).stdout.splitlines()]
    found = {name: sum(int(row[1]) for row in rows if row[0] == name + ":")
             for name in ("voluntary_ctxt_switches", "Pss")}
    return Usage(processor_ms(host), found["voluntary_ctxt_switches"], found["Pss"])


def _field(pid: int, name: str) -> str:
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{name}:")).partition(":")[2]
