"""Interfaces with virtual MACs as the tests look at them."""

from __future__ import annotations

import json

from lab.network import LabHost
from lab.waiting import wait_until

LINK = "vrrp.51"
VIRTUAL_MAC = "00:00:5e:00:01:33"
VIRTUAL_MAC6 = "00:00:5e:00:02:33"


def link(host: LabHost, name: str = LINK) -> dict:
    """The interface as `ip -d -j` tells it; empty when it does not exist."""
    shown = host.try_run("ip", "-d", "-j", "link", "show", "dev", name)
    return json.loads(shown.stdout)[0] if shown.returncode == 0 else {}


def setting(host: LabHost, path: str) -> str:
    return host.run("cat", f"/proc/sys/net/{path}").strip()


def wait_for(host: LabHost, name: str, address: str) -> None:
    wait_until(lambda: host.holds(address, name), 10, f"{host.name} holds {address} on {name}")
