"""Hundreds of virtual routers on one pair: 250 on a link, each with an address of its own.

The documentation has not enough IPv4 addresses for all, so that all links have the same ones.
"""

from __future__ import annotations

from typing import Callable

from lab import forge
from lab.capture import Capture
from lab.config import Instance
from lab.network import Lab, LabHost
from lab.waiting import wait_until

INSTANCES_PER_LINK = 250
NETWORK = "198.51.100."
Router = tuple[str, int]  # the port by which its adverts enter the switch, and its VRID


def wire(lab: Lab, count: int) -> None:
    """As many links as so many instances need."""
    lab.add_links((count - 1) // INSTANCES_PER_LINK)


def instances(count: int, advert_int: float, priority: int, extra: tuple[str, ...] = ()) -> list[Instance]:
    return [Instance(name=f"VI_{n}", interface=f"eth{n // INSTANCES_PER_LINK}", extra=extra,
                     vrid=n % INSTANCES_PER_LINK + 1, advert_int=advert_int, priority=priority,
                     addresses=(f"{NETWORK}{n % INSTANCES_PER_LINK + 1}/32",))
            for n in range(count)]


def adverts(host: LabHost, count: int, advert_int: float, priority: int) -> list[tuple[str, bytes]]:
    """What the host would send as the master of all: for each its interface and the packet."""
    routers = instances(count, advert_int, priority)
    sources = {name: next(str(entry["local"]) for entry in host.addresses(name) if entry["family"] == "inet")
               for name in {one.interface for one in routers}}
    return [(one.interface, bytes(forge.advert(one.addresses[0].partition("/")[0], sources[one.interface],
                                               priority, vrid=one.vrid, adv=round(100 * advert_int))))
            for one in routers]


def address_of(router: Router) -> str:
    return f"{NETWORK}{router[1]}"


def held(host: LabHost, count: int) -> int:
    """How many of the addresses of so many instances the host holds."""
    interfaces = [f"eth{n}" for n in range((count - 1) // INSTANCES_PER_LINK + 1)]
    entries = (entry for interface in interfaces for entry in host.addresses(interface))
    return sum(str(entry["local"]).startswith(NETWORK) for entry in entries)


def wait_for_all(host: LabHost, count: int, seconds: float) -> None:
    """Until the host holds the address of each instance."""
    wait_until(lambda: held(host, count) == count, seconds, f"{host.name} holds {count} addresses")


def advert_times(capture: Capture, host: LabHost,
                 wanted: Callable[[float], bool]) -> dict[Router, list[float]]:
    """Of each router of the host, those that are wanted."""
    times: dict[Router, list[float]] = {}
    for advert in capture.adverts():
        if advert.port in host.ports and wanted(advert.time):
            times.setdefault((advert.port, advert.vrid), []).append(advert.time)
    return times
