#!/usr/bin/python3
"""A takeover with thousands of virtual addresses on one instance: understudy beside keepalived.

Told from the takeover advert on: when the kernel held all addresses, when each had been announced, when each
answered a client's question, and the longest pause between two adverts, which must not reach what makes a
third router take over. The addresses come from the ranges for documentation: IPv4 as far as those go, IPv6
beyond. Another IPv4 network may be named where that is wanted.
"""

from __future__ import annotations

import ipaddress
import itertools
import pathlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.addresses import AddressMonitor  # noqa: E402
from lab.agent import Agent  # noqa: E402
from lab.capture import Capture  # noqa: E402
from lab.config import VIP, Instance, config  # noqa: E402
from lab.network import Lab  # noqa: E402
from lab.prober import NeighbourProbe  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402
from lab.waiting import wait_until  # noqa: E402

ADVERT_INT = 0.1
IPV4_NETWORKS = ["198.51.100.0/24", "203.0.113.0/24"]
IPV6_NETWORK = "2001:db8:1::/64"
IPV6_SITE = ipaddress.IPv6Network("2001:db8::/32")
# Long enough for the second burst of announcements, five seconds after the first, to show in the adverts.
OBSERVED_SECONDS = 8
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Measured:
    """One takeover; all times in milliseconds after its advert."""

    agent: str
    addresses: int
    present_ms: float
    announced_ms: float
    answering_ms: float
    longest_pause_ms: float


def gateways() -> Iterator[ipaddress.IPv6Address]:
    """The first address of each network of a site, as a gateway has them."""
    for network in itertools.count(1):
        yield IPV6_SITE.network_address + (network << 64) + 1


def excluded_addresses(count: int, ipv4_networks: list[str], one_network: bool) -> list[str]:
    four = itertools.chain.from_iterable(ipaddress.IPv4Network(network).hosts() for network in ipv4_networks)
    six = ipaddress.IPv6Network(IPV6_NETWORK).hosts() if one_network else gateways()
    return [str(address) for address in itertools.islice(itertools.chain(four, six), count)]


def measure(name: str, program: pathlib.Path, excluded: list[str]) -> Measured:
    count = len(excluded) + 1
    wanted = {VIP, *excluded}
    with Lab(hosts=1, ipv6=True) as lab:
        host = lab.hosts[0]
        capture, monitor = lab.capture(), AddressMonitor(host)
        text = config(Instance(advert_int=ADVERT_INT, excluded=tuple(excluded)))
        Agent(host, program, text, quiet=True).start()
        takeover = capture.next_advert("p1", PATIENCE_SECONDS).time
        probe = NeighbourProbe(lab.client, sorted(wanted))
        answering = probe.report()
        assert answering.answered == answering.asked, f"{answering.answered} of {answering.asked} answered"
        wait_until(lambda: wanted <= {heard.address for heard in capture.announcements("p1")},
                   PATIENCE_SECONDS, "every address is announced")
        time.sleep(max(0.0, takeover + OBSERVED_SECONDS - time.time()))
        monitor.close()
        present = _last_of_first({change.address: change.time for change in reversed(monitor.changes())
                                  if change.appeared}, wanted)
        announced = _last_of_first({heard.address: heard.time
                                    for heard in reversed(capture.announcements("p1"))}, wanted)
        return Measured(name, count, 1000 * (present - takeover), 1000 * (announced - takeover),
                        1000 * (answering.all_answered_at - takeover), 1000 * longest_pause(capture))


def _last_of_first(first_times: dict[str, float], wanted: set[str]) -> float:
    return max(first_times[address] for address in wanted)


def longest_pause(capture: Capture) -> float:
    times = [advert.time for advert in capture.adverts("p1")]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def summary(runs: list[Measured]) -> str:
    lines = ["Medians (ranges) in ms after the takeover advert; adverts are due every "
             f"{1000 * ADVERT_INT:.0f} ms.", "",
             "| addresses | agent | runs | all present | all announced | all answering "
             "| longest pause of adverts |",
             "|---|---|---|---|---|---|---|"]
    for key in sorted({(run.addresses, run.agent) for run in runs}):
        group = [run for run in runs if (run.addresses, run.agent) == key]
        columns = [[getattr(run, name) for run in group]
                   for name in ("present_ms", "announced_ms", "answering_ms", "longest_pause_ms")]
        cells = " | ".join(spread(column) for column in columns)
        lines.append(f"| {key[0]} | {key[1]} | {len(group)} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 5, "takeovers of each agent with each number")
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--ipv4", nargs="+", default=IPV4_NETWORKS, help="networks of the IPv4 addresses")
    parser.add_argument("--one-network", action="store_true",
                        help="all IPv6 addresses in one network: each then has a multicast group of its "
                             "own, and Linux walks all groups for each address that is added")
    chosen = parser.parse_args()
    both = agents()
    runs = [measure(name, program, excluded_addresses(count - 1, chosen.ipv4, chosen.one_network))
            for count in chosen.counts for _ in range(chosen.runs) for name, program in both.items()]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
