"""Whoever subscribes is told what happens as it happens: over the socket, and by `understudyctl follow`."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import subprocess
from typing import Any, Iterator

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import RawClient, asked, socket_of, tool, understudyctl
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

DATE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "a master")
    wait_until(lambda: "MASTER" in {entry.get("after") for entry in asked(agent, "history")["entries"]}, 10,
               "the history of it")
    return agent


class Following:
    """`understudyctl follow` with what it has said so far."""

    def __init__(self, agent: Agent, out: pathlib.Path, *words: str) -> None:
        self._out = out
        with out.open("wb") as file:
            self.process = subprocess.Popen([tool(), "follow", *words, "-s", socket_of(agent)], stdout=file,
                                            stderr=subprocess.PIPE, text=True)

    def lines(self) -> list[str]:
        return self._out.read_text().splitlines()

    def wait_for(self, pattern: str) -> None:
        wait_until(lambda: any(re.search(pattern, line) for line in self.lines()), 20,
                   f"a line like {pattern!r}")


@contextlib.contextmanager
def following(agent: Agent, *words: str) -> Iterator[Following]:
    """Once it is told something: it is known to listen."""
    made = Following(agent, agent.host.folder / "followed", *words)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def order(agent: Agent, priority: int) -> None:
    assert understudyctl(agent, "set", "VI_1", "priority", str(priority)).returncode == 0


def hear_event(client: RawClient) -> dict[str, Any]:
    line = client.hear()
    assert line is not None and (line["id"], line["version"]) == (7, 1), line
    return line["event"]


def test_a_subscriber_is_told_what_the_history_notes(master: Agent) -> None:
    client = RawClient(socket_of(master))
    answer = client.ask(id=7, command="subscribe", instance="VI_1")
    assert answer is not None and answer["result"] == {"subscribed": True}
    before = asked(master, "history")["entries"]
    order(master, 42)
    told = [hear_event(client), hear_event(client)]
    assert [(one["kind"], one.get("after")) for one in told] == [("order", None), ("priority", "42")]
    assert asked(master, "history")["entries"] == before + told
    # It may ask as well, on the same connection.
    pong = client.ask(id=8, command="ping")
    assert pong is not None and pong["id"] == 8 and "subscribe" in pong["result"]["commands"]
    client.close()
    order(master, 43)
    assert asked(master, "status")["instances"][0]["priority"] == 43


def test_an_unknown_instance_is_refused_with_the_nearest(master: Agent) -> None:
    refused = RawClient(socket_of(master)).ask(id=7, command="subscribe", instance="VI_2")
    assert refused is not None and refused["error"]["code"] == "no-such-instance"
    done = understudyctl(master, "follow", "VI_2")
    assert done.returncode == 1 and "there is no instance 'VI_2'; did you mean 'VI_1'?" in done.stderr


def test_follow_tells_what_happens_and_goes_on_after_a_restart(host: LabHost, master: Agent,
                                                               start: StartAgent) -> None:
    with following(master, "--since", "1h") as seen:
        seen.wait_for(f"^{DATE}  VI_1  BACKUP -> MASTER")
        order(master, 42)
        seen.wait_for(f"^{DATE}  VI_1  priority 100 -> 42 after .*: set by the operator")
        assert master.stop() == 0
        seen.wait_for("the daemon is told to stop")
        again = start(host, config(Instance()))
        seen.wait_for("INIT -> BACKUP")
        wait_until(lambda: host.holds(VIP), 10, "master again")
        order(again, 43)
        seen.wait_for("priority 100 -> 43")
        starts = [line for line in seen.lines() if "understudyd" in line and "starts" in line]
        assert len(starts) == 2
        assert len(seen.lines()) == len(set(seen.lines())) == len(asked(again, "history")["entries"])
        assert seen.process.poll() is None


def test_follow_gives_programs_an_object_a_line(master: Agent) -> None:
    with following(master, "--json", "--since", "1h", "VI_1") as seen:
        seen.wait_for("MASTER")
        order(master, 42)
        seen.wait_for('"after":"42"')
        assert [json.loads(line) for line in seen.lines()] == asked(master, "history", "VI_1")["entries"]


def test_follow_says_that_no_daemon_answers(host: LabHost) -> None:
    done = subprocess.run([tool(), "follow", "-s", host.folder / "nobody.sock"], capture_output=True,
                          text=True, timeout=30, check=False)
    assert done.returncode == 1 and "is it running" in done.stderr
