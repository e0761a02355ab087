"""The configuration that every article about failover shows, for the demonstration and the playground."""

from __future__ import annotations

import pathlib

from lab.network import LabHost

VIRTUAL_ADDRESS = "192.0.2.50"
SERVICE_PORT = 80
PRIORITIES = {"h1": 100, "h2": 90}

# RFC 3768: three adverts of one second and the skew of the router that takes over.
DOWN_INTERVAL_MS = {name: 1000 * (3 + (256 - priority) / 256) for name, priority in PRIORITIES.items()}

CHECK_PORT = """\
#!/bin/sh
# Succeeds while something listens on the port.
exec bash -c "exec 3<>/dev/tcp/127.0.0.1/$1"
"""
NOTIFY = '#!/bin/sh\nprintf "%s %s\\n" "$(date +%s.%N)" "$*" >> {record}\n'
SERVICE = f"""
import socket
server = socket.create_server(("127.0.0.1", {SERVICE_PORT}))
while True:
    server.accept()[0].close()
"""
SERVICE_COMMAND = ["/usr/bin/python3", "-c", SERVICE]

TEMPLATE = """\
global_defs {{
    notification_email {{
        admin@example.com
    }}
    notification_email_from {name}@example.com
    router_id {name}
}}

vrrp_script chk {{
    script "{check} {port}"
    interval 2
    weight -20
}}

vrrp_instance VI_1 {{
    state {state}
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int 1
    authentication {{
        auth_type PASS
        auth_pass secret42
    }}
    track_script {{
        chk
    }}
    virtual_ipaddress {{
        {address}/24
    }}
    notify_master "{notify} {name} is MASTER"
    notify_backup "{notify} {name} is BACKUP"
    notify_fault  "{notify} {name} is in FAULT"
    notify_stop   "{notify} {name} has STOPPED"
}}
"""


def article_config(host: LabHost, record: pathlib.Path) -> str:
    """The file for one host; its scripts are written beside it, and what they note goes to `record`."""
    check = host.write("check_port.sh", CHECK_PORT, executable=True)
    notify = host.write("notify.sh", NOTIFY.format(record=record), executable=True)
    return TEMPLATE.format(name=host.name, check=check, port=SERVICE_PORT, notify=notify,
                           state="MASTER" if host.name == "h1" else "BACKUP", priority=PRIORITIES[host.name],
                           address=VIRTUAL_ADDRESS)


def start_service(host: LabHost) -> int:
    """Something that listens on the checked port; its pid inside the host."""
    return host.spawn(*SERVICE_COMMAND)
