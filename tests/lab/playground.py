"""The playground: a pair and a client to break and mend by hand, gone when the shell ends.

Started by scripts/lab. The shell runs outside the hosts; its functions reach into them.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys

from lab.agent import Agent, understudy
from lab.article import SERVICE_COMMAND, VIRTUAL_ADDRESS, article_config, start_service
from lab.control import tool
from lab.network import BLOCKED, FORWARDING, Lab

WELCOME = """\
Two hosts and a client at one switch; understudy runs on h1 (priority 100) and h2 (priority 90).
The virtual address is {vip}; all files are in {folder}.

  status               who runs, who holds the address, whether the client reaches it
  h1 COMMAND, h2 ...   run something on a host (without a command: a shell), also: client, switch
  fail h1              cut its cable and kill its processes;   heal h1  plug it in and start it again
  ask h1 why           what its daemon knows: status, why, history, doctor, drain ... (understudyctl)
  log h1               what its daemon said;   notes  what the notify scripts wrote

Try:  status; fail h1; sleep 5; status; ask h2 history; heal h1; sleep 5; status
      ask h1 drain; ask h1 why; status; ask h1 resume
      h1 pkill python3            (kills the service that is checked: the address moves)
      h1 ip addr del {vip}/24 dev eth0; h1 ip -br addr
      client ping {vip}
Leave with exit; everything made here goes with it.
"""

FUNCTIONS = """\
LAB_FOLDER={folder}
VIP={vip}
port_of() {{
    case "$1" in
        h1) echo p1 ;;
        h2) echo p2 ;;
        *) echo "fail and heal need h1 or h2" >&2; return 1 ;;
    esac
}}
cable() {{ switch bridge link set dev "$(port_of "$1")" state "$2"; }}
fail() {{ port_of "$1" >/dev/null && cable "$1" {blocked} && "$1" sh -c 'kill -KILL -1'; }}
heal() {{
    port_of "$1" >/dev/null || return 1
    cable "$1" {forwarding}
    rm -f "$LAB_FOLDER/$1"/*.pid
    "start_$1"
}}
ask() {{
    local host="$1" files="$LAB_FOLDER/$1/agent"
    shift
    if [ "$1" = doctor ]; then set -- "$@" -f "$files.conf"; fi
    "$host" {ctl} "$@" -s "$files.sock"
}}
log() {{ cat "$LAB_FOLDER/$1/agent.log"; }}
notes() {{ cut -d' ' -f2- "$LAB_FOLDER/notify.log"; }}
running() {{ "$1" pgrep -x {program} >/dev/null && echo running || echo stopped; }}
holds() {{ "$1" ip -o addr show dev eth0 | grep -qF " $VIP/"; }}
holding() {{ holds "$1" && echo "holds $VIP" || echo "does not hold it"; }}
status() {{
    for host in h1 h2; do echo "$host: agent $(running $host), $(holding $host)"; done
    client ping -q -c 1 -W 1 "$VIP" >/dev/null && echo "client: $VIP answers" || echo "client: no answer"
}}
"""

REACH_IN = '{name}() {{ if [ $# -eq 0 ]; then set -- bash; fi; {enter} "$@"; }}\n'
START_AGAIN = """\
start_{name}() {{
    {service} </dev/null >/dev/null 2>&1 &
    {agent} </dev/null >>{log} 2>&1 &
    disown -a
}}
"""


def shell_functions(lab: Lab, agents: dict[str, Agent]) -> str:
    text = FUNCTIONS.format(folder=shlex.quote(str(lab.folder)), vip=VIRTUAL_ADDRESS, blocked=BLOCKED,
                            forwarding=FORWARDING, program=understudy().name[:15],
                            ctl=shlex.quote(str(tool())))
    for host in [*lab.hosts, lab.client, lab.switch]:
        text += REACH_IN.format(name=host.name, enter=shlex.join(host.command([])))
    for name, agent in agents.items():
        text += START_AGAIN.format(name=name, agent=shlex.join(agent.command()), log=agent.log_path,
                                   service=shlex.join(agent.host.command(SERVICE_COMMAND)))
    return text


def start_agents(lab: Lab) -> dict[str, Agent]:
    agents = {}
    for host in lab.hosts:
        start_service(host)
        agents[host.name] = Agent(host, understudy(), article_config(host, lab.folder / "notify.log")).start()
    lab.wait_for_holder(lab.hosts[0], VIRTUAL_ADDRESS, 20)
    return agents


def open_shell(lab: Lab, agents: dict[str, Agent], command: str | None) -> int:
    functions = lab.folder / "functions.sh"
    functions.write_text(shell_functions(lab, agents))
    if command is not None:
        return subprocess.run(["bash", "-c", f". {functions}\n{command}"], check=False).returncode
    functions.write_text(functions.read_text() + "PS1='lab> '\n")
    print(WELCOME.format(vip=VIRTUAL_ADDRESS, folder=lab.folder))
    return subprocess.run(["bash", "--noprofile", "--rcfile", str(functions), "-i"], check=False).returncode


def main() -> None:
    options = argparse.ArgumentParser(prog="scripts/lab", description=__doc__)
    options.add_argument("--run", metavar="COMMAND", help="run this instead of a shell to type in")
    chosen = options.parse_args()
    if os.geteuid() != 0:
        sys.exit("scripts/lab makes network namespaces: run it as root")
    with Lab() as lab:
        status = open_shell(lab, start_agents(lab), chosen.run)
    sys.exit(status)


if __name__ == "__main__":
    main()
