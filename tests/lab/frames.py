"""What the laboratory recognises on the wire: adverts, gratuitous ARP, unsolicited neighbour adverts.

Written from the packet formats alone and independent of the code under test, so that both can disagree.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field, replace

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
GROUP_BIT = 0x01  # of the first octet of a MAC
ETHERTYPE_IPV6 = 0x86DD
HOP_BY_HOP = 0
PROTOCOL_IGMP = 2
PROTOCOL_AH = 51
PROTOCOL_ICMPV6 = 58
PROTOCOL_VRRP = 112
NEIGHBOUR_ADVERT = 136
MLD2_REPORT = 143
MULTICAST_GROUP = "224.0.0.18"


@dataclass(frozen=True)
class Advert:
    """One VRRP advertisement as it passed a port of the switch."""

    time: float
    port: str
    version: int
    vrid: int
    priority: int
    source: str
    destination: str
    interval: float
    addresses: tuple[str, ...]
    authentication: str
    mac: str = ""
    ttl: int = 0
    message: bytes = field(default=b"", repr=False)

    def checksum_form(self) -> str:
        """What the checksum is taken over: the message alone, as in version 2, or with a pseudo header, in
        which keepalived once put the multicast group whatever the destination was."""
        pseudo = struct.pack("!BBH", 0, PROTOCOL_VRRP, len(self.message))
        forms = {"message": b""}
        for form, destination in (("pseudo_header", self.destination), ("group", MULTICAST_GROUP)):
            if "." in self.source and "." in destination:
                forms[form] = _packed(self.source) + _packed(destination) + pseudo
        return next((form for form, front in forms.items() if _sums_up(front + self.message)), "wrong")


@dataclass(frozen=True)
class Announcement:
    """One gratuitous ARP or unsolicited neighbour advert as it passed a port of the switch."""

    time: float
    port: str
    kind: str
    address: str
    mac: str


@dataclass(frozen=True)
class GroupReport:
    """One report of a host about the groups it has joined: IGMP or MLD."""

    time: float
    port: str
    kind: str
    mac: str


def parse_frame(time: float, port: str, frame: bytes) -> Advert | Announcement | GroupReport | None:
    """The frame as a value; nothing for any other traffic and for damaged frames."""
    value = _parse_body(time, port, frame)
    if isinstance(value, (Advert, GroupReport)):
        return replace(value, mac=_mac(frame[6:12]))
    return value


def _parse_body(time: float, port: str, frame: bytes) -> Advert | Announcement | GroupReport | None:
    if len(frame) < 14:
        return None
    ethertype = struct.unpack_from("!H", frame, 12)[0]
    body = frame[14:]
    try:
        if ethertype == ETHERTYPE_ARP:
            # A kernel that still has an address answers whoever announces it, and that host alone.
            return _gratuitous_arp(time, port, body) if frame[0] & GROUP_BIT else None
        if ethertype == ETHERTYPE_IPV4:
            return _from_ipv4(time, port, body)
        if ethertype == ETHERTYPE_IPV6:
            return _from_ipv6(time, port, body)
    except (struct.error, ValueError, IndexError):
        return None
    return None


def _mac(raw: bytes) -> str:
    return raw.hex(":")


def _gratuitous_arp(time: float, port: str, body: bytes) -> Announcement | None:
    sender_mac, sender, _, target = struct.unpack_from("!6s4s6s4s", body, 8)
    if sender != target:
        return None
    return Announcement(time, port, "arp", str(ipaddress.ip_address(sender)), _mac(sender_mac))


def _from_ipv4(time: float, port: str, body: bytes) -> Advert | GroupReport | None:
    header_bytes = (body[0] & 15) * 4
    total = struct.unpack_from("!H", body, 2)[0]
    source, destination = (str(ipaddress.ip_address(body[at:at + 4])) for at in (12, 16))
    payload, ttl = body[header_bytes:total], body[8]
    if body[9] == PROTOCOL_IGMP:
        return GroupReport(time, port, "igmp", "")
    if body[9] == PROTOCOL_VRRP:
        return replace(_advert(time, port, source, destination, payload, "none"), ttl=ttl)
    if body[9] == PROTOCOL_AH and payload[0] == PROTOCOL_VRRP:
        return replace(_advert(time, port, source, destination, payload[24:], "ah"), ttl=ttl)
    return None


def _from_ipv6(time: float, port: str, body: bytes) -> Advert | Announcement | GroupReport | None:
    payload_length, next_header = struct.unpack_from("!HB", body, 4)
    source, destination = (str(ipaddress.ip_address(body[at:at + 16])) for at in (8, 24))
    payload = body[40:40 + payload_length]
    if next_header == PROTOCOL_VRRP:
        return replace(_advert(time, port, source, destination, payload, "none"), ttl=body[7])
    if next_header == HOP_BY_HOP and payload[0] == PROTOCOL_ICMPV6 and payload[8] == MLD2_REPORT:
        return GroupReport(time, port, "mld", "")
    if next_header == PROTOCOL_ICMPV6 and payload[0] == NEIGHBOUR_ADVERT and not payload[4] & 0x40:
        target = str(ipaddress.ip_address(payload[8:24]))
        return Announcement(time, port, "na", target, _mac(payload[26:32]))
    return None


def _advert(time: float, port: str, source: str, destination: str, payload: bytes, outer: str) -> Advert:
    version_type, vrid, priority, count = payload[:4]
    version = version_type >> 4
    if version == 2:
        interval = float(payload[5])
        authentication = "pass" if payload[4] == 1 else outer
    else:
        interval = (struct.unpack_from("!H", payload, 4)[0] & 0x0FFF) / 100
        authentication = "none"
    width = 16 if ":" in source else 4
    addresses = tuple(str(ipaddress.ip_address(payload[8 + width * n:8 + width * (n + 1)]))
                      for n in range(count))
    return Advert(time, port, version, vrid, priority, source, destination, interval, addresses,
                  authentication, message=payload)


def _packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed


def _sums_up(covered: bytes) -> bool:
    """Whether the ones' complement sum of RFC 1071 is right; the checksum itself is in what is covered."""
    covered += bytes(len(covered) % 2)
    total = sum(struct.unpack(f"!{len(covered) // 2}H", covered))
    return total % 0xFFFF == 0 and total > 0
