#include "understudy/agent/protocol.hpp"

namespace understudy::agent {

void configure(vrrp::Router& router, const model::Instance& instance) {
    router.vrid = instance.vrid;
    router.family = instance.family;
    router.version = instance.version;
    router.base_priority = instance.priority;
    router.interval = instance.advert_interval;
    router.down_timer_adverts = instance.down_timer_adverts;
    router.wants_master = instance.starts_as_master;
    router.preempt = instance.preempt;
    router.preempt_delay = instance.preempt_delay;
    router.timer_expired_backup = instance.timer_expired_backup;
    router.strict = instance.strict;
    router.owner_ignores_adverts = instance.owner_ignores_adverts;
    router.lower_priority_no_advert = instance.lower_priority_no_advert;
    router.higher_priority_send_advert = instance.higher_priority_send_advert;
}

vrrp::ReceiveRules receive_rules(const model::Instance& instance) {
    vrrp::ReceiveRules rules;
    rules.unicast = instance.is_unicast();
    rules.strict = instance.strict;
    rules.auth_type = static_cast<std::uint8_t>(instance.auth_type);
    rules.password = instance.auth_pass;
    rules.hmac = instance.hmac;
    rules.skip_address_check_of_known_master = instance.skip_check_advert_addresses;
    rules.accepts_old_unicast_checksum = instance.old_unicast_checksum != model::OldUnicastChecksum::Never;
    rules.check_unicast_source = instance.check_unicast_source;
    for (const model::UnicastPeer& peer : instance.unicast_peers)
        rules.peers.push_back({peer.address, peer.min_ttl, peer.max_ttl});
    rules.addresses = advertised_addresses(instance);
    return rules;
}

std::vector<net::Address> advertised_addresses(const model::Instance& instance) {
    std::vector<net::Address> addresses;
    for (const model::VirtualAddress& address : instance.addresses)
        addresses.push_back(address.prefix.address);
    return addresses;
}

wire::ChecksumForm checksum_form(const model::Instance& instance) {
    if (instance.checksum_as_v2) return wire::ChecksumForm::MessageOnly;
    const bool old =
        instance.is_unicast() && instance.old_unicast_checksum == model::OldUnicastChecksum::Always;
    return old ? wire::ChecksumForm::OldUnicast : wire::ChecksumForm::PseudoHeader;
}

std::uint32_t advert_size(const model::Instance& instance) {
    constexpr std::size_t kIpv6Header = 40;  // the kernel makes it
    const bool v6 = instance.family == net::Family::Ipv6;
    const std::vector<net::Address> advertised = advertised_addresses(instance);
    wire::Outgoing outgoing = advert(instance, advertised);
    outgoing.source = outgoing.destination = instance.multicast_group;
    return static_cast<std::uint32_t>(wire::encode(outgoing).size() + (v6 ? kIpv6Header : 0));
}

wire::Outgoing advert(const model::Instance& instance, std::span<const net::Address> advertised) {
    wire::Outgoing outgoing;
    outgoing.version = instance.version;
    outgoing.vrid = instance.vrid;
    outgoing.interval = std::chrono::duration_cast<Centiseconds>(instance.advert_interval);
    outgoing.checksum = checksum_form(instance);
    outgoing.auth_type = static_cast<std::uint8_t>(instance.auth_type);
    outgoing.password = instance.auth_pass;
    const model::HmacKey* const key = instance.hmac ? instance.hmac->key(instance.hmac->active_key) : nullptr;
    if (key && instance.hmac->signs())
        outgoing.hmac = {.key_id = key->id, .secret = key->secret.bytes(), .sequence = 0};
    outgoing.ttl = instance.is_unicast() ? instance.unicast_ttl.value_or(255) : std::uint8_t{255};
    outgoing.addresses = advertised;
    return outgoing;
}

}  // namespace understudy::agent
