// Hears who else on a link speaks for given addresses: ARP frames that name one as their sender (RFC 5227),
// ICMPv6 neighbour advertisements that name one as their target and give a link-layer address (RFC 4861
// §4.4). What this host sends is not heard. The kernel drops everything else before it is queued, so that
// other traffic costs nothing: a few addresses are compared there, many by the last octets or by the caller.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <span>

#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/mac.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct NeighbourClaim {
    net::Address address;  // perhaps none of those guarded
    net::Mac mac;
};

class NeighbourWatch {
public:
    using Claimed = std::move_only_function<void(const NeighbourClaim&)>;

    // All addresses are of the family.
    [[nodiscard]] static std::expected<NeighbourWatch, SysError> open(Loop& loop, net::LinkIndex link,
                                                                      net::Family family,
                                                                      std::span<const net::Address> guarded,
                                                                      Claimed claimed);
    NeighbourWatch(NeighbourWatch&&) noexcept;
    NeighbourWatch& operator=(NeighbourWatch&&) noexcept;
    ~NeighbourWatch();

    // Replaces the addresses at once.
    [[nodiscard]] std::expected<void, SysError> guard(std::span<const net::Address> guarded);

private:
    struct State;
    explicit NeighbourWatch(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
