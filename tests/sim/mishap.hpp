// What happens to a host or the network, as a value: so that a bad day can be told, repeated and cut short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "sim/lan.hpp"

namespace understudy::sim {

struct Mishap {
    enum class Kind : std::uint8_t {
        // To a host that works:
        PowerOff,
        Die,      // its vrrp process
        DieAmid,  // an event, after `detail` orders
        Stop,
        Freeze,
        Carrier,    // is lost or comes back
        Cut,        // its adverts no longer reach `other`
        Isolate,    // it and `other` hear only each other's
        Heal,       // the network
        Delete,     // the `detail`th virtual address, by a stranger
        Script,     // the `detail`th succeeds, fails, or hangs
        Interface,  // is removed or made
        Replaced,   // its interface, so fast that it is heard of only afterwards, or not at all
        Flush,      // all addresses of its interface, its own too; the second time these are back
        Reload,     // as it was, or with another priority
        Order,      // a priority, or no more
        Drain,      // for a while or for good
        Failover,
        Resume,
        Clock,   // its date is set
        Advert,  // of somebody who is no host of this network, sound or broken as `detail` says
        Claim,   // to the `detail`th virtual address, by such a one
        // To one that does not:
        Boot,
        Start,  // the agent, which knows nothing
        GoOn,   // another vrrp process with what the dead one was
        Thaw,
    };
    microseconds pause{0};  // before it
    Kind kind = Kind::Heal;
    std::size_t host = 0;
    std::size_t other = 0;
    std::uint64_t detail = 0;
};
using Script = std::vector<Mishap>;

// Mostly to the master, since that is where it hurts.
[[nodiscard]] Mishap invent(const Lan& lan, Random& random);
// Nothing happens if it cannot: to power off what is off.
void happen(Lan& lan, const Mishap& mishap);

[[nodiscard]] std::string to_text(const Mishap& mishap);
[[nodiscard]] std::string to_text(const Script& script);  // a line each

// The one master there is now, if there is exactly one.
[[nodiscard]] const Node* only_master(const Lan& lan);

}  // namespace understudy::sim
