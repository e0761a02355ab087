"""What must hold: at rest, while nothing is done, and while something is."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Iterable

from chaos.disturbances import Kind, World
from chaos.ledger import Change, Ledger, Span
from chaos.plan import Router
from lab.addresses import addresses_on
from lab.capture import Capture

# A change of hands is made before it is broken: until the old master has heard the new one's advert.
HANDOVER_SECONDS = 0.5
# Between two kernels' words, as two threads of a busy machine read them.
READING_SECONDS = 0.1
PROCESSES = 3
ASK_AGAIN_SECONDS = 2.0


class Audit:
    def __init__(self, world: World, ledger: Ledger, capture: Capture) -> None:
        self.world = world
        self.ledger = ledger
        self.capture = capture
        self._asked_at = 0.0
        self._severed: set[str] = set()  # hosts that were cut off in this round
        self._healed_at = 0.0
        # By address: the owner that a client could not hear when it took who should have gone for it, and
        # since when it would.
        self._misled: dict[str, tuple[str, float]] = {}

    def round_is_over(self, severed: set[str]) -> None:
        """All that was not to last has been undone; `severed` are the hosts that nobody heard meanwhile."""
        self._severed = severed
        self._healed_at = time.time()

    # At rest.

    def unsettled(self) -> str:
        """What is not yet as it should be; empty: everything is, on the hosts that are there."""
        statuses = {index: self.world.hosts[index].ask("status") for index in self._there()}
        for index, status in statuses.items():
            if status is None:
                return f"{self.world.hosts[index].name} does not answer"
            if len(self.world.hosts[index].pids()) != PROCESSES:
                return f"{self.world.hosts[index].name} has not all its processes"
        held = {index: addresses_on(host.host) for index, host in enumerate(self.world.hosts)
                if not self.world.plan.states[index].may_hold}
        for router in self.world.plan.routers:
            wrong = self._ownership(router, held) or self._words(router, held, statuses)
            if wrong:
                return wrong
        return self._clients(held)

    def _there(self) -> list[int]:
        return [index for index, state in enumerate(self.world.plan.states) if state.present]

    def _ownership(self, router: Router, held: dict[int, set[str]]) -> str:
        may = self.world.plan.may_own(router)
        addresses = set(router.addresses())
        owners = [index for index, on in held.items() if on & addresses]
        names = [self.world.hosts[index].name for index in owners]
        if not may:
            return f"{names} hold {router.name}" if owners else ""
        if len(owners) != 1 or owners[0] not in may:
            rightful = [self.world.hosts[index].name for index in may]
            return f"{router.name} is held by {names} and should be by one of {rightful}"
        missing = addresses - held[owners[0]]
        dropped = set(router.all_addresses()) - addresses
        stale = {address for on in held.values() for address in on & dropped}
        if missing or stale:
            return f"{router.name} on {names[0]} lacks {sorted(missing)}, and somebody holds {sorted(stale)}"
        return ""

    def _words(self, router: Router, held: dict[int, set[str]], statuses: dict[int, dict]) -> str:
        """What the daemons say of it."""
        for index, status in statuses.items():
            name = self.world.hosts[index].name
            said = next((one for one in status["instances"] if one["name"] == router.name), None)
            if said is None:
                return f"{name} does not know {router.name}"
            role = "MASTER" if held[index] & set(router.addresses()) else "BACKUP"
            if said["state"] != role:
                return f"{name} says that {router.name} is {said['state']}, and it should be {role}"
            priority = self.world.plan.priority(router, index)
            if said["priority"] != priority:
                return f"{router.name} on {name} has priority {said['priority']} and should have {priority}"
            if any(address["wanted"] != address["present"] for address in said["addresses"]):
                return f"{name} says that it wants other addresses of {router.name} than it has"
            known = {address["address"].partition("/")[0] for address in said["addresses"]}
            if known != set(router.addresses()):
                return f"{name} has other addresses of {router.name} configured"
        return ""

    def _clients(self, held: dict[int, set[str]]) -> str:
        """Whom the client takes for the owner, of what it has asked for at the beginning."""
        known = json.loads(self.world.lab.client.run("ip", "-j", "neigh", "show", "dev", "eth0"))
        macs = {index: self.world.hosts[index].host.mac() for index in held}
        wrong: dict[str, str] = {}
        excused: set[str] = set()
        for entry in known:
            router = next((one for one in self.world.plan.routers if entry["dst"] in one.addresses()), None)
            owner = next((index for index, on in held.items() if entry["dst"] in on), None)
            if router is None or owner is None or "lladdr" not in entry:
                continue
            mac = f"00:00:5e:00:01:{router.instance.vrid:02x}" if router.virtual_mac else macs[owner]
            if entry["lladdr"] != mac:
                name = self.world.hosts[owner].name
                wrong[entry["dst"]] = f"a client takes {entry['lladdr']} for it, and {name} holds it ({mac})"
                if self._is_excused(entry["dst"], entry["lladdr"], owner):
                    excused.add(entry["dst"])
        self._misled = {address: by for address, by in self._misled.items() if address in wrong}
        asks = self._severed or self._misled
        if wrong and asks and time.monotonic() > self._asked_at + ASK_AGAIN_SECONDS:
            self._asked_at = time.monotonic()
            for address in wrong:
                self.world.lab.client.spawn("ping", "-c", "1", "-W", "1", address)
        return "; ".join(f"{address}: {what}" for address, what in wrong.items() if address not in excused)

    def _is_excused(self, address: str, mac: str, owner: int) -> bool:
        """It is a host whose agent was killed that the client takes for the owner, and the owner was cut off
        when it could have told better. It does not tell again; if it does, or only then took over, it has to
        be believed."""
        if not self._is_kept_by_dead(address, mac):
            return False
        host = self.world.hosts[owner]
        if host.name in self._severed:
            self._misled[address] = (host.name, self._healed_at)
        name, healed_at = self._misled.get(address, ("", 0.0))
        if name != host.name:
            return False
        self.ledger.catch_up()
        came = any(change.appeared and change.host == name and change.address == address
                   for change in self.ledger.since(healed_at))
        return not came and not any(self.capture.announcements(port, address, healed_at)
                                    for port in host.host.ports)

    def _is_kept_by_dead(self, address: str, mac: str) -> bool:
        return any(state.may_hold and host.host.mac() == mac and address in addresses_on(host.host)
                   for host, state in zip(self.world.hosts, self.world.plan.states))

    # While nothing is done.

    def moved_without_cause(self, begin: float, end: float) -> list[str]:
        found = [f"nothing was done, and {_words_of(change)}" for change in self.ledger.since(begin)
                 if change.time < end]
        for router in self.world.plan.routers:
            heard = [advert for advert in self.capture.adverts(vrid=router.instance.vrid, since=begin)
                     if advert.time < end]
            ports = {advert.port for advert in heard}
            if len(ports) > 1:
                found.append(f"nothing was done, and {router.name} was advertised by {sorted(ports)}")
            found += [f"nothing was done, and {advert.port} resigned from {router.name}" for advert in heard
                      if advert.priority == 0]
        return found

    # While something is.

    def broken_promises(self, kinds: Iterable[Kind], hosts: set[str], began: float, settled: float,
                        late: float) -> list[str]:
        """What the disturbances of this time must not have led to; `hosts` are those that were disturbed."""
        kinds = list(kinds)
        changes = [change for change in self.ledger.since(began) if change.time <= settled]
        found = []
        if all(kind.silent for kind in kinds):
            found += [f"it should move nothing, and {_words_of(change)}" for change in changes]
        if all(kind.keeps or kind.silent for kind in kinds):
            slow = set(self.world.plan.find("SLOW").addresses())
            found += [f"no other host should have taken over, and {_words_of(change)}" for change in changes
                      if change.address in slow and change.appeared and change.host not in hosts]
        spans = self.ledger.spans(began, settled, self._addresses())
        if all(kind.seamless or kind.silent for kind in kinds):
            found += [f"the change should have no seam, and {_span_words(span)}" for span in spans
                      if not span.hosts and span.length > READING_SECONDS + late]
        if not any(kind.doubles for kind in kinds):
            longest = max(router.interval for router in self.world.plan.routers) + HANDOVER_SECONDS + late
            found += [_span_words(span) for span in spans if len(span.hosts) > 1 and span.length > longest]
        return found

    def _addresses(self) -> set[str]:
        """Those that somebody should have all the time."""
        return {address for router in self.world.plan.routers if self.world.plan.may_own(router)
                for address in replace(router, with_optional=False).addresses()}


def _words_of(change: Change) -> str:
    return f"{change.address} {'appeared on' if change.appeared else 'vanished from'} {change.host}"


def _span_words(span: Span) -> str:
    holders = " and ".join(span.hosts) or "nobody"
    return f"{span.address} was held by {holders} for {span.length:.3f} s"
