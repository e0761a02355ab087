#!/usr/bin/python3
"""Each pattern of src/daemon/advert_path.ld has brought a function of the daemon to the others there.

    advert_path.py BUILD

A function that has another name now lies elsewhere again, and nothing else would tell: it only costs time.
"""

from __future__ import annotations

import fnmatch
import pathlib
import re
import subprocess
import sys

from report import finish, read

SCRIPT = pathlib.Path("src/daemon/advert_path.ld")
SECTION = ".text.advert_path"


def patterns() -> list[str]:
    return re.findall(r"^ *\*\(\.text\.(\S+)\)$", read(SCRIPT), re.MULTILINE)


def listed(*command: str) -> list[list[str]]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()]


def functions_of_the_section(program: pathlib.Path) -> list[str]:
    headers = (row[row.index(SECTION):] for row in listed("readelf", "-SW", str(program)) if SECTION in row)
    header = next(headers, None)
    if header is None:
        return []
    begin, size = int(header[2], 16), int(header[4], 16)
    # A function that the compiler has split or narrowed bears a suffix.
    return [row[2].partition(".")[0] for row in listed("nm", "--defined-only", str(program))
            if begin <= int(row[0], 16) < begin + size]


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    functions = functions_of_the_section(pathlib.Path(sys.argv[1]) / "src/daemon/understudyd")
    wanted = patterns()
    finish("advert_path", len(wanted), [f"{SCRIPT}: no function is called {pattern}" for pattern in wanted
                                        if not fnmatch.filter(functions, pattern)])


if __name__ == "__main__":
    main()
