// Health checkers of real servers. All share the schedule, most share the connection.
#include "bind.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kCheckerRows[] = {
    {"retry", number(0), "0", Tier::Lvs, "Additional attempts before the checker is down"},
    {"delay_before_retry", decimal_seconds(microseconds{0}, microseconds{4294000000}), "1", Tier::Lvs,
     "Delay between attempts"},
    {"warmup", decimal_seconds(microseconds{0}, microseconds{4294000000}), "real server setting", Tier::Lvs,
     "Bound of the random initial delay (a fixed second is added)"},
    {"delay_loop", decimal_seconds(microseconds{1}, microseconds{4294000000}), "real server setting (60)",
     Tier::Lvs, "Interval between checks"},
    {"alpha", optional(boolean()), "real server setting", Tier::Lvs, "Start this checker as failed"},
    {"log_all_failures", optional(boolean()), "checker_log_all_failures", Tier::Lvs,
     "Log each failed attempt"},
};

constexpr auto kCheckerRowsIndex = index_of(kCheckerRows);

constexpr Keyword kConnectionRows[] = {
    {"connect_ip", ip_address(), "real server address", Tier::Lvs, "Address to check", nullptr, nullptr,
     Occurs::Repeats},
    {"connect_port", number(1, 65535), "real server port", Tier::Lvs, "Port to check"},
    {"bindto", ip_address(), "none", Tier::Lvs, "Source address; family must match"},
    {"bind_port", number(1, 65535), "any", Tier::Lvs, "Source port"},
    {"bind_if", interface_name(), "none", Tier::Lvs,
     "Bind to an interface; required for link-local destinations"},
    {"connect_timeout", decimal_seconds(microseconds{1}, microseconds{4294000000}), "real server setting (5)",
     Tier::Lvs, "Connect and response timeout"},
    {"fwmark", number(0), "0", Tier::Lvs, "Mark put on check packets"},
};

constexpr auto kConnectionRowsIndex = index_of(kConnectionRows);

constexpr Keyword kHttpRows[] = {
    {"nb_get_retry", number(0), "", Tier::Legacy, "Old name of retry; reported as deprecated"},
    {"virtualhost", text("<name>"), "real, then virtual server", Tier::Lvs,
     "Host header; default is address:port"},
    {"http_protocol", choice("1.0|1.1|1.0C"), "1.0", Tier::Lvs,
     "Request version; 1.1 and 1.0C add Connection: close"},
    {"enable_sni", optional(boolean()), "false", Tier::Lvs, "Send SNI with the Host name (SSL only useful)"},
    {"sni_name", optional(text("<name>")), "Host name", Tier::Lvs,
     "SNI name to send; implies enable_sni (keepalived after 2.4.3 (unreleased))"},
    {"fast_recovery", optional(boolean()), "false", Tier::Lvs,
     "While down with the failed URL good again, check remaining URLs without delay"},
    {"url", nothing(), "required", Tier::Lvs, "One request", nullptr, &kUrl, Occurs::Repeats},
};

constexpr auto kHttpRowsIndex = index_of(kHttpRows);

constexpr Keyword kSslGetRows[] = {
    {"nb_get_retry", number(0), "", Tier::Legacy, "Old name of retry; reported as deprecated"},
    {"virtualhost", text("<name>"), "real, then virtual server", Tier::Lvs,
     "Host header; default is address:port"},
    {"http_protocol", choice("1.0|1.1|1.0C"), "1.0", Tier::Lvs,
     "Request version; 1.1 and 1.0C add Connection: close"},
    {"enable_sni", optional(boolean()), "false", Tier::Lvs, "Send SNI with the Host name (SSL only useful)"},
    {"sni_name", optional(text("<name>")), "Host name", Tier::Lvs,
     "SNI name to send; implies enable_sni (keepalived after 2.4.3 (unreleased))"},
    {"fast_recovery", optional(boolean()), "false", Tier::Lvs,
     "While down with the failed URL good again, check remaining URLs without delay"},
    {"tls_compliant", optional(boolean()), "false", Tier::Lvs,
     "Treat a TLS shutdown without close notification as failure (keepalived 2.2.8)"},
    {"url", nothing(), "required", Tier::Lvs, "One request", nullptr, &kUrl, Occurs::Repeats},
};

