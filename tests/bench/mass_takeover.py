#!/usr/bin/python3
"""A thousand instances lose their master at once: understudy beside keepalived.

    mass_takeover.py [--runs 5] [--instances 1000] [--advert-int 1] [--json FILE]

The master's cables are cut and its processes killed. It is understudy in all runs, so that both agents have
the same to do: its instances are one sync group, so that it sends the adverts of all of them together, and
all are to be taken over at one time. Each may be when three intervals and the skew have passed since its last
advert; told is how long after that the last instance had its takeover advert on the wire and its address
announced, how much processor time the new master's agent used from the crash until the first announcements
were over, and how many instances were taken over before their time: none should. Runs of both agents
alternate. Beside their processor time stands the floor: a bare loop that adds the same addresses in batches,
and sends as many announcements and adverts as understudy did.
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
from lab.floor import AdvertFloor, add_and_announce  # noqa: E402
from lab.network import Lab, LabHost  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

STRONG, WEAK = 150, 100
SETTINGS = ("garp_master_delay 1",)  # the second burst: soon over before the crash, not yet due after it
SETTLING_SECONDS = 4
PATIENCE_SECONDS = 90
SECOND_BURST_SECONDS = 1.0
FLOOR = "floor"
BATCH = 100
INTERVAL_OF_THE_FLOOR = 0.1
TOO_EARLY_MS = 1.0  # what the clocks of the adverts and of the kernel's receive times may differ by


@dataclass(frozen=True)
class Measured:
    """One crash; the spans are from the end of what the protocol makes an instance wait. `spread_ms`: how far
    the last adverts of the old master were apart; `adverts` and `announcements`: how many of each instance
    went out within the processor time. The floor has no more than these."""

    agent: str
    instances: int
    processor_ms: float
    adverts: int
    announcements: int
    last_advert_ms: float | None = None
    last_announced_ms: float | None = None
    spread_ms: float | None = None
    too_early: int | None = None


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
        used, ended = account.processor_ms() - used, time.time()
        last = {router: times[-1] for router, times
                in many.advert_times(capture, strong, lambda stamp: stamp < crashed).items()}
        taken = many.advert_times(capture, weak, lambda stamp: stamp > crashed)
        announced = first_announced(capture, weak, crashed)
        adverts = [1000 * (taken[twin][0] - last[router] - down)
                   for router, twin in twins(list(last), lab).items()]
        gone_out = [1000 * (announced[twin[0], many.address_of(twin)] - last[router] - down)
                    for router, twin in twins(list(last), lab).items()]
        sent = sum(stamp < ended for times in taken.values() for stamp in times)
        asked = sum(heard.port in weak.ports and heard.address.startswith(many.NETWORK) and heard.time < ended
                    for heard in capture.announcements(since=crashed))
        return Measured(name, count, used, round(sent / count), round(asked / count), max(adverts),
                        max(gone_out), 1000 * (max(last.values()) - min(last.values())),
                        sum(late < -TOO_EARLY_MS for late in adverts))


def measure_floor(like: Measured, advert_int: float) -> Measured:
    """As many adverts and announcements as that one sent, with nobody else there."""
    count, used = like.instances, 0.0
    with Lab(hosts=1) as lab:
        many.wire(lab, count)
        host = lab.hosts[0]
        routers = many.instances(count, advert_int, WEAK)
        packets = many.adverts(host, count, advert_int, WEAK)
        used += AdvertFloor(host, packets, INTERVAL_OF_THE_FLOOR, 0, like.adverts).processor_ms()
        for interface in dict.fromkeys(one.interface for one in routers):
            addresses = [one.addresses[0].partition("/")[0] for one in routers if one.interface == interface]
            used += add_and_announce(host, addresses, BATCH, like.announcements, interface).processor_ms
    return Measured(FLOOR, count, used, like.adverts, like.announcements)


def one_of_each(count: int, advert_int: float) -> list[Measured]:
    """Both agents and the floor."""
    taken = [measure(name, program, count, advert_int) for name, program in agents().items()]
    return [*taken, measure_floor(taken[0], advert_int)]


def spread_of(group: list[Measured], field: str) -> str:
    known = [value for run in group if (value := getattr(run, field)) is not None]
    return spread(known) if known else "–"


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | instances | runs | last advert, ms after its time | last announced "
             "| processor time, ms | before their time |",
             "|---|---|---|---|---|---|---|"]
    for count, agent in sorted({(run.instances, run.agent) for run in runs}):
        group = [run for run in runs if (run.instances, run.agent) == (count, agent)]
        cells = [spread_of(group, field) for field in ("last_advert_ms", "last_announced_ms", "processor_ms")]
        early = sum(run.too_early or 0 for run in group)
        lines.append(f"| {agent} | {count} | {len(group)} | {' | '.join(cells)} | {early} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "crashes of each agent")
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--advert-int", type=float, default=1)
    chosen = parser.parse_args()
    runs = [one for _ in range(chosen.runs) for one in one_of_each(chosen.instances, chosen.advert_int)]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
