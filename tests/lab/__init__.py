"""A laboratory of hosts, a switch and a client, each in namespaces of its own, for the real-kernel tests.

`Lab` builds the network, `Agent` runs a failover agent on one of its hosts, `Capture` hears every frame at
the switch, and `EchoProbe` tells what a client sees. Nothing outlives the process that made it: each host is
a process namespace that the kernel ends with its maker.
"""

from lab.agent import Agent, keepalived, understudy
from lab.capture import Capture
from lab.frames import Advert, Announcement
from lab.network import Lab, LabHost
from lab.waiting import wait_until

__all__ = ["Advert", "Agent", "Announcement", "Capture", "Lab", "LabHost", "keepalived", "understudy",
           "wait_until"]
