#include "virtual_router.hpp"

#include <algorithm>

namespace understudy::agent {

namespace {

vrrp::ReceiveRules receive_rules(const model::Instance& instance) {
    vrrp::ReceiveRules rules;
    rules.unicast = instance.is_unicast();
    rules.strict = instance.strict;
    rules.auth_type = static_cast<std::uint8_t>(instance.auth_type);
    rules.password = instance.auth_pass;
    rules.skip_address_check_of_known_master = instance.skip_check_advert_addresses;
    rules.check_unicast_source = instance.check_unicast_source;
    for (const model::UnicastPeer& peer : instance.unicast_peers)
        rules.peers.push_back({peer.address, peer.min_ttl, peer.max_ttl});
    for (const model::VirtualAddress& address : instance.addresses)
        rules.addresses.push_back(address.prefix.address);
    return rules;
}

vrrp::AnnounceSettings announce_settings(const model::Announcing& asked) {
    return {.master_delay = asked.master_delay,
            .master_repeat = asked.master_repeat,
            .master_refresh = asked.master_refresh,
            .master_refresh_repeat = asked.master_refresh_repeat,
            .lower_priority_delay = asked.lower_priority_delay,
            .lower_priority_repeat = asked.lower_priority_repeat};
}

std::vector<std::string> used_links(const model::Instance& instance) {
    std::vector<std::string> names{instance.interface};
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (address.dev != names.back()) names.push_back(address.dev);
    std::ranges::sort(names);
    const auto same = std::ranges::unique(names);
    names.erase(same.begin(), same.end());
    return names;
}

}  // namespace

void VirtualRouter::adopt(const model::Instance& instance) {
    settings = instance;
    me.vrid = instance.vrid;
    me.family = instance.family;
    me.version = instance.version;
    me.base_priority = instance.priority;
    me.interval = instance.advert_interval;
    me.down_timer_adverts = instance.down_timer_adverts;
    me.wants_master = instance.starts_as_master;
    me.preempt = instance.preempt;
    me.preempt_delay = instance.preempt_delay;
    me.strict = instance.strict;
    me.owner_ignores_adverts = instance.owner_ignores_adverts;
    me.lower_priority_no_advert = instance.lower_priority_no_advert;
    me.higher_priority_send_advert = instance.higher_priority_send_advert;
    rules = receive_rules(instance);
    announcing = announce_settings(instance.announcing);
    advertised = rules.addresses;
    checked_master.reset();
    link_names = used_links(instance);
}

}  // namespace understudy::agent
