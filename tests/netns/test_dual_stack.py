"""One block with addresses of both families, and one with none: dual_stack, no_virtual_ipaddress."""

from __future__ import annotations

import pathlib
from dataclasses import replace

import pytest

from lab.config import VIP, VIP6, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

BOTH = Instance(addresses=(f"{VIP}/24", f"{VIP6}/64"), extra=("dual_stack",))


def hook(host: LabHost) -> tuple[str, pathlib.Path]:
    """A notify line whose script writes its words as a line of a file; and that file."""
    record = host.folder / "record"
    script = host.write("notify.sh", f'#!/bin/sh\necho "$@" >> {record}\n', executable=True)
    return f'notify "{script}"', record


def lines(record: pathlib.Path) -> list[str]:
    return record.read_text().splitlines() if record.exists() else []


def holds_both(host: LabHost) -> bool:
    return host.holds(VIP) and host.holds(VIP6)


def holds_none(host: LabHost) -> bool:
    return not host.holds(VIP) and not host.holds(VIP6)


def start_pair(lab: Lab, start: StartAgent, instance: Instance) -> pathlib.Path:
    """Both hosts; the first is the stronger one, and has a hook whose record is returned."""
    notify, record = hook(lab.hosts[0])
    start(lab.hosts[1], config(replace(instance, priority=100)))
    start(lab.hosts[0], config(replace(instance, priority=150, extra=(*instance.extra, notify))))
    return record


def test_both_families_are_advertised_under_one_vrid_and_the_hook_is_run_once(
        make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    capture = lab.capture()
    record = start_pair(lab, start, BOTH)
    wait_until(lambda: holds_both(lab.hosts[0]) and holds_none(lab.hosts[1]), 10, "the stronger has both")
    wait_until(lambda: {(VIP,), (VIP6,)} <= {tuple(map(str, advert.addresses))
                                              for advert in capture.adverts("p1", vrid=51)},
               5, "adverts of both families")
    wait_until(lambda: lines(record)[-1:] == ["INSTANCE VI_1 MASTER 150"], 5, "the hook")
    assert lines(record).count("INSTANCE VI_1 MASTER 150") == 1
    assert not [line for line in lines(record) if "v6" in line]


def test_both_families_move_when_one_of_them_fails(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    record = start_pair(lab, start, BOTH)
    wait_until(lambda: holds_both(lab.hosts[0]), 10, "the stronger has both")
    # Without a link-local address no IPv6 advert can leave; IPv4 would go on alone.
    lab.hosts[0].ip("-6 addr flush dev eth0 scope link")
    wait_until(lambda: holds_none(lab.hosts[0]) and holds_both(lab.hosts[1]), 10, "both moved")
    wait_until(lambda: lines(record)[-1:] == ["INSTANCE VI_1 FAULT 150"], 5, "the hook")


def test_a_death_moves_both_families(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    start_pair(lab, start, BOTH)
    wait_until(lambda: holds_both(lab.hosts[0]), 10, "the stronger has both")
    lab.crash(lab.hosts[0])
    wait_until(lambda: holds_both(lab.hosts[1]), 10, "the weaker took over both")


def test_a_reload_to_both_families_keeps_the_master(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    weak = start(lab.hosts[1], config(Instance(priority=100)))
    strong = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    for agent, priority in ((weak, 100), (strong, 150)):
        agent.reload(config(replace(BOTH, priority=priority)))
        agent.wait_for_log("VI_1-v6")
    wait_until(lambda: holds_both(lab.hosts[0]) and holds_none(lab.hosts[1]), 10, "the stronger has both")
    assert strong.log().count("(VI_1) Entering MASTER STATE") == 1
    assert strong.log().count("(VI_1) Entering BACKUP STATE") == 1


@pytest.mark.parametrize("version", (2, 3))
def test_an_instance_without_addresses_elects_a_master_for_its_hooks(lab: Lab, start: StartAgent,
                                                                     version: int) -> None:
    bare = Instance(version=version, advert_int=1 if version == 2 else 0.2, addresses=(),
                    extra=("no_virtual_ipaddress",))
    capture = lab.capture()
    before = {address["local"] for address in lab.hosts[0].addresses()}
    record = start_pair(lab, start, bare)
    wait_until(lambda: lines(record)[-1:] == ["INSTANCE VI_1 MASTER 150"], 15, "the hook of the stronger")
    weak_adverts = len(capture.adverts("p2"))
    stays_true(lambda: len(capture.adverts("p2")) == weak_adverts, 1.5, "the weaker is silent")
    assert all(advert.addresses == () for advert in capture.adverts("p1"))
    assert {address["local"] for address in lab.hosts[0].addresses()} == before
    lab.crash(lab.hosts[0])
    capture.wait_for_advert(lambda advert: advert.port == "p2", 10, "the weaker takes the role")
