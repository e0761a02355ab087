#!/usr/bin/python3
"""Which lines and branches of the pure modules the tests of a build take, by clang's counters.

  tests/tidy/coverage.py BUILD COUNTS [--branches MODULE...]

The build for the sanitizers has clang's counters, in those files alone that coverage.list names. Its programs
leave what they counted in a folder, and this prints a table of lines and branches for each module. A line
that nothing runs has to be argued in coverage.tsv (file, the line, why), or it is a failure; so is an
argument for a line that is run after all. A brace that stands alone does not count: it belongs to the line
before it. Nor does what only the compiler runs (consteval). --branches lists the branches of a module that
were never taken.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field

from cpp import functions_in
from report import REPOSITORY, finish

TESTS = REPOSITORY / "tests"
MODULES = re.findall(r"^source:\*/src/(\w+)/", (TESTS / "coverage.list").read_text(), re.MULTILINE)


Place = tuple[int, int, int, int]  # a condition: line and column of its beginning and of its end


@dataclass
class File:
    """How often each line ran, and how often each condition was true, and false. A template is one condition
    however many types it is made for."""

    lines: dict[int, int] = field(default_factory=dict)
    conditions: dict[Place, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def branches(self) -> list[int]:
        return [taken for ways in self.conditions.values() for taken in ways]

    def leave_out(self, numbers: set[int]) -> None:
        self.lines = {number: runs for number, runs in self.lines.items() if number not in numbers}
        self.conditions = {place: ways for place, ways in self.conditions.items() if place[0] not in numbers}


Coverage = dict[str, File]


def programs(build: pathlib.Path) -> list[pathlib.Path]:
    """The programs of the tests, and the libraries, for what no program has linked."""
    listed = subprocess.run(["meson", "introspect", "--tests", str(build)], check=True, capture_output=True,
                            text=True).stdout
    tests = {pathlib.Path(test["cmd"][0]) for test in json.loads(listed)}
    return sorted(program for program in tests if program.is_relative_to(build)) + \
        [build / "src" / module / f"libunderstudy_{module}.a" for module in MODULES]


def merged(folder: pathlib.Path) -> pathlib.Path:
    left = sorted(folder.glob("*.profraw"))
    assert left, f"no test has left counts in {folder}; a build that was set up to count nothing is to go"
    counts = folder / "all.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "--sparse", "-o", counts, *left], check=True)
    return counts


def exported(build: pathlib.Path, counts: pathlib.Path, *options: str) -> str:
    objects = [word for program in programs(build) for word in ("--object", program)]
    folders = [folder for module in MODULES for folder in (REPOSITORY / "src" / module,
                                                           REPOSITORY / "include/understudy" / module)]
    return subprocess.run(["llvm-cov-19", "export", *options, f"--instr-profile={counts}", *objects,
                           "--sources", *filter(pathlib.Path.exists, folders)],
                          check=True, capture_output=True, text=True).stdout


def measured(build: pathlib.Path, folder: pathlib.Path) -> Coverage:
    """Lines as lcov has them; the other form has the places of conditions."""
    counts = merged(folder)
    coverage: Coverage = defaultdict(File)
    name = ""
    for line in exported(build, counts, "--format=lcov", "--skip-branches").splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            name = str(pathlib.Path(value).relative_to(REPOSITORY))
        elif key == "DA":
            number, runs = map(int, value.split(","))
            coverage[name].lines[number] = runs
    told = json.loads(exported(build, counts, "--format=text", "--skip-functions", "--skip-expansions"))
    for file in told["data"][0]["files"]:
        conditions = coverage[str(pathlib.Path(file["filename"]).relative_to(REPOSITORY))].conditions
        for *place, true, false, _, _, _ in file["branches"]:
            ways = conditions[tuple(place)]
            ways[:] = [ways[0] + true, ways[1] + false]
    for name, file in coverage.items():
        file.leave_out(run_by_the_compiler(name))
    return coverage


def run_by_the_compiler(name: str) -> set[int]:
    text = (REPOSITORY / name).read_text()
    lines = text.splitlines()
    functions = functions_in(text) if "consteval" in text else []
    return {number for first, length in functions if re.search(r"\bconsteval\b", lines[first - 1])
            for number in range(first, first + length)}


def module_of(name: str) -> str:
    parts = pathlib.Path(name).parts
    return parts[1] if parts[0] == "src" else parts[2]


def text_of(name: str, number: int) -> str:
    return (REPOSITORY / name).read_text().splitlines()[number - 1].strip()


def argued() -> set[tuple[str, str]]:
    rows = (line.split("\t") for line in (TESTS / "coverage.tsv").read_text().splitlines())
    return {(name, text) for name, text, _ in (row for row in rows if not row[0].startswith("#"))}


def show_table(coverage: Coverage) -> None:
    print(f"{'module':10}{'lines':>17}{'branches':>25}")
    for module in [*MODULES, "all"]:
        files = [file for name, file in coverage.items() if module in (module_of(name), "all")]
        columns = []
        for counts in ([runs for file in files for runs in file.lines.values()],
                       [taken for file in files for taken in file.branches()]):
            covered = sum(count > 0 for count in counts)
            columns.append(f"{covered:7} of {len(counts):5}{100 * covered / max(len(counts), 1):7.1f} %")
        print(f"{module:10}{'  '.join(columns)}")


def show_branches(coverage: Coverage, modules: list[str]) -> None:
    for name, file in sorted(coverage.items()):
        for (number, column, _, _), ways in sorted(file.conditions.items()):
            if module_of(name) in modules and file.lines.get(number) and not all(ways):
                what = "never asked" if not any(ways) else "never false" if ways[0] else "never true"
                print(f"{name}:{number}:{column}: {what}: {text_of(name, number)}")


def complaints(coverage: Coverage) -> list[str]:
    never = {(name, text_of(name, number)): number for name, file in coverage.items()
             for number, runs in file.lines.items() if runs == 0 and text_of(name, number) != "}"}
    return [f"{name}:{never[name, text]}: nothing runs this: {text}"
            for name, text in sorted(set(never) - argued())] + \
        [f"coverage.tsv: {name} has no such line that nothing runs: {text}"
         for name, text in sorted(argued() - set(never))]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("counts", type=pathlib.Path, help="the folder of what the programs counted")
    options.add_argument("--branches", nargs="*", default=[], choices=MODULES,
                         help="list branches never taken")
    chosen = options.parse_args()
    coverage = measured(chosen.build.resolve(), chosen.counts)
    show_branches(coverage, chosen.branches)
    show_table(coverage)
    finish("coverage", len(coverage), complaints(coverage))


if __name__ == "__main__":
    main()
