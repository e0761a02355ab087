"""The receive buffers of the sockets that another process of a host has open."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass

from lab.network import LabHost

PYTHON = "/usr/bin/python3"
INSPECTOR = pathlib.Path(__file__).with_name("socket_inspector.py")


@dataclass(frozen=True)
class OpenSocket:
    """One socket: its family, protocol, the interface it is bound to, and its SO_RCVBUF."""

    family: int
    protocol: int
    interface: str
    receive_buffer: int


def sockets_of(host: LabHost, pid: int | None) -> list[OpenSocket]:
    """All sockets of a process, whose number is the host's own count."""
    told = host.run(PYTHON, INSPECTOR, str(pid))
    return [OpenSocket(*entry) for entry in json.loads(told)]
