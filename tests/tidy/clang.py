#!/usr/bin/python3
"""clang-tidy over all sources, but for those that were clean and have not changed, with their includes.

Most of its time goes into the standard library's headers, which it walks again for every translation unit. So
several sources of one folder are judged as one unit. A source that cannot stand beside the others there,
because it gives a name of its own that another gives too, is judged alone.

The memory of clean units is a folder of the build: an empty file for each, named by a digest of its inputs.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import itertools
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
SOURCES_IN_UNIT = 8
COLLISION = "[clang-diagnostic-error]"


@dataclass(frozen=True)
class Source:
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

    def path(self, unit: list[Source]) -> pathlib.Path:
        whole = hashlib.sha256(self.rules)
        for source in unit:
            whole.update(source.command.encode())
            for path in [source.path, *sorted(self.included.get(source.output, []))]:
                whole.update(str(path).encode() + self.digest(path))
        return self.folder / whole.hexdigest()

    def digest(self, path: pathlib.Path) -> bytes:
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes() if path.exists() else b"").digest()
        return self.digests[path]


def complaints_about(build: pathlib.Path, unit: list[Source], stem: pathlib.Path) -> list[str]:
    if len(unit) == 1:
        main = unit[0].path
    else:
        main = stem.with_suffix(".cpp")
        main.write_text("".join(f'#include "{source.path}"  // NOLINT(bugprone-suspicious-include)\n'
                                for source in unit))
    done = subprocess.run([CLANG_TIDY, "-quiet", f"--config-file={REPOSITORY / '.clang-tidy'}",
                           f"-header-filter={re.escape(str(REPOSITORY))}/(include|src)/.*", main, "--",
                           *unit[0].arguments()],
                          cwd=build, capture_output=True, text=True, check=False)
    findings = [line for line in done.stdout.splitlines()
                if re.match(r"\S+:\d+:\d+: (warning|error):", line)]
    if done.returncode != 0 and not findings:
        findings = [f"{main}: {CLANG_TIDY} ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    return findings


def judge(build: pathlib.Path, verdicts: Verdicts, unit: list[Source]) -> list[str]:
    clean = verdicts.path(unit)
    if clean.exists():
        return []
    found = complaints_about(build, unit, clean)
    colliding = {line.split(":")[0] for line in found if line.endswith(COLLISION)}
    if len(unit) > 1 and colliding:
        alone = [source for source in unit if str(source.path) in colliding] or unit
        together = [source for source in unit if source not in alone]
        parts = [[source] for source in alone] + ([together] if together else [])
        found = list(itertools.chain.from_iterable(judge(build, verdicts, part) for part in parts))
    if not found:
        clean.touch()
    return found


def units_of(sources: list[Source]) -> list[list[Source]]:
    units = []
    for _, group in itertools.groupby(sorted(sources, key=lambda source: source.path),
                                      key=lambda source: source.path.parent):
        folder = list(group)
        units += [folder[i:i + SOURCES_IN_UNIT] for i in range(0, len(folder), SOURCES_IN_UNIT)]
    return units


def main() -> None:
    build = pathlib.Path(sys.argv[1]).resolve()
    sources = [Source((build / entry["file"]).resolve(), entry["command"], entry["output"])
               for entry in json.loads((build / "compile_commands.json").read_text())]
    sources = [source for source in sources if REPOSITORY / "src" in source.path.parents]
    verdicts = Verdicts(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        found = list(pool.map(lambda unit: judge(build, verdicts, unit), units_of(sources)))
    finish("clang-tidy", len(sources), sorted(set(itertools.chain.from_iterable(found))))


if __name__ == "__main__":
    main()
