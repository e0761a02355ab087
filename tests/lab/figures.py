"""Figures of two agents side by side: what was measured, what it is to be, and whether it is.

A target speaks of the medians; one that is a limit for every single run speaks of the worst.
"""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Sequence

Values = Sequence[float]


@dataclass(frozen=True)
class Figure:
    """One line of the table. Without a target `met` is nothing; with too few runs to judge, too."""

    what: str
    unit: str
    understudy: Values
    keepalived: Values = ()
    floor: Values = ()
    target: str = ""
    met: bool | None = None

    def ratio(self) -> float | None:
        return _ratio(self.understudy, self.keepalived)

    def ratio_to_floor(self) -> float | None:
        return _ratio(self.understudy, self.floor)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio(), "ratio_to_floor": self.ratio_to_floor()}


@dataclass(frozen=True)
class Target:
    """What is asked of a figure, in words, and whether one has it."""

    words: str = ""
    judge: Callable[[Figure], bool | None] = field(default=lambda _: None)


NO_TARGET = Target()


def of_keepalived(share: float) -> Target:
    return Target(f"≤ {share:g} × keepalived", lambda figure: _at_most(figure.ratio(), share))


def of_floor(share: float) -> Target:
    return Target(f"≤ {share:g} × floor", lambda figure: _at_most(figure.ratio_to_floor(), share))


def median_at_most(limit: float) -> Target:
    return Target(f"≤ {limit:g}", lambda figure: _at_most(statistics.median(figure.understudy), limit))


def never_above(limit: float) -> Target:
    return Target(f"never above {limit:g}", lambda figure: max(figure.understudy) <= limit)


def figure(what: str, unit: str, target: Target, **values: Values) -> Figure | None:
    """Nothing where understudy has no value."""
    if not values.get("understudy"):
        return None
    plain = Figure(what, unit, **values)
    return Figure(what, unit, **values, target=target.words, met=target.judge(plain))


def markdown(figures: Sequence[Figure]) -> str:
    lines = ["| what | understudy | keepalived | ratio | floor | ratio | target | met |",
             "|---|---|---|---|---|---|---|---|"]
    for one in figures:
        verdict = {True: "yes", False: "**no**", None: ""}[one.met]
        cells = [f"{one.what}, {one.unit}" if one.unit else one.what, shown(one.understudy),
                 shown(one.keepalived), _shown_ratio(one.ratio()), shown(one.floor),
                 _shown_ratio(one.ratio_to_floor()), one.target, verdict]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(values: Values) -> str:
    """Median and, of several, range; three digits are what such a figure is worth."""
    if not values:
        return "–"
    if len(values) == 1:
        return _rounded(values[0])
    return f"{_rounded(statistics.median(values))} ({_rounded(min(values))}–{_rounded(max(values))})"


def _rounded(value: float) -> str:
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    return f"{value:,.{digits}f}"


def _shown_ratio(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"


def _ratio(own: Values, other: Values) -> float | None:
    """Nothing where the other took no time at all."""
    if not own or not other or statistics.median(other) <= 0:
        return None
    return statistics.median(own) / statistics.median(other)


def _at_most(value: float | None, limit: float) -> bool | None:
    return None if value is None else value <= limit