constexpr auto kSslGetRowsIndex = index_of(kSslGetRows);

constexpr Keyword kUrlRows[] = {
    {"path", text("<path>"), "required", Tier::Lvs, "Request target; a URL without path is dropped"},
    {"digest", text("<32 hex digits>"), "not checked", Tier::Lvs, "Expected MD5 of the body"},
    {"status_code", free_form("<code>[-<code>] ... (100..599)"), "200-299", Tier::Lvs,
     "Accepted status codes"},
    {"virtualhost", text("<name>"), "checker setting", Tier::Lvs, "Host header for this URL"},
    {"regex", free_form("\"<PCRE2 pattern>\""), "none", Tier::Lvs,
     "Body must match; only in builds with regex support"},
    {"regex_no_match", nothing(), "off", Tier::Lvs, "Body must not match"},
    {"regex_options", free_form("<option> ..."), "none", Tier::Lvs,
     "PCRE2 options by lower-case name (caseless, dotall, multiline, extended, ucp, utf ...)"},
    {"regex_min_offset", number(0), "0", Tier::Lvs, "First byte offset considered"},
    {"regex_max_offset", number(0), "none", Tier::Lvs, "Last byte offset considered"},
    {"regex_stack", free_form("<start> <max>"), "none", Tier::Lvs, "JIT stack sizes"},
    {"tls_compliant", optional(boolean()), "checker setting", Tier::Lvs, "Per-URL form (keepalived 2.2.8)"},
};

constexpr auto kUrlRowsIndex = index_of(kUrlRows);

constexpr Keyword kUdpRows[] = {
    {"payload", text("<hex bytes>"), "32 byte fixed text pattern", Tier::Lvs, "Data to send"},
    {"require_reply", optional(text("<hex bytes, with mask>")), "off", Tier::Lvs,
     "A reply must arrive and start with these bytes (comparison stops at the shorter length)"},
    {"min_reply_length", number(0, 65535), "0", Tier::Lvs,
     "Minimum reply length (only looked at when reply data is given)"},
    {"max_reply_length", number(0, 65535), "255", Tier::Lvs, "Maximum reply length"},
};

constexpr auto kUdpRowsIndex = index_of(kUdpRows);

constexpr Keyword kSmtpRows[] = {
    {"helo_name", text("<name>"), "smtpchecker.keepalived.org", Tier::Lvs, "HELO argument"},
    {"host", nothing(), "", Tier::Alias, "Several targets in one checker; becomes one checker per host",
     nullptr, &kSmtpHost, Occurs::Repeats},
};

constexpr auto kSmtpRowsIndex = index_of(kSmtpRows);

constexpr Keyword kDnsRows[] = {
    {"type", free_form("A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY (any case)"), "SOA", Tier::Lvs, "Query type"},
    {"name", text("<domain>"), ". (root)", Tier::Lvs, "Query name; empty labels are errors"},
};

constexpr auto kDnsRowsIndex = index_of(kDnsRows);

constexpr Keyword kMiscRows[] = {
    {"misc_path", program(), "required", Tier::Lvs, "Command to run; a checker without it is dropped"},
    {"misc_timeout", number(0), "delay_loop of the virtual server", Tier::Lvs,
     "Run time limit; TERM, then KILL 2 s later"},
    {"misc_dynamic", nothing(), "off", Tier::Lvs, "Exit codes 2..255 mean success with weight code-2"},
    {"user", owner(), "script_user", Tier::Lvs, "User to run as"},
};

constexpr auto kMiscRowsIndex = index_of(kMiscRows);

