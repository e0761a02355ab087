#!/usr/bin/python3
"""What a pair costs while nothing happens: understudy beside keepalived.

    at_rest.py [--runs 3] [--instances 1 50 250] [--intervals 1 0.1] [--seconds 10] [--json FILE]

One host is master of so many instances of one address each, the other backup. Told of each of them: processor
time and wake-ups of all the agent's processes for each advert, sent or heard; memory, shared pages divided
among those that share them (PSS); and of the master how unevenly the adverts of an instance come: the 99th
percentile of what a pause between two is longer or shorter than the interval. Runs of both agents alternate.
"""

from __future__ import annotations

import pathlib
import statistics
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.agent import Agent  # noqa: E402
from lab.capture import Capture  # noqa: E402
from lab.config import Instance, config  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.processes import Usage, usage  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

STRONG, WEAK = 150, 100
SETTLING_SECONDS = 12  # the second burst of announcements is over
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Measured:
    agent: str
    instances: int
    interval: float
    role: str
    processor_us_per_advert: float
    wakeups_per_advert: float
    memory_kib: int
    jitter_ms: float | None


def instances(count: int, interval: float, priority: int) -> list[Instance]:
    return [Instance(name=f"VI_{vrid}", vrid=vrid, advert_int=interval, priority=priority,
                     addresses=(f"198.51.100.{vrid}/32",)) for vrid in range(1, count + 1)]


def unevenness(capture: Capture, interval: float, since: float, until: float) -> float:
    """The 99th percentile in ms."""
    times: dict[int, list[float]] = {}
    for advert in capture.adverts("p1"):
        if since <= advert.time < until:
            times.setdefault(advert.vrid, []).append(advert.time)
    off = [1000 * abs(later - earlier - interval) for heard in times.values()
           for earlier, later in zip(heard, heard[1:])]
    return statistics.quantiles(off, n=100)[98]


def measure(name: str, program: pathlib.Path, count: int, interval: float, seconds: float) -> list[Measured]:
    with Lab() as lab:
        for host, priority in zip(lab.hosts, (STRONG, WEAK)):
            Agent(host, program, config(*instances(count, interval, priority)), quiet=True).start()
        wait_until(lambda: len(lab.hosts[0].addresses()) >= count + 2, PATIENCE_SECONDS, "all addresses")
        time.sleep(SETTLING_SECONDS)
        before = [usage(host) for host in lab.hosts]
        capture, began = lab.capture(), time.time()
        time.sleep(seconds)
        ended = time.time()
        after = [usage(host) for host in lab.hosts]
        adverts = sum(began <= advert.time < ended for advert in capture.adverts("p1"))
        jitter = unevenness(capture, interval, began, ended)
        return [measured(name, count, interval, role, adverts, used, then, uneven)
                for role, used, then, uneven in zip(("master", "backup"), before, after, (jitter, None))]


def measured(name: str, count: int, interval: float, role: str, adverts: int, before: Usage, after: Usage,
             jitter: float | None) -> Measured:
    return Measured(name, count, interval, role, 1000 * (after.processor_ms - before.processor_ms) / adverts,
                    (after.wakeups - before.wakeups) / adverts, after.memory_kib, jitter)


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | instances | advert_int | role | runs | processor time per advert, µs "
             "| wake-ups per advert | memory (PSS), KiB | unevenness (p99), ms |",
             "|---|---|---|---|---|---|---|---|---|"]
    for count, interval, role, agent in sorted({(run.instances, -run.interval, run.role, run.agent)
                                                for run in runs}):
        group = [run for run in runs
                 if (run.instances, -run.interval, run.role, run.agent) == (count, interval, role, agent)]
        jitter = [run.jitter_ms for run in group if run.jitter_ms is not None]
        lines.append(f"| {agent} | {count} | {-interval:g} | {role} | {len(group)} "
                     f"| {spread([run.processor_us_per_advert for run in group])} "
                     f"| {spread([run.wakeups_per_advert for run in group], 2)} "
                     f"| {spread([run.memory_kib for run in group], 0)} "
                     f"| {spread(jitter, 3) if jitter else '–'} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 3, "runs of each kind")
    parser.add_argument("--instances", type=int, nargs="+", default=[1, 50, 250])
    parser.add_argument("--intervals", type=float, nargs="+", default=[1, 0.1])
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    runs = [one for _ in range(chosen.runs) for count in chosen.instances for interval in chosen.intervals
            for name, program in agents().items()
            for one in measure(name, program, count, interval, chosen.seconds)]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
