"""How the kernel runs a process of a host, as /proc tells it."""

from __future__ import annotations

from dataclasses import dataclass

from lab.network import LabHost

ORDINARY, ROUND_ROBIN = 0, 2  # sched(7): SCHED_OTHER, SCHED_RR

# A program that writes how it runs into the file that it is told: policy, nice value, processors, soft limit.
SHOW_SELF = r"""#!/bin/sh
{ sed 's/.*) //' /proc/$$/stat | cut -d' ' -f17,39
  sed -n 's/^Cpus_allowed_list:\t//p' /proc/$$/status
  sed -n 's/^Max realtime timeout *\([^ ]*\) .*/\1/p' /proc/$$/limits; } | tr '\n' ' ' > $1.new
mv $1.new $1
"""


@dataclass(frozen=True)
class Scheduling:
    policy: int
    priority: int  # of real time; 0 for an ordinary process
    nice: int
    cpus: str
    locked_kilobytes: int
    realtime_limit: str  # the soft one: microseconds, or "unlimited"


def scheduling(host: LabHost, pid: int) -> Scheduling:
    # After the name, which may hold blanks, comes the third field of proc(5).
    stat = host.run("cat", f"/proc/{pid}/stat").rpartition(")")[2].split()
    status = dict(line.split(":\t", 1) for line in host.run("cat", f"/proc/{pid}/status").splitlines())
    limits = host.run("cat", f"/proc/{pid}/limits").splitlines()
    realtime = next(line.split() for line in limits if line.startswith("Max realtime timeout"))
    return Scheduling(policy=int(stat[41 - 3]), priority=int(stat[40 - 3]), nice=int(stat[19 - 3]),
                      cpus=status["Cpus_allowed_list"].strip(),
                      locked_kilobytes=int(status["VmLck"].split()[0]), realtime_limit=realtime[3])
