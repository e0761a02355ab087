"""One program in a laboratory of its own that goes through a plan, and what can be seen of it."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import time
from dataclasses import replace

from lab.agent import Agent, keepalived
from lab.frames import Advert
from lab.mail import Mail, MailServer
from lab.network import Lab, LabHost
from lab.routing import routes, rules
from mishaps import Mishap, Plan
from packets import Telling, send_advert
from pieces import Block, Piece, head, instances, keyword, text
from services import Services
from settings import FILES, NET4, OWN4, OWN6, PEER4, PEER6, SCRIPTS

FLAGS = ("nodad", "deprecated", "noprefixroute", "secondary", "tentative", "dadfailed")
PROTOCOL = ("interface", "virtual_router_id", "version", "advert_int", "authentication", "unicast_peer",
            "unicast_src_ip", "unicast_ttl", "mcast_dst_ip", "old_unicast_checksum", "virtual_ipaddress",
            "virtual_ipaddress_excluded")
PROTOCOL_OF_ALL = ("vrrp_mcast_group4", "vrrp_mcast_group6")
CARRIERS = {"eth0": "p1", "eth1": "q1"}
Seen = dict[str, list[str]]
MOODS = "case $mood in fails) exit 1;; hangs) exec sleep 30;; dies) kill -KILL $$;; esac\n"


class Watched:
    """The first host is watched; on the second a peer comes and goes, which is always the same program."""

    def __init__(self, program: pathlib.Path, plan: Plan) -> None:
        self.program = program
        self.plan = plan
        self.tree = plan.config
        self.lab = Lab(2, ipv6=True)
        self.host, self.other = self.lab.hosts
        for host, port in ((self.host, "q1"), (self.other, "q2")):
            self.second_link(host, port)
        self.capture = self.lab.capture("q1", "q2")
        self.record = self.host.folder / "record"
        self.record.touch()
        self.host.write("notify.sh", f'#!/bin/sh\necho "$@" >> {self.record}\n', executable=True)
        self.host.write("reader.sh", f'#!/bin/sh\nwhile read -r line; do echo "read $line" >> {self.record}; '
                        'done < "$1"\n', executable=True)
        os.mkfifo(self.host.folder / "pipe", 0o600)
        self.reader = os.open(self.host.folder / "pipe", os.O_RDWR | os.O_NONBLOCK)
        self.prepare_trackers()
        self.mail = MailServer(self.host) if "smtp_server" in text(self.tree) else None
        self.agent = Agent(self.host, program, self.text(self.tree))
        self.services: Services | None = None
        if any(tree.blocks("vrrp_track_process") for tree in plan.configs()):
            self.services = Services(self.host)
            self.agent.environment.update(self.services.connector.environment)
        self.peer: Agent | None = None
        self.told = ""
        self.since = time.time()
        self.already = {"pipe": 0, "hooks": 0, "mails": 0}
        self.last_sent: dict[tuple[int, bool], str] = {}
        self.noise = {address for host in self.lab.hosts for address in _link_locals(host)}

    def second_link(self, host: LabHost, port: str) -> None:
        """A second switch for a second interface, and nothing random in any address."""
        if port == "q1":
            self.lab.switch.run("ip", "link", "add", "br1", "type", "bridge", "mcast_snooping", "0")
            self.lab.switch.run("ip", "link", "set", "br1", "up")
        self.lab.switch.plug(port, host, "eth1")
        self.lab.switch.run("ip", "link", "set", port, "master", "br1", "up")
        last = port[1]
        host.ip("link set eth1 addrgenmode none")
        host.ip("link set eth1 up")
        host.ip(f"addr add {NET4['eth1']}.{last}/24 dev eth1")
        host.ip(f"addr add 2001:db8:1::{last}/64 dev eth1 nodad")
        host.ip(f"addr add fe80::1:{last}/64 dev eth1 nodad")

    def prepare_trackers(self) -> None:
        """Scripts without a weight take their time, so that they are the last to answer."""
        for name in SCRIPTS:
            mood = self.host.write(f"{name}.mood", "succeeds\n")
            pause = "sleep 0.2; " if name == "S1" else ""
            script = f"#!/bin/sh\n{pause}read -r mood < {mood}\n{MOODS}"
            self.host.write(f"{name}.sh", script, executable=True)
        for name in FILES:
            (self.host.folder / name).write_text("0\n")

    def text(self, tree: Block) -> str:
        return text(tree).replace("@FOLDER@", str(self.host.folder))

    def verdict(self, tree: Block) -> str:
        """Whether the program takes a configuration at all."""
        path = self.host.write("judged.conf", self.text(tree))
        done = self.host.try_run(self.program, "-t", "-f", path)
        return f"-t gives {done.returncode}"

    def complaints(self) -> str:
        done = self.host.try_run(self.program, "-t", "-f", self.host.folder / "judged.conf")
        return done.stdout + done.stderr

    def go(self, mishap: Mishap) -> None:
        self.since = time.time()
        if mishap.config is not None:
            self.tree = mishap.config
        for program, *words in mishap.services:
            self.do_process(program, "starts", *words)
        getattr(self, "do_" + mishap.what)(*mishap.words)

    def do_start(self) -> None:
        self.agent.start()

    def do_restart(self) -> None:
        if self.agent.is_running():
            self.do_stop()
            self.agent.start()

    def do_stop(self) -> None:
        if self.agent.is_running() and self.agent.pid() is not None:
            self.agent.stop()

    def do_reload(self) -> None:
        if self.agent.is_running():
            self.agent.reload(self.text(self.tree))

    def do_signal(self, name: str) -> None:
        self.agent.signal(getattr(signal, f"SIG{name}"))

    def do_carrier(self, link: str, state: str) -> None:
        self.lab.switch.run("ip", "link", "set", CARRIERS[link], state)

    def do_link(self, link: str, state: str) -> None:
        self.host.ip(f"link set {link} {state}")

    def do_own(self, link: str, what: str) -> None:
        """Alone: the kernel of most distributions keeps the other addresses of the same network."""
        self.host.run("sysctl", "-qw", f"net.ipv4.conf.{link}.promote_secondaries=1")
        if what != "comes":
            self.host.try_run("ip", "addr", "del", f"{OWN4[link]}/24", "dev", link)
        if what != "goes":
            self.host.try_run("ip", "addr", "add", f"{OWN4[link]}/24", "dev", link)
        self.host.run("sysctl", "-qw", f"net.ipv4.conf.{link}.promote_secondaries=0")

    def do_delete(self, what: str, entry: str = "") -> None:
        """Wherever it is; nothing happens while another host has it."""
        if entry:
            self.delete_by_entry(what, entry)
            return
        for link in self.shown_links():
            for entry in link.get("addr_info", []):
                if entry["local"] == what.split("/")[0]:
                    self.host.try_run("ip", "addr", "del", f"{entry['local']}/{entry['prefixlen']}", "dev",
                                      link["ifname"])

    def delete_by_entry(self, kind: str, entry: str) -> None:
        """As `ip` takes it but for what is only keepalived's."""
        words = re.sub(r" no_track|^inet6 |^src \S+ ", "", entry).replace("preference", "priority").split()
        family = "-6" if ":" in entry else "-4"
        self.host.try_run("ip", family, kind, "del", *words)

    def do_process(self, *words: str) -> None:
        if self.services is not None:
            self.services.go(*words)

    def do_script(self, name: str, result: str) -> None:
        (self.host.folder / f"{name}.mood").write_text(result + "\n")

    def do_file(self, name: str, number: str, way: str = "") -> None:
        path = self.host.folder / name
        if number == "gone":
            path.unlink(missing_ok=True)
        elif way == "moved":
            self.host.write(f"new-{name}", number + "\n").rename(path)
        else:
            path.write_text(number + "\n")

    def do_advert(self, name: str, priority: str, flaw: str = "") -> None:
        for one in instances(self.tree):
            kinds = [block.value("auth_type") for block in one.blocks("authentication")]
            if one.head.split()[1] == name and "AH" not in kinds:
                send_advert(self.other, self.mac(one.value("interface")), self.tree, one,
                            Telling(int(priority), flaw))

    def mac(self, link: str) -> str:
        return (self.host.root / f"sys/class/net/{link}/address").read_text().strip()

    def do_peer(self, what: str, priority: str = "") -> None:
        if what == "starts" and self.peer is None:
            config = peer_config(self.tree, priority)
            self.peer = Agent(self.other, keepalived(), config, name="peer").start()
        elif what != "starts" and self.peer is not None:
            self.peer.stop() if what == "stops" else self.kill_peer(self.peer)
            self.peer = None

    def kill_peer(self, peer: Agent) -> None:
        """Nobody hears of it; a reboot leaves no virtual address behind."""
        self.cut_peer("0")
        peer.kill()
        own = {*PEER4.values(), *PEER6.values(), *self.noise, "127.0.0.1", "::1", "fe80::1:2"}
        for link in self.shown_links(self.other):
            for entry in link.get("addr_info", []):
                if entry["local"] not in own:
                    self.other.try_run("ip", "addr", "del", f"{entry['local']}/{entry['prefixlen']}",
                                       "dev", link["ifname"])
        self.cut_peer("3")

    def cut_peer(self, state: str) -> None:
        for port in ("p2", "q2"):
            self.lab.switch.run("bridge", "link", "set", "dev", port, "state", state)

    def read_pipe(self) -> list[str]:
        try:
            while chunk := os.read(self.reader, 65536):
                self.told += chunk.decode()
        except BlockingIOError:
            pass
        return self.told.splitlines()

    def hooks(self) -> list[str]:
        return self.record.read_text().splitlines()

    def mails(self) -> list[str]:
        """The dialogue and the letter of each, in one line."""
        told = self.mail.mails() if self.mail else []
        return [" | ".join((*mail.commands, *undated(mail))) for mail in told]

    def fingerprint(self) -> tuple[object, ...]:
        """What stays the same when it is quiet: all but how often the same was said."""
        return (len(self.read_pipe()), len(self.hooks()), len(self.mails()), tuple(self.announced()),
                tuple(self.adverts(remember=False)), json.dumps(self.addresses()), self.agent.is_running())

    def seen(self) -> Seen:
        """What there is now, and what was told and sent since this was asked before."""
        all_told, all_ran, all_mails = self.read_pipe(), self.hooks(), self.mails()
        told = sorted(all_told[self.already["pipe"]:], key=lambda line: line.split()[:2])
        ran = sorted(all_ran[self.already["hooks"]:])  # they run at the same time, in any order
        mails = sorted(all_mails[self.already["mails"]:])  # several are sent at a time
        self.already = {"pipe": len(all_told), "hooks": len(all_ran), "mails": len(all_mails)}
        return {"running": ["running" if self.agent.is_running() else "ended"],
                "adverts": self.adverts(), "resignations": self.resignations(), "pace": self.pace(),
                "announced": self.announced(), "answers": self.answers(),
                "addresses": [" ".join(line.replace("secondary", "").split()) for line in self.addresses()],
                "primaries": [line for line in self.addresses() if " secondary" in line],
                # What the kernel makes by itself follows from the addresses.
                "routes": [line for line in self.plain(routes(self.host)) if '"kernel"' not in line],
                "rules": rules(self.host), "ran": without_priorities(ran), "hooks": ran, "mails": mails,
                "roles": without_priorities(told), "pipe": told}

    def own_adverts(self) -> dict[tuple[int, bool], list[Advert]]:
        sent: dict[tuple[int, bool], list[Advert]] = {}
        for port in ("p1", "q1"):
            for advert in self.capture.adverts(port, since=self.since):
                sent.setdefault((advert.vrid, ":" in advert.source), []).append(advert)
        return sent

    def adverts(self, remember: bool = True) -> list[str]:
        """For each virtual router the different adverts in their order. They begin with what was sent before,
        since more of it may be on its way when something happens."""
        changes = []
        sent = self.own_adverts()
        for router in sorted({*sent, *self.last_sent}):
            lines = [self.last_sent[router]] if router in self.last_sent else []
            for advert in sent.get(router, ()):
                if self.described(advert) != (lines[-1] if lines else ""):
                    lines.append(self.described(advert))
            changes += lines
            if remember:
                self.last_sent[router] = lines[-1]
        return changes

    def described(self, advert: Advert) -> str:
        mac = advert.mac if advert.mac.startswith("00:00:5e") else "own MAC"
        return (f"{advert.port} vrid {advert.vrid} version {advert.version} priority {advert.priority} from "
                f"{self.plain_address(advert.source)} to {advert.destination} every {advert.interval} "
                f"{','.join(advert.addresses)} {advert.authentication} ttl {advert.ttl} {mac} "
                f"{advert.checksum_form()}")

    def resignations(self) -> list[str]:
        return [f"{router[0]}: {count}" for router, sent in sorted(self.own_adverts().items())
                if (count := sum(advert.priority == 0 for advert in sent))]

    def pace(self) -> list[str]:
        """The usual time between two adverts, where there are enough to tell: in tenths of what they say."""
        paces = []
        for router, sent in sorted(self.own_adverts().items()):
            same = [advert for advert in sent if self.described(advert) == self.described(sent[-1])]
            gaps = sorted(b.time - a.time for a, b in zip(same, same[1:]))
            if len(gaps) >= 5:
                ratio = gaps[len(gaps) // 2] / max(same[-1].interval, 0.01)
                paces.append(f"{router[0]}: {'as it says' if 0.8 < ratio < 1.3 else f'{ratio:.1f} of it'}")
        return paces

    def announced(self) -> list[str]:
        """How often each address was announced; those of one instance in the order of their first time."""
        lines: list[str] = []
        own = {*OWN4.values(), *OWN6.values()}  # the kernel may announce them
        refreshes = "garp_master_refresh" in text(self.tree)
        for port in ("p1", "q1"):
            found: dict[str, int] = {}
            for one in self.capture.announcements(port, since=self.since):
                if one.address in own:
                    continue
                mac = one.mac if one.mac.startswith("00:00:5e") else "own MAC"
                key = f"{port} {one.kind} {one.address} {mac}"
                found[key] = found.get(key, 0) + 1
            lines += [key if refreshes else f"{key} {count} times" for key, count in found.items()]
        return sorted(lines, key=lambda line: self.owner(line.split()[2]))

    def owner(self, address: str) -> str:
        """The instance that has this address."""
        for one in instances(self.tree):
            entries = (*one.entries("virtual_ipaddress"), *one.entries("virtual_ipaddress_excluded"))
            if any(entry.split()[0].split("/")[0] == address for entry in entries):
                return one.head
        return ""

    def shown_links(self, host: LabHost | None = None) -> list[dict]:
        return json.loads((host or self.host).run("ip", "-j", "addr", "show"))

    def addresses(self) -> list[str]:
        shown = []
        for link in self.shown_links():
            if link["ifname"] == "lo":
                continue
            for entry in link.get("addr_info", []):
                if entry["local"] in self.noise:
                    continue
                flags = " ".join(flag for flag in FLAGS if entry.get(flag))
                words = (entry["scope"], entry.get("label", ""), entry.get("broadcast", ""), flags)
                shown.append(f"{link['ifname']} {entry['local']}/{entry['prefixlen']} {' '.join(words)}")
        return sorted(shown)

    def plain(self, lines: list[str]) -> list[str]:
        return [line for line in lines if not any(address in line for address in self.noise)]

    def plain_address(self, address: str) -> str:
        return "its link-local address" if address in self.noise else address

    def answers(self) -> list[str]:
        """Whether a client reaches a virtual address of those who may refuse."""
        lines = []
        for one in instances(self.tree):
            if not any(one.value(word) for word in ("accept", "no_accept", "strict_mode")):
                continue
            for entry in one.entries("virtual_ipaddress")[:1]:
                address = entry.split()[0].split("/")[0]
                is_held = any(f" {address}/" in line for line in self.addresses())
                if is_held and address.startswith(NET4["eth0"]):
                    done = self.lab.client.try_run("ping", "-c", "1", "-W", "1", address)
                    lines.append(f"{address} {'answers' if done.returncode == 0 else 'is silent'}")
        return lines

    def close(self) -> None:
        os.close(self.reader)
        if self.services is not None:
            self.services.close()
        self.lab.close()


def undated(mail: Mail) -> list[str]:
    return ["Date" if line.startswith("Date: ") else line for line in mail.letter if line]


def _link_locals(host: LabHost) -> set[str]:
    """The host's own on its first interface, which is made of its MAC."""
    first, *rest = (int(octet, 16) for octet in host.mac().split(":"))
    octets = [first ^ 2, *rest[:2], 0xff, 0xfe, *rest[2:]]
    return {"fe80::" + ":".join(f"{octets[at] << 8 | octets[at + 1]:x}" for at in range(0, 8, 2))}


def without_priorities(lines: list[str]) -> list[str]:
    """Who became what, whatever its priority was; of changes of priority nothing."""
    return [re.sub(r" \d+$", "", line) for line in lines if "_PRIORITY" not in line]


def peer_config(tree: Block, priority: str) -> str:
    """The routers of a configuration as another host has them: those of the protocol; it tracks nothing."""
    theirs = {**_swap(OWN4, PEER4), **_swap(OWN6, PEER6)}

    def swapped(piece: Piece) -> Piece:
        if isinstance(piece, Block):
            return replace(piece, body=tuple(swapped(inner) for inner in piece.body))
        return " ".join(theirs.get(word, word) for word in piece.split())

    def only(block: Block, words: tuple[str, ...], *more: str) -> Block:
        kept = (swapped(piece) for piece in block.body if keyword(head(piece)) in words)
        return replace(block, body=(*kept, *more))

    settings = [only(block, PROTOCOL_OF_ALL) for block in tree.blocks("global_defs")]
    routers = [only(one, PROTOCOL, f"priority {priority}") for one in instances(tree)]
    return text(Block("", (*settings, *routers)))


def _swap(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    pairs = [(one[link], other[link]) for link in one]
    return {**dict(pairs), **{b: a for a, b in pairs}}


