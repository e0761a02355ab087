"""A planned change of the master: understudyctl drain, resume, set and unset."""

from __future__ import annotations

import statistics

import pytest

from lab.agent import Agent, keepalived
from lab.config import VIP, Instance, config
from lab.control import asked, understudyctl
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.prober import EchoProbe
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

PROBE_INTERVAL_US = 500


def start_pair(lab: Lab, start: StartAgent, *weak_extra: str) -> tuple[Agent, Agent]:
    """The stronger one first, and master."""
    agents = (start(lab.hosts[0], config(Instance(priority=150))),
              start(lab.hosts[1], config(Instance(priority=100, extra=weak_extra))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agents


def drain_of(agent: Agent) -> dict[str, object] | None:
    return asked(agent, "status")["instances"][0]["drain"]


def test_a_drained_master_hands_over_without_resigning_first(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    capture = lab.capture()
    done = understudyctl(strong, "drain", "VI_1")
    assert (done.returncode, done.stdout) == (0, f"VI_1: drained; {lab.hosts[1].address} is master\n"), done
    lab.wait_for_holder(lab.hosts[1], VIP)
    said = [advert.priority for advert in capture.adverts("p1")]
    assert set(said) <= {150, 1} and said[-1] == 1
    assert "drained since" in understudyctl(strong, "status").stdout


def test_a_drained_router_stays_backup_until_it_resumes(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "drain", "--all").returncode == 0
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1.5, "the drained one does not preempt")
    assert understudyctl(strong, "resume", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert drain_of(strong) is None


def test_a_drain_ends_by_itself_after_its_time(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "drain", "VI_1", "--for", "2s").returncode == 0
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert drain_of(strong) is None


def test_a_backup_that_would_not_preempt_takes_over_as_well(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start, "nopreempt")
    assert understudyctl(strong, "drain", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    strong.wait_for_log("saying priority 0 to whoever would not preempt")


def test_a_master_whom_nobody_relieves_keeps_its_address_and_says_so(make_lab: MakeLab,
                                                                     start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    alone = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    probe = EchoProbe(lab.client, VIP, PROBE_INTERVAL_US)
    done = understudyctl(alone, "drain", "VI_1")
    assert done.returncode == 1
    assert done.stdout == "VI_1: nobody takes over: it stays master, with priority 1\n"
    assert lab.hosts[0].holds(VIP)
    report = probe.report()
    assert report.longest is None or report.longest.outage_ms < 100  # the machine's own pauses


def test_keepalived_takes_over_from_a_drained_master(lab: Lab, start: StartAgent) -> None:
    strong = start(lab.hosts[0], config(Instance(priority=150)))
    Agent(lab.hosts[1], keepalived(), config(Instance(priority=100))).start()
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert understudyctl(strong, "drain", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[1], VIP)


def test_the_client_hardly_notices_a_drain(lab: Lab, start: StartAgent) -> None:
    """The bench has the exact figures; here it must be less than what a plain stop costs: the skew."""
    strong, _ = start_pair(lab, start)
    outages = []
    for _ in range(3):
        capture = lab.capture()
        probe = EchoProbe(lab.client, VIP, PROBE_INTERVAL_US)
        for _ in range(3):  # until the client is answered
            capture.next_advert("p1", 5)
        assert understudyctl(strong, "drain", "VI_1").returncode == 0
        lab.wait_for_holder(lab.hosts[1], VIP)
        wait_until(lambda heard=capture: len(heard.adverts("p2")) >= 3, 5, "a settled master")
        report = probe.report()
        outages.append(report.longest.outage_ms if report.longest else 0)
        assert understudyctl(strong, "resume", "VI_1").returncode == 0
        lab.wait_for_holder(lab.hosts[0], VIP)
    skew_ms = 1000 * (Instance(priority=100).down_interval() - 3 * Instance().advert_int)
    assert statistics.median(outages) < skew_ms


def test_a_priority_that_was_set_decides_until_it_is_unset(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    done = understudyctl(strong, "set", "VI_1", "priority", "50")
    assert "priority 50 is set by the operator" in done.stdout, done
    lab.wait_for_holder(lab.hosts[1], VIP)
    strong.reload(config(Instance(priority=200)))
    strong.wait_for_log("reload", 5)
    assert asked(strong, "status")["instances"][0]["priority"] == 50
    assert understudyctl(strong, "unset", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[0], VIP)


@pytest.mark.parametrize(("words", "complaint"), (
    (("drain",), "name the instances, or say --all"),
    (("drain", "VI_1", "--all"), "name the instances, or say --all"),
    (("drain", "VI_1", "--for", "soon"), "'soon' is no duration"),
    (("drain", "VI_2"), "there is no instance 'VI_2'; did you mean 'VI_1'?"),
    (("set", "VI_1", "priority", "255"), "'255' is no priority from 1 to 254"),
    (("set", "VI_1", "weight", "7"), "what can be set is the priority, not 'weight'"),
    (("unset", "VI_3"), "there is no instance 'VI_3'"),
))
def test_what_makes_no_sense_is_refused_and_changes_nothing(make_lab: MakeLab, start: StartAgent,
                                                            words: tuple[str, ...], complaint: str) -> None:
    lab = make_lab(hosts=1)
    agent = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    done = understudyctl(agent, *words)
    assert done.returncode != 0 and complaint in done.stderr, done
    status = asked(agent, "status")["instances"][0]
    assert (status["priority"], status["drain"]) == (150, None)
