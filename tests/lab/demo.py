"""The demonstration: a pair as in the articles, the death of its master, and what a client noticed.

Started by scripts/demo.
"""

from __future__ import annotations

import pathlib
import time

from lab.agent import Agent, understudy
from lab.article import DOWN_INTERVAL_MS, VIRTUAL_ADDRESS, article_config, start_service
from lab.network import Lab
from lab.prober import EchoProbe, EchoReport
from lab.waiting import wait_until

PATIENCE_SECONDS = 20


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def notes(record: pathlib.Path) -> list[tuple[float, str]]:
    """What the notify scripts wrote, in the order they wrote it."""
    lines = record.read_text().splitlines() if record.exists() else []
    return [(float(when), words) for when, _, words in (line.partition(" ") for line in lines)]


def run_story(lab: Lab, record: pathlib.Path) -> tuple[float, float, EchoReport]:
    """Start, election, death, takeover: the times of the last two, and what the client saw."""
    first, second = lab.hosts
    agents = [Agent(host, understudy(), article_config(host, record)) for host in lab.hosts]
    heading("Configuration of h1 (h2: state BACKUP, priority 90)")
    print(agents[0].config.read_text().replace(f"{first.folder}/", ""))
    capture = lab.capture()
    for host, agent in zip(lab.hosts, agents):
        start_service(host)
        agent.start()
    lab.wait_for_holder(first, VIRTUAL_ADDRESS, PATIENCE_SECONDS)
    wait_until(lambda: any("h1 is MASTER" in words for _, words in notes(record)), PATIENCE_SECONDS,
               "its notify script")
    probe = EchoProbe(lab.client, VIRTUAL_ADDRESS)
    time.sleep(1)
    capture.next_advert(first.port, PATIENCE_SECONDS)
    died = time.time()
    lab.crash(first)
    wait_until(lambda: second.holds(VIRTUAL_ADDRESS), PATIENCE_SECONDS, "h2 takes over")
    wait_until(lambda: any("h2 is MASTER" in words for _, words in notes(record)), PATIENCE_SECONDS,
               "its notify script")
    time.sleep(1)
    report = probe.report()
    took_over = capture.adverts(second.port, since=died)[0].time
    agents[1].stop()
    return died, took_over, report


def tell(died: float, took_over: float, report: EchoReport, record: pathlib.Path) -> None:
    heading("What happened")
    print(f"  h1 was master and held {VIRTUAL_ADDRESS}.")
    print("  Just after one of its adverts its cable was cut and all its processes were killed.")
    print(f"  h2 advertised as the new master {1000 * (took_over - died):.0f} ms later.")
    heading("What a client saw, asking every half millisecond")
    gap = report.longest
    assert gap is not None, "the client saw no outage at all"
    bound = DOWN_INTERVAL_MS["h2"]
    print(f"  outage            {gap.outage_ms:8.1f} ms   ({gap.lost} of {report.sent} questions unanswered)")
    print(f"  protocol's bound  {bound:8.1f} ms   (3 x advert_int + skew of priority 90)")
    heading("Notify scripts, in order (seconds before or after the death)")
    for when, words in notes(record):
        print(f"  {when - died:+9.3f}  {words}")


def show_logs(lab: Lab) -> None:
    """Why the story did not go as it should."""
    for log in sorted(lab.folder.glob("*/agent.log")):
        heading(f"What {log.parent.name} said")
        print(log.read_text(errors="replace"))


def main() -> None:
    with Lab() as lab:
        record = lab.folder / "notify.log"
        try:
            died, took_over, report = run_story(lab, record)
        except AssertionError:
            show_logs(lab)
            raise
        tell(died, took_over, report, record)
    print("\nAll hosts, links and processes of the demonstration are gone again.")


if __name__ == "__main__":
    main()
