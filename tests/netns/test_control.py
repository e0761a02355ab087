"""The control socket: what it tells, what it changes, whom it refuses, and that nobody at it can do harm."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest

from lab.agent import Agent
from lab.capture import Capture
from lab.config import VIP, Instance, config, script
from lab.control import RawClient, asked, socket_of, tool, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import stays_true, wait_until

pytestmark = pytest.mark.beyond_keepalived

NOBODY = 65534


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own."""
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    return agent


def longest_pause(capture: Capture) -> float:
    times = [advert.time for advert in capture.adverts("p1")]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def as_nobody(path: str, request: dict[str, object]) -> str:
    """What an unprivileged user hears: the answer, or the name of the error that keeps it from asking."""
    code = ("import os, socket, sys\n"
            f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
            "s = socket.socket(socket.AF_UNIX)\n"
            "try:\n    s.connect(sys.argv[1])\n"
            "except OSError as error:\n    print(type(error).__name__); sys.exit()\n"
            "s.sendall(sys.argv[2].encode() + b'\\n'); print(s.makefile().readline())")
    return subprocess.run(["/usr/bin/python3", "-c", code, path, json.dumps({"version": 1, **request})],
                          capture_output=True, text=True, timeout=20, check=True).stdout.strip()


def test_status_tells_role_priority_and_addresses(host: LabHost, start: StartAgent) -> None:
    check = host.write("check.sh", "#!/bin/sh\nexit 3\n", executable=True)
    agent = start(host, config(Instance(priority=120, extra=("track_script {", "web", "}")),
                               blocks=(script("web", str(check), "interval 1", "weight -30"),)))
    wait_until(lambda: host.holds(VIP), 10, "master")
    wait_until(lambda: asked(agent, "status")["instances"][0]["priority"] == 90, 10, "the script's effect")
    (found,) = asked(agent, "status")["instances"]
    assert (found["name"], found["state"], found["virtual_router_id"]) == ("VI_1", "MASTER", 51)
    assert (found["base_priority"], found["interface"], found["version"]) == (120, "eth0", 3)
    assert found["addresses"] == [{"address": f"{VIP}/24", "interface": "eth0", "advertised": True,
                                   "wanted": True, "present": True}]
    (tracker,) = found["trackers"]
    assert (tracker["name"], tracker["health"], tracker["last_status"]) == ("web", "bad", 3)
    text = understudyctl(agent, "status").stdout
    for words in ("VI_1: MASTER for", "priority 90 (configured 120)", "1 of 1 present",
                  "script web: bad (last status 3), weight -30"):
        assert words in text


def test_status_of_one_instance_by_its_name(master: Agent) -> None:
    assert [one["name"] for one in asked(master, "status", "VI_1")["instances"]] == ["VI_1"]
    done = understudyctl(master, "status", "VI_2")
    assert done.returncode == 1
    assert "there is no instance 'VI_2'; did you mean 'VI_1'?" in done.stderr


def test_config_is_the_text_the_daemon_runs_with(master: Agent) -> None:
    text = master.config.read_text()
    master.config.write_text("vrrp_instance broken {")
    assert asked(master, "config")["files"] == [{"path": str(master.config), "contents": text}]
    assert text in understudyctl(master, "config").stdout


def test_reload_is_done_when_it_says_so(lab: Lab, start: StartAgent) -> None:
    agent = start(lab.hosts[0], config(Instance(priority=100)))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture = lab.capture()
    agent.config.write_text(config(Instance(priority=150)))
    done = understudyctl(agent, "reload")
    reloaded = time.time()
    assert (done.returncode, done.stderr) == (0, "")
    assert "vrrp_instance VI_1 changes in place\n    priority: 100 -> 150\n" in done.stdout
    assert asked(agent, "status")["instances"][0]["priority"] == 150
    capture.wait_for_advert(lambda advert: advert.priority == 150, 10, "the new priority", reloaded)
    assert {advert.priority for advert in capture.adverts("p1", since=reloaded + 0.5)} <= {150}


def test_reload_of_a_file_with_errors_says_them_and_changes_nothing(host: LabHost, master: Agent) -> None:
    master.config.write_text(config(Instance(priority=160)).replace("priority", "prioritty"))
    done = understudyctl(master, "reload")
    assert done.returncode == 1
    assert "error[unknown-keyword]" in done.stderr and "did you mean" in done.stderr
    assert "refused" in done.stderr
    report = asked(master, "reload")
    assert (report["applied"], report["verdict"], report["changes"]) == (False, "refused", [])
    assert report["diagnostics"][0]["code"] == "unknown-keyword"
    assert asked(master, "status")["instances"][0]["priority"] == 100
    assert host.holds(VIP)


def reloads_told(agent: Agent) -> dict[str, int]:
    client = RawClient(socket_of(agent))
    answer = client.ask(command="ping")
    client.close()
    return answer["result"]["configuration"]["reloads"] if answer else {}


