"""SIGHUP: what did not change goes on untouched, what changed shows, and a bad file changes nothing."""

from __future__ import annotations

import datetime
import pathlib
import time

import pytest

from lab.addresses import AddressMonitor
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

SECOND_VIP = "192.0.2.51"


def adverts_after(capture: Capture, count: int, since: float) -> list:
    """At least `count` adverts of the first host since then."""
    wait_until(lambda: len(capture.adverts("p1", since=since)) >= count, 15,
               f"{count} adverts after the reload")
    return capture.adverts("p1", since=since)


def longest_pause(capture: Capture) -> float:
    times = [advert.time for advert in capture.adverts("p1")]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def test_an_unchanged_instance_stays_master_without_a_gap(lab: Lab, start: StartAgent) -> None:
    instance = Instance(priority=150)
    start(lab.hosts[1], config(Instance(priority=100)))
    agent = start(lab.hosts[0], config(instance))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture, monitor = lab.capture(), AddressMonitor(lab.hosts[0])
    adverts_after(capture, 3, 0)
    reloaded = time.time()
    agent.reload(config(instance))
    heard = adverts_after(capture, 8, reloaded)
    assert {advert.priority for advert in heard} == {150}
    assert longest_pause(capture) < instance.down_interval()
    assert capture.adverts("p2") == []
    assert [change for change in monitor.changes() if change.address == VIP and not change.appeared] == []
    monitor.close()


def test_a_changed_priority_shows_on_the_wire_without_a_transition(lab: Lab, start: StartAgent) -> None:
    agent = start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    reloaded = time.time()
    agent.reload(config(Instance(priority=160)))
    capture.wait_for_advert(lambda advert: advert.priority == 160, 10, "the new priority", reloaded)
    assert {advert.priority for advert in capture.adverts("p1")} <= {100, 160}
    assert lab.hosts[0].holds(VIP)


