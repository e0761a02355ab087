#!/usr/bin/python3
"""What systemd makes of the files in conf/: they are read without a complaint, leave no more exposed than
they say, and make the user that the vrrp process becomes."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import tempfile

from report import REPOSITORY, finish

CONF = REPOSITORY / "conf"
# Where scripts of root run, what is forbidden for all that must not become less.
MOST_EXPOSED = {"understudy": 2.0, "understudy-exporter": 2.0, "understudy-hooks@": 8.4,
                "understudy, root": 8.4}
MOST_HARMLESS = re.compile(r"Command .* is not executable|Command 'man |Failed to create |user .*namespace")
USER = "understudy"


def installed(name: str, folder: pathlib.Path, target: str) -> None:
    path = folder / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"@s?bindir@", "/usr/bin", (CONF / name).read_text()))


def run(*words: str | pathlib.Path) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def exposure(unit: pathlib.Path) -> float | None:
    told = re.search(r"Overall exposure level for \S+: ([\d.]+)",
                     run("systemd-analyze", "security", "--offline=true", "--no-pager", unit))
    return float(told[1]) if told else None


def complaints_about(name: str, unit: pathlib.Path) -> list[str]:
    level, most = exposure(unit), MOST_EXPOSED[name]
    if level is None:
        return [f"{name}: systemd-analyze says nothing of its exposure"]
    found = [f"{name}: {line}" for line in run("systemd-analyze", "verify", "--man=no", unit).splitlines()
             if unit.name in line and not MOST_HARMLESS.search(line)]
    return found + ([f"{name}: exposed by {level}, at most {most}"] if level > most else [])


def complaints_about_user(folder: pathlib.Path) -> list[str]:
    (folder / "etc").mkdir()
    run("systemd-sysusers", f"--root={folder}", CONF / "understudy.sysusers")
    made = {file: (folder / "etc" / file).read_text() if (folder / "etc" / file).exists() else ""
            for file in ("passwd", "group")}
    return [f"understudy.sysusers: makes no {USER} in /etc/{file}" for file, text in made.items()
            if not re.search(rf"^{USER}:", text, re.MULTILINE)]


def main() -> None:
    if not shutil.which("systemd-analyze"):
        finish("units", 1, ["systemd-analyze is missing: scripts/setup installs it"])
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for place in (folder, folder / "root"):
            installed("understudy-hooks.socket", place, "understudy-hooks.socket")
            installed("understudy-hooks@.service", place, "understudy-hooks@.service")
            installed("understudy.service", place, "understudy.service")
        installed("understudy-exporter.service", folder, "understudy-exporter.service")
        installed("root.conf", folder / "root", "understudy.service.d/root.conf")
        for unit in ("understudy", "understudy-exporter", "understudy-hooks@"):
            complaints += complaints_about(unit, folder / f"{unit}.service")
        complaints += complaints_about("understudy, root", folder / "root" / "understudy.service")
        complaints += complaints_about_user(folder)
    finish("units", len(MOST_EXPOSED) + 1, complaints)


main()
