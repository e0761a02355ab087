"""What our encoders write, as readers see it that know nothing of our code: scapy and tshark.

The program emit_frames writes a capture file and says on one line per frame what it was made from. Its place
is $UNDERSTUDY_BUILD/tests/unit/wire; without that variable the directory "build" of the repository is taken.
"""

import dataclasses
import hmac
import os
import pathlib
import shutil
import subprocess

import pytest

scapy_all = pytest.importorskip("scapy.all")
from scapy.layers.inet import IP, in4_chksum  # noqa: E402
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6, in6_chksum  # noqa: E402
from scapy.layers.ipsec import AH  # noqa: E402
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.layers.vrrp import VRRP, VRRPv3  # noqa: E402
from scapy.utils import checksum  # noqa: E402

pytestmark = pytest.mark.xdist_group("readers")  # one capture for all

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROUPS = ("224.0.0.18", "ff02::12")
AUTH_TYPES = {"none": 0, "simple": 1, "ah": 2}


@dataclasses.dataclass
class Emitted:
    number: int  # as tshark counts, from 1
    kind: str
    made_from: dict
    octets: bytes

    def __str__(self):
        return f"frame {self.number}: {self.kind} {self.made_from}"


def parse_line(line):
    kind, *fields = line.split(" ")
    return kind, dict(field.split("=", 1) for field in fields)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    build = pathlib.Path(os.environ.get("UNDERSTUDY_BUILD", ROOT / "build"))
    program = build / "tests" / "unit" / "wire" / "emit_frames"
    assert program.exists(), f"{program} is not built; set UNDERSTUDY_BUILD to the build directory"
    path = tmp_path_factory.mktemp("wire") / "frames.pcap"
    output = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout
    frames = [bytes(packet) for packet in scapy_all.rdpcap(str(path))]
    lines = output.splitlines()
    assert len(frames) == len(lines) > 400
    emitted = [Emitted(number, *parse_line(line), octets)
               for number, (line, octets) in enumerate(zip(lines, frames), start=1)]
    return path, emitted


def of_kind(capture, kind):
    frames = [frame for frame in capture[1] if frame.kind == kind]
    assert frames
    return frames


def message_of(frame):
    """The VRRP message as scapy's dissector of its version sees it, and the layer under it."""
    ether = Ether(frame.octets)
    if frame.made_from["auth"] == "ah":
        header = ether[IP]
        ah = AH(bytes(header.payload)[:24])
        return VRRP(bytes(header.payload)[24:]), header, ah
    layer = VRRP if frame.made_from["version"] == "2" else VRRPv3
    return ether[layer], ether[IPv6 if IPv6 in ether else IP], None


def addresses_of(frame):
    return [address for address in frame.made_from["addresses"].split(",") if address]


def test_scapy_finds_the_fields_of_every_advert(capture):
    for frame in of_kind(capture, "advert"):
        message, carrier, _ = message_of(frame)
        made_from = frame.made_from
        version = int(made_from["version"])
        interval = message.adv * 100 if version == 2 else message.adv
        seen = (message.version, message.type, message.vrid, message.priority, interval, message.addrlist)
        wanted = (version, 1, int(made_from["vrid"]), int(made_from["priority"]), int(made_from["interval"]),
                  addresses_of(frame))
        assert seen == wanted, frame
        assert (carrier.src, carrier.dst) == (made_from["source"], made_from["destination"]), frame
        assert not message.payload, frame


def test_scapy_finds_the_carrier_the_standards_ask_for(capture):
    for frame in of_kind(capture, "advert"):
        _, carrier, ah = message_of(frame)
        if isinstance(carrier, IP):
            seen = (carrier.tos, carrier.ttl, carrier.id, int(carrier.flags), carrier.frag, carrier.proto)
            assert seen == (0xC0, 255, int(frame.made_from["id"]), 0, 0, 51 if ah else 112), frame
        else:
            assert (carrier.tc, carrier.hlim, carrier.nh) == (0xC0, 255, 112), frame


