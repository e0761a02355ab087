// virtual_server, its servers, and SSL.
#include "bind.hpp"
#include "bind_virtual_server.hpp"
#include "check_times.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kSslRows[] = {
    {"password", bearable(text("<string>")), "none", Tier::Lvs, "Password of the private key",
     set_tls<&model::TlsClient::password>, nullptr, Occurs::Repeats},
    {"ca", bearable(text("<file>")), "none", Tier::Lvs, "CA file", set_tls<&model::TlsClient::ca>, nullptr,
     Occurs::Repeats},
    {"certificate", bearable(text("<file>")), "none", Tier::Lvs, "Client certificate",
     set_tls<&model::TlsClient::certificate>, nullptr, Occurs::Repeats},
    {"key", bearable(text("<file>")), "none", Tier::Lvs, "Private key", set_tls<&model::TlsClient::key>,
     nullptr, Occurs::Repeats},
};

constexpr auto kSslRowsIndex = index_of(kSslRows);

constexpr std::string_view kSchedulers = "rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos";

constexpr Keyword kVirtualServerRows[] = {
    {"ip_family", choice("inet|inet6"), "from the address or first server", Tier::Lvs,
     "Family for fwmark services; conflict is an error", set_service_family},
    {"retry", number(1), "per checker type", Tier::Lvs, "Default retry count for checkers below",
     set<&VirtualServerDraft::schedule, &ScheduleDraft::retry>},
    {"delay_before_retry", check_delay(), "per checker type", Tier::Lvs, "Default delay between retries",
     set<&VirtualServerDraft::schedule, &ScheduleDraft::delay_before_retry>},
    {"warmup", check_delay(), "delay_loop", Tier::Lvs,
     "Upper bound of the random delay before the first check",
     set<&VirtualServerDraft::schedule, &ScheduleDraft::warmup>},
    {"connect_timeout", connect_time(), "5", Tier::Lvs, "Default connect timeout",
     set<&VirtualServerDraft::connect_timeout>},
    {"delay_loop", check_interval(), "60", Tier::Lvs, "Default interval between checks",
     set<&VirtualServerDraft::schedule, &ScheduleDraft::delay_loop>},
    {"inhibit_on_failure", nothing(), "off", Tier::Lvs,
     "Failed servers stay with weight 0 instead of being removed (default for real servers)",
     set_flag<&VirtualServerDraft::inhibit_on_failure>},
    {"lb_algo", choice(kSchedulers), "wlc (with an error message)", Tier::Lvs,
     "Scheduler; other names are errors", set<&VirtualServerDraft::scheduler>},
    {"lvs_sched", choice(kSchedulers), "wlc", Tier::Lvs, "Same as lb_algo",
     set<&VirtualServerDraft::scheduler>},
    {"hashed", nothing(), "", Tier::Lvs, "Accepted by the grammar but ineffective", refuse_hashed},
    {"ops", nothing(), "off", Tier::Lvs, "One-packet scheduling", set_flag<&VirtualServerDraft::one_packet>},
    {"flag-1", nothing(), "off", Tier::Lvs, "Scheduler flag 1",
     raise<&VirtualServerDraft::flags, &model::SchedulerFlags::flag_1>},
    {"flag-2", nothing(), "off", Tier::Lvs, "Scheduler flag 2",
     raise<&VirtualServerDraft::flags, &model::SchedulerFlags::flag_2>},
    {"flag-3", nothing(), "off", Tier::Lvs, "Scheduler flag 3",
     raise<&VirtualServerDraft::flags, &model::SchedulerFlags::flag_3>},
    {"sh-port", nothing(), "off", Tier::Lvs, "sh scheduler: hash the port too; put after lb_algo sh",
     set_hash_port},
    {"sh-fallback", nothing(), "off", Tier::Lvs, "sh scheduler: fall back when the chosen server is down",
     set_hash_fallback},
    {"mh-port", nothing(), "off", Tier::Lvs, "mh scheduler: hash the port too", set_hash_port},
    {"mh-fallback", nothing(), "off", Tier::Lvs, "mh scheduler: fall back when the chosen server is down",
     set_hash_fallback},
    {"lb_kind", free_form("NAT|DR|TUN [type ipip|gue|gre] [port <1..65535>] [nocsum|csum|remcsum]"),
     "NAT (with an error message)", Tier::Lvs, "Forwarding method", set_service_method},
    {"lvs_method", free_form("as lb_kind"), "", Tier::Lvs, "Same as lb_kind", set_service_method},
    {"persistence_engine", text("<name>"), "none", Tier::Lvs, "Persistence engine, e.g. sip",
     set_persistence_engine},
    {"persistence_timeout", optional(number(1, 2678400)), "off; 360 without value", Tier::Lvs,
     "Persistence; implied (360) when the port is 0", set_persistence_timeout},
    {"persistence_granularity", text("<IPv4 netmask | IPv6 prefix 1..128>"), "host", Tier::Lvs,
     "Grouping of clients; implies a timeout of 360", set<&VirtualServerDraft::granularity>},
    {"protocol", choice_in_any_case("TCP|UDP|SCTP"), "UDP (with an error message)", Tier::Lvs,
     "Transport; ignored with a warning for fwmark services", set_transport},
    {"ha_suspend", nothing(), "off", Tier::Lvs,
     "Suspend checkers while the service address is not on this host",
     set_flag<&VirtualServerDraft::ha_suspend>},
    {"smtp_alert", optional(boolean()), "off", Tier::Deep, "Mail on quorum changes",
     set<&VirtualServerDraft::smtp_alert>},
    {"virtualhost", bearable(text("<name>")), "none", Tier::Lvs, "Default Host header for HTTP/SSL checks",
     set<&VirtualServerDraft::virtual_host>},
    {"snmp_name", bearable(text("<name>")), "none", Tier::Deep, "Name shown in SNMP",
     set<&VirtualServerDraft::snmp_name>},
    {"alpha", nothing(), "off", Tier::Lvs,
     "Start real servers as down until checked (default for real servers)",
     set<&VirtualServerDraft::schedule, &ScheduleDraft::alpha>},
    {"omega", nothing(), "off", Tier::Lvs, "Run down scripts (quorum and servers) when the daemon stops",
     set_flag<&VirtualServerDraft::omega>},
    {"quorum_up", command(), "none", Tier::Lvs, "Run when quorum is gained",
     set<&VirtualServerDraft::quorum_up>, nullptr, Occurs::FirstWins},
    {"quorum_down", command(), "none", Tier::Lvs, "Run when quorum is lost",
     set<&VirtualServerDraft::quorum_down>, nullptr, Occurs::FirstWins},
    {"quorum", number(1), "1", Tier::Lvs, "Live weight needed", set<&VirtualServerDraft::quorum>},
    {"hysteresis", number(0), "0", Tier::Lvs, "Gain at quorum+hysteresis, lose below quorum-hysteresis",
     set<&VirtualServerDraft::hysteresis>},
    {"weight", number(1, 2147483647), "1", Tier::Lvs, "Default weight of real servers",
     set<&VirtualServerDraft::weight>},
    {"sorry_server", free_form("<ip> [<port>]"), "none", Tier::Lvs, "Server used while quorum is down",
     set_sorry_server},
    {"sorry_server_inhibit", nothing(), "off", Tier::Lvs,
     "Keep the sorry server present with weight 0; must follow sorry_server", set_sorry_inhibit},
    {"sorry_server_lvs_method", free_form("as lb_kind"), "as virtual server", Tier::Lvs,
     "Forwarding to the sorry server", set_sorry_method},
    {"real_server", free_form("<ip> [<port>]"), "port of the virtual server", Tier::Lvs, "One server",
     nullptr, &kRealServer, Occurs::Repeats},
};

