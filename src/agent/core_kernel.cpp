// The agent and the kernel: which link an instance is on, which sockets should be open, and bringing the
// addresses the kernel holds to what is desired, in batches.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "understudy/agent/protocol.hpp"

#include "core.hpp"
#include "kernel_objects.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// How long the kernel may work on one batch. The loop does nothing else meanwhile, so a batch ends well
// before the next deadline: adverts are never late because addresses are many. A long one is worth having,
// because the kernel's own work on the addresses (multicast listener reports) gets in between two.
constexpr microseconds kShortestTurn{1000};
constexpr microseconds kLongestTurn{4000};
constexpr std::size_t kSmallestBatch = 2;
// The kernel needs many times longer for an IPv6 address than for an IPv4 one, and the next batch may be of
// the other kind: this many of the slow kind still end in time.
constexpr std::size_t kLargestBatch = 96;
constexpr seconds kListenAgain{1};

// Of octets; what is too many to count is as many as can be counted, and the kernel cuts it.
std::uint32_t counted(std::uint64_t octets) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(octets, UINT32_MAX));
}
std::uint32_t sum(std::uint32_t a, std::uint32_t b) { return counted(std::uint64_t{a} + b); }
std::uint32_t product(std::uint32_t a, std::uint32_t b) { return counted(std::uint64_t{a} * b); }

// From then on the neighbours hear us again, or know us by another address.
bool came_up(const net::Link& before, const net::Link& now) {
    return now.is_up() && (!before.is_up() || before.mac != now.mac);
}

// What only a daemon that did not stop in an orderly way leaves behind.
bool has_left_overs(const KernelPictured& picture) {
    const auto is_noted = [](const net::Link& link) { return desired::is_note(link.alias); };
    const auto is_virtual = [](const net::InterfaceAddress& address) {
        return address.protocol == net::kKeepalivedAddressProtocol;
    };
    return std::ranges::any_of(picture.links, is_noted) || std::ranges::any_of(picture.addresses, is_virtual);
}

std::vector<net::Vrid> every_vrid() {
    std::vector<net::Vrid> all;
    for (int number = 1; number <= 255; ++number) all.push_back(*net::Vrid::from(number));
    return all;
}

}  // namespace

std::string Agent::Core::link_name(net::LinkIndex index) const {
    const net::Link* const link = links.find(index);
    return link ? link->name : "interface " + std::to_string(index.value);
}

void Agent::Core::on(const KernelPictured& event) {
    if (pictured) tell(words::kernel_reread());
    if (!pictured) {
        inherited = has_left_overs(event);
        reload_links();
    }
    for (const net::LinkIndex index : links.indices())
        if (std::ranges::none_of(event.links, [&](const net::Link& link) { return link.index == index; }))
            addresses.link_vanished(index);
    std::vector<net::LinkIndex> back;
    for (const net::Link& link : event.links)
        if (const net::Link* const known = links.find(link.index); known && came_up(*known, link))
            back.push_back(link.index);
    links.forget_everything();
    for (const net::Link& link : event.links) links.seen(link);
    virtual_links.resynchronised(event.links);
    for (const model::LinkDelay& delay : config->link_delays) observe_link(delay.name);
    bind_everything();
    const bool succeeds = std::exchange(answers_lost, false);
    if (succeeds) give_up_on_answers();
    for (const net::InterfaceAddress& address : event.addresses)
        if (!addresses.manages(address.link, address.prefix.address, kStatics)) links.seen(address);
    addresses.resynchronised(event.addresses, now);
    routes.resynchronised(event.routes, now);
    rules.resynchronised(event.rules, now);
    for (const auto& router : routers) choose_source(*router);
    settle_settings();  // before a group is joined
    listen();
    if (std::exchange(pictured, true)) {
        evaluate_all();
        for (const net::LinkIndex link : back) doubt_those_on(link);
        // What the dead process did last it has not written down.
        if (succeeds) remove_leftovers();
        return;
    }
    schedule();
    open_pipes();
    start_scripts();
    watch_trackers();
    poll_links();
    want(kStatics, true);
    start_all();
    remove_leftovers();
}

void Agent::Core::remove_leftovers() {
    rules.remove_leftovers();
    routes.remove_leftovers();
    addresses.remove_leftovers();
}

