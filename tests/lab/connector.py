"""The kernel's process connector as a laboratory plays it, which has no other: connector.cpp in front of a
program connects it with this, and whoever starts and ends processes tells of them here.

The messages are those of linux/cn_proc.h, in the order in which the kernel sends them.
"""

from __future__ import annotations

import contextlib
import pathlib
import socket
import struct
import threading
import time

from lab.agent import build_folder
from lab.network import LabHost

NONE, FORK, EXEC, COMM, EXIT = 0, 1, 2, 0x200, 0x80000000
LISTEN = 1
_ORDER = struct.Struct("=IHHII IIIIHH I")
_EVENT = struct.Struct("=IHHII IIIIHH IIQ 24s")
_DONE = 3
_PROCESSES = 1
_EVENT_OFFSET = 36


class Connector:
    """That of one host. Those who listen hear of a process in the order in which it is told here."""

    def __init__(self, host: LabHost) -> None:
        path = host.folder / "connector"
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.bind(str(path))
        self._door.listen(16)
        path.chmod(0o666)
        layer = build_folder() / "tests/lab/connector.so"
        assert layer.exists(), f"{layer} does not exist: build it first"
        self.environment: dict[str, str | pathlib.Path] = {"LD_PRELOAD": layer, "UNDERSTUDY_CONNECTOR": path}
        self._listeners: list[socket.socket] = []
        self._number = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._welcome, daemon=True).start()

    def forked(self, parent: int, child: int) -> None:
        self._tell(FORK, struct.pack("=IIII", parent, parent, child, child))

    def executed(self, pid: int) -> None:
        self._tell(EXEC, struct.pack("=II", pid, pid))

    def renamed(self, pid: int, name: str) -> None:
        self._tell(COMM, struct.pack("=II16s", pid, pid, name.encode()[:15]))

    def ended(self, pid: int) -> None:
        self._tell(EXIT, struct.pack("=IIIIII", pid, pid, 0, 17, 1, 1))

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        with self._lock:
            for listener in self._listeners:
                listener.close()

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while order := caller.recv(4096):
                with self._lock:
                    self._obey(caller, order)
        with self._lock:
            if caller in self._listeners:
                self._listeners.remove(caller)
        caller.close()

    def _obey(self, caller: socket.socket, order: bytes) -> None:
        """All who listen hear the answer to one."""
        words = _ORDER.unpack(order[:_ORDER.size])
        acknowledged, wish = words[8], words[-1]
        if wish == LISTEN and caller not in self._listeners:
            self._listeners.append(caller)
        elif wish != LISTEN and caller in self._listeners:
            self._listeners.remove(caller)
        self._tell_all(NONE, b"", acknowledged + 1)

    def _tell(self, what: int, data: bytes) -> None:
        with self._lock:
            self._tell_all(what, data, 0)

    def _tell_all(self, what: int, data: bytes, acknowledged: int) -> None:
        number = self._number
        self._number += 1
        event = _EVENT.pack(_EVENT.size, _DONE, 0, number, 0, _PROCESSES, _PROCESSES, number, acknowledged,
                            _EVENT.size - _EVENT_OFFSET, 0, what, 0, time.monotonic_ns(), data)
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.send(event)
