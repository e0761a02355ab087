// Master: advertises, defends against weaker masters and yields to stronger ones (RFC 9568 §6.4.3, RFC 3768
// §6.4.3), with keepalived's options for both.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "understudy/vrrp/election.hpp"
#include "understudy/vrrp/timing.hpp"

#include "transitions.hpp"

namespace understudy::vrrp {
namespace {

void step_down(Actions& actions) {
    actions.push_back(ReleaseAddresses{});
    actions.push_back(StopAnnouncing{});
}

// Our last advert went out one interval before the next was due. Every peer has taken over by now if we were
// stopped, suspended or starved for longer than the slowest of them waits (or the one that
// timer_expired_backup names), so we are not master any more.
bool is_much_too_late(const Router& me, const Master& self, Instant now) {
    return now > self.advertise_at - me.interval + patience_with_master(me);
}

// No advert first, not even one of priority 0: whoever took over must not be disturbed from stale state.
Step master_no_more(const Router& me, const Master& self, Instant now) {
    Actions actions{Explain{Reason::TimerMuchTooLate, {}, {}, now - self.advertise_at}};
    step_down(actions);
    return {full_wait(me, now), std::move(actions)};
}

// Whoever resigns was master until now, and may have been believed.
Step resigned_heard(const Router& me, Instant now) {
    return {Master{now + me.interval}, {SendAdvert{me.priority}, Announce{Announce::Occasion::Doubted}}};
}

// A role that is given up is resigned, so that a backup need not wait for silence. But whoever has slept too
// long has none to give up: its word would only make the backups of whoever took over hurry.
Step let_go(const Router& me, const Master& self, State next, const Explain& why, std::size_t times,
            Instant now) {
    Actions actions;
    if (is_much_too_late(me, self, now))
        actions.push_back(Explain{Reason::TimerMuchTooLate, {}, {}, now - self.advertise_at});
    const bool is_believed = actions.empty();
    actions.push_back(why);
    if (is_believed) actions.insert(actions.end(), times, SendAdvert{net::kResigning});
    step_down(actions);
    return {std::move(next), std::move(actions)};
}

Step yield_to(const Router& me, const AdvertHeard& heard, Actions actions, Instant now) {
    Step next = follow(me, full_wait(me, now), heard, now);
    actions.push_back(Explain{Reason::StrongerMasterHeard, heard.source, heard.priority,
                              master_down_interval(me, interval_of_master(me, heard))});
    if (me.higher_priority_send_advert) actions.push_back(SendAdvert{me.priority});
    step_down(actions);
    actions.insert(actions.end(), next.actions.begin(), next.actions.end());
    return {next.state, std::move(actions)};
}

// The answer makes a weaker master step down, the announcements win back the switches and hosts it misled.
Step defend_against(const Router& me, Master self, const AdvertHeard& heard, Actions actions, Instant now) {
    actions.push_back(Explain{Reason::WeakerMasterHeard, heard.source, heard.priority, {}});
    if (!me.lower_priority_no_advert) {
        actions.push_back(SendAdvert{me.priority});
        self.advertise_at = now + me.interval;
    }
    actions.push_back(Announce{Announce::Occasion::LowerPriorityHeard});
    actions.push_back(ReportLowerPriority{});
    return {self, std::move(actions)};
}

}  // namespace

Step on(const Router&, const Master& self, const Started&, Instant) { return stay(self); }

Step on(const Router&, const Master& self, const Released&, Instant) { return stay(self); }

Step on(const Router& me, const Master& self, const AdvertHeard& heard, Instant now) {
    if (is_much_too_late(me, self, now)) {
        // The advert may be from the router that took over: it must find us listening, not defending.
        Step late = master_no_more(me, self, now);
        Step next = step(me, late.state, heard, now);
        next.actions.insert(next.actions.begin(), late.actions.begin(), late.actions.end());
        return next;
    }
    if (heard.priority == net::kResigning) return resigned_heard(me, now);
    if (is_own_reflection(heard, me))
        return {self, {Explain{Reason::OwnAdvertReflected, heard.source, heard.priority, {}}}};
    Actions actions;
    if (me.is_owner() && heard.priority == net::kOwner)
        actions.push_back(Explain{Reason::SecondOwnerHeard, heard.source, heard.priority, {}});
    if (outranks(heard, me)) return yield_to(me, heard, std::move(actions), now);
    return defend_against(me, self, heard, std::move(actions), now);
}

Step on(const Router& me, const Master& self, const TimeReached&, Instant now) {
    if (now < self.advertise_at) return stay(self);
    if (is_much_too_late(me, self, now)) return master_no_more(me, self, now);
    // Counted from when this advert was due, so that lateness does not accumulate and peers see an even
    // rhythm; from now if the next one would be due already, so that missed adverts do not follow as a burst.
    const Instant next = self.advertise_at + me.interval;
    if (next > now) return {Master{next}, {SendAdvert{me.priority}}};
    // A backup with a short patience may have been master meanwhile and have yielded to this very advert.
    return {Master{now + me.interval}, {SendAdvert{me.priority}, Announce{Announce::Occasion::Doubted}}};
}

// Whether its backups must have taken over shows in what was due.
Step on(const Router&, const Master& self, const WasDeaf&, Instant) { return stay(self); }

// The next advert carries the new priority; only adverts decide who is master.
Step on(const Router& me, const Master& self, const PriorityChanged& changed, Instant now) {
    if (!changed.by_operator || is_much_too_late(me, self, now)) return stay(self);
    return {Master{now + me.interval}, {SendAdvert{me.priority}}};
}

// keepalived says it twice when the fault is its own, because one lost packet would cost three intervals.
Step on(const Router& me, const Master& self, const Faulted& faulted, Instant now) {
    const Explain why{Reason::FaultRaised, {}, {}, {}};
    return let_go(me, self, Fault{}, why, faulted.by_group ? 1 : 2, now);
}

Step on(const Router&, const Master& self, const Recovered&, Instant) { return stay(self); }

Step on(const Router& me, const Master& self, const SettingsChanged&, Instant now) {
    return stay(Master{std::min(self.advertise_at, now + me.interval)});
}

// As for a member that heard a stronger master: the peer's group is taking over and need not be told.
Step on(const Router& me, const Master&, const GroupOrdersBackup&, Instant now) {
    Actions actions{Explain{Reason::GroupOrder, {}, {}, {}}};
    step_down(actions);
    return {full_wait(me, now), std::move(actions)};
}

Step on(const Router&, const Master& self, const GroupOrdersMaster&, Instant) { return stay(self); }

// The next advert waits for a whole interval: a backup waits for its skew, which is shorter, and any advert
// before that would make it wait anew. One in a sync group waits for its slowest companion, too.
Step on(const Router& me, const Master& self, const TakeoverInvited& invited, Instant now) {
    if (is_much_too_late(me, self, now)) return master_no_more(me, self, now);
    return {Master{now + std::max(me.interval, invited.silence)}, {SendAdvert{net::kResigning}}};
}

Step on(const Router& me, const Master& self, const Stopped&, Instant now) {
    return let_go(me, self, Idle{}, Explain{Reason::Shutdown, {}, {}, {}}, 1, now);
}

}  // namespace understudy::vrrp
