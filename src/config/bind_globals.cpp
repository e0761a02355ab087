#include "bind_globals.hpp"

#include "understudy/base/text.hpp"

#include "bind.hpp"

namespace understudy::config {

void set_dynamic_interfaces(Build& build, const Argument& argument) {
    build.draft.globals.dynamic_interfaces.give(true, argument.statement.keyword().span);
    build.draft.globals.plain.interfaces_may_change =
        std::holds_alternative<std::string_view>(argument.value);
}

void set_script_user(Build& build, const Argument& argument) {
    build.draft.globals.script_user.give(std::get<model::Command>(argument.value), argument.span);
}

void set_reload_check(Build& build, const Argument& argument) {
    build.draft.globals.reload_check_config.give(true, argument.statement.keyword().span);
    if (const auto* const log = std::get_if<std::string_view>(&argument.value))
        build.draft.globals.plain.reloading.check_log = *log;
}

void set_reload_time_file(Build& build, const Argument& argument) {
    const std::string_view path = std::get<std::string_view>(argument.value);
    build.draft.globals.plain.reloading.time_file = path;
    if (path.starts_with('/')) return;
    build.diags.add(Code::RelativePath, argument.span, quote(path) + " is no absolute path")
        .label("looked for where the daemon is started, or below / if it forks")
        .hint("write the path from / on");
}

void set_reload_file(Build& build, const Argument& argument) {
    model::Reloading& reloading = build.draft.globals.plain.reloading;
    reloading.write_file = true;
    const auto* const path = std::get_if<std::string_view>(&argument.value);
    reloading.file = path != nullptr ? *path : "";
}

void accept_include_check(Build&, const Argument&) {}

bool accept_group(Build& build, const Argument& argument, net::Family family) {
    const net::Address& group = std::get<net::Address>(argument.value);
    if (group.family() == family && group.is_multicast()) return true;
    build.diags.add(Code::NotMulticast, argument.span, quote(group.to_string()) + " is not a group")
        .label("expected an " + std::string{net::name(family)} + " multicast address");
    return false;
}

std::span<const Word> required_words(Build& build, const Argument& argument, std::string_view expected,
                                     Code missing) {
    const std::span<const Word> words = argument.statement.words.subspan(1);
    if (words.empty())
        build.diags
            .add(missing, argument.statement.keyword().span, std::string{argument.keyword} + " needs a value")
            .label("expected " + std::string{expected} + " after this");
    return words;
}

std::optional<model::ExtraAnnouncing> extra_announcing(Build& build, const Argument& argument,
                                                       std::int64_t least) {
    constexpr std::int64_t kLongest = 86400;
    const Statement& statement = argument.statement;
    const bool all = statement.size() > 1 && statement.words[1].text == "all";
    const Grammar grammar = bearable(number(least, kLongest));
    const auto parsed = parse_value(grammar, argument.keyword, statement, all ? 2 : 1, build.diags);
    if (!parsed) return std::nullopt;
    return model::ExtraAnnouncing{seconds{std::get<std::int64_t>(parsed->value)}, all};
}

void settle_globals(GlobalsDraft& globals) {
    if (!globals.min_garp.value_or(false)) return;
    const auto fill = [&](auto& setting, auto value) {
        if (!setting) setting.give(value, globals.min_garp.span);
    };
    fill(globals.announcing.master_repeat, std::uint32_t{1});
    fill(globals.announcing.master_delay, seconds{0});
    fill(globals.announcing.master_refresh, seconds{0});
    fill(globals.announcing.master_refresh_repeat, std::uint32_t{1});
}

}  // namespace understudy::config
