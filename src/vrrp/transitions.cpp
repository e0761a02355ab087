#include "transitions.hpp"

#include "understudy/vrrp/timing.hpp"

namespace understudy::vrrp {

bool is_master_by_right(const Router& me) { return me.is_owner() && (me.wants_master || me.strict); }

Backup full_wait(const Router& me, Instant from) {
    Backup self;
    self.timer_started = from;
    self.master_interval = me.interval;
    return with_timer(me, self);
}

Backup brief_wait(const Router& me, Instant from) {
    Backup self = full_wait(me, from);
    self.brief = true;
    return with_timer(me, self);
}

Backup with_timer(const Router& me, Backup self) {
    const microseconds wait = self.shortened ? skew(me, self.master_interval)
                              : self.brief   ? shortest_down_interval(me, self.master_interval)
                                             : master_down_interval(me, self.master_interval);
    self.takeover_at = self.timer_started + wait;
    return self;
}

microseconds interval_of_master(const Router& me, const AdvertHeard& heard) {
    return me.version == net::VrrpVersion::V3 ? heard.interval : me.interval;
}

Step follow(const Router& me, Backup self, const AdvertHeard& heard, Instant now) {
    Actions actions;
    const microseconds interval = interval_of_master(me, heard);
    if (interval != self.master_interval)
        actions.push_back(Explain{Reason::IntervalLearned, heard.source, heard.priority, interval});
    self.timer_started = now;
    self.shortened = false;
    self.brief = false;
    self.asked_group = false;
    self.master_interval = interval;
    self.master = heard.source;
    self.master_priority = heard.priority;
    self.weaker_master.reset();
    return {with_timer(me, self), std::move(actions)};
}

Step become_master(const Router& me, const Explain& why, Instant now) {
    return {Master{now + me.interval},
            {why, SendAdvert{me.priority}, AcquireAddresses{}, Announce{Announce::Occasion::BecameMaster}}};
}

}  // namespace understudy::vrrp
