"""Every option of routes, rules and addresses: what the kernel holds of it, as `ip -d` tells it.

One daemon is master with a line for each option. What `ip` shows of the line must hold the words beside it.
"""

from __future__ import annotations

import json

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.routing import managed_routes, rule_priorities
from lab.waiting import stays_true, wait_until

GATEWAY = "192.0.2.100"
NEAR = f"via {GATEWAY} dev eth0"
GATEWAY6 = "2001:db8::100"

# Keyword: the words of the route beside its destination, and the words that the kernel's route shows.
ROUTES4 = {
    "inet": (f"inet {NEAR}", NEAR),
    "src": (f"src {VIP} {NEAR}", f"src {VIP}"),
    "via": (f"via inet {GATEWAY} dev eth0", NEAR),
    "gw": (f"gw {GATEWAY} dev eth0", NEAR),
    "tos": (f"tos 0x10 {NEAR}", "tos 0x10"),
    "dsfield": (f"dsfield 0x08 {NEAR}", "tos 0x08"),
    "table": (f"table 123 {NEAR}", "table 123"),
    "protocol": (f"{NEAR} no_track protocol 99", "proto 99"),
    "scope": ("dev eth0 scope link", "scope link"),
    "metric": (f"metric 5 {NEAR}", "metric 5"),
    "priority": (f"priority 6 {NEAR}", "metric 6"),
    "preference": (f"preference 7 {NEAR}", "metric 7"),
    "dev": ("dev aux0", "dev aux0"),
    "oif": ("oif aux0", "dev aux0"),
    "onlink": ("via 203.0.113.250 dev aux0 onlink", "onlink"),
    "encap": (f"dev eth0 encap ip id 5 dst {GATEWAY} ttl 9", "encap ip id 5"),
    "mtu": (f"{NEAR} mtu lock 1400", "mtu lock 1400"),
    "advmss": (f"{NEAR} advmss 1300", "advmss 1300"),
    "rtt": (f"{NEAR} rtt 300ms", "rtt 300ms"),
    "rttvar": (f"{NEAR} rttvar 240ms", "rttvar 240ms"),
    "reordering": (f"{NEAR} reordering 9", "reordering 9"),
    "cwnd": (f"{NEAR} cwnd lock 12", "cwnd lock 12"),
    "ssthresh": (f"{NEAR} ssthresh 13", "ssthresh 13"),
    "rto_min": (f"{NEAR} rto_min lock 250ms", "rto_min lock 250"),
    "congctl": (f"{NEAR} congctl reno", "congctl reno"),
    "hoplimit": (f"{NEAR} hoplimit 33", "hoplimit 33"),
    "window": (f"{NEAR} window 40000", "window 40000"),
    "realms": (f"{NEAR} realms 4/5", "realms 4/5"),
    "initcwnd": (f"{NEAR} initcwnd 20", "initcwnd 20"),
    "initrwnd": (f"{NEAR} initrwnd 21", "initrwnd 21"),
    "features": (f"{NEAR} features ecn", "features ecn"),
    "quickack": (f"{NEAR} quickack 1", "quickack 1"),
    "fastopen_no_cookie": (f"{NEAR} fastopen_no_cookie 1", "fastopen_no_cookie 1"),
    "nexthop": ("no_track nexthop via 198.51.100.2 dev aux0 weight 2 nexthop via 192.0.2.99 dev eth0",
                "nexthop via 198.51.100.2 dev aux0 weight 2"),
    "as": (f"as to 192.0.2.98 {NEAR}", NEAR),
}
ROUTES6 = {
    "inet6": (f"inet6 via {GATEWAY6} dev eth0", f"via {GATEWAY6} dev eth0"),
    "from": (f"from 2001:db8:ff::/48 via {GATEWAY6} dev eth0", "from 2001:db8:ff::/48"),
    "expires": (f"via {GATEWAY6} dev eth0 expires 3000 no_track", "expires "),
    "pref": (f"via {GATEWAY6} dev eth0 pref high", "pref high"),
}

