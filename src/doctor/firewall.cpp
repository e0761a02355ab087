#include "understudy/doctor/firewall.hpp"

#include <algorithm>
#include <array>

#include "understudy/base/text.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::doctor {

namespace {

using Field = Condition::Field;
using Action = Rule::Action;
using Verdict = Passage::Verdict;

enum class Match : std::uint8_t { No, Perhaps, Yes };

constexpr int kDeepest = 16;  // the kernel's own limit of jumps

Match matching(bool yes) { return yes ? Match::Yes : Match::No; }

Match protocol_fits(const std::string& value, const Packet& packet) {
    if (value == "vrrp") return matching(packet.protocol == net::kVrrpProtocol);
    if (value == "ah") return matching(packet.protocol == net::kAhProtocol);
    if (const std::size_t dash = value.find('-'); dash != std::string::npos) {
        const auto low = parse_number<unsigned>(std::string_view{value}.substr(0, dash));
        const auto high = parse_number<unsigned>(std::string_view{value}.substr(dash + 1));
        return matching(low && high && *low <= packet.protocol && packet.protocol <= *high);
    }
    const auto number = parse_number<unsigned>(value);
    return matching(number && *number == packet.protocol);
}

Match family_fits(const std::string& value, const Packet& packet) {
    const bool v4 = value == "ip" || value == "ipv4" || value == "2" || value == "2048";
    const bool v6 = value == "ip6" || value == "ipv6" || value == "10" || value == "34525";
    return matching(packet.family == net::Family::Ipv4 ? v4 : v6);
}

Match interface_fits(const std::string& value, const Packet& packet, Direction direction) {
    if (packet.direction != direction) return Match::No;  // the packet has no such interface
    if (value.ends_with('*') || value.ends_with('+'))
        return matching(packet.interface.starts_with(value.substr(0, value.size() - 1)));
    return matching(packet.interface == value);
}

Match address_fits(const std::string& value, const std::optional<net::Address>& address) {
    if (const std::size_t dash = value.find('-'); dash != std::string::npos) {
        const auto low = net::Address::parse(value.substr(0, dash));
        const auto high = net::Address::parse(value.substr(dash + 1));
        if (!address || !low || !high) return Match::Perhaps;
        return matching(low->family() == address->family() && *low <= *address && *address <= *high);
    }
    const auto prefix = net::Prefix::parse(value);
    if (!prefix) return Match::Perhaps;
    if (prefix->length == 0) return Match::Yes;
    return address ? matching(prefix->contains(*address)) : Match::Perhaps;
}

// The kernel's word for it when it is sent out is that of the interface it leaves by, not of its destination.
Match type_fits(const std::string& value, const Packet& packet) {
    if (!packet.destination || packet.direction == Direction::Out) return Match::Perhaps;
    const bool multicast = packet.destination->is_multicast();
    if (value == "multicast") return matching(multicast);
    if (value == "unicast" || value == "host" || value == "local") return matching(!multicast);
    return Match::No;
}

// Nobody answers to an advert, so to the kernel each is the first of a connection.
Match state_fits(const std::string& value) {
    if (value == "untracked") return Match::Perhaps;
    return matching(value == "new" || value == "NEW");
}

Match value_fits(Field field, const std::string& value, const Packet& packet) {
    switch (field) {
        case Field::Protocol:
            return protocol_fits(value, packet);
        case Field::Family:
            return family_fits(value, packet);
        case Field::InInterface:
            return interface_fits(value, packet, Direction::In);
        case Field::OutInterface:
            return interface_fits(value, packet, Direction::Out);
        case Field::Source:
            return address_fits(value, packet.source);
        case Field::Destination:
            return address_fits(value, packet.destination);
        case Field::PacketType:
            return type_fits(value, packet);
        case Field::ConnectionState:
            return state_fits(value);
        case Field::Unknown:
            return Match::Perhaps;
    }
    return Match::Perhaps;
}

Match is_met(const Condition& condition, const Packet& packet) {
    if (condition.field == Field::Unknown) return Match::Perhaps;
    Match best = Match::No;
    for (const std::string& value : condition.values)
        best = std::max(best, value_fits(condition.field, value, packet));
    if (!condition.negated || best == Match::Perhaps) return best;
    return best == Match::Yes ? Match::No : Match::Yes;
}

Match is_met(const Rule& rule, const Packet& packet) {
    Match all = Match::Yes;
    for (const Condition& condition : rule.conditions) all = std::min(all, is_met(condition, packet));
    return all;
}

// That a rule speaks of adverts, though we cannot tell whether of this one.
bool is_about_adverts(const Rule& rule, const Packet& packet) {
    return std::ranges::any_of(rule.conditions, [&](const Condition& condition) {
        const bool tells = condition.field == Field::Protocol || condition.field == Field::Destination ||
                           condition.field == Field::PacketType;
        return tells && !condition.negated && is_met(condition, packet) == Match::Yes;
    });
}

// The way of one packet through the chains of one hook.
class Walk {
public:
    Walk(const Ruleset& ruleset, const Packet& packet) : ruleset_(ruleset), packet_(packet) {}

