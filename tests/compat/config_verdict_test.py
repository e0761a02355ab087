"""What -t says of a file: keepalived's exit status and ours, over configurations as people write them."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from typing import Iterator

import pytest

from lab.agent import build_folder
from lab.namespaces import Namespaces

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "golden" / "corpus"
OURS = build_folder() / "src/daemon/understudyd"
KEEPALIVED = shutil.which("keepalived") or "/usr/sbin/keepalived"

# Where we differ on purpose: file, keepalived's status, ours, why.
NEWER = "a later keepalived understands this; Debian's does not"
DIFFERENCES = {
    "newer-environment": (5, 0, NEWER),
    "newer-keywords": (5, 0, NEWER),
    "newer-script-interval": (5, 0, NEWER),
    "newer-strict-argument": (0, 5, "later releases read the argument; ignoring it would switch it on"),
    "open-quote": (2, 5, "one mistake is one complaint: the open quote, not the value it hides"),
    "prefix-without-length": (0, 5, "a slash without a length is a mistake, not a length of 32"),
    "script-not-executable": (0, 5, "what can never succeed would never be noticed to fail"),
    "script-twice": (0, 5, "of two scripts of one name one would silently not run; later releases say so"),
    "unicast-without-interface": (5, 0, "documented, and later releases run it"),
}

INTERFACES = """
for name in eth0 eth1; do
    ip link add $name type veth peer name peer_$name
    ip link set $name up
    ip link set peer_$name up
done
ip address add 192.0.2.1/24 dev eth0
"""


@pytest.fixture(scope="module")
def host() -> Iterator[Namespaces]:
    host = Namespaces("alpha")
    host.run("sh", "-ec", INTERFACES)
    yield host
    host.close()


def verdict(host: Namespaces, program: pathlib.Path | str,
            file: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return host.try_run(program, "-t", "-f", file)


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.conf")), ids=lambda file: file.stem)
def test_a_file_is_judged_as_keepalived_judges_it(host: Namespaces, file: pathlib.Path) -> None:
    theirs = verdict(host, KEEPALIVED, file)
    ours = verdict(host, OURS, file)
    expected = DIFFERENCES.get(file.stem, (theirs.returncode, theirs.returncode))[:2]
    assert (theirs.returncode, ours.returncode) == expected, theirs.stderr + ours.stderr


def test_every_argued_difference_is_about_a_file_of_the_corpus() -> None:
    assert set(DIFFERENCES) <= {file.stem for file in CORPUS.glob("*.conf")}
