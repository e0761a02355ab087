"""A control group of the laboratory, in the hierarchy of version 2, with all that is made below it."""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib

from lab.account import hierarchy
from lab.waiting import wait_until

PREFIX = "understudy-group"
ENDING_SECONDS = 20
_numbers = itertools.count()


class ControlGroup:
    """Empty groups of a maker that was killed are removed when the next one is made."""

    def __init__(self) -> None:
        told = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
        own = next((line.removeprefix("0::/") for line in told if line.startswith("0::")), "")
        parent = hierarchy() / own
        for left in parent.glob(f"{PREFIX}-*"):
            if not pathlib.Path("/proc", left.name.split("-")[-2]).exists():
                _remove(left)
        self.folder = parent / f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        self.folder.mkdir()

    def close(self) -> None:
        """Once its processes were told to end."""
        wait_until(lambda: _remove(self.folder), ENDING_SECONDS, f"the end of all processes in {self.folder}")


def _remove(folder: pathlib.Path) -> bool:
    for inner, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(inner)
    return not folder.exists()
