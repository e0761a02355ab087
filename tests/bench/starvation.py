#!/usr/bin/python3
"""A processor that everybody wants: understudy beside keepalived.

    starvation.py [--runs 3] [--intervals 0.1 0.01] [--loops 4] [--seconds 60] [--json FILE]

A healthy pair with the settings it has by itself; both agents may use one processor only, and so many busy
loops are put there beside them, each in a session of its own, as services are. Told is how often the role
moved though nobody died, how many adverts the backup sent, and the longest pause between two adverts of the
master. Runs of both agents alternate.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.account import Account  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.network import Lab, LabHost  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402

STRONG, WEAK = 150, 100
SETTLING_SECONDS = 3
BUSY = "while :; do :; done"


@dataclass(frozen=True)
class Measured:
    agent: str
    interval: float
    seconds: float
    false_failovers: int
    adverts_of_the_backup: int
    longest_pause_ms: float


def pin(account: Account, processor: int) -> None:
    """All threads of all processes; what they start later stays there too."""
    for pid in account.pids():
        subprocess.run(["taskset", "-a", "-c", "-p", str(processor), str(pid)], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)  # it may have ended by itself


def loop(host: LabHost, processor: int) -> None:
    host.attach(["taskset", "-c", str(processor), "sh", "-c", BUSY], stdin=subprocess.DEVNULL,
                start_new_session=True)


def measure(name: str, program: pathlib.Path, interval: float, loops: int, seconds: float) -> Measured:
    processor = max(os.sched_getaffinity(0))
    with Account() as account, Lab() as lab:
        pair = [Agent(host, program, config(Instance(priority=priority, advert_int=interval)),
                      account=account).start() for host, priority in zip(lab.hosts, (STRONG, WEAK))]
        lab.wait_for_holder(lab.hosts[0], VIP, 15)
        time.sleep(SETTLING_SECONDS)
        pin(account, processor)
        # The client has the loops, so that they end with the laboratory.
        for _ in range(loops):
            loop(lab.client, processor)
        time.sleep(1)
        entered = [agent.log().count("Entering MASTER") for agent in pair]
        capture = lab.capture()
        time.sleep(seconds)
        moved = sum(agent.log().count("Entering MASTER") - before for agent, before in zip(pair, entered))
        times = [advert.time for advert in capture.adverts("p1")]
        return Measured(name, interval, seconds, moved, len(capture.adverts("p2")),
                        1000 * max(later - earlier for earlier, later in zip(times, times[1:])))


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | advert_int | runs | seconds | false failovers | adverts of the backup "
             "| longest pause of the master's adverts, ms |",
             "|---|---|---|---|---|---|---|"]
    for interval, agent in sorted({(run.interval, run.agent) for run in runs}, reverse=True):
        group = [run for run in runs if (run.interval, run.agent) == (interval, agent)]
        lines.append(f"| {agent} | {interval:g} | {len(group)} | {sum(run.seconds for run in group):g} "
                     f"| {sum(run.false_failovers for run in group)} "
                     f"| {sum(run.adverts_of_the_backup for run in group)} "
                     f"| {spread([run.longest_pause_ms for run in group])} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 3, "runs of each kind")
    parser.add_argument("--intervals", type=float, nargs="+", default=[0.1, 0.01])
    parser.add_argument("--loops", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    runs = [measure(name, program, interval, chosen.loops, chosen.seconds) for _ in range(chosen.runs)
            for interval in chosen.intervals for name, program in agents().items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
