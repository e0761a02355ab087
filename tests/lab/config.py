"""Configuration texts for the tests: one instance with the few settings a test cares about."""

from __future__ import annotations

from dataclasses import dataclass, field

VIP = "192.0.2.50"
VIP6 = "2001:db8::50"
VIP6_LINK_LOCAL = "fe80::50"


@dataclass(frozen=True)
class Instance:
    """A vrrp_instance; `extra` holds further lines of its block, and version 0 leaves the version out."""

    priority: int = 100
    advert_int: float = 0.2
    version: int = 3
    state: str = "BACKUP"
    vrid: int = 51
    name: str = "VI_1"
    addresses: tuple[str, ...] = (f"{VIP}/24",)
    excluded: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    interface: str = "eth0"

    def text(self) -> str:
        lines = [f"state {self.state}", f"interface {self.interface}", f"virtual_router_id {self.vrid}",
                 f"priority {self.priority}", f"advert_int {self.advert_int:g}",
                 *([f"version {self.version}"] if self.version else []), *self.extra,
                 *_block("virtual_ipaddress", self.addresses)]
        if self.excluded:
            lines += _block("virtual_ipaddress_excluded", self.excluded)
        return "\n".join(_block(f"vrrp_instance {self.name}", lines)) + "\n"

    def down_interval(self) -> float:
        """Seconds of silence after which this router takes over: three adverts and the skew."""
        unit = 1.0 if self.version == 2 else self.advert_int
        return 3 * self.advert_int + unit * (256 - self.priority) / 256


@dataclass(frozen=True)
class Config:
    """A whole file: global settings, blocks before the instances, instances."""

    instances: tuple[Instance, ...]
    globals: tuple[str, ...] = ()
    blocks: tuple[str, ...] = field(default=())

    def text(self) -> str:
        head = "\n".join(_block("global_defs", ["router_id LAB", *self.globals]))
        return "\n\n".join([head, *self.blocks, *(instance.text() for instance in self.instances)])


def config(*instances: Instance, globals: tuple[str, ...] = (), blocks: tuple[str, ...] = ()) -> str:
    return Config(instances, globals, blocks).text()


def script(name: str, command: str, *settings: str) -> str:
    """A vrrp_script block."""
    return "\n".join(_block(f"vrrp_script {name}", [f'script "{command}"', *settings]))


def _block(head: str, lines: list[str] | tuple[str, ...]) -> list[str]:
    return [f"{head} {{", *(f"    {line}" for line in lines), "}"]
