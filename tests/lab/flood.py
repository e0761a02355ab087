"""Frames from the client at a steady rate, without the tester's help: tests/lab/flooder.py, in its place."""

from __future__ import annotations

import json
import pathlib
import subprocess
from dataclasses import dataclass
from typing import Sequence

from lab import forge
from lab.network import LabHost

FLOODER = pathlib.Path(__file__).with_name("flooder.py")
PYTHON = "/usr/bin/python3"
ENDING_SECONDS = 30


@dataclass(frozen=True)
class Flooded:
    sent: int
    seconds: float


class Flood:
    """IPv4 packets to the multicast MAC of VRRP, over and over, from the moment in which this is made."""

    def __init__(self, client: LabHost, packets: Sequence[bytes], per_second: int, seconds: float) -> None:
        macs = (forge.VRRP_MULTICAST_MAC + client.mac()).replace(":", "")
        head = bytes.fromhex(macs + "0800")
        self._seconds = seconds
        self._process = client.attach([PYTHON, FLOODER, "eth0", str(per_second), str(seconds)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{(head + packet).hex()}\n" for packet in packets))
        self._process.stdin.close()
        self._process.stdin = None

    def wait(self) -> Flooded:
        output, _ = self._process.communicate(timeout=self._seconds + ENDING_SECONDS)
        return Flooded(**json.loads(output))
