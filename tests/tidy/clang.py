#!/usr/bin/python3
"""clang-tidy over all sources, but for those that were clean and have not changed, with their includes.

The memory of clean sources is a folder of the build: an empty file for each, named by a digest of its inputs.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys

from report import REPOSITORY, finish

CLANG_TIDY = "clang-tidy-19"


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
    """Remembers which sources were found clean, by a digest of everything the finding depends on."""

    def __init__(self, build: pathlib.Path) -> None:
        self.folder = build / "clang-tidy"
        self.folder.mkdir(exist_ok=True)
        self.included = included_by(build)
        self.rules = (REPOSITORY / ".clang-tidy").read_bytes()
        self.digests: dict[pathlib.Path, bytes] = {}

    def path(self, entry: dict[str, str]) -> pathlib.Path:
        whole = hashlib.sha256(self.rules + entry["command"].encode())
        for path in [pathlib.Path(entry["file"]), *sorted(self.included.get(entry["output"], []))]:
            whole.update(str(path).encode() + self.digest(path))
        return self.folder / whole.hexdigest()

    def digest(self, path: pathlib.Path) -> bytes:
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes() if path.exists() else b"").digest()
        return self.digests[path]


def complaints_about(build: pathlib.Path, source: str) -> list[str]:
    done = subprocess.run([CLANG_TIDY, "-quiet", "-p", build,
                           f"-header-filter={re.escape(str(REPOSITORY))}/(include|src)/.*", source],
                          capture_output=True, text=True, check=False)
    findings = [line for line in done.stdout.splitlines()
                if re.match(r"\S+:\d+:\d+: (warning|error):", line)]
    if done.returncode != 0 and not findings:
        findings = [f"{source}: {CLANG_TIDY} ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    return findings


def judge(build: pathlib.Path, verdicts: Verdicts, entry: dict[str, str]) -> list[str]:
    clean = verdicts.path(entry)
    if clean.exists():
        return []
    found = complaints_about(build, entry["file"])
    if not found:
        clean.touch()
    return found


def main() -> None:
    build = pathlib.Path(sys.argv[1]).resolve()
    sources = REPOSITORY / "src"
    entries = [{**entry, "file": str((build / entry["file"]).resolve())}
               for entry in json.loads((build / "compile_commands.json").read_text())]
    entries = [entry for entry in entries if sources in pathlib.Path(entry["file"]).parents]
    verdicts = Verdicts(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        found = list(pool.map(lambda entry: judge(build, verdicts, entry), entries))
    finish("clang-tidy", len(entries), sorted(set(itertools.chain.from_iterable(found))))


if __name__ == "__main__":
    main()
