"""A configuration as a tree of statements, from which pieces can be taken and put back as text.

@FOLDER@ stands for the folder of the host that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, Union

Piece = Union[str, "Block"]
Path = tuple[str, ...]  # the heads of the blocks around a piece, and the piece's own head or line


@dataclass(frozen=True)
class Block:
    """A statement with a body in braces; the whole configuration is one without a head."""

    head: str
    body: tuple[Piece, ...]

    @property
    def keyword(self) -> str:
        return keyword(self.head)

    def lines(self, indent: str = "") -> Iterator[str]:
        yield f"{indent}{self.head} {{"
        yield from _lines(self.body, indent + "    ")
        yield indent + "}"

    def blocks(self, word: str) -> list["Block"]:
        return [piece for piece in self.body if isinstance(piece, Block) and piece.keyword == word]

    def value(self, word: str, default: str = "") -> str:
        """What follows a keyword in a line of this block."""
        for piece in self.body:
            if isinstance(piece, str) and keyword(piece) == word:
                return piece[len(word):].strip() or "on"
        return default

    def entries(self, word: str) -> list[str]:
        """The lines of the blocks of a keyword."""
        return [line for block in self.blocks(word) for line in block.body if isinstance(line, str)]

    def with_lines(self, *lines: Piece) -> "Block":
        """These in place of all that begin with the same keywords."""
        words = {keyword(head(line)) for line in lines}
        kept = tuple(piece for piece in self.body if keyword(head(piece)) not in words)
        return replace(self, body=(*kept, *lines))

    def without(self, path: Path) -> "Block":
        """The tree without every piece at this path."""
        first, *rest = path
        body: list[Piece] = []
        for piece in self.body:
            if head(piece) != first:
                body.append(piece)
            elif rest and isinstance(piece, Block):
                body.append(piece.without(tuple(rest)))
        return replace(self, body=tuple(body))

    def replaced(self, old: "Block", new: "Block | None") -> "Block":
        body = tuple(piece for piece in (new if piece is old else piece for piece in self.body)
                     if piece is not None)
        return replace(self, body=body)

    def paths(self) -> Iterator[Path]:
        """Of all pieces, each block before what is in it."""
        for piece in self.body:
            yield (head(piece),)
            if isinstance(piece, Block):
                yield from ((piece.head, *rest) for rest in piece.paths())


def config(*pieces: Piece) -> Block:
    return Block("", pieces)


def head(piece: Piece) -> str:
    return piece.head if isinstance(piece, Block) else piece


def keyword(line: str) -> str:
    return line.split()[0] if line.split() else ""


def text(tree: Block) -> str:
    return "\n".join(_lines(tree.body, "")) + "\n"


def instances(tree: Block) -> list[Block]:
    return tree.blocks("vrrp_instance")


def tracks(tree: Block, word: str) -> bool:
    """Whether an instance or a group has a block of this keyword."""
    return any(one.blocks(word) for one in (*instances(tree), *tree.blocks("vrrp_sync_group")))


def name(block: Block) -> str:
    return block.head.split()[1]


def _lines(body: tuple[Piece, ...], indent: str) -> Iterator[str]:
    for piece in body:
        if isinstance(piece, Block):
            yield from piece.lines(indent)
        else:
            yield indent + piece
