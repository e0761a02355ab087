#!/usr/bin/python3
"""How long a client waits beyond the protocol's own bound when the master dies: understudy beside keepalived.

Each run crashes the master of a pair right after one of its adverts: its cable is cut at the switch, then all
its processes are killed. The bound is what the protocol makes the backup wait after the last advert it heard:
three intervals and its skew. What comes on top until the client's first answer is the agent's own share.
Runs of both agents alternate, so that a noisy machine is as noisy to one as to the other.
"""

from __future__ import annotations

import pathlib
import statistics
import sys
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.agent import Agent  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import EchoProbe  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

PROBE_INTERVAL_US = 200
STRONG, WEAK = 150, 100


@dataclass(frozen=True)
class Measured:
    """One crash. `beyond_ms`: from the bound's end to the client's first answer by the new master."""

    agent: str
    advert_int: float
    bound_ms: float
    outage_ms: float
    beyond_ms: float
    advert_beyond_ms: float
    prober_lateness_ms: float


def measure(name: str, program: pathlib.Path, advert_int: float) -> Measured:
    with Lab() as lab:
        strong, weak = lab.hosts
        capture = lab.capture()
        instances = [Instance(priority=priority, advert_int=advert_int) for priority in (STRONG, WEAK)]
        for host, instance in zip(lab.hosts, instances):
            Agent(host, program, config(instance), quiet=True).start()
        lab.wait_for_holder(strong, VIP, 15)
        probe = EchoProbe(lab.client, VIP, PROBE_INTERVAL_US)
        capture.next_advert("p1", 10 * advert_int + 5)
        capture.next_advert("p1", 10 * advert_int + 5)
        lab.crash(strong)
        wait_until(lambda: weak.holds(VIP), 15, "the takeover")
        wait_until(lambda: len(capture.adverts("p2")) >= 3, 15, "a settled master")
        report = probe.report()
        gap = report.longest
        assert gap is not None, "the client saw no outage"
        # Adverts that met the cut cable were still heard by the capture, not by the backup.
        last_heard = max(advert.time for advert in capture.adverts("p1")
                         if advert.time <= gap.last_answer + 0.01)
        bound = instances[1].down_interval()
        return Measured(name, advert_int, 1000 * bound, gap.outage_ms,
                        1000 * (gap.next_answer - last_heard - bound),
                        1000 * (capture.adverts("p2")[0].time - last_heard - bound), report.worst_lateness_ms)


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | advert_int | runs | bound ms | outage ms, median "
             "| beyond the bound ms, median (range) | of this until the advert ms |",
             "|---|---|---|---|---|---|---|"]
    for key in sorted({(run.advert_int, run.agent) for run in runs}):
        group = [run for run in runs if (run.advert_int, run.agent) == key]
        beyond = [run.beyond_ms for run in group]
        lines.append(f"| {key[1]} | {key[0]:g} | {len(group)} | {group[0].bound_ms:.1f} "
                     f"| {statistics.median(run.outage_ms for run in group):.2f} "
                     f"| {spread(beyond, 2)} "
                     f"| {statistics.median(run.advert_beyond_ms for run in group):.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 20, "crashes of each agent at each interval")
    parser.add_argument("--intervals", type=float, nargs="+", default=[1, 0.1])
    chosen = parser.parse_args()
    both = agents()
    runs = [measure(name, program, advert_int) for advert_int in chosen.intervals for _ in range(chosen.runs)
            for name, program in both.items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
