"""One understudy and one keepalived as a pair, each in both roles."""

from __future__ import annotations

import time

import pytest

from lab.network import Lab
from lab.plugin import MakeLab
from lab.waiting import wait_until
from pairs import KINDS, STRONG_PRIORITY, WEAK_PRIORITY, Kind, Pair

CALM_SECONDS = 20
CLOCK_SLACK = 0.02

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
both_roles = pytest.mark.parametrize("strong_is_ours", [True, False], ids=["ours_strong", "ours_weak"])


@pytest.fixture
def pair(make_lab: MakeLab, kind: Kind, strong_is_ours: bool) -> Pair:
    """A running pair whose strong member is the master."""
    pair = Pair(make_lab(ipv6=kind.ipv6), kind, strong_is_ours).start()
    pair.wait_for_master(pair.strong_host)
    return pair


@every_kind
@both_roles
def test_the_stronger_wins_and_speaks_the_agreed_language(pair: Pair) -> None:
    advert = pair.capture.wait_for_advert(lambda heard: heard.port == pair.strong_host.port, pair.patience,
                                          "an advert of the stronger")
    assert advert.version == pair.kind.version
    assert advert.priority == STRONG_PRIORITY
    assert advert.interval == pytest.approx(pair.kind.advert_int)
    assert pair.kind.vip in advert.addresses
    assert advert.authentication == (pair.kind.authentication.lower() or "none")
    assert (advert.destination == pair.weak_host.address) == pair.kind.unicast


@every_kind
@both_roles
def test_a_crash_moves_the_address_and_a_return_brings_it_back(pair: Pair) -> None:
    crashed = time.time()
    pair.lab.crash(pair.strong_host)
    wait_until(lambda: pair.weak_host.holds(pair.kind.vip), pair.patience, "the weaker takes over")
    last_of_strong = pair.capture.adverts(pair.strong_host.port)[-1].time
    takeover = pair.capture.adverts(pair.weak_host.port, since=crashed)[0].time
    assert takeover - last_of_strong > pair.down_interval(WEAK_PRIORITY) - CLOCK_SLACK

    pair.strong.bury()
    pair.strong_host.try_run("ip", "addr", "flush", "dev", "eth0", "to", pair.kind.vip)
    pair.lab.unblock(pair.strong_host)
    pair.strong.start()
    pair.wait_for_master(pair.strong_host)


@every_kind
@both_roles
def test_a_stop_hands_over_after_the_skew_alone(pair: Pair) -> None:
    stopped = time.time()
    pair.strong.stop()
    pair.wait_for_master(pair.weak_host)
    resignations = [heard for heard in pair.capture.adverts(pair.strong_host.port) if heard.priority == 0]
    takeover = pair.capture.adverts(pair.weak_host.port, since=stopped)[0].time
    assert len(resignations) == 1
    assert takeover - resignations[0].time < pair.down_interval(WEAK_PRIORITY)

    pair.strong.start()
    pair.wait_for_master(pair.strong_host)
    assert all(heard.priority == WEAK_PRIORITY for heard in pair.capture.adverts(pair.weak_host.port))


def test_no_pair_flaps(make_lab: MakeLab) -> None:
    pairs = [Pair(make_lab(ipv6=kind.ipv6), kind, ours).start() for kind in KINDS for ours in (True, False)]
    for pair in pairs:
        pair.wait_for_master(pair.strong_host)
    calm_since = time.time() + 1
    time.sleep(CALM_SECONDS + 1)
    for pair in pairs:
        _assert_calm(pair, calm_since)


def _assert_calm(pair: Pair, since: float) -> None:
    lab: Lab = pair.lab
    assert lab.holders(pair.kind.vip) == [pair.strong_host.name], pair.kind.name
    assert pair.capture.adverts(pair.weak_host.port, since=since) == [], pair.kind.name
    heard = pair.capture.adverts(pair.strong_host.port, since=since)
    assert {advert.priority for advert in heard} == {STRONG_PRIORITY}, pair.kind.name
    assert len(heard) > 0.8 * CALM_SECONDS / pair.kind.advert_int, pair.kind.name
