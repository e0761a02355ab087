"""Random configurations: what both programs take, and what has an effect in a laboratory.

Times are short, so that a pair is quiet again soon after each disturbance. Whatever is left out is left out
by both alike: what one of the programs alone can do is tested elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pieces import Block, Piece, config

LINKS = ("eth0", "eth1")
NET4 = {"eth0": "192.0.2", "eth1": "198.51.100"}
NET6 = {"eth0": "2001:db8:", "eth1": "2001:db8:1:"}
PEER4 = {"eth0": "192.0.2.2", "eth1": "198.51.100.2"}
PEER6 = {"eth0": "2001:db8::2", "eth1": "2001:db8:1::2"}
OWN4 = {"eth0": "192.0.2.1", "eth1": "198.51.100.1"}
OWN6 = {"eth0": "2001:db8::1", "eth1": "2001:db8:1::1"}
PRIORITIES = (1, 50, 90, 100, 100, 101, 150, 200, 253, 254)
NOTIFY = "@FOLDER@/notify.sh"
SCRIPTS, FILES = ("S1", "S2"), ("F1", "F2")


@dataclass
class Draw:
    """Random choices, one after another."""

    rng: Random

    def one(self, *choices: object) -> object:
        return self.rng.choice(choices)

    def by(self, chance: float) -> bool:
        return self.rng.random() < chance

    def maybe(self, chance: float, *lines: Piece) -> list[Piece]:
        return list(lines) if self.by(chance) else []

    def number(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)


@dataclass
class Shape:
    """What the parts of an instance have to agree about."""

    number: int
    link: str
    ipv6: bool
    version: int
    strict: bool = False

    def own(self, at: int) -> str:
        """A virtual address of this instance."""
        last = 50 + 10 * self.number + at
        return f"{NET6[self.link]}:{last}" if self.ipv6 else f"{NET4[self.link]}.{last}"


def draw_config(rng: Random) -> Block:
    draw = Draw(rng)
    shapes = [draw_shape(draw, number) for number in range(1, draw.rng.choice((1, 1, 1, 2, 2, 3, 4)) + 1)]
    blocks = [draw_instance(draw, shape) for shape in shapes]
    names = [f"VI_{shape.number}" for shape in shapes]
    extra: list[Piece] = []
    if len(blocks) > 1 and draw.by(0.5):
        members = draw.rng.sample(names, draw.number(2, len(names)))
        extra.append(draw_group(draw, members))
    rest = [name for name in names if len(names) > 3 and name not in grouped(extra)]
    if len(rest) > 1:
        extra.append(draw_group(draw, rest, "H"))
    if draw.by(0.15):
        extra += draw_statics(draw, names)
    return config(draw_globals(draw), *trackers(draw), *blocks, *extra)


def draw_shape(draw: Draw, number: int) -> Shape:
    ipv6 = draw.by(0.25)
    version = 3 if ipv6 or draw.by(0.75) else 2
    return Shape(number, str(draw.one("eth0", "eth0", "eth1")), ipv6, version,
                 strict=version == 3 and not ipv6 and draw.by(0.05))


def draw_globals(draw: Draw) -> Block:
    lines: list[Piece] = ["script_user root", "vrrp_notify_fifo @FOLDER@/pipe",
                          f"vrrp_garp_master_delay {draw.one(0, 1)}"]
    lines += draw.maybe(0.3, f"vrrp_garp_master_repeat {draw.number(1, 4)}")
    lines.append(f"vrrp_garp_lower_prio_delay {draw.one(0, 1)}")
    lines += draw.maybe(0.3, f"vrrp_garp_lower_prio_repeat {draw.number(1, 3)}")
    lines += draw.maybe(0.1, "vrrp_garp_interval 0.01")
    lines += draw.maybe(0.1, "vrrp_gna_interval 0.01")
    lines += draw.maybe(0.05, "vrrp_startup_delay 1")
    lines += draw.maybe(0.15, "vrrp_mcast_group4 224.0.0.118")
    lines += draw.maybe(0.1, "vrrp_mcast_group6 ff02::118")
    lines += draw.maybe(0.1, "vrrp_lower_prio_no_advert true")
    lines += draw.maybe(0.1, "vrrp_higher_prio_send_advert true")
    lines += draw.maybe(0.1, "vrrp_skip_check_adv_addr")
    lines += draw.maybe(0.1, "vrrp_check_unicast_src")
    lines += draw.maybe(0.3, "vrrp_notify_priority_changes true")
    lines += draw.maybe(0.1, "dynamic_interfaces")
    lines += draw.maybe(0.1, f"vrrp_version {draw.one(2, 3)}")
    lines += draw.maybe(0.05, "vrrp_min_garp")
    lines += draw.maybe(0.1, "nftables mine")
    lines += draw.maybe(0.1, "router_id somebody")
    return Block("global_defs", tuple(lines))


def trackers(draw: Draw) -> list[Piece]:
    """Two scripts and two files, whether they are used or not; the second of each weighs by itself."""
    made: list[Piece] = []
    for name in SCRIPTS:
        weight = f"weight {draw.one('-30', '20', '20 reverse')}"
        body = [f'script "@FOLDER@/{name}.sh"', "interval 1", *draw.maybe(0.3, "rise 2"),
                *draw.maybe(0.3, "fall 2"), *draw.maybe(0.3, "timeout 1"), *draw.maybe(0.15, "init_fail"),
                *([weight] if name == "S2" else [])]
        made.append(Block(f"vrrp_script {name}", tuple(body)))
    for name in FILES:
        weight = 0 if name == "F1" else draw.one(-2, 1, 2, "3 reverse")
        made.append(Block(f"track_file {name}", (f"file @FOLDER@/{name}", f"weight {weight}")))
    return made


def draw_instance(draw: Draw, shape: Shape) -> Block:
    owner = draw.by(0.04)
    priority = 255 if owner else draw.one(*PRIORITIES)
    master = owner or draw.by(0.3)
    interval = 1 if shape.version == 2 else draw.one(0.2, 0.2, 0.3, 0.5)
    lines: list[Piece] = [f"interface {shape.link}", f"virtual_router_id {50 + shape.number}",
                          f"version {shape.version}", f"priority {priority}", f"advert_int {interval}"]
    if not shape.strict:
        lines += draw.maybe(0.7, f"state {'MASTER' if master else 'BACKUP'}")
    lines += addresses(draw, shape)
    lines += way_of_speaking(draw, shape)
    if not master:
        lines += preemption(draw)
    lines += announcements(draw)
    lines += habits(draw, shape)
    lines += tracking(draw, shape.link)
    lines += hooks(draw, f"VI_{shape.number}")
    lines += draw.maybe(0.25, routes6(draw, shape) if shape.ipv6 else virtual_routes(draw, shape))
    lines += draw.maybe(0.25, rules6(draw, shape) if shape.ipv6 else virtual_rules(draw, shape))
    return Block(f"vrrp_instance VI_{shape.number}", tuple(lines))


def addresses(draw: Draw, shape: Shape) -> list[Piece]:
    count = draw.one(1, 1, 2, 3)
    entries = [draw_address(draw, shape, at) for at in range(int(str(count)))]
    if shape.ipv6:
        entries.insert(0, f"fe80::{50 + shape.number}/64")
    made: list[Piece] = [Block("virtual_ipaddress", tuple(entries))]
    if draw.by(0.25):
        other = Shape(shape.number, shape.link, shape.ipv6 != draw.by(0.5), shape.version)
        made.append(Block("virtual_ipaddress_excluded", (draw_address(draw, other, 8),)))
    return made


def draw_address(draw: Draw, shape: Shape, at: int) -> str:
    if shape.ipv6:
        return shape.own(at) + str(draw.one("", "/64", "/128", "/64 preferred_lft 0", "/64 no_track"))
    words = [shape.own(at) + str(draw.one("", "/24", "/24", "/32"))]
    elsewhere = draw.by(0.1)
    if elsewhere:
        words.append(f"dev {'eth0' if shape.link == 'eth1' else 'eth1'}")
    elif draw.by(0.15):
        words.append(f"dev {shape.link}")
    words += [str(line) for line in draw.maybe(0.1, f"scope {draw.one('link', 'global', 'site')}")]
    if not elsewhere:
        words += [str(line) for line in draw.maybe(0.15, f"label {shape.link}:{shape.number}{at}")]
    if words[0].endswith("/24"):
        words += [str(line) for line in draw.maybe(0.1, "brd +")]
    words += [str(line) for line in draw.maybe(0.1, "noprefixroute")]
    words += [str(line) for line in draw.maybe(0.1, "no_track")]
    return " ".join(words)


def way_of_speaking(draw: Draw, shape: Shape) -> list[Piece]:
    if shape.strict:
        return ["strict_mode"]
    lines: list[Piece] = []
    if shape.version == 2 and draw.by(0.5):
        kind = draw.one("PASS", "AH")
        lines.append(Block("authentication", (f"auth_type {kind}", "auth_pass secret42")))
    own, peer = (OWN6, PEER6) if shape.ipv6 else (OWN4, PEER4)
    if draw.by(0.2):
        limits = str(draw.one("", "", "", " min_ttl 255", " min_ttl 64 max_ttl 255"))
        lines += [f"unicast_src_ip {own[shape.link]}", Block("unicast_peer", (peer[shape.link] + limits,))]
        lines += draw.maybe(0.3, "unicast_ttl 64")
        lines += draw.maybe(0.2, "check_unicast_src")
        lines += draw.maybe(0.1, "unicast_fault_no_peer")
        lines += draw.maybe(0.2, f"old_unicast_checksum {draw.one('', 'never')}".strip())
    elif not shape.ipv6:
        lines += draw.maybe(0.1, f"mcast_src_ip {own[shape.link]}")
        lines += draw.maybe(0.1, "mcast_dst_ip 224.0.0.119")
        if draw.by(0.1):
            lines += [f"use_vmac {draw.one('', f'mine{shape.number}')}".strip(),
                      *draw.maybe(0.3, "vmac_xmit_base")]
    return lines


def preemption(draw: Draw) -> list[Piece]:
    if draw.by(0.25):
        return ["nopreempt"]
    return draw.maybe(0.15, "preempt_delay 1")


def announcements(draw: Draw) -> list[Piece]:
    return [*draw.maybe(0.2, f"garp_master_delay {draw.one(0, 1)}"),
            *draw.maybe(0.2, f"garp_master_repeat {draw.number(1, 4)}"),
            *draw.maybe(0.07, "garp_master_refresh 1", f"garp_master_refresh_repeat {draw.number(1, 2)}"),
            *draw.maybe(0.2, f"garp_lower_prio_delay {draw.one(0, 1)}"),
            *draw.maybe(0.2, f"garp_lower_prio_repeat {draw.number(0, 3)}")]


def habits(draw: Draw, shape: Shape) -> list[Piece]:
    if shape.strict:
        return []
    return [*draw.maybe(0.1, "dont_track_primary"), *draw.maybe(0.1, "no_accept"),
            *draw.maybe(0.1, "accept"), *draw.maybe(0.15, "lower_prio_no_advert true"),
            *draw.maybe(0.15, "higher_prio_send_advert true"), *draw.maybe(0.1, "skip_check_adv_addr on"),
            *draw.maybe(0.1, f"down_timer_adverts {draw.number(2, 4)}"),
            *draw.maybe(0.05, "promote_secondaries")]


def tracking(draw: Draw, link: str) -> list[Piece]:
    lines: list[Piece] = []
    if draw.by(0.25):
        other = "eth0" if link == "eth1" else "eth1"
        lines.append(Block("track_interface", (other + str(draw.one("", " weight -30", " weight 20",
                                                                           " weight 20 reverse")),)))
    if draw.by(0.25):
        entry = str(draw.one("S1", "S1 weight -20", "S1 weight 30", "S2", "S2 weight 15",
                             "S2 weight -15 reverse"))
        lines.append(Block("track_script", (entry,)))
    if draw.by(0.25):
        entry = str(draw.one("F1", "F1 weight 1", "F2", "F2 weight -3", "F2 weight 2 reverse"))
        lines.append(Block("track_file", (entry,)))
    return lines


def hooks(draw: Draw, owner: str) -> list[Piece]:
    lines: list[Piece] = draw.maybe(0.8, f"notify {NOTIFY}")
    for role in ("master", "backup", "fault", "stop"):
        lines += draw.maybe(0.2, f'notify_{role} "{NOTIFY} {owner} {role}"')
    if owner.startswith("VI"):
        lines += draw.maybe(0.2, f'notify_master_rx_lower_pri "{NOTIFY} {owner} lower"')
        lines += draw.maybe(0.1, f'notify_deleted "{NOTIFY} {owner} deleted"')
    lines += draw.maybe(0.15, f"notify_priority_changes {draw.one('true', 'false')}")
    return lines


def virtual_routes(draw: Draw, shape: Shape) -> Block:
    gateway = f"{NET4[shape.link]}.100 dev {shape.link}"
    net = f"203.0.113.{16 * shape.number}"
    choices = [f"{net}/28 via {gateway}", f"{net}/29 via {gateway} metric 7 no_track",
               f"src {OWN4[shape.link]} {net}/30 via {gateway}", f"blackhole {net}/31 no_track",
               f"{net}/28 via {gateway} table {100 + shape.number}",
               f"{net}/30 dev {shape.link} scope link table {100 + shape.number} mtu 1400",
               f"unreachable {net}/32", f"{net}/28 nexthop via {gateway} weight 2 "
               f"nexthop via {NET4[shape.link]}.101 dev {shape.link} weight 1"]
    return Block("virtual_routes", tuple(draw.rng.sample(choices, draw.number(1, 3))))


def virtual_rules(draw: Draw, shape: Shape) -> Block:
    table, at = 100 + shape.number, 1000 + 10 * shape.number
    choices = [f"from {shape.own(0)} table {table} priority {at}",
               f"to 203.0.113.0/24 table {table} preference {at + 1} no_track",
               f"iif {shape.link} table {table} priority {at + 2}",
               f"fwmark 7 table {table} priority {at + 3} suppress_prefixlength 0",
               f"from 203.0.113.9 to {shape.own(0)} tos 16 blackhole priority {at + 4}"]
    return Block("virtual_rules", tuple(draw.rng.sample(choices, draw.number(1, 2))))


def routes6(draw: Draw, shape: Shape) -> Block:
    net, link = f"2001:db8:{7 * shape.number}:", shape.link
    choices = [f"{net}:/64 via {NET6[link]}:100 dev {link}", f"{net}8::/62 dev {link} metric 5 no_track",
               f"unreachable {net}4::/63 table {100 + shape.number}",
               f"{net}2::/64 via {NET6[link]}:100 dev {link} table {100 + shape.number} mtu 1400"]
    return Block("virtual_routes", tuple(draw.rng.sample(choices, draw.number(1, 3))))


def rules6(draw: Draw, shape: Shape) -> Block:
    table, at = 100 + shape.number, 1000 + 10 * shape.number
    choices = [f"from {shape.own(0)} table {table} priority {at}",
               f"to 2001:db8:77::/48 table {table} priority {at + 1} no_track",
               f"from {shape.own(1)} iif {shape.link} table {table} priority {at + 2}"]
    return Block("virtual_rules", tuple(draw.rng.sample(choices, draw.number(1, 2))))


def draw_group(draw: Draw, members: list[str], name: str = "G") -> Block:
    lines: list[Piece] = [Block("group", tuple(members))]
    lines += draw.maybe(0.2, Block("track_interface", ("eth1",)))
    lines += draw.maybe(0.2, Block("track_script", (str(draw.one("S1", "S2")),)))
    lines += draw.maybe(0.2, Block("track_file", (str(draw.one("F1", "F2")),)))
    lines += draw.maybe(0.2, "sync_group_tracking_weight")
    return Block(f"vrrp_sync_group {name}", (*lines, *hooks(draw, name)))


def grouped(groups: list[Piece]) -> set[str]:
    return {member for group in groups if isinstance(group, Block) for member in group.entries("group")}


def draw_statics(draw: Draw, names: list[str]) -> list[Piece]:
    """What stands by itself, or what some instances track the links of."""
    if draw.by(0.6):
        return [Block("static_ipaddress", ("198.51.100.200/24 dev eth1",)),
                Block("static_routes", ("203.0.113.0/29 dev eth0 metric 3",)),
                Block("static_rules", ("from 192.0.2.77 table 77 priority 777",))]
    return [Block("track_group T", (Block("group", tuple(draw.rng.sample(names, 1))),)),
            Block("static_ipaddress", ("198.51.100.200/24 dev eth1 track_group T",)),
            Block("static_routes", ("203.0.113.0/29 dev eth0 metric 3 track_group T",)),
            Block("static_rules", ("from 192.0.2.77 table 77 priority 777",))]
