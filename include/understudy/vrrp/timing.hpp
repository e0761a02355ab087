// Skew and master down interval of both versions (RFC 9568 §6.1, RFC 3768 §6.1), exact in microseconds.
#pragma once

#include "understudy/base/time.hpp"
#include "understudy/vrrp/router.hpp"

namespace understudy::vrrp {

// A lower priority waits longer. Version 3 scales with the master's interval, version 2 is in 256ths of a
// second whatever the interval. Microseconds, floored: in the protocol's centiseconds neighbouring priorities
// would take over together.
[[nodiscard]] microseconds skew(const Router& me, microseconds master_interval);

// down_timer_adverts intervals of the master and the skew.
[[nodiscard]] microseconds master_down_interval(const Router& me, microseconds master_interval);

}  // namespace understudy::vrrp
