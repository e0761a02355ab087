"""Random disturbances, and what a host looks like meanwhile, so that most of them matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Callable

from more_settings import (PROCESSES, WORDS, process_entries, process_tracker, with_globals, with_more,
                           without_instance)
from packets import FLAWS, password_of
from pieces import Block, Piece, config, instances, name, tracks
from services import PROGRAMS
from settings import (FILES, LINKS, PRIORITIES, SCRIPTS, Draw, Shape, announcements, draw_address,
                      draw_config, draw_group, hooks, tracking, trackers)

NUMBERS = ("0", "1", "5", "-7", "300", "gone", "words", "4x", " +2", "9999999999", "")


@dataclass(frozen=True)
class Mishap:
    """One disturbance: its name and what it is done to."""

    what: str
    words: tuple[str, ...] = ()
    config: Block | None = None  # of a reload
    services: tuple[tuple[str, ...], ...] = ()  # that run before a start: programs and their words

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
    start = days.start()
    mishaps = [days.next() for _ in range(rng.randint(3, 6))]
    return Plan(seed, first, (start, *mishaps, Mishap("stop")))


class Days:
    """Draws one mishap after another."""

    def __init__(self, draw: Draw, tree: Block) -> None:
        self.draw = draw
        self.tree = tree
        self.down: set[tuple[str, str]] = set()
        self.failed: set[str] = set()
        self.peer = False

    def start(self) -> Mishap:
        """Some services run before."""
        if not tracks(self.tree, "track_process"):
            return Mishap("start")
        count = self.draw.number(0, 3)
        return Mishap("start", services=tuple(self.service() for _ in range(count)))

    def service(self) -> tuple[str, ...]:
        return (str(self.draw.one(*PROGRAMS)), *self.draw.rng.choice(WORDS))

    def next(self) -> Mishap:
        def given(weight: int, word: str) -> int:
            return weight if tracks(self.tree, word) else 0
        kinds: list[tuple[int, Callable[[], Mishap]]] = [
            (3, self.link), (2, self.deleted), (3, self.reload), (4, self.other), (3, self.advert),
            (1, lambda: Mishap("signal", (str(self.draw.one("USR1", "USR2")),))),
            (1, lambda: Mishap("restart")), (1, self.own),
            (given(3, "track_script"), self.script), (given(3, "track_file"), self.file),
            (given(9, "track_process"), self.process)]
        weights = [weight for weight, _ in kinds]
        return self.draw.rng.choices([make for _, make in kinds], weights)[0]()

    def process(self) -> Mishap:
        """Mostly something that changes how many there are of one program."""
        program, *words = self.service()
        other = next(one for one in PROGRAMS if one != program)
        what = str(self.draw.one("starts", "starts", "starts", "ends", "ends", "crashes", "restarts",
                                 "blinks", "forks", "loses-its-master", "renames-itself", "becomes"))
        if what in ("renames-itself", "becomes"):
            words = [str(self.draw.one(other, "us-other")) if what == "renames-itself" else other]
        return Mishap("process", (program, what, *(words if what not in ("ends", "crashes") else ())))

    def own(self) -> Mishap:
        """The host's own address goes and comes back, at once or after a while."""
        return Mishap("own", (str(self.draw.one(*LINKS)), str(self.draw.one("comes", "goes", "blinks"))))

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
        """An address, a route or a rule of an instance."""
        one = self.draw.rng.choice(instances(self.tree))
        kind = str(self.draw.one("ipaddress", "ipaddress", "routes", "rules"))
        entries = one.entries(f"virtual_{kind}") or one.entries("virtual_ipaddress")
        if not entries:
            return self.link()
        chosen = self.draw.rng.choice(entries)
        if kind == "ipaddress" or not one.entries(f"virtual_{kind}"):
            return Mishap("delete", (chosen.split()[0],))
        return Mishap("delete", (kind[:-1], chosen))

    def script(self) -> Mishap:
        chosen = str(self.draw.one(*[one for one in SCRIPTS if f"'{one}" in str(self.tree)] or SCRIPTS))
        if chosen in self.failed:
            self.failed.discard(chosen)
            return Mishap("script", (chosen, "succeeds"))
        self.failed.add(chosen)
        return Mishap("script", (chosen, str(self.draw.one("fails", "fails", "hangs", "dies"))))

    def file(self) -> Mishap:
        """Written in place, or another in its place."""
        chosen = str(self.draw.one(*[one for one in FILES if f"'{one}" in str(self.tree)] or FILES))
        way = () if self.draw.by(0.7) else ("moved",)
        return Mishap("file", (chosen, str(self.draw.one(*NUMBERS)), *way))

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
        if self.draw.by(0.5):
            return Mishap("advert", (name(one), str(self.draw.one(0, 1, 99, 160, 255))))
        flaws = [flaw for flaw in FLAWS if flaw != "password" or password_of(one)]
        return Mishap("advert", (name(one), str(self.draw.one(0, 160, 254)), str(self.draw.one(*flaws))))

    def reload(self) -> Mishap:
        for _ in range(self.draw.number(1, 2)):
            self.tree = self.changed()
        return Mishap("reload", (), self.tree)

    def changed(self) -> Block:
        blocks = instances(self.tree)
        one = self.draw.rng.choice(blocks)
        roll = self.draw.number(1, 16)
        if roll == 1 and len(blocks) > 1:
            return without_instance(self.tree, one)
        if roll == 2:
            return self.with_another()
        if roll in (3, 4):
            return self.other_group(blocks)
        if roll in (5, 6):
            return self.other_tracker()
        if roll == 7:
            return self.other_settings()
        if roll == 8:
            return config(*(piece for piece in self.tree.body if isinstance(piece, str)
                            or not piece.keyword.startswith("static_")))
        return self.tree.replaced(one, self.other_than(one))

    def other_group(self, blocks: list[Block]) -> Block:
        """Dissolved, or with other members and all that it does drawn again; or a first one."""
        groups = self.tree.blocks("vrrp_sync_group")
        if groups and self.draw.by(0.4):
            return self.tree.replaced(groups[0], None)
        taken = {member for group in groups[1:] for member in group.entries("group")}
        free = [name(one) for one in blocks if name(one) not in taken]
        if len(free) < 2:
            return self.tree
        fresh = draw_group(self.draw, self.draw.rng.sample(free, self.draw.number(2, len(free))))
        return self.tree.replaced(groups[0], fresh) if groups else config(*self.tree.body, fresh)

    def other_tracker(self) -> Block:
        """How a script, a file or a process is looked at."""
        fresh = {one.head: one for one in trackers(self.draw) if isinstance(one, Block)}
        if self.tree.blocks("vrrp_track_process"):
            fresh |= {one.head: one for one in (process_tracker(self.draw, of) for of in PROCESSES)}
        chosen = str(self.draw.one(*fresh))
        return config(*(fresh[chosen] if isinstance(piece, Block) and piece.head == chosen else piece
                        for piece in self.tree.body))

    def other_settings(self) -> Block:
        return with_globals(self.tree, *self.draw.rng.choice((
            (f"vrrp_garp_master_repeat {self.draw.number(1, 4)}",), ("vrrp_notify_priority_changes true",),
            ("vrrp_lower_prio_no_advert true",), ("vrrp_higher_prio_send_advert true",),
            (f"vrrp_garp_lower_prio_repeat {self.draw.number(1, 3)}", "vrrp_garp_lower_prio_delay 0"))))

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
        if self.tree.blocks("vrrp_track_process"):
            changes += 2 * [lambda: redrawn(one, ("track_process",), self.draw.maybe(
                0.7, process_entries(self.draw)))]
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