    // Whether the packet goes on to the next chain.
    bool enter(const Chain& chain) {
        perhaps_accepted_ = false;
        const End end = follow(chain, 0);
        if (end == End::Accepted) return true;
        if (end == End::Dropped) return false;
        if (!chain.drops) return true;
        drop("the policy of " + shown(chain));
        return false;
    }
    [[nodiscard]] const Passage& result() const { return result_; }

private:
    enum class End : std::uint8_t { None, Accepted, Dropped };

    static std::string shown(const Chain& chain) {
        return "chain " + chain.name + " of table " + chain.family + " " + chain.table;
    }

    void drop(const std::string& place) {
        result_ = {perhaps_accepted_ ? Verdict::MayBeDropped : Verdict::Dropped, place};
    }

    End follow(const Chain& chain, int depth) {
        for (const Rule& rule : chain.rules) {
            const Match match = is_met(rule, packet_);
            if (match == Match::No || rule.action == Action::None) continue;
            if (rule.action == Action::Return) {
                if (match == Match::Yes) return End::None;
                continue;
            }
            const End end = apply(chain, rule, match, depth);
            if (end != End::None || (match == Match::Yes && rule.action == Action::Goto)) return end;
        }
        return End::None;
    }

    End apply(const Chain& chain, const Rule& rule, Match match, int depth) {
        if (rule.action == Action::Accept) return accepted(match);
        if (rule.action == Action::Drop) return dropped(rule, match);
        const Chain* const target = find(chain, rule.target);
        if (target == nullptr || depth >= kDeepest) return End::None;
        if (match == Match::Yes) return follow(*target, depth + 1);
        // Perhaps it goes there, perhaps not: what is decided there is no more certain than that.
        const Passage before = result_;
        const End end = follow(*target, depth + 1);
        if (end == End::Accepted) perhaps_accepted_ = true;
        if (end == End::Dropped) result_ = before;
        return End::None;
    }

    End accepted(Match match) {
        if (match == Match::Yes) return End::Accepted;
        perhaps_accepted_ = true;
        return End::None;
    }

    End dropped(const Rule& rule, Match match) {
        if (match == Match::Yes) {
            drop(rule.place);
            return End::Dropped;
        }
        if (result_.verdict == Verdict::Passes && is_about_adverts(rule, packet_))
            result_ = {Verdict::MayBeDropped, rule.place};
        return End::None;
    }

    [[nodiscard]] const Chain* find(const Chain& from, const std::string& name) const {
        const auto found = std::ranges::find_if(ruleset_.chains, [&](const Chain& chain) {
            return chain.name == name && chain.table == from.table && chain.family == from.family;
        });
        return found == ruleset_.chains.end() ? nullptr : &*found;
    }

    const Ruleset& ruleset_;
    const Packet& packet_;
    Passage result_;
    bool perhaps_accepted_ = false;
};

bool concerns(const Chain& chain, const Packet& packet, Hook hook) {
    if (chain.hook != hook) return false;
    if (chain.family == "ip" && packet.family != net::Family::Ipv4) return false;
    if (chain.family == "ip6" && packet.family != net::Family::Ipv6) return false;
    if (chain.family == "arp" || chain.family == "bridge") return false;
    return chain.devices.empty() || std::ranges::find(chain.devices, packet.interface) != chain.devices.end();
}

}  // namespace

Passage passage(const Ruleset& ruleset, const Packet& packet) {
    constexpr std::array kIn{Hook::Ingress, Hook::Prerouting, Hook::Input};
    constexpr std::array kOut{Hook::Output, Hook::Postrouting, Hook::Egress};
    Walk walk{ruleset, packet};
    for (const Hook hook : packet.direction == Direction::In ? kIn : kOut) {
        std::vector<const Chain*> chains;
        for (const Chain& chain : ruleset.chains)
            if (concerns(chain, packet, hook)) chains.push_back(&chain);
        std::ranges::sort(chains, {}, [](const Chain* chain) { return std::pair{chain->priority, chain}; });
        for (const Chain* const chain : chains)
            if (!walk.enter(*chain)) return walk.result();
    }
    return walk.result();
}

}  // namespace understudy::doctor
