"""One understudy and one FRRouting vrrpd as a pair: who is elected, and who takes over, both ways."""

from __future__ import annotations

import re

import pytest

import frr
from lab.agent import Agent, understudy
from lab.config import VIP, VIP6, VIP6_LINK_LOCAL, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.skipif(not frr.is_installed(), reason="FRRouting is not installed")

STRONG, WEAK = 150, 100
PATIENCE = 20


class Pair:
    """FRR on the first host, understudy with use_vmac on the second, a capture at the switch."""

    def __init__(self, lab: Lab, version: int, ipv6: bool, ours_strong: bool) -> None:
        self.lab = lab
        self.vip = VIP6 if ipv6 else VIP
        self.mac = frr.MACS[6 if ipv6 else 4]
        self.capture = lab.capture()
        ours, theirs = (STRONG, WEAK) if ours_strong else (WEAK, STRONG)
        self.frr = frr.Frr(lab.hosts[0], version, theirs, ipv6)
        addresses = (f"{VIP6_LINK_LOCAL}/64", f"{VIP6}/64") if ipv6 else (f"{VIP}/24",)
        instance = Instance(priority=ours, version=version, advert_int=1 if version == 2 else 0.2,
                            addresses=addresses, extra=("use_vmac",))
        self.ours = Agent(lab.hosts[1], understudy(), config(instance))
        self.hosts = {"ours": lab.hosts[1], "theirs": lab.hosts[0]}

    def wait_for_master(self, who: str) -> None:
        host = self.hosts[who]
        wait_until(lambda: self._speakers_lately() == {host.port}, PATIENCE, f"{who} alone is master")
        assert self._neighbour() == self.mac

    def _speakers_lately(self) -> set[str]:
        adverts = self.capture.adverts()
        if not adverts:
            return set()
        latest = max(advert.time for advert in adverts)
        return {advert.port for advert in adverts if advert.time > latest - 2.5 and advert.priority > 0}

    def _neighbour(self) -> str:
        self.lab.client.try_run("ip", "neigh", "flush", "all")
        wait_until(lambda: self.lab.client.try_run("ping", "-q", "-c", "1", "-W", "1",
                                                   self.vip).returncode == 0, 10, "the client is answered")
        match = re.search(r"lladdr (\S+)", self.lab.client.run("ip", "neigh", "show", self.vip))
        return match.group(1) if match else ""


@pytest.mark.parametrize("version, ipv6", [(2, False), (3, False), (3, True)], ids=["v2", "v3", "v3_ipv6"])
def test_a_weaker_understudy_yields_to_frr_and_takes_over_from_it(make_lab: MakeLab, version: int,
                                                                  ipv6: bool) -> None:
    pair = Pair(make_lab(ipv6=ipv6), version, ipv6, ours_strong=False)
    pair.ours.start()
    pair.wait_for_master("ours")
    pair.frr.start()
    pair.wait_for_master("theirs")
    assert not _holds(pair.hosts["ours"], pair.vip)
    pair.frr.stop()
    pair.wait_for_master("ours")


@pytest.mark.parametrize("version, ipv6", [(2, False), (3, False), (3, True)], ids=["v2", "v3", "v3_ipv6"])
def test_frr_yields_to_a_stronger_understudy_and_takes_over_from_it(make_lab: MakeLab, version: int,
                                                                    ipv6: bool) -> None:
    pair = Pair(make_lab(ipv6=ipv6), version, ipv6, ours_strong=True)
    pair.frr.start()
    pair.wait_for_master("theirs")
    pair.ours.start()
    pair.wait_for_master("ours")
    stays_true(lambda: _holds(pair.hosts["ours"], pair.vip), 2, "understudy stays master")
    assert pair.ours.stop() == 0
    pair.wait_for_master("theirs")


def _holds(host: LabHost, address: str) -> bool:
    return any(host.holds(address, name) for name in ("vrrp.51", "eth0"))
