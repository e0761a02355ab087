#!/usr/bin/python3
"""How long `-t` takes for a large configuration: understudyd beside keepalived, in turn, in one namespace.

A thousand instances on four interfaces, each with a script and an address, those of IPv4 with a password:
more than 20,000 lines without a mistake. The time is that of the whole process, as a pipeline or an
editor sees it.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import pathlib
import statistics
import sys
import tempfile
from contextlib import closing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.agent import keepalived, understudy  # noqa: E402
from lab.namespaces import Namespaces  # noqa: E402

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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", type=int, default=1000)
    options.add_argument("--runs", type=int, default=21)
    options.add_argument("--json", type=pathlib.Path, help="where to write every single run")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, closing(Namespaces("check")) as host:
        file = pathlib.Path(folder) / "large.conf"
        file.write_text(configuration(chosen.instances))
        host.run("sh", "-c", INTERFACES.format(last=(chosen.instances - 1) // INSTANCES_PER_LINK))
        programs = {"understudy": str(understudy()), "keepalived": str(keepalived())}
        said = json.loads(host.run("/usr/bin/python3", "-c", RACE, file, str(chosen.runs),
                                   *programs.values()))
    times = {name: [ms for _, ms in said[program]] for name, program in programs.items()}
    statuses = {name: {status for status, _ in said[program]} for name, program in programs.items()}
    if chosen.json:
        chosen.json.write_text(json.dumps(times, indent=1))
    lines = configuration(chosen.instances).count("\n")
    print(f"`-t` of {lines} lines, {chosen.runs} runs of each in turn, whole process in ms.\n")
    print("| program | status | median (range) |\n|---|---|---|")
    for name, column in times.items():
        print(f"| {name} | {statuses[name]} | {statistics.median(column):.1f} "
              f"({min(column):.1f} to {max(column):.1f}) |")
    ratio = statistics.median(times["keepalived"]) / statistics.median(times["understudy"])
    print(f"\nunderstudy is {ratio:.2f} times as fast.")


if __name__ == "__main__":
    main()
