#!/usr/bin/python3
"""Deaths of the vrrp process of a master, at random moments, under a client that asks all the time.

    crashes.py [--runs 1000] [--json FILE]

Tells how often the role was kept, whether the backup ever spoke, what the client missed, the longest time
between two adverts, and how many of the deaths `understudyctl history` tells, each with the successor that
went on. Exit status 1 unless it tells all of them.
"""

from __future__ import annotations

import contextlib
import pathlib
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.addresses import AddressMonitor  # noqa: E402
from lab.agent import Agent, understudy  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.control import asked  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import EchoProbe  # noqa: E402
from lab.side_by_side import options, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

ADVERT_INT = 1.0
BETWEEN_SECONDS = (1.6, 2.6)  # from one death to the next: more often within short is a loop, and given up
PROBE_PAUSE_US = 5000
GOES_ON = "another vrrp process goes on"
ADOPTED = r"goes on where the one before it has stopped, as master of 1 of 1 instance"
STARTED = r"the vrrp process starts \(process \d+\)"
DIED = r"the vrrp process (\d+) was killed by signal 9"


@dataclass(frozen=True)
class Measured:
    crashes: int
    went_on: int
    changes_of_role: int
    adverts_of_the_backup: int
    resignations: int
    changes_of_addresses: int
    client_missed_ms: float
    longest_silence_ms: float
    replaced_within_ms: float
    told_by_history: int
    untold: list[int]  # the processes whose death it does not tell as it should


def crash(agent: Agent) -> tuple[int, float]:
    """Who died, and how long it took until another process was there, in ms."""
    first = agent.vrrp_pid()
    assert first is not None
    agent.host.run("kill", "-KILL", str(first))
    began = time.monotonic()
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")
    return first, 1000 * (time.monotonic() - began)


def told_deaths(agent: Agent) -> Counter[int]:
    """The deaths that history tells completely: who died, then a start, then that it goes on as master."""
    told: Counter[int] = Counter()
    dead, has_started = None, False
    for reason in (entry["reason"] for entry in asked(agent, "history")["entries"] if
                   entry["kind"] == "process"):
        if death := re.match(DIED, reason):
            dead, has_started = int(death[1]), False
        elif dead and re.match(STARTED, reason):
            has_started = True
        elif dead and has_started and re.search(ADOPTED, reason):
            told[dead] += 1
            dead = None
    return told


def untold_deaths(agent: Agent, died: list[int]) -> list[int]:
    """Those of `died` that it does not tell; the last of them is told soon after."""
    with contextlib.suppress(AssertionError):
        wait_until(lambda: not Counter(died) - told_deaths(agent), 10, "every death in the history")
    return sorted((Counter(died) - told_deaths(agent)).elements())


def transitions(*agents: Agent) -> int:
    return sum(agent.log().count(" Entering ") for agent in agents)


def measure(crashes: int) -> Measured:
    with Lab() as lab:
        strong, weak = (Agent(host, understudy(), config(Instance(priority=priority,
                                                                  advert_int=ADVERT_INT))).start()
                        for host, priority in zip(lab.hosts, (150, 100)))
        lab.wait_for_holder(lab.hosts[0], VIP, 20)
        time.sleep(2 * ADVERT_INT)
        known = transitions(strong, weak)
        capture, monitor, began = lab.capture(), AddressMonitor(lab.hosts[0]), time.time()
        seconds = int(crashes * (BETWEEN_SECONDS[1] + 1)) + 60
        probe = EchoProbe(lab.client, VIP, PROBE_PAUSE_US, seconds)
        died, slowest = list[int](), 0.0
        for _ in range(crashes):
            time.sleep(random.uniform(*BETWEEN_SECONDS))
            dead, replaced_after = crash(strong)
            died.append(dead)
            slowest = max(slowest, replaced_after)
            capture.heard()  # before its buffer is full: the client's questions go the same way
        time.sleep(2 * ADVERT_INT)
        report = probe.report()
        monitor.close()
        adverts = capture.adverts(since=began)
        heard = [advert.time for advert in adverts if advert.port == "p1"]
        untold = untold_deaths(strong, died)
        return Measured(
            crashes, strong.log().count(GOES_ON), transitions(strong, weak) - known,
            sum(advert.port != "p1" for advert in adverts), sum(advert.priority == 0 for advert in adverts),
            len(monitor.changes()), report.longest.outage_ms if report.longest else 0.0,
            1000 * max(later - earlier for earlier, later in zip(heard, heard[1:])), slowest,
            crashes - len(untold), untold)


def summary(runs: list[Measured]) -> str:
    run = runs[0]
    return "\n".join((
        f"{run.crashes} deaths, {run.went_on} successors that went on; adverts every "
        f"{1000 * ADVERT_INT:.0f} ms.",
        f"changes of role of either: {run.changes_of_role}, of addresses: {run.changes_of_addresses}",
        f"adverts of the backup: {run.adverts_of_the_backup}, resignations: {run.resignations}",
        f"the client missed at most {run.client_missed_ms:.0f} ms",
        f"longest time between two adverts: {run.longest_silence_ms:.0f} ms",
        f"the next process was there after {run.replaced_within_ms:.0f} ms at most",
        f"deaths that history tells, each with its successor: {run.told_by_history} of {run.crashes}" +
        (f"; not those of {run.untold}" if run.untold else "")))


def main() -> None:
    chosen = options(__doc__, 1000, "deaths").parse_args()
    run = measure(chosen.runs)
    tell([run], chosen, summary)
    sys.exit(1 if run.untold else 0)


if __name__ == "__main__":
    main()
