// Counters of one virtual router: one for every way an advert can fail, and for what keepalived's statistics
// file shows (names after RFC 6527 where it has one).
#pragma once

#include <array>
#include <cstdint>

#include "understudy/vrrp/receive.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::vrrp {

struct Stats {
    std::uint64_t adverts_received = 0;
    std::uint64_t adverts_sent = 0;
    std::uint64_t became_master = 0;
    std::uint64_t released_master = 0;
    std::uint64_t priority_zero_received = 0;
    std::uint64_t priority_zero_sent = 0;
    std::uint64_t address_list_errors = 0;
    std::uint64_t interval_differences = 0;
    std::uint64_t other_checksum_form = 0;
    std::uint64_t addresses_claimed =
        0;                            // heard while master: another machine speaks for one of our addresses
    std::uint64_t hmac_verified = 0;  // accepted, their trailer being good
    std::uint64_t hmac_unsigned = 0;  // accepted without one, in a mode that does
    std::array<std::uint64_t, 24> refused{};  // by Refusal
    std::array<std::uint64_t, 16> faulty{};   // by wire::PacketFault

    void count(Refusal refusal) { ++refused[static_cast<std::size_t>(refusal)]; }
    void count(wire::PacketFault fault) { ++faulty[static_cast<std::size_t>(fault)]; }

    friend bool operator==(const Stats&, const Stats&) = default;
};

}  // namespace understudy::vrrp
