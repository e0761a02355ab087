#!/usr/bin/python3
"""How long `-t` takes for a large configuration: understudyd beside keepalived, in turn, in one namespace.

A thousand instances on four interfaces, each with a script and an address, those of IPv4 with a password:
more than 20,000 lines without a mistake. The time is that of the whole process, as a pipeline or an
editor sees it.
"""

from __future__ import annotations

import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.namespaces import Namespaces  # noqa: E402
from lab.side_by_side import agents, options, spread, tell  # noqa: E402

INSTANCES_PER_LINK = 250
SCRIPT = """vrrp_script check_{n} {{
    script "/bin/true {n}"
    interval 2
    weight -20
}}
"""
INSTANCE = """vrrp_instance VI_{n} {{
    state BACKUP
    interface v{link}
    virtual_router_id {vrid}
    priority 100
    advert_int 1
{authentication}    virtual_ipaddress {{
        {address}
    }}
    track_script {{
        check_{n}
    }}
}}
"""
PASSWORD = """    authentication {
        auth_type PASS
        auth_pass secret
    }
"""
IPV4_NETWORKS = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]  # of the first links
HEAD = """global_defs {
    router_id large
    enable_script_security
    script_user root
}
"""
INTERFACES = """
for n in $(seq 0 {last}); do
    ip link add v$n type veth peer name w$n
    ip link set v$n up
    ip link set w$n up
done
"""
# Run inside: both programs in turn, each time as a process of its own. Prints status and milliseconds.
RACE = """
import json, subprocess, sys, time
file, runs, *programs = sys.argv[1:]
said = {program: [] for program in programs}
for _ in range(int(runs)):
    for program in programs:
        begin = time.perf_counter()
        done = subprocess.run([program, "-t", "-f", file], stdin=subprocess.DEVNULL, capture_output=True)
        said[program].append([done.returncode, 1000 * (time.perf_counter() - begin)])
print(json.dumps(said))
"""


def instance(n: int) -> str:
    link, vrid = n // INSTANCES_PER_LINK, n % INSTANCES_PER_LINK + 1
    if link < len(IPV4_NETWORKS):
        address = f"{ipaddress.IPv4Network(IPV4_NETWORKS[link])[vrid]}/24"
        return INSTANCE.format(n=n, link=link, vrid=vrid, address=address, authentication=PASSWORD)
    address = f"2001:db8:{link}::{vrid:x}/64"
    return INSTANCE.format(n=n, link=link, vrid=vrid, address=address, authentication="")


def configuration(instances: int) -> str:
    return HEAD + "".join(SCRIPT.format(n=n) + instance(n) for n in range(instances))


@dataclass(frozen=True)
class Measured:
    """One check of the file by a process of its own."""

    agent: str
    lines: int
    status: int
    took_ms: float


def summary(runs: list[Measured]) -> str:
    lines = [f"`-t` of {runs[0].lines} lines, whole process in ms.", "",
             "| program | runs | status | median (range) |", "|---|---|---|---|"]
    for agent in sorted({run.agent for run in runs}):
        group = [run for run in runs if run.agent == agent]
        lines.append(f"| {agent} | {len(group)} | {sorted({run.status for run in group})} "
                     f"| {spread([run.took_ms for run in group])} |")
    return "\n".join(lines)


def main() -> None:
    parser = options(__doc__, 21, "checks by each program")
    parser.add_argument("--instances", type=int, default=1000)
    chosen = parser.parse_args()
    text = configuration(chosen.instances)
    with tempfile.TemporaryDirectory() as folder, closing(Namespaces("check")) as host:
        file = pathlib.Path(folder) / "large.conf"
        file.write_text(text)
        host.run("sh", "-c", INTERFACES.format(last=(chosen.instances - 1) // INSTANCES_PER_LINK))
        programs = {name: str(program) for name, program in agents().items()}
        race = host.command(["/usr/bin/python3", "-c", RACE, file, str(chosen.runs), *programs.values()])
        said = json.loads(subprocess.run(race, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         check=True).stdout)
    runs = [Measured(name, text.count("\n"), status, ms) for name, program in programs.items()
            for status, ms in said[program]]
    tell(runs, chosen, summary)


if __name__ == "__main__":
    main()
