// virtual_server, its servers, and SSL.
#include "bind.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kSslRows[] = {
    {"password", text("<string>"), "none", Tier::Lvs, "Password of the private key"},
    {"ca", text("<file>"), "none", Tier::Lvs, "CA file"},
    {"certificate", text("<file>"), "none", Tier::Lvs, "Client certificate"},
    {"key", text("<file>"), "none", Tier::Lvs, "Private key"},
};

constexpr auto kSslRowsIndex = index_of(kSslRows);

constexpr Keyword kVirtualServerRows[] = {
    {"ip_family", choice("inet|inet6"), "from the address or first server", Tier::Lvs,
     "Family for fwmark services; conflict is an error"},
    {"retry", number(1), "per checker type", Tier::Lvs, "Default retry count for checkers below"},
    {"delay_before_retry", decimal_seconds(microseconds{0}, microseconds{4294000000}), "per checker type",
     Tier::Lvs, "Default delay between retries"},
    {"warmup", decimal_seconds(microseconds{0}, microseconds{4294000000}), "delay_loop", Tier::Lvs,
     "Upper bound of the random delay before the first check"},
    {"connect_timeout", decimal_seconds(microseconds{1}, microseconds{4294000000}), "5", Tier::Lvs,
     "Default connect timeout"},
    {"delay_loop", decimal_seconds(microseconds{1}, microseconds{4294000000}), "60", Tier::Lvs,
     "Default interval between checks"},
    {"inhibit_on_failure", nothing(), "off", Tier::Lvs,
     "Failed servers stay with weight 0 instead of being removed (default for real servers)"},
    {"lb_algo", choice("rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos"), "wlc (with an error message)",
     Tier::Lvs, "Scheduler; other names are errors"},
    {"lvs_sched", free_form("as lb_algo"), "", Tier::Lvs, "Same as lb_algo"},
    {"hashed", nothing(), "", Tier::Lvs, "Accepted by the grammar but ineffective"},
    {"ops", nothing(), "off", Tier::Lvs, "One-packet scheduling"},
    {"flag-1", nothing(), "off", Tier::Lvs, "Scheduler flag 1"},
    {"flag-2", nothing(), "off", Tier::Lvs, "Scheduler flag 2"},
    {"flag-3", nothing(), "off", Tier::Lvs, "Scheduler flag 3"},
    {"sh-port", nothing(), "off", Tier::Lvs, "sh scheduler: hash the port too; put after lb_algo sh"},
    {"sh-fallback", nothing(), "off", Tier::Lvs, "sh scheduler: fall back when the chosen server is down"},
    {"mh-port", nothing(), "off", Tier::Lvs, "mh scheduler: hash the port too"},
    {"mh-fallback", nothing(), "off", Tier::Lvs, "mh scheduler: fall back when the chosen server is down"},
    {"lb_kind", free_form("NAT|DR|TUN [type ipip|gue|gre] [port <1..65535>] [nocsum|csum|remcsum]"),
     "NAT (with an error message)", Tier::Lvs, "Forwarding method"},
    {"lvs_method", free_form("as lb_kind"), "", Tier::Lvs, "Same as lb_kind"},
    {"persistence_engine", text("<name>"), "none", Tier::Lvs, "Persistence engine, e.g. sip"},
    {"persistence_timeout", optional(number(1, 2678400)), "off; 360 without value", Tier::Lvs,
     "Persistence; implied (360) when the port is 0"},
    {"persistence_granularity", text("<IPv4 netmask | IPv6 prefix 1..128>"), "host", Tier::Lvs,
     "Grouping of clients; implies a timeout of 360"},
    {"protocol", free_form("TCP|UDP|SCTP (any case)"), "UDP (with an error message)", Tier::Lvs,
     "Transport; ignored with a warning for fwmark services"},
    {"ha_suspend", nothing(), "off", Tier::Lvs,
     "Suspend checkers while the service address is not on this host"},
    {"smtp_alert", optional(boolean()), "off", Tier::Deep, "Mail on quorum changes"},
    {"virtualhost", text("<name>"), "none", Tier::Lvs, "Default Host header for HTTP/SSL checks"},
    {"snmp_name", text("<name>"), "none", Tier::Deep, "Name shown in SNMP"},
    {"alpha", nothing(), "off", Tier::Lvs,
     "Start real servers as down until checked (default for real servers)"},
    {"omega", nothing(), "off", Tier::Lvs, "Run down scripts (quorum and servers) when the daemon stops"},
    {"quorum_up", command(), "none", Tier::Lvs, "Run when quorum is gained"},
    {"quorum_down", command(), "none", Tier::Lvs, "Run when quorum is lost"},
    {"quorum", number(1), "1", Tier::Lvs, "Live weight needed"},
    {"hysteresis", number(0), "0", Tier::Lvs, "Gain at quorum+hysteresis, lose below quorum-hysteresis"},
    {"weight", number(1, 2147483647), "1", Tier::Lvs, "Default weight of real servers"},
    {"sorry_server", free_form("<ip> [<port>]"), "none", Tier::Lvs, "Server used while quorum is down"},
    {"sorry_server_inhibit", nothing(), "off", Tier::Lvs,
     "Keep the sorry server present with weight 0; must follow sorry_server"},
    {"sorry_server_lvs_method", free_form("as lb_kind"), "as virtual server", Tier::Lvs,
     "Forwarding to the sorry server"},
    {"real_server", free_form("<ip> [<port>]"), "port of the virtual server", Tier::Lvs, "One server",
     nullptr, &kRealServer, Occurs::Repeats},
};

