#include "entry.hpp"

#include <algorithm>
#include <array>

#include "understudy/base/text.hpp"

#include "bind_instance.hpp"
#include "prefix_word.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLongestLabel = 15;  // IFNAMSIZ without its terminator
constexpr std::uint8_t kShortestWithoutBroadcast = 31;
constexpr std::int64_t kLargestWeight = 253;

bool needs_value(const Keyword& option) {
    return option.grammar.shape != Shape::Nothing && option.grammar.shape != Shape::Free;
}

// Of something tracked nothing but a weight follows the name: keepalived ignores an entry with anything else.
bool drop_unweighted(Build& build) {
    if (build.tracker == nullptr || build.tracker->weight) return false;
    build.tracker->dropped = true;
    return true;
}

// An entry's options from words[from] on, by the rows of its block.
void read_options(const Block& options, Build& build, const Statement& entry, std::size_t from) {
    for (std::size_t at = from; at < entry.size();) {
        const Word& word = entry.words[at];
        const Keyword* const option = find_keyword(options, word.text);
        if (option == nullptr) {
            Complaint complaint =
                build.diags.add(Code::BadOption, word.span, quote(word.text) + " is not an option");
            const bool drops = drop_unweighted(build);
            complaint.label(drops ? "this entry is ignored; one entry per line"
                                  : "ignored; one entry per line");
            if (const auto meant = closest_keyword(options, word.text))
                complaint.hint("did you mean " + std::string{*meant} + "?");
            ++at;
            continue;
        }
        if (needs_value(*option) && at + 1 >= entry.size()) {
            build.diags.add(Code::BadOption, word.span, std::string{option->name} + " needs a value")
                .label("expected " + option->grammar.to_string() + " after this");
            if (build.address != nullptr) build.address->dropped = true;
            drop_unweighted(build);
            return;
        }
        const std::optional<Parsed> parsed =
            parse_value(option->grammar, option->name, entry, at + 1, build.diags);
        if (parsed && option->bind != nullptr)
            option->bind(build, {entry, parsed->value, parsed->span, option->name});
        if (!option->is_active()) build.inactive.note(option->inactive_feature(), option->name, word.span);
        at += 1 + (parsed ? parsed->used : 1);
    }
}

// The kernel makes the prefix length one of the peer, and a link with two ends has no broadcast address.
void settle_peer(Build& build, AddressDraft& draft) {
    model::VirtualAddress& address = draft.address;
    if (!address.peer) return;
    const std::uint8_t full = net::full_length(address.prefix.address.family());
    if (address.prefix.length != full)
        build.diags.add(Code::ValueCorrected, draft.span, "an address with a peer has no prefix length")
            .label("/" + std::to_string(full) + " is used");
    if (address.broadcast)
        build.diags.add(Code::ValueCorrected, draft.span, "an address with a peer has no broadcast address")
            .label("brd is ignored");
    address.prefix.length = full;
    address.broadcast.reset();
}

// The kernel refuses a whole address for it.
void settle_auto_join(Build& build, AddressDraft& draft) {
    const net::Address& address = draft.address.prefix.address;
    if (!draft.address.auto_join || address.is_multicast()) return;
    build.diags
        .add(Code::AutojoinIgnored, draft.span,
             quote(address.to_string()) + " is no group that can be joined")
        .label("autojoin is ignored");
    draft.address.auto_join = false;
}

std::optional<AddressDraft> read_address(Build& build, const Statement& entry, bool is_static = false) {
    const Word& first = entry.keyword();
    const std::optional<net::Prefix> prefix = read_prefix(first, build.diags);
    if (!prefix) return std::nullopt;
    AddressDraft draft;
    draft.is_static = is_static;
    draft.address.prefix = *prefix;
    draft.span = first.span;
    build.address = &draft;
    read_options(kVirtualAddresses, build, entry, 1);
    build.address = nullptr;
    settle_peer(build, draft);
    settle_auto_join(build, draft);
    // An IPv6 host address is not to be chosen as a source address, so it is deprecated from the start.
    const bool host_address =
        prefix->address.is_v6() && draft.address.prefix.length == net::full_length(net::Family::Ipv6);
    if (host_address && !draft.lifetime_given) draft.address.preferred_lifetime = seconds{0};
    if (draft.dropped) return std::nullopt;
    return draft;
}

void add_tracker(std::vector<TrackDraft>& trackers, const Block& options, Build& build,
                 const Statement& entry) {
    TrackDraft draft;
    draft.name = entry.keyword().text;
    draft.span = entry.keyword().span;
    build.tracker = &draft;
    read_options(options, build, entry, 1);
    build.tracker = nullptr;
    if (!draft.dropped) trackers.push_back(std::move(draft));
}

