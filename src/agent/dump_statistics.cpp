// keepalived's statistics file, which monitoring scripts read line by line.
#include <fmt/format.h>

#include "understudy/agent/dump.hpp"

#include "dump_counters.hpp"

namespace understudy::agent {

namespace {

using vrrp::Refusal;

// As keepalived 2.4 has it, which is the first that knows of it.
std::string extension_errors(const InstanceReport& report) {
    if (!report.hmac) return "";
    const vrrp::Stats& s = report.stats;
    return fmt::format(
        "  Authentication Extension Errors:\n    Missing: {}\n    Malformed: {}\n    Unknown Key: {}\n"
        "    Invalid HMAC: {}\n    Stale: {}\n    Replay: {}\n",
        refusals(s, {Refusal::TrailerMissing}), refusals(s, {Refusal::TrailerMalformed}),
        refusals(s, {Refusal::TrailerOfUnknownKey}), refusals(s, {Refusal::TrailerNotAuthentic}),
        refusals(s, {Refusal::TrailerStale}), refusals(s, {Refusal::TrailerReplayed}));
}

}  // namespace

std::string statistics_dump(const InstanceReport& report) {
    const vrrp::Stats& s = report.stats;
    return fmt::format(
        "VRRP Instance: {}\n"
        "  Advertisements:\n    Received: {}\n    Sent: {}\n"
        "  Became master: {}\n  Released master: {}\n"
        "  Packet Errors:\n    Length: {}\n    TTL: {}\n    Invalid Type: {}\n"
        "    Advertisement Interval: {}\n    Address List: {}\n"
        "  Authentication Errors:\n    Invalid Type: {}\n    Type Mismatch: {}\n    Failure: {}\n"
        "{}"
        "  Priority Zero:\n    Received: {}\n    Sent: {}\n",
        report.name, s.adverts_received, s.adverts_sent, s.became_master, s.released_master, length_errors(s),
        refusals(s, {Refusal::WrongTtl}), faults(s, {wire::PacketFault::BadType}), interval_errors(s),
        address_list_errors(s), refusals(s, {Refusal::AuthTypeUnknown}),
        refusals(s, {Refusal::AuthTypeMismatch}), authentication_failures(s), extension_errors(report),
        s.priority_zero_received, s.priority_zero_sent);
}

}  // namespace understudy::agent
