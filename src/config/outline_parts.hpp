// The parts of an outline, one source per part of the language, and what they are built with.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/config/outline.hpp"

namespace understudy::config {

// Collects the statements of one block. A value that stands for "not given" is not written.
class Statements {
public:
    Statements& add(std::string_view keyword, Term term) {
        nodes_.push_back({.keyword = std::string{keyword}, .terms = {std::move(term)}});
        return *this;
    }
    // A keyword without a value, when it holds.
    Statements& flag(std::string_view keyword, bool given) {
        if (given) nodes_.push_back({.keyword = std::string{keyword}});
        return *this;
    }
    Statements& text(std::string_view keyword, const std::string& value) {
        return value.empty() ? *this : add(keyword, value);
    }
    template <typename T>
    Statements& maybe(std::string_view keyword, const std::optional<T>& value) {
        if (value) add(keyword, term_of(*value));
        return *this;
    }
    template <typename T>
    Statements& number(std::string_view keyword, T value) {
        return add(keyword, static_cast<std::int64_t>(value));
    }
    // A value, when it is not the default.
    template <typename T>
    Statements& unless(std::string_view keyword, const T& value, const T& standard) {
        if (value != standard) add(keyword, term_of(value));
        return *this;
    }
    // "on" or "off".
    Statements& boolean(std::string_view keyword, bool value) { return add(keyword, value); }
    Statements& time(std::string_view keyword, microseconds value) { return add(keyword, value); }
    Statements& command(std::string_view keyword, const std::optional<model::Command>& value);
    Statements& node(Node node) {
        nodes_.push_back(std::move(node));
        return *this;
    }
    // A block of data lines, left out when it holds none.
    Statements& entries(std::string_view keyword, std::vector<Node> lines);
    Statements& block(std::string_view keyword, std::vector<Term> header, std::vector<Node> nodes,
                      Node::Kind kind = Node::Kind::Repeated);

    [[nodiscard]] std::vector<Node> take() { return std::move(nodes_); }

private:
    static Term term_of(const std::string& value) { return value; }
    static Term term_of(const net::Address& value) { return value.to_string(); }
    static Term term_of(microseconds value) { return value; }
    static Term term_of(seconds value) { return value.count(); }
    template <typename T>
        requires std::is_integral_v<T>
    static Term term_of(T value) {
        if constexpr (std::is_same_v<T, bool>)
            return value;
        else
            return static_cast<std::int64_t>(value);
    }

    std::vector<Node> nodes_;
};

// The words of a command as one phrase that the reader divides into the same words.
[[nodiscard]] Phrase command_line(const std::vector<std::string>& words);

// Lines of virtual_routes, static_routes, virtual_rules, static_rules.
[[nodiscard]] std::vector<Node> route_lines(const std::vector<model::Route>& routes);
[[nodiscard]] std::vector<Node> rule_lines(const std::vector<model::Rule>& rules);

// An entry of virtual_ipaddress or static_ipaddress.
[[nodiscard]] Node address_line(const model::VirtualAddress& address);

void outline_globals(const model::Config& config, Statements& out);
void outline_trackers(const model::Config& config, Statements& out);
// linkbeat_interfaces, interface_up_down_delays, garp_group.
void outline_links(const model::Config& config, Statements& out);
// Those, and the static addresses that may name one.
void outline_track_groups(const model::Config& config, Statements& out);
// Of an instance, what goes beyond the protocol's core.
void outline_details(const model::Config& config, const model::Instance& instance, Statements& out);
// smtp_alert and notify_priority_changes, where they are not what holds anyway.
void outline_reports(const model::Config& config, const model::Notifications& notify, Statements& out);
void outline_instances(const model::Config& config, Statements& out);
void outline_groups(const model::Config& config, Statements& out);
// Those in global_defs, and the blocks.
void outline_load_balancing(const model::LoadBalancing& settings, Statements& out);
void outline_virtual_servers(const model::Config& config, Statements& out);
void outline_checker(const model::Config& config, const model::Checker& checker, Statements& out);

}  // namespace understudy::config
