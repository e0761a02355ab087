// How far apart announcements have to be (vrrp_garp_interval, vrrp_gna_interval, garp_group): by interface,
// or by group of interfaces, and apart for gratuitous ARPs and neighbour adverts. What is announced with a
// virtual MAC goes over the wire of the interface below, and keeps its distance from what that one announces.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

#include "links.hpp"

namespace understudy::agent {

// Announcements of one lane keep their distance from each other, and from no others.
struct Lane {
    bool grouped = false;
    std::size_t number = 0;  // of the garp_group, or of the interface
    net::Family family = net::Family::Ipv4;
    friend auto operator<=>(const Lane&, const Lane&) = default;
};

struct Pace {
    Lane lane;
    microseconds gap{0};
};

class Pacing {
public:
    Pacing() = default;
    explicit Pacing(const model::Config& config);

    // None: as quickly as it goes.
    [[nodiscard]] std::optional<Pace> of(const net::Link& link, net::Family family, const Links& links) const;
    // Nothing has to keep any distance.
    [[nodiscard]] bool is_none() const { return fallback_ == Gaps{} && groups_.empty(); }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 2;

    struct Gaps {
        microseconds garp{0};
        microseconds gna{0};
        friend bool operator==(const Gaps&, const Gaps&) = default;
    };
    struct Group {
        std::size_t number = 0;
        Gaps gaps;
    };

    Gaps fallback_;
    std::map<std::string, Group> groups_;  // by the name of each of their interfaces
};

}  // namespace understudy::agent