def test_scapy_finds_the_authentication_of_version_2(capture):
    for frame in of_kind(capture, "advert"):
        if frame.made_from["version"] != "2":
            continue
        message, _, _ = message_of(frame)
        assert message.authtype == AUTH_TYPES[frame.made_from["auth"]], frame
        text = frame.made_from["password"].encode() if frame.made_from["auth"] == "simple" else b""
        data = message.auth1.to_bytes(4, "big") + message.auth2.to_bytes(4, "big")
        assert data == text.ljust(8, b"\0"), frame


def covers_message_only(frame):
    """Over IPv6 the form is not a matter of choice."""
    return frame.made_from["form"] == "message-only" and ":" not in frame.made_from["source"]


def recomputed_checksum(frame, message, carrier):
    """By scapy's own sums, over the message with an empty checksum field."""
    octets = bytearray(bytes(message))
    octets[6:8] = b"\0\0"
    if frame.made_from["version"] == "2" or covers_message_only(frame):
        return checksum(bytes(octets))
    sum_with_pseudo_header = in4_chksum if isinstance(carrier, IP) else in6_chksum
    return sum_with_pseudo_header(112, carrier, bytes(octets))


def test_scapy_computes_the_same_checksums(capture):
    for frame in of_kind(capture, "advert"):
        message, carrier, _ = message_of(frame)
        sent = message.chksum
        assert recomputed_checksum(frame, message, carrier) == sent, frame
        if isinstance(carrier, IP):
            header = carrier.copy()
            del header.chksum
            assert IP(bytes(header)).chksum == carrier.chksum, frame


def test_the_authentication_header_has_the_check_value_of_another_hmac(capture):
    signed = [frame for frame in of_kind(capture, "advert") if frame.made_from["auth"] == "ah"]
    assert signed
    for frame in signed:
        _, carrier, ah = message_of(frame)
        assert (ah.nh, ah.payloadlen, ah.reserved) == (112, 4, 0), frame
        assert (ah.spi, ah.seq) == (0xC0000201, int(frame.made_from["sequence"])), frame
        covered = bytearray(frame.octets[14:])
        covered[1] = 0
        covered[6:8] = covered[10:12] = b"\0\0"
        if frame.made_from["destination"] not in GROUPS:
            covered[8] = 0
        covered[32:44] = bytes(12)
        digest = hmac.new(frame.made_from["password"].encode(), bytes(covered), "md5").digest()
        assert frame.octets[14 + 32:14 + 44] == digest[:12], frame


def checksum_without_trailer(version, carrier, message, trailer):
    """Of a message whose checksum field is empty: over IPv6 alone the trailer counts."""
    if version == 2:
        return checksum(message)
    if isinstance(carrier, IP):
        bare = carrier.copy()
        bare.len -= len(trailer)  # scapy takes the length from the header
        return in4_chksum(112, bare, message)
    return in6_chksum(112, carrier, message + trailer)


def test_the_hmac_trailer_is_that_of_another_hmac(capture):
    """auth_hmac: key, active_key"""
    for frame in of_kind(capture, "signed"):
        carrier, octets = Ether(frame.octets).payload, frame.octets[14:]
        family, source, payload = ((4, octets[12:16], octets[20:]) if isinstance(carrier, IP)
                                   else (6, octets[8:24], octets[40:]))
        version, key_id = int(frame.made_from["version"]), int(frame.made_from["id"])
        message, head, sent = payload[:-28], payload[-28:-16], payload[-16:]
        empty = message[:6] + b"\0\0" + message[8:]
        sequence = int(frame.made_from["sequence"]).to_bytes(8, "big")
        assert head == bytes([1, key_id, 0, 0]) + sequence, frame
        covered = bytes([family, version, message[1], 0]) + source.ljust(16, b"\0") + empty + head + bytes(16)
        key = bytes.fromhex(frame.made_from["key"])
        assert sent == hmac.new(key, covered, "sha256").digest()[:16], frame
        wanted = checksum_without_trailer(version, carrier, empty, head + sent)
        assert int.from_bytes(message[6:8], "big") == wanted, frame


