"""The benchmarks of tests/bench/run: how each is started, which figures its runs give, and their targets."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any, Callable

from lab.figures import (NO_TARGET, Figure, Target, Values, figure, median_at_most, never_above, of_floor,
                         of_keepalived)

Run = dict[str, Any]
SIDES = ("understudy", "keepalived", "floor")


@dataclass(frozen=True)
class Section:
    """One benchmark: its program, the most seconds one of its rounds may take, its words when there is time
    and when there is little, and how many rounds there are then."""

    name: str
    seconds_of_a_round: int
    figures: Callable[[list[Run]], list[Figure | None]]
    runs: int
    quick_runs: int
    words: tuple[str, ...] = ()
    quick_words: tuple[str, ...] = ()


def of_all(runs: list[Run], value: str | Callable[[Run], float | None], **wanted: Any) -> dict[str, Values]:
    """The values of each side in those runs that have what is wanted."""
    take = value if callable(value) else lambda run: run[value]
    chosen = [run for run in runs if all(run[key] == what for key, what in wanted.items())]
    return {side: [found for run in chosen if run["agent"] == side and (found := take(run)) is not None]
            for side in SIDES}


def kinds(runs: list[Run], *keys: str) -> list[tuple[Any, ...]]:
    return list(dict.fromkeys(tuple(run[key] for key in keys) for run in runs))


def crash_takeover(runs: list[Run]) -> list[Figure | None]:
    return [figure(f"crash, advert_int {interval:g}: client's outage beyond the protocol's bound", "ms",
                   of_keepalived(1), **of_all(runs, "beyond_ms", advert_int=interval))
            for interval, in kinds(runs, "advert_int")]


def planned_change(runs: list[Run]) -> list[Figure | None]:
    def outages(kind: str) -> Values:
        return [run["outage_ms"] for run in runs if run["kind"] == kind]

    stopped = outages("keepalived stops, keepalived takes over")
    return [figure("graceful stop: client's outage", "ms", NO_TARGET, keepalived=stopped,
                   understudy=outages("understudy stops, understudy takes over")),
            figure("drain beside keepalived's stop: client's outage", "ms", median_at_most(3),
                   keepalived=stopped, understudy=outages("understudy drains, understudy takes over")),
            figure("drain to a keepalived: client's outage", "ms", NO_TARGET, keepalived=stopped,
                   understudy=outages("understudy drains, keepalived takes over"))]


def many_addresses(runs: list[Run]) -> list[Figure | None]:
    found = []
    for family, count in kinds(runs, "family", "addresses"):
        big = count >= 1000
        both = big and family == "IPv4"  # what the documentation has, and the rest of IPv6
        kind = "IPv4 and IPv6 addresses" if both else f"{family} address{'es' if count > 1 else ''}"

        def one(words: str, value: str, target: Target) -> Figure | None:
            return figure(f"takeover with {count:,} {kind}: {words}", "ms", target,
                          **of_all(runs, value, family=family, addresses=count))

        found += [one("processor time", "processor_ms", of_floor(1.5) if big else NO_TARGET),
                  one("until all are there", "present_ms", of_floor(1.3) if big else NO_TARGET),
                  one("until all are announced", "announced_ms", NO_TARGET),
                  one("longest pause of adverts, due every 100", "longest_pause_ms", never_above(105))]
    return found


def at_rest(runs: list[Run]) -> list[Figure | None]:
    found = []
    for count, interval, role in kinds(runs, "instances", "interval", "role"):
        many, busy = count >= 250, interval < 1
        processor = (NO_TARGET if not busy or 1 < count < 250 else of_keepalived(1) if count == 1
                     else of_keepalived(0.3 if role == "master" else 0.5))

        def one(words: str, unit: str, value: str, target: Target) -> Figure | None:
            return figure(f"at rest, {count:,} × {interval:g} s, {role}: {words}", unit, target,
                          **of_all(runs, value, instances=count, interval=interval, role=role))

        found += [one("processor time per advert", "µs", "processor_us_per_advert", processor),
                  one("wake-ups per advert", "", "wakeups_per_advert", NO_TARGET),
                  one("system calls per advert", "", "calls_per_advert", NO_TARGET)]
        if role == "master":
            memory = of_keepalived(1.5) if count == 1 else NO_TARGET
            found += [one("memory (PSS)", "KiB", "memory_kib", memory),
                      one("unevenness of adverts, p99", "ms", "jitter_ms",
                          of_keepalived(1) if busy and (many or count == 1) else NO_TARGET)]
    return [*found, *growth(runs)]


def growth(runs: list[Run]) -> list[Figure | None]:
    """Of the memory, from the fewest instances to the most, at each interval."""
    found = []
    for interval, in kinds(runs, "interval"):
        masters = [run for run in runs if run["interval"] == interval and run["role"] == "master"]
        least, most = (choose(run["instances"] for run in masters) for choose in (min, max))
        if least == most:
            continue
        values = {}
        for side in SIDES[:2]:
            few, lots = ([run["memory_kib"] for run in masters
                          if (run["agent"], run["instances"]) == (side, n)] for n in (least, most))
            values[side] = [(kib - statistics.median(few)) / (most - least) for kib in lots]
        found.append(figure(f"memory (PSS) per instance, {least} to {most:,} × {interval:g} s", "KiB",
                            of_keepalived(1), **values))
    return found


def mass_takeover(runs: list[Run]) -> list[Figure | None]:
    head = f"{runs[0]['instances']:,} instances lose their master"
    return [figure(f"{head}: last one announced after its time", "ms", of_keepalived(0.5),
                   **of_all(runs, "last_announced_ms")),
            figure(f"{head}: last takeover advert after its time", "ms", NO_TARGET,
                   **of_all(runs, "last_advert_ms")),
            figure(f"{head}: processor time", "ms", of_keepalived(0.3), **of_all(runs, "processor_ms")),
            figure(f"{head}: taken over before their time", "", never_above(0), **of_all(runs, "too_early"))]


def check_scripts(runs: list[Run]) -> list[Figure | None]:
    count = max(run["scripts"] for run in runs)
    return [figure(f"{count} scripts each second, floor is fork and exec: processor time", "ms/s",
                   of_floor(1.1), **of_all(runs, "processor_ms_per_second", scripts=count))]


def many_instances(runs: list[Run]) -> list[Figure | None]:
    head = f"{runs[0]['instances']} × {runs[0]['addresses']} addresses"

    def one(words: str, value: str, target: Target, unit: str = "ms") -> Figure | None:
        return figure(f"{head}: {words}", unit, target, **of_all(runs, value))

    return [one("start, last one announced beyond the protocol's wait", "start_beyond_ms",
                of_keepalived(0.5)),
            one("start, processor time", "start_processor_ms", NO_TARGET),
            one("reload, processor time", "reload_processor_ms", of_keepalived(0.6)),
            one("reload, latest advert of any", "late_ms", never_above(5)),
            one("without a reload, latest advert of any", "late_without_ms", NO_TARGET),
            one("reload, new priority on the wire after", "new_priority_ms", NO_TARGET),
            one("reload, roles and addresses moved", "moved", never_above(0), "")]


def check_configuration(runs: list[Run]) -> list[Figure | None]:
    return [figure(f"check of {runs[0]['lines']:,} lines (-t)", "ms", of_keepalived(0.33),
                   **of_all(runs, "took_ms"))]


def flood(runs: list[Run]) -> list[Figure | None]:
    found = []
    for kind, in kinds(runs, "kind"):
        if kind == "none":
            continue
        rate = statistics.median(run["per_second"] for run in runs if run["kind"] == kind)

        def one(words: str, unit: str, value: str | Callable[[Run], float], target: Target) -> Figure | None:
            return figure(f"flood of {round(rate, -3):,.0f} {kind} adverts a second: {words}", unit, target,
                          **of_all(runs, value, kind=kind))

        found += [one("master's processor time", "ms/s", lambda run: run["master_ms"] / run["seconds"],
                      of_keepalived(0.35)),
                  one("backup's processor time", "ms/s", lambda run: run["backup_ms"] / run["seconds"],
                      of_keepalived(0.35)),
                  one("changes of role", "", "changes_of_role", never_above(0)),
                  one("lines logged", "", "log_lines", never_above(100))]
    return found


def starvation(runs: list[Run]) -> list[Figure | None]:
    found = []
    for interval, seconds in kinds(runs, "interval", "seconds"):
        head = f"four busy loops, advert_int {interval:g}, {seconds:g} s"
        wanted = {"interval": interval, "seconds": seconds}
        found += [figure(f"{head}: false failovers", "", never_above(0),
                         **of_all(runs, "false_failovers", **wanted)),
                  figure(f"{head}: longest pause of adverts", "ms", NO_TARGET,
                         **of_all(runs, "longest_pause_ms", **wanted))]
    return found


def deleted_address(runs: list[Run]) -> list[Figure | None]:
    return [figure("address deleted by somebody: client's outage", "ms", NO_TARGET,
                   **of_all(runs, "outage_ms"))]


QUICK_REST = ("--seconds", "5", "--intervals", "0.1", "--instances", "1", "250", "1000")
SECTIONS = [
    Section("crash_takeover", 120, crash_takeover, 20, 3),
    Section("planned_change", 150, planned_change, 20, 2),
    Section("many_addresses", 600, many_addresses, 5, 1),
    Section("at_rest", 900, at_rest, 3, 1, (), QUICK_REST),
    Section("mass_takeover", 200, mass_takeover, 5, 2),
    Section("check_scripts", 200, check_scripts, 5, 1, (), ("--seconds", "6")),
    Section("many_instances", 300, many_instances, 5, 3, (), ("--more-reloads", "4")),
    Section("check_configuration", 10, check_configuration, 21, 9),
    Section("flood", 300, flood, 5, 1, (), ("--seconds", "5", "--kinds", "foreign", "broken")),
    Section("starvation", 500, starvation, 3, 1),
    Section("deleted_address", 120, deleted_address, 10, 1),
]
