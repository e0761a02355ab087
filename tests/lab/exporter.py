"""The exporter beside an agent, and asking it by HTTP: politely, and by raw octets."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from lab.agent import Agent
from lab.control import socket_of, tool
from lab.network import LabHost
from lab.waiting import wait_until

PATIENCE = 15


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def request(host: LabHost, url: str, method: str = "GET", **headers: str) -> Answer:
    """One request of its own connection, made on that host; an underscore in a header's name is a hyphen."""
    where = urllib.parse.urlsplit(url)
    with host.network():  # the socket belongs to where it was made
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
        connection.connect()
    with contextlib.closing(connection):
        path = where.path + (f"?{where.query}" if where.query else "")
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read().decode())


class Exporter:
    """`understudyctl exporter` on the host of an agent, at a port that the kernel chose."""

    def __init__(self, agent: Agent, listen: str = "127.0.0.1:0") -> None:
        self.host = agent.host
        self.process = self.host.attach([tool(), "exporter", "--listen", listen, "-s", socket_of(agent)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening at http://"), line
        self.url = line.removeprefix("listening at ").strip().rstrip("/")
        self.port = int(self.url.rpartition(":")[2])

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return request(self.host, self.url + path, method, **headers)

    def connect(self) -> socket.socket:
        with self.host.network():
            return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def say(self, octets: bytes) -> bytes:
        """All that is answered to these octets until the exporter hangs up or is silent for a second."""
        with contextlib.closing(self.connect()) as client:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(octets)
            return heard_by(client)

    def pid(self) -> int:
        """Of the exporter itself, as seen from outside its host."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True,
                               check=True).stdout.split()
        return int(found[0])


def heard_by(client: socket.socket, patience: float = 1) -> bytes:
    heard = b""
    client.settimeout(patience)
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while part := client.recv(65536):
            heard += part
    return heard


class Prometheus:
    """A Prometheus on the host, which scrapes the given target once a second."""

    PORT = 9090

    def __init__(self, host: LabHost, target: str) -> None:
        self.host = host
        path = host.write("prometheus.yml", f"""
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: understudy
    static_configs: [{{targets: ["{target}"]}}]
""")
        log = (host.folder / "prometheus.log").open("wb")
        host.attach(["prometheus", f"--config.file={path}", f"--storage.tsdb.path={host.folder}/prometheus",
                     f"--web.listen-address=127.0.0.1:{self.PORT}"],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._is_ready, 60, "prometheus is ready")

    def _is_ready(self) -> bool:
        try:
            return request(self.host, f"http://127.0.0.1:{self.PORT}/-/ready").status == 200
        except OSError:
            time.sleep(0.1)
            return False

    def ask(self, path: str) -> Any:
        return request(self.host, f"http://127.0.0.1:{self.PORT}/api/v1/{path}").json()["data"]

    def value(self, query: str) -> float | None:
        """The value of the only sample that the query gives; None if it gives none."""
        result = self.ask("query?query=" + urllib.parse.quote(query))["result"]
        assert len(result) <= 1, result
        return float(result[0]["value"][1]) if result else None

    def target(self) -> dict[str, Any]:
        return self.ask("targets")["activeTargets"][0]
