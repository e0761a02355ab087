// What keepalived takes without a word although it cannot be meant. Nothing is corrected here: the
// configuration runs as it is written.
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "understudy/base/text.hpp"

#include "check.hpp"

namespace understudy::config {

namespace {

constexpr std::uint8_t kShortestWithBroadcast = 30;  // RFC 3021: a /31 has neither network nor broadcast

// The network or broadcast address of its own prefix, or the broadcast address of everywhere.
bool is_broadcast(const net::Prefix& prefix) {
    if (!prefix.address.is_v4()) return false;
    if (prefix.address == net::Address::v4(255, 255, 255, 255)) return true;
    if (prefix.length == 0 || prefix.length > kShortestWithBroadcast) return false;
    std::uint32_t host = 0;
    for (const std::byte octet : prefix.address.bytes())
        host = host << 8 | std::to_integer<std::uint32_t>(octet);
    const std::uint32_t mask = ~std::uint32_t{0} >> prefix.length;
    return (host & mask) == 0 || (host & mask) == mask;
}

std::string_view why_unusable(const model::VirtualAddress& address) {
    const net::Prefix& prefix = address.prefix;
    if (prefix.address.is_unspecified()) return "it means no address at all";
    if (prefix.address.is_multicast()) return address.auto_join ? "" : "it is a multicast group";
    if (prefix.address.is_loopback()) return "it never leaves a host";
    if (is_broadcast(prefix)) return "it means every host, or the network itself";
    return "";
}

class SenseCheck {
public:
    SenseCheck(const CheckContext& context, const std::vector<CheckedInstance>& checked,
               const ScriptIndex& scripts, const model::Config& config)
        : context_(context), diags_(context.diags), checked_(checked), scripts_(scripts), config_(config) {}

    void run() {
        for (std::size_t i = 0; i < checked_.size(); ++i) {
            const InstanceDraft& draft = *checked_[i].draft;
            const model::Instance& instance = config_.instances[i];
            addresses(draft, instance.name);
            own_addresses(draft, instance);
            peers(draft, instance);
            announcing(draft);
        }
        groups();
        scripts();
    }

private:
    using Lengths = std::unordered_map<net::Address, std::uint8_t>;  // of the addresses on an interface

    void addresses(const InstanceDraft& instance, const std::string& name) {
        for (const auto* const list : {&instance.addresses, &instance.excluded_addresses})
            for (const AddressDraft& draft : *list) {
                if (draft.dropped) continue;
                usable(draft);
                unshared(draft, name);
            }
    }

    void usable(const AddressDraft& draft) {
        const std::string_view reason = why_unusable(draft.address);
        if (reason.empty()) return;
        diags_
            .add(Code::UnusableAddress, draft.span,
                 "no host can have the address " + quote(draft.address.prefix.address.to_string()))
            .label(std::string{reason});
    }

    void unshared(const AddressDraft& draft, const std::string& instance) {
        const auto [taken, fresh] = holders_.try_emplace(draft.address.prefix.address, &instance);
        if (fresh || taken->second == &instance) return;
        diags_
            .add(
                Code::SharedAddress, draft.span,
                quote(draft.address.prefix.address.to_string()) + " also belongs to " + quote(*taken->second))
            .label("whichever of the two stops being master takes it from the other");
    }

    // On a reload the interface may hold virtual addresses because this router is master. Those have the
    // prefix length they are written with, so only another length proves that an address is the host's own.
    void own_addresses(const InstanceDraft& written, const model::Instance& instance) {
        if (context_.host == nullptr || written.addresses.empty()) return;
        const bool owner = instance.priority == net::kOwner;
        const Lengths& own = lengths_on(instance.interface, instance.family);
        bool owns_one = false;
        for (const AddressDraft& draft : written.addresses) {
            const net::Prefix& wanted = draft.address.prefix;
            const auto found = own.find(wanted.address);
            if (found == own.end()) continue;
            owns_one = true;
            if (!owner && found->second != wanted.length) overlaps(draft, instance.interface);
        }
        if (owner && !owns_one && has_addresses(instance.interface))
            owns_nothing(written, instance.interface);
    }

    const Lengths& lengths_on(const std::string& link, net::Family family) {
        const auto [known, fresh] = own_[family].try_emplace(link);
        if (fresh)
            for (const net::Prefix& own : context_.host->addresses(link, family))
                known->second.try_emplace(own.address, own.length);
        return known->second;
    }

    bool has_addresses(const std::string& link) {
        return !lengths_on(link, net::Family::Ipv4).empty() || !lengths_on(link, net::Family::Ipv6).empty();
    }

    void overlaps(const AddressDraft& draft, const std::string& link) {
        diags_
            .add(Code::OverlapsOwnAddress, draft.span,
                 quote(draft.address.prefix.address.to_string()) + " is an address of " + quote(link) +
                     " itself")
            .label("this host holds it as backup, too, beside the master")
            .hint("take it from the interface, or give its owner priority 255");
    }

    void owns_nothing(const InstanceDraft& draft, const std::string& interface) {
        const Span span = draft.priority ? draft.priority.span : draft.master.span;
        diags_
            .add(Code::OwnerWithoutAddress, span,
                 "priority 255 is for the owner, but " + quote(interface) + " has none of these addresses")
            .label(draft.priority ? "takes the addresses at once, and from any other router"
                                  : "state MASTER without a priority means 255")
            .hint("use at most 254");
    }

