"""What can happen to a host. Each is a generator: it does it, yields what it did in words, and undoes it.

What a disturbance must not lead to is said where it is registered:

    silent      no virtual address appears or vanishes anywhere
    keeps       of the instance whose interval is a second, no other host gains an address
    seamless    no virtual address is without an owner
    doubles     two hosts may hold an address until it has healed
    steady      may go on while others happen; the plan knows what it leads to
    severs      two masters may not hear of each other, and the one that stays may never learn that there was
                another: then it does not announce again, and clients find out only when they ask, and not
                even then while the kernel of a host whose agent was killed answers them

One that has its host alone leaves no process there to which something else could be done.
"""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass
from typing import Callable, Iterator

from chaos.host import HOOKS, SUPERVISOR, VRRP, ChaosHost
from chaos.plan import SICK_FILE, Plan
from lab.addresses import addresses_on
from lab.network import Lab
from lab.waiting import wait_until

DEADLY = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
ENDS_WITHIN = 15
DATES = (-10 * 365 * 86400, -3600, -2, 2, 3600, 10 * 365 * 86400)


@dataclass
class World:
    lab: Lab
    hosts: list[ChaosHost]
    plan: Plan
    chance: random.Random

    def reload_all(self) -> None:
        """Those that are there; the others find the new files when they start."""
        for index, host in enumerate(self.hosts):
            host.agent.config.write_text(self.plan.text(index))
            if self.plan.states[index].present and host.is_up():
                host.agent.signal(signal.SIGHUP)


Course = Iterator[str]


@dataclass(frozen=True)
class Kind:
    course: Callable[[World, int], Course]
    lasts: tuple[float, float] = (0.1, 3.0)
    silent: bool = False
    keeps: bool = False
    seamless: bool = False
    doubles: bool = False
    steady: bool = False
    alone: bool = False
    severs: bool = False

    @property
    def name(self) -> str:
        return self.course.__name__.replace("_", " ")


KINDS: list[Kind] = []


def happens(**traits: object) -> Callable[[Callable[[World, int], Course]], Callable[[World, int], Course]]:
    def register(course: Callable[[World, int], Course]) -> Callable[[World, int], Course]:
        KINDS.append(Kind(course, **traits))  # type: ignore[arg-type]
        return course
    return register


@happens(keeps=True, alone=True)
def its_vrrp_process_dies(world: World, number: int) -> Course:
    how = world.chance.choice(DEADLY)
    world.hosts[number].kill(VRRP, how)
    yield how.name


@happens(silent=True)
def its_hooks_process_dies(world: World, number: int) -> Course:
    how = world.chance.choice(DEADLY)
    world.hosts[number].kill(HOOKS, how)
    yield how.name


def _stands_still(world: World, number: int, role: str) -> Course:
    host = world.hosts[number]
    pid = host.pids().get(role)
    host.kill(role, signal.SIGSTOP)
    yield f"process {pid}"
    if pid is not None and host.pids().get(role) == pid:
        host.kill(role, signal.SIGCONT)


@happens(keeps=True, doubles=True, alone=True)
def its_vrrp_process_stands_still(world: World, number: int) -> Course:
    yield from _stands_still(world, number, VRRP)


@happens()
def its_hooks_process_stands_still(world: World, number: int) -> Course:
    yield from _stands_still(world, number, HOOKS)


@happens(silent=True, alone=True)
def its_supervisor_stands_still(world: World, number: int) -> Course:
    yield from _stands_still(world, number, SUPERVISOR)
    world.hosts[number].agent.wake()


@happens(lasts=(0.2, 6.0), doubles=True, alone=True)
def it_freezes(world: World, number: int) -> Course:
    world.hosts[number].freeze()
    yield "every process"
    world.hosts[number].thaw()


