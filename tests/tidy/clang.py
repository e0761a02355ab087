#!/usr/bin/python3
"""clang-tidy over all sources, but for those that were clean and have not changed, with their includes.

Most of its time goes into the standard library's headers, which it walks again for every translation unit. So
the units of the build are judged, each of which holds several sources.

The memory of clean units is a folder of the build: an empty file for each, named by a digest of its inputs.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass

from report import REPOSITORY, finish

CLANG_TIDY = "clang-tidy-19"
# The build itself includes sources in its units.
CHECKS = "--checks=-bugprone-suspicious-include"


@dataclass(frozen=True)
class Unit:
    path: pathlib.Path
    command: str
    output: str

    def arguments(self) -> list[str]:
        """How it is compiled, but for names and the precompiled headers, which would be walked as a whole."""
        words = iter(shlex.split(self.command)[1:])
        kept = []
        for word in words:
            if word in ("-include-pch", "-MQ", "-MF", "-o", "-c"):
                next(words)
            elif word not in ("-MD", "-Winvalid-pch", "-fcolor-diagnostics"):
                kept.append(word)
        return kept


def included_by(build: pathlib.Path) -> dict[str, list[pathlib.Path]]:
    """What the compiler read for each object, as ninja recorded it."""
    told = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True,
                          check=True).stdout
    found: dict[str, list[pathlib.Path]] = {}
    for paragraph in told.split("\n\n"):
        title, _, rest = paragraph.strip().partition("\n")
        found[title.split(":")[0]] = [(build / line.strip()).resolve() for line in rest.splitlines()]
    return found


class Verdicts:
    """Remembers which units were found clean, by a digest of everything the finding depends on."""

    def __init__(self, build: pathlib.Path) -> None:
        self.folder = build / "clang-tidy"
        self.folder.mkdir(exist_ok=True)
        self.included = included_by(build)
        self.rules = (REPOSITORY / ".clang-tidy").read_bytes()
        self.digests: dict[pathlib.Path, bytes] = {}

    def path(self, unit: Unit) -> pathlib.Path:
        whole = hashlib.sha256(self.rules + unit.command.encode())
        for path in [unit.path, *sorted(self.included.get(unit.output, []))]:
            whole.update(str(path).encode() + self.digest(path))
        return self.folder / whole.hexdigest()

    def digest(self, path: pathlib.Path) -> bytes:
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes() if path.exists() else b"").digest()
        return self.digests[path]


def judge(build: pathlib.Path, verdicts: Verdicts, unit: Unit) -> list[str]:
    clean = verdicts.path(unit)
    if clean.exists():
        return []
    done = subprocess.run([CLANG_TIDY, "-quiet", f"--config-file={REPOSITORY / '.clang-tidy'}", CHECKS,
                           f"-header-filter={re.escape(str(REPOSITORY))}/(include|src)/.*", unit.path, "--",
                           *unit.arguments()],
                          cwd=build, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines()
             if re.match(r"\S+:\d+:\d+: (warning|error):", line)]
    if done.returncode != 0 and not found:
        found = [f"{unit.path}: {CLANG_TIDY} ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    if not found:
        clean.touch()
    return found


def main() -> None:
    build = pathlib.Path(sys.argv[1]).resolve()
    units = [Unit((build / entry["file"]).resolve(), entry["command"], entry["output"])
             for entry in json.loads((build / "compile_commands.json").read_text())
             if entry["output"].startswith("src/")]
    verdicts = Verdicts(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        found = list(pool.map(lambda unit: judge(build, verdicts, unit), units))
    finish("clang-tidy", len(units), sorted({line for lines in found for line in lines}))


if __name__ == "__main__":
    main()
