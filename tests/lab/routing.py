"""Routes and rules of a host as `ip -j` shows them, in a form that two hosts can be compared by."""

from __future__ import annotations

import json
from typing import Any

from lab.namespaces import Namespaces


def routes(host: Namespaces) -> list[str]:
    """All routes of all tables and both families, each as JSON of one line, sorted."""
    return _shown(host, "route", "show", "table", "all") + _shown(host, "-6", "route", "show", "table", "all")


def rules(host: Namespaces) -> list[str]:
    return _shown(host, "rule", "show") + _shown(host, "-6", "rule", "show")


def managed_routes(host: Namespaces) -> list[str]:
    """The destinations of those that a failover agent has put there, as a configuration names them."""
    entries = _entries(host, "route", "show", "table", "all", "proto", "keepalived")
    entries += _entries(host, "-6", "route", "show", "table", "all", "proto", "keepalived")
    return sorted({entry["dst"] for entry in entries})


def rule_priorities(host: Namespaces) -> list[int]:
    """Of those that are not the kernel's own."""
    entries = _entries(host, "rule", "show") + _entries(host, "-6", "rule", "show")
    return sorted(entry["priority"] for entry in entries if 0 < entry["priority"] < 32766)


def _entries(host: Namespaces, *words: str) -> list[dict[str, Any]]:
    return json.loads(host.run("ip", "-j", *words) or "[]")


def _shown(host: Namespaces, *words: str) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in _entries(host, *words))
