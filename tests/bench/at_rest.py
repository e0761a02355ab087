#!/usr/bin/python3
"""What a pair costs while nothing happens: understudy beside keepalived.

    at_rest.py [--runs 3] [--instances 1 50 250 1000] [--intervals 1 0.1] [--seconds 10] [--json FILE]

One host is master of so many instances of one address each, the other backup. Told of each of them: processor
time, wake-ups and system calls of all the agent's processes for each advert, sent or heard; and of the master
how unevenly the adverts of an instance come: the 99th percentile of what a pause between two is longer or
shorter than the interval. Memory counts shared pages divided among those that share them (PSS); that of the
master is taken when the other host is dead, for on two real hosts nothing is shared. System calls are counted
in a time of their own, by perf, and left out where there is none. Runs of both agents alternate.

Beside the master stands the floor: a bare loop that sends as many adverts in each interval, all at once, to a
backup that hears them.
"""

from __future__ import annotations

import pathlib
import statistics
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import many  # noqa: E402
from lab.account import Account  # noqa: E402
from lab.agent import Agent, understudy  # noqa: E402
from lab.config import config  # noqa: E402
from lab.floor import AdvertFloor  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.processes import Usage, usage  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.system_calls import system_calls  # noqa: E402

STRONG, WEAK = 150, 100
# The second burst of announcements comes soon, so that rest does.
SETTINGS = ("garp_master_delay 1",)
SETTLING_SECONDS = 4
COUNTED_SECONDS = 2
STARTING_SECONDS = 4  # those of a backup that hears a thousand masters from its first moment on
PATIENCE_SECONDS = 90
FLOOR = "floor"


@dataclass(frozen=True)
class Measured:
    agent: str
    instances: int
    interval: float
    role: str
    processor_us_per_advert: float
    wakeups_per_advert: float | None = None
    calls_per_advert: float | None = None
    memory_kib: int | None = None
    jitter_ms: float | None = None


def unevenness(times: dict[many.Router, list[float]], interval: float) -> float:
    """The 99th percentile in ms."""
    off = [1000 * abs(later - earlier - interval) for heard in times.values()
           for earlier, later in zip(heard, heard[1:])]
    return statistics.quantiles(off, n=100)[98]


def calls_per_advert(lab: Lab, account: Account) -> float | None:
    capture, began = lab.capture(), time.time()
    calls = system_calls(account.pids(), COUNTED_SECONDS)
    took = time.time() - began
    # The counter starts a little after its process does; adverts are as many in any second.
    adverts = sum(map(len, many.advert_times(capture, lab.hosts[0], lambda _: True).values()))
    return None if calls is None else calls / (adverts * COUNTED_SECONDS / took)


def measure(name: str, program: pathlib.Path, count: int, interval: float, seconds: float) -> list[Measured]:
    with Account() as strong, Account() as weak, Lab() as lab:
        many.wire(lab, count)
        accounts = (strong, weak)
        for host, account, priority in zip(lab.hosts, accounts, (STRONG, WEAK)):
            text = config(*many.instances(count, interval, priority, SETTINGS))
            Agent(host, program, text, quiet=True, account=account).start()
        many.wait_for_all(lab.hosts[0], count, PATIENCE_SECONDS)
        time.sleep(SETTLING_SECONDS)
        before = [usage(host) for host in lab.hosts]
        capture, began = lab.capture(), time.time()
        time.sleep(seconds)
        ended = time.time()
        after = [usage(host) for host in lab.hosts]
        times = many.advert_times(capture, lab.hosts[0], lambda stamp: began <= stamp < ended)
        calls = [calls_per_advert(lab, account) for account in accounts]
        lab.hosts[1].kill_all()
        memory = (usage(lab.hosts[0]).memory_kib, after[1].memory_kib)
        jitter = (unevenness(times, interval), None)
        adverts = sum(map(len, times.values()))
        return [Measured(name, count, interval, role, processor_us(used, then) / adverts,
                         (then.wakeups - used.wakeups) / adverts, called, kib, uneven)
                for role, used, then, called, kib, uneven
                in zip(("master", "backup"), before, after, calls, memory, jitter)]


def measure_floor(count: int, interval: float, seconds: float) -> Measured:
    """What the kernel takes to send the master's adverts."""
    with Lab() as lab:
        many.wire(lab, count)
        strong, weak = lab.hosts
        rounds = max(1, round(seconds / interval))
        sender = AdvertFloor(strong, many.adverts(strong, count, interval, STRONG), interval,
                             round((STARTING_SECONDS + SETTLING_SECONDS) / interval), rounds)
        text = config(*many.instances(count, interval, WEAK, SETTINGS))
        Agent(weak, understudy(), text, quiet=True).start()
        used = sender.processor_ms()
        assert many.held(weak, count) == 0, "the backup heard no master"
        return Measured(FLOOR, count, interval, "master", 1000 * used / (count * rounds))


def one_of_each(count: int, interval: float, seconds: float) -> list[Measured]:
    """Both agents and the floor."""
    taken = [one for name, program in agents().items()
             for one in measure(name, program, count, interval, seconds)]
    return [*taken, measure_floor(count, interval, seconds)]


def processor_us(before: Usage, after: Usage) -> float:
    return 1000 * (after.processor_ms - before.processor_ms)


def optional(values: list[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return spread(known, digits) if known else "–"


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | instances | advert_int | role | runs | processor time per advert, µs "
             "| wake-ups per advert | system calls per advert | memory (PSS), KiB | unevenness (p99), ms |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for key in sorted({(run.instances, -run.interval, run.role, run.agent) for run in runs}):
        group = [run for run in runs if (run.instances, -run.interval, run.role, run.agent) == key]
        count, interval, role, agent = key
        lines.append(f"| {agent} | {count} | {-interval:g} | {role} | {len(group)} "
                     f"| {spread([run.processor_us_per_advert for run in group])} "
                     f"| {optional([run.wakeups_per_advert for run in group], 2)} "
                     f"| {optional([run.calls_per_advert for run in group], 2)} "
                     f"| {optional([run.memory_kib for run in group], 0)} "
                     f"| {optional([run.jitter_ms for run in group], 3)} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 3, "runs of each kind")
    parser.add_argument("--instances", type=int, nargs="+", default=[1, 50, 250, 1000])
    parser.add_argument("--intervals", type=float, nargs="+", default=[1, 0.1])
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    runs = [one for _ in range(chosen.runs) for count in chosen.instances for interval in chosen.intervals
            for one in one_of_each(count, interval, chosen.seconds)]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
