"""What an operator orders of a running pair: failover, an orderly stop, checks, logs and counters."""

from __future__ import annotations

import signal

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived


def start_pair(lab: Lab, start: StartAgent, *globals: str) -> tuple[Agent, Agent]:
    """The stronger one first, and master."""
    agents = tuple(start(host, config(Instance(priority=priority), globals=globals))
                   for host, priority in zip(lab.hosts, (150, 100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agents


def instance_of(agent: Agent) -> dict[str, object]:
    return asked(agent, "status")["instances"][0]


def kill_vrrp_process(agent: Agent) -> None:
    first = agent.vrrp_pid()
    agent.host.run("kill", "-KILL", str(first))
    wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")
    wait_until(lambda: understudyctl(agent, "status").returncode == 0, 10, "its answer")


def test_a_failover_moves_the_role_and_nobody_takes_it_back(lab: Lab, start: StartAgent) -> None:
    strong, weak = start_pair(lab, start)
    capture = lab.capture()
    done = understudyctl(strong, "failover", "VI_1")
    assert (done.returncode, done.stdout) == (0, f"VI_1: {lab.hosts[1].address} is master\n"), done
    lab.wait_for_holder(lab.hosts[1], VIP)
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1.5, "the stronger one does not preempt")
    assert {advert.priority for advert in capture.adverts("p1")} <= {150, 1}
    status = instance_of(strong)
    assert (status["priority"], status["drain"], status["held_back"]) == (150, None, True)
    assert "takes it back from no other master" in understudyctl(strong, "status").stdout
    assert understudyctl(weak, "failover", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert not instance_of(strong)["held_back"]


def test_a_router_whose_role_was_moved_takes_over_from_a_dead_master(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "failover", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    lab.crash(lab.hosts[1])
    wait_until(lambda: lab.hosts[0].holds(VIP), 10, "the stronger one takes over")


def test_a_failover_belongs_on_the_master(lab: Lab, start: StartAgent) -> None:
    _, weak = start_pair(lab, start)
    wait_until(lambda: instance_of(weak)["master"], 10, "a master is heard")
    done = understudyctl(weak, "failover", "VI_1")
    assert done.returncode == 1
    assert f"VI_1 is backup here, and {lab.hosts[0].address} is master: ask for it there" in done.stderr
    stays_true(lambda: lab.holders(VIP) == ["h1"], 0.5, "nothing moves")


def test_a_failover_without_a_taker_changes_nothing(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    alone = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    done = understudyctl(alone, "failover", "VI_1")
    assert (done.returncode, done.stdout) == (1, "VI_1: nobody takes over: it stays master\n"), done
    status = instance_of(alone)
    assert (status["state"], status["priority"], status["held_back"]) == ("MASTER", 150, False)


def test_orders_outlive_a_crash_of_the_vrrp_process(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "set", "VI_1", "priority", "140").returncode == 0
    assert understudyctl(strong, "drain", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    kill_vrrp_process(strong)
    still = "still ordered by the operator: priority 140, a drain."
    strong.wait_for_log(still)
    wait_until(lambda: still in [one["reason"] for one in asked(strong, "history")["entries"]], 10,
               "what the successor is bound by, in the history")
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1.5, "the drained one does not preempt")
    status = instance_of(strong)
    assert status["drain"] and status["ordered_priority"] == 140
    assert understudyctl(strong, "resume", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert instance_of(strong)["priority"] == 140


def test_a_failover_is_not_undone_by_a_crash_of_the_vrrp_process(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "failover", "VI_1").returncode == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    kill_vrrp_process(strong)
    stays_true(lambda: lab.holders(VIP) == ["h2"], 1.5, "it takes the role back from nobody")
    assert instance_of(strong)["held_back"]


def test_a_graceful_handover_lets_another_take_over_before_the_stop(lab: Lab, start: StartAgent) -> None:
    """graceful_handover: a plain stop says priority 0, this one does not need to."""
    strong, _ = start_pair(lab, start, "graceful_handover 10")
    capture = lab.capture()
    assert strong.stop() == 0
    lab.wait_for_holder(lab.hosts[1], VIP)
    said = [advert.priority for advert in capture.adverts("p1")]
    assert set(said) <= {150, 1} and 1 in said
    assert "another router is to take over first, within 10 s" in strong.log()


def test_a_second_stop_waits_for_nobody(make_lab: MakeLab, start: StartAgent) -> None:
    """graceful_handover with nobody to hand over to"""
    lab = make_lab(hosts=1)
    slow = Instance(priority=150, advert_int=3, extra=("down_timer_adverts 1",))
    agent = start(lab.hosts[0], config(slow, globals=("graceful_handover 60",)))
    wait_until(lambda: lab.hosts[0].holds(VIP), 40, "the master")
    agent.signal(signal.SIGTERM)
    agent.wait_for_log("another router is to take over first")
    stays_true(lambda: lab.hosts[0].holds(VIP), 1, "it waits for a taker")
    assert agent.stop(10) == 0
    assert not lab.hosts[0].holds(VIP)


def test_a_check_runs_when_the_operator_wants_it(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    host = lab.hosts[0]
    wanted = host.write("wanted", "0")
    check = host.write("check.sh", f"#!/bin/sh\nexit $(cat {wanted})\n", executable=True)
    tracked = Instance(priority=150, extra=("track_script {", "chk", "}"))
    agent = start(host, config(tracked, blocks=(script("chk", str(check), "interval 600", "weight -20"),)))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    done = understudyctl(agent, "check", "chk")
    assert (done.returncode, done.stdout) == (0, "script chk: good; the last run succeeded (exit status 0)\n")
    host.write("wanted", "3")
    done = understudyctl(agent, "check", "chk", "--run-now")
    assert (done.returncode, done.stdout) == (1, "script chk: bad; the last run failed (exit status 3)\n")
    assert instance_of(agent)["priority"] == 130
    missing = understudyctl(agent, "check", "chek", "--run-now")
    assert missing.returncode == 1 and "did you mean 'chk'?" in missing.stderr


def test_the_log_level_is_the_operators_until_the_daemon_ends(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    agent = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert understudyctl(agent, "log-level", "error").returncode == 0
    kill_vrrp_process(agent)
    wait_until(lambda: instance_of(agent)["state"] == "MASTER", 10, "master again")
    assert understudyctl(agent, "set", "VI_1", "priority", "77").returncode == 0
    assert understudyctl(agent, "log-level", "info").returncode == 0
    assert understudyctl(agent, "set", "VI_1", "priority", "78").returncode == 0
    agent.wait_for_log("orders priority 78")
    assert "orders priority 77" not in agent.log()
    assert agent.log().count("Entering MASTER STATE") == 1


def test_counters_begin_again_at_zero(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    agent = start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    shown = understudyctl(agent, "stats", "VI_1", "--reset")
    assert shown.returncode == 0 and shown.stdout.startswith("VI_1\n")
    assert "  became master: 1\n" in shown.stdout and "  refused: 0\n" in shown.stdout
    counters = asked(agent, "stats")["instances"][0]["counters"]
    assert counters["became_master"] == 0
