"""The same random configurations and disturbances in keepalived and in understudy: a fixed few of them.
run.py goes through more."""

from __future__ import annotations

import re

import pytest

from comparison import FOLDER
from mishaps import draw_plan
from pieces import Block, keyword
from trial import confirmed, described, told

SEEDS = (440, 495, 547, 591, 672, 713, 727)
KEYWORDS = FOLDER.parent / "keywords.tsv"


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_differs_but_what_is_listed(seed: int) -> None:
    result = confirmed(draw_plan(seed))
    assert not result.found and not result.trouble, f"{told(result)}\n{described(result.plan)}"


def test_whatever_is_drawn_is_a_keyword_of_the_language() -> None:
    """By the last word of each row of the table of keywords."""
    rows = [line.split("\t")[0] for line in KEYWORDS.read_text().splitlines() if not line.startswith("#")]
    known = {part for row in rows for part in row.split("/")}
    drawn = {word for seed in range(300) for tree in draw_plan(seed).configs() for word in keywords(tree)}
    assert drawn <= known, drawn - known
    assert len(drawn) > 60


def keywords(tree: Block) -> set[str]:
    """Of all statements but the names and addresses that are listed in some."""
    found = set()
    for piece in tree.body:
        if isinstance(piece, str):
            found.add(keyword(piece))
        else:
            found.add(piece.keyword)
            found |= {word for word in keywords(piece) if re.fullmatch("[a-z][a-z_0-9]*", word)}
    return found - {"eth0", "eth1", "blackhole", "src", "to", "from", "iif", "fwmark"}
