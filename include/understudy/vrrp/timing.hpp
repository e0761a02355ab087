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

// One interval and the smallest skew there is, 1/256: what a router waits that is entitled to be master and
// only has to make sure of it, which is an owner that comes out of FAULT and a member its sync group holds
// back.
[[nodiscard]] microseconds shortest_down_interval(const Router& me, microseconds interval);

// The longest any peer waits after our last advert, whatever its priority: our intervals as many as
// it may miss, and a skew that stays below one interval (version 2: below one second).
[[nodiscard]] microseconds longest_peer_wait(const Router& me);

// How long after its last advert a master may take itself for one: as long as the slowest peer waits. One
// with nopreempt would not be preempted by whoever took over earlier, and so asks for less with
// timer_expired_backup: what a peer of that priority waits.
[[nodiscard]] microseconds patience_with_master(const Router& me);

}  // namespace understudy::vrrp
