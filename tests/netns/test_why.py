"""Who is master, why, since when, and what would happen if something failed: one command each."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lab.agent import Agent, keepalived
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.network import Lab
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

PATIENCE = f"{Instance(priority=100).down_interval():.3f} s"


def why(agent: Agent) -> dict[str, Any]:
    return asked(agent, "why", "VI_1")["instances"][0]


def answering(agent: Agent) -> Agent:
    wait_until(lambda: understudyctl(agent, "status").returncode == 0, 10, "an answer")
    return agent


def names_master(agent: Agent, lab: Lab, priority: int) -> bool:
    """The first host, with that priority."""
    expected = f"{lab.hosts[0].address} is master, with priority {priority}, "
    return str(why(agent)["master"]).startswith(expected)


def outcomes(agent: Agent) -> dict[str, str]:
    return {one["event"]: one["outcome"] for one in why(agent)["what_if"]}


def start_pair(lab: Lab, start: StartAgent) -> tuple[Agent, Agent]:
    agents = (start(lab.hosts[0], config(Instance(priority=150))),
              answering(start(lab.hosts[1], config(Instance(priority=100)))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    wait_until(lambda: names_master(agents[1], lab, 150), 10, "the backup hears the master")
    return agents


def test_both_sides_answer_a_newcomers_questions(lab: Lab, start: StartAgent) -> None:
    strong, weak = start_pair(lab, start)
    text = understudyctl(weak, "why", "VI_1").stdout
    assert re.match(r"VI_1 is BACKUP on this host for [\d.]+ s, since \d{4}-", text)
    for sentence in (f"{lab.hosts[0].address} is master, with priority 150, for ",
                     f"{lab.hosts[0].address} has priority 150, ours is 100: the higher one wins.",
                     "The priority is 100: 100 configured.",
                     f"It takes over when {lab.hosts[0].address} is silent for {PATIENCE}, or resigns.",
                     "It preempts when its priority, now 100, is above 150.",
                     f"this host died: {lab.hosts[0].address} would stay master.",
                     f"{lab.hosts[0].address} failed: this host would take over {PATIENCE} after"):
        assert sentence in text, text
    text = understudyctl(strong, "why").stdout
    for sentence in ("This host is master: it has the addresses and advertises priority 150 every 0.2 s.",
                     "this host died: the addresses would have no owner until a backup has waited, at most "
                     "0.800 s"):
        assert sentence in text, text


def test_what_is_foretold_comes_true(lab: Lab, start: StartAgent) -> None:
    state = lab.hosts[0].write("state", "0\n")
    tracking = config(Instance(priority=150, extra=("track_script {", "web weight -60", "}")),
                      blocks=(script("web", f"/bin/grep -q 0 {state}", "interval 1"),))
    weak = start(lab.hosts[1], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[1], VIP)
    strong = start(lab.hosts[0], tracking)
    lab.wait_for_holder(lab.hosts[0], VIP)
    assert outcomes(strong)["script web failed"] == (
        f"the priority would be 90: {lab.hosts[1].address} (priority 100 when heard last) would take over, "
        "unless it has nopreempt")
    state.write_text("1\n")
    lab.wait_for_holder(lab.hosts[1], VIP)
    found = why(strong)
    assert any(re.match(r"The priority is 90: 150 configured, -60 by script web \(bad\)\.", one)
               for one in found["priority"]), found
    assert any(re.match(r"script web is bad \(exit status 1, [\d.]+ s ago\): -60 to the priority\.", one)
               for one in found["priority"]), found
    assert outcomes(strong)["script web succeeded"] == (
        f"the priority would be 150: it would take over from {lab.hosts[1].address}")
    assert why(weak)["answer"].endswith("was master with a lower priority than ours.")


def test_nopreempt_is_named(lab: Lab, start: StartAgent) -> None:
    weak = start(lab.hosts[1], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[1], VIP)
    strong = answering(start(lab.hosts[0], config(Instance(priority=150, extra=("nopreempt",)))))
    wait_until(lambda: why(strong)["reasons"] == [
        f"{lab.hosts[1].address} has only priority 100, ours is 150, but nopreempt keeps us from taking "
        "over."], 10, "the reason")
    assert weak.is_running()


def test_a_failover_is_named_as_what_holds_back(lab: Lab, start: StartAgent) -> None:
    strong, _ = start_pair(lab, start)
    assert understudyctl(strong, "failover", "VI_1").returncode == 0
    expected = [f"{lab.hosts[1].address} has only priority 100, ours is 150, but a failover holds us back: "
                "since the operator moved the role away, it is taken back from nobody."]
    wait_until(lambda: why(strong)["reasons"] == expected, 10, "the reason")


def test_keepalived_is_a_peer_like_any_other(lab: Lab, start: StartAgent) -> None:
    Agent(lab.hosts[0], keepalived(), config(Instance(priority=150))).start()
    weak = answering(start(lab.hosts[1], config(Instance(priority=100))))
    lab.wait_for_holder(lab.hosts[0], VIP)
    wait_until(lambda: names_master(weak, lab, 150), 10, "keepalived is heard")


def test_a_fault_says_who_is_master_meanwhile(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    broken = answering(start(lab.hosts[1], config(
        Instance(priority=100, extra=("track_script {", "web", "}")),
        blocks=(script("web", "/bin/false", "interval 1"),))))
    wait_until(lambda: why(broken)["reasons"] == ["FAULT because tracked script web fails."], 10,
               "the fault")
    wait_until(lambda: names_master(broken, lab, 150), 10, "the master is heard in FAULT, too")


def test_status_shows_peers_groups_and_mismatches(lab: Lab, start: StartAgent) -> None:
    group = ("vrrp_sync_group both {\n    group {\n        VI_1\n    }\n}",)
    start(lab.hosts[0], config(Instance(priority=150)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    weak = answering(start(lab.hosts[1], config(
        Instance(priority=100, addresses=(f"{VIP}/24", "192.0.2.51/24")), blocks=group)))
    wait_until(lambda: asked(weak, "status")["instances"][0]["peers"], 10, "a peer")
    answer = asked(weak, "status")
    (peer,) = answer["instances"][0]["peers"]
    assert (peer["address"], peer["priority"], peer["version"], peer["interval"], peer["refused"]) == (
        lab.hosts[0].address, 150, 3, 0.2, False)
    assert peer["mismatch"] == "other virtual addresses"
    assert answer["sync_groups"] == [{"name": "both", "state": "BACKUP", "members": ["VI_1"]}]
    text = understudyctl(weak, "status").stdout
    assert f"{lab.hosts[0].address}: priority 150, VRRP version 3, every 0.2 s, heard last" in text
    assert "MISMATCH: other virtual addresses" in text and "sync group both: BACKUP (VI_1)" in text


def test_an_unknown_instance_is_refused_with_the_nearest(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(hosts=1)
    agent = start(lab.hosts[0], config(Instance()))
    lab.wait_for_holder(lab.hosts[0], VIP)
    done = understudyctl(agent, "why", "VI_2")
    assert done.returncode == 1 and "there is no instance 'VI_2'; did you mean 'VI_1'?" in done.stderr
