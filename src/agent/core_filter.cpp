// The packet filter: which addresses of masters must not be answered, and which interfaces must keep silent
// about groups.
#include <algorithm>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr seconds kFilterAgain{30};

bool is_refusing(const model::Instance& instance) {
    return !instance.accept && instance.priority != net::kOwner;
}

bool has_virtual_links(const model::Instance& instance) {
    const auto asks = [](const model::VirtualAddress& address) { return address.use_vmac; };
    return instance.virtual_mac || instance.virtual_mac_for_addresses ||
           std::ranges::any_of(instance.addresses, asks) ||
           std::ranges::any_of(instance.excluded_addresses, asks);
}

void put_in_order(net::FamilyFilter& filter) {
    std::ranges::sort(filter.virtual_links);
    std::ranges::sort(filter.refused);
    std::ranges::sort(filter.refused_on_link);
    const auto same = std::ranges::unique(filter.refused);
    filter.refused.erase(same.begin(), same.end());
    const auto same_on_link = std::ranges::unique(filter.refused_on_link);
    filter.refused_on_link.erase(same_on_link.begin(), same_on_link.end());
}

}  // namespace

// Refused from before they are there until they are gone.
void Agent::Core::refuse_addresses_of(const VirtualRouter& router, net::PacketFilter& wanted) const {
    if (!is_refusing(router.settings)) return;
    if (!addresses.wants(router.id) && outstanding(router.id) == 0) return;
    for (const auto* list : {&router.settings.addresses, &router.settings.excluded_addresses}) {
        for (const model::VirtualAddress& asked : *list) {
            const net::Address& address = asked.prefix.address;
            net::FamilyFilter& family = address.is_v4() ? wanted.v4 : wanted.v6;
            if (!address.is_link_local() || address.is_v4()) {
                family.refused.push_back(address);
            } else if (const net::Link* const link = carrier(router, asked)) {
                family.refused_on_link.emplace_back(address, link->index);
            }
        }
    }
}

net::PacketFilter Agent::Core::wanted_filter() const {
    const model::PacketFilter& asked = config->globals.filter;
    net::PacketFilter wanted{asked.table, asked.priority, asked.counters, {}, {}};
    for (const auto& [index, link] : virtual_links.all_ready()) {
        if (link.ipvlan) continue;  // it has no MAC that others must not learn
        if (link.carries_v4) wanted.v4.virtual_links.emplace_back(index, link.base);
        if (link.carries_v6) wanted.v6.virtual_links.emplace_back(index, link.base);
    }
    for (const auto& router : routers) refuse_addresses_of(*router, wanted);
    put_in_order(wanted.v4);
    put_in_order(wanted.v6);
    return wanted;
}

bool Agent::Core::needs_filter() const {
    return std::ranges::any_of(config->instances, [](const model::Instance& instance) {
        return is_refusing(instance) || has_virtual_links(instance);
    });
}

// A table that a dead predecessor has left is replaced, or removed; else whoever needs no filter touches
// none.
void Agent::Core::settle_filter() {
    if (!pictured || keeping_addresses || filter_in_flight || !std::exchange(filter_due, false)) return;
    if (!filter && !needs_filter() && !std::exchange(inherited, false)) return;
    net::PacketFilter wanted = wanted_filter();
    if (filter == wanted) return;
    filter = wanted;
    filter_in_flight = true;
    actions.push_back(SetFilter{std::move(wanted)});
}

// Without a filter the service goes on: an address that answers too much is better than none.
void Agent::Core::on(const FilterAnswered& event) {
    filter_in_flight = false;
    filter_due = true;
    if (event.error == 0) {
        filter_error = 0;
        if (needs_filter()) deadlines.set({AlarmKind::Filter, 0}, now + kFilterAgain);
        return;
    }
    const bool is_needed = needs_filter();
    if (std::exchange(filter_error, event.error) != event.error && is_needed)
        tell(words::filter_refused(event.error));
    if (stopping || !is_needed) return;
    filter_due = false;
    filter.reset();
    deadlines.set({AlarmKind::Filter, 0}, now + kFilterAgain);
}

// Whoever loads a whole set of rules removes ours with all others, and nobody tells us. Setting it once more
// replaces it in one transaction.
void Agent::Core::set_filter_again() {
    if (stopping || filter_in_flight || !needs_filter()) return;
    filter.reset();
    filter_due = true;
}

bool Agent::Core::filter_is_done() const {
    return filter_error != 0 || !filter ||
           (!filter_in_flight && filter->v4.is_empty() && filter->v6.is_empty());
}

}  // namespace understudy::agent
