// The one wording of each message an operator reads. Texts that keepalived's users search their logs for
// begin as they know them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/journal.hpp"
#include "understudy/base/scheduling.hpp"
#include "understudy/ctl/orders.hpp"
#include "understudy/desired/addresses.hpp"
#include "understudy/desired/virtual_links.hpp"
#include "understudy/model/config.hpp"
#include "understudy/track/file.hpp"
#include "understudy/vrrp/action.hpp"
#include "understudy/vrrp/receive.hpp"
#include "understudy/vrrp/state.hpp"
#include "understudy/wire/advert.hpp"

#include "split_brain.hpp"
#include "virtual_router.hpp"

namespace understudy::agent::words {

// "3.609 s"
[[nodiscard]] std::string in_seconds(microseconds duration);

[[nodiscard]] Record entered(const std::string& instance, vrrp::Role role);
[[nodiscard]] Record group_entered(const std::string& group, vrrp::Role role);
[[nodiscard]] Record explained(const std::string& instance, const vrrp::Explain& explain, net::Priority ours);
[[nodiscard]] Record priority_changed(const std::string& instance, net::Priority from, net::Priority to);
[[nodiscard]] Record faults_changed(const std::string& instance, const std::string& reasons);
[[nodiscard]] Record advert_refused(const std::string& instance, const net::Address& source,
                                    vrrp::Refusal why);
[[nodiscard]] Record advert_heard(const std::string& instance, const net::Address& source,
                                  net::Priority priority);
[[nodiscard]] Record advert_sent(const std::string& instance, const net::Address& destination,
                                 net::Priority priority);
// Of a virtual router that is not configured here.
[[nodiscard]] Record unknown_vrid(const std::string& link, net::Vrid vrid, const net::Address& source);
[[nodiscard]] Record packet_faulty(const std::string& instance, const net::Address& source,
                                   wire::PacketFault why);
[[nodiscard]] Record addresses_differ(const std::string& instance, const net::Address& source);
[[nodiscard]] Record checksum_form_followed(const std::string& instance, const net::Address& peer, bool old);
[[nodiscard]] Record interval_differs(const std::string& instance, const net::Address& source,
                                      microseconds theirs, microseconds ours);
// The clock of the one is ahead of the other's, behind it if negative, by more than half the window.
[[nodiscard]] Record clock_differs(const std::string& instance, const net::Address& source, seconds ahead,
                                   seconds window);
[[nodiscard]] Record address_claimed(const std::string& instance, const std::string& link,
                                     const net::Address& address, const net::Mac& mac);

// split_brain: "02:00:00:00:00:09 answers for 192.0.2.100, too, and 192.0.2.2 advertises priority 100"
[[nodiscard]] std::string rival_text(const Rival& rival);
[[nodiscard]] Record split_brain_begins(const std::string& instance, const Rival& rival,
                                        model::OnConflict reaction);
[[nodiscard]] Record split_brain_yields(const std::string& instance, const Rival& rival);
[[nodiscard]] Record split_brain_over(const std::string& instance, microseconds lasted);
[[nodiscard]] std::string given_way(const Rival& rival);
[[nodiscard]] Record witness_lost(const std::string& instance, bool yields);
[[nodiscard]] Record witness_keeps_away(const std::string& instance);
[[nodiscard]] Record witness_settled(const std::string& instance, const std::string& why);
[[nodiscard]] std::string cut_off(Cut how);
[[nodiscard]] std::string without_instance(const Record& record, const std::string& instance);

[[nodiscard]] Record send_failed(const std::string& instance, int error);
[[nodiscard]] Record unheard(const std::string& instance, int error, microseconds time);
[[nodiscard]] Record heard_again(const std::string& instance, microseconds time);
[[nodiscard]] Record listen_failed(const std::string& link, net::Family family, int error);

// What the operator orders, and what comes of it.
[[nodiscard]] Record priority_ordered(const std::string& instance, std::optional<net::Priority> priority);
[[nodiscard]] Record drain_begins(const std::string& instance, bool is_master,
                                  std::optional<microseconds> duration);
[[nodiscard]] Record drain_invites(const std::string& instance, microseconds waited);
[[nodiscard]] Record drain_alone(const std::string& instance);
[[nodiscard]] Record drain_handed_over(const std::string& instance, const std::optional<net::Address>& master,
                                       microseconds took);
[[nodiscard]] Record drain_master_again(const std::string& instance);
[[nodiscard]] Record drain_over(const std::string& instance, bool time_is_over);
[[nodiscard]] Record failover_begins(const std::string& instance);
[[nodiscard]] Record failover_done(const std::string& instance);
[[nodiscard]] Record failover_failed(const std::string& instance);
// To what a successor of a process that died is bound.
[[nodiscard]] Record orders_inherited(const ctl::StandingOrders& orders);
[[nodiscard]] Record farewell_begins(seconds bound);

[[nodiscard]] Record address_lost(const std::string& link, const desired::Lost& lost);
[[nodiscard]] Record address_repaired(const std::string& link, const desired::Placed& placed);
[[nodiscard]] Record change_refused(const std::string& link, const desired::Refused& refused);
[[nodiscard]] Record leftover_removed(const std::string& link, const desired::LeftoverRemoved& removed);
[[nodiscard]] Record kernel_reread();
[[nodiscard]] Record goes_on(std::size_t instances, std::size_t masters);

// Why an instance cannot run without the interface of its virtual MAC.
[[nodiscard]] std::string virtual_link_missing(const desired::LinkStanding& standing,
                                               const std::string& base);
[[nodiscard]] Record virtual_link(const desired::LinkFinding& finding);
[[nodiscard]] Record filter_refused(int error);

[[nodiscard]] Record script_result(const model::Script& script, bool success, int status, bool timed_out);
[[nodiscard]] Record script_not_started(const model::Script& script, int error);
[[nodiscard]] Record script_postponed(const model::Script& script, int error);
[[nodiscard]] Record script_changed(const model::Script& script, bool good);
// "tcp 192.0.2.1:80: connection refused"
[[nodiscard]] std::string check_answer(const model::Probe& probe, const std::string& reason);
[[nodiscard]] Record check_result(const model::Script& check, bool success, const std::string& answer);
[[nodiscard]] Record check_changed(const model::Script& check, bool good);
[[nodiscard]] Record file_changed(const model::TrackFile& file, std::int64_t number);
// Its content says nothing usable; `used` is what counts instead.
[[nodiscard]] Record file_unclear(const model::TrackFile& file, track::FileContent content, int error,
                                  std::int64_t used);
[[nodiscard]] std::string file_result(std::optional<std::int64_t> number, track::FileContent content,
                                      int error);
[[nodiscard]] Record process_changed(const model::TrackProcess& process, std::size_t count, bool good);
[[nodiscard]] Record link_steady(const std::string& link, bool up);
[[nodiscard]] Record link_polled(const std::string& link, bool up);
[[nodiscard]] Record delay_shortened(const std::string& link, const std::string& instance, microseconds asked,
                                     microseconds used);
[[nodiscard]] Record hook_failed(const std::string& what, int status);
[[nodiscard]] Record hook_not_started(const std::string& what, int error);
[[nodiscard]] Record hook_overdue(const std::string& what);
[[nodiscard]] Record hooks_dropped(const std::string& instance);

[[nodiscard]] Record reader_ended(int status);
[[nodiscard]] Record reader_not_started(int error);

// What the kernel has not let the vrrp process have, of what was wanted.
[[nodiscard]] Record scheduling_refused(const std::vector<SchedulingRefusal>& refused,
                                        const Scheduling& wanted);
[[nodiscard]] Record priority_raised(microseconds late, std::uint32_t priority);
[[nodiscard]] Record realtime_limit_reached(microseconds limit, seconds pause);

[[nodiscard]] Record reloaded(std::size_t kept, std::size_t changed, std::size_t added, std::size_t removed);
[[nodiscard]] Record removed_by_reload(const std::string& instance);
[[nodiscard]] Record stopping();

}  // namespace understudy::agent::words
