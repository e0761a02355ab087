"""A host of the laboratory on which systemd runs, with what `meson install` puts there.

Its root is a copy of this machine's (an overlay in memory), so that nothing that happens there is kept; its
services are none of this machine's, so that it is up in a second. Everything in it ends with its maker, as in
every host of the laboratory.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess

from lab.agent import build_folder
from lab.control_group import ControlGroup
from lab.namespaces import COMMAND_TIMEOUT, CommandFailed
from lab.network import LabHost

SYSTEMD = pathlib.Path("/lib/systemd/systemd")
BOOT_SECONDS = 60
NAMESPACES = ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork", "--kill-child",
              "--propagation", "private"]

# What is tried first, where it may not be possible.
OVERLAY = r"""
set -e
mount -t tmpfs layers "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mkdir -p "$1/root/sys"
mount -t sysfs sys "$1/root/sys"
mount -t tmpfs groups "$1/root/sys/fs/cgroup"
mount -t cgroup2 groups "$1/root/sys/fs/cgroup"
"""

# Joins the group before it is made the root of what can be seen of the groups.
BOOT = r"""
set -e
exec >"$2" 2>&1
echo 0 > "$1/cgroup.procs"
shift 2
exec "$@"
"""

SETUP = OVERLAY + r"""
hostname "$3"
cp -a "$2/." "$1/upper/"
cd "$1/root"
mount -t proc proc proc
for folder in run tmp dev; do mount -t tmpfs -o mode=755 $folder $folder; done
chmod 1777 tmp
rm -rf etc/systemd/system etc/keepalived etc/default/understudy* var/lib/understudy var/log/journal \
    usr/lib/systemd/system/*.wants usr/lib/systemd/system-generators
mkdir -p etc/keepalived etc/systemd/system/sysinit.target.wants
for unit in systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service; do
    ln -s /usr/lib/systemd/system/$unit etc/systemd/system/sysinit.target.wants/
done
for node in null zero full random urandom tty; do
    : > dev/$node
    mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777 shm dev/shm
for file in passwd group shadow gshadow; do
    if [ -e etc/$file ]; then sed -i /^understudy:/d etc/$file; fi
done
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n' > etc/systemd/system/lab.target
mkdir run/outside
pivot_root . run/outside
umount -l /run/outside
exec env -i container=lxc PATH="$PATH" /lib/systemd/systemd --unit=lab.target --show-status=no
"""


def missing() -> str:
    """Why systemd cannot be started here; empty: it can."""
    if not SYSTEMD.exists():
        return f"there is no {SYSTEMD}"
    with contextlib.ExitStack() as stack:
        try:
            group = ControlGroup()
        except (OSError, AssertionError) as error:
            return f"no control group can be made: {error}"
        stack.callback(group.close)
        tried = subprocess.run([*NAMESPACES, "sh", "-c", OVERLAY, "sh", "/tmp"], stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, check=False)
        return f"systemd cannot have a root of its own: {tried.stderr.strip()}" if tried.returncode else ""


def installed(folder: pathlib.Path) -> pathlib.Path:
    """All that `meson install` installs."""
    subprocess.run(["meson", "install", "-C", build_folder(), "--no-rebuild", "--quiet", "--destdir", folder],
                   check=True, timeout=COMMAND_TIMEOUT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return folder


class SystemdHost(LabHost):
    """Its folder is not to be seen inside; its files are written below `root`."""

    def __init__(self, name: str, port: str, number: int, folder: pathlib.Path,
                 content: pathlib.Path) -> None:
        self._boot = folder.with_name(f"{name}-boot")
        (self._boot / "layers").mkdir(parents=True)
        self._content = content
        self._page = ""
        self._group = ControlGroup()
        try:
            super().__init__(name, port, number, folder)
            self.run("systemctl", "is-system-running", "--wait", timeout=BOOT_SECONDS)
        except BaseException as error:
            self.close()
            log = (self._boot / "boot.log").read_text(errors="replace")
            raise CommandFailed(f"systemd does not start: {error}\n{log}") from error

    def _beginning(self) -> list[str]:
        return ["sh", "-c", BOOT, "sh", str(self._group.folder), str(self._boot / "boot.log"), *NAMESPACES,
                "sh", "-c", SETUP, "init", str(self._boot / "layers"), str(self._content), self.name]

    def _is_ready(self) -> bool:
        self._fail_when_dead()
        is_inside = (self.root / "etc/systemd/system/lab.target").exists()
        return is_inside and (self.root / "run/systemd/private").exists()

    def kill_all(self) -> None:
        """systemd, too, does nothing any more."""
        os.kill(self.pid, signal.SIGSTOP)
        super().kill_all()

    def close(self) -> None:
        super().close()
        self._group.close()

    def systemctl(self, *words: str, timeout: float = 60) -> str:
        return self.run("systemctl", *words, timeout=timeout)

    def property(self, unit: str, name: str) -> str:
        return self.systemctl("show", "--value", "-p", name, unit).strip()

    def turn_page(self) -> None:
        """The journal is told from here on."""
        shown = self.run("journalctl", "-q", "-n", "0", "--show-cursor")
        self._page = shown.partition("cursor:")[2].strip()

    def journal(self, unit: str) -> str:
        """What the unit has said, and what is said of it."""
        return self.run("journalctl", "-q", "-o", "cat", "-u", unit, f"--after-cursor={self._page}")

    def put(self, path: str, text: str) -> None:
        """A file inside, by its path from the root."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def script(self, path: str, text: str) -> str:
        """The same as a program; its path as it is inside."""
        self.put(path, f"#!/bin/sh\n{text}\n")
        (self.root / path).chmod(0o755)
        return f"/{path}"