constexpr auto kVirtualServerRowsIndex = index_of(kVirtualServerRows);

constexpr Keyword kVirtualServerGroupRows[] = {
    {"fwmark", free_form("<n> [inet|inet6]"), "", Tier::Lvs, "A firewall mark"},
};

constexpr auto kVirtualServerGroupRowsIndex = index_of(kVirtualServerGroupRows);

constexpr Keyword kRealServerRows[] = {
    {"weight", number(0, 2147483647), "virtual server weight", Tier::Lvs, "Initial weight"},
    {"lvs_method", free_form("as lb_kind"), "as virtual server", Tier::Lvs,
     "Forwarding method of this server"},
    {"uthreshold", number(0), "0", Tier::Lvs,
     "Connection count at which the server stops taking new ones; 0 = none"},
    {"lthreshold", number(0), "0", Tier::Lvs, "Connection count at which it resumes"},
    {"inhibit_on_failure", optional(boolean()), "virtual server setting", Tier::Lvs,
     "Set weight 0 instead of removing"},
    {"notify_up", command(), "none", Tier::Lvs, "Run when the server is added"},
    {"notify_down", command(), "none", Tier::Lvs, "Run when the server is removed"},
    {"alpha", optional(boolean()), "virtual server setting", Tier::Lvs, "Start as down"},
    {"retry", number(1), "virtual server setting", Tier::Lvs, "Default retry count for its checkers"},
    {"delay_before_retry", decimal_seconds(microseconds{0}, microseconds{4294000000}),
     "virtual server setting", Tier::Lvs, "Default retry delay for its checkers"},
    {"warmup", decimal_seconds(microseconds{0}, microseconds{4294000000}), "virtual server setting",
     Tier::Lvs, "Default warm-up bound for its checkers"},
    {"connect_timeout", decimal_seconds(microseconds{0}, microseconds{4294000000}), "virtual server setting",
     Tier::Lvs, "Default connect timeout for its checkers"},
    {"delay_loop", decimal_seconds(microseconds{0}, microseconds{4294000000}), "virtual server setting",
     Tier::Lvs, "Default interval for its checkers"},
    {"smtp_alert", optional(boolean()), "on when no smtp_alert default is set", Tier::Deep,
     "Mail on server changes"},
    {"virtualhost", text("<name>"), "virtual server setting", Tier::Lvs,
     "Host header for its HTTP/SSL checks"},
    {"snmp_name", text("<name>"), "none", Tier::Deep, "Name shown in SNMP"},
    {"HTTP_GET", nothing(), "", Tier::Lvs, "HTTP GET check. Several checkers of any kind may be combined",
     nullptr, &kHttpGet, Occurs::Repeats},
    {"SSL_GET", nothing(), "", Tier::Lvs, "HTTPS GET check. Several checkers of any kind may be combined",
     nullptr, &kSslGet, Occurs::Repeats},
    {"TCP_CHECK", nothing(), "", Tier::Lvs, "TCP connect check. Several checkers of any kind may be combined",
     nullptr, &kTcpCheck, Occurs::Repeats},
    {"SMTP_CHECK", nothing(), "", Tier::Lvs,
     "SMTP dialogue check. Several checkers of any kind may be combined", nullptr, &kSmtpCheck,
     Occurs::Repeats},
    {"DNS_CHECK", nothing(), "", Tier::Lvs,
     "DNS query check over UDP. Several checkers of any kind may be combined", nullptr, &kDnsCheck,
     Occurs::Repeats},
    {"MISC_CHECK", nothing(), "", Tier::Lvs,
     "External command check. Several checkers of any kind may be combined", nullptr, &kMiscCheck,
     Occurs::Repeats},
    {"UDP_CHECK", nothing(), "", Tier::Lvs, "UDP probe. Several checkers of any kind may be combined",
     nullptr, &kUdpCheck, Occurs::Repeats},
    {"PING_CHECK", nothing(), "", Tier::Lvs, "ICMP echo check. Several checkers of any kind may be combined",
     nullptr, &kPingCheck, Occurs::Repeats},
    {"FILE_CHECK", nothing(), "", Tier::Lvs, "Weight from a tracked file", nullptr, &kFileCheck,
     Occurs::Repeats},
    {"BFD_CHECK", nothing(), "", Tier::Lvs,
     "State of a BFD session. Several checkers of any kind may be combined", nullptr, &kBfdCheck,
     Occurs::Repeats},
};

constexpr auto kRealServerRowsIndex = index_of(kRealServerRows);

}  // namespace

constinit const Block kSsl{
    .path = "SSL", .keywords = kSslRows, .index = &kSslRowsIndex, .feature = Feature::VirtualServers};
constinit const Block kVirtualServer{.path = "virtual_server",
                                     .keywords = kVirtualServerRows,
                                     .index = &kVirtualServerRowsIndex,
                                     .feature = Feature::VirtualServers};
constinit const Block kVirtualServerGroup{.path = "virtual_server_group",
                                          .kind = BlockKind::Opaque,
                                          .keywords = kVirtualServerGroupRows,
                                          .index = &kVirtualServerGroupRowsIndex,
                                          .feature = Feature::VirtualServers};
constinit const Block kRealServer{.path = "virtual_server/real_server",
                                  .keywords = kRealServerRows,
                                  .index = &kRealServerRowsIndex,
                                  .feature = Feature::VirtualServers};

}  // namespace understudy::config
