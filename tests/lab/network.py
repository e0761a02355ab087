"""The network of the laboratory: hosts and a client at one switch, and the means to hurt it.

    h1 ── p1 ┐
    h2 ── p2 ├ br0 (in a namespace of its own)
    h3 ── p3 │
    client ─ pc ┘

Host N has 192.0.2.N/24 and 2001:db8::N/64 on eth0, the client 192.0.2.100 and 2001:db8::100. The kernel's
defaults are kept everywhere but on the switch, which is as dumb as a switch can be.
"""

from __future__ import annotations

import json
import pathlib
import selectors
import shutil
import tempfile
import threading
from types import TracebackType

from lab.addresses import addresses_on
from lab.capture import Capture
from lab.namespaces import Namespaces
from lab.waiting import wait_until

BLOCKED, FORWARDING = "0", "3"
LINK_NETWORK = 32  # addresses for the hosts on each further link


class LabHost(Namespaces):
    """A host of the laboratory: namespaces, a cable to the switch, a folder for its files."""

    def __init__(self, name: str, port: str, number: int, folder: pathlib.Path) -> None:
        super().__init__(name)
        self.port = port
        self.ports = [port]  # more of them with more links
        self.address = f"192.0.2.{number}"
        self.address6 = f"2001:db8::{number}"
        self.folder = folder
        folder.mkdir()

    def addresses(self, interface: str = "eth0") -> list[dict[str, object]]:
        """The addresses of an interface as `ip -j` tells them; none when it does not exist."""
        shown = self.try_run("ip", "-j", "addr", "show", "dev", interface)
        if shown.returncode != 0:
            return []
        return [entry for link in json.loads(shown.stdout) for entry in link.get("addr_info", [])]

    def holds(self, address: str, interface: str = "eth0") -> bool:
        try:
            index = int((self.root / f"sys/class/net/{interface}/ifindex").read_text())
        except OSError:
            return False
        return address in addresses_on(self, index)

    def mac(self) -> str:
        return json.loads(self.run("ip", "-j", "link", "show", "dev", "eth0"))[0]["address"]

    def write(self, name: str, text: str, executable: bool = False) -> pathlib.Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755 if executable else 0o644)
        return path

    def ip(self, words: str) -> str:
        return self.run("ip", *words.split())


