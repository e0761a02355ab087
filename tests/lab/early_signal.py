"""Starts a command, sends it a signal the moment its pid file names it, and prints how it ended, as JSON."""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
import subprocess
import sys

IN_MODIFY, IN_CREATE = 0x2, 0x100
ROOM_FOR_EVENTS = 4096


def wait_for_pid(events: int, path: pathlib.Path) -> int:
    """The kernel wakes us with each change of the folder: a look now and then would come too late."""
    while True:
        os.read(events, ROOM_FOR_EVENTS)
        text = path.read_text() if path.exists() else ""
        if text.endswith("\n"):
            return int(text)


def main(pid_file: pathlib.Path, number: int, words: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    events = libc.inotify_init1(0)
    assert libc.inotify_add_watch(events, os.fsencode(pid_file.parent), IN_MODIFY | IN_CREATE) >= 0
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        os.kill(wait_for_pid(events, pid_file), number)
        said, _ = process.communicate(timeout=30)
    os.close(events)
    print(json.dumps({"status": process.returncode, "said": said.decode(),
                      "pid_file_left": pid_file.exists()}))


main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
