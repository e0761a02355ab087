// What routes the kernel should hold, what it does hold, and the difference: see objects.hpp.
//
// To the kernel a route is its table, destination, type of service, metric, type, next hops and (IPv4)
// preferred source; all else are its settings. It tells of a route in words of its own: with the interface it
// has found for a gateway, and for IPv6 with the metric 1024 for none. Only routes of keepalived's protocol
// are told to this book; one that was asked for with another protocol is added and removed, never watched.
//
// Routes go without a word of their own when somebody replaces them by his; those of IPv4 also when their
// interface goes down or loses its last IPv4 address, or their preferred source is removed. Each leaves a
// doubt, which one more addition settles. An IPv6 route whose preferred source is removed stays, without it,
// and is made anew.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "understudy/base/time.hpp"
#include "understudy/desired/objects.hpp"
#include "understudy/model/route.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/route.hpp"

namespace understudy::desired {

struct WantedRoute {
    net::Route route;
    model::Insertion insertion = model::Insertion::Before;
    bool watched = true;  // false: it is not put back when somebody deletes it
    friend bool operator==(const WantedRoute&, const WantedRoute&) = default;
};

struct RouteKind {
    using Object = WantedRoute;
    using Ground = std::monostate;
    struct PlaceKey {
        net::Prefix destination;
        std::uint32_t table = 0;
        std::uint32_t metric = 0;
        std::uint8_t tos = 0;
        friend auto operator<=>(const PlaceKey&, const PlaceKey&) = default;
    };
    template <typename T>
    using Places = std::map<PlaceKey, T>;

    // A router may hold a million of them.
    static constexpr bool kRemembersStrangers = false;
    static Ground ground(const Object&) { return {}; }
    static bool exists(Ground) { return true; }
    static PlaceKey place(const Object& wanted);
    static bool is_same(const Object& a, const Object& b);
    static bool has_same_settings(const Object& a, const Object& b);
    static bool is_heard(const Object& wanted) {
        return wanted.route.protocol == net::kKeepalivedRouteProtocol;
    }
    static bool is_usable(const Object&) { return true; }
    // One that ends by itself is not missed.
    static bool is_put_back(const Object& wanted) {
        return wanted.watched && is_heard(wanted) && !wanted.route.expires;
    }
    // One that ends by itself is not renewed.
    static std::optional<microseconds> lease(const Object&) { return std::nullopt; }
    static bool has_same_lease(const Object&, const Object&) { return true; }
    static Object to_remove(const Object& asked, const std::optional<Object>& placed,
                            const std::optional<Object>& heard);
    static bool is_added(const Object& wanted, int error, bool was_present);
    static bool is_removed(int error);
    static bool is_worth_telling(const Object& wanted, int error, std::uint32_t refusals);
    // The kernel tells of each next hop of an IPv6 route by itself.
    static std::uint32_t echoes_of_removal(const Object& removed);
};

using RouteChange = ChangeOf<WantedRoute>;
using RouteFinding = FindingOf<WantedRoute>;

extern template class Objects<RouteKind>;

class Routes : public Objects<RouteKind> {
public:
    // A route was told of, or told to be gone, in the kernel's words. `replaced`: in place of another one.
    void observed(const net::Route& route, bool replaced);
    void vanished(const net::Route& route, Instant now);
    void resynchronised(std::span<const net::Route> all, Instant now);

    // This link went down, or this address of it went: routes may have gone with it.
    void link_lost(net::LinkIndex link);
    void address_lost(net::LinkIndex link, const net::Address& address);
};

}  // namespace understudy::desired
