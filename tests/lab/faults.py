"""System calls of a daemon that fail on demand: tests/faults/layer.cpp stands in front of it with LD_PRELOAD.

The daemon is the ordinary one and knows nothing of it. What is to fail stands on a board in memory that all
its processes share with the test, so that a failure begins and ends while they run.
"""

from __future__ import annotations

import errno
import mmap
import pathlib
import struct

from lab.agent import build_folder, understudy
from lab.network import LabHost

SUPERVISOR, VRRP, HOOKS = "understudyd", "understudy-vrrp", "understudy-hook"
ADVERTS = "socket 2 3 112"
NETLINK = "socket 16 3 0"
FOR_EVER = -1

# struct Rule and struct Board of tests/faults/board.hpp.
_RULE = struct.Struct("24s24s96siiii")
_MOST_RULES = 16
_HEAD = 8
_MOST_CALLS = 160
_SIZE = _HEAD + _MOST_RULES * _RULE.size + _MOST_CALLS * 4
_REMAINING, _STRUCK = _RULE.size - 8, _RULE.size - 4


class Fault:
    """One rule. It ends by itself after so many times, or when it is ended."""

    def __init__(self, board: mmap.mmap, at: int) -> None:
        self._board = board
        self._at = at

    def struck(self) -> int:
        """So many calls have failed."""
        return struct.unpack_from("i", self._board, self._at + _STRUCK)[0]

    def end(self) -> None:
        struct.pack_into("i", self._board, self._at + _REMAINING, 0)


class Faults:
    """The board of one daemon."""

    def __init__(self, host: LabHost, name: str = "faults") -> None:
        self._rules = 0
        path = host.folder / f"{name}.board"
        path.write_bytes(bytes(_SIZE))
        path.chmod(0o666)
        with open(path, "r+b") as file:
            self._board = mmap.mmap(file.fileno(), _SIZE)
        struct.pack_into("i", self._board, 0, 1)
        layer = build_folder() / "tests/faults/faults.so"
        assert layer.exists(), f"{layer} does not exist: build it first"
        self.program: pathlib.Path = host.write(
            f"{name}-understudyd",
            f'#!/bin/sh\nexec env LD_PRELOAD={layer} UNDERSTUDY_FAULTS={path} {understudy()} "$@"\n',
            executable=True)

    def fail(self, call: str, error: int, times: int = FOR_EVER, process: str = "", about: str = "") -> Fault:
        """From now on this call of this process fails, if what it is about has that in its name."""
        assert self._rules < _MOST_RULES and error in errno.errorcode
        at = _HEAD + self._rules * _RULE.size
        self._rules += 1
        _RULE.pack_into(self._board, at, call.encode(), process.encode(), about.encode(), error, 0, 0, 0)
        struct.pack_into("i", self._board, at + _REMAINING, times)
        return Fault(self._board, at)