// A weight of its own may be turned around, not one that the entry only inherits.
bool may_turn(Build& build, const Argument& argument) {
    if (!drop_unweighted(build)) return true;
    const std::string keyword{argument.keyword};
    build.diags.add(Code::BadOption, argument.span, keyword + " has no weight before it")
        .label("this entry is ignored")
        .hint("write weight NUMBER " + keyword + "; weight 0 means FAULT instead of another priority");
    return false;
}

bool refuse_for_ipv6(Build& build, const Argument& argument, Code code) {
    if (build.address->address.prefix.address.is_v4()) return false;
    build.diags.add(code, argument.span, std::string{argument.keyword} + " is for IPv4 addresses only")
        .label("ignored");
    return true;
}

// The address with all host bits set or cleared.
net::Address host_bits(const net::Prefix& prefix, bool on) {
    std::array<std::byte, 4> octets{};
    std::ranges::copy(prefix.address.bytes(), octets.begin());
    for (std::size_t bit = prefix.length; bit < 32; ++bit) {
        const auto mask = static_cast<std::byte>(0x80u >> (bit % 8));
        octets[bit / 8] = on ? octets[bit / 8] | mask : octets[bit / 8] & ~mask;
    }
    return *net::Address::from_bytes(octets);
}

}  // namespace

void add_virtual_address(Build& build, const Statement& entry) {
    auto address = read_address(build, entry);
    InstanceDraft& instance = build.draft.instances.back();
    if (!address) {
        instance.refused.emplace_back("virtual_ipaddress");
        return;
    }
    const bool same = same_family(build, address->address.prefix.address, address->span);
    (same ? instance.addresses : instance.other.addresses).push_back(std::move(*address));
}

void add_excluded_address(Build& build, const Statement& entry) {
    if (auto address = read_address(build, entry))
        build.draft.instances.back().excluded_addresses.push_back(std::move(*address));
}

bool want_unicast(Build& build, const Statement& header) {
    build.draft.instances.back().unicast_wanted.give(true, header.keyword().span);
    return true;
}

void add_unicast_peer(Build& build, const Statement& entry) {
    const Word& first = entry.keyword();
    const auto address = net::Address::parse(first.text);
    if (!address) {
        build.diags.add(Code::BadAddress, first.span, quote(first.text) + " is not an address")
            .label("this peer is ignored");
        return;
    }
    InstanceDraft& instance = build.draft.instances.back();
    const bool same = same_family(build, *address, first.span);
    PeerDraft draft{{*address, std::nullopt, std::nullopt}, first.span};
    build.peer = &draft;
    read_options(kUnicastPeers, build, entry, 1);
    build.peer = nullptr;
    if (draft.peer.min_ttl.value_or(0) > draft.peer.max_ttl.value_or(255))
        build.diags.add(Code::EmptyTtlRange, first.span, "min_ttl is above max_ttl")
            .label("every advert of this peer will be discarded");
    (same ? instance.peers : instance.other.peers).push_back(draft);
}

void track_link_in_instance(Build& build, const Statement& entry) {
    add_tracker(build.draft.instances.back().tracked_links, kInstanceTrackInterface, build, entry);
}

void track_script_in_instance(Build& build, const Statement& entry) {
    add_tracker(build.draft.instances.back().tracked_scripts, kInstanceTrackScript, build, entry);
}

void track_link_in_group(Build& build, const Statement& entry) {
    add_tracker(build.draft.groups.back().tracked_links, kGroupTrackInterface, build, entry);
}

void track_script_in_group(Build& build, const Statement& entry) {
    add_tracker(build.draft.groups.back().tracked_scripts, kGroupTrackScript, build, entry);
}

void add_members(Build& build, const Statement& entry) {
    for (const Word& word : entry.words)
        build.draft.groups.back().members.push_back({std::string{word.text}, word.span});
}

void track_file_in_instance(Build& build, const Statement& entry) {
    add_tracker(build.draft.instances.back().tracked_files, kInstanceTrackFile, build, entry);
}

void track_process_in_instance(Build& build, const Statement& entry) {
    add_tracker(build.draft.instances.back().tracked_processes, kInstanceTrackProcess, build, entry);
}

void track_bfd_in_instance(Build& build, const Statement& entry) {
    add_tracker(build.draft.instances.back().tracked_bfd_sessions, kInstanceTrackBfd, build, entry);
}

void track_file_in_group(Build& build, const Statement& entry) {
    add_tracker(build.draft.groups.back().tracked_files, kGroupTrackFile, build, entry);
}

void track_process_in_group(Build& build, const Statement& entry) {
    add_tracker(build.draft.groups.back().tracked_processes, kGroupTrackProcess, build, entry);
}

void track_bfd_in_group(Build& build, const Statement& entry) {
    add_tracker(build.draft.groups.back().tracked_bfd_sessions, kGroupTrackBfd, build, entry);
}

void add_static_address(Build& build, const Statement& entry) {
    if (auto address = read_address(build, entry, true))
        build.draft.static_addresses.push_back(std::move(*address));
}

