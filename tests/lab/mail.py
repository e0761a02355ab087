"""A mail server on a host, and what it was told: see mail_server.py, which is that server."""

from __future__ import annotations

import json
import pathlib
import subprocess
from dataclasses import dataclass

from lab.network import LabHost
from lab.waiting import wait_until

PROGRAM = pathlib.Path(__file__).with_name("mail_server.py")

# Behaviours: well; refuse every recipient; be busy for the first two connections; say nothing at all.
WELL, REFUSING, BUSY, SILENT = "well", "refusing", "busy", "silent"


@dataclass(frozen=True)
class Mail:
    """What one client said: its commands, and the lines of the letter if it came that far."""

    commands: list[str]
    letter: list[str]

    @property
    def subject(self) -> str:
        return self.field("Subject")

    def field(self, name: str) -> str:
        return next((line.split(": ", 1)[1] for line in self.letter if line.startswith(f"{name}: ")), "")


class MailServer:
    """Runs until its host ends."""

    def __init__(self, host: LabHost, behaviour: str = WELL) -> None:
        self._path = host.folder / f"mail-{behaviour}.jsonl"
        host.attach(["/usr/bin/python3", "-W", "ignore", PROGRAM, self._path, behaviour],
                    stdin=subprocess.DEVNULL)
        wait_until(self._path.exists, 20, "a mail server")

    def mails(self) -> list[Mail]:
        """Of each connection that has ended, in that order."""
        return [Mail(**json.loads(line)) for line in self._path.read_text().splitlines()]

    def subjects(self) -> list[str]:
        return [mail.subject for mail in self.mails() if mail.letter]