@happens(steady=True, alone=True)
def its_power_is_cut(world: World, number: int) -> Course:
    host, state = world.hosts[number], world.plan.states[number]
    state.present = False
    world.lab.block(host.host)
    host.hang_up()
    host.power_off()
    yield "all is lost"
    world.lab.unblock(host.host)
    host.start()
    state.present = True


@happens(steady=True, doubles=True, alone=True)
def its_agent_is_killed(world: World, number: int) -> Course:
    host, state = world.hosts[number], world.plan.states[number]
    state.present, state.may_hold = False, True
    host.hang_up()
    host.agent.kill()
    yield "all processes at once; what the kernel holds stays"
    host.start()
    state.present, state.may_hold = True, False


def _must_be_gone(world: World, host: ChaosHost) -> None:
    """Without a process or an address left."""
    virtual = {address for router in world.plan.routers for address in router.addresses()}
    wait_until(lambda: not host.strangers(), ENDS_WITHIN, f"the end of all processes of {host.name}")
    wait_until(lambda: not virtual & addresses_on(host.host), ENDS_WITHIN, f"the addresses of {host.name}")


@happens(steady=True, alone=True)
def its_supervisor_dies(world: World, number: int) -> Course:
    host, state = world.hosts[number], world.plan.states[number]
    state.present = False
    host.hang_up()
    host.kill(SUPERVISOR, signal.SIGKILL)
    host.agent.bury()
    _must_be_gone(world, host)
    yield "its children let go of everything and end"
    host.start()
    state.present = True


@happens(steady=True, alone=True)
def it_is_stopped(world: World, number: int) -> Course:
    host, state = world.hosts[number], world.plan.states[number]
    state.present = False
    host.hang_up()
    status = host.agent.stop(ENDS_WITHIN)
    host.agent.bury()
    _must_be_gone(world, host)
    yield f"in an orderly way, with status {status}"
    host.start()
    state.present = True


@happens()
def its_carrier_is_lost(world: World, number: int) -> Course:
    host = world.hosts[number].host
    world.lab.switch.run("ip", "link", "set", host.port, "down")
    yield host.port
    world.lab.switch.run("ip", "link", "set", host.port, "up")


@happens()
def its_interface_is_down(world: World, number: int) -> Course:
    world.hosts[number].host.ip("link set eth0 down")
    yield "eth0"
    world.hosts[number].host.ip("link set eth0 up")
    world.hosts[number].restore_addresses()


@happens(lasts=(0.5, 5.0), doubles=True)
def it_loses_packets(world: World, number: int) -> Course:
    host, percent = world.hosts[number].host, world.chance.randrange(10, 90)
    host.run("nft", "-f", "-", stdin=f"""
        add table netdev loss
        add chain netdev loss in {{ type filter hook ingress device eth0 priority 0; }}
        add rule netdev loss in numgen random mod 100 < {percent} drop
    """)
    yield f"{percent} of 100 that arrive"
    host.run("nft", "delete table netdev loss")


@happens(lasts=(0.5, 6.0), doubles=True)
def its_adverts_are_lost(world: World, number: int) -> Course:
    port = world.hosts[number].host.port
    world.lab.switch.run("nft", "-f", "-", stdin=f"""
        add table bridge {port}
        add chain bridge {port} forward {{ type filter hook forward priority 0; }}
        add rule bridge {port} forward iifname {port} ip protocol 112 drop
        add rule bridge {port} forward iifname {port} ip6 nexthdr 112 drop
    """)
    yield "on their way to all others"
    world.lab.switch.run("nft", "delete", "table", "bridge", port)


@happens(lasts=(0.5, 6.0), doubles=True, severs=True)
def it_is_cut_off(world: World, number: int) -> Course:
    host = world.hosts[number].host
    world.lab.block(host)
    yield "at the switch; it keeps its carrier"
    world.lab.unblock(host)


def _virtual(world: World, number: int) -> list[tuple[str, str]]:
    """The virtual addresses that it holds, with the interface of each."""
    known = {address for router in world.plan.routers for address in router.addresses()}
    host = world.hosts[number]
    return [(str(entry["local"]), link) for link in host.links() for entry in host.host.addresses(link)
            if entry.get("local") in known]


