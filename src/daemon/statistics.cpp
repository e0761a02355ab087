#include "statistics.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "understudy/os/files.hpp"

namespace understudy::daemon {

namespace {

using vrrp::Refusal;
using wire::PacketFault;

std::uint64_t sum(const vrrp::Stats& stats, std::initializer_list<Refusal> kinds) {
    std::uint64_t total = 0;
    for (const Refusal kind : kinds) total += stats.refused[static_cast<std::size_t>(kind)];
    return total;
}

std::uint64_t faults(const vrrp::Stats& stats, std::initializer_list<PacketFault> kinds) {
    std::uint64_t total = 0;
    for (const PacketFault kind : kinds) total += stats.faulty[static_cast<std::size_t>(kind)];
    return total;
}

// As keepalived 2.4 has it, which is the first that knows of it.
std::string extension_errors(const agent::InstanceReport& report) {
    if (!report.hmac) return "";
    const vrrp::Stats& s = report.stats;
    return fmt::format(
        "  Authentication Extension Errors:\n    Missing: {}\n    Malformed: {}\n    Unknown Key: {}\n"
        "    Invalid HMAC: {}\n    Stale: {}\n    Replay: {}\n",
        sum(s, {Refusal::TrailerMissing}), sum(s, {Refusal::TrailerMalformed}),
        sum(s, {Refusal::TrailerOfUnknownKey}), sum(s, {Refusal::TrailerNotAuthentic}),
        sum(s, {Refusal::TrailerStale}), sum(s, {Refusal::TrailerReplayed}));
}

}  // namespace

std::string statistics_text(std::span<const agent::InstanceReport> reports) {
    std::string text;
    for (const agent::InstanceReport& report : reports) {
        const vrrp::Stats& s = report.stats;
        text += fmt::format(
            "VRRP Instance: {}\n"
            "  Advertisements:\n    Received: {}\n    Sent: {}\n"
            "  Became master: {}\n  Released master: {}\n"
            "  Packet Errors:\n    Length: {}\n    TTL: {}\n    Invalid Type: {}\n    Advertisement "
            "Interval: {}\n"
            "    Address List: {}\n"
            "  Authentication Errors:\n    Invalid Type: {}\n    Type Mismatch: {}\n    Failure: {}\n"
            "{}"
            "  Priority Zero:\n    Received: {}\n    Sent: {}\n",
            report.name, s.adverts_received, s.adverts_sent, s.became_master, s.released_master,
            faults(s, {PacketFault::Truncated, PacketFault::TrailingBytes}) +
                sum(s, {Refusal::TrailerUnexpected}),
            sum(s, {Refusal::WrongTtl}), faults(s, {PacketFault::BadType}),
            sum(s, {Refusal::IntervalMismatch, Refusal::IntervalZero}),
            s.address_list_errors + sum(s, {Refusal::NoAddresses}), sum(s, {Refusal::AuthTypeUnknown}),
            sum(s, {Refusal::AuthTypeMismatch}), sum(s, {Refusal::AuthFailed, Refusal::AhReplayed}),
            extension_errors(report), s.priority_zero_received, s.priority_zero_sent);
    }
    return text;
}

std::expected<void, os::SysError> write_statistics(std::span<const agent::InstanceReport> reports) {
    const std::string given = os::environment("TMPDIR").value_or("");
    const std::string directory = given.starts_with('/') ? given : "/tmp";
    return os::replace_file(directory + "/keepalived.stats", statistics_text(reports), 0600);
}

}  // namespace understudy::daemon
