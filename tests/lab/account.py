"""What a set of processes has used, those included that have ended meanwhile: a control group of their own.

A script lives for a millisecond, and what it used is in no list of processes afterwards. The kernel adds it
up in the group that the process belonged to.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
from types import TracebackType

from lab.waiting import wait_until

PREFIX = "understudy-account"
ENDING_SECONDS = 20
_numbers = itertools.count()


class Account:
    """A control group; what joins it, and all that it starts, is counted. Gone after the with block, in
    which its processes have to end."""

    def __init__(self) -> None:
        self._folder = hierarchy() / f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        self._folder.mkdir()
        self._members = self._folder / "cgroup.procs"

    def join(self) -> None:
        """For a child between fork and exec."""
        self._members.write_text("0")

    def processor_ms(self) -> float:
        told = dict(line.split() for line in (self._folder / "cpu.stat").read_text().splitlines())
        return int(told["usage_usec"]) / 1000

    def pids(self) -> list[int]:
        """Its living processes, by the numbers outside; but for what only led them into a namespace."""
        return [pid for pid in map(int, self._members.read_text().split()) if _name(pid) != "nsenter"]

    def __enter__(self) -> "Account":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        wait_until(lambda: not self._members.read_text(), ENDING_SECONDS, "the end of all that was counted")
        self._folder.rmdir()


def hierarchy() -> pathlib.Path:
    """Where the one hierarchy of version 2 is mounted; also beside those of version 1."""
    mounts = (line.split() for line in pathlib.Path("/proc/self/mounts").read_text().splitlines())
    found = next((pathlib.Path(words[1]) for words in mounts if words[2] == "cgroup2"), None)
    assert found, "processor time cannot be told without a cgroup2 mount"
    return found


def remove_left_overs() -> None:
    """The empty groups of measurements that were killed."""
    for folder in hierarchy().glob(f"{PREFIX}-*"):
        if not pathlib.Path("/proc", folder.name.split("-")[-2]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    return ""
