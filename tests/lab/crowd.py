"""Very many clients at a control socket, who connect, ask, follow, talk nonsense, and leave in every way.

A program of its own, so that it costs its maker nothing: `python3 crowd.py SOCKET CLIENTS [LINE]` tells on
each line how many have come so far.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import random
import resource
import select
import socket
import subprocess
import sys
import threading
import time

KINDS = 8
LIFETIME_SECONDS = 1.0
TOLD_EVERY_SECONDS = 0.1


class Crowd:
    """The program, as long as the context lasts."""

    def __init__(self, path: pathlib.Path, clients: int, line: bytes | None = None) -> None:
        self._clients = clients
        words = [str(path), str(clients), *([line.decode()] if line else [])]
        self._process = subprocess.Popen(["/usr/bin/python3", __file__, *words], stdout=subprocess.PIPE,
                                         text=True)
        self._count = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self._count = int(text)

    def count(self) -> int:
        """How many have connected so far."""
        assert self._process.poll() is None, "the crowd has ended"
        return self._count

    def rounds(self) -> float:
        return self.count() / self._clients

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()


def ask(command: str, **keys: object) -> bytes:
    return json.dumps({"version": 1, "id": 7, "command": command, **keys}).encode() + b"\n"


def opening(kind: int, rng: random.Random) -> bytes:
    """What a client of this kind says first."""
    if kind == 0:
        return ask("status") * 50
    if kind == 1:
        return rng.randbytes(3000).replace(b"\n", b"") + b"\n" + rng.randbytes(100)
    if kind == 2:
        return b"x" * 70_000
    if kind == 3:
        return b'{"version":1,"comm'
    if kind == 4:
        return ask("subscribe") + ask("ping") + ask("reload", misspelt=True)
    if kind == 5:
        return ask("subscribe")
    return b""


def connect(path: str) -> socket.socket | None:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        client.connect(path)
    except OSError:  # the queue is full for the moment
        client.close()
        return None
    return client


class Clients:
    """Those that are connected now, each until its time is over."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._until: dict[int, tuple[float, socket.socket]] = {}

    def __len__(self) -> int:
        return len(self._until)

    def add(self, client: socket.socket, reads: bool, until: float) -> None:
        self._until[client.fileno()] = until, client
        if reads:
            self._poll.register(client, select.POLLIN)

    def read(self, milliseconds: int) -> None:
        """Takes what those that read are told, and buries those that are hung up on."""
        for number, _ in self._poll.poll(milliseconds):
            with contextlib.suppress(BlockingIOError):
                part = b""
                with contextlib.suppress(ConnectionResetError):
                    part = self._until[number][1].recv(65536)
                if not part:
                    self._remove(number)

    def leave(self, now: float) -> None:
        for number in [number for number, (until, _) in self._until.items() if until < now]:
            self._remove(number)

    def _remove(self, number: int) -> None:
        with contextlib.suppress(KeyError):
            self._poll.unregister(number)
        self._until.pop(number)[1].close()


def main(path: str, most: int, line: bytes | None) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    rng = random.Random(0)
    clients = Clients()
    came = 0
    told = time.monotonic()
    while True:
        while len(clients) < most and (client := connect(path)):
            kind = came % KINDS
            came += 1
            with contextlib.suppress(OSError):
                client.send(line or opening(kind, rng))
            if line:
                client.close()  # without waiting for the answer
                break
            clients.add(client, kind % 2 == 1, time.monotonic() + rng.random() * LIFETIME_SECONDS)
        now = time.monotonic()
        if now - told > TOLD_EVERY_SECONDS:
            told = now
            print(came, flush=True)
        clients.read(2)
        clients.leave(now)


if __name__ == "__main__":
    os.nice(5)  # what is measured is the agent, on a machine that has room for it
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3].encode() if len(sys.argv) > 3 else None)
