"""What the auditor of a bad day lets pass of clients that take another host for the owner of an address: what
the kernel of a host answers whose agent was killed, as long as the owner was cut off when it could have told
better, and nothing else. No daemon and no network have to do with it."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace
from typing import Callable

import pytest

from chaos import audit
from chaos.audit import PROCESSES, Audit
from chaos.ledger import Change, Ledger
from chaos.plan import make_plan
from lab.capture import Capture
from lab.frames import Announcement

DEAD, OWNER, THIRD = range(3)
TOOK_OVER, HEALED, LATER = 10.0, 12.0, 15.0


class Heard(Capture):
    """A capture of what a test says."""

    def __init__(self) -> None:
        self._heard, self._sockets = [], {}


class Stage:
    """Three hosts of one virtual router, of whom the first held its addresses. Its agent was killed, and the
    second took over while nobody heard it."""

    def __init__(self) -> None:
        self.now = TOOK_OVER
        self.plan = make_plan(3, random.Random(1))
        self.plan.routers = [self.plan.find("SLOW")]
        self.plan.change("SLOW", order=(OWNER, DEAD, THIRD))
        self.address, self.other_address = self.plan.routers[0].addresses()
        self.addresses = {self.address, self.other_address}
        self.hosts = [self._host(number) for number in range(3)]
        self.asked: list[str] = []
        client = SimpleNamespace(run=lambda *words: json.dumps(self.believed),
                                 spawn=lambda *words: self.asked.append(words[-1]))
        world = SimpleNamespace(lab=SimpleNamespace(client=client), hosts=self.hosts, plan=self.plan)
        self.ledger = Ledger([], self.addresses)
        self.capture = Heard()
        self.audit = Audit(world, self.ledger, self.capture)
        self.kill(DEAD)
        self.takes_over(OWNER)
        self.believe(DEAD)

    def _host(self, number: int) -> SimpleNamespace:
        inside = SimpleNamespace(held=set(self.addresses) if number == DEAD else set(),
                                 ports=[f"port{number}"], mac=lambda: f"02:00:00:00:00:0{number}")
        return SimpleNamespace(name=f"R{number + 1}", host=inside, pids=lambda: range(PROCESSES),
                               ask=lambda command: {"instances": [self._status(number)]})

    def _status(self, number: int) -> dict[str, object]:
        router, held = self.plan.routers[0], self.hosts[number].host.held
        return {"name": router.name, "state": "MASTER" if held else "BACKUP",
                "priority": self.plan.priority(router, number),
                "addresses": [{"address": f"{address}/24", "wanted": bool(held), "present": bool(held)}
                              for address in self.addresses]}

    def kill(self, number: int) -> None:
        self.plan.states[number].present, self.plan.states[number].may_hold = False, True

    def takes_over(self, number: int) -> None:
        self.hosts[number].host.held |= self.addresses
        self.ledger.changes += [Change(self.now, self.hosts[number].name, address, True)
                                for address in self.addresses]

    def believe(self, number: int) -> None:
        """That host has all addresses."""
        mac = self.hosts[number].host.mac()
        self.believed = [{"dst": address, "lladdr": mac} for address in sorted(self.addresses)]

    def announces(self, number: int, address: str, at: float) -> None:
        host = self.hosts[number].host
        self.capture.heard().append(Announcement(at, host.ports[0], "request", address, host.mac()))

    def heals(self, *numbers: int, at: float = HEALED) -> None:
        """A round is over, in which those hosts were cut off."""
        self.now = at
        self.audit.round_is_over({self.hosts[number].name for number in numbers})

    def wrong(self) -> str:
        self.now += 1
        return self.audit.unsettled()


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()
    monkeypatch.setattr(audit, "addresses_on", lambda host: set(host.held))
    monkeypatch.setattr(audit, "time", SimpleNamespace(time=lambda: made.now, monotonic=lambda: made.now))
    return made


def test_a_client_may_take_a_dead_host_for_an_owner_that_took_over_unheard(stage: Stage) -> None:
    stage.heals(OWNER)
    assert stage.wrong() == ""
    assert stage.asked  # whatever it asks


def test_it_may_do_so_for_as_long_as_nobody_tells_it_better(stage: Stage) -> None:
    stage.heals(OWNER)
    assert stage.wrong() == ""
    stage.heals(THIRD, at=LATER)
    assert stage.wrong() == ""
    stage.heals(at=LATER)
    assert stage.wrong() == ""


def test_an_owner_that_was_cut_off_later_may_have_lost_the_client_then(stage: Stage) -> None:
    stage.believe(OWNER)
    stage.heals()
    assert stage.wrong() == ""
    stage.believe(DEAD)
    stage.heals(OWNER, at=LATER)
    assert stage.wrong() == ""


def before_it_healed(stage: Stage) -> None:
    stage.announces(OWNER, stage.address, HEALED - 1)


def by_another_port(stage: Stage) -> None:
    stage.announces(THIRD, stage.address, HEALED + 1)


@pytest.mark.parametrize("announced", [before_it_healed, by_another_port])
def test_an_announcement_that_is_not_the_owners_or_was_cut_off_does_not_count(
        stage: Stage, announced: Callable[[Stage], None]) -> None:
    stage.heals(OWNER)
    announced(stage)
    assert stage.wrong() == ""


# What is let pass lacks one thing at a time.

def killed_without_a_cut(stage: Stage) -> None:
    stage.heals()


def another_was_cut_off(stage: Stage) -> None:
    stage.heals(THIRD)


def the_dead_one_was_cut_off(stage: Stage) -> None:
    stage.heals(DEAD)


def cut_off_and_nobody_killed(stage: Stage) -> None:
    stage.plan.states[DEAD].present, stage.plan.states[DEAD].may_hold = True, False
    stage.hosts[DEAD].host.held.clear()
    stage.heals(OWNER)


def the_dead_host_has_lost_its_addresses(stage: Stage) -> None:
    stage.hosts[DEAD].host.held.clear()
    stage.heals(OWNER)


def it_is_not_the_dead_host_that_is_believed(stage: Stage) -> None:
    stage.believe(THIRD)
    stage.heals(OWNER)


def announced_after_the_cut(stage: Stage) -> None:
    stage.heals(OWNER)
    for address in stage.addresses:
        stage.announces(OWNER, address, HEALED + 0.5)


def taken_over_after_the_cut(stage: Stage) -> None:
    stage.ledger.changes.clear()
    stage.heals(OWNER)
    stage.now = HEALED + 0.5
    stage.takes_over(OWNER)


@pytest.mark.parametrize("lacks", [killed_without_a_cut, another_was_cut_off, the_dead_one_was_cut_off,
                                   cut_off_and_nobody_killed, the_dead_host_has_lost_its_addresses,
                                   it_is_not_the_dead_host_that_is_believed, announced_after_the_cut,
                                   taken_over_after_the_cut])
def test_nothing_else_passes(stage: Stage, lacks: Callable[[Stage], None]) -> None:
    lacks(stage)
    told = stage.wrong()
    assert f"{stage.address}: a client takes" in told and f"{stage.other_address}: a client takes" in told


def test_an_agent_that_is_alive_may_keep_nothing(stage: Stage) -> None:
    stage.plan.states[DEAD].present, stage.plan.states[DEAD].may_hold = True, False
    stage.heals(OWNER)
    assert "is held by ['R1', 'R2']" in stage.wrong()


def the_agent_is_back(stage: Stage) -> None:
    stage.plan.states[DEAD].present, stage.plan.states[DEAD].may_hold = True, False
    stage.hosts[DEAD].host.held.clear()
    stage.heals(at=LATER)


def somebody_else_takes_over_and_is_heard(stage: Stage) -> None:
    stage.plan.states[OWNER].present = False
    stage.hosts[OWNER].host.held.clear()
    stage.heals(at=LATER)
    stage.takes_over(THIRD)


def the_owner_announces_again(stage: Stage) -> None:
    stage.heals(at=LATER)
    for address in stage.addresses:
        stage.announces(OWNER, address, LATER)


def it_has_known_better_meanwhile(stage: Stage) -> None:
    stage.believe(OWNER)
    stage.heals(at=LATER)
    assert stage.wrong() == ""
    stage.believe(DEAD)


@pytest.mark.parametrize("changes", [the_agent_is_back, somebody_else_takes_over_and_is_heard,
                                     the_owner_announces_again, it_has_known_better_meanwhile])
def test_what_has_passed_does_not_when_it_could_be_told_better(
        stage: Stage, changes: Callable[[Stage], None]) -> None:
    stage.heals(OWNER)
    assert stage.wrong() == ""
    changes(stage)
    assert f"{stage.address}: a client takes" in stage.wrong()


def test_a_client_is_asked_again_when_the_agent_is_back(stage: Stage) -> None:
    """Nobody announces then, and the client finds out when it asks."""
    stage.heals(OWNER)
    assert stage.wrong() == ""
    the_agent_is_back(stage)
    stage.asked.clear()
    stage.now += 10
    assert stage.wrong()
    assert set(stage.asked) == stage.addresses


def test_one_address_does_not_excuse_another(stage: Stage) -> None:
    stage.heals(OWNER)
    stage.announces(OWNER, stage.address, HEALED + 0.5)
    told = stage.wrong()
    assert stage.address in told and stage.other_address not in told
