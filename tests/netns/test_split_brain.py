"""split_brain: two masters at once are found by asking the neighbours, and one of the two gives way."""

from __future__ import annotations

import pathlib
import time
from dataclasses import replace
from typing import Any

import pytest

from lab.agent import Agent
from lab.config import VIP, VIP6, Instance, config
from lab.control import asked, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

# One round a second: found in three at most, given way in five more, and time for a busy machine.
ENOUGH = 30


def guard(reaction: str, *more: str) -> tuple[str, ...]:
    return "split_brain {", "interval 1", f"on_conflict {reaction}", *more, "}"


def recorder(host: LabHost) -> tuple[pathlib.Path, pathlib.Path]:
    """A script that writes its words as one line of a file; the script and the file."""
    record = host.folder / "record"
    return host.write("notify.sh", f'#!/bin/sh\necho "$@" >> {record}\n', executable=True), record


def lines(record: pathlib.Path) -> list[str]:
    return record.read_text().splitlines() if record.exists() else []


def status(agent: Agent) -> dict[str, Any]:
    return asked(agent, "status")["instances"][0]


def start_pair(lab: Lab, start: StartAgent, strong: Instance, weak: Instance) -> list[Agent]:
    """One after the other, so that the stronger one is master."""
    agents = [start(lab.hosts[0], config(strong, globals=("script_user root",)))]
    lab.wait_for_holder(lab.hosts[0], strong.addresses[0].split("/")[0])
    agents.append(start(lab.hosts[1], config(weak, globals=("script_user root",))))
    for agent in agents:
        agent.wait_for_log("startup complete")
    return agents


def tear(lab: Lab) -> None:
    """No advert passes the switch any more, in no direction, and everything else does."""
    for host in lab.hosts:
        lab.drop_adverts_from(host)


def both_hold(lab: Lab, address: str = VIP) -> bool:
    return lab.holders(address) == ["h1", "h2"]


@pytest.mark.parametrize("address", [VIP, VIP6], ids=["arp", "nd"])
def test_where_adverts_are_blocked_one_of_the_two_gives_way(make_lab: MakeLab, start: StartAgent,
                                                            address: str) -> None:
    """split_brain, interval, on_conflict, notify_split_brain"""
    lab = make_lab(ipv6=True)
    length = 24 if address == VIP else 64
    both: list[Instance] = []
    records: list[pathlib.Path] = []
    for host, priority in zip(lab.hosts, (150, 100)):
        notify, record = recorder(host)
        records.append(record)
        both.append(Instance(priority=priority, addresses=(f"{address}/{length}",),
                             extra=(*guard("yield"), f'notify_split_brain "{notify}"')))
    agents = start_pair(lab, start, *both)
    tear(lab)
    wait_until(lambda: both_hold(lab, address), ENOUGH, "two masters")
    torn = time.monotonic()
    wait_until(lambda: len(lab.holders(address)) == 1, ENOUGH, "one of them gives way")
    print(f"one owner {time.monotonic() - torn:.2f} s after the other took the address")
    stays_true(lambda: len(lab.holders(address)) == 1, 10, "one owner")
    [owner] = lab.holders(address)
    loser = 1 - [host.name for host in lab.hosts].index(owner)
    wait_until(lambda: lines(records[loser]), 10, "the hook")
    assert lines(records[loser])[0] == f"INSTANCE VI_1 SPLIT_BRAIN {both[loser].priority}"
    assert status(agents[loser])["split_brain"]["yielded"] is True
    assert f"answers for {address}, too" in status(agents[loser])["split_brain"]["rival"]
    assert "has given way" in understudyctl(agents[loser], "why", "VI_1").stdout
    assert "split brain" in understudyctl(agents[loser], "history").stdout
    lab.pass_all_adverts()  # the election decides again
    lab.wait_for_holder(lab.hosts[0], address, ENOUGH + 30)
    wait_until(lambda: any(" SPLIT_BRAIN_OVER " in line for line in lines(records[loser])), 10, "its end")


def test_who_has_given_way_takes_over_when_the_other_one_dies(lab: Lab, start: StartAgent) -> None:
    agents = start_pair(lab, start, Instance(priority=150, extra=guard("yield")),
                        Instance(priority=100, extra=guard("yield")))
    tear(lab)
    wait_until(lambda: both_hold(lab), ENOUGH, "two masters")
    wait_until(lambda: len(lab.holders(VIP)) == 1, ENOUGH, "one of them gives way")
    [owner] = lab.holders(VIP)
    first = [host.name for host in lab.hosts].index(owner)
    lab.crash(lab.hosts[first])
    wait_until(lambda: lab.hosts[1 - first].holds(VIP), ENOUGH + 10, "the other one takes up again")
    assert agents[1 - first].is_running()


