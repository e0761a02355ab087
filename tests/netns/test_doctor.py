"""understudyctl doctor: what this kernel can be brought into is found, and a fit host is left alone."""

from __future__ import annotations

import json
import pathlib
import subprocess

import pytest

from lab.agent import build_folder
from lab.config import VIP, Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

GOOD = Instance(priority=150)
TABLE = "add table inet t; add chain inet t c {{ type filter hook {hook} priority 0; {policy} }}; {rule}"


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    """A host on its own, with a clock as good as it is."""
    return make_lab(hosts=1).hosts[0]


def doctor(host: LabHost, text: str = config(GOOD), *words: str) -> subprocess.CompletedProcess[str]:
    file = host.write("judged.conf", text)
    return host.try_run(build_folder() / "src/cli/understudyctl", "doctor", "-f", file, "--json",
                        *(words or ("--listen", "0")))


def codes(host: LabHost, text: str = config(GOOD), *words: str) -> set[str]:
    """The findings, each of which has to explain itself."""
    said = doctor(host, text, *words)
    assert said.stderr == ""
    report = json.loads(said.stdout)
    for finding in report["findings"]:
        assert finding["what"] and finding["why"] and finding["remedy"], finding
    grave = [finding for finding in report["findings"] if finding["severity"] != "note"]
    assert said.returncode == (1 if grave else 2 if report["unchecked"] else 0), said.stdout
    return {finding["code"] for finding in report["findings"]}


def nft(host: LabHost, hook: str, rule: str) -> None:
    host.run("nft", TABLE.format(hook=hook, policy="", rule=f"add rule inet t c {rule}"))


def sysctl(host: LabHost, assignment: str) -> None:
    host.run("sysctl", "-qw", assignment)


def test_a_fit_host_is_left_alone(host: LabHost) -> None:
    def state() -> str:
        return host.run("nft", "list", "ruleset") + host.run("ip", "-d", "link") + host.run("ip", "addr")
    before = state()
    said = doctor(host)
    assert (said.returncode, json.loads(said.stdout)["findings"]) == (0, []), said.stdout
    assert state() == before


@pytest.mark.parametrize("hook, rule, expected", [
    ("input", "meta l4proto 112 drop", {"firewall-drops-incoming"}),
    ("input", "ip daddr 224.0.0.0/4 drop", {"firewall-drops-incoming"}),
    ("input", "meta pkttype multicast drop", {"firewall-drops-incoming"}),
    ("input", "iifname eth0 ip protocol { 51, 112 } reject", {"firewall-drops-incoming"}),
    ("output", "oifname eth0 ip daddr 224.0.0.18 drop", {"firewall-drops-outgoing"}),
    ("input", "meta l4proto 112 limit rate over 100/second drop", {"firewall-may-drop"}),
    ("input", "tcp dport 22 drop", set()),
    ("input", "ct state vmap { established : accept, invalid : drop }", set()),
    ("input", "ip6 nexthdr 112 drop", set())])
def test_a_packet_filter_is_followed(host: LabHost, hook: str, rule: str, expected: set[str]) -> None:
    nft(host, hook, rule)
    assert codes(host) == expected


def test_the_filter_of_a_policy_passes_what_it_accepts(host: LabHost) -> None:
    host.run("nft", TABLE.format(hook="input", policy="policy drop;", rule=""))
    assert codes(host) == {"firewall-drops-incoming"}
    host.run("nft", "add rule inet t c meta l4proto vrrp accept")
    assert codes(host) == set()


@pytest.mark.parametrize("words, expected", [
    ("link set eth0 multicast off", {"no-multicast"}), ("link set eth0 down", {"interface-down"}),
    ("link set eth0 name eth9", {"configuration-refused"}),
    ("addr del 192.0.2.1/24 dev eth0", {"no-address"}),
    ("link set eth0 mtu 68", {"advert-too-long"})])
def test_an_interface_that_will_not_do_is_found(host: LabHost, words: str, expected: set[str]) -> None:
    many = Instance(addresses=tuple(f"192.0.2.{number}/24" for number in range(50, 65)))
    if "name" in words:
        host.ip("link set eth0 down")
    host.ip(words)
    # A file that names an interface that is not there is refused, unless it may come later.
    found = codes(host, config(many if "mtu" in words else GOOD))
    # Addresses beyond the MTU are left out of adverts by the daemon itself.
    assert found == expected if "mtu" not in words else found <= expected


