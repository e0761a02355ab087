"""What goes into a configuration beside its instances: tracked processes, delays of links, mails, pipes,
scripts of the start and the end. Each is the same tree with something more."""

from __future__ import annotations

from typing import Callable

from pieces import Block, Piece, config, instances, name
from services import PROGRAMS
from settings import LINKS, NOTIFY, Draw

PROCESSES = ("P1", "P2")
WORDS = (("--port", "80"), ("--port", "80"), ("--port", "8080"), ("--port", "80", "-v"), ())


def with_more(draw: Draw, tree: Block) -> Block:
    kinds: list[tuple[float, Callable[[Draw, Block], Block]]] = [
        (0.4, with_processes), (0.3, with_mail), (0.15, with_garp_group), (0.15, with_link_delays),
        (0.15, with_general_pipe), (0.1, with_first_and_last_script)]
    for chance, more in kinds:
        if draw.by(chance):
            tree = more(draw, tree)
    return tree


def with_globals(tree: Block, *lines: Piece) -> Block:
    settings = tree.blocks("global_defs")[0]
    return tree.replaced(settings, settings.with_lines(*lines))


def with_processes(draw: Draw, tree: Block) -> Block:
    """Two tracked processes, the second with a weight of its own, and who tracks them."""
    first, *rest = tree.body  # keepalived knows what it has read before
    made = config(first, *(process_tracker(draw, one) for one in PROCESSES), *rest)
    for kind in ("vrrp_instance", "vrrp_sync_group"):
        for one in made.blocks(kind):
            if draw.by(0.7) or one.head == instances(tree)[0].head:
                made = made.replaced(one, one.with_lines(process_entries(draw)))
    return made


def process_tracker(draw: Draw, of: str) -> Block:
    program = str(draw.one(*PROGRAMS))
    known = program[:None if draw.by(0.1) else 15]
    path = f"@FOLDER@/{program}"
    lines: list[Piece] = list(draw.rng.choice((
        (f"process {known}",), (f"process {known}",), (f"process {path}", "full_command"),
        (f"process {path} @FOLDER@/serve.sh --port 80",),
        (f"process {path} @FOLDER@/serve.sh --port 80", "param_match initial"),
        (f"process {path} @FOLDER@/serve.sh --port 80", "param_match partial"))))
    lines += draw.rng.choice(((), (), (), ("quorum 2",), ("quorum 3",), ("quorum_max 1",), ("quorum_max 0",),
                              ("quorum 2", "quorum_max 3")))
    lines += draw.rng.choice(((), (), ("delay 0.5",), ("terminate_delay 0.7",), ("fork_delay 0.4",),
                              ("fork_delay 0.3", "terminate_delay 0.8")))
    if of == "P2":
        lines.append(f"weight {draw.one('-30', '20', '15 reverse', '-10 reverse')}")
    return Block(f"vrrp_track_process {of}", tuple(lines))


def process_entries(draw: Draw) -> Block:
    first = ("P1", "P1 weight -20", "P1 weight 30", "P1 weight 30 reverse")
    second = ("P2", "P2 weight 15", "P2 weight -25 reverse", "P2 weight 0")
    both = (str(draw.one(*first)), str(draw.one(*second)))
    return Block("track_process", draw.rng.choice((both[:1], both[1:], both)))


def with_link_delays(draw: Draw, tree: Block) -> Block:
    """Shorter than what any instance waits for its master, since others are none to keepalived."""
    entries = [f"{link} {draw.one('0.1', '0.3', '0.3 0.2', '0.1 0.3')}" for link in LINKS if draw.by(0.7)]
    return config(*tree.body, Block("interface_up_down_delays", tuple(entries or (f"{LINKS[0]} 0.2",))))


def with_general_pipe(draw: Draw, tree: Block) -> Block:
    """A second pipe, with a reader that the program itself starts."""
    script = '"@FOLDER@/reader.sh"'
    tree = with_globals(tree, "notify_fifo @FOLDER@/general", f"notify_fifo_script {script}")
    return with_globals(tree, "fifo_write_vrrp_states_on_reload") if draw.by(0.5) else tree


def with_first_and_last_script(draw: Draw, tree: Block) -> Block:
    return with_globals(tree, f'startup_script "{NOTIFY} startup"', f'shutdown_script "{NOTIFY} shutdown"')


def with_mail(draw: Draw, tree: Block) -> Block:
    """The same with a mail server on the host itself, and who tells it of what."""
    settings = tree.blocks("global_defs")[0]
    lines: list[Piece] = ["router_id somewhere", "smtp_server 127.0.0.1", "smtp_helo_name somewhere",
                          "notification_email_from ha@example.org",
                          Block("notification_email", ("ops@example.org", "bob@example.org")),
                          *draw.maybe(0.7, str(draw.one("smtp_alert", "smtp_alert_vrrp on",
                                                        "smtp_alert off")))]
    made = with_globals(tree, *lines)
    for kind, chance in (("vrrp_instance", 0.4), ("vrrp_sync_group", 0.5)):
        for one in made.blocks(kind):
            if draw.by(chance):
                own = one.with_lines(str(draw.one("smtp_alert", "smtp_alert on", "smtp_alert off")))
                made = made.replaced(one, own)
    return made


def with_garp_group(draw: Draw, tree: Block) -> Block:
    """The same, but what is announced on some links is spread in time."""
    links: Piece = draw.rng.choice(("interface eth0", "interface eth1", Block("interfaces", LINKS)))
    return config(*tree.body, Block("garp_group", (
        "garp_interval 0.02", *draw.maybe(0.5, "gna_interval 0.01"), links)))


def without_instance(tree: Block, one: Block) -> Block:
    """What lists it forgets it, too; a group of fewer than two goes."""
    smaller = tree.replaced(one, None)
    for group in smaller.blocks("vrrp_sync_group"):
        members = [member for member in group.entries("group") if member != name(one)]
        kept = group.with_lines(Block("group", tuple(members))) if len(members) > 1 else None
        smaller = smaller.replaced(group, kept)
    for group in smaller.blocks("track_group"):
        if name(one) in group.entries("group"):
            smaller = smaller.replaced(group, Block(group.head, (
                Block("group", (name(instances(smaller)[0]),)),)))
    return smaller
