// Health checkers of real servers. All share the schedule, most share the connection; a host of SMTP_CHECK
// has both for itself.
#include "bind.hpp"
#include "bind_checker.hpp"
#include "check_times.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

template <typename Owner>
constexpr std::string_view kPath = "virtual_server/real_server/*";
template <>
constexpr std::string_view kPath<SmtpHostDraft> = "virtual_server/real_server/SMTP_CHECK/host";

template <typename Owner>
constexpr Keyword kScheduleRows[] = {
    {"retry", number(0), "1; DNS_CHECK 3; MISC_CHECK 0", Tier::Lvs,
     "Additional attempts before the checker is down", set<&Owner::schedule, &ScheduleDraft::retry>},
    {"delay_before_retry", check_delay(), "1; HTTP_GET and SSL_GET 3; DNS_CHECK delay_loop", Tier::Lvs,
     "Delay between attempts", set<&Owner::schedule, &ScheduleDraft::delay_before_retry>},
    {"warmup", check_delay(), "real server setting", Tier::Lvs,
     "Bound of the random initial delay (a fixed second is added)",
     set<&Owner::schedule, &ScheduleDraft::warmup>},
    {"delay_loop", check_interval(), "real server setting (60)", Tier::Lvs, "Interval between checks",
     set<&Owner::schedule, &ScheduleDraft::delay_loop>},
    {"alpha", optional(boolean()), "real server setting", Tier::Lvs, "Start this checker as failed",
     set<&Owner::schedule, &ScheduleDraft::alpha>},
    {"log_all_failures", optional(boolean()), "checker_log_all_failures", Tier::Lvs,
     "Log each failed attempt", set<&Owner::schedule, &ScheduleDraft::log_all_failures>},
};

template <typename Owner>
constexpr auto kScheduleIndex = index_of(kScheduleRows<Owner>);

template <typename Owner>
constexpr Keyword kConnectionRows[] = {
    {"connect_ip", ip_address(), "real server address", Tier::Lvs, "Address to check",
     set<&Owner::connection, &ConnectionDraft::address>},
    {"connect_port", number(1, 65535), "real server port", Tier::Lvs, "Port to check",
     set<&Owner::connection, &ConnectionDraft::port>},
    {"bindto", ip_address(), "none", Tier::Lvs, "Source address; family must match",
     set<&Owner::connection, &ConnectionDraft::source>},
    {"bind_port", number(1, 65535), "any", Tier::Lvs, "Source port",
     set<&Owner::connection, &ConnectionDraft::source_port>},
    {"bind_if", interface_name(), "none", Tier::Lvs,
     "Bind to an interface; required for link-local destinations",
     set<&Owner::connection, &ConnectionDraft::interface>},
    {"connect_timeout", connect_time(), "real server setting (5)", Tier::Lvs, "Connect and response timeout",
     set<&Owner::connection, &ConnectionDraft::timeout>},
    {"fwmark", number(0), "0", Tier::Lvs, "Mark put on check packets",
     set<&Owner::connection, &ConnectionDraft::mark>},
};

template <typename Owner>
constexpr auto kConnectionIndex = index_of(kConnectionRows<Owner>);

constexpr Keyword kHttpRows[] = {
    {"nb_get_retry", number(0), "", Tier::Legacy, "Old name of retry; reported as deprecated",
     set<&CheckerDraft::schedule, &ScheduleDraft::retry>},
    {"virtualhost", bearable(text("<name>")), "real, then virtual server", Tier::Lvs,
     "Host header; default is address:port", set<&CheckerDraft::virtual_host>},
    {"http_protocol", bearable(choice_in_any_case("1.0|1.1|1.0C")), "1.0", Tier::Lvs,
     "Request version; 1.1 and 1.0C add Connection: close", set_http_version},
    {"enable_sni", optional(boolean()), "false", Tier::Lvs, "Send SNI with the Host name (SSL only useful)",
     set<&CheckerDraft::enable_sni>},
    {"sni_name", optional(text("<name>")), "Host name", Tier::Lvs,
     "SNI name to send; implies enable_sni (keepalived after 2.4.3 (unreleased))", set_server_name},
    {"fast_recovery", optional(boolean()), "false", Tier::Lvs,
     "While down with the failed URL good again, check remaining URLs without delay",
     set<&CheckerDraft::fast_recovery>},
    {"url", nothing(), "required", Tier::Lvs, "One request", nullptr, &kUrl, Occurs::Repeats},
};

constexpr auto kHttpRowsIndex = index_of(kHttpRows);

constexpr Keyword kSslGetRows[] = {
    {"tls_compliant", optional(boolean()), "false", Tier::Lvs,
     "Treat a TLS shutdown without close notification as failure (keepalived 2.2.8)",
     set<&CheckerDraft::tls_compliant>},
};

constexpr auto kSslGetRowsIndex = index_of(kSslGetRows);

