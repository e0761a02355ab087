"""How many system calls processes make, counted by the kernel's own trace point through perf."""

from __future__ import annotations

import re
import shutil
import subprocess

# The file system that names the trace points is mounted for perf alone.
COUNT = """
mount -t tracefs tracefs /sys/kernel/tracing &&
exec perf stat -x, -e raw_syscalls:sys_enter -p "$1" -- sleep "$2"
"""


def system_calls(pids: list[int], seconds: float) -> int | None:
    """Of all threads of these processes, within so long; nothing where perf cannot be had."""
    if not shutil.which("perf"):
        return None
    done = subprocess.run(["unshare", "-m", "--propagation", "private", "sh", "-c", COUNT, "sh",
                           ",".join(map(str, pids)), str(seconds)], capture_output=True, text=True,
                          timeout=seconds + 30, check=False)
    counted = re.search(r"^(\d+),,raw_syscalls", done.stderr, re.MULTILINE)
    return int(counted.group(1)) if counted else None