constexpr Keyword kFileRows[] = {
    {"track_file", text("<name>"), "required", Tier::Lvs, "Tracked file to use"},
    {"weight", free_form("<-2147483647..2147483647> [reverse|noreverse]"), "track_file weight", Tier::Lvs,
     "Factor for the number in the file; 0 = down while non-zero"},
};

constexpr auto kFileRowsIndex = index_of(kFileRows);

constexpr Keyword kBfdRows[] = {
    {"name", text("<bfd_instance>"), "required", Tier::Lvs, "Session to follow"},
    {"alpha", optional(boolean()), "real server setting", Tier::Lvs, "Start as down"},
};

constexpr auto kBfdRowsIndex = index_of(kBfdRows);

}  // namespace

constinit const Block kCheckerCommon{.path = "virtual_server/real_server/*",
                                     .keywords = kCheckerRows,
                                     .index = &kCheckerRowsIndex,
                                     .feature = Feature::VirtualServers};
constinit const Block kConnectionCommon{.path = "virtual_server/real_server/*",
                                        .keywords = kConnectionRows,
                                        .index = &kConnectionRowsIndex,
                                        .common = &kCheckerCommon,
                                        .feature = Feature::VirtualServers};
constinit const Block kHttpGet{.path = "virtual_server/real_server/HTTP_GET",
                               .keywords = kHttpRows,
                               .index = &kHttpRowsIndex,
                               .common = &kConnectionCommon,
                               .feature = Feature::VirtualServers};
constinit const Block kSslGet{.path = "virtual_server/real_server/SSL_GET",
                              .keywords = kSslGetRows,
                              .index = &kSslGetRowsIndex,
                              .common = &kConnectionCommon,
                              .feature = Feature::VirtualServers};
constinit const Block kUdpCheck{.path = "virtual_server/real_server/UDP_CHECK",
                                .keywords = kUdpRows,
                                .index = &kUdpRowsIndex,
                                .common = &kConnectionCommon,
                                .feature = Feature::VirtualServers};
constinit const Block kSmtpCheck{.path = "virtual_server/real_server/SMTP_CHECK",
                                 .keywords = kSmtpRows,
                                 .index = &kSmtpRowsIndex,
                                 .common = &kConnectionCommon,
                                 .feature = Feature::VirtualServers};
constinit const Block kDnsCheck{.path = "virtual_server/real_server/DNS_CHECK",
                                .keywords = kDnsRows,
                                .index = &kDnsRowsIndex,
                                .common = &kConnectionCommon,
                                .feature = Feature::VirtualServers};
constinit const Block kMiscCheck{.path = "virtual_server/real_server/MISC_CHECK",
                                 .keywords = kMiscRows,
                                 .index = &kMiscRowsIndex,
                                 .common = &kCheckerCommon,
                                 .feature = Feature::VirtualServers};
constinit const Block kUrl{.path = "virtual_server/real_server/HTTP_GET/url",
                           .keywords = kUrlRows,
                           .index = &kUrlRowsIndex,
                           .feature = Feature::VirtualServers};
constinit const Block kFileCheck{.path = "virtual_server/real_server/FILE_CHECK",
                                 .keywords = kFileRows,
                                 .index = &kFileRowsIndex,
                                 .feature = Feature::VirtualServers};
constinit const Block kBfdCheck{.path = "virtual_server/real_server/BFD_CHECK",
                                .keywords = kBfdRows,
                                .index = &kBfdRowsIndex,
                                .feature = Feature::VirtualServers};
constinit const Block kTcpCheck{.path = "virtual_server/real_server/TCP_CHECK",
                                .common = &kConnectionCommon,
                                .feature = Feature::VirtualServers};
constinit const Block kPingCheck{.path = "virtual_server/real_server/PING_CHECK",
                                 .common = &kConnectionCommon,
                                 .feature = Feature::VirtualServers};
constinit const Block kSmtpHost{.path = "virtual_server/real_server/SMTP_CHECK/host",
                                .common = &kConnectionCommon,
                                .feature = Feature::VirtualServers};

}  // namespace understudy::config
