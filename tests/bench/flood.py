#!/usr/bin/python3
"""What a flood of adverts that are wrong costs a healthy pair: understudy beside keepalived.

    flood.py [--runs 5] [--per-second 50000] [--seconds 10] [--json FILE]

Somebody else on the LAN sends adverts without pause: of other virtual routers ("foreign"), or for the pair's
own VRID, but broken in some way ("broken"). Told are the processor time of each host's agent, how often
anybody changed its role, and how much was logged. Runs of both agents alternate.
"""

from __future__ import annotations

import pathlib
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import forge  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.flood import Flood  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.processes import processor_ms  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402

STRONG, WEAK, ADVERT_INT = 150, 100, 1.0
SETTLING_SECONDS = 3


@dataclass(frozen=True)
class Measured:
    """One flood, or the same time without one: `per_second` is 0."""

    agent: str
    kind: str
    per_second: float
    seconds: float
    master_ms: float
    backup_ms: float
    changes_of_role: int
    log_lines: int


def foreign(source: str) -> list[bytes]:
    return [bytes(forge.advert(VIP, source, vrid=vrid)) for vrid in range(100, 200)]


def broken(source: str) -> list[bytes]:
    """For VRID 51: each is refused by RFC 9568, section 7.1, for another reason."""
    whole = forge.advert(VIP, source)
    return [bytes(packet) for packet in (
        forge.advert(VIP, source, ttl=254), forge.advert(VIP, source, chksum=0x1234),
        forge.advert(VIP, source, type=2), forge.advert(VIP, source, version=2),
        forge.advert(VIP, source, ipcount=7), forge.truncated(whole, 7), forge.truncated(whole, 10),
        forge.lengthened(whole, 40))]


KINDS = {"none": None, "foreign": foreign, "broken": broken}


def measure(name: str, program: pathlib.Path, kind: str, per_second: int, seconds: float) -> Measured:
    with Lab() as lab:
        pair = [Agent(host, program, config(Instance(priority=priority, advert_int=ADVERT_INT))).start()
                for host, priority in zip(lab.hosts, (STRONG, WEAK))]
        lab.wait_for_holder(lab.hosts[0], VIP, 15)
        time.sleep(SETTLING_SECONDS)
        known = [agent.log().count("\n") for agent in pair]
        entered = sum(agent.log().count(" Entering ") for agent in pair)
        used = [processor_ms(host) for host in lab.hosts]
        began, make = time.monotonic(), KINDS[kind]
        rate = 0.0
        if make:
            flooded = Flood(lab.client, make(lab.client.address), per_second, seconds).wait()
            rate = flooded.sent / flooded.seconds
        else:
            time.sleep(seconds)
        took = time.monotonic() - began
        master_ms, backup_ms = (processor_ms(host) - before for host, before in zip(lab.hosts, used))
        time.sleep(2 * ADVERT_INT)
        return Measured(name, kind, rate, took, master_ms, backup_ms,
                        sum(agent.log().count(" Entering ") for agent in pair) - entered,
                        sum(agent.log().count("\n") - lines for agent, lines in zip(pair, known)))


def summary(runs: list[Measured]) -> str:
    lines = ["| agent | flood | runs | a second | master's processor time, ms a second | backup's "
             "| changes of role | lines logged |",
             "|---|---|---|---|---|---|---|---|"]
    for kind in KINDS:
        for name in sorted({run.agent for run in runs}):
            group = [run for run in runs if (run.agent, run.kind) == (name, kind)]
            if not group:
                continue
            lines.append(f"| {name} | {kind} | {len(group)} | {spread([run.per_second for run in group], 0)} "
                         f"| {spread([run.master_ms / run.seconds for run in group], 2)} "
                         f"| {spread([run.backup_ms / run.seconds for run in group], 2)} "
                         f"| {sum(run.changes_of_role for run in group)} "
                         f"| {max(run.log_lines for run in group)} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "floods of each kind")
    parser.add_argument("--per-second", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    chosen = parser.parse_args()
    runs = [measure(name, program, kind, chosen.per_second, chosen.seconds)
            for _ in range(chosen.runs) for kind in chosen.kinds for name, program in agents().items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
