"""Finds the functions of a C++ source and their lengths, without a compiler.

Comments and literals are blanked, then braces are matched; a brace opens a function when what stands before
it ends like a parameter list and is no control statement. Lambdas count, too, within and by themselves.
"""

from __future__ import annotations

import re

BLANKED = re.compile(r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'
                     r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'", re.DOTALL)
CONTROL = re.compile(r"\b(if|for|while|switch|catch)\b(\s*constexpr)?\s*\(")
FUNCTION_HEAD = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&&?|->\s*[\w:<>,\s*&\[\]]+|\s)*$"
                           r"|\)\s*:\s[^;]*[)}]\s*$")


def functions_in(text: str) -> list[tuple[int, int]]:
    """(first line, number of lines) of every function body with its head's last line."""
    blanked = BLANKED.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    found: list[tuple[int, int]] = []
    opened: list[tuple[int, bool]] = []
    head_begins = 0
    line = 1
    for position, character in enumerate(blanked):
        if character == "\n":
            line += 1
        elif character == "{":
            opened.append((line, is_function_head(blanked[head_begins:position])))
        elif character == "}" and opened:
            first, is_function = opened.pop()
            if is_function:
                found.append((first, line - first + 1))
        if character in "{};":
            head_begins = position + 1
    return found


def is_function_head(head: str) -> bool:
    return bool(FUNCTION_HEAD.search(head)) and not CONTROL.search(head)
