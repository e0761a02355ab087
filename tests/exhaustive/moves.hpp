// What may happen to a few routers on one network, whatever decides for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::exhaustive {

// Frozen: the host stands still, and what it is sent piles up. Dead: the vrrp process is gone, its addresses
// and its recording are still there.
enum class Life : std::uint8_t { Off, Works, Frozen, Dead };

// What may happen between one state and the next. All from Lose on disturb the network.
enum class Kind : std::uint8_t {
    Pass,       // time, until something is due
    PassABit,   // time, by one grain
    Timer,      // of the host
    Deliver,    // the advert
    Duplicate,  // it is delivered, and will be so again
    Lose,       // the advert
    Boot,       // the host
    PowerOff,
    Stop,    // the router, as by SIGTERM
    Freeze,  // the host
    Thaw,
    Die,       // the vrrp process
    Adopt,     // another one goes on with what it was
    Begin,     // another one knows nothing
    Priority,  // changes for the host, to its lower one or back
    Fault,     // of the host begins or ends
    Invite,    // the master gives its role away
    Drain,     // the operator drains the host, or takes all orders back
    Failover,  // the operator has the master give its role to another
};

struct Move {
    Kind kind = Kind::Pass;
    std::uint8_t which = 0;  // host or flight
};

[[nodiscard]] constexpr bool disturbs(Kind kind) { return kind >= Kind::Lose; }

// That concern an advert under way.
[[nodiscard]] constexpr bool concerns_flight(Kind kind) {
    return kind == Kind::Deliver || kind == Kind::Duplicate || kind == Kind::Lose;
}

[[nodiscard]] std::string name_of(std::size_t host);  // "R1"
[[nodiscard]] std::string_view words_of(Kind kind);
[[nodiscard]] std::string_view name_of(Life life);

}  // namespace understudy::exhaustive
