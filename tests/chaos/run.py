#!/usr/bin/python3
"""Real daemons in real kernels through bad days; started by scripts/chaos, see there."""

from __future__ import annotations

import argparse
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from chaos.day import Day, Violation  # noqa: E402
from chaos.host import date_library  # noqa: E402


def go_through(seed: int, hosts: int, minutes: float) -> bool:
    day = Day(seed, hosts)
    try:
        day.run(60 * minutes)
    except Violation as violation:
        print(violation)
        return False
    finally:
        day.close()
    tally = day.tally
    done = sum(tally.disturbances.values())
    print("\n".join(line for line in day.story if "KiB" in line))
    print(", ".join(f"{name}: {count}" for name, count in sorted(tally.disturbances.items())))
    print(f"seed {seed}: {hosts} hosts, {minutes:.1f} minutes, {done} disturbances of "
          f"{len(tally.disturbances)} kinds in {tally.rounds} rounds; addresses came or went {tally.changes} "
          f"times; right again after {tally.slowest:.1f} s at most; a client of the slowest instance was not "
          f"answered for {tally.longest_outage:.1f} s at most; in {tally.starved} rounds the machine stood "
          f"still, and only the end was judged", flush=True)
    return True


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=5.0, help="of real time (5)")
    options.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="of what happens")
    options.add_argument("--hosts", type=int, choices=(2, 3), help="instead of both, one after the other")
    chosen = options.parse_args()
    if not date_library().exists():
        print("without tests/chaos/libdate.so nobody sets a date: build it first")
    print(f"seed {chosen.seed}", flush=True)
    sizes = [chosen.hosts] if chosen.hosts else [2, 3]
    for hosts in sizes:
        if not go_through(chosen.seed, hosts, chosen.minutes / len(sizes)):
            sys.exit(1)


if __name__ == "__main__":
    main()
