#!/usr/bin/python3
"""A thousand instances lose their master at once: understudy beside keepalived.

    mass_takeover.py [--runs 5] [--instances 1000] [--advert-int 1] [--json FILE]

The master's cables are cut and its processes killed. It is understudy in all runs, so that both agents have
the same to do: its instances are one sync group, so that it sends the adverts of all of them together, and
all are to be taken over at one time. Each may be when three intervals and the skew have passed since its last
advert; told is how long after that the last instance had its takeover advert on the wire and its address
announced, how much processor time the new master's agent used from the crash until the first announcements
were over, and how many instances were taken over before their time: none should. Runs of both agents
alternate.
"""

from __future__ import annotations

import pathlib
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import many  # noqa: E402
from lab.account import Account  # noqa: E402
from lab.agent import Agent, understudy  # noqa: E402
from lab.capture import Capture  # noqa: E402
from lab.config import config  # noqa: E402
from lab.network import Lab, LabHost  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

STRONG, WEAK = 150, 100
SETTINGS = ("garp_master_delay 1",)  # the second burst: soon over before the crash, not yet due after it
SETTLING_SECONDS = 4
PATIENCE_SECONDS = 90
SECOND_BURST_SECONDS = 1.0
TOO_EARLY_MS = 1.0  # what the clocks of the adverts and of the kernel's receive times may differ by


@dataclass(frozen=True)
class Measured:
    """One crash; the spans are from the end of what the protocol makes an instance wait. `spread_ms`: how far
    the last adverts of the old master were apart."""

    agent: str
    instances: int
    last_advert_ms: float
    last_announced_ms: float
    processor_ms: float
    spread_ms: float
    too_early: int


def first_announced(capture: Capture, host: LabHost, since: float) -> dict[tuple[str, str], float]:
    """When each address was first announced by the host, on each link: by port and address."""
    first: dict[tuple[str, str], float] = {}
    for heard in capture.announcements(since=since):
        if heard.port in host.ports and heard.address.startswith(many.NETWORK):
            first.setdefault((heard.port, heard.address), heard.time)
    return first


def twins(routers: list[many.Router], lab: Lab) -> dict[many.Router, many.Router]:
    """Of each router of the first host that of the second."""
    strong, weak = lab.hosts
    return {(port, vrid): (weak.ports[strong.ports.index(port)], vrid) for port, vrid in routers}


def measure(name: str, program: pathlib.Path, count: int, advert_int: float) -> Measured:
    with Account() as strong_account, Account() as account, Lab() as lab:
        strong, weak = lab.hosts
        many.wire(lab, count)
        capture = lab.capture()
        routers = [many.instances(count, advert_int, priority, SETTINGS) for priority in (STRONG, WEAK)]
        names = (instance.name for instance in routers[0])
        together = "\n".join(["vrrp_sync_group ALL {", "group {", *names, "}", "}"])
        for host, own_program, counted, own, blocks in zip(
                lab.hosts, (understudy(), program), (strong_account, account), routers, ((together,), ())):
            Agent(host, own_program, config(*own, blocks=blocks), quiet=True, account=counted).start()
        many.wait_for_all(strong, count, PATIENCE_SECONDS)
        time.sleep(SETTLING_SECONDS)
        used, crashed = account.processor_ms(), time.time()
        lab.crash(strong)
        down = routers[1][0].down_interval()
        time.sleep(down + SECOND_BURST_SECONDS)
        wait_until(lambda: len(first_announced(capture, weak, crashed)) == count, PATIENCE_SECONDS,
                   f"{count} announced addresses")
        used = account.processor_ms() - used
        last = {router: times[-1] for router, times
                in many.advert_times(capture, strong, lambda stamp: stamp < crashed).items()}
        taken = many.advert_times(capture, weak, lambda stamp: stamp > crashed)
        announced = first_announced(capture, weak, crashed)
        adverts = [1000 * (taken[twin][0] - last[router] - down)
                   for router, twin in twins(list(last), lab).items()]
        gone_out = [1000 * (announced[twin[0], many.address_of(twin)] - last[router] - down)
                    for router, twin in twins(list(last), lab).items()]
        return Measured(name, count, max(adverts), max(gone_out), used,
                        1000 * (max(last.values()) - min(last.values())),
                        sum(late < -TOO_EARLY_MS for late in adverts))


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | instances | runs | last advert, ms after its time | last announced "
             "| processor time, ms | before their time |",
             "|---|---|---|---|---|---|---|"]
    for count, agent in sorted({(run.instances, run.agent) for run in runs}):
        group = [run for run in runs if (run.instances, run.agent) == (count, agent)]
        cells = [spread([getattr(run, field) for run in group])
                 for field in ("last_advert_ms", "last_announced_ms", "processor_ms")]
        lines.append(f"| {agent} | {count} | {len(group)} | {' | '.join(cells)} "
                     f"| {sum(run.too_early for run in group)} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "crashes of each agent")
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--advert-int", type=float, default=1)
    chosen = parser.parse_args()
    runs = [measure(name, program, chosen.instances, chosen.advert_int) for _ in range(chosen.runs)
            for name, program in agents().items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