class Lab:
    """Builds the network on entry and removes it on exit."""

    def __init__(self, hosts: int = 2, ipv6: bool = False) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="understudy-lab-"))
        self._made: list[Namespaces] = []
        self._captures: list[Capture] = []
        try:
            self._build(hosts, ipv6)
        except BaseException:
            self.close()
            raise

    def _build(self, hosts: int, ipv6: bool) -> None:
        self.switch = Namespaces("switch")
        self._made.append(self.switch)
        self._make_switch()
        self.hosts = [self._add(f"h{n}", f"p{n}", n) for n in range(1, hosts + 1)]
        self.client = self._add("client", "pc", 100)
        self._drain = LogDrain(self._made, self.folder)
        for host in [*self.hosts, self.client]:
            wait_until(lambda host=host: _is_up(host), 10, f"the carrier of {host.name}")
        if ipv6:
            self._wait_for_duplicate_detection()

    def _make_switch(self) -> None:
        self.switch.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                        "net.ipv6.conf.default.disable_ipv6=1")
        self.switch.run("ip", "link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0",
                        "mcast_snooping", "0")
        self.switch.run("ip", "link", "set", "br0", "up")

    def _add(self, name: str, port: str, number: int) -> LabHost:
        host = LabHost(name, port, number, self.folder / name)
        self.add(host)
        return host

    def add(self, host: LabHost) -> None:
        """From now on the laboratory closes it, too."""
        self._made.append(host)
        self.connect(host)

    def connect(self, host: LabHost) -> None:
        """Plugs a new interface eth0 of the host into the switch."""
        self.switch.plug(host.port, host, "eth0")
        self.switch.run("ip", "link", "set", host.port, "master", "br0", "up")
        host.ip("link set eth0 up")
        host.ip(f"addr add {host.address}/24 dev eth0")
        host.ip(f"addr add {host.address6}/64 dev eth0 nodad")

    def add_links(self, count: int) -> None:
        """More interfaces eth1, eth2 … of each host; those of one number share a switch of their own."""
        for n in range(1, count + 1):
            self.switch.run("ip", "link", "add", f"br{n}", "type", "bridge", "stp_state", "0",
                            "forward_delay", "0", "mcast_snooping", "0")
            self.switch.run("ip", "link", "set", f"br{n}", "up")
            for number, host in enumerate(self.hosts, 1):
                port, interface = f"{host.port}x{n}", f"eth{n}"
                self.switch.plug(port, host, interface)
                self.switch.run("ip", "link", "set", port, "master", f"br{n}", "up")
                host.ip(f"link set {interface} up")
                host.ip(f"addr add 203.0.113.{LINK_NETWORK * n + number}/27 dev {interface}")
                wait_until(lambda name=interface, host=host: _is_up(host, name), 10,
                           f"the carrier of {interface} of {host.name}")
                host.ports.append(port)

    def _wait_for_duplicate_detection(self) -> None:
        for host in [*self.hosts, self.client]:
            wait_until(lambda host=host: _link_local_is_usable(host), 10,
                       f"a link-local address of {host.name}")

    def block(self, host: LabHost) -> None:
        """Cuts the host off at the switch; the host itself still sees its carrier."""
        for port in host.ports:
            self.switch.run("bridge", "link", "set", "dev", port, "state", BLOCKED)

    def unblock(self, host: LabHost) -> None:
        for port in host.ports:
            self.switch.run("bridge", "link", "set", "dev", port, "state", FORWARDING)

    def drop_adverts_from(self, host: LabHost) -> None:
        """Loses the adverts of one host on their way through the switch; everything else passes."""
        self.switch.run("nft", "-f", "-", stdin=f"""
            add table bridge lab
            add chain bridge lab forward {{ type filter hook forward priority 0; }}
            add rule bridge lab forward iifname "{host.port}" meta protocol ip ip protocol 112 drop
            add rule bridge lab forward iifname "{host.port}" meta protocol ip6 ip6 nexthdr 112 drop
        """)

    def pass_all_adverts(self) -> None:
        self.switch.run("nft", "delete", "table", "bridge", "lab")

    def capture(self, *more: str) -> Capture:
        """Listens at all ports from now on, and at those that a test has added."""
        ports = [port for host in [*self.hosts, self.client] for port in host.ports]
        capture = Capture(self.switch, [*ports, *more])
        self._captures.append(capture)
        return capture

    def holders(self, address: str) -> list[str]:
        """The names of the hosts that hold the address now."""
        return [host.name for host in self.hosts if host.holds(address)]

    def wait_for_holder(self, host: LabHost, address: str, timeout: float = 10) -> None:
        """Waits until this host holds the address and no other does."""
        wait_until(lambda: self.holders(address) == [host.name], timeout,
                   f"{host.name} alone holds {address}")

    def crash(self, host: LabHost) -> None:
        """A death that nobody announces: first the cable, then every process."""
        self.block(host)
        host.kill_all()

    def close(self) -> None:
        for capture in self._captures:
            capture.close()
        for made in self._made:
            made.close()
        if hasattr(self, "_drain"):
            self._drain.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


class LogDrain:
    """Reads every host's /dev/log into FOLDER/NAME.syslog; a full socket would stop the writers."""

    def __init__(self, hosts: list[Namespaces], folder: pathlib.Path) -> None:
        self._selector = selectors.DefaultSelector()
        for host in hosts:
            self._selector.register(host.log_socket(), selectors.EVENT_READ, folder / f"{host.name}.syslog")
        self._closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closing:
            for key, _ in self._selector.select(timeout=0.2):
                message = key.fileobj.recv(65536)  # type: ignore[union-attr]
                with open(key.data, "ab") as log:
                    log.write(message.rstrip(b"\0\n") + b"\n")

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()


def _is_up(host: LabHost, interface: str = "eth0") -> bool:
    return json.loads(host.run("ip", "-j", "link", "show", "dev", interface))[0]["operstate"] == "UP"


def _link_local_is_usable(host: LabHost) -> bool:
    return any(entry["scope"] == "link" and not entry.get("tentative") for entry in host.addresses()
               if entry["family"] == "inet6")