def test_settings_are_found_where_they_matter(host: LabHost) -> None:
    sysctl(host, "net.ipv4.conf.all.rp_filter=1")
    unicast = config(Instance(extra=("unicast_src_ip 192.0.2.1", "unicast_peer {", "198.51.100.2", "}")))
    assert codes(host) == codes(host, unicast) == set()
    host.ip("link add other type veth peer name peer")
    host.ip("addr add 198.51.100.1/24 dev other")
    host.ip("link set other up")
    assert "source-check-drops-peer" in codes(host, unicast)
    sysctl(host, "net.ipv4.conf.all.arp_ignore=8")
    assert "arp-unanswered" in codes(host)
    host.ip("addr add 192.0.2.9/24 dev other")
    assert "arp-announced-by-twin" in codes(host)
    sysctl(host, "net.ipv4.conf.other.arp_announce=2")
    assert "arp-announced-by-twin" not in codes(host)
    sysctl(host, "net.ipv6.conf.eth0.disable_ipv6=1")
    assert "ipv6-disabled" in codes(host, config(Instance(addresses=("2001:db8::50/64",))))


def test_managers_are_known_by_what_they_tell(host: LabHost) -> None:
    index = host.run("cat", "/sys/class/net/eth0/ifindex").strip()
    folder = "/run/NetworkManager/devices"
    host.run("sh", "-c", f"mkdir -p {folder} && printf '[device]\\nmanaged=true\\n' > {folder}/{index}")
    assert codes(host) == {"manager-deletes-addresses"}


def test_a_feature_that_this_kernel_lacks_is_named(host: LabHost) -> None:
    known = host.try_run("ip", "link", "add", "v0", "type", "vrf", "table", "7").returncode == 0
    vrf = Instance(extra=("use_ipvlan ipv.51 192.0.2.3/24",))
    lacking = host.try_run("ip", "link", "add", "i0", "link", "eth0", "type", "ipvlan").returncode != 0
    assert ("kernel-feature-missing" in codes(host, config(vrf))) == lacking
    assert known in (True, False)


def test_a_peer_that_does_not_match_is_heard(lab: Lab, start: StartAgent) -> None:
    start(lab.hosts[1], config(Instance(priority=100, addresses=("192.0.2.51/24",))))
    lab.wait_for_holder(lab.hosts[1], "192.0.2.51")
    assert codes(lab.hosts[0], config(GOOD), "--listen", "1") == {"addresses-differ"}
    version2 = config(Instance(version=2, advert_int=1))
    assert codes(lab.hosts[0], version2, "--listen", "1") == {"advert-refused"}
    assert codes(lab.hosts[0], config(Instance(vrid=52)), "--listen", "1") == set()


def test_a_silent_host_that_answers_for_the_address_is_found(lab: Lab) -> None:
    assert codes(lab.hosts[0], config(GOOD), "--listen", "1") == set()
    lab.hosts[1].ip(f"addr add {VIP}/24 dev eth0")
    assert codes(lab.hosts[0], config(GOOD), "--listen", "1") == {"address-answered"}


def test_another_program_of_this_host_is_found(host: LabHost, start: StartAgent) -> None:
    socket = pathlib.Path(host.folder / "control.sock")
    start(host, config(GOOD))
    wait_until(lambda: host.holds(VIP), 10, "the address")
    found = codes(host, config(GOOD), "--listen", "1", "-s", str(socket))
    assert "other-program-same-vrid" in found, "no daemon that was asked is master"


def test_the_master_itself_is_no_finding(host: LabHost, start: StartAgent) -> None:
    socket = str(host.folder / "control.sock")
    start(host, config(GOOD), "--control-socket", socket)
    wait_until(lambda: host.holds(VIP), 10, "the address")
    assert codes(host, config(GOOD), "--listen", "1", "-s", socket) == set()


def test_a_file_that_is_not_there_cannot_be_checked(host: LabHost) -> None:
    said = host.try_run(build_folder() / "src/cli/understudyctl", "doctor", "-f", "/nowhere.conf")
    assert said.returncode == 2
    assert "/nowhere.conf" in said.stderr
