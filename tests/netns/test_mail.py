"""Mails about transitions, taken by a real mail server; and that nobody waits for one that does not."""

from __future__ import annotations

import re
import signal
import time

from lab.config import VIP, Instance, config
from lab.mail import BUSY, REFUSING, SILENT, MailServer
from lab.network import Lab
from lab.plugin import StartAgent
from lab.waiting import wait_until

BACKUP, MASTER, FAULT = (f"[LAB] VRRP Instance VI_1 - Entering {role} state"
                         for role in ("BACKUP", "MASTER", "FAULT"))

GROUP = "vrrp_sync_group G {\n    group {\n        VI_1\n    }\n    smtp_alert\n}\n"


def mailing(lab: Lab, *more: str, server: str = "") -> tuple[str, ...]:
    return (f"smtp_server {server or lab.client.address}",
            "notification_email {\n        ops@example.org\n        \"Bob B <bob@example.org>\"\n    }",
            "notification_email_from \"HA <ha@example.org>\"", *more)


def test_each_transition_is_one_mail_with_its_header(lab: Lab, start: StartAgent) -> None:
    """router_id, smtp_server, notification_email, notification_email_from, smtp_helo_name, smtp_alert."""
    server = MailServer(lab.client)
    host = lab.hosts[0]
    agent = start(host, config(Instance(extra=("smtp_alert",)), globals=mailing(lab, "smtp_helo_name north")))
    wait_until(lambda: len(server.mails()) == 2, 15, "two mails")
    host.ip("link set eth0 down")
    agent.wait_for_log("Entering FAULT STATE")
    host.ip("link set eth0 up")
    wait_until(lambda: server.subjects()[-1] == MASTER and len(server.mails()) >= 5, 60, "five mails")
    assert agent.stop() == 0
    assert server.subjects() == [BACKUP, MASTER, FAULT, BACKUP, MASTER, "[LAB] VRRP Instance VI_1 - Stopping"]
    mail = server.mails()[1]
    assert mail.commands == ["HELO north", "MAIL FROM:<ha@example.org>", "RCPT TO:<ops@example.org>",
                             "RCPT TO:<bob@example.org>", "DATA", "QUIT"]
    assert [line.split(":")[0] for line in mail.letter[:5]] == ["Date", "From", "Subject", "X-Mailer", "To"]
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", mail.field("Date"))
    assert mail.field("From") == "HA <ha@example.org>"
    assert mail.field("To") == "ops@example.org, Bob B <bob@example.org>"
    assert mail.letter[5:] == ["", "=> VRRP Instance is now owning VRRP VIPs <=", ""]


def test_only_those_who_ask_get_mail(lab: Lab, start: StartAgent) -> None:
    """smtp_alert_vrrp beats smtp_alert, an instance's own smtp_alert beats both; no_email_faults."""
    server = MailServer(lab.client)
    host = lab.hosts[0]
    quiet = Instance(name="QUIET", vrid=52, addresses=("192.0.2.51/24",), extra=("smtp_alert off",))
    missing = Instance(name="MISSING", vrid=53, interface="eth9", addresses=("192.0.2.52/24",))
    start(host, config(Instance(), quiet, missing, blocks=(GROUP,),
                       globals=mailing(lab, "smtp_alert off", "smtp_alert_vrrp on", "no_email_faults",
                                       "dynamic_interfaces")))
    wait_until(lambda: len(server.mails()) == 4, 15, "four mails")
    of_group = [f"[LAB] VRRP Group G - Entering {role} state" for role in ("BACKUP", "MASTER")]
    assert sorted(server.subjects()) == sorted([BACKUP, MASTER, *of_group])


def test_a_busy_server_is_asked_again(lab: Lab, start: StartAgent) -> None:
    server = MailServer(lab.client, BUSY)
    agent = start(lab.hosts[0], config(Instance(), globals=mailing(lab, "smtp_alert")))
    agent.wait_for_log("is not sent: the server says '421 too busy'")
    agent.wait_for_log("the mail will be tried again")
    wait_until(lambda: server.subjects() == [BACKUP, MASTER], 60, "both mails in their order")


def test_what_is_refused_for_good_is_not_tried_again(lab: Lab, start: StartAgent) -> None:
    server = MailServer(lab.client, REFUSING)
    agent = start(lab.hosts[0], config(Instance(), globals=mailing(lab, "smtp_alert")))
    wait_until(lambda: agent.log().count("the mail is given up") == 2, 30, "two refusals")
    assert "<bob@example.org> is refused with '550 nobody of that name'" in agent.log()
    wait_until(lambda: len(server.mails()) == 2, 30, "two mails that the server has written down")
    assert not server.subjects()


def test_a_silent_server_delays_no_failover_and_its_time_is_bounded(lab: Lab, start: StartAgent) -> None:
    """smtp_connect_timeout"""
    MailServer(lab.client, SILENT)
    host = lab.hosts[0]
    agent = start(host, config(Instance(), globals=mailing(lab, "smtp_alert", "smtp_connect_timeout 1")))
    wait_until(lambda: host.holds(VIP), 5, "a master")
    agent.wait_for_log("is not sent: cannot read the answer of the mail server: Connection timed out", 20)
    begin = time.monotonic()
    assert agent.stop() == 0
    assert time.monotonic() - begin < 8, "a stop waits two seconds for mail"


def test_a_name_without_a_resolver_delays_nothing(lab: Lab, start: StartAgent) -> None:
    host = lab.hosts[0]
    agent = start(host, config(Instance(), globals=mailing(lab, "smtp_alert", server="mail.example.org")))
    wait_until(lambda: host.holds(VIP), 5, "a master")
    agent.wait_for_log("the mail will be tried again|the mail server takes too long", 60)
    host.run("kill", f"-{signal.SIGHUP.value}", str(agent.pid()))
    agent.wait_for_log("reload", 10)


def test_whoever_takes_the_mail_has_no_privileges(lab: Lab, start: StartAgent) -> None:
    MailServer(lab.client, SILENT)
    host = lab.hosts[0]
    start(host, config(Instance(), globals=mailing(lab, "smtp_alert")))
    command = "grep -l understudy-mail /proc/[0-9]*/comm | sed s/comm/status/ | xargs -r cat"

    def facts() -> dict[str, str]:
        status = host.try_run("sh", "-c", command).stdout
        return dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    wait_until(lambda: facts().get("Uid", "").split() == ["65534"] * 4, 10, "a process of nobody")
    assert int(facts()["CapEff"], 16) == 0