void Agent::Core::on(const LinkSeen& event) {
    const std::string before = link_name(event.link.index);
    const net::Link* const known = links.find(event.link.index);
    const bool came_back = known && came_up(*known, event.link);
    const bool switched_off = known && known->admin_up && !event.link.admin_up;
    if (!links.seen(event.link)) return;
    if (switched_off) routes_lost_with(event.link.index);
    virtual_links.observed(event.link);
    if (before != event.link.name) heard_of_link(before);
    heard_of_link(event.link.name);
    if (came_back) doubt_those_on(event.link.index);
}

void Agent::Core::on(const LinkVanished& event) {
    const std::string name = link_name(event.index);
    if (!links.vanished(event.index)) return;
    virtual_links.vanished(event.index);
    addresses.link_vanished(event.index);
    routes_lost_with(event.index);
    heard_of_link(name);
}

void Agent::Core::heard_of_link(const std::string& link) {
    observe_link(link);
    bind_those_on(link);
    bind_statics();
    retry_routes();
    listen();
    evaluate_all();  // anyone may track it
}

void Agent::Core::on(const AddressSeen& event) {
    if (addresses.observed(event.address)) retry_routes();
    if (addresses.manages(event.address.link, event.address.prefix.address, kStatics)) return;
    if (links.seen(event.address)) heard_of_address(event.address.link);
}

void Agent::Core::on(const AddressVanished& event) {
    addresses.vanished(event.address, now);
    routes.address_lost(event.address.link, event.address.prefix.address);
    if (links.vanished(event.address)) heard_of_address(event.address.link);
}

// An address that may serve as a source came or went. One that is configured may be on any interface.
void Agent::Core::heard_of_address(net::LinkIndex link) {
    for (const auto& router : routers) {
        if (router->base == link)
            choose_source(*router);
        else if (!router->settings.source)
            continue;
        evaluate(*router);
    }
}

void Agent::Core::bind_those_on(const std::string& link) {
    for (const auto& router : routers) {
        if (router->leaving || !std::ranges::binary_search(router->link_names, link)) continue;
        bind(*router);
        choose_source(*router);
    }
    index_receivers();
}

void Agent::Core::bind_everything() {
    std::vector<VirtualRouter*> staying;
    for (const auto& router : routers)
        if (!router->leaving) staying.push_back(router.get());
    bind_all_of(staying);
}

void Agent::Core::bind_all_of(std::span<VirtualRouter* const> these) {
    for (VirtualRouter* const router : these) bind(*router);
    bind_statics();
    index_receivers();
}

