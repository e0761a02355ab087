#!/usr/bin/python3
"""Which lines and branches of the pure modules the unit and simulation suites take, by gcov.

  tests/coverage.py [--keep] [--lines MODULE...]

Builds with gcov in build/coverage, runs the suites below, and prints a table of lines and branches for each
module. A line that nothing runs has to be argued in coverage.tsv (file, the line, why), or it is a failure;
so is an argument for a line that is run after all. A brace that stands alone does not count: what gcov finds
there is only what an exception would clean up. --lines also lists the branches never taken; --keep judges
by the last run. Branches that only exceptions take do not count: no code of ours throws.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
BUILD = REPOSITORY / "build" / "coverage"
MODULES = ("vrrp", "wire", "track", "desired", "config")
SUITES = ("vrrp", "wire", "track", "desired", "config", "model", "net", "base", "agent", "rfc_fsm",
          "rfc_wire", "golden_config", "golden_outline", "exhaustive", "scenario_0", "scenario_1",
          "fuzz_corpus_advert", "fuzz_corpus_config", "fuzz_corpus_rtnl")
ENVIRONMENT = {"UNDERSTUDY_SEEDS": "40", "UNDERSTUDY_SHALLOWER": "2"}
COMPILER = os.environ.get("UNDERSTUDY_NINJA", "ninja").split()


@dataclass
class Line:
    runs: int = 0
    # Of each function that has code there (a template has many), how often each branch was taken.
    branches: dict[str, list[int]] = field(default_factory=dict)

    def taken(self) -> list[bool]:
        """A branch of a template is taken if one of its functions takes it."""
        rows = list(self.branches.values())
        longest = max(map(len, rows), default=0)
        return [any(row[i] > 0 for row in rows if i < len(row)) for i in range(longest)]


Coverage = dict[str, dict[int, Line]]


def run(*words: str | pathlib.Path, **environment: str) -> None:
    subprocess.run([str(word) for word in words], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **environment})


def run_suites() -> None:
    if not (BUILD / "build.ninja").exists():
        run("meson", "setup", BUILD, "-Db_coverage=true", "-Doptimization=0", "-Ddebug=false",
            "-Dwerror=false")
    for old in BUILD.rglob("*.gcda"):
        old.unlink()
    listed = subprocess.run(["meson", "introspect", "--tests", str(BUILD)], check=True, capture_output=True,
                            text=True).stdout
    tests = json.loads(listed)
    programs = {pathlib.Path(test["cmd"][0]) for test in tests if test["name"] in SUITES}
    run(*COMPILER, "-C", BUILD, *sorted(str(program.relative_to(BUILD)) for program in programs))
    run("meson", "test", "-C", BUILD, "--no-rebuild", "--timeout-multiplier", "20", *SUITES, **ENVIRONMENT)


def module_of(name: str) -> str | None:
    path = pathlib.Path(os.path.normpath(os.path.join(BUILD, name)))
    if not path.is_relative_to(REPOSITORY):
        return None
    parts = path.relative_to(REPOSITORY).parts
    module = parts[1] if parts[0] == "src" else parts[2] if parts[:2] == ("include", "understudy") else None
    return module if module in MODULES else None


def add(coverage: Coverage, name: str, entry: dict) -> None:
    line = coverage[name][entry["line_number"]]
    line.runs += entry["count"]
    function = entry.get("function_name", "")
    counts = [branch["count"] for branch in entry["branches"] if not branch["throw"]]
    known = line.branches.get(function)
    same = known is not None and len(known) == len(counts)
    line.branches[function] = [a + b for a, b in zip(known, counts)] if same else counts


def measured() -> Coverage:
    coverage: Coverage = defaultdict(lambda: defaultdict(Line))
    for data in sorted(BUILD.rglob("*.gcda")):
        told = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", str(data)],
                              cwd=BUILD, check=True, capture_output=True, text=True).stdout
        for document in told.splitlines():
            for file in json.loads(document)["files"]:
                if module_of(file["file"]) is None:
                    continue
                path = pathlib.Path(os.path.normpath(os.path.join(BUILD, file["file"])))
                for entry in file["lines"]:
                    add(coverage, str(path.relative_to(REPOSITORY)), entry)
    return coverage


def text_of(name: str, number: int) -> str:
    return (REPOSITORY / name).read_text().splitlines()[number - 1].strip()


def argued() -> dict[tuple[str, str], str]:
    lines = (REPOSITORY / "tests" / "coverage.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {(name, text): why for name, text, why in rows}


def show_table(coverage: Coverage) -> None:
    print(f"{'module':10}{'lines':>16}{'branches':>20}")
    for module in MODULES:
        lines = [line for name, file in coverage.items() if module_of(str(REPOSITORY / name)) == module
                 for line in file.values()]
        branches = [taken for line in lines for taken in line.taken()]
        covered, ways = sum(line.runs > 0 for line in lines), sum(branches)
        print(f"{module:10}{covered:6} of {len(lines):5}{100 * covered / max(len(lines), 1):7.1f} %"
              f"{ways:6} of {len(branches):5}{100 * ways / max(len(branches), 1):6.1f} %")


def show_branches(coverage: Coverage, modules: list[str]) -> None:
    for name, file in sorted(coverage.items()):
        if module_of(str(REPOSITORY / name)) not in modules:
            continue
        for number, line in sorted(file.items()):
            taken = line.taken()
            if line.runs > 0 and not all(taken):
                print(f"{name}:{number}: {taken.count(False)} of {len(taken)} branches never: "
                      f"{text_of(name, number)}")


def judge(coverage: Coverage) -> int:
    reasons = argued()
    never = {(name, text_of(name, number)): number for name, file in coverage.items()
             for number, line in file.items() if line.runs == 0 and text_of(name, number) != "}"}
    unargued = sorted(set(never) - set(reasons))
    for name, text in unargued:
        print(f"{name}:{never[name, text]}: nothing runs this: {text}")
    needless = sorted(set(reasons) - set(never))
    for name, text in needless:
        print(f"coverage.tsv: {name} has no such line that nothing runs: {text}")
    print(f"coverage: {len(never) - len(unargued)} lines argued, {len(unargued) + len(needless)} failed")
    return 1 if unargued or needless else 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", action="store_true", help="do not run anything again")
    options.add_argument("--lines", nargs="*", default=[], choices=MODULES, help="list branches never taken")
    chosen = options.parse_args()
    if not chosen.keep:
        run_suites()
    coverage = measured()
    show_branches(coverage, chosen.lines)
    show_table(coverage)
    sys.exit(judge(coverage))


if __name__ == "__main__":
    main()
