"""What -t says of one line of virtual_routes or virtual_rules: keepalived's exit status and ours.

Every option stands here in good and in bad form. All lines are judged in one namespace, each in its own file.
"""

from __future__ import annotations

import pytest

import verdicts as judged
from verdicts import Verdicts

pytestmark = pytest.mark.xdist_group("routes")  # both programs are asked once for all

ROUTES = """
198.51.100.0/24 via 192.0.2.2 dev eth0
default via 192.0.2.254
default via 192.0.2.254 dev eth0
default6 via 2001:db8::254 dev eth0
2001:db8:1::/48 via 2001:db8::254 dev eth0
default via 2001:db8::254 dev eth0
default dev eth0
to 203.0.113.0/24 dev eth0
unicast to 203.0.113.0/24 dev eth0
blackhole 203.0.113.0/24
blackhole 2001:db8:1::/48
unreachable 203.0.113.0/24 no_track
prohibit 203.0.113.0/24 dev eth0
throw 203.0.113.0/24
nat 203.0.113.0/24 dev eth0
local 203.0.113.1 dev lo
broadcast 203.0.113.255 dev eth0
multicast 224.0.0.0/4 dev eth0
anycast 203.0.113.0/24 dev eth0
203.0.113.0/24
203.0.113.0/24 dev nosuch
203.0.113.0/33 dev eth0
203.0.113.0/x dev eth0
203.0.113.0/24 203.0.112.0/24 dev eth0
203.0.113.5/24 dev eth0
dev eth0
dev eth0 203.0.113.0/24
203.0.113.0/24 dev eth0 frob
203.0.113.0/24 dev
203.0.113.0/24 dev eth0 via
203.0.113.0/24 dev eth0 via foo
203.0.113.0/24 dev eth0 via 2001:db8::1
203.0.113.0/24 dev eth0 via inet6 2001:db8::254
203.0.113.0/24 dev eth0 via inet 192.0.2.2
203.0.113.0/24 dev eth0 gw 192.0.2.2
203.0.113.0/24 dev eth0 src 192.0.2.1
203.0.113.0/24 dev eth0 src 2001:db8::1
203.0.113.0/24 dev eth0 src foo
203.0.113.0/24 dev eth0 from 192.0.2.0/24
2001:db8:1::/48 from 2001:db8:2::/48 dev eth0
2001:db8:1::/48 from 192.0.2.0/24 dev eth0
203.0.113.0/24 dev eth0 tos 0x10
203.0.113.0/24 dev eth0 tos 16
203.0.113.0/24 dev eth0 tos 256
203.0.113.0/24 dev eth0 tos foo
203.0.113.0/24 dev eth0 dsfield CS1
203.0.113.0/24 dev eth0 dsfield AF11
203.0.113.0/24 dev eth0 dsfield EF
203.0.113.0/24 dev eth0 table 100
203.0.113.0/24 dev eth0 table 0
203.0.113.0/24 dev eth0 table main
203.0.113.0/24 dev eth0 table local
203.0.113.0/24 dev eth0 table default
203.0.113.0/24 dev eth0 table nosuch
203.0.113.0/24 dev eth0 table 4294967295
203.0.113.0/24 dev eth0 table 4294967296
203.0.113.0/24 dev eth0 table 0x10
203.0.113.0/24 dev eth0 table -1
203.0.113.0/24 dev eth0 protocol static
203.0.113.0/24 dev eth0 protocol static no_track
203.0.113.0/24 dev eth0 no_track protocol static
203.0.113.0/24 dev eth0 protocol keepalived
203.0.113.0/24 dev eth0 protocol 18
203.0.113.0/24 dev eth0 protocol 256
203.0.113.0/24 dev eth0 protocol nosuch
203.0.113.0/24 dev eth0 scope link
203.0.113.0/24 dev eth0 scope 5
203.0.113.0/24 dev eth0 scope 256
203.0.113.0/24 dev eth0 scope foo
2001:db8:1::/48 dev eth0 scope link
203.0.113.0/24 dev eth0 metric 10
203.0.113.0/24 dev eth0 metric x
203.0.113.0/24 dev eth0 metric -1
203.0.113.0/24 dev eth0 metric 0x10
203.0.113.0/24 dev eth0 metric 4294967296
203.0.113.0/24 dev eth0 priority 10
203.0.113.0/24 dev eth0 preference 10
203.0.113.0/24 oif eth0
203.0.113.0/24 dev eth0 via 192.0.9.9 onlink
203.0.113.0/24 via 192.0.2.2 dev eth0 encap ip id 5 dst 192.0.2.3 src 192.0.2.1
203.0.113.0/24 dev eth0 encap ip id 5 dst 192.0.2.3 src 192.0.2.1 tos 4 ttl 5
203.0.113.0/24 dev eth0 encap ip id 5 dst 192.0.2.3 local 192.0.2.1 dsfield 4 hoplimit 5
203.0.113.0/24 dev eth0 encap ip id 5 dst 192.0.2.3 src 192.0.2.1 ttl 256
203.0.113.0/24 dev eth0 encap ip flags 1 dst 192.0.2.3
203.0.113.0/24 dev eth0 encap ip dst 2001:db8::5
203.0.113.0/24 dev eth0 encap ip dst foo
203.0.113.0/24 dev eth0 encap ip6 dst 2001:db8::5 hoplimit 5 tc 3 flags 1 id 7
203.0.113.0/24 dev eth0 encap ip6 dst 192.0.2.1
203.0.113.0/24 dev eth0 encap ip6 dst 2001:db8::5 src 2001:db8::1 tos 3
203.0.113.0/24 dev eth0 encap ila 2001:db8:0:1
203.0.113.0/24 dev eth0 encap ila 1:2:3:4
203.0.113.0/24 dev eth0 encap ila 1:2:3
203.0.113.0/24 dev eth0 encap ila 5
203.0.113.0/24 dev eth0 encap ila 1:2:3:4 csum-mode adj-transport
203.0.113.0/24 dev eth0 encap mpls 100
203.0.113.0/24 dev eth0 encap mpls 100/200
203.0.113.0/24 dev eth0 encap mpls 100/200 ttl 5
203.0.113.0/24 dev eth0 encap mpls foo
203.0.113.0/24 dev eth0 encap mpls 1048576
203.0.113.0/24 dev eth0 encap bpf foo
203.0.113.0/24 dev eth0 encap seg6 foo
203.0.113.0/24 dev eth0 encap
203.0.113.0/24 dev eth0 encap ip
203.0.113.0/24 encap ip dst 192.0.2.3 dev eth0
203.0.113.0/24 dev eth0 expires 100
2001:db8:1::/48 dev eth0 expires 100
2001:db8:1::/48 dev eth0 expires x
203.0.113.0/24 dev eth0 mtu 1400
203.0.113.0/24 dev eth0 mtu lock 1400
203.0.113.0/24 dev eth0 mtu x
203.0.113.0/24 dev eth0 mtu lock x
203.0.113.0/24 dev eth0 mtu lock
203.0.113.0/24 dev eth0 mtu
203.0.113.0/24 dev eth0 advmss lock 1400
203.0.113.0/24 dev eth0 rtt 300
203.0.113.0/24 dev eth0 rtt 300ms
203.0.113.0/24 dev eth0 rtt 3s
203.0.113.0/24 dev eth0 rtt 0.3s
203.0.113.0/24 dev eth0 rtt 3us
203.0.113.0/24 dev eth0 rtt 100ms
203.0.113.0/24 dev eth0 rtt 100
203.0.113.0/24 dev eth0 rtt 1
203.0.113.0/24 dev eth0 rtt lock 300
203.0.113.0/24 dev eth0 rttvar 100ms
203.0.113.0/24 dev eth0 rttvar lock 300ms
203.0.113.0/24 dev eth0 reordering 5
203.0.113.0/24 dev eth0 reordering lock 5
203.0.113.0/24 dev eth0 cwnd 5
203.0.113.0/24 dev eth0 cwnd lock 5
203.0.113.0/24 dev eth0 ssthresh 5
203.0.113.0/24 dev eth0 ssthresh lock 5
203.0.113.0/24 dev eth0 rto_min 300
203.0.113.0/24 dev eth0 rto_min 100ms
203.0.113.0/24 dev eth0 rto_min lock 300ms
203.0.113.0/24 dev eth0 congctl cubic
203.0.113.0/24 dev eth0 congctl lock cubic
203.0.113.0/24 dev eth0 congctl nosuch
203.0.113.0/24 dev eth0 hoplimit 5
203.0.113.0/24 dev eth0 hoplimit 256
203.0.113.0/24 dev eth0 hoplimit lock 5
203.0.113.0/24 dev eth0 window 5
203.0.113.0/24 dev eth0 window lock 5
203.0.113.0/24 dev eth0 realms 5
203.0.113.0/24 dev eth0 realms 5/6
203.0.113.0/24 dev eth0 realms cosmos
203.0.113.0/24 dev eth0 realms nosuch
203.0.113.0/24 dev eth0 realms 5/nosuch
203.0.113.0/24 dev eth0 realms 256
203.0.113.0/24 dev eth0 realms 65536
203.0.113.0/24 dev eth0 realms 0x10/0x11
2001:db8:1::/48 dev eth0 realms 5
203.0.113.0/24 dev eth0 initcwnd 5
203.0.113.0/24 dev eth0 initcwnd lock 5
203.0.113.0/24 dev eth0 initrwnd 5
203.0.113.0/24 dev eth0 features ecn
203.0.113.0/24 dev eth0 features foo
203.0.113.0/24 dev eth0 features ecn ecn
203.0.113.0/24 dev eth0 quickack 1
203.0.113.0/24 dev eth0 quickack 2
203.0.113.0/24 dev eth0 quickack true
203.0.113.0/24 dev eth0 pref high
2001:db8:1::/48 dev eth0 pref high
2001:db8:1::/48 dev eth0 pref foo
203.0.113.0/24 dev eth0 ttl-propagate enabled
203.0.113.0/24 dev eth0 ttl-propagate foo
203.0.113.0/24 dev eth0 fastopen_no_cookie 1
203.0.113.0/24 dev eth0 fastopen_no_cookie true
203.0.113.0/24 dev eth0 fastopen_no_cookie 0
203.0.113.0/24 dev eth0 fastopen_no_cookie foo
203.0.113.0/24 dev eth0 add
add 203.0.113.0/24 dev eth0
203.0.113.0/24 dev eth0 prepend
203.0.113.0/24 dev eth0 append
203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 weight 5 nexthop via 192.0.2.3 dev eth0
203.0.113.0/24 nexthop via 192.0.2.2 weight 5 onlink nexthop via 192.0.2.3 dev eth1 realms 3
203.0.113.0/24 nexthop via 192.0.2.2 weight 0
203.0.113.0/24 nexthop via 192.0.2.2 weight 257
203.0.113.0/24 nexthop dev eth0
203.0.113.0/24 nexthop
203.0.113.0/24 nexthop via inet6 2001:db8::1 dev eth0
203.0.113.0/24 nexthop via 2001:db8::1 dev eth0
203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 frob
203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 encap mpls 100
203.0.113.0/24 nexthop via 192.0.2.2 dev nosuch
203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 as to 192.0.2.3
203.0.113.0/24 via 192.0.2.2 nexthop via 192.0.2.2 dev eth0
203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 metric 5
203.0.113.0/24 metric 5 nexthop via 192.0.2.2 dev eth0
203.0.113.0/24 dev eth0 nexthop via 192.0.2.2
203.0.113.0/24 dev eth0 track_group tg
203.0.113.0/24 dev eth0 vrf eth0
203.0.113.0/24 dev eth0 vrf nosuch
203.0.113.0/24 dev eth0 as to 192.0.2.5
203.0.113.0/24 dev eth0 as 192.0.2.5
203.0.113.0/24 via 192.0.2.2 or 192.0.2.3 dev eth0
inet 203.0.113.0/24 dev eth0
inet to 203.0.113.0/24 dev eth0
inet unicast 203.0.113.0/24 dev eth0
inet6 to 2001:db8:1::/48 dev eth0
inet6 to default dev eth0
inet to default dev eth0
inet6 to 203.0.113.0/24 dev eth0
inet6 default dev eth0
default dev eth0 inet6
203.0.113.0/24 dev eth0 dev eth1
203.0.113.0/24 dev eth0 table 5 table 6
any dev eth0
all dev eth0
0/0 dev eth0
10/8 dev eth0
203.0.113/24 dev eth0
"""