# Keyword: the words of the rule beside its priority, and the words that the kernel's rule shows.
RULES = {
    "from": ("from 192.0.2.10 table 100", "from 192.0.2.10"),
    "to": ("to 192.0.2.11 table 100", "to 192.0.2.11"),
    "table": ("from 192.0.2.12 table 101", "lookup 101"),
    "lookup": ("from 192.0.2.13 lookup 102", "lookup 102"),
    "not": ("not from 192.0.2.14 table 100", "not from 192.0.2.14"),
    "tos": ("from 192.0.2.15 tos 0x10 table 100", "tos 0x10"),
    "dsfield": ("from 192.0.2.16 dsfield 0x08 table 100", "tos 0x08"),
    "fwmark": ("fwmark 0x5/0xff table 100", "fwmark 0x5/0xff"),
    "realms": ("from 192.0.2.18 realms 5/6 table 100", "realms 5/6"),
    "suppress_prefixlength": ("from 192.0.2.19 suppress_prefixlength 3 table 100", "suppress_prefixlength 3"),
    "sup_pl": ("from 192.0.2.20 sup_pl 4 table 100", "suppress_prefixlength 4"),
    "suppress_ifgroup": ("from 192.0.2.21 suppress_ifgroup 3 table 100", "suppress_ifgroup 3"),
    "sup_group": ("from 192.0.2.22 sup_group 4 table 100", "suppress_ifgroup 4"),
    "dev": ("dev aux0 table 100", "iif aux0"),
    "iif": ("iif eth0 table 100", "iif eth0"),
    "oif": ("oif eth0 table 100", "oif eth0"),
    "tunnel-id": ("from 192.0.2.26 tunnel-id 7 table 100", "tun_id 7"),
    "uidrange": ("from 192.0.2.27 uidrange 5-10 table 100", "uidrange 5-10"),
    "protocol": ("from 192.0.2.28 no_track protocol 99 table 100", "proto 99"),
    "ipproto": ("from 192.0.2.29 ipproto tcp table 100", "ipproto tcp"),
    "sport": ("from 192.0.2.30 sport 5-6 table 100", "sport 5-6"),
    "dport": ("from 192.0.2.31 dport 7-8 table 100", "dport 7-8"),
    "goto": ("from 192.0.2.32 goto 32766", "goto 32766"),
    "nop": ("from 192.0.2.33 nop", "nop"),
    "blackhole": ("from 192.0.2.34 blackhole", "blackhole"),
    "unreachable": ("from 192.0.2.35 unreachable", "unreachable"),
    "prohibit": ("from 192.0.2.36 prohibit", "prohibit"),
    "type": ("from 192.0.2.37 type prohibit", "prohibit"),
    "l3mdev": ("from 192.0.2.42 l3mdev", "l3mdev"),
    "inet": ("inet from 192.0.2.38 table 100", "from 192.0.2.38"),
    "inet6": ("inet6 from 2001:db8::38 table 100", "from 2001:db8::38"),
    "preference": ("from 192.0.2.39 table 100 preference 1501", "1501:"),
    "order": ("from 192.0.2.40 table 100 order 1502", "1502:"),
    "priority": ("from 192.0.2.41 table 100 priority 1503", "1503:"),
}
OWN_PRIORITY = ("preference", "order", "priority")
FIRST_PRIORITY = 1000

# Keyword: the address with its words, and the words of its lines.
ADDRESSES = {
    "dev": ("198.51.100.20/24 dev aux0", "aux0"),
    "scope": ("203.0.113.21/32 scope link", "scope link"),
    "brd": ("203.0.113.22/24 brd 203.0.113.99", "brd 203.0.113.99"),
    "broadcast": ("203.0.113.130/25 broadcast +", "brd 203.0.113.255"),
    "label": ("203.0.113.24/32 label eth0:ha", "eth0:ha"),
    "noprefixroute": ("203.0.113.25/32 noprefixroute", "noprefixroute"),
    "home": ("2001:db8:7::26/64 home", " home "),
    "mngtmpaddr": ("2001:db8:7::27/64 mngtmpaddr", "mngtmpaddr"),
    "preferred_lft": ("2001:db8:7::28/64 preferred_lft 5555", "preferred_lft 55"),
}


