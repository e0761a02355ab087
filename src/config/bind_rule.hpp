// One line of virtual_rules or static_rules.
#pragma once

#include "option_reader.hpp"

namespace understudy::config {

class RuleReader final : public OptionReader {
public:
    RuleReader(Build& build, const Statement& entry, const Block& options)
        : OptionReader(build, entry, options) {}

    // None after a complaint that drops the rule.
    std::optional<RuleDraft> read();

    // What stands after each keyword.
    void from() { rule().from = selector(); }
    void to() { rule().to = selector(); }
    void table();
    void invert() { rule().inverted = true; }
    void priority();
    void tos() { put(rule().tos, named_octet(NameKind::TypeOfService)); }
    void mark();
    void realm();
    void suppress_prefix_length();
    void suppress_group();
    void in_link();
    void out_link() { rule().out_link = link(); }
    void tunnel() { put(rule().tunnel, number<std::uint64_t>()); }
    void users();
    void l3mdev();
    void protocol();
    void ip_protocol() { put(rule().ip_protocol, named_octet(NameKind::IpProtocol)); }
    void source_ports();
    void destination_ports();
    void go_to();
    void nop() { act(net::RuleAction::Nop); }
    void blackhole() { act(net::RuleAction::Blackhole); }
    void unreachable() { act(net::RuleAction::Unreachable); }
    void prohibit() { act(net::RuleAction::Prohibit); }
    void type();
    void family4() { family(net::Family::Ipv4); }
    void family6() { family(net::Family::Ipv6); }
    void no_track() { draft_.rule.tracked = false; }
    void track_group();

private:
    net::Rule& rule() { return draft_.rule.rule; }
    [[nodiscard]] Span here_before() const { return entry_.words[at_ - 1].span; }

    template <typename T, typename From>
    static void put(T& to, const std::optional<From>& value) {
        if (value) to = *value;
    }
    template <typename T>
    std::optional<net::Between<T>> between();

    std::optional<net::Prefix> selector();
    void act(net::RuleAction action);
    void family(net::Family family);
    void finish();
    void check_action();
    void check_priority();
    void check_tracking();

    RuleDraft draft_;
    std::optional<Span> action_;
    std::optional<Span> priority_;
    std::optional<Span> target_;
    std::optional<Span> protocol_;
    std::optional<Span> realms_;
    std::optional<Span> table_only_;  // an option that only a look-up in a table has
};

// For the rows of the table.
template <auto Read>
void read_rule(Build& build, const Argument&) {
    (build.rule->*Read)();
}

void add_virtual_rule(Build& build, const Statement& entry);
void add_static_rule(Build& build, const Statement& entry);

}  // namespace understudy::config
