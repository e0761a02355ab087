"""auth_hmac between real daemons: who hears whom, keys that change, and what a stranger can do.

Trailers are made and checked here with Python's hmac module, from the format alone.
"""

from __future__ import annotations

import hmac
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether

from lab.agent import Agent
from lab.config import VIP, VIP6_LINK_LOCAL, Instance, config
from lab.control import asked, understudyctl
from lab.forge import VRRP_MULTICAST_MAC, advert
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

FIRST, SECOND = "the-first-of-two-secret-keys-32x", "the-second-of-two-secret-keys-33x"
STRANGER = "192.0.2.200"
TRAILER_BYTES = 28

pytestmark = pytest.mark.beyond_keepalived


def auth_hmac(*settings: str, keys: tuple[str, ...] = (FIRST,), active: int = 1) -> tuple[str, ...]:
    """The lines of the block."""
    lines = [f"key {number} {secret}" for number, secret in enumerate(keys, start=1)]
    return ("auth_hmac {", *(f"    {line}" for line in [*lines, f"active_key {active}", *settings]), "}")


def signed(priority: int, *settings: str, keys: tuple[str, ...] = (FIRST,), active: int = 1) -> str:
    return config(Instance(priority=priority, extra=auth_hmac(*settings, keys=keys, active=active)))


def unsigned(priority: int = 100) -> str:
    return config(Instance(priority=priority))


def counters(agent: Agent) -> dict[str, int]:
    return asked(agent, "status")["instances"][0]["counters"]


@contextmanager
def frames_at(host: LabHost) -> Iterator[socket.socket]:
    """A socket that hears whole frames on the host's eth0."""
    with host.network():
        listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        listener.bind(("eth0", 0))
    listener.settimeout(10)
    with listener:
        yield listener


def heard_advert(host: LabHost, source: str) -> bytes:
    """The next IPv4 packet with an advert from there, without the padding of its frame."""
    with frames_at(host) as listener:
        while True:
            packet = listener.recv(2048)[14:]
            if packet[9:10] == b"\x70" and packet[12:16] == socket.inet_aton(source):
                return packet[:struct.unpack_from("!H", packet, 2)[0]]


def digest(key: str, packet: bytes) -> bytes:
    """Of an IPv4 packet without options whose last 28 octets are the trailer."""
    message, head = packet[20:-TRAILER_BYTES], packet[-TRAILER_BYTES:-16]
    pseudo_header = bytes([4, message[0] >> 4, message[1], 0]) + packet[12:16] + bytes(12)
    covered = pseudo_header + message[:6] + b"\0\0" + message[8:] + head + bytes(16)
    return hmac.new(key.encode(), covered, "sha256").digest()[:16]


def forged(key: str, priority: int, at: float | None = None, key_id: int = 1) -> bytes:
    """A stranger's signed advert of 0.2 s, dated now or as told."""
    moment = time.time() if at is None else at
    unsigned_packet = bytes(advert(VIP, STRANGER, priority))
    head = struct.pack("!BBHIHH", 1, key_id, 0, int(moment), int(moment % 1 * 65536), 0)
    header = IP(unsigned_packet[:20])
    del header.chksum
    header.len = len(unsigned_packet) + TRAILER_BYTES
    packet = bytes(header)[:20] + unsigned_packet[20:] + head + bytes(16)
    return packet[:-16] + digest(key, packet)


def send(host: LabHost, *packets: bytes) -> None:
    with host.network():
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind(("eth0", 0))
    with sender:
        for packet in packets:
            sender.send(bytes(Ether(src=host.mac(), dst=VRRP_MULTICAST_MAC, type=0x0800)) + packet)


def stays_master(lab: Lab, host: LabHost) -> None:
    stays_true(lambda: lab.holders(VIP) == [host.name], 2, f"{host.name} alone holds {VIP}")


def test_the_same_key_elects_and_a_crash_moves_the_address(lab: Lab, start: StartAgent) -> None:
    """auth_hmac with a key: two who enforce it are a pair."""
    start(lab.hosts[0], signed(150))
    weak = start(lab.hosts[1], signed(100))
    lab.wait_for_holder(lab.hosts[0], VIP)
    wait_until(lambda: counters(weak)["auth_ext_verified"] > 3, 10, "verified adverts")
    lab.crash(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(VIP), 10, "the weaker takes over")


