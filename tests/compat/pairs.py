"""Pairs of one understudy and one keepalived that share an address, in every way they can speak VRRP."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass

from lab.agent import Agent, keepalived, understudy
from lab.config import VIP, VIP6_LINK_LOCAL, Instance, config
from lab.network import Lab, LabHost

STRONG_PRIORITY, WEAK_PRIORITY = 150, 100


@dataclass(frozen=True)
class Kind:
    """One way of speaking VRRP."""

    name: str
    version: int
    advert_int: float
    authentication: str = ""
    unicast: bool = False
    ipv6: bool = False

    @property
    def vip(self) -> str:
        return VIP6_LINK_LOCAL if self.ipv6 else VIP

    def config(self, host: LabHost, peers: list[LabHost], priority: int) -> str:
        return config(self.instance(host, peers, priority))

    def instance(self, host: LabHost, peers: list[LabHost], priority: int) -> Instance:
        extra: list[str] = []
        if self.authentication:
            extra += ["authentication {", f"    auth_type {self.authentication}", "    auth_pass secret42",
                      "}"]
        if self.unicast:
            extra += [f"unicast_src_ip {host.address}", "unicast_peer {",
                      *(f"    {peer.address}" for peer in peers), "}"]
        addresses = (f"{self.vip}/64", "2001:db8::50/64") if self.ipv6 else (f"{self.vip}/24",)
        return Instance(priority=priority, version=self.version, advert_int=self.advert_int,
                        addresses=addresses, extra=tuple(extra))


KINDS = [
    Kind("v2_pass", 2, 1, authentication="PASS"),
    Kind("v2_ah", 2, 1, authentication="AH"),
    Kind("v3", 3, 0.2),
    Kind("v3_unicast", 3, 0.2, unicast=True),
    Kind("v3_ipv6", 3, 0.2, ipv6=True),
]


class Pair:
    """A strong agent on the first host, a weak one on the second, a capture at the switch."""

    def __init__(self, lab: Lab, kind: Kind, strong_is_ours: bool) -> None:
        self.lab = lab
        self.kind = kind
        self.strong_host, self.weak_host = lab.hosts
        programs = (understudy(), keepalived()) if strong_is_ours else (keepalived(), understudy())
        self.capture = lab.capture()
        self.strong = self._agent(self.strong_host, self.weak_host, programs[0], STRONG_PRIORITY)
        self.weak = self._agent(self.weak_host, self.strong_host, programs[1], WEAK_PRIORITY)
        # A loaded machine may be late by seconds, never by more than this.
        self.patience = 10 * kind.advert_int + 8

    def _agent(self, host: LabHost, peer: LabHost, program: pathlib.Path, priority: int) -> Agent:
        return Agent(host, program, self.kind.config(host, [peer], priority))

    def start(self) -> "Pair":
        self.strong.start()
        self.weak.start()
        return self

    def wait_for_master(self, host: LabHost) -> None:
        self.lab.wait_for_holder(host, self.kind.vip, self.patience)

    def down_interval(self, priority: int) -> float:
        return self.kind.instance(self.weak_host, [], priority).down_interval()
