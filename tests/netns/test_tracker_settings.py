"""What each setting of a tracker does to the priority of adverts: one daemon, a virtual router for each."""

from __future__ import annotations

import time

import pytest

from lab.capture import Capture
from lab.config import Instance, config, script
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

BASE = 100

# What a virtual router tracks, and the priority of its adverts; 0: it is in FAULT and sends none.
TRACKED = {
    "track_script: weight of the script": ("track_script", "good", 120),
    "track_script: a script that fails": ("track_script", "bad", 100),
    "track_script: weight": ("track_script", "good weight 7", 107),
    "track_script: weight of one that fails": ("track_script", "bad weight -7", 93),
    "track_script: a file that can be read, which takes a shell": ("track_script", "readable", 120),
    "track_script: a file that cannot": ("track_script", "unreadable", 100),
    "track_script: reverse of a script": ("track_script", "turned", 80),
    "track_script: noreverse": ("track_script", "turned weight 20 noreverse", 120),
    "track_script: reverse": ("track_script", "good weight 20 reverse", 80),
    "track_script: weight of a block that is turned": ("track_script", "turned weight 30", 70),
    "track_script: weight 0 of one that fails": ("track_script", "bad weight 0", 0),
    "track_interface: weight": ("track_interface", "up0 weight 30", 130),
    "track_interface: weight of one that is down": ("track_interface", "down0 weight -30", 70),
    "track_interface: reverse": ("track_interface", "up0 weight 30 reverse", 70),
    "track_interface: without a weight": ("track_interface", "down0", 0),
    "track_file: weight of the file": ("track_file", "five", 110),
    "track_file: weight": ("track_file", "five weight 3", 115),
    "track_file: reverse": ("track_file", "five weight 3 reverse", 85),
    "track_file: reverse of the block": ("track_file", "five_turned", 90),
    "track_file: weight of a block that is turned": ("track_file", "five_turned weight 3", 85),
    "track_file: noreverse": ("track_file", "five_turned weight 2 noreverse", 110),
    "track_process: weight of the block": ("track_process", "runs", 115),
    "track_process: weight": ("track_process", "runs weight 9", 109),
    "track_process: weight of one that is gone": ("track_process", "gone weight -9", 91),
    "track_process: reverse": ("track_process", "runs weight 9 reverse", 91),
    "track_process: reverse of the block": ("track_process", "runs_turned", 85),
    "track_process: weight of a block that is turned": ("track_process", "runs_turned weight 9", 91),
    "track_process: noreverse": ("track_process", "runs_turned weight 15 noreverse", 115),
}


def block(kind: str, *lines: str) -> str:
    return "\n".join([f"{kind} {{", *(f"    {line}" for line in lines), "}"])


def router(vrid: int, *extra: str, priority: int = BASE, **settings: object) -> Instance:
    return Instance(name=f"VI_{vrid}", vrid=vrid, addresses=(f"203.0.113.{vrid}/32",), priority=priority,
                    extra=extra, **settings)  # type: ignore[arg-type]


def run_service(host: LabHost, name: str, *parameters: str) -> int:
    program = host.folder / name
    if not program.exists():
        program.symlink_to("/usr/bin/sleep")
    pid = host.spawn(program, "1000", *parameters)
    wait_until(lambda: name in host.run("ps", "-eo", "comm"), 10, f"{name} runs")
    return pid


def blocks(host: LabHost) -> tuple[str, ...]:
    five = host.write("five", "5\n")
    return (script("good", "/bin/true", "weight 20"), script("bad", "/bin/false", "weight 20"),
            script("turned", "/bin/true", "weight 20 reverse"),
            script("readable", "</etc/passwd", "weight 20"),
            script("unreadable", "</etc/passwd/none", "weight 20"),
            block("track_file five", f"file {five}", "weight 2"),
            block("track_file five_turned", f"file {five}", "weight 2 reverse"),
            block("vrrp_track_process runs", "process us-runs", "weight 15"),
            block("vrrp_track_process runs_turned", "process us-runs", "weight 15 reverse"),
            block("vrrp_track_process gone", "process us-gone", "weight 15"))


def wait_for_priority(capture: Capture, vrid: int, priority: int, since: float = 0) -> float:
    heard = capture.wait_for_advert(lambda advert: (advert.vrid, advert.priority) == (vrid, priority), 20,
                                    f"priority {priority} of virtual router {vrid}", since)
    return heard.time


