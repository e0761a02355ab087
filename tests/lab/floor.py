"""What the kernel alone takes for work that agents have it do: tests/bench/floor.cpp, in a host's place."""

from __future__ import annotations

import json
import pathlib
import subprocess
from dataclasses import dataclass

from lab.account import Account
from lab.agent import build_folder
from lab.network import LabHost

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class AddressFloor:
    """`began` is a time of the clock, the rest are spans in ms."""

    began: float
    added_ms: float
    wall_ms: float
    processor_ms: float


def add_and_announce(host: LabHost, addresses: list[str], batch: int, rounds: int,
                     interface: str = "eth0") -> AddressFloor:
    """All addresses onto the interface, `batch` requests in a message, and so many announcements of each."""
    words = [floor(), "addresses", interface, host.address6, str(batch), str(rounds)]
    done = subprocess.run(host.command(words), input="".join(f"{address}\n" for address in addresses),
                          stdout=subprocess.PIPE, text=True, timeout=PATIENCE_SECONDS, check=True)
    return AddressFloor(**json.loads(done.stdout))


class AdvertFloor:
    """Packets that go out of a host's interfaces together, once in each interval, from the moment in which
    this is made: some rounds first that do not count, then those that do."""

    def __init__(self, host: LabHost, packets: list[tuple[str, bytes]], interval: float, uncounted: int,
                 rounds: int) -> None:
        words = [floor(), "adverts", str(round(1000 * interval)), str(uncounted), str(rounds)]
        self._seconds = interval * (uncounted + rounds)
        self._process = host.attach(words, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{interface} {packet.hex()}\n" for interface, packet in packets))
        self._process.stdin.close()
        self._process.stdin = None

    def processor_ms(self) -> float:
        """Of the rounds that count, when they are over."""
        output, _ = self._process.communicate(timeout=self._seconds + PATIENCE_SECONDS)
        assert self._process.returncode == 0, "the floor of adverts failed"
        return json.loads(output)["processor_ms"]


def fork_and_execute(account: Account, host: LabHost, program: str, per_second: int, seconds: int) -> None:
    """Counted in the account with all that is started."""
    words = [floor(), "scripts", program, str(per_second), str(seconds)]
    subprocess.run(host.command(words), stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS + seconds,
                   check=True, preexec_fn=account.join)


def floor() -> pathlib.Path:
    program = build_folder() / "tests/bench/floor"
    assert program.exists(), f"{program} does not exist: build it first"
    return program
