#!/usr/bin/python3
"""A takeover with thousands of virtual addresses on one instance: understudy beside keepalived, and beside
the kernel alone.

    many_addresses.py [--runs 5] [--ipv4 1 100 1000 4000] [--ipv6 1000] [--ask] [--json FILE]

Somebody else's adverts keep the agent in the role of the backup until they end. Told from the takeover
advert on: when the kernel held all addresses, when each had been announced, the longest pause between two
adverts, which must not reach what makes a third router take over, and the processor time of the agent until
the second burst of announcements is over, without that of adverts at rest. Beside it the floor: a bare loop
that adds the same addresses in batches and sends as many announcements. With --ask a client asks for each
address, and it is told when each had answered; that takes processor time of its own.

The addresses are of the ranges for documentation, which has some six hundred of IPv4: what goes beyond is
IPv6.
"""

from __future__ import annotations

import argparse
import ipaddress
import itertools
import pathlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import forge  # noqa: E402
from lab.account import Account  # noqa: E402
from lab.addresses import AddressMonitor  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.capture import Capture  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.flood import Flood  # noqa: E402
from lab.floor import add_and_announce  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import NeighbourProbe  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

ADVERT_INT = 0.1
IPV4_NETWORKS = ("198.51.100.0/24", "203.0.113.0/24", "192.0.2.128/25")  # the lab's own hosts are below
IPV6_NETWORK = "2001:db8:1::/64"
IPV6_SITE = ipaddress.IPv6Network("2001:db8::/32")
# The second burst of announcements follows soon, so that its end need not be waited for so long.
SETTINGS = ("garp_master_delay 2",)
OBSERVED_SECONDS = 5
AT_REST_SECONDS = 2
PATIENCE_SECONDS = 60
FORGED_SECONDS = 3  # the agent has started and read its file
FORGED_A_SECOND = 20
FLOOR = "floor"
BATCH = 100


@dataclass(frozen=True)
class Measured:
    """One takeover; all times in milliseconds after its advert."""

    agent: str
    family: str
    addresses: int
    present_ms: float
    announced_ms: float
    processor_ms: float
    longest_pause_ms: float | None
    answering_ms: float | None
    rounds: int


def gateways() -> Iterator[ipaddress.IPv6Address]:
    """The first address of each network of a site, as a gateway has them."""
    for network in itertools.count(1):
        yield IPV6_SITE.network_address + (network << 64) + 1


def excluded_addresses(family: str, count: int, one_network: bool) -> list[str]:
    six = ipaddress.IPv6Network(IPV6_NETWORK).hosts() if one_network else gateways()
    four = itertools.chain.from_iterable(ipaddress.IPv4Network(network).hosts() for network in IPV4_NETWORKS)
    hosts = itertools.chain(four, six) if family == "IPv4" else six
    return [str(address) for address in itertools.islice(hosts, count)]


def master_forged(lab: Lab) -> Flood:
    packet = forge.advert(VIP, lab.client.address, priority=200, adv=round(100 * ADVERT_INT))
    return Flood(lab.client, [bytes(packet)], FORGED_A_SECOND, FORGED_SECONDS)


def measure(name: str, program: pathlib.Path, family: str, excluded: list[str], ask: bool) -> Measured:
    wanted = {VIP, *excluded}
    with Account() as account, Lab(hosts=1, ipv6=True) as lab:
        host, forged = lab.hosts[0], master_forged(lab)
        text = config(Instance(advert_int=ADVERT_INT, excluded=tuple(excluded), extra=SETTINGS))
        Agent(host, program, text, quiet=True, account=account).start()
        forged.wait()
        used, capture, monitor = account.processor_ms(), lab.capture(), AddressMonitor(host)
        takeover = capture.next_advert("p1", PATIENCE_SECONDS).time
        answering = all_answering(lab, wanted) - takeover if ask else None
        time.sleep(max(0.0, takeover + OBSERVED_SECONDS - time.time()))
        used, took = account.processor_ms() - used, time.time() - takeover
        wait_until(lambda: wanted <= {heard.address for heard in capture.announcements("p1")},
                   PATIENCE_SECONDS, "every address is announced")
        settled = account.processor_ms()
        time.sleep(AT_REST_SECONDS)
        at_rest = (account.processor_ms() - settled) / AT_REST_SECONDS
        present, announced = moments(monitor, capture, wanted)
        rounds = round(len(capture.announcements("p1")) / len(wanted))
        return Measured(name, family, len(wanted), 1000 * (present - takeover), 1000 * (announced - takeover),
                        used - at_rest * took, 1000 * longest_pause(capture),
                        None if answering is None else 1000 * answering, rounds)


