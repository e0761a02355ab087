"""address_lease: the kernel takes the addresses away from a host whose daemon is gone without a trace."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from lab.addresses import AddressMonitor
from lab.config import VIP, VIP6, Instance, config
from lab.control import understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.prober import EchoProbe
from lab.virtual_mac import LINK
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

LEASE = 2
FOR_EVER = 2**32 - 1
# The kernel looks no more than once a second for what has ended.
KERNEL_LATENESS = 1.25
# Who sleeps past the patience of its peers gives the addresses up, and machines of tests sleep.
UNLEASED = Instance(advert_int=1)
LEASED = replace(UNLEASED, extra=(f"address_lease {LEASE}",))


def understudies(host: LabHost) -> list[str]:
    """The daemon with all that it has started, as the host counts them."""
    return host.run("pgrep", "-f", "understudyd").split()


def valid_for(host: LabHost, address: str) -> int:
    """How long the kernel leaves the address to the host; 0 once it is gone."""
    return next((int(str(entry["valid_life_time"])) for entry in host.addresses()
                 if entry.get("local") == address), 0)


def changes(monitor: AddressMonitor, address: str, appeared: bool) -> list[float]:
    return [change.time for change in monitor.changes()
            if change.address == address and change.appeared is appeared]


def test_a_host_whose_processes_were_killed_loses_its_addresses_before_the_backup_takes_them(
        make_lab: MakeLab, start: StartAgent) -> None:
    lab = make_lab(ipv6=True)
    # The backup waits for twice as long as the kernel may need: the machine need not be fast.
    both = replace(LEASED, advert_int=3, extra=(*LEASED.extra, "dual_stack"),
                   addresses=(f"{VIP}/24", f"{VIP6}/64"))
    strong, weak = lab.hosts
    first = start(strong, config(replace(both, priority=150)))
    lab.wait_for_holder(strong, VIP, 30)
    wait_until(lambda: strong.holds(VIP6), 10, "the IPv6 address")
    start(weak, config(both))
    time.sleep(LEASE)
    monitors = [AddressMonitor(host) for host in lab.hosts]
    killed = time.time()
    first.kill()  # all at once: none of them sees another one die
    wait_until(lambda: weak.holds(VIP) and weak.holds(VIP6), 40, "the backup takes over")
    for monitor in monitors:
        monitor.close()
    for address in (VIP, VIP6):
        [gone] = changes(monitors[0], address, appeared=False)
        taken = changes(monitors[1], address, appeared=True)[0]
        assert LEASE / 2 < gone - killed < LEASE + KERNEL_LATENESS
        assert gone < taken
    assert lab.holders(VIP) == ["h2"] and lab.holders(VIP6) == ["h2"]


@pytest.mark.parametrize("extra", [(), ("use_vmac",)], ids=["base", "vmac"])
def test_a_daemon_renews_the_lease_and_a_client_loses_nothing(lab: Lab, start: StartAgent,
                                                              extra: tuple[str, ...]) -> None:
    host = lab.hosts[0]
    # A daemon may be late by two thirds of the lease, on a machine that is busy with others, too.
    agent = start(host, config(replace(LEASED, advert_int=2, extra=("address_lease 4", *extra))))
    wait_until(lambda: lab.client.try_run("ping", "-q", "-c", "1", "-W", "1", VIP).returncode == 0, 30,
               "the client reaches the address")
    wait_until(lambda: ", leased for 4 s, " in understudyctl(agent, "status").stdout, 10, "the status")
    monitor, probe = AddressMonitor(host), EchoProbe(lab.client, VIP)
    time.sleep(8 * LEASE)
    report = probe.report()
    monitor.close()
    assert changes(monitor, VIP, appeared=False) == []
    assert len(changes(monitor, VIP, appeared=True)) > 6, "it was renewed"
    assert report.longest is None or report.longest.outage_ms < 100 + report.worst_lateness_ms
    assert host.holds(VIP, LINK if extra else "eth0")
    assert "ran out" not in agent.log()


def test_a_lease_comes_and_goes_by_reload_and_the_address_stays(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(UNLEASED))
    wait_until(lambda: valid_for(host, VIP) == FOR_EVER, 10, "the address")
    monitor = AddressMonitor(host)
    agent.reload(config(LEASED))
    wait_until(lambda: 0 < valid_for(host, VIP) <= LEASE, 10, "a lease")
    stays_true(lambda: 0 < valid_for(host, VIP) <= LEASE, 3 * LEASE, "the lease is renewed")
    agent.reload(config(replace(LEASED, extra=("address_lease 1000",))))
    wait_until(lambda: LEASE < valid_for(host, VIP) <= 1000, 10, "a longer lease")
    agent.reload(config(UNLEASED))
    wait_until(lambda: valid_for(host, VIP) == FOR_EVER, 10, "no lease")
    monitor.close()
    assert changes(monitor, VIP, appeared=False) == []
    assert agent.stop() == 0
    assert not host.holds(VIP)


def test_the_next_process_renews_the_lease_of_one_that_died(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(LEASED))
    wait_until(lambda: host.holds(VIP), 10, "master")
    monitor = AddressMonitor(host)
    for _ in range(2):  # more would be too many in a row
        time.sleep(LEASE)
        first = agent.vrrp_pid()
        host.run("kill", "-KILL", str(first))
        wait_until(lambda: agent.vrrp_pid() not in (None, first), 10, "another vrrp process")
    time.sleep(3 * LEASE)
    monitor.close()
    assert changes(monitor, VIP, appeared=False) == []


def test_a_daemon_without_a_lease_makes_what_a_dead_one_with_a_lease_left_stay(
        host: LabHost, start: StartAgent) -> None:
    owner = Instance(priority=255, state="MASTER")
    first = start(host, config(replace(owner, extra=("address_lease 600",))))
    wait_until(lambda: 0 < valid_for(host, VIP) <= 600, 10, "the lease")
    first.kill()
    monitor = AddressMonitor(host)
    start(host, config(owner), name="second")
    wait_until(lambda: valid_for(host, VIP) == FOR_EVER, 10, "the address stays")
    monitor.close()
    assert changes(monitor, VIP, appeared=False) == []


def test_a_host_that_stood_still_does_not_take_its_addresses_up_again(lab: Lab, start: StartAgent) -> None:
    """Its kernel has taken them away, and another router has them: no repair comes before it steps down."""
    strong, weak = lab.hosts
    first = start(strong, config(replace(LEASED, priority=150, extra=(*LEASED.extra, "nopreempt"))))
    lab.wait_for_holder(strong, VIP, 20)
    start(weak, config(LEASED))
    stopped = understudies(strong)
    strong.run("kill", "-STOP", *stopped)
    try:
        wait_until(lambda: lab.holders(VIP) == ["h2"], 20, "the other one has it alone")
        time.sleep(1)  # by now even a peer of the lowest priority would have taken over
        monitor = AddressMonitor(strong)
    finally:
        strong.run("kill", "-CONT", *stopped)
    wait_until(lambda: first.log().count("Entering BACKUP STATE") == 2, 10, "it has stepped down")
    stays_true(lambda: lab.holders(VIP) == ["h2"], 3, "nobody else has it")
    monitor.close()
    assert changes(monitor, VIP, appeared=True) == []


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]
