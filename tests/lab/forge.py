"""Adverts as nobody should send them, made by scapy and put on the wire from the client."""

from __future__ import annotations

import logging
import socket

from lab.network import LabHost

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.layers.inet import IP, in4_chksum  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.layers.vrrp import VRRPv3  # noqa: E402
from scapy.packet import Packet, Raw  # noqa: E402

VRRP_MULTICAST_MAC = "01:00:5e:00:00:12"


def advert(address: str, source: str, priority: int = 200, ttl: int = 255, destination: str = "224.0.0.18",
           **fields: int) -> Packet:
    """A version 3 advert of 0.2 s; each argument beyond the defaults is a way to spoil it."""
    settings = {"version": 3, "type": 1, "vrid": 51, "priority": priority, "adv": 20, **fields}
    return IP(src=source, dst=destination, ttl=ttl, proto=112) / VRRPv3(addrlist=[address], **settings)


def truncated(packet: Packet, kept_bytes: int) -> Packet:
    """The packet with only the first bytes of its VRRP part, and an IP header that agrees."""
    header = packet.copy()
    header.remove_payload()
    del header.len, header.chksum
    return header / Raw(bytes(packet.payload)[:kept_bytes])


def lengthened(packet: Packet, surplus: int) -> Packet:
    """The packet with zeros after its VRRP part; lengths and checksums agree with them."""
    header = packet.copy()
    header.remove_payload()
    del header.len, header.chksum
    body = bytearray(bytes(packet.payload) + bytes(surplus))
    body[6:8] = b"\0\0"
    body[6:8] = in4_chksum(header.proto, header, bytes(body)).to_bytes(2, "big")
    return header / Raw(bytes(body))


def send(host: LabHost, *packets: Packet, rounds: int = 1, mac: str = VRRP_MULTICAST_MAC) -> None:
    """Sends all packets, so many times, from the host's eth0 to whoever listens to the MAC."""
    frames = [bytes(Ether(src=host.mac(), dst=mac) / packet) for packet in packets]
    with host.network():
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind(("eth0", 0))
    with sender:
        for frame in frames * rounds:
            sender.send(frame)
