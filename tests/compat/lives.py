"""The life of one agent among disturbances, and what can be seen of it: adverts, addresses, routes, rules,
and the lines of hooks and pipes.

Two lives in laboratories that differ in nothing but the agent go through the same steps; after each step what
was seen since the step before can be compared.
"""

from __future__ import annotations

import os
import pathlib
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import Callable

from lab.agent import Agent, keepalived
from lab.config import Config, Instance, script
from lab.network import Lab, LabHost
from lab.routing import routes, rules
from lab.waiting import wait_until

PATIENCE = 20
QUIET_SECONDS = 0.6
FLAGS = ("nodad", "deprecated", "noprefixroute", "secondary", "tentative")

Seen = dict[str, list[str]]


@dataclass(frozen=True)
class Case:
    """A configuration of the host that is watched, and one of a stronger peer."""

    name: str
    instances: tuple[Instance, ...]
    blocks: tuple[str, ...] = ()
    ipv6: bool = False
    scripts: tuple[str, ...] = ()  # vrrp_scripts that succeed while a file of their name is there
    files: tuple[str, ...] = ()  # track_files that begin with 0
    steps: tuple["Step", ...] = ()
    peer_priority: int = 200


@dataclass(frozen=True)
class Step:
    """A disturbance, and how the watched agent stands when it has been dealt with."""

    name: str
    disturb: Callable[["Life"], None]
    role: str = "MASTER"
    priority: int | None = None  # of the first instance
    pause: float = QUIET_SECONDS


