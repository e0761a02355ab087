"""What settings of global_defs and their twins of an instance make of adverts, seen at the switch.

One daemon runs many virtual routers, each with a setting of its own, so that one laboratory shows them all.
"""

from __future__ import annotations

import time

from lab import forge
from lab.agent import Agent
from lab.capture import Capture
from lab.config import Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

STRANGER = "192.0.2.200"
SECOND_ADDRESS = "192.0.2.77"
SLOW = 2.0
MOST_LATE = 0.5  # an advert, on a busy machine


def router(vrid: int, *extra: str, **settings: object) -> Instance:
    """A virtual router with an address of its own."""
    given = {"addresses": (f"{address_of(vrid)}/32",), **settings}
    return Instance(name=f"VI_{vrid}", vrid=vrid, extra=extra, **given)  # type: ignore[arg-type]


def address_of(vrid: int) -> str:
    return f"203.0.113.{vrid}"


def unicast(host: LabHost, peer: str, *extra: str) -> tuple[str, ...]:
    return (*extra, f"unicast_src_ip {host.address}", "unicast_peer {", peer, "}")


def forged(lab: Lab, vrid: int, priority: int, source: str = STRANGER, adv: int = 1000, ttl: int = 255,
           to: LabHost | None = None) -> float:
    """Sends an advert from the client, to one host or to the group; when the switch had it."""
    sent = time.time() - 0.001
    packet = forge.advert(address_of(vrid), source, priority, ttl, to.address if to else "224.0.0.18",
                          vrid=vrid, adv=adv)
    forge.send(lab.client, packet, mac=to.mac() if to else forge.VRRP_MULTICAST_MAC)
    return sent


def masters(lab: Lab, start: StartAgent, host: LabHost, *routers: Instance,
            settings: tuple[str, ...] = ()) -> Agent:
    agent = start(host, config(*routers, globals=settings))
    for one in routers:
        wait_until(lambda one=one: host.holds(address_of(one.vrid)), 15, f"{one.name} is master")
    return agent


def first_since(capture: Capture, vrid: int, since: float) -> float:
    heard = capture.wait_for_advert(lambda advert: advert.vrid == vrid and advert.port != "pc", 15,
                                    f"an advert of virtual router {vrid}", since)
    return heard.time


def count_since(capture: Capture, vrid: int, since: float) -> int:
    return len([advert for advert in capture.adverts(vrid=vrid, since=since) if advert.port != "pc"])


def test_settings_of_adverts_and_their_defaults_in_global_defs(make_lab: MakeLab, start: StartAgent) -> None:
    """vrrp_version, version, vrrp_mcast_group4, vrrp_mcast_group6, mcast_dst_ip, v3_checksum_as_v2,
    mcast_src_ip, unicast_src_ip, unicast_peer, unicast_ttl, old_unicast_checksum, advert_int,
    virtual_router_id, priority, interface, virtual_ipaddress"""
    lab = make_lab(hosts=1, ipv6=True)
    host = lab.hosts[0]
    host.ip(f"addr add {SECOND_ADDRESS}/24 dev eth0")
    lab.switch.plug("p1b", host, "eth1")
    lab.switch.run("ip", "link", "set", "p1b", "up")
    host.ip("link set eth1 up")
    host.ip("addr add 198.51.100.1/24 dev eth1")
    capture = lab.capture("p1b")
    peer = lab.client.address
    start(host, config(
        router(1, version=0, priority=77, advert_int=0.3),
        router(2, version=2, advert_int=1),
        router(3, "mcast_dst_ip 224.0.0.77", "v3_checksum_as_v2 false", version=0),
        router(4, addresses=("fe80::4/64",), version=0),
        router(5, *unicast(host, peer, "unicast_ttl 7", "old_unicast_checksum", "v3_checksum_as_v2 false")),
        router(6, f"mcast_src_ip {SECOND_ADDRESS}"),
        router(7, f"unicast_src_ip {SECOND_ADDRESS}", "unicast_peer {", peer, "}"),
        router(8, interface="eth1"),
        globals=("vrrp_version 3", "vrrp_mcast_group4 224.0.0.99", "vrrp_mcast_group6 ff02::99",
                 "v3_checksum_as_v2 true")))

    def seen(vrid: int) -> tuple[object, ...]:
        advert = capture.wait_for_advert(lambda heard: heard.vrid == vrid, 15, f"virtual router {vrid}")
        source = advert.source if advert.source.count(".") else "link-local"
        return (advert.port, advert.version, advert.priority, advert.interval, source, advert.destination,
                advert.ttl, advert.checksum_form())

    assert {vrid: seen(vrid) for vrid in range(1, 9)} == {
        1: ("p1", 3, 77, 0.3, host.address, "224.0.0.99", 255, "message"),
        2: ("p1", 2, 100, 1.0, host.address, "224.0.0.99", 255, "message"),
        3: ("p1", 3, 100, 0.2, host.address, "224.0.0.77", 255, "pseudo_header"),
        4: ("p1", 3, 100, 0.2, "link-local", "ff02::99", 255, "wrong"),  # of IPv6: not computed here
        5: ("p1", 3, 100, 0.2, host.address, peer, 7, "group"),
        6: ("p1", 3, 100, 0.2, SECOND_ADDRESS, "224.0.0.99", 255, "message"),
        7: ("p1", 3, 100, 0.2, SECOND_ADDRESS, peer, 255, "message"),
        8: ("p1b", 3, 100, 0.2, "198.51.100.1", "224.0.0.99", 255, "message"),
    }
    assert capture.adverts(vrid=1)[0].addresses == (address_of(1),)