def test_ipv6_and_unicast_and_version_2_are_signed_as_well(make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    v6 = Instance(vrid=61, name="VI_6", addresses=(f"{VIP6_LINK_LOCAL}/64",), extra=auth_hmac())
    v2 = Instance(vrid=62, name="VI_2", version=2, advert_int=1, addresses=("192.0.2.62/24",),
                  extra=auth_hmac())
    for host, peer, priority in zip(lab.hosts, reversed(lab.hosts), (150, 100)):
        unicast = Instance(vrid=63, name="VI_U", addresses=("192.0.2.63/24",), extra=(
            f"unicast_src_ip {host.address}", "unicast_peer {", f"    {peer.address}", "}", *auth_hmac()))
        text = config(*(Instance(**{**vars(one), "priority": priority}) for one in (v6, v2, unicast)))
        agent = start(host, text)
    for address in (VIP6_LINK_LOCAL, "192.0.2.62", "192.0.2.63"):
        lab.wait_for_holder(lab.hosts[0], address, 15)
    shown = asked(agent, "status")["instances"]
    assert [one["state"] for one in shown] == ["BACKUP"] * 3
    wait_until(lambda: all(one["counters"]["auth_ext_verified"] > 1
                           for one in asked(agent, "status")["instances"]), 15, "verified adverts of all")


def test_the_trailer_is_what_another_hmac_computes(lab: Lab, start: StartAgent) -> None:
    """key and active_key: the second of two signs."""
    start(lab.hosts[0], signed(100, keys=(FIRST, SECOND), active=2))
    packet = heard_advert(lab.hosts[1], lab.hosts[0].address)
    trailer = packet[-TRAILER_BYTES:]
    assert trailer[:4] == bytes([1, 2, 0, 0])
    assert abs(struct.unpack_from("!I", trailer, 4)[0] - time.time()) < 30
    assert trailer[12:] == digest(SECOND, packet)
    assert trailer[12:] != digest(FIRST, packet)


def test_another_key_under_enforce_gives_two_masters_that_say_why(lab: Lab, start: StartAgent) -> None:
    agents = [start(lab.hosts[0], signed(150)), start(lab.hosts[1], signed(100, keys=(SECOND,)))]
    wait_until(lambda: len(lab.holders(VIP)) == 2, 10, "both hold the address")
    for agent, other in zip(agents, reversed(lab.hosts)):
        agent.wait_for_log(f"ignored an advert from {other.address}: has a wrong HMAC")
        assert counters(agent)["auth_ext_invalid_hmac"] > 0
        assert agent.log().count("wrong HMAC") <= 3


@pytest.mark.parametrize("packet", ["unsigned", "other_key", "other_id", "old", "ahead"])
def test_a_stranger_cannot_make_a_master_step_down(lab: Lab, start: StartAgent, packet: str) -> None:
    """mode enforce, time_window: forged adverts of higher priority."""
    agent = start(lab.hosts[0], signed(100))
    lab.wait_for_holder(lab.hosts[0], VIP)
    now = time.time()
    counter, octets = {
        "unsigned": ("auth_ext_missing", bytes(advert(VIP, STRANGER, 200))),
        "other_key": ("auth_ext_invalid_hmac", forged(SECOND, 200)),
        "other_id": ("auth_ext_unknown_key", forged(FIRST, 200, key_id=7)),
        "old": ("auth_ext_stale", forged(FIRST, 200, at=now - 600)),
        "ahead": ("auth_ext_stale", forged(FIRST, 200, at=now + 600)),
    }[packet]
    send(lab.client, octets, octets)
    wait_until(lambda: counters(agent)[counter] == 2, 10, f"{counter} counts")
    stays_master(lab, lab.hosts[0])


def test_a_captured_advert_is_not_believed_twice(lab: Lab, start: StartAgent) -> None:
    """anti_replay: a backup whose master died takes over though its advert is sent again and again."""
    start(lab.hosts[0], signed(150))
    backup = start(lab.hosts[1], signed(100, "time_window 300"))
    lab.wait_for_holder(lab.hosts[0], VIP)
    captured = heard_advert(lab.hosts[1], lab.hosts[0].address)
    lab.crash(lab.hosts[0])
    deadline = time.monotonic() + 15
    while not lab.hosts[1].holds(VIP) and time.monotonic() < deadline:
        send(lab.client, captured)
        time.sleep(0.1)
    assert lab.hosts[1].holds(VIP)
    wait_until(lambda: counters(backup)["auth_ext_replay"] > 0, 10, "the replay is counted")
    backup.wait_for_log("was sent before")


def test_whoever_has_the_key_is_believed(lab: Lab, start: StartAgent) -> None:
    """So that the refusals above are known to be for their reasons."""
    start(lab.hosts[0], signed(100))
    lab.wait_for_holder(lab.hosts[0], VIP)
    send(lab.client, forged(FIRST, 200))
    wait_until(lambda: not lab.hosts[0].holds(VIP), 10, "the master steps down")


def test_monotonic_wants_no_clock(lab: Lab, start: StartAgent) -> None:
    """anti_replay monotonic: an old date is believed, once."""
    agent = start(lab.hosts[0], signed(100, "anti_replay monotonic"))
    lab.wait_for_holder(lab.hosts[0], VIP)
    packet = forged(FIRST, 50, at=1_000_000)
    send(lab.client, packet, packet)
    wait_until(lambda: counters(agent)["auth_ext_replay"] == 1, 10, "the second one is a replay")
    assert counters(agent)["auth_ext_verified"] == 1


def test_keys_rotate_by_reloads_without_a_transition(lab: Lab, start: StartAgent) -> None:
    agents = [start(lab.hosts[0], signed(150)), start(lab.hosts[1], signed(100))]
    lab.wait_for_holder(lab.hosts[0], VIP)
    wait_until(lambda: counters(agents[1])["auth_ext_verified"] > 2, 10, "verified adverts")
    both = (FIRST, SECOND)
    for keys, active in ((both, 1), (both, 2)):
        for agent, priority in zip(agents, (150, 100)):
            agent.reload(signed(priority, keys=keys, active=active))
            before = counters(agents[1])["auth_ext_verified"]
            wait_until(lambda: counters(agents[1])["auth_ext_verified"] > before + 5, 10, "adverts go on")
    assert heard_advert(lab.hosts[1], lab.hosts[0].address)[-TRAILER_BYTES + 1] == 2
    shown = counters(agents[1])
    assert {key: value for key, value in shown.items() if key.startswith("auth_ext") and value} == {
        "auth_ext_verified": shown["auth_ext_verified"]}
    assert shown["became_master"] == 0
    assert counters(agents[0])["became_master"] == 1


def test_a_mode_at_a_time_introduces_it_without_a_transition(lab: Lab, start: StartAgent) -> None:
    """mode: receive-only, permissive, enforce."""
    agents = [start(lab.hosts[0], unsigned(150)), start(lab.hosts[1], unsigned(100))]
    lab.wait_for_holder(lab.hosts[0], VIP)
    for mode in ("receive-only", "permissive", "enforce"):
        for agent, priority in zip(agents, (150, 100)):
            agent.reload(signed(priority, f"mode {mode}"))
            before = counters(agents[1])["adverts_received"]
            wait_until(lambda: counters(agents[1])["adverts_received"] > before + 5, 10, "adverts go on")
        assert asked(agents[1], "status")["instances"][0]["auth_hmac"]["mode"] == mode
    assert counters(agents[1])["became_master"] == 0
    assert counters(agents[0])["became_master"] == 1


def test_a_key_file_is_read_and_a_bad_one_refused(lab: Lab, start: StartAgent) -> None:
    """key file: its secret signs; a reload reads it again; with a bad one it goes on with the old."""
    host = lab.hosts[0]
    key = host.write("key", SECOND + "\n")
    key.chmod(0o600)
    agent = start(host, signed(100, keys=(f"file:{key}",)))
    lab.wait_for_holder(host, VIP)
    packet = heard_advert(lab.hosts[1], host.address)
    assert packet[-16:] == digest(SECOND, packet)

    key.write_text(FIRST)
    agent.reload(signed(100, keys=(f"file:{key}",)))
    wait_until(lambda: (packet := heard_advert(lab.hosts[1], host.address))[-16:] == digest(FIRST, packet),
               10, "the new key signs")
    key.write_text("too short")
    agent.reload(signed(100, keys=(f"file:{key}",)))
    agent.wait_for_log("holds no key: it has 9 octets")
    stays_master(lab, host)
    packet = heard_advert(lab.hosts[1], host.address)
    assert packet[-16:] == digest(FIRST, packet)
    assert counters(agent)["became_master"] == 1


def test_no_secret_is_shown_or_logged(lab: Lab, start: StartAgent) -> None:
    short = "too-short-but-secret"
    agent = start(lab.hosts[0], signed(100, keys=(FIRST, short)), "--dump-conf", "--lenient")
    lab.wait_for_holder(lab.hosts[0], VIP)
    shown = understudyctl(agent, "status", "--json").stdout + understudyctl(agent, "status").stdout
    assert "signs with key 1" in shown
    listed = agent.log()
    assert "active_key 1" in listed
    assert "this cannot be a key: it has 20 octets" in listed
    assert FIRST not in shown + listed and short not in shown + listed
    agent.reload(signed(100, "time_window 20"))
    agent.wait_for_log("reloaded")
    assert FIRST not in agent.log()
