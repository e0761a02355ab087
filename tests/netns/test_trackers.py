"""Files, processes and properties of links that an instance depends on, on the wire."""

from __future__ import annotations

import contextlib
import pathlib
import time

from lab.agent import Agent, understudy
from lab.capture import Capture
from lab.config import VIP, Instance, config
from lab.connector import Connector
from lab.control import asked
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import stays_true, wait_until

STRONG, WEAK = Instance(priority=150), Instance(priority=100)
TRACK_FILE = ("track_file {", "weight_file", "}")
TRACK_PROCESS = ("track_process {", "service", "}")


def block(kind: str, *lines: str) -> str:
    return "\n".join([f"{kind} {{", *(f"    {line}" for line in lines), "}"])


def file_block(path: pathlib.Path, *settings: str, keyword: str = "track_file") -> str:
    return block(f"{keyword} weight_file", f"file {path}", *settings)


def wait_for_priority(capture: Capture, priority: int, since: float = 0) -> None:
    capture.wait_for_advert(lambda advert: (advert.port, advert.priority) == ("p1", priority), 15,
                            f"an advert of priority {priority}", since)


def put(path: pathlib.Path, text: str) -> float:
    """Writes a file and says when."""
    moment = time.time()
    path.write_text(text)
    return moment


class Service:
    """A process of a given name that sleeps until it dies."""

    def __init__(self, host: LabHost, name: str = "us-service", *parameters: str) -> None:
        self._host = host
        self._program = host.folder / name
        if not self._program.exists():
            self._program.symlink_to("/usr/bin/sleep")
        self.pid = host.spawn(self._program, "1000", *parameters)
        wait_until(lambda: self._program.name in host.run("ps", "-eo", "comm"), 10, "the service runs")

    def die(self) -> None:
        self._host.run("kill", "-KILL", str(self.pid))


def test_track_file_moves_the_priority_of_adverts(lab: Lab, start: StartAgent) -> None:
    """track_file: written, replaced by rename, deleted, nonsense, too large a number, too small a number."""
    host = lab.hosts[0]
    path = host.write("weight", "5\n")
    capture = lab.capture()
    agent = start(host, config(Instance(extra=TRACK_FILE), blocks=(file_block(path, "weight 3"),)))
    wait_for_priority(capture, 115)
    wait_for_priority(capture, 88, put(path, "-4\n"))
    moved = time.time()
    host.write("fresh", "7").rename(path)
    wait_for_priority(capture, 121, moved)
    deleted = time.time()
    path.unlink()
    wait_for_priority(capture, 100, deleted)
    wait_for_priority(capture, 109, put(path, "3 apples"))
    wait_for_priority(capture, 100, put(path, "apples"))
    agent.wait_for_log("does not begin with a number: it counts as 0")
    wait_for_priority(capture, 254, put(path, "100"))
    put(path, "99999999999")
    agent.wait_for_log("holds a number beyond 32 bits: it counts as 100")
    put(path, "-100")
    agent.wait_for_log("Entering FAULT STATE")
    wait_until(lambda: not host.holds(VIP), 10, "the address is given up")
    wait_for_priority(capture, 103, put(path, "1"))


def test_vrrp_track_file_of_weight_zero_is_a_fault_while_it_is_not_zero(lab: Lab, start: StartAgent) -> None:
    """vrrp_track_file, and init_file: the file is made, and `1` in it moves the address."""
    host = lab.hosts[0]
    path = host.folder / "maintenance"
    blocks = (file_block(path, "weight 0", "init_file 0", keyword="vrrp_track_file"),)
    start(host, config(Instance(priority=150, extra=TRACK_FILE), blocks=blocks))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(host, VIP)
    assert path.read_text() == "0\n"
    put(path, "1")
    lab.wait_for_holder(lab.hosts[1], VIP)
    put(path, "0")
    lab.wait_for_holder(host, VIP)


