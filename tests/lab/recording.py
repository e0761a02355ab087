"""What the flight recorders of a laboratory have kept: every one is replayed, and has to decide as it did."""

from __future__ import annotations

import os
import pathlib
import subprocess

from lab.agent import Agent, build_folder
from lab.network import Lab


def tool() -> pathlib.Path:
    return build_folder() / "src/cli/understudyctl"


def recording_of(agent: Agent) -> pathlib.Path:
    """Beside the pid file, because that was given on the command line."""
    return agent.pid_path.with_suffix(".recording")


def replay(path: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool(), "replay", *options, path], capture_output=True, text=True, timeout=300,
                          check=False)


def _has_begun(path: pathlib.Path) -> bool:
    """A daemon that was killed early has only reserved the room."""
    with open(path, "rb") as file:
        return any(file.read(8))


def _complaint(path: pathlib.Path) -> str:
    done = replay(path, "--quiet")
    if done.returncode == 0:
        return ""
    return f"{path.parent.name}/{path.name} is replayed to something else:\n{done.stdout}{done.stderr}"


def differences(lab: Lab) -> list[str]:
    """In words, what each recording is not replayed to. Ends every process of the hosts first."""
    if os.environ.get("UNDERSTUDY_REPLAY") == "off" or not tool().exists():
        return []
    for host in lab.hosts:
        host.kill_all()
    paths = [*lab.folder.glob("*/*.recording"),
             *(path for host in lab.hosts for path in host.root.glob("run/understudy/*.recording"))]
    return [complaint for complaint in map(_complaint, filter(_has_begun, paths)) if complaint]
