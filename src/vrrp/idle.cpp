// Idle: not begun, waiting for the first results of trackers, or stopped (RFC 9568 §6.4.1, Initialize).
#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "transitions.hpp"

namespace understudy::vrrp {
namespace {

Step started_as_backup(Backup self, Instant deaf_until, Instant now) {
    self.deaf_until = deaf_until;
    const Explain why{Reason::StartedAsBackup, {}, {}, self.takeover_at - now};
    return {self, {why}};
}

Step begin(const Router& me, Instant deaf_until, bool faulted, Instant now) {
    if (faulted) return {Fault{deaf_until}, {Explain{Reason::StartedInFault, {}, {}, {}}}};
    const Instant from = std::max(now, deaf_until);
    if (!is_master_by_right(me)) return started_as_backup(full_wait(me, from), deaf_until, now);
    // A group starts as backup and moves as one, so a lone owner in it must not run ahead.
    if (me.in_group) return started_as_backup(brief_wait(me, from), deaf_until, now);
    if (now < deaf_until) {
        // Counted back, so that the wait ends with the start-up delay and not an interval after it.
        const Backup until_delay_ends = brief_wait(me, from - shortest_down_interval(me, me.interval));
        return started_as_backup(until_delay_ends, deaf_until, now);
    }
    return become_master(me, Explain{Reason::StartedAsOwner, {}, {}, {}}, now);
}

}  // namespace

Step on(const Router& me, const Idle&, const Started& started, Instant now) {
    // What is known already may be a fault, but only Released has the whole verdict.
    if (started.held) return {Idle{started.deaf_until}, {Explain{Reason::WaitingForTrackers, {}, {}, {}}}};
    return begin(me, started.deaf_until, started.faulted, now);
}

Step on(const Router& me, const Idle& self, const Released& released, Instant now) {
    return begin(me, self.deaf_until, released.faulted, now);
}

Step on(const Router&, const Idle& self, const AdvertHeard&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const TimeReached&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const WasDeaf&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const PriorityChanged&, Instant) { return stay(self); }

// Started and Released say whether there is a fault at their time.
Step on(const Router&, const Idle& self, const Faulted&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const Recovered&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const SettingsChanged&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const GroupOrdersBackup&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const GroupOrdersMaster&, Instant) { return stay(self); }

Step on(const Router&, const Idle& self, const TakeoverInvited&, Instant) { return stay(self); }

Step on(const Router&, const Idle&, const Stopped&, Instant) { return stay(Idle{}); }

}  // namespace understudy::vrrp
