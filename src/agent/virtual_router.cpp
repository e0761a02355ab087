#include "virtual_router.hpp"

#include <algorithm>

#include "understudy/agent/protocol.hpp"

#include "kernel_objects.hpp"

namespace understudy::agent {

namespace {

vrrp::AnnounceSettings announce_settings(const model::Announcing& asked) {
    return {.master_delay = asked.master_delay,
            .master_repeat = asked.master_repeat,
            .master_refresh = asked.master_refresh,
            .master_refresh_repeat = asked.master_refresh_repeat,
            .lower_priority_delay = asked.lower_priority_delay,
            .lower_priority_repeat = asked.lower_priority_repeat};
}

std::vector<std::string> used_links(const model::Instance& instance) {
    std::vector<std::string> names{instance.way_out()};
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (address.dev != names.back()) names.push_back(address.dev);
    add_links_of(instance.routes, names);
    std::ranges::sort(names);
    const auto same = std::ranges::unique(names);
    names.erase(same.begin(), same.end());
    return names;
}

}  // namespace

void VirtualRouter::adopt(const model::Instance& instance) {
    settings = instance;
    configure(me, instance);
    rules = receive_rules(instance);
    announcing = announce_settings(instance.announcing);
    advertised = rules.addresses;
    replay_marks.make_room(rules.peers.size());
    checked_master.reset();
    old_checksum_peers.clear();
    link_names = used_links(instance);
}

wire::ChecksumForm VirtualRouter::checksum_form_for(const net::Address& peer) const {
    const bool old = std::ranges::find(old_checksum_peers, peer) != old_checksum_peers.end();
    return old ? wire::ChecksumForm::OldUnicast : checksum_form(settings);
}

}  // namespace understudy::agent