def test_init_file_overwrites_only_when_it_is_told_to(lab: Lab, start: StartAgent) -> None:
    """init_file: a file that is there is kept, unless `overwrite` is given."""
    capture = lab.capture()
    for host, option, priority in zip(lab.hosts, ("", " overwrite"), (97, 89)):
        path = host.write("weight", "-3\n")
        start(host, config(Instance(extra=TRACK_FILE), blocks=(file_block(path, f"init_file -11{option}"),)))
        capture.wait_for_advert(lambda advert: (advert.port, advert.priority) == (host.port, priority), 15,
                                f"an advert of priority {priority}")
        lab.block(host)


def test_a_tracked_file_whose_folder_comes_later_is_noticed(lab: Lab, start: StartAgent) -> None:
    """track_file in a folder that does not exist at the start counts as 0 until it does."""
    host = lab.hosts[0]
    folder = host.folder / "later"
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_FILE), blocks=(file_block(folder / "weight"),)))
    wait_for_priority(capture, 100)
    folder.mkdir()
    wait_for_priority(capture, 120, put(folder / "weight", "20"))


def test_a_file_tracked_by_a_group_counts_for_its_members(lab: Lab, start: StartAgent) -> None:
    """track_file in vrrp_sync_group, reversed."""
    host = lab.hosts[0]
    path = host.write("weight", "30")
    group = block("vrrp_sync_group G", "group {", "VI_1", "VI_2", "}", "track_file {",
                  "weight_file weight 1 reverse", "}")
    second = Instance(name="VI_2", vrid=52, priority=90, addresses=("192.0.2.60/24",))
    capture = lab.capture()
    start(host, config(Instance(), second, blocks=(file_block(path), group)))
    wait_for_priority(capture, 70)
    wait_for_priority(capture, 60)
    wait_for_priority(capture, 110, put(path, "-10"))


def test_track_process_that_dies_costs_its_weight_and_returns_it(lab: Lab, start: StartAgent) -> None:
    """vrrp_track_process, track_process: a process that ran before the start dies and is started again."""
    host = lab.hosts[0]
    service = Service(host)
    capture = lab.capture()
    process = block("vrrp_track_process service", "process us-service", "weight -20")
    agent = start(host, config(Instance(extra=TRACK_PROCESS), blocks=(process,)))
    wait_for_priority(capture, 100)
    died = time.time()
    service.die()
    wait_for_priority(capture, 80, died)
    tracker = asked(agent, "status")["instances"][0]["trackers"][0]
    assert (tracker["kind"], tracker["health"], tracker["last_result"]) == ("process", "bad", "0 running")
    back = time.time()
    Service(host)
    wait_for_priority(capture, 100, back)


def test_track_process_counts_what_the_kernel_tells_and_looks_for_no_more(lab: Lab) -> None:
    """vrrp_track_process where there is a process connector: one of the laboratory, which may keep silent."""
    host = lab.hosts[0]
    process = block("vrrp_track_process service", "process us-service", "weight -20")
    capture = lab.capture()
    with contextlib.closing(Connector(host)) as connector:
        agent = Agent(host, understudy(), config(Instance(extra=TRACK_PROCESS), blocks=(process,)))
        agent.environment.update(connector.environment)
        agent.start()
        wait_for_priority(capture, 80)
        service = Service(host)
        time.sleep(2.5)  # whoever looks by itself does so every second
        assert {advert.priority for advert in capture.adverts("p1")} == {80}
        connector.forked(1, service.pid)
        connector.executed(service.pid)
        wait_for_priority(capture, 100)
        service.die()
        ended = time.time()
        connector.ended(service.pid)
        wait_for_priority(capture, 80, ended)