def measure_floor(family: str, addresses: list[str], rounds: int) -> Measured:
    """Under the same eyes as an agent."""
    with Lab(hosts=1, ipv6=True) as lab:
        host = lab.hosts[0]
        capture, monitor = lab.capture(), AddressMonitor(host)
        alone = add_and_announce(host, addresses, BATCH, rounds)
        time.sleep(0.5)  # the monitor has read all
        present, announced = moments(monitor, capture, set(addresses))
        return Measured(FLOOR, family, len(addresses), 1000 * (present - alone.began),
                        1000 * (announced - alone.began), alone.processor_ms, None, None, rounds)


def all_answering(lab: Lab, wanted: set[str]) -> float:
    answering = NeighbourProbe(lab.client, sorted(wanted)).report()
    assert answering.answered == answering.asked, f"{answering.answered} of {answering.asked} answered"
    return answering.all_answered_at


def moments(monitor: AddressMonitor, capture: Capture, wanted: set[str]) -> tuple[float, float]:
    """When the last address was there, and when the last one was announced for the first time."""
    monitor.close()
    present = {change.address: change.time for change in reversed(monitor.changes()) if change.appeared}
    announced = {heard.address: heard.time for heard in reversed(capture.announcements("p1"))}
    return max(present[address] for address in wanted), max(announced[address] for address in wanted)


def longest_pause(capture: Capture) -> float:
    times = [advert.time for advert in capture.adverts("p1")]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def one_of_each(family: str, count: int, chosen: argparse.Namespace) -> list[Measured]:
    """Both agents and the floor, which announces as often as understudy did."""
    excluded = excluded_addresses(family, count - 1, chosen.one_network)
    taken = [measure(name, program, family, excluded, chosen.ask) for name, program in agents().items()]
    return [*taken, measure_floor(family, [VIP, *excluded], max(1, taken[0].rounds))]


def cells(group: list[Measured], name: str) -> str:
    values = [getattr(run, name) for run in group if getattr(run, name) is not None]
    return spread(values) if values else "–"


def summary(runs: list[Measured]) -> str:
    lines = ["Medians (ranges) in ms after the takeover advert; adverts are due every "
             f"{1000 * ADVERT_INT:.0f} ms.", "",
             "| addresses | family | agent | runs | all present | all announced | processor time "
             "| longest pause of adverts | all answering |",
             "|---|---|---|---|---|---|---|---|---|"]
    for key in sorted({(run.family, run.addresses, run.agent) for run in runs}):
        group = [run for run in runs if (run.family, run.addresses, run.agent) == key]
        columns = " | ".join(cells(group, name) for name in ("present_ms", "announced_ms", "processor_ms",
                                                             "longest_pause_ms", "answering_ms"))
        lines.append(f"| {key[1]} | {key[0]} | {key[2]} | {len(group)} | {columns} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "takeovers of each agent with each number")
    parser.add_argument("--ipv4", type=int, nargs="*", default=[1, 100, 1000, 4000])
    parser.add_argument("--ipv6", type=int, nargs="*", default=[1000])
    parser.add_argument("--ask", action="store_true", help="a client asks for each address until it answers")
    parser.add_argument("--one-network", action="store_true",
                        help="all IPv6 addresses in one network: each then has a multicast group of its "
                             "own, and Linux walks all groups for each address that is added")
    chosen = parser.parse_args()
    kinds = [*(("IPv4", count) for count in chosen.ipv4), *(("IPv6", count) for count in chosen.ipv6)]
    runs = [one for _ in range(chosen.runs) for family, count in kinds
            for one in one_of_each(family, count, chosen)]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
