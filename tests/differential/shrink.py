"""Makes a plan small that shows a difference: whatever can be left out without losing it goes."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Callable, Iterator

from mishaps import Mishap, Plan
from pieces import Block, Path, keyword

NEEDED = ("interface", "virtual_router_id", "script_user", "vrrp_notify_fifo")
Shows = Callable[[Plan], bool]


@dataclass
class Budget:
    """How many more plans may be tried."""

    left: int


def shrunk(plan: Plan, shows: Shows, pool: Executor, budget: int, at_once: int) -> Plan:
    """Tries several smaller plans at once, and goes on from the first that shows it still."""
    remaining = Budget(budget)
    refused: set[Plan] = set()
    while remaining.left > 0:
        fresh = [one for one in smaller(plan) if one not in refused][:at_once]
        if not fresh:
            return plan
        remaining.left -= len(fresh)
        results = list(pool.map(shows, fresh))
        if any(results):
            plan = fresh[results.index(True)]
        else:
            refused.update(fresh)
    return plan


def smaller(plan: Plan) -> Iterator[Plan]:
    """Ways to make it smaller, those that take most first."""
    middle = plan.mishaps[1:-1]
    for count in dict.fromkeys((len(middle), len(middle) // 2, 1)):
        for at in range(0, len(middle), count or 1):
            if count and middle[at:at + count]:
                yield with_mishaps(plan, (*middle[:at], *middle[at + count:]))
    services = plan.mishaps[0].services
    for at in range(len(services)):
        start = replace(plan.mishaps[0], services=(*services[:at], *services[at + 1:]))
        yield replace(plan, mishaps=(start, *plan.mishaps[1:]))
    paths = list(dict.fromkeys(path for tree in plan.configs() for path in tree.paths()))
    for path in sorted(paths, key=len):
        if keyword(path[-1]) not in NEEDED and path != ("global_defs",) and not is_last_address(plan, path):
            yield without(plan, path)


def with_mishaps(plan: Plan, middle: tuple[Mishap, ...]) -> Plan:
    return replace(plan, mishaps=(plan.mishaps[0], *middle, plan.mishaps[-1]))


def is_last_address(plan: Plan, path: Path) -> bool:
    """An instance without an address is none; nor is a file without an instance worth a try."""
    if path[-1] == "virtual_ipaddress":
        return True
    if len(path) == 3 and path[1] == "virtual_ipaddress":
        return any(one.entries("virtual_ipaddress") == [path[2]] for tree in plan.configs()
                   for one in tree.blocks("vrrp_instance") if one.head == path[0])
    return len(path) == 1 and any(len(tree.blocks("vrrp_instance")) < 2 for tree in plan.configs()
                                  if keyword(path[0]) == "vrrp_instance")


def without(plan: Plan, path: Path) -> Plan:
    def cut(tree: Block) -> Block:
        smaller_tree = tree.without(path)
        if keyword(path[0]) == "vrrp_instance" and len(path) == 1:
            for group in smaller_tree.blocks("vrrp_sync_group"):
                smaller_tree = smaller_tree.without((group.head, "group", path[0].split()[1]))
        return smaller_tree
    mishaps = tuple(replace(one, config=cut(one.config)) if one.config else one for one in plan.mishaps)
    return replace(plan, config=cut(plan.config), mishaps=mishaps)