def test_track_process_without_a_weight_is_a_fault(lab: Lab, start: StartAgent) -> None:
    """vrrp_track_process of weight 0 in quorum 2, matched by its parameters."""
    host = lab.hosts[0]
    services = [Service(host, "us-service", number) for number in ("1", "1", "2")]
    process = block("vrrp_track_process service", f"process {host.folder}/us-service 1000 1", "quorum 2")
    start(host, config(Instance(priority=150, extra=TRACK_PROCESS), blocks=(process,)))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(host, VIP)
    services[2].die()
    stays_true(lambda: lab.holders(VIP) == ["h1"], 2.5, "another process matters nothing")
    services[0].die()
    lab.wait_for_holder(lab.hosts[1], VIP)


def test_quorum_max_is_broken_by_one_process_too_many(lab: Lab, start: StartAgent) -> None:
    """quorum_max, full_command."""
    host = lab.hosts[0]
    Service(host)
    process = block("vrrp_track_process service", f"process {host.folder}/us-service", "full_command",
                    "quorum_max 1", "weight -30")
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_PROCESS), blocks=(process,)))
    wait_for_priority(capture, 100)
    second = time.time()
    extra = Service(host)
    wait_for_priority(capture, 70, second)
    gone = time.time()
    extra.die()
    wait_for_priority(capture, 100, gone)


def test_terminate_delay_and_fork_delay_postpone_what_processes_do(lab: Lab, start: StartAgent) -> None:
    """terminate_delay, fork_delay."""
    host = lab.hosts[0]
    service = Service(host)
    process = block("vrrp_track_process service", "process us-service", "weight -20", "terminate_delay 2",
                    "fork_delay 1.5")
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_PROCESS), blocks=(process,)))
    wait_for_priority(capture, 100)
    died = time.time()
    service.die()
    wait_for_priority(capture, 80, died)
    assert min(advert.time for advert in capture.adverts("p1") if advert.priority == 80) - died > 2
    back = time.time()
    Service(host)
    wait_for_priority(capture, 100, back)
    assert next(advert.time for advert in capture.adverts("p1", since=back)
                if advert.priority == 100) - back > 1.5


def test_interface_up_down_delays_bridge_a_short_loss_of_carrier(lab: Lab, start: StartAgent) -> None:
    """interface_up_down_delays: a bounce faults nobody, a link that stays down does after its delay."""
    host = lab.hosts[0]
    delays = block("interface_up_down_delays", "eth0 1 2")
    slow = Instance(priority=150, advert_int=1)
    agent = start(host, config(slow, blocks=(delays,)))
    lab.wait_for_holder(host, VIP)
    lab.switch.run("ip", "link", "set", "p1", "down")
    lab.switch.run("ip", "link", "set", "p1", "up")
    stays_true(lambda: host.holds(VIP), 2, "the address stays over a bounce")
    assert "FAULT" not in agent.log()
    down = time.time()
    lab.switch.run("ip", "link", "set", "p1", "down")
    agent.wait_for_log("Entering FAULT STATE")
    assert time.time() - down > 1
    up = time.time()
    lab.switch.run("ip", "link", "set", "p1", "up")
    agent.wait_for_log("no reason for FAULT is left")
    assert time.time() - up > 2


def test_track_src_ip_is_a_fault_while_the_source_is_gone(lab: Lab, start: StartAgent) -> None:
    """track_src_ip with mcast_src_ip."""
    host = lab.hosts[0]
    host.ip("addr add 192.0.2.77/24 dev eth0")
    agent = start(host, config(Instance(extra=("mcast_src_ip 192.0.2.77", "track_src_ip"))))
    lab.wait_for_holder(host, VIP)
    host.ip("addr del 192.0.2.77/24 dev eth0")
    agent.wait_for_log("FAULT because the source address 192.0.2.77 is not on eth0")
    wait_until(lambda: not host.holds(VIP), 10, "the address is given up")
    host.ip("addr add 192.0.2.77/24 dev eth0")
    lab.wait_for_holder(host, VIP)


