// What rules of the routing policy database the kernel should hold, what it does hold, and the difference:
// see objects.hpp. To the kernel a rule is all that it says; it tells of a mark without a mask with all bits
// of it. Rules do not depend on anything else and never go without a word. Only those of keepalived's
// protocol are told to this book.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "understudy/base/time.hpp"
#include "understudy/desired/objects.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/rule.hpp"

namespace understudy::desired {

struct WantedRule {
    net::Rule rule;
    bool watched = true;  // false: it is not put back when somebody deletes it
    friend bool operator==(const WantedRule&, const WantedRule&) = default;
};

struct RuleKind {
    using Object = WantedRule;
    using Ground = std::monostate;
    struct PlaceKey {
        net::Family family = net::Family::Ipv4;
        std::uint32_t priority = 0;
        friend auto operator<=>(const PlaceKey&, const PlaceKey&) = default;
    };
    template <typename T>
    using Places = std::map<PlaceKey, T>;

    static constexpr bool kRemembersStrangers = false;
    static Ground ground(const Object&) { return {}; }
    static bool exists(Ground) { return true; }
    static PlaceKey place(const Object& wanted) { return {wanted.rule.family, wanted.rule.priority}; }
    static bool is_same(const Object& a, const Object& b);
    // A rule with other settings is another rule.
    static bool has_same_settings(const Object&, const Object&) { return true; }
    static bool is_heard(const Object& wanted) {
        return wanted.rule.protocol == net::kKeepalivedRouteProtocol;
    }
    static bool is_usable(const Object&) { return true; }
    static bool is_put_back(const Object& wanted) { return wanted.watched && is_heard(wanted); }
    static std::optional<microseconds> lease(const Object&) { return std::nullopt; }
    static bool has_same_lease(const Object&, const Object&) { return true; }
    static Object to_remove(const Object& asked, const std::optional<Object>& placed,
                            const std::optional<Object>& heard);
    static bool is_added(const Object& wanted, int error, bool was_present);
    static bool is_removed(int error);
    static bool is_worth_telling(const Object&, int, std::uint32_t) { return true; }
    static std::uint32_t echoes_of_removal(const Object&) { return 1; }
};

using RuleChange = ChangeOf<WantedRule>;
using RuleFinding = FindingOf<WantedRule>;

extern template class Objects<RuleKind>;

class Rules : public Objects<RuleKind> {
public:
    void observed(const net::Rule& rule);
    void vanished(const net::Rule& rule, Instant now);
    void resynchronised(std::span<const net::Rule> all, Instant now);
};

}  // namespace understudy::desired
