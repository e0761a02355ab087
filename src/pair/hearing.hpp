// Whether one host hears another: an advert of the one is encoded, decoded and put before the rules of the
// other, as it would go over the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "understudy/vrrp/receive.hpp"

#include "cluster.hpp"

namespace understudy::pair {

struct Hearing {
    enum class Obstacle : std::uint8_t { None, NotAddressed, OtherGroup, Faulty, Refused };
    Obstacle obstacle = Obstacle::None;
    std::vector<vrrp::Refusal> refusals = {};  // each that would remain if those before it were mended
    vrrp::Oddities oddities = {};

    [[nodiscard]] bool hears() const { return obstacle == Obstacle::None; }
};

// The address adverts of a host come from; a made-up one where the file doesn't say.
[[nodiscard]] net::Address source_of(const Cluster& cluster, const VirtualRouter& router, std::size_t host);

// Of hosts that both have a part in the router.
[[nodiscard]] Hearing hearing(const Cluster& cluster, const VirtualRouter& router, std::size_t speaker,
                              std::size_t listener);

// What is in the way of hearing, and what is heard but odd.
void report_hearing(const Cluster& cluster, Findings& findings);

}  // namespace understudy::pair