@dataclass
class Life:
    """One agent on the first host of a laboratory of its own; a peer may come and go on the second."""

    lab: Lab
    case: Case
    program: pathlib.Path
    instances: tuple[Instance, ...] = ()
    since: float = 0
    _text: str = ""
    _pipe_read: int = 0
    _hooks_read: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    last_sent: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host, self.other = self.lab.hosts
        self.prepare(self.host)
        self.capture = self.lab.capture()
        self.record = self.host.folder / "record"
        self.record.touch()
        self.notify = self.host.write("notify.sh", f'#!/bin/sh\necho "$@" >> {self.record}\n',
                                      executable=True)
        self.pipe = self.host.folder / "pipe"
        os.mkfifo(self.pipe, 0o600)
        self._reader = os.open(self.pipe, os.O_RDWR | os.O_NONBLOCK)
        for name in (*self.case.scripts, *self.case.files):
            self.file(name).write_text("0\n")
        self.instances = self.case.instances
        self.agent = Agent(self.host, self.program, self.config())
        self.peer: Agent | None = None

    @staticmethod
    def prepare(host: LabHost) -> None:
        """A second interface, and nothing random in its addresses."""
        for name in ("aux0", "aux1"):
            if name == "aux0":
                host.ip("link add aux0 type veth peer name aux1")
            host.ip(f"link set {name} addrgenmode none")
            host.ip(f"link set {name} up")
        host.ip("addr add 198.51.100.1/24 dev aux0")

    def file(self, name: str) -> pathlib.Path:
        return self.host.folder / name

    def config(self) -> str:
        hooked = tuple(Instance(**{**vars(one), "extra": (*one.extra, f"notify {self.notify}")})
                       for one in self.instances)
        checks = tuple(script(name, str(self.check(name)), "interval 1", *self.weight(name))
                       for name in self.case.scripts)
        files = tuple(f"track_file {name} {{\n    file {self.file(name)}\n    weight 2\n}}"
                      for name in self.case.files)
        settings = (f"vrrp_notify_fifo {self.pipe}", "vrrp_notify_priority_changes", "script_user root")
        return Config(hooked, settings, (*checks, *files, *self.case.blocks)).text()

    def check(self, name: str) -> pathlib.Path:
        """Those without a weight take their time, so that they are always the last to answer."""
        pause = "" if self.weight(name) else "sleep 0.2; "
        return self.host.write(f"{name}.sh", f"#!/bin/sh\n{pause}exec test -e {self.file(name)}\n",
                               executable=True)

    @staticmethod
    def weight(name: str) -> tuple[str, ...]:
        """A script that is called after its weight has one."""
        return (f"weight {name.split('_')[1]}",) if "_" in name else ()

    def reload(self, instances: tuple[Instance, ...]) -> None:
        self.instances = instances
        self.agent.reload(self.config())

    def start_peer(self) -> None:
        text = Config(tuple(Instance(**{**vars(one), "priority": self.case.peer_priority,
                                        "extra": swapped(one.extra, self.host, self.other)})
                            for one in self.case.instances), (), ()).text()
        self.peer = Agent(self.other, keepalived(), text, name="peer").start()

    def kill_peer(self) -> None:
        assert self.peer is not None
        self.lab.crash(self.other)
        self.peer.bury()
        self.other.try_run("ip", "addr", "flush", "dev", "eth0", "scope", "global")
        self.lab.unblock(self.other)
        self.other.ip(f"addr add {self.other.address}/24 dev eth0")
        self.other.ip(f"addr add {self.other.address6}/64 dev eth0 nodad")

    def go(self, step: Step) -> None:
        self.since = time.time()
        step.disturb(self)

    def is_settled(self, step: Step) -> bool:
        self.read_pipe()
        names = [one.name for one in self.instances]
        if any(self.roles.get(name) != step.role for name in names):
            return False
        if step.priority is None:
            return True
        first = self.instances[0].vrid
        adverts = [advert for advert in self.capture.adverts(self.host.port, since=self.since)
                   if advert.vrid == first]
        return bool(adverts) and adverts[-1].priority == step.priority

    def read_pipe(self) -> None:
        try:
            self._text += os.read(self._reader, 65536).decode()
        except BlockingIOError:
            return
        for line in self._text.splitlines():
            kind, name, word, _ = line.replace('"', "").split()
            if kind == "INSTANCE" and word in ("MASTER", "BACKUP", "FAULT", "STOP"):
                self.roles[name] = word

    def seen(self) -> Seen:
        """What there is now, and what was told and sent since this was asked before."""
        self.read_pipe()
        lines, hooks = self._text.splitlines(), self.record.read_text().splitlines()
        told, ran = lines[self._pipe_read:], hooks[self._hooks_read:]
        self._pipe_read, self._hooks_read = len(lines), len(hooks)
        return {"adverts": self.adverts(), "addresses": self.addresses(), "routes": self.shown(routes),
                "rules": self.shown(rules), "pipe": by_owner(told), "hooks": by_owner(ran)}

    def adverts(self) -> list[str]:
        """For each virtual router the different adverts in their order, however many of each there were. They
        begin with what was sent before, since more of it may be on its way when something happens."""
        told = [(advert.vrid, f"vrid {advert.vrid} version {advert.version} priority {advert.priority} "
                 f"from {self.plain(advert.source)} to {advert.destination} every {advert.interval} "
                 f"{','.join(advert.addresses)} {advert.authentication} ttl {advert.ttl} "
                 f"{self.sender(advert.mac)}")
                for advert in self.capture.adverts(self.host.port, since=self.since)]
        changes = []
        for vrid in sorted({vrid for vrid, _ in told} | set(self.last_sent)):
            sent = [*self.last_sent.get(vrid, ()), *(text for number, text in told if number == vrid)]
            changes += [text for text, _ in groupby(sent)]
            self.last_sent[vrid] = sent[-1:]
        return changes

    def sender(self, mac: str) -> str:
        return mac if mac.startswith("00:00:5e") else "own MAC"

    def addresses(self) -> list[str]:
        shown = []
        for link in self.links():
            for entry in self.host.addresses(link):
                if entry["local"] != self.link_local():
                    flags = [flag for flag in FLAGS if entry.get(flag)]
                    shown.append(f"{link} {entry['local']}/{entry['prefixlen']} {entry['scope']} "
                                 f"{entry.get('label', '')} {' '.join(flags)}")
        return sorted(shown)

    def links(self) -> list[str]:
        lines = self.host.run("ip", "-o", "link", "show").splitlines()
        return sorted(line.split(": ")[1].split("@")[0] for line in lines)

    def link_local(self) -> str:
        """The host's own, which is made of its MAC."""
        first, *rest = (int(octet, 16) for octet in self.host.mac().split(":"))
        octets = [first ^ 2, *rest[:2], 0xff, 0xfe, *rest[2:]]
        groups = [f"{octets[at] << 8 | octets[at + 1]:x}" for at in range(0, 8, 2)]
        return "fe80::" + ":".join(groups)

    def plain(self, address: str) -> str:
        return "its link-local address" if address.startswith("fe80") else address

    def shown(self, what: Callable[[LabHost], list[str]]) -> list[str]:
        return [line for line in what(self.host) if self.link_local() not in line]

    def close(self) -> None:
        os.close(self._reader)


def by_owner(lines: list[str]) -> list[str]:
    """In their order for each instance and group; those of two may mix in any way."""
    return sorted(lines, key=lambda line: line.split()[1])


def swapped(extra: tuple[str, ...], host: LabHost, other: LabHost) -> tuple[str, ...]:
    """The lines of an instance as the peer has them: those of the protocol; it tracks nothing."""
    text = "\n".join(extra)
    if not any(word in text for word in ("unicast_peer", "authentication", "use_vmac")):
        return ()
    theirs = {host.address: other.address, other.address: host.address}
    return tuple(" ".join(theirs.get(word, word) for word in line.split()) for line in extra)


class StoodStill(Exception):
    """The machine gave an agent no time for so long that its role is another's: nothing can be compared."""


def await_both(lives: list[Life], step: Step) -> None:
    for life in lives:
        wait_until(lambda life=life: life.is_settled(step), PATIENCE,
                   f"{life.program.name} is {step.role} after {step.name!r}; it is {life.roles}")
    time.sleep(step.pause)
    if any("this process did not run for" in life.agent.log() for life in lives):
        raise StoodStill
