// Kernel settings, each only where the configuration makes it matter.
#include <fmt/format.h>

#include <algorithm>

#include "rules.hpp"

namespace understudy::doctor {

namespace {

constexpr int kStrict = 1;           // of rp_filter
constexpr int kOnlySameNetwork = 2;  // of arp_ignore
constexpr int kNever = 8;
constexpr int kOnlyOwn = 2;  // of arp_announce

std::string remedy_of_source_check(const std::string& interface) {
    return fmt::format("net.ipv4.conf.{}.rp_filter = 2 (the kernel takes the higher of it and of all)",
                       interface);
}

void check_way_of_peers(const Case& c, const model::Instance& instance) {
    if (c.higher_setting(instance.interface, "rp_filter") != kStrict) return;
    for (const model::UnicastPeer& peer : instance.unicast_peers) {
        const auto way = c.facts.way_to.find(peer.address);
        if (way == c.facts.way_to.end() || way->second == instance.interface) continue;
        c.add(Code::SourceCheckDropsPeer, instance.name,
              fmt::format("adverts of {} that come in by {} are dropped: the route to it leads over {}",
                          peer.address.to_string(), instance.interface, way->second),
              remedy_of_source_check(instance.interface) + ", or a route to the peer by that interface");
    }
}

// Another interface in the same network as this address; null: there is none.
const Interface* twin(const Case& c, const std::string& interface, const net::Address& address) {
    for (const Interface& other : c.facts.interfaces) {
        if (other.link.name == interface || !other.link.admin_up || other.link.loopback) continue;
        // The virtual MAC's interface is settled by the daemon itself.
        if (other.link.is_virtual()) continue;
        for (const net::Prefix& prefix : other.addresses)
            if (prefix.length < net::full_length(address.family()) && prefix.contains(address)) return &other;
    }
    return nullptr;
}

void check_twins(const Case& c, const model::Instance& instance) {
    const Interface* const own = c.interface(instance.interface);
    if (own == nullptr || instance.family != net::Family::Ipv4) return;
    if (c.higher_setting(instance.interface, "rp_filter") != kStrict) return;
    for (const net::Prefix& prefix : own->addresses) {
        if (!prefix.address.is_v4()) continue;
        if (const Interface* const other = twin(c, instance.interface, prefix.address))
            c.add(Code::SourceCheckOfTwins, instance.interface,
                  fmt::format("{} and {} are both in the network of {}, and rp_filter is 1",
                              instance.interface, other->link.name, prefix.to_string()),
                  remedy_of_source_check(instance.interface));
    }
}

void check_answers(const Case& c, const model::Instance& instance, const model::VirtualAddress& address) {
    if (!address.prefix.address.is_v4() || address.dev.empty()) return;
    const std::string heard_on = instance.interface.empty() ? address.dev : instance.interface;
    const auto ignore = c.higher_setting(heard_on, "arp_ignore");
    if (!ignore) return;
    const std::string which = address.prefix.address.to_string();
    const std::string setting = fmt::format("net.ipv4.conf.{}.arp_ignore", heard_on);
    if (*ignore >= kNever || (*ignore == kOnlySameNetwork && address.prefix.length == 32))
        return c.add(Code::ArpUnanswered, which,
                     fmt::format("arp_ignore is {} on {}, so the kernel {}", *ignore, heard_on,
                                 *ignore >= kNever ? "never answers for local addresses"
                                                   : "answers only askers of the network of the address, and "
                                                     "a /32 has nobody in it"),
                     setting + " = 0 or 1 (and that of all)");
    if (*ignore >= 1 && address.dev != heard_on && !address.use_vmac && !instance.virtual_mac)
        c.add(Code::ArpUnanswered, which,
              fmt::format(
                  "{} is put on {}, and arp_ignore is {} on {}: the kernel answers only for addresses of "
                  "the interface that a question comes in by",
                  which, address.dev, *ignore, heard_on),
              setting + " = 0 (and that of all)");
}

// Not with a virtual MAC: then the daemon sees to it that each answers for its own.
void check_answering_twin(const Case& c, const model::Instance& instance,
                          const model::VirtualAddress& address) {
    if (!address.prefix.address.is_v4() || address.dev.empty() || instance.virtual_mac || address.use_vmac)
        return;
    const Interface* const other = twin(c, address.dev, address.prefix.address);
    if (other == nullptr || c.higher_setting(other->link.name, "arp_ignore") != 0) return;
    if (c.higher_setting(other->link.name, "arp_filter").value_or(1) != 0) return;
    c.add(Code::ArpAnsweredByTwin, address.prefix.address.to_string(),
          fmt::format("it is put on {}, and {} is in the same network with arp_ignore 0", address.dev,
                      other->link.name),
          fmt::format("net.ipv4.conf.{}.arp_ignore = 1", other->link.name));
}

// With a virtual MAC the daemon settles the interface below; others of the same network are left.
void check_announcing_twin(const Case& c, const model::Instance& instance,
                           const model::VirtualAddress& address) {
    if (!address.prefix.address.is_v4() || address.dev.empty()) return;
    const bool has_own_mac = instance.virtual_mac || address.use_vmac;
    const Interface* const other =
        twin(c, has_own_mac ? instance.interface : address.dev, address.prefix.address);
    if (other == nullptr) return;
    const auto announce = c.higher_setting(other->link.name, "arp_announce");
    if (!announce || *announce >= kOnlyOwn) return;
    c.add(Code::ArpAnnouncedByTwin, address.prefix.address.to_string(),
          fmt::format("it is put on {}, and {} is in the same network with arp_announce {}", address.dev,
                      other->link.name, *announce),
          fmt::format("net.ipv4.conf.{}.arp_announce = 2", other->link.name));
}

void check_ipv6(const Case& c, const model::VirtualAddress& address) {
    if (!address.prefix.address.is_v6() || address.dev.empty()) return;
    const std::string path = "net/ipv6/conf/" + address.dev + "/disable_ipv6";
    if (c.setting(path) != 1) return;
    c.add(Code::Ipv6Disabled, address.dev,
          fmt::format("IPv6 is switched off on {}, which is to hold {}", address.dev,
                      address.prefix.address.to_string()),
          fmt::format("net.ipv6.conf.{}.disable_ipv6 = 0", address.dev));
}

// A program that is tracked runs on the backup as well, without the address.
void check_nonlocal_bind(const Case& c, const model::Instance& instance) {
    if (instance.tracked_processes.empty()) return;
    for (const model::VirtualAddress& address : instance.addresses) {
        const bool v4 = address.prefix.address.is_v4();
        const std::string path = fmt::format("net/{}/ip_nonlocal_bind", v4 ? "ipv4" : "ipv6");
        if (c.setting(path) != 0) continue;
        c.add(Code::NonlocalBindOff, instance.name,
              fmt::format(
                  "{} tracks a process that has to run on the backup as well, and net.{}.ip_nonlocal_bind "
                  "is 0",
                  instance.name, v4 ? "ipv4" : "ipv6"),
              fmt::format("net.{}.ip_nonlocal_bind = 1 if the process listens on {} by itself",
                          v4 ? "ipv4" : "ipv6", address.prefix.address.to_string()));
        return;
    }
}

}  // namespace

void check_settings(const Case& c) {
    for (const model::Instance& instance : c.instances()) {
        check_way_of_peers(c, instance);
        check_twins(c, instance);
        check_nonlocal_bind(c, instance);
        for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
            for (const model::VirtualAddress& address : *list) {
                check_answers(c, instance, address);
                check_answering_twin(c, instance, address);
                check_announcing_twin(c, instance, address);
                check_ipv6(c, address);
            }
    }
}

}  // namespace understudy::doctor
