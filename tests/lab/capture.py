"""Every frame that enters the switch, with the port it came by and the kernel's receive time.

There is no reading thread: frames wait in a large socket buffer until somebody asks. So listening costs the
measured programs nothing, and the times are the kernel's own.
"""

from __future__ import annotations

import errno
import select
import socket
import struct
from typing import Callable, Sequence

from lab.frames import Advert, Announcement, GroupReport, parse_frame
from lab.namespaces import Namespaces
from lab.waiting import wait_until

ETH_P_ALL = 0x0003
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
BUFFER_BYTES = 128 << 20
FRAME_BYTES = 2048


class Capture:
    """Frames heard at the ports of a switch since this was made."""

    def __init__(self, switch: Namespaces, ports: Sequence[str]) -> None:
        self._heard: list[Advert | Announcement | GroupReport] = []
        with switch.network():
            self._sockets = {_open(port): port for port in ports}

    def close(self) -> None:
        for listener in self._sockets:
            listener.close()

    def heard(self) -> list[Advert | Announcement | GroupReport]:
        """All adverts and announcements so far, in the order of their times."""
        fresh = [value for listener, port in self._sockets.items() for value in _drain(listener, port)]
        self._heard = sorted(self._heard + fresh, key=lambda value: value.time)
        return self._heard

    def adverts(self, port: str | None = None, vrid: int | None = None, since: float = 0) -> list[Advert]:
        return [value for value in self.heard() if isinstance(value, Advert) and value.time >= since
                and port in (None, value.port) and vrid in (None, value.vrid)]

    def announcements(self, port: str | None = None, address: str | None = None,
                      since: float = 0) -> list[Announcement]:
        return [value for value in self.heard() if isinstance(value, Announcement) and value.time >= since
                and port in (None, value.port) and address in (None, value.address)]

    def group_reports(self, port: str, since: float = 0) -> list[GroupReport]:
        return [value for value in self.heard() if isinstance(value, GroupReport) and value.time >= since
                and port == value.port]

    def wait_for_advert(self, accept: Callable[[Advert], bool], timeout: float, what: str,
                        since: float = 0) -> Advert:
        """The first advert that `accept` takes, waiting for it if need be."""
        return wait_until(lambda: next(filter(accept, self.adverts(since=since)), None), timeout, what)

    def next_advert(self, port: str, timeout: float) -> Advert:
        """The next advert that enters by `port`, returned within a fraction of a millisecond."""
        seen = len(self.adverts(port))
        while select.select(list(self._sockets), [], [], timeout)[0]:
            adverts = self.adverts(port)
            if len(adverts) > seen:
                return adverts[-1]
        raise AssertionError(f"no advert by {port} within {timeout} s")


def _open(port: str) -> socket.socket:
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    listener.bind((port, ETH_P_ALL))
    return listener


def _drain(listener: socket.socket, port: str) -> list[Advert | Announcement | GroupReport]:
    values = []
    while True:
        try:
            frame, control, _, address = listener.recvmsg(FRAME_BYTES, 64)
        except BlockingIOError:
            return values
        except OSError as error:
            # The port went down (told once) or away; what it heard before is still to be read.
            if error.errno == errno.ENETDOWN:
                continue
            raise
        if address[2] == socket.PACKET_OUTGOING:
            continue
        value = parse_frame(_receive_time(control), port, frame)
        if value is not None:
            values.append(value)


def _receive_time(control: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return seconds + nanoseconds / 1e9
    raise OSError("a frame without the kernel's time")
