"""The units under a real systemd, as `meson install` puts them: what they promise is so."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
from subprocess import DEVNULL
from typing import Iterator
from urllib.request import urlopen

import pytest

from lab.addresses import AddressMonitor, addresses_on
from lab.agent import Agent, understudy
from lab.config import VIP, Instance, config, script
from lab.network import Lab
from lab.plugin import refused_calls
from lab.recording import differences
from lab.systemd import SystemdHost, installed, missing
from lab.virtual_mac import link
from lab.waiting import wait_until

WHY_NOT = missing()
pytestmark = [pytest.mark.beyond_keepalived, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
              pytest.mark.xdist_group("systemd")]  # it is started once for all

UNIT, EXPORTER, INCUMBENT = "understudy.service", "understudy-exporter.service", "keepalived.service"
HOOKS_SOCKET = "understudy-hooks.socket"
PROGRAM = "usr/local/sbin/understudyd"
GOES_ON = "another vrrp process goes on where the one before it has stopped"
PLAIN = config(Instance(priority=150))
NET_ADMIN_AND_RAW = (1 << 12) | (1 << 13)
NUMBERS = itertools.count()
STOPS_WITHIN = 30  # what ExecStop and TimeoutStopSec of the unit add up to, and room


@pytest.fixture(scope="module")
def labs() -> Iterator[list[Lab]]:
    """One for all, with a peer that is master whenever understudy is not on the server."""
    lab = Lab(hosts=1)
    try:
        server = SystemdHost("server", "p2", 2, lab.folder / "server", installed(lab.folder / "installed"))
        lab.add(server)
        lab.hosts.append(server)
        server.run("systemd-sysusers")
        with open(server.folder / "journal.log", "wb") as journal:
            server.attach(["journalctl", "-f", "-o", "short-precise"], stdin=DEVNULL, stdout=journal)
        Agent(lab.hosts[0], understudy(), config(Instance(priority=100))).start()
        lab.wait_for_holder(lab.hosts[0], VIP)
        yield [lab]
        wrong = [*differences(lab), *refused_calls(lab)]
        assert not wrong, "\n".join(wrong)
    finally:
        lab.close()


@pytest.fixture
def server(labs: list[Lab]) -> Iterator[SystemdHost]:
    """As freshly installed, with nothing started."""
    server = labs[0].hosts[1]
    assert isinstance(server, SystemdHost)
    configure(server, PLAIN)
    server.turn_page()
    yield server
    server.systemctl("stop", UNIT, EXPORTER, INCUMBENT)
    for recording in (server.root / "run/understudy").glob("*.recording"):
        shutil.move(recording, server.folder / f"{next(NUMBERS)}.recording")
    server.systemctl("reset-failed")
    replace_program(server)
    server.run("sh", "-c", "rm -rf /etc/systemd/system/understudy.service.d /etc/default/understudy /tmp/* "
                           "/etc/systemd/system/multi-user.target.wants; systemctl daemon-reload")


def configure(server: SystemdHost, text: str) -> None:
    server.put("etc/keepalived/keepalived.conf", text)


def drop_in(server: SystemdHost, text: str) -> None:
    server.put("etc/systemd/system/understudy.service.d/test.conf", f"[Service]\n{text}\n")
    server.systemctl("daemon-reload")


def as_root(server: SystemdHost) -> None:
    """By the commands that root.conf itself tells."""
    folder = server.root / "usr/local/share/doc/understudy"
    told = re.findall(r"^# {5}(\S.*)$", (folder / "root.conf").read_text(), re.MULTILINE)
    assert len(told) == 3, told
    server.run("sh", "-ec", "\n".join(["cd /usr/local/share/doc/understudy", *told]), timeout=60)


def start(server: SystemdHost) -> int:
    """The main process, once it is master."""
    server.systemctl("start", UNIT)
    return master(server)


def master(server: SystemdHost) -> int:
    wait_until(lambda: holds(server), 20, "the server holds the address")
    wait_until(lambda: role(server) == "master", 10, "the server is master")
    return main_process(server)


def holds(server: SystemdHost, address: str = VIP) -> bool:
    return address in addresses_on(server)


def role(server: SystemdHost) -> str:
    told = server.try_run("understudyctl", "status", "--json")
    return json.loads(told.stdout)["instances"][0]["state"].lower() if told.returncode == 0 else ""


def main_process(server: SystemdHost) -> int:
    return int(server.property(UNIT, "MainPID"))


def state(server: SystemdHost, unit: str = UNIT) -> str:
    return server.property(unit, "ActiveState")


def process(server: SystemdHost, name: str) -> int:
    """The one of this name; none while there are several: for a moment a child is called as its parent."""
    found = server.try_run("pgrep", "-x", name).stdout.split()
    return int(found[0]) if len(found) == 1 else 0


def the_one(server: SystemdHost, name: str) -> int:
    return wait_until(lambda: process(server, name), 10, f"one process {name}")


def status_of(server: SystemdHost, pid: int) -> dict[str, str]:
    lines = server.run("cat", f"/proc/{pid}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def replace_program(server: SystemdHost, text: str = "") -> None:
    """As a package manager does it: another file under the same name. Without a text, the same program."""
    program, fresh = server.root / PROGRAM, server.root / f"{PROGRAM}.new"
    shutil.copy2(understudy(), fresh)
    if text:
        fresh.write_text(text)
    os.rename(fresh, program)


@contextlib.contextmanager
def nothing_moves(server: SystemdHost) -> Iterator[None]:
    """Its virtual address neither comes nor goes meanwhile, and the unit keeps its main process."""
    before, monitor = main_process(server), AddressMonitor(server)
    yield
    monitor.close()
    assert VIP not in [change.address for change in monitor.changes()]
    assert (main_process(server), state(server)) == (before, "active")
    wait_until(lambda: role(server) == "master", 10, "its role is the same")


def told(server: SystemdHost, text: str, times: int = 1) -> None:
    wait_until(lambda: server.journal(UNIT).count(text) >= times, 10, f"in the journal: {text}")


def ended_well(server: SystemdHost) -> None:
    assert (state(server), server.property(UNIT, "Result")) == ("inactive", "success")
    assert not server.try_run("pgrep", "understudy").stdout
    assert not holds(server)


def test_a_start_returns_when_it_is_ready_and_a_stop_hands_over(server: SystemdHost, labs: list[Lab]) -> None:
    server.systemctl("enable", "--now", UNIT)
    assert state(server) == "active" and role(server) in ("backup", "master")
    told(server, "startup complete")
    master(server)
    vrrp = status_of(server, the_one(server, "understudy-vrrp"))
    assert vrrp["Uid"].split() == [server.run("id", "-u", "understudy").strip()] * 4
    assert (int(vrrp["CapEff"], 16), vrrp["NoNewPrivs"], vrrp["Seccomp"]) == (NET_ADMIN_AND_RAW, "1", "2")
    server.systemctl("stop", UNIT, timeout=STOPS_WITHIN)
    ended_well(server)
    told(server, "VI_1: drained; 192.0.2.1 is master")
    labs[0].wait_for_holder(labs[0].hosts[0], VIP)
    server.systemctl("disable", UNIT)


def test_a_reload_keeps_role_and_address_and_refuses_what_is_wrong(server: SystemdHost) -> None:
    start(server)
    with nothing_moves(server):
        server.systemctl("reload", UNIT)
    configure(server, config(Instance(priority=150, addresses=(f"{VIP}/24", "192.0.2.51/24"))))
    server.systemctl("reload", UNIT)
    told(server, "applied: ")
    wait_until(lambda: holds(server, "192.0.2.51"), 10, "the other address")
    configure(server, PLAIN + "vrrp_instance VI_2 {\n}\n")
    with nothing_moves(server):
        done = server.try_run("systemctl", "reload", UNIT)
        assert done.returncode != 0 and "failed" in done.stderr
        told(server, "'VI_2' has no virtual_router_id")
        told(server, "reload refused")
    configure(server, PLAIN)
    server.systemctl("reload", UNIT)
    wait_until(lambda: not holds(server, "192.0.2.51"), 10, "the address is gone")


def test_a_reload_lets_another_installed_program_take_over(server: SystemdHost) -> None:
    first = start(server)
    with nothing_moves(server):
        vrrp = the_one(server, "understudy-vrrp")
        replace_program(server)
        server.systemctl("reload", UNIT)
        told(server, f"upgraded: understudyd 0.1.0 runs in process {first}")
        wait_until(lambda: process(server, "understudy-vrrp") not in (0, vrrp), 10, "another vrrp process")
        told(server, GOES_ON)


def test_a_program_that_will_not_do_keeps_no_file_from_being_read(server: SystemdHost) -> None:
    start(server)
    with nothing_moves(server):
        replace_program(server, "#!/bin/sh\nexit 1\n")
        configure(server, config(Instance(priority=160)))
        server.systemctl("reload", UNIT)
        told(server, "refused: ")
        told(server, "applied: ")


def test_a_start_with_files_that_are_refused_fails_until_they_are_not(server: SystemdHost) -> None:
    configure(server, PLAIN + "vrrp_instance VI_2 {\n}\n")
    done = server.try_run("systemctl", "start", UNIT)
    assert done.returncode != 0 and "failed" in done.stderr
    told(server, "'VI_2' has no virtual_router_id")
    configure(server, PLAIN)
    master(server)
    assert state(server) == "active"


def test_a_stop_of_one_that_hangs_ends_when_the_unit_says(server: SystemdHost) -> None:
    drop_in(server, "TimeoutStopSec=2")
    server.run("kill", "-STOP", str(start(server)))
    server.systemctl("stop", UNIT, timeout=STOPS_WITHIN)
    assert server.property(UNIT, "Result") == "timeout"
    assert not server.try_run("pgrep", "understudy").stdout
    assert not holds(server)


def test_another_vrrp_process_follows_one_that_dies(server: SystemdHost) -> None:
    start(server)
    told(server, "Entering MASTER")
    with nothing_moves(server):
        server.run("kill", "-KILL", str(the_one(server, "understudy-vrrp")))
        told(server, GOES_ON)
        assert server.property(UNIT, "NRestarts") == "0"


@pytest.mark.parametrize(("number", "root"), [("KILL", False), ("KILL", True), ("STOP", False)])
def test_systemd_starts_a_supervisor_again_that_dies_or_hangs(number: str, root: bool,
                                                              server: SystemdHost, labs: list[Lab]) -> None:
    """However many the addresses are, they are gone before anything is started again, and the peer knows."""
    peer = labs[0].hosts[0].folder / "agent.log"
    more = tuple(f"198.51.100.{n}/32" for n in range(1, 255))
    configure(server, config(Instance(priority=150, excluded=more)))
    drop_in(server, "WatchdogSec=2\nRestartSec=2")
    if root:
        as_root(server)
    first = start(server)
    wait_until(lambda: holds(server, "198.51.100.254"), 10, "all addresses")
    told(server, "Entering MASTER")
    resigned = peer.read_text().count("192.0.2.2 resigned")
    server.run("kill", f"-{number}", str(first))
    wait_until(lambda: server.property(UNIT, "SubState") == "auto-restart", 20, "systemd waits")
    assert server.property(UNIT, "Result") == ("watchdog" if number == "STOP" else "signal")
    assert set(addresses_on(server)) & {VIP, *(address[:-3] for address in more)} == set()
    assert not server.try_run("pgrep", "understudy").stdout
    wait_until(lambda: peer.read_text().count("192.0.2.2 resigned") > resigned, 10, "the peer hears of it")
    assert master(server) != first
    assert server.property(UNIT, "NRestarts") == "1"
    assert "left by an earlier run" not in server.journal(UNIT)


@pytest.mark.parametrize("root", [False, True])
def test_scripts_do_what_their_user_may(root: bool, server: SystemdHost) -> None:
    """Those of root write where they like, change the network, and ask the service manager."""
    notify = server.script("root/notify", "id -u > /etc/was-here; ip route add 203.0.113.0/24 dev lo; "
                                          "systemctl start sockets.target && echo > /tmp/asked; sleep 1234 &")
    check = server.script("root/check", "test -r /etc/shadow")
    theirs = server.script("usr/local/bin/theirs", "id -un > /tmp/theirs")
    extra = (f"notify_master {notify}", f"notify_backup {theirs} nobody nogroup",
             "track_script {", "chk", "}")
    globals = ("script_user root", f"startup_script {server.script('root/startup', 'id -u > /etc/started')}")
    configure(server, config(Instance(priority=150, extra=extra), globals=globals,
                             blocks=(script("chk", check, "interval 1"),)))
    (server.root / "root").chmod(0o700)
    if root:
        as_root(server)
    start(server)
    wait_until((server.root / "tmp/asked").exists, 10, "the end of the script")
    for file in ("was-here", "started"):
        assert (server.root / "etc" / file).read_text() == "0\n"
        (server.root / "etc" / file).unlink()
    assert (server.root / "tmp/theirs").read_text() == "nobody\n"
    assert "203.0.113.0/24" in server.ip("route show dev lo")
    server.ip("route del 203.0.113.0/24 dev lo")
    wait_until(lambda: server.try_run("pgrep", "-f", "^sleep 1234").stdout, 10, "what the script has left")
    assert ("'/root/check' can be executed is not known" in server.journal(UNIT)) != root
    server.systemctl("stop", UNIT, timeout=STOPS_WITHIN)
    ended_well(server)
    if root:
        assert not server.try_run("pgrep", "-f", "^sleep 1234").stdout
    else:
        server.run("pkill", "-f", "^sleep 1234")


@pytest.mark.parametrize("verb", ["stop", "restart"])
def test_the_shutdown_script_runs_before_the_unit_is_stopped(verb: str, server: SystemdHost) -> None:
    record = server.root / "tmp/shutdown"
    own = server.script("root/shutdown", "sleep 0.5; echo $(id -u) $(pgrep -x understudyd) >> /tmp/shutdown")
    startup = server.script("root/startup", "echo started >> /tmp/shutdown")
    configure(server, config(Instance(priority=150),
                             globals=(f"shutdown_script {own}", f"startup_script {startup}")))
    first = start(server)
    server.systemctl(verb, UNIT, timeout=STOPS_WITHIN)
    expected = ["started", f"0 {first}", *(["started"] if verb == "restart" else [])]
    assert record.read_text().splitlines() == expected
    assert server.property(UNIT, "Result") == "success"
    assert not re.search("could not be run|has not ended", server.journal(UNIT))


def test_the_recording_outlives_the_unit(server: SystemdHost) -> None:
    start(server)
    server.systemctl("stop", UNIT, timeout=STOPS_WITHIN)
    assert (server.root / "run/understudy/control.recording").exists()


def test_doctor_finds_nothing_wrong_with_how_it_runs(server: SystemdHost) -> None:
    start(server)
    told_by_doctor = server.try_run("understudyctl", "doctor").stdout
    for finding in ("run-directory-open", "pid-file"):
        assert finding not in told_by_doctor


def test_what_others_may_change_runs_as_nobody_else_where_that_is_refused(server: SystemdHost) -> None:
    """The daemon sees neither /root nor /home."""
    mine = server.script("root/mine", "echo > /tmp/mine")
    theirs = server.script("home/theirs", "echo > /tmp/theirs")
    extra = (f"notify_master {mine}", f"notify_backup {theirs}")
    configure(server, config(Instance(priority=150, extra=extra),
                             globals=("enable_script_security", "script_user root")))
    start(server)
    wait_until((server.root / "tmp/mine").exists, 10, "the script of root")
    told(server, "'/home/theirs', which runs as root, is not known")
    assert not (server.root / "tmp/theirs").exists()


def test_none_of_the_daemon_is_root(server: SystemdHost) -> None:
    """Only what runs scripts is, and they need not be."""
    notify = server.script("usr/local/bin/notify",
                           "id -un > /var/lib/understudy/was-here; echo > /etc/was-here")
    extra = (f"notify_master {notify}", "track_script {", "chk", "}", "use_vmac", "promote_secondaries")
    text = config(Instance(priority=150, extra=extra), globals=("script_user understudy",),
                  blocks=(script("chk", "/usr/bin/true", "interval 1"),))
    configure(server, text)
    first = start(server)
    for name in ("understudyd", "understudy-call", "understudy-vrrp"):
        told_of = status_of(server, the_one(server, name))
        assert told_of["Uid"].split() == [server.run("id", "-u", "understudy").strip()] * 4
        assert (int(told_of["CapEff"], 16), told_of["NoNewPrivs"]) == (NET_ADMIN_AND_RAW, "1")
    assert status_of(server, the_one(server, "understudy-hook"))["Uid"].split() == ["0"] * 4
    wait_until((server.root / "var/lib/understudy/was-here").exists, 10, "the script of notify_master")
    assert (server.root / "var/lib/understudy/was-here").read_text() == "understudy\n"
    assert not (server.root / "etc/was-here").exists()
    with nothing_moves(server):
        server.systemctl("reload", UNIT)
        replace_program(server)
        server.systemctl("reload", UNIT)
        told(server, f"upgraded: understudyd 0.1.0 runs in process {first}")
        server.run("kill", "-KILL", str(the_one(server, "understudy-vrrp")))
        told(server, GOES_ON, 2)
    configure(server, text.replace(f"{VIP}/24", f"{VIP}/24\n192.0.2.51/24"))
    server.systemctl("reload", UNIT)
    wait_until(lambda: holds(server, "192.0.2.51"), 10, "the other address")
    server.systemctl("stop", UNIT, timeout=STOPS_WITHIN)
    ended_well(server)
    assert not link(server)
    assert not re.search("cannot|refuse|not permitted", server.journal(UNIT))


def test_a_script_runs_on_through_an_upgrade_and_the_end_of_what_runs_it(server: SystemdHost) -> None:
    done = server.root / "tmp/done"
    notify = server.script("root/notify", "echo > /tmp/began; while [ ! -e /tmp/go ]; do sleep 0.1; done; "
                                          "echo > /tmp/done")
    configure(server, config(Instance(priority=150, extra=(f"notify_master {notify}",))))
    start(server)
    wait_until((server.root / "tmp/began").exists, 10, "the script")
    first = the_one(server, "understudy-hook")
    replace_program(server)
    server.systemctl("reload", UNIT)
    wait_until(lambda: process(server, "understudy-hook") not in (0, first), 10, "another hooks process")
    server.run("kill", "-KILL", str(the_one(server, "understudy-hook")))
    told(server, "the hooks process ended with status 1: starting another")
    assert not done.exists()
    server.put("tmp/go", "")
    wait_until(done.exists, 10, "the end of the script")
    assert holds(server)


def test_processes_of_others_are_counted(server: SystemdHost) -> None:
    """Which the daemon itself cannot see."""
    tracked = "vrrp_track_process journal {\nprocess systemd-journal\nweight 10\n}"
    extra = ("track_process {", "journal", "}")
    configure(server, config(Instance(priority=150, extra=extra), blocks=(tracked,)))
    start(server)
    told(server, "effective priority from 150 to 160")


def test_a_stop_of_the_hooks_alone_is_told_and_costs_no_role(server: SystemdHost) -> None:
    """A unit that needs the socket would be stopped with it, so the file is taken away."""
    start(server)
    with nothing_moves(server):
        server.run("mv", "/run/understudy-hooks.sock", "/run/elsewhere")
        server.run("kill", "-KILL", str(the_one(server, "understudy-hook")))
        told(server, "no script runs and no tracked file is read until somebody serves")
        server.run("mv", "/run/elsewhere", "/run/understudy-hooks.sock")
        the_one(server, "understudy-hook")


def test_nobody_but_the_daemon_has_anything_run(server: SystemdHost) -> None:
    start(server)
    assert server.run("stat", "-c", "%U %a", "/run/understudy-hooks.sock").split() == ["understudy", "600"]
    tried = server.try_run("setpriv", "--reuid=nobody", "--clear-groups", "/usr/bin/python3", "-c",
                           "import socket; socket.socket(1, 5).connect('/run/understudy-hooks.sock')")
    assert "PermissionError" in tried.stderr


def test_a_file_that_the_daemon_may_not_read_is_told_with_what_helps(server: SystemdHost) -> None:
    file = server.root / "etc/keepalived/keepalived.conf"
    file.chmod(0o600)
    checked = server.try_run("understudyd", "-t")
    assert checked.returncode == 0
    assert "hidden-from-service" in checked.stderr and "chgrp understudy" in checked.stderr
    server.put("root/draft.conf", PLAIN)
    assert "hidden-from-service" not in server.try_run("understudyd", "-t", "-f", "/root/draft.conf").stderr
    done = server.try_run("systemctl", "start", UNIT)
    assert done.returncode != 0
    told(server, "/etc/keepalived/keepalived.conf")
    told(server, "who reads this has no permission to read it")
    told(server, "chgrp understudy")
    file.chmod(0o644)
    assert not server.try_run("understudyd", "-t").stderr
    master(server)


def test_a_check_by_root_minds_no_file_of_roots_if_the_service_is_root(server: SystemdHost) -> None:
    file = server.root / "etc/keepalived/keepalived.conf"
    file.chmod(0o600)
    as_root(server)
    master(server)
    checked = server.try_run("understudyd", "-t")
    examined = server.try_run("understudyctl", "doctor", "--listen=0")
    file.chmod(0o644)
    assert not checked.stderr
    assert "hidden-from-service" not in examined.stdout


def test_a_key_belongs_to_who_runs_the_daemon(server: SystemdHost) -> None:
    server.put("etc/keepalived/key", "k" * 32 + "\n")
    server.run("chmod", "600", "/etc/keepalived/key")
    keys = ("auth_hmac {", "key 1 file:/etc/keepalived/key", "active_key 1", "}")
    configure(server, config(Instance(priority=150, version=3, extra=keys)))
    told_by_root = server.try_run("understudyd", "-t").stderr
    assert "hidden-from-service" in told_by_root and "chown understudy" in told_by_root
    assert "key-file-exposed" not in told_by_root
    assert server.try_run("systemctl", "start", UNIT).returncode != 0
    told(server, "holds no key: who reads this has no permission to read it")
    told(server, "which is user understudy as a service")
    server.run("chown", "understudy", "/etc/keepalived/key")
    assert "/etc/keepalived/key" not in server.try_run("understudyd", "-t").stderr
    start(server)


def test_dumps_of_the_signals_stand_where_the_unit_says(server: SystemdHost) -> None:
    server.run("kill", "-USR1", str(start(server)))
    wait_until((server.root / "run/understudy/keepalived.data").exists, 10, "the dump")


def since(server: SystemdHost, unit: str, change: str) -> int:
    """When that was, in microseconds."""
    return int(server.property(unit, f"{change}TimestampMonotonic"))


def test_it_and_keepalived_never_run_at_the_same_time(server: SystemdHost) -> None:
    server.systemctl("start", INCUMBENT)
    wait_until(lambda: holds(server), 20, "keepalived is master")
    for leaves, comes in ((INCUMBENT, UNIT), (UNIT, INCUMBENT)):
        server.systemctl("start", comes)
        assert state(server, leaves) == "inactive"
        assert since(server, leaves, "InactiveEnter") <= since(server, comes, "InactiveExit")
        wait_until(lambda: holds(server), 20, "the other is master")
    server.systemctl("stop", INCUMBENT)


@pytest.mark.parametrize("root", [False, True])
def test_the_exporter_answers_without_rights(root: bool, server: SystemdHost) -> None:
    server.put("etc/default/understudy", "DAEMON_ARGS=--control-readers=understudy\n")
    if root:
        as_root(server)
    start(server)
    server.systemctl("start", EXPORTER)
    wait_until(lambda: "listening" in server.journal(EXPORTER), 10, "it listens")
    with server.network(), urlopen("http://127.0.0.1:9112/metrics", timeout=20) as answer:
        metrics = answer.read().decode()
    assert "understudy_up 1\n" in metrics and 'vrrp_instance="VI_1"' in metrics
    told_of = status_of(server, int(server.property(EXPORTER, "MainPID")))
    assert "0" not in told_of["Uid"].split() and int(told_of["CapEff"], 16) == 0
    server.systemctl("stop", EXPORTER)
    assert server.property(EXPORTER, "Result") == "success"
