// What iptables-save and iptables-legacy-save print: a table, its chains with their policies, and a line for
// each rule, in the words of the command line (iptables(8)).
#include <algorithm>
#include <map>

#include "understudy/doctor/firewall.hpp"

namespace understudy::doctor {

namespace {

using Field = Condition::Field;
using Action = Rule::Action;

// Words between blanks; what stands in quotation marks is one.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> values;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        values.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return values;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

struct TablePlace {
    std::string_view name;
    std::string_view chain;
    Hook hook;
    int priority;
};
// Those through which packets to and from this host go; translation drops nothing.
constexpr TablePlace kPlaces[] = {
    {"raw", "PREROUTING", Hook::Prerouting, -300},
    {"raw", "OUTPUT", Hook::Output, -300},
    {"mangle", "PREROUTING", Hook::Prerouting, -150},
    {"mangle", "INPUT", Hook::Input, -150},
    {"mangle", "OUTPUT", Hook::Output, -150},
    {"mangle", "POSTROUTING", Hook::Postrouting, -150},
    {"filter", "INPUT", Hook::Input, 0},
    {"filter", "OUTPUT", Hook::Output, 0},
    {"security", "INPUT", Hook::Input, 50},
    {"security", "OUTPUT", Hook::Output, 50},
};

std::optional<Field> field_of(const std::string& option) {
    static const std::map<std::string, Field> fields{{"-p", Field::Protocol},
                                                     {"--protocol", Field::Protocol},
                                                     {"-i", Field::InInterface},
                                                     {"--in-interface", Field::InInterface},
                                                     {"-o", Field::OutInterface},
                                                     {"--out-interface", Field::OutInterface},
                                                     {"-s", Field::Source},
                                                     {"--source", Field::Source},
                                                     {"-d", Field::Destination},
                                                     {"--destination", Field::Destination},
                                                     {"--state", Field::ConnectionState},
                                                     {"--ctstate", Field::ConnectionState},
                                                     {"--pkt-type", Field::PacketType},
                                                     {"--dst-type", Field::PacketType}};
    const auto found = fields.find(option);
    return found == fields.end() ? std::nullopt : std::optional{found->second};
}

void set_verdict(Rule& rule, const std::string& target, bool is_goto) {
    if (is_goto) {
        rule.action = Action::Goto;
        rule.target = target;
    } else if (target == "ACCEPT") {
        rule.action = Action::Accept;
    } else if (target == "DROP" || target == "REJECT") {
        rule.action = Action::Drop;
    } else if (target == "RETURN") {
        rule.action = Action::Return;
    } else {
        rule.action = Action::Jump;  // what is no chain of ours decides nothing
        rule.target = target;
    }
}

// "-A INPUT -p vrrp -j DROP", without its first two words.
Rule read_rule(const std::vector<std::string>& words, std::string_view line, std::string_view table) {
    Rule rule;
    rule.place = std::string{line} + " (table " + std::string{table} + ")";
    bool negated = false;
    for (std::size_t at = 2; at < words.size(); ++at) {
        const std::string& word = words[at];
        const std::string value = at + 1 < words.size() ? words[at + 1] : "";
        if (word == "!") {
            negated = true;
            continue;
        }
        if (word == "-j" || word == "-g") {
            set_verdict(rule, value, word == "-g");
            break;  // what follows is the target's own
        }
        if (word == "-m" || word == "--comment") {
            ++at;
        } else if (const auto field = field_of(word)) {
            const bool folded = *field == Field::PacketType;
            rule.conditions.push_back({*field, negated, listed(folded ? lower(value) : value)});
            ++at;
        } else if (word.starts_with('-')) {
            rule.conditions.push_back({});
        }
        negated = false;
    }
    return rule;
}

}  // namespace

Ruleset parse_iptables(std::string_view text, std::string_view family) {
    Ruleset ruleset;
    std::string table;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('*')) table = line.substr(1);
        const std::vector<std::string> words = words_of(line);
        if (line.starts_with(':') && words.size() >= 2) {
            Chain chain{std::string{family}, table, words[0].substr(1)};
            for (const TablePlace& place : kPlaces) {
                if (place.name != table || place.chain != chain.name) continue;
                chain.hook = place.hook;
                chain.priority = place.priority;
            }
            chain.drops = words[1] == "DROP";
            ruleset.chains.push_back(std::move(chain));
        }
        if (words.size() < 3 || words[0] != "-A") continue;
        for (Chain& chain : ruleset.chains)
            if (chain.table == table && chain.name == words[1])
                chain.rules.push_back(read_rule(words, line, table));
    }
    return ruleset;
}

}  // namespace understudy::doctor
