"""What -t says of one statement outside of the protocol's core: keepalived's exit status and ours.

Each stands here in good and in bad form. All are judged in one namespace, each in its own file.
"""

from __future__ import annotations

import pytest

import verdicts as judged
from verdicts import Verdicts

pytestmark = pytest.mark.xdist_group("statements")  # both programs are asked once for all

# A backslash and n divide lines.
GLOBALS = r"""
smtp_server 192.0.2.1 99999
smtp_server 192.0.2.1 25 foo
smtp_connect_timeout 0
smtp_connect_timeout x
smtp_alert
smtp_alert perhaps
smtp_alert_vrrp off
no_email_faults
notification_email_from ha@example.org
vrrp_rx_bufs_policy FOO
vrrp_rx_bufs_policy mtu
vrrp_rx_bufs_policy 5
vrrp_rx_bufs_multiplier 0
umask 9
umask 0177
umask 01777
umask 0x12
umask IRWXU|IWGRP
umask IRUSR | IWUSR
umask
smtp_server
smtp_helo_name
router_id
vrrp_cpu_affinity
vrrp_rx_bufs_policy
vrrp_priority
process_monitor_rcv_bufs_force
default_interface
snmp_socket
umask IRWXU | IWGRP
umask IRUSR IWUSR
umask FOO
vrrp_cpu_affinity 0 1
vrrp_cpu_affinity 0 1 x
vrrp_iptables
vrrp_iptables A A
vrrp_iptables A B
vrrp_ipsets
vrrp_ipsets a b c
nftables
nftables tab
nftables_priority x
nftables_priority -5
nftables_ifindex
nftables_counters
vrrp_garp_extra_if all
vrrp_garp_extra_if 0
vrrp_garp_extra_if 10
vrrp_garp_extra_if all 100000
vrrp_vmac_garp_intvl 5
vrrp_min_garp
vrrp_min_garp 1
vrrp_garp_interval 0
vrrp_garp_interval 5
vrrp_gna_interval 0.000001
vrrp_rlimit_rttime 0
vrrp_rlimit_rttime 1
vrrp_rlimit_rtime 100
vrrp_rt_priority 0
vrrp_rt_priority 100
vrrp_priority 20
vrrp_no_swap
bfd_rlimit_rtime 100
checker_priority -21
max_auto_priority
max_auto_priority -1
max_auto_priority 100
min_auto_priority_delay 0
snmp_socket udp:foo
enable_traps
enable_snmp_vrrp
enable_snmp_keepalived
enable_snmp_rfc
enable_snmp_rfcv2
enable_snmp_rfcv3
enable_snmp_checker
enable_dbus
dbus_service_name org.example.Vrrp
reload_time_file foo
reload_repeat
reload_file
reload_file /run/reload
process_names
process_name abcdefghijklmnopqrstuvwx
lvs_process_name x
vmac_prefix abcdefghijklmnopqrst
vmac_addr_prefix x
random_seed 5
random_seed -5
notify_fifo /tmp/x
notify_fifo /tmp/x nosuchuser
notify_fifo_script /bin/true
notify_fifo_script /bin/nope
vrrp_notify_fifo
vrrp_notify_priority_changes
vrrp_notify_priority_changes x
fifo_write_vrrp_states_on_reload
startup_script /bin/nope
startup_script /bin/true
startup_script
startup_script_timeout 0
shutdown_script
shutdown_script_timeout 1001
default_interface nope
disable_local_igmp
log_unknown_vrids
config_save_dir foo
tmp_config_directory foo
data_use_instance
data_use_instance x
vrrp_netlink_cmd_rcv_bufs 5
vrrp_netlink_cmd_rcv_bufs -5
vrrp_netlink_cmd_rcv_bufs_force true
vrrp_netlink_cmd_rcv_bufs_force x
process_monitor_rcv_bufs 1
lvs_netlink_monitor_rcv_bufs_force off
reload_check_config
reload_check_config /tmp/log
"""