constexpr Keyword kUrlRows[] = {
    {"path", text("<path>"), "required", Tier::Lvs, "Request target; a URL without path is dropped",
     set<&UrlDraft::path>},
    {"digest", text("<32 hex digits>"), "not checked", Tier::Lvs, "Expected MD5 of the body", set_digest,
     nullptr, Occurs::FirstWins},
    {"status_code", free_form("<code>[-<code>] ... (100..599)"), "200-299", Tier::Lvs,
     "Accepted status codes", add_status_codes, nullptr, Occurs::Repeats},
    {"virtualhost", bearable(text("<name>")), "checker setting", Tier::Lvs, "Host header for this URL",
     set<&UrlDraft::virtual_host>},
    {"regex", free_form("\"<PCRE2 pattern>\""), "none", Tier::Lvs,
     "Body must match; only in builds with regex support", set_pattern},
    {"regex_no_match", nothing(), "off", Tier::Lvs, "Body must not match", set_pattern_no_match},
    {"regex_options", free_form("<option> ..."), "none", Tier::Lvs,
     "PCRE2 options by lower-case name (caseless, dotall, multiline, extended, ucp, utf ...)",
     set_pattern_options, nullptr, Occurs::Repeats},
    {"regex_min_offset", free_form("<0..>"), "0", Tier::Lvs, "First byte offset considered",
     set_pattern_min_offset},
    {"regex_max_offset", free_form("<0..>"), "none", Tier::Lvs, "Last byte offset considered",
     set_pattern_max_offset},
    {"regex_stack", free_form("<start> <max>"), "none", Tier::Lvs, "JIT stack sizes", set_pattern_stack},
    {"tls_compliant", optional(boolean()), "checker setting", Tier::Lvs, "Per-URL form (keepalived 2.2.8)",
     set<&UrlDraft::tls_compliant>},
};

constexpr auto kUrlRowsIndex = index_of(kUrlRows);

constexpr Keyword kUdpRows[] = {
    {"payload", free_form("<hex bytes>"), "32 byte fixed text pattern", Tier::Lvs, "Data to send",
     set_payload},
    {"require_reply", free_form("[<hex bytes, x for any digit>]"), "off", Tier::Lvs,
     "A reply must arrive and start with these bytes (comparison stops at the shorter length)",
     set_required_reply},
    {"min_reply_length", number(0, 65535), "0", Tier::Lvs,
     "Minimum reply length (only looked at when reply data is given)", set<&CheckerDraft::min_reply_length>},
    {"max_reply_length", number(0, 65535), "255", Tier::Lvs, "Maximum reply length",
     set<&CheckerDraft::max_reply_length>},
};

constexpr auto kUdpRowsIndex = index_of(kUdpRows);

constexpr Keyword kSmtpRows[] = {
    {"helo_name", bearable(text("<name>")), "smtpchecker.keepalived.org", Tier::Lvs, "HELO argument",
     set<&CheckerDraft::helo_name>},
    {"host", nothing(), "", Tier::Alias, "Several targets in one checker; becomes one checker per host",
     nullptr, &kSmtpHost, Occurs::Repeats},
};

constexpr auto kSmtpRowsIndex = index_of(kSmtpRows);

constexpr Keyword kDnsRows[] = {
    {"type", choice_in_any_case("A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY"), "SOA", Tier::Lvs, "Query type",
     set_dns_type},
    {"name", text("<domain>"), ". (root)", Tier::Lvs, "Query name; empty labels are errors", set_dns_name,
     nullptr, Occurs::FirstWins},
};

constexpr auto kDnsRowsIndex = index_of(kDnsRows);

constexpr Keyword kMiscRows[] = {
    {"misc_path", bearable(program()), "required", Tier::Lvs,
     "Command to run; a checker without it is dropped", set<&CheckerDraft::command>},
    {"misc_timeout", number(0), "delay_loop of the virtual server", Tier::Lvs,
     "Run time limit; TERM, then KILL 2 s later", set_command_timeout},
    {"misc_dynamic", nothing(), "off", Tier::Lvs, "Exit codes 2..255 mean success with weight code-2",
     raise<&CheckerDraft::dynamic>},
    {"user", owner(), "script_user", Tier::Lvs, "User to run as", set<&CheckerDraft::owner>},
};

constexpr auto kMiscRowsIndex = index_of(kMiscRows);

constexpr Keyword kFileCheckRows[] = {
    {"track_file", text("<name>"), "required", Tier::Lvs, "Tracked file to use", set<&CheckerDraft::watched>},
    {"weight", free_form("<-2147483647..2147483647> [reverse|noreverse]"), "track_file weight", Tier::Lvs,
     "Factor for the number in the file; 0 = down while non-zero", set_file_weight},
};

constexpr auto kFileCheckRowsIndex = index_of(kFileCheckRows);

