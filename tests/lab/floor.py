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


def add_and_announce(host: LabHost, addresses: list[str], batch: int, rounds: int) -> AddressFloor:
    """All addresses onto eth0, `batch` requests in a message, and so many announcements of each."""
    words = [floor(), "addresses", "eth0", host.address6, str(batch), str(rounds)]
    done = subprocess.run(host.command(words), input="".join(f"{address}\n" for address in addresses),
                          stdout=subprocess.PIPE, text=True, timeout=PATIENCE_SECONDS, check=True)
    return AddressFloor(**json.loads(done.stdout))


def fork_and_execute(account: Account, host: LabHost, program: str, per_second: int, seconds: int) -> None:
    """Counted in the account with all that is started."""
    words = [floor(), "scripts", program, str(per_second), str(seconds)]
    subprocess.run(host.command(words), stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS + seconds,
                   check=True, preexec_fn=account.join)


def floor() -> pathlib.Path:
    program = build_folder() / "tests/bench/floor"
    assert program.exists(), f"{program} does not exist: build it first"
    return program
