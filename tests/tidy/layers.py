#!/usr/bin/python3
"""Includes point downward only: each module uses those of its row; its private headers stay at home."""

from __future__ import annotations

import pathlib
import re

from report import REPOSITORY, finish, read, tracked_files

CORE = {"wire", "model", "net", "base"}
AGENT = {"vrrp", "bfd", "track", "desired", "ctl"} | CORE
EVERYTHING = AGENT | {"config", "agent", "pair", "doctor", "os", "host", "daemon", "cli"}

MAY_INCLUDE: dict[str, set[str]] = {
    "base": set(),
    "net": {"base"},
    "wire": {"net", "base"},
    "model": {"net", "base"},
    "config": {"model", "net", "base"},
    "vrrp": CORE,
    "bfd": CORE,
    "track": {"model", "net", "base"},
    "desired": {"model", "net", "base"},
    "ctl": {"net", "base"},
    "agent": AGENT,
    "pair": {"agent", "config"} | AGENT,
    "doctor": {"agent", "config"} | AGENT,
    "os": {"wire", "net", "base"},
    "host": {"os", "config", "model", "net", "base"},
    "cli": EVERYTHING - {"daemon"},
    "daemon": EVERYTHING,
}
# Tests that must stay free of the real system, so that a seed tells the whole run.
PURE_TESTS = {"sim", "scenario", "exhaustive", "rfc", "fuzz", "support", "golden"}

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
# What makes a library the system's door; only these modules may open it.
SYSTEM_HEADERS = re.compile(
    r"^\s*#\s*include\s*<(sys/(?!types|socket)[a-z]+\.h|unistd\.h|fcntl\.h|spawn\.h|poll\.h|thread|fstream|"
    r"filesystem|random|boost/asio[^>]*|spdlog/[^>]*|systemd/[^>]*)>", re.MULTILINE)
IMPURE_MODULES = {"os", "host", "daemon", "cli"}


def module_of(path: pathlib.Path) -> str | None:
    """The module whose source or public header this is."""
    parts = path.parts
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("include", "understudy") and len(parts) > 3:
        return parts[2]
    return None


def included_module(name: str) -> str | None:
    parts = name.split("/")
    return parts[1] if parts[0] == "understudy" and len(parts) > 2 else None


def complaints_about(path: pathlib.Path) -> list[str]:
    text = read(path)
    names = INCLUDE.findall(text)
    module = module_of(path)
    if module is not None:
        return [*module_complaints(path, module, names), *system_complaints(path, module, text)]
    if path.parts[0] == "tests":
        return test_complaints(path, names)
    return []


def module_complaints(path: pathlib.Path, module: str, names: list[str]) -> list[str]:
    if module not in MAY_INCLUDE:
        return [f"{path}: the module '{module}' has no row in the table of arrows"]
    found = []
    for name in names:
        other = included_module(name)
        if other is None:
            if path.parts[0] == "include":
                found.append(f"{path}: a public header includes the private '{name}'")
            elif not (REPOSITORY / "src" / module / name).is_file():
                found.append(f"{path}: '{name}' is neither public nor a private header of {module}")
        elif other != module and other not in MAY_INCLUDE[module]:
            found.append(f"{path}: {module} may not include {other} ('{name}')")
    return found


def system_complaints(path: pathlib.Path, module: str, text: str) -> list[str]:
    if module in IMPURE_MODULES:
        return []
    return [f"{path}: {module} is pure and may not include <{name}>" for name in SYSTEM_HEADERS.findall(text)]


def test_complaints(path: pathlib.Path, names: list[str]) -> list[str]:
    found = []
    for name in names:
        if path.parts[1] in PURE_TESTS and included_module(name) in IMPURE_MODULES:
            found.append(f"{path}: a test in virtual time may not include '{name}'")
        if "src/" in name:
            found.append(f"{path}: '{name}' reaches into a module's private headers")
    return found


def main() -> None:
    sources = [path for path in tracked_files() if path.suffix in (".hpp", ".cpp")]
    finish("layers", len(sources), (complaint for path in sources for complaint in complaints_about(path)))


if __name__ == "__main__":
    main()