def test_dont_track_primary_leaves_a_master_without_carrier_alone(lab: Lab, start: StartAgent) -> None:
    """dont_track_primary."""
    host = lab.hosts[0]
    agent = start(host, config(Instance(extra=("dont_track_primary",))))
    lab.wait_for_holder(host, VIP)
    lab.switch.run("ip", "link", "set", "p1", "down")
    stays_true(lambda: host.holds(VIP), 2, "the address stays")
    assert "FAULT" not in agent.log()


def test_linkbeat_asks_the_interface_itself(lab: Lab, start: StartAgent) -> None:
    """linkbeat_interfaces, and linkbeat_use_polling on another instance."""
    host = lab.hosts[0]
    host.ip("link add aux0 type veth peer name aux1")
    host.ip("link set aux1 up")
    host.ip("link set aux0 up")
    host.ip("addr add 198.51.100.1/24 dev aux0")
    second = Instance(name="VI_2", vrid=52, interface="aux0", addresses=("198.51.100.50/24",),
                      extra=("linkbeat_use_polling",))
    agent = start(host, config(STRONG, second, blocks=(block("linkbeat_interfaces", "eth0 ETHTOOL"),)))
    lab.wait_for_holder(host, VIP)
    wait_until(lambda: host.holds("198.51.100.50", "aux0"), 10, "the second address")
    lab.switch.run("ip", "link", "set", "p1", "down")
    host.ip("link set aux1 down")
    agent.wait_for_log("interface eth0 says that it has no link")
    agent.wait_for_log("interface aux0 says that it has no link")
    wait_until(lambda: not host.holds(VIP) and not host.holds("198.51.100.50", "aux0"), 10, "FAULT")
    lab.switch.run("ip", "link", "set", "p1", "up")
    lab.wait_for_holder(host, VIP)


def test_linkbeat_of_the_whole_file_asks_every_interface(lab: Lab, start: StartAgent) -> None:
    """linkbeat_use_polling outside of all blocks"""
    host = lab.hosts[0]
    agent = start(host, config(STRONG, blocks=("linkbeat_use_polling",)))
    lab.wait_for_holder(host, VIP)
    lab.switch.run("ip", "link", "set", "p1", "down")
    agent.wait_for_log("interface eth0 says that it has no link")
    wait_until(lambda: not host.holds(VIP), 10, "FAULT")


def test_track_group_faults_its_members_with_the_interface_of_an_address(lab: Lab, start: StartAgent) -> None:
    """track_group of a static_ipaddress."""
    host = lab.hosts[0]
    host.ip("link add aux0 type veth peer name aux1")
    host.ip("link set aux1 up")
    host.ip("link set aux0 up")
    blocks = (block("track_group TG", "group {", "VI_1", "}"),
              block("static_ipaddress", "198.51.100.1/24 dev aux0 track_group TG"))
    agent = start(host, config(STRONG, blocks=blocks))
    lab.wait_for_holder(host, VIP)
    host.ip("link set aux1 down")
    agent.wait_for_log("FAULT because interface aux0 of track group TG is down")
    host.ip("link set aux1 up")
    lab.wait_for_holder(host, VIP)


def test_a_flood_of_other_processes_delays_no_advert(lab: Lab, start: StartAgent) -> None:
    """vrrp_track_process beside hundreds of processes that come and go."""
    host = lab.hosts[0]
    Service(host)
    process = block("vrrp_track_process service", "process us-service", "weight -20")
    capture = lab.capture()
    start(host, config(Instance(extra=TRACK_PROCESS), blocks=(process,)))
    wait_for_priority(capture, 100)
    begun = time.time()
    host.run("sh", "-c", "for n in $(seq 300); do sleep 0.1 & done; wait")
    ended = time.time()
    wait_until(lambda: capture.adverts("p1", since=ended), 10, "an advert after the flood")
    assert {advert.priority for advert in capture.adverts("p1", since=begun)} == {100}