def test_a_master_answers_a_lower_priority_unless_it_is_told_not_to(lab: Lab, start: StartAgent) -> None:
    """lower_prio_no_advert, vrrp_lower_prio_no_advert"""
    soon = {"advert_int": SLOW}
    masters(lab, start, lab.hosts[0], router(1, "down_timer_adverts 1", **soon),
            router(2, "down_timer_adverts 1", "lower_prio_no_advert", **soon))
    masters(lab, start, lab.hosts[1], router(11, "down_timer_adverts 1", **soon),
            router(12, "down_timer_adverts 1", "lower_prio_no_advert false", **soon),
            settings=("vrrp_lower_prio_no_advert",))
    capture = lab.capture()
    answered = {vrid: is_answered_before_its_turn(lab, capture, vrid) for vrid in (1, 2, 11, 12)}
    assert answered == {1: True, 2: False, 11: False, 12: True}


def is_answered_before_its_turn(lab: Lab, capture: Capture, vrid: int) -> bool:
    turn = first_since(capture, vrid, time.time())
    behind_it = turn + 1e-6  # what is sent at once may bear a time that is a little earlier
    sent = forged(lab, vrid, priority=50)
    return first_since(capture, vrid, max(sent, behind_it)) - turn < SLOW / 2


def test_a_master_yields_at_once_unless_it_is_told_to_send_once_more(lab: Lab, start: StartAgent) -> None:
    """higher_prio_send_advert, vrrp_higher_prio_send_advert"""
    soon = {"advert_int": SLOW}
    masters(lab, start, lab.hosts[0], router(1, "down_timer_adverts 1", **soon),
            router(2, "down_timer_adverts 1", "higher_prio_send_advert", **soon))
    masters(lab, start, lab.hosts[1], router(11, "down_timer_adverts 1", **soon),
            router(12, "down_timer_adverts 1", "higher_prio_send_advert false", **soon),
            settings=("vrrp_higher_prio_send_advert",))
    capture = lab.capture()
    counts = {}
    for host, vrids in zip(lab.hosts, ((1, 2), (11, 12))):
        for vrid in vrids:
            first_since(capture, vrid, time.time())  # so that its own turn does not come in between
            sent = forged(lab, vrid, priority=200)
            wait_until(lambda: not host.holds(address_of(vrid)), 5, f"virtual router {vrid} yields")
            heard = next(advert.time for advert in capture.adverts("pc", vrid=vrid, since=sent))
            counts[vrid] = count_since(capture, vrid, heard)
    assert counts == {1: 0, 2: 1, 11: 1, 12: 0}


