#!/usr/bin/python3
"""What a hundred scripts each second cost: understudy beside keepalived, and beside fork and exec alone.

    check_scripts.py [--runs 5] [--scripts 100] [--seconds 10] [--json FILE]

One instance that is master tracks so many scripts, each run once a second, and each the smallest program
there is. Told is the processor time of the agent and of all that it starts; that of a bare loop which forks,
executes and waits as often (the floor); and that of the agent without scripts. Runs of all of them
alternate.
"""

from __future__ import annotations

import pathlib
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.account import Account  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.config import VIP, Instance, config, script  # noqa: E402
from lab.floor import fork_and_execute  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402

PROGRAM = "/bin/true"
FLOOR = "floor"
SETTINGS = ("garp_master_delay 1",)
SETTLING_SECONDS = 3  # the second burst of announcements is over


@dataclass(frozen=True)
class Measured:
    """`scripts` is how many there were each second: of the agents also none."""

    agent: str
    scripts: int
    processor_ms_per_second: float


def configuration(count: int) -> str:
    names = [f"check_{n}" for n in range(count)]
    blocks = tuple(script(name, PROGRAM, "interval 1", "weight 0", "fall 2", "rise 1") for name in names)
    tracked = ("track_script {", *names, "}") if names else ()
    return config(Instance(advert_int=1, extra=(*SETTINGS, *tracked)), blocks=blocks,
                  globals=("script_user root", "enable_script_security"))


def measure(name: str, program: pathlib.Path, count: int, seconds: int) -> Measured:
    with Account() as account, Lab(hosts=1) as lab:
        Agent(lab.hosts[0], program, configuration(count), quiet=True, account=account).start()
        lab.wait_for_holder(lab.hosts[0], VIP, 20)
        time.sleep(SETTLING_SECONDS)
        used, began = account.processor_ms(), time.monotonic()
        time.sleep(seconds)
        used, took = account.processor_ms() - used, time.monotonic() - began
        assert lab.hosts[0].holds(VIP), "the master lost its role"
        return Measured(name, count, used / took)


def measure_floor(count: int, seconds: int) -> Measured:
    with Account() as account, Lab(hosts=1) as lab:
        fork_and_execute(account, lab.hosts[0], PROGRAM, count, seconds)
        return Measured(FLOOR, count, account.processor_ms() / seconds)


def summary(runs: list[Measured]) -> str:
    lines = ["| what | scripts a second | runs | processor time, ms a second |", "|---|---|---|---|"]
    for count, agent in sorted({(run.scripts, run.agent) for run in runs}):
        group = [run.processor_ms_per_second for run in runs if (run.scripts, run.agent) == (count, agent)]
        lines.append(f"| {agent} | {count} | {len(group)} | {spread(group)} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "runs of each kind")
    parser.add_argument("--scripts", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=10)
    chosen = parser.parse_args()
    runs = []
    for _ in range(chosen.runs):
        runs.append(measure_floor(chosen.scripts, chosen.seconds))
        runs += [measure(name, program, count, chosen.seconds)
                 for count in (chosen.scripts, 0) for name, program in agents().items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
