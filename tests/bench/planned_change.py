#!/usr/bin/python3
"""How long a client is without an answer when the master is to give the role away: `understudyctl drain` to
understudy and to keepalived as the other router, beside a plain stop of either agent.

Runs of all kinds alternate, so that a noisy machine is as noisy to one as to the other.
"""

from __future__ import annotations

import pathlib
import sys
from dataclasses import dataclass
from typing import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.agent import Agent, keepalived, understudy  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.control import understudyctl  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import EchoProbe  # noqa: E402
from lab.side_by_side import options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

PROBE_INTERVAL_US = 500
STRONG, WEAK = 150, 100


@dataclass(frozen=True)
class Measured:
    """One change of the master; no outage: no echo was lost."""

    kind: str
    advert_int: float
    outage_ms: float
    prober_lateness_ms: float


def drain(agent: Agent) -> None:
    done = understudyctl(agent, "drain", "VI_1")
    assert done.returncode == 0, done


def stop(agent: Agent) -> None:
    assert agent.stop() == 0


KINDS: dict[str, tuple[Callable[[], pathlib.Path], Callable[[], pathlib.Path], Callable[[Agent], None]]] = {
    "understudy drains, understudy takes over": (understudy, understudy, drain),
    "understudy drains, keepalived takes over": (understudy, keepalived, drain),
    "understudy stops, understudy takes over": (understudy, understudy, stop),
    "keepalived stops, keepalived takes over": (keepalived, keepalived, stop),
}


def measure(kind: str, advert_int: float) -> Measured:
    of_strong, of_weak, act = KINDS[kind]
    with Lab() as lab:
        strong, weak = lab.hosts
        capture = lab.capture()
        texts = [config(Instance(priority=priority, advert_int=advert_int)) for priority in (STRONG, WEAK)]
        agent = Agent(strong, of_strong(), texts[0], quiet=True).start()
        Agent(weak, of_weak(), texts[1], quiet=True).start()
        lab.wait_for_holder(strong, VIP, 15)
        probe = EchoProbe(lab.client, VIP, PROBE_INTERVAL_US)
        capture.next_advert("p1", 10 * advert_int + 5)
        capture.next_advert("p1", 10 * advert_int + 5)
        act(agent)
        lab.wait_for_holder(weak, VIP, 15)
        # Until the client has been answered again there is no gap to be told.
        wait_until(lambda: len(capture.adverts("p2")) >= 3, 15, "a settled master")
        report = probe.report()
        outage = report.longest.outage_ms if report.longest else 0.0
        return Measured(kind, advert_int, outage, report.worst_lateness_ms)


def summary(runs: list[Measured]) -> str:
    lines = ["| change | advert_int | runs | outage ms, median (range) | worst lateness of the prober ms |",
             "|---|---|---|---|---|"]
    for advert_int in sorted({run.advert_int for run in runs}):
        for kind in KINDS:
            group = [run for run in runs if (run.kind, run.advert_int) == (kind, advert_int)]
            outages = [run.outage_ms for run in group]
            lines.append(f"| {kind} | {advert_int:g} | {len(group)} | {spread(outages, 2)} "
                         f"| {max(run.prober_lateness_ms for run in group):.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 20, "changes of each kind at each interval")
    parser.add_argument("--intervals", type=float, nargs="+", default=[1])
    chosen = parser.parse_args()
    runs = [measure(kind, advert_int) for advert_int in chosen.intervals for _ in range(chosen.runs)
            for kind in KINDS]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
