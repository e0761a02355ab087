"""A bad day: something is done, undone, and everything has to be right again within a bound; and so on."""

from __future__ import annotations

import random
import re
import signal
import time
from dataclasses import dataclass, field

from chaos.audit import Audit
from chaos.disturbances import KINDS, Course, Kind, World, its_vrrp_process_dies
from chaos.host import HOOKS, VRRP, ChaosHost
from chaos.ledger import Ledger
from chaos.plan import make_plan
from lab.network import Lab
from lab.prober import EchoProbe
from lab.recording import differences
from lab.starvation import Watch
from lab.waiting import wait_until

# So long must everything be right at a stretch: longer than the longest interval between adverts.
CALM_SECONDS = 1.3
# Processes start, links come up, scripts run each second, clients are told again who owns what (at most 5 s),
# or ask themselves when the one that they knew does not answer any more (8 s).
REACTION_SECONDS = 9.0
AT_FIRST_SECONDS = 30.0
# Of a machine that keeps the processor from everybody for longer than this nothing is demanded in that time.
STARVED_SECONDS = 0.15
PROBE_PAUSE_US = 10_000
LONGEST_DAY_SECONDS = 86_400
MORE_KIB = 2048  # that a process may have at the end, of its own memory
# A successor has two more than the first, however many died before; the machine's state is looked up if late.
MORE_DESCRIPTORS = 4
DIE_AMID_PERCENT = 25
AMID = "its vrrp process dies amid something else"
STAY_PERCENT = 40  # of steady disturbances outlast their round
# What the supervisor says when one of its processes dies, and when it has killed it itself.
DEATHS = {VRRP: r"the vrrp process was killed by signal", HOOKS: r"the hooks process .*: starting another"}
REPLACED = "the vrrp process has not answered for"
SUSPICIOUS = ("is not among those that the vrrp process may make", "assertion", "the vrrp process ended with")


@dataclass
class Ongoing:
    kind: Kind
    host: int
    course: Course


@dataclass
class Tally:
    rounds: int = 0
    starved: int = 0  # rounds in which the machine stood still, so that they were judged by their end alone
    disturbances: dict[str, int] = field(default_factory=dict)
    changes: int = 0
    slowest: float = 0.0
    longest_outage: float = 0.0  # that a client saw, in seconds


class Violation(Exception):
    pass