def test_an_owner_yields_to_an_owner_of_a_higher_address_unless_it_is_deaf(lab: Lab,
                                                                          start: StartAgent) -> None:
    """owner_ignore_adverts, vrrp_owner_ignore_adverts, state"""
    owner = {"priority": 255, "state": "MASTER"}
    masters(lab, start, lab.hosts[0], router(1, **owner), router(2, "owner_ignore_adverts", **owner))
    masters(lab, start, lab.hosts[1], router(11, **owner), router(12, "owner_ignore_adverts false", **owner),
            settings=("vrrp_owner_ignore_adverts",))
    for vrid in (2, 11, 1, 12):
        forged(lab, vrid, priority=255)
    wait_until(lambda: not lab.hosts[0].holds(address_of(1)), 5, "an owner yields")
    wait_until(lambda: not lab.hosts[1].holds(address_of(12)), 5, "an owner yields")
    assert lab.hosts[0].holds(address_of(2)) and lab.hosts[1].holds(address_of(11))


def test_as_many_adverts_may_be_missed_as_down_timer_adverts_says(lab: Lab, start: StartAgent) -> None:
    """down_timer_adverts, vrrp_down_timer_adverts"""
    masters(lab, start, lab.hosts[0], router(1), router(2, "down_timer_adverts 2"),
            settings=("vrrp_down_timer_adverts 1",))
    masters(lab, start, lab.hosts[1], router(3))
    capture = lab.capture()
    sent = {vrid: forged(lab, vrid, priority=200, adv=100) for vrid in (1, 2, 3)}
    for host, vrid in ((lab.hosts[0], 1), (lab.hosts[0], 2), (lab.hosts[1], 3)):
        wait_until(lambda: not host.holds(address_of(vrid)), 5, f"virtual router {vrid} yields")
    # One second for each advert of the stranger, and the skew of a router of priority 100.
    back = {vrid: first_since(capture, vrid, sent[vrid] + 0.5) - sent[vrid] for vrid in sent}
    assert back[1] > 1.5 and back[2] > 2.5 and back[3] > 3.5
    assert back[1] < back[2] < back[3]


def test_unicast_adverts_of_strangers_and_from_afar_are_dropped_when_told_to(lab: Lab,
                                                                            start: StartAgent) -> None:
    """check_unicast_src, vrrp_check_unicast_src, min_ttl, max_ttl, unicast_peer"""
    host, other = lab.hosts
    peer = lab.client.address
    masters(lab, start, host,
            router(1, *unicast(host, peer)),
            router(2, *unicast(host, peer, "check_unicast_src")),
            router(3, *unicast(host, f"{peer} min_ttl 200")),
            router(4, *unicast(host, f"{peer} max_ttl 100")))
    masters(lab, start, other, router(11, *unicast(other, peer)), settings=("vrrp_check_unicast_src",))
    forged(lab, 2, 200, STRANGER, to=host)
    forged(lab, 11, 200, STRANGER, to=other)
    forged(lab, 3, 200, peer, ttl=199, to=host)
    forged(lab, 4, 200, peer, ttl=101, to=host)
    forged(lab, 1, 200, STRANGER, to=host)  # the last: when it is obeyed, the others have been read
    wait_until(lambda: not host.holds(address_of(1)), 5, "whoever checks nothing obeys a stranger")
    capture = lab.capture()
    first_since(capture, 11, time.time())
    assert [host.holds(address_of(vrid)) for vrid in (2, 3, 4)] == [True] * 3
    assert other.holds(address_of(11))
    forged(lab, 2, 200, peer, to=host)
    forged(lab, 3, 200, peer, ttl=200, to=host)
    forged(lab, 4, 200, peer, ttl=100, to=host)
    forged(lab, 11, 200, peer, to=other)
    wait_until(lambda: not any(host.holds(address_of(vrid)) for vrid in (2, 3, 4)), 5, "peers are obeyed")
    wait_until(lambda: not other.holds(address_of(11)), 5, "the peer is obeyed")


