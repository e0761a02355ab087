"""Somebody else speaks for an address of the master: the clients are with the master again at once."""

from __future__ import annotations

import socket
import time

import pytest

from lab import forge  # noqa: F401  (silences scapy's warnings)
from lab.agent import Agent
from lab.config import VIP, VIP6, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

pytestmark = pytest.mark.beyond_keepalived

STRANGER = "02:00:00:00:00:99"
BROADCAST = "ff:ff:ff:ff:ff:ff"
QUIET = ("garp_master_delay 0",)


def gratuitous_arp(operation: int = 1) -> Packet:
    return Ether(src=STRANGER, dst=BROADCAST) / ARP(op=operation, hwsrc=STRANGER, psrc=VIP, hwdst=BROADCAST,
                                                    pdst=VIP)


def neighbour_advert() -> Packet:
    return (Ether(src=STRANGER, dst="33:33:00:00:00:01") / IPv6(src=VIP6, dst="ff02::1", hlim=255)
            / ICMPv6ND_NA(R=0, S=0, O=1, tgt=VIP6) / ICMPv6NDOptDstLLAddr(lladdr=STRANGER))


def open_sender(host: LabHost) -> socket.socket:
    with host.network():
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind(("eth0", 0))
    return sender


def say(host: LabHost, packet: Packet) -> None:
    with open_sender(host) as sender:
        sender.send(bytes(packet))


def believed(client: LabHost, address: str) -> str:
    """The link address that the client's kernel has for an address."""
    words = client.run("ip", "neigh", "show", address, "dev", "eth0").split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else ""


def become_the_clients_neighbour(lab: Lab, address: str) -> None:
    lab.client.try_run("ping", "-c1", "-W2", address)
    wait_until(lambda: believed(lab.client, address) == lab.hosts[0].mac(), 10, "the client knows the master")
    time.sleep(1.2)  # for so long a client clings to a neighbour that it has just heard of (locktime)


def mislead(lab: Lab, agent: Agent, forgery: Packet, address: str) -> None:
    """Sends the forgery while the master's process stands still for a moment, or it would be undone before
    anybody can see that it works; then the client must be back within 1.5 s."""
    capture = lab.capture()
    process = str(agent.vrrp_pid())
    lab.hosts[0].run("kill", "-STOP", process)
    try:
        forged = time.time()
        say(lab.hosts[1], forgery)
        wait_until(lambda: believed(lab.client, address) == STRANGER, 1, "the client is misled")
    finally:
        lab.hosts[0].run("kill", "-CONT", process)
    wait_until(lambda: believed(lab.client, address) == lab.hosts[0].mac(), 5, "the client is back")
    assert time.time() < forged + 1.5
    assert capture.announcements("p1", address, since=forged)


@pytest.mark.parametrize("operation", [1, 2], ids=["request", "reply"])
def test_a_forged_arp_misleads_the_client_for_an_instant(lab: Lab, start: StartAgent, operation: int) -> None:
    agent = start(lab.hosts[0], config(Instance(advert_int=1, extra=QUIET)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.client.run("sysctl", "-qw", "net.ipv4.neigh.eth0.locktime=0")
    become_the_clients_neighbour(lab, VIP)
    mislead(lab, agent, gratuitous_arp(operation), VIP)
    agent.wait_for_log(f"{VIP} on eth0 is claimed by {STRANGER}")


def test_a_forged_neighbour_advert_misleads_the_client_for_an_instant(make_lab: MakeLab,
                                                                      start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    agent = start(lab.hosts[0], config(Instance(addresses=("fe80::50/64", f"{VIP6}/64"), advert_int=1,
                                                extra=QUIET)))
    lab.wait_for_holder(lab.hosts[0], VIP6)
    become_the_clients_neighbour(lab, VIP6)
    mislead(lab, agent, neighbour_advert(), VIP6)
    agent.wait_for_log(f"{VIP6} on eth0 is claimed by {STRANGER}")


def test_a_flood_of_forged_arps_costs_no_advert_and_makes_no_storm(lab: Lab, start: StartAgent) -> None:
    instance = Instance(advert_int=1, extra=QUIET)
    agent = start(lab.hosts[0], config(instance))
    lab.wait_for_holder(lab.hosts[0], VIP)
    become_the_clients_neighbour(lab, VIP)
    capture = lab.capture()
    began = time.time()
    frame = bytes(gratuitous_arp())
    with open_sender(lab.hosts[1]) as sender:
        for number in range(5_000):
            sender.send(frame)
            time.sleep(max(0.0, began + number / 1000 - time.time()))
    flooded = time.time() - began
    time.sleep(1.5)
    assert lab.hosts[0].holds(VIP)
    times = [advert.time for advert in capture.adverts("p1", since=began)]
    assert max(later - earlier for earlier, later in zip(times, times[1:])) < instance.down_interval()
    assert len(capture.announcements("p1", VIP, since=began)) <= flooded + 3
    assert believed(lab.client, VIP) == lab.hosts[0].mac()
    assert agent.log().count("is claimed by") == 1
