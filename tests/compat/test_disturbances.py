"""The same configuration and the same disturbances, in keepalived and in understudy: what the wire, the
kernel and the hooks see is the same, but for the differences that are meant, which stand below with reasons.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from lab.agent import keepalived, understudy
from lab.config import VIP, Instance
from lab.network import Lab
from lab.plugin import MakeLab
from lives import Case, Life, Seen, Step, StoodStill, await_both

QUICK = Instance(advert_int=0.2)


def block(name: str, *lines: str) -> tuple[str, ...]:
    return (f"{name} {{", *lines, "}")


def port(state: str) -> "object":
    return lambda life: life.lab.switch.run("ip", "link", "set", life.host.port, state)


def link(words: str) -> "object":
    return lambda life: life.host.ip(f"link set {words}")


def reloaded(**changes: object) -> "object":
    """The first instance is changed, the others stay."""
    return lambda life: life.reload((replace(life.instances[0], **changes), *life.instances[1:]))


def delete(address: str) -> "object":
    return lambda life: life.host.ip(f"addr del {address} dev eth0")


def put(name: str, text: str) -> "object":
    return lambda life: life.file(name).write_text(text)


def remove(name: str) -> "object":
    return lambda life: life.file(name).unlink()


START = Step("start", lambda life: life.agent.start() and None)
STOP = Step("stop", lambda life: life.agent.stop() and None, "STOP")
CARRIER = (Step("carrier lost", port("down"), "FAULT"), Step("carrier back", port("up")))
LINK = (Step("link down", link("eth0 down"), "FAULT"), Step("link up", link("eth0 up")))
PEER = (Step("a stronger peer", lambda life: life.start_peer(), "BACKUP"),
        Step("the peer dies", lambda life: life.kill_peer()))
PRIORITY = Step("reload: priority", reloaded(priority=120), priority=120)
LOWER = Step("reload: lower priority", reloaded(priority=80), priority=80)
ADDRESSES = Step("reload: addresses", reloaded(addresses=(f"{VIP}/24", "192.0.2.60/24")), pause=1.5)
DELETED = Step("address deleted", delete(f"{VIP}/24"), pause=1.2)
SAME = Step("reload: nothing", reloaded(), pause=1.5)

GROUP = "vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}"

CASES = [
    Case("plain", (replace(QUICK, excluded=("192.0.2.70/32", "2001:db8::70/64")),),
         steps=(START, *CARRIER, *LINK, *PEER, DELETED, PRIORITY, LOWER, ADDRESSES, SAME, STOP)),
    Case("version 2 with a password", (replace(QUICK, version=2, advert_int=1, extra=block(
        "authentication", "auth_type PASS", "auth_pass secret42")),), steps=(START, *PEER, PRIORITY, STOP)),
    Case("unicast", (replace(QUICK, extra=("unicast_src_ip 192.0.2.1",
                                           *block("unicast_peer", "192.0.2.2"))),),
         steps=(START, CARRIER[0], replace(CARRIER[1], pause=2), *PEER, PRIORITY, ADDRESSES, STOP)),
    Case("IPv6", (replace(QUICK, addresses=("fe80::50/64", "2001:db8::50/64")),), ipv6=True,
         steps=(START, *CARRIER, *PEER, PRIORITY, STOP)),
    Case("sync group", (QUICK, Instance(advert_int=0.2, name="VI_2", vrid=52, interface="aux0",
                                        addresses=("198.51.100.50/24",))),
         blocks=(GROUP,),
         steps=(START, *CARRIER, Step("the other carrier lost", link("aux1 down"), "FAULT"),
                Step("the other carrier back", link("aux1 up")), SAME, STOP)),
    Case("scripts", (replace(QUICK, extra=block("track_script", "plain", "weighing_20")),),
         scripts=("plain", "weighing_20"),
         steps=(START, Step("weighted script fails", remove("weighing_20"), priority=100),
                Step("weighted script recovers", put("weighing_20", ""), priority=120),
                Step("script fails", remove("plain"), "FAULT"), Step("script recovers", put("plain", "")),
                replace(PRIORITY, priority=140), *CARRIER, STOP)),
    Case("files", (replace(QUICK, extra=block("track_file", "number")),), files=("number",),
         steps=(START, Step("5", put("number", "5"), priority=110),
                Step("-7", put("number", "-7"), priority=86),
                Step("the file goes", remove("number"), priority=100),
                Step("the file is back", put("number", "1"), priority=102), *PEER, STOP)),
    Case("interfaces", (replace(QUICK, extra=block("track_interface", "aux0 weight -30")),),
         steps=(START, Step("weighted link down", link("aux1 down"), priority=70),
                Step("weighted link up", link("aux1 up"), priority=100), *LINK, SAME, STOP)),
    # keepalived says that it ignores this weight, and counts it.
    Case("weight in a group", (replace(QUICK, extra=block("track_interface", "aux0 weight -30")),
                               Instance(advert_int=0.2, name="VI_2", vrid=52, addresses=("192.0.2.60/24",))),
         blocks=(GROUP,),
         steps=(START, Step("weighted link down", link("aux1 down"), priority=70),
                Step("weighted link up", link("aux1 up"), priority=100), *CARRIER, STOP)),
    Case("routes and rules", (replace(QUICK, extra=(
        *block("virtual_routes", "203.0.113.0/24 via 192.0.2.100 dev eth0",
               f"src {VIP} 203.0.113.0/28 via 192.0.2.100 dev eth0", "blackhole 203.0.113.64/26 no_track",
               "203.0.113.128/26 via 198.51.100.2 dev aux0"),
        *block("virtual_rules", f"from {VIP} table 100 priority 100"))),),
         steps=(START, *CARRIER, *PEER, Step("route's link down", link("aux1 down"), "FAULT"),
                Step("route's link up", link("aux1 up")), SAME, STOP)),
    Case("nopreempt", (replace(QUICK, extra=("nopreempt",)),), peer_priority=50,
         steps=(START, *CARRIER, Step("a weaker peer", lambda life: life.start_peer(), pause=1.5),
                Step("carrier lost beside it", port("down"), "FAULT", pause=1.2),
                Step("carrier back beside it", port("up"), "BACKUP", pause=1.2),
                Step("the peer dies", lambda life: life.kill_peer()), STOP)),
    Case("virtual MAC", (replace(QUICK, extra=("use_vmac",)),),
         steps=(START, *CARRIER, *PEER, PRIORITY, STOP)),
    Case("statics", (QUICK,), blocks=(
        "track_group TG { group { VI_1 } }",
        "static_ipaddress {\n    198.51.100.200/24 dev aux0\n}",
        "static_routes {\n    203.0.113.0/25 dev aux0 track_group TG\n}",
        "static_rules {\n    from 192.0.2.77 table 77 priority 777\n}"),
         steps=(START, *CARRIER, Step("static link down", link("aux1 down"), "FAULT"),
                Step("static link up", link("aux1 up")), SAME, STOP)),
]

# (step, what) and why it differs.
REPAIR = "keepalived steps down and is elected again, without the address meanwhile; understudy puts it back"
RELOADED = "a priority that a reload changes is a change of priority; keepalived says nothing of it"
DIFFERENCES = {
    ("address deleted", "adverts"): REPAIR,
    ("address deleted", "pipe"): REPAIR,
    ("address deleted", "hooks"): REPAIR,
    ("reload: priority", "pipe"): RELOADED,
    ("reload: lower priority", "pipe"): RELOADED,
}


ATTEMPTS = 3


def differing(theirs: Seen, ours: Seen) -> dict[str, str]:
    """What differs, with both sides of it."""
    return {what: "\n  ".join([what, "keepalived:", *theirs[what], "understudy:", *ours[what]])
            for what in theirs if theirs[what] != ours[what]}


def differences(make_lab: MakeLab, case: Case) -> dict[tuple[str, str], str]:
    """All that differs between the two lives, by step and by what it is."""
    lives = [Life(make_lab(ipv6=case.ipv6), case, program) for program in (keepalived(), understudy())]
    found: dict[tuple[str, str], str] = {}
    for step in case.steps:
        for life in lives:
            life.go(step)
        await_both(lives, step)
        theirs, ours = (life.seen() for life in lives)
        found |= {(step.name, what): text for what, text in differing(theirs, ours).items()}
    for life in lives:
        life.close()
    return found


def undisturbed_differences(make_lab: MakeLab, labs: list[Lab], case: Case) -> dict[tuple[str, str], str]:
    """Tries again when the machine stood still; the last time whatever happens is told."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(StoodStill):
            return differences(make_lab, case)
        while labs:
            labs.pop().close()
    return differences(make_lab, case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_the_same_disturbances_have_the_same_effects(make_lab: MakeLab, labs: list[Lab], case: Case) -> None:
    found = undisturbed_differences(make_lab, labs, case)
    unmeant = {place: text for place, text in found.items() if place not in DIFFERENCES}
    assert not unmeant, "\n\n".join(f"{place}:\n{text}" for place, text in unmeant.items())
    argued = {place for place in DIFFERENCES if place[0] in {step.name for step in case.steps}}
    assert argued <= set(found), f"no longer different: {argued - set(found)}"
