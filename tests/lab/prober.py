"""What a client sees of an address: the gaps between its answers, or the moment all addresses answer.

The measuring is done by tests/bench/probe.cpp, a small program in the client's network; this starts it and
reads its report.
"""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import dataclass

from lab.agent import build_folder
from lab.network import LabHost

ENDING_SECONDS = 30


@dataclass(frozen=True)
class Gap:
    """A time in which the address did not answer."""

    last_answer: float
    next_answer: float
    outage_ms: float
    lost: int


@dataclass(frozen=True)
class EchoReport:
    """`worst_lateness_ms` is how late the machine itself woke the prober, the limit of every figure here."""

    sent: int
    answered: int
    worst_lateness_ms: float
    longest: Gap | None
    gaps: list[Gap]


@dataclass(frozen=True)
class NeighbourReport:
    asked: int
    answered: int
    all_answered_at: float


class _Probe:
    def __init__(self, client: LabHost, words: list[str], stdin: str = "") -> None:
        program = build_folder() / "tests/bench/probe"
        assert program.exists(), f"{program} does not exist: build it first"
        self._client = client
        self._process = client.attach([program, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True)
        assert self._process.stdin is not None
        self._process.stdin.write(stdin)
        self._process.stdin.close()
        self._process.stdin = None

    def _result(self, timeout: float) -> dict[str, object]:
        output, _ = self._process.communicate(timeout=timeout)
        return json.loads(output)

    def _ask_to_end(self) -> None:
        # To the program itself, not to nsenter, which would not pass a signal on.
        self._client.try_run("pkill", f"-{signal.SIGTERM.value}", "-x", "probe")


class EchoProbe(_Probe):
    """Sends echo requests at a steady pace until it is asked for its report."""

    def __init__(self, client: LabHost, address: str, interval_us: int = 500, seconds: int = 60) -> None:
        source = client.address6 if ":" in address else client.address
        super().__init__(client, ["echo", address, source, str(interval_us), str(seconds)])

    def report(self) -> EchoReport:
        self._ask_to_end()
        told = self._result(ENDING_SECONDS)
        gaps = [_gap(entry) for entry in told["gaps"]]
        longest = _gap(told["longest"]) if told["longest"] else None
        return EchoReport(told["sent"], told["answered"], told["worst_lateness_ms"], longest, gaps)


class NeighbourProbe(_Probe):
    """Asks for every address until each has answered once, or the seconds are over."""

    def __init__(self, client: LabHost, addresses: list[str], pause_us: int = 5000,
                 seconds: int = 30) -> None:
        words = ["neighbours", "eth0", client.address, client.address6, str(pause_us), str(seconds)]
        super().__init__(client, words, "".join(f"{address}\n" for address in addresses))
        self._seconds = seconds

    def report(self) -> NeighbourReport:
        return NeighbourReport(**self._result(self._seconds + ENDING_SECONDS))


def _gap(entry: dict[str, float]) -> Gap:
    return Gap(entry["last_answer"], entry["next_answer"], entry["outage_ms"], int(entry["lost"]))
