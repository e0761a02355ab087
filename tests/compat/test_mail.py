"""The same transitions in keepalived and understudy give the same mails."""

from __future__ import annotations

import pathlib
import re

from lab.agent import Agent, keepalived, understudy
from lab.config import Instance, config
from lab.mail import Mail, MailServer
from lab.plugin import MakeLab
from lab.waiting import wait_until

GROUP = "vrrp_sync_group both {\n    group {\n        A\n        B\n    }\n}\n"


def text(server: str) -> str:
    members = (Instance(name="A", vrid=51, extra=("track_interface {", "    lo", "}")),
               Instance(name="B", vrid=52, addresses=("192.0.2.51/24",)),
               Instance(name="C", vrid=53, addresses=("192.0.2.52/24",), extra=("smtp_alert off",)))
    return config(*members, blocks=(GROUP,),
                  globals=(f"smtp_server {server}", "smtp_helo_name north", "smtp_alert",
                           "notification_email_from ha@example.org",
                           "notification_email {\n        ops@example.org\n        bob@example.org\n    }"))


def mails_of(program: pathlib.Path, make_lab: MakeLab) -> dict[str, list[Mail]]:
    """By subject, while it starts, loses an interface and finds it again."""
    lab = make_lab(hosts=1)
    server, host = MailServer(lab.client), lab.hosts[0]
    agent = Agent(host, program, text(lab.client.address)).start()
    wait_until(lambda: len(server.subjects()) == 6, 30, "members and group as backup and master")
    host.ip("link set lo down")
    wait_until(lambda: len(server.subjects()) == 9, 30, "the fault of all")
    host.ip("link set lo up")
    wait_until(lambda: len(server.subjects()) == 15, 60, "the recovery of all")
    agent.stop()
    mails: dict[str, list[Mail]] = {}
    for mail in server.mails():
        if mail.letter and "Stopping" not in mail.subject:
            mails.setdefault(mail.subject, []).append(mail)
    return mails


def without_date(mail: Mail) -> tuple[list[str], list[str]]:
    dated = re.compile(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
    return mail.commands, ["Date" if dated.fullmatch(line) else line for line in mail.letter]


def test_the_same_transitions_give_the_same_mails(make_lab: MakeLab) -> None:
    """The dialogue, the header, the texts; keepalived sends several at a time, so their order is its own."""
    theirs, ours = mails_of(keepalived(), make_lab), mails_of(understudy(), make_lab)
    assert sorted(ours) == sorted(theirs)
    for subject, mails in theirs.items():
        assert [without_date(mail) for mail in ours[subject]] == [without_date(mail) for mail in mails]
