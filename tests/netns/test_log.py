"""The log of a daemon: every line has an id and its fields, and a flood of one message is summed up."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import understudyctl
from lab.network import Lab
from lab.plugin import StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

MOST_IN_A_PERIOD = 60


def lines_of(path: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def log_path(lab: Lab) -> pathlib.Path:
    return lab.hosts[0].folder / "log.jsonl"


@pytest.fixture
def master(lab: Lab, start: StartAgent, log_path: pathlib.Path) -> Agent:
    agent = start(lab.hosts[0], config(Instance(priority=150)), f"--log-file={log_path}", "--log-json",
                  "--address-monitoring")
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agent


def test_every_line_has_an_id_and_its_fields(master: Agent, log_path: pathlib.Path) -> None:
    assert understudyctl(master, "set", "VI_1", "priority", "120").returncode == 0
    assert understudyctl(master, "reload").returncode == 0
    assert master.stop() == 0
    lines = lines_of(log_path)
    assert [line for line in lines if not line["id"]] == []
    fields = {line["id"]: line["fields"] for line in lines}
    assert fields["entered-state"] == {"instance": "VI_1"}
    assert fields["control-order"] == {"command": "set-priority", "user": "0"}
    reported = [line["fields"] for line in lines if line["id"] == "address-reported"]
    assert {"interface": "eth0", "address": f"{VIP}/24"} in reported
    assert {"startup-complete", "reload-asked", "reloaded", "stopping"} <= set(fields)


def test_a_flood_of_one_message_is_summed_up_once_it_is_over(lab: Lab, master: Agent,
                                                             log_path: pathlib.Path) -> None:
    host, number = lab.hosts[0], 200
    additions = "".join(f"addr add 198.51.100.{i}/32 dev eth0\n" for i in range(1, number + 1))
    batch = host.write("additions", additions)

    def reported() -> list[dict[str, Any]]:
        return [line for line in lines_of(log_path) if line["id"] == "address-reported"]

    already = len(reported())
    host.run("ip", "-batch", batch)
    wait_until(lambda: any("more like this" in line["message"] for line in reported()), 20,
               "what was summed up is told, though nothing else happens")
    # A period that had begun before may have ended meanwhile.
    assert len(reported()) - already <= 2 * (MOST_IN_A_PERIOD + 1)
    sums = [line for line in reported() if "more like this" in line["message"]]
    assert sums[0]["fields"] == {"interface": "eth0"}
