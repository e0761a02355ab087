"""Whether the processor was there for those who are tested.

What the tests in namespaces wait for takes fractions of a second. A machine can be so busy that an agent gets
no processor for as long; what it then does is right, but not what the test is about. A process that only
sleeps and wakes, in a session of its own as agents are, knows. A test that fails is run again if the machine
stood still meanwhile, and the run says so.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from _pytest.runner import runtestprotocol

# Adverts are 200 ms apart in most tests.
TOLERATED = 0.03
ATTEMPTS = 3
PROGRAM = """
import select, sys, time
longest = 0.0
while True:
    began = time.monotonic()
    asked = select.select([sys.stdin], [], [], 0.005)[0]
    longest = max(longest, time.monotonic() - began - 0.005)
    if asked:
        if not sys.stdin.readline():
            break
        print(longest, flush=True)
        longest = 0.0
"""


class Watch:
    """Wakes all the time, and remembers how late that was at worst."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, text=True,
                                         stdout=subprocess.PIPE, start_new_session=True)

    def longest(self) -> float:
        """The longest delay since the last call, in seconds."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


WATCH = pytest.StashKey[Watch]()


def watch_of(config: pytest.Config) -> Watch:
    if WATCH not in config.stash:
        config.stash[WATCH] = Watch()
        config.add_cleanup(config.stash[WATCH].close)
    return config.stash[WATCH]


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    watch = watch_of(item.config)
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(1, ATTEMPTS + 1):
        watch.longest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        delay = watch.longest()
        if attempt == ATTEMPTS or delay < TOLERATED or not any(report.failed for report in reports):
            break
        item.warn(pytest.PytestWarning(f"run again: the processor was away for {delay * 1000:.0f} ms"))
        item._initrequest()  # type: ignore[attr-defined]  # with fresh fixtures
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
