#!/usr/bin/python3
"""Breaks src/vrrp in a few hundred small ways, one at a time, and counts which of them no test notices.

  tests/mutation/run.py [--only FILE] [--numbers N...] [--thorough]
  tests/mutation/run.py --check

The mutations are data (vrrp.tsv). They are made in a copy of the tree below build/mutation, where each is
built and tried by the programs below, the fastest first, until one fails; with --thorough the agent's, too.
The last line tells how many were killed, survived, or did not compile; exit status 1 unless all were killed.
Takes some seconds a mutation, so scripts/test only checks that each can still be made (--check). A survivor
becomes a test.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLACE = REPOSITORY / "build" / "mutation"
TREE, BUILD = PLACE / "tree", PLACE / "build"
MUTATED = pathlib.Path("src/vrrp")
COPIED = ("meson.build", "src", "include", "tests", "conf", "man")
# Seconds: a mutant that never ends is one that was noticed.
LONGEST_RUN = 120
PROGRAMS = ["tests/unit/vrrp/unit_vrrp", "tests/rfc/rfc_fsm", "tests/exhaustive/exhaustive"]
THOROUGH = ["tests/unit/agent/unit_agent", "tests/scenario/scenario"]
SHORTER = {"UNDERSTUDY_SEEDS": "20", "UNDERSTUDY_SHALLOWER": "2"}
COMPILER = os.environ.get("UNDERSTUDY_NINJA", "ninja").split()


@dataclass
class Mutation:
    number: int
    file: str
    text: str
    becomes: str
    noticed: str

    def __str__(self) -> str:
        return f"{self.number} {self.file}: {self.text!r} -> {self.becomes!r} ({self.noticed})"


def mutations() -> list[Mutation]:
    def cell(text: str) -> str:
        return text.replace("\\n", "\n").replace("\\\\", "\\")
    lines = (pathlib.Path(__file__).parent / "vrrp.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Mutation(number, *map(cell, row)) for number, row in enumerate(rows, 1)]


def make_tree() -> None:
    """Only what differs is copied, so that only that is compiled again."""
    listed = subprocess.run(["git", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard", *COPIED], check=True, capture_output=True,
                            text=True).stdout
    for name in filter(None, listed.split("\0")):
        source, copy = REPOSITORY / name, TREE / name
        if not source.is_file() or copy.is_file() and copy.read_bytes() == source.read_bytes():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(BUILD), str(TREE), "-Dunity=off", "-Dwerror=false",
                        "-Doptimization=0", "-Ddebug=false"], check=True, stdout=subprocess.DEVNULL)


def build() -> bool:
    return subprocess.run([*COMPILER, "-C", str(BUILD), *PROGRAMS], check=False,
                          capture_output=True).returncode == 0


def passes(program: str) -> bool:
    try:
        return subprocess.run([str(BUILD / program), "--gtest_brief=1", "--gtest_fail_fast"], check=False,
                              capture_output=True, timeout=LONGEST_RUN,
                              env={**os.environ, **SHORTER}).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def killer_of(mutation: Mutation) -> str | None:
    """The program that notices it; "" if it does not compile; none if nobody does."""
    if not build():
        return ""
    return next((program for program in PROGRAMS if not passes(program)), None)


def occurrences(mutation: Mutation) -> int:
    return (REPOSITORY / MUTATED / mutation.file).read_text().count(mutation.text)


def check() -> None:
    """Ends the program with a verdict on the data: each text is there, and once."""
    all_of_them = mutations()
    stale = [mutation for mutation in all_of_them if occurrences(mutation) != 1]
    for mutation in stale:
        print(f"{mutation}: the text occurs {occurrences(mutation)} times, not once")
    print(f"mutations: {len(all_of_them) - len(stale)} passed, {len(stale)} failed")
    sys.exit(1 if stale else 0)


def try_one(mutation: Mutation) -> str | None:
    path = TREE / MUTATED / mutation.file
    sound = path.read_text()
    path.write_text(sound.replace(mutation.text, mutation.becomes))
    try:
        return killer_of(mutation)
    finally:
        path.write_text(sound)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", help="mutations of this file")
    options.add_argument("--numbers", type=int, nargs="+", help="only these mutations")
    options.add_argument("--thorough", action="store_true", help="tests of the agent may notice it, too")
    options.add_argument("--check", action="store_true", help="only that each mutation can be made")
    chosen = options.parse_args()
    if chosen.check or any(occurrences(mutation) != 1 for mutation in mutations()):
        check()
    if chosen.thorough:
        PROGRAMS.extend(THOROUGH)
    make_tree()
    if not build() or not all(map(passes, PROGRAMS)):
        sys.exit("tests fail without any mutation")
    counts = {program: 0 for program in PROGRAMS}
    refused, survivors = [], []
    began = time.monotonic()
    for mutation in mutations():
        is_chosen = not chosen.numbers or mutation.number in chosen.numbers
        if chosen.only not in (None, mutation.file) or not is_chosen:
            continue
        killer = try_one(mutation)
        if killer is None:
            survivors.append(mutation)
            print(f"survived: {mutation}", flush=True)
        elif killer == "":
            refused.append(mutation)
            print(f"does not compile: {mutation}", flush=True)
        else:
            counts[killer] += 1
            print(f"killed by {pathlib.Path(killer).name}: {mutation}", flush=True)
    for program, count in counts.items():
        print(f"{count} killed by {program}")
    killed = sum(counts.values())
    print(f"mutations: {killed} killed, {len(survivors)} survived, {len(refused)} do not compile "
          f"({time.monotonic() - began:.0f} s)")
    sys.exit(1 if survivors or refused else 0)


if __name__ == "__main__":
    main()