class Day:
    """Builds a cluster from a seed; run() goes through the day, and raises Violation with the story."""

    def __init__(self, seed: int, hosts: int) -> None:
        self.seed = seed
        self.began = time.time()
        self.story: list[str] = []
        self.tally = Tally()
        chance = random.Random(f"{seed}/{hosts}")
        plan = make_plan(hosts, chance)
        self.lab = Lab(hosts, ipv6=True)
        try:
            agents = [ChaosHost(host, plan.text(index)) for index, host in enumerate(self.lab.hosts)]
            self.world = World(self.lab, agents, plan, chance)
            addresses = {address for router in plan.routers for address in router.all_addresses()}
            self.ledger = Ledger(self.lab.hosts, addresses)
            self.audit = Audit(self.world, self.ledger, self.lab.capture())
            self.watch = Watch()
        except BaseException:
            self.lab.close()
            raise
        self.ongoing: list[Ongoing] = []
        self._deck: list[Kind] = []
        self._late = 0.0  # the machine, in this round
        self._undisturbed: list[tuple[float, float]] = []  # times in which a client may miss nothing

    def run(self, seconds: float) -> None:
        try:
            self.morning()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                self._round()
            self._evening()
        except (AssertionError, OSError) as error:
            raise Violation(self._told(str(error) or repr(error))) from error

    # The course of the day.

    def morning(self) -> None:
        for host in self.world.hosts:
            host.start()
        self._settle(AT_FIRST_SECONDS)
        addresses = [address for router in self.world.plan.routers for address in router.addresses()
                     if not address.startswith("fe80")]
        for address in addresses:
            self.lab.client.spawn("ping", "-c", "1", "-W", "2", address)
        time.sleep(1)
        address = self.world.plan.find("SLOW").addresses()[0]
        self.probe = EchoProbe(self.lab.client, address, PROBE_PAUSE_US, LONGEST_DAY_SECONDS)
        self.costs = [host.costs() for host in self.world.hosts]
        self._note("all is well")

    def _round(self) -> None:
        self.tally.rounds += 1
        self.watch.longest()
        self._late = 0.0
        began = time.time()
        hosts = self._begin_some() | {self.world.hosts[one.host].name for one in self.ongoing}
        kinds = [one.kind for one in self.ongoing] + self._let_one_die_amid()
        time.sleep(max((self.world.chance.uniform(*one.kind.lasts) for one in self.ongoing), default=0.0))
        severed = {self.world.hosts[one.host].name for one in self.ongoing if one.kind.severs}
        self._end_some()
        self.audit.round_is_over(severed)
        self._settle(self._bound())
        settled = time.time()
        time.sleep(self.world.chance.uniform(0.2, 1.0))
        self._judge(kinds, hosts, began, settled)

    def _begin_some(self) -> set[str]:
        """What begins, on hosts of which nothing is going on. Somebody must always be left."""
        busy = {one.host for one in self.ongoing}
        free = [index for index in range(len(self.world.hosts)) if index not in busy]
        many = self.world.chance.choices((1, 2, 3), (70, 22, 8))[0]
        chosen = self.world.chance.sample(free, min(many, len(free)))
        for index in chosen:
            kind = self._next_kind(len(free) > 1)
            course = kind.course(self.world, index)
            self._note(f"{self.world.hosts[index].name}: {kind.name} ({next(course)})")
            self.tally.disturbances[kind.name] = self.tally.disturbances.get(kind.name, 0) + 1
            self.ongoing.append(Ongoing(kind, index, course))
        return {self.world.hosts[index].name for index in chosen}

    def _let_one_die_amid(self) -> list[Kind]:
        """The vrrp process of a host to which something is being done, now and then."""
        there = [one.host for one in self.ongoing if not one.kind.alone]
        if not there or self.world.chance.randrange(100) >= DIE_AMID_PERCENT:
            return []
        time.sleep(self.world.chance.uniform(0.0, 0.2))
        host = self.world.hosts[self.world.chance.choice(there)]
        host.kill(VRRP, signal.SIGKILL)
        self._note(f"{host.name}: amid that its vrrp process dies")
        self.tally.disturbances[AMID] = self.tally.disturbances.get(AMID, 0) + 1
        return [Kind(its_vrrp_process_dies, keeps=True)]

    def _next_kind(self, steady_too: bool) -> Kind:
        """Like a card from a deck, so that each comes as often as the others."""
        possible = [kind for kind in self._deck if steady_too or not kind.steady]
        if not possible:
            self._deck = self.world.chance.sample(KINDS, len(KINDS))
            return self._next_kind(steady_too)
        self._deck.remove(possible[0])
        return possible[0]

    def _end_some(self, every: bool = False) -> None:
        stay = [one for one in self.ongoing if one.kind.steady and not every
                and self.world.chance.randrange(100) < STAY_PERCENT]
        for one in [one for one in self.ongoing if one not in stay]:
            next(one.course, None)
            self._note(f"{self.world.hosts[one.host].name}: {one.kind.name}: over")
        self.ongoing = stay

    def _bound(self) -> float:
        """A backup may wait twice: for who is there, and to take over from a weaker one."""
        return 2 * self.world.plan.longest_wait() + REACTION_SECONDS + CALM_SECONDS

    def _settle(self, bound: float) -> None:
        """Waits until all has been right for a while; the machine's own delays are not counted."""
        began = time.monotonic()
        right_since: float | None = None
        wrong, late = "", 0.0
        while right_since is None or time.monotonic() - right_since < CALM_SECONDS:
            time.sleep(0.05)
            late += max(0.0, self._lateness() - STARVED_SECONDS)
            missing = self.audit.unsettled()
            if missing:
                wrong, right_since = missing, None
            elif right_since is None:
                right_since = time.monotonic()
            if time.monotonic() - began > bound + 10 * late:
                raise Violation(self._told(f"not right within {bound:.1f} s: {wrong}"))
        self.tally.slowest = max(self.tally.slowest, right_since - began)

    def _lateness(self) -> float:
        late = self.watch.longest()
        self._late = max(self._late, late)
        return late

    def _judge(self, kinds: list[Kind], hosts: set[str], began: float, settled: float) -> None:
        end = time.time()
        self._lateness()
        late = self._late
        self.ledger.catch_up()
        self.tally.changes = len(self.ledger.changes)
        wrong = self.audit.moved_without_cause(settled, end)
        wrong += self.audit.broken_promises(kinds, hosts, began, settled, late)
        if wrong and late > STARVED_SECONDS:
            self.tally.starved += 1
            self._note(f"the machine stood still for {late:.2f} s; not counted: {wrong[0]}")
        elif wrong:
            raise Violation(self._told("\n".join(wrong[:20])))
        else:
            self._undisturbed.append((began if all(kind.silent for kind in kinds) else settled, end))

    def _evening(self) -> None:
        self._end_some(every=True)
        self._settle(self._bound())
        self._note("evening")
        self._ask_the_client()
        for host, before in zip(self.world.hosts, self.costs):
            wait_until(lambda host=host: not host.strangers(), 10,
                       f"no process left over on {host.name}: {host.strangers()}")
            self._compare_costs(host, before)
            self._read_log(host)
            for complaint in host.complaints():
                raise Violation(self._told(f"{host.name} is not fit: {complaint}"))
        complaints = differences(self.lab)
        if complaints:
            raise Violation(self._told("\n".join(complaints)))

    def _ask_the_client(self) -> None:
        report = self.probe.report()
        self.tally.longest_outage = report.longest.outage_ms / 1000 if report.longest else 0.0
        for gap in report.gaps:
            seconds = (gap.outage_ms - report.worst_lateness_ms) / 1000
            if seconds > STARVED_SECONDS and any(begin < gap.last_answer and gap.next_answer < end
                                                 for begin, end in self._undisturbed):
                at = gap.last_answer - self.began
                raise Violation(self._told(f"nothing was done, and from {at:.3f} s on a client was not "
                                           f"answered for {gap.outage_ms:.0f} ms"))

    def _compare_costs(self, host: ChaosHost, before: dict[str, tuple[int, int]]) -> None:
        for role, (descriptors, kib) in host.costs().items():
            known_descriptors, known_kib = before[role]
            self._note(f"{host.name}: {role}: {known_descriptors} → {descriptors} descriptors, "
                       f"{known_kib} → {kib} KiB")
            if descriptors > known_descriptors + MORE_DESCRIPTORS or kib > known_kib + MORE_KIB:
                raise Violation(self._told(f"the {role} of {host.name} has kept descriptors or memory"))

    def _read_log(self, host: ChaosHost) -> None:
        log = host.agent.log()
        for line in log.splitlines():
            if any(text in line for text in SUSPICIOUS):
                raise Violation(self._told(f"{host.name} says: {line}"))
        for role, words in DEATHS.items():
            told = len(re.findall(words, log)) - (log.count(REPLACED) if role == VRRP else 0)
            if told > host.deaths[role]:
                raise Violation(self._told(f"the {role} of {host.name} died {told} times, of which "
                                           f"{host.deaths[role]} were ours"))

    # The story.

    def _note(self, what: str) -> None:
        self.story.append(f"{time.time() - self.began:9.3f} s  {what}")

    def _told(self, what: str) -> str:
        """All that is known of it."""
        lines = [f"seed {self.seed}, {len(self.world.hosts)} hosts, after {time.time() - self.began:.3f} s:",
                 what, "", "What was done:", *self.story[-40:], "", "Who held what:"]
        self.ledger.catch_up()
        lines += [f"{change.time - self.began:9.3f} s  {change.host} {'+' if change.appeared else '-'} "
                  f"{change.address}" for change in self.ledger.changes[-60:]]
        for index, host in enumerate(self.world.hosts):
            lines += ["", f"The configuration of {host.name}:", self.world.plan.text(index)]
            if self.world.plan.states[index].present:
                lines += [f"History of {host.name}:", *host.history().splitlines()[-40:]]
            lines += [f"Log of {host.name}:", *host.agent.log().splitlines()[-80:]]
        return "\n".join(lines)

    def close(self) -> None:
        self.watch.close()
        for host in self.world.hosts:
            host.hang_up()
        self.ledger.close()
        self.lab.close()
