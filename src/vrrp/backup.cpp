// Backup: follows a master and takes over when it falls silent or resigns (RFC 9568 §6.4.2, RFC 3768 §6.4.2),
// with keepalived's preempt delay, start-up delay and sync groups.
#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "transitions.hpp"

namespace understudy::vrrp {
namespace {

// RFC 9568 §6.4.2: the timer becomes the skew of the interval in use; nothing else changes.
Step master_resigned(const Router& me, Backup self, const AdvertHeard& heard, Instant now) {
    Actions actions;
    // A master in FAULT resigns twice, which is told once.
    if (!self.shortened)
        actions.push_back(
            Explain{Reason::MasterResigned, heard.source, heard.priority, skew(me, self.master_interval)});
    self.timer_started = now;
    self.shortened = true;
    return {with_timer(me, self), std::move(actions)};
}

// An owner preempts whatever Preempt_Mode says (RFC 9568 §6.1), but not whatever its operator says.
bool preempts(const Router& me) { return !me.held_back && (me.preempt || me.is_owner()); }

// A weaker master that we may preempt: the advert is discarded and the timer runs on. Told once per master.
Step let_timer_run(Backup self, const AdvertHeard& heard, Reason reason) {
    if (self.weaker_master == heard.source) return stay(self);
    self.weaker_master = heard.source;
    const Explain why{reason, heard.source, heard.priority, {}};
    return {self, {why}};
}

// preempt_delay: a weaker master is followed until the delay has run since it was first heard. The end of the
// delay needs no timer of its own; it shows in what the next advert does.
Step weaker_master_heard(const Router& me, Backup self, const AdvertHeard& heard, Instant now) {
    if (me.preempt_delay == microseconds{0} || self.preempt_delay_over)
        return let_timer_run(self, heard, Reason::LowerPriorityMaster);
    if (!self.preempt_after) {
        self.preempt_after = now + me.preempt_delay;
        Step next = follow(me, self, heard, now);
        next.actions.push_back(
            Explain{Reason::PreemptDelayStarted, heard.source, heard.priority, me.preempt_delay});
        return next;
    }
    if (now < *self.preempt_after) return follow(me, self, heard, now);
    self.preempt_after.reset();
    self.preempt_delay_over = true;
    return let_timer_run(self, heard, Reason::PreemptDelayEnded);
}

}  // namespace

Step on(const Router&, const Backup& self, const Started&, Instant) { return stay(self); }

Step on(const Router&, const Backup& self, const Released&, Instant) { return stay(self); }

Step on(const Router& me, const Backup& self, const AdvertHeard& heard, Instant now) {
    if (now < self.deaf_until) return stay(self);
    if (heard.priority == net::kResigning) return master_resigned(me, self, heard, now);
    if (heard.priority < me.priority && preempts(me)) return weaker_master_heard(me, self, heard, now);
    Backup following = self;
    following.preempt_after.reset();
    following.preempt_delay_over = false;
    return follow(me, following, heard, now);
}

Step on(const Router& me, const Backup& self, const TimeReached&, Instant now) {
    if (now < self.takeover_at) return stay(self);  // woken early: nothing is due yet
    const Explain silence{Reason::MasterSilent, self.master, self.master_priority,
                          self.takeover_at - self.timer_started};
    if (!me.in_group) return become_master(me, silence, now);
    Backup waiting = self;
    waiting.timer_started = now;
    waiting.shortened = false;
    waiting.brief = true;
    waiting.asked_group = true;
    Actions actions;
    if (!self.asked_group) actions.push_back(silence);
    actions.push_back(AskGroup{});
    return {with_timer(me, waiting), std::move(actions)};
}

// As if the wait had stood still: what was heard or missed before still counts.
Step on(const Router&, const Backup& self, const WasDeaf& was, Instant now) {
    const microseconds missed = std::min(was.time, now - self.timer_started);
    if (missed <= microseconds{0}) return stay(self);
    Backup waiting = self;
    waiting.timer_started += missed;
    waiting.takeover_at += missed;
    return stay(waiting);
}

Step on(const Router& me, const Backup& self, const PriorityChanged&, Instant) {
    return stay(with_timer(me, self));
}

Step on(const Router&, const Backup& self, const Faulted&, Instant) {
    return {Fault{self.deaf_until}, {Explain{Reason::FaultRaised, {}, {}, {}}}};
}

Step on(const Router&, const Backup& self, const Recovered&, Instant) { return stay(self); }

Step on(const Router& me, const Backup& self, const SettingsChanged&, Instant) {
    Backup changed = self;
    // Only version 3 has learned from its master; everything else counts with our own interval.
    if (me.version == net::VrrpVersion::V2 || !self.master) changed.master_interval = me.interval;
    if (me.preempt_delay == microseconds{0}) changed.preempt_after.reset();
    changed.asked_group = self.asked_group && me.in_group;
    changed.brief = self.brief && (changed.asked_group || is_master_by_right(me));
    return stay(with_timer(me, changed));
}

Step on(const Router&, const Backup& self, const GroupOrdersBackup&, Instant) { return stay(self); }

Step on(const Router& me, const Backup&, const GroupOrdersMaster&, Instant now) {
    return become_master(me, Explain{Reason::GroupOrder, {}, {}, {}}, now);
}

Step on(const Router&, const Backup& self, const TakeoverInvited&, Instant) { return stay(self); }

Step on(const Router&, const Backup&, const Stopped&, Instant) {
    return {Idle{}, {Explain{Reason::Shutdown, {}, {}, {}}}};
}

}  // namespace understudy::vrrp