RULES = """
from 192.0.2.10/32 table 100 priority 1000
from 192.0.2.10 table 100
from 192.0.2.10/32 to 203.0.113.0/24 lookup 100 preference 1000
from 2001:db8::1 table 100 order 5
from 192.0.2.10 to 2001:db8::1 table 100 priority 5
from foo table 100 priority 5
from 192.0.2.1/33 table 100 priority 5
from default table 100 priority 5
from all table 100 priority 5
from any table 100 priority 5
to default table 100 priority 5
not from 192.0.2.1 table 100 priority 5
from 192.0.2.1 table nosuch priority 5
from 192.0.2.1 table main priority 5
from 192.0.2.1 table 0 priority 5
from 192.0.2.1 table 4294967296 priority 5
from 192.0.2.1 table 100 priority x
from 192.0.2.1 table 100 priority -1
from 192.0.2.1 table 100 priority 0
from 192.0.2.1 table 100 priority 32767
from 192.0.2.1 table 100 priority 4294967295
from 192.0.2.1 priority 5
from 192.0.2.1 table 100 goto 200 priority 5
from 192.0.2.1 goto 200 priority 5
from 192.0.2.1 goto 3 priority 5
from 192.0.2.1 goto 5 priority 5
from 192.0.2.1 goto 0 priority 5
from 192.0.2.1 goto x priority 5
from 192.0.2.1 goto 200
from 192.0.2.1 nop priority 5
from 192.0.2.1 nop nop priority 5
from 192.0.2.1 blackhole priority 5
from 192.0.2.1 unreachable priority 5
from 192.0.2.1 prohibit priority 5
from 192.0.2.1 prohibit table 100 priority 5
from 192.0.2.1 type blackhole priority 5
from 192.0.2.1 type unicast table 100 priority 5
from 192.0.2.1 type nat priority 5
from 192.0.2.1 type nop priority 5
from 192.0.2.1 type goto 200 priority 5
from 192.0.2.1 type foo priority 5
from 192.0.2.1 type unreachable priority 5
from 192.0.2.1 type prohibit priority 5
from 192.0.2.1 type 2 priority 5
from 192.0.2.1 type 3 priority 5
from 192.0.2.1 type 6 priority 5
from 192.0.2.1 type 7 priority 5
from 192.0.2.1 type 8 priority 5
from 192.0.2.1 throw priority 5
from 192.0.2.1 unicast priority 5
from 192.0.2.1 tos 0x10 table 100 priority 5
from 192.0.2.1 tos 256 table 100 priority 5
from 192.0.2.1 dsfield CS1 table 100 priority 5
from 192.0.2.1 dsfield EF table 100 priority 5
from 192.0.2.1 fwmark 5 table 100 priority 5
from 192.0.2.1 fwmark 0x5 table 100 priority 5
from 192.0.2.1 fwmark 0x5/0xff table 100 priority 5
from 192.0.2.1 fwmark 5/ table 100 priority 5
from 192.0.2.1 fwmark /5 table 100 priority 5
from 192.0.2.1 fwmark foo table 100 priority 5
from 192.0.2.1 fwmark -1 table 100 priority 5
from 192.0.2.1 fwmark 4294967296 table 100 priority 5
fwmark 5 table 100 priority 5
from 192.0.2.1 realms 5 table 100 priority 5
from 192.0.2.1 realms 5/6 table 100 priority 5
from 192.0.2.1 realms 0x5/6 table 100 priority 5
from 192.0.2.1 realms 5/ table 100 priority 5
from 192.0.2.1 realms nosuch table 100 priority 5
from 2001:db8::1 realms 5 table 100 priority 5
from 192.0.2.1 suppress_prefixlength 0 table 100 priority 5
from 192.0.2.1 suppress_prefixlength 33 table 100 priority 5
from 192.0.2.1 suppress_prefixlength 129 table 100 priority 5
from 192.0.2.1 suppress_prefixlength x table 100 priority 5
from 2001:db8::1 suppress_prefixlength 128 table 100 priority 5
suppress_prefixlength 33 table 100 priority 5 from 192.0.2.1
from 192.0.2.1 suppress_prefixlength 0 blackhole priority 5
from 192.0.2.1 sup_pl 0 table 100 priority 5
from 192.0.2.1 suppress_ifgroup 0 table 100 priority 5
from 192.0.2.1 suppress_ifgroup 3 table 100 priority 5
from 192.0.2.1 suppress_ifgroup default table 100 priority 5
from 192.0.2.1 suppress_ifgroup nosuch table 100 priority 5
from 192.0.2.1 sup_group 3 table 100 priority 5
dev eth0 table 100 priority 5
iif eth0 table 100 priority 5
oif eth0 table 100 priority 5
iif nosuch table 100 priority 5
oif nosuch table 100 priority 5
iif lo table 100 priority 5
from 192.0.2.1 tunnel-id 5 table 100 priority 5
from 192.0.2.1 tunnel-id 0x5 table 100 priority 5
from 192.0.2.1 tunnel-id 18446744073709551615 table 100 priority 5
from 192.0.2.1 tunnel-id 18446744073709551616 table 100 priority 5
from 192.0.2.1 tunnel-id x table 100 priority 5
from 192.0.2.1 uidrange 5-10 table 100 priority 5
from 192.0.2.1 uidrange 10-5 table 100 priority 5
from 192.0.2.1 uidrange 5 table 100 priority 5
from 192.0.2.1 uidrange x-y table 100 priority 5
from 192.0.2.1 uidrange 5-5 table 100 priority 5
from 192.0.2.1 l3mdev priority 5
from 192.0.2.1 l3mdev table 100 priority 5
from 192.0.2.1 protocol static table 100 priority 5
from 192.0.2.1 protocol static table 100 priority 5 no_track
from 192.0.2.1 protocol 18 table 100 priority 5
from 192.0.2.1 protocol 256 table 100 priority 5
from 192.0.2.1 protocol nosuch table 100 priority 5
from 192.0.2.1 ipproto 6 table 100 priority 5
from 192.0.2.1 ipproto tcp table 100 priority 5
from 192.0.2.1 ipproto nosuch table 100 priority 5
from 192.0.2.1 ipproto 256 table 100 priority 5
from 192.0.2.1 ipproto 0 table 100 priority 5
from 192.0.2.1 sport 5-10 table 100 priority 5
from 192.0.2.1 sport 10-5 table 100 priority 5
from 192.0.2.1 sport 5 table 100 priority 5
from 192.0.2.1 sport 5-5 table 100 priority 5
from 192.0.2.1 sport 0-5 table 100 priority 5
from 192.0.2.1 sport 5-65536 table 100 priority 5
from 192.0.2.1 dport 5-10 table 100 priority 5
from 192.0.2.1 dport 5-70000 table 100 priority 5
from 192.0.2.1 dport http-https table 100 priority 5
inet foo from 192.0.2.1 table 100 priority 5
inet6 foo table 100 priority 5
inet6 table 100 iif eth0 priority 5
inet6 foo from 192.0.2.1 table 100 priority 5
from 192.0.2.1 inet6 foo table 100 priority 5
table 100 priority 5
priority 5 blackhole
table 100
from 192.0.2.1 table 100 priority 5 no_track
from 192.0.2.1 table 100 no_track
from 192.0.2.1 table 100 priority 5 track_group tg
from 192.0.2.1 table 100 priority 5 frob
from 192.0.2.1 table
from
from 192.0.2.1 table 100 table 101 priority 5
from 192.0.2.1 lookup 100 lookup 101 priority 5
from 192.0.2.1 blackhole blackhole priority 5
from 192.0.2.1 blackhole prohibit priority 5
from 192.0.2.1 from 192.0.2.2 table 100 priority 5
from 192.0.2.1 priority 5 priority 6 table 100
192.0.2.1 table 100 priority 5
from 192.0.2.1 table 100 pref 5
from 192.0.2.1 map-to 5 priority 5
from 192.0.2.1 not table 100 priority 5
"""

