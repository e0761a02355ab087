"""What the laboratory takes for an announcement."""

from __future__ import annotations

from lab.frames import Announcement, parse_frame

ALL = bytes.fromhex("ffffffffffff")
ONE = bytes.fromhex("020000000009")
SENDER = bytes.fromhex("020000000001")
ADDRESS = bytes([192, 0, 2, 1])
REQUEST = bytes.fromhex("0001080006040001")


def arp(to: bytes, target: bytes) -> bytes:
    return to + SENDER + b"\x08\x06" + REQUEST + SENDER + ADDRESS + bytes(6) + target


def test_an_arp_of_the_sender_to_all_announces() -> None:
    announced = Announcement(1.0, "p1", "arp", "192.0.2.1", SENDER.hex(":"))
    assert parse_frame(1.0, "p1", arp(ALL, ADDRESS)) == announced


def test_a_question_and_what_is_said_to_one_host_do_not() -> None:
    assert parse_frame(1.0, "p1", arp(ALL, bytes([192, 0, 2, 2]))) is None
    assert parse_frame(1.0, "p1", arp(ONE, ADDRESS)) is None
