"""The exporter: what it serves, to a real Prometheus and to others; that it answers while the daemon is away;
and that nobody at its port can do harm."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import tool, understudyctl
from lab.exporter import Exporter, Prometheus, heard_by
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.processes import descriptors, resident_kilobytes
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

STATE = 'understudy_vrrp_state{vrrp_instance="VI_1"}'
MOST_CONNECTIONS = 64


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    return agent


@pytest.fixture
def exporter(master: Agent) -> Exporter:
    return Exporter(master)


def test_prometheus_scrapes_it(lab: Lab, start: StartAgent) -> None:
    strong, weak = (start(host, config(Instance(priority=priority)))
                    for host, priority in zip(lab.hosts, (150, 100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    exporter = Exporter(strong)
    prometheus = Prometheus(lab.hosts[0], f"127.0.0.1:{exporter.port}")
    wait_until(lambda: prometheus.value(STATE) == 2, 30, "the state of a master")
    assert prometheus.value("understudy_up") == 1
    wait_until(lambda: prometheus.target()["health"] == "up", 30, "a target that is up")
    wait_until(lambda: (prometheus.value("rate(understudy_vrrp_advertisement_sent_total[30s])") or 0) > 0, 20,
               "adverts are counted")
    # The family's type arrives, so it was OpenMetrics that was agreed on.
    (told,) = prometheus.ask("metadata?metric=understudy_vrrp_role")["understudy_vrrp_role"]
    assert told["type"] == "stateset"
    assert understudyctl(strong, "drain", "--all").returncode == 0
    wait_until(lambda: prometheus.value(STATE) == 1, 30, "the state of a backup")
    assert weak.is_running()


def test_the_format_is_what_is_asked_for(exporter: Exporter) -> None:
    plain = exporter.get("/metrics")
    assert plain.status == 200
    assert plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'understudy_vrrp_state{vrrp_instance="VI_1",' in plain.body
    open_metrics = exporter.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert open_metrics.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0;")
    assert open_metrics.body.endswith("# EOF\n")


def test_a_head_without_a_body_and_refusals(exporter: Exporter) -> None:
    head = exporter.get("/metrics", method="HEAD")
    assert (head.status, head.body) == (200, "")
    assert int(head.headers["Content-Length"]) > 1000
    assert exporter.get("/nothing").status == 404
    refused = exporter.get("/metrics", method="DELETE")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert exporter.get("/").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_one_connection_serves_many_requests(exporter: Exporter) -> None:
    with contextlib.closing(exporter.connect()) as client:
        client.sendall(b"GET /icon.svg HTTP/1.1\r\nHost: x\r\n\r\n" * 3 +
                       b"GET /icon.svg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        heard = heard_by(client, 10)
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 4
    assert heard.count(b"</svg>") == 4


def test_it_answers_while_the_daemon_is_away(host: LabHost, master: Agent, exporter: Exporter,
                                             start: StartAgent) -> None:
    assert exporter.get("/status.json").json()["up"] is True
    assert master.stop() == 0
    wait_until(lambda: "understudy_up 0\n" in exporter.get("/metrics").body, 10, "the daemon is away")
    overview = exporter.get("/status.json").json()
    assert overview["up"] is False
    assert overview["warnings"][0]["text"].startswith("the daemon does not answer: cannot reach the daemon")
    start(host, config(Instance()))
    wait_until(lambda: "understudy_up 1\n" in exporter.get("/metrics").body, 10, "the daemon is back")


def test_a_daemon_that_hangs_keeps_nobody_waiting_for_the_page(master: Agent, exporter: Exporter) -> None:
    pids = [str(pid) for pid in (master.pid(), master.vrrp_pid())]
    master.host.run("kill", "-STOP", *pids)
    late: list[str] = []
    waiting = threading.Thread(target=lambda: late.append(exporter.get("/metrics").body))
    waiting.start()
    assert exporter.get("/").status == 200
    waiting.join(30)
    master.host.run("kill", "-CONT", *pids)
    assert "understudy_up 0\n" in late[0]
    wait_until(lambda: "understudy_up 1\n" in exporter.get("/metrics").body, 15, "the daemon goes on")


@pytest.mark.parametrize("octets, status", [
    (b"\0\1\2\3\r\n\r\n", b" 400 "),
    (b"GET /metrics\r\n\r\n", b" 400 "),
    (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20000 + b"\r\n\r\n", b" 431 "),
    (b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", b" 413 "),
    (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b" 413 "),
])
def test_what_is_no_request_is_told_so(exporter: Exporter, octets: bytes, status: bytes) -> None:
    heard = exporter.say(octets)
    # Whoever sends more than is read may miss the answer to it.
    assert heard == b"" or status in heard.partition(b"\r\n")[0], heard
    assert exporter.get("/metrics").status == 200


def test_hostile_clients_keep_nobody_out(exporter: Exporter) -> None:
    pid = exporter.pid()
    assert exporter.get("/metrics").status == 200
    before = resident_kilobytes(pid)
    with contextlib.ExitStack() as crowd:
        for number in range(300):
            client = crowd.enter_context(contextlib.closing(exporter.connect()))
            with contextlib.suppress(OSError):
                client.sendall((b"GET / HTTP/1.1\r\nX: ", os.urandom(4000), b"", b"GET / HT")[number % 4])
        assert exporter.get("/metrics").status == 200
        assert descriptors(pid) <= MOST_CONNECTIONS + 16
    deaf = exporter.connect()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    with contextlib.suppress(OSError), contextlib.closing(deaf):
        deaf.settimeout(2)
        deaf.sendall(b"GET /page.js HTTP/1.1\r\nHost: x\r\n\r\n" * 20000)
    assert exporter.get("/metrics").status == 200
    assert resident_kilobytes(pid) - before < 32 * 1024
    assert exporter.process.poll() is None


def test_it_ends_when_it_is_told_to(exporter: Exporter) -> None:
    os.kill(exporter.pid(), signal.SIGTERM)
    assert exporter.process.wait(10) == 0


def test_an_address_that_is_taken_is_an_error(master: Agent, exporter: Exporter) -> None:
    taken = master.host.try_run(tool(), "exporter", "--listen", f"127.0.0.1:{exporter.port}")
    assert taken.returncode == 1 and "Address already in use" in taken.stderr
