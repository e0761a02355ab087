#!/usr/bin/python3
"""How long a client waits when somebody deletes the virtual address: understudy beside keepalived.

Each run makes a pair, deletes the address on the master with `ip addr del`, and tells the longest time in
which a client that asks every millisecond had no answer, and whether the role moved. Runs of both agents
alternate.
"""

from __future__ import annotations

import pathlib
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.addresses import AddressMonitor  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import EchoProbe  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

PROBE_INTERVAL_US = 1000
STRONG, WEAK = 150, 100
OBSERVED_SECONDS = 5


@dataclass(frozen=True)
class Measured:
    """One deletion. `absent_ms`: how long the kernel of the master was without the address."""

    agent: str
    outage_ms: float
    lost: int
    absent_ms: float
    adverts_of_the_other: int
    prober_lateness_ms: float


def measure(name: str, program: pathlib.Path) -> Measured:
    with Lab() as lab:
        strong, _ = lab.hosts
        for host, priority in zip(lab.hosts, (STRONG, WEAK)):
            Agent(host, program, config(Instance(priority=priority, advert_int=1)), quiet=True).start()
        lab.wait_for_holder(strong, VIP, 20)
        time.sleep(6)  # the second burst of announcements is over
        capture, monitor = lab.capture(), AddressMonitor(strong)
        probe = EchoProbe(lab.client, VIP, PROBE_INTERVAL_US)
        time.sleep(1)
        strong.ip(f"addr del {VIP}/24 dev eth0")
        wait_until(lambda: sum(change.appeared for change in monitor.changes()) >= 1, 20, "the repair")
        time.sleep(OBSERVED_SECONDS)
        report = probe.report()
        monitor.close()
        gone = next(change.time for change in monitor.changes() if not change.appeared)
        back = next(change.time for change in monitor.changes() if change.appeared and change.time >= gone)
        gap = report.longest
        outage, lost = (gap.outage_ms, gap.lost) if gap is not None and gap.lost else (0.0, 0)
        return Measured(name, outage, lost, 1000 * (back - gone), len(capture.adverts("p2")),
                        report.worst_lateness_ms)


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | runs | outage of the client ms, median (range) | without the address ms "
             "| adverts of the other host |", "|---|---|---|---|---|"]
    for agent in sorted({run.agent for run in runs}):
        group = [run for run in runs if run.agent == agent]
        lines.append(f"| {agent} | {len(group)} | {spread([run.outage_ms for run in group])} "
                     f"| {spread([run.absent_ms for run in group])} "
                     f"| {sum(run.adverts_of_the_other for run in group)} |")
    return "\n".join(lines)


def main() -> None:
    chosen = options(__doc__, 10, "deletions of each agent").parse_args()
    both = agents()
    runs = [measure(name, program) for _ in range(chosen.runs) for name, program in both.items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