def test_a_service_manager_reaches_whom_it_has_started(host: LabHost, master: Agent) -> None:
    """By its number: another daemon may answer at the socket, or none."""
    def reload(pid: int | None) -> subprocess.CompletedProcess[str]:
        return host.try_run(tool(), "reload", "--quiet", f"--or-signal={pid}", "-s", socket_of(master))

    done = reload(master.pid())
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")
    assert done.stdout.startswith("applied: ")
    master.config.write_text(config(Instance(priority=160)).replace("priority", "prioritty"))
    done = reload(master.pid())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("refused: ")
    other = host.spawn("env", "--default-signal=HUP", "sh", "-c",
                       f"trap 'touch {host.folder}/heard; exit' HUP; touch {host.folder}/ready; "
                       "while :; do sleep 0.1; done")
    wait_until((host.folder / "ready").exists, 10, "another process")
    done = reload(other)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("signalled: ")
    wait_until((host.folder / "heard").exists, 10, "it has heard the signal")
    wait_until(lambda: not host.is_alive(other), 10, "its end")
    assert reload(other).returncode == 1
    assert reloads_told(master)["refused"] == 1
    master.config.write_text(config(Instance(priority=100)))
    done = host.try_run(tool(), "reload", f"--or-signal={master.pid()}", "-s", "/run/nobody.sock", "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "signalled")
    wait_until(lambda: reloads_told(master)["applied"] == 2, 10, "the reload")
    for words in (("--or-signal=0",), ("--or-signal=it",), (f"--or-signal={master.pid()}", "--dry-run")):
        assert understudyctl(master, "reload", *words).returncode == 2


def test_a_dry_run_tells_what_would_change_and_changes_nothing(host: LabHost, master: Agent) -> None:
    changed = Instance(priority=150, addresses=(f"{VIP}/24", "192.0.2.51/24"))
    added = Instance(vrid=52, name="VI_2", addresses=("192.0.2.52/24",))
    master.config.write_text(config(changed, added))
    done = understudyctl(master, "reload", "--dry-run")
    assert done.returncode == 0
    assert "vrrp_instance VI_1 changes in place" in done.stdout
    assert "virtual_ipaddress: + 192.0.2.51/24 dev eth0" in done.stdout
    assert "vrrp_instance VI_2 is added" in done.stdout
    stays_true(lambda: not host.holds("192.0.2.51") and not host.holds("192.0.2.52"), 1, "nothing is applied")
    assert len(asked(master, "status")["instances"]) == 1
    again = asked(master, "reload", "--dry-run")
    assert {item["name"]: item["outcome"] for item in again["changes"]} == {
        "": "unchanged", "VI_1": "changed-in-place", "VI_2": "added"}


def test_a_dry_run_shows_the_errors_of_a_file(master: Agent) -> None:
    master.config.write_text(config(Instance(interface="nowhere0")))
    done = understudyctl(master, "reload", "--dry-run")
    assert done.returncode == 1
    assert "nowhere0" in done.stderr


def test_another_router_under_the_same_name_is_restarted(master: Agent) -> None:
    master.config.write_text(config(Instance(vrid=99)))
    report = asked(master, "reload", "--dry-run")
    (item,) = [item for item in report["changes"] if item["kind"] == "vrrp_instance"]
    assert (item["name"], item["outcome"]) == ("VI_1", "restarted")
    assert item["settings"] == [{"setting": "virtual_router_id", "before": "51", "after": "99"}]


def test_the_socket_outlives_the_vrrp_process(host: LabHost, master: Agent) -> None:
    first = master.vrrp_pid()
    client = RawClient(socket_of(master))
    assert client.ask(command="ping")
    host.run("kill", "-KILL", str(first))
    wait_until(lambda: master.vrrp_pid() not in (None, first), 10, "another vrrp process")

    def is_master() -> bool:  # the address is there from before
        answer = client.ask(command="status")
        return bool(answer and "result" in answer and answer["result"]["instances"][0]["state"] == "MASTER")
    wait_until(is_master, 10, "master again")


def test_hostile_clients_neither_stop_adverts_nor_keep_others_out(lab: Lab, start: StartAgent) -> None:
    instance = Instance()
    agent = start(lab.hosts[0], config(instance))
    lab.wait_for_holder(lab.hosts[0], VIP)
    capture, path = lab.capture(), socket_of(agent)
    garbage = RawClient(path)
    assert garbage.say(os.urandom(5000).replace(b"\n", b"") + b"\n")
    answer = garbage.hear()
    assert answer and answer["error"]["code"] == "not-json"
    endless = RawClient(path)
    endless.say(b"x" * (1 << 20))
    answer = endless.hear()
    assert answer and answer["error"]["code"] == "too-long"
    assert endless.hear() is None
    deaf = RawClient(path)
    deaf.say(b'{"version":1,"command":"status"}\n' * 1500)
    crowd = [RawClient(path) for _ in range(100)]
    for client in crowd:
        client.say(b'{"version":1,')
    for _ in range(10):
        assert asked(agent, "status")["instances"][0]["state"] == "MASTER"
    stays_true(lambda: lab.hosts[0].holds(VIP), 2, "still master")
    assert len(capture.adverts("p1")) >= 8
    assert longest_pause(capture) < instance.down_interval()
    assert agent.is_running()
    for client in (garbage, endless, deaf, *crowd):
        client.close()


def test_an_unprivileged_user_is_refused(master: Agent) -> None:
    path = socket_of(master)
    master.host.folder.chmod(0o755)
    master.host.folder.parent.chmod(0o755)
    assert path.stat().st_mode & 0o777 == 0o660
    assert as_nobody(str(path), {"command": "status"}) == "PermissionError"
    path.chmod(0o666)  # whoever opens it to all gives away what may be read, and nothing else
    status = json.loads(as_nobody(str(path), {"command": "status"}))
    assert status["result"]["instances"][0]["name"] == "VI_1"
    for command in ("reload", "config"):
        refused = json.loads(as_nobody(str(path), {"command": command}))
        assert refused["error"]["code"] == "not-allowed"


def test_the_control_group_may_reload_but_not_read_the_files(host: LabHost, start: StartAgent) -> None:
    host.folder.chmod(0o755)
    host.folder.parent.chmod(0o755)
    agent = start(host, config(Instance()), "--control-group=nogroup")
    wait_until(lambda: host.holds(VIP), 10, "master")
    path = str(socket_of(agent))
    assert json.loads(as_nobody(path, {"command": "reload"}))["result"]["applied"] is True
    assert json.loads(as_nobody(path, {"command": "config"}))["error"]["code"] == "not-allowed"


def test_readers_may_ask_and_change_nothing(host: LabHost, start: StartAgent) -> None:
    """--control-readers"""
    host.folder.chmod(0o755)
    host.folder.parent.chmod(0o755)
    agent = start(host, config(Instance()), "--control-readers=nogroup")
    wait_until(lambda: host.holds(VIP), 10, "master")
    path = str(socket_of(agent))
    assert socket_of(agent).stat().st_mode & 0o777 == 0o666
    assert json.loads(as_nobody(path, {"command": "status"}))["result"]["instances"][0]["name"] == "VI_1"
    for command in ("reload", "config", "drain"):
        assert json.loads(as_nobody(path, {"command": command}))["error"]["code"] == "not-allowed"


def test_whoever_is_no_reader_is_told_so(host: LabHost, start: StartAgent) -> None:
    """--control-readers"""
    host.folder.chmod(0o755)
    host.folder.parent.chmod(0o755)
    agent = start(host, config(Instance()), "--control-readers=adm")
    wait_until(lambda: host.holds(VIP), 10, "master")
    for command in ("status", "ping", "reload"):
        refused = json.loads(as_nobody(str(socket_of(agent)), {"command": command}))
        assert refused["error"]["code"] == "not-allowed"
        assert "--control-readers may ask" in refused["error"]["message"]
    assert understudyctl(agent, "status").returncode == 0


def test_two_daemons_on_one_host_have_a_socket_each(host: LabHost, start: StartAgent) -> None:
    first = start(host, config(Instance()), name="first")
    second = start(host, config(Instance(vrid=52, name="VI_2", addresses=("192.0.2.52/24",))), name="second")
    wait_until(lambda: host.holds(VIP) and host.holds("192.0.2.52"), 10, "both are master")
    assert asked(first, "status")["instances"][0]["name"] == "VI_1"
    assert asked(second, "status")["instances"][0]["name"] == "VI_2"
    assert second.stop() == 0
    assert not socket_of(second).exists()
    assert asked(first, "status")["instances"][0]["name"] == "VI_1"


def test_a_daemon_does_its_work_without_a_socket(host: LabHost, start: StartAgent) -> None:
    occupied = host.write("occupied", "precious")
    agent = start(host, config(Instance()), f"--control-socket={occupied}")
    wait_until(lambda: host.holds(VIP), 10, "master")
    agent.wait_for_log("understudyctl cannot reach this daemon")
    assert occupied.read_text() == "precious"
    assert not socket_of(agent).exists()
    assert agent.stop() == 0


def test_no_socket_is_made_when_none_is_wanted(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()), "--control-socket=none")
    wait_until(lambda: host.holds(VIP), 10, "master")
    assert list(host.folder.glob("*.sock")) == []
    done = understudyctl(agent, "status")
    assert done.returncode == 1 and "is it running" in done.stderr


def test_the_socket_of_a_crashed_daemon_is_replaced(host: LabHost, master: Agent, start: StartAgent) -> None:
    master.kill()
    assert socket_of(master).exists()
    again = start(host, config(Instance()))
    wait_until(lambda: understudyctl(again, "status").returncode == 0, 10, "an answer of the new daemon")
    wait_until(lambda: asked(again, "status")["instances"][0]["state"] == "MASTER", 10, "master")


def test_the_default_socket_stands_in_the_runtime_directory(host: LabHost, start: StartAgent) -> None:
    agent = start(host, config(Instance()), "--control-socket=/run/understudy/control.sock")
    wait_until(lambda: host.holds(VIP), 10, "master")
    done = host.run(str(tool()), "status", "--json")
    assert json.loads(done)["instances"][0]["name"] == "VI_1"
    assert agent.stop() == 0
