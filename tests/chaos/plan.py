"""What the hosts of a bad day are configured to do, and who should own which address.

Every instance has its own habits: a sync group of both families with many addresses, one that goes by a
script, one whose interval is a second, one that does not preempt, one with a virtual MAC.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from lab.config import Instance, config, script

SICK_FILE = "/run/sick"  # the script looks for it
SICK_WEIGHT = -60
STRENGTHS = (150, 120, 90)
DRAINED = 1
RUNS = ("track_script {", "chk", "}")


@dataclass(frozen=True)
class Router:
    """One vrrp_instance on all hosts: what they have in common, and which host is how strong."""

    instance: Instance
    order: tuple[int, ...]  # the hosts by their strength, the best one first
    nopreempt: bool = False
    by_script: bool = False
    virtual_mac: bool = False
    optional: tuple[str, ...] = ()  # addresses that a reload adds or takes away
    with_optional: bool = False

    @property
    def name(self) -> str:
        return self.instance.name

    @property
    def interval(self) -> float:
        return self.instance.advert_int

    def prefixes(self) -> tuple[str, ...]:
        return self.instance.addresses + (self.optional if self.with_optional else ())

    def addresses(self) -> list[str]:
        return [prefix.partition("/")[0] for prefix in self.prefixes() + self.instance.excluded]

    def all_addresses(self) -> list[str]:
        return replace(self, with_optional=True).addresses()

    def base_priority(self, host: int) -> int:
        return STRENGTHS[self.order.index(host)]

    def on(self, host: int) -> Instance:
        return replace(self.instance, priority=self.base_priority(host), addresses=self.prefixes())

    def down_interval(self) -> float:
        """The longest that a backup of it waits."""
        return replace(self.instance, priority=STRENGTHS[-1]).down_interval()


@dataclass
class State:
    """What of a host decides who should own what."""

    present: bool = True  # takes part in elections
    may_hold: bool = False  # addresses although it does not
    sick: bool = False
    drained: bool = False


@dataclass
class Plan:
    routers: list[Router]
    hosts: int
    group: tuple[str, ...] = ("MANY", "SIX")
    states: list[State] = field(default_factory=list)

    def text(self, host: int) -> str:
        """The configuration file of a host."""
        members = "\n".join(f"        {name}" for name in self.group)
        group = f"vrrp_sync_group BOTH {{\n    group {{\n{members}\n    }}\n}}"
        checks = script("chk", f"/usr/bin/test ! -e {SICK_FILE}", "interval 1", f"weight {SICK_WEIGHT}",
                        "user root")
        return config(*(router.on(host) for router in self.routers), globals=("enable_script_security",),
                      blocks=(checks, group))

    def priority(self, router: Router, host: int) -> int:
        """As it should be in effect."""
        state = self.states[host]
        if state.drained:
            return DRAINED
        return router.base_priority(host) + (SICK_WEIGHT if router.by_script and state.sick else 0)

    def may_own(self, router: Router) -> list[int]:
        """The hosts one of which alone should own its addresses now; none when nobody is there."""
        there = [host for host in range(self.hosts) if self.states[host].present]
        if not there:
            return []
        # A drained one asks those that would not preempt for a while only, and they may have come later.
        if router.nopreempt:
            return there
        best = max(self.priority(router, host) for host in there)
        return [host for host in there if self.priority(router, host) == best]

    def longest_wait(self) -> float:
        return max(router.down_interval() for router in self.routers)

    def find(self, name: str) -> Router:
        return next(router for router in self.routers if router.name == name)

    def change(self, name: str, **what: object) -> None:
        """Another order of the hosts, or other addresses; of the whole sync group where it is a member."""
        names = self.group if name in self.group and "order" in what else (name,)
        self.routers = [replace(router, **what) if router.name in names else router
                        for router in self.routers]


def _v4(first: int, count: int) -> tuple[str, ...]:
    return tuple(f"192.0.2.{first + number}/24" for number in range(count))


def make_plan(hosts: int, chance: random.Random) -> Plan:
    def order() -> tuple[int, ...]:
        return tuple(chance.sample(range(hosts), hosts))

    together = order()
    fast = chance.choice((0.25, 0.3, 0.4))
    routers = [
        Router(Instance(name="MANY", vrid=51, advert_int=fast, addresses=_v4(150, 16),
                        excluded=_v4(170, 8)), together, optional=_v4(180, 6)),
        Router(Instance(name="SIX", vrid=52, advert_int=fast,
                        addresses=("fe80::52/64", *(f"2001:db8::{50 + n}/64" for n in range(4)))), together),
        Router(Instance(name="CHECKED", vrid=53, advert_int=fast, addresses=_v4(201, 2), extra=RUNS), order(),
               by_script=True),
        Router(Instance(name="SLOW", vrid=54, advert_int=1, version=2, addresses=_v4(211, 2)), order()),
        Router(Instance(name="STAYS", vrid=55, advert_int=fast, addresses=_v4(221, 2), extra=("nopreempt",)),
               order(), nopreempt=True),
        Router(Instance(name="MAC", vrid=56, advert_int=fast, addresses=_v4(231, 2), extra=("use_vmac",)),
               order(), virtual_mac=True)]
    return Plan(routers, hosts, states=[State() for _ in range(hosts)])
