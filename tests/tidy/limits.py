#!/usr/bin/python3
"""tests/limits.tsv names a limit that stands in the sources, and a test of it, for all that may pile up.

    limits.py
"""

from __future__ import annotations

import pathlib
import re

from report import REPOSITORY, finish, read

TABLE = pathlib.Path("tests/limits.tsv")


def has_test(text: str, name: str) -> bool:
    """Suite.Name of GoogleTest, a suite alone, or a function of pytest."""
    suite, _, test = name.partition(".")
    if name.startswith("test_"):
        return f"def {name}(" in text
    return re.search(rf"TEST(?:_F|_P)?\({suite}, {test or chr(92) + 'w+'}\)", text) is not None


def complaint(line: str) -> str | None:
    columns = line.split("\t")
    if len(columns) != 4:
        return "is not what, limit, policy and test"
    source, _, constant = columns[1].partition(" ")
    path, _, test = columns[3].partition("::")
    for file in (source, path):
        if not (REPOSITORY / file).is_file():
            return f"there is no {file}"
    if not re.search(rf"\b{constant}\b", read(pathlib.Path(source))):
        return f"{source} has no {constant}"
    if not has_test(read(pathlib.Path(path)), test):
        return f"{path} has no {test}"
    return None


if __name__ == "__main__":
    lines = [line for line in read(TABLE).splitlines() if line and not line.startswith("#")]
    found = [f"{TABLE}: {line.partition(chr(9))[0]}: {wrong}" for line in lines if (wrong := complaint(line))]
    finish("limits", len(lines), found)
