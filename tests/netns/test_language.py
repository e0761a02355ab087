"""The language around the keywords: included files, variables, loops, conditions, and where a daemon's files
stand. Each feature gives one more address, so that what `ip` shows tells which of them worked.
"""

from __future__ import annotations

import pathlib
import subprocess

import pytest

from lab.config import VIP, Instance, config
from lab.network import LabHost
from lab.plugin import MakeLab, StartAgent
from lab.waiting import wait_until

LANGUAGE = """\
! a comment at the begin of a line
$PREFIX=203.0.113
$SECOND=203.0.113.2/32 \\
        203.0.113.3/32
instance blue
vrrp_instance ${_INSTANCE} { # a comment behind a block
    interface eth0
    virtual_router_id 51
    version 3
    advert_int 0.2
    virtual_ipaddress {
        192.0.2.50/24
        ${PREFIX}.1/32 ! a comment
        $SECOND
        ~SEQ(n, 4, 5) ${PREFIX}.$n
        ~SEQ(n, 6, 7) ${PREFIX}.${n}/32
        ~LST(l, 8, 9) ${PREFIX}.${l}/32
        @h1 ${PREFIX}.10/32
        @other ${PREFIX}.11/32
        @^other ${PREFIX}.12/32
        @^h1 ${PREFIX}.13/32
        ${PREFIX}.${_ENV SITE_NUMBER}/32
        include ${_PWD}/part-*.inc
        # include part-c.inc
    }
    virtual_ipaddress_excluded {
        ~SEQx(x, 10, 11) 2001:db8:7::$x
    }
    notify_master "/usr/bin/touch ${_PWD}/${_HASH}${_BANG}"
}
"""


@pytest.fixture
def host(make_lab: MakeLab) -> LabHost:
    return make_lab(hosts=1).hosts[0]


def held(host: LabHost, prefix: str) -> set[str]:
    """What follows the prefix in the addresses of eth0."""
    local = (str(entry["local"]) for entry in host.addresses())
    return {address[len(prefix):] for address in local if address.startswith(prefix)}


def test_every_feature_of_the_text_gives_its_address(host: LabHost, start: StartAgent,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """include, $NAME=, $NAME, ${NAME}, ${_PWD}, ${_INSTANCE}, ${_HASH}, ${_BANG}, ${_ENV name}, ~SEQ, ~SEQx,
    ~LST, @id, @^id, ! and #"""
    monkeypatch.setenv("SITE_NUMBER", "20")
    host.write("part-a.inc", "203.0.113.21/32\ninclude nested.inc\n")
    host.write("part-b.inc", "203.0.113.22/32\n")
    host.write("part-c.inc.off", "203.0.113.23/32\n")
    host.write("nested.inc", "203.0.113.24/32\n")
    agent = start(host, LANGUAGE)
    agent.wait_for_log(r"\(blue\) Entering MASTER STATE|blue.*Entering MASTER STATE")
    wait_until(lambda: (host.folder / "#!").exists(), 10, "the script of the master")
    wanted = {*range(1, 11), 12, 20, 21, 22, 24}
    assert {int(number) for number in held(host, "203.0.113.")} == wanted
    assert held(host, "2001:db8:7::") == {"a", "b"}


@pytest.mark.parametrize("keyword, missing, no_match, no_alternative, folder", [
    ("include", True, True, True, True), ("includer", True, True, True, False),
    ("includem", False, True, True, False), ("includew", False, False, True, False),
    ("includeb", True, True, False, False), ("includea", False, False, False, False)])
def test_each_include_bears_what_it_says(host: LabHost, program: pathlib.Path, keyword: str, missing: bool,
                                         no_match: bool, no_alternative: bool, folder: bool) -> None:
    """include, includer, includem, includew, includeb, includea: whether a file that is not there ends it"""
    (host.folder / "folder").mkdir()
    host.write("there.inc", "203.0.113.9/32\n")

    def is_borne(what: str, word: str = keyword, settings: tuple[str, ...] = ()) -> bool:
        path = host.write("main.conf", config(Instance(addresses=(f"{VIP}/24", f"{word} {what}")),
                                              globals=settings))
        return host.try_run(program, "-t", "-f", path).returncode == 0

    assert is_borne("there.inc")
    told = [is_borne(what) for what in ("absent.inc", "absent-*.inc", "{absent,gone}.inc", "folder")]
    assert told == [missing, no_match, no_alternative, folder]


def test_include_check_says_what_plain_includes_bear(host: LabHost, program: pathlib.Path) -> None:
    """include_check"""
    def is_borne(what: str, check: str) -> bool:
        path = host.write("main.conf", config(Instance(addresses=(f"{VIP}/24", f"include {what}")),
                                              globals=(check,)))
        return host.try_run(program, "-t", "-f", path).returncode == 0

    assert is_borne("absent.inc", "include_check wildcard_match")
    assert not is_borne("absent-*.inc", "include_check wildcard_match")
    assert not is_borne("absent.inc", "include_check")
    assert is_borne("absent.inc", "include_check -match")


def test_a_seed_gives_the_same_random_numbers(make_lab: MakeLab, start: StartAgent) -> None:
    """random_seed, ${_RANDOM [min [max]]}"""
    lab = make_lab()
    numbers = tuple("203.0.113.${_RANDOM 1 250}/32" for _ in range(6))
    for number, host in enumerate(lab.hosts):
        start(host, config(Instance(vrid=51 + number, addresses=(f"192.0.2.{50 + number}/24",),
                                    excluded=numbers), globals=("random_seed 7",)))
    one, other = lab.hosts
    wait_until(lambda: len(held(one, "203.0.113.")) > 3, 10, "several random addresses")
    wait_until(lambda: held(one, "203.0.113.") == held(other, "203.0.113."), 10, "the same on both hosts")


@pytest.mark.beyond_keepalived
@pytest.mark.parametrize("line, path", [("", "understudyd.pid"),
                                        ("use_pid_dir", "understudy/understudyd.pid"),
                                        ("instance blue", "understudy/blue_understudyd.pid")])
def test_pid_files_stand_where_the_daemon_is_told_to_put_them(host: LabHost, program: pathlib.Path, line: str,
                                                              path: str) -> None:
    """use_pid_dir, instance"""
    text = host.write("main.conf", config(Instance(), blocks=(line,) if line else ()))
    process = host.attach([program, "-n", "--history", "none", "-f", text], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: (host.root / "run" / path).exists(), 10, f"/run/{path}")
    wait_until(lambda: host.holds(VIP), 10, "the daemon is at work")
    host.run("kill", "-TERM", (host.root / "run" / path).read_text().strip())
    assert process.wait(15) == 0