# Where we differ on purpose: our exit status, and why.
OUT_OF_RANGE = (5, "keepalived takes another number for it without a word")
EMPTY_RANGE = (5, "the kernel refuses it, and keepalived only then says so")
ONE_PORT = (0, "one port is a range, for ip-rule and for later releases")
NAMED_FAMILY = (0, "documented; keepalived skips the word after the family")
DIFFERENCES = {
    "203.0.113.0/24 dev eth0 table 4294967296": OUT_OF_RANGE,
    "203.0.113.0/24 dev eth0 table -1": OUT_OF_RANGE,
    "inet 203.0.113.0/24 dev eth0": NAMED_FAMILY,
    "inet6 table 100 iif eth0 priority 5": NAMED_FAMILY,
    "inet6 to default dev eth0": NAMED_FAMILY,
    "inet to default dev eth0": NAMED_FAMILY,
    "inet6 default dev eth0": NAMED_FAMILY,
    "from 192.0.2.1 uidrange 5 table 100 priority 5": (0, "one user is a range"),
    "from 192.0.2.1 uidrange 10-5 table 100 priority 5": EMPTY_RANGE,
    "from 192.0.2.1 sport 5 table 100 priority 5": ONE_PORT,
    "from 192.0.2.1 sport 10-5 table 100 priority 5": EMPTY_RANGE,
    "from 192.0.2.1 sport 5-65536 table 100 priority 5": OUT_OF_RANGE,
    "from 192.0.2.1 dport 5-70000 table 100 priority 5": OUT_OF_RANGE,
}

BLOCKS = {"virtual_routes": ROUTES, "virtual_rules": RULES}
FILES = {line: f"vrrp_instance web {{\n{block} {{\n{line}\n}}\ninterface eth0\n"
               "virtual_router_id 51\nvirtual_ipaddress {\n192.0.2.10\n}\n}\n"
         for block, lines in BLOCKS.items() for line in lines.strip().splitlines()}


@pytest.fixture(scope="module")
def verdicts() -> tuple[Verdicts, Verdicts]:
    return judged.of_texts(FILES)


@pytest.mark.parametrize("line", list(FILES))
def test_a_line_is_judged_as_keepalived_judges_it(verdicts: tuple[Verdicts, Verdicts], line: str) -> None:
    theirs, ours = (said[line] for said in verdicts)
    expected = DIFFERENCES.get(line, (theirs.status, ""))[0]
    assert ours.status == expected, f"keepalived: {theirs}\nours: {ours}"


def test_every_argued_difference_is_one(verdicts: tuple[Verdicts, Verdicts]) -> None:
    theirs, _ = verdicts
    assert not [line for line, (status, _) in DIFFERENCES.items() if theirs[line].status == status]
