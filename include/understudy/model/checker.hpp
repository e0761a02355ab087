// Health checkers of real servers, as plain values. Each says how often, from where and to what it asks, and
// what counts as an answer. What a checker is not given it has from its real server, then from the virtual
// server, then from the kind of check; here all of that is filled in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/command.hpp"
#include "understudy/net/address.hpp"

namespace understudy::model {

// When a check runs and how many failures it bears.
struct CheckSchedule {
    std::uint32_t retry = 1;  // further attempts before it counts as failed
    microseconds delay_before_retry = seconds{1};
    microseconds warmup = seconds{60};      // bound of the random delay before the first check
    microseconds delay_loop = seconds{60};  // between checks
    bool alpha = false;                     // counts as failed until it has succeeded once
    bool log_all_failures = false;

    friend bool operator==(const CheckSchedule&, const CheckSchedule&) = default;
};

// Where a check goes and where it comes from.
struct CheckConnection {
    net::Address address;
    std::uint16_t port = 0;  // 0: that of the virtual service, which has none of its own
    std::optional<net::Address> source;
    std::uint16_t source_port = 0;  // 0: any
    std::string interface;          // empty: by the routes
    microseconds timeout = seconds{5};
    std::uint32_t mark = 0;  // put on its packets

    friend bool operator==(const CheckConnection&, const CheckConnection&) = default;
};

// Both ends included, 100 to 599.
struct StatusRange {
    std::uint16_t first = 200;
    std::uint16_t last = 299;

    friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

// A PCRE2 pattern for the body of a reply.
struct BodyPattern {
    struct Stack {  // bytes
        std::uint32_t start = 0;
        std::uint32_t most = 0;

        friend bool operator==(const Stack&, const Stack&) = default;
    };

    std::string pattern;
    std::vector<std::string> options;  // caseless, dotall, …
    bool must_match = true;
    std::uint32_t min_offset = 0;             // of the first octet that is looked at
    std::optional<std::uint32_t> max_offset;  // of the last start of a match
    std::optional<Stack> stack;

    friend bool operator==(const BodyPattern&, const BodyPattern&) = default;
};

using Md5 = std::array<std::byte, 16>;

struct CheckedUrl {
    std::string path;
    std::optional<Md5> digest;              // of the body
    std::vector<StatusRange> status_codes;  // any of these; never empty
    std::string virtual_host;               // Host header; empty: address and port
    std::optional<BodyPattern> pattern;
    bool tls_compliant = false;  // an end without TLS's closing alert is a failure

    friend bool operator==(const CheckedUrl&, const CheckedUrl&) = default;
};

enum class HttpVersion : std::uint8_t {
    Http10,
    Http10Close,  // with "Connection: close"
    Http11,
};

// HTTP_GET and SSL_GET: every URL must answer as expected.
struct HttpCheck {
    CheckSchedule schedule;
    CheckConnection connection;
    bool tls = false;  // SSL_GET
    HttpVersion version = HttpVersion::Http10;
    bool server_name_indication = false;
    std::string server_name;  // what it indicates; empty: the Host header
    bool fast_recovery = false;
    std::vector<CheckedUrl> urls;  // never empty

    friend bool operator==(const HttpCheck&, const HttpCheck&) = default;
};

struct TcpCheck {
    CheckSchedule schedule;
    CheckConnection connection;

    friend bool operator==(const TcpCheck&, const TcpCheck&) = default;
};

struct PingCheck {
    CheckSchedule schedule;
    CheckConnection connection;  // without ports

    friend bool operator==(const PingCheck&, const PingCheck&) = default;
};

struct SmtpCheck {
    CheckSchedule schedule;
    CheckConnection connection;
    std::string helo_name;

    friend bool operator==(const SmtpCheck&, const SmtpCheck&) = default;
};

// RFC 1035 §3.2.2 and later: the numbers are those of the query.
enum class DnsType : std::uint16_t {
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Rrsig = 46,
    Dnskey = 48,
};

struct DnsCheck {
    CheckSchedule schedule;
    CheckConnection connection;
    DnsType type = DnsType::Soa;
    std::string name = ".";

    friend bool operator==(const DnsCheck&, const DnsCheck&) = default;
};

// An octet of an expected reply; bits that the mask has not are not compared.
struct ReplyOctet {
    std::byte value{};
    std::byte mask{0xff};

    friend bool operator==(const ReplyOctet&, const ReplyOctet&) = default;
};

struct UdpCheck {
    CheckSchedule schedule;
    CheckConnection connection;
    std::vector<std::byte> payload;  // empty: a pattern of 32 octets
    bool require_reply = false;      // false: no ICMP error is enough
    std::vector<ReplyOctet> reply;   // empty: any reply
    std::uint16_t min_reply_length = 0;
    std::uint16_t max_reply_length = 255;

    friend bool operator==(const UdpCheck&, const UdpCheck&) = default;
};

struct MiscCheck {
    CheckSchedule schedule;
    Command command;
    seconds timeout{60};
    bool dynamic = false;  // exit statuses 2 to 255 succeed and set the weight to 0 to 253

    friend bool operator==(const MiscCheck&, const MiscCheck&) = default;
};

struct FileWeight {
    std::int32_t value = 0;  // -2147483647 to 2147483647; 0: down while the number is not 0
    bool reverse = false;

    friend bool operator==(const FileWeight&, const FileWeight&) = default;
};

struct FileCheck {
    std::size_t file = 0;  // index into Config::track_files
    FileWeight weight;

    friend bool operator==(const FileCheck&, const FileCheck&) = default;
};

struct BfdCheck {
    std::size_t session = 0;  // index into Config::bfd_sessions
    bool alpha = false;       // counts as down until it is known

    friend bool operator==(const BfdCheck&, const BfdCheck&) = default;
};

using Checker = std::variant<HttpCheck, TcpCheck, SmtpCheck, DnsCheck, MiscCheck, UdpCheck, PingCheck,
                             FileCheck, BfdCheck>;

}  // namespace understudy::model
