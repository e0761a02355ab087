"""Scripts that watch a service, and what their results do to the role."""

from __future__ import annotations

import time

from lab.capture import Capture
from lab.config import VIP, Instance, config, script
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import stays_true, wait_until

PORT = 8080
TRACK_CHECK = ("track_script {", "chk", "}")
CHECK_PORT = '#!/bin/sh\nexec bash -c "exec 3<>/dev/tcp/127.0.0.1/$1"\n'
SERVICE = f"""
import socket
server = socket.create_server(("127.0.0.1", {PORT}))
while True:
    server.accept()[0].close()
"""


class Service:
    """Something that listens on a port of a host, and may die."""

    def __init__(self, host: LabHost) -> None:
        self._host = host
        self.start()

    def start(self) -> None:
        self._pid = self._host.spawn("/usr/bin/python3", "-c", SERVICE)
        wait_until(lambda: f":{PORT}" in self._host.run("ss", "-Hltn"), 10, "the service listens")

    def die(self) -> None:
        self._host.run("kill", "-KILL", str(self._pid))


def checked_config(host: LabHost, priority: int, *extra: str, weight: int = -20) -> str:
    check = host.write("check_port.sh", CHECK_PORT, executable=True)
    block = script("chk", f"{check} {PORT}", "interval 1", f"weight {weight}")
    return config(Instance(priority=priority, extra=(*TRACK_CHECK, *extra)), blocks=(block,))


def start_checked_pair(lab: Lab, start: StartAgent, *extra: str) -> tuple[Service, Capture]:
    """Priorities 100 and 90 with a check of weight -20 on both; the first host's service, a capture."""
    services = [Service(host) for host in lab.hosts]
    capture = lab.capture()
    strong, weak = lab.hosts
    start(strong, checked_config(strong, 100, *extra))
    lab.wait_for_holder(strong, VIP)  # with nopreempt, whoever is there first stays
    start(weak, checked_config(weak, 90, *extra)).wait_for_log("Entering BACKUP STATE")
    return services[0], capture


def wait_for_priority(capture: Capture, port: str, priority: int, since: float) -> None:
    capture.wait_for_advert(lambda advert: (advert.port, advert.priority) == (port, priority), 15,
                            f"an advert of priority {priority} by {port}", since)


def test_the_address_follows_the_service_and_returns_with_it(lab: Lab, start: StartAgent) -> None:
    service, _ = start_checked_pair(lab, start)
    service.die()
    lab.wait_for_holder(lab.hosts[1], VIP, 20)
    service.start()
    lab.wait_for_holder(lab.hosts[0], VIP, 20)


def test_with_nopreempt_on_both_the_address_stays(lab: Lab, start: StartAgent) -> None:
    service, capture = start_checked_pair(lab, start, "nopreempt")
    died = time.time()
    service.die()
    wait_for_priority(capture, "p1", 80, died)
    stays_true(lambda: lab.holders(VIP) == ["h1"], 2, "the master keeps the address")
    returned = time.time()
    service.start()
    wait_for_priority(capture, "p1", 100, returned)
    assert capture.adverts("p2") == []


def test_an_unweighted_script_that_fails_is_a_fault(lab: Lab, start: StartAgent) -> None:
    service = Service(lab.hosts[0])
    start(lab.hosts[0], checked_config(lab.hosts[0], 150, weight=0))
    start(lab.hosts[1], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    service.die()
    lab.wait_for_holder(lab.hosts[1], VIP, 20)
    service.start()
    lab.wait_for_holder(lab.hosts[0], VIP, 20)


def test_rise_and_fall_count_consecutive_results(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    verdict = host.write("verdict", "0")
    runs = host.folder / "runs"
    check = host.write("check.sh", f"#!/bin/sh\necho run >> {runs}\nexit $(cat {verdict})\n", executable=True)
    block = script("chk", str(check), "interval 1", "fall 3", "rise 2", "weight -20")
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_CHECK), blocks=(block,)))
    lab.wait_for_holder(host, VIP)
    failed = time.time()
    before = count_lines(runs)
    verdict.write_text("1")
    wait_for_priority(capture, "p1", 80, failed)
    assert count_lines(runs) - before >= 3
    healed = time.time()
    before = count_lines(runs)
    verdict.write_text("0")
    wait_for_priority(capture, "p1", 100, healed)
    assert count_lines(runs) - before >= 2


def count_lines(path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_hung_script_is_killed_with_its_children_and_counts_as_failed(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    pids = host.folder / "pids"
    hung = host.write("hung.sh", f"#!/bin/sh\ntrap '' TERM\nsleep 1000 &\necho $$ $! >> {pids}\nwait\n",
                      executable=True)
    block = script("chk", str(hung), "interval 2", "timeout 1", "weight -20")
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_CHECK), blocks=(block,)))
    capture.wait_for_advert(lambda advert: advert.priority == 80, 15,
                            "the priority without the script's blessing")
    first_run = [int(word) for word in pids.read_text().splitlines()[0].split()]
    assert len(first_run) == 2
    wait_until(lambda: not any(host.is_alive(pid) for pid in first_run), 10,
               "the script and its child are gone")
    assert_adverts_never_paused(capture)


def assert_adverts_never_paused(capture: Capture) -> None:
    """No two adverts of the first host further apart than a peer would wait."""
    times = [advert.time for advert in capture.adverts("p1")]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    assert max(pauses) < Instance().down_interval()


def test_no_script_survives_the_stop(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    pids = host.folder / "pids"
    slow = host.write("slow.sh", f"#!/bin/sh\necho $$ >> {pids}\nexec sleep 1000\n", executable=True)
    block = script("chk", str(slow), "interval 1000", "weight 10")
    agent = start(host, config(Instance(extra=TRACK_CHECK), blocks=(block,)))
    wait_until(lambda: count_lines(pids), 10, "the script runs")
    agent.stop()
    wait_until(lambda: not host.is_alive(int(pids.read_text())), 10, "the script is gone")
