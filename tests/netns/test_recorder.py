"""The flight recorder: it keeps what happened whatever becomes of the daemon, and tells it again.

That every recording is replayed to the same decisions is seen in all other tests here: each ends with it.
"""

from __future__ import annotations

import datetime
import pathlib
import signal
import subprocess

import pytest

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.recording import recording_of, replay
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    return agent


def saved(agent: Agent, folder: pathlib.Path) -> pathlib.Path:
    kept = folder / "saved.recording"
    done = understudyctl(agent, "record", "save", str(kept))
    assert done.returncode == 0, done.stderr
    assert f"{kept}: " in done.stdout and "passwords" in done.stdout
    return kept


def wait_until_heard(host: LabHost, agent: Agent) -> None:
    """The agent has heard an advert of the host, as its recording tells."""
    words = f"- heard an advert of {host.address} "
    wait_until(lambda: words in replay(recording_of(agent), "--explain").stdout, 10, "an advert")


def test_a_takeover_is_told_again(lab: Lab, start: StartAgent, tmp_path: pathlib.Path) -> None:
    one, two = lab.hosts
    start(one, config(Instance(priority=200)))
    backup = start(two, config(Instance(priority=100)))
    lab.wait_for_holder(one, VIP)
    wait_until_heard(one, backup)
    lab.crash(one)
    wait_until(lambda: two.holds(VIP), 10, "the takeover")
    kept = saved(backup, tmp_path)
    assert kept.stat().st_mode & 0o777 == 0o600
    told = replay(kept)
    assert told.returncode == 0, told.stdout
    for words in ("Entering BACKUP STATE", "Entering MASTER STATE", ", 0 different"):
        assert words in told.stdout
    explained = replay(kept, "--explain").stdout
    for words in (f"- heard an advert of {one.address} to 224.0.0.18: VRID 51, priority 200",
                  f"> send an advert of {two.address} to 224.0.0.18: VRID 51, priority 100",
                  f"+{VIP}/24 on interface "):
        assert words in explained


def adverts_by_scapy(path: pathlib.Path) -> list[tuple[str, int]]:
    code = ("import sys\nfrom scapy.all import rdpcap, load_layer, IP, bind_layers\n"
            "from scapy.layers.vrrp import VRRPv3\n"
            "for p in rdpcap(sys.argv[1]): print(p[IP].src, bytes(p[IP].payload)[2])\n")
    done = subprocess.run(["/usr/bin/python3", "-c", code, path], capture_output=True, text=True, timeout=60,
                          check=True)
    return [(source, int(priority)) for source, priority in map(str.split, done.stdout.splitlines())]


def adverts_by_tshark(path: pathlib.Path) -> list[tuple[str, int]]:
    done = subprocess.run(["tshark", "-n", "-r", path, "-T", "fields", "-e", "ip.src", "-e", "ipv6.src",
                           "-e", "vrrp.prio"], capture_output=True, text=True, timeout=60, check=True)
    lines = (line.split("\t") for line in done.stdout.splitlines())
    return [(v4 or v6, int(priority)) for v4, v6, priority in lines]


def test_the_adverts_become_a_capture_file(lab: Lab, start: StartAgent, tmp_path: pathlib.Path) -> None:
    one, two = lab.hosts
    start(one, config(Instance(priority=200)))
    lab.wait_for_holder(one, VIP)
    backup = start(two, config(Instance(priority=100)))
    wait_until_heard(one, backup)
    lab.crash(one)
    wait_until(lambda: two.holds(VIP), 10, "the takeover")
    capture = tmp_path / "adverts.pcap"
    done = replay(saved(backup, tmp_path), "--pcap", str(capture))
    assert done.returncode == 0, done.stderr
    adverts = adverts_by_scapy(capture)
    assert set(adverts) == {(one.address, 200), (two.address, 100)}
    assert adverts_by_tshark(capture) == adverts


def test_adverts_over_ipv6_become_packets_with_a_header(make_lab: MakeLab, start: StartAgent,
                                                        tmp_path: pathlib.Path) -> None:
    host = make_lab(hosts=1, ipv6=True).hosts[0]
    vip6 = "2001:db8::f"
    agent = start(host, config(Instance(priority=150, addresses=("fe80::f/64", f"{vip6}/64"))))
    wait_until(lambda: host.holds(vip6), 10, "master")
    capture = tmp_path / "adverts.pcap"
    done = replay(saved(agent, tmp_path), "--pcap", str(capture))
    assert done.returncode == 0, done.stderr
    adverts = adverts_by_tshark(capture)
    assert adverts and {priority for _, priority in adverts} == {150}
    assert all(source.startswith("fe80::") for source, _ in adverts)


