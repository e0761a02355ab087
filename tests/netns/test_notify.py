"""Notify scripts: which are run, with what words, in what order, under which mask."""

from __future__ import annotations

import pathlib
import time

import pytest

from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import wait_until


def recorder(host: LabHost, name: str = "notify.sh", before: str = "") -> tuple[pathlib.Path, pathlib.Path]:
    """A script that writes its words as one line of a file; the script and the file."""
    record = host.folder / "record"
    return host.write(name, f'#!/bin/sh\n{before}\necho "$@" >> {record}\n', executable=True), record


def lines(record: pathlib.Path) -> list[str]:
    return record.read_text().splitlines() if record.exists() else []


def test_the_generic_script_hears_every_role_with_name_and_priority(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    notify, record = recorder(host)
    agent = start(host, config(Instance(priority=120, extra=(f'notify "{notify} first"',))))
    wait_until(lambda: len(lines(record)) >= 2, 10, "two transitions")
    host.ip("link set eth0 down")
    wait_until(lambda: len(lines(record)) >= 3, 10, "the fault")
    host.ip("link set eth0 up")
    wait_until(lambda: len(lines(record)) >= 5, 10, "the recovery")
    agent.stop()
    assert lines(record) == [f"first INSTANCE VI_1 {role} 120"
                             for role in ("BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP")]


def test_each_specific_script_gets_its_own_words_only(lab: Lab, start: StartAgent) -> None:
    """notify_master, notify_backup, notify_fault, notify_stop"""
    host = lab.hosts[0]
    notify, record = recorder(host)
    hooks = tuple(f'notify_{role} "{notify} {role} a \'b c\'"'
                  for role in ("master", "backup", "fault", "stop"))
    agent = start(host, config(Instance(extra=hooks)))
    wait_until(lambda: len(lines(record)) >= 2, 10, "two transitions")
    host.ip("link set eth0 down")
    wait_until(lambda: len(lines(record)) >= 3, 10, "the fault")
    agent.stop()
    wait_until(lambda: len(lines(record)) >= 4, 10, "the stop")
    assert lines(record) == ["backup a b c", "master a b c", "fault a b c", "stop a b c"]


@pytest.mark.beyond_keepalived
def test_hooks_of_one_instance_run_one_after_the_other(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    slow, record = recorder(host, "slow.sh", before="sleep 0.7")
    quick, _ = recorder(host, "quick.sh")
    hooks = (f'notify_backup "{slow} backup"', f'notify_master "{slow} master"', f'notify "{quick} generic"')
    start(host, config(Instance(extra=hooks)))
    wait_until(lambda: len(lines(record)) >= 4, 15, "four hooks")
    assert lines(record) == ["backup", "generic INSTANCE VI_1 BACKUP 100", "master",
                             "generic INSTANCE VI_1 MASTER 100"]


def test_a_slow_hook_delays_no_advert(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    slow = host.write("slow.sh", "#!/bin/sh\nsleep 2\n", executable=True)
    capture = lab.capture()
    instance = Instance(extra=(f'notify "{slow}"',))
    start(host, config(instance))
    wait_until(lambda: len(capture.adverts("p1")) >= 12, 15, "a dozen adverts")
    times = [advert.time for advert in capture.adverts("p1")]
    assert max(later - earlier for earlier, later in zip(times, times[1:])) < instance.down_interval()


def test_what_a_hook_creates_is_private_to_its_user(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    created = host.folder / "created"
    notify = host.write("touch.sh", f"#!/bin/sh\n: > {created}.new\nmv {created}.new {created}\n",
                        executable=True)
    start(host, config(Instance(extra=(f"notify {notify}",))))
    wait_until(created.exists, 10, "the file")
    assert created.stat().st_mode & 0o777 == 0o600


def test_the_hook_of_the_stop_finds_the_address_gone(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    record = host.folder / "record"
    notify = host.write("stop.sh", f"#!/bin/sh\nip -o addr show dev eth0 > {record}\n", executable=True)
    agent = start(host, config(Instance(extra=(f"notify_stop {notify}",))))
    lab.wait_for_holder(host, VIP)
    agent.stop()
    wait_until(lambda: lines(record), 10, "what the hook saw")
    assert host.address in record.read_text() and f"{VIP}/" not in record.read_text()


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("setting, groups", [("", "65534"), ("set_supplementary_groups", "65534 4711 4712")])
def test_scripts_have_the_groups_of_their_user_if_asked_for(lab: Lab, start: StartAgent, setting: str,
                                                            groups: str) -> None:
    """set_supplementary_groups: for notify scripts and for the scripts of the daemon."""
    host = lab.hosts[0]
    accounts = host.write("group", "nogroup:x:65534:\none:x:4711:nobody\ntwo:x:4712:root,nobody\n")
    host.run("mount", "--bind", str(accounts), "/etc/group")
    host.folder.chmod(0o777)
    host.folder.parent.chmod(0o755)
    show = host.write("groups.sh", f"#!/bin/sh\nid -G > {host.folder}/$1\n", executable=True)
    settings = ("script_user nobody nogroup", f'startup_script "{show} daemon"', setting)
    start(host, config(Instance(extra=(f'notify_master "{show} hook"',)), globals=settings))
    for written in (host.folder / "daemon", host.folder / "hook"):
        wait_until(lambda: lines(written) == [groups], 10, f"{groups} in {written.name}")


def daemon_scripts(host: LabHost, seconds: float = 0,
                   status: int = 0) -> tuple[tuple[str, ...], pathlib.Path]:
    """startup_script and shutdown_script that tell who is there: as lines of global_defs, and the record."""
    record = host.folder / "record"
    script = host.write("daemon.sh", f"""#!/bin/sh
ip -o addr show to {VIP} | grep -q . && held=yes || held=no
pgrep -x understudy-vrrp >/dev/null && running=yes || running=no
echo "$1 held=$held running=$running" >> {record}
sleep {seconds}
exit {status}
""", executable=True)
    return ("script_user root", f'startup_script "{script} up"', "startup_script_timeout 1",
            f'shutdown_script "{script} down"', "shutdown_script_timeout 1"), record


@pytest.mark.parametrize("status", [0, 3])
def test_the_daemon_has_scripts_for_before_and_after(lab: Lab, start: StartAgent, status: int) -> None:
    host = lab.hosts[0]
    scripts, record = daemon_scripts(host, status=status)
    agent = start(host, config(Instance(), globals=scripts))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.reload(config(Instance(priority=120), globals=scripts))
    assert agent.stop() == 0
    assert lines(record) == ["up held=no running=no", "down held=no running=no"]


def test_a_script_of_the_daemon_that_hangs_is_killed(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    scripts, record = daemon_scripts(host, seconds=60)
    agent = start(host, config(Instance(), globals=scripts))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    stopped = time.monotonic()
    assert agent.stop() == 0
    assert time.monotonic() - stopped < 9, "the default of shutdown_script_timeout is ten seconds"
    assert len(lines(record)) == 2


@pytest.mark.beyond_keepalived
def test_a_stop_waits_for_the_startup_script_and_starts_nothing(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    scripts, record = daemon_scripts(host, seconds=0.7)
    agent = start(host, config(Instance(), globals=scripts))
    wait_until(lambda: len(lines(record)) == 1, 10, "the startup script")
    assert agent.stop() == 0
    assert lines(record) == ["up held=no running=no", "down held=no running=no"]
    assert "Entering" not in agent.log()
