// Whether the interfaces are there, can carry adverts and addresses, and are left alone by others.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "understudy/agent/protocol.hpp"

#include "rules.hpp"

namespace understudy::doctor {

namespace {

void check_state(const Case& c, const model::Instance& instance, const net::Link& link) {
    if (!link.admin_up)
        return c.add(Code::InterfaceDown, link.name, fmt::format("{} is down", link.name),
                     fmt::format("ip link set {} up, and have the host do so at its start", link.name));
    if (!link.running)
        c.add(Code::NoCarrier, link.name, fmt::format("{} is up, but has no carrier", link.name),
              "look at the cable, the switch port or the interface below");
    if (!instance.is_unicast() && !link.multicast)
        c.add(Code::NoMulticast, link.name,
              fmt::format("{} has no multicast, and {} sends its adverts to {}", link.name, instance.name,
                          instance.multicast_group.to_string()),
              fmt::format("ip link set {} multicast on, or unicast_src_ip and unicast_peer on all hosts",
                          link.name));
}

// An address that could be a source: not one that comes and goes with the role.
bool is_own(const model::Instance& instance, const net::Address& address) {
    if (address.family() != instance.family) return false;
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        if (std::ranges::any_of(*list, [&](const auto& entry) { return entry.prefix.address == address; }))
            return false;
    return address.is_v4() || address.is_link_local();
}

void check_source(const Case& c, const model::Instance& instance, const Interface& interface) {
    if (const auto& source = instance.source) {
        if (!c.holds(*source))
            c.add(Code::SourceElsewhere, instance.name,
                  fmt::format("no interface here has {}, which is given as the source of adverts",
                              source->to_string()),
                  "correct unicast_src_ip or mcast_src_ip, or give this host the address");
        return;
    }
    if (instance.ipvlan) return;  // it brings its own
    const bool has_one = std::ranges::any_of(
        interface.addresses, [&](const net::Prefix& prefix) { return is_own(instance, prefix.address); });
    if (has_one) return;
    const bool v4 = instance.family == net::Family::Ipv4;
    c.add(Code::NoAddress, instance.name,
          fmt::format("{} has no {} address of its own to send adverts from", interface.link.name,
                      v4 ? "IPv4" : "link-local IPv6"),
          v4 ? "give it one that does not move, or mcast_src_ip"
             : "switch IPv6 on for it (net.ipv6.conf.*.disable_ipv6, addr_gen_mode)");
}

void check_size(const Case& c, const model::Instance& instance, const net::Link& link) {
    const std::uint32_t size = agent::advert_size(instance);
    if (size <= link.mtu) return;
    c.add(Code::AdvertTooLong, instance.name,
          fmt::format("an advert with {} addresses has {} octets, and {} takes {} (its MTU)",
                      instance.addresses.size(), size, link.name, link.mtu),
          "move addresses to virtual_ipaddress_excluded on all hosts, or raise the MTU");
}

std::string remedy_for_manager(const Manager& manager, const std::string& interface) {
    if (manager.name == "NetworkManager")
        return fmt::format(
            "have it leave the interface alone: [keyfile] unmanaged-devices=interface-name:{} in "
            "/etc/NetworkManager/conf.d/understudy.conf",
            interface);
    return fmt::format("KeepConfiguration=static in [Network] of {}",
                       manager.file.empty() ? "its .network file" : manager.file);
}

void check_manager(const Case& c, const Interface& interface) {
    if (!interface.manager || interface.manager->keeps_addresses) return;
    c.add(Code::ManagerDeletesAddresses, interface.link.name,
          fmt::format("{} manages {}", interface.manager->name, interface.link.name),
          remedy_for_manager(*interface.manager, interface.link.name));
}

// Those of adverts and those of addresses.
std::set<std::string> interfaces_of(const model::Instance& instance) {
    std::set<std::string> names;
    if (!instance.interface.empty()) names.insert(instance.interface);
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (!address.dev.empty()) names.insert(address.dev);
    return names;
}

void report_absent(const Case& c, const std::string& name, const model::Instance& instance) {
    std::string message = fmt::format("there is no interface {}, which {} needs", name, instance.name);
    if (c.loaded.config.globals.dynamic_interfaces)
        c.add(Code::InterfaceAwaited, name, std::move(message),
              "nothing, if the host makes the interface later; else correct the name");
    else
        c.add(Code::InterfaceMissing, name, std::move(message),
              "correct the name, or have the host make the interface before the daemon starts");
}

}  // namespace

void check_interfaces(const Case& c) {
    if (c.facts.interfaces.empty()) return;  // not even lo: they could not be read
    for (const model::Instance& instance : c.instances()) {
        for (const std::string& name : interfaces_of(instance)) {
            const Interface* const interface = c.interface(name);
            if (interface == nullptr)
                report_absent(c, name, instance);
            else
                check_manager(c, *interface);
        }
        const Interface* const own = c.interface(instance.interface);
        if (own == nullptr) continue;
        check_state(c, instance, own->link);
        check_source(c, instance, *own);
        check_size(c, instance, own->link);
    }
}

}  // namespace understudy::doctor
