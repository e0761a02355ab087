"""Who is master, and who becomes it when the master goes: by death, by order, by a cut, by a return."""

from __future__ import annotations

import time

from lab.config import VIP, Instance, config
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

STRONG, WEAK = Instance(priority=150), Instance(priority=100)
CLOCK_SLACK = 0.02


def start_pair(lab: Lab, start: StartAgent, strong: Instance = STRONG, weak: Instance = WEAK) -> tuple:
    """Both agents running, the strong one master."""
    agents = start(lab.hosts[0], config(strong)), start(lab.hosts[1], config(weak))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agents


def client_reaches(lab: Lab, address: str) -> bool:
    return lab.client.try_run("ping", "-q", "-c", "1", "-W", "1", address).returncode == 0


def test_the_highest_priority_of_three_becomes_master(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=3)
    capture = lab.capture()
    for host, priority in zip(lab.hosts, (50, 200, 100)):
        start(host, config(Instance(priority=priority)))
    lab.wait_for_holder(lab.hosts[1], VIP)
    settled = time.time()
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1.5, "h2 is the only master")
    assert {advert.port for advert in capture.adverts(since=settled)} == {"p2"}


def test_the_higher_address_wins_between_equals(lab: Lab, start: StartAgent) -> None:
    lab.block(lab.hosts[0])
    for host in lab.hosts:
        start(host, config(WEAK))
    for host in lab.hosts:
        wait_until(lambda host=host: host.holds(VIP), 10, f"{host.name} is master behind the cut")
    lab.unblock(lab.hosts[0])
    lab.wait_for_holder(lab.hosts[1], VIP)
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1, "the higher address keeps the role")


def test_a_crash_moves_the_address_after_three_adverts_and_the_skew(lab: Lab, start: StartAgent) -> None:
    capture = lab.capture()
    start_pair(lab, start)
    assert client_reaches(lab, VIP)
    crashed = time.time()
    lab.crash(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(VIP), 10, "the weaker takes over")
    silence = capture.adverts("p2", since=crashed)[0].time - capture.adverts("p1")[-1].time
    assert silence > WEAK.down_interval() - CLOCK_SLACK
    wait_until(lambda: client_reaches(lab, VIP), 5, "the client reaches the new master")
    assert lab.hosts[1].mac() in lab.client.run("ip", "neigh", "show", VIP)


def test_an_orderly_stop_resigns_and_the_other_waits_its_skew_alone(lab: Lab, start: StartAgent) -> None:
    slow_weak = Instance(priority=100, advert_int=1)
    capture = lab.capture()
    strong, _ = start_pair(lab, start, Instance(priority=150, advert_int=1), slow_weak)
    stopped = time.time()
    assert strong.stop() == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    resigned = [advert for advert in capture.adverts("p1") if advert.priority == 0]
    assert len(resigned) == 1
    wait = capture.adverts("p2", since=stopped)[0].time - resigned[0].time
    assert slow_weak.down_interval() - 3 - CLOCK_SLACK < wait < slow_weak.down_interval()
    assert not lab.hosts[0].holds(VIP)


def test_a_returning_stronger_router_preempts(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[1], VIP)
    capture = lab.capture()
    start(lab.hosts[0], config(STRONG))
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert all(advert.priority != 0 for advert in capture.adverts("p2"))


def test_nopreempt_leaves_the_weaker_master_alone_until_it_goes(lab: Lab, start: StartAgent) -> None:
    weak = start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[1], VIP)
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(priority=150, extra=("nopreempt",)))).wait_until_started()
    stays_true(lambda: lab.holders(VIP) == ["h2"], 2.5, "the weaker stays master")
    assert capture.adverts("p1") == []
    weak.stop()
    lab.wait_for_holder(lab.hosts[0], VIP)


def test_preempt_delay_postpones_the_preemption(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(lab.hosts[1], VIP)
    capture = lab.capture()
    began = time.time()
    start(lab.hosts[0], config(Instance(priority=150, extra=("preempt_delay 2",))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert capture.adverts("p1")[0].time - began > 2


def test_a_one_way_loss_of_adverts_ends_with_one_master(lab: Lab, start: StartAgent) -> None:
    start_pair(lab, start)
    lab.drop_adverts_from(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(VIP), 10, "the deaf backup becomes master, too")
    lab.pass_all_adverts()
    lab.wait_for_holder(lab.hosts[0], VIP)


def test_an_owner_of_priority_255_is_master_at_once(lab: Lab, start: StartAgent) -> None:
    capture = lab.capture()
    start(lab.hosts[0], config(Instance(priority=255, state="MASTER", advert_int=10)))
    # With ten seconds between adverts, anything but the first instant would be half a minute away.
    capture.wait_for_advert(lambda advert: advert.priority == 255, 10, "the owner's first advert")
    lab.wait_for_holder(lab.hosts[0], VIP)
