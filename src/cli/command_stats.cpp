#include "command_stats.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "control_client.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kReset{.name = "reset", .meaning = "begin again at zero, after they are shown"};
constexpr Option kStatsOptions[] = {kReset, kSocket, kJson};

json counters_of(const json& answer) {
    json instances = json::array();
    for (const json& instance : answer.value("instances", json::array()))
        instances.push_back(
            {{"name", instance.value("name", "")}, {"counters", instance.value("counters", json::object())}});
    return instances;
}

// Of a counter that is kept by reason, each reason that there was.
std::string counter_text(std::string name, const json& value) {
    std::ranges::replace(name, '_', ' ');
    if (!value.is_object()) return fmt::format("  {}: {}\n", name, value.dump());
    if (value.empty()) return fmt::format("  {}: 0\n", name);
    std::string text;
    for (const auto& reason : value.items())
        text += fmt::format("  {} ({}): {}\n", name, reason.key(), reason.value().dump());
    return text;
}

std::string counters_text(const json& instances) {
    if (instances.empty()) return "no instance runs\n";
    std::string text;
    for (const json& instance : instances) {
        text += fmt::format("{}{}\n", text.empty() ? "" : "\n", instance.value("name", ""));
        for (const auto& counter : instance["counters"].items())
            text += counter_text(counter.key(), counter.value());
    }
    return text;
}

int stats(const Arguments& arguments, Console& console) {
    std::optional<std::string> instance;
    if (!arguments.words.empty()) instance = arguments.words.front();
    const auto answer = arguments.has("reset") ? ask(arguments, ctl::ResetStatistics{instance}, console)
                                               : ask(arguments, ctl::Status{instance}, console);
    if (!answer) return answer.error();
    const json instances = counters_of(*answer);
    console.out << (arguments.has("json") ? json{{"instances", instances}}.dump(2) + "\n"
                                          : counters_text(instances));
    return kDone;
}

}  // namespace

constinit const Command kStats{
    .name = "stats",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Show the counters of the instances, or reset them",
    .details =
        "What each instance has sent, received and refused, and how often it became master and\n"
        "gave that up. With --reset they are shown once more and begin again at zero.",
    .options = kStatsOptions,
    .run = stats};

}  // namespace understudy::cli