INSTANCE = r"""
use_vmac
use_vmac foo
use_vmac foo bar
use_vmac 02:00:00:00:00
use_vmac 02:00:00:00:00:05 foo
use_vmac 01:00:00:00:00:05
use_vmac 00:00:5e:00:01:05
use_vmac abcdefghijklmnopqrst
use_vmac\npromote_secondaries
use_vmac\nvmac_xmit_base
use_vmac\nunicast_peer {\n192.0.2.7\n}
use_vmac_addr
vmac_xmit_base
use_ipvlan
use_ipvlan foo 192.0.2.55
use_ipvlan foo 192.0.2.55/24 vepa
use_ipvlan foo bar baz
use_ipvlan\nmcast_src_ip 192.0.2.1
old_unicast_checksum
old_unicast_checksum foo
old_unicast_checksum never\nunicast_peer {\n192.0.2.7\n}
unicast_fault_no_peer
debug 4
debug 5
vmac_garp_intvl 5
garp_extra_if 0
garp_extra_if 90000
garp_extra_if all 60
linkbeat_use_polling
lvs_sync_daemon_interface eth0
lvs_sync_daemon_interface nope
kernel_rx_buf_size 0
kernel_rx_buf_size x
smtp_alert
smtp_alert x
notify_priority_changes
notify_priority_changes foo
vrf eth1
promote_secondaries
track_src_ip
native_ipv6
no_accept
virtual_ipaddress {\n192.0.2.50 peer 192.0.2.51\n}
virtual_ipaddress {\n192.0.2.52 peer 192.0.2.53/24\n}
virtual_ipaddress {\n192.0.2.54 peer foo\n}
virtual_ipaddress {\n192.0.2.55/24 peer 192.0.2.56\n}
virtual_ipaddress {\n192.0.2.55 brd 192.0.2.255 peer 192.0.2.56\n}
virtual_ipaddress {\n239.1.2.3 autojoin\n}
virtual_ipaddress {\n192.0.2.54 peer 2001:db8::1\n}
virtual_ipaddress {\n192.0.2.50 autojoin\n192.0.2.51 use_vmac\n}
virtual_ipaddress {\n192.0.2.52 track_group u\n}
track_bfd {\nnope\n}
track_file {\nnope\n}
track_process {\nnope\n}
"""

# Of a member of a sync group.
MEMBER = r"""
track_file {\nf\n}
track_file {\nf weight 3\n}
track_file {\nf weight 0\n}
track_file {\nf weight 255\n}
track_file {\nf\nf\n}
track_file {\nf wei 3\n}
track_bfd {\ne\n}
track_bfd {\ne weight 3\n}
track_bfd {\ne weight 254\n}
track_bfd {\ne weight 0 noreverse\n}
track_process {\nq\n}
track_process {\nq weight 254 reverse\n}
track_process {\nq\nq\n}
"""

