#!/usr/bin/python3
"""A start with hundreds of instances, and a reload that changes one priority among them: understudy beside
keepalived.

All instances are masters of ten addresses each. Told of the start: how long beyond what the protocol makes
them wait until the last address was announced, and the processor time until then. Told of the seconds around
the reload: how late the latest
advert of any instance was against its own beat, beside the same time without a reload; how many addresses and
roles moved, which none should; when the new priority was on the wire; and the processor time of all the
agent's processes. Runs of both agents alternate.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import pathlib
import signal
import statistics
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.account import Account  # noqa: E402
from lab.addresses import AddressMonitor  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.capture import Capture  # noqa: E402
from lab.config import Instance, config  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.processes import outside_pid  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

ADVERT_INT = 1.0
OBSERVED_SECONDS = 6
SETTINGS = ("garp_master_delay 1",)  # the second burst of announcements is soon over
SETTLING_SECONDS = 4
UNDISTURBED_SECONDS = 0.5
CHANGED_VRID, OLD_PRIORITY, NEW_PRIORITY = 100, 150, 140
ADVERTISED = 2  # of the addresses of an instance; the documentation has no more of IPv4
PATIENCE_SECONDS = 120
WAIT = Instance(advert_int=ADVERT_INT, priority=NEW_PRIORITY)  # nobody waits longer


@dataclass(frozen=True)
class Measured:
    """One start and reload. Lateness: how much longer a pause between two adverts was than the interval."""

    agent: str
    instances: int
    addresses: int
    late_ms: float
    late_without_ms: float
    late_by_5_ms: int
    moved: int
    new_priority_ms: float
    processor_ms: float
    processor_without_ms: float
    reload_processor_ms: float
    start_beyond_ms: float
    start_processor_ms: float


def instances(count: int, addresses: int, changed_priority: int) -> list[Instance]:
    four = (f"{network}.{n}" for network in ("198.51.100", "203.0.113") for n in range(1, 255))
    six = (f"2001:db8:{network:x}::1" for network in itertools.count(1))
    return [Instance(name=f"VI_{vrid}", vrid=vrid, advert_int=ADVERT_INT, extra=SETTINGS,
                     priority=changed_priority if vrid == CHANGED_VRID else OLD_PRIORITY,
                     addresses=tuple(f"{address}/32" for address in itertools.islice(four, ADVERTISED)),
                     excluded=tuple(f"{address}/64"
                                    for address in itertools.islice(six, addresses - ADVERTISED)))
            for vrid in range(1, count + 1)]


def lateness(capture: Capture, since: float, until: float) -> list[float]:
    """Of each advert that came within this time, in ms."""
    times: dict[int, list[float]] = {}
    for advert in capture.adverts("p1"):
        times.setdefault(advert.vrid, []).append(advert.time)
    return [1000 * (later - earlier - ADVERT_INT) for heard in times.values()
            for earlier, later in zip(heard, heard[1:]) if since <= later < until]


def reload(agent: Agent, capture: Capture, text: str, priority: int) -> float:
    """The ms from the signal to the new priority on the wire; nobody looks for it before it must be there."""
    pid = outside_pid(agent.host, agent.pid())
    agent.config.write_text(text)
    asked = time.time()
    os.kill(pid, signal.SIGHUP)
    time.sleep(UNDISTURBED_SECONDS)
    advert = capture.wait_for_advert(
        lambda one: (one.vrid, one.priority) == (CHANGED_VRID, priority) and one.time > asked,
        PATIENCE_SECONDS, "the new priority")
    return 1000 * (advert.time - asked)


def start(agent: Agent, capture: Capture, account: Account, wanted: int) -> tuple[float, float]:
    """The ms until the last address was announced, beyond the protocol's wait, and the processor time."""
    began = time.time()
    agent.start()
    first: dict[str, float] = {}

    def all_announced() -> bool:
        first.update({heard.address: heard.time for heard in reversed(capture.announcements("p1"))})
        return len(first) >= wanted

    time.sleep(WAIT.down_interval())
    wait_until(all_announced, PATIENCE_SECONDS, f"{wanted} announced addresses")
    return 1000 * (max(first.values()) - began - WAIT.down_interval()), account.processor_ms()


def measure(name: str, program: pathlib.Path, chosen: argparse.Namespace) -> Measured:
    before, after = (config(*instances(chosen.instances, chosen.addresses, priority))
                     for priority in (OLD_PRIORITY, NEW_PRIORITY))
    with Account() as account, Lab(hosts=1, ipv6=True) as lab:
        host = lab.hosts[0]
        agent = Agent(host, program, before, quiet=True, account=account)
        with contextlib.closing(lab.capture()) as early:
            start_beyond, start_processor = start(agent, early, account, chosen.instances * chosen.addresses)
        time.sleep(SETTLING_SECONDS)
        capture, monitor = lab.capture(), AddressMonitor(host)
        calm_from, used_at_first = time.time(), account.processor_ms()
        time.sleep(OBSERVED_SECONDS)
        used_before, reloaded = account.processor_ms(), time.time()
        delays = [reload(agent, capture, after, NEW_PRIORITY)]
        time.sleep(OBSERVED_SECONDS)
        used_after, ended = account.processor_ms(), time.time()
        at_rest = (used_before - used_at_first) / (reloaded - calm_from)
        for text, priority in itertools.islice(
                itertools.cycle(((before, OLD_PRIORITY), (after, NEW_PRIORITY))), chosen.more_reloads):
            delays.append(reload(agent, capture, text, priority))
            time.sleep(ADVERT_INT)
        used_by_all = account.processor_ms() - used_before - at_rest * (time.time() - reloaded)
        monitor.close()
        late = lateness(capture, reloaded, ended)
        resigned = sum(advert.priority == 0 for advert in capture.adverts("p1"))
        return Measured(name, chosen.instances, chosen.addresses, max(late),
                        max(lateness(capture, calm_from, reloaded)), sum(value > 5 for value in late),
                        resigned + len(monitor.changes()),
                        statistics.median(delays), used_after - used_before,
                        used_before - used_at_first, used_by_all / len(delays), start_beyond, start_processor)


def summary(runs: list[Measured]) -> str:
    lines = [f"Medians (ranges) in ms; adverts are due every {1000 * ADVERT_INT:.0f} ms, and each time is "
             f"{OBSERVED_SECONDS} s long.", "",
             "| agent | instances | runs | latest advert | without a reload | late by 5 ms | moved "
             "| new priority after | processor time | without a reload "
             "| a reload's own "
             "| start, beyond the protocol's wait | processor time of the start |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for count, agent in sorted({(run.instances, run.agent) for run in runs}):
        group = [run for run in runs if (run.instances, run.agent) == (count, agent)]
        cells = [spread([getattr(run, name) for run in group]) for name in (
            "late_ms", "late_without_ms", "late_by_5_ms", "moved", "new_priority_ms", "processor_ms",
            "processor_without_ms", "reload_processor_ms", "start_beyond_ms", "start_processor_ms")]
        lines.append(f"| {agent} | {count} | {len(group)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "reloads of each agent")
    parser.add_argument("--instances", type=int, default=250)
    parser.add_argument("--addresses", type=int, default=10, help="of each instance")
    parser.add_argument("--more-reloads", type=int, default=10, help="of each run, beyond the first")
    chosen = parser.parse_args()
    both = agents()
    runs = [measure(name, program, chosen) for _ in range(chosen.runs)
            for name, program in both.items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
