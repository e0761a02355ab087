// Who outranks whom (RFC 9568 §6.4.3): priority first, then the greater primary address, unsigned in network
// byte order.
#pragma once

#include "understudy/vrrp/event.hpp"
#include "understudy/vrrp/router.hpp"

namespace understudy::vrrp {

// The sender of the advert wins against us.
[[nodiscard]] bool outranks(const AdvertHeard& advert, const Router& me);

// Equal priority and equal address: it is our own packet, reflected.
[[nodiscard]] bool is_own_reflection(const AdvertHeard& advert, const Router& me);

}  // namespace understudy::vrrp
