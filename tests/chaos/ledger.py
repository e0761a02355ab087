"""Who held which virtual address from when to when, by the kernels' own word."""

from __future__ import annotations

from dataclasses import dataclass

from lab.addresses import AddressMonitor
from lab.network import LabHost


@dataclass(frozen=True)
class Change:
    time: float
    host: str
    address: str
    appeared: bool


@dataclass(frozen=True)
class Span:
    """A time in which an address had another number of owners than one."""

    begin: float
    end: float
    address: str
    hosts: tuple[str, ...]

    @property
    def length(self) -> float:
        return self.end - self.begin


class Ledger:
    """Hears the address changes of all hosts, and keeps those of virtual addresses."""

    def __init__(self, hosts: list[LabHost], addresses: set[str]) -> None:
        self._monitors = {host.name: AddressMonitor(host) for host in hosts}
        self._holding: dict[str, set[str]] = {address: set() for address in addresses}
        self.changes: list[Change] = []

    def catch_up(self) -> None:
        """Takes down what has been heard since. An address that is renewed or told again is no change."""
        fresh = [Change(change.time, name, change.address, change.appeared)
                 for name, monitor in self._monitors.items() for change in monitor.take()
                 if change.address in self._holding]
        for change in sorted(fresh, key=lambda change: change.time):
            holding = self._holding[change.address]
            if (change.host in holding) == change.appeared:
                continue
            (holding.add if change.appeared else holding.discard)(change.host)
            self.changes.append(change)

    def since(self, begin: float) -> list[Change]:
        return [change for change in self.changes if change.time >= begin]

    def spans(self, begin: float, end: float, addresses: set[str]) -> list[Span]:
        """The times within which one of the addresses had no owner, or several."""
        holding: dict[str, set[str]] = {address: set() for address in addresses}
        since = dict.fromkeys(addresses, begin)
        found: list[Span] = []

        def close(address: str, at: float) -> None:
            if len(holding[address]) != 1 and at > since[address]:
                found.append(Span(since[address], at, address, tuple(sorted(holding[address]))))
            since[address] = max(at, begin)

        for change in self.changes:
            if change.address not in holding or change.time >= end:
                continue
            if change.time > begin:
                close(change.address, change.time)
            (holding[change.address].add if change.appeared
             else holding[change.address].discard)(change.host)
        for address in addresses:
            close(address, end)
        return found

    def close(self) -> None:
        for monitor in self._monitors.values():
            monitor.close()
