"""The pytest side of the laboratory: fixtures, and the agents' logs beside a failure."""

from __future__ import annotations

import os
import pathlib
from typing import Callable, Iterator

import pytest

from lab.agent import Agent, understudy
from lab.network import Lab, LabHost
from lab.recording import differences

LOG_TAIL_CHARACTERS = 6000
REFUSED_CALL = "is not among those that the vrrp process may make"

MakeLab = Callable[..., Lab]
StartAgent = Callable[..., Agent]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if understudy().name != "keepalived":
        return
    for item in items:
        if item.get_closest_marker("beyond_keepalived"):
            item.add_marker(pytest.mark.skip(reason="keepalived does otherwise here"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[union-attr]
    if report.when == "call" and report.failed:
        for lab in item.funcargs.get("labs", []):
            for log in sorted(lab.folder.glob("*/*.log")):
                report.sections.append((str(log), log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:]))


def refused_calls(lab: Lab) -> list[str]:
    return [f"{log}: {line}" for log in lab.folder.glob("*/*.log")
            for line in log.read_text(errors="replace").splitlines() if REFUSED_CALL in line]


@pytest.fixture
def labs() -> Iterator[list[Lab]]:
    """The laboratories of this test, removed at its end. What was recorded in them is replayed first, and no
    daemon may have wanted a system call that its filter refuses."""
    made: list[Lab] = []
    yield made
    wrong = [complaint for lab in made for complaint in [*differences(lab), *refused_calls(lab)]]
    for lab in made:
        lab.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def make_lab(labs: list[Lab]) -> MakeLab:
    def make(hosts: int = 2, ipv6: bool = False) -> Lab:
        labs.append(Lab(hosts, ipv6))
        return labs[-1]
    return make


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """Two hosts and a client."""
    return make_lab()


@pytest.fixture
def start() -> StartAgent:
    """Starts the agent under test on a host with a configuration text."""
    def start_agent(host: LabHost, config: str, *options: str, name: str = "agent") -> Agent:
        return Agent(host, understudy(), config, name).start(*options)
    return start_agent


@pytest.fixture(scope="session")
def program() -> pathlib.Path:
    return understudy()


@pytest.fixture(autouse=True, scope="session")
def needs_root() -> None:
    if os.geteuid() != 0:
        pytest.exit("these tests make network namespaces: run them as root", returncode=2)
