"""What all measurements beside keepalived share: their options, how figures are put, how they end."""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
from dataclasses import asdict
from typing import Any, Callable, Sequence

from lab.agent import keepalived, understudy


def agents() -> dict[str, pathlib.Path]:
    """Both programs by name; a measurement takes them in turns, so noise is as likely to meet either."""
    return {"understudy": understudy(), "keepalived": keepalived()}


def options(description: str | None, runs: int, what: str) -> argparse.ArgumentParser:
    """--runs, which are as many as that of `what`, and --json."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, default=runs, help=what)
    parser.add_argument("--json", type=pathlib.Path, help="where to write every single run")
    return parser


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median and range."""
    return (f"{statistics.median(values):.{digits}f} "
            f"({min(values):.{digits}f} to {max(values):.{digits}f})")


def tell(runs: list[Any], chosen: argparse.Namespace, summary: Callable[[list[Any]], str]) -> None:
    """Every single run into the file that was asked for, and their summary."""
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(run) for run in runs], indent=1))
    print(summary(runs))
