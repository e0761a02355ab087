"""vrrp_check: what the daemon asks itself, and what the answers do to role and priority."""

from __future__ import annotations

import time

from lab.agent import Agent
from lab.config import VIP, Instance, config
from lab.control import asked, socket_of, understudyctl
from lab.network import Lab, LabHost
from lab.plugin import StartAgent
from lab.waiting import wait_until

STRONG, WEAK = Instance(priority=150), Instance(priority=100)
PORT = 8080
MUTE = """
import socket
listening = socket.socket()
listening.bind(("127.0.0.1", 8080))
listening.listen(100)
held = []
while True:
    held.append(listening.accept())
"""
SERVER = """
import http.server, pathlib, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/health" and self.headers["Host"] == "web.example"
        self.send_response(int(pathlib.Path(sys.argv[1]).read_text()) if known else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8080), Answer).serve_forever()
"""


def serve(host: LabHost, status: str = "200", server: str = SERVER) -> int:
    pid = host.spawn("/usr/bin/python3", "-c", server, host.write("status", status))
    wait_until(lambda: f":{PORT}" in host.run("ss", "-Hltn"), 10, "the service listens")
    return pid


def check(*lines: str) -> str:
    return "\n".join(["vrrp_check chk {", *(f"    {line}" for line in lines), "}"])


def tracking(priority: int, *options: str) -> Instance:
    return Instance(priority=priority, extra=("track_script {", " ".join(("chk", *options)), "}"))


def results(agent: Agent) -> dict[str, str]:
    """What each check's last answer was, by its name."""
    wait_until(socket_of(agent).exists, 15, "the control socket")
    trackers = asked(agent, "status")["instances"][0]["trackers"]
    return {tracker["name"]: tracker.get("last_result", "") for tracker in trackers}


def wait_for_result(agent: Agent, result: str) -> None:
    wait_until(lambda: results(agent)["chk"] == result, 15, f"the result {result!r}")


def open_descriptors(agent: Agent) -> int:
    return len(agent.host.run("ls", f"/proc/{agent.vrrp_pid()}/fd").split())


def test_tcp_moves_the_address_with_the_service(lab: Lab, start: StartAgent) -> None:
    """vrrp_check with tcp and without a weight: FAULT while the port is closed."""
    host = lab.hosts[0]
    service = serve(host)
    agent = start(host, config(tracking(150), blocks=(check(f"tcp 127.0.0.1 {PORT}", "interval 0.3"),)))
    start(lab.hosts[1], config(WEAK))
    lab.wait_for_holder(host, VIP)
    host.run("kill", "-KILL", str(service))
    lab.wait_for_holder(lab.hosts[1], VIP, 20)
    wait_for_result(agent, f"tcp 127.0.0.1:{PORT}: connection refused")
    shown = understudyctl(agent, "status").stdout
    assert f"check chk: bad (tcp 127.0.0.1:{PORT}: connection refused)" in shown
    assert f"fault: tracked check chk fails: tcp 127.0.0.1:{PORT}: connection refused" in shown
    assert f"VRRP_Check(chk) failed: tcp 127.0.0.1:{PORT}: connection refused" in agent.log()
    serve(host)
    lab.wait_for_holder(host, VIP, 20)


def test_http_looks_at_the_status(lab: Lab, start: StartAgent) -> None:
    """vrrp_check with http, status, virtualhost and a weight."""
    host = lab.hosts[0]
    serve(host)
    block = check(f"http http://127.0.0.1:{PORT}/health", "status 200 204", "virtualhost web.example",
                  "interval 0.3", "fall 2", "weight -20")
    capture = lab.capture()
    agent = start(host, config(tracking(100), blocks=(block,)))
    capture.wait_for_advert(lambda advert: advert.priority == 100, 15, "priority 100")
    changed = time.time()
    (host.folder / "status").write_text("503")
    capture.wait_for_advert(lambda advert: advert.priority == 80, 15, "priority 80", changed)
    wait_for_result(agent, f"http://127.0.0.1:{PORT}/health: status 503")
    changed = time.time()
    (host.folder / "status").write_text("204")
    capture.wait_for_advert(lambda advert: advert.priority == 100, 15, "priority 100 again", changed)


