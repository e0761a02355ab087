"""Waiting for something to become true, with a bound and a sentence that says what was missed."""

from __future__ import annotations

import time
from typing import Callable, TypeVar

Result = TypeVar("Result")

POLL_SECONDS = 0.01


def wait_until(condition: Callable[[], Result], timeout: float, what: str) -> Result:
    """Returns the first true value of `condition`; fails with `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(POLL_SECONDS)


def stays_true(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Fails with `what` as soon as `condition` is false within the next `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            raise AssertionError(f"did not stay so: {what}")
        time.sleep(POLL_SECONDS)
