"""Asks -t of both programs, one after the other, in one namespace with two interfaces."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Callable
from typing import NamedTuple

from lab.agent import build_folder
from lab.namespaces import Namespaces

OURS = build_folder() / "src/daemon/understudyd"
KEEPALIVED = shutil.which("keepalived") or "/usr/sbin/keepalived"

INTERFACES = """
for name in eth0 eth1; do
    ip link add $name type veth peer name peer_$name
    ip link set $name up
    ip link set peer_$name up
done
ip address add 192.0.2.1/24 dev eth0
"""

# Run inside, so that one entry into the namespace judges every text. Prints status and output as JSON.
JUDGE = """
import json, pathlib, subprocess, sys
program, texts = sys.argv[1], json.load(sys.stdin)
file = pathlib.Path("/run/judged.conf")
said = {}
for name, text in texts.items():
    file.write_text(text)
    done = subprocess.run([program, "-t", "-f", file], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=10)
    said[name] = [done.returncode, done.stderr.decode(errors="replace")]
print(json.dumps(said))
"""


# For hundreds of texts, on a machine that does other things as well.
TIMEOUT = 300


class Verdict(NamedTuple):
    status: int
    words: str


Verdicts = dict[str, Verdict]


def read_verdicts(printed: str) -> Verdicts:
    return {name: Verdict(status, words) for name, (status, words) in json.loads(printed).items()}


def both(judge: Callable[[Namespaces, pathlib.Path | str], Verdicts]) -> tuple[Verdicts, Verdicts]:
    """keepalived's verdicts and ours."""
    host = Namespaces("alpha")
    try:
        host.run("sh", "-ec", INTERFACES)
        return judge(host, KEEPALIVED), judge(host, OURS)
    finally:
        host.close()


def of_texts(texts: dict[str, str]) -> tuple[Verdicts, Verdicts]:
    """Of configurations by name, each a file of its own."""
    return both(lambda host, program: read_verdicts(
        host.run("/usr/bin/python3", "-c", JUDGE, program, stdin=json.dumps(texts), timeout=TIMEOUT)))
