"""Runs tests/bench/run and puts its table beneath the date and the machine. Started by scripts/bench; see
there."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import textwrap

BENCH = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH.parent))

from lab.agent import REPOSITORY, build_folder, keepalived  # noqa: E402
from lab.figures import Figure, markdown  # noqa: E402

README = REPOSITORY / "README.md"
BEGIN, END = "<!-- figures: written by scripts/bench --readme -->", "<!-- end of figures -->"
OPTIMISED = ("2", "3")
TEXT_COLUMNS = 130


def output(*words: str | pathlib.Path) -> str:
    """Both streams, because keepalived tells its version on the second."""
    done = subprocess.run([str(word) for word in words], cwd=REPOSITORY, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def optimisation() -> str:
    """The level of the build that is measured; nothing where that cannot be told."""
    told = output("meson", "introspect", build_folder(), "--buildoptions")
    options = json.loads(told) if told.startswith("[") else []
    return next((option["value"] for option in options if option["name"] == "optimization"), "")


def machine() -> str:
    processor = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    version = re.search(r"v\d[\d.]*", output(keepalived(), "--version"))
    revision = output("git", "rev-parse", "--short", "HEAD")
    level = optimisation()
    return ", ".join(part for part in (
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        f"{os.cpu_count()} × {processor.group(1) if processor else os.uname().machine}",
        f"Linux {os.uname().release}", system.group(1) if system else "",
        f"keepalived {version.group().lstrip('v') if version else ''}",
        f"understudy {revision}" + (f" at -O{level}" if level else "")) if part)


def measured(words: list[str], results: pathlib.Path) -> tuple[list[Figure], dict[str, str]]:
    """The figures, and the benchmarks that failed with the reasons."""
    running = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", sys.executable, str(BENCH / "run"), *words,
                                "--json", str(results)], stdout=subprocess.DEVNULL)
    try:
        running.wait()
    finally:
        running.terminate()  # if this program is told to end before it has
        running.wait()
    if not results.exists():
        sys.exit(2)  # it has said why
    told = json.loads(results.read_text())
    names = ("what", "unit", "understudy", "keepalived", "floor", "target", "met")
    return [Figure(**{name: one[name] for name in names}) for one in told["figures"]], told["failures"]


def report(figures: list[Figure], title: str) -> str:
    met, missed = (sum(one.met is verdict for one in figures) for verdict in (True, False))
    words = (f"`./scripts/bench` measured {machine()}. Medians, and ranges of several runs; both agents in "
             "turn; ratios are understudy's share, and a floor is what the kernel alone takes for the same "
             f"work. Of the targets {met} are met and {missed} missed.")
    return "\n".join((title, "", textwrap.fill(words, TEXT_COLUMNS), "", markdown(figures)))


def write_into_readme(text: str) -> None:
    before, begin, rest = README.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin and end, f"{README} has no place for figures"
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main() -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    chosen, words = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if {"-h", "--help"} & set(words):
        return subprocess.run([str(BENCH / "run"), "--help"], check=False).returncode
    level = optimisation()
    assert level in ("", *OPTIMISED), f"{build_folder()} is built at -O{level}: nothing that can be compared"
    with tempfile.TemporaryDirectory() as folder:
        figures, failures = measured(words, chosen.json or pathlib.Path(folder) / "figures.json")
    print(report(figures, "## Beside keepalived"))
    for name, why in failures.items():
        print(f"{name} failed: {why}", file=sys.stderr)
    if chosen.readme and not failures:
        write_into_readme(report([one for one in figures if one.target], "## Beside keepalived"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
