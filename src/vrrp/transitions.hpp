// Every transition of a virtual router: one on() per pair of state and event, in the file of its state, and
// the pieces they share. Within a step the reason comes first, then the orders in the order they must be
// done.
#pragma once

#include <utility>

#include "understudy/vrrp/instance.hpp"

namespace understudy::vrrp {

Step on(const Router& me, const Idle& self, const Started& started, Instant now);
Step on(const Router& me, const Idle& self, const Released& released, Instant now);
Step on(const Router& me, const Idle& self, const AdvertHeard& heard, Instant now);
Step on(const Router& me, const Idle& self, const TimeReached&, Instant now);
Step on(const Router& me, const Idle& self, const WasDeaf& was, Instant now);
Step on(const Router& me, const Idle& self, const PriorityChanged&, Instant now);
Step on(const Router& me, const Idle& self, const Faulted& faulted, Instant now);
Step on(const Router& me, const Idle& self, const Recovered&, Instant now);
Step on(const Router& me, const Idle& self, const SettingsChanged&, Instant now);
Step on(const Router& me, const Idle& self, const GroupOrdersBackup&, Instant now);
Step on(const Router& me, const Idle& self, const GroupOrdersMaster&, Instant now);
Step on(const Router& me, const Idle& self, const TakeoverInvited&, Instant now);
Step on(const Router& me, const Idle& self, const Stopped&, Instant now);

Step on(const Router& me, const Backup& self, const Started& started, Instant now);
Step on(const Router& me, const Backup& self, const Released& released, Instant now);
Step on(const Router& me, const Backup& self, const AdvertHeard& heard, Instant now);
Step on(const Router& me, const Backup& self, const TimeReached&, Instant now);
Step on(const Router& me, const Backup& self, const WasDeaf& was, Instant now);
Step on(const Router& me, const Backup& self, const PriorityChanged&, Instant now);
Step on(const Router& me, const Backup& self, const Faulted& faulted, Instant now);
Step on(const Router& me, const Backup& self, const Recovered&, Instant now);
Step on(const Router& me, const Backup& self, const SettingsChanged&, Instant now);
Step on(const Router& me, const Backup& self, const GroupOrdersBackup&, Instant now);
Step on(const Router& me, const Backup& self, const GroupOrdersMaster&, Instant now);
Step on(const Router& me, const Backup& self, const TakeoverInvited&, Instant now);
Step on(const Router& me, const Backup& self, const Stopped&, Instant now);

Step on(const Router& me, const Master& self, const Started& started, Instant now);
Step on(const Router& me, const Master& self, const Released& released, Instant now);
Step on(const Router& me, const Master& self, const AdvertHeard& heard, Instant now);
Step on(const Router& me, const Master& self, const TimeReached&, Instant now);
Step on(const Router& me, const Master& self, const WasDeaf& was, Instant now);
Step on(const Router& me, const Master& self, const PriorityChanged&, Instant now);
Step on(const Router& me, const Master& self, const Faulted& faulted, Instant now);
Step on(const Router& me, const Master& self, const Recovered&, Instant now);
Step on(const Router& me, const Master& self, const SettingsChanged&, Instant now);
Step on(const Router& me, const Master& self, const GroupOrdersBackup&, Instant now);
Step on(const Router& me, const Master& self, const GroupOrdersMaster&, Instant now);
Step on(const Router& me, const Master& self, const TakeoverInvited&, Instant now);
Step on(const Router& me, const Master& self, const Stopped&, Instant now);

Step on(const Router& me, const Fault& self, const Started& started, Instant now);
Step on(const Router& me, const Fault& self, const Released& released, Instant now);
Step on(const Router& me, const Fault& self, const AdvertHeard& heard, Instant now);
Step on(const Router& me, const Fault& self, const TimeReached&, Instant now);
Step on(const Router& me, const Fault& self, const WasDeaf& was, Instant now);
Step on(const Router& me, const Fault& self, const PriorityChanged&, Instant now);
Step on(const Router& me, const Fault& self, const Faulted& faulted, Instant now);
Step on(const Router& me, const Fault& self, const Recovered&, Instant now);
Step on(const Router& me, const Fault& self, const SettingsChanged&, Instant now);
Step on(const Router& me, const Fault& self, const GroupOrdersBackup&, Instant now);
Step on(const Router& me, const Fault& self, const GroupOrdersMaster&, Instant now);
Step on(const Router& me, const Fault& self, const TakeoverInvited&, Instant now);
Step on(const Router& me, const Fault& self, const Stopped&, Instant now);

// The event means nothing in this state.
[[nodiscard]] inline Step stay(State state) { return {state, {}}; }

// Priority 255 that need not wait for silence: `state MASTER` asks for it (keepalived), strict mode gives it
// to every owner (RFC 9568 §6.4.1).
[[nodiscard]] bool is_master_by_right(const Router& me);

// A backup that begins to wait at `from`: a full down timer with our own interval.
[[nodiscard]] Backup full_wait(const Router& me, Instant from);
// The same, but of shortest_down_interval().
[[nodiscard]] Backup brief_wait(const Router& me, Instant from);
// takeover_at as it follows from the start and the kind of the wait.
[[nodiscard]] Backup with_timer(const Router& me, Backup self);

// What a backup counts with once it follows the sender: version 3 learns, version 2 knows only its own.
[[nodiscard]] microseconds interval_of_master(const Router& me, const AdvertHeard& heard);
// The backup that follows the sender from now on, and the word about a newly learned interval.
[[nodiscard]] Step follow(const Router& me, Backup self, const AdvertHeard& heard, Instant now);

// RFC 9568 §6.4.2: the advert goes out before the addresses are there, so that rivals yield first.
[[nodiscard]] Step become_master(const Router& me, const Explain& why, Instant now);

}  // namespace understudy::vrrp