def test_added_and_removed_addresses_follow_the_file(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    both = Instance(addresses=(f"{VIP}/24", f"{SECOND_VIP}/24"))
    agent = start(host, config(Instance()))
    lab.wait_for_holder(host, VIP)
    agent.reload(config(both))
    wait_until(lambda: host.holds(SECOND_VIP) and host.holds(VIP), 10, "the added address")
    agent.reload(config(Instance()))
    wait_until(lambda: not host.holds(SECOND_VIP), 10, "the removed address is gone")
    assert host.holds(VIP)


def test_a_removed_instance_resigns_and_an_added_one_starts(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    other = Instance(vrid=52, name="VI_2", addresses=(f"{SECOND_VIP}/24",))
    agent = start(host, config(Instance()))
    lab.wait_for_holder(host, VIP)
    capture = lab.capture()
    agent.reload(config(other))
    wait_until(lambda: host.holds(SECOND_VIP) and not host.holds(VIP), 10, "the other instance alone")
    assert [advert for advert in capture.adverts("p1", vrid=51) if advert.priority == 0]


UNCLOSED = "vrrp_instance VI_1 {\n priority 1o0\n"


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("broken, settings", [
    (UNCLOSED, ()), (UNCLOSED, ("reload_check_config",)),
    (config(Instance(priority=160)).replace("priority", "prioritty"), ()),
    (config(Instance(priority=160, interface="nowhere0")), ()), ("", ())],
    ids=["unclosed", "reload_check_config", "misspelt", "missing_interface", "empty"])
def test_a_file_with_an_error_changes_nothing(lab: Lab, start: StartAgent, broken: str,
                                              settings: tuple[str, ...]) -> None:
    """A file is always checked first, whether reload_check_config asks for it or not."""
    instance = Instance(priority=150)
    agent = start(lab.hosts[0], config(instance, globals=settings))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    reloaded = time.time()
    agent.reload(broken)
    heard = adverts_after(capture, 8, reloaded)
    assert {advert.priority for advert in heard} == {150}
    assert longest_pause(capture) < instance.down_interval()
    assert agent.is_running() and lab.hosts[0].holds(VIP)
    agent.reload(config(Instance(priority=170)))
    capture.wait_for_advert(lambda advert: advert.priority == 170, 10, "a good file is taken again")


def test_signals_in_quick_succession_end_with_the_last_file(lab: Lab, start: StartAgent) -> None:
    agent = start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    for priority in range(101, 111):
        agent.reload(config(Instance(priority=priority)))
    capture.wait_for_advert(lambda advert: advert.priority == 110, 10, "the priority of the last file")
    settled = time.time()
    stays_true(lambda: lab.hosts[0].holds(VIP), 1, "still master")
    assert {advert.priority for advert in capture.adverts("p1", since=settled)} == {110}


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def test_a_file_that_is_included_only_now_is_read(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    more = agent.config.with_name("more.conf")
    second = Instance(name="VI_2", vrid=52, addresses=(f"{SECOND_VIP}/24",))
    block = second.text()
    more.write_text(block)
    agent.reload(config(Instance()) + f"\ninclude {more}\n")
    wait_until(lambda: host.holds(SECOND_VIP), 10, "the address of the included file")
    more.write_text(block.replace(SECOND_VIP, "192.0.2.52"))
    agent.reload(config(Instance()) + f"\ninclude {more}\n")
    wait_until(lambda: host.holds("192.0.2.52") and not host.holds(SECOND_VIP), 10, "the altered file")
    assert host.holds(VIP)


def test_what_cannot_be_meant_is_told_of_at_a_reload_too(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    agent.reload(config(Instance()) + '\nvrrp_script idle { script "/bin/true" }\n')
    wait_until(lambda: "nothing tracks 'idle'" in agent.log(), 10, "the warning")


def utc_in(seconds: float, form: str = "%H:%M:%SZ") -> str:
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime(form)


def has_reloaded(host: LabHost) -> bool:
    return host.holds(SECOND_VIP)


def reload_at_once(host: LabHost, file: pathlib.Path, form: str) -> None:
    """Asks again on a machine so slow that the time was over when the file was read."""
    for _ in range(10):
        file.write_text(utc_in(2, form) + "\n")
        end = time.monotonic() + 4
        while time.monotonic() < end and not has_reloaded(host):
            time.sleep(0.05)
        if has_reloaded(host):
            return
    pytest.fail("no reload happened at the time in the file")


@pytest.mark.parametrize("form", ["%H:%M:%SZ", "%y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M:%SZ"])
def test_a_reload_happens_at_the_time_in_a_file(host: LabHost, start: StartAgent, form: str) -> None:
    """reload_time_file: made while the daemon runs, and deleted when its time has come."""
    file = host.folder / "reload-at"
    settings = (f"reload_time_file {file}",)
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.config.write_text(config(Instance(addresses=(VIP, SECOND_VIP)), globals=settings))
    reload_at_once(host, file, form)
    wait_until(lambda: not file.exists(), 10, "the file is deleted")
    assert host.holds(VIP)


def test_a_time_file_is_kept_if_asked_for(host: LabHost, start: StartAgent) -> None:
    """reload_repeat: the reload comes again tomorrow."""
    file = host.folder / "reload-at"
    settings = (f"reload_time_file {file}", "reload_repeat")
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.config.write_text(config(Instance(addresses=(VIP, SECOND_VIP)), globals=settings))
    reload_at_once(host, file, "%H:%M:%SZ")
    assert file.exists()


def test_a_deleted_time_file_asks_for_nothing(host: LabHost, start: StartAgent) -> None:
    """reload_time_file: there at the start, changed, deleted; and a time that is over."""
    file = host.write("reload-at", utc_in(5) + "\n")
    settings = (f"reload_time_file {file}",)
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    agent.config.write_text(config(Instance(addresses=(VIP, SECOND_VIP)), globals=settings))
    file.write_text(utc_in(3, "%Y-%m-%d %H:%M:%SZ") + "\n")
    time.sleep(0.5)
    file.unlink()
    stays_true(lambda: not has_reloaded(host), 6, "no reload once the file is deleted")
    file.write_text("2001-01-01 00:00:00\n")
    stays_true(lambda: not has_reloaded(host), 1, "no reload at a time that is over")
    assert file.exists(), "what has not led to a reload is not deleted"


@pytest.mark.beyond_keepalived
def test_a_time_file_without_a_time_is_told(host: LabHost, start: StartAgent) -> None:
    file = host.write("reload-at", "tomorrow\n")
    agent = start(host, config(Instance(), globals=(f"reload_time_file {file}",)))
    agent.wait_for_log("holds no time; its first line must be HH:MM:SS")


def test_the_file_of_those_who_wait_for_the_reading_is_removed(host: LabHost, start: StartAgent) -> None:
    """reload_file: they make it, ask for a reload, and wait until it is gone."""
    file = host.folder / "being-read"
    settings = (f"reload_file {file}",)
    file.write_text("to be read at the start")
    agent = start(host, config(Instance(), globals=settings))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    assert not file.exists()
    file.write_text("to be read")
    agent.reload(config(Instance(addresses=(VIP, SECOND_VIP)), globals=settings))
    wait_until(lambda: not file.exists(), 10, "the file is removed")
    wait_until(lambda: has_reloaded(host), 10, "the reload")


@pytest.mark.beyond_keepalived
def test_the_file_of_those_who_wait_stands_beside_the_pid_file(host: LabHost, start: StartAgent) -> None:
    """reload_file without a path."""
    agent = start(host, config(Instance(), globals=("reload_file",)))
    wait_until(lambda: host.holds(VIP), 10, "the master")
    file = agent.pid_path.with_suffix(".reload")
    file.touch()
    agent.reload("no such configuration\n")
    wait_until(lambda: not file.exists(), 10, "the file is removed though the reload is refused")
