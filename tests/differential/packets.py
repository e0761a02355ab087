"""One advert of a stranger, as the configuration of an instance wants it, in bytes of our own."""

from __future__ import annotations

import ipaddress
import socket
import struct
from dataclasses import dataclass

from lab.network import LabHost
from pieces import Block
from settings import PEER4

SHORT_LIVED = "fe80::2:2"
FLAWS = ("ttl", "checksum", "version", "type", "password", "interval", "short", "long")


@dataclass(frozen=True)
class Telling:
    """What an advert says, and what is wrong with it."""

    priority: int
    flaw: str = ""


def send_advert(host: LabHost, to_mac: str, tree: Block, one: Block, telling: Telling) -> None:
    """From the other host, to the group or to the unicast address of the one that is watched."""
    frame = advert_frame(host, to_mac, tree, one, telling)
    with host.network():
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind((one.value("interface"), 0))
    with sender:
        sender.send(frame)


def advert_frame(host: LabHost, to_mac: str, tree: Block, one: Block, telling: Telling) -> bytes:
    addresses = [entry.split()[0].split("/")[0] for entry in one.entries("virtual_ipaddress")]
    ipv6 = ":" in addresses[0]
    unicast = bool(one.blocks("unicast_peer"))
    source = SHORT_LIVED if ipv6 else PEER4[one.value("interface")]
    settings = tree.blocks("global_defs")[0]
    group = settings.value("vrrp_mcast_group6", "ff02::12") if ipv6 else \
        one.value("mcast_dst_ip") or settings.value("vrrp_mcast_group4", "224.0.0.18")
    destination = one.value("unicast_src_ip") if unicast else group
    packed = ipaddress.ip_address(destination).packed
    if unicast:
        mac = bytes.fromhex(to_mac.replace(":", ""))
    else:
        mac = b"\x33\x33" + packed[-4:] if ipv6 else b"\x01\x00\x5e" + bytes((packed[1] & 127, *packed[2:]))
    own = bytes.fromhex(host.mac().replace(":", ""))
    body = message(one, addresses, telling, ipaddress.ip_address(source).packed + packed)
    ttl = 254 if telling.flaw == "ttl" else 255
    if ipv6:
        packet = struct.pack("!IHBB", 0x6C000000, len(body), 112, ttl) + \
            ipaddress.ip_address(source).packed + packed + body
    else:
        packet = ipv4(body, ipaddress.ip_address(source).packed, packed, ttl)
    return mac + own + (b"\x86\xdd" if ipv6 else b"\x08\x00") + packet


def message(one: Block, addresses: list[str], telling: Telling, ends: bytes) -> bytes:
    """`ends`: source and destination."""
    vrid, version = int(one.value("virtual_router_id")), int(one.value("version", "2"))
    flaw = telling.flaw
    listed = [ipaddress.ip_address(address) for address in addresses]
    body = b"".join(address.packed for address in listed)
    interval = float(one.value("advert_int", "1")) + (1 if flaw == "interval" else 0)
    if version == 2:
        password = password_of(one)[:3 if flaw == "password" else None]
        timing = bytes((1 if password else 0, int(interval)))
        body += password.ljust(8, b"\0")
    else:
        timing = struct.pack("!H", round(interval * 100))
    body = body[:-4] if flaw == "short" else body + bytes(4 if flaw == "long" else 0)
    kind = ((5 - version if flaw == "version" else version) << 4) | (2 if flaw == "type" else 1)
    front = bytes((kind, vrid, telling.priority, len(addresses))) + timing
    plain = front + b"\0\0" + body
    pseudo = b""
    if version == 3:
        width = "!BBH" if len(ends) == 8 else "!IHBB"
        lengths = (0, 112, len(plain)) if len(ends) == 8 else (len(plain), 0, 0, 112)
        pseudo = ends + struct.pack(width, *lengths)
    total = checksum(pseudo + plain + (b"\1\0" if flaw == "checksum" else b""))
    return front + total + body


def password_of(one: Block) -> bytes:
    for block in one.blocks("authentication"):
        if block.value("auth_type") == "PASS":
            return block.value("auth_pass").encode()
    return b""


def ipv4(body: bytes, source: bytes, destination: bytes, ttl: int) -> bytes:
    def header(total: bytes) -> bytes:
        first = struct.pack("!BBHHHBB", 0x45, 0xC0, 20 + len(body), 1, 0, ttl, 112)
        return first + total + source + destination
    return header(checksum(header(b"\0\0"))) + body


def checksum(covered: bytes) -> bytes:
    covered += bytes(len(covered) % 2)
    total = sum(struct.unpack(f"!{len(covered) // 2}H", covered))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)