// Names to links: of the instance itself and of each of its addresses. An address whose interface is missing
// is simply not managed until the interface appears.
void Agent::Core::bind(VirtualRouter& router) {
    const model::Instance& asked = router.settings;
    const net::Link* const own = asked.way_out().empty() ? nullptr : links.find(asked.way_out());
    router.base.reset();
    if (own) router.base = own->index;
    if (asked.way_out().empty()) router.base = net::LinkIndex{0};
    wish_links(router);
    router.link = advert_link(router);

    std::vector<net::InterfaceAddress> managed;
    for (const auto* list : {&asked.addresses, &asked.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (const net::Link* const link = carrier(router, address))
                managed.push_back(on_link(address, link->index, asked.address_lease));
    bind_announcements(router);
    managed_changed |= addresses.manage(router.id, std::move(managed));
    bind_routes(router);
    guard_due.push_back(router.id);
    settings_due = true;
    unsettle(router);
}

// The configured source, else the first usable address of the interface that is nobody's virtual address
// (IPv6: link-local).
void Agent::Core::choose_source(VirtualRouter& router) {
    if (!router.me.address.is_unspecified()) router.last_source = router.me.address;
    router.me.address = router.settings.given_source().value_or(net::Address{});
    if (router.settings.given_source() || !router.base) return;
    for (const net::InterfaceAddress& candidate : links.addresses(*router.base)) {
        const net::Address& address = candidate.prefix.address;
        if (address.family() != router.me.family || candidate.tentative) continue;
        if (address.is_v6() && !address.is_link_local()) continue;
        if (addresses.manages(candidate.link, address, kStatics)) continue;
        router.me.address = address;
        return;
    }
}

// What an instance adds to the receive buffer of its socket; 0: nothing, as keepalived counts.
std::uint32_t Agent::Core::receive_buffer(const VirtualRouter& router) const {
    if (router.settings.receive_buffer) return *router.settings.receive_buffer;
    const model::Buffers& asked = config->globals.buffers;
    switch (asked.receive_policy) {
        case model::ReceivePolicy::Kernel:
            break;
        case model::ReceivePolicy::Fixed:
            return asked.receive_size;
        case model::ReceivePolicy::Mtu: {
            const net::Link* const link = links.find(*router.link);
            return link ? product(link->mtu, asked.receive_multiplier) : 0;
        }
        case model::ReceivePolicy::Advert:
            return product(advert_size(router.settings), asked.receive_multiplier);
    }
    return 0;
}

// One socket per link and family, with the VRIDs of all instances on it.
void Agent::Core::listen() {
    std::map<std::pair<net::LinkIndex, net::Family>, Listener> wanted;
    std::set<std::pair<net::LinkIndex, net::Family>> seeks_others;  // a second master may have another VRID
    for (const auto& router : routers) {
        if (router->leaving || !router->link) continue;
        Listener& listener = wanted[{*router->link, router->me.family}];
        listener.link = *router->link;
        listener.family = router->me.family;
        listener.authentication_header |= router->settings.auth_type == model::AuthType::Ah;
        listener.speaks_for_another |= router->link != router->base;
        listener.receive_buffer = sum(listener.receive_buffer, receive_buffer(*router));
        listener.vrids.push_back(router->me.vrid);
        if (const auto& guard = router->settings.split_brain; guard && guard->detect)
            seeks_others.insert({*router->link, router->me.family});
        if (!router->settings.is_unicast()) listener.groups.push_back(router->settings.multicast_group);
    }
    std::vector<Listener> listeners;
    for (auto& [key, listener] : wanted) {
        // One without a link hears what those with a link hear, too: their adverts must not come twice.
        if (config->globals.log_unknown_vrids) seeks_others.insert(key);
        if (seeks_others.contains(key) && listener.link != net::LinkIndex{0}) listener.vrids = every_vrid();
        std::ranges::sort(listener.vrids);
        std::ranges::sort(listener.groups);
        const auto same_groups = std::ranges::unique(listener.groups);
        listener.groups.erase(same_groups.begin(), same_groups.end());
        const auto same_vrids = std::ranges::unique(listener.vrids);
        listener.vrids.erase(same_vrids.begin(), same_vrids.end());
        listeners.push_back(std::move(listener));
    }
    if (listeners == listening) return;
    listening = listeners;
    std::erase_if(deaf, [&](const auto& entry) { return !wanted.contains(entry.first); });
    actions.push_back(Listen{std::move(listeners)});
}

// An instance that cannot hear must not run: it would take the master's place as soon as it hears nothing.
void Agent::Core::on(const ListenAnswered& event) {
    const ListenerKey key{event.link, event.family};
    const auto known = deaf.find(key);
    const int before = known == deaf.end() ? 0 : known->second;
    if (event.error != 0) {
        if (before != event.error)
            tell(words::listen_failed(link_name(event.link), event.family, event.error));
        deaf[key] = event.error;
        deadlines.set({AlarmKind::Listeners, 0}, now + kListenAgain);
    } else if (known != deaf.end()) {
        deaf.erase(known);
    }
    if (before == event.error) return;
    for (const auto& router : routers)
        if (router->link == event.link && router->me.family == event.family) evaluate(*router);
}

void Agent::Core::listen_again() {
    if (deaf.empty()) return;
    std::erase_if(listening, [&](const Listener& l) { return deaf.contains({l.link, l.family}); });
    listen();
}

void Agent::Core::on(const ChangesAnswered& event) {
    if (event.errors.size() != in_flight.size()) return;  // an answer to a batch we no longer know
    const std::vector<KernelChange> answered = std::exchange(in_flight, {});
    hand_out_answers(answered, event.errors);
    batch.learn(answered.size(), event.took);
}

// After every event: what is desired now, and not yet so, becomes orders.
void Agent::Core::settle() {
    settle_links();
    settle_settings();  // before the addresses that need them
    settle_groups();
    settle_farewell();
    settle_filter();  // refused before they are there,
    settle_addresses();
    settle_routers();
    settle_filter();  // until they are gone
    if (!guard_due.empty()) settle_guard();
    settle_announcements();
    settle_hooks();
    settle_lines();
    settle_orders();
    if (stopping) {  // once the addresses are gone, what carried them goes
        settle_links();
        settle_filter();
    }
    if (may_finish()) {
        finished = true;
        end_readers();
        settings_due = !keeping_addresses;
        settle_settings();
        actions.push_back(Finished{});
    }
}

// Of all that wait for the kernel only those are looked at for whom something has come to its end.
void Agent::Core::settle_routers() {
    std::vector<std::size_t> candidates = std::exchange(settling, {});
    for (const auto& some : {addresses.take_settled(), routes.take_settled(), rules.take_settled()})
        candidates.insert(candidates.end(), some.begin(), some.end());
    if (candidates.empty()) return;
    std::ranges::sort(candidates);
    for (const std::size_t id : candidates) {
        if (!unsettled.contains(id) || outstanding(id) > 0) continue;
        unsettled.erase(id);
        filter_due = true;
        if (VirtualRouter* const router = find_router(id)) settle_router(*router);
    }
    forget_departed();
}

void Agent::Core::unsettle(const VirtualRouter& router) {
    unsettled.insert(router.id);
    settling.push_back(router.id);
    filter_due = true;
    restless = true;
}

// As many changes as fit into half the time until something is due.
std::size_t Agent::Core::batch_size() const {
    const std::optional<Instant> due = deadlines.next();
    const microseconds room = due ? (*due - now) / 2 : kLongestTurn;
    return batch.size_for(std::clamp(room, kShortestTurn, kLongestTurn));
}

void BatchCost::learn(std::size_t changes, microseconds took) {
    if (changes == 0 || took == microseconds{0}) return;  // not measured
    const std::chrono::nanoseconds now_each =
        std::chrono::nanoseconds{took} / static_cast<std::int64_t>(changes);
    // A slow batch is remembered for a while: what made it slow comes in spells.
    each = std::max({now_each, each * 3 / 4, std::chrono::nanoseconds{1}});
    most = std::clamp(changes * 4, most, kLargestBatch);
}

std::size_t BatchCost::size_for(microseconds room) const {
    const auto fitting = static_cast<std::size_t>(std::chrono::nanoseconds{room} / each);
    return std::clamp(fitting, kSmallestBatch, most);
}

bool BatchCost::is_sound() const { return each.count() > 0 && most >= kSmallestBatch; }

void Agent::Core::settle_addresses() {
    for (const desired::Finding& finding : addresses.take_findings()) found(finding);
    tell_of_routes();
    if (in_flight.empty() && !keeping_addresses) {
        std::vector<KernelChange> changes = take_batch(batch_size());
        if (!changes.empty()) {
            in_flight = changes;
            actions.push_back(ChangeKernel{std::move(changes)});
        }
    }
    // While a batch is in flight nothing can be ordered; its answer leads back here.
    const bool may_order = in_flight.empty() && !keeping_addresses;
    const std::optional<Instant> due =
        earliest(addresses.deadline(), earliest(routes.deadline(), rules.deadline()));
    deadlines.set({AlarmKind::Addresses, 0}, may_order ? due : std::nullopt);
}

void Agent::Core::found(const desired::Finding& finding) {
    std::visit(
        overloaded{
            [&](const desired::Placed& placed) {
                VirtualRouter* const router = find_router(placed.owner);
                if (placed.repaired) {
                    const std::string link = link_name(placed.object.link);
                    tell(words::address_repaired(link, placed));
                    remember_repair(placed.owner, placed.object.prefix.to_string() + " dev " + link);
                }
                if (!router) return;
                if (placed.repaired) {
                    announce_again(*router, placed.object);
                } else {
                    announce_all_later(*router);
                }
            },
            [&](const desired::Lost& lost) { tell(words::address_lost(link_name(lost.object.link), lost)); },
            [&](const desired::Refused& refused) {
                tell(words::change_refused(link_name(refused.change.object.link), refused));
            },
            [&](const desired::LeftoverRemoved& removed) {
                tell(words::leftover_removed(link_name(removed.object.link), removed));
            },
        },
        finding);
}

// The kernel holds what the router's role asks for: now the first burst, and whoever waited to be told.
void Agent::Core::settle_router(VirtualRouter& router) {
    announce(router.id, router.announcements, std::exchange(router.rounds_to_come, 0));
    flush_hooks(router);
}

}  // namespace understudy::agent
