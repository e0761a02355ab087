#!/usr/bin/python3
"""Sends frames at a steady rate, over and over: flooder.py INTERFACE PER_SECOND SECONDS < frames, a line of
hexadecimal digits each. Prints how many it sent and for how long, as JSON. It sends in bursts of 1 ms; what
it cannot send in time is left out.
"""

import itertools
import json
import socket
import sys
import time

BURST_SECONDS = 0.001
PACKET_QDISC_BYPASS = 20
SOL_PACKET = 263


def main() -> None:
    interface, per_second, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    frames = itertools.cycle([bytes.fromhex(line) for line in sys.stdin.read().split()])
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    sender.bind((interface, 0))
    burst = max(1, round(per_second * BURST_SECONDS))
    sent, began = 0, time.monotonic()
    due = began
    while (now := time.monotonic()) < began + seconds:
        if now < due:
            time.sleep(due - now)
            continue
        for frame in itertools.islice(frames, burst):
            try:
                sender.send(frame)
                sent += 1
            except OSError:  # no room in the queue: the frame is lost, as on any cable
                pass
        due = max(due + burst / per_second, now - 10 * BURST_SECONDS)
    print(json.dumps({"sent": sent, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
