"""A daemon in a network namespace that its configuration or its command line names."""

from __future__ import annotations

import pathlib
import signal

import pytest

from lab.config import VIP, Instance, config
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

BLUE = "net_namespace blue\n"
RUN = pathlib.Path("/run/understudy")


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host with a namespace blue, in which alone there is an interface blue0."""
    host = make_lab(hosts=1).hosts[0]
    for words in ("netns add blue", "link add blue0 type veth peer name blue1",
                  "link set blue0 netns blue", "link set blue1 up", "-n blue link set lo up",
                  "-n blue addr add 198.51.100.1/24 dev blue0", "-n blue link set blue0 up"):
        host.ip(words)
    return host


def instance() -> str:
    return config(Instance(interface="blue0", addresses=("198.51.100.50/24",)))


def blue_holds(host: LabHost, address: str) -> bool:
    return f" {address}/" in host.run("ip", "-n", "blue", "addr", "show")


def test_net_namespace_is_where_the_daemon_runs(host: LabHost, start: StartAgent) -> None:
    agent = start(host, BLUE + "namespace_with_ipsets\n" + instance())
    wait_until(lambda: blue_holds(host, "198.51.100.50"), 10, "the address in the namespace")
    agent.signal(signal.SIGHUP)
    stays_true(lambda: blue_holds(host, "198.51.100.50"), 0.5, "a reload changes nothing")
    assert agent.stop() == 0
    assert not blue_holds(host, "198.51.100.50")


def test_the_config_test_looks_into_the_namespace(host: LabHost, program: pathlib.Path) -> None:
    there = host.write("there.conf", BLUE + instance())
    here = host.write("here.conf", instance())
    assert host.try_run(program, "-t", "-f", there).returncode == 0
    assert host.try_run(program, "-t", "-f", here).returncode != 0
    assert host.try_run(program, "-t", "-s", "blue", "-f", here).returncode == 0


def test_the_option_beats_net_namespace(host: LabHost, start: StartAgent) -> None:
    start(host, "net_namespace nowhere\n" + instance(), "-s", "blue")
    wait_until(lambda: blue_holds(host, "198.51.100.50"), 10, "the address in the namespace")


def test_a_namespace_that_is_not_there_is_named(host: LabHost, program: pathlib.Path) -> None:
    file = host.write("nowhere.conf", "net_namespace nowhere\n" + instance())
    done = host.try_run(program, "-n", "-f", file)
    assert done.returncode != 0 and "/run/netns/nowhere" in done.stderr


def test_the_config_test_judges_a_file_of_a_namespace_that_is_elsewhere(host: LabHost,
                                                                        program: pathlib.Path) -> None:
    file = host.write("nowhere.conf", "net_namespace nowhere\n" + instance())
    broken = host.write("broken.conf", "net_namespace nowhere\nvrrp_instance x {\n}\n")
    done = host.try_run(program, "-t", "-f", broken)
    assert done.returncode != 0 and "missing-vrid" in done.stderr and "/run/netns/nowhere" in done.stderr
    done = host.try_run(program, "-t", "-f", file)
    assert "/run/netns/nowhere" in done.stderr


def test_pid_files_and_syslog_bear_the_name_of_the_namespace(host: LabHost, program: pathlib.Path) -> None:
    (host.root / "dev/log").unlink()  # the laboratory's own, which nobody reads
    log = host.log_socket()
    file = host.write("blue.conf", BLUE + instance())
    host.spawn(program, "-n", "--history", "none", "-f", file)
    wait_until(lambda: (host.root / str(RUN)[1:] / "blue_understudyd.pid").exists(), 10, "the pid file")
    wait_until(lambda: blue_holds(host, "198.51.100.50"), 10, "the address in the namespace")
    assert (host.root / str(RUN)[1:] / "blue_control.sock").exists()
    assert b"understudyd_blue" in log.recv(4096), "the address came after the first line"


@pytest.mark.beyond_keepalived
def test_a_reload_that_names_another_namespace_is_refused(host: LabHost, start: StartAgent) -> None:
    agent = start(host, BLUE + instance())
    wait_until(lambda: blue_holds(host, "198.51.100.50"), 10, "the address in the namespace")
    agent.reload("net_namespace green\n" + instance())
    agent.wait_for_log("net_namespace cannot change")
    assert blue_holds(host, "198.51.100.50") and not host.holds(VIP)
