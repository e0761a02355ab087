"""Address changes inside a host, heard from the kernel's notifications with the time they were read."""

from __future__ import annotations

import ipaddress
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Iterator

from lab.namespaces import COMMAND_TIMEOUT, Namespaces

RTMGRP_IPV4_IFADDR = 0x10
RTMGRP_IPV6_IFADDR = 0x100
RTM_NEWADDR = 20
RTM_DELADDR = 21
RTM_GETADDR = 22
NLMSG_DONE = 3
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
IFA_ADDRESS = 1
IFA_LOCAL = 2
SO_RCVBUFFORCE = 33
BUFFER_BYTES = 64 << 20
# A header and a struct ifaddrmsg of zeroes: of every family and interface.
ALL_ADDRESSES = struct.pack("=IHHIIBBBBI", 24, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 1, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class AddressChange:
    """An address that appeared or vanished."""

    time: float
    appeared: bool
    address: str


class AddressMonitor:
    """Notes every address change of one host until it is closed."""

    def __init__(self, host: Namespaces) -> None:
        self._raw: list[tuple[float, bytes]] = []
        self._taken = 0
        with host.network():
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
        self._socket.bind((0, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR))
        self._socket.settimeout(0.2)
        self._closing = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._closing:
            try:
                message = self._socket.recv(65536)
            except TimeoutError:
                continue
            self._raw.append((time.time(), message))

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        self._socket.close()

    def changes(self) -> list[AddressChange]:
        return [change for heard_at, message in list(self._raw) for change in _parse(heard_at, message)]

    def take(self) -> list[AddressChange]:
        """Those that were not taken yet."""
        fresh = self._raw[self._taken:]
        self._taken += len(fresh)
        return [change for heard_at, message in fresh for change in _parse(heard_at, message)]


def addresses_on(host: Namespaces, index: int | None = None) -> set[str]:
    """The addresses of one interface, or of all, now: asked of the kernel here, for a process costs much
    more."""
    with host.network(), socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(COMMAND_TIMEOUT)
        kernel.sendall(ALL_ADDRESSES)
        found: set[str] = set()
        while True:
            for kind, body in _messages(kernel.recv(65536)):
                if kind == NLMSG_DONE:
                    return found
                if kind == RTM_NEWADDR and index in (None, struct.unpack_from("=I", body, 4)[0]):
                    found.add(_address(body[8:]))


def _parse(heard_at: float, message: bytes) -> list[AddressChange]:
    return [AddressChange(heard_at, kind == RTM_NEWADDR, _address(body[8:]))
            for kind, body in _messages(message) if kind in (RTM_NEWADDR, RTM_DELADDR)]


def _messages(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind and the body of each netlink message."""
    offset = 0
    while offset + 16 <= len(datagram):
        length, kind = struct.unpack_from("=IH", datagram, offset)
        yield kind, datagram[offset + 16:offset + length]
        offset += (length + 3) & ~3


def _address(attributes: bytes) -> str:
    found: dict[int, bytes] = {}
    offset = 0
    while offset + 4 <= len(attributes):
        length, kind = struct.unpack_from("=HH", attributes, offset)
        found[kind] = attributes[offset + 4:offset + length]
        offset += max(4, (length + 3) & ~3)
    return str(ipaddress.ip_address(found.get(IFA_LOCAL) or found[IFA_ADDRESS]))