def destination(number: int, ipv6: bool = False) -> str:
    return f"2001:db8:{number + 256:x}::/48" if ipv6 else f"203.0.113.{number}"


def prepare(host: LabHost) -> None:
    host.ip("link add aux0 type veth peer name aux1")
    host.ip("link set aux1 up")
    host.ip("link set aux0 up")
    host.ip("addr add 198.51.100.1/24 dev aux0")


def block(name: str, lines: list[str]) -> tuple[str, ...]:
    return (f"{name} {{", *lines, "}")


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    host = make_lab(hosts=1, ipv6=True).hosts[0]
    prepare(host)
    return host


def shown(host: LabHost, *words: str) -> list[str]:
    """Each line with the names that this host has for numbers, and again without them."""
    named, plain = (host.run("ip", "-d", *style, *words).splitlines() for style in ((), ("-N",)))
    return [" ".join(pair) for pair in zip(named, plain)]


def missing(lines: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    """The keywords whose words are not in their line, with what is there instead."""
    return {keyword: lines.get(keyword, "nothing") for keyword, words in expected.items()
            if words not in lines.get(keyword, "")}


def test_every_option_of_a_route_reaches_the_kernel(host: LabHost, start: StartAgent) -> None:
    """ROUTES4 and ROUTES6 name the keywords, virtual_routes holds them."""
    places = {keyword: destination(number) for number, keyword in enumerate(ROUTES4)}
    places6 = {keyword: destination(number, ipv6=True) for number, keyword in enumerate(ROUTES6)}
    lines = [f"{places[keyword]}/32 {words}" for keyword, (words, _) in ROUTES4.items()]
    lines += [f"{places6[keyword]} {words}" for keyword, (words, _) in ROUTES6.items()]
    agent = start(host, config(Instance(extra=block("virtual_routes", lines))))
    agent.wait_for_log("Entering MASTER STATE")
    settle(agent)
    routes = joined(shown(host, "route", "show", "table", "all"))
    routes += joined(shown(host, "-6", "route", "show", "table", "all"))
    found = {keyword: " ".join(line for line in routes if f" {place} " in f" {line} ")
             for keyword, place in {**places, **places6}.items()}
    assert missing(found, {keyword: words for keyword, (_, words) in {**ROUTES4, **ROUTES6}.items()}) == {}
    assert "the kernel refused" not in agent.log()


def joined(lines: list[str]) -> list[str]:
    """The further hops of a route stand on lines of their own."""
    routes: list[str] = []
    for line in lines:
        if line.startswith(("\t", " ")) and routes:
            routes[-1] += " " + " ".join(line.split())
        else:
            routes.append(" ".join(line.split()))
    return routes


def settle(agent: Agent) -> None:
    """Until the last of the objects is in place: the kernel is asked for them in order, rules last."""
    seen = -1

    def unchanged() -> bool:
        nonlocal seen
        before, seen = seen, len(managed_routes(agent.host)) + len(rule_priorities(agent.host))
        return seen == before and agent.host.holds(VIP)

    wait_until(unchanged, 10, "nothing more appears")
    stays_true(unchanged, 0.3, "nothing more appears")


def test_every_option_of_a_rule_reaches_the_kernel(host: LabHost, start: StartAgent) -> None:
    """RULES names the keywords, virtual_rules holds them."""
    lines = [words + ("" if keyword in OWN_PRIORITY else f" priority {FIRST_PRIORITY + number}")
             for number, (keyword, (words, _)) in enumerate(RULES.items())]
    agent = start(host, config(Instance(extra=block("virtual_rules", lines))))
    agent.wait_for_log("Entering MASTER STATE")
    settle(agent)
    rules = {line.split(":")[0]: line for line in shown(host, "rule", "show")}
    rules |= {line.split(":")[0]: line for line in shown(host, "-6", "rule", "show")}
    found = {keyword: rules.get(line.split("priority ")[1], "") if "priority " in line else
             next((rule for rule in rules.values() if words in rule), "")
             for line, (keyword, (_, words)) in zip(lines, RULES.items())}
    assert missing(found, {keyword: words for keyword, (_, words) in RULES.items()}) == {}
    assert "the kernel refused" not in agent.log()


def test_every_option_of_an_address_reaches_the_kernel(host: LabHost, start: StartAgent) -> None:
    """ADDRESSES names the keywords, virtual_ipaddress and virtual_ipaddress_excluded hold them."""
    host.run("sysctl", "-qw", "net.ipv6.conf.eth0.use_tempaddr=0")
    start(host, config(Instance(excluded=tuple(line for line, _ in ADDRESSES.values()))))
    last = list(ADDRESSES.values())[-1][0].split("/")[0]
    wait_until(lambda: host.holds(last), 10, "the last address")
    text = joined(shown(host, "-o", "addr", "show"))
    found = {keyword: " ".join(line for line in text if f" {line_of.split()[0].split('/')[0]}/" in line)
             for keyword, (line_of, _) in ADDRESSES.items()}
    assert missing({keyword: f"{line} " for keyword, line in found.items()},
                   {keyword: words for keyword, (_, words) in ADDRESSES.items()}) == {}
    assert host.ip("route show 203.0.113.25") == ""


def test_duplicate_detection_is_left_out_unless_it_is_asked_for(host: LabHost, start: StartAgent) -> None:
    """-nodad; preferred_lft of a /128 is 0 unless it is given"""
    start(host, config(Instance(excluded=("2001:db8:7::1/128", "2001:db8:7::2/128 -nodad",
                                          "2001:db8:7::3/128 preferred_lft forever"))))
    wait_until(lambda: host.holds("2001:db8:7::3"), 10, "the last address")
    found = {str(entry["local"]): entry for entry in host.addresses()}
    assert [found[f"2001:db8:7::{n}"].get("nodad", False) for n in (1, 2, 3)] == [True, False, True]
    assert [found[f"2001:db8:7::{n}"].get("deprecated", False) for n in (1, 3)] == [True, False]


def test_the_loss_of_an_address_of_no_track_moves_no_role(host: LabHost, start: StartAgent) -> None:
    """no_track of an address: keepalived would step down without it; here no address costs the role"""
    agent = start(host, config(Instance(excluded=("203.0.113.5/32 no_track", "203.0.113.6/32"))))
    wait_until(lambda: host.holds("203.0.113.6"), 10, "both addresses")
    host.ip("addr del 203.0.113.5/32 dev eth0")
    wait_until(lambda: host.holds("203.0.113.5"), 10, "it is back")
    stays_true(lambda: "BACKUP" not in agent.log().split("Entering MASTER STATE")[1], 0.5, "still master")


@pytest.mark.parametrize("word, order", [("prepend", ["keepalived", "static"]),
                                         ("append", ["static", "keepalived"]), ("add", ["static"])])
def test_a_route_goes_before_or_behind_its_like_or_not_at_all(host: LabHost, start: StartAgent, word: str,
                                                              order: list[str]) -> None:
    """add, prepend, append"""
    host.ip("route add 203.0.113.9/32 via 192.0.2.99 dev eth0 proto static")
    route = f"{word} 203.0.113.9/32 {NEAR}"
    agent = start(host, config(Instance(extra=block("virtual_routes", [route, f"203.0.113.10/32 {NEAR}"]))))
    wait_until(lambda: "203.0.113.10" in managed_routes(host), 10, "the route that has no like")
    shown_routes = json.loads(host.run("ip", "-j", "route", "show", "203.0.113.9"))
    assert [route["protocol"] for route in shown_routes] == order
    assert agent.is_running()
