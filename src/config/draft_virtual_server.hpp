// What was written of virtual servers and their checks, each value with its place. Where a value may stand at
// the virtual server, at the real server and at the checker, all three have it here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/model/command.hpp"
#include "understudy/model/virtual_server.hpp"

#include "given.hpp"

namespace understudy::config {

struct ScheduleDraft {
    Given<std::uint32_t> retry;
    Given<microseconds> delay_before_retry;
    Given<microseconds> warmup;
    Given<microseconds> delay_loop;
    Given<bool> alpha;
    Given<bool> log_all_failures;
};

struct ConnectionDraft {
    Given<net::Address> address;
    Given<std::uint16_t> port;
    Given<net::Address> source;
    Given<std::uint16_t> source_port;
    Given<std::string> interface;
    Given<microseconds> timeout;
    Given<std::uint32_t> mark;
};

struct PatternDraft {
    Given<std::string> pattern;
    std::vector<std::string> options;
    Given<bool> no_match;
    Given<std::uint32_t> min_offset;
    Given<std::uint32_t> max_offset;
    Given<model::BodyPattern::Stack> stack;
    std::optional<Span> setting;  // the first that says how to compare
};

struct UrlDraft {
    Span span;
    Given<std::string> path;
    Given<model::Md5> digest;
    std::vector<model::StatusRange> status_codes;
    Given<std::string> virtual_host;
    PatternDraft pattern;
    Given<bool> tls_compliant;
};

// A host block of SMTP_CHECK.
struct SmtpHostDraft {
    ScheduleDraft schedule;
    ConnectionDraft connection;
};

enum class CheckerKind : std::uint8_t { Http, Ssl, Tcp, Smtp, Dns, Misc, Udp, Ping, File, Bfd };

// A checker of any kind; only the members of its kind are ever given.
struct CheckerDraft {
    CheckerKind kind{};
    Span span;
    ScheduleDraft schedule;
    ConnectionDraft connection;
    // HTTP_GET, SSL_GET
    Given<std::string> virtual_host;
    Given<model::HttpVersion> http_version;
    Given<bool> enable_sni;
    Given<std::string> sni_name;
    Given<bool> fast_recovery;
    Given<bool> tls_compliant;
    std::vector<UrlDraft> urls;
    // SMTP_CHECK
    Given<std::string> helo_name;
    std::vector<SmtpHostDraft> hosts;
    // DNS_CHECK
    Given<model::DnsType> dns_type;
    Given<std::string> dns_name;
    // MISC_CHECK
    Given<model::Command> command;
    Given<model::Command> owner;  // only user and group
    Given<seconds> command_timeout;
    bool dynamic = false;
    // UDP_CHECK
    std::vector<std::byte> payload;
    bool require_reply = false;
    std::vector<model::ReplyOctet> reply;
    Given<std::uint16_t> min_reply_length;
    Given<std::uint16_t> max_reply_length;
    // FILE_CHECK, BFD_CHECK
    Given<std::string> watched;  // the track_file or bfd_instance
    Given<model::FileWeight> file_weight;
};

struct RealServerDraft {
    Span span;
    net::Address address;
    Given<std::uint16_t> port;
    Given<std::uint32_t> weight;
    Given<model::ForwardingMethod> method;
    Given<std::uint32_t> upper_threshold;
    Given<std::uint32_t> lower_threshold;
    Given<bool> inhibit_on_failure;
    Given<model::Command> notify_up;
    Given<model::Command> notify_down;
    ScheduleDraft schedule;
    Given<microseconds> connect_timeout;
    Given<std::string> virtual_host;
    Given<bool> smtp_alert;
    Given<std::string> snmp_name;
    std::vector<CheckerDraft> checkers;
};

struct SorryServerDraft {
    net::Address address;
    Given<std::uint16_t> port;
    Span span;
    Given<model::ForwardingMethod> method;
    bool inhibit = false;
};

struct VirtualServerDraft {
    Span span;
    std::size_t order = 0;  // how many blocks came before
    model::Service service;
    std::string group;  // of a service that names one
    Given<net::Family> family;
    Given<model::Transport> transport;
    Given<std::string> scheduler;
    model::SchedulerFlags flags;
    Given<bool> one_packet;
    Given<model::ForwardingMethod> method;
    Given<std::string> persistence_engine;
    Given<seconds> persistence_timeout;
    Given<std::string> granularity;
    Given<bool> ha_suspend;
    Given<bool> omega;
    Given<std::uint32_t> quorum;
    Given<std::uint32_t> hysteresis;
    Given<std::uint32_t> weight;
    Given<model::Command> quorum_up;
    Given<model::Command> quorum_down;
    std::optional<SorryServerDraft> sorry_server;
    Given<bool> inhibit_on_failure;
    ScheduleDraft schedule;
    Given<microseconds> connect_timeout;
    Given<std::string> virtual_host;
    Given<bool> smtp_alert;
    Given<std::string> snmp_name;
    std::vector<RealServerDraft> real_servers;
};

struct ServerGroupDraft {
    model::VirtualServerGroup group;
    Span span;
};

// All of it in one file.
struct LoadBalancingDraft {
    model::LoadBalancing settings;
    Given<bool> log_all_failures;
    std::optional<model::TlsClient> tls;
    std::vector<ServerGroupDraft> groups;
    std::vector<VirtualServerDraft> servers;
};

}  // namespace understudy::config