def test_the_address_list_of_a_known_master_is_not_read_again_when_told_so(lab: Lab,
                                                                          start: StartAgent) -> None:
    """skip_check_adv_addr, vrrp_skip_check_adv_addr"""
    agents = [masters(lab, start, lab.hosts[0], router(1), router(2, "skip_check_adv_addr")),
              masters(lab, start, lab.hosts[1], router(11), router(12, "skip_check_adv_addr false"),
                      settings=("vrrp_skip_check_adv_addr",))]
    for vrid in (1, 2, 11, 12):
        forged(lab, vrid, 200)
    for host, vrids in zip(lab.hosts, ((1, 2), (11, 12))):
        wait_until(lambda: not any(host.holds(address_of(vrid)) for vrid in vrids), 5, "backups")
    for vrid in (2, 11, 1, 12):
        forge.send(lab.client, forge.advert("203.0.113.99", STRANGER, vrid=vrid, adv=1000))
    agents[0].wait_for_log(r"VI_1\W.*other virtual addresses")
    agents[1].wait_for_log(r"VI_12\W.*other virtual addresses")
    assert not [line for line in (agents[0].log() + agents[1].log()).splitlines()
                if "other virtual addresses" in line and ("VI_2" in line or "VI_11" in line)]


def test_nothing_is_said_before_the_startup_delay_is_over(lab: Lab, start: StartAgent) -> None:
    """vrrp_startup_delay: an owner would be master at once"""
    capture = lab.capture()
    began = time.time()
    start(lab.hosts[0], config(router(1, priority=255, state="MASTER"), globals=("vrrp_startup_delay 2",)))
    assert first_since(capture, 1, began) - began > 2


def test_preempt_takes_an_earlier_nopreempt_back(lab: Lab, start: StartAgent) -> None:
    """preempt, nopreempt"""
    masters(lab, start, lab.hosts[1], router(1, priority=50), router(2, priority=50))
    start(lab.hosts[0], config(router(1, "nopreempt", "preempt"), router(2, "nopreempt")))
    lab.wait_for_holder(lab.hosts[0], address_of(1))
    assert lab.holders(address_of(2)) == [lab.hosts[1].name]


def test_unicast_without_a_peer_is_a_fault_when_multicast_is_no_way_out(lab: Lab, start: StartAgent) -> None:
    """unicast_fault_no_peer"""
    host = lab.hosts[0]
    source = f"unicast_src_ip {host.address}"
    agent = start(host, config(router(1, source, "unicast_fault_no_peer"), router(2, source)))
    wait_until(lambda: host.holds(address_of(2)), 10, "the other one takes to multicast")
    agent.wait_for_log(r"VI_1\W.*FAULT")
    assert not host.holds(address_of(1))


def test_passwords_and_authentication_headers_are_wanted_where_configured(lab: Lab,
                                                                         start: StartAgent) -> None:
    """authentication, auth_type, auth_pass: adverts without or with another password change nothing"""
    def secret(kind: str, password: str) -> tuple[str, ...]:
        return ("authentication {", f"auth_type {kind}", f"auth_pass {password}", "}")

    ours = tuple(router(vrid, *secret(kind, "right"), version=2, advert_int=1)
                 for vrid, kind in ((1, "PASS"), (2, "AH"), (3, "PASS")))
    masters(lab, start, lab.hosts[0], *ours)
    capture = lab.capture()
    theirs = (router(1, *secret("PASS", "wrong"), version=2, advert_int=1, priority=200),
              router(2, *secret("AH", "wrong"), version=2, advert_int=1, priority=200),
              router(3, *secret("PASS", "right"), version=2, advert_int=1, priority=200))
    masters(lab, start, lab.hosts[1], *theirs)
    wait_until(lambda: not lab.hosts[0].holds(address_of(3)), 10, "the right password is obeyed")
    assert lab.hosts[0].holds(address_of(1)) and lab.hosts[0].holds(address_of(2))
    forms = {vrid: capture.adverts("p2", vrid=vrid)[0].authentication for vrid in (1, 2, 3)}
    assert forms == {1: "pass", 2: "ah", 3: "pass"}
