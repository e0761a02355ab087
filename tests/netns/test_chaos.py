"""A short bad day, always the same one; scripts/chaos goes on for as long as one likes, from any seed."""

from __future__ import annotations

import time
from typing import Iterator

import pytest

from chaos.day import Day
from lab.addresses import addresses_on
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

SEED = 1
SECONDS = 30


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day(SEED, 2)
    yield made
    made.close()


def test_a_pair_survives_what_is_done_to_it(day: Day) -> None:
    day.run(SECONDS)
    assert day.tally.rounds > 0


def test_an_address_on_a_second_host_is_noticed(day: Day) -> None:
    day.morning()
    quiet = time.time()
    slow = day.world.plan.find("SLOW")
    address = slow.addresses()[0]
    second = day.world.hosts[slow.order[1]]
    second.host.ip(f"addr add {address}/24 dev eth0")
    assert "SLOW is held by" in day.audit.unsettled()
    wait_until(lambda: address in addresses_on(second.host), 5, "it is there")
    time.sleep(0.3)
    day.ledger.catch_up()
    assert day.audit.moved_without_cause(quiet, time.time()) == [
        f"nothing was done, and {address} appeared on {second.name}"]


def test_the_date_of_a_host_can_be_set(day: Day) -> None:
    """Or the day would show nothing about it."""
    day.morning()
    host = day.world.hosts[0]
    if not host.has_date:
        pytest.skip("tests/chaos/libdate.so is not built")
    host.set_date(-365 * 86400)
    host.tell("set", "SLOW", "priority", "77")
    last = host.ask("history")["entries"][-1]
    assert int(last["at"][:4]) <= time.gmtime().tm_year - 1