def test_weights_of_every_kind_of_tracker(lab: Lab, start: StartAgent) -> None:
    """track_interface, track_script, track_file, track_process; weight, reverse, noreverse of each"""
    host = lab.hosts[0]
    for name in ("up0", "down0"):
        host.ip(f"link add {name} type veth peer name {name}p")
        host.ip(f"link set {name}p up")
    host.ip("link set up0 up")
    run_service(host, "us-runs")
    routers = [router(vrid, f"{kind} {{", entry, "}")
               for vrid, (kind, entry, _) in enumerate(TRACKED.values(), 1)]
    capture = lab.capture()
    start(host, config(*routers, blocks=blocks(host)))
    expected = {name: priority for name, (_, _, priority) in TRACKED.items()}
    for vrid, priority in enumerate(expected.values(), 1):
        if priority:
            wait_for_priority(capture, vrid, priority)
    settled = time.time()
    wait_until(lambda: len(capture.adverts(vrid=1, since=settled)) >= 3, 10, "more adverts")
    found = {name: {advert.priority for advert in capture.adverts(vrid=vrid, since=settled)}
             for vrid, name in enumerate(TRACKED, 1)}
    assert found == {name: {priority} if priority else set() for name, priority in expected.items()}


@pytest.mark.parametrize("keyword", ["sync_group_tracking_weight", "global_tracking"])
def test_a_sync_group_tracks_for_its_members(lab: Lab, start: StartAgent, keyword: str) -> None:
    """track_script, track_interface, track_file, track_process, group of vrrp_sync_group; members keep their
    weights with sync_group_tracking_weight, global_tracking"""
    host = lab.hosts[0]
    host.ip("link add up0 type veth peer name up0p")
    host.ip("link set up0p up")
    host.ip("link set up0 up")
    run_service(host, "us-runs")
    group = block("vrrp_sync_group G", keyword, "group { VI_1 }", "group {", "VI_2", "}",
                  "track_script {", "good weight 1", "}", "track_interface {", "up0 weight 2", "}",
                  "track_file {", "five weight 1", "}", "track_process {", "runs weight 10", "}")
    own = ("track_script {", "turned weight 40 noreverse", "}")
    capture = lab.capture()
    start(host, config(router(1), router(2, *own), blocks=(*blocks(host), group)))
    wait_for_priority(capture, 1, 118)
    wait_for_priority(capture, 2, 158)
    failed = time.time()
    (host.folder / "five").write_text("-5")
    wait_for_priority(capture, 1, 108, failed)
    wait_for_priority(capture, 2, 148, failed)


def test_the_first_result_of_a_script_counts_whatever_init_fail_says(lab: Lab, start: StartAgent) -> None:
    """init_fail of a vrrp_script: as in keepalived the first success counts, and neither rise nor fall yet"""
    check = script("chk", "/bin/true", "interval 1", "rise 3", "weight 20", "init_fail")
    capture = lab.capture()
    start(lab.hosts[0], config(router(1, "track_script {", "chk", "}"), blocks=(check,)))
    wait_for_priority(capture, 1, 120)
    assert {advert.priority for advert in capture.adverts(vrid=1)} == {120}


def test_a_script_runs_as_its_user_at_its_interval_for_its_time(lab: Lab, start: StartAgent) -> None:
    """script, interval, timeout, user of a vrrp_script; script_user"""
    host = lab.hosts[0]
    host.folder.chmod(0o777)
    lab.folder.chmod(0o755)
    record = host.write("record", "")
    record.chmod(0o666)
    tell = host.write("tell.sh", f'#!/bin/sh\necho "$1 $(id -un) $(date +%s.%N)" >> {record}\n'
                      '[ "$1" != hangs ] || exec sleep 100\n', executable=True)
    scripts = (script("own", f"{tell} own", "interval 1", "user daemon", "weight 20"),
               script("default", f"{tell} default", "interval 1", "weight 20"),
               script("hangs", f"{tell} hangs", "interval 3", "timeout 1", "weight 20"))
    routers = [router(vrid, "track_script {", name, "}")
               for vrid, name in enumerate(("own", "default", "hangs"), 1)]
    capture = lab.capture()
    start(host, config(*routers, globals=("script_user nobody",), blocks=scripts))
    wait_for_priority(capture, 1, 120)
    wait_for_priority(capture, 2, 120)

    def runs(name: str) -> list[list[str]]:
        return [line.split() for line in record.read_text().splitlines() if line.startswith(f"{name} ")]

    wait_until(lambda: len(runs("own")) >= 3 and len(runs("hangs")) >= 2, 20, "some runs")
    assert {user for _, user, _ in runs("own")} == {"daemon"}
    assert {user for _, user, _ in runs("default")} == {"nobody"}
    times = [float(moment) for _, _, moment in runs("own")]
    assert times[2] - times[0] > 1.5
    assert float(runs("hangs")[1][2]) - float(runs("hangs")[0][2]) > 2.5
    wait_for_priority(capture, 3, BASE)
    assert {advert.priority for advert in capture.adverts(vrid=3)} == {BASE}, "it never succeeds"


