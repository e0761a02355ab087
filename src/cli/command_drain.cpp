#include "command_drain.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/text.hpp"

#include "control_client.hpp"
#include "control_text.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kAll{.name = "all", .letter = 'a', .meaning = "all instances"};
constexpr Option kFor{
    .name = "for", .argument = "DURATION", .meaning = "resume by itself after that: 90s, 15m, 2h, 1d"};
constexpr Option kNoWait{.name = "no-wait", .meaning = "do not wait until the role has moved"};
constexpr Option kDrainOptions[] = {kAll, kFor, kNoWait, kSocket, kJson};
constexpr Option kResumeOptions[] = {kAll, kSocket, kJson};
constexpr int kPauseInMilliseconds = 250;

// The names that were given; one empty for all instances. None: neither, or both.
std::optional<std::vector<std::optional<std::string>>> targets(const Arguments& arguments, Console& console) {
    const bool all = arguments.has("all");
    if (all == !arguments.words.empty()) {
        console.err << "understudyctl: name the instances, or say --all\n";
        return std::nullopt;
    }
    if (all) return std::vector{std::optional<std::string>{}};
    return std::vector<std::optional<std::string>>{arguments.words.begin(), arguments.words.end()};
}

// The reports of all that were asked about, in one list.
template <typename Question>
std::expected<json, int> ask_each(const Arguments& arguments, Question question,
                                  const std::vector<std::optional<std::string>>& names, Console& console) {
    json instances = json::array();
    for (const auto& name : names) {
        question.instance = name;
        const auto answer = ask(arguments, question, console);
        if (!answer) return std::unexpected(answer.error());
        for (const json& instance : answer->value("instances", json::array())) instances.push_back(instance);
    }
    return instances;
}

std::string stage_of(const json& instance) {
    const auto drain = instance.find("drain");
    return drain == instance.end() || !drain->is_object() ? "" : drain->value("stage", "");
}

bool has_stage(const json& instances, std::string_view stage) {
    return std::ranges::any_of(instances, [&](const json& one) { return stage_of(one) == stage; });
}

std::string outcome_of(const json& instance) {
    const std::string stage = stage_of(instance);
    if (stage == "alone") return "nobody takes over: it stays master, with priority 1";
    if (stage == "waiting" || stage == "inviting") return "waits for another router to take over";
    if (stage.empty()) return "is not drained any more";
    const auto master = instance.find("master");
    if (master == instance.end() || !master->is_string()) return "drained; it is not master";
    return "drained; " + master->get<std::string>() + " is master";
}

int tell(const Arguments& arguments, const json& instances, Console& console) {
    if (arguments.has("json")) {
        console.out << json{{"instances", instances}}.dump(2) << "\n";
    } else {
        for (const json& instance : instances)
            console.out << fmt::format("{}: {}\n", instance.value("name", ""), outcome_of(instance));
    }
    return has_stage(instances, "alone") ? kFailed : kDone;
}

int drain(const Arguments& arguments, Console& console) {
    const auto names = targets(arguments, console);
    if (!names) return kBadUsage;
    ctl::Drain asked;
    if (const auto duration = arguments.value("for")) {
        asked.seconds = parse_duration(*duration);
        if (!asked.seconds) {
            console.err << "understudyctl: " << quote(*duration) << " is no duration: 90s, 15m, 2h, 1d\n";
            return kBadUsage;
        }
    }
    auto instances = ask_each(arguments, asked, *names, console);
    if (!instances) return instances.error();
    while (!arguments.has("no-wait") &&
           (has_stage(*instances, "waiting") || has_stage(*instances, "inviting"))) {
        ::poll(nullptr, 0, kPauseInMilliseconds);
        instances = ask_each(arguments, ctl::Status{}, *names, console);
        if (!instances) return instances.error();
    }
    return tell(arguments, *instances, console);
}

int resume(const Arguments& arguments, Console& console) {
    const auto names = targets(arguments, console);
    if (!names) return kBadUsage;
    const auto instances = ask_each(arguments, ctl::Resume{}, *names, console);
    if (!instances) return instances.error();
    console.out << (arguments.has("json") ? json{{"instances", *instances}}.dump(2) + "\n"
                                          : status_text({{"instances", *instances}}));
    return kDone;
}

}  // namespace

std::optional<std::uint64_t> parse_duration(std::string_view text) {
    constexpr std::pair<char, std::uint64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    std::uint64_t unit = 1;
    for (const auto& [letter, length] : kUnits) {
        if (!text.ends_with(letter)) continue;
        unit = length;
        text.remove_suffix(1);
        break;
    }
    const auto number = parse_number<std::uint64_t>(text);
    if (!number || *number == 0 || *number > ctl::kLongestDrain / unit) return std::nullopt;
    return *number * unit;
}

constinit const Command kDrain{
    .name = "drain",
    .words = {.synopsis = "[INSTANCE...]", .most = kAnyNumber},
    .meaning = "Let another router take over, without a gap",
    .details =
        "A master advertises priority 1 and keeps its addresses until it hears the other router's\n"
        "advert. A backup that would not preempt hears priority 0 after a while. If nobody takes\n"
        "over, it stays master and says so, with exit status 1. The whole sync group is drained.\n"
        "A drained instance becomes master only when no other router is. It lasts until resume,\n"
        "until the time of --for is over, or until the daemon ends.",
    .options = kDrainOptions,
    .run = drain};

constinit const Command kResume{
    .name = "resume",
    .words = {.synopsis = "[INSTANCE...]", .most = kAnyNumber},
    .meaning = "End a drain: take part in elections again",
    .details =
        "The priority is again what the files and the trackers come to. With preempt, an instance\n"
        "of the highest priority becomes master again.",
    .options = kResumeOptions,
    .run = resume};

}  // namespace understudy::cli
