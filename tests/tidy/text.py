#!/usr/bin/python3
"""Sizes and words: short functions, files and lines, no promises in comments, nothing stray at the top."""

from __future__ import annotations

import ast
import pathlib
import re

from cpp import functions_in
from report import finish, read, tracked_files

FUNCTION_LINES = 70
FILE_LINES = 600
LINE_COLUMNS = 110

TOP_LEVEL = {"meson.build", "src", "include", "conf", "scripts", "tests", "man", "README.md", "LICENSE",
             ".ci", ".clang-format", ".clang-tidy", ".gitignore"}
CODE = {".cpp", ".hpp", ".py"}
# Spelt in halves, so that this file passes its own check.
PROMISES = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
SOURCE_OF_PROMISES = CODE | {".build", ".md", ".sh", ".conf", ""}


def complaints_about(path: pathlib.Path) -> list[str]:
    text = read(path)
    lines = text.splitlines()
    found = []
    if path.suffix in SOURCE_OF_PROMISES and path.name != "LICENSE":
        found += [f"{path}:{number}: a promise ({match.group()}); keep it or open an issue"
                  for number, line in enumerate(lines, 1) if (match := PROMISES.search(line))]
    if path.suffix in CODE:
        found += size_complaints(path, text, lines)
    return found


def size_complaints(path: pathlib.Path, text: str, lines: list[str]) -> list[str]:
    found = [f"{path}:{number}: {len(line)} columns, at most {LINE_COLUMNS}"
             for number, line in enumerate(lines, 1) if len(line) > LINE_COLUMNS]
    if len(lines) > FILE_LINES:
        found.append(f"{path}: {len(lines)} lines, at most {FILE_LINES}")
    lengths = python_functions(text) if path.suffix == ".py" else functions_in(text)
    found += [f"{path}:{line}: a function of {length} lines, at most {FUNCTION_LINES}"
              for line, length in lengths if length > FUNCTION_LINES]
    return found


def python_functions(text: str) -> list[tuple[int, int]]:
    return [(node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def stray_entries(paths: list[pathlib.Path]) -> list[str]:
    present = {path.parts[0] for path in paths}
    return [f"{name}: nothing else belongs at the top" for name in sorted(present - TOP_LEVEL)]


def forgotten_sources(paths: list[pathlib.Path]) -> list[str]:
    """Sources that no build file names would rot unseen."""
    builds = "\n".join(read(path) for path in paths if path.name == "meson.build")
    return [f"{path}: no meson.build names it" for path in paths if path.suffix == ".cpp"
            and path.name not in builds and path.stem not in builds]


def main() -> None:
    paths = tracked_files()
    complaints = [complaint for path in paths for complaint in complaints_about(path)]
    finish("text", len(paths), [*complaints, *stray_entries(paths), *forgotten_sources(paths)])


if __name__ == "__main__":
    main()
