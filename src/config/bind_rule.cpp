#include "bind_rule.hpp"

#include "understudy/base/text.hpp"
#include "understudy/config/host.hpp"

#include "route_names.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kActions =
    "table, goto, nop, blackhole, unreachable, prohibit and l3mdev: exactly one of them";

void append_rule(std::vector<RuleDraft>& rules, Build& build, const Statement& entry, const Block& options) {
    RuleReader reader{build, entry, options};
    build.rule = &reader;
    if (auto draft = reader.read()) rules.push_back(std::move(*draft));
    build.rule = nullptr;
}

}  // namespace

std::optional<RuleDraft> RuleReader::read() {
    draft_.span = entry_.keyword().span;
    read_all([this] { refuse_unknown(here()); });
    finish();
    if (dropped_) return std::nullopt;
    draft_.links = std::move(links_);
    return std::move(draft_);
}

std::optional<net::Prefix> RuleReader::selector() {
    if (at_end() || !is_everything(here().text)) return prefix();
    ++at_;
    return std::nullopt;
}

void RuleReader::act(net::RuleAction action) {
    if (action_) {
        refuse(Code::IncompleteRule, here_before(), "a rule can do only one thing")
            .label("the rule is ignored")
            .hint(std::string{kActions});
        return;
    }
    action_ = here_before();
    rule().action = action;
}

void RuleReader::table() {
    act(net::RuleAction::Lookup);
    const auto table = named(NameKind::Table, 0xffffffff);
    put(rule().table, table);
    if (table == 0u) refuse(Code::BadNumber, here_before(), "there is no table 0");
}

void RuleReader::l3mdev() {
    act(net::RuleAction::Lookup);
    rule().l3mdev = true;
}

void RuleReader::go_to() {
    act(net::RuleAction::Goto);
    put(rule().target, number<std::uint32_t>());
    target_ = here_before();
}

// A word that may stand before an action; the action may also be the kernel's number, but for 3: keepalived
// does not take that for nop.
void RuleReader::type() {
    const Word* const word = next();
    if (word == nullptr) return;
    const auto number = parse_number<std::uint8_t>(word->text);
    if (word->text == "goto") return go_to();
    if (word->text == "nop") return nop();
    if (word->text == "blackhole" || number == 6) return blackhole();
    if (word->text == "unreachable" || number == 7) return unreachable();
    if (word->text == "prohibit" || number == 8) return prohibit();
    refuse(Code::BadChoice, word->span, quote(word->text) + " is nothing that a rule can do")
        .hint(std::string{kActions});
}

void RuleReader::priority() {
    const auto value = number<std::uint32_t>();
    put(rule().priority, value);
    priority_ = here_before();
}

// VALUE, VALUE/MASK, either decimal or hexadecimal; an empty half is 0.
void RuleReader::mark() {
    const Word* const word = next();
    if (word == nullptr) return;
    const std::size_t slash = word->text.find('/');
    const bool masked = slash != std::string_view::npos;
    const auto half = [&](std::string_view text) {
        return masked && text.empty() ? std::optional{0u} : parse_id(text);
    };
    rule().mark = half(word->text.substr(0, slash));
    if (masked) rule().mask = half(word->text.substr(slash + 1));
    if (rule().mark && (!masked || rule().mask)) return;
    refuse(Code::BadNumber, word->span, quote(word->text) + " is not a firewall mark")
        .label("expected MARK or MARK/MASK, decimal or hexadecimal");
}

void RuleReader::realm() {
    realms_ = table_only_ = here_before();
    rule().realms = realms();
}

void RuleReader::suppress_prefix_length() {
    table_only_ = here_before();
    rule().suppress_prefix_length = number<std::uint32_t>();
}

void RuleReader::suppress_group() {
    table_only_ = here_before();
    rule().suppress_group = named(NameKind::LinkGroup, 0xffffffff);
}

void RuleReader::in_link() {
    rule().in_link = link();
    draft_.in_link = true;
}