FILE = r"""
track_file z {\nfile /a\n}
track_file z {\nweight 3\n}
track_file z {\nfile /a\ninit_file x\n}
track_file z {\nfile /a\ninit_file 5 overwrite\n}
track_file z {\nfile /a\ninit_file\n}
track_file z {\nfile /a\nweight 254 reverse\n}
track_file z {\nfile /a\nweight 255\n}
vrrp_track_file z {\nfile /a\n}
vrrp_track_process c {\nprocess a\nfull_command\nprocess b\n}
vrrp_track_process c {\nprocess a b c\nparam_match\n}
vrrp_track_process c {\nprocess a\nparam_match foo\n}
vrrp_track_process c {\nprocess a\nweight 300\n}
vrrp_track_process c {\nprocess a\nquorum 0\n}
vrrp_track_process c {\nprocess a\nquorum 5\nquorum_max 3\n}
vrrp_track_process c {\nprocess a\ndelay 0.5\nterminate_delay 3601\n}
vrrp_track_process c {\nquorum 3\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\n}
bfd_instance c {\npassive\n}
bfd_instance c {\nneighbour_ip 2001:db8::7\nhoplimit 64\npassive\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nmax_hops 7\nttl 3\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nmax_hops -1\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nidle_tx 5\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nmin_rx 20000\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nmin_tx 0\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nweight 254\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nweight 5 reverse\nvrrp\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\nsource_ip 2001:db8::1\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\n}\nbfd_instance d {\nneighbor_ip 192.0.2.7\n}
bfd_instance c {\nneighbor_ip 192.0.2.7\n}\nbfd_instance c {\nneighbor_ip 192.0.2.8\n}
linkbeat_interfaces {\nnope\n}
linkbeat_interfaces {\neth0 FOO\n}
linkbeat_interfaces {\neth0 MII\neth0\n}
interface_up_down_delays {\nnope 1\n}
interface_up_down_delays {\neth0\n}
interface_up_down_delays {\neth0 1 2 3\n}
interface_up_down_delays {\neth0 300\n}
garp_group {\ngarp_interval 1\ninterface nope\n}
garp_group {\ngarp_interval 1\n}
garp_group {\ninterface eth0\n}
garp_group {\ngna_interval 0.5\ninterfaces {\neth0 eth1\n}\n}
garp_group {\ngna_interval 0.5\ninterfaces {\neth0 eth0\n}\n}
track_group x {\n}
track_group x {\ngroup {\nweb\n}\n}
track_group x {\ngroup {\nnope\n}\n}
track_group x {\ngroup {\nweb\n}\n}\ntrack_group x {\ngroup {\nweb\n}\n}
static_ipaddress {\n192.0.2.77\n}
static_ipaddress {\n192.0.2.77 dev nope\n}
static_ipaddress {\n192.0.2.77 dev eth0 track_group nope\n}
static_ipaddress {\n192.0.2.77 dev eth0 use_vmac\n}
static_ipaddress {\n192.0.2.77\n192.0.2.77\n}
global_defs {\ndefault_interface nope\n}\nstatic_ipaddress {\n192.0.2.77\n}
child_wait_time 5
child_wait_time x
net_namespace foo
namespace_with_ipsets
linkbeat_use_polling
"""

# Our status, and why it differs.
DIFFERENCES = {
    "umask IRWXU | IWGRP": (0, "documented, and later releases know all permissions"),
    "smtp_helo_name": (5, "a keyword without its value is a mistake"),
}

INSIDE = "interface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.2.10\n}\n"
TRACKED = ("track_file f {\nfile /run/f\n}\nbfd_instance e {\nneighbor_ip 192.0.2.8\n}\n"
           "vrrp_track_process q {\nprocess a\n}\n")
WRAPPED = {
    "global_defs {\n@\n}\nvrrp_instance web {\n" + INSIDE + "}\n": GLOBALS,
    "vrrp_instance web {\n" + INSIDE + "@\n}\n": INSTANCE,
    TRACKED + "vrrp_instance web {\n" + INSIDE + "@\n}\nvrrp_instance two {\n"
    + INSIDE.replace("51", "52").replace(".10", ".11")
    + "}\nvrrp_sync_group both {\ngroup {\nweb\ntwo\n}\n}\n": MEMBER,
    "vrrp_instance web {\n" + INSIDE + "}\n@\n": FILE,
}
STATEMENTS = {statement: file.replace("@", statement.replace("\\n", "\n"))
              for file, statements in WRAPPED.items() for statement in statements.strip().splitlines()}


@pytest.fixture(scope="module")
def verdicts() -> tuple[Verdicts, Verdicts]:
    return judged.of_texts(STATEMENTS)


@pytest.mark.parametrize("statement", list(STATEMENTS))
def test_a_statement_is_judged_as_keepalived_judges_it(verdicts: tuple[Verdicts, Verdicts],
                                                       statement: str) -> None:
    theirs, ours = (said[statement] for said in verdicts)
    expected = DIFFERENCES.get(statement, (theirs.status, ""))[0]
    assert ours.status == expected, f"keepalived: {theirs}\nours: {ours}"


def test_every_argued_difference_is_one(verdicts: tuple[Verdicts, Verdicts]) -> None:
    theirs, _ = verdicts
    assert not [one for one, (status, _) in DIFFERENCES.items() if theirs[one].status == status]
