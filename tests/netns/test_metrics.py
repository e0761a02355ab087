"""Metrics: what they say of a running daemon, that Prometheus' tools and OpenMetrics' rules accept them, and
that a file of them is replaced at once."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess

import pytest

from lab.agent import REPOSITORY, Agent
from lab.config import VIP, Instance, config, script
from lab.control import asked, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

pytestmark = pytest.mark.beyond_keepalived

GOLDEN = REPOSITORY / "tests/golden/metrics"
CONF = REPOSITORY / "conf"
LABELS = 'vrrp_instance="VI_1",interface="eth0",vrid="51",family="ipv4"'


def promtool(*words: str | pathlib.Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *words], input=stdin, capture_output=True, text=True, timeout=60,
                          check=False)


def samples(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            assert name not in found, f"twice: {name}"
            found[name] = float(value)
    return found


def metrics_of(agent: Agent) -> dict[str, float]:
    done = understudyctl(agent, "metrics")
    assert (done.returncode, done.stderr) == (0, "")
    return samples(done.stdout)


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


@pytest.fixture
def master(host: LabHost, start: StartAgent) -> Agent:
    agent = start(host, config(Instance()))
    wait_until(lambda: host.holds(VIP), 10, "master")
    return agent


def test_metrics_are_what_status_tells(host: LabHost, start: StartAgent) -> None:
    check = host.write("check.sh", "#!/bin/sh\nexit 3\n", executable=True)
    agent = start(host, config(Instance(priority=120, extra=("track_script {", "web", "}")),
                               blocks=(script("web", str(check), "interval 1", "weight -30"),)))
    wait_until(lambda: host.holds(VIP), 10, "master")
    wait_until(lambda: metrics_of(agent)[f"understudy_vrrp_effective_priority{{{LABELS}}}"] == 90, 10,
               "the script's effect")
    found = metrics_of(agent)
    assert found["understudy_up"] == 1
    assert found[f"understudy_vrrp_state{{{LABELS}}}"] == 2
    assert found[f'understudy_vrrp_role{{{LABELS},understudy_vrrp_role="master"}}'] == 1
    assert found[f'understudy_vrrp_role{{{LABELS},understudy_vrrp_role="backup"}}'] == 0
    assert found[f"understudy_vrrp_priority{{{LABELS}}}"] == 120
    assert found[f"understudy_vrrp_addresses_present{{{LABELS}}}"] == 1
    assert found[f"understudy_vrrp_master_transitions_total{{{LABELS}}}"] == 1
    assert found[f"understudy_vrrp_advertisement_sent_total{{{LABELS}}}"] > 0
    tracker = f'{LABELS},kind="script",tracker="web",by="instance"'
    assert found[f"understudy_vrrp_tracker_healthy{{{tracker}}}"] == 0
    assert found[f"understudy_vrrp_tracker_last_status{{{tracker}}}"] == 3
    assert found["understudy_start_timestamp_seconds"] <= found["understudy_config_timestamp_seconds"]


def test_the_tools_of_prometheus_find_nothing_to_say(master: Agent) -> None:
    for text in (understudyctl(master, "metrics").stdout, (GOLDEN / "pair.prom").read_text()):
        checked = promtool("check", "metrics", stdin=text)
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_reloads_are_counted_and_dated(master: Agent) -> None:
    before = metrics_of(master)
    assert "understudy_config_last_reload_successful" not in before
    assert understudyctl(master, "reload").returncode == 0
    taken = metrics_of(master)
    assert taken["understudy_config_last_reload_successful"] == 1
    assert taken['understudy_config_reloads_total{verdict="applied"}'] == 1
    assert taken["understudy_config_timestamp_seconds"] > before["understudy_config_timestamp_seconds"]
    master.config.write_text("nonsense")
    assert understudyctl(master, "reload").returncode == 1
    refused = metrics_of(master)
    assert refused["understudy_config_last_reload_successful"] == 0
    assert refused['understudy_config_reloads_total{verdict="refused"}'] == 1
    assert refused["understudy_config_timestamp_seconds"] == taken["understudy_config_timestamp_seconds"]


def test_refused_packets_are_counted_by_reason(lab: Lab, start: StartAgent) -> None:
    ours, theirs = (start(host, config(Instance(version=version, priority=priority)))
                    for host, version, priority in zip(lab.hosts, (3, 2), (150, 100)))
    refused = f'understudy_vrrp_refused_packets_total{{{LABELS},reason="wrong-version"}}'
    wait_until(lambda: all(host.holds(VIP) for host in lab.hosts), 15, "each hears nobody")
    wait_until(lambda: metrics_of(ours).get(refused, 0) >= 2, 15, "adverts of version 2 are refused")
    found = metrics_of(ours)
    assert found[f"understudy_vrrp_version_errors_total{{{LABELS}}}"] >= found[refused] - 1
    assert found[f'understudy_vrrp_refused_packets_total{{{LABELS},reason="bad-checksum"}}'] == 0
    told = asked(ours, "status")["instances"][0]["counters"]["refused"]
    assert list(told) == ["wrong-version"]
    assert theirs.is_running()


def test_a_file_for_a_collector_is_replaced_at_once(master: Agent) -> None:
    path = master.host.folder / "understudy.prom"
    done = understudyctl(master, "metrics", "--output", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert samples(path.read_text())["understudy_up"] == 1
    assert path.stat().st_mode & 0o777 == 0o644
    first = path.stat().st_ino
    assert understudyctl(master, "metrics", "-o", str(path)).returncode == 0
    assert path.stat().st_ino != first
    assert [file.name for file in master.host.folder.glob("understudy.prom*")] == ["understudy.prom"]


def test_a_daemon_that_is_away_is_down_in_the_metrics(master: Agent) -> None:
    assert master.stop() == 0
    path = master.host.folder / "understudy.prom"
    done = understudyctl(master, "metrics", "--output", str(path))
    assert done.returncode == 1 and "is it running" in done.stderr
    assert samples(path.read_text()) == {"understudy_up": 0}


NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
NUMBER = r"[-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf)|NaN"
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? ({NUMBER})")
HEAD = re.compile(rf"# (HELP|TYPE|UNIT) ({NAME}) (.+)")
SUFFIXES = {"counter": "_total", "info": "_info", "gauge": "", "stateset": ""}


def families_of_openmetrics(text: str) -> dict[str, str]:
    """Reads OpenMetrics 1.0 as strictly as its grammar is, and gives the type of each family."""
    lines = text.split("\n")
    assert lines[-2:] == ["# EOF", ""], "the text ends with # EOF"
    types: dict[str, str] = {}
    family = ""
    for line in lines[:-2]:
        if head := HEAD.fullmatch(line):
            kind, name, rest = head.groups()
            assert name == family if kind != "HELP" else name not in types, line
            assert kind != "UNIT" or name.endswith("_" + rest), line
            family = name
            types[name] = rest if kind == "TYPE" else types.get(name, "")
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        assert sample[1] == family + SUFFIXES[types[family]], line
        assert types[family] != "stateset" or f'{family}="' in sample[2], line
        assert types[family] not in ("info", "stateset") or sample[3] in ("0", "1"), line
    return types


def test_openmetrics_follow_their_grammar(master: Agent) -> None:
    live = families_of_openmetrics(understudyctl(master, "metrics", "--openmetrics").stdout)
    golden = families_of_openmetrics((GOLDEN / "pair.openmetrics").read_text())
    assert live.items() <= golden.items()
    assert {"info", "stateset", "counter", "gauge"} == set(golden.values())


def names_in(queries: list[str]) -> set[str]:
    return set(re.findall(r"\bunderstudy_[a-z_]+", "\n".join(queries)))


def expressions(value: object) -> list[str]:
    """Every query of a dashboard, wherever in it."""
    if isinstance(value, dict):
        own = [text for key in ("expr", "query") if isinstance(text := value.get(key), str)]
        return own + [query for each in value.values() for query in expressions(each)]
    return [query for each in value for query in expressions(each)] if isinstance(value, list) else []


def test_alerts_are_what_promtool_takes_and_ring_when_they_should() -> None:
    checked = promtool("check", "rules", CONF / "alerts.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    proofs = sorted(GOLDEN.glob("alerts*_test.yml"))
    tested = promtool("test", "rules", *proofs)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    rules = re.findall(r"\balert: (\w+)", (CONF / "alerts.yml").read_text())
    proven = re.findall(r"\balertname: (\w+)", "".join(proof.read_text() for proof in proofs))
    assert set(rules) == set(proven), "each has its test"


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    known = {name.partition("{")[0] for name in samples((GOLDEN / "pair.prom").read_text())}
    labels = {"understudy_vrrp_role", "understudy_vrrp_drain_stage"}
    dashboard = json.loads((CONF / "grafana-dashboard.json").read_text())
    asked_for = names_in(expressions(dashboard))
    assert len(asked_for) >= 10
    assert asked_for - labels <= known
    alerts = re.findall(r"^ *expr: (.*)$", (CONF / "alerts.yml").read_text(), re.MULTILINE)
    assert names_in(alerts) <= known
    assert [panel["id"] for panel in dashboard["panels"]] == list(range(1, len(dashboard["panels"]) + 1))
