"""Runs every suite and adds up what they counted. Started by scripts/test; see there.

A suite that ends badly without naming a failed test counts as one failure, so nothing can break silently.
Output goes to build/logs and is shown where something failed.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import fcntl
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Callable, Iterator

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
BUILD = REPOSITORY / "build"
GCC, CLANG = BUILD / "gcc", BUILD / "clang"
PYTHON = "/usr/bin/python3"
SHOWN_LINES = 150
LOWEST_PRIORITY = 19
SANITIZER_OPTIONS = {"ASAN_OPTIONS": "detect_stack_use_after_return=1",
                     "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
                     "UNDERSTUDY_SEEDS": "60",  # read by tests/support/seeds
                     "UNDERSTUDY_SHALLOWER": "3"}  # by tests/exhaustive
# Programs leave what they counted where LLVM_PROFILE_FILE says. Without the word before it, the last of these
# would keep ccache from doing anything.
COUNTING = ("-fprofile-instr-generate=/dev/null", "-fcoverage-mapping", "-Xclang",
            f"-fprofile-list={REPOSITORY / 'tests' / 'coverage.list'}")


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


@dataclass
class Run:
    """One run of this program: where its logs go, what it counted so far."""

    total: Counts = field(default_factory=Counts)
    logs: pathlib.Path = BUILD / "logs" / str(os.getpid())
    telling: threading.Lock = field(default_factory=threading.Lock)

    def suite(self, name: str, action: Callable[[pathlib.Path], Counts], shown: bool = False) -> bool:
        """Runs one suite and tells its counts, and its output if that is wanted or something failed; true
        when nothing did."""
        log = self.logs / f"{name}.log"
        began = time.monotonic()
        counts = action(log)
        with self.telling:
            self.total += counts
            print(f"{name}: {counts} ({time.monotonic() - began:.0f} s)", flush=True)
            if counts.failed or shown:
                lines = log.read_text(errors="replace").splitlines() if log.exists() else []
                print("\n".join(f"    {line}" for line in lines[-SHOWN_LINES:]), flush=True)
        return counts.failed == 0


def execute(log: pathlib.Path, *words: str | pathlib.Path, **environment: str) -> int:
    with log.open("a") as output:
        return subprocess.run([str(word) for word in words], cwd=REPOSITORY, stdout=output, stderr=output,
                              stdin=subprocess.DEVNULL, env={**os.environ,
                                                             **environment}, check=False).returncode


@contextmanager
def alone() -> Iterator[None]:
    """Two copies in one clone take turns at building, and at the unit tests, whose results Meson keeps in
    one file for each program. The rest they test side by side."""
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(folder: pathlib.Path, *options: str, **environment: str) -> Callable[[pathlib.Path], Counts]:
    def action(log: pathlib.Path) -> Counts:
        with alone():
            status = 0
            if not (folder / "build.ninja").exists():
                status = execute(log, "meson", "setup", folder, "-Dwerror=true", *options, **environment)
            status = status or execute(log, "ninja", "-C", folder)
        return Counts(passed=int(status == 0), failed=int(status != 0))
    return action


def count_junit(path: pathlib.Path, status: int) -> Counts:
    """The cases of a JUnit file; a bad status without a failed case is a failure of its own."""
    counts = Counts()
    if path.exists():
        for case in xml.parse(path).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                counts.failed += 1
            elif case.find("skipped") is not None:
                counts.skipped += 1
            else:
                counts.passed += 1
    if counts.failed == 0 and (status != 0 or counts.passed == 0):
        counts.failed = 1
    return counts


def meson_test(folder: pathlib.Path, *options: str, **environment: str) -> Callable[[pathlib.Path], Counts]:
    def action(log: pathlib.Path) -> Counts:
        base = f"testlog-{os.getpid()}"
        with alone():
            status = execute(log, "meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs",
                             "--logbase", base, *options, **environment)
        results = folder / "meson-logs" / f"{base}.junit.xml"
        counts = count_junit(results, status)
        for left in results.parent.glob(f"{base}.*"):
            left.unlink()
        return counts
    return action


def pytest(*folders: str) -> Callable[[pathlib.Path], Counts]:
    def action(log: pathlib.Path) -> Counts:
        results = log.with_suffix(".xml")
        status = execute(log, PYTHON, "-m", "pytest", "-n", "6", "--dist", "loadgroup",
                         f"--junitxml={results}", *folders,
                         UNDERSTUDY_BUILD=str(GCC.relative_to(REPOSITORY)), PYTHONDONTWRITEBYTECODE="1")
        return count_junit(results, status)
    return action


def counted_script(*words: str) -> Callable[[pathlib.Path], Counts]:
    """A script that tells its own counts in its last line."""
    def action(log: pathlib.Path) -> Counts:
        status = execute(log, PYTHON, *words, PYTHONDONTWRITEBYTECODE="1")
        found = re.findall(r"(\d+) passed, (\d+) failed$", log.read_text(), re.MULTILINE)
        counts = Counts(*map(int, found[-1])) if found else Counts()
        return counts if found and (status == 0) == (counts.failed == 0) else Counts(failed=1)
    return action


def lint_manual(log: pathlib.Path) -> Counts:
    pages = sorted((REPOSITORY / "man").glob("*.[1-8]"))
    for page in pages:
        execute(log, "mandoc", "-T", "lint", "-W", "warning", page)
    # A page carries the version it describes and no date, which would be wrong by the next commit.
    blamed = {line.split(":")[1] for line in log.read_text().splitlines() if "missing date" not in line}
    failed = len(blamed)
    return Counts(passed=len(pages) - failed, failed=failed if pages else 1)


def run_all(run: Run, quick: bool) -> None:
    built = run.suite("build-gcc", build(GCC, "-Ddebug=false"))
    for name in ("layers", "text", "messages", "units", "faults", "limits"):
        run.suite(name, counted_script(f"tests/tidy/{name}.py"))
    run.suite("mutations", counted_script("tests/mutation/run.py", "--check"))
    if built:
        run.suite("pure", counted_script("tests/tidy/pure.py", str(GCC)))
        run.suite("advert-path", counted_script("tests/tidy/advert_path.py", str(GCC)))
        run.suite("effects", counted_script("tests/tidy/effects.py", str(GCC)))
        run.suite("unit", meson_test(GCC, "--timeout-multiplier", "10"))
    if quick:
        return
    run.suite("manual", lint_manual)
    # Tests in namespaces mostly wait; clang fills their pauses.
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        clang = beside.submit(run_with_clang, run)
        if built:
            run.suite("netns", pytest("tests/netns"))
            run.suite("compat", pytest("tests/compat"))
            run.suite("differential", pytest("tests/differential"))
        clang.result()


def run_with_clang(run: Run) -> None:
    """One build for clang's warnings, for the sanitizers, for what the tests leave out, and for clang-tidy's
    data base of commands.
    Large units read the headers less often. Without optimization the build would take half of its time, and
    simulated days ten times theirs."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)  # its children inherit it
    options = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1", "-Ddebug=false",
               f"-Dcpp_args={shlex.join(('-gline-tables-only', *COUNTING))}",
               f"-Dcpp_link_args={COUNTING[0]}", "-Dunity_size=20"]
    if run.suite("build-clang-asan", build(CLANG, *options, CC="clang-19", CXX="clang++-19",
                                           LLVM_PROFILE_FILE="/dev/null")):  # Meson runs what it tries
        counts = run.logs / "coverage"
        shutil.rmtree(counts, ignore_errors=True)  # of a process that had this number before
        run.suite("unit-asan", meson_test(CLANG, "--timeout-multiplier", "60", **SANITIZER_OPTIONS,
                                          LLVM_PROFILE_FILE=f"{counts}/%m.profraw"))  # one of each program
        run.suite("coverage", counted_script("tests/tidy/coverage.py", str(CLANG), str(counts)), shown=True)
        run.suite("clang-tidy", counted_script("tests/tidy/clang.py", str(CLANG)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true",
                         help="one build, the checks of the text, the unit tests")
    chosen = options.parse_args()
    run = Run()
    run.logs.mkdir(parents=True, exist_ok=True)
    run_all(run, chosen.quick)
    print(f"logs: {run.logs.relative_to(REPOSITORY)}")
    print(run.total)
    sys.exit(1 if run.total.failed else 0)


if __name__ == "__main__":
    main()
