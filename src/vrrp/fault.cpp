// Fault: like Initialize, because something the instance depends on has failed (keepalived's FAULT). It hears
// and sends nothing until the last reason is gone.
#include <algorithm>

#include "transitions.hpp"

namespace understudy::vrrp {

Step on(const Router&, const Fault& self, const Started&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const Released&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const AdvertHeard&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const TimeReached&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const PriorityChanged&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const Faulted&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const WasDeaf&, Instant) { return stay(self); }

Step on(const Router& me, const Fault& self, const Recovered&, Instant now) {
    // Never straight to master: somebody else may have taken over meanwhile.
    const Instant from = std::max(now, self.deaf_until);
    Backup waiting = is_master_by_right(me) ? brief_wait(me, from) : full_wait(me, from);
    waiting.deaf_until = self.deaf_until;
    const Explain why{Reason::FaultCleared, {}, {}, waiting.takeover_at - now};
    return {waiting, {why}};
}

Step on(const Router&, const Fault& self, const SettingsChanged&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const GroupOrdersBackup&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const GroupOrdersMaster&, Instant) { return stay(self); }

Step on(const Router&, const Fault& self, const TakeoverInvited&, Instant) { return stay(self); }

Step on(const Router&, const Fault&, const Stopped&, Instant) {
    return {Idle{}, {Explain{Reason::Shutdown, {}, {}, {}}}};
}

}  // namespace understudy::vrrp
