#!/usr/bin/python3
"""Random configurations and disturbances through keepalived and understudy, and what differs.

    tests/differential/run.py --seeds 200 --minutes 60    new seeds, until one of both is reached
    tests/differential/run.py --seed 17                   one seed again; with --print only what it is

A difference that is not listed in differences.tsv is looked for a second time, since a machine that was busy
elsewhere may have made it, then made as small as the budget allows, and told.
"""

from __future__ import annotations

import argparse
import itertools
import os
import pathlib
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from functools import partial

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from lab.agent import keepalived, understudy  # noqa: E402
from mishaps import Plan, draw_plan  # noqa: E402
from shrink import shrunk  # noqa: E402
from trial import Result, confirmed, described, told, tried  # noqa: E402


def shows(kinds: frozenset[str], plan: Plan) -> bool:
    return any(one.what in kinds for one in tried(plan).found)


def made_small(result: Result, pool: Executor, chosen: argparse.Namespace) -> str:
    if not result.found or not chosen.shrink:
        return told(result)
    kinds = frozenset(one.what for one in result.found)
    small = shrunk(result.plan, partial(shows, kinds), pool, chosen.shrink, chosen.jobs)
    return f"{told(result)}\nThe smallest that shows it still:\n{described(small)}"


def through(seeds: list[int], chosen: argparse.Namespace) -> int:
    end = time.monotonic() + 60 * chosen.minutes
    done = listed = 0
    bad: list[Result] = []
    with ProcessPoolExecutor(chosen.jobs) as pool:
        waiting = [pool.submit(confirmed, draw_plan(seed)) for seed in seeds]
        for one in as_completed(waiting):
            if one.cancelled():
                continue
            result = one.result()
            done, listed = done + 1, listed + bool(result.listed)
            if result.found or result.trouble:
                bad.append(result)
                print(told(result), flush=True)
            if time.monotonic() > end:
                for other in waiting:
                    other.cancel()
        for result in bad:
            print(made_small(result, pool, chosen), flush=True)
    print(f"{done} pairs: {listed} with listed differences, {len(bad)} with others")
    return 1 if bad else 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--print", action="store_true", help="tell what the seed is, and run nothing")
    parser.add_argument("--first", type=int, default=int(time.time()), help="the first of the seeds")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--about", default="", help="only seeds that have these words in their plan")
    parser.add_argument("--minutes", type=float, default=60, help="begin no pair after so many")
    parser.add_argument("--jobs", type=int, default=4, help="pairs at once; they mostly wait")
    parser.add_argument("--shrink", type=int, default=40, help="plans that may be tried for a smaller one")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    if chosen.print:
        print(described(draw_plan(chosen.seed if chosen.seed is not None else chosen.first)))
        return
    if os.geteuid() != 0:
        sys.exit("this makes network namespaces: run it as root")
    for program in (keepalived(), understudy()):
        if not program.exists():
            sys.exit(f"there is no {program}")
    first, count = (chosen.seed, 1) if chosen.seed is not None else (chosen.first, chosen.seeds)
    about = (seed for seed in itertools.count(first) if chosen.about in described(draw_plan(seed)))
    sys.exit(through([first] if chosen.seed is not None else list(itertools.islice(about, count)), chosen))


if __name__ == "__main__":
    main()
