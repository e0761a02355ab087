#!/usr/bin/python3
"""The manual page understudy-messages(7) lists every message that the daemon may log, and no other.

    messages.py

A message is made where its id stands, as a literal in front of its level. Its entry in the page has the same
id and levels, and holds all words of it that do not depend on the case. An id stands for one wording, so it
is made in one place.
"""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass

from report import finish, read, tracked_files

PAGE = pathlib.Path("man/understudy-messages.7")
MODULES = ("agent", "daemon", "os")
# "advert-refused", Level::Warning, … where the level may depend on something.
MESSAGE = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)*)",\s*'
                     r'((?:[^;"{}]*?)\b(?:os::)?(?:Log)?Level::\w+[^,]*),\s*')
LEVEL = re.compile(r"\b(?:Log)?Level::([A-Z]\w+)")
# What turns a level of one module into one of another words nothing.
NO_MESSAGE = re.compile(r"\b(?:case|return|level <|level = [^;]*\?)[^;]*?Level::\w+(?: : os::LogLevel::\w+)?")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
TEMPLATE = re.compile(r"\s*fmt::format\(\s*")
NEVER_SUMMED = re.compile(r"kNeverSummed\{([^}]*)\}")
ENTRY = re.compile(r'^\.TP\n\.BR (\S+) " \(([a-z ]+)\)"\n((?:(?!\.TP|\.S[HS]).*\n)+)', re.MULTILINE)


@dataclass(frozen=True)
class Message:
    id: str
    levels: str  # "info or warning"
    words: tuple[str, ...]  # what does not depend on the case
    place: str


def argument(source: str, begin: int) -> str:
    """The expression that begins there, up to the end of the argument it is."""
    depth, at = 0, begin
    while at < len(source):
        if source[at] == '"':
            at = LITERAL.match(source, at).end()
            continue
        if source[at] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and source[at] in ",;"):
            break
        if source[at] in "([{":
            depth += 1
        at += 1
    return source[begin:at]


def wording(source: str, begin: int) -> tuple[str, ...]:
    expression = argument(source, begin)
    template = TEMPLATE.match(expression)
    if template:
        expression = argument(expression, template.end())
    joined = re.sub(r'"\s*\n\s*"', "", expression)
    literals = (literal[1].replace('\\"', '"').replace("\\n", " ")
                for literal in LITERAL.finditer(joined))
    pieces = (piece for literal in literals for piece in re.split(r"\{[^{}]*\}", literal))
    return tuple(piece for piece in map(bare, pieces) if piece)


def bare(text: str) -> str:
    """Words only, so that neither the page's signs nor its lines matter."""
    return " ".join(re.findall(r"\w+", text))


def messages_in(path: pathlib.Path, source: str) -> list[Message]:
    return [Message(match[1], " or ".join(dict.fromkeys(LEVEL.findall(match[2]))).lower(),
                    wording(source, match.end()), f"{path}:{source.count(chr(10), 0, match.start()) + 1}")
            for match in MESSAGE.finditer(source)]


def nameless(path: pathlib.Path, source: str) -> list[str]:
    """Levels that belong to no message with an id."""
    left = NO_MESSAGE.sub("", MESSAGE.sub(lambda match: "\n" * match[0].count("\n"), source))
    return [f"{path}:{left.count(chr(10), 0, level.start()) + 1}: a message without an id in front of it"
            for level in LEVEL.finditer(left)]


def entries() -> dict[str, tuple[str, str]]:
    """Levels and words of each message of the page, by its id."""
    text = read(PAGE).replace("\\-", "-").replace("\\(aq", "'")
    text = re.sub(r"\\\[u\w+\]", " ", text)
    return {id: (levels, bare(re.sub(r"^\.(?:br|[A-Z]+)\b", "", said, flags=re.MULTILINE)))
            for id, levels, said in ENTRY.findall(text)}


def complaints_about(messages: list[Message]) -> list[str]:
    page = entries()
    places: dict[str, str] = {}
    found = []
    for message in messages:
        if message.id in places:
            found.append(f"{message.place}: the id {message.id} is taken at {places[message.id]}")
        places.setdefault(message.id, message.place)
        if message.id not in page:
            found.append(f"{message.place}: {message.id} has no entry in {PAGE}")
            continue
        levels, said = page[message.id]
        if levels != message.levels:
            found.append(f"{PAGE}: {message.id} is of level {message.levels}, not {levels}")
        found += [f"{PAGE}: {message.id} also says {words!r} ({message.place})"
                  for words in message.words if words not in said]
    return found + [f"{PAGE}: no message has the id {id}" for id in page if id not in places]


def main() -> None:
    sources = {path: read(path) for path in tracked_files()
               if path.suffix == ".cpp" and path.parts[0] == "src" and path.parts[1] in MODULES}
    messages = [message for path, source in sources.items() for message in messages_in(path, source)]
    complaints = complaints_about(messages)
    complaints += [complaint for path, source in sources.items() if path.parts[1] != "os"
                   for complaint in nameless(path, source)]
    known = {message.id for message in messages}
    complaints += [f"{path}: {id} is the id of no message" for path, source in sources.items()
                   for listed in NEVER_SUMMED.findall(source) for id in LITERAL.findall(listed)
                   if id not in known]
    finish("messages", len(messages), complaints)


if __name__ == "__main__":
    main()
