"""Routes, rules and static objects in keepalived and understudy: the kernel holds the same.

One host at a time runs one of the two programs with a rich configuration; what `ip -j` shows of all tables is
compared in each state.
"""

from __future__ import annotations

import pathlib

from lab.agent import Agent, keepalived, understudy
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab
from lab.routing import managed_routes, routes, rules
from lab.waiting import wait_until

STATIC = """\
track_group TG { group { VI_1 } }
static_ipaddress {
    198.51.100.200/24 dev aux0
    2001:db8:9::1/64 dev aux0
}
static_routes {
    203.0.113.128/26 dev aux1x track_group TG
    203.0.113.192/26 dev aux1x
}
static_rules {
    from 192.0.2.77 table 77 priority 777
}"""

ROUTES = (
    "203.0.113.0/28 via 198.51.100.2 dev aux0 metric 5",
    f"src {VIP} 203.0.113.16/28 via 192.0.2.100 dev eth0",
    "203.0.113.32/28 via 192.0.2.100 table 100 no_track",
    "203.0.113.48/28 via 203.0.113.250 dev aux0 onlink mtu 1400 advmss 1300 initcwnd 20",
    "203.0.113.64/28 no_track nexthop via 198.51.100.2 dev aux0 weight 2 nexthop via 192.0.2.100 dev eth0",
    "203.0.113.80/28 dev eth0 scope link tos 0x10",
    "203.0.113.96/28 dev eth0 encap ip id 5 dst 192.0.2.100",
    "blackhole 203.0.113.112/29 no_track",
    "unreachable 203.0.113.120/30 no_track",
    "prohibit 203.0.113.124/30 table 200 no_track",
    "2001:db8:1::/48 via 2001:db8::100 no_track",
    "2001:db8:2::/48 no_track nexthop via 2001:db8::100 dev eth0 nexthop via 2001:db8::101 dev eth0",
    "blackhole 2001:db8:3::/48 no_track",
    "src 2001:db8::50 2001:db8:4::/48 via 2001:db8::100 dev eth0 metric 7",
)
RULES = (
    f"from {VIP} table 100 priority 100",
    "to 203.0.113.0/24 iif eth0 table 100 priority 101",
    "fwmark 5 table 200 priority 102",
    "from 2001:db8::50 table 100 priority 103",
    "from 192.0.2.51 table main suppress_prefixlength 0 priority 104",
    "from 192.0.2.52 prohibit priority 105",
    "to 192.0.2.53 blackhole priority 106",
)

RICH = config(
    Instance(excluded=("2001:db8::50/64 dev eth0",),
             extra=("virtual_routes {", *ROUTES, "}", "virtual_rules {", *RULES, "}")),
    blocks=(STATIC,))

Shown = dict[str, list[str]]


def prepare(host: LabHost) -> None:
    """Two more interfaces, and nothing random in what is compared."""
    for name in ("aux0", "aux1x"):
        host.ip(f"link add {name} type veth peer name {name}p")
        host.ip(f"link set {name} addrgenmode none")
        host.ip(f"link set {name}p addrgenmode none")
        host.ip(f"link set {name}p up")
        host.ip(f"link set {name} up")
    host.ip("addr add 198.51.100.1/28 dev aux0")
    wait_until(lambda: all(has_own_routes(host, name) for name in ("eth0", "aux0", "aux1x")), 10,
               "the kernel's own routes of all interfaces")


def has_own_routes(host: LabHost, link: str) -> bool:
    """The kernel adds them a while after a link came up."""
    return any('"ff00::/8"' in line and f'"{link}"' in line for line in routes(host))


def show(host: LabHost) -> list[str]:
    """Everything but the link-local routes of eth0, whose addresses are random."""
    return [line for line in routes(host) + rules(host) if "fe80::" not in line]


def wait_for(host: LabHost, count: int, what: str) -> None:
    wait_until(lambda: len(managed_routes(host)) == count, 10, f"{count} routes: {what}")


def live(lab: Lab, program: pathlib.Path) -> Shown:
    """The life of one agent on the first host, and what the kernel held in each part of it."""
    host = lab.hosts[0]
    prepare(host)
    shown = {"before": show(host)}
    agent = Agent(host, program, RICH).start()
    wait_for(host, len(ROUTES) + 2, "master")
    wait_until(lambda: len(rules(host)) == len(RULES) + 1 + 5, 10, "the rules of a master")
    shown["master"] = show(host)
    host.ip("link set aux1x down")
    wait_for(host, 0, "the fault of an interface of the track_group")
    wait_until(lambda: not host.holds(VIP), 10, "the address is gone")
    shown["fault"] = show(host)
    host.ip("link set aux1x up")
    wait_for(host, len(ROUTES) + 2, "master again")
    wait_until(lambda: len(rules(host)) == len(RULES) + 1 + 5, 10, "the rules of a master")
    shown["master again"] = show(host)
    agent.stop()
    shown["stopped"] = show(host)
    return shown


def test_the_kernel_holds_the_same_in_every_state(make_lab: MakeLab) -> None:
    theirs = live(make_lab(ipv6=True), keepalived())
    ours = live(make_lab(ipv6=True), understudy())
    assert ours == theirs
    assert ours["stopped"] == ours["before"]


def test_a_backup_holds_what_is_static_only(make_lab: MakeLab) -> None:
    shown = []
    for program in (keepalived(), understudy()):
        lab = make_lab(ipv6=True)
        host, other = lab.hosts
        prepare(host)
        Agent(other, understudy(), config(Instance(priority=200))).start()
        lab.wait_for_holder(other, VIP)
        agent = Agent(host, program, RICH).start()
        agent.wait_for_log("Entering BACKUP STATE")
        wait_for(host, 2, "static routes")
        wait_until(lambda host=host: len(rules(host)) == 6, 10, "the static rule")
        shown.append(show(host))
    assert shown[0] == shown[1]


def test_what_keepalived_left_behind_is_removed(make_lab: MakeLab) -> None:
    lab = make_lab(ipv6=True)
    host, other = lab.hosts
    prepare(host)
    dead = Agent(host, keepalived(), RICH).start()
    wait_for(host, len(ROUTES) + 2, "master")
    lab.crash(host)
    dead.bury()
    lab.unblock(host)
    Agent(other, understudy(), config(Instance(priority=200))).start()
    wait_until(lambda: other.holds(VIP), 10, "the other host is master")
    Agent(host, understudy(), RICH, name="second").start()
    wait_for(host, 2, "only what is static")
