"""FRRouting's vrrpd on a host: zebra, vrrpd and the macvlan devices that it wants made by hand."""

from __future__ import annotations

import pathlib

from lab.config import VIP, VIP6, VIP6_LINK_LOCAL
from lab.network import LabHost
from lab.waiting import wait_until

FOLDER = pathlib.Path("/usr/lib/frr")
MACS = {4: "00:00:5e:00:01:33", 6: "00:00:5e:00:02:33"}


def is_installed() -> bool:
    return (FOLDER / "vrrpd").exists()


class Frr:
    """Virtual router 51 of both families by FRR; adverts go out every 0.2 s (every second in version 2)."""

    def __init__(self, host: LabHost, version: int, priority: int, ipv6: bool) -> None:
        self.host = host
        self.ipv6 = ipv6
        self._pids: list[int] = []
        self._make_device("vr4", MACS[4], f"{VIP}/24")
        # Else the questions of the host itself would tell another MAC of the address.
        host.run("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2")
        if ipv6:
            self._make_device("vr6", MACS[6], f"{VIP6_LINK_LOCAL}/64", f"{VIP6}/64")
        addresses = [f" vrrp 51 ipv6 {VIP6_LINK_LOCAL}", f" vrrp 51 ipv6 {VIP6}"] if ipv6 else [
            f" vrrp 51 ip {VIP}"]
        interval = 1000 if version == 2 else 200
        # The folder of a host is not for others, and vrrpd leaves root behind.
        host.run("mkdir", "-p", "/run/frr")
        host.run("tee", "/run/frr/frr.conf", stdin="\n".join(
            ["interface eth0", f" vrrp 51 version {version}", f" vrrp 51 priority {priority}",
             f" vrrp 51 advertisement-interval {interval}", *addresses, ""]))
        host.run("chown", "-R", "frr:frr", "/run/frr")

    def _make_device(self, name: str, mac: str, *addresses: str) -> None:
        self.host.ip(f"link add {name} link eth0 type macvlan mode bridge")
        self.host.ip(f"link set {name} addrgenmode none address {mac}")
        for address in addresses:
            self.host.run("ip", "addr", "add", address, "dev", name, *(["nodad"] if ":" in address else []))
        self.host.ip(f"link set {name} up")

    def start(self) -> "Frr":
        for program in ("zebra", "vrrpd"):
            self._pids.append(self.host.spawn(
                FOLDER / program, "-f", "/run/frr/frr.conf", "-i", f"/run/frr/{program}.pid", "--vty_socket",
                "/run/frr", "-z", "/run/frr/zserv.api", "-A", "127.0.0.1", "-P", "0"))
            wait_until(lambda: self.host.try_run("test", "-e", f"/run/frr/{program}.vty").returncode == 0, 10,
                       f"{program} on {self.host.name}")
        return self

    def stop(self) -> None:
        for pid in reversed(self._pids):
            self.host.try_run("kill", str(pid))
        wait_until(lambda: not any(map(self.host.is_alive, self._pids)), 10, "FRR ends")
        # Without vrrpd nobody keeps the device from answering.
        for name in ("vr4", "vr6") if self.ipv6 else ("vr4",):
            self.host.ip(f"link set {name} down")
