#include "understudy/vrrp/timing.hpp"

#include <algorithm>

namespace understudy::vrrp {
namespace {

// A configured 255 counts as 255 whatever the trackers say.
int ranking_priority(const Router& me) { return me.is_owner() ? net::kOwner.value() : me.priority.value(); }

// What skews are fractions of: the master's interval, in version 2 always a second.
microseconds skew_base(const Router& me, microseconds interval) {
    return me.version == net::VrrpVersion::V3 ? interval : microseconds{seconds{1}};
}

}  // namespace

microseconds skew(const Router& me, microseconds master_interval) {
    return skew_base(me, master_interval) * (256 - ranking_priority(me)) / 256;
}

microseconds master_down_interval(const Router& me, microseconds master_interval) {
    return me.down_timer_adverts * master_interval + skew(me, master_interval);
}

microseconds shortest_down_interval(const Router& me, microseconds interval) {
    return interval + skew_base(me, interval) / 256;
}

microseconds longest_peer_wait(const Router& me) {
    return me.down_timer_adverts * me.interval + skew_base(me, me.interval);
}

microseconds patience_with_master(const Router& me) {
    if (me.preempt || !me.timer_expired_backup) return longest_peer_wait(me);
    const int less_than_highest = 256 - me.timer_expired_backup->value();
    return me.down_timer_adverts * me.interval + skew_base(me, me.interval) * less_than_highest / 256;
}

}  // namespace understudy::vrrp
