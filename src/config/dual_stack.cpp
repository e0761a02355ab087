#include "dual_stack.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kTwinSuffix = "-v6";
constexpr std::string_view kGroupSuffix = "-dual";

void refuse_others(InstanceDraft& instance, Diagnostics& diags) {
    for (const OtherFamily::Mention& mention : instance.other.mentions)
        diags
            .add(Code::FamilyMix, mention.span,
                 quote(mention.address.to_string()) + " is of the other family; it is ignored")
            .label(quote(instance.name) + " is " + std::string{net::name(*instance.family)} +
                   ", as its first address is")
            .hint(
                "give the instance dual_stack, or put the address into virtual_ipaddress_excluded or into "
                "another instance");
    if (!instance.other.addresses.empty()) instance.refused.emplace_back("virtual_ipaddress");
    instance.other = {};
}

void exchange_families(InstanceDraft& instance) {
    std::swap(instance.source, instance.other.source);
    std::swap(instance.multicast_group, instance.other.multicast_group);
    std::swap(instance.peers, instance.other.peers);
    std::swap(instance.addresses, instance.other.addresses);
}

std::vector<AddressDraft> without(net::Family family, std::vector<AddressDraft> addresses) {
    std::erase_if(addresses, [family](const AddressDraft& draft) {
        return draft.address.prefix.address.family() == family;
    });
    return addresses;
}

// Its name must be nobody else's: it appears in logs, in `status`, and in the lines of notify pipes.
std::string free_name(const std::unordered_map<std::string, std::size_t>& taken, const std::string& name,
                      std::string_view suffix) {
    std::string made = name + std::string{suffix};
    while (taken.contains(made)) made += suffix;
    return made;
}

// The IPv6 half. It does what the IPv4 half does, but for what can only be once: programs and mail, routes
// and rules, the name and MAC address of a virtual link. Version 3 is the only one that carries IPv6, and it
// has no authentication.
InstanceDraft twin_of(const InstanceDraft& instance, std::size_t index) {
    InstanceDraft twin = instance;
    twin.twin_of = index;
    twin.family = net::Family::Ipv6;
    exchange_families(twin);
    twin.excluded_addresses = without(net::Family::Ipv4, std::move(twin.excluded_addresses));
    twin.version = {};
    twin.auth_type = {};
    twin.auth_pass = {};
    twin.routes.clear();
    twin.rules.clear();
    twin.notify = {};
    twin.notify.mail.give(false, instance.span);
    if (twin.virtual_mac) twin.virtual_mac.value->link.name.clear();
    if (twin.virtual_mac) twin.virtual_mac.value->link.mac.reset();
    if (twin.ipvlan) twin.ipvlan.value->name.clear();
    if (twin.ipvlan) twin.ipvlan.value->address.reset();
    twin.other = {};
    return twin;
}

class DualStack {
public:
    DualStack(Draft& draft, Diagnostics& diags) : draft_(draft), diags_(diags) {}

    void split(std::size_t index) {
        InstanceDraft& instance = draft_.instances[index];
        if (instance.addresses.empty() || instance.other.addresses.empty()) {
            diags_
                .add(Code::DualStackUnused, instance.dual_stack.span,
                     quote(instance.name) + " has no virtual addresses of both families")
                .label("ignored: it is one virtual router");
            return refuse_others(instance, diags_);
        }
        if (instance.family == net::Family::Ipv6) exchange_families(instance);
        instance.family = net::Family::Ipv4;
        if (instance.ipvlan && instance.ipvlan->address && instance.ipvlan->address->address.is_v6())
            instance.ipvlan.value->address.reset();
        InstanceDraft twin = twin_of(instance, index);
        twin.name = free_name(draft_.instance_names, instance.name, kTwinSuffix);
        instance.excluded_addresses = without(net::Family::Ipv6, std::move(instance.excluded_addresses));
        instance.other = {};
        join(instance, twin.name);
        draft_.instance_names.emplace(twin.name, draft_.instances.size());
        draft_.instances.push_back(std::move(twin));
    }

private:
    void join(const InstanceDraft& instance, const std::string& twin) {
        for (GroupDraft& group : draft_.groups) {
            const auto member = std::ranges::find(group.members, instance.name, &MemberDraft::name);
            if (member == group.members.end()) continue;
            group.members.insert(member + 1, {twin, member->span});
            return;
        }
        GroupDraft made;
        made.name = draft_.group_names.contains(instance.name)
                        ? free_name(draft_.group_names, instance.name, kGroupSuffix)
                        : instance.name;
        made.span = instance.span;
        made.order = instance.order;
        made.is_written = false;
        made.notify.mail.give(false, instance.span);  // the first half has all of them
        made.members = {{instance.name, instance.span}, {twin, instance.span}};
        // Both track the same, so weights cannot part them.
        made.tracking_weight.give(true, instance.dual_stack.span);
        draft_.group_names.emplace(made.name, draft_.groups.size());
        draft_.groups.push_back(std::move(made));
    }

    Draft& draft_;
    Diagnostics& diags_;
};

}  // namespace

void settle_families(Draft& draft, Diagnostics& diags) {
    DualStack dual_stack{draft, diags};
    const std::size_t written = draft.instances.size();
    for (std::size_t i = 0; i < written; ++i) {
        if (draft.instances[i].dual_stack.value_or(false))
            dual_stack.split(i);
        else
            refuse_others(draft.instances[i], diags);
    }
}

}  // namespace understudy::config