void RuleReader::protocol() {
    const auto number = this->number<std::uint8_t>();
    put(rule().protocol, number);
    protocol_ = here_before();
}

template <typename T>
std::optional<net::Between<T>> RuleReader::between() {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const std::size_t dash = std::min(word->text.find('-'), word->text.size());
    const auto first = parse_number<T>(word->text.substr(0, dash));
    const auto last = dash < word->text.size() ? parse_number<T>(word->text.substr(dash + 1)) : first;
    if (first && last && *first <= *last) return net::Between<T>{*first, *last};
    refuse(Code::BadNumber, word->span, quote(word->text) + " is not a range")
        .label("expected FIRST-LAST" +
               (sizeof(T) == 2 ? std::string{", up to 65535"} : std::string{", whole numbers"}));
    return std::nullopt;
}

void RuleReader::users() { rule().users = between<std::uint32_t>(); }
void RuleReader::source_ports() { rule().source_ports = between<std::uint16_t>(); }
void RuleReader::destination_ports() { rule().destination_ports = between<std::uint16_t>(); }

// keepalived skips the word after it, whatever it is, so files have a filler there.
void RuleReader::family(net::Family family) {
    of_family(family, here_before());
    if (!at_end() && find_keyword(options_, here().text) == nullptr) ++at_;
}

void RuleReader::track_group() {
    if (&options_ == &kRules)
        refuse(Code::BadOption, here_before(), "track_group is for static rules")
            .hint("the interface of a virtual rule is watched with track_interface");
    if (const Word* const word = next()) draft_.track_group.give(std::string{word->text}, word->span);
}

void RuleReader::finish() {
    if (dropped_) return;
    rule().family = family_.value_or(net::Family::Ipv4);
    check_action();
    check_priority();
    check_tracking();
}

void RuleReader::check_action() {
    if (!action_) {
        refuse(Code::IncompleteRule, draft_.span, "this rule does nothing")
            .label("the rule is ignored")
            .hint(std::string{kActions});
        return;
    }
    if (table_only_ && rule().action != net::RuleAction::Lookup) {
        refuse(Code::BadOption, *table_only_, "only a look-up in a table has this option");
        return;
    }
    if (realms_ && rule().family == net::Family::Ipv6)
        refuse(Code::Ipv4OnlyOption, *realms_, "realms are for IPv4 rules only");
}

// The kernel would choose one itself, above all others; keepalived counts downwards from 16384.
void RuleReader::check_priority() {
    if (dropped_) return;
    if (!priority_ && target_) {
        refuse(Code::IncompleteRule, *target_, "goto needs a priority of the rule itself")
            .hint("the rule it goes to has a larger one");
        return;
    }
    if (target_ && rule().target <= rule().priority) {
        refuse(Code::IncompleteRule, *target_, "goto leads forward only")
            .label("expected more than " + std::to_string(rule().priority));
        return;
    }
    if (priority_) return;
    rule().priority = build_.draft.next_rule_priority--;
    const std::string used = std::to_string(rule().priority);
    build_.diags.add(Code::RuleWithoutPriority, draft_.span, "this rule has no priority")
        .label(used + " is used")
        .hint("the order of rules matters: add priority " + used + ", or what it should be");
}

void RuleReader::check_tracking() {
    if (dropped_ || !draft_.rule.tracked || rule().protocol == net::kKeepalivedRouteProtocol) return;
    rule().protocol = net::kKeepalivedRouteProtocol;
    build_.diags.add(Code::ValueCorrected, *protocol_, "a rule that is watched has the protocol keepalived")
        .label("18 is used")
        .hint("add no_track, and the rule is left alone when somebody deletes it");
}

void add_virtual_rule(Build& build, const Statement& entry) {
    append_rule(build.draft.instances.back().rules, build, entry, kRules);
}

void add_static_rule(Build& build, const Statement& entry) {
    append_rule(build.draft.static_rules, build, entry, kStaticRules);
}

}  // namespace understudy::config
