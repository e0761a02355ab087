// Interfaces with virtual MACs: which addresses and adverts are on them, and how an instance does without
// one.
#include <algorithm>

#include "core.hpp"
#include "kernel_objects.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

net::Mac mac_of(const model::Instance& asked, net::Family family) {
    if (asked.virtual_mac && asked.virtual_mac->mac) return *asked.virtual_mac->mac;
    return net::virtual_mac(family, asked.vrid);
}

bool has_own_link(const model::Instance& asked) { return asked.virtual_mac || asked.ipvlan; }

bool is_on_own_link(const model::Instance& asked, const std::string& dev, net::Family family) {
    return has_own_link(asked) && dev == asked.interface && family == asked.family;
}

}  // namespace

std::optional<desired::LinkWish> Agent::Core::wish_for(const VirtualRouter& router, const std::string& dev,
                                                       net::Family family) const {
    const net::Link* const base = links.find(dev);
    if (!base || base->loopback) return std::nullopt;
    const model::Instance& asked = router.settings;
    desired::LinkWish wish;
    wish.base = base->index;
    wish.base_name = base->name;
    wish.mac = mac_of(asked, family);
    wish.carries_v4 = family == net::Family::Ipv4;
    wish.carries_v6 = family == net::Family::Ipv6;
    wish.family = family;
    wish.vrid = asked.vrid;
    wish.prefix = config->globals.vmac_prefix;
    if (is_on_own_link(asked, dev, family) && asked.ipvlan) {
        wish.ipvlan = asked.ipvlan->mode;
        wish.name = asked.ipvlan->name;
        wish.group = asked.ipvlan->group;
    } else if (is_on_own_link(asked, dev, family)) {
        wish.name = asked.virtual_mac->name;
        wish.group = asked.virtual_mac->group;
    } else if (!config->globals.vmac_address_prefix.empty()) {
        wish.prefix = config->globals.vmac_address_prefix;
    }
    return wish;
}

std::optional<desired::LinkWish> Agent::Core::own_wish(const VirtualRouter& router) const {
    const model::Instance& asked = router.settings;
    if (!has_own_link(asked)) return std::nullopt;
    return wish_for(router, asked.interface, asked.family);
}

// The instance's own for its family on its interface; for others only if asked for, because the MAC of the
// standard is another for the other family.
std::optional<desired::LinkWish> Agent::Core::carrier_wish(const VirtualRouter& router,
                                                           const model::VirtualAddress& address) const {
    const model::Instance& asked = router.settings;
    const net::Family family = address.prefix.address.family();
    const bool elsewhere = address.dev != asked.interface || family != asked.family;
    const bool wanted = is_on_own_link(asked, address.dev, family) || address.use_vmac ||
                        (asked.virtual_mac_for_addresses && elsewhere);
    return wanted ? wish_for(router, address.dev, family) : std::nullopt;
}

// What its adverts come from, once there is an ipvlan to hold it.
std::optional<net::InterfaceAddress> Agent::Core::ipvlan_address(const VirtualRouter& router) const {
    const std::optional<model::Ipvlan>& asked = router.settings.ipvlan;
    const std::optional<desired::LinkWish> own = own_wish(router);
    if (!asked || !asked->address || !own || router.leaving) return std::nullopt;
    const desired::LinkStanding standing = virtual_links.standing(own->base, own->mac);
    if (!standing.index) return std::nullopt;
    model::VirtualAddress address;
    address.prefix = *asked->address;
    return on_link(address, *standing.index);
}

void Agent::Core::wish_links(VirtualRouter& router) {
    if (stopping) return;
    std::vector<desired::LinkWish> wishes;
    if (auto own = own_wish(router)) wishes.push_back(*std::move(own));
    for (const auto* list : {&router.settings.addresses, &router.settings.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (auto wish = carrier_wish(router, address)) wishes.push_back(*std::move(wish));
    virtual_links.want(router.id, wishes);
}

// Where adverts leave and are heard.
std::optional<net::LinkIndex> Agent::Core::advert_link(const VirtualRouter& router) const {
    const std::optional<desired::LinkWish> own = own_wish(router);
    if (!own || router.settings.adverts_from_base_interface) return router.base;
    const desired::LinkStanding standing = virtual_links.standing(own->base, own->mac);
    return standing.ready ? standing.index : std::nullopt;
}

// One that a predecessor has left is known before it is configured: what is still on it is a left-over.
const net::Link* Agent::Core::carrier(const VirtualRouter& router,
                                      const model::VirtualAddress& address) const {
    const std::optional<desired::LinkWish> wish = carrier_wish(router, address);
    if (!wish) return links.find(address.dev);
    const desired::LinkStanding standing = virtual_links.standing(wish->base, wish->mac);
    if (!standing.index || (standing.was_ready && !standing.ready)) return nullptr;
    return links.find(*standing.index);
}

// While one is put back that somebody has deleted, or made for the first time after a reload, the instance
// goes on: it takes a moment, a failover more.
void Agent::Core::assess_virtual_link(const VirtualRouter& router, Assessment& assessment) const {
    const std::optional<desired::LinkWish> own = own_wish(router);
    if (!own) return;
    const desired::LinkStanding standing = virtual_links.standing(own->base, own->mac);
    if (standing.ready) return;
    const bool failed = standing.error != 0 || standing.name_taken;
    if (!failed && router.role() == vrrp::Role::Idle) assessment.undecided = true;
    if (!failed && (standing.was_ready || router.role() != vrrp::Role::Fault)) return;
    assessment.faults.push_back({words::virtual_link_missing(standing, own->base_name)});
}

void Agent::Core::settle_links() {
    if (!pictured) return;
    if (stopping && !keeping_addresses && in_flight.empty() && unsettled.empty()) {
        filter_due = true;
        for (const auto& router : routers) virtual_links.want(router->id, {});
    }
    if (!keeping_addresses)
        if (std::vector<desired::LinkChange> changes = virtual_links.take_changes(now); !changes.empty())
            actions.push_back(ChangeLinks{std::move(changes)});
    for (const desired::LinkFinding& finding : virtual_links.take_findings())
        tell(words::virtual_link(finding));
    rebind(virtual_links.take_touched());
    deadlines.set({AlarmKind::VirtualLinks, 0}, keeping_addresses ? std::nullopt : virtual_links.deadline());
}

void Agent::Core::rebind(const std::set<desired::Owner>& touched) {
    if (touched.empty()) return;
    filter_due = true;
    for (const desired::Owner owner : touched) {
        VirtualRouter* const router = find_router(owner);
        if (!router || router->leaving) continue;
        bind(*router);
        choose_source(*router);
    }
    bind_statics();
    index_receivers();
    listen();
    for (const desired::Owner owner : touched)
        if (VirtualRouter* const router = find_router(owner)) evaluate(*router);
}

void Agent::Core::on(const LinksAnswered& event) { virtual_links.answered(event.errors, now); }

}  // namespace understudy::agent
