#!/usr/bin/python3
"""How late adverts are while a thousand clients crowd the control socket of the master: they ask, subscribe,
talk nonsense, never finish a line, do not read, and leave. Beside it the same time without them, alternating,
and how late the machine itself wakes a process that asks to be woken. Twice a second the master is given
another priority, so that there is something to tell.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import pathlib
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.agent import Agent, understudy  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.control import socket_of, understudyctl  # noqa: E402
from lab.crowd import Crowd  # noqa: E402
from lab.network import Lab  # noqa: E402

ADVERT_INT = 0.1
LATE_MS = 10
BETWEEN_ORDERS_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """The master's adverts in one stretch of time. Lateness: the pause before one, beyond the interval."""

    crowd: bool
    adverts: int
    came: int
    latest_ms: float
    late: int
    machine_latest_ms: float
    moved: bool


def machine_lateness(seconds: float) -> float:
    """The worst lateness in ms with which this process, at the usual priority, was woken every 5 ms."""
    worst, until = 0.0, time.monotonic() + seconds
    while (begun := time.monotonic()) < until:
        time.sleep(0.005)
        worst = max(worst, time.monotonic() - begun - 0.005)
    return worst * 1000


@contextlib.contextmanager
def happenings(agent: Agent) -> Iterator[None]:
    """Each order of a priority is two entries of the history, told to whoever has subscribed."""
    over = threading.Event()

    def give_orders() -> None:
        for priority in itertools.cycle((151, 152)):
            if over.wait(BETWEEN_ORDERS_SECONDS):
                return
            understudyctl(agent, "set", "VI_1", "priority", str(priority))

    orders = threading.Thread(target=give_orders)
    orders.start()
    try:
        yield
    finally:
        over.set()
        orders.join()


def measure(lab: Lab, master: Agent, crowd_size: int, seconds: float) -> Measured:
    capture = lab.capture()
    came = 0
    with happenings(master):
        if crowd_size:
            with Crowd(socket_of(master), crowd_size) as crowd:
                machine = machine_lateness(seconds)
                came = crowd.count()
        else:
            machine = machine_lateness(seconds)
    adverts = capture.adverts()
    times = [advert.time for advert in adverts if advert.port == lab.hosts[0].port]
    late = [(after - before - ADVERT_INT) * 1000 for before, after in zip(times, times[1:])]
    return Measured(crowd_size > 0, len(times), came, max(late), sum(ms > LATE_MS for ms in late), machine,
                    any(advert.port != lab.hosts[0].port for advert in adverts))


def shown(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({max(values):.2f})"


def summary(runs: list[Measured]) -> str:
    lines = ["| clients | runs | adverts | connections | latest advert ms, median (worst) "
             f"| late by > {LATE_MS} ms | machine's own ms, median (worst) | role moved |",
             "|---|---|---|---|---|---|---|---|"]
    for crowd in (False, True):
        group = [run for run in runs if run.crowd == crowd]
        adverts, came, late, moved = (sum(getattr(run, name) for run in group)
                                      for name in ("adverts", "came", "late", "moved"))
        lines.append(f"| {'crowd' if crowd else 'none'} | {len(group)} | {adverts} | {came} "
                     f"| {shown([run.latest_ms for run in group])} | {late} "
                     f"| {shown([run.machine_latest_ms for run in group])} | {moved} |")
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=10, help="stretches of time of each kind")
    options.add_argument("--seconds", type=float, default=10, help="how long each is")
    options.add_argument("--clients", type=int, default=1000)
    options.add_argument("--real-time", action="store_true",
                         help="both agents with vrrp_rt_priority, so that other load matters less")
    options.add_argument("--json", type=pathlib.Path, help="where to write every single run")
    chosen = options.parse_args()
    with Lab() as lab:
        settings = ("vrrp_rt_priority 50",) if chosen.real_time else ()
        texts = (config(Instance(priority=priority, advert_int=ADVERT_INT), globals=settings)
                 for priority in (150, 100))
        master, _ = (Agent(host, understudy(), text, quiet=True).start()
                     for host, text in zip(lab.hosts, texts))
        lab.wait_for_holder(lab.hosts[0], VIP, 15)
        runs = [measure(lab, master, size, chosen.seconds) for _ in range(chosen.runs)
                for size in (0, chosen.clients)]
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(run) for run in runs], indent=1))
    print(summary(runs))


if __name__ == "__main__":
    main()
