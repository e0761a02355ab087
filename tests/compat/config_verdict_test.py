"""What -t says of a file: keepalived's exit status and ours, over configurations as people write them.

Every file of the corpus is judged by both in one namespace, one after the other; the tests then compare what
each said. Files whose names begin alike are about the same thing; parts/ holds what they include.
"""

from __future__ import annotations

import pathlib

import pytest

import verdicts as judged
from lab.namespaces import Namespaces
from verdicts import Verdicts

pytestmark = pytest.mark.xdist_group("configurations")  # both programs are asked once for all

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
FILES = sorted(CORPUS.glob("*.conf"))
CRASHED = 128  # whatever the signal

# Where we differ on purpose: file, keepalived's status, ours, why.
NEWER = "a later keepalived understands this; Debian's does not"
DIFFERENCES = {
    "include-condition": (CRASHED, 0, "keepalived reads the included file twice, with memory it has freed"),
    "newer-bfd-multihop": (5, 0, NEWER),
    "newer-environment": (5, 0, NEWER),
    "newer-keywords": (5, 0, NEWER),
    "newer-script-interval": (5, 0, NEWER),
    "newer-strict-argument": (0, 5, "later releases read the argument; ignoring it would switch it on"),
    "open-quote": (2, 5, "one mistake is one complaint: the open quote, not the value it hides"),
    "prefix-without-length": (0, 5, "a slash without a length is a mistake, not a length of 32"),
    "script-not-executable": (0, 5, "what can never succeed would never be noticed to fail"),
    "script-twice": (0, 5, "of two scripts of one name one would silently not run; later releases say so"),
    "unicast-without-interface": (5, 0, "documented, and later releases run it"),
    "virtual-server-without-url": (CRASHED, 5, "keepalived says what is missing, then crashes"),
}

# Run inside, so that one entry into the namespace judges every file. Prints status and output as JSON.
JUDGE = """
import json, pathlib, subprocess, sys
program, folder = sys.argv[1:]
said = {}
for file in sorted(pathlib.Path(folder).glob("*.conf")):
    done = subprocess.run([program, "-t", "-f", file], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=10)
    said[file.stem] = [done.returncode, done.stderr.decode(errors="replace")]
print(json.dumps(said))
"""


def judge(host: Namespaces, program: pathlib.Path | str) -> Verdicts:
    said = judged.read_verdicts(host.run("/usr/bin/python3", "-c", JUDGE, program, CORPUS,
                                         timeout=judged.TIMEOUT))
    # subprocess tells a signal as a negative number.
    return {file: verdict if 0 <= verdict.status <= CRASHED else verdict._replace(status=CRASHED)
            for file, verdict in said.items()}


@pytest.fixture(scope="module")
def verdicts() -> tuple[Verdicts, Verdicts]:
    return judged.both(judge)


@pytest.mark.parametrize("file", [path.stem for path in FILES])
def test_a_file_is_judged_as_keepalived_judges_it(verdicts: tuple[Verdicts, Verdicts], file: str) -> None:
    theirs, ours = (said[file] for said in verdicts)
    expected = DIFFERENCES.get(file, (theirs.status, theirs.status))[:2]
    assert (theirs.status, ours.status) == expected, f"keepalived:\n{theirs.words}\nours:\n{ours.words}"


def test_a_refusal_says_why(verdicts: tuple[Verdicts, Verdicts]) -> None:
    silent = [file for file, said in verdicts[1].items() if said.status != 0 and not said.words]
    assert not silent


def test_every_argued_difference_is_about_a_file_of_the_corpus() -> None:
    assert set(DIFFERENCES) <= {file.stem for file in FILES}
    assert len(FILES) >= 60
