"""A real browser without a window, on a host of the laboratory: Debian's chromium, driven over a pipe by the
protocol of its developer tools, so that nothing listens anywhere and nothing else is needed."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import subprocess
import time
from typing import Any

from lab.network import LabHost
from lab.waiting import wait_until

PATIENCE = 60
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-extensions", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--hide-scrollbars", "--mute-audio", "--remote-debugging-pipe",
            "--force-color-profile=srgb"]


class Browser:
    """One page of one browser."""

    def __init__(self, host: LabHost) -> None:
        to_browser, self._writes = os.pipe()
        self._reads, from_browser = os.pipe()
        environment = {**os.environ, "HOME": str(host.folder), "XDG_RUNTIME_DIR": str(host.folder),
                       "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        # The browser reads commands from descriptor 3 and writes to 4.
        script = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        log = (host.folder / "browser.log").open("wb")
        self._process = host.attach(
            ["bash", "-c", script, "browser", "chromium", *SWITCHES,
             f"--user-data-dir={host.folder}/browser", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
            pass_fds=(to_browser, from_browser))
        os.close(to_browser)
        os.close(from_browser)
        self._unread = b""
        self._last = 0
        self.console: list[str] = []  # what the page complained of
        self.requests: list[str] = []  # the addresses it asked for
        page = next(target for target in self._command("Target.getTargets")["targetInfos"]
                    if target["type"] == "page")
        attached = self._command("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.command(f"{domain}.enable")

    def _receive(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._reads], [], [], max(0, until - time.monotonic()))
            part = os.read(self._reads, 1 << 20) if ready else b""
            assert part, "the browser does not answer"
            self._unread += part
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def _command(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        asked = {"id": self._last, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        os.write(self._writes, json.dumps(asked).encode() + b"\0")
        while True:
            message = self._receive()
            if message.get("id") == self._last:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self._note(message)

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._command(method, self._session, **parameters)

    def _note(self, message: dict[str, Any]) -> None:
        parameters = message.get("params", {})
        if message.get("method") == "Log.entryAdded":
            self.console.append(parameters["entry"]["text"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.console.append(json.dumps(parameters["exceptionDetails"]))
        elif message.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def open(self, url: str) -> None:
        self.command("Page.navigate", url=url)
        wait_until(lambda: self.run("document.readyState") == "complete", PATIENCE, f"{url} is loaded")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        result = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def text(self, selector: str = "body") -> str:
        """What a reader sees of an element."""
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def wait_for_text(self, words: str, selector: str = "body", timeout: float = 20) -> None:
        wait_until(lambda: words in self.text(selector), timeout,
                   f"{words!r} in {selector}, where there is {self.text(selector)!r}")

    def look_like(self, width: int, height: int, scheme: str = "light", telephone: bool = False) -> None:
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=2 if telephone else 1, mobile=telephone)
        self.command("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path: pathlib.Path) -> None:
        shot = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def accessible(self) -> list[tuple[str, str]]:
        """The role and name of each thing that a screen reader is told of."""
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [(node.get("role", {}).get("value", ""), str(node.get("name", {}).get("value", "")))
                for node in nodes if not node.get("ignored")]

    def close(self) -> None:
        os.close(self._writes)
        os.close(self._reads)
        self._process.kill()
        self._process.wait()
