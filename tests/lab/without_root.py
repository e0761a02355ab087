"""Agents that are not root, as the unit runs them, and what stands in for the service manager then."""

from __future__ import annotations

import pathlib

from lab.agent import Agent, understudy
from lab.network import LabHost
from lab.waiting import wait_until

# What understudy.service says, as far as it needs no service manager.
AS_UNDERSTUDY = ("setpriv --reuid understudy --regid understudy --clear-groups --no-new-privs "
                 "--inh-caps -all,+net_admin,+net_raw --ambient-caps +net_admin,+net_raw "
                 "--bounding-set -all,+net_admin,+net_raw")


def open_to_everybody(host: LabHost) -> None:
    host.folder.chmod(0o777)
    host.folder.parent.chmod(0o755)


def start_by(command: str, host: LabHost, text: str, *options: str, name: str = "agent") -> Agent:
    wrapper = host.write("start.sh", f'#!/bin/sh\nexec {command} {understudy()} "$@"\n', executable=True)
    return Agent(host, wrapper, text, name).start(*options)


def serve_hooks(host: LabHost, program: pathlib.Path | None = None) -> tuple[pathlib.Path, int]:
    """understudy-hooks.socket; its path, and the process that listens."""
    path = host.folder / "hooks.sock"
    path.unlink(missing_ok=True)
    listens = host.spawn("systemd-socket-activate", "--seqpacket", "--accept", "-l", str(path),
                         str(program or understudy()), "--serve-hooks")
    wait_until(path.exists, 10, "the socket of the hooks")
    host.run("chown", "understudy", str(path))
    return path, listens


def start_without_root(host: LabHost, text: str, *options: str, name: str = "agent") -> Agent:
    """Its scripts are run by a process of root."""
    open_to_everybody(host)
    path, _ = serve_hooks(host)
    return start_by(AS_UNDERSTUDY, host, text, "--hooks-socket", str(path), *options, name=name)
