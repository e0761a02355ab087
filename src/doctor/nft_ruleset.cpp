// What `nft --json list ruleset` prints (libnftables-json(5)). It is another program's text: what is not as
// expected is a condition that nobody can judge, never a failure.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "understudy/doctor/firewall.hpp"

namespace understudy::doctor {

namespace {

using Parsed = nlohmann::json;
using Field = Condition::Field;
using Action = Rule::Action;

// Named sets by family, table and name.
using Sets = std::map<std::string, std::vector<std::string>>;

std::string text_in(const Parsed& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string key_of(const std::string& family, const std::string& table, const std::string& name) {
    return family + " " + table + " " + name;
}

std::string scalar(const Parsed& value) {
    return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : "";
}

// One value: a word, a number, a prefix or a range; empty: something else.
std::string value_text(const Parsed& value) {
    if (!value.is_object()) return scalar(value);
    if (const auto prefix = value.find("prefix"); prefix != value.end() && prefix->is_object())
        return fmt::format("{}/{}", text_in(*prefix, "addr"), prefix->value("len", 0));
    if (const auto range = value.find("range");
        range != value.end() && range->is_array() && range->size() == 2)
        return scalar((*range)[0]) + "-" + scalar((*range)[1]);
    if (const auto element = value.find("elem"); element != value.end() && element->is_object())
        return element->contains("val") ? value_text((*element)["val"]) : "";
    return "";
}

void add_values(const Parsed& list, std::vector<std::string>& values) {
    for (const Parsed& value : list)
        if (std::string text = value_text(value); !text.empty()) values.push_back(std::move(text));
}

class RuleReader {
public:
    RuleReader(const Parsed& rule, const Sets& sets)
        : sets_(sets), family_(text_in(rule, "family")), table_(text_in(rule, "table")) {
        place_ = fmt::format("rule {} of chain {}, table {} {}", rule.value("handle", 0),
                             text_in(rule, "chain"), family_, table_);
    }

    // More than one where a map decides by a value.
    std::vector<Rule> read(const Parsed& statements) {
        for (const Parsed& statement : statements)
            if (statement.is_object() && !statement.empty())
                take(statement.begin().key(), statement.begin().value());
        return std::move(rules_);
    }

private:
    void take(const std::string& kind, const Parsed& content) {
        if (kind == "match" && content.is_object()) return conditions_.push_back(condition(content));
        if (kind == "vmap" && content.is_object()) return take_map(content);
        if (kind == "limit" || kind == "quota" || kind == "ct count" || kind == "connlimit")
            return conditions_.push_back({});
        if (kind == "xt") {
            if (text_in(content, "type") == "match") conditions_.push_back({});
            return;
        }
        if (const auto verdict = verdict_of(kind, content)) add(conditions_, *verdict);
    }

    struct Verdict {
        Action action = Action::None;
        std::string target;
    };
    static std::optional<Verdict> verdict_of(const std::string& kind, const Parsed& content) {
        if (kind == "accept") return Verdict{Action::Accept, {}};
        if (kind == "drop" || kind == "reject") return Verdict{Action::Drop, {}};
        if (kind == "return") return Verdict{Action::Return, {}};
        if (kind == "jump" || kind == "goto")
            return Verdict{kind == "jump" ? Action::Jump : Action::Goto,
                           content.is_object() ? text_in(content, "target") : ""};
        return std::nullopt;
    }

    void add(std::vector<Condition> conditions, Verdict verdict) {
        rules_.push_back({std::move(conditions), verdict.action, std::move(verdict.target), place_});
    }

    void take_map(const Parsed& map) {
        const auto data = map.find("data");
        if (data == map.end() || !data->is_object() || !data->contains("set")) return;
        for (const Parsed& pair : (*data)["set"]) {
            if (!pair.is_array() || pair.size() != 2 || !pair[1].is_object() || pair[1].empty()) continue;
            const auto verdict = verdict_of(pair[1].begin().key(), pair[1].begin().value());
            if (!verdict) continue;
            std::vector<Condition> conditions = conditions_;
            conditions.push_back(
                condition({{"left", map.value("key", Parsed{})}, {"op", "=="}, {"right", pair[0]}}));
            add(std::move(conditions), *verdict);
        }
    }

    Condition condition(const Parsed& match) {
        const std::string op = text_in(match, "op");
        const Parsed left = match.value("left", Parsed{});
        Condition result{field_of(left), op == "!=", {}};
        if (result.field == Field::Protocol && !implied_protocol_.empty()) {
            // A field of another protocol's header: no advert has it.
            return {Field::Protocol, false, {std::exchange(implied_protocol_, {})}};
        }
        if (result.field == Field::Unknown || (op != "==" && op != "!=" && op != "in")) return {};
        if (!read_values(match.value("right", Parsed{}), result.values)) return {};
        return result;
    }

    bool read_values(const Parsed& right, std::vector<std::string>& values) {
        if (right.is_array()) {
            add_values(right, values);
        } else if (right.is_object() && right.contains("set")) {
            add_values(right["set"], values);
        } else if (const std::string text = value_text(right); text.starts_with('@')) {
            const auto named = sets_.find(key_of(family_, table_, text.substr(1)));
            if (named == sets_.end()) return false;
            values = named->second;
            return true;  // an empty set fits nothing
        } else if (!text.empty()) {
            values.push_back(text);
        }
        return !values.empty();
    }

    Field field_of(const Parsed& left) {
        if (!left.is_object() || left.empty() || !left.begin().value().is_object()) return Field::Unknown;
        const std::string& kind = left.begin().key();
        const Parsed& content = left.begin().value();
        if (kind == "meta") return field_of_meta(text_in(content, "key"));
        if (kind == "payload")
            return field_of_header(text_in(content, "protocol"), text_in(content, "field"));
        if (kind == "ct" && text_in(content, "key") == "state") return Field::ConnectionState;
        if (kind == "fib" && text_in(content, "result") == "type") {
            const Parsed flags = content.value("flags", Parsed{});
            const bool of_destination = flags.is_string()
                                            ? flags == "daddr"
                                            : flags.is_array() && !flags.empty() && flags[0] == "daddr";
            return of_destination ? Field::PacketType : Field::Unknown;
        }
        return Field::Unknown;
    }

    static Field field_of_meta(const std::string& key) {
        static const std::map<std::string, Field> fields{
            {"l4proto", Field::Protocol},     {"protocol", Field::Family},     {"nfproto", Field::Family},
            {"iif", Field::InInterface},      {"iifname", Field::InInterface}, {"oif", Field::OutInterface},
            {"oifname", Field::OutInterface}, {"pkttype", Field::PacketType}};
        const auto found = fields.find(key);
        return found == fields.end() ? Field::Unknown : found->second;
    }

    Field field_of_header(const std::string& protocol, const std::string& field) {
        if (protocol == "ip" || protocol == "ip6") {
            conditions_.push_back({Field::Family, false, {protocol}});
            if (field == "protocol" || field == "nexthdr") return Field::Protocol;
            if (field == "saddr") return Field::Source;
            if (field == "daddr") return Field::Destination;
            return Field::Unknown;
        }
        constexpr std::array kOthers{"tcp",  "udp",    "udplite", "sctp", "dccp",
                                     "icmp", "icmpv6", "igmp",    "esp",  "gre"};
        const bool other = std::ranges::find(kOthers, protocol) != kOthers.end();
        if (!other && protocol != "ah") return Field::Unknown;
        implied_protocol_ = protocol;
        return Field::Protocol;
    }

    const Sets& sets_;
    std::string family_;
    std::string table_;
    std::string place_;
    std::string implied_protocol_;
    std::vector<Condition> conditions_;
    std::vector<Rule> rules_;
};

std::optional<Hook> hook_of(const std::string& name) {
    static const std::map<std::string, Hook> hooks{
        {"ingress", Hook::Ingress}, {"prerouting", Hook::Prerouting},   {"input", Hook::Input},
        {"output", Hook::Output},   {"postrouting", Hook::Postrouting}, {"egress", Hook::Egress}};
    const auto found = hooks.find(name);
    return found == hooks.end() ? std::nullopt : std::optional{found->second};
}

Chain read_chain(const Parsed& content) {
    Chain chain;
    chain.family = text_in(content, "family");
    chain.table = text_in(content, "table");
    chain.name = text_in(content, "name");
    // Translation of addresses sees the first packet of a connection only, and drops none.
    if (text_in(content, "type") != "nat") chain.hook = hook_of(text_in(content, "hook"));
    if (const auto priority = content.find("prio"); priority != content.end() && priority->is_number())
        chain.priority = priority->get<int>();
    chain.drops = text_in(content, "policy") == "drop";
    if (const auto device = content.find("dev"); device != content.end()) {
        if (device->is_array())
            add_values(*device, chain.devices);
        else
            chain.devices.push_back(scalar(*device));
    }
    return chain;
}

class RulesetReader {
public:
    void read_set(const Parsed& content) {
        std::vector<std::string>& values =
            sets_[key_of(text_in(content, "family"), text_in(content, "table"), text_in(content, "name"))];
        if (const auto elements = content.find("elem"); elements != content.end() && elements->is_array())
            add_values(*elements, values);
    }
    void read_rule(const Parsed& content) {
        const auto chain = std::ranges::find_if(ruleset.chains, [&](const Chain& candidate) {
            return candidate.name == text_in(content, "chain") &&
                   candidate.table == text_in(content, "table") &&
                   candidate.family == text_in(content, "family");
        });
        const auto statements = content.find("expr");
        if (chain == ruleset.chains.end() || statements == content.end() || !statements->is_array()) return;
        for (Rule& rule : RuleReader{content, sets_}.read(*statements))
            chain->rules.push_back(std::move(rule));
    }

    Ruleset ruleset;

private:
    Sets sets_;
};

}  // namespace

std::expected<Ruleset, std::string> parse_nft(std::string_view text) {
    const Parsed all = Parsed::parse(text, nullptr, false);
    const auto list = all.is_object() ? all.find("nftables") : all.end();
    if (!all.is_object() || list == all.end() || !list->is_array())
        return std::unexpected("what nft printed is not the JSON that was expected");
    RulesetReader reader;
    const auto each = [&](const char* kind, auto&& take) {
        for (const Parsed& entry : *list)
            if (entry.is_object() && entry.contains(kind) && entry[kind].is_object()) take(entry[kind]);
    };
    each("chain", [&](const Parsed& chain) { reader.ruleset.chains.push_back(read_chain(chain)); });
    each("set", [&](const Parsed& set) { reader.read_set(set); });
    each("rule", [&](const Parsed& rule) { reader.read_rule(rule); });
    return std::move(reader.ruleset);
}

}  // namespace understudy::doctor
