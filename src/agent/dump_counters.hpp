// Which of our counters one of keepalived's is made of; it tells fewer faults apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "understudy/vrrp/stats.hpp"

namespace understudy::agent {

[[nodiscard]] inline std::uint64_t refusals(const vrrp::Stats& stats,
                                            std::initializer_list<vrrp::Refusal> kinds) {
    std::uint64_t total = 0;
    for (const vrrp::Refusal kind : kinds) total += stats.refused[static_cast<std::size_t>(kind)];
    return total;
}

[[nodiscard]] inline std::uint64_t faults(const vrrp::Stats& stats,
                                          std::initializer_list<wire::PacketFault> kinds) {
    std::uint64_t total = 0;
    for (const wire::PacketFault kind : kinds) total += stats.faulty[static_cast<std::size_t>(kind)];
    return total;
}

// A signed advert is too long for whoever does not know of trailers.
[[nodiscard]] inline std::uint64_t length_errors(const vrrp::Stats& stats) {
    return faults(stats, {wire::PacketFault::Truncated, wire::PacketFault::TrailingBytes}) +
           refusals(stats, {vrrp::Refusal::TrailerUnexpected});
}

[[nodiscard]] inline std::uint64_t interval_errors(const vrrp::Stats& stats) {
    return refusals(stats, {vrrp::Refusal::IntervalMismatch, vrrp::Refusal::IntervalZero});
}

[[nodiscard]] inline std::uint64_t address_list_errors(const vrrp::Stats& stats) {
    return stats.address_list_errors + refusals(stats, {vrrp::Refusal::NoAddresses});
}

[[nodiscard]] inline std::uint64_t authentication_failures(const vrrp::Stats& stats) {
    return refusals(stats, {vrrp::Refusal::AuthFailed, vrrp::Refusal::AhReplayed});
}

}  // namespace understudy::agent