void set_address_dev(Build& build, const Argument& argument) {
    build.address->dev.give(std::string{std::get<std::string_view>(argument.value)}, argument.span);
}

void set_address_scope(Build& build, const Argument& argument) {
    if (refuse_for_ipv6(build, argument, Code::OptionIgnored)) return;
    const std::string_view text = std::get<std::string_view>(argument.value);
    if (const auto scope = parse_scope(text)) {
        build.address->address.scope = *scope;
        return;
    }
    build.diags.add(Code::BadScope, argument.span, quote(text) + " is not a scope")
        .label("expected site, link, host, nowhere, global or 0 to 255");
}

void set_address_broadcast(Build& build, const Argument& argument) {
    const std::string_view text = std::get<std::string_view>(argument.value);
    model::VirtualAddress& address = build.address->address;
    if (refuse_for_ipv6(build, argument, Code::Ipv4OnlyOption)) {
        build.address->dropped = true;
        return;
    }
    const bool computed = text == "+" || text == "-";
    const auto written = net::Address::parse(text);
    if (computed && address.prefix.length < kShortestWithoutBroadcast) {
        address.broadcast = host_bits(address.prefix, text == "+");
    } else if (!computed && written && written->is_v4()) {
        address.broadcast = written;
    } else {
        build.diags.add(Code::BadAddress, argument.span, quote(text) + " is not a broadcast address")
            .label(computed ? "needs a prefix shorter than 31; ignored" : "expected an IPv4 address, + or -");
    }
}

void set_address_label(Build& build, const Argument& argument) {
    if (refuse_for_ipv6(build, argument, Code::OptionIgnored)) return;
    const std::string_view label = std::get<std::string_view>(argument.value);
    build.address->address.label = label;
    if (label.size() <= kLongestLabel) return;
    build.diags.add(Code::BadLabel, argument.span, quote(label) + " is too long for a label")
        .label("at most 15 characters; this address is dropped");
    build.address->dropped = true;
}

void set_address_peer(Build& build, const Argument& argument) {
    const std::string_view text = std::get<std::string_view>(argument.value);
    const auto peer = net::Address::parse(text);
    if (peer && peer->family() == build.address->address.prefix.address.family()) {
        build.address->address.peer = peer;
        return;
    }
    build.diags.add(Code::BadAddress, argument.span, quote(text) + " is not a peer of this address")
        .label("expected an address of the same family, without a prefix length");
}

void set_address_vmac(Build& build, const Argument& argument) {
    build.address->address.use_vmac = !build.address->is_static;
    if (!build.address->is_static) return;
    build.diags.add(Code::BadOption, argument.span, "a static address has no virtual MAC").label("ignored");
}

void set_address_track_group(Build& build, const Argument& argument) {
    if (build.address->is_static) {
        build.address->track_group.give(std::string{std::get<std::string_view>(argument.value)},
                                        argument.span);
        return;
    }
    build.diags.add(Code::BadOption, argument.span, "a virtual address has no track_group")
        .label("ignored: it is for static_ipaddress");
}

void set_address_lifetime(Build& build, const Argument& argument) {
    const std::string_view text = std::get<std::string_view>(argument.value);
    const auto time = parse_number<std::uint32_t>(text);
    if (time) build.address->address.preferred_lifetime = seconds{*time};
    if (text == "forever") build.address->address.preferred_lifetime.reset();
    build.address->lifetime_given = time || text == "forever";
    if (!build.address->lifetime_given)
        build.diags.add(Code::BadInterval, argument.span, quote(text) + " is not a lifetime")
            .label("expected forever or a number of seconds");
}

void set_peer_min_ttl(Build& build, const Argument& argument) {
    build.peer->peer.min_ttl = static_cast<std::uint8_t>(std::get<std::int64_t>(argument.value));
}

void set_peer_max_ttl(Build& build, const Argument& argument) {
    build.peer->peer.max_ttl = static_cast<std::uint8_t>(std::get<std::int64_t>(argument.value));
}

// 254 was a weight once; keepalived takes it as the largest.
void set_tracker_weight(Build& build, const Argument& argument) {
    const std::int64_t weight = std::get<std::int64_t>(argument.value);
    const std::int64_t used = std::clamp(weight, -kLargestWeight, kLargestWeight);
    build.tracker->weight = static_cast<std::int16_t>(used);
    if (used != weight)
        build.diags.add(Code::ValueCorrected, argument.span, "a weight cannot be beyond 253")
            .label(std::to_string(used) + " is used");
}

void set_wide_weight(Build& build, const Argument& argument) {
    build.tracker->weight = static_cast<std::int16_t>(std::get<std::int64_t>(argument.value));
}

void set_tracker_reverse(Build& build, const Argument& argument) {
    if (may_turn(build, argument)) build.tracker->reverse = true;
}

void set_tracker_noreverse(Build& build, const Argument& argument) {
    if (may_turn(build, argument)) build.tracker->reverse = false;
}

}  // namespace understudy::config