def test_ping_of_both_families_follows_the_other_host(make_lab, start: StartAgent) -> None:
    """vrrp_check with ping, interface, timeout and weights that add up."""
    lab: Lab = make_lab(ipv6=True)
    host, other = lab.hosts
    settings = ("interface eth0", "timeout 0.5", "weight -20")
    blocks = tuple(check(f"ping {target}", *settings).replace("chk", name)
                   for name, target in (("v4", other.address), ("v6", other.address6)))
    instance = Instance(priority=100, extra=("track_script {", "v4", "v6", "}"))
    capture = lab.capture()
    agent = start(host, config(instance, blocks=blocks))
    capture.wait_for_advert(lambda advert: advert.priority == 100, 15, "priority 100")
    answered = {"v4": f"ping {other.address}: answered", "v6": f"ping {other.address6}: answered"}
    wait_until(lambda: results(agent) == answered, 15, "both are answered")
    cut = time.time()
    lab.block(other)
    capture.wait_for_advert(lambda advert: advert.priority == 60, 20, "priority 60", cut)
    back = time.time()
    lab.unblock(other)
    capture.wait_for_advert(lambda advert: advert.priority == 100, 20, "priority 100 again", back)


def test_arp_asks_the_neighbours_themselves(make_lab, start: StartAgent) -> None:
    """vrrp_check with arp: of a host that drops all IP, by both protocols, until it is cut off."""
    lab: Lab = make_lab(ipv6=True)
    host, other = lab.hosts
    shield(other)
    mac = other.mac()
    targets = {"v4": other.address, "v6": other.address6, "local": link_local(other)}
    blocks = tuple(check(f"arp {target}", "interface eth0", "interval 0.5", "weight -20").replace("chk", name)
                   for name, target in targets.items())
    capture = lab.capture()
    instance = Instance(priority=100, extra=("track_script {", *targets, "}"))
    agent = start(host, config(instance, blocks=blocks))
    answered = {name: f"arp {target} on eth0: answered by {mac}" for name, target in targets.items()}
    wait_until(lambda: results(agent) == answered, 15, f"answers of {mac}")
    cut = time.time()
    lab.block(other)
    capture.wait_for_advert(lambda advert: advert.priority == 40, 20, "priority 40", cut)
    assert results(agent) == {name: f"arp {target} on eth0: no answer within 0.5 s"
                              for name, target in targets.items()}
    back = time.time()
    lab.unblock(other)
    capture.wait_for_advert(lambda advert: advert.priority == 100, 20, "priority 100 again", back)


def test_arp_says_who_else_answers_and_what_is_in_its_way(lab: Lab, start: StartAgent) -> None:
    """A new answer is told with its MAC; an interface that is down, missing or no Ethernet is a reason."""
    host, other = lab.hosts
    host.ip("link add us0 type veth peer name us1")
    cases = {"chk": (other.address, "eth0"), "down": ("198.51.100.1", "us0"), "none": ("198.51.100.1", "us9"),
             "lo": ("127.0.0.2", "lo")}
    blocks = tuple(check(f"arp {target}", f"interface {interface}", "interval 0.3", "weight -1")
                   .replace("chk", name) for name, (target, interface) in cases.items())
    agent = start(host, config(Instance(extra=("track_script {", *cases, "}")), blocks=blocks))
    wait_for_result(agent, f"arp {other.address} on eth0: answered by {other.mac()}")
    told = results(agent)
    assert told["down"] == "arp 198.51.100.1 on us0: network is down"
    assert told["none"] == "arp 198.51.100.1 on us9: cannot use interface us9: No such device"
    assert told["lo"] == "arp 127.0.0.2 on lo: cannot ask for neighbours on lo: Operation not supported"
    other.ip(f"addr del {other.address}/24 dev eth0")
    wait_for_result(agent, f"arp {other.address} on eth0: no answer within 0.3 s")
    lab.client.ip(f"addr add {other.address}/24 dev eth0")
    wait_for_result(agent, f"arp {other.address} on eth0: answered by {lab.client.mac()}")


def shield(host: LabHost) -> None:
    """Drops all that comes in by IP; ARP and neighbour discovery pass."""
    host.run("nft", "-f", "-", stdin="""
        add table inet shield
        add chain inet shield input { type filter hook input priority 0; }
        add rule inet shield input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
        add rule inet shield input drop
    """)


def link_local(host: LabHost) -> str:
    return next(str(entry["local"]) for entry in host.addresses() if entry["scope"] == "link")