def test_scapy_reads_the_gratuitous_arps(capture):
    for frame in of_kind(capture, "arp"):
        ether = Ether(frame.octets)
        mac, address = frame.made_from["mac"], frame.made_from["address"]
        assert (ether.dst, ether.src) == ("ff:ff:ff:ff:ff:ff", mac), frame
        arp = ether[ARP]
        assert (arp.op, arp.hwsrc, arp.psrc) == (1, mac, address), frame
        assert (arp.hwdst, arp.pdst) == ("ff:ff:ff:ff:ff:ff", address), frame


def test_scapy_reads_the_neighbour_adverts(capture):
    for frame in of_kind(capture, "neighbour"):
        ether = Ether(frame.octets)
        mac, address = frame.made_from["mac"], frame.made_from["address"]
        assert (ether.dst, ether.src) == ("33:33:00:00:00:01", mac), frame
        assert (ether[IPv6].src, ether[IPv6].dst, ether[IPv6].hlim) == (address, "ff02::1", 255), frame
        advert = ether[ICMPv6ND_NA]
        router = int(frame.made_from["router"])
        assert (advert.tgt, advert.R, advert.S, advert.O) == (address, router, 0, 1), frame
        assert ether[ICMPv6NDOptDstLLAddr].lladdr == mac, frame
        rebuilt = ether.copy()
        del rebuilt[ICMPv6ND_NA].cksum
        assert bytes(rebuilt) == frame.octets, frame


TSHARK_FIELDS = ("frame.number", "frame.protocols", "ip.checksum.status", "vrrp.checksum.status",
                 "icmpv6.checksum.status", "_ws.malformed", "_ws.expert.group", "ah.sequence")


def tshark(path, *preferences):
    """The fields of every frame, by its number."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|"]
    for preference in ("ip.check_checksum:TRUE", *preferences):
        command += ["-o", preference]
    for field in TSHARK_FIELDS:
        command += ["-e", field]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [dict(zip(TSHARK_FIELDS, line.split("|"))) for line in output.splitlines()]
    return {int(row["frame.number"]): row for row in rows}


@pytest.fixture(scope="module")
def rows(capture):
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    path, emitted = capture
    with_pseudo_header = tshark(path, "vrrp.v3_checksum_as_in_v2:FALSE")
    message_only = tshark(path, "vrrp.v3_checksum_as_in_v2:TRUE")
    assert len(with_pseudo_header) == len(message_only) == len(emitted)
    chosen = message_only, with_pseudo_header
    # tshark does not know the HMAC trailer and counts it into every checksum.
    return [(frame, chosen[frame.made_from.get("form") != "message-only"][frame.number]) for frame in emitted
            if frame.kind != "signed"]


def test_tshark_finds_nothing_malformed(rows):
    for frame, row in rows:
        assert row["_ws.malformed"] == "", frame
        assert row["_ws.expert.group"] == "", frame


def test_tshark_takes_every_frame_for_what_it_is(rows):
    for frame, row in rows:
        last = {"advert": "vrrp", "arp": "arp", "neighbour": "icmpv6"}[frame.kind]
        assert row["frame.protocols"].split(":")[-1] == last, frame
        if frame.made_from.get("auth") == "ah":
            assert row["ah.sequence"] == frame.made_from["sequence"], frame


def test_tshark_calls_every_checksum_good(rows):
    for frame, row in rows:
        if frame.kind == "arp":
            continue
        field = "vrrp.checksum.status" if frame.kind == "advert" else "icmpv6.checksum.status"
        assert row[field] == "1", frame
        if "." in frame.made_from.get("source", ""):
            assert row["ip.checksum.status"] == "1", frame


def test_tshark_would_call_the_other_form_bad(capture):
    """So that the test above is known to look at something."""
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    path, emitted = capture
    seen = tshark(path, "vrrp.v3_checksum_as_in_v2:FALSE")
    others = [frame for frame in emitted if frame.made_from.get("form") == "message-only"
              and frame.made_from["version"] == "3"]
    assert others
    for frame in others:
        assert seen[frame.number]["vrrp.checksum.status"] == "0", frame
