#include "commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "understudy/base/text.hpp"

#include "check_pair.hpp"
#include "command_await_end.hpp"
#include "command_check.hpp"
#include "command_config.hpp"
#include "command_doctor.hpp"
#include "command_drain.hpp"
#include "command_exporter.hpp"
#include "command_failover.hpp"
#include "command_follow.hpp"
#include "command_history.hpp"
#include "command_log_level.hpp"
#include "command_metrics.hpp"
#include "command_record.hpp"
#include "command_reload.hpp"
#include "command_set.hpp"
#include "command_stats.hpp"
#include "command_status.hpp"
#include "command_top.hpp"
#include "command_upgrade.hpp"
#include "command_why.hpp"
#include "completion.hpp"
#include "explain_config.hpp"
#include "help.hpp"
#include "show_config.hpp"

namespace understudy::cli {

namespace {

constexpr const Command* kCommands[] = {
    &kStatus,    &kTop,        &kWhy,           &kHistory,  &kFollow, &kDrain,   &kResume,
    &kFailover,  &kSet,        &kUnset,         &kCheck,    &kStats,  &kReload,  &kUpgrade,
    &kRecord,    &kReplay,     &kLogLevel,      &kConfig,   &kDoctor, &kMetrics, &kExporter,
    &kCheckPair, &kShowConfig, &kExplainConfig, &kAwaitEnd, &kHelp,   &kVersion, &kComplete,
};

int unknown_command(const std::string& given, Console& console) {
    std::vector<std::string_view> names;
    for (const Command* command : kCommands)
        if (!command->hidden) names.push_back(command->name);
    console.err << fmt::format("understudyctl: unknown command {}{}\nTry `understudyctl help`.\n",
                               quote(given), suggestion(given, names));
    return kBadUsage;
}

int run_command(const Command& command, const std::vector<std::string>& words, Console& console) {
    const auto arguments = parse_arguments(command, words);
    if (!arguments) {
        console.err << fmt::format("understudyctl {0}: {1}\nTry `understudyctl help {0}`.\n", command.name,
                                   arguments.error());
        return kBadUsage;
    }
    if (arguments->has("help")) {
        console.out << help_text(command);
        return kDone;
    }
    return command.run(*arguments, console);
}

}  // namespace

std::span<const Command* const> all_commands() { return kCommands; }

const Command* find_command(std::string_view name) {
    const auto* const found = std::ranges::find(kCommands, name, [](const Command* c) { return c->name; });
    return found == std::end(kCommands) ? nullptr : *found;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
    const auto closest = closest_word(word, candidates);
    return closest ? fmt::format("; did you mean '{}'?", *closest) : "";
}

int run(const std::vector<std::string>& words, Console& console) {
    if (words.empty()) {
        console.err << help_text();
        return kBadUsage;
    }
    const std::vector<std::string> rest{words.begin() + 1, words.end()};
    const std::string& first = words.front();
    if (first == "--help" || first == "-h") return run_command(kHelp, rest, console);
    if (first == "--version" || first == "-v") return run_command(kVersion, rest, console);
    const Command* const command = find_command(first);
    return command == nullptr ? unknown_command(first, console) : run_command(*command, rest, console);
}

}  // namespace understudy::cli
