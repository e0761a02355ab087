#!/usr/bin/python3
"""tests/faults/adapters.tsv knows every system call that an adapter of src/os makes, and no other source.

    faults.py

A call is what a source names with two colons in front. Those that the table exempts from failing are exempt
for a reason that stands there; the others are known to the fault layer.
"""

from __future__ import annotations

import pathlib
import re

from report import REPOSITORY, finish, read

TABLE = pathlib.Path("tests/faults/adapters.tsv")
LAYER = pathlib.Path("tests/faults/layer.cpp")
CALL = re.compile(r"(?<![\w:>])::([a-z_0-9]+)(?=\()")
FAULTY = re.compile(r'^FAULTY(?:_64|_AS)?\([^,]+, (\w+)|faults::enter\("(\w+)"', re.MULTILINE)
REACTIONS = {"told", "borne", "either", "exempt"}


def rows() -> list[list[str]]:
    lines = read(TABLE).splitlines()
    return [(line.split("\t") + [""] * 3)[:4] for line in lines if line and not line.startswith("#")]


def complaints() -> tuple[int, list[str]]:
    layer = {one or other for one, other in FAULTY.findall(read(LAYER))}
    table = {(source, call): (reaction, why) for source, call, reaction, why in rows()}
    found: list[str] = []
    made: set[tuple[str, str]] = set()
    sources = sorted((REPOSITORY / "src/os").glob("*.cpp"))
    for path in sources:
        calls = set(CALL.findall(path.read_text()))
        made |= {(path.stem, call) for call in calls}
    known = {source for source, _ in table}
    found += [f"{TABLE}: lacks src/os/{path.stem}.cpp" for path in sources if path.stem not in known]
    for source, call in sorted(made - set(table)):
        found.append(f"{TABLE}: lacks {call} of src/os/{source}.cpp")
    stems = {path.stem for path in sources}
    for (source, call), (reaction, why) in sorted(table.items()):
        if source not in stems:
            found.append(f"{TABLE}: there is no src/os/{source}.cpp")
        if reaction not in REACTIONS:
            found.append(f"{TABLE}: {source} {call}: '{reaction}' is no reaction")
        if reaction != "told" and not why:
            found.append(f"{TABLE}: {source} {call}: {reaction} without a reason")
        if reaction != "exempt" and call not in layer:
            found.append(f"{TABLE}: {source} {call}: the layer cannot make it fail")
    return len(made | set(table)), found


if __name__ == "__main__":
    finish("faults", *complaints())