def _delete(world: World, number: int, what: list[tuple[str, str]]) -> None:
    lines = [f"addr del {address} dev {link}" for address, link in what]
    world.hosts[number].host.try_run("ip", "-force", "-batch", "-", stdin="\n".join(lines) + "\n")


@happens(keeps=True)
def somebody_deletes_an_address(world: World, number: int) -> Course:
    held = _virtual(world, number)
    chosen = [world.chance.choice(held)] if held else []
    _delete(world, number, chosen)
    yield " ".join(address for address, _ in chosen) or "but it had none"


@happens(keeps=True)
def somebody_deletes_its_virtual_addresses(world: World, number: int) -> Course:
    held = _virtual(world, number)
    _delete(world, number, held)
    yield f"{len(held)} at once"


@happens()
def its_interface_is_flushed(world: World, number: int) -> Course:
    host = world.hosts[number]
    host.host.try_run("ip", "addr", "flush", "dev", "eth0", "scope", "global")
    yield "its own addresses are gone too"
    host.restore_addresses()


@happens()
def somebody_deletes_its_virtual_link(world: World, number: int) -> Course:
    host = world.hosts[number]
    links = [link for link in host.links() if link.startswith("vrrp.")]
    for link in links:
        host.host.try_run("ip", "link", "del", link)
    yield " ".join(links)


@happens(silent=True)
def it_reloads_the_same(world: World, number: int) -> Course:
    world.hosts[number].agent.signal(signal.SIGHUP)
    yield "nothing has changed"


@happens(silent=True)
def it_reloads_nonsense(world: World, number: int) -> Course:
    host = world.hosts[number]
    host.agent.config.write_text(world.plan.text(number).replace("priority", "prioritee"))
    host.agent.signal(signal.SIGHUP)
    yield "a misspelt file"
    host.agent.config.write_text(world.plan.text(number))


@happens()
def all_reload_other_priorities(world: World, number: int) -> Course:
    name = world.chance.choice(world.plan.routers).name
    order = tuple(world.chance.sample(range(world.plan.hosts), world.plan.hosts))
    world.plan.change(name, order=order)
    world.reload_all()
    yield f"of {name}: " + " > ".join(world.hosts[index].name for index in order)


@happens()
def all_reload_other_addresses(world: World, number: int) -> Course:
    more = not world.plan.find("MANY").with_optional
    world.plan.change("MANY", with_optional=more)
    world.reload_all()
    yield "more of MANY" if more else "fewer of MANY"


@happens(steady=True, seamless=True)
def it_is_drained(world: World, number: int) -> Course:
    said = world.hosts[number].tell("drain", "--all", "--no-wait")
    world.plan.states[number].drained = True
    yield said.replace("\n", "; ")
    world.hosts[number].tell("resume", "--all")
    world.plan.states[number].drained = False


@happens(lasts=(1.0, 6.0), seamless=True)
def it_fails_over(world: World, number: int) -> Course:
    name = world.chance.choice(world.plan.routers).name
    yield world.hosts[number].tell("failover", name).replace("\n", "; ")
    world.hosts[number].tell("resume", "--all")


@happens(steady=True)
def its_script_fails(world: World, number: int) -> Course:
    sick = world.hosts[number].host.root / SICK_FILE.lstrip("/")
    sick.write_text("")
    world.plan.states[number].sick = True
    yield SICK_FILE
    sick.unlink(missing_ok=True)
    world.plan.states[number].sick = False


@happens(silent=True, lasts=(0.1, 4.0))
def its_date_is_set(world: World, number: int) -> Course:
    step = world.chance.choice(DATES)
    world.hosts[number].set_date(step)
    yield f"by {step} s, and back" if world.hosts[number].has_date else "but nobody can"
    world.hosts[number].set_date(0)
