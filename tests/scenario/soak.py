#!/usr/bin/python3
"""Runs the program `soak` on all processors; started by scripts/soak, see there."""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
from typing import Iterator

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SEEDS_AT_ONCE = 25
USUAL_MINUTES = 10.0
SECONDS_OF_SPEED = 10


def program() -> str:
    build = REPOSITORY / os.environ.get("UNDERSTUDY_BUILD", "build/gcc")
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(build)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(build), "tests/scenario/soak"], check=True, stdout=subprocess.DEVNULL)
    return str(build / "tests/scenario/soak")


def some_days(soak: str, first: int, count: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([soak, str(first), str(count)], check=False, text=True, capture_output=True)


def batches(first: int, seeds: int | None, until: float) -> Iterator[tuple[int, int]]:
    last = None if seeds is None else first + seeds
    while time.monotonic() < until and (last is None or first < last):
        count = SEEDS_AT_ONCE if last is None else min(SEEDS_AT_ONCE, last - first)
        yield first, count
        first += count


def soak_on(first: int, seeds: int | None, minutes: float) -> int:
    soak = program()
    began = time.monotonic()
    todo = batches(first, seeds, began + 60 * minutes)
    days = failovers = lived = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as cores:
        at_once = range(os.cpu_count() or 1)
        running = {cores.submit(some_days, soak, *batch) for _, batch in zip(at_once, todo)}
        while running:
            done, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for result in (future.result() for future in done):
                found = re.search(r"(\d+) days, (\d+) failovers, (\d+) simulated seconds", result.stdout)
                if result.returncode != 0 or not found:
                    print(result.stdout + result.stderr)
                    concurrent.futures.wait(running)
                    return 1
                days += int(found[1])
                failovers += int(found[2])
                lived += int(found[3])
                running |= {cores.submit(some_days, soak, *batch) for _, batch in zip(range(1), todo)}
    minutes_taken = (time.monotonic() - began) / 60
    print(f"{days} days, {lived / 3600:.0f} simulated hours and {failovers} failovers in "
          f"{minutes_taken:.1f} minutes, none went wrong")
    return 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, help="so many, and then it ends")
    options.add_argument("--minutes", type=float, help="of real time, and then it ends")
    options.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    options.add_argument("--speed", action="store_true", help="measure only")
    chosen = options.parse_args()
    if chosen.speed:
        sys.exit(subprocess.run([program(), "--speed", str(SECONDS_OF_SPEED)], check=False).returncode)
    unlimited = float("inf") if chosen.seeds is not None else USUAL_MINUTES
    sys.exit(soak_on(chosen.first, chosen.seeds, unlimited if chosen.minutes is None else chosen.minutes))


if __name__ == "__main__":
    main()
