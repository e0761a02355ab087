"""What the checks in this folder share: the repository's files, and one closing line of counts."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import Iterable

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def tracked_files() -> list[pathlib.Path]:
    """Every file of the repository that is not ignored, relative to its root."""
    listed = subprocess.run(["git", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], check=True, capture_output=True, text=True).stdout
    paths = (pathlib.Path(name) for name in listed.split("\0") if name)
    return sorted(path for path in paths if (REPOSITORY / path).is_file())


def read(path: pathlib.Path) -> str:
    return (REPOSITORY / path).read_text(errors="replace")


def finish(name: str, checked: int, complaints: Iterable[str]) -> None:
    """Prints the complaints and the counts, and ends the program with its verdict."""
    found = list(complaints)
    for complaint in found:
        print(complaint)
    failed = min(len(found), checked)
    print(f"{name}: {checked - failed} passed, {len(found)} failed")
    sys.exit(1 if found else 0)
