"""Asking a daemon over its control socket: by its tool, and as rudely as one likes."""

from __future__ import annotations

import json
import pathlib
import socket
import subprocess
from typing import Any

from lab.agent import Agent, build_folder

Json = dict[str, Any]


def tool() -> pathlib.Path:
    return build_folder() / "src/cli/understudyctl"


def socket_of(agent: Agent) -> pathlib.Path:
    """Beside the pid file, because that was given on the command line."""
    return agent.pid_path.with_suffix(".sock")


def understudyctl(agent: Agent, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool(), *words, "-s", socket_of(agent)], capture_output=True, text=True,
                          timeout=30, check=False)


def asked(agent: Agent, *words: str) -> Json:
    """The answer as JSON; whether it is a good one is the caller's to see."""
    done = understudyctl(agent, *words, "--json")
    assert done.stdout, done.stderr
    answer: Json = json.loads(done.stdout)
    return answer


class RawClient:
    """Speaks whatever it is told to; tolerates being hung up on."""

    def __init__(self, path: pathlib.Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))  # without a time limit: with one, a full queue is an error
        self._socket.settimeout(10)
        self._received = b""

    def say(self, text: bytes) -> bool:
        """False: the other side hung up."""
        try:
            self._socket.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def hear(self) -> Json | None:
        """The next line; None if the other side hung up."""
        try:
            while b"\n" not in self._received:
                part = self._socket.recv(65536)
                if not part:
                    return None
                self._received += part
        except ConnectionResetError:
            return None
        line, _, self._received = self._received.partition(b"\n")
        answer: Json = json.loads(line)
        return answer

    def ask(self, **keys: Any) -> Json | None:
        self.say(json.dumps({"version": 1, **keys}).encode() + b"\n")
        return self.hear()

    def close(self) -> None:
        self._socket.close()
