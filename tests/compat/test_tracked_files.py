"""The same disturbances of tracked files, and the same priorities on the wire as keepalived's.

Processes cannot be compared here: keepalived counts none outside the first network namespace.
"""

from __future__ import annotations

import pathlib
import time
from typing import Callable

import pytest

from lab.agent import Agent, keepalived, understudy
from lab.config import Instance, config
from lab.network import Lab, LabHost
from lab.plugin import MakeLab

BOTH = pytest.mark.parametrize("program", [keepalived, understudy], ids=["keepalived", "understudy"])

# Weight and, for each number in the file, the priority of the adverts; 0: none are sent.
FILE_CASES = {
    "weight 3": {"5": 115, "-4": 88, "7": 121, "abc": 100, "3x": 109, " 6": 118, "+8": 124, "": 100,
                 "100": 254},
    "weight 3 reverse": {"5": 85, "-4": 112, "0": 100},
    "weight -2": {"5": 90, "-4": 108, "126": 1, "0": 100, "127": 0},
    "weight 0": {"0": 100, "1": 0},
    "weight 0 reverse": {"1": 100, "0": 0},
}


def run(lab_host: LabHost, program: Callable[[], pathlib.Path], block: str, *extra: str) -> Agent:
    text = config(Instance(advert_int=0.2, extra=extra), blocks=(block,))
    return Agent(lab_host, program(), text).start()


@BOTH
@pytest.mark.parametrize("settings", FILE_CASES)
def test_track_file_gives_the_same_priorities(make_lab: MakeLab, program: Callable[[], pathlib.Path],
                                              settings: str) -> None:
    """track_file: number times weight, its limits, and what counts as a number."""
    lab: Lab = make_lab(hosts=1)
    numbers = FILE_CASES[settings]
    path = lab.hosts[0].write("weight", next(iter(numbers)))
    capture = lab.capture()
    block = f"track_file tf {{\n file {path}\n {settings}\n}}"
    agent = run(lab.hosts[0], program, block, "track_file {", "tf", "}")
    for text, priority in numbers.items():
        written = time.time()
        path.write_text(text)
        if priority == 0:
            agent.wait_for_log("Entering FAULT STATE")
            continue
        capture.wait_for_advert(lambda advert: advert.priority == priority, 15,
                                f"priority {priority} for {text!r} with {settings}", written)