def test_a_crashed_process_has_left_its_last_words(host: LabHost, master: Agent,
                                                   tmp_path: pathlib.Path) -> None:
    host.run("kill", "-KILL", str(master.vrrp_pid()))
    master.wait_for_log("another vrrp process goes on where the one before it has stopped")
    told = replay(saved(master, tmp_path))
    assert told.returncode == 0, told.stdout
    assert told.stdout.count("a process of the daemon, from here on") == 2
    assert told.stdout.count("Entering MASTER STATE") == 1
    assert "another vrrp process goes on" in told.stdout


def test_it_is_kept_when_the_daemon_is_down(host: LabHost, master: Agent, tmp_path: pathlib.Path) -> None:
    assert master.stop() == 0
    told = replay(saved(master, tmp_path), "--explain")
    assert told.returncode == 0, told.stdout
    assert "- was asked to stop" in told.stdout


def test_a_reload_goes_on_in_the_recording(host: LabHost, master: Agent, tmp_path: pathlib.Path) -> None:
    master.reload(config(Instance(priority=120)))
    master.wait_for_log("reload")
    wait_until(lambda: "took up another configuration" in replay(saved(master, tmp_path), "--explain").stdout,
               10, "the reload in the recording")
    assert replay(saved(master, tmp_path)).returncode == 0


def test_it_can_be_told_up_to_a_time(master: Agent, tmp_path: pathlib.Path) -> None:
    kept = saved(master, tmp_path)
    past = (datetime.datetime.now() - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert replay(kept, "--until", past).stdout == "0 events, 0 different\n"
    future = (datetime.datetime.now() + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert "Entering MASTER STATE" in replay(kept, "--until", future).stdout
    assert replay(kept, "--until", "noon").returncode == 2


@pytest.mark.parametrize("option", ["--recording=/nowhere/at/all", "--recording=/dev/null"],
                         ids=["no_folder", "no_file"])
def test_without_a_file_all_else_works(host: LabHost, start: StartAgent, option: str) -> None:
    agent = start(host, config(Instance()), option)
    wait_until(lambda: host.holds(VIP), 10, "master")
    agent.wait_for_log(r"cannot .*; nothing can be read there later, all else works")


def test_a_full_run_directory_costs_the_recording_only(host: LabHost, start: StartAgent) -> None:
    host.run("mkdir", "/run/small")
    host.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/run/small")
    agent = start(host, config(Instance()), "--recording=/run/small/recording")
    wait_until(lambda: host.holds(VIP), 10, "master")
    agent.wait_for_log("cannot reserve room for /run/small/recording: No space left on device; nothing can")


def test_a_second_daemon_leaves_it_alone(host: LabHost, master: Agent, start: StartAgent) -> None:
    other = start(host, config(Instance(vrid=52, addresses=("192.0.2.52/24",))),
                  f"--recording={recording_of(master)}", name="other")
    other.wait_for_log(r"cannot use .*recording: Device or resource busy; nothing can be read there")


def test_it_can_be_switched_off(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()), "--recording=none")
    wait_until(lambda: host.holds(VIP), 10, "master")
    assert not recording_of(agent).exists()
    done = understudyctl(agent, "record", "save", str(host.folder / "x"))
    assert done.returncode == 1 and "No such file or directory" in done.stderr


def test_one_that_is_too_small_says_how_much_would_do(host: LabHost, start: StartAgent) -> None:
    many = tuple(f"198.51.100.{number}/32" for number in range(1, 200))
    agent = start(host, config(Instance(addresses=(f"{VIP}/24",), excluded=many)), "--recording-size=64")
    agent.wait_for_log(r"is too small for this configuration: nothing is recorded from now on, all else "
                       r"works; --recording-size \d+ would do")
    wait_until(lambda: host.holds(VIP), 10, "master")


def test_what_is_no_recording_is_refused(host: LabHost, master: Agent, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other"
    other.write_text("nothing of the kind")
    done = replay(other)
    assert done.returncode == 1
    assert f"{other} is no recording: it is of another format or version" in done.stderr
    kept = saved(master, tmp_path)
    kept.write_bytes(kept.read_bytes()[:5000])
    assert "it is cut short" in replay(kept).stderr


def test_a_recording_that_was_changed_is_told(master: Agent, tmp_path: pathlib.Path) -> None:
    master.signal(signal.SIGTERM)
    master.wait()
    kept = saved(master, tmp_path)
    octets = bytearray(kept.read_bytes())
    place = octets.index(b"eth0")
    octets[place] ^= 1
    kept.write_bytes(octets)
    done = replay(kept)
    assert done.returncode == 1
