"""The same configuration in keepalived and understudy: their dumps have the same keys and say the same."""

from __future__ import annotations

import json
import pathlib
import re
import signal

from lab.agent import Agent, keepalived, understudy
from lab.config import Instance, config, script
from lab.network import LabHost
from lab.plugin import MakeLab
from lab.waiting import wait_until

JSON = signal.SIGRTMIN + 2

GROUP = "vrrp_sync_group both {\n    group {\n        A\n        B\n    }\n}\n"

# What differs, and why.
MEANT = {
    "last_transition": "two daemons are not started at the same microsecond",
    "auth_data": "understudy writes no password, like keepalived since 2.4.0",
}


def block(name: str, *lines: str) -> tuple[str, ...]:
    return (f"{name} {{", *(f"    {line}" for line in lines), "}")


def text() -> str:
    """One of everything that a dump shows."""
    first = Instance(
        name="A", vrid=51, priority=110, version=2, advert_int=1,
        addresses=("192.0.2.50/24 label eth0:1", "192.0.2.51 noprefixroute"),
        excluded=("2001:db8::50/64", "2001:db8::51"),
        extra=(*block("authentication", "auth_type PASS", "auth_pass secret42"),
               *block("track_interface", "lo", "eth0"),
               *block("virtual_routes", "198.51.100.0/24 via 192.0.2.2 dev eth0 metric 10",
                      "198.51.101.7 dev eth0 scope link table 100 src 192.0.2.50 mtu 1400",
                      "default via 192.0.2.2 dev eth0 table 101", "2001:db8:5::/64 via 2001:db8::2 dev eth0"),
               *block("virtual_rules", "from 192.0.2.50 lookup 100 priority 500",
                      "to 198.51.100.0/24 iif eth0 table 100 priority 501 no_track"),
               "notify_backup \"/usr/bin/true back up\"", "notify_stop /usr/bin/true", "notify /usr/bin/true",
               "garp_master_delay 2", "garp_lower_prio_repeat 3", "garp_master_refresh 60"))
    second = Instance(name="B", vrid=52, advert_int=0.25, addresses=("192.0.2.52/24",),
                      extra=("nopreempt", "no_accept", "notify_deleted", "notify_fault /usr/bin/true"))
    third = Instance(name="C", vrid=53, advert_int=1, addresses=("fe80::53", "2001:db8::53/64"),
                     extra=("preempt_delay 2.5", "dont_track_primary", "skip_check_adv_addr",
                            "lower_prio_no_advert", "higher_prio_send_advert",
                            *block("track_interface", "lo weight 5"), *block("track_script", "check")))
    unplugged = Instance(name="D", vrid=54, addresses=("192.0.2.54/24",),
                         extra=block("track_script", "never"))
    return config(first, second, third, unplugged,
                  globals=("script_user root", "smtp_alert off"),
                  blocks=(GROUP, script("check", "/usr/bin/true a 'b c'", "interval 1", "weight 4"),
                          script("never", "/usr/bin/false", "interval 1")))


def dump_of(program: pathlib.Path, make_lab: MakeLab) -> tuple[list[dict[str, dict[str, object]]], str]:
    host = make_lab(hosts=1, ipv6=True).hosts[0]
    agent = Agent(host, program, text()).start()
    wait_until(lambda: in_place(host), 30, "masters")
    # Each tells of the end of the faults and of the takeover in its own time.
    wait_until(lambda: states(agent, host) == [2, 2, 2, 3], 30, "the states of a dump")
    dump = json.loads((host.folder / "keepalived.json").read_text())
    agent.signal(signal.SIGUSR1)
    data = host.folder / "keepalived.data"
    wait_until(lambda: data.exists() and "VRRP Instance = D" in data.read_text(), 10, "the state dump")
    wait_until(lambda: "Name = eth0" in data.read_text(), 10, "its end")
    return dump, data.read_text()


def plain_line(line: str) -> str:
    """Without the number that keepalived notes for IPv6 routes of its own."""
    return re.sub(r" \[installed ifindex \d+\]$", "", line)


def plain(value: object) -> object:
    return [plain_line(line) for line in value] if isinstance(value, list) else value


def in_place(host: LabHost) -> bool:
    return all(host.holds(address) for address in ("192.0.2.50", "192.0.2.52", "2001:db8::53"))


def states(agent: Agent, host: LabHost) -> list[object]:
    path = host.folder / "keepalived.json"
    path.unlink(missing_ok=True)
    agent.signal(JSON)
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"), 10, "the dump")
    return [one["data"]["state"] for one in json.loads(path.read_text())]


def comparable(text_of_dump: str) -> dict[str, list[str]]:
    """The lines of each instance that both have a word for."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text_of_dump.split("------< VRRP Topology >------")[1].split("------<")[0].splitlines():
        if named := re.fullmatch(r" VRRP Instance = (\w+)", line):
            lines = found.setdefault(named[1], [])
        elif re.match(r"   (State|Virtual Router ID|Priority|Effective priority|Interface|VRRP Version|"
                      r"Gratuitous ARP .*|Advert interval|Accept|Preempt|Preempt delay|"
                      r"Sync group) =|     [0-9a-f]+[.:]", line):
            lines.append(plain_line(line))
    return found


def test_the_dumps_say_the_same(make_lab: MakeLab) -> None:
    (theirs, their_state), (ours, our_state) = (dump_of(program, make_lab)
                                                for program in (keepalived(), understudy()))
    for their, our in zip(theirs, ours, strict=True):
        assert list(our["data"]) == list(their["data"]), "keys in their order"
        assert list(our["stats"]) == list(their["stats"])
        for key in set(their["data"]) - set(MEANT):
            assert our["data"][key] == plain(their["data"][key]), f"{our['data']['iname']}: {key}"
    assert ours[0]["data"]["auth_data"] == "********"
    assert comparable(our_state) == comparable(their_state)