def test_other_vrids_are_told_apart_by_priority_and_the_stronger_one_fences(lab: Lab,
                                                                            start: StartAgent) -> None:
    """fence_script"""
    notify, record = recorder(lab.hosts[0])
    strong = Instance(priority=150, extra=guard("yield", f'fence_script "{notify} fence"'))
    weak = Instance(priority=100, vrid=52, extra=guard("yield"))
    agents = start_pair(lab, start, strong, weak)
    wait_until(lambda: status(agents[1])["state"] == "FAULT", ENOUGH, "the weaker one gives way")
    lab.wait_for_holder(lab.hosts[0], VIP)
    stays_true(lambda: lab.hosts[0].holds(VIP), 5, "the stronger one has it")
    wait_until(lambda: lines(record), ENOUGH, "the fence")
    words = lines(record)[0].split()
    assert words[:5] == ["fence", "INSTANCE", "VI_1", "SPLIT_BRAIN", "150"]
    assert words[5].count(":") == 5
    assert "advertises our addresses with priority 150" in status(agents[1])["split_brain"]["rival"]


def test_other_authentication_leaves_the_stronger_one(lab: Lab, start: StartAgent) -> None:
    passwords = [("authentication {", "auth_type PASS", f"auth_pass {word}", "}") for word in ("one", "two")]
    both = [Instance(priority=priority, version=2, advert_int=1, extra=(*words, *guard("yield")))
            for priority, words in zip((150, 100), passwords)]
    agents = start_pair(lab, start, *both)
    wait_until(lambda: status(agents[1])["state"] == "FAULT", ENOUGH, "the weaker one gives way")
    lab.wait_for_holder(lab.hosts[0], VIP)
    stays_true(lambda: lab.holders(VIP) == ["h1"], 5, "the stronger one has it")


def test_where_one_way_is_lost_the_stronger_one_stays(lab: Lab, start: StartAgent) -> None:
    agents = start_pair(lab, start, Instance(priority=150, extra=guard("yield")),
                        Instance(priority=100, extra=guard("yield")))
    lab.drop_adverts_from(lab.hosts[0])
    wait_until(lambda: both_hold(lab), ENOUGH, "two masters")
    torn = time.monotonic()
    lab.wait_for_holder(lab.hosts[0], VIP, ENOUGH)
    print(f"one owner {time.monotonic() - torn:.2f} s after the other took the address")
    stays_true(lambda: lab.holders(VIP) == ["h1"], 5, "the stronger one has it")
    assert status(agents[1])["state"] == "FAULT"


@pytest.mark.parametrize("other", [{"version": 2, "advert_int": 1}, {"advert_int": 3}],
                         ids=["version", "interval"])
def test_other_settings_leave_the_stronger_one(lab: Lab, start: StartAgent, other: dict[str, Any]) -> None:
    both = [Instance(priority=150, version=2 if "version" not in other else 3, advert_int=1,
                     extra=guard("yield")),
            replace(Instance(priority=100, version=2, extra=guard("yield")), **other)]
    agents = start_pair(lab, start, *both)
    began = time.monotonic()
    wait_until(lambda: status(agents[1])["state"] == "FAULT", ENOUGH, "the weaker one gives way")
    print(f"one owner {time.monotonic() - began:.2f} s after both had begun")
    lab.wait_for_holder(lab.hosts[0], VIP)
    stays_true(lambda: lab.holders(VIP) == ["h1"], 5, "the stronger one has it")


def test_a_partition_without_witness_has_two_owners_until_it_heals(lab: Lab, start: StartAgent) -> None:
    """Nobody can tell one of them; what heals it is the election, at once."""
    start_pair(lab, start, Instance(priority=150, extra=guard("yield")),
               Instance(priority=100, extra=guard("yield")))
    lab.block(lab.hosts[1])
    wait_until(lambda: both_hold(lab), ENOUGH, "two masters")
    stays_true(lambda: both_hold(lab), 5, "each is alone on its side")
    lab.unblock(lab.hosts[1])
    healed = time.monotonic()
    lab.wait_for_holder(lab.hosts[0], VIP, ENOUGH)
    print(f"one owner {time.monotonic() - healed:.2f} s after the partition was over")
    stays_true(lambda: lab.holders(VIP) == ["h1"], 5, "the stronger one has it")


