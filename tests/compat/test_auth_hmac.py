"""auth_hmac beside a keepalived 2.2.7, which does not know of it and drops signed adverts as too long."""

from __future__ import annotations

import pytest

from lab.agent import Agent, keepalived, understudy
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.waiting import stays_true, wait_until

KEY = "the-first-of-two-secret-keys-32x"


def ours(host: LabHost, priority: int, mode: str) -> Agent:
    block = ("auth_hmac {", f"    key 1 {KEY}", "    active_key 1", f"    mode {mode}", "}")
    return Agent(host, understudy(), config(Instance(priority=priority, extra=block)))


def theirs(host: LabHost, priority: int) -> Agent:
    return Agent(host, keepalived(), config(Instance(priority=priority)))


@pytest.mark.parametrize("strong_is_ours", [True, False], ids=["ours_strong", "ours_weak"])
def test_receive_only_is_a_pair_in_both_roles(lab: Lab, strong_is_ours: bool) -> None:
    strong, weak = lab.hosts
    (ours if strong_is_ours else theirs)(strong, 150, *["receive-only"] * strong_is_ours).start()
    (theirs if strong_is_ours else ours)(weak, 100, *["receive-only"] * (not strong_is_ours)).start()
    lab.wait_for_holder(strong, VIP, 15)
    stays_true(lambda: lab.holders(VIP) == [strong.name], 3, "the stronger alone is master")
    lab.crash(strong)
    wait_until(lambda: weak.holds(VIP), 15, "the weaker takes over")


def test_permissive_hears_the_unsigned_master(lab: Lab) -> None:
    """mode permissive: it stays backup of a keepalived that sends unsigned."""
    strong, weak = lab.hosts
    theirs(strong, 150).start()
    ours(weak, 100, "permissive").start()
    lab.wait_for_holder(strong, VIP, 15)
    stays_true(lambda: lab.holders(VIP) == [strong.name], 3, "keepalived alone is master")


def test_what_permissive_signs_is_not_heard_by_it(lab: Lab) -> None:
    """mode permissive: so it must not be used before every router knows of auth_hmac."""
    strong, weak = lab.hosts
    ours(strong, 150, "permissive").start()
    theirs(weak, 100).start()
    wait_until(lambda: len(lab.holders(VIP)) == 2, 15, "both are masters")


def test_enforce_does_not_hear_the_unsigned_master(lab: Lab) -> None:
    strong, weak = lab.hosts
    theirs(strong, 150).start()
    agent = ours(weak, 100, "enforce").start()
    wait_until(lambda: len(lab.holders(VIP)) == 2, 15, "both are masters")
    agent.wait_for_log("has no HMAC trailer")