constexpr Keyword kBfdRows[] = {
    {"name", bearable(text("<bfd_instance>")), "required", Tier::Lvs, "Session to follow",
     set<&CheckerDraft::watched>, nullptr, Occurs::FirstWins},
    {"alpha", optional(boolean()), "real server setting", Tier::Lvs, "Start as down",
     set<&CheckerDraft::schedule, &ScheduleDraft::alpha>},
};

constexpr auto kBfdRowsIndex = index_of(kBfdRows);

template <typename Owner>
constinit const Block kSchedule{.path = kPath<Owner>,
                                .keywords = kScheduleRows<Owner>,
                                .index = &kScheduleIndex<Owner>,
                                .feature = Feature::VirtualServers};
template <typename Owner>
constinit const Block kConnection{.path = kPath<Owner>,
                                  .keywords = kConnectionRows<Owner>,
                                  .index = &kConnectionIndex<Owner>,
                                  .common = &kSchedule<Owner>,
                                  .feature = Feature::VirtualServers};

constexpr const Block* kScheduled = &kSchedule<CheckerDraft>;
constexpr const Block* kConnected = &kConnection<CheckerDraft>;

constinit const Block kHttpCommon{.path = "virtual_server/real_server/HTTP_GET",
                                  .keywords = kHttpRows,
                                  .index = &kHttpRowsIndex,
                                  .common = kConnected,
                                  .feature = Feature::VirtualServers};

}  // namespace

constinit const Block kHttpGet{.path = "virtual_server/real_server/HTTP_GET",
                               .common = &kHttpCommon,
                               .open = open_checker<CheckerKind::Http>,
                               .feature = Feature::VirtualServers};
constinit const Block kSslGet{.path = "virtual_server/real_server/SSL_GET",
                              .keywords = kSslGetRows,
                              .index = &kSslGetRowsIndex,
                              .common = &kHttpCommon,
                              .open = open_checker<CheckerKind::Ssl>,
                              .feature = Feature::VirtualServers};
constinit const Block kUrl{.path = "virtual_server/real_server/HTTP_GET/url",
                           .keywords = kUrlRows,
                           .index = &kUrlRowsIndex,
                           .open = open_url,
                           .feature = Feature::VirtualServers};
constinit const Block kTcpCheck{.path = "virtual_server/real_server/TCP_CHECK",
                                .common = kConnected,
                                .open = open_checker<CheckerKind::Tcp>,
                                .feature = Feature::VirtualServers};
constinit const Block kSmtpCheck{.path = "virtual_server/real_server/SMTP_CHECK",
                                 .keywords = kSmtpRows,
                                 .index = &kSmtpRowsIndex,
                                 .common = kConnected,
                                 .open = open_checker<CheckerKind::Smtp>,
                                 .feature = Feature::VirtualServers};
constinit const Block kSmtpHost{.path = "virtual_server/real_server/SMTP_CHECK/host",
                                .common = &kConnection<SmtpHostDraft>,
                                .open = open_smtp_host,
                                .feature = Feature::VirtualServers};
constinit const Block kDnsCheck{.path = "virtual_server/real_server/DNS_CHECK",
                                .keywords = kDnsRows,
                                .index = &kDnsRowsIndex,
                                .common = kConnected,
                                .open = open_checker<CheckerKind::Dns>,
                                .feature = Feature::VirtualServers};
constinit const Block kMiscCheck{.path = "virtual_server/real_server/MISC_CHECK",
                                 .keywords = kMiscRows,
                                 .index = &kMiscRowsIndex,
                                 .common = kScheduled,
                                 .open = open_checker<CheckerKind::Misc>,
                                 .feature = Feature::VirtualServers};
constinit const Block kUdpCheck{.path = "virtual_server/real_server/UDP_CHECK",
                                .keywords = kUdpRows,
                                .index = &kUdpRowsIndex,
                                .common = kConnected,
                                .open = open_checker<CheckerKind::Udp>,
                                .feature = Feature::VirtualServers};
constinit const Block kPingCheck{.path = "virtual_server/real_server/PING_CHECK",
                                 .common = kConnected,
                                 .open = open_checker<CheckerKind::Ping>,
                                 .feature = Feature::VirtualServers};
constinit const Block kFileCheck{.path = "virtual_server/real_server/FILE_CHECK",
                                 .keywords = kFileCheckRows,
                                 .index = &kFileCheckRowsIndex,
                                 .open = open_checker<CheckerKind::File>,
                                 .feature = Feature::VirtualServers};
constinit const Block kBfdCheck{.path = "virtual_server/real_server/BFD_CHECK",
                                .keywords = kBfdRows,
                                .index = &kBfdRowsIndex,
                                .open = open_checker<CheckerKind::Bfd>,
                                .feature = Feature::VirtualServers};

}  // namespace understudy::config
