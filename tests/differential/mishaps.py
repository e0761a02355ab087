"""Random disturbances, and what a host looks like meanwhile, so that most of them matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Callable

from pieces import Block, Piece, config, instances, name
from settings import (FILES, LINKS, PRIORITIES, SCRIPTS, Draw, Shape, announcements, draw_address,
                      draw_config, hooks, tracking, with_garp_group, with_mail)


@dataclass(frozen=True)
class Mishap:
    """One disturbance: its name and what it is done to."""

    what: str
    words: tuple[str, ...] = ()
    config: Block | None = None  # of a reload

    def __str__(self) -> str:
        return " ".join((self.what, *self.words))


@dataclass(frozen=True)
class Plan:
    """What both programs go through."""

    seed: int
    config: Block
    mishaps: tuple[Mishap, ...]

    def configs(self) -> list[Block]:
        return [self.config, *(mishap.config for mishap in self.mishaps if mishap.config)]


def draw_plan(seed: int) -> Plan:
    rng = Random(f"understudy {seed}")
    first = with_more(Draw(Random(f"more {seed}")), draw_config(rng))
    days = Days(Draw(rng), first)
    count = rng.randint(3, 6)
    mishaps = [days.next() for _ in range(count)]
    return Plan(seed, first, (Mishap("start"), *mishaps, Mishap("stop")))


def with_more(draw: Draw, tree: Block) -> Block:
    """What was thought of later is drawn from numbers of its own, so that old seeds stay what they were."""
    if draw.by(0.4):
        tree = with_mail(draw, tree)
    return with_garp_group(draw, tree) if draw.by(0.2) else tree


class Days:
    """Draws one mishap after another."""

    def __init__(self, draw: Draw, tree: Block) -> None:
        self.draw = draw
        self.tree = tree
        self.down: set[tuple[str, str]] = set()
        self.failed: set[str] = set()
        self.peer = False

    def next(self) -> Mishap:
        used = str(self.tree)
        kinds: list[tuple[int, Callable[[], Mishap]]] = [
            (3, self.link), (2, self.deleted), (3, self.reload), (4, self.other), (3, self.advert),
            (1, lambda: Mishap("signal", (str(self.draw.one("USR1", "USR2")),))),
            (3 if "track_script" in used else 0, self.script), (3 if "track_file" in used else 0, self.file)]
        weights = [weight for weight, _ in kinds]
        return self.draw.rng.choices([make for _, make in kinds], weights)[0]()

    def link(self) -> Mishap:
        """Something goes down, or what is down comes back; two things at once are down rarely."""
        if self.down and self.draw.by(0.8):
            what, link = sorted(self.down)[0]
            self.down.discard((what, link))
            return Mishap(what, (link, "up"))
        used = [one.value("interface") for one in instances(self.tree)] or list(LINKS)
        chosen = (str(self.draw.one("carrier", "carrier", "link")), str(self.draw.one(*used, *LINKS)))
        self.down.add(chosen)
        return Mishap(chosen[0], (chosen[1], "down"))

    def deleted(self) -> Mishap:
        one = self.draw.rng.choice(instances(self.tree))
        entries = one.entries("virtual_ipaddress")
        return Mishap("delete", (self.draw.rng.choice(entries).split()[0],)) if entries else self.link()

    def script(self) -> Mishap:
        chosen = str(self.draw.one(*[one for one in SCRIPTS if f"'{one}" in str(self.tree)] or SCRIPTS))
        self.failed ^= {chosen}
        return Mishap("script", (chosen, "fails" if chosen in self.failed else "succeeds"))

    def file(self) -> Mishap:
        chosen = str(self.draw.one(*[one for one in FILES if f"'{one}" in str(self.tree)] or FILES))
        return Mishap("file", (chosen, str(self.draw.one("0", "1", "5", "-7", "300", "gone"))))

    def other(self) -> Mishap:
        """A second daemon on the other host."""
        if self.peer:
            self.peer = False
            return Mishap("peer", (str(self.draw.one("stops", "dies")),))
        self.peer = True
        return Mishap("peer", ("starts", str(self.draw.one(20, 120, 220, 254))))

    def advert(self) -> Mishap:
        """One packet of somebody who is not heard again."""
        one = self.draw.rng.choice(instances(self.tree))
        return Mishap("advert", (name(one), str(self.draw.one(0, 1, 99, 160, 255))))

    def reload(self) -> Mishap:
        for _ in range(self.draw.number(1, 2)):
            self.tree = self.changed()
        return Mishap("reload", (), self.tree)

    def changed(self) -> Block:
        blocks = instances(self.tree)
        one = self.draw.rng.choice(blocks)
        roll = self.draw.number(1, 12)
        if roll == 1 and len(blocks) > 1:
            return without_instance(self.tree, one)
        if roll == 2:
            return self.with_another()
        return self.tree.replaced(one, self.other_than(one))

    def with_another(self) -> Block:
        """One more instance, unless there are four; it is drawn as the first ones were."""
        if len(instances(self.tree)) >= 4:
            return self.tree
        drawn = instances(draw_config(self.draw.rng))[0]
        number = max(int(name(one)[3:]) for one in instances(self.tree)) + 1
        shape = Shape(number, drawn.value("interface"), False, int(drawn.value("version")))
        fresh = replace(drawn, head=f"vrrp_instance VI_{number}").with_lines(
            f"virtual_router_id {50 + number}", Block("virtual_ipaddress", (f"{shape.own(0)}/24",)))
        lines = [piece for piece in fresh.body if isinstance(piece, str) or piece.keyword in
                 ("virtual_ipaddress", "track_interface", "track_script", "track_file", "authentication")]
        lines = [line for line in lines if not (isinstance(line, str) and line.startswith("unicast"))]
        return config(*self.tree.body, replace(fresh, body=tuple(lines)))

    def other_than(self, one: Block) -> Block:
        ipv6 = ":" in one.entries("virtual_ipaddress")[0]
        shape = Shape(int(name(one)[3:]), one.value("interface"), ipv6, int(one.value("version", "2")))
        changes: list[Callable[[], Block]] = [
            lambda: one.with_lines(f"priority {self.draw.one(*PRIORITIES)}"),
            lambda: one.with_lines(f"priority {self.draw.one(*PRIORITIES)}"),
            lambda: self.other_addresses(one, shape), lambda: self.other_addresses(one, shape),
            lambda: redrawn(one, ("track_interface", "track_script", "track_file"),
                            tracking(self.draw, shape.link)),
            lambda: redrawn(one, tuple(f"notify_{role}" for role in ("master", "backup", "fault", "stop")),
                            hooks(self.draw, name(one))),
            lambda: redrawn(one, ("garp_master_delay", "garp_master_repeat", "garp_master_refresh"),
                            announcements(self.draw)),
            lambda: one.with_lines(f"advert_int {self.draw.one(0.2, 0.3, 0.5)}") if shape.version == 3
            else one.with_lines("advert_int 1"),
        ]
        return self.draw.rng.choice(changes)()

    def other_addresses(self, one: Block, shape: Shape) -> Block:
        """Not beside a peer, whose adverts would be wrong to keepalived and right to understudy."""
        if self.peer:
            return one.with_lines(f"priority {self.draw.one(*PRIORITIES)}")
        entries = one.entries("virtual_ipaddress")
        if len(entries) > 1 and self.draw.by(0.5):
            entries = entries[:-1]
        else:
            fresh = draw_address(self.draw, shape, 7)
            entries = [*(entry for entry in entries if not entry.startswith(shape.own(7))), fresh]
        return one.with_lines(Block("virtual_ipaddress", tuple(entries)))


def redrawn(one: Block, words: tuple[str, ...], lines: list[Piece]) -> Block:
    kept = tuple(piece for piece in one.body
                 if (piece if isinstance(piece, str) else piece.head).split()[0] not in words)
    return replace(one, body=kept).with_lines(*lines) if lines else replace(one, body=kept)


def without_instance(tree: Block, one: Block) -> Block:
    """Its group forgets it, too; one of fewer than two goes."""
    smaller = tree.replaced(one, None)
    for group in smaller.blocks("vrrp_sync_group"):
        members = [member for member in group.entries("group") if member != name(one)]
        kept = group.with_lines(Block("group", tuple(members))) if len(members) > 1 else None
        smaller = smaller.replaced(group, kept)
    return smaller
