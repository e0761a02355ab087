// Builders for tests of the protocol core: routers as their operators would configure them, the adverts they
// hear, and one of them alone in virtual time.
#pragma once

#include <vector>

#include "understudy/vrrp/instance.hpp"
#include "understudy/vrrp/receive.hpp"

namespace understudy::vrrp {

inline constexpr net::Address kOurAddress = net::Address::v4(192, 0, 2, 2);
inline constexpr net::Address kPeerAddress = net::Address::v4(192, 0, 2, 1);
// An arbitrary time at which tests begin; zero would hide a forgotten start.
inline constexpr Instant kStart{seconds{1000}};
// On either side of net::kDefaultPriority.
inline constexpr net::Priority kLower{50};
inline constexpr net::Priority kHigher{200};

// IPv4 at kOurAddress, an interval of 1 s, preempting; of that priority, configured and in effect.
[[nodiscard]] Router v3_router(net::Priority priority = net::kDefaultPriority);
[[nodiscard]] Router v2_router(net::Priority priority = net::kDefaultPriority);
// Priority 255 and `state MASTER`.
[[nodiscard]] Router v3_owner();

[[nodiscard]] AdvertHeard advert(net::Priority priority, microseconds interval = seconds{1},
                                 net::Address source = kPeerAddress);

// A backup whose full down timer began at `from`, having heard nobody.
[[nodiscard]] Backup waiting_backup(const Router& me, Instant from);
// A backup that accepted that advert at `when`.
[[nodiscard]] Backup following_backup(const Router& me, const AdvertHeard& heard, Instant when);

// The actions without the reasons among them: what is to be done, as the RFC puts it.
[[nodiscard]] Actions orders(const Actions& actions);

// One router in virtual time: its timer runs whenever it is due, and what it ordered is kept with its time.
class Soloist {
public:
    struct Order {
        Instant at;
        Action action;
        friend bool operator==(const Order&, const Order&) = default;
    };

    explicit Soloist(const Router& router, Instant start = kStart) : me(router), now(start) {}

    // Takes place now; returns what was ordered.
    Actions handle(const Event& event);
    void run_for(microseconds duration);
    // Runs until it is master, at most for `limit`; returns how long that took.
    microseconds run_until_master(microseconds limit = seconds{3600});

    [[nodiscard]] Role role() const { return vrrp::role(state); }
    [[nodiscard]] std::vector<Instant> adverts_sent() const;

    Router me;
    State state = Idle{};
    Instant now;
    std::vector<Order> orders;
};

}  // namespace understudy::vrrp