def test_a_script_that_others_could_alter_is_not_run(lab: Lab, start: StartAgent) -> None:
    """enable_script_security"""
    host = lab.hosts[0]
    run = host.root / "run"  # where nothing above the files can be altered by others
    marks = {}
    scripts = []
    for name, mode in (("safe", 0o755), ("unsafe", 0o757)):
        marks[name] = run / f"{name}.ran"
        (run / f"{name}.sh").write_text(f"#!/bin/sh\n: > /run/{name}.ran\n")
        (run / f"{name}.sh").chmod(mode)
        scripts.append(script(name, f"/run/{name}.sh", "weight 20"))
    routers = [router(vrid, "track_script {", name, "}") for vrid, name in enumerate(marks, 1)]
    start(host, config(*routers, globals=("enable_script_security", "script_user root"),
                       blocks=tuple(scripts)), "--lenient")
    wait_until(marks["safe"].exists, 10, "the safe script runs")
    stays_true(lambda: not marks["unsafe"].exists(), 1.5, "the other one does not")


def test_parameters_and_delays_of_tracked_processes(lab: Lab, start: StartAgent) -> None:
    """process, param_match, quorum, full_command, delay of vrrp_track_process"""
    host = lab.hosts[0]
    pid = run_service(host, "us-one", "2", "3s")
    path = host.folder / "us-one"
    cases = {"exact": (f"process {path} 1000 2 3s",), "not exact": (f"process {path} 1000 2",),
             "initial": (f"process {path} 1000 2 3", "param_match initial"),
             "partial": (f"process {path} 1000 2", "param_match partial"),
             "quorum": ("process us-one", "quorum 2"), "full": (f"process {path}", "full_command"),
             "not full": (f"process {host.folder}/us-on", "full_command"),
             "delayed": ("process us-one", "delay 2")}
    counted = {name: 120 for name in ("exact", "initial", "partial", "full", "delayed")}
    vrids = {name: vrid for vrid, name in enumerate(cases, 1)}
    routers = [router(vrid, "track_process {", f"p{vrid}", "}") for vrid in vrids.values()]
    processes = tuple(block(f"vrrp_track_process p{vrids[name]}", *lines, "weight 20")
                      for name, lines in cases.items())
    capture = lab.capture()
    start(host, config(*routers, blocks=processes))
    for name, vrid in vrids.items():
        wait_for_priority(capture, vrid, counted.get(name, BASE))
    died = time.time()
    host.run("kill", "-KILL", str(pid))
    assert wait_for_priority(capture, vrids["full"], BASE, died) < \
        wait_for_priority(capture, vrids["delayed"], BASE, died)
    # Where the kernel tells of no process, /proc is read once a second; the delay comes on top of that.
    late = [advert.time for advert in capture.adverts(vrid=vrids["delayed"]) if advert.priority == BASE]
    assert late[0] - died > 2


def test_settings_of_a_check(make_lab: MakeLab, start: StartAgent) -> None:
    """source, rise, fall, init_fail, interval, weight of vrrp_check"""
    lab = make_lab()
    host, other = lab.hosts
    host.ip("addr add 192.0.2.77/24 dev eth0")
    other.run("nft", "-f", "-", stdin="""
        table ip t {
            chain i {
                type filter hook input priority 0;
                ip saddr 192.0.2.77 icmp type echo-request drop
            }
        }""")
    cases = {"plain": (), "source": ("source 192.0.2.77",), "rise": ("rise 4", "init_fail"),
             "fall": ("fall 3",)}
    vrids = {name: vrid for vrid, name in enumerate(cases, 1)}
    checks = tuple(block(f"vrrp_check {name}", f"ping {other.address}", "interval 0.5", "timeout 0.4",
                         "weight 20", *lines) for name, lines in cases.items())
    routers = [router(vrid, "track_script {", name, "}") for name, vrid in vrids.items()]
    capture = lab.capture()
    start(host, config(*routers, blocks=checks))
    for name in ("plain", "rise", "fall"):
        wait_for_priority(capture, vrids[name], 120)
    wait_for_priority(capture, vrids["source"], BASE)
    assert {advert.priority for advert in capture.adverts(vrid=vrids["source"])} == {BASE}
    assert 100 in {advert.priority for advert in capture.adverts(vrid=vrids["rise"])}
    cut = time.time()
    lab.block(other)
    fallen = wait_for_priority(capture, vrids["plain"], BASE, cut)
    assert wait_for_priority(capture, vrids["fall"], BASE, cut) - fallen > 0.7