@pytest.mark.parametrize("reaction", ["alert", "hold"])
def test_without_yield_both_stay_and_say_so(lab: Lab, start: StartAgent, reaction: str) -> None:
    agents = start_pair(lab, start, Instance(priority=150, extra=guard(reaction)),
                        Instance(priority=100, extra=guard(reaction)))
    tear(lab)
    wait_until(lambda: both_hold(lab), ENOUGH, "two masters")
    for agent in agents:
        wait_until(lambda agent=agent: status(agent)["split_brain"], ENOUGH, "it is told")
        assert status(agent)["state"] == "MASTER"
        assert "split brain since" in understudyctl(agent, "status").stdout
    assert both_hold(lab)


def test_detect_off_asks_nobody(lab: Lab, start: StartAgent) -> None:
    """detect"""
    agents = start_pair(lab, start, Instance(priority=150, extra=guard("yield", "detect off")),
                        Instance(priority=100, extra=guard("yield", "detect off")))
    tear(lab)
    wait_until(lambda: both_hold(lab), ENOUGH, "two masters")
    stays_true(lambda: both_hold(lab), 10, "two masters")
    assert "split_brain" not in status(agents[0])


def test_a_healthy_pair_tells_nothing_and_probes_change_no_cache(lab: Lab, start: StartAgent) -> None:
    strong = Instance(priority=150, extra=guard("yield"))
    agents = start_pair(lab, start, strong, replace(strong, priority=100))
    stays_true(lambda: lab.holders(VIP) == ["h1"], 10, "one master")
    assert status(agents[0])["split_brain"] is None
    assert "0.0.0.0" not in lab.client.run("ip", "neigh")


def witnesses(lab: Lab, address: str) -> None:
    """The client answers for the witness, too."""
    lab.client.ip(f"addr add {address} dev eth0")


def witnessed(reaction: str, host: str) -> tuple[str, ...]:
    return "split_brain {", "detect off", f"on_conflict {reaction}", f"witness {host}", "}"


WITNESS = "192.0.2.254"
WITNESS6 = "2001:db8::fe"


@pytest.mark.parametrize("named", ["address", "gateway"])
def test_a_backup_that_is_cut_off_leaves_the_role_where_it_is(lab: Lab, start: StartAgent,
                                                              named: str) -> None:
    """witness"""
    witnesses(lab, f"{WITNESS}/24")
    for host in lab.hosts:
        host.ip(f"route add default via {WITNESS} dev eth0 metric 50")
        host.ip("route add default via 192.0.2.77 dev eth0 metric 500")
    extra = witnessed("yield", WITNESS if named == "address" else "gateway")
    agents = start_pair(lab, start, Instance(priority=150, extra=extra), Instance(priority=100, extra=extra))
    name = WITNESS if named == "address" else "gateway"
    wait_until(lambda: f"witness {name}: good" in understudyctl(agents[1], "status").stdout, 10, "its answer")
    lab.block(lab.hosts[1])
    wait_until(lambda: status(agents[1])["state"] == "FAULT", ENOUGH, "it does not take over")
    assert "no witness answers" in understudyctl(agents[1], "why", "VI_1").stdout
    stays_true(lambda: lab.holders(VIP) == ["h1"], 5, "one owner")
    lab.unblock(lab.hosts[1])
    wait_until(lambda: status(agents[1])["state"] == "BACKUP", ENOUGH, "it takes part again")
    assert lab.holders(VIP) == ["h1"]


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_a_master_that_is_cut_off_gives_way_before_the_other_takes_over(make_lab: MakeLab, start: StartAgent,
                                                                        family: str) -> None:
    """witness, on_conflict"""
    lab = make_lab(ipv6=True)
    address, length, host = (VIP, 24, WITNESS) if family == "ipv4" else (VIP6, 64, WITNESS6)
    lab.client.run("ip", "addr", "add", f"{host}/{length}", "dev", "eth0",
                   *(["nodad"] if family == "ipv6" else []))
    extra = witnessed("yield", host)
    agents = start_pair(lab, start, *(Instance(priority=priority, addresses=(f"{address}/{length}",),
                                               extra=extra) for priority in (150, 100)))
    lab.block(lab.hosts[0])
    cut = time.monotonic()
    seen: set[tuple[str, ...]] = set()
    while lab.holders(address) != ["h2"] and time.monotonic() < cut + ENOUGH:
        seen.add(tuple(lab.holders(address)))
        time.sleep(0.05)
    print(f"{name_of(seen)}; relieved {time.monotonic() - cut:.2f} s after the cut")
    assert lab.holders(address) == ["h2"]
    assert status(agents[0])["state"] == "FAULT"
    assert "no witness answers any more" in understudyctl(agents[0], "history").stdout
    lab.unblock(lab.hosts[0])
    lab.wait_for_holder(lab.hosts[0], address, ENOUGH)


def name_of(seen: set[tuple[str, ...]]) -> str:
    return "owners on the way: " + ", ".join("+".join(owners) or "nobody" for owners in sorted(seen))
