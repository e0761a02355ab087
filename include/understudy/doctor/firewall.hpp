// What the packet filters of a host do with a packet: chains and rules as plain values, read from what
// `nft --json list ruleset` and `iptables-save` print, and followed with a packet in mind as the kernel
// follows them (nft(8), iptables(8)). A condition that cannot be judged without the real packet is met
// perhaps, and so may be the verdict.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/net/address.hpp"

namespace understudy::doctor {

enum class Hook : std::uint8_t { Ingress, Prerouting, Input, Output, Postrouting, Egress };

struct Condition {
    enum class Field : std::uint8_t {
        Protocol,
        Family,
        InInterface,
        OutInterface,
        Source,
        Destination,
        PacketType,
        ConnectionState,
        Unknown,
    };
    Field field = Field::Unknown;
    bool negated = false;
    std::vector<std::string> values{};  // "112", "eth*", "192.0.2.0/24", "1-9"; one of them has to fit
    friend bool operator==(const Condition&, const Condition&) = default;
};

struct Rule {
    enum class Action : std::uint8_t { None, Accept, Drop, Return, Jump, Goto };
    std::vector<Condition> conditions;  // all of them have to be met
    Action action = Action::None;
    std::string target{};  // of Jump and Goto
    std::string place{};   // for people
    friend bool operator==(const Rule&, const Rule&) = default;
};

struct Chain {
    std::string family;  // "ip", "ip6", "inet", "netdev"
    std::string table;
    std::string name;
    std::optional<Hook> hook{};  // none: only by jumps
    int priority = 0;
    bool drops = false;                  // whatever no rule decides about
    std::vector<std::string> devices{};  // empty: all
    std::vector<Rule> rules{};
    friend bool operator==(const Chain&, const Chain&) = default;
};

struct Ruleset {
    std::vector<Chain> chains;
    friend bool operator==(const Ruleset&, const Ruleset&) = default;
};

// In words what is wrong with the text, if anything is.
[[nodiscard]] std::expected<Ruleset, std::string> parse_nft(std::string_view json);
// `family`: "ip" or "ip6".
[[nodiscard]] Ruleset parse_iptables(std::string_view text, std::string_view family);

enum class Direction : std::uint8_t { In, Out };

struct Packet {
    Direction direction = Direction::In;
    std::uint8_t protocol = 0;
    std::string interface;
    net::Family family = net::Family::Ipv4;
    std::optional<net::Address> source;  // none: not known
    std::optional<net::Address> destination;
};

struct Passage {
    enum class Verdict : std::uint8_t { Passes, MayBeDropped, Dropped };
    Verdict verdict = Verdict::Passes;
    std::string place{};  // where it is dropped
    friend bool operator==(const Passage&, const Passage&) = default;
};
[[nodiscard]] Passage passage(const Ruleset& ruleset, const Packet& packet);

}  // namespace understudy::doctor
