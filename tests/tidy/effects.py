#!/usr/bin/python3
"""Every active keyword of the language has a test that shows its effect, named in tests/keywords.tsv.

    effects.py BUILD

The tool of the build says which keywords are active. Each needs a row; each row names a keyword that is
active, and a test that exists, in a file that names the keyword, so that a search for it finds its test.
"""

from __future__ import annotations

import ast
import functools
import json
import pathlib
import re
import subprocess
import sys

from report import REPOSITORY, finish, read

TABLE = pathlib.Path("tests/keywords.tsv")
GOOGLE_TEST = re.compile(r"^TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)
OTHER_NAMES = {"alias", "legacy"}  # their rows are welcome, but the new name has one

# What is active and shows itself nowhere yet, with the reason.
WITHOUT_EFFECT = {
    "route entry/vrf": "needs a VRF, and the kernels that run the tests have none",
}


def label(row: dict[str, str]) -> str:
    return f"{row['block']}/{row['keyword']}" if row["block"] else row["keyword"]


def keywords(build: pathlib.Path) -> list[dict[str, str]]:
    tool = build.resolve() / "src/cli/understudyctl"
    listed = subprocess.run([tool, "explain-config", "--json"], check=True, capture_output=True, text=True)
    return json.loads(listed.stdout)


def table() -> list[tuple[int, str, str]]:
    """Line number, keyword and test of each row."""
    rows = []
    for number, line in enumerate(read(TABLE).splitlines(), 1):
        if line and not line.startswith("# "):
            name, _, test = line.partition("\t")
            rows.append((number, name, test))
    return rows


@functools.cache
def tests_in(file: str) -> set[str]:
    """The tests of a file: functions of pytest, "Suite.Name" of GoogleTest."""
    path = REPOSITORY / file
    if not path.is_file():
        return set()
    text = path.read_text()
    if path.suffix == ".py":
        return {node.name for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    return {f"{suite}.{name}" for suite, name in GOOGLE_TEST.findall(text)}


def names(file: str, name: str) -> bool:
    """Whether the file names the keyword. What is made of signs ("$NAME=") cannot be looked for."""
    word = name.split("/")[-1]
    if not re.fullmatch(r"-?\w[\w-]*", word):
        return True
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", read(pathlib.Path(file))) is not None


def complaints_about(number: int, name: str, test: str, active: set[str], known: set[str]) -> list[str]:
    where = f"{TABLE}:{number}: {name}"
    if name not in known:
        return [f"{where}: there is no such keyword (`understudyctl explain-config` lists them)"]
    if name not in active:
        return [f"{where}: has no effect yet, so no test can show it"]
    file, _, function = test.partition("::")
    if function not in tests_in(file):
        return [f"{where}: there is no test {function!r} in {file!r}"]
    if not names(file, name):
        return [f"{where}: {file} does not name it; put it into the name or the docstring of the test"]
    return []


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    listed = keywords(pathlib.Path(sys.argv[1]))
    known = {label(row) for row in listed}
    active = {label(row) for row in listed if row["active"]}
    wanted = {label(row) for row in listed if row["active"] and row["tier"] not in OTHER_NAMES}
    rows = table()
    tested = {name for _, name, _ in rows}
    complaints = [complaint for number, name, test in rows
                  for complaint in complaints_about(number, name, test, active, known)]
    complaints += [f"{name}: is active, but no test shows its effect; add the line\n"
                   f"    {name}<TAB>tests/FOLDER/FILE::TEST\nto {TABLE}"
                   for name in sorted(wanted - tested - set(WITHOUT_EFFECT))]
    complaints += [f"{name}: has a test and stands among those without effect in tests/tidy/effects.py"
                   for name in sorted(tested & set(WITHOUT_EFFECT))]
    finish("effects", len(wanted | tested), complaints)


if __name__ == "__main__":
    main()
