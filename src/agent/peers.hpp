// Whose adverts for one virtual router were heard, and what each said last: for people to see, never to
// decide by. Bounded, because a source is whatever a packet says: who was heard longest ago makes room, and
// those whose adverts are ignored before the others.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/vrrp/receive.hpp"

namespace understudy::agent {

struct PeerSeen {
    net::Address address;
    Instant at;
    net::Priority priority{0};
    net::VrrpVersion version = net::VrrpVersion::V2;
    microseconds interval{0};
    std::optional<vrrp::Refusal> refusal;
    vrrp::Oddities oddities;
};

class Peers {
public:
    static constexpr std::size_t kMost = 16;

    void heard(const PeerSeen& seen);
    // In the order of when each was first heard.
    [[nodiscard]] std::span<const PeerSeen> all() const { return seen_; }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 1;

    std::vector<PeerSeen> seen_;
};

}  // namespace understudy::agent