    void peers(const InstanceDraft& draft, const model::Instance& instance) {
        if (instance.source && is_virtual(instance, *instance.source))
            diags_
                .add(Code::SourceIsVirtual, draft.source.span,
                     quote(instance.source->to_string()) + " is a virtual address of this instance")
                .label("a backup doesn't have it, and everybody else takes it for one router");
        std::unordered_map<net::Address, Span> seen;
        for (const PeerDraft& entry : draft.peers) {
            const net::Address& peer = entry.peer.address;
            if (!seen.try_emplace(peer, entry.span).second)
                diags_.add(Code::DuplicatePeer, entry.span, quote(peer.to_string()) + " is listed twice")
                    .label("gets every advert twice");
            else if (is_virtual(instance, peer))
                diags_
                    .add(Code::PeerIsVirtual, entry.span,
                         quote(peer.to_string()) + " is a virtual address of this instance")
                    .label("reaches whoever is master, not a certain router");
            else if (is_self(instance, peer))
                diags_
                    .add(Code::PeerIsSelf, entry.span,
                         quote(peer.to_string()) + " is this router's own address")
                    .label("no other router is there");
        }
    }

    static bool is_virtual(const model::Instance& instance, const net::Address& address) {
        const auto same = [&](const model::VirtualAddress& one) { return one.prefix.address == address; };
        return std::ranges::any_of(instance.addresses, same) ||
               std::ranges::any_of(instance.excluded_addresses, same);
    }

    bool is_self(const model::Instance& instance, const net::Address& address) {
        if (instance.source == address) return true;
        if (context_.host == nullptr) return false;
        const std::vector<net::Prefix> own = context_.host->addresses(instance.interface, address.family());
        return std::ranges::find(own, address, &net::Prefix::address) != own.end();
    }

    void announcing(const InstanceDraft& draft) {
        const AnnounceDraft& own = draft.announcing;
        const Given<seconds>& global = context_.draft.globals.announcing.master_refresh;
        const seconds refresh = own.master_refresh.value_or(global.value_or(seconds{0}));
        if (!own.master_refresh_repeat || refresh > seconds{0}) return;
        diags_
            .add(Code::AnnouncingUnused, own.master_refresh_repeat.span,
                 "garp_master_refresh_repeat needs garp_master_refresh")
            .label("nothing is repeated while the refresh is off");
    }

    void groups() {
        for (const model::SyncGroup& group : config_.sync_groups) {
            std::optional<std::size_t> keeps;
            std::optional<std::size_t> preempts;
            for (const std::size_t member : group.members)
                (config_.instances[member].preempt ? preempts : keeps) = member;
            if (!keeps || !preempts) continue;
            diags_
                .add(Code::MixedPreemption, checked_[*keeps].draft->nopreempt.span,
                     quote(config_.instances[*keeps].name) + " has nopreempt, " +
                         quote(config_.instances[*preempts].name) + " of the same sync group has not")
                .label("keeps all of " + quote(group.name) + " from preempting");
        }
    }

    void scripts() {
        std::unordered_set<std::string_view> tracked;
        for (const InstanceDraft& instance : context_.draft.instances)
            for (const TrackDraft& entry : instance.tracked_scripts) tracked.insert(entry.name);
        for (const GroupDraft& group : context_.draft.groups)
            for (const TrackDraft& entry : group.tracked_scripts) tracked.insert(entry.name);
        for (std::size_t i = 0; i < context_.draft.scripts.size(); ++i) {
            if (!scripts_[i]) continue;  // why it was dropped was already said
            const ScriptDraft& script = context_.draft.scripts[i];
            timeout(script);
            if (tracked.contains(script.name)) continue;
            diags_.add(Code::UnusedScript, script.span, "nothing tracks " + quote(script.name))
                .label(script.is_check ? "it is never asked" : "it never runs")
                .hint("name it in the track_script block of an instance or group");
        }
    }

    void timeout(const ScriptDraft& script) {
        const microseconds interval = script.interval.value_or(seconds{1});
        if (script.timeout.value_or(interval) <= interval) return;
        diags_
            .add(Code::TimeoutPastInterval, script.timeout.span,
                 quote(script.name) + (script.is_check ? " may still wait when its next question is due"
                                                       : " may still run when its next run is due"))
            .label(script.is_check
                       ? "the next question waits for it; silence is noticed only after this time"
                       : "the next run is left out; a hanging script is noticed only after this time")
            .hint("use a timeout of at most the interval");
    }

    const CheckContext& context_;
    Diagnostics& diags_;
    const std::vector<CheckedInstance>& checked_;
    const ScriptIndex& scripts_;
    const model::Config& config_;
    std::map<net::Family, std::unordered_map<std::string, Lengths>> own_;
    std::unordered_map<net::Address, const std::string*> holders_;
};

}  // namespace

void check_sense(const CheckContext& context, const std::vector<CheckedInstance>& checked,
                 const ScriptIndex& scripts, const model::Config& config) {
    SenseCheck{context, checked, scripts, config}.run();
}

}  // namespace understudy::config