constexpr auto kVirtualServerRowsIndex = index_of(kVirtualServerRows);

constexpr Keyword kVirtualServerGroupRows[] = {
    {"fwmark", free_form("<n> [inet|inet6]"), "", Tier::Lvs, "A firewall mark", read_by_its_line},
};

constexpr auto kVirtualServerGroupRowsIndex = index_of(kVirtualServerGroupRows);

constexpr Keyword kRealServerRows[] = {
    {"weight", number(0, 2147483647), "virtual server weight", Tier::Lvs, "Initial weight",
     set<&RealServerDraft::weight>},
    {"lvs_method", free_form("as lb_kind"), "as virtual server", Tier::Lvs,
     "Forwarding method of this server", set_server_method},
    {"uthreshold", number(0), "0", Tier::Lvs,
     "Connection count at which the server stops taking new ones; 0 = none",
     set<&RealServerDraft::upper_threshold>},
    {"lthreshold", number(0), "0", Tier::Lvs, "Connection count at which it resumes",
     set<&RealServerDraft::lower_threshold>},
    {"inhibit_on_failure", optional(boolean()), "virtual server setting", Tier::Lvs,
     "Set weight 0 instead of removing", set<&RealServerDraft::inhibit_on_failure>},
    {"notify_up", command(), "none", Tier::Lvs, "Run when the server is added",
     set<&RealServerDraft::notify_up>, nullptr, Occurs::FirstWins},
    {"notify_down", command(), "none", Tier::Lvs, "Run when the server is removed",
     set<&RealServerDraft::notify_down>, nullptr, Occurs::FirstWins},
    {"alpha", optional(boolean()), "virtual server setting", Tier::Lvs, "Start as down",
     set<&RealServerDraft::schedule, &ScheduleDraft::alpha>},
    {"retry", number(1), "virtual server setting", Tier::Lvs, "Default retry count for its checkers",
     set<&RealServerDraft::schedule, &ScheduleDraft::retry>},
    {"delay_before_retry", check_delay(), "virtual server setting", Tier::Lvs,
     "Default retry delay for its checkers",
     set<&RealServerDraft::schedule, &ScheduleDraft::delay_before_retry>},
    {"warmup", check_delay(), "virtual server setting", Tier::Lvs, "Default warm-up bound for its checkers",
     set<&RealServerDraft::schedule, &ScheduleDraft::warmup>},
    {"connect_timeout", connect_time(), "virtual server setting", Tier::Lvs,
     "Default connect timeout for its checkers", set<&RealServerDraft::connect_timeout>},
    {"delay_loop", check_interval(), "virtual server setting", Tier::Lvs, "Default interval for its checkers",
     set<&RealServerDraft::schedule, &ScheduleDraft::delay_loop>},
    {"smtp_alert", optional(boolean()), "on when no smtp_alert default is set", Tier::Deep,
     "Mail on server changes", set<&RealServerDraft::smtp_alert>},
    {"virtualhost", bearable(text("<name>")), "virtual server setting", Tier::Lvs,
     "Host header for its HTTP/SSL checks", set<&RealServerDraft::virtual_host>},
    {"snmp_name", bearable(text("<name>")), "none", Tier::Deep, "Name shown in SNMP",
     set<&RealServerDraft::snmp_name>},
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

constinit const Block kSsl{.path = "SSL",
                           .keywords = kSslRows,
                           .index = &kSslRowsIndex,
                           .open = open_ssl,
                           .feature = Feature::VirtualServers};
constinit const Block kVirtualServer{.path = "virtual_server",
                                     .keywords = kVirtualServerRows,
                                     .index = &kVirtualServerRowsIndex,
                                     .open = open_virtual_server,
                                     .feature = Feature::VirtualServers};
constinit const Block kVirtualServerGroup{.path = "virtual_server_group",
                                          .kind = BlockKind::Entries,
                                          .keywords = kVirtualServerGroupRows,
                                          .index = &kVirtualServerGroupRowsIndex,
                                          .open = open_server_group,
                                          .entry = add_group_entry,
                                          .feature = Feature::VirtualServers};
constinit const Block kRealServer{.path = "virtual_server/real_server",
                                  .keywords = kRealServerRows,
                                  .index = &kRealServerRowsIndex,
                                  .open = open_real_server,
                                  .feature = Feature::VirtualServers};

}  // namespace understudy::config
