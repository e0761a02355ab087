"""understudyctl judges configurations as the daemons then behave: its verdict first, then the real pair."""

from __future__ import annotations

import json
import pathlib
import subprocess

import pytest

from lab.agent import REPOSITORY, build_folder
from lab.config import VIP, Instance, config, script
from lab.network import Lab
from lab.plugin import StartAgent
from lab.waiting import stays_true, wait_until

ALPHA = Instance(priority=150, version=2, advert_int=1)
BETA = Instance(priority=100, version=2, advert_int=1)
COMPLETION = REPOSITORY / "conf/completion"


def ctl(*words: object) -> subprocess.CompletedProcess[str]:
    program = build_folder() / "src/cli/understudyctl"
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=30)


def verdict(lab: Lab, *texts: str) -> tuple[int, dict]:
    """What check-pair says of one configuration for each host, and its exit status."""
    files = [f"{host.name}={host.write('judged.conf', text)}" for host, text in zip(lab.hosts, texts)]
    said = ctl("check-pair", "--json", *files)
    assert said.stderr == ""
    return said.returncode, json.loads(said.stdout)


def codes(report: dict) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def masters(report: dict) -> list[str]:
    return report["virtual_routers"][0]["masters"]


def outcome(report: dict, host: str, kind: str) -> dict:
    failure = next(f for f in report["failures"] if f["host"] == host and f["kind"] == kind)
    return failure["outcomes"][0]


def replaced(instance: Instance, **changes: object) -> Instance:
    return Instance(**{**vars(instance), **changes})


def test_a_good_pair_is_judged_good_and_fails_over_as_foretold(lab: Lab, start: StartAgent) -> None:
    status, report = verdict(lab, config(ALPHA), config(BETA))
    assert (status, report["findings"], masters(report)) == (0, [], ["h1"])
    death = outcome(report, "h1", "host")
    assert death["masters"] == ["h2"]
    assert death["wait_seconds"] == pytest.approx(ALPHA.down_interval() + 50 / 256)
    start(lab.hosts[0], config(ALPHA))
    start(lab.hosts[1], config(BETA))
    lab.wait_for_holder(lab.hosts[0], VIP)
    lab.crash(lab.hosts[0])
    wait_until(lambda: lab.hosts[1].holds(VIP), death["wait_seconds"] + 10, "the backup holds the address")


def password(word: str) -> tuple[str, ...]:
    return "authentication {", "auth_type PASS", f"auth_pass {word}", "}"


@pytest.mark.parametrize("beta, code", [
    (replaced(BETA, version=3), "version-differs"),
    (replaced(BETA, advert_int=2), "interval-differs"),
    (replaced(BETA, extra=password("other")), "authentication-differs"),
    (replaced(BETA, extra=("mcast_dst_ip 224.0.0.20",)), "multicast-group-differs"),
    (replaced(BETA, extra=("unicast_peer {", "192.0.2.1", "}")), "unicast-differs"),
    (replaced(BETA, vrid=52), "vrid-differs"),
])
def test_a_bad_pair_is_judged_bad_and_has_two_masters(lab: Lab, start: StartAgent, beta: Instance,
                                                      code: str) -> None:
    status, report = verdict(lab, config(ALPHA), config(beta))
    assert status == 1
    assert {code, "two-masters"} <= codes(report)
    assert masters(report) == ["h1", "h2"]
    start(lab.hosts[0], config(ALPHA))
    start(lab.hosts[1], config(beta))
    wait_until(lambda: lab.holders(VIP) == ["h1", "h2"], 20, "both hold the address, as foretold")


@pytest.mark.parametrize("weight, meanwhile", [("-20", ["h1"]), ("-60", ["h2"])])
def test_a_failing_script_moves_the_address_if_foretold(lab: Lab, start: StartAgent, weight: str,
                                                        meanwhile: list[str]) -> None:
    flag = lab.hosts[0].write("healthy", "yes")
    texts = [config(replaced(instance, extra=("track_script {", "web", "}")),
                    blocks=(script("web", f"/usr/bin/test -e {flag}", "interval 1", f"weight {weight}",
                                   "user root"),))
             for instance in (ALPHA, BETA)]
    status, report = verdict(lab, *texts)
    assert status == 0
    assert ("weight-too-small" in codes(report)) == (meanwhile == ["h1"])
    assert outcome(report, "h1", "script")["masters"] == meanwhile
    # Only the first host's check is to fail.
    start(lab.hosts[0], texts[0])
    start(lab.hosts[1], texts[1].replace(str(flag), "/etc/passwd"))
    lab.wait_for_holder(lab.hosts[0], VIP)
    pathlib.Path(flag).unlink()
    if meanwhile == ["h1"]:
        stays_true(lambda: lab.holders(VIP) == ["h1"], 6, "the address stays")
    else:
        lab.wait_for_holder(lab.hosts[1], VIP, 20)


def completed(script_name: str, *words: str) -> set[str]:
    """What a real bash offers behind these words."""
    program = build_folder() / ("src/cli" if script_name == "understudyctl" else "src/daemon") / script_name
    line = " ".join(f"'{word}'" for word in words)
    code = (f"source {COMPLETION / script_name}; COMP_WORDS=({program} {line}); COMP_CWORD={len(words)};"
            f"_{script_name}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    said = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, timeout=30)
    return set(said.stdout.split())


def test_bash_completes_commands_options_keywords_and_files() -> None:
    assert {"check-pair", "show-config", "explain-config"} <= completed("understudyctl", "")
    assert completed("understudyctl", "check-pair", "--j") == {"--json"}
    assert completed("understudyctl", "explain-config", "virtual_router") == {"virtual_router_id"}
    assert completed("understudyctl", "show-config", "/etc/passw") >= {"/etc/passwd"}
    assert completed("understudyctl", "check-pair", "alpha", "=", "/etc/passw") >= {"/etc/passwd"}


def test_bash_completes_the_options_of_the_daemon() -> None:
    assert completed("understudyd", "--use") == {"--use-file"}
    assert completed("understudyd", "--format", "=", "j") == {"json"}
    assert completed("understudyd", "--signum", "STA") == {"STATS", "STATS_CLEAR"}
    assert completed("understudyd", "-f", "/etc/passw") >= {"/etc/passwd"}
    assert "-f" in completed("understudyd", "-")


def test_a_checked_configuration_is_an_array_for_editors(program: pathlib.Path,
                                                         tmp_path: pathlib.Path) -> None:
    file = tmp_path / "ha.conf"
    file.write_text("vrrp_instance VI_1 {\n    priority 10o\n}\n")
    said = subprocess.run([program, "-t", "--format=json", "--offline", "-f", file], capture_output=True,
                          text=True, timeout=30)
    findings = json.loads(said.stderr)
    assert said.stderr.endswith("]\n")
    bad = next(finding for finding in findings if finding["code"] == "bad-priority")
    assert (bad["file"], bad["line"], bad["column"], bad["length"]) == (str(file), 2, 14, 3)
    assert bad["severity"] == "error" and bad["hint"]
