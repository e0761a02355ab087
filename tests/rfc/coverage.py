#!/usr/bin/env python3
"""Holds the tests to the standards: every normative sentence of RFC 9568 and RFC 3768 that pure code can
break must be named by a test in tests/rfc or tests/scenario, its identifier with underscores:
TEST(Rfc9568, V3_FSM_10_...). Every other sentence stands below with the reason why not, and with a test
elsewhere that witnesses it, where there is one.

Usage: coverage.py ROOT_OF_THE_SOURCES
"""

from __future__ import annotations

import pathlib
import re
import sys
from dataclasses import dataclass


def identifiers(text: str) -> list[str]:
    """'V3-FSM 01 02-04' to V3-FSM-01, V3-FSM-02, V3-FSM-03, V3-FSM-04."""
    group, *numbers = text.split()
    found = []
    for number in numbers:
        first, _, last = number.partition("-")
        found += [f"{group}-{n:02}" for n in range(int(first), int(last or first) + 1)]
    return found


TESTED_HERE = [
    "V3-HDR 04 05 12", "V3-FLD 01-06 08-11 13-15", "V3-CK 01-06", "V3-RX 01-05 08-12 15-20", "V3-TX 01 02",
    "V3-TM 01-11", "V3-FSM 01 02 08-12 21-29", "V3-POL 01-06", "V3-MAC 01",
    "V2-HDR 03 04", "V2-FLD 01-08", "V2-AUTH 01-09", "V2-RX 01-04", "V2-TM 01 02", "V2-FSM 01-05",
]


@dataclass(frozen=True)
class Elsewhere:
    sentences: str
    reason: str
    witness: tuple[str, str] | None = None  # a file, and a test in it


READER = "the configuration reader decides it"
KERNEL = "the kernel answers, resolves and filters; it follows from the address being there or not"
VIRTUAL_MAC = "needs the virtual MAC address; the interface keeps its own, which is keepalived's default"
SOURCE = "the agent takes the source address from what the kernel tells of the interface"
OPERATOR = "advice to the operator, not a duty of the program"
NOT_OFFERED = "not offered: an instance speaks one version, and router advertisements are others' work"

ELSEWHERE = [
    Elsewhere("V3-HDR 01 06", SOURCE),
    Elsewhere("V3-HDR 02", "the agent names the group; a keepalived peer hears only that one",
              ("tests/compat/test_pairs.py", "test_the_stronger_wins_and_speaks_the_agreed_language")),
    Elsewhere("V3-HDR 03 08", "no router forwards link-local scope, and that is the kernel's duty"),
    Elsewhere("V3-HDR 07 10", "seen on the wire only",
              ("tests/netns/test_addresses.py", "test_ipv6_addresses_move_without_duplicate_detection")),
    Elsewhere("V3-HDR 09", "the executor sets the hop limit the agent names"),
    Elsewhere("V3-HDR 11", VIRTUAL_MAC),
    Elsewhere("V3-HDR 13", "the agent counts the identification of each instance"),
    Elsewhere("V3-FLD 07 12 16", READER),
    Elsewhere("V3-CK 07", "the trailer has its own codec",
              ("tests/unit/wire/hmac_trailer_test.cpp", "GoesWithBothFormsOfTheChecksum")),
    Elsewhere("V3-RX 06", "the agent finds the instance by link, family and number",
              ("tests/netns/test_forged.py", "another_router_id")),
    Elsewhere("V3-RX 07", "superseded by erratum 8298, which is V3-RX-08"),
    Elsewhere("V3-RX 13 14", "the agent words and counts every refusal"),
    Elsewhere("V3-RX 21", "the adapter that reads the sockets limits what one turn takes",
              ("tests/netns/test_forged.py", "test_a_flood_of_foreign_adverts_delays_nothing")),
    Elsewhere("V3-TX 03", "says no more than V3-HDR-01 to V3-HDR-11"),
    Elsewhere("V3-TX 04 05", "the agent writes one packet per peer and tells of a failed send once"),
    Elsewhere("V3-FSM 03 04 06 07 13-15 17-20", KERNEL),
    Elsewhere("V3-FSM 05 16", NOT_OFFERED),
    Elsewhere("V3-FSM 30", "the agent announces the source address of a unicast instance"),
    Elsewhere("V3-POL 07", "with Accept_Mode true the packet is local and the question does not arise"),
    Elsewhere("V3-POL 08", OPERATOR),
    Elsewhere("V3-MAC 02 03", VIRTUAL_MAC),
    Elsewhere("V3-OPS 01-04 06 08-10", VIRTUAL_MAC),
    Elsewhere("V3-OPS 05", "seen on the wire only",
              ("tests/netns/test_announce.py", "test_five_gratuitous_arps_now_and_five_after_the_delay")),
    Elsewhere("V3-OPS 11", "seen on the wire only",
              ("tests/netns/test_announce.py", "test_neighbour_adverts_are_sent_five_times_twice")),
    Elsewhere("V3-OPS 12", KERNEL,
              ("tests/netns/test_addresses.py", "test_ipv6_addresses_move_without_duplicate_detection")),
    Elsewhere("V3-OPS 07 13 14", NOT_OFFERED),
    Elsewhere("V3-OPS 15", KERNEL),
    Elsewhere("V3-OPS 16", OPERATOR),
    Elsewhere("V3-IOP 01-07", NOT_OFFERED),
    Elsewhere("V2-HDR 01", SOURCE),
    Elsewhere("V2-HDR 02", "the agent names the group; a keepalived peer hears only that one",
              ("tests/compat/test_pairs.py", "test_the_stronger_wins_and_speaks_the_agreed_language")),
    Elsewhere("V2-HDR 05", VIRTUAL_MAC),
    Elsewhere("V2-AUTH 10 11", "the agent keeps the counter that sending and receiving share"),
    Elsewhere("V2-AUTH 12", READER),
    Elsewhere("V2-AUTH 13", OPERATOR),
    Elsewhere("V2-RX 05", "the agent words and counts every refusal"),
    Elsewhere("V2-FSM 06 07", KERNEL),
]


def named_by_tests(root: pathlib.Path) -> set[str]:
    names: list[str] = []
    for folder in ("tests/rfc", "tests/scenario"):
        for source in sorted((root / folder).glob("*.cpp")):
            names += re.findall(r"\bTEST(?:_[FP])?\(\s*\w+,\s*(\w+)\s*\)", source.read_text())
    return {found.replace("_", "-") for name in names for found in re.findall(r"V[23]_[A-Z]+_\d\d", name)}


def missing_witnesses(root: pathlib.Path) -> list[str]:
    missing = []
    for entry in ELSEWHERE:
        if entry.witness is None:
            continue
        file, test = entry.witness
        if not (root / file).is_file() or test not in (root / file).read_text():
            missing.append(f"{entry.sentences}: its witness {test} is not in {file}")
    return missing


def main(root: pathlib.Path) -> int:
    here = {found for text in TESTED_HERE for found in identifiers(text)}
    elsewhere = {found for entry in ELSEWHERE for found in identifiers(entry.sentences)}
    named = named_by_tests(root)
    faults = [f"{sentence}: no test names it" for sentence in sorted(here - named)]
    faults += [f"{sentence}: a test names it, but it is not in the list of those tested here"
               for sentence in sorted(named - here)]
    faults += [f"{sentence}: is listed twice" for sentence in sorted(here & elsewhere)]
    faults += missing_witnesses(root)
    summary = f"{len(here)} sentences have their test here, {len(elsewhere)} a reason why not"
    print("\n".join([*faults, summary]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
