"""The exporter's page in a real browser: that it shows what is, goes with what happens, says when it does not
know, takes nothing from elsewhere, and is there for whoever cannot see it.

With UNDERSTUDY_SCREENSHOTS the pictures of the page are kept in that folder, for somebody to look at.
"""

from __future__ import annotations

import os
import pathlib
from typing import Iterator

import pytest

from lab.agent import Agent
from lab.browser import Browser
from lab.config import VIP, Instance, config, script
from lab.control import understudyctl
from lab.exporter import Exporter
from lab.network import Lab
from lab.plugin import StartAgent

pytestmark = pytest.mark.beyond_keepalived

GROUP = "vrrp_sync_group both {\nsync_group_tracking_weight\ngroup {\nVI_1\nVI_2\n}\n}"
# A name that would do harm if it were taken for markup.
HOSTILE = "<img/src=x/onerror=alert(1)>"


def instances(priority: int, *more: Instance) -> str:
    first = Instance(priority=priority, extra=("track_script {", "web weight -10", "}"))
    second = Instance(vrid=52, name="VI_2", priority=priority, addresses=("192.0.2.52/24",))
    return config(first, second, *more, blocks=(GROUP, script("web", "/bin/false", "interval 1")))


@pytest.fixture
def pair(lab: Lab, start: StartAgent) -> tuple[Agent, Agent]:
    alone = Instance(vrid=53, name=HOSTILE, priority=90, addresses=("192.0.2.53/24",))
    agents = start(lab.hosts[0], instances(150, alone)), start(lab.hosts[1], instances(100))
    lab.wait_for_holder(lab.hosts[0], VIP)
    return agents


@pytest.fixture
def exporter(pair: tuple[Agent, Agent]) -> Exporter:
    return Exporter(pair[0])


@pytest.fixture
def browser(exporter: Exporter) -> Iterator[Browser]:
    browser = Browser(exporter.host)
    browser.look_like(1200, 900)
    browser.open(exporter.url + "/")
    browser.wait_for_text("Live", "#link")
    yield browser
    browser.close()


def keep_picture(browser: Browser, name: str) -> None:
    if folder := os.environ.get("UNDERSTUDY_SCREENSHOTS"):
        browser.screenshot(pathlib.Path(folder) / f"{name}.png")


def test_it_shows_roles_warnings_and_what_happens(pair: tuple[Agent, Agent], browser: Browser) -> None:
    for words in ("VI_1", "VI_2", "Sync group both: MASTER", f"{VIP}/24 on eth0", "script web: bad"):
        browser.wait_for_text(words, "#groups")
    browser.wait_for_text("script web is bad", "#warning-list")
    assert browser.text("#summary") == "3 virtual routers: 3 master"
    # From before anybody looked.
    browser.wait_for_text("VI_1 BACKUP → MASTER", "#events")
    assert understudyctl(pair[0], "drain", "VI_1").returncode == 0
    browser.wait_for_text("Sync group both: BACKUP", "#groups")
    browser.wait_for_text("3 virtual routers: 1 master, 2 backup", "#summary")
    browser.wait_for_text("VI_2 MASTER → BACKUP", "#events")
    browser.wait_for_text("drained by the operator", "#warning-list")
    assert browser.text("#events li:first-child time") != ""
    assert browser.text("#events .why") != ""
    assert browser.console == []


def test_names_are_shown_and_never_believed(browser: Browser) -> None:
    browser.wait_for_text(HOSTILE, "#groups")
    assert browser.run("document.querySelectorAll('#groups img').length") == 0
    assert browser.console == []


def test_nothing_comes_from_elsewhere(exporter: Exporter, browser: Browser) -> None:
    assert {url for url in browser.requests if not url.startswith(exporter.url + "/")} <= {"about:blank"}
    assert any(url.endswith("/status.json") for url in browser.requests)
    # Not even a script that somebody smuggles in.
    browser.run("(() => { const s = document.createElement('script'); "
                "s.textContent = 'window.smuggled = true'; document.body.append(s); })()")
    assert browser.run("window.smuggled === undefined")


def test_it_says_what_it_does_not_know(pair: tuple[Agent, Agent], exporter: Exporter,
                                       browser: Browser) -> None:
    assert pair[0].stop() == 0
    browser.wait_for_text("The daemon does not answer; shown is how it was", "#link")
    browser.wait_for_text("the daemon does not answer: cannot reach", "#warning-list")
    assert "VI_1" in browser.text("#groups")
    keep_picture(browser, "away")
    exporter.process.kill()
    exporter.host.run("pkill", "-x", "understudyctl")
    browser.wait_for_text("No connection; shown is how it was at", "#link")


@pytest.mark.parametrize("name, width, height, scheme, telephone", [
    ("light", 1200, 900, "light", False), ("dark", 1200, 900, "dark", False),
    ("telephone", 360, 740, "light", True), ("telephone-dark", 360, 740, "dark", True)])
def test_it_fits_every_screen_and_can_be_read(browser: Browser, name: str, width: int, height: int,
                                              scheme: str, telephone: bool) -> None:
    browser.look_like(width, height, scheme, telephone)
    browser.wait_for_text("script web is bad", "#warning-list")
    keep_picture(browser, name)
    assert browser.run("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    weakest = browser.run(CONTRAST)
    assert weakest["ratio"] >= 4.5, weakest


# The least contrast between a text and what is behind it, by WCAG 2: of all elements that hold text.
CONTRAST = """(() => {
    const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const c = numbers(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    let weakest = { ratio: 21 };
    for (const e of document.querySelectorAll("body *")) {
        const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
        if (!text || !e.checkVisibility() || e.closest("noscript, .skip")) continue;
        const [a, b] = [luminance(numbers(getComputedStyle(e).color)), luminance(behind(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < weakest.ratio) weakest = { ratio, text, of: e.className };
    }
    return weakest;
})()"""


def test_a_screen_reader_is_told_all_of_it(browser: Browser) -> None:
    browser.wait_for_text("script web is bad", "#warning-list")
    told = browser.accessible()
    headings = [name for role, name in told if role == "heading"]
    assert headings[0].startswith("understudy")
    for title in ("To look at", "Virtual routers", "Sync group both: MASTER", "VI_1", "What has happened"):
        assert title in headings, headings
    roles = {role for role, _ in told}
    assert {"banner", "main", "contentinfo", "list", "listitem", "status"} <= roles, roles
    assert ("StaticText", "MASTER") in told  # in words, not by colour alone
    assert browser.run("document.documentElement.lang") == "en"
    assert not [name for role, name in told if role in ("image", "img") and not name]