def test_who_does_not_answer_in_time_has_failed_and_costs_nothing(lab: Lab, start: StartAgent) -> None:
    """timeout: a service that accepts and says nothing; no descriptor is left behind."""
    host = lab.hosts[0]
    serve(host, server=MUTE)
    agent = start(host, config(tracking(100), blocks=(
        check(f"http http://127.0.0.1:{PORT}/", "interval 0.1", "timeout 0.05", "weight -20"),)))
    wait_for_result(agent, f"http://127.0.0.1:{PORT}/: no answer within 0.05 s")
    lab.wait_for_holder(host, VIP)
    # One is open while a question is: what is left behind would show as more than that.
    few = open_descriptors(agent)
    asked_before = accepted(host)
    wait_until(lambda: accepted(host) >= asked_before + 30, 30, "thirty more questions")
    assert open_descriptors(agent) <= few + 1


def accepted(host: LabHost) -> int:
    """Connections that the host's services were ever given."""
    counters = host.run("nstat", "-asz", "TcpPassiveOpens").split()
    return int(counters[counters.index("TcpPassiveOpens") + 1])


def test_the_network_says_why_a_host_cannot_be_reached(lab: Lab, start: StartAgent) -> None:
    """ping and tcp to where no route leads, to a host that is not there, and to one that is shielded."""
    host, other = lab.hosts
    host.ip("route add unreachable 203.0.113.0/24")
    shield(other)
    times = ("interval 6", "timeout 6", "weight -1")
    cases = {"route": ("ping 198.51.100.1", ": network is unreachable"),
             "prohibited": (f"tcp 203.0.113.1 {PORT}", ": no route to host"),
             "absent": (f"tcp 192.0.2.77 {PORT}", ": no route to host"),
             "shielded": (f"tcp {other.address} {PORT}", ": no answer within 6 s"),
             "source": (f"ping {other.address}", ": cannot use the source address 192.0.2.88:"
                                                 " Cannot assign requested address")}
    blocks = tuple(check(question, *times, *(["source 192.0.2.88"] if name == "source" else []))
                   .replace("chk", name) for name, (question, _) in cases.items())
    agent = start(host, config(Instance(extra=("track_script {", *cases, "}")), blocks=blocks))

    agent.wait_for_log("startup complete")
    wait_until(lambda: all(results(agent).values()), 20, "an answer of each")
    assert {name: text for name, text in results(agent).items() if not text.endswith(cases[name][1])} == {}


def test_a_check_survives_a_reload_that_does_not_change_it(lab: Lab, start: StartAgent) -> None:
    """Neither the result nor the beat of an unchanged vrrp_check is lost; a changed one is asked anew."""
    host = lab.hosts[0]
    service = serve(host)
    seldom = (f"tcp 127.0.0.1 {PORT}", "interval 1000", "timeout 1")
    agent = start(host, config(tracking(100), blocks=(check(*seldom),)))
    lab.wait_for_holder(host, VIP)
    host.run("kill", "-KILL", str(service))
    opened = accepted(host)
    capture = lab.capture()
    agent.reload(config(tracking(120), blocks=(check(*seldom, "fall 1", "rise 2"),)))
    capture.wait_for_advert(lambda advert: advert.priority == 120, 15, "the new priority")
    assert host.holds(VIP) and accepted(host) == opened
    agent.reload(config(tracking(120), blocks=(check(f"tcp 127.0.0.1 {PORT}", "interval 999"),)))
    wait_until(lambda: not host.holds(VIP), 15, "what changed is asked again, and fails")


def test_questions_to_a_dead_network_delay_no_advert(lab: Lab, start: StartAgent) -> None:
    """Many checks that nobody answers: the master's adverts keep their beat."""
    host = lab.hosts[0]
    names = [f"c{number}" for number in range(50)]
    blocks = tuple(check(f"tcp 192.0.2.{150 + number} {PORT}", "interval 0.2", "weight -1")
                   .replace("chk", name) for number, name in enumerate(names))
    instance = Instance(priority=150, extra=("track_script {", *names, "}"))
    agent = start(host, config(instance, blocks=blocks))
    lab.wait_for_holder(host, VIP)
    capture = lab.capture()
    wait_until(lambda: len(capture.adverts("p1")) >= 20, 30, "twenty adverts")
    times = [advert.time for advert in capture.adverts("p1")]
    assert max(later - earlier for earlier, later in zip(times, times[1:])) < instance.down_interval()
    assert agent.stop() == 0
