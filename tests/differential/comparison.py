"""A plan in both programs at once: what differs, when it is quiet after each disturbance."""

from __future__ import annotations

import contextlib
import pathlib
import re
import time
from dataclasses import dataclass
from typing import Iterator

from lab import recording
from lab.agent import keepalived, understudy
from mishaps import Mishap, Plan
from pieces import Block, instances, text
from watched import Seen, Watched

FOLDER = pathlib.Path(__file__).parent
PATIENCE = 45
POLL = 0.25


@dataclass(frozen=True)
class Difference:
    """One thing that was seen differently after one disturbance."""

    step: int
    mishap: str
    what: str
    theirs: tuple[str, ...]
    ours: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Those that only keepalived has, with a minus, and those that only understudy has, with a plus."""
        return [f"-{line}" for line in self.theirs if line not in self.ours] + \
            [f"+{line}" for line in self.ours if line not in self.theirs]

    def __str__(self) -> str:
        shown = self.lines or ["-" + line for line in self.theirs] + ["+" + line for line in self.ours]
        return "\n    ".join([f"after {self.mishap!r} (step {self.step}): {self.what}", *shown])


@dataclass(frozen=True)
class Known:
    """A difference that is meant: where it may be, which lines it may have, and why."""

    mishap: re.Pattern[str]
    what: re.Pattern[str]
    lines: re.Pattern[str]
    given: re.Pattern[str]
    ends: bool  # nothing after it can be compared, because the two are in different states
    reason: str

    def concerns(self, one: Difference, configs: str) -> bool:
        return bool(self.mishap.fullmatch(one.mishap) and self.what.fullmatch(one.what)
                    and self.given.search(configs))

    def explains(self, one: Difference) -> bool:
        """A line of it at least, or that the same lines come in another order or number."""
        return not one.lines or any(self.lines.search(line) for line in one.lines)


def known_differences() -> list[Known]:
    rows = [line.split("\t") for line in (FOLDER / "differences.tsv").read_text().splitlines()
            if line and not line.startswith("#")]
    return [Known(*(re.compile(pattern) for pattern in row[:4]), ends=row[4] == "ends", reason=row[5])
            for row in rows]


def covering(one: Difference, known: list[Known], configs: str) -> list[Known]:
    """Those that together explain each line of it; none if one line is left."""
    entries = [entry for entry in known if entry.concerns(one, configs) and entry.explains(one)]
    is_covered = all(any(entry.lines.search(line) for entry in entries) for line in one.lines)
    return entries if is_covered else []


class Restless(Exception):
    """One of the two never came to rest, so that nothing can be compared."""


def quiet_seconds(tree: Block, mishap: Mishap, hung: bool = False) -> float:
    """For how long nothing may be seen of what is still to come after this disturbance; `hung`: a script once
    did, and may still."""
    if mishap.what == "stop":
        return 0.5
    longest = 0.0
    learnt = 1 if "interval" in mishap.words else 0
    for one in instances(tree):
        adverts = 1 + int(one.value("down_timer_adverts", "3"))
        delays = 1.0 if one.value("preempt_delay") else 0.0
        longest = max(longest, adverts * (float(one.value("advert_int", "1")) + learnt) + delays)
    words = text(tree)
    starts = mishap.what in ("start", "restart")
    scripts = processes = startup = links = 0.0
    if "track_script" in words and (starts or mishap.what in ("reload", "script")):
        scripts = 4.2 if hung else 2.4
    if "vrrp_track_process" in words and (starts or mishap.what in ("reload", "process")):
        processes = 0.8
    if "vrrp_startup_delay" in words and starts:
        startup = 1.0
    if "interface_up_down_delays" in words:
        links = 0.3
    return max(longest + scripts + processes + startup + links, 1.2) + 0.4


def await_quiet(both: list[Watched], seconds: float) -> None:
    deadline = time.monotonic() + PATIENCE
    before: list[tuple[object, ...]] = []
    changed: list[str] = []
    since = time.monotonic()
    while time.monotonic() - since < seconds:
        now = [one.fingerprint() for one in both]
        if now != before:
            changed = [part for new, old in zip(now, before or now) for part in _changes(new, old)]
            before, since = now, time.monotonic()
        if time.monotonic() > deadline:
            raise Restless(changed)
        time.sleep(POLL)


def _changes(new: tuple[object, ...], old: tuple[object, ...]) -> list[str]:
    return [f"{before} became {now}" for now, before in zip(new, old) if now != before]


@contextlib.contextmanager
def watched(plan: Plan) -> Iterator[list[Watched]]:
    made: list[Watched] = []
    try:
        made += [Watched(program, plan) for program in (keepalived(), understudy())]
        yield made
    finally:
        for one in made:
            one.close()


def differences(plan: Plan) -> list[Difference]:
    """All that differs, in the order of the disturbances; a verdict about a configuration comes first."""
    with watched(plan) as both:
        found = verdicts(plan, both)
        tree, hung = plan.config, False
        for step, mishap in enumerate(plan.mishaps):
            for one in both:
                one.go(mishap)
            before, tree = tree, both[0].tree
            hung = hung or "hangs" in mishap.words
            await_quiet(both, max(quiet_seconds(one, mishap, hung) for one in (before, tree)))
            theirs, ours = (one.seen() for one in both)
            found += differing(step, str(mishap), theirs, ours)
        replayed = tuple(recording.differences(both[1].lab))
        end = Difference(len(plan.mishaps), "the end", "replay", (), replayed)
        return [*found, end] if replayed else found


def verdicts(plan: Plan, both: list[Watched]) -> list[Difference]:
    found = []
    for number, tree in enumerate(plan.configs()):
        theirs, ours = (one.verdict(tree) for one in both)
        if theirs != ours:
            said = [tuple(one.complaints().splitlines()) for one in both]
            found.append(Difference(-1, f"configuration {number}", "verdict", (theirs, *said[0]),
                                    (ours, *said[1])))
    return found


def differing(step: int, mishap: str, theirs: Seen, ours: Seen) -> list[Difference]:
    """Of the pace only what both could be asked about."""
    told = {line.split(":")[0] for line in theirs["pace"]} & {line.split(":")[0] for line in ours["pace"]}
    for seen in (theirs, ours):
        seen["pace"] = [line for line in seen["pace"] if line.split(":")[0] in told]
    return [Difference(step, mishap, what, tuple(theirs[what]), tuple(ours[what]))
            for what in theirs if theirs[what] != ours[what]]


def unmeant(plan: Plan, found: list[Difference], known: list[Known]) -> list[Difference]:
    """Those not listed, of the first disturbance that had any: what comes later may be its effect."""
    configs = "\n".join(text(tree) for tree in plan.configs())
    for step in sorted({one.step for one in found}):
        here = [one for one in found if one.step == step]
        explained = [covering(one, known, configs) for one in here]
        fresh = [one for one, entries in zip(here, explained) if not entries]
        if fresh or any(entry.ends for entries in explained for entry in entries):
            return fresh
    return []
